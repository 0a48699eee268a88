import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFile } from '../../subgraphs/shared/runtime/files';
import { freePort } from '../support/standalone';
import { type Bench, type Metric, memoryOf, metric, rounds } from './frame';

/** From nothing to ready: what a newcomer waits for after `npm start`, beside what the stores alone take. */
export const bench: Bench = {
  name: 'start',
  about:
    '`npm start` to ready, on a fresh folder and on kept data, against starting the same stores alone; memory once ready',
  async run() {
    const cold: number[] = [];
    const warm: number[] = [];
    const coldStores: number[] = [];
    const warmStores: number[] = [];
    const memory: number[] = [];
    const memoryOfUs: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const ours = mkdtempSync(join(tmpdir(), 'promograph-bench-'));
      const bare = mkdtempSync(join(tmpdir(), 'promograph-bench-'));
      try {
        coldStores.push((await startStores(bare)).ms);
        cold.push((await startPromograph(ours)).ms);
        warmStores.push((await startStores(bare)).ms);
        const second = await startPromograph(ours);
        warm.push(second.ms);
        memory.push(second.mib);
        memoryOfUs.push(second.ownMib);
        console.log(
          `round ${round}: cold ${cold.at(-1)} ms, warm ${warm.at(-1)} ms, stores alone ${coldStores.at(-1)} and ${warmStores.at(-1)} ms, ${Math.round(second.mib)} MiB`,
        );
      } finally {
        rmSync(ours, { recursive: true, force: true });
        rmSync(bare, { recursive: true, force: true });
      }
    }
    const within = { words: '≤ 15000 ms', met: (value: number) => value <= 15_000 };
    const metrics: Metric[] = [
      metric({ bench: 'start', metric: 'cold start to ready', unit: 'ms', target: within }, cold, coldStores),
      metric({ bench: 'start', metric: 'warm start to ready', unit: 'ms', target: within }, warm, warmStores),
      metric({ bench: 'start', metric: 'memory of all processes once ready', unit: 'MiB' }, memory),
      metric({ bench: 'start', metric: 'memory of the Node process alone', unit: 'MiB' }, memoryOfUs),
    ];
    return metrics;
  },
};

async function startPromograph(dataDir: string): Promise<{ ms: number; mib: number; ownMib: number }> {
  const port = await freePort();
  const began = Date.now();
  const child = spawn('npm', ['start'], {
    cwd: projectFile('.'),
    env: { ...process.env, PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: 'error' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await ready(child, `http://127.0.0.1:${port}/readyz`);
  const ms = Date.now() - began;
  const processes = memoryOf(child.pid ?? 0);
  const mib = processes.reduce((sum, process) => sum + process.mib, 0);
  const ownMib = Math.max(
    ...processes.filter(({ name }) => /node|MainThread/.test(name)).map((process) => process.mib),
  );
  await stopped(child);
  return { ms, mib, ownMib };
}

/** The same two stores, started by the same code, and nothing else. */
async function startStores(dataDir: string): Promise<{ ms: number }> {
  const began = Date.now();
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', projectFile('test/bench/stores-alone.ts'), dataDir], {
    cwd: projectFile('.'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('The stores did not start.')));
    child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('ready')) resolve();
    });
  });
  const ms = Date.now() - began;
  await stopped(child);
  return { ms };
}

async function ready(child: ChildProcess, url: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline && child.exitCode === null) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.kill('SIGTERM');
  throw new Error(`Expected ${url} to answer 200 within a minute, found none; run npm start by hand to see why.`);
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  await exit;
}
