import { randomUUID } from 'node:crypto';
import type { TenantId } from '../../shared/kernel/identifiers';
import { type CurrencyCode, formatMoney, money } from '../../shared/kernel/money';
import type { PaymentProvider, PaymentToOpen, ProviderResponse } from './provider';
import { noticeBody, readSignedNotice, signatureHeader, signNotice } from './signature';

/** What the fake provider can be made to do: pay once, refuse, pay after the order was closed, pay and say so twice. */
export const fakeButtons = ['pay', 'fail', 'late', 'twice'] as const;
/** One of the buttons on the fake provider's page. */
export type FakeButton = (typeof fakeButtons)[number];

/** A payment as the fake provider's page shows it. */
export interface FakePayment {
  amount: number;
  currency: CurrencyCode;
  orderState: string;
}

/** What the fake provider needs from the outside. */
export interface FakeProviderOptions {
  /** Where the gateway answers, without a closing slash; empty when nothing listens. */
  publicUrl: string;
  secret: string;
  /** Posts the success by itself as soon as a payment is opened. */
  isAuto: boolean;
  /** A payment that was opened here; null when there is none. */
  find(tenantId: TenantId, paymentId: string): Promise<FakePayment | null>;
  /** Remembers that a payment is to be paid once its order is closed; `postLate` is called for it then. */
  holdBack(tenantId: TenantId, paymentId: string): Promise<void>;
  /** Carries a signed webhook to `/hooks/payment/{tenant}/fake`; resolves to its HTTP status. */
  deliver(tenantId: TenantId, headers: Record<string, string>, body: string): Promise<number>;
  /** Hears of webhooks that could not be delivered. */
  onError(error: unknown): void;
}

/** The fake provider, with what only it can do. */
export interface FakeProvider extends PaymentProvider {
  /** Posts the success that was held back until its order was closed. */
  postLate(tenantId: TenantId, paymentId: string): Promise<void>;
  /** Resolves when the webhooks that were posted by themselves have arrived. */
  delivered(): Promise<void>;
}

/** A provider for development and tests: it moves no money and speaks exactly as a real one does, through signed webhooks. */
export function fakeProvider(options: FakeProviderOptions): FakeProvider {
  const underway = new Set<Promise<void>>();

  async function post(
    tenantId: TenantId,
    paymentId: string,
    result: 'SUCCEEDED' | 'FAILED',
    times = 1,
  ): Promise<number> {
    const payment = await options.find(tenantId, paymentId);
    if (!payment) return 404;
    const { amount, currency } = payment;
    const noticeId = `ntc_${randomUUID()}`;
    const body = noticeBody({ noticeId, paymentId, result, amount: result === 'SUCCEEDED' ? amount : 0, currency });
    let status = 200;
    for (let time = 0; time < times; time += 1) {
      const headers = {
        'content-type': 'application/json',
        [signatureHeader]: signNotice(body, options.secret, Date.now()),
      };
      status = await options.deliver(tenantId, headers, body);
    }
    return status;
  }

  async function press(tenantId: TenantId, paymentId: string, button: FakeButton): Promise<number> {
    switch (button) {
      case 'pay':
        return post(tenantId, paymentId, 'SUCCEEDED');
      case 'twice':
        return post(tenantId, paymentId, 'SUCCEEDED', 2);
      case 'fail':
        return post(tenantId, paymentId, 'FAILED');
      case 'late':
        await options.holdBack(tenantId, paymentId);
        return 202;
    }
  }

  function postByItself(payment: PaymentToOpen): void {
    const done = post(payment.tenantId, payment.id, 'SUCCEEDED')
      .then((status) => {
        if (status >= 300) throw new Error(`The webhook of payment ${payment.id} was answered with ${status}.`);
      })
      .catch(options.onError)
      .finally(() => underway.delete(done));
    underway.add(done);
  }

  return {
    name: 'fake',
    async open(payment) {
      if (options.isAuto) postByItself(payment);
      const tenant = encodeURIComponent(payment.tenantId);
      return { payUrl: `${options.publicUrl}/hooks/payment/${tenant}/fake/pages/${encodeURIComponent(payment.id)}` };
    },
    readNotice: (request, nowMs) => readSignedNotice(request, options.secret, nowMs),
    async page(tenantId, path, request) {
      const shown = /^pages\/([^/]+)$/.exec(path)?.[1];
      if (request.method === 'GET' && shown) {
        const payment = await options.find(tenantId, shown);
        return payment ? html(200, paymentPage(shown, payment)) : html(404, '<p>No such payment.</p>');
      }
      if (request.method === 'POST' && path === 'press') {
        const { payment: paymentId, button } = request.query;
        const known = fakeButtons.find((name) => name === button);
        if (!paymentId || !known)
          return html(400, `<p>Expected payment and button (${fakeButtons.join(', ')}) in the address.</p>`);
        const status = await press(tenantId, paymentId, known);
        return html(status < 300 ? 200 : status, pressedPage(paymentId, known, status));
      }
      return null;
    },
    async postLate(tenantId, paymentId) {
      await post(tenantId, paymentId, 'SUCCEEDED');
    },
    async delivered() {
      await Promise.all(underway);
    },
  };
}

const buttonTexts: Record<FakeButton, string> = {
  pay: 'Pay',
  fail: 'Fail',
  late: 'Pay late: once the order is closed',
  twice: 'Pay, and say so twice',
};

function paymentPage(paymentId: string, payment: FakePayment): string {
  const buttons = fakeButtons
    .map(
      (button) =>
        `<form method="post" action="../press?payment=${encodeURIComponent(paymentId)}&amp;button=${button}"><button>${buttonTexts[button]}</button></form>`,
    )
    .join('\n');
  return `<h1>${escaped(formatMoney(money(payment.amount, payment.currency)))}</h1>
<p>Payment ${escaped(paymentId)}; its order is ${escaped(payment.orderState)}. This provider is a fake: no money moves.</p>
${buttons}`;
}

function pressedPage(paymentId: string, button: FakeButton, status: number): string {
  const what =
    button === 'late' ? 'It will be paid once its order is closed' : `The webhook was answered with ${status}`;
  return `<p>${what}.</p><p><a href="pages/${encodeURIComponent(paymentId)}">Back</a></p>`;
}

function html(status: number, content: string): ProviderResponse {
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
      'cache-control': 'no-store',
    },
    body: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Fake payment</title>
<style>body{font:16px system-ui;max-width:30rem;margin:3rem auto;padding:0 1rem}button{display:block;width:100%;padding:.8rem;margin:.5rem 0;font:inherit}</style></head>
<body>
${content}
</body>
</html>
`,
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
