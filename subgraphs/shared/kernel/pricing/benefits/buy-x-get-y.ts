import { accepted } from '../../outcome';
import type { BenefitTerms } from '../../promotion-terms';
import type { BenefitKind } from './benefit';
import { buyAndGet } from './pick-units';

/** 买X送Y: buy three, get the cheapest of the fourth free; returning a bought one leaves none free. */
export const buyXGetY: BenefitKind<Extract<BenefitTerms, { kind: 'BUY_X_GET_Y' }>> = {
  rank: 0,
  phase: 'P2',
  targets: 'GOODS',
  base: 'REMAINING',
  // The cheapest units may be reserved by another pattern; then dearer ones are got.
  monotone: false,
  ready(terms, { rounding }) {
    const { buy, get, getScope, selection, allocation, maxOccurrence, percentOffBasisPoints: rate } = terms;
    const effect = buyAndGet({ buy, get, rate, rounding, selection, allocation, maxOccurrence }, (goods) => [
      goods.inScope,
      getScope ? goods.among(getScope) : goods.inScope,
    ]);
    return accepted({ threshold: 0, ...effect });
  },
};
