import type { CouponId } from '../kernel/identifiers';
import type { Outcome } from '../kernel/outcome';
import { type PricedCart, type PriceInput, price } from '../kernel/pricing/price';
import type { PromotionTerms } from '../kernel/promotion-terms';
import { recordedFacts } from '../kernel/rules/fact-sources';
import type { FactValue } from '../kernel/rules/facts';
import { createPromotionRules } from '../kernel/rules/promotion-rules';
import { workerJob } from './worker-job';
import type { WorkerEffort, WorkerRefusal, Workers } from './workers';

/** What a price depends on, as plain values. A version id stands for one document only, as rules are compiled once for it. */
export interface PriceWork extends Pick<PriceInput, 'cart' | 'candidates' | 'settings' | 'now'> {
  /** Facts of shopper, order and context by name; absent and null are unknown. */
  told: Readonly<Record<string, FactValue | null | undefined>>;
  choose: /** @param timeMs how long the search may take once it has begun, in milliseconds */
    | { kind: 'AUTO'; nodeBudget: number; timeMs: number }
    | { kind: 'CHOSEN'; couponIds: readonly CouponId[] }
    | { kind: 'NONE' };
}

/** Versions whose rules one thread remembers. */
const rules = createPromotionRules(2000);

/** The price of a cart, searched for as long as an event loop could not be held. */
export const priceJob = workerJob(
  __filename,
  'priceJob',
  ({ told, choose, ...input }: PriceWork, shouldStop): PricedCart => {
    const began = performance.now();
    return price({
      ...input,
      rules,
      facts: recordedFacts(told),
      choose:
        choose.kind === 'AUTO'
          ? {
              kind: 'AUTO',
              nodeBudget: choose.nodeBudget,
              stop: () => shouldStop() || performance.now() - began >= choose.timeMs,
            }
          : choose,
    });
  },
);

/** The price of a cart, made on a thread; the same as `price()` would give. */
export function priceOnThread(
  workers: Workers,
  work: PriceWork,
  effort: WorkerEffort,
): Promise<Outcome<PricedCart, WorkerRefusal>> {
  return workers.run(priceJob, { ...work, candidates: withSharedTerms(work.candidates) }, effort);
}

/** A copy takes along what is shared once, so that fifty coupons of a promotion carry its document once. */
function withSharedTerms(candidates: PriceWork['candidates']): PriceWork['candidates'] {
  const known = new Map<string, PromotionTerms>();
  return candidates.map((candidate) => {
    const { promotion } = candidate;
    const shared = known.get(promotion.versionId) ?? promotion;
    known.set(promotion.versionId, shared);
    return { ...candidate, promotion: shared };
  });
}
