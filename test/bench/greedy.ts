import type { Contest } from '../../subgraphs/shared/kernel/pricing/best-combination';
import type { Contender, Step } from '../../subgraphs/shared/kernel/pricing/candidates';
import { Rivalry } from '../../subgraphs/shared/kernel/pricing/rivalry';
import { amountOff, countedFor, freshTable, sumAt, takeOff } from '../../subgraphs/shared/kernel/pricing/turns';

/** What shops find that do not search; minor units. */
export interface Naive {
  /** The largest first, as long as all of them stand together and take effect. */
  greedy: number;
  /** The best single coupon. */
  single: number;
}

/**
 * Taking the largest first, written to be fast for contenders of one benefit each: what each takes off alone is worked out
 * once, and a set that grows is applied on bare amounts, without parts for anybody and without a trace.
 */
export function naiveOf(contest: Contest): Naive {
  const { contenders, stacking } = contest;
  const table = freshTable(contest, false);
  const alone = new Float64Array(contenders.length);
  contenders.forEach((contender, place) => {
    const step = stepOf(contender);
    if (countedFor(step, step.listTotal, step.listTotal) >= step.benefit.threshold)
      alone[place] = amountOff(step, step.targetsTotal, step.targetsTotal, table);
  });
  const largestFirst = [...contenders.keys()].sort((a, b) => (alone[b] ?? 0) - (alone[a] ?? 0) || a - b);
  const rivalry = new Rivalry(contest);
  let set: number[] = [];
  let greedy = 0;
  for (const place of largestFirst) {
    if (set.length === stacking.maxCoupons) break;
    if (set.some((other) => rivalry.areApart(other, place))) continue;
    const together = [...set, place].sort((a, b) => a - b);
    const saving = savingOf(
      contest,
      together.flatMap((other) => contenders[other] ?? []),
    );
    if (saving === null || saving <= greedy) continue;
    set = together;
    greedy = saving;
  }
  return { greedy, single: alone[largestFirst[0] ?? 0] ?? 0 };
}

/** What a set saves, in canonical order; null where one of it has no effect. */
function savingOf(contest: Contest, set: readonly Contender[]): number | null {
  const table = freshTable(contest, false);
  const start = Float64Array.from(table.remaining);
  let phase = set[0]?.phase;
  let saving = 0;
  for (const contender of set) {
    const step = stepOf(contender);
    if (step.phase !== phase) start.set(table.remaining);
    phase = step.phase;
    const counted = countedFor(step, sumAt(table.remaining, step.lines), sumAt(start, step.lines));
    if (counted < step.benefit.threshold) return null;
    const left = sumAt(table.remaining, step.targets);
    const amount = amountOff(step, left, sumAt(start, step.targets), table);
    if (amount === 0) return null;
    takeOff(table, step, amount, left);
    saving += amount;
  }
  return saving;
}

function stepOf({ steps: [step] }: Contender): Step {
  if (!step) throw new Error('Expected one benefit, found none; a contender has one at least.');
  return step;
}
