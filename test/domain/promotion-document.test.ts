import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { currenciesOf, thresholdsOf } from '../../subgraphs/shared/kernel/benefit-terms';
import { isOpenAt, nextOpening } from '../../subgraphs/shared/kernel/opening-hours';
import {
  parseTemplateDocument,
  publishFaults,
  templateDocumentJsonSchema,
} from '../../subgraphs/shared/kernel/promotion-terms';
import { projectFile } from '../../subgraphs/shared/runtime/files';
import { document, rawDocument } from '../support/promotions';

const flashSale: unknown = JSON.parse(readFileSync(projectFile('clients/demo/flash-sale.json'), 'utf8'));
const time = { startsAt: '2026-11-01T00:00:00Z', endsAt: '2026-11-12T00:00:00Z' };
const coupons = { ...time, validity: { kind: 'DAYS_AFTER_CLAIM', days: 1 } };

describe('the flash sale of the documentation', () => {
  it('is a document with preheat, new customers, a category and a brand, three limits, a fixed cut and free shipping', () => {
    const parsed = parseTemplateDocument(flashSale);
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        time: {
          hoursOfDay: [{ from: '20:00', until: '22:00' }],
          preheat: { startsAt: '2027-11-09T02:00:00.000Z', recallUntil: '2027-11-11T12:00:00.000Z' },
        },
        user: {
          audience: { kind: 'TAGS', tags: ['new-user', 'returning-new-user'] },
          excludes: { tags: ['employee'] },
        },
        product: { scope: { kind: 'ALL_OF', scopes: [{ kind: 'CATEGORIES' }, { kind: 'BRANDS' }] } },
        limit: { perUser: { perDay: 1, perWeek: 2, lifetime: 3 } },
        benefit: [
          { kind: 'FIXED', off: { CNY: 3000, JPY: 600 } },
          { kind: 'FREE_SHIPPING', percentOffBasisPoints: 10_000 },
        ],
      },
    });
  });

  it('keeps its rule as a tree, and can be published', () => {
    const parsed = parseTemplateDocument(flashSale);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal));
    expect(parsed.value.rule.condition).toEqual({
      all: [
        { fact: 'user.payTimes', op: 'lte', value: 1 },
        {
          any: [
            { fact: 'user.tier', op: 'in', value: ['GOLD', 'SILVER'] },
            { fact: 'user.registeredAt', op: 'withinLast', value: { hours: 1440 } },
          ],
        },
      ],
    });
    expect(publishFaults(parsed.value)).toEqual([]);
    expect(parseTemplateDocument(JSON.parse(JSON.stringify(parsed.value)))).toEqual(parsed);
  });
});

describe('every option of a document', () => {
  it.each<[string, Record<string, unknown>]>([
    [
      'texts, badge, logo and line',
      { badge: { default: '满减' }, logo: 'https://a.example/x.png', productLine: 'TEA' },
    ],
    [
      'hours and days',
      { time: { ...coupons, daysOfWeek: ['FRIDAY'], hoursOfDay: [{ from: '22:00', until: '02:00' }] } },
    ],
    [
      'hours of use',
      { time: { ...time, validity: { ...coupons.validity, hoursOfDay: [{ from: '11:00', until: '14:00' }] } } },
    ],
    ['an audience of groups', { user: { audience: { kind: 'GROUPS', groups: ['acme-staff'] } } }],
    ['attributes', { product: { scope: { kind: 'ATTRIBUTES', attributes: { colour: ['red'], size: ['M', 'L'] } } } }],
    [
      'either of two scopes',
      {
        product: {
          scope: {
            kind: 'ANY_OF',
            scopes: [
              { kind: 'BRANDS', brands: ['L'] },
              { kind: 'SKUS', skuIds: ['s'] },
            ],
          },
        },
      },
    ],
    [
      'a budget and rewards',
      {
        limit: {
          stock: 1,
          budget: { amount: { CNY: 5 }, partialOnBudget: true },
          reward: [{ per: 'MONTH', amount: { CNY: 1 } }],
          totalUses: 3,
        },
      },
    ],
    ['a held limit', { limit: { stock: 1, perUser: { heldUnused: 2 } } }],
    [
      'tiers',
      {
        benefit: [
          {
            kind: 'TIERS',
            tiers: [
              { threshold: { CNY: 100 }, off: { CNY: 5 } },
              { threshold: { CNY: 200 }, percentOffBasisPoints: 1000 },
            ],
          },
        ],
      },
    ],
    ['every X', { benefit: [{ kind: 'EVERY_X', every: { CNY: 100 }, off: { CNY: 10 }, maxTimes: 3 }] }],
    ['a fixed price', { benefit: [{ kind: 'FIXED_PRICE', price: { CNY: 990 } }] }],
    [
      'buy three get one',
      { benefit: [{ kind: 'BUY_X_GET_Y', buy: 3, get: 1, getScope: { kind: 'SKUS', skuIds: ['s'] } }] },
    ],
    [
      'a gift awarded later',
      {
        time: { ...coupons, award: { kind: 'DAYS_AFTER_PAYMENT', days: 7 } },
        benefit: [{ kind: 'GIFT', gifts: [{ skuId: 's' }] }],
      },
    ],
    [
      'a deposit that grows',
      { benefit: [{ kind: 'DEPOSIT_EXPANSION', deposit: { CNY: 10_000 }, worth: { CNY: 20_000 } }] },
    ],
    ['points', { benefit: [{ kind: 'POINTS', points: 5, every: { CNY: 100 } }] }],
    [
      'several benefits',
      { benefit: [{ kind: 'FIXED', off: { CNY: 5 } }, { kind: 'FREE_SHIPPING' }, { kind: 'POINTS', points: 1 }] },
    ],
    ['a rule', { rule: { stackingGroup: 'ITEM', condition: { fact: 'user.payTimes', op: 'gte', value: 3 } } }],
  ])('takes %s, and reads it back the same', (_, modules) => {
    const once = document(modules);
    expect(parseTemplateDocument(JSON.parse(JSON.stringify(once)))).toEqual({ ok: true, value: once });
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    [
      'preheat after the start',
      { time: { ...coupons, preheat: { startsAt: '2026-11-02T00:00:00Z' } } },
      ['time.preheat.startsAt'],
    ],
    [
      'recall past the end',
      { time: { ...coupons, preheat: { startsAt: '2026-10-02T00:00:00Z', recallUntil: '2026-12-01T00:00:00Z' } } },
      ['time.preheat.recallUntil'],
    ],
    [
      'recall of nothing',
      { time: { ...coupons, preheat: { startsAt: '2026-10-02T00:00:00Z', recallUntil: '2026-10-02T00:00:00Z' } } },
      ['time.preheat.recallUntil'],
    ],
    [
      'hours of nothing',
      { time: { ...coupons, hoursOfDay: [{ from: '09:00', until: '09:00' }] } },
      ['time.hoursOfDay[0].until'],
    ],
    [
      'a time no clock shows',
      { time: { ...coupons, hoursOfDay: [{ from: '9:00', until: '25:00' }] } },
      ['time.hoursOfDay[0].from', 'time.hoursOfDay[0].until'],
    ],
    ['an award of nothing', { time: { ...coupons, award: { kind: 'ON_PAYMENT' } } }, ['time.award']],
    ['a logo that is no address', { logo: 'javascript:alert(1)' }, ['logo']],
    [
      'tiers out of order',
      {
        benefit: [
          {
            kind: 'TIERS',
            tiers: [
              { threshold: { CNY: 200 }, off: { CNY: 5 } },
              { threshold: { CNY: 100 }, off: { CNY: 2 } },
            ],
          },
        ],
      },
      ['benefit[0].tiers[1].threshold.CNY'],
    ],
    [
      'a tier that gives more than it asks',
      { benefit: [{ kind: 'TIERS', tiers: [{ threshold: { CNY: 2 }, off: { CNY: 5 } }] }] },
      ['benefit[0].tiers[0].threshold.CNY'],
    ],
    [
      'every X that gives more than X',
      { benefit: [{ kind: 'EVERY_X', every: { CNY: 5 }, off: { CNY: 6 } }] },
      ['benefit[0].every.CNY'],
    ],
    [
      'a deposit that shrinks',
      { benefit: [{ kind: 'DEPOSIT_EXPANSION', deposit: { CNY: 5 }, worth: { CNY: 5 } }] },
      ['benefit[0].worth.CNY'],
    ],
    [
      'scopes within scopes',
      { product: { scope: { kind: 'ALL_OF', scopes: [{ kind: 'ALL_OF', scopes: [] }] } } },
      ['product.scope.scopes[0].kind'],
    ],
    [
      'an unknown fact',
      { rule: { stackingGroup: 'ITEM', condition: { all: [{ fact: 'user.payTime', op: 'eq', value: 1 }] } } },
      ['rule.condition.all[0].fact'],
    ],
    [
      'a text compared with a number',
      { rule: { stackingGroup: 'ITEM', condition: { fact: 'user.tier', op: 'eq', value: 1 } } },
      ['rule.condition.value'],
    ],
    [
      'an operator of another type',
      { rule: { stackingGroup: 'ITEM', condition: { fact: 'user.tags', op: 'eq', value: 'a' } } },
      ['rule.condition.op'],
    ],
  ])('is refused for %s', (_, modules, paths) => {
    const parsed = parseTemplateDocument(rawDocument(modules));
    expect(parsed.ok ? [] : parsed.refusal.map(({ path }) => path)).toEqual(paths);
    for (const fault of parsed.ok ? [] : parsed.refusal)
      expect([fault.found, fault.allowed, fault.cure].every((said) => said.length > 0)).toBe(true);
  });

  it('is described by the JSON Schema, conditions included', () => {
    const schema = templateDocumentJsonSchema();
    expect(Object.keys(Reflect.get(schema, '$defs') ?? {})).toEqual(
      expect.arrayContaining(['Condition', 'ConditionLeaf']),
    );
    expect(schema).toMatchObject({
      properties: {
        rule: { properties: { condition: { anyOf: [{ $ref: '#/$defs/Condition' }, { type: 'string' }] } } },
      },
    });
  });

  it('tells the thresholds and the currencies of a benefit', () => {
    const [tiers] = document({
      benefit: [
        {
          kind: 'TIERS',
          tiers: [
            { threshold: { CNY: 100, JPY: 20 }, off: { CNY: 5 } },
            { threshold: { CNY: 200 }, percentOffBasisPoints: 1000 },
          ],
        },
      ],
    }).benefit;
    const [percent] = document({ benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 1 }] }).benefit;
    if (!tiers || !percent) throw new Error('Expected benefits, found none; correct the test.');
    expect(thresholdsOf(tiers)).toEqual({ CNY: 100, JPY: 20 });
    expect([currenciesOf(tiers), currenciesOf(percent)]).toEqual([['CNY'], null]);
  });
});

describe('opening hours', () => {
  const zone = 'Asia/Shanghai';
  const at = (local: string) => new Date(`2026-11-${local}:00+08:00`);
  const night = { hoursOfDay: [{ from: '22:00', until: '02:00' }] };

  it.each([
    ['21:59', false],
    ['22:00', true],
    ['23:59', true],
    ['00:00', true],
    ['01:59', true],
    ['02:00', false],
  ])('that go over midnight are open at %s: %s', (time, isOpen) => {
    expect(isOpenAt(night, zone, at(`11T${time}`))).toBe(isOpen);
  });

  it('open next at the first minute of the next range on a day that counts', () => {
    const lunch = { daysOfWeek: ['FRIDAY' as const], hoursOfDay: [{ from: '11:00', until: '14:00' }] };
    // 11 November 2026 is a Wednesday.
    expect(nextOpening(lunch, zone, at('11T12:00'))).toEqual(at('13T11:00'));
    expect(nextOpening(lunch, zone, at('13T14:00'))).toEqual(at('20T11:00'));
    expect(nextOpening(lunch, zone, at('13T12:00'))).toBeNull();
    expect(nextOpening({ daysOfWeek: ['SUNDAY'] }, zone, at('11T12:00'))).toEqual(at('15T00:00'));
  });

  it('open at the minute the clocks show, on the day they are changed too', () => {
    const early = { hoursOfDay: [{ from: '04:00', until: '05:00' }] };
    // In New York the clocks go from 02:00 to 03:00 on 8 March 2026.
    const opening = nextOpening(early, 'America/New_York', new Date('2026-03-08T05:30:00Z'));
    expect(opening).toEqual(new Date('2026-03-08T08:00:00Z'));
  });
});
