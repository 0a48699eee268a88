import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Identity } from '../../subgraphs/shared/contracts/identity';
import { operator, shopper } from '../support/people';
import {
  ann,
  ben,
  codes,
  day,
  done,
  staff,
  startTemplateStage,
  type TemplateAnswer,
  type TemplatePayload,
  type TemplateStage,
  withScopes,
} from './template-stage';

let stage: TemplateStage;
beforeAll(async () => {
  stage = await startTemplateStage();
});
afterAll(async () => {
  await stage.platform.stop();
});

const cleo = staff('cleo');

async function submitted(document?: unknown, who: Identity = ann): Promise<TemplateAnswer> {
  const { id } = await stage.create(document, who);
  return done(await stage.mutate('submitTemplateForReview', { templateId: id }, who));
}
/** Names the draft as whoever decides has read it. */
const asRead = (template: TemplateAnswer) => ({
  templateId: template.id,
  draftFingerprint: template.review?.draftFingerprint ?? '',
});
const approve = (template: TemplateAnswer, who: Identity) => stage.mutate('approveTemplate', asRead(template), who);
const reject = (template: TemplateAnswer, who: Identity, reason = 'the threshold is too low') =>
  stage.mutate('rejectTemplate', { ...asRead(template), reason }, who);

/** In this tenant a draft is published only after a second person approved it. */
const strict = 'strict';
const [sam, sue] = [staff('sam', 'lumen', strict), staff('sue', 'lumen', strict)];
async function beStrict(isApprovalRequired = true): Promise<void> {
  await stage.ask(
    'mutation ($input: UpdateTenantSettingsInput!) { updateTenantSettings(input: $input) { settings { isApprovalRequired } userErrors { code } } }',
    { input: { isApprovalRequired, idempotencyKey: stage.newKey() } },
    operator(strict),
  );
}

describe('a draft under review', () => {
  it('is shown as such to its authors, with who asked and when', async () => {
    const draft = await submitted();
    expect(draft).toMatchObject({
      state: 'IN_REVIEW',
      revision: 2,
      review: {
        state: 'PENDING',
        submittedBy: { kind: 'PERSON', subject: 'ann' },
        decidedBy: null,
        decidedAt: null,
        reason: null,
      },
    });
    expect(draft.review?.draftFingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(await stage.read(draft.id, ben)).toEqual(draft);
    const listed = await stage.ask<{ templates: { edges: { node: { id: string } }[] } }>(
      '{ templates(filter: { states: [IN_REVIEW] }, first: 100) { edges { node { id } } } }',
      {},
      ann,
    );
    expect(listed.templates.edges.map(({ node }) => node.id)).toContain(draft.id);
    expect(await stage.eventsOf(draft.id)).toEqual([]);
  });

  it('can be read by the tenant’s operator while it is there, and by nobody else', async () => {
    const draft = await stage.create();
    expect(await stage.read(draft.id, operator())).toBeNull();
    done(await stage.mutate('submitTemplateForReview', { templateId: draft.id }));
    expect(await stage.read(draft.id, operator())).toMatchObject({ draft: draft.draft, review: { state: 'PENDING' } });
    for (const who of [
      staff('zoe', 'other'),
      shopper('ann'),
      operator('elsewhere'),
      staff('ann', 'lumen', 'elsewhere'),
    ])
      expect(await stage.read(draft.id, who)).toBeNull();
    done(await stage.mutate('withdrawTemplateFromReview', { templateId: draft.id }));
    expect(await stage.read(draft.id, operator())).toBeNull();
  });

  it('of a published template leaves what is published as it stands, and is nobody else’s business', async () => {
    const live = await stage.publish();
    const document = stage.coupon({ tags: ['next'] });
    done(await stage.mutate('reviseTemplate', { templateId: live.id, revision: live.revision, document }));
    const reviewed = done(await stage.mutate('submitTemplateForReview', { templateId: live.id }));
    expect(reviewed).toMatchObject({ state: 'LIVE', version: 1, review: { state: 'PENDING' } });
    expect(await stage.read(live.id, shopper('ann'))).toMatchObject({ state: 'LIVE', draft: null, review: null });
    expect(await stage.read(live.id, staff('zoe', 'other'))).toMatchObject({ draft: null, review: null });
    expect(await stage.eventsOf(live.id)).toHaveLength(1);
  });

  it('is approved once, however many second persons say yes at once', async () => {
    const draft = await submitted();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => approve(draft, staff(`colleague-${index}`))),
    );
    const decidedBy = answers.map((answer) => done(answer).review?.decidedBy);
    expect(new Set(decidedBy.map((actor) => JSON.stringify(actor))).size).toBe(1);
    expect(await stage.read(draft.id)).toMatchObject({ state: 'DRAFT', revision: 3, review: { state: 'APPROVED' } });
    expect((await stage.auditLog(draft.id)).map(({ act }) => act)).toEqual(['CREATED', 'SUBMITTED', 'APPROVED']);
  });

  it('is submitted once of twenty times at once, and taken back once', async () => {
    const { id: templateId } = await stage.create();
    const many = (mutation: string) =>
      Promise.all(Array.from({ length: 20 }, () => stage.mutate(mutation, { templateId })));
    for (const answer of await many('submitTemplateForReview'))
      expect(done(answer)).toMatchObject({ state: 'IN_REVIEW', revision: 2 });
    const taken = await many('withdrawTemplateFromReview');
    expect(taken.flatMap(codes)).toEqual(Array.from({ length: 19 }, () => 'NOT_IN_REVIEW'));
    expect((await stage.auditLog(templateId)).map(({ act }) => act)).toEqual(['CREATED', 'SUBMITTED', 'WITHDRAWN']);
  });

  it('is either approved or rejected when two decide at once', async () => {
    const draft = await submitted();
    const [yes, no] = await Promise.all([approve(draft, ben), reject(draft, cleo)]);
    expect([...codes(yes), ...codes(no)]).toEqual(['NOT_IN_REVIEW']);
    expect((await stage.read(draft.id))?.review?.state).toBe(yes.template ? 'APPROVED' : 'REJECTED');
  });

  it('comes back with a reason, and may be asked about again as it is or changed', async () => {
    const draft = await submitted();
    const rejected = done(await reject(draft, ben));
    expect(rejected).toMatchObject({
      state: 'DRAFT',
      review: {
        state: 'REJECTED',
        reason: 'the threshold is too low',
        decidedBy: { kind: 'PERSON', subject: 'ben' },
        submittedBy: { subject: 'ann' },
      },
    });
    expect(codes(await approve(draft, cleo))).toEqual(['NOT_IN_REVIEW']);
    expect(done(await stage.mutate('submitTemplateForReview', { templateId: draft.id })).review).toMatchObject({
      state: 'PENDING',
      reason: null,
    });
    const [long, empty] = [await reject(draft, ben, 'x'.repeat(501)), await reject(draft, ben, '  ')];
    expect([...codes(long), ...codes(empty)]).toEqual(['INVALID_REASON', 'INVALID_REASON']);
  });
});

describe('the second person', () => {
  it('is neither the one who submitted the draft nor the one who wrote it', async () => {
    const draft = await stage.create();
    const submittedByBen = done(await stage.mutate('submitTemplateForReview', { templateId: draft.id }, ben));
    for (const who of [ann, ben]) {
      expect(codes(await approve(submittedByBen, who))).toEqual(['SAME_PERSON']);
      expect(codes(await reject(submittedByBen, who))).toEqual(['SAME_PERSON']);
    }
    expect(done(await approve(submittedByBen, cleo)).review?.state).toBe('APPROVED');
  });

  it('may be the tenant’s operator, who speaks for a template that was submitted and for no other', async () => {
    const draft = await stage.create();
    const early = { templateId: draft.id, draftFingerprint: 'x' };
    expect(codes(await stage.mutate('approveTemplate', early, operator()))).toEqual(['TEMPLATE_NOT_FOUND']);
    const reviewed = done(await stage.mutate('submitTemplateForReview', { templateId: draft.id }));
    const withoutScope = withScopes(operator(), ['template:read', 'template:write']);
    expect(codes(await approve(reviewed, withoutScope))).toEqual(['TEMPLATE_NOT_FOUND']);
    // A merchant's employee with too many scopes is still that merchant's.
    const tooMany = withScopes(staff('zoe', 'other'), ['template:read', 'template:write', 'tenant:write']);
    expect(codes(await approve(reviewed, tooMany))).toEqual(['TEMPLATE_NOT_FOUND']);
    expect(done(await approve(reviewed, operator())).review).toMatchObject({ decidedBy: { subject: 'operator' } });
    for (const mutation of ['submitTemplateForReview', 'withdrawTemplateFromReview', 'publishTemplate'])
      expect(codes(await stage.mutate(mutation, { templateId: draft.id }, operator()))).toEqual(['TEMPLATE_NOT_FOUND']);
  });

  it('decides about the draft they read and not about another that took its place', async () => {
    const first = await submitted();
    done(await stage.mutate('withdrawTemplateFromReview', { templateId: first.id }));
    const document = stage.coupon({ limit: { stock: 9_000_000 } });
    done(await stage.mutate('reviseTemplate', { templateId: first.id, revision: 3, document }));
    const second = done(await stage.mutate('submitTemplateForReview', { templateId: first.id }));
    expect(codes(await approve(first, ben))).toEqual(['DRAFT_CHANGED']);
    expect(codes(await reject(first, ben))).toEqual(['DRAFT_CHANGED']);
    expect(done(await approve(second, ben)).review?.state).toBe('APPROVED');
  });

  it('is not asked about what could not be published', async () => {
    const nobodys = await stage.create(stage.coupon({ rule: { stackingGroup: 'MERCHANT_COUPN' } }));
    const refused = await stage.mutate('submitTemplateForReview', { templateId: nobodys.id });
    expect(refused.userErrors).toMatchObject([
      { code: 'NOT_PUBLISHABLE', field: ['document', 'rule', 'stackingGroup'] },
    ]);
    const live = await stage.publish();
    expect(codes(await stage.mutate('submitTemplateForReview', { templateId: live.id }))).toEqual([
      'NOTHING_TO_REVIEW',
    ]);
    done(await stage.mutate('endTemplate', { templateId: live.id }));
    expect(codes(await stage.mutate('submitTemplateForReview', { templateId: live.id }))).toEqual(['ENDED']);
    expect(codes(await stage.mutate('withdrawTemplateFromReview', { templateId: live.id }))).toEqual(['ENDED']);
    expect(codes(await stage.mutate('approveTemplate', { templateId: live.id, draftFingerprint: 'x' }, ben))).toEqual([
      'ENDED',
    ]);
  });
});

describe('a tenant that wants a second person’s approval', () => {
  it('has nothing published without it, one template or many', async () => {
    await beStrict();
    const draft = await stage.create(stage.coupon(), sam);
    const templateId = draft.id;
    const publish = (who: Identity = sam) => stage.mutate('publishTemplate', { templateId }, who);
    expect(codes(await publish())).toEqual(['APPROVAL_REQUIRED']);
    const many = await stage.ask<{ publishTemplates: { results: TemplatePayload[] } }>(
      'mutation ($input: PublishTemplatesInput!) { publishTemplates(input: $input) { results { template { id } userErrors { code message field } } } }',
      { input: { templateIds: [templateId], idempotencyKey: stage.newKey() } },
      sam,
    );
    expect(many.publishTemplates.results.flatMap(codes)).toEqual(['APPROVAL_REQUIRED']);
    const reviewed = done(await stage.mutate('submitTemplateForReview', { templateId }, sam));
    expect(codes(await publish())).toEqual(['APPROVAL_REQUIRED']);
    done(await reject(reviewed, sue));
    expect(codes(await publish())).toEqual(['APPROVAL_REQUIRED']);
    done(await stage.mutate('submitTemplateForReview', { templateId }, sam));
    done(await approve(reviewed, sue));
    expect(done(await publish())).toMatchObject({ state: 'LIVE', version: 1, review: null });
    expect(codes(await publish())).toEqual(['NOTHING_TO_PUBLISH']);
  });

  it('voids an approval with every change of the draft, and asks again for the next version', async () => {
    await beStrict();
    const draft = await submitted(stage.coupon(), sam);
    done(await approve(draft, sue));
    const document = stage.coupon({ limit: { stock: 9_000_000 } });
    const revised = done(await stage.mutate('reviseTemplate', { templateId: draft.id, revision: 3, document }, sue));
    expect(revised).toMatchObject({ state: 'DRAFT', review: null });
    expect(codes(await stage.mutate('publishTemplate', { templateId: draft.id }, sam))).toEqual(['APPROVAL_REQUIRED']);
    const again = done(await stage.mutate('submitTemplateForReview', { templateId: draft.id }, sam));
    // Sue wrote this one herself.
    expect(codes(await approve(again, sue))).toEqual(['SAME_PERSON']);
    done(await approve(again, operator(strict)));
    done(await stage.mutate('publishTemplate', { templateId: draft.id }, sam));
    const next = stage.coupon({ limit: { stock: 9_000_000 }, tags: ['next'] });
    done(await stage.mutate('reviseTemplate', { templateId: draft.id, revision: 7, document: next }, sam));
    expect(codes(await stage.mutate('publishTemplate', { templateId: draft.id }, sam))).toEqual(['APPROVAL_REQUIRED']);
  });

  it('never publishes a draft that somebody changes at the very moment', async () => {
    await beStrict();
    for (let round = 0; round < 10; round += 1) {
      const draft = await submitted(stage.coupon(), sam);
      done(await approve(draft, sue));
      const document = stage.coupon({ tags: ['slipped in'] });
      const [published] = await Promise.all([
        stage.mutate('publishTemplate', { templateId: draft.id }, sue),
        stage.mutate('reviseTemplate', { templateId: draft.id, revision: 3, document }, sam),
      ]);
      const now = await stage.read(draft.id, sam);
      if (published.template) expect(now?.document).toEqual(draft.draft);
      else expect([codes(published), now?.version]).toEqual([['APPROVAL_REQUIRED'], null]);
    }
  });

  it('tells everything that stands in the way of a publication at once', async () => {
    await beStrict();
    const late = stage.coupon({
      time: {
        startsAt: stage.fromNow(-2 * day),
        endsAt: stage.fromNow(-day),
        validity: { kind: 'DAYS_AFTER_CLAIM', days: 7 },
      },
    });
    const { id } = await stage.create(late, sam);
    expect(codes(await stage.mutate('publishTemplate', { templateId: id }, sam))).toEqual([
      'ENDED',
      'APPROVAL_REQUIRED',
    ]);
  });

  it('goes back to an earlier version without it, since that document was out already', async () => {
    await beStrict(false);
    const { id: templateId } = await stage.publish(stage.coupon(), sam);
    const document = stage.coupon({ tags: ['second'] });
    done(await stage.mutate('reviseTemplate', { templateId, revision: 2, document }, sam));
    done(await stage.mutate('publishTemplate', { templateId }, sam));
    await beStrict();
    expect(done(await stage.mutate('rollbackTemplate', { templateId, version: 1 }, sam)).version).toBe(3);
  });

  it('may stop wanting it, and other tenants never did', async () => {
    await beStrict();
    const { id } = await stage.create(stage.coupon(), sam);
    await beStrict(false);
    expect(done(await stage.mutate('publishTemplate', { templateId: id }, sam)).version).toBe(1);
    expect((await stage.publish()).version).toBe(1);
  });
});

describe('the mutations of a review', () => {
  const withKey = (template: TemplateAnswer) => ({ ...asRead(template), idempotencyKey: stage.newKey() });

  it('answer a repetition with the same key as the first time, and refuse the key for another template', async () => {
    const { id } = await stage.create();
    const submit = { templateId: id, idempotencyKey: stage.newKey() };
    const reviewed = done(await stage.mutate('submitTemplateForReview', submit));
    const approval = withKey(reviewed);
    const approved = done(await stage.mutate('approveTemplate', approval, ben));
    const withdrawal = { templateId: id, idempotencyKey: stage.newKey() };
    const withdrawn = done(await stage.mutate('withdrawTemplateFromReview', withdrawal));
    const again = done(await stage.mutate('submitTemplateForReview', { templateId: id }));
    const rejection = { ...withKey(again), reason: 'no' };
    const rejected = done(await stage.mutate('rejectTemplate', rejection, ben));
    const first: [string, Record<string, unknown>, Identity, TemplateAnswer][] = [
      ['submitTemplateForReview', submit, ann, reviewed],
      ['approveTemplate', approval, ben, approved],
      ['withdrawTemplateFromReview', withdrawal, ann, withdrawn],
      ['rejectTemplate', rejection, ben, rejected],
    ];
    for (const [mutation, input, who, answer] of first) {
      // The state is told as of now; what is kept is the change itself.
      expect(done(await stage.mutate(mutation, input, who))).toEqual(answer);
      expect(codes(await stage.mutate(mutation, { ...input, templateId: 'tpl_none' }, who))).toEqual([
        'IDEMPOTENCY_KEY_REUSED',
      ]);
    }
    expect(await stage.auditLog(id)).toHaveLength(6);
  });

  it('are for those with the right to write templates, and find nothing of another merchant or tenant', async () => {
    const draft = await submitted();
    const inputs: [string, Record<string, unknown>][] = [
      ['submitTemplateForReview', { templateId: draft.id }],
      ['withdrawTemplateFromReview', { templateId: draft.id }],
      ['approveTemplate', asRead(draft)],
      ['rejectTemplate', { ...asRead(draft), reason: 'no' }],
    ];
    for (const [mutation, input] of inputs) {
      for (const who of [staff('zoe', 'other'), staff('ben', 'lumen', 'elsewhere'), operator('elsewhere')])
        expect(codes(await stage.mutate(mutation, input, who))).toEqual(['TEMPLATE_NOT_FOUND']);
      const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!`;
      const query = `mutation ($input: ${type}) { ${mutation}(input: $input) { userErrors { code } } }`;
      const variables = { input: { ...input, idempotencyKey: 'k' } };
      expect(await stage.failure(query, variables, shopper('ann'))).toBe('FORBIDDEN');
    }
    expect(await stage.read(draft.id)).toEqual(draft);
  });
});
