import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseTemplateDocument } from '../../subgraphs/shared/kernel/promotion-terms';
import { readCondition } from '../../subgraphs/shared/kernel/rules/condition';
import { readExpression, readRule, ruleText } from '../../subgraphs/shared/kernel/rules/expression';
import { rawDocument } from '../support/promotions';
import { conditionArbitrary, rawConditionArbitrary } from '../support/random-rules';
import { runs } from '../support/runs';

/** All in all 50,000 inputs at full count; 2 % of them in a sampled run, since each is checked in several ways. */
const inputs = (share: number) => (runs(1000) === 1000 ? share : Math.ceil(share * 0.02));
const mostMilliseconds = 50;

const slowest = new Map<string, { milliseconds: number; input: string }>();

describe('whatever is written', () => {
  it('as a CEL text is read or refused with reasons, and reads back as what it was read as', () => {
    fc.assert(
      fc.property(fc.oneof(mutatedText(), tokenSoup(), nests()), (text) => {
        const read = timed('CEL text', text, () => readExpression(text, ['rule']));
        if (!read.ok) return expectReasons(read.refusal);
        const told = ruleText(read.value);
        expect(readExpression(told)).toEqual(read);
        expect(readCondition(read.value)).toEqual(read);
        const checked = timed('rule as text', text, () => readRule(text));
        if (checked.ok) expect([readRule(told), readRule(checked.value)]).toEqual([checked, checked]);
        else expectReasons(checked.refusal);
      }),
      { numRuns: inputs(24_000) },
    );
  });

  it('as a tree is read or refused with reasons, and reads back as what it was read as', () => {
    fc.assert(
      fc.property(mutatedJson(rawConditionArbitrary({ values: 'ANY' })), (raw) => {
        const read = timed('tree', raw, () => readCondition(raw, ['rule']));
        if (!read.ok) return expectReasons(read.refusal);
        expect(readCondition(read.value)).toEqual(read);
        expect(readExpression(ruleText(read.value))).toEqual(read);
        const checked = timed('rule as tree', raw, () => readRule(raw));
        if (checked.ok) expect(readRule(ruleText(checked.value))).toEqual(checked);
        else expectReasons(checked.refusal);
      }),
      { numRuns: inputs(16_000) },
    );
  });

  it('as a promotion is read or refused with reasons, and reads back as what it was read as', () => {
    fc.assert(
      fc.property(mutatedJson(fc.constant(rawDocument())), (raw) => {
        const read = timed('document', raw, () => parseTemplateDocument(raw));
        if (!read.ok) return expectReasons(read.refusal);
        expect(parseTemplateDocument(JSON.parse(JSON.stringify(read.value)))).toEqual(read);
      }),
      { numRuns: inputs(10_000) },
    );
  });

  afterAll(() => {
    const lines = [...slowest].map(
      ([kind, { milliseconds, input }]) => `${kind}: ${milliseconds.toFixed(1)} ms for ${input}`,
    );
    process.stdout.write(`The slowest inputs, CPU time:\n  ${lines.join('\n  ')}\n`);
  });
});

function expectReasons(faults: readonly { found: string; allowed: string; cure: string }[]): void {
  expect(faults.length).toBeGreaterThan(0);
  for (const { found, allowed, cure } of faults) expect([found, allowed, cure].every((text) => text !== '')).toBe(true);
}

/** The answer to an input, which must come within the bound of CPU time. */
function timed<T>(kind: string, input: unknown, ask: () => T): T {
  let milliseconds = Number.POSITIVE_INFINITY;
  // A collection of garbage may fall into one attempt, hardly into three.
  for (let attempt = 1; ; attempt += 1) {
    const before = process.cpuUsage();
    const answer = ask();
    const { user, system } = process.cpuUsage(before);
    milliseconds = Math.min(milliseconds, (user + system) / 1000);
    if (milliseconds > mostMilliseconds && attempt < 3) continue;
    const text = `${JSON.stringify(input)}`.slice(0, 120);
    if (milliseconds > (slowest.get(kind)?.milliseconds ?? 0)) slowest.set(kind, { milliseconds, input: text });
    expect([text, milliseconds <= mostMilliseconds]).toEqual([text, true]);
    return answer;
  }
}

const tokens = [
  '&&',
  '||',
  '!',
  '-',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ',',
  '.',
  '?',
  ':',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'in',
  '+',
  '*',
  '//',
  '\n',
  ' ',
  '"',
  "'",
  '"""',
  '\\',
  '\u0000',
  '\ud83d',
  '茶',
  'true',
  'null',
  '5',
  '-9007199254740993',
  '1.5e300',
  '0x',
  '7u',
  'b"x"',
  'r"\\"',
  '"a"',
  '["a"]',
  'user.payTimes',
  'user.isNew',
  'user.tags',
  'user.attributes',
  '["shoe-size"]',
  'line',
  'line.sku',
  'lines',
  '.exists(line, ',
  '.all(x, ',
  'has(',
  'timestamp("2026-11-11T00:00:00Z")',
  'duration("1h")',
  'time.now',
  '.matches("(a+)+$")',
  '.constructor',
  '__proto__',
  '.between(1, ',
];

function tokenSoup(): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...tokens), { maxLength: 40 }).map((chosen) => chosen.join(''));
}

/** What a parser follows deepest. */
function nests(): fc.Arbitrary<string> {
  const pair = fc.constantFrom(
    ['(', ')'],
    ['!(', ')'],
    ['[', ']'],
    ['-', ''],
    ['!', ''],
    ['user.isNew && (', ')'],
    ['has(', ')'],
    ['lines.all(line, ', ')'],
    ['a ? b : ', ''],
    ['user', '["attributes"]'],
    ['// \n!', ''],
  );
  return fc
    .tuple(pair, fc.integer({ min: 1, max: 4000 }), fc.constantFrom('user.isNew', '5', ''))
    .map(([[open, close], times, inner]) => `${open?.repeat(times)}${inner}${close?.repeat(times)}`.slice(0, 20_000));
}

function mutatedText(): fc.Arbitrary<string> {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat({ max: 12 }),
    kind: fc.constantFrom('DELETE', 'INSERT', 'REPEAT', 'REPLACE'),
    token: fc.constantFrom(...tokens),
  });
  return fc
    .tuple(conditionArbitrary({ values: 'ANY' }), fc.array(change, { maxLength: 4 }))
    .map(([condition, changes]) =>
      changes.reduce((text, { at, length, kind, token }) => {
        const from = Math.floor(at * text.length);
        const [before, piece, after] = [
          text.slice(0, from),
          text.slice(from, from + length),
          text.slice(from + length),
        ];
        if (kind === 'DELETE') return before + after;
        if (kind === 'INSERT') return before + token + piece + after;
        return kind === 'REPEAT' ? before + piece.repeat(3) + after : before + token + after;
      }, ruleText(condition)),
    );
}

const hostileValues: readonly unknown[] = [
  null,
  undefined,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  Number.NaN,
  '',
  'x',
  'x'.repeat(10_000),
  '\ud83d',
  '__proto__',
  '(a*)*b',
  '2026-02-30T00:00:00Z',
  [],
  [[]],
  {},
  { all: [] },
  { fact: 'user.isNew' },
  { not: { not: {} } },
  JSON.parse('{"__proto__": {"op": "exists"}, "fact": "user.tier"}'),
  Array.from({ length: 300 }, (_, index) => `v${index}`),
  Array.from({ length: 100 }, () => ({ fact: 'user.tier', op: 'exists' })),
  'constructor',
  'line.sku',
  'user.tags',
  'exists',
  'matches',
  'toString',
];

/** JSON in which some values are replaced, removed, repeated or put one level down. */
function mutatedJson(valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    kind: fc.constantFrom('REPLACE', 'REMOVE', 'ADD', 'NEST'),
    value: fc.constantFrom(...hostileValues),
    key: fc.constantFrom(
      'all',
      'any',
      'not',
      'anyLine',
      'everyLine',
      'fact',
      'op',
      'value',
      'from',
      'kind',
      '__proto__',
      'nothing',
      '0',
    ),
  });
  return fc.tuple(valid, fc.array(change, { maxLength: 3 })).map(([raw, changes]) =>
    changes.reduce<unknown>((json, { at, kind, value, key }) => {
      const target = { left: Math.floor(at * sizeOf(json)) };
      return changedAt(json, target, (found) => {
        if (kind === 'REPLACE') return value;
        if (kind === 'NEST') return { [key]: key === 'all' || key === 'any' ? [found, found] : found };
        if (typeof found !== 'object' || found === null) return value;
        if (Array.isArray(found)) return kind === 'ADD' ? [...found, value] : found.slice(1);
        const entries = Object.entries(found);
        return Object.fromEntries(kind === 'ADD' ? [...entries, [key, value]] : entries.slice(1));
      });
    }, raw),
  );
}

function sizeOf(json: unknown): number {
  if (typeof json !== 'object' || json === null) return 1;
  return Object.values(json).reduce<number>((sum, value) => sum + sizeOf(value), 1);
}

/** A copy with the value that is reached after so many others changed. */
function changedAt(json: unknown, target: { left: number }, change: (found: unknown) => unknown): unknown {
  target.left -= 1;
  if (target.left < 0) {
    target.left = Number.POSITIVE_INFINITY;
    return change(json);
  }
  if (Array.isArray(json)) return json.map((value) => changedAt(value, target, change));
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, changedAt(value, target, change)]));
}
