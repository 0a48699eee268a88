import type { MerchantId, SkuId } from './identifiers';
import { assertNever } from './outcome';
import type { ProductScope, TemplateDocument } from './promotion-terms';

/**
 * Names for what a scope names, so that one index over them finds every template that could reach a SKU:
 * `*` storewide, `c:/food` a category with all below it, `b:Lumen` a brand, `s:sku-1` a SKU, `a:colour=red` an attribute.
 */
export type ReachKey = string;

/** What of a SKU decides which promotions could reach it. */
export interface ReachableSku {
  skuId: SkuId;
  merchantId: MerchantId;
  category: string;
  brand: string | null;
  itemType: 'IN_STOCK' | 'PRESALE';
  attributes: Readonly<Record<string, string>>;
}

/**
 * The keys a template is found under: `['c:/food', 'c:/drinks']`. A SKU that the template reaches has at least one of
 * them; one that has none is never reached. Of goods that must be in several scopes, the scope with the fewest keys counts.
 */
export function reachKeysOfDocument(document: TemplateDocument): ReachKey[] {
  return reachKeysOfScope(document.product.scope);
}

/** Every key that a scope names, of goods in several scopes those of each: what people would look for it by. */
export function namedKeysOfDocument(document: TemplateDocument): ReachKey[] {
  const namedBy = (scope: ProductScope): ReachKey[] => {
    switch (scope.kind) {
      case 'ALL_OF':
      case 'ANY_OF':
        return scope.scopes.flatMap(namedBy);
      case 'ATTRIBUTES':
        return Object.entries(scope.attributes).flatMap(([name, values]) =>
          values.map((value) => `a:${name}=${value}`),
        );
      default:
        return reachKeysOfScope(scope);
    }
  };
  return [...new Set(namedBy(document.product.scope))];
}

/** The keys that a template may have to reach a SKU: `['*', 'c:/food', 'c:/food/snacks', 'b:Lumen', 's:sku-1']`. */
export function reachKeysOfSku(sku: ReachableSku): ReachKey[] {
  const categories = withAncestors(sku.category).map((category) => `c:${category}`);
  const attributes = Object.entries(sku.attributes).map(([name, value]) => `a:${name}=${value}`);
  return ['*', ...categories, ...(sku.brand === null ? [] : [`b:${sku.brand}`]), `s:${sku.skuId}`, ...attributes];
}

/** Whether a template could ever apply to a SKU: it is in scope, not excluded, of its merchant or the platform's. */
export function couldApply(document: TemplateDocument, merchantId: MerchantId | null, sku: ReachableSku): boolean {
  if (merchantId !== null && merchantId !== sku.merchantId) return false;
  const { scope, itemType, excludes } = document.product;
  if (itemType !== 'ANY' && itemType !== sku.itemType) return false;
  if (excludes.skuIds.includes(sku.skuId) || isBelow(sku.category, excludes.categories)) return false;
  if (sku.brand !== null && excludes.brands.includes(sku.brand)) return false;
  const { attributes } = excludes;
  if (attributes && Object.entries(attributes).some(([name, values]) => hasOneOf(sku, name, values))) return false;
  return inScope(scope, sku);
}

/** Whether a document reaches every SKU, of its merchant, that has one of its keys: then nothing else has to be looked at. */
export function isToldByKeys({ product: { scope, itemType, excludes } }: TemplateDocument): boolean {
  const leavesOut =
    excludes.attributes || [excludes.skuIds, excludes.brands, excludes.categories].some((list) => list.length > 0);
  return itemType === 'ANY' && !leavesOut && isScopeToldByKeys(scope);
}

/** A category and all above it: `/food/snacks` → `['/food', '/food/snacks']`. */
export function withAncestors(category: string): string[] {
  const steps = category.split('/').slice(1);
  return steps.map((_, index) => `/${steps.slice(0, index + 1).join('/')}`);
}

/** Whether a SKU is among the goods of a scope. */
export function inScope(scope: ProductScope, sku: ReachableSku): boolean {
  switch (scope.kind) {
    case 'STOREWIDE':
      return true;
    case 'CATEGORIES':
      return isBelow(sku.category, scope.categories);
    case 'BRANDS':
      return sku.brand !== null && scope.brands.includes(sku.brand);
    case 'SKUS':
      return scope.skuIds.includes(sku.skuId);
    case 'ATTRIBUTES':
      return Object.entries(scope.attributes).every(([name, values]) => hasOneOf(sku, name, values));
    case 'ALL_OF':
      return scope.scopes.every((one) => inScope(one, sku));
    case 'ANY_OF':
      return scope.scopes.some((one) => inScope(one, sku));
    default:
      return assertNever(scope);
  }
}

function reachKeysOfScope(scope: ProductScope): ReachKey[] {
  switch (scope.kind) {
    case 'STOREWIDE':
      return ['*'];
    case 'CATEGORIES':
      return scope.categories.map((category) => `c:${category}`);
    case 'BRANDS':
      return scope.brands.map((brand) => `b:${brand}`);
    case 'SKUS':
      return scope.skuIds.map((skuId) => `s:${skuId}`);
    case 'ATTRIBUTES':
      return fewest(Object.entries(scope.attributes).map(([name, values]) => values.map((v) => `a:${name}=${v}`)));
    case 'ALL_OF':
      return fewest(scope.scopes.filter(({ kind }) => kind !== 'STOREWIDE').map(reachKeysOfScope));
    case 'ANY_OF': {
      const keys = new Set(scope.scopes.flatMap(reachKeysOfScope));
      return keys.has('*') ? ['*'] : [...keys];
    }
    default:
      return assertNever(scope);
  }
}

function isScopeToldByKeys(scope: ProductScope): boolean {
  switch (scope.kind) {
    case 'ALL_OF':
      return false;
    case 'ANY_OF':
      return scope.scopes.every(isScopeToldByKeys);
    case 'ATTRIBUTES':
      return Object.keys(scope.attributes).length === 1;
    default:
      return true;
  }
}

function fewest(lists: readonly ReachKey[][]): ReachKey[] {
  return (
    lists.reduce<ReachKey[] | null>((least, keys) => (least && least.length <= keys.length ? least : keys), null) ?? [
      '*',
    ]
  );
}

function hasOneOf(sku: ReachableSku, name: string, values: readonly string[]): boolean {
  const value = Object.hasOwn(sku.attributes, name) ? sku.attributes[name] : undefined;
  return value !== undefined && values.includes(value);
}

/** `/food` holds `/food` and `/food/snacks`, but not `/foodstuff`. */
function isBelow(category: string, ancestors: readonly string[]): boolean {
  for (const ancestor of ancestors) {
    if (category.startsWith(ancestor) && (category.length === ancestor.length || category[ancestor.length] === '/'))
      return true;
  }
  return false;
}
