import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js';
import { type DocumentFault, pathText, short } from '../document-faults';
import { accepted, assertNever, type Outcome, refused } from '../outcome';
import {
  type Condition,
  conditionBounds,
  type Leaf,
  type Operator,
  operatorsOf,
  readPlacedCondition,
} from './condition';
import { decisionFaults } from './decide';
import { attributeFamilies, type FactType, factDefinition } from './facts';

/** How long a rule may be as text, typed or told from a tree. */
export const expressionBounds = { text: 20_000 } as const;

/**
 * A rule as a merchant writes it, a tree or a CEL text, checked completely: it can be read, it can hold and it can fail,
 * and it can be told as a text that reads back as the same tree.
 *
 * `readRule('user.payTimes > 1')` → `{ fact: 'user.payTimes', op: 'gt', value: 1 }`
 *
 * @param path where the rule stands in its document, for the faults; those of a text name line and column besides
 */
export function readRule(raw: unknown, path: readonly PropertyKey[] = []): Outcome<Condition, DocumentFault[]> {
  if (typeof raw === 'string') return readText(raw, path);
  const read = readPlacedCondition(raw, path);
  if (!read.ok) return read;
  const { condition, places } = read.value;
  const length = ruleText(condition).length;
  const faults =
    length > expressionBounds.text
      ? [tooLong(path, length)]
      : decisionFaults(condition).map(({ at, ...fault }) => ({ ...fault, path: pathText(places.get(at) ?? path) }));
  return faults.length === 0 ? accepted(condition) : refused(faults);
}

/** The condition that a CEL text means; only what can be read is checked, not whether it can hold. */
export function readExpression(text: string, path: readonly PropertyKey[] = []): Outcome<Condition, DocumentFault[]> {
  const read = converted(text, path);
  return read.ok ? accepted(read.value.condition) : read;
}

/** A condition as CEL text; what `readCondition` returns reads back as the same tree. */
export function ruleText(condition: Condition): string {
  if ('all' in condition) return condition.all.map(operandText).join(' && ');
  if ('any' in condition) return condition.any.map(operandText).join(' || ');
  if ('not' in condition) return `!(${ruleText(condition.not)})`;
  if ('anyLine' in condition) return `lines.exists(line, ${ruleText(condition.anyLine)})`;
  if ('everyLine' in condition) return `lines.all(line, ${ruleText(condition.everyLine)})`;
  return leafText(condition);
}

function operandText(condition: Condition): string {
  return 'all' in condition || 'any' in condition ? `(${ruleText(condition)})` : ruleText(condition);
}

function leafText(leaf: Leaf): string {
  const fact = factText(leaf.fact);
  switch (leaf.op) {
    case 'eq':
      return leaf.value === true ? fact : `${fact} == ${comparedText(leaf)}`;
    case 'ne':
      return `${fact} != ${comparedText(leaf)}`;
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return `${fact} ${spelling[leaf.op]} ${leaf.value}`;
    case 'between':
      return `${fact}.between(${leaf.value.from}, ${leaf.value.to})`;
    case 'in':
      return `${fact} in ${listText(leaf.value)}`;
    case 'startsWith':
    case 'matches':
      return `${fact}.${leaf.op}(${JSON.stringify(leaf.value)})`;
    case 'containsAny':
    case 'containsAll':
    case 'containsNone':
      return `${fact}.${leaf.op}(${listText(leaf.value)})`;
    case 'before':
    case 'onOrBefore':
    case 'after':
    case 'onOrAfter':
      return `${fact} ${spelling[leaf.op]} ${instantText(leaf.value)}`;
    case 'within':
      return `${fact}.within(${instantText(leaf.value.from)}, ${instantText(leaf.value.until)})`;
    case 'withinLast':
      return `${fact}.withinLast(duration("${leaf.value.hours}h"))`;
    case 'exists':
      return `has(${fact})`;
    default:
      return assertNever(leaf);
  }
}

function comparedText({ fact, value }: { fact: string; value: boolean | number | string }): string {
  const isInstant = typeof value === 'string' && factDefinition(fact)?.type === 'INSTANT';
  // JSON's escapes are all CEL's too.
  return isInstant ? instantText(value) : JSON.stringify(value);
}

function listText(values: readonly (string | number)[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(', ')}]`;
}

function instantText(instant: string): string {
  return `timestamp(${JSON.stringify(instant)})`;
}

/** `user.attributes.hobby`, or `user.attributes["shoe-size"]` where the name is none in CEL. */
function factText(fact: string): string {
  const family = attributeFamilies.find((one) => fact.startsWith(`${one}.`));
  const name = family === undefined ? '' : fact.slice(family.length + 1);
  if (family === undefined || (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !keywords.has(name))) return fact;
  return `${family}[${JSON.stringify(name)}]`;
}

const keywords = new Set(['true', 'false', 'null', 'in']);

/** How operators are written in a text, for texts and for faults. */
const spelling: Readonly<Record<Operator, string>> = {
  eq: '==',
  ne: '!=',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
  between: '.between(…)',
  in: 'in [ ]',
  startsWith: '.startsWith(…)',
  matches: '.matches(…)',
  containsAny: '.containsAny([…])',
  containsAll: '.containsAll([…])',
  containsNone: '.containsNone([…])',
  before: '<',
  onOrBefore: '<=',
  after: '>',
  onOrAfter: '>=',
  within: '.within(…)',
  withinLast: '.withinLast(…)',
  exists: 'has( )',
};

function tooLong(path: readonly PropertyKey[], length: number): DocumentFault {
  return {
    path: pathText(path),
    found: `${length} characters as text`,
    allowed: `at most ${expressionBounds.text}`,
    cure: 'split the rule, or use a segment or a tag instead of a list',
  };
}

function readText(text: string, path: readonly PropertyKey[]): Outcome<Condition, DocumentFault[]> {
  const read = converted(text, path);
  if (!read.ok) return read;
  const { condition, spanOf } = read.value;
  const length = ruleText(condition).length;
  const faults =
    length > expressionBounds.text
      ? [tooLong(path, length)]
      : decisionFaults(condition, (part) => cut(ruleText(part))).map(({ at, ...fault }) => ({
          ...fault,
          path: pathText(path),
          found: placed(fault.found, text, spanOf(at).start),
        }));
  return faults.length === 0 ? accepted(condition) : refused(faults);
}

// The parser knows nothing of our facts; a text deeper or wider than these bounds would break those of a condition too.
const parser = new Environment({
  limits: { maxAstNodes: 30_000, maxDepth: 60, maxListElements: 1000, maxMapEntries: 1, maxCallArguments: 32 },
});

/** The parser follows signs into each other without a bound of its own; comments may stand between them. */
const signsWithoutEnd = /(?:[!-](?:\s|\/\/[^\n]*\n)*){150}/;

interface Span {
  start: number;
  end: number;
}

/** What a text means, and where in the text each node is. */
interface Converted {
  condition: Condition;
  spanOf(node: Condition): Span;
}

function converted(text: string, path: readonly PropertyKey[]): Outcome<Converted, DocumentFault[]> {
  if (text.length > expressionBounds.text) return refused([tooLong(path, text.length)]);
  const whole = { start: 0, end: text.length };
  const signs = signsWithoutEnd.exec(text);
  if (signs) {
    const found = placed('signs without end', text, signs.index);
    return refused([{ path: pathText(path), found, allowed: 'one ! or - before a thing', cure: 'remove them' }]);
  }
  const parsed = parsedText(text, path);
  if (!parsed.ok) return parsed;
  const converter = new Converter(text, path);
  const raw = converter.node(parsed.value, [], 1, null);
  if (raw === null || converter.faults.length > 0) return refused(converter.faults);
  const read = readPlacedCondition(raw);
  if (!read.ok) {
    return refused(
      read.refusal.map((fault) => ({
        ...fault,
        path: pathText(path),
        found: placed(fault.found, text, converter.spanAt(fault.path).start),
      })),
    );
  }
  const { condition, places } = read.value;
  return accepted({
    condition,
    spanOf: (node) => {
      const place = places.get(node);
      return place ? converter.spanAt(pathText(place)) : whole;
    },
  });
}

function parsedText(text: string, path: readonly PropertyKey[]): Outcome<ASTNode, DocumentFault[]> {
  if (text.trim() === '') {
    const allowed = 'a rule as CEL text, e.g. user.payTimes > 1';
    return refused([{ path: pathText(path), found: 'an empty text', allowed, cure: 'write one, or leave it out' }]);
  }
  try {
    return accepted(parser.parse(text).ast);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const at = error.range?.start ?? 0;
    return refused([
      {
        path: pathText(path),
        found: placed(at < text.length ? text.slice(at, at + 20) : 'the end of the text', text, at),
        allowed: `CEL that can be read (the parser says: ${short(error.summary)})`,
        cure: 'correct the text there',
      },
    ]);
  }
}

function cut(written: string): string {
  return written.length > 80 ? `${written.slice(0, 80)}…` : written;
}

/** `user.payTmes (line 1, column 5)`. */
function placed(found: string, text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `${found} (line ${before.length}, column ${(before.at(-1) ?? '').length + 1})`;
}

/** A value as a text can write it. */
type Literal =
  | { kind: 'BOOLEAN'; value: boolean }
  | { kind: 'NUMBER'; value: number }
  | { kind: 'TEXT'; value: string }
  | { kind: 'INSTANT'; value: string }
  | { kind: 'HOURS'; value: number }
  | { kind: 'LIST'; value: (number | string)[] };

const mostFaults = 50;
const comparisons = { '<': 'lt', '<=': 'lte', '>': 'gt', '>=': 'gte' } as const;
const instantComparisons = { '<': 'before', '<=': 'onOrBefore', '>': 'after', '>=': 'onOrAfter' } as const;
const swappedSides = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==', '!=': '!=' } as const;
type Comparison = keyof typeof swappedSides;

/**
 * Turns the parser's tree into a raw condition; `readPlacedCondition` then checks it as it checks any other. Only what
 * has an exact counterpart is taken: a text that means almost the same as a condition is refused with what to write.
 */
class Converter {
  readonly faults: DocumentFault[] = [];
  readonly #text: string;
  readonly #path: string;
  readonly #spans = new Map<string, Span>();

  constructor(text: string, path: readonly PropertyKey[]) {
    this.#text = text;
    this.#path = pathText(path);
  }

  /** Where the node of a path stands in the text; for `all[1].value`, where `all[1]` does. */
  spanAt(path: string): Span {
    const known = this.#spans.get(path);
    if (known) return known;
    if (path === '') return { start: 0, end: this.#text.length };
    return this.spanAt(path.slice(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['), 0)));
  }

  /** @param line the name that stands for the line; null outside of `lines.exists` and `lines.all` */
  node(ast: ASTNode, path: readonly PropertyKey[], depth: number, line: string | null): object | null {
    this.#spans.set(pathText(path), { start: ast.start, end: ast.end });
    if (depth > conditionBounds.depth)
      return this.#fault(ast, `at most ${conditionBounds.depth} levels`, 'make the rule flatter');
    switch (ast.op) {
      case '&&':
      case '||': {
        const kind = ast.op === '&&' ? 'all' : 'any';
        const operands = operandsOf(ast);
        if (operands.length > conditionBounds.leaves)
          return this.#fault(ast, `at most ${conditionBounds.leaves} conditions`, 'split the rule');
        const read = operands.map((one, index) => this.node(one, [...path, kind, index], depth + 1, line));
        return { [kind]: read };
      }
      case '!_':
        return { not: this.node(ast.args, [...path, 'not'], depth + 1, line) };
      case '==':
      case '!=':
      case '<':
      case '<=':
      case '>':
      case '>=':
        return this.#comparison(ast, ast.op, ast.args, line);
      case 'in':
        return this.#membership(ast, ast.args, line);
      case 'rcall':
        return this.#call(ast, ast.args, path, depth, line);
      case 'call': {
        const [name, [first, ...more]] = ast.args;
        if (name === 'has' && first && more.length === 0) {
          const fact = this.#fact(first, line);
          return fact === null ? null : this.#leaf(ast, { fact, op: 'exists' });
        }
        return this.#fault(ast, 'has(…) as the only function of a fact', adviceFor.get(name) ?? 'write a comparison');
      }
      case 'id':
      case '.':
      case '[]': {
        const fact = this.#fact(ast, line);
        const type = fact === null ? undefined : factDefinition(fact)?.type;
        if (fact !== null && type !== undefined && type !== 'BOOLEAN')
          return this.#fault(ast, `a comparison of ${fact}`, `compare it, e.g. ${example[type](factText(fact))}`);
        return fact === null ? null : this.#leaf(ast, { fact, op: 'eq', value: true });
      }
      case '?:':
        return this.#fault(ast, '&&, || and !', 'write (a && b) || (!a && c) for a ? b : c');
      case 'value':
        return this.#fault(ast, 'a question about a fact, e.g. user.payTimes > 1', 'compare a fact with the value');
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
      case '-_':
        return this.#fault(ast, 'no arithmetic', 'compare a fact with the result');
      default:
        return this.#fault(ast, 'a question about a fact, e.g. user.payTimes > 1', 'write one');
    }
  }

  #comparison(ast: ASTNode, sign: Comparison, [left, right]: readonly [ASTNode, ASTNode], line: string | null) {
    if (isFact(left) && isFact(right))
      return this.#fault(ast, 'a fact compared with a value', 'write the value, or a fact that holds the difference');
    if (!isFact(left) && isFact(right)) return this.#compared(ast, right, swappedSides[sign], left, line);
    if (isFact(left)) return this.#compared(ast, left, sign, right, line);
    return this.#fault(ast, 'a fact on one side', 'name a fact, e.g. user.payTimes > 1');
  }

  #compared(ast: ASTNode, factAst: ASTNode, sign: Comparison, valueAst: ASTNode, line: string | null) {
    const fact = this.#fact(factAst, line);
    if (fact === null) return null;
    if (valueAst.op === '-' && isFact(valueAst.args[0])) {
      const cure = `write ${factText(fact)}.withinLast(duration("720h")); it leaves out what lies in the future`;
      return this.#fault(ast, 'no arithmetic with time.now', cure);
    }
    const literal = this.#literal(valueAst);
    if (!literal) return null;
    if (literal.kind === 'INSTANT' && this.#isNo('INSTANT', fact))
      return this.#fault(valueAst, `a value of the type of ${fact}`, 'compare an instant with timestamp("…")');
    if (literal.kind === 'LIST' || literal.kind === 'HOURS')
      return this.#fault(valueAst, 'one value', literal.kind === 'LIST' ? 'write in [ ]' : 'write .withinLast(…)');
    if (sign === '==' || sign === '!=')
      return this.#leaf(ast, { fact, op: sign === '==' ? 'eq' : 'ne', value: literal.value });
    switch (literal.kind) {
      case 'NUMBER':
        return this.#leaf(ast, { fact, op: comparisons[sign], value: literal.value });
      case 'INSTANT':
        return this.#leaf(ast, { fact, op: instantComparisons[sign], value: literal.value });
      default:
        return this.#fault(valueAst, 'a whole number or timestamp("…")', `write one, or compare with == and !=`);
    }
  }

  #membership(ast: ASTNode, [left, right]: readonly [ASTNode, ASTNode], line: string | null) {
    if (isFact(right)) {
      const fact = this.#fact(right, line);
      const value = this.#textOf(left);
      return fact === null || value === null ? null : this.#leaf(ast, { fact, op: 'containsAny', value: [value] });
    }
    const fact = this.#fact(left, line);
    const value = this.#list(right);
    return fact === null || value === null ? null : this.#leaf(ast, { fact, op: 'in', value });
  }

  #call(
    ast: ASTNode,
    [name, receiver, given]: readonly [string, ASTNode, readonly ASTNode[]],
    path: readonly PropertyKey[],
    depth: number,
    line: string | null,
  ): object | null {
    if (receiver.op === 'id' && receiver.args === 'lines') return this.#lines(ast, name, given, path, depth, line);
    const operator = methods.get(name);
    if (!operator)
      return this.#fault(
        ast,
        `one of ${[...methods.keys()].join(', ')}`,
        adviceFor.get(name) ?? 'choose one of them, or compare',
      );
    const fact = this.#fact(receiver, line);
    const [first, second, ...more] = given;
    const wanted = operator === 'between' || operator === 'within' ? 2 : 1;
    if (given.length !== wanted || !first || more.length > 0)
      return this.#fault(ast, `${wanted === 1 ? 'one value' : 'two values'} in ${name}( )`, 'give as many');
    if (fact === null) return null;
    switch (operator) {
      case 'between': {
        const from = this.#only('NUMBER', first);
        const to = second ? this.#only('NUMBER', second) : null;
        return from && to && this.#leaf(ast, { fact, op: operator, value: { from: from.value, to: to.value } });
      }
      case 'within': {
        const from = this.#only('INSTANT', first);
        const until = second ? this.#only('INSTANT', second) : null;
        return (
          from && until && this.#leaf(ast, { fact, op: operator, value: { from: from.value, until: until.value } })
        );
      }
      case 'withinLast': {
        const hours = this.#only('HOURS', first);
        return hours && this.#leaf(ast, { fact, op: operator, value: { hours: hours.value } });
      }
      case 'startsWith':
      case 'matches': {
        const value = this.#textOf(first);
        return value === null ? null : this.#leaf(ast, { fact, op: operator, value });
      }
      default: {
        const value = this.#list(first);
        return value && this.#leaf(ast, { fact, op: operator, value });
      }
    }
  }

  #lines(
    ast: ASTNode,
    name: string,
    [variable, inner, ...more]: readonly ASTNode[],
    path: readonly PropertyKey[],
    depth: number,
    line: string | null,
  ): object | null {
    if (line !== null) return this.#fault(ast, 'no lines within lines', 'ask about the line itself');
    if ((name !== 'exists' && name !== 'all') || variable?.op !== 'id' || !inner || more.length > 0)
      return this.#fault(
        ast,
        'lines.exists(line, …) or lines.all(line, …)',
        adviceFor.get(name) ?? 'write one of them',
      );
    const kind = name === 'exists' ? 'anyLine' : 'everyLine';
    return { [kind]: this.node(inner, [...path, kind], depth + 1, variable.args) };
  }

  /** A leaf as far as a text can be wrong where a tree cannot: in the words of the text, not those of the tree. */
  #leaf(ast: ASTNode, leaf: { fact: string; op: Operator; value?: unknown }): object | null {
    const definition = factDefinition(leaf.fact);
    if (definition && !operatorsOf[definition.type].includes(leaf.op)) {
      const allowed = operatorsOf[definition.type].map((operator) => spelling[operator]);
      return this.#fault(ast, `one of ${[...new Set(allowed)].join(' ')} with ${leaf.fact}`, 'choose one of them');
    }
    return leaf;
  }

  #isNo(type: FactType, fact: string): boolean {
    const definition = factDefinition(fact);
    return definition !== null && definition.type !== type;
  }

  /** `user.payTimes`, `user.attributes.hobby`, `user.attributes["shoe-size"]`, and `l.sku` where l is the line. */
  #fact(ast: ASTNode, line: string | null): string | null {
    const names: string[] = [];
    let at = ast;
    while (at.op === '.' || at.op === '[]') {
      const [inner, name] = at.args;
      if (typeof name === 'string') names.unshift(name);
      else if (name.op === 'value' && typeof name.args === 'string' && isAttributes(inner)) names.unshift(name.args);
      else return this.#fault(ast, 'a fact such as user.payTimes or user.attributes["shoe-size"]', 'write it so');
      at = inner;
    }
    if (at.op !== 'id')
      return this.#fault(ast, 'a fact such as user.payTimes', adviceFor.get(at.op) ?? 'name a fact of the catalogue');
    if (line !== null && at.args !== line)
      return this.#fault(ast, `facts of the line, ${line}.*`, 'move it out of the lines');
    if (line === null && at.args === 'line')
      return this.#fault(ast, 'line.* inside lines.exists(line, …) or lines.all(line, …) only', 'put it into one');
    return [line === null ? at.args : 'line', ...names].join('.');
  }

  #literal(ast: ASTNode): Literal | null {
    switch (ast.op) {
      case 'value': {
        const value = ast.args;
        if (typeof value === 'boolean') return { kind: 'BOOLEAN', value };
        if (typeof value === 'string') return { kind: 'TEXT', value };
        if (typeof value === 'bigint') return this.#number(ast, value);
        if (typeof value === 'number')
          return this.#fault(ast, 'a whole number', 'round it; amounts are in minor units, ¥12.50 is 1250');
        if (value === null) return this.#fault(ast, 'a value', 'write !has(…) for a fact that nobody knows');
        return this.#fault(ast, 'a whole number, a text, true or false', 'write it without its prefix or suffix');
      }
      case '-_': {
        const { args: inner } = ast;
        if (inner.op === 'value' && typeof inner.args === 'bigint') return this.#number(ast, -inner.args);
        return this.#fault(ast, 'a whole number after -', 'write the number');
      }
      case 'call': {
        const [name, [first, ...more]] = ast.args;
        if (first?.op === 'value' && typeof first.args === 'string' && more.length === 0) {
          if (name === 'timestamp') return { kind: 'INSTANT', value: first.args };
          if (name === 'duration') return this.#hours(ast, first.args);
        }
        return this.#fault(ast, 'timestamp("…") or duration("…") of a text', 'write one, or a plain value');
      }
      case 'list': {
        const value = this.#list(ast);
        return value && { kind: 'LIST', value };
      }
      default:
        return this.#fault(ast, 'a value: a number, a text, true, false, timestamp("…")', 'write the value itself');
    }
  }

  #number(ast: ASTNode, value: bigint): Literal | null {
    if (value > Number.MAX_SAFE_INTEGER || value < -Number.MAX_SAFE_INTEGER)
      return this.#fault(ast, `a whole number up to ${Number.MAX_SAFE_INTEGER}`, 'write a smaller one');
    return { kind: 'NUMBER', value: Number(value) };
  }

  #hours(ast: ASTNode, written: string): Literal | null {
    const parts = /^(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,10})s)?$/.exec(written);
    const [hours, minutes, seconds] = [1, 2, 3].map((index) => Number(parts?.[index] ?? 0));
    const whole = (hours ?? 0) + ((minutes ?? 0) * 60 + (seconds ?? 0)) / 3600;
    if (!parts || written === '' || !Number.isInteger(whole))
      return this.#fault(ast, 'a duration of whole hours, e.g. "720h" for 30 days', 'write the hours');
    return { kind: 'HOURS', value: whole };
  }

  #only<K extends Literal['kind']>(kind: K, ast: ASTNode): (Literal & { kind: K }) | null {
    const literal = this.#literal(ast);
    if (!literal) return null;
    return isOfKind(literal, kind) ? literal : this.#fault(ast, literalWords[kind], 'write it so');
  }

  #textOf(ast: ASTNode): string | null {
    return this.#only('TEXT', ast)?.value ?? null;
  }

  #list(ast: ASTNode): (number | string)[] | null {
    if (ast.op !== 'list') return this.#fault(ast, literalWords.LIST, 'put the values between [ and ]');
    const values: (number | string)[] = [];
    for (const one of ast.args) {
      const literal = one.op === 'list' ? null : this.#literal(one);
      if (literal?.kind === 'NUMBER' || literal?.kind === 'TEXT') values.push(literal.value);
      else if (literal || one.op === 'list') this.#fault(one, 'texts or whole numbers in a list', 'write them so');
    }
    return values.length === ast.args.length ? values : null;
  }

  #fault(ast: ASTNode, allowed: string, cure: string): null {
    const written = this.#text.slice(ast.start, Math.max(ast.end, ast.start + 1));
    const found = placed(cut(written), this.#text, ast.start);
    if (this.faults.length < mostFaults) this.faults.push({ path: this.#path, found, allowed, cure });
    return null;
  }
}

/** `a && b && c` is one list of three, however it is bracketed; the parser nests to the left as deep as the text is long. */
function operandsOf(ast: ASTNode & { op: '&&' | '||' }): ASTNode[] {
  const operands: ASTNode[] = [];
  const pending: ASTNode[] = [ast];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (next.op === ast.op) pending.push(next.args[1], next.args[0]);
    else operands.push(next);
  }
  return operands;
}

function isFact(ast: ASTNode): boolean {
  return ast.op === 'id' || ast.op === '.' || ast.op === '[]';
}

function isAttributes(ast: ASTNode): boolean {
  return ast.op === '.' && ast.args[1] === 'attributes' && ast.args[0].op === 'id';
}

function isOfKind<K extends Literal['kind']>(literal: Literal, kind: K): literal is Literal & { kind: K } {
  return literal.kind === kind;
}

const methods = new Map(
  (
    ['between', 'startsWith', 'matches', 'containsAny', 'containsAll', 'containsNone', 'within', 'withinLast'] as const
  ).map((operator) => [String(operator), operator]),
);

const literalWords: Readonly<Record<Literal['kind'], string>> = {
  BOOLEAN: 'true or false',
  NUMBER: 'a whole number',
  TEXT: 'a text',
  INSTANT: 'timestamp("…"), e.g. timestamp("2026-11-11T00:00:00+08:00")',
  HOURS: 'duration("…") of whole hours, e.g. duration("720h")',
  LIST: 'a list, e.g. ["a", "b"]',
};

const example: Readonly<Record<FactType, (fact: string) => string>> = {
  BOOLEAN: (fact) => fact,
  INTEGER: (fact) => `${fact} > 1`,
  TEXT: (fact) => `${fact} == "x"`,
  TEXTS: (fact) => `"x" in ${fact}`,
  INSTANT: (fact) => `${fact} < timestamp("2026-11-11T00:00:00+08:00")`,
};

/** What to write instead of things that CEL knows and rules do not. */
const adviceFor: ReadonlyMap<string, string> = new Map(
  Object.entries({
    endsWith: 'write .matches("…$")',
    contains: 'write .containsAny([…]) for a set, .matches("…") for a text',
    size: 'ask a fact that counts, e.g. cart.lineCount',
    exists: 'write lines.exists(line, …), or .containsAny([…]) for a set',
    all: 'write lines.all(line, …), or .containsAll([…]) for a set',
    exists_one: 'write lines.exists(line, …)',
    filter: 'write lines.exists(line, …)',
    map: 'write lines.exists(line, …)',
    now: 'write time.now',
  }),
);
