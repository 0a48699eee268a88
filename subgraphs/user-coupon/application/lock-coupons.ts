import type { CouponId, LockToken, OrderId, TenantId, UserId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import { afterMoves, dueMoves, type Hold, isLockable, lock } from '../domain/coupon';
import type { CouponStore } from '../store';

/** What the acts on holds need. */
export interface HoldDeps {
  store: CouponStore;
  now(): Date;
}

/** A hold as settlement names it. */
export interface HoldInput {
  token: LockToken;
  orderId: OrderId;
  ownerId: UserId;
}

/** What stood in the way; `couponId` is null when the token itself is refused. */
export interface HoldRefusal {
  couponId: CouponId | null;
  code: 'NOT_FOUND' | 'NOT_AVAILABLE' | 'STALE_TOKEN';
}

/** Done, or everything that stood in the way. */
export type HoldOutcome = Outcome<null, HoldRefusal[]>;

/** The token holds nothing, or no longer. */
export const staleToken: HoldOutcome = refused([{ couponId: null, code: 'STALE_TOKEN' }]);

/** Holds exactly these coupons for one order until a deadline, all or none. The same call again changes nothing. */
export async function lockCoupons(
  deps: HoldDeps,
  tenant: TenantId,
  by: string,
  input: HoldInput & { couponIds: readonly CouponId[]; until: Date },
): Promise<HoldOutcome> {
  const { token, orderId, ownerId, until } = input;
  const couponIds = [...new Set(input.couponIds)].sort();
  return deps.store.change(async (change) => {
    const known = await change.hold(tenant, token);
    if (known) {
      const isSame = isHoldOf(known, input) && known.state === 'HELD' && known.couponIds.join() === couponIds.join();
      return isSame ? accepted(null) : staleToken;
    }
    const now = deps.now();
    const owned = await change.coupons(tenant, ownerId, couponIds);
    const refusals = couponIds.flatMap((couponId): HoldRefusal[] => {
      const coupon = owned.get(couponId);
      if (!coupon) return [{ couponId, code: 'NOT_FOUND' }];
      return isLockable(coupon, now) ? [] : [{ couponId, code: 'NOT_AVAILABLE' }];
    });
    if (refusals.length > 0) return refused(refusals);
    await change.apply(
      [...owned.values()].flatMap((coupon) => {
        const due = dueMoves(coupon, by, now); // an offer that lapsed and nobody wrote down
        return [...due, lock(afterMoves(coupon, due), { token, orderId, until }, by, now)];
      }),
    );
    await change.addHold({ token, tenantId: tenant, ownerId, orderId, couponIds, until, state: 'HELD', returned: [] });
    return accepted(null);
  });
}

/** Whether the hold is for this order of this owner; a token with other words around it is not the token. */
export function isHoldOf(hold: Hold, { orderId, ownerId }: HoldInput): boolean {
  return hold.orderId === orderId && hold.ownerId === ownerId;
}
