import { setImmediate as turn } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { InvalidationLine } from './invalidation-line';
import type { Logger } from './logger';
import { defineScriptOverKeys, type RedisConnection } from './redis';

/** Reads the truth for distinct keys, in their order; null for what does not exist. */
export type LoadMany<V> = (keys: readonly string[]) => Promise<readonly (V | null)[]>;

/** How long things are kept at most, in milliseconds of real time; jitter only ever shortens. */
export interface CacheLifetimes {
  /** A value in this process. */
  processMs: number;
  /** A value in Redis. */
  redisMs: number;
  /** In both tiers: the memory that something does not exist. */
  absentMs: number;
  /** The memory of an invalidation, here and in Redis; longer than any load that may still be on its way. */
  invalidatedMs: number;
  /** A load that took longer than this is answered with and not kept. */
  loadMs: number;
}

export const usualLifetimes: CacheLifetimes = {
  processMs: 30_000,
  redisMs: 60_000,
  absentMs: 5_000,
  invalidatedMs: 60_000,
  loadMs: 10_000,
};

export interface TieredCacheOptions<V> {
  /** Names the keys and the topic, with a number for the shape of what is kept: `template.sku.2`. */
  name: string;
  redis: RedisConnection;
  /** Before it starts. */
  line: InvalidationLine;
  /** Grows with every change of a value, from 1. What does not exist counts as 0. */
  versionOf(value: V): number;
  /** Values in this process; the least recently asked for go first. */
  maxEntries: number;
  /** What differs from {@link usualLifetimes}. */
  lifetimes?: Partial<CacheLifetimes>;
  /** 0 to 1, for the jitter; `Math.random` unless told. */
  random?: () => number;
  logger: Logger;
}

/**
 * Values by key in three tiers: this process, Redis, the truth. It is never needed for an answer to be right enough:
 *
 * - An invalidation is heard everywhere within milliseconds while Redis is there.
 * - While it is not, this process answers from the truth and keeps what it read for `unsureMs`; Redis is not asked.
 * - An invalidation that is lost (its process died between the commit and the telling) leaves a value for
 *   `processMs + redisMs` at most.
 *
 * Values are JSON. They are shared among all askers: nobody may change one.
 */
export interface TieredCache<V> {
  /**
   * The values in the order of the keys, null for what does not exist. At most one load for all keys that are not at hand,
   * and one or two MGET; a key that somebody else is loading already is waited for. Throws only what `load` throws.
   */
  getMany(keys: readonly string[], load: LoadMany<V>): Promise<(V | null)[]>;
  /**
   * Says that keys have a new version, after the commit of the change. From here on nothing older is answered in this
   * process, and moments later in none; nothing older is kept any more, however late its reader comes.
   */
  invalidate(changes: ReadonlyMap<string, number>): void;
  /** Resolves when everything loaded so far has been handed to Redis. */
  settled(): Promise<void>;
}

export function createTieredCache<V extends object>(options: TieredCacheOptions<V>): TieredCache<V> {
  return new Tiers(options);
}

/** How long Redis may take before the truth is asked instead, in milliseconds; it then rests for as long as {@link redisRestMs}. */
export const redisPatienceMs = 150;
export const redisRestMs = 1000;

/** What is kept of one key. `value` is null when it is known not to exist. */
interface Entry<V> {
  value: V | null;
  version: number;
  /** When reading it began, on the line's clock. */
  asOf: number;
  /** Kept until then. */
  until: number;
  /** When it was asked for, as far as the order of forgetting goes. */
  askedAt: number;
}

/** How exact that order is, in milliseconds: moving each value at each question would cost more than finding it. */
const askedEveryMs = 1000;

/** A load that runs. */
interface Flight<V> {
  keys: readonly string[];
  began: number;
  /** In the order of `keys`. */
  landed: Promise<readonly Entry<V>[]>;
  /** Keys that were invalidated since; who asks for them now must not wait for this. */
  overtaken: Set<string>;
  /** Where each key stands; made for the first who looks, since most loads have nobody to share with. */
  places: Map<string, number> | null;
}

/*
 * An entry in Redis is its version, a sign and what there is to say: `7={"name":"Lamp"}` a value, `0-` known not to exist,
 * `8!` invalidated: nothing older than 8 may come back. Both scripts compare versions where they are written, so that a
 * reader who was held up cannot undo an invalidation.
 */
const versionInLua = `local function versionOf(entry) return tonumber(string.match(entry, '^%d+')) end`;

const store = defineScriptOverKeys<(string | number)[], 'STORED'>({
  name: 'cache-store',
  // KEYS: entries. ARGV: for each of them what to store, and for how many milliseconds. Returns STORED.
  lua: `${versionInLua}
for i, key in ipairs(KEYS) do
  local entry, there = ARGV[2 * i - 1], redis.call('GET', key)
  if not there or versionOf(there) <= versionOf(entry) then redis.call('SET', key, entry, 'PX', ARGV[2 * i]) end
end
return 'STORED'`,
  parse: () => 'STORED',
});

const invalidate = defineScriptOverKeys<(string | number)[], 'TOLD'>({
  name: 'cache-invalidate',
  // KEYS: entries. ARGV: the channel, the message, how many milliseconds the mark stays, then a version for each key.
  // The marks are there before anybody hears of them. Returns TOLD.
  lua: `${versionInLua}
for i, key in ipairs(KEYS) do
  local version, there = ARGV[3 + i], redis.call('GET', key)
  if not there or versionOf(there) < tonumber(version) then redis.call('SET', key, version .. '!', 'PX', ARGV[3]) end
end
redis.call('PUBLISH', ARGV[1], ARGV[2])
return 'TOLD'`,
  parse: () => 'TOLD',
});

class Tiers<V extends object> implements TieredCache<V> {
  readonly #options: TieredCacheOptions<V>;
  readonly #lifetimes: CacheLifetimes;
  readonly #random: () => number;
  readonly #line: InvalidationLine;
  readonly #entries: LRUCache<string, Entry<V>>;
  /** The versions that invalidated keys must have at least. */
  readonly #floors: LRUCache<string, { version: number; until: number }>;
  readonly #flights = new Set<Flight<V>>();
  readonly #writes = new Set<Promise<void>>();
  /** Nothing read until then is kept: set when a floor had to go before its time. */
  #keptFrom = Number.NEGATIVE_INFINITY;
  #redisRestsUntil = Number.NEGATIVE_INFINITY;

  constructor(options: TieredCacheOptions<V>) {
    this.#options = options;
    this.#lifetimes = { ...usualLifetimes, ...options.lifetimes };
    this.#random = options.random ?? Math.random;
    this.#line = options.line;
    this.#entries = new LRUCache({ max: options.maxEntries });
    this.#floors = new LRUCache({
      max: options.maxEntries,
      dispose: (floor, _key, reason) => {
        const now = this.#line.now();
        if (reason === 'evict' && floor.until > now) this.#keptFrom = now;
      },
    });
    this.#line.follow(options.name, { told: (message) => this.#raise(changesOf(message)) });
  }

  async getMany(keys: readonly string[], load: LoadMany<V>): Promise<(V | null)[]> {
    const now = this.#line.now();
    const trustedFrom = this.#trustedFrom();
    const values = new Array<V | null>(keys.length).fill(null);
    const missing: number[] = [];
    for (let place = 0; place < keys.length; place += 1) {
      const key = keys[place] ?? '';
      const entry = this.#entries.peek(key);
      if (entry === undefined || entry.until <= now || entry.asOf <= trustedFrom) {
        missing.push(place);
        continue;
      }
      values[place] = entry.value;
      if (now - entry.askedAt < askedEveryMs) continue;
      entry.askedAt = now;
      this.#entries.get(key); // moves it to the front
    }
    if (missing.length === 0) return values;
    const wanted = missing.map((place) => keys[place] ?? '');
    if (new Set(wanted).size < wanted.length) return this.#getRepeated(keys, load);
    const own: string[] = [];
    const ownPlaces: number[] = [];
    const landing: Promise<void>[] = [];
    missing.forEach((place, index) => {
      const key = wanted[index] ?? '';
      const running = this.#flights.size === 0 ? null : this.#running(key, trustedFrom);
      if (!running) {
        own.push(key);
        ownPlaces.push(place);
        return;
      }
      const settle = async (): Promise<void> => {
        values[place] = (await running).value;
      };
      landing.push(settle());
    });
    const bring = async (): Promise<void> => {
      const entries = await this.#launch(own, load).landed;
      ownPlaces.forEach((place, index) => {
        values[place] = entryAt(entries, index).value;
      });
    };
    if (own.length > 0) landing.push(bring());
    await Promise.all(landing);
    return values;
  }

  async #getRepeated(keys: readonly string[], load: LoadMany<V>): Promise<(V | null)[]> {
    const distinct = [...new Set(keys)];
    const values = await this.getMany(distinct, load);
    const byKey = new Map(distinct.map((key, place) => [key, values[place] ?? null]));
    return keys.map((key) => byKey.get(key) ?? null);
  }

  invalidate(changes: ReadonlyMap<string, number>): void {
    if (changes.size === 0) return;
    this.#raise(changes);
    const { name, redis } = this.#options;
    const keys = [...changes.keys()];
    const message = JSON.stringify([...changes]);
    this.#line.tell(() =>
      invalidate(
        redis.client,
        keys.map((key) => this.#redisKey(key)),
        [this.#line.channel(name), message, this.#lifetimes.invalidatedMs, ...changes.values()],
      ),
    );
  }

  async settled(): Promise<void> {
    while (this.#writes.size > 0) await Promise.all(this.#writes);
  }

  #trustedFrom(): number {
    return Math.max(this.#line.trustedFrom(), this.#keptFrom);
  }

  /** Nothing older than this is taken any more, whoever brings it and from where. */
  #raise(changes: ReadonlyMap<string, number>): void {
    const until = this.#line.now() + this.#lifetimes.invalidatedMs;
    for (const [key, version] of changes) {
      if (version <= this.#floorOf(key)) continue;
      this.#floors.set(key, { version, until });
      // Whoever asks from now on asks anew; those who wait asked before the change.
      for (const flight of this.#flights) flight.overtaken.add(key);
      const entry = this.#entries.get(key);
      if (entry && entry.version < version) this.#entries.delete(key);
    }
  }

  #floorOf(key: string): number {
    const floor = this.#floors.get(key);
    return floor && floor.until > this.#line.now() ? floor.version : 0;
  }

  /** What a load that runs already brings for a key, unless it began too long ago to be believed. */
  #running(key: string, trustedFrom: number): Promise<Entry<V>> | null {
    for (const flight of this.#flights) {
      if (flight.began <= trustedFrom || flight.overtaken.has(key)) continue;
      flight.places ??= new Map(flight.keys.map((each, place) => [each, place]));
      const place = flight.places.get(key);
      if (place !== undefined) return flight.landed.then((entries) => entryAt(entries, place));
    }
    return null;
  }

  #launch(keys: readonly string[], load: LoadMany<V>): Flight<V> {
    const began = this.#line.now();
    const landed = this.#read(keys, load, began);
    const flight: Flight<V> = { keys, began, landed, overtaken: new Set(), places: null };
    this.#flights.add(flight);
    const land = (): boolean => this.#flights.delete(flight);
    landed.then(land, land);
    return flight;
  }

  async #read(keys: readonly string[], load: LoadMany<V>, began: number): Promise<readonly Entry<V>[]> {
    const known = await this.#fromRedis(keys, began);
    const unknown = known.size === 0 ? keys : keys.filter((key) => !known.has(key));
    const loaded = unknown.length > 0 ? await load(unknown) : [];
    const read = loaded.map((value) => this.#entry(value, value === null ? 0 : this.#options.versionOf(value), began));
    const isKept = this.#line.now() - began <= this.#lifetimes.loadMs && began > this.#trustedFrom();
    if (isKept) {
      for (const [place, key] of unknown.entries()) this.#keep(key, entryAt(read, place));
      for (const [key, entry] of known) this.#keep(key, entry);
      if (unknown.length > 0 && this.#line.isUp()) this.#writeBack(unknown, read, began);
    }
    if (known.size === 0) return read;
    let place = 0;
    return keys.map((key) => known.get(key) ?? entryAt(read, place++));
  }

  #entry(value: V | null, version: number, asOf: number): Entry<V> {
    const { processMs, absentMs } = this.#lifetimes;
    const until = asOf + this.#shortened(value === null ? absentMs : processMs);
    return { value, version, asOf, until, askedAt: asOf };
  }

  #keep(key: string, entry: Entry<V>): void {
    if (entry.version >= this.#floorOf(key)) this.#entries.set(key, entry);
  }

  /** Up to a fifth less, so that what was loaded together does not run out together. */
  #shortened(ms: number): number {
    return Math.round(ms * (1 - this.#random() / 5));
  }

  /** What Redis knows of these keys; nothing when it is away, slow or resting. */
  async #fromRedis(keys: readonly string[], now: number): Promise<Map<string, Entry<V>>> {
    const read = new Map<string, Entry<V>>();
    if (!this.#line.isUp() || now < this.#redisRestsUntil) return read;
    try {
      const [sample, rest] = sampled(keys);
      await within(this.#readInto(read, sample, now), redisPatienceMs);
      if (rest.length > 0 && read.size > 0) await within(this.#readInto(read, rest, now), redisPatienceMs);
    } catch (error) {
      this.#redisRestsUntil = now + redisRestMs;
      this.#options.logger.debug({ err: error }, 'redis did not answer in time; the truth is asked');
    }
    return read;
  }

  async #readInto(read: Map<string, Entry<V>>, keys: readonly string[], asOf: number): Promise<void> {
    const entries = await this.#options.redis.client.mget(keys.map((key) => this.#redisKey(key)));
    entries.forEach((text, index) => {
      const key = keys[index];
      const stored = text === null ? null : storedOf<V>(text);
      if (stored && key !== undefined && stored.version >= this.#floorOf(key))
        read.set(key, this.#entry(stored.value, stored.version, asOf));
    });
  }

  /** After the answer: whoever waits for it does not wait for this. */
  #writeBack(keys: readonly string[], read: readonly Entry<V>[], began: number): void {
    const write = this.#store(keys, read, began)
      .catch((error: unknown) => this.#options.logger.debug({ err: error }, 'redis did not take what was loaded'))
      .finally(() => this.#writes.delete(write));
    this.#writes.add(write);
  }

  async #store(keys: readonly string[], read: readonly Entry<V>[], began: number): Promise<void> {
    await turn();
    const { redisMs, absentMs } = this.#lifetimes;
    const names: string[] = [];
    const args: (string | number)[] = [];
    // Redis may have lost its marks while the line was broken: what was read before is not put there.
    if (!this.#line.isUp() || began <= this.#trustedFrom()) return;
    keys.forEach((key, place) => {
      const entry = entryAt(read, place);
      if (entry.version < this.#floorOf(key)) return;
      names.push(this.#redisKey(key));
      args.push(textOf(entry), this.#shortened(entry.value === null ? absentMs : redisMs));
    });
    if (names.length > 0) await store(this.#options.redis.client, names, args);
  }

  #redisKey(key: string): string {
    return `cache:${this.#options.name}:${key}`;
  }
}

/**
 * A few keys from all over a long question, and the others. Where Redis knows none of the few it knows hardly any of the
 * rest, and asking for them all would cost more than it spares the truth, which is asked once in any case.
 */
function sampled(keys: readonly string[]): [sample: readonly string[], rest: readonly string[]] {
  if (keys.length < 4 * sampleSize) return [keys, []];
  const step = Math.floor(keys.length / sampleSize);
  const isSampled = (_key: string, place: number): boolean => place % step === 0;
  return [keys.filter(isSampled), keys.filter((key, place) => !isSampled(key, place))];
}

const sampleSize = 16;

function entryAt<V>(entries: readonly Entry<V>[], place: number): Entry<V> {
  const entry = entries[place];
  if (!entry)
    throw new Error(`Expected a load to answer for each of its keys in their order, found ${entries.length}.`);
  return entry;
}

function textOf<V>({ value, version }: Entry<V>): string {
  return value === null ? `${version}-` : `${version}=${JSON.stringify(value)}`;
}

/** Null for what only says that something is no longer so. */
function storedOf<V>(text: string): Pick<Entry<V>, 'value' | 'version'> | null {
  const version = Number.parseInt(text, 10);
  const at = String(version).length;
  switch (text[at]) {
    case '=':
      // Written by a process of ours under a name that carries the shape's number.
      return { value: JSON.parse(text.slice(at + 1)) as V, version };
    case '-':
      return { value: null, version };
    default:
      return null;
  }
}

/** A message is what `invalidate` wrote: `[["acme/sku-1", 7]]`. */
function changesOf(message: string): Map<string, number> {
  return new Map(JSON.parse(message) as [string, number][]);
}

/** The answer, or an error when it takes longer; the question itself goes on. */
async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${ms} ms.`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
