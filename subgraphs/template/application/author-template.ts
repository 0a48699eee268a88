import type { Identity } from '../../shared/contracts/identity';
import type { TemplateId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import { type DocumentFault, parseTemplateDocument } from '../../shared/kernel/promotion-terms';
import { newTemplate, type ReviseRefusal, revise, type Template } from '../domain/template';
import { authorOf, authorshipOf, isAuthorOf } from './authorship';
import { changeOnce, type KeyReused } from './change-once';
import type { ChangeDeps, TemplateInput, TemplateNotFound } from './change-template';
import { keepChange } from './keep-change';

export interface AuthorDeps extends ChangeDeps {
  newTemplateId(): TemplateId;
}

/** One thing wrong with the document of the input. */
export interface InvalidDocument {
  code: 'INVALID_DOCUMENT';
  fault: DocumentFault;
}

export type CreateTemplateFault = InvalidDocument | KeyReused;
export type ReviseTemplateFault =
  | InvalidDocument
  | TemplateNotFound
  | Exclude<ReviseRefusal, { code: 'VERSION_CONFLICT' }>
  /** With the template as the faster editor left it, so that the slower one can go on from there. */
  | { code: 'VERSION_CONFLICT'; current: Template }
  | KeyReused;

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
    const [by, now] = [authorOf(who), deps.now()];
    const draft = newTemplate({ id: deps.newTemplateId(), tenantId: who.tenant, merchantId }, document, by, now);
    return { outcome: accepted(await keepChange(change, null, draft, { act: 'CREATED', by, at: now })), keep: true };
  });
}

/** Changes a draft on the ground of the revision its editor saw. Of two editors at once, the second is told. */
export async function reviseTemplate(
  deps: AuthorDeps,
  who: Identity,
  input: TemplateInput & { document: unknown; revision: number },
): Promise<Outcome<Template, ReviseTemplateFault[]>> {
  const parsed = parseTemplateDocument(input.document);
  if (!parsed.ok) return refused(invalid(parsed.refusal));
  const document = parsed.value;
  return changeOnce<Template, ReviseTemplateFault>(deps.store, who, 'reviseTemplate', input, async (change) => {
    const template = await change.template(who.tenant, input.templateId);
    if (!template || !isAuthorOf(who, template)) return refuse({ code: 'TEMPLATE_NOT_FOUND' });
    const [by, now] = [authorOf(who), deps.now()];
    const revised = revise(template, document, input.revision, by, now);
    if (!revised.ok)
      return refuse(
        revised.refusal.code === 'VERSION_CONFLICT' ? { code: 'VERSION_CONFLICT', current: template } : revised.refusal,
      );
    if (revised.value === template) return { outcome: revised, keep: false };
    const kept = await keepChange(change, template, revised.value, { act: 'REVISED', by, at: now });
    return { outcome: accepted(kept), keep: true };
  });
}

function refuse<F>(fault: F): { outcome: Outcome<never, F[]>; keep: false } {
  return { outcome: refused([fault]), keep: false };
}

function invalid(faults: readonly DocumentFault[]): InvalidDocument[] {
  return faults.map((fault) => ({ code: 'INVALID_DOCUMENT', fault }));
}
