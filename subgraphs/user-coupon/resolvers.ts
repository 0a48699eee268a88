import type DataLoader from 'dataloader';
import type { ClaimCouponErrorCode, Resolvers, ResolversTypes } from '../../schema/generated/user-coupon';
import { scalarResolvers } from '../../schema/subgraph-sdl';
import type { Identity } from '../shared/contracts/identity';
import {
  asCouponId,
  asLockToken,
  asOrderId,
  asTemplateId,
  asUserId,
  asVersionId,
  type CouponId,
  type TemplateId,
  type UserId,
} from '../shared/kernel/identifiers';
import { assertNever } from '../shared/kernel/outcome';
import { unmetText } from '../shared/kernel/pricing/rejection-text';
import { factsOfShopper, isNewShopper } from '../shared/kernel/shopper-profile';
import type { DeadLetterFields } from '../shared/runtime/dead-letter-fields';
import { createLoader } from '../shared/runtime/loaders';
import { pageArguments, toConnection } from '../shared/runtime/pages';
import { badUserInput, forbidden, type RequestContext } from '../shared/runtime/server';
import { type ClaimDeps, claimCoupon } from './application/claim-coupon';
import { remainingCounts, type StandingDeps, type ViewerClaim, viewerClaims } from './application/claim-standing';
import { couponsForCart } from './application/coupons-for-cart';
import { type PromotionUsage, promotionUsage } from './application/limits-and-budgets';
import { type HoldOutcome, type LockDeps, lockCoupons } from './application/lock-coupons';
import { type PricingDeps, pricingFacts } from './application/pricing-facts';
import { redeemCoupons } from './application/redeem-coupons';
import { releaseCoupons } from './application/release-coupons';
import { returnCoupons } from './application/return-coupons';
import {
  type ProfileDeps,
  shopperProfile,
  type UpsertProfilesFault,
  upsertShopperProfiles,
} from './application/upsert-shopper-profiles';
import {
  couponCounts,
  couponEventsSince,
  couponsByIds,
  couponsOf,
  offersTo,
  promotionsToClaim,
  type WalletDeps,
  type WalletPosition,
  type WalletSort,
} from './application/wallet';
import { type CodeDeps, codeResolvers } from './code-resolvers';
import { couponShape } from './coupon-shapes';
import type { ClaimRefusal } from './domain/claim-rules';
import type { Coupon } from './domain/coupon';
import { type KeptProfile, unknownFacts } from './domain/shopper-profile';
import { type LifeDeps, lifeResolvers, usableKey } from './life-resolvers';
import { limitsLeftShape, maySeeUsage, usageShape, useOf, wholeAmount } from './limit-shapes';

/** Everything the use cases of `user-coupon` need. */
export type UserCouponDeps = ClaimDeps &
  LockDeps &
  CodeDeps &
  PricingDeps &
  ProfileDeps &
  StandingDeps &
  LifeDeps &
  WalletDeps & {
    deadLetters: DeadLetterFields;
    /** Throws Unavailable until the unique keys stand that are the law. */
    assertPrepared(): void;
  };

/** What a request carries: the caller, and loaders that gather the keys of one tick into one command. */
export interface UserCouponContext extends RequestContext {
  coupons: DataLoader<CouponId, Coupon | null>;
  remaining: DataLoader<TemplateId, number | null>;
  viewerClaims: DataLoader<TemplateId, ViewerClaim | null>;
  usages: DataLoader<TemplateId, PromotionUsage | null>;
}

/** The context of one request. */
export function userCouponContext(deps: UserCouponDeps, base: RequestContext): UserCouponContext {
  const { tenant } = base.who;
  const viewer = viewerOf(base.who);
  return {
    ...base,
    coupons: createLoader(async (ids: readonly CouponId[]) =>
      viewer ? couponsByIds(deps, tenant, viewer, ids) : new Map<CouponId, Coupon>(),
    ),
    remaining: createLoader((ids: readonly TemplateId[]) => remainingCounts(deps, tenant, ids)),
    viewerClaims: createLoader(async (ids: readonly TemplateId[]) =>
      viewer ? viewerClaims(deps, tenant, viewer, ids) : new Map<TemplateId, ViewerClaim>(),
    ),
    usages: createLoader((ids: readonly TemplateId[]) => promotionUsage(deps, tenant, ids)),
  };
}

/** The resolvers of `schema/user-coupon.graphql`: take the input, call one use case, shape the answer. */
export function userCouponResolvers(deps: UserCouponDeps): Resolvers<UserCouponContext> {
  const shape = (coupon: Coupon) => couponShape(coupon, deps.now());
  const codes = codeResolvers(deps, { shape, usableKey });
  const life = lifeResolvers(deps);

  return {
    ...scalarResolvers('user-coupon'),

    Query: {
      ...codes.Query,
      viewer: (_, __, { who }) => (who.kind === 'user' ? { id: who.subject } : null),
      async coupon(_, { id }, context) {
        const coupon = await context.coupons.load(asCouponId(id));
        return coupon && shape(coupon);
      },
      async couponEventsSince(_, { seq, first }, { who, coupons }) {
        const viewer = viewerOf(who);
        if (!viewer) return [];
        const { limit } = pageArguments({ first });
        const events = await couponEventsSince(deps, who.tenant, viewer, seq, limit);
        return Promise.all(
          events.map(async ({ kind, couponId, at, seq }) => {
            const coupon = await coupons.load(couponId);
            return { kind, at: new Date(at), seq, coupon: coupon && shape(coupon) };
          }),
        );
      },
      async shopperProfile(_, { userId }, { who }) {
        serviceOf(who, 'shopperProfile');
        const kept = await shopperProfile(deps, who.tenant, asUserId(userId));
        return kept && profileShape(kept);
      },
      ...life.Query,
      couponDeadLetters: (_, args, { who }) => deps.deadLetters.list(who, args),
      async pricingFacts(_, { input }, { who }) {
        const owner = input.ownerId == null ? null : asUserId(input.ownerId);
        const facts = await pricingFacts(deps, who.tenant, owner, {
          couponIds: input.couponIds?.map(asCouponId) ?? null,
          codes: input.codes ?? [],
          address: input.address ?? null,
          versionIds: (input.versionIds ?? []).map(asVersionId),
        });
        return {
          ...facts,
          limits: [...facts.limits].map(([versionId, left]) => limitsLeftShape(versionId, left)),
          coupons: facts.coupons.map(({ id, templateId, versionId, state, validFrom, expiresAt, terms }) => ({
            couponId: id,
            templateId,
            versionId,
            state,
            validFrom,
            expiresAt,
            terms,
          })),
          refusedCodes: facts.refusedCodes.map((refused) => ({ ...refused, retryAt: refused.retryAt ?? null })),
        };
      },
    },

    Mutation: {
      ...codes.Mutation,
      async claimCoupon(_, { input }, { who }) {
        deps.assertPrepared();
        const idempotencyKey = usableKey(input.idempotencyKey);
        const claimed = await claimCoupon(deps, who, { templateId: asTemplateId(input.templateId), idempotencyKey });
        return claimed.ok
          ? { coupon: shape(claimed.value), userErrors: [] }
          : { coupon: null, userErrors: [claimErrorShape(claimed.refusal)] };
      },
      async upsertShopperProfiles(_, { input }, { who }) {
        const caller = serviceOf(who, 'upsertShopperProfiles');
        deps.assertPrepared();
        usableKey(input.idempotencyKey);
        const told = await upsertShopperProfiles(deps, who.tenant, caller, input);
        return told.ok
          ? { ...told.value, userErrors: [] }
          : { changedCount: 0, unchangedCount: 0, userErrors: told.refusal.map(profileErrorShape) };
      },
      ...life.Mutation,
      replayCouponDeadLetter: (_, { input }, { who }) => deps.deadLetters.replay(who, input),
      async lockCoupons(_, { input }, { who }) {
        deps.assertPrepared();
        const locked = await lockCoupons(deps, who.tenant, callerOf(who), {
          ...holdOf(input),
          couponIds: input.couponIds.map(asCouponId),
          codes: input.codes ?? [],
          uses: (input.uses ?? []).map(useOf),
          until: input.until,
        });
        return locked.ok
          ? { isDone: true, refusals: [], taken: locked.value }
          : { isDone: false, refusals: locked.refusal, taken: [] };
      },
      redeemCoupons: async (_, { input }, { who }) =>
        holdShape(await redeemCoupons(deps, who.tenant, callerOf(who), holdOf(input))),
      releaseCoupons: async (_, { input }, { who }) =>
        holdShape(await releaseCoupons(deps, who.tenant, callerOf(who), holdOf(input))),
      async returnCoupons(_, { input }, { who }) {
        const couponIds = input.couponIds.map(asCouponId);
        const uses = (input.uses ?? []).map(({ templateId, amount }) => ({
          templateId: asTemplateId(templateId),
          amount: wholeAmount(amount),
        }));
        return holdShape(await returnCoupons(deps, who.tenant, callerOf(who), { ...holdOf(input), couponIds, uses }));
      },
    },

    User: {
      __resolveReference: ({ id }) => ({ id }),
      async coupons({ id }, { filter, sort: wanted, ...args }, { who }) {
        const owner = viewerOf(who);
        if (owner !== id) return null; // another person's wallet reads as absent
        const { limit, after } = pageArguments(args, 3);
        const sort = wanted ?? 'EXPIRY';
        const group = filter?.group ?? null;
        const rows = await couponsOf(deps, who.tenant, owner, { group, sort, limit, after: positionOf(sort, after) });
        const page = toConnection(rows, limit, (coupon) => [sort, sortKey(sort, coupon), coupon.id]);
        return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: shape(node) })) };
      },
      async couponCounts({ id }, _, { who }) {
        const owner = viewerOf(who);
        if (owner !== id) return null;
        const counts = await couponCounts(deps, who.tenant, owner);
        return {
          usableCount: counts.USABLE,
          lockedCount: counts.LOCKED,
          usedCount: counts.USED,
          expiredCount: counts.EXPIRED,
        };
      },
      async couponOffers({ id }, args, { who }) {
        const receiver = viewerOf(who);
        if (receiver !== id) return null;
        const { limit, after } = pageArguments(args, 2);
        const rows = await offersTo(deps, who.tenant, receiver, { limit, after: offerPosition(after) });
        const page = toConnection(rows, limit, ({ offer, id: couponId }) => [offer.until.toISOString(), couponId]);
        return {
          ...page,
          edges: page.edges.map(({ cursor, node }) => ({
            cursor,
            node: {
              id: node.id,
              giver: { id: node.ownerId },
              template: { id: node.templateId },
              offeredAt: node.offer.at,
              lapsesAt: node.offer.until,
              validFrom: node.validFrom,
              expiresAt: node.expiresAt,
            },
          })),
        };
      },
      async promotionsToClaim({ id }, args, { who }) {
        if (viewerOf(who) !== id) return null;
        const { limit, after } = pageArguments(args, 2);
        const rows = await promotionsToClaim(deps, who.tenant, { limit, after: templatePosition(after) });
        const page = toConnection(rows, limit, ({ endsAt, templateId }) => [endsAt, templateId]);
        return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: { id: node.templateId } })) };
      },
      async couponsForCart({ id }, { cart }, { who }) {
        const owner = viewerOf(who);
        if (owner !== id) return null;
        const seen = await couponsForCart(deps, who.tenant, owner, cart);
        if (!seen.ok) {
          const [first] = seen.refusal;
          throw badUserInput(seen.refusal.map(({ message }) => message).join(' '), first?.path ?? ['cart']);
        }
        return {
          usable: seen.value.usable.map(({ coupon, saving }) => ({ coupon: shape(coupon), saving })),
          unusable: seen.value.unusable.map((entry) => ({ ...entry, coupon: shape(entry.coupon) })),
        };
      },
    },

    Coupon: {
      ...life.Coupon,
      async __resolveReference({ id }, { coupons }) {
        const coupon = await coupons.load(asCouponId(id));
        return coupon && shape(coupon);
      },
    },

    PromotionTemplate: {
      __resolveReference: ({ id }) => ({ id }),
      remainingCount: ({ id }, _, { remaining }) => remaining.load(asTemplateId(id)),
      viewerClaim: ({ id }, _, { viewerClaims }) => viewerClaims.load(asTemplateId(id)),
      async usage({ id }, _, { who, usages }) {
        const usage = await usages.load(asTemplateId(id));
        return usage && maySeeUsage(who, usage) ? usageShape(usage) : null;
      },
    },

    UserError: { __resolveType: () => null },
  };
}

/** The person who looks; nobody for services and processes, which own no coupons. */
function viewerOf(who: Identity): UserId | null {
  return who.kind === 'user' ? who.subject : null;
}

/** The company's backend under whom a key is kept: what is known of people is its to tell and to see, whatever their scopes. */
function serviceOf(who: Identity, field: string): string {
  if (who.kind === 'service') return `service:${who.subject}`;
  throw forbidden(`${field} expects the marketplace's own backend, found a ${who.kind}; use a service token.`);
}

/** Who moves a coupon, as its record names them. */
function callerOf(who: Identity): string {
  return who.kind === 'internal' ? `internal:${who.process}` : who.kind;
}

/** Where a page of a wallet ended, as its cursor says; the sort says what of. */
function positionOf(sort: WalletSort, after: string[] | null): WalletPosition | null {
  if (!after) return null;
  const [sortedBy, key = '', id] = after;
  const instant = new Date(key);
  if (!id || sortedBy !== sort || (sort !== 'VALUE' && Number.isNaN(instant.getTime()))) throw foreignCursor();
  return { key: sort === 'VALUE' ? key : instant, id: asCouponId(id) };
}

function offerPosition(after: string[] | null): { until: Date; id: CouponId } | null {
  if (!after) return null;
  const [until = '', id] = after;
  const instant = new Date(until);
  if (!id || Number.isNaN(instant.getTime())) throw foreignCursor();
  return { until: instant, id: asCouponId(id) };
}

function templatePosition(after: string[] | null): { endsAt: string; id: TemplateId } | null {
  if (!after) return null;
  const [endsAt, id] = after;
  if (!endsAt || !id) throw foreignCursor();
  return { endsAt, id: asTemplateId(id) };
}

function foreignCursor() {
  return badUserInput(
    'after: expected a cursor of this list, found something else; use pageInfo.endCursor as it came.',
    ['after'],
  );
}

/** What a coupon's cursor says of it in each order. */
function sortKey(sort: WalletSort, coupon: Coupon): string {
  switch (sort) {
    case 'EXPIRY':
      return coupon.expiresAt.toISOString();
    case 'CLAIMED_AT':
      return coupon.claimedAt.toISOString();
    case 'VALUE':
      return coupon.valueRank;
    default:
      return assertNever(sort);
  }
}

function holdOf({ token, orderId, ownerId }: { token: string; orderId: string; ownerId: string }) {
  return { token: asLockToken(token), orderId: asOrderId(orderId), ownerId: asUserId(ownerId) };
}

function holdShape(outcome: HoldOutcome) {
  return { isDone: outcome.ok, refusals: outcome.ok ? [] : outcome.refusal };
}

const claimMessages: Record<ClaimCouponErrorCode, string> = {
  TEMPLATE_NOT_FOUND:
    'Expected a published template, found none with this id; one that was published this very moment is known here a moment later.',
  NOT_CLAIMABLE: 'This promotion applies by itself or by a code; there is no coupon to claim.',
  NOT_YET_OPEN: 'Claiming is not open now; ask again at retryAt.',
  PAUSED: 'The promotion is paused; ask again later.',
  ENDED: 'Claiming is over.',
  SOLD_OUT: 'Every coupon is taken.',
  LIMIT_REACHED:
    'The caller has as many coupons of this promotion as one person may have; limit says in which respect.',
  NOT_ELIGIBLE: 'The promotion is not for the caller.',
  BUSY: 'Too many claims of this promotion are waiting; send the same request again at retryAt.',
  IDEMPOTENCY_KEY_REUSED: 'This key already claimed a coupon of another template; use a fresh key for another claim.',
};

function claimErrorShape({ code, retryAt, unmet, limit }: ClaimRefusal) {
  const field = code === 'IDEMPOTENCY_KEY_REUSED' ? 'idempotencyKey' : 'templateId';
  return {
    code,
    message: unmet ? `${claimMessages[code]} ${unmetText(unmet)}` : claimMessages[code],
    field: ['input', field],
    retryAt: retryAt ?? null,
    conditionPath: unmet?.path ?? null,
    limit: limit ?? null,
  };
}

function profileShape({ profile, revision }: KeptProfile): ResolversTypes['ShopperProfile'] {
  const { userId, registeredAt, lastPaidAt, payTimes, paidAmount, tier, tags, segments, groups } = profile;
  return {
    user: { id: userId },
    revision,
    registeredAt: registeredAt ? new Date(registeredAt) : null,
    lastPaidAt: lastPaidAt ? new Date(lastPaidAt) : null,
    payTimes: payTimes ?? null,
    paidAmount: paidAmount ?? null,
    isNew: isNewShopper(profile),
    tier: tier ?? null,
    tags: [...(tags ?? [])],
    segments: [...(segments ?? [])],
    groups: [...(groups ?? [])],
    country: profile.country ?? null,
    city: profile.city ?? null,
    attributes: Object.entries(profile.attributes ?? {}).map(([name, value]) => ({ name, value })),
    unknownFacts: unknownFacts(factsOfShopper(profile)),
  };
}

function profileErrorShape(fault: UpsertProfilesFault) {
  if (fault.code === 'IDEMPOTENCY_KEY_REUSED')
    return {
      code: fault.code,
      message: 'Expected the input that came with this key before, found another; use a fresh key.',
      field: ['input', 'idempotencyKey'],
    };
  return { code: fault.code, message: fault.message, field: ['input', 'profiles', ...fault.path] };
}
