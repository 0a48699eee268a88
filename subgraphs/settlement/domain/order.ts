import type { CouponId, OrderId, TemplateId, TenantId, UserId, VersionId } from '../../shared/kernel/identifiers';
import { type Money, money } from '../../shared/kernel/money';
import type { PricedCart } from '../../shared/kernel/pricing/price';

/** What a shopper bought, at a price that never changes afterwards, and what became of it. Times are business time. */
export type Order = {
  id: OrderId;
  tenantId: TenantId;
  ownerId: UserId;
  /** Everything as it was priced: versions, shares per line and unit, who funds what, and the trace. A refund reads it and recomputes nothing. */
  price: PricedCart;
  /** What it takes of the limits of promotions, which user-coupon counts. */
  uses: PromotionUse[];
  placedAt: Date;
  /** Until when it has to be paid. */
  payBefore: Date;
} & (
  | { state: 'PENDING_PAYMENT' }
  | { state: 'PAID'; paidAt: Date }
  | { state: 'CANCELLED'; closedAt: Date }
  | { state: 'TIMED_OUT'; closedAt: Date }
);

/** What an order uses of one version of a promotion with counted limits. */
export interface PromotionUse {
  templateId: TemplateId;
  versionId: VersionId;
  amount: Money;
}

/** STARTED, and a CANCELLED that comes straight after it, are steps of the saga that nobody is shown. */
export type OrderState = 'STARTED' | Order['state'];

/** Every move an order may make; each is one write on condition of the state it leaves. */
export const legalMoves: Readonly<Record<OrderState, readonly OrderState[]>> = {
  STARTED: ['PENDING_PAYMENT', 'PAID', 'CANCELLED'],
  PENDING_PAYMENT: ['PAID', 'CANCELLED', 'TIMED_OUT'],
  PAID: [],
  CANCELLED: [],
  TIMED_OUT: [],
};

/** Whether an order may go from one state to another: `mayMove('PAID', 'CANCELLED')` → `false`. */
export function mayMove(from: OrderState, to: OrderState): boolean {
  return legalMoves[from].includes(to);
}

/** An order as it is placed: waiting for its payment, or paid at once when nothing has to be paid. */
export function newOrder(
  about: { id: OrderId; tenantId: TenantId; ownerId: UserId },
  { price, uses }: Pick<Order, 'price' | 'uses'>,
  now: Date,
  paymentMinutes: number,
): Order {
  const payBefore = new Date(now.getTime() + paymentMinutes * 60_000);
  const placed = { ...about, price, uses, placedAt: now, payBefore };
  return price.payable === 0 ? { ...placed, state: 'PAID', paidAt: now } : { ...placed, state: 'PENDING_PAYMENT' };
}

/** The coupons that a price spends, each once. */
export function couponsOf(price: PricedCart): CouponId[] {
  return [...new Set(price.applied.flatMap(({ couponId }) => (couponId === null ? [] : [couponId])))];
}

/** How many things user-coupon holds for an order: coupons, and uses of promotions. */
export function heldCount({ price, uses }: Pick<Order, 'price' | 'uses'>): number {
  return couponsOf(price).length + uses.length;
}

/** What a price uses of promotions with counted limits. @param counted whether a version has such limits */
export function usesOf({ applied, currency }: PricedCart, counted: (version: VersionId) => boolean): PromotionUse[] {
  return applied.flatMap(({ templateId, versionId, amount }) =>
    counted(versionId) ? [{ templateId, versionId, amount: money(amount, currency) }] : [],
  );
}

/**
 * A price with coupons under the ids they have now: what codes promised it has become coupons since it was made. Amounts,
 * and who gets what, stay as they are.
 * @param ids by the names under which they were promised
 */
export function withTakenCoupons(price: PricedCart, ids: ReadonlyMap<CouponId, CouponId>): PricedCart {
  if (ids.size === 0) return price;
  const named = <T extends { couponId: CouponId | null }>(of: T): T => ({
    ...of,
    couponId: of.couponId && (ids.get(of.couponId) ?? of.couponId),
  });
  return {
    ...price,
    applied: price.applied.map(named),
    order: price.order.map(named),
    deposits: price.deposits.map(named),
    gifts: price.gifts.map(named),
    points: price.points.map(named),
    lines: price.lines.map((line) => ({ ...line, discounts: line.discounts.map(named) })),
    considered: price.considered.map((entry) => ({
      ...named(entry),
      promotion: entry.promotion && named(entry.promotion),
      ...(entry.verdict === 'BEATEN_BY' && { by: entry.by.map(named) }),
    })),
  };
}

/** Why no payment may be opened for an order; null when it may. */
export function refusePayment(order: Order, now: Date): 'ALREADY_PAID' | 'ORDER_CLOSED' | null {
  if (order.state === 'PAID') return 'ALREADY_PAID';
  return order.state === 'PENDING_PAYMENT' && now < order.payBefore ? null : 'ORDER_CLOSED';
}
