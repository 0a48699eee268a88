import { performance } from 'node:perf_hooks';
import type { Candidate } from '../../subgraphs/shared/kernel/pricing/candidates';
import type { Cart } from '../../subgraphs/shared/kernel/pricing/cart';
import { type PricedCart, type PriceInput, price } from '../../subgraphs/shared/kernel/pricing/price';
import { noFacts } from '../../subgraphs/shared/kernel/rules/fact-sources';
import { createPromotionRules } from '../../subgraphs/shared/kernel/rules/promotion-rules';
import { defaultTenantSettings } from '../../subgraphs/shared/kernel/tenant-settings';
import { cart, coupon, line, noon, terms } from '../support/promotions';
import { type Bench, type Metric, metric } from './frame';

/** A kind of contest: coupons in groups of which one each may be used, on lines of four categories. */
interface Shape {
  coupons: number;
  groups: number;
  lines: number;
  thresholdBase: 'REMAINING' | 'PHASE_START';
  contests: number;
  /** Milliseconds after which the search is told to stop. */
  limitMs: number;
  /** What the 95th of 100 contests may take, in milliseconds; null where it is only reported. */
  p95: number | null;
}

const shapes: readonly Shape[] = [
  { coupons: 50, groups: 8, lines: 12, thresholdBase: 'REMAINING', contests: 40, limitMs: 1000, p95: 2 },
  { coupons: 200, groups: 12, lines: 12, thresholdBase: 'REMAINING', contests: 20, limitMs: 1000, p95: null },
  { coupons: 1000, groups: 20, lines: 12, thresholdBase: 'REMAINING', contests: 10, limitMs: 50, p95: null },
  { coupons: 40, groups: 8, lines: 50, thresholdBase: 'PHASE_START', contests: 20, limitMs: 1000, p95: 50 },
];

/** How long the proof takes, how often it is had in time, and what shoppers would have lost without it. */
export const bench: Bench = {
  name: 'best-combination',
  about: 'the proven best of many coupons, at most 8 an order, beside the best single one and taking the largest first',
  async run() {
    const metrics: Metric[] = [];
    for (const shape of shapes) metrics.push(...measured(shape));
    return metrics;
  },
};

function measured(shape: Shape): Metric[] {
  const name = `${shape.coupons} coupons in ${shape.groups} groups on ${shape.lines} lines, ${shape.thresholdBase}`;
  const random = seeded(shape.coupons * 31 + shape.lines);
  const times: number[] = [];
  const nodes: number[] = [];
  let proven = 0;
  let largestGap = 0;
  const lostByGreedy: number[] = [];
  const lostBySingle: number[] = [];
  for (let contest = 0; contest < shape.contests; contest++) {
    const input = contestOf(shape, random);
    price(withLimit(input, 5)); // what is compiled once for a promotion is not the search's
    const from = performance.now();
    const found = price(withLimit(input, shape.limitMs));
    times.push(performance.now() - from);
    nodes.push(found.nodes);
    const { greedy, single } = naive(input);
    expectNoWorse(found, greedy, single);
    if (found.optimal) proven++;
    else largestGap = Math.max(largestGap, (found.upperBound - found.saving) / Math.max(1, found.upperBound));
    lostByGreedy.push(lost(greedy, found.saving));
    lostBySingle.push(lost(single, found.saving));
  }
  const about = (what: string, unit: string) => ({ bench: 'best-combination', metric: `${name}: ${what}`, unit });
  const slowest = quantile(times, 0.95);
  return [
    metric(about('p50 of a whole quote', 'ms'), [quantile(times, 0.5)]),
    metric(
      {
        ...about('p95 of a whole quote', 'ms'),
        ...(shape.p95 === null
          ? {}
          : { target: { words: `≤ ${shape.p95} ms`, met: (value: number) => value <= (shape.p95 ?? 0) } }),
      },
      [slowest],
    ),
    metric(about('nodes, median', 'nodes'), [quantile(nodes, 0.5)]),
    metric({ ...about('proven', '%'), target: { words: '≥ 99 %', met: (value) => value >= 99 } }, [
      (100 * proven) / shape.contests,
    ]),
    metric({ ...about('largest gap where not proven', '%'), target: { words: '≤ 1 %', met: (value) => value <= 1 } }, [
      100 * largestGap,
    ]),
    metric(about('greedy not the best', '%'), [(100 * lostByGreedy.filter((one) => one > 0).length) / shape.contests]),
    metric(about('saving lost by greedy, mean', '%'), [mean(lostByGreedy)]),
    metric(about('saving lost by greedy, at worst', '%'), [Math.max(...lostByGreedy)]),
    metric(about('saving lost by the best single coupon, mean', '%'), [mean(lostBySingle)]),
  ];
}

function contestOf({ coupons, groups, lines, thresholdBase }: Shape, random: () => number): PriceInput {
  const below = (most: number) => Math.floor(random() * most);
  const goods: Cart = cart(
    Array.from({ length: lines }, (_, n) => line(`sku-${n}`, 2000 + below(30_000), { category: `/c${below(4)}` })),
  );
  const candidates: Candidate[] = Array.from({ length: coupons }, (_, n) => {
    const threshold = below(3) === 0 ? { threshold: { CNY: 20_000 + below(60_000) } } : {};
    const benefit =
      below(2) === 0
        ? {
            kind: 'PERCENT',
            percentOffBasisPoints: 200 + below(2500),
            maxAmount: { CNY: 3000 + below(9000) },
            ...threshold,
          }
        : { kind: 'FIXED', off: { CNY: 200 + below(6000) }, ...threshold };
    const rule = {
      stackingGroup: `G${n % groups}`,
      thresholdBase,
      exclusive: below(10) === 0,
      excludes: below(5) === 0 ? [`tpl-${below(coupons)}`] : [],
    };
    const scope = below(2) === 0 ? { kind: 'STOREWIDE' } : { kind: 'CATEGORIES', categories: [`/c${below(4)}`] };
    const owned = terms(`tpl-${n}`, { product: { scope }, benefit: [benefit], rule }, n % 2 === 0 ? null : 'lumen');
    return coupon(
      `cpn-${String(n).padStart(4, '0')}`,
      owned,
      `2026-12-${String(1 + below(28)).padStart(2, '0')}T00:00:00.000Z`,
    );
  });
  const stackingGroups = Array.from({ length: groups }, (_, n) => ({
    name: `G${n}`,
    maxPerOrder: 1,
    maxPerLine: null,
    alwaysStackable: false,
  }));
  return {
    cart: goods,
    candidates,
    settings: { ...defaultTenantSettings, maxCouponsPerOrder: 8, stackingGroups },
    now: noon,
    facts: noFacts,
    rules: createPromotionRules(2000),
    choose: { kind: 'NONE' },
  };
}

function withLimit(input: PriceInput, limitMs: number): PriceInput {
  const until = performance.now() + limitMs;
  return { ...input, choose: { kind: 'AUTO', nodeBudget: 10_000_000, stop: () => performance.now() >= until } };
}

/** What shops do without a search: each coupon alone, the best of them; and the largest first as long as they stand together. */
function naive(input: PriceInput): { greedy: number; single: number } {
  const alone = (candidate: Candidate) => savingOf(input, [candidate]);
  const bySaving = input.candidates
    .map((candidate) => ({ candidate, saving: alone(candidate) }))
    .filter(({ saving }) => saving > 0)
    .sort((a, b) => b.saving - a.saving);
  const single = bySaving[0]?.saving ?? 0;
  let set: Candidate[] = [];
  let greedy = 0;
  for (const { candidate } of bySaving) {
    if (set.length === input.settings.maxCouponsPerOrder) break;
    const together = price({
      ...input,
      candidates: [...set, candidate].map((one) => ({ ...one })),
      choose: { kind: 'AUTO', nodeBudget: 2000, stop: () => false },
    });
    // It is taken only when all of them can be used at once.
    if (together.applied.length !== set.length + 1) continue;
    set = [...set, candidate];
    greedy = together.saving;
  }
  return { greedy, single };
}

function savingOf(input: PriceInput, candidates: Candidate[]): number {
  return price({ ...input, candidates, choose: { kind: 'AUTO', nodeBudget: 100, stop: () => false } }).saving;
}

function expectNoWorse(found: PricedCart, greedy: number, single: number): void {
  if (found.saving < single || found.saving > found.upperBound || (found.optimal && found.saving < greedy))
    throw new Error(
      `Expected at least ${greedy} and ${single} and at most ${found.upperBound} saved, found ${found.saving}; the search is wrong.`,
    );
}

function lost(naiveSaving: number, best: number): number {
  return best === 0 ? 0 : (100 * Math.max(0, best - naiveSaving)) / best;
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The same sequence every time, from 0 up to 1. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
