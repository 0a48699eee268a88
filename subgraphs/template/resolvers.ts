import type DataLoader from 'dataloader';
import { type GraphQLResolveInfo, type OperationDefinitionNode, visit } from 'graphql';
import type {
  BenefitSummary,
  Sku as FullSku,
  Money,
  Resolvers,
  TenantSettings,
  UpdateTenantSettingsInput,
} from '../../schema/generated/template';
import { scalarResolvers } from '../../schema/subgraph-sdl';
import type { Identity } from '../shared/contracts/identity';
import { type BenefitTerms, thresholdsOf } from '../shared/kernel/benefit-terms';
import { asSkuId, asTemplateId, type SkuId, type TemplateId } from '../shared/kernel/identifiers';
import { windowOf } from '../shared/kernel/promotion-terms';
import { ruleText } from '../shared/kernel/rules/expression';
import { createLoader } from '../shared/runtime/loaders';
import { pageArguments, toConnection } from '../shared/runtime/pages';
import { badUserInput, type RequestContext } from '../shared/runtime/server';
import { type AdvanceClockDeps, advanceClock } from './application/advance-clock';
import { authorshipOf, isReviewerOf } from './application/authorship';
import { type BrowseDeps, maxSkusAsked, skusByIds, templatesByIds, templatesOf } from './application/browse-templates';
import { upsertSkus } from './application/catalogue';
import type { CheckDeps } from './application/check-template';
import type { ExplainDeps } from './application/explain-promotion';
import {
  type GivenSettings,
  type TenantSettingsDeps,
  tenantSettings,
  updateTenantSettings,
} from './application/tenant-settings';
import { checkResolvers } from './check-resolvers';
import type { SkuWithPromotions } from './domain/promotion-index';
import type { Sku } from './domain/sku';
import { type PublishedTemplate, shownDocument, stateOf, type Template, type TemplateState } from './domain/template';
import { type LifeDeps, lifeResolvers, type ShapedTemplate, type ShapeTemplate, toReview } from './life-resolvers';
import { advanceClockError, updateTenantSettingsError, upsertSkusError } from './user-errors';

/** Everything the use cases of `template` need. */
export type TemplateDeps = LifeDeps & BrowseDeps & TenantSettingsDeps & AdvanceClockDeps & CheckDeps & ExplainDeps;

/** What a request carries: the caller, and loaders that gather the keys of one tick into one command. */
export interface TemplateContext extends RequestContext {
  templates: DataLoader<TemplateId, Template | null>;
  /** SKUs alone, for operations that do not ask for promotions. */
  skus: DataLoader<SkuId, SkuWithPromotions | null>;
  skusWithPromotions: DataLoader<SkuId, SkuWithPromotions | null>;
}

/** The context of one request. */
export function templateContext(deps: TemplateDeps, base: RequestContext): TemplateContext {
  const { who } = base;
  const skus = (promotions: boolean) =>
    createLoader(async (ids: readonly SkuId[]) => {
      const found = await skusByIds(deps, who.tenant, ids, { promotions });
      return new Map(found.flatMap((known) => (known ? [[known.sku.skuId, known] as const] : [])));
    });
  return {
    ...base,
    templates: createLoader((ids: readonly TemplateId[]) => templatesByIds(deps, who, ids)),
    skus: skus(false),
    skusWithPromotions: skus(true),
  };
}

/** The resolvers over the use cases: take the input, call one, shape its answer. */
export function templateResolvers(deps: TemplateDeps): Resolvers<TemplateContext> {
  const shapes = createShapes();
  const shape: ShapeTemplate = (template, who) => shapes.template(template, stateOf(template, deps.now()), who);
  const sku = async ({ id }: { id: string }, context: TemplateContext, info: GraphQLResolveInfo) => {
    const found = await (asksForPromotions(info) ? context.skusWithPromotions : context.skus).load(asSkuId(id));
    return found && shapes.sku(found, context.who);
  };
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
      sku: (_parent, args, context, info) => sku(args, context, info),
      skus: async (_parent, { ids }, { who }, info) => {
        if (ids.length > maxSkusAsked)
          throw badUserInput(`ids: expected at most ${maxSkusAsked}, found ${ids.length}; ask in several queries.`, [
            'ids',
          ]);
        const wanted = { promotions: asksForPromotions(info) };
        const found = await skusByIds(deps, who.tenant, ids.map(asSkuId), wanted);
        return found.map((known) => known && shapes.sku(known, who));
      },
      tenantSettings: async (_parent, _args, { who }) => toSettings(await tenantSettings(deps, who)),
      ...life.Query,
      ...checkResolvers(deps).Query,
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
      name: (template, { locale }) => {
        if (!('names' in template)) return '';
        return locale == null ? template.name : textIn(template.names, locale);
      },
      ...life.PromotionTemplate,
    },

    Sku: {
      __resolveReference: sku,
      // The shape is everybody's; what a merchant must earn is for the merchant and the marketplace.
      minUnitPrices: (shape, _args, { who }) => {
        if (!('minUnitPrices' in shape) || !shape.minUnitPrices) return [];
        const isForeign = who.kind === 'user' && who.merchant !== null && who.merchant !== shape.merchantId;
        return isForeign ? [] : shape.minUnitPrices;
      },
    },
  };
}

/** A SKU as it is handed over. */
type ShapedSku = Omit<FullSku, 'promotions'> & { promotions: ShapedTemplate[] };

/**
 * Shapes of what is kept in memory and asked for again and again: made once for a template in a state, and for a SKU with a
 * list of promotions. They are shared by all requests, so nothing in them may be changed or be for one viewer alone.
 */
function createShapes() {
  const templates = new WeakMap<Template, Map<TemplateState, ShapedTemplate>>();
  const skus = new WeakMap<Sku, { promotions: readonly PublishedTemplate[]; shape: ShapedSku }>();

  function template(given: Template, state: TemplateState, who: Identity): ShapedTemplate {
    const states = templates.get(given) ?? new Map<TemplateState, ShapedTemplate>();
    templates.set(given, states);
    const shape = states.get(state) ?? toTemplate(given, state);
    states.set(state, shape);
    if (!isReviewerOf(who, given)) return shape;
    return { ...shape, draft: given.draft, review: given.review && toReview(given.review) };
  }

  function sku({ sku: given, promotions }: SkuWithPromotions, who: Identity): ShapedSku {
    const known = skus.get(given);
    const shape =
      known?.promotions === promotions
        ? known.shape
        : toSku(given, promotions.map(liveFor({ kind: 'anonymous', tenant: who.tenant })));
    if (known?.shape !== shape) skus.set(given, { promotions, shape });
    return authorshipOf(who) === null ? shape : { ...shape, promotions: promotions.map(liveFor(who)) };
  }

  /** Whatever is listed as a promotion of a SKU is live. */
  const liveFor = (who: Identity) => (given: PublishedTemplate) => template(given, 'LIVE', who);

  return { template, sku };
}

/** Whether an operation asks for the promotions of SKUs anywhere; looked up once for an operation that comes again. */
function asksForPromotions({ operation, fragments }: GraphQLResolveInfo): boolean {
  const known = askingOperations.get(operation);
  if (known !== undefined) return known;
  let asks = false;
  for (const definition of [operation, ...Object.values(fragments)])
    visit(definition, {
      Field: (field) => {
        asks ||= field.name.value === 'promotions';
      },
    });
  askingOperations.set(operation, asks);
  return asks;
}

const askingOperations = new WeakMap<OperationDefinitionNode, boolean>();

function toSku(sku: Sku, promotions: ShapedTemplate[]): ShapedSku {
  const { skuId, name, merchantId, category, brand, itemType, taxRateBasisPoints } = sku;
  return {
    id: skuId,
    name,
    merchantId,
    category,
    brand,
    itemType,
    listPrices: toMoney(sku.prices),
    memberPrices: toMoney(sku.memberPrices),
    minUnitPrices: toMoney(sku.minUnitPrices),
    taxRateBasisPoints,
    promotions,
  };
}

/** As everybody may see it; its draft and what is said of that are for those who work on it. */
function toTemplate(template: Template, state: TemplateState): ShapedTemplate {
  const document = shownDocument(template);
  const names = Object.entries(document.name).map(([locale, text]) => ({ locale, text }));
  return {
    id: template.id,
    merchantId: template.merchantId,
    name: document.name.default,
    names,
    state,
    trigger: document.trigger,
    ...windowOf(document),
    benefits: document.benefit.map(toBenefit),
    stockCount: template.published ? template.published.stock : (document.limit.stock ?? null),
    version: template.published?.version ?? null,
    document: template.published?.document ?? null,
    conditionText: document.rule.condition ? ruleText(document.rule.condition) : null,
    draft: null,
    revision: template.revision,
    review: null,
  };
}

function toBenefit(benefit: BenefitTerms): BenefitSummary {
  const first = benefit.kind === 'TIERS' ? benefit.tiers[0] : undefined;
  const values = first ?? benefit;
  return {
    kind: benefit.kind,
    thresholds: toMoney(thresholdsOf(benefit)),
    amountsOff: toMoney('off' in values ? values.off : {}),
    percentOffBasisPoints: 'percentOffBasisPoints' in values ? values.percentOffBasisPoints : null,
    maxAmounts: toMoney(('maxAmount' in values ? values.maxAmount : undefined) ?? {}),
  };
}

function toMoney(amounts: Readonly<Record<string, number>>): Money[] {
  return Object.entries(amounts)
    .map(([currency, minorUnits]) => ({ currency, minorUnits }))
    .sort((a, b) => (a.currency < b.currency ? -1 : 1));
}

function toSettings({ revision, settings }: Awaited<ReturnType<typeof tenantSettings>>): TenantSettings {
  const { stackingGroups, approvalRequired, heldQuotesSurvivePause, shippingMethods, floors, ...rest } = settings;
  return {
    ...rest,
    isApprovalRequired: approvalRequired,
    isHeldQuoteGoodWhenPaused: heldQuotesSurvivePause,
    shippingMethods: shippingMethods.map(({ method, name, prices }) => ({ method, name, prices: toMoney(prices) })),
    floors: floors && {
      maxDiscountShareBasisPoints: floors.maxDiscountShareBasisPoints,
      minPayable: toMoney(floors.minPayable ?? {}),
    },
    revision,
    stackingGroups: stackingGroups.map(({ alwaysStackable, ...group }) => ({
      ...group,
      isAlwaysStackable: alwaysStackable,
    })),
  };
}

/** The settings that the client named; null among them means "back to the default". */
function settingsGiven({ idempotencyKey: _, ...input }: UpdateTenantSettingsInput): GivenSettings {
  const { stackingGroups, isApprovalRequired, isHeldQuoteGoodWhenPaused, ...rest } = input;
  return {
    ...rest,
    ...(isApprovalRequired !== undefined && { approvalRequired: isApprovalRequired }),
    ...(isHeldQuoteGoodWhenPaused !== undefined && { heldQuotesSurvivePause: isHeldQuoteGoodWhenPaused }),
    ...(stackingGroups !== undefined && {
      stackingGroups:
        stackingGroups?.map(({ isAlwaysStackable, ...group }) => ({
          ...group,
          alwaysStackable: isAlwaysStackable ?? false,
        })) ?? null,
    }),
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
