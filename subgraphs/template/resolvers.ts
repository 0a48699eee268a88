import type DataLoader from 'dataloader';
import type {
  BenefitSummary,
  Money,
  Resolvers,
  TenantSettings,
  UpdateTenantSettingsInput,
} from '../../schema/generated/template';
import { scalarResolvers } from '../../schema/subgraph-sdl';
import type { Identity } from '../shared/contracts/identity';
import { asSkuId, asTemplateId, type SkuId, type TemplateId } from '../shared/kernel/identifiers';
import { assertNever } from '../shared/kernel/outcome';
import { type BenefitTerms, windowOf } from '../shared/kernel/promotion-terms';
import { createLoader } from '../shared/runtime/loaders';
import { pageArguments, toConnection } from '../shared/runtime/pages';
import { badUserInput, type RequestContext } from '../shared/runtime/server';
import { type AdvanceClockDeps, advanceClock } from './application/advance-clock';
import { isReviewerOf } from './application/authorship';
import {
  type BrowseDeps,
  promotionsOfSkus,
  skusByIds,
  templatesByIds,
  templatesOf,
} from './application/browse-templates';
import { upsertSkus } from './application/catalogue';
import { type TenantSettingsDeps, tenantSettings, updateTenantSettings } from './application/tenant-settings';
import type { Sku } from './domain/sku';
import { shownDocument, stateOf, type Template } from './domain/template';
import { type LifeDeps, lifeResolvers, type ShapedTemplate, type ShapeTemplate, toReview } from './life-resolvers';
import { advanceClockError, updateTenantSettingsError, upsertSkusError } from './user-errors';

/** Everything the use cases of `template` need. */
export type TemplateDeps = LifeDeps & BrowseDeps & TenantSettingsDeps & AdvanceClockDeps;

/** What a request carries: the caller, and loaders that gather the keys of one tick into one command. */
export interface TemplateContext extends RequestContext {
  templates: DataLoader<TemplateId, Template | null>;
  skus: DataLoader<SkuId, Sku | null>;
  promotions: DataLoader<SkuId, Template[] | null>;
}

/** The context of one request. */
export function templateContext(deps: TemplateDeps, base: RequestContext): TemplateContext {
  const { who } = base;
  const skus = createLoader((ids: readonly SkuId[]) => skusByIds(deps, who.tenant, ids));
  return {
    ...base,
    templates: createLoader((ids: readonly TemplateId[]) => templatesByIds(deps, who, ids)),
    skus,
    promotions: createLoader(async (ids: readonly SkuId[]) => {
      const found = await skus.loadMany(ids);
      const known = found.flatMap((sku) => (sku === null || sku instanceof Error ? [] : [sku]));
      return promotionsOfSkus(deps, who.tenant, known);
    }),
  };
}

/** The resolvers over the use cases: take the input, call one, shape its answer. */
export function templateResolvers(deps: TemplateDeps): Resolvers<TemplateContext> {
  const shape: ShapeTemplate = (template, who) => toTemplate(template, who, deps.now());
  const life = lifeResolvers(deps, shape);

  return {
    ...scalarResolvers('template'),

    Query: {
      template: async (_parent, { id }, { templates, who }) => {
        const template = await templates.load(asTemplateId(id));
        return template && shape(template, who);
      },
      templates: async (_parent, args, { who }) => {
        const page = pageArguments(args, 2);
        const rows = await templatesOf(deps, who, {
          states: args.filter?.states ?? null,
          limit: page.limit,
          after: page.after && templatePosition(page.after),
        });
        const connection = toConnection(rows, page.limit, (row) => [row.createdAt.toISOString(), row.id]);
        return {
          ...connection,
          edges: connection.edges.map(({ cursor, node }) => ({ cursor, node: shape(node, who) })),
        };
      },
      sku: async (_parent, { id }, { skus }) => ((await skus.load(asSkuId(id))) ? { id } : null),
      tenantSettings: async (_parent, _args, { who }) => toSettings(await tenantSettings(deps, who)),
      ...life.Query,
    },

    Mutation: {
      upsertSkus: async (_parent, { input }, { who }) => {
        const outcome = await upsertSkus(deps, who, input);
        return outcome.ok
          ? { ...outcome.value, userErrors: [] }
          : { changedCount: 0, unchangedCount: 0, userErrors: outcome.refusal.map(upsertSkusError) };
      },
      ...life.Mutation,
      updateTenantSettings: async (_parent, { input }, { who }) => {
        const given = settingsGiven(input);
        const outcome = await updateTenantSettings(deps, who, { given, idempotencyKey: input.idempotencyKey });
        return outcome.ok
          ? { settings: toSettings(outcome.value), userErrors: [] }
          : { settings: null, userErrors: outcome.refusal.map(updateTenantSettingsError) };
      },
      advanceClock: (_parent, { input }) => {
        const outcome = advanceClock(deps, input.milliseconds);
        return outcome.ok
          ? { now: outcome.value, userErrors: [] }
          : { now: null, userErrors: [advanceClockError(outcome.refusal)] };
      },
    },

    PromotionTemplate: {
      __resolveReference: async ({ id }, { templates, who }) => {
        const template = await templates.load(asTemplateId(id));
        return template && shape(template, who);
      },
      name: (template, { locale }) => ('names' in template ? textIn(template.names, locale ?? 'default') : ''),
      ...life.PromotionTemplate,
    },

    Sku: {
      __resolveReference: async ({ id }, { skus }) => ((await skus.load(asSkuId(id))) ? { id } : null),
      name: async ({ id }, _args, { skus }) => (await skus.load(asSkuId(id)))?.name ?? null,
      merchantId: async ({ id }, _args, { skus }) => (await skus.load(asSkuId(id)))?.merchantId ?? null,
      category: async ({ id }, _args, { skus }) => (await skus.load(asSkuId(id)))?.category ?? null,
      brand: async ({ id }, _args, { skus }) => (await skus.load(asSkuId(id)))?.brand ?? null,
      itemType: async ({ id }, _args, { skus }) => (await skus.load(asSkuId(id)))?.itemType ?? null,
      listPrices: async ({ id }, _args, { skus }) => toMoney((await skus.load(asSkuId(id)))?.prices ?? {}),
      promotions: async ({ id }, _args, { promotions, who }) =>
        ((await promotions.load(asSkuId(id))) ?? []).map((template) => shape(template, who)),
    },
  };
}

function toTemplate(template: Template, who: Identity, now: Date): ShapedTemplate {
  const document = shownDocument(template);
  const isReviewer = isReviewerOf(who, template);
  const names = Object.entries(document.name).map(([locale, text]) => ({ locale, text }));
  return {
    id: template.id,
    merchantId: template.merchantId,
    name: document.name.default,
    names,
    state: stateOf(template, now),
    trigger: document.trigger,
    ...windowOf(document),
    benefits: document.benefit.map(toBenefit),
    stockCount: template.published ? template.published.stock : (document.limit.stock ?? null),
    version: template.published?.version ?? null,
    document: template.published?.document ?? null,
    draft: isReviewer ? template.draft : null,
    revision: template.revision,
    review: isReviewer && template.review ? toReview(template.review) : null,
  };
}

function toBenefit(benefit: BenefitTerms): BenefitSummary {
  const thresholds = toMoney(benefit.threshold ?? {});
  switch (benefit.kind) {
    case 'THRESHOLD_REDUCTION':
    case 'FIXED':
      return {
        kind: benefit.kind,
        thresholds,
        amountsOff: toMoney(benefit.off),
        percentOffBasisPoints: null,
        maxAmounts: [],
      };
    case 'PERCENT':
      return {
        kind: benefit.kind,
        thresholds,
        amountsOff: [],
        percentOffBasisPoints: benefit.percentOffBasisPoints,
        maxAmounts: toMoney(benefit.maxAmount ?? {}),
      };
    default:
      return assertNever(benefit);
  }
}

function toMoney(amounts: Readonly<Record<string, number>>): Money[] {
  return Object.entries(amounts)
    .map(([currency, minorUnits]) => ({ currency, minorUnits }))
    .sort((a, b) => (a.currency < b.currency ? -1 : 1));
}

function toSettings({ revision, settings }: Awaited<ReturnType<typeof tenantSettings>>): TenantSettings {
  const { stackingGroups, approvalRequired, ...rest } = settings;
  return {
    ...rest,
    isApprovalRequired: approvalRequired,
    revision,
    stackingGroups: stackingGroups.map(({ alwaysStackable, ...group }) => ({
      ...group,
      isAlwaysStackable: alwaysStackable,
    })),
  };
}

/** The settings that the client named; null among them means "back to the default". */
function settingsGiven({ idempotencyKey: _, stackingGroups, isApprovalRequired, ...rest }: UpdateTenantSettingsInput) {
  const named = isApprovalRequired === undefined ? rest : { ...rest, approvalRequired: isApprovalRequired };
  if (stackingGroups === undefined) return named;
  return {
    ...named,
    stackingGroups:
      stackingGroups?.map(({ isAlwaysStackable, ...group }) => ({
        ...group,
        alwaysStackable: isAlwaysStackable ?? false,
      })) ?? null,
  };
}

/** The text in the locale, in its language without region, or by default: `en-GB` → `en` → `default`. */
function textIn(names: readonly { locale: string; text: string }[], locale: string): string {
  const [language] = locale.split('-');
  const found = [locale, language, 'default'].flatMap((wanted) => names.filter((name) => name.locale === wanted));
  return found[0]?.text ?? '';
}

function templatePosition([createdAt = '', id = '']: string[]): { createdAt: Date; id: TemplateId } {
  const at = new Date(createdAt);
  if (Number.isNaN(at.getTime()))
    throw badUserInput(
      'after: expected a cursor of this list, found something else; use pageInfo.endCursor as it came.',
      ['after'],
    );
  return { createdAt: at, id: asTemplateId(id) };
}
