import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Condition, readCondition } from '../../subgraphs/shared/kernel/rules/condition';
import { expressionBounds, readExpression, readRule, ruleText } from '../../subgraphs/shared/kernel/rules/expression';
import { conditionArbitrary } from '../support/random-rules';
import { runs } from '../support/runs';

const payTimes = { fact: 'user.payTimes', op: 'gt', value: 5 } as const;

describe('a rule as CEL text', () => {
  it('is the same rule as the tree', () => {
    const text =
      '(user.registeredAt > timestamp("2021-01-01T00:00:00Z") && user.payTimes > 1) || ' +
      '(user.registeredAt > timestamp("2020-01-01T00:00:00Z") && user.payTimes > 5)';
    const since = (year: number) => ({ fact: 'user.registeredAt', op: 'after', value: `${year}-01-01T00:00:00.000Z` });
    expect(readRule(text)).toEqual({
      ok: true,
      value: { any: [{ all: [since(2021), { ...payTimes, value: 1 }] }, { all: [since(2020), payTimes] }] },
    });
  });

  it.each<[string, Condition]>([
    ['user.isNew', { fact: 'user.isNew', op: 'eq', value: true }],
    ['user.isNew == false', { fact: 'user.isNew', op: 'eq', value: false }],
    ['user.isNew != true', { fact: 'user.isNew', op: 'ne', value: true }],
    ['user.tier == "GOLD"', { fact: 'user.tier', op: 'eq', value: 'GOLD' }],
    ['user.tier != "say \\"hi\\"\\n"', { fact: 'user.tier', op: 'ne', value: 'say "hi"\n' }],
    ['user.payTimes < 5', { ...payTimes, op: 'lt' }],
    ['user.payTimes in [-5, 5]', { fact: 'user.payTimes', op: 'in', value: [-5, 5] }],
    ['user.payTimes > 5', payTimes],
    ['user.payTimes >= 5', { ...payTimes, op: 'gte' }],
    ['user.payTimes.between(1, 5)', { fact: 'user.payTimes', op: 'between', value: { from: 1, to: 5 } }],
    ['user.payTimes in [1, 2]', { fact: 'user.payTimes', op: 'in', value: [1, 2] }],
    ['user.tier in ["GOLD", "PLUS"]', { fact: 'user.tier', op: 'in', value: ['GOLD', 'PLUS'] }],
    ['user.tier.startsWith("G")', { fact: 'user.tier', op: 'startsWith', value: 'G' }],
    ['user.tier.matches("^G\\\\w+$")', { fact: 'user.tier', op: 'matches', value: '^G\\w+$' }],
    ['user.tags.containsAny(["a", "b"])', { fact: 'user.tags', op: 'containsAny', value: ['a', 'b'] }],
    ['user.tags.containsAll(["a"])', { fact: 'user.tags', op: 'containsAll', value: ['a'] }],
    ['user.tags.containsNone(["a"])', { fact: 'user.tags', op: 'containsNone', value: ['a'] }],
    [
      'user.registeredAt <= timestamp("2026-11-11T00:00:00.000Z")',
      { fact: 'user.registeredAt', op: 'onOrBefore', value: '2026-11-11T00:00:00.000Z' },
    ],
    [
      'user.registeredAt != timestamp("2026-11-11T00:00:00.000Z")',
      { fact: 'user.registeredAt', op: 'ne', value: '2026-11-11T00:00:00.000Z' },
    ],
    [
      'time.now.within(timestamp("2026-11-11T00:00:00.000Z"), timestamp("2026-11-12T00:00:00.000Z"))',
      {
        fact: 'time.now',
        op: 'within',
        value: { from: '2026-11-11T00:00:00.000Z', until: '2026-11-12T00:00:00.000Z' },
      },
    ],
    [
      'user.lastPaidAt.withinLast(duration("720h"))',
      { fact: 'user.lastPaidAt', op: 'withinLast', value: { hours: 720 } },
    ],
    ['has(user.tier)', { fact: 'user.tier', op: 'exists' }],
    ['has(user.attributes["shoe-size"])', { fact: 'user.attributes.shoe-size', op: 'exists' }],
    ['user.attributes.hobby == "茶"', { fact: 'user.attributes.hobby', op: 'eq', value: '茶' }],
    ['user.attributes["爱好"] == "茶"', { fact: 'user.attributes.爱好', op: 'eq', value: '茶' }],
    ['user.attributes["in"] == "x"', { fact: 'user.attributes.in', op: 'eq', value: 'x' }],
    ['!(user.isNew)', { not: { fact: 'user.isNew', op: 'eq', value: true } }],
    ['lines.exists(line, line.sku == "a")', { anyLine: { fact: 'line.sku', op: 'eq', value: 'a' } }],
    ['lines.all(line, line.quantity >= 2)', { everyLine: { fact: 'line.quantity', op: 'gte', value: 2 } }],
    [
      'user.isNew && (user.tier == "A" || user.tier == "B") && has(user.city)',
      {
        all: [
          { fact: 'user.isNew', op: 'eq', value: true },
          {
            any: [
              { fact: 'user.tier', op: 'eq', value: 'A' },
              { fact: 'user.tier', op: 'eq', value: 'B' },
            ],
          },
          { fact: 'user.city', op: 'exists' },
        ],
      },
    ],
  ])('%s is written and read alike', (text, condition) => {
    expect(ruleText(condition)).toBe(text);
    expect(readRule(text)).toEqual({ ok: true, value: condition });
    expect(readRule(condition)).toEqual({ ok: true, value: condition });
  });

  it.each<[string, string]>([
    ['5 < user.payTimes', 'user.payTimes > 5'],
    ['5 >= user.payTimes', 'user.payTimes <= 5'],
    ['"GOLD" == user.tier', 'user.tier == "GOLD"'],
    [
      'timestamp("2026-01-01T00:00:00Z") <= user.registeredAt',
      'user.registeredAt >= timestamp("2026-01-01T00:00:00.000Z")',
    ],
    ['"a" in user.tags', 'user.tags.containsAny(["a"])'],
    ['!("a" in user.tags)', '!(user.tags.containsAny(["a"]))'],
    ['!user.isNew', '!(user.isNew)'],
    ['user.isNew == true', 'user.isNew'],
    ['((user.payTimes) > (5))', 'user.payTimes > 5'],
    ['user.payTimes > - 5 && user.payTimes < 0x10', 'user.payTimes > -5 && user.payTimes < 16'],
    ["user.tier == 'GOLD'", 'user.tier == "GOLD"'],
    ['user.tier == """say "hi\n"""', 'user.tier == "say \\"hi\\n"'],
    ['user.tier.matches(r"^\\d$")', 'user.tier.matches("^\\\\d$")'],
    ['user.tier == "\\u8336\\x41"', 'user.tier == "茶A"'],
    ['user.tier in ["B", "A", "B",]', 'user.tier in ["A", "B"]'],
    ['user.attributes["hobby"] == "tea"', 'user.attributes.hobby == "tea"'],
    [
      'lines.exists(l, l.sku == "a" && l.attributes.colour == "red")',
      'lines.exists(line, line.sku == "a" && line.attributes.colour == "red")',
    ],
    ['user.lastPaidAt.withinLast(duration("1h60m3600s"))', 'user.lastPaidAt.withinLast(duration("3h"))'],
    ['user.isNew && (has(user.tier) && has(user.city)) // and so on', 'user.isNew && has(user.tier) && has(user.city)'],
    ['user.isNew || has(user.tier) && has(user.city)', 'user.isNew || (has(user.tier) && has(user.city))'],
    [
      'user.registeredAt > timestamp("2026-01-01T08:00:00+08:00")',
      'user.registeredAt > timestamp("2026-01-01T00:00:00.000Z")',
    ],
    ['user.registeredAt == "2026-01-01T00:00:00Z"', 'user.registeredAt == timestamp("2026-01-01T00:00:00.000Z")'],
  ])('%s is understood as %s', (written, canonical) => {
    const read = readRule(written);
    expect(read.ok ? ruleText(read.value) : read.refusal).toBe(canonical);
  });

  it.each<[string, string, RegExp]>([
    ['', 'an empty text', /CEL text/],
    ['  \n ', 'an empty text', /CEL text/],
    ['user.payTimes > ', 'the end of the text (line 1, column 17)', /can be read/],
    ['user.isNew &&\n  && user.isNew', '&& user.isNew (line 2, column 3)', /can be read/],
    ['user.isNew and has(user.tier)', 'and has(user.tier) (line 1, column 12)', /can be read/],
    ['user.tier == "GOLD', '"GOLD (line 1, column 14)', /Unterminated/],
    ['user.payTmes > 1', '"user.payTmes" (line 1, column 1)', /user\.payTimes/],
    [
      'user.isNew &&\n user.payTimes.startsWith("x")',
      'user.payTimes.startsWith("x") (line 2, column 2)',
      /== != < <= > >=/,
    ],
    ['user.payTimes', 'user.payTimes (line 1, column 1)', /a comparison of user\.payTimes/],
    ['user.payTimes == "5"', '"5" (line 1, column 1)', /a whole number/],
    ['user.payTimes > 1.5', '1.5 (line 1, column 17)', /a whole number/],
    ['user.payTimes > 5u', '5u (line 1, column 17)', /a whole number/],
    ['user.payTimes > 9007199254740992', '9007199254740992 (line 1, column 17)', /up to 9007199254740991/],
    ['user.payTimes > -9007199254740992', '-9007199254740992 (line 1, column 17)', /up to/],
    ['user.payTimes > user.paidAmount', 'user.payTimes > user.paidAmount (line 1, column 1)', /compared with a value/],
    ['1 < 2', '1 < 2 (line 1, column 1)', /a fact on one side/],
    ['1 < user.payTimes < 5', '1 < user.payTimes < 5 (line 1, column 1)', /a fact on one side/],
    ['true', 'true (line 1, column 1)', /a question about a fact/],
    ['user.payTimes + 1 > 5', 'user.payTimes + 1 > 5 (line 1, column 1)', /a fact on one side/],
    ['user.payTimes > 2 * 3', '2 * 3 (line 1, column 17)', /a value/],
    ['user.tier > "A"', '"A" (line 1, column 13)', /a whole number or timestamp/],
    [
      'user.tier == timestamp("2026-01-01T00:00:00Z")',
      'timestamp("2026-01-01T00:00:00Z") (line 1, column 14)',
      /type of user\.tier/,
    ],
    ['user.tier == null', 'null (line 1, column 14)', /a value/],
    ['user.tier == b"x"', 'b"x" (line 1, column 14)', /a text/],
    ['user.tier == ["x"]', '["x"] (line 1, column 14)', /one value/],
    ['user.tier in "x"', '"x" (line 1, column 14)', /a list/],
    ['user.tier in [true]', 'true (line 1, column 15)', /in a list/],
    ['user.tier in [["x"]]', '["x"] (line 1, column 15)', /in a list/],
    ['user.tags in ["x"]', 'user.tags in ["x"] (line 1, column 1)', /containsAny/],
    [
      'user.isNew ? has(user.tier) : has(user.city)',
      'user.isNew ? has(user.tier) : has(user.city) (line 1, column 1)',
      /&&/,
    ],
    [
      'user.registeredAt > time.now - duration("720h")',
      'user.registeredAt > time.now - duration("720h") (line 1, column 1)',
      /no arithmetic/,
    ],
    ['user.lastPaidAt.withinLast(duration("90m"))', 'duration("90m") (line 1, column 28)', /whole hours/],
    ['user.lastPaidAt.withinLast(duration("1d"))', 'duration("1d") (line 1, column 28)', /whole hours/],
    ['user.lastPaidAt.withinLast(720)', '720 (line 1, column 28)', /duration/],
    ['user.payTimes.between(1)', 'user.payTimes.between(1) (line 1, column 1)', /two values/],
    ['user.payTimes.between(5, 1)', '1 (line 1, column 1)', /at least 5/],
    ['user.tags.contains("x")', 'user.tags.contains("x") (line 1, column 1)', /containsAny/],
    ['user.tags.constructor()', 'user.tags.constructor() (line 1, column 1)', /one of between/],
    ['size(user.tags) > 1', 'size(user.tags) > 1 (line 1, column 1)', /a fact on one side/],
    ['toString(user.tags)', 'toString(user.tags) (line 1, column 1)', /has/],
    ['user.tags.exists(t, t == "x")', 'user.tags.exists(t, t == "x") (line 1, column 1)', /one of between/],
    [
      'lines.exists_one(line, line.sku == "a")',
      'lines.exists_one(line, line.sku == "a") (line 1, column 1)',
      /lines\.all/,
    ],
    [
      'lines.exists(line, lines.all(line, line.sku == "a"))',
      'lines.all(line, line.sku == "a") (line 1, column 20)',
      /no lines within lines/,
    ],
    ['lines.exists(line, user.isNew)', 'user.isNew (line 1, column 20)', /facts of the line/],
    ['lines.exists(l, line.sku == "a")', 'line.sku (line 1, column 17)', /facts of the line, l/],
    ['line.sku == "a"', 'line.sku (line 1, column 1)', /inside lines/],
    ['user["payTimes"] > 1', 'user["payTimes"] (line 1, column 1)', /a fact such as/],
    ['user.attributes["no.name"] == "x"', '"user.attributes.no.name" (line 1, column 1)', /catalogue/],
    ['user.tier.matches("(a")', '"(a" (line 1, column 1)', /as many/],
    ['{"a": 1}', '{"a": 1} (line 1, column 1)', /a question/],
    [`${'!'.repeat(4000)}user.isNew`, 'signs without end (line 1, column 1)', /one !/],
    [`${'!'.repeat(12)}user.isNew`, '!!!!user.isNew (line 1, column 9)', /8 levels/],
    [`${'('.repeat(500)}user.isNew${')'.repeat(500)}`, '(((((((((((((((((((( (line 1, column 61)', /maxDepth/],
    [
      `user.isNew${' && user.isNew'.repeat(64)}`,
      `${`user.isNew${' && user.isNew'.repeat(64)}`.slice(0, 80)}… (line 1, column 1)`,
      /64 conditions/,
    ],
    [`user.tier == "${'x'.repeat(expressionBounds.text)}"`, '20015 characters as text', /at most 20000/],
  ])('%s is refused, saying where and what to do', (text, found, allowed) => {
    const read = readRule(text, ['rule', 'condition']);
    expect(read).toMatchObject({
      ok: false,
      refusal: [{ path: 'rule.condition', found, allowed: expect.stringMatching(allowed) }],
    });
    expect(read.ok ? '' : read.refusal[0]?.cure).not.toBe('');
  });

  it('is told every fault at once', () => {
    const read = readRule('user.payTmes > 1.5 && user.tags.size() || lines.map(l, l.sku)');
    expect(read.ok ? [] : read.refusal.map(({ found }) => found)).toEqual([
      '1.5 (line 1, column 16)',
      'user.tags.size() (line 1, column 23)',
      'lines.map(l, l.sku) (line 1, column 43)',
    ]);
  });

  it('is refused where it can never hold or always does, at the place in the text', () => {
    const never = readRule('has(user.tier) &&\n(user.payTimes > 5 && user.payTimes < 3)', ['rule']);
    expect(never).toEqual({
      ok: false,
      refusal: [
        {
          path: 'rule',
          found: 'user.payTimes > 5 and user.payTimes < 3 (line 1, column 1)',
          allowed: 'what can be true and can be false',
          cure: 'widen it or remove it: no shopper ever fulfils it',
        },
      ],
    });
    const inTree = readRule(
      { all: [{ fact: 'user.tier', op: 'exists' }, { any: [{ fact: 'user.payTimes', op: 'lt', value: 0 }] }] },
      ['rule'],
    );
    expect(inTree.ok ? '' : inTree.refusal[0]?.path).toBe('rule.all[1].any[0]');
  });

  it('is refused as a tree when it would be too long as a text', () => {
    const value = Array.from({ length: 200 }, (_, index) => `${index}`.padStart(120, 'x'));
    expect(readRule({ fact: 'user.id', op: 'in', value })).toMatchObject({
      ok: false,
      refusal: [{ found: expect.stringMatching(/characters as text/) }],
    });
  });

  it('reads back as the very tree it was told from, whatever the values hold', () => {
    fc.assert(
      fc.property(conditionArbitrary({ values: 'ANY', depth: 4 }), (condition) => {
        const text = ruleText(condition);
        const read = readExpression(text);
        expect(read).toEqual({ ok: true, value: condition });
        expect(read.ok && ruleText(read.value)).toBe(text);
        expect(readCondition(condition)).toEqual({ ok: true, value: condition });
      }),
      { numRuns: runs(3000) },
    );
  });
});
