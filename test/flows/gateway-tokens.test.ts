import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, type JWTPayload, SignJWT } from 'jose';
import { createAuthenticator, developmentTokens, remoteTrust } from '../../gateway/authenticate';
import { readGatewaySettings } from '../../gateway/main';
import { generateIdentityKeys } from '../../subgraphs/shared/contracts/identity';
import { SettingsError } from '../../subgraphs/shared/runtime/config';
import { type SmallGateway, startSmallGateway } from '../support/small-gateway';

/** An identity provider: publishes the public halves of its keys, and can be out of order. */
interface Provider {
  jwksUrl: string;
  isBroken: boolean;
  keys: Map<string, { privateKey: KeyObject; publicKey: KeyObject; alg: string }>;
  close(): Promise<void>;
}

async function startProvider(): Promise<Provider> {
  const keys: Provider['keys'] = new Map();
  const provider: Provider = { jwksUrl: '', isBroken: false, keys, close: async () => undefined };
  const server: Server = createServer(async (_request, response) => {
    const published = await Promise.all(
      [...keys].map(async ([kid, { publicKey, alg }]) => ({ ...(await exportJWK(publicKey)), kid, alg })),
    );
    const status = provider.isBroken ? 500 : 200;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: published }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no address');
  provider.jwksUrl = `http://127.0.0.1:${address.port}/keys`;
  provider.close = () =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return provider;
}

const issuer = 'https://id.shop.example';
const audience = 'promograph';
const claims = { kind: 'user', tenant: 'festival', roles: ['shopper'], scope: 'coupon:read coupon:claim' };

let provider: Provider;
let small: SmallGateway;
const edwards = generateKeyPairSync('ed25519');
const longCurve = generateKeyPairSync('ec', { namedCurve: 'P-384' });

async function signed(
  change: {
    claims?: JWTPayload;
    alg?: string;
    kid?: string;
    key?: KeyObject;
    issuer?: string;
    audience?: string;
    expires?: number;
  } = {},
): Promise<string> {
  return new SignJWT({ ...claims, ...change.claims })
    .setProtectedHeader({ alg: change.alg ?? 'EdDSA', kid: change.kid ?? 'ed' })
    .setSubject('u-007')
    .setIssuer(change.issuer ?? issuer)
    .setAudience(change.audience ?? audience)
    .setExpirationTime(change.expires ?? Math.floor(Date.now() / 1000) + 60)
    .sign(change.key ?? edwards.privateKey);
}

beforeAll(async () => {
  provider = await startProvider();
  provider.keys.set('ed', { ...edwards, alg: 'EdDSA' });
  provider.keys.set('es384', { ...longCurve, alg: 'ES384' });
  small = await startSmallGateway({
    trust: remoteTrust({ jwksUrl: provider.jwksUrl, issuer, audience }),
    developmentTokens: null,
    defaultTenant: null,
  });
});
afterAll(async () => {
  await small?.stop();
  await provider?.close();
});

describe('a token of the shop’s identity provider', () => {
  it.each(['EdDSA', 'ES256', 'RS256'])('is believed when it is signed with %s', async (alg) => {
    const pair =
      alg === 'EdDSA'
        ? edwards
        : alg === 'ES256'
          ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
          : generateKeyPairSync('rsa', { modulusLength: 2048 });
    const fresh = await startProvider();
    fresh.keys.set('it', { ...pair, alg });
    const authenticator = createAuthenticator({
      trust: remoteTrust({ jwksUrl: fresh.jwksUrl, issuer, audience }),
      defaultTenant: null,
    });
    const token = await signed({ alg, kid: 'it', key: pair.privateKey, claims: { merchant: 'lumen' } });
    expect(await authenticator.authenticate(`Bearer ${token}`, undefined)).toMatchObject({
      who: {
        kind: 'user',
        tenant: 'festival',
        subject: 'u-007',
        roles: ['shopper'],
        scopes: ['coupon:read', 'coupon:claim'],
        merchant: 'lumen',
      },
    });
    await fresh.close();
  });

  it('makes a backend a service and never a person', async () => {
    const authenticator = createAuthenticator({
      trust: remoteTrust({ jwksUrl: provider.jwksUrl, issuer, audience }),
      defaultTenant: null,
    });
    const token = await signed({ claims: { kind: 'service', scope: 'price:assert' } });
    expect(await authenticator.authenticate(`Bearer ${token}`, undefined)).toMatchObject({
      who: { kind: 'service', tenant: 'festival', subject: 'u-007', scopes: ['price:assert'] },
    });
  });

  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = () =>
    part({ ...claims, sub: 'u-007', iss: issuer, aud: audience, exp: Math.floor(Date.now() / 1000) + 60 });

  it.each<[string, () => string | Promise<string>]>([
    ['malformed', () => 'not.a.token'],
    ['no token at all', () => '{}'],
    ['empty', () => ''],
    ['expired', () => signed({ expires: Math.floor(Date.now() / 1000) - 1 })],
    ['from another issuer', () => signed({ issuer: 'https://id.other.example' })],
    ['for another platform', () => signed({ audience: 'another' })],
    [
      'signed by a key nobody published',
      () => signed({ kid: 'unknown', key: generateKeyPairSync('ed25519').privateKey }),
    ],
    ['signed by another key under a published name', () => signed({ key: generateKeyPairSync('ed25519').privateKey })],
    [
      'signed by a published key in a way that is not on the list',
      () => signed({ alg: 'ES384', kid: 'es384', key: longCurve.privateKey }),
    ],
    ['not signed (alg none)', () => `${part({ alg: 'none', kid: 'ed' })}.${body()}.`],
    [
      'signed with the public key as a shared secret',
      () => {
        const text = `${part({ alg: 'HS256', kid: 'ed' })}.${body()}`;
        const secret = edwards.publicKey.export({ format: 'pem', type: 'spki' });
        return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
      },
    ],
    ['without a tenant', () => signed({ claims: { tenant: undefined } })],
    ['with a tenant that is none', () => signed({ claims: { tenant: '../festival' } })],
    ['an internal one', () => signed({ claims: { kind: 'internal', process: 'settlement' } })],
  ])('is refused with 401 when it is %s', async (_what, token) => {
    const {
      status,
      body: answer,
      headers,
    } = await small.ask('{ __typename }', {
      token: null,
      headers: { authorization: `Bearer ${await token()}`, 'promograph-tenant': 'festival' },
    });
    expect(status).toBe(401);
    expect(answer.errors).toHaveLength(1);
    expect(answer.errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED' });
    expect(answer.data).toBeUndefined();
    expect(headers.get('www-authenticate')).toContain('Bearer');
  });

  it('is refused the moment it expires, although it was believed before', async () => {
    let now = Date.now();
    const authenticator = createAuthenticator({
      trust: remoteTrust({ jwksUrl: provider.jwksUrl, issuer, audience }),
      defaultTenant: null,
      now: () => now,
    });
    const header = `Bearer ${await signed({ expires: Math.floor(now / 1000) + 30 })}`;
    expect(await authenticator.authenticate(header, undefined)).toHaveProperty('who');
    now += 31_000;
    expect(await authenticator.authenticate(header, undefined)).toMatchObject({ fault: { code: 'UNAUTHENTICATED' } });
  });

  it('is not called bad when the identity provider is out of order', async () => {
    const broken = await startProvider();
    broken.isBroken = true;
    const authenticator = createAuthenticator({
      trust: remoteTrust({ jwksUrl: broken.jwksUrl, issuer, audience }),
      defaultTenant: null,
    });
    const header = `Bearer ${await signed()}`;
    expect(await authenticator.authenticate(header, undefined)).toMatchObject({ fault: { code: 'UNAVAILABLE' } });
    await broken.close();
    expect(await authenticator.authenticate(header, undefined)).toMatchObject({ fault: { code: 'UNAVAILABLE' } });
  });
});

describe('a caller without a token', () => {
  it('is nobody in the marketplace the header names', async () => {
    small.shop.asked.length = 0;
    const headers = { 'promograph-tenant': 'winter' };
    expect((await small.ask('{ template(id: "tpl_1") { name } }', { token: null, headers })).status).toBe(200);
    expect(small.shop.asked[0]?.who).toEqual({ kind: 'anonymous', tenant: 'winter' });
  });

  it('has to name a marketplace where there is no default one', async () => {
    const { status, body } = await small.ask('{ __typename }', { token: null });
    expect(status).toBe(400);
    expect(body.errors?.[0]).toMatchObject({
      message: 'promograph-tenant: expected the name of a marketplace, found nothing; send the header or a token.',
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });
});

describe('development tokens', () => {
  it('are handed out for each role, and work', async () => {
    const own = await startSmallGateway();
    try {
      const response = await fetch(
        `${own.url}/development/token?role=merchant&subject=w-1&tenant=winter&merchant=lumen`,
      );
      const issued: { token: string; expiresAt: string } = JSON.parse(await response.text());
      expect(Date.parse(issued.expiresAt)).toBeGreaterThan(Date.now());
      await own.ask('{ template(id: "tpl_1") { name } }', { token: issued.token });
      expect(own.shop.asked[0]?.who).toMatchObject({
        tenant: 'winter',
        subject: 'w-1',
        roles: ['merchant'],
        merchant: 'lumen',
      });
      expect((await fetch(`${own.url}/development/token?role=king`)).status).toBe(400);
    } finally {
      await own.stop();
    }
  });

  it('survive a restart, in a file nobody else may read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'promograph-key-'));
    const keyFile = join(folder, 'kept', 'development-key.pem');
    const make = () => developmentTokens({ keyFile, defaultTenant: 'festival', nodeEnv: 'development' });
    const { token } = await make().issue({ role: 'shopper' });
    const authenticator = createAuthenticator({ trust: make().trust, defaultTenant: null });
    expect(await authenticator.authenticate(`Bearer ${token}`, undefined)).toMatchObject({ who: { subject: 'u-001' } });
    expect(statSync(keyFile).mode & 0o077).toBe(0);
    rmSync(folder, { recursive: true });
  });

  it('do not exist in production', async () => {
    expect(() => developmentTokens({ keyFile: null, defaultTenant: 'festival', nodeEnv: 'production' })).toThrow(
      'JWKS_URL',
    );
    expect((await fetch(`${small.url}/development/token?role=operator`)).status).toBe(404);
  });
});

describe('settings of a gateway of its own', () => {
  const good = {
    REDIS_URL: 'redis://127.0.0.1:6379',
    IDENTITY_KEY: generateIdentityKeys().privateKey,
    SUBGRAPH_URLS: ['template', 'user-coupon', 'settlement', 'search', 'notification']
      .map((name) => `${name}=http://${name}:4000`)
      .join(),
    NODE_ENV: 'production',
    JWKS_URL: 'https://id.shop.example/keys',
    JWT_ISSUER: issuer,
    JWT_AUDIENCE: audience,
  };

  it('hand out no tokens in production', () => {
    expect(readGatewaySettings(good).tokens).toBeNull();
    expect(readGatewaySettings(good).settings.SUBGRAPH_URLS.get('settlement')).toBe('http://settlement:4000');
  });

  it.each([
    ['JWKS_URL', { JWKS_URL: '' }, 'nothing'],
    ['JWT_ISSUER', { JWT_ISSUER: undefined }, 'nothing'],
    ['SUBGRAPH_URLS', { SUBGRAPH_URLS: 'template=http://template:4000' }, '"template=http://template:4000"'],
    ['PORT', { PORT: 'https' }, '"https"'],
    ['IDE', { IDE: 'yes' }, '"yes"'],
    ['REDIS_URL', { REDIS_URL: 'http://x' }, '"http://x"'],
  ])('name %s when it is wrong, with what was found', (setting, change, found) => {
    let faults: SettingsError['faults'] = [];
    try {
      readGatewaySettings({ ...good, ...change });
    } catch (error) {
      if (error instanceof SettingsError) faults = error.faults;
    }
    expect(faults).toEqual([expect.objectContaining({ setting, found })]);
  });
});
