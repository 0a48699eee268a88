import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Identity } from '../subgraphs/shared/contracts/identity';
import type { Logger } from '../subgraphs/shared/runtime/logger';
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

function hookOf(request: FastifyRequest): ForwardedHook {
  const [path = '', query] = request.url.split(/\?(.*)/s);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined && !notForwarded.test(name))
      headers[name] = Array.isArray(value) ? value.join(', ') : value;
  return {
    method: request.method === 'GET' ? 'GET' : 'POST',
    path,
    search: query === undefined ? '' : `?${query}`,
    query: Object.fromEntries(new URLSearchParams(query ?? '')),
    headers,
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  };
}
