import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { allSubgraphs, startHost } from '../subgraphs/host';
import { resolveStores } from '../subgraphs/shared/embedded/stores';
import { MovableClock } from '../subgraphs/shared/runtime/clock';
import {
  exitOnBadSettings,
  logSettings,
  readSettings,
  SettingsError,
  serverSettings,
  storeSettings,
} from '../subgraphs/shared/runtime/config';
import { createLogger, logLevels } from '../subgraphs/shared/runtime/logger';
import { connectMongo } from '../subgraphs/shared/runtime/mongo';
import { connectRedis } from '../subgraphs/shared/runtime/redis';
import { type DevelopmentTokens, developmentTokens } from './authenticate';
import { createGateway } from './server';
import { inProcessTransport } from './subgraph-transport';

/** Settings of the standalone development process; everything has a default. */
export const standaloneSettings = z.object({
  ...storeSettings.partial({ MONGODB_URI: true, REDIS_URL: true }).shape,
  ...serverSettings.shape,
  LOG_LEVEL: logSettings.shape.LOG_LEVEL.unwrap()
    .default('warn')
    .describe(`one of ${logLevels.join(', ')}`),
  /** Where embedded stores, keys and the business clock are kept. */
  DATA_DIR: z.string().default('.promograph').describe('a folder'),
  /** Where the outside reaches this process. */
  PUBLIC_URL: z
    .string()
    .regex(/^https?:\/\/[^\s]+[^/]$/)
    .optional()
    .describe('an http:// or https:// address without a slash at the end'),
  /** The marketplace of callers without a token. */
  DEFAULT_TENANT: z
    .string()
    .regex(/^[\w][\w.-]{0,63}$/)
    .default('festival')
    .describe('1 to 64 letters, digits and . _ -'),
  NODE_ENV: z
    .string()
    .refine((value) => value !== 'production')
    .default('development')
    .describe(
      'anything but production: this process hands out tokens and lets its clock be moved; in production run gateway/main and subgraphs/main as docker-compose.yml shows',
    ),
});

/** Everything in one process: stores of its own unless given, all subgraphs, the gateway. */
async function main(): Promise<void> {
  const settings = exitOnBadSettings(() => readSettings(standaloneSettings, process.env));
  const dataDir = resolve(settings.DATA_DIR);
  await refuseTakenPort(settings.HOST, settings.PORT);
  exitOnBadSettings(() => makeFolder(dataDir));
  process.stdout.write(`Promograph starts; data is kept in ${dataDir}\n`);

  const logger = createLogger({ name: 'promograph', level: settings.LOG_LEVEL });
  const stores = await resolveStores(process.env, dataDir, (line) => process.stdout.write(`  ${line}\n`));
  const closing: (() => Promise<unknown>)[] = [() => stores.stop()];
  stopOnSignals(closing);

  const mongo = await connectMongo(stores.mongoUri, {
    appName: 'promograph',
    databasePrefix: settings.MONGODB_DATABASE_PREFIX,
  });
  closing.push(() => mongo.close());
  const redis = await connectRedis(stores.redisUrl, { keyPrefix: settings.REDIS_KEY_PREFIX });
  closing.push(() => redis.close());
  const publicUrl = settings.PUBLIC_URL ?? `http://${settings.HOST}:${settings.PORT}`;
  const clockFile = join(dataDir, 'clock.json');
  const clock = keptClock(clockFile);
  const host = await startHost({
    names: allSubgraphs,
    env: { ...process.env, NODE_ENV: settings.NODE_ENV },
    clock,
    mongo,
    redis,
    logger,
    publicUrl,
    remote: (_self, target) => {
      throw new Error(`Expected ${target} in this process, found it elsewhere.`);
    },
  });
  closing.push(() => host.stop());
  const tokens = developmentTokens({
    keyFile: join(dataDir, 'development-key.pem'),
    defaultTenant: settings.DEFAULT_TENANT,
    nodeEnv: settings.NODE_ENV,
  });
  const gateway = await createGateway({
    transport: inProcessTransport((name) => {
      const known = allSubgraphs.find((candidate) => candidate === name);
      return known && host.subgraph(known);
    }),
    redis,
    logger,
    developmentTokens: tokens,
    trust: tokens.trust,
    defaultTenant: settings.DEFAULT_TENANT,
    ide: true,
    introspection: true,
    publicUrl,
    problems: () => host.problems(),
  });
  closing.push(() => gateway.close());
  await gateway.listen({ host: settings.HOST, port: settings.PORT });
  await printWelcome({
    publicUrl,
    dataDir,
    tokens,
    stores: stores.describe,
    clock: clockLine(clock, clockFile),
    seconds: process.uptime(),
    problems: await host.problems(),
  });
}

/** Stops in the reverse order of starting, once; a second signal ends at once. */
function stopOnSignals(closing: (() => Promise<unknown>)[]): void {
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) process.exit(1);
    stopping = true;
    process.stdout.write('Stopping…\n');
    for (const close of [...closing].reverse())
      await close().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
    process.exit(0);
  };
  process.on('SIGINT', () => void stop());
  process.on('SIGTERM', () => void stop());
  // Killed with SIGKILL, npm cannot tell its script: the script notices that it was handed to another parent.
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event) {
    setInterval(() => {
      if (process.ppid !== parent && !stopping) void stop();
    }, 500).unref();
  }
}

/** Business time that goes on where it was moved to when this process last ran. */
function keptClock(file: string): MovableClock {
  const clock = new MovableClock(keptOffset(file));
  clock.onMove(() => {
    // Renamed into place, so that a kill in between leaves the old file and not half a new one.
    writeFileSync(`${file}.new`, JSON.stringify({ offsetMs: clock.offset }));
    renameSync(`${file}.new`, file);
  });
  return clock;
}

/** How far business time is from real time, for whoever wonders why coupons have run out. */
function clockLine(clock: MovableClock, file: string): string {
  if (clock.offset === 0) return 'business time is real time';
  const hours = (clock.offset / 3_600_000).toFixed(1);
  return `business time is ${clock.now().toISOString()}, ${hours} h ahead as it was moved; remove ${file} to go back`;
}

function keptOffset(file: string): number {
  const kept = z.object({ offsetMs: z.number().int().nonnegative() });
  try {
    return kept.parse(JSON.parse(readFileSync(file, 'utf8'))).offsetMs;
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return 0;
    throw new Error(
      `${file}: expected {"offsetMs": milliseconds}, found something else; remove the file to go back to real time.`,
      { cause: error },
    );
  }
}

/**
 * Makes the folder and those above it, one at a time: asked for all at once, Node never comes back from places such as /proc.
 * @throws SettingsError that names DATA_DIR
 */
function makeFolder(folder: string): void {
  try {
    if (!existsSync(dirname(folder))) makeFolder(dirname(folder));
    if (!existsSync(folder) || !statSync(folder).isDirectory()) mkdirSync(folder);
    accessSync(folder, constants.W_OK);
  } catch (error) {
    if (error instanceof SettingsError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new SettingsError([
      { setting: 'DATA_DIR', allowed: 'a folder that is there or can be made', found: `"${folder}" (${why})` },
    ]);
  }
}

/** Says so before anything is started, not after. */
async function refuseTakenPort(host: string, port: number): Promise<void> {
  await new Promise<void>((done) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'something else listens there' : error.message;
      process.stderr.write(
        `PORT: expected a free port on ${host}, found ${port} (${why}); set PORT to another one, for example PORT=${port + 1} npm start.\n`,
      );
      process.exit(1);
    });
    probe.listen(port, host, () => probe.close(() => done()));
  });
}

async function printWelcome(about: {
  publicUrl: string;
  dataDir: string;
  tokens: DevelopmentTokens;
  stores: string[];
  clock: string;
  seconds: number;
  problems: string[];
}): Promise<void> {
  const { publicUrl, tokens } = about;
  const token = async (role: 'shopper' | 'merchant' | 'operator' | 'service'): Promise<string> =>
    (await tokens.issue({ role })).token;
  const shopper = await token('shopper');
  const seconds = about.seconds.toFixed(1);
  const state =
    about.problems.length === 0
      ? `Ready after ${seconds} s.`
      : `Up after ${seconds} s, but not ready yet: ${about.problems.join('; ')}. ${publicUrl}/readyz tells when it is.`;
  const query = '{ searchPromotions(first: 3) { edges { node { name endsAt remainingCount } } } }';
  process.stdout.write(`
${state}

  GraphQL     ${publicUrl}/graphql
  IDE         ${publicUrl}/ide
  WebSocket   ${publicUrl.replace(/^http/, 'ws')}/graphql
  Health      ${publicUrl}/readyz
  Stores      ${about.stores.join('\n              ')}
  Data        ${about.dataDir}
  Clock       ${about.clock}

Development tokens (30 days; more from ${publicUrl}/development/token?role=shopper&subject=u-002):

  shopper   ${shopper}
  merchant  ${await token('merchant')}
  operator  ${await token('operator')}
  service   ${await token('service')}

A first query to paste (fill the shop with \`${publicUrl.endsWith(':4000') ? '' : `PROMOGRAPH_URL=${publicUrl} `}npm run demo\` before, in another terminal):

  curl -s ${publicUrl}/graphql -H 'content-type: application/json' -H 'authorization: Bearer ${shopper}' \\
    -d '${JSON.stringify({ query })}'

Ctrl-C stops everything.
`);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
}
