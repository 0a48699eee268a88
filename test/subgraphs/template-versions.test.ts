import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Identity } from '../../subgraphs/shared/contracts/identity';
import { operator, shopper } from '../support/people';
import { runs } from '../support/runs';
import {
  ann,
  ben,
  codes,
  day,
  done,
  patienceMs,
  staff,
  startTemplateStage,
  type TemplateAnswer,
  type TemplatePayload,
  type TemplateStage,
  templateFields,
} from './template-stage';

let stage: TemplateStage;
beforeAll(async () => {
  stage = await startTemplateStage();
});
afterAll(async () => {
  await stage.platform.stop();
});

const zoe = staff('zoe', 'other');
const strangers = () => [zoe, staff('ann', 'lumen', 'elsewhere'), operator('elsewhere')];

interface VersionAnswer {
  version: number;
  document: Record<string, unknown>;
  publishedAt: string;
  publishedBy: { kind: string; subject: string };
}
const versionFields = 'version document publishedAt publishedBy { kind subject }';

async function versions(id: string, who: Identity = ann, page: { first?: number; after?: string | null } = {}) {
  const { template } = await stage.ask<{
    template: {
      versions: {
        edges: { node: VersionAnswer }[];
        pageInfo: { hasNextPage: boolean; endCursor: string | null };
      };
    } | null;
  }>(
    `query ($id: ID!, $first: Int, $after: String) { template(id: $id) { versions(first: $first, after: $after) {
      edges { node { ${versionFields} } } pageInfo { hasNextPage endCursor } } } }`,
    { id, ...page },
    who,
  );
  return template && { ...template.versions.pageInfo, nodes: template.versions.edges.map(({ node }) => node) };
}
const version = async (templateId: string, number: number, who: Identity = ann) =>
  (
    await stage.ask<{ templateVersion: VersionAnswer | null }>(
      `query ($id: ID!, $version: Int!) { templateVersion(templateId: $id, version: $version) { ${versionFields} } }`,
      { id: templateId, version: number },
      who,
    )
  ).templateVersion;

/** The next version of a template, with another document. */
async function publishNext(template: TemplateAnswer, document: unknown): Promise<TemplateAnswer> {
  const { id: templateId, revision } = template;
  done(await stage.mutate('reviseTemplate', { templateId, revision, document }));
  return done(await stage.mutate('publishTemplate', { templateId }));
}

describe('the versions of a template', () => {
  it('stay readable for ever, newest first, page by page, each as it was published and by whom', async () => {
    const first = await stage.publish();
    const second = await publishNext(first, stage.coupon({ tags: ['second'] }));
    const third = await publishNext(second, stage.coupon({ tags: ['third'] }));
    const page = await versions(first.id, ann, { first: 2 });
    expect(page?.nodes.map((node) => [node.version, node.document])).toEqual([
      [3, third.document],
      [2, second.document],
    ]);
    expect(page?.hasNextPage).toBe(true);
    const rest = await versions(first.id, ann, { first: 2, after: page?.endCursor ?? null });
    expect(rest).toMatchObject({
      hasNextPage: false,
      nodes: [{ version: 1, document: first.document, publishedBy: { kind: 'PERSON', subject: 'ann' } }],
    });
    done(await stage.mutate('endTemplate', { templateId: first.id }));
    expect(await version(first.id, 1)).toEqual(rest?.nodes[0]);
    expect(await version(first.id, 4)).toBeNull();
  });

  it('are for its authors and the tenant’s operators; to others there are none', async () => {
    const live = await stage.publish();
    for (const who of [ann, ben, operator()]) {
      expect((await versions(live.id, who))?.nodes).toHaveLength(1);
      expect(await version(live.id, 1, who)).toMatchObject({ version: 1 });
    }
    expect((await versions(live.id, zoe))?.nodes).toEqual([]);
    expect((await versions(live.id, shopper('ann')))?.nodes).toEqual([]);
    for (const who of strangers()) expect(await version(live.id, 1, who)).toBeNull();
    const query = 'query ($id: ID!) { templateVersion(templateId: $id, version: 1) { version } }';
    expect(await stage.failure(query, { id: live.id }, shopper('ann'))).toBe('FORBIDDEN');
    const foreign = 'query ($id: ID!) { template(id: $id) { versions(after: "WyJ4Il0") { edges { cursor } } } }';
    expect(await stage.failure(foreign, { id: live.id }, ann)).toBe('BAD_USER_INPUT');
  });

  it('of a draft are none', async () => {
    const draft = await stage.create();
    expect((await versions(draft.id))?.nodes).toEqual([]);
    expect(await version(draft.id, 1)).toBeNull();
    expect(await version(draft.id, 1, operator())).toBeNull();
  });
});

describe('a rollback', () => {
  const rollBack = (templateId: string, number: number, who: Identity = ann) =>
    stage.mutate('rollbackTemplate', { templateId, version: number }, who);

  it('publishes the earlier document as a new version and keeps the stock that is higher', async () => {
    const first = await stage.publish();
    const second = await publishNext(first, stage.coupon({ tags: ['worse'], limit: { stock: 5000 } }));
    const back = done(await rollBack(first.id, 1));
    expect(back).toMatchObject({
      version: 3,
      document: first.document,
      stockCount: 5000,
      state: 'LIVE',
      revision: second.revision + 1,
    });
    expect((await versions(first.id))?.nodes.map(({ document }) => document)).toEqual([
      first.document,
      second.document,
      first.document,
    ]);
    const events = await stage.eventsOf(first.id);
    expect(events.map(({ payload }) => [payload.terms.version, payload.stock, payload.stockVersion])).toEqual([
      [1, 1000, 1],
      [2, 5000, 2],
      [3, 5000, 2],
    ]);
    // What the author leaves alone does not fall either, though the document says less.
    const next = await publishNext(back, { ...first.document, tags: ['after'] });
    expect(next).toMatchObject({ version: 4, stockCount: 5000 });
    expect(done(await rollBack(first.id, 2))).toMatchObject({ version: 5, stockCount: 5000 });
  });

  it('leaves the draft somebody works on alone, and a paused template paused', async () => {
    const first = await stage.publish();
    const second = await publishNext(first, stage.coupon({ tags: ['second'] }));
    const draft = stage.coupon({ tags: ['in the making'] });
    done(await stage.mutate('reviseTemplate', { templateId: first.id, revision: second.revision, document: draft }));
    done(await stage.mutate('pauseTemplate', { templateId: first.id }));
    expect(done(await rollBack(first.id, 1))).toMatchObject({
      state: 'PAUSED',
      version: 3,
      draft: { tags: ['in the making'] },
    });
    // Going back to what the draft says makes the draft the published one.
    done(await stage.mutate('publishTemplate', { templateId: first.id }));
    done(await rollBack(first.id, 1));
    const now = await stage.read(first.id);
    done(
      await stage.mutate('reviseTemplate', {
        templateId: first.id,
        revision: now?.revision,
        document: second.document,
      }),
    );
    expect(done(await rollBack(first.id, 2))).toMatchObject({ document: second.document, draft: null });
  });

  it('of twenty at once makes one version, and is no change where it is so already', async () => {
    const first = await stage.publish();
    const second = await publishNext(first, stage.coupon({ tags: ['second'] }));
    const answers = await Promise.all(Array.from({ length: 20 }, () => rollBack(first.id, 1)));
    for (const answer of answers) expect(done(answer)).toMatchObject({ version: 3, revision: second.revision + 1 });
    expect(await stage.eventsOf(first.id)).toHaveLength(3);
    expect((await versions(first.id))?.nodes).toHaveLength(3);
  });

  it('is refused for a version that never was and a window that is over', async () => {
    const draft = await stage.create();
    expect(codes(await rollBack(draft.id, 1))).toEqual(['VERSION_NOT_FOUND']);
    const short = {
      startsAt: stage.fromNow(-day),
      endsAt: stage.fromNow(60_000),
      validity: { kind: 'DAYS_AFTER_CLAIM', days: 7 },
    };
    const first = await stage.publish(stage.coupon({ time: short }));
    const second = await publishNext(first, stage.coupon());
    expect(codes(await rollBack(first.id, 3))).toEqual(['VERSION_NOT_FOUND']);
    expect(codes(await rollBack(first.id, 0))).toEqual(['VERSION_NOT_FOUND']);
    stage.platform.clock.advance(61_000);
    expect(codes(await rollBack(first.id, 1))).toEqual(['ENDED']);
    expect(await stage.read(first.id)).toMatchObject({ state: 'LIVE', version: 2, document: second.document });
    done(await stage.mutate('endTemplate', { templateId: first.id }));
    expect(codes(await rollBack(first.id, 2))).toEqual(['ENDED']);
  });
});

describe('raising the stock', () => {
  const raise = (templateId: string, stockCount: number, who: Identity = ann) =>
    stage.mutate('increaseTemplateStock', { templateId, stockCount }, who);

  it('is absolute, makes no version, and tells followers the new count', async () => {
    const live = await stage.publish();
    expect(done(await raise(live.id, 1500))).toMatchObject({ stockCount: 1500, version: 1, document: live.document });
    expect(done(await raise(live.id, 1500)).revision).toBe(live.revision + 1);
    const events = await stage.eventsOf(live.id);
    expect(events.map(({ payload }) => [payload.revision, payload.stock, payload.stockVersion])).toEqual([
      [2, 1000, 1],
      [3, 1500, 2],
    ]);
    // A next version that leaves the stock alone does not bring it down again.
    const next = await publishNext({ ...live, revision: 3 }, { ...live.document, tags: ['next'] });
    expect(next).toMatchObject({ version: 2, stockCount: 1500 });
    const lower = await stage.mutate('reviseTemplate', {
      templateId: live.id,
      revision: next.revision,
      document: stage.coupon({ limit: { stock: 1400 } }),
    });
    expect(done(lower).draft).toMatchObject({ limit: { stock: 1400 } });
    expect(codes(await stage.mutate('publishTemplate', { templateId: live.id }))).toEqual(['STOCK_LOWERED']);
  });

  it('only rises, whoever asks for what in whatever order at once', async () => {
    const live = await stage.publish();
    const wanted = Array.from({ length: 20 }, (_, index) => 1100 + ((index * 7) % 20) * 10);
    await Promise.all(wanted.map((stockCount) => raise(live.id, stockCount)));
    expect((await stage.read(live.id))?.stockCount).toBe(Math.max(...wanted));
    const told = (await stage.eventsOf(live.id)).map(({ payload }) => [payload.stock ?? 0, payload.stockVersion]);
    for (const [index, [stock = 0, stockVersion = 0]] of told.entries()) {
      const [before = 0, versionBefore = 0] = told[index - 1] ?? [];
      expect([stock > before, stockVersion]).toEqual([true, versionBefore + 1]);
    }
  });

  it('of twenty at once to the same count happens once', async () => {
    const live = await stage.publish();
    const answers = await Promise.all(Array.from({ length: 20 }, () => raise(live.id, 2000)));
    for (const answer of answers) expect(done(answer)).toMatchObject({ stockCount: 2000, revision: 3 });
    expect(await stage.eventsOf(live.id)).toHaveLength(2);
  });

  it('is refused below what there is, above what may be, without coupons, for a draft and after the end', async () => {
    const live = await stage.publish();
    const lower = await raise(live.id, 999);
    expect(lower.userErrors).toMatchObject([{ code: 'STOCK_LOWERED', field: ['input', 'stockCount'] }]);
    expect(codes(await raise(live.id, -1))).toEqual(['STOCK_LOWERED']);
    expect(codes(await raise(live.id, 1_000_000_001))).toEqual(['STOCK_OUT_OF_RANGE']);
    const sale = await stage.publish(stage.automatic());
    expect(codes(await raise(sale.id, 10))).toEqual(['NO_COUPONS']);
    const draft = await stage.create();
    expect(codes(await raise(draft.id, 2000))).toEqual(['NOT_PUBLISHED']);
    done(await stage.mutate('endTemplate', { templateId: live.id }));
    expect(codes(await raise(live.id, 2000))).toEqual(['ENDED']);
  });
});

describe('a copy', () => {
  const copy = (templateId: string, who: Identity = ann) => stage.mutate('copyTemplate', { templateId }, who);

  it('is a new draft with the document its authors work on, and leaves the original as it is', async () => {
    const live = await stage.publish();
    const ofLive = done(await copy(live.id, ben));
    expect(ofLive).toMatchObject({
      merchantId: 'lumen',
      state: 'DRAFT',
      version: null,
      draft: live.document,
      revision: 1,
    });
    expect(ofLive.id).not.toBe(live.id);
    const document = stage.coupon({ tags: ['next'] });
    done(await stage.mutate('reviseTemplate', { templateId: live.id, revision: 2, document }));
    expect(done(await copy(live.id)).draft).toMatchObject({ tags: ['next'] });
    expect(await stage.read(live.id)).toMatchObject({ version: 1, revision: 3 });
    const [entry] = await stage.auditLog(ofLive.id);
    expect(entry).toMatchObject({ seq: 1, act: 'COPIED', by: { subject: 'ben' } });
    expect(entry?.changes).toEqual([
      { path: 'draft', from: null, to: live.document },
      { path: 'copiedFrom', from: null, to: live.id },
    ]);
  });

  it('can be made of a template that has ended, and happens once for one key', async () => {
    const live = await stage.publish();
    done(await stage.mutate('endTemplate', { templateId: live.id }));
    const input = { templateId: live.id, idempotencyKey: stage.newKey() };
    const answers = await Promise.all(Array.from({ length: 5 }, () => stage.mutate('copyTemplate', input)));
    expect(new Set(answers.map((answer) => done(answer).id)).size).toBe(1);
  });
});

describe('publishing many', () => {
  interface Many {
    results: (TemplatePayload & { templateId: string })[];
    userErrors: TemplatePayload['userErrors'];
  }
  const query = `mutation ($input: PublishTemplatesInput!) { publishTemplates(input: $input) {
    results { templateId template { ${templateFields} } userErrors { code message field } }
    userErrors { code message field } } }`;
  async function publishMany(templateIds: string[], idempotencyKey = stage.newKey()): Promise<Many> {
    const variables = { input: { templateIds, idempotencyKey } };
    return (await stage.insist<{ publishTemplates: Many }>(query, variables, ann)).publishTemplates;
  }

  it('answers for each template by itself, in the order of the call', async () => {
    const drafts = [await stage.create(), await stage.create(stage.automatic())];
    const odd = await stage.create(stage.coupon({ rule: { stackingGroup: 'NOWHERE' } }));
    const foreign = await stage.create(stage.coupon(), zoe);
    const ids = [drafts[0]?.id ?? '', odd.id, foreign.id, drafts[1]?.id ?? '', 'tpl_none', drafts[0]?.id ?? ''];
    const { results, userErrors } = await publishMany(ids);
    expect(userErrors).toEqual([]);
    expect(results.map((result) => [result.templateId, result.template?.state ?? codes(result)])).toEqual([
      [ids[0], 'LIVE'],
      [odd.id, ['NOT_PUBLISHABLE']],
      [foreign.id, ['TEMPLATE_NOT_FOUND']],
      [ids[3], 'LIVE'],
      ['tpl_none', ['TEMPLATE_NOT_FOUND']],
    ]);
    expect(await stage.read(foreign.id, zoe)).toMatchObject({ state: 'DRAFT' });
  });

  it('repeats all its answers for the same key, and refuses the key for another list', async () => {
    const good = await stage.create();
    const odd = await stage.create(stage.coupon({ rule: { stackingGroup: 'NOWHERE' } }));
    const key = stage.newKey();
    const first = await publishMany([good.id, odd.id], key);
    done(await stage.mutate('pauseTemplate', { templateId: good.id }));
    done(await stage.mutate('reviseTemplate', { templateId: odd.id, revision: 1, document: stage.coupon() }));
    expect(await publishMany([good.id, odd.id], key)).toEqual(first);
    expect(await publishMany([odd.id], key)).toMatchObject({
      results: [],
      userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED', field: ['input', 'idempotencyKey'] }],
    });
    expect(await publishMany([odd.id])).toMatchObject({ results: [{ template: { version: 1 } }] });
  });

  it('publishes each draft once when the same list comes many times at once, whatever the keys', async () => {
    const drafts = await Promise.all(Array.from({ length: 10 }, () => stage.create()));
    const ids = drafts.map(({ id }) => id);
    const key = stage.newKey();
    const answers = await Promise.all([
      publishMany(ids, key),
      publishMany(ids, key),
      publishMany(ids),
      publishMany(ids),
    ]);
    expect(answers[1]).toEqual(answers[0]);
    for (const id of ids) {
      expect(await stage.read(id)).toMatchObject({ version: 1, revision: 2 });
      expect(await stage.eventsOf(id)).toHaveLength(1);
    }
  });

  it(
    'takes a hundred at once and no more',
    async () => {
      const ids = await stage.createMany(runs(100), stage.automatic());
      const { results } = await publishMany(ids);
      expect(results.map(({ template }) => template?.version)).toEqual(ids.map(() => 1));
      const refused = await publishMany(Array.from({ length: 101 }, (_, index) => ids[index] ?? `tpl_more_${index}`));
      expect([refused.results, codes(refused)]).toEqual([[], ['TOO_MANY']]);
      expect(refused.userErrors[0]?.message).toContain('expected at most 100, found 101');
    },
    2 * patienceMs,
  );
});

describe('the mutations of versions', () => {
  it('answer a repetition with the same key as the first time', async () => {
    const first = await stage.publish();
    await publishNext(first, stage.coupon({ tags: ['second'] }));
    const rollback = { templateId: first.id, version: 1, idempotencyKey: stage.newKey() };
    const back = done(await stage.mutate('rollbackTemplate', rollback));
    const raise = { templateId: first.id, stockCount: 3000, idempotencyKey: stage.newKey() };
    const raised = done(await stage.mutate('increaseTemplateStock', raise));
    done(await stage.mutate('pauseTemplate', { templateId: first.id }));
    expect(done(await stage.mutate('rollbackTemplate', rollback))).toEqual(back);
    expect(done(await stage.mutate('increaseTemplateStock', raise))).toEqual(raised);
    expect(codes(await stage.mutate('rollbackTemplate', { ...rollback, version: 2 }))).toEqual([
      'IDEMPOTENCY_KEY_REUSED',
    ]);
    expect(codes(await stage.mutate('increaseTemplateStock', { ...raise, stockCount: 4000 }))).toEqual([
      'IDEMPOTENCY_KEY_REUSED',
    ]);
    expect(await stage.eventsOf(first.id)).toHaveLength(5);
  });

  it('find nothing of another merchant, another tenant, or a merchant when an operator comes', async () => {
    const live = await stage.publish();
    const inputs: [string, Record<string, unknown>][] = [
      ['rollbackTemplate', { version: 1 }],
      ['increaseTemplateStock', { stockCount: 2000 }],
      ['copyTemplate', {}],
    ];
    for (const [mutation, input] of inputs)
      for (const who of [...strangers(), operator()])
        expect(codes(await stage.mutate(mutation, { templateId: live.id, ...input }, who))).toEqual([
          'TEMPLATE_NOT_FOUND',
        ]);
    expect(await stage.read(live.id)).toEqual(live);
  });
});

describe('two editors at once', () => {
  it('the slower one gets the template as the faster one left it, and can go on from there', async () => {
    const draft = await stage.create();
    const revise = async (tag: string, revision: number, who: Identity) =>
      (
        await stage.ask<{ reviseTemplate: TemplatePayload & { current: TemplateAnswer | null } }>(
          `mutation ($input: ReviseTemplateInput!) { reviseTemplate(input: $input) { template { ${templateFields} }
            current { ${templateFields} } userErrors { code message field } } }`,
          {
            input: {
              templateId: draft.id,
              revision,
              document: stage.coupon({ tags: [tag] }),
              idempotencyKey: stage.newKey(),
            },
          },
          who,
        )
      ).reviseTemplate;
    const answers = await Promise.all([revise('ann', 1, ann), revise('ben', 1, ben)]);
    const won = answers.find((answer) => answer.template);
    const lost = answers.find((answer) => !answer.template);
    expect(won?.current).toBeNull();
    expect(lost && codes(lost)).toEqual(['VERSION_CONFLICT']);
    expect(lost?.current).toEqual(won?.template);
    const again = await revise('both', lost?.current?.revision ?? 0, ben);
    expect(done(again)).toMatchObject({ revision: 3, draft: { tags: ['both'] } });
  });
});
