import { isoDay, minuteRanges, type OpeningHours } from '../opening-hours';
import { assertNever } from '../outcome';
import { isToldByKeys, reachKeysOfDocument } from '../promotion-reach';
import type { ProductScope, PromotionTerms, TemplateDocument } from '../promotion-terms';
import { allOf, anyOf, type Condition, childrenOf } from './condition';
import { reachFact, reachOf } from './fact-sources';

/** A condition that a document sets, and where: `user.audience`, `rule.condition`. */
export interface EligibilityPart {
  path: string;
  condition: Condition;
}

/**
 * Everything a promotion that applies by itself asks of a moment, a shopper and a cart, as conditions of one kind, so that
 * one index answers for all modules of a document. Empty when it asks for nothing.
 */
export function eligibilityOf(terms: PromotionTerms): EligibilityPart[] {
  const { document } = terms;
  return [...momentParts(document), ...audienceParts(document), ...goodsParts(terms), ...ruleParts(document)];
}

/** One condition of all parts; null when nothing is asked. */
export function conditionOf(parts: readonly EligibilityPart[]): Condition | null {
  return allOf(parts.map(({ condition }) => condition));
}

/** Its window, hours and days of the week. */
export function momentParts(document: TemplateDocument): EligibilityPart[] {
  return [...windowParts(document), ...hoursParts(document)];
}

/** Its window alone. */
export function windowParts({ time }: TemplateDocument): EligibilityPart[] {
  return [
    { path: 'time.startsAt', condition: { fact: 'time.now', op: 'onOrAfter', value: time.startsAt } },
    { path: 'time.endsAt', condition: { fact: 'time.now', op: 'before', value: time.endsAt } },
  ];
}

/** Its hours and days of the week within its window. */
export function hoursParts({ time }: TemplateDocument): EligibilityPart[] {
  return openingParts('time', time);
}

/** When a claimed coupon may be used within its validity. */
export function useParts({ time }: TemplateDocument): EligibilityPart[] {
  return time.validity ? openingParts('time.validity', time.validity) : [];
}

/** Whom it is for, and whom it is not. */
export function audienceParts({ user }: TemplateDocument): EligibilityPart[] {
  const parts: EligibilityPart[] = [];
  const { audience, excludes } = user;
  const only = (field: string, condition: Condition) => parts.push({ path: `user.audience${field}`, condition });
  switch (audience.kind) {
    case 'ALL':
      break;
    case 'SEGMENTS':
      only('.segments', { fact: 'user.segments', op: 'containsAny', value: audience.segments });
      break;
    case 'TAGS':
      only('.tags', { fact: 'user.tags', op: 'containsAny', value: audience.tags });
      break;
    case 'GROUPS':
      only('.groups', { fact: 'user.groups', op: 'containsAny', value: audience.groups });
      break;
    case 'NEW_USERS':
      only('', { fact: 'user.isNew', op: 'eq', value: true });
      break;
    case 'USER_IDS':
      only('.userIds', { fact: 'user.id', op: 'in', value: audience.userIds });
      break;
    default:
      assertNever(audience);
  }
  for (const [field, fact] of [
    ['segments', 'user.segments'],
    ['tags', 'user.tags'],
    ['groups', 'user.groups'],
  ] as const) {
    const value = excludes?.[field];
    if (value) parts.push({ path: `user.excludes.${field}`, condition: { fact, op: 'containsNone', value } });
  }
  if (excludes?.userIds)
    parts.push({
      path: 'user.excludes.userIds',
      condition: { not: { fact: 'user.id', op: 'in', value: excludes.userIds } },
    });
  return parts;
}

/** The rule itself. */
export function ruleParts({ rule }: TemplateDocument): EligibilityPart[] {
  return rule.condition ? [{ path: 'rule.condition', condition: rule.condition }] : [];
}

/**
 * What of a document can be told before there is a cart, so that nobody claims what cannot be theirs: the audience, and
 * those conditions of the rule that must all hold and ask about the shopper alone.
 */
export function claimParts(document: TemplateDocument): EligibilityPart[] {
  const { condition } = document.rule;
  if (!condition) return audienceParts(document);
  const conjuncts =
    'all' in condition
      ? condition.all.map((one, place) => ({ path: `rule.condition.all[${place}]`, condition: one }))
      : [{ path: 'rule.condition', condition }];
  return [...audienceParts(document), ...conjuncts.filter((part) => isAboutShopper(part.condition))];
}

/** Goods in the cart that it reaches: by keys that an index can look up, and line by line where keys do not say it all. */
export function goodsParts({ document, merchantId }: PromotionTerms): EligibilityPart[] {
  const keys = reachKeysOfDocument(document).map((key) => reachOf(merchantId, key));
  const parts: EligibilityPart[] = [
    { path: 'product.scope', condition: { fact: reachFact, op: 'containsAny', value: keys } },
  ];
  if (isToldByKeys(document)) return parts;
  const { itemType, excludes, scope } = document.product;
  const asked: Condition[] = [];
  if (itemType !== 'ANY') asked.push({ fact: 'line.itemType', op: 'eq', value: itemType });
  const excluded = excludedGoods(excludes);
  if (excluded) asked.push({ not: excluded });
  const own: Condition[] = merchantId === null ? [] : [{ fact: 'line.merchant', op: 'eq', value: merchantId }];
  const inner = allOf([...own, ...goodsOf(scope), ...asked]);
  return inner ? [...parts, { path: 'product', condition: { anyLine: inner } }] : parts;
}

function openingParts(path: string, { daysOfWeek, hoursOfDay }: OpeningHours): EligibilityPart[] {
  const parts: EligibilityPart[] = [];
  if (daysOfWeek)
    parts.push({
      path: `${path}.daysOfWeek`,
      condition: { fact: 'time.dayOfWeek', op: 'in', value: daysOfWeek.map(isoDay).sort((a, b) => a - b) },
    });
  const hours = anyOf(
    minuteRanges(hoursOfDay ?? []).map(({ from, until }): Condition => {
      return { fact: 'time.minuteOfDay', op: 'between', value: { from, to: until - 1 } };
    }),
  );
  return hours ? [...parts, { path: `${path}.hoursOfDay`, condition: hours }] : parts;
}

/** The scope as conditions on one line; none for everything. */
function goodsOf(scope: ProductScope): Condition[] {
  switch (scope.kind) {
    case 'STOREWIDE':
      return [];
    case 'CATEGORIES':
      return [{ fact: 'line.categories', op: 'containsAny', value: scope.categories }];
    case 'BRANDS':
      return [{ fact: 'line.brand', op: 'in', value: scope.brands }];
    case 'SKUS':
      return [{ fact: 'line.sku', op: 'in', value: scope.skuIds }];
    case 'ATTRIBUTES':
      return Object.entries(scope.attributes).map(([name, value]) => ({
        fact: `line.attributes.${name}`,
        op: 'in' as const,
        value,
      }));
    case 'ALL_OF':
      return scope.scopes.flatMap(goodsOf);
    case 'ANY_OF': {
      const sides = scope.scopes.map((one) => allOf(goodsOf(one)));
      // One side that asks for nothing makes the whole ask for nothing.
      const some = sides.some((side) => side === null) ? null : anyOf(sides.flatMap((side) => side ?? []));
      return some ? [some] : [];
    }
    default:
      return assertNever(scope);
  }
}

/** Goods a document leaves out. Goods without a brand or an attribute are not left out for it, so it must be there first. */
function excludedGoods(excludes: TemplateDocument['product']['excludes']): Condition | null {
  const { skuIds, categories, brands, attributes } = excludes;
  const sides: Condition[] = [];
  if (skuIds.length > 0) sides.push({ fact: 'line.sku', op: 'in', value: skuIds });
  if (categories.length > 0) sides.push({ fact: 'line.categories', op: 'containsAny', value: categories });
  const named: [string, readonly string[]][] = Object.entries(attributes ?? {}).map(([name, values]) => [
    `line.attributes.${name}`,
    values,
  ]);
  if (brands.length > 0) named.push(['line.brand', brands]);
  for (const [fact, value] of named)
    sides.push({
      all: [
        { fact, op: 'exists' },
        { fact, op: 'in', value },
      ],
    });
  return anyOf(sides);
}

function isAboutShopper(condition: Condition): boolean {
  if ('fact' in condition) return condition.fact.startsWith('user.');
  if ('anyLine' in condition || 'everyLine' in condition) return false;
  return childrenOf(condition).every(isAboutShopper);
}
