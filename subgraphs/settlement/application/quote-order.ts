import { hasScope, type Identity } from '../../shared/contracts/identity';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import type { PricedCart } from '../../shared/kernel/pricing/price';
import { type BetterChoice, betterThan, type CartPrice, type Quote } from '../domain/quote';
import { fingerprintOf } from '../held-quotes';
import {
  type CartInput,
  type CartInputFault,
  cartOf,
  faultsInShop,
  faultsOfCart,
  isTooLong,
  skuIdsOf,
} from './cart-input';
import {
  type CouponChoice,
  type PriceDeps,
  type PricingMode,
  prepare,
  priceCartPatiently,
  shopperOf,
} from './price-cart';

/** A cart and the choice of coupons, as the API takes them. */
export interface QuoteInput {
  cart: CartInput;
  coupons: CouponChoice;
}

/** Why a cart cannot be priced under a choice of coupons. */
export type QuoteFault = CartInputFault | (Omit<CartInputFault, 'code'> & { code: 'INVALID_COUPON_CHOICE' });

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
  const skuIds = skuIdsOf(input.cart);
  if (shape.length > 0) {
    const [catalogue, settings] = await Promise.all([
      deps.store.catalogue(who.tenant, skuIds),
      deps.store.tenantSettings(who.tenant),
    ]);
    return refused([...shape, ...faultsInShop(input.cart, { catalogue, settings })]);
  }
  const ready = await prepare(deps, who, { skuIds, choice: input.coupons }, requestId, mode);
  const cart = cartOf(input.cart, ready);
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
  { price, isWithoutCoupons, holdUntil }: CartPrice,
): { token: string; validUntil: Date } | null {
  const ownerId = shopperOf(who);
  if (ownerId === null || isWithoutCoupons) return null;
  const validUntil = holdUntil();
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
