import type { MerchantId, SkuId } from '../identifiers';
import { accepted, type Outcome, refused } from '../outcome';
import { isMember, type TenantSettings } from '../tenant-settings';
import type { CartLine, CartShipping, PriceOffer } from './cart';

/** What a copy of the catalogue says of a SKU, as far as a price is made of it; amounts in minor units per currency. */
export interface CatalogueSku {
  skuId: SkuId;
  merchantId: MerchantId;
  /** Path from the root, e.g. `/food/snacks`. */
  category: string;
  brand: string | null;
  itemType: 'IN_STOCK' | 'PRESALE';
  /** List price. */
  prices: Readonly<Record<string, number>>;
  /** Without one the tenant's default rate. This and the next two are absent in copies from before a SKU had them. */
  taxRateBasisPoints?: number | null;
  /** What a unit costs at least after all discounts. */
  minUnitPrices?: Readonly<Record<string, number>>;
  memberPrices?: Readonly<Record<string, number>>;
  attributes: Readonly<Record<string, string>>;
}

/** Who buys how much of a SKU, and whom the shop lets name a price. */
export interface Purchase {
  quantity: number;
  currency: string;
  /** The fact `user.tier`; undefined when nobody knows of one. */
  tier: unknown;
  /** A price that the shop's own backend names: its list price, or an offer beside the list price of the catalogue. */
  asserted?: { source: 'LIST' | PriceOffer['source']; unitPrice: number } | null;
}

/**
 * The line of a SKU at what catalogue and tenant say of it; null when it has no list price in the currency. An offer needs one
 * too: else nobody could tell that goods in a flash sale take no coupons.
 */
export function lineOf(
  sku: CatalogueSku,
  { quantity, currency, tier, asserted }: Purchase,
  settings: TenantSettings,
): Omit<CartLine, 'lineId'> | null {
  const { skuId, merchantId, category, brand, itemType, attributes } = sku;
  const unitPrice = asserted?.source === 'LIST' ? asserted.unitPrice : sku.prices[currency];
  if (unitPrice === undefined) return null;
  const offers = offersOn(sku, { currency, tier, asserted }, settings);
  const rate = sku.taxRateBasisPoints ?? settings.defaultTaxRateBasisPoints;
  const least = sku.minUnitPrices?.[currency];
  return {
    skuId,
    quantity,
    unitPrice,
    merchantId,
    category,
    brand,
    itemType,
    attributes,
    ...(offers.length > 0 && { offers }),
    ...(rate !== undefined && { taxRateBasisPoints: rate }),
    ...(least !== undefined && { minUnitPrice: least }),
  };
}

/** Whether a SKU costs members less, so that it matters who buys. */
export function isSoldToMembers({ memberPrices = {} }: CatalogueSku): boolean {
  return Object.keys(memberPrices).length > 0;
}

/**
 * The shipping of a cart: none while nobody names a method or the tenant has none to name. Refused with the methods that may
 * be named.
 * @param asserted what the shop's own backend says that shipping costs, in minor units of the currency
 */
export function shippingOf(
  method: string | null,
  currency: string,
  { shippingMethods }: Pick<TenantSettings, 'shippingMethods'>,
  asserted: number | null = null,
): Outcome<CartShipping | null, string[]> {
  if (method === null) return accepted(null);
  if (shippingMethods.length === 0) return accepted(asserted === null ? null : { method, amount: asserted });
  const amount = asserted ?? shippingMethods.find((known) => known.method === method)?.prices[currency];
  const isKnown = shippingMethods.some((known) => known.method === method);
  if (isKnown && amount !== undefined) return accepted({ method, amount });
  return refused(
    shippingMethods.flatMap((known) => (asserted !== null || currency in known.prices ? [known.method] : [])),
  );
}

function offersOn(
  sku: CatalogueSku,
  { currency, tier, asserted }: Omit<Purchase, 'quantity'>,
  settings: TenantSettings,
): PriceOffer[] {
  if (asserted) return asserted.source === 'LIST' ? [] : [{ source: asserted.source, unitPrice: asserted.unitPrice }];
  const memberPrice = sku.memberPrices?.[currency];
  return memberPrice !== undefined && isMember(settings, tier) ? [{ source: 'MEMBER', unitPrice: memberPrice }] : [];
}
