import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Candidate } from '../../subgraphs/shared/kernel/pricing/candidates';
import { filled } from '../../subgraphs/shared/kernel/pricing/floors';
import { defaultTenantSettings, parseTenantSettings } from '../../subgraphs/shared/kernel/tenant-settings';
import { automatic, cart, coupon, line, priced, terms } from '../support/promotions';
import { someCandidates, someCart, someSettings } from '../support/random-contests';
import { runs } from '../support/runs';

const free = { stackingGroup: 'SEASON' };
const off = (amount: number, rule: Record<string, unknown> = free, merchantId: string | null = null) =>
  automatic('off', { benefit: [{ kind: 'FIXED', off: { CNY: amount } }], rule }, merchantId);
const withFloors = (floors: { maxDiscountShareBasisPoints?: number; minPayable?: Record<string, number> }) => ({
  settings: { ...defaultTenantSettings, floors },
});
const payables = (result: { lines: { payable: number }[] }) => result.lines.map(({ payable }) => payable);

describe('a floor (§6)', () => {
  it('keeps a line at its least unit price and lets the others take the rest', () => {
    const goods = cart([line('a', 1000, { quantity: 2, minUnitPrice: 950 }), line('b', 2000)]);
    expect(payables(priced(goods, [off(1000)]))).toEqual([1900, 1100]);
  });

  it('reduces the discount by what cannot be placed anywhere', () => {
    const goods = cart([line('a', 1000, { minUnitPrice: 950 }), line('b', 2000, { minUnitPrice: 1900 })]);
    expect(priced(goods, [off(1000)])).toMatchObject({ discount: 150, payable: 2850 });
  });

  it('keeps what the largest share leaves of the goods of each merchant', () => {
    const goods = cart([line('a', 1000), line('b', 3000, { merchantId: 'terra' })]);
    const result = priced(
      goods,
      [off(3000), off(900, { ...free, priority: 1 }, 'lumen')],
      withFloors({ maxDiscountShareBasisPoints: 5000 }),
    );
    expect(result.merchants.map(({ discount }) => discount)).toEqual([500, 1500]);
  });

  it('of a merchant changes nothing where it is not reached', () => {
    const goods = cart([line('a', 1000), line('b', 1000), line('c', 1000), line('d', 1000, { merchantId: 'terra' })]);
    const alike = off(400, { ...free, allocation: 'EVEN' });
    expect(payables(priced(goods, [alike], withFloors({ maxDiscountShareBasisPoints: 9000 })))).toEqual([
      900, 900, 900, 900,
    ]);
  });

  it('keeps the least to pay for the goods of an order, whatever shipping costs', () => {
    const goods = cart([line('a', 1000)], 'CNY', { shipping: { method: 'POST', amount: 500 } });
    expect(priced(goods, [off(1000)], withFloors({ minPayable: { CNY: 1 } }))).toMatchObject({
      discount: 999,
      payable: 501,
    });
    expect(priced(goods, [off(1000)], withFloors({ minPayable: { JPY: 1 } }))).toMatchObject({ discount: 1000 });
  });

  it('holds for patterns and for amounts per unit too', () => {
    const goods = cart([line('a', 1000, { quantity: 2, minUnitPrice: 700 })]);
    for (const benefit of [
      { kind: 'BUY_X_GET_Y', buy: 1, get: 1 },
      { kind: 'FIXED_PER_UNIT', off: { CNY: 900 } },
    ])
      expect(priced(goods, [automatic('t', { benefit: [benefit], rule: free })]).payable).toBe(1400);
  });

  it('is a setting of the tenant, nothing unless it is chosen', () => {
    const floors = { maxDiscountShareBasisPoints: 8000, minPayable: { CNY: 1 } };
    expect(parseTenantSettings({ floors })).toMatchObject({ ok: true, value: { floors } });
    expect(parseTenantSettings({})).toEqual({ ok: true, value: defaultTenantSettings });
    expect(parseTenantSettings({ floors: { minPayable: { CNY: -1 } } }).ok).toBe(false);
  });
});

describe('an amount off goods is parted (§2)', () => {
  const goods = cart([line('a', 100), line('b', 1000), line('c', 2000)]);
  it.each<[string | undefined, number[]]>([
    [undefined, [71, 710, 1419]],
    ['PROPORTIONAL', [71, 710, 1419]],
    ['EVEN', [0, 600, 1600]],
    ['EACH', [0, 100, 1100]],
  ])('by what lines cost, alike, or to each: %s', (allocation, left) => {
    expect(payables(priced(goods, [off(900, { ...free, ...(allocation ? { allocation } : {}) })]))).toEqual(left);
  });

  it('so that parts sum to what can be placed and none exceeds its cap, whatever the mode', () => {
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
      { numRuns: runs(5000) },
    );
  });
});

describe('a budget (§3)', () => {
  const goods = cart([line('a', 1000)]);
  const limited = (budgetLeft: number, partialOnBudget: boolean): Candidate => ({
    ...coupon(
      'c',
      terms('t', {
        benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 5000 }],
        rule: free,
        limit: { stock: 9, budget: { amount: { CNY: 5000 }, partialOnBudget } },
      }),
    ),
    budgetLeft,
  });
  it.each<[number, boolean, number]>([
    [500, false, 500],
    [499, false, 0],
    [499, true, 499],
    [0, true, 0],
  ])(
    'of which %i is left gives that to the last order only where the terms say so: %s, %i',
    (left, partial, saving) => {
      expect(priced(goods, [limited(left, partial)]).discount).toBe(saving);
    },
  );

  it('that does not suffice for one coupon is no reason to leave out another of its kind', () => {
    const half = terms('t', { benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 5000 }], rule: free });
    // What saves most alone keeps out the others, so they are not found by taking the largest first.
    const alone = terms('u', { benefit: [{ kind: 'FIXED', off: { CNY: 600 } }], rule: { ...free, exclusive: true } });
    const candidates = [
      coupon('a', half),
      { ...coupon('b', half), budgetLeft: 1 },
      coupon('c', half),
      coupon('d', alone),
    ];
    expect(priced(goods, candidates).discount).toBe(750);
  });

  it('is the reason where it does not suffice', () => {
    expect(priced(goods, [limited(499, false)]).considered).toMatchObject([
      {
        verdict: 'REJECTED',
        rejection: { code: 'BUDGET_EXHAUSTED', path: 'limit.budget', required: 500, observed: 499 },
      },
    ]);
  });

  it('may suffice once others have taken something off', () => {
    const first = off(100, { ...free, priority: 1 }, 'lumen');
    expect(priced(goods, [first, limited(460, false)]).discount).toBe(550);
  });
});

describe('the floors of any order (§6)', () => {
  it('hold for each line, each merchant and the order, whatever is combined', () => {
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
      { numRuns: runs(3000) },
    );
  });
});
