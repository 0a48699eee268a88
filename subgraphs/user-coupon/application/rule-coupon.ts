import type { Identity } from '../../shared/contracts/identity';
import type { CouponId, TemplateId, TenantId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import type { LiveTemplate } from '../domain/claim-rules';
import { afterMoves, type Coupon } from '../domain/coupon';
import { type RulingAct, type RulingRefusal, rule } from '../domain/ruling';
import type { TemplateCopies } from '../template-copies';
import type { HoldDeps } from './lock-coupons';

/** What ruling of issued coupons needs. */
export interface RulingDeps extends HoldDeps {
  templates: TemplateCopies;
}

/** What a shop sends to freeze, unfreeze or revoke one coupon. */
export interface RulingInput {
  couponId: CouponId;
  /** A few words for the record. */
  note?: string | null;
  idempotencyKey: string;
}

/** Why nothing was ruled. */
export type RuleCouponRefusal =
  | RulingRefusal
  | { code: 'COUPON_NOT_FOUND' }
  | { code: 'NOTE_TOO_LONG' }
  | { code: 'IDEMPOTENCY_KEY_REUSED' };

type Ruled = Promise<Outcome<Coupon, RuleCouponRefusal>>;

/** The longest note, in characters. */
export const longestNote = 500;

/** Blocks a coupon for the time being; while an order holds or has spent it, from when it comes back. */
export function freezeCoupon(deps: RulingDeps, who: Identity, input: RulingInput): Ruled {
  return ruleCoupon(deps, who, 'freeze', input);
}

/** Lets a frozen coupon be used again, or withdraws a freeze that waits. */
export function unfreezeCoupon(deps: RulingDeps, who: Identity, input: RulingInput): Ruled {
  return ruleCoupon(deps, who, 'unfreeze', input);
}

/** Takes a coupon from its owner for good; while an order holds or has spent it, from when it comes back. */
export function revokeCoupon(deps: RulingDeps, who: Identity, input: RulingInput): Ruled {
  return ruleCoupon(deps, who, 'revoke', input);
}

/** A coupon of a promotion the caller runs, whoever owns it; null for any other. */
export async function issuedCoupon(deps: RulingDeps, who: Identity, id: CouponId): Promise<Coupon | null> {
  const coupon = await deps.store.coupon(who.tenant, id);
  return coupon && (await ownTemplate(deps, who, coupon.templateId)) ? coupon : null;
}

/** The template when the caller runs it: a merchant the own ones, whoever speaks for the tenant all of it. */
export async function ownTemplate(
  deps: { templates: TemplateCopies },
  who: Identity,
  id: TemplateId,
): Promise<LiveTemplate | null> {
  const template = await deps.templates.template(who.tenant, id);
  const merchant = who.kind === 'user' ? who.merchant : null;
  return template && (merchant === null || merchant === template.merchantId) ? template : null;
}

/** A person or a service as the record of a move names them. */
export function ruledBy(who: Identity): string {
  return who.kind === 'user' || who.kind === 'service' ? `${who.kind}:${who.subject}` : who.kind;
}

async function ruleCoupon(deps: RulingDeps, who: Identity, act: RulingAct, input: RulingInput): Ruled {
  const note = input.note?.trim() || null;
  if (note && note.length > longestNote) return refused({ code: 'NOTE_TOO_LONG' });
  if (!(await issuedCoupon(deps, who, input.couponId))) return refused({ code: 'COUPON_NOT_FOUND' });
  const call = callOf(who.tenant, ruledBy(who), `${act}Coupon`, input);
  const result = await deps.store.changeOnce<Awaited<Ruled>>(call, async (change) => {
    const [coupon] = await change.couponsOfAnyone([input.couponId]);
    if (!coupon) return { outcome: refused({ code: 'COUPON_NOT_FOUND' as const }), keep: false };
    const ruled = rule(act, coupon, { by: ruledBy(who), at: deps.now(), note });
    if (!ruled.ok) return { outcome: ruled, keep: false };
    await change.apply(ruled.value);
    return { outcome: accepted(afterMoves(coupon, ruled.value)), keep: true };
  });
  return result.kind === 'REUSED' ? refused({ code: 'IDEMPOTENCY_KEY_REUSED' }) : result.outcome;
}

/** A call under whose key its answer is kept. */
export function callOf(tenant: TenantId, caller: string, mutation: string, input: { idempotencyKey: string }) {
  return { tenant, caller, mutation, key: input.idempotencyKey, input };
}
