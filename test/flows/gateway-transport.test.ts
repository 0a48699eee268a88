import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { httpTransport, inProcessTransport, type SubgraphTransport } from '../../gateway/subgraph-transport';
import {
  createIdentitySigner,
  createIdentityVerifier,
  generateIdentityKeys,
  identityHeader,
} from '../../subgraphs/shared/contracts/identity';
import { createLogger } from '../../subgraphs/shared/runtime/logger';
import { serveSubgraph } from '../../subgraphs/shared/runtime/server';
import { shopper } from '../support/people';
import { eventually, type SmallGateway, startSmallGateway } from '../support/small-gateway';
import { type SmallShop, startSmallShop } from '../support/small-shop';

const keys = generateIdentityKeys();
const signer = createIdentitySigner('gateway', keys.privateKey, Date.now);
const logger = createLogger({ name: 'test', level: 'silent' });

let shop: SmallShop;
let urls: Map<string, string>;
let servers: { close(): Promise<void> }[];
let overHttp: SubgraphTransport;
let remote: SmallGateway;

beforeAll(async () => {
  shop = await startSmallShop();
  urls = new Map();
  servers = [];
  for (const name of ['user-coupon', 'template', 'settlement']) {
    const running = shop.subgraph(name);
    if (!running) throw new Error(name);
    const verifier = createIdentityVerifier({ gateway: keys.publicKey }, Date.now);
    const server = await serveSubgraph(running, { host: '127.0.0.1', port: 0, verifier, logger });
    urls.set(name, server.url);
    servers.push(server);
  }
  overHttp = httpTransport({ urls, signer });
  remote = await startSmallGateway({ transport: overHttp, shop });
});
afterAll(async () => {
  await remote?.stop();
  await overHttp?.close();
  await shop?.stop();
  await Promise.all(servers.map((server) => server.close()));
});

describe('subgraphs in other processes', () => {
  it('answer exactly what subgraphs of this process answer, errors and paths included', async () => {
    const local = await startSmallGateway({ transport: inProcessTransport((name) => shop.subgraph(name)), shop });
    try {
      for (const query of [
        '{ viewer { id coupons { edges { node { code state template { name endsAt remainingCount } } } } } }',
        '{ a: coupon(id: "cpn_boom") { t: template { n: name remainingCount } } b: coupon(id: "cpn_1") { template { name(locale: "en") } } }',
        '{ coupon(id: "other") { id } sku(id: "s") { id } }',
        'mutation { claimCoupon(input: {templateId: "tpl_later", idempotencyKey: "k"}) { coupon { id } } }',
        'mutation { claimCoupon(input: {templateId: "tpl_3", idempotencyKey: "k"}) { coupon { template { name } } userErrors { code } } }',
      ])
        expect((await remote.ask(query)).body).toEqual((await local.ask(query)).body);
    } finally {
      await local.gateway.close();
      await local.redis.close();
      await local.stores.close();
    }
  });

  it('know who asks, from the signed header alone', async () => {
    shop.asked.length = 0;
    await remote.ask('{ viewer { id } }', {
      token: await remote.token({ subject: 'u-099' }),
      headers: { [identityHeader]: 'forged' },
    });
    expect(shop.asked[0]?.who).toMatchObject({ kind: 'user', subject: 'u-099' });
  });

  it('refuse who comes around the gateway', async () => {
    const body = JSON.stringify({ query: '{ viewer { id } }' });
    const direct = (headers: Record<string, string>) =>
      fetch(`${urls.get('user-coupon')}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
    expect((await direct({})).status).toBe(401);
    expect((await direct({ authorization: `Bearer ${await remote.token()}` })).status).toBe(401);
    const forAnother = signer.sign(shopper('u-001'), { method: 'POST', path: '/graphql', body: `${body} ` });
    expect((await direct({ [identityHeader]: forAnother })).status).toBe(401);
    const right = signer.sign(shopper('u-001'), { method: 'POST', path: '/graphql', body });
    expect((await direct({ [identityHeader]: right })).status).toBe(200);
  });

  it('get webhooks byte for byte under the gateway’s own identity', async () => {
    const payload = Buffer.from([0, 255, 10, 13, 123]);
    const send = (path: string, init: RequestInit) => fetch(`${remote.url}/hooks/payment/${path}`, init);
    const posted = await send('festival/fake?step=pay&n=1', {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', 'x-signature': 'abc', cookie: 'secret=1' },
      body: payload,
    });
    expect([posted.status, posted.headers.get('content-type'), await posted.text()]).toEqual([
      202,
      'text/plain',
      'took 5 bytes',
    ]);
    const hook = shop.hooks.at(-1);
    expect(hook).toMatchObject({
      method: 'POST',
      path: '/hooks/payment/festival/fake',
      query: { step: 'pay', n: '1' },
    });
    expect(hook?.body).toEqual(payload);
    expect(hook?.headers['x-signature']).toBe('abc');
    expect(hook?.headers).not.toHaveProperty('cookie');
    expect((await send('festival/fake/page', { method: 'GET' })).status).toBe(202);
    expect(shop.hooks.at(-1)).toMatchObject({ method: 'GET', path: '/hooks/payment/festival/fake/page' });
  });

  it('get webhooks in process too, and large ones never', async () => {
    const local = await startSmallGateway();
    try {
      const send = (bytes: number) =>
        fetch(`${local.url}/hooks/payment/festival/fake`, { method: 'POST', body: Buffer.alloc(bytes, 'x') });
      expect((await send(64 * 1024)).status).toBe(202);
      expect(local.shop.hooks.at(-1)?.body.length).toBe(64 * 1024);
      expect((await send(64 * 1024 + 1)).status).toBe(413);
      local.shop.away.add('settlement');
      const away = await send(10);
      expect([away.status, away.headers.get('retry-after')]).toEqual([503, '5']);
    } finally {
      await local.stop();
    }
  });
});

describe('a subgraph that misbehaves', () => {
  let server: Server;
  let asked: string[];
  let respond: (request: IncomingMessage, response: ServerResponse, nth: number) => void;
  let transport: SubgraphTransport;
  const read = (options: { deadlineMs?: number; signal?: AbortSignal } = {}) =>
    transport.execute('template', { query: '{ template(id: "1") { id } }' }, shopper('u-001'), {
      requestId: 'test-request',
      deadline: Date.now() + (options.deadlineMs ?? 5000),
      signal: options.signal,
    });
  const json = (response: ServerResponse, status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

  beforeEach(async () => {
    asked = [];
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += String(chunk);
      });
      request.on('end', () => {
        asked.push(body);
        respond(request, response, asked.length);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address !== 'object' || !address) throw new Error('no address');
    transport = httpTransport({ urls: new Map([['template', `http://127.0.0.1:${address.port}`]]), signer });
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await transport.close();
  });

  it('is asked a read once more when the connection breaks', async () => {
    respond = (request, response, nth) =>
      nth === 1 ? request.socket.destroy() : json(response, 200, { data: { template: null } });
    expect(await read()).toEqual({ data: { template: null } });
    expect(asked).toHaveLength(2);
  });

  it('is never asked a mutation twice', async () => {
    respond = (request) => request.socket.destroy();
    const mutation = transport.execute('template', { query: 'mutation { pauseTemplate { x } }' }, shopper('u-001'), {
      requestId: 'test-request',
      deadline: Date.now() + 5000,
    });
    await expect(mutation).rejects.toMatchObject({ name: 'SubgraphAway', isRetryable: true });
    expect(asked).toHaveLength(1);
  });

  it('is not waited for past the deadline, nor for a client that has left', async () => {
    respond = () => undefined;
    await expect(read({ deadlineMs: 50 })).rejects.toThrow('did not answer in time');
    const gone = new AbortController();
    const before = asked.length; // a busy machine may not even have sent the first within its deadline
    const late = read({ signal: gone.signal, deadlineMs: 60_000 });
    await eventually(() => asked.length > before, 20_000);
    gone.abort();
    await expect(late).rejects.toMatchObject({ name: 'SubgraphAway' });
  });

  it.each([
    ['is overloaded', 503, '{}', true],
    ['is hidden by a proxy', 502, '<html>', true],
    [
      'refuses the gateway’s signature',
      401,
      '{"errors":[{"message":"no","extensions":{"code":"UNAUTHENTICATED"}}]}',
      false,
    ],
    ['answers something that is not GraphQL', 200, 'hello', false],
    ['answers JSON that is not GraphQL', 200, '[1]', false],
  ])('is away when it %s', async (_what, status, body, isRetryable) => {
    respond = (_request, response) => response.writeHead(status).end(body);
    await expect(read()).rejects.toMatchObject({ name: 'SubgraphAway', isRetryable });
  });

  it('has its errors carried over when it answers them with a status of their own', async () => {
    const errors = [{ message: 'first: too many', extensions: { code: 'BAD_USER_INPUT', path: ['first'] } }];
    respond = (_request, response) => json(response, 400, { errors });
    expect(await read()).toEqual({ errors });
  });
});
