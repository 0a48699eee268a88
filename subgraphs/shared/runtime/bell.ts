/**
 * Wakes those who wait for something to change. Check the condition, then wait, with no `await` in between:
 * `while (queue.length === 0) await bell.rung();`
 */
export class Bell {
  readonly #waiting = new Set<() => void>();

  /** Wakes everybody who waits now; nobody who comes later. */
  ring(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  /** Resolves at the next ring, or after so many milliseconds when that comes first. */
  rung(withinMs?: number): Promise<void> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | null = null;
      const wake = () => {
        if (timer) clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
      if (withinMs !== undefined) timer = setTimeout(wake, withinMs);
    });
  }
}

/** The wait before a next try: doubles from 50 ms to 5 s, with a quarter of chance so that processes do not move in step. */
export function backOffMs(failures: number): number {
  const ms = Math.min(5_000, 50 * 2 ** Math.min(failures, 10));
  return Math.round(ms * (0.75 + Math.random() * 0.25));
}
