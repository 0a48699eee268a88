import { randomUUID } from 'node:crypto';
import type { Identity } from '../../shared/contracts/identity';
import type { CouponId, TenantId, UserId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import type { CodeNumbers } from '../code-numbers';
import { codeDay } from '../domain/claim-rules';
import { codePrefix } from '../domain/code';
import { afterMoves, type Coupon, type EndOfOffer, endOffer, isLapsed, type Move } from '../domain/coupon';
import { accept, type GiftRefusal, maxOffers, offer } from '../domain/gift';
import type { CouponChange } from '../store';
import type { TemplateCopies } from '../template-copies';
import type { WalletStore } from '../wallet-store';
import type { HoldDeps } from './lock-coupons';
import { callOf } from './rule-coupon';

/** What giving coupons needs. */
export interface GiftDeps extends HoldDeps {
  wallet: WalletStore;
  templates: TemplateCopies;
  codes: CodeNumbers;
}

/** Why a coupon was not offered. */
export type GiftCouponRefusal =
  | GiftRefusal
  | { code: 'COUPON_NOT_FOUND' }
  | { code: 'INVALID_RECEIVER' }
  | { code: 'IDEMPOTENCY_KEY_REUSED' };

/** Why an offer was not answered: there is none, or none any more, or the key came with another input. */
export type AnswerGiftRefusal = { code: 'OFFER_NOT_FOUND' | 'OFFER_OVER' | 'IDEMPOTENCY_KEY_REUSED' };

/** An offer by the coupon it is about, and the key of the call. */
export interface OfferInput {
  couponId: CouponId;
  idempotencyKey: string;
}

type Given = Outcome<Coupon, GiftCouponRefusal>;
type Answered = Promise<Outcome<Coupon, AnswerGiftRefusal>>;

/** The longest id of a person, in characters. */
const longestUserId = 200;

/** Offers one of the caller's coupons to another person, who has the tenant's time to accept it. */
export async function giftCoupon(
  deps: GiftDeps,
  who: Identity & { kind: 'user' },
  input: OfferInput & { receiverId: UserId },
): Promise<Given> {
  const { tenant, subject: owner } = who;
  if (input.receiverId.trim() === '' || input.receiverId.length > longestUserId)
    return refused({ code: 'INVALID_RECEIVER' });
  const [{ giftHours: hours }, offered] = await Promise.all([
    deps.templates.settings(tenant),
    deps.wallet.countOffers(tenant, owner, maxOffers),
  ]);
  const result = await deps.store.changeOnce<Given>(
    callOf(tenant, `user:${owner}`, 'giftCoupon', input),
    async (change) => {
      const coupon = (await change.coupons(tenant, owner, [input.couponId])).get(input.couponId);
      if (!coupon) return { outcome: refused({ code: 'COUPON_NOT_FOUND' as const }), keep: false };
      const made = offer(coupon, input.receiverId, { by: `user:${owner}`, at: deps.now(), hours, offered });
      if (!made.ok) return { outcome: made, keep: false };
      await change.apply(made.value);
      return { outcome: accepted(afterMoves(coupon, made.value)), keep: true };
    },
  );
  return result.kind === 'REUSED' ? refused({ code: 'IDEMPOTENCY_KEY_REUSED' }) : result.outcome;
}

/** Takes an offered coupon: the caller gets one of their own, which counts in none of their limits. */
export async function acceptGift(deps: GiftDeps, who: Identity & { kind: 'user' }, input: OfferInput): Answered {
  const { tenant, subject } = who;
  const found = await deps.store.coupon(tenant, input.couponId);
  const isTheirs = found?.state === 'TRANSFER_PENDING' && found.offer.to === subject;
  // Before the transaction, and only for an offer there is: nobody uses numbers up by asking.
  const code = isTheirs ? await nextCode(deps, found) : null;
  return answer(deps, who, 'acceptGift', input, (coupon, now) => {
    if (coupon.offer.to !== subject || code === null) return null;
    // Nobody can guess the key, so no claim of the receiver can stand in its way.
    return accept(coupon, { code, idempotencyKey: `received:${randomUUID()}` }, `user:${subject}`, now);
  });
}

/** Refuses an offered coupon; it is its owner's again. */
export function declineGift(deps: GiftDeps, who: Identity & { kind: 'user' }, input: OfferInput): Answered {
  return endGift(deps, who, 'declineGift', 'decline', input, ({ offer }) => offer.to === who.subject);
}

/** Takes an offered coupon back before it was answered. */
export function takeBackGift(deps: GiftDeps, who: Identity & { kind: 'user' }, input: OfferInput): Answered {
  return endGift(deps, who, 'takeBackGift', 'takeBack', input, ({ ownerId }) => ownerId === who.subject);
}

type Offered = Coupon & { state: 'TRANSFER_PENDING' };

function endGift(
  deps: GiftDeps,
  who: Identity & { kind: 'user' },
  mutation: string,
  act: EndOfOffer,
  input: OfferInput,
  isParty: (coupon: Offered) => boolean,
): Answered {
  return answer(deps, who, mutation, input, (coupon, now) =>
    isParty(coupon) ? endOffer(act, coupon, `user:${who.subject}`, now) : null,
  );
}

/** A number for the receiver's coupon, as a claim of the same promotion would get it now. */
async function nextCode(deps: GiftDeps, { tenantId, versionId }: Coupon): Promise<string> {
  const terms = (await deps.templates.terms([versionId])).get(versionId);
  if (!terms)
    throw new Error(`Expected the terms of version ${versionId}, found none; replay the events of its template.`);
  const { zone } = await deps.templates.settings(tenantId);
  return deps.codes.next(tenantId, codePrefix(terms), codeDay(deps.now(), zone));
}

/** Answers an offer that is open; of the coupons it moved, the caller gets to see the last. */
async function answer(
  deps: GiftDeps,
  who: Identity & { kind: 'user' },
  mutation: string,
  input: OfferInput,
  movesOf: (coupon: Offered, now: Date) => Move[] | null,
): Answered {
  const result = await deps.store.changeOnce<Awaited<Answered>>(
    callOf(who.tenant, `user:${who.subject}`, mutation, input),
    async (change) => {
      const none = { outcome: refused({ code: 'OFFER_NOT_FOUND' as const }), keep: false };
      const coupon = await offeredCoupon(change, who.tenant, input.couponId);
      if (!coupon) return none;
      const now = deps.now();
      const moves = movesOf(coupon, now);
      if (!moves) return none;
      if (isLapsed(coupon, now)) return { outcome: refused({ code: 'OFFER_OVER' as const }), keep: false };
      await change.apply(moves);
      return { outcome: accepted(afterMoves(coupon, moves)), keep: true };
    },
  );
  return result.kind === 'REUSED' ? refused({ code: 'IDEMPOTENCY_KEY_REUSED' }) : result.outcome;
}

/** The coupon while it is on offer. */
async function offeredCoupon(change: CouponChange, tenant: TenantId, id: CouponId): Promise<Offered | null> {
  const [coupon] = await change.couponsOfAnyone([id]);
  return coupon?.tenantId === tenant && coupon.state === 'TRANSFER_PENDING' ? coupon : null;
}
