import type DataLoader from 'dataloader';
import { GraphQLError } from 'graphql';
import type { Resolvers, ResolversTypes } from '../../schema/generated/settlement';
import { scalarResolvers } from '../../schema/subgraph-sdl';
import type { Identity } from '../shared/contracts/identity';
import { asLockToken, asOrderId, type OrderId, type UserId } from '../shared/kernel/identifiers';
import { money } from '../shared/kernel/money';
import { assertNever } from '../shared/kernel/outcome';
import { createLoader } from '../shared/runtime/loaders';
import { type PageArguments, pageArguments, toConnection } from '../shared/runtime/pages';
import { badUserInput, forbidden, type RequestContext } from '../shared/runtime/server';
import { type CancelRefusal, cancelOrder } from './application/cancel-order';
import { confirmPayment, confirmRefusalText } from './application/confirm-payment';
import { type PayDeps, type PayRefusal, payOrder } from './application/pay-order';
import { quoteOrder } from './application/quote-order';
import { ordersOf, ownOrder, ownOrders } from './application/read-orders';
import { resolveHold } from './application/resolve-hold';
import { type SettleDeps, settleOrder } from './application/settle-order';
import type { Order } from './domain/order';
import { type PriceContext, priceResolvers, pricesInHandOf } from './price-resolvers';
import { priceShape, quoteShape } from './price-shapes';

/** Everything the use cases of `settlement` need. */
export type SettlementDeps = SettleDeps & PayDeps & { deadLetters: DeadLetterPages };

/** The two operator fields for parked events; the runtime's `deadLetterFields`. */
interface DeadLetterPages {
  list(
    who: Identity,
    args: { first?: number | null; after?: string | null },
  ): Promise<ResolversTypes['DeadLetterConnection']>;
  replay(who: Identity, input: { id: string }): Promise<ResolversTypes['ReplayDeadLetterPayload']>;
}

/** What a request carries: the caller, and a loader of the caller's own orders. */
export interface SettlementContext extends PriceContext {
  orders: DataLoader<OrderId, Order | null>;
}

/** The context of one request. */
export function settlementContext(deps: SettlementDeps, base: RequestContext): SettlementContext {
  return {
    ...base,
    orders: createLoader((ids: readonly OrderId[]) => ownOrders(deps.store, base.who, ids)),
    pricesInHand: pricesInHandOf(deps, base),
  };
}

/** The resolvers over the use cases: take the input, call one, shape its answer. */
export function settlementResolvers(deps: SettlementDeps): Resolvers<SettlementContext> {
  const prices = priceResolvers(deps);
  const askingFrom = (address: string | null) => ({ ...deps, coupons: deps.coupons.askedFrom(address) });
  return {
    ...scalarResolvers('settlement'),
    UserError: { __resolveType: () => null },

    Query: {
      ...prices.Query,
      quote: async (_parent, { input }, { who, requestId, address }) => {
        const outcome = await quoteOrder(askingFrom(address), who, input, requestId);
        return outcome.ok
          ? { quote: quoteShape(outcome.value), userErrors: [] }
          : { quote: null, userErrors: outcome.refusal };
      },
      order: async (_parent, { id }, { who }) => {
        const order = await ownOrder(deps.store, who, asOrderId(id));
        return order && toOrder(order);
      },
      settlementDeadLetters: (_parent, args, { who }) => deps.deadLetters.list(who, args),
    },

    Mutation: {
      settleOrder: async (_parent, { input }, { who, requestId, address }) => {
        const owner = personOf(who, 'settleOrder');
        const outcome = await settleOrder(askingFrom(address), who, owner, withKey(input), requestId);
        if (outcome.ok) return { order: toOrder(outcome.value), quote: null, userErrors: [] };
        const { quote, faults } = outcome.refusal;
        return { order: null, quote: quote && quoteShape(quote), userErrors: faults };
      },
      payOrder: async (_parent, { input }, { who }) => {
        const owner = personOf(who, 'payOrder');
        const outcome = await payOrder(deps, who, owner, withOrderId(withKey(input)));
        if (!outcome.ok) return { payment: null, order: null, userErrors: [payError(outcome.refusal)] };
        const { payment, order } = outcome.value;
        const { currency } = order.price;
        return {
          payment: payment && { ...payment, amount: money(payment.amount, currency) },
          order: toOrder(order),
          userErrors: [],
        };
      },
      confirmPayment: async (_parent, { input }, { who }) => {
        const outcome = await confirmPayment(deps, who.tenant, callerOf(who), withKey(input));
        if (outcome.ok) return { order: toOrder(outcome.value), userErrors: [] };
        const code = outcome.refusal;
        const field = ['input', confirmFields[code]];
        return { order: null, userErrors: [{ code, message: confirmRefusalText(code, input.amount), field }] };
      },
      cancelOrder: async (_parent, { input }, { who }) => {
        const owner = personOf(who, 'cancelOrder');
        const outcome = await cancelOrder(deps, who, owner, withOrderId(withKey(input)));
        return outcome.ok
          ? { order: toOrder(outcome.value), userErrors: [] }
          : { order: null, userErrors: [cancelError(outcome.refusal)] };
      },
      replaySettlementDeadLetter: (_parent, { input }, { who }) => deps.deadLetters.replay(who, input),
      resolveHold: (_parent, { input }, { who }) => resolveHold(deps, who.tenant, asLockToken(input.token)),
    },

    User: {
      orders: async ({ id }, args, { who }) => {
        const page = pageArguments(args, 2);
        const rows = await ordersOf(deps.store, who, id, { limit: page.limit, after: positionOf(page) });
        if (!rows) return null;
        const connection = toConnection(rows, page.limit, (order) => [order.placedAt.toISOString(), order.id]);
        return { ...connection, edges: connection.edges.map(({ cursor, node }) => ({ cursor, node: toOrder(node) })) };
      },
    },

    Sku: prices.Sku,

    Order: {
      __resolveReference: async ({ id }, { orders }) => {
        const order = await orders.load(asOrderId(id));
        return order && toOrder(order);
      },
    },
  };
}

/** Longer keys are nobody's idea of a key. */
const maxKeyLength = 200;

function withKey<T extends { idempotencyKey: string }>(input: T): T {
  const { length } = input.idempotencyKey;
  if (length >= 1 && length <= maxKeyLength) return input;
  throw badUserInput(
    `input.idempotencyKey: expected 1 to ${maxKeyLength} characters, found ${length}; use a random one.`,
    ['input', 'idempotencyKey'],
  );
}

function withOrderId<T extends { orderId: string }>(input: T): T & { orderId: OrderId } {
  return { ...input, orderId: asOrderId(input.orderId) };
}

/** Orders belong to people; a company's backend has none, whatever its scopes. */
function personOf(who: Identity, field: string): UserId {
  if (who.kind === 'user') return who.subject;
  throw forbidden(`${field} expects a shopper, found a ${who.kind}; orders belong to people.`);
}

/** Under whom a key is kept. */
function callerOf(who: Identity): string {
  if (who.kind === 'user' || who.kind === 'service') return `${who.kind}:${who.subject}`;
  throw forbidden(`Expected a person or a service, found ${who.kind}.`);
}

function positionOf({ after }: PageArguments): { placedAt: Date; id: OrderId } | null {
  if (!after) return null;
  const [placedAt, id] = after;
  const at = new Date(placedAt ?? '');
  if (!id || Number.isNaN(at.getTime()))
    throw new GraphQLError('after: expected a cursor of this list, found another.', {
      extensions: { code: 'BAD_USER_INPUT', path: ['after'] },
    });
  return { placedAt: at, id: asOrderId(id) };
}

function toOrder(order: Order): ResolversTypes['Order'] & object {
  const { id, ownerId, state, price, placedAt, payBefore } = order;
  return {
    id,
    owner: { id: ownerId },
    state,
    ...priceShape(price),
    placedAt,
    payBefore,
    paidAt: order.state === 'PAID' ? order.paidAt : null,
    closedAt: order.state === 'CANCELLED' || order.state === 'TIMED_OUT' ? order.closedAt : null,
  };
}

const confirmFields = {
  PAYMENT_NOT_FOUND: 'paymentId',
  AMOUNT_DIFFERS: 'amount',
  ORDER_CLOSED: 'paymentId',
  IDEMPOTENCY_KEY_REUSED: 'idempotencyKey',
} as const;

function payError(code: PayRefusal) {
  return { code, message: refusalText(code), field: ['input', fieldOf(code)] };
}

function cancelError(code: CancelRefusal) {
  return { code, message: refusalText(code), field: ['input', fieldOf(code)] };
}

function fieldOf(code: PayRefusal | CancelRefusal): string {
  return code === 'IDEMPOTENCY_KEY_REUSED' ? 'idempotencyKey' : 'orderId';
}

function refusalText(code: PayRefusal | CancelRefusal): string {
  switch (code) {
    case 'ORDER_NOT_FOUND':
      return 'Expected an order of the caller, found none; list your orders again.';
    case 'ALREADY_PAID':
      return 'Expected an order that waits for its payment, found a paid one; money goes back by a refund.';
    case 'ORDER_CLOSED':
      return 'Expected an order that waits for its payment, found one whose time is over or that was cancelled; order again.';
    case 'IDEMPOTENCY_KEY_REUSED':
      return 'Expected the input that came with this key before, found another; use a fresh key.';
    default:
      return assertNever(code);
  }
}
