import type { Identity } from '../../shared/contracts/identity';
import type { Outcome } from '../../shared/kernel/outcome';
import { type DecideRefusal, decide } from '../domain/review';
import type { Template } from '../domain/template';
import { authorOf, isReviewerOf } from './authorship';
import type { KeyReused } from './change-once';
import {
  type ChangeDeps,
  changeTemplate,
  oneFault,
  type TemplateInput,
  type TemplateNotFound,
} from './change-template';

export type ApproveTemplateFault = DecideRefusal | TemplateNotFound | KeyReused;

/**
 * Approves the draft that the caller read, named by its fingerprint. The caller is another person than the one who submitted
 * it and the one who last changed it: an author of the template, or an operator of the tenant.
 */
export function approveTemplate(
  deps: ChangeDeps,
  who: Identity,
  input: TemplateInput & { draftFingerprint: string },
): Promise<Outcome<Template, ApproveTemplateFault[]>> {
  const { draftFingerprint } = input;
  const to = { mutation: 'approveTemplate', act: 'APPROVED' as const, mayTouch: isReviewerOf };
  return changeTemplate(deps, who, input, to, (template, _change, now) =>
    oneFault(decide(template, { state: 'APPROVED' }, { draftFingerprint, by: authorOf(who) }, now)),
  );
}
