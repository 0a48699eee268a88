import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import type { Collection, Db } from 'mongodb';
import { asCouponId, asUserId, type TemplateId } from '../../subgraphs/shared/kernel/identifiers';
import { createPromotionRules } from '../../subgraphs/shared/kernel/rules/promotion-rules';
import { createLogger } from '../../subgraphs/shared/runtime/logger';
import { connectMongo, inTransaction, type MongoConnection } from '../../subgraphs/shared/runtime/mongo';
import { connectRedis } from '../../subgraphs/shared/runtime/redis';
import { createClaimBatch } from '../../subgraphs/user-coupon/application/claim-batch';
import { type ClaimDeps, claimCoupon } from '../../subgraphs/user-coupon/application/claim-coupon';
import { createSoldOut } from '../../subgraphs/user-coupon/application/sold-out';
import { createClaimWriter } from '../../subgraphs/user-coupon/claim-writer';
import { createClaimedCoupons } from '../../subgraphs/user-coupon/claimed-coupons';
import { createCodeNumbers } from '../../subgraphs/user-coupon/code-numbers';
import { claim, couponIdOf } from '../../subgraphs/user-coupon/domain/coupon';
import { valueRank } from '../../subgraphs/user-coupon/domain/coupon-value';
import { createShopperProfiles } from '../../subgraphs/user-coupon/shopper-profiles';
import { createStock } from '../../subgraphs/user-coupon/stock';
import { type CouponDocument, createCouponStore, toCouponDocument } from '../../subgraphs/user-coupon/store';
import { createTemplateCopies } from '../../subgraphs/user-coupon/template-copies';
import { createWalletCache } from '../../subgraphs/user-coupon/wallet-cache';
import { createWalletStore } from '../../subgraphs/user-coupon/wallet-store';
import { publishedTemplate } from '../support/coupons';
import { shopper } from '../support/people';

/** The application layer of claims in this process, without followers and workers, and a bare collection to hold it against. */
export interface ClaimStage {
  prefix: string;
  mongo: MongoConnection;
  /** Of `user-coupon`. */
  database: Db;
  /** A published promotion of which everybody may claim one. */
  publish(stock: number, limit?: number | null): Promise<TemplateId>;
  /** One claim; throws when it is refused. @returns the coupon's id */
  claim(templateId: TemplateId, owner: string): Promise<string>;
  /** Inserts one coupon as a claim would, without asking anybody: `insertOne` with a majority. */
  insertBare(number: number): Promise<void>;
  /** How many claimed coupons of a template there are, in both collections; asserts that they are the same. */
  issued(templateId: TemplateId): Promise<number>;
  close(): Promise<void>;
}

/** @param prepare is called with the names of the databases before the first document, to spread them over shards */
export async function claimStage(
  stores: { mongoUri: string; redisUrl: string },
  prepare: (databases: string[]) => Promise<void> = async () => undefined,
): Promise<ClaimStage> {
  const prefix = `bench_${randomBytes(4).toString('hex')}`;
  const mongo = await connectMongo(stores.mongoUri, { appName: 'bench', databasePrefix: prefix });
  const redis = await connectRedis(stores.redisUrl, { keyPrefix: `${prefix}:` });
  const database = mongo.database('user-coupon');
  const bare = mongo.client.db(`${prefix}_bare`);
  await prepare([database.databaseName, bare.databaseName]);
  const logger = createLogger({ name: 'bench', level: 'silent' });
  const walletCache = createWalletCache({ redis, logger });
  const store = createCouponStore(database, walletCache);
  // The bare collection has the same indexes.
  for (const of of [database, bare])
    await Promise.all([createCouponStore(of, null).ensureIndexes(), createWalletStore(of).ensureIndexes()]);
  const templates = createTemplateCopies(database);
  const stock = createStock({ redis, logger, ledger: { ...store, stockOf: templates.stockOf } });
  const deps: ClaimDeps = {
    templates,
    store,
    stock,
    batch: createClaimBatch({ writer: createClaimWriter(database, walletCache), stock, logger, maxWaiting: 5000 }),
    claimed: createClaimedCoupons(database),
    soldOut: createSoldOut(),
    codes: createCodeNumbers(database, Buffer.from('AAAAAAAAAAAAAAAAAAAAAA', 'base64url')),
    profiles: createShopperProfiles(database),
    rules: createPromotionRules(100),
    now: () => new Date(),
    running: new Map(),
  };
  const bareCoupons: Collection<CouponDocument> = bare.collection('coupons');
  return {
    prefix,
    mongo,
    database,
    async publish(count, limit = 1) {
      const template = publishedTemplate(
        { stock: count, ...(limit !== null && { perUser: { lifetime: limit } }) },
        new Date(),
      );
      await inTransaction(mongo.client, (session) =>
        templates.keepTemplates(template.terms.tenantId, [template], session),
      );
      return template.templateId;
    },
    async claim(templateId, owner) {
      const claimed = await claimCoupon(deps, shopper(owner), { templateId, idempotencyKey: templateId });
      assert(claimed.ok, `Expected a coupon, found ${JSON.stringify(claimed)}.`);
      return claimed.value.id;
    },
    async insertBare(number) {
      await bareCoupons.insertOne(bareCoupon(number));
    },
    issued: (templateId) => issuedOf(database, templateId),
    async close() {
      await deps.batch.idle();
      await redis.close();
      await mongo.client.db(bare.databaseName).dropDatabase();
      await database.dropDatabase();
      await mongo.close();
    },
  };
}

/** How many coupons of a template there are; asserts that each has its own first move. */
export async function issuedOf(database: Db, templateId: TemplateId): Promise<number> {
  const coupons = await database.collection('coupons').countDocuments({ templateId });
  const moves = await database.collection('coupon_moves').countDocuments({ 'payload.templateId': templateId });
  assert.equal(coupons, moves);
  return coupons;
}

/** The document of a coupon that nobody claimed; owners, ids and codes are all distinct. */
export function bareCoupon(number: number, over: Partial<CouponDocument> = {}): CouponDocument {
  const now = new Date();
  const { templateId, terms } = bareTemplate;
  const id = couponIdOf({ templateId, serial: number + 1, hop: 0 });
  const facts = {
    id: asCouponId(id),
    tenantId: terms.tenantId,
    ownerId: asUserId(`u-${number}`),
    templateId,
    versionId: terms.versionId,
    code: String(100_000_000_000_000_000n + BigInt(number)),
    slots: ['L:1'],
    idempotencyKey: templateId,
    claimedAt: now,
    validFrom: now,
    expiresAt: new Date(now.getTime() + 7 * 86_400_000),
    valueRank: valueRank(terms.document),
  };
  return { ...toCouponDocument(claim(facts, 'bench', now).after), ...over };
}

/** The promotion of bare coupons. */
export const bareTemplate = publishedTemplate({ stock: 1 }, new Date());

/** Does `work` for 0, 1, 2… up to `count`, so many at a time. @returns how many a second */
export async function together(
  count: number,
  atATime: number,
  work: (index: number) => Promise<unknown>,
): Promise<number> {
  const from = performance.now();
  let next = 0;
  const one = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: atATime }, one));
  return (count * 1000) / (performance.now() - from);
}

/** Milliseconds of each call, one after the other. */
export async function timesOf(count: number, work: (index: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const from = performance.now();
    await work(index);
    times.push(performance.now() - from);
  }
  return times;
}

/** The value below which such a share of all lies: `percentile(times, 0.99)`. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
