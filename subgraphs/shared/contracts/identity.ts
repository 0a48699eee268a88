import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import type { MerchantId, TenantId, UserId } from '../kernel/identifiers';

/** The processes that sign for themselves. The gateway signs for its clients too. */
export const processNames = ['gateway', 'template', 'user-coupon', 'settlement', 'search', 'notification'] as const;
export type ProcessName = (typeof processNames)[number];
/** The subgraphs by name. */
export type SubgraphName = Exclude<ProcessName, 'gateway'>;

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
  /** What the identity is bound to: one is never taken for the other, whatever the hashes say. */
  binds: 'BODY' | 'STREAM';
  /** SHA-256 of `METHOD path` and the body, or the nonce, so that an identity cannot be carried over to another request. */
  bound: string;
  /** The network address of the client that the gateway acts for, where it is known. */
  address?: string;
  /** Of a streamed request: what lets its receiver see it once only. */
  nonce?: string;
}

/** One request as the signature sees it. */
export interface BoundRequest {
  method: string;
  path: string;
  body: Uint8Array | string;
}

/**
 * A request whose body passes through without being kept, so that no signature can cover it. Its identity is bound to method,
 * path with query and a nonce that its receiver takes once: whoever overhears it cannot send it again. What protects the body
 * itself is the connection.
 */
export type StreamedRequest = Omit<BoundRequest, 'body'>;

/** Signs identities of requests that leave this process. */
export interface IdentitySigner {
  readonly process: ProcessName;
  /** The header value for one request. @param address of the client it comes from, where it is known */
  sign(who: Identity, request: BoundRequest, address?: string): string;
  /** The header value for one request whose body streams, with a nonce of its own. */
  signStreamed(who: Identity, request: StreamedRequest): string;
}

/** Checks identities of requests that arrive. */
export interface IdentityVerifier {
  /** The identity, or why the header is refused; one of a streamed request always is. Never throws. */
  verify(header: string | undefined, request: BoundRequest): Verdict;
  /**
   * The identity of a request whose body streams, or why the header is refused: any other kind always is, and so is a nonce
   * that came before. Never throws.
   *
   * Nonces are remembered in this process until their identities have expired, at most {@link rememberedNonces} of them; more
   * within a lifetime are refused rather than forgotten.
   */
  verifyStreamed(header: string | undefined, request: StreamedRequest): Verdict;
}

/** Who is asking, and from which address if the gateway knows it; or why that is not believed. */
export type Verdict = { who: Identity; address?: string } | { fault: string };

/** How many nonces a process remembers: about 1,600 streamed requests a second, in some 10 MB. */
export const rememberedNonces = 100_000;

/**
 * A signer over the process's own Ed25519 key (PKCS #8 DER, base64url).
 * @param nowMs real time in Unix milliseconds
 */
export function createIdentitySigner(process: ProcessName, privateKey: string, nowMs: () => number): IdentitySigner {
  const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64url'), format: 'der', type: 'pkcs8' });
  function signed(claims: Omit<SignedClaims, 'by' | 'until'>): string {
    const all: SignedClaims = { ...claims, by: process, until: nowMs() + identityLifetimeMs };
    const text = Buffer.from(JSON.stringify(all)).toString('base64url');
    return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
  }
  return {
    process,
    sign: (who, request, address) =>
      signed({ who, binds: 'BODY', bound: bindingOf(request), ...(address !== undefined && { address }) }),
    signStreamed(who, request) {
      const nonce = randomBytes(18).toString('base64url');
      return signed({ who, binds: 'STREAM', bound: streamBindingOf(request, nonce), nonce });
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
  const seen = nonceMemory(nowMs);

  /** What a header claims, checked in everything but what it is bound to. */
  function vouchedFor(header: string | undefined): { claims: SignedClaims } | { fault: string } {
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
    if (claims.who.kind === 'internal' ? claims.who.process !== claims.by : claims.by !== 'gateway')
      return { fault: `The process ${claims.by} may not vouch for this identity.` };
    return { claims };
  }

  return {
    verify(header, request) {
      const vouched = vouchedFor(header);
      if ('fault' in vouched) return vouched;
      const { claims } = vouched;
      if (claims.binds !== 'BODY' || claims.bound !== bindingOf(request))
        return { fault: 'The identity was signed for another method, path or body.' };
      return { who: claims.who, ...(claims.address !== undefined && { address: claims.address }) };
    },
    verifyStreamed(header, request) {
      const vouched = vouchedFor(header);
      if ('fault' in vouched) return vouched;
      const { claims } = vouched;
      const { nonce } = claims;
      if (claims.binds !== 'STREAM' || !nonce || claims.bound !== streamBindingOf(request, nonce))
        return { fault: 'The identity was signed for another method or path, or for a request that does not stream.' };
      switch (seen.take(nonce)) {
        case 'FIRST':
          return { who: claims.who };
        case 'AGAIN':
          return { fault: 'The identity was used before; sign the request anew.' };
        case 'FULL':
          return { fault: 'Too many streamed requests came at once to tell new ones from old; send it again shortly.' };
      }
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

/** The first word keeps it apart from every `METHOD path` that could be signed together with a body. */
function streamBindingOf({ method, path }: StreamedRequest, nonce: string): string {
  return createHash('sha256').update(`STREAM ${method} ${path}\n${nonce}`).digest('base64url');
}

/**
 * Which nonces came, each kept for as long as an identity could possibly be accepted, in the order in which they came.
 * @param most a nonce beyond so many is FULL: which one it is, nobody could tell later
 */
export function nonceMemory(
  nowMs: () => number,
  most = rememberedNonces,
): { take(nonce: string): 'FIRST' | 'AGAIN' | 'FULL' } {
  const seen = new Map<string, number>();
  return {
    take(nonce) {
      const now = nowMs();
      for (const [old, at] of seen) {
        if (at + 2 * identityLifetimeMs >= now) break;
        seen.delete(old);
      }
      if (seen.has(nonce)) return 'AGAIN';
      if (seen.size >= most) return 'FULL';
      seen.set(nonce, now);
      return 'FIRST';
    },
  };
}

function claimsOf(text: string): SignedClaims | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (typeof parsed !== 'object' || parsed === null) return null;
    const { who, by, until, binds, bound, nonce, address } = parsed as Partial<SignedClaims>;
    if (!who || !by || typeof until !== 'number' || !binds || typeof bound !== 'string') return null;
    return {
      ...{ who, by, until, binds, bound },
      ...(typeof nonce === 'string' && { nonce }),
      ...(typeof address === 'string' && { address }),
    };
  } catch {
    return null;
  }
}
