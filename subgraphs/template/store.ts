import type { ClientSession, Collection, Db, Document, Filter } from 'mongodb';
import type { EventPayloads } from '../shared/contracts/events';
import type { MerchantId, SkuId, TemplateId, TenantId } from '../shared/kernel/identifiers';
import { type TemplateDocument, windowOf } from '../shared/kernel/promotion-terms';
import { settingsOfToday, type TenantSettings } from '../shared/kernel/tenant-settings';
import type { LoopLease } from '../shared/runtime/background';
import { ensureEventIndexes, newEvent, type StoredEvent, writeEvents } from '../shared/runtime/events';
import {
  ensureIdempotencyIndexes,
  type IdempotencyRecord,
  type IdempotentCall,
  type IdempotentResult,
  runOnce,
} from '../shared/runtime/idempotency';
import { duplicateKeyIndex, inTransaction, type MongoConnection } from '../shared/runtime/mongo';
import type { AuditEntry, Author } from './domain/audit';
import type { Recorded } from './domain/record';
import { type Sku, skuKey } from './domain/sku';
import {
  isPublished,
  type PublishedTemplate,
  shownDocument,
  type Template,
  type TemplateState,
  termsOf,
  type WantedState,
} from './domain/template';

/** A tenant's settings with their revision; 0 while the tenant chose nothing. */
export interface KeptSettings {
  revision: number;
  settings: TenantSettings;
}

/** What a change of this subgraph reads and writes, all in one transaction with its events and its idempotency record. */
export interface Change {
  template(tenant: TenantId, id: TemplateId): Promise<Template | null>;
  templates(ids: readonly TemplateId[]): Promise<Template[]>;
  /** The document of one version as it was published; null when there is none. */
  version(id: TemplateId, version: number): Promise<TemplateDocument | null>;
  /** Writes templates, each with its entry of the log, and a new publication also as a version of its own. */
  saveTemplates(changed: readonly Recorded[]): Promise<void>;
  /** Tells every follower how the templates are now. */
  announceTemplates(templates: readonly PublishedTemplate[]): Promise<void>;
  skus(tenant: TenantId, ids: readonly SkuId[]): Promise<Map<SkuId, Sku>>;
  /** Writes SKUs that are new (revision 1) or changed, in one command, and tells every follower, in another. */
  saveSkus(tenant: TenantId, skus: readonly Sku[]): Promise<void>;
  settings(tenant: TenantId): Promise<KeptSettings>;
  /** Writes settings and tells every follower. */
  saveSettings(tenant: TenantId, kept: KeptSettings): Promise<void>;
}

/** What others may see of what a change wrote, with the number by which the newer is told: for whoever keeps it in memory. */
export interface WrittenChange {
  templates: { tenant: TenantId; id: TemplateId; seq: number }[];
  skus: { tenant: TenantId; id: SkuId; revision: number }[];
}

/** One version as it was published, for ever. */
export interface TemplateVersion {
  version: number;
  document: TemplateDocument;
  publishedAt: Date;
  publishedBy: Author;
}

/** Which of an author's templates to list. */
export interface TemplateListing {
  tenant: TenantId;
  merchantId: MerchantId | null;
  /** Null is every state. */
  states: readonly TemplateState[] | null;
  now: Date;
  limit: number;
  after: { createdAt: Date; id: TemplateId } | null;
}

/** Which part of a catalogue to list. */
export interface SkuListing {
  tenant: TenantId;
  /** Null is every merchant. */
  merchantId: MerchantId | null;
  /** The SKU that the last page ended with. */
  after: SkuId | null;
  limit: number;
}

/** The names that occur in a catalogue, sorted: currencies of each price, and attributes. */
export interface SkuKinds {
  prices: string[];
  minUnitPrices: string[];
  memberPrices: string[];
  attributes: string[];
}

/** What `template` keeps: templates with their versions and history, the catalogue copy, tenant settings, events. */
export interface TemplateStore {
  /** Creates the indexes; may be called again. */
  ensureIndexes(): Promise<void>;
  /** Runs a mutation once per caller and key; see `runOnce`. */
  once<T>(
    call: IdempotentCall,
    work: (change: Change) => Promise<{ outcome: T; keep: boolean }>,
  ): Promise<IdempotentResult<T>>;
  /**
   * Hears what each change wrote, right after its commit and before its answer. Also of one whose commit nobody knows of,
   * since it may have taken effect; never when the process dies between the two.
   */
  onWritten(listener: (written: WrittenChange) => void): void;
  /** Runs a change that nobody asked for with a key: the clock's own. */
  change<T>(work: (change: Change) => Promise<T>): Promise<T>;
  templatesByIds(tenant: TenantId, ids: readonly TemplateId[]): Promise<Map<TemplateId, Template>>;
  /** Newest first, one row more than the limit when there is a next page. */
  templatesOf(listing: TemplateListing): Promise<Template[]>;
  /** Every template of the tenant that is published and not over, paused ones too. */
  publishedTemplates(tenant: TenantId, now: Date): Promise<PublishedTemplate[]>;
  /** The same by the seq of their logs alone, read from an index. */
  publishedSeqs(tenant: TenantId, now: Date): Promise<Map<TemplateId, number>>;
  /** SKUs, and in the same command every published template of the tenant. */
  skusAndPublishedTemplates(
    tenant: TenantId,
    ids: readonly SkuId[],
    now: Date,
  ): Promise<{ skus: Map<SkuId, Sku>; templates: PublishedTemplate[] }>;
  skusByIds(tenant: TenantId, ids: readonly SkuId[]): Promise<Map<SkuId, Sku>>;
  /** By id, along an index. */
  skusOf(listing: SkuListing): Promise<Sku[]>;
  /** What occurs in a catalogue; reads all of it. */
  skuKinds(tenant: TenantId, merchantId: MerchantId | null): Promise<SkuKinds>;
  settingsOf(tenant: TenantId): Promise<KeptSettings>;
  /** Newest first, one row more than the limit when there is a next page. */
  versionsOf(id: TemplateId, page: { limit: number; before: number | null }): Promise<TemplateVersion[]>;
  /** One version; null when there is none. */
  versionOf(id: TemplateId, version: number): Promise<TemplateVersion | null>;
  /** Entries of the log, newest first, one row more than the limit when there is a next page. */
  auditLogOf(id: TemplateId, page: { limit: number; before: number | null }): Promise<AuditEntry[]>;
  /** The template and, one after the other by seq, every entry of its log, as they stood at one instant. */
  readLog(id: TemplateId, see: (entry: AuditEntry) => void): Promise<Template | null>;
  /** Templates whose window has an edge that the log was not told of, the longest due first. */
  templatesWithDueEdges(now: Date, limit: number): Promise<TemplateId[]>;
  /** Of the background work. */
  readonly leases: Collection<LoopLease>;
}

/** A template as it lies in Mongo: the template itself, and beside it what its indexes need. */
interface TemplateRow {
  _id: TemplateId;
  tenantId: TenantId;
  merchantId: MerchantId | null;
  createdAt: Date;
  revision: number;
  log: Template['log'];
  draftedBy: Author;
  review: Template['review'];
  draft: Template['draft'];
  published: Template['published'];
  /** `published.wanted`; before the first publication IN_REVIEW while a second person is asked, else DRAFT. */
  wanted: WantedState | 'DRAFT' | 'IN_REVIEW';
  /** When the clock has something to tell of the window; null when it has not. */
  nextEdgeAt: Date | null;
  /** The window of the shown document. */
  startsAt: Date;
  endsAt: Date;
}

/** A published version, for ever. */
interface VersionRow {
  _id: string;
  tenantId: TenantId;
  templateId: TemplateId;
  merchantId: MerchantId | null;
  version: number;
  document: TemplateDocument;
  publishedAt: Date;
  by: Author;
}

/** An entry of the log; `templateId:seq`, so that each is there once. */
interface AuditRow extends AuditEntry {
  _id: string;
}

/** A row from before a SKU had these is without them. */
interface SkuRow extends Omit<Sku, MadeLater>, Partial<Pick<Sku, MadeLater>> {
  /** Its `skuKey`: no SKU can be there twice, index or not. */
  _id: string;
  tenantId: TenantId;
}

type MadeLater = 'taxRateBasisPoints' | 'minUnitPrices' | 'memberPrices';

interface SettingsRow extends KeptSettings {
  _id: TenantId;
}

/** The store on a connection; the collection `events` is the public contract with followers. */
export function createTemplateStore(mongo: MongoConnection): TemplateStore {
  const database = mongo.database('template');
  const rows = database.collection<TemplateRow>('templates');
  const skus = database.collection<SkuRow>('skus');
  const settings = database.collection<SettingsRow>('tenant_settings');
  const idempotency = database.collection<IdempotencyRecord>('idempotency');
  const listeners: ((written: WrittenChange) => void)[] = [];
  const tell = (written: WrittenChange): void => {
    for (const listener of listeners) listener(written);
  };
  const versions = database.collection<VersionRow>('template_versions');
  const audit = database.collection<AuditRow>('template_audit');

  return {
    async ensureIndexes() {
      await Promise.all([
        ensureEventIndexes(eventsOf(database)),
        ensureIdempotencyIndexes(idempotency),
        rows.createIndexes(templateIndexes),
        skus.createIndexes(skuIndexes),
        // versionsOf, versionOf
        versions.createIndex({ templateId: 1, version: 1 }, { name: 'version', unique: true }),
        // auditLogOf, readLog
        audit.createIndex({ templateId: 1, seq: 1 }, { name: 'log', unique: true }),
      ]);
    },

    async once(call, work) {
      for (let attempt = 0; ; attempt += 1) {
        let written: WrittenChange = { templates: [], skus: [] };
        try {
          const result = await runOnce({ client: mongo.client, collection: idempotency }, call, (session) => {
            written = { templates: [], skus: [] }; // the last run is the one that commits
            return work(changeIn(database, session, written));
          });
          tell(written);
          return result;
        } catch (error) {
          tell(written);
          // Somebody wrote the same new document between our snapshot and our insert; the next run sees theirs.
          if (duplicateKeyIndex(error) === null || attempt >= 3) throw error;
        }
      }
    },

    onWritten: (listener) => void listeners.push(listener),

    async change(work) {
      let written: WrittenChange = { templates: [], skus: [] };
      try {
        return await inTransaction(mongo.client, (session) => {
          written = { templates: [], skus: [] };
          return work(changeIn(database, session, written));
        });
      } finally {
        tell(written);
      }
    },

    async templatesByIds(tenant, ids) {
      const found = await rows.find({ _id: { $in: [...ids] }, tenantId: tenant }).toArray();
      return new Map(found.map((row) => [row._id, templateOf(row)]));
    },

    async templatesOf(listing) {
      const found = await rows
        .find(listingFilter(listing))
        .sort({ createdAt: -1, _id: -1 })
        // Among small sets the planner would try other indexes and sort; the merge of ordered branches stays cheap for ever.
        .hint(listing.states ? 'listing_by_state' : 'listing')
        .limit(listing.limit + 1)
        .toArray();
      return found.map(templateOf);
    },

    async publishedTemplates(tenant, now) {
      const found = await rows.find(publishedFilter(tenant, now), { batchSize: oneBatch }).hint('published').toArray();
      return found.map(templateOf).filter(isPublished);
    },

    async publishedSeqs(tenant, now) {
      const found = await rows
        .find(publishedFilter(tenant, now), { batchSize: oneBatch, projection: { 'log.seq': 1 } })
        .hint('published')
        .toArray();
      return new Map(found.map((row) => [row._id, row.log.seq]));
    },

    async skusAndPublishedTemplates(tenant, ids, now) {
      const found = await skus
        .aggregate<SkuRow | TemplateRow>(
          [
            { $match: { _id: { $in: ids.map((id) => skuKey(tenant, id)) } } },
            { $unionWith: { coll: 'templates', pipeline: [{ $match: publishedFilter(tenant, now) }] } },
          ],
          { batchSize: oneBatch },
        )
        .toArray();
      return {
        skus: new Map(found.flatMap((row) => ('skuId' in row ? [[row.skuId, skuOf(row)] as const] : []))),
        templates: found.flatMap((row) => ('skuId' in row ? [] : [templateOf(row)])).filter(isPublished),
      };
    },

    skusByIds: (tenant, ids) => skusByIds(skus, tenant, ids),

    async skusOf({ tenant, merchantId, after, limit }) {
      const found = await skus
        .find({ ...catalogueFilter(tenant, merchantId), ...(after && { _id: idsAfter(tenant, after) }) })
        .sort({ _id: 1 })
        .hint(merchantId === null ? '_id_' : 'merchant')
        .limit(limit)
        .toArray();
      return found.map(skuOf);
    },

    async skuKinds(tenant, merchantId) {
      const fields = ['prices', 'minUnitPrices', 'memberPrices', 'attributes'] as const;
      const each = <T>(value: (field: (typeof fields)[number]) => T) =>
        Object.fromEntries(fields.map((field) => [field, value(field)]));
      const namesIn = (field: string) => ({
        $map: { input: { $objectToArray: { $ifNull: [`$${field}`, {}] } }, as: 'entry', in: '$$entry.k' },
      });
      const [found] = await skus
        .aggregate<Record<(typeof fields)[number], string[][]>>(
          [
            { $match: catalogueFilter(tenant, merchantId) },
            { $project: each(namesIn) },
            { $group: { _id: each((field) => `$${field}`) } },
            { $group: { _id: null, ...each((field) => ({ $addToSet: `$_id.${field}` })) } },
          ],
          { hint: merchantId === null ? '_id_' : 'merchant' },
        )
        .toArray();
      const sorted = (lists: string[][] = []): string[] => [...new Set(lists.flat())].sort();
      return {
        prices: sorted(found?.prices),
        minUnitPrices: sorted(found?.minUnitPrices),
        memberPrices: sorted(found?.memberPrices),
        attributes: sorted(found?.attributes),
      };
    },

    settingsOf: (tenant) => settingsOf(settings, tenant),

    async versionsOf(id, { limit, before }) {
      const found = await versions
        .find({ templateId: id, ...(before !== null && { version: { $lt: before } }) })
        .sort({ version: -1 })
        .limit(limit + 1)
        .toArray();
      return found.map(publicVersion);
    },

    async versionOf(id, version) {
      const row = await versions.findOne({ templateId: id, version });
      return row && publicVersion(row);
    },

    async auditLogOf(id, { limit, before }) {
      const found = await audit
        .find({ templateId: id, ...(before !== null && { seq: { $lt: before } }) })
        .sort({ seq: -1 })
        .limit(limit + 1)
        .toArray();
      return found.map(entryOf);
    },

    async readLog(id, see) {
      // A log that grows meanwhile must not look broken.
      return mongo.client.withSession({ snapshot: true }, async (session) => {
        const row = await rows.findOne({ _id: id }, { session });
        const entries = audit.find({ templateId: id }, { session }).sort({ seq: 1 });
        for await (const entry of entries) see(entryOf(entry));
        return row && templateOf(row);
      });
    },

    async templatesWithDueEdges(now, limit) {
      const due = await rows
        .find({ nextEdgeAt: { $gt: beforeAllTime, $lte: now } })
        .sort({ nextEdgeAt: 1, _id: 1 })
        .limit(limit)
        .project<{ _id: TemplateId }>({ _id: 1 })
        .toArray();
      return due.map(({ _id }) => _id);
    },

    leases: database.collection<LoopLease>('worker_leases'),
  };
}

/** Earlier than any edge; a condition that both the index below and its query name, so that drafts and ended ones stay out. */
const beforeAllTime = new Date(0);

/** Each index with the question it answers. */
const templateIndexes = [
  // templatesOf: every branch of its filter fixes the first three, so that branches merge in this order without a sort.
  {
    name: 'listing_by_state',
    key: { tenantId: 1, merchantId: 1, wanted: 1, createdAt: -1, _id: -1, startsAt: 1, endsAt: 1 },
  },
  { name: 'listing', key: { tenantId: 1, merchantId: 1, createdAt: -1, _id: -1 } },
  // publishedTemplates and publishedSeqs, the latter without looking at a template
  { name: 'published', key: { tenantId: 1, wanted: 1, endsAt: 1, 'log.seq': 1, _id: 1 } },
  // templatesWithDueEdges
  {
    name: 'due_edges',
    key: { nextEdgeAt: 1, _id: 1 },
    partialFilterExpression: { nextEdgeAt: { $gt: beforeAllTime } },
  },
] as const satisfies { name: string; key: Record<string, 1 | -1>; partialFilterExpression?: Document }[];

const skuIndexes = [
  // skusOf and skuKinds of one merchant; of a whole tenant the ids themselves are the index.
  { name: 'merchant', key: { tenantId: 1, merchantId: 1, _id: 1 } },
] as const satisfies { name: string; key: Record<string, 1 | -1> }[];

/** Rows of one answer, so that ordinary sizes need no second command; 16 MB end it anyway. */
const oneBatch = 10_000;

function publishedFilter(tenant: TenantId, now: Date): Filter<TemplateRow> {
  return { tenantId: tenant, wanted: { $in: ['LIVE', 'PAUSED'] }, endsAt: { $gt: now } };
}

function changeIn(database: Db, session: ClientSession, written: WrittenChange): Change {
  const rows = database.collection<TemplateRow>('templates');
  const skus = database.collection<SkuRow>('skus');
  const settings = database.collection<SettingsRow>('tenant_settings');
  const versions = database.collection<VersionRow>('template_versions');
  const audit = database.collection<AuditRow>('template_audit');
  const events = eventsOf(database);
  return {
    async template(tenant, id) {
      const row = await rows.findOne({ _id: id, tenantId: tenant }, { session });
      return row && templateOf(row);
    },

    async templates(ids) {
      const found = await rows.find({ _id: { $in: [...ids] } }, { session }).toArray();
      return found.map(templateOf);
    },

    async version(id, version) {
      return (await versions.findOne({ templateId: id, version }, { session }))?.document ?? null;
    },

    async saveTemplates(changed) {
      if (changed.length === 0) return;
      const { insertedCount, matchedCount } = await rows.bulkWrite(
        changed.map(({ template }) => {
          const { _id, ...replacement } = rowOf(template);
          if (template.log.seq === 1) return { insertOne: { document: { _id, ...replacement } } };
          // Whoever read another state of the template than the newest writes nothing.
          return { replaceOne: { filter: { _id, 'log.seq': template.log.seq - 1 }, replacement } };
        }),
        { session },
      );
      if (insertedCount + matchedCount !== changed.length) {
        const ids = changed.map(({ template }) => `${template.id} after entry ${template.log.seq - 1}`);
        throw new Error(`Expected ${ids.join(', ')}, found another state of one.`);
      }
      await audit.insertMany(
        changed.map(({ entry }) => ({ _id: `${entry.templateId}:${entry.seq}`, ...entry })),
        { session },
      );
      // An edge of a window is no news for those who keep a template in memory: they look at the clock themselves.
      written.templates.push(
        ...changed.flatMap(({ template: { tenantId, id, log, published }, entry }) =>
          published === null || entry.by.kind === 'internal' ? [] : [{ tenant: tenantId, id, seq: log.seq }],
        ),
      );
      const published = changed.flatMap(({ template, entry }) =>
        isPublished(template) && (entry.act === 'PUBLISHED' || entry.act === 'ROLLED_BACK')
          ? [versionRow(template, entry.by)]
          : [],
      );
      if (published.length > 0) await versions.insertMany(published, { session });
    },

    async announceTemplates(changed) {
      if (changed.length > 0) await writeEvents(events, changed.map(templateChanged), session);
    },

    skus: (tenant, ids) => skusByIds(skus, tenant, ids, session),

    async saveSkus(tenant, changed) {
      if (changed.length === 0) return;
      written.skus.push(...changed.map((sku) => ({ tenant, id: sku.skuId, revision: sku.revision })));
      await skus.bulkWrite(
        changed.map((sku) => {
          const row: SkuRow = { ...sku, _id: skuKey(tenant, sku.skuId), tenantId: tenant };
          if (sku.revision === 1) return { insertOne: { document: row } };
          const { _id, ...replacement } = row;
          return { replaceOne: { filter: { _id, revision: sku.revision - 1 }, replacement } };
        }),
        { session },
      );
      await writeEvents(
        events,
        changed.map((sku) => newEvent('sku.changed', { tenantId: tenant, key: sku.skuId, payload: skuChanged(sku) })),
        session,
      );
    },

    settings: (tenant) => settingsOf(settings, tenant, session),

    async saveSettings(tenant, kept) {
      await settings.replaceOne({ _id: tenant }, kept, { session, upsert: true });
      await writeEvents(
        events,
        [newEvent('tenant-settings.changed', { tenantId: tenant, key: tenant, payload: kept })],
        session,
      );
    },
  };
}

function eventsOf(database: Db): Collection<StoredEvent> {
  return database.collection<StoredEvent>('events');
}

function templateChanged(template: PublishedTemplate): StoredEvent {
  const { published } = template;
  const payload: EventPayloads['template.changed'] = {
    templateId: template.id,
    merchantId: template.merchantId,
    revision: template.log.seq,
    state: published.wanted,
    terms: termsOf(template),
    stock: published.stock,
    stockVersion: published.stockVersion,
    publishedAt: published.publishedAt.toISOString(),
  };
  return newEvent('template.changed', { tenantId: template.tenantId, key: template.id, payload });
}

function skuChanged(sku: Sku): EventPayloads['sku.changed'] {
  const { skuId, revision, merchantId, name, category, brand, itemType, prices, attributes } = sku;
  const { taxRateBasisPoints, minUnitPrices, memberPrices } = sku;
  return {
    skuId,
    revision,
    merchantId,
    name,
    category,
    brand,
    itemType,
    prices,
    taxRateBasisPoints,
    minUnitPrices,
    memberPrices,
    attributes,
  };
}

async function skusByIds(
  skus: Collection<SkuRow>,
  tenant: TenantId,
  ids: readonly SkuId[],
  session?: ClientSession,
): Promise<Map<SkuId, Sku>> {
  const found = await skus
    .find({ _id: { $in: ids.map((id) => skuKey(tenant, id)) } }, { batchSize: oneBatch, ...(session && { session }) })
    .toArray();
  return new Map(found.map((row) => [row.skuId, skuOf(row)]));
}

/** Field by field: objects of one shape are quicker to read, and these are read by the million. */
function skuOf(row: SkuRow): Sku {
  const { skuId, revision, merchantId, name, category, brand, itemType, prices, attributes } = row;
  return {
    skuId,
    revision,
    merchantId,
    name,
    category,
    brand,
    itemType,
    prices,
    taxRateBasisPoints: row.taxRateBasisPoints ?? null,
    minUnitPrices: row.minUnitPrices ?? {},
    memberPrices: row.memberPrices ?? {},
    attributes,
  };
}

/** The ids of a tenant begin with its name and a slash, which no encoded name contains: `0` is what comes after the slash. */
function catalogueFilter(tenant: TenantId, merchantId: MerchantId | null): Filter<SkuRow> {
  const prefix = encodeURIComponent(tenant);
  return merchantId === null
    ? { _id: { $gte: `${prefix}/`, $lt: `${prefix}0` } }
    : { tenantId: tenant, merchantId, _id: { $gte: `${prefix}/` } };
}

function idsAfter(tenant: TenantId, after: SkuId): Filter<SkuRow>['_id'] {
  return { $gt: skuKey(tenant, after), $lt: `${encodeURIComponent(tenant)}0` };
}

async function settingsOf(
  settings: Collection<SettingsRow>,
  tenant: TenantId,
  session?: ClientSession,
): Promise<KeptSettings> {
  const row = await settings.findOne({ _id: tenant }, session ? { session } : {});
  return { revision: row?.revision ?? 0, settings: settingsOfToday(row?.settings) };
}

/**
 * States are told by the clock, so each becomes conditions on what is stored: a template whose window is over has ended,
 * whatever its owner wants. Branches never overlap.
 */
function listingFilter({ tenant, merchantId, states, now, after }: TemplateListing): Filter<TemplateRow> {
  const owner: Filter<TemplateRow> = {
    tenantId: tenant,
    merchantId,
    ...(after && {
      createdAt: { $lte: after.createdAt },
      $nor: [{ createdAt: after.createdAt, _id: { $gte: after.id } }],
    }),
  };
  if (!states) return owner;
  const branches = [...new Set(states)].flatMap((state) => stateConditions(state, now));
  // No state is nothing to list.
  return branches.length === 0
    ? { ...owner, wanted: { $in: [] } }
    : { $or: branches.map((branch) => ({ ...owner, ...branch })) };
}

function stateConditions(state: TemplateState, now: Date): Filter<TemplateRow>[] {
  switch (state) {
    case 'DRAFT':
    case 'IN_REVIEW':
      return [{ wanted: state }];
    case 'SCHEDULED':
      return [{ wanted: 'LIVE', startsAt: { $gt: now }, endsAt: { $gt: now } }];
    case 'LIVE':
      return [{ wanted: 'LIVE', startsAt: { $lte: now }, endsAt: { $gt: now } }];
    case 'PAUSED':
      return [{ wanted: 'PAUSED', endsAt: { $gt: now } }];
    case 'ENDED':
      return [
        { wanted: 'ENDED' },
        { wanted: 'LIVE', endsAt: { $lte: now } },
        { wanted: 'PAUSED', endsAt: { $lte: now } },
      ];
  }
}

function rowOf(template: Template): TemplateRow {
  const { id, published, ...rest } = template;
  return {
    _id: id,
    ...rest,
    published,
    wanted: wantedOf(template),
    nextEdgeAt: published?.nextEdge?.at ?? null,
    ...windowOf(shownDocument(template)),
  };
}

function wantedOf({ published, review }: Template): TemplateRow['wanted'] {
  if (published !== null) return published.wanted;
  return review?.state === 'PENDING' ? 'IN_REVIEW' : 'DRAFT';
}

function templateOf(row: TemplateRow): Template {
  const { _id, tenantId, merchantId, createdAt, revision, log, draftedBy, review, draft, published } = row;
  const about = { id: _id, tenantId, merchantId, createdAt, revision, log, draftedBy, review };
  if (published !== null) return { ...about, published, draft };
  if (draft !== null) return { ...about, published, draft };
  throw new Error(`Expected a draft or a publication in template ${_id}, found neither.`);
}

function versionRow(template: PublishedTemplate, by: Author): VersionRow {
  const { versionId, version, document, publishedAt } = template.published;
  const { id, tenantId, merchantId } = template;
  return { _id: versionId, tenantId, templateId: id, merchantId, version, document, publishedAt, by };
}

function publicVersion({ version, document, publishedAt, by }: VersionRow): TemplateVersion {
  return { version, document, publishedAt, publishedBy: by };
}

function entryOf({ _id, ...entry }: AuditRow): AuditEntry {
  return entry;
}
