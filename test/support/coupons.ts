import type { EventPayloads, EventType, TemplateChanged } from '../../subgraphs/shared/contracts/events';
import { type Identity, internalIdentity } from '../../subgraphs/shared/contracts/identity';
import {
  asMerchantId,
  asTemplateId,
  asTenantId,
  asVersionId,
  type TemplateId,
} from '../../subgraphs/shared/kernel/identifiers';
import { parseTemplateDocument } from '../../subgraphs/shared/kernel/promotion-terms';
import { MovableClock } from '../../subgraphs/shared/runtime/clock';
import { newEvent, type StoredEvent } from '../../subgraphs/shared/runtime/events';
import { newId } from '../../subgraphs/shared/runtime/ids';
import type { GraphQLResult } from '../../subgraphs/shared/runtime/server';
import { festival, service, shopper } from './people';
import type { Platform } from './platform';

/** What a test says of a template; the rest is an open promotion of ¥40 off ¥300 that everybody may claim. */
export interface TemplateWish {
  id?: TemplateId;
  tenant?: string;
  stock?: number;
  perUser?: { lifetime?: number; perDay?: number; perWeek?: number; heldUnused?: number };
  revision?: number;
  version?: number;
  state?: 'LIVE' | 'PAUSED' | 'ENDED';
  startsAt?: Date;
  endsAt?: Date;
  validity?: { kind: 'FIXED'; from: Date; until: Date } | { kind: 'DAYS_AFTER_CLAIM'; days: number };
  document?: Record<string, unknown>;
}

const day = 86_400_000;

/** Tells the platform of a published template, as the subgraph `template` would, and waits until it is known. */
export async function publish(platform: Platform, wish: TemplateWish = {}): Promise<TemplateId> {
  const template = publishedTemplate(wish, platform.clock.now());
  const { tenantId } = template.terms;
  await tell(platform, 'template', 'template.changed', tenantId, template.templateId, template);
  return template.templateId;
}

/** What the subgraph `template` would tell of such a template. */
export function publishedTemplate(wish: TemplateWish, at: Date): TemplateChanged {
  const now = at.getTime();
  const templateId = wish.id ?? asTemplateId(newId('tpl'));
  const stock = wish.stock ?? 100;
  // Through JSON, as a merchant sends it: instants are texts.
  const parsed = parseTemplateDocument(
    JSON.parse(
      JSON.stringify({
        name: { default: '满300减40' },
        trigger: 'COUPON',
        time: {
          startsAt: (wish.startsAt ?? new Date(now - day)).toISOString(),
          endsAt: (wish.endsAt ?? new Date(now + 30 * day)).toISOString(),
          validity: wish.validity ?? { kind: 'DAYS_AFTER_CLAIM', days: 7 },
        },
        limit: { stock, ...(wish.perUser && { perUser: wish.perUser }) },
        rule: { stackingGroup: 'MERCHANT_COUPON' },
        benefit: [{ kind: 'THRESHOLD_REDUCTION', threshold: { CNY: 30_000 }, off: { CNY: 4000 } }],
        ...wish.document,
      }),
    ),
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal));
  const version = wish.version ?? 1;
  const tenantId = asTenantId(wish.tenant ?? festival);
  const merchantId = asMerchantId('m-1');
  return {
    templateId,
    merchantId,
    revision: wish.revision ?? 1,
    state: wish.state ?? 'LIVE',
    terms: {
      templateId,
      versionId: asVersionId(versionIdOf(templateId, version)),
      version,
      tenantId,
      merchantId,
      document: parsed.value,
    },
    stock: parsed.value.limit.stock ?? null,
    stockVersion: wish.revision ?? 1,
    publishedAt: at.toISOString(),
  };
}

/** Writes an event into its publisher's collection and waits until it is followed. */
export async function tell<T extends EventType>(
  platform: Platform,
  publisher: 'template' | 'notification',
  type: T,
  tenant: string,
  key: string,
  payload: EventPayloads[T],
): Promise<void> {
  const event = newEvent(type, { tenantId: asTenantId(tenant), key, payload });
  await platform.mongo
    .database(publisher)
    .collection<StoredEvent>('events')
    .insertOne(event as StoredEvent);
  await platform.settled();
}

/** What a test tells of a shopper. */
export interface ToldProfile {
  userId: string;
  registeredAt?: string | null;
  lastPaidAt?: string | null;
  payTimes?: number | null;
  paidAmount?: number | null;
  isNew?: boolean | null;
  tier?: string | null;
  tags?: string[] | null;
  segments?: string[] | null;
  groups?: string[] | null;
  country?: string | null;
  city?: string | null;
  attributes?: { name: string; value: string }[] | null;
}

/** Tells of shoppers as the marketplace's backend, under a fresh key unless one is given. */
export async function tellOfShoppers(
  platform: Platform,
  profiles: readonly ToldProfile[],
  { who = service(), key = newId('key') }: { who?: Identity; key?: string } = {},
): Promise<{
  changedCount: number;
  unchangedCount: number;
  userErrors: { code: string; message: string; field: string[] | null }[];
}> {
  const tellOnce = () =>
    platform.execute(
      'user-coupon',
      {
        query:
          'mutation ($input: UpsertShopperProfilesInput!) { upsertShopperProfiles(input: $input) { changedCount unchangedCount userErrors { code message field } } }',
        variables: { input: { profiles, idempotencyKey: key } },
      },
      who,
    );
  return dataOf<{ upsertShopperProfiles: Awaited<ReturnType<typeof tellOfShoppers>> }>(await insist(tellOnce))
    .upsertShopperProfiles;
}

/** What a patient client does: the same call, with its key, again while a busy machine says UNAVAILABLE. */
export async function insist(call: () => Promise<GraphQLResult>): Promise<GraphQLResult> {
  for (;;) {
    const answer = await call();
    if (answer.errors?.[0]?.extensions?.code !== 'UNAVAILABLE') return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What the tests read of a coupon. */
export interface SeenCoupon {
  id: string;
  state: string;
  code: string;
  claimedAt: string;
  validFrom: string;
  expiresAt: string;
  order: { id: string } | null;
}
/** What a claim answers. */
export interface SeenClaim {
  coupon: SeenCoupon | null;
  userErrors: {
    code: string;
    message: string;
    field: string[] | null;
    retryAt: string | null;
    limit: string | null;
  }[];
}
const couponFields = 'id state code claimedAt validFrom expiresAt order { id }';

/** The data of an answer; throws when there are top-level errors. */
export function dataOf<T>(result: GraphQLResult): T {
  if (result.errors?.length) throw new Error(JSON.stringify(result.errors));
  return result.data as T;
}

/** One claim, with whatever came of it. */
export function claimAs(platform: Platform, who: Identity, templateId: string, key: string): Promise<GraphQLResult> {
  return platform.execute(
    'user-coupon',
    {
      query: `mutation ($input: ClaimCouponInput!) { claimCoupon(input: $input) { coupon { ${couponFields} } userErrors { code message field retryAt limit } } }`,
      variables: { input: { templateId, idempotencyKey: key } },
    },
    who,
  );
}

/** One claim that is answered with data. */
export async function claim(
  platform: Platform,
  userId: string,
  templateId: string,
  key = 'k1',
  tenant = festival,
): Promise<SeenClaim> {
  return dataOf<{ claimCoupon: SeenClaim }>(await claimAs(platform, shopper(userId, tenant), templateId, key))
    .claimCoupon;
}

/** The same by a client who comes again while the answer is UNAVAILABLE. */
export async function claimInTheEnd(
  platform: Platform,
  userId: string,
  templateId: string,
  key: string,
): Promise<SeenClaim> {
  const answer = await insist(() => claimAs(platform, shopper(userId), templateId, key));
  return dataOf<{ claimCoupon: SeenClaim }>(answer).claimCoupon;
}

/** One claim that succeeds. */
export async function claimed(platform: Platform, userId: string, templateId: string, key = 'k1'): Promise<SeenCoupon> {
  const { coupon, userErrors } = await claimInTheEnd(platform, userId, templateId, key);
  if (!coupon) throw new Error(`Expected a coupon, found ${JSON.stringify(userErrors)}`);
  return coupon;
}

/** The caller's coupon, null when it is not the caller's. */
export async function couponOf(
  platform: Platform,
  userId: string,
  id: string,
  tenant = festival,
): Promise<SeenCoupon | null> {
  const result = await platform.execute(
    'user-coupon',
    { query: `query ($id: ID!) { coupon(id: $id) { ${couponFields} } }`, variables: { id } },
    shopper(userId, tenant),
  );
  return dataOf<{ coupon: SeenCoupon | null }>(result).coupon;
}

/** What settlement hears. */
export interface HoldAnswer {
  isDone: boolean;
  refusals: { couponId: string | null; templateId: string | null; code: string }[];
}

/** What an order uses of a promotion's first version, in CNY. */
export function useOf(templateId: string, minorUnits: number, version = 1) {
  return { templateId, versionId: versionIdOf(templateId, version), amount: { minorUnits, currency: 'CNY' } };
}

/** The id under which `publish` tells of a version. */
export function versionIdOf(templateId: string, version = 1): string {
  return `${templateId.replace('tpl', 'tpv')}v${version}`;
}

/** An act of settlement on a hold. */
export async function hold(
  platform: Platform,
  act: 'lockCoupons' | 'redeemCoupons' | 'releaseCoupons' | 'returnCoupons',
  input: {
    token: string;
    orderId: string;
    ownerId: string;
    couponIds?: string[];
    uses?: ReturnType<typeof useOf>[] | { templateId: string; amount: number }[];
    until?: Date;
  },
  tenant = festival,
): Promise<HoldAnswer> {
  const type = {
    lockCoupons: 'LockCouponsInput',
    redeemCoupons: 'CouponHoldInput',
    releaseCoupons: 'CouponHoldInput',
    returnCoupons: 'ReturnCouponsInput',
  };
  const once = () =>
    platform.execute(
      'user-coupon',
      {
        query: `mutation ($input: ${type[act]}!) { ${act}(input: $input) { isDone refusals { couponId templateId code } } }`,
        variables: { input: { ...input, ...(input.until && { until: input.until.toISOString() }) } },
      },
      internalIdentity('settlement', asTenantId(tenant), null),
    );
  // Settlement asks again with the same token until it knows.
  const result = await insist(once);
  return dataOf<Record<string, HoldAnswer>>(result)[act] ?? { isDone: false, refusals: [] };
}

/** A clock that shows noon in Shanghai on a Wednesday, so that no test meets the end of a day or a week. */
export function noonClock(): MovableClock {
  return new MovableClock(Date.parse('2027-03-10T04:00:00Z') - Date.now());
}
