import type { TemplateId, TenantId, UserId, VersionId } from '../../shared/kernel/identifiers';
import { type LimitPeriod, type LimitsLeft, usesPerUser } from '../../shared/kernel/promotion-limits';
import type { PromotionTerms } from '../../shared/kernel/promotion-terms';
import type { LocalDay } from './claim-rules';
import { partBetween, type SlotShare } from './purse';

/** What an order uses of one version of a promotion, as settlement priced it. */
export interface PromotionUse {
  templateId: TemplateId;
  versionId: VersionId;
  /** Minor units it takes off. */
  amount: number;
  currency: string;
}

/** Why a use is refused: no use is left, or not so much money. */
export type UseRefusalCode = 'LIMIT_REACHED' | 'BUDGET_EXHAUSTED';

/**
 * One limit that an order takes of: a purse is the promotion's, for everybody, and parted into slots; the rest is one person's.
 * `measure`: whether an order counts as one, or by what it takes off.
 */
export interface CountedLimit {
  kind: 'PURSE' | 'PERSON';
  measure: 'USES' | 'AMOUNT';
  /** Which counter; the same for every version of a promotion. */
  counter: string;
  templateId: TemplateId;
  max: number;
  /** The version that says `max`; a purse follows the newest. */
  version: number;
}

/** So much of one limit. */
export interface Taking {
  limit: CountedLimit;
  amount: number;
}

/** What a hold took of one counter, so that it goes back to exactly where it came from. */
export type Taken = { counter: string; measure: CountedLimit['measure'] } & (
  | { kind: 'PURSE'; shares: SlotShare[] }
  | { kind: 'PERSON'; amount: number }
);

/** What a hold uses of one promotion. */
export interface HeldUse {
  templateId: TemplateId;
  /** Minor units all of it together takes off. */
  amount: number;
  currency: string;
  takes: Taken[];
  /** Minor units of it that came back after it was spent. */
  returned: number;
  /** Whether the use itself came back, with all of the money. */
  isReturned: boolean;
}

/** For whom and when limits are looked at; nobody in particular has none of a person's limits. */
export interface LimitsAsOf extends LocalDay {
  tenantId: TenantId;
  ownerId: UserId | null;
}

/**
 * The limits that an order in a currency takes of when it uses a version. How much a promotion may give in all is said by its
 * newest version that says it, like stock; what one person may have by the version that is used.
 * @param published the newest version there is
 */
export function limitsOf(
  terms: PromotionTerms,
  published: PromotionTerms | null,
  currency: string,
  asOf: LimitsAsOf,
): CountedLimit[] {
  const { templateId } = terms;
  const newest = published && published.version > terms.version ? published : terms;
  const limits: CountedLimit[] = [];
  if (terms.document.limit.totalUses !== undefined) {
    const by = newest.document.limit.totalUses === undefined ? terms : newest;
    limits.push({ ...purse(by, 'USES', 'uses'), max: by.document.limit.totalUses ?? 0 });
  }
  if (terms.document.limit.budget) {
    const by = newest.document.limit.budget ? newest : terms;
    limits.push({ ...purse(by, 'AMOUNT', currency), max: by.document.limit.budget?.amount[currency] ?? 0 });
  }
  if (asOf.ownerId === null) return limits;
  const person = (measure: CountedLimit['measure'], name: string, max: number) =>
    limits.push({
      kind: 'PERSON',
      measure,
      counter: [asOf.tenantId, asOf.ownerId ?? '', templateId, name].map(encodeURIComponent).join('/'),
      templateId,
      max,
      version: terms.version,
    });
  const { lifetime, perWeek, perDay } = usesPerUser(terms.document) ?? {};
  if (lifetime !== undefined) person('USES', periodOf('LIFETIME', asOf), lifetime);
  if (perWeek !== undefined) person('USES', periodOf('WEEK', asOf), perWeek);
  if (perDay !== undefined) person('USES', periodOf('DAY', asOf), perDay);
  for (const { per, amount } of terms.document.limit.reward ?? [])
    person('AMOUNT', `${periodOf(per, asOf)} ${currency}`, amount[currency] ?? 0);
  return limits;
}

/** The purses of a template in a currency. */
function purse(
  { templateId, version }: PromotionTerms,
  measure: CountedLimit['measure'],
  name: string,
): Omit<CountedLimit, 'max'> {
  return { kind: 'PURSE', measure, counter: `${templateId}/${name}`, templateId, version };
}

/** The period that holds a day: `D:2026-11-22`, `W:2026-47`, `M:2026-11`, `L`. */
function periodOf(period: LimitPeriod, { day, week }: LocalDay): string {
  switch (period) {
    case 'DAY':
      return `D:${day}`;
    case 'WEEK':
      return `W:${week}`;
    case 'MONTH':
      return `M:${day.slice(0, 7)}`;
    case 'LIFETIME':
      return 'L';
  }
}

/** What an order takes of the limits of one promotion, whichever of its versions it uses: one use, and all the money. */
export function takingsOf(uses: readonly { amount: number; limits: readonly CountedLimit[] }[]): Taking[] {
  const takings = new Map<string, Taking>();
  for (const { amount, limits } of uses)
    for (const limit of limits) {
      const known = takings.get(limit.counter);
      const max = Math.min(limit.max, known?.limit.max ?? limit.max);
      const more = limit.measure === 'USES' ? 1 : amount + (known?.amount ?? 0);
      takings.set(limit.counter, { limit: { ...limit, max }, amount: more });
    }
  return [...takings.values()];
}

/** The currencies in which a version may take anything off at all; null when no limit speaks of money. */
export function limitedCurrencies(terms: PromotionTerms, published: PromotionTerms | null): string[] | null {
  const { budget, reward = [] } = terms.document.limit;
  const newest = published && published.version > terms.version ? published.document.limit.budget : budget;
  const amounts = [...(budget ? [(newest ?? budget).amount] : []), ...reward.map(({ amount }) => amount)];
  const [first, ...others] = amounts;
  return first ? Object.keys(first).filter((currency) => others.every((other) => other[currency] !== undefined)) : null;
}

/**
 * What is left of limits, told by what was taken of each counter.
 * @param inCurrencies the limits of the version in each of its currencies, null when no limit speaks of money
 */
export function leftOf(
  uses: readonly CountedLimit[],
  inCurrencies: ReadonlyMap<string, readonly CountedLimit[]> | null,
  taken: (limit: CountedLimit) => number,
): LimitsLeft {
  const left = (limit: CountedLimit) => Math.max(0, limit.max - taken(limit));
  const counted = uses.filter(({ measure }) => measure === 'USES');
  return {
    uses: counted.length === 0 ? null : Math.min(...counted.map(left)),
    amounts:
      inCurrencies &&
      new Map(
        [...inCurrencies].map(([currency, limits]) => [
          currency,
          Math.min(...limits.filter(({ measure }) => measure === 'AMOUNT').map(left)),
        ]),
      ),
  };
}

/** Why a use of a limit is refused. */
export function refusalOf({ measure }: CountedLimit): UseRefusalCode {
  return measure === 'USES' ? 'LIMIT_REACHED' : 'BUDGET_EXHAUSTED';
}

/**
 * What of a spent use comes back when so much of its money has come back in all, and the use after that. The whole of the
 * money brings the use itself back; the same total again brings nothing.
 * @param total minor units in all, at most what the use took off
 */
export function comingBack(use: HeldUse, total: number): { use: HeldUse; takes: Taken[] } {
  const until = Math.min(use.amount, Math.max(use.returned, total));
  const isReturned = use.isReturned || total >= use.amount;
  const takes = use.takes.flatMap((taken): Taken[] => {
    if (taken.measure === 'USES') return isReturned && !use.isReturned ? [taken] : [];
    if (taken.kind === 'PURSE') {
      const shares = partBetween(taken.shares, use.returned, until);
      return shares.length > 0 ? [{ ...taken, shares }] : [];
    }
    return until > use.returned ? [{ ...taken, amount: until - use.returned }] : [];
  });
  return { use: { ...use, returned: until, isReturned }, takes };
}
