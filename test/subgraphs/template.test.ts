import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Identity } from '../../subgraphs/shared/contracts/identity';
import type { StoredEvent } from '../../subgraphs/shared/runtime/events';
import { anonymous, merchant, operator, service, shopper } from '../support/people';
import { type Platform, startPlatform } from '../support/platform';

const day = 86_400_000;
const lumen = merchant('lumen');
const templateFields = `id merchantId name names { locale text } state trigger startsAt endsAt stockCount version document draft revision
  benefits { kind thresholds { minorUnits currency } amountsOff { minorUnits currency } percentOffBasisPoints maxAmounts { minorUnits currency } }`;

let platform: Platform;
let keys = 0;
beforeAll(async () => {
  platform = await startPlatform({ names: ['template'] });
});
afterAll(async () => {
  await platform.stop();
});

/** A fresh idempotency key. */
const newKey = () => `key-${++keys}`;
const fromNow = (ms: number) => new Date(platform.clock.now().getTime() + ms).toISOString();

/** ¥40 off orders over ¥300 as a coupon, live now for a week. */
function coupon(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: { default: '满300减40', en: '¥40 off orders over ¥300' },
    tags: ['double-11'],
    trigger: 'COUPON',
    time: { startsAt: fromNow(-day), endsAt: fromNow(7 * day), validity: { kind: 'DAYS_AFTER_CLAIM', days: 7 } },
    limit: { stock: 1000, perUser: { lifetime: 1 } },
    rule: { stackingGroup: 'MERCHANT_COUPON' },
    benefit: [{ kind: 'THRESHOLD_REDUCTION', threshold: { CNY: 30000 }, off: { CNY: 4000 } }],
    ...change,
  };
}

/** 15 % off by itself, at most ¥50. */
function automatic(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: { default: '八五折' },
    trigger: 'AUTOMATIC',
    time: { startsAt: fromNow(-day), endsAt: fromNow(7 * day) },
    rule: { stackingGroup: 'ITEM' },
    benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 1500, maxAmount: { CNY: 5000 } }],
    ...change,
  };
}

interface TemplateAnswer {
  id: string;
  state: string;
  revision: number;
  version: number | null;
  document: Record<string, unknown> | null;
  draft: Record<string, unknown> | null;
  stockCount: number | null;
  [field: string]: unknown;
}
interface Payload {
  template: TemplateAnswer | null;
  userErrors: { code: string; message: string; field: string[] | null }[];
}

/** Runs an operation that must not fail as a whole. */
async function ask<T>(query: string, variables: Record<string, unknown>, who: Identity): Promise<T> {
  const { data, errors } = await platform.execute('template', { query, variables }, who);
  expect(errors).toBeUndefined();
  return data as T;
}

async function mutate(mutation: string, input: Record<string, unknown>, who: Identity = lumen): Promise<Payload> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!`;
  const answer = await ask<Record<string, Payload>>(
    `mutation ($input: ${type}) { ${mutation}(input: $input) { template { ${templateFields} } userErrors { code message field } } }`,
    { input: { idempotencyKey: newKey(), ...input } },
    who,
  );
  const payload = answer[mutation];
  if (!payload) throw new Error(`Expected an answer of ${mutation}, found none.`);
  return payload;
}

/** The template of an answer without errors. */
function done({ template, userErrors }: Payload): TemplateAnswer {
  expect(userErrors).toEqual([]);
  if (!template) throw new Error('Expected a template, found none.');
  return template;
}
const codes = (payload: { userErrors: { code: string }[] }) => payload.userErrors.map((error) => error.code);

const create = async (document: unknown, who: Identity = lumen) =>
  done(await mutate('createTemplate', { document }, who));
async function publish(document: unknown, who: Identity = lumen): Promise<TemplateAnswer> {
  const { id } = await create(document, who);
  return done(await mutate('publishTemplate', { templateId: id }, who));
}
async function read(id: string, who: Identity): Promise<TemplateAnswer | null> {
  const answer = await ask<{ template: TemplateAnswer | null }>(
    `query ($id: ID!) { template(id: $id) { ${templateFields} } }`,
    { id },
    who,
  );
  return answer.template;
}
function eventsOf(key: string): Promise<StoredEvent[]> {
  return platform.mongo.database('template').collection<StoredEvent>('events').find({ key }).sort({ at: 1 }).toArray();
}

describe('a draft', () => {
  it('is written with every default filled in and seen by its merchant alone', async () => {
    const draft = await create(coupon());
    expect(draft).toMatchObject({
      merchantId: 'lumen',
      name: '满300减40',
      state: 'DRAFT',
      trigger: 'COUPON',
      stockCount: 1000,
      version: null,
      document: null,
      revision: 1,
      benefits: [
        {
          kind: 'THRESHOLD_REDUCTION',
          thresholds: [{ minorUnits: 30000, currency: 'CNY' }],
          amountsOff: [{ minorUnits: 4000, currency: 'CNY' }],
          percentOffBasisPoints: null,
          maxAmounts: [],
        },
      ],
    });
    expect(draft.draft).toMatchObject({ rule: { priority: 100, thresholdBase: 'PHASE_START' } });
    expect(await read(draft.id, lumen)).toEqual(draft);
    for (const who of [
      merchant('other'),
      operator(),
      shopper('ann'),
      anonymous(),
      service(),
      merchant('lumen', 'elsewhere'),
    ])
      expect(await read(draft.id, who)).toBeNull();
    expect(await eventsOf(draft.id)).toEqual([]);
  });

  it('is refused whole, with every fault at once, its place and its cure', async () => {
    const { template, userErrors } = await mutate('createTemplate', {
      document: coupon({
        name: {},
        limit: { stock: 0 },
        benefit: [{ kind: 'FIXED', off: { CNY: -1 } }],
        surprise: true,
      }),
    });
    expect(template).toBeNull();
    expect(userErrors.map(({ code, field }) => [code, field?.join('.')])).toEqual(
      expect.arrayContaining([
        ['INVALID_DOCUMENT', 'input.document.name.default'],
        ['INVALID_DOCUMENT', 'input.document.limit.stock'],
        ['INVALID_DOCUMENT', 'input.document.benefit.0.off.CNY'],
        ['INVALID_DOCUMENT', 'input.document.surprise'],
      ]),
    );
    expect(userErrors.find(({ field }) => field?.at(-1) === 'stock')?.message).toBe(
      'limit.stock: expected at least 1, found 0; raise it.',
    );
  });

  it('belongs to the platform when an operator writes it', async () => {
    const draft = await create(automatic(), operator());
    expect(draft.merchantId).toBeNull();
    expect(await read(draft.id, lumen)).toBeNull();
    expect(await read(draft.id, operator())).toMatchObject({ id: draft.id, state: 'DRAFT' });
  });

  it('happens once for one key, and a key with another document is refused', async () => {
    const input = { document: coupon(), idempotencyKey: newKey() };
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => mutate('createTemplate', input)));
    const first = done(answers[0] ?? { template: null, userErrors: [] });
    for (const answer of answers) expect(done(answer)).toEqual(first);
    const other = await mutate('createTemplate', { ...input, document: automatic() });
    expect(codes(other)).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    // Another merchant's key of the same text is another key.
    expect(done(await mutate('createTemplate', input, merchant('other'))).id).not.toBe(first.id);
  });

  it('is not written by a shopper, by nobody, or with a document that is no object', async () => {
    const request = {
      query:
        'mutation ($d: TemplateDocument!) { createTemplate(input: { document: $d, idempotencyKey: "k" }) { userErrors { code } } }',
    };
    const asked = (who: Identity, d: unknown) => platform.execute('template', { ...request, variables: { d } }, who);
    expect((await asked(shopper('ann'), coupon())).errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
    expect((await asked(anonymous(), coupon())).errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
    expect((await asked(lumen, 'a text')).errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
  });
});

describe('a revision', () => {
  it('changes the draft and leaves what is published as it is', async () => {
    const live = await publish(coupon());
    const revised = done(
      await mutate('reviseTemplate', {
        templateId: live.id,
        revision: live.revision,
        document: coupon({ tags: ['new'] }),
      }),
    );
    expect(revised).toMatchObject({
      revision: live.revision + 1,
      version: 1,
      document: live.document,
      draft: { tags: ['new'] },
    });
    expect(await read(live.id, shopper('ann'))).toMatchObject({ version: 1, document: live.document, draft: null });
    const back = done(
      await mutate('reviseTemplate', { templateId: live.id, revision: revised.revision, document: live.document }),
    );
    expect(back.draft).toBeNull();
    expect(await eventsOf(live.id)).toHaveLength(1);
  });

  it('of two editors at once lets one through and tells the other the current revision', async () => {
    const draft = await create(coupon());
    const answers = await Promise.all(
      ['first', 'second'].map((tag) =>
        mutate('reviseTemplate', { templateId: draft.id, revision: 1, document: coupon({ tags: [tag] }) }),
      ),
    );
    expect(answers.flatMap(codes)).toEqual(['VERSION_CONFLICT']);
    const [conflict] = answers.flatMap((answer) => answer.userErrors);
    expect(conflict?.field).toEqual(['input', 'revision']);
    expect(conflict?.message).toContain('expected the current one, 2');
    expect((await read(draft.id, lumen))?.revision).toBe(2);
  });

  it('is refused for another merchant, an unknown template, a bad document and one that has ended', async () => {
    const live = await publish(coupon());
    const input = { templateId: live.id, revision: live.revision, document: coupon() };
    expect(codes(await mutate('reviseTemplate', input, merchant('other')))).toEqual(['TEMPLATE_NOT_FOUND']);
    expect(codes(await mutate('reviseTemplate', input, operator()))).toEqual(['TEMPLATE_NOT_FOUND']);
    expect(codes(await mutate('reviseTemplate', { ...input, templateId: 'tpl_none' }))).toEqual(['TEMPLATE_NOT_FOUND']);
    expect(codes(await mutate('reviseTemplate', { ...input, document: {} }))).toContain('INVALID_DOCUMENT');
    done(await mutate('endTemplate', { templateId: live.id }));
    expect(codes(await mutate('reviseTemplate', input))).toEqual(['ENDED']);
  });
});

describe('a publication', () => {
  it('makes the draft the next immutable version and tells followers its complete terms', async () => {
    const draft = await create(coupon());
    const first = done(await mutate('publishTemplate', { templateId: draft.id }));
    expect(first).toMatchObject({
      state: 'LIVE',
      version: 1,
      revision: 2,
      draft: null,
      document: draft.draft,
      stockCount: 1000,
    });
    const document = coupon({ limit: { stock: 1500, perUser: { lifetime: 2 } } });
    const revised = done(await mutate('reviseTemplate', { templateId: draft.id, revision: 2, document }));
    const second = done(await mutate('publishTemplate', { templateId: draft.id }));
    expect(second).toMatchObject({ version: 2, revision: 4, stockCount: 1500, document: revised.draft });

    const versions = platform.mongo.database('template').collection('template_versions');
    const kept = await versions.find({ templateId: draft.id }).sort({ version: 1 }).toArray();
    expect(kept.map(({ version, document: stored }) => [version, stored])).toEqual([
      [1, first.document],
      [2, second.document],
    ]);
    const events = await eventsOf(draft.id);
    expect(events).toMatchObject([
      {
        type: 'template.changed',
        tenantId: 'festival',
        key: draft.id,
        payload: {
          templateId: draft.id,
          merchantId: 'lumen',
          revision: 2,
          state: 'LIVE',
          stock: 1000,
          stockVersion: 1,
          terms: {
            templateId: draft.id,
            versionId: kept[0]?._id,
            version: 1,
            tenantId: 'festival',
            merchantId: 'lumen',
            document: first.document,
          },
        },
      },
      {
        payload: {
          revision: 4,
          stock: 1500,
          stockVersion: 2,
          terms: { versionId: kept[1]?._id, version: 2, document: second.document },
        },
      },
    ]);
  });

  it('of twenty at once makes one version and one event', async () => {
    const draft = await create(coupon());
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => mutate('publishTemplate', { templateId: draft.id })),
    );
    const refusals = answers.flatMap(codes);
    expect(refusals).toHaveLength(19);
    expect(new Set(refusals)).toEqual(new Set(['NOTHING_TO_PUBLISH']));
    expect(await eventsOf(draft.id)).toHaveLength(1);
    const versions = platform.mongo.database('template').collection('template_versions');
    expect(await versions.countDocuments({ templateId: draft.id })).toBe(1);
    expect(await read(draft.id, lumen)).toMatchObject({ version: 1, revision: 2 });
  });

  it('answers a repetition with the same key as the first time, also after the template went on', async () => {
    const draft = await create(coupon());
    const input = { templateId: draft.id, idempotencyKey: newKey() };
    const first = done(await mutate('publishTemplate', input));
    done(await mutate('pauseTemplate', { templateId: draft.id }));
    expect(done(await mutate('publishTemplate', input))).toEqual(first);
    expect(codes(await mutate('publishTemplate', { ...input, templateId: 'tpl_none' }))).toEqual([
      'IDEMPOTENCY_KEY_REUSED',
    ]);
    expect(await eventsOf(draft.id)).toHaveLength(2);
  });

  it('is refused with everything that cannot be published yet', async () => {
    const document = automatic({
      trigger: 'ACTIVITY',
      time: { startsAt: fromNow(-day), endsAt: fromNow(7 * day), award: { kind: 'DAYS_AFTER_PAYMENT', days: 7 } },
      benefit: [{ kind: 'POINTS', points: 10 }],
    });
    const draft = await create(document);
    const refused = await mutate('publishTemplate', { templateId: draft.id });
    expect(refused.template).toBeNull();
    expect(refused.userErrors.map(({ code, field }) => [code, field?.join('.')])).toEqual([
      ['NOT_PUBLISHABLE', 'document.trigger'],
      ['NOT_PUBLISHABLE', 'document.time.award'],
    ]);
    expect(await read(draft.id, lumen)).toMatchObject({ state: 'DRAFT', version: null });
    expect(await eventsOf(draft.id)).toEqual([]);
  });

  it('never lowers the stock, never turns coupons into something else, and tells both at once', async () => {
    const live = await publish(coupon());
    const lower = coupon({ limit: { stock: 999 }, rule: { stackingGroup: 'NOBODY_LISTS_IT' } });
    done(await mutate('reviseTemplate', { templateId: live.id, revision: live.revision, document: lower }));
    expect(codes(await mutate('publishTemplate', { templateId: live.id }))).toEqual([
      'NOT_PUBLISHABLE',
      'STOCK_LOWERED',
    ]);
    done(await mutate('reviseTemplate', { templateId: live.id, revision: live.revision + 1, document: automatic() }));
    const turned = await mutate('publishTemplate', { templateId: live.id });
    expect(turned.userErrors).toMatchObject([{ code: 'NOT_PUBLISHABLE', field: ['document', 'trigger'] }]);
    expect(await read(live.id, shopper('ann'))).toMatchObject({ version: 1, trigger: 'COUPON', stockCount: 1000 });
  });

  it('is refused once the window is over, for a template of somebody else and without a change', async () => {
    const late = await create(
      coupon({
        time: { startsAt: fromNow(-2 * day), endsAt: fromNow(-day), validity: { kind: 'DAYS_AFTER_CLAIM', days: 7 } },
      }),
    );
    expect(codes(await mutate('publishTemplate', { templateId: late.id }))).toEqual(['ENDED']);
    const live = await publish(coupon());
    expect(codes(await mutate('publishTemplate', { templateId: live.id }))).toEqual(['NOTHING_TO_PUBLISH']);
    expect(codes(await mutate('publishTemplate', { templateId: live.id }, merchant('other')))).toEqual([
      'TEMPLATE_NOT_FOUND',
    ]);
  });
});

describe('the life of a template', () => {
  it('is paused, resumed and ended, each told once and in order', async () => {
    const live = await publish(coupon());
    const templateId = live.id;
    expect(done(await mutate('pauseTemplate', { templateId })).state).toBe('PAUSED');
    expect(done(await mutate('pauseTemplate', { templateId }))).toMatchObject({ state: 'PAUSED', revision: 3 });
    expect(done(await mutate('resumeTemplate', { templateId })).state).toBe('LIVE');
    expect(done(await mutate('resumeTemplate', { templateId })).revision).toBe(4);
    expect(done(await mutate('endTemplate', { templateId })).state).toBe('ENDED');
    expect(done(await mutate('endTemplate', { templateId })).revision).toBe(5);
    expect(codes(await mutate('pauseTemplate', { templateId }))).toEqual(['ENDED']);
    expect(codes(await mutate('resumeTemplate', { templateId }))).toEqual(['ENDED']);
    expect(codes(await mutate('publishTemplate', { templateId }))).toEqual(['ENDED']);
    const events = await eventsOf(templateId);
    expect(events.map(({ payload }) => payload)).toMatchObject([
      { revision: 2, state: 'LIVE' },
      { revision: 3, state: 'PAUSED' },
      { revision: 4, state: 'LIVE' },
      { revision: 5, state: 'ENDED' },
    ]);
    // Claimed coupons go by the version they were claimed under, so it stays.
    const versions = platform.mongo.database('template').collection('template_versions');
    expect(await versions.findOne({ templateId })).toMatchObject({ version: 1, document: live.document });
    expect(await read(templateId, shopper('ann'))).toMatchObject({ state: 'ENDED', document: live.document });
  });

  it('of ten pauses at once tells followers one', async () => {
    const live = await publish(coupon());
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => mutate('pauseTemplate', { templateId: live.id })),
    );
    for (const answer of answers) expect(done(answer)).toMatchObject({ state: 'PAUSED', revision: 3 });
    expect(await eventsOf(live.id)).toHaveLength(2);
  });

  it('does not begin before the first publication and is nobody else’s to steer', async () => {
    const draft = await create(coupon());
    for (const mutation of ['pauseTemplate', 'resumeTemplate', 'endTemplate']) {
      expect(codes(await mutate(mutation, { templateId: draft.id }))).toEqual(['NOT_PUBLISHED']);
      expect(codes(await mutate(mutation, { templateId: draft.id }, merchant('other')))).toEqual([
        'TEMPLATE_NOT_FOUND',
      ]);
      expect(codes(await mutate(mutation, { templateId: draft.id }, merchant('lumen', 'elsewhere')))).toEqual([
        'TEMPLATE_NOT_FOUND',
      ]);
    }
  });

  it('begins and ends by the clock alone', async () => {
    const window = { startsAt: fromNow(day), endsAt: fromNow(2 * day) };
    const { id } = await publish(automatic({ time: window }));
    const stateNow = async () => (await read(id, anonymous()))?.state;
    const listed = async (state: string) => {
      const answer = await ask<{ templates: { edges: { node: { id: string } }[] } }>(
        'query ($states: [TemplateState!]) { templates(filter: { states: $states }, first: 100) { edges { node { id } } } }',
        { states: [state] },
        lumen,
      );
      return answer.templates.edges.some(({ node }) => node.id === id);
    };
    expect([await stateNow(), await listed('SCHEDULED'), await listed('LIVE')]).toEqual(['SCHEDULED', true, false]);
    platform.clock.advance(day);
    expect([await stateNow(), await listed('LIVE'), await listed('SCHEDULED')]).toEqual(['LIVE', true, false]);
    platform.clock.advance(day);
    expect([await stateNow(), await listed('ENDED'), await listed('LIVE')]).toEqual(['ENDED', true, false]);
    expect(codes(await mutate('pauseTemplate', { templateId: id }))).toEqual(['ENDED']);
  });
});
