import type { Identity } from '../../shared/contracts/identity';
import { type Outcome, refused } from '../../shared/kernel/outcome';
import { isPublished, type RollbackRefusal, rollBack, type Template } from '../domain/template';
import type { KeyReused } from './change-once';
import { changeTemplate, type TemplateInput, type TemplateNotFound } from './change-template';
import type { PublishDeps } from './publish-template';

type Refusal = { code: 'VERSION_NOT_FOUND' } | RollbackRefusal;
export type RollbackTemplateFault = Refusal | TemplateNotFound | KeyReused;

/**
 * Publishes the document of an earlier version as a new one. It was out already, so nobody is asked again, whatever the
 * tenant wants of drafts: going back is for when something is wrong now.
 */
export function rollbackTemplate(
  deps: PublishDeps,
  who: Identity,
  input: TemplateInput & { version: number },
): Promise<Outcome<Template, RollbackTemplateFault[]>> {
  const to = { mutation: 'rollbackTemplate', act: 'ROLLED_BACK' as const };
  return changeTemplate<Refusal>(deps, who, input, to, async (template, change, now) => {
    const earlier = await change.version(template.id, input.version);
    if (earlier === null || !isPublished(template)) return refused([{ code: 'VERSION_NOT_FOUND' }]);
    const { settings } = await change.settings(who.tenant);
    const groups = settings.stackingGroups.map(({ name }) => name);
    return rollBack(template, earlier, deps.newVersionId(), now, groups);
  });
}
