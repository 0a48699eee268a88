import type { FakeProvider } from '../payments/fake';
import { payHoldDebt, type RecoveryDeps } from './recover-orders';

/** Orders looked at in one turn of the worker. */
const batchSize = 50;

/**
 * One turn of the leased worker that times orders out, at business time; nobody else does. Each is one write on condition
 * that it still waits for its payment, then its coupons are freed.
 * @param fake posts the payments that were kept back until their order was closed; null outside development
 */
export async function closeUnpaid(
  deps: RecoveryDeps,
  fake: FakeProvider | null,
  signal: AbortSignal,
): Promise<'MORE' | 'IDLE'> {
  const now = deps.clock.now();
  const overdue = await deps.store.overdueOrders(now, batchSize);
  for (const order of overdue) {
    if (signal.aborted) return 'IDLE';
    const closed = await deps.store.transaction((session) => deps.store.markClosed(order, 'TIMED_OUT', now, session));
    if (closed) await payHoldDebt(deps, order.id);
  }
  if (fake)
    for (const { tenantId, id } of await deps.store.takeHeldBack(batchSize))
      await fake
        .postLate(tenantId, id)
        .catch((error: unknown) => deps.onTrouble(error, 'a late payment of the fake provider could not be delivered'));
  return overdue.length === batchSize ? 'MORE' : 'IDLE';
}
