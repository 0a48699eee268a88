import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { fileRouteOf, refuseFileTo } from '../shared/contracts/files';
import type { Outcome } from '../shared/kernel/outcome';
import { templateDocumentJsonSchema } from '../shared/kernel/promotion-terms';
import { type Columns, type FaultTally, maxColumns, type RowFault, tally } from '../shared/kernel/table';
import { bodyApart } from '../shared/runtime/bodies';
import { type CsvBreak, type CsvRow, readCsv, writeCsv } from '../shared/runtime/csv';
import { begun, download, progressAnswer, toldFaults } from '../shared/runtime/file-answers';
import type { Logger } from '../shared/runtime/logger';
import { type FileRequest, type FileResponse, fileFault } from '../shared/runtime/server';
import { spool } from '../shared/runtime/spool';
import { fileRows } from '../shared/runtime/table-file';
import { readLines } from '../shared/runtime/text-lines';
import {
  type ExportDeps,
  exportTemplates,
  type ImportDeps,
  type ImportedTemplate,
  importTemplates,
  maxTemplatesPerFile,
} from './application/import-export';
import {
  type ExportSkusDeps,
  exportSkus,
  type ImportSkusDeps,
  importSkus,
  type SkuImportProgress,
} from './application/import-skus';
import { documentLine, readDocumentLine } from './domain/document-lines';
import { type ImportedRow, readSheetHeader, readSheetRow, sheetColumns, sheetRow } from './domain/sheet';
import { shownDocument, stateOf, type TemplateState } from './domain/template';

/** Everything the files of `template` need. */
export type TemplateFilesDeps = ExportDeps & ImportDeps & ExportSkusDeps & ImportSkusDeps & { spoolFolder?: string };

/** The largest file of templates, in bytes; its documents are in memory together, since they are written together. */
export const maxTemplateFileBytes = 16 * 1024 * 1024;
/** The longest line of JSON, in bytes. */
const longestLine = 1024 * 1024;

/** Answers `/files/…` of this subgraph: reads bytes, calls one use case, writes bytes. */
export function templateFiles(
  deps: TemplateFilesDeps,
): (request: FileRequest, logger: Logger) => Promise<FileResponse> {
  const schema = schemaFile();
  return async (request, logger) => {
    const route = fileRouteOf(request.method, request.path, request.headers);
    const refusal = 'status' in route ? route : refuseFileTo(request.who, route);
    if (refusal) return fileFault(refusal.status, refusal.code, refusal.message);
    switch (`${request.method} ${request.path}`) {
      case 'GET /files/schemas/promotion-template.json':
        return schema(request);
      case 'GET /files/templates.jsonl':
        return templatesAsLines(deps, request);
      case 'GET /files/templates.csv':
        return templatesAsSheet(deps, request);
      case 'POST /files/templates.jsonl':
        return takeTemplates(deps, request, (body) => lineRows(readLines(body, longestLine)));
      case 'POST /files/templates.csv':
        return takeTemplates(deps, request, (body) => sheetRows(readCsv(body)));
      case 'GET /files/skus.csv':
        return catalogueAsSheet(deps, request);
      case 'POST /files/skus.csv':
        return takeCatalogue(deps, request, logger);
      default:
        throw new Error(`Expected every file of the contract to be served, found ${request.method} ${request.path}.`);
    }
  };
}

/** The JSON Schema of the template document: the same for everybody until this process is replaced. */
function schemaFile(): (request: FileRequest) => FileResponse {
  const body = `${JSON.stringify(templateDocumentJsonSchema(), null, 2)}\n`;
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
  const headers = { etag, 'cache-control': 'public, max-age=3600' };
  return ({ headers: asked }) => {
    const known = (asked['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    if (known.includes(etag) || known.includes('*')) return { status: 304, headers, body: '' };
    return { status: 200, headers: { ...headers, 'content-type': 'application/schema+json' }, body };
  };
}

async function templatesAsLines(deps: TemplateFilesDeps, request: FileRequest): Promise<FileResponse> {
  const states = statesOf(request.query);
  if ('status' in states) return states;
  const lines = await begun(exportTemplates(deps, request.who, states.states));
  async function* text(): AsyncGenerator<string> {
    for await (const { template, now } of lines) yield `${JSON.stringify(documentLine(template, now))}\n`;
  }
  return download('templates.jsonl', 'application/jsonl; charset=utf-8', Readable.from(text()));
}

async function templatesAsSheet(deps: TemplateFilesDeps, request: FileRequest): Promise<FileResponse> {
  const states = statesOf(request.query);
  if ('status' in states) return states;
  const templates = await begun(exportTemplates(deps, request.who, states.states));
  async function* rows(): AsyncGenerator<readonly string[]> {
    yield sheetColumns;
    for await (const { template, now } of templates) {
      // What its author works on: the draft, where there is one.
      const document = template.draft ?? shownDocument(template);
      yield sheetRow({ id: template.id, revision: template.revision, state: stateOf(template, now), document });
    }
  }
  return download('templates.csv', 'text/csv; charset=utf-8', writeCsv(rows()));
}

async function catalogueAsSheet(deps: TemplateFilesDeps, request: FileRequest): Promise<FileResponse> {
  const rows = await exportSkus(deps, request.who);
  if (rows === null)
    return fileFault(
      422,
      'BAD_USER_INPUT',
      `Expected a catalogue with at most ${maxColumns} currencies and attribute names, found more; a table cannot hold it.`,
    );
  return download('skus.csv', 'text/csv; charset=utf-8', writeCsv(await begun(rows)));
}

const templateStates = [
  'DRAFT',
  'IN_REVIEW',
  'SCHEDULED',
  'LIVE',
  'PAUSED',
  'ENDED',
] as const satisfies TemplateState[];

/** `?states=LIVE,DRAFT`; null without it. A parameter that nobody knows would be taken for one that was heard. */
function statesOf(query: Record<string, string>): { states: TemplateState[] | null } | FileResponse {
  const unknown = Object.keys(query).find((name) => name !== 'states');
  if (unknown !== undefined)
    return fileFault(400, 'BAD_USER_INPUT', `${unknown}: expected the parameter states or none, found another one.`);
  if (query.states === undefined) return { states: null };
  const names = query.states.split(',');
  const states = templateStates.filter((state) => names.includes(state));
  return states.length === new Set(names).size
    ? { states }
    : fileFault(
        400,
        'BAD_USER_INPUT',
        `states: expected ${templateStates.join(', ')} with commas between, found ${JSON.stringify(query.states.slice(0, 80))}.`,
      );
}

async function takeTemplates(
  deps: TemplateFilesDeps,
  request: FileRequest,
  read: (body: AsyncIterable<Buffer>) => AsyncIterable<Outcome<ImportedRow, RowFault[]>>,
): Promise<FileResponse> {
  const idempotencyKey = keyOf(request);
  if (idempotencyKey === null)
    return fileFault(
      400,
      'BAD_USER_INPUT',
      'idempotency-key: expected a header of 1 to 128 characters, found none such; choose one for the file, so that sending it again writes nothing twice.',
    );
  let isTooLarge = false;
  const body = bodyApart(request.body, {
    bytes: maxTemplateFileBytes,
    onMore: () => {
      isTooLarge = true;
    },
  });
  const rows: ImportedRow[] = [];
  const faults: FaultTally = { first: [], count: 0 };
  try {
    for await (const outcome of read(body)) {
      if (outcome.ok) rows.push(outcome.value);
      else tally(faults, outcome.refusal);
      if (rows.length <= maxTemplatesPerFile) continue;
      tally(faults, [tooMany(rows.at(-1)?.row ?? 0)]);
      break;
    }
  } catch (error) {
    if (!isTooLarge) throw error;
    const message = `Expected at most ${maxTemplateFileBytes} bytes of templates, found more; split the file.`;
    return fileFault(413, 'BAD_USER_INPUT', message);
  }
  if (rows.length === 0 && faults.count === 0) tally(faults, [nothing]);
  const outcome = await importTemplates(deps, request.who, { rows, faults, idempotencyKey });
  if (outcome.ok) return json(200, importedTemplates(outcome.value));
  const [refusal] = outcome.refusal;
  return refusal?.code === 'INVALID_ROWS'
    ? json(422, {
        errors: [
          {
            message: `${refusal.faults.count} faults were found and nothing was imported.`,
            extensions: { code: refusal.code },
          },
        ],
        ...toldFaults(refusal.faults),
      })
    : fileFault(
        409,
        'IDEMPOTENCY_KEY_REUSED',
        'idempotency-key: expected the file the key was first used with, found another; use a new key.',
      );
}

/** Takes the file in whole, and only then begins to answer: how it is checked and written, one line of JSON at a time. */
async function takeCatalogue(deps: TemplateFilesDeps, request: FileRequest, logger: Logger): Promise<FileResponse> {
  const spooled = await spool(request.body, deps.spoolFolder);
  const progress = importSkus(deps, request.who, {
    read: () => fileRows(readCsv(spooled.read())),
    idempotencyKey: keyOf(request) ?? randomUUID(),
    signal: request.signal,
  });
  async function* steps(): AsyncGenerator<Record<string, unknown>> {
    for await (const step of progress) yield progressLine(step);
  }
  return progressAnswer(steps(), request, logger, () => void spooled.remove());
}

function progressLine(step: SkuImportProgress): Record<string, unknown> {
  return step.kind === 'REFUSED' ? { kind: step.kind, written: step.written, ...toldFaults(step.faults) } : { ...step };
}

function importedTemplates(templates: readonly ImportedTemplate[]): Record<string, unknown> {
  const count = (act: ImportedTemplate['act']): number => templates.filter((template) => template.act === act).length;
  return {
    createdCount: count('CREATED'),
    revisedCount: count('REVISED'),
    unchangedCount: count('UNCHANGED'),
    templates,
  };
}

async function* lineRows(lines: ReturnType<typeof readLines>): AsyncGenerator<Outcome<ImportedRow, RowFault[]>> {
  for await (const { row, text } of lines) {
    const refuse = (found: string, allowed: string, cure: string): { ok: false; refusal: RowFault[] } => ({
      ok: false,
      refusal: [{ row, column: null, path: '', found, allowed, cure }],
    });
    if (text === null) yield refuse('bytes that are no UTF-8', 'UTF-8', 'save the file as UTF-8');
    else if (text === 'TOO_LONG')
      yield refuse(
        `more than ${longestLine} bytes`,
        `at most ${longestLine} bytes a line`,
        'put each document on a line of its own',
      );
    else yield readDocumentLine(row, text);
  }
}

async function* sheetRows(rows: AsyncIterable<CsvRow | CsvBreak>): AsyncGenerator<Outcome<ImportedRow, RowFault[]>> {
  let columns: Columns | null = null;
  for await (const row of fileRows(rows)) {
    if (!('cells' in row)) yield { ok: false, refusal: [row] };
    else if (columns !== null) yield readSheetRow(columns, row);
    else {
      const header = readSheetHeader(row);
      if (!header.ok) return yield header;
      columns = header.value;
    }
  }
}

function keyOf({ headers }: FileRequest): string | null {
  const key = headers['idempotency-key'];
  return key && key.length <= 128 ? key : null;
}

function json(status: number, body: unknown): FileResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

const nothing: RowFault = {
  row: 1,
  column: null,
  path: '',
  found: 'no template',
  allowed: 'at least one',
  cure: 'send the file with its templates',
};

function tooMany(row: number): RowFault {
  return {
    row,
    column: null,
    path: '',
    found: 'another template',
    allowed: `at most ${maxTemplatesPerFile} a file`,
    cure: 'send the rest in another file',
  };
}
