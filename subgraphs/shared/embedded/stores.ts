import { join, resolve } from 'node:path';
import { resolveMongo } from './mongo';
import { resolveRedis } from './redis';
import type { StoreLog } from './server-process';

/** Both stores of a process, given by settings or brought along. */
export interface ResolvedStores {
  mongoUri: string;
  redisUrl: string;
  /** One line a store, for people; without passwords. */
  describe: string[];
  /** The servers' processes, as far as they are ours: for figures about memory. */
  pids: number[];
  /** Stops what was started here, and only that. */
  stop(): Promise<void>;
}

/**
 * MongoDB and Redis at once: MONGODB_URI and REDIS_URL where set, else embedded ones under `dataDir` (null: temporary).
 * Throws StoreStartError when one cannot be had; the other is stopped first.
 */
export async function resolveStores(
  env: NodeJS.ProcessEnv,
  dataDir: string | null,
  log: StoreLog,
): Promise<ResolvedStores> {
  const folder = (name: string) => (dataDir === null ? null : join(resolve(dataDir), name));
  const [mongo, redis] = await Promise.allSettled([
    resolveMongo(env, { dataDir: folder('mongo'), log }),
    resolveRedis(env, { dataDir: folder('redis'), log }),
  ]);
  if (mongo.status === 'rejected' || redis.status === 'rejected') {
    for (const start of [mongo, redis]) if (start.status === 'fulfilled') await start.value.stop();
    throw mongo.status === 'rejected' ? mongo.reason : redis.status === 'rejected' && redis.reason;
  }
  return {
    mongoUri: mongo.value.uri,
    redisUrl: redis.value.uri,
    describe: [mongo.value.describe, redis.value.describe],
    pids: [mongo.value.pid, redis.value.pid].filter((pid) => pid !== null),
    stop: async () => {
      await Promise.all([mongo.value.stop(), redis.value.stop()]);
    },
  };
}
