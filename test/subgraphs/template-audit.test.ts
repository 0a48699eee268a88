import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Identity } from '../../subgraphs/shared/contracts/identity';
import { asTemplateId } from '../../subgraphs/shared/kernel/identifiers';
import type { AuditEntry } from '../../subgraphs/template/domain/audit';
import { operator, shopper } from '../support/people';
import { ann, ben, codes, day, done, staff, startTemplateStage, type TemplateStage } from './template-stage';

let stage: TemplateStage;
beforeAll(async () => {
  stage = await startTemplateStage();
});
afterAll(async () => {
  await stage.platform.stop();
});

type Row = AuditEntry & { _id: string };
const log = () => stage.platform.mongo.database('template').collection<Row>('template_audit');

/** A template that was published, paused and resumed: four entries. */
async function withHistory(): Promise<string> {
  const { id: templateId } = await stage.publish();
  done(await stage.mutate('pauseTemplate', { templateId }));
  done(await stage.mutate('resumeTemplate', { templateId }, ben));
  return templateId;
}

describe('the audit log of a template', () => {
  it('tells who did what, when, and which values it changed', async () => {
    const draft = await stage.create();
    const { id: templateId } = draft;
    const document = stage.coupon({ time: draft.draft?.time, limit: { stock: 1200 }, tags: ['double-11'] });
    const revised = done(await stage.mutate('reviseTemplate', { templateId, revision: 1, document }, ben));
    const submitted = done(await stage.mutate('submitTemplateForReview', { templateId }, ben));
    const draftFingerprint = submitted.review?.draftFingerprint;
    const rejection = { templateId, draftFingerprint, reason: 'too many' };
    done(await stage.mutate('rejectTemplate', rejection, operator()));
    done(await stage.mutate('publishTemplate', { templateId }));
    done(await stage.mutate('increaseTemplateStock', { templateId, stockCount: 1300 }));
    done(await stage.mutate('pauseTemplate', { templateId }));
    done(await stage.mutate('resumeTemplate', { templateId }));
    done(await stage.mutate('endTemplate', { templateId }));
    const entries = await stage.auditLog(templateId);
    expect(entries.map(({ seq, act, by }) => [seq, act, by.kind, by.subject])).toEqual([
      [1, 'CREATED', 'PERSON', 'ann'],
      [2, 'REVISED', 'PERSON', 'ben'],
      [3, 'SUBMITTED', 'PERSON', 'ben'],
      [4, 'REJECTED', 'PERSON', 'operator'],
      [5, 'PUBLISHED', 'PERSON', 'ann'],
      [6, 'STOCK_INCREASED', 'PERSON', 'ann'],
      [7, 'PAUSED', 'PERSON', 'ann'],
      [8, 'RESUMED', 'PERSON', 'ann'],
      [9, 'ENDED', 'PERSON', 'ann'],
    ]);
    const review = { state: 'PENDING', draftFingerprint, reason: null };
    expect(entries.map(({ changes }) => changes)).toEqual([
      [{ path: 'draft', from: null, to: draft.draft }],
      [
        { path: 'draft.limit.stock', from: 1000, to: 1200 },
        { path: 'draft.tags[0]', from: null, to: 'double-11' },
      ],
      [{ path: 'review', from: null, to: review }],
      [
        { path: 'review.reason', from: null, to: 'too many' },
        { path: 'review.state', from: 'PENDING', to: 'REJECTED' },
      ],
      [
        {
          path: 'published',
          from: null,
          to: { version: 1, wanted: 'LIVE', stock: 1200, document: revised.draft },
        },
        { path: 'review', from: { ...review, state: 'REJECTED', reason: 'too many' }, to: null },
      ],
      [{ path: 'published.stock', from: 1200, to: 1300 }],
      [{ path: 'published.wanted', from: 'LIVE', to: 'PAUSED' }],
      [{ path: 'published.wanted', from: 'PAUSED', to: 'LIVE' }],
      [{ path: 'published.wanted', from: 'LIVE', to: 'ENDED' }],
    ]);
    for (const [index, entry] of entries.entries())
      expect(entry.previousHash).toBe(index === 0 ? null : entries[index - 1]?.hash);
    expect(await stage.verify(templateId)).toEqual({ isWhole: true, entryCount: 9, firstBrokenSeq: null });
  });

  it('is written in business time', async () => {
    stage.platform.clock.advance(day);
    const before = stage.platform.clock.now().getTime();
    const { id } = await stage.create();
    const [entry] = await stage.auditLog(id);
    expect(Date.parse(entry?.at ?? '')).toBeGreaterThanOrEqual(before);
    expect(Date.parse(entry?.at ?? '')).toBeLessThan(before + 60_000);
  });

  it('has no entry for what was refused, was so already, or was asked again with the same key', async () => {
    const { id: templateId } = await stage.create();
    const input = { templateId, idempotencyKey: stage.newKey() };
    for (let i = 0; i < 3; i += 1) done(await stage.mutate('publishTemplate', input));
    codes(await stage.mutate('publishTemplate', { templateId }));
    done(await stage.mutate('resumeTemplate', { templateId }));
    codes(await stage.mutate('increaseTemplateStock', { templateId, stockCount: 1 }));
    expect((await stage.auditLog(templateId)).map(({ act }) => act)).toEqual(['CREATED', 'PUBLISHED']);
  });

  it('has one entry for each of many changes at once, without gaps', async () => {
    const { id: templateId } = await stage.publish();
    const acts = ['pauseTemplate', 'resumeTemplate', 'increaseTemplateStock', 'reviseTemplate', 'publishTemplate'];
    await Promise.all(
      Array.from({ length: 25 }, (_, index) => {
        const mutation = acts[index % acts.length] ?? '';
        const more = {
          increaseTemplateStock: { stockCount: 1000 + index },
          reviseTemplate: { revision: 2, document: stage.coupon({ tags: [`t${index}`] }) },
        };
        return stage.mutate(mutation, { templateId, ...(mutation in more ? Reflect.get(more, mutation) : {}) });
      }),
    );
    const verdict = await stage.verify(templateId);
    expect(verdict).toMatchObject({ isWhole: true, firstBrokenSeq: null });
    const entries = await stage.auditLog(templateId);
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: verdict?.entryCount ?? 0 }, (_, i) => i + 1));
    // Followers compare the same number, so whoever heard the last of them has the newest state.
    const [last] = (await stage.eventsOf(templateId)).slice(-1);
    expect(last?.payload.revision).toBeLessThanOrEqual(entries.length);
    expect(last?.payload.stock).toBe((await stage.read(templateId))?.stockCount);
  });

  it('is read page by page, newest first', async () => {
    const id = await withHistory();
    interface Page {
      edges: { node: { seq: number } }[];
      pageInfo: { hasNextPage: boolean; endCursor: string | null };
    }
    const page = async (after: string | null) =>
      (
        await stage.ask<{ template: { auditLog: Page } }>(
          `query ($id: ID!, $after: String) { template(id: $id) { auditLog(first: 3, after: $after) {
            edges { node { seq } } pageInfo { hasNextPage endCursor } } } }`,
          { id, after },
          ann,
        )
      ).template.auditLog;
    const first = await page(null);
    expect([first.edges.map(({ node }) => node.seq), first.pageInfo.hasNextPage]).toEqual([[4, 3, 2], true]);
    const second = await page(first.pageInfo.endCursor);
    expect([second.edges.map(({ node }) => node.seq), second.pageInfo.hasNextPage]).toEqual([[1], false]);
  });

  it('is for its authors and the tenant’s operators; to others there is none', async () => {
    const id = await withHistory();
    for (const who of [ann, ben, operator()]) {
      expect(await stage.auditLog(id, who)).toHaveLength(4);
      expect(await stage.verify(id, who)).toMatchObject({ isWhole: true });
    }
    const strangers: Identity[] = [staff('zoe', 'other'), staff('ann', 'lumen', 'elsewhere'), operator('elsewhere')];
    for (const who of strangers) {
      expect(await stage.auditLog(id, who)).toEqual([]);
      expect(await stage.verify(id, who)).toBeNull();
    }
    expect(await stage.auditLog(id, shopper('ann'))).toEqual([]);
    const query = 'query ($id: ID!) { verifyTemplateAudit(templateId: $id) { isWhole } }';
    expect(await stage.failure(query, { id }, shopper('ann'))).toBe('FORBIDDEN');
    // An operator does not learn of a draft that nobody submitted.
    const draft = await stage.create();
    expect(await stage.verify(draft.id, operator())).toBeNull();
    expect(await stage.verify('tpl_none')).toBeNull();
  });
});

describe('a log that somebody tampered with', () => {
  const brokenAt = async (id: string, seq: number) =>
    expect(await stage.verify(id)).toMatchObject({ isWhole: false, firstBrokenSeq: seq });

  it.each<[string, Record<string, unknown>]>([
    ['another act', { act: 'RESUMED' }],
    ['another person', { by: { kind: 'user', subject: 'somebody-else' } }],
    ['another time', { at: new Date(0) }],
    ['other values', { changes: [] }],
    ['another hash', { hash: '0'.repeat(64) }],
    ['another hash before it', { previousHash: '0'.repeat(64) }],
    ['another tenant', { tenantId: 'elsewhere' }],
  ])('is found by %s', async (_what, change) => {
    const id = await withHistory();
    await log().updateOne({ _id: `${id}:3` }, { $set: change });
    await brokenAt(id, 3);
  });

  it('is found when an entry is taken out, wherever it stood', async () => {
    for (const seq of [1, 2, 4]) {
      const id = await withHistory();
      await log().deleteOne({ _id: `${id}:${seq}` });
      await brokenAt(id, seq);
      expect((await stage.verify(id))?.entryCount).toBe(3);
    }
    const id = await withHistory();
    await log().deleteMany({ templateId: asTemplateId(id) });
    expect(await stage.verify(id)).toEqual({ isWhole: false, entryCount: 0, firstBrokenSeq: 1 });
  });

  it('is found when two entries change places', async () => {
    const id = await withHistory();
    const [third, fourth] = [await log().findOne({ _id: `${id}:3` }), await log().findOne({ _id: `${id}:4` })];
    if (!third || !fourth) throw new Error('Expected four entries.');
    await log().deleteMany({ _id: { $in: [third._id, fourth._id] } });
    await log().insertMany([
      { ...third, _id: fourth._id, seq: 4 },
      { ...fourth, _id: third._id, seq: 3 },
    ]);
    await brokenAt(id, 3);
  });

  it('is found when one entry is added behind the last', async () => {
    const id = await withHistory();
    const last = await log().findOne({ _id: `${id}:4` });
    if (!last) throw new Error('Expected four entries.');
    await log().insertOne({ ...last, _id: `${id}:5`, seq: 5, previousHash: last.hash });
    await brokenAt(id, 5);
  });

  it('of one template leaves the others whole', async () => {
    const [broken, whole] = [await withHistory(), await withHistory()];
    await log().updateOne({ _id: `${broken}:2` }, { $set: { act: 'ENDED' } });
    await brokenAt(broken, 2);
    expect(await stage.verify(whole)).toMatchObject({ isWhole: true });
  });

  it('is not mistaken for one with texts that no store keeps as they came', async () => {
    const { id } = await stage.create(stage.coupon({ name: { default: 'half \ud83d of a sign', en: '𠮷🎟️' } }));
    expect(await stage.verify(id)).toEqual({ isWhole: true, entryCount: 1, firstBrokenSeq: null });
    const submitted = done(await stage.mutate('submitTemplateForReview', { templateId: id }));
    const approval = { templateId: id, draftFingerprint: submitted.review?.draftFingerprint };
    done(await stage.mutate('approveTemplate', approval, ben));
    expect(done(await stage.mutate('publishTemplate', { templateId: id })).version).toBe(1);
    expect(await stage.verify(id)).toMatchObject({ isWhole: true, entryCount: 4 });
  });
});
