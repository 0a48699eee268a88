import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PricedCart } from '../../subgraphs/shared/kernel/pricing/price';
import { defaultTenantSettings } from '../../subgraphs/shared/kernel/tenant-settings';
import { cart, coupon, line, noon, priced, terms } from '../support/promotions';
import {
  someCandidates,
  someCart,
  someLine,
  someSettings,
  someTemplate,
  tightContest,
} from '../support/random-contests';
import { referenceBest } from '../support/reference-pricing';
import { runs } from '../support/runs';

describe('the best combination', () => {
  it('is what trying every set finds where promotions work on the same goods', () => {
    fc.assert(
      fc.property(tightContest, ({ goods, candidates }) => {
        const result = priced(goods, candidates);
        expect(result.optimal).toBe(true);
        expect(chosenOf(result)).toEqual(referenceBest(goods, candidates, defaultTenantSettings, noon));
      }),
      { numRuns: runs(5000, 0.02) },
    );
  });

  it('is what trying every set of promotions finds, tie-break included', () => {
    fc.assert(
      fc.property(someCart, someCandidates, someSettings, (goods, candidates, settings) => {
        const result = priced(goods, candidates, { settings });
        expect(result.optimal).toBe(true);
        expect(chosenOf(result)).toEqual(referenceBest(goods, candidates, settings, noon));
      }),
      { numRuns: runs(10_000, 0.02) },
    );
  });

  it('does not depend on the order of lines or of coupons', () => {
    fc.assert(
      fc.property(
        fc
          .array(someLine, { minLength: 1, maxLength: 6 })
          .chain((lines) => fc.tuple(fc.constant(lines), shuffled(lines))),
        someCandidates.chain((candidates) => fc.tuple(fc.constant(candidates), shuffled(candidates))),
        someSettings,
        ([lines, otherLines], [candidates, otherCandidates], settings) => {
          const result = priced(cart(lines), candidates, { settings });
          const other = priced(cart(otherLines), otherCandidates, { settings });
          expect({ ...other, lines: byLine(other) }).toEqual({ ...result, lines: byLine(result) });
        },
      ),
      { numRuns: runs(2000) },
    );
  });

  it('never saves less for owning one more coupon', () => {
    fc.assert(
      fc.property(someCart, someCandidates, someTemplate, someSettings, (goods, candidates, template, settings) => {
        const { merchantId, scope, benefit, rule } = template;
        const owned = terms('tpl-more', { product: { scope }, benefit, rule: { ...rule, always: false } }, merchantId);
        const without = priced(goods, candidates, { settings });
        const withMore = priced(goods, [...candidates, coupon('cpn-more', owned)], { settings });
        expect(withMore.saving).toBeGreaterThanOrEqual(without.saving);
      }),
      { numRuns: runs(2000) },
    );
  });

  it('is confirmed when the shopper picks exactly the coupons it chose', () => {
    fc.assert(
      fc.property(someCart, someCandidates, someSettings, (goods, candidates, settings) => {
        const best = priced(goods, candidates, { settings });
        const couponIds = best.applied.flatMap(({ couponId }) => couponId ?? []);
        const again = priced(goods, candidates, { settings, choose: { kind: 'CHOSEN', couponIds } });
        expect(again.applied).toEqual(best.applied);
        expect(again.lines).toEqual(best.lines);
      }),
      { numRuns: runs(2000) },
    );
  });

  it('says what the best could be at most when it may not search to the end', () => {
    fc.assert(
      fc.property(
        someCart,
        someCandidates,
        someSettings,
        fc.integer({ min: 0, max: 30 }),
        (goods, all, settings, budget) => {
          const full = priced(goods, all, { settings });
          const cut = priced(goods, all, { settings, choose: { kind: 'AUTO', nodeBudget: budget, stop: () => false } });
          expect(cut.nodes).toBeLessThanOrEqual(budget);
          expect(cut.saving).toBeLessThanOrEqual(full.saving);
          expect(cut.upperBound).toBeGreaterThanOrEqual(full.saving);
          if (cut.optimal) expect(cut.saving).toBe(full.saving);
          expect(cut.upperBound).toBeLessThanOrEqual(cut.subtotal + (cut.shipping?.listAmount ?? 0));
        },
      ),
      { numRuns: runs(2000) },
    );
  });

  it('ends at once when told to stop and still gives a legal price', () => {
    const goods = cart([line('lamp', 10_000)]);
    const mine = [coupon('c-1', terms('a', tenOff)), coupon('c-2', terms('b', tenOff))];
    const result = priced(goods, mine, { choose: { kind: 'AUTO', nodeBudget: 1000, stop: () => true } });
    expect(result).toMatchObject({ nodes: 0, discount: 1000, optimal: true, upperBound: 1000 });
  });

  it('takes two small coupons rather than the exclusive large one when together they save more', () => {
    const goods = cart([line('lamp', 30_000), line('nuts', 20_000, { category: '/food', merchantId: 'terra' })]);
    const result = priced(goods, [
      coupon('large', terms('large', fixedOff(2500, { stackingGroup: 'PLATFORM_COUPON', exclusive: true }), null)),
      coupon('lamps', terms('lamps', fixedOff(1500))),
      coupon('nuts', terms('nuts', fixedOff(1400), 'terra')),
    ]);
    expect(result.discount).toBe(2900);
    expect(chosenOf(result).couponIds).toEqual(['lamps', 'nuts']);
    expect(result.considered.find(({ couponId }) => couponId === 'large')).toMatchObject({
      verdict: 'BEATEN_BY',
      rule: 'EXCLUSIVE',
      by: [{ couponId: 'lamps' }, { couponId: 'nuts' }],
      difference: 400,
    });
  });

  it('uses the coupon that expires first of several alike, and keeps the others', () => {
    const alike = terms('alike', tenOff);
    const goods = cart([line('lamp', 10_000)]);
    const result = priced(goods, [
      coupon('a', alike, '2026-12-03T00:00:00.000Z'),
      coupon('b', alike, '2026-12-01T00:00:00.000Z'),
      coupon('c', alike, '2026-12-02T00:00:00.000Z'),
    ]);
    expect(chosenOf(result).couponIds).toEqual(['b']);
  });

  it('uses one coupon rather than two that save the same', () => {
    const goods = cart([line('lamp', 10_000), line('nuts', 10_000, { category: '/food' })]);
    const result = priced(goods, [
      coupon('both', terms('both', fixedOff(2000))),
      coupon(
        'lamp',
        terms('lamp', { ...fixedOff(1000), product: { scope: { kind: 'CATEGORIES', categories: ['/home'] } } }),
      ),
      coupon(
        'nuts',
        terms('nuts', { ...fixedOff(1000), product: { scope: { kind: 'CATEGORIES', categories: ['/food'] } } }),
      ),
    ]);
    expect(result.discount).toBe(2000);
    expect(chosenOf(result).couponIds).toEqual(['both']);
  });

  it('proves the best of sixty coupons of three merchants and the platform within the default budget', () => {
    const shops = ['lumen', 'terra', 'nord'];
    const goods = cart(
      shops.flatMap((merchantId, at) =>
        [1, 2, 3].map((n) => line(`${merchantId}-${n}`, 5000 * n + 1300 * at, { merchantId })),
      ),
    );
    const owned = shops.flatMap((shop, at) =>
      Array.from({ length: 15 }, (_, n) =>
        coupon(`${shop}-${n}`, terms(`tpl-${shop}-${n}`, fixedOff(500 + ((n * 37 + at * 11) % 15) * 100), shop)),
      ),
    );
    const ofPlatform = Array.from({ length: 15 }, (_, n) =>
      coupon(
        `platform-${n}`,
        terms(`tpl-p-${n}`, fixedOff(800 + ((n * 7) % 15) * 50, { stackingGroup: 'PLATFORM_COUPON' }), null),
      ),
    );
    const result = priced(goods, [...owned, ...ofPlatform], {
      choose: { kind: 'AUTO', nodeBudget: defaultTenantSettings.solverNodeBudget, stop: () => false },
    });
    expect(result).toMatchObject({ optimal: true, discount: 3 * 1900 + 1500 });
    expect(result.nodes).toBeLessThan(2000);
  });
});

const tenOff = fixedOff(1000);

function fixedOff(off: number, rule: Record<string, unknown> = {}): Record<string, unknown> {
  return { benefit: [{ kind: 'FIXED', off: { CNY: off } }], rule: { stackingGroup: 'MERCHANT_COUPON', ...rule } };
}

function shuffled<T>(values: T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray(values, { minLength: values.length, maxLength: values.length });
}

function chosenOf(result: PricedCart): { saving: number; couponIds: string[]; automaticIds: string[] } {
  return {
    saving: result.saving,
    couponIds: result.applied.flatMap(({ couponId }) => couponId ?? []).sort(),
    automaticIds: result.applied.filter(({ couponId }) => couponId === null).map(({ templateId }) => templateId),
  };
}

function byLine(result: { lines: PricedCart['lines'] }): PricedCart['lines'] {
  return [...result.lines].sort((a, b) => (a.lineId < b.lineId ? -1 : 1));
}
