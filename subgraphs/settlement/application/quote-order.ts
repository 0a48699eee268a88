import { hasScope, type Identity } from '../../shared/contracts/identity';
import { asCouponId, asSkuId, type CouponId, type SkuId, type UserId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import type { Candidate } from '../../shared/kernel/pricing/candidates';
import { type Cart, type CartFault, type CartLine, cartBounds, readCart } from '../../shared/kernel/pricing/cart';
import { type Choice, price } from '../../shared/kernel/pricing/price';
import { type PromotionTerms, windowOf } from '../../shared/kernel/promotion-terms';
import { type CartContext, readCartContext } from '../../shared/kernel/rules/cart-context';
import { cartFacts, clockFacts, joinedFacts, recordedFacts } from '../../shared/kernel/rules/fact-sources';
import type { Facts } from '../../shared/kernel/rules/facts';
import type { PromotionRules } from '../../shared/kernel/rules/promotion-rules';
import { steadyUntil } from '../../shared/kernel/rules/steadiness';
import type { Clock } from '../../shared/runtime/clock';
import { Unavailable } from '../../shared/runtime/unavailable';
import type { Coupons, OwnedCoupon, PricingFacts } from '../coupons';
import { type Quote, type UnavailableCoupon, unusedIn, validUntil } from '../domain/quote';
import type { LivePromotions, LivePromotionsByTenant } from '../live-promotions';
import type { CatalogueEntry, SettlementStore } from '../store';

/** What a price is made with. */
export interface QuoteDeps {
  store: SettlementStore;
  coupons: Coupons;
  /** What promotions ask, compiled. */
  rules: PromotionRules;
  /** Automatic promotions by what they ask. */
  promotions: LivePromotionsByTenant;
  clock: Clock;
}

/** A cart and the choice of coupons, as the API takes them. */
export interface QuoteInput {
  cart: {
    lines: readonly {
      skuId: string;
      quantity: number;
      unitPrice?: { minorUnits: number; currency: string } | null | undefined;
    }[];
    currency: string;
    context?: CartContext | null | undefined;
  };
  coupons: { kind: 'AUTO' | 'CHOSEN' | 'NONE'; couponIds?: readonly string[] | null | undefined };
}

/** Why a cart cannot be priced, with the path of the input field at fault. */
export interface QuoteFault {
  code:
    | 'EMPTY_CART'
    | 'TOO_MANY_LINES'
    | 'INVALID_QUANTITY'
    | 'UNKNOWN_SKU'
    | 'NO_PRICE_FOR_CURRENCY'
    | 'AMOUNT_TOO_LARGE'
    | 'INVALID_COUPON_CHOICE'
    | 'INVALID_CONTEXT'
    | 'PRICE_NOT_ASSERTABLE';
  message: string;
  field: string[];
}

/** Whether a price may do without coupons when user-coupon is away, and which coupons are known to be out of reach. */
export interface PricingMode {
  couponsWhenAway: 'LEAVE_OUT' | 'REFUSE';
  /** Whether promotions are to be as the copy has them now, or lately is enough. */
  promotions: 'LATELY' | 'NOW';
  withoutCoupons: readonly UnavailableCoupon[];
}

/** How long the search for the best combination may hold up the event loop, in milliseconds; past it the answer says so. */
const searchMs = 20;
/** Automatic promotions about goods of the cart that do not apply, and of which a quote says why; the first by priority. */
const mostExplained = 50;
/** Coupons a caller may name. */
const maxChosen = 30;

/**
 * What a cart costs now, with the reason for everything that was not used. Nothing is stored. Nobody but a shopper has
 * coupons, so services and nobody get the price without any.
 */
export async function quoteOrder(
  deps: QuoteDeps,
  who: Identity,
  input: QuoteInput,
  requestId: string,
): Promise<Outcome<Quote, QuoteFault[]>> {
  return priceCart(deps, who, input, requestId, {
    couponsWhenAway: 'LEAVE_OUT',
    promotions: 'LATELY',
    withoutCoupons: [],
  });
}

/**
 * The one way to a price, for quoting and for settling.
 * @throws Unavailable when user-coupon is away and the mode refuses to do without
 */
export async function priceCart(
  deps: QuoteDeps,
  who: Identity,
  input: QuoteInput,
  requestId: string,
  mode: PricingMode,
): Promise<Outcome<Quote, QuoteFault[]>> {
  const shape = faultsOfShape(who, input);
  if (shape.some(({ code }) => code === 'TOO_MANY_LINES')) return refused(shape); // nothing worth looking up

  const now = deps.clock.now();
  const promotions = deps.promotions.of(who.tenant, now, mode.promotions);
  const [catalogue, settings, live, facts] = await Promise.all([
    deps.store.catalogue(who.tenant, skuIdsOf(input)),
    deps.store.tenantSettings(who.tenant),
    promotions,
    shape.length === 0 ? factsFor(deps, who, input, requestId, mode, promotions) : nothingKnown,
  ]);
  const lines = linesOf(input, catalogue);
  if (shape.length > 0 || !lines.ok) return refused([...shape, ...(lines.ok ? [] : lines.refusal)]);
  const cart = readCart(input.cart.currency, lines.value);
  if (!cart.ok) return refused(cart.refusal.map(faultOfCart));

  const owned = facts === 'AWAY' ? nothingKnown : facts;
  const paused = await deps.store.pausedTemplates(who.tenant, [
    ...new Set(owned.coupons.map(({ templateId }) => templateId)),
  ]);
  const withheld = new Set(mode.withoutCoupons.map(({ couponId }) => couponId));
  const unavailable = [
    ...mode.withoutCoupons,
    ...outOfReach(owned.coupons.filter(({ couponId }) => !withheld.has(couponId))),
  ];
  const outside = new Set(unavailable.map(({ couponId }) => couponId));
  const usable = owned.coupons.filter(({ couponId }) => !outside.has(couponId));

  const told = toldBy(who, owned, input);
  const asTimeGoesBy = factsAsTimeGoesBy(cart.value, told);
  const { applying, reached } = live.match(asTimeGoesBy(now));
  const automatic = [...applying, ...reached.slice(0, mostExplained)];
  const candidates = [...usable.map((coupon) => couponCandidate(coupon, paused)), ...automatic.map(automaticCandidate)];
  const priced = price({
    cart: cart.value,
    candidates,
    settings,
    now,
    facts: told,
    rules: deps.rules,
    choose: choiceOf(input, facts, settings.solverNodeBudget, outside),
  });
  return accepted({
    price: priced,
    ...unusedIn(priced, unavailable),
    isWithoutCoupons: facts === 'AWAY',
    validUntil: steadyUntil(
      [...candidates, ...reached.slice(mostExplained).map(automaticCandidate)].flatMap(({ promotion, source }) => {
        const { hours, conditions } = deps.rules.toUse(promotion, source.kind);
        return [...hours, ...conditions];
      }),
      asTimeGoesBy,
      now,
      validUntil(priced, endsOf(usable, automatic), now, settings.quoteValidMinutes),
    ),
  });
}

/** The shopper whose coupons count; services and nobody have none. */
export function shopperOf(who: Identity): UserId | null {
  return who.kind === 'user' ? who.subject : null;
}

/** What can be said about a cart without looking anything up. */
export function faultsOfShape(who: Identity, { cart, coupons }: QuoteInput): QuoteFault[] {
  const faults: QuoteFault[] = [];
  if (cart.lines.length === 0)
    faults.push({
      code: 'EMPTY_CART',
      message: 'Expected at least one line, found none; add what is to be bought.',
      field: linesPath,
    });
  if (cart.lines.length > cartBounds.lines)
    return [
      {
        code: 'TOO_MANY_LINES',
        message: `Expected at most ${cartBounds.lines} lines, found ${cart.lines.length}; split the cart.`,
        field: linesPath,
      },
    ];
  const mayAssert = who.kind === 'service' && hasScope(who, 'price:assert');
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
  return [...faults, ...faultsOfContext(cart.context), ...faultsOfChoice(coupons)];
}

const linesPath = ['input', 'cart', 'lines'];
const nothingKnown: PricingFacts = { coupons: [], shopper: {}, unknownCouponIds: [] };

function faultsOfContext(context: CartContext | null | undefined): QuoteFault[] {
  const read = readCartContext(context);
  if (read.ok) return [];
  return read.refusal.map(({ path, message }) => ({
    code: 'INVALID_CONTEXT',
    message,
    field: ['input', 'cart', 'context', ...path],
  }));
}

function faultsOfChoice({ kind, couponIds }: QuoteInput['coupons']): QuoteFault[] {
  const fault = (message: string): QuoteFault[] => [
    { code: 'INVALID_COUPON_CHOICE', message, field: ['input', 'coupons', 'couponIds'] },
  ];
  const count = couponIds?.length ?? 0;
  if (kind !== 'CHOSEN')
    return count > 0 ? fault(`Expected no coupons with ${kind}, found ${count}; choose CHOSEN or leave them out.`) : [];
  if (count === 0) return fault('Expected at least one coupon with CHOSEN, found none; name them, or choose NONE.');
  if (count > maxChosen) return fault(`Expected at most ${maxChosen} coupons, found ${count}; name fewer.`);
  const twice = couponIds?.find((id, index) => couponIds.indexOf(id) !== index);
  return twice === undefined ? [] : fault(`Expected each coupon once, found ${twice} twice; name it once.`);
}

function skuIdsOf({ cart }: QuoteInput): SkuId[] {
  return [...new Set(cart.lines.map(({ skuId }) => asSkuId(skuId)))];
}

/** Everything about the shopper in one call; none when there is no shopper, or neither coupons nor the shopper matter. */
async function factsFor(
  { coupons }: QuoteDeps,
  who: Identity,
  { coupons: { kind, couponIds } }: QuoteInput,
  requestId: string,
  mode: PricingMode,
  promotions: Promise<LivePromotions>,
): Promise<PricingFacts | 'AWAY'> {
  const ownerId = shopperOf(who);
  if (ownerId === null) return nothingKnown;
  if (kind === 'NONE' && !(await promotions).askOfShopper) return nothingKnown;
  const asked = kind === 'AUTO' ? null : (couponIds ?? []).map(asCouponId);
  try {
    return await coupons.pricingFacts({ tenantId: who.tenant, ownerId, couponIds: asked, requestId });
  } catch (error) {
    if (mode.couponsWhenAway === 'LEAVE_OUT' && error instanceof Unavailable) return 'AWAY';
    throw error;
  }
}

/** What is known beside cart and clock: the shopper as the signed identity and user-coupon say, the request as it says itself. */
function toldBy(who: Identity, { shopper }: PricingFacts, { cart }: QuoteInput): Facts {
  const context = readCartContext(cart.context);
  return joinedFacts(
    recordedFacts({ ...shopper, 'user.id': shopperOf(who) }),
    recordedFacts(context.ok ? context.value : {}),
  );
}

/** What will be known at an instant if nobody does anything. */
function factsAsTimeGoesBy(cart: Cart, told: Facts): (instant: Date) => Facts {
  const lasting = joinedFacts(cartFacts(cart), told);
  return (instant) => joinedFacts(clockFacts(instant), lasting);
}

function linesOf(
  { cart: { lines, currency } }: QuoteInput,
  catalogue: ReadonlyMap<SkuId, CatalogueEntry>,
): Outcome<Omit<CartLine, 'lineId'>[], QuoteFault[]> {
  const faults: QuoteFault[] = [];
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

function faultOfCart({ code, path, found, allowed, cure }: CartFault): QuoteFault {
  const codes: Record<CartFault['code'], QuoteFault['code']> = {
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

/** Coupons that are no candidates whatever the cart; locked ones are, so that the price can tell what they would do. */
function outOfReach(coupons: readonly OwnedCoupon[]): UnavailableCoupon[] {
  return coupons.flatMap(({ couponId, state }) => {
    if (state === 'AVAILABLE' || state === 'LOCKED') return [];
    return [
      { couponId, reason: state === 'EXPIRED' ? ('COUPON_EXPIRED' as const) : ('COUPON_NOT_AVAILABLE' as const) },
    ];
  });
}

function couponCandidate(coupon: OwnedCoupon, paused: ReadonlySet<string>): Candidate {
  const { couponId, expiresAt, validFrom, terms, templateId, state } = coupon;
  const withheld = state === 'LOCKED' ? 'COUPON_LOCKED' : paused.has(templateId) ? 'PAUSED' : null;
  return {
    promotion: terms,
    source: { kind: 'COUPON', couponId, expiresAt, validFrom },
    ...(withheld && { withheld }),
  };
}

function automaticCandidate(promotion: PromotionTerms): Candidate {
  return { promotion, source: { kind: 'AUTOMATIC' } };
}

function choiceOf(
  { coupons: { kind, couponIds } }: QuoteInput,
  facts: PricingFacts | 'AWAY',
  nodeBudget: number,
  outside: ReadonlySet<CouponId>,
): Choice {
  if (kind === 'NONE' || facts === 'AWAY') return { kind: 'NONE' };
  if (kind === 'CHOSEN') {
    const chosen = (couponIds ?? []).map(asCouponId).filter((id) => !outside.has(id));
    return chosen.length > 0 ? { kind: 'CHOSEN', couponIds: chosen } : { kind: 'NONE' };
  }
  const until = performance.now() + searchMs;
  return { kind: 'AUTO', nodeBudget, stop: () => performance.now() >= until };
}

function endsOf(coupons: readonly OwnedCoupon[], automatic: readonly PromotionTerms[]): Map<string, Date> {
  return new Map<string, Date>([
    ...coupons.map(({ couponId, expiresAt }) => [couponId, expiresAt] as const),
    ...automatic.map(({ templateId, document }) => [templateId, windowOf(document).endsAt] as const),
  ]);
}
