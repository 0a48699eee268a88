import type { Identity } from '../../shared/contracts/identity';
import {
  asCouponId,
  type CouponId,
  type SkuId,
  type TenantId,
  type UserId,
  type VersionId,
} from '../../shared/kernel/identifiers';
import type { CurrencyCode } from '../../shared/kernel/money';
import { type Candidate, withinLimits } from '../../shared/kernel/pricing/candidates';
import type { Cart } from '../../shared/kernel/pricing/cart';
import { isSoldToMembers } from '../../shared/kernel/pricing/catalogue-cart';
import { hintsFor } from '../../shared/kernel/pricing/hints';
import { type Choice, type PricedCart, type PriceInput, price } from '../../shared/kernel/pricing/price';
import { isCounted, type LimitsLeft } from '../../shared/kernel/promotion-limits';
import { couldApply } from '../../shared/kernel/promotion-reach';
import { type PromotionTerms, windowOf } from '../../shared/kernel/promotion-terms';
import { type CartContext, readCartContext } from '../../shared/kernel/rules/cart-context';
import { cartFacts, clockFacts, joinedFacts, recordedFacts } from '../../shared/kernel/rules/fact-sources';
import type { Facts, FactValue } from '../../shared/kernel/rules/facts';
import type { PromotionRules } from '../../shared/kernel/rules/promotion-rules';
import { steadyUntil } from '../../shared/kernel/rules/steadiness';
import type { TenantSettings } from '../../shared/kernel/tenant-settings';
import type { Clock } from '../../shared/runtime/clock';
import { priceOnThread } from '../../shared/runtime/price-job';
import { Unavailable } from '../../shared/runtime/unavailable';
import type { Workers } from '../../shared/runtime/workers';
import type { Coupons, OwnedCoupon, PricingFacts, RefusedCode } from '../coupons';
import { usesOf } from '../domain/order';
import { type CartPrice, type UnavailableCoupon, unusedIn, validUntil } from '../domain/quote';
import type { HeldQuotes } from '../held-quotes';
import type { LivePromotions, LivePromotionsByTenant } from '../live-promotions';
import type { CatalogueEntry, SettlementStore } from '../store';

/** What a price is made with. */
export interface PriceDeps {
  store: SettlementStore;
  coupons: Coupons;
  /** What promotions ask, compiled. */
  rules: PromotionRules;
  /** Automatic promotions by what they ask. */
  promotions: LivePromotionsByTenant;
  heldQuotes: HeldQuotes;
  /** Threads for searches that take longer than the event loop may be held. */
  workers: Workers;
  clock: Clock;
}

/** Which coupons to use, as the API takes it. */
export interface CouponChoice {
  kind: 'AUTO' | 'CHOSEN' | 'NONE';
  couponIds?: readonly string[] | null | undefined;
  /** As the shopper typed them. */
  codes?: readonly string[] | null | undefined;
}

/** Whether a price may do without coupons when user-coupon is away, and which coupons are known to be out of reach. */
export interface PricingMode {
  couponsWhenAway: 'LEAVE_OUT' | 'REFUSE';
  /** Whether promotions are to be as the copy has them now, or lately is enough. */
  promotions: 'LATELY' | 'NOW';
  withoutCoupons: readonly UnavailableCoupon[];
}

/** The shop at one moment, for the goods that were asked about. */
export interface ShopNow {
  /** Business time. */
  now: Date;
  catalogue: ReadonlyMap<SkuId, CatalogueEntry>;
  settings: TenantSettings;
  rules: PromotionRules;
  live: Pick<LivePromotions, 'match'>;
}

/** Who looks at prices: what is known of the person, and the coupons that count. */
export interface Viewer {
  /** The facts `user.*` by name. */
  shopper: Readonly<Record<string, FactValue | null | undefined>>;
  /** Coupons that may take part in a price, or could if they were not withheld. */
  coupons: readonly Candidate[];
  /** Coupons that are no candidates, with the reason. */
  unavailable: readonly UnavailableCoupon[];
  /** What is left of counted limits; a promotion with such limits of which nothing is told takes no part. */
  limits: ReadonlyMap<VersionId, LimitsLeft>;
  /** Typed codes that give the shopper no coupon. */
  unknownCodes: readonly string[];
  /** The same with the reasons; none while they cannot be looked up. */
  refusedCodes: readonly RefusedCode[];
  /** Coupons were left out because user-coupon could not be asked. */
  isWithoutCoupons: boolean;
  /** What of the coupons may be used, codes told as the coupons they are. */
  choice: { kind: CouponChoice['kind']; couponIds: readonly CouponId[] };
}

/** What all carts of one request have in common; one of each fetch, however many carts there are. */
export interface Preparation extends ShopNow, Viewer {
  search: SearchTime;
  /** Whether prices come with what became of each promotion; a list of many has no use for it. */
  explains: boolean;
}

/** How long searches for the best combination may hold up the event loop in one request, in milliseconds; past it the answer says so. */
const searchMs = 20;
/** Automatic promotions about goods of the cart that do not apply, and of which a quote says why; the first by priority. */
const mostExplained = 50;

/** How long a longer search is waited for beside its own time, until a thread is free and has copied the question; milliseconds. */
const threadPatienceMs = 1000;
/** Thresholds just out of reach that are tried for hints, and kinds of goods for each. */
const hintEffort = { thresholds: 5, kinds: 3 };

/** What of {@link searchMs} is left to the searches of one request. */
export class SearchTime {
  #leftMs: number;

  /** @param leftMs how long all searches together may take, in milliseconds */
  constructor(leftMs: number = searchMs) {
    this.#leftMs = leftMs;
  }

  /** Gives a search its word to stop; what passes between the first and the last time it asks is gone for those after it. */
  spend<T>(search: (stop: () => boolean) => T): T {
    let from: number | null = null;
    let asked = 0;
    try {
      return search(() => {
        asked = performance.now();
        from ??= asked;
        return asked - from >= this.#leftMs;
      });
    } finally {
      if (from !== null) this.#leftMs -= asked - from;
    }
  }
}

/**
 * Fetches what carts with these goods are priced with. Nobody but a shopper has coupons, so services and nobody get prices
 * without any.
 * @throws Unavailable when user-coupon is away and the mode refuses to do without
 */
export async function prepare(
  deps: PriceDeps,
  who: Identity,
  { skuIds, choice }: { skuIds: readonly SkuId[]; choice: CouponChoice },
  requestId: string,
  mode: PricingMode,
): Promise<Preparation> {
  const now = deps.clock.now();
  const promotions = deps.promotions.of(who.tenant, now, mode.promotions);
  const fetched = shopAt(deps, who.tenant, skuIds, now, promotions);
  const need = {
    ofShopper: async (): Promise<boolean> =>
      (await promotions).askOfShopper || [...(await fetched).catalogue.values()].some(isSoldToMembers),
    ofLimits: async (): Promise<VersionId[]> => {
      const { counted } = await promotions;
      return counted.length === 0 ? [] : versionsAbout(counted, [...(await fetched).catalogue.values()]);
    },
  };
  const [shop, viewer] = await Promise.all([fetched, viewerOf(deps, who, choice, requestId, mode, need)]);
  return { ...shop, ...viewer, search: new SearchTime(), explains: true };
}

/** The versions that could take anything off one of these goods. */
export function versionsAbout(promotions: readonly PromotionTerms[], goods: readonly CatalogueEntry[]): VersionId[] {
  return promotions.flatMap(({ document, merchantId, versionId }) =>
    goods.some((sku) => couldApply(document, merchantId, sku)) ? [versionId] : [],
  );
}

/**
 * The one way to a price: product lists, quotes, orders and previews all come through here.
 * @param context what the request says of itself, of which `readCartContext` finds nothing wrong
 */
export function priceCart(ready: Preparation, cart: Cart, context: CartContext | null | undefined): CartPrice {
  const asking = askingAbout(ready, cart, context);
  return cartPrice(asking, pricedAtOnce(asking));
}

/**
 * The same, and where the tenant gives a search more time than an event loop has, the proof is looked for on a thread when it
 * was not had at once. Without a thread the answer is what was found at once, and says that it is not proven.
 */
export async function priceCartPatiently(
  { workers }: Pick<PriceDeps, 'workers'>,
  ready: Preparation,
  cart: Cart,
  context: CartContext | null | undefined,
): Promise<CartPrice> {
  const asking = askingAbout(ready, cart, context);
  const found = pricedAtOnce(asking);
  const { settings, now } = ready;
  const timeMs = settings.solverMilliseconds;
  const choice = choiceOf(ready, () => false);
  if (found.optimal || timeMs <= searchMs || choice.kind !== 'AUTO') return cartPrice(asking, found);
  const { told, candidates } = asking;
  const choose = { kind: choice.kind, nodeBudget: choice.nodeBudget, timeMs };
  const searched = await priceOnThread(
    workers,
    { cart, candidates, settings, now, told, choose },
    { deadlineMs: timeMs + threadPatienceMs },
  );
  // Both are true; of two that are not proven the larger saving is the better answer.
  const isLegal = searched.ok && overdrawing(searched.value, candidates) === null;
  const isBetter = isLegal && (searched.value.optimal || searched.value.saving > found.saving);
  return cartPrice(asking, isBetter ? searched.value : found);
}

/** Everything that the price of one cart depends on. */
interface Asking {
  ready: Preparation;
  cart: Cart;
  context: CartContext | null | undefined;
  /** What is known beside cart and clock, by name. */
  told: Record<string, FactValue | null | undefined>;
  candidates: readonly Candidate[];
  /** Automatic promotions about goods of the cart that are not mentioned, but may begin to apply. */
  unmentioned: readonly Candidate[];
  input(stop: () => boolean): PriceInput;
  /** What will be known at an instant if nobody does anything. */
  asTimeGoesBy(instant: Date): Facts;
}

function askingAbout(ready: Preparation, cart: Cart, context: CartContext | null | undefined): Asking {
  const { now, rules, settings, explains } = ready;
  const said = readCartContext(context);
  const told = { ...ready.shopper, ...(said.ok && said.value) };
  const facts = recordedFacts(told);
  const asTimeGoesBy = factsAsTimeGoesBy(cart, facts);
  const { applying, reached } = ready.live.match(asTimeGoesBy(now));
  const mentioned = ready.explains ? reached.slice(0, mostExplained) : [];
  const candidates: Candidate[] = [];
  for (const coupon of ready.coupons) addUnderLimits(candidates, ready, coupon, cart.currency);
  for (const promotions of [applying, mentioned])
    for (const one of promotions) addUnderLimits(candidates, ready, automaticCandidate(one), cart.currency);
  return {
    ready,
    cart,
    context,
    told,
    candidates,
    unmentioned: reached.slice(mentioned.length).map(automaticCandidate),
    input: (stop) => ({ cart, candidates, settings, now, facts, rules, choose: choiceOf(ready, stop), explains }),
    asTimeGoesBy,
  };
}

/** Adds a candidate under what is left of its limits; none where that is not known. */
function addUnderLimits(to: Candidate[], { limits }: Preparation, candidate: Candidate, currency: CurrencyCode): void {
  const { document, versionId } = candidate.promotion;
  if (!isCounted(document)) to.push(candidate);
  else {
    const left = limits.get(versionId);
    if (left) to.push(withinLimits(candidate, left, currency));
  }
}

function pricedAtOnce({ ready, input }: Asking): PricedCart {
  return ready.search.spend((stop) => priceWithin(input(stop)));
}

/**
 * The price whose promotions all have the money it takes. Each coupon alone is kept within its promotion's money by `price`;
 * where several of one promotion together would overdraw it, the smallest of them stays out, and the price says that it is
 * not proven to be the best.
 */
function priceWithin(input: PriceInput): PricedCart {
  const found = price(input);
  const couponId = overdrawing(found, input.candidates);
  if (couponId === null) return found;
  const candidates = input.candidates.map((candidate): Candidate => {
    const { source } = candidate;
    return source.kind === 'COUPON' && source.couponId === couponId
      ? { ...candidate, withheld: candidate.withheld ?? 'BUDGET_EXHAUSTED' }
      : candidate;
  });
  return { ...priceWithin({ ...input, candidates }), optimal: false, upperBound: found.upperBound };
}

/** The coupon that takes least of those that together overdraw the money of their promotion; null when none do. */
function overdrawing({ applied }: PricedCart, candidates: readonly Candidate[]): CouponId | null {
  const left = new Map<string, number>();
  for (const { promotion, budgetLeft } of candidates)
    if (budgetLeft !== undefined)
      left.set(promotion.templateId, Math.min(budgetLeft, left.get(promotion.templateId) ?? budgetLeft));
  for (const [templateId, most] of left) {
    const together = applied.filter((one) => one.templateId === templateId);
    if (together.reduce((sum, { amount }) => sum + amount, 0) <= most) continue;
    const [least] = together.filter(({ couponId }) => couponId !== null).sort((a, b) => a.amount - b.amount);
    if (least) return least.couponId;
  }
  return null;
}

function cartPrice(
  { ready, cart, context, candidates, unmentioned, input, asTimeGoesBy }: Asking,
  priced: PricedCart,
): CartPrice {
  const { now, rules, settings, unavailable, search } = ready;
  const minutes = settings.quoteValidMinutes;
  return {
    price: priced,
    uses() {
      const counted = candidates.filter(({ promotion }) => isCounted(promotion.document));
      const versions = new Set(counted.map(({ promotion }) => promotion.versionId));
      return usesOf(priced, (version) => versions.has(version));
    },
    unused: () => unusedIn(priced, unavailable),
    hints() {
      // What is not proven to be the best may be beaten by a longer search as well as by more goods.
      if (!priced.optimal) return [];
      if (!ready.explains) return priceCart({ ...ready, explains: true }, cart, context).hints();
      return search.spend((stop) => hintsFor(input(stop), priced, { ...hintEffort, stop }));
    },
    unknownCodes: ready.unknownCodes,
    refusedCodes: ready.refusedCodes,
    isWithoutCoupons: ready.isWithoutCoupons,
    validUntil: steadyUntil(
      [...candidates, ...unmentioned].flatMap(({ promotion, source }) => rules.toUse(promotion, source.kind).timed),
      asTimeGoesBy,
      now,
      validUntil(priced, endsOf(candidates, priced), now, minutes),
    ),
    holdUntil: () => validUntil(priced, endsOf(ready.coupons, priced), now, minutes),
  };
}

/** The shopper whose coupons count; services and nobody have none. */
export function shopperOf(who: Identity): UserId | null {
  return who.kind === 'user' ? who.subject : null;
}

/** The shop as it is at a moment. @param now business time */
export async function shopAt(
  { store, rules }: PriceDeps,
  tenant: TenantId,
  skuIds: readonly SkuId[],
  now: Date,
  promotions: Promise<LivePromotions>,
): Promise<ShopNow> {
  const [catalogue, settings, live] = await Promise.all([
    store.catalogue(tenant, skuIds),
    store.tenantSettings(tenant),
    promotions,
  ]);
  return { now, catalogue, settings, rules, live };
}

async function viewerOf(
  deps: PriceDeps,
  who: Identity,
  choice: CouponChoice,
  requestId: string,
  mode: PricingMode,
  need: FactsNeeded,
): Promise<Viewer> {
  const facts = await factsFor(deps, who, choice, requestId, mode, need);
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
  return {
    shopper: { ...owned.shopper, 'user.id': shopperOf(who) },
    coupons: owned.coupons
      .filter(({ couponId }) => !outside.has(couponId))
      .map((coupon) => couponCandidate(coupon, paused)),
    unavailable,
    limits: owned.limits,
    refusedCodes: owned.refusedCodes,
    unknownCodes: facts === 'AWAY' ? [] : (choice.codes ?? []).filter((code) => !owned.byCode.has(code)),
    isWithoutCoupons: facts === 'AWAY',
    choice: {
      kind: choice.kind,
      couponIds: [...new Set([...(choice.couponIds ?? []).map(asCouponId), ...owned.byCode.values()])],
    },
  };
}

const nothingKnown: PricingFacts = {
  coupons: [],
  shopper: {},
  unknownCouponIds: [],
  byCode: new Map(),
  limits: new Map(),
  refusedCodes: [],
};

/** What has to be asked for, beside coupons. */
interface FactsNeeded {
  /** Whether anything is asked of the shopper. */
  ofShopper(): Promise<boolean>;
  /** The automatic promotions of which somebody has to say what is left. */
  ofLimits(): Promise<VersionId[]>;
}

/** Everything about shopper and limits in one call; none when neither coupons nor the shopper nor any limit matter. */
async function factsFor(
  { coupons }: PriceDeps,
  who: Identity,
  { kind, couponIds, codes }: CouponChoice,
  requestId: string,
  mode: PricingMode,
  need: FactsNeeded,
): Promise<PricingFacts | 'AWAY'> {
  const ownerId = shopperOf(who);
  const versionIds = await need.ofLimits();
  const isAboutShopper = ownerId !== null && (kind !== 'NONE' || (await need.ofShopper()));
  if (!isAboutShopper && versionIds.length === 0) return nothingKnown;
  const named = kind === 'AUTO' ? null : (couponIds ?? []).map(asCouponId);
  try {
    return await coupons.pricingFacts({
      tenantId: who.tenant,
      ownerId,
      couponIds: ownerId === null ? [] : named,
      codes: ownerId === null ? [] : [...new Set(codes ?? [])],
      versionIds,
      requestId,
    });
  } catch (error) {
    if (mode.couponsWhenAway === 'LEAVE_OUT' && error instanceof Unavailable) return 'AWAY';
    throw error;
  }
}

/** What will be known at an instant if nobody does anything. @param told what is known beside cart and clock */
function factsAsTimeGoesBy(cart: Cart, told: Facts): (instant: Date) => Facts {
  const lasting = joinedFacts(cartFacts(cart), told);
  return (instant) => joinedFacts(clockFacts(instant), lasting);
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

function choiceOf({ choice, unavailable, isWithoutCoupons, settings }: Preparation, stop: () => boolean): Choice {
  const { kind, couponIds } = choice;
  if (kind === 'NONE' || isWithoutCoupons) return { kind: 'NONE' };
  if (kind === 'AUTO') return { kind: 'AUTO', nodeBudget: settings.solverNodeBudget, stop };
  const outside = new Set<CouponId>(unavailable.map(({ couponId }) => couponId));
  const chosen = couponIds.filter((id) => !outside.has(id));
  return chosen.length > 0 ? { kind: 'CHOSEN', couponIds: chosen } : { kind: 'NONE' };
}

/** When what takes part is over, by coupon and by template. */
function endsOf(candidates: readonly Candidate[], { applied }: PricedCart): Map<string, Date> {
  const taking = new Set<string>(applied.map(({ couponId, templateId }) => couponId ?? templateId));
  const ends = new Map<string, Date>();
  for (const { promotion, source } of candidates) {
    const id = source.kind === 'COUPON' ? source.couponId : promotion.templateId;
    if (taking.has(id)) ends.set(id, source.kind === 'COUPON' ? source.expiresAt : windowOf(promotion.document).endsAt);
  }
  return ends;
}
