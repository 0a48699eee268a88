import { parse } from 'graphql';
import type { Redis } from 'ioredis';
import type { Db } from 'mongodb';
import type { Identity } from '../../../subgraphs/shared/contracts/identity';
import { asTenantId, asUserId } from '../../../subgraphs/shared/kernel/identifiers';
import { createLogger } from '../../../subgraphs/shared/runtime/logger';
import {
  badUserInput,
  type HookRequest,
  type RequestContext,
  type SubgraphDefinition,
} from '../../../subgraphs/shared/runtime/server';
import { Unavailable } from '../../../subgraphs/shared/runtime/unavailable';

/** A till with one field for every way a request can go. */
const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  directive @authenticated on OBJECT | FIELD_DEFINITION
  directive @requiresScopes(scopes: [[String!]!]!) on OBJECT | FIELD_DEFINITION
  directive @internal(callers: [String!]!) on OBJECT | FIELD_DEFINITION
  scalar Json
  type Query {
    open: String!
    document: Json
    mine: String @authenticated
    priced(line: LineInput!): Int
    audited: String @requiresScopes(scopes: [["till:read", "till:audit"], ["till:all"]])
    locked: String @internal(callers: ["settlement"])
    vault: Vault
    busy: String
    leaky: String
    lookup: String
    cached: String
    pick(first: Int): String
    slow(ms: Int!): String
  }
  type Mutation { ring(lines: [LineInput!]!): Int @authenticated }
  input LineInput { skuId: ID!, quantity: Int! }
  type Vault @authenticated { gold: Int, name: String @requiresScopes(scopes: [["till:all"]]) }
  type Coupon @key(fields: "id") { id: ID!, state: String, secret: String @internal(callers: ["settlement"]), owner: String @authenticated }
`);

/** Where the sample's fields write what happened, and the stores that some of them ask. */
export interface Till {
  log: string[];
  db?: Db;
  redis?: Redis;
  problems: string[];
  /** What the field `document` gives, as a cache would. */
  document: { name: string };
  /** Called by the field `slow` instead of waiting. */
  slow: (ms: number) => Promise<string>;
}

export function newTill(stores: { db?: Db; redis?: Redis } = {}): Till {
  return {
    log: [],
    problems: [],
    document: { name: '满减' },
    slow: (ms) => new Promise((done) => setTimeout(() => done('done'), ms)),
    ...stores,
  };
}

export function sampleSubgraph(till: Till): SubgraphDefinition<RequestContext> {
  return {
    name: 'user-coupon',
    typeDefs,
    resolvers: {
      Query: {
        open: (_: unknown, __: unknown, { who, requestId }: RequestContext) => `${who.kind} ${requestId}`,
        document: () => till.document,
        mine: () => 'mine',
        priced: (_: unknown, { line }: { line: { quantity: number } }) => line.quantity * 100,
        audited: () => 'audited',
        locked: () => 'locked',
        vault: () => ({ gold: 7, name: 'big' }),
        busy: () => {
          throw new Unavailable('The till is busy; the request may be retried.', { retryAt: new Date(86_400_000) });
        },
        leaky: () => {
          throw new Error('password is hunter2');
        },
        lookup: async () => JSON.stringify(await till.db?.collection('x').findOne()),
        cached: () => till.redis?.get('x'),
        pick: () => {
          throw badUserInput('first: expected 1 to 100, found 500.', ['first']);
        },
        slow: (_: unknown, { ms }: { ms: number }) => till.slow(ms),
      },
      Mutation: { ring: (_: unknown, { lines }: { lines: unknown[] }) => lines.length },
      Coupon: {
        __resolveReference({ id }: { id: string }) {
          if (id === 'broken') throw new Error('broken reference');
          return id === 'gone' ? null : { id, state: 'AVAILABLE', secret: 's', owner: 'u1' };
        },
      },
    },
    createContext: (base) => base,
    async hook(request: HookRequest, requestId: string) {
      if (request.path.endsWith('/away')) throw new Unavailable('The provider is away.');
      if (request.path.endsWith('/fault')) throw new Error('hunter2');
      const { method, path, query, body } = request;
      return {
        status: 202,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          method,
          path,
          query,
          body: body.toString(),
          type: request.headers['content-type'],
          requestId,
        }),
      };
    },
    start: async () => void till.log.push('started'),
    stop: async () => void till.log.push('stopped'),
    problems: async () => till.problems,
  };
}

const tenant = asTenantId('acme');
export const nobody: Identity = { kind: 'anonymous', tenant };
export const shopper = (...scopes: string[]): Identity => ({
  kind: 'user',
  tenant,
  subject: asUserId('u1'),
  roles: ['shopper'],
  scopes,
  merchant: null,
});
export const company = (...scopes: string[]): Identity => ({ kind: 'service', tenant, subject: 'erp', scopes });
export const settlement: Identity = { kind: 'internal', tenant, process: 'settlement', onBehalfOf: null };
export const search: Identity = { kind: 'internal', tenant, process: 'search', onBehalfOf: null };
export const gateway: Identity = { kind: 'internal', tenant, process: 'gateway', onBehalfOf: null };

/** A logger that keeps its lines. */
export function keptLog(): { logger: ReturnType<typeof createLogger>; lines: string[] } {
  const lines: string[] = [];
  return {
    logger: createLogger({ name: 'test', level: 'info', destination: { write: (l: string) => void lines.push(l) } }),
    lines,
  };
}
