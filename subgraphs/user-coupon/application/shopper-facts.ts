import type { TenantId, UserId } from '../../shared/kernel/identifiers';
import type { PromotionTerms } from '../../shared/kernel/promotion-terms';
import { noFacts, recordedFacts } from '../../shared/kernel/rules/fact-sources';
import type { Facts } from '../../shared/kernel/rules/facts';
import type { PromotionRules } from '../../shared/kernel/rules/promotion-rules';
import type { ShopperProfiles } from '../shopper-profiles';

/** What it takes to ask templates about a shopper. */
export interface EligibilityDeps {
  profiles: ShopperProfiles;
  rules: PromotionRules;
}

/** What is known of a shopper, as far as claiming any of these templates asks for it: nothing is read when none does. */
export async function factsForClaims(
  deps: EligibilityDeps,
  tenant: TenantId,
  shopper: UserId,
  templates: readonly { terms: PromotionTerms }[],
): Promise<Facts> {
  const isAsked = templates.some(({ terms }) => deps.rules.toClaim(terms).length > 0);
  return isAsked ? factsOf(deps, tenant, shopper) : noFacts;
}

/** Everything known of a shopper. */
export async function factsOf(
  deps: Pick<EligibilityDeps, 'profiles'>,
  tenant: TenantId,
  shopper: UserId,
): Promise<Facts> {
  return recordedFacts(await deps.profiles.factsOf(tenant, shopper));
}
