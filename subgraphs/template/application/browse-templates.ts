import type { Identity } from '../../shared/contracts/identity';
import { asSkuId, type SkuId, type TemplateId, type TenantId } from '../../shared/kernel/identifiers';
import type { TieredCache } from '../../shared/runtime/tiered-cache';
import type { SkuWithPromotions } from '../domain/promotion-index';
import { type Sku, skuKey } from '../domain/sku';
import type { PublishedTemplate, Template, TemplateState } from '../domain/template';
import type { PublishedTemplates } from '../published-templates';
import type { TemplateStore } from '../store';
import { authorshipOf, isVisibleTo } from './authorship';

export interface BrowseDeps {
  store: Pick<TemplateStore, 'templatesByIds' | 'templatesOf' | 'skusByIds' | 'skusAndPublishedTemplates'>;
  /** SKUs by `skuKey`. */
  skus: Pick<TieredCache<Sku>, 'getMany'>;
  published: Pick<PublishedTemplates, 'areMissing' | 'of'>;
  now(): Date;
}

/** SKUs that one question may name. */
export const maxSkusAsked = 500;

/** The templates that are there for the caller; one command for any number of ids. */
export async function templatesByIds(
  deps: BrowseDeps,
  who: Identity,
  ids: readonly TemplateId[],
): Promise<Map<TemplateId, Template>> {
  const found = await deps.store.templatesByIds(who.tenant, ids);
  return new Map([...found].filter(([, template]) => isVisibleTo(who, template)));
}

/** The caller's own templates, newest first, one more than the limit when there are more. */
export async function templatesOf(
  deps: BrowseDeps,
  who: Identity,
  page: {
    states: readonly TemplateState[] | null;
    limit: number;
    after: { createdAt: Date; id: TemplateId } | null;
  },
): Promise<Template[]> {
  const authorship = authorshipOf(who);
  if (!authorship) return [];
  return deps.store.templatesOf({ tenant: who.tenant, ...authorship, ...page, now: deps.now() });
}

/**
 * SKUs of the tenant's catalogue in the order of the ids, null where there is none, with their promotions now or, when those
 * are not wanted, without any. What was asked for lately costs no command; what was not, one for any number of ids, the
 * tenant's templates included when they are not here either.
 */
export async function skusByIds(
  deps: BrowseDeps,
  tenant: TenantId,
  ids: readonly SkuId[],
  wanted: { promotions: boolean },
): Promise<(SkuWithPromotions | null)[]> {
  const prefix = skuKey(tenant, asSkuId(''));
  const skus = await deps.skus.getMany(
    ids.map((id) => prefix + id),
    async (keys) => {
      const missing = keys.map((key) => asSkuId(key.slice(prefix.length)));
      const loaded = await loadSkus(deps, tenant, missing, wanted);
      return missing.map((id) => loaded.get(id) ?? null);
    },
  );
  if (!wanted.promotions || !skus.some(isThere)) return skus.map((sku) => sku && { sku, promotions: none });
  const index = await deps.published.of(tenant);
  const now = deps.now();
  return skus.map((sku) => sku && index.withPromotions(sku, now));
}

const isThere = (sku: Sku | null): boolean => sku !== null;
const none: readonly PublishedTemplate[] = [];

async function loadSkus(
  deps: BrowseDeps,
  tenant: TenantId,
  ids: readonly SkuId[],
  wanted: { promotions: boolean },
): Promise<Map<SkuId, Sku>> {
  if (!wanted.promotions || !deps.published.areMissing(tenant)) return deps.store.skusByIds(tenant, ids);
  const both = { skus: new Map<SkuId, Sku>() };
  await deps.published.of(tenant, async () => {
    const { skus, templates } = await deps.store.skusAndPublishedTemplates(tenant, ids, deps.now());
    both.skus = skus;
    return templates;
  });
  return both.skus;
}
