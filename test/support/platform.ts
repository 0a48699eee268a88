import { type Host, type HostOptions, startHost } from '../../subgraphs/host';
import type { Identity } from '../../subgraphs/shared/contracts/identity';
import { MovableClock } from '../../subgraphs/shared/runtime/clock';
import { createLogger } from '../../subgraphs/shared/runtime/logger';
import { connectMongo, type MongoConnection } from '../../subgraphs/shared/runtime/mongo';
import { connectRedis, type RedisConnection } from '../../subgraphs/shared/runtime/redis';
import type { GraphQLResult, SubgraphName } from '../../subgraphs/shared/runtime/server';
import { type TestStores, testStores } from './stores';

export interface Platform {
  /** Runs one operation of one subgraph under an identity, through the same authorization as over HTTP. */
  execute(
    name: SubgraphName,
    request: { query: string; variables?: Record<string, unknown> },
    who: Identity,
  ): Promise<GraphQLResult>;
  host: Host;
  clock: MovableClock;
  mongo: MongoConnection;
  redis: RedisConnection;
  stores: TestStores;
  /** Waits until every follower has applied what was written so far. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * The named subgraphs in this process on the run's real MongoDB and Redis, under names of their own.
 * @param options `env` for settings of subgraphs; `redisUrl` for a test that kills or flushes a Redis of its own
 */
export async function startPlatform(options: {
  names: readonly SubgraphName[];
  env?: NodeJS.ProcessEnv;
  clock?: MovableClock;
  redisUrl?: string;
  mongoUri?: string;
  stores?: TestStores;
  /** Stands between the subgraphs and MongoDB, for a test that breaks it in mid-write. */
  throughMongo?: (mongo: MongoConnection) => MongoConnection;
  /** The way to subgraphs that this test does not run; without it asking one fails. */
  remote?: HostOptions['remote'];
}): Promise<Platform> {
  const stores = options.stores ?? (await testStores());
  const clock = options.clock ?? new MovableClock();
  const logger = createLogger({ name: 'test', level: process.env.LOG_LEVEL === 'debug' ? 'debug' : 'silent' });
  const mongo = await connectMongo(options.mongoUri ?? stores.mongoUri, {
    appName: 'test',
    databasePrefix: stores.databasePrefix,
  });
  const redis = await connectRedis(options.redisUrl ?? stores.redisUrl, { keyPrefix: stores.keyPrefix });
  const host = await startHost({
    names: options.names,
    env: { NODE_ENV: 'test', ...options.env },
    clock,
    mongo: options.throughMongo?.(mongo) ?? mongo,
    redis,
    logger,
    publicUrl: '',
    remote:
      options.remote ??
      ((self, target) => ({
        call: async () => {
          throw new Error(`${self} asked ${target}, which this test does not run`);
        },
      })),
  });
  return {
    execute: (name, request, who) => host.subgraph(name).execute(request, who, { requestId: 'test' }),
    host,
    clock,
    mongo,
    redis,
    stores,
    settled: () => host.follower.settled(),
    async stop() {
      await host.stop();
      await redis.close();
      await mongo.close();
      if (!options.stores) await stores.close();
    },
  };
}
