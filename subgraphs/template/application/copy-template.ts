import type { Identity } from '../../shared/contracts/identity';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import { newTemplate, type Template, workingDocument } from '../domain/template';
import type { AuthorDeps } from './author-template';
import { authorOf, isAuthorOf } from './authorship';
import { changeOnce, type KeyReused } from './change-once';
import type { TemplateInput, TemplateNotFound } from './change-template';
import { keepChange } from './keep-change';

export type CopyTemplateFault = TemplateNotFound | KeyReused;

/** Writes a new draft with the document that the authors of a template work on now; the template itself stays as it is. */
export function copyTemplate(
  deps: AuthorDeps,
  who: Identity,
  input: TemplateInput,
): Promise<Outcome<Template, CopyTemplateFault[]>> {
  return changeOnce<Template, TemplateNotFound>(deps.store, who, 'copyTemplate', input, async (change) => {
    const source = await change.template(who.tenant, input.templateId);
    if (!source || !isAuthorOf(who, source)) return { outcome: refused([{ code: 'TEMPLATE_NOT_FOUND' }]), keep: false };
    const [by, now] = [authorOf(who), deps.now()];
    const { tenantId, merchantId } = source;
    const copy = newTemplate({ id: deps.newTemplateId(), tenantId, merchantId }, workingDocument(source), by, now);
    const changes = [{ path: 'copiedFrom', from: null, to: source.id }];
    return {
      outcome: accepted(await keepChange(change, null, copy, { act: 'COPIED', by, at: now, changes })),
      keep: true,
    };
  });
}
