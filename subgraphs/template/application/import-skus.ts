import type { Identity } from '../../shared/contracts/identity';
import type { MerchantId } from '../../shared/kernel/identifiers';
import { type FaultTally, maxColumns, type RowFault, tally } from '../../shared/kernel/table';
import { batchesOf, type CheckedFile, type FileKind, type FileRow, unreadFile } from '../../shared/runtime/table-file';
import { isForeign, maxSkusPerCall, type Sku } from '../domain/sku';
import {
  foreignRow,
  maxSkusPerFile,
  readSkuHeader,
  readSkuRow,
  repeatedRow,
  type SkuRow,
  skuHeader,
  skuRow,
} from '../domain/sku-sheet';
import type { TemplateStore } from '../store';
import { upsertSkus } from './catalogue';

export interface ImportSkusDeps {
  store: Pick<TemplateStore, 'once' | 'skusByIds'>;
}

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
  const checked = unreadFile();
  for await (const { rows: batch } of batchesOf(input.read(), skuFile(own), checked)) {
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
  const again = unreadFile();
  for await (const { rows: batch } of batchesOf(input.read(), skuFile(own), again)) {
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

function skuFile(own: MerchantId | null): FileKind<SkuRow> {
  return {
    things: 'SKUs',
    maxRows: maxSkusPerFile,
    batchSize: maxSkusPerCall,
    header: readSkuHeader,
    read: (columns, row) => readSkuRow(columns, row, own),
  };
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
function wordsOf({ found, allowed, cure }: Pick<RowFault, 'found' | 'allowed' | 'cure'>) {
  return { found, allowed, cure };
}
