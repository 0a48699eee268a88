import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { asCouponId } from '../../subgraphs/shared/kernel/identifiers';
import type { Candidate } from '../../subgraphs/shared/kernel/pricing/candidates';
import { readCart } from '../../subgraphs/shared/kernel/pricing/cart';
import { expectToAddUp } from '../support/adding-up';
import { automatic, cart, coupon, line, priced, terms } from '../support/promotions';
import { someCandidates, someCart } from '../support/random-contests';
import { runs } from '../support/runs';

const free = { stackingGroup: 'SEASON' };
const third = automatic('t', { benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 3333 }], rule: free });
const most = Number.MAX_SAFE_INTEGER;
/** CPU time within which what is no cart is refused. */
const mostMilliseconds = 50;

describe('what is no cart', () => {
  it('is refused with every number that is out of bounds', () => {
    const read = readCart('RMB', [
      line('a', 100, { quantity: 0 }),
      line('b', -1),
      line('c', 0.5, { quantity: 1_000_001 }),
    ]);
    expect(read.ok ? [] : read.refusal.map(({ code, path }) => [code, path])).toEqual([
      ['UNKNOWN_CURRENCY', 'currency'],
      ['BAD_QUANTITY', 'lines[0].quantity'],
      ['BAD_UNIT_PRICE', 'lines[1].unitPrice'],
      ['BAD_QUANTITY', 'lines[2].quantity'],
      ['BAD_UNIT_PRICE', 'lines[2].unitPrice'],
    ]);
  });

  it('is refused past 2^53 and past 500 lines', () => {
    expect(readCart('CNY', [line('a', Number.MAX_SAFE_INTEGER), line('b', 1)])).toMatchObject({
      ok: false,
      refusal: [{ code: 'AMOUNT_TOO_LARGE' }],
    });
    expect(
      readCart(
        'CNY',
        Array.from({ length: 501 }, (_, n) => line(`s${n}`, 1)),
      ),
    ).toMatchObject({ ok: false, refusal: [{ code: 'TOO_MANY_LINES' }] });
  });

  it('is refused with typed faults, quickly and without throwing, whatever its numbers are; what is one adds up', () => {
    const anyNumber = fc.oneof(
      fc.constantFrom(-1, 0, -0, 0.5, 1e308, -1e308, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
      fc.constantFrom(2 ** 53, most, most - 1, -most, 1_000_000, 1_000_001, Number.MIN_VALUE),
      fc.integer({ min: 1, max: 3 }),
      fc.double(),
      fc.maxSafeInteger(),
    );
    const offer = fc.record({
      source: fc.constantFrom('MEMBER' as const, 'FLASH_SALE' as const, 'GROUP_BUY' as const),
      unitPrice: anyNumber,
      takesCoupons: fc.boolean(),
    });
    const anyLine = fc
      .record({
        price: anyNumber,
        quantity: fc.oneof(fc.constant(1), anyNumber),
        taxRateBasisPoints: fc.oneof(fc.constant(0), anyNumber),
        minUnitPrice: fc.oneof(fc.constant(0), anyNumber),
        offers: fc.oneof(fc.constant([]), fc.array(offer, { maxLength: 12 })),
      })
      .map(({ price, ...facts }) => line('a', price, facts));
    const payments = fc.oneof(
      fc.constant([]),
      fc.array(fc.record({ kind: fc.constantFrom('GIFT_CARD' as const, 'POINTS' as const), amount: anyNumber }), {
        maxLength: 40,
      }),
    );
    const outcomes = { carts: 0, refused: 0 };
    fc.assert(
      fc.property(
        fc.array(anyLine, { maxLength: 5 }),
        fc.constantFrom('CNY', 'JPY', 'KWD', 'XXX?', '', 'cny', '__proto__', 'constructor'),
        fc.option(anyNumber),
        fc.constantFrom('INCLUSIVE' as const, 'EXCLUSIVE' as const),
        payments,
        (lines, currency, amount, taxMode, offered) => {
          const shipping = amount === null ? null : { method: 'POST', amount };
          const read = quickly(() => readCart(currency, lines, { shipping, taxMode, payments: offered }));
          if (read.ok) {
            outcomes.carts++;
            expectToAddUp(priced(read.value, [third]));
            return;
          }
          outcomes.refused++;
          for (const { path, found, allowed, cure } of read.refusal)
            expect([path, found, allowed, cure].every((text) => text !== '' || found === currency)).toBe(true);
        },
      ),
      { numRuns: runs(10_000) },
    );
    expect(Math.min(outcomes.carts, outcomes.refused)).toBeGreaterThan(0);
  });

  it.each([501, 10_000, 200_000])('of %i lines, however wrong each, is refused once for its size', (count) => {
    const lines = Array.from({ length: count }, () => line('a', -1, { quantity: 0 }));
    const read = quickly(() => readCart('CNY', lines));
    expect(read.ok ? [] : read.refusal.map(({ code, found }) => [code, found])).toEqual([
      ['TOO_MANY_LINES', `${count} lines`],
    ]);
  });

  it('of 500 lines with everything wrong is told every fault of them', () => {
    const bad = Array.from({ length: 10 }, () => ({ source: 'MEMBER' as const, unitPrice: -1 }));
    const wrong = { quantity: 0, taxRateBasisPoints: -1, minUnitPrice: -1, offers: bad };
    const lines = Array.from({ length: 500 }, () => line('a', -1, wrong));
    const read = quickly(() => readCart('RMB', lines, { shipping: { method: 'POST', amount: -1 } }));
    expect(read.ok ? 0 : read.refusal.length).toBe(500 * 14 + 2);
  });

  it.each<[string, Parameters<typeof readCart>]>([
    ['by quantity', ['CNY', [line('a', 9_007_199_255, { quantity: 1_000_000 })]]],
    ['by shipping', ['CNY', [line('a', most)], { shipping: { method: 'POST', amount: 1 } }]],
    ['by the tax on top', ['CNY', [line('a', 2 ** 52, { taxRateBasisPoints: 10_000 })], { taxMode: 'EXCLUSIVE' }]],
    [
      'by the rounding of tax alone',
      [
        'CNY',
        [...Array.from({ length: 400 }, () => line('b', 1, { taxRateBasisPoints: 5000 })), line('a', most - 1000)],
        { shipping: { method: 'POST', amount: 400 }, taxMode: 'EXCLUSIVE' },
      ],
    ],
  ])('is refused where it would pass 2^53 %s', (_, input) => {
    expect(readCart(...input)).toMatchObject({ ok: false, refusal: [{ code: 'AMOUNT_TOO_LARGE' }] });
  });
});

describe('a cart', () => {
  it('gives lines of one SKU the same ids in whatever order they come', () => {
    const [dear, cheap] = [line('a', 200), line('a', 100)];
    expect(cart([dear, cheap]).lines.map(({ lineId }) => lineId)).toEqual(['a#2', 'a#1']);
    expect(cart([cheap, dear]).lines.map(({ lineId }) => lineId)).toEqual(['a#1', 'a#2']);
  });

  it('that holds the same line twice prices each', () => {
    const result = priced(cart([line('a', 100), line('a', 100)]), [third]);
    expect(result.lines.map(({ lineId, payable }) => [lineId, payable])).toEqual([
      ['a#1', 66],
      ['a#2', 67],
    ]);
  });
});

describe('promotions', () => {
  it('that come twice count once, coupons and choices too', () => {
    fc.assert(
      fc.property(someCart, someCandidates, (goods, candidates) => {
        expect(priced(goods, [...candidates, ...candidates])).toEqual(priced(goods, candidates));
        const couponIds = candidates.flatMap(({ source }) => (source.kind === 'COUPON' ? source.couponId : []));
        const chosen = (ids: typeof couponIds) =>
          priced(goods, candidates, { choose: { kind: 'CHOSEN', couponIds: ids } });
        expect(chosen([...couponIds, ...couponIds])).toEqual(chosen(couponIds));
      }),
      { numRuns: runs(500) },
    );
  });

  it('that nobody knows are told as not owned, once each', () => {
    const ids = ['x', 'y', 'x', '__proto__'].map(asCouponId);
    const { considered } = priced(cart([line('a', 100)]), [], { choose: { kind: 'CHOSEN', couponIds: ids } });
    expect(considered.map(({ couponId }) => couponId)).toEqual(['__proto__', 'x', 'y']);
  });

  it.each<[string, Record<string, unknown>]>([
    ['满减', { kind: 'THRESHOLD_REDUCTION', threshold: { CNY: most }, off: { CNY: most } }],
    ['阶梯', { kind: 'TIERS', tiers: [{ threshold: { CNY: most }, off: { CNY: most } }] }],
    ['每满减', { kind: 'EVERY_X', every: { CNY: most }, off: { CNY: most } }],
    ['折扣', { kind: 'PERCENT', percentOffBasisPoints: 9999, maxAmount: { CNY: most } }],
    ['立减', { kind: 'FIXED', off: { CNY: most } }],
    ['每件立减', { kind: 'FIXED_PER_UNIT', off: { CNY: most } }],
    ['一口价', { kind: 'FIXED_PRICE', price: { CNY: most } }],
    ['买送', { kind: 'BUY_X_GET_Y', buy: 10_000, get: 10_000 }],
    ['第N件', { kind: 'NTH_ITEM', n: 10_000, percentOffBasisPoints: 1 }],
    ['组合价', { kind: 'BUNDLE', items: [{ skuIds: ['a'], quantity: 10_000 }], price: { CNY: most } }],
    ['赠品', { kind: 'GIFT', gifts: [{ skuId: 'a', quantity: 10_000 }] }],
    ['包邮', { kind: 'FREE_SHIPPING', maxAmount: { CNY: most } }],
    ['定金膨胀', { kind: 'DEPOSIT_EXPANSION', deposit: { CNY: most - 1 }, worth: { CNY: most } }],
    ['积分', { kind: 'POINTS', points: 1_000_000_000, every: { CNY: 1 } }],
  ])('as large as they can be are priced exactly or have no effect: %s', (_, benefit) => {
    const goods = [
      cart([line('a', most - 1)], 'CNY', { shipping: { method: 'POST', amount: 1 } }),
      cart([line('a', 9_007_199_254, { quantity: 1_000_000 })]),
    ];
    for (const of of goods)
      for (const one of [automatic('t', { benefit: [benefit], rule: free }), huge(benefit)]) {
        const result = quickly(() => priced(of, [one]));
        expectToAddUp(result);
        for (const { paid } of result.deposits) expect(Number.isSafeInteger(paid)).toBe(true);
        for (const { points } of result.points) expect(Number.isSafeInteger(points)).toBe(true);
      }
  });
});

function huge(benefit: Record<string, unknown>): Candidate {
  return { ...coupon('c', terms('t', { benefit: [benefit], rule: free })), budgetLeft: most };
}

/** The answer to an input, which must come within the bound of CPU time; a collection of garbage falls hardly into three attempts. */
function quickly<T>(ask: () => T): T {
  for (let attempt = 1; ; attempt++) {
    const before = process.cpuUsage();
    const answer = ask();
    const { user, system } = process.cpuUsage(before);
    const milliseconds = (user + system) / 1000;
    if (milliseconds > mostMilliseconds && attempt < 3) continue;
    expect(milliseconds).toBeLessThanOrEqual(mostMilliseconds);
    return answer;
  }
}
