import type { Held } from './places';
import { type Bits, roomFor } from './row-bits';

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
 * read side by side, so that the tally itself is read and written once for all four.
 */
export class Tally {
  /** Words that the rows of one slot need, an even number. */
  readonly stride: number;
  /** Slot s begins at the word s × stride. */
  readonly #marked: Bits;
  readonly #rows: Bits;
  readonly #none: Bits;
  /** Sets that wait, `together` entries a slot, filled up with the empty set. */
  readonly #waiting: Bits[];
  readonly #waitingIn: number[] = Array.from({ length: slots }, () => 0);

  constructor(stride: number) {
    this.stride = stride;
    this.#marked = roomFor(slots * stride);
    this.#rows = roomFor(stride);
    this.#none = roomFor(stride);
    this.#waiting = Array.from({ length: slots * together }, () => this.#none);
  }

  /** Forgets what was marked; the rows of the first slots are marked to begin with. */
  open(marked: Int32Array): void {
    this.#marked.words.set(marked);
  }

  markRow(row: number, slot: number): void {
    const { words } = this.#marked;
    const word = slot * this.stride + (row >>> 5);
    words[word] = (words[word] ?? 0) | (1 << (row & 31));
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
    const rows = this.#rows.words;
    const { words } = this.#marked;
    for (let word = 0; word < this.stride; word += 1) rows[word] = ~(words[word] ?? 0);
    for (const slot of among) this.#keep(slot);
    return this.#rows;
  }

  /** Marks the rows of the sets that wait. */
  #add(slot: number): void {
    if (this.#waitingIn[slot] === 0) return;
    const marked = this.#marked.pairs;
    const pairs = this.stride / 2;
    const start = slot * pairs;
    const a = this.#take(slot, 0);
    const b = this.#take(slot, 1);
    const c = this.#take(slot, 2);
    const d = this.#take(slot, 3);
    this.#waitingIn[slot] = 0;
    const common = Math.min(a.length, b.length, c.length, d.length, pairs);
    // Cut to 64 bits, the compiler reads, joins and writes machine words, and no BigInt is ever made.
    for (let pair = 0; pair < common; pair += 1)
      marked[start + pair] = BigInt.asIntN(
        64,
        (marked[start + pair] ?? 0n) | (a[pair] ?? 0n) | (b[pair] ?? 0n) | (c[pair] ?? 0n) | (d[pair] ?? 0n),
      );
    this.#addRest(a, slot, common);
    this.#addRest(b, slot, common);
    this.#addRest(c, slot, common);
    this.#addRest(d, slot, common);
  }

  /** Keeps the rows that are marked in a slot, with the sets that wait if they are few enough to be read along. */
  #keep(slot: number): void {
    if ((this.#waitingIn[slot] ?? 0) > 2) this.#add(slot);
    const rows = this.#rows.pairs;
    const marked = this.#marked.pairs;
    const pairs = this.stride / 2;
    const start = slot * pairs;
    const a = this.#take(slot, 0);
    const b = this.#take(slot, 1);
    this.#waitingIn[slot] = 0;
    const common = Math.min(a.length, b.length, pairs);
    this.#addRest(a, slot, common);
    this.#addRest(b, slot, common);
    for (let pair = 0; pair < common; pair += 1)
      rows[pair] = BigInt.asIntN(
        64,
        (rows[pair] ?? 0n) & ((marked[start + pair] ?? 0n) | (a[pair] ?? 0n) | (b[pair] ?? 0n)),
      );
    for (let pair = common; pair < pairs; pair += 1)
      rows[pair] = BigInt.asIntN(64, (rows[pair] ?? 0n) & (marked[start + pair] ?? 0n));
  }

  #take(slot: number, index: number): BigInt64Array<ArrayBuffer> {
    const at = slot * together + index;
    const rows = this.#waiting[at] ?? this.#none;
    this.#waiting[at] = this.#none;
    return rows.pairs;
  }

  /** Marks the rows of a set from a pair on. A set may be longer than the stride, by spare words that hold nothing. */
  #addRest(rows: BigInt64Array<ArrayBuffer>, slot: number, from: number): void {
    const marked = this.#marked.pairs;
    const pairs = this.stride / 2;
    const start = slot * pairs;
    const length = Math.min(rows.length, pairs);
    for (let pair = from; pair < length; pair += 1)
      marked[start + pair] = BigInt.asIntN(64, (marked[start + pair] ?? 0n) | (rows[pair] ?? 0n));
  }
}

/** Sets of one slot that are read together. */
const together = 4;
