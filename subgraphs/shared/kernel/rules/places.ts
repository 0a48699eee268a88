import { type Bits, hasRow, roomFor, withoutRow, withRow } from './row-bits';
import { type Place, placeOf, rowOf, slotOf, type Tally } from './tally';

/** Places of one literal: most literals have one, which then is the number itself. */
export type Held = Place | Places;

/** The places with one more; a literal nobody asked for before has none. */
export function withPlace(held: Held | undefined, place: Place, width: number): Held {
  if (held === undefined || held === place) return place;
  const places = typeof held === 'number' ? new Places(held) : held;
  places.add(place, width);
  return places;
}

/** The places without one; undefined when none is left. */
export function withoutPlace(held: Held | undefined, place: Place): Held | undefined {
  if (held === undefined || typeof held === 'number') return held === place ? undefined : held;
  held.remove(place);
  return held.isEmpty() ? undefined : held;
}

/** The rows of one slot, once they are many. */
interface Dense {
  slot: number;
  bits: Bits;
  count: number;
}

/** A set of places: a list while they are few, bits for each slot that has many. */
export class Places {
  #few: Place[];
  #many: Dense[] | null = null;

  constructor(first: Place) {
    this.#few = [first];
  }

  isEmpty(): boolean {
    return this.#few.length === 0 && !this.#many;
  }

  /** @param width words that the rows of the whole index need */
  add(place: Place, width: number): void {
    const dense = this.#many?.find(({ slot }) => slot === slotOf(place));
    const row = rowOf(place);
    if (dense) {
      if (hasRow(dense.bits, row)) return;
      dense.bits = withRow(dense.bits, row);
      dense.count += 1;
      this.#thin(dense);
      return;
    }
    if (this.#few.includes(place)) return;
    // Short lists are copied rather than pushed to: a pushed list holds room for sixteen more.
    if (this.#few.length < 16) this.#few = [...this.#few, place];
    else this.#few.push(place);
    if (this.#few.length > fewest(width)) this.#thicken(slotOf(place), width);
  }

  remove(place: Place): void {
    const dense = this.#many?.find(({ slot }) => slot === slotOf(place));
    const row = rowOf(place);
    if (dense) {
      if (!hasRow(dense.bits, row)) return;
      withoutRow(dense.bits, row);
      dense.count -= 1;
      this.#thin(dense);
      return;
    }
    const at = this.#few.indexOf(place);
    if (at >= 0) this.#few.splice(at, 1);
  }

  mark(tally: Tally): void {
    const few = this.#few;
    for (let at = 0; at < few.length; at += 1) tally.markPlace(few[at] ?? 0);
    if (!this.#many) return;
    for (const { slot, bits } of this.#many) tally.markRows(bits, slot);
  }

  /** Makes bits of a slot's rows when a list of them would be longer to read than the bits. */
  #thicken(slot: number, width: number): void {
    const rows = this.#few.filter((place) => slotOf(place) === slot).map(rowOf);
    if (rows.length <= fewest(width)) return;
    let bits = roomFor((Math.max(...rows) >>> 5) + 1);
    for (const row of rows) bits = withRow(bits, row);
    this.#few = this.#few.filter((place) => slotOf(place) !== slot);
    this.#many = [...(this.#many ?? []), { slot, bits, count: rows.length }];
  }

  /** Makes a list of them again when most words are empty. */
  #thin(dense: Dense): void {
    if (dense.bits.words.length <= 4 * dense.count + 4) return;
    const left = (this.#many ?? []).filter((other) => other !== dense);
    this.#many = left.length > 0 ? left : null;
    for (let row = 0; row < 32 * dense.bits.words.length; row += 1)
      if (hasRow(dense.bits, row)) this.#few.push(placeOf(row, dense.slot));
  }
}

/** Places that stay a list however few rows there are; beyond, as many as cost what reading the bits costs. */
function fewest(width: number): number {
  return Math.max(8, width >> 1);
}
