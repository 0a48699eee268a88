import type { TemplateId, TenantId, UserId } from '../../shared/kernel/identifiers';
import { type ClaimLimit, type ClaimRefusalCode, fullLimit, refuseClaim, slotLimits } from '../domain/claim-rules';
import type { Stock } from '../stock';
import type { CouponStore } from '../store';
import type { TemplateCopies } from '../template-copies';
import { type EligibilityDeps, factsForClaims } from './shopper-facts';

/** What the questions about claiming need. */
export interface StandingDeps extends EligibilityDeps {
  templates: TemplateCopies;
  store: CouponStore;
  stock: Stock;
  now(): Date;
}

/** Whether one person can claim of a template now. */
export interface ViewerClaim {
  isClaimable: boolean;
  reason: ClaimRefusalCode | null;
  /** With LIMIT_REACHED: in which respect. */
  reachedLimit: ClaimLimit | null;
  claimedCount: number;
  /** The most the person may ever claim; null is no limit. */
  limit: number | null;
}

/** Coupons left to claim a moment ago, of templates that give coupons. */
export async function remainingCounts(
  deps: Pick<StandingDeps, 'templates' | 'stock'>,
  tenant: TenantId,
  ids: readonly TemplateId[],
): Promise<Map<TemplateId, number>> {
  const templates = [...(await deps.templates.templates(tenant, ids)).values()];
  const withCoupons = templates.flatMap(({ templateId, stock }) => (stock === null ? [] : [{ templateId, stock }]));
  return withCoupons.length === 0 ? new Map() : deps.stock.remaining(withCoupons);
}

/** Whether a person can claim of each of these templates now, and why not: a kind word, never the guard. */
export async function viewerClaims(
  deps: StandingDeps,
  tenant: TenantId,
  viewer: UserId,
  ids: readonly TemplateId[],
): Promise<Map<TemplateId, ViewerClaim>> {
  const now = deps.now();
  const templates = await deps.templates.templates(tenant, ids);
  const [{ zone }, taken, left, shopper] = await Promise.all([
    deps.templates.settings(tenant),
    deps.store.slotsTaken(tenant, viewer, [...templates.keys()]),
    remainingCounts(deps, tenant, ids),
    factsForClaims(deps, tenant, viewer, [...templates.values()]),
  ]);
  const standing = new Map<TemplateId, ViewerClaim>();
  for (const [templateId, template] of templates) {
    const own = taken.get(templateId);
    const limits = slotLimits(template.terms, now, zone);
    const full = fullLimit(limits, own?.slots ?? new Set(), now, zone);
    const refusal =
      refuseClaim(template, deps.rules, shopper, now)?.code ??
      (full ? 'LIMIT_REACHED' : left.get(templateId) === 0 ? 'SOLD_OUT' : null);
    standing.set(templateId, {
      isClaimable: refusal === null,
      reason: refusal,
      reachedLimit: refusal === 'LIMIT_REACHED' ? (full?.limit ?? null) : null,
      claimedCount: own?.coupons ?? 0,
      limit: template.terms.document.limit.perUser?.lifetime ?? null,
    });
  }
  return standing;
}
