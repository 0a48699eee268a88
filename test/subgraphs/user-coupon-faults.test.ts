import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startRedis } from '../../subgraphs/shared/embedded/redis';
import type { EmbeddedServer } from '../../subgraphs/shared/embedded/server-process';
import type { TemplateId } from '../../subgraphs/shared/kernel/identifiers';
import { asUserId } from '../../subgraphs/shared/kernel/identifiers';
import type { LoopLease } from '../../subgraphs/shared/runtime/background';
import { createLogger } from '../../subgraphs/shared/runtime/logger';
import { createStock } from '../../subgraphs/user-coupon/stock';
import { createCouponStore } from '../../subgraphs/user-coupon/store';
import { heldPlacesPace } from '../../subgraphs/user-coupon/subgraph';
import { claim, claimAs, claimed, noonClock, publish, type SeenClaim } from '../support/coupons';
import { shopper } from '../support/people';
import { type Platform, startPlatform } from '../support/platform';
import { atFullCount, isFullCount } from '../support/runs';
import { ownRedis, type TestStores, testStores } from '../support/stores';
import { until } from '../support/until';

describe('claims when the gate is lost, late or wrong', () => {
  let redis: EmbeddedServer;
  let stores: TestStores;
  let one: Platform;
  let two: Platform;
  beforeAll(async () => {
    [redis, stores] = await Promise.all([ownRedis(), testStores()]);
    const options = { names: ['user-coupon'] as const, redisUrl: redis.uri, stores, clock: noonClock() };
    one = await startPlatform(options);
    two = await startPlatform(options);
  });
  afterAll(async () => {
    await Promise.all([one.stop(), two.stop()]);
    await stores.close();
    await redis.stop();
  });

  const moves = () =>
    one.mongo
      .database('user-coupon')
      .collection<{ _id: string; payload: { ownerId: string }; claim: { serial: number } }>('coupon_moves');
  const issued = (templateId: string) =>
    moves()
      .find({ _id: { $regex: `^cpn_${templateId.slice(4)}-.*:1$` } })
      .toArray();
  const gateOf = (templateId: string) => `stock:{${templateId}}`;

  /** Claims as a patient client does: the same key again after every UNAVAILABLE or "for now". */
  async function insist(platform: Platform, userId: string, templateId: string, key: string): Promise<SeenClaim> {
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const { data, errors } = await claimAs(platform, shopper(userId), templateId, key);
      if (!errors) {
        const answer = data?.claimCoupon as SeenClaim;
        if (answer.coupon || !answer.userErrors.some(({ retryAt }) => retryAt)) return answer;
      } else if (errors.some(({ extensions }) => extensions?.code !== 'UNAVAILABLE'))
        throw new Error(JSON.stringify(errors));
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    throw new Error('Expected an answer in the end, found none.');
  }

  it('loses and doubles nothing when Redis is flushed in the middle of claims in two processes, and recovers', async () => {
    const [claims, shoppers, stock] = isFullCount ? [150, 50, 60] : [60, 20, 24];
    const templateId = await publish(one, { stock, perUser: { lifetime: 2 } });
    let claiming = true;
    const flushing = (async () => {
      let flushes = 0;
      for (; claiming && flushes < 12; flushes += 1) {
        await one.redis.client.flushall().catch(() => undefined); // busy; the next one will do
        await new Promise((resolve) => setTimeout(resolve, 40 + Math.random() * 80));
      }
      return flushes;
    })();
    const answers = await Promise.all(
      Array.from({ length: claims }, async (_, i) => {
        const answer = await insist(i % 2 ? one : two, `f-${i % shoppers}`, templateId, `k${i}`);
        // The winner's repetition, on the other process, gets the same coupon.
        if (answer.coupon)
          expect((await insist(i % 2 ? two : one, `f-${i % shoppers}`, templateId, `k${i}`)).coupon?.id).toBe(
            answer.coupon.id,
          );
        return answer;
      }),
    );
    claiming = false;
    expect(await flushing).toBeGreaterThan(1);
    const won = answers.flatMap(({ coupon }) => coupon ?? []);
    const stored = await issued(templateId);
    expect(new Set(won.map(({ id }) => id))).toEqual(new Set(stored.map(({ _id }) => _id.replace(/:1$/, ''))));
    expect(stored.map((move) => move.claim.serial).sort((a, b) => a - b)).toEqual(
      Array.from({ length: stock }, (_, i) => i + 1),
    );
    const perOwner = new Map<string, number>();
    for (const { payload } of stored) perOwner.set(payload.ownerId, (perOwner.get(payload.ownerId) ?? 0) + 1);
    expect(Math.max(...perOwner.values())).toBe(2);
  });

  atFullCount.it('issues every coupon once after a fail-over to counters that lag behind', async () => {
    const templateId = await publish(one, { stock: 120, perUser: { lifetime: 1 } });
    await Promise.all(Array.from({ length: 80 }, (_, i) => claimed(one, `g-${i}`, templateId)));
    await until(async () => (await heldBy(templateId)) === 0);
    // As a replica that never heard of the last 80 claims.
    const epoch = await one.redis.client.hget(gateOf(templateId), 'epoch');
    await one.redis.client.hset(gateOf(templateId), 'next', 1);
    await one.redis.client.del(`${gateOf(templateId)}:${epoch}:slots`);
    const later = await Promise.all(
      Array.from({ length: 120 }, (_, i) => insist(two, `g-${i + 40}`, templateId, i < 40 ? 'another' : 'k1')),
    );
    expect(later.slice(0, 40).map(({ userErrors }) => userErrors[0]?.code)).toEqual(
      Array.from({ length: 40 }, () => 'LIMIT_REACHED'),
    );
    const stored = await issued(templateId);
    expect(new Set(stored.map((move) => move.claim.serial)).size).toBe(stored.length);
    expect(stored).toHaveLength(120);
  });

  it('mends a few wrong serials one by one, without closing the gate', async () => {
    const templateId = await publish(one, { stock: 12 });
    await Promise.all(Array.from({ length: 6 }, (_, i) => claimed(one, `m-${i}`, templateId)));
    await until(async () => (await heldBy(templateId)) === 0);
    const epoch = await one.redis.client.hget(gateOf(templateId), 'epoch');
    await one.redis.client.hset(gateOf(templateId), 'next', 4);
    expect((await claim(two, 'm-6', templateId)).coupon?.id).toContain('-000007-');
    expect((await claim(one, 'm-7', templateId)).coupon?.id).toContain('-000008-');
    expect(await one.redis.client.hget(gateOf(templateId), 'epoch')).toBe(epoch);
  });

  it('never issues above the stock, even when the gate thinks there is more', async () => {
    const templateId = await publish(one, { stock: 3 });
    await claimed(one, 'h-0', templateId);
    await one.redis.client.hset(gateOf(templateId), 'stock', 1000);
    await Promise.all(Array.from({ length: 20 }, (_, i) => insist(i % 2 ? one : two, `h-${i + 1}`, templateId, 'k')));
    expect(await issued(templateId)).toHaveLength(3);
    expect(await claim(one, 'h-99', templateId)).toMatchObject({ userErrors: [{ code: 'SOLD_OUT' }] });
  });

  it('returns a place that never became a coupon, and says until then that asking again may help', async () => {
    const templateId = await publish(one, { stock: 2, perUser: { lifetime: 1 } });
    await claimed(one, 'i-1', templateId);
    // A process that dies between the gate and the database.
    const store = createCouponStore(one.mongo.database('user-coupon'), null);
    const dying = createStock({
      redis: one.redis,
      ledger: { ...store, stockOf: async () => 2 },
      logger: createLogger({ name: 'test', level: 'silent' }),
    });
    const taken = await dying.take(
      { templateId: templateId as TemplateId, stock: 2 },
      { ownerId: asUserId('i-2'), idempotencyKey: 'lost' },
      [{ prefix: 'L', max: 1 }],
    );
    expect(taken.kind).toBe('TAKEN');
    const soldOut = await claim(one, 'i-3', templateId);
    expect(soldOut.userErrors).toMatchObject([{ code: 'SOLD_OUT', retryAt: expect.any(String) }]);
    const limit = await claim(one, 'i-2', templateId, 'other');
    expect(limit.userErrors).toMatchObject([{ code: 'LIMIT_REACHED', retryAt: expect.any(String) }]);
    const { coupon } = await insist(one, 'i-2', templateId, 'other');
    expect(coupon).not.toBeNull();
    expect((await claim(one, 'i-3', templateId)).userErrors).toMatchObject([{ code: 'SOLD_OUT', retryAt: null }]);
  });

  it('returns it within 5 s even when the process that looked after such places was killed while it did', async () => {
    const templateId = await publish(one, { stock: 1 });
    const leases = one.mongo.database('user-coupon').collection<LoopLease>('worker_leases');
    const dying = createStock({
      redis: one.redis,
      ledger: { ...createCouponStore(one.mongo.database('user-coupon'), null), stockOf: async () => 1 },
      logger: createLogger({ name: 'test', level: 'silent' }),
    });
    const claimant = { ownerId: asUserId('l-1'), idempotencyKey: 'lost' };
    expect((await dying.take({ templateId, stock: 1 }, claimant, [])).kind).toBe('TAKEN');
    const killedAt = Date.now();
    // What a process leaves that took the lease and was killed: nobody gives it back.
    await until(
      async () =>
        (
          await leases.updateOne({ _id: 'settle-held-places', holder: null }, [
            { $set: { holder: 'killed', leaseUntil: { $add: ['$$NOW', heldPlacesPace.leaseMs] } } },
          ])
        ).modifiedCount === 1,
    );
    expect((await insist(one, 'l-2', templateId, 'k')).coupon).not.toBeNull();
    expect(Date.now() - killedAt).toBeLessThan(5000);
  });

  it('keeps one claim that meets an open transaction from holding up the others', async () => {
    const templateId = await publish(one, { stock: 20 });
    await claimed(one, 'j-0', templateId);
    const session = one.mongo.client.startSession();
    session.startTransaction();
    const second = `cpn_${templateId.slice(4)}-000002-0:1`;
    // As a claimer that was killed before it could commit.
    await one.mongo
      .database('user-coupon')
      .collection<{ _id: string }>('coupon_moves')
      .insertOne({ _id: second }, { session });
    const waiting = Array.from({ length: 10 }, (_, i) => claim(one, `j-${i + 1}`, templateId));
    let served = 0;
    for (const answer of waiting) void answer.then(() => (served += 1));
    await until(() => served >= 9);
    expect(served).toBe(9);
    await session.abortTransaction();
    await session.endSession();
    expect((await Promise.all(waiting)).filter(({ coupon }) => coupon)).toHaveLength(10);
  });

  async function heldBy(templateId: string): Promise<number> {
    const epoch = await one.redis.client.hget(gateOf(templateId), 'epoch');
    return one.redis.client.hlen(`${gateOf(templateId)}:${epoch}:held`);
  }
});

describe('claims under pressure', () => {
  let platform: Platform;
  let redis: EmbeddedServer | null = null;
  afterEach(async () => {
    await platform.stop();
    await redis?.stop();
    redis = null;
  });

  it('answers BUSY with a time to come back when too many wait for one promotion, and serves another at once', async () => {
    platform = await startPlatform({ names: ['user-coupon'], env: { CLAIM_QUEUE_LIMIT: '5' } });
    const [hot, cold] = [await publish(platform), await publish(platform)];
    await claimed(platform, 'b-0', hot);
    const answers = Promise.all(Array.from({ length: 100 }, (_, i) => claim(platform, `b-${i + 1}`, hot)));
    expect((await claim(platform, 'cold-1', cold)).coupon).not.toBeNull();
    const busy = (await answers).flatMap(({ userErrors }) => userErrors);
    expect(busy.length).toBeGreaterThan(0);
    for (const error of busy) expect(error).toMatchObject({ code: 'BUSY', retryAt: expect.any(String) });
    expect((await claim(platform, 'b-100', hot)).coupon).not.toBeNull();
  });

  atFullCount.it(
    'refuses claims while Redis is away, says so, loses no coupon, and serves again when it is back',
    async () => {
      redis = await ownRedis();
      const port = Number(new URL(redis.uri).port);
      platform = await startPlatform({ names: ['user-coupon'], redisUrl: redis.uri });
      const templateId = await publish(platform, { stock: 5, perUser: { lifetime: 1 } });
      const before = await claimed(platform, 'r-1', templateId);
      expect(await platform.host.problems()).toEqual([]);
      await redis.stop();
      expect((await claimAs(platform, shopper('r-2'), templateId, 'k')).errors?.[0]?.extensions?.code).toBe(
        'UNAVAILABLE',
      );
      expect((await platform.host.problems()).join()).toContain('Redis does not answer');
      redis = await startRedis({ dataDir: null, log: () => {}, port });
      await until(async () => !(await claimAs(platform, shopper('r-2'), templateId, 'k')).errors);
      expect((await claimed(platform, 'r-1', templateId)).id).toBe(before.id);
      expect((await claim(platform, 'r-1', templateId, 'second')).userErrors).toMatchObject([
        { code: 'LIMIT_REACHED' },
      ]);
      await until(async () => (await platform.host.problems()).length === 0);
    },
  );
});
