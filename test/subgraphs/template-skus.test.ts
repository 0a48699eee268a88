import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Identity } from '../../subgraphs/shared/contracts/identity';
import { asSkuId, asTemplateId, asTenantId } from '../../subgraphs/shared/kernel/identifiers';
import { MovableClock } from '../../subgraphs/shared/runtime/clock';
import { createInvalidationLine } from '../../subgraphs/shared/runtime/invalidation-line';
import { createLogger } from '../../subgraphs/shared/runtime/logger';
import { createPublishedTemplates } from '../../subgraphs/template/published-templates';
import { createTemplateStore } from '../../subgraphs/template/store';
import { commandsDuring } from '../support/mongo-commands';
import { anonymous, merchant, operator, service } from '../support/people';
import { type Platform, startPlatform } from '../support/platform';
import { atFullCount } from '../support/runs';
import { ownRedis, type TestStores, testStores } from '../support/stores';
import { until } from '../support/until';

const day = 86_400_000;
let stores: TestStores;
let clock: MovableClock;
/** Three processes of the subgraph: connections, lines and memory of their own, the same stores. */
let first: Platform;
let second: Platform;
let third: Platform;
let keys = 0;

beforeAll(async () => {
  stores = await testStores();
  clock = new MovableClock();
  const start = () => startPlatform({ names: ['template'], stores, clock });
  [first, second, third] = [await start(), await start(), await start()];
});
afterAll(async () => {
  for (const platform of [first, second, third]) await platform?.stop();
  await stores?.close();
});

const newKey = () => `key-${++keys}`;
const fromNow = (ms: number) => new Date(clock.now().getTime() + ms).toISOString();

async function ask<T>(on: Platform, query: string, variables: Record<string, unknown>, who: Identity): Promise<T> {
  const { data, errors } = await on.execute('template', { query, variables }, who);
  expect(errors).toBeUndefined();
  return data as T;
}

interface Answered {
  id: string;
  name: string;
  promotions: { id: string; state: string; draft?: unknown }[];
}
async function skusOf(on: Platform, tenant: string, ids: string[], who: Identity = anonymous(tenant)) {
  const query =
    'query ($ids: [ID!]!) { skus(ids: $ids) { id name listPrices { minorUnits } promotions { id state } } }';
  return (await ask<{ skus: (Answered | null)[] }>(on, query, { ids }, who)).skus;
}
async function promotionsOf(on: Platform, tenant: string, id: string): Promise<string[]> {
  const [found] = await skusOf(on, tenant, [id]);
  return (found?.promotions ?? []).map((promotion) => promotion.id);
}

async function upsert(tenant: string, ids: readonly string[], change: object = {}, on = first): Promise<void> {
  const skus = ids.map((id) => ({
    id,
    name: `Item ${id}`,
    merchantId: 'lumen',
    category: '/food/snacks',
    listPrices: [{ minorUnits: 1990, currency: 'CNY' }],
    ...change,
  }));
  await ask(
    on,
    'mutation ($input: UpsertSkusInput!) { upsertSkus(input: $input) { changedCount userErrors { code } } }',
    { input: { skus, idempotencyKey: newKey() } },
    service(tenant),
  );
}

async function act(on: Platform, mutation: string, input: object, who: Identity): Promise<string> {
  const type = `${mutation.slice(0, 1).toUpperCase()}${mutation.slice(1)}Input`;
  const answer = await ask<Record<string, { template: { id: string }; userErrors: object[] }>>(
    on,
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { template { id } userErrors { code message } } }`,
    { input: { ...input, idempotencyKey: newKey() } },
    who,
  );
  expect(answer[mutation]?.userErrors).toEqual([]);
  return answer[mutation]?.template.id ?? '';
}

const documentOf = (change: object = {}) => ({
  name: { default: '八五折' },
  trigger: 'AUTOMATIC',
  time: { startsAt: fromNow(-day), endsAt: fromNow(7 * day) },
  rule: { stackingGroup: 'ITEM' },
  benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 1500 }],
  ...change,
});
async function publish(tenant: string, change: object = {}, on = first, who = operator(tenant)): Promise<string> {
  const templateId = await act(on, 'createTemplate', { document: documentOf(change) }, who);
  return act(on, 'publishTemplate', { templateId, acceptWarnings: true }, who);
}

const commandsOf = (run: () => Promise<unknown>) => commandsDuring(first.mongo.database('template'), run);

/** What a change must reach everywhere within. */
const within = 1000;

describe('500 SKUs with their promotions', () => {
  const shop = 'shelf';
  const ids = Array.from({ length: 500 }, (_, index) => `sku-${index}`);

  it('cost one command when nothing of the tenant is in memory, and none from then on', async () => {
    await upsert(shop, ids);
    const templates = [];
    for (let n = 0; n < 3; n += 1) templates.push(await publish(shop));
    let answer: (Answered | null)[] = [];
    const look = async () => {
      answer = await skusOf(first, shop, ids);
    };
    expect(await commandsOf(look)).toEqual(['command skus']);
    expect(answer.map((sku) => sku?.id)).toEqual(ids);
    for (const sku of answer) expect(sku?.promotions.map(({ id }) => id)).toEqual([...templates].sort());
    expect(await commandsOf(look)).toEqual([]);
  });

  it('cost one command for the SKUs alone when the templates are there', async () => {
    const more = ids.map((id) => `more-${id}`);
    await upsert(shop, more);
    expect(await commandsOf(() => skusOf(first, shop, more))).toEqual(['query skus']);
    expect(await commandsOf(() => skusOf(first, shop, [...more, ...ids].slice(250, 750)))).toEqual([]);
  });

  it('cost another process one command for the templates, since Redis has the SKUs', async () => {
    await until(async () => (await first.redis.client.exists(`cache:template.sku.2:${shop}/sku-499`)) === 1);
    expect(await commandsOf(() => skusOf(second, shop, ids))).toEqual(['query templates']);
    expect(await commandsOf(() => skusOf(second, shop, ids))).toEqual([]);
  });

  it('cost the gateway no more when it fetches them as entities', async () => {
    const representations = ids.map((id) => ({ __typename: 'Sku', id: `entity-${id}` }));
    await upsert(
      'entities',
      ids.map((id) => `entity-${id}`),
    );
    const query =
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Sku { id promotions { id } } } }';
    const look = () => ask(first, query, { representations }, anonymous('entities'));
    expect(await commandsOf(look)).toEqual(['command skus']);
    expect(await commandsOf(look)).toEqual([]);
  });

  it('do not bring the templates along for a query that asks for none', async () => {
    await upsert('plain', ['a']);
    const look = () => ask(first, '{ skus(ids: ["a"]) { id name } }', {}, anonymous('plain'));
    expect(await commandsOf(look)).toEqual(['query skus']);
  });

  it('come in the order they are asked for, with null for what is not there, and 500 at most', async () => {
    const found = await skusOf(first, shop, ['sku-2', 'none', 'sku-1', 'sku-2']);
    expect(found.map((sku) => sku?.id ?? null)).toEqual(['sku-2', null, 'sku-1', 'sku-2']);
    expect(await skusOf(first, 'elsewhere', ['sku-1'])).toEqual([null]);
    const { errors } = await first.execute(
      'template',
      { query: 'query ($ids: [ID!]!) { skus(ids: $ids) { id } }', variables: { ids: [...ids, 'one-more'] } },
      anonymous(shop),
    );
    expect(errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
  });

  it('learn at once that a SKU which was not there is there now', async () => {
    expect(await skusOf(first, shop, ['late'])).toEqual([null]);
    expect(await skusOf(second, shop, ['late'])).toEqual([null]);
    await upsert(shop, ['late']);
    expect((await skusOf(first, shop, ['late']))[0]?.id).toBe('late');
    await until(async () => (await skusOf(second, shop, ['late']))[0]?.id === 'late', within);
  });
});

describe('three processes', () => {
  const shop = 'three';
  const everywhere = (look: (on: Platform) => Promise<boolean>) =>
    Promise.all([first, second, third].map((on) => until(() => look(on), within)));

  it('show a template published, paused, resumed and ended within a second, wherever it was done', async () => {
    const who = operator(shop);
    await upsert(shop, ['lamp']);
    const base = await publish(shop);
    await everywhere(async (on) => (await promotionsOf(on, shop, 'lamp')).join() === base);
    const shows = (id: string, isShown: boolean) =>
      everywhere(async (on) => (await promotionsOf(on, shop, 'lamp')).includes(id) === isShown);
    const id = await publish(shop, {}, second);
    await shows(id, true);
    await act(third, 'pauseTemplate', { templateId: id }, who);
    expect(await promotionsOf(third, shop, 'lamp')).toEqual([base]); // where it was done, with the answer
    await shows(id, false);
    await act(first, 'resumeTemplate', { templateId: id }, who);
    await shows(id, true);
    const narrower = documentOf({ product: { scope: { kind: 'CATEGORIES', categories: ['/light'] } } });
    await act(second, 'reviseTemplate', { templateId: id, document: narrower, revision: 4 }, who);
    await shows(id, true); // a draft is nobody's business
    await act(second, 'publishTemplate', { templateId: id, acceptWarnings: true }, who);
    await shows(id, false);
    await upsert(shop, ['lamp'], { category: '/light/led' }, third);
    await shows(id, true);
    await act(third, 'endTemplate', { templateId: id }, who);
    await shows(id, false);
  });

  it('read the one template that changed and nothing else', async () => {
    const id = await publish(shop);
    await everywhere(async (on) => (await promotionsOf(on, shop, 'lamp')).includes(id));
    const commands = await commandsOf(async () => {
      await act(first, 'pauseTemplate', { templateId: id }, operator(shop));
      await everywhere(async (on) => !(await promotionsOf(on, shop, 'lamp')).includes(id));
    });
    // One to read it for the change itself, and one in each process.
    expect(commands.filter((command) => command === 'query templates')).toHaveLength(4);
    expect(commands.filter((command) => command.endsWith(' skus'))).toEqual([]);
  });

  it('show a changed SKU within a second', async () => {
    await everywhere(async (on) => (await skusOf(on, shop, ['lamp']))[0] !== null);
    await upsert(shop, ['lamp'], { name: 'Bright lamp' }, second);
    expect((await skusOf(second, shop, ['lamp']))[0]?.name).toBe('Bright lamp');
    await everywhere(async (on) => (await skusOf(on, shop, ['lamp']))[0]?.name === 'Bright lamp');
  });

  it('begin and end a promotion by business time, without asking anybody', async () => {
    await upsert('windows', ['lamp']);
    const id = await publish('windows', { time: { startsAt: fromNow(day), endsAt: fromNow(2 * day) } });
    await everywhere(async (on) => (await promotionsOf(on, 'windows', 'lamp')).length === 0);
    // Nobody tells of windows meanwhile, so that every command is one of the look-ups.
    const leases = first.mongo.database('template').collection('worker_leases');
    await leases.updateMany({}, { $set: { holder: 'nobody', leaseUntil: new Date(Date.now() + 60_000) } });
    clock.advance(day);
    const shown: string[][] = [];
    const commands = await commandsOf(async () => {
      for (const on of [first, second, third]) shown.push(await promotionsOf(on, 'windows', 'lamp'));
      clock.advance(day);
      for (const on of [first, second, third]) shown.push(await promotionsOf(on, 'windows', 'lamp'));
    });
    await leases.updateMany({}, { $set: { leaseUntil: new Date(0) } });
    expect(shown).toEqual([[id], [id], [id], [], [], []]);
    expect(commands).toEqual([]);
  });

  it("show a merchant its own draft and nobody else's, although they look at the same promotions", async () => {
    const who = merchant('lumen', 'drafts');
    await upsert('drafts', ['lamp']);
    const id = await publish('drafts', {}, first, who);
    await act(
      first,
      'reviseTemplate',
      { templateId: id, document: documentOf({ name: { default: 'Next' } }), revision: 2 },
      who,
    );
    const draftFor = async (viewer: Identity) => {
      const query = '{ sku(id: "lamp") { promotions { revision draft } } }';
      return (await ask<{ sku: { promotions: unknown[] } }>(first, query, {}, viewer)).sku.promotions[0];
    };
    for (let time = 0; time < 2; time += 1) {
      expect(await draftFor(who)).toMatchObject({ revision: 3, draft: { name: { default: 'Next' } } });
      expect(await draftFor(anonymous('drafts'))).toEqual({ revision: 3, draft: null });
      expect(await draftFor(merchant('zenith', 'drafts'))).toEqual({ revision: 3, draft: null });
    }
  });
});

describe('when messages are lost', () => {
  it('a template is compared by revision after its lifetime, and only what differs is read', async () => {
    const shop = asTenantId('lost');
    await upsert('lost', ['lamp']);
    const kept = await publish('lost');
    const paused = await publish('lost');
    const time = { at: 1000 };
    const logger = createLogger({ name: 'test', level: 'silent' });
    const line = createInvalidationLine(first.redis, { logger, now: () => time.at });
    const store = createTemplateStore(first.mongo);
    const published = createPublishedTemplates({
      store,
      line,
      now: () => clock.now(),
      publish: async () => undefined,
      logger,
      random: () => 0,
    });
    const lamp = (await store.skusByIds(shop, [asSkuId('lamp')])).get(asSkuId('lamp'));
    if (!lamp) throw new Error('Expected the lamp, found none.');
    await line.start();
    try {
      time.at += 1;
      const idsNow = async () =>
        (await published.of(shop)).withPromotions(lamp, clock.now()).promotions.map(({ id }) => String(id));
      expect(await idsNow()).toEqual([kept, paused].sort());
      const collection = first.mongo.database('template').collection<{ _id: string }>('templates');
      await collection.updateOne(
        { _id: paused },
        { $set: { wanted: 'PAUSED', 'published.wanted': 'PAUSED' }, $inc: { 'log.seq': 1 } },
      );
      time.at += 59_999;
      expect(await idsNow()).toEqual([kept, paused].sort());
      time.at += 1;
      let after: string[] = [];
      const commands = await commandsOf(async () => {
        after = await idsNow();
      });
      expect(after).toEqual([kept]);
      expect(commands).toEqual(['query templates', 'query templates']);
      time.at += 60_000;
      expect(await commandsOf(idsNow)).toEqual(['query templates']);
      expect((await published.of(shop)).seqOf(asTemplateId(paused))).toBe(3);
    } finally {
      await line.stop();
    }
  });
});

describe('without Redis', () => {
  atFullCount.it(
    'SKUs and promotions are answered, a second old at most; when it is back they are as fresh as before',
    async () => {
      const server = await ownRedis();
      const port = Number(new URL(server.uri).port);
      const own = await testStores();
      const start = () => startPlatform({ names: ['template'], stores: own, redisUrl: server.uri, clock });
      const [here, there] = [await start(), await start()];
      const shop = 'cut-off';
      try {
        await upsert(shop, ['lamp'], {}, here);
        const id = await publish(shop, {}, here);
        for (const on of [here, there]) expect(await promotionsOf(on, shop, 'lamp')).toEqual([id]);
        await server.stop();
        for (const on of [here, there]) expect(await promotionsOf(on, shop, 'lamp')).toEqual([id]);

        await act(here, 'pauseTemplate', { templateId: id }, operator(shop));
        await upsert(shop, ['lamp'], { name: 'Dim lamp' }, here);
        expect(await promotionsOf(here, shop, 'lamp')).toEqual([]);
        const isNew = async (on: Platform, name: string, promotions: string[]) => {
          const [lamp] = await skusOf(on, shop, ['lamp']);
          return lamp?.name === name && lamp.promotions.map((promotion) => promotion.id).join() === promotions.join();
        };
        await until(() => isNew(there, 'Dim lamp', []), within + 500);

        const again = await ownRedis({ port });
        try {
          const channel = here.redis.channel('changed:template.published');
          await until(async () => ((await here.redis.client.pubsub('NUMSUB', channel).catch(() => []))[1] ?? 0) === 2);
          await act(there, 'resumeTemplate', { templateId: id }, operator(shop));
          await upsert(shop, ['lamp'], { name: 'Bright lamp' }, there);
          await until(() => isNew(here, 'Bright lamp', [id]), within);
        } finally {
          await again.stop();
        }
      } finally {
        await here.stop();
        await there.stop();
        await own.close();
      }
    },
  );
});
