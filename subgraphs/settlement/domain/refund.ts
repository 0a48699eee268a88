import type { CouponId } from '../../shared/kernel/identifiers';
import { allocateOverUnits, type UnitRun } from '../../shared/kernel/money';
import type { PricedCart, PricedLine } from '../../shared/kernel/pricing/price';

/** Consecutive units of one line, counted from 0 in the order in which their prices are stored. */
export interface UnitRange {
  from: number;
  units: number;
}

/** What units of a line pay when they are returned; minor units. */
export interface LineRefund {
  /** Their stored net, without tax that came on top. */
  net: number;
  /** Their part of the line's tax: within `net` where prices hold it, else on top of it. */
  tax: number;
  /** What the shopper gets. */
  amount: number;
}

/** Why these units cannot be returned. */
export type RefundRefusal =
  | { code: 'UNKNOWN_LINE'; lineId: string }
  /** Units the line does not have, or none. */
  | { code: 'UNKNOWN_UNITS'; lineId: string; range: UnitRange; quantity: number }
  /** Units that were returned before, or that are named twice. */
  | { code: 'ALREADY_RETURNED'; lineId: string; range: UnitRange };

/** Units by the line they are of. */
export type ReturnedUnits = ReadonlyMap<string, readonly UnitRange[]>;

/** Why units cannot be returned from an order of which others came back before; null when they can. */
export function refuseReturn(
  { lines }: Pick<PricedCart, 'lines'>,
  before: ReturnedUnits,
  now: ReturnedUnits,
): RefundRefusal | null {
  for (const [lineId, ranges] of now) {
    const line = lines.find((one) => one.lineId === lineId);
    if (!line) return { code: 'UNKNOWN_LINE', lineId };
    const { quantity } = line;
    const taken = [...(before.get(lineId) ?? [])];
    for (const range of ranges) {
      const { from, units } = range;
      const isWhole = Number.isSafeInteger(from) && Number.isSafeInteger(units);
      if (!isWhole || from < 0 || units < 1 || from + units > quantity)
        return { code: 'UNKNOWN_UNITS', lineId, range, quantity };
      if (taken.some((other) => overlap(range, other) > 0)) return { code: 'ALREADY_RETURNED', lineId, range };
      taken.push(range);
    }
  }
  return null;
}

/**
 * What units of a line pay under the policy KEEP, where a refund reads what was stored and prices nothing anew: exactly their
 * net, and of the line's tax what falls on them by largest remainder over all its units. What each unit pays does not depend on
 * the others, so partial returns in any order and grouping sum to what was paid. The units are ones that `refuseReturn` lets pass.
 */
export function refundOfUnits(
  line: Pick<PricedLine, 'payablePerUnit' | 'tax'>,
  taxMode: PricedCart['tax']['mode'],
  ranges: readonly UnitRange[],
): LineRefund {
  const net = sumOver(line.payablePerUnit, ranges);
  const tax = sumOver(allocateOverUnits(line.tax, line.payablePerUnit).parts, ranges);
  return { net, tax, amount: taxMode === 'EXCLUSIVE' ? net + tax : net };
}

/**
 * The coupons that come back with a return: those of which every discounted unit is returned with it and was not before. One that
 * discounted no unit, as free shipping does, comes back with the last unit of the order.
 */
export function couponsFreedBy(
  { lines, applied }: Pick<PricedCart, 'lines' | 'applied'>,
  before: ReturnedUnits,
  now: ReturnedUnits,
): CouponId[] {
  const after = new Map(
    lines.map(({ lineId }) => [lineId, [...(before.get(lineId) ?? []), ...(now.get(lineId) ?? [])]]),
  );
  const used = [...new Set(applied.flatMap(({ couponId }) => couponId ?? []))];
  return used.filter((couponId) => {
    const discounted = new Map(lines.map((line) => [line.lineId, unitsDiscountedBy(couponId, line)]));
    const isOfUnits = [...discounted.values()].some((ranges) => ranges.length > 0);
    const must = isOfUnits
      ? discounted
      : new Map(lines.map(({ lineId, quantity }) => [lineId, [{ from: 0, units: quantity }]]));
    return areAmong(must, after) && !areAmong(must, before);
  });
}

/** Units on which a coupon has a part of more than nothing. */
function unitsDiscountedBy(couponId: CouponId, { discounts }: PricedLine): UnitRange[] {
  return discounts.flatMap((discount) => {
    if (discount.couponId !== couponId) return [];
    let from = 0;
    return discount.perUnit.flatMap(({ units, amount }): UnitRange[] => {
      const range = { from, units };
      from += units;
      return amount > 0 ? [range] : [];
    });
  });
}

/** Whether all of some units are among others, none of which is named twice. */
function areAmong(units: ReturnedUnits, others: ReturnedUnits): boolean {
  return [...units].every(([lineId, ranges]) =>
    ranges.every((range) => {
      const found = (others.get(lineId) ?? []).reduce((sum, other) => sum + overlap(range, other), 0);
      return found === range.units;
    }),
  );
}

function sumOver(runs: readonly UnitRun[], ranges: readonly UnitRange[]): number {
  let from = 0;
  let sum = 0;
  for (const { units, amount } of runs) {
    for (const range of ranges) sum += amount * overlap(range, { from, units });
    from += units;
  }
  return sum;
}

/** How many units two ranges share. */
function overlap(a: UnitRange, b: UnitRange): number {
  return Math.max(0, Math.min(a.from + a.units, b.from + b.units) - Math.max(a.from, b.from));
}
