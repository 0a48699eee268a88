import { Writable } from 'node:stream';
import type { FormattedExecutionResult } from 'graphql';
import { type DevelopmentTokenRequest, type DevelopmentTokens, developmentTokens } from '../../gateway/authenticate';
import { createGateway, type Gateway, type GatewayOptions } from '../../gateway/server';
import { inProcessTransport } from '../../gateway/subgraph-transport';
import { createLogger } from '../../subgraphs/shared/runtime/logger';
import { connectRedis, type RedisConnection } from '../../subgraphs/shared/runtime/redis';
import { type SmallShop, startSmallShop } from './small-shop';
import { type TestStores, testStores } from './stores';

/** A real gateway in front of the small shop, listening on a port of its own. */
export interface SmallGateway {
  gateway: Gateway;
  /** `http://127.0.0.1:41234` */
  url: string;
  shop: SmallShop;
  redis: RedisConnection;
  stores: TestStores;
  tokens: DevelopmentTokens;
  /** The lines the gateway logged. */
  log: Record<string, unknown>[];
  token(request?: Partial<DevelopmentTokenRequest>): Promise<string>;
  /** Asks over real HTTP; under a shopper's token unless told, nobody with null. */
  ask(
    query: string,
    options?: { variables?: Record<string, unknown>; token?: string | null; headers?: Record<string, string> },
  ): Promise<{ status: number; headers: Headers; body: FormattedExecutionResult<Record<string, unknown>> }>;
  stop(): Promise<void>;
}

/** @param options replaces what the gateway is made of; `redisUrl` for a Redis of the test's own, `shop` for one that outlives the gateway */
export async function startSmallGateway(
  options: Partial<GatewayOptions> & { redisUrl?: string; shop?: SmallShop } = {},
): Promise<SmallGateway> {
  const { redisUrl, shop: givenShop, ...parts } = options;
  const stores = await testStores();
  const redis = await connectRedis(redisUrl ?? stores.redisUrl, { keyPrefix: stores.keyPrefix });
  const shop = givenShop ?? (await startSmallShop());
  const tokens = developmentTokens({ keyFile: null, defaultTenant: 'festival', nodeEnv: 'test' });
  const log: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      log.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const gateway = await createGateway({
    transport: inProcessTransport((name) => shop.subgraph(name)),
    redis,
    logger: createLogger({ name: 'gateway', level: 'info', destination }),
    trust: tokens.trust,
    defaultTenant: 'festival',
    developmentTokens: tokens,
    ide: true,
    introspection: true,
    publicUrl: null,
    problems: async () => [],
    operationsFolder: null, // planning what no test asks for takes longer than most tests
    ...parts,
  });
  const { url } = await gateway.listen({ host: '127.0.0.1', port: 0 });
  const token = async (request: Partial<DevelopmentTokenRequest> = {}): Promise<string> =>
    (await tokens.issue({ role: 'shopper', ...request })).token;
  return {
    gateway,
    url,
    shop,
    redis,
    stores,
    tokens,
    log,
    token,
    async ask(query, { variables, token: given, headers } = {}) {
      const used = given === undefined ? await token() : given;
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(used && { authorization: `Bearer ${used}` }), ...headers },
        body: JSON.stringify({ query, ...(variables && { variables }) }),
      });
      const body: FormattedExecutionResult<Record<string, unknown>> = JSON.parse(await response.text());
      return { status: response.status, headers: response.headers, body };
    },
    async stop() {
      await gateway.close();
      if (!givenShop) await shop.stop();
      await redis.close();
      await stores.close();
    },
  };
}

/** Waits until `look` gives something, at most `patienceMs` real milliseconds. */
export async function eventually<T>(
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  patienceMs = 5000,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`Expected it within ${patienceMs} ms: ${look}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
