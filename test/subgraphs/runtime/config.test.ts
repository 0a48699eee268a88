import { describe, expect, it, jest } from '@jest/globals';
import { z } from 'zod';
import { generateIdentityKeys } from '../../../subgraphs/shared/contracts/identity';
import {
  exitOnBadSettings,
  identitySettings,
  logSettings,
  publicKeysText,
  readSettings,
  SettingsError,
  serverSettings,
  storeSettings,
} from '../../../subgraphs/shared/runtime/config';

const all = z.object({
  ...storeSettings.shape,
  ...logSettings.shape,
  ...identitySettings.shape,
  ...serverSettings.shape,
});
const gateway = generateIdentityKeys();
const good = {
  MONGODB_URI: 'mongodb://db:27017/?replicaSet=rs',
  REDIS_URL: 'redis://cache:6379',
  IDENTITY_KEY: gateway.privateKey,
  IDENTITY_PUBLIC_KEYS: publicKeysText({ gateway: gateway.publicKey }),
};

function faultsOf(env: NodeJS.ProcessEnv): string[] {
  try {
    readSettings(all, env);
  } catch (error) {
    if (error instanceof SettingsError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('the settings of a process', () => {
  it('fills in what may be left out', () => {
    expect(readSettings(all, { ...good, LOG_LEVEL: '' })).toMatchObject({
      MONGODB_DATABASE_PREFIX: 'promograph',
      REDIS_KEY_PREFIX: 'pg:',
      LOG_LEVEL: 'info',
      HOST: '127.0.0.1',
      PORT: 4000,
      IDENTITY_PUBLIC_KEYS: { gateway: gateway.publicKey },
    });
    expect(readSettings(all, { ...good, PORT: '0' }).PORT).toBe(0);
  });

  it('names every fault at once, with what was found and what is allowed', () => {
    const faults = faultsOf({ ...good, MONGODB_URI: 'foo', REDIS_URL: '', LOG_LEVEL: 'loud', PORT: '70000' });
    expect(faults).toEqual([
      'MONGODB_URI: expected a mongodb:// or mongodb+srv:// address, found "foo"',
      'REDIS_URL: expected a redis:// or rediss:// address, found nothing',
      'LOG_LEVEL: expected one of silent, fatal, error, warn, info, debug, trace, found "loud"',
      'PORT: expected a port from 0 to 65535, found "70000"',
    ]);
  });

  it('says the same of settings that a process may do without', () => {
    expect(() => readSettings(storeSettings.partial(), { MONGODB_URI: 'foo' })).toThrow(
      'MONGODB_URI: expected a mongodb:// or mongodb+srv:// address, found "foo"',
    );
    expect(readSettings(storeSettings.partial(), {}).MONGODB_URI).toBeUndefined();
  });

  it('never shows a key or a password it refuses', () => {
    const [key, keys] = faultsOf({ ...good, IDENTITY_KEY: 'top-secret', IDENTITY_PUBLIC_KEYS: 'cashier=abc' });
    expect(key).not.toContain('top-secret');
    expect(key).toContain('IDENTITY_KEY: expected an Ed25519 private key');
    expect(keys).toContain('IDENTITY_PUBLIC_KEYS: expected process=key pairs');
    expect(faultsOf({ ...good, REDIS_URL: 'http://app:hunter2@cache' })).toEqual([
      'REDIS_URL: expected a redis:// or rediss:// address, found "http://app:[redacted]@cache"',
    ]);
  });

  it('ends the process with code 1 and the list when the settings are wrong', () => {
    const exit = jest.spyOn(process, 'exit').mockImplementation(() => {
      throw new Error('exit');
    });
    const said: string[] = [];
    const write = jest.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    try {
      expect(() => exitOnBadSettings(() => readSettings(all, { ...good, MONGODB_URI: 'foo' }))).toThrow('exit');
      expect(exit).toHaveBeenCalledWith(1);
      expect(said.join('')).toContain('  MONGODB_URI: expected a mongodb://');
    } finally {
      exit.mockRestore();
      write.mockRestore();
    }
  });
});
