import type { CouponId, TemplateId } from '../../shared/kernel/identifiers';
import { type CurrencyCode, formatMoney, money } from '../../shared/kernel/money';
import type { Hint } from '../../shared/kernel/pricing/hints';
import type { PricedCart } from '../../shared/kernel/pricing/price';
import { rejectionText, sentences } from '../../shared/kernel/pricing/rejection-text';
import type { Explanation, RejectionCode } from '../../shared/kernel/pricing/trace';
import { couponsOf } from './order';

/** The price of one cart as it is shown: nothing of it is stored. */
export interface CartPrice {
  price: PricedCart;
  /** Why whatever was looked at is not used; put into words when it is asked for. */
  unused(): Unused;
  /** Typed codes that are no coupon of the shopper. */
  unknownCodes: readonly string[];
  /** Coupons were left out because user-coupon could not be asked. */
  isWithoutCoupons: boolean;
  /** Until when the price holds if nobody changes anything, business time. */
  validUntil: Date;
  /** Until when it is held for who is promised it: the tenant's minutes, but never past the end of a coupon it uses. */
  holdUntil(): Date;
  /** What a little more would save; looked for when it is asked for. */
  hints(): Hint[];
}

/** The price of a cart under the choice of coupons that was made. */
export interface Quote extends CartPrice {
  /** What saves more than a choice made by hand; looked for when it is asked for, null when nothing does. */
  betterChoice(): Promise<BetterChoice | null>;
  /** The promise of it as a token, made when it is asked for; null where there is nobody to promise it to. */
  heldQuote(): { token: string; validUntil: Date } | null;
}

/** What a price did not use, with the reasons. */
export interface Unused {
  coupons: UnusedCoupon[];
  promotions: UnusedPromotion[];
}

/** A choice of coupons that saves more than the one that was made; minor units. */
export interface BetterChoice {
  /** How much more. */
  saving: number;
  payable: number;
  couponIds: CouponId[];
  isOptimal: boolean;
}

/** Why a coupon or an automatic promotion was not used. */
export type UnusedReason = RejectionCode | 'COUPON_NOT_AVAILABLE' | 'BEATEN';

/** A coupon that was looked at and not used. */
export interface UnusedCoupon {
  couponId: CouponId;
  reason: UnusedReason;
  message: string;
  /** Minor units of goods in scope that are missing. */
  deficit: number | null;
  /** Minor units by which the cart would be dearer with it in place of what beat it. */
  difference: number | null;
}

/** An automatic promotion that was looked at and did not apply. */
export interface UnusedPromotion {
  templateId: TemplateId;
  reason: UnusedReason;
  message: string;
  deficit: number | null;
}

/** A coupon that never became a candidate: foreign, spent, run out, or refused when it was to be held. */
export interface UnavailableCoupon {
  couponId: CouponId;
  reason: 'NOT_OWNED' | 'COUPON_LOCKED' | 'COUPON_EXPIRED' | 'COUPON_NOT_AVAILABLE';
}

/** Sorts what the price did not use into coupons and automatic promotions, each with its reason. */
export function unusedIn(price: PricedCart, unavailable: readonly UnavailableCoupon[]): Unused {
  const coupons: UnusedCoupon[] = unavailable.map(({ couponId, reason }) => ({
    couponId,
    reason,
    message: messages[reason],
    deficit: null,
    difference: null,
  }));
  const told = new Set<CouponId>(unavailable.map(({ couponId }) => couponId));
  const promotions: UnusedPromotion[] = [];
  for (const explanation of price.considered) {
    const why = whyUnused(explanation, price.currency);
    if (!why) continue;
    const { couponId, promotion } = explanation;
    if (couponId === null) {
      const { difference: _, ...rest } = why;
      if (promotion) promotions.push({ templateId: promotion.templateId, ...rest });
    } else if (!told.has(couponId)) {
      coupons.push({ couponId, ...why });
    }
  }
  return { coupons, promotions };
}

/** What saves more than a price; null when the best known combination does not. */
export function betterThan(price: PricedCart, best: PricedCart): BetterChoice | null {
  const saving = best.saving - price.saving;
  if (saving <= 0) return null;
  return { saving, payable: best.payable, couponIds: couponsOf(best), isOptimal: best.optimal };
}

/**
 * Until when a quote may be offered again: the tenant's minutes, but never past the end of a coupon or a promotion that
 * takes part in it.
 */
export function validUntil(price: PricedCart, ends: ReadonlyMap<string, Date>, now: Date, minutes: number): Date {
  const taking = price.applied.flatMap(({ couponId, templateId }) => ends.get(couponId ?? templateId) ?? []);
  return new Date(Math.min(now.getTime() + minutes * 60_000, ...taking.map((end) => end.getTime())));
}

/** Why a promotion that was considered is not used; null for one that is. */
export function whyUnused(explanation: Explanation, currency: CurrencyCode): Omit<UnusedCoupon, 'couponId'> | null {
  switch (explanation.verdict) {
    case 'APPLIED':
      return null;
    case 'REJECTED': {
      const { code, deficit } = explanation.rejection;
      return { reason: code, message: rejectionText(explanation.rejection, currency), deficit, difference: null };
    }
    case 'BEATEN_BY': {
      const { rule, difference } = explanation;
      const reason = rule ?? 'BEATEN';
      const dearer = formatMoney(money(Math.abs(difference), currency));
      const effect =
        difference === 0
          ? 'With it in place of what was used, as much would be saved and no more.'
          : difference > 0
            ? `With it in place of what was used, ${dearer} less would be saved.`
            : `With it in place of what was used, ${dearer} more would be saved; the search had to stop early.`;
      return { reason, message: `${messages[reason]} ${effect}`, deficit: null, difference };
    }
  }
}

const messages: Record<UnusedReason, string> = {
  ...sentences,
  COUPON_NOT_AVAILABLE: 'The coupon is spent, blocked or given away.',
  BEATEN: 'Another combination saves more.',
};
