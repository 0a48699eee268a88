import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PreviewPricePayload, Quote } from '../../schema/generated/settlement';
import type { PromotionTerms } from '../../subgraphs/shared/kernel/promotion-terms';
import { anonymous, merchant, operator, shopper } from '../support/people';
import {
  answerOf,
  cart,
  promotion,
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
    templateEvent(
      promotion('own-gold', [{ kind: 'FIXED', off: { CNY: 70 } }], {
        merchant: 'lumen',
        trigger: 'AUTOMATIC',
        group: 'OWN_GOLD',
        rule: { condition: "user.tier == 'GOLD'" },
      }),
    ),
    templateEvent(
      promotion('aria-gold', [{ kind: 'FIXED', off: { CNY: 110 } }], {
        merchant: 'aria',
        trigger: 'AUTOMATIC',
        group: 'ARIA_GOLD',
        rule: { condition: "user.tier == 'GOLD'" },
      }),
    ),
    templateEvent(
      promotion('aria-newcomers', [{ kind: 'FIXED', off: { CNY: 13 } }], {
        merchant: 'aria',
        trigger: 'AUTOMATIC',
        group: 'ARIA_NEW',
        rule: { condition: '!has(user.tier)' },
      }),
    ),
    templateEvent(
      promotion('aria-secret', [{ kind: 'FIXED', off: { CNY: 170 } }], {
        merchant: 'aria',
        trigger: 'AUTOMATIC',
        group: 'ARIA_SECRET',
        time: { startsAt: '2026-11-20T00:00:00Z', endsAt: '2026-12-01T00:00:00Z' },
      }),
    ),
    templateEvent(
      promotion('aria-open', [{ kind: 'FIXED', off: { CNY: 190 } }], {
        merchant: 'aria',
        trigger: 'AUTOMATIC',
        group: 'ARIA_OPEN',
      }),
    ),
  );
});

afterAll(() => stage.stop());

const text = `query ($input: PreviewPriceInput!) { previewPrice(input: $input) {
  quote {
    subtotal { minorUnits } payable { minorUnits currency }
    lines { sku { id } payable { minorUnits } discounts { template { id } coupon { id } documentIndex amount { minorUnits } } }
    appliedPromotions { template { id } versionId coupon { id } documentIndex amount { minorUnits } fundedByMerchant { minorUnits } fundedByPlatform { minorUnits } }
    unusedCoupons { coupon { id } documentIndex reason }
    unusedPromotions { template { id } documentIndex reason message }
    trace { template { id } documentIndex verdict }
    hints { documentIndex deficit { minorUnits } saving { minorUnits } }
    betterChoice { saving { minorUnits } }
    heldQuote { token }
    isOptimal
  }
  userErrors { code message field }
} }`;

type Input = Record<string, unknown>;

async function preview(input: Input, who = merchant('lumen')): Promise<PreviewPricePayload> {
  return answerOf(await stage.execute(text, { input: { ...goods, ...input } }, who), 'previewPrice');
}

async function priceOf(input: Input, who = merchant('lumen')): Promise<Quote> {
  const { quote, userErrors } = await preview(input, who);
  if (!quote) throw new Error(JSON.stringify(userErrors));
  return quote;
}

const goods = { cart: cart({ tea: 1, nuts: 2 }).cart };
const documentOf = ({ document }: PromotionTerms) => document;
const off = (amount: number, over: Parameters<typeof promotion>[2] = {}) =>
  documentOf(promotion('unsaved', [{ kind: 'FIXED', off: { CNY: amount } }], over));
const applied = ({ appliedPromotions }: Quote) =>
  appliedPromotions
    .map(({ template, documentIndex, amount }) => [template?.id ?? documentIndex, amount.minorUnits])
    .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));

describe('a preview', () => {
  it('prices a cart with documents that nobody saved, and says which document does what', async () => {
    const documents = [
      off(400, { trigger: 'AUTOMATIC', group: 'ITEM' }),
      documentOf(reduction('big', 5000, 90_000)),
      documentOf(reduction('small', 600, 1000)),
      off(10, { trigger: 'AUTOMATIC', group: 'SEASON', rule: { condition: "context.channel == 'APP'" } }),
    ];
    const quote = await priceOf({ documents });
    expect(quote).toMatchObject({ subtotal: { minorUnits: 10_000 }, payable: { minorUnits: 9000 } });
    expect(quote.appliedPromotions).toMatchObject([
      { template: null, versionId: 'document:0', coupon: null, documentIndex: 0, amount: { minorUnits: 400 } },
      { template: null, versionId: 'document:2', coupon: null, documentIndex: 2, amount: { minorUnits: 600 } },
    ]);
    expect(quote.lines[0]?.discounts).toMatchObject([
      { template: null, coupon: null, documentIndex: 0 },
      { template: null, coupon: null, documentIndex: 2 },
    ]);
    expect(quote.unusedCoupons).toEqual([{ coupon: null, documentIndex: 1, reason: 'BELOW_THRESHOLD' }]);
    expect(quote.unusedPromotions).toMatchObject([{ template: null, documentIndex: 3, reason: 'NOT_ELIGIBLE' }]);
    expect(quote).toMatchObject({ isOptimal: true, betterChoice: null, heldQuote: null });
  });

  it('takes the documents as the caller’s own: a merchant’s reach the merchant’s goods, who pays for them', async () => {
    const documents = [off(400)];
    expect((await priceOf({ documents })).lines.map(({ payable }) => payable.minorUnits)).toEqual([4600, 5000]);
    expect((await priceOf({ documents }, operator())).lines.map(({ payable }) => payable.minorUnits)).toEqual([
      4800, 4800,
    ]);
    const [ofMerchant] = (await priceOf({ documents })).appliedPromotions;
    expect(ofMerchant).toMatchObject({ fundedByMerchant: { minorUnits: 400 }, fundedByPlatform: { minorUnits: 0 } });
  });

  it('remembers nothing: what a document asks counts for the preview it came with', async () => {
    const asks = (channel: string) => [off(100, { rule: { condition: `context.channel == '${channel}'` } })];
    const inApp = { cart: { ...goods.cart, context: { channel: 'APP' } } };
    expect((await priceOf({ ...inApp, documents: asks('APP') })).payable.minorUnits).toBe(9900);
    expect((await priceOf({ ...inApp, documents: asks('WEB') })).payable.minorUnits).toBe(10_000);
    expect((await priceOf({ ...inApp, documents: asks('APP') })).payable.minorUnits).toBe(9900);
  });

  it('believes what the caller says of shopper and moment', async () => {
    const documents = [off(100, { rule: { condition: "user.tier == 'GOLD'" } })];
    expect((await priceOf({ documents })).payable.minorUnits).toBe(10_000);
    expect((await priceOf({ documents, facts: { 'user.tier': 'GOLD' } })).payable.minorUnits).toBe(9900);
    const evening = [off(100, { trigger: 'AUTOMATIC', time: { hoursOfDay: [{ from: '20:00', until: '22:00' }] } })];
    expect((await priceOf({ documents: evening })).payable.minorUnits).toBe(10_000);
    const at = '2026-11-11T20:30:00+08:00';
    expect((await priceOf({ documents: evening, at })).payable.minorUnits).toBe(9900);
  });

  it('takes other prices than the catalogue’s, for nothing is bought', async () => {
    const line = { skuId: 'tea', quantity: 1, unitPrice: { minorUnits: 800, currency: 'CNY' } };
    const quote = await priceOf({ cart: { currency: 'CNY', lines: [line] }, documents: [off(100)] });
    expect(quote.payable.minorUnits).toBe(700);
  });

  it('tells what a little more would save', async () => {
    const quote = await priceOf({ documents: [documentOf(reduction('near', 1000, 6000, { merchant: 'lumen' }))] });
    expect(quote.hints).toMatchObject([
      { documentIndex: 0, deficit: { minorUnits: 1000 }, saving: { minorUnits: 1000 } },
    ]);
  });
});

describe('a preview beside what is live', () => {
  const documents = [off(400)];

  it('leaves out what is live unless it is asked to', async () => {
    expect(applied(await priceOf({ documents }))).toEqual([[0, 400]]);
  });

  it('has the own promotions for whom they are meant, and of others what any shopper would see', async () => {
    const gold = await priceOf({ documents, includeLive: true, facts: { 'user.tier': 'GOLD' } });
    expect(applied(gold)).toEqual([
      [0, 400],
      ['tpl_aria-newcomers', 13],
      ['tpl_aria-open', 190],
      ['tpl_own-gold', 70],
    ]);
    const nobody = await priceOf({ documents, includeLive: true });
    expect(applied(nobody)).toEqual([
      [0, 400],
      ['tpl_aria-newcomers', 13],
      ['tpl_aria-open', 190],
    ]);
  });

  it('tells nothing of what another merchant plans, or whom it is for', async () => {
    const at = '2026-11-21T00:00:00Z';
    const facts = { 'user.tier': 'GOLD' };
    for (const input of [{ at }, { facts }, { at, facts }, {}]) {
      const answer = JSON.stringify(await preview({ documents, includeLive: true, ...input }));
      expect(answer).not.toContain('aria-gold');
      expect(answer).not.toContain('aria-secret');
    }
    // The same question without the facts gives the same answer about others.
    const othersOf = async (input: Input) =>
      applied(await priceOf({ documents, includeLive: true, ...input })).filter(([id]) => String(id).includes('aria'));
    expect(await othersOf({ facts })).toEqual(await othersOf({}));
  });

  it('shows all of it to who speaks for the whole tenant', async () => {
    const facts = { 'user.tier': 'GOLD' };
    const at = '2026-11-21T00:00:00Z';
    expect(applied(await priceOf({ documents: [off(1)], includeLive: true, facts, at }, operator()))).toEqual([
      [0, 1],
      ['tpl_aria-gold', 110],
      ['tpl_aria-open', 190],
      ['tpl_aria-secret', 170],
      ['tpl_own-gold', 70],
    ]);
  });
});

describe('a preview is refused', () => {
  it('for every fault of cart, facts and documents at once, each with its place', async () => {
    const { quote, userErrors } = await preview({
      cart: {
        currency: 'CNY',
        lines: [
          { skuId: 'tea', quantity: 0 },
          { skuId: 'ghost', quantity: 1 },
        ],
      },
      facts: { 'user.tier': 7, 'cart.subtotal': 1 },
      documents: [
        off(1),
        { name: { default: 'no benefit' } },
        { ...off(1), benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 12_000 }] },
      ],
    });
    expect(quote).toBeNull();
    const places = userErrors.map(({ code, field }) => `${code} ${field?.join('.')}`);
    expect(places).toEqual(
      expect.arrayContaining([
        'INVALID_QUANTITY input.cart.lines.0.quantity',
        'UNKNOWN_SKU input.cart.lines.1.skuId',
        'INVALID_DOCUMENT input.documents.1.benefit',
        'INVALID_DOCUMENT input.documents.2.benefit.0.percentOffBasisPoints',
        'INVALID_FACT input.facts.user.tier',
        'INVALID_FACT input.facts.cart.subtotal',
      ]),
    );
    expect(userErrors.find(({ field }) => field?.includes('percentOffBasisPoints'))?.message).toContain(
      'documents.2.benefit[0].percentOffBasisPoints: expected',
    );
  });

  it.each([
    ['without a document', { documents: [] }, ['WRONG_DOCUMENT_COUNT']],
    ['with 21 documents', { documents: Array.from({ length: 21 }, () => off(1)) }, ['WRONG_DOCUMENT_COUNT']],
    ['for an empty cart', { documents: [off(1)], cart: { currency: 'CNY', lines: [] } }, ['EMPTY_CART']],
    [
      'for 501 lines',
      {
        documents: [off(1)],
        cart: { currency: 'CNY', lines: Array.from({ length: 501 }, () => ({ skuId: 'tea', quantity: 1 })) },
      },
      ['TOO_MANY_LINES'],
    ],
    [
      'for a price below nothing',
      {
        documents: [off(1)],
        cart: {
          currency: 'CNY',
          lines: [{ skuId: 'tea', quantity: 1, unitPrice: { minorUnits: -1, currency: 'CNY' } }],
        },
      },
      ['PRICE_NOT_ASSERTABLE'],
    ],
    [
      'in a currency without prices',
      { documents: [off(1)], cart: { ...goods.cart, currency: 'JPY' } },
      ['NO_PRICE_FOR_CURRENCY', 'NO_PRICE_FOR_CURRENCY'],
    ],
  ])('%s', async (_what, input, codes) => {
    const { quote, userErrors } = await preview(input);
    expect(quote).toBeNull();
    expect(userErrors.map(({ code }) => code)).toEqual(codes);
  });

  it('to shoppers and to nobody: it is for those who write promotions', async () => {
    const input = { ...goods, documents: [off(1)] };
    const codeFor = async (who: ReturnType<typeof shopper>) =>
      (await stage.execute(text, { input }, who)).errors?.[0]?.extensions?.code;
    expect(await codeFor(shopper('mei'))).toBe('FORBIDDEN');
    expect(await codeFor(anonymous())).toBe('UNAUTHENTICATED');
  });
});
