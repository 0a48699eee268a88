import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { TenantId, UserId } from '../shared/kernel/identifiers';
import { defineScript, type RedisConnection } from '../shared/runtime/redis';
import { Unavailable } from '../shared/runtime/unavailable';

/** Who types: a person, and the network address the request came from where it is known. */
export interface Guesser {
  tenantId: TenantId;
  userId: UserId;
  address: string | null;
}

/** Limits how many wrong codes somebody may try, before anybody looks whether they are wrong. */
export interface GuessLimit {
  /**
   * Counts these codes as wrong until it is known that they are not. Codes that were wrong before count once.
   * @returns the instant (real time) from which the guesser may try others, null when these may be looked up
   */
  count(guesser: Guesser, keys: readonly string[]): Promise<Date | null>;
  /** These codes turned out to exist. */
  discount(guesser: Guesser, keys: readonly string[]): Promise<void>;
}

/** Different wrong codes within {@link windowMs}: of a person, and of an address, behind which a school or an office may sit. */
export const guessesAllowed = { user: 40, address: 200 } as const;
/** From the first wrong code on, in milliseconds of real time. */
const windowMs = 10 * 60_000;

/**
 * The wrong codes themselves are remembered, as short digests, so that a cart that is priced again and again with the same
 * slip in it is one guess. In Redis, so that all processes count together; while Redis is away each counts for itself.
 */
export function createGuessLimit(redis: RedisConnection): GuessLimit {
  const own = new LRUCache<string, Set<string>>({ max: 50_000, ttl: windowMs });

  async function countAt(key: string, limit: number, digests: readonly string[]): Promise<number | null> {
    try {
      const left = await countGuesses(redis.client, { guesses: key }, [limit, windowMs, ...digests]);
      return left < 0 ? null : left;
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      const known = own.get(key) ?? new Set<string>();
      const fresh = digests.filter((digest) => !known.has(digest));
      if (fresh.length > 0 && known.size + fresh.length > limit) return own.getRemainingTTL(key);
      for (const digest of fresh) known.add(digest);
      if (!own.has(key)) own.set(key, known);
      return null;
    }
  }

  return {
    async count(guesser, keys) {
      if (keys.length === 0) return null;
      const digests = [...new Set(keys)].map(digestOf);
      for (const { key, limit } of countersOf(guesser)) {
        const leftMs = await countAt(key, limit, digests);
        if (leftMs !== null) return new Date(Date.now() + leftMs);
      }
      return null;
    },
    async discount(guesser, keys) {
      if (keys.length === 0) return;
      const digests = keys.map(digestOf);
      for (const { key } of countersOf(guesser)) {
        for (const digest of digests) own.get(key)?.delete(digest);
        await redis.client.srem(key, ...digests).catch((error: unknown) => {
          if (!(error instanceof Unavailable)) throw error;
        });
      }
    },
  };
}

const countGuesses = defineScript<readonly ['guesses'], (string | number)[], number>({
  name: 'count-guesses',
  lua: `-- KEYS[1]: set of digests of wrong codes. ARGV: limit, window in ms, digest*.
-- -1: they are counted now, or were before; else the milliseconds until the count begins anew, and nothing was counted.
local fresh = {}
for i = 3, #ARGV do
  if redis.call('SISMEMBER', KEYS[1], ARGV[i]) == 0 then fresh[#fresh + 1] = ARGV[i] end
end
if #fresh == 0 then return -1 end
if redis.call('SCARD', KEYS[1]) + #fresh > tonumber(ARGV[1]) then
  return math.max(redis.call('PTTL', KEYS[1]), 0)
end
redis.call('SADD', KEYS[1], unpack(fresh))
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return -1`,
  keys: ['guesses'],
  parse(reply) {
    if (typeof reply === 'number') return reply;
    throw new Error('Expected a number.');
  },
});

function countersOf({ tenantId, userId, address }: Guesser): { key: string; limit: number }[] {
  const of = (kind: string, who: string) =>
    `code-guesses:${kind}:${encodeURIComponent(tenantId)}:${encodeURIComponent(who)}`;
  return [
    { key: of('user', userId), limit: guessesAllowed.user },
    ...(address === null ? [] : [{ key: of('address', address), limit: guessesAllowed.address }]),
  ];
}

function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 12);
}
