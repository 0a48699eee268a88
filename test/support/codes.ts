import type { Identity } from '../../subgraphs/shared/contracts/identity';
import { internalIdentity } from '../../subgraphs/shared/contracts/identity';
import { asTenantId, type TemplateId } from '../../subgraphs/shared/kernel/identifiers';
import { newId } from '../../subgraphs/shared/runtime/ids';
import { dataOf, insist, publish, type SeenCoupon, type TemplateWish } from './coupons';
import { festival, merchant, shopper } from './people';
import type { Platform } from './platform';
import { until } from './until';

/** What a job answers. */
export interface SeenJob {
  id: string;
  count: number;
  doneCount: number;
  state: string;
}
/** What a typed code answers. */
export interface SeenByCode {
  coupon: SeenCoupon | null;
  userErrors: { code: string; field: string[]; retryAt: string | null }[];
}
/** What settlement hears of typed codes. */
export interface SeenFacts {
  coupons: { couponId: string; templateId: string; state: string }[];
  typedCodes: { code: string; couponId: string }[];
  refusedCodes: { code: string; reason: string; retryAt: string | null }[];
}

/** A published promotion with codes; ¥40 off ¥300, as coupons of tests are. */
export function publishWithCodes(platform: Platform, wish: TemplateWish = {}): Promise<TemplateId> {
  return publish(platform, { ...wish, document: { trigger: 'CODE', ...wish.document } });
}

/** Runs a mutation about codes and gives its payload. */
export async function aboutCodes<T>(
  platform: Platform,
  mutation: string,
  input: Record<string, unknown>,
  who: Identity = merchant('m-1'),
): Promise<T> {
  const name = mutation.charAt(0).toUpperCase() + mutation.slice(1);
  const type =
    {
      stopCodeJob: 'StopCodeJobInput',
      resumeCodeJob: 'ResumeCodeJobInput',
      createPublicCode: 'CreatePublicCodeInput',
      closePublicCode: 'ClosePublicCodeInput',
    }[mutation] ?? `${name}Input`;
  const payload = mutation.endsWith('PublicCode') ? 'publicCode { code isClosed }' : 'job { id count doneCount state }';
  const query = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${payload} userErrors { code message field } } }`;
  const result = await platform.execute('user-coupon', { query, variables: { input } }, who);
  return dataOf<Record<string, T>>(result)[mutation] as T;
}

/** A job as it is now. */
export async function jobOf(platform: Platform, id: string, who: Identity = merchant('m-1')): Promise<SeenJob | null> {
  const query = 'query ($id: ID!) { codeJob(id: $id) { id count doneCount state } }';
  return dataOf<{ codeJob: SeenJob | null }>(await platform.execute('user-coupon', { query, variables: { id } }, who))
    .codeJob;
}

/** Codes of a template, generated and stored. */
export async function generated(platform: Platform, templateId: TemplateId, count: number): Promise<string[]> {
  const { job } = await aboutCodes<{ job: SeenJob | null }>(platform, 'generateCodes', {
    templateId,
    count,
    idempotencyKey: newId('key'),
  });
  if (!job) throw new Error('Expected a job, found none.');
  await until(async () => (await jobOf(platform, job.id))?.state === 'DONE', 60_000);
  return storedCodes(platform, templateId);
}

/** The keys of the unique codes of a template, in the order of their numbers. */
export async function storedCodes(platform: Platform, templateId: TemplateId): Promise<string[]> {
  const codes = platform.mongo
    .database('user-coupon')
    .collection<{ _id: string; templateId: string; number: number }>('promotion_codes');
  const found = await codes
    .find({ templateId, number: { $exists: true } })
    .sort({ number: 1 })
    .toArray();
  return found.map(({ _id }) => _id.slice(_id.indexOf('/') + 1));
}

/** A typed code on its way into a wallet. */
export async function claimByCode(
  platform: Platform,
  userId: string,
  code: string,
  key = newId('key'),
  tenant = festival,
): Promise<SeenByCode> {
  const query = `mutation ($input: ClaimCouponByCodeInput!) { claimCouponByCode(input: $input) {
    coupon { id state code claimedAt validFrom expiresAt order { id } } userErrors { code field retryAt } } }`;
  const variables = { input: { code, idempotencyKey: key } };
  const result = await insist(() => platform.execute('user-coupon', { query, variables }, shopper(userId, tenant)));
  return dataOf<{ claimCouponByCode: SeenByCode }>(result).claimCouponByCode;
}

/** The same by a client who comes again while the answer says that it may help. */
export async function claimByCodeInTheEnd(platform: Platform, userId: string, code: string): Promise<SeenByCode> {
  const key = newId('key');
  for (;;) {
    const answer = await claimByCode(platform, userId, code, key);
    const [error] = answer.userErrors;
    if (!error?.retryAt) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What settlement is told of codes that a shopper typed. */
export async function factsOfCodes(
  platform: Platform,
  userId: string,
  codes: readonly string[],
  address: string | null = null,
): Promise<SeenFacts> {
  const query = `query ($input: PricingFactsInput!) { pricingFacts(input: $input) {
    coupons { couponId templateId state } typedCodes { code couponId } refusedCodes { code reason retryAt } } }`;
  const variables = { input: { ownerId: userId, couponIds: [], codes, address } };
  const who = internalIdentity('settlement', asTenantId(festival), null);
  return dataOf<{ pricingFacts: SeenFacts }>(await platform.execute('user-coupon', { query, variables }, who))
    .pricingFacts;
}

/** Holds coupons and what codes promised, as settlement does. */
export async function lockWithCodes(
  platform: Platform,
  input: { token: string; orderId: string; ownerId: string; couponIds: readonly string[]; codes: readonly string[] },
): Promise<{
  isDone: boolean;
  refusals: { couponId: string; code: string }[];
  taken: { promisedId: string; couponId: string }[];
}> {
  const query = `mutation ($input: LockCouponsInput!) { lockCoupons(input: $input) {
    isDone refusals { couponId code } taken { promisedId couponId } } }`;
  const until = new Date(platform.clock.now().getTime() + 3_600_000).toISOString();
  const who = internalIdentity('settlement', asTenantId(festival), null);
  const variables = { input: { ...input, until } };
  const result = await insist(() => platform.execute('user-coupon', { query, variables }, who));
  return dataOf<{ lockCoupons: Awaited<ReturnType<typeof lockWithCodes>> }>(result).lockCoupons;
}
