import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type Db, MongoClient } from 'mongodb';
import { startRedis } from '../../subgraphs/shared/embedded/redis';
import type { EmbeddedServer } from '../../subgraphs/shared/embedded/server-process';
import { assertNever } from '../../subgraphs/shared/kernel/outcome';
import { newEvent, type StoredEvent } from '../../subgraphs/shared/runtime/events';
import { type ClaimServices, startClaimServices } from '../support/claim-services';
import { publishedTemplate } from '../support/coupons';
import {
  couponsByShard,
  type Killed,
  type MongoCluster,
  spreadCoupons,
  startReplicaSet,
  startShards,
} from '../support/mongo-cluster';
import { festival } from '../support/people';
import { freePort } from '../support/standalone';
import { until } from '../support/until';
import { type Attempt, claimTogether, type Told } from './claim-crowd';
import { expectedOf, isKept, type RoundPlan, type Tally, tallyOf } from './claim-tally';

/** What may happen in the middle of claims. */
const faults = ['service', 'redis', 'old-redis', 'flush', 'mongo'] as const;
type Fault = (typeof faults)[number];

/** Faults in one round. */
const faultsARound = 3;
/** Stock that was taken and never became a coupon is back after this, in milliseconds, once the stores answer again. */
const stockBackWithinMs = 5000;
/** Clients who ask at the same time. */
const clients = 64;
const services = 2;

interface Round {
  plan: RoundPlan;
  happened: string[];
  tally: Tally;
  told: Told;
  /** From when the stores answered again until nothing that was taken before is held any more, in milliseconds; null: never. */
  stockBackMs: number | null;
  /** From when the stores answered again until the last coupon was acknowledged, in milliseconds. */
  lastCouponMs: number;
  seconds: number;
}

/** Rounds of claims under faults, each counted afterwards. @returns whether every promise was kept in every round */
export async function claimChaos(options: { rounds: number; seed: number; sharded: boolean }): Promise<boolean> {
  const random = randomOf(options.seed);
  const cluster = options.sharded ? await startShards() : await startReplicaSet(3);
  if (!cluster) {
    console.log(
      'skipped: there is no mongos beside the mongod that runs here; install MongoDB with its router for --sharded',
    );
    return true;
  }
  const stage = await setStage(cluster, options.sharded);
  console.log(
    `claim: ${options.rounds} rounds on ${cluster.describe}, ${stage.redisKind}, ${services} claim services; seed ${options.seed}`,
  );
  const rounds: Round[] = [];
  try {
    console.log(row(columns));
    const deal = deckOf(random);
    for (let number = 1; number <= options.rounds; number += 1) {
      const round = await play(
        stage,
        random,
        Array.from({ length: faultsARound }, () => deal()),
      );
      rounds.push(round);
      console.log(row(cells(number, round)));
    }
    if (options.sharded) await expectBothShards(cluster, stage.coupons.databaseName);
  } finally {
    await stage.stop();
  }
  return summed(rounds);
}

interface Stage {
  cluster: MongoCluster;
  services: ClaimServices;
  redis: OwnRedis;
  redisKind: string;
  client: MongoClient;
  coupons: Db;
  templates: Db;
  stop(): Promise<void>;
}

async function setStage(cluster: MongoCluster, sharded: boolean): Promise<Stage> {
  const prefix = `chaos_${randomBytes(4).toString('hex')}`;
  const redis = await ownRedis();
  const client = new MongoClient(cluster.uri, { readConcern: { level: 'majority' }, writeConcern: { w: 'majority' } });
  const coupons = client.db(`${prefix}_user_coupon`);
  if (sharded) await spreadCoupons(cluster.uri, coupons.databaseName, festival);
  const running = await startClaimServices(services, {
    MONGODB_URI: cluster.uri,
    MONGODB_DATABASE_PREFIX: prefix,
    REDIS_URL: redis.url,
  });
  return {
    cluster,
    services: running,
    redis,
    redisKind: redis.kind,
    client,
    coupons,
    templates: client.db(`${prefix}_template`),
    async stop() {
      await running.stop();
      await client.close();
      await redis.stop();
      await cluster.stop();
    },
  };
}

async function play(stage: Stage, random: () => number, planned: readonly Fault[]): Promise<Round> {
  const began = Date.now();
  const plan = await publishRound(stage, random);
  const expected = expectedOf(plan);
  // Moments are numbers of coupons that were acknowledged, so that each falls into the traffic, however fast that is.
  const moments = planned
    .map((fault) => ({ fault, after: Math.floor(random() * expected * 0.9) }))
    .sort((a, b) => a.after - b.after);
  const happened: string[] = [];
  const chains = new Map<string, Promise<void>>();
  const held = watchHeld(stage, plan);
  let calmSince = 0;
  let lastCouponAt = 0;
  let acknowledged = 0;
  let failed: unknown = null;
  const strike = (fault: Fault): void => {
    // One thing of a kind at a time: a majority of members and one service are always there, but MongoDB and Redis may be
    // away together.
    const kind = fault === 'service' || fault === 'mongo' ? fault : 'redis';
    const before = chains.get(kind) ?? Promise.resolve();
    const work = before.then(async () => {
      const { what, restored } = await commit(stage, fault);
      happened.push(what);
      calmSince = Date.now();
      await restored;
    });
    chains.set(
      kind,
      work.catch((error: unknown) => {
        failed ??= error;
      }),
    );
  };
  const told = await claimTogether(stage.services, plan.templateId, plan.attempts, clients, ({ coupons }) => {
    const distinct = new Set(coupons.map(({ couponId }) => couponId)).size;
    if (distinct > acknowledged) lastCouponAt = Date.now();
    acknowledged = distinct;
    for (let due = moments[0]; due && coupons.length >= due.after; due = moments[0]) {
      moments.shift();
      strike(due.fault);
    }
  });
  for (const { fault } of moments.splice(0)) strike(fault); // after too few coupons: the tally will tell why
  await Promise.all(chains.values());
  if (failed) throw failed;
  const stockBackMs = await held.gone(calmSince);
  return {
    plan,
    happened,
    told,
    tally: await tallyOf(stage.coupons, plan, told),
    stockBackMs,
    lastCouponMs: Math.max(0, lastCouponAt - calmSince),
    seconds: (Date.now() - began) / 1000,
  };
}

/** A promotion of its own for each round, of which 20 times as many claims are attempted as there is stock. */
async function publishRound({ templates, coupons }: Stage, random: () => number): Promise<RoundPlan> {
  const stock = 10 + Math.floor(random() * 41);
  const limit = [1, 1, 2, 3, null][Math.floor(random() * 5)] ?? null;
  // From half as many persons as there is stock to five times as many, so that now the stock and now the limits decide.
  const persons = Math.max(4, Math.floor(stock * (0.5 + random() * 4.5)));
  const template = publishedTemplate({ stock, ...(limit !== null && { perUser: { lifetime: limit } }) }, new Date());
  const { templateId, terms } = template;
  await templates
    .collection<StoredEvent>('events')
    .insertOne(
      newEvent('template.changed', { tenantId: terms.tenantId, key: templateId, payload: template }) as StoredEvent,
    );
  await until(
    async () => (await coupons.collection<{ _id: string }>('templates').findOne({ _id: templateId })) !== null,
    60_000,
    50,
  );
  const attempts: Attempt[] = Array.from({ length: 20 * stock }, (_, index) => {
    // Every fifth attempt is a repetition of the person's first claim.
    const turn = Math.floor(index / persons);
    return { ownerId: `p-${templateId.slice(-6)}-${index % persons}`, key: `k${turn % 5 === 4 ? 0 : turn}` };
  });
  return { templateId, stock, limit, attempts };
}

/** Lets it happen. @returns what happened, once the stores answer again; a killed service or member comes later */
async function commit(stage: Stage, fault: Fault): Promise<Killed> {
  switch (fault) {
    case 'service':
      return stage.services.killOne();
    case 'redis':
      await stage.redis.restart('EMPTY');
      return there('Redis');
    case 'old-redis':
      await stage.redis.restart('AS_SAVED');
      return there('Redis (back with an old snapshot)');
    case 'flush':
      await stage.redis.flush();
      return there('FLUSHALL');
    case 'mongo': {
      const killed = await stage.cluster.killOne();
      await stage.cluster.answers();
      return killed;
    }
    default:
      return assertNever(fault);
  }
}

function there(what: string): Killed {
  return { what, restored: Promise.resolve() };
}

/** Looks all the time at what the gate holds, since a claim that goes on hides what one before it left behind. */
function watchHeld({ redis }: Stage, { templateId }: RoundPlan): { gone(from: number): Promise<number | null> } {
  /** When each look was taken, and when the oldest place that it saw had been taken. */
  const looks: { at: number; oldest: number }[] = [];
  let isOver = false;
  const watching = (async () => {
    for (; !isOver; await pause(25)) {
      const oldest = await redis.oldestHeld(templateId).catch(() => null); // away, which is no sign of stock that is back
      if (oldest !== null) looks.push({ at: Date.now(), oldest });
    }
  })();
  const goneBy = (from: number): number | null =>
    looks.find(({ at, oldest }) => at >= from && oldest > from)?.at ?? null;
  return {
    async gone(from) {
      const deadline = Date.now() + 4 * stockBackWithinMs;
      while (goneBy(from) === null && Date.now() < deadline) await pause(25);
      isOver = true;
      await watching;
      const by = goneBy(from);
      return by === null ? null : by - from;
    },
  };
}

/** A Redis of this run's own, which is emptied, killed, and comes back at its port. */
interface OwnRedis {
  url: string;
  kind: string;
  flush(): Promise<void>;
  /** SIGKILLs it and starts it again, empty or with what it had saved some moments before. */
  restart(how: 'EMPTY' | 'AS_SAVED'): Promise<void>;
  /** When the oldest place that the gate of a template holds was taken, in Unix milliseconds; infinite when it holds none. */
  oldestHeld(templateId: string): Promise<number>;
  stop(): Promise<void>;
}

async function ownRedis(): Promise<OwnRedis> {
  const dataDir = mkdtempSync(join(tmpdir(), 'promograph-chaos-redis-'));
  const port = await freePort();
  const start = (): Promise<EmbeddedServer> =>
    startRedis({ dataDir: join(dataDir, 'redis'), log: () => undefined, port, saveEveryMs: 1000 });
  let server = await start();
  const client = new Redis(server.uri, { maxRetriesPerRequest: 0, retryStrategy: () => 20, commandTimeout: 1000 });
  client.on('error', () => undefined); // it is killed all the time
  return {
    url: server.uri,
    kind: server.describe.replace(/ on .*/, ''),
    async flush() {
      await until(
        () =>
          client.flushall().then(
            () => true,
            () => false,
          ),
        30_000,
      );
    },
    async restart(how) {
      if (server.pid !== null) process.kill(server.pid, 'SIGKILL');
      await server.stop();
      if (how === 'EMPTY') rmSync(join(dataDir, 'redis'), { recursive: true, force: true });
      server = await start();
      await until(
        () =>
          client.ping().then(
            () => true,
            () => false,
          ),
        30_000,
      );
    },
    async oldestHeld(templateId) {
      const gate = `pg:stock:{${templateId}}`;
      const epoch = await client.hget(gate, 'epoch');
      const places = epoch === null ? [] : await client.hvals(`${gate}:${epoch}:held`);
      return Math.min(...places.map((place) => Number(place.split('\n')[0])));
    },
    async stop() {
      client.disconnect();
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function expectBothShards(cluster: MongoCluster, database: string): Promise<void> {
  const counts = await couponsByShard(cluster.uri, database);
  console.log(`coupons by shard: ${counts.join(' and ')}`);
  if (counts.length < 2 || counts.some((count) => count === 0))
    throw new Error('Expected coupons on both shards, found them on one; the run says nothing about shards.');
}

const columns = [
  'round',
  'stock',
  'persons',
  'limit',
  'attempts',
  'repeats',
  'expected',
  'issued',
  'double',
  'lost',
  'over',
  'differ',
  'mistakes',
  'open',
  'wrong no',
  'back ms',
  'last ms',
  'took s',
  'faults; refusals',
] as const;

function cells(number: number, round: Round): (string | number)[] {
  const { plan, tally, told } = round;
  return [
    `${isGood(round) ? '' : '✗ '}${number}`,
    plan.stock,
    new Set(plan.attempts.map(({ ownerId }) => ownerId)).size,
    plan.limit ?? '–',
    plan.attempts.length,
    told.repeats,
    tally.expected,
    tally.issued,
    tally.duplicates,
    tally.lost,
    tally.overIssued,
    tally.disagreements,
    tally.mistakes,
    tally.unanswered,
    tally.wronglyRefused,
    round.stockBackMs ?? 'never',
    round.lastCouponMs,
    round.seconds.toFixed(1),
    `${round.happened.join(', ')}; ${tally.refusals}`,
  ];
}

function row(cells: readonly (string | number)[]): string {
  return cells.map((cell, column) => String(cell).padStart(columns[column]?.length ?? 0)).join('  ');
}

function isGood({ tally, stockBackMs }: Round): boolean {
  return isKept(tally) && stockBackMs !== null && stockBackMs <= stockBackWithinMs;
}

/** Prints the sums and what was broken. @returns whether nothing was */
function summed(rounds: readonly Round[]): boolean {
  const sum = (of: (round: Round) => number): number => rounds.reduce((total, round) => total + of(round), 0);
  const bad = rounds.flatMap((round, index) => (isGood(round) ? [] : [index + 1]));
  const back = rounds.map(({ stockBackMs }) => stockBackMs ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  console.log(
    `
${rounds.length} rounds, ${sum(({ happened }) => happened.length)} faults, ${sum(({ plan }) => plan.attempts.length)} attempts, asked again ${sum(({ told }) => told.repeats)} times
issued ${sum(({ tally }) => tally.issued)} of ${sum(({ tally }) => tally.expected)} expected, duplicates ${sum(({ tally }) => tally.duplicates)}, acknowledged and lost ${sum(({ tally }) => tally.lost)}, above stock or limit ${sum(({ tally }) => tally.overIssued)}, coupons and moves that differ ${sum(({ tally }) => tally.disagreements)}, wrongly refused ${sum(({ tally }) => tally.wronglyRefused)}, internal errors ${sum(({ tally }) => tally.mistakes)}
stock back after ${back[back.length >> 1]} ms (median), ${back.at(-1)} ms (longest), at most ${stockBackWithinMs} allowed
${bad.length === 0 ? 'every promise was kept' : `BROKEN in rounds ${bad.join(', ')}`}`,
  );
  for (const { told } of rounds)
    for (const open of told.unanswered.slice(0, 3))
      console.log(`no final answer for ${open.ownerId} ${open.key}: ${open.heard}`);
  return bad.length === 0;
}

/** Deals every fault once before any comes again. */
function deckOf(random: () => number): () => Fault {
  let deck: Fault[] = [];
  return () => {
    if (deck.length === 0) deck = [...faults].sort(() => random() - 0.5);
    const [top, ...rest] = deck;
    deck = rest;
    return top ?? 'flush';
  };
}

/** Numbers from 0 to below 1 that a seed repeats (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
