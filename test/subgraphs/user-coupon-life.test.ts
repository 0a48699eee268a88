import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Identity } from '../../subgraphs/shared/contracts/identity';
import { internalIdentity } from '../../subgraphs/shared/contracts/identity';
import { asTenantId } from '../../subgraphs/shared/kernel/identifiers';
import { ConnectionLost } from '../../subgraphs/shared/runtime/subgraph-client';
import { claimed, couponOf, dataOf, type HoldAnswer, hold, noonClock, publish } from '../support/coupons';
import { anonymous, festival, merchant, operator, service, shopper } from '../support/people';
import { type Platform, startPlatform } from '../support/platform';
import { until } from '../support/until';

const day = 86_400_000;
const hour = 3_600_000;

describe('the life of a coupon', () => {
  let platform: Platform;
  let counter = 0;
  /** What settlement says about each token; settlement itself is another process. */
  const verdicts = new Map<string, () => { verdict: string; until?: string }>();
  const asked: { token: string; who: Identity }[] = [];

  beforeAll(async () => {
    platform = await startPlatform({
      names: ['user-coupon'],
      clock: noonClock(),
      remote: () => ({
        async call({ variables }, who) {
          const token = String((variables?.input as { token?: string } | undefined)?.token);
          asked.push({ token, who });
          const verdict = verdicts.get(token);
          if (!verdict) throw new ConnectionLost('settlement is away');
          return { data: { resolveHold: { until: null, ...verdict() } } };
        },
      }),
    });
  });
  afterAll(async () => {
    await platform.stop();
  });

  const now = () => platform.clock.now().getTime();
  const inAnHour = () => new Date(now() + hour);
  const done: HoldAnswer = { isDone: true, refusals: [] };
  const stale: HoldAnswer = { isDone: false, refusals: [{ couponId: null, templateId: null, code: 'STALE_TOKEN' }] };

  /** A shopper with fresh coupons and a fresh order. */
  async function shopperWith(count = 1, validity?: Parameters<typeof publish>[1]) {
    counter += 1;
    const ownerId = `owner-${counter}`;
    const templateId = await publish(platform, validity);
    const coupons = [];
    for (let i = 0; i < count; i += 1) coupons.push(await claimed(platform, ownerId, templateId, `k${i}`));
    return {
      ownerId,
      templateId,
      couponIds: coupons.map(({ id }) => id),
      input: { token: `lck_${counter}`, orderId: `ord_${counter}`, ownerId },
    };
  }
  const statesOf = async (ownerId: string, ids: readonly string[]) =>
    Promise.all(ids.map(async (id) => (await couponOf(platform, ownerId, id))?.state));
  const movesOf = async (id: string) =>
    (
      await platform.mongo
        .database('user-coupon')
        .collection<{ _id: string; act: string; by: string }>('coupon_moves')
        .find({ _id: { $gte: `${id}:`, $lt: `${id};` } })
        .sort({ _id: 1 })
        .toArray()
    ).map(({ act }) => act);

  it('is held, spent and given back, each move once however often it is asked for', async () => {
    const { ownerId, couponIds, input } = await shopperWith(2);
    const lock = { ...input, couponIds, until: inAnHour() };
    for (let i = 0; i < 2; i += 1) expect(await hold(platform, 'lockCoupons', lock)).toEqual(done);
    expect(await statesOf(ownerId, couponIds)).toEqual(['LOCKED', 'LOCKED']);
    expect((await couponOf(platform, ownerId, couponIds[0] ?? ''))?.order).toEqual({ id: input.orderId });
    for (let i = 0; i < 2; i += 1) expect(await hold(platform, 'redeemCoupons', input)).toEqual(done);
    expect(await statesOf(ownerId, couponIds)).toEqual(['REDEEMED', 'REDEEMED']);
    const back = { ...input, couponIds: couponIds.slice(0, 1) };
    for (let i = 0; i < 2; i += 1) expect(await hold(platform, 'returnCoupons', back)).toEqual(done);
    expect(await statesOf(ownerId, couponIds)).toEqual(['AVAILABLE', 'REDEEMED']);
    expect(await movesOf(couponIds[0] ?? '')).toEqual(['claim', 'lock', 'redeem', 'return']);
    // Spent on another order, the old return does not reach it any more.
    const next = { token: `${input.token}-next`, orderId: 'ord-next', ownerId };
    await hold(platform, 'lockCoupons', { ...next, couponIds: back.couponIds, until: inAnHour() });
    await hold(platform, 'redeemCoupons', next);
    expect(await hold(platform, 'returnCoupons', back)).toEqual(done);
    expect(await statesOf(ownerId, back.couponIds)).toEqual(['REDEEMED']);
  });

  it('refuses tokens that hold nothing, or no longer, or for another order', async () => {
    const { couponIds, input } = await shopperWith(1);
    const lock = { ...input, couponIds, until: inAnHour() };
    expect(await hold(platform, 'redeemCoupons', input)).toEqual(stale);
    expect(await hold(platform, 'returnCoupons', { ...input, couponIds })).toEqual(stale);
    await hold(platform, 'lockCoupons', lock);
    expect(await hold(platform, 'lockCoupons', { ...lock, couponIds: [] })).toEqual(stale);
    expect(await hold(platform, 'redeemCoupons', { ...input, orderId: 'ord-other' })).toEqual(stale);
    expect(await hold(platform, 'redeemCoupons', { ...input, ownerId: 'somebody' })).toEqual(stale);
    expect(await hold(platform, 'redeemCoupons', input, 'other-market')).toEqual(stale);
    expect(await hold(platform, 'returnCoupons', { ...input, couponIds })).toEqual(stale);
    for (let i = 0; i < 2; i += 1) expect(await hold(platform, 'releaseCoupons', input)).toEqual(done);
    expect(await hold(platform, 'redeemCoupons', input)).toEqual(stale);
    expect(await hold(platform, 'lockCoupons', lock)).toEqual(stale);
    const spent = { ...input, token: `${input.token}-b` };
    await hold(platform, 'lockCoupons', { ...lock, token: spent.token });
    await hold(platform, 'redeemCoupons', spent);
    expect(await hold(platform, 'releaseCoupons', spent)).toEqual(stale);
    expect(await hold(platform, 'returnCoupons', { ...spent, couponIds: ['cpn_x-000001-0'] })).toEqual({
      isDone: false,
      refusals: [{ couponId: 'cpn_x-000001-0', templateId: null, code: 'NOT_FOUND' }],
    });
  });

  it('lets a lock that arrives after its release come too late', async () => {
    const { ownerId, couponIds, input } = await shopperWith(1);
    expect(await hold(platform, 'releaseCoupons', input)).toEqual(done);
    expect(await hold(platform, 'lockCoupons', { ...input, couponIds, until: inAnHour() })).toEqual(stale);
    expect(await statesOf(ownerId, couponIds)).toEqual(['AVAILABLE']);
  });

  it('holds all coupons of an order or none', async () => {
    const { ownerId, couponIds, input } = await shopperWith(3);
    const [free, taken] = couponIds;
    await hold(platform, 'lockCoupons', { ...input, token: 'lck_first', couponIds: [taken ?? ''], until: inAnHour() });
    const foreign = (await shopperWith(1)).couponIds[0] ?? '';
    const refused = await hold(platform, 'lockCoupons', {
      ...input,
      couponIds: [free ?? '', taken ?? '', foreign],
      until: inAnHour(),
    });
    expect(refused.isDone).toBe(false);
    expect(refused.refusals).toEqual(
      expect.arrayContaining([
        { couponId: taken, templateId: null, code: 'NOT_AVAILABLE' },
        { couponId: foreign, templateId: null, code: 'NOT_FOUND' },
      ]),
    );
    expect(refused.refusals).toHaveLength(2);
    expect(await statesOf(ownerId, [free ?? ''])).toEqual(['AVAILABLE']);
    expect(
      await hold(
        platform,
        'lockCoupons',
        { ...input, token: 'lck_other-tenant', couponIds: [free ?? ''], until: inAnHour() },
        'other-market',
      ),
    ).toMatchObject({ refusals: [{ code: 'NOT_FOUND' }] });
  });

  it('gives one coupon to exactly one of fifty orders that reach for it at once', async () => {
    const { ownerId, couponIds, input } = await shopperWith(1);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        hold(platform, 'lockCoupons', {
          ownerId,
          orderId: `ord_${i}`,
          token: `${input.token}-${i}`,
          couponIds,
          until: inAnHour(),
        }),
      ),
    );
    expect(answers.filter(({ isDone }) => isDone)).toHaveLength(1);
    for (const { isDone, refusals } of answers)
      if (!isDone) expect(refusals).toEqual([{ couponId: couponIds[0], templateId: null, code: 'NOT_AVAILABLE' }]);
    const winner = answers.findIndex(({ isDone }) => isDone);
    const redeemed = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        hold(platform, 'redeemCoupons', { ownerId, orderId: `ord_${i}`, token: `${input.token}-${i}` }),
      ),
    );
    expect(redeemed.map(({ isDone }) => isDone)).toEqual(redeemed.map((_, i) => i === winner));
    expect(await movesOf(couponIds[0] ?? '')).toEqual(['claim', 'lock', 'redeem']);
  });

  it('runs the same lock once when it is sent twenty times at once', async () => {
    const { couponIds, input } = await shopperWith(2);
    const lock = { ...input, couponIds, until: inAnHour() };
    const answers = await Promise.all(Array.from({ length: 20 }, () => hold(platform, 'lockCoupons', lock)));
    for (const answer of answers) expect(answer).toEqual(done);
    expect(await movesOf(couponIds[0] ?? '')).toEqual(['claim', 'lock']);
  });

  it('expires by the very instant for whoever looks, and is written down soon after', async () => {
    const { ownerId, couponIds, input } = await shopperWith(2, { validity: { kind: 'DAYS_AFTER_CLAIM', days: 1 } });
    const [held, idle] = couponIds;
    await hold(platform, 'lockCoupons', { ...input, couponIds: [held ?? ''], until: new Date(now() + 3 * day) });
    platform.clock.advance(day + 1);
    // Read time: no worker is needed for this.
    expect(await statesOf(ownerId, [idle ?? '', held ?? ''])).toEqual(['EXPIRED', 'LOCKED']);
    expect(
      await hold(platform, 'lockCoupons', {
        ...input,
        token: `${input.token}-late`,
        couponIds: [idle ?? ''],
        until: inAnHour(),
      }),
    ).toMatchObject({ refusals: [{ code: 'NOT_AVAILABLE' }] });
    await until(async () => (await movesOf(idle ?? '')).includes('expire'));
    // The lock outlived the expiry; let go, the coupon is expired and not available.
    expect(await hold(platform, 'releaseCoupons', input)).toEqual(done);
    expect(await statesOf(ownerId, couponIds)).toEqual(['EXPIRED', 'EXPIRED']);
    expect(await movesOf(held ?? '')).toEqual(['claim', 'lock', 'release', 'expire']);
  });

  it('can be spent after its expiry by the order that held it, and comes back expired', async () => {
    const { ownerId, couponIds, input } = await shopperWith(1, { validity: { kind: 'DAYS_AFTER_CLAIM', days: 1 } });
    await hold(platform, 'lockCoupons', { ...input, couponIds, until: new Date(now() + 3 * day) });
    platform.clock.advance(day + 1);
    expect(await hold(platform, 'redeemCoupons', input)).toEqual(done);
    expect(await statesOf(ownerId, couponIds)).toEqual(['REDEEMED']);
    expect(await hold(platform, 'returnCoupons', { ...input, couponIds })).toEqual(done);
    expect(await statesOf(ownerId, couponIds)).toEqual(['EXPIRED']);
    expect(await movesOf(couponIds[0] ?? '')).toEqual(['claim', 'lock', 'redeem', 'return', 'expire']);
  });

  it('asks settlement about a lapsed hold and does what it says', async () => {
    const [released, spent, extended, orphan] = [
      await shopperWith(),
      await shopperWith(),
      await shopperWith(),
      await shopperWith(),
    ];
    const all = [released, spent, extended, orphan];
    for (const one of all)
      await hold(platform, 'lockCoupons', { ...one.input, couponIds: one.couponIds, until: new Date(now() + 60_000) });
    verdicts.set(released.input.token, () => ({ verdict: 'RELEASE' }));
    verdicts.set(spent.input.token, () => ({ verdict: 'REDEEM' }));
    verdicts.set(extended.input.token, () => ({ verdict: 'EXTEND', until: new Date(now() + hour).toISOString() }));
    platform.clock.advance(30_000);
    expect(asked.filter(({ token }) => token === released.input.token)).toHaveLength(0);
    platform.clock.advance(31_000);
    const states = () => Promise.all(all.map(async (one) => (await statesOf(one.ownerId, one.couponIds))[0]));
    await until(
      async () =>
        (await states()).join() === 'AVAILABLE,REDEEMED,LOCKED,LOCKED' &&
        asked.some(({ token }) => token === orphan.input.token),
    );
    expect(asked.find(({ token }) => token === spent.input.token)?.who).toMatchObject({
      kind: 'internal',
      process: 'user-coupon',
      tenant: festival,
    });
    // Nobody could answer for the orphan: it stays held and is asked about again.
    verdicts.set(orphan.input.token, () => ({ verdict: 'RELEASE' }));
    verdicts.set(extended.input.token, () => ({ verdict: 'RELEASE' }));
    platform.clock.advance(6000);
    await until(async () => (await states()).join() === 'AVAILABLE,REDEEMED,LOCKED,AVAILABLE');
    expect(asked.filter(({ token }) => token === extended.input.token)).toHaveLength(1);
    platform.clock.advance(hour);
    await until(async () => (await states()).join() === 'AVAILABLE,REDEEMED,AVAILABLE,AVAILABLE');
    expect(await hold(platform, 'redeemCoupons', released.input)).toEqual(stale);
    expect(await hold(platform, 'redeemCoupons', spent.input)).toEqual(done);
  });

  it('tells settlement and nobody else what a price depends on', async () => {
    const { ownerId, templateId, couponIds, input } = await shopperWith(3);
    const [locked, ...rest] = couponIds;
    await hold(platform, 'lockCoupons', { ...input, couponIds: [locked ?? ''], until: inAnHour() });
    await publish(platform, { id: templateId, revision: 2, version: 2, document: { name: { default: 'another' } } });
    const query = `query ($input: PricingFactsInput!) { pricingFacts(input: $input) { coupons { couponId templateId versionId state terms } unknownCouponIds typedCodes { code couponId } isTruncated } }`;
    interface Facts {
      coupons: {
        couponId: string;
        state: string;
        terms: { version: number; document: { name: { default: string } } };
      }[];
      unknownCouponIds: string[];
      typedCodes: { code: string; couponId: string }[];
      isTruncated: boolean;
    }
    const ask = async (couponIds: string[] | null, who: Identity, codes: string[] = []) =>
      platform.execute('user-coupon', { query, variables: { input: { ownerId, couponIds, codes } } }, who);
    const settlement = internalIdentity('settlement', asTenantId(festival), null);
    const facts = dataOf<{ pricingFacts: Facts }>(await ask(null, settlement)).pricingFacts;
    expect(facts.coupons.map(({ couponId }) => couponId)).toEqual([...rest].sort());
    expect(facts.coupons[0]?.terms).toMatchObject({ version: 1, document: { name: { default: '满300减40' } } });
    expect(facts).toMatchObject({ unknownCouponIds: [], isTruncated: false });
    const named = dataOf<{ pricingFacts: Facts }>(
      await ask([locked ?? '', 'cpn_no-000001-0'], settlement),
    ).pricingFacts;
    expect(named).toMatchObject({
      coupons: [{ couponId: locked, state: 'LOCKED' }],
      unknownCouponIds: ['cpn_no-000001-0'],
    });
    // Somebody reads the code off a screen: gaps, dashes and wide digits do not matter, whatever became of the coupon.
    const rows = platform.mongo
      .database('user-coupon')
      .collection<{ _id: string; ownerId: string; code: string }>('coupons');
    const code = (await rows.findOne({ _id: locked ?? '' }))?.code ?? '';
    const typed = `${code.slice(0, 4)} ${code.slice(4, 10)}-${code.slice(10)}`;
    const foreign = (await rows.findOne({ ownerId: { $ne: ownerId } }))?.code ?? 'none';
    const byCode = dataOf<{ pricingFacts: Facts }>(await ask(null, settlement, [typed, foreign, '1'])).pricingFacts;
    expect(byCode.typedCodes).toEqual([{ code: typed, couponId: locked }]);
    expect(new Set(byCode.coupons.map(({ couponId }) => couponId))).toEqual(new Set(couponIds));

    const others = [
      shopper(ownerId),
      operator(),
      merchant('m-1'),
      service(),
      anonymous(),
      internalIdentity('gateway', asTenantId(festival), null),
      internalIdentity('notification', asTenantId(festival), null),
    ];
    for (const who of others) {
      expect((await ask(null, who)).errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
      for (const [act, type] of Object.entries({
        lockCoupons: 'LockCouponsInput',
        redeemCoupons: 'CouponHoldInput',
        releaseCoupons: 'CouponHoldInput',
        returnCoupons: 'ReturnCouponsInput',
      })) {
        const extra =
          type === 'LockCouponsInput'
            ? { couponIds: rest, until: inAnHour().toISOString() }
            : type === 'ReturnCouponsInput'
              ? { couponIds: rest }
              : {};
        const result = await platform.execute(
          'user-coupon',
          {
            query: `mutation ($input: ${type}!) { ${act}(input: $input) { isDone } }`,
            variables: { input: { token: 't', orderId: 'o', ownerId, ...extra } },
          },
          who,
        );
        expect(result.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
      }
    }
  });
});
