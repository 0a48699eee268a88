import type { Redis } from 'ioredis';
import type { Logger } from './logger';
import type { RedisConnection } from './redis';
import { Unavailable } from './unavailable';

/** Who keeps something in this process that others may change. */
export interface InvalidationFollower {
  /** Something changed, here or elsewhere. Must not throw, and be quick. */
  told(message: string): void;
}

/**
 * One line over Redis pub/sub on which the processes of a subgraph tell one another what changed. It knows how far it can
 * be relied on, so that whoever keeps something in memory asks one question of it: {@link InvalidationLine.trustedFrom}.
 */
export interface InvalidationLine {
  /** Hears what is told under a topic. Before `start` only. */
  follow(topic: string, follower: InvalidationFollower): void;
  /** The full name of a topic's channel, for a script that publishes by itself. */
  channel(topic: string): string;
  /**
   * Tells the others, now or as soon as Redis is back; `attempt` publishes and may run again after it failed. Never waits
   * for an answer and never throws: what is told may be lost with the process, so everything kept has a lifetime.
   */
  tell(attempt: () => Promise<unknown>): void;
  /** Whether every change told now would be heard here. */
  isUp(): boolean;
  /**
   * What was read from the truth after this instant (on the clock of `now`) may still be answered from. While the line is
   * up that is everything since it came up; while it is down, what is younger than {@link unsureMs}, counted from the last
   * moment the line was known to be whole.
   */
  trustedFrom(): number;
  /** The clock of all of this: monotonic milliseconds of this process. */
  now(): number;
  /** Opens the line; returns when it is up, or after {@link startPatienceMs} when Redis does not answer. */
  start(): Promise<void>;
  /** Waits for what is being told, and closes the line. */
  stop(): Promise<void>;
}

/** How old an answer may be while the line is down, in milliseconds. */
export const unsureMs = 1000;
/** How long a start waits for the line, in milliseconds. */
export const startPatienceMs = 1000;
/** How often the line is tried, in milliseconds; after three tries without an answer it is down, although nothing broke. */
export const pingEveryMs = 250;

const pingsWithoutAnswer = 3;
/** What waits for Redis at most; beyond, the oldest is dropped and the lifetimes have to do. */
const mostUnsent = 1000;

/** @param options `now` is for tests; the process's monotonic clock unless told */
export function createInvalidationLine(
  redis: RedisConnection,
  options: { logger: Logger; now?: () => number },
): InvalidationLine {
  return new Line(redis, options.logger, options.now ?? (() => performance.now()));
}

class Line implements InvalidationLine {
  readonly #redis: RedisConnection;
  readonly #logger: Logger;
  readonly now: () => number;
  readonly #followers = new Map<string, InvalidationFollower[]>();
  #connection: Redis | null = null;
  #pings: NodeJS.Timeout | null = null;
  #unanswered = 0;
  #up = false;
  /** Since when nothing can have been missed; kept while the line is down. */
  #upSince = Number.POSITIVE_INFINITY;
  /** When the line was last known to be whole. */
  #wholeAt = Number.NEGATIVE_INFINITY;
  #mending = false;
  /** Counts the times the connection broke. */
  #breaks = 0;
  readonly #unsent: (() => Promise<unknown>)[] = [];
  readonly #telling = new Set<Promise<void>>();
  #onUp: () => void = () => undefined;

  constructor(redis: RedisConnection, logger: Logger, now: () => number) {
    this.#redis = redis;
    this.#logger = logger;
    this.now = now;
  }

  follow(topic: string, follower: InvalidationFollower): void {
    if (this.#connection) throw new Error(`Expected followers of ${topic} before the line starts, found it started.`);
    const channel = this.channel(topic);
    this.#followers.set(channel, [...(this.#followers.get(channel) ?? []), follower]);
  }

  channel(topic: string): string {
    return this.#redis.channel(`changed:${topic}`);
  }

  tell(attempt: () => Promise<unknown>): void {
    if (!this.#up) {
      this.#keepForLater(attempt);
      return;
    }
    const told = this.#try(attempt).finally(() => this.#telling.delete(told));
    this.#telling.add(told);
  }

  isUp(): boolean {
    return this.#up;
  }

  trustedFrom(): number {
    if (this.#up) return this.#upSince;
    const young = this.now() - unsureMs;
    // What the whole line vouched for until it went down is as good as read at that moment.
    return this.#wholeAt > young ? Math.min(this.#upSince, young) : young;
  }

  async start(): Promise<void> {
    const connection = this.#redis.subscriber();
    this.#connection = connection;
    connection.on('message', (channel: string, message: string) => this.#hear(channel, message));
    connection.on('ready', () => void this.#mend());
    connection.on('close', () => {
      this.#breaks += 1;
      this.#goDown();
    });
    this.#pings = setInterval(() => this.#ping(), pingEveryMs);
    this.#pings.unref();
    if (this.#redis.client.status !== 'ready') return;
    let late: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#onUp = resolve;
      late = setTimeout(resolve, startPatienceMs);
    });
    clearTimeout(late);
  }

  async stop(): Promise<void> {
    if (this.#pings) clearInterval(this.#pings);
    await Promise.all(this.#telling);
    this.#up = false;
    this.#connection?.disconnect();
  }

  #hear(channel: string, message: string): void {
    for (const follower of this.#followers.get(channel) ?? []) follower.told(message);
  }

  /** Subscribes, says what could not be said, and only then is relied on again: from here on nothing is missed. */
  async #mend(): Promise<void> {
    if (this.#mending || this.#up) return;
    this.#mending = true;
    const breaks = this.#breaks;
    try {
      // ioredis subscribes again by itself; doing it here tells when it is done, and twice does no harm.
      await this.#connection?.subscribe(...this.#followers.keys());
      await this.#redis.ping(); // and the other way: the connection for commands is one of its own
      for (let next = this.#unsent[0]; next; next = this.#unsent[0]) {
        await this.#say(next);
        this.#unsent.shift();
      }
      if (breaks !== this.#breaks) return; // it broke meanwhile
      this.#unanswered = 0;
      this.#upSince = this.now();
      this.#wholeAt = this.#upSince;
      this.#up = true;
      this.#onUp();
    } catch (error) {
      // Gone again, or the connection for commands is not back yet; the next ping tries once more.
      this.#logger.debug({ err: error }, 'the line of invalidations is not back yet');
    } finally {
      this.#mending = false;
    }
  }

  #goDown(): void {
    if (!this.#up) return;
    this.#up = false;
    this.#logger.warn('redis is away: what is kept in memory is renewed every second until it is back');
  }

  #ping(): void {
    const connection = this.#connection;
    if (connection?.status !== 'ready') return;
    if (!this.#up) {
      void this.#mend();
      return;
    }
    // Counted in turns and not in time: a process that was busy itself has pings to answer, not a line that is broken.
    if (this.#unanswered >= pingsWithoutAnswer) {
      this.#goDown();
      connection.disconnect(true);
      return;
    }
    this.#unanswered += 1;
    const asked = this.now();
    connection.ping().then(
      () => {
        this.#unanswered = 0;
        this.#wholeAt = Math.max(this.#wholeAt, asked);
      },
      () => undefined, // its end is told by `close`
    );
  }

  async #try(attempt: () => Promise<unknown>): Promise<void> {
    try {
      await this.#say(attempt);
    } catch {
      this.#keepForLater(attempt);
      // It is said again before the line counts as whole, and the others hear of it as soon as that.
      this.#goDown();
    }
  }

  /** Throws only what may be different next time. */
  async #say(attempt: () => Promise<unknown>): Promise<void> {
    try {
      await attempt();
    } catch (error) {
      if (error instanceof Unavailable) throw error;
      this.#logger.error({ err: error }, 'an invalidation could not be told; others learn of the change by lifetimes');
    }
  }

  #keepForLater(attempt: () => Promise<unknown>): void {
    this.#unsent.push(attempt);
    if (this.#unsent.length > mostUnsent) this.#unsent.shift();
  }
}
