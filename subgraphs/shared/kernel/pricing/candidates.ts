import type { CouponId } from '../identifiers';
import { type CurrencyCode, compareIds } from '../money';
import { closedBy, type OpeningHours, opensFrom } from '../opening-hours';
import { accepted, assertNever, type Outcome, refused } from '../outcome';
import { couldApply } from '../promotion-reach';
import {
  type AmountBase,
  type BenefitTerms,
  type ProductScope,
  type PromotionTerms,
  type TemplateDocument,
  windowOf,
} from '../promotion-terms';
import { cartFacts, clockFacts, joinedFacts } from '../rules/fact-sources';
import type { Facts } from '../rules/facts';
import { firstUnmet, type PromotionRules } from '../rules/promotion-rules';
import type { TenantSettings } from '../tenant-settings';
import type { MissingValue, Phase, PlaceInOrder, ReadyBenefit } from './benefits/benefit';
import { benefitKinds, readyBenefit } from './benefits/registry';
import { type Cart, type CartLine, unitPriceOf } from './cart';
import { type Floors, floorsOf, type Parting } from './floors';
import { compareNumbers } from './objective';
import type { PromotionRef, Rejection, RejectionCode } from './trace';
import { awardOf, mostOff, play, sumAt } from './turns';
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
  withheld?: 'COUPON_LOCKED' | 'PAUSED';
  /** What is left of its budget in the currency of the cart, minor units; without it no budget limits it. */
  budgetLeft?: number;
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
}

/** What of a board decides amounts. */
export type BoardAmounts = Pick<Board, 'listAmounts' | 'quantities' | 'floors'>;

/** One benefit of a promotion that waits for its turn. */
export interface Step {
  /** Where it stands among the turns of all. */
  turn: TurnKey;
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

/** What decides when a benefit has its turn. */
interface TurnKey {
  phase: Phase;
  rank: number;
  candidate: Candidate;
  /** Place of the benefit in the document. */
  place: number;
}

/** A candidate that would take effect alone on the undiscounted cart, made ready for the search. */
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
  /** What it takes off alone. */
  alone: number;
  /** False for one that takes effect only beside others, as a tier may that stands below one that gives less. */
  actsAlone: boolean;
}

/** The board of a cart. @param tenant what promotions must leave to be paid */
export function boardOf(cart: Cart, tenant?: TenantSettings['floors']): Board {
  const lines = [...cart.lines].sort((a, b) => compareIds(a.lineId, b.lineId));
  const listAmounts = lines.map((line) => unitPriceOf(line).unitPrice * line.quantity);
  const quantities = lines.map(({ quantity }) => quantity);
  const floors = floorsOf(cart, lines, tenant);
  if (!cart.shipping) return { cart, lines, listAmounts, quantities, floors };
  return {
    cart,
    lines,
    listAmounts: [...listAmounts, cart.shipping.amount],
    quantities: [...quantities, 1],
    floors,
  };
}

/** The candidates in canonical order, each promotion without coupon and each coupon once (the newest version of it). */
export function inCanonicalOrder(candidates: readonly Candidate[]): Candidate[] {
  const newest = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const { couponId, templateId } = refOf(candidate);
    const key = couponId === null ? `automatic ${templateId}` : `coupon ${couponId}`;
    const known = newest.get(key);
    if (!known || known.promotion.version < candidate.promotion.version) newest.set(key, candidate);
  }
  return [...newest.values()]
    .map((candidate) => ({ candidate, first: turnsOf(candidate)[0] ?? noTurn(candidate) }))
    .sort((a, b) => compareTurns(a.first, b.first))
    .map(({ candidate }) => candidate);
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
 * The phase in which a benefit applies: by what it is, where its kind has a phase of its own. What belongs to the order is an
 * item discount in the group ITEM, else the merchant's or the platform's.
 */
export function phaseOf(terms: PromotionTerms, place: PlaceInOrder): Phase {
  if (place !== 'ORDER') return place;
  if (terms.document.rule.stackingGroup === 'ITEM') return 'P1';
  return terms.merchantId === null ? 'P4' : 'P3';
}

/**
 * A candidate ready for the search, or the first reason why it cannot apply even to the undiscounted cart. Conditions are
 * asked here and never again: they look at list prices and the moment, which no discount changes, so whatever the search
 * combines, each answer stays and its bounds stay true. Of several benefits at least one must be able to take effect; a
 * promotion without any is refused for the reason of its first. The others wait in vain, so that the order of turns is a
 * property of documents and not of carts.
 */
export function contend(board: Board, candidate: Candidate, moment: Moment): Outcome<Contender, Rejection> {
  const { promotion } = candidate;
  const outside = refuseNow(candidate, moment.now) ?? refuseUnmet(candidate, moment) ?? refuseSpent(candidate);
  if (outside) return refused(outside);

  const lines = linesInReach(board, candidate);
  if (lines.length === 0) return refused(outOfScope(board, candidate));

  const steps: Step[] = [];
  let reason: Rejection | null = null;
  for (const key of turnsOf(candidate)) {
    const { step, refusal } = stepOf(board, key, lines);
    steps.push(step);
    reason ??= refusal;
  }
  const [first] = steps;
  if (!first) return refused(rejection('NO_EFFECT', 'benefit'));
  if (!steps.some((step) => couldAct(board, step))) return refused(reason ?? rejection('NO_EFFECT', first.path, 1, 0));
  const contender: Contender = {
    ref: refOf(candidate),
    terms: promotion,
    phase: first.phase,
    expiresAt: expiryOf(candidate),
    steps,
    lines: placesIn(steps.flatMap((step) => [step.lines, ...step.pools])),
    budget: budgetOf(candidate),
    alone: 0,
    actsAlone: false,
  };
  const [turn] = play(board, [contender]).turns;
  return accepted({ ...contender, alone: turn?.amount ?? 0, actsAlone: turn?.hasEffect ?? false });
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
    mostOff(step, targetsTotal, targetsTotal, { remaining: board.listAmounts, quantities: board.quantities }) > 0 ||
    awardOf(step, listTotal, listTotal) !== null
  );
}

/** One benefit ready for its turn, and why it cannot take effect even on the undiscounted cart. */
function stepOf(
  board: Board,
  turn: TurnKey & { terms: BenefitTerms },
  inReach: readonly number[],
): { step: Step; refusal: Rejection | null } {
  const { currency } = board.cart;
  const { rule } = turn.candidate.promotion.document;
  const path = `benefit[${turn.place}]`;
  const ready = readyBenefit(turn.terms, { currency, rounding: rule.rounding });
  // What counts towards no threshold gets nothing of a benefit that has one either.
  const lines = ready.ok && ready.value.threshold > 0 ? inReach.filter((place) => isCounted(board, place)) : inReach;
  const listTotal = sumAt(board.listAmounts, lines);
  const units = unitsOf(board, ready.ok ? ready.value : idle, turn.candidate, lines);
  const targets = units.pools.length > 0 ? placesIn(units.pools) : targetsOf(board, turn.terms, lines);
  const step: Step = {
    turn,
    phase: turn.phase,
    benefit: ready.ok ? parted(ready.value, rule.allocation, turn.terms) : idle,
    parting: rule.allocation === 'EVEN' ? 'EVEN' : 'PROPORTIONAL',
    base: benefitKinds[turn.terms.kind].base === 'REMAINING' ? 'REMAINING' : rule.base,
    thresholdBase: rule.thresholdBase,
    lines,
    listTotal,
    targets,
    targetsTotal: sumAt(board.listAmounts, targets),
    ...units,
    path,
  };
  return { step, refusal: ready.ok ? refuseOnList(board, step, turn.terms) : noValue(path, ready.refusal, currency) };
}

/** A benefit that is given to each line by itself where the rule says EACH: 立减10 takes 10 off each, a cap caps each. */
function parted(
  benefit: ReadyBenefit,
  allocation: TemplateDocument['rule']['allocation'],
  terms: BenefitTerms,
): ReadyBenefit {
  if (allocation !== 'EACH' || benefit.on !== 'TOTAL' || benefitKinds[terms.kind].targets !== 'GOODS') return benefit;
  return {
    threshold: benefit.threshold,
    on: 'LINES',
    amountOnLine: (left) => benefit.amountOn(left),
    mostOnLine: (left) => benefit.largestUpTo(left),
  };
}

/** What a benefit does that has no value in the currency of the cart. */
const idle: ReadyBenefit = { threshold: 0, on: 'NOTHING', awardOn: () => null };

function noValue(path: string, missing: MissingValue, currency: CurrencyCode): Rejection {
  return rejection('NO_VALUE_FOR_CURRENCY', `${path}.${missing.path}`, currency);
}

function refuseOnList(board: Board, step: Step, terms: BenefitTerms): Rejection | null {
  const { benefit, listTotal, path, targets } = step;
  if (targets.length === 0 && benefit.on !== 'NOTHING') return notShipped(board, path, terms);
  if (listTotal < benefit.threshold) return belowThreshold(path, benefit.threshold, listTotal);
  return couldAct(board, step) ? null : rejection('NO_EFFECT', path, 1, 0);
}

/** What a pattern picks from, and the most it can save. */
function unitsOf(
  board: Board,
  benefit: ReadyBenefit,
  { promotion, source }: Candidate,
  inScope: readonly number[],
): Pick<Step, 'pools' | 'mostByUnits'> {
  if (benefit.on !== 'UNITS') return { pools: [], mostByUnits: 0 };
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

const phaseOrder: Record<Phase, number> = { P1: 1, P2: 2, P3: 3, P4: 4, P5: 5, P7: 7 };

/** Steps of any contenders in the order of their turns. */
export function inTurn(contenders: readonly Contender[]): { contender: Contender; step: Step }[] {
  const steps = contenders.flatMap((contender) => contender.steps.map((step) => ({ contender, step })));
  // Contenders come in canonical order, so only where one has several benefits can a later turn stand before an earlier.
  return steps.length === contenders.length ? steps : steps.sort((a, b) => compareTurns(a.step.turn, b.step.turn));
}

/** The benefits of a candidate in the order of their turns. */
function turnsOf(candidate: Candidate): (TurnKey & { terms: BenefitTerms })[] {
  return candidate.promotion.document.benefit
    .map((terms, place) => {
      const { phase, rank } = benefitKinds[terms.kind];
      return { terms, place, rank, phase: phaseOf(candidate.promotion, phase), candidate };
    })
    .sort(compareTurns);
}

/** Where a promotion stands that has nothing a price is made with. */
function noTurn(candidate: Candidate): TurnKey {
  return { phase: phaseOf(candidate.promotion, 'ORDER'), rank: 0, candidate, place: 0 };
}

/** Phase, priority, 满减 before 折扣 before 立减, template; of one template the coupon that expires first. */
function compareTurns(left: TurnKey, right: TurnKey): number {
  const a = left.candidate.promotion;
  const b = right.candidate.promotion;
  return (
    phaseOrder[left.phase] - phaseOrder[right.phase] ||
    a.document.rule.priority - b.document.rule.priority ||
    left.rank - right.rank ||
    compareIds(a.templateId, b.templateId) ||
    a.version - b.version ||
    compareIds(a.versionId, b.versionId) ||
    compareNumbers(expiryOf(left.candidate), expiryOf(right.candidate)) ||
    compareIds(refOf(left.candidate).couponId ?? '', refOf(right.candidate).couponId ?? '') ||
    left.place - right.place
  );
}

function expiryOf({ source }: Candidate): number {
  return source.kind === 'COUPON' ? source.expiresAt.getTime() : Number.POSITIVE_INFINITY;
}

/** A coupon lives by its own validity; the window of its template is for claiming only. */
function refuseNow({ promotion, source, withheld }: Candidate, now: Date): Rejection | null {
  if (withheld) return rejection(withheld, null);
  const { document } = promotion;
  const { zone, validity } = document.time;
  const at = now.toISOString();
  switch (source.kind) {
    case 'AUTOMATIC': {
      const { startsAt, endsAt } = windowOf(document);
      if (now < startsAt) return rejection('NOT_STARTED', 'time.startsAt', startsAt.toISOString(), at);
      if (now >= endsAt) return rejection('ENDED', 'time.endsAt', endsAt.toISOString(), at);
      return refuseClosed('time', document.time, zone, now, endsAt, { closed: 'NOT_STARTED', over: 'ENDED' });
    }
    case 'COUPON': {
      const from = source.validFrom ?? fixedStart(promotion);
      if (from && now < from) return rejection('COUPON_NOT_YET_VALID', 'time.validity', from.toISOString(), at);
      if (now >= source.expiresAt) {
        return rejection('COUPON_EXPIRED', 'time.validity', source.expiresAt.toISOString(), at);
      }
      const codes = { closed: 'COUPON_NOT_YET_VALID', over: 'COUPON_EXPIRED' } as const;
      return validity ? refuseClosed('time.validity', validity, zone, now, source.expiresAt, codes) : null;
    }
    default:
      return assertNever(source);
  }
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
function refuseUnmet({ promotion, source }: Candidate, { facts, rules }: Moment): Rejection | null {
  const unmet = firstUnmet(rules.toUse(promotion, source.kind).conditions, facts);
  return unmet && rejection('NOT_ELIGIBLE', unmet.path, unmet.required, unmet.observed);
}

function fixedStart(terms: PromotionTerms): Date | null {
  const validity = terms.document.time.validity;
  return validity?.kind === 'FIXED' ? new Date(validity.from) : null;
}

/** What is in scope, for a coupon without goods whose price takes none. */
function linesInReach(board: Board, { promotion, source }: Pick<Candidate, 'promotion' | 'source'>): number[] {
  const { document, merchantId } = promotion;
  return board.lines.flatMap((line, place) =>
    couldApply(document, merchantId, line) && (source.kind === 'AUTOMATIC' || isCounted(board, place)) ? [place] : [],
  );
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
