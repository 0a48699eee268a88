import { assertNever } from '../outcome';
import type { Literal } from './clauses';
import { factOfKey, typeTest } from './compile';
import type { FactValue } from './facts';
import { type Held, withoutPlace, withPlace } from './places';
import { type Place, rowOf, slotOf, type Tally, vetoSlot } from './tally';
import { Thresholds } from './thresholds';

/** Everything that rules ask of one fact, so that one look at its value finds every literal that is true. */
export class AskedFact {
  /** What the fact is asked as. */
  readonly key: string;
  #known: Held | undefined;
  #unknown: Held | undefined;
  readonly #is = new AskedValues();
  readonly #has = new AskedValues();
  readonly #starts = new AskedValues();
  /** Lengths of the prefixes asked for, and how many prefixes have each. */
  readonly #lengths = new Map<number, number>();
  readonly #atLeast = new AskedBounds();
  /** At most 5 is at least −5 of the negative. */
  readonly #atMost = new AskedBounds();
  readonly #ageAtLeast = new AskedBounds();
  readonly #ageAtMost = new AskedBounds();

  readonly #isKnown: (value: FactValue | undefined) => boolean;

  constructor(key: string) {
    this.key = key;
    this.#isKnown = typeTest(factOfKey(key));
  }

  isEmpty(): boolean {
    if (this.#known !== undefined || this.#unknown !== undefined) return false;
    const { atLeast, atMost, ageAtLeast, ageAtMost } = this.#bounds();
    return [this.#is, this.#has, this.#starts, atLeast, atMost, ageAtLeast, ageAtMost].every((one) => one.isEmpty());
  }

  /** @param width words that the rows of the whole index need */
  add(literal: Literal, place: Place, width: number): void {
    switch (literal.ask) {
      case 'known':
        this.#known = withPlace(this.#known, place, width);
        return;
      case 'unknown':
        this.#unknown = withPlace(this.#unknown, place, width);
        return;
      case 'is':
      case 'isNot':
        this.#is.add(literal.value, place, width);
        return;
      case 'has':
      case 'hasNot':
        this.#has.add(literal.value, place, width);
        return;
      case 'starts':
      case 'startsNot':
        if (this.#starts.add(literal.value, place, width)) this.#countPrefix(literal.value.length, 1);
        return;
      case 'atLeast':
      case 'ageAtLeast':
        this.#bounds()[literal.ask].add(literal.value, place, width);
        return;
      case 'atMost':
      case 'ageAtMost':
        this.#bounds()[literal.ask].add(-literal.value, place, width);
        return;
      default:
        assertNever(literal);
    }
  }

  remove(literal: Literal, place: Place): void {
    switch (literal.ask) {
      case 'known':
        this.#known = withoutPlace(this.#known, place);
        return;
      case 'unknown':
        this.#unknown = withoutPlace(this.#unknown, place);
        return;
      case 'is':
      case 'isNot':
        this.#is.remove(literal.value, place);
        return;
      case 'has':
      case 'hasNot':
        this.#has.remove(literal.value, place);
        return;
      case 'starts':
      case 'startsNot':
        if (this.#starts.remove(literal.value, place)) this.#countPrefix(literal.value.length, -1);
        return;
      case 'atLeast':
      case 'ageAtLeast':
        this.#bounds()[literal.ask].remove(literal.value, place);
        return;
      case 'atMost':
      case 'ageAtMost':
        this.#bounds()[literal.ask].remove(-literal.value, place);
        return;
      default:
        assertNever(literal);
    }
  }

  /** Marks every place whose literal is true of the value; undefined when nobody knows it. */
  mark(told: FactValue | undefined, now: FactValue | undefined, tally: Tally): void {
    // A value of another type than the fact's is as good as missing.
    const value = this.#isKnown(told) ? told : undefined;
    if (value === undefined) {
      if (this.#unknown !== undefined) tally.markPlaces(this.#unknown);
      this.#is.markUnknown(tally);
    } else {
      if (this.#known !== undefined) tally.markPlaces(this.#known);
      this.#is.mark(value, tally);
    }
    if (typeof value === 'object') for (let at = 0; at < value.length; at += 1) this.#has.mark(value[at], tally);
    else this.#has.markUnknown(tally);
    if (typeof value === 'string')
      for (const length of this.#lengths.keys()) {
        if (length <= value.length) this.#starts.mark(value.slice(0, length), tally);
      }
    else this.#starts.markUnknown(tally);
    if (typeof value === 'number') this.#markNumber(value, now, tally);
  }

  #markNumber(value: number, now: FactValue | undefined, tally: Tally): void {
    this.#atLeast.mark(value, tally);
    this.#atMost.mark(-value, tally);
    if (typeof now !== 'number') return;
    const age = value <= now ? now - value : Number.POSITIVE_INFINITY;
    this.#ageAtLeast.mark(age, tally);
    this.#ageAtMost.mark(-age, tally);
  }

  #bounds(): Record<'atLeast' | 'atMost' | 'ageAtLeast' | 'ageAtMost', AskedBounds> {
    return {
      atLeast: this.#atLeast,
      atMost: this.#atMost,
      ageAtLeast: this.#ageAtLeast,
      ageAtMost: this.#ageAtMost,
    };
  }

  #countPrefix(length: number, more: 1 | -1): void {
    const count = (this.#lengths.get(length) ?? 0) + more;
    if (count > 0) this.#lengths.set(length, count);
    else this.#lengths.delete(length);
  }
}

/** Places by the value they ask for; those of vetoes also together, as they are out when the fact is unknown. */
class AskedValues {
  readonly #places = new Map<FactValue, Held>();
  #vetoes: Held | undefined;

  isEmpty(): boolean {
    return this.#places.size === 0;
  }

  /** Whether nobody asked for the value before. */
  add(value: FactValue, place: Place, width: number): boolean {
    const held = this.#places.get(value);
    const more = withPlace(held, place, width);
    if (more !== held) this.#places.set(value, more);
    if (slotOf(place) === vetoSlot) this.#vetoes = withPlace(this.#vetoes, place, width);
    return held === undefined;
  }

  /** Whether nobody asks for the value any more. */
  remove(value: FactValue, place: Place): boolean {
    const held = this.#places.get(value);
    if (held === undefined) return false;
    const left = withoutPlace(held, place);
    if (left === undefined) this.#places.delete(value);
    if (slotOf(place) === vetoSlot) this.#vetoes = withoutPlace(this.#vetoes, place);
    return left === undefined;
  }

  mark(value: FactValue | undefined, tally: Tally): void {
    const held = value === undefined ? undefined : this.#places.get(value);
    if (held !== undefined) tally.markPlaces(held);
  }

  markUnknown(tally: Tally): void {
    if (this.#vetoes !== undefined) tally.markPlaces(this.#vetoes);
  }
}

/** Thresholds that a number must reach, by slot. */
class AskedBounds {
  readonly #bySlot: Thresholds[] = [];

  isEmpty(): boolean {
    return this.#bySlot.length === 0;
  }

  add(bound: number, place: Place, width: number): void {
    const slot = slotOf(place);
    const found = this.#bySlot.find((one) => one.slot === slot);
    const thresholds = found ?? new Thresholds(slot);
    if (!found) this.#bySlot.push(thresholds);
    thresholds.add(bound, rowOf(place), width);
  }

  remove(bound: number, place: Place): void {
    const index = this.#bySlot.findIndex((one) => one.slot === slotOf(place));
    const thresholds = this.#bySlot[index];
    thresholds?.remove(bound, rowOf(place));
    if (thresholds?.isEmpty()) this.#bySlot.splice(index, 1);
  }

  mark(value: number, tally: Tally): void {
    for (let at = 0; at < this.#bySlot.length; at += 1) this.#bySlot[at]?.mark(value, tally);
  }
}
