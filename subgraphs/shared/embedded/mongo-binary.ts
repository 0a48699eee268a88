import { execFile } from 'node:child_process';
import { accessSync, chmodSync, constants, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { libcurlStandIn } from './libcurl-stand-in';
import { type StoreLog, StoreStartError } from './server-process';

/** A mongod that answered `--version` on this machine. */
export interface MongoBinary {
  command: string;
  /** Goes before mongod's own arguments. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  version: string;
  /** For people: `mongod on the PATH (/usr/bin/mongod)`. */
  source: string;
}

interface Candidate extends Omit<MongoBinary, 'version'> {
  /** Where a stand-in for libcurl may be put should the system have none; absent: nowhere. */
  libraries?: string;
}

/** What the stores need: snapshot reads, change streams and every parameter that is set, from a version still maintained. */
const oldestMajor = 6;

/** What is downloaded when the machine has nothing that runs. */
const downloadedVersion = '8.2.0';

/**
 * The first mongod that runs here: MONGOMS_SYSTEM_BINARY, the PATH, the one shipped by npm (Linux x64), MongoDB's
 * download. Each is asked for its version first, and why one was passed over is logged.
 * @param folder where links to libraries and a downloaded binary may be put; absolute
 */
export async function findMongod(env: NodeJS.ProcessEnv, folder: string, log: StoreLog): Promise<MongoBinary> {
  const reasons: string[] = [];
  const skip = (source: string, reason: string) => {
    reasons.push(`${source}: ${reason}`);
    log(`skipped ${source}: ${reason}`);
  };
  for (const find of [fromSetting, fromPath, fromPackage, fromDownload]) {
    const candidate = await find(env, folder, skip);
    if (!candidate) continue;
    const { libraries, ...binary } = candidate;
    let found = await probe(binary);
    if ('reason' in found && found.lacksLibcurl && libraries !== undefined) {
      writeFileSync(join(libraries, 'libcurl.so.4'), libcurlStandIn());
      binary.source += ' (with a stand-in for libcurl)';
      found = await probe(binary);
    }
    if ('reason' in found) skip(binary.source, found.reason);
    else return { ...binary, version: found.version };
  }
  throw new StoreStartError(
    `Expected a mongod that runs on this machine, found none:\n${reasons.map((reason) => `  - ${reason}`).join('\n')}\nInstall MongoDB ${oldestMajor} or later, or set MONGODB_URI to a replica set.`,
  );
}

type Skip = (source: string, reason: string) => void;

function fromSetting(env: NodeJS.ProcessEnv, _folder: string, skip: Skip): Candidate | null {
  const command = env.MONGOMS_SYSTEM_BINARY;
  if (!command) return null;
  const source = `MONGOMS_SYSTEM_BINARY (${command})`;
  if (existsSync(command)) return { command: resolve(command), args: [], env, source };
  skip(source, 'no such file');
  return null;
}

function fromPath(env: NodeJS.ProcessEnv): Candidate | null {
  const command = onPath('mongod', env);
  return command === null ? null : { command, args: [], env, source: `mongod on the PATH (${command})` };
}

/** The first executable file of that name on the PATH; null when there is none. */
export function onPath(name: string, env: NodeJS.ProcessEnv): string | null {
  for (const folder of (env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const file = resolve(folder, name);
    if (isExecutable(file)) return file;
  }
  return null;
}

/** npm drops the executable bit, and the binary wants OpenSSL 1.1, which current systems no longer have. */
function fromPackage(env: NodeJS.ProcessEnv, folder: string, skip: Skip): Candidate | null {
  const source = 'the mongod shipped by npm';
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    skip(source, `it is for Linux x64, this is ${process.platform} ${process.arch}`);
    return null;
  }
  const mongod = packageFile('mongod-linux-x64', 'dist/mongod');
  const openssl = packageFile('openssl11-linux-x64', 'native/lib');
  if (!mongod || !openssl) {
    skip(source, 'its optional packages are not installed; run npm ci without --omit=optional');
    return null;
  }
  // Only these two: their folder also holds libz, libxml2 and others that must not shadow the system's. Emptied first:
  // the stand-in of an earlier start must not shadow a libcurl that was installed since.
  const libraries = join(folder, 'lib');
  rmSync(libraries, { recursive: true, force: true });
  mkdirSync(libraries, { recursive: true });
  for (const name of ['libssl.so.1.1', 'libcrypto.so.1.1']) symlinkSync(join(openssl, name), join(libraries, name));
  if (makeExecutable(mongod)) {
    return { command: mongod, args: [], env: { ...env, LD_LIBRARY_PATH: libraries }, source, libraries };
  }
  // A node_modules we may not write to: the loader runs a file without its executable bit.
  return {
    command: '/lib64/ld-linux-x86-64.so.2',
    args: ['--library-path', libraries, mongod],
    env,
    source: `${source} (through the loader)`,
    libraries,
  };
}

async function fromDownload(_env: NodeJS.ProcessEnv, folder: string, skip: Skip): Promise<Candidate | null> {
  const source = `MongoDB's download (${downloadedVersion})`;
  try {
    const { MongoBinary: downloader } = await import('mongodb-memory-server-core/lib/util/MongoBinary.js');
    const command = await downloader.getPath({ version: downloadedVersion, downloadDir: join(folder, 'download') });
    return { command, args: [], env: process.env, source };
  } catch (fault) {
    skip(source, fault instanceof Error ? fault.message : String(fault));
    return null;
  }
}

/** Looked for where Node looks, not resolved: a package may hide its package.json, and these have nothing to require. */
function packageFile(name: string, file: string): string | null {
  const places = require.resolve.paths(name) ?? [];
  return places.map((place) => join(place, name, file)).find((path) => existsSync(path)) ?? null;
}

function makeExecutable(file: string): boolean {
  if (isExecutable(file)) return true;
  try {
    chmodSync(file, 0o755);
  } catch {
    return false; // read-only, or another user's: the loader is the way then
  }
  return isExecutable(file);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function probe(candidate: Candidate): Promise<{ version: string } | { reason: string; lacksLibcurl: boolean }> {
  const { fault, output } = await run(candidate);
  const version = /db version v(\d+)(\.[\w.-]+)/.exec(output);
  if (!fault && version?.[1])
    return Number(version[1]) >= oldestMajor
      ? { version: version[1] + version[2] }
      : { reason: `expected version ${oldestMajor} or later, found ${version[1]}${version[2]}`, lacksLibcurl: false };
  const complaint = (output || fault?.message || 'no version was printed').trim().split('\n').slice(-2).join(' ');
  const lacksLibcurl = /libcurl|CURL_OPENSSL/.test(complaint);
  return {
    reason: lacksLibcurl ? `it needs libcurl (${complaint}); install it: apt-get install libcurl4` : complaint,
    lacksLibcurl,
  };
}

function run(candidate: Candidate): Promise<{ fault: Error | null; output: string }> {
  return new Promise((done) => {
    execFile(
      candidate.command,
      [...candidate.args, '--version'],
      { env: candidate.env, timeout: 20_000 },
      (fault, stdout, stderr) => done({ fault, output: stdout + stderr }),
    );
  });
}
