import type { Db, MongoClient } from 'mongodb';
import { consumerCollections, laneId } from './event-positions';
import type { EventConsumer, StoredEvent } from './events';
import { inTransaction, isStoreUnavailable } from './mongo';
import { Unavailable } from './unavailable';

/** An event that could not be applied, or that waits behind one of its key. */
export interface DeadLetter {
  /** Sorts by consumer, lane and order of parking. */
  _id: string;
  consumer: string;
  lane: number;
  tenantId: string;
  /** What is kept in order: tenant and key, as `t1/tpl_…`. */
  key: string;
  /** Grows within a lane. */
  order: number;
  eventId: string;
  event: StoredEvent;
  /** Why it failed last; null for one that only waits. */
  error: string | null;
  /** Real time. */
  parkedAt: Date;
  attempts: number;
  state: 'FAILED' | 'WAITING';
}

export interface ReplayResult {
  /** Events that took effect now. */
  replayed: number;
  /** Events of the key that are still parked. */
  left: number;
  /** Why the first of those failed; null when none is left. */
  error: string | null;
}

export interface DeadLetters {
  /** A page in the order of `_id`; `after` is the last `_id` of the page before. */
  list(page: { consumer?: string; tenantId?: string; after?: string | null; limit: number }): Promise<DeadLetter[]>;
  /**
   * Applies everything that is parked under this dead letter's key, oldest first, each in a transaction of its own that
   * takes it from the dead letters; so the order of the key holds whichever of them was named. Stops at the first that
   * fails, which stays with its new error. Null when there is no such dead letter (any more).
   * @param consumers those that run here; the dead letter's own must be among them
   * @param tenantId where given, another tenant's dead letter reads as absent
   */
  replay(id: string, consumers: readonly EventConsumer[], tenantId?: string): Promise<ReplayResult | null>;
}

/** The id of a dead letter, which sorts like the order of parking: `settlement.templates:3:000000000017`. */
export function deadLetterId(lane: string, order: number): string {
  return `${lane}:${String(order).padStart(12, '0')}`;
}

/** What could not be applied by the consumers of this database, for an operator to read and replay. */
export function deadLetters(database: Db): DeadLetters {
  const { deadLetters: parked, positions } = consumerCollections(database);

  return {
    list({ consumer, tenantId, after, limit }) {
      return parked
        .find({
          ...(consumer !== undefined && { consumer }),
          ...(tenantId !== undefined && { tenantId }),
          ...(after != null && { _id: { $gt: after } }),
        })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray();
    },

    async replay(id, consumers, tenantId) {
      const named = await parked.findOne({ _id: id });
      if (!named || (tenantId !== undefined && named.tenantId !== tenantId)) return null;
      const consumer = consumers.find(({ name }) => name === named.consumer);
      if (!consumer)
        throw new Error(
          `Expected consumer ${named.consumer} to run here, found ${consumers.map(({ name }) => name).join(', ') || 'none'}; replay where it runs.`,
        );
      const { key } = named;
      let replayed = 0;
      let error: string | null = null;
      while (error === null) {
        const outcome = await replayFirst(database.client, consumer, key);
        if (outcome === 'NONE') break;
        if (outcome === 'REPLAYED') replayed += 1;
        else error = outcome.error;
      }
      return { replayed, left: await parked.countDocuments({ consumer: consumer.name, key }), error };
    },
  };

  async function replayFirst(
    client: MongoClient,
    consumer: EventConsumer,
    key: string,
  ): Promise<'NONE' | 'REPLAYED' | { error: string }> {
    const tried: { id: string | null } = { id: null };
    let after: (() => Promise<void>) | undefined;
    try {
      const found = await inTransaction(client, async (session) => {
        after = undefined;
        const first = await parked.findOne({ consumer: consumer.name, key }, { session, sort: { order: 1 } });
        tried.id = first?._id ?? null;
        if (!first) return false;
        // Touching the position makes a batch of the lane that parks behind this key commit before or after, never beside.
        await positions.updateOne({ _id: laneId(consumer.name, first.lane) }, { $inc: { replays: 1 } }, { session });
        after = (await consumer.apply([first.event], session)) ?? undefined;
        await parked.deleteOne({ _id: first._id }, { session });
        return true;
      });
      if (!found) return 'NONE';
    } catch (error) {
      if (tried.id === null || error instanceof Unavailable || isStoreUnavailable(error)) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      await parked.updateOne({ _id: tried.id }, { $set: { error: reason, state: 'FAILED' }, $inc: { attempts: 1 } });
      return { error: reason };
    }
    await after?.();
    return 'REPLAYED';
  }
}
