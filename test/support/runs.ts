/**
 * How often a property or model test runs: all of `full` when PROPERTY_RUNS is `full` (as in continuous integration),
 * else a sample of 5 %, but at least 20: `runs(1000)` → 50, `runs(100)` → 20, `runs(10)` → 10.
 */
export function runs(full: number): number {
  const setting = process.env.PROPERTY_RUNS ?? 'sampled';
  if (setting !== 'full' && setting !== 'sampled')
    throw new Error(`PROPERTY_RUNS: expected full or sampled, found ${setting}; unset it for sampled.`);
  return setting === 'full' ? full : Math.min(full, Math.max(20, Math.ceil(full * 0.05)));
}
