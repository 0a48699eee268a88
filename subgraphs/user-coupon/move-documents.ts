import type { EventPayloads, PromographEvent } from '../shared/contracts/events';
import type { CouponId } from '../shared/kernel/identifiers';
import { assertNever } from '../shared/kernel/outcome';
import { type Act, type CouponState, type Move, readCouponId } from './domain/coupon';

/**
 * A move as it lies in `coupon_moves`, for ever: event for those who follow, record for those who ask later, and guard,
 * since `_id` is `couponId:seq`. With the first move's own fields every coupon can be built again from its moves.
 */
export type MoveDocument = PromographEvent & {
  act: Act;
  before: CouponState | null;
  after: CouponState;
  /** `user:<id>`, `service:<name>`, `internal:settlement` or the worker. */
  by: string;
  /** What whoever ruled noted. */
  note?: string;
  /** Of the first move only. */
  claim?: { serial: number; idempotencyKey: string; slots: string[]; code: string };
};

/** The document of a move: the event in front, the record behind. */
export function toMoveDocument(move: Move): MoveDocument {
  const { after, act, before, by } = move;
  const record = { act, before, after: after.state, by };
  const number = readCouponId(after.id);
  const note = 'note' in move ? move.note : null;
  return {
    ...eventOf(move),
    ...record,
    ...(note !== null && { note }),
    ...((act === 'claim' || act === 'receive') && {
      claim: {
        serial: number?.serial ?? 0,
        idempotencyKey: after.idempotencyKey,
        slots: after.slots,
        code: after.code,
      },
    }),
  };
}

/** The `_id` of the move with this number: `cpn_9x-000011-0:3`. */
export function moveId(coupon: CouponId, seq: number): string {
  return `${coupon}:${seq}`;
}

/** Why an offer ended, as its event says. */
const endings = { decline: 'DECLINED', takeBack: 'TAKEN_BACK', lapse: 'LAPSED' } as const;

function eventOf(move: Move): PromographEvent {
  const { after } = move;
  const common = { _id: moveId(after.id, after.seq), tenantId: after.tenantId, key: after.id, at: new Date() };
  const moved = {
    couponId: after.id,
    ownerId: after.ownerId,
    templateId: after.templateId,
    versionId: after.versionId,
    seq: after.seq,
    movedAt: move.at.toISOString(),
    expiresAt: after.expiresAt.toISOString(),
  } satisfies EventPayloads['coupon.expired'];
  switch (move.act) {
    case 'claim': {
      const payload = { ...moved, claimedAt: after.claimedAt.toISOString(), validFrom: after.validFrom.toISOString() };
      return { ...common, type: 'coupon.claimed', payload };
    }
    case 'lock': {
      const { token, orderId, until } = move;
      return { ...common, type: 'coupon.locked', payload: { ...moved, token, orderId, until: until.toISOString() } };
    }
    case 'redeem':
      return { ...common, type: 'coupon.redeemed', payload: { ...moved, orderId: move.orderId } };
    case 'release':
      return { ...common, type: 'coupon.released', payload: { ...moved, orderId: move.orderId } };
    case 'return':
      return { ...common, type: 'coupon.returned', payload: { ...moved, orderId: move.orderId } };
    case 'expire':
      return { ...common, type: 'coupon.expired', payload: moved };
    case 'freeze':
      return { ...common, type: 'coupon.frozen', payload: moved };
    case 'unfreeze':
      return { ...common, type: 'coupon.unfrozen', payload: moved };
    case 'revoke':
      return { ...common, type: 'coupon.revoked', payload: moved };
    case 'mark':
      return { ...common, type: 'coupon.marked', payload: { ...moved, mark: move.mark } };
    case 'offer': {
      const { to, until } = move.offer;
      return { ...common, type: 'coupon.offered', payload: { ...moved, receiverId: to, until: until.toISOString() } };
    }
    case 'accept': {
      const payload = { ...moved, receiverId: move.to, receivedCouponId: move.received };
      return { ...common, type: 'coupon.transferred', payload };
    }
    case 'receive': {
      const { giver: giverId, transferredFrom } = move;
      const validFrom = after.validFrom.toISOString();
      return { ...common, type: 'coupon.received', payload: { ...moved, giverId, transferredFrom, validFrom } };
    }
    case 'decline':
    case 'takeBack':
    case 'lapse': {
      const payload = { ...moved, receiverId: move.to, ending: endings[move.act] };
      return { ...common, type: 'coupon.offer-ended', payload };
    }
    default:
      return assertNever(move);
  }
}
