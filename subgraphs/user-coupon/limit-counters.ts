import type { AnyBulkWriteOperation, ClientSession, Db } from 'mongodb';
import type { TemplateId } from '../shared/kernel/identifiers';
import { duplicateKeyIndex, inTransaction } from '../shared/runtime/mongo';
import type { CountedLimit, Taken, Taking } from './domain/limits';
import { cameBack, freshPurse, type PurseSlot, partedAnew, type SlotShare, sharesFor, slotCount } from './domain/purse';

/** A purse: no order writes it, except while more was used than its limit allows. */
interface PurseDocument {
  /** The counter. */
  _id: string;
  templateId: TemplateId;
  limit: number;
  /** The version that says so. */
  version: number;
  over: number;
}

/** One of its slots. On shards by hashed `_id`, as everything here: no key is unique but that. */
interface SlotDocument extends PurseSlot {
  /** `counter/slot`. */
  _id: string;
  purse: string;
  /** Changes with every limit, so that an order and a new limit never pass each other. */
  version: number;
}

/** What one person has taken of one limit. */
interface PersonDocument {
  _id: string;
  templateId: TemplateId;
  taken: number;
}

/** What was used of a purse. */
export interface PurseUse {
  limit: number;
  version: number;
  held: number;
  spent: number;
}

/** What may be done to limits inside the transaction of a hold. */
export interface LimitChange {
  /** Takes all of it, and tells what of which counter; or nothing, and tells which limits do not allow it. */
  take(takings: readonly Taking[]): Promise<{ taken: Map<string, Taken> } | { refused: CountedLimit[] }>;
  /** What was held is spent. */
  spend(takes: readonly Taken[]): Promise<void>;
  /** What was held or spent may be used again. */
  giveBack(takes: readonly Taken[], from: 'held' | 'spent'): Promise<void>;
}

/** The counters behind limits, as they are when nobody holds a transaction open. */
export interface LimitCounters {
  ensureIndexes(): Promise<void>;
  /** Makes purses that are not there yet, and parts those anew whose limit a newer version changed. */
  preparePurses(limits: readonly CountedLimit[]): Promise<void>;
  /** What was used of purses; those nobody used are absent. */
  used(purses: readonly string[]): Promise<Map<string, PurseUse>>;
  /** What people have taken of limits; 0 where absent. */
  taken(counters: readonly string[]): Promise<Map<string, number>>;
}

function collections(database: Db) {
  return {
    purses: database.collection<PurseDocument>('purses'),
    slots: database.collection<SlotDocument>('purse_slots'),
    persons: database.collection<PersonDocument>('person_limits'),
  };
}

/** Purses of which a process remembers that they are there. */
const rememberedPurses = 10_000;

/** @param database the subgraph's own */
export function createLimitCounters(database: Db): LimitCounters {
  const { purses, slots, persons } = collections(database);
  /** The version under which a purse was seen; it only rises. */
  const ready = new Map<string, number>();
  const preparing = new Map<string, Promise<void>>();

  async function prepare({ counter, templateId, max, version }: CountedLimit): Promise<void> {
    for (;;) {
      try {
        await inTransaction(database.client, async (session) => {
          const known = await purses.findOne({ _id: counter }, { session });
          if (known && known.version >= version) return;
          if (!known) {
            await purses.insertOne({ _id: counter, templateId, limit: max, version, over: 0 }, { session });
            const fresh = freshPurse(max).map((slot) => slotDocument(counter, version, slot));
            await slots.insertMany(fresh, { session, ordered: false });
            return;
          }
          const anew = partedAnew(await slotsOf(counter, session), max);
          await purses.updateOne({ _id: counter }, { $set: { limit: max, version, over: anew.over } }, { session });
          await slots.bulkWrite(
            anew.slots.map(({ slot, left }) => ({
              updateOne: { filter: { _id: slotId(counter, slot) }, update: { $set: { left, version } } },
            })),
            { session, ordered: false },
          );
        });
        return;
      } catch (error) {
        if (duplicateKeyIndex(error) === null) throw error; // somebody else has made it
      }
    }
  }

  async function prepareOnce(limit: CountedLimit): Promise<void> {
    const { counter, version } = limit;
    const known = await purses.findOne({ _id: counter }, { projection: { version: 1 } });
    if (!known || known.version < version) await prepare(limit);
    if (ready.size >= rememberedPurses) ready.clear();
    ready.set(counter, Math.max(version, known?.version ?? 0));
  }

  async function slotsOf(purse: string, session: ClientSession): Promise<SlotDocument[]> {
    return slots.find({ purse }, { session }).sort({ slot: 1 }).toArray();
  }

  return {
    async ensureIndexes() {
      await slots.createIndex({ purse: 1, slot: 1 }, { name: 'of_purse' });
    },

    async preparePurses(limits) {
      for (const limit of limits) {
        const { kind, counter, version } = limit;
        while (kind === 'PURSE' && limit.max > 0 && (ready.get(counter) ?? -1) < version) {
          // Everybody who asks meanwhile waits for the same work, and looks again whether it was for this version.
          const running = preparing.get(counter) ?? prepareOnce(limit).finally(() => preparing.delete(counter));
          preparing.set(counter, running);
          await running;
        }
      }
    },

    async used(ids) {
      if (ids.length === 0) return new Map();
      const [known, sums] = await Promise.all([
        purses.find({ _id: { $in: [...ids] } }).toArray(),
        slots
          .aggregate<{ _id: string; held: number; spent: number }>([
            { $match: { purse: { $in: [...ids] } } },
            { $group: { _id: '$purse', held: { $sum: '$held' }, spent: { $sum: '$spent' } } },
          ])
          .toArray(),
      ]);
      const sumOf = new Map(sums.map((sum) => [sum._id, sum]));
      return new Map(
        known.map(({ _id, limit, version }) => {
          const { held = 0, spent = 0 } = sumOf.get(_id) ?? {};
          return [_id, { limit, version, held, spent }];
        }),
      );
    },

    async taken(counters) {
      if (counters.length === 0) return new Map();
      const found = await persons.find({ _id: { $in: [...counters] } }).toArray();
      return new Map(found.map(({ _id, taken }) => [_id, taken]));
    },
  };
}

/** Limits inside a transaction. What it reads is of one moment, and what others wrote since makes the whole run again. */
export function limitChange(database: Db, session: ClientSession): LimitChange {
  const { purses, slots, persons } = collections(database);

  /** What of which slot; of one slot where that suffices, so that an order writes one document. */
  async function sharesOf(wanted: readonly Taking[]): Promise<Map<string, SlotShare[] | null>> {
    const starts = new Map(wanted.map(({ limit }) => [limit.counter, nextStart()]));
    const ids = [...starts].map(([counter, slot]) => slotId(counter, slot));
    const firsts = await slots.find({ _id: { $in: ids } }, { session }).toArray();
    const shares = new Map<string, SlotShare[] | null>();
    for (const { limit, amount } of wanted) {
      const { counter } = limit;
      const start = starts.get(counter) ?? 0;
      const first = firsts.filter(({ purse }) => purse === counter);
      const all = async () => slots.find({ purse: counter }, { session }).sort({ slot: 1 }).toArray();
      shares.set(counter, sharesFor(first, amount, start) ?? sharesFor(await all(), amount, start));
    }
    return shares;
  }

  async function writeSlots(operations: AnyBulkWriteOperation<SlotDocument>[]): Promise<void> {
    if (operations.length === 0) return;
    const { matchedCount } = await slots.bulkWrite(operations, { session, ordered: false });
    expectAll(operations.length, matchedCount);
  }

  return {
    async take(takings) {
      const wanted = takings.filter(({ amount }) => amount > 0);
      const ofPurses = wanted.filter(({ limit }) => limit.kind === 'PURSE');
      const ofPersons = wanted.filter(({ limit }) => limit.kind === 'PERSON');
      const shares = ofPurses.length > 0 ? await sharesOf(ofPurses) : new Map<string, SlotShare[] | null>();
      const counters = ofPersons.map(({ limit }) => limit.counter);
      const known = counters.length > 0 ? await persons.find({ _id: { $in: counters } }, { session }).toArray() : [];
      const before = new Map(known.map(({ _id, taken }) => [_id, taken]));
      const refused = wanted.flatMap(({ limit, amount }) => {
        const isThere =
          limit.kind === 'PURSE'
            ? limit.max > 0 && shares.get(limit.counter) != null
            : (before.get(limit.counter) ?? 0) + amount <= limit.max;
        return isThere ? [] : [limit];
      });
      if (refused.length > 0) return { refused };

      await writeSlots(
        [...shares].flatMap(([counter, given]) =>
          (given ?? []).map(({ slot, amount }) => ({
            updateOne: {
              filter: { _id: slotId(counter, slot), left: { $gte: amount } },
              update: { $inc: { left: -amount, held: amount } },
            },
          })),
        ),
      );
      for (const { limit, amount } of ofPersons) {
        const { counter: _id, templateId, max } = limit;
        if (!before.has(_id)) await persons.insertOne({ _id, templateId, taken: amount }, { session });
        else {
          const filter = { _id, taken: { $lte: max - amount } };
          const { matchedCount } = await persons.updateOne(filter, { $inc: { taken: amount } }, { session });
          expectAll(1, matchedCount);
        }
      }
      const taken = new Map<string, Taken>();
      for (const { limit, amount } of wanted) {
        const { kind, counter, measure } = limit;
        if (kind === 'PURSE') taken.set(counter, { kind, counter, measure, shares: shares.get(counter) ?? [] });
        else taken.set(counter, { kind, counter, measure, amount });
      }
      return { taken };
    },

    async spend(takes) {
      await writeSlots(
        takes.flatMap((taken) =>
          taken.kind === 'PURSE'
            ? taken.shares.map(({ slot, amount }) => ({
                updateOne: {
                  filter: { _id: slotId(taken.counter, slot), held: { $gte: amount } },
                  update: { $inc: { held: -amount, spent: amount } },
                },
              }))
            : [],
        ),
      );
    },

    async giveBack(takes, from) {
      const ofPurses = takes.flatMap((taken) => (taken.kind === 'PURSE' ? [taken] : []));
      const roots =
        ofPurses.length > 0
          ? await purses
              .find({ _id: { $in: ofPurses.map(({ counter }) => counter) }, over: { $gt: 0 } }, { session })
              .toArray()
          : [];
      const over = new Map(roots.map((purse) => [purse._id, purse.over]));
      const operations: AnyBulkWriteOperation<SlotDocument>[] = [];
      for (const { counter, shares } of ofPurses) {
        let owed = over.get(counter) ?? 0;
        const before = owed;
        for (const { slot, amount } of shares) {
          const { pays, left } = cameBack(amount, owed);
          owed -= pays;
          operations.push({
            updateOne: {
              filter: { _id: slotId(counter, slot), [from]: { $gte: amount } },
              update: { $inc: from === 'held' ? { held: -amount, left } : { spent: -amount, left } },
            },
          });
        }
        if (owed === before) continue;
        const { matchedCount } = await purses.updateOne(
          { _id: counter, over: before },
          { $inc: { over: owed - before } },
          { session },
        );
        expectAll(1, matchedCount);
      }
      await writeSlots(operations);
      for (const taken of takes) {
        if (taken.kind !== 'PERSON') continue;
        const { counter: _id, amount } = taken;
        const { matchedCount } = await persons.updateOne(
          { _id, taken: { $gte: amount } },
          { $inc: { taken: -amount } },
          { session },
        );
        expectAll(1, matchedCount);
      }
    },
  };
}

let lastStart = Math.floor(Math.random() * slotCount);

/** Where the next order begins among slots: far from those before it in this process, and from any in others by chance. */
function nextStart(): number {
  lastStart = (lastStart + 23) % slotCount;
  return lastStart;
}

function slotId(counter: string, slot: number): string {
  return `${counter}/${slot}`;
}

function slotDocument(purse: string, version: number, slot: PurseSlot): SlotDocument {
  return { _id: slotId(purse, slot.slot), purse, version, ...slot };
}

function expectAll(expected: number, found: number): void {
  if (found !== expected)
    throw new Error(`Expected ${expected} counters as they were read, found ${found}; nothing was written.`);
}
