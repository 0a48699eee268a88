import type { Identity } from '../../shared/contracts/identity';
import { hasScope } from '../../shared/contracts/identity';
import type { CouponId } from '../../shared/kernel/identifiers';
import type { CouponHistory, CouponMoveRecord } from '../coupon-history';
import { issuedCoupon, type RulingDeps } from './rule-coupon';

export type { CouponMoveRecord } from '../coupon-history';

/** What reading a history needs. */
export interface HistoryDeps extends RulingDeps {
  history: CouponHistory;
}

/**
 * The moves of a coupon after a number, oldest first, and one more when there are more; null for whoever neither owns it
 * nor runs its promotion. `isRunner` may see who did what and the shop's notes.
 */
export async function couponHistory(
  deps: HistoryDeps,
  who: Identity,
  id: CouponId,
  page: { limit: number; after: number },
): Promise<{ moves: CouponMoveRecord[]; isRunner: boolean } | null> {
  const coupon = await deps.store.coupon(who.tenant, id);
  const isOwner = who.kind === 'user' && coupon?.ownerId === who.subject;
  const isRunner =
    (hasScope(who, 'template:read') || hasScope(who, 'template:write')) && (await issuedCoupon(deps, who, id)) !== null;
  if (!isOwner && !isRunner) return null;
  return { moves: await deps.history.moves(who.tenant, id, page), isRunner };
}
