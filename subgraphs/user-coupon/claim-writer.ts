import { setTimeout as wait } from 'node:timers/promises';
import { type ClientSession, type Db, MongoError, MongoServerError } from 'mongodb';
import type { CouponId, TemplateId, TenantId, UserId } from '../shared/kernel/identifiers';
import { isStoreUnavailable } from '../shared/runtime/mongo';
import type { Coupon, Move } from './domain/coupon';
import { type MoveDocument, moveId, toMoveDocument } from './move-documents';
import { type CouponDocument, couponCollections, toCoupon, toCouponDocument } from './store';
import type { WalletWrites } from './wallet-cache';

/**
 * What became of a batch.
 * - COMMITTED: a majority has it
 * - DUPLICATE: a unique key refused one of them, nothing was written; `known` tells which
 * - CONFLICT: one of them met an open transaction, nothing was written; nobody says which
 * - UNKNOWN: the store did not answer, or not whether it committed
 */
export type BatchResult = 'COMMITTED' | 'DUPLICATE' | 'CONFLICT' | 'UNKNOWN';

/** Everything committed that a batch of claims could collide with. */
export interface KnownClaims {
  /** Coupons by owner and idempotency key. */
  byKey(tenant: TenantId, owner: UserId, key: string): Coupon | null;
  /** Slots that an owner's committed coupons of a template take, each with its coupon. */
  slots(tenant: TenantId, owner: UserId, template: TemplateId): ReadonlyMap<string, CouponId>;
  /** Whether the first move of this coupon exists. */
  isTaken(id: CouponId): boolean;
}

/** Writes batches of claims; the only transaction of the claim path, and it holds nothing but its own inserts. */
export interface ClaimWriter {
  write(moves: readonly Move[]): Promise<BatchResult>;
  known(coupons: readonly Coupon[]): Promise<KnownClaims>;
}

interface ClaimDocuments {
  moves: MoveDocument[];
  coupons: CouponDocument[];
}

/** How long one batch may try, in milliseconds; below the 10 s a caller waits. */
const batchBudgetMs = 7000;
const writeConflict = 112;
const duplicateKey = 11_000;

/** @param database the subgraph's own; @param cache hears of every batch, null only where nobody reads wallets */
export function createClaimWriter(database: Db, cache: WalletWrites | null): ClaimWriter {
  const { coupons, moves } = couponCollections(database);

  return {
    async write(claimed) {
      const until = Date.now() + batchBudgetMs;
      const documents = {
        moves: claimed.map(toMoveDocument),
        coupons: claimed.map(({ after }) => toCouponDocument(after)),
      };
      const pending = cache?.pendingWrite();
      const marked = pending?.moves(claimed.map(({ after }) => after));
      const session = database.client.startSession();
      try {
        for (;;) {
          const result = await attempt(session, documents, marked, until);
          if (result === 'UNKNOWN' || (result === 'AGAIN' && Date.now() >= until)) return 'UNKNOWN';
          if (result !== 'AGAIN') {
            await pending?.over();
            return result;
          }
          await wait(10 + Math.random() * 40);
        }
      } finally {
        await session.endSession();
      }
    },

    async known(batch) {
      const owners = [...new Set(batch.map(({ ownerId }) => ownerId))];
      const own = { tenantId: { $in: [...new Set(batch.map(({ tenantId }) => tenantId))] }, ownerId: { $in: owners } };
      const [stored, taken] = await Promise.all([
        coupons
          .find({
            $or: [
              { ...own, idempotencyKey: { $in: [...new Set(batch.map(({ idempotencyKey }) => idempotencyKey))] } },
              { ...own, templateId: { $in: [...new Set(batch.map(({ templateId }) => templateId))] } },
            ],
          })
          .toArray(),
        moves
          .find({ _id: { $in: batch.map(({ id }) => moveId(id, 1)) } })
          .project<{ _id: string }>({ _id: 1 })
          .toArray(),
      ]);
      const keys = new Map(
        stored.map((document) => [
          textOf(document.tenantId, document.ownerId, document.idempotencyKey),
          toCoupon(document),
        ]),
      );
      const slots = new Map<string, Map<string, CouponId>>();
      for (const document of stored) {
        const place = textOf(document.tenantId, document.ownerId, document.templateId);
        const own = slots.get(place) ?? new Map<string, CouponId>();
        for (const slot of document.slots) own.set(slot, document._id);
        slots.set(place, own);
      }
      const serials = new Set(taken.map(({ _id }) => _id));
      return {
        byKey: (...key) => keys.get(textOf(...key)) ?? null,
        slots: (...place) => slots.get(textOf(...place)) ?? new Map<string, CouponId>(),
        isTaken: (id) => serials.has(moveId(id, 1)),
      };
    },
  };

  async function attempt(
    session: ClientSession,
    documents: ClaimDocuments,
    marked: Promise<void> | undefined,
    until: number,
  ): Promise<BatchResult | 'AGAIN'> {
    session.startTransaction({
      readConcern: { level: 'local' }, // it reads nothing
      writeConcern: { w: 'majority', journal: true },
      maxCommitTimeMS: Math.max(1, until - Date.now()),
    });
    try {
      const refused = await insertAll(documents, session);
      if (refused !== null) {
        await session.abortTransaction().catch(() => undefined);
        return refused;
      }
      await marked; // set while the documents were on their way
    } catch (error) {
      await session.abortTransaction().catch(() => undefined);
      if (error instanceof MongoError && error.code === writeConflict) return 'CONFLICT';
      // Nothing was committed, so the same batch may be tried again.
      if (hasLabel(error, 'TransientTransactionError')) return 'AGAIN';
      if (isStoreUnavailable(error)) return 'UNKNOWN';
      throw error;
    }
    for (;;) {
      try {
        await session.commitTransaction();
        return 'COMMITTED';
      } catch (error) {
        if (error instanceof MongoError && error.code === writeConflict) return 'CONFLICT';
        if (hasLabel(error, 'TransientTransactionError')) return 'AGAIN';
        // Asking again whether a commit took effect is safe: the server knows the transaction by its number.
        if (hasLabel(error, 'UnknownTransactionCommitResult') && Date.now() < until) {
          await wait(20);
          continue;
        }
        // Without a label a broken connection says nothing about the commit either.
        if (isStoreUnavailable(error)) return 'UNKNOWN';
        throw error;
      }
    }
  }

  /**
   * One bare command for both collections: an `insertMany` for each would be another round trip, and looks at every
   * document three times, which costs as much as sending it.
   * @returns null when all were inserted
   */
  async function insertAll(
    documents: ClaimDocuments,
    session: ClientSession,
  ): Promise<'DUPLICATE' | 'CONFLICT' | null> {
    const reply = await database.client.db('admin').command(
      {
        bulkWrite: 1,
        ops: [
          ...documents.moves.map((document) => ({ insert: 0, document })),
          ...documents.coupons.map((document) => ({ insert: 1, document })),
        ],
        nsInfo: [moves, coupons].map(({ namespace }) => ({ ns: namespace })),
        // Through mongos ordered inserts are cut at every change of shard.
        ordered: false,
        errorsOnly: true,
      },
      { session },
    );
    const faults: { code: number; errmsg: string }[] = reply.cursor?.firstBatch ?? [];
    if (faults.length === 0) return null;
    if (faults.some(({ code }) => code === writeConflict)) return 'CONFLICT';
    const [other] = faults.filter(({ code }) => code !== duplicateKey);
    if (other) throw new MongoServerError(other);
    return 'DUPLICATE';
  }
}

function hasLabel(error: unknown, label: string): boolean {
  return error instanceof MongoError && error.hasErrorLabel(label);
}

function textOf(...parts: string[]): string {
  return JSON.stringify(parts);
}
