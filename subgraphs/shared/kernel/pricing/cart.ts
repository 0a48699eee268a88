import type { MerchantId, SkuId } from '../identifiers';
import { type CurrencyCode, compareIds, isCurrencyCode, wholeInBasisPoints } from '../money';
import { accepted, type Outcome, refused } from '../outcome';

/** A unit price beside the list price that this shopper may have; minor units. The caller decides who may have which. */
export interface PriceOffer {
  source: 'MEMBER' | 'FLASH_SALE' | 'GROUP_BUY';
  unitPrice: number;
  /** Whether goods at this price take coupons and count towards thresholds as they would at list price; without it they do not. */
  takesCoupons?: boolean;
}

/** Where a unit price comes from: the list, or an offer. */
export type PriceSource = 'LIST' | PriceOffer['source'];

/** What a unit costs before any promotion, and whether it is goods for coupons and thresholds at that price. */
export interface UnitPrice {
  source: PriceSource;
  unitPrice: number;
  takesCoupons: boolean;
}

/** One line of a cart with the facts of its SKU; amounts in minor units of the cart's currency. */
export interface CartLine {
  /** Stable for the same goods whatever the order of the lines: `sku-1#1`. */
  lineId: string;
  skuId: SkuId;
  quantity: number;
  /** The list price of a unit. */
  unitPrice: number;
  /** Other prices the shopper may have a unit for; the lowest of all wins. */
  offers?: readonly PriceOffer[];
  merchantId: MerchantId;
  /** Path from the root, e.g. `/food/snacks`. */
  category: string;
  brand: string | null;
  itemType: 'IN_STOCK' | 'PRESALE';
  /** What the shop says further of the SKU, by name. */
  attributes: Readonly<Record<string, string>>;
  /** The rate of tax on it; no tax without one. */
  taxRateBasisPoints?: number;
  /** What a unit costs at least after all discounts, in minor units; without it 0. */
  minUnitPrice?: number;
}

/** How the goods travel and what that costs before any discount, in minor units. */
export interface CartShipping {
  method: string;
  amount: number;
}

/** Whether prices hold their tax already, or it comes on top of what is left after all discounts. */
export type TaxMode = 'INCLUSIVE' | 'EXCLUSIVE';

/** Money that is paid otherwise than at the till, minor units: it is no discount and changes neither a threshold nor tax. */
export interface Payment {
  kind: 'GIFT_CARD' | 'POINTS';
  amount: number;
}

/** What a shopper wants to buy, in one currency. Made by `readCart`, which keeps it within bounds. */
export interface Cart {
  currency: CurrencyCode;
  lines: CartLine[];
  shipping: CartShipping | null;
  taxMode: TaxMode;
  /** Gift cards and points the shopper offers; each is taken as far as something is left to pay. */
  payments: readonly Payment[];
}

/** What of a cart is not its goods. */
export interface CartTerms {
  shipping?: CartShipping | null;
  taxMode?: TaxMode;
  payments?: readonly Payment[];
}

/** Why something is no cart: where, what was found, what is allowed and what to do. */
export interface CartFault {
  code:
    | 'UNKNOWN_CURRENCY'
    | 'TOO_MANY_LINES'
    | 'BAD_QUANTITY'
    | 'BAD_UNIT_PRICE'
    | 'BAD_SHIPPING'
    | 'BAD_TAX_RATE'
    | 'BAD_PAYMENT'
    | 'AMOUNT_TOO_LARGE';
  /** E.g. `lines[3].quantity`. */
  path: string;
  found: string;
  allowed: string;
  cure: string;
}

/** Lines and payments one cart may have, units and offers one line may have. */
export const cartBounds = { lines: 500, quantity: 1_000_000, offers: 10, payments: 30 } as const;

/**
 * A cart of lines whose every number is in bounds, or every fault at once. The lines keep the order given. Prices hold their
 * tax unless the terms say otherwise.
 */
export function readCart(
  currency: string,
  lines: readonly Omit<CartLine, 'lineId'>[],
  { shipping = null, taxMode = 'INCLUSIVE', payments = [] }: CartTerms = {},
): Outcome<Cart, CartFault[]> {
  const faults = faultsIn(currency, lines, shipping, payments);
  if (faults.length > 0 || !isCurrencyCode(currency)) return refused(faults);
  return accepted({ currency, lines: withLineIds(lines), shipping, taxMode, payments });
}

/** What the lines cost at list price, in minor units: what conditions ask about, whoever the shopper is. */
export function listAmountOf(cart: Cart): number {
  return cart.lines.reduce((sum, line) => sum + line.unitPrice * line.quantity, 0);
}

/**
 * What a unit of a line costs before any promotion: the lowest of its list price and its offers. Of equal ones the list price,
 * then an offer that takes coupons, then the first by the name of its source.
 */
export function unitPriceOf({ unitPrice, offers }: Pick<CartLine, 'unitPrice' | 'offers'>): UnitPrice {
  let best: UnitPrice = { source: 'LIST', unitPrice, takesCoupons: true };
  for (const { source, unitPrice: offered, takesCoupons = false } of offers ?? []) {
    const order =
      offered - best.unitPrice ||
      (best.source === 'LIST'
        ? 1
        : Number(best.takesCoupons) - Number(takesCoupons) || compareIds(source, best.source));
    if (order < 0) best = { source, unitPrice: offered, takesCoupons };
  }
  return best;
}

function faultsIn(
  currency: string,
  lines: readonly Omit<CartLine, 'lineId'>[],
  shipping: CartShipping | null,
  payments: readonly Payment[],
): CartFault[] {
  const faults: CartFault[] = [];
  if (!isCurrencyCode(currency)) {
    faults.push({
      code: 'UNKNOWN_CURRENCY',
      path: 'currency',
      found: currency,
      allowed: 'an ISO 4217 code in capitals',
      cure: 'write a code such as CNY',
    });
  }
  if (lines.length > cartBounds.lines) {
    faults.push({
      code: 'TOO_MANY_LINES',
      path: 'lines',
      found: `${lines.length} lines`,
      allowed: `at most ${cartBounds.lines}`,
      cure: 'split the cart',
    });
    // Nothing else is worth looking at in a cart that is refused for its size.
    return faults;
  }
  if (shipping && !isAmount(shipping.amount)) {
    faults.push({
      code: 'BAD_SHIPPING',
      path: 'shipping.amount',
      found: String(shipping.amount),
      allowed: 'whole minor units from 0 to 2^53−1',
      cure: 'give the cost of shipping in the minor unit of the currency',
    });
  }
  faults.push(...faultsOfPayments(payments));
  let total = shipping?.amount ?? 0;
  lines.forEach((line, index) => {
    if (!Number.isInteger(line.quantity) || line.quantity < 1 || line.quantity > cartBounds.quantity) {
      faults.push({
        code: 'BAD_QUANTITY',
        path: `lines[${index}].quantity`,
        found: String(line.quantity),
        allowed: `a whole number from 1 to ${cartBounds.quantity}`,
        cure: 'correct the quantity or remove the line',
      });
    }
    if (!isAmount(line.unitPrice)) {
      faults.push({
        code: 'BAD_UNIT_PRICE',
        path: `lines[${index}].unitPrice`,
        found: String(line.unitPrice),
        allowed: 'whole minor units from 0 to 2^53−1',
        cure: 'give the price in the minor unit of the currency',
      });
    }
    const { offers = [] } = line;
    if (offers.length > cartBounds.offers) {
      faults.push({
        code: 'BAD_UNIT_PRICE',
        path: `lines[${index}].offers`,
        found: `${offers.length} offers`,
        allowed: `at most ${cartBounds.offers}`,
        cure: 'give only those the shopper may have',
      });
    } else {
      offers.forEach(({ unitPrice }, at) => {
        if (isAmount(unitPrice)) return;
        faults.push({
          code: 'BAD_UNIT_PRICE',
          path: `lines[${index}].offers[${at}].unitPrice`,
          found: String(unitPrice),
          allowed: 'whole minor units from 0 to 2^53−1',
          cure: 'give the price in the minor unit of the currency',
        });
      });
    }
    if (!isAmount(line.minUnitPrice ?? 0)) {
      faults.push({
        code: 'BAD_UNIT_PRICE',
        path: `lines[${index}].minUnitPrice`,
        found: String(line.minUnitPrice),
        allowed: 'whole minor units from 0 to 2^53−1',
        cure: 'give the least price in the minor unit of the currency',
      });
    }
    const rate = line.taxRateBasisPoints ?? 0;
    if (!Number.isInteger(rate) || rate < 0 || rate > wholeInBasisPoints) {
      faults.push({
        code: 'BAD_TAX_RATE',
        path: `lines[${index}].taxRateBasisPoints`,
        found: String(rate),
        allowed: `whole basis points from 0 to ${wholeInBasisPoints}`,
        cure: 'correct the rate; 1300 is 13 %',
      });
    }
    // With the tax that may come on top, rounded up, so that nothing a price is made of passes 2^53.
    const amount = line.unitPrice * line.quantity;
    total += amount + Math.ceil((amount * rate) / wholeInBasisPoints);
  });
  if (total > Number.MAX_SAFE_INTEGER) {
    faults.push({
      code: 'AMOUNT_TOO_LARGE',
      path: 'lines',
      found: `${total} in all`,
      allowed: 'at most 2^53−1 minor units',
      cure: 'split the cart',
    });
  }
  return faults;
}

function faultsOfPayments(payments: readonly Payment[]): CartFault[] {
  if (payments.length > cartBounds.payments)
    return [
      {
        code: 'BAD_PAYMENT',
        path: 'payments',
        found: `${payments.length} payments`,
        allowed: `at most ${cartBounds.payments}`,
        cure: 'offer fewer gift cards',
      },
    ];
  return payments.flatMap(({ amount }, index): CartFault[] =>
    isAmount(amount)
      ? []
      : [
          {
            code: 'BAD_PAYMENT',
            path: `payments[${index}].amount`,
            found: String(amount),
            allowed: 'whole minor units from 0 to 2^53−1',
            cure: 'give what it is worth in the minor unit of the currency',
          },
        ],
  );
}

function isAmount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** Lines of one SKU are numbered by what they hold, not by where they stand, so that cart order cannot move a cent. */
function withLineIds(lines: readonly Omit<CartLine, 'lineId'>[]): CartLine[] {
  const order = lines
    .map((line, index) => ({ line, index }))
    .sort(
      (a, b) =>
        compareIds(a.line.skuId, b.line.skuId) ||
        a.line.unitPrice - b.line.unitPrice ||
        a.line.quantity - b.line.quantity ||
        compareIds(factsOf(a.line), factsOf(b.line)) ||
        a.index - b.index,
    );
  const seen = new Map<string, number>();
  const ids = new Map<number, string>();
  for (const { line, index } of order) {
    const number = (seen.get(line.skuId) ?? 0) + 1;
    seen.set(line.skuId, number);
    ids.set(index, `${line.skuId}#${number}`);
  }
  return lines.map((line, index) => ({ ...line, lineId: ids.get(index) ?? `${line.skuId}#1` }));
}

function factsOf(line: Omit<CartLine, 'lineId'>): string {
  const attributes = Object.entries(line.attributes).sort(([a], [b]) => compareIds(a, b));
  const { source, unitPrice, takesCoupons } = unitPriceOf(line);
  return JSON.stringify([
    line.merchantId,
    line.category,
    line.brand,
    line.itemType,
    attributes,
    line.taxRateBasisPoints ?? 0,
    line.minUnitPrice ?? 0,
    source,
    unitPrice,
    takesCoupons,
  ]);
}
