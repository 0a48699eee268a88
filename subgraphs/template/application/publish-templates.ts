import type { Identity } from '../../shared/contracts/identity';
import type { TemplateId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import type { Template } from '../domain/template';
import { changeOnce, type KeyReused } from './change-once';
import { changeIn, type TemplateNotFound } from './change-template';
import { searchMs } from './find-dangers';
import { type PublishDeps, type PublishFault, type PublishTemplateFault, publishing } from './publish-template';

/** The most templates that one call publishes. */
export const maxTemplatesPerCall = 100;
/** Publications that run side by side. */
const sideBySide = 8;

export type PublishTemplatesFault = { code: 'TOO_MANY'; found: number } | KeyReused;

/** What became of one template of the list. */
export interface PublishedOrNot {
  templateId: TemplateId;
  outcome: Outcome<Template, PublishTemplateFault[]>;
}

/**
 * Publishes many drafts, each in a transaction of its own: one that is refused holds no other back. First the key is bound to
 * the list, then every template's answer is kept under the key, refusals too, so that a repetition gives the same answers,
 * and after a crash goes on where it was cut off.
 */
export async function publishTemplates(
  deps: PublishDeps,
  who: Identity,
  input: { templateIds: readonly TemplateId[]; acceptWarnings: boolean; idempotencyKey: string },
): Promise<Outcome<PublishedOrNot[], PublishTemplatesFault[]>> {
  const ids = [...new Set(input.templateIds)];
  if (ids.length > maxTemplatesPerCall) return refused([{ code: 'TOO_MANY', found: ids.length }]);
  const bound = await changeOnce<null, never>(deps.store, who, 'publishTemplates', input, async () => ({
    outcome: accepted(null),
    keep: true,
  }));
  if (!bound.ok) return bound;
  const results: PublishedOrNot[] = [];
  for (let next = 0; next < ids.length; next += sideBySide) {
    const portion = ids.slice(next, next + sideBySide);
    results.push(
      ...(await Promise.all(
        portion.map(async (templateId) => ({
          templateId,
          outcome: await publishOne(deps, who, { ...input, templateId }),
        })),
      )),
    );
  }
  return accepted(results);
}

function publishOne(
  deps: PublishDeps,
  who: Identity,
  {
    templateId,
    acceptWarnings,
    idempotencyKey,
  }: { templateId: TemplateId; acceptWarnings: boolean; idempotencyKey: string },
): Promise<PublishedOrNot['outcome']> {
  const of = { templateId, acceptWarnings, idempotencyKey: `${idempotencyKey}/${templateId}` };
  return changeOnce<Template, PublishFault | TemplateNotFound>(
    deps.store,
    who,
    'publishTemplates.one',
    of,
    async (change) => ({
      ...(await changeIn(
        deps,
        change,
        who,
        templateId,
        { act: 'PUBLISHED' },
        publishing(deps, who, acceptWarnings, searchMs.ofMany),
      )),
      keep: true,
    }),
  );
}
