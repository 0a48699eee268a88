import type DataLoader from 'dataloader';
import { type GraphQLResolveInfo, type OperationDefinitionNode, visit } from 'graphql';
import type {
  BenefitSummary,
  Sku as FullSku,
  InputMaybe,
  Money,
  PromotionTemplate,
  Resolvers,
  TenantSettings,
  UpdateTenantSettingsInput,
} from '../../schema/generated/template';
import { scalarResolvers } from '../../schema/subgraph-sdl';
import type { Identity } from '../shared/contracts/identity';
import { type BenefitTerms, thresholdsOf } from '../shared/kernel/benefit-terms';
import { asSkuId, asTemplateId, type SkuId, type TemplateId } from '../shared/kernel/identifiers';
import { assertNever, type Outcome } from '../shared/kernel/outcome';
import { type DocumentFault, windowOf } from '../shared/kernel/promotion-terms';
import { createLoader } from '../shared/runtime/loaders';
import { pageArguments, toConnection } from '../shared/runtime/pages';
import { badUserInput, type RequestContext } from '../shared/runtime/server';
import { type AdvanceClockDeps, type AdvanceClockRefusal, advanceClock } from './application/advance-clock';
import {
  type AuthorDeps,
  type CreateTemplateFault,
  createTemplate,
  type ReviseTemplateFault,
  reviseTemplate,
} from './application/author-template';
import { authorshipOf, isAuthorOf } from './application/authorship';
import {
  type BrowseDeps,
  type FoundSku,
  maxSkusAsked,
  skusByIds,
  templatesByIds,
  templatesOf,
} from './application/browse-templates';
import { type UpsertSkusFault, upsertSkus } from './application/catalogue';
import { type PublishDeps, type PublishTemplateFault, publishTemplate } from './application/publish-template';
import { endTemplate, pauseTemplate, resumeTemplate, type TemplateMoveFault } from './application/template-lifecycle';
import {
  type TenantSettingsDeps,
  tenantSettings,
  type UpdateTenantSettingsFault,
  updateTenantSettings,
} from './application/tenant-settings';
import type { Sku } from './domain/sku';
import { type PublishedTemplate, shownDocument, stateOf, type Template, type TemplateState } from './domain/template';

/** Everything the use cases of `template` need. */
export type TemplateDeps = AuthorDeps & PublishDeps & BrowseDeps & TenantSettingsDeps & AdvanceClockDeps;

/** What a request carries: the caller, and loaders that gather the keys of one tick into one command. */
export interface TemplateContext extends RequestContext {
  templates: DataLoader<TemplateId, Template | null>;
  /** SKUs alone, for operations that do not ask for promotions. */
  skus: DataLoader<SkuId, FoundSku | null>;
  skusWithPromotions: DataLoader<SkuId, FoundSku | null>;
}

/** The context of one request. */
export function templateContext(deps: TemplateDeps, base: RequestContext): TemplateContext {
  const { who } = base;
  const skus = (promotions: boolean) =>
    createLoader((ids: readonly SkuId[]) => skusByIds(deps, who.tenant, ids, { promotions }));
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
  const shape = (template: Template, who: Identity): PromotionTemplate =>
    shapes.template(template, stateOf(template, deps.now()), who);
  const sku = async ({ id }: { id: string }, context: TemplateContext, info: GraphQLResolveInfo) => {
    const found = await (asksForPromotions(info) ? context.skusWithPromotions : context.skus).load(asSkuId(id));
    return found && shapes.sku(found, context.who);
  };

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
        return ids.map((id) => {
          const known = found.get(asSkuId(id));
          return known ? shapes.sku(known, who) : null;
        });
      },
      tenantSettings: async (_parent, _args, { who }) => toSettings(await tenantSettings(deps, who)),
    },

    Mutation: {
      upsertSkus: async (_parent, { input }, { who }) => {
        const outcome = await upsertSkus(deps, who, input);
        return outcome.ok
          ? { ...outcome.value, userErrors: [] }
          : { changedCount: 0, unchangedCount: 0, userErrors: outcome.refusal.map(upsertSkusError) };
      },
      createTemplate: async (_parent, { input }, { who }) =>
        templatePayload(await createTemplate(deps, who, input), createTemplateError, (template) =>
          shape(template, who),
        ),
      reviseTemplate: async (_parent, { input }, { who }) =>
        templatePayload(
          await reviseTemplate(deps, who, { ...input, templateId: asTemplateId(input.templateId) }),
          reviseTemplateError,
          (template) => shape(template, who),
        ),
      publishTemplate: async (_parent, { input }, { who }) =>
        templatePayload(await publishTemplate(deps, who, withTemplateId(input)), publishTemplateError, (template) =>
          shape(template, who),
        ),
      pauseTemplate: async (_parent, { input }, { who }) =>
        templatePayload(await pauseTemplate(deps, who, withTemplateId(input)), templateMoveError, (template) =>
          shape(template, who),
        ),
      resumeTemplate: async (_parent, { input }, { who }) =>
        templatePayload(await resumeTemplate(deps, who, withTemplateId(input)), templateMoveError, (template) =>
          shape(template, who),
        ),
      endTemplate: async (_parent, { input }, { who }) =>
        templatePayload(await endTemplate(deps, who, withTemplateId(input)), templateMoveError, (template) =>
          shape(template, who),
        ),
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
    },

    Sku: { __resolveReference: sku },
  };
}

/**
 * Shapes of what is kept in memory and asked for again and again: made once for a template in a state, and for a SKU with a
 * list of promotions. They are shared by all requests, so nothing in them may be changed or be for one viewer alone.
 */
function createShapes() {
  const templates = new WeakMap<Template, Map<TemplateState, PromotionTemplate>>();
  const skus = new WeakMap<Sku, { promotions: readonly PublishedTemplate[]; shape: FullSku }>();

  function template(given: Template, state: TemplateState, who: Identity): PromotionTemplate {
    const states = templates.get(given) ?? new Map<TemplateState, PromotionTemplate>();
    templates.set(given, states);
    const shape = states.get(state) ?? toTemplate(given, state);
    states.set(state, shape);
    return given.draft !== null && isAuthorOf(who, given) ? { ...shape, draft: given.draft } : shape;
  }

  function sku({ sku: given, promotions }: FoundSku, who: Identity): FullSku {
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

function toSku(sku: Sku, promotions: PromotionTemplate[]): FullSku {
  const { skuId, name, merchantId, category, brand, itemType, prices } = sku;
  return { id: skuId, name, merchantId, category, brand, itemType, listPrices: toMoney(prices), promotions };
}

/** As everybody may see it; its draft is its author's alone. */
function toTemplate(template: Template, state: TemplateState): PromotionTemplate {
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
    draft: null,
    revision: template.revision,
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
  const { stackingGroups, ...rest } = settings;
  return {
    ...rest,
    revision,
    stackingGroups: stackingGroups.map(({ alwaysStackable, ...group }) => ({
      ...group,
      isAlwaysStackable: alwaysStackable,
    })),
  };
}

/** The settings that the client named; null among them means "back to the default". */
function settingsGiven({ idempotencyKey: _, stackingGroups, ...named }: UpdateTenantSettingsInput) {
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

function withTemplateId(input: { templateId: string; idempotencyKey: string }) {
  return { ...input, templateId: asTemplateId(input.templateId) };
}

function templatePayload<Fault, UserError>(
  outcome: Outcome<Template, Fault[]>,
  toError: (fault: Fault) => UserError,
  shape: (template: Template) => PromotionTemplate,
): { template: PromotionTemplate | null; userErrors: UserError[] } {
  return outcome.ok
    ? { template: shape(outcome.value), userErrors: [] }
    : { template: null, userErrors: outcome.refusal.map(toError) };
}

/** One user error: its code, what to tell a developer, and where in the input. */
interface Told<Code extends string> {
  code: Code;
  message: string;
  field: InputMaybe<string[]>;
}

function createTemplateError(fault: CreateTemplateFault): Told<CreateTemplateFault['code']> {
  switch (fault.code) {
    case 'INVALID_DOCUMENT':
      return documentError(fault.code, fault.fault, ['input', 'document']);
    case 'IDEMPOTENCY_KEY_REUSED':
      return keyReused;
    default:
      return assertNever(fault);
  }
}

function reviseTemplateError(fault: ReviseTemplateFault): Told<ReviseTemplateFault['code']> {
  switch (fault.code) {
    case 'INVALID_DOCUMENT':
      return documentError(fault.code, fault.fault, ['input', 'document']);
    case 'TEMPLATE_NOT_FOUND':
      return templateNotFound;
    case 'VERSION_CONFLICT':
      return {
        code: fault.code,
        message: `revision: expected the current one, ${fault.current}, found another; read the template again and repeat the change on it.`,
        field: ['input', 'revision'],
      };
    case 'ENDED':
      return ended;
    case 'IDEMPOTENCY_KEY_REUSED':
      return keyReused;
    default:
      return assertNever(fault);
  }
}

function publishTemplateError(fault: PublishTemplateFault): Told<PublishTemplateFault['code']> {
  switch (fault.code) {
    case 'TEMPLATE_NOT_FOUND':
      return templateNotFound;
    case 'NOTHING_TO_PUBLISH':
      return {
        code: fault.code,
        message: 'Expected a draft that differs from what is published, found none; revise the template first.',
        field: ['input', 'templateId'],
      };
    case 'NOT_PUBLISHABLE':
      return documentError(fault.code, fault.fault, ['document']);
    case 'STOCK_LOWERED':
      return {
        code: fault.code,
        message: `limit.stock: expected ${fault.from} or more, found ${fault.to}; stock may only rise, end the template to stop it.`,
        field: ['document', 'limit', 'stock'],
      };
    case 'ENDED':
      return {
        code: fault.code,
        message: `time.endsAt: expected a time to come, found ${fault.endedAt} or an earlier end; write a new template.`,
        field: ['document', 'time', 'endsAt'],
      };
    case 'IDEMPOTENCY_KEY_REUSED':
      return keyReused;
    default:
      return assertNever(fault);
  }
}

function templateMoveError(fault: TemplateMoveFault): Told<TemplateMoveFault['code']> {
  switch (fault.code) {
    case 'TEMPLATE_NOT_FOUND':
      return templateNotFound;
    case 'NOT_PUBLISHED':
      return {
        code: fault.code,
        message: 'Expected a published template, found a draft; publish it first.',
        field: ['input', 'templateId'],
      };
    case 'ENDED':
      return ended;
    case 'IDEMPOTENCY_KEY_REUSED':
      return keyReused;
    default:
      return assertNever(fault);
  }
}

function upsertSkusError(fault: UpsertSkusFault): Told<UpsertSkusFault['code']> {
  if (fault.code === 'IDEMPOTENCY_KEY_REUSED') return keyReused;
  return { code: fault.code, message: fault.message, field: ['input', 'skus', ...fault.path] };
}

function updateTenantSettingsError(fault: UpdateTenantSettingsFault): Told<UpdateTenantSettingsFault['code']> {
  return fault.code === 'IDEMPOTENCY_KEY_REUSED' ? keyReused : documentError(fault.code, fault.fault, ['input']);
}

function advanceClockError(refusal: AdvanceClockRefusal): Told<'NOT_MOVABLE' | 'NEGATIVE'> {
  const field = ['input', 'milliseconds'];
  switch (refusal.code) {
    case 'NOT_MOVABLE':
      return {
        code: 'NOT_MOVABLE',
        message: 'Expected the standalone development process, found one whose clock is real time; it cannot be moved.',
        field: null,
      };
    case 'TOO_FAR':
      return {
        code: 'NOT_MOVABLE',
        message: 'milliseconds: expected at most ten years; move in smaller steps.',
        field,
      };
    case 'NEGATIVE':
      return {
        code: 'NEGATIVE',
        message: `milliseconds: expected zero or more, found ${refusal.milliseconds}; business time never goes back.`,
        field,
      };
    default:
      return assertNever(refusal);
  }
}

const keyReused: Told<'IDEMPOTENCY_KEY_REUSED'> = {
  code: 'IDEMPOTENCY_KEY_REUSED',
  message: 'idempotencyKey: expected the input that the key was first used with, found another; use a new key.',
  field: ['input', 'idempotencyKey'],
};
const templateNotFound: Told<'TEMPLATE_NOT_FOUND'> = {
  code: 'TEMPLATE_NOT_FOUND',
  message: 'templateId: expected a template of your own, found none; check the id.',
  field: ['input', 'templateId'],
};
const ended: Told<'ENDED'> = {
  code: 'ENDED',
  message: 'Expected a template that goes on, found one that has ended; write a new one.',
  field: ['input', 'templateId'],
};

function documentError<Code extends string>(code: Code, fault: DocumentFault, root: string[]): Told<Code> {
  const steps = fault.path.replace(/\[(\d+)\]/g, '.$1').split('.');
  return {
    code,
    message: `${fault.path || 'document'}: expected ${fault.allowed}, found ${fault.found}; ${fault.cure}.`,
    field: [...root, ...steps.filter((step) => step !== '')],
  };
}
