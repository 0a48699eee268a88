import { describe, it } from '@jest/globals';

/**
 * How often a property or model test runs: all of `full` when PROPERTY_RUNS is `full` (as in continuous integration),
 * else a sample of 5 %, but at least 20: `runs(1000)` → 50, `runs(100)` → 20, `runs(10)` → 10.
 * @param fraction another share than 5 % for what is cheap or dear: `runs(20_000, 0.02)` → 400
 */
export function runs(full: number, fraction = 0.05): number {
  const setting = process.env.PROPERTY_RUNS ?? 'sampled';
  if (setting !== 'full' && setting !== 'sampled')
    throw new Error(`PROPERTY_RUNS: expected full or sampled, found ${setting}; unset it for sampled.`);
  return setting === 'full' ? full : Math.min(full, Math.max(20, Math.ceil(full * fraction)));
}

/** Whether everything runs, for what a sample does in one of several ways. */
export const isFullCount = process.env.PROPERTY_RUNS === 'full';

/**
 * `describe` and `it` for tests that take many seconds each because whole processes and stores are killed and started:
 * they run at full count (as in continuous integration) and are skipped in a sampled run.
 */
export const atFullCount = isFullCount ? { describe, it } : { describe: describe.skip, it: it.skip };
