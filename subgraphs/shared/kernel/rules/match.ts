import { AskedFact } from './asked-fact';
import { type Literal, type NormalForm, normalForm } from './clauses';
import { closureOf, fingerprintOf } from './compile';
import type { Condition } from './condition';
import type { Facts } from './facts';
import { roomFor, withoutRow, withRow } from './row-bits';
import { Slots } from './slots';
import { placeOf, vetoSlot } from './tally';

/** Which of many rules are true of some facts, in time that hardly grows with the number of rules. */
export interface RuleIndex {
  /**
   * Adds a rule, or replaces the one of this id. The condition is kept, not copied; it must have been read by `readCondition`.
   * @param condition null applies to everybody
   * @param zone IANA zone in which the hours and days of the rule are counted
   */
  put(id: string, condition: Condition | null, zone: string): void;
  remove(id: string): void;
  /** The ids of the rules that are true, in no order to rely on. Each fact is asked once, beside what patterns and lines ask. */
  match(facts: Facts): string[];
  readonly size: number;
}

/**
 * An index over rules: one row a rule, one slot a clause. A match asks each fact once, marks in each slot the rows whose
 * clause is fulfilled, and keeps the rows that are marked in every slot and vetoed in none. Sets of rows are bits, so 64
 * rules are decided at a time. What clauses cannot say is asked of the rows that are left.
 */
export function createRuleIndex(): RuleIndex {
  return new Index();
}

/** A part of rules that clauses cannot say, shared by all that have it, and what it said last. */
interface Residue {
  fingerprint: string;
  isTrue(facts: Facts): boolean;
  rules: number;
  /** The match in which it was last asked. */
  askedIn: number;
  answer: boolean;
}

class Index implements RuleIndex {
  readonly #rows = new Map<string, number>();
  readonly #ids: string[] = [];
  readonly #conditions: (Condition | null)[] = [];
  readonly #zones: string[] = [];
  readonly #removed: number[] = [];
  readonly #facts = new Map<string, AskedFact>();
  /** The facts as a list, which is faster to walk. */
  #asked: readonly AskedFact[] = [];
  readonly #slots = new Slots();

  readonly #residues = new Map<string, Residue>();
  readonly #residuesOf = new Map<number, readonly Residue[]>();
  /** Rows that have a residue. */
  #unfinished = roomFor(0);
  #matches = 0;
  /** What the matches before found, kept as room for the next. */
  readonly #found: string[] = [];

  get size(): number {
    return this.#rows.size;
  }

  put(id: string, condition: Condition | null, zone: string): void {
    const { clauses, vetoes, residue } = condition ? normalForm(condition, zone) : everybody;
    this.remove(id);
    const row = this.#removed.pop() ?? this.#ids.length;
    this.#rows.set(id, row);
    this.#ids[row] = id;
    this.#conditions[row] = condition;
    this.#zones[row] = zone;
    const taken = this.#slots.take(row, clauses);
    clauses.forEach((clause, index) => {
      for (const literal of clause) this.#ask(literal, row, taken[index] ?? vetoSlot);
    });
    for (const literal of vetoes) this.#ask(literal, row, vetoSlot);
    if (residue.length === 0) return;
    this.#residuesOf.set(
      row,
      residue.map((part) => this.#shared(part, zone)),
    );
    this.#unfinished = withRow(this.#unfinished, row);
  }

  remove(id: string): void {
    const row = this.#rows.get(id);
    if (row === undefined) return;
    const condition = this.#conditions[row] ?? null;
    const { clauses, vetoes } = condition ? normalForm(condition, this.#zones[row] ?? '') : everybody;
    const taken = this.#slots.takenBy(row, clauses);
    clauses.forEach((clause, index) => {
      for (const literal of clause) this.#askNoMore(literal, row, taken[index] ?? vetoSlot);
    });
    for (const literal of vetoes) this.#askNoMore(literal, row, vetoSlot);
    for (const residue of this.#residuesOf.get(row) ?? []) this.#release(residue);
    this.#residuesOf.delete(row);
    withoutRow(this.#unfinished, row);
    this.#slots.leave(row, clauses);
    this.#conditions[row] = null;
    this.#ids[row] = '';
    this.#removed.push(row);
    this.#rows.delete(id);
  }

  match(facts: Facts): string[] {
    this.#matches += 1;
    const tally = this.#slots.open();
    const now = facts.get('time.now');
    for (const asked of this.#asked) asked.mark(asked.key === 'time.now' ? now : facts.get(asked.key), now, tally);
    const { words } = this.#slots.close();
    const ids = this.#ids;
    const found = this.#found;
    let count = 0;
    for (let word = 0; word < words.length; word += 1) {
      let left = words[word] ?? 0;
      if (left === 0) continue;
      if (this.#residuesOf.size > 0) left = this.#finish(left, word, facts);
      for (; left !== 0; left &= left - 1) {
        found[count] = ids[32 * word + 31 - Math.clz32(left & -left)] ?? '';
        count += 1;
      }
    }
    return found.slice(0, count);
  }

  /** Leaves out the rows of a word whose residue is not true. */
  #finish(rows: number, word: number, facts: Facts): number {
    let left = rows;
    for (let open = rows & (this.#unfinished.words[word] ?? 0); open !== 0; open &= open - 1) {
      const bit = 31 - Math.clz32(open & -open);
      for (const residue of this.#residuesOf.get(32 * word + bit) ?? []) {
        if (residue.askedIn !== this.#matches) {
          residue.askedIn = this.#matches;
          residue.answer = residue.isTrue(facts);
        }
        if (residue.answer) continue;
        left &= ~(1 << bit);
        break;
      }
    }
    return left;
  }

  #ask(literal: Literal, row: number, slot: number): void {
    const found = this.#facts.get(literal.fact);
    const asked = found ?? new AskedFact(literal.fact);
    asked.add(literal, placeOf(row, slot), this.#slots.stride);
    if (found) return;
    this.#facts.set(literal.fact, asked);
    this.#asked = [...this.#facts.values()];
  }

  #askNoMore(literal: Literal, row: number, slot: number): void {
    const asked = this.#facts.get(literal.fact);
    asked?.remove(literal, placeOf(row, slot));
    if (!asked?.isEmpty()) return;
    this.#facts.delete(literal.fact);
    this.#asked = [...this.#facts.values()];
  }

  #shared(part: Condition, zone: string): Residue {
    const fingerprint = fingerprintOf(part, zone);
    const found = this.#residues.get(fingerprint);
    if (found) {
      found.rules += 1;
      return found;
    }
    const truth = closureOf(part, zone);
    const residue = {
      fingerprint,
      isTrue: (facts: Facts) => truth(facts) === true,
      rules: 1,
      askedIn: 0,
      answer: false,
    };
    this.#residues.set(fingerprint, residue);
    return residue;
  }

  #release(residue: Residue): void {
    residue.rules -= 1;
    if (residue.rules === 0) this.#residues.delete(residue.fingerprint);
  }
}

const everybody: NormalForm = { clauses: [], vetoes: [], residue: [] };
