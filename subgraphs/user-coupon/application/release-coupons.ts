import type { TenantId } from '../../shared/kernel/identifiers';
import { accepted } from '../../shared/kernel/outcome';
import { letGo } from '../domain/coupon';
import { type HoldDeps, type HoldInput, type HoldOutcome, isHoldOf, staleToken } from './lock-coupons';

/**
 * Lets go of everything a token holds; what ran out meanwhile expires. The same call again changes nothing. A token that
 * never held anything is noted as released, so that a lock which is still on its way comes too late.
 */
export async function releaseCoupons(
  deps: HoldDeps,
  tenant: TenantId,
  by: string,
  input: HoldInput,
): Promise<HoldOutcome> {
  return deps.store.change(async (change) => {
    const now = deps.now();
    const hold = await change.hold(tenant, input.token);
    if (!hold) {
      const { token, orderId, ownerId } = input;
      await change.addHold({
        token,
        tenantId: tenant,
        ownerId,
        orderId,
        couponIds: [],
        uses: [],
        until: now,
        state: 'RELEASED',
        returned: [],
      });
      return accepted(null);
    }
    if (!isHoldOf(hold, input) || hold.state === 'REDEEMED') return staleToken;
    if (hold.state === 'RELEASED') return accepted(null);
    const held = await change.coupons(tenant, hold.ownerId, hold.couponIds);
    await change.apply([...held.values()].flatMap((coupon) => letGo('release', coupon, hold.orderId, by, now)));
    await change.giveBack(
      hold.uses.flatMap(({ takes }) => takes),
      'held',
    );
    await change.changeHold({ ...hold, state: 'RELEASED' });
    return accepted(null);
  });
}
