import type { Condition } from '../../subgraphs/shared/kernel/rules/condition';
import type { FactValue } from '../../subgraphs/shared/kernel/rules/facts';
import { type Dice, diceOf } from '../support/random-matching';

/** A rule of eight conditions as numbers and names, from which every engine gets its own form. */
export interface EightConditions {
  id: string;
  subtotal: number;
  tiers: string[];
  newFor: { hours: number };
  channels: string[];
  country: string;
  itemCount: number;
  categories: string[];
  skus: string[];
  tags: string[];
}

/** Facts of a shopper with a cart of twenty lines. */
export type ShopFacts = Readonly<Record<string, FactValue>>;

const tiers = ['IRON', 'SILVER', 'GOLD', 'PLATINUM', 'BLACK'] as const;
const channels = ['APP', 'WEB', 'MINI_PROGRAM', 'STORE'] as const;
const countries = ['CN', 'SG', 'MY', 'TH', 'VN', 'JP'] as const;
const tags = Array.from({ length: 20 }, (_, n) => `tag-${n}`);
const categories = Array.from({ length: 60 }, (_, n) => `/c${n % 10}/c${n}`);
const skus = Array.from({ length: 2000 }, (_, n) => `sku-${n}`);
const now = Date.parse('2026-11-11T12:00:00.000Z');
const hour = 3_600_000;

/** As many rules as asked for, always the same ones. */
export function eightConditions(count: number): EightConditions[] {
  const dice = diceOf(8);
  return plain(
    Array.from({ length: count }, (_, n) => ({
      id: `promotion-${n}`,
      subtotal: dice.roll(600) * 100,
      tiers: two(dice, tiers),
      newFor: { hours: 24 * (1 + dice.roll(90)) },
      channels: two(dice, channels),
      country: dice.pick(countries),
      itemCount: 10 + dice.roll(60),
      categories: two(dice, categories),
      skus: [...two(dice, skus), dice.pick(['sku-7', 'sku-77', 'sku-777'])],
      tags: two(dice, tags),
    })),
  );
}

/** As many carts as asked for, always the same ones. */
export function carts(count: number): ShopFacts[] {
  const dice = diceOf(20);
  return plain(
    Array.from({ length: count }, (): ShopFacts => {
      const lines = Array.from({ length: 20 }, () => dice.roll(skus.length));
      const paths = lines.map((sku) => categories[sku % categories.length] ?? '');
      return {
        'time.now': now,
        'user.tier': dice.pick(tiers),
        'user.payTimes': dice.roll(3),
        'user.registeredAt': now - dice.roll(90 * 24) * hour,
        'user.tags': two(dice, tags),
        'context.channel': dice.pick(channels),
        'context.country': dice.pick(countries),
        'cart.subtotal': 30_000 + dice.roll(50_000),
        'cart.itemCount': 20 + dice.roll(40),
        'cart.skus': [...new Set(lines.map((sku) => skus[sku] ?? ''))],
        'cart.categories': [...new Set(paths.flatMap((path) => [path, path.slice(0, path.lastIndexOf('/'))]))],
      };
    }),
  );
}

/** The rule as the product knows it. */
export function conditionOf(rule: EightConditions): Condition {
  return {
    all: [
      { fact: 'cart.subtotal', op: 'gte', value: rule.subtotal },
      {
        any: [
          { fact: 'user.tier', op: 'in', value: rule.tiers },
          {
            all: [
              { fact: 'user.payTimes', op: 'eq', value: 0 },
              { fact: 'user.registeredAt', op: 'withinLast', value: rule.newFor },
            ],
          },
        ],
      },
      { fact: 'context.channel', op: 'in', value: rule.channels },
      {
        any: [
          { fact: 'context.country', op: 'eq', value: rule.country },
          { fact: 'cart.itemCount', op: 'gte', value: rule.itemCount },
        ],
      },
      {
        any: [
          { fact: 'cart.categories', op: 'containsAny', value: rule.categories },
          { fact: 'cart.skus', op: 'containsAny', value: rule.skus },
        ],
      },
      { not: { fact: 'user.tags', op: 'containsAny', value: rule.tags } },
    ],
  };
}

function two<T>(dice: Dice, values: readonly T[]): T[] {
  const from = dice.roll(values.length);
  return [from, from + 1 + dice.roll(values.length - 1)].flatMap((at) => values[at % values.length] ?? []);
}

/** As it comes from a store: no text shared with another document. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}
