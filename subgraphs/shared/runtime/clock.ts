/** Business time: windows, expiries, reminders, deadlines. Tokens, leases and TTL stay on real time and never ask it. */
export interface Clock {
  now(): Date;
  /** Calls back whenever business time was moved by hand, so that workers look at once instead of at their next turn. */
  onMove(listener: () => void): void;
}

/** The clock of production: real time, never moved. */
export const systemClock: Clock = { now: () => new Date(), onMove: () => undefined };

/** A clock that runs with real time and moves further ahead when told; for development and tests. */
export class MovableClock implements Clock {
  #offsetMs: number;
  readonly #listeners: (() => void)[] = [];

  /** @param offsetMs how far ahead of real time it starts, in milliseconds */
  constructor(offsetMs = 0) {
    this.#offsetMs = offsetMs;
  }

  now(): Date {
    return new Date(Date.now() + this.#offsetMs);
  }

  onMove(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Moves business time forward. @param ms milliseconds, zero or more */
  advance(ms: number): void {
    if (!Number.isSafeInteger(ms) || ms < 0) {
      throw new RangeError(`Expected milliseconds of zero or more, found ${ms}; business time never goes back.`);
    }
    this.#offsetMs += ms;
    for (const listener of this.#listeners) listener();
  }

  /** Milliseconds ahead of real time. */
  get offset(): number {
    return this.#offsetMs;
  }
}
