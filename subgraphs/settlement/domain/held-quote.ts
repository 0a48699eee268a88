import type { TemplateId, TenantId, UserId } from '../../shared/kernel/identifiers';
import type { PricedCart } from '../../shared/kernel/pricing/price';
import type { PromotionUse } from './order';

/** A price that was promised to one shopper for one cart and one choice of coupons. */
export interface HeldQuote {
  tenantId: TenantId;
  ownerId: UserId;
  /** Fingerprint of the cart and the choice of coupons. */
  asked: string;
  price: PricedCart;
  /** What it uses of promotions with counted limits; nothing of that is set aside before an order takes it. */
  uses: PromotionUse[];
  /** Until when it is honoured, business time. */
  validUntil: Date;
}

/** Why a promise is not one of this shopper about this cart; null when it is. Nothing that time or other people change. */
export function refuseHeldQuote(
  held: HeldQuote,
  about: { tenantId: TenantId; ownerId: UserId; asked: string },
): string | null {
  if (held.tenantId !== about.tenantId || held.ownerId !== about.ownerId)
    return 'Expected a price that was held for the caller, found one of somebody else; quote again.';
  if (held.asked !== about.asked)
    return 'Expected the cart and the choice of coupons that the price was held for, found others; quote again.';
  return null;
}

/** Why a promise that was made no longer binds; null while it does. @param paused of its promotions, those that are paused now */
export function whyNoLongerHeld(
  { validUntil }: HeldQuote,
  now: Date,
  paused: ReadonlySet<TemplateId>,
  survivesPause: boolean,
): string | null {
  if (now >= validUntil) return `The held price ended at ${validUntil.toISOString()}.`;
  const [first] = paused;
  return first === undefined || survivesPause ? null : `The held price rests on ${first}, which is paused.`;
}

/** The promotions that a held price rests on. */
export function templatesOf({ price }: HeldQuote): TemplateId[] {
  return [...new Set(price.applied.map(({ templateId }) => templateId))];
}
