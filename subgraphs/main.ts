import { z } from 'zod';
import { allSubgraphs, startHost } from './host';
import { createIdentitySigner, createIdentityVerifier, processNames } from './shared/contracts/identity';
import { systemClock } from './shared/runtime/clock';
import {
  exitOnBadSettings,
  identitySettings,
  logSettings,
  readSettings,
  serverSettings,
  storeSettings,
} from './shared/runtime/config';
import { createLogger } from './shared/runtime/logger';
import { connectMongo } from './shared/runtime/mongo';
import { connectRedis } from './shared/runtime/redis';
import { type SubgraphName, serveSubgraph } from './shared/runtime/server';
import { httpTransport } from './shared/runtime/subgraph-client';

/** Settings of a subgraph that runs in a process of its own. */
export const subgraphSettings = z.object({
  ...storeSettings.shape,
  ...identitySettings.shape,
  ...serverSettings.shape,
  ...logSettings.shape,
  /** Where the other subgraphs are: `settlement=http://settlement:4000,user-coupon=http://user-coupon:4000`. */
  SUBGRAPH_URLS: z
    .string()
    .transform((text, ctx) => {
      const urls = new Map<string, string>();
      for (const pair of text.split(',')) {
        const [name, url] = [pair.slice(0, pair.indexOf('=')).trim(), pair.slice(pair.indexOf('=') + 1).trim()];
        if (!processNames.some((known) => known === name) || !/^https?:\/\/[^\s]+$/.test(url)) {
          ctx.addIssue({ code: 'custom', message: 'not a list of subgraph addresses' });
          return z.NEVER;
        }
        urls.set(name, url);
      }
      return urls;
    })
    .describe('name=address pairs with a comma between, such as settlement=http://settlement:4000'),
  /** Where the outside reaches the gateway. */
  PUBLIC_URL: z
    .string()
    .regex(/^https?:\/\/[^\s]+[^/]$/)
    .default('http://127.0.0.1:4000')
    .describe('an http:// or https:// address without a slash at the end'),
});

async function main(): Promise<void> {
  const name = process.argv[2];
  const known = allSubgraphs.find((candidate): candidate is SubgraphName => candidate === name);
  if (!known) {
    process.stderr.write(`Expected the name of a subgraph (${allSubgraphs.join(', ')}), found ${name ?? 'nothing'}.\n`);
    process.exit(1);
  }
  const settings = exitOnBadSettings(() => readSettings(subgraphSettings, process.env));
  const logger = createLogger({ name: known, level: settings.LOG_LEVEL });
  const signer = createIdentitySigner(known, settings.IDENTITY_KEY, Date.now);
  const mongo = await connectMongo(settings.MONGODB_URI, {
    appName: known,
    databasePrefix: settings.MONGODB_DATABASE_PREFIX,
  });
  const redis = await connectRedis(settings.REDIS_URL, { keyPrefix: settings.REDIS_KEY_PREFIX });
  const host = await startHost({
    names: [known],
    env: process.env,
    clock: systemClock,
    mongo,
    redis,
    logger,
    publicUrl: settings.PUBLIC_URL,
    remote(_self, target) {
      const url = settings.SUBGRAPH_URLS.get(target);
      if (!url)
        throw new Error(`SUBGRAPH_URLS: expected an address for ${target}, found none; add ${target}=http://….`);
      return httpTransport({ url, signer });
    },
  });
  const server = await serveSubgraph(host.subgraph(known), {
    host: settings.HOST,
    port: settings.PORT,
    verifier: createIdentityVerifier(settings.IDENTITY_PUBLIC_KEYS, Date.now),
    logger,
  });
  logger.info({ url: server.url }, 'ready to serve');
  const stop = async (): Promise<void> => {
    await server.close();
    await host.stop();
    await Promise.all([mongo.close(), redis.close()]);
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop());
  process.once('SIGINT', () => void stop());
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
}
