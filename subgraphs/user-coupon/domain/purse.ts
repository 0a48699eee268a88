/**
 * What a promotion may give in all, uses or money, parted into slots, so that no two orders have to write the same document:
 * a slot has what is left, what orders hold and what they spent. `left + held + spent` of all slots together is the limit
 * (and `over` on top, where a limit was lowered below what was used already).
 */
export interface PurseSlot {
  /** Its number, from 0. */
  slot: number;
  left: number;
  held: number;
  spent: number;
}

/** Slots of a purse. */
export const slotCount = 64;

/** So much of one slot. */
export interface SlotShare {
  slot: number;
  amount: number;
}

/**
 * Which slots give an amount: from the first one on in a circle, each what it has left, so that the last unit of the last
 * slot is used before anybody is refused; null when all together have not enough.
 * @param first where to begin; different for everybody, so that they do not meet
 */
export function sharesFor(slots: readonly PurseSlot[], amount: number, first: number): SlotShare[] | null {
  const from = Math.max(
    0,
    slots.findIndex(({ slot }) => slot >= first),
  );
  const shares: SlotShare[] = [];
  let missing = amount;
  for (let step = 0; step < slots.length && missing > 0; step += 1) {
    const one = slots[(from + step) % slots.length];
    if (!one || one.left <= 0) continue;
    const share = Math.min(one.left, missing);
    shares.push({ slot: one.slot, amount: share });
    missing -= share;
  }
  return missing > 0 ? null : shares;
}

/** What was used of slots: held and spent. */
export function usedOf(slots: readonly PurseSlot[]): number {
  return slots.reduce((sum, { held, spent }) => sum + held + spent, 0);
}

/**
 * The slots under a limit: what is left of it is parted among them anew. Where more was used than it allows, nothing is left,
 * and `over` has to come back before anybody gets something again.
 */
export function partedAnew(slots: readonly PurseSlot[], limit: number): { slots: PurseSlot[]; over: number } {
  const left = limit - usedOf(slots);
  const each = Math.floor(Math.max(0, left) / slots.length);
  const odd = Math.max(0, left) - each * slots.length;
  return {
    slots: slots.map((slot, place) => ({ ...slot, left: each + (place < odd ? 1 : 0) })),
    over: Math.max(0, -left),
  };
}

/** A purse nobody used yet. */
export function freshPurse(limit: number): PurseSlot[] {
  const empty = Array.from({ length: slotCount }, (_, slot) => ({ slot, left: 0, held: 0, spent: 0 }));
  return partedAnew(empty, limit).slots;
}

/** What of an amount that came back pays for what a limit was lowered below, and what may be used again. */
export function cameBack(amount: number, over: number): { pays: number; left: number } {
  const pays = Math.min(amount, over);
  return { pays, left: amount - pays };
}

/**
 * Which slots get a part of what they gave back, the first ones first: what of it is between two totals,
 * `partBetween([{ slot: 1, amount: 5 }, { slot: 2, amount: 5 }], 3, 7)` → `[{ slot: 1, amount: 2 }, { slot: 2, amount: 2 }]`.
 */
export function partBetween<T extends { amount: number }>(shares: readonly T[], from: number, to: number): T[] {
  const parts: T[] = [];
  let passed = 0;
  for (const share of shares) {
    const amount =
      Math.min(share.amount, Math.max(0, to - passed)) - Math.min(share.amount, Math.max(0, from - passed));
    if (amount > 0) parts.push({ ...share, amount });
    passed += share.amount;
  }
  return parts;
}
