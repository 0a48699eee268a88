import type { Identity } from '../../shared/contracts/identity';
import type { OrderId, UserId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import { newId } from '../../shared/runtime/ids';
import { type Order, refusePayment } from '../domain/order';
import type { Payment } from '../domain/payment';
import type { PaymentProvider } from '../payments/provider';
import type { RecoveryDeps } from './recover-orders';

/** What opening a payment is done with. */
export interface PayDeps extends RecoveryDeps {
  /** Where new payments are opened. */
  provider: PaymentProvider;
}

/** Why no payment was opened. */
export type PayRefusal = 'ORDER_NOT_FOUND' | 'ALREADY_PAID' | 'ORDER_CLOSED' | 'IDEMPOTENCY_KEY_REUSED';

/** A payment to go through with, and its order; no payment where nothing has to be paid. */
export interface OpenedPayment {
  payment: { id: string; provider: string; amount: number; payUrl: string } | null;
  order: Order;
}

/**
 * Opens an attempt to pay. It makes nothing paid: only the provider's signed word does, or a service that may confirm.
 * The same key again opens the same payment again, which providers take by its id.
 */
export async function payOrder(
  deps: PayDeps,
  who: Identity,
  ownerId: UserId,
  input: { orderId: OrderId; idempotencyKey: string },
): Promise<Outcome<OpenedPayment, PayRefusal>> {
  const call = {
    tenant: who.tenant,
    caller: `user:${ownerId}`,
    mutation: 'payOrder',
    key: input.idempotencyKey,
    input: { orderId: input.orderId },
  };
  const done = await deps.store.once<PayRefusal | { paymentId: string | null }>(call, async (session) => {
    const order = await deps.store.orderOf(who.tenant, ownerId, input.orderId, session);
    if (!order) return { outcome: 'ORDER_NOT_FOUND', keep: false };
    if (order.state === 'PAID' && order.price.payable === 0) return { outcome: { paymentId: null }, keep: true };
    const refusal = refusePayment(order, deps.clock.now());
    if (refusal) return { outcome: refusal, keep: false };
    const payment = openPayment(deps, order);
    await deps.store.addPayment(payment, session);
    return { outcome: { paymentId: payment.id }, keep: true };
  });
  if (done.kind === 'REUSED') return refused('IDEMPOTENCY_KEY_REUSED');
  if (typeof done.outcome === 'string') return refused(done.outcome);
  const { paymentId } = done.outcome;
  const payment = paymentId === null ? null : await deps.store.payment(who.tenant, paymentId);
  // After the commit, so that a provider never knows a payment that we do not.
  const intent = payment && (await deps.provider.open(payment));
  const order = await deps.store.orderOf(who.tenant, ownerId, input.orderId);
  if (!order) return refused('ORDER_NOT_FOUND');
  return accepted({
    order,
    payment: payment && intent && { id: payment.id, provider: payment.provider, amount: payment.amount, ...intent },
  });
}

function openPayment(deps: PayDeps, order: Order): Payment {
  return {
    id: newId('pay'),
    tenantId: order.tenantId,
    orderId: order.id,
    provider: deps.provider.name,
    amount: order.price.payable,
    currency: order.price.currency,
    state: 'OPEN',
    openedAt: deps.clock.now(),
    confirmedAt: null,
    flags: [],
  };
}
