import { createPrivateKey, createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { type ProcessName, processNames } from '../contracts/identity';
import { logLevels, textWithoutSecrets } from './logger';

/** One setting that is missing or wrong. */
export interface SettingFault {
  /** The name of the environment variable. */
  setting: string;
  /** What was found, secrets hidden. */
  found: string;
  /** What is allowed. */
  allowed: string;
}

/** The environment does not make sense; lists every fault at once. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly faults: readonly SettingFault[];

  constructor(faults: readonly SettingFault[]) {
    super(faults.map(({ setting, allowed, found }) => `${setting}: expected ${allowed}, found ${found}`).join('\n'));
    this.faults = faults;
  }
}

/**
 * Reads settings from the environment, once, at start. An empty variable counts as absent.
 *
 * The description of a field says what is allowed, so that the fault reads
 * `MONGODB_URI: expected a mongodb:// or mongodb+srv:// address, found "foo"`.
 *
 * @param schema an object whose fields are named like the variables: `z.object({ ...storeSettings.shape, ...logSettings.shape })`
 * @throws SettingsError that lists every fault
 */
export function readSettings<T extends z.ZodObject>(schema: T, env: NodeJS.ProcessEnv): z.infer<T> {
  const given = Object.fromEntries(
    Object.keys(schema.shape).flatMap((setting) => (env[setting] ? [[setting, env[setting]]] : [])),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = new Map<string, SettingFault>();
  for (const issue of parsed.error.issues) {
    const setting = issue.path.length > 0 ? String(issue.path[0]) : 'settings';
    if (faults.has(setting)) continue;
    const field = schema.shape[setting];
    const allowed = (field && describedIn(field)) ?? issue.message;
    faults.set(setting, { setting, found: foundOf(setting, env[setting]), allowed });
  }
  throw new SettingsError([...faults.values()]);
}

/** Runs what reads the settings; when they are wrong, prints every fault and ends the process with exit code 1. */
export function exitOnBadSettings<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`The settings are not usable:\n${error.message.replace(/^/gm, '  ')}\n`);
    process.exit(1);
  }
}

/** Where the stores are. `.partial()` for a process that can bring its own. */
export const storeSettings = z.object({
  /** The MongoDB replica set or sharded cluster. */
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\/[^\s/]+/)
    .describe('a mongodb:// or mongodb+srv:// address'),
  /** Databases are named `<prefix>_<subgraph>`. */
  MONGODB_DATABASE_PREFIX: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,30}$/)
    .default('promograph')
    .describe('1 to 31 lower-case letters, digits and underscores, a letter first'),
  /** Redis or Valkey. */
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\/[^\s]+/)
    .describe('a redis:// or rediss:// address'),
  /** In front of every key and channel, so that deployments can share a Redis. */
  REDIS_KEY_PREFIX: z
    .string()
    .regex(/^[\w:.-]{0,64}$/)
    .default('pg:')
    .describe('at most 64 letters, digits and : . _ -'),
});

/** How much a process logs. */
export const logSettings = z.object({
  LOG_LEVEL: z
    .enum(logLevels)
    .default('info')
    .describe(`one of ${logLevels.join(', ')}`),
});

/** How a process signs what it asks and checks who asks. */
export const identitySettings = z.object({
  /** The process's own Ed25519 private key, PKCS #8 DER, base64url. */
  IDENTITY_KEY: z.string().refine(isPrivateKey).describe('an Ed25519 private key (PKCS #8, DER, base64url)'),
  /** The public keys of all processes: `gateway=MCow…,template=MCow…`. */
  IDENTITY_PUBLIC_KEYS: z
    .string()
    .transform((text, ctx) => {
      const keys = publicKeysOf(text);
      if (keys) return keys;
      ctx.addIssue({ code: 'custom', message: 'not a list of public keys' });
      return z.NEVER;
    })
    .describe(
      `process=key pairs with a comma between, processes of ${processNames.join(', ')}, keys Ed25519 (SPKI, DER, base64url)`,
    ),
});

/** Where a process listens. */
export const serverSettings = z.object({
  HOST: z
    .string()
    .regex(/^[\w.:-]+$/)
    .default('127.0.0.1')
    .describe('a host name or an IP address to listen on'),
  /** 0 lets the system choose. */
  PORT: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .refine((port) => port <= 65_535)
    .default(4000)
    .describe('a port from 0 to 65535'),
});

/** The text that `IDENTITY_PUBLIC_KEYS` expects. */
export function publicKeysText(keys: Partial<Record<ProcessName, string>>): string {
  return Object.entries(keys)
    .map(([name, key]) => `${name}=${key}`)
    .join(',');
}

function foundOf(setting: string, value: string | undefined): string {
  if (!value) return 'nothing';
  if (/KEY$|SECRET|PASSWORD|TOKEN/.test(setting)) return `something else (${value.length} characters, not shown)`;
  return JSON.stringify(textWithoutSecrets(value.length > 200 ? `${value.slice(0, 200)}…` : value));
}

function describedIn(field: z.core.$ZodType): string | undefined {
  const described = z.globalRegistry.get(field)?.description;
  if (described) return described;
  // `.partial()` wraps a described field; what is allowed stays the same.
  if (field instanceof z.ZodOptional || field instanceof z.ZodNullable || field instanceof z.ZodDefault)
    return describedIn(field.unwrap());
  return undefined;
}

function isPrivateKey(text: string): boolean {
  try {
    const key = createPrivateKey({ key: Buffer.from(text, 'base64url'), format: 'der', type: 'pkcs8' });
    return key.asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
}

function publicKeysOf(text: string): Partial<Record<ProcessName, string>> | null {
  const keys: Partial<Record<ProcessName, string>> = {};
  for (const pair of text.split(',')) {
    const [name, key, ...rest] = pair.trim().split('=');
    const known = processNames.find((candidate) => candidate === name);
    if (!known || !key || rest.length > 0 || !isPublicKey(key)) return null;
    keys[known] = key;
  }
  return keys;
}

function isPublicKey(text: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(text, 'base64url'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
}
