import { accepted, type Outcome, refused } from './outcome';

/** One thing wrong with a file that was sent: where, what was found, what is allowed there, and what to do. */
export interface RowFault {
  /** From 1; the header of a table is row 1. */
  row: number;
  /** The column's number from 1; null where the file has none, or the fault is about none of them. */
  column: number | null;
  /** The column's name, or a path in the document such as `benefit[0].off.CNY`; empty for the row as a whole. */
  path: string;
  found: string;
  allowed: string;
  cure: string;
}

/** Where in a row something stands. */
export type Place = Pick<RowFault, 'column' | 'path'>;

/** A row of a table, its cells as they came; null is a cell that is no text. */
export interface TableRow {
  row: number;
  cells: readonly (string | null)[];
}

/** A row by the names of its columns; empty cells are absent. */
export type NamedCells = ReadonlyMap<string, string>;

/** The columns of a table in their order. */
export interface Columns {
  names: readonly string[];
  /** Where a column is; for one that the table lacks, nowhere. */
  place(name: string): Place;
}

/** The most faults that are told one by one. */
export const toldFaults = 100;
/** The most columns of a table. */
export const maxColumns = 1000;

/** Faults as they are found: the first ones whole, of the rest the number. */
export interface FaultTally {
  first: RowFault[];
  count: number;
}

/** Adds faults to a tally. */
export function tally(found: FaultTally, faults: readonly RowFault[]): void {
  found.first.push(...faults.slice(0, Math.max(0, toldFaults - found.first.length)));
  found.count += faults.length;
}

/** The fault as one sentence: `row 3, column 2 (stock): expected a whole number, found "many"; write a whole number here.` */
export function sentenceOf({ row, column, path, allowed, found, cure }: RowFault): string {
  const where = column === null ? path && `, ${path}` : `, column ${column} (${path})`;
  return `row ${row}${where}: expected ${allowed}, found ${found}; ${cure}.`;
}

/**
 * The columns that a header names, or everything that is wrong with it.
 * @param known which names a column may have, `described` for whoever used another one
 */
export function readHeader(
  { row, cells }: TableRow,
  known: { isKnown(name: string): boolean; described: string; required: readonly string[] },
): Outcome<Columns, RowFault[]> {
  const names = cells.map((cell) => cell?.trim() ?? '');
  if (names.length > maxColumns)
    return refused([
      {
        row,
        column: null,
        path: '',
        found: `${names.length} columns`,
        allowed: `at most ${maxColumns}`,
        cure: 'remove some',
      },
    ]);
  const faults = names.flatMap((name, index): RowFault[] => {
    const fault = { row, column: index + 1, path: name, found: shown(name) };
    if (cells[index] === null) return [notText(row, index + 1, '')];
    if (names.indexOf(name) < index)
      return [
        { ...fault, allowed: `each column once, it is column ${names.indexOf(name) + 1} already`, cure: 'remove one' },
      ];
    if (!known.isKnown(name))
      return [{ ...fault, allowed: known.described, cure: 'correct the name or remove the column' }];
    return [];
  });
  const missing = known.required
    .filter((name) => !names.includes(name))
    .map(
      (name): RowFault => ({
        row,
        column: null,
        path: name,
        found: 'nothing',
        allowed: 'such a column',
        cure: 'add it',
      }),
    );
  if (faults.length + missing.length > 0) return refused([...faults, ...missing]);
  const numbers = new Map(names.map((name, index) => [name, index + 1]));
  return accepted({ names, place: (name) => ({ column: numbers.get(name) ?? null, path: name }) });
}

/** A row by its columns, or what is wrong with it before anybody looks at what it says. */
export function readCells({ names }: Columns, { row, cells }: TableRow): Outcome<NamedCells, RowFault[]> {
  if (cells.length !== names.length)
    return refused([
      {
        row,
        column: null,
        path: '',
        found: `${cells.length} cells`,
        allowed: `${names.length}, as many as the header has`,
        cure: 'quote cells that contain a comma, and leave empty ones in place',
      },
    ]);
  const faults = cells.flatMap((cell, index) => (cell === null ? [notText(row, index + 1, names[index] ?? '')] : []));
  if (faults.length > 0) return refused(faults);
  const named = new Map<string, string>();
  cells.forEach((cell, index) => {
    const name = names[index];
    if (cell && name !== undefined) named.set(name, readCell(cell));
  });
  return accepted(named);
}

/** What needs an apostrophe before it: what spreadsheets take for a formula, nothing at all, and apostrophes before either. */
const marked = /^'*(?:[=+\-@\t\r\n＝＋－＠]|$)/;

/**
 * A text as a cell that no spreadsheet runs: `=1+1` → `'=1+1`. An empty text is `'`, since an empty cell is no text at all.
 * {@link readCell} reads each back unchanged.
 */
export function writeCell(text: string): string {
  return marked.test(text) ? `'${text}` : text;
}

/** A cell as it was meant: `'=1+1` → `=1+1`; an apostrophe anywhere else is itself. */
export function readCell(text: string): string {
  return text.startsWith("'") && marked.test(text) ? text.slice(1) : text;
}

/** The cells of a row under a header; what is absent is empty. */
export function cellsUnder(header: readonly string[], texts: NamedCells): string[] {
  return header.map((name) => {
    const text = texts.get(name);
    return text === undefined ? '' : writeCell(text);
  });
}

/** A number where the cell is one, else the text as it stands, so that whoever checks it can say what was found. */
export function numberIn(text: string | undefined): number | string | undefined {
  const written = text?.trim();
  return written !== undefined && /^\d{1,16}$/.test(written) ? Number(written) : text;
}

/** A value as a fault shows it: JSON, cut after 80 characters. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function notText(row: number, column: number, path: string): RowFault {
  return {
    row,
    column,
    path,
    found: 'bytes that are no UTF-8',
    allowed: 'UTF-8',
    cure: 'save the file as "CSV UTF-8"',
  };
}
