import type { AnyBulkWriteOperation, Collection, Db } from 'mongodb';
import type { TenantId, UserId } from '../shared/kernel/identifiers';
import { duplicateKeyIndex, inTransaction } from '../shared/runtime/mongo';
import { type CouponState, groupOfState, type Move } from './domain/coupon';
import type { CouponDocument } from './store';

/** How many coupons of each state one owner had, of those claimed before an instant; kept right by every later move. */
export interface WalletCountsDocument {
  /** `tenant/owner`, both encoded. */
  _id: string;
  /** Coupons claimed before this are counted here, the others while reading. Business time. */
  until: Date;
  states: Partial<Record<CouponState, number>>;
  /** Grows with every move of any of the owner's coupons, so that counting and moving never overlook each other. */
  moves: number;
  /** Real time of the last count from the ground up. */
  countedAt: Date | null;
}

/** How many coupons of an owner are in each state as it is written down. */
export type StateCounts = Partial<Record<CouponState, number>>;

/** Business time after which no claim can still be on its way into the database: it is tried for 8 s of real time at most. */
const settledAfterMs = 120_000;
/** As many coupons a read counts by itself; more are added to what is kept. */
const countedWhileReading = 200;
/** What is kept is counted from the ground up when it is older than this, in milliseconds of real time. */
const trustedForMs = 24 * 3_600_000;

/**
 * The counts of a wallet, at the same cost for ten coupons and for ten thousand. A claim is the shop's hottest write and
 * writes nothing here: coupons claimed lately are counted by the index `claimed`, and added to what is kept once they are
 * many. Every other move changes what is kept in its own transaction (`countMoves`).
 */
export function createWalletCounts(database: Db, coupons: Collection<CouponDocument>) {
  const kept = database.collection<WalletCountsDocument>('wallet_counts');

  return {
    /** The counts now, as one moment of the database has them. @param now business time */
    async of(tenant: TenantId, owner: UserId, now: Date): Promise<StateCounts> {
      const own = { tenantId: tenant, ownerId: owner };
      const seen = await inTransaction(database.client, async (session) => {
        const document = await kept.findOne({ _id: walletId(tenant, owner) }, { session });
        const since = isTrusted(document) ? document.until : new Date(0);
        const found = await coupons
          .aggregate<{ _id: CouponState; count: number }>(countOf(own, { $gte: since }), { session, hint: 'claimed' })
          .toArray();
        return { before: isTrusted(document) ? document.states : {}, found };
      });
      const recent = seen.found.reduce((sum, { count }) => sum + count, 0);
      if (recent > countedWhileReading) await this.keep(tenant, owner, now);
      return added(seen.before, seen.found);
    },

    /** Adds to what is kept whatever was claimed before an instant that is long enough ago. */
    async keep(tenant: TenantId, owner: UserId, now: Date): Promise<void> {
      const own = { tenantId: tenant, ownerId: owner };
      const until = new Date(now.getTime() - settledAfterMs);
      try {
        await inTransaction(database.client, async (session) => {
          const document = await kept.findOne({ _id: walletId(tenant, owner) }, { session });
          const trusted = isTrusted(document) ? document : null;
          const since = trusted?.until ?? new Date(0);
          if (since >= until) return;
          const found = await coupons
            .aggregate<{ _id: CouponState; count: number }>(countOf(own, { $gte: since, $lt: until }), {
              session,
              hint: 'claimed',
            })
            .toArray();
          const states = added(trusted?.states ?? {}, found);
          const countedAt = trusted?.countedAt ?? new Date();
          // Every move of this owner writes the same document, so one that runs beside this is tried again, or this is.
          await kept.updateOne(
            { _id: walletId(tenant, owner) },
            { $set: { until, states, countedAt }, $inc: { moves: 1 } },
            { session, upsert: true },
          );
        });
      } catch (error) {
        // Somebody else made the owner's first document; the next reader counts with it.
        if (duplicateKeyIndex(error) === null) throw error;
      }
    },
  };
}

/** What is kept of wallets. */
export type WalletCounts = ReturnType<typeof createWalletCounts>;

/** The changes that moves make to what is kept, one document per owner; coupons that are not counted there change nothing. */
export function countMoves(moves: readonly Move[]): AnyBulkWriteOperation<WalletCountsDocument>[] {
  const byOwner = new Map<string, Move[]>();
  for (const move of moves) {
    const id = walletId(move.after.tenantId, move.after.ownerId);
    byOwner.set(id, [...(byOwner.get(id) ?? []), move]);
  }
  return [...byOwner].map(([_id, made]) => {
    const terms = new Map<CouponState, object[]>();
    const add = (state: CouponState, by: 1 | -1, claimedAt: Date) => {
      const counted = { $cond: [{ $lt: [claimedAt, '$until'] }, by, 0] };
      terms.set(state, [...(terms.get(state) ?? []), counted]);
    };
    for (const { before, after } of made) {
      if (before === after.state) continue;
      if (before) add(before, -1, after.claimedAt);
      add(after.state, 1, after.claimedAt);
    }
    const states = [...terms].map(([state, each]) => [
      `states.${state}`,
      { $add: [{ $ifNull: [`$states.${state}`, 0] }, ...each] },
    ]);
    const update = [
      {
        $set: {
          until: { $ifNull: ['$until', new Date(0)] },
          countedAt: { $ifNull: ['$countedAt', null] },
          moves: { $add: [{ $ifNull: ['$moves', 0] }, 1] },
          ...Object.fromEntries(states),
        },
      },
    ];
    return { updateOne: { filter: { _id }, update, upsert: true } };
  });
}

/** Whether what is kept may be built upon; what was never counted from the ground up, or long ago, is counted anew. */
function isTrusted(document: WalletCountsDocument | null): document is WalletCountsDocument {
  return document?.countedAt != null && Date.now() - document.countedAt.getTime() < trustedForMs;
}

/** Reads the index `claimed` alone. */
function countOf(own: { tenantId: TenantId; ownerId: UserId }, claimedAt: object): object[] {
  return [
    { $match: { ...own, state: { $in: Object.keys(groupOfState) }, claimedAt } },
    { $group: { _id: '$state', count: { $sum: 1 } } },
  ];
}

function added(counts: StateCounts, found: readonly { _id: CouponState; count: number }[]): StateCounts {
  const sum = { ...counts };
  for (const { _id, count } of found) sum[_id] = (sum[_id] ?? 0) + count;
  return sum;
}

function walletId(tenant: TenantId, owner: UserId): string {
  return `${encodeURIComponent(tenant)}/${encodeURIComponent(owner)}`;
}
