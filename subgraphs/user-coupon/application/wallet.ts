import type { CouponLiveEvent } from '../../shared/contracts/events';
import type { CouponId, TemplateId, TenantId, UserId } from '../../shared/kernel/identifiers';
import { type Coupon, type CouponGroup, type CouponState, groupOfState } from '../domain/coupon';
import type { LiveFeed } from '../live-feed';
import type { CouponStore } from '../store';
import type { TemplateCopies } from '../template-copies';
import type { OfferedCoupon, WalletPosition, WalletSort, WalletStore } from '../wallet-store';
import { writeDownDue } from './expire-coupons';

export type { WalletPosition, WalletSort } from '../wallet-store';

/** What reading a wallet needs. */
export interface WalletDeps {
  store: CouponStore;
  wallet: WalletStore;
  templates: TemplateCopies;
  feed: LiveFeed;
  now(): Date;
}

/**
 * A page of a person's coupons, with one coupon more when there is another page. Sorted otherwise than by expiry, what time
 * has changed is written down first, so that the states of the index are the states now.
 */
export async function couponsOf(
  deps: WalletDeps,
  tenant: TenantId,
  owner: UserId,
  page: { group: CouponGroup | null; sort: WalletSort; limit: number; after: WalletPosition | null },
): Promise<Coupon[]> {
  if (page.sort !== 'EXPIRY') await writeDownDue(deps, tenant, owner);
  return deps.wallet.page(tenant, owner, { ...page, now: deps.now() });
}

/** How many coupons a person has in each group; what time has changed is written down first. */
export async function couponCounts(
  deps: WalletDeps,
  tenant: TenantId,
  owner: UserId,
): Promise<Record<CouponGroup, number>> {
  await writeDownDue(deps, tenant, owner);
  const states = await deps.wallet.countsOf(tenant, owner, deps.now());
  const counts: Record<CouponGroup, number> = { USABLE: 0, LOCKED: 0, USED: 0, EXPIRED: 0 };
  for (const state of Object.keys(groupOfState) as CouponState[]) // the record lists exactly the states
    counts[groupOfState[state]] += states[state] ?? 0;
  return counts;
}

/** Coupons that others offer to a person, the first to lapse first, with one more when there is another page. */
export function offersTo(
  deps: WalletDeps,
  tenant: TenantId,
  receiver: UserId,
  page: { limit: number; after: { until: Date; id: CouponId } | null },
): Promise<OfferedCoupon[]> {
  return deps.wallet.offeredTo(tenant, receiver, { ...page, now: deps.now() });
}

/** Promotions that give coupons and are not over, the first to end first, with one more when there is another page. */
export function promotionsToClaim(
  deps: WalletDeps,
  tenant: TenantId,
  page: { limit: number; after: { endsAt: string; id: TemplateId } | null },
): Promise<{ templateId: TemplateId; endsAt: string }[]> {
  return deps.templates.openForCoupons(tenant, { ...page, now: deps.now() });
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
