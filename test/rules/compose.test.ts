import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { allSubgraphs } from '../../subgraphs/host';
import { subgraphSettings } from '../../subgraphs/main';
import { readSettings } from '../../subgraphs/shared/runtime/config';
import { projectFile } from '../../subgraphs/shared/runtime/files';

const composeText = readFileSync(projectFile('docker-compose.yml'), 'utf8');
const exampleText = readFileSync(projectFile('.env.example'), 'utf8');

const service = z.object({
  image: z.string().optional(),
  command: z.array(z.string()),
  environment: z.record(z.string(), z.string()).default({}),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.literal('service_healthy') })).default({}),
  volumes: z.array(z.string()).default([]),
});
const { services, volumes } = z
  .object({ services: z.record(z.string(), service), volumes: z.record(z.string(), z.null()) })
  .parse(parse(composeText, { merge: true }));

describe('docker-compose.yml', () => {
  it('runs the gateway, every subgraph and both stores, a container each', () => {
    expect(Object.keys(services).sort()).toEqual([...allSubgraphs, 'gateway', 'mongo', 'redis'].sort());
    for (const name of allSubgraphs) expect(services[name]?.command).toEqual(['node', 'dist/subgraphs/main.js', name]);
    expect(services.gateway?.command).toEqual(['node', 'dist/gateway/main.js']);
  });

  it('checks the health of every container, of ours by their readiness', () => {
    for (const [name, { healthcheck, image }] of Object.entries(services)) {
      expect({ name, test: healthcheck?.test[0] }).toEqual({ name, test: 'CMD' });
      if (image === 'promograph') expect(healthcheck?.test.join(' ')).toContain(':4000/readyz');
    }
  });

  it('waits for what a container needs, and names only containers and volumes that exist', () => {
    for (const [name, { depends_on, volumes: mounts }] of Object.entries(services)) {
      for (const needed of Object.keys(depends_on)) expect(Object.keys(services)).toContain(needed);
      for (const mount of mounts) expect(Object.keys(volumes)).toContain(mount.split(':')[0]);
      if (allSubgraphs.some((subgraph) => subgraph === name))
        expect(Object.keys(depends_on)).toEqual(expect.arrayContaining(['mongo', 'redis']));
    }
  });

  it('keeps both stores on disk, MongoDB as a replica set that ends transactions of killed clients after 5 s', () => {
    expect(services.mongo?.command).toEqual(
      expect.arrayContaining(['--replSet=rs0', '--setParameter=transactionLifetimeLimitSeconds=5']),
    );
    expect(services.mongo?.healthcheck?.test.join(' ')).toContain("rs.initiate({ _id: 'rs0'");
    expect(services.template?.environment.MONGODB_URI).toBe('mongodb://mongo:27017/?replicaSet=rs0');
    expect(services.redis?.command.join(' ')).toContain('--appendonly yes');
    expect([services.mongo?.volumes, services.redis?.volumes].flat()).toEqual([
      'mongo-data:/data/db',
      'redis-data:/data',
    ]);
  });

  it('sets only what the code reads', () => {
    const read = new Set([...namesInTheCode()]);
    const set = new Set(Object.values(services).flatMap(({ environment }) => Object.keys(environment)));
    expect([...set].filter((name) => !read.has(name))).toEqual([]);
  });

  it('gives every subgraph settings that it accepts, with keys made as .env.example says', () => {
    const env = filledIn();
    for (const name of allSubgraphs) {
      const settings = readSettings(subgraphSettings, interpolated(services[name]?.environment ?? {}, env));
      expect(settings.HOST).toBe('0.0.0.0');
      expect(Object.keys(settings.IDENTITY_PUBLIC_KEYS).sort()).toEqual([...allSubgraphs, 'gateway'].sort());
      for (const other of allSubgraphs) expect(settings.SUBGRAPH_URLS.get(other)).toBe(`http://${other}:4000`);
    }
  });

  it('holds no secret: each comes from .env, and a missing one is named before anything starts', () => {
    for (const { environment } of Object.values(services))
      for (const [name, value] of Object.entries(environment))
        if (/KEYS?$|SECRET|PASSWORD|TOKEN/.test(name)) expect(value).toMatch(/^\$\{\w+:\?/);
    const offered = [...exampleText.matchAll(/^(\w+)=/gm)].map((found) => found[1]);
    const asked = [...composeText.matchAll(/\$\{(\w+)/g)].map((found) => found[1]);
    expect([...new Set(asked)].sort()).toEqual([...new Set(offered)].sort());
    expect(exampleText).not.toMatch(/^\w*(KEYS?|SECRET)=.+/m);
    expect(readFileSync(projectFile('.gitignore'), 'utf8').split('\n')).toContain('.env');
  });

  it('is accepted by docker compose', () => {
    if (spawnSync('docker', ['compose', 'version']).status !== 0)
      return void process.stderr.write(
        'skipped: docker compose config, there is no docker with the compose plugin here\n',
      );
    const check = spawnSync('docker', ['compose', '-f', projectFile('docker-compose.yml'), 'config', '-q'], {
      env: { ...process.env, ...filledIn() },
      encoding: 'utf8',
    });
    expect({ status: check.status, says: check.stderr }).toEqual({ status: 0, says: '' });
  });
});

describe('Dockerfile', () => {
  const lines = readFileSync(projectFile('Dockerfile'), 'utf8').replaceAll('\\\n', ' ').split('\n');
  const copies = lines.filter((line) => line.startsWith('COPY ')).map((line) => line.split(/\s+/).slice(1));
  const sources = copies.filter(([first]) => !first?.startsWith('--')).flatMap((copy) => copy.slice(0, -1));

  it('copies only what exists and what reaches the build', () => {
    expect(sources.length).toBeGreaterThan(5);
    const ignored = readFileSync(projectFile('.dockerignore'), 'utf8').split('\n');
    for (const source of sources) {
      expect({ source, exists: existsSync(projectFile(source)) }).toEqual({ source, exists: true });
      expect(ignored).toContain(`!${source}`);
    }
  });

  it('brings every file that the running code reads beside itself', () => {
    const brought = copies
      .filter(([first]) => first === '--from=build')
      .map((copy) => copy[1]?.replace('/app/', '') ?? '');
    for (const [file, text] of codeFiles())
      for (const found of text.matchAll(/projectFile\('([^']+)'/g))
        expect({ file, reads: found[1], brought: brought.some((folder) => found[1]?.startsWith(folder)) }).toEqual({
          file,
          reads: found[1],
          brought: true,
        });
  });

  it('runs as an ordinary user, reports its health, and is built from exact packages', () => {
    expect(lines).toContain('USER node');
    expect(lines.some((line) => /^HEALTHCHECK .*\/livez/.test(line))).toBe(true);
    expect(lines.filter((line) => line.startsWith('RUN npm ') && !line.startsWith('RUN npm run build'))).toEqual([
      'RUN npm ci', // the compiler comes as an optional package
      'RUN npm ci --omit=dev --omit=optional',
    ]);
    for (const line of lines.filter((candidate) => candidate.startsWith('FROM ')))
      expect(line).toMatch(/^FROM node:20-bookworm-slim/);
  });
});

/** Every source file of what runs in containers, and its text. */
function codeFiles(): [file: string, text: string][] {
  return ['gateway', 'schema', 'subgraphs'].flatMap((folder) =>
    readdirSync(projectFile(folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file): [string, string] => {
        const path = join(folder, file);
        return [path, readFileSync(projectFile(path), 'utf8')];
      }),
  );
}

function namesInTheCode(): string[] {
  return codeFiles().flatMap(([, text]) => text.match(/\b[A-Z][A-Z0-9]*(_[A-Z0-9]+)*\b/g) ?? []);
}

/** A .env as a newcomer would write it: the keys by the command in .env.example, the rest by hand. */
function filledIn(): Record<string, string> {
  const command = /node -e '([^']+)'/.exec(exampleText)?.[1] ?? '';
  const made = execFileSync(process.execPath, ['-e', command], { encoding: 'utf8' });
  const keys = [...made.matchAll(/^(\w+)=(.+)$/gm)].map((found) => [found[1] ?? '', found[2] ?? '']);
  return {
    JWKS_URL: 'https://login.example/jwks.json',
    JWT_ISSUER: 'https://login.example',
    JWT_AUDIENCE: 'promograph',
    PAYMENT_WEBHOOK_SECRET: 'a secret of some length',
    HELD_QUOTE_SECRET: 'another secret of some length',
    PAYMENT_PAGE_URL: 'https://shop.example/pay',
    CODE_KEY: 'AAAAAAAAAAAAAAAAAAAAAA',
    ...Object.fromEntries(keys),
  };
}

/** As docker compose does it: `${NAME:-default}` and `${NAME:?what is missing}`. */
function interpolated(environment: Record<string, string>, env: Record<string, string>): Record<string, string> {
  const filled = (_all: string, name: string, kind: string, rest: string): string => {
    const value = env[name];
    if (value) return value;
    if (kind === ':-') return rest;
    throw new Error(`${name}: ${rest}`);
  };
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, value.replace(/\$\{(\w+)(:-|:\?)([^}]*)\}/g, filled)]),
  );
}
