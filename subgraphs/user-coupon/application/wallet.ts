import type { CouponLiveEvent } from '../../shared/contracts/events';
import type { CouponId, TemplateId, TenantId, UserId } from '../../shared/kernel/identifiers';
import { type Coupon, type CouponGroup, type CouponState, groupOfState } from '../domain/coupon';
import { isKeepable, type KeepableGroup, standsUntil } from '../domain/kept-page';
import type { LiveFeed } from '../live-feed';
import type { CouponStore } from '../store';
import type { TemplateCopies } from '../template-copies';
import type { FirstPage, WalletCache } from '../wallet-cache';
import type { OfferedCoupon, WalletPosition, WalletStore } from '../wallet-store';
import { writeDownDue } from './expire-coupons';

export type { WalletPosition, WalletSort } from '../wallet-store';

/** What reading a wallet needs. */
export interface WalletDeps {
  store: CouponStore;
  wallet: WalletStore;
  walletCache: WalletCache;
  templates: TemplateCopies;
  feed: LiveFeed;
  now(): Date;
}

/** Which page of a wallet is asked for. */
interface WantedPage extends FirstPage<CouponGroup | null> {
  after: WalletPosition | null;
}

/**
 * A page of a person's coupons, with one coupon more when there is another page. First pages, which are what nearly
 * everybody looks at, come from the cache where it has them.
 */
export async function couponsOf(
  deps: WalletDeps,
  tenant: TenantId,
  owner: UserId,
  page: WantedPage,
): Promise<Coupon[]> {
  const { group, sort, limit, after } = page;
  if (after !== null || !isKeepable(group)) return (await readPage(deps, tenant, owner, page)).coupons;
  return firstPage(deps, tenant, owner, { group, sort, limit });
}

async function firstPage(
  deps: WalletDeps,
  tenant: TenantId,
  owner: UserId,
  page: FirstPage<KeepableGroup>,
): Promise<Coupon[]> {
  const { walletCache } = deps;
  const wallet = { tenantId: tenant, ownerId: owner };
  const found = await walletCache.look(wallet, page, deps.now());
  if (found.kind === 'KEPT') return found.page.coupons;
  const read = readPage(deps, tenant, owner, { ...page, after: null });
  if (found.kind === 'NONE') return (await read).coupons;
  const [{ coupons, from }, offersEnd] = await Promise.all([
    read,
    page.group === 'USABLE' ? deps.wallet.firstOfferEnd(tenant, owner) : null,
  ]);
  const until = standsUntil(page.group, coupons, offersEnd);
  // Nobody waits for this.
  void walletCache.keep(wallet, page, found.generation, { coupons, from, until });
  return coupons;
}

/**
 * The page as it is in MongoDB. Sorted otherwise than by expiry, what time has changed is written down first, so that the
 * states of the index are the states now.
 * @returns with it the instant for which it was read
 */
async function readPage(
  deps: WalletDeps,
  tenant: TenantId,
  owner: UserId,
  page: WantedPage,
): Promise<{ coupons: Coupon[]; from: Date }> {
  if (page.sort !== 'EXPIRY') await writeDownDue(deps, tenant, owner);
  const from = deps.now();
  return { coupons: await deps.wallet.page(tenant, owner, { ...page, now: from }), from };
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
