import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { resolveRedis, startRedis } from '../../../subgraphs/shared/embedded/redis';
import { processesLeft } from '../../support/processes';
import { atFullCount } from '../../support/runs';
import { pathWithoutServers, pathWithRedisServer } from '../../support/store-paths';
import { testStores } from '../../support/stores';

const root = mkdtempSync(join(tmpdir(), 'promograph-redis-test-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folder = '';
let lines: string[] = [];
const log = (line: string) => void lines.push(line);
beforeEach(() => {
  folder = mkdtempSync(join(root, 'f-'));
  lines = [];
});

const kinds = [
  { kind: 'Valkey in WebAssembly', path: pathWithoutServers() },
  { kind: 'redis-server', path: pathWithRedisServer() },
];

describe.each(kinds)('embedded Redis ($kind)', ({ path }) => {
  const when = path === null ? it.skip : it;
  const env = { PATH: path ?? '' };

  when('keeps every kind of value, its expiry and its database over a restart', async () => {
    const first = await startRedis({ dataDir: folder, log, env });
    const binary = Buffer.from([0, 255, 10, 13, 34, 128]);
    const expiresAt = Date.now() + 3_600_000;
    await using(first.uri, async (redis) => {
      await redis.set(binary, binary);
      await redis.pexpireat(binary, expiresAt);
      await redis.hset('pg:stock', { free: '7', epoch: 'k3f' });
      await redis.zadd('pg:due', 5, 'cpn_1', 9, 'cpn_2');
      await redis.sadd('pg:set', 'a', 'b');
      await redis.rpush('pg:list', 'x', 'y');
      await redis.xadd('pg:stream', '1-1', 'kind', 'claimed');
      await redis.set('pg:gone', 'x', 'PXAT', Date.now() + 1);
      await redis.select(3);
      await redis.set('elsewhere', '优惠券');
      const many = redis.pipeline();
      for (let i = 0; i < 2000; i += 1) many.set(`many:${i}`, String(i));
      await many.exec();
    });
    await first.stop();

    const second = await startRedis({ dataDir: folder, log, env });
    await using(second.uri, async (redis) => {
      expect(await redis.getBuffer(binary)).toEqual(binary);
      expect(await redis.pexpiretime(binary)).toBe(expiresAt);
      expect(await redis.hgetall('pg:stock')).toEqual({ free: '7', epoch: 'k3f' });
      expect(await redis.ttl('pg:stock')).toBe(-1);
      expect(await redis.zrange('pg:due', '0', '-1')).toEqual(['cpn_1', 'cpn_2']);
      expect(await redis.zscore('pg:due', 'cpn_2')).toBe('9');
      expect((await redis.smembers('pg:set')).sort()).toEqual(['a', 'b']);
      expect(await redis.lrange('pg:list', 0, -1)).toEqual(['x', 'y']);
      expect(await redis.xrange('pg:stream', '-', '+')).toEqual([['1-1', ['kind', 'claimed']]]);
      expect(await redis.exists('pg:gone')).toBe(0);
      await redis.select(3);
      expect(await redis.get('elsewhere')).toBe('优惠券');
      expect(await redis.dbsize()).toBe(2001);
    });
    expect(second.uri).toBe(first.uri);
    await second.stop();
    expect(await processesLeft(folder, 5000)).toEqual([]);
  });

  when('runs scripts, blocking reads and live channels', async () => {
    const server = await startRedis({ dataDir: null, log, env });
    await using(server.uri, async (redis) => {
      expect(await redis.eval("return {KEYS[1], ARGV[1], redis.call('INCR', KEYS[1])}", 1, 'n', 'now')).toEqual([
        'n',
        'now',
        1,
      ]);
      await using(server.uri, async (other) => {
        const popped = other.blpop('queue', 5);
        await redis.rpush('queue', 'job');
        expect(await popped).toEqual(['queue', 'job']);
        await other.subscribe('owner:u1');
        const heard = new Promise((hear) => other.once('message', (_channel, text) => hear(text)));
        await redis.publish('owner:u1', 'evt_1');
        expect(await heard).toBe('evt_1');
      });
    });
    await server.stop();
  });

  const whenFull = path === null ? it.skip : atFullCount.it;
  whenFull('says so when its port is taken, and frees the folder', async () => {
    const { redisUrl } = await testStores();
    const taken = Number(new URL(redisUrl).port);
    await expect(startRedis({ dataDir: folder, log, env, port: taken })).rejects.toThrow(
      `Expected Redis on port ${taken} to start, but its port is taken by another process; use another port.`,
    );
    const server = await startRedis({ dataDir: folder, log, env });
    await server.stop();
  });
});

it('starts empty after a change of kind, so that an older state never comes back', async () => {
  const path = pathWithRedisServer();
  if (path === null) return void process.stderr.write('skipped: change of kind, no redis-server here\n');
  for (const [i, env] of [{ PATH: pathWithoutServers() }, { PATH: path }, { PATH: pathWithoutServers() }].entries()) {
    const server = await startRedis({ dataDir: folder, log, env });
    await using(server.uri, async (redis) => {
      expect(await redis.dbsize()).toBe(0);
      await redis.set('round', String(i));
    });
    await server.stop();
  }
});

it('saves what changed within seconds, so that even the loss of its own process costs little', async () => {
  const server = await startRedis({ dataDir: folder, log, env: { PATH: pathWithoutServers() }, saveEveryMs: 100 });
  await using(server.uri, (redis) => redis.set('pg:stock', '7'));
  const saved = await waitForFile(join(folder, 'valkey-snapshot.jsonl'));
  expect(JSON.parse(saved)).toMatchObject({ db: 0, key: Buffer.from('pg:stock').toString('base64'), at: 0 });
  process.kill(server.pid ?? 0, 'SIGKILL');
  await server.stop();

  const again = await startRedis({ dataDir: folder, log, env: { PATH: pathWithoutServers() } });
  expect(await using(again.uri, (redis) => redis.get('pg:stock'))).toBe('7');
  await again.stop();
});

atFullCount.it('says why it passes over a redis-server that is too old', async () => {
  mkdirSync(join(folder, 'bin'));
  const old = join(folder, 'bin', 'redis-server');
  writeFileSync(old, "#!/bin/sh\necho 'Redis server v=6.0.16 sha=0 malloc=jemalloc bits=64'\n");
  chmodSync(old, 0o755);
  const env = { PATH: [join(folder, 'bin'), pathWithoutServers()].join(delimiter) };
  const server = await startRedis({ dataDir: null, log, env });
  expect(server.describe).toContain('WebAssembly');
  expect(lines).toEqual([
    `skipped ${old}: expected version 6.2 or later, found Redis server v=6.0.16 sha=0 malloc=jemalloc bits=64`,
  ]);
  await server.stop();
});

describe('REDIS_URL', () => {
  it('is used as it is and nothing is started', async () => {
    const { redisUrl } = await testStores();
    const store = await resolveRedis({ REDIS_URL: redisUrl }, { dataDir: folder, log });
    expect(store).toMatchObject({ uri: redisUrl, pid: null });
    await store.stop();
    expect(await using(redisUrl, (redis) => redis.ping())).toBe('PONG');
    expect(readdirSync(folder)).toEqual([]);
    expect(lines).toEqual([]);
  });

  it('of a server that is away is no reason not to start, and its password is shown to nobody', async () => {
    const store = await resolveRedis({ REDIS_URL: 'redis://shop:geheim@127.0.0.1:1' }, { dataDir: folder, log });
    expect(lines).toEqual([expect.stringContaining('REDIS_URL: 127.0.0.1:1 does not answer yet')]);
    expect([store.describe, ...lines].join()).not.toContain('geheim');
  });

  it('that cannot be read is refused with an example of one that can', async () => {
    for (const url of ['127.0.0.1:6379', 'http://127.0.0.1'])
      await expect(resolveRedis({ REDIS_URL: url }, { dataDir: folder, log })).rejects.toThrow(
        /^REDIS_URL: expected an address such as redis:\/\/host:6379/,
      );
  });
});

async function using<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

async function waitForFile(file: string): Promise<string> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    try {
      return readFileSync(file, 'utf8');
    } catch (fault) {
      if (Date.now() > deadline) throw fault;
      await new Promise((wake) => setTimeout(wake, 50));
    }
  }
}
