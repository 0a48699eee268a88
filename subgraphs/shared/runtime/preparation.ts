import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from './logger';
import { isStoreUnavailable } from './mongo';
import { Unavailable } from './unavailable';

/** What a subgraph has to do once before it may serve, such as creating its indexes. */
export interface Preparation {
  /** Resolves when it is done, or at once when the store is away; then it goes on trying until it is done or stopped. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Why the subgraph cannot serve yet; empty when it is prepared. */
  problems(): string[];
}

/** Between two attempts, in milliseconds of real time. */
const retryEveryMs = 1000;

/**
 * Prepares a store that may be away when the process starts: `preparation('template', () => store.ensureIndexes(), logger)`.
 * An error that is not the store's absence is thrown from `start`, since waiting would not cure it.
 */
export function preparation(name: string, prepare: () => Promise<void>, logger: Logger): Preparation {
  const stopped = new AbortController();
  let isDone = false;
  let retrying: Promise<void> = Promise.resolve();

  const attempt = async (): Promise<boolean> => {
    try {
      await prepare();
      isDone = true;
      return true;
    } catch (error) {
      if (error instanceof Unavailable || isStoreUnavailable(error)) return false;
      throw error;
    }
  };
  const retry = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await wait(retryEveryMs, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined);
      if (stopped.signal.aborted) return;
      try {
        if (await attempt()) return;
      } catch (error) {
        logger.error({ err: error }, `${name} cannot prepare its store`);
      }
    }
  };

  return {
    async start() {
      if (await attempt()) return;
      logger.warn(`${name}: the store is away; its indexes are made when it is back`);
      retrying = retry();
    },
    async stop() {
      stopped.abort();
      await retrying;
    },
    problems: () => (isDone ? [] : [`${name}: what it needs of its store is not there yet`]),
  };
}
