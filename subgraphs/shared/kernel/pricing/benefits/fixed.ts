import { accepted, refused } from '../../outcome';
import type { BenefitTerms } from '../../promotion-terms';
import type { BenefitKind } from './benefit';

/** 立减: an amount off, with or without a threshold. */
export const fixed: BenefitKind<Extract<BenefitTerms, { kind: 'FIXED' }>> = {
  rank: 2,
  monotone: true,
  ready(terms, currency) {
    const threshold = terms.threshold ? terms.threshold[currency] : 0;
    if (threshold === undefined) return refused({ path: 'threshold' });
    const off = terms.off[currency];
    if (off === undefined) return refused({ path: 'off' });
    return accepted({ threshold, amountOn: () => off, largestUpTo: () => off });
  },
};
