import type { CouponId, TenantId, UserId, VersionId } from '../../shared/kernel/identifiers';
import type { LimitsLeft } from '../../shared/kernel/promotion-limits';
import type { PromotionTerms } from '../../shared/kernel/promotion-terms';
import type { FactValue } from '../../shared/kernel/rules/facts';
import { typedCode } from '../domain/code';
import { type Coupon, type CouponState, stateAt } from '../domain/coupon';
import type { ShopperProfiles } from '../shopper-profiles';
import type { CouponStore } from '../store';
import { type LimitDeps, limitsLeft } from './limits-and-budgets';

/** What pricing facts are made from. */
export interface PricingDeps extends LimitDeps {
  store: CouponStore;
  profiles: ShopperProfiles;
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
  /** What is left of counted limits by version, of the coupons' promotions and of those that were asked about. */
  limits: Map<VersionId, LimitsLeft>;
}

/** What is asked about a shopper. */
export interface FactsAsked {
  /** Only these coupons; null for every usable one. */
  couponIds: readonly CouponId[] | null;
  /** And those with these codes, as somebody typed them. */
  codes: readonly string[];
  /** Automatic promotions with counted limits, by version. */
  versionIds: readonly VersionId[];
}

/**
 * A shopper's usable coupons with the terms they were claimed under; or exactly the asked ones, whatever their state. With
 * codes as somebody typed them, those coupons too, whatever their state. Nobody in particular has no coupons.
 */
export async function pricingFacts(
  deps: PricingDeps,
  tenant: TenantId,
  owner: UserId | null,
  { couponIds: asked, codes, versionIds }: FactsAsked,
): Promise<PricingFacts> {
  const now = deps.now();
  const [found, byCode, shopper, automatic] = await Promise.all([
    owner === null ? [] : couponsAsked(deps, tenant, owner, asked, now),
    owner === null ? [] : deps.store.ownedByCode(tenant, owner, codes.map(typedCode)),
    owner === null ? {} : deps.profiles.factsOf(tenant, owner),
    deps.templates.knownTerms(tenant, versionIds),
  ]);
  const ofCode = new Map(byCode.map((coupon) => [coupon.code, coupon]));
  const known = asked ? found : found.slice(0, pricingBound);
  const looked = [...new Map([...known, ...byCode].map((coupon) => [coupon.id, coupon])).values()];
  const terms = await deps.templates.terms(looked.map(({ versionId }) => versionId));
  const limits = await limitsLeft(deps, tenant, owner, [...new Map([...terms, ...automatic]).values()]);
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
    limits,
  };
}

async function couponsAsked(
  { store }: PricingDeps,
  tenant: TenantId,
  owner: UserId,
  asked: readonly CouponId[] | null,
  now: Date,
): Promise<Coupon[]> {
  if (!asked) return store.unspent(tenant, owner, now, pricingBound + 1, ['AVAILABLE']);
  return asked.length === 0 ? [] : [...(await store.owned(tenant, owner, asked)).values()];
}
