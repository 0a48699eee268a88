import { type AuditChange, type AuditEntry, type Author, differences, entryAfter, type TemplateAct } from './audit';
import { type Template, workingDocument } from './template';

/** A template after a change, with the entry that tells it; both are written together or not at all. */
export interface Recorded<T extends Template = Template> {
  template: T;
  entry: AuditEntry;
}

/**
 * The change as the next entry of the template's log, and the template with its log that much longer. The differences
 * between `before` (null for a new template) and `after` are found by looking; `changes` adds what cannot be seen in them.
 */
export function record<T extends Template>(
  before: Template | null,
  after: T,
  done: { act: TemplateAct; by: Author; at: Date; changes?: readonly AuditChange[] },
): Recorded<T> {
  const { act, by, at, changes = [] } = done;
  const { id: templateId, tenantId, log } = after;
  const found = differences(before === null ? nothing : auditedPart(before), auditedPart(after));
  const entry = entryAfter(log, { tenantId, templateId, at, by, act, changes: [...found, ...changes] });
  return { template: { ...after, log: { seq: entry.seq, hash: entry.hash } }, entry };
}

const nothing = { draft: null, published: null, review: null };

/** What the log watches: everything that somebody decides about a template. */
function auditedPart(template: Template): Record<keyof typeof nothing, unknown> {
  const { published, review } = template;
  return {
    draft: workingDocument(template),
    published: published && {
      version: published.version,
      wanted: published.wanted,
      stock: published.stock,
      document: published.document,
    },
    review: review && {
      state: review.state,
      draftFingerprint: review.draftFingerprint,
      reason: review.state === 'REJECTED' ? review.reason : null,
    },
  };
}
