import { percentOf } from '../../money';
import { accepted, refused } from '../../outcome';
import type { BenefitTerms } from '../../promotion-terms';
import { type BenefitKind, valueIn } from './benefit';

/**
 * 阶梯满减: the highest tier that is reached counts, alone. A higher tier may give less than a lower one (a small rate above a
 * large amount), so the kind is not monotone.
 */
export const tiers: BenefitKind<Extract<BenefitTerms, { kind: 'TIERS' }>> = {
  rank: 0,
  phase: 'ORDER',
  targets: 'GOODS',
  base: 'BY_DOCUMENT',
  monotone: false,
  ready(terms, { currency, rounding }) {
    const steps: { from: number; amountOn(base: number): number }[] = [];
    for (const [place, tier] of terms.tiers.entries()) {
      const from = valueIn(tier.threshold, currency, 0);
      if (from === null) return refused({ path: `tiers[${place}].threshold` });
      if ('off' in tier) {
        const off = valueIn(tier.off, currency, 0);
        if (off === null) return refused({ path: `tiers[${place}].off` });
        steps.push({ from, amountOn: () => off });
      } else {
        const most = valueIn(tier.maxAmount, currency, Number.MAX_SAFE_INTEGER);
        if (most === null) return refused({ path: `tiers[${place}].maxAmount` });
        steps.push({
          from,
          amountOn: (base) => Math.min(most, percentOf(base, tier.percentOffBasisPoints, rounding)),
        });
      }
    }
    const reached = (base: number) => steps.filter(({ from }) => from <= base);
    const amountOn = (base: number) => reached(base).at(-1)?.amountOn(base) ?? 0;
    return accepted({
      threshold: steps[0]?.from ?? 0,
      on: 'TOTAL',
      amountOn,
      // Each tier by itself grows, so it gives the most where the next begins, or at the base.
      largestUpTo: (base) =>
        reached(base).reduce((most, { amountOn: ofTier }, place) => {
          const end = steps[place + 1]?.from ?? Number.MAX_SAFE_INTEGER;
          return Math.max(most, ofTier(Math.min(base, end - 1)));
        }, 0),
      nextStep: (base) =>
        steps.find(({ from, amountOn: ofTier }) => from > base && ofTier(from) > amountOn(base))?.from ?? null,
    });
  },
};
