import DataLoader from 'dataloader';
import type { Db, Filter } from 'mongodb';
import type { TemplateId, TenantId, UserId } from '../shared/kernel/identifiers';
import type { Coupon } from './domain/coupon';
import { type CouponDocument, couponCollections, toCoupon } from './store';

/** What people have claimed already; consulted before every refusal. */
export interface ClaimedCoupons {
  /** The coupon that a key of this owner made. */
  byKey(tenant: TenantId, owner: UserId, key: string): Promise<Coupon | null>;
  /** The slots that an owner's coupons of a template take, whatever became of them. */
  slots(tenant: TenantId, owner: UserId, template: TemplateId): Promise<ReadonlySet<string>>;
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
  const slots = gathered<ReadonlySet<string>>(async (asked) => {
    const found = await coupons
      .find({ ...ownersOf(asked), templateId: { $in: lastOf(asked) as TemplateId[] } }) // what `slots` was asked with
      .project<Pick<CouponDocument, 'tenantId' | 'ownerId' | 'templateId' | 'slots'>>({
        _id: 0,
        tenantId: 1,
        ownerId: 1,
        templateId: 1,
        slots: 1,
      })
      .toArray();
    const taken = new Map<string, Set<string>>();
    for (const one of found) {
      const wallet = textOf(one.tenantId, one.ownerId, one.templateId);
      const own = taken.get(wallet) ?? new Set();
      for (const slot of one.slots) own.add(slot);
      taken.set(wallet, own);
    }
    return asked.map((question) => taken.get(textOf(...question)) ?? new Set());
  });
  return {
    byKey: (...question) => byKey.load(question),
    slots: (...question) => slots.load(question),
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
