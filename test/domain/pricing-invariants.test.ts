import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BenefitKindName } from '../../subgraphs/shared/kernel/benefit-terms';
import { asCurrencyCode } from '../../subgraphs/shared/kernel/money';
import type { EffectOnUnits, ReadyBenefit } from '../../subgraphs/shared/kernel/pricing/benefits/benefit';
import { benefitKinds, readyBenefit } from '../../subgraphs/shared/kernel/pricing/benefits/registry';
import { filled } from '../../subgraphs/shared/kernel/pricing/floors';
import { bestCount } from '../../subgraphs/shared/kernel/pricing/units';
import { expectToAddUp } from '../support/adding-up';
import { automatic, cart, document, line, priced } from '../support/promotions';
import { someBenefitOfAnyKind, someCandidates, someCart, someSettings, tightContest } from '../support/random-contests';
import { runs } from '../support/runs';

describe('every price', () => {
  it('adds up to the last cent, by line, unit, merchant, promotion, payer and payment, and nothing falls below zero', () => {
    fc.assert(
      fc.property(someCart, someCandidates, someSettings, (goods, candidates, settings) => {
        expectToAddUp(priced(goods, candidates, { settings }));
      }),
      { numRuns: runs(3000, 0.02) },
    );
    fc.assert(
      fc.property(tightContest, ({ goods, candidates }) => {
        expectToAddUp(priced(goods, candidates));
      }),
      { numRuns: runs(2000) },
    );
  });

  it('holds the floors of each line, each merchant and the order, whatever is combined', () => {
    fc.assert(
      fc.property(someCart, someCandidates, someSettings, (goods, candidates, settings) => {
        const result = priced(goods, candidates, { settings });
        for (const one of result.lines) {
          const floor = goods.lines.find(({ lineId }) => lineId === one.lineId)?.minUnitPrice ?? 0;
          expect(one.payable).toBeGreaterThanOrEqual(Math.min(floor, one.unitPrice) * one.quantity);
        }
        const share = settings.floors?.maxDiscountShareBasisPoints ?? 10_000;
        for (const { subtotal, discount } of result.merchants)
          expect(discount).toBeLessThanOrEqual(Math.floor((subtotal * share) / 10_000));
        const least = settings.floors?.minPayable?.[goods.currency] ?? 0;
        expect(result.subtotal - result.discount).toBeGreaterThanOrEqual(Math.min(least, result.subtotal));
      }),
      { numRuns: runs(3000, 0.03) },
    );
  });
});

describe('every promotion that is considered', () => {
  it('is told once as applied, rejected or beaten, with numbers that are so', () => {
    const verdicts = { APPLIED: 0, REJECTED: 0, BEATEN_BY: 0 };
    fc.assert(
      fc.property(someCart, someCandidates, someSettings, (goods, candidates, settings) => {
        const result = priced(goods, candidates, { settings });
        const keyOf = (templateId: string | undefined, couponId: string | null) =>
          couponId ?? `automatic ${templateId}`;
        const told = result.considered.map(({ promotion, couponId }) => keyOf(promotion?.templateId, couponId));
        const asked = candidates.map(({ promotion, source }) =>
          keyOf(promotion.templateId, source.kind === 'COUPON' ? source.couponId : null),
        );
        expect([...told].sort()).toEqual([...asked].sort());
        const applied = result.applied.map(({ templateId, couponId }) => keyOf(templateId, couponId));
        for (const one of result.considered) {
          verdicts[one.verdict]++;
          const key = keyOf(one.promotion?.templateId, one.couponId);
          expect([key, applied.includes(key)]).toEqual([key, one.verdict === 'APPLIED']);
          if (one.verdict === 'BEATEN_BY') {
            expect([key, one.difference >= 0]).toEqual([key, true]);
            expect(one.by.length).toBeGreaterThan(0);
            for (const { templateId, couponId } of one.by) expect(applied).toContain(keyOf(templateId, couponId));
          }
          if (one.verdict !== 'REJECTED' || one.rejection.code !== 'BELOW_THRESHOLD') continue;
          const { required, observed, deficit } = one.rejection;
          expect(Number(required) - Number(observed)).toBe(deficit);
          expect(deficit).toBeGreaterThan(0);
        }
      }),
      { numRuns: runs(3000, 0.03) },
    );
    expect(Math.min(...Object.values(verdicts))).toBeGreaterThan(0);
  });
});

describe('an amount', () => {
  it('is parted so that parts sum to what can be placed and none exceeds its cap, whatever the mode', () => {
    const bearers = fc.array(fc.record({ weight: fc.nat(500), cap: fc.nat(500) }), { maxLength: 8 });
    fc.assert(
      fc.property(
        fc.nat(5000),
        bearers,
        fc.constantFrom('EVEN' as const, 'PROPORTIONAL' as const),
        (amount, all, mode) => {
          const weights = all.map(({ weight }) => weight);
          const caps = all.map(({ weight, cap }) => Math.min(weight, cap));
          const parts = filled(amount, weights, caps, mode);
          const sum = (of: number[]) => of.reduce((total, one) => total + one, 0);
          expect(sum(parts)).toBe(Math.min(amount, sum(caps)));
          parts.forEach((part, index) => {
            expect(part).toBeGreaterThanOrEqual(0);
            expect(part).toBeLessThanOrEqual(caps[index] ?? 0);
          });
        },
      ),
      { numRuns: runs(5000, 0.03) },
    );
  });
});

describe('each kind of benefit', () => {
  const rounding = fc.constantFrom('HALF_UP' as const, 'HALF_EVEN' as const, 'DOWN' as const);
  const lots = fc.array(
    fc.record({
      amount: fc.nat(20_000),
      fallen: fc.nat(20_000),
      units: fc.integer({ min: 1, max: 4 }),
      gone: fc.nat(4),
    }),
    { minLength: 1, maxLength: 6 },
  );
  const base = fc.oneof(fc.nat(300), fc.nat(20_000), fc.nat(60_000));
  /** Ascending. */
  const bases = fc.array(base, { minLength: 12, maxLength: 12 }).map((all) => all.sort((a, b) => a - b));

  it('keeps its word on giving no more when less is left, on which the search relies', () => {
    const seen = new Set<BenefitKindName>();
    fc.assert(
      fc.property(someBenefitOfAnyKind, rounding, bases, lots, fc.nat(6), (raw, how, rising, units, split) => {
        const { kind, ready } = readied(raw, how);
        seen.add(kind);
        if (!benefitKinds[kind].monotone) return;
        const fallen = units.map((lot) => ({ ...lot, amount: Math.max(0, lot.amount - lot.fallen) }));
        const given =
          ready.on === 'UNITS'
            ? [fallen, units].map((of) => worthOnUnits(ready, of, split))
            : rising.map((amount) => worthOn(ready, amount));
        expect([kind, ...given]).toEqual([kind, ...[...given].sort((a, b) => a - b)]);
      }),
      { numRuns: runs(20_000, 0.04) },
    );
    expect([...seen].sort()).toEqual(Object.keys(benefitKinds).sort());
  });

  it('never gives more than it says it can at most, whatever is reserved and however amounts fall', () => {
    fc.assert(
      fc.property(someBenefitOfAnyKind, rounding, bases, lots, fc.nat(6), (raw, how, rising, units, split) => {
        const { ready } = readied(raw, how);
        let most = 0;
        for (const amount of rising) {
          if (ready.on === 'TOTAL') {
            most = Math.max(most, ready.amountOn(amount));
            expect(most).toBeLessThanOrEqual(ready.largestUpTo(amount));
          }
          if (ready.on === 'LINES') {
            most = Math.max(most, ready.amountOnLine(amount, 3));
            expect(most).toBeLessThanOrEqual((ready.mostOnLine ?? ready.amountOnLine)(amount, 3));
          }
        }
        if (ready.on !== 'UNITS') return;
        const later = units.map((lot) => ({
          ...lot,
          units: Math.max(0, lot.units - lot.gone),
          amount: Math.max(0, lot.amount - lot.fallen),
        }));
        expect(worthOnUnits(ready, later, split)).toBeLessThanOrEqual(ready.mostOn(poolsOf(units, split)));
      }),
      { numRuns: runs(20_000, 0.04) },
    );
  });

  it('says truly from where it gives more', () => {
    fc.assert(
      fc.property(someBenefitOfAnyKind, base, (raw, from) => {
        const { ready } = readied(raw, 'HALF_UP');
        if (ready.on !== 'TOTAL') return;
        const next = ready.nextStep(from);
        if (next === null) return;
        expect(next).toBeGreaterThan(from);
        expect(ready.amountOn(next)).toBeGreaterThan(ready.amountOn(from));
        expect(ready.amountOn(next - 1)).toBeLessThanOrEqual(ready.amountOn(next));
      }),
      { numRuns: runs(5000, 0.03) },
    );
  });

  it('of units takes a million as quickly as three', () => {
    const goods = cart([line('a', 1000, { quantity: 999_999 }), line('b', 999, { quantity: 1_000_000 })]);
    const benefit = { kind: 'BUY_X_GET_Y', buy: 1, get: 1, selection: 'CUSTOMER_BEST' };
    const result = priced(goods, [automatic('t', { benefit: [benefit], rule: { stackingGroup: 'SEASON' } })]);
    expect(result.discount).toBe(999_999 * 1000);
  });

  it('of units finds the best number of repeats', () => {
    expect(bestCount(9, (n) => 6 * n - n * n)).toBe(3);
    expect([bestCount(0, () => 1), bestCount(5, (n) => -n), bestCount(5, (n) => n)]).toEqual([0, 0, 5]);
  });
});

interface SomeLot {
  units: number;
  amount: number;
}

/** Free lots in two pools; a line is in one of them. */
function poolsOf(lots: readonly SomeLot[], split: number): Parameters<EffectOnUnits['pick']>[0] {
  const free = lots.map(({ units, amount }, place) => ({ place, at: 0, units, amount }));
  return [free.slice(0, split), free.slice(split)];
}

function worthOnUnits(ready: EffectOnUnits, lots: readonly SomeLot[], split: number): number {
  return ready.pick(poolsOf(lots, split)).saving;
}

/** What a benefit gives of goods worth so much, or of three units of a line; an award by how much it is. */
function worthOn(ready: Exclude<ReadyBenefit, EffectOnUnits>, base: number): number {
  if (base < ready.threshold) return 0;
  switch (ready.on) {
    case 'TOTAL':
      return Math.min(base, ready.amountOn(base));
    case 'LINES':
      return Math.min(base, ready.amountOnLine(base, 3));
    case 'NOTHING': {
      const award = ready.awardOn(base);
      return award ? award.points + award.gifts.length : 0;
    }
  }
}

function readied(
  raw: Record<string, unknown>,
  rounding: 'HALF_UP' | 'HALF_EVEN' | 'DOWN',
): { kind: BenefitKindName; ready: ReadyBenefit } {
  const [terms] = document({ benefit: [raw] }).benefit;
  const ready = terms && readyBenefit(terms, { currency: asCurrencyCode('CNY'), rounding });
  if (!terms || !ready?.ok) throw new Error('Expected a benefit with values in CNY, found none; correct the test.');
  return { kind: terms.kind, ready: ready.value };
}
