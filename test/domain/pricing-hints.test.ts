import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Candidate } from '../../subgraphs/shared/kernel/pricing/candidates';
import type { Cart } from '../../subgraphs/shared/kernel/pricing/cart';
import { hintsFor } from '../../subgraphs/shared/kernel/pricing/hints';
import { price } from '../../subgraphs/shared/kernel/pricing/price';
import { waterfallOf, waterfallOfLine } from '../../subgraphs/shared/kernel/pricing/waterfall';
import { automatic, cart, coupon, inputOf, line, priced, terms } from '../support/promotions';
import { someCandidates, someCart, someSettings } from '../support/random-contests';
import { runs } from '../support/runs';

const free = { stackingGroup: 'SEASON' };
const reduction = (threshold: number, off: number) => ({
  kind: 'THRESHOLD_REDUCTION',
  threshold: { CNY: threshold },
  off: { CNY: off },
});
const hints = (of: Cart, candidates: Candidate[]) => {
  const input = inputOf(of, candidates);
  return hintsFor(input, price(input));
};

describe('10 Explain: a hint', () => {
  it('says that ¥20 more saves ¥30', () => {
    const one = coupon('c', terms('t', { benefit: [reduction(10_000, 3000)], rule: free }));
    expect(hints(cart([line('lamp', 8000)]), [one])).toEqual([
      {
        promotion: { templateId: 't', versionId: 't@1', couponId: 'c' },
        benefit: 'benefit[0]',
        deficit: 2000,
        saving: 3000,
        like: { lineId: 'lamp#1', skuId: 'lamp', category: '/home/lamps', merchantId: 'lumen' },
      },
    ]);
  });

  it('says what the next step of a staircase would save', () => {
    const every = automatic('e', {
      benefit: [{ kind: 'EVERY_X', every: { CNY: 3000 }, off: { CNY: 400 } }],
      rule: free,
    });
    expect(hints(cart([line('lamp', 8000)]), [every])).toMatchObject([{ deficit: 1000, saving: 400 }]);
    const tiers = automatic('t', {
      benefit: [
        {
          kind: 'TIERS',
          tiers: [
            { threshold: { CNY: 5000 }, off: { CNY: 500 } },
            { threshold: { CNY: 9000 }, off: { CNY: 1200 } },
          ],
        },
      ],
      rule: free,
    });
    expect(hints(cart([line('lamp', 8000)]), [tiers])).toMatchObject([{ deficit: 1000, saving: 700 }]);
  });

  it('names the goods that others discount too, where filling it with them saves more', () => {
    const goods = cart([line('lamp', 4000), line('nuts', 4000, { category: '/food' })]);
    const food = automatic('food', {
      product: { scope: { kind: 'CATEGORIES', categories: ['/food'] } },
      benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 5000 }],
      rule: { ...free, stackingGroup: 'LATE', priority: 900 },
    });
    const all = automatic('all', { benefit: [reduction(9000, 1000)], rule: free });
    expect(hints(goods, [food, all])).toMatchObject([{ deficit: 1000, like: { skuId: 'nuts' } }]);
  });

  it('asks for more where other discounts eat into what is added', () => {
    const item = automatic('item', {
      benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 1000 }],
      rule: { stackingGroup: 'ITEM', always: true },
    });
    const all = automatic('all', { benefit: [reduction(9000, 3000)], rule: free });
    const [hint] = hints(cart([line('lamp', 8000)]), [item, all]);
    expect(hint).toMatchObject({ deficit: 2000, saving: 3200 });
  });

  it('never lies: with goods like the told line in the cart, whatever it costs to send and to tax, the saving is there', () => {
    const told = { all: 0, shipped: 0, taxedOnTop: 0, besideOffers: 0 };
    fc.assert(
      fc.property(someCart, someCandidates, someSettings, (goods, candidates, settings) => {
        const input = inputOf(goods, candidates, { settings });
        const now = price(input);
        for (const { deficit, saving, like } of hintsFor(input, now, { thresholds: 2, kinds: 2 })) {
          const more = goods.lines.flatMap(({ lineId, minUnitPrice: _, offers: __, ...facts }) =>
            lineId === like.lineId ? [{ ...facts, unitPrice: deficit, quantity: 1 }] : [],
          );
          const filled = priced(cart([...goods.lines, ...more], goods.currency, goods), candidates, { settings });
          expect(more).toHaveLength(1);
          expect(saving).toBeGreaterThan(0);
          expect(filled.saving).toBe(now.saving + saving);
          told.all++;
          if (goods.shipping) told.shipped++;
          if (now.tax.mode === 'EXCLUSIVE' && now.tax.amount > 0) told.taxedOnTop++;
          if (now.lines.some(({ priceSource }) => priceSource !== 'LIST')) told.besideOffers++;
        }
      }),
      { numRuns: runs(2000, 0.1) },
    );
    expect(Math.min(...Object.values(told))).toBeGreaterThan(0);
  });
});

describe('10 Explain: a waterfall', () => {
  it('tells how each cent of an order and of a line was reached', () => {
    const goods = cart([line('lamp', 10_000, { taxRateBasisPoints: 1300 })], 'CNY', {
      shipping: { method: 'POST', amount: 1000 },
      taxMode: 'EXCLUSIVE',
    });
    const both = automatic('both', {
      benefit: [
        { kind: 'FIXED', off: { CNY: 500 } },
        { kind: 'FREE_SHIPPING', percentOffBasisPoints: 5000 },
      ],
      rule: free,
    });
    const deposit = automatic('deposit', {
      benefit: [{ kind: 'DEPOSIT_EXPANSION', deposit: { CNY: 1000 }, worth: { CNY: 2000 } }],
      rule: { stackingGroup: 'ITEM' },
    });
    const result = priced(goods, [both, deposit]);
    expect(waterfallOf(result).map((step) => [step.what, step.amount, step.left])).toEqual([
      ['LIST', 10_000, 10_000],
      ['DISCOUNT', -1000, 9000],
      ['DISCOUNT', -500, 8500],
      ['SHIPPING', 1000, 9500],
      ['DISCOUNT', -500, 9000],
      ['TAX', 1105, 10_105],
      ['DEPOSIT', -1000, 9105],
    ]);
    expect(result.lines.map((one) => waterfallOfLine(one).map(({ left }) => left))).toEqual([[10_000, 9000, 8500]]);
  });
});
