import { GraphQLError } from 'graphql';
import { scalarResolvers, subgraphDocument } from '../../schema/subgraph-sdl';
import { type CouponLiveEvent, couponChannel } from '../../subgraphs/shared/contracts/events';
import type { Identity } from '../../subgraphs/shared/contracts/identity';
import { asCouponId, asTenantId, asUserId } from '../../subgraphs/shared/kernel/identifiers';
import { createLogger } from '../../subgraphs/shared/runtime/logger';
import type { RedisConnection } from '../../subgraphs/shared/runtime/redis';
import {
  createSubgraph,
  type GraphQLRequest,
  type HookRequest,
  type RequestContext,
  type RunningSubgraph,
  type SubgraphName,
} from '../../subgraphs/shared/runtime/server';
import { Unavailable } from '../../subgraphs/shared/runtime/unavailable';
import { festival } from './people';

/** What a subgraph of the small shop was asked. */
export interface AskedOperation {
  subgraph: SubgraphName;
  request: GraphQLRequest;
  who: Identity;
  requestId: string;
}

/**
 * Three subgraphs over the real schema and the real server, with a few coupons in memory instead of stores, for tests of what
 * stands in front of them. A coupon `cpn_7` belongs to the template `tpl_7`; templates with `boom` in their id cannot be read,
 * and a coupon with `wide` in its id has a code of 100 kB.
 */
export interface SmallShop {
  subgraph(name: string): RunningSubgraph | undefined;
  /** Everything that was asked, oldest first. */
  asked: AskedOperation[];
  /** The webhooks that arrived. */
  hooks: HookRequest[];
  /** Subgraphs in here do not answer. */
  away: Set<string>;
  /** Resolvers of templates wait until this resolves. */
  templatesReady: { promise: Promise<void> | null };
  /** Something happens to a shopper's coupon: stored for `couponEventsSince`, and published unless it is to be lost. */
  happens(
    redis: RedisConnection,
    owner: string,
    kind: CouponLiveEvent['kind'],
    couponId: string,
    options?: { isLost?: boolean; times?: number },
  ): Promise<number>;
  stop(): Promise<void>;
}

/** Starts it; `stop()` it in the end. */
export async function startSmallShop(): Promise<SmallShop> {
  const logger = createLogger({ name: 'small-shop', level: 'silent' });
  const asked: AskedOperation[] = [];
  const hooks: HookRequest[] = [];
  const away = new Set<string>();
  const templatesReady: SmallShop['templatesReady'] = { promise: null };
  const events = new Map<string, CouponLiveEvent[]>();
  const eventsOf = (who: Identity): CouponLiveEvent[] =>
    who.kind === 'user' ? (events.get(`${who.tenant}/${who.subject}`) ?? []) : [];
  const coupon = (id: string) => ({
    id,
    owner: { id: 'u-001' },
    template: { id: id.replace('cpn', 'tpl') },
    state: 'AVAILABLE',
    code: id.includes('wide') ? 'x'.repeat(100_000) : `code of ${id}`,
    claimedAt: '2026-11-22T10:00:00.000Z',
    validFrom: '2026-11-22T10:00:00.000Z',
    expiresAt: '2026-12-22T10:00:00.000Z',
    order: null,
  });

  const running = new Map<string, RunningSubgraph>();
  const add = async (name: SubgraphName, resolvers: object, hasHooks = false): Promise<void> => {
    const subgraph = await createSubgraph<RequestContext>(
      {
        name,
        typeDefs: subgraphDocument(name),
        resolvers: { ...scalarResolvers(name), UserError: { __resolveType: () => null }, ...resolvers },
        createContext: (base) => base,
        ...(hasHooks && {
          hook: async (request: HookRequest) => {
            hooks.push(request);
            return {
              status: 202,
              headers: { 'content-type': 'text/plain' },
              body: `took ${request.body.length} bytes`,
            };
          },
        }),
        start: async () => undefined,
        stop: async () => undefined,
        problems: async () => [],
      },
      { logger },
    );
    await subgraph.start();
    running.set(name, {
      ...subgraph,
      execute(request, who, options) {
        asked.push({ subgraph: name, request, who, requestId: options.requestId });
        return subgraph.execute(request, who, options);
      },
    });
  };

  await add('user-coupon', {
    Query: {
      viewer: (_root: unknown, _args: unknown, { who }: RequestContext) =>
        who.kind === 'user' ? { id: who.subject } : null,
      coupon: (_root: unknown, { id }: { id: string }) => (id.startsWith('cpn_') ? coupon(id) : null),
      couponEventsSince: (_root: unknown, { seq, first }: { seq: number; first: number }, { who }: RequestContext) =>
        eventsOf(who)
          .filter((event) => event.seq > seq)
          .slice(0, first)
          .map(({ couponId, ...event }) => ({ ...event, coupon: coupon(couponId) })),
    },
    User: {
      coupons: ({ id }: { id: string }) => ({
        edges: [1, 2].map((n) => ({ cursor: String(n), node: coupon(`cpn_${id}_${n}`) })),
        pageInfo: { hasNextPage: false, endCursor: null },
      }),
    },
    Coupon: { __resolveReference: ({ id }: { id: string }) => coupon(id) },
    PromotionTemplate: { remainingCount: () => 5, viewerClaim: () => null },
    Mutation: {
      claimCoupon: (_root: unknown, { input }: { input: { templateId: string } }) => {
        if (input.templateId === 'tpl_bug') throw new TypeError('secret detail of the store');
        if (input.templateId === 'tpl_later') throw new Unavailable('Claims rest a moment.', { retryAt: new Date(0) });
        return { coupon: coupon(input.templateId.replace('tpl', 'cpn')), userErrors: [] };
      },
    },
  });
  await add('template', {
    Query: {
      template: (_root: unknown, { id }: { id: string }) => ({ id }),
      sku: (_root: unknown, { id }: { id: string }) => ({ id }),
    },
    PromotionTemplate: {
      __resolveReference: async ({ id }: { id: string }) => {
        await templatesReady.promise;
        return { id };
      },
      name({ id }: { id: string }, { locale }: { locale?: string }) {
        if (id.includes('boom')) throw new GraphQLError('The name is gone.', { extensions: { code: 'UNAVAILABLE' } });
        return locale ? `${id} in ${locale}` : `${id} by name`;
      },
      endsAt: () => '2026-12-31T16:00:00.000Z',
    },
  });
  await add('settlement', { Order: {}, User: {} }, true);

  return {
    subgraph: (name) => (away.has(name) ? undefined : running.get(name)),
    asked,
    hooks,
    away,
    templatesReady,
    async happens(redis, owner, kind, couponId, { isLost = false, times = 1 } = {}) {
      const key = `${festival}/${owner}`;
      const stored = events.get(key) ?? [];
      events.set(key, stored);
      const event = { kind, couponId: asCouponId(couponId), at: '2026-11-22T10:15:00.000Z', seq: stored.length + 1 };
      stored.push(event);
      const channel = redis.channel(couponChannel(asTenantId(festival), asUserId(owner)));
      if (!isLost)
        for (let time = 0; time < times; time += 1) await redis.client.publish(channel, JSON.stringify(event));
      return event.seq;
    },
    stop: async () => {
      await Promise.all([...running.values()].map((subgraph) => subgraph.stop()));
    },
  };
}
