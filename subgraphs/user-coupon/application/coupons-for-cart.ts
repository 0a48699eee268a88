import { asSkuId, type TenantId, type UserId } from '../../shared/kernel/identifiers';
import { type Money, money } from '../../shared/kernel/money';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import { type Candidate, withinLimits } from '../../shared/kernel/pricing/candidates';
import { type Cart, type CartLine, cartBounds, readCart } from '../../shared/kernel/pricing/cart';
import { lineOf, shippingOf } from '../../shared/kernel/pricing/catalogue-cart';
import { explainEach } from '../../shared/kernel/pricing/price';
import { rejectionText } from '../../shared/kernel/pricing/rejection-text';
import type { Rejection } from '../../shared/kernel/pricing/trace';
import { type CartContext, readCartContext } from '../../shared/kernel/rules/cart-context';
import { joinedFacts, recordedFacts } from '../../shared/kernel/rules/fact-sources';
import type { Facts } from '../../shared/kernel/rules/facts';
import type { TenantSettings } from '../../shared/kernel/tenant-settings';
import { type Coupon, stateAt } from '../domain/coupon';
import { limitsLeft } from './limits-and-budgets';
import { type PricingDeps, pricingBound } from './pricing-facts';
import { type EligibilityDeps, factsOf } from './shopper-facts';

/** What looking at a wallet from a cart needs. */
export type CartCouponDeps = PricingDeps & EligibilityDeps;

/** A cart as a shopper sends it; prices come from the catalogue, never from the shopper. */
export interface CartInput {
  lines: readonly { skuId: string; quantity: number; unitPrice?: unknown; priceSource?: unknown }[];
  currency: string;
  context?: CartContext | null;
  shippingAmount?: unknown;
}

/** A fault of the cart, with its path in the arguments. */
export interface CartFault {
  path: string[];
  message: string;
}

/** Why a coupon would take nothing off. */
export type UnusableReason =
  | 'COUPON_NOT_YET_VALID'
  | 'COUPON_EXPIRED'
  | 'COUPON_LOCKED'
  | 'COUPON_FROZEN'
  | 'COUPON_OFFERED'
  | 'PAUSED'
  | 'NOT_ELIGIBLE'
  | 'OUT_OF_SCOPE'
  | 'BELOW_THRESHOLD'
  | 'NO_VALUE_FOR_CURRENCY'
  | 'LIMIT_REACHED'
  | 'BUDGET_EXHAUSTED'
  | 'NO_EFFECT';

/** A wallet seen from a cart. */
export interface CartCoupons {
  /** Largest saving first. */
  usable: { coupon: Coupon; saving: Money }[];
  unusable: { coupon: Coupon; reason: UnusableReason; message: string; deficit: Money | null }[];
}

/** Which of a shopper's coupons would take something off when used alone; looks at the 200 that expire soonest. */
export async function couponsForCart(
  deps: CartCouponDeps,
  tenant: TenantId,
  owner: UserId,
  input: CartInput,
): Promise<Outcome<CartCoupons, CartFault[]>> {
  const [shopper, settings] = await Promise.all([factsOf(deps, tenant, owner), deps.templates.settings(tenant)]);
  const read = await readPricedCart(deps, tenant, input, shopper, settings);
  const context = readCartContext(input.context);
  if (!read.ok || !context.ok)
    return refused([
      ...(read.ok ? [] : read.refusal),
      ...(context.ok ? [] : context.refusal).map(({ path, message }) => ({
        path: ['cart', 'context', ...path],
        message,
      })),
    ]);
  const cart = read.value;
  const now = deps.now();
  const states = ['AVAILABLE', 'LOCKED', 'FROZEN', 'TRANSFER_PENDING'] as const;
  const coupons = await deps.wallet.unspent(tenant, owner, now, pricingBound, states);
  const terms = await deps.templates.terms(coupons.map(({ versionId }) => versionId));
  const templates = await deps.templates.templates(tenant, [...new Set(coupons.map(({ templateId }) => templateId))]);
  const limits = await limitsLeft(deps, tenant, owner, [...terms.values()]);
  const candidates = coupons.flatMap((coupon): Candidate[] => {
    const promotion = terms.get(coupon.versionId);
    if (!promotion || reasonOfState(coupon, now)) return [];
    const { id: couponId, expiresAt, validFrom } = coupon;
    const isPaused = templates.get(coupon.templateId)?.state === 'PAUSED';
    const withheld = coupon.state === 'LOCKED' ? 'COUPON_LOCKED' : isPaused ? 'PAUSED' : null;
    const left = limits.get(coupon.versionId);
    const candidate: Candidate = {
      promotion,
      source: { kind: 'COUPON', couponId, expiresAt, validFrom },
      ...(withheld && { withheld }),
    };
    return [left ? withinLimits(candidate, left, cart.currency) : candidate];
  });
  const byId = new Map(coupons.map((coupon) => [coupon.id, coupon]));
  const result: CartCoupons = { usable: [], unusable: [] };
  const facts = joinedFacts(shopper, recordedFacts(context.value));
  for (const alone of explainEach({ cart, candidates, now, facts, rules: deps.rules, floors: settings.floors })) {
    const coupon = alone.promotion.couponId && byId.get(alone.promotion.couponId);
    if (!coupon) continue;
    if (alone.usable) result.usable.push({ coupon, saving: money(alone.amount, cart.currency) });
    else result.unusable.push({ coupon, ...reasonOf(alone.rejection, cart) });
  }
  for (const coupon of coupons) {
    const withheld = reasonOfState(coupon, now);
    if (withheld) result.unusable.push({ coupon, ...withheld, deficit: null });
  }
  result.usable.sort((a, b) => b.saving.minorUnits - a.saving.minorUnits);
  return accepted(result);
}

async function readPricedCart(
  deps: PricingDeps,
  tenant: TenantId,
  input: CartInput,
  shopper: Facts,
  settings: TenantSettings,
): Promise<Outcome<Cart, CartFault[]>> {
  if (input.lines.length > cartBounds.lines)
    return refused([
      {
        path: ['cart', 'lines'],
        message: `Expected at most ${cartBounds.lines} lines, found ${input.lines.length}; split the cart.`,
      },
    ]);
  const known = await deps.templates.skus(
    tenant,
    input.lines.map(({ skuId }) => asSkuId(skuId)),
  );
  const { currency } = input;
  const tier = shopper.get('user.tier');
  const faults: CartFault[] = [];
  const asserted = (path: string[]) =>
    faults.push({ path, message: 'Expected no price here, found one; prices come from the catalogue.' });
  const lines: Omit<CartLine, 'lineId'>[] = [];
  input.lines.forEach(({ skuId, quantity, unitPrice, priceSource }, index) => {
    const path = ['cart', 'lines', String(index)];
    const sku = known.get(asSkuId(skuId));
    const line = sku && lineOf(sku, { quantity, currency, tier }, settings);
    if (unitPrice != null) asserted([...path, 'unitPrice']);
    else if (priceSource != null) asserted([...path, 'priceSource']);
    else if (!sku)
      faults.push({
        path: [...path, 'skuId'],
        message: `Expected a SKU of the catalogue, found ${JSON.stringify(skuId)}.`,
      });
    else if (!line)
      faults.push({
        path: [...path, 'skuId'],
        message: `Expected a price in ${currency} for ${JSON.stringify(skuId)}, found none; choose another currency.`,
      });
    else lines.push(line);
  });
  if (input.shippingAmount != null) asserted(['cart', 'shippingAmount']);
  const method = input.context?.shippingMethod ?? null;
  const shipping = shippingOf(method, currency, settings);
  if (!shipping.ok)
    faults.push({
      path: ['cart', 'context', 'shippingMethod'],
      message: `Expected one of the tenant's shipping methods (${shipping.refusal.join(', ') || `none with a price in ${currency}`}), found ${JSON.stringify(method)}; choose one of them or leave it out.`,
    });
  if (faults.length > 0 || !shipping.ok) return refused(faults);
  const read = readCart(currency, lines, { shipping: shipping.value, taxMode: settings.taxMode });
  if (read.ok) return read;
  return refused(
    read.refusal.map(({ path, found, allowed, cure }) => ({
      path: ['cart', ...path.split(/[.[\]]+/).filter(Boolean)],
      message: `Expected ${allowed}, found ${found}; ${cure}.`,
    })),
  );
}

/** Why no price looks at a coupon in its state at all; null when one does. */
function reasonOfState(coupon: Coupon, now: Date): { reason: UnusableReason; message: string } | null {
  switch (stateAt(coupon, now)) {
    case 'FROZEN':
      return { reason: 'COUPON_FROZEN', message: 'The shop has blocked it for the time being.' };
    case 'TRANSFER_PENDING':
      return { reason: 'COUPON_OFFERED', message: 'It is on offer to somebody else; take it back to use it.' };
    default:
      return null;
  }
}

function reasonOf(
  rejection: Rejection,
  cart: Cart,
): { reason: UnusableReason; message: string; deficit: Money | null } {
  const { code, deficit } = rejection;
  return {
    reason: reasonFor(code),
    message: rejectionText(rejection, cart.currency),
    deficit: deficit === null ? null : money(deficit, cart.currency),
  };
}

function reasonFor(code: Rejection['code']): UnusableReason {
  switch (code) {
    case 'COUPON_NOT_YET_VALID':
    case 'COUPON_EXPIRED':
    case 'COUPON_LOCKED':
    case 'PAUSED':
    case 'NOT_ELIGIBLE':
    case 'OUT_OF_SCOPE':
    case 'BELOW_THRESHOLD':
    case 'NO_VALUE_FOR_CURRENCY':
    case 'LIMIT_REACHED':
    case 'BUDGET_EXHAUSTED':
      return code;
    default:
      // What only matters beside other promotions cannot stop a coupon that is looked at alone.
      return 'NO_EFFECT';
  }
}
