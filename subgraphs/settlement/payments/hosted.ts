import type { PaymentProvider } from './provider';
import { readSignedNotice } from './signature';

/**
 * A company's own checkout page: the shopper is sent there with the payment in the address, and the company's backend
 * answers with the signed webhook that `signature.ts` describes.
 * @param options `pageUrl` of the page, `https://pay.example.com/checkout`; `secret` shared with the company's backend
 */
export function hostedProvider(options: { pageUrl: string; secret: string }): PaymentProvider {
  return {
    name: 'hosted',
    async open(payment) {
      const url = new URL(options.pageUrl);
      url.searchParams.set('tenant', payment.tenantId);
      url.searchParams.set('payment', payment.id);
      url.searchParams.set('order', payment.orderId);
      url.searchParams.set('amount', String(payment.amount));
      url.searchParams.set('currency', payment.currency);
      return { payUrl: url.toString() };
    },
    readNotice: (request, nowMs) => readSignedNotice(request, options.secret, nowMs),
  };
}
