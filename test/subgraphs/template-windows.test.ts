import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPlatform } from '../support/platform';
import { isFullCount, runs } from '../support/runs';
import { until } from '../support/until';
import {
  ann,
  codes,
  day,
  done,
  patienceMs,
  startTemplateStage,
  type TemplateAnswer,
  type TemplateStage,
} from './template-stage';

let stage: TemplateStage;
beforeAll(async () => {
  stage = await startTemplateStage();
});
afterAll(async () => {
  await stage.platform.stop();
});

const window = (fromMs: number, untilMs: number) => ({
  startsAt: stage.fromNow(fromMs),
  endsAt: stage.fromNow(untilMs),
});
/** Published now, live from tomorrow until the day after. */
const planned = (change: Record<string, unknown> = {}) =>
  stage.publish(stage.automatic({ time: window(day, 2 * day), ...change }));
const acts = async (id: string) => (await stage.auditLog(id)).map(({ act }) => act);
const told = async (id: string, count: number) =>
  until(async () => (await stage.eventsOf(id)).length === count, patienceMs);
const rows = () => stage.platform.mongo.database('template').collection<{ _id: string; nextEdgeAt: Date }>('templates');
const noneIsDue = () =>
  until(
    async () => (await rows().countDocuments({ nextEdgeAt: { $lte: stage.platform.clock.now() } })) === 0,
    patienceMs,
  );

describe('a window that begins and ends', () => {
  it('is on record and told to followers, once at each edge, by the platform itself', async () => {
    const { id } = await planned();
    expect(await acts(id)).toEqual(['CREATED', 'PUBLISHED']);
    stage.platform.clock.advance(day);
    await told(id, 2);
    stage.platform.clock.advance(day);
    await told(id, 3);
    const log = await stage.auditLog(id);
    expect(log.slice(2)).toMatchObject([
      {
        seq: 3,
        act: 'STARTED',
        by: { kind: 'PLATFORM', subject: 'template' },
        changes: [{ path: 'state', from: 'SCHEDULED', to: 'LIVE' }],
      },
      {
        seq: 4,
        act: 'ENDED',
        by: { kind: 'PLATFORM', subject: 'template' },
        changes: [{ path: 'state', from: 'LIVE', to: 'ENDED' }],
      },
    ]);
    const events = await stage.eventsOf(id);
    expect(events.map(({ payload }) => payload.revision)).toEqual([2, 3, 4]);
    expect(await stage.verify(id)).toMatchObject({ isWhole: true, entryCount: 4 });
    expect(await rows().findOne({ _id: id })).toMatchObject({ nextEdgeAt: null });
  });

  it('is told once, however many processes look at once', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i += 1) ids.push((await planned()).id);
    const { stores } = stage.platform;
    const starts = Array.from({ length: isFullCount ? 3 : 1 }, () => startPlatform({ names: ['template'], stores }));
    const others = await Promise.all(starts);
    for (const other of others) other.clock.advance(stage.platform.clock.now().getTime() - other.clock.now().getTime());
    for (const { clock } of [stage.platform, ...others]) clock.advance(2 * day);
    await Promise.all(ids.map((id) => told(id, 3)));
    await noneIsDue();
    for (const id of ids) expect(await acts(id)).toEqual(['CREATED', 'PUBLISHED', 'STARTED', 'ENDED']);
    await Promise.all(others.map((other) => other.stop()));
  });

  it(
    'that came and went while nobody looked is told at both edges, in their order, for more templates than one batch',
    async () => {
      const ids = await stage.createMany(runs(105), stage.automatic({ time: window(day, 2 * day) }));
      for (let next = 0; next < ids.length; next += 20)
        await stage.insist(
          'mutation ($input: PublishTemplatesInput!) { publishTemplates(input: $input) { results { templateId } } }',
          { input: { templateIds: ids.slice(next, next + 20), idempotencyKey: stage.newKey() } },
          ann,
        );
      stage.platform.clock.advance(10 * day);
      await noneIsDue();
      for (const at of [0, 0.5, 1]) {
        const id = ids[Math.floor(at * (ids.length - 1))] ?? '';
        expect(await acts(id)).toEqual(['CREATED', 'PUBLISHED', 'STARTED', 'ENDED']);
        expect(await stage.eventsOf(id)).toHaveLength(3);
      }
    },
    3 * patienceMs,
  );

  it('is not told again by what a person’s own act told already', async () => {
    const live = await stage.publish();
    const ended = await planned();
    done(await stage.mutate('endTemplate', { templateId: ended.id }));
    const draft = await stage.create(stage.automatic({ time: window(day, 2 * day) }));
    stage.platform.clock.advance(8 * day);
    await told(live.id, 2);
    await noneIsDue();
    expect(await acts(live.id)).toEqual(['CREATED', 'PUBLISHED', 'ENDED']);
    expect(await acts(ended.id)).toEqual(['CREATED', 'PUBLISHED', 'ENDED']);
    expect(await acts(draft.id)).toEqual(['CREATED']);
  });

  it('begins for a paused template too, which stays paused; its end is an end all the same', async () => {
    const { id } = await planned();
    done(await stage.mutate('pauseTemplate', { templateId: id }));
    stage.platform.clock.advance(day);
    await told(id, 3);
    expect((await stage.auditLog(id)).at(-1)).toMatchObject({ act: 'STARTED', changes: [] });
    expect((await stage.read(id))?.state).toBe('PAUSED');
    stage.platform.clock.advance(day);
    await told(id, 4);
    expect((await stage.auditLog(id)).at(-1)).toMatchObject({
      act: 'ENDED',
      changes: [{ path: 'state', from: 'PAUSED', to: 'ENDED' }],
    });
  });

  it('that a next version moves is told where it now is', async () => {
    const first = await planned();
    const document = stage.automatic({ time: window(5 * day, 6 * day) });
    done(await stage.mutate('reviseTemplate', { templateId: first.id, revision: 2, document }));
    done(await stage.mutate('publishTemplate', { templateId: first.id }));
    stage.platform.clock.advance(2 * day);
    await noneIsDue();
    expect(await acts(first.id)).toEqual(['CREATED', 'PUBLISHED', 'REVISED', 'PUBLISHED']);
    stage.platform.clock.advance(3 * day);
    await told(first.id, 3);
    expect((await acts(first.id)).at(-1)).toBe('STARTED');
  });
});

describe('an editor at work while a window begins', () => {
  it('is in nobody’s way: the revision that editors compare stays, the number that followers compare grows', async () => {
    const seen = await planned();
    stage.platform.clock.advance(day);
    await told(seen.id, 2);
    expect((await stage.read(seen.id))?.revision).toBe(seen.revision);
    const document = { ...seen.document, tags: ['new'] };
    const revised = await stage.mutate('reviseTemplate', { templateId: seen.id, revision: seen.revision, document });
    expect(done(revised)).toMatchObject({ revision: seen.revision + 1, draft: { tags: ['new'] } });
    done(await stage.mutate('publishTemplate', { templateId: seen.id }));
    // The draft and the start have a number each, so the newest state has the highest.
    expect((await stage.eventsOf(seen.id)).map(({ payload }) => [payload.revision, payload.terms.version])).toEqual([
      [2, 1],
      [3, 1],
      [5, 2],
    ]);
  });

  it('loses nothing when both write at the very same moment', async () => {
    const seen: TemplateAnswer[] = [];
    for (let i = 0; i < 10; i += 1) seen.push(await planned());
    stage.platform.clock.advance(day);
    const answers = await Promise.all(
      seen.map(({ id, document, revision }) =>
        stage.mutate('reviseTemplate', { templateId: id, revision, document: { ...document, tags: ['new'] } }),
      ),
    );
    expect(answers.flatMap(codes)).toEqual([]);
    await Promise.all(seen.map(({ id }) => told(id, 2)));
    for (const { id } of seen) {
      expect((await acts(id)).sort()).toEqual(['CREATED', 'PUBLISHED', 'REVISED', 'STARTED']);
      expect(await stage.verify(id)).toMatchObject({ isWhole: true, entryCount: 4 });
    }
  });
});

describe('the worker behind it', () => {
  it('tells the others where one template cannot be written', async () => {
    const [odd, ...others] = [await planned(), await planned(), await planned()];
    const log = stage.platform.mongo.database('template').collection<{ _id: string }>('template_audit');
    await log.insertOne({ _id: `${odd.id}:3` });
    stage.platform.clock.advance(day);
    await Promise.all(others.map(({ id }) => told(id, 2)));
    expect(await stage.eventsOf(odd.id)).toHaveLength(1);
    await log.deleteOne({ _id: `${odd.id}:3` });
    stage.platform.clock.advance(1);
    await told(odd.id, 2);
    expect(await stage.verify(odd.id)).toMatchObject({ isWhole: true });
  });

  it('finds what is due along an index', async () => {
    const plan = await rows()
      .find({ nextEdgeAt: { $gt: new Date(0), $lte: stage.platform.clock.now() } })
      .sort({ nextEdgeAt: 1, _id: 1 })
      .limit(100)
      .explain('queryPlanner');
    const text = JSON.stringify(plan.queryPlanner.winningPlan);
    expect(text).toContain('"indexName":"due_edges"');
    expect(text).not.toContain('"stage":"SORT"');
  });
});
