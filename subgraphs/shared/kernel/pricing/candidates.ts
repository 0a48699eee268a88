import type { CouponId } from '../identifiers';
import { type CurrencyCode, compareIds } from '../money';
import { closedBy, type OpeningHours, opensFrom } from '../opening-hours';
import { accepted, assertNever, type Outcome, refused } from '../outcome';
import { type LimitsLeft, leftIn } from '../promotion-limits';
import { couldApply } from '../promotion-reach';
import type { AmountBase, BenefitTerms, ProductScope, PromotionTerms } from '../promotion-terms';
import { cartFacts, clockFacts, joinedFacts } from '../rules/fact-sources';
import type { Facts } from '../rules/facts';
import { firstUnmet, type PromotionRules } from '../rules/promotion-rules';
import type { TenantSettings } from '../tenant-settings';
import type { EffectOnUnits, MissingValue, Phase, ReadyBenefit } from './benefits/benefit';
import { benefitKinds } from './benefits/registry';
import { type Cart, type CartLine, unitPriceOf } from './cart';
import { type Floors, floorsOf, type Parting } from './floors';
import { compareNumbers } from './objective';
import { type Prepared, preparedOf, type ReadyTurn } from './prepared';
import type { PromotionRef, Rejection, RejectionCode } from './trace';
import { awardOf, mostOff, sumAt } from './turns';
import { freeLots, lotsOf } from './units';

/** Where a promotion comes from: a coupon the shopper owns, or by itself. */
export type CandidateSource =
  | {
      kind: 'COUPON';
      couponId: CouponId;
      expiresAt: Date;
      /** Start of validity; without it a fixed window of the terms counts, otherwise the coupon is valid already. */
      validFrom?: Date;
    }
  | { kind: 'AUTOMATIC' };

/** A promotion that may take part in a price. */
export interface Candidate {
  promotion: PromotionTerms;
  source: CandidateSource;
  /** A reason only the caller can know for which it may not be used now. */
  withheld?: 'COUPON_LOCKED' | 'PAUSED' | 'LIMIT_REACHED' | 'BUDGET_EXHAUSTED';
  /** What is left of its money in the currency of the cart, minor units; without it nothing limits it. */
  budgetLeft?: number;
}

/** A candidate under what is left of its limits in the currency of a cart; a reason to withhold it that it has already stays. */
export function withinLimits(candidate: Candidate, left: LimitsLeft, currency: CurrencyCode): Candidate {
  const { isUsedUp, amount } = leftIn(left, currency);
  return {
    ...candidate,
    ...(isUsedUp && { withheld: candidate.withheld ?? 'LIMIT_REACHED' }),
    ...(amount !== null && { budgetLeft: amount }),
  };
}

/** The moment of a price: when it is, what is known of it, and what promotions ask. */
export interface Moment {
  now: Date;
  /** Everything known of shopper, order, context, cart and clock. */
  facts: Facts;
  rules: PromotionRules;
}

/**
 * The moment of a cart. What the clock and the cart say themselves is believed first, so that nobody can be told otherwise.
 * @param facts what is known of shopper, order and context
 */
export function momentOf(cart: Cart, facts: Facts, rules: PromotionRules, now: Date): Moment {
  return { now, rules, facts: joinedFacts(clockFacts(now), cartFacts(cart), facts) };
}

export type { Phase } from './benefits/benefit';

/** The lines of a cart in the order of their ids, so that the order they came in cannot change a price. */
export interface Board {
  cart: Cart;
  lines: readonly CartLine[];
  /** What `lines` cost before any promotion, minor units, and behind them the cost of shipping where there is any. */
  listAmounts: readonly number[];
  /** Units of each line; 1 for shipping. */
  quantities: readonly number[];
  floors: Floors | null;
  /** The goods that coupons and others were found to be about so far, by `Prepared.goods`: many are about the same. */
  goods: Record<CandidateSource['kind'], Map<string, Goods>>;
}

/** Goods on a board that a promotion is about: places, ascending, and what they cost together before any promotion. */
export interface Goods {
  inReach: readonly number[];
  inReachTotal: number;
  /** Those of them that count towards thresholds. */
  counted: readonly number[];
  countedTotal: number;
}

/** What of a board decides amounts. */
export type BoardAmounts = Pick<Board, 'listAmounts' | 'quantities' | 'floors'>;

/** One benefit of a promotion that waits for its turn. */
export interface Step {
  /** Where it stands among the turns of all, by phase, priority and kind. */
  order: number;
  /** Place of the benefit in the document. */
  place: number;
  phase: Phase;
  benefit: ReadyBenefit;
  /** How its amount is parted among its targets. */
  parting: Parting;
  /** The amounts it is taken of. */
  base: AmountBase;
  thresholdBase: AmountBase;
  /** Places on the board of the goods it is about, ascending; they count towards its threshold. */
  lines: readonly number[];
  /** List price of these goods together. */
  listTotal: number;
  /** Places it takes its amount off, ascending. */
  targets: readonly number[];
  targetsTotal: number;
  /** What a pattern picks from; empty for what is no pattern. */
  pools: readonly (readonly number[])[];
  /** The most a pattern can save, whatever is applied before it. */
  mostByUnits: number;
  /** Where it stands in the document: `benefit[0]`. */
  path: string;
}

/** A candidate that could take effect on the undiscounted cart, made ready for the search. */
export interface Contender {
  ref: PromotionRef;
  terms: PromotionTerms;
  /** The phase of its first benefit. */
  phase: Phase;
  /** Epoch milliseconds; Infinity for automatic promotions. */
  expiresAt: number;
  /** Its benefits in the order of their turns; never empty, and at least one could take effect. */
  steps: readonly Step[];
  /** Places on the board of the lines it is about, ascending; never empty. */
  lines: readonly number[];
  /** What is left of its budget; null without one. */
  budget: { left: number; isPartial: boolean } | null;
}

/** The board of a cart. @param tenant what promotions must leave to be paid */
export function boardOf(cart: Cart, tenant?: TenantSettings['floors']): Board {
  const lines = [...cart.lines].sort((a, b) => compareIds(a.lineId, b.lineId));
  const listAmounts = lines.map((line) => unitPriceOf(line).unitPrice * line.quantity);
  const quantities = lines.map(({ quantity }) => quantity);
  const floors = floorsOf(cart, lines, tenant);
  const goods = { COUPON: new Map<string, Goods>(), AUTOMATIC: new Map<string, Goods>() };
  if (!cart.shipping) return { cart, lines, listAmounts, quantities, floors, goods };
  return {
    cart,
    lines,
    listAmounts: [...listAmounts, cart.shipping.amount],
    quantities: [...quantities, 1],
    floors,
    goods,
  };
}

/** A candidate with what is known of it before there is a cart. */
export interface Entrant {
  candidate: Candidate;
  known: Prepared;
  /** Epoch milliseconds; Infinity for automatic promotions. */
  expiresAt: number;
}

/** The candidates in canonical order, each promotion without coupon and each coupon once (the newest version of it). */
export function inCanonicalOrder(candidates: readonly Candidate[]): Candidate[] {
  return entrantsOf(candidates).map(({ candidate }) => candidate);
}

/** `inCanonicalOrder` with what is known of each. */
export function entrantsOf(candidates: readonly Candidate[]): Entrant[] {
  const newest = { COUPON: new Map<string, number>(), AUTOMATIC: new Map<string, number>() };
  const entrants: Entrant[] = [];
  for (const candidate of candidates) {
    const { promotion, source } = candidate;
    const id = source.kind === 'COUPON' ? source.couponId : promotion.templateId;
    const place = newest[source.kind].get(id);
    if (place === undefined) newest[source.kind].set(id, entrants.push(entrantOf(candidate)) - 1);
    else if ((entrants[place]?.candidate.promotion.version ?? 0) < promotion.version)
      entrants[place] = entrantOf(candidate);
  }
  return entrants.sort(compareEntrants);
}

function entrantOf(candidate: Candidate): Entrant {
  return { candidate, known: preparedOf(candidate.promotion), expiresAt: expiryOf(candidate) };
}

/** By order of turns; then template, and of one template the coupon that expires first. */
function compareEntrants(a: Entrant, b: Entrant): number {
  return (
    a.known.order - b.known.order ||
    compareVersions(a.candidate.promotion, b.candidate.promotion) ||
    compareNumbers(a.expiresAt, b.expiresAt) ||
    compareIds(couponIdOf(a.candidate) ?? '', couponIdOf(b.candidate) ?? '')
  );
}

/** Which promotion and coupon a candidate is. */
export function refOf({ promotion, source }: Candidate): PromotionRef {
  return {
    templateId: promotion.templateId,
    versionId: promotion.versionId,
    couponId: source.kind === 'COUPON' ? source.couponId : null,
  };
}

/**
 * A candidate ready for the search, or the first reason why it cannot apply even to the undiscounted cart. Conditions are
 * asked here and never again: they look at list prices and the moment, which no discount changes, so whatever the search
 * combines, each answer stays and its bounds stay true. Of several benefits at least one must be able to take effect; a
 * promotion without any is refused for the reason of its first. The others wait in vain, so that the order of turns is a
 * property of documents and not of carts.
 */
export function contend(board: Board, candidate: Candidate, moment: Moment): Outcome<Contender, Rejection> {
  return contendAs(board, entrantOf(candidate), moment);
}

/** `contend` for a candidate of which is known what can be known before there is a cart. */
export function contendAs(board: Board, entrant: Entrant, moment: Moment): Outcome<Contender, Rejection> {
  const { candidate, known, expiresAt } = entrant;
  const { promotion } = candidate;
  const outside =
    refuseNow(candidate, known, moment.now) ?? refuseUnmet(candidate, known, moment) ?? refuseSpent(candidate);
  if (outside) return refused(outside);

  const goods = goodsOf(board, candidate, known);
  if (goods.inReach.length === 0) return refused(outOfScope(board, candidate));

  const turns = known.readyIn(board.cart.currency);
  const steps = turns.map((turn) => stepOf(board, candidate, turn, goods));
  const [first] = steps;
  if (!first) return refused(rejection('NO_EFFECT', 'benefit'));
  if (!couldActAny(board, steps))
    return refused(refuseOnList(board, first, turns[0]) ?? rejection('NO_EFFECT', first.path, 1, 0));
  return accepted({
    ref: refOf(candidate),
    terms: promotion,
    phase: first.phase,
    expiresAt,
    steps,
    lines: reachedBy(steps),
    budget: budgetOf(candidate),
  });
}

function couldActAny(board: Board, steps: readonly Step[]): boolean {
  for (const step of steps) if (couldAct(board, step)) return true;
  return false;
}

/** What it is about, and what its patterns pick from beyond that. */
function reachedBy(steps: readonly Step[]): readonly number[] {
  const [first] = steps;
  if (first && steps.length === 1 && first.pools.length === 0) return first.lines;
  return placesIn(steps.flatMap((step) => [step.lines, ...step.pools]));
}

/** A budget that is left, and whether the last order may have what is left of it. */
function budgetOf({ promotion, budgetLeft }: Candidate): Contender['budget'] {
  if (budgetLeft === undefined) return null;
  return { left: budgetLeft, isPartial: promotion.document.limit.budget?.partialOnBudget ?? false };
}

function refuseSpent({ budgetLeft }: Candidate): Rejection | null {
  return budgetLeft === 0 ? rejection('BUDGET_EXHAUSTED', 'limit.budget', 1, 0) : null;
}

/** Whether a step could take something off or give something, whatever is applied beside it. */
function couldAct(board: Board, step: Step): boolean {
  const { targetsTotal, listTotal, benefit } = step;
  if (listTotal < benefit.threshold) return false;
  return (
    mostOff(step, targetsTotal, targetsTotal, board.listAmounts, board.quantities) > 0 ||
    awardOf(step, listTotal, listTotal) !== null
  );
}

/** One benefit ready for its turn on this board. */
function stepOf(board: Board, { promotion, source }: Candidate, turn: ReadyTurn, goods: Goods): Step {
  const { benefit } = turn;
  // What counts towards no threshold gets nothing of a benefit that has one either.
  const isCounting = benefit.threshold > 0;
  const lines = isCounting ? goods.counted : goods.inReach;
  const listTotal = isCounting ? goods.countedTotal : goods.inReachTotal;
  const { pools, mostByUnits } =
    benefit.on === 'UNITS' ? unitsOf(board, benefit, { promotion, source }, lines) : noUnits;
  const targets = pools.length > 0 ? placesIn(pools) : targetsOf(board, turn.terms, lines);
  return {
    order: turn.order,
    place: turn.place,
    phase: turn.phase,
    benefit,
    parting: turn.parting,
    base: turn.base,
    thresholdBase: turn.thresholdBase,
    lines,
    listTotal,
    targets,
    targetsTotal: targets === lines ? listTotal : sumAt(board.listAmounts, targets),
    pools,
    mostByUnits,
    path: turn.path,
  };
}

const noUnits: Pick<Step, 'pools' | 'mostByUnits'> = { pools: [], mostByUnits: 0 };

function noValue(path: string, missing: MissingValue, currency: CurrencyCode): Rejection {
  return rejection('NO_VALUE_FOR_CURRENCY', `${path}.${missing.path}`, currency);
}

/** Why a benefit that cannot act on the undiscounted cart cannot. */
function refuseOnList(board: Board, step: Step, turn: ReadyTurn | undefined): Rejection | null {
  const { benefit, listTotal, path, targets } = step;
  if (!turn) return null;
  if (turn.missing) return noValue(path, turn.missing, board.cart.currency);
  if (targets.length === 0 && benefit.on !== 'NOTHING') return notShipped(board, path, turn.terms);
  return listTotal < benefit.threshold ? belowThreshold(path, benefit.threshold, listTotal) : null;
}

/** What a pattern picks from, and the most it can save. */
function unitsOf(
  board: Board,
  benefit: EffectOnUnits,
  { promotion, source }: Pick<Candidate, 'promotion' | 'source'>,
  inScope: readonly number[],
): Pick<Step, 'pools' | 'mostByUnits'> {
  const pools = benefit.poolsOf({
    inScope,
    among: (scope) => linesInReach(board, { promotion: withScope(promotion, scope), source }),
    skuAt: (place) => board.lines[place]?.skuId ?? '',
  });
  const units = board.listAmounts.map((amount, place) => lotsOf(board.quantities[place] ?? 1, amount));
  return { pools, mostByUnits: benefit.mostOn(pools.map((places) => freeLots(units, places))) };
}

function withScope(promotion: PromotionTerms, scope: ProductScope): PromotionTerms {
  const { document } = promotion;
  return { ...promotion, document: { ...document, product: { ...document.product, scope } } };
}

/** The places of several pools together, ascending. */
function placesIn(pools: readonly (readonly number[])[]): number[] {
  return [...new Set(pools.flat())].sort((a, b) => a - b);
}

/** The places a benefit takes its amount off. */
function targetsOf(board: Board, terms: BenefitTerms, lines: readonly number[]): readonly number[] {
  switch (benefitKinds[terms.kind].targets) {
    case 'GOODS':
      return lines;
    case 'NOTHING':
      return [];
    case 'SHIPPING': {
      const { shipping } = board.cart;
      const methods = terms.kind === 'FREE_SHIPPING' ? terms.methods : undefined;
      return shipping && (methods?.includes(shipping.method) ?? true) ? [board.lines.length] : [];
    }
  }
}

function notShipped({ cart }: Board, path: string, terms: BenefitTerms): Rejection {
  const methods = terms.kind === 'FREE_SHIPPING' ? terms.methods : undefined;
  return rejection('NO_EFFECT', `${path}.methods`, methods?.join(', ') ?? 'any', cart.shipping?.method ?? null);
}

/** A rejection for a threshold that is not reached, with what is missing. @param benefitPath `benefit[0]` */
export function belowThreshold(benefitPath: string, required: number, observed: number): Rejection {
  return {
    code: 'BELOW_THRESHOLD',
    path: `${benefitPath}.threshold`,
    required,
    observed,
    deficit: required - observed,
  };
}

/** A rejection without a deficit. */
export function rejection(
  code: RejectionCode,
  path: string | null,
  required: number | string | null = null,
  observed: number | string | null = null,
): Rejection {
  return { code, path, required, observed, deficit: null };
}

/** Steps of any contenders in the order of their turns. */
export function inTurn(contenders: readonly Contender[]): { contender: Contender; step: Step }[] {
  const steps = contenders.flatMap((contender) => contender.steps.map((step) => ({ contender, step })));
  // Contenders come in canonical order, so only where one has several benefits can a later turn stand before an earlier.
  if (steps.length === contenders.length) return steps;
  return steps.sort(
    (a, b) => a.step.order - b.step.order || compareContenders(a.contender, b.contender) || a.step.place - b.step.place,
  );
}

function compareContenders(a: Contender, b: Contender): number {
  return (
    compareVersions(a.terms, b.terms) ||
    compareNumbers(a.expiresAt, b.expiresAt) ||
    compareIds(a.ref.couponId ?? '', b.ref.couponId ?? '')
  );
}

function compareVersions(a: PromotionTerms, b: PromotionTerms): number {
  return compareIds(a.templateId, b.templateId) || a.version - b.version || compareIds(a.versionId, b.versionId);
}

function couponIdOf({ source }: Candidate): CouponId | null {
  return source.kind === 'COUPON' ? source.couponId : null;
}

function expiryOf({ source }: Candidate): number {
  return source.kind === 'COUPON' ? source.expiresAt.getTime() : Number.POSITIVE_INFINITY;
}

/** A coupon lives by its own validity; the window of its template is for claiming only. */
function refuseNow({ promotion, source, withheld }: Candidate, known: Prepared, now: Date): Rejection | null {
  if (withheld) return rejection(withheld, null);
  const { time } = promotion.document;
  switch (source.kind) {
    case 'AUTOMATIC': {
      if (now.getTime() < known.startsAt) return notNow('NOT_STARTED', 'time.startsAt', known.startsAt, now);
      if (now.getTime() >= known.endsAt) return notNow('ENDED', 'time.endsAt', known.endsAt, now);
      if (!known.hasHours.AUTOMATIC) return null;
      return refuseClosed('time', time, time.zone, now, new Date(known.endsAt), {
        closed: 'NOT_STARTED',
        over: 'ENDED',
      });
    }
    case 'COUPON': {
      const from = source.validFrom?.getTime() ?? known.validFrom;
      if (from !== null && now.getTime() < from) return notNow('COUPON_NOT_YET_VALID', 'time.validity', from, now);
      if (now >= source.expiresAt) return notNow('COUPON_EXPIRED', 'time.validity', source.expiresAt.getTime(), now);
      if (!known.hasHours.COUPON || !time.validity) return null;
      const codes = { closed: 'COUPON_NOT_YET_VALID', over: 'COUPON_EXPIRED' } as const;
      return refuseClosed('time.validity', time.validity, time.zone, now, source.expiresAt, codes);
    }
    default:
      return assertNever(source);
  }
}

/** Refused for an instant that is not reached yet, or is past. @param instant epoch milliseconds */
function notNow(code: RejectionCode, path: string, instant: number, now: Date): Rejection {
  return rejection(code, path, new Date(instant).toISOString(), now.toISOString());
}

/** Outside its hours it waits for the next ones; when none are left before its end, it is over. */
function refuseClosed(
  path: string,
  hours: OpeningHours,
  zone: string,
  now: Date,
  end: Date,
  codes: { closed: RejectionCode; over: RejectionCode },
): Rejection | null {
  const field = closedBy(hours, zone, now);
  if (!field) return null;
  const next = opensFrom(hours, zone, now);
  return next && next < end
    ? rejection(codes.closed, `${path}.${field}`, next.toISOString(), now.toISOString())
    : rejection(codes.over, `${path}.${field}`, null, now.toISOString());
}

/** Whoever cannot be shown to be one it is for is not: what is unknown does not hold. */
function refuseUnmet({ promotion, source }: Candidate, known: Prepared, { facts, rules }: Moment): Rejection | null {
  // Most promotions ask for nothing; then nobody has to be asked what they ask.
  if (!known.asks[source.kind]) return null;
  const unmet = firstUnmet(rules.toUse(promotion, source.kind).conditions, facts);
  return unmet && rejection('NOT_ELIGIBLE', unmet.path, unmet.required, unmet.observed);
}

/** What a promotion is about, found once for all that are about the same and come alike. */
function goodsOf(board: Board, { promotion, source }: Candidate, known: Prepared): Goods {
  const found = board.goods[source.kind].get(known.goods);
  if (found) return found;
  const inReach = linesInReach(board, { promotion, source });
  const counted = inReach.every((place) => isCounted(board, place))
    ? inReach
    : inReach.filter((place) => isCounted(board, place));
  const goods = {
    inReach,
    inReachTotal: sumAt(board.listAmounts, inReach),
    counted,
    countedTotal: sumAt(board.listAmounts, counted),
  };
  board.goods[source.kind].set(known.goods, goods);
  return goods;
}

/** What is in scope, for a coupon without goods whose price takes none. */
function linesInReach(board: Board, { promotion, source }: Pick<Candidate, 'promotion' | 'source'>): number[] {
  const { document, merchantId } = promotion;
  const places: number[] = [];
  board.lines.forEach((line, place) => {
    if (couldApply(document, merchantId, line) && (source.kind === 'AUTOMATIC' || isCounted(board, place)))
      places.push(place);
  });
  return places;
}

/** Whether a line takes coupons and counts towards thresholds. */
function isCounted({ lines }: Board, place: number): boolean {
  const line = lines[place];
  return line !== undefined && (line.offers === undefined || unitPriceOf(line).takesCoupons);
}

/** Nothing in scope, or nothing at a price that takes coupons; then `observed` says which price it is. */
function outOfScope({ lines }: Board, { promotion: { document, merchantId } }: Candidate): Rejection {
  const inScope = lines.find((line) => couldApply(document, merchantId, line));
  if (!inScope) return rejection('OUT_OF_SCOPE', 'product.scope');
  return rejection('OUT_OF_SCOPE', 'product.scope', 'LIST', unitPriceOf(inScope).source);
}
