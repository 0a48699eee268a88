import type { TemplateId } from '../../shared/kernel/identifiers';
import type { Logger } from '../../shared/runtime/logger';
import { Unavailable } from '../../shared/runtime/unavailable';
import type { Author } from '../domain/audit';
import { record } from '../domain/record';
import { isPublished } from '../domain/template';
import { passEdge } from '../domain/window-edges';
import type { TemplateStore } from '../store';

export interface WindowEdgesDeps {
  store: Pick<TemplateStore, 'change' | 'templatesWithDueEdges'>;
  now(): Date;
  logger: Logger;
}

/** Templates whose edge is told in one transaction. */
const batchSize = 100;
/** The clock has no name of its own in the log: it is this process that looks at it. */
const byTheClock: Author = { kind: 'internal', subject: 'template' };

/**
 * Writes down that the windows of published templates have begun or ended, and tells the followers. Whoever looks sees it
 * from the very instant; this only makes it something that is on record. Each edge is told once: the transaction that tells
 * it also moves the template past it, on condition that nobody else did.
 */
export async function tellWindowEdges(deps: WindowEdgesDeps, signal: AbortSignal): Promise<'MORE' | 'IDLE'> {
  const now = deps.now();
  const due = await deps.store.templatesWithDueEdges(now, batchSize);
  if (due.length === 0 || signal.aborted) return 'IDLE';
  try {
    await tell(deps, due, now);
  } catch (error) {
    if (error instanceof Unavailable || !(await tellOneByOne(deps, due, now, signal))) throw error;
  }
  // A window that began and ended since the last look has a second edge, so look until none is left.
  return 'MORE';
}

async function tell(deps: WindowEdgesDeps, due: readonly TemplateId[], now: Date): Promise<void> {
  await deps.store.change(async (change) => {
    const templates = (await change.templates(due)).filter(isPublished);
    const passed = templates.flatMap((template) => {
      const edge = passEdge(template, now);
      return edge ? [record(template, edge.template, { ...edge, by: byTheClock, at: now })] : [];
    });
    await change.saveTemplates(passed);
    await change.announceTemplates(passed.map(({ template }) => template));
  });
}

/** A template that cannot be written, say with a log that was tampered with, keeps no other waiting. False when none could. */
async function tellOneByOne(
  deps: WindowEdgesDeps,
  due: readonly TemplateId[],
  now: Date,
  signal: AbortSignal,
): Promise<boolean> {
  let isAnyTold = false;
  for (const templateId of due.length > 1 ? due : []) {
    if (signal.aborted) break;
    try {
      await tell(deps, [templateId], now);
      isAnyTold = true;
    } catch (error) {
      deps.logger.error({ err: error, templateId }, 'the window of a template could not be put on record');
    }
  }
  return isAnyTold;
}
