import type { Identity } from '../../shared/contracts/identity';
import type { Outcome } from '../../shared/kernel/outcome';
import { type WithdrawRefusal, withdraw } from '../domain/review';
import type { Template } from '../domain/template';
import type { KeyReused } from './change-once';
import {
  type ChangeDeps,
  changeTemplate,
  oneFault,
  type TemplateInput,
  type TemplateNotFound,
} from './change-template';

export type WithdrawTemplateFromReviewFault = WithdrawRefusal | TemplateNotFound | KeyReused;

/** Takes the draft back, whether it waits for a second person or was approved already. */
export function withdrawTemplateFromReview(
  deps: ChangeDeps,
  who: Identity,
  input: TemplateInput,
): Promise<Outcome<Template, WithdrawTemplateFromReviewFault[]>> {
  const to = { mutation: 'withdrawTemplateFromReview', act: 'WITHDRAWN' as const };
  return changeTemplate(deps, who, input, to, (template, _change, now) => oneFault(withdraw(template, now)));
}
