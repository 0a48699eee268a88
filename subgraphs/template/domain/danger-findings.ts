import type { TemplateId } from '../../shared/kernel/identifiers';
import { type CurrencyCode, formatMoney, money, percentOf, wholeInBasisPoints } from '../../shared/kernel/money';
import type { Cart } from '../../shared/kernel/pricing/cart';
import type { PricedCart } from '../../shared/kernel/pricing/price';
import type { StackingRule } from '../../shared/kernel/pricing/trace';
import type { TenantSettings } from '../../shared/kernel/tenant-settings';
import { type Finding, type FindingCode, finding, type ProvingCart } from './finding';

/** The goods of a cart cost nothing. */
export function freeOrder(cart: ProvingCart, subject: TemplateId): Finding | null {
  if (cart.discount < cart.listTotal) return null;
  return warning(
    'FREE_ORDER',
    'benefit',
    `${goodsText(cart)}: nothing is left to pay with ${togetherText(cart.promotions, subject)}.`,
    'ask for a threshold, cap what it takes off, or keep it apart from the others by its group or rule.excludes',
    cart,
  );
}

/** More of a cart is taken off than the marketplace lets pass without a yes; null when it is not more. */
export function stacksTooDeep(cart: ProvingCart, subject: TemplateId, warnAbove: number): Finding | null {
  if (cart.discount <= percentOf(cart.listTotal, warnAbove, 'DOWN')) return null;
  return warning(
    'STACKS_TOO_DEEP',
    'benefit',
    `${goodsText(cart)}: ${amountText(cart.payable, cart.currency)} is left of ${amountText(cart.listTotal, cart.currency)} with ${togetherText(cart.promotions, subject)}, ${percentText(cart.discount, cart.listTotal)} off; the marketplace asks above ${percentText(warnAbove)}.`,
    'lower what it takes off, or keep it apart from the others by its group or rule.excludes',
    cart,
  );
}

/** A floor stops the discount; null when none does. @param cart without floors @param floor what it breaks, in words */
export function stoppedByFloor(cart: ProvingCart, subject: TemplateId, floor: string | null): Finding | null {
  if (floor === null || cart.payableWithFloors === null || cart.payableWithFloors <= cart.payable) return null;
  const amount = (minorUnits: number) => amountText(minorUnits, cart.currency);
  return warning(
    'BELOW_FLOOR',
    'benefit',
    `${goodsText(cart)}: ${amount(cart.payable)} would be left with ${togetherText(cart.promotions, subject)}, ${floor}. The floor stops it at ${amount(cart.payableWithFloors)}, so shoppers get less than is promised.`,
    'lower what it takes off, or keep it apart from the others by its group or rule.excludes',
    cart,
  );
}

/** Others take its place wherever it was tried. @param rivals their names @param tried carts on which it could be used */
export function alwaysBeaten(cart: ProvingCart, rivals: readonly string[], rule: StackingRule, tried: number): Finding {
  const more = rivals.length > 3 ? ` and ${rivals.length - 3} more` : '';
  return warning(
    'ALWAYS_BEATEN',
    'rule.stackingGroup',
    `In all ${tried} carts tried on which it could be used, ${namesText(rivals.slice(0, 3))}${more} saved as much or more, and ${ruleText[rule]}. Whoever has both never uses this one.`,
    'make it save more than the others somewhere, or let it stand together with them',
    cart,
  );
}

/** The first floor that a price goes below, in words; null when it keeps to all. @param cart with its least prices */
export function brokenFloor(cart: Cart, priced: PricedCart, { floors }: TenantSettings): string | null {
  const leasts = new Map(cart.lines.map(({ skuId, minUnitPrice = 0 }) => [skuId, minUnitPrice]));
  const line = priced.lines.find(
    ({ skuId, quantity, unitPrice, payable }) => payable < Math.min(leasts.get(skuId) ?? 0, unitPrice) * quantity,
  );
  if (line) return `below the least price of ${line.skuId}`;
  const share = floors?.maxDiscountShareBasisPoints ?? wholeInBasisPoints;
  const merchant = priced.merchants.find(({ subtotal, discount }) => discount > percentOf(subtotal, share, 'DOWN'));
  if (merchant) return `and no more than ${percentText(share)} may be taken off the goods of ${merchant.merchantId}`;
  const least = Math.min(priced.subtotal, floors?.minPayable?.[cart.currency] ?? 0);
  return priced.subtotal - priced.discount < least
    ? `and an order costs at least ${amountText(least, cart.currency)}`
    : null;
}

const ruleText: Record<StackingRule, string> = {
  GROUP_LIMIT: 'an order takes no more of their group',
  LINE_LIMIT: 'a line takes no more of their group',
  EXCLUSIVE: 'one of them stands alone',
  EXCLUDED: 'they exclude each other',
  COUPON_LIMIT: 'an order takes no more coupons',
};

function warning(code: FindingCode, path: string, reason: string, cure: string, cart: ProvingCart): Finding {
  return { ...finding('WARNING', code, path, reason, cure), cart };
}

function togetherText(promotions: ProvingCart['promotions'], subject: TemplateId): string {
  const others = promotions.flatMap(({ templateId, name }) => (templateId === subject ? [] : [name]));
  return others.length === 0 ? 'it alone' : `it and ${namesText(others)} together`;
}

function namesText(names: readonly string[]): string {
  return names.map((name) => `“${name}”`).join(', ');
}

function goodsText({ lines }: Pick<ProvingCart, 'lines'>): string {
  return lines.map(({ skuId, quantity }) => `${quantity} × ${skuId}`).join(' and ');
}

function amountText(minorUnits: number, currency: CurrencyCode): string {
  return formatMoney(money(minorUnits, currency));
}

/** 7240 of 10000 → `72.4 %`. */
function percentText(part: number, whole = wholeInBasisPoints): string {
  return `${Number(((part / whole) * 100).toFixed(1))} %`;
}
