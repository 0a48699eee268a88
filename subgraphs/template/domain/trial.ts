import { currenciesOf, thresholdsOf } from '../../shared/kernel/benefit-terms';
import { formatMoney, money } from '../../shared/kernel/money';
import { isOpenAt, nextOpening, type OpeningHours } from '../../shared/kernel/opening-hours';
import { type Cart, unitPriceOf } from '../../shared/kernel/pricing/cart';
import { couldApply } from '../../shared/kernel/promotion-reach';
import { type PromotionTerms, type TemplateDocument, windowOfUse } from '../../shared/kernel/promotion-terms';
import type { Truth } from '../../shared/kernel/rules/compile';
import { audienceParts, ruleParts } from '../../shared/kernel/rules/eligibility';
import { explainRule, type Failure } from '../../shared/kernel/rules/explain';
import { changeText } from '../../shared/kernel/rules/fact-change';
import { cartFacts, clockFacts, joinedFacts, noFacts } from '../../shared/kernel/rules/fact-sources';
import { type Facts, factDefinition } from '../../shared/kernel/rules/facts';

/** A condition that does not hold. */
export interface Unmet {
  /** Where in the document: `rule.condition.all[1].any[0]`, `time.hoursOfDay`. */
  path: string;
  /** The fact it asks for. */
  fact: string;
  required: string;
  /** Null when nobody knows. */
  observed: string | null;
  message: string;
}

/** Whether a promotion would apply, and what is missing. */
export interface PromotionExplanation {
  verdict: Truth;
  unmet: Unmet[];
  /** The least after which it would apply, one entry a fact; null when nothing that can be done helps. */
  cure: { fact: string; message: string }[] | null;
}

/** What one module of a document says of a trial. */
type Answer = PromotionExplanation;

const holds: Answer = { verdict: true, unmet: [], cure: [] };

/**
 * Whether a promotion would take part in the price of a cart at a moment, as a quote would decide it: one that applies by
 * itself within its window and hours; a coupon as one that the shopper holds, within its validity and its hours of use,
 * for somebody who is in the audience. Other promotions are not looked at.
 * @param told what is known of shopper and order; what is not told is unknown
 */
export function tryPromotion(
  { document, merchantId }: Pick<PromotionTerms, 'document' | 'merchantId'>,
  cart: Cart | null,
  told: Facts,
  now: Date,
): PromotionExplanation {
  const facts = joinedFacts(clockFacts(now), cart ? cartFacts(cart) : noFacts, told);
  const answers = [
    moment(document, now),
    ...[...audienceParts(document), ...ruleParts(document)].map(({ path, condition }) =>
      rule(path, explainRule(condition, facts, document.time.zone)),
    ),
    goods(document, merchantId, cart),
  ];
  const failing = answers.filter(({ verdict }) => verdict !== true);
  const isFalse = failing.some(({ verdict }) => verdict === false);
  return {
    verdict: failing.length === 0 ? true : isFalse ? false : null,
    unmet: failing.flatMap(({ unmet }) => unmet),
    cure: failing.every(({ cure }) => cure !== null) ? failing.flatMap(({ cure }) => cure ?? []) : null,
  };
}

/** Window and hours together, since waiting for one may leave the other. */
function moment(document: TemplateDocument, now: Date): Answer {
  const { time } = document;
  const { validity } = time;
  const [path, hours]: [string, OpeningHours] = validity ? ['time.validity', validity] : ['time', time];
  const { from, until } = windowOfUse(document);
  const isFixed = validity?.kind === 'FIXED';
  const fromPath = isFixed ? 'time.validity.from' : 'time.startsAt';
  const untilPath = isFixed ? 'time.validity.until' : validity ? 'time.validity.days' : 'time.endsAt';
  const unmet: Unmet[] = [];
  const fail = (at: string, fact: string, required: string, message: string) =>
    unmet.push({ path: at, fact, required, observed: now.toISOString(), message });
  if (now < from) fail(fromPath, 'time.now', `onOrAfter ${from.toISOString()}`, `It begins at ${from.toISOString()}.`);
  if (now >= until) fail(untilPath, 'time.now', `before ${until.toISOString()}`, `It ended at ${until.toISOString()}.`);
  if (!isOpenAt(hours, time.zone, now))
    fail(
      hours.hoursOfDay ? `${path}.hoursOfDay` : `${path}.daysOfWeek`,
      hours.hoursOfDay ? 'time.minuteOfDay' : 'time.dayOfWeek',
      hoursText(hours),
      `It is open ${hoursText(hours)} (${time.zone}), and this is another time.`,
    );
  if (unmet.length === 0) return holds;
  const earliest = now < from ? from : now;
  const next = isOpenAt(hours, time.zone, earliest) ? earliest : nextOpening(hours, time.zone, earliest);
  const isToCome = next !== null && next < until;
  return {
    verdict: false,
    unmet,
    cure: isToCome ? [{ fact: 'time.now', message: `wait until ${next.toISOString()}` }] : null,
  };
}

function hoursText({ daysOfWeek, hoursOfDay }: OpeningHours): string {
  const hours = (hoursOfDay ?? []).map(({ from, until }) => `${from}–${until}`);
  return [...(daysOfWeek ? [daysOfWeek.join(', ')] : []), ...(hours.length > 0 ? [hours.join(', ')] : [])].join(', ');
}

function rule(path: string, { verdict, failures, cure }: ReturnType<typeof explainRule>): Answer {
  if (verdict === 'TRUE') return holds;
  return {
    verdict: verdict === 'FALSE' ? false : null,
    unmet: failures.map((failure) => ({
      // Outside the rule the document holds lists and not conditions: there the field itself is the place.
      path: path === 'rule.condition' && failure.path !== '' ? `${path}.${failure.path}` : path,
      fact: failure.fact,
      required: requiredText(failure),
      observed: failure.unknown ? null : shown(observedValue(failure)),
      message: failure.sentence,
    })),
    cure: cure?.map((change) => ({ fact: change.fact, message: changeText(change) })) ?? null,
  };
}

/** Goods it is about, and enough of them. */
function goods(document: TemplateDocument, merchantId: PromotionTerms['merchantId'], cart: Cart | null): Answer {
  const scope = { path: 'product', fact: 'cart.skus', required: 'goods in scope' };
  const add = { fact: 'cart.skus', message: 'add goods of product.scope to the cart' };
  if (!cart)
    return {
      verdict: null,
      unmet: [{ ...scope, observed: null, message: 'Without a cart nobody knows of its goods.' }],
      cure: [add],
    };
  const inScope = cart.lines.filter((line) => couldApply(document, merchantId, line));
  if (inScope.length === 0)
    return {
      verdict: false,
      unmet: [{ ...scope, observed: 'none', message: 'Nothing in the cart is among the goods it is about.' }],
      cure: [add],
    };
  // Goods at a special price take no coupon and count towards no threshold.
  const counting = inScope.filter((line) => unitPriceOf(line).takesCoupons);
  if (document.trigger !== 'AUTOMATIC' && counting.length === 0)
    return {
      verdict: false,
      unmet: [
        {
          ...scope,
          observed: inScope.map((line) => unitPriceOf(line).source).join(', '),
          message: 'The goods it is about have a special price here, which takes no coupons.',
        },
      ],
      cure: [add],
    };
  const total = counting.reduce((sum, line) => sum + unitPriceOf(line).unitPrice * line.quantity, 0);
  const lacking = document.benefit.map((terms, place) => benefitLacks(terms, place, total, cart));
  const [first] = lacking;
  // One benefit that gives something is enough.
  if (!first || lacking.some((lack) => lack === null)) return holds;
  return {
    verdict: lacking.some((lack) => lack?.unmet.observed === null) ? null : false,
    unmet: lacking.flatMap((lack) => (lack ? [lack.unmet] : [])),
    cure: first.cure && [first.cure],
  };
}

/** What keeps a benefit from giving anything, and what would mend it. */
interface Lack {
  unmet: Unmet;
  cure: { fact: string; message: string } | null;
}

/** What keeps a benefit from giving anything; null when nothing does. */
function benefitLacks(
  terms: TemplateDocument['benefit'][number],
  place: number,
  total: number,
  cart: Cart,
): Lack | null {
  const { currency } = cart;
  const path = `benefit[${place}]`;
  const shownMoney = (amount: number) => formatMoney(money(amount, currency));
  const threshold = thresholdsOf(terms)[currency];
  const currencies = currenciesOf(terms);
  if (currencies !== null && !currencies.includes(currency))
    return {
      unmet: {
        path,
        fact: 'cart.currency',
        required: currencies.join(', '),
        observed: currency,
        message: `It has no value in ${currency}.`,
      },
      cure: null,
    };
  if (threshold !== undefined && total < threshold)
    return {
      unmet: {
        path: `${path}.threshold`,
        fact: 'cart.subtotal',
        required: `gte ${threshold}`,
        observed: String(total),
        message: `It asks for ${shownMoney(threshold)} of goods in scope and finds ${shownMoney(total)}.`,
      },
      cure: { fact: 'cart.subtotal', message: `add goods in scope worth ${shownMoney(threshold - total)}` },
    };
  return terms.kind === 'FREE_SHIPPING' ? shippingLacks(terms.methods, path, cart) : null;
}

/** Why there is no cost of shipping to be taken off. */
function shippingLacks(methods: readonly string[] | undefined, path: string, { shipping }: Cart): Lack | null {
  if (shipping && shipping.amount > 0 && (methods?.includes(shipping.method) ?? true)) return null;
  const required = methods?.join(', ') ?? 'a method that costs something';
  const found = shipping ? `finds ${shipping.method}` : 'nobody knows how the cart is sent and what that costs';
  return {
    unmet: {
      path: methods ? `${path}.methods` : path,
      fact: 'order.shippingMethod',
      required,
      observed: shipping?.method ?? null,
      message: `It takes off the cost of shipping by ${required}, and ${found}.`,
    },
    cure: { fact: 'order.shippingMethod', message: `send it by ${required}` },
  };
}

function requiredText({ op, required, negated }: Failure): string {
  return `${negated ? 'not ' : ''}${op}${required === null || required === undefined ? '' : ` ${shown(required)}`}`;
}

/** Instants as people write them. */
function observedValue({ fact, observed }: Failure): unknown {
  return typeof observed === 'number' && factDefinition(fact)?.type === 'INSTANT'
    ? new Date(observed).toISOString()
    : observed;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
}
