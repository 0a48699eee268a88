import type { MerchantId, TemplateId, TenantId, VersionId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import {
  type DocumentFault,
  type PromotionTerms,
  publishFaults,
  stateAt,
  type TemplateDocument,
} from '../../shared/kernel/promotion-terms';
import { type Author, emptyLog, type LogHead } from './audit';
import { canonicalJson } from './canonical-json';
import type { Review } from './review';
import { edgeAfter, type WindowEdge } from './window-edges';

/** What its owner wants of a published template. Whether a live one has begun or is over, its window and the clock decide. */
export type WantedState = 'LIVE' | 'PAUSED' | 'ENDED';
/** Where a template stands for whoever looks at it. */
export type TemplateState = 'DRAFT' | 'IN_REVIEW' | 'SCHEDULED' | WantedState;

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
  /** The edge of the window that the log and the followers have still to be told; null when none is left. */
  nextEdge: WindowEdge | null;
}

/** A promotion as its author keeps it. Something is always there: a draft, a publication, or both. */
export type Template = {
  id: TemplateId;
  tenantId: TenantId;
  /** Null for a promotion of the platform. */
  merchantId: MerchantId | null;
  createdAt: Date;
  /** Grows by one with every change that somebody makes, from 1; editors base their change on it. */
  revision: number;
  /**
   * The newest entry of the audit log. Its seq grows with every change, those of the clock included, so it is the number by
   * which followers tell the newer of two.
   */
  log: LogHead;
  /** Who last changed the draft. */
  draftedBy: Author;
  /** What a second person was asked about the draft; null when nobody was. */
  review: Review | null;
} & PublishedSides;
/** A template that shoppers and followers may know of. */
export type PublishedTemplate = Template & { published: Publication };

type PublishedSides =
  | { published: null; draft: TemplateDocument }
  /** The draft is null when it equals the published document. */
  | { published: Publication; draft: TemplateDocument | null };

/** Why a draft was not changed. */
export type ReviseRefusal = { code: 'ENDED' } | { code: 'VERSION_CONFLICT'; current: number };

/** Why a document cannot be the next version. */
export type DocumentRefusal =
  | { code: 'NOT_PUBLISHABLE'; fault: DocumentFault }
  | { code: 'STOCK_LOWERED'; from: number; to: number }
  | { code: 'ENDED'; endedAt: string };

/** Why a draft was not published. */
export type PublishRefusal = { code: 'NOTHING_TO_PUBLISH' } | DocumentRefusal;

/** Why a template was not rolled back; stock stands in nobody's way, since it is kept. */
export type RollbackRefusal = Exclude<DocumentRefusal, { code: 'STOCK_LOWERED' }>;

/** Why a template was not paused, resumed or ended. */
export type MoveRefusal = { code: 'NOT_PUBLISHED' } | { code: 'ENDED' };

/** Why stock was not raised. Counts are coupons. */
export type StockRefusal =
  | MoveRefusal
  | { code: 'NO_COUPONS' }
  | { code: 'STOCK_LOWERED'; from: number; to: number }
  | { code: 'STOCK_OUT_OF_RANGE'; found: number };

/** The most coupons a template may give out, as in the document. */
export const maxStock = 1_000_000_000;

/** The document that others see; for a template that was never published, the one being worked on. */
export function shownDocument(template: Template): TemplateDocument {
  return template.published === null ? template.draft : template.published.document;
}

/** The document its authors work on: the draft, or what is published where no draft differs from it. */
export function workingDocument(template: Template): TemplateDocument {
  return template.draft ?? shownDocument(template);
}

/**
 * Where a template stands at an instant: by its window, whatever worker may be late. A template that was never published
 * is in review while a second person is asked; a published one stays what it is, whatever becomes of its next draft.
 */
export function stateOf(template: Template, now: Date): TemplateState {
  const { published, review } = template;
  if (published !== null) return stateAt(published.document, published.wanted, now);
  return review?.state === 'PENDING' ? 'IN_REVIEW' : 'DRAFT';
}

/** A template nobody but its author knows of yet. */
export function newTemplate(
  about: { id: TemplateId; tenantId: TenantId; merchantId: MerchantId | null },
  document: TemplateDocument,
  by: Author,
  now: Date,
): Template {
  return {
    ...about,
    createdAt: now,
    revision: 1,
    log: emptyLog,
    draftedBy: by,
    review: null,
    published: null,
    draft: document,
  };
}

/**
 * The template with another draft, based on the revision that its editor saw; what was said of the former draft is void.
 * The same template comes back, with its revision, when the draft is already so.
 */
export function revise(
  template: Template,
  document: TemplateDocument,
  basedOn: number,
  by: Author,
  now: Date,
): Outcome<Template, ReviseRefusal> {
  if (stateOf(template, now) === 'ENDED') return refused({ code: 'ENDED' });
  if (basedOn !== template.revision) return refused({ code: 'VERSION_CONFLICT', current: template.revision });
  const { published } = template;
  if (isSameDocument(workingDocument(template), document)) return accepted(template);
  const changed = { revision: template.revision + 1, draftedBy: by, review: null };
  if (published === null) return accepted({ ...template, ...changed, published, draft: document });
  return accepted({
    ...template,
    ...changed,
    published,
    draft: isSameDocument(published.document, document) ? null : document,
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
  return accepted({
    ...template,
    revision: template.revision + 1,
    draft: null,
    review: null,
    published: nextVersion(draft, published, versionId, stockOf(draft, published), now),
  });
}

/**
 * The template with the document of an earlier version as its next version, or everything that stands in the way. Stock
 * never falls: where the earlier version had less, it stays. The draft is left alone. The same template comes back when
 * what is published says the same already.
 */
export function rollBack(
  template: PublishedTemplate,
  earlier: TemplateDocument,
  versionId: VersionId,
  now: Date,
  groups: readonly string[],
): Outcome<PublishedTemplate, RollbackRefusal[]> {
  const { published, draft } = template;
  if (stateOf(template, now) === 'ENDED') return refused([{ code: 'ENDED', endedAt: published.document.time.endsAt }]);
  if (isSameDocument(published.document, earlier)) return accepted(template);
  const refusals = refusePublication(earlier, published, now, groups).flatMap((refusal) =>
    refusal.code === 'STOCK_LOWERED' ? [] : [refusal],
  );
  if (refusals.length > 0) return refused(refusals);
  const stock = earlier.limit.stock === undefined ? null : Math.max(earlier.limit.stock, published.stock ?? 0);
  const isDraftLeft = draft !== null && !isSameDocument(draft, earlier);
  return accepted({
    ...template,
    revision: template.revision + 1,
    draft: isDraftLeft ? draft : null,
    review: isDraftLeft ? template.review : null,
    published: nextVersion(earlier, published, versionId, stock, now),
  });
}

/** The template with room for more coupons, absolute. The same template comes back when it has as many already. */
export function raiseStock(template: Template, stock: number, now: Date): Outcome<Template, StockRefusal> {
  const { published } = template;
  if (published === null) return refused({ code: 'NOT_PUBLISHED' });
  if (stateOf(template, now) === 'ENDED') return refused({ code: 'ENDED' });
  if (published.stock === null) return refused({ code: 'NO_COUPONS' });
  if (stock < published.stock) return refused({ code: 'STOCK_LOWERED', from: published.stock, to: stock });
  if (stock > maxStock) return refused({ code: 'STOCK_OUT_OF_RANGE', found: stock });
  if (stock === published.stock) return accepted(template);
  return accepted({
    ...template,
    revision: template.revision + 1,
    published: { ...published, stock, stockVersion: published.stockVersion + 1 },
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
  // Its end is told by whoever ends it, so the clock has nothing left to tell.
  const nextEdge = wanted === 'ENDED' ? null : published.nextEdge;
  return accepted({ ...template, revision: template.revision + 1, published: { ...published, wanted, nextEdge } });
}

/** The published version as prices and followers need it: all but its examples, which have come true by then. */
export function termsOf(template: PublishedTemplate): PromotionTerms {
  const { versionId, version } = template.published;
  const { examples: _, ...document } = template.published.document;
  const { id, tenantId, merchantId } = template;
  return { templateId: id, versionId, version, tenantId, merchantId, document };
}

/** Whether a template has been published. */
export function isPublished(template: Template): template is PublishedTemplate {
  return template.published !== null;
}

/** Whether two documents say the same, in whatever order their keys were written. */
export function isSameDocument(one: TemplateDocument, other: TemplateDocument): boolean {
  return canonicalJson(one) === canonicalJson(other);
}

/** Everything that stands in the way of a draft becoming the next version after what is published. */
export function refusePublication(
  draft: TemplateDocument,
  published: Publication | null,
  now: Date,
  groups: readonly string[],
): DocumentRefusal[] {
  const refusals: DocumentRefusal[] = publishFaults(draft).map((fault) => ({ code: 'NOT_PUBLISHABLE', fault }));
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
  const stock = stockOf(draft, published);
  if (published && published.stock !== null && stock !== null && stock < published.stock)
    refusals.push({ code: 'STOCK_LOWERED', from: published.stock, to: stock });
  if (new Date(draft.time.endsAt) <= now) refusals.push({ code: 'ENDED', endedAt: draft.time.endsAt });
  return refusals;
}

/** What a draft asks for; where it leaves the stock of the published document alone, what was raised since then stays. */
function stockOf(draft: TemplateDocument, published: Publication | null): number | null {
  const wanted = draft.limit.stock ?? null;
  return published !== null && wanted === (published.document.limit.stock ?? null) ? published.stock : wanted;
}

function nextVersion(
  document: TemplateDocument,
  published: Publication | null,
  versionId: VersionId,
  stock: number | null,
  now: Date,
): Publication {
  return {
    versionId,
    version: (published?.version ?? 0) + 1,
    document,
    publishedAt: now,
    wanted: published?.wanted ?? 'LIVE',
    stock,
    stockVersion: (published?.stockVersion ?? 0) + (published && published.stock === stock ? 0 : 1),
    nextEdge: edgeAfter(document, now),
  };
}
