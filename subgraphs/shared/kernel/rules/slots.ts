import { type Clause, clauseBounds } from './clauses';
import type { Bits } from './row-bits';
import { slots, Tally, vetoSlot } from './tally';

/**
 * The slots of every row: which clause stands in which, and the tally of a match. Clauses about the same facts share a slot where they can, so that a fact is looked at for few slots.
 */
export class Slots {
  /** The tally before anything is marked: a row without a clause in a slot is fulfilled there. */
  #opening: Words = new Int32Array(0);
  #tally = new Tally(0);
  /** The slot of each clause of a row, `clauseBounds.clauses` entries a row. */
  #taken: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  /** Rows that have a clause in each slot. */
  readonly #clauses: number[] = Array.from({ length: slots }, () => 0);
  /** How often clauses about the same facts stand in each slot. */
  readonly #about = new Map<string, number[]>();
  /** The slots that have clauses, and the first in any case: a removed row is fulfilled nowhere. */
  #used: readonly number[] = [firstSlot];
  /** The part of the opening up to the last slot in use. */
  #opened: Words = this.#opening;

  /** Words that the rows of one slot need. */
  get stride(): number {
    return this.#tally.stride;
  }

  /** Gives a row's clauses their slots, in the order of the clauses. */
  take(row: number, clauses: readonly Clause[]): readonly number[] {
    this.#widen(row);
    const taken: number[] = [];
    for (const clause of clauses) {
      const about = aboutOf(clause);
      const counts = this.#about.get(about) ?? Array.from({ length: slots }, () => 0);
      this.#about.set(about, counts);
      const slot = this.#best(counts, taken);
      taken.push(slot);
      counts[slot] = (counts[slot] ?? 0) + 1;
      this.#clauses[slot] = (this.#clauses[slot] ?? 0) + 1;
    }
    this.#taken.set(taken, row * clauseBounds.clauses);
    for (let slot = firstSlot; slot < slots; slot += 1) this.#setFulfilled(row, slot, !taken.includes(slot));
    this.#use();
    return taken;
  }

  /** The slots that `take` gave. */
  takenBy(row: number, clauses: readonly Clause[]): readonly number[] {
    const from = row * clauseBounds.clauses;
    return [...this.#taken.subarray(from, from + clauses.length)];
  }

  leave(row: number, clauses: readonly Clause[]): void {
    this.takenBy(row, clauses).forEach((slot, index) => {
      const about = aboutOf(clauses[index] ?? []);
      const counts = this.#about.get(about) ?? [];
      counts[slot] = (counts[slot] ?? 0) - 1;
      if (counts.every((count) => count === 0)) this.#about.delete(about);
      this.#clauses[slot] = (this.#clauses[slot] ?? 0) - 1;
    });
    for (let slot = firstSlot; slot < slots; slot += 1) this.#setFulfilled(row, slot, false);
    this.#use();
  }

  /** A tally to mark, in which nothing is fulfilled but what nobody asks. */
  open(): Tally {
    this.#tally.open(this.#opened);
    return this.#tally;
  }

  /** The rows that are marked in every slot and not vetoed; good until the next match. */
  close(): Bits {
    return this.#tally.close(this.#used);
  }

  /** A free slot where most clauses about the same facts are, or else the one with the fewest clauses. */
  #best(counts: readonly number[], taken: readonly number[]): number {
    let best = vetoSlot;
    for (let slot = firstSlot; slot < slots; slot += 1) {
      if (taken.includes(slot)) continue;
      const alike = (counts[slot] ?? 0) - (counts[best] ?? 0);
      const fewer = (this.#clauses[best] ?? 0) - (this.#clauses[slot] ?? 0);
      if (best === vetoSlot || alike > 0 || (alike === 0 && fewer > 0)) best = slot;
    }
    return best;
  }

  #setFulfilled(row: number, slot: number, fulfilled: boolean): void {
    const word = slot * this.stride + (row >>> 5);
    const bit = 1 << (row & 31);
    const before = this.#opening[word] ?? 0;
    this.#opening[word] = fulfilled ? before | bit : before & ~bit;
  }

  /** Makes room for a row, with some to spare. */
  #widen(row: number): void {
    if (row < 32 * this.stride) return;
    // Even, so that the rows of every slot can be read in pairs of words.
    const stride = 2 * ((row >>> 6) + 1 + (row >>> 10));
    const opening: Words = new Int32Array(slots * stride);
    for (let slot = 0; slot < slots; slot += 1)
      opening.set(this.#opening.subarray(slot * this.stride, (slot + 1) * this.stride), slot * stride);
    const taken = new Uint8Array(32 * stride * clauseBounds.clauses);
    taken.set(this.#taken);
    this.#opening = opening;
    this.#tally = new Tally(stride);
    this.#taken = taken;
  }

  #use(): void {
    const used = this.#clauses.flatMap((count, slot) => (count > 0 && slot !== firstSlot ? [slot] : []));
    this.#used = [firstSlot, ...used];
    this.#opened = this.#opening.subarray(0, (Math.max(...this.#used) + 1) * this.stride);
  }
}

type Words = Int32Array<ArrayBuffer>;

const firstSlot = vetoSlot + 1;

/** What a clause is about, so that clauses alike find each other: `user.payTimes is|user.tier is`. */
function aboutOf(clause: Clause): string {
  return [...new Set(clause.map(({ fact, ask }) => `${fact} ${ask}`))].sort().join('|');
}
