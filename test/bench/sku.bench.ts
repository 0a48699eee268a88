import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Collection } from 'mongodb';
import { scalarResolvers, subgraphDocument } from '../../schema/subgraph-sdl';
import { resolveStores } from '../../subgraphs/shared/embedded/stores';
import {
  asMerchantId,
  asSkuId,
  asTemplateId,
  asTenantId,
  asVersionId,
  type SkuId,
} from '../../subgraphs/shared/kernel/identifiers';
import { couldApply } from '../../subgraphs/shared/kernel/promotion-reach';
import { parseTemplateDocument } from '../../subgraphs/shared/kernel/promotion-terms';
import { projectFile } from '../../subgraphs/shared/runtime/files';
import { createInvalidationLine, type InvalidationLine } from '../../subgraphs/shared/runtime/invalidation-line';
import { createLogger } from '../../subgraphs/shared/runtime/logger';
import { connectMongo } from '../../subgraphs/shared/runtime/mongo';
import { connectRedis } from '../../subgraphs/shared/runtime/redis';
import { createSubgraph, type RequestContext, type RunningSubgraph } from '../../subgraphs/shared/runtime/server';
import { createTieredCache, type TieredCache } from '../../subgraphs/shared/runtime/tiered-cache';
import { createWorkers } from '../../subgraphs/shared/runtime/workers';
import { type BrowseDeps, skusByIds } from '../../subgraphs/template/application/browse-templates';
import type { Author } from '../../subgraphs/template/domain/audit';
import { maxPromotionsOfSku, type SkuWithPromotions } from '../../subgraphs/template/domain/promotion-index';
import { record } from '../../subgraphs/template/domain/record';
import { type Sku, skuKey } from '../../subgraphs/template/domain/sku';
import { newTemplate, type PublishedTemplate, publish } from '../../subgraphs/template/domain/template';
import { type CheckReader, createCheckReader } from '../../subgraphs/template/named-goods';
import { createPublishedTemplates } from '../../subgraphs/template/published-templates';
import { type TemplateContext, templateContext, templateResolvers } from '../../subgraphs/template/resolvers';
import { createTemplateStore, type TemplateStore } from '../../subgraphs/template/store';
import { type Bench, type Metric, metric, rounds, spread } from './frame';

/** The questions: so many SKUs in one. */
const asked = 500;
const coldQuestions = 40;
/** Warm questions come in a row, as a busy process gets them. */
const warmInARow = 5;
const graphqlRequests = 40;
/** Requests of each kind before anything is measured; each is 500 SKUs and some 2,500 promotions. */
const warmUp = { loaders: 60, graphql: 300 };

/** What a shelf of 500 SKUs costs: against the driver alone, and against the same answer from plain objects in memory. */
export const bench: Bench = {
  name: 'sku',
  about:
    '500 SKUs with their promotions: cold and warm against one bare $in, through GraphQL against the same answer prebuilt',
  async run() {
    const stage = await setUp();
    try {
      return [...(await loaders(stage)), ...(await throughGraphQL(stage))];
    } finally {
      await stage.close();
    }
  },
};

const tenant = asTenantId('bench');
const now = new Date();
const day = 86_400_000;
const asText = (date: Date): string => date.toISOString();

interface Stage {
  store: TemplateStore;
  checks: CheckReader;
  rows: Collection<{ _id: string }>;
  templateRows: Collection;
  skus: readonly Sku[];
  /** What a look at every template finds for each SKU. */
  expected: ReadonlyMap<SkuId, { sku: Sku; promotions: readonly string[] }>;
  /** What is asked again and again and forgets nothing. */
  warm: BrowseDeps;
  /** What has forgotten every SKU, here and in Redis, and the tenant's templates too when told. */
  cold(templates: 'AT_HAND' | 'FORGOTTEN'): Promise<{ cache: TieredCache<Sku>; deps: BrowseDeps }>;
  close(): Promise<void>;
}

async function loaders(stage: Stage): Promise<Metric[]> {
  const figures = {
    bareMs: [] as number[],
    factsMs: [] as number[],
    factsCpu: [] as number[],
    coldMs: [] as number[],
    warmMs: [] as number[],
    bothMs: [] as number[],
    bareBothMs: [] as number[],
    bareCpu: [] as number[],
    coldCpu: [] as number[],
    handOverCpu: [] as number[],
    warmCpu: [] as number[],
  };
  await skusByIds(stage.warm, tenant, idsOf(stage.skus), { promotions: true });
  const bareIn = (ids: SkuId[]) =>
    stage.rows.find({ _id: { $in: ids.map((id) => skuKey(tenant, id)) } }, { batchSize: 10_000 }).toArray();

  for (let round = 0; round <= rounds; round += 1) {
    // The round before the first only warms up.
    const questions = round === 0 ? warmUp.loaders : coldQuestions;
    const bare = new Timer();
    const facts = new Timer();
    const cold = new Timer();
    const again = new Timer();
    const handOver = new Timer();
    const both = new Timer();
    const bareBoth = new Timer();
    for (let question = 0; question < questions; question += 1) {
      const ids = idsOf(sample(stage.skus, asked));
      await bare.time(() => bareIn(ids));
      const plain = await stage.cold('AT_HAND');
      const alone = await facts.time(() => skusByIds(plain.deps, tenant, ids, { promotions: false }));
      assert.deepEqual(
        alone.map((known) => known?.sku.skuId),
        ids,
      );
      const next = await stage.cold('AT_HAND');
      const found = await cold.time(() => skusByIds(next.deps, tenant, ids, { promotions: true }));
      if (question === 0) assertSame(found, ids, stage);
      await handOver.time(() => next.cache.settled());
      for (let time = 0; time < warmInARow; time += 1) {
        const others = idsOf(sample(stage.skus, asked));
        const known = await again.time(() => skusByIds(stage.warm, tenant, others, { promotions: true }));
        if (question === 0) assertSame(known, others, stage);
      }
      if (question % 4 !== 0) continue;
      const nothing = await stage.cold('FORGOTTEN');
      assertSame(await both.time(() => skusByIds(nothing.deps, tenant, ids, { promotions: true })), ids, stage);
      await bareBoth.time(() =>
        Promise.all([bareIn(ids), stage.templateRows.find({ tenantId: tenant }, { batchSize: 10_000 }).toArray()]),
      );
    }
    if (round === 0) continue;
    figures.bareMs.push(bare.ms());
    figures.factsMs.push(facts.ms());
    figures.factsCpu.push(facts.cpuMs());
    figures.coldMs.push(cold.ms());
    figures.warmMs.push(again.ms());
    figures.bothMs.push(both.ms());
    figures.bareBothMs.push(bareBoth.ms());
    figures.bareCpu.push(bare.cpuMs());
    figures.coldCpu.push(cold.cpuMs());
    figures.handOverCpu.push(cold.cpuMs() + handOver.cpuMs());
    figures.warmCpu.push(again.cpuMs());
    console.log(
      `round ${round}: bare ${bare.ms().toFixed(2)} ms, cold ${facts.ms().toFixed(2)}, with promotions ${cold.ms().toFixed(2)}, warm ${again.ms().toFixed(3)}, with templates ${both.ms().toFixed(2)} (bare ${bareBoth.ms().toFixed(2)})`,
    );
  }
  const atMost = (ratio: number) => ({
    words: `≤ ${ratio} × bare $in`,
    met: (_value: number, found: number | null) => found !== null && found <= ratio,
  });
  const of = (name: string, unit: string, values: number[], baseline: number[], target?: ReturnType<typeof atMost>) =>
    metric({ bench: 'sku', metric: name, unit, ...(target && { target }) }, values, baseline);
  return [
    of('500 SKUs cold', 'ms', figures.factsMs, figures.bareMs, atMost(1.2)),
    of('500 SKUs cold, CPU of this process', 'ms', figures.factsCpu, figures.bareCpu),
    of('500 SKUs cold with promotions, templates at hand', 'ms', figures.coldMs, figures.bareMs),
    of('500 SKUs warm with promotions', 'ms', figures.warmMs, figures.bareMs, atMost(0.1)),
    of('500 SKUs cold with promotions, CPU of this process to the answer', 'ms', figures.coldCpu, figures.bareCpu),
    of(
      '500 SKUs cold with promotions, CPU of this process with the hand-over to Redis',
      'ms',
      figures.handOverCpu,
      figures.bareCpu,
    ),
    of('500 SKUs warm with promotions, CPU of this process', 'ms', figures.warmCpu, figures.bareCpu),
    of('500 SKUs and 1,000 templates cold, against both bare finds', 'ms', figures.bothMs, figures.bareBothMs),
  ];
}

async function throughGraphQL(stage: Stage): Promise<Metric[]> {
  const ours = await subgraphOf(stage, stage.warm);
  const query = readFileSync(projectFile('clients/operations/skus-promotions.graphql'), 'utf8');
  const questions = Array.from({ length: 8 }, () => ({ ids: idsOf(sample(stage.skus, asked)) }));
  const who = { kind: 'anonymous', tenant } as const;
  const ask = async (subgraph: RunningSubgraph, question: number): Promise<unknown> => {
    const variables = questions[question % questions.length];
    const answer = await subgraph.execute({ query, ...(variables && { variables }) }, who, { requestId: 'bench' });
    assert.equal(answer.errors, undefined);
    return answer.data;
  };
  const prebuilt = await prebuiltFrom(await everySku(ours, query, stage));
  for (let question = 0; question < questions.length; question += 1)
    assert.deepEqual(
      JSON.parse(JSON.stringify(await ask(ours, question))),
      JSON.parse(JSON.stringify(await ask(prebuilt, question))),
    );
  for (let request = 0; request < warmUp.graphql; request += 1) {
    await ask(ours, request);
    await ask(prebuilt, request);
  }
  const figures = { rate: [] as number[], cpu: [] as number[], baseRate: [] as number[], baseCpu: [] as number[] };
  for (let round = 1; round <= rounds; round += 1) {
    const own = new Timer();
    const base = new Timer();
    for (let request = 0; request < graphqlRequests; request += 1) {
      // Each goes first half of the time, so that neither always meets the other's garbage.
      const first = request % 2 === 0;
      if (first) await own.time(() => ask(ours, request));
      await base.time(() => ask(prebuilt, request));
      if (!first) await own.time(() => ask(ours, request));
    }
    figures.rate.push(own.perSecond());
    figures.baseRate.push(base.perSecond());
    figures.cpu.push(own.cpuMs());
    figures.baseCpu.push(base.cpuMs());
    console.log(
      `round ${round}: GraphQL ${own.cpuMs().toFixed(1)} ms CPU, ${own.perSecond().toFixed(1)}/s; prebuilt ${base.cpuMs().toFixed(1)} ms, ${base.perSecond().toFixed(1)}/s`,
    );
  }
  await ours.stop();
  await prebuilt.stop();
  return [
    metric(
      {
        bench: 'sku',
        metric: 'GraphQL, 500 SKUs with promotions warm, CPU a request',
        unit: 'ms',
        target: { words: '≤ 1.5 × the same answer prebuilt', met: (_value, ratio) => ratio !== null && ratio <= 1.5 },
      },
      figures.cpu,
      figures.baseCpu,
    ),
    metric(
      { bench: 'sku', metric: 'GraphQL, 500 SKUs with promotions warm, requests a second', unit: '1/s' },
      figures.rate,
      figures.baseRate,
    ),
  ];
}

/** Our resolvers over our loaders, on the server that every subgraph runs on. */
async function subgraphOf(stage: Stage, deps: BrowseDeps): Promise<RunningSubgraph> {
  const parts = {
    ...deps,
    store: stage.store,
    checks: stage.checks,
    workers: createWorkers({ logger: silent }), // started when first asked, and nobody asks
    newTemplateId: () => asTemplateId('tpl_none'),
    newVersionId: () => asVersionId('tpv_none'),
    movableClock: null,
  };
  const subgraph = await createSubgraph<TemplateContext>(
    { ...nothingToStart, resolvers: templateResolvers(parts), createContext: (base) => templateContext(parts, base) },
    { logger: silent },
  );
  await subgraph.start();
  return subgraph;
}

interface Answered {
  id: string;
  promotions: { endsAt: string | Date }[];
}

/** The same schema on the same server; its one resolver returns objects that are there already. */
async function prebuiltFrom(answers: readonly Answered[]): Promise<RunningSubgraph> {
  for (const { promotions } of answers)
    for (const promotion of promotions) promotion.endsAt = new Date(promotion.endsAt);
  const byId = new Map(answers.map((sku) => [sku.id, sku]));
  const subgraph = await createSubgraph<RequestContext>(
    {
      ...nothingToStart,
      resolvers: {
        ...scalarResolvers('template'),
        Query: { skus: (_root: unknown, { ids }: { ids: string[] }) => ids.map((id) => byId.get(id) ?? null) },
      },
      createContext: (base) => base,
    },
    { logger: silent },
  );
  await subgraph.start();
  return subgraph;
}

async function everySku(subgraph: RunningSubgraph, query: string, stage: Stage): Promise<Answered[]> {
  const all: Answered[] = [];
  for (let from = 0; from < stage.skus.length; from += asked) {
    const ids = idsOf(stage.skus.slice(from, from + asked));
    const { data } = await subgraph.execute(
      { query, variables: { ids } },
      { kind: 'anonymous', tenant },
      { requestId: '' },
    );
    all.push(...(JSON.parse(JSON.stringify(data)) as { skus: Answered[] }).skus);
  }
  return all;
}

const silent = createLogger({ name: 'bench', level: 'silent' });
const nothingToStart = {
  name: 'template',
  typeDefs: subgraphDocument('template'),
  start: async () => undefined,
  stop: async () => undefined,
  problems: async () => [],
} as const;

/** Stores of its own with 5,000 SKUs and 1,000 live templates of which about five could apply to a SKU. */
async function setUp(): Promise<Stage> {
  const stores = await resolveStores({ PATH: process.env.PATH }, null, () => undefined);
  const mongo = await connectMongo(stores.mongoUri, { appName: 'bench' });
  const redis = await connectRedis(stores.redisUrl, { keyPrefix: `bench_${randomBytes(4).toString('hex')}:` });
  const line = createInvalidationLine(redis, { logger: silent });
  const store = createTemplateStore(mongo);
  // Nothing changes here, so nobody has to hear of it; and a leap of its clock makes a process forget.
  let leapsMs = 0;
  const leaping: InvalidationLine = {
    ...{ follow: () => undefined, start: () => line.start(), stop: () => line.stop() },
    channel: (topic) => line.channel(topic),
    tell: (attempt) => line.tell(attempt),
    isUp: () => line.isUp(),
    trustedFrom: () => line.trustedFrom(),
    now: () => line.now() + leapsMs,
  };
  const keptMs = 3_600_000;
  const cacheOn = (on: InvalidationLine, name: string) =>
    createTieredCache<Sku>({
      name,
      redis,
      line: on,
      versionOf: (sku) => sku.revision,
      maxEntries: 50_000,
      lifetimes: { processMs: keptMs },
      logger: silent,
    });
  const publishedOn = (on: InvalidationLine, checkedMs: number) =>
    createPublishedTemplates({
      store,
      line: on,
      now: () => now,
      publish: (channel, message) => redis.client.publish(channel, message),
      logger: silent,
      checkedMs,
    });
  const depsOf = (skus: TieredCache<Sku>, published: BrowseDeps['published']): BrowseDeps => ({
    store,
    skus,
    published,
    now: () => now,
  });
  const warm = depsOf(cacheOn(line, 'bench.warm'), publishedOn(line, keptMs));
  const cache = cacheOn(leaping, 'bench.cold');
  const atHand = publishedOn(leaping, Number.MAX_SAFE_INTEGER);
  await store.ensureIndexes();
  const { skus, expected } = await fill(store);
  await line.start();
  await atHand.of(tenant);
  const database = mongo.database('template');
  return {
    store,
    checks: createCheckReader(mongo),
    rows: database.collection<{ _id: string }>('skus'),
    templateRows: database.collection('templates'),
    skus,
    expected,
    warm,
    async cold(templates) {
      await cache.settled();
      await redis.client.unlink(skus.map((sku) => `cache:bench.cold:${skuKey(tenant, sku.skuId)}`));
      leapsMs += 2 * keptMs;
      return { cache, deps: depsOf(cache, templates === 'AT_HAND' ? atHand : publishedOn(leaping, keptMs)) };
    },
    async close() {
      await line.stop();
      await redis.close();
      await mongo.close();
      await stores.stop();
    },
  };
}

async function fill(store: TemplateStore): Promise<Pick<Stage, 'skus' | 'expected'>> {
  const skus = Array.from({ length: 5_000 }, (_, index): Sku => {
    const category = `/c${index % 10}/s${index % 100}`;
    return {
      skuId: asSkuId(`sku-${index}`),
      revision: 1,
      merchantId: asMerchantId(`m-${Math.floor(index / 100) % 20}`),
      name: `Item ${index} of a shop with a name of usual length`,
      category,
      brand: index % 7 === 0 ? null : `Brand ${index % 50}`,
      itemType: index % 11 === 0 ? 'PRESALE' : 'IN_STOCK',
      prices: { CNY: 1000 + index, USD: 150 + index },
      taxRateBasisPoints: null,
      minUnitPrices: {},
      memberPrices: {},
      attributes: { colour: 'red', size: String(index % 40) },
    };
  });
  const templates = Array.from({ length: 1_000 }, (_, index) => templateOf(index, skus));
  for (let from = 0; from < 1_000; from += 100)
    await store.once({ tenant, caller: 'bench', mutation: 'fill', key: String(from), input: from }, async (change) => {
      await change.saveSkus(tenant, skus.slice(from * 5, from * 5 + 500));
      for (const { draft, published } of templates.slice(from, from + 100)) {
        await change.saveTemplates([draft]);
        await change.saveTemplates([published]);
      }
      return { outcome: null, keep: true };
    });
  const published = templates.map((template) => template.published.template);
  const expected = new Map(skus.map((sku) => [sku.skuId, { sku, promotions: naivePromotions(sku, published) }]));
  const average = [...expected.values()].reduce((sum, { promotions }) => sum + promotions.length, 0) / skus.length;
  assert(average >= 4 && average <= 6, `Expected about five promotions a SKU, found ${average}.`);
  console.log(`${skus.length} SKUs, ${published.length} live templates, ${average.toFixed(2)} promotions a SKU`);
  return { skus, expected };
}

function templateOf(index: number, skus: readonly Sku[]) {
  const scope =
    index < 2
      ? { kind: 'STOREWIDE' }
      : index < 650
        ? { kind: 'SKUS', skuIds: idsOf(sample(skus, 5)) }
        : index < 900
          ? { kind: 'CATEGORIES', categories: [`/c${index % 10}/s${index % 100}`, `/c${(index + 3) % 10}`] }
          : { kind: 'BRANDS', brands: [`Brand ${index % 50}`] };
  const parsed = parseTemplateDocument({
    name: { default: `活动 ${index}`, en: `Promotion ${index}` },
    trigger: 'AUTOMATIC',
    time: { startsAt: asText(new Date(+now - day)), endsAt: asText(new Date(+now + (index + 2) * day)) },
    product: { scope, excludes: index % 9 === 0 ? { categories: ['/c7'] } : {} },
    rule: { stackingGroup: 'ITEM', priority: index % 13 },
    benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 500 + index }],
  });
  assert(parsed.ok);
  const merchantId = index >= 650 && index < 900 ? asMerchantId(`m-${index % 20}`) : null;
  const id = asTemplateId(`tpl_${randomBytes(8).toString('hex')}`);
  const by: Author = { kind: 'service', subject: 'bench' };
  const about = { id, tenantId: tenant, merchantId };
  const draft = record(null, newTemplate(about, parsed.value, by, now), { act: 'CREATED', by, at: now });
  const published = publish(draft.template, asVersionId(`tpv_${index}`), now, ['ITEM']);
  assert(published.ok);
  return { draft, published: record(draft.template, published.value, { act: 'PUBLISHED', by, at: now }) };
}

/** Every template is looked at for every SKU. */
function naivePromotions(sku: Sku, templates: readonly PublishedTemplate[]): string[] {
  return templates
    .filter(({ merchantId, published }) => couldApply(published.document, merchantId, sku))
    .sort((a, b) => a.published.document.rule.priority - b.published.document.rule.priority || (a.id < b.id ? -1 : 1))
    .slice(0, maxPromotionsOfSku)
    .map((template) => template.id);
}

function assertSame(found: readonly (SkuWithPromotions | null)[], ids: readonly SkuId[], stage: Stage): void {
  assert.equal(found.length, ids.length);
  for (const [place, id] of ids.entries()) {
    const known = found[place];
    assert(known);
    const promotions = known.promotions.map((promotion) => promotion.id);
    assert.deepEqual({ sku: known.sku, promotions }, stage.expected.get(id));
  }
}

function idsOf(skus: readonly Sku[]): SkuId[] {
  return skus.map((sku) => sku.skuId);
}

/** So many different ones, at random. */
function sample<T>(all: readonly T[], count: number): T[] {
  const picked = new Set<T>();
  while (picked.size < count) {
    const one = all[Math.floor(Math.random() * all.length)];
    if (one !== undefined) picked.add(one);
  }
  return [...picked];
}

/** Time and CPU time of this process for one kind of work. */
class Timer {
  readonly #times: number[] = [];
  #cpu = 0;

  async time<T>(work: () => Promise<T>): Promise<T> {
    const before = process.cpuUsage();
    const began = performance.now();
    const result = await work();
    this.#times.push(performance.now() - began);
    const { user, system } = process.cpuUsage(before);
    this.#cpu += (user + system) / 1000;
    return result;
  }

  /** The median. */
  ms(): number {
    return spread(this.#times).median;
  }

  cpuMs(): number {
    return this.#cpu / this.#times.length;
  }

  perSecond(): number {
    return (1000 * this.#times.length) / this.#times.reduce((sum, ms) => sum + ms, 0);
  }
}
