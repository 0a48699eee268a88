import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphQLResult } from '../../subgraphs/shared/runtime/server';
import {
  answerOf,
  cancelText,
  cart,
  confirmText,
  eventually,
  expecting,
  type MoveAnswer,
  type PayAnswer,
  payText,
  type SettleAnswer,
  settleText,
} from '../subgraphs/settlement-stage';
import { insist, noonClock } from '../support/coupons';
import { operator, service, shopper } from '../support/people';
import { type Platform, startPlatform } from '../support/platform';

const day = 86_400_000;
let platform: Platform;
let keys = 0;

beforeAll(async () => {
  // At noon, so that no day of the marketplace ends in the middle of a test.
  platform = await startPlatform({ names: ['template', 'user-coupon', 'settlement'], clock: noonClock() });
  const sku = (id: string) => ({
    id,
    name: id,
    category: '/food',
    itemType: 'IN_STOCK',
    listPrices: [{ minorUnits: 20_000, currency: 'CNY' }],
  });
  await done(
    'template',
    'mutation ($input: UpsertSkusInput!) { upsertSkus(input: $input) { changedCount userErrors { code message } } }',
    {
      skus: [
        { ...sku('tea'), merchantId: 'lumen' },
        { ...sku('cup'), merchantId: 'lumen' },
      ],
    },
    operator(),
  );
});
afterAll(() => platform.stop());

/** One operation that must go through. */
async function done(
  subgraph: 'template' | 'user-coupon' | 'settlement',
  query: string,
  input: Record<string, unknown>,
  who = shopper('mei'),
): Promise<GraphQLResult> {
  keys += 1;
  const variables = { input: { idempotencyKey: `key-${keys}`, ...input } };
  const result = await platform.execute(subgraph, { query, variables }, who);
  if (result.errors || JSON.stringify(result.data).includes('"userErrors":[{')) throw new Error(JSON.stringify(result));
  return result;
}

/** A published promotion of the platform: ¥17 off each order with a SKU. */
async function published(skuId: string, limit: Record<string, unknown>): Promise<string> {
  const at = (ms: number) => new Date(platform.clock.now().getTime() + ms).toISOString();
  const document = {
    name: { default: '立减17' },
    trigger: 'AUTOMATIC',
    time: { startsAt: at(-day), endsAt: at(7 * day) },
    product: { scope: { kind: 'SKUS', skuIds: [skuId] } },
    limit,
    rule: { stackingGroup: 'ITEM' },
    benefit: [{ kind: 'FIXED', off: { CNY: 1700 } }],
  };
  const create =
    'mutation ($input: CreateTemplateInput!) { createTemplate(input: $input) { template { id } userErrors { code message } } }';
  const created = await done('template', create, { document }, operator());
  const templateId = answerOf<{ template: { id: string } }>(created, 'createTemplate').template.id;
  const publish =
    'mutation ($input: PublishTemplateInput!) { publishTemplate(input: $input) { template { state } userErrors { code message } } }';
  await done('template', publish, { templateId, acceptWarnings: true }, operator());
  await platform.settled();
  return templateId;
}

/** As a client does: the same request again while the answer says that it may be retried. */
async function settle(user: string, skuId: string, expected: number): Promise<SettleAnswer> {
  const input = { ...cart({ [skuId]: 1 }, { kind: 'NONE' }), ...expecting(expected) };
  const call = () => platform.execute('settlement', { query: settleText, variables: { input } }, shopper(user));
  return answerOf(await insist(call), 'settleOrder');
}

async function usageOf(templateId: string) {
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on PromotionTemplate { usage {
    uses { held spent left } budgets { held { minorUnits } spent { minorUnits } left { minorUnits } } } } } }`;
  const variables = { of: [{ __typename: 'PromotionTemplate', id: templateId }] };
  const result = await platform.execute('user-coupon', { query, variables }, operator());
  return answerOf<
    {
      usage: {
        uses: { held: number; spent: number; left: number } | null;
        budgets: Record<'held' | 'spent' | 'left', { minorUnits: number }>[];
      };
    }[]
  >(result, '_entities')[0]?.usage;
}

describe('the money of a promotion that applies by itself', () => {
  it('is spent to the last cent by orders that all want it at once, and the others are shown the price without it', async () => {
    // Fifteen times ¥17, and ¥9 that the last order may have.
    const templateId = await published('tea', { budget: { amount: { CNY: 26_400 }, partialOnBudget: true } });
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => settle(`tea-${n}`, 'tea', 18_300)));
    const orders = answers.flatMap(({ order }) => order ?? []);
    const lost = answers.filter(({ order }) => order === null);
    expect(orders).toHaveLength(15);
    expect(new Set(lost.map(({ userErrors }) => userErrors[0]?.code))).toEqual(new Set(['PRICE_CHANGED']));
    for (const { quote } of lost) expect([18_300, 19_100, 20_000]).toContain(quote?.payable.minorUnits);
    expect((await settle('tea-last', 'tea', 19_100)).order).not.toBeNull();
    expect(await usageOf(templateId)).toMatchObject({
      budgets: [{ held: { minorUnits: 26_400 }, spent: { minorUnits: 0 }, left: { minorUnits: 0 } }],
    });
    expect((await settle('tea-late', 'tea', 18_300)).quote?.payable.minorUnits).toBe(20_000);

    const [first] = orders;
    const buyer = `tea-${answers.findIndex(({ order }) => order?.id === first?.id)}`;
    const opened = answerOf<PayAnswer>(
      await done('settlement', payText, { orderId: first?.id }, shopper(buyer)),
      'payOrder',
    );
    const amount = { minorUnits: 18_300, currency: 'CNY' };
    await done('settlement', confirmText, { paymentId: opened.payment?.id, amount }, service());
    await eventually(async () => {
      expect((await usageOf(templateId))?.budgets[0]?.spent.minorUnits).toBe(1700);
    });
  }, 300_000);

  it('is used once a day by each, and a cancelled order makes it usable again', async () => {
    const templateId = await published('cup', { totalUses: 3, perUser: { perDay: 1 } });
    const first = await settle('ann', 'cup', 18_300);
    expect((await settle('ann', 'cup', 18_300)).quote?.payable.minorUnits).toBe(20_000);
    const cancelled = answerOf<MoveAnswer>(
      await done('settlement', cancelText, { orderId: first.order?.id }, shopper('ann')),
      'cancelOrder',
    );
    expect(cancelled.order?.state).toBe('CANCELLED');
    await eventually(async () => {
      expect((await usageOf(templateId))?.uses).toEqual({ held: 0, spent: 0, left: 3 });
    });
    expect((await settle('ann', 'cup', 18_300)).order).not.toBeNull();
  }, 300_000);
});
