import type {
  CouponId,
  LockToken,
  OrderId,
  TemplateId,
  TenantId,
  UserId,
  VersionId,
} from '../../shared/kernel/identifiers';
import { asCouponId, asTemplateId } from '../../shared/kernel/identifiers';
import type { HeldUse } from './limits';

/** Every state a coupon can be in. */
export type CouponState =
  | 'AVAILABLE'
  | 'LOCKED'
  | 'REDEEMED'
  | 'EXPIRED'
  | 'REVOKED'
  | 'FROZEN'
  | 'TRANSFER_PENDING'
  | 'TRANSFERRED';

/** What is true of a coupon in every state. */
export interface CouponFacts {
  id: CouponId;
  tenantId: TenantId;
  ownerId: UserId;
  templateId: TemplateId;
  /** The version it was claimed under; its terms stay those for ever. */
  versionId: VersionId;
  /** How many moves it has made; the next move is `seq + 1`. */
  seq: number;
  /** The 18-digit number that people read out. */
  code: string;
  /** The places it takes in its owner's limits; never empty. */
  slots: string[];
  /** The key of the claim that made it. */
  idempotencyKey: string;
  claimedAt: Date;
  validFrom: Date;
  /** First instant at which it is no longer valid. */
  expiresAt: Date;
  /** Sorts its owner's coupons by value, see `valueRank`; the version it was claimed under decides it. */
  valueRank: string;
  /** The coupon of the person who gave it, for one that was received and not claimed. */
  transferredFrom?: CouponId;
}

/** A freeze or a revocation: who ruled so, when, and what they noted. */
export interface Ruling {
  by: string;
  at: Date;
  note: string | null;
}

/** A ruling that waits until the coupon comes back from the order that holds it or spent it. */
export interface Mark extends Ruling {
  act: 'freeze' | 'revoke';
}

/** A coupon on offer to somebody, until an instant at which it comes back by itself. */
export interface Offer {
  to: UserId;
  at: Date;
  /** Never after the coupon's own expiry. */
  until: Date;
}

/** A coupon with what its state says beside. The deadline of a lock stands in the hold alone, so that there is one of it. */
export type Coupon = CouponFacts &
  (
    | { state: 'AVAILABLE' | 'EXPIRED' }
    | { state: 'LOCKED'; orderId: OrderId; token: LockToken; mark?: Mark }
    | { state: 'REDEEMED'; orderId: OrderId; token: LockToken; redeemedAt: Date; mark?: Mark }
    | { state: 'FROZEN' | 'REVOKED'; ruling: Ruling }
    | { state: 'TRANSFER_PENDING'; offer: Offer }
    | { state: 'TRANSFERRED'; gift: { to: UserId; couponId: CouponId; at: Date } }
  );

/**
 * Every legal move: from which states, and to which. What is not here cannot happen to a coupon.
 * A lock outlives expiry: what comes back past `expiresAt` (`release`, `return`, `unfreeze` and the ends of an offer) is
 * followed by `expire` in the same write. A freeze or revocation asked while an order holds or has spent the coupon is a
 * `mark`, which leaves the state `SAME` and takes effect in the write that brings the coupon back.
 */
export const legalMoves = {
  claim: { from: [], to: 'AVAILABLE' },
  lock: { from: ['AVAILABLE'], to: 'LOCKED' },
  redeem: { from: ['LOCKED'], to: 'REDEEMED' },
  release: { from: ['LOCKED'], to: 'AVAILABLE' },
  return: { from: ['REDEEMED'], to: 'AVAILABLE' },
  expire: { from: ['AVAILABLE'], to: 'EXPIRED' },
  freeze: { from: ['AVAILABLE', 'TRANSFER_PENDING'], to: 'FROZEN' },
  unfreeze: { from: ['FROZEN'], to: 'AVAILABLE' },
  revoke: { from: ['AVAILABLE', 'FROZEN', 'TRANSFER_PENDING'], to: 'REVOKED' },
  mark: { from: ['LOCKED', 'REDEEMED'], to: 'SAME' },
  offer: { from: ['AVAILABLE'], to: 'TRANSFER_PENDING' },
  accept: { from: ['TRANSFER_PENDING'], to: 'TRANSFERRED' },
  receive: { from: [], to: 'AVAILABLE' },
  decline: { from: ['TRANSFER_PENDING'], to: 'AVAILABLE' },
  takeBack: { from: ['TRANSFER_PENDING'], to: 'AVAILABLE' },
  lapse: { from: ['TRANSFER_PENDING'], to: 'AVAILABLE' },
} as const satisfies Record<string, { from: readonly CouponState[]; to: CouponState | 'SAME' }>;

/** The name of a legal move. */
export type Act = keyof typeof legalMoves;

/** One move that was decided: what the coupon is afterwards, who moved it, and what the move is about. */
export type Move = { before: CouponState | null; after: Coupon; by: string; at: Date } & (
  | { act: 'claim' | 'expire' }
  | { act: 'lock'; orderId: OrderId; token: LockToken; until: Date }
  | { act: 'redeem' | 'release' | 'return'; orderId: OrderId }
  | { act: 'freeze' | 'unfreeze' | 'revoke'; note: string | null }
  | { act: 'mark'; mark: Mark['act'] | null; note: string | null }
  | { act: 'offer'; offer: Offer }
  | { act: 'accept'; to: UserId; received: CouponId }
  | { act: 'receive'; giver: UserId; transferredFrom: CouponId }
  | { act: EndOfOffer; to: UserId }
);

/** How an offer ends without a new owner. */
export type EndOfOffer = 'decline' | 'takeBack' | 'lapse';

/** The groups of states a shopper knows. */
export type CouponGroup = 'USABLE' | 'LOCKED' | 'USED' | 'EXPIRED';

/** In which group a shopper finds a state; an AVAILABLE coupon past its expiry is EXPIRED before anyone writes that down. */
export const groupOfState: Record<CouponState, CouponGroup> = {
  AVAILABLE: 'USABLE',
  LOCKED: 'LOCKED',
  FROZEN: 'LOCKED',
  TRANSFER_PENDING: 'LOCKED',
  REDEEMED: 'USED',
  TRANSFERRED: 'USED',
  EXPIRED: 'EXPIRED',
  REVOKED: 'EXPIRED',
};

/** A hold on coupons: what one token keeps for one order, until when, and what became of it. */
export interface Hold {
  token: LockToken;
  tenantId: TenantId;
  ownerId: UserId;
  orderId: OrderId;
  couponIds: CouponId[];
  /** What it takes of the limits of promotions, one entry a promotion. */
  uses: HeldUse[];
  /** Business time past which settlement is asked what to do; a lapsed hold never ends by itself. */
  until: Date;
  state: 'HELD' | 'REDEEMED' | 'RELEASED';
  /** Coupons that were given back after they were spent. */
  returned: CouponId[];
  /** Coupons that codes became when it was made, with the names under which they were promised. */
  taken?: { promisedId: CouponId; couponId: CouponId }[];
}

/** Whether a move may be made from a state: `mayMove('lock', 'REDEEMED')` → false. */
export function mayMove(act: Act, from: CouponState): boolean {
  const allowed: readonly CouponState[] = legalMoves[act].from;
  return allowed.includes(from);
}

/** The state as anyone should read it now: an offer past its deadline has come back, AVAILABLE past the expiry is EXPIRED. */
export function stateAt(coupon: Coupon, now: Date): CouponState {
  const state = isLapsed(coupon, now) ? 'AVAILABLE' : coupon.state;
  return state === 'AVAILABLE' && coupon.expiresAt <= now ? 'EXPIRED' : state;
}

/** Whether the coupon is on an offer whose deadline has passed. */
export function isLapsed(coupon: Coupon, now: Date): boolean {
  return coupon.state === 'TRANSFER_PENDING' && coupon.offer.until <= now;
}

/** Whether an order may take hold of the coupon now: available and within its validity. */
export function isLockable(coupon: Coupon, now: Date): boolean {
  return mayMove('lock', stateAt(coupon, now)) && coupon.validFrom <= now;
}

/**
 * What time alone has done to a coupon and nobody has written down: an offer that lapsed comes back, what ran out expires.
 * Empty for most coupons; the state after these moves is `stateAt`.
 */
export function dueMoves(coupon: Coupon, by: string, now: Date): Move[] {
  if (isLapsed(coupon, now)) return endOffer('lapse', coupon, by, now);
  return coupon.state === 'AVAILABLE' && coupon.expiresAt <= now ? [expire(coupon, by, now)] : [];
}

/** A coupon after moves that were decided for it; the coupon itself when there are none. */
export function afterMoves(coupon: Coupon, moves: readonly Move[]): Coupon {
  return moves.at(-1)?.after ?? coupon;
}

/** The first move of every coupon. */
export function claim(facts: Omit<CouponFacts, 'seq'>, by: string, at: Date): Move {
  return { act: 'claim', before: null, after: { ...facts, seq: 1, state: 'AVAILABLE' }, by, at };
}

/** Holds an available coupon for an order. */
export function lock(
  coupon: Coupon,
  hold: { token: LockToken; orderId: OrderId; until: Date },
  by: string,
  at: Date,
): Move {
  const { token, orderId } = hold;
  return {
    act: 'lock',
    before: startOf('lock', coupon),
    after: { ...factsAfter(coupon), state: 'LOCKED', orderId, token },
    by,
    at,
    ...hold,
  };
}

/**
 * The slots of a coupon once it is not held unused any more: its place among those makes room for others, and it keeps one of
 * its own, because the list is never empty: `usedSlots(id, ['L:2', 'H:1'])` → `['L:2', 'C:<id>']`. A coupon that is given
 * back later takes no such place again, since giving back must never fail.
 */
export function usedSlots(id: CouponId, slots: readonly string[]): string[] {
  if (!slots.some(isUnusedPlace)) return [...slots];
  return [...slots.filter((slot) => !isUnusedPlace(slot)), `C:${id}`];
}

/** Spends a held coupon; a mark goes on waiting, for the day it is given back. */
export function redeem(coupon: Coupon, orderId: OrderId, token: LockToken, by: string, at: Date): Move {
  const spent: Coupon = {
    ...usedFactsAfter(coupon),
    state: 'REDEEMED',
    orderId,
    token,
    redeemedAt: at,
    ...(coupon.state === 'LOCKED' && coupon.mark && { mark: coupon.mark }),
  };
  return { act: 'redeem', before: startOf('redeem', coupon), after: spent, by, at, orderId };
}

/**
 * Lets go of a held coupon, or gives a spent one back. In the same breath a mark takes effect, and what ran out expires.
 * @param expiresAt another end of its validity, where its terms give days on return
 */
export function letGo(
  act: 'release' | 'return',
  coupon: Coupon,
  orderId: OrderId,
  by: string,
  at: Date,
  expiresAt = coupon.expiresAt,
): Move[] {
  const mark = coupon.state === 'LOCKED' || coupon.state === 'REDEEMED' ? coupon.mark : undefined;
  const back: Move = {
    act,
    before: startOf(act, coupon),
    after: { ...factsAfter(coupon), expiresAt, state: 'AVAILABLE' },
    by,
    at,
    orderId,
  };
  if (mark?.act === 'revoke') return [back, revoke(back.after, { ...mark, at })];
  if (expiresAt <= at) return [back, expire(back.after, by, at)];
  return mark ? [back, freeze(back.after, { ...mark, at })] : [back];
}

/** Writes down that a coupon ran out. */
export function expire(coupon: Coupon, by: string, at: Date): Move {
  return {
    act: 'expire',
    before: startOf('expire', coupon),
    after: { ...usedFactsAfter(coupon), state: 'EXPIRED' },
    by,
    at,
  };
}

/** Blocks a coupon for the time being; an offer of it ends. */
export function freeze(coupon: Coupon, { by, at, note }: Ruling): Move {
  const frozen: Coupon = { ...factsAfter(coupon), state: 'FROZEN', ruling: { by, at, note } };
  return { act: 'freeze', before: startOf('freeze', coupon), after: frozen, by, at, note };
}

/** Takes a coupon from its owner for good; an offer of it ends. */
export function revoke(coupon: Coupon, { by, at, note }: Ruling): Move {
  const revoked: Coupon = { ...usedFactsAfter(coupon), state: 'REVOKED', ruling: { by, at, note } };
  return { act: 'revoke', before: startOf('revoke', coupon), after: revoked, by, at, note };
}

/** Ends an offer without a new owner; past the coupon's expiry it expires in the same breath. */
export function endOffer(act: EndOfOffer, coupon: Coupon, by: string, at: Date): Move[] {
  const to = coupon.state === 'TRANSFER_PENDING' ? coupon.offer.to : coupon.ownerId;
  const back: Move = {
    act,
    before: startOf(act, coupon),
    after: { ...factsAfter(coupon), state: 'AVAILABLE' },
    by,
    at,
    to,
  };
  return at < coupon.expiresAt ? [back] : [back, expire(back.after, by, at)];
}

/** The state a move begins in. Throws when the table does not allow it: whoever moves decides first. */
export function startOf(act: Act, coupon: Coupon): CouponState {
  if (mayMove(act, coupon.state)) return coupon.state;
  throw new Error(
    `Expected ${coupon.id} to be ${legalMoves[act].from.join(' or ')} for the move ${act}, found ${coupon.state}; decide before moving.`,
  );
}

/** What stays true of a coupon after one more move: the facts alone, so that no order, offer or ruling outlives its state. */
export function factsAfter(coupon: Coupon): CouponFacts {
  const { id, tenantId, ownerId, templateId, versionId, seq, code, slots } = coupon;
  const { idempotencyKey, claimedAt, validFrom, expiresAt, valueRank, transferredFrom } = coupon;
  return {
    id,
    tenantId,
    ownerId,
    templateId,
    versionId,
    seq: seq + 1,
    code,
    slots,
    idempotencyKey,
    claimedAt,
    validFrom,
    expiresAt,
    valueRank,
    ...(transferredFrom && { transferredFrom }),
  };
}

/** The same for a coupon that its owner does not hold unused after the move. */
export function usedFactsAfter(coupon: Coupon): CouponFacts {
  const facts = factsAfter(coupon);
  return { ...facts, slots: usedSlots(facts.id, facts.slots) };
}

function isUnusedPlace(slot: string): boolean {
  return slot.startsWith('H:');
}

/** What a coupon's id encodes. */
export interface CouponNumber {
  templateId: TemplateId;
  /** 1…stock. */
  serial: number;
  /** 0 for a claimed coupon; one more with each transfer. */
  hop: number;
}

const templatePrefix = 'tpl_';
const couponIdShape = /^cpn_(\w+)-([0-9a-z]{6})-([0-9a-z]+)$/;

/**
 * The id of a coupon. The serial has a fixed width, so that the ids of a template sort by serial and share a prefix:
 * `couponIdOf({ templateId: 'tpl_9x', serial: 37, hop: 0 })` → `cpn_9x-000011-0`.
 */
export function couponIdOf({ templateId, serial, hop }: CouponNumber): CouponId {
  return asCouponId(`${couponIdPrefix(templateId)}${serial.toString(36).padStart(6, '0')}-${hop.toString(36)}`);
}

/** What all ids of a template's coupons begin with. Throws for an id that is not a template's. */
export function couponIdPrefix(templateId: TemplateId): string {
  if (!/^tpl_\w+$/.test(templateId))
    throw new Error(`Expected a template id such as tpl_9xQ2, found ${JSON.stringify(templateId)}.`);
  return `cpn_${templateId.slice(templatePrefix.length)}-`;
}

/** Takes an id apart; null for what was never a coupon's id. */
export function readCouponId(id: string): CouponNumber | null {
  const [, template, serial, hop] = couponIdShape.exec(id) ?? [];
  if (!template || !serial || !hop) return null;
  return {
    templateId: asTemplateId(templatePrefix + template),
    serial: Number.parseInt(serial, 36),
    hop: Number.parseInt(hop, 36),
  };
}
