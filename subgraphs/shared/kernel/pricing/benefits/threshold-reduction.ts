import { accepted, refused } from '../../outcome';
import type { BenefitTerms } from '../../promotion-terms';
import type { BenefitKind } from './benefit';

/** 满减: spend 300, save 40, once. */
export const thresholdReduction: BenefitKind<Extract<BenefitTerms, { kind: 'THRESHOLD_REDUCTION' }>> = {
  rank: 0,
  monotone: true,
  ready(terms, currency) {
    const threshold = terms.threshold[currency];
    if (threshold === undefined) return refused({ path: 'threshold' });
    const off = terms.off[currency];
    if (off === undefined) return refused({ path: 'off' });
    return accepted({ threshold, amountOn: () => off, largestUpTo: () => off });
  },
};
