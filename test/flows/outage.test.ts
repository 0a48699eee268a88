import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { EmbeddedServer } from '../../subgraphs/shared/embedded/server-process';
import { atFullCount } from '../support/runs';
import { freePort, type Standalone, startStandalone } from '../support/standalone';
import { ownMongo, ownRedis } from '../support/stores';
import { until } from '../support/until';

const dataDir = mkdtempSync(join(tmpdir(), 'promograph-outage-'));
let mongoPort: number;
let redisPort: number;
let mongo: EmbeddedServer | null = null;
let redis: EmbeddedServer | null = null;
let shop: Standalone;

const startStore = {
  mongo: async () => (mongo = await ownMongo({ dataDir: join(dataDir, 'mongo'), port: mongoPort })),
  redis: async () => (redis = await ownRedis({ dataDir: join(dataDir, 'redis'), port: redisPort })),
};

/** SIGKILL, as when the machine of a store goes. */
async function killStore(store: EmbeddedServer | null): Promise<void> {
  if (!store?.pid) return;
  process.kill(store.pid, 'SIGKILL');
  await store.stop(); // gives its folder back
}

async function readiness(): Promise<{ status: number; problems: string }> {
  const response = await fetch(`${shop.url}/readyz`);
  return { status: response.status, problems: await response.text() };
}

beforeAll(async () => {
  [mongoPort, redisPort] = [await freePort(), await freePort()];
  shop = await startStandalone({
    dataDir,
    isReadyExpected: false,
    env: {
      MONGODB_URI: `mongodb://127.0.0.1:${mongoPort}/?replicaSet=promograph`,
      REDIS_URL: `redis://127.0.0.1:${redisPort}`,
    },
  });
}, 300_000);

afterAll(async () => {
  await shop.stop();
  rmSync(dataDir, { recursive: true, force: true });
}, 300_000);

atFullCount.describe('stores that are away', () => {
  it('at start: the process is up, says it is not ready and why, and answers UNAVAILABLE', async () => {
    const { status, problems } = await readiness();
    expect(status).toBe(503);
    expect(problems).toMatch(/MongoDB|store/);
    const token = await shop.token('shopper', 'mei');
    const { errors } = await shop.ask('{ viewer { coupons { edges { node { id } } } } }', {}, token);
    expect(errors[0]?.extensions?.code).toBe('UNAVAILABLE');
  }, 300_000);

  it('become ready by themselves once the stores are there', async () => {
    await Promise.all([startStore.mongo(), startStore.redis()]);
    await until(async () => (await readiness()).status === 200, 40_000);
    const token = await shop.token('shopper', 'mei');
    await until(
      async () => (await shop.ask('{ viewer { coupons { edges { node { id } } } } }', {}, token)).errors.length === 0,
    );
  }, 300_000);

  it('later: MongoDB killed and back again', async () => {
    await killStore(mongo);
    await until(async () => (await readiness()).status === 503, 20_000);
    const token = await shop.token('shopper', 'mei');
    const { errors } = await shop.ask('{ viewer { coupons { edges { node { id } } } } }', {}, token);
    expect(errors[0]?.extensions?.code).toBe('UNAVAILABLE');
    await startStore.mongo();
    await until(async () => (await readiness()).status === 200, 40_000);
    expect((await shop.ask('{ viewer { coupons { edges { node { id } } } } }', {}, token)).errors).toEqual([]);
  }, 300_000);

  it('later: Redis killed and back again; what needs only MongoDB goes on meanwhile', async () => {
    await killStore(redis);
    await until(async () => (await readiness()).status === 503, 20_000);
    const token = await shop.token('shopper', 'mei');
    expect((await shop.ask('{ viewer { coupons { edges { node { id } } } } }', {}, token)).errors).toEqual([]);
    await startStore.redis();
    await until(async () => (await readiness()).status === 200, 40_000);
  }, 300_000);

  it('do not hold up the end of the process', async () => {
    await killStore(mongo);
    await killStore(redis);
    const began = Date.now();
    await shop.stop();
    expect(Date.now() - began).toBeLessThan(20_000);
  }, 300_000);
});
