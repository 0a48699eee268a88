import {
  asCouponId,
  asMerchantId,
  asSkuId,
  asTemplateId,
  asTenantId,
  asVersionId,
} from '../../subgraphs/shared/kernel/identifiers';
import type { Candidate } from '../../subgraphs/shared/kernel/pricing/candidates';
import { type Cart, type CartLine, type CartTerms, readCart } from '../../subgraphs/shared/kernel/pricing/cart';
import { type PricedCart, type PriceInput, price } from '../../subgraphs/shared/kernel/pricing/price';
import {
  type PromotionTerms,
  parseTemplateDocument,
  type TemplateDocument,
} from '../../subgraphs/shared/kernel/promotion-terms';
import { noFacts } from '../../subgraphs/shared/kernel/rules/fact-sources';
import { createPromotionRules } from '../../subgraphs/shared/kernel/rules/promotion-rules';
import { defaultTenantSettings } from '../../subgraphs/shared/kernel/tenant-settings';

/** The instant at which carts of these tests are priced; every coupon of `coupon()` is valid then. */
export const noon = new Date('2026-11-11T04:00:00.000Z');

/** A rule document as a merchant writes it: 满300减40 for everything, as a coupon, with the modules given instead. */
export function rawDocument(modules: Record<string, unknown> = {}): Record<string, unknown> {
  const trigger = modules.trigger ?? 'COUPON';
  const isCoupon = trigger === 'COUPON';
  return {
    name: { default: '满300减40', en: '¥40 off orders over ¥300' },
    trigger,
    time: {
      startsAt: '2026-11-01T00:00:00+08:00',
      endsAt: '2026-11-12T00:00:00+08:00',
      ...(isCoupon ? { validity: { kind: 'DAYS_AFTER_CLAIM', days: 7 } } : {}),
    },
    product: { scope: { kind: 'STOREWIDE' } },
    limit: isCoupon ? { stock: 1000, perUser: { lifetime: 1 } } : {},
    rule: { stackingGroup: 'MERCHANT_COUPON' },
    benefit: [{ kind: 'THRESHOLD_REDUCTION', threshold: { CNY: 30000 }, off: { CNY: 4000 } }],
    ...modules,
  };
}

/** The parsed document; a mistake in the test's own document is told in full. */
export function document(modules: Record<string, unknown> = {}): TemplateDocument {
  const parsed = parseTemplateDocument(rawDocument(modules));
  if (!parsed.ok)
    throw new Error(`Expected a valid document, found ${JSON.stringify(parsed.refusal)}; correct the test.`);
  return parsed.value;
}

/** Terms of a merchant's template; `merchantId: null` makes it the platform's. */
export function terms(
  templateId: string,
  modules: Record<string, unknown> = {},
  merchantId: string | null = 'lumen',
  version = 1,
): PromotionTerms {
  return {
    templateId: asTemplateId(templateId),
    versionId: asVersionId(`${templateId}@${version}`),
    version,
    tenantId: asTenantId('festival'),
    merchantId: merchantId === null ? null : asMerchantId(merchantId),
    document: document(modules),
  };
}

/** A coupon of these terms; it expires at the end of the festival unless another instant is given. */
export function coupon(couponId: string, promotion: PromotionTerms, expiresAt = '2026-12-01T00:00:00.000Z'): Candidate {
  return { promotion, source: { kind: 'COUPON', couponId: asCouponId(couponId), expiresAt: new Date(expiresAt) } };
}

/** A promotion that applies by itself. */
export function automatic(
  templateId: string,
  modules: Record<string, unknown> = {},
  merchantId: string | null = 'lumen',
): Candidate {
  return {
    promotion: terms(templateId, { trigger: 'AUTOMATIC', ...modules }, merchantId),
    source: { kind: 'AUTOMATIC' },
  };
}

/** A line of goods in stock of the merchant `lumen` in `/home/lamps`, with the facts given instead. */
export function line(
  skuId: string,
  unitPrice: number,
  facts: Partial<Omit<CartLine, 'skuId' | 'merchantId' | 'lineId'>> & { merchantId?: string } = {},
): Omit<CartLine, 'lineId'> {
  const { merchantId = 'lumen', ...others } = facts;
  return {
    skuId: asSkuId(skuId),
    unitPrice,
    quantity: 1,
    merchantId: asMerchantId(merchantId),
    category: '/home/lamps',
    brand: null,
    itemType: 'IN_STOCK',
    attributes: {},
    ...others,
  };
}

/** A cart of these lines in a currency, CNY unless another is given. */
export function cart(lines: Omit<CartLine, 'lineId'>[], currency = 'CNY', more: CartTerms = {}): Cart {
  const read = readCart(currency, lines, more);
  if (!read.ok) throw new Error(`Expected a cart, found ${JSON.stringify(read.refusal)}; correct the test.`);
  return read.value;
}

/** Knows nothing yet, so that tests may give one version several documents. */
export const freshRules = () => createPromotionRules(100);

/** What a price is made of: at noon, for somebody unknown, under default settings, the best of everything owned, unless given. */
export function inputOf(of: Cart, candidates: readonly Candidate[], input: Partial<PriceInput> = {}): PriceInput {
  return {
    cart: of,
    candidates,
    settings: defaultTenantSettings,
    now: noon,
    facts: noFacts,
    rules: freshRules(),
    choose: { kind: 'AUTO', nodeBudget: 1_000_000, stop: () => false },
    ...input,
  };
}

/** The price of such an input. */
export function priced(of: Cart, candidates: readonly Candidate[], input: Partial<PriceInput> = {}): PricedCart {
  return price(inputOf(of, candidates, input));
}
