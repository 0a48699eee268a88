import type { Identity } from '../subgraphs/shared/contracts/identity';
import type { Logger } from '../subgraphs/shared/runtime/logger';
import type { LiveEvent } from './subscriptions/fields';

/** What goes with one operation through planning and every fetch. */
export interface GatewayContext {
  who: Identity;
  /** The network address of the client, where it is known. */
  address?: string;
  /** Answered in the header `promograph-request-id` and written with every log line. */
  requestId: string;
  /** Unix milliseconds (real time) after which nobody waits for the answer. */
  deadline: number;
  /** Writes the request id with every line. */
  logger: Logger;
  /** Aborts when the client went away. */
  signal?: AbortSignal;
  /** The event that a subscription's plan runs for; the virtual subgraph `events` answers with it. */
  live?: LiveEvent;
  /** Plan and remember, but fetch nothing: how known operations are warmed. */
  rehearsal?: { isPlanned: boolean };
}

/** How long an operation may take in all, in milliseconds. */
export const requestTimeoutMs = 15_000;
