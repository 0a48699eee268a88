import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Identity } from '../../subgraphs/shared/contracts/identity';
import type { StoredEvent } from '../../subgraphs/shared/runtime/events';
import { anonymous, merchant, operator, shopper } from '../support/people';
import { type Platform, startPlatform } from '../support/platform';

const day = 86_400_000;
let platform: Platform;
let keys = 0;
beforeAll(async () => {
  platform = await startPlatform({ names: ['template', 'search'] });
});
afterAll(async () => {
  await platform.stop();
});

const newKey = () => `key-${++keys}`;
const fromNow = (ms: number) => new Date(platform.clock.now().getTime() + ms).toISOString();

async function ask<T>(name: 'template' | 'search', query: string, variables: object, who: Identity): Promise<T> {
  const { data, errors } = await platform.execute(name, { query, variables: { ...variables } }, who);
  expect(errors).toBeUndefined();
  return data as T;
}

/** Writes and publishes a promotion and answers with its id; search has not followed yet. */
async function publish(change: Record<string, unknown>, who: Identity): Promise<string> {
  const document = {
    name: { default: '八五折' },
    trigger: 'AUTOMATIC',
    time: { startsAt: fromNow(-day), endsAt: fromNow(7 * day) },
    rule: { stackingGroup: 'ITEM' },
    benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 1500 }],
    ...change,
  };
  const created = await ask<{ createTemplate: { template: { id: string }; userErrors: unknown[] } }>(
    'template',
    'mutation ($input: CreateTemplateInput!) { createTemplate(input: $input) { template { id } userErrors { message } } }',
    { input: { document, idempotencyKey: newKey() } },
    who,
  );
  expect(created.createTemplate.userErrors).toEqual([]);
  const { id } = created.createTemplate.template;
  // Its goods are in no catalogue here, which the check finds.
  await move('publishTemplate', id, who, { acceptWarnings: true });
  return id;
}
async function move(mutation: string, templateId: string, who: Identity, more: object = {}): Promise<void> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!`;
  const answer = await ask<Record<string, { userErrors: unknown[] }>>(
    'template',
    `mutation ($input: ${type}) { ${mutation}(input: $input) { userErrors { message } } }`,
    { input: { templateId, idempotencyKey: newKey(), ...more } },
    who,
  );
  expect(answer[mutation]?.userErrors).toEqual([]);
}
const coupon = (name: string, change: Record<string, unknown> = {}) => ({
  name: { default: name },
  trigger: 'COUPON',
  time: { startsAt: fromNow(-day), endsAt: fromNow(7 * day), validity: { kind: 'DAYS_AFTER_CLAIM', days: 7 } },
  limit: { stock: 10 },
  rule: { stackingGroup: 'MERCHANT_COUPON' },
  benefit: [{ kind: 'THRESHOLD_REDUCTION', threshold: { CNY: 30000 }, off: { CNY: 4000 } }],
  ...change,
});

interface Page {
  edges: { cursor: string; node: { id: string } }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}
const searchQuery =
  'query ($filter: PromotionFilter, $sort: PromotionSort, $first: Int, $after: String) { searchPromotions(filter: $filter, sort: $sort, first: $first, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }';
async function search(variables: object, who: Identity): Promise<Page> {
  await platform.settled();
  return (await ask<{ searchPromotions: Page }>('search', searchQuery, variables, who)).searchPromotions;
}
const idsOf = (page: Page) => page.edges.map(({ node }) => node.id);
const found = async (filter: object, who: Identity) => idsOf(await search({ filter, first: 100 }, who));

describe('looking for promotions', () => {
  const shop = 'bilingual';
  const visitor = anonymous(shop);
  const lumen = merchant('lumen', shop);
  let snacks: string;
  let lamps: string;
  let platformWide: string;
  beforeAll(async () => {
    snacks = await publish(
      {
        ...coupon('零食满减优惠券'),
        name: { default: '零食满减优惠券', en: 'Snack days: ¥40 off' },
        product: { scope: { kind: 'CATEGORIES', categories: ['/food/snacks'] } },
      },
      lumen,
    );
    lamps = await publish(
      { name: { default: '灯具八五折' }, tags: ['Café'], product: { scope: { kind: 'BRANDS', brands: ['Lumen'] } } },
      merchant('other', shop),
    );
    platformWide = await publish(
      {
        name: { default: '双11全场满减' },
        tags: ['double-11'],
        product: { excludes: { categories: ['/food/fresh'] } },
        time: { startsAt: fromNow(day), endsAt: fromNow(2 * day) },
      },
      operator(shop),
    );
    await publish({ name: { default: '零食满减' } }, operator('elsewhere'));
  });

  it('by Chinese and Latin words', async () => {
    expect(await found({ text: '优惠券' }, visitor)).toEqual([snacks]);
    expect(await found({ text: '满减' }, visitor)).toEqual([platformWide, snacks]);
    expect(await found({ text: '零食优惠' }, visitor)).toEqual([snacks]);
    expect(await found({ text: 'SNACK　ｄａｙｓ' }, visitor)).toEqual([snacks]);
    expect(await found({ text: 'cafe' }, visitor)).toEqual([lamps]);
    expect(await found({ text: '满' }, visitor)).toEqual([platformWide, snacks]);
    expect(await found({ text: '手机' }, visitor)).toEqual([]);
  });

  it('by whatever else the filter offers, all conditions together', async () => {
    expect(await found({}, visitor)).toEqual([platformWide, lamps, snacks]);
    expect(await found({ merchantId: 'lumen' }, visitor)).toEqual([snacks]);
    expect(await found({ isPlatform: true }, visitor)).toEqual([platformWide]);
    expect(await found({ isPlatform: false }, visitor)).toEqual([lamps, snacks]);
    expect(await found({ trigger: 'AUTOMATIC' }, visitor)).toEqual([platformWide, lamps]);
    expect(await found({ benefitKind: 'THRESHOLD_REDUCTION' }, visitor)).toEqual([snacks]);
    expect(await found({ category: '/food/snacks/hot' }, visitor)).toEqual([platformWide, snacks]);
    expect(await found({ category: '/food/fresh' }, visitor)).toEqual([]);
    expect(await found({ category: '/food' }, visitor)).toEqual([platformWide]);
    expect(await found({ brand: 'Lumen' }, visitor)).toEqual([platformWide, lamps]);
    expect(await found({ tag: 'double-11' }, visitor)).toEqual([platformWide]);
    expect(await found({ isOpenNow: true }, visitor)).toEqual([lamps, snacks]);
    expect(await found({ isOpenNow: false }, visitor)).toEqual([platformWide]);
    expect(await found({ endsBefore: fromNow(3 * day) }, visitor)).toEqual([platformWide]);
    expect(
      await found({ text: '满减', trigger: 'COUPON', category: '/food/snacks', isOpenNow: true }, visitor),
    ).toEqual([snacks]);
    expect(await found({ text: '满减', trigger: 'COUPON', isPlatform: true }, visitor)).toEqual([]);
  });

  it('keeps tenants apart', async () => {
    expect(await found({ text: '零食' }, anonymous('elsewhere'))).toHaveLength(1);
    expect(await found({}, anonymous('third'))).toEqual([]);
  });

  it('answers what cannot be looked for with nothing or with the place of the fault', async () => {
    expect(await found({ text: '   ' }, visitor)).toHaveLength(3);
    expect(await found({ text: '!?' }, visitor)).toEqual([]);
    expect(await found({ text: '$where {"$gt":""} .*' }, visitor)).toEqual([]);
    expect(await found({ text: '\u0000\ud800' }, visitor)).toEqual([]);
    expect(await found({ merchantId: '$ne' }, visitor)).toEqual([]);
    const fault = async (variables: Record<string, unknown>) =>
      (await platform.execute('search', { query: searchQuery, variables }, visitor)).errors?.[0]?.extensions;
    expect(await fault({ filter: { text: '满'.repeat(10_000) } })).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: ['filter', 'text'],
    });
    expect(await fault({ first: 101 })).toMatchObject({ code: 'BAD_USER_INPUT', path: ['first'] });
    expect(await fault({ after: 'nonsense' })).toMatchObject({ code: 'BAD_USER_INPUT', path: ['after'] });
    const ofAnotherOrder = (await search({ first: 1 }, visitor)).pageInfo.endCursor;
    expect(await fault({ sort: 'ENDING_SOON', after: ofAnotherOrder })).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: ['after'],
    });
  });
});

describe('what shoppers must never see', () => {
  const shop = 'hidden';
  const lumen = merchant('lumen', shop);
  const seen = () => found({ text: '满减' }, shopper('ann', shop));

  it('is a draft, a paused promotion and one that has ended', async () => {
    await ask(
      'template',
      'mutation ($input: CreateTemplateInput!) { createTemplate(input: $input) { template { id } } }',
      { input: { document: coupon('满减草稿'), idempotencyKey: newKey() } },
      lumen,
    );
    const id = await publish(coupon('满减'), lumen);
    expect(await seen()).toEqual([id]);
    await move('pauseTemplate', id, lumen);
    expect(await seen()).toEqual([]);
    await move('resumeTemplate', id, lumen);
    expect(await seen()).toEqual([id]);
    await move('endTemplate', id, lumen);
    expect(await seen()).toEqual([]);
  });

  it('is one whose window is over, by the clock alone', async () => {
    const id = await publish(
      { name: { default: '满减' }, time: { startsAt: fromNow(day), endsAt: fromNow(2 * day) } },
      lumen,
    );
    expect(await seen()).toEqual([id]);
    expect(await found({ isOpenNow: true }, shopper('ann', shop))).toEqual([]);
    platform.clock.advance(day);
    expect(await found({ isOpenNow: true }, shopper('ann', shop))).toEqual([id]);
    platform.clock.advance(day);
    expect(await seen()).toEqual([]);
  });

  it('is a promotion before its preheat, and one whose recall is over and that has not begun', async () => {
    const start = platform.clock.now().getTime();
    const instant = (days: number) => new Date(start + days * day).toISOString();
    const id = await publish(
      {
        name: { default: '满减预热' },
        time: {
          startsAt: instant(4),
          endsAt: instant(5),
          preheat: { startsAt: instant(1), recallUntil: instant(3) },
        },
      },
      lumen,
    );
    const look = async () => [
      await found({ text: '预热' }, shopper('ann', shop)),
      await found({ isOpenNow: false, text: '预热' }, shopper('ann', shop)),
    ];
    expect(await look()).toEqual([[], []]);
    platform.clock.advance(day);
    expect(await look()).toEqual([[id], [id]]);
    platform.clock.advance(2 * day);
    expect(await look()).toEqual([[], []]);
    platform.clock.advance(day);
    expect(await look()).toEqual([[id], []]);
    expect(await found({ isOpenNow: true, text: '预热' }, shopper('ann', shop))).toEqual([id]);
    platform.clock.advance(day);
    expect(await look()).toEqual([[], []]);
  });

  it('is an older revision that arrives late or twice', async () => {
    const id = await publish(coupon('满减'), lumen);
    await move('pauseTemplate', id, lumen);
    await platform.settled();
    const events = platform.mongo.database('template').collection<StoredEvent>('events');
    const told = await events.find({ key: id }).sort({ at: 1 }).toArray();
    expect(told).toHaveLength(2);
    for (const [index, event] of told.reverse().entries())
      await events.insertOne({ ...event, _id: `late-${id}-${index}`, at: new Date() });
    expect(await seen()).toEqual([]);
    const index = platform.mongo.database('search').collection('promotions');
    expect(await index.find({ _id: id as never }).toArray()).toMatchObject([{ revision: 3, state: 'PAUSED' }]);
  });
});

describe('the pages of a result', () => {
  const shop = 'paged';
  const visitor = anonymous(shop);

  it('are newest first or soonest to end first, and stay as they are while promotions come and go', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 7; index += 1)
      ids.push(
        await publish(
          {
            name: { default: `满减 ${index}` },
            time: { startsAt: fromNow(-day), endsAt: fromNow((10 - (index % 4)) * day) },
          },
          operator(shop),
        ),
      );
    const walk = async (sort: string, between: () => Promise<unknown>) => {
      const pages: Page[] = [];
      for (let after: string | null = null; ; ) {
        const page: Page = await search({ filter: { text: '满减' }, sort, first: 3, after }, visitor);
        pages.push(page);
        after = page.pageInfo.endCursor;
        if (!page.pageInfo.hasNextPage) return pages.flatMap(idsOf);
        await between();
      }
    };
    const newest = [...ids].reverse();
    // A newer one comes in front of what was read already.
    let late = 0;
    expect(
      await walk('NEWEST', () =>
        late++ === 0
          ? publish(
              { name: { default: '满减 later' }, time: { startsAt: fromNow(-day), endsAt: fromNow(9.5 * day) } },
              operator(shop),
            )
          : Promise.resolve(),
      ),
    ).toEqual(newest);
    // The end of the second page leaves while the third is on its way.
    const soonest = await walk('ENDING_SOON', async () => undefined);
    expect(soonest).toHaveLength(8);
    const ends = await platform.mongo.database('search').collection('promotions').find({ tenantId: shop }).toArray();
    const endOf = new Map(ends.map((entry) => [String(entry._id), Number(entry.endsAt)]));
    const order = soonest.map((id) => endOf.get(id) ?? 0);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    let paused = 0;
    const gone = soonest[2] ?? '';
    expect(
      await walk('ENDING_SOON', () =>
        paused++ === 0 ? move('pauseTemplate', gone, operator(shop)) : Promise.resolve(),
      ),
    ).toEqual(soonest);
  });

  it('are read along an index without sorting, with and without conditions', async () => {
    const database = platform.mongo.database('search');
    await platform.settled();
    await database.setProfilingLevel('all');
    const filters = [
      {},
      { text: '满减' },
      { text: '满减', trigger: 'AUTOMATIC', isOpenNow: true },
      { category: '/food/snacks', brand: 'Lumen' },
    ];
    for (const filter of filters)
      for (const sort of ['NEWEST', 'ENDING_SOON']) {
        const { edges } = await search({ filter, sort, first: 1 }, visitor);
        await search({ filter, sort, first: 2, after: edges[0]?.cursor ?? null }, visitor);
      }
    await database.setProfilingLevel('off');
    const profile = database.collection('system.profile');
    const entries = await profile.find({ ns: `${database.databaseName}.promotions`, op: 'query' }).toArray();
    await profile.drop();
    expect(entries).toHaveLength(16);
    for (const entry of entries) {
      expect(String(entry.planSummary)).toMatch(/IXSCAN \{ tenantId/);
      expect(JSON.stringify(entry.execStats)).not.toContain('"stage":"SORT"');
    }
  });
});

describe('an event that search cannot apply', () => {
  it('is parked with those behind it, listed for its tenant’s operator, and applied when it is replayed', async () => {
    const shop = 'parked';
    const id = await publish(coupon('满减'), merchant('lumen', shop));
    const other = await publish(coupon('满减'), merchant('lumen', shop));
    await platform.settled();
    const events = platform.mongo.database('template').collection('events');
    const [good] = await events.find({ key: id }).toArray();
    if (!good) throw new Error('Expected an event, found none.');
    const next = {
      ...good,
      _id: 'poison' as never,
      at: new Date(),
      payload: { ...good.payload, terms: null },
    };
    await events.insertOne(next);
    await move('pauseTemplate', id, merchant('lumen', shop));
    expect(await found({}, anonymous(shop))).toEqual([other, id]);

    interface Letters {
      searchDeadLetters: {
        edges: { node: { id: string; eventId: string; eventType: string; consumer: string; error: string } }[];
      };
    }
    const list = async (who: Identity) =>
      (
        await ask<Letters>(
          'search',
          '{ searchDeadLetters { edges { node { id eventId eventType consumer error } } } }',
          {},
          who,
        )
      ).searchDeadLetters.edges.map(({ node }) => node);
    const letters = await list(operator(shop));
    expect(letters).toMatchObject([
      { eventId: 'poison', eventType: 'template.changed', consumer: 'search.templates' },
      {},
    ]);
    expect(await list(operator('elsewhere'))).toEqual([]);

    const replay = async (letterId: string, who: Identity) =>
      (
        await ask<{ replaySearchDeadLetter: { replayedCount: number; userErrors: { code: string }[] } }>(
          'search',
          'mutation ($id: ID!) { replaySearchDeadLetter(input: { id: $id }) { replayedCount userErrors { code } } }',
          { id: letterId },
          who,
        )
      ).replaySearchDeadLetter;
    const letter = letters[0]?.id ?? '';
    expect(await replay(letter, operator('elsewhere'))).toEqual({
      replayedCount: 0,
      userErrors: [{ code: 'DEAD_LETTER_NOT_FOUND' }],
    });
    expect(await replay(letter, operator(shop))).toEqual({ replayedCount: 0, userErrors: [{ code: 'FAILED_AGAIN' }] });

    // What a repaired release would make of it: the event can be applied now.
    const parked = platform.mongo.database('search').collection('dead_letters');
    await parked.updateOne({ eventId: 'poison' }, { $set: { 'event.payload.terms': good.payload.terms } });
    expect(await replay(letter, operator(shop))).toEqual({ replayedCount: 2, userErrors: [] });
    expect(await list(operator(shop))).toEqual([]);
    expect(await found({}, anonymous(shop))).toEqual([other]);
  });

  it('is for operators to see alone', async () => {
    const request = { query: '{ searchDeadLetters { edges { cursor } } }' };
    expect((await platform.execute('search', request, merchant('lumen'))).errors?.[0]?.extensions?.code).toBe(
      'FORBIDDEN',
    );
    expect(await platform.host.subgraph('search').problems()).toEqual([]);
  });
});
