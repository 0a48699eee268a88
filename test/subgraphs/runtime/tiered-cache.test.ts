import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createInvalidationLine,
  type InvalidationLine,
  unsureMs,
} from '../../../subgraphs/shared/runtime/invalidation-line';
import { createLogger } from '../../../subgraphs/shared/runtime/logger';
import { connectRedis, type RedisConnection } from '../../../subgraphs/shared/runtime/redis';
import {
  createTieredCache,
  type TieredCache,
  type TieredCacheOptions,
  usualLifetimes,
} from '../../../subgraphs/shared/runtime/tiered-cache';
import { atFullCount } from '../../support/runs';
import { ownRedis, type TestStores, testStores } from '../../support/stores';
import { until } from '../../support/until';

interface Lamp {
  name: string;
  revision: number;
}

/** A process of its own: its connections, its line, its cache. */
interface Process {
  cache: TieredCache<Lamp>;
  line: InvalidationLine;
  redis: RedisConnection;
}

const logger = createLogger({ name: 'test', level: 'silent' });
let stores: TestStores;
let caches = 0;
let name = '';
let clock = { at: 0 };
const running: Process[] = [];

beforeAll(async () => {
  stores = await testStores();
});
afterAll(async () => {
  await stores.close();
});
afterEach(async () => {
  for (const { line, redis } of running.splice(0)) {
    await line.stop();
    await redis.close();
  }
});

/** A first process of a test starts with an empty cache; further ones share it. */
async function startProcess(
  options: Partial<TieredCacheOptions<Lamp>> & { redisUrl?: string; isDeaf?: boolean } = {},
): Promise<Process> {
  if (running.length === 0) {
    name = `lamps.${++caches}`;
    clock = { at: 1_000_000 };
  }
  const redis = await connectRedis(options.redisUrl ?? stores.redisUrl, { keyPrefix: stores.keyPrefix });
  const line = createInvalidationLine(redis, { logger, now: () => clock.at });
  const cache = createTieredCache<Lamp>({
    name,
    redis,
    // A deaf process is one whose messages are still on their way.
    line: options.isDeaf ? deaf(line) : line,
    versionOf: (lamp) => lamp.revision,
    maxEntries: 100,
    random: () => 0,
    logger,
    ...options,
  });
  if (options.isDeaf) line.follow('nothing', { told: () => undefined });
  await line.start();
  clock.at += 1;
  const started = { cache, line, redis };
  running.push(started);
  return started;
}

function deaf(line: InvalidationLine): InvalidationLine {
  return {
    follow: () => undefined,
    channel: (topic) => line.channel(topic),
    tell: (attempt) => line.tell(attempt),
    isUp: () => line.isUp(),
    trustedFrom: () => line.trustedFrom(),
    now: () => line.now(),
    start: () => line.start(),
    stop: () => line.stop(),
  };
}

/** The truth, and what was asked of it. A load sees the truth at its beginning and comes back when `gate` opens. */
class Truth {
  readonly lamps = new Map<string, Lamp>();
  readonly asked: string[][] = [];
  gate: Promise<void> | null = null;

  set(key: string, revision: number): void {
    this.lamps.set(key, { name: `${key} ${revision}`, revision });
  }

  readonly load = async (keys: readonly string[]): Promise<(Lamp | null)[]> => {
    this.asked.push([...keys]);
    const seen = keys.map((key) => this.lamps.get(key) ?? null);
    await this.gate;
    return seen;
  };

  /** Loads that begin from now on wait until the returned function is called. */
  hold(): () => void {
    let open: () => void = () => undefined;
    this.gate = new Promise((resolve) => {
      open = resolve;
    });
    return () => {
      this.gate = null;
      open();
    };
  }
}

function truthOf(lamps: Record<string, number>): Truth {
  const truth = new Truth();
  for (const [key, revision] of Object.entries(lamps)) truth.set(key, revision);
  return truth;
}

const namesOf = (lamps: readonly (Lamp | null)[]) => lamps.map((lamp) => lamp?.name ?? null);
const inRedis = ({ redis }: Process, key: string) => redis.client.get(`cache:${name}:${key}`);

describe('a cache in three tiers', () => {
  it('asks the truth once for all keys of a question, answers in their order, and does not ask again', async () => {
    const { cache } = await startProcess();
    const truth = truthOf({ a: 1, b: 1 });
    expect(namesOf(await cache.getMany(['b', 'none', 'a', 'b'], truth.load))).toEqual(['b 1', null, 'a 1', 'b 1']);
    expect(namesOf(await cache.getMany(['a', 'none', 'b'], truth.load))).toEqual(['a 1', null, 'b 1']);
    expect(truth.asked).toEqual([['b', 'none', 'a']]);
  });

  it('hands what it loaded to the next process through Redis', async () => {
    const first = await startProcess();
    const second = await startProcess();
    const truth = truthOf({ a: 1 });
    await first.cache.getMany(['a', 'none'], truth.load);
    await first.cache.settled();
    expect(namesOf(await second.cache.getMany(['a', 'none'], truth.load))).toEqual(['a 1', null]);
    expect(truth.asked).toHaveLength(1);
  });

  it('lets fifty askers of a key wait for one load, and loads only what nobody is loading', async () => {
    const { cache } = await startProcess();
    const truth = truthOf({ a: 1, b: 1 });
    const open = truth.hold();
    const askers = Array.from({ length: 50 }, () => cache.getMany(['a'], truth.load));
    const other = cache.getMany(['a', 'b'], truth.load);
    await until(() => truth.asked.length === 2);
    open();
    expect((await Promise.all(askers)).flatMap(namesOf)).toEqual(Array.from({ length: 50 }, () => 'a 1'));
    expect(namesOf(await other)).toEqual(['a 1', 'b 1']);
    expect(truth.asked).toEqual([['a'], ['b']]);
  });

  it('fails those who wait for a load that fails, and the next asker loads again', async () => {
    const { cache } = await startProcess();
    const broken = async () => {
      throw new Error('The truth is away.');
    };
    const askers = await Promise.allSettled([cache.getMany(['a'], broken), cache.getMany(['a'], broken)]);
    expect(askers.map((asker) => asker.status)).toEqual(['rejected', 'rejected']);
    expect(namesOf(await cache.getMany(['a'], truthOf({ a: 1 }).load))).toEqual(['a 1']);
  });

  it('remembers for shorter that something does not exist, and learns at once that it does now', async () => {
    const { cache } = await startProcess({ lifetimes: { absentMs: 500 } });
    const truth = truthOf({});
    const ask = async () => namesOf(await cache.getMany(['a'], truth.load));
    expect([await ask(), await ask()]).toEqual([[null], [null]]);
    expect(truth.asked).toHaveLength(1);
    await cache.settled();
    truth.set('a', 1);
    cache.invalidate(new Map([['a', 1]]));
    expect(await ask()).toEqual(['a 1']);

    expect(namesOf(await cache.getMany(['b'], truth.load))).toEqual([null]);
    await cache.settled();
    expect(await running[0]?.redis.client.pttl(`cache:${name}:b`)).toBeLessThanOrEqual(500);
    truth.set('b', 1); // and nobody tells
    await running[0]?.redis.client.unlink(`cache:${name}:b`);
    clock.at += 500;
    expect(namesOf(await cache.getMany(['b'], truth.load))).toEqual(['b 1']);
  });

  it('keeps nothing beyond its lifetime, of which chance takes up to a fifth', async () => {
    const { processMs, redisMs } = usualLifetimes;
    for (const [random, keptMs] of [
      [0, processMs],
      [1, processMs * 0.8],
    ] as const) {
      const { cache, redis } = await startProcess({ random: () => random });
      const truth = truthOf({ [`at-${random}`]: 1 });
      const ask = () => cache.getMany([`at-${random}`], truth.load);
      await ask();
      await cache.settled();
      const ttl = await redis.client.pttl(`cache:${name}:at-${random}`);
      expect(ttl).toBeLessThanOrEqual(redisMs * (1 - random / 5));
      expect(ttl).toBeGreaterThan(redisMs * (1 - random / 5) - 5_000);
      await redis.client.unlink(`cache:${name}:at-${random}`);
      clock.at += keptMs - 1;
      await ask();
      expect(truth.asked).toHaveLength(1);
      clock.at += 1;
      await ask();
      expect(truth.asked).toHaveLength(2);
    }
  });

  it('holds so many values and no more; those not asked for longest go first', async () => {
    const { cache, redis } = await startProcess({ maxEntries: 2 });
    const truth = truthOf({ a: 1, b: 1, c: 1 });
    await cache.getMany(['a', 'b'], truth.load);
    clock.at += 1000;
    await cache.getMany(['a'], truth.load);
    await cache.getMany(['c'], truth.load);
    await cache.settled();
    await redis.client.unlink(`cache:${name}:b`);
    await cache.getMany(['a', 'c', 'b'], truth.load);
    expect(truth.asked).toEqual([['a', 'b'], ['c'], ['b']]);
  });
});

describe('an invalidation', () => {
  it('is heard by every process, and what they have that is as new stays', async () => {
    const first = await startProcess();
    const second = await startProcess();
    const truth = truthOf({ a: 1 });
    await first.cache.getMany(['a'], truth.load);
    await second.cache.getMany(['a'], truth.load);
    truth.set('a', 2);
    first.cache.invalidate(new Map([['a', 2]]));
    await until(async () => namesOf(await second.cache.getMany(['a'], truth.load))[0] === 'a 2', 1000);
    expect(namesOf(await first.cache.getMany(['a'], truth.load))).toEqual(['a 2']);
    const before = truth.asked.length;
    second.cache.invalidate(new Map([['a', 2]])); // told twice
    await second.cache.getMany(['a'], truth.load);
    expect(truth.asked).toHaveLength(before);
  });

  it('is not undone in its process by a reader who read before it and comes back after it', async () => {
    const process = await startProcess();
    const truth = truthOf({ a: 1 });
    const open = truth.hold();
    const late = process.cache.getMany(['a'], truth.load);
    await until(() => truth.asked.length === 1);
    truth.set('a', 2);
    process.cache.invalidate(new Map([['a', 2]]));
    open();
    expect(namesOf(await late)).toEqual(['a 1']); // it asked before the change
    await process.cache.settled();
    expect(namesOf(await process.cache.getMany(['a'], truth.load))).toEqual(['a 2']);
    await process.cache.settled();
    expect(await inRedis(process, 'a')).toContain('a 2');
  });

  it('lets nobody who asks after it wait for a reader from before, who then does not undo the newer value either', async () => {
    const { cache } = await startProcess();
    const truth = truthOf({ a: 1 });
    const open = truth.hold();
    const late = cache.getMany(['a'], truth.load);
    await until(() => truth.asked.length === 1);
    truth.gate = null;
    truth.set('a', 2);
    cache.invalidate(new Map([['a', 2]]));
    expect(namesOf(await cache.getMany(['a'], truth.load))).toEqual(['a 2']);
    open();
    expect(namesOf(await late)).toEqual(['a 1']);
    expect(namesOf(await cache.getMany(['a'], truth.load))).toEqual(['a 2']);
    expect(truth.asked).toHaveLength(2);
  });

  it('is not undone in Redis by a reader elsewhere who has not even heard of it', async () => {
    const writer = await startProcess();
    const late = await startProcess({ isDeaf: true });
    const truth = truthOf({ a: 1, b: 1 });
    const open = truth.hold();
    const reading = late.cache.getMany(['a', 'b', 'new'], truth.load);
    await until(() => truth.asked.length === 1);
    truth.set('a', 2);
    truth.set('new', 1);
    writer.cache.invalidate(
      new Map([
        ['a', 2],
        ['new', 1],
      ]),
    );
    await until(async () => (await inRedis(writer, 'new')) === '1!');
    open();
    expect(namesOf(await reading)).toEqual(['a 1', 'b 1', null]);
    await late.cache.settled();
    expect(await inRedis(writer, 'b')).toContain('b 1');
    expect(await inRedis(writer, 'a')).toBe('2!');
    expect(namesOf(await writer.cache.getMany(['a', 'new'], truth.load))).toEqual(['a 2', 'new 1']);
    await writer.cache.settled();
    expect(await inRedis(writer, 'a')).toContain('a 2');
  });

  it('holds although so many others follow that it cannot be remembered by itself', async () => {
    // Deaf, so that its own messages do not come back and remind it.
    const { cache } = await startProcess({ maxEntries: 2, isDeaf: true });
    const truth = truthOf({ a: 1 });
    const open = truth.hold();
    const late = cache.getMany(['a'], truth.load);
    await until(() => truth.asked.length === 1);
    truth.set('a', 2);
    clock.at += 1;
    for (const key of ['a', 'b', 'c', 'd']) cache.invalidate(new Map([[key, 2]]));
    open();
    await late;
    await cache.settled();
    expect(namesOf(await cache.getMany(['a'], truth.load))).toEqual(['a 2']);
  });

  it('that is lost leaves an old value for the lifetimes of both tiers and not longer', async () => {
    const first = await startProcess();
    const truth = truthOf({ a: 1 });
    await first.cache.getMany(['a'], truth.load);
    await first.cache.settled();
    truth.set('a', 2); // its process died before it told anybody
    const ask = async (process: Process) => namesOf(await process.cache.getMany(['a'], truth.load));
    expect(await ask(first)).toEqual(['a 1']);
    clock.at += usualLifetimes.processMs;
    expect(await ask(first)).toEqual(['a 1']); // once more from Redis, which keeps it for redisMs at most
    expect(await first.redis.client.pttl(`cache:${name}:a`)).toBeLessThanOrEqual(usualLifetimes.redisMs);
    await first.redis.client.unlink(`cache:${name}:a`); // as its lifetime does
    clock.at += usualLifetimes.processMs;
    expect(await ask(first)).toEqual(['a 2']);
  });
});

describe('without Redis', () => {
  it('answers from memory for a second and then from the truth; when Redis is back, nothing missed is left', async () => {
    const server = await ownRedis();
    const port = Number(new URL(server.uri).port);
    const first = await startProcess({ redisUrl: server.uri });
    const second = await startProcess({ redisUrl: server.uri });
    const truth = truthOf({ a: 1 });
    const ask = async ({ cache }: Process) => namesOf(await cache.getMany(['a'], truth.load))[0];
    expect([await ask(first), await ask(second)]).toEqual(['a 1', 'a 1']);
    await server.stop();
    await until(() => !first.line.isUp() && !second.line.isUp());
    truth.set('a', 2);
    first.cache.invalidate(new Map([['a', 2]]));
    expect(await ask(first)).toBe('a 2'); // at once where it was changed
    expect(await ask(second)).toBe('a 1');
    clock.at += unsureMs;
    const before = performance.now();
    expect(await ask(second)).toBe('a 2');
    expect(performance.now() - before).toBeLessThan(1000); // no waiting for a Redis that is away
    const loads = truth.asked.length;
    clock.at += unsureMs - 1;
    expect(await ask(second)).toBe('a 2');
    expect(truth.asked).toHaveLength(loads);

    truth.set('a', 3); // told to nobody: its process was cut off and died
    const again = await ownRedis({ port });
    try {
      await until(() => first.line.isUp() && second.line.isUp());
      expect([await ask(first), await ask(second)]).toEqual(['a 3', 'a 3']);
    } finally {
      await again.stop();
    }
  });

  atFullCount.it('tells the others of what changed meanwhile as soon as Redis is back', async () => {
    const server = await ownRedis();
    const port = Number(new URL(server.uri).port);
    const writer = await startProcess({ redisUrl: server.uri });
    await server.stop();
    await until(() => !writer.line.isUp());
    writer.cache.invalidate(new Map([['a', 7]]));
    const again = await ownRedis({ port });
    try {
      await until(() => writer.line.isUp());
      expect(await inRedis(writer, 'a')).toBe('7!');
    } finally {
      await again.stop();
    }
  });

  it('notices a Redis that keeps its connections and says nothing, and goes on without it', async () => {
    const server = await ownRedis();
    const pid = server.pid ?? 0;
    const asker = await startProcess({ redisUrl: server.uri });
    const truth = truthOf({ a: 1, b: 1 });
    await asker.cache.getMany(['a'], truth.load);
    process.kill(pid, 'SIGSTOP');
    try {
      expect(namesOf(await asker.cache.getMany(['b'], truth.load))).toEqual(['b 1']);
      await until(() => !asker.line.isUp(), 3000);
      truth.set('a', 2);
      clock.at += unsureMs;
      expect(namesOf(await asker.cache.getMany(['a'], truth.load))).toEqual(['a 2']);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await until(() => asker.line.isUp());
    await server.stop();
  });

  atFullCount.it('starts without it, and uses it when it comes', async () => {
    const server = await ownRedis();
    const port = Number(new URL(server.uri).port);
    await server.stop();
    const early = await startProcess({ redisUrl: server.uri });
    const truth = truthOf({ a: 1 });
    expect(namesOf(await early.cache.getMany(['a'], truth.load))).toEqual(['a 1']);
    const again = await ownRedis({ port });
    try {
      await until(() => early.line.isUp());
      clock.at += 1;
      await early.cache.getMany(['a'], truth.load);
      await early.cache.settled();
      expect(await inRedis(early, 'a')).toContain('a 1');
    } finally {
      await again.stop();
    }
  });
});
