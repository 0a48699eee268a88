import { join, resolve } from 'node:path';
import { z } from 'zod';
import { subgraphNames } from '../schema/subgraph-sdl';
import { createIdentitySigner } from '../subgraphs/shared/contracts/identity';
import {
  exitOnBadSettings,
  identitySettings,
  logSettings,
  readSettings,
  SettingsError,
  serverSettings,
  storeSettings,
} from '../subgraphs/shared/runtime/config';
import { createLogger } from '../subgraphs/shared/runtime/logger';
import { createMetrics } from '../subgraphs/shared/runtime/metrics';
import { connectRedis } from '../subgraphs/shared/runtime/redis';
import { type DevelopmentTokens, developmentTokens, remoteTrust, type TokenTrust } from './authenticate';
import { createGateway } from './server';
import { httpTransport } from './subgraph-transport';
import { eventsSubgraph } from './supergraph';

const onOff = z.enum(['on', 'off']).describe('on or off');

/** Settings of a gateway in a process of its own. */
export const gatewaySettings = z.object({
  ...serverSettings.shape,
  ...logSettings.shape,
  REDIS_URL: storeSettings.shape.REDIS_URL,
  REDIS_KEY_PREFIX: storeSettings.shape.REDIS_KEY_PREFIX,
  IDENTITY_KEY: identitySettings.shape.IDENTITY_KEY,
  /** Where the subgraphs are: `template=http://template:4000,user-coupon=http://user-coupon:4000`. */
  SUBGRAPH_URLS: z
    .string()
    .transform((text, ctx) => {
      const urls = subgraphUrlsOf(text);
      if (urls) return urls;
      ctx.addIssue({ code: 'custom', message: 'not a list of every subgraph' });
      return z.NEVER;
    })
    .describe(`name=address pairs with a comma between, one for each of ${servedSubgraphs().join(', ')}`),
  NODE_ENV: z.string().default('development').describe('production, or anything else for development'),
  /** The keys tokens are checked with. In development a key of this machine's own stands in when it is not set. */
  JWKS_URL: z
    .string()
    .regex(/^https?:\/\/[^\s]+$/)
    .optional()
    .describe('an http:// or https:// address of a JSON Web Key Set'),
  JWT_ISSUER: z.string().optional().describe('the issuer that tokens must name, together with JWKS_URL'),
  JWT_AUDIENCE: z.string().optional().describe('the audience that tokens must name, together with JWKS_URL'),
  /** The marketplace of callers without a token; in development `festival` unless set. */
  DEFAULT_TENANT: z
    .string()
    .regex(/^\w[\w.-]{0,63}$/)
    .optional()
    .describe('1 to 64 letters, digits and . _ -'),
  /** Served at /ide; in production off unless set. */
  IDE: onOff.optional(),
  /** Whether clients may read the schema; in production off unless set. */
  INTROSPECTION: onOff.optional(),
  /** Reverse proxies in front: without them every client has the address of the proxy, and addresses are not counted by. */
  TRUSTED_PROXIES: z
    .string()
    .regex(/^[\da-fA-F.:/]+(?:, *[\da-fA-F.:/]+)*$/)
    .optional()
    .describe('addresses or networks such as 10.0.0.0/8, with a comma between'),
  /** Where the outside reaches the gateway; taken from requests when not set. */
  PUBLIC_URL: z
    .string()
    .regex(/^https?:\/\/[^\s]+[^/]$/)
    .optional()
    .describe('an http:// or https:// address without a slash at the end'),
  /** Keeps the development key. */
  DATA_DIR: z.string().default('.promograph').describe('a folder'),
});

type GatewaySettings = z.infer<typeof gatewaySettings>;

/**
 * The settings, and what depends on several of them.
 * @throws SettingsError
 */
export function readGatewaySettings(env: NodeJS.ProcessEnv): {
  settings: GatewaySettings;
  trust: TokenTrust;
  tokens: DevelopmentTokens | null;
} {
  const settings = readSettings(gatewaySettings, env);
  const { JWKS_URL: jwksUrl, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = settings;
  if (jwksUrl !== undefined || issuer !== undefined || audience !== undefined || settings.NODE_ENV === 'production') {
    if (jwksUrl !== undefined && issuer !== undefined && audience !== undefined)
      return { settings, trust: remoteTrust({ jwksUrl, issuer, audience }), tokens: null };
    throw new SettingsError(
      Object.entries({ JWKS_URL: jwksUrl, JWT_ISSUER: issuer, JWT_AUDIENCE: audience }).flatMap(([setting, value]) =>
        value === undefined
          ? [
              {
                setting,
                found: 'nothing',
                allowed:
                  'a value: in production, and whenever one of JWKS_URL, JWT_ISSUER, JWT_AUDIENCE is set, all three are needed',
              },
            ]
          : [],
      ),
    );
  }
  const tokens = developmentTokens({
    keyFile: join(resolve(settings.DATA_DIR), 'development-key.pem'),
    defaultTenant: settings.DEFAULT_TENANT ?? 'festival',
    nodeEnv: settings.NODE_ENV,
  });
  return { settings, trust: tokens.trust, tokens };
}

async function main(): Promise<void> {
  const { settings, trust, tokens } = exitOnBadSettings(() => readGatewaySettings(process.env));
  const isProduction = settings.NODE_ENV === 'production';
  const logger = createLogger({ name: 'gateway', level: settings.LOG_LEVEL });
  const redis = await connectRedis(settings.REDIS_URL, {
    keyPrefix: settings.REDIS_KEY_PREFIX,
    onError: (error) => logger.debug({ err: error }, 'redis is away'),
  });
  const transport = httpTransport({
    urls: settings.SUBGRAPH_URLS,
    signer: createIdentitySigner('gateway', settings.IDENTITY_KEY, Date.now),
  });
  const gateway = await createGateway({
    transport,
    redis,
    logger,
    trust,
    developmentTokens: tokens,
    defaultTenant: settings.DEFAULT_TENANT ?? (isProduction ? null : 'festival'),
    ide: settings.IDE ? settings.IDE === 'on' : !isProduction,
    introspection: settings.INTROSPECTION ? settings.INTROSPECTION === 'on' : !isProduction,
    ...(settings.TRUSTED_PROXIES !== undefined && { trustedProxies: settings.TRUSTED_PROXIES }),
    publicUrl: settings.PUBLIC_URL ?? null,
    metrics: createMetrics({ processMetrics: true }),
    problems: () =>
      redis.ping().then(
        () => [],
        () => ['redis does not answer; live events are not delivered'],
      ),
  });
  const { url } = await gateway.listen({ host: settings.HOST, port: settings.PORT });
  logger.info({ url }, 'ready to serve');

  let isStopping = false;
  const stop = async (): Promise<void> => {
    if (isStopping) process.exit(1); // asked twice: at once
    isStopping = true;
    await gateway.close();
    await transport.close();
    await redis.close();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());
}

function servedSubgraphs(): string[] {
  return subgraphNames.filter((name) => name !== eventsSubgraph);
}

function subgraphUrlsOf(text: string): Map<string, string> | null {
  const urls = new Map<string, string>();
  for (const pair of text.split(',')) {
    const [, name, url] = /^\s*([\w-]+)\s*=\s*(https?:\/\/[^\s,/]+)\/?\s*$/.exec(pair) ?? [];
    if (!name || !url || !servedSubgraphs().includes(name)) return null;
    urls.set(name, url);
  }
  return servedSubgraphs().every((name) => urls.has(name)) ? urls : null;
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
}
