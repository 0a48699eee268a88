import { type Collection, type Db, type MongoClient, type MongoServerError, Timestamp } from 'mongodb';
import type { DeadLetter } from './dead-letters';
import type { EventConsumer, StoredEvent } from './events';

/** Lanes of a consumer that does not say how many it wants. */
const usualLanes = 4;

/** How far events may commit behind their `at` (transactions, clocks of publishers): the overlap of scans, in milliseconds. */
export const overlapMs = 120_000;

/**
 * How far one lane has come. Only the holder of the newest `epoch` moves it, one `step` at a time and in the transaction
 * of the effect, so a holder that was stalled and replaced cannot commit anything.
 */
export interface LanePosition {
  _id: string;
  consumer: string;
  lane: number;
  /** Lanes of the consumer; another number would send keys to other lanes, so it never changes. */
  of: number;
  epoch: number;
  step: number;
  /** Everything of the stream up to this token has taken effect; null while the lane reads what lies before the stream. */
  token: string | null;
  /** Everything written before this, less the overlap, has taken effect; null before the first event. */
  at: Date | null;
  /** The stream repeats what a scan has applied until this cluster time; null when it no longer does. */
  repeatsUntil: string | null;
  /** The last event of the last commit, which tells whether a commit of unknown outcome went through. */
  last: string | null;
  /** Dead letters ever made; gives them their order. */
  parked: number;
  /** Raised by replays, so that a replay and a batch of this lane never commit side by side. */
  replays: number;
}

/** Who works on a lane. Apart from the position, so that renewing a lease never disturbs a running transaction. */
export interface LaneLease {
  _id: string;
  consumer: string;
  lane: number;
  holder: string | null;
  leaseUntil: Date;
  epoch: number;
  /** Everything written before this has taken effect, as the holder reported; null when unknown. */
  freshAt: Date | null;
}

/** Ids that took effect in one batch; kept for the overlap, so that a scan does not repeat them. */
export interface AppliedEvents {
  consumer: string;
  lane: number;
  /** The latest `at` among the events. */
  at: Date;
  ids: string[];
}

/** The collections in a consumer's own database that carry its progress. */
export interface ConsumerCollections {
  positions: Collection<LanePosition>;
  leases: Collection<LaneLease>;
  applied: Collection<AppliedEvents>;
  deadLetters: Collection<DeadLetter>;
}

/** The collections of progress in this database. */
export function consumerCollections(database: Db): ConsumerCollections {
  return {
    positions: database.collection<LanePosition>('consumer_lanes'),
    leases: database.collection<LaneLease>('consumer_leases'),
    applied: database.collection<AppliedEvents>('applied_events'),
    deadLetters: database.collection<DeadLetter>('dead_letters'),
  };
}

/** How many lanes a consumer has. */
export function laneCount(consumer: EventConsumer): number {
  return consumer.lanes ?? usualLanes;
}

/** What must stay in order among itself, within its tenant: names of two tenants may be alike. */
export function orderKey(consumer: EventConsumer, event: StoredEvent): string {
  return `${event.tenantId}/${consumer.laneKey ? consumer.laneKey(event) : event.key}`;
}

/** The lane of a key, for ever the same: FNV-1a, which spreads short strings well and needs no allocation. */
export function laneOf(key: string, lanes: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i += 1) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % lanes;
}

/** The id of a lane's position and lease, e.g. `settlement.templates:3`. */
export function laneId(consumer: string, lane: number): string {
  return `${consumer}:${lane}`;
}

/**
 * The cluster time in a resume token, as 16 hex digits that compare like the time; null when this is no token.
 * A token begins with the type of a timestamp (82), then seconds and counter.
 */
export function clusterTimeOf(token: string): string | null {
  return /^82[0-9A-F]{18,}$/.test(token) ? token.slice(2, 18) : null;
}

/** The same 16 hex digits of a cluster time that the driver reports. */
export function hexOfTimestamp(time: Timestamp): string {
  return time.toString(16).padStart(16, '0').toUpperCase();
}

/** The cluster time behind 16 hex digits, for a session that must not read behind it. */
export function timestampOfHex(hex: string): Timestamp {
  return new Timestamp({ t: Number.parseInt(hex.slice(0, 8), 16), i: Number.parseInt(hex.slice(8), 16) });
}

/** The cluster time that the deployment has reached, as 16 hex digits: whatever this process knows of happened before it. */
export async function clusterTimeNow(client: MongoClient): Promise<string> {
  const answer = await client.db('admin').command({ ping: 1 });
  const time: Timestamp | undefined = answer.$clusterTime?.clusterTime;
  if (!time) throw new Error('Expected a cluster time from MongoDB, found none; events need a replica set.');
  return hexOfTimestamp(time);
}

/** The second in which a cluster time lies. */
export function instantOfHex(hex: string): Date {
  return new Date(Number.parseInt(hex.slice(0, 8), 16) * 1_000);
}

/**
 * Makes indexes, positions and leases of a consumer, where they are missing.
 * Throws when the consumer once ran with another number of lanes.
 */
export async function ensureConsumer(consumer: EventConsumer): Promise<void> {
  const { positions, leases, applied, deadLetters } = consumerCollections(consumer.database);
  await applied.createIndex({ consumer: 1, lane: 1, at: 1 });
  await deadLetters.createIndex({ consumer: 1, key: 1, order: 1 });
  const lanes = laneCount(consumer);
  for (let lane = 0; lane < lanes; lane += 1) {
    const place = { consumer: consumer.name, lane };
    await upsertOnce(positions, laneId(consumer.name, lane), {
      ...place,
      of: lanes,
      epoch: 0,
      step: 0,
      token: null,
      at: null,
      repeatsUntil: null,
      last: null,
      parked: 0,
      replays: 0,
    });
    await upsertOnce(leases, laneId(consumer.name, lane), {
      ...place,
      holder: null,
      leaseUntil: new Date(0),
      epoch: 0,
      freshAt: null,
    });
  }
  const other = await positions.findOne({ consumer: consumer.name, of: { $ne: lanes } });
  if (other)
    throw new Error(
      `Expected consumer ${consumer.name} to keep its ${other.of} lanes, found ${lanes}; set lanes back to ${other.of}, since keys are bound to their lanes.`,
    );
}

async function upsertOnce<T extends { _id: string }>(
  collection: Collection<T>,
  id: string,
  rest: Omit<T, '_id'>,
): Promise<void> {
  try {
    // The driver's filter and update types cannot be inferred for an open T; both shapes are checked by the signature.
    await (collection as unknown as Collection<{ _id: string }>).updateOne(
      { _id: id },
      { $setOnInsert: rest },
      { upsert: true },
    );
  } catch (error) {
    // Two processes that start together may both try the insert; the other one's is as good.
    if ((error as Partial<MongoServerError>).code !== 11000) throw error;
  }
}

/** A lane that was taken, with the position from which its new holder goes on. */
export interface TakenLane {
  consumer: EventConsumer;
  position: LanePosition;
}

/** The free lanes of these consumers of one database, by id. */
export async function freeLanes(database: Db, consumers: readonly string[]): Promise<LaneLease[]> {
  return consumerCollections(database)
    .leases.find({ consumer: { $in: [...consumers] }, $expr: { $lt: ['$leaseUntil', '$$NOW'] } })
    .toArray();
}

/**
 * Takes a lane when its lease has run out by the server's clock; null when another one was faster.
 * Raising the epoch of the position is what shuts the former holder out.
 */
export async function takeLane(
  consumer: EventConsumer,
  lane: number,
  holder: string,
  leaseMs: number,
): Promise<TakenLane | null> {
  const { positions, leases } = consumerCollections(consumer.database);
  const _id = laneId(consumer.name, lane);
  const lease = await leases.findOneAndUpdate(
    { _id, $expr: { $lt: ['$leaseUntil', '$$NOW'] } },
    [
      {
        $set: {
          holder: { $literal: holder },
          leaseUntil: { $add: ['$$NOW', leaseMs] },
          epoch: { $add: ['$epoch', 1] },
        },
      },
    ],
    { returnDocument: 'after' },
  );
  if (!lease) return null;
  const position = await positions.findOneAndUpdate(
    { _id, epoch: { $lt: lease.epoch } },
    { $set: { epoch: lease.epoch } },
    { returnDocument: 'after' },
  );
  return position && { consumer, position };
}

/** A lane whose lease is to be renewed, with the age of what has taken effect in it (Infinity when unknown). */
export interface HeldLane {
  id: string;
  epoch: number;
  ageMs: number;
}

/** Renews the leases of one database; returns the ids of those that are lost. */
export async function renewLeases(
  database: Db,
  holder: string,
  held: readonly HeldLane[],
  leaseMs: number,
): Promise<string[]> {
  if (held.length === 0) return [];
  const { leases } = consumerCollections(database);
  const renewed = await leases.bulkWrite(
    held.map(({ id, epoch, ageMs }) => ({
      updateOne: {
        filter: { _id: id, holder, epoch },
        update: [
          {
            $set: {
              leaseUntil: { $add: ['$$NOW', leaseMs] },
              freshAt: Number.isFinite(ageMs) ? { $subtract: ['$$NOW', Math.ceil(ageMs)] } : null,
            },
          },
        ],
      },
    })),
    { ordered: false },
  );
  if (renewed.matchedCount === held.length) return [];
  const epochs = new Map<string, number>();
  for (const lease of await leases.find({ _id: { $in: held.map(({ id }) => id) }, holder }).toArray())
    epochs.set(lease._id, lease.epoch);
  return held.filter(({ id, epoch }) => epochs.get(id) !== epoch).map(({ id }) => id);
}

/** Gives lanes back, so that the next one need not wait for the lease to run out. */
export async function releaseLeases(
  database: Db,
  holder: string,
  held: readonly { id: string; epoch: number }[],
): Promise<void> {
  if (held.length === 0) return;
  await consumerCollections(database).leases.bulkWrite(
    held.map(({ id, epoch }) => ({
      updateOne: { filter: { _id: id, holder, epoch }, update: { $set: { holder: null, leaseUntil: new Date(0) } } },
    })),
    { ordered: false },
  );
}

/** The age in milliseconds of what has taken effect in each lane, as its holder reported; Infinity when it never did. */
export async function reportedAges(database: Db, consumers: readonly string[]): Promise<Map<string, number>> {
  const rows = await consumerCollections(database)
    .leases.aggregate<{ _id: string; ageMs: number | null }>([
      { $match: { consumer: { $in: [...consumers] } } },
      { $project: { ageMs: { $subtract: ['$$NOW', '$freshAt'] } } },
    ])
    .toArray();
  return new Map(rows.map(({ _id, ageMs }) => [_id, ageMs ?? Number.POSITIVE_INFINITY]));
}

/** The ids that took effect in a lane within the overlap. */
export async function appliedIds(consumer: EventConsumer, lane: number): Promise<Set<string>> {
  const ids = new Set<string>();
  const batches = consumerCollections(consumer.database).applied.find({ consumer: consumer.name, lane });
  for await (const batch of batches) for (const id of batch.ids) ids.add(id);
  return ids;
}
