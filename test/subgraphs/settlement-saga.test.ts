import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { internalIdentity } from '../../subgraphs/shared/contracts/identity';
import { asTenantId } from '../../subgraphs/shared/kernel/identifiers';
import { defaultTenantSettings } from '../../subgraphs/shared/kernel/tenant-settings';
import { newEvent } from '../../subgraphs/shared/runtime/events';
import { festival, operator, service, shopper } from '../support/people';
import {
  actsOn,
  answerOf,
  cart,
  eventually,
  expecting,
  orderOf,
  orderText,
  reduction,
  type Stage,
  settleText,
  skuEvent,
  startStage,
} from './settlement-stage';

const forty = reduction('forty', 4000, 10_000);
const minute = 60_000;
let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
  await stage.publish(skuEvent('tea', 5000), skuEvent('mug', 1000));
});

afterEach(() => {
  stage.crash.after = null;
  stage.coupons.isAway = false;
  stage.coupons.beforeLock = null;
  stage.coupons.losesAnswer.clear();
});

afterAll(() => stage.stop());

const { settle, insist, pay, cancel, confirm, stateOf, resolveHold, rows, rowOf, eventsOf } = actsOn(() => stage);

describe('an order is placed', () => {
  it('at exactly the expected price, its coupons held past the time to pay, its shares stored', async () => {
    const coupon = stage.coupons.give('ann', forty);
    const order = orderOf(await settle('ann', { ...cart({ tea: 2, mug: 1 }), ...expecting(7000) }));
    expect(order).toMatchObject({
      state: 'PENDING_PAYMENT',
      payable: { minorUnits: 7000 },
      discount: { minorUnits: 4000 },
    });
    expect(order.lines.map((line) => line.payable.minorUnits)).toEqual([6364, 636]);
    expect(order.lines[0]?.discounts[0]?.units).toEqual([{ quantity: 2, amount: { minorUnits: 1818 } }]);
    expect(order.appliedPromotions).toMatchObject([{ versionId: 'tpv_forty_1', coupon: { id: coupon } }]);
    const held = stage.coupons.coupons.get(coupon);
    expect(held?.state).toBe('LOCKED');
    expect(held?.until?.getTime()).toBeGreaterThan(new Date(order.payBefore).getTime());
    expect(await eventsOf(order.id)).toEqual(['order.placed']);
    const stored = await stage.mongo.database('settlement').collection('orders').findOne({ ownerId: 'ann' });
    expect(stored?.price.considered).toMatchObject([{ verdict: 'APPLIED', amount: 4000, couponId: coupon }]);
  });

  it('and paid at once when nothing has to be paid', async () => {
    const coupon = stage.coupons.give('abe', reduction('free', 1000, 1000));
    const order = orderOf(await settle('abe', { ...cart({ mug: 1 }), ...expecting(0) }));
    expect(order).toMatchObject({ state: 'PAID', payable: { minorUnits: 0 } });
    expect(stage.coupons.stateOf(coupon)).toBe('REDEEMED');
    expect(new Set(await eventsOf(order.id))).toEqual(new Set(['order.placed', 'order.paid']));
    expect(await pay('abe', order.id)).toMatchObject({ payment: null, order: { state: 'PAID' }, userErrors: [] });
  });

  it('once per key: the same call again gives the same order, other input is refused', async () => {
    stage.coupons.give('ben', forty);
    const keyed = expecting(6000, 'the-key');
    const first = orderOf(await settle('ben', { ...cart({ tea: 2 }), ...keyed }));
    expect(orderOf(await settle('ben', { ...cart({ tea: 2 }), ...keyed })).id).toBe(first.id);
    const other = await settle('ben', { ...cart({ tea: 3 }), ...keyed });
    expect(other).toMatchObject({ order: null, userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }] });
    await cancel('ben', first.id);
    expect(orderOf(await settle('ben', { ...cart({ tea: 2 }), ...keyed }))).toMatchObject({
      id: first.id,
      state: 'CANCELLED',
    });
    expect(orderOf(await settle('carl', { ...cart({ tea: 2 }), ...expecting(10_000, 'the-key') })).id).not.toBe(
      first.id,
    );
  });

  it('once, by twenty calls with the same key at the same moment', async () => {
    stage.coupons.give('bob', forty);
    const input = { ...cart({ tea: 2 }), ...expecting(6000, 'all-at-once') };
    const answers = await Promise.all(Array.from({ length: 20 }, () => insist('bob', input)));
    expect(new Set(answers.map((answer) => orderOf(answer).id)).size).toBe(1);
    expect(await rows().countDocuments({ ownerId: 'bob' })).toBe(1);
  });

  it('by one of fifty when all want the same coupon, and the others hear the new price', async () => {
    const coupon = stage.coupons.give('cat', forty);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => settle('cat', { ...cart({ tea: 2 }), ...expecting(6000) })),
    );
    expect(answers.filter(({ order }) => order)).toHaveLength(1);
    const losers = answers.filter(({ order }) => !order);
    expect(losers.every(({ userErrors }) => userErrors[0]?.code === 'PRICE_CHANGED')).toBe(true);
    expect(losers.every(({ quote }) => quote?.payable.minorUnits === 10_000)).toBe(true);
    expect(stage.coupons.stateOf(coupon)).toBe('LOCKED');
  });
});

describe('an order is refused', () => {
  it('with the new quote when the price is another one, and the same key may be used for it again', async () => {
    const keyed = expecting(9000, 'changing');
    const changed = await settle('dee', { ...cart({ tea: 2 }), ...keyed });
    expect(changed).toMatchObject({
      order: null,
      quote: { payable: { minorUnits: 10_000 } },
      userErrors: [{ code: 'PRICE_CHANGED', field: ['input', 'expectedPayable'] }],
    });
    expect((await rowOf('dee')).state).toBe('CANCELLED');
    const { token } = await rowOf('dee');
    stage.coupons.give('dee', reduction('ten', 1000, 10_000));
    expect(orderOf(await settle('dee', { ...cart({ tea: 2 }), ...keyed })).payable.minorUnits).toBe(9000);
    expect((await rowOf('dee')).token).not.toBe(token);
  });

  it('with the price without a coupon that somebody took between pricing and holding', async () => {
    const coupon = stage.coupons.give('eli', forty);
    stage.coupons.beforeLock = () => {
      const taken = stage.coupons.coupons.get(coupon);
      if (taken) taken.state = 'REDEEMED';
    };
    const answer = await settle('eli', { ...cart({ tea: 2 }), ...expecting(6000) });
    expect(answer).toMatchObject({
      order: null,
      quote: {
        payable: { minorUnits: 10_000 },
        unusedCoupons: [{ coupon: { id: coupon }, reason: 'COUPON_NOT_AVAILABLE' }],
      },
      userErrors: [{ code: 'PRICE_CHANGED' }],
    });
  });

  it('when the expected price is in another currency', async () => {
    const input = {
      ...cart({ tea: 1 }),
      expectedPayable: { minorUnits: 5000, currency: 'USD' },
      idempotencyKey: 'usd',
    };
    expect((await settle('flo', input)).userErrors).toMatchObject([{ code: 'PRICE_CHANGED' }]);
  });

  it('with a code of its own for every malformed cart, and nothing is written', async () => {
    expect((await settle('gil', { ...cart({ tea: 0 }), ...expecting(0) })).userErrors).toMatchObject([
      { code: 'INVALID_QUANTITY' },
    ]);
    expect((await settle('gil', { ...cart({}), ...expecting(0) })).userErrors).toMatchObject([{ code: 'EMPTY_CART' }]);
    expect(await rows().countDocuments({ ownerId: 'gil' })).toBe(0);
  });

  it('clearly while user-coupon is away, and the same call succeeds when it is back', async () => {
    stage.coupons.give('hue', forty);
    stage.coupons.isAway = true;
    const input = { ...cart({ tea: 2 }), ...expecting(6000, 'patient') };
    const { errors } = await stage.execute(settleText, { input }, shopper('hue'));
    expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
    stage.coupons.isAway = false;
    expect(orderOf(await settle('hue', input)).state).toBe('PENDING_PAYMENT');
  });

  it('rather than priced by copies older than allowed; what was placed before is still told', async () => {
    const before = { ...cart({ tea: 1 }), ...expecting(5000, 'before') };
    const order = orderOf(await settle('ivy', before));
    const stale = await startStage({ env: { MAX_TEMPLATE_LAG: '0' }, stores: stage.stores });
    try {
      const input = { ...cart({ tea: 1 }), ...expecting(5000) };
      const { errors } = await stale.execute(settleText, { input }, shopper('ivy'));
      expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
      expect(orderOf(await actsOn(() => stale).settle('ivy', before)).id).toBe(order.id);
    } finally {
      await stale.stop();
    }
  });

  it('to a company’s backend, which owns no orders', async () => {
    const who = { ...service(), scopes: ['order:write'] };
    const { errors } = await stage.execute(settleText, { input: { ...cart({ tea: 1 }), ...expecting(5000) } }, who);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});

describe('user-coupon asks about a lapsed hold', () => {
  it('and an order that is still being started is fenced: it can never be placed afterwards', async () => {
    const coupon = stage.coupons.give('ike', forty);
    let verdict: Promise<{ verdict: string }> | null = null;
    stage.coupons.beforeLock = () => {
      stage.coupons.beforeLock = null;
      verdict = rowOf('ike').then(({ token }) => resolveHold(token));
    };
    stage.crash.after = 'LOCKED';
    const call = stage.execute(settleText, { input: { ...cart({ tea: 2 }), ...expecting(6000) } }, shopper('ike'));
    void call;
    await eventually(() => expect(verdict).not.toBeNull());
    expect(await verdict).toMatchObject({ verdict: 'RELEASE' });
    stage.crash.after = null;
    await eventually(() => expect(stage.coupons.stateOf(coupon)).toBe('AVAILABLE'));
    expect(await rowOf('ike')).toMatchObject({ state: 'CANCELLED' });
  });

  it('and a run that was fenced while it worked says so instead of placing the order', async () => {
    stage.coupons.give('jan', forty);
    const lock = stage.coupons.run.bind(stage.coupons);
    const fencing: typeof lock = async (call) => {
      const answer = await lock(call);
      if (call.query.includes('lockCoupons')) await resolveHold((await rowOf('jan')).token);
      return answer;
    };
    stage.coupons.run = fencing;
    const input = { ...cart({ tea: 2 }), ...expecting(6000, 'fenced') };
    const { errors } = await stage.execute(settleText, { input }, shopper('jan'));
    stage.coupons.run = lock;
    expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
    await eventually(async () => expect(await rowOf('jan')).toMatchObject({ state: 'CANCELLED', hold: 'RELEASED' }));
    expect(orderOf(await settle('jan', input)).state).toBe('PENDING_PAYMENT');
  });

  it('and hears EXTEND while the shopper may still pay, REDEEM when it is paid, RELEASE when it is closed', async () => {
    stage.coupons.give('kim', forty);
    const order = orderOf(await settle('kim', { ...cart({ tea: 2 }), ...expecting(6000) }));
    const { token } = await rowOf('kim');
    const extended = await resolveHold(token);
    expect(extended.verdict).toBe('EXTEND');
    expect(new Date(extended.until ?? 0).getTime()).toBeGreaterThan(new Date(order.payBefore).getTime());
    const { payment } = await pay('kim', order.id);
    await confirm(payment?.id ?? '', 6000);
    expect(await resolveHold(token)).toEqual({ verdict: 'REDEEM', until: null });

    const other = orderOf(await settle('kit', { ...cart({ tea: 2 }), ...expecting(10_000) }));
    const otherToken = (await rowOf('kit')).token;
    await cancel('kit', other.id);
    expect((await resolveHold(otherToken)).verdict).toBe('RELEASE');
  });

  it('and an unknown token is written down as cancelled', async () => {
    expect(await resolveHold('lck_unheard_of')).toEqual({ verdict: 'RELEASE', until: null });
    expect(await rows().findOne({ token: 'lck_unheard_of' })).toMatchObject({ state: 'CANCELLED' });
    expect((await resolveHold('lck_unheard_of')).verdict).toBe('RELEASE');
  });

  it('and nobody else may ask', async () => {
    const text = 'mutation { resolveHold(input: { token: "lck_1" }) { verdict } }';
    for (const who of [shopper('lea'), service(), internalIdentity('gateway', asTenantId(festival), null)])
      expect((await stage.execute(text, {}, who)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});

describe('answers that get lost on the way', () => {
  it('change nothing: a lock whose answer was lost is asked again with the same token', async () => {
    const coupon = stage.coupons.give('max', forty);
    stage.coupons.losesAnswer.set('lockCoupons', 2);
    expect(orderOf(await settle('max', { ...cart({ tea: 2 }), ...expecting(6000) })).state).toBe('PENDING_PAYMENT');
    expect(stage.coupons.stateOf(coupon)).toBe('LOCKED');
  });

  it('undo the order when nobody knows whether its coupons are held', async () => {
    const coupon = stage.coupons.give('mia', forty);
    stage.coupons.losesAnswer.set('lockCoupons', 3);
    const { errors } = await stage.execute(
      settleText,
      { input: { ...cart({ tea: 2 }), ...expecting(6000) } },
      shopper('mia'),
    );
    expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
    await eventually(() => expect(stage.coupons.stateOf(coupon)).toBe('AVAILABLE'));
  });

  it('of a lock leave nothing in the way of the shopper who presses the button again at once', async () => {
    const coupon = stage.coupons.give('mona', forty);
    stage.coupons.losesAnswer.set('lockCoupons', 3);
    const input = { ...cart({ tea: 2 }), ...expecting(6000), idempotencyKey: 'mona-1' };
    const first = await stage.execute(settleText, { input }, shopper('mona'));
    expect(first.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
    expect(orderOf(await settle('mona', input))).toMatchObject({ state: 'PENDING_PAYMENT' });
    expect(stage.coupons.stateOf(coupon)).toBe('LOCKED');
  });

  it('do not keep a paid order from spending its coupons in the end', async () => {
    const coupon = stage.coupons.give('ned', forty);
    const order = orderOf(await settle('ned', { ...cart({ tea: 2 }), ...expecting(6000) }));
    const { payment } = await pay('ned', order.id);
    stage.coupons.isAway = true;
    expect((await confirm(payment?.id ?? '', 6000)).order?.state).toBe('PAID');
    expect(stage.coupons.stateOf(coupon)).toBe('LOCKED');
    stage.coupons.isAway = false;
    await eventually(() => expect(stage.coupons.stateOf(coupon)).toBe('REDEEMED'));
  });

  it('of a redemption are asked for again, and the coupons are spent once', async () => {
    const coupon = stage.coupons.give('nia', forty);
    const order = orderOf(await settle('nia', { ...cart({ tea: 2 }), ...expecting(6000) }));
    const { payment } = await pay('nia', order.id);
    stage.coupons.losesAnswer.set('redeemCoupons', 1);
    await confirm(payment?.id ?? '', 6000);
    await eventually(async () => expect((await rowOf('nia')).hold).toBe('REDEEMED'));
    expect(stage.coupons.stateOf(coupon)).toBe('REDEEMED');
  });

  it('are one thing, a hold that is gone another: the order stays paid and an operator can see it', async () => {
    const coupon = stage.coupons.give('noa', forty);
    const order = orderOf(await settle('noa', { ...cart({ tea: 2 }), ...expecting(6000) }));
    const { payment } = await pay('noa', order.id);
    stage.coupons.coupons.delete(coupon);
    expect((await confirm(payment?.id ?? '', 6000)).order?.state).toBe('PAID');
    expect((await rowOf('noa')).hold).toBe('LOST');
  });
});

describe('an order ends', () => {
  it('cancelled by its shopper: the coupon comes back, once, whoever asks again', async () => {
    const coupon = stage.coupons.give('oda', forty);
    const order = orderOf(await settle('oda', { ...cart({ tea: 2 }), ...expecting(6000) }));
    expect((await cancel('oda', order.id)).order?.state).toBe('CANCELLED');
    expect(stage.coupons.stateOf(coupon)).toBe('AVAILABLE');
    expect((await cancel('oda', order.id)).order?.state).toBe('CANCELLED');
    expect((await cancel('oda', order.id, 'another-key')).order?.state).toBe('CANCELLED');
    expect(await eventsOf(order.id)).toEqual(['order.placed', 'order.cancelled']);
    expect((await pay('oda', order.id)).userErrors).toMatchObject([{ code: 'ORDER_CLOSED' }]);
    const other = await cancel('oda', 'ord_other', `cancel-${order.id}`);
    expect(other.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
  });

  it('not by a cancellation once it is paid', async () => {
    const order = orderOf(await settle('pat', { ...cart({ tea: 1 }), ...expecting(5000) }));
    const { payment } = await pay('pat', order.id);
    await confirm(payment?.id ?? '', 5000);
    expect((await cancel('pat', order.id)).userErrors).toMatchObject([{ code: 'ALREADY_PAID' }]);
    expect(await stateOf('pat', order.id)).toBe('PAID');
  });

  it('with exactly one outcome when paying and cancelling race', async () => {
    for (let round = 0; round < 8; round += 1) {
      const user = `race-${round}`;
      const coupon = stage.coupons.give(user, forty);
      const order = orderOf(await settle(user, { ...cart({ tea: 2 }), ...expecting(6000) }));
      const { payment } = await pay(user, order.id);
      const [cancelled, confirmed] = await Promise.all([cancel(user, order.id), confirm(payment?.id ?? '', 6000)]);
      const state = await stateOf(user, order.id);
      expect(['PAID', 'CANCELLED']).toContain(state);
      expect(cancelled.userErrors.length + confirmed.userErrors.length).toBe(1);
      await eventually(() => expect(stage.coupons.stateOf(coupon)).toBe(state === 'PAID' ? 'REDEEMED' : 'AVAILABLE'));
      expect(await eventsOf(order.id)).toHaveLength(2);
    }
  });

  it('timed out at business time when nobody paid, and the coupon comes back', async () => {
    const coupon = stage.coupons.give('quin', forty);
    const order = orderOf(await settle('quin', { ...cart({ tea: 2 }), ...expecting(6000) }));
    stage.clock.advance(29 * minute);
    await wait(100);
    expect(await stateOf('quin', order.id)).toBe('PENDING_PAYMENT');
    stage.clock.advance(2 * minute);
    await eventually(async () => expect(await stateOf('quin', order.id)).toBe('TIMED_OUT'));
    await eventually(() => expect(stage.coupons.stateOf(coupon)).toBe('AVAILABLE'));
    expect(await eventsOf(order.id)).toEqual(['order.placed', 'order.cancelled']);
  });
});

describe('whose order it is', () => {
  it('decides who sees it: to another person, another tenant and nobody in particular it is absent', async () => {
    const order = orderOf(await settle('rae', { ...cart({ tea: 1 }), ...expecting(5000) }));
    expect(await stateOf('rae', order.id)).toBe('PENDING_PAYMENT');
    expect(await stateOf('sam', order.id)).toBeNull();
    expect((await stage.execute(orderText, { id: order.id }, shopper('rae', 'bazaar'))).data?.order).toBeNull();
    expect((await pay('sam', order.id)).userErrors).toMatchObject([{ code: 'ORDER_NOT_FOUND' }]);
    expect((await cancel('sam', order.id)).userErrors).toMatchObject([{ code: 'ORDER_NOT_FOUND' }]);
    const entities = 'query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on Order { id state } } }';
    const ids = [{ __typename: 'Order', id: order.id }];
    expect((await stage.execute(entities, { ids }, shopper('sam'))).data?._entities).toEqual([null]);
    expect((await stage.execute(entities, { ids }, shopper('rae'))).data?._entities).toMatchObject([{ id: order.id }]);
  });

  it('pages their orders, newest first, for themselves alone', async () => {
    const placed: string[] = [];
    for (let count = 0; count < 5; count += 1)
      placed.unshift(orderOf(await settle('tia', { ...cart({ mug: 1 }), ...expecting(1000) })).id);
    await settle('tia', { ...cart({ mug: 1 }), ...expecting(1) }); // refused: never an order
    const text = `query ($ids: [_Any!]!, $after: String) { _entities(representations: $ids) { ... on User {
      orders(first: 2, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } } } }`;
    const ids = [{ __typename: 'User', id: 'tia' }];
    const seen: string[] = [];
    let after: string | null = null;
    for (let page = 0; page < 3; page += 1) {
      const result = await stage.execute(text, { ids, after }, shopper('tia'));
      const [user] = answerOf<{ orders: OrderPage }[]>(result, '_entities');
      seen.push(...(user?.orders.edges.map(({ node }) => node.id) ?? []));
      after = user?.orders.pageInfo.endCursor ?? null;
      expect(user?.orders.pageInfo.hasNextPage).toBe(page < 2);
    }
    expect(seen).toEqual(placed);
    const foreign = await stage.execute(text, { ids, after: null }, shopper('uma'));
    expect(foreign.data?._entities).toEqual([{ orders: null }]);
  });
});

describe('events that could not be applied', () => {
  it('are for operators to see and replay, and for nobody else', async () => {
    const list = '{ settlementDeadLetters(first: 5) { edges { node { id } } pageInfo { hasNextPage } } }';
    expect((await stage.execute(list, {}, operator())).data?.settlementDeadLetters).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false },
    });
    const replay = 'mutation { replaySettlementDeadLetter(input: { id: "x" }) { replayedCount userErrors { code } } }';
    expect((await stage.execute(replay, {}, operator())).data?.replaySettlementDeadLetter).toEqual({
      replayedCount: 0,
      userErrors: [{ code: 'DEAD_LETTER_NOT_FOUND' }],
    });
    for (const text of [list, replay])
      expect((await stage.execute(text, {}, shopper('wes'))).errors).toMatchObject([
        { extensions: { code: 'FORBIDDEN' } },
      ]);
  });
});

describe('what a tenant chose', () => {
  it('decides how long a shopper may take to pay', async () => {
    await stage.publish(
      newEvent('tenant-settings.changed', {
        tenantId: asTenantId('bazaar'),
        key: 'bazaar',
        payload: { revision: 1, settings: { ...defaultTenantSettings, paymentMinutes: 5 } },
      }),
      skuEvent('tea', 5000, { tenant: 'bazaar' }),
    );
    const input = { ...cart({ tea: 1 }), ...expecting(5000) };
    const result = await stage.execute(settleText, { input }, shopper('val', 'bazaar'));
    const order = orderOf(answerOf(result, 'settleOrder'));
    const left = new Date(order.payBefore).getTime() - stage.clock.now().getTime();
    expect(left).toBeGreaterThan(4 * minute);
    expect(left).toBeLessThanOrEqual(5 * minute);
  });
});

interface OrderPage {
  edges: { node: { id: string } }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}
