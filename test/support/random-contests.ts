import fc from 'fast-check';
import type { Candidate } from '../../subgraphs/shared/kernel/pricing/candidates';
import { defaultTenantSettings, type TenantSettings } from '../../subgraphs/shared/kernel/tenant-settings';
import { automatic, cart, coupon, line, terms } from './promotions';

const merchants = ['lumen', 'terra'];
const categories = ['/food', '/food/snacks', '/food/snacks/nuts', '/home', '/home/lamps'];
const brands = ['Lumen', 'Terra', 'Nord'];
const groups = ['ITEM', 'MERCHANT_COUPON', 'PLATFORM_COUPON', 'SHIPPING', 'SEASON'];

/** A line of any goods; few different prices, so that ties between remainders and between sets are common. */
export const someLine = fc
  .record({
    sku: fc.integer({ min: 0, max: 7 }),
    price: fc.oneof(fc.constantFrom(0, 1, 3, 100, 999, 1000), fc.integer({ min: 1, max: 40_000 })),
    quantity: fc.integer({ min: 1, max: 4 }),
    merchant: fc.constantFrom(...merchants),
    category: fc.constantFrom(...categories),
    brand: fc.constantFrom(...brands, null),
    itemType: fc.constantFrom('IN_STOCK' as const, 'PRESALE' as const),
  })
  .map(({ sku, price, merchant, ...facts }) => line(`sku-${sku}`, price, { ...facts, merchantId: merchant }));
/** One to six lines of two merchants. */
export const someCart = fc
  .tuple(fc.array(someLine, { minLength: 1, maxLength: 6 }), fc.option(fc.integer({ min: 0, max: 3000 })))
  .map(([lines, shipping]) =>
    cart(lines, 'CNY', { shipping: shipping === null ? null : { method: 'POST', amount: shipping } }),
  );

const someScope = fc.oneof(
  { arbitrary: fc.constant({ kind: 'STOREWIDE' }), weight: 3 },
  { arbitrary: fc.constantFrom(...categories).map((path) => ({ kind: 'CATEGORIES', categories: [path] })), weight: 2 },
  { arbitrary: fc.constantFrom(...brands).map((brand) => ({ kind: 'BRANDS', brands: [brand] })), weight: 1 },
  { arbitrary: fc.integer({ min: 0, max: 7 }).map((n) => ({ kind: 'SKUS', skuIds: [`sku-${n}`] })), weight: 1 },
);
const someAmount = fc.oneof(fc.constantFrom(1, 2, 100, 500, 1000, 3000), fc.integer({ min: 1, max: 9000 }));
const someBenefit = fc.oneof(
  fc.tuple(someAmount, fc.integer({ min: 0, max: 20_000 })).map(([off, above]) => ({
    kind: 'THRESHOLD_REDUCTION',
    threshold: { CNY: off + above },
    off: { CNY: off },
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
      ...(most === null ? {} : { maxAmount: { CNY: most } }),
      ...(threshold === null ? {} : { threshold: { CNY: threshold } }),
    })),
  someAmount.map((off) => ({ kind: 'FIXED', off: { CNY: off } })),
  someAmount.map((off) => ({ kind: 'FIXED_PER_UNIT', off: { CNY: off } })),
  someAmount.map((price) => ({ kind: 'FIXED_PRICE', price: { CNY: price } })),
  fc
    .record({ off: someAmount, above: fc.integer({ min: 0, max: 9000 }), maxTimes: fc.constantFrom(1, 2, 5) })
    .map(({ off, above, maxTimes }) => ({ kind: 'EVERY_X', every: { CNY: off + above }, off: { CNY: off }, maxTimes })),
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
        { threshold: { CNY: first }, off: { CNY: first } },
        {
          threshold: { CNY: first + step },
          ...(second === null ? { percentOffBasisPoints: rate } : { off: { CNY: Math.min(second, first + step) } }),
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
      ...(price === null ? { percentOffBasisPoints: rate } : { price: { CNY: price } }),
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
    })
    .map(({ threshold, rate, most }) => ({
      kind: 'FREE_SHIPPING',
      threshold: { CNY: threshold },
      percentOffBasisPoints: rate,
      ...(most === null ? {} : { maxAmount: { CNY: most } }),
    })),
  fc
    .integer({ min: 1, max: 20_000 })
    .map((threshold) => ({ kind: 'GIFT', gifts: [{ skuId: 'cup' }], threshold: { CNY: threshold } })),
  fc.integer({ min: 1, max: 20_000 }).map((every) => ({ kind: 'POINTS', points: 3, every: { CNY: every } })),
  someAmount.map((deposit) => ({ kind: 'DEPOSIT_EXPANSION', deposit: { CNY: deposit }, worth: { CNY: 2 * deposit } })),
);
const someBenefits = fc.oneof(
  { arbitrary: someBenefit.map((benefit) => [benefit]), weight: 6 },
  { arbitrary: someOtherBenefit.map((benefit) => [benefit]), weight: 2 },
  { arbitrary: somePattern.map((benefit) => [benefit]), weight: 3 },
  {
    arbitrary: fc.array(fc.oneof(someBenefit, someOtherBenefit, somePattern), { minLength: 2, maxLength: 3 }),
    weight: 1,
  },
);
const someBase = fc.constantFrom('REMAINING', 'PHASE_START', 'ORIGINAL');
const seldom = fc.integer({ min: 0, max: 9 }).map((n) => n === 0);
const someRule = fc
  .record({
    stackingGroup: fc.constantFrom(...groups),
    priority: fc.constantFrom(50, 100),
    exclusive: seldom,
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
  })
  .map((rule) => rule);
/** Any promotion, as a recipe. */
export const someTemplate = fc.record({
  merchantId: fc.constantFrom(...merchants, null),
  trigger: fc.constantFrom('COUPON', 'COUPON', 'AUTOMATIC'),
  scope: someScope,
  benefit: someBenefits,
  rule: someRule,
  tagged: seldom,
  copies: fc.constantFrom(1, 1, 1, 2, 3),
  expires: fc.array(fc.constantFrom('2026-11-20', '2026-11-21', '2026-12-01'), { minLength: 3, maxLength: 3 }),
});
/** Up to ten coupons and automatic promotions, some of them alike. */
export const someCandidates = fc.array(someTemplate, { minLength: 1, maxLength: 8 }).map((templates) =>
  templates
    .flatMap(({ merchantId, trigger, scope, benefit, rule, tagged, copies, expires }, index): Candidate[] => {
      const modules = { product: { scope }, benefit, tags: tagged ? ['clearance'] : [] };
      const id = `tpl-${index}`;
      if (trigger === 'AUTOMATIC') return [automatic(id, { ...modules, rule }, merchantId)];
      const owned = terms(id, { ...modules, rule: { ...rule, always: false } }, merchantId);
      return expires
        .slice(0, copies)
        .map((day, copy) => coupon(`cpn-${(index * 7 + copy * 5) % 23}-${copy}`, owned, `${day}T00:00:00.000Z`));
    })
    .slice(0, 10),
);
const someLimit = fc.constantFrom(null, null, 1, 2);
/** The default settings, or any limits on groups and coupons. */
export const someSettings = fc
  .record({
    limits: fc.array(fc.tuple(someLimit, someLimit), { minLength: 5, maxLength: 5 }),
    maxCouponsPerOrder: fc.constantFrom(1, 2, 10),
    tenant: fc.boolean(),
  })
  .map(({ limits, maxCouponsPerOrder, tenant }): TenantSettings => {
    if (tenant) return defaultTenantSettings;
    const stackingGroups = groups.map((name, index) => ({
      name,
      maxPerOrder: limits[index]?.[0] ?? null,
      maxPerLine: limits[index]?.[1] ?? null,
      alwaysStackable: name === 'SHIPPING',
    }));
    return { ...defaultTenantSettings, maxCouponsPerOrder, stackingGroups };
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
      const needs = { CNY: Math.floor((subtotal * threshold) / 100) };
      const benefit =
        rate === null
          ? { kind: 'FIXED', off: { CNY: Math.floor((subtotal * off) / 100) }, threshold: needs }
          : { kind: 'PERCENT', percentOffBasisPoints: rate, threshold: needs };
      return coupon(`cpn-${index}`, terms(`tpl-${index}`, { benefit: [benefit], rule }, ofPlatform ? null : 'lumen'));
    });
    return { goods: cart(prices.map((price, index) => line(`sku-${index}`, price))), candidates };
  });
