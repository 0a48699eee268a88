import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { asCouponId } from '../../subgraphs/shared/kernel/identifiers';
import type { Candidate } from '../../subgraphs/shared/kernel/pricing/candidates';
import { type Cart, type Payment, type PriceOffer, readCart } from '../../subgraphs/shared/kernel/pricing/cart';
import { hintsFor } from '../../subgraphs/shared/kernel/pricing/hints';
import { explainEach, type PricedCart, type PricedLine, price } from '../../subgraphs/shared/kernel/pricing/price';
import { rejectionText } from '../../subgraphs/shared/kernel/pricing/rejection-text';
import type { Explanation } from '../../subgraphs/shared/kernel/pricing/trace';
import { waterfallOf, waterfallOfLine } from '../../subgraphs/shared/kernel/pricing/waterfall';
import { noFacts } from '../../subgraphs/shared/kernel/rules/fact-sources';
import {
  defaultTenantSettings,
  parseTenantSettings,
  type StackingGroup,
  type TenantSettings,
} from '../../subgraphs/shared/kernel/tenant-settings';
import { automatic, cart, coupon, freshRules, inputOf, line, noon, priced, terms } from '../support/promotions';

// The rules of pricing in the order in which they are specified. Refunds (8) are in pricing-refund.test.ts, the search (9) in
// best-combination.test.ts, hints (10) in pricing-hints.test.ts; what holds for every cart is in pricing-invariants.test.ts.

const alone = (of: Cart, candidate: Candidate) =>
  explainEach({ cart: of, candidates: [candidate], now: noon, facts: noFacts, rules: freshRules() });

/** A rule in a group that limits nothing. */
const free = { stackingGroup: 'SEASON' };
const fixedOff = (off: number, threshold?: number) => ({
  kind: 'FIXED',
  off: { CNY: off },
  ...(threshold === undefined ? {} : { threshold: { CNY: threshold } }),
});
const reduction = (threshold: number, off: number) => ({
  kind: 'THRESHOLD_REDUCTION',
  threshold: { CNY: threshold },
  off: { CNY: off },
});
const everyX = (every: number, off: number, maxTimes?: number) => ({
  kind: 'EVERY_X',
  every: { CNY: every },
  off: { CNY: off },
  ...(maxTimes === undefined ? {} : { maxTimes }),
});
const tiers = (...steps: [threshold: number, off: number | { rate: number }][]) => ({
  kind: 'TIERS',
  tiers: steps.map(([threshold, off]) => ({
    threshold: { CNY: threshold },
    ...(typeof off === 'number' ? { off: { CNY: off } } : { percentOffBasisPoints: off.rate }),
  })),
});
const perUnit = (off: number) => ({ kind: 'FIXED_PER_UNIT', off: { CNY: off } });
const unitPrice = (price: number) => ({ kind: 'FIXED_PRICE', price: { CNY: price } });
const percent = (percentOffBasisPoints: number, more: Record<string, unknown> = {}) => ({
  kind: 'PERCENT',
  percentOffBasisPoints,
  ...more,
});
const automaticOff = (amount: number, rule: Record<string, unknown> = free, merchantId: string | null = null) =>
  automatic('off', { benefit: [fixedOff(amount)], rule }, merchantId);
const withFloors = (floors: TenantSettings['floors']) => ({ settings: { ...defaultTenantSettings, floors } });
const payables = (result: { lines: { payable: number }[] }) => result.lines.map(({ payable }) => payable);

describe('1 Numbers', () => {
  it.each([0.5, 1e-9, Number.NaN, 2 ** 53])(
    'every amount is a whole number of minor units within 2^53−1, so %s is none',
    (price) => {
      expect(readCart('CNY', [line('a', price)])).toMatchObject({
        ok: false,
        refusal: expect.arrayContaining([expect.objectContaining({ code: 'BAD_UNIT_PRICE' })]),
      });
    },
  );

  it.each<[string, number, number, string, number]>([
    ['half of 2^53−1 is rounded up', Number.MAX_SAFE_INTEGER, 5000, 'HALF_UP', 4_503_599_627_370_496],
    ['half of 2^53−1 is rounded to even', Number.MAX_SAFE_INTEGER, 5000, 'HALF_EVEN', 4_503_599_627_370_496],
    ['half of 2^53−1 is rounded down', Number.MAX_SAFE_INTEGER, 5000, 'DOWN', 4_503_599_627_370_495],
    ['a ten-thousandth of it', Number.MAX_SAFE_INTEGER, 1, 'HALF_UP', 900_719_925_474],
    ['a third of it', Number.MAX_SAFE_INTEGER, 3333, 'HALF_UP', 3_002_099_511_605_172],
    ['the last product that a float holds', 900_719_925_474, 9999, 'HALF_UP', 900_629_853_481],
  ])('amount × rate is exact whatever its size: %s', (_, amount, rate, rounding, discount) => {
    const rule = { ...free, rounding };
    expect(priced(cart([line('a', amount)]), [automatic('t', { benefit: [percent(rate)], rule })]).discount).toBe(
      discount,
    );
  });

  it('parts are exact near 2^53 too', () => {
    const half = (Number.MAX_SAFE_INTEGER - 1) / 2;
    const goods = cart([line('a', half), line('b', half)]);
    expect(payables(priced(goods, [automaticOff(Number.MAX_SAFE_INTEGER - 2)]))).toEqual([0, 1]);
  });

  it('rates are basis points: 8.5 折 is 1500 off', () => {
    expect(priced(cart([line('a', 10_000)]), [automatic('t', { benefit: [percent(1500)], rule: free })]).payable).toBe(
      8500,
    );
  });

  it.each<[number, number, number, number]>([
    // 1 % of it, half up, half even, down
    [50, 1, 0, 0],
    [100, 1, 1, 1],
    [149, 1, 1, 1],
    [150, 2, 2, 1],
    [151, 2, 2, 1],
    [250, 3, 2, 2],
    [350, 4, 4, 3],
  ])(
    'a percentage is rounded as its version says, half up unless it says: 1 %% of %i',
    (amount, halfUp, halfEven, down) => {
      const discounts = [{}, { rounding: 'HALF_UP' }, { rounding: 'HALF_EVEN' }, { rounding: 'DOWN' }].map(
        (rounding) => {
          const one = automatic('t', { benefit: [percent(100)], rule: { ...free, ...rounding } });
          return priced(cart([line('a', amount)]), [one]).discount;
        },
      );
      expect(discounts).toEqual([halfUp, halfUp, halfEven, down]);
    },
  );

  it('a percentage is rounded once, on everything eligible together, not by unit or line', () => {
    // 1.5 % of ten units of 0.30 in two lines: 4.5 fen together, nothing for each unit, 2 and 3 fen for each line.
    const goods = cart([line('a', 30, { quantity: 4 }), line('b', 30, { quantity: 6 })]);
    expect(priced(goods, [automatic('t', { benefit: [percent(150)], rule: free })]).discount).toBe(5);
  });

  it.each<[string, number | string]>([
    ['CNY', 1000],
    ['JPY', 200],
    ['KWD', 500],
    ['USD', 'NO_VALUE_FOR_CURRENCY'],
  ])('a template has a value for each currency and never converts: in %s', (currency, expected) => {
    const one = automatic('t', { benefit: [{ kind: 'FIXED', off: { CNY: 1000, JPY: 200, KWD: 500 } }], rule: free });
    const { discount, considered } = priced(cart([line('a', 10_000)], currency), [one]);
    expect(discount || considered).toEqual(
      typeof expected === 'number'
        ? expected
        : [expect.objectContaining({ rejection: expect.objectContaining({ code: expected, required: currency }) })],
    );
  });

  it('a percentage alone needs no value in a currency', () => {
    const goods = cart([line('a', 10_000)], 'USD');
    expect(priced(goods, [automatic('t', { benefit: [percent(1000)], rule: free })]).discount).toBe(1000);
  });

  it('just below 2^53 is priced exactly, tax on top included', () => {
    const dear = cart([line('a', 4_000_000_000_000_000, { taxRateBasisPoints: 10_000 })], 'CNY', {
      taxMode: 'EXCLUSIVE',
    });
    const result = priced(dear, [automatic('t', { benefit: [percent(1)], rule: free })]);
    expect(result).toMatchObject({ discount: 400_000_000_000, tax: { amount: 3_999_600_000_000_000 } });
  });
});

describe('2 Allocation', () => {
  it.each<[string, number[], number, number[]]>([
    ['the odd fen goes to the largest remainder', [100, 200, 300], 100, [17, 33, 50]],
    ['of equal remainders to the heavier line', [100, 300], 2, [0, 2]],
    ['of equal lines to the one whose id comes first', [100, 100, 100], 100, [34, 33, 33]],
    ['two odd fen to the first two', [100, 100, 100], 101, [34, 34, 33]],
    ['nothing to a line that costs nothing', [0, 100], 10, [0, 10]],
    ['never more than a line costs', [100, 50], 500, [100, 50]],
  ])('%s, whatever the order of the lines', (_, prices, amount, parts) => {
    const lines = prices.map((price, index) => line(`sku-${index}`, price));
    for (const inOrder of [lines, [...lines].reverse()]) {
      const [one] = priced(cart(inOrder), [automaticOff(amount)]).applied;
      expect(
        parts.map((_, index) => one?.shares.find(({ lineId }) => lineId === `sku-${index}#1`)?.amount ?? 0),
      ).toEqual(parts);
    }
  });

  it('the weights are what lines still cost at that moment', () => {
    const onB = { product: { scope: { kind: 'SKUS', skuIds: ['b'] } } };
    const item = automatic('item', { ...onB, benefit: [fixedOff(60)], rule: { stackingGroup: 'ITEM' } });
    const result = priced(cart([line('a', 100), line('b', 100)]), [item, automaticOff(70)]);
    expect(payables(result)).toEqual([50, 20]);
  });

  it('the share of a line is split over its units the same way and told for each, for refunds to read', () => {
    const tea = cart([line('tea', 1000, { quantity: 3 })]);
    const twice = [100, 100].map((amount, n) => automatic(`t${n}`, { benefit: [fixedOff(amount)], rule: free }));
    expect(priced(tea, twice).lines).toMatchObject([
      {
        discounts: [
          {
            perUnit: [
              { units: 1, amount: 34 },
              { units: 2, amount: 33 },
            ],
          },
          // 33.31, 33.34 and 33.34 of 9.66, 9.67 and 9.67
          {
            perUnit: [
              { units: 1, amount: 33 },
              { units: 1, amount: 34 },
              { units: 1, amount: 33 },
            ],
          },
        ],
        payablePerUnit: [
          { units: 2, amount: 933 },
          { units: 1, amount: 934 },
        ],
      },
    ]);
  });

  it('what a floor keeps a line from taking goes to the others, round after round', () => {
    // 3.00 alike is 1.00 each; a takes 0.10 and gives 0.90 on, b takes 0.60 of its 1.45 and gives 0.85 on.
    const goods = cart([line('a', 500, { minUnitPrice: 490 }), line('b', 500, { minUnitPrice: 440 }), line('c', 500)]);
    expect(payables(priced(goods, [automaticOff(300, { ...free, allocation: 'EVEN' })]))).toEqual([490, 440, 270]);
    expect(payables(priced(goods, [automaticOff(300)]))).toEqual([490, 440, 270]);
  });

  it('what cannot be placed reduces the discount, and its own part of a budget with it', () => {
    const goods = cart([line('a', 500, { minUnitPrice: 490 })]);
    expect(priced(goods, [{ ...automaticOff(300), budgetLeft: 10 }])).toMatchObject({ discount: 10, payable: 490 });
  });

  describe('an amount off goods is parted', () => {
    const goods = cart([line('a', 100), line('b', 1000), line('c', 2000)]);
    it.each<[string | undefined, number[]]>([
      [undefined, [71, 710, 1419]],
      ['PROPORTIONAL', [71, 710, 1419]],
      ['EVEN', [0, 600, 1600]],
      ['EACH', [0, 100, 1100]],
    ])('by what lines cost, alike, or to each: %s', (allocation, left) => {
      expect(payables(priced(goods, [automaticOff(900, { ...free, ...(allocation ? { allocation } : {}) })]))).toEqual(
        left,
      );
    });
  });
});

describe('3 Phases', () => {
  describe('P0 unit price: list, member, flash sale, group buy', () => {
    const member = (unitPrice: number): PriceOffer => ({ source: 'MEMBER', unitPrice });
    const flash = (unitPrice: number, takesCoupons?: boolean): PriceOffer => ({
      source: 'FLASH_SALE',
      unitPrice,
      ...(takesCoupons === undefined ? {} : { takesCoupons }),
    });
    const group = (unitPrice: number): PriceOffer => ({ source: 'GROUP_BUY', unitPrice });
    const lamp = (offers: PriceOffer[], quantity = 1) => line('lamp', 10_000, { offers, quantity });

    it.each<[string, PriceOffer[], string, number]>([
      ['no offer', [], 'LIST', 10_000],
      ['a member price', [member(9000)], 'MEMBER', 9000],
      ['the flash sale below the member price', [member(9000), flash(7000)], 'FLASH_SALE', 7000],
      ['the group buy below both', [member(9000), flash(7000), group(6999)], 'GROUP_BUY', 6999],
      ['an offer above the list price', [member(10_001)], 'LIST', 10_000],
      ['an offer at the list price', [flash(10_000)], 'LIST', 10_000],
      ['two alike, whichever comes first', [member(8000), flash(8000)], 'FLASH_SALE', 8000],
      ['two alike, the other way round', [flash(8000), member(8000)], 'FLASH_SALE', 8000],
      ['two alike of which one takes coupons', [flash(8000), { ...member(8000), takesCoupons: true }], 'MEMBER', 8000],
      ['for nothing', [flash(0)], 'FLASH_SALE', 0],
    ])('the lowest wins, the list price where it is no higher: %s', (_, offers, priceSource, unitPrice) => {
      expect(priced(cart([lamp(offers, 2)]), [])).toMatchObject({
        listAmount: 20_000,
        subtotal: unitPrice * 2,
        payable: unitPrice * 2,
        lines: [{ listPrice: 10_000, priceSource, unitPrice, listAmount: 20_000, subtotal: unitPrice * 2 }],
      });
    });

    it('such a line takes no coupon, and is told so', () => {
      const goods = cart([lamp([flash(7000)]), line('tea', 2000)]);
      const mine = coupon('c', terms('t', { benefit: [percent(5000)], rule: free }));
      expect(priced(goods, [mine]).lines.map(({ payable }) => payable)).toEqual([7000, 1000]);
      const alone = priced(cart([lamp([flash(7000)])]), [mine]);
      expect(alone.payable).toBe(7000);
      const [told] = alone.considered;
      expect(told).toMatchObject({
        verdict: 'REJECTED',
        rejection: { code: 'OUT_OF_SCOPE', path: 'product.scope', required: 'LIST', observed: 'FLASH_SALE' },
      });
      expect(told?.verdict === 'REJECTED' && rejectionText(told.rejection, alone.currency)).toBe(
        'What is in its scope has a special price that takes no coupons.',
      );
    });

    it('such a line counts towards no threshold and gets nothing of a promotion that has one', () => {
      const goods = cart([lamp([flash(7000)]), line('tea', 5000)]);
      const from = (threshold: number) => automatic('t', { benefit: [fixedOff(1000, threshold)], rule: free });
      expect(priced(goods, [from(5001)]).considered).toMatchObject([
        { rejection: { code: 'BELOW_THRESHOLD', required: 5001, observed: 5000, deficit: 1 } },
      ]);
      expect(priced(goods, [from(5000)]).lines.map(({ payable }) => payable)).toEqual([7000, 4000]);
    });

    it('an automatic promotion without a threshold applies to it', () => {
      const goods = cart([lamp([flash(7000)])]);
      expect(priced(goods, [automatic('t', { benefit: [percent(1000)], rule: free })])).toMatchObject({
        subtotal: 7000,
        discount: 700,
        payable: 6300,
      });
    });

    it('takes coupons and counts where the offer says so', () => {
      const goods = cart([lamp([flash(7000, true)])]);
      const mine = coupon('c', terms('t', { benefit: [fixedOff(1000, 7000)], rule: free }));
      expect(priced(goods, [mine]).payable).toBe(6000);
    });

    it('a pattern of a coupon neither buys nor gets goods at such a price', () => {
      const goods = cart([lamp([flash(7000)]), line('tea', 2000)]);
      const pattern = { kind: 'BUY_X_GET_Y', buy: 1, get: 1, getScope: { kind: 'SKUS', skuIds: ['lamp'] } };
      const rule = { benefit: [pattern], rule: free };
      expect(priced(goods, [coupon('c', terms('t', rule))]).discount).toBe(0);
      expect(priced(goods, [automatic('t', rule)]).discount).toBe(7000);
    });

    it('keeps to the least price of its line, which is never above it', () => {
      const goods = cart([line('lamp', 10_000, { offers: [flash(7000)], minUnitPrice: 8000 })]);
      expect(priced(goods, [automatic('t', { benefit: [percent(1000)], rule: free })]).payable).toBe(7000);
    });

    it('the waterfall steps from list to offer, by source', () => {
      const goods = cart([lamp([flash(7000)], 2), line('tea', 5000, { offers: [member(4500)] }), line('cup', 800)]);
      const result = priced(goods, [automatic('t', { benefit: [percent(1000)], rule: free })]);
      expect(waterfallOf(result)).toMatchObject([
        { what: 'LIST', amount: 25_800, left: 25_800 },
        { what: 'OFFER', source: 'MEMBER', amount: -500, left: 25_300 },
        { what: 'OFFER', source: 'FLASH_SALE', amount: -6000, left: 19_300 },
        { what: 'DISCOUNT', amount: -1930, left: 17_370 },
      ]);
      expect(result.lines.slice(0, 1).map(waterfallOfLine)).toMatchObject([
        [
          { what: 'LIST', amount: 20_000, left: 20_000 },
          { what: 'OFFER', source: 'FLASH_SALE', amount: -6000, left: 14_000 },
          { what: 'DISCOUNT', amount: -1400, left: 12_600 },
        ],
      ]);
    });

    it('no hint asks for more of what counts towards nothing', () => {
      const from = (threshold: number) => automatic('t', { benefit: [fixedOff(1000, threshold)], rule: free });
      const withTea = inputOf(cart([lamp([flash(7000)]), line('tea', 5000)]), [from(6000)]);
      expect(hintsFor(withTea, price(withTea))).toMatchObject([
        { deficit: 1000, saving: 1000, like: { skuId: 'tea' } },
      ]);
      const without = inputOf(cart([lamp([flash(7000)])]), [from(6000)]);
      expect(hintsFor(without, price(without))).toEqual([]);
    });

    it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('an offer at %s is refused as a price', (bad) => {
      expect(readCart('CNY', [lamp([member(9000), flash(bad)])])).toMatchObject({
        ok: false,
        refusal: [{ code: 'BAD_UNIT_PRICE', path: 'lines[0].offers[1].unitPrice', found: String(bad) }],
      });
    });

    it('more offers than anybody could have are refused at once', () => {
      expect(readCart('CNY', [lamp(Array.from({ length: 11 }, () => flash(-1)))])).toMatchObject({
        ok: false,
        refusal: [{ code: 'BAD_UNIT_PRICE', path: 'lines[0].offers', found: '11 offers' }],
      });
    });
  });

  describe('what each kind of benefit takes off', () => {
    it.each<[string, string, Record<string, unknown>, [price: number, quantity: number][], number]>([
      ['满300减40 at exactly ¥300', 'CNY', reduction(30_000, 4000), [[15_000, 2]], 4000],
      ['满300减40 one fen below', 'CNY', reduction(30_000, 4000), [[29_999, 1]], 0],
      ['满300减40 at ¥600, once and not twice', 'CNY', reduction(30_000, 4000), [[60_000, 1]], 4000],
      ['满300减300 for nothing to pay', 'CNY', reduction(30_000, 30_000), [[30_000, 1]], 30_000],
      ['8.5 折 of ¥19.99', 'CNY', percent(1500), [[1999, 1]], 300],
      ['8.5 折 rounded once on the whole, not per unit', 'CNY', percent(1500), [[1, 10]], 2],
      ['7 折 with a cap', 'CNY', percent(3000, { maxAmount: { CNY: 5000 } }), [[30_000, 1]], 5000],
      ['7 折 below its cap', 'CNY', percent(3000, { maxAmount: { CNY: 5000 } }), [[10_000, 1]], 3000],
      ['9 折 over ¥100, reached', 'CNY', percent(1000, { threshold: { CNY: 10_000 } }), [[10_000, 1]], 1000],
      ['9 折 over ¥100, not reached', 'CNY', percent(1000, { threshold: { CNY: 10_000 } }), [[9999, 1]], 0],
      ['a percentage that rounds to nothing', 'CNY', percent(1), [[4999, 1]], 0],
      ['立减10', 'CNY', fixedOff(1000), [[5000, 1]], 1000],
      ['立减10 off something cheaper', 'CNY', fixedOff(1000), [[400, 2]], 800],
      ['立减10 from ¥50, not reached', 'CNY', fixedOff(1000, 5000), [[4999, 1]], 0],
      ['每满300减40 below ¥300', 'CNY', everyX(30_000, 4000), [[29_999, 1]], 0],
      ['每满300减40 at ¥899.99', 'CNY', everyX(30_000, 4000), [[89_999, 1]], 8000],
      ['每满300减40, twice at most, at ¥1,200', 'CNY', everyX(30_000, 4000, 2), [[60_000, 2]], 8000],
      [
        '每满 past 2^53 ÷ 2, counted exactly',
        'CNY',
        everyX(3, 1),
        [[Number.MAX_SAFE_INTEGER, 1]],
        3_002_399_751_580_330,
      ],
      ['a tier that is reached', 'CNY', tiers([10_000, 500], [20_000, 1500]), [[19_999, 1]], 500],
      ['the highest tier alone', 'CNY', tiers([10_000, 500], [20_000, 1500]), [[20_000, 1]], 1500],
      ['no tier at all', 'CNY', tiers([10_000, 500]), [[9999, 1]], 0],
      ['满200打9折 above 满100减5', 'CNY', tiers([10_000, 500], [20_000, { rate: 1000 }]), [[25_000, 1]], 2500],
      ['每件立减5 on three units', 'CNY', perUnit(500), [[3000, 3]], 1500],
      [
        '每件立减5 on units that cost less',
        'CNY',
        perUnit(500),
        [
          [300, 2],
          [600, 1],
        ],
        1100,
      ],
      ['一口价9.9 for each of three', 'CNY', unitPrice(990), [[1500, 3]], 1530],
      [
        '一口价9.9 where one is cheaper already',
        'CNY',
        unitPrice(990),
        [
          [1500, 1],
          [500, 1],
        ],
        510,
      ],
      ['15 % of ¥99 in yen, which has no cents', 'JPY', percent(1500), [[99, 1]], 15],
      [
        '¥500 off from ¥3,000 in yen',
        'JPY',
        { kind: 'THRESHOLD_REDUCTION', threshold: { JPY: 3000 }, off: { JPY: 500 } },
        [[1500, 2]],
        500,
      ],
      ['12.5 % of 1.234 dinar, which has fils', 'KWD', percent(1250), [[1234, 1]], 154],
      ['2.500 dinar off', 'KWD', { kind: 'FIXED', off: { KWD: 2500 } }, [[10_000, 1]], 2500],
      [
        'a share past 2^53 as exact as any',
        'CNY',
        percent(3333),
        [[Number.MAX_SAFE_INTEGER, 1]],
        3_002_099_511_605_172,
      ],
    ])('%s', (_, currency, benefit, goods, discount) => {
      const lines = goods.map(([price, quantity], index) => line(`sku-${index}`, price, { quantity }));
      expect(priced(cart(lines, currency), [automatic('t', { benefit: [benefit], rule: free })]).discount).toBe(
        discount,
      );
    });
  });

  describe('the goods a promotion is about', () => {
    const goods = cart([
      line('nuts', 1000, { category: '/food/snacks', brand: 'Terra' }),
      line('fish', 2000, { category: '/food', brand: 'Nord', itemType: 'PRESALE' }),
      line('foodstuff', 4000, { category: '/foodstuff' }),
      line('lamp', 8000, { brand: 'Lumen' }),
      line('other', 16_000, { merchantId: 'terra', category: '/food' }),
    ]);
    it.each<[string, Record<string, unknown>, string | null, number]>([
      ['are all of the merchant', { scope: { kind: 'STOREWIDE' } }, 'lumen', 15_000],
      ['are all there are for the platform', { scope: { kind: 'STOREWIDE' } }, null, 31_000],
      [
        'are a category with everything below it',
        { scope: { kind: 'CATEGORIES', categories: ['/food'] } },
        'lumen',
        3000,
      ],
      [
        'are a category across merchants for the platform',
        { scope: { kind: 'CATEGORIES', categories: ['/food'] } },
        null,
        19_000,
      ],
      [
        'are a category without what stands beside or above',
        { scope: { kind: 'CATEGORIES', categories: ['/food/snacks'] } },
        null,
        1000,
      ],
      ['are brands', { scope: { kind: 'BRANDS', brands: ['Terra', 'Lumen'] } }, 'lumen', 9000],
      ['are SKUs, of the merchant only', { scope: { kind: 'SKUS', skuIds: ['lamp', 'other'] } }, 'lumen', 8000],
      ['are what can be had now', { itemType: 'IN_STOCK' }, 'lumen', 13_000],
      ['are what comes later', { itemType: 'PRESALE' }, 'lumen', 2000],
      [
        'are not what is excluded',
        { excludes: { skuIds: ['lamp'], categories: ['/food'], brands: [] } },
        'lumen',
        4000,
      ],
      ['are not brands that are excluded', { excludes: { brands: ['Lumen'] } }, 'lumen', 7000],
    ])('%s', (_, product, merchantId, saving) => {
      const all = automatic('t', { product, benefit: [percent(10_000)], rule: free }, merchantId);
      expect(priced(goods, [all]).discount).toBe(saving);
    });

    it('alone count towards its threshold and alone carry its discount', () => {
      const food = { scope: { kind: 'CATEGORIES', categories: ['/food'] } };
      const result = priced(goods, [automatic('t', { product: food, benefit: [reduction(3000, 100)], rule: free })]);
      expect(result.applied[0]?.shares).toEqual([
        { lineId: 'fish#1', amount: 67 },
        { lineId: 'nuts#1', amount: 33 },
      ]);
      const tooHigh = priced(goods, [automatic('t', { product: food, benefit: [reduction(3001, 100)], rule: free })]);
      expect(rejectionOf(tooHigh.considered[0])).toMatchObject({
        code: 'BELOW_THRESHOLD',
        required: 3001,
        observed: 3000,
        deficit: 1,
      });
    });
  });

  describe('one canonical order', () => {
    it('is a property of the promotions and not of the order in a request', () => {
      const three = [
        tenPercent('platform', free, null),
        tenPercent('merchant', free),
        tenPercent('item', { stackingGroup: 'ITEM' }),
      ];
      expect(priced(goods, [...three].reverse())).toEqual(priced(goods, three));
    });

    it('is shipping after all goods, tax after shipping, then what was paid ahead', () => {
      const taxed = cart([line('lamp', 10_000, { taxRateBasisPoints: 1000 })], 'CNY', {
        shipping: { method: 'POST', amount: 1000 },
        taxMode: 'EXCLUSIVE',
        payments: [
          { kind: 'POINTS', amount: 20 },
          { kind: 'GIFT_CARD', amount: 10 },
        ],
      });
      const ofEach = [
        automatic('points', { benefit: [{ kind: 'POINTS', points: 1 }], rule: free }),
        automatic('shipping', { benefit: [{ kind: 'FREE_SHIPPING', maxAmount: { CNY: 100 } }], rule: free }),
        tenPercent('platform', free, null),
        tenPercent('merchant', free),
        automatic('pair', { benefit: [{ kind: 'NTH_ITEM', n: 2, percentOffBasisPoints: 5000 }], rule: free }),
        automatic('gift', { benefit: [{ kind: 'GIFT', gifts: [{ skuId: 'cup' }] }], rule: free }),
        automatic('deposit', {
          benefit: [{ kind: 'DEPOSIT_EXPANSION', deposit: { CNY: 30 }, worth: { CNY: 40 } }],
          rule: free,
        }),
      ];
      const result = priced(taxed, ofEach);
      expect(result.applied.map(({ templateId, phase }) => [templateId, phase])).toEqual([
        ['deposit', 'P1'],
        ['gift', 'P2'],
        ['merchant', 'P3'],
        ['platform', 'P4'],
        ['shipping', 'P5'],
        ['points', 'P7'],
      ]);
      expect(waterfallOf(result).map(({ what, left }) => [what, left])).toEqual([
        ['LIST', 10_000],
        ['DISCOUNT', 9990],
        ['DISCOUNT', 8991],
        ['DISCOUNT', 8092],
        ['SHIPPING', 9092],
        ['DISCOUNT', 8992],
        ['TAX', 9801],
        ['DEPOSIT', 9771],
        ['PAYMENT', 9761],
        ['PAYMENT', 9741],
      ]);
    });

    it('counts gifts, shipping and tax towards no threshold', () => {
      const more = { shipping: { method: 'POST', amount: 5000 }, taxMode: 'EXCLUSIVE' as const };
      const taxed = cart([line('lamp', 10_000, { taxRateBasisPoints: 5000 })], 'CNY', more);
      const gift = automatic('gift', {
        benefit: [{ kind: 'GIFT', gifts: [{ skuId: 'tv' }] }],
        rule: { ...free, always: true },
      });
      for (const thresholdBase of ['REMAINING', 'PHASE_START', 'ORIGINAL']) {
        const from = (threshold: number) =>
          coupon('c', terms('t', { benefit: [reduction(threshold, 1)], rule: { ...free, thresholdBase } }));
        expect(rejectionOf(verdictOf(priced(taxed, [gift, from(10_001)]), 'c'))).toMatchObject({
          code: 'BELOW_THRESHOLD',
          observed: 10_000,
        });
        expect(priced(taxed, [gift, from(10_000)]).discount).toBe(1);
      }
    });

    const goods = cart([line('lamp', 10_000)]);
    const tenPercent = (id: string, rule: Record<string, unknown>, merchantId: string | null = 'lumen') =>
      automatic(id, { benefit: [percent(1000)], rule }, merchantId);

    it('is item discounts, then the merchant, then the platform, each on what is left', () => {
      const result = priced(goods, [
        tenPercent('platform', free, null),
        tenPercent('merchant', free),
        tenPercent('item', { stackingGroup: 'ITEM' }),
      ]);
      expect(result.applied.map(({ templateId, phase, amount }) => [templateId, phase, amount])).toEqual([
        ['item', 'P1', 1000],
        ['merchant', 'P3', 900],
        ['platform', 'P4', 810],
      ]);
      expect(result.payable).toBe(7290);
    });

    it('is priority, then 满减 before 折扣 before 立减, then id, within a phase', () => {
      const result = priced(goods, [
        automatic('c', { benefit: [fixedOff(100)], rule: free }),
        automatic('b', { benefit: [fixedOff(100)], rule: free }),
        automatic('d', { benefit: [percent(1000)], rule: free }),
        automatic('e', { benefit: [reduction(1000, 100)], rule: free }),
        automatic('f', { benefit: [fixedOff(100)], rule: { ...free, priority: 1 } }),
      ]);
      expect(result.applied.map(({ templateId }) => templateId)).toEqual(['f', 'e', 'd', 'b', 'c']);
    });

    it.each([
      ['REMAINING', 900 + 1000],
      ['PHASE_START', 1000 + 1000],
      ['ORIGINAL', 1000 + 1000],
    ])('takes a percentage of what is left, of what the phase began with or of list prices: %s', (base, saving) => {
      const first = automatic('a', { benefit: [percent(1000)], rule: free });
      const second = automatic('b', { benefit: [percent(1000)], rule: { ...free, base } });
      expect(priced(goods, [first, second]).discount).toBe(saving);
    });

    it.each([
      ['PHASE_START', 2000],
      ['ORIGINAL', 2000],
      ['REMAINING', 1000],
    ])('lets promotions of one phase eat each other’s threshold only by %s', (thresholdBase, saving) => {
      const both = ['a', 'b'].map((id) =>
        automatic(id, { benefit: [reduction(10_000, 1000)], rule: { ...free, thresholdBase } }),
      );
      expect(priced(goods, both).discount).toBe(saving);
    });

    it('lets an earlier phase lower what a later one counts, except on list prices', () => {
      const item = automatic('a', { benefit: [fixedOff(100)], rule: { stackingGroup: 'ITEM', always: true } });
      const later = (thresholdBase: string) =>
        automatic('b', { benefit: [reduction(10_000, 1000)], rule: { ...free, thresholdBase } });
      expect(priced(goods, [item, later('PHASE_START')]).discount).toBe(100);
      expect(priced(goods, [item, later('ORIGINAL')]).discount).toBe(1100);
    });

    it('never takes more than is left', () => {
      const result = priced(goods, [
        automatic('a', { benefit: [percent(8000)], rule: free }),
        automatic('b', { benefit: [percent(8000)], rule: { ...free, base: 'ORIGINAL' } }),
      ]);
      expect(result).toMatchObject({ discount: 10_000, payable: 0 });
    });
  });

  describe('a promotion with several benefits', () => {
    const goods = cart([line('lamp', 10_000), line('nuts', 5000, { quantity: 2 })]);
    const both = (rule: Record<string, unknown> = free) =>
      coupon('c', terms('both', { benefit: [fixedOff(1000, 10_000), perUnit(500)], rule }));

    it('is one promotion that explains each of its benefits, every one in its own phase', () => {
      const result = priced(goods, [both()]);
      expect(result.applied).toMatchObject([
        {
          couponId: 'c',
          phase: 'P1',
          amount: 2500,
          shares: [
            { lineId: 'lamp#1', amount: 1014 },
            { lineId: 'nuts#1', amount: 1486 },
          ],
          benefits: [
            { path: 'benefit[1]', phase: 'P1', amount: 1500 },
            { path: 'benefit[0]', phase: 'P3', amount: 1000 },
          ],
        },
      ]);
      expect(result.lines[0]?.discounts.map(({ benefit, amount }) => [benefit, amount])).toEqual([
        ['benefit[1]', 500],
        ['benefit[0]', 514],
      ]);
    });

    it('lets others have their turn between its benefits', () => {
      const half = automatic('half', { benefit: [percent(5000)], rule: { stackingGroup: 'ITEM' } });
      const result = priced(goods, [both({ ...free, thresholdBase: 'ORIGINAL' }), half]);
      // 200.00 − 100.00 − 3 × 5.00 − 10.00; the percentage comes first by its rank.
      expect(result.discount).toBe(12_500);
      expect(result.applied.map(({ templateId, amount }) => [templateId, amount])).toEqual([
        ['half', 10_000],
        ['both', 2500],
      ]);
    });

    it('applies as far as it can, and is one coupon for every limit', () => {
      const cheap = cart([line('pin', 800)]);
      const result = priced(cheap, [both(), coupon('d', terms('other', { benefit: [fixedOff(600)], rule: free }))], {
        settings: { ...defaultTenantSettings, maxCouponsPerOrder: 1 },
      });
      expect(result.applied.map(({ couponId, amount }) => [couponId, amount])).toEqual([['d', 600]]);
      expect(priced(cheap, [both()]).applied).toMatchObject([
        {
          amount: 500,
          benefits: [
            { path: 'benefit[1]', amount: 500 },
            { path: 'benefit[0]', amount: 0 },
          ],
        },
      ]);
    });

    it('is refused for the reason of its first when none can apply', () => {
      const result = priced(cart([line('pin', 800)]), [
        coupon('c', terms('t', { benefit: [fixedOff(100, 900), reduction(1000, 10)], rule: free })),
      ]);
      expect(rejectionOf(result.considered[0])).toMatchObject({
        code: 'BELOW_THRESHOLD',
        path: 'benefit[1].threshold',
        deficit: 200,
      });
    });
  });

  describe('the phase of a benefit', () => {
    it.each<[string, Record<string, unknown>, string, string | null, string]>([
      ['满减 of a merchant', reduction(100, 10), 'SEASON', 'lumen', 'P3'],
      ['满减 of the platform', reduction(100, 10), 'SEASON', null, 'P4'],
      ['满减 in the group of item discounts', reduction(100, 10), 'ITEM', null, 'P1'],
      ['每满减 of a merchant', everyX(100, 10), 'MERCHANT_COUPON', 'lumen', 'P3'],
      ['一口价, whoever gives it', unitPrice(10), 'PLATFORM_COUPON', null, 'P1'],
      ['每件立减, whoever gives it', perUnit(10), 'MERCHANT_COUPON', 'lumen', 'P1'],
    ])('is that of what it is: %s', (_, benefit, stackingGroup, merchantId, phase) => {
      const one = automatic('t', { benefit: [benefit], rule: { stackingGroup } }, merchantId);
      expect(priced(cart([line('lamp', 1000)]), [one]).applied.map((applied) => applied.phase)).toEqual([phase]);
    });
  });

  describe('a discount is the least of what is computed, its cap, what is left above floors, and its budget', () => {
    it.each<[string, { cap?: number; least?: number; budget?: number }, number]>([
      ['what is computed', {}, 5000],
      ['its cap', { cap: 3000 }, 3000],
      ['what is left above the floor', { cap: 3000, least: 8000 }, 2000],
      ['what its budget has left', { cap: 3000, least: 8000, budget: 1500 }, 1500],
      ['its cap, where all else allows more', { cap: 3000, least: 2000, budget: 4500 }, 3000],
    ])('%s', (_, { cap, least, budget }, discount) => {
      const goods = cart([line('a', 10_000, least === undefined ? {} : { minUnitPrice: least })]);
      const half = automatic('t', {
        benefit: [percent(5000, cap === undefined ? {} : { maxAmount: { CNY: cap } })],
        rule: free,
        limit: { budget: { amount: { CNY: 9000 }, partialOnBudget: true } },
      });
      expect(priced(goods, [budget === undefined ? half : { ...half, budgetLeft: budget }]).discount).toBe(discount);
    });

    describe('a budget', () => {
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

      it('is one for all benefits of a promotion', () => {
        const both = automatic('t', {
          benefit: [fixedOff(400), perUnit(300)],
          rule: free,
          limit: { budget: { amount: { CNY: 9000 }, partialOnBudget: true } },
        });
        expect(priced(goods, [{ ...both, budgetLeft: 500 }]).order.map(({ amount }) => amount)).toEqual([300, 200]);
      });

      it('that does not suffice for one coupon is no reason to leave out another of its kind', () => {
        const half = terms('t', { benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 5000 }], rule: free });
        // What saves most alone keeps out the others, so they are not found by taking the largest first.
        const alone = terms('u', {
          benefit: [{ kind: 'FIXED', off: { CNY: 600 } }],
          rule: { ...free, exclusive: true },
        });
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
        const first = automaticOff(100, { ...free, priority: 1 }, 'lumen');
        expect(priced(goods, [first, limited(460, false)]).discount).toBe(550);
      });
    });
  });
});

describe('4 What is legal together', () => {
  const goods = cart([line('lamp', 10_000), line('nuts', 10_000, { category: '/food' })]);
  const off = (id: string, amount: number, rule: Record<string, unknown> = free, more: Record<string, unknown> = {}) =>
    coupon(id, terms(`tpl-${id}`, { benefit: [fixedOff(amount)], rule, ...more }));
  const applied = (candidates: Candidate[], settings: TenantSettings = defaultTenantSettings) =>
    priced(goods, candidates, { settings }).applied.map(({ couponId, templateId }) => couponId ?? templateId);
  const withGroups = (...stackingGroups: Partial<StackingGroup>[]) => ({
    ...defaultTenantSettings,
    stackingGroups: stackingGroups.map((group) => ({
      name: 'SEASON',
      maxPerOrder: null,
      maxPerLine: null,
      alwaysStackable: false,
      ...group,
    })),
  });
  const onFood = { product: { scope: { kind: 'CATEGORIES', categories: ['/food'] } } };
  const onHome = { product: { scope: { kind: 'CATEGORIES', categories: ['/home'] } } };

  it('is everything in a group that nobody limits', () => {
    expect(applied([off('a', 1), off('b', 2), off('c', 3)])).toEqual(['a', 'b', 'c']);
  });

  it('is as many of a group as an order may have', () => {
    expect(applied([off('a', 100), off('b', 300), off('c', 200)], withGroups({ maxPerOrder: 2 }))).toEqual(['b', 'c']);
    expect(applied([off('a', 100), off('b', 300)], withGroups({ maxPerOrder: 1 }))).toEqual(['b']);
  });

  it('is as many of a group as a line may have, so that coupons for other goods stay', () => {
    const settings = withGroups({ maxPerLine: 1 });
    expect(applied([off('food', 100, free, onFood), off('home', 100, free, onHome)], settings)).toEqual([
      'food',
      'home',
    ]);
    expect(applied([off('food', 100, free, onFood), off('all', 300)], settings)).toEqual(['all']);
    expect(
      applied(
        [off('f1', 1, free, onFood), off('f2', 2, free, onFood), off('f3', 3, free, onFood)],
        withGroups({ maxPerLine: 2 }),
      ),
    ).toEqual(['f2', 'f3']);
  });

  it('is by default one coupon of each merchant and one of the platform', () => {
    const both = cart([line('lamp', 10_000), line('nuts', 10_000, { merchantId: 'terra' })]);
    const ofMerchant = { stackingGroup: 'MERCHANT_COUPON' };
    const ofPlatform = { stackingGroup: 'PLATFORM_COUPON' };
    const owned = (id: string, amount: number, rule: Record<string, unknown>, merchantId: string | null) =>
      coupon(id, terms(`tpl-${id}`, { benefit: [fixedOff(amount)], rule }, merchantId));
    const result = priced(both, [
      owned('l1', 100, ofMerchant, 'lumen'),
      owned('l2', 200, ofMerchant, 'lumen'),
      owned('t1', 300, ofMerchant, 'terra'),
      owned('p1', 400, ofPlatform, null),
      owned('p2', 500, ofPlatform, null),
    ]);
    expect(result.applied.map(({ couponId }) => couponId)).toEqual(['l2', 't1', 'p2']);
    expect(verdictOf(result, 'l1')).toMatchObject({
      verdict: 'BEATEN_BY',
      rule: 'LINE_LIMIT',
      by: [{ couponId: 'l2' }],
      difference: 100,
    });
    expect(verdictOf(result, 'p1')).toMatchObject({
      verdict: 'BEATEN_BY',
      rule: 'GROUP_LIMIT',
      by: [{ couponId: 'p2' }],
      difference: 100,
    });
  });

  it('is nothing beside an exclusive one but what always stacks', () => {
    const shipping = off('s', 10, { stackingGroup: 'SHIPPING' });
    expect(applied([off('x', 500, { ...free, exclusive: true }), off('a', 400), shipping])).toEqual(['s', 'x']);
    expect(applied([off('x', 300, { ...free, exclusive: true }), off('a', 400), shipping])).toEqual(['a', 's']);
  });

  it.each([
    ['its id', ['tpl-b']],
    ['a tag of it', ['sale']],
    ['its group', ['SEASON']],
  ])('is not one that the other excludes by %s', (_, excludes) => {
    expect(
      applied([off('a', 200, { stackingGroup: 'OTHER', excludes }), off('b', 100, free, { tags: ['sale'] })]),
    ).toEqual(['a']);
    expect(
      applied([off('a', 100, { stackingGroup: 'OTHER', excludes }), off('b', 200, free, { tags: ['sale'] })]),
    ).toEqual(['b']);
  });

  it('is only what both sides combine with, where a side says so', () => {
    const only = (names: string[]) => ({ ...free, combinesWith: names });
    expect(applied([off('a', 200, only(['tpl-b'])), off('b', 100)])).toEqual(['a', 'b']);
    expect(applied([off('a', 200, only(['tpl-b'])), off('b', 100, only(['tpl-a']))])).toEqual(['a', 'b']);
    expect(applied([off('a', 200, only(['tpl-b'])), off('b', 100, only(['tpl-c']))])).toEqual(['a']);
    expect(applied([off('a', 200, only([])), off('b', 100)])).toEqual(['a']);
  });

  it('is at most as many coupons as an order may use; automatic promotions do not count', () => {
    const settings = { ...defaultTenantSettings, maxCouponsPerOrder: 2 };
    const auto = automatic('auto', { benefit: [fixedOff(1)], rule: free });
    const result = priced(goods, [off('a', 100), off('b', 300), off('c', 200), auto], { settings });
    expect(result.applied.map(({ couponId, templateId }) => couponId ?? templateId)).toEqual(['auto', 'b', 'c']);
    expect(verdictOf(result, 'a')).toMatchObject({
      verdict: 'BEATEN_BY',
      rule: 'COUPON_LIMIT',
      by: [{ couponId: 'c' }],
      difference: 100,
    });
  });

  it('always holds a promotion that is forced in, even where another would save more', () => {
    const always = automatic('always', { benefit: [fixedOff(100)], rule: { ...free, exclusive: true, always: true } });
    const result = priced(goods, [always, off('a', 500)]);
    expect(result.applied.map(({ templateId }) => templateId)).toEqual(['always']);
    expect(rejectionOf(verdictOf(result, 'a'))).toMatchObject({
      code: 'EXCLUSIVE',
      path: 'rule.exclusive',
      observed: 'always',
    });
  });

  it('lets the first of two always-promotions win that cannot stand together', () => {
    const always = (id: string, amount: number) =>
      automatic(id, { benefit: [fixedOff(amount)], rule: { ...free, excludes: ['SEASON'], always: true } });
    expect(applied([always('a', 100), always('b', 900)])).toEqual(['a']);
  });

  it('never uses up a coupon that would have no effect', () => {
    const all = automatic('all', { benefit: [percent(10_000)], rule: { ...free, always: true } });
    const platform = coupon('p', terms('p', { benefit: [fixedOff(100)], rule: free }, null));
    const result = priced(goods, [all, platform]);
    expect(result).toMatchObject({ payable: 0, discount: 20_000 });
    expect(rejectionOf(verdictOf(result, 'p'))).toMatchObject({ code: 'NO_EFFECT' });
  });

  describe('a coupon without effect is never used up', () => {
    const nothingLeft = automatic('all', { benefit: [percent(10_000)], rule: { ...free, always: true, priority: 1 } });
    const posted = (amount: number) => cart([line('lamp', 10_000)], 'CNY', { shipping: { method: 'POST', amount } });
    it.each<[string, Cart, Candidate[], Record<string, unknown>, string]>([
      ['nothing is left to pay', goods, [nothingLeft], fixedOff(1), 'NO_EFFECT'],
      ['it rounds to nothing', cart([line('pin', 4)]), [], percent(1000), 'NO_EFFECT'],
      ['others ate its threshold', goods, [nothingLeft], reduction(1, 1), 'BELOW_THRESHOLD'],
      ['shipping costs nothing', posted(0), [], { kind: 'FREE_SHIPPING' }, 'NO_EFFECT'],
      ['no pair is in the cart', cart([line('pin', 4)]), [], { kind: 'BUY_X_GET_Y', buy: 1, get: 1 }, 'NO_EFFECT'],
    ])('%s', (_, of, others, benefit, code) => {
      const rule = { ...free, thresholdBase: 'REMAINING' };
      const result = priced(of, [...others, coupon('c', terms('tpl', { benefit: [benefit], rule }, null))]);
      expect(result.applied.filter(({ couponId }) => couponId !== null)).toEqual([]);
      expect(rejectionOf(verdictOf(result, 'c'))).toMatchObject({ code });
    });

    it.each<[string, Record<string, unknown>]>([
      ['one fen', fixedOff(1)],
      ['a gift', { kind: 'GIFT', gifts: [{ skuId: 'cup' }] }],
      ['points', { kind: 'POINTS', points: 1 }],
      ['free shipping worth one fen', { kind: 'FREE_SHIPPING' }],
    ])('but is for %s', (_, benefit) => {
      const one = coupon('c', terms('tpl', { benefit: [benefit], rule: free }, null));
      expect(priced(posted(1), [one]).applied.map(({ couponId }) => couponId)).toEqual(['c']);
    });
  });

  it('is looked for among automatic promotions and coupons alike', () => {
    const settings = withGroups({ maxPerOrder: 1 });
    const auto = (amount: number) => automatic('auto', { benefit: [fixedOff(amount)], rule: free });
    expect(applied([auto(200), off('a', 100)], settings)).toEqual(['auto']);
    expect(applied([auto(100), off('a', 200)], settings)).toEqual(['a']);
  });

  it('is by default at most ten coupons, and never more than thirty', () => {
    const many = Array.from({ length: 31 }, (_, n) => off(`c${n}`, 1 + n));
    expect(applied(many)).toHaveLength(10);
    expect(applied(many, { ...defaultTenantSettings, maxCouponsPerOrder: 30 })).toHaveLength(30);
    expect([1, 30, 31].map((most) => parseTenantSettings({ maxCouponsPerOrder: most }).ok)).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('starts with the groups of items, merchant coupons, platform coupons and shipping', () => {
    expect(defaultTenantSettings.stackingGroups.map(({ name }) => name)).toEqual([
      'ITEM',
      'MERCHANT_COUPON',
      'PLATFORM_COUPON',
      'SHIPPING',
    ]);
  });
});

describe('5 Patterns', () => {
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

  it('takes the cheapest units as got and the dearest as bought, ties by line, and leaves the others alone', () => {
    const goods = goodsOf([
      ['a', 1000, 1],
      ['b', 1000, 1],
      ['c', 500, 2],
    ]);
    const result = priced(goods, [pattern('t', getFree(1, 1, { maxOccurrence: 1 }))]);
    // 5.00 over a and the first unit of c, by 10.00 and 5.00
    expect(result.lines.map(({ payablePerUnit }) => payablePerUnit)).toEqual([
      [{ units: 1, amount: 667 }],
      [{ units: 1, amount: 1000 }],
      [
        { units: 1, amount: 333 },
        { units: 1, amount: 500 },
      ],
    ]);
  });

  it('never gets what it makes a shopper buy: two of three are bought, so one is got', () => {
    const goods = goodsOf([['a', 1000, 3]]);
    expect(priced(goods, [pattern('t', getFree(2, 2))]).discount).toBe(0);
    expect(priced(goods, [pattern('t', getFree(2, 1))]).discount).toBe(1000);
  });

  it('picks by what a unit costs and not by what its line costs', () => {
    const goods = goodsOf([
      ['a', 600, 1],
      ['b', 500, 3],
    ]);
    expect(priced(goods, [pattern('t', getFree(3, 1))]).discount).toBe(500);
  });

  describe('a pattern on units', () => {
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
        {
          kind: 'BUNDLE',
          items: [{ skuIds: ['lamp'] }, { skuIds: ['bulb', 'led'], quantity: 2 }],
          price: { CNY: 9900 },
        },
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
      [
        'as many bundles as there are goods for, though one alone would round to nothing',
        { kind: 'BUNDLE', items: [{ skuIds: ['clip'] }, { skuIds: ['pin'] }], percentOffBasisPoints: 2000 },
        [
          ['clip', 1, 5],
          ['pin', 1, 5],
        ],
        2,
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
  });

  describe('gifts and points', () => {
    const goods = cart([line('lamp', 10_000)]);
    const gifted = (id: string, threshold: number, rule: Record<string, unknown> = free) =>
      coupon(
        id,
        terms(`tpl-${id}`, {
          benefit: [{ kind: 'GIFT', gifts: [{ skuId: 'cup' }], threshold: { CNY: threshold } }],
          rule,
        }),
      );

    it('stand beside the cart and change no price', () => {
      const result = priced(goods, [
        gifted('g', 10_000),
        automatic('p', { benefit: [{ kind: 'POINTS', points: 2, every: { CNY: 3000 } }], rule: free }),
        automatic('off', { benefit: [fixedOff(2000)], rule: free }),
      ]);
      expect(result).toMatchObject({
        payable: 8000,
        gifts: [{ templateId: 'tpl-g', couponId: 'g', skuId: 'cup', quantity: 1 }],
        points: [{ templateId: 'p', points: 4 }],
      });
      expect(result.lines).toHaveLength(1);
    });

    it('are given only where the threshold is reached', () => {
      expect(priced(goods, [gifted('g', 10_001)])).toMatchObject({ gifts: [], applied: [] });
    });

    it('never stand before a saving, and are not left lying for one coupon less', () => {
      const settings = { ...defaultTenantSettings, maxCouponsPerOrder: 1 };
      const cent = coupon('cent', terms('cent', { benefit: [fixedOff(1)], rule: free }));
      expect(priced(goods, [gifted('g', 1), cent], { settings }).applied.map(({ couponId }) => couponId)).toEqual([
        'cent',
      ]);
      expect(priced(goods, [gifted('g', 1), cent]).applied.map(({ couponId }) => couponId)).toEqual(['g', 'cent']);
    });
  });
});

describe('6 Floors', () => {
  it('keeps a line at its least unit price and lets the others take the rest', () => {
    const goods = cart([line('a', 1000, { quantity: 2, minUnitPrice: 950 }), line('b', 2000)]);
    expect(payables(priced(goods, [automaticOff(1000)]))).toEqual([1900, 1100]);
  });

  it('reduces the discount by what cannot be placed anywhere', () => {
    const goods = cart([line('a', 1000, { minUnitPrice: 950 }), line('b', 2000, { minUnitPrice: 1900 })]);
    expect(priced(goods, [automaticOff(1000)])).toMatchObject({ discount: 150, payable: 2850 });
  });

  it('keeps what the largest share leaves of the goods of each merchant', () => {
    const goods = cart([line('a', 1000), line('b', 3000, { merchantId: 'terra' })]);
    const result = priced(
      goods,
      [automaticOff(3000), automaticOff(900, { ...free, priority: 1 }, 'lumen')],
      withFloors({ maxDiscountShareBasisPoints: 5000 }),
    );
    expect(result.merchants.map(({ discount }) => discount)).toEqual([500, 1500]);
  });

  it('of a merchant changes nothing where it is not reached', () => {
    const goods = cart([line('a', 1000), line('b', 1000), line('c', 1000), line('d', 1000, { merchantId: 'terra' })]);
    const alike = automaticOff(400, { ...free, allocation: 'EVEN' });
    expect(payables(priced(goods, [alike], withFloors({ maxDiscountShareBasisPoints: 9000 })))).toEqual([
      900, 900, 900, 900,
    ]);
  });

  it('keeps the least to pay for the goods of an order, whatever shipping costs', () => {
    const goods = cart([line('a', 1000)], 'CNY', { shipping: { method: 'POST', amount: 500 } });
    expect(priced(goods, [automaticOff(1000)], withFloors({ minPayable: { CNY: 1 } }))).toMatchObject({
      discount: 999,
      payable: 501,
    });
    expect(priced(goods, [automaticOff(1000)], withFloors({ minPayable: { JPY: 1 } }))).toMatchObject({
      discount: 1000,
    });
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

  it('an order of nothing to pay needs no payment', () => {
    const result = priced(cart([line('a', 1000, { taxRateBasisPoints: 1300 })]), [automaticOff(1000)]);
    expect(result).toMatchObject({ payable: 0, due: 0, tax: { amount: 0 } });
    expect(payables(result)).toEqual([0]);
  });
});

describe('7 Tax, shipping, deposits', () => {
  describe('shipping', () => {
    const posted = (amount: number, method = 'STANDARD') =>
      cart([line('lamp', 8000), line('nuts', 2000)], 'CNY', { shipping: { method, amount } });
    const freeShipping = (more: Record<string, unknown> = {}) => ({ kind: 'FREE_SHIPPING', ...more });
    const onShipping = (benefit: Record<string, unknown>) =>
      automatic('ship', { benefit: [benefit], rule: { stackingGroup: 'SHIPPING' } }, null);

    it.each<[string, Record<string, unknown>, number, number]>([
      ['is free', freeShipping(), 1200, 1200],
      ['is free up to a cap', freeShipping({ maxAmount: { CNY: 1000 } }), 1200, 1000],
      ['is half off, rounded once', freeShipping({ percentOffBasisPoints: 5000 }), 1201, 601],
      ['is free by the method it is for', freeShipping({ methods: ['STANDARD'] }), 1200, 1200],
      ['costs what it costs by another method', freeShipping({ methods: ['EXPRESS'] }), 1200, 0],
      ['is free from ¥100 of goods', freeShipping({ threshold: { CNY: 10_000 } }), 1200, 1200],
      ['never counts towards a threshold itself', freeShipping({ threshold: { CNY: 10_001 } }), 1200, 0],
    ])('%s', (_, benefit, amount, discount) => {
      const result = priced(posted(amount), [onShipping(benefit)]);
      expect(result).toMatchObject({
        discount: 0,
        saving: discount,
        payable: 10_000 + amount - discount,
        shipping: { method: 'STANDARD', listAmount: amount, discount, payable: amount - discount },
      });
    });

    it('is reduced after the platform has reduced the goods, and no discount on goods spills into it', () => {
      const all = automatic('all', { benefit: [fixedOff(50_000)], rule: free }, null);
      expect(priced(posted(1200), [all])).toMatchObject({ discount: 10_000, payable: 1200, saving: 10_000 });
      const after = onShipping(freeShipping({ threshold: { CNY: 5000 } }));
      const half = automatic('half', { benefit: [percent(6000)], rule: { ...free, always: true } }, null);
      expect(priced(posted(1200), [half, after])).toMatchObject({ saving: 6000, shipping: { discount: 0 } });
    });

    it('is taken off beside goods by one promotion, whose part of it is told', () => {
      const both = automatic('both', { benefit: [fixedOff(1000), freeShipping()], rule: free });
      expect(priced(posted(1200), [both]).applied).toMatchObject([
        {
          amount: 2200,
          shippingAmount: 1200,
          benefits: [
            { phase: 'P3', amount: 1000 },
            { phase: 'P5', amount: 1200, shares: [] },
          ],
        },
      ]);
    });
  });

  describe('tax', () => {
    const taxed = (taxMode: 'INCLUSIVE' | 'EXCLUSIVE', rate: number, price: number, off: number) =>
      priced(cart([line('lamp', price, { taxRateBasisPoints: rate })], 'CNY', { taxMode }), [
        automatic('t', { benefit: [fixedOff(off)], rule: free }),
      ]);
    it.each<['INCLUSIVE' | 'EXCLUSIVE', number, number, number, number, number]>([
      ['INCLUSIVE', 1300, 12_300, 1000, 1300, 11_300],
      ['EXCLUSIVE', 1300, 11_000, 1000, 1300, 11_300],
      ['INCLUSIVE', 600, 1009, 1, 57, 1008],
      ['EXCLUSIVE', 500, 11, 1, 1, 11],
      ['EXCLUSIVE', 0, 11, 1, 0, 10],
      ['INCLUSIVE', 1300, 500, 900, 0, 0],
    ])('%s at %i basis points on %i without %i is %i of %i', (mode, rate, price, off, tax, payable) => {
      expect(taxed(mode, rate, price, off)).toMatchObject({ tax: { mode, amount: tax }, payable });
    });

    it('is rounded half up for each line after everything was allocated', () => {
      const goods = cart(
        [line('a', 10, { taxRateBasisPoints: 500 }), line('b', 10, { taxRateBasisPoints: 500 })],
        'CNY',
        {
          taxMode: 'EXCLUSIVE',
        },
      );
      expect(priced(goods, [])).toMatchObject({ tax: { amount: 2 }, payable: 22, lines: [{ tax: 1 }, { tax: 1 }] });
    });
  });

  describe('a deposit that counts for more than it is', () => {
    const expansion = automatic('deposit', {
      benefit: [{ kind: 'DEPOSIT_EXPANSION', deposit: { CNY: 10_000 }, worth: { CNY: 20_000 } }],
      rule: { stackingGroup: 'ITEM' },
    });
    it.each<[string, number, number, number, number, number, number]>([
      ['付100抵200 of ¥500', 50_000, 1, 10_000, 40_000, 10_000, 30_000],
      ['of two units', 50_000, 2, 20_000, 80_000, 20_000, 60_000],
      ['of less than it is worth', 15_000, 1, 10_000, 5000, 5000, 0],
      ['of nothing left to pay', 10_000, 1, 10_000, 0, 0, 0],
    ])('%s: the rest of its worth is off, and it is paid', (_, price, quantity, discount, payable, counted, due) => {
      const result = priced(cart([line('lamp', price, { quantity })]), [expansion]);
      const paid = 10_000 * quantity;
      expect(result).toMatchObject({ discount, payable, due, deposits: [{ paid, counted, refunded: paid - counted }] });
    });

    it('never changes a threshold or tax by what was paid', () => {
      const goods = cart([line('lamp', 50_000, { taxRateBasisPoints: 1300 })]);
      const result = priced(goods, [expansion, automatic('r', { benefit: [reduction(40_000, 1000)], rule: free })]);
      expect(result).toMatchObject({ discount: 11_000, payable: 39_000, tax: { amount: 4487 }, due: 29_000 });
    });
  });
  describe('P7 payments are no discounts', () => {
    const giftCard = (amount: number): Payment => ({ kind: 'GIFT_CARD', amount });
    const points = (amount: number): Payment => ({ kind: 'POINTS', amount });
    const deposit = automatic('deposit', {
      benefit: [{ kind: 'DEPOSIT_EXPANSION', deposit: { CNY: 1000 }, worth: { CNY: 1500 } }],
      rule: { stackingGroup: 'ITEM' },
    });

    it.each<[string, Payment[], [kind: string, counted: number][], number]>([
      ['nothing', [], [], 8500],
      ['a gift card', [giftCard(3000)], [['GIFT_CARD', 3000]], 5500],
      [
        'points after gift cards, however they come',
        [points(100), giftCard(300), giftCard(200)],
        [
          ['GIFT_CARD', 300],
          ['GIFT_CARD', 200],
          ['POINTS', 100],
        ],
        7900,
      ],
      [
        'more than is left to pay',
        [giftCard(8000), points(900)],
        [
          ['GIFT_CARD', 8000],
          ['POINTS', 500],
        ],
        0,
      ],
      [
        'a gift card that pays all',
        [points(5), giftCard(9000)],
        [
          ['GIFT_CARD', 8500],
          ['POINTS', 0],
        ],
        0,
      ],
    ])(
      'what is due loses the deposit, then gift cards, then points, and never falls below zero: %s',
      (_, payments, counted, due) => {
        // 100.00 without the 5.00 that the deposit counts for beyond itself, and without the 10.00 it is: 85.00.
        const result = priced(cart([line('tea', 10_000)], 'CNY', { payments }), [deposit]);
        expect(result.payments.map((payment) => [payment.kind, payment.counted])).toEqual(counted);
        expect(result).toMatchObject({ payable: 9500, saving: 500, due });
        expect(result.payments.reduce((sum, { offered }) => sum + offered, 0)).toBe(
          payments.reduce((sum, { amount }) => sum + amount, 0),
        );
        expect(waterfallOf(result).at(-1)?.left).toBe(due);
      },
    );

    it('never change a threshold, a discount or tax', () => {
      const lines = [line('tea', 10_000, { taxRateBasisPoints: 1300 })];
      const from = automatic('t', { benefit: [fixedOff(1000, 10_000)], rule: free });
      const paid = priced(cart(lines, 'CNY', { payments: [giftCard(9000)], taxMode: 'EXCLUSIVE' }), [from]);
      const unpaid = priced(cart(lines, 'CNY', { taxMode: 'EXCLUSIVE' }), [from]);
      expect(paid).toEqual({ ...unpaid, payments: [{ kind: 'GIFT_CARD', offered: 9000, counted: 9000 }], due: 1170 });
      expect(waterfallOf(paid).slice(-2)).toMatchObject([
        { what: 'TAX', amount: 1170 },
        { what: 'PAYMENT', kind: 'GIFT_CARD', amount: -9000, left: 1170 },
      ]);
    });

    it.each([-1, 0.5, Number.NaN, 2 ** 53])('one worth %s is refused', (amount) => {
      expect(readCart('CNY', [], { payments: [points(1), giftCard(amount)] })).toMatchObject({
        ok: false,
        refusal: [{ code: 'BAD_PAYMENT', path: 'payments[1].amount', found: String(amount) }],
      });
    });

    it('more of them than an order may have are refused', () => {
      expect(readCart('CNY', [], { payments: Array.from({ length: 31 }, () => giftCard(-1)) })).toMatchObject({
        ok: false,
        refusal: [{ code: 'BAD_PAYMENT', path: 'payments', found: '31 payments' }],
      });
    });
  });
});

describe('8 Lifecycle and refunds', () => {
  it('a price tells all that an order stores: versions, the share of each unit, and the trace', () => {
    const mine = coupon('c', terms('t', { benefit: [fixedOff(100)], rule: free }, 'lumen', 7));
    const result = priced(cart([line('tea', 1000, { quantity: 3 })]), [mine, coupon('d', terms('u'))]);
    expect(result).toMatchObject({
      applied: [{ templateId: 't', versionId: 't@7', couponId: 'c', shares: [{ lineId: 'tea#1', amount: 100 }] }],
      considered: [
        { verdict: 'REJECTED', promotion: { versionId: 'u@1' } },
        { verdict: 'APPLIED', promotion: { versionId: 't@7' } },
      ],
    });
    expect(result.lines[0]?.discounts[0]?.perUnit).toEqual([
      { units: 1, amount: 34 },
      { units: 2, amount: 33 },
    ]);
    expect(structuredClone(result)).toEqual(result);
  });

  it('a newer version of a template changes nothing for a coupon that is pinned to its own', () => {
    const version = (couponId: string, amount: number, number: number) =>
      coupon(couponId, terms('t', { benefit: [fixedOff(amount)], rule: free }, 'lumen', number));
    expect(priced(cart([line('tea', 1000)]), [version('new', 300, 2), version('old', 100, 1)]).applied).toMatchObject([
      { couponId: 'old', versionId: 't@1', amount: 100 },
      { couponId: 'new', versionId: 't@2', amount: 300 },
    ]);
  });
});

describe('10 Explain', () => {
  it('says of what is forced in wherever it can be that it has no effect, whatever it would do beside a coupon', () => {
    const goods = [line('lamp', 1000), line('bag', 0), line('pin', 1), line('clip', 2)];
    const set = { kind: 'BUNDLE', items: [{ skuIds: ['bag'] }, { skuIds: ['pin'] }], percentOffBasisPoints: 10_000 };
    // The cheaper of every two is free: the bag, which costs nothing, unless a set has taken it.
    const second = { kind: 'NTH_ITEM', n: 2, percentOffBasisPoints: 10_000, maxOccurrence: 1 };
    const owned = coupon('c', terms('a-set', { benefit: [set], rule: free }));
    const forced = automatic('b-second', { benefit: [second], rule: { ...free, always: true } });

    const result = priced(cart(goods), [owned, forced]);
    expect(result).toMatchObject({ saving: 1, optimal: true });
    expect(result.considered.find(({ couponId }) => couponId === null)).toMatchObject({
      verdict: 'REJECTED',
      rejection: { code: 'NO_EFFECT' },
    });
  });

  describe('a reason', () => {
    const goods = cart([line('lamp', 10_000)]);
    const mine = terms('tpl', { benefit: [fixedOff(100)], rule: free });
    const at = (iso: string) => new Date(iso);

    it.each<[string, Candidate, Record<string, unknown>]>([
      [
        'automatic, before its start',
        { ...automatic('t', later({ startsAt: '2026-11-12T00:00:00Z', endsAt: '2026-11-13T00:00:00Z' })) },
        { code: 'NOT_STARTED', required: '2026-11-12T00:00:00.000Z' },
      ],
      [
        'automatic, at its end',
        automatic('t', later({ startsAt: '2026-11-01T00:00:00Z', endsAt: noon.toISOString() })),
        { code: 'ENDED', path: 'time.endsAt' },
      ],
      [
        'a coupon at its expiry',
        coupon('c', mine, noon.toISOString()),
        { code: 'COUPON_EXPIRED', observed: noon.toISOString() },
      ],
      [
        'a coupon before its validity',
        {
          promotion: mine,
          source: {
            kind: 'COUPON',
            couponId: asCouponId('c'),
            validFrom: at('2026-11-12T00:00:00Z'),
            expiresAt: at('2026-11-13T00:00:00Z'),
          },
        },
        { code: 'COUPON_NOT_YET_VALID' },
      ],
      [
        'a coupon before its fixed window',
        coupon(
          'c',
          terms('w', {
            time: {
              startsAt: '2026-11-01T00:00:00Z',
              endsAt: '2026-11-12T00:00:00Z',
              validity: { kind: 'FIXED', from: '2026-11-12T00:00:00Z', until: '2026-11-13T00:00:00Z' },
            },
          }),
        ),
        { code: 'COUPON_NOT_YET_VALID', required: '2026-11-12T00:00:00.000Z' },
      ],
      [
        'a coupon locked by another order',
        { ...coupon('c', mine), withheld: 'COUPON_LOCKED' },
        { code: 'COUPON_LOCKED' },
      ],
      [
        'an audience nobody can be shown to belong to',
        automatic('t', { user: { audience: { kind: 'NEW_USERS' } } }),
        { code: 'NOT_ELIGIBLE', path: 'user.audience', required: 'user.isNew: true', observed: null },
      ],
      ['other goods', coupon('c', terms('t', {}, 'terra')), { code: 'OUT_OF_SCOPE', path: 'product.scope' }],
      [
        'a threshold',
        coupon('c', terms('t')),
        { code: 'BELOW_THRESHOLD', path: 'benefit[0].threshold', required: 30_000, observed: 10_000, deficit: 20_000 },
      ],
      [
        'another currency',
        coupon('c', terms('t', { benefit: [{ kind: 'FIXED', off: { JPY: 100 } }] })),
        { code: 'NO_VALUE_FOR_CURRENCY', path: 'benefit[0].off', required: 'CNY' },
      ],
      [
        'a cap in another currency',
        coupon('c', terms('t', { benefit: [percent(1000, { maxAmount: { JPY: 1 } })] })),
        { code: 'NO_VALUE_FOR_CURRENCY', path: 'benefit[0].maxAmount' },
      ],
      [
        'a threshold in another currency',
        coupon('c', terms('t', { benefit: [percent(1000, { threshold: { JPY: 1 } })] })),
        { code: 'NO_VALUE_FOR_CURRENCY', path: 'benefit[0].threshold' },
      ],
      [
        'a tier in another currency',
        coupon('c', terms('t', { benefit: [{ kind: 'TIERS', tiers: [{ threshold: { CNY: 5 }, off: { JPY: 1 } }] }] })),
        { code: 'NO_VALUE_FOR_CURRENCY', path: 'benefit[0].tiers[0].off' },
      ],
      [
        'nothing to take off',
        coupon('c', terms('t', { benefit: [percent(1, {})], rule: { ...free, rounding: 'DOWN' } })),
        { code: 'NO_EFFECT' },
      ],
    ])('is told for %s, in the price and for the single coupon', (name, candidate, reason) => {
      const of = name === 'nothing to take off' ? cart([line('pin', 100)]) : goods;
      const result = priced(of, [candidate]);
      expect(result).toMatchObject({ discount: 0, applied: [] });
      expect(rejectionOf(result.considered[0])).toMatchObject(reason);
      expect(alone(of, candidate)).toMatchObject([{ usable: false, rejection: reason }]);
    });

    it('is given once for everything considered', () => {
      const result = priced(goods, [
        coupon('c', mine),
        coupon('c2', mine),
        coupon('d', terms('t')),
        automatic('t2', { benefit: [fixedOff(1)], rule: free }),
      ]);
      expect(result.considered).toHaveLength(4);
      expect(verdictOf(result, 'c')).toMatchObject({
        verdict: 'APPLIED',
        amount: 100,
        shares: [{ lineId: 'lamp#1', amount: 100 }],
      });
    });

    it('says that a threshold is missed only because of other discounts', () => {
      const item = automatic('item', { benefit: [fixedOff(3000)], rule: { stackingGroup: 'ITEM' } });
      const result = priced(goods, [item, coupon('c', terms('t', { benefit: [reduction(9000, 1000)], rule: free }))]);
      expect(rejectionOf(verdictOf(result, 'c'))).toMatchObject({
        code: 'BELOW_THRESHOLD',
        required: 9000,
        observed: 7000,
        deficit: 2000,
      });
    });

    it('is that the shopper did not choose it, or does not own it', () => {
      const owned = [
        coupon('a', mine),
        coupon('b', terms('u', { benefit: [fixedOff(900)], rule: free })),
        automatic('auto', { benefit: [fixedOff(1)], rule: free }),
      ];
      const chosen = priced(goods, owned, {
        choose: { kind: 'CHOSEN', couponIds: [asCouponId('a'), asCouponId('nobody’s')] },
      });
      expect(chosen.discount).toBe(101);
      expect(rejectionOf(verdictOf(chosen, 'b'))).toMatchObject({ code: 'NOT_CHOSEN' });
      expect(chosen.considered.at(-1)).toMatchObject({
        promotion: null,
        couponId: 'nobody’s',
        rejection: { code: 'NOT_OWNED' },
      });
      const none = priced(goods, owned, { choose: { kind: 'NONE' } });
      expect(none.discount).toBe(1);
    });

    it('is that a promotion which is forced in would have no effect beside it', () => {
      const bundle = { kind: 'BUNDLE', items: [{ skuIds: ['lamp'] }, { skuIds: ['tea'] }], price: { CNY: 9100 } };
      const forced = automatic('bundle', { benefit: [bundle], rule: { ...free, always: true } });
      const mine = coupon('c', terms('t', { benefit: [perUnit(1000)], rule: free }));
      const result = priced(cart([line('lamp', 10_000), line('tea', 100)]), [forced, mine]);
      expect(result.discount).toBe(1000);
      expect(rejectionOf(verdictOf(result, 'c'))).toMatchObject({
        code: 'EXCLUDED',
        path: 'rule.always',
        observed: 'bundle',
      });
    });

    it('says what each coupon alone would save', () => {
      expect(alone(goods, coupon('c', mine))).toEqual([
        { promotion: { templateId: 'tpl', versionId: 'tpl@1', couponId: 'c' }, usable: true, amount: 100 },
      ]);
    });
  });
  describe('a priced cart', () => {
    it('shows every line, unit, merchant and payer', () => {
      const goods = cart([line('nuts', 1000, { quantity: 3, merchantId: 'terra' }), line('lamp', 5000)]);
      const shared = coupon(
        'p',
        terms('tpl', { benefit: [fixedOff(1000)], rule: free, funding: { platformBasisPoints: 2500 } }, null),
      );
      expect(priced(goods, [shared])).toMatchObject({
        currency: 'CNY',
        subtotal: 8000,
        discount: 1000,
        payable: 7000,
        lines: [
          {
            lineId: 'nuts#1',
            listAmount: 3000,
            discounts: [{ templateId: 'tpl', couponId: 'p', amount: 375, perUnit: [{ units: 3, amount: 125 }] }],
            payable: 2625,
            payablePerUnit: [{ units: 3, amount: 875 }],
          },
          { lineId: 'lamp#1', discounts: [{ amount: 625 }], payable: 4375 },
        ],
        merchants: [
          { merchantId: 'lumen', subtotal: 5000, discount: 625, payable: 4375 },
          { merchantId: 'terra', subtotal: 3000, discount: 375, payable: 2625 },
        ],
        applied: [{ amount: 1000, phase: 'P4', fundedByPlatform: 250, fundedByMerchant: 750 }],
        optimal: true,
        upperBound: 1000,
      });
    });

    it('may be empty', () => {
      expect(priced(cart([]), [coupon('c', terms('t'))])).toMatchObject({
        subtotal: 0,
        discount: 0,
        payable: 0,
        lines: [],
        merchants: [],
      });
    });
  });
});

describe('the cart that the README works through by hand', () => {
  const onSku = (skuId: string) => ({ product: { scope: { kind: 'SKUS', skuIds: [skuId] } } });
  const goods = cart(
    [
      line('lamp', 19_900),
      line('bulb', 2990, { quantity: 2 }),
      line('tea', 8800, { merchantId: 'terra', category: '/food/tea' }),
    ],
    'CNY',
    { shipping: { method: 'POST', amount: 1200 } },
  );
  const result = priced(goods, [
    coupon(
      'mine',
      terms(
        'coupon',
        { benefit: [percent(500, { maxAmount: { CNY: 1500 } })], rule: { stackingGroup: 'PLATFORM_COUPON' } },
        null,
      ),
    ),
    automatic('lumen', { benefit: [reduction(20_000, 3000)], rule: free }),
    automatic(
      'post',
      {
        benefit: [{ kind: 'FREE_SHIPPING', maxAmount: { CNY: 800 }, threshold: { CNY: 9900 } }],
        rule: { stackingGroup: 'SHIPPING' },
      },
      null,
    ),
    automatic('bulbs', { ...onSku('bulb'), benefit: [percent(1000)], rule: { stackingGroup: 'ITEM' } }),
  ]);
  const [lamp, bulbs, tea] = result.lines;

  it('costs what the page says, step by step', () => {
    const yuan = (fen: number) => `${fen < 0 ? '−' : ''}${(Math.abs(fen) / 100).toFixed(2)}`;
    const rowOf = (step: string, amounts: (number | null)[]) =>
      `| ${[step, ...amounts.map((amount) => (amount === null ? '' : yuan(amount)))].join(' | ')} |`.replaceAll(
        /\| {2}(?=\|)/g,
        '| ',
      );
    const off = (templateId: string) => {
      const one = result.applied.find((applied) => applied.templateId === templateId);
      const share = (of: PricedLine | undefined) => {
        const amount = one?.shares.find(({ lineId }) => lineId === of?.lineId)?.amount;
        return amount === undefined ? null : -amount;
      };
      const post = one?.shippingAmount ? -one.shippingAmount : null;
      return [share(lamp), share(bulbs), share(tea), post, -(one?.amount ?? 0)];
    };
    const lines = [lamp, bulbs, tea];
    const page = readFileSync('subgraphs/shared/kernel/pricing/README.md', 'utf8');
    const rows = [
      rowOf('List', [...lines.map((one) => one?.listAmount ?? 0), 1200, result.listAmount + 1200]),
      rowOf('P1 bulbs at 9 折', off('bulbs')),
      rowOf('P3 满200减30 of `lumen`', off('lumen')),
      rowOf('P4 coupon of 9.5 折, at most ¥15', off('coupon')),
      rowOf('P5 post up to ¥8', off('post')),
      rowOf('To pay', [...lines.map((one) => one?.payable ?? 0), result.shipping?.payable ?? 0, result.payable]),
    ];
    for (const row of rows) expect(page).toContain(row);
    expect(waterfallOf(result).map(({ what, left }) => [what, left])).toEqual([
      ['LIST', 34_680],
      ['DISCOUNT', 34_082],
      ['DISCOUNT', 31_082],
      ['DISCOUNT', 29_582],
      ['SHIPPING', 30_782],
      ['DISCOUNT', 29_982],
    ]);
  });

  it('has what each bulb bears, so that a refund of one pays 22.57', () => {
    expect(bulbs?.discounts.map(({ perUnit }) => perUnit)).toEqual([
      [{ units: 2, amount: 299 }],
      [
        { units: 1, amount: 320 },
        { units: 1, amount: 319 },
      ],
      [
        { units: 1, amount: 114 },
        { units: 1, amount: 115 },
      ],
    ]);
    expect(bulbs?.payablePerUnit).toEqual([{ units: 2, amount: 2257 }]);
  });
});

function later(time: { startsAt: string; endsAt: string }): Record<string, unknown> {
  return { time, benefit: [fixedOff(100)] };
}

function verdictOf(result: PricedCart, couponId: string): Explanation | undefined {
  return result.considered.find((explanation) => explanation.couponId === couponId);
}

function rejectionOf(explanation: Explanation | undefined): unknown {
  return explanation?.verdict === 'REJECTED' ? explanation.rejection : explanation;
}
