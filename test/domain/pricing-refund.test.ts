import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  couponsFreedBy,
  type ReturnedUnits,
  refundOfUnits,
  refuseReturn,
  type UnitRange,
} from '../../subgraphs/settlement/domain/refund';
import type { PricedCart } from '../../subgraphs/shared/kernel/pricing/price';
import { automatic, cart, coupon, line, priced, terms } from '../support/promotions';
import { someCandidates, someCart, someSettings } from '../support/random-contests';
import { runs } from '../support/runs';

const free = { stackingGroup: 'SEASON' };
const fixedOff = (off: number) => ({ kind: 'FIXED', off: { CNY: off } });
const units = (from: number, count = 1): UnitRange => ({ from, units: count });
const of = (lineId: string, ...ranges: UnitRange[]): ReturnedUnits => new Map([[lineId, ranges]]);
const none: ReturnedUnits = new Map();

describe('8 Lifecycle and refunds', () => {
  describe('a refund of units pays exactly their stored net', () => {
    // 3 × 10.00 without 1.00 costs 9.66, 9.67 and 9.67; 13 % within 29.00 is 3.34: 1.11, 1.12 and 1.11.
    const three = (taxMode: 'INCLUSIVE' | 'EXCLUSIVE') =>
      priced(cart([line('tea', 1000, { quantity: 3, taxRateBasisPoints: 1300 })], 'CNY', { taxMode }), [
        automatic('t', { benefit: [fixedOff(100)], rule: free }),
      ]);
    const pays = (order: PricedCart, ...ranges: UnitRange[]) =>
      order.lines.slice(0, 1).map((tea) => refundOfUnits(tea, order.tax.mode, ranges));

    it.each<[string, UnitRange[], number, number]>([
      ['the first', [units(0)], 966, 111],
      ['the second', [units(1)], 967, 112],
      ['the third', [units(2)], 967, 111],
      ['the last two', [units(1, 2)], 1934, 223],
      ['all', [units(0, 3)], 2900, 334],
      ['all in pieces', [units(2), units(0, 2)], 2900, 334],
    ])('whose prices hold their tax: %s', (_, ranges, net, tax) => {
      expect(pays(three('INCLUSIVE'), ...ranges)).toEqual([{ net, tax, amount: net }]);
    });

    it('and their tax, where it came on top', () => {
      // 13 % on 29.00 is 3.77: 1.25 on 9.66 and 1.26 on each 9.67.
      const order = three('EXCLUSIVE');
      expect(pays(order, units(0))).toEqual([{ net: 966, tax: 125, amount: 1091 }]);
      expect(pays(order, units(1))).toEqual([{ net: 967, tax: 126, amount: 1093 }]);
      expect(pays(order, units(2))).toEqual([{ net: 967, tax: 126, amount: 1093 }]);
    });

    it('of a pattern: returning the one that was paid leaves none that was free', () => {
      const order = priced(cart([line('tea', 1000, { quantity: 2 })]), [
        automatic('t', { benefit: [{ kind: 'BUY_X_GET_Y', buy: 1, get: 1 }], rule: free }),
      ]);
      expect(pays(order, units(0))).toEqual([{ net: 500, tax: 0, amount: 500 }]);
    });

    it('of a million units as quickly as of three', () => {
      const order = priced(cart([line('tea', 1000, { quantity: 1_000_000, taxRateBasisPoints: 1300 })]), [
        automatic('t', { benefit: [fixedOff(777)], rule: free }),
      ]);
      expect(pays(order, units(0, 1_000_000))).toEqual([
        { net: 999_999_223, tax: order.tax.amount, amount: 999_999_223 },
      ]);
    });
  });

  describe('partial returns in any order and grouping sum to what was paid', () => {
    it('by line and by order, tax included, and every coupon comes back once and not before its last unit', () => {
      let coupons = 0;
      fc.assert(
        fc.property(
          someCart,
          someCandidates,
          someSettings,
          fc.infiniteStream(fc.nat()),
          (goods, all, settings, dice) => {
            const order = priced(goods, all, { settings });
            const roll = (below: number) => (dice.next().value ?? 0) % below;
            const left = order.lines.flatMap(({ lineId, quantity }) =>
              Array.from({ length: quantity }, (_, unit) => ({ lineId, unit })),
            );
            const paid = new Map<string, { net: number; tax: number }>();
            let before: ReturnedUnits = none;
            let amount = 0;
            const freed: string[] = [];
            while (left.length > 0) {
              const parcel = new Map<string, UnitRange[]>();
              for (let count = 1 + roll(left.length); count > 0; count--)
                for (const { lineId, unit } of left.splice(roll(left.length), 1))
                  parcel.set(lineId, [...(parcel.get(lineId) ?? []), units(unit)]);
              expect(refuseReturn(order, before, parcel)).toBeNull();
              for (const one of order.lines) {
                const refund = refundOfUnits(one, order.tax.mode, parcel.get(one.lineId) ?? []);
                const known = paid.get(one.lineId) ?? { net: 0, tax: 0 };
                paid.set(one.lineId, { net: known.net + refund.net, tax: known.tax + refund.tax });
                amount += refund.amount;
              }
              freed.push(...couponsFreedBy(order, before, parcel));
              before = new Map(
                order.lines.map(({ lineId }) => [
                  lineId,
                  [...(before.get(lineId) ?? []), ...(parcel.get(lineId) ?? [])],
                ]),
              );
              for (const couponId of freed) expect(isFullyReturned(order, couponId, before)).toBe(true);
            }
            for (const { lineId, payable, tax } of order.lines) expect(paid.get(lineId)).toEqual({ net: payable, tax });
            expect(amount).toBe(order.payable - (order.shipping?.payable ?? 0));
            const used = new Set(order.applied.flatMap(({ couponId }) => couponId ?? []));
            expect([...freed].sort()).toEqual([...used].sort());
            coupons += freed.length;
          },
        ),
        { numRuns: runs(3000) },
      );
      expect(coupons).toBeGreaterThan(0);
    });
  });

  describe('a coupon comes back when every unit it discounted is returned', () => {
    const onTea = { scope: { kind: 'SKUS', skuIds: ['tea'] } };
    const order = priced(
      cart([line('tea', 1000, { quantity: 2 }), line('cup', 500)], 'CNY', {
        shipping: { method: 'POST', amount: 800 },
      }),
      [
        coupon('tea', terms('t', { product: onTea, benefit: [fixedOff(100)], rule: free })),
        coupon('ship', terms('s', { benefit: [{ kind: 'FREE_SHIPPING' }], rule: { stackingGroup: 'SHIPPING' } })),
      ],
    );
    const [tea, cup] = ['tea#1', 'cup#1'];

    it.each<[string, ReturnedUnits, ReturnedUnits, string[]]>([
      ['one of two units', none, of(tea, units(0)), []],
      ['the other one then', of(tea, units(0)), of(tea, units(1)), ['tea']],
      ['both at once', none, of(tea, units(0, 2)), ['tea']],
      ['goods it was not about', none, of(cup, units(0)), []],
      ['the last unit of the order, for one that discounted none', of(tea, units(0, 2)), of(cup, units(0)), ['ship']],
    ])('%s', (_, before, now, couponIds) => {
      expect(couponsFreedBy(order, before, now)).toEqual(couponIds);
    });
  });

  describe('a return is refused', () => {
    const order = priced(cart([line('tea', 1000, { quantity: 3 })]), []);
    it.each<[string, ReturnedUnits, ReturnedUnits, Record<string, unknown>]>([
      ['of a line that is not there', none, of('cup#1', units(0)), { code: 'UNKNOWN_LINE', lineId: 'cup#1' }],
      ['of a unit past the last', none, of('tea#1', units(2, 2)), { code: 'UNKNOWN_UNITS', quantity: 3 }],
      ['of a unit before the first', none, of('tea#1', units(-1)), { code: 'UNKNOWN_UNITS' }],
      ['of no unit', none, of('tea#1', units(0, 0)), { code: 'UNKNOWN_UNITS' }],
      ['of half a unit', none, of('tea#1', units(0.5)), { code: 'UNKNOWN_UNITS' }],
      ['of a unit that is no number', none, of('tea#1', units(Number.NaN)), { code: 'UNKNOWN_UNITS' }],
      ['of one that came back', of('tea#1', units(0, 2)), of('tea#1', units(1)), { code: 'ALREADY_RETURNED' }],
      ['of one named twice', none, of('tea#1', units(0, 2), units(1)), { code: 'ALREADY_RETURNED' }],
    ])('%s', (_, before, now, refusal) => {
      expect(refuseReturn(order, before, now)).toMatchObject(refusal);
    });

    it('of nothing else', () => {
      expect(refuseReturn(order, of('tea#1', units(0)), of('tea#1', units(2), units(1)))).toBeNull();
    });
  });
});

/** Unit by unit, from what each discount says of it. */
function isFullyReturned({ lines }: PricedCart, couponId: string, returned: ReturnedUnits): boolean {
  return lines.every(({ lineId, discounts }) => {
    const back = new Set(
      (returned.get(lineId) ?? []).flatMap(({ from, units: count }) =>
        Array.from({ length: count }, (_, at) => from + at),
      ),
    );
    return discounts
      .filter((discount) => discount.couponId === couponId)
      .every(({ perUnit }) =>
        perUnit
          .flatMap((run) => Array.from({ length: run.units }, () => run.amount))
          .every((amount, unit) => amount === 0 || back.has(unit)),
      );
  });
}
