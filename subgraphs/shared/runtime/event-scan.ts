import { setTimeout as pause } from 'node:timers/promises';
import type { ClientSession, Collection, MongoClient } from 'mongodb';
import type { Logger } from 'pino';
import type { EventType } from '../contracts/events';
import { backOffMs } from './bell';
import type { Lane } from './event-lanes';
import { clusterTimeNow, clusterTimeOf, laneCount, laneOf, orderKey, timestampOfHex } from './event-positions';
import type { EventConsumer, StoredEvent } from './events';

/** A publisher's collection and what a consumer wants of it. */
export interface EventSource {
  collection: Collection<StoredEvent>;
  types: readonly EventType[];
}

export interface ScanOptions {
  client: MongoClient;
  logger: Logger;
  consumer: EventConsumer;
  sources: readonly EventSource[];
  /** The lanes that need it; they have begun their scan already. */
  lanes: readonly Lane[];
  /** Where the stream is followed from afterwards. */
  from: string;
  signal: AbortSignal;
}

/**
 * Reads what lies before the stream from the publishers' collections, in the order of (at, _id), and hands it to the
 * lanes. The stream was opened first, so an event is found here, or there, or in both; the lanes see to the last case.
 * A broken pass is begun again from what has taken effect. Ends early only when the lanes are lost or `signal` fires.
 */
export async function scanEvents(options: ScanOptions): Promise<void> {
  for (let failures = 0; ; ) {
    const lanes = options.lanes.filter((lane) => lane.held);
    if (options.signal.aborted || lanes.length === 0) return;
    try {
      await pass(options, lanes);
      const repeatsUntil = await clusterTimeNow(options.client);
      // A pass that was cut short has left events out: its lanes must not go on to the stream.
      if (!options.signal.aborted) for (const lane of lanes) if (lane.held) lane.endScan(repeatsUntil);
      return;
    } catch (error) {
      failures += 1;
      options.logger.warn({ err: error, consumer: options.consumer.name, failures }, 'a scan of events begins again');
      await pause(backOffMs(failures), undefined, { signal: options.signal }).catch(() => {});
    }
  }
}

async function pass({ client, consumer, sources, from, signal }: ScanOptions, lanes: readonly Lane[]): Promise<void> {
  const places = new Map<number, { lane: Lane; from: Date | null; applied: ReadonlySet<string> }>();
  for (const lane of lanes) {
    await lane.drained();
    places.set(lane.index, { lane, from: lane.scanFrom, applied: await lane.beginPass() });
  }
  const starts = [...places.values()].map((place) => place.from?.getTime() ?? 0);
  const session = client.startSession({ causalConsistency: true });
  try {
    // What the stream will not bring must be visible here, on whichever member answers.
    const begin = clusterTimeOf(from);
    if (begin) {
      // A stream may begin one tick past the time the deployment has reached, and nobody may ask for a time to come.
      const reached = await clusterTimeNow(client);
      session.advanceOperationTime(timestampOfHex(begin < reached ? begin : reached));
    }
    for await (const event of inOrder(sources, new Date(Math.min(...starts)), session)) {
      if (signal.aborted) return;
      const key = orderKey(consumer, event);
      const place = places.get(laneOf(key, laneCount(consumer)));
      if (!place?.lane.held || (place.from && event.at < place.from) || place.applied.has(event._id)) continue;
      await place.lane.room();
      place.lane.fromScan(event, key);
    }
  } finally {
    await session.endSession();
  }
}

/** The events of several collections as one sequence. */
async function* inOrder(
  sources: readonly EventSource[],
  start: Date,
  session: ClientSession,
): AsyncGenerator<StoredEvent, void, void> {
  const cursors = sources.map(({ collection, types }) =>
    collection
      .find({ type: { $in: [...types] }, at: { $gte: start } }, { session, readConcern: { level: 'majority' } })
      .sort({ at: 1, _id: 1 })
      .batchSize(1_000),
  );
  try {
    const heads: { event: StoredEvent; cursor: (typeof cursors)[number] }[] = [];
    for (const cursor of cursors) {
      const event = await cursor.next();
      if (event) heads.push({ event, cursor });
    }
    while (true) {
      const first = heads.reduce<(typeof heads)[number] | null>(
        (least, head) => (least && !isBefore(head.event, least.event) ? least : head),
        null,
      );
      if (!first) return;
      yield first.event;
      const event = await first.cursor.next();
      if (event) first.event = event;
      else heads.splice(heads.indexOf(first), 1);
    }
  } finally {
    for (const cursor of cursors) await cursor.close();
  }
}

function isBefore(one: StoredEvent, other: StoredEvent): boolean {
  const difference = one.at.getTime() - other.at.getTime();
  return difference < 0 || (difference === 0 && one._id < other._id);
}
