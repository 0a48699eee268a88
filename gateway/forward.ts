import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type FileRefusal, type FileRoute, fileRouteOf, refuseFileTo } from '../subgraphs/shared/contracts/files';
import type { Identity } from '../subgraphs/shared/contracts/identity';
import { bodyApart } from '../subgraphs/shared/runtime/bodies';
import type { Logger } from '../subgraphs/shared/runtime/logger';
import { type AuthenticationFault, type Authenticator, tenantHeader } from './authenticate';
import { faultBody } from './graphql-pipeline';
import { type ForwardedHook, SubgraphAway, type SubgraphTransport } from './subgraph-transport';

/** The largest webhook, in bytes; it is buffered because its signature covers all of it. */
export const hookBodyLimit = 64 * 1024;

/** Which subgraph owns the webhooks of a kind. */
const ownerOfHooks = 'settlement';

/** Headers that belong to one connection, name our own processes, or are a browser's and nobody else's business. */
const notForwarded =
  /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|host|expect|content-length|accept-encoding|cookie|promograph-.*)$/;

/** Headers of an answer that are set here or belong to the connection behind. */
const notAnswered = /^(?:connection|keep-alive|transfer-encoding|content-length|date|promograph-.*)$/;

/**
 * `/hooks/payment/{tenant}/{provider}…` to settlement, byte for byte, under the gateway's internal identity for the tenant.
 * The provider's signature is checked there; here nothing is believed.
 */
export function forwardHooks(app: FastifyInstance, options: { transport: SubgraphTransport; logger: Logger }): void {
  const { transport, logger } = options;
  app.register(async (hooks) => {
    hooks.removeAllContentTypeParsers();
    hooks.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    hooks.route<{ Params: { tenant: string } }>({
      method: ['GET', 'POST'],
      url: '/hooks/payment/:tenant/*',
      bodyLimit: hookBodyLimit,
      async handler(request, reply) {
        const { tenant } = request.params;
        if (!/^\w[\w.-]{0,63}$/.test(tenant))
          return reply.code(404).send({ message: 'Expected /hooks/payment/{tenant}/{provider}, found another path.' });
        try {
          const answer = await transport.hook(ownerOfHooks, hookOf(request), {
            requestId: request.id,
            tenant: tenant as Identity['tenant'],
          });
          for (const [name, value] of Object.entries(answer.headers))
            if (!notAnswered.test(name)) reply.header(name, value);
          return await reply.code(answer.status).send(answer.body);
        } catch (error) {
          if (!(error instanceof SubgraphAway)) throw error;
          logger.warn({ err: error, requestId: request.id }, 'a webhook could not be handed over');
          return reply
            .code(503)
            .header('retry-after', '5')
            .send({ message: 'The payment service does not answer now; deliver again shortly.' });
        }
      },
    });
  });
}

/** What files may cost a gateway. */
export interface FileLimits {
  /** The largest file, in bytes. */
  bytes: number;
  /** How long a client may neither send nor take anything, in milliseconds. */
  silentMs: number;
  /** How many files may be on their way at once. */
  atOnce: number;
}

const usualFileLimits: FileLimits = { bytes: 64 * 1024 * 1024, silentMs: 60_000, atOnce: 32 };
/** How long the rest of a file that was refused is listened to, in milliseconds, so that its sender gets to read why. */
const lingerMs = 5000;

/**
 * `/files/…` to the owning subgraph, in both directions piece by piece, under the client's own identity: nothing is kept here,
 * a slow side slows the other one down, and a client that leaves stops the work behind.
 */
export function forwardFiles(
  app: FastifyInstance,
  options: {
    transport: SubgraphTransport;
    authenticator: Authenticator;
    logger: Logger;
    limits?: Partial<FileLimits>;
    /** Tells a fault of a token as the rest of the gateway does. */
    refuse(reply: FastifyReply, fault: AuthenticationFault): FastifyReply;
  },
): void {
  const { transport, authenticator, logger } = options;
  const limits = { ...usualFileLimits, ...options.limits };
  let underWay = 0;

  /** Who asks for what, or null when they were told why not. */
  async function admitted(
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<{ route: FileRoute; who: Identity } | null> {
    const found = fileRouteOf(request.method, pathOf(request.url).path, request.headers);
    if ('status' in found) {
      told(request, reply, found);
      return null;
    }
    // What is public is the same in every marketplace, so nobody needs to say in which one they are.
    if (found.scope === null) return { route: found, who: nobody };
    const verdict = await authenticator.authenticate(
      headerOf(request, 'authorization'),
      headerOf(request, tenantHeader),
    );
    if ('fault' in verdict) {
      endSoon(request);
      options.refuse(reply, verdict.fault);
      return null;
    }
    const refusal = refuseFileTo(verdict.who, found);
    if (!refusal) return { route: found, who: verdict.who };
    told(request, reply, refusal);
    return null;
  }

  app.register(async (files) => {
    files.removeAllContentTypeParsers();
    files.addContentTypeParser('*', (_request, body, done) => done(null, body));
    files.route({
      method: ['GET', 'POST'],
      url: '/files/*',
      exposeHeadRoute: false,
      async handler(request, reply) {
        const caller = await admitted(request, reply);
        if (!caller) return reply;
        const tooLarge: FileFault = {
          status: 413,
          code: 'BAD_USER_INPUT',
          message: `Expected at most ${limits.bytes} bytes, found more; split the file.`,
        };
        if (Number(request.headers['content-length']) > limits.bytes) return told(request, reply, tooLarge);
        if (underWay >= limits.atOnce) return told(request, reply, tooMany);

        const stop = new AbortController();
        const why: { fault: FileFault | null } = { fault: null };
        const stopFor = (fault: FileFault | null): void => {
          why.fault ??= fault;
          stop.abort();
        };
        underWay += 1;
        reply.raw.once('close', () => {
          underWay -= 1;
          if (!reply.raw.writableFinished) stopFor(null);
        });
        reply.raw.setTimeout(limits.silentMs, () => {
          stopFor(silent(limits.silentMs));
          // Once the answer has begun, breaking it is the only way to say that it is not whole.
          if (reply.raw.headersSent) reply.raw.destroy();
        });
        const body = request.body instanceof Readable ? request.body : null;
        try {
          const answer = await transport.file(
            caller.route.owner,
            {
              method: caller.route.method,
              ...pathOf(request.url),
              headers: headersWithoutToken(request),
              body:
                body && bodyApart(body, { bytes: limits.bytes, onMore: () => stopFor(tooLarge), stop: stop.signal }),
            },
            caller.who,
            { requestId: request.id, signal: stop.signal },
          );
          if (stop.signal.aborted) {
            if (typeof answer.body !== 'string') answer.body.destroy();
            throw new Error('The file was stopped before it was answered.');
          }
          for (const [name, value] of Object.entries(answer.headers))
            if (!notAnswered.test(name)) reply.header(name, value);
          reply.raw.once('finish', () => endSoon(request));
          return await reply
            .code(answer.status)
            .send(typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body);
        } catch (error) {
          if (why.fault) return told(request, reply, why.fault);
          if (stop.signal.aborted) return reply.hijack(); // the client left; there is nobody to tell
          if (!(error instanceof SubgraphAway)) throw error;
          logger.warn({ err: error, requestId: request.id }, 'a file could not be forwarded');
          return told(request, reply, away);
        }
      },
    });
  });
}

type FileFault = Omit<FileRefusal, 'status' | 'code'> & { status: number; code: string };

const nobody: Identity = { kind: 'anonymous', tenant: 'public' as Identity['tenant'] };
const away: FileFault = {
  status: 503,
  code: 'UNAVAILABLE',
  message: 'A part of the platform does not answer now; send the request again shortly.',
};
const tooMany: FileFault = {
  status: 503,
  code: 'UNAVAILABLE',
  message: 'As many files as this gateway takes are on their way; send the request again shortly.',
};

function silent(ms: number): FileFault {
  const message = `Nothing of the file moved for ${ms} ms; send the request again.`;
  return { status: 408, code: 'UNAVAILABLE', message };
}

function told(request: FastifyRequest, reply: FastifyReply, fault: FileFault): FastifyReply {
  endSoon(request);
  if (fault.status === 401) reply.header('www-authenticate', 'Bearer');
  if (fault.status === 503) reply.header('retry-after', '5');
  return reply
    .code(fault.status)
    .type('application/json')
    .send(faultBody({ message: fault.message, extensions: { code: fault.code } }));
}

/** The answer comes before the file has ended: what is left of it is read past for a while, and then the connection goes. */
function endSoon(request: FastifyRequest): void {
  if (request.raw.complete) return;
  // Closed at once, it would be reset under the hands of a client that still sends, and the answer lost with it.
  request.raw.resume();
  const late = setTimeout(() => request.raw.destroy(), lingerMs).unref();
  request.raw.once('close', () => clearTimeout(late));
}

function hookOf(request: FastifyRequest): ForwardedHook {
  return {
    method: request.method === 'GET' ? 'GET' : 'POST',
    ...pathOf(request.url),
    headers: forwardedHeaders(request),
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  };
}

function pathOf(url: string): { path: string; search: string; query: Record<string, string> } {
  const [path = '', query] = url.split(/\?(.*)/s);
  return {
    path,
    search: query === undefined ? '' : `?${query}`,
    query: Object.fromEntries(new URLSearchParams(query ?? '')),
  };
}

function forwardedHeaders(request: FastifyRequest): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined && !notForwarded.test(name))
      headers[name] = Array.isArray(value) ? value.join(', ') : value;
  return headers;
}

/** The token has done its work here: who asks is signed. */
function headersWithoutToken(request: FastifyRequest): Record<string, string> {
  const { authorization: _, ...headers } = forwardedHeaders(request);
  return headers;
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
