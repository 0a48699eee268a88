import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from '@jest/globals';
import { claimFolder } from '../../../subgraphs/shared/embedded/data-folder';

const root = mkdtempSync(join(tmpdir(), 'promograph-claim-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folder = '';
let claimFile = '';
let lines: string[] = [];
const log = (line: string) => void lines.push(line);
beforeEach(() => {
  folder = mkdtempSync(join(root, 'f-'));
  claimFile = join(folder, 'in-use.json');
  lines = [];
});

it('gives a folder to one user at a time, and to the next after its release', async () => {
  const first = await claimFolder(folder, log);
  await expect(claimFolder(folder, log)).rejects.toThrow(
    `${folder}: expected a data folder that nobody uses, found it in use by process ${process.pid}.`,
  );
  first.release();
  const second = await claimFolder(folder, log);
  second.release();
  expect(readdirSync(folder)).toEqual([]);
});

it('lets exactly one of twenty callers have a folder that a dead process left claimed', async () => {
  writeFileSync(claimFile, JSON.stringify({ owner: { pid: 1, stamp: 'long ago' }, server: null }));
  const callers = await Promise.allSettled(Array.from({ length: 20 }, () => claimFolder(folder, log)));
  expect(callers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

it('is not blocked by a dead process whose number another process has now, as in containers', async () => {
  const claim = await claimFolder(folder, log);
  const mine = JSON.parse(readFileSync(claimFile, 'utf8'));
  claim.release();
  writeFileSync(claimFile, JSON.stringify({ ...mine, owner: { pid: process.pid, stamp: `${mine.owner.stamp}0` } }));
  (await claimFolder(folder, log)).release();
});

it('is not blocked by a claim that a power loss cut short', async () => {
  writeFileSync(claimFile, '{"owner":{"pid":');
  (await claimFolder(folder, log)).release();
});

it('waits for the server of a killed start to finish with the data', async () => {
  const server = spawn('sleep', ['60']);
  const claim = await claimFolder(folder, log);
  claim.servedBy(server.pid ?? 0);
  const left = JSON.parse(readFileSync(claimFile, 'utf8'));
  writeFileSync(claimFile, JSON.stringify({ ...left, owner: { pid: 1, stamp: 'killed' } }));
  const exit = once(server, 'exit');
  let isEnding = false;
  const end = () => {
    isEnding = true;
    server.kill();
  };
  // It is being waited for and ends a while later. That it ended is seen by the claim or by us first, as it happens.
  const next = await claimFolder(folder, (line) => {
    log(line);
    setTimeout(end, 200);
  });
  expect(isEnding).toBe(true);
  await exit;
  next.release();
  expect(lines).toEqual([`${folder}: waiting for process ${server.pid}, left by a killed start, to finish`]);
});
