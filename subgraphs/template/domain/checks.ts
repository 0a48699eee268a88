import { currenciesOf, thresholdsOf } from '../../shared/kernel/benefit-terms';
import type { MerchantId, SkuId, TemplateId } from '../../shared/kernel/identifiers';
import { formatMoney, isCurrencyCode, money } from '../../shared/kernel/money';
import { isOpenAt, nextOpening } from '../../shared/kernel/opening-hours';
import { assertNever } from '../../shared/kernel/outcome';
import { withAncestors } from '../../shared/kernel/promotion-reach';
import {
  type ProductScope,
  type PromotionTerms,
  type TemplateDocument,
  windowOf,
} from '../../shared/kernel/promotion-terms';
import { allOf, type Condition, childrenOf } from '../../shared/kernel/rules/condition';
import { canBothHold, upperBoundOf } from '../../shared/kernel/rules/decide';
import { audienceParts, conditionOf, momentParts } from '../../shared/kernel/rules/eligibility';
import { type Publication, refusePublication } from './template';

/** What is wrong with a draft, or looks wrong. An ERROR refuses its publication, a WARNING asks for a yes. */
export interface Finding {
  severity: 'ERROR' | 'WARNING';
  code: FindingCode;
  /** Where in the document: `rule.condition`; empty for the whole. */
  path: string;
  /** What was found and why it is a problem. */
  reason: string;
  /** What to do. */
  cure: string;
}

/** Kinds of finding. */
export type FindingCode =
  | 'NOT_PUBLISHABLE'
  | 'STOCK_LOWERED'
  | 'OVER'
  | 'NEVER_OPEN'
  | 'NEVER_APPLIES'
  | 'EMPTY_AUDIENCE'
  | 'CONTRADICTS_SCOPE'
  | 'SCOPE_EXCLUDED'
  | 'UNREACHABLE_THRESHOLD'
  | 'HIDDEN_BY_EXCLUSIVE'
  | 'STOCK_BELOW_LIMIT'
  | 'LIMIT_WITHOUT_EFFECT'
  | 'UNKNOWN_SKU'
  | 'FOREIGN_SKU'
  | 'UNKNOWN_CATEGORY'
  | 'UNKNOWN_BRAND'
  | 'MISSING_CURRENCY'
  | 'AMOUNT_WITHOUT_CURRENCY'
  | 'STACKING_CONTRADICTION';

/** What of the catalogue a document names, as the copy has it. */
export interface NamedGoods {
  /** Who sells each named SKU; SKUs that are not there are absent. */
  sellers: ReadonlyMap<SkuId, MerchantId>;
  /** Those of the named categories in or below which there is a SKU. */
  categories: ReadonlySet<string>;
  /** Those of the named brands that a SKU has. */
  brands: ReadonlySet<string>;
  /** The dearest list price in the scope per currency, minor units; empty unless `asksForPrices`. */
  dearest: Readonly<Record<string, number>>;
}

/** A live promotion that stands alone. */
export interface LiveExclusive {
  templateId: TemplateId;
  document: TemplateDocument;
  merchantId: MerchantId | null;
}

/** What a check looks at beside the document. */
export interface CheckSurroundings {
  now: Date;
  /** The stacking groups of the tenant. */
  groups: readonly { name: string; alwaysStackable: boolean }[];
  published: Publication | null;
  goods: NamedGoods;
  /** Live exclusive promotions of the same owner and of the platform, this one left out. */
  exclusives: readonly LiveExclusive[];
}

/** What a document names of the catalogue, for whoever looks it up. */
export interface GoodsNames {
  skuIds: SkuId[];
  categories: string[];
  brands: string[];
}

/**
 * Everything that can be told about a document before it is published, errors first. It looks at what is written and at
 * what is there, never at prices after discounts.
 */
export function checkDocument(
  terms: Omit<PromotionTerms, 'versionId' | 'version'>,
  around: CheckSurroundings,
): Finding[] {
  const { document, merchantId } = terms;
  const findings = [
    ...checkPublication(document, around),
    ...checkTime(document),
    ...checkAudience(document),
    ...checkRule(document, merchantId),
    ...checkScope(document, merchantId, around.goods),
    ...checkThresholds(document, around.goods),
    ...checkCurrencies(document),
    ...checkLimits(document),
    ...checkExclusives(terms, around),
    ...checkStacking(document),
  ];
  return [...findings.filter(isError), ...findings.filter((finding) => !isError(finding))];
}

/** Whether a finding refuses a publication. */
export function isError(finding: Finding): boolean {
  return finding.severity === 'ERROR';
}

/** Whether a check compares something with the prices of the goods in scope: only where a rule limits the units. */
export function asksForPrices({ rule }: TemplateDocument): boolean {
  return rule.condition !== undefined && upperBoundOf(rule.condition, 'cart.itemCount') !== null;
}

/** The SKUs, categories and brands that a document names anywhere. */
export function namesOfGoods(document: TemplateDocument): GoodsNames {
  const { scope, excludes } = document.product;
  const named = namesOfScope(scope);
  const gifts = document.benefit.flatMap((benefit) =>
    benefit.kind === 'GIFT' ? benefit.gifts.map(({ skuId }) => skuId) : [],
  );
  return {
    skuIds: distinct([...named.skuIds, ...excludes.skuIds, ...gifts]) as SkuId[],
    categories: distinct([...named.categories, ...excludes.categories]),
    brands: distinct([...named.brands, ...excludes.brands]),
  };
}

function finding(
  severity: Finding['severity'],
  code: FindingCode,
  path: string,
  reason: string,
  cure: string,
): Finding {
  return { severity, code, path, reason, cure };
}

/** What no yes can put right: what the platform would not keep, and what would break what was published before. */
function checkPublication(document: TemplateDocument, { groups, published, now }: CheckSurroundings): Finding[] {
  const names = groups.map(({ name }) => name);
  return refusePublication(document, published, now, names).map((refusal) => {
    switch (refusal.code) {
      case 'NOT_PUBLISHABLE': {
        const { path, found, allowed, cure } = refusal.fault;
        return finding('ERROR', refusal.code, path, `Expected ${allowed}, found ${found}.`, cure);
      }
      case 'STOCK_LOWERED':
        return finding(
          'ERROR',
          refusal.code,
          'limit.stock',
          `There are ${refusal.from} coupons already, found ${refusal.to}; stock only rises.`,
          'raise the stock, or end the template to stop it',
        );
      case 'ENDED':
        return finding(
          'ERROR',
          'OVER',
          'time.endsAt',
          `It ended at ${refusal.endedAt}, before now.`,
          'let it end later',
        );
      default:
        return assertNever(refusal);
    }
  });
}

function checkTime(document: TemplateDocument): Finding[] {
  const { time } = document;
  const { startsAt, endsAt } = windowOf(document);
  const findings: Finding[] = [];
  const opening = isOpenAt(time, time.zone, startsAt) ? startsAt : nextOpening(time, time.zone, startsAt);
  if (!opening || opening >= endsAt)
    findings.push(
      finding(
        'ERROR',
        'NEVER_OPEN',
        time.hoursOfDay ? 'time.hoursOfDay' : 'time.daysOfWeek',
        `Between ${time.startsAt} and ${time.endsAt} no minute lies within its hours and days.`,
        'widen the hours and days, or the window',
      ),
    );
  const { validity } = time;
  if (validity?.kind === 'FIXED') {
    const from = new Date(validity.from);
    const use = isOpenAt(validity, time.zone, from) ? from : nextOpening(validity, time.zone, from);
    if (!use || use >= new Date(validity.until))
      findings.push(
        finding(
          'ERROR',
          'NEVER_OPEN',
          validity.hoursOfDay ? 'time.validity.hoursOfDay' : 'time.validity.daysOfWeek',
          'While its coupons are valid no minute lies within their hours and days of use.',
          'widen the hours and days, or the validity',
        ),
      );
  }
  return findings;
}

function checkAudience(document: TemplateDocument): Finding[] {
  const audience = conditionOf(audienceParts(document));
  if (!audience || canBothHold(audience, audience) !== false) return [];
  return [
    finding(
      'ERROR',
      'EMPTY_AUDIENCE',
      'user',
      'Everybody in the audience is excluded, so it is for nobody.',
      'widen user.audience or remove entries of user.excludes',
    ),
  ];
}

/** What is true of every shopper: whoever has paid once is not new. */
const aboutShoppers: Condition = {
  any: [
    {
      all: [
        { fact: 'user.isNew', op: 'eq', value: true },
        { fact: 'user.payTimes', op: 'eq', value: 0 },
      ],
    },
    {
      all: [
        { fact: 'user.isNew', op: 'eq', value: false },
        { fact: 'user.payTimes', op: 'gte', value: 1 },
      ],
    },
  ],
};

function checkRule(document: TemplateDocument, merchantId: MerchantId | null): Finding[] {
  const { condition } = document.rule;
  if (!condition) return [];
  const scope = scopeOfCart(document, merchantId);
  if (scope && canBothHold(scope, condition) === false)
    return [
      finding(
        'ERROR',
        'CONTRADICTS_SCOPE',
        'rule.condition',
        'No cart with goods of product.scope fulfils the condition, so it never takes anything off.',
        'correct the condition, or the scope',
      ),
    ];
  const audience = allOf([...audienceParts(document).map((part) => part.condition), aboutShoppers]);
  if (audience && canBothHold(audience, condition) === false)
    return [
      finding(
        'ERROR',
        'NEVER_APPLIES',
        'rule.condition',
        'Nobody in the audience fulfils the condition.',
        'correct the condition, or user.audience',
      ),
    ];
  const moment = conditionOf(momentParts(document));
  if (moment && canBothHold(moment, condition) === false)
    return [
      finding(
        'ERROR',
        'NEVER_APPLIES',
        'rule.condition',
        'At no moment of its window, hours and days the condition holds.',
        'correct the condition, or time',
      ),
    ];
  const all = allOf([...[scope, audience, moment].flatMap((part) => part ?? [])]);
  if (all && canBothHold(all, condition) === false)
    return [
      finding(
        'ERROR',
        'NEVER_APPLIES',
        'rule.condition',
        'The condition, the audience, the goods and the window never come together.',
        'loosen one of them',
      ),
    ];
  return [];
}

/** What a cart with goods of the scope has for certain. */
function scopeOfCart({ product }: TemplateDocument, merchantId: MerchantId | null): Condition | null {
  const parts: Condition[] = [];
  if (merchantId !== null) parts.push({ fact: 'cart.merchants', op: 'containsAny', value: [merchantId] });
  if (product.itemType !== 'ANY') parts.push({ fact: 'cart.itemTypes', op: 'containsAny', value: [product.itemType] });
  const goods = cartCondition(product.scope);
  return allOf(goods ? [...parts, goods] : parts);
}

function cartCondition(scope: ProductScope): Condition | null {
  switch (scope.kind) {
    case 'STOREWIDE':
    case 'ATTRIBUTES':
      return null;
    case 'CATEGORIES':
      // A cart with /food/tea also has /food, so a rule that shuts /food out shuts this scope out too.
      return {
        any: scope.categories.map((category) => ({
          fact: 'cart.categories',
          op: 'containsAll' as const,
          value: withAncestors(category),
        })),
      };
    case 'BRANDS':
      return { fact: 'cart.brands', op: 'containsAny', value: scope.brands };
    case 'SKUS':
      return { fact: 'cart.skus', op: 'containsAny', value: scope.skuIds };
    case 'ALL_OF':
      return allOf(scope.scopes.flatMap((one) => cartCondition(one) ?? []));
    case 'ANY_OF': {
      const sides = scope.scopes.map(cartCondition);
      return sides.some((side) => side === null) ? null : { any: sides.flatMap((side) => side ?? []) };
    }
    default:
      return assertNever(scope);
  }
}

function checkScope(document: TemplateDocument, merchantId: MerchantId | null, goods: NamedGoods): Finding[] {
  const findings: Finding[] = [];
  const { scope, excludes } = document.product;
  const names = namesOfGoods(document);
  const list = (values: readonly string[]) =>
    `${values.slice(0, 5).join(', ')}${values.length > 5 ? ` and ${values.length - 5} more` : ''}`;
  const warn = (code: FindingCode, unknown: readonly string[], what: string) => {
    if (unknown.length > 0)
      findings.push(
        finding(
          'WARNING',
          code,
          'product',
          `The catalogue has no ${what}: ${list(unknown)}.`,
          'correct the names, or add the goods to the catalogue',
        ),
      );
  };
  warn(
    'UNKNOWN_SKU',
    names.skuIds.filter((id) => !goods.sellers.has(id)),
    'such SKU',
  );
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
    const seller = goods.sellers.get(id as SkuId);
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

/** A threshold that the rule's own upper limits keep out of reach, by amount or by units of the dearest goods in scope. */
function checkThresholds({ benefit, rule }: TemplateDocument, { dearest }: NamedGoods): Finding[] {
  const { condition } = rule;
  if (!condition) return [];
  const mostAmount = upperBoundOf(condition, 'cart.subtotal');
  const mostUnits = upperBoundOf(condition, 'cart.itemCount');
  return benefit.flatMap((terms, place) => {
    if (terms.kind === 'BUY_X_GET_Y')
      return mostUnits !== null && mostUnits < terms.buy + terms.get
        ? [
            finding(
              'ERROR',
              'UNREACHABLE_THRESHOLD',
              `benefit[${place}].buy`,
              `It asks for ${terms.buy} units and ${terms.get} more, and the condition allows ${mostUnits}.`,
              'lower it, or raise the upper limit in the condition',
            ),
          ]
        : [];
    return Object.entries(thresholdsOf(terms)).flatMap(([currency, threshold]) => {
      const price = dearest[currency];
      const byUnits = mostUnits === null || price === undefined ? null : mostUnits * price;
      const most = [mostAmount, byUnits].reduce<number | null>(
        (least, bound) => (bound === null ? least : Math.min(least ?? bound, bound)),
        null,
      );
      if (most === null || most >= threshold) return [];
      return [
        finding(
          'ERROR',
          'UNREACHABLE_THRESHOLD',
          `benefit[${place}]`,
          `It asks for ${shownMoney(threshold, currency)}, and within the condition a cart holds ${shownMoney(most, currency)} of its goods at most.`,
          'lower the threshold, or raise the upper limit in the condition',
        ),
      ];
    });
  });
}

function checkCurrencies({ benefit, rule }: TemplateDocument): Finding[] {
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

function checkLimits({ limit }: TemplateDocument): Finding[] {
  const findings: Finding[] = [];
  const { stock, perUser = {} } = limit;
  const limits = [
    ['lifetime', perUser.lifetime],
    ['perWeek', perUser.perWeek],
    ['perDay', perUser.perDay],
  ] as const;
  limits.forEach(([name, most], place) => {
    if (most === undefined) return;
    if (stock !== undefined && stock < most)
      findings.push(
        finding(
          'WARNING',
          'STOCK_BELOW_LIMIT',
          'limit.stock',
          `One person may have ${most} (limit.perUser.${name}) of the ${stock} there are.`,
          'raise the stock, or lower the limit',
        ),
      );
    const wider = limits.slice(0, place).find(([, other]) => other !== undefined && other < most);
    if (wider)
      findings.push(
        finding(
          'WARNING',
          'LIMIT_WITHOUT_EFFECT',
          `limit.perUser.${name}`,
          `${most} can never be reached beside limit.perUser.${wider[0]} of ${wider[1]}.`,
          'lower it, or remove it',
        ),
      );
  });
  return findings;
}

/**
 * A live promotion that stands alone and is forced in wherever it applies leaves no room beside it. One that is not forced
 * in is only used where it saves more, so it hides nothing.
 */
function checkExclusives(
  { document, merchantId, templateId }: Omit<PromotionTerms, 'versionId' | 'version'>,
  { exclusives, groups }: CheckSurroundings,
): Finding[] {
  const { stackingGroup } = document.rule;
  if (groups.some(({ name, alwaysStackable }) => name === stackingGroup && alwaysStackable)) return [];
  return exclusives.flatMap((other) => {
    const { rule, trigger } = other.document;
    const isForced = trigger === 'AUTOMATIC' && rule.always;
    if (other.templateId === templateId || !isForced || !overlap(document, other.document)) return [];
    const covers =
      isForEveryCart(other.document) &&
      (other.merchantId === null || other.merchantId === merchantId) &&
      windowOf(other.document).endsAt >= windowOf(document).endsAt &&
      windowOf(other.document).startsAt <= windowOf(document).startsAt;
    return [
      finding(
        covers ? 'ERROR' : 'WARNING',
        'HIDDEN_BY_EXCLUSIVE',
        'time',
        covers
          ? `${other.templateId} stands alone and is applied to every cart as long as this one lasts, so this one never applies.`
          : `${other.templateId} is live at the same time, stands alone and is always applied; a cart that gets it does not get this one.`,
        'choose another window or a group that stacks with everything, or end the other one',
      ),
    ];
  });
}

function isForEveryCart({ product, rule, user, time, benefit }: TemplateDocument): boolean {
  return (
    product.scope.kind === 'STOREWIDE' &&
    product.itemType === 'ANY' &&
    !rule.condition &&
    !time.hoursOfDay &&
    !time.daysOfWeek &&
    user.audience.kind === 'ALL' &&
    !user.excludes &&
    benefit.every((terms) => Object.keys(thresholdsOf(terms)).length === 0)
  );
}

function checkStacking({ rule, tags }: TemplateDocument): Finding[] {
  const findings: Finding[] = [];
  const both = rule.excludes.filter((name) => rule.combinesWith?.includes(name));
  if (both.length > 0)
    findings.push(
      finding(
        'WARNING',
        'STACKING_CONTRADICTION',
        'rule.combinesWith',
        `It combines with ${both.join(', ')} and excludes the same; excluding wins.`,
        'remove them from one of the lists',
      ),
    );
  if (rule.exclusive && (rule.combinesWith?.length ?? 0) > 0)
    findings.push(
      finding(
        'WARNING',
        'STACKING_CONTRADICTION',
        'rule.combinesWith',
        'It stands alone, so it combines with nothing that is named here.',
        'remove rule.exclusive or rule.combinesWith',
      ),
    );
  const self = rule.excludes.find((name) => name === rule.stackingGroup || tags.includes(name));
  if (self !== undefined)
    findings.push(
      finding(
        'WARNING',
        'STACKING_CONTRADICTION',
        'rule.excludes',
        `It names ${self}, which is its own: two coupons of it never stand together.`,
        'remove it unless that is meant',
      ),
    );
  return findings;
}

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

function overlap(one: TemplateDocument, other: TemplateDocument): boolean {
  const [a, b] = [windowOf(one), windowOf(other)];
  return a.startsAt < b.endsAt && b.startsAt < a.endsAt;
}

function factsIn(condition: Condition | undefined): string[] {
  if (!condition) return [];
  return 'fact' in condition ? [condition.fact] : childrenOf(condition).flatMap(factsIn);
}

function shownMoney(minorUnits: number, currency: string): string {
  return isCurrencyCode(currency) ? formatMoney(money(minorUnits, currency)) : `${minorUnits} ${currency}`;
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
