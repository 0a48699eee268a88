import type { Identity } from '../../shared/contracts/identity';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import type { ClaimedCoupons } from '../claimed-coupons';
import { type Coupon, readCouponId } from '../domain/coupon';
import { type CodeRefusal, codeKeyOf, isGateSerial, type PromotionCode, serialOfCode } from '../domain/promotion-code';
import { type TakeDeps, takeByCodes } from './take-by-code';
import { lookUpCodes, type TypedCodeDeps } from './typed-codes';

/** What making a coupon of a code needs. */
export type CodeClaimDeps = TypedCodeDeps & TakeDeps & { claimed: ClaimedCoupons };

/** Why a code gave no coupon. */
export type ClaimByCodeRefusal = CodeRefusal | { reason: 'IDEMPOTENCY_KEY_REUSED' };

/** Where the coupon that a code gave is told from one that another call of the same key made. */
type Made = { coupon: Coupon; isOfThisCode: boolean };

/**
 * Makes a coupon of a code and puts it into the caller's wallet, to be used at some later order. The same key gives the same
 * coupon, whatever has happened to the promotion since; a code that is the caller's coupon already gives that one.
 * @throws Unavailable when the gate or the database cannot say; the same request may be sent again
 */
export async function claimCouponByCode(
  deps: CodeClaimDeps,
  who: Identity,
  input: { code: string; idempotencyKey: string; address: string | null },
): Promise<Outcome<Coupon, ClaimByCodeRefusal>> {
  if (who.kind !== 'user') return refused({ reason: 'NOT_ELIGIBLE' });
  const { tenant, subject: owner } = who;
  const stored = await deps.claimed.byKey(tenant, owner, input.idempotencyKey);
  if (stored) {
    const code = (await deps.promotionCodes.byKeys(tenant, [codeKeyOf(input.code)])).get(codeKeyOf(input.code));
    return code && cameOf(stored, code) ? accepted(stored) : refused({ reason: 'IDEMPOTENCY_KEY_REUSED' });
  }
  const typed = (await lookUpCodes(deps, tenant, owner, [input.code], input.address)).get(input.code);
  switch (typed?.kind) {
    case 'COUPON':
      return accepted(typed.coupon);
    case 'PROMISE':
      break;
    default:
      return refused(typed?.refusal ?? { reason: 'UNKNOWN' });
  }
  const { promise } = typed;
  const call = { tenant, owner, key: input.idempotencyKey, by: `user:${owner}`, promises: [promise] };
  const made = await takeByCodes<Made, CodeRefusal>(
    deps,
    call,
    (work) => deps.store.change(work),
    async (change, taken) => {
      const earlier = await change.byKey(tenant, owner, input.idempotencyKey);
      if (earlier) {
        const isOfThisCode = earlier.templateId === promise.template.templateId;
        return { outcome: accepted({ coupon: earlier, isOfThisCode }), isUsed: false };
      }
      if (!taken.ok) {
        const [refusal] = taken.refusal;
        const { reason = 'SOLD_OUT', retryAt } = refusal ?? {};
        return { outcome: refused({ reason, ...(retryAt && { retryAt }) }), isUsed: false };
      }
      const moves = [...taken.value.values()];
      await change.apply(moves);
      const [move] = moves;
      if (!move) throw new Error(`Expected a coupon of ${promise.couponId}, found none.`);
      return { outcome: accepted({ coupon: move.after, isOfThisCode: true }), isUsed: true };
    },
  );
  if (!made.ok) return made;
  return made.value.isOfThisCode ? accepted(made.value.coupon) : refused({ reason: 'IDEMPOTENCY_KEY_REUSED' });
}

/** Whether a coupon can have come of a code: of a unique one by its serial, of a public one by a serial of the gate. */
function cameOf({ id, templateId }: Coupon, code: PromotionCode): boolean {
  const serial = readCouponId(id)?.serial;
  if (serial === undefined || templateId !== code.templateId) return false;
  return code.kind === 'UNIQUE' ? serial === serialOfCode(code.number) : isGateSerial(serial);
}
