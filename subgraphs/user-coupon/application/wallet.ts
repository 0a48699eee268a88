import type { CouponLiveEvent } from '../../shared/contracts/events';
import type { CouponId, TenantId, UserId } from '../../shared/kernel/identifiers';
import type { Coupon, CouponGroup } from '../domain/coupon';
import type { LiveFeed } from '../live-feed';
import type { CouponStore } from '../store';

/** What reading a wallet needs. */
export interface WalletDeps {
  store: CouponStore;
  feed: LiveFeed;
  now(): Date;
}

/** A page of a person's coupons, soonest expiry first, with one coupon more when there is another page. */
export function couponsOf(
  deps: WalletDeps,
  tenant: TenantId,
  owner: UserId,
  page: { group: CouponGroup | null; limit: number; after: { expiresAt: Date; id: CouponId } | null },
): Promise<Coupon[]> {
  return deps.store.wallet(tenant, owner, { ...page, now: deps.now() });
}

/** Coupons of one person by id; those of others are absent. */
export function couponsByIds(
  deps: WalletDeps,
  tenant: TenantId,
  owner: UserId,
  ids: readonly CouponId[],
): Promise<Map<CouponId, Coupon>> {
  return deps.store.owned(tenant, owner, ids);
}

/** What a person was told after a number, oldest first; kept for 7 days. */
export function couponEventsSince(
  deps: WalletDeps,
  tenant: TenantId,
  owner: UserId,
  seq: number,
  limit: number,
): Promise<CouponLiveEvent[]> {
  return deps.feed.since(tenant, owner, seq, limit);
}
