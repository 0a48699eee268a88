import { refused } from '../../shared/kernel/outcome';
import { type Columns, type FaultTally, type RowFault, tally } from '../../shared/kernel/table';
import { batchesOf, type CheckedFile, type FileKind, type FileRow, unreadFile } from '../../shared/runtime/table-file';
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
  const checked = unreadFile();
  for await (const { columns, rows } of batchesOf(input.read(), codeFile(checked), checked)) {
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
  const again = unreadFile();
  for await (const { columns, rows } of batchesOf(input.read(), codeFile(again), again)) {
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

/** @param file notes which codes it has, so that each stands in it once */
function codeFile({ seen }: CheckedFile): FileKind<CodeRow> {
  return {
    things: 'codes',
    maxRows: maxCodesPerFile,
    batchSize,
    header: readCodeHeader,
    read(columns, row) {
      const read = readCodeRow(columns, row);
      if (!read.ok || read.value === null) return read;
      const earlier = seen.get(read.value.key);
      if (earlier !== undefined) return refused([repeated(read.value, earlier, columns)]);
      seen.set(read.value.key, row.row);
      return read;
    },
  };
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

const full: RowFault = {
  row: 1,
  column: null,
  path: '',
  found: 'more codes than a template can have',
  allowed: `at most ${maxUniqueCodes} in all`,
  cure: 'use another template',
};
