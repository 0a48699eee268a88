import type { CouponId, TemplateId } from '../identifiers';
import type { PricedCart, PricedLine } from './price';

/** One step on the way from the list price to what is paid; minor units, `left` after it. */
export type WaterfallStep = { amount: number; left: number } & (
  | { what: 'LIST' }
  | { what: 'DISCOUNT'; templateId: TemplateId; couponId: CouponId | null; benefit: string }
  | { what: 'SHIPPING' }
  | { what: 'TAX' }
  | { what: 'DEPOSIT'; templateId: TemplateId; couponId: CouponId | null; benefit: string }
);

/** How each cent of a line was reached: its list price, then every discount in the order it was applied. */
export function waterfallOfLine({
  listAmount,
  discounts,
}: Pick<PricedLine, 'listAmount' | 'discounts'>): WaterfallStep[] {
  const steps: WaterfallStep[] = [{ what: 'LIST', amount: listAmount, left: listAmount }];
  let left = listAmount;
  for (const { templateId, couponId, benefit, amount } of discounts) {
    left -= amount;
    steps.push({ what: 'DISCOUNT', templateId, couponId, benefit, amount: -amount, left });
  }
  return steps;
}

/**
 * How each cent of an order was reached: list prices, then every benefit in the order it was applied, with the cost of shipping
 * before the first that takes it off, tax that comes on top, and deposits. The last `left` is what is due.
 */
export function waterfallOf(priced: PricedCart): WaterfallStep[] {
  const steps: WaterfallStep[] = [{ what: 'LIST', amount: priced.subtotal, left: priced.subtotal }];
  let left = priced.subtotal;
  const add = (amount: number): { amount: number; left: number } => {
    left += amount;
    return { amount, left };
  };
  const benefits = priced.order;
  const discount = ({ templateId, couponId, benefit, amount }: PricedCart['order'][number]) =>
    steps.push({ what: 'DISCOUNT', templateId, couponId, benefit, ...add(-amount) });
  for (const one of benefits) if (one.phase !== 'P5') discount(one);
  if (priced.shipping) steps.push({ what: 'SHIPPING', ...add(priced.shipping.listAmount) });
  for (const one of benefits) if (one.phase === 'P5') discount(one);
  if (priced.tax.mode === 'EXCLUSIVE' && priced.tax.amount > 0) steps.push({ what: 'TAX', ...add(priced.tax.amount) });
  for (const { templateId, couponId, benefit, counted } of priced.deposits)
    steps.push({ what: 'DEPOSIT', templateId, couponId, benefit, ...add(-counted) });
  return steps;
}
