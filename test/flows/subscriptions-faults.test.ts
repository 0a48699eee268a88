import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { FormattedExecutionResult } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { EmbeddedServer } from '../../subgraphs/shared/embedded/server-process';
import { eventually, type SmallGateway, startSmallGateway } from '../support/small-gateway';
import { ownRedis } from '../support/stores';

let small: SmallGateway;
let clients: Client[] = [];
let shopperId = '';
let shoppers = 0;

beforeEach(() => {
  shoppers += 1;
  shopperId = `u-${shoppers}`;
  small?.shop.asked.splice(0);
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.dispose()));
  clients = [];
});

interface Heard {
  results: FormattedExecutionResult<Record<string, unknown>, unknown>[];
  error: unknown;
}

async function listen(query: string): Promise<Heard> {
  const client = createClient({
    url: `${small.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${await small.token({ subject: shopperId })}` },
    retryAttempts: 0,
  });
  clients.push(client);
  const heard: Heard = { results: [], error: null };
  client.subscribe(
    { query },
    {
      next: (result) => void heard.results.push(result),
      error: (error) => {
        heard.error = error;
      },
      complete: () => undefined,
    },
  );
  return heard;
}

async function opened(): Promise<void> {
  await eventually(() => small.shop.asked.some(({ request }) => request.query.includes('couponEventsSince')));
}

const sequences = (heard: Heard): unknown[] => heard.results.map(({ data }) => data?.couponEvents);

const happens = (kind: 'RECEIVED' | 'EXPIRING' | 'REDEEMED', couponId: string, options?: { isLost: boolean }) =>
  small.shop.happens(small.redis, shopperId, kind, couponId, options);

describe('with a Redis of its own', () => {
  let server: EmbeddedServer;
  beforeAll(async () => {
    server = await ownRedis();
    small = await startSmallGateway({
      redisUrl: server.uri,
      streamLimits: { queuedResults: 20, waitingEvents: 30, concurrentRuns: 2 },
    });
  });
  afterAll(async () => {
    await small?.stop();
    await server?.stop();
  });

  it('delivers what happened while the connection was broken, although nothing else happens', async () => {
    const heard = await listen('subscription { couponEvents { seq } }');
    await opened();
    await happens('RECEIVED', 'cpn_1');
    await eventually(() => heard.results.length === 1);
    await happens('RECEIVED', 'cpn_2', { isLost: true });
    await happens('REDEEMED', 'cpn_2', { isLost: true });
    await small.redis.client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await eventually(() => heard.results.length === 3);
    expect(sequences(heard)).toEqual([{ seq: 1 }, { seq: 2 }, { seq: 3 }]);
    await happens('EXPIRING', 'cpn_1');
    await eventually(() => heard.results.length === 4);
    expect(sequences(heard)[3]).toEqual({ seq: 4 });
  });

  it('even when it was the first event of the subscriber', async () => {
    await happens('RECEIVED', 'cpn_1');
    const heard = await listen('subscription { couponEvents { seq } }');
    await opened();
    await happens('EXPIRING', 'cpn_1', { isLost: true });
    await small.redis.client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await eventually(() => heard.results.length === 1);
    expect(sequences(heard)).toEqual([{ seq: 2 }]);
  });

  it('ends a stream whose events come faster than they can be read, and says so', async () => {
    const heard = await listen('subscription { couponEvents { seq coupon { template { name } } } }');
    await opened();
    let release = (): void => undefined;
    small.shop.templatesReady.promise = new Promise((resolve) => {
      release = resolve;
    });
    for (let n = 1; n <= 40; n += 1) await happens('RECEIVED', `cpn_${n}`);
    await eventually(() => heard.error);
    expect(heard.error).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
    expect(small.gateway.live.streams.counts().streams).toBe(0);
    release();
    small.shop.templatesReady.promise = null;
  });

  it('sends a client away that stops reading, with what waits for it bounded, and serves others on', async () => {
    const query = 'subscription { couponEvents { seq coupon { code } } }';
    const reader = await listen(query);
    const slow = new WebSocket(`${small.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await new Promise((resolve) => slow.once('open', resolve));
    const acknowledged = new Promise((resolve) => slow.once('message', resolve));
    const authorization = `Bearer ${await small.token({ subject: shopperId })}`;
    slow.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
    await acknowledged;
    slow.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
    await eventually(() => small.gateway.live.streams.counts().subscribers === 2);
    await opened();
    slow.pause();
    const closed = new Promise<number>((resolve) => slow.once('close', resolve));

    let events = 0;
    while (small.gateway.live.streams.counts().subscribers === 2 && events < 2000) {
      for (let n = 0; n < 10; n += 1) await happens('RECEIVED', `cpn_wide_${events}`);
      events += 10;
      await eventually(() => reader.results.length === events, 20_000);
    }
    expect(small.gateway.live.streams.counts()).toEqual({ streams: 1, subscribers: 1 });
    expect(reader.error).toBeNull();
    slow.resume();
    // Told so when it reads again in time, cut off otherwise.
    expect([1013, 1006]).toContain(await closed);
    await eventually(() => small.gateway.live.socketCount() === 1);
  });

  it('tells a new subscriber to come back while Redis is away, and goes on with queries', async () => {
    await server.stop();
    const heard = await listen('subscription { couponEvents { seq } }');
    await eventually(() => heard.error);
    expect(heard.error).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
    expect(small.gateway.live.streams.counts().streams).toBe(0);
    expect((await small.ask('{ viewer { id } }')).body.data).toEqual({ viewer: { id: 'u-001' } });
  });
});

describe('a gateway that stops', () => {
  it('sends clients away so that they connect elsewhere, and is gone although one stays', async () => {
    small = await startSmallGateway();
    const heard = await listen('subscription { couponEvents { seq } }');
    await opened();
    const [leaver, stubborn] = await Promise.all(
      [1, 2].map(async () => {
        const socket = new WebSocket(`${small.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
        await new Promise((resolve) => socket.once('open', resolve));
        return socket;
      }),
    );
    stubborn?.pause();
    const closed = new Promise<number>((resolve) => leaver?.once('close', resolve));
    await small.gateway.close();
    expect(await closed).toBe(1001);
    expect(small.gateway.live.socketCount()).toBe(0);
    expect(small.gateway.live.streams.counts()).toEqual({ streams: 0, subscribers: 0 });
    expect(heard.results).toEqual([]);
    const port = Number(new URL(small.url).port);
    await new Promise<void>((resolve, reject) => {
      const next = createServer().once('error', reject);
      next.listen(port, '127.0.0.1', () => next.close(() => resolve()));
    });
    stubborn?.terminate();
    await small.stop();
  });
});
