import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, type JWTVerifyOptions, jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Identity, Role } from '../subgraphs/shared/contracts/identity';

/** The header by which a caller without a token says in which marketplace it looks around. */
export const tenantHeader = 'promograph-tenant';

/** Who is asking, and until when that is known; `until` is null for callers without a token. */
export interface Caller {
  who: Identity;
  /** Unix milliseconds (real time). */
  until: number | null;
}

/** Why a caller is not let in. */
export interface AuthenticationFault {
  /** UNAUTHENTICATED: the token is no good. UNAVAILABLE: it cannot be checked now. BAD_USER_INPUT: nothing says which tenant. */
  code: 'UNAUTHENTICATED' | 'UNAVAILABLE' | 'BAD_USER_INPUT';
  message: string;
}

/** Tells who is asking. */
export interface Authenticator {
  /**
   * A token decides everything; without one the caller is nobody, in the tenant that the header names or in the default one.
   * A token that is malformed, expired or foreign is a fault, never nobody. Never throws.
   * @param authorization the header `Authorization: Bearer …`, or the same text from a socket's `connection_init`
   */
  authenticate(
    authorization: string | undefined,
    tenant: string | undefined,
  ): Promise<Caller | { fault: AuthenticationFault }>;
}

/** Where tokens come from and what they must say. */
export interface TokenTrust {
  /** Finds the key that signed a token. */
  key: JWTVerifyGetKey;
  issuer: string;
  audience: string;
}

/** The algorithms a token may be signed with; `none` and shared secrets are not among them. */
export const tokenAlgorithms = ['EdDSA', 'ES256', 'RS256'] as const;

/** How long a checked token is not checked again, in milliseconds; its own expiry is looked at every time. */
const rememberMs = 60_000;

/**
 * @param options `defaultTenant` for callers without a token and without the tenant header; null when there is none.
 *   `now` is real time in Unix milliseconds
 */
export function createAuthenticator(options: {
  trust: TokenTrust;
  defaultTenant: string | null;
  now?: () => number;
}): Authenticator {
  const { trust, defaultTenant } = options;
  const now = options.now ?? Date.now;
  const checked = new LRUCache<string, Caller & { until: number }>({ max: 10_000, ttl: rememberMs });

  async function check(token: string): Promise<Caller | { fault: AuthenticationFault }> {
    const known = checked.get(token);
    if (known && known.until > now()) return known;
    const rules: JWTVerifyOptions = {
      issuer: trust.issuer,
      audience: trust.audience,
      algorithms: [...tokenAlgorithms],
      requiredClaims: ['exp', 'sub', 'tenant'],
      currentDate: new Date(now()),
    };
    try {
      const { payload } = await jwtVerify(token, trust.key, rules);
      const claims = tokenClaims.safeParse(payload);
      if (!claims.success)
        return refused(`Expected the claims of a Promograph token, found a fault at ${faultOf(claims.error)}.`);
      const caller = { who: identityOf(claims.data), until: claims.data.exp * 1000 };
      checked.set(token, caller);
      return caller;
    } catch (error) {
      return isKeySourceAway(error)
        ? {
            fault: {
              code: 'UNAVAILABLE',
              message: 'The keys that tokens are checked with cannot be fetched now; try again shortly.',
            },
          }
        : refused(reasonOf(error));
    }
  }

  return {
    async authenticate(authorization, tenant) {
      if (authorization !== undefined) {
        const token = /^Bearer +([\w.~+/=-]+) *$/i.exec(authorization)?.[1];
        return token ? check(token) : refused('Expected "Bearer" and a token, found another shape.');
      }
      const asked = tenant ?? defaultTenant;
      const named = tenantName.safeParse(asked);
      if (named.success) return { who: { kind: 'anonymous', tenant: named.data }, until: null };
      const found = asked === null ? 'nothing' : JSON.stringify(asked.slice(0, 80));
      const message = `${tenantHeader}: expected the name of a marketplace, found ${found}; send the header or a token.`;
      return { fault: { code: 'BAD_USER_INPUT', message } };
    },
  };
}

/** Trusts what an identity provider publishes; keys are fetched when needed and again when an unknown one signs. */
export function remoteTrust(options: { jwksUrl: string; issuer: string; audience: string }): TokenTrust {
  const key = createRemoteJWKSet(new URL(options.jwksUrl), { timeoutDuration: 3000, cooldownDuration: 10_000 });
  return { key, issuer: options.issuer, audience: options.audience };
}

/** What a development token is asked for. */
export interface DevelopmentTokenRequest {
  role: Role;
  /** The person, or for a service its name; a usual one per role unless told. */
  subject?: string;
  tenant?: string;
  /** The merchant somebody works for; only merchants have one, `lumen` unless told. */
  merchant?: string;
}

/** Tokens for trying things out. There are none in production. */
export interface DevelopmentTokens {
  trust: TokenTrust;
  /** @returns the token and its expiry as RFC 3339 */
  issue(request: DevelopmentTokenRequest): Promise<{ token: string; expiresAt: string }>;
}

/** What each role may do in development, as an identity provider would have to grant it. */
export const scopesOfRole: Record<Role, readonly string[]> = {
  shopper: ['coupon:claim', 'coupon:read', 'order:read', 'order:write', 'inbox:read', 'inbox:write'],
  merchant: ['template:read', 'template:write', 'catalogue:write'],
  operator: [
    'template:read',
    'template:write',
    'tenant:write',
    'catalogue:write',
    'operations:read',
    'operations:write',
  ],
  service: ['catalogue:write', 'payment:confirm', 'price:assert', 'profile:read', 'profile:write'],
};

/** Who a development token is for when nobody says. */
const usualSubjects: Record<Role, string> = {
  shopper: 'u-001',
  merchant: 'staff-of-lumen',
  operator: 'operator',
  service: 'shop-backend',
};

/** How long a development token lives, in milliseconds: long enough for a window of the IDE to be found again. */
export const developmentTokenMs = 30 * 24 * 3_600_000;

const developmentIssuer = 'promograph-development';
const developmentAudience = 'promograph';

/**
 * A key of this machine's own that signs and checks tokens for development.
 * @param options `keyFile` keeps the key, so that tokens survive a restart; null for a key that is forgotten (tests).
 *   `lifetimeMs` of a token, `now` in Unix milliseconds of real time
 * @throws in production: there, tokens come from an identity provider
 */
export function developmentTokens(options: {
  keyFile: string | null;
  defaultTenant: string;
  nodeEnv: string | undefined;
  lifetimeMs?: number;
  now?: () => number;
}): DevelopmentTokens {
  if (options.nodeEnv === 'production')
    throw new Error(
      'Development tokens: expected NODE_ENV other than production; set JWKS_URL, JWT_ISSUER and JWT_AUDIENCE.',
    );
  const now = options.now ?? Date.now;
  const key = developmentKey(options.keyFile);
  const publicKey = createPublicKey(key);
  return {
    trust: { key: async () => publicKey, issuer: developmentIssuer, audience: developmentAudience },
    async issue(request) {
      const expiry = Math.floor((now() + (options.lifetimeMs ?? developmentTokenMs)) / 1000);
      const { role } = request;
      const claims = {
        kind: role === 'service' ? 'service' : 'user',
        tenant: request.tenant ?? options.defaultTenant,
        scope: scopesOfRole[role].join(' '),
        ...(role !== 'service' && { roles: [role] }),
        ...(role === 'merchant' && { merchant: request.merchant ?? 'lumen' }),
      };
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
        .setSubject(request.subject ?? usualSubjects[role])
        .setIssuer(developmentIssuer)
        .setAudience(developmentAudience)
        .setIssuedAt(Math.floor(now() / 1000))
        .setExpirationTime(expiry)
        .sign(key);
      return { token, expiresAt: new Date(expiry * 1000).toISOString() };
    },
  };
}

const idText = z.string().min(1).max(128);
const tenantName = z
  .string()
  .regex(/^[\w][\w.-]{0,63}$/)
  .transform((name) => name as Identity['tenant']);
const scopeList = z
  .string()
  .max(4096)
  .default('')
  .transform((text) => text.split(' ').filter((scope) => scope !== ''));

type UserIdentity = Extract<Identity, { kind: 'user' }>;

const tokenClaims = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('user'),
    sub: idText.transform((id) => id as UserIdentity['subject']),
    tenant: tenantName,
    scope: scopeList,
    exp: z.number().int(),
    roles: z
      .array(z.enum(['shopper', 'merchant', 'operator']))
      .max(8)
      .default([]),
    merchant: idText
      .transform((id) => id as NonNullable<UserIdentity['merchant']>)
      .nullish()
      .transform((id) => id ?? null),
  }),
  z.object({ kind: z.literal('service'), sub: idText, tenant: tenantName, scope: scopeList, exp: z.number().int() }),
]);

function identityOf(claims: z.infer<typeof tokenClaims>): Identity {
  const { tenant, scope: scopes } = claims;
  if (claims.kind === 'service') return { kind: 'service', tenant, subject: claims.sub, scopes };
  return { kind: 'user', tenant, subject: claims.sub, roles: claims.roles, scopes, merchant: claims.merchant };
}

function refused(message: string): { fault: AuthenticationFault } {
  return { fault: { code: 'UNAUTHENTICATED', message } };
}

function faultOf(error: z.ZodError): string {
  return error.issues[0]?.path.join('.') || 'kind';
}

/** Says what is wrong with a token in words that help its owner and nobody else. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired; get a fresh one.';
  if (error instanceof errors.JWTClaimValidationFailed)
    return `The token is not for this platform: its claim "${error.claim}" is not as expected.`;
  if (error instanceof errors.JOSEAlgNotAllowed)
    return `The token is signed in a way that is not accepted; expected ${tokenAlgorithms.join(', ')}.`;
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey)
    return 'The token was not signed by a key this platform trusts.';
  return 'The token is malformed.';
}

/** Whether the keys could not be had, which is no fault of the token. */
function isKeySourceAway(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return true;
  if (!(error instanceof errors.JOSEError)) return true; // the request itself failed
  return error.code === 'ERR_JOSE_GENERIC' && /JSON Web Key Set/.test(error.message);
}

function developmentKey(file: string | null): KeyObject {
  if (file === null) return generateKeyPairSync('ed25519').privateKey;
  try {
    return createPrivateKey(readFileSync(file));
  } catch (error) {
    if (!(typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT'))
      throw new Error(
        `${file}: expected an Ed25519 private key (PEM), found something else; remove the file to get a new key.`,
        {
          cause: error,
        },
      );
  }
  const fresh = generateKeyPairSync('ed25519').privateKey;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, fresh.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  return fresh;
}
