import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { FormattedExecutionResult } from 'graphql';
import { type Client, CloseCode, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { developmentTokens } from '../../gateway/authenticate';
import { couponChannel } from '../../subgraphs/shared/contracts/events';
import { asTenantId, asUserId } from '../../subgraphs/shared/kernel/identifiers';
import { eventually, type SmallGateway, startSmallGateway } from '../support/small-gateway';

let small: SmallGateway;
const clients: Client[] = [];
const sockets: WebSocket[] = [];

beforeAll(async () => {
  small = await startSmallGateway({ socketLimits: { operations: 5, messageBytes: 16 * 1024, initMs: 300 } });
});
afterAll(() => small?.stop());

let shopperId = '';
let shoppers = 0;
beforeEach(() => {
  // A shopper of its own for each test, so that sequence numbers and channels start anew.
  shoppers += 1;
  shopperId = `u-${shoppers}`;
  small.shop.asked.length = 0;
  small.shop.away.clear();
  small.shop.templatesReady.promise = null;
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.dispose()));
  for (const socket of sockets.splice(0)) socket.terminate();
  await eventually(async () => (await channels()).length === 0);
  expect(small.gateway.live.streams.counts()).toEqual({ streams: 0, subscribers: 0 });
});

const wsUrl = (): string => `${small.url.replace('http', 'ws')}/graphql`;

/** A client of the shopper of this test. */
async function client(connectionParams?: Record<string, unknown>): Promise<Client> {
  const params = connectionParams ?? { authorization: `Bearer ${await small.token({ subject: shopperId })}` };
  const made = createClient({
    url: wsUrl(),
    webSocketImpl: WebSocket,
    connectionParams: params,
    retryAttempts: 0,
    lazy: true,
  });
  clients.push(made);
  return made;
}

interface Heard {
  results: FormattedExecutionResult<Record<string, unknown>, unknown>[];
  error: unknown;
  isComplete: boolean;
  stop(): void;
}

/** Subscribes, and collects what arrives. */
function listen(to: Client, query: string, variables?: Record<string, unknown>): Heard {
  const heard: Heard = { results: [], error: null, isComplete: false, stop: () => undefined };
  heard.stop = to.subscribe(
    { query, ...(variables && { variables }) },
    {
      next: (result) => void heard.results.push(result),
      error: (error) => {
        heard.error = error;
      },
      complete: () => {
        heard.isComplete = true;
      },
    },
  );
  return heard;
}

/** The channels somebody listens to, of this test file. */
async function channels(): Promise<string[]> {
  const found = await small.redis.client.pubsub('CHANNELS', `${small.stores.keyPrefix}*`);
  return found.map(String);
}

/** Resolves once the shopper's channel is open and the stream knows where it begins. */
async function listening(subscribers = 1): Promise<void> {
  await eventually(
    async () => (await channels()).length > 0 && small.gateway.live.streams.counts().subscribers === subscribers,
  );
  await eventually(() => small.shop.asked.some(({ request }) => request.query.includes('couponEventsSince')));
}

/** A socket without any client library. */
async function rawSocket(
  protocol = 'graphql-transport-ws',
): Promise<{ socket: WebSocket; messages: Record<string, unknown>[]; closed: Promise<number> }> {
  const socket = new WebSocket(wsUrl(), protocol);
  sockets.push(socket);
  const messages: Record<string, unknown>[] = [];
  socket.on('message', (text) => void messages.push(JSON.parse(String(text))));
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return { socket, messages, closed };
}

const happens = (
  ...about: [
    kind: 'RECEIVED' | 'EXPIRING' | 'REDEEMED',
    couponId: string,
    options?: { isLost?: boolean; times?: number },
  ]
) => small.shop.happens(small.redis, shopperId, ...about);

describe('a subscriber', () => {
  it('hears of a coupon with everything selected of it, wherever it is known', async () => {
    const heard = listen(
      await client(),
      `subscription Live($locale: String = "en", $withEnd: Boolean!) {
        live: couponEvents {
          ...When
          what: kind
          mine: coupon { __typename number: code ... on Coupon { key: id state } promo: template { called: name(locale: $locale) endsAt @include(if: $withEnd) remainingCount } }
        }
      }
      fragment When on CouponEvent { at seq }`,
      { withEnd: false },
    );
    await listening();
    await happens('RECEIVED', 'cpn_7');
    await eventually(() => heard.results.length === 1);
    expect(heard.results).toEqual([
      {
        data: {
          live: {
            at: '2026-11-22T10:15:00.000Z',
            seq: 1,
            what: 'RECEIVED',
            mine: {
              __typename: 'Coupon',
              number: 'code of cpn_7',
              key: 'cpn_7',
              state: 'AVAILABLE',
              promo: { called: 'tpl_7 in en', remainingCount: 5 },
            },
          },
        },
      },
    ]);
    expect(small.shop.asked.every(({ who }) => who.kind === 'user' && who.subject === shopperId)).toBe(true);
  });

  it('gets one plan for each set of variables, with conditions in either part', async () => {
    const query =
      'subscription ($a: Boolean!, $b: Boolean!) { couponEvents { seq @skip(if: $a) coupon @include(if: $b) { code } } }';
    const [both, neither] = [
      listen(await client(), query, { a: false, b: true }),
      listen(await client(), query, { a: true, b: false }),
    ];
    await listening(2);
    await happens('REDEEMED', 'cpn_1');
    await eventually(() => both.results.length === 1 && neither.results.length === 1);
    expect(both.results[0]).toEqual({ data: { couponEvents: { seq: 1, coupon: { code: 'code of cpn_1' } } } });
    expect(neither.results[0]).toEqual({ data: { couponEvents: {} } });
  });

  it('may ask through fragments alone', async () => {
    const heard = listen(
      await client(),
      'subscription { ...All } fragment All on Subscription { ... on Subscription { couponEvents { seq } } }',
    );
    await listening();
    await happens('RECEIVED', 'cpn_1');
    await eventually(() => heard.results.length === 1);
    expect(heard.results).toEqual([{ data: { couponEvents: { seq: 1 } } }]);
  });

  it('hears nothing of another shopper’s coupons', async () => {
    const heard = listen(await client(), 'subscription { couponEvents { seq } }');
    await listening();
    await small.shop.happens(small.redis, 'somebody-else', 'RECEIVED', 'cpn_1');
    await happens('RECEIVED', 'cpn_2');
    await eventually(() => heard.results.length === 1);
    expect(heard.results).toEqual([{ data: { couponEvents: { seq: 1 } } }]);
  });

  it('gets what could be read, and the place of what could not', async () => {
    const heard = listen(
      await client(),
      'subscription { e: couponEvents { kind c: coupon { code t: template { n: name } } } }',
    );
    await listening();
    await happens('EXPIRING', 'cpn_boom');
    await happens('EXPIRING', 'cpn_2');
    await eventually(() => heard.results.length === 2);
    expect(heard.results[0]).toEqual({
      data: { e: { kind: 'EXPIRING', c: { code: 'code of cpn_boom', t: null } } },
      errors: [{ message: 'The name is gone.', path: ['e', 'c', 't', 'n'], extensions: { code: 'UNAVAILABLE' } }],
    });
    expect(heard.results[1]).toEqual({
      data: { e: { kind: 'EXPIRING', c: { code: 'code of cpn_2', t: { n: 'tpl_2 by name' } } } },
    });
  });

  it('goes on after a subgraph was away', async () => {
    const heard = listen(await client(), 'subscription { couponEvents { seq coupon { code template { name } } } }');
    await listening();
    small.shop.away.add('template');
    await happens('RECEIVED', 'cpn_1');
    await eventually(() => heard.results.length === 1);
    expect(heard.results[0]?.data).toEqual({
      couponEvents: { seq: 1, coupon: { code: 'code of cpn_1', template: null } },
    });
    expect(heard.results[0]?.errors).toMatchObject([
      { path: ['couponEvents', 'coupon', 'template'], extensions: { code: 'UNAVAILABLE' } },
    ]);
    small.shop.away.clear();
    await happens('RECEIVED', 'cpn_2');
    await eventually(() => heard.results.length === 2);
    expect(heard.results[1]?.errors).toBeUndefined();
  });

  it('gets events in their order, however long each takes to read', async () => {
    let release = (): void => undefined;
    const heard = listen(await client(), 'subscription { couponEvents { seq coupon { template { name } } } }');
    await listening();
    small.shop.templatesReady.promise = new Promise((resolve) => {
      release = resolve;
    });
    await happens('RECEIVED', 'cpn_1');
    await eventually(() => small.shop.asked.some(({ subgraph }) => subgraph === 'template'));
    small.shop.templatesReady.promise = null;
    for (let n = 2; n <= 6; n += 1) await happens('RECEIVED', `cpn_${n}`);
    await eventually(() => small.shop.asked.filter(({ subgraph }) => subgraph === 'template').length === 6);
    expect(heard.results).toEqual([]); // five are ready, the first is not
    release();
    await eventually(() => heard.results.length === 6);
    expect(heard.results.map(({ data }) => data?.couponEvents)).toMatchObject(
      [1, 2, 3, 4, 5, 6].map((seq) => ({ seq })),
    );
  });

  it('gets an event once that was published twice', async () => {
    const heard = listen(await client(), 'subscription { couponEvents { seq } }');
    await listening();
    await happens('RECEIVED', 'cpn_1', { times: 2 });
    await happens('RECEIVED', 'cpn_2');
    await eventually(() => heard.results.length === 2);
    expect(heard.results.map(({ data }) => data)).toEqual([{ couponEvents: { seq: 1 } }, { couponEvents: { seq: 2 } }]);
  });

  it('gets an event whose message was lost when the next one arrives', async () => {
    const heard = listen(await client(), 'subscription { couponEvents { seq kind coupon { code } } }');
    await listening();
    await happens('RECEIVED', 'cpn_1', { isLost: true });
    await happens('RECEIVED', 'cpn_2');
    await happens('EXPIRING', 'cpn_2', { isLost: true });
    await happens('EXPIRING', 'cpn_1', { isLost: true });
    await happens('REDEEMED', 'cpn_2');
    await eventually(() => heard.results.length === 5);
    expect(heard.results.map(({ data }) => data?.couponEvents)).toEqual([
      { seq: 1, kind: 'RECEIVED', coupon: { code: 'code of cpn_1' } },
      { seq: 2, kind: 'RECEIVED', coupon: { code: 'code of cpn_2' } },
      { seq: 3, kind: 'EXPIRING', coupon: { code: 'code of cpn_2' } },
      { seq: 4, kind: 'EXPIRING', coupon: { code: 'code of cpn_1' } },
      { seq: 5, kind: 'REDEEMED', coupon: { code: 'code of cpn_2' } },
    ]);
    expect(heard.results.every(({ extensions }) => extensions === undefined)).toBe(true);
  });

  it('is told of a gap that cannot be filled', async () => {
    const heard = listen(await client(), 'subscription { couponEvents { seq } }');
    await listening();
    await happens('RECEIVED', 'cpn_1');
    await eventually(() => heard.results.length === 1);
    await happens('RECEIVED', 'cpn_2', { isLost: true });
    small.shop.away.add('user-coupon');
    await happens('RECEIVED', 'cpn_3');
    await happens('RECEIVED', 'cpn_4');
    await eventually(() => heard.results.length === 3);
    expect(heard.results.slice(1)).toEqual([
      { data: { couponEvents: { seq: 3 } }, extensions: { gap: true } },
      { data: { couponEvents: { seq: 4 } } },
    ]);
  });

  it('is not disturbed by messages that are no events', async () => {
    const heard = listen(await client(), 'subscription { couponEvents { seq } }');
    await listening();
    const channel = small.redis.channel(couponChannel(asTenantId('festival'), asUserId(shopperId)));
    for (const text of ['', '{"kind":"FRAMED","couponId":"c","at":"now","seq":1}', '{"seq":"1"}', 'null'])
      await small.redis.client.publish(channel, text);
    await happens('RECEIVED', 'cpn_1');
    await eventually(() => heard.results.length === 1);
    expect(heard.error).toBeNull();
  });
});

describe('equal subscriptions', () => {
  const query = 'subscription ($l: String) { couponEvents { seq coupon { template { name(locale: $l) } } } }';

  it('share one run, and each gets the result', async () => {
    const heard: Heard[] = [];
    for (let n = 0; n < 4; n += 1) heard.push(listen(await client(), query));
    const other = listen(await client(), query, { l: 'zh' });
    await listening(5);
    expect(small.gateway.live.streams.counts()).toEqual({ streams: 2, subscribers: 5 });
    expect(await channels()).toHaveLength(1);
    small.shop.asked.length = 0;
    await happens('RECEIVED', 'cpn_1');
    await eventually(() => [...heard, other].every(({ results }) => results.length === 1));
    expect(small.shop.asked.filter(({ subgraph }) => subgraph === 'template')).toHaveLength(2);
    expect(new Set(heard.map(({ results }) => JSON.stringify(results[0]))).size).toBe(1);
    expect(other.results[0]?.data).toEqual({ couponEvents: { seq: 1, coupon: { template: { name: 'tpl_1 in zh' } } } });
  });

  it('go on for the rest when the first one leaves', async () => {
    const [first, second] = [listen(await client(), query), listen(await client(), query)];
    await listening(2);
    first.stop();
    await eventually(() => small.gateway.live.streams.counts().subscribers === 1);
    await happens('RECEIVED', 'cpn_1');
    await eventually(() => second.results.length === 1);
    expect(first.results).toEqual([]);
  });

  it('are not shared by tokens of other rights', async () => {
    const less = {
      authorization: `Bearer ${(await small.tokens.issue({ role: 'shopper', subject: shopperId, tenant: 'winter' })).token}`,
    };
    listen(await client(), query);
    listen(await client(less), query);
    await eventually(() => small.gateway.live.streams.counts().subscribers === 2);
    expect(small.gateway.live.streams.counts().streams).toBe(2);
    await eventually(async () => (await channels()).length === 2);
  });
});

describe('leaving', () => {
  it('closes the channel at once, without waiting for an event', async () => {
    const heard = listen(await client(), 'subscription { couponEvents { seq } }');
    await listening();
    heard.stop();
    await eventually(async () => (await channels()).length === 0, 1000);
  });

  it('is noticed when a client is killed', async () => {
    const { socket, messages } = await rawSocket();
    socket.send(
      JSON.stringify({
        type: 'connection_init',
        payload: { authorization: `Bearer ${await small.token({ subject: shopperId })}` },
      }),
    );
    await eventually(() => messages.length === 1);
    socket.send(
      JSON.stringify({ id: '1', type: 'subscribe', payload: { query: 'subscription { couponEvents { seq } }' } }),
    );
    await listening();
    socket.terminate();
    await eventually(async () => (await channels()).length === 0, 1000);
  });

  it('in the moment of subscribing leaves nothing behind', async () => {
    const leaver = await client();
    for (let n = 0; n < 20; n += 1) listen(leaver, 'subscription { couponEvents { seq } }').stop();
    const { socket, messages } = await rawSocket();
    socket.send(
      JSON.stringify({
        type: 'connection_init',
        payload: { authorization: `Bearer ${await small.token({ subject: shopperId })}` },
      }),
    );
    await eventually(() => messages.length === 1);
    for (let n = 0; n < 3; n += 1)
      socket.send(
        JSON.stringify({ id: `s${n}`, type: 'subscribe', payload: { query: 'subscription { couponEvents { seq } }' } }),
      );
    socket.terminate();
    await eventually(() => small.gateway.live.socketCount() <= 1);
    await eventually(() => small.gateway.live.streams.counts().subscribers === 0);
    // Redis hears of the last unsubscribe a moment later.
    await eventually(async () => (await channels()).length === 0, 1000);
  });
});

describe('who may subscribe', () => {
  it.each([
    ['a malformed token', { authorization: 'Bearer nonsense' }],
    ['no Bearer', { Authorization: 'nonsense' }],
    ['a token that is no text', { authorization: 7 }],
  ])('refuses a connection with %s by closing it with 4403', async (_what, params) => {
    const { socket, closed } = await rawSocket();
    socket.send(JSON.stringify({ type: 'connection_init', payload: params }));
    expect(await closed).toBe(4403);
  });

  it('tells nobody in particular to sign in', async () => {
    const heard = listen(await client({}), 'subscription { couponEvents { seq } }');
    await eventually(() => heard.error);
    expect(heard.error).toMatchObject([{ path: ['couponEvents'], extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  it.each(['merchant', 'service'] as const)('tells a %s that coupons are for shoppers', async (role) => {
    const heard = listen(
      await client({ authorization: `Bearer ${await small.token({ role })}` }),
      'subscription { couponEvents { seq } }',
    );
    await eventually(() => heard.error);
    expect(heard.error).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  it('closes with 4403 when the token expires', async () => {
    const shortLived = developmentTokens({
      keyFile: null,
      defaultTenant: 'festival',
      nodeEnv: 'test',
      lifetimeMs: 1500,
    });
    const own = await startSmallGateway({ trust: shortLived.trust, shop: small.shop });
    try {
      const socket = new WebSocket(`${own.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      const closed = new Promise<[number, string]>((resolve) =>
        socket.once('close', (code, reason) => resolve([code, String(reason)])),
      );
      await new Promise((resolve) => socket.once('open', resolve));
      const { token } = await shortLived.issue({ role: 'shopper', subject: shopperId });
      const acknowledged = new Promise((resolve) => socket.once('message', resolve));
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
      await acknowledged;
      socket.send(
        JSON.stringify({ id: '1', type: 'subscribe', payload: { query: 'subscription { couponEvents { seq } }' } }),
      );
      expect(await closed).toEqual([4403, 'The token has expired; connect with a fresh one.']);
      await eventually(() => own.gateway.live.streams.counts().streams === 0);
    } finally {
      await own.stop();
    }
  });
});

describe('malformed subscriptions', () => {
  it.each([
    ['broken syntax', 'subscription {', undefined, undefined],
    ['an unknown field', 'subscription { couponEvents { nothing } }', undefined, undefined],
    ['two root fields', 'subscription { couponEvents { seq } other: couponEvents { seq } }', undefined, undefined],
    [
      'a variable that is missing',
      'subscription ($b: Boolean!) { couponEvents { seq @skip(if: $b) } }',
      undefined,
      ['b'],
    ],
    [
      'a variable of another type',
      'subscription ($b: Boolean!) { couponEvents { seq @skip(if: $b) } }',
      { b: 'yes' },
      ['b'],
    ],
    [
      'several operations and no name',
      'subscription A { couponEvents { seq } } subscription B { couponEvents { at } }',
      undefined,
      undefined,
    ],
  ])('are answered with an error for %s', async (_what, query, variables, path) => {
    const heard = listen(await client(), query, variables);
    await eventually(() => heard.error);
    expect(heard.error).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', ...(path && { path }) } }]);
    expect(await channels()).toEqual([]);
  });
});

describe('a socket', () => {
  it('serves queries and mutations too, under the same rules', async () => {
    const asker = await client();
    const query = listen(asker, 'query { viewer { id coupons { edges { node { template { name } } } } } }');
    const mutation = listen(asker, 'mutation ($i: ClaimCouponInput!) { claimCoupon(input: $i) { coupon { code } } }', {
      i: { templateId: 'tpl_5', idempotencyKey: 'k' },
    });
    const forbidden = listen(asker, '{ templates { edges { cursor } } }');
    const broken = listen(
      asker,
      'mutation { claimCoupon(input: {templateId: "tpl_bug", idempotencyKey: "k"}) { coupon { id } } }',
    );
    await eventually(() => [query, mutation, forbidden, broken].every(({ isComplete }) => isComplete));
    expect(query.results[0]?.data).toMatchObject({ viewer: { id: shopperId } });
    expect(mutation.results[0]?.data).toEqual({ claimCoupon: { coupon: { code: 'code of cpn_5' } } });
    expect(forbidden.results[0]?.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(JSON.stringify(broken.results)).not.toContain('secret detail');
    expect(broken.results[0]?.errors).toMatchObject([
      { extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) } },
    ]);
  });

  it('carries a bounded number of operations', async () => {
    const many = await client();
    const heard = [1, 2, 3, 4, 5, 6].map((n) => listen(many, `subscription S${n} { couponEvents { seq } }`));
    await eventually(() => heard[5]?.error);
    expect(heard[5]?.error).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    await eventually(() => small.gateway.live.streams.counts().subscribers === 5);
  });

  it('keeps to graphql-transport-ws', async () => {
    expect(await (await rawSocket()).closed).toBe(CloseCode.ConnectionInitialisationTimeout);

    const early = await rawSocket();
    early.socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: '{ __typename }' } }));
    expect(await early.closed).toBe(CloseCode.Unauthorized);

    const twice = await rawSocket();
    for (let n = 0; n < 2; n += 1) twice.socket.send(JSON.stringify({ type: 'connection_init' }));
    expect(await twice.closed).toBe(CloseCode.TooManyInitialisationRequests);

    const garbage = await rawSocket();
    garbage.socket.send('hello');
    expect(await garbage.closed).toBe(CloseCode.BadRequest);

    const huge = await rawSocket();
    huge.socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: 'x'.repeat(17 * 1024) } }));
    expect(await huge.closed).toBe(1009);

    const same = await rawSocket();
    same.socket.send(
      JSON.stringify({
        type: 'connection_init',
        payload: { authorization: `Bearer ${await small.token({ subject: shopperId })}` },
      }),
    );
    same.socket.send(JSON.stringify({ type: 'ping' }));
    await eventually(
      () =>
        same.messages.some(({ type }) => type === 'connection_ack') &&
        same.messages.some(({ type }) => type === 'pong'),
    );
    for (let n = 0; n < 2; n += 1)
      same.socket.send(
        JSON.stringify({ id: 'a', type: 'subscribe', payload: { query: 'subscription { couponEvents { seq } }' } }),
      );
    expect(await same.closed).toBe(CloseCode.SubscriberAlreadyExists);
  });

  it('speaks no other protocol and is at no other path', async () => {
    await expect(rawSocket('graphql-ws')).rejects.toThrow();
    const elsewhere = new WebSocket(`${small.url.replace('http', 'ws')}/other`, 'graphql-transport-ws');
    await expect(new Promise((_resolve, reject) => elsewhere.once('error', reject))).rejects.toThrow('404');
  });
});
