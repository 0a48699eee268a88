import { hasScope, type Identity } from '../../shared/contracts/identity';
import type { MerchantId } from '../../shared/kernel/identifiers';
import type { Template } from '../domain/template';
import type { Author } from '../store';

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

/** Whether a template is there for somebody: published ones for everybody of the tenant, others for their authors. */
export function isVisibleTo(who: Identity, template: Template): boolean {
  return who.tenant === template.tenantId && (template.published !== null || isAuthorOf(who, template));
}

/** The caller as history remembers it. */
export function authorOf(who: Identity): Author {
  switch (who.kind) {
    case 'user':
    case 'service':
      return { kind: who.kind, subject: who.subject };
    case 'internal':
      return { kind: who.kind, subject: who.process };
    case 'anonymous':
      return { kind: who.kind, subject: '' };
  }
}
