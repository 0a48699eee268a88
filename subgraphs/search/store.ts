import type { ClientSession, Collection, Db, Filter } from 'mongodb';
import type { TemplateId, TenantId } from '../shared/kernel/identifiers';
import type { IndexEntry, WantedMarks } from './domain/index-entry';

/** In which order promotions are listed. */
export type SearchOrder = 'NEWEST' | 'ENDING_SOON';

/** What to list of the index. Only promotions that are wanted live, not over, and begun or within their preheat are found. */
export interface SearchQuestion {
  tenant: TenantId;
  wanted: WantedMarks;
  now: Date;
  /** True: begun already; false: yet to begin; null: either. */
  isOpen: boolean | null;
  endsBefore: Date | null;
  order: SearchOrder;
  limit: number;
  /** The last one of the page before: when it was published or when it ends, by the order. */
  after: { at: Date; id: TemplateId } | null;
}

/** The index of promotions. It is never the truth: everything in it came with an event and can be read anew. */
export interface SearchStore {
  /** Creates the indexes; may be called again. */
  ensureIndexes(): Promise<void>;
  /** In the order asked for, one more than the limit when there are more. */
  find(question: SearchQuestion): Promise<IndexEntry[]>;
  /** Writes entries that are newer than what is kept, in the follower's transaction. */
  keepNewest(entries: readonly IndexEntry[], session: ClientSession): Promise<void>;
}

interface EntryRow extends Omit<IndexEntry, 'id'> {
  _id: TemplateId;
}

/**
 * One index a sort order, with and without marks. Marks are a multikey index under `$all` instead of a text index: a text
 * index sorts by itself only, so each page would be sorted anew, it takes no second condition but equality in front, and
 * stems and stop words of its languages do not fit tokens of our own. What only shoppers see is indexed.
 */
const indexes = {
  NEWEST: { tenantId: 1, publishedAt: -1, _id: -1, endsAt: 1, startsAt: 1 },
  ENDING_SOON: { tenantId: 1, endsAt: 1, _id: 1, startsAt: 1 },
  NEWEST_BY_MARK: { tenantId: 1, marks: 1, publishedAt: -1, _id: -1, endsAt: 1, startsAt: 1 },
  ENDING_SOON_BY_MARK: { tenantId: 1, marks: 1, endsAt: 1, _id: 1, startsAt: 1 },
} as const;

/** The index in a database of search's own. */
export function createSearchStore(database: Db): SearchStore {
  const rows: Collection<EntryRow> = database.collection<EntryRow>('promotions');
  return {
    async ensureIndexes() {
      await rows.createIndexes(
        Object.entries(indexes).map(([name, key]) => ({ name, key, partialFilterExpression: { state: 'LIVE' } })),
      );
    },

    async find(question) {
      const { order, limit, wanted } = question;
      const found = await rows
        .find(filterOf(question))
        .sort(order === 'NEWEST' ? { publishedAt: -1, _id: -1 } : { endsAt: 1, _id: 1 })
        // Left alone, the planner would try to sort small sets, and keep that plan when they have grown.
        .hint(wanted.all.length + wanted.oneOf.length > 0 ? (`${order}_BY_MARK` as const) : order)
        .limit(limit + 1)
        .toArray();
      return found.map(({ _id, ...entry }) => ({ ...entry, id: _id }));
    },

    async keepNewest(entries, session) {
      const newest = new Map<TemplateId, IndexEntry>();
      for (const entry of entries) {
        const other = newest.get(entry.id);
        if (!other || other.revision < entry.revision) newest.set(entry.id, entry);
      }
      const kept = await rows
        .find({ _id: { $in: [...newest.keys()] } }, { session, projection: { revision: 1 } })
        .toArray();
      for (const { _id, revision } of kept) if ((newest.get(_id)?.revision ?? 0) <= revision) newest.delete(_id);
      if (newest.size === 0) return;
      await rows.bulkWrite(
        [...newest.values()].map(({ id, ...entry }) => ({
          replaceOne: { filter: { _id: id }, replacement: entry, upsert: true },
        })),
        { session },
      );
    },
  };
}

function filterOf({ tenant, wanted, now, isOpen, endsBefore, order, after }: SearchQuestion): Filter<EntryRow> {
  const conditions: Filter<EntryRow>[] = wanted.oneOf.map((some) => ({ marks: { $in: some } }));
  if (wanted.all.length > 0) conditions.push({ marks: { $all: wanted.all } });
  if (wanted.notExcluded.length > 0) conditions.push({ excludes: { $nin: wanted.notExcluded } });
  const begun: Filter<EntryRow> = { startsAt: { $lte: now } };
  // Entries from before preheat windows were kept have none, and are shown as soon as they are published.
  const coming: Filter<EntryRow> = {
    startsAt: { $gt: now },
    $or: [{ shownFrom: { $exists: false } }, { shownFrom: { $lte: now }, shownUntil: { $gt: now } }],
  };
  conditions.push(isOpen === null ? { $or: [begun, coming] } : isOpen ? begun : coming);
  if (endsBefore) conditions.push({ endsAt: { $lt: endsBefore } });
  // A range on the sorted field, and the ties cut off behind it, so that the page is read on from where the last one ended.
  if (after && order === 'NEWEST')
    conditions.push({ publishedAt: { $lte: after.at }, $nor: [{ publishedAt: after.at, _id: { $gte: after.id } }] });
  if (after && order === 'ENDING_SOON')
    conditions.push({ endsAt: { $gte: after.at }, $nor: [{ endsAt: after.at, _id: { $lte: after.id } }] });
  return {
    tenantId: tenant,
    state: 'LIVE',
    endsAt: { $gt: now },
    ...(conditions.length > 0 && { $and: conditions }),
  };
}
