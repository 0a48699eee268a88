import type { Coupon, CouponGroup } from './coupon';

/** The first page of a wallet, the row behind it included, and the business time in which it is what a reader would find. */
export interface KeptPage {
  coupons: Coupon[];
  /** When it was read. */
  from: Date;
  /** The first instant at which time alone makes it another page; null when it never does. */
  until: Date | null;
}

/** A group of coupons that time alone does not add to from all over the wallet; null: all groups together. */
export type KeepableGroup = Exclude<CouponGroup, 'EXPIRED'> | null;

/** Whether first pages of this group may be kept: time moves coupons into EXPIRED from anywhere, so its pages say nothing. */
export function isKeepable(group: CouponGroup | null): group is KeepableGroup {
  return group !== 'EXPIRED';
}

/**
 * Until when a page stays as it is if nobody writes: what is USABLE runs out, and an offer that lapses becomes LOCKED no
 * longer, USABLE again. All groups together change their states with time, never their place.
 * @param offersEnd when the first of the owner's offers lapses, on the page or not; null without offers
 */
export function standsUntil(group: KeepableGroup, coupons: readonly Coupon[], offersEnd: Date | null): Date | null {
  switch (group) {
    case 'USABLE':
      return earliest([...coupons.map(({ expiresAt }) => expiresAt), ...(offersEnd ? [offersEnd] : [])]);
    case 'LOCKED':
      return earliest(coupons.flatMap((coupon) => (coupon.state === 'TRANSFER_PENDING' ? [coupon.offer.until] : [])));
    case 'USED':
    case null:
      return null;
  }
}

/** Whether a page that was read once is what a reader would find now. */
export function isStanding({ from, until }: Pick<KeptPage, 'from' | 'until'>, now: Date): boolean {
  return from <= now && (until === null || now < until);
}

function earliest(instants: readonly Date[]): Date | null {
  return instants.reduce<Date | null>((first, instant) => (first && first <= instant ? first : instant), null);
}
