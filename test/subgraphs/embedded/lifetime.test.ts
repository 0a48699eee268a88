import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from '@jest/globals';
import { projectFile } from '../../../subgraphs/shared/runtime/files';
import type { KeptStores } from '../../support/keep-stores';
import { processesLeft, processesWith } from '../../support/processes';
import { atFullCount, isFullCount } from '../../support/runs';
import { pathWithoutServers, pathWithRedisServer } from '../../support/store-paths';

const kinds = [
  { kind: 'Valkey in WebAssembly', path: pathWithoutServers() },
  { kind: 'redis-server', path: pathWithRedisServer() },
];

/** For what processes take to go on a machine whose disk is busy: a killed mongod waits for the kernel to write. */
const patienceMs = 30_000;

const folders: string[] = [];
const processes: ChildProcess[] = [];
afterAll(() => {
  for (const child of processes) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe.each(kinds)('a process with its own stores ($kind)', ({ kind, path }) => {
  const when = path === null ? it.skip : it;
  if (path === null) process.stderr.write(`skipped: ${kind}, none on the PATH nor in REDIS_SERVER_FOLDER\n`);

  when(
    'leaves no process behind and loses nothing over Ctrl-C, SIGTERM and kill -9',
    async () => {
      const folder = newFolder();
      const addresses: string[] = [];
      const signals = isFullCount
        ? (['SIGINT', 'SIGTERM', 'SIGKILL', 'SIGKILL'] as const)
        : (['SIGKILL', 'SIGINT'] as const);
      for (const [i, signal] of signals.entries()) {
        const { child, stores } = await started(folder, path);
        expect(stores.starts).toEqual({ mongo: i + 1, redis: i + 1 });
        expect(stores.describe.join()).toContain(kind === 'redis-server' ? 'Redis 7' : kind);
        expect(processesWith(folder)).toEqual(expect.arrayContaining(stores.pids));
        addresses.push(stores.mongoUri);
        child.kill(signal);
        await once(child, 'exit');
        expect(child.signalCode ?? child.exitCode).toBe(signal === 'SIGKILL' ? signal : 0);
        // After the first kill -9 the next start comes at once, while the old stores are still shutting down.
        if (signals.indexOf('SIGKILL') !== i) expect(await processesLeft(folder, patienceMs)).toEqual([]);
      }
      expect(new Set(addresses).size).toBe(1);
    },
    6 * patienceMs,
  );

  when(
    'removes temporary data even after kill -9',
    async () => {
      const { child, stores } = await started('temporary', path);
      const places = stores.describe.map((line) => /data in (\S+)/.exec(line)?.[1] ?? '');
      expect(places.map(existsSync)).toEqual([true, true]);
      child.kill('SIGKILL');
      for (const place of places) expect(await processesLeft(place, patienceMs)).toEqual([]);
      expect(places.map(existsSync)).toEqual([false, false]);
    },
    6 * patienceMs,
  );

  when(
    'leaves nothing behind when it is killed in the middle of its start',
    async () => {
      for (const delayMs of [350, 600]) {
        const folder = newFolder();
        const child = launch(folder, path);
        await new Promise((wake) => setTimeout(wake, delayMs));
        child.kill('SIGKILL');
        expect(await processesLeft(folder, patienceMs)).toEqual([]);
      }
    },
    6 * patienceMs,
  );
});

atFullCount.it(
  'refuses a second start on the same data, says who has it, and leaves the first one unharmed',
  async () => {
    const folder = newFolder();
    const { child, stores } = await started(folder, pathWithoutServers());
    const second = launch(folder, pathWithoutServers());
    const said = await saidUntilExit(second);
    expect(second.exitCode).toBe(1);
    expect(said).toContain(`found it in use by process ${child.pid}`);
    expect(said).toContain('name another data folder');
    expect(processesWith(folder)).toEqual(expect.arrayContaining(stores.pids));
    child.kill('SIGINT');
    await once(child, 'exit');
    expect(child.exitCode).toBe(0);
  },
);

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'promograph-kept-'));
  folders.push(folder);
  return folder;
}

function launch(folder: string, path: string | null): ChildProcess {
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', projectFile('test/support/keep-stores.ts'), folder], {
    env: { ...process.env, PATH: path ?? '', MONGODB_URI: '', REDIS_URL: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  processes.push(child);
  return child;
}

async function started(folder: string, path: string | null): Promise<{ child: ChildProcess; stores: KeptStores }> {
  const child = launch(folder, path);
  const said = saidUntilExit(child);
  if (!child.stdout) throw new Error('Expected a pipe from the process.');
  for await (const line of createInterface({ input: child.stdout })) return { child, stores: JSON.parse(line) };
  throw new Error(`Expected the process to start its stores, it said: ${await said}`);
}

async function saidUntilExit(child: ChildProcess): Promise<string> {
  let said = '';
  child.stderr?.on('data', (data) => {
    said += data;
  });
  await once(child, 'close');
  return said;
}
