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

/** Every state a coupon can be in. FROZEN, REVOKED and the two of a transfer are named here so that nobody invents them twice. */
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
}

/** A coupon with what its state says beside. The deadline of a lock stands in the hold alone, so that there is one of it. */
export type Coupon = CouponFacts &
  (
    | { state: 'AVAILABLE' }
    | { state: 'LOCKED'; orderId: OrderId; token: LockToken }
    | { state: 'REDEEMED'; orderId: OrderId; token: LockToken; redeemedAt: Date }
    | { state: 'EXPIRED' | 'REVOKED' | 'FROZEN' | 'TRANSFER_PENDING' | 'TRANSFERRED' }
  );

/**
 * Every legal move: from which states, and to which. What is not here cannot happen to a coupon.
 * A lock outlives expiry: a release or return past `expiresAt` is followed by `expire` in the same write.
 */
export const legalMoves = {
  claim: { from: [], to: 'AVAILABLE' },
  lock: { from: ['AVAILABLE'], to: 'LOCKED' },
  redeem: { from: ['LOCKED'], to: 'REDEEMED' },
  release: { from: ['LOCKED'], to: 'AVAILABLE' },
  return: { from: ['REDEEMED'], to: 'AVAILABLE' },
  expire: { from: ['AVAILABLE'], to: 'EXPIRED' },
} as const satisfies Record<string, { from: readonly CouponState[]; to: CouponState }>;

/** The name of a legal move. */
export type Act = keyof typeof legalMoves;

/** One move that was decided: what the coupon is afterwards, who moved it, and what the move is about. */
export type Move = { before: CouponState | null; after: Coupon; by: string; at: Date } & (
  | { act: 'claim' | 'expire' }
  | { act: 'lock'; orderId: OrderId; token: LockToken; until: Date }
  | { act: 'redeem' | 'release' | 'return'; orderId: OrderId }
);

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

/** The state as anyone should read it now: AVAILABLE past the expiry is EXPIRED. */
export function stateAt(coupon: Coupon, now: Date): CouponState {
  return coupon.state === 'AVAILABLE' && coupon.expiresAt <= now ? 'EXPIRED' : coupon.state;
}

/** Whether an order may take hold of the coupon now: available and within its validity. */
export function isLockable(coupon: Coupon, now: Date): boolean {
  return mayMove('lock', coupon.state) && coupon.validFrom <= now && now < coupon.expiresAt;
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
    before: from('lock', coupon),
    after: { ...next(coupon), state: 'LOCKED', orderId, token },
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

/** Spends a held coupon. */
export function redeem(coupon: Coupon, orderId: OrderId, token: LockToken, by: string, at: Date): Move {
  const after: Coupon = { ...nextUsed(coupon), state: 'REDEEMED', orderId, token, redeemedAt: at };
  return { act: 'redeem', before: from('redeem', coupon), after, by, at, orderId };
}

/** Lets go of a held coupon, or gives a spent one back; past its expiry it expires in the same breath. */
export function letGo(act: 'release' | 'return', coupon: Coupon, orderId: OrderId, by: string, at: Date): Move[] {
  const back: Move = {
    act,
    before: from(act, coupon),
    after: { ...next(coupon), state: 'AVAILABLE' },
    by,
    at,
    orderId,
  };
  return at < coupon.expiresAt ? [back] : [back, expire(back.after, by, at)];
}

/** Writes down that a coupon ran out. */
export function expire(coupon: Coupon, by: string, at: Date): Move {
  return { act: 'expire', before: from('expire', coupon), after: { ...nextUsed(coupon), state: 'EXPIRED' }, by, at };
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

function from(act: Act, coupon: Coupon): CouponState {
  if (mayMove(act, coupon.state)) return coupon.state;
  throw new Error(
    `Expected ${coupon.id} to be ${legalMoves[act].from.join(' or ')} for the move ${act}, found ${coupon.state}; decide before moving.`,
  );
}

/** What stays true of a coupon after a move: the facts alone, so that no order or token outlives its state. */
function next(coupon: Coupon): CouponFacts {
  const { id, tenantId, ownerId, templateId, versionId, seq, code, slots } = coupon;
  const { idempotencyKey, claimedAt, validFrom, expiresAt } = coupon;
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
  };
}

/** The same for a coupon that is not held unused after the move. */
function nextUsed(coupon: Coupon): CouponFacts {
  const facts = next(coupon);
  return { ...facts, slots: usedSlots(facts.id, facts.slots) };
}

function isUnusedPlace(slot: string): boolean {
  return slot.startsWith('H:');
}
