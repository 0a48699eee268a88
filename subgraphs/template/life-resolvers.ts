import type {
  Actor,
  ActorKind,
  MutationResolvers,
  PromotionTemplate,
  PromotionTemplateResolvers,
  PromotionTemplateVersion,
  QueryResolvers,
  TemplateAuditEntry,
  TemplateReview,
} from '../../schema/generated/template';
import type { Identity } from '../shared/contracts/identity';
import { asTemplateId, type TemplateId } from '../shared/kernel/identifiers';
import type { Outcome } from '../shared/kernel/outcome';
import { pageArguments, toConnection } from '../shared/runtime/pages';
import { badUserInput, type RequestContext } from '../shared/runtime/server';
import { approveTemplate } from './application/approve-template';
import { type AuthorDeps, createTemplate, reviseTemplate } from './application/author-template';
import { copyTemplate } from './application/copy-template';
import { increaseTemplateStock } from './application/increase-template-stock';
import { type PublishDeps, publishTemplate } from './application/publish-template';
import { publishTemplates } from './application/publish-templates';
import { rejectTemplate } from './application/reject-template';
import { rollbackTemplate } from './application/rollback-template';
import { submitTemplateForReview } from './application/submit-template-for-review';
import {
  auditLogOf,
  type HistoryDeps,
  type HistoryPage,
  templateVersion,
  verifyTemplateAudit,
  versionsOf,
} from './application/template-history';
import { endTemplate, pauseTemplate, resumeTemplate } from './application/template-lifecycle';
import { withdrawTemplateFromReview } from './application/withdraw-template-from-review';
import type { AuditEntry, Author } from './domain/audit';
import type { Review } from './domain/review';
import type { Template } from './domain/template';
import {
  approveTemplateError,
  copyTemplateError,
  createTemplateError,
  increaseTemplateStockError,
  publishTemplateError,
  publishTemplatesError,
  rejectTemplateError,
  reviseTemplateError,
  rollbackTemplateError,
  submitTemplateForReviewError,
  templateMoveError,
  withdrawTemplateFromReviewError,
} from './user-errors';

/** Everything the life of a template needs. */
export type LifeDeps = AuthorDeps & PublishDeps & HistoryDeps;

/** What these resolvers take from the context of a request. */
interface LifeContext extends RequestContext {
  templates: { load(id: TemplateId): Promise<Template | null> };
}

/** A template as it is handed over; its histories are read when somebody asks for them. */
export type ShapedTemplate = Omit<PromotionTemplate, 'versions' | 'auditLog'>;
/** Shapes a template for whoever looks at it. */
export type ShapeTemplate = (template: Template, who: Identity) => ShapedTemplate;

/** The life of a template from its first draft to its end, and what is kept of it for ever. */
export function lifeResolvers(deps: LifeDeps, shape: ShapeTemplate) {
  return {
    Query: {
      templateVersion: async (_parent, { templateId, version }, { templates, who }) => {
        const found = await templateVersion(deps, who, await templates.load(asTemplateId(templateId)), version);
        return found && toVersion(found);
      },
      verifyTemplateAudit: (_parent, { templateId }, { who }) =>
        verifyTemplateAudit(deps, who, asTemplateId(templateId)),
    },

    Mutation: {
      createTemplate: async (_parent, { input }, { who }) =>
        payload(await createTemplate(deps, who, input), who, createTemplateError),
      reviseTemplate: async (_parent, { input }, { who }) => {
        const outcome = await reviseTemplate(deps, who, withTemplateId(input));
        const conflict = outcome.ok ? undefined : outcome.refusal.find((fault) => fault.code === 'VERSION_CONFLICT');
        return {
          ...payload(outcome, who, reviseTemplateError),
          current: conflict ? shape(conflict.current, who) : null,
        };
      },
      submitTemplateForReview: async (_parent, { input }, { who }) =>
        payload(await submitTemplateForReview(deps, who, withTemplateId(input)), who, submitTemplateForReviewError),
      withdrawTemplateFromReview: async (_parent, { input }, { who }) =>
        payload(
          await withdrawTemplateFromReview(deps, who, withTemplateId(input)),
          who,
          withdrawTemplateFromReviewError,
        ),
      approveTemplate: async (_parent, { input }, { who }) =>
        payload(await approveTemplate(deps, who, withTemplateId(input)), who, approveTemplateError),
      rejectTemplate: async (_parent, { input }, { who }) =>
        payload(await rejectTemplate(deps, who, withTemplateId(input)), who, rejectTemplateError),
      publishTemplate: async (_parent, { input }, { who }) =>
        payload(
          await publishTemplate(deps, who, { ...withTemplateId(input), acceptWarnings: input.acceptWarnings ?? false }),
          who,
          publishTemplateError,
        ),
      publishTemplates: async (_parent, { input }, { who }) => {
        const outcome = await publishTemplates(deps, who, {
          ...input,
          acceptWarnings: input.acceptWarnings ?? false,
          templateIds: input.templateIds.map(asTemplateId),
        });
        if (!outcome.ok) return { results: [], userErrors: outcome.refusal.map(publishTemplatesError) };
        const results = outcome.value.map(({ templateId, outcome: published }) => ({
          templateId,
          ...payload(published, who, publishTemplateError),
        }));
        return { results, userErrors: [] };
      },
      rollbackTemplate: async (_parent, { input }, { who }) =>
        payload(await rollbackTemplate(deps, who, withTemplateId(input)), who, rollbackTemplateError),
      increaseTemplateStock: async (_parent, { input }, { who }) =>
        payload(await increaseTemplateStock(deps, who, withTemplateId(input)), who, increaseTemplateStockError),
      copyTemplate: async (_parent, { input }, { who }) =>
        payload(await copyTemplate(deps, who, withTemplateId(input)), who, copyTemplateError),
      pauseTemplate: async (_parent, { input }, { who }) =>
        payload(await pauseTemplate(deps, who, withTemplateId(input)), who, templateMoveError),
      resumeTemplate: async (_parent, { input }, { who }) =>
        payload(await resumeTemplate(deps, who, withTemplateId(input)), who, templateMoveError),
      endTemplate: async (_parent, { input }, { who }) =>
        payload(await endTemplate(deps, who, withTemplateId(input)), who, templateMoveError),
    },

    PromotionTemplate: {
      versions: async ({ id }, args, { templates, who }) => {
        const page = historyPage(args);
        const rows = await versionsOf(deps, who, await templates.load(asTemplateId(id)), page);
        return toConnection(rows.map(toVersion), page.limit, ({ version }) => [String(version)]);
      },
      auditLog: async ({ id }, args, { templates, who }) => {
        const page = historyPage(args);
        const rows = await auditLogOf(deps, who, await templates.load(asTemplateId(id)), page);
        return toConnection(rows.map(toAuditEntry), page.limit, ({ seq }) => [String(seq)]);
      },
    },
  } satisfies {
    Query: QueryResolvers<LifeContext>;
    Mutation: MutationResolvers<LifeContext>;
    PromotionTemplate: PromotionTemplateResolvers<LifeContext>;
  };

  function payload<Fault, UserError>(
    outcome: Outcome<Template, Fault[]>,
    who: Identity,
    toError: (fault: Fault) => UserError,
  ): { template: ShapedTemplate | null; userErrors: UserError[] } {
    return outcome.ok
      ? { template: shape(outcome.value, who), userErrors: [] }
      : { template: null, userErrors: outcome.refusal.map(toError) };
  }
}

/** A review as its authors and reviewers read it. */
export function toReview(review: Review): TemplateReview {
  const { state, draftFingerprint, submittedBy, submittedAt } = review;
  const asked = { state, draftFingerprint, submittedBy: toActor(submittedBy), submittedAt };
  if (review.state === 'PENDING') return { ...asked, decidedBy: null, decidedAt: null, reason: null };
  const reason = review.state === 'REJECTED' ? review.reason : null;
  return { ...asked, decidedBy: toActor(review.decidedBy), decidedAt: review.decidedAt, reason };
}

function toVersion({
  publishedBy,
  ...version
}: Omit<PromotionTemplateVersion, 'publishedBy'> & { publishedBy: Author }): PromotionTemplateVersion {
  return { ...version, publishedBy: toActor(publishedBy) };
}

function toAuditEntry({ seq, at, by, act, changes, previousHash, hash }: AuditEntry): TemplateAuditEntry {
  return { seq, at, by: toActor(by), act, changes, previousHash, hash };
}

function toActor({ kind, subject }: Author): Actor {
  return { kind: actorKinds[kind], subject };
}

const actorKinds: Record<Author['kind'], ActorKind> = { user: 'PERSON', service: 'SERVICE', internal: 'PLATFORM' };

/** A page of a history; its cursors hold a number. */
function historyPage(args: { first?: number | null; after?: string | null }): HistoryPage {
  const { limit, after } = pageArguments(args, 1);
  if (after === null) return { limit, before: null };
  const before = Number(after[0]);
  if (!Number.isSafeInteger(before))
    throw badUserInput(
      'after: expected a cursor of this list, found something else; use pageInfo.endCursor as it came.',
      ['after'],
    );
  return { limit, before };
}

function withTemplateId<Input extends { templateId: string }>(input: Input) {
  return { ...input, templateId: asTemplateId(input.templateId) };
}
