import { type Bits, copyOf, roomFor, withoutRow, withRow } from './row-bits';
import type { Tally } from './tally';

/** Some thresholds that follow each other, each with its row, and all rows whose threshold stands in a block before. */
interface Block {
  bounds: number[];
  rows: number[];
  before: Bits;
}

/**
 * The rows of one slot that ask a number to be at least something. They stand sorted in blocks, so that a value reads one
 * set of rows and a part of one block, and a new row touches one block and a bit in each after it.
 */
export class Thresholds {
  readonly slot: number;
  #blocks: Block[] = [];
  #all = roomFor(0);

  constructor(slot: number) {
    this.slot = slot;
  }

  isEmpty(): boolean {
    return this.#blocks.length === 0;
  }

  /** @param width words that the rows of the whole index need */
  add(bound: number, row: number, width: number): void {
    const index = Math.max(0, this.#blockOf(bound, row));
    const block = this.#blocks[index] ?? this.#firstBlock();
    const at = placeIn(block, bound, row);
    if (block.bounds[at] === bound && block.rows[at] === row) return;
    block.bounds.splice(at, 0, bound);
    block.rows.splice(at, 0, row);
    for (const later of this.#blocks.slice(index + 1)) later.before = withRow(later.before, row);
    this.#all = withRow(this.#all, row);
    if (block.bounds.length > largest(width)) this.#split(index, block);
  }

  remove(bound: number, row: number): void {
    const index = this.#blockOf(bound, row);
    const block = this.#blocks[index];
    if (!block) return;
    const at = placeIn(block, bound, row);
    if (block.bounds[at] !== bound || block.rows[at] !== row) return;
    block.bounds.splice(at, 1);
    block.rows.splice(at, 1);
    for (const later of this.#blocks.slice(index + 1)) withoutRow(later.before, row);
    withoutRow(this.#all, row);
    this.#join(index, block);
  }

  /** Adds the rows whose threshold the value reaches to the tally. */
  mark(value: number, tally: Tally): void {
    const blocks = this.#blocks;
    let from = 0;
    let to = blocks.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      const first = blocks[middle]?.bounds[0];
      if (first !== undefined && first <= value) from = middle + 1;
      else to = middle;
    }
    const block = blocks[from - 1];
    if (!block) return;
    const { bounds, rows } = block;
    const last = bounds.length - 1;
    if ((bounds[last] ?? 0) <= value) {
      tally.markRows(blocks[from]?.before ?? this.#all, this.slot);
      return;
    }
    tally.markRows(block.before, this.slot);
    for (let at = 0; at < last && (bounds[at] ?? 0) <= value; at += 1) tally.markRow(rows[at] ?? 0, this.slot);
  }

  #firstBlock(): Block {
    const block = { bounds: [], rows: [], before: roomFor(0) };
    this.#blocks.push(block);
    return block;
  }

  /** The last block that begins at or before a threshold and row; -1 when all begin later. */
  #blockOf(bound: number, row: number): number {
    let from = 0;
    let to = this.#blocks.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      const block = this.#blocks[middle];
      if (block && precedes(bound, row, block, 0)) to = middle;
      else from = middle + 1;
    }
    return from - 1;
  }

  #split(index: number, block: Block): void {
    const half = block.bounds.length >> 1;
    let before = copyOf(block.before);
    for (const row of block.rows.slice(0, half)) before = withRow(before, row);
    this.#blocks.splice(index + 1, 0, { bounds: block.bounds.slice(half), rows: block.rows.slice(half), before });
    block.bounds = block.bounds.slice(0, half);
    block.rows = block.rows.slice(0, half);
  }

  /** Gives an emptied block back, and joins one with the next when together they are small. */
  #join(index: number, block: Block): void {
    const next = this.#blocks[index + 1];
    if (next && block.bounds.length + next.bounds.length <= smallest) {
      block.bounds.push(...next.bounds);
      block.rows.push(...next.rows);
      this.#blocks.splice(index + 1, 1);
    } else if (block.bounds.length === 0) this.#blocks.splice(index, 1);
  }
}

/** Two blocks that have no more thresholds than this between them become one. */
const smallest = 32;

/** A full block costs about as much to read as a set of all rows. */
function largest(width: number): number {
  return Math.max(128, width >> 1);
}

/** Where a threshold and row stand in a block, or would. */
function placeIn(block: Block, bound: number, row: number): number {
  let from = 0;
  let to = block.bounds.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (precedes(bound, row, block, middle) || (block.bounds[middle] === bound && block.rows[middle] === row))
      to = middle;
    else from = middle + 1;
  }
  return from;
}

/** Whether a threshold and row stand before an entry; equal thresholds stand by their rows. */
function precedes(bound: number, row: number, block: Block, at: number): boolean {
  const other = block.bounds[at] ?? 0;
  return bound < other || (bound === other && row < (block.rows[at] ?? 0));
}
