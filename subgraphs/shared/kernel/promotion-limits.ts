import type { CurrencyCode } from './money';
import type { TemplateDocument } from './promotion-terms';

/** The periods in which one person's uses and savings are counted. */
export type LimitPeriod = 'DAY' | 'WEEK' | 'MONTH' | 'LIFETIME';

/**
 * Whether an order that uses a promotion takes something of what it may give in all: a use, money, or a part of what one
 * person may have. Coupons count each person's claims instead of uses.
 */
export function isCounted({ trigger, limit }: TemplateDocument): boolean {
  const { totalUses, budget, reward } = limit;
  return (
    totalUses !== undefined || budget !== undefined || reward !== undefined || usesPerUser({ trigger, limit }) !== null
  );
}

/** How often one person may use what applies by itself; null for coupons, of which claims are counted, and without a limit. */
export function usesPerUser({
  trigger,
  limit,
}: Pick<TemplateDocument, 'trigger' | 'limit'>): TemplateDocument['limit']['perUser'] | null {
  return trigger === 'AUTOMATIC' ? (limit.perUser ?? null) : null;
}

/** What is left of the limits of one version, for one person, a moment ago. */
export interface LimitsLeft {
  /** Orders that may still use it; null is without limit. */
  uses: number | null;
  /** Minor units it may still take off, by currency, and nothing in others; null is without limit. */
  amounts: ReadonlyMap<string, number> | null;
}

/** What is left of the limits of a document that nobody used yet. Every limit of uses allows at least one, so none of them counts. */
export function limitsUnused({ limit: { budget, reward = [] } }: TemplateDocument): LimitsLeft {
  const amounts = [...(budget ? [budget.amount] : []), ...reward.map(({ amount }) => amount)];
  if (amounts.length === 0) return { uses: null, amounts: null };
  const currencies = new Set(amounts.flatMap((amount) => Object.keys(amount)));
  const least = (currency: string) => Math.min(...amounts.map((amount) => amount[currency] ?? 0));
  return { uses: null, amounts: new Map([...currencies].map((currency) => [currency, least(currency)])) };
}

/** What of these limits holds in a currency, as a price asks for it; minor units. */
export function leftIn(
  { uses, amounts }: LimitsLeft,
  currency: CurrencyCode,
): { isUsedUp: boolean; amount: number | null } {
  return { isUsedUp: uses !== null && uses <= 0, amount: amounts && Math.max(0, amounts.get(currency) ?? 0) };
}
