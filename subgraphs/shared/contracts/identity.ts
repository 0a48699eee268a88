import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import type { MerchantId, TenantId, UserId } from '../kernel/identifiers';

/** The processes that sign for themselves. The gateway signs for its clients too. */
export const processNames = ['gateway', 'template', 'user-coupon', 'settlement', 'search', 'notification'] as const;
export type ProcessName = (typeof processNames)[number];

/** What a person acts as; carried for display and for scoping role-wide streams. Rights come from scopes alone. */
export type Role = 'shopper' | 'merchant' | 'operator' | 'service';

/**
 * Who is asking. `service` is a company's backend with a token of the tenant's issuer; `internal` is a process of ours.
 * The two are never mixed: `@internal` fields accept `internal` only, public fields never look at it for rights of a person.
 */
export type Identity =
  | { kind: 'anonymous'; tenant: TenantId }
  | {
      kind: 'user';
      tenant: TenantId;
      subject: UserId;
      roles: Role[];
      scopes: string[];
      merchant: MerchantId | null;
    }
  | { kind: 'service'; tenant: TenantId; subject: string; scopes: string[] }
  | { kind: 'internal'; tenant: TenantId; process: ProcessName; onBehalfOf: UserId | null };

/** How long a signed identity is accepted after it was signed, in milliseconds; real time, never the business clock. */
export const identityLifetimeMs = 30_000;

/** The HTTP header that carries a signed identity between our processes. */
export const identityHeader = 'promograph-identity';
/** The HTTP header that carries the id of the client's request from process to process. */
export const requestIdHeader = 'promograph-request-id';
/** The HTTP header with the Unix milliseconds after which nobody waits for the answer any more. */
export const deadlineHeader = 'promograph-deadline';

interface SignedClaims {
  /** Who is asking. */
  who: Identity;
  /** The process that signed. */
  by: ProcessName;
  /** Unix milliseconds after which the identity is refused. */
  until: number;
  /** SHA-256 of `METHOD path` and the body, so that an identity cannot be carried over to another request. */
  bound: string;
}

/** One request as the signature sees it. */
export interface BoundRequest {
  method: string;
  path: string;
  body: Uint8Array | string;
}

/** Signs identities of requests that leave this process. */
export interface IdentitySigner {
  readonly process: ProcessName;
  /** The header value for one request. */
  sign(who: Identity, request: BoundRequest): string;
}

/** Checks identities of requests that arrive. */
export interface IdentityVerifier {
  /** The identity, or why the header is refused. Never throws. */
  verify(header: string | undefined, request: BoundRequest): { who: Identity } | { fault: string };
}

/**
 * A signer over the process's own Ed25519 key (PKCS #8 DER, base64url).
 * @param nowMs real time in Unix milliseconds
 */
export function createIdentitySigner(process: ProcessName, privateKey: string, nowMs: () => number): IdentitySigner {
  const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64url'), format: 'der', type: 'pkcs8' });
  return {
    process,
    sign(who, request) {
      const claims: SignedClaims = { who, by: process, until: nowMs() + identityLifetimeMs, bound: bindingOf(request) };
      const text = Buffer.from(JSON.stringify(claims)).toString('base64url');
      return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
    },
  };
}

/**
 * A verifier over the public keys of every process (SPKI DER, base64url).
 * A person, a service or nobody may only be vouched for by the gateway; an internal identity only by the process it names.
 */
export function createIdentityVerifier(
  publicKeys: Partial<Record<ProcessName, string>>,
  nowMs: () => number,
): IdentityVerifier {
  const keys = new Map<string, KeyObject>();
  for (const [name, encoded] of Object.entries(publicKeys)) {
    keys.set(name, createPublicKey({ key: Buffer.from(encoded, 'base64url'), format: 'der', type: 'spki' }));
  }
  return {
    verify(header, request) {
      if (!header)
        return {
          fault: `Expected the header ${identityHeader}, found none; only the gateway and our own processes may call.`,
        };
      const [text, signature, ...rest] = header.split('.');
      if (!text || !signature || rest.length > 0)
        return { fault: 'Expected claims and one signature, found another shape.' };
      const claims = claimsOf(text);
      if (!claims) return { fault: 'Expected signed claims as JSON, found something else.' };
      const key = keys.get(claims.by);
      if (!key) return { fault: `Expected a process with a known public key, found ${JSON.stringify(claims.by)}.` };
      if (!verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url')))
        return { fault: 'The signature does not match the claims.' };
      if (nowMs() > claims.until)
        return {
          fault: `The identity was valid until ${new Date(claims.until).toISOString()}; sign the request anew.`,
        };
      if (claims.until > nowMs() + 2 * identityLifetimeMs)
        return { fault: 'The identity claims to live longer than an identity may.' };
      if (claims.bound !== bindingOf(request))
        return { fault: 'The identity was signed for another method, path or body.' };
      if (claims.who.kind === 'internal' ? claims.who.process !== claims.by : claims.by !== 'gateway') {
        return { fault: `The process ${claims.by} may not vouch for this identity.` };
      }
      return { who: claims.who };
    },
  };
}

/** A fresh Ed25519 key pair, encoded as the settings expect it. Used at first start in development and in tests. */
export function generateIdentityKeys(): { privateKey: string; publicKey: string } {
  const pair = generateKeyPairSync('ed25519');
  return {
    privateKey: pair.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url'),
    publicKey: pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64url'),
  };
}

/** The identity under which a process of ours calls another one. */
export function internalIdentity(
  process: ProcessName,
  tenant: TenantId,
  onBehalfOf: UserId | null,
): Extract<Identity, { kind: 'internal' }> {
  return { kind: 'internal', tenant, process, onBehalfOf };
}

/** The rights of an identity; nobody and internal processes have none of a person's. */
export function scopesOf(who: Identity): readonly string[] {
  return who.kind === 'user' || who.kind === 'service' ? who.scopes : [];
}

/** Whether the identity carries a scope: `hasScope(who, 'template:write')`. */
export function hasScope(who: Identity, scope: string): boolean {
  return scopesOf(who).includes(scope);
}

function bindingOf(request: BoundRequest): string {
  return createHash('sha256').update(`${request.method} ${request.path}\n`).update(request.body).digest('base64url');
}

function claimsOf(text: string): SignedClaims | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (typeof parsed !== 'object' || parsed === null) return null;
    const { who, by, until, bound } = parsed as Partial<SignedClaims>;
    return who && by && typeof until === 'number' && typeof bound === 'string' ? { who, by, until, bound } : null;
  } catch {
    return null;
  }
}
