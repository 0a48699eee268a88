import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Quote, QuotePayload } from '../../schema/generated/settlement';
import { shopper } from '../support/people';
import {
  answerOf,
  cart,
  codeOfStaged,
  reduction,
  type Stage,
  skuEvent,
  startStage,
  templateEvent,
} from './settlement-stage';

/** What a shopper is told beside the price: how each cent was reached, what became of everything, what more would save. */
const toldText = `query ($input: QuoteInput!) { quote(input: $input) {
  quote {
    payable { minorUnits } saving { minorUnits } due { minorUnits } tax { mode amount { minorUnits } } shipping { method } gifts { quantity } points { points } deposits { paid { minorUnits } }
    waterfall { kind amount { minorUnits } left { minorUnits } template { id } coupon { id } benefitPath }
    lines { lineId tax { minorUnits } waterfall { kind amount { minorUnits } left { minorUnits } } }
    appliedPromotions { coupon { id } shippingAmount { minorUnits } benefits { path amount { minorUnits } shares { lineId amount { minorUnits } } toNextStep { minorUnits } } }
    trace { template { id } coupon { id } verdict amount { minorUnits } reason path required observed deficit { minorUnits } cure beatenBy { template { id } } difference { minorUnits } }
    hints { template { id } deficit { minorUnits } saving { minorUnits } sku { id } category merchantId }
    betterChoice { saving { minorUnits } payable { minorUnits } coupons { id } isOptimal }
    unknownCodes unusedCoupons { coupon { id } reason }
    isOptimal savingUpperBound { minorUnits } visitedNodeCount
  }
  userErrors { code message field }
} }`;

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
  await stage.publish(
    skuEvent('tea', 5000),
    skuEvent('nuts', 2500, { merchant: 'aria', category: '/food/snacks' }),
    templateEvent(reduction('autumn', 500, 10_000, { trigger: 'AUTOMATIC', group: 'ITEM' })),
  );
});

afterAll(() => stage.stop());

async function told(input: Record<string, unknown>, who = shopper('mei')): Promise<Quote> {
  const { quote, userErrors } = answerOf<QuotePayload>(await stage.execute(toldText, { input }, who), 'quote');
  if (!quote) throw new Error(JSON.stringify(userErrors));
  return quote;
}

describe('a quote tells', () => {
  it('how each cent was reached, for the order and for each line', async () => {
    const coupon = stage.coupons.give('ann', reduction('thirty', 3000, 9000));
    const quote = await told(cart({ tea: 1, nuts: 2 }), shopper('ann'));
    expect(quote.waterfall).toEqual([
      {
        kind: 'LIST',
        amount: { minorUnits: 10_000 },
        left: { minorUnits: 10_000 },
        template: null,
        coupon: null,
        benefitPath: null,
      },
      {
        kind: 'DISCOUNT',
        amount: { minorUnits: -500 },
        left: { minorUnits: 9500 },
        template: { id: 'tpl_autumn' },
        coupon: null,
        benefitPath: 'benefit[0]',
      },
      {
        kind: 'DISCOUNT',
        amount: { minorUnits: -3000 },
        left: { minorUnits: 6500 },
        template: { id: 'tpl_thirty' },
        coupon: { id: coupon },
        benefitPath: 'benefit[0]',
      },
    ]);
    expect(quote).toMatchObject({
      payable: { minorUnits: 6500 },
      due: { minorUnits: 6500 },
      saving: { minorUnits: 3500 },
      shipping: null,
    });
    for (const line of quote.lines)
      expect(line.waterfall.map(({ left }) => left.minorUnits)).toEqual([5000, 4750, 3250]);
    expect(quote.appliedPromotions[1]?.benefits).toEqual([
      {
        path: 'benefit[0]',
        amount: { minorUnits: 3000 },
        shares: [
          { lineId: 'nuts#1', amount: { minorUnits: 1500 } },
          { lineId: 'tea#1', amount: { minorUnits: 1500 } },
        ],
        toNextStep: null,
      },
    ]);
  });

  it('what became of every promotion: applied, rejected with what is missing, or beaten and by what', async () => {
    stage.coupons.give('bea', reduction('ten', 1000, 2000));
    stage.coupons.give('bea', reduction('twenty', 2000, 5000));
    stage.coupons.give('bea', reduction('sixty', 6000, 40_000));
    const { trace, isOptimal, saving, savingUpperBound } = await told(cart({ tea: 2 }), shopper('bea'));
    expect(new Set(trace.map(({ verdict }) => verdict))).toEqual(new Set(['APPLIED', 'REJECTED', 'BEATEN_BY']));
    const of = (id: string) => trace.find(({ template }) => template?.id === `tpl_${id}`);
    expect(of('autumn')).toMatchObject({ verdict: 'APPLIED', amount: { minorUnits: 500 }, reason: null });
    expect(of('sixty')).toMatchObject({
      verdict: 'REJECTED',
      reason: 'BELOW_THRESHOLD',
      path: 'benefit[0].threshold',
      required: '¥400.00',
      observed: '¥100.00',
      deficit: { minorUnits: 30_000 },
      cure: 'Add ¥300.00 of what is in scope.',
    });
    expect(of('ten')).toMatchObject({
      verdict: 'BEATEN_BY',
      reason: 'GROUP_LIMIT',
      beatenBy: [{ template: { id: 'tpl_twenty' } }],
      difference: { minorUnits: 1000 },
    });
    expect(isOptimal && savingUpperBound).toEqual(saving);
  });

  it('what a little more would save, and adding it saves exactly that', async () => {
    stage.coupons.give('cat', reduction('hundred', 10_000, 20_000));
    const before = await told(cart({ tea: 3 }), shopper('cat'));
    const [hint] = before.hints;
    expect(hint).toMatchObject({
      template: { id: 'tpl_hundred' },
      deficit: { minorUnits: 5000 },
      saving: { minorUnits: 9500 }, // it is worth letting the automatic promotion go
      sku: { id: 'tea' },
      category: '/food',
      merchantId: 'lumen',
    });
    const after = await told(cart({ tea: 4 }), shopper('cat'));
    expect(after.saving.minorUnits - before.saving.minorUnits).toBe(hint?.saving.minorUnits);
  });

  it('who chose by hand what would save more, and who chose the best that nothing would', async () => {
    const small = stage.coupons.give('dan', reduction('five', 500, 1000));
    const large = stage.coupons.give('dan', reduction('forty', 4000, 8000));
    const byHand = (coupons: Record<string, unknown>) => told(cart({ tea: 2 }, coupons), shopper('dan'));
    const quote = await byHand({ kind: 'CHOSEN', couponIds: [small] });
    expect(quote.betterChoice).toEqual({
      saving: { minorUnits: 3500 },
      payable: { minorUnits: quote.payable.minorUnits - 3500 },
      coupons: [{ id: large }],
      isOptimal: true,
    });
    expect((await byHand({ kind: 'CHOSEN', couponIds: [large] })).betterChoice).toBeNull();
    expect((await byHand({ kind: 'AUTO' })).betterChoice).toBeNull();
    expect((await byHand({ kind: 'NONE' })).betterChoice).toMatchObject({ saving: { minorUnits: 4000 } });
  });

  it('a typed code as the coupon it is, whatever became of that, and codes that are none of the shopper', async () => {
    const own = stage.coupons.give('kim', reduction('seven', 700, 1000));
    const spent = stage.coupons.give('kim', reduction('nine', 900, 1000), { state: 'REDEEMED' });
    const foreign = stage.coupons.give('lee', reduction('eleven', 1100, 2000));
    const [code, spentCode, foreignCode] = [own, spent, foreign].map(codeOfStaged);
    const typed = `${code?.slice(0, 6)} ${code?.slice(6)}`;
    const codes = [typed, spentCode, foreignCode, 'WELCOME'];
    const byCode = await told(cart({ tea: 1 }, { kind: 'CHOSEN', codes }), shopper('kim'));
    expect(byCode).toMatchObject({
      payable: { minorUnits: 4300 },
      unknownCodes: [foreignCode, 'WELCOME'],
      unusedCoupons: [{ coupon: { id: spent }, reason: 'COUPON_NOT_AVAILABLE' }],
    });
    expect(await told(cart({ tea: 1 }, { kind: 'AUTO', codes }), shopper('kim'))).toMatchObject({
      payable: { minorUnits: 4300 },
      unknownCodes: [foreignCode, 'WELCOME'],
    });
    const faults = async (coupons: Record<string, unknown>) =>
      answerOf<QuotePayload>(
        await stage.execute(toldText, { input: cart({ tea: 1 }, coupons) }, shopper('kim')),
        'quote',
      );
    const invalid = { userErrors: [{ code: 'INVALID_COUPON_CHOICE', field: ['input', 'coupons', 'codes'] }] };
    expect(await faults({ kind: 'NONE', codes: [typed] })).toMatchObject(invalid);
    expect(await faults({ kind: 'AUTO', codes: Array.from({ length: 31 }, String) })).toMatchObject(invalid);
    expect(await faults({ kind: 'AUTO', codes: ['9'.repeat(10_000)] })).toMatchObject(invalid);
  });

  it('nothing of coupons to a visitor who has none', async () => {
    const quote = await told(cart({ tea: 1 }, { kind: 'NONE' }), shopper('nobody'));
    expect(quote).toMatchObject({
      betterChoice: null,
      hints: [{ template: { id: 'tpl_autumn' } }],
      gifts: [],
      points: [],
      deposits: [],
    });
  });
});
