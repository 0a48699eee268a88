import { allocateOverUnits, type UnitRun } from '../money';

/** Consecutive units of one line that cost the same now; a pattern that took them reserves them. */
export interface Lot extends UnitRun {
  reserved: boolean;
}

/** Free units of one line that cost the same, as a pattern sees them. */
export interface FreeLot {
  /** Place of the line on the board. */
  place: number;
  /** Place of the lot within the line. */
  at: number;
  units: number;
  amount: number;
}

/** Units that a pattern takes: those it discounts, and those that had to be bought for it. */
export interface PickedLot extends FreeLot {
  isTarget: boolean;
}

/** What a pattern does: the units it takes and what it saves, minor units. */
export interface Picked {
  lots: PickedLot[];
  saving: number;
}

/** What falls on each unit of a line, and what the units cost afterwards. */
export interface UnitsTaken {
  parts: UnitRun[];
  rest: Lot[];
}

/** All units of a line at its list price. */
export function lotsOf(quantity: number, amount: number): Lot[] {
  return [{ units: quantity, amount: quantity === 0 ? 0 : amount / quantity, reserved: false }];
}

/** Splits a line's share over all its units, none of which is reserved yet. */
export function offEveryUnit(lots: readonly Lot[], share: number): Lot[] {
  return allocateOverUnits(share, lots).rest.map((run) => ({ ...run, reserved: false }));
}

/** The units on some lines that no pattern has taken. */
export function freeLots(units: readonly (readonly Lot[])[], places: readonly number[]): FreeLot[] {
  return places.flatMap((place) =>
    (units[place] ?? []).flatMap((lot, at) =>
      lot.reserved ? [] : [{ place, at, units: lot.units, amount: lot.amount }],
    ),
  );
}

/** Dearest first, ties by line and unit. */
export function dearestFirst(a: FreeLot, b: FreeLot): number {
  return b.amount - a.amount || a.place - b.place || a.at - b.at;
}

/** Cheapest first, ties by line and unit. */
export function cheapestFirst(a: FreeLot, b: FreeLot): number {
  return a.amount - b.amount || a.place - b.place || a.at - b.at;
}

/** How many units some lots hold. */
export function countOf(lots: readonly FreeLot[]): number {
  return lots.reduce((sum, { units }) => sum + units, 0);
}

/** What some lots cost together. */
export function worthOf(lots: readonly FreeLot[]): number {
  return lots.reduce((sum, { units, amount }) => sum + units * amount, 0);
}

/** The first `count` units of lots in this order. */
export function takeUnits(lots: readonly FreeLot[], count: number): FreeLot[] {
  const taken: FreeLot[] = [];
  let missing = count;
  for (const lot of lots) {
    if (missing === 0) break;
    const units = Math.min(missing, lot.units);
    if (units > 0) taken.push({ ...lot, units });
    missing -= units;
  }
  return taken;
}

/** The least n from 0 to `most` that makes a value largest whose growth never grows: bestCount(9, (n) => 6 * n - n * n) → 3. */
export function bestCount(most: number, worthAt: (count: number) => number): number {
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (worthAt(middle + 1) > worthAt(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Takes a pattern's share of one line off the picked units of it that bear it, and reserves all picked ones: of a lot the
 * first units are the targets.
 */
export function offPicked(
  lots: readonly Lot[],
  picked: readonly PickedLot[],
  bears: (lot: PickedLot) => boolean,
  share: number,
): UnitsTaken {
  const ordered = [...picked].sort((a, b) => a.at - b.at || Number(b.isTarget) - Number(a.isTarget));
  const shares = allocateOverUnits(
    share,
    ordered.filter(bears).map(({ units, amount }) => ({ units, amount })),
  ).parts.map((run) => ({ ...run }));
  const taken: UnitsTaken = { parts: [], rest: [] };
  const add = (units: number, part: number, amount: number, reserved: boolean) => {
    if (units === 0) return;
    taken.parts.push({ units, amount: part });
    taken.rest.push({ units, amount: amount - part, reserved });
  };
  lots.forEach((lot, at) => {
    let left = lot.units;
    for (const one of ordered) {
      if (one.at !== at) continue;
      left -= one.units;
      if (!bears(one)) {
        add(one.units, 0, one.amount, true);
        continue;
      }
      let missing = one.units;
      while (missing > 0) {
        const [run] = shares;
        if (!run) throw new Error(`Expected a share for ${missing} more units, found none; the split lost count.`);
        const units = Math.min(missing, run.units);
        add(units, run.amount, one.amount, true);
        missing -= units;
        run.units -= units;
        if (run.units === 0) shares.shift();
      }
    }
    add(left, 0, lot.amount, lot.reserved);
  });
  return taken;
}

/** Runs without others over the same units, neighbours that cost the same joined: [3×50] − [1×34, 2×33] → [1×16, 2×17]. */
export function withoutRuns(from: readonly UnitRun[], parts: readonly UnitRun[]): UnitRun[] {
  const rest: UnitRun[] = [];
  const queue = parts.map((run) => ({ ...run }));
  for (const run of from) {
    let missing = run.units;
    while (missing > 0) {
      const [part] = queue;
      if (!part) throw new Error(`Expected a part for ${missing} more units, found none; split over all units first.`);
      const units = Math.min(missing, part.units);
      const last = rest.at(-1);
      const amount = run.amount - part.amount;
      if (last?.amount === amount) last.units += units;
      else rest.push({ units, amount });
      missing -= units;
      part.units -= units;
      if (part.units === 0) queue.shift();
    }
  }
  return rest;
}
