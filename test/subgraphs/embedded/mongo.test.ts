import { spawnSync } from 'node:child_process';
import fs, { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { libcurlStandIn, standInFunctions } from '../../../subgraphs/shared/embedded/libcurl-stand-in';
import { resolveMongo, startMongo } from '../../../subgraphs/shared/embedded/mongo';
import { findMongod } from '../../../subgraphs/shared/embedded/mongo-binary';
import { keptPort, launchServer, logSays, waitUntil } from '../../../subgraphs/shared/embedded/server-process';
import { atFullCount } from '../../support/runs';
import { pathWithoutServers } from '../../support/store-paths';
import { testStores } from '../../support/stores';

const root = mkdtempSync(join(tmpdir(), 'promograph-mongo-test-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folder = '';
let lines: string[] = [];
const log = (line: string) => void lines.push(line);
const bare = { PATH: pathWithoutServers() };
beforeEach(() => {
  folder = mkdtempSync(join(root, 'f-'));
  lines = [];
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe('which mongod is taken', () => {
  it('takes the one of MONGOMS_SYSTEM_BINARY before the one on the PATH', async () => {
    const [set, onPath] = [program('set/mongod', 'db version v8.0.4'), program('path/mongod', 'db version v7.0.1')];
    const env = { MONGOMS_SYSTEM_BINARY: set, PATH: pathWith('path') };
    expect(await findMongod(env, folder, log)).toMatchObject({ command: set, version: '8.0.4' });
    expect(await findMongod({ PATH: env.PATH }, folder, log)).toMatchObject({ command: onPath, version: '7.0.1' });
    expect(lines).toEqual([]);
  });

  it('says why it passes over a mongod that is missing or too old, and takes the next', async () => {
    program('path/mongod', 'db version v4.4.29');
    const env = { MONGOMS_SYSTEM_BINARY: '/nowhere/mongod', PATH: pathWith('path') };
    const taken = await findMongod(env, folder, log);
    expect(taken.source).toContain('shipped by npm');
    expect(lines).toEqual([
      'skipped MONGOMS_SYSTEM_BINARY (/nowhere/mongod): no such file',
      expect.stringMatching(/^skipped mongod on the PATH \(.*\): expected version 6 or later, found 4\.4\.29$/),
    ]);
  });

  it('names the package to install when mongod lacks libcurl', async () => {
    const complaint = 'mongod: error while loading shared libraries: libcurl.so.4: cannot open shared object file';
    program('path/mongod', complaint, 127);
    await findMongod({ PATH: pathWith('path') }, folder, log);
    expect(lines).toEqual([expect.stringContaining('install it: apt-get install libcurl4')]);
  });

  it('runs the one shipped by npm out of a node_modules that it may not change', async () => {
    const access = fs.accessSync;
    jest.spyOn(fs, 'accessSync').mockImplementation((file, mode) => {
      if (String(file).includes('mongod-linux-x64') && mode === fs.constants.X_OK) throw new Error('not executable');
      access(file, mode);
    });
    jest.spyOn(fs, 'chmodSync').mockImplementation(() => {
      throw new Error('EROFS: read-only file system');
    });
    const mongod = await findMongod(bare, folder, log);
    expect(mongod).toMatchObject({ source: expect.stringContaining('through the loader'), version: '8.2.0' });
  });

  it('shows mongod OpenSSL 1.1 and no other library but a stand-in for a libcurl that is missing now', async () => {
    const libraries = join(folder, 'lib');
    fs.mkdirSync(libraries);
    writeFileSync(join(libraries, 'libcurl.so.4'), libcurlStandIn()); // from an earlier start
    const mongod = await findMongod(bare, folder, log);
    const libcurl = mongod.source.includes('stand-in') ? ['libcurl.so.4'] : [];
    expect(fs.readdirSync(libraries).sort()).toEqual(['libcrypto.so.1.1', ...libcurl, 'libssl.so.1.1']);
    expect(process.env.LD_LIBRARY_PATH).toBeUndefined();
  });

  it('runs the one shipped by npm on a machine without libcurl, on a stand-in that has what mongod imports', async () => {
    hideLibcurl();
    const mongod = await findMongod(bare, folder, log);
    expect(mongod.source).toBe('the mongod shipped by npm (with a stand-in for libcurl)');
    expect(lines).toEqual([]);

    const { stderr } = spawnSync(mongod.command, [...mongod.args, '--version'], {
      env: { ...mongod.env, LD_DEBUG: 'bindings' },
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    const imported = [...stderr.matchAll(/\/(\S+) \[0\]: normal symbol `(\w+)' \[CURL_OPENSSL_4\]/g)];
    expect(new Set(imported.map(([, file]) => `/${file}`))).toEqual(new Set([join(folder, 'lib', 'libcurl.so.4')]));
    expect(imported.map(([, , name]) => name).sort()).toEqual([...standInFunctions].sort());
  });
});

describe('the embedded replica set', () => {
  it('ends transactions of killed clients after 5 s and listens on the loopback address only', async () => {
    const { mongoUri } = await testStores();
    await using(mongoUri, async (client) => {
      const admin = client.db('admin');
      const parameters = await admin.command({ getParameter: 1, transactionLifetimeLimitSeconds: 1 });
      expect(parameters.transactionLifetimeLimitSeconds).toBe(5);
      const { parsed } = await admin.command({ getCmdLineOpts: 1 });
      expect(parsed).toMatchObject({
        net: { bindIp: '127.0.0.1', unixDomainSocket: { enabled: false } },
        storage: { wiredTiger: { engineConfig: { cacheSizeGB: 0.25 } } },
      });
      const { config } = await admin.command({ replSetGetConfig: 1 });
      expect(config.settings.electionTimeoutMillis).toBe(1000);
    });
  });

  atFullCount.it(
    'takes another port at once when a silent stranger has its own, and finds what it had written before a kill -9',
    async () => {
      const first = await startMongo({ dataDir: folder, log, env: bare });
      await using(first.uri, (client) => client.db('shop').collection('orders').insertOne({ total: 1230 }, durable));
      if (first.pid !== null) process.kill(first.pid, 'SIGKILL');
      await first.stop();
      const port = Number(new URL(first.uri).port);
      const strangers: Socket[] = [];
      const squatter = createServer((socket) => strangers.push(socket));
      await new Promise<void>((up) => squatter.listen(port, '127.0.0.1', up));

      const began = Date.now();
      const second = await startMongo({ dataDir: folder, log, env: bare });
      expect(Date.now() - began).toBeLessThan(15_000); // mongod itself would wait 30 s for the stranger's answer
      expect(new URL(second.uri).port).not.toBe(String(port));
      expect(lines).toEqual([`port ${port}, used last time, is taken; using ${new URL(second.uri).port} instead`]);
      await using(second.uri, async (client) => {
        expect(await client.db('shop').collection('orders').findOne()).toMatchObject({ total: 1230 });
        await client.db('shop').collection('orders').insertOne({ total: 1 }, durable);
      });
      await second.stop();
      for (const socket of strangers) socket.destroy();
      await new Promise((down) => squatter.close(down));
    },
  );

  atFullCount.it('commits transactions where the system has no libcurl', async () => {
    hideLibcurl();
    const server = await startMongo({ dataDir: folder, log, env: bare });
    expect(server.describe).toContain('with a stand-in for libcurl');
    await using(server.uri, async (client) => {
      const orders = client.db('shop').collection('orders');
      await client.withSession((session) =>
        session.withTransaction(() => orders.insertOne({ total: 1230 }, { session })),
      );
      expect(await orders.countDocuments()).toBe(1);
    });
    await server.stop();
  });

  it('says so with the end of the log when mongod does not come up, and frees the folder', async () => {
    const broken = join(folder, 'data');
    writeFileSync(broken, 'not a folder');
    const env = { PATH: pathWithoutServers() };
    await expect(startMongo({ dataDir: folder, log, env })).rejects.toThrow();
    rmSync(broken);
    fs.mkdirSync(broken);
    writeFileSync(join(broken, 'WiredTiger'), 'garbage');
    writeFileSync(join(broken, 'WiredTiger.turtle'), 'garbage');
    await expect(startMongo({ dataDir: folder, log, env })).rejects.toThrow(
      /to start, but it ended with .*Its log .*mongod\.log/,
    );
    expect(existsSync(join(folder, 'in-use.json'))).toBe(false);
  });
});

describe('MONGODB_URI', () => {
  it('is used as it is and nothing is started', async () => {
    const { mongoUri } = await testStores();
    const store = await resolveMongo({ MONGODB_URI: mongoUri }, { dataDir: folder, log });
    expect(store).toMatchObject({ uri: mongoUri, pid: null });
    expect(fs.readdirSync(folder)).toEqual([]);
    await store.stop();
    await using(mongoUri, (client) => client.db('admin').command({ ping: 1 }));
  });

  it('of a standalone server is refused: expected a replica set', async () => {
    const binary = await findMongod(bare, folder, log);
    const port = await keptPort(null, log);
    const data = join(folder, 'standalone');
    fs.mkdirSync(data);
    const logFile = join(folder, 'standalone.log');
    const server = launchServer({
      command: binary.command,
      args: [...binary.args, '--dbpath', data, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket'],
      env: binary.env,
      logFile,
      temporaryFolder: folder,
    });
    await waitUntil(server, 'a standalone mongod', logFile, async () => logSays(logFile, 'Waiting for connections'));
    for (const query of ['', '?replicaSet=rs0'])
      await expect(
        resolveMongo({ MONGODB_URI: `mongodb://127.0.0.1:${port}/${query}` }, { dataDir: folder, log }),
      ).rejects.toThrow(
        /^MONGODB_URI: expected a replica set .* found a standalone server at 127\.0\.0\.1:\d+; start mongod with --replSet/,
      );
    await server.stop('SIGKILL');
  });

  it('of a server that is away is no reason not to start, and its password is shown to nobody', async () => {
    const store = await resolveMongo(
      { MONGODB_URI: 'mongodb://shop:geheim@127.0.0.1:1/?replicaSet=rs0' },
      { dataDir: folder, log },
    );
    expect(store.pid).toBeNull();
    expect(lines).toEqual([expect.stringContaining('MONGODB_URI: 127.0.0.1:1 does not answer yet')]);
    expect([store.describe, ...lines].join()).not.toContain('geheim');
  });

  it('that cannot be read is refused with an example of one that can', async () => {
    await expect(resolveMongo({ MONGODB_URI: 'localhost:27017' }, { dataDir: folder, log })).rejects.toThrow(
      /^MONGODB_URI: expected an address such as mongodb:\/\/host:27017\/\?replicaSet=rs0, found one that cannot be read/,
    );
  });
});

async function using<T>(uri: string, work: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(uri);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

const durable = { writeConcern: { w: 'majority', journal: true } } as const;

/** Puts an empty file where mongod looks for libcurl first: the loader refuses to start it, as where there is none. */
function hideLibcurl(): void {
  const link = fs.symlinkSync;
  jest.spyOn(fs, 'symlinkSync').mockImplementation((target, path, type) => {
    link(target, path, type);
    writeFileSync(join(folder, 'lib', 'libcurl.so.4'), '');
  });
}

/** A program that prints a line and ends, in place of a mongod. */
function program(name: string, says: string, exitCode = 0): string {
  const file = join(folder, name);
  fs.mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `#!/bin/sh\necho '${says}' >&2\nexit ${exitCode}\n`);
  chmodSync(file, 0o755);
  return file;
}

function pathWith(name: string): string {
  return [join(folder, name), pathWithoutServers()].join(delimiter);
}
