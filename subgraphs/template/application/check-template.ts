import type { Identity } from '../../shared/contracts/identity';
import { asTemplateId, asVersionId, type TemplateId, type TenantId } from '../../shared/kernel/identifiers';
import {
  type DocumentFault,
  type PromotionTerms,
  parseTemplateDocument,
  type TemplateDocument,
} from '../../shared/kernel/promotion-terms';
import type { TenantSettings } from '../../shared/kernel/tenant-settings';
import { checkDocument } from '../domain/checks';
import type { DangerReport, DangerSearch } from '../domain/danger';
import type { Finding } from '../domain/finding';
import { type Template, workingDocument } from '../domain/template';
import type { CheckReader } from '../named-goods';
import type { TemplateStore } from '../store';
import { authorshipOf, isAuthorOf } from './authorship';
import { type DangerDeps, dangersOf } from './find-dangers';

export interface CheckDeps extends DangerDeps {
  store: Pick<TemplateStore, 'templatesByIds' | 'settingsOf'>;
  checks: CheckReader;
  now(): Date;
}

/** What can be said of a document before it is published: its faults when it is none, else its findings, errors first. */
export interface TemplateCheck {
  faults: DocumentFault[];
  findings: Finding[];
  /** How far was looked for what is dangerous beside what is live; null for what is no document. */
  search: DangerSearch | null;
}

/** A template whose next version is looked at. */
type NextVersion = Pick<Template, 'id' | 'merchantId' | 'published'> & { tenantId: TenantId };

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
    return checked(deps, template, workingDocument(template), settings);
  }
  const parsed = parseTemplateDocument(subject.document);
  if (!parsed.ok) return { faults: parsed.refusal, findings: [], search: null };
  const merchantId = authorshipOf(who)?.merchantId ?? null;
  return checked(deps, { id: unsavedId, tenantId: who.tenant, merchantId, published: null }, parsed.value, settings);
}

async function checked(
  deps: CheckDeps,
  template: NextVersion,
  document: TemplateDocument,
  settings: TenantSettings,
): Promise<TemplateCheck> {
  const [findings, { findings: dangers, search }] = await Promise.all([
    findingsOf(deps, template, document, settings),
    dangersIn(deps, template, document, settings),
  ]);
  return { faults: [], findings: [...findings, ...dangers], search };
}

/** The findings about a document as the next version of a template, by itself. */
export async function findingsOf(
  deps: Pick<CheckDeps, 'checks' | 'now'>,
  template: NextVersion,
  document: TemplateDocument,
  settings: TenantSettings,
): Promise<Finding[]> {
  const now = deps.now();
  const { tenantId, merchantId, published } = template;
  const [goods, exclusives] = await Promise.all([
    deps.checks.namedGoods(tenantId, document),
    deps.checks.exclusives(tenantId, merchantId, now),
  ]);
  return checkDocument(termsOfNext(template, document), { now, settings, published, goods, exclusives });
}

/** What is dangerous about a document as the next version of a template, beside everything that is live; all warnings. */
export function dangersIn(
  deps: Pick<CheckDeps, 'checks' | 'now' | 'workers'>,
  template: NextVersion,
  document: TemplateDocument,
  settings: TenantSettings,
  timeMs?: number,
): Promise<DangerReport> {
  return dangersOf(deps, termsOfNext(template, document), settings, deps.now(), timeMs);
}

function termsOfNext({ id, tenantId, merchantId }: NextVersion, document: TemplateDocument): PromotionTerms {
  return { templateId: id, versionId: unsavedVersion, version: 0, tenantId, merchantId, document };
}

/** What a document that nobody saved is called while it is looked at. */
export const unsavedId = asTemplateId('unsaved');
/** And what becomes its next version. */
const unsavedVersion = asVersionId('unsaved');
