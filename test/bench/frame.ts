import { readdirSync, readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** One figure of a bench, printed as one JSON line. */
export interface Metric {
  bench: string;
  metric: string;
  /** The median over the rounds. */
  value: number;
  unit: string;
  /** The median of what it is compared with, measured in the same rounds; null where there is nothing to compare with. */
  baseline: number | null;
  /** Value by baseline, taken inside each round; null without a baseline. */
  ratio: Spread | null;
  /** The smallest, middle and largest value over the rounds. */
  spread: Spread;
  /** What was to be reached, in words: `≤ 15000 ms`; null for a figure that is only reported. */
  target: string | null;
  met: boolean | null;
}

export interface Spread {
  min: number;
  median: number;
  max: number;
}

/** A bench by its name. It asserts the correctness of its own run and returns its figures. */
export interface Bench {
  name: string;
  /** What it measures against what, in a sentence. */
  about: string;
  run(): Promise<Metric[]>;
}

/** Rounds every bench goes through at least, so that a ratio has a spread. */
export const rounds = 5;

/** Smallest, middle and largest of some values: `spread([3, 1, 2])` → {min: 1, median: 2, max: 3}. */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  return {
    min: at(0),
    median: sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2,
    max: at(sorted.length - 1),
  };
}

/** A metric from what each round gave; with a baseline per round, the ratio is taken inside each round. */
export function metric(
  about: {
    bench: string;
    metric: string;
    unit: string;
    target?: { words: string; met(value: number, ratio: number | null): boolean };
  },
  values: readonly number[],
  baselines: readonly number[] | null = null,
): Metric {
  const own = rounded(spread(values));
  const ratio = baselines && rounded(spread(values.map((value, round) => value / (baselines[round] ?? Number.NaN))));
  return {
    bench: about.bench,
    metric: about.metric,
    value: own.median,
    unit: about.unit,
    baseline: baselines && rounded(spread(baselines)).median,
    ratio,
    spread: own,
    target: about.target?.words ?? null,
    met: about.target ? about.target.met(own.median, ratio?.median ?? null) : null,
  };
}

/** The machine the figures were measured on, for the table they go into. */
export function machine(): string {
  const [cpu] = cpus();
  return `${cpus().length} × ${cpu?.model.trim() ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
}

/** Resident memory of a process and everything it started, in MiB, by process. Linux only. */
export function memoryOf(root: number): { pid: number; name: string; mib: number }[] {
  const children = new Map<number, number[]>();
  const facts = new Map<number, { name: string; mib: number }>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const status = readFileSync(`/proc/${entry}/status`, 'utf8');
      const field = (name: string): string => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '0';
      children.set(Number(field('PPid')), [...(children.get(Number(field('PPid'))) ?? []), Number(entry)]);
      facts.set(Number(entry), { name: field('Name'), mib: Number(field('VmRSS')) / 1024 });
    } catch {
      // The process ended while it was being looked at.
    }
  }
  const found: { pid: number; name: string; mib: number }[] = [];
  const visit = (pid: number): void => {
    const fact = facts.get(pid);
    if (fact) found.push({ pid, ...fact });
    for (const child of children.get(pid) ?? []) visit(child);
  };
  visit(root);
  return found;
}

function rounded({ min, median, max }: Spread): Spread {
  const round = (value: number): number => Number(value.toPrecision(4));
  return { min: round(min), median: round(median), max: round(max) };
}
