import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Identity } from '../../subgraphs/shared/contracts/identity';
import { MovableClock } from '../../subgraphs/shared/runtime/clock';
import type { StoredEvent } from '../../subgraphs/shared/runtime/events';
import { commandsDuring } from '../support/mongo-commands';
import { anonymous, merchant, operator, service, shopper } from '../support/people';
import { type Platform, startPlatform } from '../support/platform';

const day = 86_400_000;
let platform: Platform;
let keys = 0;
beforeAll(async () => {
  platform = await startPlatform({ names: ['template'] });
});
afterAll(async () => {
  await platform.stop();
});

const newKey = () => `key-${++keys}`;
const fromNow = (ms: number) => new Date(platform.clock.now().getTime() + ms).toISOString();

async function ask<T>(query: string, variables: Record<string, unknown>, who: Identity, on = platform): Promise<T> {
  const { data, errors } = await on.execute('template', { query, variables }, who);
  expect(errors).toBeUndefined();
  return data as T;
}

interface Errors {
  userErrors: { code: string; message: string; field: string[] | null }[];
}
const codes = (payload: Errors) => payload.userErrors.map((error) => error.code);
const places = (payload: Errors) => payload.userErrors.map((error) => `${error.code} ${error.field?.join('.')}`);

function sku(id: string, change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id,
    name: `Item ${id}`,
    merchantId: 'lumen',
    category: '/food/snacks',
    brand: 'Lumen',
    listPrices: [{ minorUnits: 1990, currency: 'CNY' }],
    ...change,
  };
}
interface Upserted extends Errors {
  changedCount: number;
  unchangedCount: number;
}
async function upsert(skus: unknown[], who: Identity = service(), idempotencyKey = newKey()): Promise<Upserted> {
  const answer = await ask<{ upsertSkus: Upserted }>(
    'mutation ($input: UpsertSkusInput!) { upsertSkus(input: $input) { changedCount unchangedCount userErrors { code message field } } }',
    { input: { skus, idempotencyKey } },
    who,
  );
  return answer.upsertSkus;
}
function eventsOf(type: string, key?: string, tenantId = 'festival'): Promise<StoredEvent[]> {
  return platform.mongo
    .database('template')
    .collection<StoredEvent>('events')
    .find({ type, tenantId, ...(key && { key }) } as object)
    .sort({ at: 1 })
    .toArray();
}

async function publish(change: Record<string, unknown>, who: Identity): Promise<string> {
  const document = {
    name: { default: '八五折' },
    trigger: 'AUTOMATIC',
    time: { startsAt: fromNow(-day), endsAt: fromNow(7 * day) },
    rule: { stackingGroup: 'ITEM' },
    benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 1500 }],
    ...change,
  };
  const created = await ask<{ createTemplate: Errors & { template: { id: string } } }>(
    'mutation ($input: CreateTemplateInput!) { createTemplate(input: $input) { template { id } userErrors { code message field } } }',
    { input: { document, idempotencyKey: newKey() } },
    who,
  );
  expect(created.createTemplate.userErrors).toEqual([]);
  const templateId = created.createTemplate.template.id;
  const published = await ask<{ publishTemplate: Errors }>(
    'mutation ($input: PublishTemplateInput!) { publishTemplate(input: $input) { userErrors { code message field } } }',
    { input: { templateId, acceptWarnings: true, idempotencyKey: newKey() } },
    who,
  );
  expect(published.publishTemplate.userErrors).toEqual([]);
  return templateId;
}

const commandsOf = (run: () => Promise<unknown>) => commandsDuring(platform.mongo.database('template'), run);

describe('the catalogue copy', () => {
  it('takes over SKUs once: a repetition changes nothing and tells nobody', async () => {
    const skus = [
      sku('once-1'),
      sku('once-2', { itemType: 'PRESALE', brand: null, attributes: [{ name: 'colour', value: 'red' }] }),
    ];
    expect(await upsert(skus)).toEqual({ changedCount: 2, unchangedCount: 0, userErrors: [] });
    expect(await upsert(skus)).toEqual({ changedCount: 0, unchangedCount: 2, userErrors: [] });
    const [event, ...more] = await eventsOf('sku.changed', 'once-2');
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      tenantId: 'festival',
      payload: {
        skuId: 'once-2',
        revision: 1,
        merchantId: 'lumen',
        category: '/food/snacks',
        brand: null,
        itemType: 'PRESALE',
        prices: { CNY: 1990 },
        attributes: { colour: 'red' },
      },
    });
    expect(
      await upsert([sku('once-1', { listPrices: [{ minorUnits: 990, currency: 'CNY' }] }), skus[1]]),
    ).toMatchObject({
      changedCount: 1,
      unchangedCount: 1,
    });
    expect(await eventsOf('sku.changed', 'once-1')).toMatchObject([
      { payload: { revision: 1, prices: { CNY: 1990 } } },
      { payload: { revision: 2, prices: { CNY: 990 } } },
    ]);
    expect(await eventsOf('sku.changed', 'once-2')).toHaveLength(1);
  });

  it('writes what changed of a thousand SKUs in one command and their events in another', async () => {
    const skus = Array.from({ length: 1000 }, (_, index) => sku(`bulk-${index}`));
    let answer: unknown;
    const commands = await commandsOf(async () => {
      answer = await upsert(skus);
    });
    expect(answer).toEqual({ changedCount: 1000, unchangedCount: 0, userErrors: [] });
    expect(commands.filter((command) => command.endsWith(' events'))).toEqual(['insert events']);
    expect(codes(await upsert([...skus, sku('bulk-1000')]))).toEqual(['TOO_MANY']);
  });

  it('takes over tax rate, member price and least price, and lets whoever sells it alone see the last', async () => {
    const cny = (minorUnits: number) => [{ minorUnits, currency: 'CNY' }];
    const full = { taxRateBasisPoints: 1300, minUnitPrices: cny(1200), memberPrices: cny(1790) };
    expect(await upsert([sku('full')])).toMatchObject({ changedCount: 1 });
    expect(await upsert([sku('full', full)])).toMatchObject({ changedCount: 1 });
    expect(await upsert([sku('full', full)])).toMatchObject({ unchangedCount: 1 });
    expect(await upsert([sku('full', { ...full, minUnitPrices: cny(1100) })])).toMatchObject({ changedCount: 1 });
    expect((await eventsOf('sku.changed', 'full')).map(({ payload }) => payload)).toMatchObject([
      { taxRateBasisPoints: null, minUnitPrices: {}, memberPrices: {} },
      { taxRateBasisPoints: 1300, minUnitPrices: { CNY: 1200 }, memberPrices: { CNY: 1790 } },
      { minUnitPrices: { CNY: 1100 } },
    ]);
    const seen = async (who: Identity, fields: string) =>
      (await ask<{ sku: object }>(`{ sku(id: "full") { ${fields} } }`, {}, who)).sku;
    expect(await seen(anonymous(), 'taxRateBasisPoints memberPrices { minorUnits currency }')).toEqual({
      taxRateBasisPoints: 1300,
      memberPrices: cny(1790),
    });
    const least = 'minUnitPrices { minorUnits currency }';
    for (const who of [merchant('lumen'), operator(), service()])
      expect(await seen(who, least)).toEqual({ minUnitPrices: cny(1100) });
    expect(await seen(merchant('other'), least)).toEqual({ minUnitPrices: [] });
    const refused = await platform.execute('template', { query: `{ sku(id: "full") { ${least} } }` }, shopper('ann'));
    expect(refused.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });

  it('reads a SKU that was written before it could have them', async () => {
    await upsert([sku('old')]);
    await platform.mongo
      .database('template')
      .collection('skus')
      .updateOne({ skuId: 'old' }, { $unset: { taxRateBasisPoints: 1, minUnitPrices: 1, memberPrices: 1 } });
    const { sku: read } = await ask<{ sku: object }>(
      '{ sku(id: "old") { name taxRateBasisPoints memberPrices { minorUnits } } }',
      {},
      anonymous(),
    );
    expect(read).toEqual({ name: 'Item old', taxRateBasisPoints: null, memberPrices: [] });
    expect(await upsert([sku('old')])).toMatchObject({ unchangedCount: 1 });
  });

  it('replays a key and refuses it with other SKUs', async () => {
    const key = newKey();
    const answers = await Promise.all([1, 2, 3].map(() => upsert([sku('replay-1')], service(), key)));
    expect(answers).toEqual(Array.from({ length: 3 }, () => ({ changedCount: 1, unchangedCount: 0, userErrors: [] })));
    expect(codes(await upsert([sku('replay-2')], service(), key))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    expect(await eventsOf('sku.changed', 'replay-1')).toHaveLength(1);
  });

  it('takes over nothing when anything is wrong, and tells everything that is', async () => {
    const refused = await upsert([
      sku('fine'),
      sku('', { category: 'food', listPrices: [] }),
      sku('twice', {
        listPrices: [
          { minorUnits: -1, currency: 'CNY' },
          { minorUnits: 2, currency: 'CNY' },
        ],
      }),
      sku('twice', { merchantId: null, attributes: [{ name: '$where', value: 'x' }] }),
      sku('dear', {
        taxRateBasisPoints: 10_001,
        minUnitPrices: [{ minorUnits: 1991, currency: 'CNY' }],
        memberPrices: [{ minorUnits: 1, currency: 'USD' }],
      }),
    ]);
    expect(places(refused).sort()).toEqual([
      'INVALID_SKU input.skus.1.category',
      'INVALID_SKU input.skus.1.id',
      'INVALID_SKU input.skus.1.listPrices',
      'INVALID_SKU input.skus.2.listPrices.0.minorUnits',
      'INVALID_SKU input.skus.2.listPrices.1.currency',
      'INVALID_SKU input.skus.3.attributes.0.name',
      'INVALID_SKU input.skus.3.id',
      'INVALID_SKU input.skus.3.merchantId',
      'INVALID_SKU input.skus.4.memberPrices.0.currency',
      'INVALID_SKU input.skus.4.minUnitPrices.0.minorUnits',
      'INVALID_SKU input.skus.4.taxRateBasisPoints',
    ]);
    expect((await ask<{ sku: unknown }>('{ sku(id: "fine") { id } }', {}, shopper('ann'))).sku).toBeNull();
  });

  it('lets a merchant speak for its own SKUs alone, also when two want one at once', async () => {
    expect(await upsert([sku('mine', { merchantId: null })], merchant('lumen'))).toMatchObject({ changedCount: 1 });
    expect(places(await upsert([sku('mine', { merchantId: null })], merchant('other')))).toEqual([
      'FOREIGN_MERCHANT input.skus.0.id',
    ]);
    expect(places(await upsert([sku('new')], merchant('other')))).toEqual(['FOREIGN_MERCHANT input.skus.0.merchantId']);
    const answers = await Promise.all(
      ['lumen', 'other', 'third', 'fourth'].map((name) =>
        upsert([sku('wanted', { merchantId: name })], merchant(name)),
      ),
    );
    expect(answers.flatMap(codes)).toEqual(['FOREIGN_MERCHANT', 'FOREIGN_MERCHANT', 'FOREIGN_MERCHANT']);
    expect(await eventsOf('sku.changed', 'wanted')).toHaveLength(1);
    expect(await upsert([sku('mine', { merchantId: 'other' })], operator())).toMatchObject({ changedCount: 1 });
  });

  it('keeps tenants apart: the same SKU id is another SKU elsewhere', async () => {
    await upsert([sku('shared', { name: 'Here' })]);
    await upsert([sku('shared', { name: 'There', merchantId: 'zenith' })], service('elsewhere'));
    const nameFor = async (who: Identity) =>
      (await ask<{ sku: { name: string; merchantId: string } }>('{ sku(id: "shared") { name merchantId } }', {}, who))
        .sku;
    expect(await nameFor(anonymous())).toEqual({ name: 'Here', merchantId: 'lumen' });
    expect(await nameFor(anonymous('elsewhere'))).toEqual({ name: 'There', merchantId: 'zenith' });
    expect((await ask<{ sku: unknown }>('{ sku(id: "shared") { id } }', {}, anonymous('third'))).sku).toBeNull();
  });

  it('is not for shoppers to write', async () => {
    const request = { query: 'mutation { upsertSkus(input: { skus: [], idempotencyKey: "k" }) { changedCount } }' };
    expect((await platform.execute('template', request, shopper('ann'))).errors?.[0]?.extensions?.code).toBe(
      'FORBIDDEN',
    );
  });
});

describe('the promotions of a SKU', () => {
  const shop = 'promotions';
  const promotionsOf = async (id: string) =>
    (
      await ask<{ sku: { promotions: { id: string }[] } }>(
        'query ($id: ID!) { sku(id: $id) { promotions { id } } }',
        { id },
        anonymous(shop),
      )
    ).sku.promotions.map((promotion) => promotion.id);

  it('are the live ones of its merchant or the platform that reach it, by priority, exclusions respected', async () => {
    await upsert(
      [
        sku('snack', { brand: 'Lumen' }),
        sku('presale', { itemType: 'PRESALE' }),
        sku('foodie', { category: '/foodie', brand: 'Other' }),
        sku('theirs', { merchantId: 'other' }),
      ],
      service(shop),
    );
    const lumen = merchant('lumen', shop);
    const rule = (priority: number) => ({ rule: { stackingGroup: 'ITEM', priority } });
    const storewide = await publish({ ...rule(5) }, operator(shop));
    const food = await publish(
      { ...rule(4), product: { scope: { kind: 'CATEGORIES', categories: ['/food'] } } },
      lumen,
    );
    const brand = await publish(
      { ...rule(3), product: { scope: { kind: 'BRANDS', brands: ['Lumen'] }, itemType: 'IN_STOCK' } },
      operator(shop),
    );
    const named = await publish(
      { ...rule(2), product: { scope: { kind: 'SKUS', skuIds: ['snack', 'theirs'] } } },
      lumen,
    );
    const except = await publish(
      { ...rule(1), product: { scope: { kind: 'STOREWIDE' }, excludes: { categories: ['/food'] } } },
      operator(shop),
    );
    await publish({ time: { startsAt: fromNow(day), endsAt: fromNow(2 * day) } }, operator(shop));
    await publish({}, operator('elsewhere'));
    expect(await promotionsOf('snack')).toEqual([named, brand, food, storewide]);
    expect(await promotionsOf('presale')).toEqual([food, storewide]);
    expect(await promotionsOf('foodie')).toEqual([except, storewide]);
    expect(await promotionsOf('theirs')).toEqual([brand, storewide]);

    await ask(
      'mutation ($input: PauseTemplateInput!) { pauseTemplate(input: $input) { userErrors { code } } }',
      { input: { templateId: food, idempotencyKey: newKey() } },
      lumen,
    );
    expect(await promotionsOf('presale')).toEqual([storewide]);
  });

  it('cost one command for SKUs not asked for lately, however many they are, and none when asked for again', async () => {
    await upsert(
      Array.from({ length: 50 }, (_, index) => sku(`page-${index}`)),
      service(shop),
    );
    const representations = Array.from({ length: 50 }, (_, index) => ({ __typename: 'Sku', id: `page-${index}` }));
    let answer: { _entities: { name: string; promotions: unknown[] }[] } | undefined;
    const askAgain = async () => {
      answer = await ask(
        'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Sku { id name listPrices { minorUnits } promotions { id name state } } } }',
        { representations },
        anonymous(shop),
      );
    };
    expect(await commandsOf(askAgain)).toEqual(['query skus']);
    expect(answer?._entities).toHaveLength(50);
    expect(answer?._entities.every((found) => found.promotions.length > 0)).toBe(true);
    expect(await commandsOf(askAgain)).toEqual([]);
  });

  it('and a page of fifty templates is one command too, missing and foreign ones being null', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => publish({}, operator(shop))));
    const foreign = await publish({}, operator('elsewhere'));
    const representations = [...Array.from({ length: 48 }, (_, index) => ids[index % 5]), 'tpl_none', foreign].map(
      (id) => ({
        __typename: 'PromotionTemplate',
        id,
      }),
    );
    let answer: { _entities: ({ id: string } | null)[] } | undefined;
    const commands = await commandsOf(async () => {
      answer = await ask(
        'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on PromotionTemplate { id name state } } }',
        { representations },
        anonymous(shop),
      );
    });
    expect(answer?._entities.map((found) => found?.id ?? null)).toEqual([
      ...representations.slice(0, 48).map(({ id }) => id),
      null,
      null,
    ]);
    expect(commands).toEqual(['query templates']);
  });
});

describe('the list of an author', () => {
  const shop = 'listing';
  const lumen = merchant('lumen', shop);
  interface Page {
    edges: { cursor: string; node: { id: string; state: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  }
  const list = async (variables: Record<string, unknown>, who: Identity = lumen): Promise<Page> =>
    (
      await ask<{ templates: Page }>(
        'query ($filter: TemplateFilter, $first: Int, $after: String) { templates(filter: $filter, first: $first, after: $after) { edges { cursor node { id state } } pageInfo { hasNextPage endCursor } } }',
        variables,
        who,
      )
    ).templates;

  it('is in pages, newest first, that stay as they are while new ones are written', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.unshift(await publish({}, lumen));
    await publish({}, merchant('other', shop));
    await publish({}, operator(shop));
    const first = await list({ first: 2 });
    expect(first.pageInfo.hasNextPage).toBe(true);
    await publish({}, lumen);
    const second = await list({ first: 2, after: first.pageInfo.endCursor });
    const third = await list({ first: 2, after: second.pageInfo.endCursor, filter: { states: ['LIVE', 'PAUSED'] } });
    expect([first, second, third].flatMap((page) => page.edges.map(({ node }) => node.id))).toEqual(ids);
    expect(third.pageInfo.hasNextPage).toBe(false);
    expect((await list({ filter: { states: [] } })).edges).toEqual([]);
    expect((await list({ filter: { states: ['DRAFT', 'ENDED'] } })).edges).toEqual([]);
  });

  it('is read along an index, without sorting, whatever states are asked for', async () => {
    const rows = platform.mongo.database('template').collection('templates');
    await platform.mongo.database('template').setProfilingLevel('all');
    await list({
      filter: { states: ['ENDED', 'LIVE', 'PAUSED', 'SCHEDULED', 'DRAFT'] },
      after: (await list({ first: 1 })).pageInfo.endCursor,
    });
    await list({});
    await platform.mongo.database('template').setProfilingLevel('off');
    const profile = rows.db.collection('system.profile');
    const entries = await profile
      // Besides whoever looks for windows that begin or end.
      .find({ ns: rows.namespace, op: 'query', 'command.filter.nextEdgeAt': { $exists: false } })
      .toArray();
    expect(entries).toHaveLength(3);
    for (const entry of entries) {
      expect(String(entry.planSummary)).toMatch(/IXSCAN/);
      // A merge of branches that are in order already is fine; a blocking sort is not.
      expect(JSON.stringify(entry.execStats)).not.toContain('"stage":"SORT"');
    }
    await profile.drop();
  });

  it('refuses a foreign cursor, a page too large and a shopper', async () => {
    const code = async (variables: Record<string, unknown>, who: Identity = lumen) =>
      (
        await platform.execute(
          'template',
          {
            query:
              'query ($first: Int, $after: String) { templates(first: $first, after: $after) { edges { cursor } } }',
            variables,
          },
          who,
        )
      ).errors?.[0]?.extensions?.code;
    expect(await code({ first: 101 })).toBe('BAD_USER_INPUT');
    expect(await code({ after: 'nonsense' })).toBe('BAD_USER_INPUT');
    expect(await code({ after: Buffer.from('["a","b"]').toString('base64url') })).toBe('BAD_USER_INPUT');
    expect(await code({}, shopper('ann', shop))).toBe('FORBIDDEN');
  });
});

describe('the settings of a tenant', () => {
  const fields =
    'zone maxCouponsPerOrder quoteValidMinutes paymentMinutes solverNodeBudget reminderLeadHours stackingGroups { name maxPerOrder maxPerLine isAlwaysStackable } revision';
  interface Settings extends Record<string, unknown> {
    revision: number;
  }
  const read = async (who: Identity) =>
    (await ask<{ tenantSettings: Settings }>(`{ tenantSettings { ${fields} } }`, {}, who)).tenantSettings;
  const update = async (input: Record<string, unknown>, who: Identity) =>
    (
      await ask<{ updateTenantSettings: Errors & { settings: Settings | null } }>(
        `mutation ($input: UpdateTenantSettingsInput!) { updateTenantSettings(input: $input) { settings { ${fields} } userErrors { code message field } } }`,
        { input: { idempotencyKey: newKey(), ...input } },
        who,
      )
    ).updateTenantSettings;

  it('are the defaults until it chooses, then change one by one and are told to followers', async () => {
    const who = operator('chooser');
    const defaults = await read(who);
    expect(defaults).toMatchObject({ zone: 'Asia/Shanghai', maxCouponsPerOrder: 10, revision: 0 });
    const changed = await update({ maxCouponsPerOrder: 3, reminderLeadHours: [2, 48, 2] }, who);
    expect(changed).toEqual({
      settings: { ...defaults, maxCouponsPerOrder: 3, reminderLeadHours: [48, 2], revision: 1 },
      userErrors: [],
    });
    const groups = [{ name: 'SHIPPING', maxPerOrder: 2, isAlwaysStackable: true }];
    expect((await update({ stackingGroups: groups }, who)).settings).toMatchObject({
      maxCouponsPerOrder: 3,
      stackingGroups: [{ name: 'SHIPPING', maxPerOrder: 2, maxPerLine: null, isAlwaysStackable: true }],
      revision: 2,
    });
    expect((await update({ stackingGroups: null, maxCouponsPerOrder: null }, who)).settings).toMatchObject({
      maxCouponsPerOrder: 10,
      stackingGroups: defaults.stackingGroups,
      revision: 3,
    });
    expect((await update({ maxCouponsPerOrder: 10 }, who)).settings?.revision).toBe(3);
    expect(await read(shopper('ann', 'chooser'))).toMatchObject({ revision: 3 });
    const events = await eventsOf('tenant-settings.changed', undefined, 'chooser');
    expect(events).toMatchObject([
      {
        key: 'chooser',
        payload: {
          revision: 1,
          settings: { maxCouponsPerOrder: 3, zone: 'Asia/Shanghai', reminderLeadHours: [48, 2] },
        },
      },
      { payload: { revision: 2, settings: { stackingGroups: [{ alwaysStackable: true }] } } },
      { payload: { revision: 3 } },
    ]);
    expect((await read(operator())).revision).toBe(0);
  });

  it('are refused with every fault at once and then stay as they are', async () => {
    const refused = await update(
      { zone: 'Mars/Base', maxCouponsPerOrder: 31, stackingGroups: [{ name: 'ITEM' }, { name: 'ITEM' }] },
      operator('wrong'),
    );
    expect(refused.settings).toBeNull();
    expect(places(refused).sort()).toEqual([
      'INVALID_SETTING input.maxCouponsPerOrder',
      'INVALID_SETTING input.stackingGroups.1.name',
      'INVALID_SETTING input.zone',
    ]);
    expect((await read(operator('wrong'))).revision).toBe(0);
  });

  it('tell how goods are taxed, sent and sold to members, and what must stay to be paid', async () => {
    const who = operator('taxed');
    const more = `taxMode defaultTaxRateBasisPoints memberTiers isHeldQuoteGoodWhenPaused solverMilliseconds
      shippingMethods { method name prices { minorUnits currency } }`;
    const floors = 'floors { maxDiscountShareBasisPoints minPayable { minorUnits currency } }';
    const readMore = async (by: Identity, wanted = more) =>
      (await ask<{ tenantSettings: object }>(`{ tenantSettings { ${wanted} } }`, {}, by)).tenantSettings;
    const defaults = {
      taxMode: 'INCLUSIVE',
      defaultTaxRateBasisPoints: null,
      memberTiers: [],
      isHeldQuoteGoodWhenPaused: false,
      solverMilliseconds: 20,
      shippingMethods: [],
    };
    expect(await readMore(shopper('ann', 'taxed'))).toEqual(defaults);
    const chosen = {
      taxMode: 'EXCLUSIVE',
      defaultTaxRateBasisPoints: 900,
      memberTiers: ['GOLD'],
      isHeldQuoteGoodWhenPaused: true,
      solverMilliseconds: 200,
      shippingMethods: [
        { method: 'EXPRESS', name: '顺丰', prices: [{ minorUnits: 1800, currency: 'CNY' }] },
        { method: 'PICKUP', name: null, prices: [{ minorUnits: 0, currency: 'CNY' }] },
      ],
    };
    const least = { maxDiscountShareBasisPoints: 7000, minPayable: [{ minorUnits: 100, currency: 'CNY' }] };
    expect((await update({ ...chosen, floors: least }, who)).userErrors).toEqual([]);
    expect(await readMore(shopper('ann', 'taxed'))).toEqual(chosen);
    expect(await readMore(who, floors)).toEqual({ floors: least });
    expect(await readMore(merchant('lumen', 'taxed'), floors)).toEqual({ floors: least });
    const [event] = await eventsOf('tenant-settings.changed', undefined, 'taxed');
    expect(event?.payload).toMatchObject({
      settings: {
        shippingMethods: [
          { method: 'EXPRESS', name: '顺丰', prices: { CNY: 1800 } },
          { method: 'PICKUP', prices: { CNY: 0 } },
        ],
        heldQuotesSurvivePause: true,
        floors: { maxDiscountShareBasisPoints: 7000, minPayable: { CNY: 100 } },
      },
    });
    expect((await update(chosen, who)).settings?.revision).toBe(1);
    const cleared = Object.fromEntries([...Object.keys(chosen), 'floors'].map((name) => [name, null]));
    expect((await update(cleared, who)).userErrors).toEqual([]);
    expect(await readMore(who, `${more} ${floors}`)).toEqual({ ...defaults, floors: null });
    expect((await update({ floors: {}, shippingMethods: [chosen.shippingMethods[1]] }, who)).userErrors).toEqual([]);
    const floorless = { maxDiscountShareBasisPoints: null, minPayable: [] };
    expect(await readMore(who, floors)).toEqual({ floors: floorless });
    const hidden = `{ tenantSettings { ${floors} } }`;
    expect((await platform.execute('template', { query: hidden }, shopper('ann'))).errors?.[0]?.extensions?.code).toBe(
      'FORBIDDEN',
    );
  });

  it('are refused where a way to send is there twice, costs less than nothing or names a currency twice', async () => {
    const cny = { minorUnits: 800, currency: 'CNY' };
    const refused = await update(
      {
        defaultTaxRateBasisPoints: 10_001,
        solverMilliseconds: 1001,
        memberTiers: [' '],
        shippingMethods: [
          { method: 'EXPRESS', prices: [cny, cny] },
          { method: 'EXPRESS', prices: [{ minorUnits: -1, currency: 'CNY' }] },
          { method: 'POST', prices: [] },
        ],
        floors: { maxDiscountShareBasisPoints: -1, minPayable: [{ minorUnits: 0, currency: 'CNY' }] },
      },
      operator('wrong'),
    );
    expect(refused.settings).toBeNull();
    expect(places(refused).sort()).toEqual([
      'INVALID_SETTING input.defaultTaxRateBasisPoints',
      'INVALID_SETTING input.floors.maxDiscountShareBasisPoints',
      'INVALID_SETTING input.floors.minPayable.CNY',
      'INVALID_SETTING input.memberTiers.0',
      'INVALID_SETTING input.shippingMethods.0.prices.1.currency',
      'INVALID_SETTING input.shippingMethods.1.method',
      'INVALID_SETTING input.shippingMethods.1.prices.CNY',
      'INVALID_SETTING input.shippingMethods.2.prices',
      'INVALID_SETTING input.solverMilliseconds',
    ]);
  });

  it('change once per key, one after the other when several change them at once', async () => {
    const who = operator('busy');
    const key = newKey();
    await Promise.all([1, 2, 3].map(() => update({ maxCouponsPerOrder: 4, idempotencyKey: key }, who)));
    expect((await read(who)).revision).toBe(1);
    expect(codes(await update({ maxCouponsPerOrder: 5, idempotencyKey: key }, who))).toEqual([
      'IDEMPOTENCY_KEY_REUSED',
    ]);
    await Promise.all([5, 6, 7, 8].map((count) => update({ quoteValidMinutes: count }, who)));
    expect(await read(who)).toMatchObject({ maxCouponsPerOrder: 4, revision: 5 });
    expect(await eventsOf('tenant-settings.changed', undefined, 'busy')).toHaveLength(5);
  });

  it('are read by whoever is signed in and changed by operators alone', async () => {
    const code = async (query: string, who: Identity) =>
      (await platform.execute('template', { query }, who)).errors?.[0]?.extensions?.code;
    expect(await code('{ tenantSettings { zone } }', anonymous())).toBe('UNAUTHENTICATED');
    expect(
      await code(
        'mutation { updateTenantSettings(input: { idempotencyKey: "k" }) { settings { zone } } }',
        merchant('lumen'),
      ),
    ).toBe('FORBIDDEN');
  });
});

describe('business time', () => {
  const advance = async (milliseconds: number, who: Identity = operator(), on = platform) =>
    (
      await ask<{ advanceClock: Errors & { now: string | null } }>(
        'mutation ($ms: Long!) { advanceClock(input: { milliseconds: $ms }) { now userErrors { code message field } } }',
        { ms: milliseconds },
        who,
        on,
      )
    ).advanceClock;

  it('moves forward for an operator, and never back', async () => {
    const before = platform.clock.now().getTime();
    const moved = await advance(day);
    expect(moved.userErrors).toEqual([]);
    expect(new Date(moved.now ?? '').getTime()).toBeGreaterThanOrEqual(before + day);
    expect(codes(await advance(-1))).toEqual(['NEGATIVE']);
    expect(codes(await advance(Number.MAX_SAFE_INTEGER))).toEqual(['NOT_MOVABLE']);
    const request = { query: 'mutation { advanceClock(input: { milliseconds: 1 }) { now } }' };
    expect((await platform.execute('template', request, merchant('lumen'))).errors?.[0]?.extensions?.code).toBe(
      'FORBIDDEN',
    );
  });

  it('is real time in production, whatever clock the process was given', async () => {
    const clock = new MovableClock();
    const production = await startPlatform({ names: ['template'], env: { NODE_ENV: 'production' }, clock });
    try {
      expect(codes(await advance(day, operator(), production))).toEqual(['NOT_MOVABLE']);
      expect(clock.offset).toBe(0);
    } finally {
      await production.stop();
    }
  });
});

describe('the subgraph', () => {
  it('is ready once its indexes are there', async () => {
    expect(await platform.host.subgraph('template').problems()).toEqual([]);
  });
});
