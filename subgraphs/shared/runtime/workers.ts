import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { accepted, type Outcome, refused } from '../kernel/outcome';
import type { Logger } from './logger';
import type { WorkerJob } from './worker-job';

/** Why a job brought nothing. Whoever asked for it does without, or tells its own caller to come back. */
export interface WorkerRefusal {
  /**
   * `BUSY`: too many jobs wait already. `TIMED_OUT`: its deadline passed, waiting or at work. `CANCELLED`: nobody wants it any
   * more. `CRASHED`: its thread died under it, or could not be started. `CLOSED`: the process is about to end.
   */
  code: 'BUSY' | 'TIMED_OUT' | 'CANCELLED' | 'CRASHED' | 'CLOSED';
}

export interface WorkersOptions {
  logger: Logger;
  /** Threads at most; one less than there are processors unless told, at least 1 and at most 4. */
  size?: number;
  /** Jobs that may wait for a thread; 64 unless told. */
  maxWaiting?: number;
  /** How long a job may go on after it was told to stop, in milliseconds, before its thread is replaced; 250 unless told. */
  graceMs?: number;
}

export interface WorkerEffort {
  /** How long the caller waits from now on, waiting for a thread included, in milliseconds. */
  deadlineMs: number;
  /** Fires when nobody wants the answer any more. */
  signal?: AbortSignal;
}

/** Threads for work that takes longer than an event loop may be held. */
export interface Workers {
  /**
   * Runs a job on a thread and brings what it returns. Input and output are copied by structured clone. Rejects with what the
   * job itself throws, as a call would.
   */
  run<Input, Output>(
    job: WorkerJob<Input, Output>,
    input: Input,
    effort: WorkerEffort,
  ): Promise<Outcome<Output, WorkerRefusal>>;
  /** Refuses what waits and what runs, and ends the threads. */
  close(): Promise<void>;
}

/** What a thread is told: which function of which file to call with what. */
export interface WorkerOrder {
  file: string;
  name: string;
  input: unknown;
}

/** What a thread answers: first that it is there, then one answer for each order. */
export type WorkerAnswer = { kind: 'READY' } | { kind: 'DONE'; output: unknown } | { kind: 'THROWN'; error: unknown };

/** What a thread is started with: the first number in here is 1 when the job at work is to stop. */
export interface WorkerStart {
  stopFlag: SharedArrayBuffer;
}

/**
 * A bounded pool of threads. They are started when there is work for them and kept; an idle one holds no process up. A
 * thread that dies or does not stop when told is replaced by the next job that needs one.
 */
export function createWorkers({
  logger,
  size = Math.min(4, Math.max(1, availableParallelism() - 1)),
  maxWaiting = 64,
  graceMs = 250,
}: WorkersOptions): Workers {
  return new Pool({ logger, size, maxWaiting, graceMs });
}

/** One job on its way. It ends once; what comes later is of no interest to anybody. */
interface Task {
  order: WorkerOrder;
  end(how: { output: unknown } | { thrown: unknown } | WorkerRefusal): void;
}

class Pool implements Workers {
  readonly #options: Required<WorkersOptions>;
  readonly #threads = new Set<Thread>();
  readonly #waiting: Task[] = [];
  #isClosed = false;

  constructor(options: Required<WorkersOptions>) {
    this.#options = options;
  }

  run<Input, Output>(
    { file, name }: WorkerJob<Input, Output>,
    input: Input,
    { deadlineMs, signal }: WorkerEffort,
  ): Promise<Outcome<Output, WorkerRefusal>> {
    const code = this.#refusal(signal);
    if (code) return Promise.resolve(refused({ code }));
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => this.#giveUp(task, 'TIMED_OUT'), deadlineMs);
      const cancel = () => this.#giveUp(task, 'CANCELLED');
      signal?.addEventListener('abort', cancel, { once: true });
      const task: Task = {
        order: { file, name, input },
        end(how) {
          clearTimeout(deadline);
          signal?.removeEventListener('abort', cancel);
          if ('code' in how) resolve(refused({ code: how.code }));
          else if ('thrown' in how) reject(how.thrown);
          // The job is the one the caller named, so what it returned is of the job's type.
          else resolve(accepted(how.output as Output));
        },
      };
      this.#waiting.push(task);
      this.#handOut();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const task of this.#waiting.splice(0)) task.end({ code: 'CLOSED' });
    await Promise.all([...this.#threads].map((thread) => thread.terminate('CLOSED')));
  }

  #refusal(signal: AbortSignal | undefined): WorkerRefusal['code'] | null {
    if (this.#isClosed) return 'CLOSED';
    if (signal?.aborted) return 'CANCELLED';
    return this.#waiting.length >= this.#options.maxWaiting && !this.#hasRoom() ? 'BUSY' : null;
  }

  #hasRoom(): boolean {
    return this.#threads.size < this.#options.size || [...this.#threads].some((thread) => thread.isIdle);
  }

  /** Gives what waits to threads that are idle, the longest waiting first, and starts threads for the rest. */
  #handOut(): void {
    for (const thread of this.#threads) {
      if (!thread.isIdle) continue;
      const task = this.#waiting.shift();
      if (!task) return;
      thread.take(task);
    }
    const starting = [...this.#threads].filter((thread) => thread.isStarting).length;
    const wanted = Math.min(this.#waiting.length - starting, this.#options.size - this.#threads.size);
    for (let count = 0; count < wanted; count++) this.#start();
  }

  #start(): void {
    const thread = new Thread(() => this.#handOut());
    this.#threads.add(thread);
    thread.onEnd((error) => {
      this.#threads.delete(thread);
      if (error) this.#options.logger.error({ err: error }, 'a worker thread died; the next job starts another');
      // A thread that cannot even start takes a job with it, so that the pool never goes on starting for nothing.
      const victim = thread.neverStarted ? this.#waiting.shift() : undefined;
      victim?.end({ code: 'CRASHED' });
      if (!this.#isClosed) this.#handOut();
    });
  }

  #giveUp(task: Task, code: 'TIMED_OUT' | 'CANCELLED'): void {
    const place = this.#waiting.indexOf(task);
    if (place >= 0) this.#waiting.splice(place, 1);
    else for (const thread of this.#threads) thread.stopIfAt(task, this.#options.graceMs);
    task.end({ code });
  }
}

class Thread {
  readonly #worker: Worker;
  readonly #stopFlag = new SharedArrayBuffer(4);
  readonly #onIdle: () => void;
  #state: 'STARTING' | 'IDLE' | 'AT_WORK' | 'ENDED' = 'STARTING';
  #task: Task | null = null;
  #grace: NodeJS.Timeout | null = null;
  #endedBy: WorkerRefusal['code'] = 'CRASHED';
  #error: Error | null = null;
  neverStarted = true;

  constructor(onIdle: () => void) {
    this.#onIdle = onIdle;
    const start: WorkerStart = { stopFlag: this.#stopFlag };
    // Sources are run as they are by `npm start` and by tests; a built process finds its built file beside this one.
    const isBuilt = __filename.endsWith('.js');
    this.#worker = new Worker(join(__dirname, `worker-thread.${isBuilt ? 'js' : 'ts'}`), {
      workerData: start,
      execArgv: isBuilt ? [] : ['--require', require.resolve('tsx/cjs')],
    });
    this.#worker.on('message', (answer: WorkerAnswer) => this.#hear(answer));
    this.#worker.on('error', (error) => {
      this.#error = error;
    });
  }

  get isIdle(): boolean {
    return this.#state === 'IDLE';
  }

  get isStarting(): boolean {
    return this.#state === 'STARTING';
  }

  /** @param told with the reason when nobody wanted it to end */
  onEnd(told: (error: Error | null) => void): void {
    this.#worker.once('exit', (exitCode) => {
      this.#rest('ENDED');
      const isMeant = this.#endedBy === 'CLOSED';
      this.#task?.end({ code: this.#endedBy });
      this.#task = null;
      told(
        isMeant ? null : (this.#error ?? new Error(`Expected a worker thread to go on, found it ended (${exitCode}).`)),
      );
    });
  }

  take(task: Task): void {
    this.#task = task;
    this.#state = 'AT_WORK';
    Atomics.store(new Int32Array(this.#stopFlag), 0, 0);
    this.#worker.ref();
    try {
      this.#worker.postMessage(task.order);
    } catch (error) {
      // What cannot be copied is the caller's mistake; the thread has not heard of it.
      this.#finish({ thrown: error });
    }
  }

  /** Tells the job to stop; a job that does not is ended with its thread. */
  stopIfAt(task: Task, graceMs: number): void {
    if (this.#task !== task) return;
    Atomics.store(new Int32Array(this.#stopFlag), 0, 1);
    this.#grace = setTimeout(() => {
      const { name } = task.order;
      this.#error = new Error(`Expected ${name} to stop when told, found it at work ${graceMs} ms later.`);
      void this.terminate('TIMED_OUT');
    }, graceMs);
  }

  async terminate(why: WorkerRefusal['code']): Promise<void> {
    this.#endedBy = why;
    await this.#worker.terminate();
  }

  #hear(answer: WorkerAnswer): void {
    switch (answer.kind) {
      case 'READY':
        this.neverStarted = false;
        this.#finish(null);
        break;
      case 'DONE':
        this.#finish({ output: answer.output });
        break;
      case 'THROWN':
        this.#finish({ thrown: answer.error });
    }
  }

  #finish(how: { output: unknown } | { thrown: unknown } | null): void {
    if (how) this.#task?.end(how);
    this.#task = null;
    this.#rest('IDLE');
    this.#onIdle();
  }

  /** Nobody waits for it now, so it holds no process up. */
  #rest(state: 'IDLE' | 'ENDED'): void {
    this.#state = state;
    if (this.#grace) clearTimeout(this.#grace);
    this.#grace = null;
    this.#worker.unref();
  }
}
