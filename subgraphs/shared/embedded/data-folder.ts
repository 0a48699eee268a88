import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type StoreLog, StoreStartError } from './server-process';

/** The right to use a data folder, until `release`. */
export interface FolderClaim {
  /** Notes which server works in the folder, so that the next start can wait for it after a kill -9 of us. */
  servedBy(pid: number): void;
  release(): void;
}

/** A process that cannot be mistaken for a later one with the same number. */
interface ProcessMark {
  pid: number;
  stamp: string;
}

interface Claim {
  owner: ProcessMark;
  server: ProcessMark | null;
}

/**
 * Takes the folder for this process, or refuses when a live one has it: two servers on one folder destroy data.
 * A claim whose owner is dead does not block; its server, still shutting down, is waited for (10 s at most).
 */
export async function claimFolder(folder: string, log: StoreLog): Promise<FolderClaim> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'in-use.json');
  const owner = { pid: process.pid, stamp: stampOf(process.pid) ?? '' };
  const deadline = Date.now() + 10_000;
  let waited = false;
  while (!place(file, { owner, server: null })) {
    const text = readText(file);
    if (text === null) continue;
    const found = parse(text);
    if (found && isAlive(found.owner))
      throw new StoreStartError(
        `${folder}: expected a data folder that nobody uses, found it in use by process ${found.owner.pid}. Stop that process, or name another data folder.`,
      );
    if (found?.server && isAlive(found.server)) {
      if (Date.now() > deadline)
        throw new StoreStartError(
          `${folder}: expected the server of a killed start (process ${found.server.pid}) to end within 10 s, but it runs. End it: kill ${found.server.pid}`,
        );
      if (!waited) log(`${folder}: waiting for process ${found.server.pid}, left by a killed start, to finish`);
      waited = true;
      await pause(50);
      continue;
    }
    removeStale(file, text);
  }
  return {
    servedBy: (pid) => {
      const stamp = stampOf(pid);
      const claim: Claim = { owner, server: stamp === null ? null : { pid, stamp } };
      const fresh = `${file}.${owner.pid}-${randomBytes(4).toString('hex')}`;
      writeFileSync(fresh, JSON.stringify(claim));
      renameSync(fresh, file);
    },
    release: () => rmSync(file, { force: true }),
  };
}

/** Puts the claim there in one step, whole or not at all; false when another is there. */
function place(file: string, claim: Claim): boolean {
  const fresh = `${file}.${claim.owner.pid}-${randomBytes(4).toString('hex')}`;
  writeFileSync(fresh, JSON.stringify(claim));
  try {
    linkSync(fresh, file);
    return true;
  } catch (fault) {
    if (codeOf(fault) === 'EEXIST') return false;
    throw fault;
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** Removes the claim that was read, and only that: somebody quicker may have put a live one in its place. */
function removeStale(file: string, text: string): void {
  const aside = `${file}.stale-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    renameSync(file, aside);
    if (readText(aside) !== text) linkSync(aside, file);
  } catch (fault) {
    if (!['ENOENT', 'EEXIST'].includes(codeOf(fault))) throw fault;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** True while the very process that was marked runs; a later one with its number, or one that only waits to be reaped, is not it. */
function isAlive(mark: ProcessMark): boolean {
  return stampOf(mark.pid) === mark.stamp;
}

/** When the process was started, as text that is unique on this machine; null when there is no such process. */
function stampOf(pid: number): string | null {
  if (process.platform === 'linux') {
    const stat = readText(`/proc/${pid}/stat`);
    // The name in parentheses may hold anything, so fields are counted from its end: state first, start time 20th.
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (!fields?.[19] || fields[0] === 'Z' || fields[0] === 'X') return null;
    return `${readText('/proc/sys/kernel/random/boot_id')?.trim() ?? ''}/${fields[19]}`;
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null; // ps says so by its exit code
  }
}

function parse(text: string): Claim | null {
  try {
    const raw: unknown = JSON.parse(text);
    if (!raw || typeof raw !== 'object' || !('owner' in raw)) return null;
    const owner = markOf(raw.owner);
    return owner && { owner, server: 'server' in raw ? markOf(raw.server) : null };
  } catch {
    return null; // a file cut short by a power loss belongs to nobody
  }
}

function markOf(raw: unknown): ProcessMark | null {
  if (!raw || typeof raw !== 'object' || !('pid' in raw) || !('stamp' in raw)) return null;
  return typeof raw.pid === 'number' && typeof raw.stamp === 'string' ? { pid: raw.pid, stamp: raw.stamp } : null;
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (fault) {
    if (['ENOENT', 'ESRCH'].includes(codeOf(fault))) return null;
    throw fault;
  }
}

function codeOf(fault: unknown): string {
  return fault && typeof fault === 'object' && 'code' in fault ? String(fault.code) : '';
}
