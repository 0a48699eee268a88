/** One behind another, so that transactions which would meet wait instead of undoing each other. Only manners, never a guard. */
export interface LockQueue {
  /** Runs the work once fewer than `width` others run under each of the keys. */
  run<T>(keys: readonly string[], work: () => Promise<T>): Promise<T>;
}

/** @param width how many of one key run at a time in this process */
export function createLockQueue(width: number): LockQueue {
  const lines = new Map<string, { running: number; waiting: (() => void)[] }>();

  async function enter(key: string): Promise<void> {
    const line = lines.get(key) ?? { running: 0, waiting: [] };
    lines.set(key, line);
    if (line.running < width) line.running += 1;
    else await new Promise<void>((resolve) => line.waiting.push(resolve)); // whoever leaves hands on the place
  }

  function leave(key: string): void {
    const line = lines.get(key);
    const next = line?.waiting.shift();
    if (next) next();
    else if (line && line.running > 1) line.running -= 1;
    else lines.delete(key);
  }

  return {
    async run(keys, work) {
      // In one order for all, or two could wait for each other.
      const sorted = [...new Set(keys)].sort();
      for (const key of sorted) await enter(key);
      try {
        return await work();
      } finally {
        for (const key of sorted) leave(key);
      }
    },
  };
}
