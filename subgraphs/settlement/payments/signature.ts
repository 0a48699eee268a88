import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { CurrencyCode } from '../../shared/kernel/money';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import type { NoticeRefusal, PaymentNotice, ProviderRequest } from './provider';

/**
 * The header that signs a payment webhook: `payment-signature: t=1763800000,v1=9f2c…`. Its name must not begin with
 * `promograph-`: the gateway drops such headers from outside, since they are our own processes' words.
 */
export const signatureHeader = 'payment-signature';

/** How old or how far ahead a signature's time may be, in milliseconds of real time. */
export const signatureToleranceMs = 5 * 60_000;

/** The body of a payment webhook, as JSON. */
const notice = z.object({
  noticeId: z.string().min(1).max(200),
  paymentId: z.string().min(1).max(200),
  result: z.enum(['SUCCEEDED', 'FAILED']),
  /** Minor units. */
  amount: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  currency: z.string().length(3),
});

/**
 * The header value for a body: HMAC-SHA256 in hex over `<seconds>.<body>`.
 * @param nowMs real time in Unix milliseconds
 */
export function signNotice(body: string | Buffer, secret: string, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000);
  return `t=${seconds},v1=${digest(seconds, body, secret)}`;
}

/**
 * Believes a webhook that is signed with the secret within the last five minutes; anything else is refused with 401
 * before its body is read.
 * @param nowMs real time in Unix milliseconds
 */
export function readSignedNotice(
  request: ProviderRequest,
  secret: string,
  nowMs: number,
): Outcome<PaymentNotice, NoticeRefusal> {
  const refusal = refuseSignature(request.headers[signatureHeader], request.body, secret, nowMs);
  if (refusal) return refused({ status: 401, message: refusal });
  const parsed = notice.safeParse(jsonOf(request.body));
  if (!parsed.success)
    return refused({ status: 400, message: `Expected a payment notice as JSON: ${z.prettifyError(parsed.error)}` });
  return accepted(parsed.data);
}

/** The body of a webhook about a payment. */
export function noticeBody(about: PaymentNotice & { currency: CurrencyCode | string }): string {
  const { noticeId, paymentId, result, amount, currency } = about;
  return JSON.stringify({ noticeId, paymentId, result, amount, currency });
}

function refuseSignature(header: string | undefined, body: Buffer, secret: string, nowMs: number): string | null {
  const parts = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header ?? '');
  const [, time, signature] = parts ?? [];
  if (!time || !signature)
    return `Expected the header ${signatureHeader} as t=<seconds>,v1=<hex>, found ${header ? 'another shape' : 'none'}.`;
  const seconds = Number(time);
  // The signature first: whether the time is recent is nobody's business who cannot sign.
  if (!timingSafeEqual(Buffer.from(signature, 'hex'), Buffer.from(digest(seconds, body, secret), 'hex')))
    return 'The signature does not match the body.';
  if (Math.abs(nowMs - seconds * 1000) > signatureToleranceMs)
    return `The signature is more than ${signatureToleranceMs / 60_000} minutes away from now; sign anew.`;
  return null;
}

function digest(seconds: number, body: string | Buffer, secret: string): string {
  return createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex');
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
