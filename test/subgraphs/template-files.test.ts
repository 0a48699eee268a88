import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { asMerchantId, asSkuId, asTemplateId } from '../../subgraphs/shared/kernel/identifiers';
import { parseTemplateDocument, type TemplateDocument } from '../../subgraphs/shared/kernel/promotion-terms';
import { type RowFault, readCell, sentenceOf, writeCell } from '../../subgraphs/shared/kernel/table';
import { readCsv, writeCsv } from '../../subgraphs/shared/runtime/csv';
import { readLines } from '../../subgraphs/shared/runtime/text-lines';
import { readDocumentLine } from '../../subgraphs/template/domain/document-lines';
import {
  type ImportedRow,
  readSheetHeader,
  readSheetRow,
  sheetColumns,
  sheetRow,
} from '../../subgraphs/template/domain/sheet';
import type { Sku } from '../../subgraphs/template/domain/sku';
import { readSkuHeader, readSkuRow, skuHeader, skuRow } from '../../subgraphs/template/domain/sku-sheet';
import { runs } from '../support/runs';

function documentOf(change: Record<string, unknown> = {}): TemplateDocument {
  const parsed = parseTemplateDocument({
    name: { default: '满300减40' },
    trigger: 'COUPON',
    time: {
      startsAt: '2026-11-11T00:00:00+08:00',
      endsAt: '2026-11-20T00:00:00+08:00',
      validity: { kind: 'DAYS_AFTER_CLAIM', days: 7 },
    },
    limit: { stock: 100 },
    rule: { stackingGroup: 'MERCHANT_COUPON' },
    benefit: [{ kind: 'THRESHOLD_REDUCTION', threshold: { CNY: 30_000 }, off: { CNY: 4000 } }],
    ...change,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal));
  return parsed.value;
}
const exported = (document: TemplateDocument) =>
  sheetRow({ id: asTemplateId('tpl_1'), revision: 3, state: 'DRAFT', document });
const marker = (document: TemplateDocument) => exported(document).at(-1);

async function bytesOf(rows: readonly (readonly string[])[]): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of writeCsv(toAsync(rows))) pieces.push(Buffer.from(piece as Buffer));
  return Buffer.concat(pieces);
}
async function* toAsync<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}
/** In pieces of a few bytes, so that every character and line end is cut somewhere. */
function* cut(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function csvRows(bytes: Buffer, size = 7) {
  const rows = [];
  for await (const row of readCsv(toAsync(cut(bytes, size)))) rows.push(row);
  return rows;
}
/** What importing a sheet comes to: documents, or faults. */
async function readSheet(bytes: Buffer, size = 4096) {
  const [header, ...rows] = await csvRows(bytes, size);
  const faults: RowFault[] = [];
  const imported: ImportedRow[] = [];
  if (!header || !('cells' in header)) return { faults: header ? [{ ...header, path: '' }] : [], imported };
  const columns = readSheetHeader(header);
  if (!columns.ok) return { faults: columns.refusal, imported };
  for (const row of rows) {
    if (!('cells' in row)) faults.push({ ...row, path: '' });
    else {
      const read = readSheetRow(columns.value, row);
      if (read.ok) imported.push(read.value);
      else faults.push(...read.refusal);
    }
  }
  return { faults, imported };
}
async function sheetOf(cells: Record<string, string>): Promise<string[]> {
  const usual = {
    name: 'n',
    trigger: 'AUTOMATIC',
    stackingGroup: 'ITEM',
    startsAt: '2026-11-11T00:00:00Z',
    endsAt: '2026-11-12T00:00:00Z',
    benefit: 'PERCENT',
    percentOffBasisPoints: '1500',
    ...cells,
  };
  const { faults } = await readSheet(await bytesOf([Object.keys(usual), Object.values(usual)]));
  return faults.map(sentenceOf);
}

describe('the sheet of templates', () => {
  it.each<[string, Record<string, unknown>]>([
    ['a threshold reduction', {}],
    ['an English name and tags', { name: { default: '双十一', en: 'Singles’ Day, "big"' }, tags: ['a', 'b c'] }],
    [
      'a percentage with a cap for some brands, automatic',
      {
        trigger: 'AUTOMATIC',
        time: { startsAt: '2026-11-11T00:00:00Z', endsAt: '2026-11-12T00:00:00Z', zone: 'Europe/Berlin' },
        limit: {},
        product: { scope: { kind: 'BRANDS', brands: ['=Lumen', 'A & B'] } },
        benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 1500, maxAmount: { USD: 900 }, threshold: { USD: 1 } }],
      },
    ],
    [
      'limits of a person, a fixed validity and a priority',
      {
        time: {
          startsAt: '2026-11-11T00:00:00Z',
          endsAt: '2026-11-12T00:00:00Z',
          validity: { kind: 'FIXED', from: '2026-11-11T00:00:00Z', until: '2026-11-30T00:00:00Z' },
        },
        limit: { stock: 5, perUser: { lifetime: 3, perDay: 1, perWeek: 2 } },
        rule: { stackingGroup: 'PLATFORM_COUPON', priority: 7 },
        product: { scope: { kind: 'SKUS', skuIds: ['s-1', '-2'] } },
        benefit: [{ kind: 'FIXED', off: { CNY: 100 } }],
      },
    ],
    ['a name that a spreadsheet would run', { name: { default: '=HYPERLINK("http://x")', en: "'+1" } }],
    ['a name over two lines', { name: { default: '满\n减\r\n"', en: ' blank ' } }],
  ])('says %s, and reads it back as it was', async (_what, change) => {
    const document = documentOf(change);
    expect(marker(document)).toBe('');
    const { faults, imported } = await readSheet(await bytesOf([sheetColumns, exported(document)]), 3);
    expect(faults).toEqual([]);
    expect(imported).toMatchObject([{ row: 2, revises: { templateId: 'tpl_1', revision: 3 }, document }]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['an audience', { user: { audience: { kind: 'NEW_USERS' } } }, 'user.audience.kind'],
    ['a second currency', { benefit: [{ kind: 'FIXED', off: { CNY: 1, USD: 2 } }] }, 'benefit'],
    ['a third language', { name: { default: 'a', fr: 'b' } }, 'name.fr'],
    ['a separator inside a value', { product: { scope: { kind: 'BRANDS', brands: ['a|b'] } } }, 'product.scope.brands'],
    [
      'a scope of other scopes',
      {
        product: {
          scope: {
            kind: 'ALL_OF',
            scopes: [
              { kind: 'BRANDS', brands: ['x'] },
              { kind: 'SKUS', skuIds: ['y'] },
            ],
          },
        },
      },
      'product.scope.kind, product.scope.scopes',
    ],
    [
      'exclusions and forbidden company',
      { product: { excludes: { brands: ['x'] } }, rule: { stackingGroup: 'A', exclusive: true, excludes: ['B'] } },
      'product.excludes.brands, rule.exclusive, rule.excludes',
    ],
    [
      'a description and funding',
      { description: { default: 'd' }, funding: { platformBasisPoints: 1 } },
      'description, funding',
    ],
  ])('names %s, which it cannot say, and does not take such a row for the whole', async (_what, change, named) => {
    const document = documentOf(change);
    expect(marker(document)).toBe(named);
    const { faults, imported } = await readSheet(await bytesOf([sheetColumns, exported(document)]));
    expect(imported).toEqual([]);
    expect(faults).toMatchObject([
      { row: 2, column: sheetColumns.length, path: 'notInSheet', found: JSON.stringify(named) },
    ]);
  });

  it('tells every fault with its row, its column and what to do', async () => {
    expect(
      (await sheetOf({ stock: 'many', scope: 'BRAND', zone: 'Mars', percentOffBasisPoints: '12000', name: '' })).map(
        (fault) => fault.slice(0, fault.indexOf(':')),
      ),
    ).toEqual([
      'row 2, column 1 (name)',
      'row 2, column 10 (zone)',
      'row 2, column 9 (scope)',
      'row 2, column 8 (stock)',
      'row 2, column 7 (percentOffBasisPoints)',
      'row 2, column 8 (stock)',
    ]);
    expect(await sheetOf({ percentOffBasisPoints: '12000' })).toEqual([
      'row 2, column 7 (percentOffBasisPoints): expected at most 10000, found 12000; lower it.',
    ]);
    expect(await sheetOf({ percentOffBasisPoints: '15%' })).toEqual([
      'row 2, column 7 (percentOffBasisPoints): expected a number, found "15%"; write a number here.',
    ]);
    expect(await sheetOf({ maxAmount: '900' })).toEqual([
      'row 2, currency: expected the currency of the amounts, found nothing; write its code, such as CNY.',
    ]);
    expect(await sheetOf({ maxAmount: '900', currency: 'RMB' })).toEqual([
      expect.stringContaining('row 2, column 9 (currency)'),
    ]);
    expect(await sheetOf({ currency: 'CNY' })).toEqual([expect.stringContaining('clear the currency')]);
    expect(await sheetOf({ id: 'tpl_1' })).toEqual([expect.stringContaining('revision: expected the revision')]);
    expect(await sheetOf({ scopeValues: 'a' })).toEqual([expect.stringContaining('nothing for a storewide promotion')]);
    expect(
      await sheetOf({ trigger: 'COUPON', validityDays: '1', stock: '1', validFrom: '2026-11-11T00:00:00Z' }),
    ).toEqual([expect.stringContaining('nothing beside validityDays')]);
    expect(await sheetOf({ benefit: 'FIXED', off: '5', currency: 'CNY' })).toEqual([
      expect.stringContaining('(percentOffBasisPoints): expected no such field'),
    ]);
  });

  it('survives whatever is sent: rows or faults come out, never an error', async () => {
    const good = await bytesOf([sheetColumns, exported(documentOf()), exported(documentOf({ tags: ['x', 'y'] }))]);
    const splice = fc.record({
      at: fc.nat(good.length),
      drop: fc.nat(40),
      put: fc.oneof(
        fc.uint8Array({ maxLength: 12 }),
        fc
          .constantFrom(
            '"',
            ',',
            '\r',
            '\n',
            '|',
            "'",
            '=',
            '\u0000',
            '-1',
            '1e9',
            '9'.repeat(20),
            '__proto__',
            '\uFEFF',
          )
          .map((text) => Buffer.from(text)),
      ),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(splice, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 500 }),
        async (splices, size) => {
          const mutated = splices.reduce<Buffer>(
            (bytes, { at, drop, put }) => Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + drop)]),
            good,
          );
          const { faults, imported } = await readSheet(mutated, size);
          for (const { document } of imported)
            expect(parseTemplateDocument(document)).toEqual({ ok: true, value: document });
          for (const fault of faults) expect(fault.row).toBeGreaterThan(0);
        },
      ),
      { numRuns: runs(3000) },
    );
  });
});

describe('the sheet of a catalogue', () => {
  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .filter((value) => value.trim() !== '' && !/\p{Surrogate}/u.test(value));
  const amountsUpTo = (max: number) =>
    fc.dictionary(fc.constantFrom('CNY', 'JPY'), fc.integer({ min: 0, max }), { noNullPrototype: true });
  const anySku = fc.record({
    skuId: text.map(asSkuId),
    merchantId: fc.constant(asMerchantId('lumen')),
    name: fc.oneof(
      text,
      fc.constantFrom('=1+1', "'=x", "'", '@a', '-', '\t', '＝1').map((value) => `${value}.`),
    ),
    category: fc.constantFrom('/food', '/food/snacks'),
    brand: fc.option(text),
    itemType: fc.constantFrom('IN_STOCK' as const, 'PRESALE' as const),
    prices: fc.record({ CNY: fc.integer({ min: 5, max: 9999 }), JPY: fc.integer({ min: 5, max: 9999 }) }),
    taxRateBasisPoints: fc.option(fc.integer({ min: 0, max: 10_000 })),
    minUnitPrices: amountsUpTo(2),
    memberPrices: fc.record({ JPY: fc.integer({ min: 3, max: 5 }) }, { requiredKeys: [], noNullPrototype: true }),
    attributes: fc.dictionary(fc.constantFrom('colour', 'size'), fc.oneof(fc.constant(''), fc.constant("'"), text), {
      noNullPrototype: true,
    }),
    revision: fc.constant(1),
  });

  it('gives every SKU back as it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anySku, { minLength: 1, maxLength: 5 }), async (skus: Sku[]) => {
        const header = skuHeader({
          prices: ['CNY', 'JPY'],
          minUnitPrices: ['CNY', 'JPY'],
          memberPrices: ['JPY'],
          attributes: ['colour', 'size'],
        });
        const [first, ...rows] = await csvRows(await bytesOf([header, ...skus.map((sku) => skuRow(header, sku))]));
        if (!first || !('cells' in first)) throw new Error('no header');
        const columns = readSkuHeader(first);
        if (!columns.ok) throw new Error(JSON.stringify(columns.refusal));
        const read = rows.map((row) => 'cells' in row && readSkuRow(columns.value, row, null));
        expect(read).toMatchObject(skus.map(({ revision: _, ...facts }) => ({ ok: true, value: { facts } })));
      }),
      { numRuns: runs(1000) },
    );
  });

  it('never leaves out a price or an attribute that came while it was written', () => {
    const sku = {
      skuId: asSkuId('s'),
      merchantId: asMerchantId('m'),
      name: 'n',
      category: '/a',
      brand: null,
      itemType: 'IN_STOCK' as const,
      prices: { EUR: 1 },
      taxRateBasisPoints: null,
      minUnitPrices: {},
      memberPrices: {},
      attributes: {},
      revision: 1,
    };
    const header = skuHeader({ prices: ['EUR'], minUnitPrices: [], memberPrices: [], attributes: [] });
    expect(skuRow(header, sku)).toHaveLength(header.length);
    for (const added of [{ prices: { EUR: 1, CNY: 7 } }, { memberPrices: { EUR: 1 } }, { minUnitPrices: { EUR: 1 } }])
      expect(() => skuRow(header, { ...sku, ...added })).toThrow('export it again');
  });
});

describe('a cell', () => {
  it.each(['=1', '+1', '-1', '@x', '\tx', '＝1', "'=1", "''=1", '', "'", "''"])(
    '%j is no formula, and is read back',
    (value) => {
      expect(writeCell(value)).toMatch(/^'/);
      expect(readCell(writeCell(value))).toBe(value);
    },
  );
  it.each(['a', "'a", "it's", '1', ' =1'])('%j stays as it is', (value) => {
    expect(writeCell(value)).toBe(value);
    expect(readCell(value)).toBe(value);
  });
});

describe('a line of JSON', () => {
  it('is a document, a document with the template it revises, or a line of an export', () => {
    const document = documentOf();
    expect(readDocumentLine(4, JSON.stringify(document))).toMatchObject({
      ok: true,
      value: { row: 4, revises: null, document },
    });
    const line = {
      id: 'tpl_1',
      state: 'LIVE',
      version: 2,
      revision: 5,
      document,
      draft: documentOf({ tags: ['new'] }),
    };
    expect(readDocumentLine(1, JSON.stringify(line))).toMatchObject({
      ok: true,
      value: { revises: { templateId: 'tpl_1', revision: 5 }, document: { tags: ['new'] } },
    });
  });

  it.each([
    ['{', ['']],
    ['null', ['']],
    ['{"document":{},"revision":1}', ['templateId']],
    ['{"document":{},"templateId":7}', ['templateId', 'revision']],
    ['{"document":{},"templateId":"tpl_1","revision":1.5}', ['revision']],
  ])('%s is told what is wrong with it', (line, paths) => {
    const read = readDocumentLine(1, line);
    expect(read.ok ? [] : read.refusal.map((fault) => fault.path)).toEqual(expect.arrayContaining(paths));
  });

  it('is counted as an editor counts, whatever its end, and told when it is no text or too long', async () => {
    const read = async (bytes: Buffer, longest = 100) => {
      const lines = [];
      for await (const line of readLines(toAsync(cut(bytes, 3)), longest)) lines.push(line);
      return lines;
    };
    expect(await read(Buffer.from('\uFEFF{"a":1}\r\n\n  满\n'))).toEqual([
      { row: 1, text: '{"a":1}' },
      { row: 3, text: '满' },
    ]);
    expect(await read(Buffer.concat([Buffer.from('a\n'), Buffer.from([0xc3]), Buffer.from('\nb')]))).toEqual([
      { row: 1, text: 'a' },
      { row: 2, text: null },
      { row: 3, text: 'b' },
    ]);
    expect(await read(Buffer.from(`a\n${'b'.repeat(50)}\nc`), 20)).toEqual([
      { row: 1, text: 'a' },
      { row: 2, text: 'TOO_LONG' },
    ]);
  });
});
