import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { PreviewPricePayload, Quote, QuotePayload } from '../../schema/generated/settlement';
import { defaultTenantSettings } from '../../subgraphs/shared/kernel/tenant-settings';
import { festival, operator, service, shopper } from '../support/people';
import {
  actsOn,
  answerOf,
  cart,
  expecting,
  orderOf,
  quoteText,
  reduction,
  type Stage,
  settingsEvent,
  skuEvent,
  startStage,
  templateEvent,
} from './settlement-stage';

/** ¥10 off ¥50 of tea by itself, 100 orders and ¥1,000 in all. */
const autumn = reduction('autumn', 1000, 5000, {
  trigger: 'AUTOMATIC',
  group: 'ITEM',
  product: { scope: { kind: 'SKUS', skuIds: ['tea'] } },
  limit: { totalUses: 100, budget: { amount: { CNY: 100_000 } } },
});
/** ¥7 off ¥40 of tea by a coupon, ¥9 in all. */
const spring = reduction('spring', 700, 4000, { group: 'TOGETHER', limit: { budget: { amount: { CNY: 900 } } } });

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
  const together = { name: 'TOGETHER', maxPerOrder: null, maxPerLine: null, alwaysStackable: false };
  await stage.publish(
    settingsEvent(festival, { stackingGroups: [...defaultTenantSettings.stackingGroups, together] }),
    skuEvent('tea', 5000),
    skuEvent('nuts', 5000),
    templateEvent(autumn),
  );
});
afterAll(() => stage.stop());
afterEach(() => {
  stage.coupons.isAway = false;
  stage.coupons.refusesUses.clear();
  stage.coupons.beforeLock = null;
});

const { settle, pay, confirm, cancel, rowOf } = actsOn(() => stage);

const cny = (minorUnits: number) => ({ minorUnits, currency: 'CNY' });
/** What is left of the promotion by itself, and of the coupon's. */
function left(uses: number | null, money: number | null, ofCoupon = 900): void {
  stage.coupons.limits.set(autumn.versionId, { uses, money: money === null ? null : { amounts: [cny(money)] } });
  stage.coupons.limits.set(spring.versionId, { uses: null, money: { amounts: [cny(ofCoupon)] } });
}

async function priceOf(input: Record<string, unknown>, who = shopper('mei')): Promise<Quote> {
  const { quote, userErrors } = answerOf<QuotePayload>(await stage.execute(quoteText, { input }, who), 'quote');
  if (!quote) throw new Error(JSON.stringify(userErrors));
  return quote;
}
async function asksDuring(work: () => Promise<unknown>): Promise<string[]> {
  const before = stage.coupons.calls.length;
  await work();
  return stage.coupons.calls.slice(before);
}
const reasonsOf = ({ unusedPromotions }: Quote) => unusedPromotions.map(({ reason }) => reason);

describe('a promotion that may give so much in all', () => {
  it('is asked about once, together with the coupons, and only where it could take something off', async () => {
    left(100, 100_000);
    expect(await asksDuring(() => priceOf(cart({ tea: 1 })))).toEqual(['pricingFacts']);
    expect(await asksDuring(() => priceOf(cart({ tea: 1 }, { kind: 'NONE' })))).toEqual(['pricingFacts']);
    expect(await asksDuring(() => priceOf(cart({ nuts: 1 }, { kind: 'NONE' })))).toEqual([]);
    expect(await asksDuring(() => priceOf(cart({ nuts: 1 }), service()))).toEqual([]);
  });

  it('takes part while a use and its money are left, for shoppers and for who only looks', async () => {
    left(1, 1000);
    for (const who of [shopper('mei'), service()])
      expect((await priceOf(cart({ tea: 1 }), who)).payable.minorUnits).toBe(4000);
    left(1, 999);
    const short = await priceOf(cart({ tea: 1 }));
    expect([short.payable.minorUnits, reasonsOf(short)]).toEqual([5000, ['BUDGET_EXHAUSTED']]);
    left(0, 1000);
    const usedUp = await priceOf(cart({ tea: 1 }));
    expect([usedUp.payable.minorUnits, reasonsOf(usedUp)]).toEqual([5000, ['LIMIT_REACHED']]);
  });

  it('is told as rejected, with the reason, where nothing of it is left', async () => {
    for (const [uses, money, reason] of [
      [0, 100_000, 'LIMIT_REACHED'],
      [100, 0, 'BUDGET_EXHAUSTED'],
    ] as const) {
      left(uses, money);
      const { quote } = answerOf<QuotePayload>(
        await stage.execute(
          'query ($input: QuoteInput!) { quote(input: $input) { quote { payable { minorUnits } trace { template { id } verdict reason } } } }',
          { input: cart({ tea: 1 }) },
          shopper('mei'),
        ),
        'quote',
      );
      expect(quote).toMatchObject({
        payable: { minorUnits: 5000 },
        trace: [{ template: { id: autumn.templateId }, verdict: 'REJECTED', reason }],
      });
    }
  });

  it('is in a preview beside documents what it is in a quote, and the documents have all that is theirs', async () => {
    const fresh = (budget: Record<string, number>) =>
      reduction('fresh', 300, 1000, {
        trigger: 'AUTOMATIC',
        group: 'SEASON',
        limit: { totalUses: 1, budget: { amount: budget } },
      }).document;
    const previewed = async (budget: Record<string, number>, includeLive: boolean) => {
      const input = { cart: cart({ tea: 1 }).cart, documents: [fresh(budget)], includeLive };
      const { quote } = answerOf<PreviewPricePayload>(
        await stage.execute(
          'query ($input: PreviewPriceInput!) { previewPrice(input: $input) { quote { payable { minorUnits } trace { documentIndex verdict reason } } } }',
          { input },
          operator(),
        ),
        'previewPrice',
      );
      const traced = quote?.trace.map(({ documentIndex, verdict, reason }) =>
        [documentIndex === null ? 'live' : 'document', verdict, ...(reason ? [reason] : [])].join(' '),
      );
      return [quote?.payable.minorUnits, ...(traced ?? []).sort()];
    };
    left(1, 1000);
    expect(await previewed({ CNY: 300 }, true)).toEqual([3700, 'document APPLIED', 'live APPLIED']);
    left(0, 1000);
    expect(await previewed({ CNY: 300 }, true)).toEqual([4700, 'document APPLIED', 'live REJECTED LIMIT_REACHED']);
    left(1, 0);
    expect(await previewed({ CNY: 300 }, true)).toEqual([4700, 'document APPLIED', 'live REJECTED BUDGET_EXHAUSTED']);
    expect(await previewed({ CNY: 299 }, false)).toEqual([5000, 'document REJECTED BUDGET_EXHAUSTED']);
    expect(await previewed({ USD: 300 }, false)).toEqual([5000, 'document REJECTED BUDGET_EXHAUSTED']);
    expect(await asksDuring(() => previewed({ CNY: 300 }, true))).toEqual(['pricingFacts']);
    expect(await asksDuring(() => previewed({ CNY: 300 }, false))).toEqual([]);
    stage.coupons.isAway = true;
    await expect(previewed({ CNY: 300 }, true)).rejects.toThrow('UNAVAILABLE');
    expect((await previewed({ CNY: 300 }, false))[0]).toBe(4700);
  });

  it('takes no part when nobody can say what is left', async () => {
    left(5, 5000);
    stage.coupons.isAway = true;
    expect(await priceOf(cart({ tea: 1 }))).toMatchObject({ payable: { minorUnits: 5000 }, isWithoutCoupons: true });
  });

  it('never gives two coupons together more than there is', async () => {
    left(0, 0, 900);
    for (const couponId of ['cpn_two-1', 'cpn_two-2']) stage.coupons.give('ann', spring, { couponId });
    const chosen = { kind: 'CHOSEN', couponIds: ['cpn_two-1', 'cpn_two-2'] };
    const price = await priceOf(cart({ nuts: 2 }, chosen), shopper('ann'));
    expect(price.discount.minorUnits).toBe(700);
    expect(price.unusedCoupons.map(({ reason }) => reason)).toEqual(['BUDGET_EXHAUSTED']);
    left(0, 0, 1400);
    expect((await priceOf(cart({ nuts: 2 }, chosen), shopper('ann'))).discount.minorUnits).toBe(1400);
  });

  it('is taken by the order that was priced with it: exactly that, and nothing of promotions without limits', async () => {
    left(5, 5000);
    stage.coupons.taken.length = 0;
    const order = orderOf(await settle('bob', { ...cart({ tea: 1 }, { kind: 'NONE' }), ...expecting(4000) }));
    expect(order.state).toBe('PENDING_PAYMENT');
    expect(stage.coupons.taken).toEqual([{ templateId: autumn.templateId, minorUnits: 1000 }]);
    expect((await rowOf('bob')).hold).toBe('HELD');
    const { payment } = await pay('bob', order.id);
    expect((await confirm(payment?.id ?? '', 4000)).order?.state).toBe('PAID');
    expect((await rowOf('bob')).hold).toBe('REDEEMED');

    const next = orderOf(await settle('bob', { ...cart({ tea: 1 }, { kind: 'NONE' }), ...expecting(4000) }));
    expect(await asksDuring(() => cancel('bob', next.id))).toEqual(['releaseCoupons']);
    expect(
      await asksDuring(() => settle('bob', { ...cart({ nuts: 1 }, { kind: 'NONE' }), ...expecting(5000) })),
    ).toEqual([]);
  });

  it('shows the price without it when somebody else takes the last of it first', async () => {
    left(1, 1000);
    stage.coupons.beforeLock = () => {
      stage.coupons.refusesUses.set(autumn.templateId, 'LIMIT_REACHED');
      left(0, 0);
    };
    const answer = await settle('cai', { ...cart({ tea: 1 }, { kind: 'NONE' }), ...expecting(4000) });
    expect(answer).toMatchObject({
      order: null,
      quote: { payable: { minorUnits: 5000 } },
      userErrors: [{ code: 'PRICE_CHANGED', message: expect.stringContaining('does not suffice any more') }],
    });
    expect((await rowOf('cai')).state).toBe('CANCELLED');
  });
});
