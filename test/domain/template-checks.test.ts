import { describe, expect, it } from '@jest/globals';
import {
  asMerchantId,
  asSkuId,
  asTemplateId,
  asTenantId,
  asVersionId,
} from '../../subgraphs/shared/kernel/identifiers';
import { defaultTenantSettings } from '../../subgraphs/shared/kernel/tenant-settings';
import { namesOfGoods } from '../../subgraphs/template/domain/check-goods';
import { asksForPrices } from '../../subgraphs/template/domain/check-rule';
import { checkDocument } from '../../subgraphs/template/domain/checks';
import { type CheckSurroundings, isError } from '../../subgraphs/template/domain/finding';
import { document, terms } from '../support/promotions';

const now = new Date('2026-11-02T00:00:00.000Z');
const around: CheckSurroundings = {
  now,
  settings: defaultTenantSettings,
  published: null,
  goods: {
    sellers: new Map([
      [asSkuId('lamp-1'), asMerchantId('lumen')],
      [asSkuId('tea-1'), asMerchantId('yunhai')],
    ]),
    categories: new Set(['/home', '/home/lamps']),
    brands: new Set(['Lumen']),
    dearest: { CNY: 20_000 },
  },
  exclusives: [],
};
const rule = (condition: unknown, more: Record<string, unknown> = {}) => ({
  rule: { stackingGroup: 'MERCHANT_COUPON', condition, ...more },
});
const automatic = {
  trigger: 'AUTOMATIC',
  time: { startsAt: '2026-11-01T00:00:00+08:00', endsAt: '2026-11-12T00:00:00+08:00' },
  limit: {},
};
const coupons = { ...automatic.time, validity: { kind: 'DAYS_AFTER_CLAIM', days: 7 } };

function findings(modules: Record<string, unknown>, more: Partial<CheckSurroundings> = {}) {
  const about = {
    templateId: asTemplateId('t-1'),
    versionId: asVersionId('t-1@1'),
    version: 1,
    tenantId: asTenantId('festival'),
    merchantId: asMerchantId('lumen'),
    document: document(modules),
  };
  return checkDocument(about, { ...around, ...more });
}

describe('a check before publishing', () => {
  it('finds nothing in a sound document', () => {
    expect(findings({})).toEqual([]);
    expect(findings({ product: { scope: { kind: 'SKUS', skuIds: ['lamp-1'] } } })).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    [
      'a benefit that nothing keeps',
      { benefit: [{ kind: 'DEPOSIT_EXPANSION', deposit: { CNY: 100 }, worth: { CNY: 200 } }] },
      'NOT_PUBLISHABLE',
      'benefit[0].kind',
    ],
    ['a group nobody lists', { rule: { stackingGroup: 'MERCHANT_COUPONS' } }, 'NOT_PUBLISHABLE', 'rule.stackingGroup'],
    [
      'a window that is over',
      { time: { ...coupons, startsAt: '2026-10-01T00:00:00Z', endsAt: '2026-11-01T00:00:00Z' } },
      'OVER',
      'time.endsAt',
    ],
    [
      'days outside the window',
      {
        time: {
          ...coupons,
          startsAt: '2026-11-09T00:00:00+08:00',
          endsAt: '2026-11-11T00:00:00+08:00',
          daysOfWeek: ['SUNDAY'],
        },
      },
      'NEVER_OPEN',
      'time.daysOfWeek',
    ],
    [
      'hours outside the window',
      {
        time: {
          ...coupons,
          startsAt: '2026-11-11T10:00:00+08:00',
          endsAt: '2026-11-11T12:00:00+08:00',
          hoursOfDay: [{ from: '20:00', until: '22:00' }],
        },
      },
      'NEVER_OPEN',
      'time.hoursOfDay',
    ],
    [
      'hours of use outside the validity',
      {
        time: {
          ...automatic.time,
          validity: {
            kind: 'FIXED',
            from: '2026-11-13T10:00:00+08:00',
            until: '2026-11-13T12:00:00+08:00',
            daysOfWeek: ['MONDAY'],
          },
        },
      },
      'NEVER_OPEN',
      'time.validity.daysOfWeek',
    ],
    [
      'an audience of nobody',
      { user: { audience: { kind: 'TAGS', tags: ['a', 'b'] }, excludes: { tags: ['b', 'a'] } } },
      'EMPTY_AUDIENCE',
      'user',
    ],
    [
      'ids that are all excluded',
      { user: { audience: { kind: 'USER_IDS', userIds: ['u'] }, excludes: { userIds: ['u'] } } },
      'EMPTY_AUDIENCE',
      'user',
    ],
    [
      'a rule that shuts out its own category',
      {
        product: { scope: { kind: 'CATEGORIES', categories: ['/home/lamps'] } },
        ...rule({ fact: 'cart.categories', op: 'containsNone', value: ['/home'] }),
      },
      'CONTRADICTS_SCOPE',
      'rule.condition',
    ],
    [
      'a rule that shuts out its own SKUs',
      {
        product: { scope: { kind: 'SKUS', skuIds: ['lamp-1'] } },
        ...rule({ fact: 'cart.skus', op: 'containsNone', value: ['lamp-1'] }),
      },
      'CONTRADICTS_SCOPE',
      'rule.condition',
    ],
    [
      'a rule that shuts out the merchant',
      { ...rule({ fact: 'cart.merchants', op: 'containsNone', value: ['lumen'] }) },
      'CONTRADICTS_SCOPE',
      'rule.condition',
    ],
    [
      'new shoppers who have paid',
      { user: { audience: { kind: 'NEW_USERS' } }, ...rule({ fact: 'user.payTimes', op: 'gte', value: 1 }) },
      'NEVER_APPLIES',
      'rule.condition',
    ],
    [
      'an audience the rule shuts out',
      {
        user: { audience: { kind: 'TAGS', tags: ['vip'] } },
        ...rule({ fact: 'user.tags', op: 'containsNone', value: ['vip'] }),
      },
      'NEVER_APPLIES',
      'rule.condition',
    ],
    [
      'a rule about a time before the window',
      { ...rule({ fact: 'time.now', op: 'before', value: '2026-10-01T00:00:00Z' }) },
      'NEVER_APPLIES',
      'rule.condition',
    ],
    [
      'a day the promotion is closed',
      {
        ...automatic,
        time: { ...automatic.time, daysOfWeek: ['MONDAY'] },
        ...rule({ fact: 'time.dayOfWeek', op: 'eq', value: 2 }),
      },
      'NEVER_APPLIES',
      'rule.condition',
    ],
    [
      'an hour at which its coupons may not be used',
      {
        time: { ...coupons, validity: { ...coupons.validity, hoursOfDay: [{ from: '18:00', until: '22:00' }] } },
        ...rule({ fact: 'time.minuteOfDay', op: 'lt', value: 600 }),
      },
      'NEVER_APPLIES',
      'rule.condition',
    ],
    [
      'a month that its window does not have',
      { ...automatic, ...rule({ fact: 'time.month', op: 'eq', value: 3 }) },
      'NEVER_APPLIES',
      'rule.condition',
    ],
    [
      'a day of the month that its window does not have',
      { ...automatic, ...rule({ fact: 'time.dayOfMonth', op: 'gte', value: 15 }) },
      'NEVER_APPLIES',
      'rule.condition',
    ],
    [
      'coupons of a Saturday that are valid for a day and of use on Wednesdays',
      {
        time: {
          ...coupons,
          daysOfWeek: ['SATURDAY'],
          validity: { kind: 'DAYS_AFTER_CLAIM', days: 1, daysOfWeek: ['WEDNESDAY'] },
        },
      },
      'NEVER_OPEN',
      'time.validity.daysOfWeek',
    ],
    [
      'a scope that is wholly excluded',
      { product: { scope: { kind: 'CATEGORIES', categories: ['/home/lamps'] }, excludes: { categories: ['/home'] } } },
      'SCOPE_EXCLUDED',
      'product.excludes',
    ],
    [
      'a threshold above the cart the rule allows',
      { ...rule({ fact: 'cart.subtotal', op: 'lt', value: 30_000 }) },
      'UNREACHABLE_THRESHOLD',
      'benefit[0]',
    ],
    [
      'a threshold above the dearest goods',
      { ...rule({ fact: 'cart.itemCount', op: 'eq', value: 1 }) },
      'UNREACHABLE_THRESHOLD',
      'benefit[0]',
    ],
  ])('refuses %s', (_, modules, code, path) => {
    const found = findings(modules);
    expect(found.filter(isError).map((one) => [one.code, one.path])).toEqual([[code, path]]);
    for (const one of found) expect([one.reason, one.cure].every((said) => said.length > 0)).toBe(true);
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    [
      'a SKU the catalogue does not know',
      { product: { scope: { kind: 'SKUS', skuIds: ['lamp-1', 'lamp-7'] } } },
      'UNKNOWN_SKU',
      'product',
    ],
    [
      'a category without goods',
      { product: { scope: { kind: 'CATEGORIES', categories: ['/garden'] } } },
      'UNKNOWN_CATEGORY',
      'product',
    ],
    [
      'a brand without goods',
      { product: { scope: { kind: 'BRANDS', brands: ['Lumenn'] } } },
      'UNKNOWN_BRAND',
      'product',
    ],
    [
      "another merchant's SKU",
      { product: { scope: { kind: 'SKUS', skuIds: ['lamp-1', 'tea-1'] } } },
      'FOREIGN_SKU',
      'product.scope',
    ],
    [
      'fewer coupons than one person may have',
      { limit: { stock: 2, perUser: { lifetime: 3 } } },
      'STOCK_BELOW_LIMIT',
      'limit.stock',
    ],
    [
      'a daily limit above the weekly one',
      { limit: { stock: 9, perUser: { perWeek: 2, perDay: 3 } } },
      'LIMIT_WITHOUT_EFFECT',
      'limit.perUser.perDay',
    ],
    [
      'an amount in one currency of two',
      { benefit: [{ kind: 'FIXED', off: { CNY: 5, JPY: 1 }, threshold: { CNY: 10 } }] },
      'MISSING_CURRENCY',
      'benefit[0]',
    ],
    [
      'an amount compared in two currencies',
      {
        benefit: [{ kind: 'FIXED', off: { CNY: 5, JPY: 1 } }],
        ...rule({ fact: 'cart.subtotal', op: 'gte', value: 100 }),
      },
      'AMOUNT_WITHOUT_CURRENCY',
      'rule.condition',
    ],
    [
      'combining with what it excludes',
      { rule: { stackingGroup: 'ITEM', excludes: ['sale'], combinesWith: ['sale'] } },
      'STACKING_CONTRADICTION',
      'rule.combinesWith',
    ],
    [
      'standing alone with company',
      { rule: { stackingGroup: 'ITEM', exclusive: true, combinesWith: ['sale'] } },
      'STACKING_CONTRADICTION',
      'rule.combinesWith',
    ],
    [
      'excluding itself',
      { tags: ['sale'], rule: { stackingGroup: 'ITEM', excludes: ['sale'] } },
      'STACKING_CONTRADICTION',
      'rule.excludes',
    ],
  ])('asks for a yes about %s', (_, modules, code, path) => {
    expect(findings(modules).map((one) => [one.severity, one.code, one.path])).toEqual([['WARNING', code, path]]);
  });

  it('asks the rule of a coupon at its use, not at its claim', () => {
    const evening = [{ from: '18:00', until: '22:00' }];
    const morning = rule({ fact: 'time.minuteOfDay', op: 'lt', value: 600 });
    expect(findings({ time: { ...coupons, hoursOfDay: evening }, ...morning })).toEqual([]);
    const saturdays = { ...coupons, daysOfWeek: ['SATURDAY'] };
    const wednesdays = { kind: 'DAYS_AFTER_CLAIM', days: 4, daysOfWeek: ['WEDNESDAY'] };
    expect(findings({ time: { ...saturdays, validity: wednesdays } })).toEqual([]);
  });

  it('says when a live promotion that stands alone leaves no room, or takes some carts', () => {
    const alone = (modules: Record<string, unknown>) => ({
      ...terms(
        't-2',
        {
          ...automatic,
          benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 500 }],
          rule: { stackingGroup: 'ITEM', exclusive: true, always: true },
          ...modules,
        },
        null,
      ),
    });
    const everywhere = findings({}, { exclusives: [alone({})] });
    expect(everywhere.map((one) => [one.severity, one.code])).toEqual([['ERROR', 'HIDDEN_BY_EXCLUSIVE']]);
    const somewhere = findings(
      {},
      { exclusives: [alone({ product: { scope: { kind: 'BRANDS', brands: ['Lumen'] } } })] },
    );
    expect(somewhere.map((one) => [one.severity, one.code])).toEqual([['WARNING', 'HIDDEN_BY_EXCLUSIVE']]);
    const another = alone({ time: { startsAt: '2026-12-01T00:00:00Z', endsAt: '2026-12-02T00:00:00Z' } });
    expect(findings({}, { exclusives: [another] })).toEqual([]);
    expect(findings({ rule: { stackingGroup: 'SHIPPING' } }, { exclusives: [alone({})] })).toEqual([]);
  });

  it('tells errors before warnings, all at once', () => {
    const found = findings({
      product: { scope: { kind: 'SKUS', skuIds: ['lamp-7'] } },
      limit: { stock: 1, perUser: { lifetime: 2 } },
      benefit: [{ kind: 'DEPOSIT_EXPANSION', deposit: { CNY: 100 }, worth: { CNY: 200 } }],
      rule: { stackingGroup: 'NOPE' },
    });
    expect(found.map((one) => one.code)).toEqual([
      'NOT_PUBLISHABLE',
      'NOT_PUBLISHABLE',
      'UNKNOWN_SKU',
      'STOCK_BELOW_LIMIT',
    ]);
  });

  it('asks twice before it promises a gift that the catalogue does not have', () => {
    const gift = (skuId: string) =>
      findings({ benefit: [{ kind: 'FREE_SHIPPING' }, { kind: 'GIFT', gifts: [{ skuId }] }] });
    expect(gift('lamp-1')).toEqual([]);
    expect(gift('lamp-404')).toMatchObject([
      {
        severity: 'WARNING',
        code: 'UNKNOWN_SKU',
        path: 'benefit[1].gifts',
        reason: expect.stringContaining('lamp-404'),
      },
    ]);
  });

  it('names the goods it looks up, and asks for prices only where a rule limits units', () => {
    const named = document({
      product: {
        scope: {
          kind: 'ALL_OF',
          scopes: [
            { kind: 'CATEGORIES', categories: ['/a'] },
            { kind: 'SKUS', skuIds: ['s', 's2'] },
          ],
        },
        excludes: { brands: ['B'], skuIds: ['s'] },
      },
      benefit: [{ kind: 'GIFT', gifts: [{ skuId: 'g' }] }],
    });
    expect(namesOfGoods(named)).toEqual({ skuIds: ['s', 's2', 'g'], categories: ['/a'], brands: ['B'] });
    expect(asksForPrices(named)).toBe(false);
    expect(asksForPrices(document(rule({ fact: 'cart.itemCount', op: 'lte', value: 3 })))).toBe(true);
  });
});
