import type { CouponId, TenantId } from '../../shared/kernel/identifiers';
import { accepted, refused } from '../../shared/kernel/outcome';
import { validityOnReturn } from '../../shared/kernel/promotion-terms';
import { letGo } from '../domain/coupon';
import type { TemplateCopies } from '../template-copies';
import {
  type HoldDeps,
  type HoldInput,
  type HoldOutcome,
  type HoldRefusal,
  isHoldOf,
  staleToken,
} from './lock-coupons';

/**
 * Gives spent coupons of a cancelled or returned order back, all of them or none; what ran out meanwhile expires, unless its
 * terms give it days on return. One whose terms say that it does not come back stays spent. The same call again changes
 * nothing, even when a coupon that came back has been spent on another order since.
 */
export async function returnCoupons(
  deps: HoldDeps & { templates: TemplateCopies },
  tenant: TenantId,
  by: string,
  input: HoldInput & { couponIds: readonly CouponId[] },
): Promise<HoldOutcome> {
  return deps.store.change(async (change) => {
    const hold = await change.hold(tenant, input.token);
    if (!hold || !isHoldOf(hold, input) || hold.state !== 'REDEEMED') return staleToken;
    const asked = [...new Set(input.couponIds)];
    const foreign = asked.filter((id) => !hold.couponIds.includes(id));
    if (foreign.length > 0) return refused(foreign.map((couponId): HoldRefusal => ({ couponId, code: 'NOT_FOUND' })));
    const open = asked.filter((id) => !hold.returned.includes(id));
    if (open.length === 0) return accepted(null);
    const now = deps.now();
    const spent = [...(await change.coupons(tenant, hold.ownerId, open)).values()];
    const terms = await deps.templates.terms(spent.map(({ versionId }) => versionId));
    await change.apply(
      spent.flatMap((coupon) => {
        const document = terms.get(coupon.versionId)?.document;
        const back = document ? validityOnReturn(document, coupon.expiresAt, now) : { expiresAt: coupon.expiresAt };
        return back ? letGo('return', coupon, hold.orderId, by, now, back.expiresAt) : [];
      }),
    );
    await change.changeHold({ ...hold, returned: [...hold.returned, ...open] });
    return accepted(null);
  });
}
