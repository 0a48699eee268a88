import type { UserId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import { slotsOf } from './claim-rules';
import {
  afterMoves,
  type Coupon,
  type CouponState,
  couponIdOf,
  dueMoves,
  factsAfter,
  type Move,
  readCouponId,
  startOf,
  usedFactsAfter,
} from './coupon';

/** Why a coupon cannot be given. */
export type GiftRefusal =
  /** Only a usable coupon can be given; it is in this state. */
  | { code: 'NOT_AVAILABLE'; state: CouponState }
  /** Giver and receiver are the same person. */
  | { code: 'OWN_COUPON' }
  /** The giver has as many coupons on offer as one person may have at a time. */
  | { code: 'TOO_MANY_OFFERS' };

/** The most coupons one person may have on offer at a time. */
export const maxOffers = 100;

const hourMs = 3_600_000;

/**
 * Offers a usable coupon to another person. Until they answer it is nobody's to spend; at the deadline, or at the coupon's
 * own expiry if that is sooner, it comes back.
 * @param hours the tenant's time to answer
 * @param offered how many coupons the giver has on offer already
 */
export function offer(
  coupon: Coupon,
  to: UserId,
  { by, at, hours, offered }: { by: string; at: Date; hours: number; offered: number },
): Outcome<Move[], GiftRefusal> {
  if (to === coupon.ownerId) return refused({ code: 'OWN_COUPON' });
  const due = dueMoves(coupon, by, at);
  const current = afterMoves(coupon, due);
  if (current.state !== 'AVAILABLE') return refused({ code: 'NOT_AVAILABLE', state: current.state });
  if (offered >= maxOffers) return refused({ code: 'TOO_MANY_OFFERS' });
  const until = new Date(Math.min(at.getTime() + hours * hourMs, coupon.expiresAt.getTime()));
  const made = { to, at, until };
  return accepted([
    ...due,
    {
      act: 'offer',
      before: startOf('offer', current),
      after: { ...factsAfter(current), state: 'TRANSFER_PENDING', offer: made },
      by,
      at,
      offer: made,
    },
  ]);
}

/**
 * Hands an offered coupon over: the giver's ends as TRANSFERRED, the receiver gets one of their own with the same serial,
 * terms and validity, the next hop, and no use of their limits. Its first move is the guard that there is one receiver.
 * @param received the number people read out and the key of the receiver's coupon
 */
export function accept(
  coupon: Coupon & { state: 'TRANSFER_PENDING' },
  received: { code: string; idempotencyKey: string },
  by: string,
  at: Date,
): Move[] {
  const { to } = coupon.offer;
  const number = readCouponId(coupon.id);
  if (!number) throw new Error(`Expected the id of a coupon, found ${coupon.id}; restore it from its moves.`);
  const id = couponIdOf({ ...number, hop: number.hop + 1 });
  const { transferredFrom: _, ...facts } = factsAfter(coupon);
  const own: Coupon = {
    ...facts,
    ...received,
    id,
    ownerId: to,
    seq: 1,
    slots: slotsOf([], id),
    claimedAt: at,
    transferredFrom: coupon.id,
    state: 'AVAILABLE',
  };
  return [
    {
      act: 'accept',
      before: startOf('accept', coupon),
      after: { ...usedFactsAfter(coupon), state: 'TRANSFERRED', gift: { to, couponId: id, at } },
      by,
      at,
      to,
      received: id,
    },
    { act: 'receive', before: null, after: own, by, at, giver: coupon.ownerId, transferredFrom: coupon.id },
  ];
}
