import type { CouponId } from '../identifiers';
import { compareIds } from '../money';
import { closedBy, type OpeningHours, opensFrom } from '../opening-hours';
import { accepted, assertNever, type Outcome, refused } from '../outcome';
import { couldApply } from '../promotion-reach';
import { type PromotionTerms, pricedBenefitOf, windowOf } from '../promotion-terms';
import { cartFacts, clockFacts, joinedFacts } from '../rules/fact-sources';
import type { Facts } from '../rules/facts';
import { firstUnmet, type PromotionRules } from '../rules/promotion-rules';
import type { ReadyBenefit } from './benefits/benefit';
import { benefitKinds, readyBenefit } from './benefits/registry';
import type { Cart, CartLine } from './cart';
import { compareNumbers } from './objective';
import type { PromotionRef, Rejection, RejectionCode } from './trace';

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

/** P1 item discounts, P3 merchant order level, P4 platform order level. */
export type Phase = 'P1' | 'P3' | 'P4';

/** The lines of a cart in the order of their ids, so that the order they came in cannot change a price. */
export interface Board {
  cart: Cart;
  lines: readonly CartLine[];
  /** List amounts of `lines`, minor units. */
  listAmounts: readonly number[];
}

/** A candidate that would take effect alone on the undiscounted cart, made ready for the search. */
export interface Contender {
  ref: PromotionRef;
  terms: PromotionTerms;
  phase: Phase;
  /** Epoch milliseconds; Infinity for automatic promotions. */
  expiresAt: number;
  benefit: ReadyBenefit;
  /** Places on the board of the lines it is about, ascending; never empty. */
  lines: readonly number[];
  /** List price of these lines together. */
  listTotal: number;
  /** What it takes off alone. */
  alone: number;
  /** Where its benefit stands in the document: `benefit[0]`. */
  benefitPath: string;
}

/** The board of a cart. */
export function boardOf(cart: Cart): Board {
  const lines = [...cart.lines].sort((a, b) => compareIds(a.lineId, b.lineId));
  return { cart, lines, listAmounts: lines.map((line) => line.unitPrice * line.quantity) };
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
  return [...newest.values()].sort(compareCanonically);
}

/** Which promotion and coupon a candidate is. */
export function refOf({ promotion, source }: Candidate): PromotionRef {
  return {
    templateId: promotion.templateId,
    versionId: promotion.versionId,
    couponId: source.kind === 'COUPON' ? source.couponId : null,
  };
}

/** The phase in which a promotion applies: item discounts first, then merchants, then the platform. */
export function phaseOf(terms: PromotionTerms): Phase {
  if (terms.document.rule.stackingGroup === 'ITEM') return 'P1';
  return terms.merchantId === null ? 'P4' : 'P3';
}

/**
 * A candidate ready for the search, or the first reason why it cannot apply even to the undiscounted cart. Conditions are
 * asked here and never again: they look at list prices and the moment, which no discount changes, so whatever the search
 * combines, each answer stays and its bounds stay true.
 */
export function contend(board: Board, candidate: Candidate, moment: Moment): Outcome<Contender, Rejection> {
  const { promotion } = candidate;
  const outside = refuseNow(candidate, moment.now) ?? refuseUnmet(candidate, moment);
  if (outside) return refused(outside);

  const lines = linesInScope(board, promotion);
  if (lines.length === 0) return refused(rejection('OUT_OF_SCOPE', 'product.scope'));

  const benefit = pricedBenefitOf(promotion.document);
  if (!benefit) return refused(rejection('NO_EFFECT', 'benefit'));
  const path = `benefit[${benefit.place}]`;
  const ready = readyBenefit(benefit.terms, board.cart.currency, promotion.document.rule.rounding);
  if (!ready.ok)
    return refused(rejection('NO_VALUE_FOR_CURRENCY', `${path}.${ready.refusal.path}`, board.cart.currency));
  const listTotal = lines.reduce((sum, line) => sum + (board.listAmounts[line] ?? 0), 0);
  const alone = Math.min(ready.value.amountOn(listTotal), listTotal);
  if (listTotal < ready.value.threshold) return refused(belowThreshold(path, ready.value.threshold, listTotal));
  if (alone === 0) return refused(rejection('NO_EFFECT', path, 1, 0));
  return accepted({
    ref: refOf(candidate),
    terms: promotion,
    phase: phaseOf(promotion),
    expiresAt: expiryOf(candidate),
    benefit: ready.value,
    lines,
    listTotal,
    alone,
    benefitPath: path,
  });
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

const phaseOrder: Record<Phase, number> = { P1: 1, P3: 3, P4: 4 };

/** Phase, priority, 满减 before 折扣 before 立减, template; of one template the coupon that expires first. */
function compareCanonically(left: Candidate, right: Candidate): number {
  const a = left.promotion;
  const b = right.promotion;
  return (
    phaseOrder[phaseOf(a)] - phaseOrder[phaseOf(b)] ||
    a.document.rule.priority - b.document.rule.priority ||
    rankOf(a) - rankOf(b) ||
    compareIds(a.templateId, b.templateId) ||
    a.version - b.version ||
    compareIds(a.versionId, b.versionId) ||
    compareNumbers(expiryOf(left), expiryOf(right)) ||
    compareIds(refOf(left).couponId ?? '', refOf(right).couponId ?? '')
  );
}

function rankOf(terms: PromotionTerms): number {
  const benefit = pricedBenefitOf(terms.document);
  return benefit ? benefitKinds[benefit.terms.kind].rank : 0;
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

function linesInScope(board: Board, { document, merchantId }: PromotionTerms): number[] {
  return board.lines.flatMap((line, place) => (couldApply(document, merchantId, line) ? [place] : []));
}
