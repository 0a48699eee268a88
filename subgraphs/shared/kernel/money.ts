import type { Branded } from './identifiers';

/** An ISO 4217 currency that this runtime knows, e.g. `CNY`. */
export type CurrencyCode = Branded<string, 'CurrencyCode'>;

/** An amount in the currency's minor unit: `{ minorUnits: 1230, currency: 'CNY' }` is ¥12.30. Never a float. */
export interface Money {
  minorUnits: number;
  currency: CurrencyCode;
}

/** How a fraction of a minor unit is rounded: away from zero at one half, to the even neighbour at one half, or off. */
export type Rounding = 'HALF_UP' | 'HALF_EVEN' | 'DOWN';

/** One bearer of a sum that is split: its id decides ties, its weight (minor units) its part. */
export interface Weight {
  id: string;
  weight: number;
}

/** A whole in basis points: 10000 is 100 %. */
export const wholeInBasisPoints = 10_000;

const knownCurrencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));
const formats = new Map<string, Intl.NumberFormat>();

/** Whether a text is a currency code this runtime knows; codes are upper case. */
export function isCurrencyCode(raw: string): raw is CurrencyCode {
  return knownCurrencies.has(raw);
}

/** The currency of a code; throws a RangeError for anything that is not a known ISO 4217 code. */
export function asCurrencyCode(raw: string): CurrencyCode {
  if (isCurrencyCode(raw)) return raw;
  throw new RangeError(
    `Expected an ISO 4217 currency code such as CNY, found ${JSON.stringify(raw)}; use a known code.`,
  );
}

/** Digits of the minor unit: JPY 0, CNY 2, KWD 3. */
export function minorUnitDigits(currency: CurrencyCode): number {
  const known = digitsOf.get(currency);
  if (known !== undefined) return known;
  const digits = formatFor('en', currency).resolvedOptions().maximumFractionDigits ?? 2;
  digitsOf.set(currency, digits);
  return digits;
}

const digitsOf = new Map<CurrencyCode, number>();

/** An amount of money; throws a RangeError unless it is a whole number of minor units within ±(2^53−1). */
export function money(minorUnits: number, currency: CurrencyCode): Money {
  return { minorUnits: safeAmount(minorUnits), currency };
}

/** The sum of two amounts of one currency; throws a RangeError for two currencies or past 2^53−1. */
export function addMoney(left: Money, right: Money): Money {
  return money(left.minorUnits + right.minorUnits, sameCurrency(left, right));
}

/** What is left of the first amount without the second; may be negative. Throws a RangeError for two currencies. */
export function subtractMoney(left: Money, right: Money): Money {
  return money(left.minorUnits - right.minorUnits, sameCurrency(left, right));
}

/** Whether an amount is nothing at all. */
export function isZero(amount: Money): boolean {
  return amount.minorUnits === 0;
}

/**
 * A share of an amount, rounded once and exactly whatever the size: percentOf(1999, 1500, 'HALF_UP') → 300 (15 % of 19.99).
 * Throws a RangeError for a negative or fractional amount or rate.
 */
export function percentOf(amount: number, basisPoints: number, rounding: Rounding): number {
  const { quotient, remainder } = divided(
    wholeNumber(amount, 'an amount'),
    wholeNumber(basisPoints, 'basis points'),
    wholeInBasisPoints,
  );
  return quotient + (roundsUp(quotient, remainder, rounding) ? 1 : 0);
}

/**
 * The tax that a gross amount holds, half up: taxWithin(11_300, 1300) → 1300 (13 % on a net of 113.00 − 13.00).
 * Throws a RangeError for a negative or fractional amount or rate.
 */
export function taxWithin(gross: number, basisPoints: number): number {
  const whole = wholeInBasisPoints + wholeNumber(basisPoints, 'basis points');
  const { quotient, remainder } = divided(wholeNumber(gross, 'an amount'), basisPoints, whole);
  return quotient + (remainder * 2 >= whole ? 1 : 0);
}

/**
 * Splits so that parts sum to the whole, by largest remainder: allocate(100, [1, 1, 1]) → [34, 33, 33].
 * Parts come in the order given, but do not depend on it: the odd unit goes to the largest remainder, then the larger
 * weight, then the smaller id. No part exceeds its weight while the total does not exceed their sum, and a weight of 0
 * gets 0; so with no weight at all nothing is placed and every part is 0. Throws a RangeError for negative numbers.
 */
export function allocate(total: number, weights: readonly Weight[]): number[] {
  const byId = weights.map((_, index) => index).sort((a, b) => compareIds(weights[a]?.id ?? '', weights[b]?.id ?? ''));
  const parts = allocateInOrder(
    total,
    byId.map((index) => weights[index]?.weight ?? 0),
  );
  const inGivenOrder = new Array<number>(weights.length).fill(0);
  byId.forEach((index, position) => {
    inGivenOrder[index] = parts[position] ?? 0;
  });
  return inGivenOrder;
}

/** `allocate` for bearers that already stand in the order of their ids: a full tie goes to the earlier one. */
export function allocateInOrder(total: number, weights: readonly number[]): number[] {
  wholeNumber(total, 'a total');
  let sum = 0;
  for (const weight of weights) sum += wholeNumber(weight, 'a weight');
  safeAmount(sum);
  if (total === sum) return weights.slice();
  if (total === 0 || sum === 0) return weights.map(() => 0);
  const split = Split.over(weights.length);
  for (let at = 0; at < weights.length; at++) split.weights[at] = weights[at] ?? 0;
  split.part(total, sum);
  return split.told();
}

/**
 * Takes a total off the amounts at some places, by largest remainder of what each holds: what `allocateInOrder` would give each,
 * for callers that split often. Amounts at places hold whole numbers, `held` is their sum, and the total does not exceed it.
 */
export function takeProportionally(
  total: number,
  amounts: Float64Array,
  places: readonly number[],
  held: number,
): void {
  const count = places.length;
  if (total === 0) return;
  if (total === held) {
    for (let at = 0; at < count; at++) amounts[places[at] ?? 0] = 0;
    return;
  }
  const split = Split.over(count);
  for (let at = 0; at < count; at++) split.weights[at] = amounts[places[at] ?? 0] ?? 0;
  split.part(total, held);
  for (let at = 0; at < count; at++) amounts[places[at] ?? 0] = (split.weights[at] ?? 0) - (split.parts[at] ?? 0);
}

/** Columns in which sums are parted by largest remainder; kept from one split to the next, so that a split makes no garbage. */
class Split {
  private static known = new Split(64);
  readonly weights: Float64Array;
  readonly parts: Float64Array;
  private readonly remainders: Float64Array;
  private readonly ordered: Float64Array;
  private count = 0;

  private constructor(readonly room: number) {
    this.weights = new Float64Array(room);
    this.parts = new Float64Array(room);
    this.remainders = new Float64Array(room);
    this.ordered = new Float64Array(room);
  }

  /** The columns for so many bearers; what is in them is of the split before. */
  static over(count: number): Split {
    if (Split.known.room < count) Split.known = new Split(2 * count);
    Split.known.count = count;
    return Split.known;
  }

  /** Parts a total below the sum of the weights, which is above 0. */
  part(total: number, sum: number): void {
    let left = total;
    for (let at = 0; at < this.count; at++) left -= this.share(at, total, sum);
    if (left > 0) this.giveOdd(left);
  }

  /** The parts as a list of its own. */
  told(): number[] {
    const { parts, count } = this;
    const list = new Array<number>(count);
    for (let at = 0; at < count; at++) list[at] = parts[at] ?? 0;
    return list;
  }

  /** Notes what a bearer gets at least of a total, with the remainder, and tells it. */
  share(at: number, total: number, sum: number): number {
    const weight = this.weights[at] ?? 0;
    const product = total * weight;
    let quotient = 0;
    let remainder = 0;
    if (product > Number.MAX_SAFE_INTEGER) ({ quotient, remainder } = divided(total, weight, sum));
    else if (product > 0) {
      quotient = Math.floor(product / sum);
      remainder = product - quotient * sum;
      // The division may round up to the next whole number; then exactly one is too many.
      if (remainder < 0) {
        quotient--;
        remainder += sum;
      }
    }
    this.parts[at] = quotient;
    this.remainders[at] = remainder;
    return quotient;
  }

  /**
   * Of bearers that stand for several units each, how many units get one more: as many as there are of those with the largest
   * remainder, ties by larger weight, then by place.
   */
  oddUnits(odd: number, units: readonly number[]): Float64Array {
    const { weights, remainders, ordered, count } = this;
    ordered.fill(0, 0, count);
    let left = odd;
    while (left > 0) {
      let first = 0;
      for (let at = 1; at < count; at++) {
        const isBefore =
          (remainders[at] ?? 0) > (remainders[first] ?? 0) ||
          (remainders[at] === remainders[first] && (weights[at] ?? 0) > (weights[first] ?? 0));
        if (isBefore) first = at;
      }
      const given = Math.min(left, units[first] ?? 0);
      ordered[first] = given;
      remainders[first] = -1;
      left -= given;
    }
    return ordered;
  }

  /** One more to the `odd` largest remainders, ties by larger weight, then by place. */
  private giveOdd(odd: number): void {
    const { weights, parts, remainders, ordered, count } = this;
    for (let at = 0; at < count; at++) ordered[at] = remainders[at] ?? 0;
    const least = largest(ordered, count, odd);
    let left = odd;
    let tied = 0;
    for (let at = 0; at < count; at++) {
      const remainder = remainders[at] ?? 0;
      if (remainder > least) {
        parts[at] = (parts[at] ?? 0) + 1;
        left--;
      } else if (remainder === least) ordered[tied++] = weights[at] ?? 0;
    }
    const lightest = left === tied ? 0 : largest(ordered, tied, left);
    for (let at = 0; at < tied; at++) if ((ordered[at] ?? 0) > lightest) left--;
    for (let at = 0; at < count; at++) {
      if (remainders[at] !== least) continue;
      const weight = weights[at] ?? 0;
      // `left` is now how many of the lightest weight come in; those that are heavier all do.
      if (weight < lightest || (weight === lightest && left-- <= 0)) continue;
      parts[at] = (parts[at] ?? 0) + 1;
    }
  }
}

/** The nth largest of the first `count` values, by parting around a middle one as quicksort does, on one side only. */
function largest(values: Float64Array, count: number, nth: number): number {
  let from = 0;
  let until = count - 1;
  while (from < until) {
    const middle = values[(from + until) >> 1] ?? 0;
    let low = from;
    let high = until;
    while (low <= high) {
      while ((values[low] ?? 0) > middle) low++;
      while ((values[high] ?? 0) < middle) high--;
      if (low > high) break;
      const swapped = values[low] ?? 0;
      values[low++] = values[high] ?? 0;
      values[high--] = swapped;
    }
    if (nth - 1 <= high) until = high;
    else if (nth - 1 >= low) from = low;
    else return middle;
  }
  return values[from] ?? 0;
}

/** Consecutive units of one line that carry the same amount each: `{ units: 3, amount: 334 }`. */
export interface UnitRun {
  units: number;
  amount: number;
}

/** A split over units, with what it leaves; both lists cover the same units in the same order. */
export interface UnitSplit {
  parts: UnitRun[];
  rest: UnitRun[];
}

/**
 * `allocate` over the units of one line, held as runs so that a million units cost as much as their few different
 * amounts: 100 over 3 units of 50 → parts 1×34, 2×33 and rest 1×16, 2×17. Throws a RangeError when the units do not
 * hold the total.
 */
export function allocateOverUnits(total: number, runs: readonly UnitRun[]): UnitSplit {
  let sum = 0;
  for (const run of runs) sum += wholeNumber(run.units, 'units') * wholeNumber(run.amount, 'an amount');
  if (safeAmount(sum) < wholeNumber(total, 'a total')) throw tooLittle(sum, total);
  const parts: UnitRun[] = [];
  const rest: UnitRun[] = [];
  const [only] = runs;
  if (runs.length === 1 && only) {
    // Units that cost the same bear the same, the first ones of them one more.
    const odd = only.units === 0 ? 0 : total % only.units;
    const share = only.units === 0 ? 0 : (total - odd) / only.units;
    appendRun(parts, odd, share + 1);
    appendRun(rest, odd, only.amount - share - 1);
    appendRun(parts, only.units - odd, share);
    appendRun(rest, only.units - odd, only.amount - share);
    return { parts, rest };
  }
  const shares = runs.map((run) => (sum === 0 ? { quotient: 0, remainder: 0 } : divided(total, run.amount, sum)));
  const order = runs
    .map((_, index) => index)
    .sort((a, b) => {
      const byRemainder = (shares[b]?.remainder ?? 0) - (shares[a]?.remainder ?? 0);
      return byRemainder || (runs[b]?.amount ?? 0) - (runs[a]?.amount ?? 0) || a - b;
    });
  let left = total;
  runs.forEach((run, index) => {
    left -= (shares[index]?.quotient ?? 0) * run.units;
  });
  const odd = new Array<number>(runs.length).fill(0);
  for (const index of order) {
    const given = Math.min(left, runs[index]?.units ?? 0);
    odd[index] = given;
    left -= given;
  }
  runs.forEach((run, index) => {
    const share = shares[index]?.quotient ?? 0;
    const withOdd = odd[index] ?? 0;
    appendRun(parts, withOdd, share + 1);
    appendRun(rest, withOdd, run.amount - share - 1);
    appendRun(parts, run.units - withOdd, share);
    appendRun(rest, run.units - withOdd, run.amount - share);
  });
  return { parts, rest };
}

/**
 * The units of one line while discounts come off them one after the other: `allocateOverUnits` again and again, without a list
 * of what is left in between.
 */
export class UnitsOfLine {
  /** Runs of units that cost the same now; of both columns the first `count` entries hold. */
  private units: number[];
  private amounts: number[];
  private count = 1;

  constructor(quantity: number, unitPrice: number) {
    this.units = [wholeNumber(quantity, 'units')];
    this.amounts = [wholeNumber(unitPrice, 'an amount')];
  }

  /** Takes a total off all units by what each still costs, and tells what each bore. Throws a RangeError when they do not hold it. */
  take(total: number): UnitRun[] {
    if (this.count > 1) return this.takeOfSeveral(total);
    const [quantity = 0] = this.units;
    const [amount = 0] = this.amounts;
    if (total > quantity * amount) throw tooLittle(quantity * amount, total);
    // Units that cost the same bear the same, the first ones of them one more.
    const odd = total % quantity;
    const share = (total - odd) / quantity;
    if (odd === 0) {
      this.amounts[0] = amount - share;
      return [{ units: quantity, amount: share }];
    }
    this.set(0, odd, amount - share - 1);
    this.set(1, quantity - odd, amount - share);
    this.count = 2;
    return [
      { units: odd, amount: share + 1 },
      { units: quantity - odd, amount: share },
    ];
  }

  /** What each unit still costs. */
  left(): UnitRun[] {
    const runs: UnitRun[] = [];
    for (let run = 0; run < this.count; run++)
      runs.push({ units: this.units[run] ?? 0, amount: this.amounts[run] ?? 0 });
    return runs;
  }

  /** What each unit is to cost now. */
  keep(rest: readonly UnitRun[]): void {
    this.count = rest.length;
    rest.forEach(({ units, amount }, run) => {
      this.set(run, units, amount);
    });
  }

  private takeOfSeveral(total: number): UnitRun[] {
    const { units, amounts, count } = this;
    let sum = 0;
    for (let run = 0; run < count; run++) sum += (units[run] ?? 0) * (amounts[run] ?? 0);
    if (total > sum) throw tooLittle(sum, total);
    const split = Split.over(count);
    let odd = total;
    for (let run = 0; run < count; run++) {
      split.weights[run] = amounts[run] ?? 0;
      odd -= split.share(run, total, sum) * (units[run] ?? 0);
    }
    // What each unit bears at least is known; runs with larger remainders bear one more on each of their first units.
    const oddOf = odd === 0 ? null : split.oddUnits(odd, units);
    return this.takeShares(split.parts, oddOf);
  }

  /** Takes so much off every unit of each run, and one more off the first `oddOf` units of it. */
  private takeShares(shares: Float64Array, oddOf: Float64Array | null): UnitRun[] {
    const { units, amounts, count } = this;
    const parts = new RunList();
    this.units = spareColumns.units;
    this.amounts = spareColumns.amounts;
    this.count = 0;
    for (let run = 0; run < count; run++) {
      const share = shares[run] ?? 0;
      const amount = amounts[run] ?? 0;
      const withOdd = oddOf?.[run] ?? 0;
      const without = (units[run] ?? 0) - withOdd;
      if (withOdd > 0) {
        parts.add(withOdd, share + 1);
        this.append(withOdd, amount - share - 1);
      }
      if (without > 0) {
        parts.add(without, share);
        this.append(without, amount - share);
      }
    }
    spareColumns.units = units;
    spareColumns.amounts = amounts;
    return parts.all;
  }

  private append(units: number, amount: number): void {
    const last = this.count - 1;
    if (last >= 0 && this.amounts[last] === amount) this.units[last] = (this.units[last] ?? 0) + units;
    else this.set(this.count++, units, amount);
  }

  private set(run: number, units: number, amount: number): void {
    this.units[run] = units;
    this.amounts[run] = amount;
  }
}

/** Columns that no line uses now, for what is left after a split. */
const spareColumns: { units: number[]; amounts: number[] } = { units: [], amounts: [] };

/** Runs of which neighbours differ: `[3×50]` and two more of 50 are `[5×50]`. */
class RunList {
  // Most lists hold one or two, and a list that begins with its first costs a tenth of one that grows from nothing.
  all: UnitRun[] = none;
  private last: UnitRun | null = null;

  add(units: number, amount: number): void {
    if (this.last !== null && this.last.amount === amount) {
      this.last.units += units;
      return;
    }
    this.last = { units, amount };
    if (this.all === none) this.all = [this.last];
    else this.all.push(this.last);
  }
}

const none: UnitRun[] = [];

function tooLittle(held: number, wanted: number): RangeError {
  return new RangeError(
    `Expected at most ${held}, which is all that is left on the units, found ${wanted}; clamp first.`,
  );
}

/** An amount as people write it, exact at any size: `¥12.30`, `JP¥1,230`, `KWD 1.230`. */
export function formatMoney(amount: Money, locale = 'zh-CN'): string {
  const digits = minorUnitDigits(amount.currency);
  const figures = String(Math.abs(safeAmount(amount.minorUnits))).padStart(digits + 1, '0');
  const whole = figures.slice(0, figures.length - digits);
  const decimal = digits === 0 ? whole : `${whole}.${figures.slice(-digits)}`;
  // A decimal string is formatted digit by digit; a number would pass through a float.
  const signed = `${amount.minorUnits < 0 ? '-' : ''}${decimal}` as `${number}`;
  return formatFor(locale, amount.currency).format(signed);
}

/** The one order of ids everywhere: by code unit, so that no locale can change a price. */
export function compareIds(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** left × right ÷ divisor in whole numbers; BigInt where the product passes 2^53. */
function divided(left: number, right: number, divisor: number): { quotient: number; remainder: number } {
  const product = left * right;
  if (product <= Number.MAX_SAFE_INTEGER) {
    const remainder = product % divisor;
    return { quotient: (product - remainder) / divisor, remainder };
  }
  const exact = BigInt(left) * BigInt(right);
  return {
    quotient: safeAmount(Number(exact / BigInt(divisor))),
    remainder: Number(exact % BigInt(divisor)),
  };
}

function roundsUp(quotient: number, remainder: number, rounding: Rounding): boolean {
  const half = wholeInBasisPoints / 2;
  switch (rounding) {
    case 'HALF_UP':
      return remainder >= half;
    case 'HALF_EVEN':
      return remainder > half || (remainder === half && quotient % 2 === 1);
    case 'DOWN':
      return false;
  }
}

function appendRun(runs: UnitRun[], units: number, amount: number): void {
  if (units === 0) return;
  const last = runs.at(-1);
  if (last && last.amount === amount) last.units += units;
  else runs.push({ units, amount });
}

function sameCurrency(left: Money, right: Money): CurrencyCode {
  if (left.currency === right.currency) return left.currency;
  throw new RangeError(
    `Expected two amounts of one currency, found ${left.currency} and ${right.currency}; never mix.`,
  );
}

function safeAmount(value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`Expected whole minor units within ±(2^53−1), found ${value}; use integers in the minor unit.`);
}

function wholeNumber(value: number, what: string): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new RangeError(`Expected ${what} as a whole number from 0 to 2^53−1, found ${value}; use minor units.`);
}

function formatFor(locale: string, currency: CurrencyCode): Intl.NumberFormat {
  const key = `${locale} ${currency}`;
  const known = formats.get(key);
  if (known) return known;
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  formats.set(key, format);
  return format;
}
