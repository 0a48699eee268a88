import type { Identity } from '../../shared/contracts/identity';
import type { OrderId, UserId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import type { Order } from '../domain/order';
import { payHoldDebt, type RecoveryDeps } from './recover-orders';

/** Why an order was not cancelled. */
export type CancelRefusal = 'ORDER_NOT_FOUND' | 'ALREADY_PAID' | 'IDEMPOTENCY_KEY_REUSED';

/**
 * Cancels an order that waits for its payment; its coupons come back. One that is closed already stays as it is, which is
 * what the shopper wanted. Another person's order is not found.
 */
export async function cancelOrder(
  deps: RecoveryDeps,
  who: Identity,
  ownerId: UserId,
  input: { orderId: OrderId; idempotencyKey: string },
): Promise<Outcome<Order, CancelRefusal>> {
  const call = {
    tenant: who.tenant,
    caller: `user:${ownerId}`,
    mutation: 'cancelOrder',
    key: input.idempotencyKey,
    input: { orderId: input.orderId },
  };
  const done = await deps.store.once<CancelRefusal | 'CANCELLED'>(call, async (session) => {
    const order = await deps.store.orderOf(who.tenant, ownerId, input.orderId, session);
    if (!order) return { outcome: 'ORDER_NOT_FOUND', keep: false };
    if (order.state === 'PAID') return { outcome: 'ALREADY_PAID', keep: false };
    // A payment that came in meanwhile conflicts with this write, and the transaction runs again and sees it.
    await deps.store.markClosed(order, 'CANCELLED', deps.clock.now(), session);
    return { outcome: 'CANCELLED', keep: true };
  });
  if (done.kind === 'REUSED') return refused('IDEMPOTENCY_KEY_REUSED');
  if (done.outcome !== 'CANCELLED') return refused(done.outcome);
  await payHoldDebt(deps, input.orderId);
  const order = await deps.store.orderOf(who.tenant, ownerId, input.orderId);
  return order ? accepted(order) : refused('ORDER_NOT_FOUND');
}
