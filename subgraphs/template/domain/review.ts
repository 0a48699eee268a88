import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import type { Author } from './audit';
import { fingerprintOf } from './canonical-json';
import { type DocumentRefusal, refusePublication, stateOf, type Template } from './template';

/** What a second person says of a draft. It is about exactly that draft: a revision voids it, a publication uses it up. */
export type Review = {
  /** Of the draft that was submitted; see `fingerprintOf`. */
  draftFingerprint: string;
  submittedBy: Author;
  submittedAt: Date;
} & (
  | { state: 'PENDING' }
  | { state: 'APPROVED'; decidedBy: Author; decidedAt: Date }
  | { state: 'REJECTED'; decidedBy: Author; decidedAt: Date; reason: string }
);

/** What the second person decides. */
export type Decision = { state: 'APPROVED' } | { state: 'REJECTED'; reason: string };

/** Why a draft was not submitted: what stands in the way of its publication, told before anybody reads it. */
export type SubmitRefusal = { code: 'NOTHING_TO_REVIEW' } | DocumentRefusal;
/** Why a draft was not taken back. */
export type WithdrawRefusal = { code: 'NOT_IN_REVIEW' } | { code: 'ENDED' };
/** Why a decision was not taken. `SAME_PERSON`: whoever wrote or submitted a draft does not decide about it. */
export type DecideRefusal = WithdrawRefusal | { code: 'DRAFT_CHANGED' } | { code: 'SAME_PERSON' };

/**
 * The template with its draft under review, or everything that stands in the way of publishing it: a second person is not
 * asked in vain. The same template comes back when it waits or is approved already; after a rejection it may be asked again.
 */
export function submit(
  template: Template,
  by: Author,
  now: Date,
  groups: readonly string[],
): Outcome<Template, SubmitRefusal[]> {
  const { published, draft, review } = template;
  if (published !== null && stateOf(template, now) === 'ENDED')
    return refused([{ code: 'ENDED', endedAt: published.document.time.endsAt }]);
  if (draft === null) return refused([{ code: 'NOTHING_TO_REVIEW' }]);
  const refusals = refusePublication(draft, published, now, groups);
  if (refusals.length > 0) return refused(refusals);
  if (review !== null && review.state !== 'REJECTED') return accepted(template);
  return accepted({
    ...template,
    revision: template.revision + 1,
    review: { state: 'PENDING', draftFingerprint: fingerprintOf(draft), submittedBy: by, submittedAt: now },
  });
}

/** The template without its review, whether it waits or is approved. */
export function withdraw(template: Template, now: Date): Outcome<Template, WithdrawRefusal> {
  const { review } = template;
  if (stateOf(template, now) === 'ENDED') return refused({ code: 'ENDED' });
  if (review === null || review.state === 'REJECTED') return refused({ code: 'NOT_IN_REVIEW' });
  return accepted({ ...template, revision: template.revision + 1, review: null });
}

/**
 * The template with what a second person decided about the draft they read, named by its fingerprint. The same template
 * comes back when it was decided so already.
 */
export function decide(
  template: Template,
  decision: Decision,
  read: { draftFingerprint: string; by: Author },
  now: Date,
): Outcome<Template, DecideRefusal> {
  const { review } = template;
  if (stateOf(template, now) === 'ENDED') return refused({ code: 'ENDED' });
  if (review === null) return refused({ code: 'NOT_IN_REVIEW' });
  if (review.draftFingerprint !== read.draftFingerprint) return refused({ code: 'DRAFT_CHANGED' });
  if ([review.submittedBy, template.draftedBy].some((author) => isSamePerson(author, read.by)))
    return refused({ code: 'SAME_PERSON' });
  if (review.state === decision.state) return accepted(template);
  if (review.state !== 'PENDING') return refused({ code: 'NOT_IN_REVIEW' });
  const { draftFingerprint, submittedBy, submittedAt } = review;
  return accepted({
    ...template,
    revision: template.revision + 1,
    review: { ...decision, draftFingerprint, submittedBy, submittedAt, decidedBy: read.by, decidedAt: now },
  });
}

/** Whether a second person approved exactly the draft that is there now. */
export function isApproved(template: Template): boolean {
  const { draft, review } = template;
  return draft !== null && review?.state === 'APPROVED' && review.draftFingerprint === fingerprintOf(draft);
}

/** By the subject alone: somebody does not become a second person by coming with another token. */
function isSamePerson(one: Author, other: Author): boolean {
  return one.subject === other.subject;
}
