import { asCouponId, asMerchantId, asSkuId } from '../../shared/kernel/identifiers';
import { type CurrencyCode, formatMoney, money } from '../../shared/kernel/money';
import { isOpenAt, nextOpening } from '../../shared/kernel/opening-hours';
import type { Candidate } from '../../shared/kernel/pricing/candidates';
import { type Cart, readCart } from '../../shared/kernel/pricing/cart';
import { type PricedCart, price } from '../../shared/kernel/pricing/price';
import { rejectionText } from '../../shared/kernel/pricing/rejection-text';
import type { PromotionExample } from '../../shared/kernel/promotion-examples';
import {
  type PromotionTerms,
  type TemplateDocument,
  validityOf,
  windowOf,
  windowOfUse,
} from '../../shared/kernel/promotion-terms';
import { recordedFacts } from '../../shared/kernel/rules/fact-sources';
import { createPromotionRules, type PromotionRules } from '../../shared/kernel/rules/promotion-rules';
import { readWrittenFacts } from '../../shared/kernel/rules/written-facts';
import type { TenantSettings } from '../../shared/kernel/tenant-settings';
import { type Finding, finding } from './finding';

/** Nodes one example may take: its coupons are alike, so that few are ever needed. */
const nodeBudget = 1000;

/**
 * The examples of a document that do not come out as it says, each with what was found. They are priced as a quote would be,
 * with this promotion alone and under the tenant's settings.
 */
export function checkExamples(terms: PromotionTerms, settings: TenantSettings): Finding[] {
  const rules = createPromotionRules(1);
  return (terms.document.examples ?? []).flatMap((example, place) => {
    const path = `examples[${place}]`;
    const cart = cartOf(example, terms);
    if (!cart.ok)
      return cart.refusal.map(({ path: within, found, allowed, cure }) =>
        finding('ERROR', 'EXAMPLE_FAILS', `${path}.cart.${within}`, `Expected ${allowed}, found ${found}.`, cure),
      );
    const priced = priceAlone(example, cart.value, terms, settings, rules);
    const reason = mismatch(example.expect, priced);
    return reason === null
      ? []
      : [
          finding(
            'ERROR',
            'EXAMPLE_FAILS',
            `${path}.expect`,
            `${example.name}: ${reason}`,
            'correct the promotion, or what the example expects',
          ),
        ];
  });
}

/** The first moment at which a promotion can be used at all; where there is none, the start of its window. */
export function firstUse(document: TemplateDocument): Date {
  const { validity, zone } = document.time;
  const hours = validity ?? document.time;
  const { from, until } = windowOfUse(document);
  const opening = isOpenAt(hours, zone, from) ? from : nextOpening(hours, zone, from);
  return opening && opening < until ? opening : from;
}

/** A coupon that was claimed as late as it can have been at a moment, so that it is valid for as long as any. */
export function couponAt({ document }: PromotionTerms, at: Date): { validFrom: Date; expiresAt: Date } {
  const { startsAt, endsAt } = windowOf(document);
  const last = new Date(endsAt.getTime() - 1);
  return validityOf(document, at < startsAt ? startsAt : at > last ? last : at);
}

function cartOf({ cart: { currency, lines, shipping } }: PromotionExample, { merchantId }: PromotionTerms) {
  return readCart(
    currency,
    lines.map((line, place) => ({
      skuId: asSkuId(line.skuId ?? `example-${place + 1}`),
      quantity: line.quantity,
      unitPrice: line.unitPrice,
      merchantId: line.merchantId === undefined ? (merchantId ?? anyMerchant) : asMerchantId(line.merchantId),
      category: line.category ?? '',
      brand: line.brand ?? null,
      itemType: line.itemType,
      attributes: line.attributes ?? {},
    })),
    { shipping: shipping ?? null },
  );
}

/** Who sells the goods of an example of the platform's that names nobody. */
const anyMerchant = asMerchantId('example');

function priceAlone(
  { facts, coupons = 1, at }: PromotionExample,
  cart: Cart,
  terms: PromotionTerms,
  settings: TenantSettings,
  rules: PromotionRules,
): PricedCart {
  const now = at === undefined ? firstUse(terms.document) : new Date(at);
  const told = readWrittenFacts(facts);
  return price({
    cart,
    candidates: candidatesOf(terms, coupons, now),
    settings,
    now,
    facts: recordedFacts(told.ok ? told.value : {}),
    rules,
    choose: { kind: 'AUTO', nodeBudget, stop: () => false },
  });
}

function candidatesOf(terms: PromotionTerms, coupons: number, now: Date): Candidate[] {
  if (terms.document.trigger === 'AUTOMATIC' || !terms.document.time.validity)
    return [{ promotion: terms, source: { kind: 'AUTOMATIC' } }];
  const validity = couponAt(terms, now);
  return Array.from({ length: coupons }, (_, place) => ({
    promotion: terms,
    source: { kind: 'COUPON', couponId: asCouponId(`example-${place + 1}`), ...validity },
  }));
}

/** Why an example does not come out as expected; null when it does. */
function mismatch(expected: PromotionExample['expect'], priced: PricedCart): string | null {
  const found = foundIn(priced);
  const amount = (minorUnits: number) => amountText(minorUnits, priced.currency);
  if ('refusal' in expected)
    return found.refusal === expected.refusal ? null : `Expected ${expected.refusal}, found ${found.text}`;
  if (priced.saving !== expected.discount) return `Expected ${amount(expected.discount)} off, found ${found.text}`;
  return expected.payable === undefined || expected.payable === priced.payable
    ? null
    : `Expected ${amount(expected.payable)} to pay, found ${amount(priced.payable)} after ${found.text}`;
}

/** What became of the promotion, in words. */
function foundIn({ considered, applied, saving, currency }: PricedCart): { refusal: string | null; text: string } {
  const rejected = considered.flatMap((one) => (one.verdict === 'REJECTED' ? [one.rejection] : []))[0];
  if (applied.length === 0 && rejected)
    return { refusal: rejected.code, text: `${rejected.code}: ${rejectionText(rejected, currency)}` };
  const benefits = applied.flatMap((one) => one.benefits);
  const parts = benefits.map(({ path, amount }) => `${path} ${amountText(amount, currency)}`).join(', ');
  return { refusal: null, text: `${amountText(saving, currency)} off${benefits.length > 1 ? ` (${parts})` : ''}.` };
}

function amountText(minorUnits: number, currency: CurrencyCode): string {
  return formatMoney(money(minorUnits, currency));
}
