import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { developmentTokens } from '../../gateway/authenticate';
import { createGateway, type Gateway } from '../../gateway/server';
import { inProcessTransport } from '../../gateway/subgraph-transport';
import { allSubgraphs } from '../../subgraphs/host';
import { projectFile } from '../../subgraphs/shared/runtime/files';
import { createLogger } from '../../subgraphs/shared/runtime/logger';
import { type Platform, startPlatform } from '../support/platform';
import { eventually } from '../support/small-gateway';

const day = 86_400_000;
const tokens = developmentTokens({ keyFile: null, defaultTenant: 'festival', nodeEnv: 'test' });
let platform: Platform;
let gateway: Gateway;
let url: string;

const operation = (name: string): string => readFileSync(projectFile(`clients/operations/${name}.graphql`), 'utf8');

/** Sends one of the clients' own operations over HTTP. */
async function send(
  token: string,
  name: string,
  variables: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: operation(name), variables }),
  });
  const { data, errors }: { data?: Record<string, unknown>; errors?: unknown } = JSON.parse(await response.text());
  expect(errors).toBeUndefined();
  return data ?? {};
}

beforeAll(async () => {
  platform = await startPlatform({ names: allSubgraphs });
  gateway = await createGateway({
    transport: inProcessTransport((name) =>
      platform.host.subgraph(allSubgraphs.find((known) => known === name) ?? 'template'),
    ),
    redis: platform.redis,
    logger: createLogger({ name: 'gateway', level: 'silent' }),
    trust: tokens.trust,
    defaultTenant: 'festival',
    developmentTokens: tokens,
    ide: false,
    introspection: false,
    publicUrl: null,
    problems: () => platform.host.problems(),
  });
  url = (await gateway.listen({ host: '127.0.0.1', port: 0 })).url;
});
afterAll(async () => {
  await gateway?.close();
  await platform?.stop();
});

describe('the shop through the gateway', () => {
  it('tells a shopper live of the coupon just claimed, with the promotion’s name, and prices a cart with it', async () => {
    const merchant = (await tokens.issue({ role: 'merchant', merchant: 'lumen' })).token;
    const shopper = (await tokens.issue({ role: 'shopper', subject: 'u-live' })).token;
    const at = (ms: number): string => new Date(platform.clock.now().getTime() + ms).toISOString();
    const sku = { id: 'lamp', name: 'Lamp', category: '/light', listPrices: [{ minorUnits: 20_000, currency: 'CNY' }] };
    await send(merchant, 'upsert-skus', { input: { skus: [sku], idempotencyKey: 's1' } });
    const document = {
      name: { default: '满100减20' },
      trigger: 'COUPON',
      time: { startsAt: at(-day), endsAt: at(7 * day), validity: { kind: 'DAYS_AFTER_CLAIM', days: 3 } },
      limit: { stock: 10, perUser: { lifetime: 1 } },
      rule: { stackingGroup: 'MERCHANT_COUPON' },
      benefit: [{ kind: 'THRESHOLD_REDUCTION', threshold: { CNY: 10_000 }, off: { CNY: 2000 } }],
    };
    const created = await send(merchant, 'create-template', { input: { document, idempotencyKey: 't1' } });
    expect(created).toMatchObject({ createTemplate: { userErrors: [], template: { id: expect.any(String) } } });
    const { createTemplate } = created as { createTemplate: { template: { id: string } } };
    const templateId = createTemplate.template.id;
    expect(await send(merchant, 'publish-template', { input: { templateId, idempotencyKey: 'p1' } })).toMatchObject({
      publishTemplate: { userErrors: [] },
    });
    await platform.settled();

    const heard: unknown[] = [];
    const client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${shopper}` },
      retryAttempts: 0,
    });
    client.subscribe(
      { query: operation('coupon-events') },
      { next: (result) => heard.push(result), error: (error) => heard.push(error), complete: () => undefined },
    );
    await eventually(() => gateway.live.source.channelCount() === 1);

    const claim = await send(shopper, 'claim-coupon', { input: { templateId, idempotencyKey: 'c1' } });
    expect(claim).toMatchObject({
      claimCoupon: { userErrors: [], coupon: { state: 'AVAILABLE', template: { name: '满100减20' } } },
    });
    await eventually(() => heard.length > 0, 10_000);
    const { claimCoupon } = claim as { claimCoupon: { coupon: { id: string; code: string } } };
    expect(heard).toMatchObject([
      {
        data: {
          couponEvents: {
            kind: 'RECEIVED',
            seq: 1,
            coupon: {
              id: claimCoupon.coupon.id,
              code: claimCoupon.coupon.code,
              state: 'AVAILABLE',
              template: { id: templateId, name: '满100减20' },
            },
          },
        },
      },
    ]);
    const cart = { lines: [{ skuId: 'lamp', quantity: 1 }], currency: 'CNY' };
    expect(await send(shopper, 'quote', { input: { cart, coupons: { kind: 'AUTO' } } })).toMatchObject({
      quote: {
        userErrors: [],
        quote: {
          payable: { minorUnits: 18_000 },
          lines: [{ sku: { name: 'Lamp' } }],
          appliedPromotions: [
            { coupon: { id: claimCoupon.coupon.id, code: claimCoupon.coupon.code }, template: { name: '满100减20' } },
          ],
        },
      },
    });
    await client.dispose();
    await eventually(() => gateway.live.source.channelCount() === 0);
  });

  it('keeps a promotion for new shoppers in the app to those of whom the marketplace told so', async () => {
    const { token: merchant } = await tokens.issue({ role: 'merchant', merchant: 'terra' });
    const { token: backend } = await tokens.issue({ role: 'service' });
    const at = (ms: number): string => new Date(platform.clock.now().getTime() + ms).toISOString();
    const sku = { id: 'tea', name: 'Tea', category: '/food', listPrices: [{ minorUnits: 5000, currency: 'CNY' }] };
    await send(merchant, 'upsert-skus', { input: { skus: [sku], idempotencyKey: 's2' } });
    const document = {
      name: { default: '新人立减10' },
      trigger: 'AUTOMATIC',
      time: { startsAt: at(-day), endsAt: at(7 * day) },
      user: { audience: { kind: 'NEW_USERS' } },
      rule: { stackingGroup: 'ITEM', condition: { fact: 'context.channel', op: 'eq', value: 'APP' } },
      benefit: [{ kind: 'FIXED', off: { CNY: 1000 } }],
    };
    const created = await send(merchant, 'create-template', { input: { document, idempotencyKey: 't2' } });
    const { createTemplate } = created as { createTemplate: { template: { id: string } } };
    const templateId = createTemplate.template.id;
    await send(merchant, 'publish-template', { input: { templateId, idempotencyKey: 'p2' } });
    await platform.settled();

    const profiles = [
      { userId: 'u-new', payTimes: 0 },
      { userId: 'u-old', payTimes: 9 },
    ];
    const told = await send(backend, 'upsert-shopper-profiles', { input: { profiles, idempotencyKey: 'u1' } });
    expect(told).toMatchObject({ upsertShopperProfiles: { changedCount: 2, userErrors: [] } });
    expect(await send(backend, 'shopper-profile', { userId: 'u-new' })).toMatchObject({
      shopperProfile: { user: { id: 'u-new' }, isNew: true },
    });
    const priceFor = async (subject: string, channel: string) => {
      const { token } = await tokens.issue({ role: 'shopper', subject });
      const cart = { lines: [{ skuId: 'tea', quantity: 1 }], currency: 'CNY', context: { channel } };
      const answer = await send(token, 'quote', { input: { cart, coupons: { kind: 'AUTO' } } });
      return (answer as { quote: { quote: { payable: { minorUnits: number } } } }).quote.quote.payable.minorUnits;
    };
    expect(await priceFor('u-new', 'APP')).toBe(4000);
    expect(await priceFor('u-new', 'WEB')).toBe(5000);
    expect(await priceFor('u-old', 'APP')).toBe(5000);
    expect(await priceFor('u-unheard-of', 'APP')).toBe(5000);
  });
});
