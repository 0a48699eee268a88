import { assertNever, type Outcome } from '../../outcome';
import type { BenefitTerms } from '../../promotion-terms';
import type { MissingValue, ReadyBenefit, ReadyFor } from './benefit';
import { bundle } from './bundle';
import { buyXGetY } from './buy-x-get-y';
import { depositExpansion } from './deposit-expansion';
import { everyX } from './every-x';
import { fixed } from './fixed';
import { fixedPerUnit } from './fixed-per-unit';
import { fixedPrice } from './fixed-price';
import { freeShipping } from './free-shipping';
import { gift } from './gift';
import { nthItem } from './nth-item';
import { percent } from './percent';
import { points } from './points';
import { thresholdReduction } from './threshold-reduction';
import { tiers } from './tiers';

/** Every kind of benefit. A new kind is a file of its own, one entry here and one in `benefit-terms.ts`. */
export const benefitKinds = {
  THRESHOLD_REDUCTION: thresholdReduction,
  TIERS: tiers,
  EVERY_X: everyX,
  PERCENT: percent,
  FIXED: fixed,
  FIXED_PER_UNIT: fixedPerUnit,
  FIXED_PRICE: fixedPrice,
  BUY_X_GET_Y: buyXGetY,
  NTH_ITEM: nthItem,
  BUNDLE: bundle,
  GIFT: gift,
  FREE_SHIPPING: freeShipping,
  DEPOSIT_EXPANSION: depositExpansion,
  POINTS: points,
} as const;

/** A benefit made ready for the currency of a cart, or the amount that is missing in it. */
export function readyBenefit(terms: BenefitTerms, readyFor: ReadyFor): Outcome<ReadyBenefit, MissingValue> {
  switch (terms.kind) {
    case 'THRESHOLD_REDUCTION':
      return benefitKinds.THRESHOLD_REDUCTION.ready(terms, readyFor);
    case 'TIERS':
      return benefitKinds.TIERS.ready(terms, readyFor);
    case 'EVERY_X':
      return benefitKinds.EVERY_X.ready(terms, readyFor);
    case 'PERCENT':
      return benefitKinds.PERCENT.ready(terms, readyFor);
    case 'FIXED':
      return benefitKinds.FIXED.ready(terms, readyFor);
    case 'FIXED_PER_UNIT':
      return benefitKinds.FIXED_PER_UNIT.ready(terms, readyFor);
    case 'FIXED_PRICE':
      return benefitKinds.FIXED_PRICE.ready(terms, readyFor);
    case 'BUY_X_GET_Y':
      return benefitKinds.BUY_X_GET_Y.ready(terms, readyFor);
    case 'NTH_ITEM':
      return benefitKinds.NTH_ITEM.ready(terms, readyFor);
    case 'BUNDLE':
      return benefitKinds.BUNDLE.ready(terms, readyFor);
    case 'GIFT':
      return benefitKinds.GIFT.ready(terms, readyFor);
    case 'FREE_SHIPPING':
      return benefitKinds.FREE_SHIPPING.ready(terms, readyFor);
    case 'DEPOSIT_EXPANSION':
      return benefitKinds.DEPOSIT_EXPANSION.ready(terms, readyFor);
    case 'POINTS':
      return benefitKinds.POINTS.ready(terms, readyFor);
    default:
      return assertNever(terms);
  }
}
