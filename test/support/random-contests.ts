import fc from 'fast-check';
import type { Candidate } from '../../subgraphs/shared/kernel/pricing/candidates';
import type { PriceOffer } from '../../subgraphs/shared/kernel/pricing/cart';
import { defaultTenantSettings, type TenantSettings } from '../../subgraphs/shared/kernel/tenant-settings';
import { automatic, cart, coupon, line, terms } from './promotions';

/** The first sells most, so that promotions meet. */
const merchants = ['lumen', 'lumen', 'lumen', 'terra', 'nord'];
/** Currencies of 2, 0 and 3 digits. */
const currencies = ['CNY', 'JPY', 'KWD'];
/** As many minor units in each of them. */
const amounts = (minorUnits: number) => Object.fromEntries(currencies.map((code) => [code, minorUnits]));
const categories = ['/food', '/food/snacks', '/food/snacks/nuts', '/home', '/home/lamps'];
const brands = ['Lumen', 'Terra', 'Nord'];
const groups = ['ITEM', 'MERCHANT_COUPON', 'PLATFORM_COUPON', 'SHIPPING', 'SEASON'];

const seldom = fc.integer({ min: 0, max: 9 }).map((n) => n === 0);
const sometimes = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ arbitrary: fc.constant(null), weight: 4 }, { arbitrary: value, weight: 1 });

const somePrice = fc.oneof(fc.constantFrom(0, 1, 3, 100, 999, 1000), fc.integer({ min: 1, max: 40_000 }));
const someOffer = fc.record({
  source: fc.constantFrom<PriceOffer['source']>('MEMBER', 'FLASH_SALE', 'GROUP_BUY'),
  unitPrice: somePrice,
  takesCoupons: fc.boolean(),
});

/** A line of any goods; few different prices, so that ties between remainders and between sets are common. */
export const someLine = fc
  .record({
    sku: fc.integer({ min: 0, max: 7 }),
    price: somePrice,
    quantity: fc.integer({ min: 1, max: 4 }),
    merchant: fc.constantFrom(...merchants),
    category: fc.constantFrom(...categories),
    brand: fc.constantFrom(...brands, null),
    itemType: fc.constantFrom('IN_STOCK' as const, 'PRESALE' as const),
    rate: sometimes(fc.constantFrom(600, 1300, 10_000)),
    least: sometimes(fc.integer({ min: 1, max: 20_000 })),
    offers: sometimes(fc.array(someOffer, { minLength: 1, maxLength: 2 })),
  })
  .map(({ sku, price, merchant, rate, least, offers, ...facts }) =>
    line(`sku-${sku}`, price, {
      ...facts,
      merchantId: merchant,
      ...(rate === null ? {} : { taxRateBasisPoints: rate }),
      ...(least === null ? {} : { minUnitPrice: least }),
      ...(offers === null ? {} : { offers }),
    }),
  );
/** What of a cart is not its goods: shipping, tax, gift cards and points. */
export const someCartTerms = fc
  .record({
    method: fc.constantFrom('POST', 'EXPRESS'),
    shipping: fc.option(fc.integer({ min: 0, max: 3000 }), { freq: 3 }),
    taxMode: fc.constantFrom('INCLUSIVE' as const, 'EXCLUSIVE' as const),
    payments: fc.oneof(
      { arbitrary: fc.constant([]), weight: 3 },
      {
        arbitrary: fc.array(
          fc.record({ kind: fc.constantFrom('GIFT_CARD' as const, 'POINTS' as const), amount: fc.nat(9000) }),
          { maxLength: 3 },
        ),
        weight: 1,
      },
    ),
  })
  .map(({ method, shipping, taxMode, payments }) => ({
    shipping: shipping === null ? null : { method, amount: shipping },
    taxMode,
    payments,
  }));
/** A currency of 2, 0 or 3 digits. */
export const someCurrency = fc.constantFrom(...currencies);
/** One to six lines of up to three merchants. */
export const someLines = fc.array(someLine, { minLength: 1, maxLength: 6 });
/** A cart of such lines, shipped or not, taxed either way, in any of the currencies. */
export const someCart = fc
  .tuple(someLines, someCurrency, someCartTerms)
  .map(([lines, currency, more]) => cart(lines, currency, more));

const someScope = fc.oneof(
  { arbitrary: fc.constant({ kind: 'STOREWIDE' }), weight: 6 },
  { arbitrary: fc.constantFrom(...categories).map((path) => ({ kind: 'CATEGORIES', categories: [path] })), weight: 2 },
  { arbitrary: fc.constantFrom(...brands).map((brand) => ({ kind: 'BRANDS', brands: [brand] })), weight: 1 },
  { arbitrary: fc.integer({ min: 0, max: 7 }).map((n) => ({ kind: 'SKUS', skuIds: [`sku-${n}`] })), weight: 1 },
);
const someAmount = fc.oneof(fc.constantFrom(1, 2, 100, 500, 1000, 3000), fc.integer({ min: 1, max: 9000 }));
const someBenefit = fc.oneof(
  fc.tuple(someAmount, fc.integer({ min: 0, max: 20_000 })).map(([off, above]) => ({
    kind: 'THRESHOLD_REDUCTION',
    threshold: amounts(off + above),
    off: amounts(off),
  })),
  fc
    .record({
      rate: fc.oneof(fc.constantFrom(1, 500, 1000, 5000, 10_000), fc.integer({ min: 1, max: 10_000 })),
      most: fc.option(someAmount),
      threshold: fc.option(fc.integer({ min: 1, max: 20_000 })),
    })
    .map(({ rate, most, threshold }) => ({
      kind: 'PERCENT',
      percentOffBasisPoints: rate,
      ...(most === null ? {} : { maxAmount: amounts(most) }),
      ...(threshold === null ? {} : { threshold: amounts(threshold) }),
    })),
  someAmount.map((off) => ({ kind: 'FIXED', off: amounts(off) })),
  someAmount.map((off) => ({ kind: 'FIXED_PER_UNIT', off: amounts(off) })),
  someAmount.map((price) => ({ kind: 'FIXED_PRICE', price: amounts(price) })),
  fc
    .record({ off: someAmount, above: fc.integer({ min: 0, max: 9000 }), maxTimes: fc.constantFrom(1, 2, 5) })
    .map(({ off, above, maxTimes }) => ({ kind: 'EVERY_X', every: amounts(off + above), off: amounts(off), maxTimes })),
  fc
    .record({
      first: someAmount,
      step: fc.integer({ min: 1, max: 15_000 }),
      second: fc.oneof(someAmount, fc.constant(null)),
      rate: fc.constantFrom(1, 500, 3000),
    })
    .map(({ first, step, second, rate }) => ({
      kind: 'TIERS',
      tiers: [
        { threshold: amounts(first), off: amounts(first) },
        {
          threshold: amounts(first + step),
          ...(second === null ? { percentOffBasisPoints: rate } : { off: amounts(Math.min(second, first + step)) }),
        },
      ],
    })),
);
const someSelection = fc.constantFrom('CHEAPEST', 'MOST_EXPENSIVE', 'CUSTOMER_BEST');
const someAllocation = fc.constantFrom('ALL_UNITS', 'TARGET_ONLY');
const someTimes = fc.constantFrom(1, 2, 100);
const someRate = fc.constantFrom(10_000, 5000, 3333);
/** Benefits that pick units. */
const somePattern = fc.oneof(
  fc
    .record({
      buy: fc.integer({ min: 1, max: 3 }),
      get: fc.integer({ min: 1, max: 2 }),
      percentOffBasisPoints: someRate,
      getScope: fc.option(someScope),
      selection: someSelection,
      allocation: someAllocation,
      maxOccurrence: someTimes,
    })
    .map(({ getScope, ...terms }) => ({ kind: 'BUY_X_GET_Y', ...terms, ...(getScope === null ? {} : { getScope }) })),
  fc
    .record({
      n: fc.integer({ min: 2, max: 3 }),
      percentOffBasisPoints: someRate,
      selection: someSelection,
      allocation: someAllocation,
      maxOccurrence: someTimes,
    })
    .map((terms) => ({ kind: 'NTH_ITEM', ...terms })),
  fc
    .record({
      first: fc.integer({ min: 0, max: 3 }),
      second: fc.integer({ min: 4, max: 7 }),
      quantity: fc.integer({ min: 1, max: 2 }),
      price: fc.option(someAmount),
      rate: someRate,
      maxOccurrence: someTimes,
    })
    .map(({ first, second, quantity, price, rate, maxOccurrence }) => ({
      kind: 'BUNDLE',
      items: [{ skuIds: [`sku-${first}`, `sku-${(first + 1) % 4}`], quantity }, { skuIds: [`sku-${second}`] }],
      ...(price === null ? { percentOffBasisPoints: rate } : { price: amounts(price) }),
      maxOccurrence,
    })),
);
/** Benefits that take nothing off the price of goods, or off the line they were paid ahead for. */
const someOtherBenefit = fc.oneof(
  fc
    .record({
      threshold: fc.integer({ min: 1, max: 20_000 }),
      rate: fc.constantFrom(3000, 10_000),
      most: fc.option(someAmount),
      methods: fc.constantFrom(undefined, ['POST'], ['POST', 'EXPRESS']),
    })
    .map(({ threshold, rate, most, methods }) => ({
      kind: 'FREE_SHIPPING',
      threshold: amounts(threshold),
      percentOffBasisPoints: rate,
      ...(methods === undefined ? {} : { methods }),
      ...(most === null ? {} : { maxAmount: amounts(most) }),
    })),
  fc
    .integer({ min: 1, max: 20_000 })
    .map((threshold) => ({ kind: 'GIFT', gifts: [{ skuId: 'cup' }], threshold: amounts(threshold) })),
  fc.integer({ min: 1, max: 20_000 }).map((every) => ({ kind: 'POINTS', points: 3, every: amounts(every) })),
  someAmount.map((deposit) => ({ kind: 'DEPOSIT_EXPANSION', deposit: amounts(deposit), worth: amounts(2 * deposit) })),
);
/** One benefit of any kind, as it is written in a document. */
export const someBenefitOfAnyKind: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  someBenefit,
  someOtherBenefit,
  somePattern,
);
const someBenefits = fc.oneof(
  { arbitrary: someBenefit.map((benefit) => [benefit]), weight: 6 },
  { arbitrary: someOtherBenefit.map((benefit) => [benefit]), weight: 2 },
  { arbitrary: somePattern.map((benefit) => [benefit]), weight: 3 },
  {
    arbitrary: fc.array(someBenefitOfAnyKind, { minLength: 2, maxLength: 3 }),
    weight: 1,
  },
);
const someBase = fc.constantFrom('REMAINING', 'PHASE_START', 'ORIGINAL');
const someRule = fc
  .record({
    stackingGroup: fc.constantFrom(...groups, 'SEASON', 'SEASON'),
    priority: fc.constantFrom(50, 100),
    exclusive: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
    always: seldom,
    excludes: fc.oneof(
      { arbitrary: fc.constant([]), weight: 5 },
      { arbitrary: fc.constantFrom(['clearance'], ['SEASON'], ['tpl-0'], ['ITEM', 'tpl-2']), weight: 1 },
    ),
    combinesWith: fc.oneof(
      { arbitrary: fc.constant(null), weight: 7 },
      { arbitrary: fc.constantFrom(['clearance', 'ITEM'], ['SEASON', 'PLATFORM_COUPON'], ['tpl-1']), weight: 1 },
    ),
    rounding: fc.constantFrom('HALF_UP', 'HALF_EVEN', 'DOWN'),
    base: someBase,
    thresholdBase: someBase,
    allocation: fc.constantFrom(undefined, undefined, 'PROPORTIONAL', 'EVEN', 'EACH'),
  })
  .map(({ allocation, base, ...rule }) => ({
    ...rule,
    base: allocation === 'EACH' ? 'REMAINING' : base,
    ...(allocation === undefined ? {} : { allocation }),
  }));
/** Any promotion, as a recipe. */
export const someTemplate = fc
  .record({
    merchantId: fc.constantFrom(...merchants, null, null, null),
    trigger: fc.constantFrom('COUPON', 'COUPON', 'AUTOMATIC'),
    scope: someScope,
    benefits: someBenefits,
    onlyYuan: seldom,
    rule: someRule,
    tagged: seldom,
    budget: sometimes(fc.record({ left: fc.integer({ min: 0, max: 3000 }), partialOnBudget: fc.boolean() })),
    expires: fc.constantFrom('2026-11-20', '2026-11-21', '2026-12-01'),
    isLoner: fc.boolean(),
    isTwin: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  })
  .map(({ benefits, onlyYuan, ...others }) => ({ ...others, benefit: onlyYuan ? inYuan(benefits) : benefits }));

type Recipe = typeof someTemplate extends fc.Arbitrary<infer T> ? T : never;

/** The candidate of a recipe; a coupon is never forced in. */
export function candidateOf(recipe: Recipe, id: string, couponId: string): Candidate {
  const { merchantId, trigger, scope, benefit, rule, tagged, budget, expires } = recipe;
  const limit = budget && { budget: { amount: amounts(9000), partialOnBudget: budget.partialOnBudget } };
  const modules = { product: { scope }, benefit, tags: tagged ? ['clearance'] : [] };
  const candidate =
    trigger === 'AUTOMATIC'
      ? automatic(id, { ...modules, rule, ...(limit ? { limit } : {}) }, merchantId)
      : coupon(
          couponId,
          terms(
            id,
            { ...modules, rule: { ...rule, always: false }, ...(limit ? { limit: { stock: 9, ...limit } } : {}) },
            merchantId,
          ),
          `${expires}T00:00:00.000Z`,
        );
  return budget ? { ...candidate, budgetLeft: budget.left } : candidate;
}

function inYuan(benefits: unknown): unknown {
  return JSON.parse(JSON.stringify(benefits, (key, value) => (key === 'JPY' || key === 'KWD' ? undefined : value)));
}

/** One to twelve coupons and automatic promotions, each number as likely, some coupons of one template. */
export const someCandidates = fc
  .integer({ min: 1, max: 12 })
  .chain((n) => fc.tuple(fc.array(someTemplate, { minLength: n, maxLength: n }), fc.integer({ min: 0, max: 4 })))
  .map(([recipes, mood]) => {
    const candidates: Candidate[] = [];
    recipes.forEach(({ isLoner, ...mild }, index) => {
      // In some contests many stand alone, so that what may stand beside them decides.
      const isExclusive = mild.rule.exclusive || (isLoner && mood === 0);
      const recipe = { ...mild, isLoner, rule: { ...mild.rule, exclusive: isExclusive } };
      const couponId = `cpn-${(index * 7) % 23}`;
      const before = candidates.at(-1);
      candidates.push(
        recipe.isTwin && before?.source.kind === 'COUPON'
          ? { ...before, ...coupon(couponId, before.promotion, `${recipe.expires}T00:00:00.000Z`) }
          : candidateOf(recipe, `tpl-${index}`, couponId),
      );
    });
    return candidates;
  });
const someLimit = fc.constantFrom(null, null, null, 1, 2);
/** The default settings, or any limits on groups and coupons; with floors or without. */
export const someSettings = fc
  .record({
    limits: fc.array(fc.tuple(someLimit, someLimit), { minLength: 5, maxLength: 5 }),
    maxCouponsPerOrder: fc.constantFrom(1, 2, 10, 10),
    tenant: fc.boolean(),
    share: sometimes(fc.constantFrom(0, 1000, 3000, 5000, 9000)),
    least: sometimes(fc.constantFrom(1, 5000, 20_000)),
  })
  .map(({ limits, maxCouponsPerOrder, tenant, share, least }): TenantSettings => {
    const floors = {
      ...(share === null ? {} : { maxDiscountShareBasisPoints: share }),
      ...(least === null ? {} : { minPayable: amounts(least) }),
    };
    if (tenant) return { ...defaultTenantSettings, floors };
    const stackingGroups = groups.map((name, index) => ({
      name,
      maxPerOrder: limits[index]?.[0] ?? null,
      maxPerLine: limits[index]?.[1] ?? null,
      alwaysStackable: name === 'SHIPPING',
    }));
    return { ...defaultTenantSettings, maxCouponsPerOrder, stackingGroups, floors };
  });

/** One shop, promotions on the same goods with thresholds about what the cart costs: each step decides about the next. */
export const tightContest = fc
  .record({
    prices: fc.array(fc.integer({ min: 1000, max: 9000 }), { minLength: 1, maxLength: 3 }),
    promotions: fc.array(
      fc.record({
        threshold: fc.integer({ min: 60, max: 100 }),
        off: fc.integer({ min: 1, max: 30 }),
        rate: fc.option(fc.integer({ min: 100, max: 4000 })),
        rule: fc.record({
          base: someBase,
          thresholdBase: someBase,
          stackingGroup: fc.constantFrom('SEASON', 'SHIPPING'),
          excludes: fc.constantFrom([], [], ['tpl-0'], ['tpl-1'], ['tpl-2', 'tpl-3']),
        }),
        ofPlatform: fc.boolean(),
      }),
      { minLength: 2, maxLength: 8 },
    ),
  })
  .map(({ prices, promotions }) => {
    const subtotal = prices.reduce((sum, price) => sum + price, 0);
    const candidates = promotions.map(({ threshold, off, rate, rule, ofPlatform }, index) => {
      const needs = amounts(Math.floor((subtotal * threshold) / 100));
      const benefit =
        rate === null
          ? { kind: 'FIXED', off: amounts(Math.floor((subtotal * off) / 100)), threshold: needs }
          : { kind: 'PERCENT', percentOffBasisPoints: rate, threshold: needs };
      return coupon(`cpn-${index}`, terms(`tpl-${index}`, { benefit: [benefit], rule }, ofPlatform ? null : 'lumen'));
    });
    return { goods: cart(prices.map((price, index) => line(`sku-${index}`, price))), candidates };
  });
