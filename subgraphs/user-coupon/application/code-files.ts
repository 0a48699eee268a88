import { type Columns, type FaultTally, type RowFault, type TableRow, tally } from '../../shared/kernel/table';
import type { LiveTemplate } from '../domain/claim-rules';
import {
  type CodeRow,
  codeColumns,
  codeRow,
  faultOfKnownCode,
  maxCodesPerFile,
  readCodeHeader,
  readCodeRow,
} from '../domain/code-sheet';
import { couponIdOf } from '../domain/coupon';
import { type CodeMaker, maxUniqueCodes, type PromotionCode, serialOfCode } from '../domain/promotion-code';
import type { PromotionCodes } from '../promotion-codes';
import type { CouponStore } from '../store';

/** What files of codes need. */
export interface CodeFileDeps {
  promotionCodes: PromotionCodes;
  store: CouponStore;
  /** The codes of a tenant by their numbers. */
  codesOf(tenant: string): CodeMaker;
}

/** A row of the file, or where it cannot be read on. */
export type FileRow = TableRow | RowFault;

/** How far an import is. The last line is DONE, REFUSED or STOPPED. */
export type CodeImportProgress =
  | { kind: 'CHECKED'; rows: number }
  | { kind: 'WRITTEN'; rows: number; of: number }
  | { kind: 'DONE'; rows: number; addedCount: number; knownCount: number }
  /** Nothing of the file was written, unless somebody took one of its codes while it was: then `written` rows before were. */
  | { kind: 'REFUSED'; faults: FaultTally; written: number }
  /** Nobody waits any more; what is written stays, and the same file sent again writes the rest. */
  | { kind: 'STOPPED'; written: number; of: number };

/** Rows of one write, and codes of one read. */
const batchSize = 1000;

/**
 * Takes codes that a merchant chose over from a file, and recipients of codes there are: reads it once to check every row,
 * and only when nothing is wrong a second time to write. What is already so costs nothing, so a file that was cut off in the
 * middle is simply sent again.
 * @param input `read` gives the rows from the beginning each time
 */
export async function* importCodes(
  { promotionCodes }: CodeFileDeps,
  { tenantId, templateId }: LiveTemplate,
  input: { read(): AsyncIterable<FileRow>; signal: AbortSignal },
): AsyncGenerator<CodeImportProgress> {
  const checked: CheckedFile = { rows: 0, faults: { first: [], count: 0 }, seen: new Map() };
  for await (const { columns, rows } of batchesOf(input.read(), checked)) {
    const known = await promotionCodes.byKeys(tenantId, keysOf(rows));
    tally(
      checked.faults,
      rows.flatMap((row) => faultOfKnownCode(row, known.get(row.key), templateId, columns) ?? []),
    );
    if (input.signal.aborted) return yield { kind: 'STOPPED', written: 0, of: checked.rows };
    yield { kind: 'CHECKED', rows: checked.rows };
  }
  const { rows: of, faults } = checked;
  if (faults.count > 0) {
    faults.first.sort((a, b) => a.row - b.row);
    return yield { kind: 'REFUSED', faults, written: 0 };
  }

  let [written, addedCount] = [0, 0];
  const again: CheckedFile = { rows: 0, faults: { first: [], count: 0 }, seen: new Map() };
  for await (const { columns, rows } of batchesOf(input.read(), again)) {
    if (input.signal.aborted) return yield { kind: 'STOPPED', written, of };
    const before = await promotionCodes.byKeys(tenantId, keysOf(rows));
    const fresh = rows.filter(({ key }) => !before.has(key));
    const first = fresh.length > 0 ? await promotionCodes.reserveNumbers(templateId, fresh.length) : 1;
    if (first + fresh.length - 1 > maxUniqueCodes) {
      tally(again.faults, [full]);
      return yield { kind: 'REFUSED', faults: again.faults, written };
    }
    await promotionCodes.addChosen(tenantId, templateId, first, fresh);
    await promotionCodes.reserveFor(tenantId, templateId, rows);
    // Somebody may have taken a code between the look and the write.
    const after = await promotionCodes.byKeys(tenantId, keysOf(rows));
    tally(
      again.faults,
      rows.flatMap((row) => faultOfKnownCode(row, after.get(row.key), templateId, columns) ?? []),
    );
    if (again.faults.count > 0) return yield { kind: 'REFUSED', faults: again.faults, written };
    written += rows.length;
    addedCount += fresh.length;
    yield { kind: 'WRITTEN', rows: written, of };
  }
  yield { kind: 'DONE', rows: of, addedCount, knownCount: of - addedCount };
}

/**
 * All codes of a template as rows under a header, a batch at a time: public and chosen ones, then generated ones in the order
 * they were made. Generated ones are made again from their numbers, so their millions need no index to be listed.
 */
export async function* exportCodes(deps: CodeFileDeps, template: LiveTemplate): AsyncGenerator<string[]> {
  const { promotionCodes, codesOf } = deps;
  const { tenantId, templateId } = template;
  yield [...codeColumns];
  let last: PromotionCode | null = null;
  for (;;) {
    const page: PromotionCode[] = await promotionCodes.chosen(tenantId, templateId, last, batchSize);
    yield* rowsOf(deps, page);
    last = page.at(-1) ?? null;
    if (page.length < batchSize) break;
  }
  const maker = codesOf(tenantId);
  let afterNumber = 0;
  for (;;) {
    const jobs = await promotionCodes.jobsOf(tenantId, templateId, afterNumber, 100);
    for (const { firstCode, firstNumber, doneCount } of jobs) {
      for (let done = 0; done < doneCount; done += batchSize) {
        const keys = maker.codes(firstCode + done, Math.min(batchSize, doneCount - done));
        const stored = await promotionCodes.byKeys(tenantId, keys);
        yield* rowsOf(
          deps,
          keys.flatMap((key) => {
            const code = stored.get(key);
            return code?.templateId === templateId ? code : [];
          }),
        );
      }
      afterNumber = firstNumber;
    }
    if (jobs.length < 100) return;
  }
}

async function* rowsOf({ store }: CodeFileDeps, codes: readonly PromotionCode[]): AsyncGenerator<string[]> {
  const idOf = (code: PromotionCode) =>
    code.kind === 'UNIQUE'
      ? couponIdOf({ templateId: code.templateId, serial: serialOfCode(code.number), hop: 0 })
      : null;
  const used = await store.claimantsOf(codes.flatMap((code) => idOf(code) ?? []));
  for (const code of codes) {
    const id = idOf(code);
    yield codeRow(code, id !== null && used.has(id));
  }
}

/** What is known of a file so far. */
interface CheckedFile {
  rows: number;
  faults: FaultTally;
  /** In which row a code stands. */
  seen: Map<string, number>;
}

/** The rows that say something readable, a write's worth at a time; what is wrong with the others goes into the tally. */
async function* batchesOf(
  rows: AsyncIterable<FileRow>,
  file: CheckedFile,
): AsyncGenerator<{ columns: Columns; rows: CodeRow[] }> {
  let columns: Columns | null = null;
  let batch: CodeRow[] = [];
  for await (const row of rows) {
    if (!('cells' in row)) {
      tally(file.faults, [row]);
      break;
    }
    if (columns === null) {
      const header = readCodeHeader(row);
      if (!header.ok) return tally(file.faults, header.refusal);
      columns = header.value;
      continue;
    }
    if (file.rows >= maxCodesPerFile) {
      tally(file.faults, [tooLong(row.row)]);
      break;
    }
    file.rows += 1;
    const read = readCodeRow(columns, row);
    if (!read.ok) tally(file.faults, read.refusal);
    else if (read.value) {
      const earlier = file.seen.get(read.value.key);
      if (earlier === undefined) {
        file.seen.set(read.value.key, row.row);
        batch.push(read.value);
      } else tally(file.faults, [repeated(read.value, earlier, columns)]);
    }
    if (batch.length === batchSize) {
      yield { columns, rows: batch };
      batch = [];
    }
  }
  if (batch.length > 0 && columns) yield { columns, rows: batch };
  if (file.rows === 0 && file.faults.count === 0) tally(file.faults, [empty]);
}

function keysOf(rows: readonly CodeRow[]): string[] {
  return rows.map(({ key }) => key);
}

function repeated({ row, text }: CodeRow, earlier: number, columns: Columns): RowFault {
  return {
    row,
    ...columns.place('code'),
    found: JSON.stringify(text),
    allowed: `each code once, row ${earlier} has it already, perhaps with look-alikes`,
    cure: 'remove one',
  };
}

const whole = { column: null, path: '' };
const empty: RowFault = {
  row: 1,
  ...whole,
  found: 'no row',
  allowed: 'a header and at least one row',
  cure: 'send the codes',
};
const full: RowFault = {
  row: 1,
  ...whole,
  found: 'more codes than a template can have',
  allowed: `at most ${maxUniqueCodes} in all`,
  cure: 'use another template',
};

function tooLong(row: number): RowFault {
  return {
    row,
    ...whole,
    found: 'another row',
    allowed: `at most ${maxCodesPerFile} codes a file`,
    cure: 'send the rest in another file',
  };
}
