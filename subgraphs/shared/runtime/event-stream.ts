import { setTimeout as pause } from 'node:timers/promises';
import type { ChangeStream, ChangeStreamInsertDocument, Document, MongoClient } from 'mongodb';
import type { Logger } from 'pino';
import { Bell, backOffMs } from './bell';
import type { Lane } from './event-lanes';
import { clusterTimeOf, instantOfHex } from './event-positions';
import { isStoreUnavailable } from './mongo';

type Inserted = ChangeStreamInsertDocument<Document>;

export interface EventStreamOptions {
  client: MongoClient;
  logger: Logger;
  /** Which inserts are read, as a `$match` on change events. */
  match: Document;
  /** How long the server may hold an empty answer back, in milliseconds. */
  awaitMs: number;
  /** Hands an insert on to its lanes. */
  onInsert(change: Inserted, token: string): void;
  /** The oplog no longer reaches back to where these lanes stand. */
  onPast(lanes: Lane[]): void;
  onProgress(): void;
}

/** The one change stream of the process: read from the lane that is furthest behind, closed while there is no lane. */
export class EventStream {
  readonly #options: EventStreamOptions;
  readonly #lanes = new Set<Lane>();
  readonly #bell = new Bell();
  readonly #stop = new AbortController();
  #stream: ChangeStream<Document, Inserted> | null = null;
  #reopen = false;
  #token: string | null = null;
  /** Real time up to which the stream is known to have been read. */
  #readUntil: number | null = null;
  #failures = 0;
  #problem: string | null = null;
  #running: Promise<void> | null = null;

  constructor(options: EventStreamOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#bell.ring();
    this.#interrupt();
    await this.#running;
  }

  /** Reads for these lanes too, from each one's `readThrough` on. */
  attach(lanes: readonly Lane[]): void {
    let behind = false;
    for (const lane of lanes) {
      this.#lanes.add(lane);
      if (this.#token !== null && lane.readThrough < this.#token) behind = true;
    }
    if (behind) this.#interrupt();
    this.#bell.ring();
  }

  detach(lane: Lane): void {
    this.#lanes.delete(lane);
    this.#bell.ring();
  }

  /** Room was made in a lane. */
  goOn(): void {
    this.#bell.ring();
  }

  get problem(): string | null {
    return this.#problem;
  }

  /** How far behind real time the stream has been read, in milliseconds; Infinity when it has not answered yet. */
  get ageMs(): number {
    return this.#readUntil === null ? Number.POSITIVE_INFINITY : Math.max(0, Date.now() - this.#readUntil);
  }

  /** The present place in the stream: whatever is committed from now on lies behind it. */
  async present(): Promise<string> {
    const admin = this.#options.client.db('admin');
    const answer = await admin.command({
      aggregate: 1,
      pipeline: [{ $changeStream: { allChangesForCluster: true } }, { $match: this.#options.match }],
      cursor: { batchSize: 0 },
    });
    const token = tokenOf(answer.cursor?.postBatchResumeToken);
    // It would be closed after ten minutes anyway; a failure here is of no interest.
    await admin.command({ killCursors: '$cmd.aggregate', cursors: [answer.cursor?.id] }).catch(() => {});
    if (!token)
      throw new Error(
        'Expected a resume token from MongoDB, found none; events need a replica set or a sharded cluster of version 6 or newer.',
      );
    return token;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const [first, ...others] = this.#lanes;
      if (!first) {
        await this.#bell.rung();
        continue;
      }
      const from = others.reduce(
        (least, { readThrough }) => (readThrough < least ? readThrough : least),
        first.readThrough,
      );
      await this.#readFrom(from);
    }
  }

  async #readFrom(from: string): Promise<void> {
    const { client, match, awaitMs, logger } = this.#options;
    const stream = client.watch<Document, Inserted>([{ $match: match }], {
      resumeAfter: { _data: from },
      batchSize: 1_000,
      maxAwaitTimeMS: awaitMs,
    });
    this.#reopen = false;
    this.#stream = stream;
    this.#token = from;
    let answered = false;
    try {
      while (!this.#stop.signal.aborted && !this.#reopen && this.#lanes.size > 0) {
        if (this.#full()) {
          await this.#bell.rung();
          continue;
        }
        const change = await stream.tryNext();
        if (this.#reopen) break;
        this.#handOn(change, tokenOf(stream.resumeToken) ?? this.#token);
        answered = true;
      }
    } catch (error) {
      if (this.#reopen || this.#stop.signal.aborted) return;
      logger.warn({ err: error }, 'the stream of events broke off');
      this.#problem = `the stream of events waits to be opened again: ${error instanceof Error ? error.message : String(error)}`;
      this.#failures += 1;
      if (!answered && !isStoreUnavailable(error) && (await this.#opensHere()))
        this.#options.onPast([...this.#lanes].filter((lane) => lane.readThrough === from));
      else await this.#pause(backOffMs(this.#failures));
    } finally {
      this.#stream = null;
      this.#token = null;
      await stream.close().catch(() => {});
    }
  }

  #handOn(change: Inserted | null, token: string): void {
    const seen = change ? tokenOf(change._id) : null;
    if (change && seen) this.#options.onInsert(change, seen);
    // Between two events of one answer the token is the event's own; behind the last it may be further.
    if (!seen || token > seen) for (const lane of this.#lanes) lane.nothingUntil(token);
    this.#token = seen && seen > token ? seen : token;
    this.#readUntil = change ? writtenAt(change, this.#token) : Date.now();
    this.#failures = 0;
    this.#problem = null;
    if (!change) this.#options.onProgress();
  }

  /** A lane of a scan keeps what it can and reads the rest again, so it holds nobody back. */
  #full(): boolean {
    for (const lane of this.#lanes) if (lane.full && !lane.scanning) return true;
    return false;
  }

  #interrupt(): void {
    this.#reopen = true;
    // Closing ends the request that waits at the server for news.
    this.#stream?.close().catch(() => {});
    this.#bell.ring();
  }

  /** Whether a stream can be opened at all; if so, it is the place that was asked for which is gone. */
  async #opensHere(): Promise<boolean> {
    try {
      await this.present();
      return true;
    } catch {
      return false;
    }
  }

  async #pause(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#stop.signal }).catch(() => {});
  }
}

/** The hex text of a resume token, which compares like its place in the stream; null when this is none. */
function tokenOf(token: unknown): string | null {
  return typeof token === 'object' && token !== null && '_data' in token && typeof token._data === 'string'
    ? token._data
    : null;
}

function writtenAt(change: Inserted, token: string): number {
  return change.wallTime?.getTime() ?? instantOfHex(clusterTimeOf(token) ?? '0').getTime();
}
