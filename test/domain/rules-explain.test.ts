import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { closureOf } from '../../subgraphs/shared/kernel/rules/compile';
import type { Condition } from '../../subgraphs/shared/kernel/rules/condition';
import { canBothHold } from '../../subgraphs/shared/kernel/rules/decide';
import { explainRule } from '../../subgraphs/shared/kernel/rules/explain';
import { readExpression, ruleText } from '../../subgraphs/shared/kernel/rules/expression';
import { type Change, changeText, factsAfter } from '../../subgraphs/shared/kernel/rules/fact-change';
import { type FactValue, factDefinition } from '../../subgraphs/shared/kernel/rules/facts';
import { conditionArbitrary, factsArbitrary, factsOf, randomZone, type WrittenFacts } from '../support/random-rules';
import { runs } from '../support/runs';

const now = Date.UTC(2026, 10, 11, 12);

describe('what a rule is told by', () => {
  it('is nothing where it holds', () => {
    expect(explain('user.payTimes > 1', { 'user.payTimes': 2 })).toEqual({
      verdict: 'TRUE',
      failures: [],
      cure: [],
      sentence: 'The rule holds.',
    });
  });

  it('is each leaf in the way, with its path, what it wants, what it sees and the least that helps', () => {
    expect(
      explain('user.isNew == false && (user.payTimes >= 5 || user.tier == "GOLD")', {
        'user.isNew': false,
        'user.payTimes': 2,
      }),
    ).toEqual({
      verdict: 'UNKNOWN',
      failures: [
        {
          path: 'all[1].any[1]',
          line: null,
          fact: 'user.tier',
          op: 'eq',
          required: 'GOLD',
          negated: false,
          observed: null,
          unknown: true,
          change: [{ kind: 'PROVIDE', fact: 'user.tier', line: null, to: 'GOLD' }],
          sentence: 'user.tier == "GOLD" must hold, and nobody knows user.tier: tell user.tier; "GOLD" would do.',
        },
        {
          path: 'all[1].any[0]',
          line: null,
          fact: 'user.payTimes',
          op: 'gte',
          required: 5,
          negated: false,
          observed: 2,
          unknown: false,
          change: [{ kind: 'RAISE', fact: 'user.payTimes', line: null, to: 5 }],
          sentence: 'user.payTimes >= 5 must hold, and user.payTimes is 2: raise user.payTimes to 5.',
        },
      ],
      cure: [{ kind: 'PROVIDE', fact: 'user.tier', line: null, to: 'GOLD' }],
      sentence: 'It is unknown whether the rule holds; to make it hold, tell user.tier; "GOLD" would do.',
    });
  });

  it('turns round what stands under a not', () => {
    const { verdict, failures, cure } = explain('!(cart.itemCount > 5 || "a" in cart.skus)', {
      'cart.itemCount': 9,
      'cart.skus': ['a', 'b'],
    });
    expect(verdict).toBe('FALSE');
    expect(failures.map(({ path, negated }) => [path, negated])).toEqual([
      ['not.any[0]', true],
      ['not.any[1]', true],
    ]);
    expect(failures[1]?.sentence).toBe(
      'cart.skus.containsAny(["a"]) must not hold, and cart.skus is ["a","b"]: remove "a" from cart.skus.',
    );
    expect(cure?.map(changeText)).toEqual(['lower cart.itemCount to 5', 'remove "a" from cart.skus']);
  });

  it('names the place of the line', () => {
    const lines = [
      { 'line.sku': 'a', 'line.quantity': 1 },
      { 'line.sku': 'b', 'line.quantity': 3 },
    ];
    const { failures, cure } = explain('lines.all(line, line.quantity >= 2)', {}, lines);
    expect(failures.map(({ path, line }) => [path, line])).toEqual([['everyLine', 0]]);
    expect(cure?.map(changeText)).toEqual(['raise line.quantity of line 1 to 2']);
    expect(explain('lines.exists(line, line.sku == "c" && line.quantity >= 2)', {}, lines).cure).toEqual([
      { kind: 'ADD_LINE', fact: 'lines', line: null, to: { 'line.sku': 'c', 'line.quantity': 2 } },
    ]);
    expect(explain('lines.exists(line, line.quantity > 3)', {}, lines).failures.map(({ line }) => line)).toEqual([
      1, 0,
    ]);
  });

  it('is the missing cart, where lines are asked for and nobody knows them', () => {
    expect(explain('lines.all(line, line.quantity > 1)', {})).toMatchObject({
      verdict: 'UNKNOWN',
      failures: [{ path: '', fact: 'lines', op: 'everyLine', unknown: true, change: null }],
      cure: null,
    });
    expect(explain('lines.exists(line, line.quantity > 1)', {}, [])).toMatchObject({
      verdict: 'FALSE',
      failures: [{ fact: 'lines', op: 'anyLine', unknown: false }],
      cure: [{ kind: 'ADD_LINE', to: { 'line.quantity': 2 } }],
    });
  });

  it.each<[string, Record<string, FactValue>, string[] | null]>([
    ['user.payTimes.between(3, 5) && user.payTimes != 3', { 'user.payTimes': 1 }, ['raise user.payTimes to 4']],
    ['cart.itemCount in [2, 9]', { 'cart.itemCount': 7 }, ['raise cart.itemCount to 9']],
    ['cart.itemCount != 7', { 'cart.itemCount': 7 }, ['lower cart.itemCount to 6']],
    ['user.payTimes < 3', { 'user.payTimes': 7 }, null],
    ['user.isNew', { 'user.isNew': false }, null],
    ['!user.isNew', { 'user.isNew': true }, ['make user.isNew false']],
    ['user.tier != "GOLD"', { 'user.tier': 'GOLD' }, ['make user.tier anything but "GOLD"']],
    ['context.channel in ["APP", "WEB"]', { 'context.channel': 'TV' }, ['make context.channel "APP"']],
    ['context.channel.matches("^A")', { 'context.channel': 'TV' }, null],
    ['has(user.tier)', {}, ['tell user.tier']],
    ['!has(user.tier)', { 'user.tier': 'GOLD' }, null],
    [
      'user.tags.containsAll(["a", "b"]) && !("c" in user.tags)',
      { 'user.tags': ['a', 'c'] },
      ['add "b" to user.tags', 'remove "c" from user.tags'],
    ],
    [
      'time.now >= timestamp("2026-11-12T00:00:00Z")',
      { 'time.now': now },
      ['wait until time.now is 2026-11-12T00:00:00.000Z'],
    ],
    ['time.now < timestamp("2026-11-11T00:00:00Z")', { 'time.now': now }, null],
    [
      'time.now.within(timestamp("2026-11-13T00:00:00Z"), timestamp("2026-11-14T00:00:00Z"))',
      { 'time.now': now },
      ['wait until time.now is 2026-11-13T00:00:00.000Z'],
    ],
    ['user.registeredAt < timestamp("2020-01-01T00:00:00Z")', { 'user.registeredAt': now }, null],
    ['user.lastPaidAt.withinLast(duration("24h"))', { 'user.lastPaidAt': now - 48 * 3_600_000, 'time.now': now }, null],
    [
      '!user.lastPaidAt.withinLast(duration("24h"))',
      { 'user.lastPaidAt': now - 3_600_000, 'time.now': now },
      ['wait until time.now is 2026-11-12T11:00:00.001Z'],
    ],
    ['time.minuteOfDay.between(1200, 1320)', { 'time.minuteOfDay': 1400 }, ['wait until time.minuteOfDay is 1200']],
    ['time.dayOfWeek in [6, 7]', { 'time.dayOfWeek': 3 }, ['wait until time.dayOfWeek is 6']],
    [
      'user.payTimes > 5 || cart.itemCount > 5',
      { 'user.payTimes': 5, 'cart.itemCount': 1 },
      ['raise cart.itemCount to 6'],
    ],
    [
      'cart.itemCount > 5 && (cart.itemCount < 4 || cart.lineCount > 1)',
      { 'cart.itemCount': 1, 'cart.lineCount': 1 },
      ['raise cart.itemCount to 6', 'raise cart.lineCount to 2'],
    ],
  ])('%s with %j is cured by %j', (text, values, expected) => {
    const { cure } = explain(text, values);
    expect(cure?.map(changeText) ?? null).toEqual(expected);
  });
});

describe('the cure of a rule', () => {
  it('makes the rule true once it is applied, and the failures are those leaves that are in the way', () => {
    fc.assert(
      fc.property(conditionArbitrary(), factsArbitrary(), (condition, written) => {
        const facts = factsOf(written);
        const holds = closureOf(condition, randomZone);
        const { verdict, failures, cure } = explainRule(condition, facts, randomZone);
        expect(verdict).toBe({ true: 'TRUE', false: 'FALSE', null: 'UNKNOWN' }[`${holds(facts)}`]);
        expect(failures.length > 0).toBe(verdict !== 'TRUE');
        if (!cure) return;
        expect(holds(factsOf(applied(written, cure)))).toBe(true);
        expect(holds(factsAfter(cure, facts, randomZone))).toBe(true);
      }),
      { numRuns: runs(3000) },
    );
  });

  it('has no change that could be left out', () => {
    fc.assert(
      fc.property(conditionArbitrary(), factsArbitrary(), (condition, written) => {
        const { cure } = explainRule(condition, factsOf(written), randomZone);
        const holds = closureOf(condition, randomZone);
        for (const one of cure ?? []) {
          const rest = (cure ?? []).filter((other) => other !== one);
          expect([ruleText(condition), rest, holds(factsOf(applied(written, rest)))]).not.toEqual([
            ruleText(condition),
            rest,
            true,
          ]);
        }
      }),
      { numRuns: runs(2000) },
    );
  });

  it('is found wherever there is one, when every fact can be changed and the rule is no riddle', () => {
    const missed: string[] = [];
    const facts = ['context.channel', 'cart.skus', 'time.dayOfWeek', 'cart.itemCount', 'cart.lineCount', 'user.tier'];
    const operators = [
      'eq',
      'ne',
      'lt',
      'lte',
      'gt',
      'gte',
      'between',
      'in',
      'startsWith',
      'containsAny',
      'containsAll',
      'containsNone',
    ] as const;
    fc.assert(
      fc.property(conditionArbitrary({ facts, operators, lines: false }), factsArbitrary(), (condition, written) => {
        const { cure } = explainRule(condition, factsOf(written), randomZone);
        const canHold = canBothHold(condition, condition);
        if (cure) expect([ruleText(condition), canHold]).toEqual([ruleText(condition), true]);
        else if (canHold) missed.push(ruleText(condition));
      }),
      { numRuns: runs(3000) },
    );
    // Only so many ways are followed at once, so a cure that only a far-fetched one leads to may be missed.
    expect(missed.length).toBeLessThanOrEqual(runs(3000) / 300);
  });

  it('takes no longer than a shopper waits, for a wide rule and a full cart', () => {
    const inner = Array.from(
      { length: 30 },
      (_, index) =>
        ({
          any: [
            { fact: 'line.quantity', op: 'gt', value: index },
            { fact: 'line.sku', op: 'eq', value: `${index}` },
          ],
        }) as const,
    );
    const condition: Condition = {
      all: [{ everyLine: { all: inner } }, { fact: 'cart.itemCount', op: 'gt', value: 5 }],
    };
    const lines = Array.from({ length: 500 }, (_, index) => ({ 'line.quantity': index % 7, 'line.sku': 'x' }));
    const facts = factsOf({ values: { 'cart.itemCount': 3 }, lines });
    const before = process.cpuUsage();
    const { cure, failures } = explainRule(condition, facts, randomZone);
    const { user, system } = process.cpuUsage(before);
    expect([cure, failures.length]).toEqual([null, 200]);
    expect((user + system) / 1000).toBeLessThan(1000);
  });
});

function explain(text: string, values: Record<string, FactValue>, lines?: Record<string, FactValue>[]) {
  const read = readExpression(text);
  if (!read.ok) throw new Error(`Expected a rule, found ${text}: ${JSON.stringify(read.refusal)}`);
  return explainRule(read.value, factsOf({ values, lines }), randomZone);
}

/** Does what the changes say, word by word; a value that is left open is one of its type. */
function applied({ values, lines }: WrittenFacts, changes: readonly Change[]): WrittenFacts {
  const after = { values: { ...values }, lines: lines?.map((line) => ({ ...line })) };
  for (const change of changes) {
    if (change.kind === 'ADD_LINE') {
      const line = Object.fromEntries(Object.entries(change.to).map(([fact, to]) => [fact, to ?? anyOf(fact)]));
      after.lines = [...(after.lines ?? []), line];
      continue;
    }
    const target = change.line === null ? after.values : after.lines?.[change.line];
    if (!target) throw new Error(`Expected the line that ${changeText(change)}`);
    const before = target[change.fact];
    const texts = Array.isArray(before) ? before : [];
    if (change.kind === 'ADD') target[change.fact] = [...texts, ...change.to];
    else if (change.kind === 'REMOVE') target[change.fact] = texts.filter((text) => !change.to.includes(text));
    else if (change.kind === 'AVOID') target[change.fact] = 'something else';
    else if (change.kind === 'WAIT_UNTIL')
      target[change.fact] = typeof change.to === 'string' ? Date.parse(change.to) : change.to;
    else target[change.fact] = change.to ?? anyOf(change.fact);
  }
  return after;
}

function anyOf(fact: string): FactValue {
  const definition = factDefinition(fact);
  switch (definition?.type) {
    case 'BOOLEAN':
      return true;
    case 'INTEGER':
    case 'INSTANT':
      return 1;
    case 'TEXTS':
      return [];
    default:
      return definition?.values?.[0] ?? 'something else';
  }
}
