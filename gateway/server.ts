import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { join } from 'node:path';
import { HeaderMap } from '@apollo/server';
import proxyAddr from '@fastify/proxy-addr';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { schemaFolder, supergraphSdl } from '../schema/subgraph-sdl';
import { requestIdHeader } from '../subgraphs/shared/contracts/identity';
import { type Logger, withRequest } from '../subgraphs/shared/runtime/logger';
import { createMetrics, type Metrics } from '../subgraphs/shared/runtime/metrics';
import type { RedisConnection } from '../subgraphs/shared/runtime/redis';
import {
  type AuthenticationFault,
  createAuthenticator,
  type DevelopmentTokens,
  type TokenTrust,
  tenantHeader,
} from './authenticate';
import { maskedError } from './error-masking';
import { type FileLimits, forwardFiles, forwardHooks } from './forward';
import { createGraphqlPipeline, faultBody } from './graphql-pipeline';
import { serveIde } from './ide';
import { type GatewayContext, requestTimeoutMs } from './request-context';
import type { SubgraphTransport } from './subgraph-transport';
import { createSocketOperations } from './subscriptions/operations';
import { createSocketServer, type SocketLimits } from './subscriptions/protocol';
import { redisSource, type SubscriptionSource } from './subscriptions/source';
import { createLiveStreams, type LiveStreams, type StreamLimits } from './subscriptions/stream';
import { knownOperations } from './supergraph';

/** What a gateway is made of; whoever makes one closes what it brought. */
export interface GatewayOptions {
  /** The way to the subgraphs. */
  transport: SubgraphTransport;
  /** For live events. */
  redis: RedisConnection;
  logger: Logger;
  /** Whose tokens are believed. */
  trust: TokenTrust;
  /** The marketplace of callers without a token and without the header `promograph-tenant`; null demands one of the two. */
  defaultTenant: string | null;
  /** Hands out tokens at `/development/token` and in the IDE; null in production. */
  developmentTokens: DevelopmentTokens | null;
  /** Whether the IDE is served at `/ide`. */
  ide: boolean;
  /** Whether clients may read the schema. */
  introspection: boolean;
  /** The reverse proxies in front whose word on a client's address is believed, as Fastify's `trustProxy` has it; none unless told. */
  trustedProxies?: string;
  /** Where the outside reaches the gateway, without a slash at the end; addresses of requests are used when it is null. */
  publicUrl: string | null;
  /** Why what stands behind cannot serve now; empty when it can. */
  problems(): Promise<string[]>;
  metrics?: Metrics;
  /** A folder of operations that are planned before the gateway is ready; `clients/operations` unless told, null for none. */
  operationsFolder?: string | null;
  /** The composed schema; the checked-in one unless told. */
  supergraph?: string;
  socketLimits?: Partial<SocketLimits>;
  streamLimits?: Partial<StreamLimits>;
  fileLimits?: Partial<FileLimits>;
  /** Real time in Unix milliseconds, for tokens. */
  now?: () => number;
}

/** A gateway that runs. */
export interface Gateway {
  /** The HTTP server, for `inject` and for routes of the process around it. */
  app: FastifyInstance;
  /** What is subscribed right now. */
  live: { source: SubscriptionSource; streams: LiveStreams; socketCount(): number };
  /**
   * @param address `port` 0 lets the system choose
   * @throws when the port is taken, saying which and what to do
   */
  listen(address: { host: string; port: number }): Promise<{ url: string }>;
  /** Not ready, sockets sent away, running requests finished, closed. */
  close(): Promise<void>;
}

/** The largest request body, in bytes. */
export const bodyLimit = 1024 * 1024;
/** How long running requests may go on after a close was asked for, in milliseconds. */
const drainMs = 10_000;
/** How long a readiness check may take, in milliseconds. */
const readinessMs = 4000;
/** How long an unused connection of a client is kept, in milliseconds; longer than load balancers usually do. */
const keepAliveTimeoutMs = 75_000;

/**
 * Makes the gateway: loads the composed schema and plans the known operations, so that it can be ready the moment it listens.
 * @throws when the composed schema cannot be loaded
 */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { transport, logger, developmentTokens } = options;
  const metrics = options.metrics ?? createMetrics();
  const now = options.now ?? Date.now;
  const authenticator = createAuthenticator({ trust: options.trust, defaultTenant: options.defaultTenant, now });
  const pipeline = await createGraphqlPipeline({
    supergraphSdl: options.supergraph ?? supergraphSdl(),
    transport,
    introspection: options.introspection,
    logger,
  });
  const known =
    options.operationsFolder === undefined
      ? join(schemaFolder(), '..', 'clients', 'operations')
      : options.operationsFolder;
  const unplanned = known === null ? [] : await pipeline.warm(knownOperations(known));
  for (const fault of unplanned) logger.error({ fault }, 'a known operation cannot be planned');

  const delivered = metrics.counter({
    name: 'promograph_gateway_live_results_total',
    help: 'Results handed to subscribers',
  });
  const source = redisSource(options.redis, logger);
  const streams = createLiveStreams({
    source,
    logger,
    ...(options.streamLimits && { limits: options.streamLimits }),
    onDelivered: (results) => delivered.inc(results),
  });
  const sockets = createSocketServer({
    operations: createSocketOperations({ pipeline, streams, logger }),
    authenticator,
    logger,
    now,
    ...(options.socketLimits && { limits: options.socketLimits }),
  });
  metrics.gauge({
    name: 'promograph_gateway_sockets',
    help: 'Open WebSockets',
    collect() {
      this.set(sockets.socketCount());
    },
  });
  metrics.gauge({
    name: 'promograph_gateway_live_streams',
    help: 'Distinct live streams',
    collect() {
      this.set(streams.counts().streams);
    },
  });
  const seconds = metrics.histogram({
    name: 'promograph_gateway_request_seconds',
    help: 'Time to answer a GraphQL request over HTTP',
    labelNames: ['status'],
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 3, 10],
  });

  let isDraining = false;
  const isTrusted = proxyAddr.compile(options.trustedProxies?.split(',').map((one) => one.trim()) ?? []);
  const app: FastifyInstance = fastify({
    bodyLimit,
    keepAliveTimeout: keepAliveTimeoutMs,
    trustProxy: isTrusted,
    genReqId: (request) => requestIdOf(request.headers[requestIdHeader]),
  });
  app.addHook('onRequest', async (request, reply) => {
    reply
      .header(requestIdHeader, request.id)
      .header('x-content-type-options', 'nosniff')
      // No page of another site may load anything from here as a script or an image.
      .header('cross-origin-resource-policy', 'same-origin');
  });

  app.route({
    method: ['GET', 'POST', 'OPTIONS'],
    url: '/graphql',
    async handler(request, reply) {
      const stopTimer = seconds.startTimer();
      const verdict = await authenticator.authenticate(
        headerOf(request, 'authorization'),
        headerOf(request, tenantHeader),
      );
      if ('fault' in verdict) {
        stopTimer({ status: String(statusOfFault[verdict.fault.code]) });
        return refuse(reply, verdict.fault);
      }
      const address = clientAddressOf(request.ip);
      const contextValue: GatewayContext = {
        who: verdict.who,
        ...(address !== null && { address }),
        requestId: request.id,
        deadline: Date.now() + requestTimeoutMs,
        logger: withRequest(logger, request.id),
        signal: goneSignal(reply),
      };
      const { status, headers, body } = await pipeline.server.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: request.method,
          headers: headerMapOf(request),
          search: request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : '',
          body: request.body,
        },
        context: async () => contextValue,
      });
      for (const [name, value] of headers) reply.header(name, value);
      stopTimer({ status: String(status ?? 200) });
      if (body.kind !== 'complete') throw new Error('Expected one answer, found an incremental one.');
      return reply.code(status ?? 200).send(body.string);
    },
  });

  forwardHooks(app, { transport, logger });
  forwardFiles(app, {
    transport,
    authenticator,
    logger,
    refuse,
    ...(options.fileLimits && { limits: options.fileLimits }),
  });
  if (developmentTokens) serveTokens(app, developmentTokens);
  if (options.ide) serveIde(app, { publicUrl: options.publicUrl, tokens: developmentTokens });

  app.get('/livez', async () => ({ status: 'alive' }));
  app.get('/readyz', async (_request, reply) => {
    const problems = isDraining ? ['gateway is stopping'] : await within(options.problems(), readinessMs);
    return reply
      .code(problems.length === 0 ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ ready: problems.length === 0, problems });
  });
  app.get('/metrics', async (_request, reply) => {
    const { contentType, body } = await metrics.scrape();
    return reply.header('content-type', contentType).send(body);
  });

  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .type('application/json')
      .send(
        faultBody({
          message: `Expected /graphql, /hooks/…, /files/…, /livez, /readyz or /metrics, found ${request.url.split('?')[0]}.`,
          extensions: { code: 'BAD_USER_INPUT' },
        }),
      ),
  );
  app.setErrorHandler((error, request, reply) => {
    const status = statusOf(error);
    const isOurs = status >= 500;
    if (isOurs) logger.error({ err: error, requestId: request.id }, 'a request failed');
    const message = isOurs
      ? ''
      : error instanceof Error
        ? error.message
        : (STATUS_CODES[status] ?? 'Malformed request.');
    const fault = maskedError(
      { message, extensions: { code: isOurs ? 'INTERNAL_SERVER_ERROR' : 'BAD_USER_INPUT' } },
      request.id,
    );
    return reply.code(status).type('application/json').send(faultBody(fault));
  });

  app.server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (request.url?.split('?')[0] === '/graphql')
      return sockets.upgrade(request, socket, head, clientAddressOf(proxyAddr(request, isTrusted)));
    socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });

  return {
    app,
    live: { source, streams, socketCount: () => sockets.socketCount() },
    async listen({ host, port }) {
      try {
        await app.listen({ host, port });
      } catch (error) {
        if (!isRecord(error) || error.code !== 'EADDRINUSE') throw error;
        throw new Error(`Port ${port} on ${host} is taken; stop what uses it or set PORT to another.`, {
          cause: error,
        });
      }
      return { url: addressOf(app) };
    },
    async close() {
      isDraining = true;
      const late = setTimeout(() => app.server.closeAllConnections(), drainMs);
      await sockets.close();
      await app.close();
      clearTimeout(late);
      await pipeline.stop();
    },
  };
}

const statusOfFault = { UNAUTHENTICATED: 401, UNAVAILABLE: 503, BAD_USER_INPUT: 400 } as const satisfies Record<
  AuthenticationFault['code'],
  number
>;

function refuse(reply: FastifyReply, fault: AuthenticationFault): FastifyReply {
  const status = statusOfFault[fault.code];
  if (status === 401) reply.header('www-authenticate', 'Bearer error="invalid_token"');
  if (status === 503) reply.header('retry-after', '5');
  return reply
    .code(status)
    .type('application/json')
    .send(faultBody({ message: fault.message, extensions: { code: fault.code } }));
}

const tokenRequest = z.object({
  role: z.enum(['shopper', 'merchant', 'operator', 'service']),
  subject: z.string().min(1).max(128).optional(),
  tenant: z
    .string()
    .regex(/^\w[\w.-]{0,63}$/)
    .optional(),
  merchant: z.string().min(1).max(128).optional(),
});

/** `GET /development/token?role=shopper&subject=u-002`; not there in production. */
function serveTokens(app: FastifyInstance, tokens: DevelopmentTokens): void {
  app.get('/development/token', async (request, reply) => {
    const asked = tokenRequest.safeParse(request.query);
    reply.header('cache-control', 'no-store');
    if (asked.success) {
      const { role, subject, tenant, merchant } = asked.data;
      return tokens.issue({
        role,
        ...(subject && { subject }),
        ...(tenant && { tenant }),
        ...(merchant && { merchant }),
      });
    }
    const fault = {
      message: `${asked.error.issues[0]?.path.join('.') || 'role'}: expected ?role=shopper, merchant, operator or service, and if you like subject, tenant, merchant; found something else.`,
      extensions: { code: 'BAD_USER_INPUT' },
    };
    return reply.code(400).type('application/json').send(faultBody(fault));
  });
}

/** A given id is taken over when it is one, so that a company can follow a request through its own systems. */
function requestIdOf(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w.:-]{8,128}$/.test(given) ? given : randomUUID();
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

function headerMapOf(request: FastifyRequest): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  return headers;
}

/** Fires when the client went before it was answered. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

async function within(problems: Promise<string[]>, ms: number): Promise<string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string[]>((resolve) => {
    timer = setTimeout(() => resolve([`no answer within ${ms} ms to whether everything is ready`]), ms);
  });
  const asked = problems.catch((error: unknown) => [error instanceof Error ? error.message : String(error)]);
  const found = await Promise.race([asked, late]);
  clearTimeout(timer);
  return found;
}

/**
 * The address of a client; null for one of a private network: that is a proxy nobody told us of, or a machine of our own, and
 * tells nothing of who is behind it.
 */
function clientAddressOf(ip: string): string | null {
  const plain = ip.replace(/^::ffff:/, '');
  const isPrivate =
    /^(?:127|10)\.|^192\.168\.|^172\.(?:1[6-9]|2\d|3[01])\.|^169\.254\.|^::1$|^f[cd][0-9a-f]{2}:|^fe80:/i.test(plain);
  return isPrivate ? null : plain;
}

function addressOf(app: FastifyInstance): string {
  const address = app.server.address();
  if (typeof address !== 'object' || !address) throw new Error('Expected a TCP address to listen on, found none.');
  const isAnywhere = address.address === '0.0.0.0' || address.address === '::';
  const host = isAnywhere ? '127.0.0.1' : address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}

function statusOf(error: unknown): number {
  return isRecord(error) && typeof error.statusCode === 'number' ? error.statusCode : 500;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
