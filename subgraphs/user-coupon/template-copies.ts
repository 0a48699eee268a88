import { LRUCache } from 'lru-cache';
import type { ClientSession, Db } from 'mongodb';
import type { SkuChanged, TemplateChanged, TenantSettingsChanged } from '../shared/contracts/events';
import type { SkuId, TemplateId, TenantId, VersionId } from '../shared/kernel/identifiers';
import type { PromotionTerms } from '../shared/kernel/promotion-terms';
import { defaultTenantSettings, settingsOfToday, type TenantSettings } from '../shared/kernel/tenant-settings';
import type { LiveTemplate } from './domain/claim-rules';

interface TemplateDocument extends Omit<LiveTemplate, 'templateId'> {
  _id: TemplateId;
}
interface VersionDocument {
  _id: VersionId;
  tenantId: TenantId;
  terms: PromotionTerms;
}
interface SettingsDocument {
  _id: TenantId;
  revision: number;
  settings: TenantSettings;
}
interface SkuDocument extends SkuChanged {
  /** `tenant/sku`, both encoded. */
  _id: string;
  tenantId: TenantId;
}

/**
 * How long a process may go on with what it read, in milliseconds of real time. The process that applies a change forgets
 * at once; the others are late by this much at most, which delays a pause and never breaks a limit.
 */
export const copyMaxAgeMs = 1000;

/** The own copies of what template publishes: templates, every version that a coupon may be pinned to, settings, catalogue. */
export type TemplateCopies = ReturnType<typeof createTemplateCopies>;

/** Copies in MongoDB with a bounded cache in front; correctness rests on the majority reads of `stockOf`, never on the cache. */
export function createTemplateCopies(database: Db) {
  const templates = database.collection<TemplateDocument>('templates');
  const versions = database.collection<VersionDocument>('template_versions');
  const settings = database.collection<SettingsDocument>('tenant_settings');
  const skus = database.collection<SkuDocument>('skus');

  // `fetch` makes one read of many askers; a template that does not exist is remembered too.
  const live = new LRUCache<TemplateId, { template: LiveTemplate | null }>({
    max: 10_000,
    ttl: copyMaxAgeMs,
    // Forgetting an id in mid-read lets the readers have what they asked for and keeps nothing of it.
    ignoreFetchAbort: true,
    fetchMethod: async (id) => {
      const found = await templates.findOne({ _id: id });
      return { template: found && toTemplate(found) };
    },
  });
  const tenants = new LRUCache<TenantId, TenantSettings>({
    max: 1000,
    ttl: copyMaxAgeMs,
    ignoreFetchAbort: true,
    fetchMethod: async (tenant) => settingsOfToday((await settings.findOne({ _id: tenant }))?.settings),
  });
  // Versions are immutable.
  const pinned = new LRUCache<VersionId, PromotionTerms>({ max: 10_000 });

  async function termsOf(ids: readonly VersionId[]): Promise<Map<VersionId, PromotionTerms>> {
    const wanted = [...new Set(ids)];
    const found = new Map(
      wanted.flatMap((id) => {
        const terms = pinned.get(id);
        return terms ? [[id, terms] as const] : [];
      }),
    );
    const missing = wanted.filter((id) => !found.has(id));
    if (missing.length > 0)
      for (const { _id, terms } of await versions.find({ _id: { $in: missing } }).toArray()) {
        pinned.set(_id, terms);
        found.set(_id, terms);
      }
    return found;
  }

  return {
    async ensureIndexes(): Promise<void> {
      await templates.createIndex(
        { tenantId: 1, 'terms.document.time.endsAt': 1, _id: 1 },
        { name: 'open', partialFilterExpression: { 'terms.document.trigger': 'COUPON' } },
      );
    },

    /** Templates that give coupons and are not over, the first to end first, and one more than the limit. */
    async openForCoupons(
      tenant: TenantId,
      page: { now: Date; limit: number; after: { endsAt: string; id: TemplateId } | null },
    ): Promise<{ templateId: TemplateId; endsAt: string }[]> {
      const { after, limit } = page;
      const now = page.now.toISOString();
      const open = { tenantId: tenant, 'terms.document.trigger': 'COUPON', state: { $ne: 'ENDED' as const } };
      const ends = 'terms.document.time.endsAt';
      const later = after && after.endsAt > now ? after.endsAt : now;
      const found = await templates
        .find({
          $or: [
            { ...open, [ends]: { $gt: later } },
            ...(after && after.endsAt > now ? [{ ...open, [ends]: after.endsAt, _id: { $gt: after.id } }] : []),
          ],
        })
        .sort({ [ends]: 1, _id: 1 })
        .limit(limit + 1)
        .project<{ _id: TemplateId; terms: { document: { time: { endsAt: string } } } }>({ [ends]: 1 })
        .toArray();
      return found.map(({ _id, terms }) => ({ templateId: _id, endsAt: terms.document.time.endsAt }));
    },

    /** A published template of this tenant. */
    async template(tenant: TenantId, id: TemplateId): Promise<LiveTemplate | null> {
      const found = (await live.fetch(id))?.template ?? null;
      return found?.tenantId === tenant ? found : null;
    },

    /** Several at once, in one read for those not at hand. */
    async templates(tenant: TenantId, ids: readonly TemplateId[]): Promise<Map<TemplateId, LiveTemplate>> {
      const missing = ids.filter((id) => !live.has(id));
      if (missing.length > 0)
        for (const found of await templates.find({ _id: { $in: [...missing] } }).toArray())
          live.set(found._id, { template: toTemplate(found) });
      const all = ids.flatMap((id) => live.get(id)?.template ?? []);
      return new Map(
        all.filter((template) => template.tenantId === tenant).map((template) => [template.templateId, template]),
      );
    },

    /** The stock as a majority has it now; null when there is no such template. */
    async stockOf(id: TemplateId): Promise<number | null> {
      return (await templates.findOne({ _id: id }, { projection: { stock: 1 } }))?.stock ?? null;
    },

    /** Those of these templates whose claiming ended before an instant, or that do not exist. */
    async endedBefore(ids: readonly TemplateId[], instant: Date): Promise<Set<TemplateId>> {
      const going = await templates
        .find(
          { _id: { $in: [...ids] }, 'terms.document.time.endsAt': { $gte: instant.toISOString() } },
          { projection: { _id: 1 } },
        )
        .toArray();
      const stillGoing = new Set(going.map(({ _id }) => _id));
      return new Set(ids.filter((id) => !stillGoing.has(id)));
    },

    /** The terms of versions of a tenant, as far as they are known here. */
    async knownTerms(tenant: TenantId, ids: readonly VersionId[]): Promise<Map<VersionId, PromotionTerms>> {
      const found = [...(await termsOf(ids))].filter(([, terms]) => terms.tenantId === tenant);
      return new Map(found);
    },

    /** The terms that coupons are pinned to. Throws when one is missing: a coupon cannot be without its terms. */
    async terms(ids: readonly VersionId[]): Promise<Map<VersionId, PromotionTerms>> {
      const known = await termsOf(ids);
      return new Map(
        [...new Set(ids)].map((id) => {
          const terms = known.get(id);
          if (!terms)
            throw new Error(`Expected the terms of version ${id}, found none; replay the events of its template.`);
          return [id, terms];
        }),
      );
    },

    /** What the tenant chose, or the defaults. */
    async settings(tenant: TenantId): Promise<TenantSettings> {
      return (await tenants.fetch(tenant)) ?? defaultTenantSettings;
    },

    /** Catalogue entries by id; those unknown are absent. */
    async skus(tenant: TenantId, ids: readonly SkuId[]): Promise<Map<SkuId, SkuChanged>> {
      const found = await skus.find({ _id: { $in: [...new Set(ids)].map((id) => skuKey(tenant, id)) } }).toArray();
      return new Map(found.map((sku) => [sku.skuId, sku]));
    },

    /** Keeps what is newer; of one template every version and the highest stock. */
    async keepTemplates(tenant: TenantId, changes: readonly TemplateChanged[], session: ClientSession): Promise<void> {
      for (const change of changes) {
        const { templateId, merchantId, revision, state, terms } = change;
        await versions.updateOne(
          { _id: terms.versionId },
          { $setOnInsert: { tenantId: tenant, terms } },
          { session, upsert: true },
        );
        const known = await templates.findOne({ _id: templateId }, { session });
        const stock = change.stock === null && !known ? null : Math.max(change.stock ?? 0, known?.stock ?? 0);
        const newer = { tenantId: tenant, merchantId, revision, state, terms, stock };
        if (!known) await templates.insertOne({ _id: templateId, ...newer }, { session });
        else if (known.revision < revision) await templates.replaceOne({ _id: templateId }, newer, { session });
        else if (stock !== known.stock)
          await templates.updateOne({ _id: templateId }, { $set: { stock } }, { session });
      }
    },

    async keepSettings(tenant: TenantId, change: TenantSettingsChanged, session: ClientSession): Promise<void> {
      const known = await settings.findOne({ _id: tenant }, { session, projection: { revision: 1 } });
      if (known && known.revision >= change.revision) return;
      const newer = { revision: change.revision, settings: change.settings };
      await settings.replaceOne({ _id: tenant }, newer, { session, upsert: true });
    },

    async keepSkus(tenant: TenantId, changes: readonly SkuChanged[], session: ClientSession): Promise<void> {
      const newest = new Map<string, SkuChanged>();
      for (const change of changes) {
        const id = skuKey(tenant, change.skuId);
        if ((newest.get(id)?.revision ?? -1) < change.revision) newest.set(id, change);
      }
      const known = await skus
        .find({ _id: { $in: [...newest.keys()] } }, { session, projection: { revision: 1 } })
        .toArray();
      for (const { _id, revision } of known) if (revision >= (newest.get(_id)?.revision ?? 0)) newest.delete(_id);
      if (newest.size === 0) return;
      await skus.bulkWrite(
        [...newest].map(([_id, change]) => ({
          replaceOne: { filter: { _id }, replacement: { ...change, tenantId: tenant }, upsert: true },
        })),
        { session, ordered: false },
      );
    },

    /** Makes the next look at these go to MongoDB. */
    forget(ids: readonly TemplateId[], changedTenants: readonly TenantId[]): void {
      for (const id of ids) live.delete(id);
      for (const tenant of changedTenants) tenants.delete(tenant);
    },
  };
}

function toTemplate({ _id, ...template }: TemplateDocument): LiveTemplate {
  return { templateId: _id, ...template };
}

function skuKey(tenant: TenantId, sku: SkuId): string {
  return `${encodeURIComponent(tenant)}/${encodeURIComponent(sku)}`;
}
