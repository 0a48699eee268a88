import { describe, expect, it } from '@jest/globals';
import { normalForm } from '../../subgraphs/shared/kernel/rules/clauses';
import { closureOf } from '../../subgraphs/shared/kernel/rules/compile';
import type { Condition } from '../../subgraphs/shared/kernel/rules/condition';
import type { FactValue } from '../../subgraphs/shared/kernel/rules/facts';
import { createRuleIndex, type RuleIndex } from '../../subgraphs/shared/kernel/rules/match';
import { type Dice, diceOf, factsOf, someFacts, someRule, zones } from '../support/random-matching';
import { referenceTruth } from '../support/reference-rules';
import { runs } from '../support/runs';

const gold = { 'user.tier': 'GOLD' };
const eleventh = Date.parse('2026-11-11T00:00:00.000Z');

describe('many rules at once', () => {
  it('finds exactly the rules that are true, as the closures and the tables of logic say', () => {
    const dice = diceOf(1);
    let pairs = 0;
    let matches = 0;
    while (pairs < runs(20_000, 0.02)) {
      const { index, rules } = someIndex(dice, 40);
      for (let shopper = 0; shopper < 10; shopper += 1) {
        matches += compare(index, rules, dice);
        pairs += rules.size;
      }
    }
    // Had nearly all or nearly none been true, agreeing would say little.
    expect(matches / pairs).toBeGreaterThan(0.2);
    expect(matches / pairs).toBeLessThan(0.8);
  });

  it('still does after a thousand rules were added, replaced and taken away', () => {
    const dice = diceOf(2);
    const { index, rules } = someIndex(dice, 0);
    for (let change = 0; change < 1000; change += 1) {
      const id = `rule-${dice.roll(300)}`;
      if (dice.roll(3) === 0) {
        index.remove(id);
        rules.delete(id);
      } else put(index, rules, id, someRule(dice), dice.pick(zones));
      if (change % 50 === 49) compare(index, rules, dice);
    }
    expect(index.size).toBe(rules.size);
    for (const id of rules.keys()) index.remove(id);
    expect([index.size, index.match(someFacts(dice))]).toEqual([0, []]);
  });

  it('says nothing when there is no rule', () => {
    expect(createRuleIndex().match(factsOf({ 'cart.subtotal': 5000 }))).toEqual([]);
  });

  it('takes a rule without a condition for everybody, known or not', () => {
    const index = createRuleIndex();
    index.put('all', null, 'UTC');
    expect(index.match(factsOf({}))).toEqual(['all']);
  });

  const table: [string, Condition, Record<string, FactValue>, boolean][] = [
    ['a threshold is reached by the amount itself', amount('gte', 100), { 'cart.subtotal': 100 }, true],
    ['and missed by one cent less', amount('gte', 100), { 'cart.subtotal': 99 }, false],
    ['more than a threshold is not the amount itself', amount('gt', 100), { 'cart.subtotal': 100 }, false],
    ['but one cent more', amount('gt', 100), { 'cart.subtotal': 101 }, true],
    ['more than nothing is not nothing', amount('gt', 0), { 'cart.subtotal': 0 }, false],
    ['at most includes the amount itself', amount('lte', 100), { 'cart.subtotal': 100 }, true],
    ['less than does not', amount('lt', 100), { 'cart.subtotal': 100 }, false],
    ['less than nothing is never reached', amount('lt', 0), { 'cart.subtotal': 0 }, false],
    ['both ends of a range are in it', range(10, 20), { 'cart.subtotal': 20 }, true],
    ['past the end is not', range(10, 20), { 'cart.subtotal': 21 }, false],
    ['outside a range is below it', { not: range(10, 20) }, { 'cart.subtotal': 9 }, true],
    ['or above it', { not: range(10, 20) }, { 'cart.subtotal': 21 }, true],
    ['and not at its end', { not: range(10, 20) }, { 'cart.subtotal': 10 }, false],
    ['outside a range is nobody whose amount is unknown', { not: range(10, 20) }, {}, false],
    ['not in a tier is nobody whose tier is unknown', { not: tier('GOLD') }, {}, false],
    ['not in a tier is who is in another', { not: tier('GOLD') }, { 'user.tier': 'IRON' }, true],
    ['without a tag is nobody whose tags are unknown', { not: tagged('vip') }, {}, false],
    ['without a tag is who has none', { not: tagged('vip') }, { 'user.tags': [] }, true],
    ['not both tags is who has one', { not: everyTag('vip', 'staff') }, { 'user.tags': ['vip'] }, true],
    ['and not who has both', { not: everyTag('vip', 'staff') }, { 'user.tags': ['staff', 'vip'] }, false],
    ['one of two is enough though the other is unknown', { any: [tier('GOLD'), amount('gte', 1)] }, gold, true],
    ['one of two is not enough where both are asked', { all: [tier('GOLD'), amount('gte', 1)] }, gold, false],
    ['not (unknown or true) is false', { not: { any: [tier('GOLD'), amount('gte', 1)] } }, gold, false],
    ['not (unknown and false) is true', { not: { all: [tier('IRON'), amount('gte', 1)] } }, gold, true],
    ['a fact is there', { fact: 'user.tier', op: 'exists' }, gold, true],
    ['or is not, which is known', { not: { fact: 'user.tier', op: 'exists' } }, {}, true],
    ['a veto beside an alternative', { any: [{ not: tier('GOLD') }, amount('gte', 5)] }, gold, false],
    ['a value of another type is as good as missing', amount('gte', 1), { 'cart.subtotal': 'much' }, false],
    ['one prefix of several lengths', startsWith('/food/t'), { 'user.city': '/food/tea' }, true],
    ['a prefix longer than the text', startsWith('/food/tea'), { 'user.city': '/food' }, false],
    [
      'an instant is the same in every notation',
      at('2026-11-11T00:00:00.000Z'),
      { 'user.registeredAt': eleventh },
      true,
    ],
    ['registered just long enough ago', registered(24), since(24 * 60), true],
    ['a minute too long ago', registered(24), since(24 * 60 + 1), false],
    ['registered after now is not lately', registered(24), since(-1), false],
    ['and so counts among those not registered lately', { not: registered(24) }, since(-1), true],
    ['lately is unknown without a clock', { not: registered(24) }, { 'user.registeredAt': eleventh }, false],
  ];
  it.each(table)('%s', (_name, condition, known, expected) => {
    const index = createRuleIndex();
    index.put('other', tier('BLACK'), 'UTC');
    index.put('rule', condition, 'UTC');
    expect(index.match(factsOf(known))).toEqual(expected ? ['rule'] : []);
    expect(closureOf(condition, 'UTC')(factsOf(known)) === true).toBe(expected);
  });

  it('counts hours and days in the zone of each rule', () => {
    const index = createRuleIndex();
    const monday: Condition = { fact: 'time.dayOfWeek', op: 'eq', value: 1 };
    index.put('london', monday, 'Europe/London');
    index.put('shanghai', monday, 'Asia/Shanghai');
    const facts = factsOf({ 'time.dayOfWeek@Europe/London': 7, 'time.dayOfWeek@Asia/Shanghai': 1 });
    expect(index.match(facts)).toEqual(['shanghai']);
  });

  it('keeps two rules apart that say the same', () => {
    const index = createRuleIndex();
    index.put('one', tier('GOLD'), 'UTC');
    index.put('two', tier('GOLD'), 'UTC');
    expect(index.match(factsOf(gold)).sort()).toEqual(['one', 'two']);
    index.remove('one');
    expect(index.match(factsOf(gold))).toEqual(['two']);
  });

  it('replaces a rule that is put again', () => {
    const index = createRuleIndex();
    index.put('rule', tier('GOLD'), 'UTC');
    index.put('rule', tier('IRON'), 'UTC');
    expect([index.size, index.match(factsOf(gold)), index.match(factsOf({ 'user.tier': 'IRON' }))]).toEqual([
      1,
      [],
      ['rule'],
    ]);
  });

  it('lets a new rule take the place of a removed one without inheriting from it', () => {
    const index = createRuleIndex();
    index.put(
      'old',
      { all: [tier('GOLD'), { not: tagged('vip') }, { fact: 'user.city', op: 'matches', value: 'o' }] },
      'UTC',
    );
    index.remove('old');
    index.remove('old');
    index.put('new', amount('gte', 10), 'UTC');
    expect(index.match(factsOf({ ...gold, 'user.tags': [], 'user.city': 'Oslo' }))).toEqual([]);
    expect(index.match(factsOf({ 'user.tags': ['vip'], 'cart.subtotal': 10 }))).toEqual(['new']);
  });

  it('finds every threshold of a thousand, and those that are left after every second is taken away', () => {
    const index = createRuleIndex();
    const bounds = Array.from({ length: 1000 }, (_, n) => (n * 7919) % 1000);
    for (const bound of bounds) index.put(`from-${bound}`, amount('gte', bound), 'UTC');
    for (const bound of bounds) index.put(`until-${bound}`, amount('lt', bound), 'UTC');
    const found = (subtotal: number): number => index.match(factsOf({ 'cart.subtotal': subtotal })).length;
    // From 0 to n and until n + 1 to 999, whatever n.
    for (let subtotal = 0; subtotal < 1000; subtotal += 37) expect(found(subtotal)).toBe(1000);
    for (const bound of bounds) if (bound % 2 === 1) index.remove(`until-${bound}`);
    expect([found(-1), found(0), found(499), found(998)]).toEqual([500, 500, 750, 999]);
  });

  it('asks a part that would need too many clauses as it is written', () => {
    const pairs = Array.from({ length: 7 }, (_, n): Condition => ({ all: [tagged(`a-${n}`), tagged(`b-${n}`)] }));
    const rule: Condition = { all: [tier('GOLD'), { any: pairs }] };
    expect(normalForm(rule, 'UTC')).toMatchObject({
      clauses: [[{ ask: 'is', value: 'GOLD' }]],
      residue: [{ any: pairs }],
    });
    const index = createRuleIndex();
    index.put('rule', rule, 'UTC');
    expect(index.match(factsOf({ ...gold, 'user.tags': ['a-3', 'b-4'] }))).toEqual([]);
    expect(index.match(factsOf({ ...gold, 'user.tags': ['a-3', 'b-3'] }))).toEqual(['rule']);
  });

  it('asks the rest of a rule of more parts than a row has room for as it is written', () => {
    const tags = Array.from({ length: 20 }, (_, n) => `tag-${n}`);
    const index = createRuleIndex();
    index.put('rule', { all: tags.map((tag) => tagged(tag)) }, 'UTC');
    expect(index.match(factsOf({ 'user.tags': tags }))).toEqual(['rule']);
    for (const missing of tags)
      expect(index.match(factsOf({ 'user.tags': tags.filter((tag) => tag !== missing) }))).toEqual([]);
  });

  it('asks what lines and patterns say once for all rules that need it, and of nobody else', () => {
    const index = createRuleIndex();
    const lamps: Condition = { anyLine: { fact: 'line.sku', op: 'eq', value: 'lamp' } };
    for (const name of ['a', 'b', 'c']) index.put(name, { all: [tier('GOLD'), lamps] }, 'UTC');
    const asked: string[] = [];
    const lines = [{ get: (fact: string) => (asked.push(fact) > 0 ? 'lamp' : undefined) }];
    expect(index.match({ ...factsOf(gold), lines }).sort()).toEqual(['a', 'b', 'c']);
    expect(asked).toEqual(['line.sku']);
    expect(index.match({ ...factsOf({ 'user.tier': 'IRON' }), lines })).toEqual([]);
    expect(asked).toEqual(['line.sku']);
  });

  it('asks each fact once, however many rules need it', () => {
    const index = createRuleIndex();
    for (let n = 0; n < 50; n += 1)
      index.put(
        `rule-${n}`,
        { all: [amount('gte', n), registered(n + 1), { any: [tier('GOLD'), tier('IRON')] }] },
        'UTC',
      );
    const asked: string[] = [];
    index.match({ get: (fact) => void asked.push(fact) });
    expect(asked.sort()).toEqual(['cart.subtotal', 'time.now', 'user.registeredAt', 'user.tier']);
  });
});

type Rules = Map<string, { condition: Condition; zone: string }>;

function someIndex(dice: Dice, count: number): { index: RuleIndex; rules: Rules } {
  const index = createRuleIndex();
  const rules: Rules = new Map();
  for (let n = 0; n < count; n += 1) put(index, rules, `rule-${n}`, someRule(dice), dice.pick(zones));
  return { index, rules };
}

function put(index: RuleIndex, rules: Rules, id: string, condition: Condition, zone: string): void {
  index.put(id, condition, zone);
  rules.set(id, { condition, zone });
}

/** Asks index, closures and tables about one shopper; how many rules were true. */
function compare(index: RuleIndex, rules: Rules, dice: Dice): number {
  const facts = someFacts(dice);
  const ids = [...rules].filter(([, { condition, zone }]) => referenceTruth(condition, facts, zone) === 'YES');
  const expected = ids.map(([id]) => id).sort();
  const byClosures = [...rules].flatMap(([id, { condition, zone }]) => (closureOf(condition, zone)(facts) ? [id] : []));
  expect(index.match(facts).sort()).toEqual(expected);
  expect(byClosures.sort()).toEqual(expected);
  return expected.length;
}

function amount(op: 'lt' | 'lte' | 'gt' | 'gte', value: number): Condition {
  return { fact: 'cart.subtotal', op, value };
}

function range(from: number, to: number): Condition {
  return { fact: 'cart.subtotal', op: 'between', value: { from, to } };
}

function tier(value: string): Condition {
  return { fact: 'user.tier', op: 'eq', value };
}

function tagged(value: string): Condition {
  return { fact: 'user.tags', op: 'containsAny', value: [value] };
}

function everyTag(...value: string[]): Condition {
  return { fact: 'user.tags', op: 'containsAll', value };
}

function startsWith(value: string): Condition {
  return { fact: 'user.city', op: 'startsWith', value };
}

function at(value: string): Condition {
  return { fact: 'user.registeredAt', op: 'eq', value };
}

function registered(hours: number): Condition {
  return { fact: 'user.registeredAt', op: 'withinLast', value: { hours } };
}

function since(minutes: number): Record<string, FactValue> {
  return { 'time.now': eleventh + minutes * 60_000, 'user.registeredAt': eleventh };
}
