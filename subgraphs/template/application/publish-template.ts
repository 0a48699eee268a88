import type { Identity } from '../../shared/contracts/identity';
import type { TemplateId, VersionId } from '../../shared/kernel/identifiers';
import { type Outcome, refused } from '../../shared/kernel/outcome';
import { type PublishRefusal, publish, type Template } from '../domain/template';
import type { TemplateStore } from '../store';
import { authorOf, isAuthorOf } from './authorship';
import { changeOnce, type KeyReused } from './change-once';

export interface PublishDeps {
  store: Pick<TemplateStore, 'once'>;
  now(): Date;
  newVersionId(): VersionId;
}

export type PublishTemplateFault = { code: 'TEMPLATE_NOT_FOUND' } | PublishRefusal | KeyReused;

/**
 * Publishes the draft as the next immutable version. The version, the template, the event to the followers and the answer
 * commit in one transaction: of many publications of one draft at once, one makes a version and the others find nothing.
 */
export async function publishTemplate(
  deps: PublishDeps,
  who: Identity,
  input: { templateId: TemplateId; idempotencyKey: string },
): Promise<Outcome<Template, PublishTemplateFault[]>> {
  return changeOnce<Template, PublishTemplateFault>(deps.store, who, 'publishTemplate', input, async (change) => {
    const template = await change.template(who.tenant, input.templateId);
    if (!template || !isAuthorOf(who, template))
      return { outcome: refused([{ code: 'TEMPLATE_NOT_FOUND' }]), keep: false };
    const now = deps.now();
    const { settings } = await change.settings(who.tenant);
    const groups = settings.stackingGroups.map(({ name }) => name);
    const published = publish(template, deps.newVersionId(), now, groups);
    if (!published.ok) return { outcome: published, keep: false };
    await change.saveTemplate(published.value, { act: 'PUBLISHED', by: authorOf(who), at: now });
    await change.announceTemplate(published.value);
    return { outcome: published, keep: true };
  });
}
