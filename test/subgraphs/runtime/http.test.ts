import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import { z } from 'zod';
import {
  createIdentitySigner,
  createIdentityVerifier,
  deadlineHeader,
  generateIdentityKeys,
  type Identity,
  identityHeader,
  requestIdHeader,
} from '../../../subgraphs/shared/contracts/identity';
import { asTenantId, asUserId } from '../../../subgraphs/shared/kernel/identifiers';
import { createMetrics } from '../../../subgraphs/shared/runtime/metrics';
import { createSubgraph, serveSubgraph } from '../../../subgraphs/shared/runtime/server';
import {
  ConnectionLost,
  createSubgraphClient,
  httpTransport,
  inProcessTransport,
  type SubgraphTransport,
} from '../../../subgraphs/shared/runtime/subgraph-client';
import { Unavailable } from '../../../subgraphs/shared/runtime/unavailable';
import { gateway, keptLog, newTill, nobody, sampleSubgraph, settlement, shopper } from './sample-subgraph';

const keys = { gateway: generateIdentityKeys(), settlement: generateIdentityKeys(), stranger: generateIdentityKeys() };
const now = () => Date.now();
const verifier = createIdentityVerifier(
  { gateway: keys.gateway.publicKey, settlement: keys.settlement.publicKey },
  now,
);
const byGateway = createIdentitySigner('gateway', keys.gateway.privateKey, now);
const bySettlement = createIdentitySigner('settlement', keys.settlement.privateKey, now);
const byStranger = createIdentitySigner('gateway', keys.stranger.privateKey, now);

async function serve(till = newTill()) {
  const { logger } = keptLog();
  const metrics = createMetrics();
  const running = await createSubgraph(sampleSubgraph(till), { logger, metrics });
  await running.start();
  const served = await serveSubgraph(running, { host: '127.0.0.1', port: 0, verifier, logger, metrics });
  return {
    ...served,
    running,
    till,
    async close() {
      await served.close();
      await running.stop();
    },
  };
}

let server: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  server = await serve();
});
afterAll(async () => {
  await server.close();
});

interface Sent {
  who?: Identity;
  signer?: typeof byGateway;
  method?: 'GET' | 'POST';
  path?: string;
  signedPath?: string;
  signedBody?: string;
  body?: string;
  headers?: Record<string, string>;
}

async function send(sent: Sent): Promise<{ status: number; answer: unknown }> {
  const { method = 'POST', path = '/graphql', body = '{"query":"{ open }"}', who, signer = byGateway } = sent;
  const bound = { method, path: sent.signedPath ?? path, body: method === 'GET' ? '' : (sent.signedBody ?? body) };
  const response = await request(server.url + path, {
    method,
    ...(method === 'POST' && { body }),
    headers: {
      'content-type': 'application/json',
      ...(who && { [identityHeader]: signer.sign(who, bound) }),
      ...sent.headers,
    },
  });
  const text = await response.body.text();
  return { status: response.statusCode, answer: JSON.parse(text) };
}

const refusedAs = (code: string) => ({ errors: [{ message: expect.any(String), extensions: { code } }] });

describe('a subgraph over HTTP', () => {
  it('answers whoever the gateway vouches for', async () => {
    const answered = await send({ who: shopper(), headers: { [requestIdHeader]: 'req-7' } });
    expect(answered).toEqual({ status: 200, answer: { data: { open: 'user req-7' } } });
    expect((await send({ who: settlement, signer: bySettlement })).status).toBe(200);
  });

  it('refuses whoever nobody vouches for', async () => {
    const refused = { status: 401, answer: refusedAs('UNAUTHENTICATED') };
    expect(await send({})).toEqual(refused);
    expect(await send({ who: shopper(), signer: byStranger })).toEqual(refused);
    expect(await send({ who: shopper(), signer: bySettlement })).toEqual(refused);
    expect(await send({ who: settlement, signer: byGateway })).toEqual(refused);
    expect(await send({ who: shopper(), signedBody: '{"query":"{ mine }"}' })).toEqual(refused);
    expect(await send({ who: shopper(), signedPath: '/hooks/x' })).toEqual(refused);
    expect(await send({ headers: { [identityHeader]: 'a.b' } })).toEqual(refused);
  });

  it('refuses what is no GraphQL request, or too large', async () => {
    for (const body of ['', '{', '[]', '{"query":1}', '{"query":"{ open }","variables":[]}'])
      expect(await send({ who: shopper(), body })).toEqual({ status: 400, answer: refusedAs('BAD_USER_INPUT') });
    const huge = await send({ who: shopper(), body: JSON.stringify({ query: ' '.repeat(1_100_000) }) });
    expect(huge).toEqual({ status: 413, answer: refusedAs('BAD_USER_INPUT') });
    expect((await send({ who: shopper(), path: '/elsewhere' })).status).toBe(404);
  });

  it('does not begin what nobody waits for', async () => {
    const late = await send({ who: shopper(), headers: { [deadlineHeader]: String(Date.now() - 1) } });
    expect(late).toMatchObject({ status: 200, answer: { errors: [{ extensions: { code: 'UNAVAILABLE' } }] } });
  });

  it('hands webhooks on exactly as they came, from the gateway only', async () => {
    const hook = {
      path: '/hooks/payment/acme/fake?step=pay&x=a%20b',
      body: 'raw=1&sig=%20',
      headers: { 'content-type': 'text/odd', [requestIdHeader]: 'req-8' },
    };
    expect(await send({ ...hook, who: nobody })).toEqual({
      status: 202,
      answer: {
        method: 'POST',
        path: '/hooks/payment/acme/fake',
        query: { step: 'pay', x: 'a b' },
        body: 'raw=1&sig=%20',
        type: 'text/odd',
        requestId: 'req-8',
      },
    });
    expect(await send({ ...hook, method: 'GET', who: gateway })).toMatchObject({
      status: 202,
      answer: { method: 'GET', body: '' },
    });
    expect((await send({ ...hook, who: settlement, signer: bySettlement })).status).toBe(403);
    expect((await send(hook)).status).toBe(401);
    expect((await send({ ...hook, who: nobody, signedPath: '/hooks/payment/acme/fake' })).status).toBe(401);
    expect((await send({ path: '/hooks/away', who: nobody })).status).toBe(503);
    const fault = await send({ path: '/hooks/fault', who: nobody });
    expect(fault.status).toBe(500);
    expect(JSON.stringify(fault.answer)).not.toContain('hunter2');
  });

  it('tells the machinery how it is', async () => {
    const get = async (path: string) => {
      const response = await request(server.url + path);
      return { status: response.statusCode, text: await response.body.text() };
    };
    expect((await get('/livez')).status).toBe(200);
    expect(await get('/readyz')).toEqual({ status: 200, text: '{"ready":true,"problems":[]}' });
    server.till.problems.push('Redis does not answer');
    expect(await get('/readyz')).toEqual({ status: 503, text: '{"ready":false,"problems":["Redis does not answer"]}' });
    expect((await get('/livez')).status).toBe(200);
    server.till.problems.length = 0;
    expect((await get('/metrics')).text).toContain(
      'promograph_subgraph_request_seconds_count{subgraph="user-coupon",result="OK"}',
    );
  });

  it('says which port is taken and what to do', async () => {
    const port = Number(new URL(server.url).port);
    const { logger } = keptLog();
    await expect(serveSubgraph(server.running, { host: '127.0.0.1', port, verifier, logger })).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is taken; stop what uses it or set PORT to another.`,
    );
  });

  it('finishes running requests when it is closed', async () => {
    const own = newTill();
    let finish: (word: string) => void = () => undefined;
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    own.slow = () => {
      begin();
      return new Promise((done) => {
        finish = done;
      });
    };
    const other = await serve(own);
    const body = '{"query":"{ slow(ms: 1) }"}';
    const headers = {
      'content-type': 'application/json',
      [identityHeader]: byGateway.sign(nobody, { method: 'POST', path: '/graphql', body }),
    };
    const running = request(`${other.url}/graphql`, { method: 'POST', body, headers });
    await begun;
    const closed = other.close();
    await new Promise((resolve) => setImmediate(resolve));
    finish('finished');
    const answered = await running;
    expect(answered.headers.connection).toBe('close'); // kept alive, it would hold the close up
    expect(await answered.body.json()).toEqual({ data: { slow: 'finished' } });
    await closed;
    await expect(request(`${other.url}/livez`)).rejects.toThrow();
    expect(own.log).toEqual(['started', 'stopped']);
  });
});

describe('one subgraph asking another', () => {
  const http = () => httpTransport({ url: server.url, signer: bySettlement });
  const question = {
    tenant: asTenantId('acme'),
    onBehalfOf: asUserId('u1'),
    deadlineMs: 3000,
    retry: false,
    parse: (data: unknown) => data,
  };

  it('gets the same answer over HTTP and in process, under its own identity', async () => {
    const overHttp = http();
    try {
      for (const transport of [overHttp, inProcessTransport(() => server.running)]) {
        const client = createSubgraphClient({ self: 'settlement', transport });
        const asked = {
          ...question,
          query: 'query($line: LineInput!) { open locked priced(line: $line) }',
          requestId: 'req-9',
        };
        expect(await client.run({ ...asked, variables: { line: { skuId: 'a', quantity: 2 } } })).toEqual({
          open: 'internal req-9',
          locked: 'locked',
          priced: 200,
        });
        await expect(client.run({ ...question, query: '{ mine }' })).rejects.toThrow('(FORBIDDEN at mine)');
        await expect(client.run({ ...question, query: '{ leaky }' })).rejects.not.toBeInstanceOf(Unavailable);
        await expect(client.run({ ...question, query: '{ busy }' })).rejects.toMatchObject({
          name: 'Unavailable',
          retryAt: new Date(86_400_000),
        });
        await expect(client.run({ ...question, query: '{ slow(ms: 1000) }', deadlineMs: 100 })).rejects.toBeInstanceOf(
          Unavailable,
        );
      }
    } finally {
      await overHttp.close();
    }
  });

  it('cannot spoil what the other keeps, in process either', async () => {
    const client = createSubgraphClient({ self: 'settlement', transport: inProcessTransport(() => server.running) });
    const parse = (data: unknown) => z.object({ document: z.custom<{ name: string }>() }).parse(data);
    const { document } = await client.run({ ...question, query: '{ document }', parse });
    document.name = 'spoilt';
    expect(await client.run({ ...question, query: '{ document }', parse })).toEqual({ document: { name: '满减' } });
  });

  it('hears that the other is away, and comes back when it is there', async () => {
    const other = await serve();
    const port = Number(new URL(other.url).port);
    const transport = httpTransport({ url: other.url, signer: bySettlement });
    const client = createSubgraphClient({ self: 'settlement', transport });
    const ask = (retry: boolean) => client.run({ ...question, query: '{ locked }', retry });
    try {
      expect(await ask(false)).toEqual({ locked: 'locked' });
      await other.close();
      await expect(ask(false)).rejects.toBeInstanceOf(ConnectionLost);
      await expect(ask(true)).rejects.toBeInstanceOf(ConnectionLost);
      const { logger } = keptLog();
      const again = await serveSubgraph(server.running, { host: '127.0.0.1', port, verifier, logger });
      expect(await ask(true)).toEqual({ locked: 'locked' });
      await again.close();
    } finally {
      await transport.close();
    }
  });

  it('tries a lost connection once more only where that is safe', async () => {
    let calls = 0;
    const flaky: SubgraphTransport = {
      async call() {
        calls += 1;
        if (calls % 2 === 1) throw new ConnectionLost('lost');
        return { data: { calls } };
      },
    };
    const client = createSubgraphClient({ self: 'settlement', transport: flaky });
    expect(await client.run({ ...question, query: '{ open }', retry: true })).toEqual({ calls: 2 });
    await expect(client.run({ ...question, query: '{ open }', retry: false })).rejects.toBeInstanceOf(ConnectionLost);
    expect(calls).toBe(3);
  });

  it('is refused when its signature is not known there', async () => {
    const stranger = createIdentitySigner('settlement', keys.stranger.privateKey, now);
    const transport = httpTransport({ url: server.url, signer: stranger });
    const client = createSubgraphClient({ self: 'settlement', transport });
    await expect(client.run({ ...question, query: '{ locked }' })).rejects.toThrow('found status 401');
    await transport.close();
  });
});
