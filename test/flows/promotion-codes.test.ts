import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order, Quote } from '../../schema/generated/settlement';
import type { Identity } from '../../subgraphs/shared/contracts/identity';
import { newId } from '../../subgraphs/shared/runtime/ids';
import type { SubgraphName } from '../../subgraphs/shared/runtime/server';
import { generated } from '../support/codes';
import { insist } from '../support/coupons';
import { merchant, shopper } from '../support/people';
import { type Platform, startPlatform } from '../support/platform';

const day = 86_400_000;
let platform: Platform;
let templateId: Parameters<typeof generated>[1];

beforeAll(async () => {
  platform = await startPlatform({ names: ['template', 'user-coupon', 'settlement'] });
  const sku = { id: 'tea', name: 'Tea', category: '/food/tea', listPrices: [{ minorUnits: 20_000, currency: 'CNY' }] };
  await payload('template', 'upsertSkus', 'UpsertSkusInput', 'changedCount', { skus: [sku] });
  templateId = await publishWithCode('SPRING40', { stock: 2, perUser: { lifetime: 1 } });
});

/** Publishes ¥40 off over ¥300 for everybody who types the text. */
async function publishWithCode(code: string, limit: object): Promise<typeof templateId> {
  const at = (ms: number) => new Date(platform.clock.now().getTime() + ms).toISOString();
  const document = {
    name: { default: '春季码满300减40' },
    trigger: 'CODE',
    time: { startsAt: at(-day), endsAt: at(7 * day), validity: { kind: 'DAYS_AFTER_CLAIM', days: 7 } },
    limit,
    rule: { stackingGroup: 'MERCHANT_COUPON' },
    benefit: [{ kind: 'THRESHOLD_REDUCTION', threshold: { CNY: 30_000 }, off: { CNY: 4000 } }],
  };
  const { template } = await payload<{ template: { id: typeof templateId } }>(
    'template',
    'createTemplate',
    'CreateTemplateInput',
    'template { id }',
    { document },
  );
  await payload('template', 'publishTemplate', 'PublishTemplateInput', 'template { state }', {
    templateId: template.id,
  });
  await platform.settled();
  const query =
    'mutation ($input: CreatePublicCodeInput!) { createPublicCode(input: $input) { publicCode { code } userErrors { message } } }';
  const variables = { input: { templateId: template.id, code } };
  const made = await platform.execute('user-coupon', { query, variables }, merchant('m-1'));
  if (made.errors) throw new Error(JSON.stringify(made.errors));
  return template.id;
}

afterAll(() => platform.stop());

async function payload<T>(
  subgraph: SubgraphName,
  field: string,
  type: string,
  fields: string,
  input: Record<string, unknown>,
  who: Identity = merchant('m-1'),
): Promise<T> {
  const query = `mutation ($input: ${type}!) { ${field}(input: $input) { ${fields} userErrors { code message } } }`;
  const variables = { input: { idempotencyKey: newId('key'), ...input } };
  const { data, errors } = await insist(() => platform.execute(subgraph, { query, variables }, who));
  if (errors) throw new Error(JSON.stringify(errors));
  return data?.[field] as T;
}

const cart = (codes: readonly string[]) => ({
  cart: { currency: 'CNY', lines: [{ skuId: 'tea', quantity: 2 }] },
  coupons: { kind: 'AUTO', codes },
});

async function quote(user: string, codes: readonly string[]): Promise<Quote> {
  const query = `query ($input: QuoteInput!) { quote(input: $input) { quote {
    payable { minorUnits } unknownCodes refusedCodes { code reason } appliedPromotions { template { id } coupon { id } } } userErrors { message } } }`;
  const { data, errors } = await platform.execute(
    'settlement',
    { query, variables: { input: cart(codes) } },
    shopper(user),
  );
  if (errors) throw new Error(JSON.stringify(errors));
  return (data as { quote: { quote: Quote } }).quote.quote;
}

async function settle(user: string, codes: readonly string[], expected: number) {
  return payload<{ order: Order | null; userErrors: { code: string }[] }>(
    'settlement',
    'settleOrder',
    'SettleOrderInput',
    'order { id state payable { minorUnits } appliedPromotions { amount { minorUnits } coupon { id } } } quote { refusedCodes { reason } }',
    { ...cart(codes), expectedPayable: { minorUnits: expected, currency: 'CNY' } },
    shopper(user),
  );
}

async function coupons(user: string) {
  const query = '{ viewer { id coupons { edges { node { id state order { id } } } } } }';
  const { data } = await platform.execute('user-coupon', { query }, shopper(user));
  const wallet = data as {
    viewer: { coupons: { edges: { node: { id: string; state: string; order: { id: string } } }[] } };
  };
  return wallet.viewer.coupons.edges.map(({ node }) => node);
}

describe('a code that somebody types at the checkout', () => {
  it('lowers the price like a coupon, and with the order becomes one that the order holds', async () => {
    const typed = [' spring-4o '];
    const { payable, unknownCodes, refusedCodes } = await quote('ann', typed);
    expect([payable.minorUnits, unknownCodes, refusedCodes]).toEqual([36_000, [], []]);
    expect(await coupons('ann')).toEqual([]); // looking costs nobody anything
    const { order } = await settle('ann', typed, 36_000);
    expect(order).toMatchObject({ state: 'PENDING_PAYMENT', payable: { minorUnits: 36_000 } });
    const [coupon] = await coupons('ann');
    expect(coupon).toMatchObject({ state: 'LOCKED', order: { id: order?.id } });
    expect(order?.appliedPromotions).toMatchObject([{ amount: { minorUnits: 4000 }, coupon: { id: coupon?.id } }]);
  });

  it('that comes back from an order called off is the shopper’s own, at the same price', async () => {
    const [code = ''] = await generated(platform, templateId, 1);
    const { order } = await settle('bob', [code], 36_000);
    const cancelled = await payload<{ order: { state: string } | null }>(
      'settlement',
      'cancelOrder',
      'CancelOrderInput',
      'order { state }',
      { orderId: order?.id },
      shopper('bob'),
    );
    expect(cancelled.order?.state).toBe('CANCELLED');
    expect(await coupons('bob')).toMatchObject([{ state: 'AVAILABLE' }]);
    expect((await quote('bob', [code])).payable.minorUnits).toBe(36_000);
    expect((await quote('cat', [code])).refusedCodes).toEqual([{ code, reason: 'USED' }]);
  });

  it('whose last use somebody else takes in the meantime changes the price and spends nothing', async () => {
    expect((await quote('dan', ['SPRING40'])).payable.minorUnits).toBe(36_000);
    expect((await settle('eve', ['SPRING40'], 36_000)).order).not.toBeNull();
    const late = await settle('dan', ['SPRING40'], 36_000);
    expect(late).toMatchObject({
      order: null,
      userErrors: [{ code: 'PRICE_CHANGED' }],
      quote: { refusedCodes: [{ reason: 'SOLD_OUT' }] },
    });
    expect(await coupons('dan')).toEqual([]);
    expect((await quote('eve', ['SPRING40'])).refusedCodes).toMatchObject([{ reason: 'LIMIT_REACHED' }]);
  });

  it('takes of the budget of its promotion, and of nothing when the order is called off', async () => {
    await publishWithCode('BUDGET40', { stock: 10, budget: { amount: { CNY: 7000 } } });
    const { order } = await settle('fay', ['BUDGET40'], 36_000);
    expect(order).toMatchObject({ payable: { minorUnits: 36_000 } });
    // ¥30 are left, and this takes ¥40 or nothing.
    expect((await quote('gus', ['BUDGET40'])).payable.minorUnits).toBe(40_000);
    expect((await settle('gus', ['BUDGET40'], 36_000)).userErrors).toMatchObject([{ code: 'PRICE_CHANGED' }]);
    expect(await coupons('gus')).toEqual([]);
    await payload(
      'settlement',
      'cancelOrder',
      'CancelOrderInput',
      'order { state }',
      { orderId: order?.id },
      shopper('fay'),
    );
    expect((await settle('gus', ['BUDGET40'], 36_000)).order).toMatchObject({ payable: { minorUnits: 36_000 } });
  });
});
