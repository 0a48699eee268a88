import { pathText } from '../document-faults';
import { closureOf, factKey, leafTest, type Truth } from './compile';
import { type Condition, childrenOf, type Leaf, type Operator } from './condition';
import { ruleText } from './expression';
import {
  type Change,
  changeText,
  changeTo,
  factsAfter,
  isChangeable,
  isInRange,
  isTexts,
  otherText,
  spareCandidates,
  told,
} from './fact-change';
import { type FactDefinition, type Facts, type FactValue, factDefinition } from './facts';

/** One leaf that stands in the way. */
export interface Failure {
  /** In the tree, e.g. `all[1].any[0]`. */
  path: string;
  /** The place of the line in the cart, from 0; null for what is not about a line. */
  line: number | null;
  /** The fact, or `lines` for a cart without the lines that are asked for. */
  fact: string;
  op: Operator | 'anyLine' | 'everyLine';
  /** What the leaf compares with; null where it compares with nothing. */
  required: unknown;
  /** True where the leaf must not hold, since it stands under a `not`. */
  negated: boolean;
  /** Null when nobody knows. */
  observed: FactValue | null;
  /** Whether it is unknown, rather than known and wrong. */
  unknown: boolean;
  /** The least that makes this leaf right; null when nothing does. */
  change: readonly Change[] | null;
  sentence: string;
}

/** Why a rule says what it says. */
export interface RuleExplanation {
  verdict: 'TRUE' | 'FALSE' | 'UNKNOWN';
  /** Every leaf that stands in the way, of `any` the branch that is cheapest to cure first; none when the rule is true. */
  failures: readonly Failure[];
  /** A least set of changes that makes the whole rule true; null when nothing that can be done does. */
  cure: readonly Change[] | null;
  sentence: string;
}

/**
 * Why a rule is true, false or unknown of some facts, and what would make it true. The cure is tried before it is told.
 * It takes facts one by one: that goods more in the cart also raise its subtotal is for the one who acts on it.
 */
export function explainRule(condition: Condition, facts: Facts, zone: string): RuleExplanation {
  const holds = closureOf(condition, zone);
  const verdict = holds(facts);
  if (verdict === true) return { verdict: 'TRUE', failures: [], cure: [], sentence: 'The rule holds.' };
  const explainer = new Explainer(facts, zone);
  const failures = firstOf(explainer.failures(condition, true, facts, null, []), mostFailures);
  const plans = explainer.plans(condition, true, facts, null);
  const isCure = (changes: readonly Change[]) => holds(factsAfter(changes, facts, zone)) === true;
  const found = plans.find(({ changes }) => isCure(changes))?.changes;
  // Two parts may have wished for the same thing in two ways; one is enough.
  const cure =
    found?.reduce((least, change) => {
      const rest = least.filter((other) => other !== change);
      return isCure(rest) ? rest : least;
    }, found) ?? null;
  const what = verdict === null ? 'It is unknown whether the rule holds' : 'The rule does not hold';
  const sentence = cure
    ? `${what}; to make it hold, ${cure.map(changeText).join(' and ')}.`
    : `${what}, and nothing that can be done now makes it hold.`;
  return { verdict: verdict === null ? 'UNKNOWN' : 'FALSE', failures, cure, sentence };
}

/** A leaf that must hold or must not, asked of the cart or of one line. */
interface Wish {
  leaf: Leaf;
  wanted: boolean;
  facts: Facts;
  line: number | null;
}

/** One way to make a condition true. */
interface Plan {
  wishes: readonly Wish[];
  changes: readonly Change[];
  cost: number;
}

/** Failures that are told; a cart may have hundreds of lines. */
const mostFailures = 200;
/** Ways that are followed at once; of more, the cheapest. */
const mostPlans = 12;
/** Pairs of wishes that are weighed against each other before only the cheapest way is followed. */
const mostWeighed = 100_000;
/** Lines whose cure is looked for; a shopper who would have to change more of them has another cart. */
const mostCuredLines = 10;
type Test = ReturnType<typeof leafTest>;

class Explainer {
  readonly #facts: Facts;
  readonly #zone: string;
  readonly #closures = new Map<Condition, (facts: Facts) => Truth>();
  readonly #tests = new Map<Leaf, Test>();
  /** What was found already, since the order of failures and the cure ask for the same. */
  readonly #plans = new Map<Condition, Map<Facts, { true?: Plan[]; false?: Plan[] }>>();
  readonly #patterns = new Map<string, Test>();
  /** Pairs of wishes that may still be weighed; past them only the cheapest way is followed. */
  #left = mostWeighed;

  constructor(facts: Facts, zone: string) {
    this.#facts = facts;
    this.#zone = zone;
  }

  /** Every leaf that keeps a condition from being what it should be. */
  *failures(
    condition: Condition,
    wanted: boolean,
    facts: Facts,
    line: number | null,
    path: readonly PropertyKey[],
  ): Generator<Failure> {
    if (this.#isAsWanted(condition, wanted, facts)) return;
    if ('not' in condition) {
      yield* this.failures(condition.not, !wanted, facts, line, [...path, 'not']);
    } else if ('all' in condition || 'any' in condition) {
      const kind = 'all' in condition ? 'all' : 'any';
      const children = childrenOf(condition).map((child, index) => ({ child, index }));
      // One branch is enough here, so the cheapest comes first; what nothing cures comes last.
      if ((kind === 'any') === wanted)
        this.#sortByCost(children, ({ child }) => this.plans(child, wanted, facts, line));
      for (const { child, index } of children) yield* this.failures(child, wanted, facts, line, [...path, kind, index]);
    } else if ('anyLine' in condition || 'everyLine' in condition) {
      yield* this.#failuresOfLines(condition, wanted, facts, path);
    } else yield this.#failureOf({ leaf: condition, wanted, facts, line }, path);
  }

  *#failuresOfLines(
    condition: Condition,
    wanted: boolean,
    facts: Facts,
    path: readonly PropertyKey[],
  ): Generator<Failure> {
    const kind = 'anyLine' in condition ? 'anyLine' : 'everyLine';
    const [inner] = childrenOf(condition);
    if (!inner) return;
    if (!facts.lines || facts.lines.length === 0) yield this.#failureOfNoLines(condition, kind, wanted, facts, path);
    const lines = (facts.lines ?? []).map((line, place) => ({ line, place }));
    if ((kind === 'anyLine') === wanted)
      this.#sortByCost(lines, ({ line, place }) =>
        place < mostCuredLines ? this.plans(inner, wanted, line, place) : [],
      );
    for (const { line, place } of lines) yield* this.failures(inner, wanted, line, place, [...path, kind]);
  }

  #failureOfNoLines(
    condition: Condition,
    op: 'anyLine' | 'everyLine',
    wanted: boolean,
    facts: Facts,
    path: readonly PropertyKey[],
  ): Failure {
    const change = this.plans(condition, wanted, facts, null)[0]?.changes ?? null;
    const unknown = facts.lines === undefined;
    return {
      path: pathText(path),
      line: null,
      fact: 'lines',
      op,
      required: null,
      negated: !wanted,
      observed: null,
      unknown,
      change,
      sentence: sentenceOf(condition, unknown ? 'nobody knows the cart' : 'the cart has no lines', wanted, change),
    };
  }

  #sortByCost<T>(ways: T[], plansOf: (way: T) => Plan[]): void {
    const costs = new Map(ways.map((way) => [way, plansOf(way)[0]?.cost ?? Number.POSITIVE_INFINITY]));
    ways.sort((a, b) => ascending(costs.get(a) ?? 0, costs.get(b) ?? 0));
  }

  #failureOf(wish: Wish, path: readonly PropertyKey[]): Failure {
    const { leaf, wanted, line } = wish;
    const observed = this.#observed(wish, leaf.fact) ?? null;
    const unknown = this.#truthOf(wish) === null;
    const change = this.#plan([wish])?.changes ?? null;
    const seen = observed === null ? `nobody knows ${leaf.fact}` : `${leaf.fact} is ${told(leaf.fact, observed)}`;
    return {
      path: pathText(path),
      line,
      fact: leaf.fact,
      op: leaf.op,
      required: 'value' in leaf ? leaf.value : null,
      negated: !wanted,
      observed,
      unknown,
      change,
      sentence: sentenceOf(leaf, seen, wanted, change),
    };
  }

  /** The cheapest ways to make a condition what it should be; none when there is none. */
  plans(condition: Condition, wanted: boolean, facts: Facts, line: number | null): Plan[] {
    const known = this.#plans.get(condition) ?? new Map<Facts, { true?: Plan[]; false?: Plan[] }>();
    const ofFacts = known.get(facts) ?? {};
    const plans = ofFacts[`${wanted}`] ?? this.#newPlans(condition, wanted, facts, line);
    this.#plans.set(condition, known.set(facts, { ...ofFacts, [`${wanted}`]: plans }));
    return plans;
  }

  #newPlans(condition: Condition, wanted: boolean, facts: Facts, line: number | null): Plan[] {
    if ('not' in condition) return this.plans(condition.not, !wanted, facts, line);
    if ('all' in condition || 'any' in condition) {
      const parts = childrenOf(condition).map((child) => this.plans(child, wanted, facts, line));
      // "Not any" is all of them failing, "not all" is one of them failing.
      return 'all' in condition === wanted ? this.#together(parts) : cheapest(parts.flat());
    }
    if ('anyLine' in condition || 'everyLine' in condition) return this.#plansOfLines(condition, wanted, facts);
    const plan = this.#plan([{ leaf: condition, wanted, facts, line }]);
    return plan ? [plan] : [];
  }

  #plansOfLines(condition: Condition, wanted: boolean, facts: Facts): Plan[] {
    const [inner] = childrenOf(condition);
    const isOne = 'anyLine' in condition === wanted;
    if (!inner) return [];
    if (!facts.lines && !isOne) return [];
    const open = (facts.lines ?? [])
      .map((line, place) => ({ line, place }))
      .filter(({ line }) => !this.#isAsWanted(inner, wanted, line));
    if (isOne && open.length < (facts.lines ?? []).length) return [nothingToDo];
    if (!isOne && open.length > mostCuredLines) return [];
    const ofLines = open.slice(0, mostCuredLines).map(({ line, place }) => this.plans(inner, wanted, line, place));
    if (isOne) return cheapest([...ofLines.flat(), ...this.#newLine(inner, wanted)]);
    // Lines are told apart by their places, so what is cheapest for each is cheapest for all.
    const best = ofLines.map(([first]) => first);
    const whole = best.flatMap((plan) => plan ?? []);
    if (whole.length < best.length) return [];
    return [
      {
        wishes: whole.flatMap(({ wishes }) => wishes),
        changes: whole.flatMap(({ changes }) => changes),
        cost: whole.reduce((sum, { cost }) => sum + cost, 0),
      },
    ];
  }

  /** Goods that are as they should be: whatever the condition asks of a line of which nothing is known yet. */
  #newLine(inner: Condition, wanted: boolean): Plan[] {
    return this.plans(inner, wanted, { get: () => undefined }, null).flatMap(({ changes }): Plan[] => {
      const to: Record<string, FactValue | null> = {};
      for (const change of changes) {
        if (change.kind !== 'PROVIDE') return [];
        to[change.fact] = change.to;
      }
      return [{ wishes: [], changes: [{ kind: 'ADD_LINE', fact: 'lines', line: null, to }], cost: 1.5 }];
    });
  }

  /** All of several conditions at once: the cheapest of each with the cheapest of each other. */
  #together(parts: readonly Plan[][]): Plan[] {
    return parts.reduce<Plan[]>(
      (plans, next) => {
        return cheapest(
          plans.flatMap((plan) =>
            next.flatMap((other) => {
              const joined = this.#plan([...plan.wishes, ...other.wishes]);
              // What is done about lines that are not there yet is wished by nobody.
              const added = [...plan.changes, ...other.changes].filter(({ kind }) => kind === 'ADD_LINE');
              return joined
                ? [{ ...joined, changes: [...joined.changes, ...added], cost: joined.cost + 1.5 * added.length }]
                : [];
            }),
          ),
        );
      },
      [nothingToDo],
    );
  }

  /** The least changes that fulfil every wish, fact by fact; null where one fact cannot fulfil all that is wished of it. */
  #plan(wishes: readonly Wish[]): Plan | null {
    this.#left -= wishes.length * wishes.length;
    const groups = new Map<string, [Wish, ...Wish[]]>();
    for (const wish of wishes) {
      const key = `${wish.line ?? ''} ${this.#factToChange(wish)}`;
      const group = groups.get(key);
      if (group) group.push(wish);
      else groups.set(key, [wish]);
    }
    const changes: Change[] = [];
    for (const group of groups.values()) {
      const [first] = group;
      if (group.every((wish) => this.#truthOf(wish) === wish.wanted)) continue;
      const made = this.#changesOf(this.#factToChange(first), group, first);
      if (!made) return null;
      changes.push(...made);
    }
    return { wishes, changes, cost: changes.reduce((sum, change) => sum + costOf(change, this.#facts), 0) };
  }

  /** How long ago something was changes by waiting. */
  #factToChange({ leaf, facts, line }: Wish): string {
    const isAges = leaf.op === 'withinLast' && this.#observed({ facts, line }, leaf.fact) !== undefined;
    return isAges ? 'time.now' : leaf.fact;
  }

  #changesOf(fact: string, wishes: readonly Wish[], { facts, line }: Wish): Change[] | null {
    const definition = factDefinition(fact);
    const observed = this.#observed({ facts, line }, fact);
    if (!definition) return null;
    if (definition.type === 'TEXTS') return this.#changesOfSet(fact, wishes, observed, line);
    const candidates = wishes.flatMap((wish) => this.#candidatesOf(wish, fact, definition));
    // Which text a pattern lets through or keeps out is more than can be told by example.
    const spare = wishes.some(({ leaf }) => leaf.op === 'matches') ? [] : spareCandidates(definition);
    const nearestFirst = [...new Set([...candidates, ...spare])]
      .filter((value) => isInRange(value, definition))
      .map((value) => ({ value, distance: distanceOf(fact, observed, value, definition) }))
      .sort((a, b) => ascending(a.distance, b.distance));
    for (const { value } of nearestFirst) {
      if (!wishes.every((wish) => this.#truthOf(wish, fact, value) === wish.wanted)) continue;
      const change =
        observed === undefined ? provided(fact, line, value, wishes) : changeTo(fact, line, observed, value);
      if (change) return [change];
    }
    return null;
  }

  /** Values of a fact at which a leaf turns. */
  #candidatesOf({ leaf, facts, line }: Wish, fact: string, { type }: FactDefinition): FactValue[] {
    switch (leaf.op) {
      case 'eq':
      case 'ne':
        if (type === 'INSTANT') return beside([Date.parse(String(leaf.value))]);
        if (typeof leaf.value === 'boolean') return [leaf.value, !leaf.value];
        return typeof leaf.value === 'number' ? beside([leaf.value]) : [leaf.value];
      case 'lt':
      case 'lte':
      case 'gt':
      case 'gte':
        return beside([leaf.value]);
      case 'between':
        return beside([leaf.value.from, leaf.value.to]);
      case 'in':
        return leaf.value.flatMap((value): FactValue[] => (typeof value === 'number' ? beside([value]) : [value]));
      case 'startsWith':
        return [leaf.value, `${leaf.value}${otherText}`];
      case 'before':
      case 'onOrBefore':
      case 'after':
      case 'onOrAfter':
        return beside([Date.parse(leaf.value)]);
      case 'within':
        return beside([Date.parse(leaf.value.from), Date.parse(leaf.value.until)]);
      case 'withinLast': {
        const other = this.#observed({ facts, line }, fact === 'time.now' ? leaf.fact : 'time.now');
        if (typeof other !== 'number') return [];
        const longest = leaf.value.hours * 3_600_000;
        return fact === 'time.now' ? beside([other, other + longest]) : beside([other, other - longest]);
      }
      default:
        return [];
    }
  }

  #changesOfSet(
    fact: string,
    wishes: readonly Wish[],
    observed: FactValue | undefined,
    line: number | null,
  ): Change[] | null {
    const before = isTexts(observed) ? observed : [];
    const must = new Set<string>();
    const mustNot = new Set<string>();
    for (const { leaf, wanted } of wishes) {
      if (leaf.op === 'containsAll' && wanted) for (const value of leaf.value) must.add(value);
      if ((leaf.op === 'containsNone' && wanted) || (leaf.op === 'containsAny' && !wanted))
        for (const value of leaf.value) mustNot.add(value);
    }
    const after = new Set([...before, ...must].filter((value) => !mustNot.has(value)));
    for (const { leaf, wanted } of wishes) {
      if ((leaf.op === 'containsAny' && wanted) || (leaf.op === 'containsNone' && !wanted)) {
        const one = leaf.value.find((value) => !mustNot.has(value));
        if (!leaf.value.some((value) => after.has(value)) && one !== undefined) after.add(one);
      }
      if (leaf.op === 'containsAll' && !wanted && leaf.value.every((value) => after.has(value))) {
        const one = leaf.value.find((value) => !must.has(value));
        if (one !== undefined) after.delete(one);
      }
    }
    const value = [...after];
    if (!wishes.every((wish) => this.#truthOf(wish, fact, value) === wish.wanted)) return null;
    if (observed === undefined) return [provided(fact, line, value, wishes)];
    if (!isChangeable(fact)) return null;
    const added = value.filter((one) => !before.includes(one));
    const removed = before.filter((one) => !after.has(one));
    const changes: Change[] = [];
    if (added.length > 0) changes.push({ kind: 'ADD', fact, line, to: added });
    if (removed.length > 0) changes.push({ kind: 'REMOVE', fact, line, to: removed });
    return changes;
  }

  #isAsWanted(condition: Condition, wanted: boolean, facts: Facts): boolean {
    const ask = this.#closures.get(condition) ?? closureOf(condition, this.#zone);
    this.#closures.set(condition, ask);
    return ask(facts) === wanted;
  }

  /** What a leaf says; with a value given, what it would say if the fact had that value. */
  #truthOf({ leaf, facts }: Wish, fact?: string, value?: FactValue): Truth {
    const ask = this.#testOf(leaf);
    const asked = fact === leaf.fact ? value : facts.get(factKey(leaf.fact, this.#zone));
    if (fact === undefined || leaf.op !== 'withinLast' || fact === leaf.fact) return ask(asked, facts);
    return ask(asked, { get: (name) => (name === fact ? value : facts.get(name)) });
  }

  #testOf(leaf: Leaf): Test {
    const known = this.#tests.get(leaf);
    if (known) return known;
    const ask = leaf.op === 'matches' ? this.#rememberedPattern(leaf, leaf.value) : leafTest(leaf);
    this.#tests.set(leaf, ask);
    return ask;
  }

  /** The same texts are tried again and again, and patterns are the only leaves that take long. */
  #rememberedPattern(leaf: Leaf, source: string): Test {
    const known = this.#patterns.get(source);
    if (known) return known;
    const ask = leafTest(leaf);
    const answers = new Map<FactValue | undefined, Truth>();
    const remembered: Test = (value, facts) => {
      const answer = answers.has(value) ? (answers.get(value) ?? null) : ask(value, facts);
      answers.set(value, answer);
      return answer;
    };
    this.#patterns.set(source, remembered);
    return remembered;
  }

  /** A value of another type than the fact's is as good as missing. */
  #observed({ facts }: { facts: Facts; line: number | null }, fact: string): FactValue | undefined {
    const value = facts.get(factKey(fact, this.#zone));
    return leafTest({ fact, op: 'exists' })(value, facts) ? value : undefined;
  }
}

function firstOf<T>(values: Iterable<T>, most: number): T[] {
  const first: T[] = [];
  for (const value of values) {
    if (first.length === most) break;
    first.push(value);
  }
  return first;
}

const nothingToDo: Plan = { wishes: [], changes: [], cost: 0 };

function cheapest(plans: readonly Plan[]): Plan[] {
  return [...plans].sort((a, b) => ascending(a.cost, b.cost)).slice(0, mostPlans);
}

/** Also for infinities, whose difference is no number. */
function ascending(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function beside(thresholds: readonly number[]): number[] {
  return thresholds.flatMap((threshold) => [threshold, threshold - 1, threshold + 1]);
}

function provided(fact: string, line: number | null, value: FactValue, wishes: readonly Wish[]): Change {
  const isAny = wishes.every(({ leaf }) => leaf.op === 'exists') || value === otherText;
  return { kind: 'PROVIDE', fact, line, to: isAny ? null : value };
}

/** How far a value is from the observed one; days and hours come round again. */
function distanceOf(fact: string, from: FactValue | undefined, to: FactValue, { range }: FactDefinition): number {
  if (to === otherText) return Number.MAX_SAFE_INTEGER;
  if (typeof to !== 'number') return 0;
  if (typeof from !== 'number') return Math.abs(to);
  if (!fact.startsWith('time.') || !range) return Math.abs(to - from);
  const span = range.max - range.min + 1;
  return (((to - from) % span) + span) % span;
}

/** What is done now, in the cart, is cheaper than what takes time or somebody else. */
function costOf(change: Change, facts: Facts): number {
  if (change.kind === 'ADD_LINE') return 1.5;
  if (change.kind === 'PROVIDE') return 2;
  if (change.kind === 'WAIT_UNTIL')
    return 3 + (typeof change.to === 'string' ? share(Number(facts.get('time.now')), Date.parse(change.to)) : 0);
  const base = change.fact.startsWith('user.') ? 10 : 1;
  if (change.kind !== 'RAISE' && change.kind !== 'LOWER') return base + 0.5;
  const observed = change.line === null ? facts.get(change.fact) : facts.lines?.[change.line]?.get(change.fact);
  return base + share(Number(observed ?? 0), change.to);
}

/** How much of the whole way a step is, below 1. */
function share(from: number, to: number): number {
  return Math.abs(to - from) / (Math.abs(to) + Math.abs(from) + 1);
}

function sentenceOf(condition: Condition, seen: string, wanted: boolean, change: readonly Change[] | null): string {
  const text = ruleText(condition);
  const asked = text.length > 120 ? `${text.slice(0, 120)}…` : text;
  const cure = change ? change.map(changeText).join(' and ') : 'nothing that can be done now helps';
  return `${asked} ${wanted ? 'must' : 'must not'} hold, and ${seen}: ${cure}.`;
}
