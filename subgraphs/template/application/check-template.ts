import type { Identity } from '../../shared/contracts/identity';
import type { DocumentFault } from '../../shared/kernel/document-faults';
import { asTemplateId, asVersionId, type TemplateId, type TenantId } from '../../shared/kernel/identifiers';
import { parseTemplateDocument, type TemplateDocument } from '../../shared/kernel/promotion-terms';
import type { TenantSettings } from '../../shared/kernel/tenant-settings';
import { checkDocument } from '../domain/checks';
import type { Finding } from '../domain/finding';
import { type Template, workingDocument } from '../domain/template';
import type { CheckReader } from '../named-goods';
import type { TemplateStore } from '../store';
import { authorshipOf, isAuthorOf } from './authorship';

export interface CheckDeps {
  store: Pick<TemplateStore, 'templatesByIds' | 'settingsOf'>;
  checks: CheckReader;
  now(): Date;
}

/** What can be said of a document before it is published: its faults when it is none, else its findings. */
export interface TemplateCheck {
  faults: DocumentFault[];
  findings: Finding[];
}

/**
 * Checks a template's draft (what is published when there is no draft), or a document that nobody saved, as its
 * publication would. Null when the caller has no such template.
 */
export async function checkTemplate(
  deps: CheckDeps,
  who: Identity,
  subject: { templateId: TemplateId } | { document: unknown },
): Promise<TemplateCheck | null> {
  const { settings } = await deps.store.settingsOf(who.tenant);
  if ('templateId' in subject) {
    const template = (await deps.store.templatesByIds(who.tenant, [subject.templateId])).get(subject.templateId);
    if (!template || !isAuthorOf(who, template)) return null;
    return { faults: [], findings: await findingsOf(deps, template, workingDocument(template), settings) };
  }
  const parsed = parseTemplateDocument(subject.document);
  if (!parsed.ok) return { faults: parsed.refusal, findings: [] };
  const merchantId = authorshipOf(who)?.merchantId ?? null;
  const unsaved = { id: unsavedId, tenantId: who.tenant, merchantId, published: null };
  return { faults: [], findings: await findingsOf(deps, unsaved, parsed.value, settings) };
}

/** The findings about a document as the next version of a template. */
export async function findingsOf(
  deps: Pick<CheckDeps, 'checks' | 'now'>,
  template: Pick<Template, 'id' | 'merchantId' | 'published'> & { tenantId: TenantId },
  document: TemplateDocument,
  settings: TenantSettings,
): Promise<Finding[]> {
  const now = deps.now();
  const { id: templateId, tenantId, merchantId, published } = template;
  const [goods, exclusives] = await Promise.all([
    deps.checks.namedGoods(tenantId, document),
    deps.checks.exclusives(tenantId, merchantId, now),
  ]);
  const terms = { templateId, versionId: unsavedVersion, version: 0, tenantId, merchantId, document };
  return checkDocument(terms, { now, settings, published, goods, exclusives });
}

/** What a document that nobody saved is called while it is looked at. */
const unsavedId = asTemplateId('unsaved');
/** And what becomes its next version. */
const unsavedVersion = asVersionId('unsaved');
