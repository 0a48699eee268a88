import type { Identity } from '../../shared/contracts/identity';
import type { TemplateId } from '../../shared/kernel/identifiers';
import { type Outcome, refused } from '../../shared/kernel/outcome';
import { isPublished, type MoveRefusal, move, type Template, type WantedState } from '../domain/template';
import type { TemplateAct, TemplateStore } from '../store';
import { authorOf, isAuthorOf } from './authorship';
import { changeOnce, type KeyReused } from './change-once';

export interface LifecycleDeps {
  store: Pick<TemplateStore, 'once'>;
  now(): Date;
}

export type TemplateMoveFault = { code: 'TEMPLATE_NOT_FOUND' } | MoveRefusal | KeyReused;

type MoveInput = { templateId: TemplateId; idempotencyKey: string };
type Moved = Promise<Outcome<Template, TemplateMoveFault[]>>;

/** Stops a published template for the time being. */
export function pauseTemplate(deps: LifecycleDeps, who: Identity, input: MoveInput): Moved {
  return moveTemplate(deps, who, input, { mutation: 'pauseTemplate', wanted: 'PAUSED', act: 'PAUSED' });
}

/** Lets a paused template go on. */
export function resumeTemplate(deps: LifecycleDeps, who: Identity, input: MoveInput): Moved {
  return moveTemplate(deps, who, input, { mutation: 'resumeTemplate', wanted: 'LIVE', act: 'RESUMED' });
}

/** Ends a published template for ever; its versions stay readable, since claimed coupons go by them. */
export function endTemplate(deps: LifecycleDeps, who: Identity, input: MoveInput): Moved {
  return moveTemplate(deps, who, input, { mutation: 'endTemplate', wanted: 'ENDED', act: 'ENDED' });
}

async function moveTemplate(
  deps: LifecycleDeps,
  who: Identity,
  input: MoveInput,
  to: { mutation: string; wanted: WantedState; act: TemplateAct },
): Moved {
  return changeOnce<Template, TemplateMoveFault>(deps.store, who, to.mutation, input, async (change) => {
    const template = await change.template(who.tenant, input.templateId);
    if (!template || !isAuthorOf(who, template))
      return { outcome: refused([{ code: 'TEMPLATE_NOT_FOUND' }]), keep: false };
    const now = deps.now();
    const moved = move(template, to.wanted, now);
    if (!moved.ok) return { outcome: refused([moved.refusal]), keep: false };
    // It is so already: a success, and nothing that followers would have to hear.
    if (moved.value === template || !isPublished(moved.value)) return { outcome: moved, keep: false };
    await change.saveTemplate(moved.value, { act: to.act, by: authorOf(who), at: now });
    await change.announceTemplate(moved.value);
    return { outcome: moved, keep: true };
  });
}
