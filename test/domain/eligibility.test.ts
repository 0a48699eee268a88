import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { couldApply, reachKeysOfDocument, reachKeysOfSku } from '../../subgraphs/shared/kernel/promotion-reach';
import { closureOf } from '../../subgraphs/shared/kernel/rules/compile';
import {
  audienceParts,
  claimParts,
  conditionOf,
  eligibilityOf,
  goodsParts,
  useParts,
} from '../../subgraphs/shared/kernel/rules/eligibility';
import {
  cartFacts,
  clockFacts,
  joinedFacts,
  noFacts,
  recordedFacts,
} from '../../subgraphs/shared/kernel/rules/fact-sources';
import type { Facts } from '../../subgraphs/shared/kernel/rules/facts';
import { cart, document, line, terms } from '../support/promotions';
import { runs } from '../support/runs';

const zone = 'Asia/Shanghai';
const automatic = {
  trigger: 'AUTOMATIC',
  time: { startsAt: '2026-11-01T00:00:00+08:00', endsAt: '2026-11-12T00:00:00+08:00' },
  limit: {},
};

function holds(parts: ReturnType<typeof eligibilityOf>, facts: Facts) {
  const condition = conditionOf(parts);
  return condition === null ? true : closureOf(condition, zone)(facts);
}

describe('what a document asks of moment, shopper and cart', () => {
  const lamp = cart([line('lamp-1', 9900)]);
  const at = (local: string) => clockFacts(new Date(`2026-11-${local}:00+08:00`));
  const facts = (local: string, profile: Parameters<typeof recordedFacts>[0] = {}) =>
    joinedFacts(at(local), recordedFacts(profile), cartFacts(lamp));

  it('is its window, its hours and its days', () => {
    const evening = terms('t', {
      ...automatic,
      time: { ...automatic.time, daysOfWeek: ['WEDNESDAY'], hoursOfDay: [{ from: '20:00', until: '22:00' }] },
    });
    // 11 November 2026 is a Wednesday.
    const moments = ['11T19:59', '11T20:00', '11T21:59', '11T22:00', '10T20:00', '18T20:00'];
    expect(moments.map((moment) => holds(eligibilityOf(evening), facts(moment)))).toEqual([
      false,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it.each<[string, unknown, Record<string, readonly string[] | boolean | string>]>([
    ['segments', { kind: 'SEGMENTS', segments: ['vip'] }, { 'user.segments': ['vip'] }],
    ['tags', { kind: 'TAGS', tags: ['tea', 'new-user'] }, { 'user.tags': ['new-user'] }],
    ['groups', { kind: 'GROUPS', groups: ['acme'] }, { 'user.groups': ['acme', 'other'] }],
    ['new users', { kind: 'NEW_USERS' }, { 'user.isNew': true }],
    ['ids', { kind: 'USER_IDS', userIds: ['u-1'] }, { 'user.id': 'u-1' }],
  ])('is an audience of %s, and whoever nothing is known of is not in it', (_, audience, profile) => {
    const parts = audienceParts(document({ user: { audience } }));
    expect(holds(parts, recordedFacts(profile))).toBe(true);
    expect(
      holds(
        parts,
        recordedFacts({
          'user.segments': [],
          'user.tags': [],
          'user.groups': [],
          'user.isNew': false,
          'user.id': 'u-2',
        }),
      ),
    ).toBe(false);
    expect(holds(parts, noFacts)).toBeNull();
  });

  it('leaves out whom it excludes, even in the audience', () => {
    const parts = audienceParts(
      document({ user: { audience: { kind: 'NEW_USERS' }, excludes: { tags: ['employee'], userIds: ['u-9'] } } }),
    );
    const of = (profile: Parameters<typeof recordedFacts>[0]) =>
      holds(parts, recordedFacts({ 'user.isNew': true, ...profile }));
    expect(of({ 'user.tags': [], 'user.id': 'u-1' })).toBe(true);
    expect(of({ 'user.tags': ['employee'], 'user.id': 'u-1' })).toBe(false);
    expect(of({ 'user.tags': [], 'user.id': 'u-9' })).toBe(false);
  });

  it('can be told before there is a cart where it is about the shopper alone', () => {
    const mixed = document({
      rule: {
        stackingGroup: 'ITEM',
        condition: {
          all: [
            { fact: 'user.payTimes', op: 'gte', value: 2 },
            {
              any: [
                { fact: 'user.tier', op: 'eq', value: 'GOLD' },
                { fact: 'cart.itemCount', op: 'gte', value: 3 },
              ],
            },
            { not: { fact: 'user.city', op: 'eq', value: 'Ulm' } },
          ],
        },
      },
    });
    expect(claimParts(mixed).map(({ path }) => path)).toEqual(['rule.condition.all[0]', 'rule.condition.all[2]']);
  });

  it('asks for hours of use only of what has been claimed', () => {
    const lunch = document({
      time: {
        ...automatic.time,
        validity: { kind: 'DAYS_AFTER_CLAIM', days: 3, hoursOfDay: [{ from: '11:00', until: '14:00' }] },
      },
    });
    expect(holds(useParts(lunch), at('11T12:00'))).toBe(true);
    expect(holds(useParts(lunch), at('11T15:00'))).toBe(false);
    expect(useParts(document())).toEqual([]);
  });
});

describe('the goods of a document', () => {
  const category = fc.constantFrom('/food', '/food/tea', '/foodstuff', '/home/lamps');
  const brand = fc.constantFrom('Lumen', 'Voltip');
  const sku = fc.constantFrom('s-1', 's-2', 's-3');
  const attributes = fc.dictionary(fc.constantFrom('colour', 'size'), fc.constantFrom('red', 'M'), { maxKeys: 2 });
  const named = fc.dictionary(
    fc.constantFrom('colour', 'size'),
    fc.uniqueArray(fc.constantFrom('red', 'M', 'L'), { minLength: 1, maxLength: 2 }),
    { minKeys: 1, maxKeys: 2 },
  );
  const simple = fc.oneof(
    fc.constant({ kind: 'STOREWIDE' }),
    fc.record({ kind: fc.constant('CATEGORIES'), categories: fc.uniqueArray(category, { minLength: 1 }) }),
    fc.record({ kind: fc.constant('BRANDS'), brands: fc.uniqueArray(brand, { minLength: 1 }) }),
    fc.record({ kind: fc.constant('SKUS'), skuIds: fc.uniqueArray(sku, { minLength: 1 }) }),
    fc.record({ kind: fc.constant('ATTRIBUTES'), attributes: named }),
  );
  const scope = fc.oneof(
    simple,
    fc.record({ kind: fc.constantFrom('ALL_OF', 'ANY_OF'), scopes: fc.array(simple, { minLength: 1, maxLength: 3 }) }),
  );
  const product = fc.record({
    scope,
    itemType: fc.constantFrom('ANY', 'IN_STOCK', 'PRESALE'),
    excludes: fc.record(
      {
        skuIds: fc.uniqueArray(sku, { maxLength: 1 }),
        brands: fc.uniqueArray(brand, { maxLength: 1 }),
        categories: fc.uniqueArray(category, { maxLength: 1 }),
        attributes: named,
      },
      { requiredKeys: [] },
    ),
  });
  const goods = fc.record({
    skuId: sku,
    merchantId: fc.constantFrom('lumen', 'yunhai'),
    category,
    brand: fc.option(brand),
    itemType: fc.constantFrom('IN_STOCK' as const, 'PRESALE' as const),
    attributes,
  });

  it('are the same as conditions, line by line and as keys', () => {
    fc.assert(
      fc.property(
        product,
        fc.array(goods, { maxLength: 3 }),
        fc.constantFrom('lumen', null),
        (modules, lines, merchantId) => {
          const promotion = terms('t', { ...automatic, product: modules }, merchantId);
          const filled = cart(lines.map(({ skuId, ...facts }) => line(skuId, 100, facts)));
          const reached = filled.lines.filter((one) => couldApply(promotion.document, promotion.merchantId, one));
          // Goods without a brand or an attribute make a condition unknown, which is as good as not met.
          expect(holds(goodsParts(promotion), cartFacts(filled)) === true).toBe(reached.length > 0);
          const keys = reachKeysOfDocument(promotion.document);
          for (const one of reached) expect(reachKeysOfSku(one).some((key) => keys.includes(key))).toBe(true);
        },
      ),
      { numRuns: runs(5000) },
    );
  });
});
