import { accepted, refused } from '../../outcome';
import type { BenefitTerms } from '../../promotion-terms';
import { type BenefitKind, valueIn } from './benefit';

/** 赠品: goods added at no price. They stand beside the cart and never count for a threshold. */
export const gift: BenefitKind<Extract<BenefitTerms, { kind: 'GIFT' }>> = {
  rank: 3,
  phase: 'P2',
  targets: 'NOTHING',
  base: 'REMAINING',
  monotone: true,
  ready(terms, { currency }) {
    const threshold = valueIn(terms.threshold, currency, 0);
    if (threshold === null) return refused({ path: 'threshold' });
    return accepted({ threshold, on: 'NOTHING', awardOn: () => ({ gifts: terms.gifts, points: 0 }) });
  },
};
