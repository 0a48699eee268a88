import { strict as assert } from 'node:assert';
import { Redis } from 'ioredis';
import { startRedis } from '../../subgraphs/shared/embedded/redis';
import { asCouponId, asUserId } from '../../subgraphs/shared/kernel/identifiers';
import type { CouponDocument } from '../../subgraphs/user-coupon/store';
import { type ClaimServices, startClaimServices } from '../support/claim-services';
import { startReplicaSet } from '../support/mongo-cluster';
import { shopper } from '../support/people';
import { bareCoupon, type ClaimStage, claimStage, percentile, timesOf } from './claim-stage';
import { type Bench, type Metric, metric, rounds } from './frame';

const sizes = { small: 10, large: 10_000 } as const;
const pages = { aRound: 300, warmUp: 1000 };
const day = 86_400_000;

const views = [
  { name: 'usable', filter: 'filter: { group: USABLE }, ' },
  { name: 'all', filter: '' },
] as const;

/** A page of a wallet costs the same whoever asks: an owner of ten coupons or of ten thousand. All of them come from MongoDB. */
export const bench: Bench = {
  name: 'wallet',
  about: `a page of 20 coupons over GraphQL and HTTP: an owner of ${sizes.large} against an owner of ${sizes.small}`,
  async run() {
    const [cluster, redis] = await Promise.all([
      startReplicaSet(1),
      startRedis({ dataDir: null, log: () => undefined }),
    ]);
    try {
      const stage = await claimStage({ mongoUri: cluster.uri, redisUrl: redis.uri });
      await fill(stage);
      const services = await startClaimServices(1, {
        MONGODB_URI: cluster.uri,
        MONGODB_DATABASE_PREFIX: stage.prefix,
        REDIS_URL: redis.uri,
      });
      try {
        return await measured(services, redis.uri);
      } finally {
        await services.stop();
        await stage.close();
      }
    } finally {
      await redis.stop();
      await cluster.stop();
    }
  },
};

/** Half of a wallet is usable, the rest is spent or has run out; expiries are spread over a month. */
async function fill({ database }: ClaimStage): Promise<void> {
  const coupons = database.collection<CouponDocument>('coupons');
  let number = 0;
  for (const [owner, size] of Object.entries(sizes)) {
    const states = ['AVAILABLE', 'REDEEMED', 'AVAILABLE', 'EXPIRED'] as const;
    await coupons.insertMany(
      Array.from({ length: size }, (_, index) => {
        const state = states[index % states.length] ?? 'AVAILABLE';
        const coupon = bareCoupon(number++);
        return {
          ...coupon,
          _id: asCouponId(coupon._id),
          ownerId: asUserId(owner),
          state,
          slots: [`C:${coupon._id}`],
          idempotencyKey: `k${index}`,
          expiresAt: new Date(Date.now() + (state === 'EXPIRED' ? -1 : 1) * (1 + (index % 30)) * day),
          ...(state === 'REDEEMED' && { orderId: 'ord_1', token: 'tok_1', redeemedAt: new Date() }),
        } as CouponDocument; // orders and tokens of a bench are plain texts
      }),
    );
  }
}

interface Page {
  viewer: { coupons: { edges: { node: { id: string } }[]; pageInfo: { hasNextPage: boolean } } };
}

async function measured(services: ClaimServices, redisUrl: string): Promise<Metric[]> {
  const redis = new Redis(redisUrl);
  const metrics: Metric[] = [];
  for (const { name, filter } of views) {
    const query = `{ viewer { coupons(${filter}first: 20) { edges { node { id code state validFrom expiresAt template { id } } } pageInfo { hasNextPage endCursor } } } }`;
    const page = async (owner: keyof typeof sizes): Promise<void> => {
      const { data, errors } = await services.ask(query, {}, shopper(owner));
      assert.equal(errors, undefined);
      const { edges, pageInfo } = (data as Page).viewer.coupons; // what the query asks for
      const usable = name === 'usable' ? sizes[owner] / 2 : sizes[owner];
      assert.equal(new Set(edges.map(({ node }) => node.id)).size, Math.min(20, usable));
      assert.equal(pageInfo.hasNextPage, usable > 20);
    };
    // A life of the cache that has just begun, in which nothing is kept; again before each round, well within its 20 s.
    await redis.del('pg:wallets');
    await timesOf(pages.warmUp, () => page('small'));
    await timesOf(pages.warmUp, () => page('large'));
    const small: number[] = [];
    const large: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      // In turn, page by page: what else the machine does meets both alike.
      const times = { small: [] as number[], large: [] as number[] };
      await redis.del('pg:wallets');
      for (let asked = 0; asked < pages.aRound; asked += 1)
        for (const owner of ['small', 'large'] as const) times[owner].push(...(await timesOf(1, () => page(owner))));
      small.push(percentile(times.small, 0.5));
      large.push(percentile(times.large, 0.5));
      console.log(`${name}, round ${round}: ${small.at(-1)?.toFixed(2)} and ${large.at(-1)?.toFixed(2)} ms`);
    }
    metrics.push(
      metric(
        {
          bench: 'wallet',
          metric: `a page of 20, ${name}, owner of ${sizes.large} against owner of ${sizes.small}, p50`,
          unit: 'ms',
          target: { words: '≤ 1.5 × the small one', met: (_, ratio) => ratio !== null && ratio <= 1.5 },
        },
        large,
        small,
      ),
    );
  }
  redis.disconnect();
  return metrics;
}
