import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { asCurrencyCode } from '../../subgraphs/shared/kernel/money';
import type { EffectOnUnits } from '../../subgraphs/shared/kernel/pricing/benefits/benefit';
import { benefitKinds, readyBenefit } from '../../subgraphs/shared/kernel/pricing/benefits/registry';
import { bestCount } from '../../subgraphs/shared/kernel/pricing/units';
import { automatic, cart, document, line, priced } from '../support/promotions';
import { runs } from '../support/runs';

const free = { stackingGroup: 'SEASON' };
const pattern = (id: string, benefit: Record<string, unknown>, rule: Record<string, unknown> = free) =>
  automatic(id, { benefit: [benefit], rule });
const getFree = (buy: number, get: number, more: Record<string, unknown> = {}) => ({
  kind: 'BUY_X_GET_Y',
  buy,
  get,
  ...more,
});
const onlySku = (skuId: string) => ({ kind: 'SKUS', skuIds: [skuId] });
const secondHalf = { kind: 'NTH_ITEM', n: 2, percentOffBasisPoints: 5000 };

type Goods = [sku: string, price: number, quantity: number][];
const goodsOf = (goods: Goods) => cart(goods.map(([sku, price, quantity]) => line(sku, price, { quantity })));

describe('a pattern on units (§5)', () => {
  it.each<[string, Record<string, unknown>, Goods, number]>([
    ['买2送1 of three', getFree(2, 1), [['a', 1000, 3]], 1000],
    ['买2送1 of two', getFree(2, 1), [['a', 1000, 2]], 0],
    ['买2送1 of eight, twice', getFree(2, 1), [['a', 1000, 8]], 2000],
    ['买2送1 of eight, once at most', getFree(2, 1, { maxOccurrence: 1 }), [['a', 1000, 8]], 1000],
    [
      '买2送1: the cheapest is free',
      getFree(2, 1),
      [
        ['a', 3000, 1],
        ['b', 2000, 1],
        ['c', 1000, 1],
      ],
      1000,
    ],
    [
      '买1送1: the two cheapest of four',
      getFree(1, 1),
      [
        ['a', 4000, 1],
        ['b', 3000, 1],
        ['c', 200, 1],
        ['d', 100, 1],
      ],
      300,
    ],
    [
      'the dearest is free',
      getFree(2, 1, { selection: 'MOST_EXPENSIVE' }),
      [
        ['a', 3000, 1],
        ['b', 2000, 2],
      ],
      3000,
    ],
    [
      '买2送1 of b: five units make it once',
      getFree(2, 1, { getScope: onlySku('b') }),
      [
        ['a', 1000, 2],
        ['b', 700, 3],
      ],
      700,
    ],
    [
      'units of b are bought where a does not suffice',
      getFree(3, 1, { getScope: onlySku('b') }),
      [
        ['a', 1000, 2],
        ['b', 700, 2],
      ],
      700,
    ],
    ['第二件半价 of five', secondHalf, [['a', 1000, 5]], 1000],
    [
      '第二件半价: the cheaper one of a pair',
      secondHalf,
      [
        ['a', 1000, 1],
        ['b', 301, 1],
      ],
      151,
    ],
    ['第三件免费 is one of three', { kind: 'NTH_ITEM', n: 3, percentOffBasisPoints: 10_000 }, [['a', 900, 4]], 900],
    [
      'a lamp and two bulbs for ¥99',
      { kind: 'BUNDLE', items: [{ skuIds: ['lamp'] }, { skuIds: ['bulb', 'led'], quantity: 2 }], price: { CNY: 9900 } },
      [
        ['lamp', 8000, 1],
        ['bulb', 1000, 1],
        ['led', 1500, 3],
      ],
      1100,
    ],
    [
      'no bundle that would be dearer than its goods',
      { kind: 'BUNDLE', items: [{ skuIds: ['lamp'] }, { skuIds: ['bulb'] }], price: { CNY: 9900 } },
      [
        ['lamp', 8000, 1],
        ['bulb', 1000, 1],
      ],
      0,
    ],
    [
      'two bundles at 8 折, three bulbs left over',
      { kind: 'BUNDLE', items: [{ skuIds: ['lamp'] }, { skuIds: ['bulb'] }], percentOffBasisPoints: 2000 },
      [
        ['lamp', 8000, 2],
        ['bulb', 1000, 5],
      ],
      3600,
    ],
  ])('%s', (_, benefit, goods, saving) => {
    expect(priced(goodsOf(goods), [pattern('t', benefit)]).discount).toBe(saving);
  });

  it.each([
    ['MOST_EXPENSIVE', 200],
    ['CUSTOMER_BEST', 4000],
  ])('repeats as often as it can, or only as often as it saves more: %s', (selection, saving) => {
    const terms = getFree(1, 1, { selection, getScope: { kind: 'SKUS', skuIds: ['b', 'c'] } });
    const one = automatic('t', {
      product: { scope: { kind: 'SKUS', skuIds: ['a', 'b'] } },
      benefit: [terms],
      rule: free,
    });
    const goods = goodsOf([
      ['a', 5000, 1],
      ['b', 4000, 1],
      ['c', 100, 2],
    ]);
    expect(priced(goods, [one]).discount).toBe(saving);
  });

  it('is spread over bought and got units together, so that returning the bought one leaves none free', () => {
    const [one] = priced(goodsOf([['a', 1000, 4]]), [pattern('t', getFree(2, 1))]).lines;
    expect(one).toMatchObject({
      discounts: [
        {
          amount: 1000,
          perUnit: [
            { units: 1, amount: 334 },
            { units: 2, amount: 333 },
            { units: 1, amount: 0 },
          ],
        },
      ],
      payablePerUnit: [
        { units: 1, amount: 666 },
        { units: 2, amount: 667 },
        { units: 1, amount: 1000 },
      ],
    });
  });

  it('falls on the got units alone where the terms say so', () => {
    const lines = priced(
      goodsOf([
        ['a', 1000, 2],
        ['b', 600, 1],
      ]),
      [pattern('t', getFree(2, 1, { allocation: 'TARGET_ONLY' }))],
    ).lines;
    expect(lines.map(({ payable }) => payable)).toEqual([2000, 0]);
  });

  it('never discounts a unit twice: what one reserved is no unit of another', () => {
    const result = priced(goodsOf([['a', 1000, 3]]), [pattern('t1', getFree(1, 1)), pattern('t2', getFree(1, 1))]);
    expect(result.applied).toMatchObject([{ templateId: 't1', amount: 1000 }]);
    const four = priced(goodsOf([['a', 1000, 4]]), [
      pattern('t1', getFree(1, 1, { maxOccurrence: 1 })),
      pattern('t2', getFree(1, 1, { maxOccurrence: 1 })),
    ]);
    expect(four.applied.map(({ amount }) => amount)).toEqual([1000, 1000]);
  });

  it('works on what item discounts left of each unit', () => {
    const item = automatic('item', {
      benefit: [{ kind: 'FIXED', off: { CNY: 100 } }],
      rule: { stackingGroup: 'ITEM' },
    });
    // 3 × 10.00 − 1.00 leaves 9.66, 9.67 and 9.67; the cheapest is free.
    expect(priced(goodsOf([['a', 1000, 3]]), [item, pattern('t', getFree(2, 1))]).discount).toBe(1066);
  });

  it('takes a million units as quickly as three', () => {
    const goods = goodsOf([
      ['a', 1000, 999_999],
      ['b', 999, 1_000_000],
    ]);
    const result = priced(goods, [pattern('t', getFree(1, 1, { selection: 'CUSTOMER_BEST' }))]);
    expect(result.discount).toBe(999_999 * 1000);
  });

  it('never saves more than it says it can, whatever is reserved and however amounts fall', () => {
    const units = fc.array(
      fc.record({ amount: fc.nat(2000), fallen: fc.nat(2000), units: fc.integer({ min: 1, max: 4 }), gone: fc.nat(4) }),
      { minLength: 1, maxLength: 6 },
    );
    const benefits = [
      getFree(2, 1),
      getFree(1, 2, { selection: 'MOST_EXPENSIVE', percentOffBasisPoints: 3333 }),
      getFree(1, 1, { selection: 'CUSTOMER_BEST' }),
      secondHalf,
      { kind: 'BUNDLE', items: [{ skuIds: ['a'] }, { skuIds: ['b'] }], price: { CNY: 900 } },
    ];
    fc.assert(
      fc.property(units, fc.constantFrom(...benefits), fc.integer({ min: 0, max: 5 }), (lots, benefit, split) => {
        const effect = effectOf(benefit);
        const full = lots.map(({ amount, units: count }, place) => ({ place, at: 0, units: count, amount }));
        const later = lots.map(({ amount, fallen, units: count, gone }, place) => ({
          place,
          at: 0,
          units: Math.max(0, count - gone),
          amount: Math.max(0, amount - fallen),
        }));
        const pools = (of: typeof full) => [of.slice(0, split), of.slice(split)];
        expect(effect.pick(pools(later)).saving).toBeLessThanOrEqual(effect.mostOn(pools(full)));
        const kept = later.map((lot, index) => ({ ...lot, units: full[index]?.units ?? 0 }));
        if (benefitKinds[document({ benefit: [benefit] }).benefit[0]?.kind ?? 'FIXED'].monotone)
          expect(effect.pick(pools(kept)).saving).toBeLessThanOrEqual(effect.pick(pools(full)).saving);
      }),
      { numRuns: runs(5000) },
    );
  });

  it('finds the best number of repeats', () => {
    expect(bestCount(9, (n) => 6 * n - n * n)).toBe(3);
    expect([bestCount(0, () => 1), bestCount(5, (n) => -n), bestCount(5, (n) => n)]).toEqual([0, 0, 5]);
  });
});

function effectOf(benefit: Record<string, unknown>): EffectOnUnits {
  const [terms] = document({ benefit: [benefit] }).benefit;
  const ready = terms && readyBenefit(terms, { currency: asCurrencyCode('CNY'), rounding: 'HALF_UP' });
  if (!ready?.ok || ready.value.on !== 'UNITS') throw new Error('Expected a pattern, found none; correct the test.');
  return ready.value;
}
