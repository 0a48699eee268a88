import { setTimeout as wait } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import {
  asCouponId,
  asMerchantId,
  asTemplateId,
  asTenantId,
  asVersionId,
  type CouponId,
  type LockToken,
  type OrderId,
  type TemplateId,
  type TenantId,
  type UserId,
  type VersionId,
} from '../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../shared/kernel/outcome';
import type { LimitsLeft } from '../shared/kernel/promotion-limits';
import { type PromotionTerms, parseTemplateDocument } from '../shared/kernel/promotion-terms';
import type { FactValue } from '../shared/kernel/rules/facts';
import type { SubgraphClient } from '../shared/runtime/subgraph-client';
import { Unavailable } from '../shared/runtime/unavailable';
import type { PromotionUse } from './domain/order';
import type { CodeRefusalReason } from './domain/quote';

/** A shopper's coupon as a price sees it. */
export interface OwnedCoupon {
  couponId: CouponId;
  templateId: TemplateId;
  versionId: VersionId;
  /** As the schema names the states of a coupon; only AVAILABLE ones can be used. */
  state: string;
  validFrom: Date;
  expiresAt: Date;
  /** The terms it was claimed under. */
  terms: PromotionTerms;
}

/** What a price needs to know about a shopper. */
export interface PricingFacts {
  coupons: OwnedCoupon[];
  /** What is known of the shopper: the facts `user.*` by name. */
  shopper: Readonly<Record<string, FactValue>>;
  /** Asked coupons that are not the shopper's. */
  unknownCouponIds: CouponId[];
  /**
   * The coupons of typed codes, by the code as it was typed; codes that give the shopper none are absent. What a promotion
   * code promises has a name among the coupons, and becomes a coupon with the lock.
   */
  byCode: ReadonlyMap<string, CouponId>;
  /** What is left of counted limits by version; versions without any, and unknown ones, are absent. */
  limits: ReadonlyMap<VersionId, LimitsLeft>;
  /** Typed codes that give nothing. */
  refusedCodes: readonly RefusedCode[];
}

/** A typed code that gives nothing. */
export interface RefusedCode {
  code: string;
  reason: CodeRefusalReason;
  /** When to try again, where that makes sense. */
  retryAt: Date | null;
}

/** What names of promised coupons became. */
export type TakenCoupons = ReadonlyMap<CouponId, CouponId>;

/** One hold on coupons, by the secret that settlement wrote down before it asked for it. */
export interface Hold {
  tenantId: TenantId;
  token: LockToken;
  orderId: OrderId;
  ownerId: UserId;
}

/** A coupon, or a promotion whose limits stood in the way of a hold; both are null when the token itself is refused. */
export interface HoldRefusal {
  couponId: CouponId | null;
  templateId: TemplateId | null;
  code: 'NOT_FOUND' | 'NOT_AVAILABLE' | 'USE_NOT_NAMED' | 'LIMIT_REACHED' | 'BUDGET_EXHAUSTED' | 'STALE_TOKEN';
}

/** Everything that settlement asks user-coupon. Every call has a deadline; those with a token are repeated with the same one. */
export interface Coupons {
  /** The same, asked for a client at a network address, where it is known: user-coupon counts wrong codes by it. */
  askedFrom(address: string | null): Coupons;
  /**
   * One call. Throws Unavailable when user-coupon is away.
   * @param ask `ownerId` null for nobody in particular; `couponIds` null for every usable coupon, none for the shopper alone;
   * `codes` as somebody typed them; `versionIds` of automatic promotions with counted limits
   */
  pricingFacts(ask: {
    tenantId: TenantId;
    ownerId: UserId | null;
    couponIds: readonly CouponId[] | null;
    codes?: readonly string[];
    versionIds?: readonly VersionId[];
    requestId: string;
  }): Promise<PricingFacts>;
  /**
   * All or none. Throws Unavailable when it is not known whether they are held.
   * @param hold `couponIds` also what `codes`, as they were typed, promised; the answer tells what that became
   */
  lock(
    hold: Hold & {
      couponIds: readonly CouponId[];
      codes: readonly string[];
      uses: readonly PromotionUse[];
      until: Date;
    },
  ): Promise<Outcome<TakenCoupons, HoldRefusal[]>>;
  /** Throws Unavailable when it is not known whether they are spent. */
  redeem(hold: Hold): Promise<Outcome<'REDEEMED', HoldRefusal[]>>;
  /** Throws Unavailable when it is not known whether they are free. */
  release(hold: Hold): Promise<Outcome<'RELEASED', HoldRefusal[]>>;
}

/** How long user-coupon may take to tell the facts, in milliseconds, and how often it is asked. */
const factsPatience = { deadlineMs: 2000, attempts: 2 };
/** The same for a lock: an order waits for it, so it is worth more patience. */
const lockPatience = { deadlineMs: 3000, attempts: 3 };
/** The same for spending and freeing: what fails is owed, and the recovery worker repeats it. */
const debtPatience = { deadlineMs: 3000, attempts: 1 };
/** Versions whose parsed terms are remembered; they never change. */
const rememberedVersions = 2000;

/** The way to user-coupon. @param client under settlement's own identity */
export function createCoupons(client: SubgraphClient): Coupons {
  const terms = new LRUCache<string, PromotionTerms>({ max: rememberedVersions });

  function termsOf(tenantId: TenantId, raw: z.output<typeof pinnedTerms>): PromotionTerms {
    const key = `${tenantId}\n${raw.versionId}`;
    const known = terms.get(key);
    if (known) return known;
    const parsed = parseTemplateDocument(raw.document);
    if (!parsed.ok)
      throw new Error(
        `Expected user-coupon to pin a published document, found faults in ${raw.versionId}: ${JSON.stringify(parsed.refusal)}.`,
      );
    const read: PromotionTerms = { ...raw, document: parsed.value };
    terms.set(key, read);
    return read;
  }

  const from = (address: string | null): Coupons => ({
    askedFrom: from,
    async pricingFacts({ tenantId, ownerId, couponIds, codes = [], versionIds = [], requestId }) {
      const facts = await repeated(factsPatience, (deadlineMs) =>
        client.run({
          query: factsQuery,
          variables: { input: { ownerId, couponIds, codes, versionIds, address } },
          tenant: tenantId,
          onBehalfOf: ownerId,
          deadlineMs,
          retry: true,
          requestId,
          parse: (data) => factsAnswer.parse(data).pricingFacts,
        }),
      );
      return {
        shopper: facts.shopper,
        unknownCouponIds: facts.unknownCouponIds,
        byCode: new Map(facts.typedCodes.map(({ code, couponId }) => [code, couponId])),
        limits: new Map(
          facts.limits.map(({ versionId, uses, money }) => [
            versionId,
            {
              uses,
              amounts: money && new Map(money.amounts.map(({ currency, minorUnits }) => [currency, minorUnits])),
            },
          ]),
        ),
        refusedCodes: facts.refusedCodes,
        coupons: facts.coupons.map((coupon) => ({ ...coupon, terms: termsOf(tenantId, coupon.terms) })),
      };
    },
    async lock({ couponIds, codes, uses, until, ...hold }) {
      const payload = await repeated(lockPatience, (deadlineMs) =>
        ask(client, 'lockCoupons', hold, deadlineMs, { couponIds, codes, uses, until: until.toISOString() }),
      );
      if (!payload.isDone) return refused(payload.refusals);
      return accepted(new Map(payload.taken.map(({ promisedId, couponId }) => [promisedId, couponId])));
    },
    async redeem(hold) {
      const payload = await repeated(debtPatience, (deadlineMs) => ask(client, 'redeemCoupons', hold, deadlineMs));
      return payload.isDone ? accepted('REDEEMED') : refused(payload.refusals);
    },
    async release(hold) {
      const payload = await repeated(debtPatience, (deadlineMs) => ask(client, 'releaseCoupons', hold, deadlineMs));
      return payload.isDone ? accepted('RELEASED') : refused(payload.refusals);
    },
  });
  return from(null);
}

type HoldField = 'lockCoupons' | 'redeemCoupons' | 'releaseCoupons';

function ask(
  client: SubgraphClient,
  field: HoldField,
  { tenantId, ...hold }: Hold,
  deadlineMs: number,
  more: Record<string, unknown> = {},
) {
  return client.run({
    query: holdMutations[field],
    variables: { input: { ...hold, ...more } },
    tenant: tenantId,
    onBehalfOf: hold.ownerId,
    deadlineMs,
    retry: true,
    parse: (data) => holdAnswer.parse(data).hold,
  });
}

/** Every call carries a token or only reads, so it may be made again until it is known what became of it. */
async function repeated<T>(
  patience: { deadlineMs: number; attempts: number },
  call: (deadlineMs: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call(patience.deadlineMs);
    } catch (error) {
      if (!(error instanceof Unavailable) || attempt >= patience.attempts) throw error;
      await wait(25 * 4 ** (attempt - 1) * (0.5 + Math.random() / 2));
    }
  }
}

const factsQuery = `query PricingFacts($input: PricingFactsInput!) {
  pricingFacts(input: $input) {
    coupons { couponId templateId versionId state validFrom expiresAt terms }
    shopper
    unknownCouponIds
    typedCodes { code couponId }
    limits { versionId uses money { amounts { minorUnits currency } } }
    refusedCodes { code reason retryAt }
  }
}`;

const holdMutations: Record<HoldField, string> = {
  lockCoupons: holdMutation('lockCoupons', 'LockCouponsInput', 'taken { promisedId couponId }'),
  redeemCoupons: holdMutation('redeemCoupons', 'CouponHoldInput'),
  releaseCoupons: holdMutation('releaseCoupons', 'CouponHoldInput'),
};

function holdMutation(field: HoldField, input: string, more = ''): string {
  return `mutation Hold($input: ${input}!) { hold: ${field}(input: $input) { isDone refusals { couponId templateId code } ${more} } }`;
}

const branded = <T extends string>(as: (raw: string) => T) => z.string().min(1).transform(as);
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const pinnedTerms = z.object({
  templateId: branded(asTemplateId),
  versionId: branded(asVersionId),
  version: z.int(),
  tenantId: branded(asTenantId),
  merchantId: branded(asMerchantId).nullable(),
  document: z.unknown(),
});

const codeRefusal = z.enum([
  'UNKNOWN',
  'MISTYPED',
  'USED',
  'NOT_YOURS',
  'NOT_YET_OPEN',
  'PAUSED',
  'ENDED',
  'SOLD_OUT',
  'LIMIT_REACHED',
  'NOT_ELIGIBLE',
  'RATE_LIMITED',
]);

const factsAnswer = z.object({
  pricingFacts: z.object({
    coupons: z.array(
      z.object({
        couponId: branded(asCouponId),
        templateId: branded(asTemplateId),
        versionId: branded(asVersionId),
        state: z.string(),
        validFrom: instant,
        expiresAt: instant,
        terms: pinnedTerms,
      }),
    ),
    shopper: z.record(
      z.string().startsWith('user.'),
      z.union([z.boolean(), z.number(), z.string(), z.array(z.string())]),
    ),
    unknownCouponIds: z.array(z.string().transform(asCouponId)),
    typedCodes: z.array(z.object({ code: z.string(), couponId: branded(asCouponId) })),
    limits: z.array(
      z.object({
        versionId: branded(asVersionId),
        uses: z.int().nullable(),
        money: z.object({ amounts: z.array(z.object({ minorUnits: z.int(), currency: z.string() })) }).nullable(),
      }),
    ),
    refusedCodes: z.array(z.object({ code: z.string(), reason: codeRefusal, retryAt: instant.nullable() })),
  }),
});

const holdAnswer = z.object({
  hold: z.object({
    isDone: z.boolean(),
    refusals: z.array(
      z.object({
        couponId: branded(asCouponId).nullable(),
        templateId: branded(asTemplateId).nullable(),
        code: z.enum([
          'NOT_FOUND',
          'NOT_AVAILABLE',
          'USE_NOT_NAMED',
          'LIMIT_REACHED',
          'BUDGET_EXHAUSTED',
          'STALE_TOKEN',
        ]),
      }),
    ),
    /** Of a lock. */
    taken: z.array(z.object({ promisedId: branded(asCouponId), couponId: branded(asCouponId) })).default([]),
  }),
});
