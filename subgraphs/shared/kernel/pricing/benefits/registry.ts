import type { CurrencyCode, Rounding } from '../../money';
import { assertNever, type Outcome } from '../../outcome';
import type { PricedBenefit } from '../../promotion-terms';
import type { MissingValue, ReadyBenefit } from './benefit';
import { fixed } from './fixed';
import { percent } from './percent';
import { thresholdReduction } from './threshold-reduction';

/** Every kind of benefit that is priced. A new kind is a file of its own and one entry here and in `pricedKinds`. */
export const benefitKinds = { THRESHOLD_REDUCTION: thresholdReduction, PERCENT: percent, FIXED: fixed } as const;

/** A benefit made ready for the currency of a cart, or the amount that is missing in it. */
export function readyBenefit(
  terms: PricedBenefit,
  currency: CurrencyCode,
  rounding: Rounding,
): Outcome<ReadyBenefit, MissingValue> {
  switch (terms.kind) {
    case 'THRESHOLD_REDUCTION':
      return benefitKinds.THRESHOLD_REDUCTION.ready(terms, currency, rounding);
    case 'PERCENT':
      return benefitKinds.PERCENT.ready(terms, currency, rounding);
    case 'FIXED':
      return benefitKinds.FIXED.ready(terms, currency, rounding);
    default:
      return assertNever(terms);
  }
}
