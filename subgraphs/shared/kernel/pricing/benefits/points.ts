import { accepted, refused } from '../../outcome';
import type { BenefitTerms } from '../../promotion-terms';
import { type BenefitKind, valueIn } from './benefit';

/** 积分: points once, or for each amount that is paid in the end for what is in scope; points are no discount. */
export const points: BenefitKind<Extract<BenefitTerms, { kind: 'POINTS' }>> = {
  rank: 3,
  phase: 'P7',
  targets: 'NOTHING',
  base: 'REMAINING',
  monotone: true,
  ready(terms, { currency }) {
    const threshold = valueIn(terms.threshold, currency, 0);
    if (threshold === null) return refused({ path: 'threshold' });
    const every = valueIn(terms.every, currency, 0);
    if (every === null) return refused({ path: 'every' });
    return accepted({
      threshold,
      on: 'NOTHING',
      awardOn(base) {
        const times = every === 0 ? 1 : (base - (base % every)) / every;
        return times === 0 ? null : { gifts: [], points: Math.min(Number.MAX_SAFE_INTEGER, times * terms.points) };
      },
    });
  },
};
