import type { Db } from 'mongodb';
import { type Attempt, serialOf, type Told } from './claim-crowd';

/** What a round is about: so many coupons, of which each person may take so many. */
export interface RoundPlan {
  templateId: string;
  stock: number;
  /** Coupons one person may take; null is no limit. */
  limit: number | null;
  attempts: readonly Attempt[];
}

/** What is left of a round's promises; all of the faults are 0 when nothing was broken. */
export interface Tally {
  issued: number;
  /** min(stock, what the distinct persons and their keys may take). */
  expected: number;
  /** Serials, ids, codes or keys that more than one coupon has. */
  duplicates: number;
  /** Coupons that were acknowledged and are not there, or are another person's or another key's. */
  lost: number;
  /** Coupons above the stock, and persons above their limit. */
  overIssued: number;
  /** Coupons without their first move, moves without their coupon, and pairs that say different things. */
  disagreements: number;
  /** Answers that say nothing to a client. */
  mistakes: number;
  /** Attempts without a final answer. */
  unanswered: number;
  /** LIMIT_REACHED, not "for now", to persons who ended below their limit; SOLD_OUT while stock is left; any other refusal. */
  wronglyRefused: number;
  /** All final refusals by code, for people: `LIMIT_REACHED 119`. */
  refusals: string;
}

interface StoredMove {
  _id: string;
  payload: { couponId: string; ownerId: string };
  claim: { serial: number; idempotencyKey: string; slots: string[]; code: string };
}
interface StoredCoupon {
  _id: string;
  ownerId: string;
  idempotencyKey: string;
  slots: string[];
  code: string;
}

/** Reads everything of a round from MongoDB and holds it against what the crowd was told. */
export async function tallyOf(database: Db, plan: RoundPlan, told: Told): Promise<Tally> {
  const prefix = `cpn_${plan.templateId.slice('tpl_'.length)}-`;
  const [moves, coupons] = await Promise.all([
    database
      .collection<StoredMove>('coupon_moves')
      .find({ _id: { $gte: prefix, $lt: `${prefix}~` } })
      .toArray(),
    database
      .collection<StoredCoupon>('coupons')
      .find({ tenantId: 'festival', ownerId: { $in: [...ownersOf(plan.attempts)] }, templateId: plan.templateId })
      .toArray(),
  ]);
  const issued = moves.filter(({ _id }) => _id.endsWith(':1'));
  const byId = new Map(coupons.map((coupon) => [coupon._id, coupon]));
  const perOwner = new Map<string, number>();
  for (const { ownerId } of coupons) perOwner.set(ownerId, (perOwner.get(ownerId) ?? 0) + 1);
  const limit = plan.limit ?? Number.POSITIVE_INFINITY;

  const isAgreed = ({ payload, claim }: StoredMove): boolean => {
    const coupon = byId.get(payload.couponId);
    return (
      coupon !== undefined &&
      coupon.ownerId === payload.ownerId &&
      coupon.idempotencyKey === claim.idempotencyKey &&
      coupon.code === claim.code &&
      coupon.slots.join() === claim.slots.join()
    );
  };
  const expected = expectedOf(plan);
  return {
    issued: issued.length,
    expected,
    duplicates:
      repeatsIn(issued.map(({ claim }) => claim.serial)) +
      repeatsIn(coupons.map(({ _id }) => _id)) +
      repeatsIn(coupons.map(({ code }) => code)) +
      repeatsIn(coupons.map(keyOf)) +
      repeatsIn(distinctAnswers(told)),
    lost: told.coupons.filter(({ couponId, ownerId, key }) => {
      const coupon = byId.get(couponId);
      return coupon?.ownerId !== ownerId || coupon.idempotencyKey !== key;
    }).length,
    overIssued:
      issued.filter(({ claim }) => claim.serial < 1 || claim.serial > plan.stock).length +
      told.coupons.filter(({ serial }) => serial > plan.stock).length +
      [...perOwner.values()].filter((count) => count > limit).length,
    disagreements:
      issued.filter((move) => !isAgreed(move)).length +
      coupons.length -
      issued.length +
      issued.filter(({ _id, claim }) => serialOf(_id.replace(/:1$/, '')) !== claim.serial).length,
    mistakes: told.mistakes,
    unanswered: told.unanswered.length,
    wronglyRefused: told.refusals.filter(({ code, ownerId }) => {
      if (code === 'LIMIT_REACHED') return (perOwner.get(ownerId) ?? 0) < limit;
      return code !== 'SOLD_OUT' || issued.length < plan.stock;
    }).length,
    refusals: countedByCode(told),
  };
}

function countedByCode({ refusals }: Told): string {
  const counts = new Map<string, number>();
  for (const { code } of refusals) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].map(([code, count]) => `${code} ${count}`).join(', ');
}

/** Whether every promise was kept. */
export function isKept(tally: Tally): boolean {
  const { issued, expected, duplicates, lost, overIssued, disagreements, mistakes, unanswered, wronglyRefused } = tally;
  return (
    issued === expected &&
    duplicates + lost + overIssued + Math.abs(disagreements) + mistakes + unanswered + wronglyRefused === 0
  );
}

/** min(stock, the sum over all persons of what their keys and their limit allow). */
export function expectedOf({ attempts, limit, stock }: RoundPlan): number {
  const keys = new Map<string, Set<string>>();
  for (const { ownerId, key } of attempts) keys.set(ownerId, (keys.get(ownerId) ?? new Set()).add(key));
  const takeable = [...keys.values()].reduce((sum, own) => sum + Math.min(own.size, limit ?? own.size), 0);
  return Math.min(stock, takeable);
}

function ownersOf(attempts: readonly Attempt[]): Set<string> {
  return new Set(attempts.map(({ ownerId }) => ownerId));
}

/** One text per answered pair of claim and coupon, without the coupon: two mean that one key got two coupons. */
function distinctAnswers({ coupons }: Told): string[] {
  const pairs = new Set(coupons.map(({ ownerId, key, couponId }) => JSON.stringify([ownerId, key, couponId])));
  return [...pairs].map((pair) => JSON.stringify((JSON.parse(pair) as string[]).slice(0, 2)));
}

function keyOf({ ownerId, idempotencyKey }: StoredCoupon): string {
  return JSON.stringify([ownerId, idempotencyKey]);
}

function repeatsIn(values: readonly (string | number)[]): number {
  return values.length - new Set(values).size;
}
