import type {
  BulkCouponChange as BulkShape,
  CouponAct,
  CouponActor,
  CouponMove as CouponMoveShape,
  Coupon as CouponShape,
  CouponStateReason,
} from '../../schema/generated/user-coupon';
import type { BulkChange } from './application/bulk-coupons';
import type { CouponMoveRecord } from './application/coupon-history';
import { type Act, type Coupon, stateAt } from './domain/coupon';

/** A coupon as its resolvers pass it on: what other subgraphs or further reads fill in is left out. */
export type ShapedCoupon = Omit<CouponShape, 'owner' | 'template' | 'history'> & {
  owner: { id: string };
  template: { id: string };
};

/** @param isRunner whether it is shown to whoever runs its promotion, who sees the shop's notes */
export function couponShape(coupon: Coupon, now: Date, isRunner = false): ShapedCoupon {
  const { id, ownerId, templateId, code, claimedAt, validFrom, expiresAt } = coupon;
  const order = coupon.state === 'LOCKED' || coupon.state === 'REDEEMED' ? { id: coupon.orderId } : null;
  const state = stateAt(coupon, now);
  return {
    id,
    owner: { id: ownerId },
    template: { id: templateId },
    state,
    code,
    claimedAt,
    validFrom,
    expiresAt,
    order,
    stateReason: state === coupon.state ? reasonOf(coupon, isRunner) : null,
  };
}

function reasonOf(coupon: Coupon, isRunner: boolean): CouponStateReason | null {
  const none = { endsAt: null, receiver: null, note: null };
  switch (coupon.state) {
    case 'FROZEN':
    case 'REVOKED': {
      const { at: sinceAt, note } = coupon.ruling;
      const ruled = { ...none, sinceAt, note: isRunner ? note : null };
      return coupon.state === 'FROZEN'
        ? { ...ruled, code: 'FROZEN_BY_SHOP', message: 'The shop has blocked it for the time being.' }
        : { ...ruled, code: 'REVOKED_BY_SHOP', message: 'The shop has taken it back.' };
    }
    case 'TRANSFER_PENDING': {
      const { to, at: sinceAt, until: endsAt } = coupon.offer;
      const message = 'It waits for the person it was offered to; unanswered it comes back.';
      return { ...none, code: 'ON_OFFER', message, sinceAt, endsAt, receiver: { id: to } };
    }
    case 'TRANSFERRED': {
      const { to, at: sinceAt } = coupon.gift;
      return { ...none, code: 'GIVEN_AWAY', message: 'It was given away.', sinceAt, receiver: { id: to } };
    }
    case 'LOCKED':
    case 'REDEEMED': {
      if (!coupon.mark || !isRunner) return null;
      const { act, at: sinceAt, note } = coupon.mark;
      const waits = { ...none, sinceAt, note };
      return act === 'freeze'
        ? { ...waits, code: 'FREEZE_WAITS', message: 'It will be blocked once the order lets go of it.' }
        : { ...waits, code: 'REVOCATION_WAITS', message: 'It will be taken back once the order lets go of it.' };
    }
    default:
      return null;
  }
}

const acts: Record<Act, CouponAct> = {
  claim: 'CLAIM',
  receive: 'RECEIVE',
  lock: 'LOCK',
  redeem: 'REDEEM',
  release: 'RELEASE',
  return: 'RETURN',
  expire: 'EXPIRE',
  freeze: 'FREEZE',
  unfreeze: 'UNFREEZE',
  revoke: 'REVOKE',
  mark: 'MARK',
  offer: 'OFFER',
  accept: 'ACCEPT',
  decline: 'DECLINE',
  takeBack: 'TAKE_BACK',
  lapse: 'LAPSE',
};

/** @param viewer the person who looks, who is told of their own part; `isRunner` sees everybody's and the notes */
export function moveShape(move: CouponMoveRecord, viewer: string | null, isRunner: boolean): CouponMoveShape {
  const { seq, at, before, after, by, orderId, note } = move;
  const person = by.startsWith('user:') ? by.slice('user:'.length) : null;
  return {
    seq,
    act: acts[move.act],
    at,
    before,
    after,
    by: actorOf(by),
    person: person !== null && (isRunner || person === viewer) ? { id: person } : null,
    order: orderId === null ? null : { id: orderId },
    waiting: isRunner && move.mark ? waitingRulings[move.mark] : null,
    note: isRunner ? note : null,
  };
}

const waitingRulings = { freeze: 'FREEZE', revoke: 'REVOKE' } as const;

function actorOf(by: string): CouponActor {
  if (by.startsWith('user:')) return 'PERSON';
  return by.startsWith('service:') ? 'SERVICE' : 'PLATFORM';
}

const bulkKinds = { freeze: 'FREEZE', unfreeze: 'UNFREEZE', revoke: 'REVOKE' } as const;

/** A change of many coupons as it is told. */
export function bulkShape(change: BulkChange): Omit<BulkShape, 'template'> & { template: { id: string } } {
  const { id, act, templateId, state, totalCount, lookedAtCount, changedCount, waitingCount } = change;
  const { startedAt, endedAt } = change;
  return {
    id,
    kind: bulkKinds[act],
    template: { id: templateId },
    state,
    totalCount,
    lookedAtCount,
    changedCount,
    waitingCount,
    startedAt,
    endedAt,
  };
}
