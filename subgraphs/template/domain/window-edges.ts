import { stateAt, type TemplateDocument, windowOf } from '../../shared/kernel/promotion-terms';
import type { AuditChange, TemplateAct } from './audit';
import type { Publication, PublishedTemplate } from './template';

/** An edge of a window that is still to be written down: when it begins, then when it ends. */
export interface WindowEdge {
  act: Extract<TemplateAct, 'STARTED' | 'ENDED'>;
  at: Date;
}

/**
 * The first edge of a document's window after an instant: its start, else its end. What was before the instant, the
 * publication itself has told.
 */
export function edgeAfter(document: TemplateDocument, now: Date): WindowEdge | null {
  const { startsAt, endsAt } = windowOf(document);
  if (startsAt > now) return { act: 'STARTED', at: startsAt };
  return endsAt > now ? { act: 'ENDED', at: endsAt } : null;
}

/**
 * The template with its next edge behind it, and what that changed for those who look; null when no edge has come. Its
 * revision stays: nobody edited anything, so whoever is editing meanwhile is in nobody's way.
 */
export function passEdge(
  template: PublishedTemplate,
  now: Date,
): { template: PublishedTemplate; act: WindowEdge['act']; changes: AuditChange[] } | null {
  const { nextEdge, document, wanted } = template.published;
  if (nextEdge === null || nextEdge.at > now) return null;
  const published: Publication = { ...template.published, nextEdge: edgeAfter(document, nextEdge.at) };
  const from = stateAt(document, wanted, new Date(nextEdge.at.getTime() - 1));
  const to = stateAt(document, wanted, nextEdge.at);
  return {
    template: { ...template, published },
    act: nextEdge.act,
    changes: from === to ? [] : [{ path: 'state', from, to }],
  };
}
