/**
 * Looks until it is so; for what other threads of work bring about. Fails after `patienceMs` (30 s unless told).
 * @param everyMs how long to rest between two looks; more where a look takes the time of what is waited for
 */
export async function until(look: () => Promise<boolean> | boolean, patienceMs = 30_000, everyMs = 10): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(`Waited ${patienceMs} ms in vain until ${look.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
