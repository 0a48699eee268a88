import fc from 'fast-check';
import { factKey } from '../../subgraphs/shared/kernel/rules/compile';
import {
  type Condition,
  type Leaf,
  type Operator,
  operatorsOf,
  readCondition,
} from '../../subgraphs/shared/kernel/rules/condition';
import {
  type Facts,
  type FactType,
  type FactValue,
  factCatalogue,
  factDefinition,
} from '../../subgraphs/shared/kernel/rules/facts';

/** The zone that random facts are told in. */
export const randomZone = 'Asia/Shanghai';

/** What random conditions are made of. */
export interface RandomRuleOptions {
  /** Levels below the root at most; 3 unless told. */
  depth?: number;
  /** Entries of `all` and `any` at most; 4 unless told. */
  width?: number;
  /** Whether the lines of the cart are asked for; yes unless told. */
  lines?: boolean;
  /** FEW: values that random facts have too, so that leaves often hold; ANY: whatever may be written. FEW unless told. */
  values?: 'FEW' | 'ANY';
  /** Only these facts; else the whole catalogue and some attributes. */
  facts?: readonly string[];
  /** Only these operators. */
  operators?: readonly Operator[];
}

const someAttributes = [
  'user.attributes.hobby',
  'user.attributes.shoe-size',
  'user.attributes.爱好',
  'context.attributes.in',
];
const someLineAttributes = ['line.attributes.colour', 'line.attributes.size_2'];
const fewTexts = ['A', 'AB', 'B', 'IN_STOCK'];
const fewPatterns = ['^A', 'B$', '^(A|AB)$', '[A-C]{2}', '\\w'];
const anyText = fc.string({
  unit: fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    fc.constantFrom(...'"\'\\\n\r\t`{}[]()$/*\u0000\u2028\u2029茶😀'),
  ),
  minLength: 1,
  maxLength: 12,
});
const fewInstants = [1, 2, 3, 4, 5].map((day) => Date.UTC(2026, 10, day));

/** Canonical conditions, as `readCondition` returns them. */
export function conditionArbitrary(options: RandomRuleOptions = {}): fc.Arbitrary<Condition> {
  return rawConditionArbitrary(options).map((raw) => {
    const read = readCondition(raw);
    if (!read.ok)
      throw new Error(`Expected a condition, found ${JSON.stringify(raw)}: ${JSON.stringify(read.refusal)}`);
    return read.value;
  });
}

/** Trees that can be read, before they are made canonical. */
export function rawConditionArbitrary(options: RandomRuleOptions = {}): fc.Arbitrary<unknown> {
  const facts = options.facts ?? [...Object.keys(factCatalogue), ...someAttributes, ...someLineAttributes];
  const ofCart = facts.filter((fact) => !fact.startsWith('line.'));
  const ofLine = facts.filter((fact) => fact.startsWith('line.'));
  const depth = options.depth ?? 3;
  const outer = tree(leafArbitrary(ofCart, options), depth, options);
  if (options.lines === false || ofLine.length === 0) return outer;
  const inner = tree(leafArbitrary(ofLine, options), Math.max(0, depth - 2), options);
  const overLines = fc.oneof(
    inner.map((anyLine) => ({ anyLine })),
    inner.map((everyLine) => ({ everyLine })),
  );
  return tree(fc.oneof({ weight: 4, arbitrary: leafArbitrary(ofCart, options) }, overLines), depth, options);
}

function tree(leaf: fc.Arbitrary<unknown>, depth: number, options: RandomRuleOptions): fc.Arbitrary<unknown> {
  if (depth === 0) return leaf;
  const below = tree(leaf, depth - 1, options);
  const list = fc.array(below, {
    minLength: 1,
    maxLength: depth === 1 ? (options.width ?? 4) : Math.min(3, options.width ?? 3),
  });
  return fc.oneof(
    { weight: 2, arbitrary: leaf },
    { weight: 2, arbitrary: list.map((all) => ({ all })) },
    { weight: 2, arbitrary: list.map((any) => ({ any })) },
    { weight: 1, arbitrary: below.map((not) => ({ not })) },
  );
}

/** One question about one of the facts. */
export function leafArbitrary(facts: readonly string[], options: RandomRuleOptions = {}): fc.Arbitrary<Leaf> {
  return fc.constantFrom(...facts).chain((fact) => {
    const definition = factDefinition(fact);
    if (!definition) throw new Error(`Expected a fact of the catalogue, found ${fact}.`);
    const operators = operatorsOf[definition.type].filter((op) => options.operators?.includes(op) ?? true);
    const allowed = operators.length > 0 ? operators : operatorsOf[definition.type];
    return fc
      .constantFrom(...allowed)
      .chain((op) => leafOf(fact, definition.type, definition.values, op, options.values ?? 'FEW'));
  });
}

function leafOf(
  fact: string,
  type: FactType,
  values: readonly string[] | undefined,
  op: Operator,
  variety: 'FEW' | 'ANY',
): fc.Arbitrary<Leaf> {
  const isFew = variety === 'FEW';
  const number = isFew
    ? fc.integer({ min: 0, max: 6 })
    : fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -3, max: 50 }));
  const text = values ? fc.constantFrom(...values) : isFew ? fc.constantFrom(...fewTexts) : anyText;
  const instant = (
    isFew ? fc.constantFrom(...fewInstants) : fc.integer({ min: Date.UTC(0, 0, 1), max: Date.UTC(9999, 11, 31) })
  ).map((at) => new Date(at).toISOString());
  const list = <V>(one: fc.Arbitrary<V>) => fc.array(one, { minLength: 1, maxLength: 4 });
  switch (op) {
    case 'exists':
      return fc.constant({ fact, op });
    case 'eq':
    case 'ne': {
      const value: fc.Arbitrary<boolean | number | string> =
        type === 'BOOLEAN' ? fc.boolean() : type === 'INTEGER' ? number : type === 'INSTANT' ? instant : text;
      return value.map((one) => ({ fact, op, value: one }));
    }
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return number.map((value) => ({ fact, op, value }));
    case 'between':
      return fc
        .tuple(number, number)
        .map(([a, b]) => ({ fact, op, value: { from: Math.min(a, b), to: Math.max(a, b) } }));
    case 'in':
      return (type === 'INTEGER' ? list(number) : list(text)).map((value) => ({ fact, op, value }));
    case 'startsWith':
      return (isFew ? fc.constantFrom('A', 'AB', 'B') : anyText).map((value) => ({ fact, op, value }));
    case 'matches':
      return fc
        .constantFrom(...fewPatterns, ...(isFew ? [] : ['^"\\\\\\d+"$', "[\\n\\t']{2,3}", '茶|😀']))
        .map((value) => ({ fact, op, value }));
    case 'containsAny':
    case 'containsAll':
    case 'containsNone':
      return list(text).map((value) => ({ fact, op, value }));
    case 'before':
    case 'onOrBefore':
    case 'after':
    case 'onOrAfter':
      return instant.map((value) => ({ fact, op, value }));
    case 'within':
      return fc
        .tuple(instant, instant)
        .filter(([a, b]) => a !== b)
        .map(([a, b]) => ({ fact, op, value: a < b ? { from: a, until: b } : { from: b, until: a } }));
    case 'withinLast':
      return fc.integer({ min: 1, max: isFew ? 96 : 1_000_000 }).map((hours) => ({ fact, op, value: { hours } }));
  }
}

/** Facts by name, as a test writes them; `lines` undefined when there is no cart. */
export interface WrittenFacts {
  values: Readonly<Record<string, FactValue | undefined>>;
  lines?: readonly Readonly<Record<string, FactValue | undefined>>[] | undefined;
}

/** Facts that rules can be asked with; what depends on the zone is told in `zone`. */
export function factsOf({ values, lines }: WrittenFacts, zone: string = randomZone): Facts {
  const known = new Map(Object.entries(values).map(([fact, value]) => [factKey(fact, zone), value]));
  return {
    get: (fact) => known.get(fact),
    lines: lines?.map((line) => factsOf({ values: line }, zone)),
  };
}

/**
 * Facts with the values that FEW conditions ask for; unknown ones, carts without lines and no cart at all among them.
 * @param known ALL when nothing is to be unknown, and each cart is to have a line
 */
export function factsArbitrary(known: 'SOME' | 'ALL' = 'SOME'): fc.Arbitrary<WrittenFacts> {
  const names = [...Object.keys(factCatalogue), ...someAttributes, ...someLineAttributes];
  const record = (chosen: readonly string[]) =>
    fc.record(
      Object.fromEntries(
        chosen.map((fact) => [
          fact,
          known === 'ALL' ? valueFor(fact) : fc.option(valueFor(fact), { freq: 4, nil: undefined }),
        ]),
      ),
    );
  const lines = fc.array(record(names.filter((fact) => fact.startsWith('line.'))), {
    minLength: known === 'ALL' ? 1 : 0,
    maxLength: 3,
  });
  return fc.record({
    values: record(names.filter((fact) => !fact.startsWith('line.'))),
    lines: known === 'ALL' ? lines : fc.option(lines, { freq: 5, nil: undefined }),
  });
}

function valueFor(fact: string): fc.Arbitrary<FactValue> {
  const definition = factDefinition(fact);
  const texts = fc.constantFrom(...(definition?.values ?? [...fewTexts, 'C']));
  switch (definition?.type) {
    case 'BOOLEAN':
      return fc.boolean();
    case 'INTEGER':
      return fc.integer({ min: Math.max(0, definition.range?.min ?? 0), max: 7 });
    case 'INSTANT':
      return fc.constantFrom(...fewInstants.flatMap((at) => [at - 1, at, at + 1, at + 43_200_000]));
    case 'TEXTS':
      return fc.uniqueArray(texts, { maxLength: 3 });
    default:
      return texts;
  }
}
