import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SkuChanged } from '../../subgraphs/shared/contracts/events';
import type { PromotionTerms } from '../../subgraphs/shared/kernel/promotion-terms';
import type { FactValue } from '../../subgraphs/shared/kernel/rules/facts';
import { festival, merchant, operator, shopper } from '../support/people';
import { runs } from '../support/runs';
import {
  answerOf,
  type PromotionOver,
  promotion,
  type Stage,
  settingsEvent,
  skuEvent,
  startStage,
  templateEvent,
} from './settlement-stage';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
  await stage.publish(
    settingsEvent(festival, {
      taxMode: 'EXCLUSIVE',
      shippingMethods: [{ method: 'EXPRESS', prices: { CNY: 1200 } }],
    }),
  );
});

afterAll(() => stage.stop());

interface Amount {
  minorUnits: number;
}

/** What each of the four ways says of a price. */
interface Told {
  payable: number;
  /** What each promotion takes off, in the order of application. */
  applied: number[];
}

interface Shown {
  payable: Amount;
  appliedPromotions: { amount: Amount }[];
}

const told = ({ payable, appliedPromotions }: Shown): Told => ({
  payable: payable.minorUnits,
  applied: appliedPromotions.map(({ amount }) => amount.minorUnits),
});

const shown = 'payable { minorUnits } appliedPromotions { amount { minorUnits } }';
const inHandText = `query ($representations: [_Any!]!, $currency: CurrencyCode!, $quantity: Int!, $context: CartContextInput) {
  _entities(representations: $representations) {
    ... on Sku { priceInHand(currency: $currency, quantity: $quantity, context: $context) { ${shown} } }
  }
}`;
const quoteText = `query ($input: QuoteInput!) { quote(input: $input) { quote { ${shown} } userErrors { message } } }`;
const settleText = `mutation ($input: SettleOrderInput!) { settleOrder(input: $input) { order { ${shown} } userErrors { message } } }`;
const previewText = `query ($input: PreviewPriceInput!) { previewPrice(input: $input) { quote { ${shown} } userErrors { message } } }`;

/** One SKU that somebody buys alone, and the promotions that are about it alone. */
interface Case {
  skuId: string;
  currency: string;
  quantity: number;
  promotions: readonly PromotionTerms[];
  /** Who owns the promotions; null for the platform. */
  owner: string | null;
  facts?: Record<string, FactValue>;
  context?: Record<string, unknown>;
}

/** Prices it on the product list, in the cart, in a preview of its promotions unsaved, and, last, at the checkout. */
async function allWays({ skuId, currency, quantity, promotions, owner, facts = {}, context = {} }: Case) {
  const buyer = `buyer-of-${skuId}`;
  const who = shopper(buyer);
  stage.coupons.shoppers.set(buyer, facts);
  // In the order of the documents, so that equal savings are told apart alike on every way.
  promotions.forEach((terms, index) => {
    if (terms.document.trigger === 'COUPON') stage.coupons.give(buyer, terms, { couponId: `cpn_${skuId}:${index}` });
  });

  const cart = { currency, lines: [{ skuId, quantity }], context };
  const priced = { cart, coupons: { kind: 'AUTO' } };
  const representations = [{ __typename: 'Sku', id: skuId }];
  const list = await stage.execute(inHandText, { representations, currency, quantity, context }, who);
  const [sku] = answerOf<{ priceInHand: Shown }[]>(list, '_entities');
  if (!sku) throw new Error('no SKU');
  const quoted = told(shownBy(await stage.execute(quoteText, { input: priced }, who), 'quote', 'quote'));
  const documents = promotions.map(({ document }) => document);
  const author = owner === null ? operator() : merchant(owner);
  const previewed = await stage.execute(previewText, { input: { cart, documents, facts } }, author);
  const expectedPayable = { minorUnits: quoted.payable, currency };
  const ordered = { ...priced, expectedPayable, idempotencyKey: randomUUID() };
  const settled = await stage.execute(settleText, { input: ordered }, who);
  return {
    productList: told(sku.priceInHand),
    cart: quoted,
    preview: told(shownBy(previewed, 'previewPrice', 'quote')),
    checkout: told(shownBy(settled, 'settleOrder', 'order')),
  };
}

function shownBy(result: Awaited<ReturnType<Stage['execute']>>, field: string, part: 'quote' | 'order'): Shown {
  const payload = answerOf<{ quote?: Shown; order?: Shown; userErrors: unknown[] }>(result, field);
  const found = payload[part];
  if (!found) throw new Error(JSON.stringify(payload.userErrors));
  return found;
}

/** Promotions about one SKU alone, so that many cases share a shop. */
function about(skuId: string, owner: string | null, made: readonly Made[]): PromotionTerms[] {
  return made.map(({ benefit, ...over }, index) =>
    promotion(`${skuId}-${index}`, benefit, {
      merchant: owner,
      ...over,
      product: { scope: { kind: 'SKUS', skuIds: [skuId] } },
    }),
  );
}

interface Made extends PromotionOver {
  benefit: readonly unknown[];
}

async function published(
  cases: readonly { skuId: string; price: Record<string, number>; promotions: PromotionTerms[]; more?: GoodsOver }[],
) {
  await stage.publish(
    ...cases.map(({ skuId, price, more }) => skuEvent(skuId, price, { ...(more && { more }) })),
    ...cases.flatMap(({ promotions }) => promotions.map((terms) => templateEvent(terms))),
  );
}

type GoodsOver = Pick<SkuChanged, 'taxRateBasisPoints' | 'minUnitPrices' | 'memberPrices'>;

const table: {
  what: string;
  price: number;
  currency: string;
  quantity: number;
  owner?: string;
  made: (skuId: string) => Made[];
  facts?: Record<string, FactValue>;
  context?: Record<string, unknown>;
  more?: GoodsOver;
  payable: number;
}[] = [
  {
    what: 'a coupon that has no value in the currency',
    price: 999,
    currency: 'CNY',
    quantity: 1,
    made: () => [{ benefit: [{ kind: 'FIXED', off: { JPY: 100 } }] }],
    payable: 999,
  },
  {
    what: '满300减40 as a coupon',
    price: 12_000,
    currency: 'CNY',
    quantity: 3,
    made: () => [{ benefit: [{ kind: 'THRESHOLD_REDUCTION', threshold: { CNY: 30_000 }, off: { CNY: 4000 } }] }],
    payable: 32_000,
  },
  {
    what: 'a coupon whose threshold is out of reach',
    price: 12_000,
    currency: 'CNY',
    quantity: 2,
    made: () => [{ benefit: [{ kind: 'THRESHOLD_REDUCTION', threshold: { CNY: 30_000 }, off: { CNY: 4000 } }] }],
    payable: 24_000,
  },
  {
    what: 'tiers in yen that apply by themselves',
    price: 5000,
    currency: 'JPY',
    quantity: 2,
    made: () => [
      {
        trigger: 'AUTOMATIC',
        benefit: [
          {
            kind: 'TIERS',
            tiers: [
              { threshold: { JPY: 3000 }, off: { JPY: 300 } },
              { threshold: { JPY: 8000 }, off: { JPY: 1000 } },
            ],
          },
        ],
      },
    ],
    payable: 9000,
  },
  {
    what: '每满减 in Kuwaiti fils, of which a dinar has a thousand',
    price: 12_345,
    currency: 'KWD',
    quantity: 2,
    made: () => [{ benefit: [{ kind: 'EVERY_X', every: { KWD: 10_000 }, off: { KWD: 1500 } }] }],
    payable: 21_690,
  },
  {
    what: '8.5 折, rounded once',
    price: 9990,
    currency: 'CNY',
    quantity: 1,
    made: () => [{ benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 1500 }] }],
    payable: 8491,
  },
  {
    what: 'a percentage that is the same in every currency, with a cap in this one',
    price: 40_000,
    currency: 'JPY',
    quantity: 1,
    made: () => [{ benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 2000, maxAmount: { JPY: 5000 } }] }],
    payable: 35_000,
  },
  {
    what: 'an item discount of the merchant and the merchant’s coupon on what it leaves',
    price: 10_000,
    currency: 'CNY',
    quantity: 2,
    owner: 'lumen',
    made: () => [
      { trigger: 'AUTOMATIC', group: 'ITEM', benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 1000 }] },
      { benefit: [{ kind: 'THRESHOLD_REDUCTION', threshold: { CNY: 15_000 }, off: { CNY: 1000 } }] },
    ],
    payable: 17_000,
  },
  {
    what: 'the better of two coupons of which one may be used',
    price: 20_000,
    currency: 'CNY',
    quantity: 1,
    made: () => [
      { benefit: [{ kind: 'FIXED', off: { CNY: 1500 } }] },
      { benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 800 }] },
    ],
    payable: 18_400,
  },
  {
    what: '每件立减',
    price: 980,
    currency: 'JPY',
    quantity: 3,
    made: () => [{ benefit: [{ kind: 'FIXED_PER_UNIT', off: { JPY: 80 } }] }],
    payable: 2700,
  },
  {
    what: '一口价',
    price: 5900,
    currency: 'CNY',
    quantity: 2,
    made: () => [{ trigger: 'AUTOMATIC', benefit: [{ kind: 'FIXED_PRICE', price: { CNY: 4900 } }] }],
    payable: 9800,
  },
  {
    what: '第二件半价',
    price: 333,
    currency: 'JPY',
    quantity: 3,
    made: () => [{ benefit: [{ kind: 'NTH_ITEM', n: 2, percentOffBasisPoints: 5000 }] }],
    payable: 832,
  },
  {
    what: '买二送一',
    price: 1000,
    currency: 'CNY',
    quantity: 7,
    made: () => [{ trigger: 'AUTOMATIC', benefit: [{ kind: 'BUY_X_GET_Y', buy: 2, get: 1 }] }],
    payable: 5000,
  },
  {
    what: 'a bundle of two',
    price: 1000,
    currency: 'CNY',
    quantity: 5,
    made: (skuId) => [
      { benefit: [{ kind: 'BUNDLE', items: [{ skuIds: [skuId], quantity: 2 }], price: { CNY: 1500 } }] },
    ],
    payable: 4000,
  },
  {
    what: 'a coupon that leaves nothing to pay',
    price: 700,
    currency: 'CNY',
    quantity: 1,
    made: () => [{ benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 10_000 }] }],
    payable: 0,
  },
  {
    what: 'a gift, which lowers no price',
    price: 700,
    currency: 'CNY',
    quantity: 1,
    made: (skuId) => [{ benefit: [{ kind: 'GIFT', gifts: [{ skuId, quantity: 1 }] }] }],
    payable: 700,
  },
  {
    what: 'what asks for a gold member who buys in the app',
    price: 2000,
    currency: 'CNY',
    quantity: 1,
    made: () => [
      {
        trigger: 'AUTOMATIC',
        benefit: [{ kind: 'FIXED', off: { CNY: 300 } }],
        rule: { condition: "user.tier == 'GOLD' && context.channel == 'APP'" },
      },
    ],
    facts: { 'user.tier': 'GOLD' },
    context: { channel: 'APP' },
    payable: 1700,
  },
  {
    what: 'a price for members, which takes no coupon',
    price: 5000,
    currency: 'CNY',
    quantity: 2,
    made: () => [{ benefit: [{ kind: 'FIXED', off: { CNY: 300 } }] }],
    more: { memberPrices: { CNY: 4400 } },
    facts: { 'user.tier': 'GOLD' },
    payable: 8800,
  },
  {
    what: 'a coupon that may go down to the least price only',
    price: 5000,
    currency: 'CNY',
    quantity: 2,
    made: () => [{ benefit: [{ kind: 'FIXED', off: { CNY: 2000 } }] }],
    more: { minUnitPrices: { CNY: 4500 } },
    payable: 9000,
  },
  {
    what: 'tax on top of what is left',
    price: 1000,
    currency: 'CNY',
    quantity: 1,
    made: () => [{ benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 1000 }] }],
    more: { taxRateBasisPoints: 1300 },
    payable: 1017,
  },
  {
    what: 'the way to the shopper, and a coupon that pays half of it',
    price: 1000,
    currency: 'CNY',
    quantity: 1,
    made: () => [{ benefit: [{ kind: 'FREE_SHIPPING', percentOffBasisPoints: 5000 }] }],
    context: { shippingMethod: 'EXPRESS' },
    payable: 1600,
  },
];

describe('a cart that holds one SKU alone costs the same on the product list, in the cart, in a preview and at the checkout', () => {
  const cases = table.map(({ made, owner = null, price, ...row }, index) => {
    const skuId = `row-${index}`;
    return { ...row, owner, skuId, price: { [row.currency]: price }, promotions: about(skuId, owner, made(skuId)) };
  });

  beforeAll(() => published(cases));

  it.each(cases)('with $what', async ({ payable, ...one }) => {
    const { productList, ...others } = await allWays(one);
    expect(productList.payable).toBe(payable);
    expect(others).toEqual({ cart: productList, preview: productList, checkout: productList });
  });
});

describe('whatever promotions meet a SKU', () => {
  const inAll = (minor: number) => ({ CNY: minor, JPY: minor, KWD: minor });
  const amounts = (most: number) => fc.integer({ min: 1, max: most }).map(inAll);
  /** What has to be spent, and no more than that off. */
  const spendAndSave = fc
    .tuple(fc.integer({ min: 1, max: 12_000 }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([spend, share]) => ({ spend: inAll(spend), off: inAll(Math.max(1, Math.floor(spend * share))) }));
  const rate = fc.integer({ min: 1, max: 10_000 });
  const benefit = fc.oneof(
    spendAndSave.map(({ spend, off }) => ({ kind: 'THRESHOLD_REDUCTION', threshold: spend, off })),
    spendAndSave.map(({ spend, off }) => ({ kind: 'EVERY_X', every: spend, off })),
    fc.record(
      { kind: fc.constant('PERCENT'), percentOffBasisPoints: rate, maxAmount: amounts(2000) },
      { requiredKeys: ['kind', 'percentOffBasisPoints'] },
    ),
    fc.record({ kind: fc.constant('FIXED'), off: amounts(2000) }),
    fc.record({ kind: fc.constant('FIXED_PER_UNIT'), off: amounts(300) }),
    fc.record({ kind: fc.constant('FIXED_PRICE'), price: amounts(3000) }),
    fc.record({ kind: fc.constant('NTH_ITEM'), n: fc.integer({ min: 2, max: 4 }), percentOffBasisPoints: rate }),
    fc.record({
      kind: fc.constant('BUY_X_GET_Y'),
      buy: fc.integer({ min: 1, max: 3 }),
      get: fc.integer({ min: 1, max: 2 }),
    }),
  );
  const made = fc.record({
    trigger: fc.constantFrom('COUPON' as const, 'AUTOMATIC' as const),
    group: fc.constantFrom('ITEM', 'MERCHANT_COUPON', 'PLATFORM_COUPON'),
    benefit: benefit.map((one) => [one]),
    rule: fc.record({
      priority: fc.integer({ min: 1, max: 3 }),
      exclusive: fc.boolean(),
      base: fc.constantFrom('REMAINING', 'PHASE_START', 'ORIGINAL'),
      rounding: fc.constantFrom('HALF_UP', 'HALF_EVEN', 'DOWN'),
    }),
  });
  const situation = fc.record({
    price: fc.integer({ min: 1, max: 6000 }),
    currency: fc.constantFrom('CNY', 'JPY', 'KWD'),
    quantity: fc.integer({ min: 1, max: 9 }),
    owner: fc.constantFrom(null, 'lumen'),
    made: fc.array(made, { minLength: 1, maxLength: 5 }),
  });

  it('all four ways agree on its price, and on what each promotion takes off', async () => {
    const count = runs(200, 0.1);
    const situations = fc.sample(situation, count).map((one, index) => {
      const skuId = `random-${index}`;
      return { ...one, skuId, price: { [one.currency]: one.price }, promotions: about(skuId, one.owner, one.made) };
    });
    await published(situations);
    let lowered = 0;
    for (const one of situations) {
      const { productList, ...others } = await allWays(one);
      expect({ one, ...others }).toEqual({ one, cart: productList, preview: productList, checkout: productList });
      if (productList.applied.length > 0) lowered += 1;
    }
    expect(lowered).toBeGreaterThan(count / 2);
  }, 300_000);
});
