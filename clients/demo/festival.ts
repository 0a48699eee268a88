import carts from './carts.json';
import merchants from './merchants.json';
import promotions from './promotions.json';
import shoppers from './shoppers.json';
import skus from './skus.json';

/** A seller of the festival. */
export interface Merchant {
  id: string;
  name: { default: string; en: string };
}

/** A promotion of the festival: who authors it, and its rule document with the window of the original festival. */
export interface Promotion {
  /** How the data refers to it: `lumen-300-40`. */
  ref: string;
  /** A merchant's id, or `platform`. */
  author: string;
  document: {
    name: { default: string; en: string };
    trigger: string;
    time: { startsAt: string; endsAt: string };
    limit: { stock?: number };
    rule: Record<string, unknown>;
  } & Record<string, unknown>;
}

/** Somebody who wants coupons; `wants` names promotions by their reference. */
export interface Shopper {
  id: string;
  name: string;
  wants: string[];
}

/** A cart one shopper has filled. */
export interface FestivalCart {
  id: string;
  shopperId: string;
  cart: { currency: string; lines: { skuId: string; quantity: number }[]; context: { shippingMethod: string } };
}

/** The catalogue entries, as `upsertSkus` takes them. */
export interface FestivalSku {
  id: string;
  merchantId: string;
  name: string;
  category: string;
  brand: string;
  itemType: 'IN_STOCK' | 'PRESALE';
  listPrices: { minorUnits: number; currency: string }[];
  taxRateBasisPoints: number;
}

/**
 * A shopping festival as data: three merchants, 80 SKUs, 17 promotions, 300 shoppers, 200 carts. Invented, with prices and
 * offers of the kind such festivals have; drawn once with a fixed seed and kept.
 */
export const festival: {
  merchants: Merchant[];
  skus: FestivalSku[];
  promotions: Promotion[];
  shoppers: Shopper[];
  carts: FestivalCart[];
} = {
  merchants,
  skus: skus.map(
    (sku): FestivalSku => ({ ...sku, itemType: typeOf(sku.itemType), taxRateBasisPoints: taxRateOf(sku) }),
  ),
  promotions: promotions as Promotion[],
  shoppers,
  carts: carts.map(({ cart, ...of }) => ({ ...of, cart: { ...cart, context: { shippingMethod: 'EXPRESS' } } })),
};

/** How the festival sends its goods, as `updateTenantSettings` takes it. */
export const shippingMethods = [
  {
    method: 'EXPRESS',
    name: '次日达',
    prices: [
      { minorUnits: 1200, currency: 'CNY' },
      { minorUnits: 240, currency: 'JPY' },
    ],
  },
];

/** What the marketplace knows of the first shoppers, as `upsertShopperProfiles` takes it; of u-005 it tells nothing. */
export function profilesAt(now: Date): { userId: string; payTimes: number; registeredAt: string }[] {
  const day = 24 * 60 * 60 * 1000;
  return [
    { userId: 'u-001', payTimes: 0, registeredDaysAgo: 3 },
    { userId: 'u-002', payTimes: 0, registeredDaysAgo: 40 },
    { userId: 'u-003', payTimes: 6, registeredDaysAgo: 900 },
    { userId: 'u-004', payTimes: 0, registeredDaysAgo: 200 },
  ].map(({ registeredDaysAgo, ...profile }) => ({
    ...profile,
    registeredAt: new Date(now.getTime() - registeredDaysAgo * day).toISOString(),
  }));
}

/** The shoppers who ask for the promotion of newcomers. */
export const newcomers = { ref: 'lumen-newcomers', shopperIds: ['u-001', 'u-002', 'u-003', 'u-004', 'u-005'] };

/** The rule document of a promotion with its window moved so that the festival began yesterday and lasts a month. */
export function documentFor(promotion: Promotion, now: Date): Promotion['document'] {
  const day = 24 * 60 * 60 * 1000;
  return {
    ...promotion.document,
    time: {
      ...promotion.document.time,
      startsAt: new Date(now.getTime() - day).toISOString(),
      endsAt: new Date(now.getTime() + 30 * day).toISOString(),
    },
  };
}

function typeOf(itemType: string): FestivalSku['itemType'] {
  return itemType === 'PRESALE' ? 'PRESALE' : 'IN_STOCK';
}

/** Food is taxed less: 9 %, everything else 13 %, within the price. */
function taxRateOf({ category }: { category: string }): number {
  return category.startsWith('/food/') ? 900 : 1300;
}
