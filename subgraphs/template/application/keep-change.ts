import type { AuditChange, Author, TemplateAct } from '../domain/audit';
import { record } from '../domain/record';
import { isPublished, type Template } from '../domain/template';
import type { Change } from '../store';

/** Who did what and when; `changes` adds to the log what cannot be seen in the template itself. */
export interface Done {
  act: TemplateAct;
  by: Author;
  at: Date;
  changes?: readonly AuditChange[];
}

/**
 * Writes a changed template with its entry of the audit log, and tells the followers when what they may know of it changed:
 * drafts and reviews are nobody else's. The template comes back with its log that much longer.
 */
export async function keepChange<T extends Template>(
  change: Change,
  before: Template | null,
  after: T,
  done: Done,
): Promise<T> {
  const recorded = record(before, after, done);
  await change.saveTemplates([recorded]);
  if (isPublished(recorded.template) && recorded.template.published !== before?.published)
    await change.announceTemplates([recorded.template]);
  return recorded.template;
}
