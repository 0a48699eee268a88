import { accepted, refused } from '../../outcome';
import type { BenefitTerms } from '../../promotion-terms';
import { type BenefitKind, valueIn } from './benefit';

/** 一口价: a line of n units costs at most n × `price` when its turn is over; one that is cheaper already stays so. */
export const fixedPrice: BenefitKind<Extract<BenefitTerms, { kind: 'FIXED_PRICE' }>> = {
  rank: 2,
  phase: 'P1',
  targets: 'GOODS',
  base: 'REMAINING',
  monotone: true,
  ready(terms, { currency }) {
    const threshold = valueIn(terms.threshold, currency, 0);
    if (threshold === null) return refused({ path: 'threshold' });
    const price = valueIn(terms.price, currency, 0);
    if (price === null) return refused({ path: 'price' });
    return accepted({
      threshold,
      on: 'LINES',
      amountOnLine: (left, quantity) => Math.max(0, left - price * quantity),
    });
  },
};
