import { asTemplateId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import { parseTemplateDocument } from '../../shared/kernel/promotion-terms';
import { type RowFault, shown } from '../../shared/kernel/table';
import type { ImportedRow } from './sheet';
import { shownDocument, stateOf, type Template } from './template';

/** One line of an export: everything its author may know of a template. */
export function documentLine(template: Template, now: Date): Record<string, unknown> {
  return {
    id: template.id,
    state: stateOf(template, now),
    version: template.published?.version ?? null,
    revision: template.revision,
    document: template.published ? shownDocument(template) : null,
    draft: template.draft,
  };
}

/** What a line around a document may say; an exported line says all of it, and its draft is what its author works on. */
const knownKeys = ['document', 'draft', 'templateId', 'id', 'revision', 'state', 'version'];

/**
 * The template of a line, or everything that is wrong with it. A line is a document, or `{document, templateId, revision}` to
 * give a template that is there another document, or a line of an export.
 */
export function readDocumentLine(row: number, line: string): Outcome<ImportedRow, RowFault[]> {
  const fault = (path: string, found: unknown, allowed: string, cure: string): RowFault => ({
    row,
    column: null,
    path,
    found: shown(found),
    allowed,
    cure,
  });
  const value = jsonOf(line);
  if (!isRecord(value))
    return refused([
      fault('', line, 'a JSON object on a line of its own', 'write one document a line, without line ends in it'),
    ]);
  if (!('document' in value) && !('draft' in value)) return documentIn(row, value, null);

  const templateId = value.templateId ?? value.id ?? null;
  const { revision = null } = value;
  const faults = Object.keys(value)
    .filter((key) => !knownKeys.includes(key))
    .map((key) => fault(key, value[key], 'no such field', 'remove the field or correct its name'));
  if (templateId !== null && (typeof templateId !== 'string' || templateId === ''))
    faults.push(
      fault('templateId', templateId, 'the id of a template', 'correct it, or remove it to write a new template'),
    );
  if (templateId !== null && !(typeof revision === 'number' && Number.isSafeInteger(revision)))
    faults.push(fault('revision', revision, 'the revision that was edited', 'take it from the export'));
  if (templateId === null && revision !== null)
    faults.push(fault('templateId', null, 'the template of the revision', 'name it, or remove the revision'));
  const revises =
    typeof templateId === 'string' && typeof revision === 'number'
      ? { templateId: asTemplateId(templateId), revision }
      : null;
  const read = documentIn(row, value.draft ?? value.document, revises);
  return faults.length === 0 ? read : refused([...faults, ...(read.ok ? [] : read.refusal)]);
}

function documentIn(row: number, raw: unknown, revises: ImportedRow['revises']): Outcome<ImportedRow, RowFault[]> {
  const parsed = parseTemplateDocument(raw);
  if (!parsed.ok) return refused(parsed.refusal.map((found) => ({ row, column: null, ...found })));
  const at = (path: string) => ({ column: null, path });
  return accepted({
    row,
    revises,
    document: parsed.value,
    at: { templateId: at('templateId'), revision: at('revision') },
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
