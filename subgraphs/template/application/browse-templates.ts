import type { Identity } from '../../shared/contracts/identity';
import type { SkuId, TemplateId, TenantId } from '../../shared/kernel/identifiers';
import { couldApply } from '../../shared/kernel/promotion-reach';
import type { Sku } from '../domain/sku';
import type { PublishedTemplate, Template, TemplateState } from '../domain/template';
import type { TemplateStore } from '../store';
import { authorshipOf, isVisibleTo } from './authorship';

export interface BrowseDeps {
  store: Pick<TemplateStore, 'templatesByIds' | 'templatesOf' | 'skusByIds' | 'liveTemplatesReaching'>;
  now(): Date;
}

/** The most promotions that are shown for one SKU. */
export const maxPromotionsOfSku = 50;

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

/** SKUs of the tenant's catalogue; one command for any number of ids. */
export function skusByIds(deps: BrowseDeps, tenant: TenantId, ids: readonly SkuId[]): Promise<Map<SkuId, Sku>> {
  return deps.store.skusByIds(tenant, ids);
}

/** For each SKU the live promotions that could apply to it, by priority, at most 50; one command for any number of SKUs. */
export async function promotionsOfSkus(
  deps: BrowseDeps,
  tenant: TenantId,
  skus: readonly Sku[],
): Promise<Map<SkuId, Template[]>> {
  if (skus.length === 0) return new Map();
  const live = (await deps.store.liveTemplatesReaching(tenant, skus, deps.now())).sort(byPriority);
  return new Map(
    skus.map((sku) => [
      sku.skuId,
      live
        .filter((template) => couldApply(template.published.document, template.merchantId, sku))
        .slice(0, maxPromotionsOfSku),
    ]),
  );
}

function byPriority(a: PublishedTemplate, b: PublishedTemplate): number {
  return (
    a.published.document.rule.priority - b.published.document.rule.priority || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
}
