import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Document, MongoClient, MongoNetworkError, MongoServerError } from 'mongodb';
import { claimFolder, type FolderClaim } from './data-folder';
import { findMongod, type MongoBinary } from './mongo-binary';
import {
  type EmbeddedServer,
  keptPort,
  launchServer,
  logSays,
  PortTaken,
  type ServerProcess,
  type StoreLog,
  StoreStartError,
  waitUntil,
} from './server-process';

/** How an embedded MongoDB is started. */
export interface MongoStart {
  /** Where its data lives; null: a temporary folder that goes with the server. */
  dataDir: string | null;
  log: StoreLog;
  /** Where settings such as MONGOMS_SYSTEM_BINARY and the PATH are read; `process.env` by default. */
  env?: NodeJS.ProcessEnv;
  /** The port to listen on; by default the one of the last start, or a free one. */
  port?: number;
  /** After how long without a primary a new one is elected, in milliseconds; tests lower it. Default 5000. */
  electionTimeoutMillis?: number;
  /** Further server parameters, `{ttlMonitorSleepSecs: '1'}`. */
  parameters?: Readonly<Record<string, string>>;
}

const setName = 'promograph';

/**
 * The MongoDB of MONGODB_URI when that is set, which is checked and not started; else an embedded one. A server that is
 * away is no fault (it may come, and readiness says so meanwhile); one that can never do is: StoreStartError.
 */
export async function resolveMongo(env: NodeJS.ProcessEnv, options: MongoStart): Promise<EmbeddedServer> {
  const uri = env.MONGODB_URI;
  if (!uri) return startMongo({ env, ...options });
  const hosts = await checkForeign(uri, options.log);
  return { uri, describe: `MongoDB of MONGODB_URI (${hosts})`, pid: null, stop: async () => {} };
}

/** How long a foreign server may take to answer the check at start, in milliseconds. */
const checkMs = 2000;

/** @returns its hosts, for people */
async function checkForeign(uri: string, log: StoreLog): Promise<string> {
  const client = openForeign(uri);
  const hosts = client.options.srvHost ?? client.options.hosts.join(', ');
  try {
    const hello = await client.db('admin').command({ hello: 1 });
    if (hello.isreplicaset === true)
      log(`MONGODB_URI: the server at ${hosts} waits for its replica set to be initiated`);
    else if (!hello.setName && hello.msg !== 'isdbgrid')
      throw new StoreStartError(
        `MONGODB_URI: expected a replica set or a sharded cluster (transactions and change streams need one), found a standalone server at ${hosts}; start mongod with --replSet and run rs.initiate(), or unset MONGODB_URI for an embedded one.`,
      );
  } catch (fault) {
    if (fault instanceof StoreStartError) throw fault;
    if (fault instanceof MongoServerError && fault.codeName === 'AuthenticationFailed')
      throw new StoreStartError(
        `MONGODB_URI: expected a user and password that ${hosts} accepts, it answers: ${fault.message}`,
      );
    const reason = fault instanceof Error ? fault.message : String(fault);
    log(
      `MONGODB_URI: ${hosts} does not answer yet (${reason}); going on, requests that need it are refused until it does`,
    );
  } finally {
    await client.close();
  }
  return hosts;
}

/** A single host is asked directly: behind a set's name a standalone server would only look away. */
function openForeign(uri: string): MongoClient {
  const timeouts = { serverSelectionTimeoutMS: checkMs, connectTimeoutMS: checkMs };
  try {
    const client = new MongoClient(uri, timeouts);
    if (client.options.srvHost || client.options.hosts.length !== 1 || client.options.loadBalanced) return client;
    return new MongoClient(uri.replace(/([?&])replicaSet=[^&]*/i, '$1'), { ...timeouts, directConnection: true });
  } catch (fault) {
    throw new StoreStartError(
      `MONGODB_URI: expected an address such as mongodb://host:27017/?replicaSet=rs0, found one that cannot be read: ${fault instanceof Error ? fault.message : fault}`,
    );
  }
}

/**
 * Starts a replica set of one on the loopback address and waits until it takes writes. It keeps its data and its port
 * between starts and ends with this process, however that ends. Throws StoreStartError: no mongod that runs, the folder
 * in use, a server that does not come up.
 */
export async function startMongo(options: MongoStart): Promise<EmbeddedServer> {
  const temporary = options.dataDir === null;
  const folder = options.dataDir === null ? mkdtempSync(join(tmpdir(), 'promograph-mongo-')) : resolve(options.dataDir);
  const claim = await claimFolder(folder, options.log);
  try {
    const binary = await findMongod(options.env ?? process.env, folder, options.log);
    return await startOnSomePort(binary, folder, claim, options);
  } catch (fault) {
    claim.release();
    if (temporary) rmSync(folder, { recursive: true, force: true });
    throw fault;
  }
}

async function startOnSomePort(
  binary: MongoBinary,
  folder: string,
  claim: FolderClaim,
  options: MongoStart,
): Promise<EmbeddedServer> {
  const portFile = join(folder, 'mongo.port');
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await keptPort(portFile, options.log));
    try {
      return await startOnPort(binary, folder, port, claim, options);
    } catch (fault) {
      // Somebody took the port between our look and mongod's start; forget it and look again.
      if (!(fault instanceof PortTaken) || options.port !== undefined || attempt === 4) throw fault;
      writeFileSync(portFile, '');
    }
  }
}

async function startOnPort(
  binary: MongoBinary,
  folder: string,
  port: number,
  claim: FolderClaim,
  options: MongoStart,
  moved = false,
): Promise<EmbeddedServer> {
  const temporary = options.dataDir === null;
  const data = join(folder, 'data');
  const kept = existsSync(join(data, 'WiredTiger'));
  mkdirSync(data, { recursive: true });
  const logFile = join(folder, 'mongod.log');
  const server = launchServer({
    command: binary.command,
    args: [...binary.args, ...serverArguments(data, port, options.parameters ?? {})],
    env: binary.env,
    logFile,
    temporaryFolder: temporary ? folder : null,
  });
  try {
    claim.servedBy(server.pid);
    await waitUntil(server, `mongod on port ${port}`, logFile, async () => logSays(logFile, 'Waiting for connections'));
    if (kept && (await moveSet(server, port, logFile))) {
      if (moved)
        throw new StoreStartError(
          `${folder}: expected its replica set to move to port ${port}, but it still has its old one; free the port that it had, or name another data folder.`,
        );
      // Not asked to stop: it would first wait for the old address to answer. Nothing but the new one was written.
      await server.stop('SIGKILL');
      return await startOnPort(binary, folder, port, claim, options, true);
    }
    await becomePrimary(server, port, logFile, options.electionTimeoutMillis ?? 5000);
  } catch (fault) {
    await server.stop('SIGKILL');
    throw fault;
  }
  return {
    uri: `mongodb://127.0.0.1:${port}/?replicaSet=${setName}`,
    describe: `MongoDB ${binary.version} from ${binary.source} on 127.0.0.1:${port}, data in ${temporary ? `${folder} (temporary)` : folder}`,
    pid: server.pid,
    async stop() {
      // Nobody will read temporary data again, so nobody waits for it to be written.
      await server.stop(temporary ? 'SIGKILL' : 'SIGTERM');
      claim.release();
      if (temporary) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function serverArguments(data: string, port: number, parameters: Readonly<Record<string, string>>): string[] {
  const all: Record<string, string> = {
    // A killed claimer's open transaction must not hold its callers for a minute.
    transactionLifetimeLimitSeconds: '5',
    // A set of one has nobody to hand over to; the default waits up to 15 s for that.
    shutdownTimeoutMillisForSignaledShutdown: '100',
    diagnosticDataCollectionEnabled: 'false',
    ...parameters,
  };
  return [
    ...['--dbpath', data, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket', '--noauth', '--quiet'],
    ...[
      '--replSet',
      setName,
      '--oplogSize',
      '1024',
      '--storageEngine',
      'wiredTiger',
      '--wiredTigerCacheSizeGB',
      '0.25',
    ],
    ...Object.entries(all).flatMap(([name, value]) => ['--setParameter', `${name}=${value}`]),
  ];
}

/**
 * Gives the set that the data was kept with this port; true when it had another, and then the server has to start anew.
 * Written into the stored configuration, because a command to change it is only taken after the server has asked its old
 * address whether that is itself: 30 s when a silent stranger has it now.
 */
async function moveSet(server: ServerProcess, port: number, logFile: string): Promise<boolean> {
  const host = `127.0.0.1:${port}`;
  let moved = false;
  await settle(server, port, logFile, async (client) => {
    const stored = client.db('local').collection<{ _id: string; version: number }>('system.replset');
    const { modifiedCount } = await stored.updateOne(
      { _id: setName, 'members.0.host': { $ne: host } },
      { $set: { 'members.0.host': host }, $inc: { version: 1 } },
    );
    moved ||= modifiedCount === 1;
    // The journal is not enough: a server that has not found itself yet loses the change when it is killed.
    if (moved) await client.db('admin').command({ fsync: 1 });
    return true;
  });
  return moved;
}

function becomePrimary(
  server: ServerProcess,
  port: number,
  logFile: string,
  electionTimeoutMillis: number,
): Promise<void> {
  return settle(server, port, logFile, (client) => stepToPrimary(client, `127.0.0.1:${port}`, electionTimeoutMillis));
}

/** Repeats the step until it answers true. */
async function settle(
  server: ServerProcess,
  port: number,
  logFile: string,
  step: (client: MongoClient) => Promise<boolean>,
): Promise<void> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: 10_000,
    retryWrites: false, // such a write is numbered like a transaction's, which only a primary takes
  });
  const tolerant = async () => {
    try {
      return await step(client);
    } catch (fault) {
      if (fault instanceof MongoNetworkError) return false; // a change of state closes connections
      throw fault;
    }
  };
  try {
    await waitUntil(server, `the replica set on port ${port}`, logFile, tolerant);
  } finally {
    await client.close();
  }
}

/** Does the next thing that is missing; true when nothing is. */
async function stepToPrimary(client: MongoClient, host: string, electionTimeoutMillis: number): Promise<boolean> {
  const admin = client.db('admin');
  const config = await currentConfig(client);
  if (!config) {
    await initiate(client, host, electionTimeoutMillis);
    return false;
  }
  const hello = await admin.command({ hello: 1 });
  return hello.isWritablePrimary === true;
}

/** The configuration the data was last used with; null for fresh data, and for a moment while kept data is opened. */
async function currentConfig(client: MongoClient): Promise<Document | null> {
  try {
    const reply = await client.db('admin').command({ replSetGetConfig: 1 });
    return reply.config;
  } catch (fault) {
    if (fault instanceof MongoServerError && fault.codeName === 'NotYetInitialized') return null;
    throw fault;
  }
}

/** Makes fresh data a replica set of one. Data that turns out to hold a configuration, still being opened, is left alone. */
async function initiate(client: MongoClient, host: string, electionTimeoutMillis: number): Promise<void> {
  try {
    await client.db('admin').command({
      replSetInitiate: {
        _id: setName,
        members: [{ _id: 0, host }],
        writeConcernMajorityJournalDefault: true,
        settings: { electionTimeoutMillis },
      },
    });
  } catch (fault) {
    if (!(fault instanceof MongoServerError) || fault.codeName !== 'AlreadyInitialized') throw fault;
  }
}
