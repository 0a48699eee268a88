import type { Outcome } from '../kernel/outcome';
import { type Columns, type FaultTally, type RowFault, type TableRow, tally } from '../kernel/table';
import type { CsvBreak, CsvRow } from './csv';

/** A row of a file, or where it cannot be read on. */
export type FileRow = TableRow | RowFault;

/** What is known of a file so far. */
export interface CheckedFile {
  /** Rows under the header, wrong ones included. */
  rows: number;
  faults: FaultTally;
  /** In which row a name stands that may stand once: a SKU, a code. */
  seen: Map<string, number>;
}

/** What the rows of one kind of file are. */
export interface FileKind<Row> {
  /** `SKUs`, for whoever sent too many. */
  things: string;
  maxRows: number;
  /** Rows of one batch: as many as one write takes. */
  batchSize: number;
  header(row: TableRow): Outcome<Columns, RowFault[]>;
  /** A row, null for one that says nothing to write, or everything that is wrong with it. */
  read(columns: Columns, row: TableRow): Outcome<Row | null, RowFault[]>;
}

/** A file that nobody has read a row of. */
export function unreadFile(): CheckedFile {
  return { rows: 0, faults: { first: [], count: 0 }, seen: new Map() };
}

/** The rows of a CSV file. */
export async function* fileRows(rows: AsyncIterable<CsvRow | CsvBreak>): AsyncGenerator<FileRow> {
  for await (const row of rows) yield 'cells' in row ? row : { ...row, path: '' };
}

/** The rows that say something readable, a write's worth at a time; what is wrong with the others goes into the tally. */
export async function* batchesOf<Row>(
  rows: AsyncIterable<FileRow>,
  kind: FileKind<Row>,
  file: CheckedFile,
): AsyncGenerator<{ columns: Columns; rows: Row[] }> {
  let columns: Columns | null = null;
  let batch: Row[] = [];
  for await (const row of rows) {
    if (!('cells' in row)) {
      tally(file.faults, [row]);
      break;
    }
    if (columns === null) {
      const header = kind.header(row);
      if (!header.ok) return tally(file.faults, header.refusal);
      columns = header.value;
      continue;
    }
    if (file.rows >= kind.maxRows) {
      tally(file.faults, [tooLong(row.row, kind)]);
      break;
    }
    file.rows += 1;
    const read = kind.read(columns, row);
    if (!read.ok) tally(file.faults, read.refusal);
    else if (read.value !== null) batch.push(read.value);
    if (batch.length === kind.batchSize) {
      yield { columns, rows: batch };
      batch = [];
    }
  }
  if (batch.length > 0 && columns) yield { columns, rows: batch };
  if (file.rows === 0 && file.faults.count === 0) tally(file.faults, [empty(kind)]);
}

const whole = { column: null, path: '' };

function empty({ things }: Pick<FileKind<unknown>, 'things'>): RowFault {
  return { row: 1, ...whole, found: 'no row', allowed: 'a header and at least one row', cure: `send the ${things}` };
}

function tooLong(row: number, { things, maxRows }: Pick<FileKind<unknown>, 'things' | 'maxRows'>): RowFault {
  return {
    row,
    ...whole,
    found: 'another row',
    allowed: `at most ${maxRows} ${things} a file`,
    cure: 'send the rest in another file',
  };
}
