import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Document, Long, MongoClient } from 'mongodb';
import { findMongod, type MongoBinary } from '../../subgraphs/shared/embedded/mongo-binary';
import { launchServer, logSays, type ServerProcess, waitUntil } from '../../subgraphs/shared/embedded/server-process';
import { freePort } from './standalone';

/** A MongoDB of several processes on the loopback address, of one run's own, to be killed and to come back. */
export interface MongoCluster {
  uri: string;
  /** For people: `three members`. */
  describe: string;
  /** SIGKILLs the primary (on shards: of one shard, or the router, in turn) and starts it again after a while. */
  killOne(): Promise<Killed>;
  /** Resolves when a majority takes a write; rejects after `patienceMs`. */
  answers(patienceMs?: number): Promise<void>;
  stop(): Promise<void>;
}

/** What was killed just now. */
export interface Killed {
  /** For people: `primary`. */
  what: string;
  /** Resolves when it is there again, and has caught up. */
  restored: Promise<void>;
}

/** One server process on a port and a folder that it keeps. */
interface Member {
  port: number;
  /** Starts it, or starts it again after it was killed; resolves when it listens. */
  start(): Promise<void>;
  kill(): Promise<void>;
}

const common = ['--bind_ip', '127.0.0.1', '--nounixsocket', '--quiet'];
/** As embedded and composed stores have it: what a killed claimer left open must not hold others for a minute. */
const memberParameters = {
  transactionLifetimeLimitSeconds: '5',
  diagnosticDataCollectionEnabled: 'false',
  periodicNoopIntervalSecs: '1',
};
/** How long a killed server stays away, in milliseconds: longer than an election. */
const awayMs = 1500;

/** A replica set of so many members, which elects within about a second; throws StoreStartError without a mongod. */
export async function startReplicaSet(members = 3): Promise<MongoCluster> {
  const { folder, mongod } = await workspace();
  const set = await startSet(mongod, folder, 'promograph', members, []);
  const uri = `mongodb://${set.hosts}/?replicaSet=promograph`;
  return {
    uri,
    describe: members === 1 ? 'one member' : `${members} members`,
    killOne: () => set.killPrimary(),
    answers: (patienceMs) => takesWrites(uri, patienceMs),
    stop: () => stopAll(set.members, folder),
  };
}

/**
 * Two shards of one member each, a config server and a router; null when there is no mongos beside the mongod, since only
 * some packages bring one.
 */
export async function startShards(): Promise<MongoCluster | null> {
  const { folder, mongod } = await workspace();
  const mongos = mongosBeside(mongod);
  if (!mongos) {
    rmSync(folder, { recursive: true, force: true });
    return null;
  }
  const config = await startSet(mongod, folder, 'config', 1, ['--configsvr']);
  const shards = await Promise.all(['s0', 's1'].map((name) => startSet(mongod, folder, name, 1, ['--shardsvr'])));
  const port = await freePort();
  const router = member(mongos, join(folder, 'mongos'), port, () => [
    ...['--configdb', `config/${config.hosts}`, '--port', String(port), ...common],
  ]);
  await router.start();
  const uri = `mongodb://127.0.0.1:${port}/`;
  await withClient(uri, async (client) => {
    for (const [index, shard] of shards.entries())
      await client.db('admin').command({ addShard: `s${index}/${shard.hosts}` });
  });
  let turn = 0;
  return {
    uri,
    describe: 'two shards and a mongos',
    async killOne() {
      turn += 1;
      const shard = shards[turn % 3];
      if (shard) return { ...(await shard.killPrimary()), what: `primary of shard ${turn % 3}` };
      await router.kill();
      return { what: 'mongos', restored: pause(200).then(() => router.start()) };
    },
    answers: (patienceMs) => takesWrites(uri, patienceMs),
    stop: () => stopAll([router, ...shards.flatMap(({ members }) => members), ...config.members], folder),
  };
}

/**
 * Spreads the collections of coupons over both shards, as a deployment does before its first coupon: moves by hashed `_id`,
 * coupons by owner, half of the hashes of `tenantId` on each.
 */
export async function spreadCoupons(uri: string, database: string, tenantId: string): Promise<void> {
  await withClient(uri, async (client) => {
    const admin = client.db('admin');
    await admin.command({ enableSharding: database, primaryShard: 's0' });
    await admin.command({ shardCollection: `${database}.coupon_moves`, key: { _id: 'hashed' } });
    const coupons = `${database}.coupons`;
    await admin.command({ shardCollection: coupons, key: { tenantId: 1, ownerId: 'hashed' } });
    // The middle of all hashes. A prefix in front of the hash keeps MongoDB from splitting by itself.
    const middle = { tenantId, ownerId: Long.fromNumber(0) };
    await admin.command({ split: coupons, middle });
    await admin.command({ moveChunk: coupons, bounds: await upperChunk(client, coupons), to: 's1' });
  });
}

/** How many coupons lie on each shard: `[412, 388]`. Counted one by one: what a shard keeps as its count is wrong after a kill. */
export async function couponsByShard(uri: string, database: string): Promise<number[]> {
  const { shards } = await withClient(uri, (client) => client.db('admin').command({ listShards: 1 }));
  return Promise.all(
    (shards as { host: string }[]).map(({ host }) => {
      const [set = '', members = ''] = host.split('/');
      return withClient(`mongodb://${members}/?replicaSet=${set}`, (client) =>
        client.db(database).collection('coupons').countDocuments(),
      );
    }),
  );
}

async function upperChunk(client: MongoClient, namespace: string): Promise<[Document, Document]> {
  const config = client.db('config');
  const collection = await config.collection<{ _id: string; uuid: unknown }>('collections').findOne({ _id: namespace });
  const [upper] = await config
    .collection<{ uuid: unknown; min: Document; max: Document }>('chunks')
    .find({ uuid: collection?.uuid })
    .sort({ min: -1 })
    .limit(1)
    .toArray();
  if (!upper) throw new Error(`Expected chunks of ${namespace}, found none.`);
  return [upper.min, upper.max];
}

async function workspace(): Promise<{ folder: string; mongod: MongoBinary }> {
  const folder = mkdtempSync(join(tmpdir(), 'promograph-cluster-'));
  return { folder, mongod: await findMongod(process.env, folder, () => undefined) };
}

/** npm drops the executable bit of both. */
function mongosBeside(mongod: MongoBinary): MongoBinary | null {
  const beside = mongod.args.at(-1) ?? mongod.command;
  const command = join(dirname(beside), 'mongos');
  if (!existsSync(command)) return null;
  if (mongod.args.length > 0) return { ...mongod, args: [...mongod.args.slice(0, -1), command] };
  chmodSync(command, 0o755);
  return { ...mongod, command };
}

interface ReplicaSet {
  hosts: string;
  members: Member[];
  killPrimary(): Promise<Killed>;
}

async function startSet(
  mongod: MongoBinary,
  folder: string,
  name: string,
  count: number,
  role: readonly string[],
): Promise<ReplicaSet> {
  const members: Member[] = [];
  for (let index = 0; index < count; index += 1) {
    const port = await freePort();
    const home = join(folder, `${name}-${index}`);
    mkdirSync(join(home, 'data'), { recursive: true });
    members.push(
      member(mongod, home, port, () => [
        ...['--dbpath', join(home, 'data'), '--port', String(port), '--replSet', name, ...role, ...common, '--noauth'],
        ...['--oplogSize', '256', '--wiredTigerCacheSizeGB', '0.25'],
        ...Object.entries(memberParameters).flatMap(([key, value]) => ['--setParameter', `${key}=${value}`]),
      ]),
    );
  }
  await Promise.all(members.map((one) => one.start()));
  const ports = members.map(({ port }) => port);
  await withDirect(ports[0] ?? 0, (client) =>
    client.db('admin').command({
      replSetInitiate: {
        _id: name,
        members: ports.map((port, _id) => ({ _id, host: `127.0.0.1:${port}` })),
        ...(role.includes('--configsvr') && { configsvr: true }),
        settings: { electionTimeoutMillis: 1000 },
      },
    }),
  );
  const set: ReplicaSet = {
    hosts: ports.map((port) => `127.0.0.1:${port}`).join(','),
    members,
    async killPrimary() {
      const port = await primaryAmong(ports);
      const primary = members.find((one) => one.port === port);
      await primary?.kill();
      const back = async (): Promise<void> => {
        await pause(awayMs);
        await primary?.start();
        await allThere(ports);
      };
      return { what: 'primary', restored: back() };
    },
  };
  await allThere(ports);
  return set;
}

/** @param args asked at every start */
function member(binary: MongoBinary, home: string, port: number, args: () => string[]): Member {
  mkdirSync(home, { recursive: true });
  const logFile = join(home, 'server.log');
  let server: ServerProcess | null = null;
  return {
    port,
    async start() {
      server = launchServer({
        command: binary.command,
        args: [...binary.args, ...args()],
        env: binary.env,
        logFile,
        temporaryFolder: home,
      });
      await waitUntil(server, `the server on port ${port}`, logFile, async () =>
        logSays(logFile, 'Waiting for connections'),
      );
    },
    async kill() {
      await server?.stop('SIGKILL');
    },
  };
}

async function primaryAmong(ports: readonly number[]): Promise<number> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await pause(100)) {
    for (const port of ports) if ((await hello(port))?.isWritablePrimary === true) return port;
  }
  throw new Error(`Expected a primary among ${ports.join(', ')} within 30 s, found none.`);
}

async function allThere(ports: readonly number[]): Promise<void> {
  await primaryAmong(ports);
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await pause(200)) {
    const states = await Promise.all(ports.map(hello));
    if (states.every((state) => state?.isWritablePrimary === true || state?.secondary === true)) return;
  }
  throw new Error(`Expected every one of ${ports.join(', ')} as a member within 30 s; one does not catch up.`);
}

async function hello(port: number): Promise<Document | null> {
  return withDirect(port, (client) => client.db('admin').command({ hello: 1 })).catch(() => null);
}

function withDirect<T>(port: number, run: (client: MongoClient) => Promise<T>): Promise<T> {
  return withClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, run);
}

async function withClient<T>(uri: string, run: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 5000, connectTimeoutMS: 2000 });
  try {
    return await run(client);
  } finally {
    await client.close();
  }
}

async function takesWrites(uri: string, patienceMs = 30_000): Promise<void> {
  for (const deadline = Date.now() + patienceMs; ; await pause(20)) {
    try {
      return await withClient(uri, async (client) => {
        const marks = client.db('chaos').collection<{ _id: string; at: Date }>('marks');
        const written = { writeConcern: { w: 'majority', journal: true, wtimeoutMS: 2000 }, upsert: true } as const;
        await marks.updateOne({ _id: 'mark' }, { $set: { at: new Date() } }, written);
        await client.db('admin').command({ listDatabases: 1, nameOnly: true }); // a router asks every shard
      });
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

async function stopAll(members: readonly Member[], folder: string): Promise<void> {
  await Promise.all(members.map((one) => one.kill()));
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
