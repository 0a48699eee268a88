import type { Identity } from '../../shared/contracts/identity';
import type { MerchantId } from '../../shared/kernel/identifiers';
import {
  type Columns,
  type FaultTally,
  maxColumns,
  type RowFault,
  type TableRow,
  tally,
} from '../../shared/kernel/table';
import { isForeign, maxSkusPerCall, type Sku } from '../domain/sku';
import {
  foreignRow,
  maxSkusPerFile,
  readSkuHeader,
  readSkuRow,
  repeatedRow,
  type SeenSkus,
  type SkuRow,
  skuHeader,
  skuRow,
} from '../domain/sku-sheet';
import type { TemplateStore } from '../store';
import { upsertSkus } from './catalogue';

export interface ImportSkusDeps {
  store: Pick<TemplateStore, 'once' | 'skusByIds'>;
}

/** A row of the file, or where it cannot be read on. */
export type FileRow = TableRow | RowFault;

/** How far an import is. The last line is DONE, REFUSED or STOPPED. */
export type SkuImportProgress =
  | { kind: 'CHECKED'; rows: number }
  | { kind: 'WRITTEN'; rows: number; of: number }
  | { kind: 'DONE'; rows: number; changedCount: number; unchangedCount: number }
  /** Nothing of the file was written, unless somebody took a SKU over while it was: then `written` rows before were. */
  | { kind: 'REFUSED'; faults: FaultTally; written: number }
  /** Nobody waits any more; what is written stays, and the same file sent again writes the rest. */
  | { kind: 'STOPPED'; written: number; of: number };

/**
 * Takes over a catalogue from a file: reads it once to check every row, and only when nothing is wrong a second time to write,
 * {@link maxSkusPerCall} rows a transaction, each through the same door as `upsertSkus`. What is already so costs nothing, so a
 * file that was cut off in the middle is simply sent again.
 * @param input `read` gives the rows from the beginning each time; `idempotencyKey` names the file, for the counts of what is
 *   sent again
 */
export async function* importSkus(
  deps: ImportSkusDeps,
  who: Identity,
  input: { read(): AsyncIterable<FileRow>; idempotencyKey: string; signal: AbortSignal },
): AsyncGenerator<SkuImportProgress> {
  const own = who.kind === 'user' ? who.merchant : null;
  const checked: CheckedFile = { rows: 0, faults: { first: [], count: 0 }, seen: new Map() };
  for await (const batch of batchesOf(input.read(), own, checked)) {
    await checkBatch(deps, who, own, batch, checked);
    if (input.signal.aborted) return yield { kind: 'STOPPED', written: 0, of: checked.rows };
    yield { kind: 'CHECKED', rows: checked.rows };
  }
  const { rows: of, faults } = checked;
  if (faults.count > 0) {
    faults.first.sort((a, b) => a.row - b.row);
    return yield { kind: 'REFUSED', faults, written: 0 };
  }

  let [written, changedCount, unchangedCount, calls] = [0, 0, 0, 0];
  const again: CheckedFile = { rows: 0, faults: { first: [], count: 0 }, seen: new Map() };
  for await (const batch of batchesOf(input.read(), own, again)) {
    if (input.signal.aborted) return yield { kind: 'STOPPED', written, of };
    calls += 1;
    const outcome = await upsertSkus(deps, who, {
      skus: batch.map(({ given }) => given),
      idempotencyKey: `${input.idempotencyKey}:${calls}`,
    });
    if (!outcome.ok) {
      const told = outcome.refusal.map((fault): RowFault => {
        if (fault.code === 'IDEMPOTENCY_KEY_REUSED') return keyReused;
        const row = batch[Number(fault.path[0])];
        return { row: row?.row ?? 0, column: null, path: fault.path.slice(1).join('.'), ...wordsOf(fault) };
      });
      tally(again.faults, told);
      return yield { kind: 'REFUSED', faults: again.faults, written };
    }
    written += batch.length;
    changedCount += outcome.value.changedCount;
    unchangedCount += outcome.value.unchangedCount;
    yield { kind: 'WRITTEN', rows: written, of };
  }
  yield { kind: 'DONE', rows: of, changedCount, unchangedCount };
}

export interface ExportSkusDeps {
  store: Pick<TemplateStore, 'skusOf' | 'skuKinds'>;
}

/** How many SKUs are read at once for an export. */
const pageSize = 500;

/**
 * The catalogue of the caller's merchant, or of the whole marketplace, as rows under a header that has a column for every
 * currency and attribute in it; a page at a time. Null when it has more kinds of attributes than a table has columns.
 */
export async function exportSkus(deps: ExportSkusDeps, who: Identity): Promise<AsyncGenerator<string[]> | null> {
  const merchantId = who.kind === 'user' ? who.merchant : null;
  const header = skuHeader(await deps.store.skuKinds(who.tenant, merchantId));
  return header.length > maxColumns ? null : rowsUnder(deps, who, merchantId, header);
}

async function* rowsUnder(
  deps: ExportSkusDeps,
  who: Identity,
  merchantId: MerchantId | null,
  header: string[],
): AsyncGenerator<string[]> {
  yield header;
  let after: Sku['skuId'] | null = null;
  for (;;) {
    const page: Sku[] = await deps.store.skusOf({ tenant: who.tenant, merchantId, after, limit: pageSize });
    for (const sku of page) yield skuRow(header, sku);
    after = page.at(-1)?.skuId ?? null;
    if (page.length < pageSize) return;
  }
}

/** What is known of a file so far. */
interface CheckedFile {
  rows: number;
  faults: FaultTally;
  seen: SeenSkus;
}

/** The rows that say something readable, a transaction's worth at a time; what is wrong with the others goes into the tally. */
async function* batchesOf(
  rows: AsyncIterable<FileRow>,
  own: MerchantId | null,
  file: CheckedFile,
): AsyncGenerator<SkuRow[]> {
  let columns: Columns | null = null;
  let batch: SkuRow[] = [];
  for await (const row of rows) {
    if (!('cells' in row)) {
      tally(file.faults, [row]);
      break;
    }
    if (columns === null) {
      const header = readSkuHeader(row);
      if (!header.ok) return tally(file.faults, header.refusal);
      columns = header.value;
      continue;
    }
    if (file.rows >= maxSkusPerFile) {
      tally(file.faults, [tooLong(row.row)]);
      break;
    }
    file.rows += 1;
    const read = readSkuRow(columns, row, own);
    if (read.ok) batch.push(read.value);
    else tally(file.faults, read.refusal);
    if (batch.length === maxSkusPerCall) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
  if (file.rows === 0 && file.faults.count === 0) tally(file.faults, [empty]);
}

async function checkBatch(
  deps: ImportSkusDeps,
  who: Identity,
  own: MerchantId | null,
  batch: readonly SkuRow[],
  { seen, faults }: CheckedFile,
): Promise<void> {
  for (const row of batch) {
    const earlier = seen.get(row.facts.skuId);
    if (earlier === undefined) seen.set(row.facts.skuId, row.row);
    else tally(faults, [repeatedRow(row, earlier)]);
  }
  if (own === null) return;
  const known = await deps.store.skusByIds(
    who.tenant,
    batch.map(({ facts }) => facts.skuId),
  );
  tally(faults, batch.filter(({ facts }) => isForeign(known.get(facts.skuId), own)).map(foreignRow));
}

const keyReused: RowFault = {
  row: 1,
  column: null,
  path: 'idempotency-key',
  found: 'a key that another file was sent with',
  allowed: 'a key of its own for each file',
  cure: 'send the file with a new key, or without one',
};
const empty: RowFault = {
  row: 1,
  column: null,
  path: '',
  found: 'no row',
  allowed: 'a header and at least one row',
  cure: 'send the catalogue',
};

function tooLong(row: number): RowFault {
  return {
    row,
    column: null,
    path: '',
    found: 'another row',
    allowed: `at most ${maxSkusPerFile} SKUs a file`,
    cure: 'send the rest in another file',
  };
}

function wordsOf({ found, allowed, cure }: Pick<RowFault, 'found' | 'allowed' | 'cure'>) {
  return { found, allowed, cure };
}
