import type { Identity } from '../../shared/contracts/identity';
import { type Outcome, refused } from '../../shared/kernel/outcome';
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

/** The longest reason, in characters. */
export const longestReason = 500;

export type RejectTemplateFault =
  | { code: 'INVALID_REASON'; length: number }
  | DecideRefusal
  | TemplateNotFound
  | KeyReused;

/** Sends the draft back to its authors with a reason; whoever may approve it may reject it. */
export async function rejectTemplate(
  deps: ChangeDeps,
  who: Identity,
  input: TemplateInput & { draftFingerprint: string; reason: string },
): Promise<Outcome<Template, RejectTemplateFault[]>> {
  const { draftFingerprint } = input;
  const reason = input.reason.trim();
  if (reason === '' || reason.length > longestReason)
    return refused([{ code: 'INVALID_REASON', length: reason.length }]);
  const to = { mutation: 'rejectTemplate', act: 'REJECTED' as const, mayTouch: isReviewerOf };
  return changeTemplate(deps, who, input, to, (template, _change, now) =>
    oneFault(decide(template, { state: 'REJECTED', reason }, { draftFingerprint, by: authorOf(who) }, now)),
  );
}
