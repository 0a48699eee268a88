import { randomUUID } from 'node:crypto';
import { isNativeError } from 'node:util/types';
import type { GraphQLFormattedError } from 'graphql';
import { Agent, request as send } from 'undici';
import { z } from 'zod';
import {
  deadlineHeader,
  type Identity,
  type IdentitySigner,
  identityHeader,
  internalIdentity,
  type ProcessName,
  requestIdHeader,
} from '../contracts/identity';
import type { TenantId, UserId } from '../kernel/identifiers';
import type { RunningSubgraph } from './server';
import { Unavailable } from './unavailable';

/** One operation for a subgraph. */
export interface SubgraphRequest {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
}

/** What a subgraph answers. */
export interface SubgraphAnswer {
  data?: unknown;
  errors?: readonly GraphQLFormattedError[];
}

/** The way to one subgraph: over HTTP, or to the same code in this process. */
export interface SubgraphTransport {
  /**
   * Sends one operation.
   * @param who under whom it runs; the transport signs it
   * @param options `deadline` in Unix milliseconds, passed on so that nobody works on what nobody waits for
   * @throws ConnectionLost when no answer came, Unavailable past the deadline
   */
  call(
    request: SubgraphRequest,
    who: Identity,
    options: { requestId: string; deadline: number },
  ): Promise<SubgraphAnswer>;
}

/** No answer came: refused, reset, draining. The subgraph may or may not have done the work. */
export class ConnectionLost extends Unavailable {
  override readonly name = 'ConnectionLost';
}

/** How long an unused connection is kept, in milliseconds; less than the server's `keepAliveTimeoutMs`, so that it never closes first. */
const idleMs = 60_000;

/**
 * Over HTTP, on one pool of kept-alive connections.
 * @param options `url` of the subgraph (`http://user-coupon:4002`), `signer` of this process, at most `connections` at once (64)
 */
export function httpTransport(options: {
  url: string;
  signer: IdentitySigner;
  connections?: number;
}): SubgraphTransport & { close(): Promise<void> } {
  const address = new URL('/graphql', options.url);
  const agent = new Agent({
    connections: options.connections ?? 64,
    keepAliveTimeout: idleMs,
    keepAliveMaxTimeout: idleMs,
    connect: { timeout: 2000 },
  });
  return {
    async call(request, who, { requestId, deadline }) {
      const leftMs = timeLeft(deadline);
      const body = JSON.stringify(request);
      try {
        const response = await send(address, {
          method: 'POST',
          dispatcher: agent,
          headers: {
            'content-type': 'application/json',
            [identityHeader]: options.signer.sign(who, { method: 'POST', path: '/graphql', body }),
            [requestIdHeader]: requestId,
            [deadlineHeader]: String(deadline),
          },
          body,
          signal: AbortSignal.timeout(leftMs),
        });
        return readAnswer(response.statusCode, await response.body.text(), address);
      } catch (error) {
        if (isTimeout(error)) throw tooLate(error);
        if (isConnectionError(error))
          throw new ConnectionLost(`The subgraph at ${address.origin} does not answer; the request may be retried.`, {
            cause: error,
          });
        throw error;
      }
    },
    close: () => agent.close(),
  };
}

/**
 * To a subgraph of this process, under the same identity and through the same authorization, without signing.
 *
 * Variables and answer still pass through JSON. Execution builds the objects of every answer anew, but scalars that are JSON
 * objects (a template's document) hand out what the resolver gave, which may lie in a cache; and a Date must arrive as the
 * text that it is over HTTP. So both ways read the same, and nothing is shared.
 *
 * @param target asked at every call, because subgraphs of one process know each other before they run
 */
export function inProcessTransport(target: () => RunningSubgraph): SubgraphTransport {
  return {
    async call(request, who, { requestId, deadline }) {
      const { data, errors } = await target().execute(throughJson(request), who, { requestId, deadline });
      return { ...(data !== undefined && { data: throughJson(data) }), ...(errors && { errors }) };
    },
  };
}

/** A copy that shares nothing with the original. */
function throughJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

/** One question to another subgraph. */
export interface SubgraphCall<T> {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
  tenant: TenantId;
  /** The person for whom it is asked; null when nobody's. */
  onBehalfOf: UserId | null;
  /** How long the answer may take, in milliseconds, retry included. */
  deadlineMs: number;
  /** Reads `data`; throws on another shape. */
  parse(data: unknown): T;
  /** Whether a lost connection is tried once more: only for reads and for what carries an idempotency key or a token. */
  retry: boolean;
  /** The id of the request that led here; a fresh one when there is none. */
  requestId?: string;
}

/** Asks one subgraph under the own identity of this process. */
export interface SubgraphClient {
  /**
   * @throws Unavailable when the subgraph or its store is away, or the deadline passed
   * @throws Error with the subgraph's message for every other error in the answer
   */
  run<T>(call: SubgraphCall<T>): Promise<T>;
}

/**
 * A client for one subgraph.
 * @param options `self` is this process, which the called fields must list in `@internal(callers:)`
 */
export function createSubgraphClient(options: { self: ProcessName; transport: SubgraphTransport }): SubgraphClient {
  return {
    async run(call) {
      const who = internalIdentity(options.self, call.tenant, call.onBehalfOf);
      const request: SubgraphRequest = {
        query: call.query,
        ...(call.variables && { variables: call.variables }),
        ...(call.operationName && { operationName: call.operationName }),
      };
      const context = { requestId: call.requestId ?? randomUUID(), deadline: Date.now() + call.deadlineMs };
      let answer: SubgraphAnswer;
      try {
        answer = await options.transport.call(request, who, context);
      } catch (error) {
        if (!(error instanceof ConnectionLost) || !call.retry) throw error;
        answer = await options.transport.call(request, who, context);
      }
      throwErrors(answer);
      return call.parse(answer.data);
    },
  };
}

function throwErrors(answer: SubgraphAnswer): void {
  const [first] = answer.errors ?? [];
  if (!first) return;
  const away = answer.errors?.find((error) => error.extensions?.code === 'UNAVAILABLE');
  if (away) {
    const retryAt = away.extensions?.retryAt;
    throw new Unavailable(away.message, typeof retryAt === 'string' ? { retryAt: new Date(retryAt) } : {});
  }
  throw new Error(
    `${first.message} (${String(first.extensions?.code ?? 'no code')} at ${first.path?.join('.') ?? 'the request'})`,
  );
}

const answerShape = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        path: z.array(z.union([z.string(), z.number()])).optional(),
        extensions: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .optional(),
});

function readAnswer(status: number, text: string, address: URL): SubgraphAnswer {
  // A server that drains refuses before it begins, so another connection may try.
  if (status === 503)
    throw new ConnectionLost(`The subgraph at ${address.origin} is stopping; the request may be retried.`);
  const answer = answerShape.safeParse(jsonOf(text));
  if (status !== 200 || !answer.success)
    throw new Error(
      `Expected a GraphQL answer from ${address.origin}, found status ${status}: ${answer.data?.errors?.[0]?.message ?? text.slice(0, 200)}`,
    );
  return answer.data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function timeLeft(deadline: number): number {
  const leftMs = deadline - Date.now();
  if (leftMs <= 0) throw tooLate();
  return leftMs;
}

function tooLate(cause?: unknown): Unavailable {
  return new Unavailable('The subgraph did not answer in time; the request may be retried.', { cause });
}

function isTimeout(error: unknown): boolean {
  return isNamed(error) && error.name === 'TimeoutError';
}

function isConnectionError(error: unknown): boolean {
  return (
    isNamed(error) &&
    'code' in error &&
    /^(UND_ERR_(SOCKET|CONNECT_TIMEOUT|CLOSED|DESTROYED)|E[A-Z_]+)$/.test(String(error.code))
  );
}

function isNamed(error: unknown): error is Error {
  return isNativeError(error) || error instanceof Error || error instanceof DOMException;
}
