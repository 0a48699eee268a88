import type { CouponId, LockToken, OrderId, TemplateId, TenantId, UserId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import { isCounted } from '../../shared/kernel/promotion-limits';
import { afterMoves, dueMoves, type Hold, isLockable, lock } from '../domain/coupon';
import { type CountedLimit, type HeldUse, type PromotionUse, refusalOf, type UseRefusalCode } from '../domain/limits';
import type { CouponStore } from '../store';
import { type LimitDeps, takingsOfUses, type WantedUse } from './limits-and-budgets';
import type { LockQueue } from './lock-queue';
import { type TakeDeps, type Taken, takeByCodes } from './take-by-code';
import { type CodePromise, lookUpCodes, type TypedCodeDeps } from './typed-codes';

/** What the acts on holds need. */
export interface HoldDeps {
  store: CouponStore;
  now(): Date;
}

/** What a lock needs beside, because it takes of limits and makes coupons of codes. */
export type LockDeps = HoldDeps & LimitDeps & TypedCodeDeps & TakeDeps & { lockQueue: LockQueue };

/** A hold as settlement names it. */
export interface HoldInput {
  token: LockToken;
  orderId: OrderId;
  ownerId: UserId;
}

/** What an order wants to hold. */
export interface LockInput extends HoldInput {
  /** Owned coupons, and what the `codes` promise. */
  couponIds: readonly CouponId[];
  /** As they were typed. */
  codes: readonly string[];
  /** What the order uses of promotions with counted limits. */
  uses: readonly PromotionUse[];
  until: Date;
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
export const staleToken: { ok: false; refusal: HoldRefusal[] } = refused([
  { couponId: null, templateId: null, code: 'STALE_TOKEN' },
]);

/** A coupon that a code became, and the name under which it was promised. */
export interface TakenCoupon {
  promisedId: CouponId;
  couponId: CouponId;
}

/**
 * Holds exactly these coupons for one order until a deadline, and takes what the order uses of the limits of promotions: all
 * of it or nothing, in one transaction. What codes promised becomes coupons in it. The same call again changes nothing.
 *
 * Which limits a named version has, and how much they allow, is looked up here. Whether a coupon counts says the version it was
 * claimed under, so a coupon whose use is not named is refused. Believed is what only settlement knows: which promotions apply to
 * the order by themselves, and how much each takes off.
 * @returns what promised coupons became
 * @throws Unavailable when it is asked for a version that is not known here yet
 */
export async function lockCoupons(
  deps: LockDeps,
  tenant: TenantId,
  by: string,
  input: LockInput,
): Promise<Outcome<TakenCoupon[], HoldRefusal[]>> {
  const { token, orderId, ownerId, until } = input;
  const asked = [...new Set(input.couponIds)];
  const named = new Set(input.uses.map(({ versionId }) => versionId));
  const [promises, wanted] = await Promise.all([
    promisesAmong(deps, tenant, ownerId, asked, input.codes),
    takingsOfUses(deps, tenant, ownerId, input.uses),
  ]);
  const takings = wanted.flatMap((use) => use.takings);
  const call = { tenant, owner: ownerId, key: `order ${token}`, by: `user:${ownerId}`, promises };
  const locked: Parameters<typeof takeByCodes<TakenCoupon[], HoldRefusal[]>>[3] = async (change, taken) => {
    const nothingWritten = <T>(outcome: T) => ({ outcome, isUsed: false });
    const known = await change.hold(tenant, token);
    if (known) {
      const names = new Map(known.taken?.map(({ promisedId, couponId }) => [promisedId, couponId]));
      const ids = asked.map((id) => names.get(id) ?? id).sort();
      const isSame = isHoldOf(known, input) && known.state === 'HELD' && known.couponIds.join() === ids.join();
      return nothingWritten(isSame && isSameUse(known.uses, wanted) ? accepted(known.taken ?? []) : staleToken);
    }
    const now = deps.now();
    const fresh: Taken = taken.ok ? taken.value : new Map();
    const lost = new Set(taken.ok ? [] : taken.refusal.map(({ couponId }) => couponId));
    const owned = await change.coupons(
      tenant,
      ownerId,
      asked.filter((id) => !fresh.has(id) && !lost.has(id)),
    );
    const held = [...owned.values(), ...[...fresh.values()].map(({ after }) => after)];
    const terms = await deps.templates.terms(held.map(({ versionId }) => versionId));
    const refusals = asked.flatMap((couponId): HoldRefusal[] => {
      const coupon = owned.get(couponId) ?? fresh.get(couponId)?.after;
      if (!coupon) return [{ couponId, templateId: null, code: lost.has(couponId) ? 'NOT_AVAILABLE' : 'NOT_FOUND' }];
      if (!isLockable(coupon, now)) return [{ couponId, templateId: null, code: 'NOT_AVAILABLE' }];
      const { templateId, versionId } = coupon;
      const pinned = terms.get(versionId);
      if (!pinned || !isCounted(pinned.document) || named.has(versionId)) return [];
      return [{ couponId, templateId, code: 'USE_NOT_NAMED' }];
    });
    if (refusals.length > 0) return nothingWritten(refused(refusals));
    // It reads before it writes, so nothing is written when it refuses, and nothing before it.
    const limits = await change.take(takings);
    if ('refused' in limits) return nothingWritten(refused(usesRefused(limits.refused)));
    const uses = wanted.map(({ templateId, amount, currency, takings }): HeldUse => {
      const takes = takings.flatMap(({ limit }) => limits.taken.get(limit.counter) ?? []);
      return { templateId, amount, currency, takes, returned: 0, isReturned: false };
    });
    await change.apply([
      ...fresh.values(),
      ...held.flatMap((coupon) => {
        const due = dueMoves(coupon, by, now); // an offer that lapsed and nobody wrote down
        return [...due, lock(afterMoves(coupon, due), { token, orderId, until }, by, now)];
      }),
    ]);
    const became = [...fresh].map(([promisedId, { after }]) => ({ promisedId, couponId: after.id }));
    const couponIds = held.map(({ id }) => id).sort();
    const hold: Hold = {
      token,
      tenantId: tenant,
      ownerId,
      orderId,
      couponIds,
      uses,
      until,
      state: 'HELD',
      returned: [],
    };
    await change.addHold(became.length > 0 ? { ...hold, taken: became } : hold);
    return { outcome: accepted(became), isUsed: true };
  };
  // Orders of one person at once mostly want the same coupons, so they wait for each other like those that share a limit.
  const wallet = asked.length > 0 ? [`wallet ${tenant} ${ownerId}`] : [];
  return deps.lockQueue.run([...takings.map(({ limit }) => limit.counter), ...wallet], () =>
    takeByCodes(deps, call, (work) => deps.store.change(work), locked),
  );
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

/** What the typed codes promise, as far as it is asked for: rights come from the code, never from the name of a promise. */
async function promisesAmong(
  deps: TypedCodeDeps,
  tenant: TenantId,
  owner: UserId,
  asked: readonly CouponId[],
  codes: readonly string[],
): Promise<CodePromise[]> {
  if (codes.length === 0) return [];
  const found = await lookUpCodes(deps, tenant, owner, codes, null);
  const promises = [...found.values()].flatMap((typed) => (typed.kind === 'PROMISE' ? typed.promise : []));
  const byId = new Map(promises.map((promise) => [promise.couponId, promise]));
  return asked.flatMap((id) => byId.get(id) ?? []);
}
