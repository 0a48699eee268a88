import { createHmac, timingSafeEqual } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { inputHash } from '../shared/runtime/idempotency';
import type { HeldQuote } from './domain/held-quote';

/** Promises of prices as tokens that nobody stores: the price itself, deflated and signed. */
export interface HeldQuotes {
  /** The token of a promise; null for one that is too large to be carried around. */
  tokenOf(held: HeldQuote): string | null;
  /** The promise of a token; null for anything that was not signed here. */
  read(token: string): HeldQuote | null;
}

/** What a token may be long at most, in characters: a cart of 500 lines fits. */
const longest = 256 * 1024;
/** Names what a token holds; another shape gets another name, and tokens of the old one end within minutes. */
const kind = 'hq2';

/** @param secret signs tokens; processes that share it honour each other's */
export function createHeldQuotes(secret: string): HeldQuotes {
  const signatureOf = (body: string) => createHmac('sha256', secret).update(`${kind}.${body}`).digest();
  return {
    tokenOf(held) {
      const body = deflateRawSync(JSON.stringify(held)).toString('base64url');
      const token = `${kind}.${body}.${signatureOf(body).toString('base64url')}`;
      return token.length <= longest ? token : null;
    },
    read(token) {
      const [named, body, signature, ...rest] = token.length <= longest ? token.split('.') : [];
      if (named !== kind || !body || !signature || rest.length > 0) return null;
      const given = Buffer.from(signature, 'base64url');
      const expected = signatureOf(body);
      // Nothing that others could have made up is inflated or parsed.
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
      const held: HeldQuote = JSON.parse(inflateRawSync(Buffer.from(body, 'base64url')).toString());
      return { ...held, validUntil: new Date(held.validUntil) };
    },
  };
}

/** The fingerprint of a cart and a choice of coupons: the same whatever is absent or null in them. */
export function fingerprintOf({ cart, coupons }: { cart: unknown; coupons: unknown }): string {
  return inputHash(JSON.parse(JSON.stringify({ cart, coupons }, (_name, value) => value ?? undefined)));
}
