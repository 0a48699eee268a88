import { percentOf } from '../../money';
import { accepted, refused } from '../../outcome';
import type { BenefitTerms } from '../../promotion-terms';
import type { BenefitKind } from './benefit';

/** 折扣: a rate off the whole eligible base, rounded once, at most `maxAmount`. */
export const percent: BenefitKind<Extract<BenefitTerms, { kind: 'PERCENT' }>> = {
  rank: 1,
  monotone: true,
  ready(terms, currency, rounding) {
    const threshold = terms.threshold ? terms.threshold[currency] : 0;
    if (threshold === undefined) return refused({ path: 'threshold' });
    const most = terms.maxAmount ? terms.maxAmount[currency] : Number.MAX_SAFE_INTEGER;
    if (most === undefined) return refused({ path: 'maxAmount' });
    const amountOn = (base: number) => Math.min(most, percentOf(base, terms.percentOffBasisPoints, rounding));
    return accepted({ threshold, amountOn, largestUpTo: amountOn });
  },
};
