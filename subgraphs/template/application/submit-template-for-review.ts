import type { Identity } from '../../shared/contracts/identity';
import type { Outcome } from '../../shared/kernel/outcome';
import { type SubmitRefusal, submit } from '../domain/review';
import type { Template } from '../domain/template';
import { authorOf } from './authorship';
import type { KeyReused } from './change-once';
import { type ChangeDeps, changeTemplate, type TemplateInput, type TemplateNotFound } from './change-template';

export type SubmitTemplateForReviewFault = SubmitRefusal | TemplateNotFound | KeyReused;

/** Asks a second person about the draft; only what could be published is asked about. */
export function submitTemplateForReview(
  deps: ChangeDeps,
  who: Identity,
  input: TemplateInput,
): Promise<Outcome<Template, SubmitTemplateForReviewFault[]>> {
  const to = { mutation: 'submitTemplateForReview', act: 'SUBMITTED' as const };
  return changeTemplate(deps, who, input, to, async (template, change, now) => {
    const { settings } = await change.settings(who.tenant);
    const groups = settings.stackingGroups.map(({ name }) => name);
    return submit(template, authorOf(who), now, groups);
  });
}
