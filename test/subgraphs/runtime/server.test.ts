import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import type { Identity } from '../../../subgraphs/shared/contracts/identity';
import { connectMongo } from '../../../subgraphs/shared/runtime/mongo';
import { connectRedis } from '../../../subgraphs/shared/runtime/redis';
import { createSubgraph, type GraphQLResult, type RunningSubgraph } from '../../../subgraphs/shared/runtime/server';
import {
  company,
  gateway,
  keptLog,
  newTill,
  nobody,
  sampleSubgraph,
  search,
  settlement,
  shopper,
} from './sample-subgraph';

const till = newTill();
const log = keptLog();
let subgraph: RunningSubgraph;

beforeAll(async () => {
  subgraph = await createSubgraph(sampleSubgraph(till), { logger: log.logger });
  await subgraph.start();
});

afterAll(async () => {
  await subgraph.stop();
});

const ask = (
  who: Identity,
  query: string,
  variables?: Record<string, unknown>,
  deadline?: number,
): Promise<GraphQLResult> =>
  subgraph.execute({ query, ...(variables && { variables }) }, who, {
    requestId: 'req-1',
    ...(deadline !== undefined && { deadline }),
  });

async function codeOf(who: Identity, query: string): Promise<unknown> {
  const { errors } = await ask(who, query);
  return errors?.[0]?.extensions?.code ?? 'OK';
}

describe('who may read a field', () => {
  it.each([
    ['open', nobody, 'OK'],
    ['mine', nobody, 'UNAUTHENTICATED'],
    ['mine', shopper(), 'OK'],
    ['mine', company(), 'OK'],
    ['mine', settlement, 'FORBIDDEN'],
    ['audited', nobody, 'UNAUTHENTICATED'],
    ['audited', shopper(), 'FORBIDDEN'],
    ['audited', shopper('till:read'), 'FORBIDDEN'],
    ['audited', shopper('till:read', 'till:audit'), 'OK'],
    ['audited', company('till:all'), 'OK'],
    ['audited', gateway, 'FORBIDDEN'],
    ['locked', settlement, 'OK'],
    ['locked', search, 'FORBIDDEN'],
    ['locked', gateway, 'FORBIDDEN'],
    ['locked', nobody, 'FORBIDDEN'],
    ['locked', shopper('till:all'), 'FORBIDDEN'],
    ['vault { gold }', nobody, 'UNAUTHENTICATED'],
    ['vault { gold }', shopper(), 'OK'],
    ['vault { name }', shopper(), 'FORBIDDEN'],
    ['vault { name }', shopper('till:all'), 'OK'],
  ])('%s, asked by %j: %s', async (field, who, code) => {
    expect(await codeOf(who, `{ ${field} }`)).toBe(code);
  });

  it('is decided for mutations too, and names the scopes that are missing', async () => {
    const ring = 'mutation { ring(lines: []) }';
    expect(await codeOf(nobody, ring)).toBe('UNAUTHENTICATED');
    expect(await codeOf(settlement, ring)).toBe('FORBIDDEN');
    expect(await codeOf(shopper(), ring)).toBe('OK');
    const { errors } = await ask(shopper(), '{ audited }');
    expect(errors?.[0]?.message).toContain('Query.audited expects the scopes till:read and till:audit, or till:all');
  });

  it('is decided field by field for entities', async () => {
    const query = `query($r: [_Any!]!) { _entities(representations: $r) { ... on Coupon { id state secret owner } } }`;
    const entities = { r: [{ __typename: 'Coupon', id: 'c1' }] };
    const seen = await ask(nobody, query, entities);
    expect(seen.data).toEqual({ _entities: [{ id: 'c1', state: 'AVAILABLE', secret: null, owner: null }] });
    expect(seen.errors?.map(({ extensions }) => extensions?.code)).toEqual(['FORBIDDEN', 'UNAUTHENTICATED']);
    expect((await ask(settlement, query, entities)).data).toMatchObject({ _entities: [{ secret: 's', owner: null }] });
  });

  it('is refused to be declared where nobody would enforce it', async () => {
    const declare = (sdl: string) =>
      createSubgraph(
        {
          ...sampleSubgraph(till),
          resolvers: {},
          typeDefs: parse(`
            directive @authenticated on OBJECT | FIELD_DEFINITION | INTERFACE
            directive @internal(callers: [String!]!) on FIELD_DEFINITION
            directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION
            ${sdl}`),
        },
        { logger: log.logger },
      );
    await expect(declare('type Query { a: I } interface I { b: Int @authenticated }')).rejects.toThrow(
      '@authenticated on I.b would not be enforced',
    );
    await expect(declare('type Query { a: Int @internal(callers: ["cashier"]) }')).rejects.toThrow(
      '@internal on Query.a: expected callers of gateway',
    );
    await expect(declare('type Query { a: Int @requiresScopes(scopes: []) }')).rejects.toThrow(
      '@requiresScopes on Query.a',
    );
  });
});

describe('an entity that cannot be resolved', () => {
  it('leaves the others of its batch alone', async () => {
    const r = ['c1', 'broken', 'gone'].map((id) => ({ __typename: 'Coupon', id }));
    const { data, errors } = await ask(
      nobody,
      'query($r: [_Any!]!) { _entities(representations: $r) { ... on Coupon { id } } }',
      { r },
    );
    expect(data).toEqual({ _entities: [{ id: 'c1' }, null, null] });
    expect(errors).toMatchObject([{ path: ['_entities', 1], extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
  });
});

describe('malformed input', () => {
  it('is BAD_USER_INPUT with the path of the fault', async () => {
    const query = 'mutation($lines: [LineInput!]!) { ring(lines: $lines) }';
    expect(
      await ask(shopper(), query, {
        lines: [
          { skuId: 'a', quantity: 1 },
          { skuId: 'a', quantity: 'two' },
        ],
      }),
    ).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT', path: ['lines', '1', 'quantity'] } }],
    });
    expect(await ask(shopper(), query, { lines: [{ skuId: 'a' }] })).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT', path: ['lines', '0', 'quantity'] } }],
    });
    expect(await ask(shopper(), query, {})).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT', path: ['lines'] } }],
    });
    expect(await ask(shopper(), '{ priced }')).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT', path: ['line'] } }],
    });
    expect(await ask(shopper(), '{ pick(first: 500) }')).toEqual({
      data: { pick: null },
      errors: [
        {
          message: 'first: expected 1 to 100, found 500.',
          path: ['pick'],
          extensions: { code: 'BAD_USER_INPUT', path: ['first'] },
        },
      ],
    });
    for (const query of ['{ open', '{ nothing }', '', 'query A { open } query B { open }'])
      expect(await codeOf(shopper(), query)).toBe('BAD_USER_INPUT');
  });

  it('hides the schema but serves it to the composition', async () => {
    expect(await codeOf(shopper(), '{ __schema { types { name } } }')).toBe('BAD_USER_INPUT');
    expect((await ask(nobody, '{ _service { sdl } }')).data).toMatchObject({
      _service: { sdl: expect.stringContaining('type Vault') },
    });
  });
});

describe('what goes wrong inside', () => {
  it('is masked, with a request id that leads to the log', async () => {
    const { errors } = await ask(shopper(), '{ leaky }');
    expect(errors).toEqual([
      {
        message: 'Internal error; quote the request id req-1.',
        path: ['leaky'],
        extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'req-1' },
      },
    ]);
    expect(log.lines.find((line) => line.includes('hunter2'))).toContain('"requestId":"req-1"');
  });

  it('is UNAVAILABLE when something is away, with the time to ask again where it is known', async () => {
    expect((await ask(shopper(), '{ busy }')).errors).toMatchObject([
      {
        message: 'The till is busy; the request may be retried.',
        extensions: { code: 'UNAVAILABLE', retryAt: '1970-01-02T00:00:00.000Z' },
      },
    ]);
    const away = 'mongodb://127.0.0.1:1/?replicaSet=none';
    const [mongo, redis] = await Promise.all([
      connectMongo(away, { appName: 'test' }),
      connectRedis('redis://127.0.0.1:1'),
    ]);
    const outage = newTill({ db: mongo.database('x'), redis: redis.client });
    const other = await createSubgraph(sampleSubgraph(outage), { logger: log.logger });
    await other.start();
    try {
      for (const field of ['lookup', 'cached']) {
        const { errors } = await other.execute({ query: `{ ${field} }` }, nobody, { requestId: 'req-2' });
        expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
        expect(errors?.[0]?.message).toContain('may be retried');
      }
    } finally {
      await other.stop();
      await Promise.all([mongo.close(), redis.close()]);
    }
  });

  it('is UNAVAILABLE when nobody waits any more', async () => {
    expect(await ask(nobody, '{ open }', {}, Date.now() - 1)).toMatchObject({
      errors: [{ extensions: { code: 'UNAVAILABLE' } }],
    });
    const askedAt = Date.now();
    const late = await ask(nobody, '{ slow(ms: 2000) }', {}, askedAt + 50);
    expect(late).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
    expect(Date.now() - askedAt).toBeLessThan(1500);
  });
});

describe('a subgraph that stops', () => {
  it('finishes what it began, refuses what comes later, and stops what is behind it last', async () => {
    let finish: (word: string) => void = () => undefined;
    const own = newTill();
    own.slow = () =>
      new Promise((done) => {
        finish = done;
      });
    const other = await createSubgraph(sampleSubgraph(own), { logger: log.logger });
    const tell = () => other.execute({ query: '{ open }' }, nobody, { requestId: 'r' });
    expect(await other.problems()).toEqual(['user-coupon is starting']);
    expect(await tell()).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
    await other.start();
    expect(await other.problems()).toEqual([]);
    own.problems.push('MongoDB does not answer');
    expect(await other.problems()).toEqual(['MongoDB does not answer']);

    const begun = other.execute({ query: '{ slow(ms: 0) }' }, nobody, { requestId: 'r' });
    await new Promise((resolve) => setImmediate(resolve));
    const stopped = other.stop();
    expect(await tell()).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
    expect(await other.problems()).toEqual(['user-coupon is stopping']);
    expect(own.log).toEqual(['started']);
    finish('finished');
    expect(await begun).toEqual({ data: { slow: 'finished' } });
    await stopped;
    expect(own.log).toEqual(['started', 'stopped']);
  });
});
