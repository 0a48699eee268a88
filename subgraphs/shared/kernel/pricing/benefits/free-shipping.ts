import { percentOf } from '../../money';
import { accepted, refused } from '../../outcome';
import type { BenefitTerms } from '../../promotion-terms';
import { type BenefitKind, valueIn } from './benefit';

/** 包邮: a rate off the cost of shipping, at most `maxAmount`; what is in scope only decides about the threshold. */
export const freeShipping: BenefitKind<Extract<BenefitTerms, { kind: 'FREE_SHIPPING' }>> = {
  rank: 1,
  phase: 'P5',
  targets: 'SHIPPING',
  base: 'BY_DOCUMENT',
  monotone: true,
  ready(terms, { currency, rounding }) {
    const threshold = valueIn(terms.threshold, currency, 0);
    if (threshold === null) return refused({ path: 'threshold' });
    const most = valueIn(terms.maxAmount, currency, Number.MAX_SAFE_INTEGER);
    if (most === null) return refused({ path: 'maxAmount' });
    const amountOn = (base: number) => Math.min(most, percentOf(base, terms.percentOffBasisPoints, rounding));
    return accepted({ threshold, on: 'TOTAL', amountOn, largestUpTo: amountOn, nextStep: () => null });
  },
};
