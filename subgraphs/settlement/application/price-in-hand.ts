import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Identity } from '../../shared/contracts/identity';
import { asSkuId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import type { Candidate } from '../../shared/kernel/pricing/candidates';
import type { Cart } from '../../shared/kernel/pricing/cart';
import { couldApply } from '../../shared/kernel/promotion-reach';
import type { CartContext } from '../../shared/kernel/rules/cart-context';
import type { CartPrice } from '../domain/quote';
import { type CartInputFault, cartOf, faultsOfCart } from './cart-input';
import { type Preparation, type PriceDeps, prepare, priceCart } from './price-cart';

/** One SKU to be priced as if it were bought alone. */
export interface InHand {
  skuId: string;
  quantity: number;
  currency: string;
  context: CartContext | null;
}

/** What it costs, or what is wrong with the question; null where there is no such SKU or no price in the currency. */
export type AlonePrice = Outcome<CartPrice, CartInputFault[]> | null;

/** How long prices are made before others may have their turn on the event loop, in milliseconds. */
const turnMs = 10;

/**
 * 到手价: what each costs alone in a cart, as a quote would say. A whole list shares one look at the catalogue, one question
 * about the viewer's coupons and the time of one search.
 */
export async function pricesInHand(
  deps: PriceDeps,
  who: Identity,
  asked: readonly InHand[],
  requestId: string,
): Promise<AlonePrice[]> {
  const skuIds = [...new Set(asked.map(({ skuId }) => asSkuId(skuId)))];
  const ready = await prepare(deps, who, { skuIds, choice: { kind: 'AUTO' } }, requestId, {
    couponsWhenAway: 'LEAVE_OUT',
    promotions: 'LATELY',
    withoutCoupons: [],
  });
  const prices: AlonePrice[] = [];
  let since = performance.now();
  for (const one of asked) {
    prices.push(priceAlone(ready, one));
    if (performance.now() - since < turnMs) continue;
    await nextTurn();
    since = performance.now();
  }
  return prices;
}

function priceAlone(ready: Preparation, { skuId, quantity, currency, context }: InHand): AlonePrice {
  const input = { lines: [{ skuId, quantity }], currency, context };
  const faults = faultsOfCart(input, false);
  if (faults.length > 0) return refused(faults);
  const cart = cartOf(input, ready);
  if (cart.ok)
    return accepted(
      priceCart({ ...ready, coupons: about(cart.value, ready.coupons), explains: false }, cart.value, context),
    );
  const isUnknown = cart.refusal.some(({ code }) => code === 'UNKNOWN_SKU' || code === 'NO_PRICE_FOR_CURRENCY');
  return isUnknown ? null : cart;
}

/** Coupons that reach goods of the cart: no other can take part in its price, and nobody asks here why not. */
function about({ lines }: Cart, coupons: readonly Candidate[]): Candidate[] {
  const found: Candidate[] = [];
  for (const coupon of coupons) {
    const { document, merchantId } = coupon.promotion;
    for (const line of lines)
      if (couldApply(document, merchantId, line)) {
        found.push(coupon);
        break;
      }
  }
  return found;
}
