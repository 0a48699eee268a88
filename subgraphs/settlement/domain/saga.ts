import { assertNever } from '../../shared/kernel/outcome';
import type { OrderState } from './order';

/**
 * The steps from a cart to an order whose coupons are spent, in their order, each with what undoes it when a later one
 * fails. What has happened is written down before the next step begins, so that whoever finds an order half-way (a
 * retry, the recovery worker, user-coupon with a lapsed hold) can finish or undo it from the stored state alone.
 *
 * | Step     | What is true afterwards                                          | Undone by                            |
 * |----------|------------------------------------------------------------------|--------------------------------------|
 * | STARTED  | the order lies there as STARTED with the token of its hold       | STARTED → CANCELLED                  |
 * | PRICED   | facts were fetched, the price equals what the shopper was shown  | nothing to undo                      |
 * | LOCKED   | user-coupon holds exactly what was priced under the token        | release under the same token         |
 * | PLACED   | the order has price and shares, on condition that it was STARTED | cancel or time-out, then release     |
 * | PAID     | a provider or a service confirmed the payment                    | never; money goes back by a refund   |
 * | REDEEMED | user-coupon has spent the coupons                                | never; coupons come back by a return |
 *
 * The write that leaves STARTED is the fence: the order is placed or it is cancelled, and whichever comes first wins.
 */
export const sagaSteps = ['STARTED', 'PRICED', 'LOCKED', 'PLACED', 'PAID', 'REDEEMED'] as const;
/** One step of the saga. */
export type SagaStep = (typeof sagaSteps)[number];

/**
 * What user-coupon holds for the order, as far as settlement knows, and what is still owed.
 *
 * - NONE: no coupon and no counted use is concerned, or a refused lock took none
 * - HELD: they wait for the payment
 * - TO_REDEEM, TO_RELEASE: owed to user-coupon and repeated until it says done
 * - REDEEMED, RELEASED: done
 * - LOST: user-coupon says that the hold of a paid order is gone; an operator has to look at it
 */
export type HoldState = 'NONE' | 'HELD' | 'TO_REDEEM' | 'TO_RELEASE' | 'REDEEMED' | 'RELEASED' | 'LOST';

/** What is to become of a lapsed hold on coupons. */
export type HoldVerdict = 'RELEASE' | 'EXTEND' | 'REDEEM';

/** What is owed for a hold once its order leaves PENDING_PAYMENT: a paid order spends it, a closed one lets go. */
export function holdOwed(heldCount: number, reached: 'PAID' | 'CANCELLED' | 'TIMED_OUT'): HoldState {
  if (heldCount === 0) return 'NONE';
  return reached === 'PAID' ? 'TO_REDEEM' : 'TO_RELEASE';
}

/** The answer to user-coupon about a lapsed hold, once a STARTED order was fenced: `verdictFor('PAID')` → `'REDEEM'`. */
export function verdictFor(state: Exclude<OrderState, 'STARTED'>): HoldVerdict {
  switch (state) {
    case 'PENDING_PAYMENT':
      return 'EXTEND';
    case 'PAID':
      return 'REDEEM';
    case 'CANCELLED':
    case 'TIMED_OUT':
      return 'RELEASE';
    default:
      return assertNever(state);
  }
}

/** How much longer than the payment's deadline coupons are held, in milliseconds of business time: only settlement times an order out. */
export const holdMarginMs = 10 * 60_000;

/** Until when coupons are held: always later than the payment's deadline, and later than now when that has passed. */
export function holdUntil(payBefore: Date, now: Date): Date {
  return new Date(Math.max(payBefore.getTime(), now.getTime()) + holdMarginMs);
}

/** When a debt to user-coupon is tried again after so many failures, in milliseconds of real time: 1 s, 2 s, 4 s … at most a minute. */
export function retryAfterMs(failures: number): number {
  return Math.min(60_000, 1000 * 2 ** Math.min(Math.max(failures - 1, 0), 10));
}
