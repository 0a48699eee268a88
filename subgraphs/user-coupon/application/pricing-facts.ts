import type { CouponId, TenantId, UserId, VersionId } from '../../shared/kernel/identifiers';
import type { LimitsLeft } from '../../shared/kernel/promotion-limits';
import type { PromotionTerms } from '../../shared/kernel/promotion-terms';
import type { FactValue } from '../../shared/kernel/rules/facts';
import { validityOf } from '../domain/claim-rules';
import { typedCode } from '../domain/code';
import { type Coupon, type CouponState, stateAt } from '../domain/coupon';
import type { CodeRefusal } from '../domain/promotion-code';
import type { ShopperProfiles } from '../shopper-profiles';
import type { CouponStore } from '../store';
import type { WalletStore } from '../wallet-store';
import { type LimitDeps, limitsLeft } from './limits-and-budgets';
import { type CodePromise, lookUpCodes, type TypedCode, type TypedCodeDeps } from './typed-codes';

/** What pricing facts are made from. */
export interface PricingDeps extends LimitDeps, TypedCodeDeps {
  store: CouponStore;
  wallet: WalletStore;
  profiles: ShopperProfiles;
}

/** The most coupons of one shopper that a price looks at, soonest to expire first. */
export const pricingBound = 200;

/** A coupon as a price sees it; also one that a typed code promises and that nobody has yet. */
export type PricedCoupon = Pick<Coupon, 'id' | 'templateId' | 'versionId' | 'validFrom' | 'expiresAt'> & {
  state: CouponState;
  terms: PromotionTerms;
};

/** Everything about a shopper that a price depends on. */
export interface PricingFacts {
  coupons: PricedCoupon[];
  /** The facts `user.*` by name. */
  shopper: Readonly<Record<string, FactValue>>;
  /** Asked coupons that are not the shopper's. */
  unknownCouponIds: CouponId[];
  /** Typed codes that are a coupon of the shopper, or would become one with the order. */
  typedCodes: { code: string; couponId: CouponId }[];
  /** Typed codes that give nothing. */
  refusedCodes: ({ code: string } & CodeRefusal)[];
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
  /** The address of the request that the codes were typed in; null where it is not known. */
  address: string | null;
  /** Automatic promotions with counted limits, by version. */
  versionIds: readonly VersionId[];
}

/**
 * A shopper's usable coupons with the terms they were claimed under; or exactly the asked ones, whatever their state. With
 * codes as somebody typed them, what these are too: coupons by their numbers, whatever their state, and promotion codes as
 * the coupons they would become. Nobody in particular has no coupons and no codes.
 */
export async function pricingFacts(
  deps: PricingDeps,
  tenant: TenantId,
  owner: UserId | null,
  { couponIds: asked, codes: typed, address, versionIds }: FactsAsked,
): Promise<PricingFacts> {
  const now = deps.now();
  const codes = owner === null ? [] : typed;
  const [found, numbered, shopper, automatic] = await Promise.all([
    owner === null ? [] : couponsAsked(deps, tenant, owner, asked, now),
    owner === null ? [] : deps.store.ownedByCode(tenant, owner, codes.map(typedCode)),
    owner === null ? {} : deps.profiles.factsOf(tenant, owner),
    deps.templates.knownTerms(tenant, versionIds),
  ]);
  const ofNumber = new Map(numbered.map((coupon) => [coupon.code, coupon]));
  const others = codes.filter((code) => !ofNumber.has(typedCode(code)));
  const lookedUp =
    owner === null ? new Map<string, TypedCode>() : await lookUpCodes(deps, tenant, owner, others, address);
  const what = (code: string): TypedCode | undefined => {
    const coupon = ofNumber.get(typedCode(code));
    return coupon ? { kind: 'COUPON', coupon } : lookedUp.get(code);
  };
  const byCode = codes.flatMap((code) => {
    const is = what(code);
    return is?.kind === 'COUPON' ? is.coupon : [];
  });
  const promised = codes.flatMap((code) => {
    const is = what(code);
    return is?.kind === 'PROMISE' ? promisedCoupon(is.promise, now) : [];
  });
  const known = asked ? found : found.slice(0, pricingBound);
  const looked = [...new Map([...known, ...byCode].map((coupon) => [coupon.id, coupon])).values()];
  const terms = await deps.templates.terms(looked.map(({ versionId }) => versionId));
  const toBe = promised.map(({ versionId, terms }) => [versionId, terms] as const);
  const limits = await limitsLeft(deps, tenant, owner, [...new Map([...terms, ...automatic, ...toBe]).values()]);
  const owned = new Set([...found, ...promised].map(({ id }) => id));
  return {
    coupons: [
      ...looked.flatMap((coupon) => {
        const pinned = terms.get(coupon.versionId);
        return pinned ? [{ ...coupon, state: stateAt(coupon, now), terms: pinned }] : [];
      }),
      ...new Map(promised.map((coupon) => [coupon.id, coupon])).values(),
    ],
    shopper,
    unknownCouponIds: [...new Set(asked ?? [])].filter((id) => !owned.has(id)),
    typedCodes: codes.flatMap((code) => {
      const is = what(code);
      if (is?.kind === 'COUPON') return [{ code, couponId: is.coupon.id }];
      return is?.kind === 'PROMISE' ? [{ code, couponId: is.promise.couponId }] : [];
    }),
    refusedCodes: codes.flatMap((code) => {
      const is = what(code);
      return is?.kind === 'REFUSED' ? [{ code, ...is.refusal }] : [];
    }),
    isTruncated: found.length > known.length,
    limits,
  };
}

/**
 * The coupon that a code would become if it were taken now. What is valid from its claim on is valid at whatever moment its
 * taker prices a cart, be their clock a little behind.
 */
function promisedCoupon({ couponId, template: { templateId, terms } }: CodePromise, now: Date): PricedCoupon {
  const { time } = terms.document;
  const { validFrom, expiresAt } = validityOf(terms, now);
  const from = time.validity?.kind === 'DAYS_AFTER_CLAIM' ? new Date(time.startsAt) : validFrom;
  return {
    id: couponId,
    templateId,
    versionId: terms.versionId,
    state: 'AVAILABLE',
    terms,
    validFrom: from,
    expiresAt,
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
