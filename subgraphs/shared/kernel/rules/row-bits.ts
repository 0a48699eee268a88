/** A set of rows as bits, 32 to a word; a row past the last word is not in it. */
export type Bits = Int32Array<ArrayBuffer>;

/** The same bits and one row more; longer ones where the row is past the end. */
export function withRow(bits: Bits, row: number): Bits {
  const word = row >>> 5;
  // A sixteenth to spare, so that rows added one after the other do not copy the bits each time.
  const grown = word < bits.length ? bits : new Int32Array(word + 1 + (word >>> 4));
  if (grown !== bits) grown.set(bits);
  grown[word] = (grown[word] ?? 0) | (1 << (row & 31));
  return grown;
}

/** Takes a row out of the bits. */
export function withoutRow(bits: Bits, row: number): void {
  const word = row >>> 5;
  if (word < bits.length) bits[word] = (bits[word] ?? 0) & ~(1 << (row & 31));
}

/** Whether a row is in the bits. */
export function hasRow(bits: Bits, row: number): boolean {
  return (((bits[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1;
}
