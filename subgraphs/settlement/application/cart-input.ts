import { asSkuId, type SkuId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import {
  type Cart,
  type CartFault,
  type CartLine,
  type CartShipping,
  cartBounds,
  type PriceSource,
  readCart,
} from '../../shared/kernel/pricing/cart';
import { lineOf, shippingOf } from '../../shared/kernel/pricing/catalogue-cart';
import { type CartContext, readCartContext } from '../../shared/kernel/rules/cart-context';
import type { FactValue } from '../../shared/kernel/rules/facts';
import type { TenantSettings } from '../../shared/kernel/tenant-settings';
import type { CatalogueEntry } from '../store';

/** A cart as the API takes it. */
export interface CartInput {
  lines: readonly {
    skuId: string;
    quantity: number;
    unitPrice?: GivenAmount | null | undefined;
    priceSource?: PriceSource | null | undefined;
  }[];
  currency: string;
  context?: CartContext | null | undefined;
  shippingAmount?: GivenAmount | null | undefined;
}

interface GivenAmount {
  minorUnits: number;
  currency: string;
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

/** The shop that a cart is filled in, and whoever fills it. */
export interface Shop {
  catalogue: ReadonlyMap<SkuId, CatalogueEntry>;
  settings: TenantSettings;
  /** The facts `user.*` by name: members pay less. */
  shopper: Readonly<Record<string, FactValue | null | undefined>>;
}

const cartPath = ['input', 'cart'];
const linesPath = [...cartPath, 'lines'];

/** Whether there is nothing in a cart worth looking at. */
export function isTooLong({ lines }: CartInput): boolean {
  return lines.length > cartBounds.lines;
}

/** The goods a cart names, each once. */
export function skuIdsOf({ lines }: CartInput): SkuId[] {
  return [...new Set(lines.map(({ skuId }) => asSkuId(skuId)))];
}

/** What can be said about a cart without looking anything up. @param mayAssert whether it may name prices */
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
  cart.lines.forEach(({ quantity, unitPrice, priceSource }, index) => {
    const field = [...linesPath, String(index)];
    if (!Number.isInteger(quantity) || quantity < 1 || quantity > cartBounds.quantity)
      faults.push({
        code: 'INVALID_QUANTITY',
        message: `Expected a whole number from 1 to ${cartBounds.quantity}, found ${quantity}; correct the quantity or remove the line.`,
        field: [...field, 'quantity'],
      });
    faults.push(...faultsOfAsserted(unitPrice, mayAssert, [...field, 'unitPrice']));
    if (priceSource && !unitPrice)
      faults.push({
        code: 'PRICE_NOT_ASSERTABLE',
        message: `Expected a unitPrice beside priceSource, found ${priceSource} alone; name the price or leave both out.`,
        field: [...field, 'priceSource'],
      });
  });
  return [
    ...faults,
    ...faultsOfAsserted(cart.shippingAmount, mayAssert, [...cartPath, 'shippingAmount']),
    ...faultsOfContext(cart),
  ];
}

/** What catalogue and tenant say against a cart: unknown goods, prices and ways to send. */
export function faultsInShop(input: CartInput, shop: Pick<Shop, 'catalogue' | 'settings'>): CartInputFault[] {
  const lines = linesIn(input, { ...shop, shopper: {} });
  const shipping = shippingIn(input, shop.settings);
  return [...(lines.ok ? [] : lines.refusal), ...(shipping.ok ? [] : shipping.refusal)];
}

/** The cart at what catalogue and tenant say of its goods and their way to the shopper, or every reason why it has no price. */
export function cartOf(input: CartInput, shop: Shop): Outcome<Cart, CartInputFault[]> {
  const lines = linesIn(input, shop);
  const shipping = shippingIn(input, shop.settings);
  if (!lines.ok || !shipping.ok)
    return refused([...(lines.ok ? [] : lines.refusal), ...(shipping.ok ? [] : shipping.refusal)]);
  const { taxMode } = shop.settings;
  const cart = readCart(input.currency, lines.value, { shipping: shipping.value, taxMode });
  return cart.ok ? cart : refused(cart.refusal.map(faultOfCart));
}

function faultsOfAsserted(
  amount: GivenAmount | null | undefined,
  mayAssert: boolean,
  field: string[],
): CartInputFault[] {
  if (!amount) return [];
  if (!mayAssert)
    return [
      {
        code: 'PRICE_NOT_ASSERTABLE',
        message: 'Expected no price, found one; only a service with the scope price:assert may name prices.',
        field,
      },
    ];
  if (amount.minorUnits >= 0) return [];
  return [
    {
      code: 'PRICE_NOT_ASSERTABLE',
      message: `Expected a price of 0 or more, found ${amount.minorUnits}; nothing costs less than nothing.`,
      field: [...field, 'minorUnits'],
    },
  ];
}

function faultsOfContext({ context, shippingAmount }: CartInput): CartInputFault[] {
  const read = readCartContext(context);
  const faults = read.ok ? [] : read.refusal;
  const unnamed = {
    path: ['shippingMethod'],
    message: 'Expected the method that shippingAmount is for, found none; name it, or leave the amount out.',
  };
  return [...faults, ...(shippingAmount && context?.shippingMethod == null ? [unnamed] : [])].map(
    ({ path, message }) => ({ code: 'INVALID_CONTEXT', message, field: [...cartPath, 'context', ...path] }),
  );
}

function linesIn(
  { lines, currency }: CartInput,
  { catalogue, settings, shopper }: Shop,
): Outcome<Omit<CartLine, 'lineId'>[], CartInputFault[]> {
  const faults: CartInputFault[] = [];
  const known: Omit<CartLine, 'lineId'>[] = [];
  const tier = shopper['user.tier'];
  lines.forEach(({ skuId, quantity, unitPrice, priceSource }, index) => {
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
    const asserted = unitPrice && { source: priceSource ?? 'LIST', unitPrice: unitPrice.minorUnits };
    const isForeign = unitPrice && unitPrice.currency !== currency;
    const line = isForeign ? null : lineOf(entry, { quantity, currency, tier, asserted }, settings);
    if (line) {
      known.push(line);
      return;
    }
    const found = isForeign ? unitPrice.currency : Object.keys(entry.prices).join(', ') || 'none';
    faults.push({
      code: 'NO_PRICE_FOR_CURRENCY',
      message: `Expected a price of ${skuId} in ${currency}, found ${found}; choose a currency in which every line has one.`,
      field: isForeign ? [...field, 'unitPrice', 'currency'] : [...cartPath, 'currency'],
    });
  });
  return faults.length > 0 ? refused(faults) : accepted(known);
}

function shippingIn(
  { context, currency, shippingAmount }: CartInput,
  settings: TenantSettings,
): Outcome<CartShipping | null, CartInputFault[]> {
  if (shippingAmount && shippingAmount.currency !== currency)
    return refused([
      {
        code: 'NO_PRICE_FOR_CURRENCY',
        message: `Expected what shipping costs in ${currency}, found ${shippingAmount.currency}; name every amount in the currency of the cart.`,
        field: [...cartPath, 'shippingAmount', 'currency'],
      },
    ]);
  const method = context?.shippingMethod ?? null;
  const shipping = shippingOf(method, currency, settings, shippingAmount?.minorUnits ?? null);
  if (shipping.ok) return shipping;
  const allowed = shipping.refusal.join(', ') || `none with a price in ${currency}`;
  return refused([
    {
      code: 'INVALID_CONTEXT',
      message: `Expected one of the tenant's shipping methods (${allowed}), found ${JSON.stringify(method)}; choose one of them or leave it out.`,
      field: [...cartPath, 'context', 'shippingMethod'],
    },
  ]);
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
    field: [...cartPath, ...field],
  };
}
