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
  const parts = new Array<number>(weights.length).fill(0);
  if (total === 0 || sum === 0) return parts;

  const remainders = new Array<number>(weights.length).fill(0);
  let left = total;
  weights.forEach((weight, index) => {
    const { quotient, remainder } = divided(total, weight, sum);
    parts[index] = quotient;
    remainders[index] = remainder;
    left -= quotient;
  });
  for (const index of largestFirst(remainders, weights, left)) parts[index] = (parts[index] ?? 0) + 1;
  return parts;
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
  if (safeAmount(sum) < wholeNumber(total, 'a total')) {
    throw new RangeError(
      `Expected at most ${sum}, which is all that is left on the units, found ${total}; clamp first.`,
    );
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

  const parts: UnitRun[] = [];
  const rest: UnitRun[] = [];
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

/** The places of the `count` largest remainders, ties by larger weight, then by place. */
function largestFirst(remainders: readonly number[], weights: readonly number[], count: number): number[] {
  if (count === 0) return [];
  return remainders
    .map((_, index) => index)
    .sort((a, b) => {
      const byRemainder = (remainders[b] ?? 0) - (remainders[a] ?? 0);
      return byRemainder || (weights[b] ?? 0) - (weights[a] ?? 0) || a - b;
    })
    .slice(0, count);
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
