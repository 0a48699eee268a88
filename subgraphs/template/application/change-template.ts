import type { Identity } from '../../shared/contracts/identity';
import type { TemplateId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import type { TemplateAct } from '../domain/audit';
import type { Template } from '../domain/template';
import type { Change, TemplateStore } from '../store';
import { authorOf, isAuthorOf } from './authorship';
import { changeOnce, type Decided, type KeyReused } from './change-once';
import { keepChange } from './keep-change';

export interface ChangeDeps {
  store: Pick<TemplateStore, 'once'>;
  now(): Date;
}

/** A mutation of one template. */
export interface TemplateInput {
  templateId: TemplateId;
  idempotencyKey: string;
}

/** Another's template is not there at all. */
export interface TemplateNotFound {
  code: 'TEMPLATE_NOT_FOUND';
}

/** What a use case decides of the template that the caller may touch; the same template is no change. */
export type Decide<Fault> = (
  template: Template,
  change: Change,
  now: Date,
) => Outcome<Template, Fault[]> | Promise<Outcome<Template, Fault[]>>;

/**
 * Changes one template in one transaction, once per caller and key: finds it among those the caller may touch, lets the use
 * case decide, and writes what became of it with its entry of the audit log and the event to the followers. Of many at
 * once, each decides on what the one before it left.
 */
export function changeTemplate<Fault>(
  deps: ChangeDeps,
  who: Identity,
  input: TemplateInput,
  to: { mutation: string; act: TemplateAct; mayTouch?: (who: Identity, template: Template) => boolean },
  decide: Decide<Fault>,
): Promise<Outcome<Template, (Fault | TemplateNotFound | KeyReused)[]>> {
  return changeOnce<Template, Fault | TemplateNotFound>(deps.store, who, to.mutation, input, (change) =>
    changeIn(deps, change, who, input.templateId, to, decide),
  );
}

/** The same within a change that is under way. */
export async function changeIn<Fault>(
  deps: Pick<ChangeDeps, 'now'>,
  change: Change,
  who: Identity,
  templateId: TemplateId,
  to: { act: TemplateAct; mayTouch?: (who: Identity, template: Template) => boolean },
  decide: Decide<Fault>,
): Promise<Decided<Template, Fault | TemplateNotFound>> {
  const { act, mayTouch = isAuthorOf } = to;
  const template = await change.template(who.tenant, templateId);
  if (!template || !mayTouch(who, template)) return { outcome: refused([{ code: 'TEMPLATE_NOT_FOUND' }]), keep: false };
  const now = deps.now();
  const decided = await decide(template, change, now);
  // It is so already: a success, and nothing that anybody would have to hear.
  if (!decided.ok || decided.value === template) return { outcome: decided, keep: false };
  const kept = await keepChange(change, template, decided.value, { act, by: authorOf(who), at: now });
  return { outcome: accepted(kept), keep: true };
}

/** A decision with one reason, as an answer that lists them. */
export function oneFault<T, Fault>(outcome: Outcome<T, Fault>): Outcome<T, Fault[]> {
  return outcome.ok ? outcome : refused([outcome.refusal]);
}
