import { accepted, refused } from '../../outcome';
import type { BenefitTerms } from '../../promotion-terms';
import { type BenefitKind, valueIn } from './benefit';

/** 立减: an amount off, with or without a threshold. */
export const fixed: BenefitKind<Extract<BenefitTerms, { kind: 'FIXED' }>> = {
  rank: 2,
  phase: 'ORDER',
  targets: 'GOODS',
  base: 'BY_DOCUMENT',
  monotone: true,
  ready(terms, { currency }) {
    const threshold = valueIn(terms.threshold, currency, 0);
    if (threshold === null) return refused({ path: 'threshold' });
    const off = valueIn(terms.off, currency, 0);
    if (off === null) return refused({ path: 'off' });
    return accepted({ threshold, on: 'TOTAL', amountOn: () => off, largestUpTo: () => off, nextStep: () => null });
  },
};
