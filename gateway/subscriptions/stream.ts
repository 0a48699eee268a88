import type { ExecutionResult, FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import type { Logger } from '../../subgraphs/shared/runtime/logger';
import type { LiveEvent, LiveField } from './fields';
import type { SubscriptionSource } from './source';

/** One result on its way to a client, with plain errors. */
export type LivePayload = FormattedExecutionResult;

/** The same in the shape the protocol library passes along untouched, because it wants to format errors itself. */
export interface Delivered extends ExecutionResult {
  payload: LivePayload;
}

/** What distinguishes one stream from another, and how to run it. */
export interface StreamDefinition {
  /** Scope, operation and variables: subscribers with the same key get the very same results. */
  key: string;
  field: LiveField;
  channel: string;
  /** Runs the operation for one event. Never rejects. */
  run(event: LiveEvent): Promise<LivePayload>;
  /** What came after a sequence number, oldest first, at most a page. @throws when it cannot be had now */
  missedAfter(seq: number): Promise<LiveEvent[]>;
}

/** Bounds, so that no client and no burst can take the memory of the process. */
export interface StreamLimits {
  /** Results that may wait for one slow subscriber; one more and it is dropped. */
  queuedResults: number;
  /** Events of one stream that are run at the same time. */
  concurrentRuns: number;
  /** Events of one stream that may wait for their run; one more and the stream ends for all its subscribers. */
  waitingEvents: number;
  /** Pages of missed events that are read to fill one gap; the rest is left to the client. */
  gapPages: number;
}

export const streamLimits: StreamLimits = { queuedResults: 256, concurrentRuns: 16, waitingEvents: 1000, gapPages: 10 };

/** Why a subscription ended before its client wanted. */
export class StreamEnded extends Error {
  override readonly name = 'StreamEnded';
  readonly code: 'UNAVAILABLE' | 'SLOW_CONSUMER';

  constructor(code: 'UNAVAILABLE' | 'SLOW_CONSUMER', message: string) {
    super(message);
    this.code = code;
  }
}

/** Results of one subscriber, in order. `return()` ends it at once, without waiting for a next event. */
export interface Subscription extends AsyncIterableIterator<Delivered> {
  return(): Promise<IteratorResult<Delivered>>;
}

/** All streams of the process. */
export interface LiveStreams {
  /**
   * Joins the stream of that key, and opens it when nobody has. Once this resolves no event is lost without a sign.
   * @param options `onDropped` hears that the subscriber was too slow and gets nothing more
   * @throws SourceAway
   */
  subscribe(definition: StreamDefinition, options: { onDropped(): void }): Promise<Subscription>;
  counts(): { streams: number; subscribers: number };
}

/** @param options `onDelivered` counts results handed to subscribers */
export function createLiveStreams(options: {
  source: SubscriptionSource;
  logger: Logger;
  limits?: Partial<StreamLimits>;
  onDelivered?(results: number): void;
}): LiveStreams {
  const limits = { ...streamLimits, ...options.limits };
  const streams = new Map<string, LiveStream>();

  return {
    async subscribe(definition, { onDropped }) {
      let stream = streams.get(definition.key);
      if (!stream) {
        stream = new LiveStream(definition, {
          ...options,
          limits,
          onClosed: (closed) => {
            if (streams.get(definition.key) === closed) streams.delete(definition.key);
          },
        });
        streams.set(definition.key, stream);
      }
      return stream.join(onDropped);
    },
    counts() {
      let subscribers = 0;
      for (const stream of streams.values()) subscribers += stream.size;
      return { streams: streams.size, subscribers };
    },
  };
}

interface StreamEnvironment {
  source: SubscriptionSource;
  logger: Logger;
  limits: StreamLimits;
  onDelivered?(results: number): void;
  onClosed(stream: LiveStream): void;
}

/**
 * One stream: the channel is open while it has subscribers. Events pass three stations, each a chain of promises:
 * order (duplicates out, gaps filled), run (several at once), delivery (in order again).
 */
class LiveStream {
  readonly #definition: StreamDefinition;
  readonly #env: StreamEnvironment;
  readonly #subscribers = new Set<Subscriber>();
  readonly #opened: Promise<void>;
  #handle: { close(): void } | null = null;
  #isClosed = false;
  #ordering: Promise<void> = Promise.resolve();
  #delivery: Promise<void> = Promise.resolve();
  /** Deliveries to come, oldest first. */
  readonly #undelivered: Promise<void>[] = [];
  #waiting = 0;
  /** The newest sequence number that is known to be delivered or older than the stream; null while nothing is known. */
  #lastSeq: number | null = null;
  #hasDelivered = false;
  /** Set when not everything that was missed could be read; the next result tells the client. */
  #hasGap = false;

  constructor(definition: StreamDefinition, env: StreamEnvironment) {
    this.#definition = definition;
    this.#env = env;
    this.#opened = this.#open();
    // Nobody may be waiting any more when it fails; those who are hear of it through join().
    this.#opened.catch(() => undefined);
  }

  get size(): number {
    return this.#subscribers.size;
  }

  async join(onDropped: () => void): Promise<Subscription> {
    const subscriber = new Subscriber(this.#env.limits.queuedResults, {
      onLeft: () => this.#leave(subscriber),
      onDropped,
    });
    this.#subscribers.add(subscriber);
    try {
      await this.#opened;
    } catch (error) {
      this.#leave(subscriber);
      throw error;
    }
    return subscriber;
  }

  async #open(): Promise<void> {
    try {
      const handle = await this.#env.source.open(this.#definition.channel, {
        message: (text) => this.#receive(text),
        mended: () => this.#look(),
      });
      if (this.#isClosed) return handle.close(); // everybody left meanwhile
      this.#handle = handle;
    } catch (error) {
      this.#close();
      throw error;
    }
    // Events wait behind this, so the first one already shows whether something was lost before it.
    this.#ordering = this.#inTurn(this.#ordering, () => this.#findStart());
  }

  #receive(text: string): void {
    const event = this.#definition.field.read(text);
    if (!event) {
      this.#env.logger.warn(
        { field: this.#definition.field.name },
        'a message on a live channel is not an event; dropped',
      );
      return;
    }
    if (this.#waiting >= this.#env.limits.waitingEvents) {
      this.#end(
        new StreamEnded(
          'UNAVAILABLE',
          'More happened than could be delivered; subscribe again and read what was missed.',
        ),
      );
      return;
    }
    this.#waiting += 1;
    this.#ordering = this.#inTurn(this.#ordering, () => this.#accept(event));
  }

  /** After a break of the source: whatever came meanwhile is read from the store. */
  #look(): void {
    this.#ordering = this.#inTurn(this.#ordering, () => this.#fill(null));
  }

  /** Does a step when all before it are done. A bug in one ends this stream and nothing else. */
  #inTurn(chain: Promise<void>, step: () => Promise<void>): Promise<void> {
    return chain.then(step).catch((error: unknown) => {
      this.#env.logger.error({ err: error }, 'a live stream broke');
      this.#end(new StreamEnded('UNAVAILABLE', 'The subscription broke; subscribe again and read what was missed.'));
    });
  }

  /** The newest event from before the stream, so that one lost right after is noticed. Failing costs only that. */
  async #findStart(): Promise<void> {
    try {
      let newest = 0;
      for (let page = 0; page < this.#env.limits.gapPages; page += 1) {
        const events = await this.#definition.missedAfter(newest);
        newest = events.at(-1)?.seq ?? newest;
        if (events.length < this.#definition.field.missed.pageSize) {
          this.#lastSeq = newest;
          return;
        }
      }
    } catch (error) {
      this.#env.logger.debug({ err: error }, 'the start of a live stream is not known');
    }
  }

  async #accept(event: LiveEvent): Promise<void> {
    this.#waiting -= 1;
    if (this.#isClosed) return;
    const isFirst = !this.#hasDelivered;
    // An event that came before its own predecessor was looked up is new all the same.
    if (this.#lastSeq === null || (isFirst && event.seq <= this.#lastSeq)) this.#lastSeq = event.seq - 1;
    if (event.seq <= this.#lastSeq) return; // already delivered, from the store or twice from the channel
    if (event.seq > this.#lastSeq + 1) await this.#fill(event.seq);
    await this.#start(event);
  }

  /** Delivers what the store has after the last event, up to but without `before`; null is all there is. */
  async #fill(before: number | null): Promise<void> {
    if (this.#isClosed || this.#lastSeq === null) return;
    try {
      for (let page = 0; page < this.#env.limits.gapPages; page += 1) {
        const events = await this.#definition.missedAfter(this.#lastSeq);
        for (const event of events) {
          if (before !== null && event.seq >= before) return;
          if (event.seq > this.#lastSeq) await this.#start(event);
        }
        if (events.length < this.#definition.field.missed.pageSize) return;
      }
    } catch (error) {
      this.#env.logger.warn({ err: error }, 'missed live events could not be read; the next result says so');
      this.#hasGap = true;
    }
  }

  /** Starts the run of the next event; resolves when there is room for another. */
  async #start(event: LiveEvent): Promise<void> {
    if (this.#lastSeq !== null && event.seq !== this.#lastSeq + 1) this.#hasGap = true;
    this.#lastSeq = event.seq;
    this.#hasDelivered = true;
    const hasGap = this.#hasGap;
    this.#hasGap = false;
    const run = this.#definition.run(event);
    this.#delivery = this.#inTurn(this.#delivery, async () => {
      const payload = await run;
      this.#undelivered.shift();
      this.#deliver(hasGap ? { ...payload, extensions: { ...payload.extensions, gap: true } } : payload);
    });
    this.#undelivered.push(this.#delivery);
    // A finished run behind an unfinished one still holds its result, so room is counted by deliveries.
    if (this.#undelivered.length >= this.#env.limits.concurrentRuns) await this.#undelivered[0];
  }

  #deliver(payload: LivePayload): void {
    this.#env.onDelivered?.(this.#subscribers.size);
    for (const subscriber of this.#subscribers) subscriber.push(payload);
  }

  #leave(subscriber: Subscriber): void {
    this.#subscribers.delete(subscriber);
    if (this.#subscribers.size === 0) this.#close();
  }

  #end(reason: StreamEnded): void {
    const subscribers = [...this.#subscribers];
    this.#close();
    for (const subscriber of subscribers) subscriber.end(reason);
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#handle?.close();
    this.#env.onClosed(this);
  }
}

/** The queue of one subscriber. */
class Subscriber implements Subscription {
  readonly #limit: number;
  readonly #hooks: { onLeft(): void; onDropped(): void };
  #queue: LivePayload[] = [];
  #wake: ((result: IteratorResult<Delivered>) => void) | null = null;
  #fail: ((error: Error) => void) | null = null;
  #error: Error | null = null;
  #isDone = false;

  constructor(limit: number, hooks: { onLeft(): void; onDropped(): void }) {
    this.#limit = limit;
    this.#hooks = hooks;
  }

  push(payload: LivePayload): void {
    if (this.#isDone) return;
    if (this.#wake) {
      const wake = this.#wake;
      this.#wake = null;
      this.#fail = null;
      wake({ value: { payload }, done: false });
    } else if (this.#queue.length < this.#limit) {
      this.#queue.push(payload);
    } else {
      this.end(
        new StreamEnded('SLOW_CONSUMER', 'Results were not read in time; subscribe again and read what was missed.'),
      );
      this.#hooks.onDropped();
    }
  }

  /** Ends with an error; what still waited is forgotten, so that its memory is free at once. */
  end(error: Error): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#queue = [];
    this.#error = error;
    this.#hooks.onLeft();
    if (!this.#fail) return;
    this.#error = null;
    this.#fail(error);
  }

  async next(): Promise<IteratorResult<Delivered>> {
    const payload = this.#queue.shift();
    if (payload) return { value: { payload }, done: false };
    if (this.#error) {
      const error = this.#error;
      this.#error = null;
      throw error;
    }
    if (this.#isDone) return { value: undefined, done: true };
    return new Promise((resolve, reject) => {
      this.#wake = resolve;
      this.#fail = reject;
    });
  }

  async return(): Promise<IteratorResult<Delivered>> {
    if (!this.#isDone) {
      this.#isDone = true;
      this.#queue = [];
      this.#hooks.onLeft();
    }
    this.#error = null;
    this.#wake?.({ value: undefined, done: true });
    this.#wake = null;
    return { value: undefined, done: true };
  }

  async throw(): Promise<IteratorResult<Delivered>> {
    return this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** The error of a subscription that ended, for the client. */
export function endedError(error: StreamEnded): GraphQLFormattedError {
  return { message: error.message, extensions: { code: error.code } };
}
