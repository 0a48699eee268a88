import type { MerchantId, TemplateId, TenantId, UserId, VersionId } from '../../shared/kernel/identifiers';
import { isCounted, type LimitsLeft } from '../../shared/kernel/promotion-limits';
import type { PromotionTerms } from '../../shared/kernel/promotion-terms';
import { Unavailable } from '../../shared/runtime/unavailable';
import { localDayOf } from '../domain/claim-rules';
import {
  type CountedLimit,
  type LimitsAsOf,
  leftOf,
  limitedCurrencies,
  limitsOf,
  type PromotionUse,
  type Taking,
  takingsOf,
} from '../domain/limits';
import type { LimitCounters } from '../limit-counters';
import type { TemplateCopies } from '../template-copies';

/** What counting uses and money needs. */
export interface LimitDeps {
  limits: LimitCounters;
  templates: TemplateCopies;
  now(): Date;
}

/** What an order is about to take of the limits of one promotion. */
export interface WantedUse {
  templateId: TemplateId;
  /** Minor units. */
  amount: number;
  currency: string;
  takings: Taking[];
}

/**
 * What an order takes of limits, by promotion, with the purses it takes of made ready. However many coupons of a promotion an
 * order uses, it is one use, and all of their money.
 * @throws Unavailable when a version is not known here yet; a moment later it is
 */
export async function takingsOfUses(
  deps: LimitDeps,
  tenant: TenantId,
  ownerId: UserId,
  uses: readonly PromotionUse[],
): Promise<WantedUse[]> {
  if (uses.length === 0) return [];
  const [terms, published, asOf] = await Promise.all([
    deps.templates.knownTerms(
      tenant,
      uses.map(({ versionId }) => versionId),
    ),
    deps.templates.templates(
      tenant,
      uses.map(({ templateId }) => templateId),
    ),
    limitsAsOf(deps, tenant, ownerId),
  ]);
  const byTemplate = new Map<TemplateId, { use: PromotionUse; limits: CountedLimit[] }[]>();
  for (const use of uses) {
    const of = terms.get(use.versionId);
    if (!of) throw new Unavailable('A promotion was published this very moment; send the same request again shortly.');
    if (of.templateId !== use.templateId)
      throw new Error(
        `Expected ${use.versionId} to be a version of ${use.templateId}, found it to be one of ${of.templateId}.`,
      );
    const limits = limitsOf(of, published.get(of.templateId)?.terms ?? null, use.currency, asOf);
    const entry = byTemplate.get(of.templateId);
    if (entry) entry.push({ use, limits });
    else byTemplate.set(of.templateId, [{ use, limits }]);
  }
  await deps.limits.preparePurses([...byTemplate.values()].flatMap((entry) => entry.flatMap(({ limits }) => limits)));
  return [...byTemplate].map(([templateId, entry]) => ({
    templateId,
    amount: entry.reduce((sum, { use }) => sum + use.amount, 0),
    currency: entry[0]?.use.currency ?? '',
    takings: takingsOf(entry.map(({ use, limits }) => ({ amount: use.amount, limits }))),
  }));
}

/**
 * What is left of the limits of versions, a moment ago; a lock decides. Versions without counted limits are absent.
 * @param ownerId whose own limits count too; null for nobody in particular
 */
export async function limitsLeft(
  deps: LimitDeps,
  tenant: TenantId,
  ownerId: UserId | null,
  versions: readonly PromotionTerms[],
): Promise<Map<VersionId, LimitsLeft>> {
  const counted = versions.filter(({ document }) => isCounted(document));
  if (counted.length === 0) return new Map();
  const [published, asOf] = await Promise.all([
    deps.templates.templates(tenant, [...new Set(counted.map(({ templateId }) => templateId))]),
    limitsAsOf(deps, tenant, ownerId),
  ]);
  const asked = counted.map((terms) => {
    const newest = published.get(terms.templateId)?.terms ?? null;
    const currencies = limitedCurrencies(terms, newest);
    return {
      versionId: terms.versionId,
      // Without a currency: how often it may be used is the same in all of them.
      uses: limitsOf(terms, newest, '', asOf).filter(({ measure }) => measure === 'USES'),
      inCurrencies:
        currencies && new Map(currencies.map((currency) => [currency, limitsOf(terms, newest, currency, asOf)])),
    };
  });
  const all = asked.flatMap(({ uses, inCurrencies }) => [
    ...uses,
    ...(inCurrencies ? [...inCurrencies.values()].flat() : []),
  ]);
  const countersOf = (kind: CountedLimit['kind']) => [
    ...new Set(all.filter((limit) => limit.kind === kind).map(({ counter }) => counter)),
  ];
  const [used, taken] = await Promise.all([
    deps.limits.used(countersOf('PURSE')),
    deps.limits.taken(countersOf('PERSON')),
  ]);
  const takenOf = ({ kind, counter, max, version }: CountedLimit): number => {
    if (kind === 'PERSON') return taken.get(counter) ?? 0;
    const purse = used.get(counter);
    if (!purse) return 0;
    // A purse that follows a newer version than is known here has another limit already.
    const limit = purse.version > version ? purse.limit : max;
    return max - limit + purse.held + purse.spent;
  };
  return new Map(asked.map(({ versionId, uses, inCurrencies }) => [versionId, leftOf(uses, inCurrencies, takenOf)]));
}

/** What was used of one limit of a promotion; minor units for money. */
export interface LimitUsage {
  limit: number;
  held: number;
  spent: number;
  left: number;
}

/** What was used of the limits of a promotion that are everybody's. */
export interface PromotionUsage {
  merchantId: MerchantId | null;
  uses: LimitUsage | null;
  budgets: ({ currency: string } & LimitUsage)[];
}

/** What was used of the limits of templates, a moment ago; of those without such limits nothing. */
export async function promotionUsage(
  deps: LimitDeps,
  tenant: TenantId,
  ids: readonly TemplateId[],
): Promise<Map<TemplateId, PromotionUsage>> {
  const templates = await deps.templates.templates(tenant, ids);
  const asOf = await limitsAsOf(deps, tenant, null);
  const asked = [...templates.values()].map(({ templateId, merchantId, terms }) => {
    const currencies = Object.keys(terms.document.limit.budget?.amount ?? {});
    return {
      templateId,
      merchantId,
      uses: limitsOf(terms, null, '', asOf).find(({ measure }) => measure === 'USES') ?? null,
      budgets: currencies.flatMap((currency) => {
        const limit = limitsOf(terms, null, currency, asOf).find(({ measure }) => measure === 'AMOUNT');
        return limit ? [{ currency, limit }] : [];
      }),
    };
  });
  const used = await deps.limits.used(
    asked.flatMap(({ uses, budgets }) => [
      ...(uses ? [uses.counter] : []),
      ...budgets.map(({ limit }) => limit.counter),
    ]),
  );
  const usageOf = ({ counter, max }: CountedLimit): LimitUsage => {
    const { held, spent } = used.get(counter) ?? { held: 0, spent: 0 };
    return { limit: max, held, spent, left: Math.max(0, max - held - spent) };
  };
  return new Map(
    asked.map(({ templateId, merchantId, uses, budgets }) => [
      templateId,
      {
        merchantId,
        uses: uses && usageOf(uses),
        budgets: budgets.map(({ currency, limit }) => ({ currency, ...usageOf(limit) })),
      },
    ]),
  );
}

async function limitsAsOf(deps: LimitDeps, tenantId: TenantId, ownerId: UserId | null): Promise<LimitsAsOf> {
  const { zone } = await deps.templates.settings(tenantId);
  const { day, week } = localDayOf(deps.now(), zone);
  return { tenantId, ownerId, day, week };
}
