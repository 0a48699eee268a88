import type { BenefitTerms } from '../../shared/kernel/benefit-terms';
import type { TemplateDocument } from '../../shared/kernel/promotion-terms';

/** Sorts behind every currency: what a coupon is worth depends on the cart alone. */
const withoutValue = '~';

/**
 * Where a coupon stands among its owner's coupons sorted by value, as a text that sorts: by currency, then the largest face
 * value first, then coupons that have none. Amounts of different currencies are never compared, since nobody here knows a
 * rate. A promotion with amounts in several currencies stands under the first of them in the alphabet.
 *
 * ¥40 off → `CNY9007199254736991`, that is 2^53 − 1 − 4000; 10 % off without a cap → `~`
 */
export function valueRank(document: Pick<TemplateDocument, 'benefit'>): string {
  const totals = new Map<string, number>();
  for (const terms of document.benefit)
    for (const [currency, amount] of Object.entries(faceValue(terms)))
      totals.set(currency, (totals.get(currency) ?? 0) + amount);
  const [first] = [...totals].filter(([, amount]) => amount > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  if (!first) return withoutValue;
  const [currency, amount] = first;
  return currency + String(Number.MAX_SAFE_INTEGER - Math.min(amount, Number.MAX_SAFE_INTEGER)).padStart(16, '0');
}

/** What a benefit says on its face that it takes off, per currency; empty where only the cart decides. */
function faceValue(terms: BenefitTerms): Readonly<Record<string, number>> {
  switch (terms.kind) {
    case 'THRESHOLD_REDUCTION':
    case 'FIXED':
    case 'FIXED_PER_UNIT':
      return terms.off;
    case 'EVERY_X':
      return scaled(terms.off, terms.maxTimes ?? 1);
    case 'TIERS':
      return largest(terms.tiers.map((tier) => ('off' in tier ? tier.off : (tier.maxAmount ?? {}))));
    case 'PERCENT':
    case 'FREE_SHIPPING':
      return terms.maxAmount ?? {};
    case 'DEPOSIT_EXPANSION':
      return Object.fromEntries(
        Object.entries(terms.worth).map(([currency, worth]) => [currency, worth - (terms.deposit[currency] ?? worth)]),
      );
    default:
      return {};
  }
}

function scaled(amounts: Readonly<Record<string, number>>, times: number): Record<string, number> {
  return Object.fromEntries(Object.entries(amounts).map(([currency, amount]) => [currency, amount * times]));
}

function largest(each: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const most: Record<string, number> = {};
  for (const amounts of each)
    for (const [currency, amount] of Object.entries(amounts)) most[currency] = Math.max(most[currency] ?? 0, amount);
  return most;
}
