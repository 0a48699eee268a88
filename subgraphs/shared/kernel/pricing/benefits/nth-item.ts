import { accepted } from '../../outcome';
import type { BenefitTerms } from '../../promotion-terms';
import type { BenefitKind } from './benefit';
import { buyAndGet } from './pick-units';

/** 第N件折扣: of every n units one at a rate off; 第二件半价 is every second at half its price. */
export const nthItem: BenefitKind<Extract<BenefitTerms, { kind: 'NTH_ITEM' }>> = {
  rank: 0,
  phase: 'P2',
  targets: 'GOODS',
  base: 'REMAINING',
  monotone: false,
  ready(terms, { rounding }) {
    const { n, selection, allocation, maxOccurrence, percentOffBasisPoints: rate } = terms;
    const effect = buyAndGet({ buy: n - 1, get: 1, rate, rounding, selection, allocation, maxOccurrence }, (goods) => [
      goods.inScope,
      goods.inScope,
    ]);
    return accepted({ threshold: 0, ...effect });
  },
};
