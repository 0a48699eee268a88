import { accepted, refused } from '../../outcome';
import type { BenefitTerms } from '../../promotion-terms';
import { type BenefitKind, valueIn } from './benefit';

/** 定金膨胀: a deposit of 100 for each unit counts as 200; the 100 beyond it come off the line, the deposit itself is paid. */
export const depositExpansion: BenefitKind<Extract<BenefitTerms, { kind: 'DEPOSIT_EXPANSION' }>> = {
  rank: 2,
  phase: 'P1',
  targets: 'GOODS',
  base: 'REMAINING',
  monotone: true,
  ready(terms, { currency }) {
    const deposit = valueIn(terms.deposit, currency, 0);
    if (deposit === null) return refused({ path: 'deposit' });
    const worth = valueIn(terms.worth, currency, 0);
    if (worth === null) return refused({ path: 'worth' });
    return accepted({
      threshold: 0,
      on: 'LINES',
      amountOnLine: (left, quantity) => Math.min(left, (worth - deposit) * quantity),
      paidAhead: (quantity) => deposit * quantity,
    });
  },
};
