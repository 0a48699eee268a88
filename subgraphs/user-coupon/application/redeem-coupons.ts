import type { TenantId } from '../../shared/kernel/identifiers';
import { accepted } from '../../shared/kernel/outcome';
import { redeem } from '../domain/coupon';
import { type HoldDeps, type HoldInput, type HoldOutcome, isHoldOf, staleToken } from './lock-coupons';

/** Spends everything a token holds, whatever has expired meanwhile. The same call again changes nothing. */
export async function redeemCoupons(
  deps: HoldDeps,
  tenant: TenantId,
  by: string,
  input: HoldInput,
): Promise<HoldOutcome> {
  return deps.store.change(async (change) => {
    const hold = await change.hold(tenant, input.token);
    if (!hold || !isHoldOf(hold, input) || hold.state === 'RELEASED') return staleToken;
    if (hold.state === 'REDEEMED') return accepted(null);
    const now = deps.now();
    const held = await change.coupons(tenant, hold.ownerId, hold.couponIds);
    await change.apply([...held.values()].map((coupon) => redeem(coupon, hold.orderId, hold.token, by, now)));
    await change.spend(hold.uses.flatMap(({ takes }) => takes));
    await change.changeHold({ ...hold, state: 'REDEEMED' });
    return accepted(null);
  });
}
