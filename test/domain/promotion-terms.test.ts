import { describe, expect, it } from '@jest/globals';
import type { DocumentFault } from '../../subgraphs/shared/kernel/document-faults';
import {
  fundingOf,
  parseTemplateDocument,
  publishFaults,
  stateAt,
  templateDocumentJsonSchema,
  validityOf,
  windowOf,
} from '../../subgraphs/shared/kernel/promotion-terms';
import { defaultTenantSettings, parseTenantSettings } from '../../subgraphs/shared/kernel/tenant-settings';
import { document, rawDocument, terms } from '../support/promotions';

const time = { startsAt: '2026-11-01T00:00:00Z', endsAt: '2026-11-12T00:00:00Z' };
const automatic = { trigger: 'AUTOMATIC', time, limit: {} };

describe('a rule document', () => {
  it('is stored with every default filled in and its instants in UTC', () => {
    expect(document()).toEqual({
      name: { default: '满300减40', en: '¥40 off orders over ¥300' },
      tags: [],
      trigger: 'COUPON',
      time: {
        startsAt: '2026-10-31T16:00:00.000Z',
        endsAt: '2026-11-11T16:00:00.000Z',
        zone: 'Asia/Shanghai',
        validity: { kind: 'DAYS_AFTER_CLAIM', days: 7 },
      },
      user: { audience: { kind: 'ALL' } },
      product: {
        scope: { kind: 'STOREWIDE' },
        itemType: 'ANY',
        excludes: { skuIds: [], categories: [], brands: [] },
      },
      limit: { stock: 1000, perUser: { lifetime: 1 } },
      rule: {
        priority: 100,
        stackingGroup: 'MERCHANT_COUPON',
        exclusive: false,
        excludes: [],
        combinesWith: null,
        always: false,
        rounding: 'HALF_UP',
        base: 'REMAINING',
        thresholdBase: 'PHASE_START',
      },
      benefit: [{ kind: 'THRESHOLD_REDUCTION', threshold: { CNY: 30000 }, off: { CNY: 4000 } }],
    });
  });

  it('does not change when it is parsed again, nor share anything with another document', () => {
    const once = document();
    const again = parseTemplateDocument(once);
    expect(again).toEqual({ ok: true, value: once });
    document().tags.push('mine');
    document().product.excludes.skuIds.push('mine');
    expect(document()).toEqual(once);
  });

  it('survives being stored as JSON', () => {
    expect(parseTemplateDocument(JSON.parse(JSON.stringify(document())))).toEqual({ ok: true, value: document() });
  });

  it('is refused with every fault at once, each with its path and its cure', () => {
    const faults = faultsOf({
      ...rawDocument(),
      nmae: {},
      tags: 'sale',
      time: { startsAt: '2026-11-12T00:00:00Z', endsAt: '2026-11-01T00:00:00Z', zone: 'Asia/Shangri-La' },
      limit: { stock: 0 },
      rule: { stackingGroup: 'merchant', rounding: 'UP', always: true },
      benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 12_000, maxAmount: { RMB: 1, CNY: 0.5 } }],
    });
    expect(Object.fromEntries(faults.map(({ path, found }) => [path, found]))).toEqual({
      nmae: '{}',
      tags: '"sale"',
      'time.zone': '"Asia/Shangri-La"',
      'limit.stock': '0',
      'rule.stackingGroup': '"merchant"',
      'rule.rounding': '"UP"',
      'benefit[0].percentOffBasisPoints': '12000',
      'benefit[0].maxAmount.RMB': 'the key "RMB"',
      'benefit[0].maxAmount.CNY': '0.5',
      'time.endsAt': '"2026-11-01T00:00:00Z"',
      'time.validity': 'nothing',
      'rule.always': 'true',
    });
    expect(faults).toContainEqual({
      path: 'benefit[0].percentOffBasisPoints',
      found: '12000',
      allowed: 'at most 10000',
      cure: 'lower it',
    });
    for (const fault of faults) expect([fault.allowed, fault.cure].every((text) => text.length > 0)).toBe(true);
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    [
      'a rate of nothing',
      { benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 0 }] },
      'benefit[0].percentOffBasisPoints',
      'at least 1',
    ],
    [
      'an unknown benefit',
      { benefit: [{ kind: 'CASHBACK' }] },
      'benefit[0].kind',
      'one of "THRESHOLD_REDUCTION", "TIERS", "EVERY_X", "PERCENT", "FIXED", "FIXED_PER_UNIT", "FIXED_PRICE", "BUY_X_GET_Y", "NTH_ITEM", "BUNDLE", "GIFT", "FREE_SHIPPING", "DEPOSIT_EXPANSION", "POINTS"',
    ],
    ['no benefit', { benefit: [] }, 'benefit', 'at least 1 entries'],
    ['six benefits', { benefit: [1, 2, 3, 4, 5, 6].map(fixed) }, 'benefit', 'at most 5 entries'],
    [
      'an amount in no currency',
      { benefit: [{ kind: 'FIXED', off: {} }] },
      'benefit[0].off',
      'an amount in at least one currency',
    ],
    ['a negative amount', { benefit: [fixed(-1)] }, 'benefit[0].off.CNY', 'at least 1'],
    [
      'a reduction above its threshold',
      { benefit: [{ kind: 'THRESHOLD_REDUCTION', threshold: { CNY: 1000 }, off: { CNY: 4000 } }] },
      'benefit[0].threshold.CNY',
      'at least the reduction, 4000',
    ],
    [
      'a fixed amount above its threshold',
      { benefit: [{ ...fixed(500), threshold: { CNY: 499 } }] },
      'benefit[0].threshold.CNY',
      'at least the reduction, 500',
    ],
    ['coupons without stock', { limit: {} }, 'limit.stock', 'the number of coupons to give out'],
    ['coupons without validity', { time }, 'time.validity', 'a validity for the coupons'],
    [
      'stock of an automatic promotion',
      { ...automatic, limit: { stock: 5 } },
      'limit.stock',
      'nothing with trigger AUTOMATIC',
    ],
    [
      'validity of an automatic promotion',
      { ...automatic, time: { ...time, validity: { kind: 'DAYS_AFTER_CLAIM', days: 1 } } },
      'time.validity',
      'nothing with trigger AUTOMATIC',
    ],
    [
      'a coupon forced in',
      { rule: { stackingGroup: 'ITEM', always: true } },
      'rule.always',
      'true only with trigger AUTOMATIC',
    ],
    [
      'list prices under what each line gets by itself',
      { rule: { stackingGroup: 'ITEM', allocation: 'EACH', base: 'ORIGINAL' } },
      'rule.base',
      '"REMAINING" with rule.allocation EACH',
    ],
    [
      'an instant without offset',
      { time: { ...time, startsAt: '2026-11-01T00:00:00', validity: { kind: 'DAYS_AFTER_CLAIM', days: 1 } } },
      'time.startsAt',
      'an ISO 8601 instant with its offset, e.g. 2026-11-11T00:00:00+08:00',
    ],
    [
      'an empty validity',
      { time: fixedUntil('2026-11-10T00:00:00Z', '2026-11-10T00:00:00Z') },
      'time.validity.until',
      'an instant after time.validity.from',
    ],
    [
      'coupons that expire while they can be claimed',
      { time: fixedUntil('2026-11-01T00:00:00Z', '2026-11-11T00:00:00Z') },
      'time.validity.until',
      'an instant not before time.endsAt',
    ],
    [
      'a category that is no path',
      { product: { scope: { kind: 'CATEGORIES', categories: ['food/'] } } },
      'product.scope.categories[0]',
      'a path from the root without a closing slash, e.g. /food/snacks',
    ],
    [
      'a scope of nothing',
      { product: { scope: { kind: 'SKUS', skuIds: [] } } },
      'product.scope.skuIds',
      'at least 1 entries',
    ],
    ['too long a list', { tags: Array.from({ length: 201 }, (_, n) => `t${n}`) }, 'tags', 'at most 200 entries'],
    ['too long a text', { name: { default: 'x'.repeat(501) } }, 'name.default', 'at most 500 characters'],
    ['no default text', { name: { en: 'Sale' } }, 'name.default', 'a text'],
    [
      'a text in no language',
      { name: { default: 'x', English: 'Sale' } },
      'name.English',
      '"default" or a language tag such as "en" or "zh-CN"',
    ],
    [
      'a limit that limits nothing',
      { limit: { stock: 1, perUser: {} } },
      'limit.perUser',
      'at least one of lifetime, perDay, perWeek, heldUnused',
    ],
    [
      'funding above the whole',
      { funding: { platformBasisPoints: 10_001 } },
      'funding.platformBasisPoints',
      'at most 10000',
    ],
  ])('is refused for %s', (_, modules, path, allowed) => {
    expect(faultsOf(rawDocument(modules)).map((fault) => [fault.path, fault.allowed])).toEqual([[path, allowed]]);
  });

  it.each([null, 7, 'document', [], {}])('is refused as a whole when it is %j', (raw) => {
    expect(faultsOf(raw).length).toBeGreaterThan(0);
  });

  it('cuts what it found, so that a message stays a message', () => {
    const [fault] = faultsOf(rawDocument({ name: { default: 'x'.repeat(5000) } }));
    expect(fault?.found.length).toBeLessThan(100);
  });

  it('is described by a JSON Schema with the same fields', () => {
    const schema = templateDocumentJsonSchema();
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'Promotion template',
      additionalProperties: false,
      required: ['name', 'trigger', 'time', 'rule', 'benefit'],
    });
    expect(JSON.stringify(schema)).toContain('percentOffBasisPoints');
  });

  it('may ask for what cannot be published yet, and is told what to change', () => {
    expect(publishFaults(document())).toEqual([]);
    const later = document({ trigger: 'ACTIVITY', user: { audience: { kind: 'NEW_USERS' } }, time, limit: {} });
    expect(publishFaults(later).map(({ path }) => path)).toEqual(['trigger']);
  });

  it('may be limited in every way that is counted, as a coupon and by itself', () => {
    const counted = { totalUses: 10, budget: { amount: { CNY: 1 } }, reward: [{ per: 'DAY', amount: { CNY: 1 } }] };
    const coupons = document({ limit: { stock: 5, perUser: { lifetime: 1, heldUnused: 1 }, ...counted } });
    expect(publishFaults(coupons)).toEqual([]);
    expect(publishFaults(document({ ...automatic, limit: { perUser: { perDay: 1 }, ...counted } }))).toEqual([]);
  });

  it('may give shipping, gifts and points alone, and no deposit or later award', () => {
    const given = [
      { kind: 'FREE_SHIPPING' },
      { kind: 'GIFT', gifts: [{ skuId: 'cup' }] },
      { kind: 'POINTS', points: 5 },
    ];
    for (const benefit of given) expect(publishFaults(document({ benefit: [benefit] }))).toEqual([]);
    const awarded = (award: object) => document({ ...automatic, time: { ...automatic.time, award }, benefit: given });
    expect(publishFaults(awarded({ kind: 'ON_PAYMENT' }))).toEqual([]);
    expect(publishFaults(awarded({ kind: 'DAYS_AFTER_PAYMENT', days: 7 }))).toMatchObject([{ path: 'time.award' }]);
    const deposit = { kind: 'DEPOSIT_EXPANSION', deposit: { CNY: 100 }, worth: { CNY: 200 } };
    expect(publishFaults(document({ benefit: [given[0], deposit] }))).toMatchObject([{ path: 'benefit[1].kind' }]);
  });

  it('is scheduled, live, paused and ended by its window and its owner', () => {
    const festival = document();
    const { startsAt, endsAt } = windowOf(festival);
    const before = new Date(startsAt.getTime() - 1);
    const last = new Date(endsAt.getTime() - 1);
    expect([before, startsAt, last, endsAt].map((now) => stateAt(festival, 'LIVE', now))).toEqual([
      'SCHEDULED',
      'LIVE',
      'LIVE',
      'ENDED',
    ]);
    expect([before, startsAt, last, endsAt].map((now) => stateAt(festival, 'PAUSED', now))).toEqual([
      'PAUSED',
      'PAUSED',
      'PAUSED',
      'ENDED',
    ]);
    expect(stateAt(festival, 'ENDED', startsAt)).toBe('ENDED');
  });

  it('gives a coupon days from its claim or a fixed window', () => {
    const claimedAt = new Date('2026-11-05T03:00:00Z');
    expect(validityOf(document(), claimedAt)).toEqual({
      validFrom: claimedAt,
      expiresAt: new Date('2026-11-12T03:00:00Z'),
    });
    const window = document({ time: fixedUntil('2026-11-11T00:00:00Z', '2026-11-12T00:00:00Z') });
    expect(validityOf(window, claimedAt)).toEqual({
      validFrom: new Date('2026-11-11T00:00:00Z'),
      expiresAt: new Date('2026-11-12T00:00:00Z'),
    });
    expect(() => validityOf(document(automatic), claimedAt)).toThrow(/validity/);
  });

  it('is paid for by its owner unless the funding is shared, and the parts sum to the discount', () => {
    expect(fundingOf(terms('t'), 999)).toEqual({ platform: 0, merchant: 999 });
    expect(fundingOf(terms('t', {}, null), 999)).toEqual({ platform: 999, merchant: 0 });
    expect(fundingOf(terms('t', { funding: { platformBasisPoints: 5000 } }), 999)).toEqual({
      platform: 500,
      merchant: 499,
    });
  });
});

describe('settings of a tenant', () => {
  it('are the defaults where nothing is chosen', () => {
    expect(parseTenantSettings({})).toEqual({ ok: true, value: defaultTenantSettings });
  });

  it('are kept in canonical form', () => {
    const parsed = parseTenantSettings({
      reminderLeadHours: [1, 48, 24, 48],
      stackingGroups: [{ name: 'SEASON', maxPerOrder: 2 }],
    });
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        reminderLeadHours: [48, 24, 1],
        stackingGroups: [{ name: 'SEASON', maxPerOrder: 2, maxPerLine: null, alwaysStackable: false }],
      },
    });
  });

  it('are refused with every fault at once', () => {
    const parsed = parseTenantSettings({
      zone: 'Mars',
      maxCouponsPerOrder: 31,
      speed: 1,
      stackingGroups: [{ name: 'ITEM' }, { name: 'ITEM', maxPerLine: 0 }],
    });
    expect(parsed.ok ? [] : parsed.refusal.map(({ path }) => path).sort()).toEqual([
      'maxCouponsPerOrder',
      'speed',
      'stackingGroups[1].maxPerLine',
      'stackingGroups[1].name',
      'zone',
    ]);
  });
});

function fixed(off: number): Record<string, unknown> {
  return { kind: 'FIXED', off: { CNY: off } };
}

function fixedUntil(from: string, until: string): Record<string, unknown> {
  return { ...time, validity: { kind: 'FIXED', from, until } };
}

function faultsOf(raw: unknown): DocumentFault[] {
  const parsed = parseTemplateDocument(raw);
  return parsed.ok ? [] : parsed.refusal;
}
