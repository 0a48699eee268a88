import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Quote, QuotePayload } from '../../schema/generated/settlement';
import { createSettlementStore } from '../../subgraphs/settlement/store';
import { commandsDuring } from '../support/mongo-commands';
import { anonymous, operator, service, shopper } from '../support/people';
import {
  answerOf,
  cart,
  nobodysCoupon,
  quoteText,
  reduction,
  type Stage,
  skuEvent,
  startStage,
  templateEvent,
} from './settlement-stage';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
  await stage.publish(
    skuEvent('tea', 5000),
    skuEvent('nuts', 2500, { merchant: 'aria' }),
    skuEvent('gold', 4_000_000_000_000_000),
    skuEvent('import', { USD: 900 }),
    templateEvent(reduction('auto', 500, 20_000, { trigger: 'AUTOMATIC', group: 'ITEM', merchant: 'lumen' })),
  );
});

afterAll(() => stage.stop());

async function quote(input: Record<string, unknown>, who = shopper('mei')) {
  return answerOf<QuotePayload>(await stage.execute(quoteText, { input }, who), 'quote');
}

/** The price; fails with the reasons when there is none. */
async function priceOf(input: Record<string, unknown>, who = shopper('mei')): Promise<Quote> {
  const { quote: price, userErrors } = await quote(input, who);
  if (!price) throw new Error(JSON.stringify(userErrors));
  return price;
}

const reasonsOf = ({ unusedCoupons }: Quote) =>
  Object.fromEntries(unusedCoupons.map(({ coupon, reason }) => [coupon?.id, reason]));

describe('a quote', () => {
  it('prices lines from the catalogue copy and sums them per merchant', async () => {
    expect(await priceOf(cart({ tea: 1, nuts: 2 }, { kind: 'NONE' }))).toMatchObject({
      subtotal: { minorUnits: 10_000 },
      payable: { minorUnits: 10_000, currency: 'CNY' },
      merchants: [
        { merchantId: 'aria', payable: { minorUnits: 5000 } },
        { merchantId: 'lumen', payable: { minorUnits: 5000 } },
      ],
      isOptimal: true,
      isWithoutCoupons: false,
    });
  });

  it('takes the best coupon by itself, splits it to the cent, and says why the other lost', async () => {
    const best = stage.coupons.give('bo', reduction('forty', 4000, 10_000));
    const lesser = stage.coupons.give('bo', reduction('ten', 1000, 5000));
    const price = await priceOf(cart({ tea: 1, nuts: 3 }), shopper('bo'));
    expect(price.payable.minorUnits).toBe(8500);
    expect(price.lines.map((line) => line.payable.minorUnits)).toEqual([3400, 5100]);
    expect(price.lines[1]?.discounts[0]?.units).toEqual([{ quantity: 3, amount: { minorUnits: 800 } }]);
    expect(price.appliedPromotions).toMatchObject([
      {
        versionId: 'tpv_forty_1',
        coupon: { id: best },
        amount: { minorUnits: 4000 },
        fundedByPlatform: { minorUnits: 4000 },
      },
    ]);
    expect(price.unusedCoupons).toMatchObject([
      { coupon: { id: lesser }, reason: 'GROUP_LIMIT', difference: { minorUnits: 3000 } },
    ]);
  });

  it('tells how much more has to be bought', async () => {
    const coupon = stage.coupons.give('chen', reduction('big', 4000, 30_000));
    const price = await priceOf(cart({ tea: 1 }), shopper('chen'));
    expect(price.unusedCoupons).toMatchObject([
      { coupon: { id: coupon }, reason: 'BELOW_THRESHOLD', deficit: { minorUnits: 25_000 } },
    ]);
    expect(price.unusedPromotions).toMatchObject([
      { template: { id: 'tpl_auto' }, reason: 'BELOW_THRESHOLD', deficit: { minorUnits: 15_000 } },
    ]);
  });

  it('applies an automatic promotion to anybody, and none that is paused or over', async () => {
    const paused = reduction('paused', 900, 1000, { trigger: 'AUTOMATIC', group: 'ITEM' });
    await stage.publish(templateEvent(paused, { state: 'PAUSED' }));
    const price = await priceOf(cart({ tea: 4 }, { kind: 'NONE' }), service());
    expect(price.payable.minorUnits).toBe(19_500);
    expect(price.unusedPromotions).toEqual([]);
  });

  it('uses exactly the chosen coupons and finds no coupon of others', async () => {
    const mine = stage.coupons.give('dan', reduction('five', 500, 1000));
    stage.coupons.give('dan', reduction('six', 600, 1000));
    const theirs = stage.coupons.give('eve', reduction('seven', 700, 1000));
    const input = cart({ tea: 1 }, { kind: 'CHOSEN', couponIds: [mine, theirs, nobodysCoupon, ''] });
    const price = await priceOf(input, shopper('dan'));
    expect(price.payable.minorUnits).toBe(4500);
    expect(reasonsOf(price)).toEqual({ [theirs]: 'NOT_OWNED', [nobodysCoupon]: 'NOT_OWNED', '': 'NOT_OWNED' });
  });

  it('names the reason for a chosen coupon that is held, spent, run out or paused', async () => {
    const terms = reduction('kinds', 500, 1000);
    const pausedTerms = reduction('halted', 500, 1000);
    await stage.publish(templateEvent(pausedTerms, { state: 'PAUSED' }));
    const held = stage.coupons.give('fay', terms, { state: 'LOCKED' });
    const spent = stage.coupons.give('fay', terms, { state: 'REDEEMED' });
    const expired = stage.coupons.give('fay', terms, { state: 'EXPIRED' });
    const late = stage.coupons.give('fay', terms, { expiresAt: new Date('2026-11-10T00:00:00Z') });
    const halted = stage.coupons.give('fay', pausedTerms);
    const input = cart({ tea: 1 }, { kind: 'CHOSEN', couponIds: [held, spent, expired, late, halted] });
    const price = await priceOf(input, shopper('fay'));
    expect(reasonsOf(price)).toEqual({
      [held]: 'COUPON_LOCKED',
      [spent]: 'COUPON_NOT_AVAILABLE',
      [expired]: 'COUPON_EXPIRED',
      [late]: 'COUPON_EXPIRED',
      [halted]: 'PAUSED',
    });
  });

  it('goes on without coupons while user-coupon is away, and says so', async () => {
    stage.coupons.give('gus', reduction('eight', 800, 1000));
    stage.coupons.isAway = true;
    try {
      const price = await priceOf(cart({ tea: 1 }), shopper('gus'));
      expect(price).toMatchObject({ payable: { minorUnits: 5000 }, isWithoutCoupons: true });
    } finally {
      stage.coupons.isAway = false;
    }
  });

  it('asks user-coupon once, and never for a service', async () => {
    stage.coupons.calls.length = 0;
    await quote(cart({ tea: 1 }), shopper('hal'));
    await quote(cart({ tea: 1 }), service());
    expect(stage.coupons.calls).toEqual(['pricingFacts']);
  });

  it('lets only a service with price:assert name a price', async () => {
    const asserted = {
      cart: {
        currency: 'CNY',
        lines: [{ skuId: 'tea', quantity: 2, unitPrice: { minorUnits: 100, currency: 'CNY' } }],
      },
      coupons: { kind: 'NONE' },
    };
    expect((await priceOf(asserted, service())).payable.minorUnits).toBe(200);
    expect((await quote(asserted)).userErrors).toMatchObject([
      { code: 'PRICE_NOT_ASSERTABLE', field: ['input', 'cart', 'lines', '0', 'unitPrice'] },
    ]);
    expect((await quote(asserted, operator())).userErrors).toMatchObject([{ code: 'PRICE_NOT_ASSERTABLE' }]);
  });

  it('does not outlive the coupon that it rests on', async () => {
    const soon = new Date(stage.clock.now().getTime() + 60_000);
    stage.coupons.give('ida', reduction('soon', 500, 1000), { expiresAt: soon });
    const price = await priceOf(cart({ tea: 1 }), shopper('ida'));
    expect(price.validUntil).toBe(soon.toISOString());
  });

  const none = { kind: 'NONE' };
  const lines = (...all: [string, number][]) => ({
    cart: { currency: 'CNY', lines: all.map(([skuId, quantity]) => ({ skuId, quantity })) },
    coupons: none,
  });
  it.each([
    ['an empty cart', lines(), ['EMPTY_CART']],
    [
      'an unknown SKU beside a bad quantity, both at once',
      lines(['tea', 0], ['ghost', 1]),
      ['INVALID_QUANTITY', 'UNKNOWN_SKU'],
    ],
    ['a quantity below one', lines(['tea', -3]), ['INVALID_QUANTITY']],
    ['more units than can be counted', lines(['tea', 1_000_001]), ['INVALID_QUANTITY']],
    ['a SKU without a price in the currency', lines(['import', 1]), ['NO_PRICE_FOR_CURRENCY']],
    ['more than 2^53 minor units', lines(['gold', 3]), ['AMOUNT_TOO_LARGE']],
    ['501 lines', lines(...Array.from({ length: 501 }, (): [string, number] => ['tea', 1])), ['TOO_MANY_LINES']],
    ['chosen coupons without any', { ...lines(['tea', 1]), coupons: { kind: 'CHOSEN' } }, ['INVALID_COUPON_CHOICE']],
    [
      'coupons beside AUTO',
      { ...lines(['tea', 1]), coupons: { kind: 'AUTO', couponIds: ['x'] } },
      ['INVALID_COUPON_CHOICE'],
    ],
    [
      'the same coupon twice',
      { ...lines(['tea', 1]), coupons: { kind: 'CHOSEN', couponIds: ['x', 'x'] } },
      ['INVALID_COUPON_CHOICE'],
    ],
    [
      '31 coupons',
      { ...lines(['tea', 1]), coupons: { kind: 'CHOSEN', couponIds: Array.from({ length: 31 }, (_, n) => `c${n}`) } },
      ['INVALID_COUPON_CHOICE'],
    ],
  ])('refuses %s with its own code', async (_what, input, codes) => {
    const answer = await quote(input);
    expect(answer.quote).toBeNull();
    expect(answer.userErrors.map(({ code }) => code)).toEqual(codes);
  });

  it('refuses ten thousand lines, whatever is in them, before anything is looked up', async () => {
    const input = {
      ...lines(...Array.from({ length: 10_000 }, (_, n): [string, number] => [`sku-${n}`, n % 2 === 0 ? -n : 1e9])),
      coupons: { kind: 'AUTO' },
    };
    const asked = stage.coupons.calls.length;
    const commands = await commandsDuring(stage.mongo.database('settlement'), async () => {
      expect(await quote(input)).toMatchObject({ quote: null, userErrors: [{ code: 'TOO_MANY_LINES' }] });
    });
    expect(commands.filter((command) => !command.includes('leases'))).toEqual([]);
    expect(stage.coupons.calls).toHaveLength(asked);
  });

  it.each([
    ['a price below nothing', { minorUnits: -1, currency: 'CNY' }, 'PRICE_NOT_ASSERTABLE'],
    ['a price in another currency than the cart', { minorUnits: 100, currency: 'USD' }, 'NO_PRICE_FOR_CURRENCY'],
    ['prices that together pass what can be counted', { minorUnits: 2 ** 53 - 1, currency: 'CNY' }, 'AMOUNT_TOO_LARGE'],
  ])('refuses %s, even from who may name prices', async (_what, unitPrice, code) => {
    const input = { cart: { currency: 'CNY', lines: [{ skuId: 'tea', quantity: 2, unitPrice }] }, coupons: none };
    expect(await quote(input, service())).toMatchObject({ quote: null, userErrors: [{ code }] });
  });

  it.each([
    ['a currency that is none', { cart: { currency: 'Yuan', lines: [{ skuId: 'tea', quantity: 1 }] }, coupons: none }],
    ['a broken quantity', { cart: { currency: 'CNY', lines: [{ skuId: 'tea', quantity: 1.5 }] }, coupons: none }],
    [
      'a price past 2^53',
      {
        cart: {
          currency: 'CNY',
          lines: [{ skuId: 'tea', quantity: 1, unitPrice: { minorUnits: 2 ** 53, currency: 'CNY' } }],
        },
        coupons: none,
      },
    ],
  ])('calls %s malformed before anybody looks at it', async (_what, input) => {
    const { errors } = await stage.execute(quoteText, { input }, service());
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('uses no coupon of another shopper or another marketplace, whoever names it', async () => {
    const foreign = stage.coupons.give('olga', reduction('thirteen', 1300, 2000));
    const named = cart({ tea: 1 }, { kind: 'CHOSEN', couponIds: [foreign] });
    expect(reasonsOf(await priceOf(named, shopper('pia')))).toEqual({ [foreign]: 'NOT_OWNED' });
    expect((await priceOf(named, shopper('olga'))).payable.minorUnits).toBe(3700);
  });

  it('is for people and services, not for nobody', async () => {
    const { errors } = await stage.execute(quoteText, { input: cart({ tea: 1 }) }, anonymous());
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  it('shows another tenant neither goods nor promotions', async () => {
    const answer = await quote(cart({ tea: 1 }), shopper('mei', 'bazaar'));
    expect(answer.userErrors).toMatchObject([{ code: 'UNKNOWN_SKU' }]);
  });

  it('keeps the newer of two revisions, whichever comes first, together or apart', async () => {
    await stage.publish(skuEvent('salt', 300, { revision: 2 }));
    await stage.publish(skuEvent('salt', 200, { revision: 1 }));
    expect((await priceOf(cart({ salt: 1 }, none))).payable.minorUnits).toBe(300);

    const store = createSettlementStore(stage.mongo);
    const batch = [skuEvent('oil', 800, { revision: 2 }), skuEvent('oil', 700, { revision: 1 })];
    await store.transaction((session) =>
      store.saveSkus(
        batch.filter((event) => event.type === 'sku.changed'),
        session,
      ),
    );
    expect((await priceOf(cart({ oil: 1 }, none))).payable.minorUnits).toBe(800);
  });
});
