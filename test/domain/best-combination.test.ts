import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { UnitRun } from '../../subgraphs/shared/kernel/money';
import { benefitKinds } from '../../subgraphs/shared/kernel/pricing/benefits/registry';
import type { Candidate } from '../../subgraphs/shared/kernel/pricing/candidates';
import type { PricedCart } from '../../subgraphs/shared/kernel/pricing/price';
import { defaultTenantSettings } from '../../subgraphs/shared/kernel/tenant-settings';
import { cart, coupon, line, noon, priced, terms } from '../support/promotions';
import {
  candidateOf,
  someCandidates,
  someCart,
  someCartTerms,
  someCurrency,
  someLines,
  someSettings,
  someTemplate,
  tightContest,
} from '../support/random-contests';
import { type ReferencePrice, referenceBest } from '../support/reference-pricing';
import { runs } from '../support/runs';

describe('9 The best combination', () => {
  it('is what trying every set of promotions finds, tie-break, price, tax and each unit included', () => {
    const applied = new Set<string>();
    fc.assert(
      fc.property(someCart, someCandidates, someSettings, (goods, candidates, settings) => {
        const result = priced(goods, candidates, { settings });
        expect(result.optimal).toBe(true);
        expect(toldBy(result)).toEqual(referenceBest(goods, candidates, settings, noon));
        for (const kind of kindsIn(result, candidates)) applied.add(kind);
      }),
      { numRuns: runs(10_000, 0.02) },
    );
    // A mix that lost a kind would prove nothing about it.
    expect([...applied].sort()).toEqual(Object.keys(benefitKinds).sort());
  });

  it('is what trying every set finds where promotions work on the same goods', () => {
    fc.assert(
      fc.property(tightContest, ({ goods, candidates }) => {
        const result = priced(goods, candidates);
        expect(result.optimal).toBe(true);
        expect(toldBy(result)).toEqual(referenceBest(goods, candidates, defaultTenantSettings, noon));
      }),
      { numRuns: runs(4000, 0.03) },
    );
  });

  it('does not depend on the order of lines or of coupons, shipped or not', () => {
    fc.assert(
      fc.property(
        someLines.chain((lines) => fc.tuple(fc.constant(lines), shuffled(lines))),
        someCandidates.chain((candidates) => fc.tuple(fc.constant(candidates), shuffled(candidates))),
        someCurrency,
        someCartTerms,
        someSettings,
        ([lines, otherLines], [candidates, otherCandidates], currency, more, settings) => {
          const result = priced(cart(lines, currency, more), candidates, { settings });
          const other = priced(cart(otherLines, currency, more), otherCandidates, { settings });
          expect({ ...other, lines: byLine(other) }).toEqual({ ...result, lines: byLine(result) });
        },
      ),
      { numRuns: runs(2000, 0.03) },
    );
  });

  it('is the same when it is asked for again', () => {
    fc.assert(
      fc.property(someCart, someCandidates, someSettings, (goods, candidates, settings) => {
        expect(priced(goods, candidates, { settings })).toEqual(priced(goods, candidates, { settings }));
      }),
      { numRuns: runs(1000) },
    );
  });

  it('never saves less for owning one more coupon', () => {
    fc.assert(
      fc.property(someCart, someCandidates, someTemplate, someSettings, (goods, candidates, recipe, settings) => {
        const without = priced(goods, candidates, { settings });
        const one = candidateOf({ ...recipe, trigger: 'COUPON' }, 'tpl-more', 'cpn-more');
        expect(priced(goods, [...candidates, one], { settings }).saving).toBeGreaterThanOrEqual(without.saving);
      }),
      { numRuns: runs(2000, 0.03) },
    );
  });

  it('is confirmed when the shopper picks exactly the coupons it chose', () => {
    fc.assert(
      fc.property(someCart, someCandidates, someSettings, (goods, candidates, settings) => {
        const best = priced(goods, candidates, { settings });
        const couponIds = best.applied.flatMap(({ couponId }) => couponId ?? []);
        const {
          considered: _,
          nodes: __,
          ...again
        } = priced(goods, candidates, {
          settings,
          choose: { kind: 'CHOSEN', couponIds },
        });
        expect(best).toMatchObject(again);
      }),
      { numRuns: runs(2000, 0.03) },
    );
  });

  it('says what the best could be at most when it may not search to the end', () => {
    let cutShort = 0;
    fc.assert(
      fc.property(
        someCart,
        someCandidates,
        someSettings,
        fc.integer({ min: 0, max: 30 }),
        (goods, all, settings, budget) => {
          const best = referenceBest(goods, all, settings, noon);
          const cut = priced(goods, all, { settings, choose: { kind: 'AUTO', nodeBudget: budget, stop: () => false } });
          expect(cut.nodes).toBeLessThanOrEqual(budget);
          expect(cut.saving).toBeLessThanOrEqual(best.saving);
          expect(cut.upperBound).toBeGreaterThanOrEqual(best.saving);
          expect(cut.upperBound).toBeLessThanOrEqual(cut.subtotal + (cut.shipping?.listAmount ?? 0));
          if (cut.optimal) expect(cut).toMatchObject({ saving: best.saving, upperBound: best.saving });
          else cutShort++;
        },
      ),
      { numRuns: runs(2000, 0.03) },
    );
    expect(cutShort).toBeGreaterThan(0);
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

  it('takes one that stands alone, with free shipping beside it, rather than a larger one without', () => {
    const goods = cart([line('lamp', 10_000)], 'CNY', { shipping: { method: 'POST', amount: 1200 } });
    const result = priced(goods, [
      coupon('larger', terms('a', fixedOff(1010, { stackingGroup: 'SEASON', excludes: ['SHIPPING'] }))),
      coupon('alone', terms('b', fixedOff(1000, { stackingGroup: 'SEASON', exclusive: true }))),
      coupon(
        'post',
        terms('c', {
          benefit: [{ kind: 'FREE_SHIPPING', maxAmount: { CNY: 120 } }],
          rule: { stackingGroup: 'SHIPPING' },
        }),
      ),
    ]);
    expect(chosenOf(result)).toEqual({ saving: 1120, couponIds: ['alone', 'post'], automaticIds: [] });
  });

  it('finds what may stand beside a coupon that stands alone, however little each of them saves', () => {
    const goods = cart([line('lamp', 6)]);
    const result = priced(goods, [
      coupon('beside', terms('beside', fixedOff(1, { stackingGroup: 'SHIPPING' }), null)),
      coupon('alone', terms('alone', fixedOff(1, { stackingGroup: 'ITEM', exclusive: true }))),
    ]);
    expect(result).toMatchObject({ discount: 2, optimal: true });
    expect(result.applied.map(({ couponId }) => couponId)).toEqual(['alone', 'beside']);
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

/** The kinds of benefit that took something off or gave something. */
function kindsIn({ applied, gifts, points }: PricedCart, candidates: readonly Candidate[]): string[] {
  return applied.flatMap(({ templateId, benefits }) => {
    const of = candidates.find(({ promotion }) => promotion.templateId === templateId);
    const given = [...gifts, ...points].filter((one) => one.templateId === templateId).map(({ benefit }) => benefit);
    return (of?.promotion.document.benefit ?? []).flatMap(({ kind }, place) => {
      const path = `benefit[${place}]`;
      return given.includes(path) || benefits.some((one) => one.path === path && one.amount > 0) ? [kind] : [];
    });
  });
}

function shuffled<T>(values: T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray(values, { minLength: values.length, maxLength: values.length });
}

function chosenOf(result: PricedCart): Pick<ReferencePrice, 'saving' | 'couponIds' | 'automaticIds'> {
  return {
    saving: result.saving,
    couponIds: result.applied.flatMap(({ couponId }) => couponId ?? []).sort(),
    automaticIds: result.applied.filter(({ couponId }) => couponId === null).map(({ templateId }) => templateId),
  };
}

/** A price in the words of the reference. */
function toldBy(result: PricedCart): ReferencePrice {
  const eachUnit = (of: UnitRun[]) => of.flatMap(({ units, amount }) => new Array<number>(units).fill(amount));
  return {
    ...chosenOf(result),
    payable: result.payable,
    due: result.due,
    tax: result.tax.amount,
    shipping: result.shipping?.payable ?? null,
    lines: byLine(result).map(({ lineId, payable, tax, payablePerUnit }) => {
      return { lineId, payable, tax, units: eachUnit(payablePerUnit) };
    }),
    gifts: result.gifts.map(
      ({ couponId, templateId, skuId, quantity }) => `${couponId ?? templateId} ${skuId} × ${quantity}`,
    ),
    points: result.points.reduce((sum, { points }) => sum + points, 0),
  };
}

function byLine(result: { lines: PricedCart['lines'] }): PricedCart['lines'] {
  return [...result.lines].sort((a, b) => (a.lineId < b.lineId ? -1 : 1));
}
