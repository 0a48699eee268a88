/** A set of rows as bits; a row past the end is not in it. */
export interface Bits {
  /** 32 rows to a word; an even number of words. */
  readonly words: Int32Array<ArrayBuffer>;
  /** The same memory, 64 rows at a time. */
  readonly pairs: BigInt64Array<ArrayBuffer>;
}

/** No rows, with room for those of so many words, rounded up to pairs. */
export function roomFor(words: number): Bits {
  const memory = new ArrayBuffer(8 * Math.ceil(words / 2));
  return { words: new Int32Array(memory), pairs: new BigInt64Array(memory) };
}

/** The same rows in memory of their own, with room for at least so many words. */
export function copyOf({ words }: Bits, atLeast = 0): Bits {
  const copy = roomFor(Math.max(words.length, atLeast));
  copy.words.set(words);
  return copy;
}

/** The same bits and one row more; longer ones where the row is past the end. */
export function withRow(bits: Bits, row: number): Bits {
  const word = row >>> 5;
  // A sixteenth to spare, so that rows added one after the other do not copy the bits each time.
  const grown = word < bits.words.length ? bits : copyOf(bits, word + 1 + (word >>> 4));
  grown.words[word] = (grown.words[word] ?? 0) | (1 << (row & 31));
  return grown;
}

/** Takes a row out of the bits. */
export function withoutRow({ words }: Bits, row: number): void {
  const word = row >>> 5;
  if (word < words.length) words[word] = (words[word] ?? 0) & ~(1 << (row & 31));
}

/** Whether a row is in the bits. */
export function hasRow({ words }: Bits, row: number): boolean {
  return (((words[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1;
}
