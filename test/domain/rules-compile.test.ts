import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  canonicalJson,
  closureOf,
  createRuleCache,
  factKey,
  fingerprintOf,
  type Truth,
} from '../../subgraphs/shared/kernel/rules/compile';
import type { Condition, Leaf } from '../../subgraphs/shared/kernel/rules/condition';
import type { FactValue } from '../../subgraphs/shared/kernel/rules/facts';
import { patternBounds } from '../../subgraphs/shared/kernel/rules/pattern';
import { conditionArbitrary, factsArbitrary, factsOf, randomZone } from '../support/random-rules';
import { runs } from '../support/runs';

const known = (value: boolean): Leaf => ({ fact: 'user.isNew', op: 'eq', value });
const unknown: Leaf = { fact: 'user.payTimes', op: 'gt', value: 0 };
const [yes, no] = [known(true), known(false)];
const noon = Date.UTC(2026, 10, 11, 12);

describe('a rule asked of facts', () => {
  it.each<[Condition, Condition, Truth, Truth]>([
    [yes, yes, true, true],
    [yes, no, false, true],
    [no, yes, false, true],
    [no, no, false, false],
    [yes, unknown, null, true],
    [unknown, yes, null, true],
    [no, unknown, false, null],
    [unknown, no, false, null],
    [unknown, unknown, null, null],
  ])('joins %j and %j as Kleene does', (a, b, all, any) => {
    expect([ask({ all: [a, b] }), ask({ any: [a, b] })]).toEqual([all, any]);
    // De Morgan's laws hold for three values too.
    expect(ask({ not: { any: [{ not: a }, { not: b }] } })).toBe(all);
  });

  it('stays unknown under a not', () => {
    expect([yes, no, unknown].map((leaf) => ask({ not: leaf }))).toEqual([false, true, null]);
  });

  it.each<[Leaf, FactValue, FactValue]>([
    [{ fact: 'user.isNew', op: 'eq', value: true }, true, false],
    [{ fact: 'user.isNew', op: 'ne', value: true }, false, true],
    [{ fact: 'user.payTimes', op: 'eq', value: 5 }, 5, 6],
    [{ fact: 'user.payTimes', op: 'ne', value: 5 }, 6, 5],
    [{ fact: 'user.payTimes', op: 'lt', value: 5 }, 4, 5],
    [{ fact: 'user.payTimes', op: 'lte', value: 5 }, 5, 6],
    [{ fact: 'user.payTimes', op: 'gt', value: 5 }, 6, 5],
    [{ fact: 'user.payTimes', op: 'gte', value: 5 }, 5, 4],
    [{ fact: 'user.payTimes', op: 'between', value: { from: 2, to: 4 } }, 4, 5],
    [{ fact: 'user.payTimes', op: 'between', value: { from: 2, to: 4 } }, 2, 1],
    [{ fact: 'user.payTimes', op: 'in', value: [1, 3] }, 3, 2],
    [{ fact: 'user.tier', op: 'eq', value: 'GOLD' }, 'GOLD', 'gold'],
    [{ fact: 'user.tier', op: 'ne', value: 'GOLD' }, 'PLUS', 'GOLD'],
    [{ fact: 'user.tier', op: 'in', value: ['GOLD', 'PLUS'] }, 'PLUS', 'plus'],
    [{ fact: 'user.tier', op: 'startsWith', value: 'GO' }, 'GOLD', 'A-GOLD'],
    [{ fact: 'user.tier', op: 'matches', value: '^G.*D$' }, 'GOLD', 'GOLDEN'],
    [{ fact: 'user.attributes.hobby', op: 'eq', value: '2026-01-01T00:00:00.000Z' }, '2026-01-01T00:00:00.000Z', 'tea'],
    [{ fact: 'user.tags', op: 'containsAny', value: ['a', 'b'] }, ['b', 'c'], ['c']],
    [{ fact: 'user.tags', op: 'containsAll', value: ['a', 'b'] }, ['c', 'b', 'a'], ['a']],
    [{ fact: 'user.tags', op: 'containsNone', value: ['a', 'b'] }, [], ['b']],
    [{ fact: 'time.now', op: 'eq', value: new Date(noon).toISOString() }, noon, noon + 1],
    [{ fact: 'time.now', op: 'ne', value: new Date(noon).toISOString() }, noon + 1, noon],
    [{ fact: 'time.now', op: 'before', value: new Date(noon).toISOString() }, noon - 1, noon],
    [{ fact: 'time.now', op: 'onOrBefore', value: new Date(noon).toISOString() }, noon, noon + 1],
    [{ fact: 'time.now', op: 'after', value: new Date(noon).toISOString() }, noon + 1, noon],
    [{ fact: 'time.now', op: 'onOrAfter', value: new Date(noon).toISOString() }, noon, noon - 1],
    [
      {
        fact: 'time.now',
        op: 'within',
        value: { from: '2026-11-11T12:00:00.000Z', until: '2026-11-11T12:00:01.000Z' },
      },
      noon,
      noon + 1000,
    ],
  ])('%j holds for %j, not for %j, and is unknown without a value of its type', (leaf, right, wrong) => {
    const truths = [right, wrong, undefined, ...wrongTypesOf(right)].map((value) => ask(leaf, { [leaf.fact]: value }));
    expect(truths.slice(0, 3)).toEqual([true, false, null]);
    expect(truths.slice(3).every((truth) => truth === null)).toBe(true);
  });

  it('knows whether a fact is known', () => {
    const leaf: Leaf = { fact: 'user.payTimes', op: 'exists' };
    expect([0, undefined, '0', 1.5].map((value) => ask(leaf, { 'user.payTimes': value }))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('counts back from now, and nothing that lies in the future', () => {
    const leaf: Leaf = { fact: 'user.lastPaidAt', op: 'withinLast', value: { hours: 24 } };
    const since = (ago: number) => ask(leaf, { 'user.lastPaidAt': noon - ago, 'time.now': noon });
    expect([0, 86_400_000, 86_400_001, -1].map(since)).toEqual([true, true, false, false]);
    expect(ask(leaf, { 'user.lastPaidAt': noon })).toBeNull();
    expect(ask(leaf, { 'time.now': noon })).toBeNull();
  });

  it('does not tell whether a text longer than the bound matches', () => {
    const leaf: Leaf = { fact: 'user.tier', op: 'matches', value: 'x' };
    const truths = [patternBounds.text, patternBounds.text + 1].map((length) =>
      ask(leaf, { 'user.tier': 'x'.repeat(length) }),
    );
    expect(truths).toEqual([true, null]);
  });

  it('asks each line: one that does is enough for anyLine, one that does not against everyLine', () => {
    const leaf: Leaf = { fact: 'line.quantity', op: 'gt', value: 1 };
    const over = (...quantities: (number | undefined)[]) =>
      [{ anyLine: leaf }, { everyLine: leaf }].map((rule) =>
        ask(
          rule,
          {},
          quantities.map((quantity) => ({ 'line.quantity': quantity })),
        ),
      );
    expect(over()).toEqual([false, true]);
    expect(over(1, 2)).toEqual([true, false]);
    expect(over(2, 3)).toEqual([true, true]);
    expect(over(2, undefined)).toEqual([true, null]);
    expect(over(1, undefined)).toEqual([null, false]);
    expect([ask({ anyLine: leaf }), ask({ everyLine: leaf })]).toEqual([null, null]);
  });

  it('reads the hour and the day in the zone of its document', () => {
    const evening: Condition = { fact: 'time.minuteOfDay', op: 'gte', value: 1200 };
    const facts = factsOf({ values: { 'time.minuteOfDay': 1230 } }, 'Asia/Shanghai');
    expect(closureOf(evening, 'Asia/Shanghai')(facts)).toBe(true);
    expect(closureOf(evening, 'Europe/Paris')(facts)).toBeNull();
    expect([factKey('time.now', 'Asia/Shanghai'), factKey('time.month', 'Asia/Shanghai')]).toEqual([
      'time.now',
      'time.month@Asia/Shanghai',
    ]);
  });

  it('never changes its mind when more becomes known, unless it asks what is known', () => {
    const operators = [
      'eq',
      'ne',
      'lt',
      'gte',
      'between',
      'in',
      'startsWith',
      'containsAny',
      'containsNone',
      'before',
      'withinLast',
    ] as const;
    fc.assert(
      fc.property(
        conditionArbitrary({ operators }),
        factsArbitrary(),
        factsArbitrary('ALL'),
        (condition, some, rest) => {
          const before = closureOf(condition, randomZone)(factsOf(some));
          const given = Object.fromEntries(Object.entries(some.values).filter(([, value]) => value !== undefined));
          const more = { values: { ...rest.values, ...given }, lines: some.lines };
          if (before !== null) expect(closureOf(condition, randomZone)(factsOf(more))).toBe(before);
        },
      ),
      { numRuns: runs(2000) },
    );
  });
});

describe('the cache of compiled rules', () => {
  it('compiles equal rules once, in whatever order their fields were written', () => {
    const cache = createRuleCache(10);
    const one = cache.compiled({ fact: 'user.payTimes', op: 'gt', value: 5 }, 'Asia/Shanghai');
    expect(cache.compiled({ value: 5, op: 'gt', fact: 'user.payTimes' }, 'Asia/Shanghai')).toBe(one);
    expect(cache.size).toBe(1);
    expect(one.evaluate(factsOf({ values: { 'user.payTimes': 6 } }))).toBe(true);
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
  });

  it('keeps rules of two zones, and two rules, apart', () => {
    const rule: Condition = { fact: 'time.minuteOfDay', op: 'gte', value: 1200 };
    const prints = [
      fingerprintOf(rule, 'Asia/Shanghai'),
      fingerprintOf(rule, 'Europe/Paris'),
      fingerprintOf({ not: rule }, 'Europe/Paris'),
    ];
    expect(new Set(prints).size).toBe(3);
    for (const print of prints) expect(print).toMatch(/^[\w-]{43}$/);
  });

  it('never holds more than its bound, and forgets what was not asked for longest', () => {
    const cache = createRuleCache(3);
    const rule = (value: number): Condition => ({ fact: 'user.payTimes', op: 'gt', value });
    const [first] = [1, 2, 3].map((value) => cache.compiled(rule(value), randomZone));
    expect(cache.compiled(rule(1), randomZone)).toBe(first);
    cache.compiled(rule(4), randomZone);
    expect(cache.size).toBe(3);
    expect(cache.compiled(rule(1), randomZone)).toBe(first);
    const third = cache.compiled(rule(3), randomZone);
    cache.compiled(rule(2), randomZone);
    expect(cache.compiled(rule(3), randomZone)).toBe(third);
    for (let value = 0; value < 1000; value += 1) cache.compiled(rule(value), randomZone);
    expect(cache.size).toBe(3);
  });
});

function ask(
  condition: Condition,
  values: Record<string, FactValue | undefined> = { 'user.isNew': true },
  lines?: Record<string, FactValue | undefined>[],
): Truth {
  return closureOf(condition, randomZone)(factsOf({ values, lines }));
}

function wrongTypesOf(value: FactValue): FactValue[] {
  const others: FactValue[] = [true, 5, 'text', ['text']];
  const fractions: FactValue[] = typeof value === 'number' ? [0.5, Number.NaN] : [];
  return [
    ...others.filter((other) => typeof other !== typeof value || Array.isArray(other) !== Array.isArray(value)),
    ...fractions,
  ];
}
