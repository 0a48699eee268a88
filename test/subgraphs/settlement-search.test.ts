import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Preparation,
  priceCart,
  priceCartPatiently,
  SearchTime,
} from '../../subgraphs/settlement/application/price-cart';
import { createPromotionRules } from '../../subgraphs/shared/kernel/rules/promotion-rules';
import { defaultTenantSettings } from '../../subgraphs/shared/kernel/tenant-settings';
import { createLogger } from '../../subgraphs/shared/runtime/logger';
import { priceOnThread } from '../../subgraphs/shared/runtime/price-job';
import { createWorkers } from '../../subgraphs/shared/runtime/workers';
import { cart, coupon, line, noon, terms } from '../support/promotions';

const workers = createWorkers({ logger: createLogger({ name: 'test', level: 'silent' }), size: 1 });
/** The thread's first start loads the code, which on a busy machine takes longer than any quote would wait. */
beforeAll(async () => {
  const { now, settings } = readyFor(20);
  const work = { cart: goods, candidates: owned, settings, now, told: {}, choose: { kind: 'NONE' } } as const;
  await priceOnThread(workers, work, { deadlineMs: 60_000 });
});
afterAll(() => workers.close());

const goods = cart([line('tea', 5000), line('mug', 3000)]);
/** Each takes half of what is left, so that no look at them one by one proves what two save. */
const owned = ['c1', 'c2'].map((id) =>
  coupon(
    id,
    terms(`t-${id}`, {
      benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 5000 }],
      rule: { stackingGroup: 'FREE' },
    }),
  ),
);

/** A cart whose search on the event loop has used up its time before it begins. */
function readyFor(solverMilliseconds: number): Preparation {
  return {
    now: noon,
    catalogue: new Map(),
    settings: { ...defaultTenantSettings, solverMilliseconds },
    rules: createPromotionRules(10),
    live: { match: () => ({ applying: [], reached: [] }) },
    shopper: {},
    coupons: owned,
    unavailable: [],
    limits: new Map(),
    unknownCodes: [],
    refusedCodes: [],
    isWithoutCoupons: false,
    choice: { kind: 'AUTO', couponIds: [] },
    search: new SearchTime(0),
    explains: true,
  };
}

describe('the search for the best combination', () => {
  it('says that nothing is proven when the event loop has no time for it', () => {
    const { price } = priceCart(readyFor(20), goods, null);
    expect(price.optimal).toBe(false);
    expect(price.upperBound).toBeGreaterThan(6000);
  });

  it('goes on beside the event loop where the tenant gives it more time, and proves its answer', async () => {
    const { price, unused } = await priceCartPatiently({ workers }, readyFor(1000), goods, null);
    expect(price).toMatchObject({ optimal: true, saving: 6000, upperBound: 6000 });
    expect(unused().coupons).toEqual([]);
  });

  it('ends where the tenant gives it no more', async () => {
    expect((await priceCartPatiently({ workers }, readyFor(20), goods, null)).price.optimal).toBe(false);
  });

  it('answers with what it has when no thread is to be had', async () => {
    const closed = createWorkers({ logger: createLogger({ name: 'test', level: 'silent' }), size: 1 });
    await closed.close();
    expect((await priceCartPatiently({ workers: closed }, readyFor(1000), goods, null)).price.optimal).toBe(false);
  });

  it('has one time for all searches of a request, and what asks for none of it uses none', () => {
    const time = new SearchTime(5);
    const searched = (most: number) =>
      time.spend((stop) => {
        let nodes = 0;
        while (nodes < most && !stop()) nodes += 1;
        return nodes;
      });
    expect(searched(1)).toBe(1);
    time.spend(() => 'nothing to search');
    expect(searched(Number.POSITIVE_INFINITY)).toBeGreaterThan(1); // to the end of the time
    expect(searched(1)).toBe(0);
  });
});
