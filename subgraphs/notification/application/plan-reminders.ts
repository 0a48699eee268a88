import type { EventType } from '../../shared/contracts/events';
import { defaultTenantSettings } from '../../shared/kernel/tenant-settings';
import type { StoredEvent } from '../../shared/runtime/events';
import { planReminders, type RemindableCoupon } from '../domain/reminder';
import type { NotificationStore } from '../store';

/** What each move of a coupon means for its reminders: its owner can use it now or later, or cannot any more. */
const meanings = {
  'coupon.claimed': 'REMIND',
  'coupon.received': 'REMIND',
  'coupon.returned': 'REMIND',
  'coupon.unfrozen': 'REMIND',
  'coupon.offer-ended': 'REMIND',
  'coupon.redeemed': 'FORGET',
  'coupon.expired': 'FORGET',
  'coupon.frozen': 'FORGET',
  'coupon.revoked': 'FORGET',
  'coupon.offered': 'FORGET',
  'coupon.transferred': 'FORGET',
} as const satisfies Partial<Record<EventType, 'REMIND' | 'FORGET'>>;

/** The moves that reminders follow. */
export type RemindedMove = keyof typeof meanings;

/** All of them. */
export const remindedMoves = Object.keys(meanings) as RemindedMove[]; // exactly its keys

type Followed = StoredEvent<RemindedMove>;
type Transaction = Parameters<NotificationStore['plan']>[1];

/**
 * Plans a reminder for every coupon that somebody got or got back, and forgets those that cannot be used any more: spent, run
 * out, frozen, revoked, on offer to somebody or given away.
 * Events of one owner arrive in order; only the last one of a coupon counts.
 */
export async function planFromEvents(
  store: NotificationStore,
  events: Followed[],
  session: Transaction,
): Promise<void> {
  const latest = new Map(events.map((event) => [event.payload.couponId, event]));
  const settings = await store.settingsOf([...new Set(events.map((event) => event.tenantId))], session);
  const used = [...latest.values()].filter(({ type }) => meanings[type] === 'FORGET');
  await store.forget(
    used.map((event) => event.payload.couponId),
    session,
  );
  await store.plan(
    [...latest.values()].flatMap((event) => {
      if (meanings[event.type] === 'FORGET') return [];
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
