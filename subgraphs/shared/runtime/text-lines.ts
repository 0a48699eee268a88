import { isUtf8 } from 'node:buffer';

/** One line of a text file, counted from 1; empty ones count and are left out. */
export interface TextLine {
  row: number;
  /** Null is a line that is no UTF-8; `TOO_LONG` ends the file. */
  text: string | null | 'TOO_LONG';
}

const newline = 0x0a;
const mark = '\uFEFF';

/**
 * The lines of a file, one at a time, with any line end and with or without BOM.
 * @param longest in bytes; a longer line is told and then nothing more is read
 * @throws what `bytes` throws
 */
export async function* readLines(bytes: AsyncIterable<Buffer>, longest: number): AsyncGenerator<TextLine> {
  let row = 0;
  let begun: Buffer[] = [];
  let begunBytes = 0;
  for await (let piece of bytes) {
    for (let end = piece.indexOf(newline); end >= 0; end = piece.indexOf(newline)) {
      row += 1;
      const line = lineOf(row, Buffer.concat([...begun, piece.subarray(0, end)]), longest);
      if (line) yield line;
      if (line?.text === 'TOO_LONG') return;
      piece = piece.subarray(end + 1);
      begun = [];
      begunBytes = 0;
    }
    begun.push(piece);
    begunBytes += piece.length;
    if (begunBytes > longest) return yield { row: row + 1, text: 'TOO_LONG' };
  }
  const last = lineOf(row + 1, Buffer.concat(begun), longest);
  if (last) yield last;
}

function lineOf(row: number, bytes: Buffer, longest: number): TextLine | null {
  if (bytes.length > longest) return { row, text: 'TOO_LONG' };
  if (!isUtf8(bytes)) return { row, text: null };
  const text = bytes.toString('utf8');
  const plain = (row === 1 && text.startsWith(mark) ? text.slice(mark.length) : text).trim();
  return plain === '' ? null : { row, text: plain };
}
