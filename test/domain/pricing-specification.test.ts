import { describe, expect, it } from '@jest/globals';
import { type Payment, type PriceOffer, readCart } from '../../subgraphs/shared/kernel/pricing/cart';
import { hintsFor } from '../../subgraphs/shared/kernel/pricing/hints';
import { price } from '../../subgraphs/shared/kernel/pricing/price';
import { rejectionText } from '../../subgraphs/shared/kernel/pricing/rejection-text';
import { waterfallOf, waterfallOfLine } from '../../subgraphs/shared/kernel/pricing/waterfall';
import { automatic, cart, coupon, inputOf, line, priced, terms } from '../support/promotions';

const free = { stackingGroup: 'SEASON' };
const fixedOff = (off: number, threshold?: number) => ({
  kind: 'FIXED',
  off: { CNY: off },
  ...(threshold === undefined ? {} : { threshold: { CNY: threshold } }),
});
const percent = (percentOffBasisPoints: number) => ({ kind: 'PERCENT', percentOffBasisPoints });

describe('3 Phases', () => {
  describe('P0 unit price: list, member, flash sale, group buy', () => {
    const member = (unitPrice: number): PriceOffer => ({ source: 'MEMBER', unitPrice });
    const flash = (unitPrice: number, takesCoupons?: boolean): PriceOffer => ({
      source: 'FLASH_SALE',
      unitPrice,
      ...(takesCoupons === undefined ? {} : { takesCoupons }),
    });
    const group = (unitPrice: number): PriceOffer => ({ source: 'GROUP_BUY', unitPrice });
    const lamp = (offers: PriceOffer[], quantity = 1) => line('lamp', 10_000, { offers, quantity });

    it.each<[string, PriceOffer[], string, number]>([
      ['no offer', [], 'LIST', 10_000],
      ['a member price', [member(9000)], 'MEMBER', 9000],
      ['the flash sale below the member price', [member(9000), flash(7000)], 'FLASH_SALE', 7000],
      ['the group buy below both', [member(9000), flash(7000), group(6999)], 'GROUP_BUY', 6999],
      ['an offer above the list price', [member(10_001)], 'LIST', 10_000],
      ['an offer at the list price', [flash(10_000)], 'LIST', 10_000],
      ['two alike, whichever comes first', [member(8000), flash(8000)], 'FLASH_SALE', 8000],
      ['two alike, the other way round', [flash(8000), member(8000)], 'FLASH_SALE', 8000],
      ['two alike of which one takes coupons', [flash(8000), { ...member(8000), takesCoupons: true }], 'MEMBER', 8000],
      ['for nothing', [flash(0)], 'FLASH_SALE', 0],
    ])('the lowest wins, the list price where it is no higher: %s', (_, offers, priceSource, unitPrice) => {
      expect(priced(cart([lamp(offers, 2)]), [])).toMatchObject({
        listAmount: 20_000,
        subtotal: unitPrice * 2,
        payable: unitPrice * 2,
        lines: [{ listPrice: 10_000, priceSource, unitPrice, listAmount: 20_000, subtotal: unitPrice * 2 }],
      });
    });

    it('such a line takes no coupon, and is told so', () => {
      const goods = cart([lamp([flash(7000)]), line('tea', 2000)]);
      const mine = coupon('c', terms('t', { benefit: [percent(5000)], rule: free }));
      expect(priced(goods, [mine]).lines.map(({ payable }) => payable)).toEqual([7000, 1000]);
      const alone = priced(cart([lamp([flash(7000)])]), [mine]);
      expect(alone.payable).toBe(7000);
      const [told] = alone.considered;
      expect(told).toMatchObject({
        verdict: 'REJECTED',
        rejection: { code: 'OUT_OF_SCOPE', path: 'product.scope', required: 'LIST', observed: 'FLASH_SALE' },
      });
      expect(told?.verdict === 'REJECTED' && rejectionText(told.rejection, alone.currency)).toBe(
        'What is in its scope has a special price that takes no coupons.',
      );
    });

    it('such a line counts towards no threshold and gets nothing of a promotion that has one', () => {
      const goods = cart([lamp([flash(7000)]), line('tea', 5000)]);
      const from = (threshold: number) => automatic('t', { benefit: [fixedOff(1000, threshold)], rule: free });
      expect(priced(goods, [from(5001)]).considered).toMatchObject([
        { rejection: { code: 'BELOW_THRESHOLD', required: 5001, observed: 5000, deficit: 1 } },
      ]);
      expect(priced(goods, [from(5000)]).lines.map(({ payable }) => payable)).toEqual([7000, 4000]);
    });

    it('an automatic promotion without a threshold applies to it', () => {
      const goods = cart([lamp([flash(7000)])]);
      expect(priced(goods, [automatic('t', { benefit: [percent(1000)], rule: free })])).toMatchObject({
        subtotal: 7000,
        discount: 700,
        payable: 6300,
      });
    });

    it('takes coupons and counts where the offer says so', () => {
      const goods = cart([lamp([flash(7000, true)])]);
      const mine = coupon('c', terms('t', { benefit: [fixedOff(1000, 7000)], rule: free }));
      expect(priced(goods, [mine]).payable).toBe(6000);
    });

    it('a pattern of a coupon neither buys nor gets goods at such a price', () => {
      const goods = cart([lamp([flash(7000)]), line('tea', 2000)]);
      const pattern = { kind: 'BUY_X_GET_Y', buy: 1, get: 1, getScope: { kind: 'SKUS', skuIds: ['lamp'] } };
      const rule = { benefit: [pattern], rule: free };
      expect(priced(goods, [coupon('c', terms('t', rule))]).discount).toBe(0);
      expect(priced(goods, [automatic('t', rule)]).discount).toBe(7000);
    });

    it('keeps to the least price of its line, which is never above it', () => {
      const goods = cart([line('lamp', 10_000, { offers: [flash(7000)], minUnitPrice: 8000 })]);
      expect(priced(goods, [automatic('t', { benefit: [percent(1000)], rule: free })]).payable).toBe(7000);
    });

    it('the waterfall steps from list to offer, by source', () => {
      const goods = cart([lamp([flash(7000)], 2), line('tea', 5000, { offers: [member(4500)] }), line('cup', 800)]);
      const result = priced(goods, [automatic('t', { benefit: [percent(1000)], rule: free })]);
      expect(waterfallOf(result)).toMatchObject([
        { what: 'LIST', amount: 25_800, left: 25_800 },
        { what: 'OFFER', source: 'MEMBER', amount: -500, left: 25_300 },
        { what: 'OFFER', source: 'FLASH_SALE', amount: -6000, left: 19_300 },
        { what: 'DISCOUNT', amount: -1930, left: 17_370 },
      ]);
      expect(result.lines.slice(0, 1).map(waterfallOfLine)).toMatchObject([
        [
          { what: 'LIST', amount: 20_000, left: 20_000 },
          { what: 'OFFER', source: 'FLASH_SALE', amount: -6000, left: 14_000 },
          { what: 'DISCOUNT', amount: -1400, left: 12_600 },
        ],
      ]);
    });

    it('no hint asks for more of what counts towards nothing', () => {
      const from = (threshold: number) => automatic('t', { benefit: [fixedOff(1000, threshold)], rule: free });
      const withTea = inputOf(cart([lamp([flash(7000)]), line('tea', 5000)]), [from(6000)]);
      expect(hintsFor(withTea, price(withTea))).toMatchObject([
        { deficit: 1000, saving: 1000, like: { skuId: 'tea' } },
      ]);
      const without = inputOf(cart([lamp([flash(7000)])]), [from(6000)]);
      expect(hintsFor(without, price(without))).toEqual([]);
    });

    it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('an offer at %s is refused as a price', (bad) => {
      expect(readCart('CNY', [lamp([member(9000), flash(bad)])])).toMatchObject({
        ok: false,
        refusal: [{ code: 'BAD_UNIT_PRICE', path: 'lines[0].offers[1].unitPrice', found: String(bad) }],
      });
    });

    it('more offers than anybody could have are refused at once', () => {
      expect(readCart('CNY', [lamp(Array.from({ length: 11 }, () => flash(-1)))])).toMatchObject({
        ok: false,
        refusal: [{ code: 'BAD_UNIT_PRICE', path: 'lines[0].offers', found: '11 offers' }],
      });
    });
  });
});

describe('7 Tax, shipping, deposits', () => {
  describe('P7 payments are no discounts', () => {
    const giftCard = (amount: number): Payment => ({ kind: 'GIFT_CARD', amount });
    const points = (amount: number): Payment => ({ kind: 'POINTS', amount });
    const deposit = automatic('deposit', {
      benefit: [{ kind: 'DEPOSIT_EXPANSION', deposit: { CNY: 1000 }, worth: { CNY: 1500 } }],
      rule: { stackingGroup: 'ITEM' },
    });

    it.each<[string, Payment[], [kind: string, counted: number][], number]>([
      ['nothing', [], [], 8500],
      ['a gift card', [giftCard(3000)], [['GIFT_CARD', 3000]], 5500],
      [
        'points after gift cards, however they come',
        [points(100), giftCard(300), giftCard(200)],
        [
          ['GIFT_CARD', 300],
          ['GIFT_CARD', 200],
          ['POINTS', 100],
        ],
        7900,
      ],
      [
        'more than is left to pay',
        [giftCard(8000), points(900)],
        [
          ['GIFT_CARD', 8000],
          ['POINTS', 500],
        ],
        0,
      ],
      [
        'a gift card that pays all',
        [points(5), giftCard(9000)],
        [
          ['GIFT_CARD', 8500],
          ['POINTS', 0],
        ],
        0,
      ],
    ])(
      'what is due loses the deposit, then gift cards, then points, and never falls below zero: %s',
      (_, payments, counted, due) => {
        // 100.00 without the 5.00 that the deposit counts for beyond itself, and without the 10.00 it is: 85.00.
        const result = priced(cart([line('tea', 10_000)], 'CNY', { payments }), [deposit]);
        expect(result.payments.map((payment) => [payment.kind, payment.counted])).toEqual(counted);
        expect(result).toMatchObject({ payable: 9500, saving: 500, due });
        expect(result.payments.reduce((sum, { offered }) => sum + offered, 0)).toBe(
          payments.reduce((sum, { amount }) => sum + amount, 0),
        );
        expect(waterfallOf(result).at(-1)?.left).toBe(due);
      },
    );

    it('never change a threshold, a discount or tax', () => {
      const lines = [line('tea', 10_000, { taxRateBasisPoints: 1300 })];
      const from = automatic('t', { benefit: [fixedOff(1000, 10_000)], rule: free });
      const paid = priced(cart(lines, 'CNY', { payments: [giftCard(9000)], taxMode: 'EXCLUSIVE' }), [from]);
      const unpaid = priced(cart(lines, 'CNY', { taxMode: 'EXCLUSIVE' }), [from]);
      expect(paid).toEqual({ ...unpaid, payments: [{ kind: 'GIFT_CARD', offered: 9000, counted: 9000 }], due: 1170 });
      expect(waterfallOf(paid).slice(-2)).toMatchObject([
        { what: 'TAX', amount: 1170 },
        { what: 'PAYMENT', kind: 'GIFT_CARD', amount: -9000, left: 1170 },
      ]);
    });

    it.each([-1, 0.5, Number.NaN, 2 ** 53])('one worth %s is refused', (amount) => {
      expect(readCart('CNY', [], { payments: [points(1), giftCard(amount)] })).toMatchObject({
        ok: false,
        refusal: [{ code: 'BAD_PAYMENT', path: 'payments[1].amount', found: String(amount) }],
      });
    });

    it('more of them than an order may have are refused', () => {
      expect(readCart('CNY', [], { payments: Array.from({ length: 31 }, () => giftCard(-1)) })).toMatchObject({
        ok: false,
        refusal: [{ code: 'BAD_PAYMENT', path: 'payments', found: '31 payments' }],
      });
    });
  });
});
