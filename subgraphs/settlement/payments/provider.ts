import type { OrderId, TenantId } from '../../shared/kernel/identifiers';
import type { CurrencyCode } from '../../shared/kernel/money';
import type { Outcome } from '../../shared/kernel/outcome';

/** A payment as its provider gets to know it. */
export interface PaymentToOpen {
  /** Identifies the payment; opening it again with the same id gives the same payment. */
  id: string;
  tenantId: TenantId;
  orderId: OrderId;
  /** Minor units. */
  amount: number;
  currency: CurrencyCode;
}

/** What a provider's signed webhook says. */
export interface PaymentNotice {
  paymentId: string;
  /** The provider's id of this notice; a repetition carries the same. */
  noticeId: string;
  result: 'SUCCEEDED' | 'FAILED';
  /** Minor units that moved; 0 when it failed. */
  amount: number;
  currency: string;
}

/** Why a webhook is not believed: 401 it is not the provider's word, 400 it is, but says nothing we can read. */
export interface NoticeRefusal {
  status: 400 | 401;
  message: string;
}

/** An HTTP request as a provider sees it; header names in lower case, the body as it came. */
export interface ProviderRequest {
  method: 'GET' | 'POST';
  query: Readonly<Record<string, string>>;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

/** An HTTP answer of a provider's own pages. */
export interface ProviderResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** A company that takes money. It is the only one whose word makes an order paid, beside a service with `payment:confirm`. */
export interface PaymentProvider {
  /** As it stands in paths and in the API: `fake`. */
  readonly name: string;
  /** Opens a payment, or the same again; the shopper goes to `payUrl`. Throws Unavailable when the provider is away. */
  open(payment: PaymentToOpen): Promise<{ payUrl: string }>;
  /** Reads a webhook. @param nowMs real time in Unix milliseconds; signatures never follow the business clock */
  readNotice(request: ProviderRequest, nowMs: number): Outcome<PaymentNotice, NoticeRefusal>;
  /** Pages that the provider serves under `/hooks/payment/{tenant}/{name}/…`; null for a path it does not know. */
  page?(tenantId: TenantId, path: string, request: ProviderRequest): Promise<ProviderResponse | null>;
}
