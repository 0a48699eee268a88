import type { CouponId, LockToken, OrderId, TemplateId, TenantId, UserId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import { isCounted } from '../../shared/kernel/promotion-limits';
import { type Hold, isLockable, lock } from '../domain/coupon';
import { type CountedLimit, type HeldUse, type PromotionUse, refusalOf, type UseRefusalCode } from '../domain/limits';
import type { CouponChange, CouponStore } from '../store';
import { type LimitDeps, takingsOfUses, type WantedUse } from './limits-and-budgets';
import type { LockQueue } from './lock-queue';

/** What the acts on holds need. */
export interface HoldDeps {
  store: CouponStore;
  now(): Date;
}

/** What a lock needs beside, because it takes of limits. */
export type LockDeps = HoldDeps & LimitDeps & { lockQueue: LockQueue };

/** A hold as settlement names it. */
export interface HoldInput {
  token: LockToken;
  orderId: OrderId;
  ownerId: UserId;
}

/**
 * What stood in the way: a coupon, a promotion whose limits do not allow it, or the token itself (both null). `USE_NOT_NAMED`: the
 * coupon takes of limits, and nothing says how much.
 */
export interface HoldRefusal {
  couponId: CouponId | null;
  templateId: TemplateId | null;
  code: 'NOT_FOUND' | 'NOT_AVAILABLE' | 'USE_NOT_NAMED' | 'STALE_TOKEN' | UseRefusalCode;
}

/** Done, or everything that stood in the way. */
export type HoldOutcome = Outcome<null, HoldRefusal[]>;

/** The token holds nothing, or no longer. */
export const staleToken: HoldOutcome = refused([{ couponId: null, templateId: null, code: 'STALE_TOKEN' }]);

/**
 * Holds exactly these coupons for one order until a deadline, and takes what the order uses of the limits of promotions: all
 * of it or nothing, in one transaction. The same call again changes nothing.
 *
 * Which limits a named version has, and how much they allow, is looked up here. Whether a coupon counts says the version it was
 * claimed under, so a coupon whose use is not named is refused. Believed is what only settlement knows: which promotions apply to
 * the order by themselves, and how much each takes off.
 * @throws Unavailable when it is asked for a version that is not known here yet
 */
export async function lockCoupons(
  deps: LockDeps,
  tenant: TenantId,
  by: string,
  input: HoldInput & { couponIds: readonly CouponId[]; uses: readonly PromotionUse[]; until: Date },
): Promise<HoldOutcome> {
  const { token, orderId, ownerId, until } = input;
  const couponIds = [...new Set(input.couponIds)].sort();
  const named = new Set(input.uses.map(({ versionId }) => versionId));
  const wanted = await takingsOfUses(deps, tenant, ownerId, input.uses);
  const counters = wanted.flatMap(({ takings }) => takings.map(({ limit }) => limit.counter));
  const locked = async (change: CouponChange): Promise<HoldOutcome> => {
    const known = await change.hold(tenant, token);
    if (known) {
      const isSame = isHoldOf(known, input) && known.state === 'HELD' && known.couponIds.join() === couponIds.join();
      return isSame && isSameUse(known.uses, wanted) ? accepted(null) : staleToken;
    }
    const now = deps.now();
    const owned = await change.coupons(tenant, ownerId, couponIds);
    const terms = await deps.templates.terms([...owned.values()].map(({ versionId }) => versionId));
    const refusals = couponIds.flatMap((couponId): HoldRefusal[] => {
      const coupon = owned.get(couponId);
      if (!coupon) return [{ couponId, templateId: null, code: 'NOT_FOUND' }];
      if (!isLockable(coupon, now)) return [{ couponId, templateId: null, code: 'NOT_AVAILABLE' }];
      const { templateId, versionId } = coupon;
      const pinned = terms.get(versionId);
      if (!pinned || !isCounted(pinned.document) || named.has(versionId)) return [];
      return [{ couponId, templateId, code: 'USE_NOT_NAMED' }];
    });
    if (refusals.length > 0) return refused(refusals);
    // It reads before it writes, so nothing is written when it refuses, and nothing before it.
    const limits = await change.take(wanted.flatMap(({ takings }) => takings));
    if ('refused' in limits) return refused(usesRefused(limits.refused));
    const uses = wanted.map(({ templateId, amount, currency, takings }): HeldUse => {
      const takes = takings.flatMap(({ limit }) => limits.taken.get(limit.counter) ?? []);
      return { templateId, amount, currency, takes, returned: 0, isReturned: false };
    });
    await change.apply([...owned.values()].map((coupon) => lock(coupon, { token, orderId, until }, by, now)));
    await change.addHold({
      token,
      tenantId: tenant,
      ownerId,
      orderId,
      couponIds,
      uses,
      until,
      state: 'HELD',
      returned: [],
    });
    return accepted(null);
  };
  return deps.lockQueue.run(counters, () => deps.store.change(locked));
}

/** Each promotion once with each reason, however many limits say so. */
function usesRefused(limits: readonly CountedLimit[]): HoldRefusal[] {
  const refusals = limits.map((limit) => ({ templateId: limit.templateId, code: refusalOf(limit) }));
  const distinct = new Map(refusals.map((refusal) => [`${refusal.templateId} ${refusal.code}`, refusal]));
  return [...distinct.values()].map((refusal): HoldRefusal => ({ couponId: null, ...refusal }));
}

function isSameUse(held: readonly HeldUse[], wanted: readonly WantedUse[]): boolean {
  const text = (uses: readonly { templateId: TemplateId; amount: number; currency: string }[]) =>
    uses
      .map(({ templateId, amount, currency }) => `${templateId} ${amount} ${currency}`)
      .sort()
      .join();
  return text(held) === text(wanted);
}

/** Whether the hold is for this order of this owner; a token with other words around it is not the token. */
export function isHoldOf(hold: Hold, { orderId, ownerId }: HoldInput): boolean {
  return hold.orderId === orderId && hold.ownerId === ownerId;
}
