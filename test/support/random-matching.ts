import type { Condition, Leaf } from '../../subgraphs/shared/kernel/rules/condition';
import type { Facts, FactValue } from '../../subgraphs/shared/kernel/rules/facts';

/** Dice that always fall the same way for the same seed. */
export interface Dice {
  /** A whole number from 0 to below `sides`. */
  roll(sides: number): number;
  /** One of some values. */
  pick<T>(values: readonly [T, ...T[]]): T;
  /** One to `most` different values of some, in their order. */
  some<T>(values: readonly T[], most: number): T[];
}

/** Dice for a seed (mulberry32). */
export function diceOf(seed: number): Dice {
  let state = seed;
  const roll = (sides: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * sides);
  };
  return {
    roll,
    pick: (values) => values[roll(values.length)] ?? values[0],
    some(values, most) {
      const left = [...values];
      const wanted = 1 + roll(Math.min(most, values.length));
      while (left.length > wanted) left.splice(roll(left.length), 1);
      return left;
    },
  };
}

/** Facts from a record; a fact that is not in it is unknown. */
export function factsOf(known: Readonly<Record<string, FactValue>>, lines?: readonly Facts[]): Facts {
  const values = new Map(Object.entries(known));
  return { get: (fact) => values.get(fact), lines };
}

/** Zones of the rules and of the facts of the clock. */
export const zones = ['UTC', 'Asia/Shanghai'] as const;

const hour = 3_600_000;
const noon = Date.parse('2026-11-11T12:00:00.000Z');
const tiers = ['IRON', 'GOLD', 'GOLDEN', 'BLACK'] as const;
const tags = ['vip', 'student', 'staff', 'blocked'] as const;
const skus = ['lamp', 'nuts', 'tea', 'teapot'] as const;
const categories = ['/food', '/food/tea', '/home', '/home/lamps'] as const;
const brands = ['Lumen', 'Lumina', 'Terra'] as const;
const channels = ['APP', 'WEB'] as const;

type Kind =
  | { type: 'BOOLEAN' }
  | { type: 'INTEGER'; most: number }
  | { type: 'TEXT' | 'TEXTS'; values: readonly [string, ...string[]] }
  | { type: 'INSTANT' };

const ofTheCart: Readonly<Record<string, Kind>> = {
  'user.isNew': { type: 'BOOLEAN' },
  'user.payTimes': { type: 'INTEGER', most: 3 },
  'user.tier': { type: 'TEXT', values: tiers },
  'user.tags': { type: 'TEXTS', values: tags },
  'user.registeredAt': { type: 'INSTANT' },
  'user.attributes.hobby': { type: 'TEXT', values: brands },
  'cart.subtotal': { type: 'INTEGER', most: 6 },
  'cart.skus': { type: 'TEXTS', values: skus },
  'cart.categories': { type: 'TEXTS', values: categories },
  'context.channel': { type: 'TEXT', values: channels },
  'time.now': { type: 'INSTANT' },
  'time.dayOfWeek': { type: 'INTEGER', most: 3 },
};

const ofALine: Readonly<Record<string, Kind>> = {
  'line.sku': { type: 'TEXT', values: skus },
  'line.categories': { type: 'TEXTS', values: categories },
  'line.brand': { type: 'TEXT', values: brands },
  'line.quantity': { type: 'INTEGER', most: 3 },
};

/** Any rule: nested all, any and not, up to `depth` levels; few different values, so that matches are frequent. */
export function someRule(dice: Dice, depth = 4): Condition {
  return someCondition(dice, depth, false);
}

/** Any facts: each unknown now and then, no to three lines, or no cart. */
export function someFacts(dice: Dice): Facts {
  const known: Record<string, FactValue> = {};
  for (const [fact, kind] of Object.entries(ofTheCart))
    for (const key of fact === 'time.dayOfWeek' ? zones.map((zone) => `${fact}@${zone}`) : [fact])
      if (dice.roll(6) > 0) known[key] = someValue(dice, kind);
  if (dice.roll(6) === 0) return factsOf(known);
  const lines = Array.from({ length: dice.roll(4) }, () => {
    const line: Record<string, FactValue> = {};
    for (const [fact, kind] of Object.entries(ofALine)) if (dice.roll(6) > 0) line[fact] = someValue(dice, kind);
    return factsOf(line);
  });
  return factsOf(known, lines);
}

function someCondition(dice: Dice, depth: number, inLine: boolean): Condition {
  const inner = (): Condition => someCondition(dice, depth - 1, inLine);
  const several = (): Condition[] => Array.from({ length: 2 + dice.roll(2) }, inner);
  switch (depth > 1 ? dice.roll(inLine ? 8 : 9) : 0) {
    case 2:
    case 3:
      return { all: several() };
    case 4:
    case 5:
      return { any: several() };
    case 6:
    case 7:
      return { not: inner() };
    case 8: {
      const ofLines = someCondition(dice, Math.min(depth - 1, 2), true);
      return dice.roll(2) === 0 ? { anyLine: ofLines } : { everyLine: ofLines };
    }
    default:
      return someLeaf(dice, inLine);
  }
}

function someLeaf(dice: Dice, inLine: boolean): Leaf {
  const facts = Object.entries(inLine ? ofALine : ofTheCart);
  const [fact, kind] = facts[dice.roll(facts.length)] ?? ['user.isNew', { type: 'BOOLEAN' }];
  if (dice.roll(12) === 0) return { fact, op: 'exists' };
  switch (kind.type) {
    case 'BOOLEAN':
      return { fact, op: dice.pick(['eq', 'ne']), value: dice.roll(2) === 0 };
    case 'INTEGER': {
      const value = dice.roll(kind.most + 1);
      const values = Array.from({ length: kind.most + 1 }, (_, number) => number);
      const leaves: [Leaf, ...Leaf[]] = [
        { fact, op: dice.pick(['eq', 'ne']), value },
        { fact, op: dice.pick(['lt', 'lte', 'gt', 'gte']), value },
        { fact, op: 'between', value: { from: value, to: value + dice.roll(3) } },
        { fact, op: 'in', value: dice.some(values, 2) },
      ];
      return dice.pick(leaves);
    }
    case 'TEXT': {
      const value = dice.pick(kind.values);
      const leaves: [Leaf, ...Leaf[]] = [
        { fact, op: dice.pick(['eq', 'ne']), value },
        { fact, op: 'in', value: dice.some(kind.values, 2) },
        { fact, op: 'startsWith', value: value.slice(0, 1 + dice.roll(value.length)) },
        { fact, op: 'matches', value: value.slice(dice.roll(value.length)) },
      ];
      return dice.pick(leaves);
    }
    case 'TEXTS':
      return {
        fact,
        op: dice.pick(['containsAny', 'containsAll', 'containsNone']),
        value: dice.some(kind.values, 3),
      };
    case 'INSTANT': {
      const from = someInstant(dice);
      const value = new Date(from).toISOString();
      const leaves: [Leaf, ...Leaf[]] = [
        { fact, op: dice.pick(['eq', 'ne']), value },
        { fact, op: dice.pick(['before', 'onOrBefore', 'after', 'onOrAfter']), value },
        { fact, op: 'within', value: { from: value, until: new Date(from + 2 * hour).toISOString() } },
        { fact, op: 'withinLast', value: { hours: 1 + dice.roll(3) } },
      ];
      return dice.pick(leaves);
    }
  }
}

function someValue(dice: Dice, kind: Kind): FactValue {
  switch (kind.type) {
    case 'BOOLEAN':
      return dice.roll(2) === 0;
    case 'INTEGER':
      return dice.roll(kind.most + 1);
    case 'TEXT':
      return dice.pick(kind.values);
    case 'TEXTS':
      return dice.roll(5) === 0 ? [] : dice.some(kind.values, 3);
    case 'INSTANT':
      return someInstant(dice);
  }
}

/** One of a few whole hours, so that instants are often the same. */
function someInstant(dice: Dice): number {
  return noon + hour * dice.roll(5);
}
