import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Identity, internalIdentity } from '../../subgraphs/shared/contracts/identity';
import { asTenantId } from '../../subgraphs/shared/kernel/identifiers';
import { ConnectionLost } from '../../subgraphs/shared/runtime/subgraph-client';
import {
  claimed,
  couponOf,
  dataOf,
  type HoldAnswer,
  hold,
  noonClock,
  publish,
  type TemplateWish,
  useOf,
} from '../support/coupons';
import { festival, merchant, operator, shopper } from '../support/people';
import { type Platform, startPlatform } from '../support/platform';
import { isFullCount } from '../support/runs';
import { until } from '../support/until';

const hour = 3_600_000;
const minute = 60_000;

describe('what a promotion may give in all, and one person of it', () => {
  let platform: Platform;
  let orders = 0;
  const verdicts = new Map<string, string>();

  beforeAll(async () => {
    platform = await startPlatform({
      names: ['user-coupon'],
      clock: noonClock(),
      remote: () => ({
        async call({ variables }) {
          const verdict = verdicts.get(String((variables?.input as { token?: string } | undefined)?.token));
          if (!verdict) throw new ConnectionLost('settlement is away');
          return { data: { resolveHold: { until: null, verdict } } };
        },
      }),
    });
  });
  afterAll(async () => {
    await platform.stop();
  });

  /** A published promotion that applies by itself, within limits. */
  const automatic = (limit: Record<string, unknown>, wish: TemplateWish = {}) =>
    publish(platform, {
      ...wish,
      document: {
        trigger: 'AUTOMATIC',
        time: { startsAt: '2027-03-01T00:00:00Z', endsAt: '2027-05-01T00:00:00Z' },
        limit,
        ...wish.document,
      },
    });

  /** One order of somebody that uses a promotion, not paid yet. */
  async function lock(
    templateId: string,
    minorUnits: number,
    ownerId: string,
    more: { couponIds?: string[]; version?: number } = {},
  ) {
    orders += 1;
    const order = { token: `lck_${orders}`, orderId: `ord_${orders}`, ownerId };
    const answer = await hold(platform, 'lockCoupons', {
      ...order,
      couponIds: more.couponIds ?? [],
      uses: [useOf(templateId, minorUnits, more.version)],
      until: new Date(platform.clock.now().getTime() + hour),
    });
    return { order, answer };
  }
  type Lock = Awaited<ReturnType<typeof lock>>;
  const taken = (locks: readonly Lock[]) => locks.filter(({ answer }) => answer.isDone);
  const codesOf = ({ refusals }: HoldAnswer) => refusals.map(({ code }) => code);
  /** Many orders of different people at the same moment. */
  const rush = (count: number, templateId: string, minorUnits: number) =>
    Promise.all(Array.from({ length: count }, (_, n) => lock(templateId, minorUnits, `rush-${n}`)));

  async function usage(templateId: string, who: Identity = merchant('m-1')) {
    const result = await platform.execute(
      'user-coupon',
      {
        query: `query ($of: [_Any!]!) { _entities(representations: $of) { ... on PromotionTemplate { usage {
          uses { limit held spent left }
          budgets { limit { minorUnits currency } held { minorUnits } spent { minorUnits } left { minorUnits } }
        } } } }`,
        variables: { of: [{ __typename: 'PromotionTemplate', id: templateId }] },
      },
      who,
    );
    type Amount = { minorUnits: number };
    return dataOf<{
      _entities: {
        usage: {
          uses: { limit: number; held: number; spent: number; left: number } | null;
          budgets: { limit: Amount & { currency: string }; held: Amount; spent: Amount; left: Amount }[];
        } | null;
      }[];
    }>(result)._entities[0]?.usage;
  }
  async function money(templateId: string) {
    const budget = (await usage(templateId))?.budgets[0];
    return [budget?.held.minorUnits, budget?.spent.minorUnits, budget?.left.minorUnits];
  }

  it('gives many orders at once exactly as much money as there is, and what is let go to others', async () => {
    const orders = isFullCount ? 200 : 60;
    const budget = orders * 500;
    const templateId = await automatic({ budget: { amount: { CNY: budget } } });
    const first = await rush(orders, templateId, 700);
    const most = Math.floor(budget / 700);
    expect(taken(first)).toHaveLength(most);
    expect(new Set(first.flatMap(({ answer }) => codesOf(answer)))).toEqual(new Set(['BUDGET_EXHAUSTED']));
    const rest = budget - most * 700;
    expect(await money(templateId)).toEqual([most * 700, 0, rest]);
    expect((await lock(templateId, rest, 'last-cents')).answer.isDone).toBe(true);
    expect((await lock(templateId, 1, 'too-late')).answer.isDone).toBe(false);

    const [isPaid, isLetGo] = [orders / 5, orders / 10];
    const [paid, letGo] = [taken(first).slice(0, isPaid), taken(first).slice(isPaid, isPaid + isLetGo)];
    await Promise.all([
      ...paid.map(({ order }) => hold(platform, 'redeemCoupons', order)),
      ...letGo.map(({ order }) => hold(platform, 'releaseCoupons', order)),
    ]);
    expect(await money(templateId)).toEqual([budget - (isPaid + isLetGo) * 700, isPaid * 700, isLetGo * 700]);
    expect(taken(await rush(3 * isLetGo, templateId, 700))).toHaveLength(isLetGo);
    expect(await money(templateId)).toEqual([budget - isPaid * 700, isPaid * 700, 0]);
  }, 300_000);

  it('lets as many orders use it as it may be used, and no more, at once and one after the other', async () => {
    const orders = isFullCount ? 200 : 60;
    const templateId = await automatic({ totalUses: 20 });
    const all = await rush(orders, templateId, 0);
    expect(taken(all)).toHaveLength(20);
    expect(new Set(all.flatMap(({ answer }) => codesOf(answer)))).toEqual(new Set(['LIMIT_REACHED']));
    const [one] = taken(all);
    if (one) await hold(platform, 'releaseCoupons', one.order);
    expect(taken(await rush(5, templateId, 0))).toHaveLength(1);
    expect((await usage(templateId))?.uses).toEqual({ limit: 20, held: 20, spent: 0, left: 0 });
  }, 300_000);

  it('counts what one person uses by day, week and in all, in the days of the marketplace', async () => {
    const templateId = await automatic({ perUser: { perDay: 2, perWeek: 3, lifetime: 4 } });
    const ten = () => Promise.all(Array.from({ length: 10 }, () => lock(templateId, 500, 'ann')));
    expect(taken(await ten())).toHaveLength(2);
    expect(taken([await lock(templateId, 500, 'bob')])).toHaveLength(1);
    platform.clock.advance(24 * hour);
    const second = taken(await ten());
    expect(second).toHaveLength(1); // the week is full
    for (const { order } of second) await hold(platform, 'releaseCoupons', order);
    expect(taken(await ten())).toHaveLength(1);
    platform.clock.advance(7 * 24 * hour);
    expect(taken(await ten())).toHaveLength(1); // and now the lifetime
  }, 300_000);

  it('begins a day when the marketplace does, whatever day it is in UTC', async () => {
    const templateId = await automatic({ perUser: { perDay: 1 } });
    const inShanghai = platform.clock.now().getTime() + 8 * hour;
    const midnight = 24 * hour - (inShanghai % (24 * hour));
    const isTaken = async () => (await lock(templateId, 500, 'kai')).answer.isDone;
    expect(await isTaken()).toBe(true);
    platform.clock.advance(midnight - minute);
    expect(await isTaken()).toBe(false);
    platform.clock.advance(2 * minute);
    expect(await isTaken()).toBe(true);
    platform.clock.advance(9 * hour); // the next day in UTC, and nine in the morning of the same in Shanghai
    expect(await isTaken()).toBe(false);
  });

  it('counts what one person saves in a period, by coupons and by what applies by itself', async () => {
    const limit = {
      reward: [
        { per: 'DAY', amount: { CNY: 1000 } },
        { per: 'MONTH', amount: { CNY: 1500 } },
      ],
    };
    const templateId = await automatic(limit);
    const all = await Promise.all(Array.from({ length: 8 }, () => lock(templateId, 300, 'cai')));
    expect(taken(all)).toHaveLength(3);
    expect(codesOf((await lock(templateId, 101, 'cai')).answer)).toEqual(['BUDGET_EXHAUSTED']);
    expect((await lock(templateId, 100, 'cai')).answer.isDone).toBe(true);
    platform.clock.advance(24 * hour);
    expect((await lock(templateId, 501, 'cai')).answer.isDone).toBe(false); // the month has 500 left
    expect((await lock(templateId, 500, 'cai')).answer.isDone).toBe(true);

    const coupons = await publish(platform, { document: { limit: { stock: 5, ...limit } } });
    const couponIds = [
      (await claimed(platform, 'dan', coupons, 'k1')).id,
      (await claimed(platform, 'dan', coupons, 'k2')).id,
    ];
    expect((await lock(coupons, 800, 'dan', { couponIds: couponIds.slice(0, 1) })).answer.isDone).toBe(true);
    const refused = await lock(coupons, 800, 'dan', { couponIds: couponIds.slice(1) });
    expect(refused.answer.refusals).toEqual([{ couponId: null, templateId: coupons, code: 'BUDGET_EXHAUSTED' }]);
    expect((await couponOf(platform, 'dan', couponIds[1] ?? ''))?.state).toBe('AVAILABLE');
  }, 300_000);

  it('gives money back by the amount that is returned, and the use with the last of it, however often it is told', async () => {
    const templateId = await automatic({
      totalUses: 1,
      budget: { amount: { CNY: 900 } },
      reward: [{ per: 'LIFETIME', amount: { CNY: 900 } }],
    });
    const { order } = await lock(templateId, 900, 'eve');
    await hold(platform, 'redeemCoupons', order);
    const back = async (amount: number) => {
      const input = { ...order, couponIds: [], uses: [{ templateId, amount }] };
      for (let i = 0; i < 2; i += 1) expect((await hold(platform, 'returnCoupons', input)).isDone).toBe(true);
      return money(templateId);
    };
    expect(await back(250)).toEqual([0, 650, 250]);
    expect(await back(400)).toEqual([0, 500, 400]);
    expect(await back(250)).toEqual([0, 500, 400]); // an older word that comes late
    expect((await lock(templateId, 100, 'eve')).answer.refusals).toMatchObject([{ code: 'LIMIT_REACHED' }]);
    expect(await back(900)).toEqual([0, 0, 900]);
    expect((await lock(templateId, 900, 'eve')).answer.isDone).toBe(true);
    expect(
      await hold(platform, 'returnCoupons', {
        ...order,
        couponIds: [],
        uses: [{ templateId: 'tpl_other', amount: 1 }],
      }),
    ).toMatchObject({
      refusals: [{ templateId: 'tpl_other', code: 'NOT_FOUND' }],
    });
  });

  it('takes everything of an order or nothing, and the same order once', async () => {
    const scarce = await automatic({ totalUses: 1 });
    const plenty = await automatic({ budget: { amount: { CNY: 500 } } });
    await lock(scarce, 0, 'fay');
    const input = {
      token: 'lck_both',
      orderId: 'ord_both',
      ownerId: 'gil',
      couponIds: [],
      until: new Date(platform.clock.now().getTime() + hour),
    };
    const both = { ...input, uses: [useOf(plenty, 500), useOf(scarce, 0)] };
    expect(await hold(platform, 'lockCoupons', both)).toMatchObject({
      isDone: false,
      refusals: [{ templateId: scarce }],
    });
    expect(await money(plenty)).toEqual([0, 0, 500]);
    const one = { ...input, uses: [useOf(plenty, 300)] };
    for (let i = 0; i < 3; i += 1) expect((await hold(platform, 'lockCoupons', one)).isDone).toBe(true);
    expect(await hold(platform, 'lockCoupons', { ...input, uses: [useOf(plenty, 200)] })).toMatchObject({
      refusals: [{ code: 'STALE_TOKEN' }],
    });
    expect(await money(plenty)).toEqual([300, 0, 200]);
  });

  it('takes one use and all of the money of several coupons of a promotion, whatever versions they are of', async () => {
    const limit = { stock: 5, totalUses: 2, budget: { amount: { CNY: 1000 } } };
    const templateId = await publish(platform, { document: { limit } });
    const first = await claimed(platform, 'oda', templateId, 'k1');
    await publish(platform, { id: templateId, version: 2, revision: 2, document: { limit } });
    const second = await claimed(platform, 'oda', templateId, 'k2');
    const third = await claimed(platform, 'oda', templateId, 'k3');
    const order = { token: 'lck_several', orderId: 'ord_several', ownerId: 'oda' };
    const later = new Date(platform.clock.now().getTime() + hour);
    const uses = [useOf(templateId, 300), useOf(templateId, 400, 2)];
    const locked = await hold(platform, 'lockCoupons', {
      ...order,
      couponIds: [first.id, second.id],
      uses,
      until: later,
    });
    expect(locked).toMatchObject({ isDone: true });
    expect((await usage(templateId))?.uses).toMatchObject({ held: 1, left: 1 });
    expect(await money(templateId)).toEqual([700, 0, 300]);
    const tooMuch = await lock(templateId, 301, 'oda', { couponIds: [third.id], version: 2 });
    expect(codesOf(tooMuch.answer)).toEqual(['BUDGET_EXHAUSTED']);
    await hold(platform, 'releaseCoupons', order);
    expect(await money(templateId)).toEqual([0, 0, 1000]);
  });

  it('holds no coupon past its limits: an order that does not say what it uses of the very version is refused', async () => {
    const limited = { document: { limit: { stock: 5, budget: { amount: { CNY: 800 } } } } };
    const templateId = await publish(platform, limited);
    const { id } = await claimed(platform, 'lea', templateId);
    await publish(platform, { ...limited, id: templateId, version: 2, revision: 2 });
    const other = await automatic({ budget: { amount: { CNY: 800 } } });
    const input = {
      orderId: 'ord_unseen',
      ownerId: 'lea',
      couponIds: [id],
      until: new Date(platform.clock.now().getTime() + hour),
    };
    for (const uses of [[], [useOf(other, 800)], [useOf(templateId, 800, 2)]])
      expect(
        await hold(platform, 'lockCoupons', { ...input, token: `lck_unseen-${uses[0]?.versionId}`, uses }),
      ).toEqual({
        isDone: false,
        refusals: [{ couponId: id, templateId, code: 'USE_NOT_NAMED' }],
      });
    expect((await couponOf(platform, 'lea', id))?.state).toBe('AVAILABLE');
    expect(await money(other)).toEqual([0, 0, 800]);
    const foreign = { ...useOf(templateId, 800), templateId: other };
    await expect(hold(platform, 'lockCoupons', { ...input, token: 'lck_foreign', uses: [foreign] })).rejects.toThrow(
      'INTERNAL',
    );
    expect(
      await hold(platform, 'lockCoupons', { ...input, token: 'lck_seen', uses: [useOf(templateId, 800)] }),
    ).toMatchObject({ isDone: true });
    expect(await money(templateId)).toEqual([800, 0, 0]);
  });

  it('gets back what a process held that died before there was an order', async () => {
    const templateId = await automatic({ totalUses: 3, budget: { amount: { CNY: 1000 } } });
    const { order } = await lock(templateId, 1000, 'hal');
    expect(await money(templateId)).toEqual([1000, 0, 0]);
    verdicts.set(order.token, 'RELEASE'); // settlement fenced the order that never came to be
    platform.clock.advance(2 * hour);
    await until(async () => (await money(templateId))[2] === 1000);
    expect((await usage(templateId))?.uses).toEqual({ limit: 3, held: 0, spent: 0, left: 3 });
    expect(await hold(platform, 'redeemCoupons', order)).toMatchObject({ refusals: [{ code: 'STALE_TOKEN' }] });
  });

  it('follows the newest version: more at once, less only for what is not used yet', async () => {
    const wish = (amount: number, version: number) =>
      automatic(
        { budget: { amount: { CNY: amount } } },
        { ...(version > 1 && { id: templateId }), version, revision: version },
      );
    let templateId = await automatic({ budget: { amount: { CNY: 500 } } });
    const held = [await lock(templateId, 250, 'ida'), await lock(templateId, 250, 'jon')];
    templateId = await wish(800, 2);
    expect((await lock(templateId, 300, 'kim', { version: 2 })).answer.isDone).toBe(true);
    await wish(400, 3);
    expect((await lock(templateId, 1, 'kim', { version: 3 })).answer.isDone).toBe(false);
    for (const { order } of held) await hold(platform, 'releaseCoupons', order);
    // 300 of 400 are used, and an order that was priced before has no more either.
    expect((await lock(templateId, 101, 'kim', { version: 2 })).answer.isDone).toBe(false);
    expect((await lock(templateId, 100, 'kim', { version: 2 })).answer.isDone).toBe(true);
    expect(await money(templateId)).toEqual([400, 0, 0]);
  });

  it('is told to settlement as it is left: for everybody, and for the person who asks', async () => {
    const templateId = await automatic({
      totalUses: 5,
      perUser: { perDay: 2 },
      budget: { amount: { CNY: 1000 } },
      reward: [{ per: 'DAY', amount: { CNY: 700 } }],
    });
    const { versionId } = useOf(templateId, 0);
    const leftFor = async (ownerId: string | null) => {
      const result = await platform.execute(
        'user-coupon',
        {
          query:
            'query ($input: PricingFactsInput!) { pricingFacts(input: $input) { limits { versionId uses money { amounts { minorUnits currency } } } } }',
          variables: { input: { ownerId, couponIds: [], versionIds: [versionId] } },
        },
        internalIdentity('settlement', asTenantId(festival), null),
      );
      const [limit, ...more] = dataOf<{ pricingFacts: { limits: Left[] } }>(result).pricingFacts.limits;
      expect([limit?.versionId, more]).toEqual([versionId, []]);
      return [limit?.uses, limit?.money?.amounts.map(({ minorUnits }) => minorUnits)];
    };
    interface Left {
      versionId: string;
      uses: number | null;
      money: { amounts: { minorUnits: number }[] } | null;
    }
    expect([await leftFor('lou'), await leftFor(null)]).toEqual([
      [2, [700]],
      [5, [1000]],
    ]);
    const { order } = await lock(templateId, 250, 'lou');
    expect([await leftFor('lou'), await leftFor('max'), await leftFor(null)]).toEqual([
      [1, [450]],
      [2, [700]],
      [4, [750]],
    ]);
    await hold(platform, 'redeemCoupons', order);
    await lock(templateId, 500, 'nia');
    expect([await leftFor('lou'), await leftFor('max')]).toEqual([
      [1, [250]],
      [2, [250]],
    ]);
    await lock(templateId, 200, 'lou');
    expect(await leftFor('lou')).toEqual([0, [50]]);
  });

  it('is told to its merchant and to the operator, and to nobody else', async () => {
    const templateId = await automatic({ totalUses: 5 });
    expect(await usage(templateId, operator())).toMatchObject({ uses: { limit: 5, left: 5 }, budgets: [] });
    expect(await usage(templateId, merchant('m-2'))).toBeNull();
    await expect(usage(templateId, shopper('ann'))).rejects.toThrow('FORBIDDEN');
    expect(await usage(await automatic({}))).toMatchObject({ uses: null, budgets: [] });
  });
});
