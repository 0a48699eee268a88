import type { TenantId } from '../../shared/kernel/identifiers';
import { accepted, assertNever, type Outcome, refused } from '../../shared/kernel/outcome';
import type { Order } from '../domain/order';
import { judgeConfirmation, type Payment, type PaymentFlag, withFlag } from '../domain/payment';
import type { PaymentNotice } from '../payments/provider';
import type { Session } from '../store';
import { payHoldDebt, type RecoveryDeps } from './recover-orders';

/** Why a confirmation was refused. Except for the first and the last, the payment is flagged, so that no money is lost sight of. */
export type ConfirmRefusal = 'PAYMENT_NOT_FOUND' | 'AMOUNT_DIFFERS' | 'ORDER_CLOSED' | 'IDEMPOTENCY_KEY_REUSED';

/** What a provider or a service says was paid. */
interface Told {
  paymentId: string;
  noticeId: string;
  /** Minor units. */
  amount: number;
  currency: string;
}

/** What a confirmation came to, and the order it is about. */
type Confirmed = {
  kind: 'PAID' | 'UNCHANGED' | Exclude<ConfirmRefusal, 'PAYMENT_NOT_FOUND' | 'IDEMPOTENCY_KEY_REUSED'>;
  order: Order;
};

/** A company's backend confirms a payment, once per key. The caller has shown the scope `payment:confirm`. */
export async function confirmPayment(
  deps: RecoveryDeps,
  tenantId: TenantId,
  caller: string,
  input: { paymentId: string; amount: { minorUnits: number; currency: string }; idempotencyKey: string },
): Promise<Outcome<Order, ConfirmRefusal>> {
  const { paymentId, amount, idempotencyKey: key } = input;
  const call = { tenant: tenantId, caller, mutation: 'confirmPayment', key, input: { paymentId, amount } };
  const told = { paymentId, noticeId: `key:${caller}:${key}`, amount: amount.minorUnits, currency: amount.currency };
  const done = await deps.store.once<Exclude<ConfirmRefusal, 'IDEMPOTENCY_KEY_REUSED'> | { orderId: Order['id'] }>(
    call,
    async (session) => {
      const confirmed = await apply(deps, tenantId, told, session);
      if (!confirmed) return { outcome: 'PAYMENT_NOT_FOUND', keep: false };
      const { kind, order } = confirmed;
      // A refusal that left a flag changed something, so it is kept like a success.
      return { outcome: kind === 'PAID' || kind === 'UNCHANGED' ? { orderId: order.id } : kind, keep: true };
    },
  );
  if (done.kind === 'REUSED') return refused('IDEMPOTENCY_KEY_REUSED');
  if (typeof done.outcome === 'string') return refused(done.outcome);
  const { orderId } = done.outcome;
  await afterPaid(deps, orderId);
  const order = await deps.store.order(tenantId, orderId);
  return order ? accepted(order) : refused('PAYMENT_NOT_FOUND');
}

/**
 * A provider's signed webhook. Repeating it changes nothing, so it needs no key: what it came to is told by the stored
 * payment and order.
 */
export async function receiveNotice(
  deps: RecoveryDeps,
  tenantId: TenantId,
  notice: PaymentNotice,
): Promise<'PAID' | 'UNCHANGED' | 'FAILED' | Exclude<ConfirmRefusal, 'IDEMPOTENCY_KEY_REUSED'>> {
  if (notice.result === 'FAILED') {
    const known = await deps.store.transaction((session) => markFailed(deps, tenantId, notice.paymentId, session));
    return known ? 'FAILED' : 'PAYMENT_NOT_FOUND';
  }
  const confirmed = await deps.store.transaction((session) => apply(deps, tenantId, notice, session));
  if (!confirmed) return 'PAYMENT_NOT_FOUND';
  if (confirmed.kind === 'PAID' || confirmed.kind === 'UNCHANGED') await afterPaid(deps, confirmed.order.id);
  return confirmed.kind;
}

/** Judges what was told and writes what follows, in the caller's transaction; whoever interferes makes it run again. */
async function apply(deps: RecoveryDeps, tenantId: TenantId, told: Told, session: Session): Promise<Confirmed | null> {
  const payment = await deps.store.payment(tenantId, told.paymentId, session);
  const order = payment && (await deps.store.order(tenantId, payment.orderId, session));
  if (!payment || !order) return null;
  const now = deps.clock.now();
  const judged = judgeConfirmation(payment, order, told);
  const confirmed: Payment = { ...payment, state: 'CONFIRMED', confirmedAt: payment.confirmedAt ?? now };
  const flag = (kind: PaymentFlag['kind']): PaymentFlag => {
    const { amount, currency, noticeId } = told;
    return { kind, amount, currency, noticeId, at: now };
  };
  switch (judged) {
    case 'PAY': {
      const paid = await deps.store.markPaid(order, now, session);
      if (!paid)
        throw new Error(`Expected the order ${order.id} to wait for its payment, as it was read in this transaction.`);
      await deps.store.savePayment(confirmed, session);
      return { kind: 'PAID', order: paid };
    }
    case 'REPEAT':
      return { kind: 'UNCHANGED', order };
    case 'PAID_TWICE':
      await deps.store.savePayment({ ...confirmed, flags: withFlag(payment.flags, flag(judged)) }, session);
      return { kind: 'UNCHANGED', order };
    case 'LATE':
      await deps.store.savePayment({ ...confirmed, flags: withFlag(payment.flags, flag(judged)) }, session);
      return { kind: 'ORDER_CLOSED', order };
    case 'AMOUNT_DIFFERS':
      await deps.store.savePayment({ ...payment, flags: withFlag(payment.flags, flag(judged)) }, session);
      return { kind: 'AMOUNT_DIFFERS', order };
    default:
      return assertNever(judged);
  }
}

/** A failed attempt closes nothing: the shopper may try again, and a provider may still succeed. */
async function markFailed(
  deps: RecoveryDeps,
  tenantId: TenantId,
  paymentId: string,
  session: Session,
): Promise<boolean> {
  const payment = await deps.store.payment(tenantId, paymentId, session);
  if (payment?.state === 'OPEN') await deps.store.savePayment({ ...payment, state: 'FAILED' }, session);
  return payment !== null;
}

async function afterPaid(deps: RecoveryDeps, orderId: Order['id']): Promise<void> {
  await deps.afterStep('PAID');
  await payHoldDebt(deps, orderId);
}

/** What a refused confirmation means, for a developer. */
export function confirmRefusalText(refusal: ConfirmRefusal, told: { minorUnits: number; currency: string }): string {
  switch (refusal) {
    case 'PAYMENT_NOT_FOUND':
      return 'Expected a payment that was opened here, found none; check its id.';
    case 'AMOUNT_DIFFERS':
      return `Expected exactly what has to be paid, found ${told.minorUnits} minor units of ${told.currency}; the payment is flagged.`;
    case 'ORDER_CLOSED':
      return 'The order was cancelled or timed out before the payment arrived; the payment is flagged for a refund.';
    case 'IDEMPOTENCY_KEY_REUSED':
      return 'Expected the input that came with this key before, found another; use a fresh key.';
    default:
      return assertNever(refusal);
  }
}
