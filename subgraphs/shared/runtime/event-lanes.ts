import { setTimeout as pause } from 'node:timers/promises';
import type { ClientSession, MongoClient } from 'mongodb';
import type { Logger } from 'pino';
import { Bell, backOffMs } from './bell';
import { type DeadLetter, deadLetterId } from './dead-letters';
import {
  appliedIds,
  type ConsumerCollections,
  clusterTimeOf,
  consumerCollections,
  instantOfHex,
  type LanePosition,
  overlapMs,
  type TakenLane,
} from './event-positions';
import type { EventConsumer, StoredEvent } from './events';
import { inTransaction, isStoreUnavailable, transactionBudgetMs } from './mongo';
import { Unavailable } from './unavailable';

/** What bounds a lane's work; injectable for tests. */
export interface LaneLimits {
  /** Events that take effect in one transaction at most. */
  batchSize: number;
  /** Events that wait in a lane at most; a full lane holds the stream back. */
  queueSize: number;
  /** Tries of a batch before its failing event is searched and parked. */
  tries: number;
  /** The wait before try 2, 3…, in milliseconds, by failures so far. */
  backOffMs(failures: number): number;
  /** How often an idle lane moves its position along with the stream, in milliseconds. */
  idleEveryMs: number;
}

/** What bounds a lane unless told. */
export const usualLaneLimits: LaneLimits = {
  batchSize: 500,
  queueSize: 5_000,
  tries: 4,
  backOffMs,
  idleEveryMs: 20_000,
};

/** What a lane needs of the follower that holds it. */
export interface LaneSurroundings {
  client: MongoClient;
  logger: Logger;
  limits: LaneLimits;
  /** Something has taken effect, or room has been made. */
  onProgress(): void;
  /** Somebody else holds the lane now, or its state here cannot be trusted: drop it. */
  onLost(lane: Lane): void;
  /** During its scan the lane could not keep what the stream brought: spare it the rest. */
  onOverflow(lane: Lane): void;
  /** Its scan has taken effect, and the stream is to be read again from `readThrough`. */
  onBehind(lane: Lane): void;
}

interface Waiting {
  event: StoredEvent;
  key: string;
  /** Where the event stands in the stream; null for one that a scan found. */
  token: string | null;
}

/** The lane belongs to another holder by now. */
class LaneLost extends Error {}
/** The follower stops; what waits is left to the next holder. */
class LaneStopped extends Error {}

/**
 * One lane in the hands of this process: it makes events take effect in order, each batch in one transaction with the
 * position. Nothing in its memory is the truth; a new holder starts from the stored position.
 */
export class Lane {
  readonly consumer: EventConsumer;
  readonly id: string;
  readonly index: number;
  readonly epoch: number;
  /** Every event of this lane up to here was handed over by the stream. */
  readThrough: string;

  readonly #around: LaneSurroundings;
  readonly #collections: ConsumerCollections;
  readonly #bell = new Bell();
  readonly #stop = new AbortController();
  #position: LanePosition;
  #queue: Waiting[] = [];
  #working = false;
  #running: Promise<void> | null = null;
  #held = true;
  #problem: string | null = null;
  #trimmedTo = 0;
  /** What the last try, whose outcome is perhaps unknown, wanted done after its commit. */
  #unsure: After;
  /** Order keys that have dead letters, or had some: asked again in the transaction. */
  #parkedKeys = new Set<string>();
  /** Ids that a scan has applied and the stream may repeat; null when it cannot. */
  #repeated: Set<string> | null = null;
  #scan: {
    /** The stream is followed from here once the scan has ended. */
    from: string;
    /** What the stream has brought meanwhile. */
    later: Waiting[];
    /** More came than is kept; the rest is read from the stream again. */
    overflowed: boolean;
    /** Set when the scan has handed over everything: the stream repeats until this cluster time. */
    endedAt: string | null;
  } | null = null;
  #fallen = false;
  #idleSince = Date.now();

  constructor(taken: TakenLane, around: LaneSurroundings) {
    this.consumer = taken.consumer;
    this.id = taken.position._id;
    this.index = taken.position.lane;
    this.epoch = taken.position.epoch;
    this.readThrough = taken.position.token ?? '';
    this.#position = taken.position;
    this.#around = around;
    this.#collections = consumerCollections(taken.consumer.database);
  }

  /** Reads what must be known before the first event. */
  async prepare(): Promise<void> {
    const { deadLetters } = this.#collections;
    const parked = deadLetters.find({ consumer: this.consumer.name, lane: this.index }).project<DeadLetter>({ key: 1 });
    for await (const { key } of parked) this.#parkedKeys.add(key);
    if (this.#position.token && this.#position.repeatsUntil)
      this.#repeated = await appliedIds(this.consumer, this.index);
  }

  /** Works until stopped or lost. */
  start(): void {
    this.#running = this.#run();
  }

  /** Finishes the transaction that runs and forgets what waits. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#bell.ring();
    await this.#running;
    this.#held = false;
  }

  /** False once the lane was stopped or lost. */
  get held(): boolean {
    return this.#held && !this.#stop.signal.aborted;
  }

  get scanning(): boolean {
    return this.#scan !== null;
  }

  /** The start of what a scan must look at; null for everything. */
  get scanFrom(): Date | null {
    return this.#position.at && new Date(this.#position.at.getTime() - overlapMs);
  }

  /** The token up to which everything has taken effect; null when a scan is needed first. */
  get token(): string | null {
    return this.#position.token;
  }

  /** No room: whoever fills the lane waits. A scan does not hold the stream back, what it cannot keep is read again. */
  get full(): boolean {
    return this.#queue.length >= this.#around.limits.queueSize;
  }

  get problem(): string | null {
    return this.#problem;
  }

  /** Age of the oldest event that waits, in milliseconds; 0 when none does, Infinity during a scan. */
  get lagMs(): number {
    if (this.#scan) return Number.POSITIVE_INFINITY;
    const oldest = this.#queue[0];
    return oldest ? Math.max(0, Date.now() - oldest.event.at.getTime()) : 0;
  }

  /** Whether everything before a mark in the stream has taken effect; `isPast` tells the tokens that lie behind the mark. */
  hasPassed(isPast: (token: string) => boolean): boolean {
    if (this.#scan || !isPast(this.readThrough)) return false;
    const next = this.#queue[0]?.token;
    return next === undefined || (next !== null && isPast(next));
  }

  /** Takes an event from the stream, unless it had it before. */
  fromStream(event: StoredEvent, key: string, token: string): void {
    if (token <= this.readThrough || this.#scan?.overflowed) return;
    if (!this.#scan) this.#queue.push({ event, key, token });
    else if (this.#scan.later.length < this.#around.limits.queueSize) this.#scan.later.push({ event, key, token });
    else {
      this.#scan.overflowed = true;
      this.#around.onOverflow(this);
      return;
    }
    this.readThrough = token;
    this.#bell.ring();
  }

  /** The stream has nothing for this lane up to here. */
  nothingUntil(token: string): void {
    if (token > this.readThrough && !this.#scan?.overflowed) this.readThrough = token;
  }

  /** The stream no longer has what comes next: finishes what waits, notes that a scan is needed, and ends as lost. */
  fallBehindOplog(): void {
    this.#fallen = true;
    this.#bell.ring();
  }

  /**
   * Turns to what lies before the stream. From `from` on the stream is kept for later.
   * The token goes first, so that whoever follows does not trust it.
   */
  async beginScan(from: string): Promise<void> {
    this.#scan = { from, later: [], overflowed: false, endedAt: null };
    this.readThrough = from;
    if (this.#position.token !== null) await this.#movePosition({ token: null, repeatsUntil: null });
  }

  /** The ids which a (further) pass of the scan must not repeat; the set is kept and grows with the pass. */
  async beginPass(): Promise<ReadonlySet<string>> {
    this.#repeated = await appliedIds(this.consumer, this.index);
    return this.#repeated;
  }

  /** Takes an event that the scan has found. */
  fromScan(event: StoredEvent, key: string): void {
    if (!this.#scan) return;
    // Older ones were committed long before the stream begins here, so the stream cannot repeat them.
    if (event.at.getTime() >= instantOf(this.#scan.from).getTime() - overlapMs) this.#repeated?.add(event._id);
    this.#queue.push({ event, key, token: null });
    this.#bell.ring();
  }

  /** The scan has handed over everything; the stream repeats some of it until this cluster time. */
  endScan(repeatsUntil: string): void {
    if (this.#scan) this.#scan.endedAt = repeatsUntil;
    this.#bell.ring();
  }

  /** Resolves when nothing waits or runs, or the lane is no longer held. */
  async drained(): Promise<void> {
    while (this.held && (this.#queue.length > 0 || this.#working)) await this.#bell.rung();
  }

  /** Resolves when there is room, or the lane is no longer held. */
  async room(): Promise<void> {
    while (this.held && this.full) await this.#bell.rung();
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#next();
      } catch (error) {
        if (error instanceof LaneStopped) break;
        if (!(error instanceof LaneLost))
          this.#around.logger.error({ err: error, lane: this.id }, 'a lane of events failed; it starts anew');
        this.#held = false;
        this.#working = false;
        this.#bell.ring();
        this.#around.onLost(this);
        return;
      }
    }
    this.#working = false;
    this.#bell.ring();
  }

  async #next(): Promise<void> {
    const batch = this.#queue.slice(0, this.#around.limits.batchSize);
    if (batch.length > 0) {
      this.#working = true;
      await this.#take(batch, this.#around.limits.tries);
      this.#queue.splice(0, batch.length);
      this.#working = false;
      this.#idleSince = Date.now();
    } else if (this.#fallen) {
      if (!this.#scan) await this.#movePosition({ token: null, repeatsUntil: null });
      throw new LaneLost();
    } else if (this.#scan?.endedAt) {
      await this.#joinStream(this.#scan.endedAt);
    } else if (!this.#scan && this.#idleMs() >= this.#around.limits.idleEveryMs) {
      this.#idleSince = Date.now();
      if (this.readThrough > (this.#position.token ?? '')) await this.#followIdly();
    } else {
      await this.#bell.rung(Math.max(1, this.#around.limits.idleEveryMs - this.#idleMs()));
      return;
    }
    this.#bell.ring();
    this.#around.onProgress();
  }

  #idleMs(): number {
    return this.#scan ? 0 : Date.now() - this.#idleSince;
  }

  /** Makes a batch take effect, come what may: waits while the store is away, parks what cannot be applied. */
  async #take(batch: Waiting[], tries: number): Promise<void> {
    const failure = await this.#applyPatiently(batch, tries, null);
    if (!failure) return;
    if (batch.length === 1 && failure !== 'TOO_MUCH') {
      await this.#applyPatiently(batch, Number.POSITIVE_INFINITY, failure);
      return;
    }
    const middle = batch.length >> 1;
    await this.#take(batch.slice(0, middle), failure === 'TOO_MUCH' ? tries : 1);
    await this.#take(batch.slice(middle), failure === 'TOO_MUCH' ? tries : 1);
  }

  /** Null when the batch took effect, else why it never will. `parking` is the reason to park its one event. */
  async #applyPatiently(
    batch: Waiting[],
    tries: number,
    parking: Failure | null,
  ): Promise<Failure | 'TOO_MUCH' | null> {
    let after: After;
    let away = 0;
    for (let failures = 0; ; ) {
      const began = Date.now();
      try {
        after = await this.#commit(batch, parking);
        this.#problem = null;
        break;
      } catch (error) {
        if (error instanceof LaneLost) throw error;
        if (this.#stop.signal.aborted) throw new LaneStopped();
        const passing = isPassing(error);
        const reason = error instanceof Error ? error.message : String(error);
        this.#problem = `${this.id} waits to retry: ${reason}`;
        if (passing) {
          away += 1;
          // What was too much for the time of one transaction would be so for ever.
          if (batch.length > 1 && Date.now() - began > transactionBudgetMs * 0.9) return 'TOO_MUCH';
        } else {
          failures += 1;
          this.#around.logger.warn(
            { err: error, lane: this.id, events: batch.length, failures, of: tries },
            'events could not be applied',
          );
          if (failures >= tries) return { error: reason, attempts: (parking?.attempts ?? 0) + failures };
        }
        if (passing && away === 3)
          this.#around.logger.warn({ err: error, lane: this.id }, 'events wait until the store answers again');
        await this.#pause(this.#around.limits.backOffMs(passing ? away : failures));
      }
    }
    try {
      await after?.();
    } catch (error) {
      this.#around.logger.warn(
        { err: error, lane: this.id },
        'what follows the commit of events failed and is left out',
      );
    }
    return null;
  }

  /**
   * One transaction: effects, dead letters of keys that are parked, ids against repetition, and the position.
   * Returns what the consumer wants done after the commit.
   */
  async #commit(batch: Waiting[], parking: Failure | null): Promise<After> {
    const fresh = batch.filter(({ event, token }) => token === null || !this.#repeated?.has(event._id));
    const next = this.#positionAfter(batch);
    const { positions, deadLetters, applied } = this.#collections;
    const { name: consumer } = this.consumer;
    const trimTo = (next.at?.getTime() ?? 0) - overlapMs;
    const trims = trimTo - this.#trimmedTo > overlapMs / 8;
    let parkedKeys = this.#parkedKeys;
    let parked: DeadLetter[] = [];
    let after: After;
    try {
      await inTransaction(this.#around.client, async (session) => {
        after = undefined;
        parkedKeys = await this.#stillParked(fresh, session);
        const ready = parking ? [] : fresh.filter(({ key }) => !parkedKeys.has(key));
        const waiting = parking ? fresh : fresh.filter(({ key }) => parkedKeys.has(key));
        if (ready.length > 0) after = (await this.consumer.apply(ready.map(eventOf), session)) ?? undefined;
        parked = waiting.map(({ event, key }, i) => this.#deadLetter(event, key, i, parking, parkedKeys.has(key)));
        if (parked.length > 0) await deadLetters.insertMany(parked, { session });
        if (fresh.length > 0) {
          const at = new Date(Math.max(...fresh.map(({ event }) => event.at.getTime())));
          const ids = fresh.map(({ event }) => event._id);
          await applied.insertOne({ consumer, lane: this.index, at, ids }, { session });
        }
        if (trims) await applied.deleteMany({ consumer, lane: this.index, at: { $lt: new Date(trimTo) } }, { session });
        // Last, so that others are kept from the position for moments only.
        const update = await positions.updateOne(
          { _id: this.id, epoch: this.epoch, step: this.#position.step },
          { $set: { ...next, parked: this.#position.parked + parked.length } },
          { session },
        );
        if (update.matchedCount === 0) throw new LaneLost();
      });
    } catch (error) {
      // A commit whose outcome was unknown may have gone through; then the stored position names this very batch.
      const stored = error instanceof LaneLost ? await this.#committed(next) : null;
      if (!stored) {
        this.#unsure = after;
        throw error;
      }
      this.#position = stored;
      for (const { key } of batch) this.#parkedKeys.add(key);
      return this.#unsure;
    }
    if (trims) this.#trimmedTo = trimTo;
    this.#position = { ...this.#position, ...next, parked: this.#position.parked + parked.length };
    if (!next.repeatsUntil && !this.#scan) this.#repeated = null;
    for (const { key } of fresh) if (!parkedKeys.has(key)) this.#parkedKeys.delete(key);
    for (const { key, _id, eventId, error, state } of parked) {
      this.#parkedKeys.add(key);
      if (state === 'FAILED')
        this.#around.logger.error({ deadLetter: _id, event: eventId, reason: error }, 'an event was parked');
    }
    return after;
  }

  #deadLetter(
    event: StoredEvent,
    key: string,
    offset: number,
    parking: Failure | null,
    behindAnother: boolean,
  ): DeadLetter {
    const order = this.#position.parked + offset;
    const failed = parking !== null && !behindAnother;
    return {
      _id: deadLetterId(this.id, order),
      consumer: this.consumer.name,
      lane: this.index,
      tenantId: event.tenantId,
      key,
      order,
      eventId: event._id,
      event,
      error: failed ? parking.error : null,
      parkedAt: new Date(),
      attempts: failed ? parking.attempts : 0,
      state: failed ? 'FAILED' : 'WAITING',
    };
  }

  /** Those of the keys that have dead letters now; an operator may have replayed the others meanwhile. */
  async #stillParked(events: Waiting[], session: ClientSession): Promise<Set<string>> {
    const asked = [...new Set(events.map(({ key }) => key))].filter((key) => this.#parkedKeys.has(key));
    if (asked.length === 0) return new Set();
    const found = await this.#collections.deadLetters
      .find({ consumer: this.consumer.name, key: { $in: asked } }, { session })
      .project<Pick<DeadLetter, 'key'>>({ key: 1 })
      .toArray();
    return new Set(found.map(({ key }) => key));
  }

  #positionAfter(batch: Waiting[]): Pick<LanePosition, 'token' | 'at' | 'repeatsUntil' | 'last' | 'step'> {
    const last = batch.at(-1);
    const token = last?.token ?? null;
    const before = this.#position.at?.getTime() ?? 0;
    const step = this.#position.step + 1;
    if (last && token === null) {
      // A publisher whose clock is ahead must not draw the position past what the stream will bring.
      const limit = this.#scan ? instantOf(this.#scan.from).getTime() : Number.POSITIVE_INFINITY;
      const at = new Date(Math.max(before, Math.min(last.event.at.getTime(), limit)));
      return { token: this.#position.token, at, repeatsUntil: null, last: last.event._id, step };
    }
    return { ...this.#streamPosition(token ?? this.readThrough), last: last?.event._id ?? this.#position.last, step };
  }

  #streamPosition(token: string): Pick<LanePosition, 'token' | 'at' | 'repeatsUntil'> {
    const at = new Date(Math.max(this.#position.at?.getTime() ?? 0, instantOf(token).getTime()));
    const { repeatsUntil } = this.#position;
    return {
      token,
      at,
      repeatsUntil: repeatsUntil && (clusterTimeOf(token) ?? '') > repeatsUntil ? null : repeatsUntil,
    };
  }

  /** Keeps an idle lane's position from falling off the oplog. */
  async #followIdly(): Promise<void> {
    await this.#movePosition(this.#streamPosition(this.readThrough));
    if (!this.#position.repeatsUntil) this.#repeated = null;
  }

  async #joinStream(repeatsUntil: string): Promise<void> {
    const scan = this.#scan;
    if (!scan) return;
    await this.#movePosition({ token: scan.from, at: instantOf(scan.from), repeatsUntil });
    this.#scan = null;
    this.#idleSince = Date.now();
    this.#queue.push(...scan.later);
    if (scan.overflowed) this.#around.onBehind(this);
  }

  /** Moves the position without an effect. */
  async #movePosition(to: Partial<Pick<LanePosition, 'token' | 'at' | 'repeatsUntil'>>): Promise<void> {
    const next = { ...to, last: null, step: this.#position.step + 1 };
    for (let failures = 1; ; failures += 1) {
      try {
        const update = await this.#collections.positions.updateOne(
          { _id: this.id, epoch: this.epoch, step: this.#position.step },
          { $set: next },
        );
        // The driver repeats an update whose answer was lost, and the server knows the repetition by its number.
        if (update.matchedCount === 0) throw new LaneLost();
        this.#position = { ...this.#position, ...next };
        this.#problem = null;
        return;
      } catch (error) {
        if (!isPassing(error)) throw error;
        if (this.#stop.signal.aborted) throw new LaneStopped();
        this.#problem = `${this.id} waits to retry: ${error instanceof Error ? error.message : String(error)}`;
        await this.#pause(this.#around.limits.backOffMs(failures));
      }
    }
  }

  /** The stored position when it is the one that this batch would have left. */
  async #committed(next: Pick<LanePosition, 'step' | 'last'>): Promise<LanePosition | null> {
    const { step, last } = next;
    return this.#collections.positions.findOne({ _id: this.id, epoch: this.epoch, step, last });
  }

  async #pause(ms: number): Promise<void> {
    try {
      await pause(ms, undefined, { signal: this.#stop.signal });
    } catch {
      throw new LaneStopped();
    }
  }
}

type After = undefined | (() => Promise<void>);

const eventOf = ({ event }: Waiting): StoredEvent => event;

interface Failure {
  error: string;
  attempts: number;
}

/** Whether the same may succeed later without anybody doing anything: a store or a subgraph is away. */
function isPassing(error: unknown): boolean {
  return error instanceof Unavailable || isStoreUnavailable(error);
}

function instantOf(token: string): Date {
  return instantOfHex(clusterTimeOf(token) ?? '0');
}
