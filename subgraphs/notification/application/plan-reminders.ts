import { defaultTenantSettings } from '../../shared/kernel/tenant-settings';
import type { StoredEvent } from '../../shared/runtime/events';
import { planReminders, type RemindableCoupon } from '../domain/reminder';
import type { NotificationStore } from '../store';

type Followed = StoredEvent<'coupon.claimed' | 'coupon.redeemed' | 'coupon.returned' | 'coupon.expired'>;
type Transaction = Parameters<NotificationStore['plan']>[1];

/**
 * Plans a reminder for every coupon that somebody got or got back, and forgets those that were used or ran out.
 * Events of one owner arrive in order; only the last one of a coupon counts.
 */
export async function planFromEvents(
  store: NotificationStore,
  events: Followed[],
  session: Transaction,
): Promise<void> {
  const latest = new Map(events.map((event) => [event.payload.couponId, event]));
  const settings = await store.settingsOf([...new Set(events.map((event) => event.tenantId))], session);
  const used = [...latest.values()].filter(
    (event) => event.type === 'coupon.redeemed' || event.type === 'coupon.expired',
  );
  await store.forget(
    used.map((event) => event.payload.couponId),
    session,
  );
  await store.plan(
    [...latest.values()].flatMap((event) => {
      if (event.type !== 'coupon.claimed' && event.type !== 'coupon.returned') return [];
      const { reminderLeadHours, zone } = settings.get(event.tenantId) ?? defaultTenantSettings;
      const coupon: RemindableCoupon = {
        tenantId: event.tenantId,
        ownerId: event.payload.ownerId,
        templateId: event.payload.templateId,
        couponId: event.payload.couponId,
        since: new Date(event.payload.movedAt),
        expiresAt: new Date(event.payload.expiresAt),
      };
      return planReminders(coupon, reminderLeadHours, zone).map((reminder) => ({ coupon, reminder }));
    }),
    session,
  );
}
