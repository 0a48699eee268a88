import { hasScope, type Identity } from '../shared/contracts/identity';
import { asTemplateId, asVersionId, type VersionId } from '../shared/kernel/identifiers';
import { asCurrencyCode, type CurrencyCode, money } from '../shared/kernel/money';
import type { LimitsLeft } from '../shared/kernel/promotion-limits';
import { badUserInput } from '../shared/runtime/server';
import type { LimitUsage, PromotionUsage } from './application/limits-and-budgets';
import type { PromotionUse } from './domain/limits';

/** What is left of limits as the schema shows it. */
export function limitsLeftShape(versionId: VersionId, { uses, amounts }: LimitsLeft) {
  return {
    versionId,
    uses,
    money: amounts && { amounts: [...amounts].map(([currency, left]) => money(left, asCurrencyCode(currency))) },
  };
}

/** Whether somebody may see what was used of a promotion: it is the own one, or the caller speaks for the whole tenant. */
export function maySeeUsage(who: Identity, { merchantId }: PromotionUsage): boolean {
  if (who.kind !== 'user') return false;
  return who.merchant === null ? hasScope(who, 'tenant:write') : who.merchant === merchantId;
}

/** What was used of a promotion as the schema shows it. */
export function usageShape({ uses, budgets }: PromotionUsage) {
  return { uses, budgets: budgets.map(({ currency, ...usage }) => budgetShape(usage, asCurrencyCode(currency))) };
}

function budgetShape({ limit, held, spent, left }: LimitUsage, currency: CurrencyCode) {
  return {
    limit: money(limit, currency),
    held: money(held, currency),
    spent: money(spent, currency),
    left: money(left, currency),
  };
}

/** What an order uses as settlement names it. */
export function useOf(use: {
  templateId: string;
  versionId: string;
  amount: { minorUnits: number; currency: string };
}): PromotionUse {
  return {
    templateId: asTemplateId(use.templateId),
    versionId: asVersionId(use.versionId),
    amount: wholeAmount(use.amount.minorUnits),
    currency: use.amount.currency,
  };
}

/** An amount that came from another process; throws BAD_USER_INPUT below zero, which would fill a purse by spending. */
export function wholeAmount(minorUnits: number): number {
  if (Number.isSafeInteger(minorUnits) && minorUnits >= 0) return minorUnits;
  throw badUserInput(`uses: expected an amount of 0 or more minor units, found ${minorUnits}.`, ['input', 'uses']);
}
