import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asMerchantId, asSkuId } from '../../subgraphs/shared/kernel/identifiers';
import { claim, claimed, dataOf, noonClock, publish, tell, tellOfShoppers } from '../support/coupons';
import { festival, service, shopper } from '../support/people';
import { type Platform, startPlatform } from '../support/platform';
import { until } from '../support/until';

describe('a coupon for some', () => {
  let platform: Platform;
  /** A second process on the same stores. */
  let other: Platform;
  beforeAll(async () => {
    platform = await startPlatform({ names: ['user-coupon'], clock: noonClock() });
    other = await startPlatform({ names: ['user-coupon'], clock: noonClock(), stores: platform.stores });
  });
  afterAll(async () => {
    await other?.stop();
    await platform.stop();
  });

  const newcomers = { user: { audience: { kind: 'NEW_USERS' } } };
  const asking = (condition: unknown) => ({ rule: { stackingGroup: 'MERCHANT_COUPON', condition } });
  const codeOf = async (userId: string, templateId: string, key: string, on = platform) =>
    (await claim(on, userId, templateId, key)).userErrors[0]?.code ?? 'CLAIMED';
  const standingOf = async (userId: string, templateId: string) => {
    const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on PromotionTemplate { viewerClaim { isClaimable reason } } } }`;
    const variables = { of: [{ __typename: 'PromotionTemplate', id: templateId }] };
    const result = await platform.execute('user-coupon', { query, variables }, shopper(userId));
    return dataOf<{ _entities: { viewerClaim: { isClaimable: boolean; reason: string | null } }[] }>(result)
      ._entities[0]?.viewerClaim;
  };

  it('is claimed by new shoppers only, and not by one of whom nothing is known', async () => {
    const templateId = await publish(platform, { document: newcomers });
    await tellOfShoppers(platform, [
      { userId: 'e-new', payTimes: 0 },
      { userId: 'e-old', payTimes: 3 },
    ]);
    const shoppers = ['e-new', 'e-old', 'e-unheard-of'];
    const standings = await Promise.all(shoppers.map((userId) => standingOf(userId, templateId)));
    expect(standings.map((standing) => standing?.reason ?? 'CLAIMED')).toEqual([
      'CLAIMED',
      'NOT_ELIGIBLE',
      'NOT_ELIGIBLE',
    ]);
    expect(await Promise.all(shoppers.map((userId) => codeOf(userId, templateId, 'k')))).toEqual([
      'CLAIMED',
      'NOT_ELIGIBLE',
      'NOT_ELIGIBLE',
    ]);
  });

  it('says which condition does not hold, what it asks and what was found', async () => {
    const templateId = await publish(platform, {
      document: asking({
        all: [
          { fact: 'user.tier', op: 'in', value: ['GOLD', 'SILVER'] },
          { fact: 'user.payTimes', op: 'gte', value: 5 },
        ],
      }),
    });
    await tellOfShoppers(platform, [{ userId: 'e-1', tier: 'GOLD', payTimes: 2 }]);
    const result = await platform.execute(
      'user-coupon',
      {
        query: `mutation ($input: ClaimCouponInput!) { claimCoupon(input: $input) { coupon { id } userErrors { code message conditionPath } } }`,
        variables: { input: { templateId, idempotencyKey: 'k' } },
      },
      shopper('e-1'),
    );
    expect(result.data?.claimCoupon).toEqual({
      coupon: null,
      userErrors: [
        {
          code: 'NOT_ELIGIBLE',
          message:
            'The promotion is not for the caller. rule.condition.all[1] asks for user.payTimes: at least 5 and finds 2.',
          conditionPath: 'rule.condition.all[1]',
        },
      ],
    });
  });

  it('opens and closes with what is told of a shopper, at once here and within a second elsewhere', async () => {
    const templateId = await publish(platform, { document: { user: { audience: { kind: 'TAGS', tags: ['tea'] } } } });
    await publish(other, { document: newcomers }); // both processes follow what is published
    expect(await codeOf('e-2', templateId, 'k1')).toBe('NOT_ELIGIBLE');
    expect(await codeOf('e-2', templateId, 'k1', other)).toBe('NOT_ELIGIBLE');
    await tellOfShoppers(platform, [{ userId: 'e-2', tags: ['tea'] }]);
    expect(await codeOf('e-2', templateId, 'k1')).toBe('CLAIMED');
    await until(async () => (await codeOf('e-2', templateId, 'k2', other)) === 'CLAIMED', 2000);
    await tellOfShoppers(platform, [{ userId: 'e-2', tags: [] }]);
    expect(await codeOf('e-2', templateId, 'k3')).toBe('NOT_ELIGIBLE');
    let tries = 0;
    await until(async () => (await codeOf('e-2', templateId, `late-${++tries}`, other)) === 'NOT_ELIGIBLE', 2000);
    // What was claimed stays, and so does the answer under its key.
    expect(await codeOf('e-2', templateId, 'k1', other)).toBe('CLAIMED');
  });

  it('goes to nobody but the eligible when a crowd comes at once, and to as many as there are', async () => {
    const templateId = await publish(platform, { stock: 20, perUser: { lifetime: 1 }, document: newcomers });
    const crowd = Array.from({ length: 80 }, (_, index) => `crowd-${index}`);
    await tellOfShoppers(
      platform,
      crowd.map((userId, index) => ({ userId, payTimes: index % 2 })),
    );
    const answers = await Promise.all(
      crowd.map(async (userId, index) => [index % 2, await codeOf(userId, templateId, 'k')] as const),
    );
    expect(answers.filter(([, code]) => code === 'CLAIMED')).toHaveLength(20);
    for (const [payTimes, code] of answers)
      expect(payTimes === 1 ? ['NOT_ELIGIBLE'] : ['CLAIMED', 'SOLD_OUT']).toContain(code);
  });

  it('costs one read of the profile, and none where nothing is asked of the shopper', async () => {
    const [forAll, forSome] = [await publish(platform), await publish(platform, { document: newcomers })];
    const database = platform.mongo.database('user-coupon');
    const readsDuring = async (work: () => Promise<unknown>) => {
      await database.setProfilingLevel('all');
      try {
        await work();
      } finally {
        await database.setProfilingLevel('off');
      }
      const profile = database.collection('system.profile');
      const reads = await profile.find({ ns: `${database.databaseName}.shopper_profiles` }).toArray();
      await profile.drop();
      return reads.map(({ planSummary }) => String(planSummary));
    };
    expect(await readsDuring(() => codeOf('e-3', forAll, 'k'))).toEqual([]);
    const reads = await readsDuring(async () => {
      await codeOf('e-3', forSome, 'k');
      await codeOf('e-3', forSome, 'k2');
    });
    expect(reads).toHaveLength(1);
    expect(reads[0]).toMatch(/IDHACK|EXPRESS/);
  });

  it('is not for the namesake in another marketplace', async () => {
    const templateId = await publish(platform, { tenant: 'bazaar', document: newcomers });
    await tellOfShoppers(platform, [{ userId: 'e-4', isNew: true }]);
    expect((await claim(platform, 'e-4', templateId, 'k', 'bazaar')).userErrors).toMatchObject([
      { code: 'NOT_ELIGIBLE' },
    ]);
    await tellOfShoppers(platform, [{ userId: 'e-4', isNew: true }], { who: service('bazaar') });
    expect((await claim(platform, 'e-4', templateId, 'k', 'bazaar')).userErrors).toEqual([]);
  });

  it('is claimed within the hours of its promotion', async () => {
    const now = platform.clock.now().getTime(); // noon in Shanghai
    const hours = (from: string, until: string) => ({
      document: {
        time: {
          startsAt: new Date(now - 86_400_000).toISOString(),
          endsAt: new Date(now + 7 * 86_400_000).toISOString(),
          hoursOfDay: [{ from, until }],
          validity: { kind: 'DAYS_AFTER_CLAIM', days: 7 },
        },
      },
    });
    const [lunch, supper] = [
      await publish(platform, hours('11:00', '14:00')),
      await publish(platform, hours('18:00', '22:00')),
    ];
    expect(await codeOf('e-5', lunch, 'k')).toBe('CLAIMED');
    expect((await claim(platform, 'e-5', supper, 'k2')).userErrors).toMatchObject([
      { code: 'NOT_YET_OPEN', retryAt: '2027-03-10T10:00:00.000Z' },
    ]);
    expect(await standingOf('e-5', supper)).toEqual({ isClaimable: false, reason: 'NOT_YET_OPEN' });
  });

  it('is told apart in a cart by shopper, channel, goods and hour, as a price would', async () => {
    await tell(platform, 'template', 'sku.changed', festival, 'lamp', {
      skuId: asSkuId('lamp'),
      revision: 1,
      merchantId: asMerchantId('m-1'),
      name: 'Lamp',
      category: '/home',
      brand: null,
      itemType: 'IN_STOCK',
      prices: { CNY: 20_000 },
      attributes: {},
    });
    const inApp = await publish(platform, {
      document: asking({
        all: [
          { fact: 'user.payTimes', op: 'gte', value: 1 },
          { fact: 'context.channel', op: 'eq', value: 'APP' },
        ],
      }),
    });
    const atNight = await publish(platform, {
      document: {
        time: {
          startsAt: '2027-03-01T00:00:00Z',
          endsAt: '2027-04-01T00:00:00Z',
          validity: { kind: 'DAYS_AFTER_CLAIM', days: 7, hoursOfDay: [{ from: '22:00', until: '02:00' }] },
        },
      },
    });
    await tellOfShoppers(platform, [{ userId: 'e-6', payTimes: 4 }]);
    const [appCoupon, nightCoupon] = [
      await claimed(platform, 'e-6', inApp, 'a'),
      await claimed(platform, 'e-6', atNight, 'n'),
    ];
    const seen = async (context?: Record<string, unknown>) => {
      const query = `query ($cart: CartInput!) { viewer { couponsForCart(cart: $cart) { usable { coupon { id } } unusable { coupon { id } reason message } } } }`;
      const cart = { currency: 'CNY', lines: [{ skuId: 'lamp', quantity: 2 }], ...(context && { context }) };
      return platform.execute('user-coupon', { query, variables: { cart } }, shopper('e-6'));
    };
    const wallet = async (context?: Record<string, unknown>) => {
      const { viewer } = dataOf<{
        viewer: {
          couponsForCart: {
            usable: { coupon: { id: string } }[];
            unusable: { coupon: { id: string }; reason: string; message: string }[];
          };
        };
      }>(await seen(context));
      const { usable, unusable } = viewer.couponsForCart;
      return new Map([
        ...usable.map(({ coupon }) => [coupon.id, 'USABLE'] as const),
        ...unusable.map(({ coupon, reason, message }) => [coupon.id, `${reason} ${message}`] as const),
      ]);
    };
    const app = await wallet({ channel: 'APP' });
    expect(app.get(appCoupon.id)).toBe('USABLE');
    expect(app.get(nightCoupon.id)).toMatch(/^COUPON_NOT_YET_VALID .*2027-03-10T14:00:00.000Z/);
    expect((await wallet({ channel: 'WEB' })).get(appCoupon.id)).toMatch(/^NOT_ELIGIBLE .*context.channel: APP/);
    expect((await wallet()).get(appCoupon.id)).toMatch(/^NOT_ELIGIBLE .*nothing is known/);
    const refused = await seen({ channel: '', attributes: [{ name: '1', value: 'x' }] });
    expect(refused.errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: ['cart', 'context', 'channel'],
    });
  });
});
