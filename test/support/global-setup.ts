import { startMongo } from '../../subgraphs/shared/embedded/mongo';
import { startRedis } from '../../subgraphs/shared/embedded/redis';
import type { EmbeddedServer } from '../../subgraphs/shared/embedded/server-process';

declare global {
  /** The servers of this run, for the teardown; both files run in jest's own process. */
  var promographTestServers: EmbeddedServer[] | undefined;
}

/**
 * One mongod and one Redis for the whole run, never those of MONGODB_URI or REDIS_URL: tests write what they like.
 * Workers are forked afterwards and inherit the addresses through the environment.
 */
export default async function globalSetup({
  testPathPatterns,
}: {
  testPathPatterns: { patterns: string[] };
}): Promise<void> {
  const asked = testPathPatterns.patterns;
  if (asked.length > 0 && asked.every((pattern) => /^test\/(rules|domain)/.test(pattern))) return; // they need no store
  const log = (line: string) => process.stderr.write(`test stores: ${line}\n`);
  const starts = await Promise.allSettled([
    startMongo({ dataDir: null, log, electionTimeoutMillis: 1000 }),
    startRedis({ dataDir: null, log }),
  ]);
  const servers = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  globalThis.promographTestServers = servers;
  const [mongo, redis] = servers;
  if (!mongo || !redis || servers.length !== starts.length) {
    await Promise.all(servers.map((server) => server.stop()));
    throw starts.find((start) => start.status === 'rejected')?.reason;
  }
  process.env.PROMOGRAPH_TEST_MONGO = mongo.uri;
  process.env.PROMOGRAPH_TEST_REDIS = redis.uri;
}
