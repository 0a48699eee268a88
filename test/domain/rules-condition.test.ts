import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  allOf,
  anyOf,
  type Condition,
  childrenOf,
  conditionBounds,
  conditionJsonSchemas,
  kindOf,
  operatorsOf,
  readCondition,
  readPlacedCondition,
} from '../../subgraphs/shared/kernel/rules/condition';
import { factCatalogue } from '../../subgraphs/shared/kernel/rules/facts';
import { rawConditionArbitrary } from '../support/random-rules';
import { runs } from '../support/runs';

const isNew = { fact: 'user.isNew', op: 'eq', value: true } as const;
const hasCity = { fact: 'user.city', op: 'exists' } as const;
const often = { fact: 'user.payTimes', op: 'gt', value: 5 } as const;

describe('a rule as a tree', () => {
  it('is kept in one way, however it was written', () => {
    expect(read({ all: [{ all: [isNew, { all: [often] }] }, { any: [hasCity] }] })).toEqual({
      all: [isNew, often, hasCity],
    });
    expect(read({ any: [{ any: [isNew, { all: [often, hasCity] }] }] })).toEqual({
      any: [isNew, { all: [often, hasCity] }],
    });
    expect(read({ fact: 'user.tags', op: 'containsAny', value: ['b', 'a', 'b'] })).toMatchObject({ value: ['a', 'b'] });
    expect(read({ fact: 'user.payTimes', op: 'in', value: [10, 9, 10] })).toMatchObject({ value: [9, 10] });
    const until = { fact: 'user.registeredAt', op: 'before', value: '2026-11-11T00:00:00+08:00' };
    expect(read(until)).toMatchObject({ value: '2026-11-10T16:00:00.000Z' });
    expect(read({ ...until, op: 'eq' })).toMatchObject({ value: '2026-11-10T16:00:00.000Z' });
  });

  it('does not change when it is read again, nor in a store', () => {
    fc.assert(
      fc.property(rawConditionArbitrary({ values: 'ANY' }), (raw) => {
        const once = read(raw);
        expect(read(once)).toEqual(once);
        expect(read(JSON.parse(JSON.stringify(once)))).toEqual(once);
        for (const node of nodesOf(once))
          if ('all' in node || 'any' in node) {
            expect(childrenOf(node).length).toBeGreaterThan(1);
            expect(childrenOf(node).map(kindOf)).not.toContain(kindOf(node));
          }
      }),
      { numRuns: runs(2000) },
    );
  });

  it.each<[string, unknown, [path: string, allowed: string][]]>([
    ['nothing', null, [['', 'an object']]],
    ['a list', [], [['', 'an object']]],
    ['a number', 7, [['', 'an object']]],
    ['an empty object', {}, [['op', 'one of']]],
    ['an empty list of conditions', { all: [] }, [['all', 'a list of at least one condition']]],
    ['one condition instead of a list', { any: isNew }, [['any', 'a list of at least one condition']]],
    ['two kinds in one', { all: [isNew], any: [isNew] }, [['', 'nothing beside all']]],
    ['a field beside a list', { all: [isNew], note: 'x' }, [['', 'nothing beside all']]],
    ['a field beside a leaf', { ...isNew, note: 'x' }, [['note', 'no such field']]],
    [
      'a fact that nobody knows of',
      { not: { ...isNew, fact: 'user.isOld' } },
      [['not.fact', 'a fact of the catalogue: user.id']],
    ],
    ['a fact of no family', { ...isNew, fact: 'usr.isNew' }, [['fact', 'a fact of the catalogue (user.*']]],
    [
      'a fact named like a property of every object',
      { ...isNew, fact: 'constructor' },
      [['fact', 'a fact of the catalogue']],
    ],
    ['a fact that is no name', { ...isNew, fact: 7 }, [['fact', 'a text']]],
    ['an attribute without a name', { fact: 'user.attributes.', op: 'exists' }, [['fact', 'a fact of the catalogue']]],
    ['an attribute that begins with a digit', { fact: 'user.attributes.1st', op: 'exists' }, [['fact', 'a fact']]],
    ['an operator that nobody knows of', { ...isNew, op: 'is' }, [['op', 'one of']]],
    [
      'an operator of another type',
      { fact: 'user.tier', op: 'lt', value: 1 },
      [['op', 'one of eq, ne, in, startsWith, matches, exists']],
    ],
    [
      'an operator of another type, whose value would not fit it either',
      { fact: 'user.isNew', op: 'gt', value: true },
      [['op', 'one of eq, ne, exists']],
    ],
    ['a value of another type', { ...often, op: 'eq', value: '5' }, [['value', 'a whole number']]],
    ['a fraction', { ...often, value: 1.5 }, [['value', 'a whole number']]],
    ['a number that cannot be kept exactly', { ...often, value: 2 ** 53 }, [['value', 'at most 9007199254740991']]],
    ['no value', { fact: 'user.payTimes', op: 'gt' }, [['value', 'a number']]],
    ['a value for nothing', { ...hasCity, value: true }, [['value', 'no such field']]],
    ['an empty text', { fact: 'user.tier', op: 'startsWith', value: '' }, [['value', 'at least 1 characters']]],
    [
      'half a character',
      { fact: 'user.tier', op: 'startsWith', value: 'a\ud83d' },
      [['value', 'a text of whole characters']],
    ],
    [
      'too long a text',
      { fact: 'user.tier', op: 'startsWith', value: 'x'.repeat(129) },
      [['value', 'at most 128 characters']],
    ],
    ['an empty list', { fact: 'user.tier', op: 'in', value: [] }, [['value', 'at least 1 entries']]],
    [
      'too long a list',
      { fact: 'user.tier', op: 'in', value: Array(201).fill('x') },
      [['value', 'at most 200 entries']],
    ],
    ['a list of other things', { fact: 'user.tier', op: 'in', value: ['a', 5] }, [['value', 'a text']]],
    [
      'a range from more to less',
      { fact: 'user.payTimes', op: 'between', value: { from: 5, to: 1 } },
      [['value.to', 'at least 5']],
    ],
    [
      'a window without length',
      { fact: 'time.now', op: 'within', value: { from: '2026-11-11T00:00:00Z', until: '2026-11-11T00:00:00Z' } },
      [['value.until', 'after 2026-11-11T00:00:00.000Z']],
    ],
    [
      'an instant without offset',
      { fact: 'time.now', op: 'before', value: '2026-11-11T00:00:00' },
      [['value', 'an ISO 8601 instant']],
    ],
    [
      'an instant in the year 10000',
      { fact: 'time.now', op: 'before', value: '9999-12-31T23:00:00-08:00' },
      [['value', 'an instant in the years']],
    ],
    [
      'a text where an instant is meant',
      { fact: 'time.now', op: 'eq', value: 'noon' },
      [['value', 'an ISO 8601 instant']],
    ],
    [
      'a duration of nothing',
      { fact: 'user.lastPaidAt', op: 'withinLast', value: { hours: 0 } },
      [['value.hours', 'at least 1']],
    ],
    ['a pattern that cannot be read', { fact: 'user.tier', op: 'matches', value: '(a' }, [['value', 'as many ) as (']]],
    [
      'too long a pattern',
      { fact: 'user.tier', op: 'matches', value: 'x'.repeat(101) },
      [['value', 'at most 100 characters']],
    ],
    [
      'a value that the fact never has',
      { fact: 'cart.itemTypes', op: 'containsAny', value: ['SECOND_HAND'] },
      [['value', 'one of IN_STOCK, PRESALE']],
    ],
    [
      'a fact of a line outside of lines',
      { fact: 'line.sku', op: 'exists' },
      [['fact', 'line.* inside anyLine or everyLine only']],
    ],
    ['a fact of the cart inside of lines', { anyLine: hasCity }, [['anyLine.fact', 'a fact of the line, line.*']]],
    [
      'lines within lines',
      { anyLine: { all: [{ everyLine: isNew }] } },
      [['anyLine.all[0].everyLine', 'no lines within lines']],
    ],
    [
      'several faults at once',
      { all: [{ ...isNew, value: 1 }, { any: [{ fact: 'x' }, hasCity] }] },
      [
        ['all[0].value', 'true or false'],
        ['all[1].any[0].fact', 'a fact'],
      ],
    ],
  ])('is refused for %s', (_, raw, expected) => {
    const outcome = readCondition(raw, ['rule']);
    const faults = outcome.ok ? [] : outcome.refusal;
    expect(faults.map(({ path }) => path)).toEqual(
      expected.map(([path]) => (path === '' || path.startsWith('[') ? `rule${path}` : `rule.${path}`)),
    );
    for (const [index, [, allowed]] of expected.entries()) expect(faults[index]?.allowed).toContain(allowed);
    for (const { found, cure } of faults) expect([found, cure]).not.toContain('');
  });

  it('may be eight levels deep and no deeper', () => {
    const nested = (levels: number): unknown => (levels === 1 ? isNew : { not: nested(levels - 1) });
    expect(readCondition(nested(conditionBounds.depth)).ok).toBe(true);
    expect(readCondition(nested(conditionBounds.depth + 1))).toMatchObject({
      ok: false,
      refusal: [{ allowed: 'at most 8 levels' }],
    });
    expect(readCondition(nested(5000)).ok).toBe(false);
  });

  it('may have 64 leaves and no more, however they are spread', () => {
    const wide = (rows: number, columns: number) => ({
      all: Array.from({ length: rows }, () => ({ any: Array.from({ length: columns }, () => isNew) })),
    });
    expect(readCondition(wide(8, 8)).ok).toBe(true);
    expect(readCondition(wide(13, 5))).toMatchObject({ ok: false, refusal: [{ found: 'more than 64 leaves' }] });
    expect(readCondition({ all: Array(65).fill(isNew) })).toMatchObject({
      ok: false,
      refusal: [{ found: '65 entries' }],
    });
    expect(readCondition(wide(64, 64)).ok).toBe(false);
  });

  it('may have patterns of 2,000 states together, so that asking it stays quick', () => {
    const pattern = { fact: 'user.tier', op: 'matches', value: '(a?){400}b' };
    expect(readCondition({ any: [pattern, pattern] }).ok).toBe(true);
    expect(readCondition({ any: [pattern, pattern, pattern] })).toMatchObject({
      ok: false,
      refusal: [{ path: 'any[2].value', allowed: expect.stringContaining('at most 2000 states') }],
    });
  });

  it('is refused quickly and briefly, however large it is', () => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${index}`, index]));
    for (const raw of [
      { all: [isNew], ...many },
      { fact: 'user.tier', op: 'in', value: Array(1_000_000).fill({}) },
      { all: Array(64).fill({ all: Array(64).fill({ all: Array(64).fill({ all: Array(64).fill({}) }) }) }) },
    ]) {
      const before = process.cpuUsage();
      const outcome = readCondition(raw);
      const { user, system } = process.cpuUsage(before);
      expect(outcome.ok ? 0 : outcome.refusal.length).toBeLessThanOrEqual(51);
      expect(outcome.ok ? '' : JSON.stringify(outcome.refusal).length).toBeLessThan(20_000);
      expect((user + system) / 1000).toBeLessThan(250);
    }
  });

  it('knows where each of its parts was written', () => {
    const outcome = readPlacedCondition({ all: [{ all: [isNew, hasCity] }, { any: [often] }] }, ['rule']);
    if (!outcome.ok) throw new Error('Expected a condition.');
    const { condition, places } = outcome.value;
    expect(childrenOf(condition).map((child) => places.get(child))).toEqual([
      ['rule', 'all', 0, 'all', 0],
      ['rule', 'all', 0, 'all', 1],
      ['rule', 'all', 1, 'any', 0],
    ]);
  });

  it('is joined with others without needless nesting', () => {
    expect([allOf([]), anyOf([])]).toEqual([null, null]);
    expect(allOf([isNew])).toEqual(isNew);
    expect(allOf([{ all: [isNew, often] }, hasCity])).toEqual({ all: [isNew, often, hasCity] });
    expect(anyOf([{ all: [isNew, often] }, hasCity])).toEqual({ any: [{ all: [isNew, often] }, hasCity] });
  });

  it('is described by a JSON Schema with every operator', () => {
    const text = JSON.stringify(conditionJsonSchemas());
    for (const op of new Set(Object.values(operatorsOf).flat())) expect(text).toContain(`"${op}"`);
  });

  it('asks only for facts that say what they mean', () => {
    for (const [name, { about }] of Object.entries(factCatalogue))
      expect([name, about.endsWith('.')]).toEqual([name, true]);
  });
});

function read(raw: unknown): Condition {
  const outcome = readCondition(raw);
  if (!outcome.ok) throw new Error(`Expected a condition, found ${JSON.stringify(outcome.refusal)}`);
  return outcome.value;
}

function nodesOf(condition: Condition): Condition[] {
  return [condition, ...childrenOf(condition).flatMap(nodesOf)];
}
