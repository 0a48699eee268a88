import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { startRedis } from '../../subgraphs/shared/embedded/redis';
import type { TemplateId } from '../../subgraphs/shared/kernel/identifiers';
import { newEvent, type StoredEvent } from '../../subgraphs/shared/runtime/events';
import { type ClaimServices, startClaimServices } from '../support/claim-services';
import { publishedTemplate } from '../support/coupons';
import { type MongoCluster, spreadCoupons, startReplicaSet, startShards } from '../support/mongo-cluster';
import { festival, shopper } from '../support/people';
import { type Standalone, startStandalone } from '../support/standalone';
import { until } from '../support/until';
import { type ClaimStage, claimStage, issuedOf, percentile, timesOf, together } from './claim-stage';
import { type Bench, type Metric, metric, rounds } from './frame';

const waiting = 1024;
const counts = { bare: 2000, claims: 6000, http: 3000, gateway: 1500, alone: 300, cold: 100, soldOut: 3000 };

/** How fast claims are, against bare inserts of the same document with the same indexes in the same rounds. */
export const bench: Bench = {
  name: 'claim',
  about: 'claims in the application layer, over HTTP and through the gateway, against bare inserts 64 at a time',
  async run() {
    const parts = new Set((process.env.CLAIM_PARTS ?? 'one,http,gateway,three,shards').split(','));
    const redis = await startRedis({ dataDir: null, log: () => undefined });
    const metrics: Metric[] = [];
    const on = async (cluster: MongoCluster | null, measure: (cluster: MongoCluster) => Promise<Metric[]>) => {
      if (!cluster) return void console.log('skipped: there is no mongos beside the mongod that runs here');
      try {
        metrics.push(...(await measure(cluster)));
      } finally {
        await cluster.stop();
      }
    };
    try {
      if (parts.has('one')) await on(await startReplicaSet(1), (cluster) => applicationLayer(cluster, redis.uri, true));
      if (parts.has('three'))
        await on(await startReplicaSet(3), (cluster) => applicationLayer(cluster, redis.uri, false));
      if (parts.has('shards')) await on(await startShards(), (cluster) => applicationLayer(cluster, redis.uri, false));
      if (parts.has('http')) await on(await startReplicaSet(1), (cluster) => overHttp(cluster, redis.uri));
      if (parts.has('gateway')) await on(await startReplicaSet(1), (cluster) => throughGateway(cluster, redis.uri));
    } finally {
      await redis.stop();
    }
    return metrics;
  },
};

async function stageOn(cluster: MongoCluster, redisUrl: string): Promise<ClaimStage> {
  return claimStage({ mongoUri: cluster.uri, redisUrl }, async (databases) => {
    if (!cluster.describe.includes('shards')) return;
    for (const database of databases) await spreadCoupons(cluster.uri, database, festival);
  });
}

/** Claims by so many callers who wait; every coupon is counted afterwards. */
async function claimsPerSecond(stage: ClaimStage, count: number): Promise<number> {
  const templateId = await stage.publish(count);
  const ids = new Set<string>();
  const rate = await together(count, waiting, async (index) => ids.add(await stage.claim(templateId, `u-${index}`)));
  assert.equal(ids.size, count);
  assert.equal(await stage.issued(templateId), count);
  return rate;
}

async function applicationLayer(cluster: MongoCluster, redisUrl: string, isWhole: boolean): Promise<Metric[]> {
  const stage = await stageOn(cluster, redisUrl);
  let bare = 0;
  const inserts = (count: number): Promise<number> => together(count, 64, () => stage.insertBare(bare++));
  const figures = { base: [] as number[], claims: [] as number[], insert: [] as number[], alone: [] as number[] };
  const cold = { alone: [] as number[], beside: [] as number[], paced: [] as number[] };
  try {
    await inserts(1000);
    await claimsPerSecond(stage, 10_000);
    for (let round = 1; round <= rounds; round += 1) {
      figures.base.push(await inserts(counts.bare));
      figures.claims.push(await claimsPerSecond(stage, counts.claims));
      figures.insert.push(percentile(await timesOf(counts.alone, () => stage.insertBare(bare++)), 0.5));
      const single = await stage.publish(counts.alone);
      figures.alone.push(percentile(await timesOf(counts.alone, (index) => stage.claim(single, `u-${index}`)), 0.5));
      if (isWhole) {
        cold.alone.push(await coldP99(stage, 0));
        cold.beside.push(await coldP99(stage, waiting));
        cold.paced.push(await coldP99(stage, 64));
      }
      console.log(
        `${cluster.describe}, round ${round}: ${Math.round(figures.base.at(-1) ?? 0)} inserts/s, ${Math.round(figures.claims.at(-1) ?? 0)} claims/s; alone ${figures.insert.at(-1)?.toFixed(2)} and ${figures.alone.at(-1)?.toFixed(2)} ms${isWhole ? `; cold p99 ${cold.alone.at(-1)?.toFixed(1)}, beside ${waiting} ${cold.beside.at(-1)?.toFixed(1)}, beside 64 ${cold.paced.at(-1)?.toFixed(1)} ms` : ''}`,
      );
    }
  } finally {
    await stage.close();
  }
  const on = cluster.describe;
  const metrics = [
    metric(
      { bench: 'claim', metric: `claims, ${waiting} waiting, ${on}`, unit: '/s', target: atLeast(3) },
      figures.claims,
      figures.base,
    ),
    metric(
      { bench: 'claim', metric: `one claim at a time, p50, ${on}`, unit: 'ms', target: atMost(2.5) },
      figures.alone,
      figures.insert,
    ),
  ];
  if (!isWhole) return metrics;
  return [
    ...metrics,
    metric(
      {
        bench: 'claim',
        metric: `cold promotion, p99, ${waiting} waiting for another`,
        unit: 'ms',
        target: atMost(1.5),
      },
      cold.beside,
      cold.alone,
    ),
    metric(
      { bench: 'claim', metric: 'cold promotion, p99, 64 waiting for another', unit: 'ms', target: atMost(1.5) },
      cold.paced,
      cold.alone,
    ),
  ];
}

/** The p99 of claims of one promotion, one after the other, while so many wait for another all the time. */
async function coldP99(stage: ClaimStage, beside: number): Promise<number> {
  const [coldId, hotId] = [await stage.publish(counts.cold), await stage.publish(1_000_000)];
  let isOver = false;
  let hot = 0;
  const crowd = Promise.all(
    Array.from({ length: beside }, async () => {
      while (!isOver) await stage.claim(hotId, `u-${hot++}`);
    }),
  );
  const times = await timesOf(counts.cold, (index) => stage.claim(coldId, `u-${index}`));
  isOver = true;
  await crowd;
  assert.equal(await stage.issued(hotId), hot);
  return percentile(times, 0.99);
}

const claimMutation =
  'mutation ($input: ClaimCouponInput!) { claimCoupon(input: $input) { coupon { id code state expiresAt } userErrors { code } } }';

const skippedMutation = claimMutation.replace(
  '{ claimCoupon(input: $input)',
  '{ __typename claimCoupon(input: $input) @skip(if: true)',
);

interface Claimed {
  claimCoupon: { coupon: { id: string } | null; userErrors: { code: string }[] };
}

async function overHttp(cluster: MongoCluster, redisUrl: string): Promise<Metric[]> {
  const stage = await stageOn(cluster, redisUrl);
  const services = await startClaimServices(
    1,
    {
      MONGODB_URI: cluster.uri,
      MONGODB_DATABASE_PREFIX: stage.prefix,
      REDIS_URL: redisUrl,
      REDIS_KEY_PREFIX: `${stage.prefix}:`,
    },
    256,
  );
  let bare = 0;
  const figures = {
    base: [] as number[],
    claims: [] as number[],
    soldOut: [] as number[],
    noop: [] as number[],
    skipped: [] as number[],
  };
  try {
    await together(1000, 64, () => stage.insertBare(bare++));
    await httpClaims(stage, services, 10_000);
    const nothing = await stage.publish(1);
    await stage.claim(nothing, 'winner');
    const soldOut = () => together(counts.soldOut, 256, (index) => refusedOverHttp(services, nothing, `u-${index}`));
    const noop = () =>
      together(counts.soldOut, 256, async (index) => {
        const { data } = await services.ask('mutation { __typename }', {}, shopper(`u-${index}`));
        assert.deepEqual(data, { __typename: 'Mutation' });
      });
    // The claim's own document and variables, and nothing done.
    const skipped = () =>
      together(counts.soldOut, 256, async (index) => {
        const input = { templateId: nothing, idempotencyKey: 'late' };
        const { data } = await services.ask(skippedMutation, { input }, shopper(`u-${index}`));
        assert.deepEqual(data, { __typename: 'Mutation' });
      });
    await soldOut();
    await noop();
    await skipped();
    for (let round = 1; round <= rounds; round += 1) {
      figures.base.push(await together(counts.bare, 64, () => stage.insertBare(bare++)));
      figures.claims.push(await httpClaims(stage, services, counts.http));
      figures.soldOut.push(await soldOut());
      figures.noop.push(await noop());
      figures.skipped.push(await skipped());
      console.log(
        `over HTTP, round ${round}: ${Math.round(figures.base.at(-1) ?? 0)} inserts/s, ${Math.round(figures.claims.at(-1) ?? 0)} claims/s; sold out ${Math.round(figures.soldOut.at(-1) ?? 0)}/s, no-op ${Math.round(figures.noop.at(-1) ?? 0)}/s, the same document skipped ${Math.round(figures.skipped.at(-1) ?? 0)}/s`,
      );
    }
  } finally {
    await services.stop();
    await stage.close();
  }
  return [
    metric(
      { bench: 'claim', metric: 'claims over GraphQL and HTTP, followers on', unit: '/s', target: atLeast(1.5) },
      figures.claims,
      figures.base,
    ),
    metric(
      { bench: 'claim', metric: 'sold-out answers against a no-op mutation', unit: '/s', target: atLeast(0.9) },
      figures.soldOut,
      figures.noop,
    ),
    metric(
      { bench: 'claim', metric: 'sold-out answers against the same document and variables, skipped', unit: '/s' },
      figures.soldOut,
      figures.skipped,
    ),
  ];
}

async function httpClaims(stage: ClaimStage, services: ClaimServices, count: number): Promise<number> {
  const templateId = await stage.publish(count);
  const ids = new Set<string>();
  const rate = await together(count, waiting, async (index) => {
    const input = { templateId, idempotencyKey: templateId };
    const { data, errors } = await services.ask(claimMutation, { input }, shopper(`u-${index}`));
    const { coupon, userErrors } = (data as Claimed).claimCoupon; // what the mutation asks for
    assert(coupon, `Expected a coupon, found ${JSON.stringify(errors ?? userErrors)}.`);
    ids.add(coupon.id);
  });
  assert.equal(ids.size, count);
  assert.equal(await stage.issued(templateId), count);
  return rate;
}

async function refusedOverHttp(services: ClaimServices, templateId: TemplateId, owner: string): Promise<void> {
  const input = { templateId, idempotencyKey: 'late' };
  const { data } = await services.ask(claimMutation, { input }, shopper(owner));
  assert.deepEqual(data, { claimCoupon: { coupon: null, userErrors: [{ code: 'SOLD_OUT' }] } });
}

async function throughGateway(cluster: MongoCluster, redisUrl: string): Promise<Metric[]> {
  const stage = await stageOn(cluster, redisUrl);
  const dataDir = mkdtempSync(join(tmpdir(), 'promograph-bench-'));
  const shop = await startStandalone({
    dataDir,
    env: {
      MONGODB_URI: cluster.uri,
      MONGODB_DATABASE_PREFIX: stage.prefix,
      REDIS_URL: redisUrl,
      REDIS_KEY_PREFIX: `${stage.prefix}:`,
    },
  });
  const agent = new Agent({ connections: 256 });
  let bare = 0;
  const figures = { base: [] as number[], claims: [] as number[] };
  try {
    const tokens: string[] = [];
    for (let index = 0; index < 100; index += 1) tokens.push(await shop.token('shopper', `u-${index}`));
    await together(1000, 64, () => stage.insertBare(bare++));
    await gatewayClaims(stage, shop, agent, tokens, 3000);
    for (let round = 1; round <= rounds; round += 1) {
      figures.base.push(await together(counts.bare, 64, () => stage.insertBare(bare++)));
      figures.claims.push(await gatewayClaims(stage, shop, agent, tokens, counts.gateway));
      console.log(
        `through the gateway, round ${round}: ${Math.round(figures.base.at(-1) ?? 0)} inserts/s, ${Math.round(figures.claims.at(-1) ?? 0)} claims/s`,
      );
    }
  } finally {
    await agent.close();
    await shop.stop();
    await stage.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
  return [
    metric(
      {
        bench: 'claim',
        metric: 'claims through the gateway in the standalone process, followers on',
        unit: '/s',
        target: atLeast(1),
      },
      figures.claims,
      figures.base,
    ),
  ];
}

/** Each of the shoppers claims several times, with keys of their own; the promotion limits nobody. */
async function gatewayClaims(
  stage: ClaimStage,
  shop: Standalone,
  agent: Agent,
  tokens: readonly string[],
  count: number,
): Promise<number> {
  const template = publishedTemplate({ stock: count }, new Date());
  const { templateId, terms } = template;
  const event = newEvent('template.changed', { tenantId: terms.tenantId, key: templateId, payload: template });
  await stage.mongo
    .database('template')
    .collection<StoredEvent>('events')
    .insertOne(event as StoredEvent);
  const known = stage.database.collection<{ _id: string }>('templates');
  await until(async () => (await known.findOne({ _id: templateId })) !== null, 30_000);
  const ids = new Set<string>();
  const rate = await together(count, 256, async (index) => {
    const variables = { input: { templateId, idempotencyKey: `${templateId}-${index}` } };
    const { body } = await request(`${shop.url}/graphql`, {
      method: 'POST',
      dispatcher: agent,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens[index % tokens.length]}` },
      body: JSON.stringify({ query: claimMutation, variables }),
    });
    const answer = (await body.json()) as { data: Claimed | null };
    const coupon = answer.data?.claimCoupon.coupon;
    assert(coupon, `Expected a coupon, found ${JSON.stringify(answer)}.`);
    ids.add(coupon.id);
  });
  assert.equal(ids.size, count);
  assert.equal(await issuedOf(stage.database, templateId), count);
  return rate;
}

function atLeast(times: number) {
  return {
    words: `≥ ${times} × the baseline`,
    met: (_: number, ratio: number | null) => ratio !== null && ratio >= times,
  };
}

function atMost(times: number) {
  return {
    words: `≤ ${times} × the baseline`,
    met: (_: number, ratio: number | null) => ratio !== null && ratio <= times,
  };
}
