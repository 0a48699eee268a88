import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CouponLiveEvent, couponChannel } from '../../subgraphs/shared/contracts/events';
import { asCouponId, asTemplateId, asTenantId, asUserId } from '../../subgraphs/shared/kernel/identifiers';
import { claimed, dataOf, hold, noonClock, publish, tell } from '../support/coupons';
import { festival, shopper } from '../support/people';
import { type Platform, startPlatform } from '../support/platform';
import { until } from '../support/until';

const day = 86_400_000;

describe('live news about coupons', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform({ names: ['user-coupon'], clock: noonClock() });
  });
  afterAll(async () => {
    await platform.stop();
  });

  interface Seen {
    kind: string;
    seq: number;
    at: string;
    coupon: { id: string; state: string } | null;
  }
  const since = async (userId: string, seq: number, tenant = festival, first = 100): Promise<Seen[]> =>
    dataOf<{ couponEventsSince: Seen[] }>(
      await platform.execute(
        'user-coupon',
        {
          query: `query ($seq: Long!, $first: Int) { couponEventsSince(seq: $seq, first: $first) { kind at seq coupon { id state } } }`,
          variables: { seq, first },
        },
        shopper(userId, tenant),
      ),
    ).couponEventsSince;

  it('numbers what happens to each owner without gaps, tells it live and keeps it', async () => {
    const heard: CouponLiveEvent[] = [];
    const listener = platform.redis.subscriber();
    await listener.subscribe(platform.redis.channel(couponChannel(asTenantId(festival), asUserId('l-1'))));
    listener.on('message', (_channel, text) => heard.push(JSON.parse(text)));
    const templateId = await publish(platform, { stock: 100, validity: { kind: 'DAYS_AFTER_CLAIM', days: 2 } });
    const mine = await Promise.all(Array.from({ length: 10 }, (_, i) => claimed(platform, 'l-1', templateId, `k${i}`)));
    await Promise.all(Array.from({ length: 10 }, (_, i) => claimed(platform, 'l-2', templateId, `k${i}`)));
    const [first, second] = mine.map(({ id }) => id);
    const order = { token: 'lck_live', orderId: 'ord_live', ownerId: 'l-1' };
    await hold(platform, 'lockCoupons', {
      ...order,
      couponIds: [first ?? ''],
      until: new Date(platform.clock.now().getTime() + day),
    });
    await hold(platform, 'redeemCoupons', order);
    await hold(platform, 'returnCoupons', { ...order, couponIds: [first ?? ''] });
    await platform.settled();
    const news = await since('l-1', 0);
    expect(news.map(({ seq }) => seq)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(news.slice(0, 10).map(({ kind }) => kind)).toEqual(Array.from({ length: 10 }, () => 'RECEIVED'));
    expect(news.slice(10).map(({ kind, coupon }) => [kind, coupon?.id])).toEqual([
      ['REDEEMED', first],
      ['RETURNED', first],
    ]);
    await until(() => heard.length === 12);
    expect(heard.map(({ kind, seq, couponId }) => [kind, seq, couponId])).toEqual(
      news.map(({ kind, seq, coupon }) => [kind, seq, coupon?.id]),
    );
    expect((await since('l-2', 0)).map(({ seq }) => seq)).toEqual(Array.from({ length: 10 }, (_, i) => i + 1));
    expect(await since('l-1', 0, 'other-market')).toEqual([]);
    expect((await since('l-1', 4, festival, 3)).map(({ seq }) => seq)).toEqual([5, 6, 7]);

    // A reminder speaks of coupons that can still be used, and of each on its own.
    await hold(platform, 'lockCoupons', {
      ...order,
      token: 'lck_live2',
      couponIds: [second ?? ''],
      until: new Date(platform.clock.now().getTime() + 5 * day),
    });
    await tell(platform, 'notification', 'reminder.due', festival, 'l-1', {
      ownerId: asUserId('l-1'),
      templateId: asTemplateId(templateId),
      couponIds: [first, second, mine[2]?.id, 'cpn_x-000001-0'].map((id) => asCouponId(id ?? '')),
      leadHours: 24,
      expiresAt: mine[0]?.expiresAt ?? '',
      dueAt: platform.clock.now().toISOString(),
    });
    const reminded = await since('l-1', 12);
    expect(reminded.map(({ kind, seq, coupon }) => [kind, seq, coupon?.id])).toEqual(
      [first, mine[2]?.id].sort().map((id, i) => ['EXPIRING', 13 + i, id]),
    );

    platform.clock.advance(2 * day + 1000);
    await until(async () => (await since('l-1', 14)).length === 9);
    expect((await since('l-1', 14)).map(({ kind, seq }) => [kind, seq])).toEqual(
      Array.from({ length: 9 }, (_, i) => ['EXPIRED', 15 + i]),
    );
    await until(() => heard.length === 23);
    listener.disconnect();
  });
});
