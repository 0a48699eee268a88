import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Identity } from '../../subgraphs/shared/contracts/identity';
import { startRedis } from '../../subgraphs/shared/embedded/redis';
import type { EmbeddedServer } from '../../subgraphs/shared/embedded/server-process';
import { asCouponId, asTenantId, asUserId } from '../../subgraphs/shared/kernel/identifiers';
import { newId } from '../../subgraphs/shared/runtime/ids';
import { createLogger } from '../../subgraphs/shared/runtime/logger';
import { connectRedis, type RedisConnection } from '../../subgraphs/shared/runtime/redis';
import { type Coupon, type CouponGroup, freeze } from '../../subgraphs/user-coupon/domain/coupon';
import { standsUntil } from '../../subgraphs/user-coupon/domain/kept-page';
import { type CouponStore, createCouponStore } from '../../subgraphs/user-coupon/store';
import {
  createWalletCache,
  type FirstPage,
  type WalletCache,
  type WalletOwner,
} from '../../subgraphs/user-coupon/wallet-cache';
import { createWalletStore, type WalletStore } from '../../subgraphs/user-coupon/wallet-store';
import { claimed, dataOf, hold, insist, noonClock, publish } from '../support/coupons';
import { festival, operator, shopper } from '../support/people';
import { type Platform, startPlatform } from '../support/platform';
import { runs } from '../support/runs';
import { freePort } from '../support/standalone';
import { ownRedis, type TestStores, testStores } from '../support/stores';
import { until } from '../support/until';

const hour = 3_600_000;
const day = 24 * hour;
const logger = createLogger({ name: 'test', level: 'silent' });
/** A test that shows what is kept is not to be hurried by a busy machine. */
const patience = { lookMs: 10_000, markMs: 10_000 };
const all: FirstPage = { group: null, sort: 'EXPIRY', limit: 20 };
const usable: FirstPage = { ...all, group: 'USABLE' };

/** The cache keeps nothing in the first moments of a Redis; here they are over. */
async function waitedOut(redis: RedisConnection, cache: WalletCache): Promise<void> {
  await cache.look({ tenantId: asTenantId('t'), ownerId: asUserId('nobody') }, all, new Date());
  await redis.client.hset('wallets', 'since', 1);
}

describe('a wallet whose first pages are kept, in two processes', () => {
  let redis: EmbeddedServer;
  let stores: TestStores;
  let one: Platform;
  let two: Platform;
  let cache: WalletCache;
  let truth: WalletStore;
  let counter = 0;
  beforeAll(async () => {
    [redis, stores] = await Promise.all([ownRedis(), testStores()]);
    const options = { names: ['user-coupon'] as const, redisUrl: redis.uri, stores, clock: noonClock() };
    one = await startPlatform(options);
    two = await startPlatform(options);
    cache = createWalletCache({ redis: one.redis, logger, patience });
    truth = createWalletStore(one.mongo.database('user-coupon'));
    await waitedOut(one.redis, cache);
  });
  afterAll(async () => {
    await Promise.all([one.stop(), two.stop()]);
    await stores.close();
    await redis.stop();
  });

  const walletOf = (owner: string): WalletOwner => ({ tenantId: asTenantId(festival), ownerId: asUserId(owner) });
  const groups = [null, 'USABLE', 'LOCKED', 'USED'] as const;

  /** What a shopper sees on the first page of a group: ids with their states. */
  async function seen(platform: Platform, owner: string, group: CouponGroup | null): Promise<string[]> {
    const query =
      'query ($filter: CouponFilter) { viewer { coupons(filter: $filter, first: 20) { edges { node { id state code } } } } }';
    const result = await insist(() =>
      platform.execute('user-coupon', { query, variables: { filter: group && { group } } }, shopper(owner)),
    );
    interface Seen {
      viewer: { coupons: { edges: { node: { id: string; state: string; code: string } }[] } };
    }
    return dataOf<Seen>(result).viewer.coupons.edges.map(({ node }) => `${node.id} ${node.state} ${node.code}`);
  }
  /** Reads the pages of these people until each is kept. */
  async function warm(owners: readonly string[]): Promise<void> {
    for (const owner of owners)
      for (const group of groups)
        await until(async () => {
          await seen(one, owner, group);
          return (await cache.look(walletOf(owner), { ...all, group }, one.clock.now())).kind === 'KEPT';
        });
  }
  async function act(name: string, input: Record<string, unknown>, who: Identity): Promise<string | undefined> {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    const what = name === 'declineGift' ? 'isDeclined' : 'coupon { id }';
    counter += 1;
    const request = {
      query: `mutation ($input: ${type}!) { ${name}(input: $input) { ${what} userErrors { code message } } }`,
      variables: { input: { idempotencyKey: `key-${counter}`, ...input } },
    };
    const result = await insist(() => one.execute('user-coupon', request, who));
    type Answer = Record<string, { coupon?: { id: string } | null; userErrors: unknown[] }>;
    const answer = dataOf<Answer>(result)[name];
    expect(answer?.userErrors).toEqual([]);
    return answer?.coupon?.id;
  }
  /** Makes a move while everything is kept, and reads every page at once from the other process and from this one. */
  async function showsAtOnce<T>(owners: readonly string[], move: () => Promise<T>): Promise<T> {
    await warm(owners);
    const result = await move();
    for (const platform of [two, one])
      for (const owner of owners)
        for (const group of [...groups, 'EXPIRED' as const]) {
          const { tenantId, ownerId } = walletOf(owner);
          const page = { ...all, group, now: one.clock.now(), after: null };
          const stored = (await truth.page(tenantId, ownerId, page)).map(({ id }) => id);
          const shown = (await seen(platform, owner, group)).map((text) => text.split(' ')[0]);
          expect([owner, group, shown]).toEqual([owner, group, stored]);
        }
    return result;
  }
  const stateOf = async (owner: string, id: string) =>
    (await seen(two, owner, null)).find((text) => text.startsWith(`${id} `))?.split(' ')[1];

  it('is answered from what another process kept', async () => {
    const { id } = await claimed(one, 'kept', await publish(one));
    await warm(['kept']);
    // Behind everybody's back, which nothing but this test does.
    await one.mongo
      .database('user-coupon')
      .collection<{ _id: string }>('coupons')
      .updateOne({ _id: id }, { $set: { code: 'unheard of' } });
    await until(async () => (await seen(two, 'kept', null)).every((text) => !text.includes('unheard of')));
    await one.redis.client.del(`wallet:{${JSON.stringify([festival, 'kept'])}}`);
    expect(await seen(two, 'kept', null)).toEqual([`${id} AVAILABLE unheard of`]);
  });

  it('shows a claim, a hold, its end, a payment and a return at once', async () => {
    const owner = 'buyer';
    const templateId = await publish(one, { stock: 10 });
    const { id } = await showsAtOnce([owner], () => claimed(one, owner, templateId));
    expect(await stateOf(owner, id)).toBe('AVAILABLE');
    const order = { orderId: 'ord_1', ownerId: owner };
    const inAnHour = () => new Date(one.clock.now().getTime() + hour);
    const lock = (token: string) =>
      showsAtOnce([owner], () => hold(one, 'lockCoupons', { ...order, token, couponIds: [id], until: inAnHour() }));
    expect(await lock('lck_1')).toMatchObject({ isDone: true });
    expect(await stateOf(owner, id)).toBe('LOCKED');
    await showsAtOnce([owner], () => hold(one, 'releaseCoupons', { ...order, token: 'lck_1' }));
    expect(await stateOf(owner, id)).toBe('AVAILABLE');
    await lock('lck_2');
    await showsAtOnce([owner], () => hold(one, 'redeemCoupons', { ...order, token: 'lck_2' }));
    expect(await stateOf(owner, id)).toBe('REDEEMED');
    await showsAtOnce([owner], () => hold(one, 'returnCoupons', { ...order, token: 'lck_2', couponIds: [id] }));
    expect(await stateOf(owner, id)).toBe('AVAILABLE');
  });

  it('shows what a shop rules at once, also when it waits for an order', async () => {
    const owner = 'ruled';
    const { id } = await claimed(one, owner, await publish(one));
    const rule = (name: string) => showsAtOnce([owner], () => act(name, { couponId: id }, operator()));
    await rule('freezeCoupon');
    expect(await stateOf(owner, id)).toBe('FROZEN');
    await rule('unfreezeCoupon');
    expect(await stateOf(owner, id)).toBe('AVAILABLE');
    const order = { orderId: 'ord_2', ownerId: owner, token: 'lck_3' };
    const inAnHour = new Date(one.clock.now().getTime() + hour);
    await hold(one, 'lockCoupons', { ...order, couponIds: [id], until: inAnHour });
    await rule('revokeCoupon');
    expect(await stateOf(owner, id)).toBe('LOCKED');
    await showsAtOnce([owner], () => hold(one, 'releaseCoupons', order));
    expect(await stateOf(owner, id)).toBe('REVOKED');
  });

  it('shows a gift at once to both, whatever becomes of it', async () => {
    const both = ['giver', 'friend'];
    const { id } = await claimed(one, 'giver', await publish(one));
    await claimed(one, 'friend', await publish(one));
    const offer = () =>
      showsAtOnce(both, () => act('giftCoupon', { couponId: id, receiverId: 'friend' }, shopper('giver')));
    await offer();
    expect(await stateOf('giver', id)).toBe('TRANSFER_PENDING');
    await showsAtOnce(both, () => act('declineGift', { offerId: id }, shopper('friend')));
    await offer();
    await showsAtOnce(both, () => act('takeBackGift', { couponId: id }, shopper('giver')));
    expect(await stateOf('giver', id)).toBe('AVAILABLE');
    await offer();
    const received = await showsAtOnce(both, () => act('acceptGift', { offerId: id }, shopper('friend')));
    expect(await stateOf('giver', id)).toBe('TRANSFERRED');
    expect(await stateOf('friend', received ?? '')).toBe('AVAILABLE');
  });

  it('shows what runs out, and what comes back from an offer that lapsed, from the very instant', async () => {
    const owner = 'late';
    const long = await publish(one, { validity: { kind: 'DAYS_AFTER_CLAIM', days: 20 } });
    const short = await publish(one, { validity: { kind: 'DAYS_AFTER_CLAIM', days: 5 } });
    const offered = (await claimed(one, owner, long)).id;
    const running = (await claimed(one, owner, short, 'k2')).id;
    await act('giftCoupon', { couponId: offered, receiverId: 'nobody' }, shopper(owner));
    await showsAtOnce([owner], async () => one.clock.advance(3 * day));
    expect(await stateOf(owner, offered)).toBe('AVAILABLE');
    await showsAtOnce([owner], async () => one.clock.advance(3 * day));
    expect(await stateOf(owner, running)).toBe('EXPIRED');
    expect((await seen(two, owner, 'USABLE')).map((text) => text.split(' ')[0])).toEqual([offered]);
  });
});

describe('readers and writers of a kept wallet, step by step', () => {
  let dataDir: string;
  let port: number;
  let server: EmbeddedServer;
  let stores: TestStores;
  let platform: Platform;
  let others: RedisConnection;
  /** As two processes have them. */
  let cache: WalletCache;
  let other: WalletCache;
  let wallet: WalletStore;
  let store: CouponStore;
  const start = () => startRedis({ dataDir: join(dataDir, 'redis'), log: () => undefined, port });
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'wallet-cache-'));
    port = await freePort();
    [server, stores] = await Promise.all([start(), testStores()]);
    platform = await startPlatform({ names: ['user-coupon'], redisUrl: server.uri, stores, clock: noonClock() });
    others = await connectRedis(server.uri, { keyPrefix: stores.keyPrefix });
    cache = createWalletCache({ redis: platform.redis, logger, patience });
    other = createWalletCache({ redis: others, logger, patience });
    const database = platform.mongo.database('user-coupon');
    wallet = createWalletStore(database);
    store = createCouponStore(database, cache);
    await waitedOut(platform.redis, cache);
  });
  afterAll(async () => {
    await platform.stop();
    await others.close();
    await stores.close();
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const now = () => platform.clock.now();
  const look = (owner: WalletOwner, page: FirstPage = all, by = cache) => by.look(owner, page, now());
  const pagesKey = ({ tenantId, ownerId }: WalletOwner) => `wallet:{${JSON.stringify([tenantId, ownerId])}}`;
  const ruling = () => ({ by: 'test', at: now(), note: null });

  /** A new person with one coupon. */
  async function someone(): Promise<WalletOwner & { coupon: Coupon }> {
    const name = newId('u');
    const { id } = await claimed(platform, name, await publish(platform));
    const owner = { tenantId: asTenantId(festival), ownerId: asUserId(name) };
    const coupon = (await store.owned(owner.tenantId, owner.ownerId, [asCouponId(id)])).get(asCouponId(id));
    if (!coupon) throw new Error('Expected the coupon that was claimed');
    return { ...owner, coupon };
  }
  async function read({ tenantId, ownerId }: WalletOwner, page: FirstPage = all): Promise<Coupon[]> {
    return wallet.page(tenantId, ownerId, { ...page, now: now(), after: null });
  }
  /** Looks, after the mark of the claim has been lifted. */
  async function missed(owner: WalletOwner, page: FirstPage = all, by = cache): Promise<string> {
    let generation = '';
    await until(async () => {
      const found = await look(owner, page, by);
      if (found.kind === 'MISS') generation = found.generation;
      return generation !== '';
    });
    return generation;
  }
  async function keep(owner: WalletOwner, generation: string, coupons: Coupon[], page = all, by = cache) {
    const until = standsUntil(page.group, coupons, null);
    return by.keep(owner, page, generation, { coupons, from: now(), until });
  }
  /** A whole reader: what it would show, kept or not. */
  async function shown(owner: WalletOwner, by = cache): Promise<Coupon['state'][]> {
    const found = await look(owner, all, by);
    return (found.kind === 'KEPT' ? found.page.coupons : await read(owner)).map(({ state }) => state);
  }
  const frozen = (coupon: Coupon, by = store, before: () => Promise<void> = async () => undefined) =>
    by.change(async (change) => {
      await change.apply([freeze(coupon, ruling())]);
      await before();
    });
  /** Marks of writers that died, after their time. */
  const lapse = async (owner: WalletOwner) => {
    const marks = `${pagesKey(owner)}:marks`;
    for (const token of await others.client.zrange(marks, '0', '-1')) await others.client.zadd(marks, 1, token);
  };

  it('keeps what was read after the generation was told, for whoever looks next', async () => {
    const owner = await someone();
    const generation = await missed(owner);
    const coupons = await read(owner);
    expect(await keep(owner, generation, coupons)).toBe(true);
    expect(await look(owner, all, other)).toMatchObject({ kind: 'KEPT', page: { coupons } });
    expect((await look(owner, usable)).kind).toBe('MISS');
    expect((await look({ ...owner, ownerId: asUserId('else') })).kind).toBe('MISS');
    const left = await others.client.pttl(pagesKey(owner));
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(60_000);
  });

  it('refuses what was read before a write, however late it comes', async () => {
    const owner = await someone();
    const generation = await missed(owner, all, other);
    const old = await read(owner);
    await frozen(owner.coupon);
    expect(await keep(owner, generation, old, all, other)).toBe(false);
    const after = await missed(owner, all, other);
    expect(await keep(owner, generation, old, all, other)).toBe(false);
    expect(await keep(owner, after, await read(owner), all, other)).toBe(true);
    expect(await keep(owner, generation, old, all, other)).toBe(false);
    expect(await shown(owner)).toEqual(['FROZEN']);
  });

  it('neither shows nor keeps anything while a write is on its way', async () => {
    const owner = await someone();
    const generation = await missed(owner);
    expect(await keep(owner, generation, await read(owner))).toBe(true);
    await frozen(owner.coupon, store, async () => {
      expect(await look(owner)).toEqual({ kind: 'NONE' });
      expect(await look(owner, all, other)).toEqual({ kind: 'NONE' });
      const old = await read(owner);
      expect(old.map(({ state }) => state)).toEqual(['AVAILABLE']);
      expect(await keep(owner, generation, old)).toBe(false);
    });
    expect(await shown(owner, other)).toEqual(['FROZEN']);
  });

  it('waits for the last of several writes, and forgets those that came to nothing', async () => {
    const owner = await someone();
    await missed(owner);
    const [first, second] = [cache.pendingWrite(), other.pendingWrite()];
    await Promise.all([first.moves([owner]), second.moves([owner])]);
    await first.over();
    expect(await look(owner)).toEqual({ kind: 'NONE' });
    await second.over();
    await missed(owner);
    await expect(
      frozen(owner.coupon, store, async () => {
        throw new Error('It comes to nothing.');
      }),
    ).rejects.toThrow('comes to nothing');
    await missed(owner);
  });

  it('is right after a writer that died between its mark and its commit', async () => {
    const owner = await someone();
    const generation = await missed(owner);
    await keep(owner, generation, await read(owner));
    await cache.pendingWrite().moves([owner]);
    expect(await look(owner, all, other)).toEqual({ kind: 'NONE' });
    await lapse(owner);
    expect(await keep(owner, generation, await read(owner))).toBe(false);
    expect(await keep(owner, await missed(owner), await read(owner))).toBe(true);
    expect((await look(owner, all, other)).kind).toBe('KEPT');
  });

  it('is right after a writer that died between its commit and taking its mark away', async () => {
    const owner = await someone();
    const generation = await missed(owner);
    const old = await read(owner);
    await keep(owner, generation, old);
    const dying = createCouponStore(platform.mongo.database('user-coupon'), {
      pendingWrite: () => ({ ...cache.pendingWrite(), over: async () => undefined }),
    });
    await frozen(owner.coupon, dying);
    expect(await look(owner)).toEqual({ kind: 'NONE' });
    expect(await keep(owner, generation, old)).toBe(false);
    await lapse(owner);
    expect(await keep(owner, generation, old)).toBe(false);
    expect(await shown(owner, other)).toEqual(['FROZEN']);
    expect(await keep(owner, await missed(owner), await read(owner))).toBe(true);
    expect(await shown(owner)).toEqual(['FROZEN']);
  });

  it('keeps nothing that was read before a commit, when the mark is lost in between', async () => {
    const owner = await someone();
    const generation = await missed(owner);
    await keep(owner, generation, await read(owner));
    await frozen(owner.coupon, store, async () => {
      await others.client.flushall();
      // Whoever looks first begins a life, whoever looks next finds it begun.
      for (let i = 0; i < 3; i += 1) expect(await look(owner, all, other)).toEqual({ kind: 'NONE' });
      expect(await keep(owner, generation, await read(owner), all, other)).toBe(false);
    });
    expect(await shown(owner, other)).toEqual(['FROZEN']);
    await waitedOut(others, other);
    expect(await keep(owner, generation, [owner.coupon])).toBe(false);
    expect(await keep(owner, await missed(owner), await read(owner))).toBe(true);
    expect(await shown(owner, other)).toEqual(['FROZEN']);
  });

  it('takes a page for what it is only from when it was read until time makes it another', async () => {
    const owner = await someone();
    const coupons = await read(owner, usable);
    await keep(owner, await missed(owner, usable), coupons, usable);
    expect((await look(owner, usable)).kind).toBe('KEPT');
    const at = (instant: number) => cache.look(owner, usable, new Date(instant));
    const expiry = owner.coupon.expiresAt.getTime();
    expect((await at(expiry - 1)).kind).toBe('KEPT');
    expect((await at(expiry)).kind).toBe('MISS');
    expect((await at(now().getTime() - hour)).kind).toBe('MISS'); // a clock that is behind
  });

  it('keeps only so many pages of one person', async () => {
    const owner = await someone();
    const generation = await missed(owner);
    const coupons = await read(owner);
    const kept: boolean[] = [];
    for (let limit = 1; limit <= 20; limit += 1) kept.push(await keep(owner, generation, coupons, { ...all, limit }));
    expect(kept.filter(Boolean)).toHaveLength(12);
    expect(await keep(owner, generation, coupons, { ...all, limit: 1 })).toBe(true);
  });

  it('never waits long for a Redis that is silent, neither to read nor to write', async () => {
    const owner = await someone();
    const hasty = createWalletCache({ redis: platform.redis, logger });
    await keep(owner, await missed(owner), await read(owner));
    if (server.pid === null) throw new Error('Expected a process');
    process.kill(server.pid, 'SIGSTOP');
    try {
      const began = performance.now();
      expect(await look(owner, all, hasty)).toEqual({ kind: 'NONE' });
      for (let i = 0; i < 100; i += 1) await look(owner, all, hasty);
      const pending = hasty.pendingWrite();
      await pending.moves([owner]);
      for (let i = 0; i < 20; i += 1) await hasty.pendingWrite().moves([owner]);
      expect(performance.now() - began).toBeLessThan(1500); // one command alone would wait for two seconds
    } finally {
      process.kill(server.pid, 'SIGCONT');
    }
    await until(async () => (await platform.redis.ping().catch(() => 'away')) !== 'away');
  });

  it('does without Redis, and shows nothing of an old snapshot when it is back', async () => {
    const owner = await someone();
    const generation = await missed(owner);
    const old = await read(owner);
    expect(await keep(owner, generation, old)).toBe(true);
    await server.stop(); // which saves the page
    expect(await look(owner)).toEqual({ kind: 'NONE' });
    const lock = { token: 'lck_away', orderId: 'ord', ownerId: owner.ownerId, couponIds: [owner.coupon.id] };
    const held = await hold(platform, 'lockCoupons', { ...lock, until: new Date(now().getTime() + hour) });
    expect(held).toEqual({ isDone: true, refusals: [] });
    expect(await shown(owner)).toEqual(['LOCKED']);
    server = await start();
    await until(async () => (await others.ping().catch(() => 'away')) !== 'away');
    await until(async () => (await platform.redis.ping().catch(() => 'away')) !== 'away');
    expect(await others.client.hget(pagesKey(owner), 'page ALL EXPIRY 20')).not.toBeNull();
    expect(await shown(owner, other)).toEqual(['LOCKED']);
    expect(await keep(owner, generation, old, all, other)).toBe(false);
    await waitedOut(others, other);
    expect(await keep(owner, generation, old, all, other)).toBe(false);
    expect(await shown(owner)).toEqual(['LOCKED']);
    expect(await keep(owner, await missed(owner), await read(owner))).toBe(true);
    expect(await shown(owner, other)).toEqual(['LOCKED']);
  });

  it('never shows a page older than the last write before the read began, however readers, writers and faults meet', async () => {
    const database = platform.mongo.database('user-coupon');
    const coupons = database.collection<Omit<Coupon, 'id'> & { _id: string }>('coupons');
    const { coupon } = await someone();
    // Several steps of one after another, since three readers and two writers that take turns leave hardly a moment without a mark.
    const inARow = fc.constantFrom(1, 2, 3);
    const step = fc.oneof(
      { weight: 10, arbitrary: fc.record({ who: fc.constantFrom('reader 0', 'reader 1', 'reader 2'), inARow }) },
      {
        weight: 6,
        arbitrary: fc.record({
          who: fc.constantFrom('writer 0', 'writer 1'),
          inARow: fc.constantFrom(1, 2, 3, 3),
          dies: fc.constantFrom('', '', '', '', '', '', 'before', 'after'),
        }),
      },
      { weight: 3, arbitrary: fc.record({ who: fc.constantFrom('flush', 'time', 'time', 'time') }) },
    );
    let hits = 0;
    const history = async (steps: { who: string; inARow?: number; dies?: string }[]): Promise<void> => {
      const owner = { tenantId: coupon.tenantId, ownerId: asUserId(newId('u')) };
      const id = newId('cpn');
      const { id: _, ...facts } = coupon;
      await coupons.insertOne({ _id: id, ...facts, ownerId: owner.ownerId, slots: [`C:${id}`], seq: 1 });
      await waitedOut(others, other);
      let committed = 1;
      /** Writes on their way by who makes them. */
      const writing = new Map<string, { pending: ReturnType<WalletCache['pendingWrite']>; isCommitted: boolean }>();
      const reading = new Map<string, { since: number; generation: string; page: Coupon[] | null }>();
      let isYoung = false;
      const expectFresh = (page: readonly Coupon[], since: number) =>
        expect(page.map(({ seq }) => seq)[0]).toBeGreaterThanOrEqual(since);
      const reader = async (who: string) => {
        const by = who === 'reader 0' ? cache : other;
        const open = reading.get(who);
        if (!open) {
          const since = committed;
          const found = await look(owner, all, by);
          if (found.kind === 'KEPT') {
            hits += 1;
            expectFresh(found.page.coupons, since);
          }
          if (found.kind === 'MISS') reading.set(who, { since, generation: found.generation, page: null });
        } else if (!open.page) {
          open.page = await read(owner);
          expectFresh(open.page, open.since);
        } else {
          await keep(owner, open.generation, open.page, all, by);
          reading.delete(who);
        }
      };
      const writer = async (who: string, dies: string) => {
        const open = writing.get(who);
        if (!open) {
          const pending = (who === 'writer 0' ? cache : other).pendingWrite();
          await pending.moves([owner]);
          if (dies !== 'before') writing.set(who, { pending, isCommitted: false });
        } else if (!open.isCommitted) {
          await coupons.updateOne({ _id: id }, { $inc: { seq: 1 } });
          committed += 1;
          open.isCommitted = true;
          if (dies === 'after') writing.delete(who);
        } else {
          await open.pending.over();
          writing.delete(who);
        }
      };
      /** Marks lapse and the pause ends, which is only after every write that was on its way. */
      const passTime = async () => {
        await lapse(owner);
        if (isYoung) await waitedOut(others, other);
        isYoung = false;
      };
      for (const { who, inARow = 1, dies = '' } of steps) {
        if (who === 'flush') {
          await others.client.flushall();
          isYoung = true;
        } else if (who === 'time' && writing.size === 0) await passTime();
        for (let i = 0; i < inARow; i += 1) {
          if (who.startsWith('reader')) await reader(who);
          if (who.startsWith('writer')) await writer(who, dies);
        }
      }
      // In the end the writers finish, somebody looks, and then come the readers who are late.
      for (const who of [...writing.keys()]) while (writing.has(who)) await writer(who, '');
      await passTime();
      await until(async () => (await look(owner)).kind !== 'NONE');
      for (const who of [...reading.keys()]) while (reading.has(who)) await reader(who);
      await reader('reader 0');
      await coupons.deleteOne({ _id: id });
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }), history), {
      numRuns: runs(1000),
      endOnFailure: true,
    });
    expect(hits).toBeGreaterThan(0);
  }, 900_000);
});
