import type { Db, Filter } from 'mongodb';
import type { CouponId, TenantId, UserId } from '../shared/kernel/identifiers';
import { type Coupon, type CouponGroup, type CouponState, groupOfState } from './domain/coupon';
import { type CouponDocument, couponCollections, toCoupon } from './store';
import { createWalletCounts, type StateCounts } from './wallet-counts';

/** In which order a wallet is listed. */
export type WalletSort = 'EXPIRY' | 'VALUE' | 'CLAIMED_AT';

/** Where a page ended: the id of its last coupon and what that coupon was sorted by. */
export interface WalletPosition {
  /** Expiry or claim as an instant, or the rank by value. */
  key: Date | string;
  id: CouponId;
}

/** One page of a wallet. */
export interface WalletPage {
  group: CouponGroup | null;
  sort: WalletSort;
  now: Date;
  limit: number;
  after: WalletPosition | null;
}

/** A coupon while it is on offer. */
export type OfferedCoupon = Coupon & { state: 'TRANSFER_PENDING' };

/** Everything one owner's coupons are asked by their owner. */
export type WalletStore = ReturnType<typeof createWalletStore>;

/** What each order sorts by, which way, and by which index: left to itself the server tries others first. */
const orders = {
  EXPIRY: { field: 'expiresAt', direction: 1, index: 'wallet' },
  VALUE: { field: 'valueRank', direction: 1, index: 'valued' },
  CLAIMED_AT: { field: 'claimedAt', direction: -1, index: 'claimed' },
} as const;

const allStates = Object.keys(groupOfState) as CouponState[]; // the record lists exactly the states

/** The reads of wallets, each with its index. On shards by owner every one of them asks one shard. */
export function createWalletStore(database: Db) {
  const { coupons } = couponCollections(database);
  const counts = createWalletCounts(database, coupons);

  return {
    async ensureIndexes(): Promise<void> {
      await coupons.createIndexes([
        { key: { tenantId: 1, ownerId: 1, state: 1, expiresAt: 1, _id: 1 }, name: 'wallet' },
        { key: { tenantId: 1, ownerId: 1, state: 1, claimedAt: -1, _id: 1 }, name: 'claimed' },
        { key: { tenantId: 1, ownerId: 1, state: 1, valueRank: 1, _id: 1 }, name: 'valued' },
        {
          key: { tenantId: 1, 'offer.to': 1, 'offer.until': 1, _id: 1 },
          name: 'offered',
          partialFilterExpression: { state: 'TRANSFER_PENDING' },
        },
      ]);
    },

    /**
     * A page of a wallet and one row more. Every branch is a range of one index, so its cost is the page's. By expiry, what
     * ran out and is not written down counts as expired; the other orders take the state as it is written, see `due`.
     */
    async page(tenant: TenantId, owner: UserId, page: WalletPage): Promise<Coupon[]> {
      const { field, direction, index } = orders[page.sort];
      const found = await coupons
        .find({ $or: branches(tenant, owner, page) })
        .hint(index)
        .sort({ [field]: direction, _id: 1 })
        .limit(page.limit + 1)
        .toArray();
      return found.map(toCoupon);
    },

    /** Coupons in these states, those that ran out left aside, soonest expiry first. Offers that lapsed are AVAILABLE. */
    async unspent(
      tenant: TenantId,
      owner: UserId,
      now: Date,
      limit: number,
      states: readonly CouponState[],
    ): Promise<Coupon[]> {
      const own = { tenantId: tenant, ownerId: owner };
      const ranges = states.map((state) => ({
        ...own,
        state,
        ...((state === 'AVAILABLE' || state === 'TRANSFER_PENDING') && { expiresAt: { $gt: now } }),
      }));
      if (states.includes('AVAILABLE') && !states.includes('TRANSFER_PENDING'))
        ranges.push({ ...own, state: 'TRANSFER_PENDING', expiresAt: { $gt: now }, ...lapsed(now) });
      const found = await coupons.find({ $or: ranges }).sort({ expiresAt: 1, _id: 1 }).limit(limit).toArray();
      return found.map(toCoupon);
    },

    /** Coupons of one owner that time has changed and nobody has written down; usually none. */
    async due(tenant: TenantId, owner: UserId, now: Date, limit: number): Promise<Coupon[]> {
      const own = { tenantId: tenant, ownerId: owner };
      const found = await coupons
        .find({
          $or: [
            { ...own, state: 'AVAILABLE', expiresAt: { $lte: now } },
            { ...own, state: 'TRANSFER_PENDING', ...lapsed(now) },
          ],
        })
        .limit(limit)
        .toArray();
      return found.map(toCoupon);
    },

    /** How many coupons an owner has in each state as it is written down. */
    countsOf(tenant: TenantId, owner: UserId, now: Date): Promise<StateCounts> {
      return counts.of(tenant, owner, now);
    },

    /** When the first of an owner's offers lapses or lapsed, if nobody has written that down; they are few. */
    async firstOfferEnd(tenant: TenantId, owner: UserId): Promise<Date | null> {
      const [first] = await coupons
        .find({ tenantId: tenant, ownerId: owner, state: 'TRANSFER_PENDING' })
        .hint('wallet')
        .sort({ 'offer.until': 1 })
        .limit(1)
        .project<Pick<CouponDocument, 'offer'>>({ offer: 1 })
        .toArray();
      return first?.offer?.until ?? null;
    },

    /** How many coupons an owner has on offer; they are few. */
    countOffers(tenant: TenantId, owner: UserId, limit: number): Promise<number> {
      return coupons.countDocuments({ tenantId: tenant, ownerId: owner, state: 'TRANSFER_PENDING' }, { limit });
    },

    /** Coupons that others offer to a person, the first to lapse first, and one row more. */
    async offeredTo(
      tenant: TenantId,
      receiver: UserId,
      page: { now: Date; limit: number; after: { until: Date; id: CouponId } | null },
    ): Promise<OfferedCoupon[]> {
      const to = { tenantId: tenant, state: 'TRANSFER_PENDING' as const, 'offer.to': receiver };
      const { after, now } = page;
      const ranges: Filter<CouponDocument>[] = after
        ? [
            { ...to, 'offer.until': { $gt: after.until > now ? after.until : now } },
            ...(after.until > now ? [{ ...to, 'offer.until': after.until, _id: { $gt: after.id } }] : []),
          ]
        : [{ ...to, 'offer.until': { $gt: now } }];
      const found = await coupons
        .find({ $or: ranges })
        .sort({ 'offer.until': 1, _id: 1 })
        .limit(page.limit + 1)
        .toArray();
      return found.map(toCoupon).flatMap((coupon) => (coupon.state === 'TRANSFER_PENDING' ? [coupon] : []));
    },
  };
}

function lapsed(now: Date) {
  return { 'offer.until': { $lte: now } };
}

/**
 * One index range per state, and behind a cursor two: the rest of the cursor's key and everything beyond. An AVAILABLE
 * coupon past its expiry is found among the expired ones, an offer past its deadline where it comes back to; offers are few.
 */
function branches(tenant: TenantId, owner: UserId, page: WalletPage): Filter<CouponDocument>[] {
  const { group, sort, now, after } = page;
  const { field, direction } = orders[sort];
  const own = { tenantId: tenant, ownerId: owner };
  const beyond = direction === 1 ? '$gt' : '$lt';
  return rangesOf(group, sort, now).flatMap(({ state, expiry, ...rest }): Filter<CouponDocument>[] => {
    const branch = { ...own, state, ...rest };
    // By expiry the bound is part of the index range; else it only sifts what is there.
    if (!after) return [{ ...branch, ...(expiry && { expiresAt: expiry }) }];
    if (sort !== 'EXPIRY' || !(after.key instanceof Date))
      return [
        { ...branch, ...(expiry && { expiresAt: expiry }), [field]: after.key, _id: { $gt: after.id } },
        { ...branch, ...(expiry && { expiresAt: expiry }), [field]: { [beyond]: after.key } },
      ];
    const { $gt: from, $lte: to } = expiry ?? {};
    const isWithin = (!from || after.key > from) && (!to || after.key <= to);
    const later = from && from > after.key ? from : after.key;
    return [
      ...(isWithin ? [{ ...branch, expiresAt: after.key, _id: { $gt: after.id } }] : []),
      { ...branch, expiresAt: { ...(to && { $lte: to }), $gt: later } },
    ];
  });
}

interface StateRange {
  state: CouponState;
  expiry?: { $gt?: Date; $lte?: Date };
  'offer.until'?: { $gt: Date } | { $lte: Date };
}

function rangesOf(group: CouponGroup | null, sort: WalletSort, now: Date): StateRange[] {
  if (group === null) return allStates.map((state) => ({ state }));
  const written = allStates.filter((state) => groupOfState[state] === group);
  if (sort !== 'EXPIRY') return written.map((state) => ({ state }));
  const cameBack = { state: 'TRANSFER_PENDING', 'offer.until': { $lte: now } } as const;
  return [
    ...written.map((state): StateRange => {
      if (state === 'AVAILABLE') return { state, expiry: { $gt: now } };
      return state === 'TRANSFER_PENDING' ? { state, 'offer.until': { $gt: now } } : { state };
    }),
    ...(group === 'USABLE' ? [{ ...cameBack, expiry: { $gt: now } }] : []),
    ...(group === 'EXPIRED' ? [{ state: 'AVAILABLE' as const, expiry: { $lte: now } }] : []),
    ...(group === 'EXPIRED' ? [{ ...cameBack, expiry: { $lte: now } }] : []),
  ];
}
