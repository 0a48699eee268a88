import type { MerchantId, SkuId } from '../../shared/kernel/identifiers';
import { isCurrencyCode } from '../../shared/kernel/money';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import { foreignMerchant, type GivenSku, readSku, type Sku, type SkuFacts, type SkuFault } from './sku';
import {
  type Columns,
  cellsUnder,
  numberIn,
  type Place,
  type RowFault,
  readCells,
  readHeader,
  type TableRow,
} from './table';

/** The columns that every catalogue has; prices and attributes have one for each currency and name. */
export const skuColumns = ['id', 'name', 'merchantId', 'category', 'brand', 'itemType'] as const;

const price = 'price:';
const attribute = 'attribute:';

/** The most SKUs of one file: their ids are kept in memory while it is checked, so that none comes twice. */
export const maxSkusPerFile = 500_000;

/** A SKU of a file, as the shop's catalogue hands it over and as it was read. */
export interface SkuRow {
  row: number;
  given: GivenSku;
  facts: SkuFacts;
  /** Where the row names the SKU. */
  at: Place;
}

/** The columns of a catalogue, or what is wrong with its header. They stand in any order. */
export function readSkuHeader(header: TableRow): Outcome<Columns, RowFault[]> {
  return readHeader(header, {
    isKnown: (name) =>
      skuColumns.some((column) => column === name) ||
      (name.startsWith(price) && isCurrencyCode(name.slice(price.length))) ||
      (name.startsWith(attribute) && name.length > attribute.length),
    described: `one of ${skuColumns.join(', ')}, price:CODE with an ISO 4217 code, attribute:NAME`,
    required: ['id', 'name', 'category'],
  });
}

/** The SKU of a row, or everything that is wrong with the row. Prices are whole minor units; an empty cell is no price. */
export function readSkuRow(columns: Columns, tableRow: TableRow, own: MerchantId | null): Outcome<SkuRow, RowFault[]> {
  const { row } = tableRow;
  const cells = readCells(columns, tableRow);
  if (!cells.ok) return cells;
  const named = (prefix: string): string[] =>
    columns.names.filter((name) => name.startsWith(prefix) && cells.value.has(name));
  const [priceColumns, attributeColumns] = [named(price), named(attribute)];
  const itemType = cells.value.get('itemType') ?? null;
  const isKnownType = itemType === null || itemType === 'IN_STOCK' || itemType === 'PRESALE';
  const given: GivenSku = {
    id: cells.value.get('id') ?? '',
    name: cells.value.get('name') ?? '',
    merchantId: cells.value.get('merchantId') ?? null,
    category: cells.value.get('category') ?? '',
    brand: cells.value.get('brand') ?? null,
    itemType: isKnownType ? itemType : null,
    listPrices: priceColumns.map((name) => {
      const minorUnits = numberIn(cells.value.get(name));
      // What is no number is told below, with the cell as it stands.
      return { currency: name.slice(price.length), minorUnits: typeof minorUnits === 'number' ? minorUnits : 0 };
    }),
    attributes: attributeColumns.map((name) => ({
      name: name.slice(attribute.length),
      value: cells.value.get(name) ?? '',
    })),
  };
  const fault = (column: string, allowed: string, cure: string): RowFault => ({
    row,
    ...columns.place(column),
    found: JSON.stringify(cells.value.get(column) ?? '').slice(0, 80),
    allowed,
    cure,
  });
  const read = readSku(given, own);
  const faults = [
    ...(read.ok ? [] : read.refusal.map((found) => placed(row, columns, found, { priceColumns, attributeColumns }))),
    ...priceColumns
      .filter((name) => typeof numberIn(cells.value.get(name)) !== 'number')
      .map((name) => fault(name, 'whole minor units, such as 1990 for 19.90', 'write the price without a point')),
    ...(isKnownType ? [] : [fault('itemType', 'IN_STOCK or PRESALE', 'correct it or leave it empty')]),
  ];
  return faults.length > 0 || !read.ok
    ? refused(faults)
    : accepted({ row, given, facts: read.value, at: columns.place('id') });
}

/** The refusal of a row whose SKU another merchant sells. */
export function foreignRow({ row, facts, at }: SkuRow): RowFault {
  const { found, allowed, cure } = foreignMerchant(0, 'id', facts.skuId);
  return { row, ...at, found, allowed, cure };
}

/** The refusal of a row whose SKU an earlier row has. */
export function repeatedRow({ row, facts, at }: SkuRow, earlier: number): RowFault {
  const found = JSON.stringify(facts.skuId);
  return { row, ...at, found, allowed: `each SKU once, row ${earlier} has it already`, cure: 'remove one of the rows' };
}

/** The header of an export with the currencies and attributes that its catalogue has. */
export function skuHeader(kinds: { currencies: readonly string[]; attributes: readonly string[] }): string[] {
  return [
    ...skuColumns,
    ...kinds.currencies.map((currency) => price + currency),
    ...kinds.attributes.map((name) => attribute + name),
  ];
}

/**
 * The row of a SKU under a header.
 * @throws when the SKU has a price or an attribute that the header lacks: it was added while the export ran, and a row without
 *   it would be taken for the whole
 */
export function skuRow(header: readonly string[], sku: Sku): string[] {
  const { skuId, name, merchantId, category, brand, itemType, prices, attributes } = sku;
  const cells = new Map<string, string>(
    Object.entries({ id: skuId, name, merchantId, category, itemType, ...(brand !== null && { brand }) }),
  );
  for (const [currency, minorUnits] of Object.entries(prices)) cells.set(price + currency, String(minorUnits));
  for (const [attributeName, value] of Object.entries(attributes)) cells.set(attribute + attributeName, value);
  if (header.filter((column) => cells.has(column)).length < cells.size)
    throw new Error(
      `Expected the columns of the catalogue to stay while it was exported, found others at ${skuId}; export it again.`,
    );
  return cellsUnder(header, cells);
}

/** Where a file names a SKU first, to find those that come again. */
export type SeenSkus = Map<SkuId, number>;

function placed(
  row: number,
  columns: Columns,
  { path, found, allowed, cure }: SkuFault,
  named: { priceColumns: readonly string[]; attributeColumns: readonly string[] },
): RowFault {
  const [, field = '', nth] = path;
  const column =
    field === 'listPrices'
      ? named.priceColumns[Number(nth)]
      : field === 'attributes'
        ? named.attributeColumns[Number(nth)]
        : field;
  const place =
    column === undefined ? { column: null, path: field === 'listPrices' ? 'price:…' : field } : columns.place(column);
  return { row, ...place, found, allowed, cure };
}
