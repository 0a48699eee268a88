import type { ClientSession, Collection, Db, Filter } from 'mongodb';
import type { EventPayloads } from '../shared/contracts/events';
import type { MerchantId, SkuId, TemplateId, TenantId } from '../shared/kernel/identifiers';
import { reachKeysOfDocument, reachKeysOfSku } from '../shared/kernel/promotion-reach';
import { type TemplateDocument, windowOf } from '../shared/kernel/promotion-terms';
import { defaultTenantSettings, type TenantSettings } from '../shared/kernel/tenant-settings';
import { ensureEventIndexes, newEvent, type StoredEvent, writeEvents } from '../shared/runtime/events';
import {
  ensureIdempotencyIndexes,
  type IdempotencyRecord,
  type IdempotentCall,
  type IdempotentResult,
  runOnce,
} from '../shared/runtime/idempotency';
import { duplicateKeyIndex, type MongoConnection } from '../shared/runtime/mongo';
import type { Sku } from './domain/sku';
import {
  isPublished,
  type PublishedTemplate,
  shownDocument,
  type Template,
  type TemplateState,
  termsOf,
  type WantedState,
} from './domain/template';

/** Who made a change, kept with it. */
export interface Author {
  kind: string;
  subject: string;
}

/** What was done to a template. */
export type TemplateAct = 'CREATED' | 'REVISED' | 'PUBLISHED' | 'PAUSED' | 'RESUMED' | 'ENDED';

/** A tenant's settings with their revision; 0 while the tenant chose nothing. */
export interface KeptSettings {
  revision: number;
  settings: TenantSettings;
}

/** What a change of this subgraph reads and writes, all in one transaction with its events and its idempotency record. */
export interface Change {
  template(tenant: TenantId, id: TemplateId): Promise<Template | null>;
  templates(tenant: TenantId, ids: readonly TemplateId[]): Promise<Map<TemplateId, Template>>;
  /** Writes the template with an entry of who did what; the newest publication also as a version of its own when it is new. */
  saveTemplate(template: Template, done: { act: TemplateAct; by: Author; at: Date }): Promise<void>;
  /** Tells every follower how the template is now. */
  announceTemplate(template: PublishedTemplate): Promise<void>;
  skus(tenant: TenantId, ids: readonly SkuId[]): Promise<Map<SkuId, Sku>>;
  /** Writes SKUs that are new (revision 1) or changed, in one command, and tells every follower, in another. */
  saveSkus(tenant: TenantId, skus: readonly Sku[]): Promise<void>;
  settings(tenant: TenantId): Promise<KeptSettings>;
  /** Writes settings and tells every follower. */
  saveSettings(tenant: TenantId, kept: KeptSettings): Promise<void>;
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

/** What `template` keeps: templates with their versions and history, the catalogue copy, tenant settings, events. */
export interface TemplateStore {
  /** Creates the indexes; may be called again. */
  ensureIndexes(): Promise<void>;
  /** Runs a mutation once per caller and key; see `runOnce`. */
  once<T>(
    call: IdempotentCall,
    work: (change: Change) => Promise<{ outcome: T; keep: boolean }>,
  ): Promise<IdempotentResult<T>>;
  templatesByIds(tenant: TenantId, ids: readonly TemplateId[]): Promise<Map<TemplateId, Template>>;
  /** Newest first, one row more than the limit when there is a next page. */
  templatesOf(listing: TemplateListing): Promise<Template[]>;
  /** Live templates whose scope names one of the SKUs, their category or brand, or everything; excludes are not looked at. */
  liveTemplatesReaching(tenant: TenantId, skus: readonly Sku[], now: Date): Promise<PublishedTemplate[]>;
  skusByIds(tenant: TenantId, ids: readonly SkuId[]): Promise<Map<SkuId, Sku>>;
  /** By id, along an index. */
  skusOf(listing: SkuListing): Promise<Sku[]>;
  /** The currencies and attribute names that occur in a catalogue, sorted; reads all of it. */
  skuKinds(tenant: TenantId, merchantId: MerchantId | null): Promise<{ currencies: string[]; attributes: string[] }>;
  settingsOf(tenant: TenantId): Promise<KeptSettings>;
}

/** A template as it lies in Mongo: the template itself, and beside it what its indexes need. */
interface TemplateRow {
  _id: TemplateId;
  tenantId: TenantId;
  merchantId: MerchantId | null;
  createdAt: Date;
  revision: number;
  draft: Template['draft'];
  published: Template['published'];
  /** `published.wanted`, or DRAFT before the first publication. */
  wanted: WantedState | 'DRAFT';
  /** The window of the shown document. */
  startsAt: Date;
  endsAt: Date;
  /** What the published document reaches; empty before the first publication. */
  reach: string[];
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

/** Who did what, one entry a revision. */
interface RevisionRow {
  /** `templateId:revision`, so that a revision can be written once. */
  _id: string;
  tenantId: TenantId;
  templateId: TemplateId;
  revision: number;
  act: TemplateAct;
  by: Author;
  /** Business time. */
  at: Date;
  wanted: WantedState | 'DRAFT';
  versionId: string | null;
  draft: Template['draft'];
}

interface SkuRow extends Sku {
  /** `tenant/skuId`: no SKU can be there twice, index or not. */
  _id: string;
  tenantId: TenantId;
}

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

  return {
    async ensureIndexes() {
      await Promise.all([
        ensureEventIndexes(eventsOf(database)),
        ensureIdempotencyIndexes(idempotency),
        rows.createIndexes(templateIndexes),
        skus.createIndexes(skuIndexes),
        database
          .collection<VersionRow>('template_versions')
          .createIndex({ templateId: 1, version: 1 }, { name: 'version', unique: true }),
        database
          .collection<RevisionRow>('template_revisions')
          .createIndex({ templateId: 1, revision: -1 }, { name: 'history' }),
      ]);
    },

    async once(call, work) {
      for (let attempt = 0; ; attempt += 1) {
        try {
          return await runOnce({ client: mongo.client, collection: idempotency }, call, (session) =>
            work(changeIn(database, session)),
          );
        } catch (error) {
          // Somebody wrote the same new document between our snapshot and our insert; the next run sees theirs.
          if (duplicateKeyIndex(error) === null || attempt >= 3) throw error;
        }
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

    async liveTemplatesReaching(tenant, reached, now) {
      const found = await rows
        .find({
          tenantId: tenant,
          wanted: 'LIVE',
          reach: { $in: [...new Set(reached.flatMap(reachKeysOfSku))] },
          endsAt: { $gt: now },
          startsAt: { $lte: now },
          merchantId: { $in: [null, ...new Set(reached.map((sku) => sku.merchantId))] },
        })
        .toArray();
      return found.map(templateOf).filter(isPublished);
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
      const namesIn = (field: string) => ({
        $map: { input: { $objectToArray: field }, as: 'entry', in: '$$entry.k' },
      });
      const [found] = await skus
        .aggregate<{ currencies: string[][]; attributes: string[][] }>(
          [
            { $match: catalogueFilter(tenant, merchantId) },
            { $project: { currencies: namesIn('$prices'), attributes: namesIn('$attributes') } },
            { $group: { _id: { currencies: '$currencies', attributes: '$attributes' } } },
            {
              $group: {
                _id: null,
                currencies: { $addToSet: '$_id.currencies' },
                attributes: { $addToSet: '$_id.attributes' },
              },
            },
          ],
          { hint: merchantId === null ? '_id_' : 'merchant' },
        )
        .toArray();
      const sorted = (lists: string[][] = []): string[] => [...new Set(lists.flat())].sort();
      return { currencies: sorted(found?.currencies), attributes: sorted(found?.attributes) };
    },

    settingsOf: (tenant) => settingsOf(settings, tenant),
  };
}

/** Each index with the question it answers. */
const templateIndexes = [
  // templatesOf: every branch of its filter fixes the first three, so that branches merge in this order without a sort.
  {
    name: 'listing_by_state',
    key: { tenantId: 1, merchantId: 1, wanted: 1, createdAt: -1, _id: -1, startsAt: 1, endsAt: 1 },
  },
  { name: 'listing', key: { tenantId: 1, merchantId: 1, createdAt: -1, _id: -1 } },
  // liveTemplatesReaching
  { name: 'reach', key: { tenantId: 1, wanted: 1, reach: 1, endsAt: 1, startsAt: 1, merchantId: 1 } },
] as const satisfies { name: string; key: Record<string, 1 | -1> }[];

const skuIndexes = [
  // skusOf and skuKinds of one merchant; of a whole tenant the ids themselves are the index.
  { name: 'merchant', key: { tenantId: 1, merchantId: 1, _id: 1 } },
] as const satisfies { name: string; key: Record<string, 1 | -1> }[];

function changeIn(database: Db, session: ClientSession): Change {
  const rows = database.collection<TemplateRow>('templates');
  const skus = database.collection<SkuRow>('skus');
  const settings = database.collection<SettingsRow>('tenant_settings');
  const events = eventsOf(database);
  return {
    async template(tenant, id) {
      const row = await rows.findOne({ _id: id, tenantId: tenant }, { session });
      return row && templateOf(row);
    },

    async templates(tenant, ids) {
      const found = await rows.find({ _id: { $in: [...ids] }, tenantId: tenant }, { session }).toArray();
      return new Map(found.map((row) => [row._id, templateOf(row)]));
    },

    async saveTemplate(template, { act, by, at }) {
      const row = rowOf(template);
      if (template.revision === 1) await rows.insertOne(row, { session });
      else {
        const { matchedCount } = await rows.replaceOne(
          { _id: template.id, tenantId: template.tenantId, revision: template.revision - 1 },
          row,
          { session },
        );
        if (matchedCount !== 1)
          throw new Error(`Expected template ${template.id} at revision ${template.revision - 1}, found another one.`);
      }
      await database.collection<RevisionRow>('template_revisions').insertOne(
        {
          _id: `${template.id}:${template.revision}`,
          tenantId: template.tenantId,
          templateId: template.id,
          revision: template.revision,
          act,
          by,
          at,
          wanted: row.wanted,
          versionId: template.published?.versionId ?? null,
          draft: template.draft,
        },
        { session },
      );
      if (act === 'PUBLISHED' && isPublished(template))
        await database.collection<VersionRow>('template_versions').insertOne(versionOf(template, by), { session });
    },

    async announceTemplate(template) {
      await writeEvents(events, [templateChanged(template)], session);
    },

    skus: (tenant, ids) => skusByIds(skus, tenant, ids, session),

    async saveSkus(tenant, changed) {
      if (changed.length === 0) return;
      await skus.bulkWrite(
        changed.map((sku) => {
          const row: SkuRow = { ...sku, _id: skuRowId(tenant, sku.skuId), tenantId: tenant };
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
    revision: template.revision,
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
  return { skuId, revision, merchantId, name, category, brand, itemType, prices, attributes };
}

async function skusByIds(
  skus: Collection<SkuRow>,
  tenant: TenantId,
  ids: readonly SkuId[],
  session?: ClientSession,
): Promise<Map<SkuId, Sku>> {
  const found = await skus
    .find({ _id: { $in: ids.map((id) => skuRowId(tenant, id)) } }, session ? { session } : {})
    .toArray();
  return new Map(found.map((row) => [row.skuId, skuOf(row)]));
}

function skuOf({ _id, tenantId, ...sku }: SkuRow): Sku {
  return sku;
}

/** The ids of a tenant begin with its name and a slash, which no encoded name contains: `0` is what comes after the slash. */
function catalogueFilter(tenant: TenantId, merchantId: MerchantId | null): Filter<SkuRow> {
  const prefix = encodeURIComponent(tenant);
  return merchantId === null
    ? { _id: { $gte: `${prefix}/`, $lt: `${prefix}0` } }
    : { tenantId: tenant, merchantId, _id: { $gte: `${prefix}/` } };
}

function idsAfter(tenant: TenantId, after: SkuId): Filter<SkuRow>['_id'] {
  return { $gt: skuRowId(tenant, after), $lt: `${encodeURIComponent(tenant)}0` };
}

async function settingsOf(
  settings: Collection<SettingsRow>,
  tenant: TenantId,
  session?: ClientSession,
): Promise<KeptSettings> {
  const row = await settings.findOne({ _id: tenant }, session ? { session } : {});
  return row ? { revision: row.revision, settings: row.settings } : { revision: 0, settings: defaultTenantSettings };
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
      return [{ wanted: 'DRAFT' }];
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
  const { id, tenantId, merchantId, createdAt, revision, draft, published } = template;
  return {
    _id: id,
    tenantId,
    merchantId,
    createdAt,
    revision,
    draft,
    published,
    wanted: published?.wanted ?? 'DRAFT',
    ...windowOf(shownDocument(template)),
    reach: published === null ? [] : reachKeysOfDocument(published.document),
  };
}

function templateOf(row: TemplateRow): Template {
  const { _id, tenantId, merchantId, createdAt, revision, draft, published } = row;
  const about = { id: _id, tenantId, merchantId, createdAt, revision };
  if (published !== null) return { ...about, published, draft };
  if (draft !== null) return { ...about, published, draft };
  throw new Error(`Expected a draft or a publication in template ${_id}, found neither.`);
}

function versionOf(template: PublishedTemplate, by: Author): VersionRow {
  const { versionId, version, document, publishedAt } = template.published;
  const { id, tenantId, merchantId } = template;
  return { _id: versionId, tenantId, templateId: id, merchantId, version, document, publishedAt, by };
}

function skuRowId(tenant: TenantId, id: SkuId): string {
  return `${encodeURIComponent(tenant)}/${id}`;
}
