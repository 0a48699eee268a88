import type { Clock } from '../../shared/runtime/clock';
import type { NotificationStore } from '../store';

/** Reminders delivered in one transaction: large enough to be cheap, small enough to stay far below its time limit. */
export const deliveryBatch = 200;

/** Delivers what is due now; MORE when another batch may wait. */
export async function deliverNotifications(store: NotificationStore, clock: Clock): Promise<'MORE' | 'IDLE'> {
  const { due } = await store.deliverDue(clock.now(), deliveryBatch);
  return due === deliveryBatch ? 'MORE' : 'IDLE';
}
