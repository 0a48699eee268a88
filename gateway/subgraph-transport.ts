import { Readable } from 'node:stream';
import type { GraphQLDataSource } from '@apollo/gateway';
import { type GraphQLFormattedError, Kind, parse } from 'graphql';
import { Agent, type Dispatcher, request as send } from 'undici';
import {
  deadlineHeader,
  type Identity,
  type IdentitySigner,
  identityHeader,
  internalIdentity,
  requestIdHeader,
} from '../subgraphs/shared/contracts/identity';
import type { GatewayContext } from './request-context';

/** One operation for a subgraph, as the query planner wrote it. */
export interface SubgraphRequest {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
}

/** What a subgraph answers. */
export interface SubgraphAnswer {
  data?: Record<string, unknown> | null;
  errors?: readonly GraphQLFormattedError[];
  extensions?: Record<string, unknown>;
}

/** A webhook on its way to the subgraph that owns it. */
export interface ForwardedHook {
  method: 'GET' | 'POST';
  /** Without the query: `/hooks/payment/acme/fake`. */
  path: string;
  /** The query exactly as it came, with its question mark; empty without one. */
  search: string;
  query: Record<string, string>;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** Exactly as it arrived, because its sender signed these bytes. */
  body: Buffer;
}

/** What the sender of a webhook gets. */
export interface HookAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** A file on its way to the subgraph that owns it, or the wish to have one. */
export interface ForwardedFile {
  method: 'GET' | 'POST';
  /** Without the query: `/files/skus.csv`. */
  path: string;
  /** The query exactly as it came, with its question mark; empty without one. */
  search: string;
  query: Record<string, string>;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** The file as it arrives; null when there is none. */
  body: Readable | null;
}

/** What whoever asked for a file or sent one gets; a body that breaks must not look like a whole one. */
export interface FileAnswer {
  status: number;
  headers: Record<string, string>;
  body: string | Readable;
}

/** The way to the subgraphs: over HTTP, or to the same code in this process. */
export interface SubgraphTransport {
  /**
   * Sends one operation.
   * @param who under whom it runs; bound to exactly this request when it leaves the process
   * @param options `deadline` in Unix milliseconds; `address` of the client, where it is known; `signal` aborts a read whose
   *   client went away
   * @throws SubgraphAway when no usable answer came
   */
  execute(
    subgraph: string,
    request: SubgraphRequest,
    who: Identity,
    options: {
      requestId: string;
      deadline: number;
      address?: string | undefined;
      signal?: AbortSignal | undefined;
    },
  ): Promise<SubgraphAnswer>;
  /**
   * Hands a webhook over, under the gateway's own internal identity for the tenant.
   * @throws SubgraphAway when no answer came
   */
  hook(
    subgraph: string,
    hook: ForwardedHook,
    options: { requestId: string; tenant: Identity['tenant'] },
  ): Promise<HookAnswer>;
  /**
   * Sends a file or fetches one, piece by piece in both directions, under its client's own identity.
   * @param options `signal` fires when the client went or was silent for too long; the work behind then stops. There is no
   *   deadline besides: how long a file takes is a matter of its size and the client's line
   * @throws SubgraphAway when no answer came
   */
  file(
    subgraph: string,
    file: ForwardedFile,
    who: Identity,
    options: { requestId: string; signal: AbortSignal },
  ): Promise<FileAnswer>;
  close(): Promise<void>;
}

/** No usable answer of a subgraph. What it did is not known, unless nothing was sent at all. */
export class SubgraphAway extends Error {
  override readonly name = 'SubgraphAway';
  /** Whether the same request may succeed shortly; false when the two processes do not understand each other. */
  readonly isRetryable: boolean;

  constructor(message: string, options: { isRetryable: boolean; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.isRetryable = options.isRetryable;
  }
}

/** How long an unused connection to a subgraph is kept, in milliseconds; a subgraph keeps its side longer, so it never closes first. */
export const idleConnectionMs = 60_000;
/** How long connecting to a subgraph may take, in milliseconds. */
const connectTimeoutMs = 2000;
/** How long a webhook may take, in milliseconds. */
const hookTimeoutMs = 10_000;

/**
 * Over HTTP, on one pool of kept-alive connections for all subgraphs.
 *
 * A read whose connection broke is sent once more; a mutation never is, because only its sender knows whether it may run twice.
 * @param options `urls` by subgraph (`http://user-coupon:4000`), `signer` of the gateway, at most `connections` to each (128)
 */
export function httpTransport(options: {
  urls: ReadonlyMap<string, string>;
  signer: IdentitySigner;
  connections?: number;
}): SubgraphTransport {
  const { signer } = options;
  const origins = new Map([...options.urls].map(([name, url]) => [name, new URL(url).origin]));
  const agent = new Agent({
    connections: options.connections ?? 128,
    keepAliveTimeout: idleConnectionMs,
    keepAliveMaxTimeout: idleConnectionMs,
    connect: { timeout: connectTimeoutMs },
  });

  // Files have connections of their own: slow ones must not be in the way of anything quick.
  const fileAgent = new Agent({
    keepAliveTimeout: idleConnectionMs,
    keepAliveMaxTimeout: idleConnectionMs,
    connect: { timeout: connectTimeoutMs },
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  function originOf(subgraph: string): string {
    const origin = origins.get(subgraph);
    if (origin) return origin;
    throw new SubgraphAway(`SUBGRAPH_URLS: expected an address for ${subgraph}, found none.`, { isRetryable: false });
  }

  async function exchange(
    subgraph: string,
    path: string,
    message: {
      method: 'GET' | 'POST';
      headers: Record<string, string>;
      body: string | Buffer | null;
      deadline: number;
      signal?: AbortSignal | undefined;
      mayRepeat: boolean;
    },
  ): Promise<{ status: number; headers: Dispatcher.ResponseData['headers']; text: string }> {
    const { method, headers, body, deadline, signal } = message;
    const url = originOf(subgraph) + path;
    for (let attempt = 1; ; attempt += 1) {
      const stop = stopAt(deadline, signal);
      try {
        const response = await send(url, { method, headers, body, dispatcher: agent, signal: stop.signal });
        return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
      } catch (error) {
        if (stop.signal.aborted)
          throw new SubgraphAway(`The subgraph ${subgraph} did not answer in time; the request may be retried.`, {
            isRetryable: true,
            cause: error,
          });
        if (attempt === 1 && message.mayRepeat) continue;
        throw new SubgraphAway(`The subgraph ${subgraph} does not answer; the request may be retried.`, {
          isRetryable: true,
          cause: error,
        });
      } finally {
        stop.clear();
      }
    }
  }

  return {
    async execute(subgraph, request, who, { requestId, deadline, address, signal }) {
      const body = JSON.stringify(request);
      const isRead = !request.query.startsWith('mutation');
      const { status, text } = await exchange(subgraph, '/graphql', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          [identityHeader]: signer.sign(who, { method: 'POST', path: '/graphql', body }, address),
          [requestIdHeader]: requestId,
          [deadlineHeader]: String(deadline),
        },
        body,
        deadline,
        signal: isRead ? signal : undefined,
        mayRepeat: isRead,
      });
      return answerOf(subgraph, status, text);
    },
    async hook(subgraph, hook, { requestId, tenant }) {
      const path = hook.path + hook.search;
      const who = internalIdentity(signer.process, tenant, null);
      const body = hook.method === 'GET' ? null : hook.body;
      const { status, headers, text } = await exchange(subgraph, path, {
        method: hook.method,
        headers: {
          ...hook.headers,
          [identityHeader]: signer.sign(who, { method: hook.method, path, body: body ?? '' }),
          [requestIdHeader]: requestId,
        },
        body,
        deadline: Date.now() + hookTimeoutMs,
        mayRepeat: false,
      });
      return { status, headers: singleHeaders(headers), body: text };
    },
    async file(subgraph, file, who, { requestId, signal }) {
      const path = file.path + file.search;
      try {
        const answer = await send(originOf(subgraph) + path, {
          method: file.method,
          headers: {
            ...file.headers,
            [identityHeader]: signer.signStreamed(who, { method: file.method, path }),
            [requestIdHeader]: requestId,
          },
          body: file.body,
          dispatcher: fileAgent,
          signal,
        });
        if (answer.statusCode === 401) {
          // Whoever may not have it was told before: here the subgraph does not believe the gateway.
          const text = await answer.body.text();
          throw new Error(`Expected ${subgraph} to take the file, found status 401: ${text.slice(0, 200)}`);
        }
        return { status: answer.statusCode, headers: singleHeaders(answer.headers), body: answer.body };
      } catch (error) {
        if (error instanceof SubgraphAway) throw error;
        throw new SubgraphAway(`The subgraph ${subgraph} gave no answer to ${file.method} ${file.path}.`, {
          isRetryable: true,
          cause: error,
        });
      }
    },
    async close() {
      await Promise.all([agent.close(), fileAgent.close()]);
    },
  };
}

/** A subgraph that runs in this process; what `createSubgraph` of the runtime makes is one. */
export interface LocalSubgraph {
  execute(
    request: SubgraphRequest,
    who: Identity,
    options: { requestId: string; deadline: number; address?: string | null },
  ): Promise<{ data?: Record<string, unknown> | null; errors?: readonly GraphQLFormattedError[] }>;
  hook(hook: ForwardedHook, requestId: string): Promise<HookAnswer>;
  file(
    request: Omit<ForwardedFile, 'search' | 'body'> & {
      who: Identity;
      requestId: string;
      body: Readable;
      signal: AbortSignal;
    },
  ): Promise<FileAnswer>;
}

/**
 * To subgraphs of this process: the same identity through the same authorization, without signing, sockets or JSON.
 *
 * Answers are handed over uncopied: execution builds them anew for each request, and this gateway shares none between two.
 * @param subgraph the subgraph of a name, undefined when it does not run here; asked at every call
 */
export function inProcessTransport(subgraph: (name: string) => LocalSubgraph | undefined): SubgraphTransport {
  function here(name: string): LocalSubgraph {
    const found = subgraph(name);
    if (found) return found;
    throw new SubgraphAway(`The subgraph ${name} does not run in this process.`, { isRetryable: true });
  }
  return {
    async execute(name, request, who, { requestId, deadline, address = null }) {
      if (deadline <= Date.now())
        throw new SubgraphAway(`The time of the request was over before ${name} was asked.`, { isRetryable: true });
      return here(name).execute(request, who, { requestId, deadline, address });
    },
    hook: async (name, hook, { requestId }) => here(name).hook(hook, requestId),
    async file(name, { search: _, body, ...file }, who, { requestId, signal }) {
      return here(name).file({ ...file, who, requestId, signal, body: body ?? Readable.from([]) });
    },
    close: async () => undefined,
  };
}

/**
 * What the gateway library asks for one subgraph. Faults of the way become errors of exactly the fields that were asked, with
 * the code UNAVAILABLE, so that everything else of the answer still arrives.
 */
export function subgraphDataSource(
  subgraph: string,
  transport: SubgraphTransport,
): GraphQLDataSource<GatewayContext & Record<string, unknown>> {
  return {
    async process(options) {
      if (!('incomingRequestContext' in options))
        throw new Error(`Expected an operation for ${subgraph}, found "${options.kind}"; schemas are composed ahead.`);
      const { query, variables, operationName } = options.request;
      if (!query) throw new Error(`Expected an operation for ${subgraph}, found none.`);
      const { who, address, requestId, deadline, signal, logger } = options.context;
      const request: SubgraphRequest = {
        query,
        ...(variables && { variables }),
        ...(operationName && { operationName }),
      };
      try {
        const { data, errors, extensions } = await transport.execute(subgraph, request, who, {
          requestId,
          deadline,
          address,
          signal,
        });
        return { ...(data !== undefined && { data }), ...(errors && { errors }), ...(extensions && { extensions }) };
      } catch (error) {
        logger.warn({ err: error, subgraph, requestId }, 'a subgraph gave no usable answer');
        const isRetryable = !(error instanceof SubgraphAway) || error.isRetryable;
        return { data: null, errors: failureOf(request, isRetryable) };
      }
    },
  };
}

/** At most so many fields of one failed fetch are named one by one. */
const namedFieldLimit = 100;

/** One error for each field (or entity) that was asked, so that the client sees which part of its answer is missing. */
function failureOf(request: SubgraphRequest, isRetryable: boolean): GraphQLFormattedError[] {
  const error: GraphQLFormattedError = isRetryable
    ? { message: 'A part of the platform does not answer now; try again shortly.', extensions: { code: 'UNAVAILABLE' } }
    : { message: 'Internal error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } };
  const representations = request.variables?.representations;
  const paths: (string | number)[][] = Array.isArray(representations)
    ? representations.slice(0, namedFieldLimit).map((_, index) => ['_entities', index])
    : rootFieldsOf(request.query).map((name) => [name]);
  return paths.map((path) => ({ ...error, path }));
}

function rootFieldsOf(query: string): string[] {
  const names: string[] = [];
  for (const definition of parse(query, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const selection of definition.selectionSet.selections)
      if (selection.kind === Kind.FIELD) names.push(selection.alias?.value ?? selection.name.value);
  }
  return names.length > 0 ? names : ['__typename'];
}

function answerOf(subgraph: string, status: number, text: string): SubgraphAnswer {
  const answer = jsonOf(text);
  // 401 and 403 of a whole request mean that the subgraph refuses the gateway itself, never that the client did wrong.
  const isOurFault = status === 401 || status === 403;
  if (isRecord(answer) && !isOurFault && (isDataOf(answer.data) || Array.isArray(answer.errors))) {
    const errors = Array.isArray(answer.errors) ? answer.errors.filter(isFormattedError) : undefined;
    return {
      ...(isDataOf(answer.data) && { data: answer.data }),
      ...(errors && errors.length > 0 && { errors }),
      ...(isRecord(answer.extensions) && { extensions: answer.extensions }),
    };
  }
  const isBusy = status === 429 || status === 502 || status === 503 || status === 504;
  throw new SubgraphAway(
    `Expected a GraphQL answer from ${subgraph}, found status ${status}: ${text.slice(0, 200) || 'an empty body'}`,
    { isRetryable: isBusy },
  );
}

function isDataOf(value: unknown): value is Record<string, unknown> | null {
  return value === null || isRecord(value);
}

function isFormattedError(value: unknown): value is GraphQLFormattedError {
  return isRecord(value) && typeof value.message === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A signal that fires at the deadline or when the client goes, whatever is first; `clear` it when the work is done. */
function stopAt(deadline: number, client: AbortSignal | undefined): { signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, Math.max(0, deadline - Date.now()));
  if (client?.aborted) abort();
  client?.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      client?.removeEventListener('abort', abort);
    },
  };
}

function singleHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const single: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) single[name] = Array.isArray(value) ? value.join(', ') : value;
  return single;
}
