import { accepted, refused } from '../../outcome';
import type { BenefitTerms } from '../../promotion-terms';
import { type BenefitKind, valueIn } from './benefit';

/** 每满减: 40 off for every 300 spent, at most `maxTimes` times: 700 spent save 80. */
export const everyX: BenefitKind<Extract<BenefitTerms, { kind: 'EVERY_X' }>> = {
  rank: 0,
  phase: 'ORDER',
  targets: 'GOODS',
  base: 'BY_DOCUMENT',
  monotone: true,
  ready(terms, { currency }) {
    const every = valueIn(terms.every, currency, 0);
    if (every === null) return refused({ path: 'every' });
    const off = valueIn(terms.off, currency, 0);
    if (off === null) return refused({ path: 'off' });
    const most = terms.maxTimes ?? Number.MAX_SAFE_INTEGER;
    const timesOn = (base: number) => Math.min(most, (base - (base % every)) / every);
    // `off` never exceeds `every`, so the product never exceeds the base.
    const amountOn = (base: number) => timesOn(base) * off;
    return accepted({
      threshold: every,
      on: 'TOTAL',
      amountOn,
      largestUpTo: amountOn,
      nextStep: (base) => (timesOn(base) < most ? (timesOn(base) + 1) * every : null),
    });
  },
};
