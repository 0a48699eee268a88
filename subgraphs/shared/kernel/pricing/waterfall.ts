import type { CouponId, TemplateId } from '../identifiers';
import type { Payment, PriceSource } from './cart';
import type { PricedCart, PricedLine } from './price';

/** One step on the way from the list price to what is paid; minor units, `left` after it. */
export type WaterfallStep = { amount: number; left: number } & (
  | { what: 'LIST' }
  | { what: 'OFFER'; source: Exclude<PriceSource, 'LIST'> }
  | { what: 'DISCOUNT'; templateId: TemplateId; couponId: CouponId | null; benefit: string }
  | { what: 'SHIPPING' }
  | { what: 'TAX' }
  | { what: 'DEPOSIT'; templateId: TemplateId; couponId: CouponId | null; benefit: string }
  | { what: 'PAYMENT'; kind: Payment['kind'] }
);

/** How each cent of a line was reached: its list price, the offer that beats it, then every discount in the order it was applied. */
export function waterfallOfLine({
  listAmount,
  subtotal,
  priceSource,
  discounts,
}: Pick<PricedLine, 'listAmount' | 'subtotal' | 'priceSource' | 'discounts'>): WaterfallStep[] {
  const steps: WaterfallStep[] = [{ what: 'LIST', amount: listAmount, left: listAmount }];
  let left = subtotal;
  if (priceSource !== 'LIST') steps.push({ what: 'OFFER', source: priceSource, amount: left - listAmount, left });
  for (const { templateId, couponId, benefit, amount } of discounts) {
    left -= amount;
    steps.push({ what: 'DISCOUNT', templateId, couponId, benefit, amount: -amount, left });
  }
  return steps;
}

/**
 * How each cent of an order was reached: list prices, what offers of each source spare, then every benefit in the order it was
 * applied, with the cost of shipping before the first that takes it off, tax that comes on top, deposits and payments. The last
 * `left` is what is due.
 */
export function waterfallOf(priced: PricedCart): WaterfallStep[] {
  const steps: WaterfallStep[] = [{ what: 'LIST', amount: priced.listAmount, left: priced.listAmount }];
  let left = priced.listAmount;
  const add = (amount: number): { amount: number; left: number } => {
    left += amount;
    return { amount, left };
  };
  for (const source of ['MEMBER', 'FLASH_SALE', 'GROUP_BUY'] as const) {
    const offered = priced.lines.filter(({ priceSource }) => priceSource === source);
    if (offered.length === 0) continue;
    steps.push({ what: 'OFFER', source, ...add(offered.reduce((sum, one) => sum + one.subtotal - one.listAmount, 0)) });
  }
  const benefits = priced.order;
  const discount = ({ templateId, couponId, benefit, amount }: PricedCart['order'][number]) =>
    steps.push({ what: 'DISCOUNT', templateId, couponId, benefit, ...add(-amount) });
  for (const one of benefits) if (one.phase !== 'P5') discount(one);
  if (priced.shipping) steps.push({ what: 'SHIPPING', ...add(priced.shipping.listAmount) });
  for (const one of benefits) if (one.phase === 'P5') discount(one);
  if (priced.tax.mode === 'EXCLUSIVE' && priced.tax.amount > 0) steps.push({ what: 'TAX', ...add(priced.tax.amount) });
  for (const { templateId, couponId, benefit, counted } of priced.deposits)
    steps.push({ what: 'DEPOSIT', templateId, couponId, benefit, ...add(-counted) });
  for (const { kind, counted } of priced.payments)
    if (counted > 0) steps.push({ what: 'PAYMENT', kind, ...add(-counted) });
  return steps;
}
