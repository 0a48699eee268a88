import type { ClientSession } from 'mongodb';
import type { CouponId, TemplateId, TenantId, UserId } from '../shared/kernel/identifiers';
import type { Coupon } from './domain/coupon';
import { type couponCollections, toCoupon } from './store';

/** What of the coupons there are decides about new ones, as a transaction sees it. */
export interface IssuedCoupons {
  /** Those of these coupons that exist, whoever has them. */
  issued(ids: readonly CouponId[]): Promise<Set<CouponId>>;
  /** The slots that an owner's coupons take, by template. */
  slots(tenant: TenantId, owner: UserId, templates: readonly TemplateId[]): Promise<Map<TemplateId, Set<string>>>;
  /** The coupon that a key of this owner already made. */
  byKey(tenant: TenantId, owner: UserId, key: string): Promise<Coupon | null>;
}

/** @param session of the transaction; what it reads is what its writes are judged against */
export function issuedCoupons(
  { coupons, moves }: Pick<ReturnType<typeof couponCollections>, 'coupons' | 'moves'>,
  session: ClientSession,
): IssuedCoupons {
  return {
    async issued(ids) {
      const wanted = new Map(ids.map((id) => [`${id}:1`, id]));
      const found = await moves
        .find({ _id: { $in: [...wanted.keys()] } }, { session })
        .project<{ _id: string }>({ _id: 1 })
        .toArray();
      return new Set(found.flatMap(({ _id }) => wanted.get(_id) ?? []));
    },
    async slots(tenant, owner, templates) {
      const found = await coupons
        .find({ tenantId: tenant, ownerId: owner, templateId: { $in: [...templates] } }, { session })
        .project<{ templateId: TemplateId; slots: string[] }>({ templateId: 1, slots: 1 })
        .toArray();
      const taken = new Map<TemplateId, Set<string>>();
      for (const { templateId, slots } of found)
        taken.set(templateId, new Set([...(taken.get(templateId) ?? []), ...slots]));
      return taken;
    },
    async byKey(tenant, owner, key) {
      const found = await coupons.findOne({ tenantId: tenant, ownerId: owner, idempotencyKey: key }, { session });
      return found && toCoupon(found);
    },
  };
}
