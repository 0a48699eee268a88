import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../subgraphs/shared/runtime/ids';
import { claim, claimAs, claimed, claimInTheEnd, couponOf, noonClock, publish } from '../support/coupons';
import { anonymous, merchant, service, shopper } from '../support/people';
import { type Platform, startPlatform } from '../support/platform';
import { until } from '../support/until';

describe('claiming a coupon', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform({ names: ['user-coupon'], clock: noonClock() });
  });
  afterAll(async () => {
    await platform.stop();
  });

  const coupons = () =>
    platform.mongo.database('user-coupon').collection<{ _id: string; ownerId: string; slots: string[] }>('coupons');
  const moves = () =>
    platform.mongo.database('user-coupon').collection<{ _id: string; claim?: { serial: number } }>('coupon_moves');

  it('gives a coupon with an 18-digit code, valid for as many days as the promotion says', async () => {
    const templateId = await publish(platform, { validity: { kind: 'DAYS_AFTER_CLAIM', days: 7 } });
    const coupon = await claimed(platform, 'u-1', templateId);
    expect(coupon).toMatchObject({ state: 'AVAILABLE', order: null });
    expect(coupon.code).toMatch(/^1001\d{14}$/);
    expect(Date.parse(coupon.expiresAt) - Date.parse(coupon.claimedAt)).toBe(7 * 86_400_000);
    expect(await couponOf(platform, 'u-1', coupon.id)).toEqual(coupon);
  });

  it('lets exactly fifty of a hundred shoppers who try three times each take the fifty coupons, one each', async () => {
    const templateId = await publish(platform, { stock: 50, perUser: { lifetime: 1 } });
    const tries = Array.from({ length: 300 }, (_, i) =>
      claimInTheEnd(platform, `racer-${i % 100}`, templateId, `try-${Math.floor(i / 100)}`),
    );
    const answers = await Promise.all(tries);
    const won = answers.flatMap(({ coupon }) => coupon ?? []);
    expect(new Set(won.map(({ id }) => id)).size).toBe(50);
    const refusals = new Set(answers.flatMap(({ userErrors }) => userErrors.map(({ code }) => code)));
    for (const code of refusals) expect(['SOLD_OUT', 'LIMIT_REACHED']).toContain(code);
    const stored = await coupons()
      .find({ _id: { $regex: `^cpn_${templateId.slice(4)}-` } })
      .toArray();
    expect(stored).toHaveLength(50);
    expect(new Set(stored.map(({ ownerId }) => ownerId)).size).toBe(50);
    const first = await moves()
      .find({ _id: { $regex: `^cpn_${templateId.slice(4)}-` } })
      .toArray();
    expect(new Set(first.map((move) => move.claim?.serial))).toEqual(
      new Set(Array.from({ length: 50 }, (_, i) => i + 1)),
    );
    expect(new Set(won.map(({ code }) => code)).size).toBe(50);
  });

  it('says which limit is full, and when it begins anew', async () => {
    const of = async (perUser: object, owner: string, claims: number) => {
      const templateId = await publish(platform, { perUser });
      for (let n = 0; n < claims; n += 1) await claimed(platform, owner, templateId, `k${n}`);
      const { userErrors } = await claim(platform, owner, templateId, 'more');
      const { data } = await platform.execute(
        'user-coupon',
        {
          query: `query ($of: [_Any!]!) { _entities(representations: $of) { ... on PromotionTemplate { viewerClaim { reason reachedLimit } } } }`,
          variables: { of: [{ __typename: 'PromotionTemplate', id: templateId }] },
        },
        shopper(owner),
      );
      const [entity] = (data as { _entities: { viewerClaim: { reason: string; reachedLimit: string } }[] })._entities;
      expect(entity?.viewerClaim).toEqual({ reason: userErrors[0]?.code, reachedLimit: userErrors[0]?.limit });
      return [userErrors[0]?.code, userErrors[0]?.limit, userErrors[0]?.retryAt];
    };
    const [code, none] = ['LIMIT_REACHED', null];
    expect(await of({ lifetime: 1, perDay: 1 }, 'full-1', 1)).toEqual([code, 'LIFETIME', none]);
    expect(await of({ lifetime: 9, heldUnused: 2 }, 'full-2', 2)).toEqual([code, 'HELD_UNUSED', none]);
    // Noon in Shanghai, on a Wednesday: the day ends there at 16:00 of Greenwich, the week with its Sunday.
    expect(await of({ perDay: 1 }, 'full-3', 1)).toEqual([code, 'PER_DAY', '2027-03-10T16:00:00.000Z']);
    expect(await of({ perWeek: 2 }, 'full-4', 2)).toEqual([code, 'PER_WEEK', '2027-03-14T16:00:00.000Z']);
  });

  it('tells a crowd that comes late without asking the gate for each, its own limits and keys included; more stock counts at once', async () => {
    const templateId = await publish(platform, { stock: 1, perUser: { lifetime: 1 } });
    const other = await publish(platform, {});
    const { id } = await claimed(platform, 'early', templateId, 'mine');
    expect((await claim(platform, 'late', templateId)).userErrors).toMatchObject([{ code: 'SOLD_OUT' }]);
    await claimed(platform, 'busy', other, 'elsewhere');
    // Whoever asks a gate that is gone builds it again; so one that stays away was not asked.
    const gate = `stock:{${templateId}}`;
    let late = 0;
    await until(async () => {
      expect((await claim(platform, `late-${late++}`, templateId)).userErrors).toMatchObject([{ code: 'SOLD_OUT' }]);
      await platform.redis.client.del(gate);
      expect((await claim(platform, `late-${late++}`, templateId)).userErrors).toMatchObject([{ code: 'SOLD_OUT' }]);
      expect(await claim(platform, 'early', templateId, 'mine')).toMatchObject({ coupon: { id } });
      expect((await claim(platform, 'early', templateId, 'another')).userErrors).toMatchObject([
        { code: 'LIMIT_REACHED', limit: 'LIFETIME' },
      ]);
      expect((await claim(platform, 'busy', templateId, 'elsewhere')).userErrors).toMatchObject([
        { code: 'IDEMPOTENCY_KEY_REUSED' },
      ]);
      return (await platform.redis.client.exists(gate)) === 0;
    });

    await publish(platform, { id: templateId, revision: 2, stock: 2, perUser: { lifetime: 1 } });
    await claimed(platform, 'late', templateId, 'again');
  });

  it('gives the same coupon to every repetition of a key, side by side and later, sold out or ended', async () => {
    const templateId = await publish(platform, { stock: 1 });
    const together = await Promise.all(Array.from({ length: 20 }, () => claimed(platform, 'u-2', templateId, 'same')));
    expect(new Set(together.map(({ id }) => id)).size).toBe(1);
    expect(await claim(platform, 'u-3', templateId)).toMatchObject({
      coupon: null,
      userErrors: [{ code: 'SOLD_OUT' }],
    });
    expect((await claimed(platform, 'u-2', templateId, 'same')).id).toBe(together[0]?.id);
    await publish(platform, { id: templateId, stock: 1, state: 'ENDED', revision: 2 });
    expect((await claimed(platform, 'u-2', templateId, 'same')).id).toBe(together[0]?.id);
    expect(await claim(platform, 'u-2', templateId, 'other')).toMatchObject({ userErrors: [{ code: 'ENDED' }] });
  });

  it('refuses a key that made a coupon of another template, and takes nothing from the stock', async () => {
    const [one, other] = [await publish(platform), await publish(platform, { stock: 1 })];
    await claimed(platform, 'u-4', one, 'reused');
    expect(await claim(platform, 'u-4', other, 'reused')).toMatchObject({
      userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED', field: ['input', 'idempotencyKey'] }],
    });
    expect((await claimed(platform, 'u-5', other)).state).toBe('AVAILABLE');
    const both = await Promise.all([one, other].map((id) => claim(platform, 'u-6', id, 'at-once')));
    expect(both.filter(({ coupon }) => coupon)).toHaveLength(1);
  });

  it('counts days and weeks in the zone of the tenant', async () => {
    const templateId = await publish(platform, { perUser: { perDay: 2, perWeek: 3, lifetime: 10 } });
    const answers = [];
    for (let i = 0; i < 3; i += 1) answers.push(await claim(platform, 'u-7', templateId, `d${i}`));
    expect(answers.map(({ userErrors }) => userErrors[0]?.code)).toEqual([undefined, undefined, 'LIMIT_REACHED']);
    const slots = (
      await coupons()
        .find({ ownerId: 'u-7', slots: { $regex: '^L' } })
        .toArray()
    ).map((coupon) => coupon.slots);
    expect(slots.map((own) => own.map((slot) => slot.replace(/:.*:/, ':*:')))).toEqual([
      ['L:1', 'W:*:1', 'D:*:1'],
      ['L:2', 'W:*:2', 'D:*:2'],
    ]);
  });

  it('says kindly why there is no coupon', async () => {
    const now = platform.clock.now().getTime();
    const startsAt = new Date(now + 3_600_000);
    const cases = {
      NOT_YET_OPEN: await publish(platform, { startsAt }),
      PAUSED: await publish(platform, { state: 'PAUSED' }),
      ENDED: await publish(platform, { startsAt: new Date(now - 7_200_000), endsAt: new Date(now - 3_600_000) }),
      NOT_CLAIMABLE: await publish(platform, {
        document: {
          trigger: 'AUTOMATIC',
          time: { startsAt: new Date(now - 1000).toISOString(), endsAt: startsAt.toISOString() },
          limit: {},
        },
      }),
      NOT_ELIGIBLE: await publish(platform, { document: { user: { audience: { kind: 'NEW_USERS' } } } }),
      TEMPLATE_NOT_FOUND: newId('tpl'),
    };
    for (const [code, templateId] of Object.entries(cases)) {
      const { coupon, userErrors } = await claim(platform, 'u-8', templateId, code);
      expect({ coupon, code: userErrors[0]?.code }).toEqual({ coupon: null, code });
      expect(userErrors[0]?.retryAt).toBe(code === 'NOT_YET_OPEN' ? startsAt.toISOString() : null);
    }
  });

  it('gives nothing to another tenant, to nobody, to a service and to a merchant', async () => {
    const templateId = await publish(platform);
    expect(await claim(platform, 'u-1', templateId, 'foreign', 'other-market')).toMatchObject({
      userErrors: [{ code: 'TEMPLATE_NOT_FOUND' }],
    });
    const codeFor = async (who: Parameters<typeof claimAs>[1]) =>
      (await claimAs(platform, who, templateId, 'k')).errors?.[0]?.extensions?.code;
    expect(await codeFor(anonymous())).toBe('UNAUTHENTICATED');
    expect(await codeFor(service())).toBe('FORBIDDEN');
    expect(await codeFor(merchant('m-1'))).toBe('FORBIDDEN');
    const strayService = {
      kind: 'service' as const,
      tenant: shopper('x').tenant,
      subject: 'shop',
      scopes: ['coupon:claim'],
    };
    const answer = await claimAs(platform, strayService, templateId, 'k');
    expect(answer.data?.claimCoupon).toMatchObject({ userErrors: [{ code: 'NOT_ELIGIBLE' }] });
    expect((await claimAs(platform, shopper('u-1'), templateId, '')).errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: ['input', 'idempotencyKey'],
    });
  });

  it('gives out more when the stock rises, and never less', async () => {
    const templateId = await publish(platform, { stock: 1 });
    await claimed(platform, 'u-10', templateId);
    expect(await claim(platform, 'u-11', templateId)).toMatchObject({ userErrors: [{ code: 'SOLD_OUT' }] });
    await publish(platform, { id: templateId, stock: 2, revision: 2 });
    await claimed(platform, 'u-11', templateId);
    await publish(platform, { id: templateId, stock: 1, revision: 3 });
    expect(await claim(platform, 'u-12', templateId)).toMatchObject({ userErrors: [{ code: 'SOLD_OUT' }] });
  });

  it('shows how many are left and whether the viewer can claim', async () => {
    const templateId = await publish(platform, { stock: 3, perUser: { lifetime: 1 } });
    await claimed(platform, 'u-20', templateId);
    const ask = async (userId: string) => {
      const result = await platform.execute(
        'user-coupon',
        {
          query: `query ($of: [_Any!]!) { _entities(representations: $of) { ... on PromotionTemplate { remainingCount viewerClaim { isClaimable reason claimedCount limit } } } }`,
          variables: { of: [{ __typename: 'PromotionTemplate', id: templateId }] },
        },
        shopper(userId),
      );
      expect(result.errors).toBeUndefined();
      return result.data?._entities;
    };
    expect(await ask('u-20')).toEqual([
      { remainingCount: 2, viewerClaim: { isClaimable: false, reason: 'LIMIT_REACHED', claimedCount: 1, limit: 1 } },
    ]);
    expect(await ask('u-21')).toEqual([
      { remainingCount: 2, viewerClaim: { isClaimable: true, reason: null, claimedCount: 0, limit: 1 } },
    ]);
    await claimed(platform, 'u-22', templateId);
    await claimed(platform, 'u-23', templateId);
    expect(await ask('u-21')).toEqual([
      { remainingCount: 0, viewerClaim: { isClaimable: false, reason: 'SOLD_OUT', claimedCount: 0, limit: 1 } },
    ]);
  });
});
