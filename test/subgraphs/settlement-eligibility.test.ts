import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Quote, QuotePayload } from '../../schema/generated/settlement';
import { service, shopper } from '../support/people';
import {
  actsOn,
  answerOf,
  cart,
  expecting,
  quoteText,
  reduction,
  type Stage,
  skuEvent,
  startStage,
  templateEvent,
} from './settlement-stage';

let stage: Stage;
const { settle } = actsOn(() => stage);

beforeAll(async () => {
  // Noon in Shanghai on Wednesday, 11 November 2026.
  stage = await startStage();
  await stage.publish(skuEvent('tea', 5000));
});

afterAll(() => stage.stop());

/** Promotions of the test that ran. */
let published: ReturnType<typeof reduction>[] = [];
afterEach(async () => {
  const ended = published.map((terms) => templateEvent(terms, { state: 'ENDED', revision: 2 }));
  if (ended.length > 0) await stage.publish(...ended);
  published = [];
  stage.coupons.shoppers.clear();
});

async function publish(id: string, over: Parameters<typeof reduction>[3]): Promise<void> {
  const terms = reduction(id, 1000, 5000, { trigger: 'AUTOMATIC', group: 'SEASON', ...over });
  published.push(terms);
  await stage.publish(templateEvent(terms));
}

const asking = (condition: unknown) => ({ rule: { condition } });
const none = { kind: 'NONE' };

function input(context?: Record<string, unknown>, coupons: Record<string, unknown> = { kind: 'AUTO' }) {
  const plain = cart({ tea: 2 }, coupons);
  return context ? { ...plain, cart: { ...plain.cart, context } } : plain;
}

async function answer(asked: Record<string, unknown>, who = shopper('mei')): Promise<QuotePayload> {
  return answerOf<QuotePayload>(await stage.execute(quoteText, { input: asked }, who), 'quote');
}

async function quote(asked: Record<string, unknown>, who = shopper('mei')): Promise<Quote> {
  const { quote: price, userErrors } = await answer(asked, who);
  if (!price) throw new Error(JSON.stringify(userErrors));
  return price;
}

const whyNot = ({ unusedPromotions, unusedCoupons }: Quote) =>
  [...unusedPromotions, ...unusedCoupons].map(({ reason, message }) => `${reason} ${message}`);

describe('a price', () => {
  it('is lower for those a promotion is for, and says of the others what it asks', async () => {
    await publish('tea-lovers', { user: { audience: { kind: 'TAGS', tags: ['tea'] } } });
    stage.coupons.shoppers.set('mei', { 'user.tags': ['tea', 'gold'] });
    stage.coupons.shoppers.set('bo', { 'user.tags': ['nuts'] });
    expect((await quote(input())).payable.minorUnits).toBe(9000);
    for (const who of [shopper('bo'), shopper('nobody-knows'), service()]) {
      const price = await quote(input(), who);
      expect(price.payable.minorUnits).toBe(10_000);
      expect(whyNot(price)).toEqual([
        expect.stringMatching(/^NOT_ELIGIBLE .*user.audience.tags asks for user.tags: any of tea/),
      ]);
    }
  });

  it('knows a shopper by the signed identity, whatever else is known', async () => {
    await publish('for-mei', { user: { audience: { kind: 'USER_IDS', userIds: ['mei'] } } });
    stage.coupons.shoppers.set('bo', { 'user.id': 'mei' });
    expect((await quote(input())).payable.minorUnits).toBe(9000);
    expect((await quote(input(), shopper('bo'))).payable.minorUnits).toBe(10_000);
  });

  it('follows what the request says of itself: channel, payment, place and what the shop calls its own', async () => {
    await publish(
      'in-app',
      asking({
        all: [
          { fact: 'context.channel', op: 'eq', value: 'APP' },
          { fact: 'order.paymentMethod', op: 'in', value: ['card', 'wallet'] },
          { fact: 'context.attributes.campaign', op: 'startsWith', value: 'double-' },
          { fact: 'context.country', op: 'eq', value: 'CN' },
          { fact: 'order.shippingMethod', op: 'ne', value: 'express' },
          { fact: 'context.city', op: 'exists' },
        ],
      }),
    );
    const said = {
      channel: 'APP',
      paymentMethod: 'card',
      shippingMethod: 'parcel',
      country: 'CN',
      city: 'Shanghai',
      attributes: [{ name: 'campaign', value: 'double-eleven' }],
    };
    expect((await quote(input(said))).payable.minorUnits).toBe(9000);
    expect((await quote(input(said), service())).payable.minorUnits).toBe(9000);
    expect(whyNot(await quote(input({ ...said, channel: 'WEB' })))).toEqual([
      expect.stringContaining('rule.condition.all[0] asks for context.channel: APP and finds WEB.'),
    ]);
    expect(whyNot(await quote(input()))).toEqual([expect.stringContaining('of which nothing is known.')]);
  });

  it('refuses a context out of bounds, with every place at once', async () => {
    const { quote: price, userErrors } = await answer(
      input({
        channel: ' ',
        city: 'x'.repeat(129),
        attributes: [
          { name: 'campaign', value: 'a' },
          { name: 'campaign', value: 'b' },
        ],
      }),
    );
    expect(price).toBeNull();
    expect(userErrors.map(({ code, field }) => `${code} ${field?.slice(3).join('.')}`)).toEqual([
      'INVALID_CONTEXT channel',
      'INVALID_CONTEXT city',
      'INVALID_CONTEXT attributes.1.name',
    ]);
  });

  it('of a coupon asks its rule and its hours of use, but not its audience again', async () => {
    const rule = { condition: { fact: 'user.payTimes', op: 'gte', value: 2 } };
    const loyal = stage.coupons.give('cai', reduction('loyal', 1000, 5000, { rule }));
    const newcomers = reduction('newcomers', 900, 5000, { user: { audience: { kind: 'NEW_USERS' } } });
    const welcome = stage.coupons.give('cai', newcomers);
    const night = reduction('night', 2000, 5000, { validity: { hoursOfDay: [{ from: '22:00', until: '02:00' }] } });
    const late = stage.coupons.give('cai', night);
    stage.coupons.shoppers.set('cai', { 'user.payTimes': 1, 'user.isNew': false });
    const price = await quote(input(), shopper('cai'));
    expect(price.appliedPromotions.map(({ coupon }) => coupon?.id)).toEqual([welcome]);
    expect(Object.fromEntries(price.unusedCoupons.map(({ coupon, reason }) => [coupon?.id, reason]))).toEqual({
      [loyal]: 'NOT_ELIGIBLE',
      [late]: 'COUPON_NOT_YET_VALID',
    });
    expect(whyNot(price)).toContainEqual(expect.stringContaining('It opens at 2026-11-11T14:00:00.000Z.'));
    stage.coupons.shoppers.set('cai', { 'user.payTimes': 2 });
    expect((await quote(input(), shopper('cai'))).appliedPromotions.map(({ coupon }) => coupon?.id)).toEqual([loyal]);
  });

  it('opens and closes with the hours of a promotion, and is not promised beyond them', async () => {
    const time = { hoursOfDay: [{ from: '11:00', until: '12:05' }] };
    await publish('lunch', { time });
    await publish('tea-time', { time: { hoursOfDay: [{ from: '12:03', until: '17:00' }] } });
    const price = await quote(input());
    expect(price.payable.minorUnits).toBe(9000);
    expect(whyNot(price)).toEqual(['NOT_STARTED It is not open at this hour. It opens at 2026-11-11T04:03:00.000Z.']);
    expect(price.validUntil).toBe('2026-11-11T04:03:00.000Z'); // then it is cheaper
    await stage.publish(templateEvent(reduction('tea-time', 1, 5000), { state: 'PAUSED', revision: 3 }));
    expect((await quote(input())).validUntil).toBe('2026-11-11T04:05:00.000Z');
  });

  it('is not promised beyond the moment of which a condition speaks', async () => {
    const now = stage.clock.now().getTime();
    await publish('fresh', asking({ fact: 'user.registeredAt', op: 'withinLast', value: { hours: 1 } }));
    stage.coupons.shoppers.set('mei', { 'user.registeredAt': now - 3_600_000 + 90_000 });
    const price = await quote(input());
    expect(price.payable.minorUnits).toBe(9000);
    expect(Date.parse(price.validUntil as unknown as string)).toBe(now + 90_001);
  });

  it('asks user-coupon once, and without coupons only where a promotion asks about the shopper', async () => {
    stage.coupons.calls.length = 0;
    await publish('app-only', asking({ fact: 'context.channel', op: 'eq', value: 'APP' }));
    await quote(input({ channel: 'APP' }, none), shopper('dan'));
    expect(stage.coupons.calls).toEqual([]);
    await publish('golden', asking({ fact: 'user.tier', op: 'eq', value: 'GOLD' }));
    stage.coupons.shoppers.set('dan', { 'user.tier': 'GOLD' });
    stage.coupons.give('dan', reduction('spare', 100, 5000));
    expect((await quote(input({ channel: 'APP' }, none), shopper('dan'))).payable.minorUnits).toBe(8000);
    expect(stage.coupons.calls).toEqual(['pricingFacts']);
    await quote(input({ channel: 'APP' }), shopper('dan'));
    expect(stage.coupons.calls).toEqual(['pricingFacts', 'pricingFacts']);
  });

  it('leaves out what asks about the shopper while user-coupon is away, and says so', async () => {
    await publish('gold', asking({ fact: 'user.tier', op: 'eq', value: 'GOLD' }));
    await publish('app-too', asking({ fact: 'context.channel', op: 'eq', value: 'APP' }));
    stage.coupons.shoppers.set('mei', { 'user.tier': 'GOLD' });
    stage.coupons.isAway = true;
    try {
      const price = await quote(input({ channel: 'APP' }));
      expect(price).toMatchObject({ payable: { minorUnits: 9000 }, isWithoutCoupons: true });
      expect(whyNot(price)).toEqual([expect.stringMatching(/^NOT_ELIGIBLE .*nothing is known/)]);
    } finally {
      stage.coupons.isAway = false;
    }
  });

  it('is settled as it was quoted, with the same facts, and has changed when they have', async () => {
    await publish(
      'gold-app',
      asking({
        all: [
          { fact: 'user.tier', op: 'eq', value: 'GOLD' },
          { fact: 'context.channel', op: 'eq', value: 'APP' },
        ],
      }),
    );
    stage.coupons.shoppers.set('mei', { 'user.tier': 'GOLD' });
    const asked = input({ channel: 'APP' });
    const { payable } = await quote(asked);
    expect((await settle('mei', { ...asked, ...expecting(payable.minorUnits) })).order?.payable.minorUnits).toBe(9000);
    const elsewhere = await settle('mei', { ...input({ channel: 'WEB' }), ...expecting(9000) });
    expect(elsewhere).toMatchObject({
      order: null,
      quote: { payable: { minorUnits: 10_000 } },
      userErrors: [{ code: 'PRICE_CHANGED' }],
    });
    stage.coupons.shoppers.set('mei', { 'user.tier': 'IRON' });
    expect((await settle('mei', { ...asked, ...expecting(9000) })).userErrors).toMatchObject([
      { code: 'PRICE_CHANGED' },
    ]);
  });
});
