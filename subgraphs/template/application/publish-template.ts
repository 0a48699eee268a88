import type { Identity } from '../../shared/contracts/identity';
import type { VersionId } from '../../shared/kernel/identifiers';
import { type Outcome, refused } from '../../shared/kernel/outcome';
import { isApproved } from '../domain/review';
import { type PublishRefusal, publish, type Template } from '../domain/template';
import type { Change } from '../store';
import type { KeyReused } from './change-once';
import { type ChangeDeps, changeTemplate, type TemplateInput, type TemplateNotFound } from './change-template';

export interface PublishDeps extends ChangeDeps {
  newVersionId(): VersionId;
}

/** Why a draft was not published; `APPROVAL_REQUIRED` where the tenant wants a second person's word on this very draft. */
export type PublishFault = PublishRefusal | { code: 'APPROVAL_REQUIRED' };
export type PublishTemplateFault = PublishFault | TemplateNotFound | KeyReused;

/**
 * Publishes the draft as the next immutable version. The version, the template, the event to the followers and the answer
 * commit in one transaction: of many publications of one draft at once, one makes a version and the others find nothing.
 */
export function publishTemplate(
  deps: PublishDeps,
  who: Identity,
  input: TemplateInput,
): Promise<Outcome<Template, PublishTemplateFault[]>> {
  return changeTemplate(deps, who, input, { mutation: 'publishTemplate', act: 'PUBLISHED' }, publishing(deps, who));
}

/** The decision to publish, under the tenant's settings as they are in the same transaction. */
export function publishing(deps: PublishDeps, who: Identity) {
  return async (template: Template, change: Change, now: Date): Promise<Outcome<Template, PublishFault[]>> => {
    const { settings } = await change.settings(who.tenant);
    const groups = settings.stackingGroups.map(({ name }) => name);
    const published = publish(template, deps.newVersionId(), now, groups);
    const isHeldBack = settings.approvalRequired && template.draft !== null && !isApproved(template);
    if (!isHeldBack) return published;
    return refused([...(published.ok ? [] : published.refusal), { code: 'APPROVAL_REQUIRED' }]);
  };
}
