import { currenciesOf, thresholdsOf } from '../../shared/kernel/benefit-terms';
import { formatMoney, isCurrencyCode, money } from '../../shared/kernel/money';
import { isOpenAt, nextOpening, type OpeningHours } from '../../shared/kernel/opening-hours';
import type { Cart } from '../../shared/kernel/pricing/cart';
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
  const reached = cart.lines.filter((line) => couldApply(document, merchantId, line));
  if (reached.length === 0)
    return {
      verdict: false,
      unmet: [{ ...scope, observed: 'none', message: 'Nothing in the cart is among the goods it is about.' }],
      cure: [add],
    };
  const total = reached.reduce((sum, { unitPrice, quantity }) => sum + unitPrice * quantity, 0);
  const lacking = document.benefit.map((terms, place) => benefitLacks(terms, place, total, cart.currency));
  const [first] = lacking;
  // One benefit that gives something is enough.
  if (!first || lacking.some((lack) => lack === null)) return holds;
  return {
    verdict: false,
    unmet: lacking.flatMap((lack) => (lack ? [lack.unmet] : [])),
    cure:
      first.missing === null ? null : [{ fact: 'cart.subtotal', message: `add goods in scope worth ${first.missing}` }],
  };
}

/** What keeps a benefit from giving anything; null when nothing does. */
function benefitLacks(
  terms: TemplateDocument['benefit'][number],
  place: number,
  total: number,
  currency: string,
): { unmet: Unmet; missing: string | null } | null {
  const thresholds = thresholdsOf(terms);
  const path = `benefit[${place}]`;
  const shownMoney = (amount: number) =>
    isCurrencyCode(currency) ? formatMoney(money(amount, currency)) : `${amount} ${currency}`;
  const threshold = thresholds[currency];
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
      missing: null,
    };
  if (threshold === undefined || total >= threshold) return null;
  return {
    unmet: {
      path: `${path}.threshold`,
      fact: 'cart.subtotal',
      required: `gte ${threshold}`,
      observed: String(total),
      message: `It asks for ${shownMoney(threshold)} of goods in scope and finds ${shownMoney(total)}.`,
    },
    missing: shownMoney(threshold - total),
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
