import { z } from 'zod';
import { type DocumentFault, faultsOfIssues, pathText, short } from '../document-faults';
import { accepted, type Outcome, refused } from '../outcome';
import { type FactDefinition, type FactType, factCatalogue, factDefinition, isLineFact } from './facts';
import { patternBounds, readPattern } from './pattern';

/** How much one condition may hold, so that no document can stall a process. */
export const conditionBounds = {
  /** Levels from the root to the deepest leaf. */
  depth: 8,
  /** Leaves in all. */
  leaves: 64,
  /** Entries of one list of values. */
  values: 200,
  /** Characters of one text value. */
  text: 128,
  /** Characters of one pattern of `matches`. */
  pattern: patternBounds.characters,
} as const;

/**
 * One question about one fact.
 *
 * - `eq`, `ne`: BOOLEAN, INTEGER, TEXT, INSTANT
 * - `lt`, `lte`, `gt`, `gte`, `between` (both ends included): INTEGER
 * - `in`: INTEGER, TEXT
 * - `startsWith`, `matches`: TEXT
 * - `containsAny`, `containsAll`, `containsNone`: TEXTS
 * - `before`, `onOrBefore`, `after`, `onOrAfter`, `within` (from included, until not), `withinLast` (so long ago at most): INSTANT
 * - `exists`: any fact; the only one that is never unknown
 */
export type Leaf = { fact: string } & (
  | { op: 'eq' | 'ne'; value: boolean | number | string }
  | { op: 'lt' | 'lte' | 'gt' | 'gte'; value: number }
  | { op: 'between'; value: { from: number; to: number } }
  | { op: 'in'; value: readonly (string | number)[] }
  | { op: 'startsWith' | 'matches'; value: string }
  | { op: 'containsAny' | 'containsAll' | 'containsNone'; value: readonly string[] }
  | { op: 'before' | 'onOrBefore' | 'after' | 'onOrAfter'; value: string }
  | { op: 'within'; value: { from: string; until: string } }
  | { op: 'withinLast'; value: { hours: number } }
  | { op: 'exists' }
);
export type Operator = Leaf['op'];

/**
 * A rule as a tree. `all` and `any` of two or more; `not`; `anyLine` and `everyLine` ask their condition of the lines of
 * the cart (`everyLine` of none is true). A fact nobody knows makes its leaf unknown; unknown in `all`, `any` and `not`
 * follows Kleene's three-valued logic, and a rule that is unknown does not apply.
 */
export type Condition =
  | { all: readonly Condition[] }
  | { any: readonly Condition[] }
  | { not: Condition }
  | { anyLine: Condition }
  | { everyLine: Condition }
  | Leaf;

/** Which operators go with which type of fact. */
export const operatorsOf: Readonly<Record<FactType, readonly Operator[]>> = {
  BOOLEAN: ['eq', 'ne', 'exists'],
  INTEGER: ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'between', 'in', 'exists'],
  TEXT: ['eq', 'ne', 'in', 'startsWith', 'matches', 'exists'],
  TEXTS: ['containsAny', 'containsAll', 'containsNone', 'exists'],
  INSTANT: ['eq', 'ne', 'before', 'onOrBefore', 'after', 'onOrAfter', 'within', 'withinLast', 'exists'],
};

const factName = z.string().min(1).max(120).describe('A fact of the catalogue, e.g. user.payTimes.');
const textValue = z
  .string()
  .min(1)
  .max(conditionBounds.text)
  // Half a character cannot be stored: a store would keep another text, and two rules would become one.
  .refine((written) => !/\p{Surrogate}/u.test(written), 'a text of whole characters');
const numberValue = z.int();
const instantValue = z.iso
  .datetime({ offset: true, error: 'an ISO 8601 instant with its offset, e.g. 2026-11-11T00:00:00+08:00' })
  .transform((written) => new Date(written).toISOString())
  // An offset can carry the first and last hours out of the years that four digits can tell.
  .refine((utc) => /^\d{4}-/.test(utc), 'an instant in the years 0000 to 9999 UTC');
const oneOrMore = <T extends z.ZodType>(entry: T) => z.array(entry).min(1).max(conditionBounds.values);

const leafSchema = z.discriminatedUnion('op', [
  z.strictObject({
    fact: factName,
    op: z.literal(['eq', 'ne']),
    value: z.union([z.boolean(), numberValue, textValue]),
  }),
  z.strictObject({ fact: factName, op: z.literal(['lt', 'lte', 'gt', 'gte']), value: numberValue }),
  z.strictObject({
    fact: factName,
    op: z.literal('between'),
    value: z.strictObject({ from: numberValue, to: numberValue }),
  }),
  z.strictObject({ fact: factName, op: z.literal('in'), value: oneOrMore(z.union([numberValue, textValue])) }),
  z.strictObject({ fact: factName, op: z.literal(['startsWith']), value: textValue }),
  z.strictObject({
    fact: factName,
    op: z.literal('matches'),
    value: textValue.max(conditionBounds.pattern),
  }),
  z.strictObject({
    fact: factName,
    op: z.literal(['containsAny', 'containsAll', 'containsNone']),
    value: oneOrMore(textValue),
  }),
  z.strictObject({
    fact: factName,
    op: z.literal(['before', 'onOrBefore', 'after', 'onOrAfter']),
    value: instantValue,
  }),
  z.strictObject({
    fact: factName,
    op: z.literal('within'),
    value: z.strictObject({ from: instantValue, until: instantValue }),
  }),
  z.strictObject({
    fact: factName,
    op: z.literal('withinLast'),
    value: z.strictObject({ hours: z.int().min(1).max(1_000_000) }),
  }),
  z.strictObject({ fact: factName, op: z.literal('exists') }),
]);

const nodeKinds = ['all', 'any', 'not', 'anyLine', 'everyLine'] as const;
type NodeKind = (typeof nodeKinds)[number];

/**
 * The condition that an unchecked tree means, or everything wrong with it at once: shape, bounds, unknown facts, operators
 * and values that do not fit the type of their fact. Nested `all` in `all` and `any` in `any` are flattened and lists of
 * one dissolved, so that reading again changes nothing.
 * @param path where the tree stands in its document, for the faults
 */
export function readCondition(raw: unknown, path: readonly PropertyKey[] = []): Outcome<Condition, DocumentFault[]> {
  const read = readPlacedCondition(raw, path);
  return read.ok ? accepted(read.value.condition) : read;
}

/** A condition that was read, and where each of its nodes was written. */
export interface PlacedCondition {
  condition: Condition;
  /** By the node itself, not by what it says: equal nodes stand in different places. */
  places: ReadonlyMap<Condition, readonly PropertyKey[]>;
}

/** `readCondition` for those who have more to say about a node than whether it can be read. */
export function readPlacedCondition(
  raw: unknown,
  path: readonly PropertyKey[] = [],
): Outcome<PlacedCondition, DocumentFault[]> {
  const reader = new Reader();
  const condition = reader.node(raw, path, 1, false);
  if (reader.isTooLarge()) reader.fault(path, `more than ${conditionBounds.leaves} leaves`, 'fewer', 'split the rule');
  return condition && reader.faults.length === 0
    ? accepted({ condition, places: reader.places })
    : refused(reader.faults);
}

/** Which kind of node a condition is; `leaf` for a question about a fact. */
export function kindOf(condition: Condition): NodeKind | 'leaf' {
  return nodeKinds.find((kind) => kind in condition) ?? 'leaf';
}

/** The conditions right below a node; none below a leaf. */
export function childrenOf(condition: Condition): readonly Condition[] {
  if ('all' in condition) return condition.all;
  if ('any' in condition) return condition.any;
  if ('not' in condition) return [condition.not];
  if ('anyLine' in condition) return [condition.anyLine];
  return 'everyLine' in condition ? [condition.everyLine] : [];
}

/** `all` of these without needless nesting: none → null, one → itself. */
export function allOf(conditions: readonly Condition[]): Condition | null {
  return joined('all', conditions);
}

/** `any` of these without needless nesting: none → null, one → itself. */
export function anyOf(conditions: readonly Condition[]): Condition | null {
  return joined('any', conditions);
}

function joined(kind: 'all' | 'any', conditions: readonly Condition[]): Condition | null {
  const flat = conditions.flatMap((one) => (kind in one ? childrenOf(one) : [one]));
  const [first] = flat;
  if (flat.length <= 1) return first ?? null;
  return kind === 'all' ? { all: flat } : { any: flat };
}

/** JSON Schema definitions of a condition: `Condition` and `ConditionLeaf`, for a document schema that refers to them. */
export function conditionJsonSchemas(): Record<string, unknown> {
  const { $schema: _, ...leaf } = z.toJSONSchema(leafSchema, { io: 'input' });
  const inner = { $ref: '#/$defs/Condition' };
  const list = { type: 'array', minItems: 1, items: inner };
  const node = (kind: NodeKind, value: unknown) => ({
    type: 'object',
    properties: { [kind]: value },
    required: [kind],
    additionalProperties: false,
  });
  return {
    Condition: {
      anyOf: [
        ...nodeKinds.map((kind) => node(kind, kind === 'all' || kind === 'any' ? list : inner)),
        { $ref: '#/$defs/ConditionLeaf' },
      ],
    },
    ConditionLeaf: leaf,
  };
}

/** Walks a raw tree, gathers every fault and never goes deeper than the bound. */
class Reader {
  readonly faults: DocumentFault[] = [];
  readonly places = new Map<Condition, readonly PropertyKey[]>();
  #leaves = 0;
  #nodes = 0;
  #states = 0;

  /** Past the bound nothing is looked at any more, whatever the tree still holds. */
  isTooLarge(): boolean {
    return this.#leaves > conditionBounds.leaves || this.#nodes > 4 * conditionBounds.leaves;
  }

  fault(path: readonly PropertyKey[], found: string, allowed: string, cure: string): null {
    // Enough to act on; a tree of a million faults must not cost a million texts.
    if (this.faults.length < mostFaults) this.faults.push({ path: pathText(path), found, allowed, cure });
    return null;
  }

  node(raw: unknown, path: readonly PropertyKey[], depth: number, inLine: boolean): Condition | null {
    const condition = this.unplaced(raw, path, depth, inLine);
    // A list of one dissolves into its entry, whose own place says more.
    if (condition && !this.places.has(condition)) this.places.set(condition, path);
    return condition;
  }

  unplaced(raw: unknown, path: readonly PropertyKey[], depth: number, inLine: boolean): Condition | null {
    this.#nodes += 1;
    if (this.isTooLarge()) return null;
    if (depth > conditionBounds.depth)
      return this.fault(path, `level ${depth}`, `at most ${conditionBounds.depth} levels`, 'make the rule flatter');
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
      return this.fault(
        path,
        short(raw),
        'an object',
        'write {"fact", "op", "value"} or all, any, not, anyLine, everyLine',
      );
    const kinds = nodeKinds.filter((kind) => Object.hasOwn(raw, kind));
    const [kind] = kinds;
    if (kind === undefined) return this.leaf(raw, path, inLine);
    const others = Object.keys(raw).filter((key) => key !== kind);
    if (others.length > 0)
      return this.fault(path, short(others.slice(0, 5).join(', ')), `nothing beside ${kind}`, 'nest one in the other');
    return this.inner(kind, Reflect.get(raw, kind), [...path, kind], depth, inLine);
  }

  inner(kind: NodeKind, raw: unknown, path: readonly PropertyKey[], depth: number, inLine: boolean): Condition | null {
    switch (kind) {
      case 'all':
      case 'any': {
        if (!Array.isArray(raw) || raw.length === 0)
          return this.fault(
            path,
            Array.isArray(raw) ? '[]' : short(raw),
            'a list of at least one condition',
            'add one',
          );
        if (raw.length > conditionBounds.leaves)
          return this.fault(path, `${raw.length} entries`, `at most ${conditionBounds.leaves}`, 'split the rule');
        const read = raw.map((one: unknown, index) => this.node(one, [...path, index], depth + 1, inLine));
        const whole = read.flatMap((one) => one ?? []);
        if (whole.length < read.length) return null;
        return kind === 'all' ? allOf(whole) : anyOf(whole);
      }
      case 'not': {
        const read = this.node(raw, path, depth + 1, inLine);
        return read && { not: read };
      }
      case 'anyLine':
      case 'everyLine': {
        if (inLine) return this.fault(path, kind, 'no lines within lines', 'ask about the line itself');
        const read = this.node(raw, path, depth + 1, true);
        return read && (kind === 'anyLine' ? { anyLine: read } : { everyLine: read });
      }
    }
  }

  leaf(raw: object, path: readonly PropertyKey[], inLine: boolean): Leaf | null {
    this.#leaves += 1;
    const fact: unknown = Reflect.get(raw, 'fact');
    const definition = typeof fact === 'string' ? factDefinition(fact) : null;
    if (typeof fact === 'string' && !definition)
      return this.fault([...path, 'fact'], short(fact), `a fact of the catalogue${nearest(fact)}`, 'correct the name');
    const values: unknown = Reflect.get(raw, 'value');
    if (Array.isArray(values) && values.length > conditionBounds.values)
      return this.fault(
        [...path, 'value'],
        `${values.length} entries`,
        `at most ${conditionBounds.values} entries`,
        'shorten it, or use a segment or a tag',
      );
    // Before the shape: a value is told to be wrong for an operator only where the fact has that operator.
    if (definition && this.#hasForeignOperator(raw, definition, path)) return null;
    const parsed = leafSchema.safeParse(raw);
    if (!parsed.success) {
      for (const { path: at, found, allowed, cure } of faultsOfIssues(parsed.error.issues, raw))
        this.fault([...path, ...(at === '' ? [] : [at])], found, allowed, cure);
      return null;
    }
    if (!definition) return null;
    const leaf: Leaf = parsed.data;
    if (isLineFact(leaf.fact) !== inLine)
      return this.fault(
        [...path, 'fact'],
        short(leaf.fact),
        inLine ? 'a fact of the line, line.*' : 'line.* inside anyLine or everyLine only',
        inLine ? 'move it out of the lines' : 'put it into anyLine or everyLine',
      );
    return this.fits(leaf, definition, path) ? canonicalLeaf(leaf, definition) : null;
  }

  /** Whether the leaf asks with an operator that there is, but not for facts of this type; then that is told. */
  #hasForeignOperator(raw: object, definition: FactDefinition, path: readonly PropertyKey[]): boolean {
    const op: unknown = Reflect.get(raw, 'op');
    const allowed = operatorsOf[definition.type];
    if (!Object.values(operatorsOf).some((some) => some.some((known) => known === op))) return false;
    if (allowed.some((known) => known === op)) return false;
    const fact = String(Reflect.get(raw, 'fact'));
    this.fault([...path, 'op'], short(op), `one of ${allowed.join(', ')} for ${fact}`, 'choose one of them');
    return true;
  }

  fits(leaf: Leaf, definition: FactDefinition, path: readonly PropertyKey[]): boolean {
    const before = this.faults.length;
    switch (leaf.op) {
      case 'eq':
      case 'ne':
        if (!isOfType(leaf.value, definition)) this.wrongType(path, leaf.value, definition);
        break;
      case 'in':
        if (!leaf.value.every((value) => isOfType(value, definition))) this.wrongType(path, leaf.value, definition);
        break;
      case 'between':
        if (leaf.value.from > leaf.value.to)
          this.fault(
            [...path, 'value', 'to'],
            short(leaf.value.to),
            `at least ${leaf.value.from}`,
            'swap the two ends',
          );
        break;
      case 'within':
        if (leaf.value.from >= leaf.value.until)
          this.fault(
            [...path, 'value', 'until'],
            short(leaf.value.until),
            `after ${leaf.value.from}`,
            'swap the two ends',
          );
        break;
      case 'matches': {
        const pattern = readPattern(leaf.value);
        if (!pattern.ok)
          this.fault([...path, 'value'], short(leaf.value), pattern.refusal.allowed, pattern.refusal.cure);
        else this.#states += pattern.value.states;
        if (this.#states > patternBounds.statesOfRule)
          this.fault(
            [...path, 'value'],
            short(leaf.value),
            `patterns of at most ${patternBounds.statesOfRule} states in one rule, every {m,n} written out`,
            'lower the counts, or write fewer patterns',
          );
        break;
      }
      default:
    }
    const values = valuesOf(leaf);
    const unheard = values.find((value) => typeof value === 'string' && definition.values?.includes(value) === false);
    if (unheard !== undefined && definition.values && leaf.op !== 'startsWith' && leaf.op !== 'matches')
      this.fault([...path, 'value'], short(unheard), `one of ${definition.values.join(', ')}`, 'choose one of them');
    return this.faults.length === before;
  }

  wrongType(path: readonly PropertyKey[], found: unknown, definition: FactDefinition): void {
    this.fault([...path, 'value'], short(found), typeWords[definition.type], 'write a value of that type');
  }
}

/** One way to write each leaf: instants in UTC, lists sorted and without repeats. */
function canonicalLeaf(leaf: Leaf, { type }: FactDefinition): Leaf {
  switch (leaf.op) {
    case 'eq':
    case 'ne':
      return type === 'INSTANT' ? { ...leaf, value: new Date(String(leaf.value)).toISOString() } : leaf;
    case 'in':
      return { ...leaf, value: [...new Set(leaf.value)].sort(byValue) };
    case 'containsAny':
    case 'containsAll':
    case 'containsNone':
      return { ...leaf, value: [...new Set(leaf.value)].sort(byValue) };
    default:
      return leaf;
  }
}

function byValue(a: string | number, b: string | number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Faults that one condition is told at most. */
const mostFaults = 50;

const typeWords: Readonly<Record<FactType, string>> = {
  BOOLEAN: 'true or false',
  INTEGER: 'a whole number',
  TEXT: 'a text',
  TEXTS: 'a text',
  INSTANT: 'an ISO 8601 instant with its offset, e.g. 2026-11-11T00:00:00+08:00',
};

function isOfType(value: unknown, { type }: FactDefinition): boolean {
  switch (type) {
    case 'BOOLEAN':
      return typeof value === 'boolean';
    case 'INTEGER':
      return typeof value === 'number';
    case 'TEXT':
    case 'TEXTS':
      return typeof value === 'string';
    case 'INSTANT':
      return typeof value === 'string' && instantValue.safeParse(value).success;
  }
}

function valuesOf(leaf: Leaf): readonly unknown[] {
  if (!('value' in leaf)) return [];
  return Array.isArray(leaf.value) ? leaf.value : [leaf.value];
}

/** ` such as user.payTimes` for a name of the same family, so that a slip is found at once. */
function nearest(fact: string): string {
  const [family] = fact.split('.');
  const names = Object.keys(factCatalogue).filter((name) => name.startsWith(`${family}.`));
  return names.length > 0 ? `: ${names.join(', ')}` : ' (user.*, cart.*, line.*, time.*, order.*, context.*)';
}
