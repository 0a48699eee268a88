import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { isSocketError, Unavailable } from './unavailable';

/** How long a command may take, and a start waits for Redis, in milliseconds. */
export const redisTimeoutMs = 2000;

/** The one connection of a process to Redis. What lies there may be lost; Mongo is the truth. */
export interface RedisConnection {
  /** For commands; puts the key prefix in front of every key by itself. Fails with Unavailable at once when Redis is away. */
  readonly client: Redis;
  /** A connection of its own for pub/sub; subscriptions come back by themselves after a break. Closed together with this one. */
  subscriber(): Redis;
  /** The full name of a pub/sub channel; ioredis prefixes keys, never channels. */
  channel(name: string): string;
  /** Resolves when Redis answers; throws Unavailable otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Connects to Redis and goes on reconnecting for ever. When Redis is away this returns all the same after at most
 * {@link redisTimeoutMs}; commands then fail with Unavailable until it is back.
 *
 * A command that failed is never sent later behind the caller's back: there is no queue while Redis is away and no
 * resending after a break, because only the caller knows whether it may run twice.
 *
 * @param url `redis://…` or `rediss://…`
 * @param options `keyPrefix` is `pg:` unless told; `onError` hears of broken connections
 */
export async function connectRedis(
  url: string,
  options: { keyPrefix?: string; onError?: (error: Error) => void } = {},
): Promise<RedisConnection> {
  const keyPrefix = options.keyPrefix ?? 'pg:';
  const opened: Redis[] = [];
  const open = (queueWhileAway: boolean): Redis => {
    const redis = new FailFastRedis(url, {
      keyPrefix,
      lazyConnect: true,
      enableOfflineQueue: queueWhileAway,
      maxRetriesPerRequest: queueWhileAway ? null : 0,
      autoResendUnfulfilledCommands: false,
      commandTimeout: queueWhileAway ? undefined : redisTimeoutMs,
      connectTimeout: redisTimeoutMs,
      // A connection that is away already never reports its end; the process should not wait for that.
      disconnectTimeout: 200,
      retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), 2000) * (0.5 + Math.random() / 2),
      // After a fail-over the old primary is read-only; a fresh connection finds the new one.
      reconnectOnError: (error) => error.message.startsWith('READONLY'),
    });
    redis.on('error', (error: Error) => options.onError?.(error));
    opened.push(redis);
    return redis;
  };
  const client = open(false);
  await firstAnswer(client);
  return {
    client,
    subscriber() {
      const redis = open(true);
      redis.connect().catch(() => undefined); // goes on trying by itself; onError hears of it
      return redis;
    },
    channel: (name) => keyPrefix + name,
    async ping() {
      await client.ping();
    },
    async close() {
      await Promise.all(opened.map(closeOne));
    },
  };
}

/**
 * Whether Redis could not answer now. What took effect is not known.
 * A refusal by Redis itself (a wrong type, a script's error) is not that; loading, a lost primary and a full memory are.
 */
export function isRedisUnavailable(error: unknown): boolean {
  if (isSocketError(error)) return true;
  if (!(error instanceof Error)) return false;
  if (error.name === 'MaxRetriesPerRequestError' || error.name === 'AbortError') return true;
  if (error.name === 'ReplyError')
    return /^(LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|READONLY|OOM|BUSY) /.test(error.message);
  return /^(Connection is closed|Command timed out|Stream isn't writeable|Socket timeout|connect ETIMEDOUT)/.test(
    error.message,
  );
}

/** What a Lua script is and how its reply reads. */
export interface ScriptDefinition<K extends readonly string[], R> {
  /** For messages: `take-stock`. */
  name: string;
  lua: string;
  /** What KEYS[1], KEYS[2]… mean, in this order. */
  keys: K;
  /** Reads the reply; throws on a reply the script does not give. */
  parse(reply: unknown): R;
}

/** A script that can be run: keys by name, arguments in the order of ARGV. */
export type RedisScript<K extends readonly string[], A extends readonly (string | number)[], R> = (
  redis: Redis,
  keys: { readonly [Name in K[number]]: string },
  args: A,
) => Promise<R>;

/**
 * A typed Lua script. Sent by its digest, and in full when Redis does not know it (first run, restart, flush).
 *
 * ```ts
 * const take = defineScript({ name: 'take', lua, keys: ['stock'], parse: (reply) => z.enum(['TAKEN', 'SOLD_OUT']).parse(reply) });
 * await take(redis.client, { stock: 'stock:tpl_1' }, [1]);
 * ```
 */
export function defineScript<const K extends readonly string[], A extends readonly (string | number)[], R>(
  definition: ScriptDefinition<K, R>,
): RedisScript<K, A, R> {
  const names: readonly K[number][] = definition.keys;
  const run = defineScriptOverKeys<A, R>(definition);
  return (redis, keys, args) =>
    run(
      redis,
      names.map((name) => keys[name]),
      args,
    );
}

/** A typed Lua script over any number of keys of one kind; sent as {@link defineScript} does. */
export function defineScriptOverKeys<A extends readonly (string | number)[], R>(
  definition: Omit<ScriptDefinition<readonly string[], R>, 'keys'>,
): (redis: Redis, keys: readonly string[], args: A) => Promise<R> {
  const digest = createHash('sha1').update(definition.lua).digest('hex');
  return async (redis, keys, args) => {
    const words = [...keys, ...args];
    let reply: unknown;
    try {
      reply = await redis.evalsha(digest, keys.length, ...words);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      reply = await redis.eval(definition.lua, keys.length, ...words);
    }
    try {
      return definition.parse(reply);
    } catch (error) {
      throw new Error(`The script ${definition.name} gave a reply it should not: ${JSON.stringify(reply)}.`, {
        cause: error,
      });
    }
  };
}

/** Says Unavailable where ioredis says one of its many words for "not connected". */
class FailFastRedis extends Redis {
  override sendCommand(...[command, stream]: Parameters<Redis['sendCommand']>): unknown {
    const reject = command.reject;
    command.reject = (error) =>
      reject(
        isRedisUnavailable(error)
          ? new Unavailable('Redis does not answer now; the request may be retried.', { cause: error })
          : error,
      );
    return super.sendCommand(command, stream);
  }
}

async function firstAnswer(redis: Redis): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, redisTimeoutMs);
  });
  // A refused connection settles this at once; the client goes on trying behind it.
  await Promise.race([redis.connect().catch(() => undefined), patience]);
  clearTimeout(timer);
}

async function closeOne(redis: Redis): Promise<void> {
  if (redis.status === 'ready') await redis.quit().catch(() => undefined);
  redis.disconnect();
}
