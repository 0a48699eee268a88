import { type ClientSession, type Db, type Filter, MongoError } from 'mongodb';
import type { EventPayloads, PromographEvent } from '../shared/contracts/events';
import type { CouponId, LockToken, OrderId, TemplateId, TenantId, UserId } from '../shared/kernel/identifiers';
import { assertNever } from '../shared/kernel/outcome';
import { ensureEventIndexes } from '../shared/runtime/events';
import { duplicateKeyIndex, inTransaction } from '../shared/runtime/mongo';
import {
  type Act,
  type Coupon,
  type CouponFacts,
  type CouponGroup,
  type CouponState,
  couponIdOf,
  couponIdPrefix,
  groupOfState,
  type Hold,
  type Move,
  readCouponId,
} from './domain/coupon';
import type { HeldUse } from './domain/limits';
import { type LimitChange, limitChange } from './limit-counters';

/** A coupon as it lies in `coupons`. On shards by owner: every unique index begins with tenantId, ownerId. */
export type CouponDocument = Omit<CouponFacts, 'id'> & {
  _id: CouponId;
  state: CouponState;
  orderId?: OrderId;
  token?: LockToken;
  redeemedAt?: Date;
};

/**
 * A move as it lies in `coupon_moves`, for ever: event for those who follow, record for those who ask later, and guard,
 * since `_id` is `couponId:seq`. With the claim's own fields every coupon can be built again from its moves.
 */
export type MoveDocument = PromographEvent & {
  act: Act;
  before: CouponState | null;
  after: CouponState;
  /** `user:<id>`, `internal:settlement` or the worker. */
  by: string;
  /** Of the first move only. */
  claim?: { serial: number; idempotencyKey: string; slots: string[]; code: string };
};

interface HoldDocument extends Omit<Hold, 'token' | 'uses'> {
  _id: LockToken;
  /** Absent in holds from before uses were counted. */
  uses?: HeldUse[];
  /** When settlement is to be asked; the deadline, or later after it could not answer. */
  askAt: Date;
}

/** One page of a wallet, in the order of expiry. */
export interface WalletPage {
  group: CouponGroup | null;
  now: Date;
  limit: number;
  /** Where the page before ended. */
  after: { expiresAt: Date; id: CouponId } | null;
}

/** What may be read and written inside one transaction. */
export interface CouponChange extends LimitChange {
  hold(tenant: TenantId, token: LockToken): Promise<Hold | null>;
  coupons(tenant: TenantId, owner: UserId, ids: readonly CouponId[]): Promise<Map<CouponId, Coupon>>;
  /** Those of these coupons, of any owner, that are available. */
  stillAvailable(ids: readonly CouponId[]): Promise<Coupon[]>;
  /** Writes moves and what the coupons are after them; each coupon only if nobody moved it since it was read. */
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
  };
}

/** Questions and changes about coupons, in the words of the domain. */
export function createCouponStore(database: Db) {
  const { coupons, moves, holds } = couponCollections(database);

  return {
    /** Creates the unique keys that are the law, and the indexes of the reads below. Nothing may be claimed before. */
    async ensureIndexes(): Promise<void> {
      await coupons.createIndexes([
        // A key gives its owner one coupon, whatever the template.
        { key: { tenantId: 1, ownerId: 1, idempotencyKey: 1 }, name: 'claim_key', unique: true },
        // A place in a limit is taken once. Multikey: each slot of the array is a key of its own.
        { key: { tenantId: 1, ownerId: 1, templateId: 1, slots: 1 }, name: 'slots', unique: true },
        { key: { tenantId: 1, ownerId: 1, state: 1, expiresAt: 1, _id: 1 }, name: 'wallet' },
        { key: { expiresAt: 1 }, name: 'expiry', partialFilterExpression: { state: 'AVAILABLE' } },
      ]);
      await ensureEventIndexes(moves);
      await holds.createIndex({ askAt: 1 }, { name: 'lapsed', partialFilterExpression: { state: 'HELD' } });
    },

    /** The coupon that a key of this owner already made. */
    async claimedByKey(tenant: TenantId, owner: UserId, key: string): Promise<Coupon | null> {
      const found = await coupons.findOne({ tenantId: tenant, ownerId: owner, idempotencyKey: key });
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

    /** The slots an owner's coupons take, by template. */
    async slotsTaken(
      tenant: TenantId,
      owner: UserId,
      templates: readonly TemplateId[],
    ): Promise<Map<TemplateId, { coupons: number; slots: Set<string> }>> {
      const found = await coupons
        .find({ tenantId: tenant, ownerId: owner, templateId: { $in: [...templates] } })
        .project<Pick<CouponDocument, '_id' | 'templateId' | 'slots'>>({ templateId: 1, slots: 1 })
        .toArray();
      const taken = new Map<TemplateId, { coupons: number; slots: Set<string> }>();
      for (const { templateId, slots } of found) {
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

    /** A page of a wallet and one row more. Every branch is a range of the index `wallet`, so its cost is the page's. */
    async wallet(tenant: TenantId, owner: UserId, page: WalletPage): Promise<Coupon[]> {
      const found = await coupons
        .find({ $or: walletBranches(tenant, owner, page) })
        .sort({ expiresAt: 1, _id: 1 })
        .limit(page.limit + 1)
        .toArray();
      return found.map(toCoupon);
    },

    /** Coupons that can be used now or later or that an order holds, soonest expiry first. */
    async unspent(
      tenant: TenantId,
      owner: UserId,
      now: Date,
      limit: number,
      states: readonly ('AVAILABLE' | 'LOCKED')[],
    ): Promise<Coupon[]> {
      const branches = states.map((state) => ({
        tenantId: tenant,
        ownerId: owner,
        state,
        ...(state === 'AVAILABLE' && { expiresAt: { $gt: now } }),
      }));
      const found = await coupons.find({ $or: branches }).sort({ expiresAt: 1, _id: 1 }).limit(limit).toArray();
      return found.map(toCoupon);
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
    async change<T>(work: (change: CouponChange) => Promise<T>): Promise<T> {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await inTransaction(database.client, (session) => work(changeIn(session)));
        } catch (error) {
          // The one that won has committed, so the next look sees it.
          if (attempt >= 5 || duplicateKeyIndex(error) === null) throw error;
        }
      }
    },

    /** What the gate is rebuilt from: the first moves of a template by serial, hop 0, in batches. */
    async *issuedPlaces(
      templateId: TemplateId,
    ): AsyncGenerator<{ serial: number; ownerId: UserId; slots: string[] }[]> {
      const prefix = couponIdPrefix(templateId);
      const cursor = moves
        .find({ _id: { $gte: prefix, $lt: afterPrefix(prefix) }, type: 'coupon.claimed' })
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
        .find({ _id: { $in: ids.map((id) => `${id}:1`) } })
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

  function changeIn(session: ClientSession): CouponChange {
    return {
      ...limitChange(database, session),
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
      async stillAvailable(ids) {
        return (await coupons.find({ _id: { $in: [...ids] }, state: 'AVAILABLE' }, { session }).toArray()).map(
          toCoupon,
        );
      },
      async apply(made) {
        if (made.length === 0) return;
        const last = new Map(made.map((move) => [move.after.id, move.after]));
        const first = new Map([...made].reverse().map((move) => [move.after.id, move.after.seq - 1]));
        await moves.insertMany(made.map(toMoveDocument), { session, ordered: false });
        const written = await coupons.bulkWrite(
          [...last.values()].map((coupon) => {
            const { _id, ...replacement } = toCouponDocument(coupon);
            const filter = { _id, tenantId: coupon.tenantId, ownerId: coupon.ownerId, seq: first.get(coupon.id) ?? 0 };
            return { replaceOne: { filter, replacement } };
          }),
          { session, ordered: false },
        );
        if (written.matchedCount !== last.size)
          throw new Error(
            `Expected ${last.size} coupons as they were read, found ${written.matchedCount}; nothing was written.`,
          );
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
export function toCoupon({ _id, orderId, token, redeemedAt, state, ...facts }: CouponDocument): Coupon {
  const common = { id: _id, ...facts };
  switch (state) {
    case 'LOCKED':
      if (orderId && token) return { ...common, state, orderId, token };
      break;
    case 'REDEEMED':
      if (orderId && token && redeemedAt) return { ...common, state, orderId, token, redeemedAt };
      break;
    default:
      return { ...common, state };
  }
  throw new Error(
    `Expected ${_id} in state ${state} to name its order and token, found none; restore it from its moves.`,
  );
}

/** The document of a move: the event in front, the record behind. */
export function toMoveDocument(move: Move): MoveDocument {
  const { after, act, before, by } = move;
  const record = { act, before, after: after.state, by };
  const number = readCouponId(after.id);
  return {
    ...eventOf(move),
    ...record,
    ...(act === 'claim' && {
      claim: {
        serial: number?.serial ?? 0,
        idempotencyKey: after.idempotencyKey,
        slots: after.slots,
        code: after.code,
      },
    }),
  };
}

/** Whether a unique key refused a write. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof MongoError && error.code === 11_000;
}

function eventOf(move: Move): PromographEvent {
  const { after } = move;
  const common = { _id: `${after.id}:${after.seq}`, tenantId: after.tenantId, key: after.id, at: new Date() };
  const moved = {
    couponId: after.id,
    ownerId: after.ownerId,
    templateId: after.templateId,
    versionId: after.versionId,
    seq: after.seq,
    movedAt: move.at.toISOString(),
    expiresAt: after.expiresAt.toISOString(),
  } satisfies EventPayloads['coupon.expired'];
  switch (move.act) {
    case 'claim': {
      const payload = { ...moved, claimedAt: after.claimedAt.toISOString(), validFrom: after.validFrom.toISOString() };
      return { ...common, type: 'coupon.claimed', payload };
    }
    case 'lock': {
      const { token, orderId, until } = move;
      return { ...common, type: 'coupon.locked', payload: { ...moved, token, orderId, until: until.toISOString() } };
    }
    case 'redeem':
      return { ...common, type: 'coupon.redeemed', payload: { ...moved, orderId: move.orderId } };
    case 'release':
      return { ...common, type: 'coupon.released', payload: { ...moved, orderId: move.orderId } };
    case 'return':
      return { ...common, type: 'coupon.returned', payload: { ...moved, orderId: move.orderId } };
    case 'expire':
      return { ...common, type: 'coupon.expired', payload: moved };
    default:
      return assertNever(move);
  }
}

const allStates = Object.keys(groupOfState) as CouponState[]; // the record lists exactly the states

/**
 * One index range per state, and behind a cursor two: the rest of the cursor's instant and everything later. Expiry is
 * decided while reading: an AVAILABLE coupon past its expiry is found among the expired ones.
 */
function walletBranches(tenant: TenantId, owner: UserId, { group, now, after }: WalletPage): Filter<CouponDocument>[] {
  const ranges: { state: CouponState; from?: Date; to?: Date }[] = [];
  for (const state of allStates) {
    if (group === null || groupOfState[state] === group)
      ranges.push({ state, ...(group === 'USABLE' && { from: now }) });
    else if (group === 'EXPIRED' && state === 'AVAILABLE') ranges.push({ state, to: now });
  }
  const branches: Filter<CouponDocument>[] = [];
  for (const { state, from, to } of ranges) {
    const own = { tenantId: tenant, ownerId: owner, state };
    const bounds = { ...(from && { $gt: from }), ...(to && { $lte: to }) };
    if (!after) {
      branches.push(from || to ? { ...own, expiresAt: bounds } : own);
      continue;
    }
    if ((!from || after.expiresAt > from) && (!to || after.expiresAt <= to))
      branches.push({ ...own, expiresAt: after.expiresAt, _id: { $gt: after.id } });
    const later = from && from > after.expiresAt ? from : after.expiresAt;
    branches.push({ ...own, expiresAt: { ...bounds, $gt: later } });
  }
  return branches;
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
function afterPrefix(prefix: string): string {
  return `${prefix.slice(0, -1)}.`;
}
