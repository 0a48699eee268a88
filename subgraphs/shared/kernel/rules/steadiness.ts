import { type Condition, childrenOf, type Leaf } from './condition';
import { type Facts, isZonedFact } from './facts';

/** When the answer of a condition may change although nobody does anything. */
export interface Timing {
  /** It asks what the clocks of its zone show, which change with every full minute. */
  everyMinute: boolean;
  /** Instants it names, epoch milliseconds. */
  instants: readonly number[];
  /** Facts that it wants to be no older than so many milliseconds. */
  ages: readonly { fact: string; most: number }[];
}

/** A question whose answer may change as time goes by. */
export interface TimedQuestion {
  evaluate(facts: Facts): boolean | null;
  timing: Timing | null;
}

/** How far ahead minutes are looked at one by one, in milliseconds; what is steady for longer is steady enough. */
export const farthestMs = 60 * 60_000;
const minuteMs = 60_000;

/** What of time a condition rests on; null when its answer stays as long as the other facts do. */
export function timingOf(condition: Condition): Timing | null {
  const timings = leavesOf(condition).flatMap((leaf) => timingOfLeaf(leaf) ?? []);
  if (timings.length === 0) return null;
  return {
    everyMinute: timings.some(({ everyMinute }) => everyMinute),
    instants: timings.flatMap(({ instants }) => instants),
    ages: timings.flatMap(({ ages }) => ages),
  };
}

/**
 * The first instant after now at which one of the questions no longer says what it says now, whether it held or not; the
 * limit when there is none before it. Nothing can change between two full minutes but at an instant that a question names
 * or by which a fact has grown too old, so looking at those alone misses nothing, whatever clocks do in any zone.
 * @param factsAt everything that is known at an instant
 */
export function steadyUntil(
  questions: readonly TimedQuestion[],
  factsAt: (instant: Date) => Facts,
  now: Date,
  limit: Date,
): Date {
  const timed = [...new Map(questions.filter(({ timing }) => timing).map((one) => [one.evaluate, one])).values()];
  if (timed.length === 0) return limit;
  const facts = factsAt(now);
  const asNow = timed.map(({ evaluate }) => evaluate(facts) === true);
  const until = timed.some(({ timing }) => timing?.everyMinute)
    ? new Date(Math.min(limit.getTime(), now.getTime() + farthestMs))
    : limit;
  for (const at of turningPoints(timed, facts, now, until)) {
    const then = factsAt(new Date(at));
    if (timed.some(({ evaluate }, index) => (evaluate(then) === true) !== asNow[index])) return new Date(at);
  }
  return until;
}

/** Every instant between at which an answer may change, in order. */
function turningPoints(timed: readonly TimedQuestion[], facts: Facts, now: Date, until: Date): number[] {
  const points = new Set<number>();
  for (const { timing } of timed) {
    if (!timing) continue;
    // An instant may be the last of the old or the first of the new.
    for (const instant of timing.instants) points.add(instant).add(instant + 1);
    for (const { fact, most } of timing.ages) {
      const since = facts.get(fact);
      if (typeof since === 'number') points.add(since).add(since + most + 1);
    }
    if (!timing.everyMinute) continue;
    const first = (Math.floor(now.getTime() / minuteMs) + 1) * minuteMs;
    for (let minute = first; minute < until.getTime(); minute += minuteMs) points.add(minute);
  }
  return [...points].filter((point) => point > now.getTime() && point < until.getTime()).sort((a, b) => a - b);
}

function timingOfLeaf(leaf: Leaf): Timing | null {
  const none = { everyMinute: false, instants: [], ages: [] };
  if (leaf.op === 'exists') return null;
  if (isZonedFact(leaf.fact)) return { ...none, everyMinute: true };
  if (leaf.op === 'withinLast') return { ...none, ages: [{ fact: leaf.fact, most: leaf.value.hours * 3_600_000 }] };
  if (leaf.fact !== 'time.now') return null;
  const named = leaf.op === 'within' ? [leaf.value.from, leaf.value.until] : [leaf.value];
  return { ...none, instants: named.map((instant) => Date.parse(String(instant))) };
}

function leavesOf(condition: Condition): Leaf[] {
  return 'fact' in condition ? [condition] : childrenOf(condition).flatMap(leavesOf);
}
