import { accepted, type Outcome, refused } from '../outcome';

/** How large a pattern and a text may be: together the most steps that one test can take. */
export const patternBounds = {
  /** Characters of a pattern. */
  characters: 100,
  /** States once counted repeats are written out: `(ab){3}` is six. */
  states: 1000,
  /** States of all patterns of one rule together. */
  statesOfRule: 2000,
  /** Characters of a text that `matches` looks at; of a longer one it is unknown whether it matches. */
  text: 256,
} as const;

/** A text pattern made ready; the time of a test grows with the text times the pattern, never faster. */
export interface Pattern {
  /**
   * Whether the pattern occurs in the text; anchor with ^ and $ to mean the whole of it.
   * @param work counts the states looked at, for those who want to see the bound kept
   */
  test(text: string, work?: { steps: number }): boolean;
  /** States of the pattern; a test looks at most at twice so many for each character, and once more at the end. */
  readonly states: number;
}

/** Why a text is no pattern. */
export interface PatternFault {
  /** The character where the fault is, counted from 1. */
  position: number;
  allowed: string;
  cure: string;
}

/**
 * Reads a pattern: literals, `.`, `[a-z]`, `[^a-z]`, `\d \w \s` and their opposites `\D \W \S`, `\t \n \r`, escaped
 * metacharacters, `^ $`, `|`, groups, and `? * + {m} {m,} {m,n}`. They mean what they mean in JavaScript with the flag u.
 * Back-references and look-around are no part of it, and nothing is ever tried twice: all states are followed at once.
 */
export function readPattern(source: string): Outcome<Pattern, PatternFault> {
  const characters = Array.from(source);
  if (characters.length === 0) return refused({ position: 1, allowed: 'a pattern', cure: 'write one' });
  if (source.length > patternBounds.characters) {
    return refused({
      position: patternBounds.characters + 1,
      allowed: `at most ${patternBounds.characters} characters`,
      cure: 'shorten the pattern',
    });
  }
  const read = new PatternReader(characters).whole();
  if (!read.ok) return read;
  if (sizeOf(read.value) > patternBounds.states) {
    return refused({
      position: 1,
      allowed: `at most ${patternBounds.states} states with every {m,n} written out`,
      cure: 'lower the counts, or write * or + instead',
    });
  }
  return accepted(patternOf(read.value));
}

/** Code points from and to, both included. */
type Range = readonly [from: number, to: number];

type Node =
  | { kind: 'empty' }
  | { kind: 'one'; of: CharacterSet }
  | { kind: 'start' | 'end' }
  | { kind: 'sequence' | 'choice'; parts: Node[] }
  /** `most` null: without end. */
  | { kind: 'repeat'; part: Node; least: number; most: number | null };

const lastCodePoint = 0x10ffff;
const digits: readonly Range[] = [[0x30, 0x39]];
const wordCharacters: readonly Range[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
const spaces: readonly Range[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
const lineEnds: readonly Range[] = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
];
const metacharacters = '^$\\.*+?()[]{}|/';

/** Which characters fit: a table for the first 128, ranges for the rest. */
class CharacterSet {
  readonly #ascii = new Uint8Array(128);
  readonly #ranges: readonly Range[];

  constructor(ranges: readonly Range[]) {
    this.#ranges = joinedRanges(ranges);
    for (const [from, to] of this.#ranges) this.#ascii.fill(1, from, Math.min(to + 1, 128));
  }

  has(codePoint: number): boolean {
    if (codePoint < 128) return this.#ascii[codePoint] === 1;
    return this.#ranges.some(([from, to]) => codePoint >= from && codePoint <= to);
  }
}

/** Sorted and without overlaps. */
function joinedRanges(ranges: readonly Range[]): Range[] {
  const joined: Range[] = [];
  for (const [from, to] of [...ranges].sort(([a], [b]) => a - b)) {
    const last = joined.at(-1);
    if (last && from <= last[1] + 1) joined[joined.length - 1] = [last[0], Math.max(last[1], to)];
    else joined.push([from, to]);
  }
  return joined;
}

function allBut(ranges: readonly Range[]): Range[] {
  const rest: Range[] = [];
  let next = 0;
  for (const [from, to] of joinedRanges(ranges)) {
    if (from > next) rest.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= lastCodePoint) rest.push([next, lastCodePoint]);
  return rest;
}

/** Reads from left to right; the first fault ends it. */
class PatternReader {
  readonly #source: readonly string[];
  #at = 0;
  #fault: PatternFault | null = null;

  constructor(source: readonly string[]) {
    this.#source = source;
  }

  whole(): Outcome<Node, PatternFault> {
    const node = this.#choice();
    if (node && this.#at < this.#source.length)
      this.#refuse(this.#at, 'as many ) as (', 'remove the ), or write \\) for the character');
    return node && !this.#fault
      ? accepted(node)
      : refused(this.#fault ?? { position: this.#at + 1, allowed: 'a pattern', cure: 'correct it' });
  }

  #refuse(at: number, allowed: string, cure: string): null {
    this.#fault ??= { position: at + 1, allowed, cure: `${cure} (character ${at + 1} of the pattern)` };
    return null;
  }

  #choice(): Node | null {
    const parts: Node[] = [];
    do {
      const part = this.#sequence();
      if (!part) return null;
      parts.push(part);
    } while (this.#took('|'));
    const [first] = parts;
    return parts.length === 1 && first ? first : { kind: 'choice', parts };
  }

  #sequence(): Node | null {
    const parts: Node[] = [];
    while (this.#at < this.#source.length && !this.#is('|') && !this.#is(')')) {
      const began = this.#at;
      const atom = this.#atom();
      const part = atom && this.#repeated(atom, began);
      if (!part) return null;
      parts.push(part);
    }
    const [first] = parts;
    if (!first) return { kind: 'empty' };
    return parts.length === 1 ? first : { kind: 'sequence', parts };
  }

  #atom(): Node | null {
    const at = this.#at;
    const character = this.#next();
    switch (character) {
      case '^':
        return { kind: 'start' };
      case '$':
        return { kind: 'end' };
      case '.':
        return one(allBut(lineEnds));
      case '(':
        return this.#group(at);
      case '[':
        return this.#class(at);
      case '\\':
        return this.#escape(at);
      case '*':
      case '+':
      case '?':
      case '{':
        return this.#refuse(at, `${character} after something to repeat`, `write \\${character} for the character`);
      case ']':
      case '}':
        return this.#refuse(at, `${character} at the end of what it closes`, `write \\${character} for the character`);
      default:
        return one([sameRange(character)]);
    }
  }

  #group(at: number): Node | null {
    if (this.#took('?') && !this.#took(':'))
      return this.#refuse(at, 'plain groups ( ), without look-around and names', 'write the group without ?');
    const inner = this.#choice();
    if (!inner) return null;
    return this.#took(')')
      ? inner
      : this.#refuse(at, 'as many ) as (', 'close the group, or write \\( for the character');
  }

  #escape(at: number): Node | null {
    const character = this.#next();
    const ranges = rangesOfEscape(character);
    if (ranges) return one(ranges);
    if (character !== '' && metacharacters.includes(character)) return one([sameRange(character)]);
    if (/\d/.test(character)) return this.#refuse(at, 'no back-references', 'write out what is to be repeated');
    return this.#refuse(
      at,
      '\\d \\w \\s \\D \\W \\S \\t \\n \\r or an escaped metacharacter',
      'write the character itself',
    );
  }

  #class(at: number): Node | null {
    const negated = this.#took('^');
    const ranges: Range[] = [];
    let count = 0;
    while (!this.#is(']')) {
      if (this.#at >= this.#source.length)
        return this.#refuse(at, 'as many ] as [', 'close the class, or write \\[ for the character');
      const member = this.#member(count === 0);
      if (!member) return null;
      ranges.push(...member);
      count += 1;
    }
    this.#next();
    if (count === 0)
      return this.#refuse(at, 'at least one character in a class', 'name the characters between [ and ]');
    return one(negated ? allBut(ranges) : ranges);
  }

  /** One character, escape or range of a class. */
  #member(first: boolean): readonly Range[] | null {
    const at = this.#at;
    const from = this.#classCharacter(first);
    if (!from) return null;
    if (!this.#is('-') || this.#source[this.#at + 1] === ']') return from.ranges;
    this.#next();
    const to = this.#at < this.#source.length ? this.#classCharacter(true) : null;
    if (!to) return this.#refuse(at, 'a range such as a-z', 'name where the range ends');
    if (from.code === null || to.code === null || from.code > to.code)
      return this.#refuse(
        at,
        'a range from a smaller to a larger character',
        'swap the two ends, or write \\- for the character',
      );
    return [[from.code, to.code]];
  }

  #classCharacter(mayBeDash: boolean): { ranges: readonly Range[]; code: number | null } | null {
    const at = this.#at;
    const character = this.#next();
    if (character === '[') return this.#refuse(at, 'no [ within a class', 'write \\[ for the character');
    if (character === '-' && !mayBeDash && !this.#is(']'))
      return this.#refuse(at, '- as a range, first or last', 'write \\- for the character');
    if (character !== '\\') return single(character);
    const escaped = this.#next();
    const ranges = rangesOfEscape(escaped);
    if (ranges)
      return escaped === 't' || escaped === 'n' || escaped === 'r' ? withCode(ranges) : { ranges, code: null };
    if (escaped !== '' && `${metacharacters}-`.includes(escaped)) return single(escaped);
    return this.#refuse(
      at,
      '\\d \\w \\s \\D \\W \\S \\t \\n \\r or an escaped metacharacter',
      'write the character itself',
    );
  }

  #repeated(part: Node, began: number): Node | null {
    const at = this.#at;
    const counts = this.#counts();
    if (counts === null || this.#fault) return this.#fault ? null : part;
    if (this.#source[began] === '^' || this.#source[began] === '$')
      return this.#refuse(began, '^ and $ without repeat', 'remove the repeat after it');
    if (counts.most !== null && counts.least > counts.most)
      return this.#refuse(at, '{m,n} with m at most n', 'swap the two counts');
    if (['*', '+', '?', '{'].some((sign) => this.#is(sign)))
      return this.#refuse(this.#at, 'one repeat after another thing', 'remove one, or put the first into a group');
    return { kind: 'repeat', part, ...counts };
  }

  #counts(): { least: number; most: number | null } | null {
    if (this.#took('*')) return { least: 0, most: null };
    if (this.#took('+')) return { least: 1, most: null };
    if (this.#took('?')) return { least: 0, most: 1 };
    if (!this.#is('{')) return null;
    const at = this.#at;
    const counted = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(this.#source.slice(at, at + 11).join(''));
    if (!counted)
      return this.#refuse(
        at,
        '{m}, {m,} or {m,n} of at most four digits',
        'write the counts, or \\{ for the character',
      );
    this.#at += counted[0].length;
    const least = Number(counted[1]);
    if (counted[2] === undefined) return { least, most: least };
    return { least, most: counted[3] === '' ? null : Number(counted[3]) };
  }

  #is(character: string): boolean {
    return this.#source[this.#at] === character;
  }

  #took(character: string): boolean {
    if (!this.#is(character)) return false;
    this.#at += 1;
    return true;
  }

  #next(): string {
    const character = this.#source[this.#at] ?? '';
    this.#at += 1;
    return character;
  }
}

function one(ranges: readonly Range[]): Node {
  return { kind: 'one', of: new CharacterSet(ranges) };
}

function sameRange(character: string): Range {
  const code = character.codePointAt(0) ?? 0;
  return [code, code];
}

function single(character: string): { ranges: readonly Range[]; code: number | null } {
  return withCode([sameRange(character)]);
}

function withCode(ranges: readonly Range[]): { ranges: readonly Range[]; code: number | null } {
  return { ranges, code: ranges[0]?.[0] ?? null };
}

function rangesOfEscape(letter: string): readonly Range[] | null {
  switch (letter) {
    case 'd':
      return digits;
    case 'w':
      return wordCharacters;
    case 's':
      return spaces;
    case 'D':
      return allBut(digits);
    case 'W':
      return allBut(wordCharacters);
    case 'S':
      return allBut(spaces);
    case 't':
      return [sameRange('\t')];
    case 'n':
      return [sameRange('\n')];
    case 'r':
      return [sameRange('\r')];
    default:
      return null;
  }
}

/** States that a node takes once its repeats are written out; at least one each, so that no repeat of nothing is free. */
function sizeOf(node: Node): number {
  switch (node.kind) {
    case 'sequence':
      return node.parts.reduce((sum, part) => sum + sizeOf(part), 0);
    case 'choice':
      return node.parts.reduce((sum, part) => sum + sizeOf(part) + 1, 0);
    case 'repeat': {
      const each = sizeOf(node.part);
      if (node.most === null) return Math.max(node.least, 1) * each + 1;
      return Math.max(1, node.least * each + (node.most - node.least) * (each + 1));
    }
    default:
      return 1;
  }
}

type State =
  | { kind: 'one'; of: CharacterSet; next: number }
  | { kind: 'split'; next: number; other: number }
  | { kind: 'start' | 'end'; next: number }
  | { kind: 'found' };

/**
 * The states of a pattern (Thompson's construction), built from the end: what a node is followed by is known before the
 * node itself.
 */
function patternOf(node: Node): Pattern {
  const states: State[] = [{ kind: 'found' }];
  const add = (state: State): number => states.push(state) - 1;
  const build = (part: Node, next: number): number => {
    switch (part.kind) {
      case 'empty':
        return next;
      case 'one':
        return add({ kind: 'one', of: part.of, next });
      case 'start':
      case 'end':
        return add({ kind: part.kind, next });
      case 'sequence':
        return part.parts.reduceRight((following, one) => build(one, following), next);
      case 'choice':
        return part.parts
          .map((one) => build(one, next))
          .reduceRight((other, entry) => add({ kind: 'split', next: entry, other }));
      case 'repeat':
        return repeat(part.part, part.least, part.most, next);
    }
  };
  const repeat = (part: Node, least: number, most: number | null, next: number): number => {
    let entry = next;
    let copies = least;
    if (most === null) {
      // The loop stands behind the last copy that must be, so that `a+` needs no second one.
      const loop: State & { kind: 'split' } = { kind: 'split', next, other: next };
      const back = add(loop);
      const body = build(part, back);
      loop.next = body;
      entry = least === 0 ? back : body;
      copies = Math.max(least - 1, 0);
    } else {
      for (let more = least; more < most; more += 1) {
        // Each copy that may be can be left out with all that follow it.
        entry = add({ kind: 'split', next: build(part, entry), other: next });
      }
    }
    for (let copy = 0; copy < copies; copy += 1) entry = build(part, entry);
    return entry;
  };
  const start = build(node, 0);
  return { states: states.length, test: (text, work) => occurs(states, start, text, work) };
}

/** Follows every state that is possible after each character (Pike's simulation); a new attempt begins at each. */
function occurs(states: readonly State[], start: number, text: string, work?: { steps: number }): boolean {
  // The round in which a state was last entered: a state is entered once a round, however many ways lead to it.
  const entered = new Uint32Array(states.length);
  const pending: number[] = [];
  let round = 0;
  let current: number[] = [];
  let following: number[] = [];
  let steps = 0;
  let found = false;

  const enter = (entry: number, isStart: boolean, isEnd: boolean, into: number[]) => {
    pending.push(entry);
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      if (entered[index] === round) continue;
      entered[index] = round;
      steps += 1;
      const state = states[index];
      switch (state?.kind) {
        case 'found':
          found = true;
          break;
        case 'one':
          into.push(index);
          break;
        case 'split':
          pending.push(state.other, state.next);
          break;
        case 'start':
          if (isStart) pending.push(state.next);
          break;
        case 'end':
          if (isEnd) pending.push(state.next);
          break;
        default:
      }
    }
  };

  let at = 0;
  round = 1;
  enter(start, true, text.length === 0, current);
  while (!found && at < text.length) {
    const codePoint = text.codePointAt(at) ?? 0;
    at += codePoint > 0xffff ? 2 : 1;
    round += 1;
    following.length = 0;
    for (const index of current) {
      steps += 1;
      const state = states[index];
      if (state?.kind === 'one' && state.of.has(codePoint)) enter(state.next, false, at === text.length, following);
    }
    enter(start, false, at === text.length, following);
    [current, following] = [following, current];
  }
  if (work) work.steps += steps;
  return found;
}
