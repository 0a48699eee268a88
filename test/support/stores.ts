import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { startMongo } from '../../subgraphs/shared/embedded/mongo';
import { startRedis } from '../../subgraphs/shared/embedded/redis';
import type { EmbeddedServer } from '../../subgraphs/shared/embedded/server-process';

/** The run's real MongoDB and Redis, and the names under which one test file keeps to itself in them. */
export interface TestStores {
  mongoUri: string;
  redisUrl: string;
  /** For MONGODB_DATABASE_PREFIX: every database of this file starts with it, `t_9f2c41d07a`. */
  databasePrefix: string;
  /** For REDIS_KEY_PREFIX: every key of this file starts with it, `t_9f2c41d07a:`. */
  keyPrefix: string;
  /** Drops this file's databases and keys; call it in afterAll, after closing what uses them. */
  close(): Promise<void>;
}

/** The stores every test file shares. Never flush them or stop them: `ownRedis` and `ownMongo` are for that. */
export async function testStores(): Promise<TestStores> {
  const mongoUri = addressOf('PROMOGRAPH_TEST_MONGO');
  const redisUrl = addressOf('PROMOGRAPH_TEST_REDIS');
  const databasePrefix = `t_${randomBytes(5).toString('hex')}`;
  const keyPrefix = `${databasePrefix}:`;
  return {
    mongoUri,
    redisUrl,
    databasePrefix,
    keyPrefix,
    close: async () => {
      await Promise.all([dropDatabases(mongoUri, databasePrefix), dropKeys(redisUrl, keyPrefix)]);
    },
  };
}

/** What a server that is killed and started again keeps. */
export interface OwnStore {
  /** Where its data lives; by default a temporary folder that goes with it. */
  dataDir?: string;
  /** The port, to come back where clients look for it; by default a free one. */
  port?: number;
}

/** A Redis of one test's own, empty, to flush, stop or kill (`process.kill(pid, 'SIGKILL')`); `stop()` it in the end. */
export function ownRedis(own: OwnStore = {}): Promise<EmbeddedServer> {
  return startRedis({ dataDir: null, log: () => {}, ...own });
}

/** A MongoDB of one test's own, empty, to stop or kill; `stop()` it in the end. */
export function ownMongo(own: OwnStore = {}): Promise<EmbeddedServer> {
  return startMongo({ dataDir: null, log: () => {}, electionTimeoutMillis: 1000, ...own });
}

function addressOf(setting: string): string {
  const address = process.env[setting];
  if (!address)
    throw new Error(`Expected ${setting} from the test run's global setup, found none; start tests with jest.`);
  return address;
}

async function dropDatabases(mongoUri: string, prefix: string): Promise<void> {
  const client = new MongoClient(mongoUri);
  try {
    const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
    for (const { name } of databases) if (name.startsWith(prefix)) await client.db(name).dropDatabase();
  } finally {
    await client.close();
  }
}

async function dropKeys(redisUrl: string, prefix: string): Promise<void> {
  const redis = new Redis(redisUrl);
  try {
    for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1000 }))
      if (Array.isArray(keys) && keys.length > 0) await redis.unlink(keys.map(String));
  } finally {
    redis.disconnect();
  }
}
