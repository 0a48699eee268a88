import type { PromotionTerms } from '../../shared/kernel/promotion-terms';
import { createPromotionRules } from '../../shared/kernel/rules/promotion-rules';
import type { TenantSettings } from '../../shared/kernel/tenant-settings';
import { workerJob } from '../../shared/runtime/worker-job';
import type { Workers } from '../../shared/runtime/workers';
import { type DangerInput, type DangerReport, findDangers } from '../domain/danger';
import type { CheckReader, Company } from '../named-goods';

export interface DangerDeps {
  checks: Pick<CheckReader, 'company'>;
  /** The search takes longer than an event loop may be held. */
  workers: Workers;
}

/** How long one search may take, in milliseconds; one of many at once a part of it. */
export const searchMs = { one: 500, ofMany: 50 } as const;
/** How long is waited beyond that for a thread, which may have to start first. */
const patienceMs = 3000;
/** How long the event loop may be held where no thread is to be had. */
const heldMs = 20;

/** What a thread is told to search, with its time. */
interface DangerWork extends DangerInput {
  timeMs: number;
}

/** The search, made on a thread. Rules are compiled for it alone, since what nobody saved has no version of its own. */
export const dangerJob = workerJob(
  __filename,
  'dangerJob',
  ({ timeMs, ...input }: DangerWork, shouldStop): DangerReport => {
    const began = performance.now();
    const rules = createPromotionRules(input.live.length + 1);
    return findDangers(input, rules, () => shouldStop() || performance.now() - began >= timeMs);
  },
);

/**
 * What is dangerous about a promotion together with everything live of its tenant, searched for in bounded time on a thread.
 * Where none is to be had, a short look is taken here and says that it is one.
 */
export async function dangersOf(
  { checks, workers }: DangerDeps,
  subject: PromotionTerms,
  settings: TenantSettings,
  now: Date,
  timeMs: number = searchMs.one,
): Promise<DangerReport> {
  const company = await checks.company(subject, now);
  if (company.goods.length === 0) return { findings: [], search: { cartCount: 0, isExhaustive: company.isWhole } };
  const work = { ...company, subject, settings, now };
  const made = await workers.run(dangerJob, { ...work, timeMs }, { deadlineMs: timeMs + patienceMs });
  return made.ok ? made.value : dangerJob.work({ ...work, ...few(company), timeMs: heldMs }, () => false);
}

/** What a short look is taken at. */
function few({ live, goods, isWhole }: Company): Company {
  const isAll = live.length <= 20 && goods.length <= 100;
  return { live: live.slice(0, 20), goods: goods.slice(0, 100), isWhole: isWhole && isAll };
}
