import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { stringify } from 'csv-stringify';

/** One row of a CSV file, counted as a spreadsheet counts: the header is row 1, and empty rows count too. */
export interface CsvRow {
  row: number;
  /** Null is a cell that is no UTF-8. */
  cells: (string | null)[];
}

/** Where a CSV file cannot be read on. Nothing comes after it. */
export interface CsvBreak {
  row: number;
  /** From 1. */
  column: number;
  found: string;
  allowed: string;
  cure: string;
}

/** The longest row, in bytes; a quote that is never closed ends there and not with the memory. */
export const longestCsvRow = 1024 * 1024;

/**
 * The rows of a CSV file (RFC 4180, UTF-8 with or without BOM, any line end), one at a time, without those that are empty.
 * Whoever stops reading stops the file.
 * @throws what `bytes` throws
 */
export async function* readCsv(bytes: AsyncIterable<Buffer>): AsyncGenerator<CsvRow | CsvBreak> {
  let rows: CsvRow[] = [];
  const parser = parse({
    encoding: null, // cells as bytes, so that one that is no UTF-8 can be told by its place
    relax_column_count: true, // how many there should be is the reader's decision
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: longestCsvRow,
    // Taken out here: a stream that breaks forgets the rows before the fault, and those are to be told of too.
    on_record(record: readonly unknown[], { records, empty_lines: emptyLines }) {
      const cells = record.map((cell) => (Buffer.isBuffer(cell) && isUtf8(cell) ? cell.toString('utf8') : null));
      if (cells.some((cell) => cell !== '')) rows.push({ row: records + emptyLines, cells });
      return null;
    },
  });
  const taken = (): CsvRow[] => {
    const now = rows;
    rows = [];
    return now;
  };
  parser.on('error', () => undefined); // each write hears of its own
  try {
    for await (const piece of withoutMark(bytes)) {
      const fault = await handed((done) => parser.write(piece, done));
      yield* taken();
      if (fault) return yield breakOf(fault);
    }
    const fault = await handed((done) => parser.end(done));
    yield* taken();
    if (fault) yield breakOf(fault);
  } finally {
    parser.destroy();
  }
}

/** Rows as CSV that spreadsheets open as it is meant: UTF-8 with BOM, CRLF, quoted where needed. Made no faster than it is read. */
export function writeCsv(rows: AsyncIterable<readonly string[]>): Readable {
  const writer = stringify({ bom: true, record_delimiter: 'windows', quoted_match: /[\r\n]/ });
  pipeline(Readable.from(rows), writer).catch((error: unknown) =>
    writer.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return writer;
}

/** Resolves when the parser has taken what it was given, with what it found wrong. */
function handed(give: (done: (error?: Error | null) => void) => void): Promise<CsvError | null> {
  return new Promise((resolve, reject) => {
    give((error) => {
      if (!error) resolve(null);
      else if (error instanceof CsvError) resolve(error);
      else reject(error);
    });
  });
}

const mark = Buffer.from([0xef, 0xbb, 0xbf]);

async function* withoutMark(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let begin: Buffer | null = Buffer.alloc(0);
  for await (const piece of bytes) {
    if (begin === null) {
      yield piece;
      continue;
    }
    begin = Buffer.concat([begin, piece]);
    if (begin.length < mark.length) continue;
    yield begin.subarray(0, mark.length).equals(mark) ? begin.subarray(mark.length) : begin;
    begin = null;
  }
  if (begin !== null && begin.length > 0) yield begin;
}

function breakOf(error: CsvError): CsvBreak {
  const count = (name: 'records' | 'empty_lines' | 'column'): number => {
    const value: unknown = Reflect.get(error, name);
    return typeof value === 'number' ? value : 0;
  };
  const place = { row: count('records') + count('empty_lines') + 1, column: count('column') + 1 };
  switch (error.code) {
    case 'CSV_MAX_RECORD_SIZE':
      return {
        ...place,
        found: `a row of more than ${longestCsvRow} bytes`,
        allowed: 'a shorter row',
        cure: 'close the quote that was opened and never closed, or shorten the row',
      };
    case 'CSV_QUOTE_NOT_CLOSED':
      return { ...place, found: 'the end of the file', allowed: 'a closing quote', cure: 'close the quoted cell' };
    default:
      return {
        ...place,
        found: 'a quote in the middle of a cell',
        allowed: 'quotes around the whole cell, and each quote inside it doubled',
        cure: 'write the cell as "…" with "" for a quote',
      };
  }
}
