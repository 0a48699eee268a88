import type { MerchantId } from '../../shared/kernel/identifiers';
import { isCurrencyCode, wholeInBasisPoints } from '../../shared/kernel/money';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import {
  type Columns,
  cellsUnder,
  numberIn,
  type Place,
  type RowFault,
  readCells,
  readHeader,
  type TableRow,
} from '../../shared/kernel/table';
import {
  foreignMerchant,
  type GivenPrice,
  type GivenSku,
  readSku,
  type Sku,
  type SkuFacts,
  type SkuFault,
} from './sku';

/** The columns that every catalogue has; prices and attributes have one for each currency and name. */
export const skuColumns = ['id', 'name', 'merchantId', 'category', 'brand', 'itemType', 'taxRateBasisPoints'] as const;

/** What the columns of each kind begin with: `memberPrice:CNY`. */
const prefixes = {
  listPrices: 'price:',
  minUnitPrices: 'minUnitPrice:',
  memberPrices: 'memberPrice:',
  attributes: 'attribute:',
} as const;
const priceKinds = ['listPrices', 'minUnitPrices', 'memberPrices'] as const;

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
      priceKinds.some((kind) => name.startsWith(prefixes[kind]) && isCurrencyCode(name.slice(prefixes[kind].length))) ||
      (name.startsWith(prefixes.attributes) && name.length > prefixes.attributes.length),
    described: `one of ${skuColumns.join(', ')}, ${priceKinds.map((kind) => `${prefixes[kind]}CODE`).join(', ')} with an ISO 4217 code, attribute:NAME`,
    required: ['id', 'name', 'category'],
  });
}

/** The SKU of a row, or everything that is wrong with the row. Prices are whole minor units; an empty cell is no price. */
export function readSkuRow(columns: Columns, tableRow: TableRow, own: MerchantId | null): Outcome<SkuRow, RowFault[]> {
  const { row } = tableRow;
  const cells = readCells(columns, tableRow);
  if (!cells.ok) return cells;
  const named = (kind: keyof typeof prefixes): string[] =>
    columns.names.filter((name) => name.startsWith(prefixes[kind]) && cells.value.has(name));
  const filled: FilledColumns = {
    listPrices: named('listPrices'),
    minUnitPrices: named('minUnitPrices'),
    memberPrices: named('memberPrices'),
    attributes: named('attributes'),
  };
  // What is no number is told below, with the cell as it stands.
  const whole = (column: string): number => {
    const number = numberIn(cells.value.get(column));
    return typeof number === 'number' ? number : 0;
  };
  const isWhole = (column: string): boolean => typeof numberIn(cells.value.get(column)) === 'number';
  const prices = (kind: (typeof priceKinds)[number]): GivenPrice[] =>
    filled[kind].map((name) => ({ currency: name.slice(prefixes[kind].length), minorUnits: whole(name) }));
  const itemType = cells.value.get('itemType') ?? null;
  const isKnownType = itemType === null || itemType === 'IN_STOCK' || itemType === 'PRESALE';
  const given: GivenSku = {
    id: cells.value.get('id') ?? '',
    name: cells.value.get('name') ?? '',
    merchantId: cells.value.get('merchantId') ?? null,
    category: cells.value.get('category') ?? '',
    brand: cells.value.get('brand') ?? null,
    itemType: isKnownType ? itemType : null,
    listPrices: prices('listPrices'),
    minUnitPrices: prices('minUnitPrices'),
    memberPrices: prices('memberPrices'),
    taxRateBasisPoints: cells.value.has('taxRateBasisPoints') ? whole('taxRateBasisPoints') : null,
    attributes: filled.attributes.map((name) => ({
      name: name.slice(prefixes.attributes.length),
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
    ...(read.ok ? [] : read.refusal.map((found) => placed(row, columns, found, filled))),
    ...priceKinds
      .flatMap((kind) => filled[kind])
      .filter((name) => !isWhole(name))
      .map((name) => fault(name, 'whole minor units, such as 1990 for 19.90', 'write the price without a point')),
    ...(given.taxRateBasisPoints == null || isWhole('taxRateBasisPoints')
      ? []
      : [fault('taxRateBasisPoints', `whole basis points from 0 to ${wholeInBasisPoints}`, 'write 1300 for 13 %')]),
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
export function skuHeader(kinds: {
  prices: readonly string[];
  minUnitPrices: readonly string[];
  memberPrices: readonly string[];
  attributes: readonly string[];
}): string[] {
  const columns = (prefix: string, names: readonly string[]): string[] => names.map((name) => prefix + name);
  return [
    ...skuColumns,
    ...columns(prefixes.listPrices, kinds.prices),
    ...columns(prefixes.minUnitPrices, kinds.minUnitPrices),
    ...columns(prefixes.memberPrices, kinds.memberPrices),
    ...columns(prefixes.attributes, kinds.attributes),
  ];
}

/**
 * The row of a SKU under a header.
 * @throws when the SKU has a price or an attribute that the header lacks: it was added while the export ran, and a row without
 *   it would be taken for the whole
 */
export function skuRow(header: readonly string[], sku: Sku): string[] {
  const { skuId, name, merchantId, category, brand, itemType, taxRateBasisPoints } = sku;
  const cells = new Map<string, string>(
    Object.entries({
      id: skuId,
      name,
      merchantId,
      category,
      itemType,
      ...(brand !== null && { brand }),
      ...(taxRateBasisPoints !== null && { taxRateBasisPoints: String(taxRateBasisPoints) }),
    }),
  );
  const put = (prefix: string, values: Readonly<Record<string, string | number>>) => {
    for (const [key, value] of Object.entries(values)) cells.set(prefix + key, String(value));
  };
  put(prefixes.listPrices, sku.prices);
  put(prefixes.minUnitPrices, sku.minUnitPrices);
  put(prefixes.memberPrices, sku.memberPrices);
  put(prefixes.attributes, sku.attributes);
  if (header.filter((column) => cells.has(column)).length < cells.size)
    throw new Error(
      `Expected the columns of the catalogue to stay while it was exported, found others at ${skuId}; export it again.`,
    );
  return cellsUnder(header, cells);
}

/** The columns of each kind in which a row has something, in the order of the header. */
type FilledColumns = Record<keyof typeof prefixes, readonly string[]>;

function placed(
  row: number,
  columns: Columns,
  { path, found, allowed, cure }: SkuFault,
  filled: FilledColumns,
): RowFault {
  const [, field = '', nth] = path;
  const kind = isColumnKind(field) ? field : null;
  const column = kind === null ? field : filled[kind][Number(nth)];
  const place =
    column === undefined ? { column: null, path: kind === 'listPrices' ? 'price:…' : field } : columns.place(column);
  return { row, ...place, found, allowed, cure };
}

function isColumnKind(field: string): field is keyof typeof prefixes {
  return Object.hasOwn(prefixes, field);
}
