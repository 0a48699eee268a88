import { execFile, fork } from 'node:child_process';
import { closeSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Redis } from 'ioredis';
import { projectFile } from '../runtime/files';
import { claimFolder, type FolderClaim } from './data-folder';
import { onPath } from './mongo-binary';
import {
  type EmbeddedServer,
  follow,
  keptPort,
  launchServer,
  logSays,
  openLog,
  PortTaken,
  type ServerProcess,
  type StoreLog,
  StoreStartError,
  waitUntil,
} from './server-process';

/** How an embedded Redis is started. */
export interface RedisStart {
  /** Where its data lives; null: nothing is kept. */
  dataDir: string | null;
  log: StoreLog;
  /** Where the PATH is read; `process.env` by default. */
  env?: NodeJS.ProcessEnv;
  /** The port to listen on; by default the one of the last start, or a free one. */
  port?: number;
  /** How often Valkey in WebAssembly saves what changed, in milliseconds; default 5000. A server of the PATH appends. */
  saveEveryMs?: number;
}

/** A server found on the PATH that runs and is new enough. */
interface RedisBinary {
  command: string;
  version: string;
}

const snapshotName = 'valkey-snapshot.jsonl';

/**
 * The Redis of REDIS_URL when that is set, which is asked and not started; else an embedded one. A server that is away is
 * no fault: it may come, and readiness says so meanwhile.
 */
export async function resolveRedis(env: NodeJS.ProcessEnv, options: RedisStart): Promise<EmbeddedServer> {
  const url = env.REDIS_URL;
  if (!url) return startRedis({ env, ...options });
  const host = await checkForeign(url, options.log);
  return { uri: url, describe: `Redis of REDIS_URL (${host})`, pid: null, stop: async () => {} };
}

/** @returns its host, for people */
async function checkForeign(url: string, log: StoreLog): Promise<string> {
  const address = URL.canParse(url) ? new URL(url) : null;
  if (!address?.hostname || !['redis:', 'rediss:'].includes(address.protocol))
    throw new StoreStartError(
      `REDIS_URL: expected an address such as redis://host:6379 or rediss://user:password@host:6380, found ${address ? `one with ${address.protocol}//` : 'one that cannot be read'}.`,
    );
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 2000,
    disconnectTimeout: 100, // its timer runs on after a failed connection
    retryStrategy: () => null,
  });
  let reason = '';
  redis.on('error', (fault: Error) => {
    reason = fault.message;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (fault) {
    if (/^(WRONGPASS|NOAUTH)/.test(reason || String(fault instanceof Error ? fault.message : fault)))
      throw new StoreStartError(
        `REDIS_URL: expected a user and password that ${address.host} accepts, it answers: ${reason || fault}`,
      );
    log(
      `REDIS_URL: ${address.host} does not answer yet (${reason || fault}); going on, requests that need it are refused until it does`,
    );
  } finally {
    redis.disconnect();
  }
  return address.host;
}

/**
 * Starts Redis on the loopback address: `valkey-server` or `redis-server` of the PATH with an append-only file, else
 * Valkey in WebAssembly in a child process with snapshots. It ends with this process, however that ends, and keeps its
 * data; what it holds can be rebuilt from MongoDB, so a change of kind starts empty.
 */
export async function startRedis(options: RedisStart): Promise<EmbeddedServer> {
  const temporary = options.dataDir === null;
  const folder = options.dataDir === null ? mkdtempSync(join(tmpdir(), 'promograph-redis-')) : resolve(options.dataDir);
  const claim = await claimFolder(folder, options.log);
  try {
    const binary = await findRedis(options.env ?? process.env, options.log);
    return await startOnSomePort(binary, folder, claim, options);
  } catch (fault) {
    claim.release();
    if (temporary) rmSync(folder, { recursive: true, force: true });
    throw fault;
  }
}

async function startOnSomePort(
  binary: RedisBinary | null,
  folder: string,
  claim: FolderClaim,
  options: RedisStart,
): Promise<EmbeddedServer> {
  const temporary = options.dataDir === null;
  const portFile = join(folder, 'redis.port');
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await keptPort(portFile, options.log));
    try {
      const server = binary
        ? await startBinary(binary, folder, port, temporary, claim)
        : await startWasm(folder, port, temporary, claim, options.saveEveryMs ?? 5000);
      const kind = binary ? `Redis ${binary.version} (${binary.command})` : 'Redis by Valkey in WebAssembly';
      return {
        uri: `redis://127.0.0.1:${port}`,
        describe: `${kind} on 127.0.0.1:${port}, data in ${temporary ? `${folder} (temporary)` : folder}`,
        pid: server.pid,
        async stop() {
          await server.stop('SIGTERM');
          claim.release();
          if (temporary) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
        },
      };
    } catch (fault) {
      if (!(fault instanceof PortTaken) || options.port !== undefined || attempt === 4) throw fault;
      writeFileSync(portFile, '');
    }
  }
}

async function startBinary(
  binary: RedisBinary,
  folder: string,
  port: number,
  temporary: boolean,
  claim: FolderClaim,
): Promise<ServerProcess> {
  // Left by the other kind, it is older than whatever this one holds and must not come back later.
  rmSync(join(folder, snapshotName), { force: true });
  const logFile = join(folder, 'redis.log');
  const server = launchServer({
    command: binary.command,
    args: [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--daemonize', 'no', '--logfile', ''],
      ...['--save', '', '--appendonly', temporary ? 'no' : 'yes', '--appendfsync', 'everysec'],
    ],
    logFile,
    temporaryFolder: temporary ? folder : null,
  });
  await ready(server, port, logFile, claim, () => logSays(logFile, 'Ready to accept connections'));
  return server;
}

async function startWasm(
  folder: string,
  port: number,
  temporary: boolean,
  claim: FolderClaim,
  saveEveryMs: number,
): Promise<ServerProcess> {
  rmSync(join(folder, 'appendonlydir'), { recursive: true, force: true });
  const logFile = join(folder, 'redis.log');
  const output = openLog(logFile);
  const child = fork(
    projectFile('subgraphs/shared/embedded/valkey-child.mjs'),
    [String(port), join(folder, snapshotName), temporary ? folder : '', String(saveEveryMs)],
    {
      detached: true, // Ctrl-C in a terminal is ours to handle, it needs Redis until it has drained
      execArgv: ['--no-warnings'],
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', output, output, 'ipc'],
    },
  );
  closeSync(output);
  let restored = false;
  child.once('message', () => {
    restored = true;
  });
  const server = follow(
    child,
    (signal) => child.kill(signal),
    () => {},
  );
  child.channel?.unref();
  await ready(server, port, logFile, claim, () => restored);
  return server;
}

async function ready(
  server: ServerProcess,
  port: number,
  logFile: string,
  claim: FolderClaim,
  loaded: () => boolean,
): Promise<void> {
  try {
    claim.servedBy(server.pid);
    await waitUntil(server, `Redis on port ${port}`, logFile, async () => loaded());
  } catch (fault) {
    await server.stop('SIGKILL');
    throw fault;
  }
}

/** What the scripts need (functions of 6.2), and no older. */
const oldest = [6, 2] as const;

/** The server of the PATH that runs here; null when there is none, which is why WebAssembly is used then. */
async function findRedis(env: NodeJS.ProcessEnv, log: StoreLog): Promise<RedisBinary | null> {
  for (const name of ['valkey-server', 'redis-server']) {
    const command = onPath(name, env);
    if (!command) continue;
    const output = await versionOf(command, env);
    const found = /v=(\d+)\.(\d+)([\w.-]*)/.exec(output);
    const [major, minor] = [Number(found?.[1]), Number(found?.[2])];
    if (found && (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])))
      return { command, version: `${found[1]}.${found[2]}${found[3]}` };
    log(`skipped ${command}: expected version ${oldest.join('.')} or later, found ${output.trim() || 'no version'}`);
  }
  return null;
}

function versionOf(command: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((done) => {
    execFile(command, ['--version'], { env, timeout: 10_000 }, (fault, stdout, stderr) =>
      done(stdout + stderr || (fault?.message ?? '')),
    );
  });
}
