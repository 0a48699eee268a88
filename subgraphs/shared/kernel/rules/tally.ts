import type { Held } from './places';
import type { Bits } from './row-bits';

/** Bits of a place that say the slot. */
const slotBits = 4;
/** Slots of a row: the first is for vetoes, the others for one clause each. */
export const slots = 1 << slotBits;
/** The slot in which a row that is marked is out, instead of having a clause fulfilled. */
export const vetoSlot = 0;

/** A row and a slot of it in one number: where a literal of a rule stands. */
export type Place = number;

/** The place of a row's slot: placeOf(2, 3) → 35. */
export function placeOf(row: number, slot: number): Place {
  return (row << slotBits) | slot;
}

/** The row of a place: rowOf(35) → 2. */
export function rowOf(place: Place): number {
  return place >>> slotBits;
}

/** The slot of a place: slotOf(35) → 3. */
export function slotOf(place: Place): number {
  return place & (slots - 1);
}

/**
 * What a match has found so far: the rows that are marked in each slot. Sets of rows wait until four of one slot can be
 * read side by side, which takes about half the time of reading one after the other.
 */
export class Tally {
  /** Words that the rows of one slot need. */
  readonly stride: number;
  /** Slot s begins at the word s × stride. */
  readonly #words: Bits;
  readonly #rows: Bits;
  readonly #none: Bits;
  /** Sets that wait, `together` entries a slot, filled up with the empty set. */
  readonly #waiting: Bits[];
  readonly #waitingIn: number[] = Array.from({ length: slots }, () => 0);

  constructor(stride: number) {
    this.stride = stride;
    this.#words = new Int32Array(slots * stride);
    this.#rows = new Int32Array(stride);
    this.#none = new Int32Array(stride);
    this.#waiting = Array.from({ length: slots * together }, () => this.#none);
  }

  /** Forgets what was marked; the rows of the first slots are marked to begin with. */
  open(marked: Bits): void {
    this.#words.set(marked);
  }

  markRow(row: number, slot: number): void {
    const word = slot * this.stride + (row >>> 5);
    this.#words[word] = (this.#words[word] ?? 0) | (1 << (row & 31));
  }

  markPlace(place: Place): void {
    this.markRow(rowOf(place), slotOf(place));
  }

  markPlaces(held: Held): void {
    if (typeof held !== 'number') held.mark(this);
    else this.markPlace(held);
  }

  markRows(rows: Bits, slot: number): void {
    const waiting = this.#waitingIn[slot] ?? 0;
    this.#waiting[slot * together + waiting] = rows;
    this.#waitingIn[slot] = waiting + 1;
    if (waiting + 1 === together) this.#add(slot);
  }

  /** The rows that are marked in each of some slots and not in the veto slot; good until the tally is opened again. */
  close(among: readonly number[]): Bits {
    this.#add(vetoSlot);
    const rows = this.#rows;
    const words = this.#words;
    for (let word = 0; word < this.stride; word += 1) rows[word] = ~(words[word] ?? 0);
    for (const slot of among) this.#keep(slot);
    return this.#rows;
  }

  /** Marks the rows of the sets that wait. */
  #add(slot: number): void {
    if (this.#waitingIn[slot] === 0) return;
    const words = this.#words;
    const start = slot * this.stride;
    const a = this.#take(slot, 0);
    const b = this.#take(slot, 1);
    const c = this.#take(slot, 2);
    const d = this.#take(slot, 3);
    this.#waitingIn[slot] = 0;
    const common = Math.min(a.length, b.length, c.length, d.length, this.stride);
    for (let word = 0; word < common; word += 1)
      words[start + word] =
        (words[start + word] ?? 0) | (a[word] ?? 0) | (b[word] ?? 0) | (c[word] ?? 0) | (d[word] ?? 0);
    this.#addRest(a, slot, common);
    this.#addRest(b, slot, common);
    this.#addRest(c, slot, common);
    this.#addRest(d, slot, common);
  }

  /** Keeps the rows that are marked in a slot, with the sets that wait if they are few enough to be read along. */
  #keep(slot: number): void {
    if ((this.#waitingIn[slot] ?? 0) > 2) this.#add(slot);
    const rows = this.#rows;
    const words = this.#words;
    const start = slot * this.stride;
    const single = (this.#waitingIn[slot] ?? 0) < 2;
    const a = this.#take(slot, 0);
    const b = this.#take(slot, 1);
    this.#waitingIn[slot] = 0;
    const common = Math.min(a.length, b.length, this.stride);
    this.#addRest(a, slot, common);
    this.#addRest(b, slot, common);
    // Words of which nothing is left are common once a few slots have been read.
    for (let word = 0; word < common; word += 1) {
      const left = rows[word] ?? 0;
      if (left === 0) continue;
      const marked = (words[start + word] ?? 0) | (a[word] ?? 0);
      rows[word] = left & (single ? marked : marked | (b[word] ?? 0));
    }
    for (let word = common; word < this.stride; word += 1) rows[word] = (rows[word] ?? 0) & (words[start + word] ?? 0);
  }

  #take(slot: number, index: number): Bits {
    const at = slot * together + index;
    const rows = this.#waiting[at] ?? this.#none;
    this.#waiting[at] = this.#none;
    return rows;
  }

  /** Marks the rows of a set from a word on. A set may be longer than the stride, by spare words that hold nothing. */
  #addRest(rows: Bits, slot: number, from: number): void {
    const words = this.#words;
    const start = slot * this.stride;
    const length = Math.min(rows.length, this.stride);
    for (let word = from; word < length; word += 1)
      words[start + word] = (words[start + word] ?? 0) | (rows[word] ?? 0);
  }
}

/** Sets of one slot that are read together. */
const together = 4;
