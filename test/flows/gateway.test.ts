import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createGateway } from '../../gateway/server';
import { knownOperations } from '../../gateway/supergraph';
import { projectFile } from '../../subgraphs/shared/runtime/files';
import { createLogger } from '../../subgraphs/shared/runtime/logger';
import { type SmallGateway, startSmallGateway } from '../support/small-gateway';

let small: SmallGateway;

beforeAll(async () => {
  small = await startSmallGateway();
});
afterAll(() => small?.stop());
beforeEach(() => {
  small.shop.asked.length = 0;
  small.shop.away.clear();
  small.log.length = 0;
});

describe('a query through the gateway', () => {
  it('joins what several subgraphs know of one coupon', async () => {
    const { status, body } = await small.ask(
      'query ($locale: String) { viewer { id coupons { edges { node { code template { ...Named } } } } } } fragment Named on PromotionTemplate { title: name(locale: $locale) remainingCount }',
      { variables: { locale: 'en' } },
    );
    expect(status).toBe(200);
    expect(body.errors).toBeUndefined();
    expect(body.data).toEqual({
      viewer: {
        id: 'u-001',
        coupons: {
          edges: [1, 2].map((n) => ({
            node: {
              code: `code of cpn_u-001_${n}`,
              template: { title: `tpl_u-001_${n} in en`, remainingCount: 5 },
            },
          })),
        },
      },
    });
  });

  it('tells every subgraph who asks and under which request id', async () => {
    const { headers } = await small.ask('{ viewer { coupons { edges { node { template { name } } } } } }', {
      token: await small.token({ subject: 'u-042', tenant: 'winter' }),
      headers: { 'promograph-request-id': 'checkout-4711' },
    });
    expect(headers.get('promograph-request-id')).toBe('checkout-4711');
    expect(small.shop.asked.map(({ subgraph, who, requestId }) => [subgraph, who.kind, who.tenant, requestId])).toEqual(
      [
        ['user-coupon', 'user', 'winter', 'checkout-4711'],
        ['template', 'user', 'winter', 'checkout-4711'],
      ],
    );
  });

  it('fetches nothing of what the caller chose to leave out', async () => {
    const query = 'query ($deep: Boolean!) { coupon(id: "cpn_1") { id template @include(if: $deep) { name } } }';
    const { body } = await small.ask(query, { variables: { deep: false } });
    expect(body).toEqual({ data: { coupon: { id: 'cpn_1' } } });
    expect(small.shop.asked.map(({ subgraph }) => subgraph)).toEqual(['user-coupon']);
  });

  it('plans every operation of the clients before it is ready', async () => {
    const folder = projectFile('clients/operations');
    expect(knownOperations(folder).length).toBeGreaterThan(20);
    const warmed = await startSmallGateway({ operationsFolder: folder, shop: small.shop });
    expect(warmed.log).toEqual([]);
    await warmed.stop();
  });

  it('says which operation of the clients cannot be planned, and serves all the same', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'promograph-operations-'));
    writeFileSync(join(folder, 'good.graphql'), 'query Good($id: ID!) { coupon(id: $id) { id } }');
    writeFileSync(join(folder, 'old.graphql'), 'query Old { coupon(id: "1") { goneField } }');
    const warmed = await startSmallGateway({ operationsFolder: folder, shop: small.shop });
    expect(warmed.log).toMatchObject([{ fault: 'old.graphql: Cannot query field "goneField" on type "Coupon".' }]);
    expect(small.shop.asked).toEqual([]);
    await warmed.stop();
    rmSync(folder, { recursive: true });
  });
});

describe('what goes wrong behind the gateway', () => {
  it('fails only the fields of a subgraph that is away, and serves them again when it is back', async () => {
    const query = '{ viewer { coupons { edges { node { code template { name } } } } } }';
    small.shop.away.add('template');
    const without = await small.ask(query);
    expect(without.status).toBe(200);
    expect(without.body.data).toEqual({
      viewer: { coupons: { edges: [1, 2].map((n) => ({ node: { code: `code of cpn_u-001_${n}`, template: null } })) } },
    });
    expect(without.body.errors).toEqual(
      [0, 1].map((n) => ({
        message: 'A part of the platform does not answer now; try again shortly.',
        path: ['viewer', 'coupons', 'edges', n, 'node', 'template'],
        extensions: { code: 'UNAVAILABLE' },
      })),
    );
    small.shop.away.clear();
    expect((await small.ask(query)).body.errors).toBeUndefined();
  });

  it('names the root fields that could not be had', async () => {
    small.shop.away.add('user-coupon');
    const { body } = await small.ask('{ mine: coupon(id: "cpn_1") { id } template(id: "tpl_1") { name } }');
    expect(body.data).toEqual({ mine: null, template: { name: 'tpl_1 by name' } });
    expect(body.errors?.map(({ path, extensions }) => [path, extensions?.code])).toEqual([[['mine'], 'UNAVAILABLE']]);
  });

  it('passes a known code with its place in the client’s own words', async () => {
    const { body } = await small.ask('{ first: coupon(id: "cpn_boom") { promo: template { called: name endsAt } } }');
    expect(body.data).toEqual({ first: { promo: null } });
    expect(body.errors).toEqual([
      { message: 'The name is gone.', path: ['first', 'promo', 'called'], extensions: { code: 'UNAVAILABLE' } },
    ]);
  });

  it('passes the time to try again', async () => {
    const { body } = await small.ask(
      'mutation { claimCoupon(input: {templateId: "tpl_later", idempotencyKey: "k"}) { coupon { id } } }',
    );
    expect(body.errors?.[0]).toMatchObject({
      message: 'Claims rest a moment.',
      extensions: { code: 'UNAVAILABLE', retryAt: '1970-01-01T00:00:00.000Z' },
    });
  });

  it('tells of a bug nothing but a request id, which the log knows', async () => {
    const { body, headers } = await small.ask(
      'mutation { claimCoupon(input: {templateId: "tpl_bug", idempotencyKey: "k"}) { coupon { id } } }',
    );
    const requestId = headers.get('promograph-request-id');
    expect(body.errors).toEqual([
      {
        message: `Internal error; quote the request id ${requestId}.`,
        path: ['claimCoupon'],
        extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
      },
    ]);
    expect(JSON.stringify(body)).not.toMatch(/secret detail|user-coupon|stack/);
    expect(small.log.some((line) => line.requestId === requestId)).toBe(true);
  });
});

describe('what a client may ask', () => {
  it('refuses nobody’s order before any subgraph is asked', async () => {
    const { status, body } = await small.ask('{ mine: order(id: "ord_1") { state } }', { token: null });
    expect(status).toBe(200);
    expect(body.data).toBeUndefined();
    expect(body.errors?.[0]).toMatchObject({ path: ['mine'], extensions: { code: 'UNAUTHENTICATED' } });
    expect(small.shop.asked).toEqual([]);
  });

  it('refuses a token without the scope, also inside fragments', async () => {
    const token = await small.token({ role: 'merchant' });
    const { body } = await small.ask(
      '{ ...Mine } fragment Mine on Query { viewer { wallet: coupons { edges { cursor } } } }',
      { token },
    );
    expect(body.errors?.[0]).toMatchObject({
      message: 'User.coupons: expected a token with the scope coupon:read; ask for it at sign-in.',
      path: ['viewer', 'wallet'],
      extensions: { code: 'FORBIDDEN' },
    });
    expect(small.shop.asked).toEqual([]);
  });

  it('does not demand rights for what is not selected', async () => {
    const query =
      'query ($mine: Boolean = false) { template(id: "tpl_1") { name } order(id: "ord_1") @include(if: $mine) { state } }';
    expect((await small.ask(query, { token: null })).body.data).toEqual({ template: { name: 'tpl_1 by name' } });
    expect(
      (await small.ask(query, { token: null, variables: { mine: true } })).body.errors?.[0]?.extensions?.code,
    ).toBe('UNAUTHENTICATED');
  });

  it('answers statuses to clients that know them', async () => {
    const headers = { accept: 'application/graphql-response+json' };
    const status = async (query: string, token: string | null, variables?: Record<string, unknown>): Promise<number> =>
      (await small.ask(query, { headers, token, ...(variables && { variables }) })).status;
    const shopper = await small.token();
    expect(await status('{ viewer', shopper)).toBe(400);
    expect(await status('{ nothing }', shopper)).toBe(400);
    expect(await status('query ($id: ID!) { coupon(id: $id) { id } }', shopper)).toBe(400);
    expect(await status('{ order(id: "ord_1") { id } }', null)).toBe(401);
    expect(await status('{ templates { edges { cursor } } }', shopper)).toBe(403);
  });

  it('says which part of a malformed input is at fault', async () => {
    const claim = 'mutation ($input: ClaimCouponInput!) { claimCoupon(input: $input) { coupon { id } } }';
    const { status, body } = await small.ask(claim, { variables: { input: { templateId: 'tpl_1' } } });
    expect(status).toBe(200);
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', path: ['input'] });
    const wrong = await small.ask(claim, { variables: { input: { templateId: {}, idempotencyKey: 'k' } } });
    expect(wrong.body.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', path: ['input', 'templateId'] });
    expect((await small.ask('{ nothing }')).body.errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
  });

  it('sends subscriptions to the socket', async () => {
    const { body } = await small.ask('subscription { couponEvents { kind } }');
    expect(body.errors?.[0]).toMatchObject({
      message: 'Subscriptions are served over WebSocket (graphql-transport-ws) at the same path.',
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  it('never shows fields that are only for our own processes', async () => {
    const { body } = await small.ask('{ pricingFacts(input: {ownerId: "u-001"}) { isTruncated } }');
    expect(body.errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
    const schema = await small.ask('{ __type(name: "Mutation") { fields { name } } }');
    expect(JSON.stringify(schema.body)).toContain('claimCoupon');
    expect(JSON.stringify(schema.body)).not.toContain('lockCoupons');
  });
});

describe('requests that are none', () => {
  const post = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
    fetch(`${small.url}/graphql`, { method: 'POST', headers, body });

  it.each([
    ['broken JSON', () => post('{"query":'), 400],
    ['a list of requests', () => post('[{"query":"{ __typename }"}]'), 400],
    ['no query', () => post('{}'), 400],
    ['a form, as another site could send it', () => post('query={__typename}', { 'content-type': 'text/plain' }), 400],
    ['an unknown media type', () => post('<query/>', { 'content-type': 'application/xml' }), 415],
    ['more than 1 MiB', () => post(JSON.stringify({ query: `{ __typename } #${'x'.repeat(1024 * 1024)}` })), 413],
    ['a simple GET, as another site could send it', () => fetch(`${small.url}/graphql?query={__typename}`), 400],
    ['another path', () => fetch(`${small.url}/nothing`), 404],
  ])('refuses %s with a GraphQL error and a request id', async (_what, send, status) => {
    const response = await send();
    expect(response.status).toBe(status);
    expect(response.headers.get('promograph-request-id')).toMatch(/^[\w-]{36}$/);
    const body: unknown = JSON.parse(await response.text());
    expect(body).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  it('refuses a document of too many tokens', async () => {
    const { body } = await small.ask(`{ ${'__typename '.repeat(16_000)} }`);
    expect(body.errors?.[0]?.message).toMatch(/token/);
  });
});

describe('health', () => {
  it('is ready when everything behind is, and says what is not', async () => {
    const problems: string[] = [];
    const other = await startSmallGateway({ problems: async () => problems, shop: small.shop, ide: false });
    try {
      expect(await (await fetch(`${other.url}/readyz`)).json()).toEqual({ ready: true, problems: [] });
      problems.push('mongo does not answer');
      const response = await fetch(`${other.url}/readyz`);
      expect(response.status).toBe(503);
      expect(await response.json()).toEqual({ ready: false, problems: ['mongo does not answer'] });
      expect((await fetch(`${other.url}/livez`)).status).toBe(200);
      expect(await (await fetch(`${other.url}/metrics`)).text()).toContain('promograph_gateway_sockets 0');
    } finally {
      await other.stop();
    }
  });

  it('says which port is taken and how to choose another', async () => {
    const port = Number(new URL(small.url).port);
    const second = await createGateway({
      transport: {
        execute: async () => ({}),
        hook: async () => ({ status: 200, headers: {}, body: '' }),
        file: async () => ({ status: 200, headers: {}, body: '' }),
        close: async () => undefined,
      },
      redis: small.redis,
      logger: createLogger({ name: 'second', level: 'silent' }),
      trust: small.tokens.trust,
      defaultTenant: null,
      developmentTokens: null,
      ide: false,
      introspection: false,
      publicUrl: null,
      operationsFolder: null,
      problems: async () => [],
    });
    await expect(second.listen({ host: '127.0.0.1', port })).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is taken; stop what uses it or set PORT to another.`,
    );
    await second.close();
  });
});
