import type { TenantId, UserId } from '../../shared/kernel/identifiers';
import { type Coupon, dueMoves } from '../domain/coupon';
import type { WalletStore } from '../wallet-store';
import type { HoldDeps } from './lock-coupons';

/** Coupons written down in one transaction. */
const pageSize = 200;

/**
 * Writes down which coupons ran out. Whoever reads a coupon sees it expired from the very instant, this only makes it a
 * move that others can follow. A coupon that an order took hold of meanwhile is left alone.
 */
export async function expireCoupons(deps: HoldDeps, signal: AbortSignal): Promise<'MORE' | 'IDLE'> {
  const due = await deps.store.dueToExpire(deps.now(), pageSize);
  if (due.length === 0 || signal.aborted) return 'IDLE';
  await writeDown(deps, due, 'expire-coupons');
  return due.length === pageSize ? 'MORE' : 'IDLE';
}

/** Writes down which offers lapsed, so that their coupons are their owners' again for those who follow. */
export async function lapseOffers(deps: HoldDeps, signal: AbortSignal): Promise<'MORE' | 'IDLE'> {
  const due = await deps.store.lapsedOffers(deps.now(), pageSize);
  if (due.length === 0 || signal.aborted) return 'IDLE';
  await writeDown(deps, due, 'lapse-offers');
  return due.length === pageSize ? 'MORE' : 'IDLE';
}

/**
 * Does the same for one owner who looks, before the workers come by: for reads that need the states as they are written.
 * A wallet with nothing due, nearly every one, costs one read of an index.
 */
export async function writeDownDue(
  deps: HoldDeps & { wallet: WalletStore },
  tenant: TenantId,
  owner: UserId,
): Promise<void> {
  for (;;) {
    const due = await deps.wallet.due(tenant, owner, deps.now(), pageSize);
    if (due.length > 0) await writeDown(deps, due, 'wallet');
    if (due.length < pageSize) return;
  }
}

async function writeDown(deps: HoldDeps, due: readonly Coupon[], by: string): Promise<void> {
  const now = deps.now();
  await deps.store.change(async (change) => {
    const fresh = await change.couponsOfAnyone(due.map(({ id }) => id));
    await change.apply(fresh.flatMap((coupon) => dueMoves(coupon, by, now)));
  });
}
