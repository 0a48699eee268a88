import type { CouponId, TenantId, UserId } from '../../shared/kernel/identifiers';
import type { PromotionTerms } from '../../shared/kernel/promotion-terms';
import type { FactValue } from '../../shared/kernel/rules/facts';
import { typedCode } from '../domain/code';
import { type Coupon, type CouponState, stateAt } from '../domain/coupon';
import type { ShopperProfiles } from '../shopper-profiles';
import type { CouponStore } from '../store';
import type { TemplateCopies } from '../template-copies';
import type { WalletStore } from '../wallet-store';

/** What pricing facts are made from. */
export interface PricingDeps {
  store: CouponStore;
  wallet: WalletStore;
  templates: TemplateCopies;
  profiles: ShopperProfiles;
  now(): Date;
}

/** The most coupons of one shopper that a price looks at, soonest to expire first. */
export const pricingBound = 200;

/** Everything about a shopper that a price depends on. */
export interface PricingFacts {
  coupons: { coupon: Coupon; state: CouponState; terms: PromotionTerms }[];
  /** The facts `user.*` by name. */
  shopper: Readonly<Record<string, FactValue>>;
  /** Asked coupons that are not the shopper's. */
  unknownCouponIds: CouponId[];
  /** Typed codes that are a coupon's of the shopper. */
  typedCodes: { code: string; couponId: CouponId }[];
  /** Whether the shopper owns more usable coupons than were looked at. */
  isTruncated: boolean;
}

/**
 * A shopper's usable coupons with the terms they were claimed under; or exactly the asked ones, whatever their state. With
 * codes as somebody typed them, those coupons too, whatever their state.
 */
export async function pricingFacts(
  deps: PricingDeps,
  tenant: TenantId,
  owner: UserId,
  asked: readonly CouponId[] | null,
  codes: readonly string[] = [],
): Promise<PricingFacts> {
  const now = deps.now();
  const [found, byCode, shopper] = await Promise.all([
    couponsAsked(deps, tenant, owner, asked, now),
    deps.store.ownedByCode(tenant, owner, codes.map(typedCode)),
    deps.profiles.factsOf(tenant, owner),
  ]);
  const ofCode = new Map(byCode.map((coupon) => [coupon.code, coupon]));
  const known = asked ? found : found.slice(0, pricingBound);
  const looked = [...new Map([...known, ...byCode].map((coupon) => [coupon.id, coupon])).values()];
  const terms = await deps.templates.terms(looked.map(({ versionId }) => versionId));
  const owned = new Set(found.map(({ id }) => id));
  return {
    coupons: looked.flatMap((coupon) => {
      const pinned = terms.get(coupon.versionId);
      return pinned ? [{ coupon, state: stateAt(coupon, now), terms: pinned }] : [];
    }),
    shopper,
    unknownCouponIds: [...new Set(asked ?? [])].filter((id) => !owned.has(id)),
    typedCodes: codes.flatMap((code) => {
      const coupon = ofCode.get(typedCode(code));
      return coupon ? [{ code, couponId: coupon.id }] : [];
    }),
    isTruncated: found.length > known.length,
  };
}

async function couponsAsked(
  { store, wallet }: PricingDeps,
  tenant: TenantId,
  owner: UserId,
  asked: readonly CouponId[] | null,
  now: Date,
): Promise<Coupon[]> {
  if (!asked) return wallet.unspent(tenant, owner, now, pricingBound + 1, ['AVAILABLE']);
  return asked.length === 0 ? [] : [...(await store.owned(tenant, owner, asked)).values()];
}
