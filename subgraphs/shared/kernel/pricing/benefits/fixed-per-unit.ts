import { accepted, refused } from '../../outcome';
import type { BenefitTerms } from '../../promotion-terms';
import { type BenefitKind, valueIn } from './benefit';

/** 每件立减: an amount off each unit, never more than a unit costs. */
export const fixedPerUnit: BenefitKind<Extract<BenefitTerms, { kind: 'FIXED_PER_UNIT' }>> = {
  rank: 2,
  phase: 'P1',
  targets: 'GOODS',
  base: 'REMAINING',
  monotone: true,
  ready(terms, { currency }) {
    const threshold = valueIn(terms.threshold, currency, 0);
    if (threshold === null) return refused({ path: 'threshold' });
    const off = valueIn(terms.off, currency, 0);
    if (off === null) return refused({ path: 'off' });
    return accepted({ threshold, on: 'LINES', amountOnLine: (left, quantity) => Math.min(left, off * quantity) });
  },
};
