import type { Db } from 'mongodb';
import type { Identity } from '../contracts/identity';
import { deadLetters } from './dead-letters';
import type { EventConsumer } from './events';
import { type Connection, pageArguments, toConnection } from './pages';

/** A dead letter in the shape of the schema's `DeadLetter`. */
export interface DeadLetterShape {
  id: string;
  consumer: string;
  eventType: string;
  eventId: string;
  error: string;
  parkedAt: Date;
  attemptCount: number;
}

/** What became of a replay, in the shape of the schema's `ReplayDeadLetterPayload`. */
export interface ReplayShape {
  replayedCount: number;
  userErrors: { code: 'DEAD_LETTER_NOT_FOUND' | 'FAILED_AGAIN'; message: string; field: string[] }[];
}

/** The two operator fields that every following subgraph has for the events it parked; each tenant's operator sees the tenant's own. */
export interface DeadLetterFields {
  list(who: Identity, args: { first?: number | null; after?: string | null }): Promise<Connection<DeadLetterShape>>;
  replay(who: Identity, input: { id: string }): Promise<ReplayShape>;
}

/** @param consumers those of this subgraph; a replay runs the event through its own */
export function deadLetterFields(database: Db, consumers: readonly EventConsumer[]): DeadLetterFields {
  const parked = deadLetters(database);
  return {
    async list(who, args) {
      const { limit, after } = pageArguments(args, 1);
      const rows = await parked.list({ tenantId: who.tenant, after: after?.[0] ?? null, limit: limit + 1 });
      return toConnection(
        rows.map((letter) => ({
          id: letter._id,
          consumer: letter.consumer,
          eventType: letter.event.type,
          eventId: letter.eventId,
          error: letter.error ?? 'Waits behind an earlier event of its key that could not be applied.',
          parkedAt: letter.parkedAt,
          attemptCount: letter.attempts,
        })),
        limit,
        (letter) => [letter.id],
      );
    },
    async replay(who, { id }) {
      const result = await parked.replay(id, consumers, who.tenant);
      const field = ['input', 'id'];
      if (!result) {
        const message = 'Expected a parked event of this tenant, found none; list the dead letters again.';
        return { replayedCount: 0, userErrors: [{ code: 'DEAD_LETTER_NOT_FOUND', message, field }] };
      }
      return {
        replayedCount: result.replayed,
        userErrors: result.error === null ? [] : [{ code: 'FAILED_AGAIN', message: result.error, field }],
      };
    },
  };
}
