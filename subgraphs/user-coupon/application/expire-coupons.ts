import { expire, mayMove } from '../domain/coupon';
import type { HoldDeps } from './lock-coupons';

/** Coupons written down in one transaction. */
const pageSize = 200;

/**
 * Writes down which coupons ran out. Whoever reads a coupon sees it expired from the very instant, this only makes it a
 * move that others can follow. A coupon that an order took hold of meanwhile is left alone.
 */
export async function expireCoupons(deps: HoldDeps, signal: AbortSignal): Promise<'MORE' | 'IDLE'> {
  const now = deps.now();
  const due = await deps.store.dueToExpire(now, pageSize);
  if (due.length === 0 || signal.aborted) return 'IDLE';
  await deps.store.change(async (change) => {
    const fresh = await change.stillAvailable(due.map(({ id }) => id));
    const still = fresh.filter((coupon) => mayMove('expire', coupon.state) && coupon.expiresAt <= now);
    await change.apply(still.map((coupon) => expire(coupon, 'expire-coupons', now)));
  });
  return due.length === pageSize ? 'MORE' : 'IDLE';
}
