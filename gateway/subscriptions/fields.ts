import { GraphQLError } from 'graphql';
import { z } from 'zod';
import { type CouponLiveEvent, couponChannel } from '../../subgraphs/shared/contracts/events';
import type { Identity } from '../../subgraphs/shared/contracts/identity';

/** One event as the virtual subgraph `events` answers it: the value of the Subscription field. */
export interface LiveEvent {
  /** Grows by one with each event of a channel, so that a lost one shows. */
  seq: number;
  /** The Subscription field. */
  field: string;
  /** Its value, with names as in the schema; an entity is its type name and key. */
  value: Readonly<Record<string, unknown>>;
}

/** A Subscription field: whose channel it listens to, what arrives there, and how to read what was missed. */
export interface LiveField {
  name: string;
  /** The channel, from the signed identity alone and never from an argument; or why the caller has none. */
  channel(who: Identity): string | GraphQLError;
  /** Reads a message of the channel; null when it is not one, which a newer publisher may send. */
  read(message: string): LiveEvent | null;
  /** Asks, under the subscriber's identity, for what came after a sequence number, oldest first. */
  missed: {
    query: string;
    pageSize: number;
    variables(afterSeq: number): Record<string, unknown>;
    /** Null when the answer has another shape. */
    read(data: unknown): LiveEvent[] | null;
  };
}

const kinds = [
  'RECEIVED',
  'EXPIRING',
  'REDEEMED',
  'RETURNED',
  'EXPIRED',
  'FROZEN',
  'UNFROZEN',
  'REVOKED',
  'OFFERED',
  'OFFER_ENDED',
  'TRANSFERRED',
] as const satisfies readonly CouponLiveEvent['kind'][];
const sequence = z.number().int().positive();

const couponMessage = z.object({
  kind: z.enum(kinds),
  couponId: z.string().min(1),
  at: z.string().min(1),
  seq: sequence,
});

const missedCoupons = z.object({
  couponEventsSince: z.array(
    z.object({
      kind: z.enum(kinds),
      at: z.string(),
      seq: sequence,
      coupon: z.object({ id: z.string() }).nullable(),
    }),
  ),
});

/** `Subscription.couponEvents`: what happens to the calling shopper's coupons. */
export const couponEvents: LiveField = {
  name: 'couponEvents',
  channel(who) {
    if (who.kind === 'user') return couponChannel(who.tenant, who.subject);
    return who.kind === 'anonymous'
      ? new GraphQLError('couponEvents: expected a shopper with a token, found none; send it in connection_init.', {
          path: ['couponEvents'],
          extensions: { code: 'UNAUTHENTICATED' },
        })
      : new GraphQLError('couponEvents: expected a person, found a service; services own no coupons.', {
          path: ['couponEvents'],
          extensions: { code: 'FORBIDDEN' },
        });
  },
  read(message) {
    const parsed = couponMessage.safeParse(jsonOf(message));
    if (!parsed.success) return null;
    const { kind, at, seq, couponId } = parsed.data;
    return couponEvent(kind, at, seq, couponId);
  },
  missed: {
    query:
      'query MissedCouponEvents($seq: Long!, $first: Int!) { couponEventsSince(seq: $seq, first: $first) { kind at seq coupon { id } } }',
    pageSize: 100,
    variables: (afterSeq) => ({ seq: afterSeq, first: 100 }),
    read(data) {
      const parsed = missedCoupons.safeParse(data);
      if (!parsed.success) return null;
      return parsed.data.couponEventsSince.map(({ kind, at, seq, coupon }) =>
        couponEvent(kind, at, seq, coupon?.id ?? null),
      );
    },
  },
};

/** Every Subscription field by its name. */
export const liveFields: ReadonlyMap<string, LiveField> = new Map([[couponEvents.name, couponEvents]]);

function couponEvent(kind: CouponLiveEvent['kind'], at: string, seq: number, couponId: string | null): LiveEvent {
  const coupon = couponId === null ? null : { __typename: 'Coupon', id: couponId };
  return { seq, field: couponEvents.name, value: { __typename: 'CouponEvent', kind, at, seq, coupon } };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
