/**
 * A process like `npm start`, for tests that kill it: starts both stores in the folder given as argument ('temporary':
 * none is kept), counts this start in each, prints one JSON line and stays until SIGINT or SIGTERM, which it answers by
 * stopping the stores. Run: node --require tsx/cjs test/support/keep-stores.ts <folder>
 */
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { resolveStores } from '../../subgraphs/shared/embedded/stores';

/** What the process says once its stores are up. */
export interface KeptStores {
  mongoUri: string;
  redisUrl: string;
  describe: string[];
  pids: number[];
  /** The how manieth start on this folder it is, as each store remembers. */
  starts: { mongo: number; redis: number };
}

async function keepStores(folder: string): Promise<void> {
  const stores = await resolveStores(process.env, folder === 'temporary' ? null : folder, (line) =>
    process.stderr.write(`${line}\n`),
  );
  const stop = () => void stores.stop().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const kept: KeptStores = {
    mongoUri: stores.mongoUri,
    redisUrl: stores.redisUrl,
    describe: stores.describe,
    pids: stores.pids,
    starts: { mongo: await countInMongo(stores.mongoUri), redis: await countInRedis(stores.redisUrl) },
  };
  process.stdout.write(`${JSON.stringify(kept)}\n`);
  setInterval(() => {}, 60_000);
}

async function countInMongo(uri: string): Promise<number> {
  const client = new MongoClient(uri);
  const counters = client.db('kept').collection<{ _id: string; count: number }>('counters');
  const counter = await counters.findOneAndUpdate(
    { _id: 'starts' },
    { $inc: { count: 1 } },
    { upsert: true, returnDocument: 'after', writeConcern: { w: 'majority', journal: true } },
  );
  await client.close();
  return counter?.count ?? 0;
}

async function countInRedis(url: string): Promise<number> {
  const redis = new Redis(url);
  const count = await redis.incr('starts');
  redis.disconnect();
  return count;
}

keepStores(process.argv[2] ?? 'temporary').catch((fault: unknown) => {
  process.stderr.write(`${fault instanceof Error ? fault.message : fault}\n`);
  process.exit(1);
});
