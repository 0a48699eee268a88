import { z } from 'zod';
import { subgraphDocument } from '../../schema/subgraph-sdl';
import { createPromotionRules } from '../shared/kernel/rules/promotion-rules';
import { type LeasedLoop, type LeasedLoopOptions, type LoopLease, startLeasedLoop } from '../shared/runtime/background';
import { readSettings } from '../shared/runtime/config';
import { deadLetterFields } from '../shared/runtime/dead-letter-fields';
import { preparation } from '../shared/runtime/preparation';
import { createSubgraph, type RunningSubgraph } from '../shared/runtime/server';
import type { SubgraphDeps } from '../shared/runtime/subgraph-deps';
import { Unavailable } from '../shared/runtime/unavailable';
import { carryOutBulkChanges } from './application/bulk-coupons';
import { createClaimBatch } from './application/claim-batch';
import { expireCoupons, lapseOffers } from './application/expire-coupons';
import { followCatalogue } from './application/follow-catalogue';
import { followLive } from './application/follow-live';
import { followTemplates } from './application/follow-templates';
import { workOnCodeJob } from './application/generate-codes';
import { settleLapsedHolds } from './application/lapsed-holds';
import { createLockQueue } from './application/lock-queue';
import { createSoldOut } from './application/sold-out';
import { createBulkChanges } from './bulk-changes';
import { createClaimWriter } from './claim-writer';
import { createClaimedCoupons } from './claimed-coupons';
import { type CodeNumbers, codeKey, createCodeNumbers } from './code-numbers';
import { createCouponHistory } from './coupon-history';
import { type CodeMaker, codeMaker } from './domain/promotion-code';
import { couponFiles } from './files';
import { createGuessLimit } from './guess-limit';
import { createLimitCounters } from './limit-counters';
import { createLiveFeed } from './live-feed';
import { createPromotionCodes } from './promotion-codes';
import { type UserCouponContext, type UserCouponDeps, userCouponContext, userCouponResolvers } from './resolvers';
import { askSettlement } from './settlement';
import { createShopperProfiles } from './shopper-profiles';
import { createStock } from './stock';
import { createCouponStore } from './store';
import { createTemplateCopies } from './template-copies';
import { createWalletCache } from './wallet-cache';
import { createWalletStore } from './wallet-store';

const codeKeySetting = z
  .string()
  .regex(/^[\w-]{22}$/)
  .describe('16 random bytes as base64url, 22 characters');

/** What this subgraph may be told beside the stores. */
export const userCouponSettings = z.object({
  /** The secret behind coupon codes. Made and kept by itself in development; changing it may repeat codes. */
  CODE_KEY: codeKeySetting.optional(),
  /** Claims of one template that may wait in one process; more are answered BUSY. */
  CLAIM_QUEUE_LIMIT: z
    .string()
    .regex(/^[1-9]\d{0,5}$/)
    .transform(Number)
    .default(5000)
    .describe('a whole number from 1 to 999999'),
});

/** Reads them; a key that makes itself is for development, where one database is all there is. Throws SettingsError. */
export function readUserCouponSettings(env: NodeJS.ProcessEnv): {
  CODE_KEY?: string | undefined;
  CLAIM_QUEUE_LIMIT: number;
} {
  return env.NODE_ENV === 'production'
    ? readSettings(userCouponSettings.extend({ CODE_KEY: codeKeySetting }), env)
    : readSettings(userCouponSettings, env);
}

/** Periods of the workers, in milliseconds of real time. */
const everyMs = {
  expiry: 5000,
  lapsedOffers: 5000,
  bulk: 5000,
  lapsedHolds: 2000,
  gates: 60_000,
  codeJobs: 2000,
} as const;
/** The age at which a held place is looked after, in milliseconds of real time. */
const heldTooLongMs = 2500;
/**
 * When held places are looked after. Together with their age all of it stays below the 5 s in which stock is back once the
 * stores answer, also when the process that looked after them was killed or could not give its lease back.
 */
export const heldPlacesPace = { everyMs: 500, leaseMs: 1500, retryWithinMs: 500 } as const;
/** The worker that a new bulk change wakes. */
const bulkWorker = 'bulk-changes';
/** Versions whose compiled rules are remembered. */
const rememberedRules = 10_000;
/** Orders of one process that take of the same limit or wallet at a time; more would mostly undo each other. */
const locksAtOnce = 6;
/** How long after its end a promotion keeps its gate, in milliseconds of business time. */
const gateKeptMs = 24 * 3_600_000;

/** The subgraph `user-coupon`: the life of every coupon. It follows template and notification, and its own moves. */
export async function createUserCouponSubgraph(deps: SubgraphDeps): Promise<RunningSubgraph> {
  const settings = readUserCouponSettings(deps.env);
  const { logger, redis, clock } = deps;
  const database = deps.mongo.database('user-coupon');
  const now = () => clock.now();
  const walletCache = createWalletCache({ redis, logger });
  const store = createCouponStore(database, walletCache);
  const wallet = createWalletStore(database);
  const bulk = createBulkChanges(database);
  const templates = createTemplateCopies(database);
  const profiles = createShopperProfiles(database);
  const feed = createLiveFeed(database, redis);
  const limits = createLimitCounters(database);
  const promotionCodes = createPromotionCodes(database);
  const stock = createStock({ redis, logger, ledger: { ...store, stockOf: templates.stockOf } });
  const batch = createClaimBatch({
    writer: createClaimWriter(database, walletCache),
    stock,
    logger,
    maxWaiting: settings.CLAIM_QUEUE_LIMIT,
  });

  let loops: { name: string; loop: LeasedLoop }[] = [];
  let codes: { numbers: CodeNumbers; of(tenant: string): CodeMaker } | null = null;
  const laws = preparation(
    'user-coupon',
    async () => {
      const parts = [store, wallet, bulk, templates, profiles, feed, limits, promotionCodes];
      await Promise.all(parts.map((part) => part.ensureIndexes()));
      const key = await codeKey(database, settings.CODE_KEY);
      codes = { numbers: createCodeNumbers(database, key), of: (tenant) => codeMaker(key, tenant) };
    },
    logger,
  );
  const prepared = (): NonNullable<typeof codes> => {
    if (codes) return codes;
    throw new Unavailable('The coupons are not ready yet; send the same request again shortly.', {
      retryAt: new Date(Date.now() + 1000),
    });
  };

  const consumers = [
    followTemplates({ database, copies: templates, stock, logger }),
    followCatalogue({ database, copies: templates }),
    followLive({ database, feed, logger }),
  ];
  for (const consumer of consumers) deps.follower.addConsumer(consumer);

  const parts: UserCouponDeps = {
    store,
    wallet,
    walletCache,
    bulk,
    history: createCouponHistory(database),
    wakeBulk: () => loops.find(({ name }) => name === bulkWorker)?.loop.wake(),
    templates,
    profiles,
    limits,
    lockQueue: createLockQueue(locksAtOnce),
    rules: createPromotionRules(rememberedRules),
    stock,
    batch,
    claimed: createClaimedCoupons(database),
    soldOut: createSoldOut(),
    feed,
    codes: { next: (...of) => prepared().numbers.next(...of) },
    promotionCodes,
    guesses: createGuessLimit(redis),
    logger,
    wakeCodeJobs: () => loops.find(({ name }) => name === 'generate-codes')?.loop.wake(),
    now,
    running: new Map(),
    turns: new Map(),
    deadLetters: deadLetterFields(database, consumers),
    assertPrepared: () => void prepared(),
  };
  const settlement = askSettlement(deps.client('settlement'));

  const workers: Pick<LeasedLoopOptions, 'name' | 'everyMs' | 'leaseMs' | 'retryWithinMs' | 'work'>[] = [
    { name: 'expire-coupons', everyMs: everyMs.expiry, work: (signal) => expireCoupons(parts, signal) },
    { name: 'lapse-offers', everyMs: everyMs.lapsedOffers, work: (signal) => lapseOffers(parts, signal) },
    { name: bulkWorker, everyMs: everyMs.bulk, work: (signal) => carryOutBulkChanges(parts, signal) },
    {
      name: 'lapsed-holds',
      everyMs: everyMs.lapsedHolds,
      work: (signal) => settleLapsedHolds({ ...parts, settlement, logger }, signal),
    },
    {
      name: 'settle-held-places',
      ...heldPlacesPace,
      work: async () => {
        await stock.settleHeld(heldTooLongMs);
        return 'IDLE';
      },
    },
    {
      name: 'generate-codes',
      everyMs: everyMs.codeJobs,
      work: (signal) => workOnCodeJob(parts, prepared().of, signal),
    },
    {
      name: 'close-gates',
      everyMs: everyMs.gates,
      work: async () => {
        await stock.closeGates((ids) => templates.endedBefore(ids, new Date(now().getTime() - gateKeptMs)));
        return 'IDLE';
      },
    },
  ];
  clock.onMove(() => {
    for (const { loop } of loops) loop.wake();
  });

  return createSubgraph<UserCouponContext>(
    {
      name: 'user-coupon',
      typeDefs: subgraphDocument('user-coupon'),
      resolvers: userCouponResolvers(parts),
      createContext: (base) => userCouponContext(parts, base),
      files: couponFiles({ ...parts, codesOf: (tenant) => prepared().of(tenant) }),
      async start() {
        await laws.start();
        const collection = database.collection<LoopLease>('worker_leases');
        loops = workers.map((worker) => ({
          name: worker.name,
          loop: startLeasedLoop({ ...worker, collection, logger, processId: deps.processId }),
        }));
      },
      async stop() {
        await Promise.all(loops.map(({ loop }) => loop.stop()));
        await laws.stop();
        await batch.idle();
      },
      async problems() {
        const [mongo, cache] = await Promise.allSettled([deps.mongo.ping(), redis.ping()]);
        return [
          ...(mongo.status === 'rejected' ? ['user-coupon: MongoDB does not answer'] : laws.problems()),
          ...(cache.status === 'rejected' ? ['user-coupon: Redis does not answer, so coupons cannot be claimed'] : []),
        ];
      },
    },
    { logger },
  );
}
