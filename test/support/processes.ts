import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Ids of the live processes that name `folder` on their command line or work in it (redis-server rewrites its command
 * line); zombies, which only wait to be reaped, do neither. Linux only.
 */
export function processesWith(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && tracesOf(pid).includes(folder));
}

/**
 * Waits until no process has to do with `folder`, at most `patienceMs` real milliseconds.
 * @returns those left, each with its state (`D`: the kernel still writes for it) and its command line
 */
export async function processesLeft(folder: string, patienceMs: number): Promise<string[]> {
  const deadline = Date.now() + patienceMs;
  let left = processesWith(folder);
  while (left.length > 0 && Date.now() < deadline) {
    await pause(20);
    left = processesWith(folder);
  }
  return left.map(portraitOf);
}

function portraitOf(pid: number): string {
  try {
    const state = /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
    return `${pid} ${state} ${tracesOf(pid).replaceAll('\0', ' ').slice(-300)}`;
  } catch {
    return `${pid} ended just now`;
  }
}

function tracesOf(pid: number): string {
  try {
    return `${readFileSync(`/proc/${pid}/cmdline`, 'utf8')} ${readlinkSync(`/proc/${pid}/cwd`)}`;
  } catch {
    return ''; // it ended while we looked, or is a zombie
  }
}
