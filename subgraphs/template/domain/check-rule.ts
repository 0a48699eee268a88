import { thresholdsOf } from '../../shared/kernel/benefit-terms';
import { addDays, type LocalTime, localTimeOf } from '../../shared/kernel/calendar';
import type { MerchantId } from '../../shared/kernel/identifiers';
import { formatMoney, isCurrencyCode, money } from '../../shared/kernel/money';
import { assertNever } from '../../shared/kernel/outcome';
import { withAncestors } from '../../shared/kernel/promotion-reach';
import { type ProductScope, type TemplateDocument, windowOfUse } from '../../shared/kernel/promotion-terms';
import { allOf, type Condition } from '../../shared/kernel/rules/condition';
import { canBothHold, upperBoundOf } from '../../shared/kernel/rules/decide';
import { audienceParts, conditionOf, hoursParts, useParts } from '../../shared/kernel/rules/eligibility';
import { type Finding, finding, type NamedGoods } from './finding';

/** Whether a check compares something with the prices of the goods in scope: only where a rule limits the units. */
export function asksForPrices({ rule }: TemplateDocument): boolean {
  return rule.condition !== undefined && upperBoundOf(rule.condition, 'cart.itemCount') !== null;
}

/** An audience whose every member is excluded again. */
export function checkAudience(document: TemplateDocument): Finding[] {
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

/** A rule that never comes together with the goods, the audience or the window of its own document. */
export function checkRule(document: TemplateDocument, merchantId: MerchantId | null): Finding[] {
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
  const moment = momentOfUse(document);
  if (moment && canBothHold(moment, condition) === false)
    return [
      finding(
        'ERROR',
        'NEVER_APPLIES',
        'rule.condition',
        document.time.validity
          ? 'At no moment at which one of its coupons may be used the condition holds.'
          : 'At no moment of its window, hours and days the condition holds.',
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

/**
 * The moments at which the condition is asked: of what applies by itself its window and hours, of a coupon its validity
 * and its hours of use. A short window has only some days of the week, days of the month and months.
 */
function momentOfUse(document: TemplateDocument): Condition | null {
  const { time } = document;
  const { from, until } = windowOfUse(document);
  const parts = time.validity ? useParts(document) : hoursParts(document);
  const days = daysBetween(from, until, time.zone);
  const within: Condition[] = [
    { fact: 'time.now', op: 'onOrAfter', value: from.toISOString() },
    { fact: 'time.now', op: 'before', value: until.toISOString() },
    ...(days === null
      ? []
      : [
          oneOf(
            'time.dayOfWeek',
            days.map(({ dayOfWeek }) => dayOfWeek),
          ),
          oneOf(
            'time.dayOfMonth',
            days.map(({ dayOfMonth }) => dayOfMonth),
          ),
          oneOf(
            'time.month',
            days.map(({ month }) => month),
          ),
        ]),
  ];
  return allOf([...within, ...parts.map(({ condition }) => condition)]);
}

/** What the calendar shows on each day of a window; null for one so long that every day comes round. */
function daysBetween(from: Date, until: Date, zone: string): LocalTime[] | null {
  const days: LocalTime[] = [];
  for (let day = from; day < until; day = addDays(day, 1, zone)) {
    if (days.length > 366) return null;
    days.push(localTimeOf(day, zone));
  }
  // The last one may begin earlier in the day than the first.
  days.push(localTimeOf(new Date(until.getTime() - 1), zone));
  return days;
}

function oneOf(fact: string, values: readonly number[]): Condition {
  return { fact, op: 'in', value: [...new Set(values)].sort((a, b) => a - b) };
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

/** A threshold that the rule's own upper limits keep out of reach, by amount or by units of the dearest goods in scope. */
export function checkThresholds({ benefit, rule }: TemplateDocument, { dearest }: NamedGoods): Finding[] {
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

function shownMoney(minorUnits: number, currency: string): string {
  return isCurrencyCode(currency) ? formatMoney(money(minorUnits, currency)) : `${minorUnits} ${currency}`;
}
