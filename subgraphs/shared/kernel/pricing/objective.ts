import { compareIds } from '../money';

/** A legal set as the objective sees it. */
export interface Standing {
  saving: number;
  /** Benefits that give something beside the price: gifts, points. */
  awards: number;
  couponCount: number;
  /** Of its coupons, ascending; epoch milliseconds. */
  expiries: number[];
  /** Of its coupons, ascending. */
  couponIds: string[];
  /** Places of its automatic promotions in canonical order, ascending. */
  automatic: number[];
  /** Places of all. */
  places: number[];
}

/** Below 0 when the first set is the better one. */
export function compareStandings(a: Standing, b: Standing): number {
  return (
    b.saving - a.saving ||
    b.awards - a.awards ||
    a.couponCount - b.couponCount ||
    compareLists(a.expiries, b.expiries, compareNumbers) ||
    compareLists(a.couponIds, b.couponIds, compareIds) ||
    comparePreferringEarlier(a.automatic, b.automatic)
  );
}

/** Element by element, then the shorter list first. */
export function compareLists<V>(a: readonly V[], b: readonly V[], compare: (left: V, right: V) => number): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    const order = compare(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** The set that has the earlier promotion where two first differ comes first; so a longer one before its beginning. */
export function comparePreferringEarlier(a: readonly number[], b: readonly number[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return -1;
    if (left !== right) return left - right;
  }
  return a.length === b.length ? 0 : 1;
}

/** Ascending; equal infinities are equal, which a subtraction would not say. */
export function compareNumbers(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
