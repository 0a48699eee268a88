import { readFileSync, statSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import {
  getDistDirectory,
  isSandboxFrame,
  type RenderOptions,
  renderAltair,
  renderInitSnippet,
  SANDBOX_FRAME_CSP,
} from 'altair-static';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { schemaFolder } from '../schema/subgraph-sdl';
import type { Role } from '../subgraphs/shared/contracts/identity';
import type { DevelopmentTokens } from './authenticate';
import { type IdeWindow, ideWindows, rememberTemplate, variablesText, walkStart } from './ide-windows';

/** The page asks this server and nobody else, and evaluates nothing: scripts of windows are interpreted apart from it. */
const pagePolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self' ws: wss:",
  "worker-src 'self' blob:",
  "frame-src 'self'",
  "frame-ancestors 'self'",
  "base-uri 'self'",
  "object-src 'none'",
].join('; ');

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.map': 'application/json',
  '.wasm': 'application/wasm',
};

/** Where the windows are told to the page, in a file of their own so that no inline script needs to be allowed. */
const optionsFile = 'initial_options.js';

/**
 * Altair at `/ide`, from the installed package and nothing from outside. It opens with windows for the shopper, the merchant and
 * the operator, each with variables and, in development, a token of that role in its headers and in the payload of its socket.
 * @param options `publicUrl` null takes the address from the request
 */
export function serveIde(
  app: FastifyInstance,
  options: { publicUrl: string | null; tokens: DevelopmentTokens | null },
): void {
  const folder = getDistDirectory();
  const windows = ideWindows.map((window) => ({
    title: window.title,
    role: window.role,
    query: queryOf(window),
    variables: variablesText(window),
  }));

  app.get('/ide', async (_request, reply) => reply.redirect('/ide/'));
  app.get('/ide/', async (_request, reply) =>
    reply
      .header('content-security-policy', pagePolicy)
      .header('cache-control', 'no-cache')
      .header('referrer-policy', 'no-referrer')
      .type('text/html; charset=utf-8')
      .send(renderAltair({ baseURL: '/ide/', serveInitialOptionsInSeperateRequest: optionsFile })),
  );
  app.get(`/ide/${optionsFile}`, async (request, reply) => {
    const text = renderInitSnippet(
      await initialOptions(windows, addressesOf(request, options.publicUrl), options.tokens),
    );
    return reply.header('cache-control', 'no-store').type('text/javascript; charset=utf-8').send(text);
  });
  app.get<{ Params: { '*': string } }>('/ide/*', async (request, reply) => {
    const file = join(folder, request.params['*']);
    const type = contentTypes[extname(file)];
    if (!type || !file.startsWith(folder + sep) || !statSync(file, { throwIfNoEntry: false })?.isFile())
      return reply.callNotFound();
    if (isSandboxFrame(file)) reply.header('content-security-policy', SANDBOX_FRAME_CSP);
    else if (extname(file) === '.html') reply.header('content-security-policy', pagePolicy);
    return reply.header('cache-control', 'public, max-age=3600').type(type).send(readFileSync(file));
  });
}

/** The operation as it stands in `clients/operations`, under the note of its window. */
function queryOf({ operation, note = [] }: IdeWindow): string {
  const text = readFileSync(join(schemaFolder(), '..', 'clients', 'operations', `${operation}.graphql`), 'utf8');
  return [...note.map((line) => `# ${line}`), text].join('\n');
}

async function initialOptions(
  windows: readonly { title: string; role: Role; query: string; variables: string }[],
  { http, ws }: { http: string; ws: string },
  tokens: DevelopmentTokens | null,
): Promise<RenderOptions> {
  const endpoints = {
    endpointURL: http,
    subscriptionsEndpoint: ws,
    initialSubscriptionRequestHandlerId: 'graphql-ws',
  } as const;
  const initialWindows = await Promise.all(
    windows.map(async ({ title, role, query, variables }) => {
      const authorization = tokens ? `Bearer ${(await tokens.issue({ role })).token}` : '';
      return {
        ...endpoints,
        initialName: title,
        initialQuery: query,
        initialVariables: variables,
        initialPostRequestScript: rememberTemplate,
        initialHeaders: authorization ? { authorization } : {},
        initialSubscriptionsPayload: authorization ? { authorization } : {},
      };
    }),
  );
  return {
    ...endpoints,
    initialWindows,
    initialEnvironments: {
      activeSubEnvironment: 'walk',
      subEnvironments: [{ id: 'walk', title: 'Walk', variables: { ...walkStart } }],
    },
    instanceStorageNamespace: 'promograph_',
    initialSettings: {
      'alert.disableUpdateNotification': true,
      disablePushNotification: true,
      'banners.disable': true,
      // Scripts of windows are interpreted, as the page's policy demands; Altair's frame for them needs more rights than it gets.
      'beta.disable.newScript': true,
    },
    disableAccount: true,
  };
}

function addressesOf(request: FastifyRequest, publicUrl: string | null): { http: string; ws: string } {
  const origin = publicUrl ?? `${request.protocol}://${request.host}`;
  return { http: `${origin}/graphql`, ws: `${origin.replace(/^http/, 'ws')}/graphql` };
}
