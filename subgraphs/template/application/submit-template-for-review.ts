import type { Identity } from '../../shared/contracts/identity';
import { type Outcome, refused } from '../../shared/kernel/outcome';
import { type SubmitRefusal, submit } from '../domain/review';
import type { Template } from '../domain/template';
import { authorOf } from './authorship';
import type { KeyReused } from './change-once';
import { type ChangeDeps, changeTemplate, type TemplateInput, type TemplateNotFound } from './change-template';
import { findingsOf } from './check-template';
import { type CheckFailed, failedChecks, type PublishDeps } from './publish-template';

type SubmitFault = SubmitRefusal | CheckFailed;
export type SubmitTemplateForReviewFault = SubmitFault | TemplateNotFound | KeyReused;

/** Asks a second person about the draft; only what could be published is asked about. */
export function submitTemplateForReview(
  deps: ChangeDeps & Pick<PublishDeps, 'checks'>,
  who: Identity,
  input: TemplateInput,
): Promise<Outcome<Template, SubmitTemplateForReviewFault[]>> {
  const to = { mutation: 'submitTemplateForReview', act: 'SUBMITTED' as const };
  return changeTemplate<SubmitFault>(deps, who, input, to, async (template, change, now) => {
    const { settings } = await change.settings(who.tenant);
    const groups = settings.stackingGroups.map(({ name }) => name);
    const submitted = submit(template, authorOf(who), now, groups);
    if (template.draft === null) return submitted;
    const failed = failedChecks(await findingsOf(deps, template, template.draft, settings));
    return failed.length > 0 ? refused([...(submitted.ok ? [] : submitted.refusal), ...failed]) : submitted;
  });
}
