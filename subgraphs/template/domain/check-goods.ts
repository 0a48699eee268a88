import { currenciesOf, thresholdsOf } from '../../shared/kernel/benefit-terms';
import { asSkuId, type MerchantId, type SkuId } from '../../shared/kernel/identifiers';
import { assertNever } from '../../shared/kernel/outcome';
import { withAncestors } from '../../shared/kernel/promotion-reach';
import type { ProductScope, TemplateDocument } from '../../shared/kernel/promotion-terms';
import { type Condition, childrenOf } from '../../shared/kernel/rules/condition';
import { type Finding, type FindingCode, finding, type NamedGoods } from './finding';

/** What a document names of the catalogue, for whoever looks it up. */
export interface GoodsNames {
  skuIds: SkuId[];
  categories: string[];
  brands: string[];
}

/** The SKUs, categories and brands that a document names anywhere. */
export function namesOfGoods(document: TemplateDocument): GoodsNames {
  const { scope, excludes } = document.product;
  const named = namesOfScope(scope);
  const gifts = document.benefit.flatMap((benefit) =>
    benefit.kind === 'GIFT' ? benefit.gifts.map(({ skuId }) => skuId) : [],
  );
  return {
    skuIds: distinct([...named.skuIds, ...excludes.skuIds, ...gifts]).map(asSkuId),
    categories: distinct([...named.categories, ...excludes.categories]),
    brands: distinct([...named.brands, ...excludes.brands]),
  };
}

/** Goods that are not there, that somebody else sells, or that are all left out again. */
export function checkScope(document: TemplateDocument, merchantId: MerchantId | null, goods: NamedGoods): Finding[] {
  const findings: Finding[] = [];
  const { scope, excludes } = document.product;
  const names = namesOfGoods(document);
  const ofScope = new Set([...namesOfScope(scope).skuIds, ...excludes.skuIds]);
  const list = (values: readonly string[]) =>
    `${values.slice(0, 5).join(', ')}${values.length > 5 ? ` and ${values.length - 5} more` : ''}`;
  const warn = (code: FindingCode, unknown: readonly string[], what: string, path = 'product') => {
    if (unknown.length > 0)
      findings.push(
        finding(
          'WARNING',
          code,
          path,
          `The catalogue has no ${what}: ${list(unknown)}.`,
          'correct the names, or add the goods to the catalogue',
        ),
      );
  };
  warn(
    'UNKNOWN_SKU',
    names.skuIds.filter((id) => ofScope.has(id) && !goods.sellers.has(id)),
    'such SKU',
  );
  document.benefit.forEach((benefit, place) => {
    if (benefit.kind !== 'GIFT') return;
    const unknown = distinct(benefit.gifts.map(({ skuId }) => skuId)).filter((id) => !goods.sellers.has(asSkuId(id)));
    warn('UNKNOWN_SKU', unknown, 'such SKU to give', `benefit[${place}].gifts`);
  });
  warn(
    'UNKNOWN_CATEGORY',
    names.categories.filter((one) => !goods.categories.has(one)),
    'goods in the category',
  );
  warn(
    'UNKNOWN_BRAND',
    names.brands.filter((brand) => !goods.brands.has(brand)),
    'goods of the brand',
  );
  const foreign = namesOfScope(scope).skuIds.filter((id) => {
    const seller = goods.sellers.get(asSkuId(id));
    return merchantId !== null && seller !== undefined && seller !== merchantId;
  });
  if (foreign.length > 0)
    findings.push(
      finding(
        'WARNING',
        'FOREIGN_SKU',
        'product.scope',
        `Another merchant sells ${list(foreign)}; a merchant's promotion never reaches them.`,
        'remove them',
      ),
    );
  if (isExcluded(scope, excludes))
    findings.push(
      finding(
        'ERROR',
        'SCOPE_EXCLUDED',
        'product.excludes',
        'Everything in the scope is excluded, so it is about nothing.',
        'remove entries of product.excludes, or widen the scope',
      ),
    );
  return findings;
}

function isExcluded(scope: ProductScope, excludes: TemplateDocument['product']['excludes']): boolean {
  switch (scope.kind) {
    case 'SKUS':
      return scope.skuIds.every((id) => excludes.skuIds.includes(id));
    case 'BRANDS':
      return scope.brands.every((brand) => excludes.brands.includes(brand));
    case 'CATEGORIES':
      return scope.categories.every((one) => withAncestors(one).some((above) => excludes.categories.includes(above)));
    case 'ALL_OF':
      return scope.scopes.some((one) => isExcluded(one, excludes));
    case 'ANY_OF':
      return scope.scopes.every((one) => isExcluded(one, excludes));
    case 'STOREWIDE':
    case 'ATTRIBUTES':
      return false;
    default:
      return assertNever(scope);
  }
}

/** Amounts that are given in some currencies and missing in others, or compared without one. */
export function checkCurrencies({ benefit, rule }: TemplateDocument): Finding[] {
  const findings: Finding[] = [];
  benefit.forEach((terms, place) => {
    const whole = currenciesOf(terms);
    const named =
      'off' in terms ? Object.keys(terms.off) : 'maxAmount' in terms ? Object.keys(terms.maxAmount ?? {}) : [];
    const lost = distinct([...named, ...Object.keys(thresholdsOf(terms))]).filter(
      (currency) => whole?.includes(currency) === false,
    );
    if (lost.length > 0)
      findings.push(
        finding(
          'WARNING',
          'MISSING_CURRENCY',
          `benefit[${place}]`,
          `In ${lost.join(', ')} only some of its amounts are given, so it takes nothing off there.`,
          'give every amount in the same currencies',
        ),
      );
  });
  const amountFact = rule.condition && factsIn(rule.condition).find((fact) => amountFacts.has(fact));
  const currencies = distinct(benefit.flatMap((terms) => currenciesOf(terms) ?? []));
  if (amountFact && currencies.length > 1 && !factsIn(rule.condition).includes('cart.currency'))
    findings.push(
      finding(
        'WARNING',
        'AMOUNT_WITHOUT_CURRENCY',
        'rule.condition',
        `It compares ${amountFact} with the same number in ${currencies.join(' and ')}.`,
        'ask for cart.currency beside it, or use thresholds per currency',
      ),
    );
  return findings;
}

const amountFacts = new Set(['cart.subtotal', 'line.amount', 'line.unitPrice']);

function namesOfScope(scope: ProductScope): { skuIds: string[]; categories: string[]; brands: string[] } {
  switch (scope.kind) {
    case 'CATEGORIES':
      return { skuIds: [], categories: scope.categories, brands: [] };
    case 'BRANDS':
      return { skuIds: [], categories: [], brands: scope.brands };
    case 'SKUS':
      return { skuIds: scope.skuIds, categories: [], brands: [] };
    case 'ALL_OF':
    case 'ANY_OF': {
      const inner = scope.scopes.map(namesOfScope);
      return {
        skuIds: inner.flatMap(({ skuIds }) => skuIds),
        categories: inner.flatMap(({ categories }) => categories),
        brands: inner.flatMap(({ brands }) => brands),
      };
    }
    case 'STOREWIDE':
    case 'ATTRIBUTES':
      return { skuIds: [], categories: [], brands: [] };
    default:
      return assertNever(scope);
  }
}

function factsIn(condition: Condition | undefined): string[] {
  if (!condition) return [];
  return 'fact' in condition ? [condition.fact] : childrenOf(condition).flatMap(factsIn);
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
