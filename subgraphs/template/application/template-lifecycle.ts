import type { Identity } from '../../shared/contracts/identity';
import type { Outcome } from '../../shared/kernel/outcome';
import type { TemplateAct } from '../domain/audit';
import { type MoveRefusal, move, type Template, type WantedState } from '../domain/template';
import type { KeyReused } from './change-once';
import {
  type ChangeDeps,
  changeTemplate,
  oneFault,
  type TemplateInput,
  type TemplateNotFound,
} from './change-template';

export type TemplateMoveFault = MoveRefusal | TemplateNotFound | KeyReused;

type Moved = Promise<Outcome<Template, TemplateMoveFault[]>>;

/** Stops a published template for the time being. */
export function pauseTemplate(deps: ChangeDeps, who: Identity, input: TemplateInput): Moved {
  return moveTemplate(deps, who, input, { mutation: 'pauseTemplate', wanted: 'PAUSED', act: 'PAUSED' });
}

/** Lets a paused template go on. */
export function resumeTemplate(deps: ChangeDeps, who: Identity, input: TemplateInput): Moved {
  return moveTemplate(deps, who, input, { mutation: 'resumeTemplate', wanted: 'LIVE', act: 'RESUMED' });
}

/** Ends a published template for ever; its versions stay readable, since claimed coupons go by them. */
export function endTemplate(deps: ChangeDeps, who: Identity, input: TemplateInput): Moved {
  return moveTemplate(deps, who, input, { mutation: 'endTemplate', wanted: 'ENDED', act: 'ENDED' });
}

function moveTemplate(
  deps: ChangeDeps,
  who: Identity,
  input: TemplateInput,
  to: { mutation: string; wanted: WantedState; act: TemplateAct },
): Moved {
  return changeTemplate(deps, who, input, to, (template, _change, now) => oneFault(move(template, to.wanted, now)));
}
