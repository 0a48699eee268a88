import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { isNativeError } from 'node:util/types';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { buildSubgraphSchema } from '@apollo/subgraph';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type DocumentNode, type GraphQLFormattedError, type GraphQLSchema, isObjectType } from 'graphql';
import { z } from 'zod';
import {
  deadlineHeader,
  type Identity,
  type IdentityVerifier,
  identityHeader,
  requestIdHeader,
  type SubgraphName,
} from '../contracts/identity';
import { applyAccessDirectives } from './authorization';
import { bodyApart } from './bodies';
import { type Logger, withRequest } from './logger';
import { maskError } from './mask-errors';
import type { Metrics } from './metrics';
import { Unavailable } from './unavailable';

export type { SubgraphName } from '../contracts/identity';
export { badUserInput, forbidden, unauthenticated } from './graphql-errors';

// Neither tests nor a shop's production tell anybody outside how they are used.
process.env.APOLLO_TELEMETRY_DISABLED = 'true';

/** What every resolver of every subgraph finds in its context. */
export interface RequestContext {
  who: Identity;
  /** The network address of the client, where the gateway knows it. */
  address: string | null;
  requestId: string;
  /** Writes the request id with every line. */
  logger: Logger;
  /** Unix milliseconds (real time) after which nobody waits for the answer. */
  deadline: number;
}

/** A webhook that the gateway forwards. */
export interface HookRequest {
  method: 'GET' | 'POST';
  /** Without the query: `/hooks/payment/acme/fake`. */
  path: string;
  query: Record<string, string>;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** Exactly as it arrived, for checking its signature. */
  body: Buffer;
}

/** What a webhook's sender gets. */
export interface HookResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** A file that goes up or down, as the gateway forwards it: under its client's own identity, in pieces as they come. */
export interface FileRequest {
  method: 'GET' | 'POST';
  /** Without the query: `/files/skus.csv`. */
  path: string;
  query: Record<string, string>;
  /** Names in lower case. */
  headers: Record<string, string>;
  who: Identity;
  requestId: string;
  /** The file as it arrives; its sender waits while nobody reads. It breaks when its sender leaves before the end. */
  body: Readable;
  /** Fires when nobody waits for the answer any more. */
  signal: AbortSignal;
}

/** What whoever asked for a file or sent one gets. A body that breaks closes the connection, so it is never taken for a whole one. */
export interface FileResponse {
  status: number;
  headers: Record<string, string>;
  /** In pieces, made as fast as they are read and no faster. */
  body: string | Readable;
}

/** What a subgraph is made of. */
export interface SubgraphDefinition<C extends RequestContext> {
  name: SubgraphName;
  /** The subgraph's own SDL with `schema/common.graphql` appended. */
  typeDefs: DocumentNode;
  /** `Resolvers<C>` of the generated types; the library's own type for them knows no context. */
  resolvers: unknown;
  /** Runs for each request; loaders are made here. */
  createContext(base: RequestContext): C;
  /** Answers what arrives under `/hooks/`; a subgraph without it answers 404. */
  hook?(request: HookRequest, requestId: string): Promise<HookResponse>;
  /**
   * Answers what arrives under `/files/` and enforces access itself; a subgraph without it answers 404.
   * @param logger writes the request id with every line
   */
  files?(request: FileRequest, logger: Logger): Promise<FileResponse>;
  /** Creates indexes, starts followers and loops. Must cope with stores that are away. */
  start(): Promise<void>;
  /** Stops what `start` started; requests are finished by then. */
  stop(): Promise<void>;
  /** Why it cannot serve now, in plain words; empty when it can. */
  problems(): Promise<string[]>;
}

/** One operation. */
export interface GraphQLRequest {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
}

/** An answer with errors already formatted and masked; made anew for each request. */
export interface GraphQLResult {
  data?: Record<string, unknown> | null;
  errors?: readonly GraphQLFormattedError[];
}

/** A subgraph that can be asked, in process or behind {@link serveSubgraph}. */
export interface RunningSubgraph {
  readonly name: SubgraphName;
  /** Never rejects: every fault is in `errors`. @param options `deadline` in Unix milliseconds, {@link defaultDeadlineMs} from now unless told */
  execute(
    request: GraphQLRequest,
    who: Identity,
    options: { requestId: string; deadline?: number; address?: string | null },
  ): Promise<GraphQLResult>;
  /** Never rejects: faults are answered with 503 or 500. */
  hook(request: HookRequest, requestId: string): Promise<HookResponse>;
  /** Never rejects: faults are answered with 503 or 500. A body that breaks later is logged and says so by breaking. */
  file(request: FileRequest): Promise<FileResponse>;
  start(): Promise<void>;
  /** Refuses new requests, lets running ones finish ({@link drainMs} at most), then stops what is behind. */
  stop(): Promise<void>;
  /** Never rejects. */
  problems(): Promise<string[]>;
}

/** How long a request may take when the caller sets no deadline, in milliseconds. */
export const defaultDeadlineMs = 10_000;
/** How long requests may go on after a stop was asked for, in milliseconds. */
export const drainMs = 10_000;
/** How long the HTTP server keeps an unused connection, in milliseconds; longer than any client of ours does. */
export const keepAliveTimeoutMs = 75_000;
/** The largest request body, in bytes. */
export const bodyLimit = 1024 * 1024;

/**
 * Builds a subgraph. Access directives are enforced, errors masked, nothing is announced to anybody.
 * @param options `introspection` stays off unless a setting asks for it (`_service` answers always); `metrics` counts requests
 * @throws when SDL and resolvers do not fit together
 */
export async function createSubgraph<C extends RequestContext>(
  definition: SubgraphDefinition<C>,
  options: { logger: Logger; introspection?: boolean; metrics?: Metrics },
): Promise<RunningSubgraph> {
  const { name } = definition;
  const logger = options.logger.child({ subgraph: name });
  const apollo = new ApolloServer<C>({
    schema: schemaOf(definition),
    introspection: options.introspection ?? false,
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    allowBatchedHttpRequests: false,
    logger,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      maskEveryError<C>(),
    ],
  });
  await apollo.start();
  const seconds = options.metrics?.histogram({
    name: 'promograph_subgraph_request_seconds',
    help: 'Time to answer a GraphQL operation',
    labelNames: ['subgraph', 'result'],
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 3, 10],
  });

  let phase: 'NEW' | 'RUNNING' | 'STOPPING' = 'NEW';
  const running = new Set<Promise<unknown>>();

  async function answer(request: GraphQLRequest, base: RequestContext): Promise<GraphQLResult> {
    try {
      if (phase !== 'RUNNING')
        throw new Unavailable(
          `The subgraph ${name} is ${phase === 'NEW' ? 'starting' : 'stopping'}; the request may be retried.`,
        );
      const contextValue = definition.createContext(base);
      const response = await apollo.executeOperation(request, { contextValue });
      if (response.body.kind !== 'single') throw new Error('Expected one result, found an incremental one.');
      return response.body.singleResult;
    } catch (error) {
      return { errors: [maskError(error, base)] };
    }
  }

  return {
    name,
    async execute(request, who, { requestId, deadline = Date.now() + defaultDeadlineMs, address = null }) {
      const base: RequestContext = { who, address, requestId, logger: withRequest(logger, requestId), deadline };
      const leftMs = deadline - Date.now();
      if (leftMs <= 0) return { errors: [maskError(tooLate(name), base)] };
      const stopTimer = seconds?.startTimer({ subgraph: name });
      const work = answer(request, base);
      track(running, work);
      const result = await within(work, leftMs, () => ({ errors: [maskError(tooLate(name), base)] }));
      stopTimer?.({ result: result.errors ? String(result.errors[0]?.extensions?.code ?? 'ERROR') : 'OK' });
      return result;
    },
    async hook(request, requestId) {
      const log = withRequest(logger, requestId);
      if (!definition.hook) return plainJson(404, `The subgraph ${name} receives no webhooks.`);
      if (phase !== 'RUNNING') return plainJson(503, `The subgraph ${name} is not running; deliver again later.`);
      const work = definition.hook(request, requestId);
      track(running, work);
      try {
        return await work;
      } catch (error) {
        const masked = maskError(error, { requestId, logger: log });
        return plainJson(masked.extensions?.code === 'UNAVAILABLE' ? 503 : 500, masked.message);
      }
    },
    async file(request) {
      const log = withRequest(logger, request.requestId);
      if (!definition.files) return fileFault(404, 'BAD_USER_INPUT', `The subgraph ${name} has no files.`);
      if (phase !== 'RUNNING')
        return fileFault(503, 'UNAVAILABLE', `The subgraph ${name} is not running; send the request again later.`);
      try {
        const work = definition.files(request, log);
        track(running, work);
        const answer = await work;
        if (answer.body instanceof Readable) track(running, sent(answer.body, request, log));
        return answer;
      } catch (error) {
        if (request.signal.aborted || request.body.errored)
          return fileFault(400, 'BAD_USER_INPUT', 'Expected the whole file, found a part of it; send it again.');
        const masked = maskError(error, { requestId: request.requestId, logger: log });
        const code = String(masked.extensions?.code);
        return fileFault(code === 'UNAVAILABLE' ? 503 : 500, code, masked.message);
      }
    },
    async start() {
      await definition.start();
      phase = 'RUNNING';
    },
    async stop() {
      phase = 'STOPPING';
      await within(Promise.allSettled(running), drainMs, () => {
        logger.warn({ requests: running.size }, 'requests were still running when the time to stop was over');
        return [];
      });
      await definition.stop();
      await apollo.stop();
    },
    async problems() {
      if (phase !== 'RUNNING') return [`${name} is ${phase === 'NEW' ? 'starting' : 'stopping'}`];
      const asked = definition.problems().catch((error: unknown) => {
        logger.warn({ err: error }, 'the readiness check failed');
        return [`${name} cannot tell whether it is ready`];
      });
      return within(asked, readinessMs, () => [`${name} did not tell within ${readinessMs} ms whether it is ready`]);
    },
  };
}

/**
 * Serves a subgraph over HTTP: `POST /graphql`, `/hooks/*` and `/files/*` for whoever carries a signed identity, `GET /livez`,
 * `/readyz` and `/metrics` for the machinery.
 *
 * The signature covers method, path with query exactly as sent, and body: `POST /graphql`, `GET /hooks/payment/acme/fake?step=pay`.
 * Under `/files/`, where bodies stream, it covers method, path and a nonce.
 * @param options `port` 0 lets the system choose
 * @returns the address, and `close`, which refuses new connections, lets running requests finish and then closes
 * @throws when the port is taken
 */
export async function serveSubgraph(
  running: RunningSubgraph,
  options: { host: string; port: number; verifier: IdentityVerifier; logger: Logger; metrics?: Metrics },
): Promise<{ url: string; close(): Promise<void> }> {
  const { verifier, logger, metrics } = options;
  let draining = false;
  const app: FastifyInstance = fastify({ bodyLimit, keepAliveTimeout: keepAliveTimeoutMs, trustProxy: false });
  app.removeAllContentTypeParsers();
  // The signature is over bytes, so the body is kept as it came.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.post('/graphql', async (request, reply) => {
    const verdict = verifier.verify(headerOf(request, identityHeader), boundRequestOf(request));
    if ('fault' in verdict) return reply.code(401).send(errorBody('UNAUTHENTICATED', verdict.fault));
    const parsed = graphqlBody.safeParse(jsonOf(bodyOf(request)));
    if (!parsed.success)
      return reply
        .code(400)
        .send(
          errorBody('BAD_USER_INPUT', 'Expected JSON with query, variables and operationName, found something else.'),
        );
    const { query, variables, operationName } = parsed.data;
    const deadline = Number(headerOf(request, deadlineHeader));
    return running.execute(
      { query, ...(variables && { variables }), ...(operationName && { operationName }) },
      verdict.who,
      {
        requestId: requestIdOf(request),
        ...(deadline > 0 && { deadline }),
        ...(verdict.address !== undefined && { address: verdict.address }),
      },
    );
  });

  app.route({
    method: ['GET', 'POST'],
    url: '/hooks/*',
    async handler(request, reply) {
      const verdict = verifier.verify(headerOf(request, identityHeader), boundRequestOf(request));
      if ('fault' in verdict) return reply.code(401).send(errorBody('UNAUTHENTICATED', verdict.fault));
      if (verdict.who.kind === 'internal' && verdict.who.process !== 'gateway')
        return reply.code(403).send(errorBody('FORBIDDEN', 'Only the gateway forwards webhooks.'));
      const answer = await running.hook(hookRequestOf(request), requestIdOf(request));
      return reply.code(answer.status).headers(answer.headers).send(answer.body);
    },
  });

  app.register(async (files) => {
    files.removeAllContentTypeParsers();
    files.addContentTypeParser('*', (_request, body, done) => done(null, body));
    files.route({
      method: ['GET', 'POST'],
      url: '/files/*',
      exposeHeadRoute: false,
      async handler(request, reply) {
        const verdict = verifier.verifyStreamed(headerOf(request, identityHeader), {
          method: request.method,
          path: request.url,
        });
        if ('fault' in verdict) return reply.code(401).send(errorBody('UNAUTHENTICATED', verdict.fault));
        request.raw.setTimeout(silentFileMs);
        const answer = await running.file(fileRequestOf(request, verdict.who, goneSignal(reply)));
        // As bytes, for as a text its type would be given a charset that its sender did not say.
        const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
        return reply.code(answer.status).headers(answer.headers).send(body);
      },
    });
  });

  // A connection that is kept alive would hold the close until it is idle for long enough.
  app.addHook('onSend', async (_request, reply) => {
    if (draining) reply.header('connection', 'close');
  });

  app.get('/livez', async () => ({ status: 'alive' }));
  app.get('/readyz', async (_request, reply) => {
    const problems = draining ? [`${running.name} is stopping`] : await running.problems();
    return reply.code(problems.length === 0 ? 200 : 503).send({ ready: problems.length === 0, problems });
  });
  app.get('/metrics', async (_request, reply) => {
    if (!metrics) return reply.code(404).send('');
    const { contentType, body } = await metrics.scrape();
    return reply.header('content-type', contentType).send(body);
  });
  app.setNotFoundHandler((_request, reply) =>
    reply
      .code(404)
      .send(
        errorBody(
          'BAD_USER_INPUT',
          'Expected /graphql, /hooks/…, /files/…, /livez, /readyz or /metrics, found another path.',
        ),
      ),
  );
  app.setErrorHandler((error, request, reply) => {
    const status = statusOf(error);
    if (status < 500) return reply.code(status).send(errorBody('BAD_USER_INPUT', messageOf(error)));
    const requestId = requestIdOf(request);
    const masked = maskError(error, { requestId, logger: withRequest(logger, requestId) });
    return reply.code(status).send({ errors: [masked] });
  });

  await listen(app, options);
  return {
    url: addressOf(app),
    async close() {
      draining = true;
      const late = setTimeout(() => app.server.closeAllConnections(), drainMs);
      await app.close();
      clearTimeout(late);
    },
  };
}

/** How long a readiness check may take, in milliseconds. */
const readinessMs = 4000;
/** How long a connection that carries a file may be silent, in milliseconds; the gateway gives up earlier and says why. */
const silentFileMs = 120_000;

const graphqlBody = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

type SubgraphResolvers = Extract<Parameters<typeof buildSubgraphSchema>[0], { resolvers?: unknown }>['resolvers'];

function schemaOf<C extends RequestContext>(definition: SubgraphDefinition<C>): GraphQLSchema {
  // The one cast between the generated resolver types and the library's, which knows no context.
  const resolvers = definition.resolvers as SubgraphResolvers;
  const schema = applyAccessDirectives(
    buildSubgraphSchema({ typeDefs: definition.typeDefs, ...(resolvers && { resolvers }) }),
  );
  for (const type of Object.values(schema.getTypeMap())) if (isObjectType(type)) keepFaultsApart(type.extensions);
  return schema;
}

/** A reference resolver that throws before it returns a promise would null every entity of the batch; rejected, it nulls one. */
function keepFaultsApart(extensions: { apollo?: unknown }): void {
  const subgraph = isRecord(extensions.apollo) ? extensions.apollo.subgraph : null;
  if (!isRecord(subgraph) || typeof subgraph.resolveReference !== 'function') return;
  const resolve = subgraph.resolveReference;
  subgraph.resolveReference = async (...args: unknown[]): Promise<unknown> => resolve(...args);
}

function maskEveryError<C extends RequestContext>(): ApolloServerPlugin<C> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ errors, response, contextValue }) {
          if (errors && response.body.kind === 'single')
            response.body.singleResult.errors = errors.map((error) => maskError(error, contextValue));
        },
      };
    },
  };
}

function track(running: Set<Promise<unknown>>, work: Promise<unknown>): void {
  running.add(work);
  const done = (): boolean => running.delete(work);
  work.then(done, done);
}

/** The result of `work`, or of `otherwise` when it takes longer; `work` itself goes on. */
async function within<T>(work: Promise<T>, ms: number, otherwise: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise()), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function tooLate(name: string): Unavailable {
  return new Unavailable(`The subgraph ${name} could not answer within the deadline; the request may be retried.`);
}

async function listen(app: FastifyInstance, { host, port }: { host: string; port: number }): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    if (!isRecord(error) || error.code !== 'EADDRINUSE') throw error;
    throw new Error(`Port ${port} on ${host} is taken; stop what uses it or set PORT to another.`, { cause: error });
  }
}

function addressOf(app: FastifyInstance): string {
  const address = app.server.address();
  if (typeof address !== 'object' || !address) throw new Error('Expected a TCP address to listen on, found none.');
  const anywhere = address.address === '0.0.0.0' || address.address === '::';
  const host = anywhere ? '127.0.0.1' : address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}

function bodyOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

function boundRequestOf(request: FastifyRequest): { method: string; path: string; body: Buffer } {
  return { method: request.method, path: request.url, body: bodyOf(request) };
}

function hookRequestOf(request: FastifyRequest): HookRequest {
  const [path = '', query = ''] = request.url.split(/\?(.*)/s);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined && name !== identityHeader) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  return {
    method: request.method === 'GET' ? 'GET' : 'POST',
    path,
    query: Object.fromEntries(new URLSearchParams(query)),
    headers,
    body: bodyOf(request),
  };
}

function fileRequestOf(request: FastifyRequest, who: Identity, signal: AbortSignal): FileRequest {
  const { method, path, query, headers } = hookRequestOf(request);
  return {
    method,
    path,
    query,
    headers,
    who,
    requestId: requestIdOf(request),
    body: request.body instanceof Readable ? bodyApart(request.body, { stop: signal }) : Readable.from([]),
    signal,
  };
}

/** Fires when whoever asked went before the answer was sent. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** Resolves when a body has been read to its end, or broke: since nobody wanted it any more, or by a fault, which is logged. */
async function sent(body: Readable, { path, signal }: FileRequest, logger: Logger): Promise<void> {
  try {
    await finished(body);
  } catch (error) {
    if (!signal.aborted && !isPrematureClose(error))
      logger.error({ err: error, path }, 'a file broke while it was sent');
  }
}

function isPrematureClose(error: unknown): boolean {
  return isRecord(error) && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

function requestIdOf(request: FastifyRequest): string {
  const given = headerOf(request, requestIdHeader);
  return given && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function errorBody(code: string, message: string): GraphQLResult {
  return { errors: [{ message, extensions: { code } }] };
}

/** The refusal of a file, in the shape in which GraphQL tells one. */
export function fileFault(status: number, code: string, message: string): FileResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(errorBody(code, message)) };
}

function plainJson(status: number, message: string): HookResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message }) };
}

function statusOf(error: unknown): number {
  return isRecord(error) && typeof error.statusCode === 'number' ? error.statusCode : 500;
}

function messageOf(error: unknown): string {
  return isNativeError(error) || error instanceof Error ? error.message : 'The request is malformed.';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
