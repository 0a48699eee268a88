import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { closureOf } from '../../subgraphs/shared/kernel/rules/compile';
import { type Condition, type Operator, operatorsOf } from '../../subgraphs/shared/kernel/rules/condition';
import { canBothHold, decisionFaults, flawsOf, pathOf, upperBoundOf } from '../../subgraphs/shared/kernel/rules/decide';
import { readExpression, ruleText } from '../../subgraphs/shared/kernel/rules/expression';
import type { FactValue } from '../../subgraphs/shared/kernel/rules/facts';
import { conditionArbitrary, factsOf, randomZone, type WrittenFacts } from '../support/random-rules';
import { runs } from '../support/runs';

describe('a rule that decides nothing', () => {
  it.each<[string, string, string]>([
    ['user.payTimes < 0', 'NEVER', 'user.payTimes < 0'],
    ['user.payTimes >= 0', 'ALWAYS', 'user.payTimes >= 0'],
    ['user.payTimes > 5 && user.payTimes < 6', 'NEVER', 'user.payTimes > 5 && user.payTimes < 6'],
    ['user.payTimes > 5 || user.payTimes <= 5', 'ALWAYS', 'user.payTimes > 5 || user.payTimes <= 5'],
    [
      'has(user.city) && (user.isNew || has(user.tier)) && user.payTimes in [1, 2] && user.payTimes in [3]',
      'NEVER',
      'user.payTimes in [1, 2] && user.payTimes in [3]',
    ],
    ['has(user.city) && !(user.payTimes >= 0)', 'ALWAYS', 'user.payTimes >= 0'],
    ['user.isNew && user.isNew == false', 'NEVER', 'user.isNew && user.isNew == false'],
    ['user.tier == "A" && user.tier != "A"', 'NEVER', 'user.tier == "A" && user.tier != "A"'],
    [
      'user.tier.startsWith("VIP") && user.tier.startsWith("GOLD")',
      'NEVER',
      'user.tier.startsWith("VIP") && user.tier.startsWith("GOLD")',
    ],
    ['user.tier == "GOLD" && user.tier.matches("^S")', 'NEVER', 'user.tier == "GOLD" && user.tier.matches("^S")'],
    [
      '"a" in user.tags && user.tags.containsNone(["a", "b"])',
      'NEVER',
      'user.tags.containsAny(["a"]) && user.tags.containsNone(["a", "b"])',
    ],
    [
      'user.tags.containsAny(["a"]) || user.tags.containsNone(["a"])',
      'ALWAYS',
      'user.tags.containsAny(["a"]) || user.tags.containsNone(["a"])',
    ],
    [
      'user.registeredAt < timestamp("2026-01-01T00:00:00Z") && user.registeredAt >= timestamp("2026-01-01T00:00:00Z")',
      'NEVER',
      'user.registeredAt < timestamp("2026-01-01T00:00:00.000Z") && user.registeredAt >= timestamp("2026-01-01T00:00:00.000Z")',
    ],
    ['user.tier == "A" && !has(user.tier)', 'NEVER', 'user.tier == "A" && !(has(user.tier))'],
    ['time.dayOfWeek > 7', 'NEVER', 'time.dayOfWeek > 7'],
    ['time.dayOfWeek.between(1, 7)', 'ALWAYS', 'time.dayOfWeek.between(1, 7)'],
    [
      'user.isNew || lines.exists(line, line.itemType == "PRESALE" && line.itemType == "IN_STOCK")',
      'NEVER',
      'line.itemType == "PRESALE" && line.itemType == "IN_STOCK"',
    ],
    [
      'user.isNew || lines.all(line, line.itemType in ["IN_STOCK", "PRESALE"])',
      'ALWAYS',
      'line.itemType in ["IN_STOCK", "PRESALE"]',
    ],
    [
      'user.lastPaidAt.withinLast(duration("24h")) && !user.lastPaidAt.withinLast(duration("24h"))',
      'NEVER',
      'user.lastPaidAt.withinLast(duration("24h")) && !(user.lastPaidAt.withinLast(duration("24h")))',
    ],
    [
      '(user.payTimes > 1 || user.isNew) && (user.payTimes < 1 || user.isNew) && user.isNew == false && user.payTimes != 1',
      'NEVER',
      '(user.payTimes > 1 || user.isNew) && (user.payTimes < 1 || user.isNew) && user.isNew == false && user.payTimes != 1',
    ],
  ])('%s is found: %s %s', (text, kind, at) => {
    const [flaw] = flawsOf(read(text));
    const told =
      flaw &&
      (flaw.because.length === 2
        ? flaw.because.map(ruleText).join(text.includes('||') && kind === 'ALWAYS' ? ' || ' : ' && ')
        : ruleText(flaw.at));
    expect([flaw?.kind, told]).toEqual([kind, at]);
  });

  it.each([
    'user.payTimes > 5 && user.payTimes < 7',
    'has(user.tier)',
    '!has(user.tier)',
    'has(user.payTimes) || user.payTimes > 5',
    'user.tier.startsWith("V") && user.tier.startsWith("VIP")',
    'user.tier.matches("^a") && user.tier.matches("^b")',
    'user.tier != "A" && user.tier != "B"',
    'user.registeredAt.withinLast(duration("24h")) && !user.registeredAt.withinLast(duration("48h"))',
    'user.tags.containsAll(["a", "b"]) || user.tags.containsNone(["a", "b"])',
    'lines.exists(line, line.quantity > 1) && !lines.all(line, line.quantity > 1)',
    'time.now.within(timestamp("2026-11-11T00:00:00Z"), timestamp("2026-11-12T00:00:00Z"))',
  ])('%s can be both, and is let through', (text) => {
    expect(flawsOf(read(text))).toEqual([]);
  });

  it('is told with the path of the part at fault', () => {
    const condition = read('has(user.city) && (user.isNew || has(user.tier)) && !(user.payTimes >= 0)');
    expect(decisionFaults(condition)).toMatchObject([
      { path: 'all[2].not', allowed: 'what can be true and can be false' },
    ]);
    expect(decisionFaults(read('lines.exists(line, line.quantity >= 1)'))).toMatchObject([
      { path: 'anyLine', cure: expect.stringMatching(/cart\.lineCount/) },
    ]);
  });

  it('is never refused while it can be both, and always found where its facts are few', () => {
    fc.assert(
      fc.property(fewFacts, ({ facts, withPatterns, condition }) => {
        const truths = every(facts).map((written) => ({
          written,
          truth: closureOf(condition, randomZone)(factsOf(written)),
        }));
        const canHold = truths.some(({ truth }) => truth === true);
        const asked = new Set(namesIn(condition, (leaf) => leaf.op === 'exists'));
        const canFail = truths.some(
          ({ written, truth }) =>
            truth !== true && facts.every((fact) => written.values[fact] !== undefined || asked.has(fact)),
        );
        const flaws = flawsOf(condition);
        const text = ruleText(condition);
        if (canHold && canFail) expect([text, flaws]).toEqual([text, []]);
        else if (!withPatterns) expect([text, flaws]).toEqual([text, [expect.anything()]]);
        for (const { kind, at } of flaws) {
          const isTurned = (pathOf(condition, at) ?? []).filter((step) => step === 'not').length % 2 === 1;
          expect([text, (kind === 'ALWAYS') !== isTurned]).toEqual([text, canHold]);
        }
      }),
      { numRuns: runs(5000) },
    );
  });

  it('gives up rather than search for ever, and then refuses nothing', () => {
    const hard = {
      all: Array.from({ length: 20 }, (_, clause) => ({
        any: Array.from({ length: 3 }, (_, index) => {
          const leaf = { fact: `user.attributes.a${(clause * 7 + index * 5) % 17}`, op: 'eq', value: 'x' } as const;
          return (clause + index) % 2 === 0 ? leaf : { not: leaf };
        }),
      })),
    };
    expect(flawsOf(hard)).toEqual([]);
    expect(flawsOf(read('user.payTimes > 5 && user.payTimes < 3'), 5)).toEqual([]);
    expect(canBothHold(read('user.payTimes > 5'), read('user.payTimes < 3'), 5)).toBeNull();
  });
});

describe('two rules', () => {
  it.each<[string, string, boolean]>([
    ['user.payTimes > 5', 'user.payTimes < 3', false],
    ['user.payTimes > 5', 'user.payTimes < 7', true],
    ['user.payTimes > 5', 'user.isNew', true],
    ['lines.all(line, line.brand == "A")', '!lines.all(line, line.brand == "A")', false],
    ['user.tags.containsAll(["a", "b"])', 'user.tags.containsNone(["b"])', false],
  ])('%s and %s can both hold: %s', (a, b, expected) => {
    expect(canBothHold(read(a), read(b))).toBe(expected);
  });
});

describe('the largest value under a rule', () => {
  it.each<[string, number | null]>([
    ['cart.itemCount <= 5', 5],
    ['cart.itemCount < 5 && user.isNew', 4],
    ['cart.itemCount < 5 || user.isNew', null],
    ['cart.itemCount < 5 || cart.itemCount in [7, 9]', 9],
    ['cart.itemCount.between(2, 8) && cart.itemCount != 8', 8],
    ['!(cart.itemCount > 6)', 6],
    ['!(cart.itemCount >= 6 || user.isNew)', 5],
    ['!(cart.itemCount >= 6 && user.isNew)', null],
    ['!(cart.itemCount != 3)', 3],
    ['cart.itemCount > 5', null],
    ['lines.all(line, line.quantity < 3)', null],
  ])('of %s is %s', (text, expected) => {
    expect(upperBoundOf(read(text), 'cart.itemCount')).toBe(expected);
  });

  it('is never below a value with which the rule holds', () => {
    fc.assert(
      fc.property(conditionArbitrary({ facts: ['cart.itemCount', 'user.isNew'], lines: false }), (condition) => {
        const bound = upperBoundOf(condition, 'cart.itemCount');
        if (bound === null) return;
        const holds = closureOf(condition, randomZone);
        for (const written of every(['cart.itemCount', 'user.isNew'])) {
          const count = written.values['cart.itemCount'];
          if (typeof count === 'number' && count > bound) expect(holds(factsOf(written))).not.toBe(true);
        }
      }),
      { numRuns: runs(2000) },
    );
  });
});

const few = ['user.isNew', 'user.payTimes', 'user.tier', 'user.tags', 'user.registeredAt', 'user.attributes.hobby'];
/** Every operator that does not look at the clock; `exactly` those that are modelled without slack. */
const modelled: Operator[] = Object.values(operatorsOf)
  .flat()
  .filter((op) => op !== 'withinLast');
const exactly = modelled.filter((op) => op !== 'matches');

/** Conditions about one fact or two, so that all there is can be tried. */
const fewFacts = fc
  .tuple(fc.shuffledSubarray(few, { minLength: 1, maxLength: 2 }), fc.boolean())
  .chain(([facts, withPatterns]) =>
    conditionArbitrary({ facts, lines: false, operators: withPatterns ? modelled : exactly, depth: 2 }).map(
      (condition) => ({ facts, withPatterns, condition }),
    ),
  );

/** Every value that the leaves of FEW conditions can tell apart, unknown among them. */
function domainOf(fact: string): (FactValue | undefined)[] {
  if (fact === 'user.isNew') return [undefined, true, false];
  if (fact === 'user.tags') return [undefined, ...subsets(['A', 'AB', 'B', 'IN_STOCK'])];
  if (fact === 'user.registeredAt')
    return [undefined, ...[1, 2, 3, 4, 5].flatMap((day) => [-1, 0, 1].map((more) => Date.UTC(2026, 10, day) + more))];
  if (fact === 'user.payTimes' || fact === 'cart.itemCount') return [undefined, 0, 1, 2, 3, 4, 5, 6, 7, 8];
  return [undefined, 'A', 'AB', 'B', 'IN_STOCK', 'C', 'AX', 'ABX', 'BX', 'XB', 'ABB'];
}

function subsets([first, ...rest]: readonly string[]): string[][] {
  if (first === undefined) return [[]];
  return subsets(rest).flatMap((set) => [set, [first, ...set]]);
}

function every(facts: readonly string[]): WrittenFacts[] {
  return facts.reduce<WrittenFacts[]>(
    (all, fact) =>
      all.flatMap(({ values }) => domainOf(fact).map((value) => ({ values: { ...values, [fact]: value } }))),
    [{ values: {} }],
  );
}

function namesIn(condition: Condition, test: (leaf: Condition & { fact: string; op: string }) => boolean): string[] {
  if ('fact' in condition) return test(condition) ? [condition.fact] : [];
  return Object.values(condition)
    .flat()
    .flatMap((below: Condition) => namesIn(below, test));
}

function read(text: string): Condition {
  const outcome = readExpression(text);
  if (!outcome.ok) throw new Error(`Expected a rule, found ${text}: ${JSON.stringify(outcome.refusal)}`);
  return outcome.value;
}
