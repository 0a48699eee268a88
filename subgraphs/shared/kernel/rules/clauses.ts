import { assertNever } from '../outcome';
import { factKey, wantedValue } from './compile';
import type { Condition, Leaf } from './condition';

/**
 * A question that is true or not, never unknown: a literal about a fact nobody knows is not true, except `unknown`.
 * Ages are of an instant, now − fact; one that lies ahead is older than anything.
 */
export type Literal =
  /** The fact by its key, with the zone where it has one. */
  { fact: string } & (
    | { ask: 'known' | 'unknown' }
    | { ask: 'is' | 'isNot'; value: boolean | number | string }
    | { ask: 'has' | 'hasNot' | 'starts' | 'startsNot'; value: string }
    | { ask: 'atLeast' | 'atMost' | 'ageAtLeast' | 'ageAtMost'; value: number }
  );

/** Literals of which one must be true; none means never. */
export type Clause = readonly Literal[];

/** A rule as far as an index can know it: true if and only if every clause, every veto and every residue is. */
export interface NormalForm {
  /** Positive literals only. */
  clauses: Clause[];
  /** Negative literals, each of which must be true. */
  vetoes: Literal[];
  /** What no clause can say, to be asked of the rows that are left. Some clauses may be implied by it. */
  residue: Condition[];
}

/** How far a rule is taken apart; a part that needs more is asked as it is written. */
export const clauseBounds = {
  /** Clauses of one rule. */
  clauses: 15,
  /** Literals of one part of `all`, unless it is written with half as many already. */
  literals: 64,
} as const;

/**
 * When a rule is true, in clauses: tier = GOLD or (payTimes = 0 and isNew) → [tier = GOLD or payTimes = 0], [tier = GOLD
 * or isNew]. Negation is carried down to the leaves; unknown is never true, so two values are enough from there on.
 */
export function normalForm(condition: Condition, zone: string): NormalForm {
  const form: NormalForm = { clauses: [], vetoes: [], residue: [] };
  for (const part of partsOf(condition, true)) {
    const most = Math.max(clauseBounds.literals, 2 * literalsWritten(part));
    const clauses = clausesOf(part, true, zone, most);
    const residueBefore = form.residue.length;
    if (!clauses) form.residue.push(part);
    for (const clause of clauses ?? []) {
      const [first] = clause;
      if (clause.every(isPositive) && form.clauses.length < clauseBounds.clauses) form.clauses.push(clause);
      else if (clause.length === 1 && first && isVeto(first)) form.vetoes.push(first);
      else if (form.residue.length === residueBefore) form.residue.push(part);
    }
  }
  return form;
}

/** A literal as it stands in a clause before anyone knows whether an index can hold it. */
type Term = Literal | { ask: 'other' };

/** The parts that must all hold: not (a or b) → not a, not b. */
function partsOf(condition: Condition, wanted: boolean): Condition[] {
  if ('not' in condition) return partsOf(condition.not, !wanted);
  if ('all' in condition && wanted) return condition.all.flatMap((one) => partsOf(one, true));
  if ('any' in condition && !wanted) return condition.any.flatMap((one) => partsOf(one, false));
  return [wanted ? condition : { not: condition }];
}

/** The clauses of one part, true when the part is `wanted`; null when they would hold more than `most` literals. */
function clausesOf(condition: Condition, wanted: boolean, zone: string, most: number): Term[][] | null {
  if ('not' in condition) return clausesOf(condition.not, !wanted, zone, most);
  if ('anyLine' in condition || 'everyLine' in condition) return [[{ ask: 'other' }]];
  if (!('all' in condition) && !('any' in condition))
    return leafClauses(condition, wanted, factKey(condition.fact, zone));
  const joinedByAll = 'all' in condition === wanted;
  let whole: Term[][] = joinedByAll ? [] : [[]];
  for (const part of 'all' in condition ? condition.all : condition.any) {
    const clauses = clausesOf(part, wanted, zone, most);
    if (!clauses) return null;
    const before: readonly Term[][] = whole;
    // (a and b) or (c and d) is (a or c) and (a or d) and (b or c) and (b or d).
    const size = joinedByAll
      ? count(before) + count(clauses)
      : count(before) * clauses.length + count(clauses) * before.length;
    if (size > most) return null;
    whole = joinedByAll
      ? [...before, ...clauses]
      : before.flatMap((left) => clauses.map((right) => [...left, ...right]));
  }
  return whole;
}

function leafClauses(leaf: Leaf, wanted: boolean, fact: string): Term[][] {
  switch (leaf.op) {
    case 'exists':
      return [[{ fact, ask: wanted ? 'known' : 'unknown' }]];
    case 'eq':
    case 'ne': {
      const values = [wantedValue(leaf.fact, leaf.value)];
      return (leaf.op === 'eq') === wanted ? oneOf(values, fact) : noneOf(values, fact);
    }
    case 'in':
      return wanted ? oneOf(leaf.value, fact) : noneOf(leaf.value, fact);
    case 'containsAny':
      return wanted ? hasOne(leaf.value, fact) : hasNone(leaf.value, fact);
    case 'containsNone':
      return wanted ? hasNone(leaf.value, fact) : hasOne(leaf.value, fact);
    case 'containsAll':
      return wanted
        ? eachIn(leaf.value, (value) => ({ fact, ask: 'has', value }))
        : someIn(leaf.value, (value) => ({ fact, ask: 'hasNot', value }));
    case 'startsWith':
      return [[{ fact, ask: wanted ? 'starts' : 'startsNot', value: leaf.value }]];
    case 'matches':
      return [[{ ask: 'other' }]];
    case 'gte':
      return wanted ? atLeast(leaf.value, fact) : below(leaf.value, fact);
    case 'lt':
      return wanted ? below(leaf.value, fact) : atLeast(leaf.value, fact);
    case 'gt':
      return wanted ? above(leaf.value, fact) : atMost(leaf.value, fact);
    case 'lte':
      return wanted ? atMost(leaf.value, fact) : above(leaf.value, fact);
    case 'onOrAfter':
    case 'before':
      return (leaf.op === 'onOrAfter') === wanted
        ? atLeast(Date.parse(leaf.value), fact)
        : below(Date.parse(leaf.value), fact);
    case 'after':
    case 'onOrBefore':
      return (leaf.op === 'after') === wanted
        ? above(Date.parse(leaf.value), fact)
        : atMost(Date.parse(leaf.value), fact);
    case 'between': {
      const { from, to } = leaf.value;
      return wanted
        ? [...atLeast(from, fact), ...atMost(to, fact)]
        : [[...below(from, fact).flat(), ...above(to, fact).flat()]];
    }
    case 'within': {
      const [from, until] = [Date.parse(leaf.value.from), Date.parse(leaf.value.until)];
      return wanted
        ? [...atLeast(from, fact), ...below(until, fact)]
        : [[...below(from, fact).flat(), ...atLeast(until, fact).flat()]];
    }
    case 'withinLast': {
      const longest = leaf.value.hours * 3_600_000;
      return [
        [wanted ? { fact, ask: 'ageAtMost', value: longest } : { fact, ask: 'ageAtLeast', value: justAbove(longest) }],
      ];
    }
    default:
      return assertNever(leaf);
  }
}

function oneOf(values: readonly (boolean | number | string)[], fact: string): Term[][] {
  return someIn(values, (value) => ({ fact, ask: 'is', value }));
}

function noneOf(values: readonly (boolean | number | string)[], fact: string): Term[][] {
  return eachIn(values, (value) => ({ fact, ask: 'isNot', value }));
}

function hasOne(values: readonly string[], fact: string): Term[][] {
  return someIn(values, (value) => ({ fact, ask: 'has', value }));
}

function hasNone(values: readonly string[], fact: string): Term[][] {
  return eachIn(values, (value) => ({ fact, ask: 'hasNot', value }));
}

/** A list of nothing still asks whether the fact is known, which no literal says. */
function someIn<T>(values: readonly T[], literal: (value: T) => Literal): Term[][] {
  return values.length === 0 ? [[{ ask: 'other' }]] : [values.map(literal)];
}

function eachIn<T>(values: readonly T[], literal: (value: T) => Literal): Term[][] {
  return values.length === 0 ? [[{ ask: 'other' }]] : values.map((value) => [literal(value)]);
}

function atLeast(value: number, fact: string): Literal[][] {
  return [[{ fact, ask: 'atLeast', value }]];
}

function atMost(value: number, fact: string): Literal[][] {
  return [[{ fact, ask: 'atMost', value }]];
}

function above(value: number, fact: string): Literal[][] {
  return atLeast(justAbove(value), fact);
}

function below(value: number, fact: string): Literal[][] {
  return atMost(-justAbove(-value), fact);
}

/** The next number there is, so that "more than" is "at least the next": justAbove(0) → 5e-324. */
function justAbove(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  bits.setBigInt64(0, bits.getBigInt64(0) + (value > 0 ? 1n : -1n));
  return bits.getFloat64(0);
}

function isVeto(term: Term): term is Literal {
  return term.ask === 'isNot' || term.ask === 'hasNot' || term.ask === 'startsNot';
}

function isPositive(term: Term): term is Literal {
  return term.ask !== 'other' && !isVeto(term);
}

function count(clauses: readonly (readonly Term[])[]): number {
  return clauses.reduce((sum, clause) => sum + clause.length, 0);
}

/** Literals that a condition needs if nothing is multiplied out: one for each value of each leaf. */
function literalsWritten(condition: Condition): number {
  if ('not' in condition) return literalsWritten(condition.not);
  if ('all' in condition) return condition.all.reduce((sum, one) => sum + literalsWritten(one), 0);
  if ('any' in condition) return condition.any.reduce((sum, one) => sum + literalsWritten(one), 0);
  return 'value' in condition && Array.isArray(condition.value) ? condition.value.length : 1;
}
