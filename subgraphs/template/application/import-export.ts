import type { Identity } from '../../shared/contracts/identity';
import type { TemplateId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import { type FaultTally, type Place, type RowFault, tally } from '../../shared/kernel/table';
import { type Recorded, record } from '../domain/record';
import type { ImportedRow } from '../domain/sheet';
import {
  isSameDocument,
  newTemplate,
  revise,
  type Template,
  type TemplateState,
  workingDocument,
} from '../domain/template';
import type { TemplateStore } from '../store';
import { authorOf, authorshipOf, isAuthorOf } from './authorship';
import { changeOnce, type KeyReused } from './change-once';

export interface ExportDeps {
  store: Pick<TemplateStore, 'templatesOf'>;
  now(): Date;
}

export interface ImportDeps {
  store: Pick<TemplateStore, 'once'>;
  now(): Date;
  newTemplateId(): TemplateId;
}

/**
 * The most templates of one file. All of them are written in one transaction, so that nothing is ever half imported, and a
 * transaction that meets another one begins anew for ten seconds only: a thousand take two to four on two free cores.
 */
export const maxTemplatesPerFile = 1000;

/** How many templates are read at once for an export. */
const pageSize = 100;

/** What became of one row. */
export interface ImportedTemplate {
  row: number;
  id: TemplateId;
  revision: number;
  act: 'CREATED' | 'REVISED' | 'UNCHANGED';
}

export type ImportFault = { code: 'INVALID_ROWS'; faults: FaultTally } | KeyReused;

/**
 * The caller's own templates, newest first, a page at a time along the index of the listing: nothing is held, neither in
 * memory nor in the database, while a slow reader takes its time. One instant decides what is live.
 */
export async function* exportTemplates(
  deps: ExportDeps,
  who: Identity,
  states: readonly TemplateState[] | null,
): AsyncGenerator<{ template: Template; now: Date }> {
  const authorship = authorshipOf(who);
  if (!authorship) return;
  const now = deps.now();
  let after: { createdAt: Date; id: TemplateId } | null = null;
  for (;;) {
    const page: Template[] = await deps.store.templatesOf({
      tenant: who.tenant,
      ...authorship,
      states,
      now,
      limit: pageSize,
      after,
    });
    for (const template of page.slice(0, pageSize)) yield { template, now };
    const last = page[pageSize - 1];
    if (page.length <= pageSize || !last) return;
    after = { createdAt: last.createdAt, id: last.id };
  }
}

/**
 * Writes the drafts of a file: all of them or none, in one transaction. Rows without an id become new templates of the caller's
 * merchant, or of the platform; the others revise the caller's own on the ground of the revision that was edited. A row that
 * says what is there already changes nothing. Every fault is told at once, those that reading found included.
 */
export async function importTemplates(
  deps: ImportDeps,
  who: Identity,
  input: { rows: readonly ImportedRow[]; faults: FaultTally; idempotencyKey: string },
): Promise<Outcome<ImportedTemplate[], ImportFault[]>> {
  const { rows } = input;
  // What could not be read is no part of it: with a fault nothing is kept that a repetition could be compared with.
  const call = { rows, idempotencyKey: input.idempotencyKey };
  return changeOnce<ImportedTemplate[], ImportFault>(deps.store, who, 'importTemplates', call, async (change) => {
    const now = deps.now();
    const ids = rows.flatMap(({ revises }) => (revises ? [revises.templateId] : []));
    const known = new Map((await change.templates(ids)).map((template) => [template.id, template]));
    // Counted anew in each run: a transaction that met another one runs again.
    const faults: FaultTally = { first: [...input.faults.first], count: input.faults.count };
    const decided: (Decided & { row: number })[] = [];
    const earlier = new Map<TemplateId, number>();
    for (const row of rows) {
      const outcome = row.revises
        ? revised(row, row.revises, known.get(row.revises.templateId), { who, now, earlier })
        : created(row.document, { id: deps.newTemplateId(), who, now });
      if (outcome.ok) decided.push({ row: row.row, ...outcome.value });
      else tally(faults, [outcome.refusal]);
    }
    if (faults.count > 0) {
      faults.first.sort((a, b) => a.row - b.row);
      return { outcome: refused([{ code: 'INVALID_ROWS', faults }]), keep: false };
    }
    // Drafts are nobody else's business, so no follower is told.
    await change.saveTemplates(decided.flatMap(({ recorded }) => recorded ?? []));
    return {
      outcome: accepted(
        decided.map(({ row, template: { id, revision }, act }): ImportedTemplate => ({ row, id, revision, act })),
      ),
      keep: decided.some(({ recorded }) => recorded !== null),
    };
  });
}

/** What becomes of a row; nothing is recorded where it says what is there already. */
type Decided = { template: Template; act: ImportedTemplate['act']; recorded: Recorded | null };

function created(
  document: ImportedRow['document'],
  about: { id: TemplateId; who: Identity; now: Date },
): { ok: true; value: Decided } {
  const { id, who, now } = about;
  const merchantId = authorshipOf(who)?.merchantId ?? null;
  const by = authorOf(who);
  const template = newTemplate({ id, tenantId: who.tenant, merchantId }, document, by, now);
  return accepted({ template, act: 'CREATED', recorded: record(null, template, { act: 'CREATED', by, at: now }) });
}

function revised(
  { row, document, at }: ImportedRow,
  { templateId, revision }: { templateId: TemplateId; revision: number },
  template: Template | undefined,
  about: { who: Identity; now: Date; earlier: Map<TemplateId, number> },
): Outcome<Decided, RowFault> {
  const { who, now, earlier } = about;
  const fault = (place: Place, found: string, allowed: string, cure: string) =>
    refused({ row, ...place, found, allowed, cure });
  const first = earlier.get(templateId);
  if (first !== undefined)
    return fault(
      at.templateId,
      templateId,
      `each template once, row ${first} has it already`,
      'remove one of the rows',
    );
  earlier.set(templateId, row);
  // Another tenant's is not there either.
  if (!template || !isAuthorOf(who, template))
    return fault(
      at.templateId,
      templateId,
      'a template of your own',
      'check the id, or leave it out to write a new one',
    );
  if (isSameDocument(workingDocument(template), document))
    return accepted({ template, act: 'UNCHANGED', recorded: null });
  const by = authorOf(who);
  const outcome = revise(template, document, revision, by, now);
  if (outcome.ok)
    return accepted({
      template: outcome.value,
      act: 'REVISED',
      recorded: record(template, outcome.value, { act: 'REVISED', by, at: now }),
    });
  switch (outcome.refusal.code) {
    case 'ENDED':
      return fault(
        at.templateId,
        `${templateId}, which has ended`,
        'a template that goes on',
        'leave the id out to write a new one',
      );
    case 'VERSION_CONFLICT':
      return fault(
        at.revision,
        String(revision),
        `the current revision, ${outcome.refusal.current}`,
        'export the template again and repeat the change on it',
      );
  }
}
