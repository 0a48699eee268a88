import type { Identity } from '../../shared/contracts/identity';
import { asTemplateId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import { codeKeyOf, faultOfChosenCode, type PromotionCode } from '../domain/promotion-code';
import type { PromotionCodes } from '../promotion-codes';
import type { TemplateCopies } from '../template-copies';
import { codeTemplate, isOver } from './generate-codes';

/** What public codes need. */
export interface PublicCodeDeps {
  promotionCodes: PromotionCodes;
  templates: TemplateCopies;
  now(): Date;
}

/** A public code as it is kept. */
export type PublicCode = Extract<PromotionCode, { kind: 'PUBLIC' }>;

/** Why there is no such public code. */
export type PublicCodeRefusal =
  | {
      code:
        | 'TEMPLATE_NOT_FOUND'
        | 'NOT_A_CODE_PROMOTION'
        | 'TEMPLATE_ENDED'
        | 'NO_STOCK'
        | 'CODE_TAKEN'
        | 'CODE_NOT_FOUND';
    }
  | { code: 'INVALID_CODE'; found: string; allowed: string; cure: string };

/**
 * Makes a text a code that everybody may type, within the stock and the limits per person of its template. One text means one
 * promotion in a marketplace at a time; the same call again changes nothing, and opens a code that was closed.
 */
export async function createPublicCode(
  deps: PublicCodeDeps,
  who: Identity,
  input: { templateId: string; code: string },
): Promise<Outcome<PublicCode, PublicCodeRefusal>> {
  const found = await codeTemplate(deps, who, asTemplateId(input.templateId));
  if (!found.ok) return found;
  const { templateId, stock } = found.value;
  if (isOver(found.value, deps.now())) return refused({ code: 'TEMPLATE_ENDED' });
  if (stock === null) return refused({ code: 'NO_STOCK' });
  const fault = faultOfChosenCode(input.code);
  if (fault) return refused({ code: 'INVALID_CODE', ...fault });
  const wanted = { key: codeKeyOf(input.code), text: input.code.trim(), templateId };
  const kept = await deps.promotionCodes.addPublic(who.tenant, wanted, async (other) => {
    const template = await deps.templates.template(who.tenant, other);
    return !template || isOver(template, deps.now());
  });
  return kept.kind === 'PUBLIC' && kept.templateId === templateId ? accepted(kept) : refused({ code: 'CODE_TAKEN' });
}

/** Closes a public code at once: it gives no more coupons, and those it gave stay. The same call again changes nothing. */
export async function closePublicCode(
  deps: PublicCodeDeps,
  who: Identity,
  input: { templateId: string; code: string },
): Promise<Outcome<PublicCode, PublicCodeRefusal>> {
  const found = await codeTemplate(deps, who, asTemplateId(input.templateId));
  if (!found.ok) return found;
  const closed = await deps.promotionCodes.closePublic(who.tenant, found.value.templateId, codeKeyOf(input.code));
  return closed?.kind === 'PUBLIC' ? accepted(closed) : refused({ code: 'CODE_NOT_FOUND' });
}
