import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

/** A store that is ready for use, and how to end it. */
export interface EmbeddedServer {
  /** What a client connects to: `mongodb://127.0.0.1:40017/?replicaSet=promograph`, `redis://127.0.0.1:40018`. */
  uri: string;
  /** One line for people: what runs, where it came from, where its data is. Never holds a password. */
  describe: string;
  /** The server's process; null when it was given by a setting and is not ours to stop. */
  pid: number | null;
  /** Stops the server and waits until its process is gone. Harmless when called twice or on a server that is not ours. */
  stop(): Promise<void>;
}

/** Where the lines for people go: which candidate was skipped and why, what was waited for. */
export type StoreLog = (line: string) => void;

/** A store could not be had; the message says what was expected, what was found and what to do. */
export class StoreStartError extends Error {
  override name = 'StoreStartError';
}

/** The address was taken by somebody else between the look and the start; another port may work. */
export class PortTaken extends StoreStartError {
  override name = 'PortTaken';
}

/** A running child that ends with us: by `stop`, and by itself when this process dies in any way. */
export interface ServerProcess {
  pid: number;
  /** The child's exit, as text for a message; null while it runs. */
  ended(): string | null;
  /** Ends it by the signal and waits; a child that does not go within 10 s is killed. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/**
 * The shell becomes the server, and leaves a watcher behind that reads the pipe we hold: kill -9 of this process closes
 * the pipe, the watcher ends the server and removes the temporary folder ($1, empty when the data is kept). One fork
 * before exec, so there is no moment in which the server runs unwatched. A zombie counts as ended: some first processes
 * of containers never reap.
 */
const launcher = `
folder=$1; shift
runs() {
  kill -0 $$ || return 1
  [ -r /proc/$$/stat ] || return 0
  read -r _ _ state _ </proc/$$/stat && [ "$state" != Z ]
}
(
  word=; read -r word <&3
  [ "$word" = stopped ] && exit 0
  [ -n "$folder" ] && signal=KILL || signal=TERM
  kill -$signal $$
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do runs || break; sleep 0.1; done
  runs && kill -KILL $$
  [ -n "$folder" ] && rm -rf -- "$folder"
) </dev/null >/dev/null 2>&1 &
exec 3<&-
exec "$@"
`;

/**
 * Starts a server in a session of its own (Ctrl-C in a terminal reaches us first and never the store under our feet),
 * its output in `logFile`, the one of the start before beside it as `<logFile>.previous`.
 */
export function launchServer(options: {
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  logFile: string;
  /** A folder the watcher removes when this process dies without stopping the server; null when the data is kept. */
  temporaryFolder: string | null;
}): ServerProcess {
  const output = openLog(options.logFile);
  try {
    const child = spawn(
      '/bin/sh',
      ['-c', launcher, 'promograph', options.temporaryFolder ?? '', options.command, ...options.args],
      { detached: true, env: options.env ?? process.env, stdio: ['ignore', output, output, 'pipe'] },
    );
    const held = child.stdio[3];
    return follow(
      child,
      (signal) => child.kill(signal),
      () => {
        if (held instanceof Writable) held.end('stopped\n');
      },
    );
  } finally {
    closeSync(output);
  }
}

/** The log of a server, opened empty; the last start's log is kept as `<file>.previous`. */
export function openLog(file: string): number {
  if (existsSync(file)) renameSync(file, `${file}.previous`);
  return openSync(file, 'a');
}

/** Turns a child into a ServerProcess. @param end asks it to stop; @param released runs once it is gone */
export function follow(
  child: ChildProcess,
  end: (signal: 'SIGTERM' | 'SIGKILL') => void,
  released: () => void,
): ServerProcess {
  let ending: string | null = null;
  const gone = new Promise<void>((resolve) => {
    child.once('error', (fault) => {
      ending ??= fault.message;
      resolve();
    });
    child.once('exit', (code, signal) => {
      ending ??= signal ? `signal ${signal}` : `exit code ${code}`;
      released();
      resolve();
    });
  });
  // A store must not keep a finished script alive; whoever forgets to stop it loses it with the process.
  child.unref();
  for (const stream of child.stdio)
    if (stream && 'unref' in stream && typeof stream.unref === 'function') stream.unref();
  if (child.pid === undefined)
    throw new StoreStartError(`Expected to start ${child.spawnfile}, but it could not be run.`);
  return {
    pid: child.pid,
    ended: () => ending,
    async stop(signal) {
      if (ending) return;
      end(signal);
      const patience = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(patience);
    },
  };
}

/** The port noted in `file` when it is free, else a free one, which is noted there. Loopback only. */
export async function keptPort(file: string | null, log: StoreLog): Promise<number> {
  const kept = file && existsSync(file) ? Number(readFileSync(file, 'utf8').trim()) : 0;
  const usable = Number.isInteger(kept) && kept > 0 && kept < 65_536;
  if (usable && (await isFree(kept))) return kept;
  const port = await freePort();
  if (usable) log(`port ${kept}, used last time, is taken; using ${port} instead`);
  if (file) writeFileSync(file, `${port}\n`);
  return port;
}

/** Whether we could listen on the port of the loopback address just now. */
export async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1' }, () => probe.close(() => resolve(true)));
  });
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen({ port: 0, host: '127.0.0.1' }, () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('No free loopback port.')),
      );
    });
  });
}

/** Waits until `ready` answers true. Throws when the server ends first or `patienceMs` pass, with the end of its log. */
export async function waitUntil(
  server: ServerProcess,
  what: string,
  logFile: string,
  ready: () => Promise<boolean>,
  patienceMs = 30_000,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const ended = server.ended();
    if (ended) {
      const tail = logTail(logFile);
      if (['ddress already in use', 'EADDRINUSE'].some((sign) => logSays(logFile, sign)))
        throw new PortTaken(`Expected ${what} to start, but its port is taken by another process; use another port.`);
      throw new StoreStartError(
        `Expected ${what} to start, but it ended with ${ended}. Its log (${logFile}) ends:\n${tail}`,
      );
    }
    if (await ready()) return;
    if (Date.now() > deadline)
      throw new StoreStartError(
        `Expected ${what} to be ready within ${patienceMs / 1000} s, but it is not. Its log (${logFile}) ends:\n${logTail(logFile)}`,
      );
    await pause(10);
  }
}

/** Whether the server's log of this start has `text`. Asked rather than the port: there, a stranger might answer. */
export function logSays(file: string, text: string): boolean {
  return existsSync(file) && readFileSync(file, 'utf8').includes(text);
}

/** The last lines of a server's log, each cut to a readable length. mongod's fatal and error lines go before its chatter. */
export function logTail(file: string): string {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  const grave = lines.filter((line) => /"s":"[FE]"|^(?!\{)/.test(line));
  return (grave.length > 0 ? grave : lines)
    .slice(-8)
    .map((line) => `  ${line.slice(0, 400)}`)
    .join('\n');
}
