import DataLoader from 'dataloader';
import type { Db, Filter } from 'mongodb';
import type { TemplateId, TenantId, UserId } from '../shared/kernel/identifiers';
import type { Coupon } from './domain/coupon';
import { type CouponDocument, couponCollections, toCoupon } from './store';

/** What people have claimed already; consulted before every refusal. */
export interface ClaimedCoupons {
  /** The coupon that a key of this owner made. */
  byKey(tenant: TenantId, owner: UserId, key: string): Promise<Coupon | null>;
  /** What an owner has claimed of a template, whatever became of it. */
  ofTemplate(tenant: TenantId, owner: UserId, template: TemplateId): Promise<Coupon[]>;
}

/** The most questions that one read answers. */
const most = 500;

/**
 * Questions of one turn of the event loop are one read, because after the last coupon is gone a whole crowd asks. Nothing
 * is kept: every read begins after the question. Owners stand first in both unique indexes, so each costs one look.
 */
export function createClaimedCoupons(database: Db): ClaimedCoupons {
  const { coupons } = couponCollections(database);
  const byKey = gathered<Coupon | null>(async (asked) => {
    const found = await coupons.find({ ...ownersOf(asked), idempotencyKey: { $in: lastOf(asked) } }).toArray();
    const known = new Map(found.map((one) => [textOf(one.tenantId, one.ownerId, one.idempotencyKey), toCoupon(one)]));
    return asked.map((question) => known.get(textOf(...question)) ?? null);
  });
  const ofTemplate = gathered<Coupon[]>(async (asked) => {
    const found = await coupons
      .find({ ...ownersOf(asked), templateId: { $in: lastOf(asked) as TemplateId[] } }) // what ofTemplate was asked with
      .toArray();
    const known = new Map<string, Coupon[]>();
    for (const one of found) {
      const place = textOf(one.tenantId, one.ownerId, one.templateId);
      known.set(place, [...(known.get(place) ?? []), toCoupon(one)]);
    }
    return asked.map((question) => known.get(textOf(...question)) ?? []);
  });
  return {
    byKey: (...question) => byKey.load(question),
    ofTemplate: (...question) => ofTemplate.load(question),
  };
}

type Question = [TenantId, UserId, string];

function gathered<A>(read: (asked: readonly Question[]) => Promise<A[]>): DataLoader<Question, A> {
  return new DataLoader(read, { cache: false, maxBatchSize: most, batchScheduleFn: (run) => setImmediate(run) });
}

function ownersOf(asked: readonly Question[]): Filter<CouponDocument> {
  return {
    tenantId: { $in: [...new Set(asked.map(([tenant]) => tenant))] },
    ownerId: { $in: [...new Set(asked.map(([, owner]) => owner))] },
  };
}

function lastOf(asked: readonly Question[]): string[] {
  return [...new Set(asked.map(([, , last]) => last))];
}

function textOf(...parts: string[]): string {
  return JSON.stringify(parts);
}
