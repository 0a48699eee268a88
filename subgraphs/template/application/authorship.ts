import { hasScope, type Identity } from '../../shared/contracts/identity';
import type { MerchantId } from '../../shared/kernel/identifiers';
import type { Author } from '../domain/audit';
import type { Template } from '../domain/template';

/**
 * Whose templates somebody works on: a merchant's own, or the platform's (null) for an operator or the shop's backend.
 * Null when the caller works on no templates at all: a shopper has no merchant either, so scopes decide.
 */
export function authorshipOf(who: Identity): { merchantId: MerchantId | null } | null {
  if (!hasScope(who, 'template:read') && !hasScope(who, 'template:write')) return null;
  return { merchantId: who.kind === 'user' ? who.merchant : null };
}

/** Whether somebody is among the authors of a template. */
export function isAuthorOf(who: Identity, template: Template): boolean {
  const authorship = authorshipOf(who);
  return authorship !== null && who.tenant === template.tenantId && authorship.merchantId === template.merchantId;
}

/** Whether somebody speaks for the tenant as a whole. */
function isOperatorOf(who: Identity, template: Template): boolean {
  return who.tenant === template.tenantId && hasScope(who, 'tenant:write') && authorshipOf(who)?.merchantId === null;
}

/**
 * Whether somebody may read and decide about the draft under review: an author of the template, or an operator of the tenant
 * while there is a review. That the same person does not decide about their own draft is for `decide` to say.
 */
export function isReviewerOf(who: Identity, template: Template): boolean {
  return isAuthorOf(who, template) || (template.review !== null && isOperatorOf(who, template));
}

/** Whether somebody may read what was published before and who did what: its authors, and the operators of the tenant. */
export function mayReadHistory(who: Identity, template: Template): boolean {
  return isAuthorOf(who, template) || isOperatorOf(who, template);
}

/** Whether a template is there for somebody: published ones for everybody of the tenant, others for who may read the draft. */
export function isVisibleTo(who: Identity, template: Template): boolean {
  return who.tenant === template.tenantId && (template.published !== null || isReviewerOf(who, template));
}

/** The caller as history remembers it. Nobody in particular changes nothing: the schema asks for scopes. */
export function authorOf(who: Identity): Author {
  switch (who.kind) {
    case 'user':
    case 'service':
      return { kind: who.kind, subject: who.subject };
    case 'internal':
      return { kind: who.kind, subject: who.process };
    case 'anonymous':
      throw new Error('Expected somebody with a name to make a change, found nobody; guard the mutation by a scope.');
  }
}
