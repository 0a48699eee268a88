import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { asCouponId } from '../../subgraphs/shared/kernel/identifiers';
import { asCurrencyCode, type UnitRun } from '../../subgraphs/shared/kernel/money';
import { benefitKinds, readyBenefit } from '../../subgraphs/shared/kernel/pricing/benefits/registry';
import type { Candidate } from '../../subgraphs/shared/kernel/pricing/candidates';
import { type Cart, readCart } from '../../subgraphs/shared/kernel/pricing/cart';
import { explainEach, type PricedCart } from '../../subgraphs/shared/kernel/pricing/price';
import type { Explanation } from '../../subgraphs/shared/kernel/pricing/trace';
import { noFacts } from '../../subgraphs/shared/kernel/rules/fact-sources';
import {
  defaultTenantSettings,
  type StackingGroup,
  type TenantSettings,
} from '../../subgraphs/shared/kernel/tenant-settings';
import { automatic, cart, coupon, document, freshRules, line, noon, priced, terms } from '../support/promotions';
import { someCandidates, someCart, someSettings, tightContest } from '../support/random-contests';
import { runs } from '../support/runs';

/** What a candidate would do by itself. */
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

describe('a benefit', () => {
  it.each<[string, string, Record<string, unknown>, [price: number, quantity: number][], number]>([
    ['满300减40 at exactly ¥300', 'CNY', reduction(30_000, 4000), [[15_000, 2]], 4000],
    ['满300减40 one fen below', 'CNY', reduction(30_000, 4000), [[29_999, 1]], 0],
    ['满300减40 at ¥600, once and not twice', 'CNY', reduction(30_000, 4000), [[60_000, 1]], 4000],
    ['满300减300 for nothing to pay', 'CNY', reduction(30_000, 30_000), [[30_000, 1]], 30_000],
    ['8.5 折 of ¥19.99', 'CNY', percent(1500), [[1999, 1]], 300],
    ['8.5 折 rounded once on the whole, not per unit', 'CNY', percent(1500), [[333, 3]], 150],
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
    ['每满 past 2^53 ÷ 2, counted exactly', 'CNY', everyX(3, 1), [[Number.MAX_SAFE_INTEGER, 1]], 3_002_399_751_580_330],
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
    ['a share past 2^53 as exact as any', 'CNY', percent(3333), [[Number.MAX_SAFE_INTEGER, 1]], 3_002_099_511_605_172],
  ])('%s', (_, currency, benefit, goods, discount) => {
    const lines = goods.map(([price, quantity], index) => line(`sku-${index}`, price, { quantity }));
    expect(priced(cart(lines, currency), [automatic('t', { benefit: [benefit], rule: free })]).discount).toBe(discount);
  });

  it.each(['HALF_UP', 'HALF_EVEN', 'DOWN'])('is rounded %s as its version says', (rounding) => {
    const rule = { ...free, rounding };
    const result = priced(cart([line('a', 50)]), [automatic('t', { benefit: [percent(100)], rule })]);
    expect(result.discount).toBe({ HALF_UP: 1, HALF_EVEN: 0, DOWN: 0 }[rounding]);
  });

  it('keeps its word on growing with the amount, which the search relies on', () => {
    const benefits = [
      reduction(30_000, 4000),
      percent(1234, { maxAmount: { CNY: 5000 } }),
      fixedOff(700),
      everyX(3000, 40),
      everyX(3000, 3000, 2),
      tiers([10_000, 3000], [30_000, 500], [60_000, { rate: 100 }]),
      perUnit(700),
      unitPrice(990),
      { kind: 'DEPOSIT_EXPANSION', deposit: { CNY: 100 }, worth: { CNY: 250 } },
      { kind: 'POINTS', points: 3, every: { CNY: 500 } },
      { kind: 'FREE_SHIPPING', percentOffBasisPoints: 5000, maxAmount: { CNY: 900 } },
    ];
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(100_000), fc.constantFrom(...benefits), (one, other, benefit) => {
        const [terms] = document({ benefit: [benefit] }).benefit;
        if (!terms) throw new Error('Expected a benefit, found none; correct the test.');
        const ready = readyBenefit(terms, { currency: asCurrencyCode('CNY'), rounding: 'HALF_UP' });
        if (!ready.ok) throw new Error('Expected a value in CNY, found none; correct the test.');
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        const { value } = ready;
        if (value.on === 'UNITS') return; // held to its word on units, below
        if (value.on === 'LINES') {
          expect(value.amountOnLine(less, 3)).toBeLessThanOrEqual(value.amountOnLine(more, 3));
          return;
        }
        if (value.on === 'NOTHING') {
          expect(value.awardOn(less)?.points ?? 0).toBeLessThanOrEqual(value.awardOn(more)?.points ?? 0);
          return;
        }
        expect(value.amountOn(less)).toBeLessThanOrEqual(value.largestUpTo(more));
        if (benefitKinds[terms.kind].monotone) expect(value.amountOn(less)).toBeLessThanOrEqual(value.amountOn(more));
      }),
      { numRuns: runs(5000) },
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
    ['are not what is excluded', { excludes: { skuIds: ['lamp'], categories: ['/food'], brands: [] } }, 'lumen', 4000],
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

describe('the canonical order', () => {
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

  it('is one promotion that explains each of its benefits, every one in its own phase (§3)', () => {
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

  it('applies as far as it can, and is one coupon for every limit (§4)', () => {
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
  ])('is that of what it is: %s (§3)', (_, benefit, stackingGroup, merchantId, phase) => {
    const one = automatic('t', { benefit: [benefit], rule: { stackingGroup } }, merchantId);
    expect(priced(cart([line('lamp', 1000)]), [one]).applied.map((applied) => applied.phase)).toEqual([phase]);
  });
});

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
  ])('%s (§7)', (_, benefit, amount, discount) => {
    const result = priced(posted(amount), [onShipping(benefit)]);
    expect(result).toMatchObject({
      discount: 0,
      saving: discount,
      payable: 10_000 + amount - discount,
      shipping: { method: 'STANDARD', listAmount: amount, discount, payable: amount - discount },
    });
  });

  it('is reduced after the platform has reduced the goods, and no discount on goods spills into it (§3, §6)', () => {
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
  ])('%s at %i basis points on %i without %i is %i of %i (§7)', (mode, rate, price, off, tax, payable) => {
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
  ])('%s: the rest of its worth is off, and it is paid (§7)', (_, price, quantity, discount, payable, counted, due) => {
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

  it('stand beside the cart and change no price (§3)', () => {
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

  it('never stand before a saving, and are not left lying for one coupon less (§4, §9)', () => {
    const settings = { ...defaultTenantSettings, maxCouponsPerOrder: 1 };
    const cent = coupon('cent', terms('cent', { benefit: [fixedOff(1)], rule: free }));
    expect(priced(goods, [gifted('g', 1), cent], { settings }).applied.map(({ couponId }) => couponId)).toEqual([
      'cent',
    ]);
    expect(priced(goods, [gifted('g', 1), cent]).applied.map(({ couponId }) => couponId)).toEqual(['g', 'cent']);
  });
});

describe('what may stand together', () => {
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

  it('adds up to the last cent, by line, unit, merchant, promotion and payer, and nothing falls below zero', () => {
    fc.assert(
      fc.property(someCart, someCandidates, someSettings, (goods, candidates, settings) => {
        expectToAddUp(priced(goods, candidates, { settings }));
      }),
      { numRuns: runs(3000) },
    );
    fc.assert(
      fc.property(tightContest, ({ goods, candidates }) => {
        expectToAddUp(priced(goods, candidates));
      }),
      { numRuns: runs(2000) },
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
});

describe('a cart', () => {
  it('is refused with every number that is out of bounds', () => {
    const read = readCart('RMB', [
      line('a', 100, { quantity: 0 }),
      line('b', -1),
      line('c', 0.5, { quantity: 1_000_001 }),
    ]);
    expect(read.ok ? [] : read.refusal.map(({ code, path }) => [code, path])).toEqual([
      ['UNKNOWN_CURRENCY', 'currency'],
      ['BAD_QUANTITY', 'lines[0].quantity'],
      ['BAD_UNIT_PRICE', 'lines[1].unitPrice'],
      ['BAD_QUANTITY', 'lines[2].quantity'],
      ['BAD_UNIT_PRICE', 'lines[2].unitPrice'],
    ]);
  });

  it('is refused past 2^53 and past 500 lines', () => {
    expect(readCart('CNY', [line('a', Number.MAX_SAFE_INTEGER), line('b', 1)])).toMatchObject({
      ok: false,
      refusal: [{ code: 'AMOUNT_TOO_LARGE' }],
    });
    expect(
      readCart(
        'CNY',
        Array.from({ length: 501 }, (_, n) => line(`s${n}`, 1)),
      ),
    ).toMatchObject({ ok: false, refusal: [{ code: 'TOO_MANY_LINES' }] });
  });

  it('that is no cart is refused with typed faults, quickly, whatever its numbers are', () => {
    const anyNumber = fc.oneof(
      fc.constantFrom(-1, 0, 0.5, 1e308, -1e308, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 2 ** 53 - 1, 1_000_000),
      fc.double(),
      fc.maxSafeInteger(),
    );
    const anyLine = fc
      .record({ price: anyNumber, quantity: anyNumber, rate: anyNumber, least: anyNumber })
      .map(({ price, quantity, rate, least }) =>
        line('a', price, { quantity, taxRateBasisPoints: rate, minUnitPrice: least }),
      );
    fc.assert(
      fc.property(
        fc.array(anyLine, { maxLength: 5 }),
        fc.constantFrom('CNY', 'JPY', 'XXX?', '', 'cny'),
        fc.option(anyNumber),
        (lines, currency, amount) => {
          const shipping = amount === null ? null : { method: 'POST', amount };
          const read = readCart(currency, lines, { shipping, taxMode: 'EXCLUSIVE' });
          if (read.ok) expectToAddUp(priced(read.value, [automatic('t', { benefit: [percent(3333)], rule: free })]));
          else for (const fault of read.refusal) expect(fault.cure).not.toBe('');
        },
      ),
      { numRuns: runs(5000) },
    );
  });

  it('of ten thousand lines, however wrong each, is refused once for its size', () => {
    const lines = Array.from({ length: 10_000 }, () => line('a', -1, { quantity: 0 }));
    const from = performance.now();
    const read = readCart('CNY', lines);
    expect(performance.now() - from).toBeLessThan(50);
    expect(read.ok ? [] : read.refusal.map(({ code }) => code)).toEqual(['TOO_MANY_LINES']);
  });

  it('just below 2^53 is priced exactly, tax on top included', () => {
    const dear = cart([line('a', 4_000_000_000_000_000, { taxRateBasisPoints: 10_000 })], 'CNY', {
      taxMode: 'EXCLUSIVE',
    });
    const result = priced(dear, [automatic('t', { benefit: [percent(1)], rule: free })]);
    expect(result).toMatchObject({ discount: 400_000_000_000, tax: { amount: 3_999_600_000_000_000 } });
    expectToAddUp(result);
  });

  it('gives lines of one SKU the same ids in whatever order they come', () => {
    const [dear, cheap] = [line('a', 200), line('a', 100)];
    expect(cart([dear, cheap]).lines.map(({ lineId }) => lineId)).toEqual(['a#2', 'a#1']);
    expect(cart([cheap, dear]).lines.map(({ lineId }) => lineId)).toEqual(['a#1', 'a#2']);
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

function expectToAddUp(result: PricedCart): void {
  const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0);
  const overUnits = (of: UnitRun[]) => sum(of.map(({ units, amount }) => units * amount));
  const goods = result.subtotal - result.discount;
  const onTop = result.tax.mode === 'EXCLUSIVE' ? result.tax.amount : 0;
  expect(result.payable).toBe(goods + (result.shipping?.payable ?? 0) + onTop);
  expect(goods).toBeGreaterThanOrEqual(0);
  expect(result.shipping?.payable ?? 0).toBeGreaterThanOrEqual(0);
  expect(result.due).toBe(result.payable - sum(result.deposits.map(({ counted }) => counted)));
  expect(result.due).toBeGreaterThanOrEqual(0);
  expect(sum(result.lines.map(({ payable }) => payable))).toBe(goods);
  expect(sum(result.lines.map(({ tax }) => tax))).toBe(result.tax.amount);
  expect(sum(result.merchants.map(({ payable }) => payable))).toBe(goods);
  expect(sum(result.applied.map(({ amount }) => amount))).toBe(result.saving);
  expect(result.saving).toBe(result.discount + (result.shipping?.discount ?? 0));
  const gifted = new Set([...result.gifts, ...result.points].map(({ templateId }) => templateId));
  for (const promotion of result.applied) {
    if (!gifted.has(promotion.templateId)) expect(promotion.amount).toBeGreaterThan(0);
    expect(sum(promotion.shares.map(({ amount }) => amount)) + promotion.shippingAmount).toBe(promotion.amount);
    expect(sum(promotion.benefits.map(({ amount }) => amount))).toBe(promotion.amount);
    expect(promotion.fundedByMerchant + promotion.fundedByPlatform).toBe(promotion.amount);
  }
  for (const priced of result.lines) {
    expect(priced.listAmount - sum(priced.discounts.map(({ amount }) => amount))).toBe(priced.payable);
    for (const { amount, perUnit } of priced.discounts) {
      expect(overUnits(perUnit)).toBe(amount);
      expect(sum(perUnit.map(({ units }) => units))).toBe(priced.quantity);
    }
    expect(overUnits(priced.payablePerUnit)).toBe(priced.payable);
    const perUnit = priced.payablePerUnit.map(({ amount }) => amount);
    expect(Math.min(...perUnit)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...perUnit)).toBeLessThanOrEqual(priced.unitPrice);
  }
}
