import { type DocumentFault, pathText, short } from '../document-faults';
import { canonicalJson, leafTest, type Truth } from './compile';
import { type Condition, childrenOf, type Leaf } from './condition';
import { type FactDefinition, type Facts, type FactValue, factDefinition } from './facts';
import { readPattern } from './pattern';

/** Steps that one question may take; past them the answer is "not known", and nothing is refused for it. */
export const decisionBudget = 100_000;

/**
 * What is wrong with a rule that cannot both hold and fail. A condition that never holds gives nothing to anybody; one that
 * always holds, once its facts are known, is a slip or should not be there.
 */
export interface RuleFlaw {
  /** What the part `at` does; under a `not` the whole rule does the opposite. */
  kind: 'NEVER' | 'ALWAYS';
  /** The smallest part of the condition that is known to be at fault. */
  at: Condition;
  /** Two parts of it that are enough: they cannot hold together, or one of them always holds. Empty where it is not simple. */
  because: readonly Condition[];
}

/**
 * Why a condition is always true or never, as far as the budget lets it be known; empty when it can be both. Conditions
 * about lines are asked for themselves: no line at all can fulfil them, or every line does.
 *
 * The domain of each fact is cut into the few cells that the leaves tell apart, and the cells are searched. What is not
 * modelled (dates relative to now, lines, texts nobody named) counts as free, so a sound rule is never refused.
 */
export function flawsOf(condition: Condition, budget = decisionBudget): RuleFlaw[] {
  const work = { left: budget };
  const whole = flawOf(condition, work);
  if (whole) return [whole];
  return lineConditionsOf(condition).flatMap((inner) => flawOf(inner, work) ?? []);
}

/**
 * `flawsOf` as faults of a document, each with the node it is about.
 * @param tell how a part of the condition is shown
 */
export function decisionFaults(
  condition: Condition,
  tell: (part: Condition) => string = short,
): (DocumentFault & { at: Condition })[] {
  return flawsOf(condition).map(({ kind, at, because }) => {
    const [one, other] = because;
    const path = pathOf(condition, at) ?? [];
    const isOfLines = path.includes('anyLine') || path.includes('everyLine');
    return {
      at,
      path: pathText(path),
      found:
        one && other
          ? `${tell(one)} ${kind === 'NEVER' ? 'and' : 'or'} ${tell(other)}`
          : `${tell(at)}, which ${kind === 'NEVER' ? 'never holds' : 'always holds'}`,
      allowed: 'what can be true and can be false',
      cure:
        kind === 'NEVER'
          ? `widen it or remove it: no ${isOfLines ? 'line' : 'shopper'} ever fulfils it`
          : `narrow it or remove it: every ${isOfLines ? 'line does; ask for lines at all with cart.lineCount' : 'shopper does'}`,
    };
  });
}

/**
 * Whether two conditions can be true at once: false is certain, true means that nothing speaks against it, null that it
 * took too long to tell. Both are asked in the same zone.
 */
export function canBothHold(a: Condition, b: Condition, budget = decisionBudget): boolean | null {
  return canBe({ all: [a, b] }, T, { left: budget });
}

/**
 * The largest value that an INTEGER fact can have while the condition is true; null when nothing bounds it. It may be too
 * large and is never too small: `{all: [cart.itemCount <= 5, …]}` → 5.
 */
export function upperBoundOf(condition: Condition, fact: string, wanted = true): number | null {
  if ('not' in condition) return upperBoundOf(condition.not, fact, !wanted);
  if ('all' in condition || 'any' in condition) {
    const bounds = childrenOf(condition).map((child) => upperBoundOf(child, fact, wanted));
    const known = bounds.flatMap((bound) => bound ?? []);
    if (known.length === 0) return null;
    // "Not all" is one of them failing, "not any" all of them failing.
    if ('all' in condition === wanted) return Math.min(...known);
    return known.length === bounds.length ? Math.max(...known) : null;
  }
  if ('anyLine' in condition || 'everyLine' in condition || condition.fact !== fact) return null;
  return wanted ? boundWhenTrue(condition) : boundWhenFalse(condition);
}

/** The path from a node to one below it, by identity. */
export function pathOf(root: Condition, node: Condition): PropertyKey[] | null {
  if (root === node) return [];
  const kind = Object.keys(root)[0] ?? '';
  const isList = 'all' in root || 'any' in root;
  for (const [index, child] of childrenOf(root).entries()) {
    const below = pathOf(child, node);
    if (below) return isList ? [kind, index, ...below] : [kind, ...below];
  }
  return null;
}

function boundWhenTrue(leaf: Leaf): number | null {
  switch (leaf.op) {
    case 'eq':
      return typeof leaf.value === 'number' ? leaf.value : null;
    case 'lt':
      return leaf.value - 1;
    case 'lte':
      return leaf.value;
    case 'between':
      return leaf.value.to;
    case 'in': {
      const numbers = leaf.value.filter((value) => typeof value === 'number');
      return numbers.length === leaf.value.length ? Math.max(...numbers) : null;
    }
    default:
      return null;
  }
}

function boundWhenFalse(leaf: Leaf): number | null {
  switch (leaf.op) {
    case 'ne':
      return typeof leaf.value === 'number' ? leaf.value : null;
    case 'gt':
      return leaf.value;
    case 'gte':
      return leaf.value - 1;
    default:
      return null;
  }
}

function lineConditionsOf(condition: Condition): Condition[] {
  if ('anyLine' in condition) return [condition.anyLine];
  if ('everyLine' in condition) return [condition.everyLine];
  return childrenOf(condition).flatMap(lineConditionsOf);
}

/** Steps that are still to be had; shared by all questions about one rule. */
interface Work {
  left: number;
}

function flawOf(condition: Condition, work: Work): RuleFlaw | null {
  if (canBe(condition, T, work) === false) return narrowed('NEVER', condition, work);
  if (canBe(condition, F | N, work) === false) return narrowed('ALWAYS', condition, work);
  return null;
}

/** The smallest part that is at fault by itself, or two parts that are together. */
function narrowed(kind: RuleFlaw['kind'], at: Condition, work: Work): RuleFlaw {
  const goal = kind === 'NEVER' ? T : F | N;
  if ('not' in at) return narrowed(kind === 'NEVER' ? 'ALWAYS' : 'NEVER', at.not, work);
  if ('all' in at || 'any' in at) {
    const children = childrenOf(at);
    const guilty = children.find((child) => canBe(child, goal, work) === false);
    if (guilty) return narrowed(kind, guilty, work);
    for (const [index, one] of children.entries())
      for (const other of children.slice(index + 1)) {
        const pair = kind === 'NEVER' ? { all: [one, other] } : { any: [one, other] };
        if (canBe(pair, goal, work) === false) return { kind, at, because: [one, other] };
      }
  }
  return { kind, at, because: [] };
}

/** Sets of what a condition may still turn out to be: true, false, unknown. */
const T = 1;
const F = 2;
const N = 4;
const all = T | F | N;

function maskOf(truth: Truth): number {
  if (truth === null) return N;
  return truth ? T : F;
}

/** What a fact can be, as far as the leaves tell it apart. */
interface Variable {
  /** Cells that are still possible. */
  cells: readonly number[];
}

/** A question that the search assigns: it reads its variables and says what it may still be. */
interface Atom {
  /** Steps that one look at it takes. */
  cost(): number;
  mask(): number;
  /** How to learn more: a variable, and the cells to try one group after the other; null when there is no more to learn. */
  choice(): Choice | null;
}

interface Choice {
  variable: Variable;
  groups: readonly (readonly number[])[];
}

type Question =
  | { kind: 'all' | 'any'; parts: Question[] }
  | { kind: 'not'; part: Question }
  | { kind: 'atom'; atom: Atom };

/** Whether a condition can come out as one of the goal; null when the budget does not suffice. */
function canBe(condition: Condition, goal: number, work: Work): boolean | null {
  const leaves = leavesOf(condition);
  const model = new Model(leaves, work);
  if (work.left <= 0) return null;
  const question = model.questionOf(condition);
  const search = (): boolean | null => {
    const mask = maskIn(question, work);
    if (work.left <= 0) return null;
    if ((mask & goal) === 0) return false;
    if ((mask & ~goal) === 0) return true;
    const choice = choiceIn(question, work);
    // What is still open is free: it can come out either way.
    if (!choice) return true;
    const { variable, groups } = choice;
    const before = variable.cells;
    let result: boolean | null = false;
    for (const cells of groups) {
      variable.cells = cells;
      result = search();
      // Once the budget is gone, the groups not looked at could still hold what is looked for.
      if (result !== false) break;
    }
    variable.cells = before;
    return result;
  };
  return search();
}

/** The leaves that are about the cart as a whole; conditions about lines are questions of their own. */
function leavesOf(condition: Condition): Leaf[] {
  if ('fact' in condition) return [condition];
  return 'anyLine' in condition || 'everyLine' in condition ? [] : childrenOf(condition).flatMap(leavesOf);
}

function maskIn(question: Question, work: Work): number {
  switch (question.kind) {
    case 'atom':
      work.left -= question.atom.cost();
      return question.atom.mask();
    case 'not':
      return swapped(maskIn(question.part, work));
    case 'any':
    case 'all': {
      // "Any" is "all" with true and false exchanged.
      const isAny = question.kind === 'any';
      let mask = T;
      for (const part of question.parts) {
        const next = maskIn(part, work);
        mask = both(mask, isAny ? swapped(next) : next);
        if (mask === F) break;
      }
      return isAny ? swapped(mask) : mask;
    }
  }
}

function swapped(mask: number): number {
  return (mask & N) | (mask & T ? F : 0) | (mask & F ? T : 0);
}

/** Kleene's "and" over sets: false if one is, else unknown if one is. */
function both(a: number, b: number): number {
  return (a & b & T) | ((a | b) & F) | ((a & N && b & (T | N)) || (b & N && a & (T | N)) ? N : 0);
}

/** The first thing to find out among the parts that are still open. */
function choiceIn(question: Question, work: Work): Choice | null {
  if (question.kind === 'atom') return question.atom.choice();
  for (const part of question.kind === 'not' ? [question.part] : question.parts) {
    const mask = maskIn(part, work);
    const choice = mask === T || mask === F || mask === N ? null : choiceIn(part, work);
    if (choice) return choice;
  }
  return null;
}

/** Steps that it takes to make a variable ready for each value of a leaf. */
const stepsOfModel = 5;

/** The variables behind the leaves of one question. */
class Model {
  readonly #atoms = new Map<string, Atom>();

  constructor(leaves: readonly Leaf[], work: Work) {
    const byFact = new Map<string, Map<string, Leaf>>();
    for (const leaf of leaves) {
      work.left -= stepsOfModel * (1 + ('value' in leaf && Array.isArray(leaf.value) ? leaf.value.length : 0));
      const asked = byFact.get(leaf.fact) ?? new Map<string, Leaf>();
      byFact.set(leaf.fact, asked.set(canonicalJson(leaf), leaf));
    }
    for (const [fact, asked] of byFact) {
      const definition = factDefinition(fact);
      const distinct = [...asked.values()];
      const atoms = definition?.type === 'TEXTS' ? atomsOfSet(distinct) : atomsOfCells(definition, distinct, work);
      for (const [index, key] of [...asked.keys()].entries()) this.#atoms.set(key, atoms[index] ?? freeAtom());
    }
  }

  questionOf(condition: Condition): Question {
    if ('all' in condition) return { kind: 'all', parts: condition.all.map((part) => this.questionOf(part)) };
    if ('any' in condition) return { kind: 'any', parts: condition.any.map((part) => this.questionOf(part)) };
    if ('not' in condition) return { kind: 'not', part: this.questionOf(condition.not) };
    const key = canonicalJson(condition);
    const atom = this.#atoms.get(key) ?? freeAtom();
    this.#atoms.set(key, atom);
    return { kind: 'atom', atom };
  }
}

/** True or false, whatever anything else is; the same question asked twice has one answer. */
function freeAtom(): Atom {
  return cellAtom({ cells: [0, 1] }, [T, F]);
}

function cellAtom(variable: Variable, masks: readonly number[]): Atom {
  const maskAt = (cell: number) => masks[cell] ?? all;
  return {
    cost: () => variable.cells.length,
    mask: () => variable.cells.reduce((mask, cell) => mask | maskAt(cell), 0),
    choice: () => {
      const groups = [T, F, N, T | F, T | N, F | N, all]
        .map((mask) => variable.cells.filter((cell) => maskAt(cell) === mask))
        .filter((cells) => cells.length > 0);
      return groups.length > 1 ? { variable, groups } : null;
    },
  };
}

const nothingElse: Facts = { get: () => undefined };

/** Facts of one value: what the leaves make of each value that they can tell from the others. */
function atomsOfCells(definition: FactDefinition | null, leaves: readonly Leaf[], work: Work): Atom[] {
  const free = leaves.map((leaf) => leaf.op === 'withinLast');
  const tests = leaves.map(leafTest);
  const costs = leaves.map(costOf);
  const vectors = new Map<string, number[]>();
  const add = (vector: number[]) => vectors.set(vector.join(), vector);
  for (const value of representatives(definition, leaves)) {
    work.left -= costs.reduce((sum, cost) => sum + cost, 0);
    if (work.left <= 0) return [];
    add(tests.map((test, index) => (free[index] ? all : maskOf(test(value, nothingElse)))));
  }
  if (definition?.type === 'TEXT' && !definition.values) for (const vector of vectorsOfOtherTexts(leaves)) add(vector);
  if (leaves.some((leaf) => leaf.op === 'exists')) add(leaves.map((leaf) => (leaf.op === 'exists' ? F : N)));
  const cells = [...vectors.values()];
  const variable: Variable = { cells: cells.map((_, index) => index) };
  return leaves.map((_, index) => {
    const masks = cells.map((vector) => vector[index] ?? all);
    return free[index] ? freeAtom() : cellAtom(variable, masks);
  });
}

/** Steps that a leaf takes to look at one value; a pattern follows all its states over the whole text. */
function costOf(leaf: Leaf): number {
  const pattern = leaf.op === 'matches' ? readPattern(leaf.value) : null;
  return pattern?.ok ? 1 + pattern.value.states * stepsOfState : 1;
}

/** For a text as long as a condition may name, in steps as long as those of other leaves. */
const stepsOfState = 10;

/** One value of every kind that the leaves tell apart: those they name, and those right beside a threshold. */
function representatives(definition: FactDefinition | null, leaves: readonly Leaf[]): FactValue[] {
  switch (definition?.type) {
    case 'BOOLEAN':
      return [true, false];
    case 'INTEGER': {
      const { min, max } = definition.range ?? { min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
      return around(leaves.flatMap(numbersOf), min, max);
    }
    case 'INSTANT':
      return around(leaves.flatMap(numbersOf), -lastInstant, lastInstant);
    default:
      return definition?.values ? [...definition.values] : [...new Set(leaves.flatMap(textsOf))];
  }
}

/** The furthest that a Date can tell from 1970, in milliseconds. */
const lastInstant = 8_640_000_000_000_000;

/** Each threshold and the end of the stretch before it; the last stretch ends with the range. */
function around(thresholds: readonly number[], min: number, max: number): number[] {
  const points = new Set([min, max]);
  for (const threshold of thresholds)
    for (const point of [threshold - 1, threshold]) if (point >= min && point <= max) points.add(point);
  return [...points];
}

function numbersOf(leaf: Leaf): number[] {
  switch (leaf.op) {
    case 'eq':
    case 'ne':
      return [typeof leaf.value === 'number' ? leaf.value : Date.parse(String(leaf.value))];
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return [leaf.value];
    case 'between':
      return [leaf.value.from, leaf.value.to];
    case 'in':
      return leaf.value.filter((value) => typeof value === 'number');
    case 'before':
    case 'onOrBefore':
    case 'after':
    case 'onOrAfter':
      return [Date.parse(leaf.value)];
    case 'within':
      return [Date.parse(leaf.value.from), Date.parse(leaf.value.until)];
    default:
      return [];
  }
}

function textsOf(leaf: Leaf): string[] {
  switch (leaf.op) {
    case 'eq':
    case 'ne':
      return [String(leaf.value)];
    case 'in':
      return leaf.value.map(String);
    default:
      return [];
  }
}

/** Leaves about other texts that are told apart one by one; more of them are taken as free. */
const mostPrefixes = 64;

/**
 * Texts that no leaf names. Of prefixes, those that one text can have at once form a chain, so there is one kind of text
 * for each prefix (it, and every prefix of it) and one for none; whether a pattern matches is free.
 */
function vectorsOfOtherTexts(leaves: readonly Leaf[]): number[][] {
  const prefixes = [...new Set(leaves.flatMap((leaf) => (leaf.op === 'startsWith' ? [leaf.value] : [])))];
  const longest: (string | null)[] = prefixes.length > mostPrefixes ? [null] : [null, ...prefixes];
  return longest.map((text) =>
    leaves.map((leaf) => {
      switch (leaf.op) {
        case 'exists':
        case 'ne':
          return T;
        case 'eq':
        case 'in':
          return F;
        case 'startsWith':
          if (prefixes.length > mostPrefixes) return T | F;
          return text?.startsWith(leaf.value) ? T : F;
        default:
          return T | F;
      }
    }),
  );
}

const none = 0;
const some = 1;
const every = 2;

/**
 * Facts that are sets. Whether a value is in the set is free of all other values, so values that the same leaves name are
 * taken together: none of them, some or every one.
 */
function atomsOfSet(leaves: readonly Leaf[]): Atom[] {
  const askers = new Map<string, number[]>();
  for (const [index, leaf] of leaves.entries())
    for (const value of valuesOfSet(leaf)) askers.set(value, [...(askers.get(value) ?? []), index]);
  const groups = new Map<string, Variable>();
  const own = leaves.map((): Variable[] => []);
  for (const indices of askers.values()) {
    const key = indices.join();
    const known = groups.get(key);
    if (known) known.cells = [none, some, every];
    else {
      const variable: Variable = { cells: [none, every] };
      groups.set(key, variable);
      for (const index of indices) own[index]?.push(variable);
    }
  }
  // Only `exists` makes a set that nobody knows worth a look.
  const isKnown: Variable = { cells: leaves.some((leaf) => leaf.op === 'exists') ? [1, 0] : [1] };
  return leaves.map((leaf, index) => {
    const variables = own[index] ?? [];
    return {
      cost: () => variables.length + 1,
      mask: () =>
        isKnown.cells.reduce((mask, cell) => {
          if (cell === 1) return mask | maskOfSet(leaf, variables);
          return mask | (leaf.op === 'exists' ? F : N);
        }, 0),
      choice: () => {
        const variable = [isKnown, ...variables].find(({ cells }) => cells.length > 1);
        return variable ? { variable, groups: variable.cells.map((cell) => [cell]) } : null;
      },
    };
  });
}

function valuesOfSet(leaf: Leaf): readonly string[] {
  switch (leaf.op) {
    case 'containsAny':
    case 'containsAll':
    case 'containsNone':
      return leaf.value;
    default:
      return [];
  }
}

function maskOfSet(leaf: Leaf, groups: readonly Variable[]): number {
  switch (leaf.op) {
    case 'containsAny':
      return groups.reduce(
        (mask, { cells }) => swapped(both(swapped(mask), swapped(among(cells, (cell) => cell !== none)))),
        F,
      );
    case 'containsNone':
      return groups.reduce(
        (mask, { cells }) =>
          both(
            mask,
            among(cells, (cell) => cell === none),
          ),
        T,
      );
    case 'containsAll':
      return groups.reduce(
        (mask, { cells }) =>
          both(
            mask,
            among(cells, (cell) => cell === every),
          ),
        T,
      );
    case 'exists':
      return T;
    default:
      return all;
  }
}

function among(cells: readonly number[], test: (cell: number) => boolean): number {
  return cells.reduce((mask, cell) => mask | (test(cell) ? T : F), 0);
}
