import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Identity } from '../../subgraphs/shared/contracts/identity';
import type { StoredEvent } from '../../subgraphs/shared/runtime/events';
import { dataOf, noonClock, type ToldProfile, tellOfShoppers } from '../support/coupons';
import { anonymous, merchant, operator, service, shopper } from '../support/people';
import { type Platform, startPlatform } from '../support/platform';

describe('what the marketplace tells of its shoppers', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform({ names: ['user-coupon'], clock: noonClock() });
  });
  afterAll(async () => {
    await platform.stop();
  });

  const profileOf = async (userId: string, who = service()) =>
    dataOf<{ shopperProfile: Record<string, unknown> | null }>(
      await platform.execute(
        'user-coupon',
        {
          query: `query ($userId: ID!) { shopperProfile(userId: $userId) {
            user { id } revision registeredAt payTimes paidAmount isNew tier tags city attributes { name value } unknownFacts } }`,
          variables: { userId },
        },
        who,
      ),
    ).shopperProfile;
  const eventsOf = (userId: string) =>
    platform.mongo
      .database('user-coupon')
      .collection<StoredEvent<'shopper-profile.changed'>>('events')
      .find({ key: userId })
      .sort({ at: 1, _id: 1 })
      .toArray();

  it('is taken over once: a repetition changes nothing and tells nobody', async () => {
    const profiles = [
      { userId: 'p-1', registeredAt: '2026-01-02T03:04:05Z', payTimes: 0, tags: ['tea', 'gold'], tier: 'GOLD' },
      { userId: 'p-2', paidAmount: 9_000_000_000, attributes: [{ name: 'hobby', value: 'chess' }] },
    ];
    expect(await tellOfShoppers(platform, profiles)).toEqual({ changedCount: 2, unchangedCount: 0, userErrors: [] });
    const reordered = profiles.map((profile) => ({ ...profile, ...(profile.tags && { tags: ['gold', 'tea'] }) }));
    expect(await tellOfShoppers(platform, reordered)).toMatchObject({ changedCount: 0, unchangedCount: 2 });
    expect(await profileOf('p-1')).toMatchObject({
      user: { id: 'p-1' },
      revision: 1,
      registeredAt: '2026-01-02T03:04:05.000Z',
      payTimes: 0,
      isNew: true,
      tags: ['gold', 'tea'],
      unknownFacts: expect.not.arrayContaining(['user.tags', 'user.isNew', 'user.id']),
    });
    const events = await eventsOf('p-1');
    expect(events).toMatchObject([
      {
        type: 'shopper-profile.changed',
        tenantId: 'festival',
        payload: { revision: 1, profile: { userId: 'p-1', tier: 'GOLD' } },
      },
    ]);
  });

  it('leaves what a call is silent about, forgets what it says null of, and grows by one with each change', async () => {
    await tellOfShoppers(platform, [{ userId: 'p-3', tier: 'GOLD', city: 'Ulm', payTimes: 2 }]);
    await tellOfShoppers(platform, [{ userId: 'p-3', city: null, payTimes: 3 }]);
    expect(await profileOf('p-3')).toMatchObject({ revision: 2, tier: 'GOLD', city: null, payTimes: 3, isNew: false });
    const [, second] = await eventsOf('p-3');
    expect(second?.payload).toEqual({ revision: 2, profile: { userId: 'p-3', tier: 'GOLD', payTimes: 3 } });
  });

  it('is all or none, with every fault and its place', async () => {
    const answer = await tellOfShoppers(platform, [
      { userId: 'p-4', tier: 'GOLD' },
      { userId: 'p-5', country: 'China', payTimes: -1 },
    ]);
    expect(answer.userErrors.map(({ code, field }) => `${code} ${field?.join('.')}`)).toEqual([
      'INVALID_PROFILE input.profiles.1.country',
      'INVALID_PROFILE input.profiles.1.payTimes',
    ]);
    expect(await profileOf('p-4')).toBeNull();
  });

  it('answers a repeated key as before and refuses the key with other words', async () => {
    const first = await tellOfShoppers(platform, [{ userId: 'p-6', tier: 'GOLD' }], { key: 'same' });
    expect(await tellOfShoppers(platform, [{ userId: 'p-6', tier: 'GOLD' }], { key: 'same' })).toEqual(first);
    expect(await tellOfShoppers(platform, [{ userId: 'p-6', tier: 'IRON' }], { key: 'same' })).toMatchObject({
      userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED', field: ['input', 'idempotencyKey'] }],
    });
  });

  it('loses nothing when calls about the same shoppers meet', async () => {
    const calls = Array.from({ length: 20 }, (_, i) => [
      { userId: 'p-7', ...(i % 2 ? { payTimes: i } : { tags: [`t${i}`] }) },
      { userId: `p-7-${i % 3}`, payTimes: i },
    ]);
    await Promise.all(calls.map((profiles) => tellOfShoppers(platform, profiles)));
    const events = await eventsOf('p-7');
    expect(events.map(({ payload }) => payload.revision)).toEqual(events.map((_, index) => index + 1));
    expect(events.at(-1)?.payload.revision).toBe((await profileOf('p-7'))?.revision);
    expect(events.at(-1)?.payload.profile).toEqual({
      userId: 'p-7',
      payTimes: expect.any(Number),
      tags: [expect.any(String)],
    });
  });

  it('belongs to one marketplace: another neither sees nor touches it', async () => {
    await tellOfShoppers(platform, [{ userId: 'p-8', tier: 'GOLD' }]);
    expect(await profileOf('p-8', service('bazaar'))).toBeNull();
    await tellOfShoppers(platform, [{ userId: 'p-8', tier: 'IRON' }], { who: service('bazaar') });
    expect(await profileOf('p-8')).toMatchObject({ tier: 'GOLD', revision: 1 });
    expect(await profileOf('p-8', service('bazaar'))).toMatchObject({ tier: 'IRON', revision: 1 });
  });

  it('comes from its own backend alone, whatever scopes a person carries', async () => {
    const profile: ToldProfile = { userId: 'p-9', isNew: true };
    const codeFor = async (who: Identity) => {
      const { errors } = await platform.execute(
        'user-coupon',
        {
          query:
            'mutation ($input: UpsertShopperProfilesInput!) { upsertShopperProfiles(input: $input) { changedCount } }',
          variables: { input: { profiles: [profile], idempotencyKey: 'k' } },
        },
        who,
      );
      return errors?.[0]?.extensions?.code;
    };
    const scopes = ['profile:write', 'profile:read'];
    const grand = { ...shopper('p-9'), scopes } as Identity;
    expect(await Promise.all([anonymous(), shopper('p-9'), merchant('m-1'), operator(), grand].map(codeFor))).toEqual([
      'UNAUTHENTICATED',
      'FORBIDDEN',
      'FORBIDDEN',
      'FORBIDDEN',
      'FORBIDDEN',
    ]);
    expect(await codeFor({ ...service(), scopes: ['profile:read'] } as Identity)).toBe('FORBIDDEN');
    const seen = await platform.execute(
      'user-coupon',
      { query: '{ shopperProfile(userId: "p-9") { revision } }' },
      grand,
    );
    expect(seen.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
    expect(await profileOf('p-9')).toBeNull();
  });
});
