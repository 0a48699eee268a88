import type { MerchantId, SkuId } from './identifiers';
import { assertNever } from './outcome';
import type { TemplateDocument } from './promotion-terms';

/**
 * Names for what a scope names, so that one index over them finds every template that could reach a SKU:
 * `*` storewide, `c:/food` a category with all below it, `b:Lumen` a brand, `s:sku-1` a SKU.
 */
export type ReachKey = string;

/** What of a SKU decides which promotions could reach it. */
export interface ReachableSku {
  skuId: SkuId;
  merchantId: MerchantId;
  category: string;
  brand: string | null;
  itemType: 'IN_STOCK' | 'PRESALE';
}

/** The keys a template is found under: `['c:/food', 'c:/drinks']`. */
export function reachKeysOfDocument(document: TemplateDocument): ReachKey[] {
  const { scope } = document.product;
  switch (scope.kind) {
    case 'STOREWIDE':
      return ['*'];
    case 'CATEGORIES':
      return scope.categories.map((category) => `c:${category}`);
    case 'BRANDS':
      return scope.brands.map((brand) => `b:${brand}`);
    case 'SKUS':
      return scope.skuIds.map((skuId) => `s:${skuId}`);
    default:
      return assertNever(scope);
  }
}

/** The keys that a template may have to reach a SKU: `['*', 'c:/food', 'c:/food/snacks', 'b:Lumen', 's:sku-1']`. */
export function reachKeysOfSku(sku: ReachableSku): ReachKey[] {
  const categories = withAncestors(sku.category).map((category) => `c:${category}`);
  return ['*', ...categories, ...(sku.brand === null ? [] : [`b:${sku.brand}`]), `s:${sku.skuId}`];
}

/** Whether a template could ever apply to a SKU: it is in scope, not excluded, of its merchant or the platform's. */
export function couldApply(document: TemplateDocument, merchantId: MerchantId | null, sku: ReachableSku): boolean {
  if (merchantId !== null && merchantId !== sku.merchantId) return false;
  const { itemType, excludes } = document.product;
  if (itemType !== 'ANY' && itemType !== sku.itemType) return false;
  const categories = withAncestors(sku.category);
  const isExcluded =
    excludes.skuIds.includes(sku.skuId) ||
    (sku.brand !== null && excludes.brands.includes(sku.brand)) ||
    excludes.categories.some((category) => categories.includes(category));
  if (isExcluded) return false;
  const keys = reachKeysOfSku(sku);
  return reachKeysOfDocument(document).some((key) => keys.includes(key));
}

/** A category and all above it: `/food/snacks` → `['/food', '/food/snacks']`. */
export function withAncestors(category: string): string[] {
  const steps = category.split('/').slice(1);
  return steps.map((_, index) => `/${steps.slice(0, index + 1).join('/')}`);
}
