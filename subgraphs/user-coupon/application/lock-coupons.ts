import type { CouponId, LockToken, OrderId, TenantId, UserId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import { type Hold, isLockable, lock } from '../domain/coupon';
import type { CouponStore } from '../store';
import { type TakeDeps, type Taken, takeByCodes } from './take-by-code';
import { type CodePromise, lookUpCodes, type TypedCodeDeps } from './typed-codes';

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
export const staleToken: { ok: false; refusal: HoldRefusal[] } = refused([{ couponId: null, code: 'STALE_TOKEN' }]);

/** A coupon that a code became, and the name under which it was promised. */
export interface TakenCoupon {
  promisedId: CouponId;
  couponId: CouponId;
}

/**
 * Holds exactly these coupons for one order until a deadline, all or none. What codes promised becomes coupons in the same
 * transaction. The same call again changes nothing.
 * @param input `couponIds` owned ones, and what the `codes`, as they were typed, promise
 * @returns what promised coupons became
 */
export async function lockCoupons(
  deps: HoldDeps & TypedCodeDeps & TakeDeps,
  tenant: TenantId,
  by: string,
  input: HoldInput & { couponIds: readonly CouponId[]; codes: readonly string[]; until: Date },
): Promise<Outcome<TakenCoupon[], HoldRefusal[]>> {
  const { token, orderId, ownerId, until } = input;
  const asked = [...new Set(input.couponIds)];
  const promises = await promisesAmong(deps, tenant, ownerId, asked, input.codes);
  const call = { tenant, owner: ownerId, key: `order ${token}`, by: `user:${ownerId}`, promises };
  return takeByCodes(
    deps,
    call,
    (work) => deps.store.change(work),
    async (change, taken) => {
      const nothingWritten = <T>(outcome: T) => ({ outcome, isUsed: false });
      const known = await change.hold(tenant, token);
      if (known) {
        const names = new Map(known.taken?.map(({ promisedId, couponId }) => [promisedId, couponId]));
        const wanted = asked.map((id) => names.get(id) ?? id).sort();
        const isSame = isHoldOf(known, input) && known.state === 'HELD' && known.couponIds.join() === wanted.join();
        return nothingWritten(isSame ? accepted(known.taken ?? []) : staleToken);
      }
      const now = deps.now();
      const fresh: Taken = taken.ok ? taken.value : new Map();
      const lost = new Set(taken.ok ? [] : taken.refusal.map(({ couponId }) => couponId));
      const owned = await change.coupons(
        tenant,
        ownerId,
        asked.filter((id) => !fresh.has(id) && !lost.has(id)),
      );
      const refusals = asked.flatMap((couponId): HoldRefusal[] => {
        const coupon = owned.get(couponId) ?? fresh.get(couponId)?.after;
        if (!coupon) return [{ couponId, code: lost.has(couponId) ? 'NOT_AVAILABLE' : 'NOT_FOUND' }];
        return isLockable(coupon, now) ? [] : [{ couponId, code: 'NOT_AVAILABLE' }];
      });
      if (refusals.length > 0) return nothingWritten(refused(refusals));
      const held = [...owned.values(), ...[...fresh.values()].map(({ after }) => after)];
      await change.apply([
        ...fresh.values(),
        ...held.map((coupon) => lock(coupon, { token, orderId, until }, by, now)),
      ]);
      const became = [...fresh].map(([promisedId, { after }]) => ({ promisedId, couponId: after.id }));
      const couponIds = held.map(({ id }) => id).sort();
      const hold: Hold = { token, tenantId: tenant, ownerId, orderId, couponIds, until, state: 'HELD', returned: [] };
      await change.addHold(became.length > 0 ? { ...hold, taken: became } : hold);
      return { outcome: accepted(became), isUsed: true };
    },
  );
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
