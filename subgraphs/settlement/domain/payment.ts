import type { OrderId, TenantId } from '../../shared/kernel/identifiers';
import type { CurrencyCode } from '../../shared/kernel/money';
import type { Order } from './order';

/** One attempt to pay an order, opened with a provider. Times are business time. */
export interface Payment {
  /** `pay_…`; the provider's idempotency key too. */
  id: string;
  tenantId: TenantId;
  orderId: OrderId;
  provider: string;
  /** What has to be paid, in minor units. */
  amount: number;
  currency: CurrencyCode;
  /** CONFIRMED: the money arrived, whatever became of the order. FAILED may still be followed by a success. */
  state: 'OPEN' | 'FAILED' | 'CONFIRMED';
  openedAt: Date;
  confirmedAt: Date | null;
  /** What an operator has to look at: money that arrived and did not pay the order. */
  flags: PaymentFlag[];
}

/** Money that did not do what it was sent for. Never deleted: a refund answers it. */
export interface PaymentFlag {
  /** LATE the order was closed · PAID_TWICE another payment had paid the order · AMOUNT_DIFFERS not what had to be paid. */
  kind: 'LATE' | 'PAID_TWICE' | 'AMOUNT_DIFFERS';
  /** What arrived, in minor units. */
  amount: number;
  currency: string;
  /** The provider's id of the notice, or the key of the service's call. */
  noticeId: string;
  at: Date;
}

/** What a confirmed amount means: PAY moves the order, REPEAT changes nothing, the others flag the payment. */
export type Confirmation = 'PAY' | 'REPEAT' | PaymentFlag['kind'];

/** Judges a confirmation by what is stored, so that a payment counts once however often it is told. */
export function judgeConfirmation(
  payment: Payment,
  order: Order,
  told: { amount: number; currency: string },
): Confirmation {
  if (told.amount !== payment.amount || told.currency !== payment.currency) return 'AMOUNT_DIFFERS';
  if (order.state === 'PENDING_PAYMENT') return 'PAY';
  if (order.state === 'CANCELLED' || order.state === 'TIMED_OUT') return 'LATE';
  return payment.state === 'CONFIRMED' ? 'REPEAT' : 'PAID_TWICE';
}

/**
 * The flags with one more. A payment is late or superfluous once, however often it is told; other amounts are kept each,
 * once per notice.
 */
export function withFlag(flags: readonly PaymentFlag[], flag: PaymentFlag): PaymentFlag[] {
  const known = flags.some(
    ({ kind, noticeId }) => kind === flag.kind && (kind !== 'AMOUNT_DIFFERS' || noticeId === flag.noticeId),
  );
  return known ? [...flags] : [...flags, flag];
}
