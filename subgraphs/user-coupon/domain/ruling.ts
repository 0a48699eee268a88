import { accepted, assertNever, type Outcome, refused } from '../../shared/kernel/outcome';
import {
  afterMoves,
  type Coupon,
  dueMoves,
  expire,
  factsAfter,
  freeze,
  type Mark,
  type Move,
  type Ruling,
  revoke,
  startOf,
} from './coupon';

/** What a shop can rule of coupons that were issued. */
export type RulingAct = 'freeze' | 'unfreeze' | 'revoke';

/** Why a ruling has nothing to take hold of: the coupon ran out, was revoked or was given away. */
export interface RulingRefusal {
  code: 'COUPON_OVER';
  state: 'EXPIRED' | 'REVOKED' | 'TRANSFERRED';
}

/**
 * The moves that make a ruling true of a coupon, none when it is true already. While an order holds or has spent the coupon
 * the ruling waits as a mark: `rule('freeze', locked, …)` → one `mark`; the release that follows is `release`, `freeze`.
 * A revocation that waits is not softened by a freeze, nor lifted by unfreezing.
 */
export function rule(act: RulingAct, coupon: Coupon, ruling: Ruling): Outcome<Move[], RulingRefusal> {
  const due = dueMoves(coupon, ruling.by, ruling.at);
  const current = afterMoves(coupon, due);
  const made = (...moves: Move[]) => accepted([...due, ...moves]);
  switch (current.state) {
    case 'AVAILABLE':
    case 'TRANSFER_PENDING':
      if (act === 'unfreeze') return accepted([]);
      return made(act === 'freeze' ? freeze(current, ruling) : revoke(current, ruling));
    case 'FROZEN':
      if (act === 'freeze') return accepted([]);
      return made(...(act === 'unfreeze' ? unfreeze(current, ruling) : [revoke(current, ruling)]));
    case 'LOCKED':
    case 'REDEEMED': {
      const waiting = current.mark?.act ?? null;
      const wanted = act === 'unfreeze' ? null : act;
      const stays = waiting === wanted || (waiting === 'revoke' && act !== 'revoke');
      return stays ? accepted([]) : made(mark(current, wanted, ruling));
    }
    case 'REVOKED':
      return act === 'revoke' ? accepted([]) : refused({ code: 'COUPON_OVER', state: current.state });
    case 'EXPIRED':
    case 'TRANSFERRED':
      return refused({ code: 'COUPON_OVER', state: current.state });
    default:
      return assertNever(current);
  }
}

/** Lets a frozen coupon be used again; what ran out meanwhile expires. */
function unfreeze(coupon: Coupon, { by, at, note }: Ruling): Move[] {
  const back: Coupon = { ...factsAfter(coupon), state: 'AVAILABLE' };
  const thawed: Move = { act: 'unfreeze', before: startOf('unfreeze', coupon), after: back, by, at, note };
  return at < coupon.expiresAt ? [thawed] : [thawed, expire(back, by, at)];
}

/** Notes what is to become of a coupon when it comes back, or that nothing is. */
function mark(coupon: Coupon & { state: 'LOCKED' | 'REDEEMED' }, wanted: Mark['act'] | null, ruling: Ruling): Move {
  const { by, at, note } = ruling;
  const { orderId, token } = coupon;
  const kept = { ...factsAfter(coupon), orderId, token, ...(wanted && { mark: { act: wanted, by, at, note } }) };
  const marked: Coupon =
    coupon.state === 'LOCKED'
      ? { ...kept, state: coupon.state }
      : { ...kept, state: coupon.state, redeemedAt: coupon.redeemedAt };
  return { act: 'mark', before: startOf('mark', coupon), after: marked, by, at, mark: wanted, note };
}
