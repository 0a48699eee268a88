import type { CouponId, TemplateId, TenantId } from '../../shared/kernel/identifiers';
import { accepted, refused } from '../../shared/kernel/outcome';
import { validityOnReturn } from '../../shared/kernel/promotion-terms';
import { letGo } from '../domain/coupon';
import { comingBack } from '../domain/limits';
import type { TemplateCopies } from '../template-copies';
import {
  type HoldDeps,
  type HoldInput,
  type HoldOutcome,
  type HoldRefusal,
  isHoldOf,
  staleToken,
} from './lock-coupons';

/** What of the money of a promotion has come back in all, in minor units; the whole of it brings the use itself back. */
export interface ReturnedUse {
  templateId: TemplateId;
  amount: number;
}

/**
 * Gives back what was spent on a cancelled or returned order, all that is named or none: coupons, of which those that ran out
 * meanwhile expire, unless their terms give them days on return, and those stay spent whose terms say that they do not come
 * back; and what the order used of the limits of promotions, in part or as a whole. The same call again changes
 * nothing, even when a coupon that came back has been spent on another order since.
 */
export async function returnCoupons(
  deps: HoldDeps & { templates: TemplateCopies },
  tenant: TenantId,
  by: string,
  input: HoldInput & { couponIds: readonly CouponId[]; uses: readonly ReturnedUse[] },
): Promise<HoldOutcome> {
  return deps.store.change(async (change) => {
    const hold = await change.hold(tenant, input.token);
    if (!hold || !isHoldOf(hold, input) || hold.state !== 'REDEEMED') return staleToken;
    const asked = [...new Set(input.couponIds)];
    const totals = new Map(input.uses.map(({ templateId, amount }) => [templateId, amount]));
    const unknown = new Set(totals.keys());
    for (const { templateId } of hold.uses) unknown.delete(templateId);
    const refusals = [
      ...asked
        .filter((id) => !hold.couponIds.includes(id))
        .map((couponId): HoldRefusal => ({ couponId, templateId: null, code: 'NOT_FOUND' })),
      ...[...unknown].map((templateId): HoldRefusal => ({ couponId: null, templateId, code: 'NOT_FOUND' })),
    ];
    if (refusals.length > 0) return refused(refusals);

    const open = asked.filter((id) => !hold.returned.includes(id));
    const back = hold.uses.map((use) => {
      const total = totals.get(use.templateId);
      return total === undefined ? { use, takes: [] } : comingBack(use, total);
    });
    const takes = back.flatMap((one) => one.takes);
    const isNews = back.some(
      ({ use }, at) => use.returned !== hold.uses[at]?.returned || use.isReturned !== hold.uses[at]?.isReturned,
    );
    if (open.length === 0 && !isNews) return accepted(null);
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
    await change.giveBack(takes, 'spent');
    await change.changeHold({
      ...hold,
      returned: [...hold.returned, ...open],
      uses: back.map(({ use }) => use),
    });
    return accepted(null);
  });
}
