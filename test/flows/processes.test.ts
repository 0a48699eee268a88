import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { generateIdentityKeys, processNames } from '../../subgraphs/shared/contracts/identity';
import { projectFile } from '../../subgraphs/shared/runtime/files';
import { atFullCount } from '../support/runs';
import { freePort } from '../support/standalone';
import { type TestStores, testStores } from '../support/stores';
import { until } from '../support/until';

const subgraphs = processNames.filter((name) => name !== 'gateway');
const hour = 60 * 60 * 1000;

let stores: TestStores;
let issuer: Server;
let sign: (claims: Record<string, unknown>, subject: string) => Promise<string>;
const ports = new Map<string, number>();
const processes = new Map<string, ChildProcess>();
let environment: Record<string, string>;

/** Starts one process as its container does, in production. */
function start(name: (typeof processNames)[number]): void {
  const [file, ...args] = name === 'gateway' ? ['gateway/main.ts'] : ['subgraphs/main.ts', name];
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', projectFile(file ?? ''), ...args], {
    cwd: projectFile('.'),
    env: {
      PATH: process.env.PATH,
      ...environment,
      PORT: String(ports.get(name)),
      IDENTITY_KEY: environment[`KEY_${name}`],
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  processes.set(name, child);
}

const address = (name: string): string => `http://127.0.0.1:${ports.get(name)}`;
const isReady = async (name: string): Promise<boolean> =>
  (await fetch(`${address(name)}/readyz`).catch(() => null))?.status === 200;

async function ask(query: string, variables: object, token: string | null) {
  const response = await fetch(`${address('gateway')}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : { 'promograph-tenant': 'festival' }),
    },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as {
    data: Record<string, unknown> | null;
    errors?: { extensions: { code: string } }[];
  };
}

beforeAll(async () => {
  stores = await testStores();
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }] });
  issuer = createServer((_request, response) =>
    response.setHeader('content-type', 'application/json').end(jwks),
  ).listen(0, '127.0.0.1');
  await once(issuer, 'listening');
  const at = issuer.address();
  const issuerUrl = `http://127.0.0.1:${typeof at === 'object' && at ? at.port : 0}`;
  sign = (claims, subject) =>
    new SignJWT({ tenant: 'festival', ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .setSubject(subject)
      .setIssuer(issuerUrl)
      .setAudience('promograph')
      .setExpirationTime('1h')
      .sign(privateKey);

  for (const name of processNames) ports.set(name, await freePort());
  const keys = processNames.map((name) => [name, generateIdentityKeys()] as const);
  environment = {
    NODE_ENV: 'production',
    LOG_LEVEL: 'error',
    HOST: '127.0.0.1',
    MONGODB_URI: stores.mongoUri,
    MONGODB_DATABASE_PREFIX: stores.databasePrefix,
    REDIS_URL: stores.redisUrl,
    REDIS_KEY_PREFIX: stores.keyPrefix,
    IDENTITY_PUBLIC_KEYS: keys.map(([name, pair]) => `${name}=${pair.publicKey}`).join(','),
    ...Object.fromEntries(keys.map(([name, pair]) => [`KEY_${name}`, pair.privateKey])),
    SUBGRAPH_URLS: subgraphs.map((name) => `${name}=${address(name)}`).join(','),
    JWKS_URL: issuerUrl,
    JWT_ISSUER: issuerUrl,
    JWT_AUDIENCE: 'promograph',
    PUBLIC_URL: address('gateway'),
    PAYMENT_PAGE_URL: 'https://shop.example/pay',
    PAYMENT_WEBHOOK_SECRET: 'a secret of some length, for a test',
    HELD_QUOTE_SECRET: 'another secret of some length, for a test',
    CODE_KEY: 'AAAAAAAAAAAAAAAAAAAAAA',
  };
  for (const name of processNames) start(name);
  await until(async () => (await Promise.all(processNames.map(isReady))).every(Boolean), 60_000);
}, 300_000);

afterAll(async () => {
  await Promise.all(
    [...processes.values()].map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    }),
  );
  issuer.close();
  await stores.close();
}, 300_000);

atFullCount.describe('a process for the gateway and one for each subgraph, in production', () => {
  it('sell across processes: publish, claim, quote with the coupon, settle', async () => {
    const merchant = await sign(
      { kind: 'user', roles: ['merchant'], merchant: 'lumen', scope: 'template:read template:write catalogue:write' },
      'staff',
    );
    const shopper = await sign(
      { kind: 'user', roles: ['shopper'], scope: 'coupon:claim coupon:read order:read order:write' },
      'mei',
    );
    const now = Date.now();
    const sku = {
      id: 'lamp',
      name: '台灯',
      category: '/home/lighting',
      listPrices: [{ minorUnits: 25_990, currency: 'CNY' }],
    };
    await ask(
      'mutation ($i: UpsertSkusInput!) { upsertSkus(input: $i) { changedCount } }',
      { i: { skus: [sku], idempotencyKey: 'skus' } },
      merchant,
    );
    const document = {
      name: { default: '满200减30' },
      trigger: 'COUPON',
      time: {
        startsAt: new Date(now - hour).toISOString(),
        endsAt: new Date(now + 24 * hour).toISOString(),
        validity: { kind: 'DAYS_AFTER_CLAIM', days: 2 },
      },
      user: { audience: { kind: 'ALL' } },
      product: { scope: { kind: 'STOREWIDE' } },
      limit: { stock: 5, perUser: { lifetime: 1 } },
      rule: { stackingGroup: 'MERCHANT_COUPON' },
      benefit: [{ kind: 'THRESHOLD_REDUCTION', threshold: { CNY: 20_000 }, off: { CNY: 3000 } }],
    };
    const created = await ask(
      'mutation ($i: CreateTemplateInput!) { createTemplate(input: $i) { template { id } userErrors { message } } }',
      { i: { document, idempotencyKey: 'create' } },
      merchant,
    );
    const { createTemplate } = created.data as { createTemplate: { template: { id: string } } };
    const templateId = createTemplate.template.id;
    await ask(
      'mutation ($i: PublishTemplateInput!) { publishTemplate(input: $i) { userErrors { message } } }',
      { i: { templateId, idempotencyKey: 'publish' } },
      merchant,
    );

    let couponId: string | null = null;
    await until(async () => {
      const claimed = await ask(
        'mutation ($i: ClaimCouponInput!) { claimCoupon(input: $i) { coupon { id template { name } } userErrors { code } } }',
        { i: { templateId, idempotencyKey: 'claim' } },
        shopper,
      );
      couponId = (claimed.data?.claimCoupon as { coupon: { id: string } | null } | null)?.coupon?.id ?? null;
      return couponId !== null;
    });
    const cart = { currency: 'CNY', lines: [{ skuId: 'lamp', quantity: 1 }] };
    const settled = await ask(
      'mutation ($i: SettleOrderInput!) { settleOrder(input: $i) { order { state payable { minorUnits } appliedPromotions { coupon { id state } template { name } } } userErrors { code message } } }',
      {
        i: {
          cart,
          coupons: { kind: 'AUTO' },
          expectedPayable: { minorUnits: 22_990, currency: 'CNY' },
          idempotencyKey: 'settle',
        },
      },
      shopper,
    );
    expect(settled).toEqual({
      data: {
        settleOrder: {
          order: {
            state: 'PENDING_PAYMENT',
            payable: { minorUnits: 22_990 },
            appliedPromotions: [{ coupon: { id: couponId, state: 'LOCKED' }, template: { name: '满200减30' } }],
          },
          userErrors: [],
        },
      },
    });
  }, 300_000);

  it('refuse whoever calls a subgraph without a signed identity', async () => {
    for (const name of subgraphs) {
      const response = await fetch(`${address(name)}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"query":"{ __typename }"}',
      });
      expect(response.status).toBe(401);
    }
  });

  it('hand out no development tokens, no IDE and no schema, and let nobody move the clock', async () => {
    expect((await fetch(`${address('gateway')}/development/token?role=operator`)).status).toBe(404);
    expect((await fetch(`${address('gateway')}/ide/`)).status).toBe(404);
    expect((await ask('{ __schema { types { name } } }', {}, null)).data ?? null).toBeNull();
    const operator = await sign({ kind: 'user', roles: ['operator'], scope: 'operations:write' }, 'op');
    const moved = await ask(
      'mutation { advanceClock(input: { milliseconds: 1000 }) { now userErrors { code } } }',
      {},
      operator,
    );
    expect(moved.data).toEqual({ advanceClock: { now: null, userErrors: [{ code: 'NOT_MOVABLE' }] } });
  });

  it('lose only the fields of a subgraph that is down, and have them back with it', async () => {
    const shopper = await sign({ kind: 'user', roles: ['shopper'], scope: 'coupon:read order:read' }, 'mei');
    const query =
      '{ viewer { coupons { edges { node { state template { name } } } } orders { edges { node { state } } } } }';
    const down = processes.get('settlement');
    const gone = down && once(down, 'exit');
    down?.kill('SIGKILL');
    await gone;
    const partly = await ask(query, {}, shopper);
    expect(partly.data).toEqual({
      viewer: { coupons: { edges: [{ node: { state: 'LOCKED', template: { name: '满200减30' } } }] }, orders: null },
    });
    expect(partly.errors?.map((error) => error.extensions.code)).toEqual(['UNAVAILABLE']);
    start('settlement');
    await until(async () => (await ask(query, {}, shopper)).errors === undefined, 30_000);
  }, 300_000);
});
