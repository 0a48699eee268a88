import type {
  ChangeStreamInsertDocument,
  ClientSession,
  Collection,
  Db,
  Document,
  OptionalUnlessRequiredId,
} from 'mongodb';
import type { Logger } from 'pino';
import {
  collectionOf,
  type EventPayloads,
  type EventType,
  eventCatalogue,
  type PromographEvent,
  type Publisher,
} from '../contracts/events';
import type { TenantId } from '../kernel/identifiers';
import { Bell } from './bell';
import { Lane, type LaneLimits, type LaneSurroundings, usualLaneLimits } from './event-lanes';
import {
  clusterTimeNow,
  clusterTimeOf,
  ensureConsumer,
  freeLanes,
  hexOfTimestamp,
  laneCount,
  laneId,
  laneOf,
  orderKey,
  releaseLeases,
  renewLeases,
  reportedAges,
  type TakenLane,
  takeLane,
} from './event-positions';
import { type EventSource, scanEvents } from './event-scan';
import { EventStream } from './event-stream';
import { newId } from './ids';
import type { MongoConnection } from './mongo';

/** An event as it lies in its publisher's collection; a move of a coupon has more fields of its own beside these. */
export type StoredEvent<T extends EventType = EventType> = PromographEvent<T>;

/** One that follows events and makes something of them, exactly once and in order per key. */
export interface EventConsumer<T extends EventType = EventType> {
  /** As `contracts/events.ts` names it, e.g. `settlement.templates`. */
  name: string;
  /** The consumer's own database: its positions, leases and dead letters live there, beside its effects. */
  database: Db;
  /** How many lanes work side by side, 4 unless told; fixed once the consumer has run, since keys are spread over them by hash. */
  lanes?: number;
  follows: readonly T[];
  /** What must stay in order among itself; the event's `key` unless told. */
  laneKey?(event: StoredEvent<T>): string;
  /**
   * Makes the effect of an ordered batch of one lane. Its writes carry the session and commit together with the lane's
   * position, so whatever crashes they take effect once. It may be called again for the same events when a commit failed,
   * so anything outside the transaction belongs into the returned function, which runs after the commit (a publish to
   * Redis, say) and may be lost.
   */
  apply(events: StoredEvent<T>[], session: ClientSession): Promise<void | (() => Promise<void>)>;
}

/** How far a consumer is behind in this process. */
export interface ConsumerLag {
  consumer: string;
  /** Age in milliseconds of the oldest event that waits; Infinity while a lane reads what lies before the stream. */
  lagMs: number;
}

export interface EventFollowerOptions {
  mongo: MongoConnection;
  /** Where a publisher's events lie, normally `mongo.database`. */
  databaseOf?(publisher: Publisher): Db;
  consumers?: readonly EventConsumer[];
  logger: Logger;
  /** Unique among all running processes; two that share one would take each other's lanes for their own. */
  processId: string;
  /** A dead process's lanes are taken over after this, in milliseconds; 5,000 unless told. */
  leaseMs?: number;
  /** How long the server may hold back an empty answer of the stream, in milliseconds; 1,000 unless told. */
  awaitMs?: number;
  /** What differs from the usual bounds of a lane: batch and queue sizes, tries, back-off. */
  limits?: Partial<LaneLimits>;
}

export interface EventFollower {
  /** Before `start` only. */
  addConsumer(consumer: EventConsumer): void;
  /** Takes the free lanes and follows them. Throws when MongoDB is away or a consumer cannot run as it is described. */
  start(): Promise<void>;
  /** Finishes the batches that run and gives the lanes back. */
  stop(): Promise<void>;
  /** Resolves when the lanes held here have applied or parked every event committed before the call. */
  settled(): Promise<void>;
  lag(): ConsumerLag[];
  /**
   * How old the copies made from events may be, in milliseconds: the age of the last answer of the stream plus the age
   * of what waits. Covers lanes of other processes too, by what they report. Infinity when it is not known.
   */
  streamAgeMs(consumer?: string): number;
  /** What stands in the way of following right now; empty when nothing does. */
  problems(): string[];
}

/**
 * An event ready to be written, with a fresh id and the real time: `newEvent('sku.changed', { tenantId, key: skuId, payload })`.
 * Make it inside the transaction and after the write of the change: a scan orders events by `at` and id, so an event that
 * was made before a retry could come out ahead of another's.
 */
export function newEvent<T extends EventType>(
  type: T,
  about: { tenantId: TenantId; key: string; payload: EventPayloads[T] },
): PromographEvent<T>;
export function newEvent(
  type: EventType,
  about: { tenantId: TenantId; key: string; payload: EventPayloads[EventType] },
): object {
  // A process's own events never share a place and never go back, even when its clock does.
  const now = Date.now();
  if (now > latest.at) latest = { at: now, count: 0 };
  else latest.count += 1;
  const count = latest.count.toString(36).padStart(5, '0');
  return { _id: `evt_${latest.at.toString(36)}${count}${newId('').slice(9)}`, type, at: new Date(latest.at), ...about };
}

let latest = { at: 0, count: 0 };

/** Writes events in the transaction of the change they tell of. The order given is the order in which they take effect. */
export async function writeEvents<E extends StoredEvent>(
  collection: Collection<E>,
  events: readonly OptionalUnlessRequiredId<E>[],
  session: ClientSession,
): Promise<void> {
  if (events.length > 0) await collection.insertMany([...events], { session });
}

/** The index with which consumers read past the oplog; every publisher ensures it at start. */
export async function ensureEventIndexes(collection: Pick<Collection, 'createIndex'>): Promise<void> {
  await collection.createIndex({ at: 1, _id: 1 });
}

/**
 * Follows events for the consumers of this process: one change stream, fanned out to the lanes whose leases it holds.
 * While the store is away it waits and goes on by itself; `problems`, `lag` and `streamAgeMs` tell.
 */
export function createEventFollower(options: EventFollowerOptions): EventFollower {
  return new Follower(options);
}

/** Written by `settled` and read back from the stream: whatever was committed before it has been read then too. */
interface StreamMark {
  _id: string;
  holder: string;
  at: Date;
}

const marksName = 'stream_marks';

class Follower implements EventFollower {
  readonly #options: EventFollowerOptions;
  readonly #leaseMs: number;
  readonly #consumers: EventConsumer[] = [];
  /** Lanes held by this process, by id. */
  readonly #lanes = new Map<string, Lane>();
  /** Those of them that the stream feeds. */
  readonly #fed = new Map<string, Lane>();
  /** Lanes given up since the last round, which may come back in the next. */
  readonly #leaving = new Set<string>();
  readonly #scans = new Set<Promise<void>>();
  /** Consumers by what they follow, `database.collection/type`. */
  readonly #routes = new Map<string, EventConsumer[]>();
  readonly #marks = new Map<string, string | null>();
  readonly #stop = new AbortController();
  readonly #nextRound = new Bell();
  readonly #progress = new Bell();
  #stream: EventStream | null = null;
  #reported = { ages: new Map<string, number>(), at: 0 };
  #round: Promise<void> = Promise.resolve();
  #loop: Promise<void> | null = null;
  #problem: string | null = null;

  constructor(options: EventFollowerOptions) {
    this.#options = options;
    this.#leaseMs = options.leaseMs ?? 5_000;
    for (const consumer of options.consumers ?? []) this.addConsumer(consumer);
  }

  addConsumer(consumer: EventConsumer): void {
    if (this.#stream) throw new Error(`Expected ${consumer.name} before the start, found it after; add it earlier.`);
    if (consumer.database.client !== this.#options.mongo.client)
      throw new Error(
        `Expected the database of ${consumer.name} to come from the follower's connection, found another; transactions cannot span two.`,
      );
    if (this.#consumers.some(({ name }) => name === consumer.name))
      throw new Error(`Expected each consumer once, found ${consumer.name} twice; give it one name and one place.`);
    for (const type of consumer.follows)
      if (!eventCatalogue[type].consumers.includes(consumer.name))
        throw new Error(
          `Expected ${type} to be followed by ${eventCatalogue[type].consumers.join(', ') || 'nobody'}, found ${consumer.name}; name it in contracts/events.ts.`,
        );
    this.#consumers.push(consumer);
  }

  async start(): Promise<void> {
    const first = this.#consumers[0];
    if (!first || this.#stream) return;
    for (const consumer of this.#consumers) await ensureConsumer(consumer);
    await this.#marksIn(first.database).createIndex({ at: 1 }, { expireAfterSeconds: 3_600 });
    const stream = new EventStream({
      client: this.#options.mongo.client,
      logger: this.#options.logger,
      match: this.#match(first.database),
      awaitMs: this.#options.awaitMs ?? 1_000,
      onInsert: (change, token) => this.#handOn(change, token),
      onPast: (lanes) => {
        for (const lane of lanes) {
          this.#options.logger.warn({ lane: lane.id }, 'the oplog no longer reaches back to a lane; it scans instead');
          this.#unfeed(lane);
          lane.fallBehindOplog();
        }
      },
      onProgress: () => this.#progress.ring(),
    });
    this.#stream = stream;
    stream.start();
    await this.#goRound(stream);
    this.#loop = this.#keepGoing(stream);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#nextRound.ring();
    this.#progress.ring();
    await this.#loop;
    await this.#stream?.stop();
    const lanes = [...this.#lanes.values()];
    await Promise.all(lanes.map((lane) => lane.stop()));
    await Promise.all(this.#scans);
    this.#lanes.clear();
    // All at once: with the database away each would wait for its own time-out.
    await Promise.all(
      [...this.#databases()].map(({ database }) =>
        releaseLeases(
          database,
          this.#options.processId,
          lanes.filter((lane) => sameDatabase(lane.consumer.database, database)),
        ).catch((error) =>
          this.#options.logger.warn({ err: error }, 'leases were not given back; they run out by themselves'),
        ),
      ),
    );
    this.#progress.ring();
  }

  async settled(): Promise<void> {
    await this.#round;
    const first = this.#consumers[0];
    if (!first || this.#held().length === 0) return;
    const marks = this.#marksIn(first.database);
    const mark: StreamMark = { _id: newId('mrk'), holder: this.#options.processId, at: new Date() };
    const session = this.#options.mongo.client.startSession();
    this.#marks.set(mark._id, null);
    try {
      await marks.insertOne(mark, { session });
      const written = session.operationTime ? hexOfTimestamp(session.operationTime) : null;
      const isPast = (token: string): boolean => {
        const read = this.#marks.get(mark._id) ?? null;
        return (read !== null && token >= read) || (written !== null && (clusterTimeOf(token) ?? '') > written);
      };
      while (this.#leaving.size > 0 || this.#held().some((lane) => !lane.hasPassed(isPast))) {
        if (this.#stop.signal.aborted) throw new Error('Expected events to settle, found the follower stopped.');
        await this.#progress.rung(1_000);
      }
    } finally {
      this.#marks.delete(mark._id);
      await session.endSession();
      // One that stays behind goes by its TTL.
      await marks.deleteOne({ _id: mark._id }).catch(() => {});
    }
  }

  lag(): ConsumerLag[] {
    return this.#consumers.map(({ name }) => ({
      consumer: name,
      lagMs: Math.max(0, ...this.#held().map((lane) => (lane.consumer.name === name ? lane.lagMs : 0))),
    }));
  }

  streamAgeMs(consumer?: string): number {
    const since = Date.now() - this.#reported.at;
    let oldest = 0;
    for (const followed of this.#consumers) {
      if (consumer !== undefined && followed.name !== consumer) continue;
      for (let i = 0; i < laneCount(followed); i += 1) {
        const id = laneId(followed.name, i);
        const lane = this.#lanes.get(id);
        const elsewhere = this.#reported.ages.get(id) ?? Number.POSITIVE_INFINITY;
        oldest = Math.max(oldest, lane ? this.#ageOf(lane) : elsewhere + since);
      }
    }
    return oldest;
  }

  problems(): string[] {
    const found = [this.#problem, this.#stream?.problem ?? null, ...this.#held().map(({ problem }) => problem)];
    return found.filter((problem) => problem !== null);
  }

  #held(): Lane[] {
    return [...this.#lanes.values()];
  }

  #ageOf(lane: Lane): number {
    return (this.#stream?.ageMs ?? Number.POSITIVE_INFINITY) + lane.lagMs;
  }

  /** Renews, takes over and gives up lanes until stopped. */
  async #keepGoing(stream: EventStream): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#nextRound.rung(this.#leaseMs / 3);
      if (this.#stop.signal.aborted) return;
      try {
        await this.#goRound(stream);
      } catch (error) {
        this.#problem = `leases of events are not renewed: ${error instanceof Error ? error.message : String(error)}`;
        this.#options.logger.warn({ err: error }, 'leases of events are not renewed; their lanes go on until taken');
      }
    }
  }

  #goRound(stream: EventStream): Promise<void> {
    const round = this.#leases(stream);
    this.#round = round.catch(() => {});
    return round;
  }

  async #leases(stream: EventStream): Promise<void> {
    const left = [...this.#leaving];
    const { processId } = this.#options;
    const ages = new Map<string, number>();
    const taken: TakenLane[] = [];
    for (const { database, consumers } of this.#databases()) {
      const held = this.#held().filter((lane) => sameDatabase(lane.consumer.database, database));
      const renewals = held.map((lane) => ({ id: lane.id, epoch: lane.epoch, ageMs: this.#ageOf(lane) }));
      for (const id of await renewLeases(database, processId, renewals, this.#leaseMs)) {
        const lane = this.#lanes.get(id);
        if (lane) this.#drop(lane);
      }
      const names = consumers.map(({ name }) => name);
      for (const [id, age] of await reportedAges(database, names)) ages.set(id, age);
      for (const { consumer: name, lane } of await freeLanes(database, names)) {
        const consumer = consumers.find((one) => one.name === name);
        const one =
          consumer && lane < laneCount(consumer) && (await takeLane(consumer, lane, processId, this.#leaseMs));
        if (one) taken.push(one);
      }
    }
    this.#reported = { ages, at: Date.now() };
    if (taken.length > 0) await this.#begin(stream, taken);
    for (const id of left) this.#leaving.delete(id);
    this.#problem = null;
    this.#progress.ring();
  }

  /** Puts lanes that were just taken to work: from the stream, or through a scan when their position is of no use. */
  async #begin(stream: EventStream, taken: readonly TakenLane[]): Promise<void> {
    const { client } = this.#options.mongo;
    const lanes = taken.map((one) => new Lane(one, this.#surroundings(stream)));
    for (const lane of lanes) this.#lanes.set(lane.id, lane);
    try {
      const now = await clusterTimeNow(client);
      // A position in the future belongs to a deployment that was set back to an older copy.
      const lost = lanes.filter(({ token }) => token === null || !isBetween(clusterTimeOf(token), now));
      await Promise.all(lanes.map((lane) => lane.prepare()));
      if (lost.length > 0) {
        const from = await stream.present();
        await Promise.all(lost.map((lane) => lane.beginScan(from)));
        for (const consumer of this.#consumers) {
          const group = lost.filter((lane) => lane.consumer === consumer);
          if (group.length > 0) this.#scan(consumer, group, from);
        }
      }
    } catch (error) {
      for (const lane of lanes) this.#drop(lane);
      throw error;
    }
    for (const lane of lanes) {
      this.#fed.set(lane.id, lane);
      lane.start();
    }
    stream.attach(lanes);
  }

  #scan(consumer: EventConsumer, lanes: readonly Lane[], from: string): void {
    const { logger, mongo } = this.#options;
    const sources = this.#sources(consumer);
    const scan = scanEvents({ client: mongo.client, logger, consumer, sources, lanes, from, signal: this.#stop.signal })
      .catch((error) => logger.error({ err: error, consumer: consumer.name }, 'a scan of events failed'))
      .finally(() => this.#scans.delete(scan));
    this.#scans.add(scan);
  }

  #surroundings(stream: EventStream): LaneSurroundings {
    return {
      client: this.#options.mongo.client,
      logger: this.#options.logger,
      limits: { ...usualLaneLimits, ...this.#options.limits },
      onProgress: () => {
        stream.goOn();
        this.#progress.ring();
      },
      onLost: (lane) => this.#drop(lane),
      onOverflow: (lane) => this.#unfeed(lane),
      onBehind: (lane) => {
        if (this.#lanes.get(lane.id) !== lane) return;
        this.#fed.set(lane.id, lane);
        stream.attach([lane]);
      },
    };
  }

  #unfeed(lane: Lane): void {
    if (this.#fed.get(lane.id) === lane) this.#fed.delete(lane.id);
    this.#stream?.detach(lane);
  }

  /** Gives a lane up; whoever is next, this process perhaps, begins at the stored position. */
  #drop(lane: Lane): void {
    this.#unfeed(lane);
    if (this.#lanes.get(lane.id) !== lane) return;
    this.#lanes.delete(lane.id);
    this.#leaving.add(lane.id);
    const { processId, logger } = this.#options;
    const given = lane
      .stop()
      .then(() => releaseLeases(lane.consumer.database, processId, [lane]))
      .catch((error) => logger.warn({ err: error, lane: lane.id }, 'a lease was not given back; it runs out by itself'))
      .finally(() => {
        this.#scans.delete(given);
        this.#nextRound.ring();
      });
    this.#scans.add(given);
  }

  #databases(): { database: Db; consumers: EventConsumer[] }[] {
    const databases = new Map<string, { database: Db; consumers: EventConsumer[] }>();
    for (const consumer of this.#consumers) {
      const { database } = consumer;
      const known = databases.get(database.databaseName);
      if (known) known.consumers.push(consumer);
      else databases.set(database.databaseName, { database, consumers: [consumer] });
    }
    return [...databases.values()];
  }

  #sources(consumer: EventConsumer): EventSource[] {
    const sources = new Map<string, { collection: Collection<StoredEvent>; types: EventType[] }>();
    for (const type of consumer.follows) {
      const collection = this.#collectionOf(type);
      const source = sources.get(collection.namespace);
      if (source) source.types.push(type);
      else sources.set(collection.namespace, { collection, types: [type] });
    }
    return [...sources.values()];
  }

  #collectionOf(type: EventType): Collection<StoredEvent> {
    const { databaseOf, mongo } = this.#options;
    const { publisher } = eventCatalogue[type];
    const database = databaseOf ? databaseOf(publisher) : mongo.database(publisher);
    return database.collection<StoredEvent>(collectionOf(type));
  }

  #marksIn(database: Db): Collection<StreamMark> {
    return database.collection<StreamMark>(marksName);
  }

  /** What the stream reads; notes on the way who gets it. */
  #match(marks: Db): Document {
    const wanted = new Map<string, { db: string; coll: string; types: Set<EventType> }>();
    for (const consumer of this.#consumers)
      for (const { collection, types } of this.#sources(consumer)) {
        const { dbName: db, collectionName: coll } = collection;
        const source = wanted.get(`${db}.${coll}`) ?? { db, coll, types: new Set() };
        wanted.set(`${db}.${coll}`, source);
        for (const type of types) {
          source.types.add(type);
          const route = `${db}.${coll}/${type}`;
          this.#routes.set(route, [...(this.#routes.get(route) ?? []), consumer]);
        }
      }
    return {
      operationType: 'insert',
      $or: [
        ...[...wanted.values()].map(({ db, coll, types }) => ({
          'ns.db': db,
          'ns.coll': coll,
          'fullDocument.type': { $in: [...types] },
        })),
        { 'ns.db': marks.databaseName, 'ns.coll': marksName, 'fullDocument.holder': this.#options.processId },
      ],
    };
  }

  #handOn(change: ChangeStreamInsertDocument<Document>, token: string): void {
    const { ns, fullDocument } = change;
    if (ns.coll === marksName) {
      const mark = String(fullDocument._id);
      if (this.#marks.has(mark)) this.#marks.set(mark, token);
      for (const lane of this.#fed.values()) lane.nothingUntil(token);
      this.#progress.ring();
      return;
    }
    if (!isEvent(fullDocument)) {
      this.#options.logger.error({ collection: `${ns.db}.${ns.coll}`, id: fullDocument._id }, 'not an event; left out');
      return;
    }
    for (const consumer of this.#routes.get(`${ns.db}.${ns.coll}/${fullDocument.type}`) ?? []) {
      const key = orderKey(consumer, fullDocument);
      this.#fed.get(laneId(consumer.name, laneOf(key, laneCount(consumer))))?.fromStream(fullDocument, key, token);
    }
  }
}

/** The five fields by which an event is told apart and put in order; the payload is its publisher's word. */
function isEvent(document: Document): document is StoredEvent {
  const { _id, type, tenantId, key, at } = document;
  return [_id, type, tenantId, key].every((field) => typeof field === 'string') && at instanceof Date;
}

function isBetween(time: string | null, now: string): boolean {
  return time !== null && time <= now;
}

function sameDatabase(one: Db, other: Db): boolean {
  return one.databaseName === other.databaseName;
}
