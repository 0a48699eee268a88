import { short } from '../document-faults';
import { assertNever } from '../outcome';
import { factKey } from './compile';
import { type FactDefinition, type Facts, type FactValue, factDefinition } from './facts';

/** One thing to do about one fact, so that a rule comes nearer to being true. */
export type Change = {
  fact: string;
  /** The place of the line in the cart, from 0; null for what is not about a line. */
  line: number | null;
} & (
  | { kind: 'RAISE' | 'LOWER'; to: number }
  | { kind: 'SET'; to: boolean | string }
  /** Anything but this value. */
  | { kind: 'AVOID'; to: string }
  | { kind: 'ADD' | 'REMOVE'; to: readonly string[] }
  /** An ISO 8601 instant for `time.now`; a number for an hour or a day that comes round again. */
  | { kind: 'WAIT_UNTIL'; to: string | number }
  /** Nobody knows the fact: with this value it would do; null where nearly any does. */
  | { kind: 'PROVIDE'; to: FactValue | null }
  /** Put goods into the cart of which this is true; `fact` is `lines`. */
  | { kind: 'ADD_LINE'; to: Readonly<Record<string, FactValue | null>> }
);

/** What stands for a text that nobody names. */
export const otherText = '\u2014';

/** The facts as they are once changes are made; where a change leaves the value open, some value that fits. */
export function factsAfter(changes: readonly Change[], facts: Facts, zone: string): Facts {
  return changes.reduce<Facts>((before, change) => {
    if (change.kind === 'ADD_LINE') {
      const values = Object.entries(change.to).map(
        ([fact, to]) => [factKey(fact, zone), to ?? someValue(fact)] as const,
      );
      const known = new Map<string, FactValue>(values);
      const line: Facts = { get: (fact) => known.get(fact) };
      return { get: (fact) => before.get(fact), lines: [...(before.lines ?? []), line] };
    }
    if (change.line === null) return withFact(before, change, zone);
    const lines = before.lines?.map((line, place) => (place === change.line ? withFact(line, change, zone) : line));
    return { get: (fact) => before.get(fact), lines };
  }, facts);
}

function withFact(facts: Facts, change: Exclude<Change, { kind: 'ADD_LINE' }>, zone: string): Facts {
  const key = factKey(change.fact, zone);
  const observed = facts.get(key);
  const value = valueAfter(change, isTexts(observed) ? observed : []);
  return {
    get: (fact) => (fact === key ? value : facts.get(fact)),
    lines: facts.lines,
  };
}

function valueAfter(change: Exclude<Change, { kind: 'ADD_LINE' }>, texts: readonly string[]): FactValue {
  switch (change.kind) {
    case 'RAISE':
    case 'LOWER':
    case 'SET':
      return change.to;
    case 'AVOID':
      return otherText;
    case 'ADD':
      return [...texts, ...change.to];
    case 'REMOVE':
      return texts.filter((text) => !change.to.includes(text));
    case 'WAIT_UNTIL':
      return typeof change.to === 'string' ? Date.parse(change.to) : change.to;
    case 'PROVIDE':
      return change.to ?? someValue(change.fact);
    default:
      return assertNever(change);
  }
}

/** A change in words: `raise user.payTimes to 6`. */
export function changeText(change: Change): string {
  const where = change.line === null ? '' : ` of line ${change.line + 1}`;
  const what = `${change.fact}${where}`;
  switch (change.kind) {
    case 'RAISE':
      return `raise ${what} to ${change.to}`;
    case 'LOWER':
      return `lower ${what} to ${change.to}`;
    case 'SET':
      return `make ${what} ${short(change.to)}`;
    case 'AVOID':
      return `make ${what} anything but ${short(change.to)}`;
    case 'ADD':
      return `add ${change.to.map(short).join(', ')} to ${what}`;
    case 'REMOVE':
      return `remove ${change.to.map(short).join(', ')} from ${what}`;
    case 'WAIT_UNTIL':
      return `wait until ${what} is ${change.to}`;
    case 'PROVIDE':
      return change.to === null ? `tell ${what}` : `tell ${what}; ${told(change.fact, change.to)} would do`;
    case 'ADD_LINE':
      return `add goods with ${Object.entries(change.to)
        .map(([fact, to]) => (to === null ? fact : `${fact} ${short(to)}`))
        .join(', ')}`;
    default:
      return assertNever(change);
  }
}

/** The change from one value to another; null where nobody can make it. */
export function changeTo(fact: string, line: number | null, from: FactValue, to: FactValue): Change | null {
  const definition = factDefinition(fact);
  if (!definition || from === to || !isChangeable(fact)) return null;
  if (typeof to === 'number' && typeof from === 'number') {
    if (fact === 'time.now')
      return to > from ? { kind: 'WAIT_UNTIL', fact, line, to: new Date(to).toISOString() } : null;
    if (fact.startsWith('time.')) return { kind: 'WAIT_UNTIL', fact, line, to };
    if (to < from && onlyGrowing.has(fact)) return null;
    return { kind: to > from ? 'RAISE' : 'LOWER', fact, line, to };
  }
  if (typeof to === 'boolean') return fact === 'user.isNew' && to ? null : { kind: 'SET', fact, line, to };
  if (typeof to !== 'string') return null;
  if (to === otherText) return { kind: 'AVOID', fact, line, to: String(from) };
  return { kind: 'SET', fact, line, to };
}

const onlyGrowing: ReadonlySet<string> = new Set(['user.payTimes', 'user.paidAmount']);
const fixed: ReadonlySet<string> = new Set(['user.id', 'user.registeredAt', 'user.lastPaidAt']);

/** What has happened stays so, and goods are what they are: of a line, only how many can be changed. */
export function isChangeable(fact: string): boolean {
  if (fact.startsWith('line.')) return fact === 'line.quantity' || fact === 'line.amount';
  return !fixed.has(fact);
}

/** A value for a fact of which no more is asked than that it is known. */
export function someValue(fact: string): FactValue {
  const definition = factDefinition(fact);
  const [first] = definition ? spareCandidates(definition) : [];
  return definition?.type === 'TEXTS' ? [] : (first ?? otherText);
}

/** A value of a fact as a sentence says it. */
export function told(fact: string, value: FactValue): string {
  const isInstant = typeof value === 'number' && factDefinition(fact)?.type === 'INSTANT';
  const date = isInstant ? new Date(value) : null;
  return date && !Number.isNaN(date.getTime()) ? date.toISOString() : short(value);
}

/** Whether a value is a set of texts. */
export function isTexts(value: FactValue | undefined): value is readonly string[] {
  return Array.isArray(value);
}

/** Values that no leaf names, for leaves that only forbid. */
export function spareCandidates({ type, range, values }: FactDefinition): FactValue[] {
  switch (type) {
    case 'BOOLEAN':
      return [true, false];
    case 'INTEGER':
      return range ? [range.min, range.max] : [0];
    case 'INSTANT':
      return [0];
    default:
      return values ? [...values] : [otherText];
  }
}

/** Whether a fact can have a value at all. */
export function isInRange(value: FactValue, { range, values }: FactDefinition): boolean {
  if (typeof value === 'number') return !range || (value >= range.min && value <= range.max);
  return typeof value !== 'string' || (values?.includes(value) ?? true);
}
