import type { MerchantId, TemplateId, TenantId, VersionId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import {
  type DocumentFault,
  type PromotionTerms,
  publishFaults,
  stateAt,
  type TemplateDocument,
} from '../../shared/kernel/promotion-terms';

/** What its owner wants of a published template. Whether a live one has begun or is over, its window and the clock decide. */
export type WantedState = 'LIVE' | 'PAUSED' | 'ENDED';
/** Where a template stands for whoever looks at it. */
export type TemplateState = 'DRAFT' | 'SCHEDULED' | WantedState;

/** The published side of a template: the newest version and what may change without a new one. */
export interface Publication {
  versionId: VersionId;
  /** Counts the versions from 1. */
  version: number;
  /** Never changes; a new document is a new version. */
  document: TemplateDocument;
  publishedAt: Date;
  wanted: WantedState;
  /** Coupons that may ever be issued, absolute; null without coupons. Only rises. */
  stock: number | null;
  /** Grows when the stock does. */
  stockVersion: number;
}

/** A promotion as its author keeps it. Something is always there: a draft, a publication, or both. */
export type Template = {
  id: TemplateId;
  tenantId: TenantId;
  /** Null for a promotion of the platform. */
  merchantId: MerchantId | null;
  createdAt: Date;
  /** Grows by one with every change, from 1. */
  revision: number;
} & PublishedSides;
/** A template that shoppers and followers may know of. */
export type PublishedTemplate = Template & { published: Publication };

type PublishedSides =
  | { published: null; draft: TemplateDocument }
  /** The draft is null when it equals the published document. */
  | { published: Publication; draft: TemplateDocument | null };

/** Why a draft was not changed. */
export type ReviseRefusal = { code: 'ENDED' } | { code: 'VERSION_CONFLICT'; current: number };

/** Why a draft was not published. */
export type PublishRefusal =
  | { code: 'NOTHING_TO_PUBLISH' }
  | { code: 'NOT_PUBLISHABLE'; fault: DocumentFault }
  | { code: 'STOCK_LOWERED'; from: number; to: number }
  | { code: 'ENDED'; endedAt: string };

/** Why a template was not paused, resumed or ended. */
export type MoveRefusal = { code: 'NOT_PUBLISHED' } | { code: 'ENDED' };

/** The document that others see; for a template that was never published, the one being worked on. */
export function shownDocument(template: Template): TemplateDocument {
  return template.published === null ? template.draft : template.published.document;
}

/** Where a template stands at an instant: by its window, whatever worker may be late. */
export function stateOf(template: Template, now: Date): TemplateState {
  const { published } = template;
  return published === null ? 'DRAFT' : stateAt(published.document, published.wanted, now);
}

/** A template nobody but its author knows of yet. */
export function newTemplate(
  about: { id: TemplateId; tenantId: TenantId; merchantId: MerchantId | null },
  document: TemplateDocument,
  now: Date,
): Template {
  return { ...about, createdAt: now, revision: 1, published: null, draft: document };
}

/**
 * The template with another draft, based on the revision that its editor saw. The same template comes back, with its
 * revision, when the draft is already so.
 */
export function revise(
  template: Template,
  document: TemplateDocument,
  basedOn: number,
  now: Date,
): Outcome<Template, ReviseRefusal> {
  if (stateOf(template, now) === 'ENDED') return refused({ code: 'ENDED' });
  if (basedOn !== template.revision) return refused({ code: 'VERSION_CONFLICT', current: template.revision });
  const { published } = template;
  if (isSameDocument(template.draft ?? shownDocument(template), document)) return accepted(template);
  const revision = template.revision + 1;
  if (published === null) return accepted({ ...template, published, draft: document, revision });
  return accepted({
    ...template,
    published,
    draft: isSameDocument(published.document, document) ? null : document,
    revision,
  });
}

/** The template with its draft as the next version, or everything that stands in the way. */
export function publish(
  template: Template,
  versionId: VersionId,
  now: Date,
  groups: readonly string[],
): Outcome<PublishedTemplate, PublishRefusal[]> {
  const { published, draft } = template;
  if (published !== null && stateOf(template, now) === 'ENDED')
    return refused([{ code: 'ENDED', endedAt: published.document.time.endsAt }]);
  if (draft === null) return refused([{ code: 'NOTHING_TO_PUBLISH' }]);
  const refusals = refusePublication(draft, published, now, groups);
  if (refusals.length > 0) return refused(refusals);
  const stock = draft.limit.stock ?? null;
  return accepted({
    ...template,
    revision: template.revision + 1,
    draft: null,
    published: {
      versionId,
      version: (published?.version ?? 0) + 1,
      document: draft,
      publishedAt: now,
      wanted: published?.wanted ?? 'LIVE',
      stock,
      stockVersion: (published?.stockVersion ?? 0) + (published && published.stock === stock ? 0 : 1),
    },
  });
}

/**
 * The template as its owner wants it from now on. The same template comes back when it is so already: pausing a paused
 * one is no change, and neither is ending one whose window is over.
 */
export function move(template: Template, wanted: WantedState, now: Date): Outcome<Template, MoveRefusal> {
  const { published } = template;
  if (published === null) return refused({ code: 'NOT_PUBLISHED' });
  const over = stateOf(template, now) === 'ENDED';
  if (over) return wanted === 'ENDED' ? accepted(template) : refused({ code: 'ENDED' });
  if (published.wanted === wanted) return accepted(template);
  return accepted({ ...template, revision: template.revision + 1, published: { ...published, wanted } });
}

/** The published version, complete, as prices and followers need it. */
export function termsOf(template: PublishedTemplate): PromotionTerms {
  const { versionId, version, document } = template.published;
  const { id, tenantId, merchantId } = template;
  return { templateId: id, versionId, version, tenantId, merchantId, document };
}

/** Whether a template has been published. */
export function isPublished(template: Template): template is PublishedTemplate {
  return template.published !== null;
}

/** Whether two documents say the same, in whatever order their keys were written. */
export function isSameDocument(one: TemplateDocument, other: TemplateDocument): boolean {
  return canonical(one) === canonical(other);
}

function refusePublication(
  draft: TemplateDocument,
  published: Publication | null,
  now: Date,
  groups: readonly string[],
): PublishRefusal[] {
  const refusals: PublishRefusal[] = publishFaults(draft).map((fault) => ({ code: 'NOT_PUBLISHABLE', fault }));
  // A group that nobody lists has no limits, so a slip of the pen would let coupons pile up.
  if (!groups.includes(draft.rule.stackingGroup))
    refusals.push({
      code: 'NOT_PUBLISHABLE',
      fault: {
        path: 'rule.stackingGroup',
        found: JSON.stringify(draft.rule.stackingGroup),
        allowed: `a stacking group of the tenant: ${groups.join(', ')}`,
        cure: 'correct the name, or let an operator add the group to the tenant settings',
      },
    });
  // Coupons are out by then, or promised: they cannot turn into something that needs none.
  if (published && published.document.trigger !== draft.trigger)
    refusals.push({
      code: 'NOT_PUBLISHABLE',
      fault: {
        path: 'trigger',
        found: JSON.stringify(draft.trigger),
        allowed: `${JSON.stringify(published.document.trigger)}, as in the version published first`,
        cure: 'keep the trigger, or end this template and write a new one',
      },
    });
  const stock = draft.limit.stock ?? null;
  if (published && published.stock !== null && stock !== null && stock < published.stock)
    refusals.push({ code: 'STOCK_LOWERED', from: published.stock, to: stock });
  if (new Date(draft.time.endsAt) <= now) refusals.push({ code: 'ENDED', endedAt: draft.time.endsAt });
  return refusals;
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
