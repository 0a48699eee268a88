import type { Identity } from '../../shared/contracts/identity';
import type { TemplateId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import { type DocumentFault, parseTemplateDocument } from '../../shared/kernel/promotion-terms';
import { newTemplate, type ReviseRefusal, revise, type Template } from '../domain/template';
import type { TemplateStore } from '../store';
import { authorOf, authorshipOf, isAuthorOf } from './authorship';
import { changeOnce, type KeyReused } from './change-once';

export interface AuthorDeps {
  store: Pick<TemplateStore, 'once'>;
  now(): Date;
  newTemplateId(): TemplateId;
}

/** One thing wrong with the document of the input. */
export interface InvalidDocument {
  code: 'INVALID_DOCUMENT';
  fault: DocumentFault;
}

export type CreateTemplateFault = InvalidDocument | KeyReused;
export type ReviseTemplateFault = InvalidDocument | { code: 'TEMPLATE_NOT_FOUND' } | ReviseRefusal | KeyReused;

/** Writes a new draft of the caller's merchant, or of the platform. */
export async function createTemplate(
  deps: AuthorDeps,
  who: Identity,
  input: { document: unknown; idempotencyKey: string },
): Promise<Outcome<Template, CreateTemplateFault[]>> {
  const parsed = parseTemplateDocument(input.document);
  if (!parsed.ok) return refused(invalid(parsed.refusal));
  const document = parsed.value;
  return changeOnce<Template, CreateTemplateFault>(deps.store, who, 'createTemplate', input, async (change) => {
    const merchantId = authorshipOf(who)?.merchantId ?? null;
    const now = deps.now();
    const template = newTemplate({ id: deps.newTemplateId(), tenantId: who.tenant, merchantId }, document, now);
    await change.saveTemplate(template, { act: 'CREATED', by: authorOf(who), at: now });
    return { outcome: accepted(template), keep: true };
  });
}

/** Changes a draft on the ground of the revision its editor saw. Of two editors at once, the second is told. */
export async function reviseTemplate(
  deps: AuthorDeps,
  who: Identity,
  input: { templateId: TemplateId; document: unknown; revision: number; idempotencyKey: string },
): Promise<Outcome<Template, ReviseTemplateFault[]>> {
  const parsed = parseTemplateDocument(input.document);
  if (!parsed.ok) return refused(invalid(parsed.refusal));
  const document = parsed.value;
  return changeOnce<Template, ReviseTemplateFault>(deps.store, who, 'reviseTemplate', input, async (change) => {
    const template = await change.template(who.tenant, input.templateId);
    if (!template || !isAuthorOf(who, template)) return refuse({ code: 'TEMPLATE_NOT_FOUND' });
    const now = deps.now();
    const revised = revise(template, document, input.revision, now);
    if (!revised.ok) return refuse(revised.refusal);
    if (revised.value === template) return { outcome: revised, keep: false };
    await change.saveTemplate(revised.value, { act: 'REVISED', by: authorOf(who), at: now });
    return { outcome: revised, keep: true };
  });
}

function refuse<F>(fault: F): { outcome: Outcome<never, F[]>; keep: false } {
  return { outcome: refused([fault]), keep: false };
}

function invalid(faults: readonly DocumentFault[]): InvalidDocument[] {
  return faults.map((fault) => ({ code: 'INVALID_DOCUMENT', fault }));
}
