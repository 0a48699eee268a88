import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { asUserId } from '../../subgraphs/shared/kernel/identifiers';
import { factsOfShopper, type ShopperProfile } from '../../subgraphs/shared/kernel/shopper-profile';
import {
  type GivenProfile,
  isSameProfile,
  patched,
  readProfiles,
  unknownFacts,
} from '../../subgraphs/user-coupon/domain/shopper-profile';
import { runs } from '../support/runs';

const userId = asUserId('u-1');

/** What is known after one call. */
function told(known: ShopperProfile | null, given: Omit<GivenProfile, 'userId'>): ShopperProfile {
  const read = readProfiles([{ userId, ...given }]);
  if (!read.ok) throw new Error(JSON.stringify(read.refusal));
  const [patch] = read.value;
  if (!patch) throw new Error('Expected a patch, found none.');
  return patched(known, patch);
}

describe('what is told of a shopper', () => {
  it('becomes the facts that rules ask for, and what is not told is unknown', () => {
    const first = told(null, {
      registeredAt: new Date('2026-01-02T03:04:05Z'),
      payTimes: 3,
      tags: ['tea', 'gold', 'tea'],
      segments: [],
      attributes: [{ name: 'hobby', value: 'chess' }],
    });
    const facts = factsOfShopper(first);
    expect(facts).toEqual({
      'user.id': 'u-1',
      'user.registeredAt': Date.parse('2026-01-02T03:04:05Z'),
      'user.payTimes': 3,
      'user.isNew': false,
      'user.tags': ['gold', 'tea'],
      'user.segments': [],
      'user.attributes.hobby': 'chess',
    });
    expect(unknownFacts(facts)).toEqual([
      'user.lastPaidAt',
      'user.paidAmount',
      'user.tier',
      'user.groups',
      'user.country',
      'user.city',
    ]);
    expect(factsOfShopper({ userId })).toEqual({ 'user.id': 'u-1' });
  });

  it.each<[string, Omit<GivenProfile, 'userId'>, boolean | undefined]>([
    ['a shopper who never paid is new', { payTimes: 0 }, true],
    ['one who paid is not', { payTimes: 1 }, false],
    ['the marketplace knows better when it says so', { payTimes: 0, isNew: false }, false],
    ['and also the other way', { payTimes: 7, isNew: true }, true],
    ['nobody knows of one of whom neither was told', { tags: [] }, undefined],
  ])('%s', (_, given, isNew) => {
    expect(factsOfShopper(told(null, given))['user.isNew']).toBe(isNew);
  });

  it('stays where a later call is silent, and goes where it says null', () => {
    const first = told(null, { tier: 'GOLD', city: 'Ulm', payTimes: 2, isNew: true });
    const second = told(first, { city: null, isNew: null, payTimes: 5 });
    expect(second).toEqual({ userId, tier: 'GOLD', payTimes: 5 });
    expect(factsOfShopper(second)['user.isNew']).toBe(false);
  });

  it('is the same in whatever order it is told', () => {
    const texts = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'));
    const pairs = fc.dictionary(fc.constantFrom('hobby', 'pet', 'shoe'), fc.constantFrom('x', 'y'));
    fc.assert(
      fc.property(texts, pairs, fc.nat(1000), (tags, attributes, payTimes) => {
        const entries = Object.entries(attributes).map(([name, value]) => ({ name, value }));
        const one = told(null, { tags, payTimes, attributes: entries });
        const other = told(null, { attributes: [...entries].reverse(), payTimes, tags: [...tags].reverse() });
        expect(isSameProfile(one, other)).toBe(true);
        expect(isSameProfile(one, told(one, { payTimes: payTimes + 1 }))).toBe(false);
      }),
      { numRuns: runs(200) },
    );
  });

  it('is refused with every fault at once, each with its place', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`);
    const read = readProfiles([
      { userId: '', payTimes: -1, paidAmount: 0.5, country: 'cn', tier: ' ' },
      { userId: 'u-2', tags: many(201), groups: ['x'.repeat(129)] },
      {
        userId: 'u-3',
        attributes: [
          { name: '1st', value: '' },
          { name: 'pet', value: 'x'.repeat(501) },
        ],
      },
      {
        userId: 'u-2',
        attributes: [
          { name: 'pet', value: 'a' },
          { name: 'pet', value: 'b' },
        ],
      },
      { userId: 'u-4', attributes: many(51).map((name) => ({ name, value: '' })) },
    ]);
    expect(read.ok ? [] : read.refusal.map(({ path }) => path.join('.'))).toEqual([
      '0.userId',
      '0.tier',
      '0.country',
      '0.payTimes',
      '0.paidAmount',
      '1.tags',
      '1.groups.0',
      '2.attributes.0.name',
      '2.attributes.1.value',
      '3.attributes.1.name',
      '4.attributes',
      '3.userId',
    ]);
    const [fault] = read.ok ? [] : read.refusal;
    expect(fault?.message).toBe(
      `profiles[0].userId: expected 1 to 128 characters, found ""; use the marketplace's own id.`,
    );
    expect(readProfiles(Array.from({ length: 1001 }, () => ({ userId: 'u' })))).toMatchObject({
      ok: false,
      refusal: [{ code: 'TOO_MANY', path: [] }],
    });
  });
});
