import { hasScope, type Identity } from '../../shared/contracts/identity';
import { asSkuId, type SkuId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import { type Cart, type CartFault, type CartLine, cartBounds, readCart } from '../../shared/kernel/pricing/cart';
import type { PricedCart } from '../../shared/kernel/pricing/price';
import { type CartContext, readCartContext } from '../../shared/kernel/rules/cart-context';
import { type BetterChoice, betterThan, type CartPrice, type Quote } from '../domain/quote';
import { fingerprintOf } from '../held-quotes';
import type { CatalogueEntry } from '../store';
import {
  type CouponChoice,
  type PriceDeps,
  type PricingMode,
  prepare,
  priceCartPatiently,
  shopperOf,
} from './price-cart';

/** A cart as the API takes it. */
export interface CartInput {
  lines: readonly {
    skuId: string;
    quantity: number;
    unitPrice?: { minorUnits: number; currency: string } | null | undefined;
  }[];
  currency: string;
  context?: CartContext | null | undefined;
}

/** A cart and the choice of coupons, as the API takes them. */
export interface QuoteInput {
  cart: CartInput;
  coupons: CouponChoice;
}

/** Why a cart is none that can be priced, with the path of the input field at fault. */
export interface CartInputFault {
  code:
    | 'EMPTY_CART'
    | 'TOO_MANY_LINES'
    | 'INVALID_QUANTITY'
    | 'UNKNOWN_SKU'
    | 'NO_PRICE_FOR_CURRENCY'
    | 'AMOUNT_TOO_LARGE'
    | 'INVALID_CONTEXT'
    | 'PRICE_NOT_ASSERTABLE';
  message: string;
  field: string[];
}

/** Why a cart cannot be priced under a choice of coupons. */
export type QuoteFault =
  | CartInputFault
  | (Omit<CartInputFault, 'code'> & {
      code: 'INVALID_COUPON_CHOICE';
    });

/** Coupons and codes a caller may name. */
const maxChosen = 30;
/** Characters of a typed code, gaps included. */
const longestCode = 64;

/** What a cart costs now, with the reason for everything that was not used. Nothing is stored. */
export async function quoteOrder(
  deps: PriceDeps,
  who: Identity,
  input: QuoteInput,
  requestId: string,
): Promise<Outcome<Quote, QuoteFault[]>> {
  return priceInput(deps, who, input, requestId, {
    couponsWhenAway: 'LEAVE_OUT',
    promotions: 'LATELY',
    withoutCoupons: [],
  });
}

/**
 * The price of a cart as the API takes it, for quoting and for settling.
 * @throws Unavailable when user-coupon is away and the mode refuses to do without
 */
export async function priceInput(
  deps: PriceDeps,
  who: Identity,
  input: QuoteInput,
  requestId: string,
  mode: PricingMode,
): Promise<Outcome<Quote, QuoteFault[]>> {
  const shape = faultsOfShape(who, input);
  if (isTooLong(input.cart)) return refused(shape); // nothing worth looking up
  if (shape.length > 0) {
    const lines = linesOf(input.cart, await deps.store.catalogue(who.tenant, skuIdsOf(input.cart)));
    return refused([...shape, ...(lines.ok ? [] : lines.refusal)]);
  }
  const ready = await prepare(deps, who, { skuIds: skuIdsOf(input.cart), choice: input.coupons }, requestId, mode);
  const cart = cartOf(input.cart, ready.catalogue);
  if (!cart.ok) return cart;
  const quote = await priceCartPatiently(deps, ready, cart.value, input.cart.context);
  return accepted({
    ...quote,
    betterChoice: () => betterChoiceOf(deps, who, input, requestId, mode, quote.price),
    heldQuote: () => heldQuoteOf(deps, who, input, quote),
  });
}

/** A promise is made to a shopper who may come back with it; a price that had to leave coupons out is none to hold on to. */
function heldQuoteOf(
  { heldQuotes }: PriceDeps,
  who: Identity,
  input: QuoteInput,
  { price, isWithoutCoupons, holdUntil: validUntil }: CartPrice,
): { token: string; validUntil: Date } | null {
  const ownerId = shopperOf(who);
  if (ownerId === null || isWithoutCoupons) return null;
  const token = heldQuotes.tokenOf({ tenantId: who.tenant, ownerId, asked: fingerprintOf(input), price, validUntil });
  return token === null ? null : { token, validUntil };
}

/** The best combination beside one that was chosen by hand, by the same way to a price; AUTO is the best already. */
async function betterChoiceOf(
  deps: PriceDeps,
  who: Identity,
  input: QuoteInput,
  requestId: string,
  mode: PricingMode,
  priced: PricedCart,
): Promise<BetterChoice | null> {
  if (input.coupons.kind === 'AUTO' || shopperOf(who) === null) return null;
  const best = await priceInput(deps, who, { ...input, coupons: { kind: 'AUTO' } }, requestId, mode);
  return best.ok ? betterThan(priced, best.value.price) : null;
}

/** What can be said about a cart and a choice of coupons without looking anything up. */
export function faultsOfShape(who: Identity, { cart, coupons }: QuoteInput): QuoteFault[] {
  const faults = faultsOfCart(cart, who.kind === 'service' && hasScope(who, 'price:assert'));
  return isTooLong(cart) ? faults : [...faults, ...faultsOfChoice(coupons)];
}

/** Whether there is nothing in a cart worth looking at. */
export function isTooLong({ lines }: CartInput): boolean {
  return lines.length > cartBounds.lines;
}

/** What can be said about a cart without looking anything up. @param mayAssert whether its lines may name prices */
export function faultsOfCart(cart: CartInput, mayAssert: boolean): CartInputFault[] {
  const faults: CartInputFault[] = [];
  if (cart.lines.length === 0)
    faults.push({
      code: 'EMPTY_CART',
      message: 'Expected at least one line, found none; add what is to be bought.',
      field: linesPath,
    });
  if (isTooLong(cart))
    return [
      {
        code: 'TOO_MANY_LINES',
        message: `Expected at most ${cartBounds.lines} lines, found ${cart.lines.length}; split the cart.`,
        field: linesPath,
      },
    ];
  cart.lines.forEach(({ quantity, unitPrice }, index) => {
    if (!Number.isInteger(quantity) || quantity < 1 || quantity > cartBounds.quantity)
      faults.push({
        code: 'INVALID_QUANTITY',
        message: `Expected a whole number from 1 to ${cartBounds.quantity}, found ${quantity}; correct the quantity or remove the line.`,
        field: [...linesPath, String(index), 'quantity'],
      });
    if (unitPrice && !mayAssert)
      faults.push({
        code: 'PRICE_NOT_ASSERTABLE',
        message: 'Expected no price, found one; only a service with the scope price:assert may name prices.',
        field: [...linesPath, String(index), 'unitPrice'],
      });
    else if (unitPrice && unitPrice.minorUnits < 0)
      faults.push({
        code: 'PRICE_NOT_ASSERTABLE',
        message: `Expected a price of 0 or more, found ${unitPrice.minorUnits}; no goods cost less than nothing.`,
        field: [...linesPath, String(index), 'unitPrice', 'minorUnits'],
      });
  });
  return [...faults, ...faultsOfContext(cart.context)];
}

const linesPath = ['input', 'cart', 'lines'];

function faultsOfContext(context: CartContext | null | undefined): CartInputFault[] {
  const read = readCartContext(context);
  if (read.ok) return [];
  return read.refusal.map(({ path, message }) => ({
    code: 'INVALID_CONTEXT',
    message,
    field: ['input', 'cart', 'context', ...path],
  }));
}

function faultsOfChoice({ kind, couponIds, codes }: QuoteInput['coupons']): QuoteFault[] {
  const fault = (message: string, name: 'couponIds' | 'codes' = 'couponIds'): QuoteFault[] => [
    { code: 'INVALID_COUPON_CHOICE', message, field: ['input', 'coupons', name] },
  ];
  const count = couponIds?.length ?? 0;
  const typed = codes?.length ?? 0;
  if (kind === 'NONE' && typed > 0)
    return fault(`Expected no codes with NONE, found ${typed}; choose AUTO or CHOSEN, or leave them out.`, 'codes');
  if (kind !== 'CHOSEN' && count > 0)
    return fault(`Expected no coupons with ${kind}, found ${count}; choose CHOSEN or leave them out.`);
  if (kind === 'CHOSEN' && count + typed === 0)
    return fault('Expected at least one coupon with CHOSEN, found none; name them, or choose NONE.');
  if (count + typed > maxChosen)
    return fault(
      `Expected at most ${maxChosen} coupons and codes, found ${count + typed}; name fewer.`,
      count > maxChosen ? 'couponIds' : 'codes',
    );
  const long = codes?.find((code) => code.length > longestCode);
  if (long !== undefined)
    return fault(`Expected codes of at most ${longestCode} characters, found ${long.length}; correct it.`, 'codes');
  const twice = couponIds?.find((id, index) => couponIds.indexOf(id) !== index);
  return twice === undefined ? [] : fault(`Expected each coupon once, found ${twice} twice; name it once.`);
}

/** The goods a cart names, each once. */
export function skuIdsOf({ lines }: CartInput): SkuId[] {
  return [...new Set(lines.map(({ skuId }) => asSkuId(skuId)))];
}

/** The cart with what the catalogue says of its goods, or every reason why it has no price. */
export function cartOf(
  input: CartInput,
  catalogue: ReadonlyMap<SkuId, CatalogueEntry>,
): Outcome<Cart, CartInputFault[]> {
  const lines = linesOf(input, catalogue);
  if (!lines.ok) return lines;
  const cart = readCart(input.currency, lines.value);
  return cart.ok ? cart : refused(cart.refusal.map(faultOfCart));
}

/** The lines as the catalogue has them, at asserted prices where there are any. */
export function linesOf(
  { lines, currency }: CartInput,
  catalogue: ReadonlyMap<SkuId, CatalogueEntry>,
): Outcome<Omit<CartLine, 'lineId'>[], CartInputFault[]> {
  const faults: CartInputFault[] = [];
  const known: Omit<CartLine, 'lineId'>[] = [];
  lines.forEach(({ skuId, quantity, unitPrice: asserted }, index) => {
    const field = [...linesPath, String(index)];
    const entry = catalogue.get(asSkuId(skuId));
    if (!entry) {
      faults.push({
        code: 'UNKNOWN_SKU',
        message: `Expected a SKU of the catalogue, found ${JSON.stringify(skuId)}; correct it or remove the line.`,
        field: [...field, 'skuId'],
      });
      return;
    }
    const unitPrice = asserted
      ? asserted.currency === currency
        ? asserted.minorUnits
        : undefined
      : entry.prices[currency];
    if (unitPrice === undefined) {
      const found = asserted ? asserted.currency : Object.keys(entry.prices).join(', ') || 'none';
      faults.push({
        code: 'NO_PRICE_FOR_CURRENCY',
        message: `Expected a price of ${skuId} in ${currency}, found ${found}; choose a currency in which every line has one.`,
        field: asserted ? [...field, 'unitPrice', 'currency'] : ['input', 'cart', 'currency'],
      });
      return;
    }
    const { merchantId, category, brand, itemType, attributes } = entry;
    known.push({ skuId: entry.skuId, quantity, unitPrice, merchantId, category, brand, itemType, attributes });
  });
  return faults.length > 0 ? refused(faults) : accepted(known);
}

function faultOfCart({ code, path, found, allowed, cure }: CartFault): CartInputFault {
  const codes: Record<CartFault['code'], CartInputFault['code']> = {
    UNKNOWN_CURRENCY: 'NO_PRICE_FOR_CURRENCY',
    TOO_MANY_LINES: 'TOO_MANY_LINES',
    BAD_QUANTITY: 'INVALID_QUANTITY',
    BAD_UNIT_PRICE: 'PRICE_NOT_ASSERTABLE',
    BAD_SHIPPING: 'PRICE_NOT_ASSERTABLE',
    BAD_TAX_RATE: 'PRICE_NOT_ASSERTABLE',
    BAD_PAYMENT: 'PRICE_NOT_ASSERTABLE',
    AMOUNT_TOO_LARGE: 'AMOUNT_TOO_LARGE',
  };
  const field = path.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
  return {
    code: codes[code],
    message: `Expected ${allowed}, found ${found}; ${cure}.`,
    field: ['input', 'cart', ...field],
  };
}
