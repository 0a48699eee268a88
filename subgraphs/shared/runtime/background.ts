import type { Collection, MongoServerError } from 'mongodb';
import type { Logger } from 'pino';
import { Bell, backOffMs } from './bell';
import { isStoreUnavailable } from './mongo';
import { Unavailable } from './unavailable';

/** A lease as it lies in the collection; `_id` is the loop's name. All times are the server's, so machines may differ. */
export interface LoopLease {
  _id: string;
  holder: string | null;
  leaseUntil: Date;
  /** Grows with every taking; a holder whose number is not the newest has lost. */
  fence: number;
  /** When the next run is due. */
  dueAt: Date;
}

export interface LeasedLoopOptions {
  /** Unique in the collection, e.g. `expire-coupons`. */
  name: string;
  collection: Collection<LoopLease>;
  /** How long all processes together rest after a run that found nothing left, in milliseconds. */
  everyMs: number;
  /** A dead holder is replaced after this, in milliseconds; 10,000 unless told. */
  leaseMs?: number;
  /** The longest rest after runs that failed, in milliseconds; 5,000 unless told. */
  retryWithinMs?: number;
  /**
   * One portion of the work; `MORE` asks for the next at once. `signal` fires when the lease is lost or the loop stops:
   * what comes after may run beside another process. `fence` grows from holder to holder, for writes that must be refused
   * to a holder that was stalled.
   */
  work(signal: AbortSignal, fence: number): Promise<'MORE' | 'IDLE'>;
  logger: Logger;
  /** Unique among all running processes. */
  processId: string;
}

export interface LeasedLoop {
  /** Runs as soon as nobody else does, whatever the period says; used when the business clock was moved. */
  wake(): void;
  /** Wakes, and resolves when a run that began after the call has found nothing left; rejects with what it threw. */
  runNow(): Promise<void>;
  /** Fires the signal, waits for the work to return and gives the lease back. */
  stop(): Promise<void>;
}

/**
 * Does periodic work in one process at a time, by a lease in Mongo on the server's clock. An error is logged and the work
 * tried again later; nothing ends the loop but `stop`.
 */
export function startLeasedLoop(options: LeasedLoopOptions): LeasedLoop {
  const loop = new Loop(options);
  loop.start();
  return loop;
}

interface Caller {
  resolve(): void;
  reject(error: unknown): void;
}

class Loop implements LeasedLoop {
  readonly #options: LeasedLoopOptions;
  readonly #leaseMs: number;
  readonly #bell = new Bell();
  readonly #stop = new AbortController();
  #woken = false;
  #callers: Caller[] = [];
  #failures = 0;
  #running: Promise<void> | null = null;

  constructor(options: LeasedLoopOptions) {
    this.#options = options;
    this.#leaseMs = options.leaseMs ?? 10_000;
  }

  start(): void {
    this.#running = this.#run();
  }

  wake(): void {
    this.#woken = true;
    this.#bell.ring();
  }

  runNow(): Promise<void> {
    if (this.#stop.signal.aborted) return Promise.reject(this.#stopped());
    return new Promise((resolve, reject) => {
      this.#callers.push({ resolve, reject });
      this.wake();
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#bell.ring();
    await this.#running;
    for (const { reject } of this.#callers.splice(0)) reject(this.#stopped());
  }

  #stopped(): Error {
    return new Error(`Expected ${this.#options.name} to run, found it stopped.`);
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const woken = this.#woken;
      this.#woken = false;
      const callers = this.#callers.splice(0);
      try {
        const ran = await this.#turn(woken);
        if (ran) for (const { resolve } of callers) resolve();
        else this.#again(callers, woken);
        this.#failures = 0;
        if (!this.#stop.signal.aborted && !(this.#woken && ran)) await this.#rest(ran);
      } catch (error) {
        for (const { reject } of callers) reject(error);
        this.#failures += 1;
        this.#report(error);
        if (!this.#stop.signal.aborted && !this.#woken)
          await this.#bell.rung(
            Math.min(backOffMs(this.#failures), this.#options.retryWithinMs ?? Number.POSITIVE_INFINITY),
          );
      }
    }
  }

  /** A store that is away is told once in a row and without a stack: it is no fault of the work, and readiness tells it too. */
  #report(error: unknown): void {
    const { logger, name } = this.#options;
    const isAway = error instanceof Unavailable || isStoreUnavailable(error);
    if (!isAway)
      logger.error({ err: error, loop: name, failures: this.#failures }, 'background work failed and is tried again');
    else if (this.#failures === 1) logger.warn({ loop: name }, 'background work waits for a store that is away');
  }

  /** Another process is at work: what was asked for here still has to come after. */
  #again(callers: Caller[], woken: boolean): void {
    this.#callers.unshift(...callers);
    this.#woken ||= woken;
  }

  /** Until the next look at the lease; soon when somebody here waits for another process to finish. */
  #rest(ran: boolean): Promise<void> {
    const { everyMs } = this.#options;
    if (ran) return this.#bell.rung(everyMs);
    return this.#woken
      ? this.#bell.rung(Math.min(this.#leaseMs / 10, 250))
      : this.#bell.rung(Math.min(everyMs, this.#leaseMs));
  }

  /** Takes the lease, works until nothing is left, gives the lease back; false when it was not to be had. */
  async #turn(woken: boolean): Promise<boolean> {
    const fence = await this.#take(woken);
    if (fence === null) return false;
    const ended = new AbortController();
    const { signal } = ended;
    const end = (): void => ended.abort(this.#stopped());
    this.#stop.signal.addEventListener('abort', end, { once: true });
    if (this.#stop.signal.aborted) end();
    let held = true;
    const kept = this.#keep(fence, (why) => {
      held = false;
      ended.abort(why);
    });
    let finished = false;
    try {
      while (!signal.aborted && !finished) finished = (await this.#options.work(signal, fence)) === 'IDLE';
      return finished;
    } finally {
      this.#stop.signal.removeEventListener('abort', end);
      kept.stop();
      await kept.ended;
      // A run that failed is due again at once: this process or another tries it after its back-off.
      if (held) await this.#giveBack(fence, finished ? this.#options.everyMs : 0);
    }
  }

  /** The fence number when the lease is free and the run due (or woken); null otherwise. */
  async #take(woken: boolean): Promise<number | null> {
    const { collection, name, processId } = this.#options;
    const free = { $lt: ['$leaseUntil', '$$NOW'] };
    const due = woken ? free : { $and: [free, { $lte: ['$dueAt', '$$NOW'] }] };
    const take = () =>
      collection.findOneAndUpdate(
        { _id: name, $expr: due },
        [
          {
            $set: {
              holder: { $literal: processId },
              leaseUntil: { $add: ['$$NOW', this.#leaseMs] },
              fence: { $add: ['$fence', 1] },
            },
          },
        ],
        { returnDocument: 'after' },
      );
    const lease = await take();
    if (lease) return lease.fence;
    if (await collection.findOne({ _id: name }, { projection: { _id: 1 } })) return null;
    try {
      await collection.insertOne({
        _id: name,
        holder: null,
        leaseUntil: new Date(0),
        fence: 0,
        dueAt: new Date(0),
      });
    } catch (error) {
      if ((error as Partial<MongoServerError>).code !== 11000) throw error;
    }
    return (await take())?.fence ?? null;
  }

  /** Renews the lease at a third of its time; calls `lost` when it is gone, or may be since Mongo does not answer. */
  #keep(fence: number, lost: (why: Error) => void): { stop(): void; ended: Promise<void> } {
    const { collection, name, processId, logger } = this.#options;
    const bell = new Bell();
    let stopped = false;
    const keep = async (): Promise<void> => {
      let sureUntil = performance.now() + this.#leaseMs;
      const lose = (why: string): void => {
        logger.warn({ loop: name, fence, why }, 'the lease of background work is lost');
        lost(new Error(why));
      };
      while (true) {
        await bell.rung(Math.max(0, Math.min(this.#leaseMs / 3, sureUntil - performance.now())));
        if (stopped) return;
        const asked = performance.now();
        if (asked >= sureUntil) return lose('it was not renewed in time');
        const renewal = collection
          .updateOne({ _id: name, holder: processId, fence }, [
            { $set: { leaseUntil: { $add: ['$$NOW', this.#leaseMs] } } },
          ])
          .then(
            ({ matchedCount }) => (matchedCount === 1 ? 'RENEWED' : 'TAKEN'),
            () => 'UNKNOWN' as const,
          );
        const answer = await Promise.race([renewal, bell.rung(sureUntil - asked).then(() => 'UNKNOWN' as const)]);
        if (answer === 'TAKEN') return lose('another process has taken it');
        if (answer === 'RENEWED') sureUntil = asked + this.#leaseMs;
      }
    };
    return {
      stop: () => {
        stopped = true;
        bell.ring();
      },
      ended: keep(),
    };
  }

  async #giveBack(fence: number, restMs: number): Promise<void> {
    const { collection, name, processId, logger } = this.#options;
    try {
      await collection.updateOne({ _id: name, holder: processId, fence }, [
        { $set: { holder: null, leaseUntil: new Date(0), dueAt: { $add: ['$$NOW', restMs] } } },
      ]);
    } catch (error) {
      logger.warn({ err: error, loop: name }, 'the lease of background work was not given back; it runs out by itself');
    }
  }
}
