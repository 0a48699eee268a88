import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { asMerchantId, asTemplateId, asTenantId, asVersionId } from '../../subgraphs/shared/kernel/identifiers';
import type { Outcome } from '../../subgraphs/shared/kernel/outcome';
import { parseTemplateDocument, type TemplateDocument } from '../../subgraphs/shared/kernel/promotion-terms';
import {
  type AuditEntry,
  type Author,
  checkBegins,
  checkEntry,
  type TemplateAct,
  verdictOf,
} from '../../subgraphs/template/domain/audit';
import { fingerprintOf } from '../../subgraphs/template/domain/canonical-json';
import { record } from '../../subgraphs/template/domain/record';
import { decide, isApproved, submit, withdraw } from '../../subgraphs/template/domain/review';
import {
  isPublished,
  isSameDocument,
  maxStock,
  move,
  newTemplate,
  type PublishedTemplate,
  publish,
  raiseStock,
  revise,
  rollBack,
  stateOf,
  type Template,
} from '../../subgraphs/template/domain/template';
import { edgeAfter, passEdge } from '../../subgraphs/template/domain/window-edges';
import { runs } from '../support/runs';

const groups = ['MERCHANT_COUPON', 'ITEM'];
const [ann, ben, cleo]: [Author, Author, Author] = [
  { kind: 'user', subject: 'ann' },
  { kind: 'user', subject: 'ben' },
  { kind: 'user', subject: 'cleo' },
];
const at = (text: string) => new Date(`2026-11-${text}Z`);
const before = at('10T12:00');

function documentOf(change: Record<string, unknown> = {}): TemplateDocument {
  const parsed = parseTemplateDocument({
    name: { default: '满300减40' },
    trigger: 'COUPON',
    time: {
      startsAt: '2026-11-11T00:00:00.000Z',
      endsAt: '2026-11-20T00:00:00.000Z',
      validity: { kind: 'DAYS_AFTER_CLAIM', days: 7 },
    },
    limit: { stock: 100 },
    rule: { stackingGroup: 'MERCHANT_COUPON' },
    benefit: [{ kind: 'FIXED', off: { CNY: 1000 } }],
    ...change,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal));
  return parsed.value;
}

const about = { id: asTemplateId('tpl_1'), tenantId: asTenantId('festival'), merchantId: asMerchantId('lumen') };
const draft = (document = documentOf()) => newTemplate(about, document, ann, before);
const published = (document = documentOf()) => done(publish(draft(document), asVersionId('tpv_1'), before, groups));
/** With another document as the next version. */
const next = (template: Template, document: TemplateDocument, now = before): PublishedTemplate =>
  done(
    publish(
      done(revise(template, document, template.revision, ann, now)),
      asVersionId(`tpv_${template.revision}`),
      now,
      groups,
    ),
  );

function done<T>(outcome: Outcome<T, unknown>): T {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.refusal));
  return outcome.value;
}
const refusal = (outcome: Outcome<unknown, unknown>) => (outcome.ok ? null : outcome.refusal);

describe('a review', () => {
  const submitted = (template: Template = draft()) => done(submit(template, ann, before, groups));
  const fingerprint = (template: Template) => template.review?.draftFingerprint ?? '';
  const decision = (template: Template, by: Author, state: 'APPROVED' | 'REJECTED' = 'APPROVED') =>
    decide(
      template,
      state === 'APPROVED' ? { state } : { state, reason: 'no' },
      { draftFingerprint: fingerprint(template), by },
      before,
    );

  it('makes a draft one in review until it is decided, and never touches what is published', () => {
    const waiting = submitted();
    expect(stateOf(waiting, before)).toBe('IN_REVIEW');
    expect(stateOf(done(decision(waiting, ben)), before)).toBe('DRAFT');
    expect(stateOf(done(decision(waiting, ben, 'REJECTED')), before)).toBe('DRAFT');
    expect(stateOf(done(withdraw(waiting, before)), before)).toBe('DRAFT');
    const live = done(revise(published(), documentOf({ tags: ['a'] }), 2, ann, before));
    expect(stateOf(submitted(live), at('12T00:00'))).toBe('LIVE');
  });

  it('is no change where it stands so already', () => {
    const waiting = submitted();
    expect(submitted(waiting)).toBe(waiting);
    const approved = done(decision(waiting, ben));
    expect(submitted(approved)).toBe(approved);
    expect(done(decision(approved, cleo))).toBe(approved);
    expect(refusal(decision(approved, cleo, 'REJECTED'))).toEqual({ code: 'NOT_IN_REVIEW' });
  });

  it('is decided by neither who submitted nor who last changed the draft, whatever token they come with', () => {
    const bens = submitted(done(revise(draft(), documentOf({ tags: ['b'] }), 1, ben, before)));
    for (const by of [ann, ben, { kind: 'service' as const, subject: 'ben' }])
      expect(refusal(decision(bens, by))).toEqual({ code: 'SAME_PERSON' });
    expect(done(decision(bens, cleo)).review).toMatchObject({ state: 'APPROVED', decidedBy: cleo, submittedBy: ann });
  });

  it('is about exactly one draft: a revision voids it, a publication uses it up', () => {
    const approved = done(decision(submitted(), ben));
    expect(isApproved(approved)).toBe(true);
    const revised = done(revise(approved, documentOf({ tags: ['b'] }), approved.revision, ben, before));
    expect([revised.review, isApproved(revised)]).toEqual([null, false]);
    expect(done(publish(approved, asVersionId('tpv_1'), before, groups)).review).toBeNull();
    // Whatever became of it on the way, a review of another draft is none.
    expect(isApproved({ ...approved, published: null, draft: documentOf({ tags: ['b'] }) })).toBe(false);
    expect(
      refusal(decide(approved, { state: 'APPROVED' }, { draftFingerprint: fingerprintOf({}), by: ben }, before)),
    ).toEqual({ code: 'DRAFT_CHANGED' });
  });

  it('is not asked for where nothing could be published, and not decided where nobody asked', () => {
    expect(refusal(submit(published(), ann, before, groups))).toEqual([{ code: 'NOTHING_TO_REVIEW' }]);
    expect(refusal(submit(draft(), ann, before, []))).toMatchObject([{ code: 'NOT_PUBLISHABLE' }]);
    expect(refusal(submit(draft(), ann, at('20T00:00'), groups))).toMatchObject([{ code: 'ENDED' }]);
    expect(refusal(decision(draft(), ben))).toEqual({ code: 'NOT_IN_REVIEW' });
    expect(refusal(withdraw(draft(), before))).toEqual({ code: 'NOT_IN_REVIEW' });
    expect(refusal(withdraw(done(decision(submitted(), ben, 'REJECTED')), before))).toEqual({ code: 'NOT_IN_REVIEW' });
  });
});

describe('a rollback', () => {
  const first = documentOf();
  const back = (template: PublishedTemplate, document: TemplateDocument, now = before, listed = groups) =>
    rollBack(template, document, asVersionId('tpv_back'), now, listed);

  it('keeps the stock that is higher, and takes the higher one of the earlier version', () => {
    const more = next(published(), documentOf({ limit: { stock: 500 } }));
    const rolled = done(back(more, first));
    expect(rolled.published).toMatchObject({ version: 3, document: first, stock: 500, stockVersion: 2 });
    expect(done(back(rolled, documentOf({ limit: { stock: 500 } }))).published).toMatchObject({
      version: 4,
      stock: 500,
    });
  });

  it('keeps to what holds for every publication: the group is listed, the trigger stays, the window is not over', () => {
    const other = next(published(), documentOf({ tags: ['b'] }));
    expect(refusal(back(other, first, before, ['ITEM']))).toMatchObject([
      { code: 'NOT_PUBLISHABLE', fault: { path: 'rule.stackingGroup' } },
    ]);
    const sale = documentOf({
      trigger: 'AUTOMATIC',
      limit: {},
      time: { startsAt: first.time.startsAt, endsAt: first.time.endsAt },
    });
    expect(refusal(back(other, sale))).toMatchObject([{ code: 'NOT_PUBLISHABLE', fault: { path: 'trigger' } }]);
    const longer = next(published(), documentOf({ time: { ...first.time, endsAt: '2026-11-25T00:00:00.000Z' } }));
    expect(refusal(back(longer, first, at('21T00:00')))).toMatchObject([{ code: 'ENDED' }]);
    expect(refusal(back(done(move(other, 'ENDED', before)) as PublishedTemplate, first))).toMatchObject([
      { code: 'ENDED' },
    ]);
  });

  it('to what is published already is no change', () => {
    const template = published();
    expect(done(back(template, documentOf()))).toBe(template);
  });
});

describe('the stock', () => {
  it('stays where it was raised to when the next document leaves it alone', () => {
    const raised = done(raiseStock(published(), 300, before));
    expect(raised.published).toMatchObject({ stock: 300, stockVersion: 2, version: 1 });
    expect(next(raised, documentOf({ tags: ['b'] })).published).toMatchObject({ stock: 300, stockVersion: 2 });
    expect(
      refusal(
        publish(
          done(revise(raised, documentOf({ limit: { stock: 200 } }), 3, ann, before)),
          asVersionId('v'),
          before,
          groups,
        ),
      ),
    ).toEqual([{ code: 'STOCK_LOWERED', from: 300, to: 200 }]);
  });

  it('is refused lower, too high, without coupons, before the first publication and after the end', () => {
    const live = published();
    expect(refusal(raiseStock(live, 99, before))).toEqual({ code: 'STOCK_LOWERED', from: 100, to: 99 });
    expect(refusal(raiseStock(live, maxStock + 1, before))).toEqual({
      code: 'STOCK_OUT_OF_RANGE',
      found: maxStock + 1,
    });
    expect(done(raiseStock(live, 100, before))).toBe(live);
    expect(refusal(raiseStock(draft(), 200, before))).toEqual({ code: 'NOT_PUBLISHED' });
    expect(refusal(raiseStock(live, 200, at('20T00:00')))).toEqual({ code: 'ENDED' });
  });
});

describe('the edges of a window', () => {
  it.each([
    ['10T23:59', 'STARTED'],
    ['11T00:00', 'ENDED'],
    ['19T23:59', 'ENDED'],
    ['20T00:00', null],
  ] as const)('after %s have still to come: %s', (time, act) => {
    expect(edgeAfter(documentOf(), at(time))?.act ?? null).toBe(act);
  });

  it('are passed one after the other, at the instant itself and not before, and leave the revision alone', () => {
    const template = published();
    expect(passEdge(template, new Date(at('11T00:00').getTime() - 1))).toBeNull();
    const begun = passEdge(template, at('11T00:00'));
    expect(begun).toMatchObject({ act: 'STARTED', changes: [{ path: 'state', from: 'SCHEDULED', to: 'LIVE' }] });
    if (!begun) return;
    expect(begun.template.revision).toBe(template.revision);
    expect(passEdge(begun.template, at('19T23:59'))).toBeNull();
    const over = passEdge(begun.template, at('25T00:00'));
    expect(over).toMatchObject({ act: 'ENDED', template: { published: { nextEdge: null } } });
    expect(over && passEdge(over.template, at('30T00:00'))).toBeNull();
  });

  it('are no longer told once somebody ended the template', () => {
    const ended = done(move(published(), 'ENDED', before));
    expect(isPublished(ended) && passEdge(ended, at('25T00:00'))).toBeNull();
  });
});

describe('a template, whatever is done to it in whatever order', () => {
  const people = fc.constantFrom(ann, ben, cleo);
  const act = fc.oneof(
    fc.record({
      act: fc.constant('REVISED' as const),
      by: people,
      tag: fc.constantFrom('a', 'b'),
      stock: fc.integer({ min: 50, max: 300 }),
      isStale: fc.boolean(),
    }),
    fc.record({
      act: fc.constantFrom('SUBMITTED' as const, 'WITHDRAWN' as const, 'APPROVED' as const, 'REJECTED' as const),
      by: people,
    }),
    fc.record({ act: fc.constantFrom('PUBLISHED' as const, 'PAUSED' as const, 'RESUMED' as const), by: people }),
    fc.record({ act: fc.constant('ENDED' as const), by: people, isMeant: fc.integer({ min: 0, max: 9 }) }),
    fc.record({ act: fc.constant('ROLLED_BACK' as const), by: people, version: fc.integer({ min: 0, max: 5 }) }),
    fc.record({ act: fc.constant('STOCK_INCREASED' as const), by: people, stock: fc.integer({ min: 50, max: 500 }) }),
    fc.record({ act: fc.constant('STARTED' as const) }),
    fc.record({ act: fc.constant('WAIT' as const), hours: fc.integer({ min: 1, max: 40 }) }),
  );
  type Act = typeof act extends fc.Arbitrary<infer A> ? A : never;

  /** What the act makes of the template; null when it was refused or changed nothing. */
  function attempt(
    template: Template,
    todo: Act,
    versions: readonly TemplateDocument[],
    now: Date,
    isApprovalRequired: boolean,
  ): { after: Template; act: TemplateAct; changes?: { path: string; from: unknown; to: unknown }[] } | null {
    const kept = (outcome: Outcome<Template, unknown>, name: TemplateAct) =>
      outcome.ok && outcome.value !== template ? { after: outcome.value, act: name } : null;
    const wanted = { PAUSED: 'PAUSED', RESUMED: 'LIVE', ENDED: 'ENDED' } as const;
    switch (todo.act) {
      case 'REVISED':
        return kept(
          revise(
            template,
            documentOf({ tags: [todo.tag], limit: { stock: todo.stock } }),
            template.revision - (todo.isStale ? 1 : 0),
            todo.by,
            now,
          ),
          todo.act,
        );
      case 'SUBMITTED':
        return kept(submit(template, todo.by, now, groups), todo.act);
      case 'WITHDRAWN':
        return kept(withdraw(template, now), todo.act);
      case 'APPROVED':
      case 'REJECTED': {
        const read = { draftFingerprint: template.review?.draftFingerprint ?? '', by: todo.by };
        const decision = todo.act === 'APPROVED' ? { state: todo.act } : { state: todo.act, reason: 'no' };
        return kept(decide(template, decision, read, now), todo.act);
      }
      case 'PUBLISHED':
        return isApproved(template) || !isApprovalRequired
          ? kept(publish(template, asVersionId(`tpv_${template.revision}`), now, groups), todo.act)
          : null;
      case 'ENDED':
        return todo.isMeant === 0 ? kept(move(template, wanted[todo.act], now), todo.act) : null;
      case 'PAUSED':
      case 'RESUMED':
        return kept(move(template, wanted[todo.act], now), todo.act);
      case 'ROLLED_BACK': {
        const earlier = versions[todo.version - 1];
        return earlier && isPublished(template)
          ? kept(rollBack(template, earlier, asVersionId(`tpv_${template.revision}`), now, groups), todo.act)
          : null;
      }
      case 'STOCK_INCREASED':
        return kept(raiseStock(template, todo.stock, now), todo.act);
      case 'STARTED': {
        const edge = isPublished(template) ? passEdge(template, now) : null;
        return edge && { after: edge.template, act: edge.act, changes: edge.changes };
      }
      case 'WAIT':
        return null;
    }
  }

  it('only grows in versions, never falls in stock, stays ended, is published approved, and keeps a whole log', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60, size: 'max' }), fc.boolean(), (todos, isApprovalRequired) => {
        let now = before;
        const entries: AuditEntry[] = [];
        const versions: TemplateDocument[] = [];
        const created = record(null, draft(), { act: 'CREATED', by: ann, at: now });
        let template: Template = created.template;
        entries.push(created.entry);
        for (const todo of todos) {
          if (todo.act === 'WAIT') now = new Date(now.getTime() + todo.hours * 3_600_000);
          const [hadEnded, wasApproved] = [stateOf(template, now) === 'ENDED', isApproved(template)];
          const made = attempt(template, todo, versions, now, isApprovalRequired);
          if (!made) continue;
          const by: Author = 'by' in todo ? todo.by : { kind: 'internal', subject: 'template' };
          const kept = record(template, made.after, { ...made, by, at: now });
          const [was, is] = [template.published, kept.template.published];

          expect(kept.template.log.seq).toBe(template.log.seq + 1);
          const isOfTheClock = todo.act === 'STARTED';
          expect(kept.template.revision).toBe(template.revision + (isOfTheClock ? 0 : 1));
          if (was) {
            expect(is && is.version >= was.version && is.stockVersion >= was.stockVersion).toBe(true);
            expect((is?.stock ?? 0) >= (was.stock ?? 0)).toBe(true);
            if (is?.version === was.version) expect(is.document).toBe(was.document);
          }
          if (is && is.version !== was?.version) {
            expect(is.version).toBe((was?.version ?? 0) + 1);
            expect(made.act === 'ROLLED_BACK' || wasApproved || !isApprovalRequired).toBe(true);
            versions.push(is.document);
          }
          if (hadEnded) expect([stateOf(kept.template, now), isOfTheClock]).toEqual(['ENDED', true]);
          if (kept.template.review && kept.template.draft)
            expect(kept.template.review.draftFingerprint).toBe(fingerprintOf(kept.template.draft));
          const { review } = kept.template;
          if (review && review.state !== 'PENDING')
            expect([review.submittedBy, kept.template.draftedBy]).not.toContainEqual(review.decidedBy);
          if (is && kept.template.draft) expect(isSameDocument(is.document, kept.template.draft)).toBe(false);
          template = kept.template;
          entries.push(kept.entry);
        }
        expect(verdictOf(entries.reduce(checkEntry, checkBegins), template.log)).toEqual({
          isWhole: true,
          entryCount: entries.length,
          firstBrokenSeq: null,
        });
        // No version starts twice.
        const starts = entries.filter(({ act: name, changes }) => name === 'STARTED' && changes.length > 0).length;
        expect(starts).toBeLessThanOrEqual(versions.length);
      }),
      { numRuns: runs(2000) },
    );
  });
});
