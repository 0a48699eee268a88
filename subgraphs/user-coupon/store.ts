import { type ClientSession, type Db, MongoError } from 'mongodb';
import type { CouponId, LockToken, OrderId, TemplateId, TenantId, UserId } from '../shared/kernel/identifiers';
import { assertNever } from '../shared/kernel/outcome';
import { ensureEventIndexes } from '../shared/runtime/events';
import {
  ensureIdempotencyIndexes,
  type IdempotencyRecord,
  type IdempotentCall,
  type IdempotentResult,
  runOnce,
} from '../shared/runtime/idempotency';
import { duplicateKeyIndex, inTransaction } from '../shared/runtime/mongo';
import { Unavailable } from '../shared/runtime/unavailable';
import {
  type Coupon,
  type CouponFacts,
  type CouponState,
  couponIdOf,
  couponIdPrefix,
  type Hold,
  type Mark,
  type Move,
  type Offer,
  type Ruling,
} from './domain/coupon';
import type { HeldUse } from './domain/limits';
import { serialOfCode } from './domain/promotion-code';
import { type IssuedCoupons, issuedCoupons } from './issued-coupons';
import { type LimitChange, limitChange } from './limit-counters';
import { type MoveDocument, moveId, toMoveDocument } from './move-documents';
import type { PendingWrite, WalletWrites } from './wallet-cache';
import { countMoves, type WalletCountsDocument } from './wallet-counts';

/** A coupon as it lies in `coupons`. On shards by owner: every unique index begins with tenantId, ownerId. */
export type CouponDocument = Omit<CouponFacts, 'id'> & {
  _id: CouponId;
  state: CouponState;
  orderId?: OrderId;
  token?: LockToken;
  redeemedAt?: Date;
  mark?: Mark;
  ruling?: Ruling;
  offer?: Offer;
  gift?: { to: UserId; couponId: CouponId; at: Date };
};

interface HoldDocument extends Omit<Hold, 'token' | 'uses'> {
  _id: LockToken;
  /** Absent in holds from before uses were counted. */
  uses?: HeldUse[];
  /** When settlement is to be asked; the deadline, or later after it could not answer. */
  askAt: Date;
}

/** What may be read and written inside one transaction. */
export interface CouponChange extends LimitChange, IssuedCoupons {
  hold(tenant: TenantId, token: LockToken): Promise<Hold | null>;
  coupons(tenant: TenantId, owner: UserId, ids: readonly CouponId[]): Promise<Map<CouponId, Coupon>>;
  /** These coupons, whoever owns them. */
  couponsOfAnyone(ids: readonly CouponId[]): Promise<Coupon[]>;
  /**
   * Writes moves and what the coupons are after them; each coupon only if nobody moved it since it was read. One whose moves
   * begin with `claim` or `receive` is new.
   */
  apply(moves: readonly Move[]): Promise<void>;
  /** Writes a hold that this token never had. */
  addHold(hold: Hold): Promise<void>;
  /** Writes what became of a hold; settlement is asked about it at its deadline at the earliest. */
  changeHold(hold: Hold): Promise<void>;
}

/** Coupons, their moves and the holds on them. */
export type CouponStore = ReturnType<typeof createCouponStore>;

/** The collections of this subgraph that others of its files share. */
export function couponCollections(database: Db) {
  return {
    coupons: database.collection<CouponDocument>('coupons'),
    moves: database.collection<MoveDocument>('coupon_moves'),
    holds: database.collection<HoldDocument>('holds'),
    counts: database.collection<WalletCountsDocument>('wallet_counts'),
    idempotency: database.collection<IdempotencyRecord>('idempotency'),
  };
}

/**
 * Questions and changes about coupons, in the words of the domain.
 * @param cache hears of every change; null only where nobody reads wallets
 */
export function createCouponStore(database: Db, cache: WalletWrites | null) {
  const { coupons, moves, holds, counts, idempotency } = couponCollections(database);

  return {
    /** Creates the unique keys that are the law, and the indexes of the reads below. Nothing may be claimed before. */
    async ensureIndexes(): Promise<void> {
      await coupons.createIndexes([
        // A key gives its owner one coupon, whatever the template.
        { key: { tenantId: 1, ownerId: 1, idempotencyKey: 1 }, name: 'claim_key', unique: true },
        // A place in a limit is taken once. Multikey: each slot of the array is a key of its own.
        { key: { tenantId: 1, ownerId: 1, templateId: 1, slots: 1 }, name: 'slots', unique: true },
        { key: { expiresAt: 1 }, name: 'expiry', partialFilterExpression: { state: 'AVAILABLE' } },
        { key: { 'offer.until': 1 }, name: 'lapsing', partialFilterExpression: { state: 'TRANSFER_PENDING' } },
      ]);
      await ensureIdempotencyIndexes(idempotency);
      await ensureEventIndexes(moves);
      await holds.createIndex({ askAt: 1 }, { name: 'lapsed', partialFilterExpression: { state: 'HELD' } });
    },

    /** A coupon by its id, whoever owns it. The first move names the owner, by whom shards are asked. */
    async coupon(tenant: TenantId, id: CouponId): Promise<Coupon | null> {
      const first = await moves.findOne({ _id: moveId(id, 1), tenantId: tenant });
      if (!first || !('ownerId' in first.payload)) return null;
      const found = await coupons.findOne({ tenantId: tenant, ownerId: first.payload.ownerId, _id: id });
      return found && toCoupon(found);
    },

    /** Coupons of one owner by id; those of others are absent. */
    async owned(tenant: TenantId, owner: UserId, ids: readonly CouponId[]): Promise<Map<CouponId, Coupon>> {
      return byId(await coupons.find({ tenantId: tenant, ownerId: owner, _id: { $in: [...ids] } }).toArray());
    },

    /** Coupons of one owner by their codes; those of others are absent. It looks through all the owner has: codes are typed seldom. */
    async ownedByCode(tenant: TenantId, owner: UserId, codes: readonly string[]): Promise<Coupon[]> {
      if (codes.length === 0) return [];
      return (await coupons.find({ tenantId: tenant, ownerId: owner, code: { $in: [...codes] } }).toArray()).map(
        toCoupon,
      );
    },

    /** All coupons that one owner has of these templates. */
    async ownedOf(tenant: TenantId, owner: UserId, templates: readonly TemplateId[]): Promise<Coupon[]> {
      if (templates.length === 0) return [];
      return (
        await coupons.find({ tenantId: tenant, ownerId: owner, templateId: { $in: [...templates] } }).toArray()
      ).map(toCoupon);
    },

    /** The slots that what an owner claimed takes, by template. */
    async slotsTaken(
      tenant: TenantId,
      owner: UserId,
      templates: readonly TemplateId[],
    ): Promise<Map<TemplateId, { coupons: number; slots: Set<string> }>> {
      const found = await coupons
        .find({ tenantId: tenant, ownerId: owner, templateId: { $in: [...templates] } })
        .project<Pick<CouponDocument, '_id' | 'templateId' | 'slots' | 'transferredFrom'>>({
          templateId: 1,
          slots: 1,
          transferredFrom: 1,
        })
        .toArray();
      const taken = new Map<TemplateId, { coupons: number; slots: Set<string> }>();
      for (const { templateId, slots, transferredFrom } of found) {
        if (transferredFrom) continue; // received, not claimed
        const entry = taken.get(templateId) ?? { coupons: 0, slots: new Set<string>() };
        entry.coupons += 1;
        for (const slot of slots) entry.slots.add(slot);
        taken.set(templateId, entry);
      }
      return taken;
    },

    /** Of a person's places among the coupons held unused, those whose coupon does not take it any more, and never will again. */
    async noLongerUnused(
      tenant: TenantId,
      owner: UserId,
      templateId: TemplateId,
      places: readonly { slot: string; serial: number }[],
    ): Promise<{ slot: string; serial: number }[]> {
      const idOf = (serial: number) => couponIdOf({ templateId, serial, hop: 0 });
      const ids = places.map(({ serial }) => idOf(serial));
      const found = await coupons
        .find({ tenantId: tenant, ownerId: owner, _id: { $in: ids } })
        .project<Pick<CouponDocument, '_id' | 'slots'>>({ slots: 1 })
        .toArray();
      const slots = new Map(found.map((coupon) => [coupon._id, coupon.slots]));
      return places.filter(({ slot, serial }) => slots.get(idOf(serial))?.includes(slot) === false);
    },

    /** Coupons that ran out and are not written down as such. */
    async dueToExpire(now: Date, limit: number): Promise<Coupon[]> {
      const found = await coupons
        .find({ state: 'AVAILABLE', expiresAt: { $lte: now } })
        .sort({ expiresAt: 1 })
        .limit(limit)
        .toArray();
      return found.map(toCoupon);
    },

    /** Coupons whose offer lapsed, which is not written down. */
    async lapsedOffers(now: Date, limit: number): Promise<Coupon[]> {
      const found = await coupons
        .find({ state: 'TRANSFER_PENDING', 'offer.until': { $lte: now } })
        .sort({ 'offer.until': 1 })
        .limit(limit)
        .toArray();
      return found.map(toCoupon);
    },

    /** Holds past their deadline about which settlement has not been asked lately. */
    async lapsedHolds(now: Date, limit: number): Promise<Hold[]> {
      const found = await holds
        .find({ state: 'HELD', askAt: { $lte: now } })
        .sort({ askAt: 1 })
        .limit(limit)
        .toArray();
      return found.map(toHold);
    },

    /** Asks about a hold again at this instant, when nobody could answer now. */
    async askLater(token: LockToken, askAt: Date): Promise<void> {
      await holds.updateOne({ _id: token, state: 'HELD' }, { $set: { askAt } });
    },

    /**
     * Runs a change in one transaction. `work` may run several times; what it returns is what the committed run returned.
     * Two changes that meet (the same new token, the same coupon) run one after the other.
     */
    async change<T>(work: (change: CouponChange, session: ClientSession) => Promise<T>): Promise<T> {
      return announced((pending) =>
        untilNobodyElse(() => inTransaction(database.client, (session) => work(changeIn(session, pending), session))),
      );
    },

    /** The same, once per caller and key: the change and the answer to be repeated commit together. */
    async changeOnce<T>(
      call: IdempotentCall,
      work: (change: CouponChange, session: ClientSession) => Promise<{ outcome: T; keep: boolean }>,
    ): Promise<IdempotentResult<T>> {
      return announced((pending) =>
        untilNobodyElse(() =>
          runOnce({ client: database.client, collection: idempotency }, call, (session) =>
            work(changeIn(session, pending), session),
          ),
        ),
      );
    },

    /** What the gate is rebuilt from: the first moves of a template by serial, hop 0, in batches; those of unique codes it never gave. */
    async *issuedPlaces(
      templateId: TemplateId,
    ): AsyncGenerator<{ serial: number; ownerId: UserId; slots: string[] }[]> {
      const prefix = couponIdPrefix(templateId);
      const cursor = moves
        .find({
          _id: { $gte: prefix, $lt: couponIdOf({ templateId, serial: serialOfCode(1), hop: 0 }) },
          type: 'coupon.claimed',
        })
        .sort({ _id: 1 })
        .project<{ _id: string; payload: { ownerId: UserId }; claim: { serial: number; slots: string[] } }>({
          'payload.ownerId': 1,
          'claim.serial': 1,
          'claim.slots': 1,
        })
        .batchSize(2000);
      let batch: { serial: number; ownerId: UserId; slots: string[] }[] = [];
      for await (const { payload, claim } of cursor) {
        batch.push({ serial: claim.serial, ownerId: payload.ownerId, slots: claim.slots });
        if (batch.length === 2000) {
          yield batch;
          batch = [];
        }
      }
      if (batch.length > 0) yield batch;
    },

    /** Who claimed these coupons first. */
    async claimantsOf(ids: readonly CouponId[]): Promise<Map<CouponId, { ownerId: UserId; idempotencyKey: string }>> {
      const found = await moves
        .find({ _id: { $in: ids.map((id) => moveId(id, 1)) } })
        .project<{ payload: { couponId: CouponId; ownerId: UserId }; claim?: { idempotencyKey: string } }>({
          'payload.couponId': 1,
          'payload.ownerId': 1,
          'claim.idempotencyKey': 1,
        })
        .toArray();
      return new Map(
        found.map(({ payload, claim }) => [
          payload.couponId,
          { ownerId: payload.ownerId, idempotencyKey: claim?.idempotencyKey ?? '' },
        ]),
      );
    },
  };

  /** Tells the cache when the outcome of a change is known; while nobody knows, nothing of these wallets is kept. */
  async function announced<T>(run: (pending: PendingWrite | null) => Promise<T>): Promise<T> {
    const pending = cache?.pendingWrite() ?? null;
    try {
      const result = await run(pending);
      await pending?.over();
      return result;
    } catch (error) {
      if (!(error instanceof Unavailable)) await pending?.over();
      throw error;
    }
  }

  function changeIn(session: ClientSession, pending: PendingWrite | null): CouponChange {
    /** @param first moves of these coupons, by which it is known how they were read */
    async function replaceAsRead(changed: readonly Coupon[], first: ReadonlyMap<CouponId, Move>): Promise<void> {
      const { matchedCount } = await coupons.bulkWrite(
        changed.map((coupon) => {
          const { _id, ...replacement } = toCouponDocument(coupon);
          const seq = (first.get(coupon.id)?.after.seq ?? 0) - 1;
          const filter = { _id, tenantId: coupon.tenantId, ownerId: coupon.ownerId, seq };
          return { replaceOne: { filter, replacement } };
        }),
        { session, ordered: false },
      );
      if (matchedCount !== changed.length)
        throw new Error(
          `Expected ${changed.length} coupons as they were read, found ${matchedCount}; nothing was written.`,
        );
    }

    return {
      ...limitChange(database, session),
      ...issuedCoupons({ coupons, moves }, session),
      async hold(tenant, token) {
        const found = await holds.findOne({ _id: token, tenantId: tenant }, { session });
        return found && toHold(found);
      },
      async coupons(tenant, owner, ids) {
        if (ids.length === 0) return new Map();
        return byId(
          await coupons.find({ tenantId: tenant, ownerId: owner, _id: { $in: [...ids] } }, { session }).toArray(),
        );
      },
      async couponsOfAnyone(ids) {
        return (await coupons.find({ _id: { $in: [...ids] } }, { session }).toArray()).map(toCoupon);
      },
      async apply(made) {
        if (made.length === 0) return;
        const marked = pending?.moves(made.map(({ after }) => after));
        const last = new Map(made.map((move) => [move.after.id, move.after]));
        const first = new Map([...made].reverse().map((move) => [move.after.id, move]));
        const begun = [...last.values()].filter(({ id }) => first.get(id)?.before === null);
        const changed = [...last.values()].filter(({ id }) => first.get(id)?.before !== null);
        await moves.insertMany(made.map(toMoveDocument), { session, ordered: false });
        if (begun.length > 0) await coupons.insertMany(begun.map(toCouponDocument), { session, ordered: false });
        if (changed.length > 0) await replaceAsRead(changed, first);
        await counts.bulkWrite(countMoves(made), { session, ordered: false });
        await marked; // before anybody can commit
      },
      async addHold(hold) {
        await holds.insertOne({ ...toHoldDocument(hold), askAt: hold.until }, { session });
      },
      async changeHold(hold) {
        const { _id, ...replacement } = toHoldDocument(hold);
        await holds.replaceOne({ _id }, { ...replacement, askAt: hold.until }, { session });
      },
    };
  }
}

/** The document of a coupon: only what its state has. */
export function toCouponDocument(coupon: Coupon): CouponDocument {
  const { id, ...rest } = coupon;
  return { _id: id, ...rest };
}

/** The coupon of a document. */
export function toCoupon(document: CouponDocument): Coupon {
  const { _id, orderId, token, redeemedAt, mark, ruling, offer, gift, state, ...facts } = document;
  const common = { id: _id, ...facts };
  const waiting = mark && { mark };
  switch (state) {
    case 'AVAILABLE':
    case 'EXPIRED':
      return { ...common, state };
    case 'LOCKED':
      if (orderId && token) return { ...common, state, orderId, token, ...waiting };
      break;
    case 'REDEEMED':
      if (orderId && token && redeemedAt) return { ...common, state, orderId, token, redeemedAt, ...waiting };
      break;
    case 'FROZEN':
    case 'REVOKED':
      if (ruling) return { ...common, state, ruling };
      break;
    case 'TRANSFER_PENDING':
      if (offer) return { ...common, state, offer };
      break;
    case 'TRANSFERRED':
      if (gift) return { ...common, state, gift };
      break;
    default:
      assertNever(state);
  }
  throw new Error(`Expected ${_id} to say what ${state} needs, found it missing; restore it from its moves.`);
}

/** Whether a unique key refused a write. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof MongoError && error.code === 11_000;
}

/** Runs a change again when another one committed first, so that it sees what that one wrote. */
async function untilNobodyElse<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempt >= 5 || duplicateKeyIndex(error) === null) throw error;
    }
  }
}

function byId(documents: readonly CouponDocument[]): Map<CouponId, Coupon> {
  return new Map(documents.map((document) => [document._id, toCoupon(document)]));
}

function toHold({ _id, askAt: _, uses = [], ...hold }: HoldDocument): Hold {
  return { token: _id, uses, ...hold };
}

function toHoldDocument({ token, ...hold }: Hold): Omit<HoldDocument, 'askAt'> & { _id: LockToken } {
  return { _id: token, ...hold };
}

/** The first text after every text with this prefix, which ends in `-`. */
export function afterPrefix(prefix: string): string {
  return `${prefix.slice(0, -1)}.`;
}
