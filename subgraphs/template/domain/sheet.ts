import { valueAt } from '../../shared/kernel/document-faults';
import { asTemplateId, type TemplateId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import { type DocumentFault, parseTemplateDocument, type TemplateDocument } from '../../shared/kernel/promotion-terms';
import {
  type Columns,
  cellsUnder,
  type NamedCells,
  numberIn,
  type Place,
  type RowFault,
  readCells,
  readHeader,
  shown,
  type TableRow,
} from '../../shared/kernel/table';
import { isSameDocument, type TemplateState } from './template';

/** A template that a file carries: a new one, or another document for one that is there. */
export interface ImportedRow {
  row: number;
  /** Null for a new template. */
  revises: { templateId: TemplateId; revision: number } | null;
  document: TemplateDocument;
  /** Where the row names the template it revises, and the revision. */
  at: { templateId: Place; revision: Place };
}

/** The columns of the flat sheet. It says what most promotions say; the rest is for JSON. */
export const sheetColumns = [
  'id',
  'revision',
  'state',
  'name',
  'name_en',
  'trigger',
  'stackingGroup',
  'priority',
  'startsAt',
  'endsAt',
  'zone',
  'validityDays',
  'validFrom',
  'validUntil',
  'scope',
  'scopeValues',
  'stock',
  'perUserLifetime',
  'perUserDay',
  'perUserWeek',
  'benefit',
  'currency',
  'threshold',
  'off',
  'percentOffBasisPoints',
  'maxAmount',
  'tags',
  'notInSheet',
] as const;
type Column = (typeof sheetColumns)[number];

/** The columns of a sheet, or what is wrong with its header. Columns may be left out and stand in any order. */
export function readSheetHeader(header: TableRow): Outcome<Columns, RowFault[]> {
  return readHeader(header, {
    isKnown: (name) => sheetColumns.some((column) => column === name),
    described: `one of ${sheetColumns.join(', ')}`,
    required: ['name', 'trigger', 'stackingGroup', 'startsAt', 'endsAt', 'benefit'],
  });
}

/** The template of a row, or everything that is wrong with the row. */
export function readSheetRow(columns: Columns, tableRow: TableRow): Outcome<ImportedRow, RowFault[]> {
  const { row } = tableRow;
  const read = readCells(columns, tableRow);
  if (!read.ok) return read;
  const cells = read.value;
  const parsed = parseTemplateDocument(documentOf(cells));
  const fault = (column: Column, allowed: string, cure: string): RowFault => ({
    row,
    ...columns.place(column),
    found: cells.has(column) ? shown(cells.get(column)) : 'nothing',
    allowed,
    cure,
  });
  const templateId = cells.get('id')?.trim();
  const revision = numberIn(cells.get('revision'));
  const between = faultsBetweenCells(cells, fault);
  const faults = [
    ...between,
    // What the document makes of a cell that was refused above, says nothing new.
    ...(parsed.ok ? [] : parsed.refusal.map((found) => placed(row, columns, found))).filter(
      (found) => !between.some(({ path }) => path === found.path),
    ),
  ];
  if (faults.length > 0 || !parsed.ok) return refused(faults);
  return accepted({
    row,
    revises: templateId && typeof revision === 'number' ? { templateId: asTemplateId(templateId), revision } : null,
    document: parsed.value,
    at: { templateId: columns.place('id'), revision: columns.place('revision') },
  });
}

/**
 * The row of a template, in the order of the columns. What the columns cannot say is named in the last one, `notInSheet`: a row
 * that says less than its template never passes for the whole.
 */
export function sheetRow(about: {
  id: TemplateId;
  revision: number;
  state: TemplateState;
  document: TemplateDocument;
}): string[] {
  const cells = cellsOf(about.document);
  const said = parseTemplateDocument(documentOf(cells));
  const isWhole = said.ok && isSameDocument(said.value, about.document);
  cells.set('id', about.id);
  cells.set('revision', String(about.revision));
  cells.set('state', about.state);
  if (!isWhole)
    cells.set(
      'notInSheet',
      [...differences(about.document, said.ok ? said.value : documentOf(cells))].join(', ') || 'all',
    );
  return cellsUnder(sheetColumns, cells);
}

function documentOf(cells: NamedCells): Record<string, unknown> {
  const text = (column: Column): string | undefined => cells.get(column)?.trim() || undefined;
  const number = (column: Column) => numberIn(text(column));
  const currency = text('currency');
  const amount = (column: Column) => (text(column) === undefined ? undefined : { [currency ?? '']: number(column) });
  const days = number('validityDays');
  const [from, until] = [text('validFrom'), text('validUntil')];
  const perUser = given({
    lifetime: number('perUserLifetime'),
    perDay: number('perUserDay'),
    perWeek: number('perUserWeek'),
  });
  return given({
    name: given({ default: cells.get('name'), en: cells.get('name_en') }),
    tags: listIn(text('tags')),
    trigger: text('trigger'),
    time: given({
      startsAt: text('startsAt'),
      endsAt: text('endsAt'),
      zone: text('zone'),
      validity:
        days !== undefined
          ? { kind: 'DAYS_AFTER_CLAIM', days }
          : from !== undefined || until !== undefined
            ? given({ kind: 'FIXED', from, until })
            : undefined,
    }),
    product:
      text('scope') === undefined ? undefined : { scope: scopeOf(text('scope') ?? '', listIn(text('scopeValues'))) },
    limit: given({ stock: number('stock'), perUser: Object.keys(perUser).length > 0 ? perUser : undefined }),
    rule: given({ stackingGroup: text('stackingGroup'), priority: number('priority') }),
    benefit: [
      given({
        kind: text('benefit'),
        threshold: amount('threshold'),
        off: amount('off'),
        percentOffBasisPoints: number('percentOffBasisPoints'),
        maxAmount: amount('maxAmount'),
      }),
    ],
  });
}

/** Under which name a scope keeps its values. */
const scopeLists = { CATEGORIES: 'categories', BRANDS: 'brands', SKUS: 'skuIds' } as const;

function scopeOf(kind: string, values: string[] | undefined): Record<string, unknown> {
  const list = Object.entries(scopeLists).find(([name]) => name === kind)?.[1];
  return list ? { kind, [list]: values ?? [] } : { kind };
}

function listIn(text: string | undefined): string[] | undefined {
  return text?.split('|').map((entry) => entry.trim());
}

/** What of a document the columns can hold; whether that is all of it, reading it back tells. */
function cellsOf(document: TemplateDocument): Map<string, string> {
  const cells = new Map<string, string>();
  const put = (column: Column, path: readonly PropertyKey[]): void => {
    const value = valueAt(document, path);
    if (typeof value === 'string' || typeof value === 'number') cells.set(column, String(value));
    else if (Array.isArray(value) && value.length > 0) cells.set(column, value.map(String).join('|'));
  };
  put('name', ['name', 'default']);
  put('name_en', ['name', 'en']);
  put('tags', ['tags']);
  put('trigger', ['trigger']);
  put('startsAt', ['time', 'startsAt']);
  put('endsAt', ['time', 'endsAt']);
  put('zone', ['time', 'zone']);
  put('validityDays', ['time', 'validity', 'days']);
  put('validFrom', ['time', 'validity', 'from']);
  put('validUntil', ['time', 'validity', 'until']);
  put('scope', ['product', 'scope', 'kind']);
  // A scope of other scopes has no cell; the column names it in `notInSheet` rather than say half of it.
  const kind = cells.get('scope');
  if (kind !== undefined && !Object.hasOwn(scopeLists, kind)) cells.set('scope', 'STOREWIDE');
  for (const list of Object.values(scopeLists)) put('scopeValues', ['product', 'scope', list]);
  put('stock', ['limit', 'stock']);
  put('perUserLifetime', ['limit', 'perUser', 'lifetime']);
  put('perUserDay', ['limit', 'perUser', 'perDay']);
  put('perUserWeek', ['limit', 'perUser', 'perWeek']);
  put('stackingGroup', ['rule', 'stackingGroup']);
  put('priority', ['rule', 'priority']);
  put('benefit', ['benefit', 0, 'kind']);
  put('percentOffBasisPoints', ['benefit', 0, 'percentOffBasisPoints']);
  const amounts = ['threshold', 'off', 'maxAmount'] as const;
  const currency = amounts.flatMap((column) => Object.keys(recordAt(document, ['benefit', 0, column])))[0];
  if (currency === undefined) return cells;
  cells.set('currency', currency);
  for (const column of amounts) put(column, ['benefit', 0, column, currency]);
  return cells;
}

/** What single cells cannot tell: which of them go together. */
function faultsBetweenCells(
  cells: NamedCells,
  fault: (column: Column, allowed: string, cure: string) => RowFault,
): RowFault[] {
  const faults: RowFault[] = [];
  const has = (column: Column): boolean => (cells.get(column)?.trim() ?? '') !== '';
  if (has('notInSheet'))
    faults.push(
      fault(
        'notInSheet',
        'nothing: the template says more than a sheet can',
        'import it as JSON Lines, or clear this cell to let go of what it names',
      ),
    );
  if (has('id') !== has('revision'))
    faults.push(
      has('id')
        ? fault(
            'revision',
            'the revision that was edited',
            'take it from the export, or clear the id to write a new template',
          )
        : fault(
            'id',
            'the template of the revision',
            'take it from the export, or clear the revision to write a new template',
          ),
    );
  else if (has('revision') && typeof numberIn(cells.get('revision')) !== 'number')
    faults.push(fault('revision', 'a whole number', 'take it from the export'));
  for (const column of ['validFrom', 'validUntil'] as const)
    if (has(column) && has('validityDays'))
      faults.push(fault(column, 'nothing beside validityDays', 'clear one of the two'));
  const scope = cells.get('scope')?.trim() || 'STOREWIDE';
  if (has('scopeValues') && scope === 'STOREWIDE')
    faults.push(fault('scopeValues', 'nothing for a storewide promotion', 'clear it or set the scope'));
  const amounts = (['threshold', 'off', 'maxAmount'] as const).filter(has);
  if (amounts.length > 0 && !has('currency'))
    faults.push(fault('currency', 'the currency of the amounts', 'write its code, such as CNY'));
  if (amounts.length === 0 && has('currency'))
    faults.push(fault('currency', 'an amount in this currency', 'add the amount or clear the currency'));
  return faults;
}

/** Which column a fault of the document is about, the most telling path first. */
const columnsOfPaths: readonly (readonly [string, Column])[] = [
  ['name.en', 'name_en'],
  ['name', 'name'],
  ['tags', 'tags'],
  ['trigger', 'trigger'],
  ['time.startsAt', 'startsAt'],
  ['time.endsAt', 'endsAt'],
  ['time.zone', 'zone'],
  ['time.validity.from', 'validFrom'],
  ['time.validity.until', 'validUntil'],
  ['time.validity', 'validityDays'],
  ['product.scope.kind', 'scope'],
  ['product.scope', 'scopeValues'],
  ['limit.stock', 'stock'],
  ['limit.perUser.lifetime', 'perUserLifetime'],
  ['limit.perUser.perDay', 'perUserDay'],
  ['limit.perUser.perWeek', 'perUserWeek'],
  ['rule.stackingGroup', 'stackingGroup'],
  ['rule.priority', 'priority'],
  ['benefit[0].threshold', 'threshold'],
  ['benefit[0].off', 'off'],
  ['benefit[0].percentOffBasisPoints', 'percentOffBasisPoints'],
  ['benefit[0].maxAmount', 'maxAmount'],
  ['benefit', 'benefit'],
];

function placed(row: number, columns: Columns, { path, ...fault }: DocumentFault): RowFault {
  const column = fault.found.startsWith('the key ')
    ? 'currency'
    : columnsOfPaths.find(
        ([prefix]) => path === prefix || path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[`),
      )?.[1];
  return { row, ...(column ? columns.place(column) : { column: null, path }), ...fault };
}

/** The paths at which a document says something that the other one does not, or says otherwise. */
function* differences(document: unknown, other: unknown, path = ''): Generator<string> {
  if (isRecord(document) && isRecord(other)) {
    for (const key of new Set([...Object.keys(document), ...Object.keys(other)]))
      yield* differences(document[key], other[key], path ? `${path}.${key}` : key);
  } else if (JSON.stringify(document) !== JSON.stringify(other)) yield path;
}

function given(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function recordAt(document: TemplateDocument, path: readonly PropertyKey[]): Record<string, unknown> {
  const value = valueAt(document, path);
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
