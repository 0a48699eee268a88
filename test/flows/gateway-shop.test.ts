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
});
