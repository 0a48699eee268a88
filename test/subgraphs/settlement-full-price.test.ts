import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Quote, QuotePayload } from '../../schema/generated/settlement';
import type { Identity } from '../../subgraphs/shared/contracts/identity';
import type { StoredEvent } from '../../subgraphs/shared/runtime/events';
import { service, shopper } from '../support/people';
import {
  actsOn,
  answerOf,
  expecting,
  orderOf,
  promotion,
  reduction,
  type Stage,
  settingsEvent,
  skuEvent,
  startStage,
} from './settlement-stage';

/** Tenants that differ in what they chose; goods are the same in each. */
const [gross, net, sends, tiered] = ['gross-market', 'net-market', 'sending-market', 'tiered-market'];
const rates = { gross: 1300, books: 900 };
const express = { method: 'EXPRESS', prices: { CNY: 1800, JPY: 500 } };
const post = { method: 'POST', name: 'Post', prices: { CNY: 800 } };

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
  await stage.publish(
    settingsEvent(gross, { defaultTaxRateBasisPoints: rates.books }),
    settingsEvent(net, { taxMode: 'EXCLUSIVE', defaultTaxRateBasisPoints: rates.books }),
    settingsEvent(sends, { shippingMethods: [express, post] }),
    settingsEvent(tiered, { memberTiers: ['GOLD'] }),
    ...[gross, net, sends, tiered].flatMap((tenant) => [
      skuEvent('kettle', { CNY: 11_300, JPY: 999, KWD: 12_345 }, { tenant, more: { taxRateBasisPoints: rates.gross } }),
      skuEvent('book', { CNY: 5000 }, { tenant }),
      skuEvent('bread', { CNY: 1000 }, { tenant, more: { taxRateBasisPoints: 0 } }),
      skuEvent('lamp', { CNY: 20_000 }, { tenant, more: { minUnitPrices: { CNY: 18_500 } } }),
      skuEvent('robe', { CNY: 30_000 }, { tenant, more: { memberPrices: { CNY: 24_000 } } }),
    ]),
  );
});

afterAll(() => stage.stop());

const text = `query ($input: QuoteInput!) { quote(input: $input) {
  quote {
    listAmount { minorUnits } subtotal { minorUnits } discount { minorUnits } saving { minorUnits } payable { minorUnits currency }
    tax { mode amount { minorUnits } }
    shipping { method subtotal { minorUnits } discount { minorUnits } payable { minorUnits } }
    lines { sku { id } listPrice { minorUnits } unitPrice { minorUnits } priceSource payable { minorUnits } tax { minorUnits }
      discounts { coupon { id } amount { minorUnits } } }
    gifts { sku { id } quantity } points { points }
    waterfall { kind priceSource amount { minorUnits } left { minorUnits } }
    unusedCoupons { coupon { id } reason message } isWithoutCoupons
  }
  userErrors { code message field }
} }`;

interface Basket {
  currency?: string;
  coupons?: Record<string, unknown>;
  shippingMethod?: string;
  shippingAmount?: Record<string, unknown>;
}

function basket(lines: Record<string, number | Record<string, unknown>>, over: Basket = {}): Record<string, unknown> {
  const { currency = 'CNY', coupons = { kind: 'AUTO' }, shippingMethod, shippingAmount } = over;
  return {
    cart: {
      currency,
      lines: Object.entries(lines).map(([skuId, line]) =>
        typeof line === 'number' ? { skuId, quantity: line } : { skuId, quantity: 1, ...line },
      ),
      ...(shippingMethod !== undefined && { context: { shippingMethod } }),
      ...(shippingAmount && { shippingAmount }),
    },
    coupons,
  };
}

async function quote(input: Record<string, unknown>, who: Identity): Promise<QuotePayload> {
  return answerOf<QuotePayload>(await stage.execute(text, { input }, who), 'quote');
}

/** The price; fails with the reasons when there is none. */
async function priceOf(input: Record<string, unknown>, who: Identity): Promise<Quote> {
  const { quote: price, userErrors } = await quote(input, who);
  if (!price) throw new Error(JSON.stringify(userErrors));
  return price;
}

const faultsOf = ({ userErrors }: QuotePayload) =>
  userErrors.map(({ code, field }) => `${code} ${field?.slice(2).join('.')}`);
const taxesOf = ({ lines }: Quote) => Object.fromEntries(lines.map(({ sku, tax }) => [sku?.id, tax.minorUnits]));
const cny = (minorUnits: number) => ({ minorUnits, currency: 'CNY' });

describe('the tax of a quote', () => {
  it('is within prices that hold it, by the rate of the goods or else of the tenant, after all discounts', async () => {
    const plain = await priceOf(basket({ kettle: 1, book: 1, bread: 1 }), shopper('ann', gross));
    expect(plain).toMatchObject({ payable: cny(17_300), tax: { mode: 'INCLUSIVE', amount: { minorUnits: 1713 } } });
    // 11300 × 13 ÷ 113, 5000 × 9 ÷ 109 rounded once.
    expect(taxesOf(plain)).toEqual({ kettle: 1300, book: 413, bread: 0 });

    stage.coupons.give('ben', reduction('ten', 1000, 5000));
    const reduced = await priceOf(basket({ kettle: 1 }), shopper('ben', gross));
    expect(reduced).toMatchObject({ payable: cny(10_300), tax: { amount: { minorUnits: 1185 } } });
  });

  it('comes on top of what is left where prices are without it', async () => {
    stage.coupons.give('cho', reduction('thousand', 1000, 5000, { product: onlyFor('kettle') }));
    const price = await priceOf(basket({ kettle: 1, book: 2, bread: 1 }), shopper('cho', net));
    // 10300 × 13 %, 10000 × 9 %.
    expect(taxesOf(price)).toEqual({ kettle: 1339, book: 900, bread: 0 });
    expect(price).toMatchObject({
      subtotal: { minorUnits: 22_300 },
      discount: { minorUnits: 1000 },
      payable: cny(23_539),
      tax: { mode: 'EXCLUSIVE', amount: { minorUnits: 2239 } },
    });
    expect(price.waterfall.at(-1)).toMatchObject({ kind: 'TAX', left: { minorUnits: 23_539 } });
  });

  it.each([
    [net, 'JPY', 999, 130, 1129],
    [gross, 'JPY', 999, 115, 999],
    [net, 'KWD', 12_345, 1605, 13_950],
    [gross, 'KWD', 12_345, 1420, 12_345],
  ])('is counted in the smallest unit of the currency: %s in %s', async (tenant, currency, subtotal, tax, payable) => {
    const price = await priceOf(basket({ kettle: 1 }, { currency }), shopper('ann', tenant));
    expect(price).toMatchObject({
      subtotal: { minorUnits: subtotal },
      tax: { amount: { minorUnits: tax } },
      payable: { minorUnits: payable, currency },
    });
  });

  it('is none where nobody names a rate', async () => {
    const price = await priceOf(basket({ book: 1 }), shopper('ann', sends));
    expect(price.tax).toEqual({ mode: 'INCLUSIVE', amount: { minorUnits: 0 } });
  });
});

describe('the shipping of a quote', () => {
  const freeShipping = () =>
    promotion('ship', [{ kind: 'FREE_SHIPPING', methods: ['EXPRESS'] }], { group: 'SHIPPING' });

  it('costs what the tenant says in the currency of the cart, and a coupon takes it off', async () => {
    const coupon = stage.coupons.give('dai', freeShipping());
    const sent = await priceOf(basket({ book: 1 }, { shippingMethod: 'POST' }), shopper('dai', sends));
    expect(sent).toMatchObject({
      payable: cny(5800),
      shipping: { method: 'POST', subtotal: { minorUnits: 800 }, payable: { minorUnits: 800 } },
      unusedCoupons: [{ coupon: { id: coupon }, reason: 'NO_EFFECT' }],
    });
    const free = await priceOf(basket({ book: 1 }, { shippingMethod: 'EXPRESS' }), shopper('dai', sends));
    expect(free).toMatchObject({
      payable: cny(5000),
      discount: { minorUnits: 0 },
      saving: { minorUnits: 1800 },
      shipping: { subtotal: { minorUnits: 1800 }, discount: { minorUnits: 1800 }, payable: { minorUnits: 0 } },
    });
    const yen = await priceOf(
      basket({ kettle: 1 }, { currency: 'JPY', shippingMethod: 'EXPRESS' }),
      shopper('eva', sends),
    );
    expect(yen.payable).toEqual({ minorUnits: 1499, currency: 'JPY' });
  });

  it('is no part of the price while nobody says how the goods travel, or the tenant has no way to name', async () => {
    expect(await priceOf(basket({ book: 1 }), shopper('eva', sends))).toMatchObject({
      shipping: null,
      payable: cny(5000),
    });
    const elsewhere = basket({ book: 1 }, { shippingMethod: 'DRONE' });
    expect(await priceOf(elsewhere, shopper('eva', gross))).toMatchObject({ shipping: null, payable: cny(5000) });
  });

  it('is refused with the ways there are, by a name nobody knows or without a price in the currency', async () => {
    const drone = await quote(basket({ book: 1 }, { shippingMethod: 'DRONE' }), shopper('eva', sends));
    expect(faultsOf(drone)).toEqual(['INVALID_CONTEXT context.shippingMethod']);
    expect(drone.userErrors[0]?.message).toMatch(/EXPRESS, POST.*"DRONE"/);
    const inYen = basket({ kettle: 1 }, { currency: 'JPY', shippingMethod: 'POST' });
    const refused = await quote(inYen, shopper('eva', sends));
    expect(faultsOf(refused)).toEqual(['INVALID_CONTEXT context.shippingMethod']);
    expect(refused.userErrors[0]?.message).toMatch(/\(EXPRESS\).*"POST"/);
    const worse = await quote(basket({ book: 0, nothing: 1 }, { shippingMethod: 'DRONE' }), shopper('eva', sends));
    expect(faultsOf(worse)).toEqual([
      'INVALID_QUANTITY lines.0.quantity',
      'UNKNOWN_SKU lines.1.skuId',
      'INVALID_CONTEXT context.shippingMethod',
    ]);
  });

  it("costs what the shop's own backend says, and nobody else may say it", async () => {
    const own = (minorUnits: number, over: Basket = {}) =>
      basket({ book: 1 }, { shippingMethod: 'POST', shippingAmount: cny(minorUnits), ...over });
    expect(await priceOf(own(650), service(sends))).toMatchObject({ payable: cny(5650), shipping: { method: 'POST' } });
    expect(await priceOf(own(650, { shippingMethod: 'BY_BIKE' }), service(gross))).toMatchObject({
      payable: cny(5650),
    });
    expect(faultsOf(await quote(own(650, { shippingMethod: 'BY_BIKE' }), service(sends)))).toEqual([
      'INVALID_CONTEXT context.shippingMethod',
    ]);
    expect(faultsOf(await quote(own(650), shopper('eva', sends)))).toEqual(['PRICE_NOT_ASSERTABLE shippingAmount']);
    expect(faultsOf(await quote(own(-1), service(sends)))).toEqual(['PRICE_NOT_ASSERTABLE shippingAmount.minorUnits']);
    expect(faultsOf(await quote(basket({ book: 1 }, { shippingAmount: cny(1) }), service(sends)))).toEqual([
      'INVALID_CONTEXT context.shippingMethod',
    ]);
    const inYen = own(0, { shippingAmount: { minorUnits: 500, currency: 'JPY' } });
    expect(faultsOf(await quote(inYen, service(sends)))).toEqual(['NO_PRICE_FOR_CURRENCY shippingAmount.currency']);
  });
});

describe('what goods cost at least', () => {
  it('is never undercut by coupons, and what cannot be placed is no discount', async () => {
    stage.coupons.give('fay', reduction('big', 5000, 10_000));
    expect(await priceOf(basket({ lamp: 2 }), shopper('fay', gross))).toMatchObject({
      discount: { minorUnits: 3000 },
      payable: cny(37_000),
    });
    // The book bears what the lamp cannot.
    const both = await priceOf(basket({ lamp: 1, book: 1 }), shopper('fay', gross));
    expect(both.lines.map(({ payable }) => payable.minorUnits)).toEqual([18_500, 1500]);
  });
});

describe('what members pay', () => {
  const isSeen = (price: Quote) => price.lines.map(({ priceSource, unitPrice }) => [priceSource, unitPrice.minorUnits]);

  it('is less than the list price, takes no coupon and counts towards no threshold', async () => {
    stage.coupons.shoppers.set('gil', { 'user.tier': 'GOLD' });
    const coupon = stage.coupons.give('gil', reduction('robes', 2000, 25_000));
    const member = await priceOf(basket({ robe: 1, book: 1 }), shopper('gil', gross));
    expect(isSeen(member)).toEqual([
      ['MEMBER', 24_000],
      ['LIST', 5000],
    ]);
    expect(member).toMatchObject({
      listAmount: { minorUnits: 35_000 },
      subtotal: { minorUnits: 29_000 },
      payable: cny(29_000),
      unusedCoupons: [{ coupon: { id: coupon }, reason: 'BELOW_THRESHOLD' }],
    });
    expect(member.waterfall).toMatchObject([
      { kind: 'LIST', priceSource: null, left: { minorUnits: 35_000 } },
      { kind: 'OFFER', priceSource: 'MEMBER', amount: { minorUnits: -6000 }, left: { minorUnits: 29_000 } },
    ]);
    const alone = await priceOf(basket({ robe: 1 }), shopper('gil', gross));
    expect(alone.unusedCoupons).toMatchObject([
      { reason: 'OUT_OF_SCOPE', message: expect.stringContaining('special') },
    ]);
    expect(alone.payable.minorUnits).toBe(24_000);
  });

  it('is for shoppers with a tier, or with one that the tenant names, whatever coupons they choose', async () => {
    stage.coupons.shoppers.set('silver', { 'user.tier': 'SILVER' });
    stage.coupons.shoppers.set('gold', { 'user.tier': 'GOLD' });
    const none = { coupons: { kind: 'NONE' } };
    const payableOf = async (who: Identity) => (await priceOf(basket({ robe: 1 }, none), who)).payable.minorUnits;
    expect(await payableOf(shopper('silver', gross))).toBe(24_000);
    expect(await payableOf(shopper('silver', tiered))).toBe(30_000);
    expect(await payableOf(shopper('gold', tiered))).toBe(24_000);
    expect(await payableOf(shopper('nobody', gross))).toBe(30_000);
    expect(await payableOf(service(gross))).toBe(30_000);
  });

  it('is the list price while nobody can tell who is a member, and then the quote says so', async () => {
    stage.coupons.shoppers.set('hua', { 'user.tier': 'GOLD' });
    stage.coupons.isAway = true;
    const away = await priceOf(basket({ robe: 1 }), shopper('hua', gross));
    stage.coupons.isAway = false;
    expect(away).toMatchObject({ payable: cny(30_000), isWithoutCoupons: true });
  });

  it('is what an order is placed at', async () => {
    stage.coupons.shoppers.set('ines', { 'user.tier': 'GOLD' });
    const input = basket({ robe: 1 }, { shippingMethod: 'EXPRESS' });
    const { settle } = actsOn(() => stage);
    await stage.publish(
      settingsEvent('festival', { taxMode: 'EXCLUSIVE', defaultTaxRateBasisPoints: 1000, shippingMethods: [express] }),
      skuEvent('robe', 30_000, { more: { memberPrices: { CNY: 24_000 } } }),
    );
    const order = orderOf(await settle('ines', { ...input, ...expecting(24_000 + 2400 + 1800) }));
    expect(order).toMatchObject({ state: 'PENDING_PAYMENT', payable: { minorUnits: 28_200 } });
    await stage.publish(settingsEvent('festival', {}, 2));
  });
});

describe("a price that the shop's own backend asserts", () => {
  const line = (minorUnits: number, priceSource?: string, currency = 'CNY') => ({
    unitPrice: { minorUnits, currency },
    ...(priceSource && { priceSource }),
  });
  const seen = async (asserted: Record<string, unknown>) => {
    const price = await priceOf(basket({ robe: asserted }), service(gross));
    return price.lines.map(({ priceSource, listPrice, unitPrice }) => [
      priceSource,
      listPrice.minorUnits,
      unitPrice.minorUnits,
    ])[0];
  };

  it('is the list price, or stands beside it when it is that of a flash sale or a group', async () => {
    expect(await seen(line(28_000))).toEqual(['LIST', 28_000, 28_000]);
    expect(await seen(line(28_000, 'LIST'))).toEqual(['LIST', 28_000, 28_000]);
    expect(await seen(line(19_900, 'FLASH_SALE'))).toEqual(['FLASH_SALE', 30_000, 19_900]);
    expect(await seen(line(25_000, 'GROUP_BUY'))).toEqual(['GROUP_BUY', 30_000, 25_000]);
    expect(await seen(line(31_000, 'FLASH_SALE'))).toEqual(['LIST', 30_000, 30_000]);
  });

  it('names whose it is together with the price alone, beside a list price in the currency', async () => {
    const asked = async (asserted: Record<string, unknown>, over: Basket = {}) =>
      faultsOf(await quote(basket({ book: asserted }, over), service(gross)));
    expect(await asked({ priceSource: 'FLASH_SALE' })).toEqual(['PRICE_NOT_ASSERTABLE lines.0.priceSource']);
    expect(await asked(line(1, 'FLASH_SALE', 'USD'), { currency: 'USD' })).toEqual(['NO_PRICE_FOR_CURRENCY currency']);
    expect(await asked(line(1, 'FLASH_SALE', 'USD'))).toEqual(['NO_PRICE_FOR_CURRENCY lines.0.unitPrice.currency']);
    const mine = await quote(basket({ book: line(1, 'MEMBER') }), shopper('ann', gross));
    expect(faultsOf(mine)).toEqual(['PRICE_NOT_ASSERTABLE lines.0.unitPrice']);
  });
});

describe('the events of an order', () => {
  it('say which gifts go along and how many points it earns', async () => {
    const { settle, pay, confirm } = actsOn(() => stage);
    await stage.publish(skuEvent('tea', 5000));
    const gift = { kind: 'GIFT', gifts: [{ skuId: 'cup', quantity: 2 }] };
    stage.coupons.give('jun', promotion('gift', [gift, { kind: 'POINTS', points: 30 }], { group: 'ITEM' }));
    const order = orderOf(await settle('jun', { ...basket({ tea: 1 }), ...expecting(5000) }));
    const { payment } = await pay('jun', order.id);
    if (!payment) throw new Error('no payment');
    await confirm(payment.id, 5000);
    const events = await stage.mongo
      .database('settlement')
      .collection<StoredEvent>('events')
      .find({ key: order.id })
      .sort({ at: 1 })
      .toArray();
    const carried = { gifts: [{ skuId: 'cup', quantity: 2, templateId: 'tpl_gift' }], points: 30 };
    expect(events).toMatchObject([
      { type: 'order.placed', payload: carried },
      { type: 'order.paid', payload: carried },
    ]);
  });
});

function onlyFor(skuId: string): Record<string, unknown> {
  return { scope: { kind: 'SKUS', skuIds: [skuId] } };
}
