import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { ClientSession, Db } from 'mongodb';
import type { SkuChanged } from '../../../subgraphs/shared/contracts/events';
import { asMerchantId, asSkuId, asTenantId } from '../../../subgraphs/shared/kernel/identifiers';
import { Bell } from '../../../subgraphs/shared/runtime/bell';
import { deadLetters } from '../../../subgraphs/shared/runtime/dead-letters';
import { Lane } from '../../../subgraphs/shared/runtime/event-lanes';
import { consumerCollections, laneOf } from '../../../subgraphs/shared/runtime/event-positions';
import { EventStream } from '../../../subgraphs/shared/runtime/event-stream';
import {
  createEventFollower,
  type EventConsumer,
  type EventFollower,
  type EventFollowerOptions,
  ensureEventIndexes,
  newEvent,
  type StoredEvent,
  writeEvents,
} from '../../../subgraphs/shared/runtime/events';
import { newId } from '../../../subgraphs/shared/runtime/ids';
import { createLogger } from '../../../subgraphs/shared/runtime/logger';
import { connectMongo, inTransaction, type MongoConnection } from '../../../subgraphs/shared/runtime/mongo';
import { atFullCount, isFullCount, runs } from '../../support/runs';
import { ownMongo, type TestStores, testStores } from '../../support/stores';

type SkuEvent = StoredEvent<'sku.changed'>;

/** What one key has seen: the revisions of its events in the order in which they took effect. */
interface Effect {
  _id: string;
  revisions: number[];
}

const logger = createLogger({ name: 'test', level: 'silent' });
const tenantId = asTenantId('shop');
const consumerName = 'settlement.catalogue';

let stores: TestStores;
const running: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  stores = await testStores();
});
afterEach(async () => {
  jest.restoreAllMocks();
  for (const one of running.splice(0).reverse()) await one.stop();
});
afterAll(() => stores.close());

/** A shop of its own: a publisher's database and a consumer's, on the shared deployment unless told. */
async function newShop(uri = stores.mongoUri) {
  const databasePrefix = `${stores.databasePrefix}_${newId('s')}`;
  const connect = async (): Promise<MongoConnection> => {
    const mongo = await connectMongo(uri, { appName: 'test', databasePrefix });
    running.push({ stop: () => mongo.close() });
    return mongo;
  };
  const mongo = await connect();
  const events = mongo.database('template').collection<StoredEvent>('events');
  await ensureEventIndexes(events);
  const database = mongo.database('settlement');
  await database.createCollection('effects');
  const revisions = new Map<string, number>();

  return {
    mongo,
    connect,
    events,
    database,
    progress: consumerCollections(database),
    /** Publishes the next revisions of these keys, in one transaction. */
    async publish(...keys: string[]): Promise<SkuEvent[]> {
      const written = keys.map((key) => {
        const revision = (revisions.get(key) ?? 0) + 1;
        revisions.set(key, revision);
        return newEvent('sku.changed', { tenantId, key, payload: sku(key, revision) });
      });
      await inTransaction(mongo.client, (session) => writeEvents(events, written, session));
      return written;
    },
    async effects(): Promise<Map<string, number[]>> {
      const rows = await database.collection<Effect>('effects').find().toArray();
      return new Map(rows.map(({ _id, revisions: seen }) => [_id, seen]));
    },
    /** Every event took effect once, in the order of its key. */
    async expectEverythingOnce(): Promise<void> {
      const seen = await this.effects();
      expect([...seen.keys()].sort()).toEqual([...revisions.keys()].sort());
      for (const [key, last] of revisions) expect([key, seen.get(key)]).toEqual([key, upTo(last)]);
    },
  };
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);

/** So many keys, in a sample a third of them: `sku-1`, `sku-2` … */
const keysOf = (full: number): string[] => upTo(isFullCount ? full : Math.ceil(full / 3)).map((n) => `sku-${n}`);

function sku(key: string, revision: number): SkuChanged {
  return {
    skuId: asSkuId(key),
    revision,
    merchantId: asMerchantId('m1'),
    name: key,
    category: '/food',
    brand: null,
    itemType: 'IN_STOCK',
    prices: { CNY: 100 },
    attributes: {},
  };
}

/** Writes down what it is given; `before` and `after` may stop, fail or wait around it. */
function recorder(
  around: {
    lanes?: number;
    before?(events: SkuEvent[], session: ClientSession): Promise<void>;
    after?(events: SkuEvent[], session: ClientSession): Promise<void>;
    committed?(events: SkuEvent[]): Promise<void>;
  } = {},
): (database: Db) => EventConsumer {
  return (database: Db): EventConsumer<'sku.changed'> => ({
    name: consumerName,
    database,
    lanes: around.lanes ?? 4,
    follows: ['sku.changed'],
    async apply(events, session) {
      await around.before?.(events, session);
      const effects = database.collection<Effect>('effects');
      for (const { key, payload } of events)
        await effects.updateOne({ _id: key }, { $push: { revisions: payload.revision } }, { upsert: true, session });
      await around.after?.(events, session);
      return () => around.committed?.(events) ?? Promise.resolve();
    },
  });
}

function follow(
  mongo: MongoConnection,
  consumer: (database: Db) => EventConsumer,
  options: Partial<EventFollowerOptions> = {},
): EventFollower {
  const follower = createEventFollower({
    mongo,
    consumers: [consumer(mongo.database('settlement'))],
    logger,
    processId: newId('prc'),
    leaseMs: 600,
    awaitMs: 200,
    ...options,
    limits: { backOffMs: () => 5, ...options.limits },
  });
  running.push(follower);
  return follower;
}

/** Waits until a condition holds, 15 seconds at most. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Expected this within 15 s: ${holds}`);
    await new Bell().rung(10);
  }
}

/** A door that lets nobody through until it is opened. */
function door() {
  const bell = new Bell();
  let open = false;
  let waiting = 0;
  return {
    get waiting() {
      return waiting;
    },
    open() {
      open = true;
      bell.ring();
    },
    async pass() {
      waiting += 1;
      while (!open) await bell.rung();
      waiting -= 1;
    },
  };
}

describe('following events', () => {
  it('makes every event take effect once and in the order of its key', async () => {
    const shop = await newShop();
    const follower = follow(shop.mongo, recorder());
    await follower.start();
    const keys = keysOf(25);
    for (let round = 0; round < 8; round += 1) await shop.publish(...keys);
    await follower.settled();
    await shop.expectEverythingOnce();
    expect(follower.lag()).toEqual([{ consumer: consumerName, lagMs: 0 }]);
    expect(follower.problems()).toEqual([]);
  });

  it('publishes nothing of a change that is rolled back', async () => {
    const shop = await newShop();
    const follower = follow(shop.mongo, recorder());
    await follower.start();
    await shop.publish('kept');
    const lost = newEvent('sku.changed', { tenantId, key: 'lost', payload: sku('lost', 1) });
    const refused = inTransaction(shop.mongo.client, async (session) => {
      await writeEvents(shop.events, [lost], session);
      throw new Error('changed my mind');
    });
    await expect(refused).rejects.toThrow('changed my mind');
    await follower.settled();
    await shop.expectEverythingOnce();
  });

  it('runs what follows a commit after it, and goes on when that fails', async () => {
    const shop = await newShop();
    const visible: boolean[] = [];
    const follower = follow(
      shop.mongo,
      recorder({
        async committed([event]) {
          visible.push((await shop.effects()).has(event?.key ?? ''));
          throw new Error('Redis is away');
        },
      }),
    );
    await follower.start();
    await shop.publish('a');
    await follower.settled();
    await shop.publish('a');
    await follower.settled();
    expect(visible).toEqual([true, true]);
    await shop.expectEverythingOnce();
  });

  it('settles only when what was written before has taken effect', async () => {
    const shop = await newShop();
    const gate = door();
    const follower = follow(shop.mongo, recorder({ before: () => gate.pass() }));
    await follower.start();
    await shop.publish('a');
    let settled = false;
    const settling = follower.settled().then(() => {
      settled = true;
    });
    await until(() => gate.waiting === 1);
    expect(settled).toBe(false);
    gate.open();
    await settling;
    await shop.expectEverythingOnce();
  });

  it('refuses a consumer that the catalogue does not name, and another number of lanes', async () => {
    const shop = await newShop();
    const stranger = (database: Db) => ({ ...recorder()(database), name: 'report.skus' });
    expect(() => follow(shop.mongo, stranger)).toThrow(/Expected sku.changed to be followed by .*found report.skus/);
    const follower = follow(shop.mongo, recorder({ lanes: 4 }));
    await follower.start();
    await follower.stop();
    const wider = follow(shop.mongo, recorder({ lanes: 8 }));
    await expect(wider.start()).rejects.toThrow('set lanes back to 4');
  });

  it('moves idle lanes along, so that their positions stay within the oplog', async () => {
    const shop = await newShop();
    const follower = follow(shop.mongo, recorder(), { limits: { idleEveryMs: 30 } });
    await follower.start();
    await follower.settled();
    const idle = laneOf('shop/a', 4) === 0 ? 1 : 0;
    const before = await shop.progress.positions.findOne({ lane: idle });
    await shop.publish('a');
    await follower.settled();
    const moved = { lane: idle, token: { $gt: before?.token ?? '' } };
    await until(async () => (await shop.progress.positions.findOne(moved)) !== null);
  });
});

describe('several processes', () => {
  it('share the lanes, and together apply everything once', async () => {
    const shop = await newShop();
    const consumer = recorder();
    const one = follow(await shop.connect(), consumer);
    const two = follow(await shop.connect(), consumer);
    const keys = keysOf(20);
    await Promise.all([one.start(), two.start()]);
    for (let round = 0; round < 5; round += 1) await shop.publish(...keys);
    await Promise.all([one.settled(), two.settled()]);
    await shop.expectEverythingOnce();
  });

  it('go on where one stopped in the middle', async () => {
    const shop = await newShop();
    const consumer = recorder();
    const keys = keysOf(20);
    for (let turn = 0; turn < 3; turn += 1) {
      const follower = follow(await shop.connect(), consumer, { limits: { batchSize: 7 } });
      await follower.start();
      for (let round = 0; round < 5; round += 1) await shop.publish(...keys);
      await until(async () => (await shop.effects()).size > 0);
      await follower.stop();
      await shop.publish(...keys);
    }
    const last = follow(shop.mongo, consumer);
    await last.start();
    await last.settled();
    await shop.expectEverythingOnce();
  });

  it('shut out a holder that stalled in the middle of a batch and lost its lease', async () => {
    const shop = await newShop();
    const gate = door();
    let stalledTries = 0;
    const stalled = follow(
      await shop.connect(),
      recorder({
        lanes: 1,
        async before() {
          stalledTries += 1;
          await gate.pass();
        },
      }),
      { leaseMs: 60_000 },
    );
    await stalled.start();
    await shop.publish('a', 'a', 'b');
    await until(() => gate.waiting === 1);

    await shop.progress.leases.updateMany({}, { $set: { leaseUntil: new Date(0) } });
    const next = follow(await shop.connect(), recorder({ lanes: 1 }));
    await next.start();
    await next.settled();
    await shop.expectEverythingOnce();

    gate.open();
    await until(() => gate.waiting === 0);
    await shop.publish('a', 'b');
    await next.settled();
    await stalled.stop();
    expect(stalledTries).toBeGreaterThan(0);
    await shop.expectEverythingOnce();
  });

  atFullCount.it('take over the lanes of a process that dies between the effect and the commit', async () => {
    const shop = await newShop();
    const doomed = await shop.connect();
    let died = false;
    const crashing = follow(
      doomed,
      recorder({
        lanes: 2,
        async after() {
          died = true;
          await doomed.close();
        },
      }),
    );
    await crashing.start();
    await shop.publish('a', 'b', 'c');
    await until(() => died);
    const heir = follow(await shop.connect(), recorder({ lanes: 2 }));
    await heir.start();
    await until(async () => (await shop.effects()).size === 3);
    await heir.settled();
    await shop.expectEverythingOnce();
  });

  it('tell how old the copies are, also where another process holds the lanes', async () => {
    const shop = await newShop();
    const consumer = recorder();
    const holder = follow(await shop.connect(), consumer);
    const other = follow(await shop.connect(), consumer);
    expect(other.streamAgeMs()).toBe(Number.POSITIVE_INFINITY);
    await holder.start();
    await other.start();
    await until(() => holder.streamAgeMs(consumerName) < 1_000 && other.streamAgeMs(consumerName) < 3_000);
    await holder.stop();
    await until(async () => (await shop.progress.leases.findOne({ holder: { $ne: null } })) !== null);
    await until(() => other.streamAgeMs() < 1_000);
  });
});

describe('what lies before the stream', () => {
  it('reaches a new consumer, with what is written meanwhile, once', async () => {
    const shop = await newShop();
    const keys = upTo(30).map((n) => `sku-${n}`);
    for (let round = 0; round < 10; round += 1) await shop.publish(...keys);
    const follower = follow(shop.mongo, recorder(), { limits: { batchSize: 20 } });
    await follower.start();
    expect(follower.streamAgeMs()).toBe(Number.POSITIVE_INFINITY);
    for (let round = 0; round < 10; round += 1) await shop.publish(...keys);
    await follower.settled();
    await shop.expectEverythingOnce();
    expect(follower.streamAgeMs()).toBeLessThan(5_000);
  });

  it('is read again from the stream when a lane could not keep what came during its scan', async () => {
    const shop = await newShop();
    const gate = door();
    await shop.publish('a', 'b', 'c');
    const detached = jest.spyOn(EventStream.prototype, 'detach');
    const attached = jest.spyOn(EventStream.prototype, 'attach');
    const follower = follow(shop.mongo, recorder({ lanes: 1, before: () => gate.pass() }), {
      limits: { queueSize: 5, batchSize: 2 },
    });
    await follower.start();
    await until(() => gate.waiting === 1);
    for (let round = 0; round < 20; round += 1) await shop.publish('a', 'b', 'c');
    await until(() => detached.mock.calls.length === 1);
    expect(attached.mock.calls.length).toBe(1);
    gate.open();
    await follower.settled();
    expect(attached.mock.calls.length).toBe(2);
    await shop.expectEverythingOnce();
  });

  atFullCount.it('survives a crash in the middle of the scan', async () => {
    const shop = await newShop();
    const keys = upTo(10).map((n) => `sku-${n}`);
    for (let round = 0; round < 10; round += 1) await shop.publish(...keys);
    const doomed = await shop.connect();
    let batches = 0;
    const crashing = follow(
      doomed,
      recorder({
        async after() {
          batches += 1;
          if (batches === 6) await doomed.close();
        },
      }),
      { limits: { batchSize: 5 } },
    );
    await crashing.start();
    await until(() => batches >= 6);
    await crashing.stop();
    await shop.publish(...keys);
    const heir = follow(shop.mongo, recorder());
    await heir.start();
    await until(async () => (await heir.settled().then(() => shop.effects())).size === keys.length);
    await shop.expectEverythingOnce();
  });

  atFullCount.it('does not count as read when the process stops in the middle of the scan', async () => {
    const shop = await newShop();
    const keys = upTo(10).map((n) => `sku-${n}`);
    for (let round = 0; round < 20; round += 1) await shop.publish(...keys);
    const scanned = jest.spyOn(Lane.prototype, 'fromScan');
    // The lanes have time to finish what they have before they are stopped.
    const stop = EventStream.prototype.stop;
    jest.spyOn(EventStream.prototype, 'stop').mockImplementation(async function (this: EventStream) {
      for (const lane of new Set(scanned.mock.contexts)) if (lane instanceof Lane) await lane.drained();
      for (let i = 0; i < 10; i += 1) await shop.effects();
      await stop.call(this);
    });
    let stopping: Promise<void> | null = null;
    const first = follow(
      shop.mongo,
      recorder({
        async after() {
          stopping ??= first.stop();
        },
      }),
      { limits: { batchSize: 2, queueSize: 4 } },
    );
    await first.start();
    await until(() => stopping !== null);
    await stopping;
    jest.restoreAllMocks();
    const next = follow(shop.mongo, recorder());
    await next.start();
    await next.settled();
    await shop.expectEverythingOnce();
  });

  it.each([
    ['is not a token at all', () => 'lost'],
    ['is a token that the oplog does not take', (token: string) => token.slice(0, -4)],
    ['lies in a future that was undone', (token: string) => `82FFFFFFF0${token.slice(10)}`],
  ])('is scanned when the position %s, and nothing is repeated', async (_, spoil) => {
    const shop = await newShop();
    const keys = upTo(10).map((n) => `sku-${n}`);
    const before = follow(shop.mongo, recorder());
    await before.start();
    for (let round = 0; round < 5; round += 1) await shop.publish(...keys);
    await before.settled();
    await before.stop();
    for (const { _id, token } of await shop.progress.positions.find().toArray())
      await shop.progress.positions.updateOne({ _id }, { $set: { token: spoil(token ?? '') } });
    for (let round = 0; round < 5; round += 1) await shop.publish(...keys);

    const after = follow(shop.mongo, recorder());
    await after.start();
    await shop.publish(...keys);
    await after.settled();
    await shop.expectEverythingOnce();
  });

  it('does not hold up lanes that need no scan', async () => {
    const shop = await newShop();
    const consumer = recorder({ lanes: 2 });
    const before = follow(shop.mongo, consumer);
    await before.start();
    const [slow, quick] = [keyOfLane(0, 2), keyOfLane(1, 2)];
    await shop.publish(slow, quick);
    await before.settled();
    await before.stop();
    await shop.progress.positions.updateOne({ lane: 0 }, { $set: { token: null } });
    await shop.publish(slow);

    const gate = door();
    const after = follow(
      shop.mongo,
      recorder({ lanes: 2, before: async ([event]) => (event?.key === slow ? gate.pass() : undefined) }),
    );
    await after.start();
    await until(() => gate.waiting === 1);
    await shop.publish(quick);
    await until(async () => (await shop.effects()).get(quick)?.length === 2);
    expect((await shop.effects()).get(slow)).toEqual([1]);
    gate.open();
    await after.settled();
    await shop.expectEverythingOnce();
  });
});

describe('events that cannot be applied', () => {
  /** A consumer that refuses revision 2 of `bad` while `broken.is`. */
  function brittle(broken: { is: boolean }): (database: Db) => EventConsumer {
    return recorder({
      lanes: 1,
      async before(events) {
        if (broken.is && events.some(({ key, payload }) => key === 'bad' && payload.revision === 2))
          throw new Error('no such currency');
      },
    });
  }

  it('are parked with all that follow of their key, while other keys go on', async () => {
    const shop = await newShop();
    const broken = { is: true };
    const consumer = brittle(broken);
    const follower = follow(shop.mongo, consumer);
    await follower.start();
    await shop.publish('good', 'bad', 'good', 'bad', 'good', 'bad', 'other');
    await follower.settled();
    await shop.publish('bad', 'good');
    await follower.settled();
    expect(await shop.effects()).toEqual(
      new Map([
        ['good', [1, 2, 3, 4]],
        ['bad', [1]],
        ['other', [1]],
      ]),
    );
    const letters = deadLetters(shop.database);
    const parked = await letters.list({ limit: 10 });
    expect(parked.map(({ key, state, error }) => [key, state, error])).toEqual([
      ['shop/bad', 'FAILED', 'no such currency'],
      ['shop/bad', 'WAITING', null],
      ['shop/bad', 'WAITING', null],
    ]);
    const [first] = await letters.list({ consumer: consumerName, limit: 1 });
    expect((await letters.list({ after: first?._id ?? null, limit: 10 })).length).toBe(2);
    expect(await letters.list({ tenantId: 'another', limit: 10 })).toEqual([]);
    expect(await letters.replay(first?._id ?? '', [consumer(shop.database)], 'another')).toBeNull();

    // Another process knows of them too.
    await follower.stop();
    const next = follow(shop.mongo, consumer);
    await next.start();
    await shop.publish('bad');
    await next.settled();
    expect((await shop.effects()).get('bad')).toEqual([1]);

    // A replay that fails leaves everything in its order.
    const waiting = parked.at(-1)?._id ?? '';
    expect(await letters.replay(waiting, [consumer(shop.database)])).toEqual({
      replayed: 0,
      left: 4,
      error: 'no such currency',
    });

    // Whichever of them is named, the replay begins with the oldest.
    broken.is = false;
    expect(await letters.replay(waiting, [consumer(shop.database)])).toEqual({ replayed: 4, left: 0, error: null });
    expect(await letters.replay(waiting, [consumer(shop.database)])).toBeNull();
    await shop.publish('bad');
    await next.settled();
    expect(await letters.list({ limit: 10 })).toEqual([]);
    await shop.expectEverythingOnce();
  });

  it('keep their order when they are replayed while more of their key arrives', async () => {
    const shop = await newShop();
    const broken = { is: true };
    const consumer = brittle(broken);
    const follower = follow(shop.mongo, consumer, { limits: { batchSize: 3 } });
    await follower.start();
    await shop.publish('bad', 'bad', 'bad');
    await follower.settled();
    const [first] = await deadLetters(shop.database).list({ limit: 1 });
    broken.is = false;
    const arriving = (async () => {
      for (let i = 0; i < 30; i += 1) await shop.publish('bad', 'good');
    })();
    await deadLetters(shop.database).replay(first?._id ?? '', [consumer(shop.database)]);
    await arriving;
    await follower.settled();
    const [left] = await deadLetters(shop.database).list({ limit: 1 });
    if (left) await deadLetters(shop.database).replay(left._id, [consumer(shop.database)]);
    await shop.expectEverythingOnce();
  });

  it('are not parked when a further try succeeds', async () => {
    const shop = await newShop();
    let failures = 0;
    const follower = follow(
      shop.mongo,
      recorder({
        async after() {
          failures += 1;
          if (failures <= 3) throw new Error('a passing weakness');
        },
      }),
    );
    await follower.start();
    await shop.publish('a');
    await follower.settled();
    expect(await deadLetters(shop.database).list({ limit: 1 })).toEqual([]);
    await shop.expectEverythingOnce();
  });
});

describe('under load and without a store', () => {
  it('reads no further while a lane is full', async () => {
    const shop = await newShop();
    const gate = door();
    const handed = jest.spyOn(Lane.prototype, 'fromStream');
    const follower = follow(shop.mongo, recorder({ lanes: 1, before: () => gate.pass() }), {
      awaitMs: 50,
      limits: { queueSize: 20, batchSize: 5 },
    });
    await follower.start();
    await until(() => follower.streamAgeMs() < 1_000);
    for (let round = 0; round < 20; round += 1) await shop.publish('a', 'b', 'c', 'd', 'e');
    await until(() => handed.mock.calls.length >= 20 && follower.streamAgeMs() > 300);
    expect(handed.mock.calls.length).toBe(20);
    gate.open();
    await follower.settled();
    await shop.expectEverythingOnce();
  });

  atFullCount.it(
    'waits out a store that is killed and comes back, and parks nothing',
    async () => {
      const port = await freePort();
      const dataDir = await mkdtemp(join(tmpdir(), 'events-'));
      const store = await ownMongo({ port, dataDir });
      running.push({ stop: () => store.stop() });
      const shop = await newShop(store.uri);
      const follower = follow(shop.mongo, recorder());
      await follower.start();
      await shop.publish('a', 'b');
      await follower.settled();
      if (store.pid) process.kill(store.pid, 'SIGKILL');
      await store.stop();
      await until(() => follower.problems().length > 0 && follower.streamAgeMs() > 500);
      const again = await ownMongo({ port, dataDir });
      running.push({ stop: () => again.stop().finally(() => rm(dataDir, { recursive: true, force: true })) });
      await shop.publish('a', 'b');
      await follower.settled();
      expect(await deadLetters(shop.database).list({ limit: 1 })).toEqual([]);
      await until(() => follower.problems().length === 0);
      await shop.expectEverythingOnce();
    },
    60_000,
  );

  it('keeps every event once and in order, whatever stalls, fails, dies and is taken over', async () => {
    const shop = await newShop();
    const turns = runs(60);
    let seed = 20_261_122;
    const chance = (of: number): boolean => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % of === 0;
    };
    const consumer = recorder({
      async after() {
        if (chance(6)) throw new Error('a passing weakness');
      },
    });
    const options = { limits: { batchSize: 9, queueSize: 40, idleEveryMs: 20 }, leaseMs: 300, awaitMs: 100 };
    const start = async (): Promise<EventFollower> => {
      const follower = follow(await shop.connect(), consumer, { ...options, limits: { ...options.limits, tries: 50 } });
      await follower.start();
      return follower;
    };
    let followers = await Promise.all([start(), start(), start()]);
    const keys = keysOf(15);
    for (let turn = 0; turn < turns; turn += 1) {
      await shop.publish(...keys);
      const [first, ...rest] = followers;
      if (chance(8) && first) {
        await first.stop();
        followers = [...rest, await start()];
      }
      if (chance(5)) await shop.progress.leases.updateMany({}, { $set: { leaseUntil: new Date(0) } });
      if (chance(12))
        await shop.progress.positions.updateOne({ lane: turn % 4 }, { $set: { token: null }, $inc: { step: 1 } });
    }
    await until(async () => {
      for (const follower of followers) await follower.settled();
      const counts = [...(await shop.effects()).values()].map((seen) => seen.length);
      return counts.reduce((sum, count) => sum + count, 0) === turns * keys.length;
    });
    await shop.expectEverythingOnce();
  }, 300_000);
});

/** A key that goes to this lane. */
function keyOfLane(lane: number, lanes: number): string {
  for (let n = 0; ; n += 1) if (laneOf(`${tenantId}/sku-${n}`, lanes) === lane) return `sku-${n}`;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
