import type { Identity } from '../../shared/contracts/identity';
import type { TemplateId } from '../../shared/kernel/identifiers';
import { type AuditEntry, checkBegins, checkEntry, type LogVerdict, verdictOf } from '../domain/audit';
import type { Template } from '../domain/template';
import type { TemplateStore, TemplateVersion } from '../store';
import { isVisibleTo, mayReadHistory } from './authorship';

export interface HistoryDeps {
  store: Pick<TemplateStore, 'templatesByIds' | 'versionsOf' | 'versionOf' | 'auditLogOf' | 'readLog'>;
}

/** A page of a history that is read newest first: what comes before this number. */
export interface HistoryPage {
  limit: number;
  before: number | null;
}

/** The published versions of a template, newest first, one more than the limit when there are more; none for others. */
export async function versionsOf(
  deps: HistoryDeps,
  who: Identity,
  template: Template | null,
  page: HistoryPage,
): Promise<TemplateVersion[]> {
  return template && mayReadHistory(who, template) ? deps.store.versionsOf(template.id, page) : [];
}

/** One version as it was published, however old; null for others than its authors and the operators of the tenant. */
export async function templateVersion(
  deps: HistoryDeps,
  who: Identity,
  template: Template | null,
  version: number,
): Promise<TemplateVersion | null> {
  return template && mayReadHistory(who, template) ? deps.store.versionOf(template.id, version) : null;
}

/** Who did what to a template, newest first, one more than the limit when there are more; nothing for others. */
export async function auditLogOf(
  deps: HistoryDeps,
  who: Identity,
  template: Template | null,
  page: HistoryPage,
): Promise<AuditEntry[]> {
  return template && mayReadHistory(who, template) ? deps.store.auditLogOf(template.id, page) : [];
}

/**
 * Whether the log of a template is as it was written, from the first entry to the one the template names as its newest; null
 * when there is no such template for the caller.
 */
export async function verifyTemplateAudit(
  deps: HistoryDeps,
  who: Identity,
  templateId: TemplateId,
): Promise<LogVerdict | null> {
  const template = (await deps.store.templatesByIds(who.tenant, [templateId])).get(templateId);
  if (!template || !isVisibleTo(who, template) || !mayReadHistory(who, template)) return null;
  let check = checkBegins;
  const read = await deps.store.readLog(templateId, (entry) => {
    check = checkEntry(check, entry);
  });
  return read && verdictOf(check, read.log);
}
