import { readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { preProcessFile } from 'typescript';
import { projectFile } from '../../subgraphs/shared/runtime/files';

const root = projectFile('.');

interface Import {
  from: string;
  to: string;
}

/** Every import of our own sources: paths of the project, or names of packages. */
function importsOf(folder: string): Import[] {
  const found: Import[] = [];
  for (const file of sources(join(root, folder))) {
    const text = readFileSync(file, 'utf8');
    const from = relative(root, file);
    // TypeScript's own scanner, so that a word in a comment or a text is no import.
    for (const { fileName: target } of preProcessFile(text, true, true).importedFiles) {
      found.push({
        from,
        to: target.startsWith('.') ? relative(root, normalize(join(dirname(file), target))) : target,
      });
    }
  }
  return found;
}

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'node_modules' || name === 'generated' ? [] : sources(path);
    return /\.(ts|mjs)$/.test(name) ? [path] : [];
  });
}

const subgraphs = ['template', 'user-coupon', 'settlement', 'search', 'notification'];
const drivers = ['mongodb', 'ioredis', 'undici', 'fastify', '@apollo/server', 'ws', 'csv-parse', 'csv-stringify'];
const builtin = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
const isOwn = (to: string) => /^(gateway|schema|subgraphs|clients|test)\//.test(to);
const isPackage = (to: string) => !isOwn(to);
const within = (to: string, ...rooms: string[]) => rooms.some((room) => to === room || to.startsWith(`${room}/`));
/** What stands above the use cases: resolvers, split by topic or not, what they tell of refusals, and the subgraph itself. */
const isAbove = (to: string) => /\/(([a-z-]+-)?resolvers|user-errors|[a-z]+-shapes|subgraph)$/.test(to);
const files = (to: string, ...names: string[]) => names.some((name) => to === name);

/** The imports of a room that its row of the table does not allow. */
function strays(room: string, allowed: (entry: Import) => boolean): string[] {
  return importsOf(room)
    .filter((entry) => !allowed(entry))
    .map((entry) => `${entry.from} imports ${entry.to}`);
}

describe('who may import whom', () => {
  it('keeps the kernel pure: no package but zod, luxon, the CEL parser and node:crypto where they belong, no room but itself', () => {
    const allowed = ({ from, to }: Import) =>
      within(to, 'subgraphs/shared/kernel') ||
      (to === 'zod' &&
        /promotion-(terms|bounds|examples)|benefit-terms|opening-hours|tenant-settings|rules\/condition/.test(from)) ||
      (to === 'luxon' && from.endsWith('calendar.ts')) ||
      (to === '@marcbachmann/cel-js' && from.endsWith('rules/expression.ts')) ||
      to === 'node:crypto';
    expect(strays('subgraphs/shared/kernel', allowed)).toEqual([]);
  });

  it('keeps clocks, randomness and waiting out of the kernel and of every domain', () => {
    const rooms = ['subgraphs/shared/kernel', ...subgraphs.map((name) => `subgraphs/${name}/domain`)];
    const impure = rooms.flatMap((room) =>
      sources(join(root, room)).flatMap((file) =>
        readFileSync(file, 'utf8')
          .split('\n')
          .filter((line) => !/^\s*(\*|\/\/|\/\*)/.test(line))
          .flatMap((line) =>
            /\basync\b|\bawait\b|Date\.now\(|new Date\(\)|Math\.random|process\.env/.test(line)
              ? [`${relative(root, file)}: ${line.trim()}`]
              : [],
          ),
      ),
    );
    expect(impure).toEqual([]);
  });

  it('keeps the schema on the ground floor', () => {
    expect(strays('schema', ({ to }) => isPackage(to) || within(to, 'schema'))).toEqual([]);
  });

  it('lets the contracts know the kernel and nothing above', () => {
    const allowed = ({ to }: Import) =>
      within(to, 'subgraphs/shared/kernel', 'subgraphs/shared/contracts') || to === 'node:crypto';
    expect(strays('subgraphs/shared/contracts', allowed)).toEqual([]);
  });

  it('lets the runtime know the kernel, the contracts and packages, and no subgraph', () => {
    const allowed = ({ to }: Import) =>
      isPackage(to) ||
      within(to, 'subgraphs/shared/kernel', 'subgraphs/shared/contracts', 'subgraphs/shared/runtime', 'schema');
    expect(strays('subgraphs/shared/runtime', allowed)).toEqual([]);
  });

  for (const name of subgraphs) {
    const own = `subgraphs/${name}`;
    const kernel = 'subgraphs/shared/kernel';
    const contracts = 'subgraphs/shared/contracts';

    it(`keeps the decisions of ${name} free of everything but the kernel`, () => {
      expect(strays(`${own}/domain`, ({ to }) => within(to, `${own}/domain`, kernel) || to === 'node:crypto')).toEqual(
        [],
      );
    });

    it(`keeps the use cases of ${name} away from resolvers, drivers and generated types`, () => {
      const allowed = ({ to }: Import) =>
        (isOwn(to) && within(to, own, kernel, contracts, 'subgraphs/shared/runtime') && !isAbove(to)) ||
        builtin.has(to);
      expect(strays(`${own}/application`, allowed)).toEqual([]);
    });

    it(`lets the resolvers of ${name} call use cases and shape answers, and never a store`, () => {
      // A subgraph with much to answer splits them by topic, and may keep what it tells of refusals apart.
      const resolvers = new RegExp(`^${own}/(([a-z-]+-)?resolvers|user-errors|[a-z]+-shapes)$`);
      const allowed = ({ to }: Import) =>
        within(to, `${own}/application`, `${own}/domain`, 'schema/generated', kernel, contracts) ||
        resolvers.test(to) ||
        files(
          to,
          'subgraphs/shared/runtime/pages',
          'subgraphs/shared/runtime/loaders',
          'subgraphs/shared/runtime/server',
          'subgraphs/shared/runtime/dead-letter-fields',
          'subgraphs/shared/runtime/graphql-errors',
          'schema/subgraph-sdl',
        ) ||
        to === 'graphql' ||
        to === 'dataloader';
      expect(strays(own, (entry) => !resolvers.test(entry.from.replace(/\.ts$/, '')) || allowed(entry))).toEqual([]);
    });

    it(`keeps ${name} from importing another subgraph or the gateway`, () => {
      const others = subgraphs.filter((other) => other !== name).map((other) => `subgraphs/${other}`);
      expect(
        strays(own, ({ to }) => !within(to, ...others, 'gateway', 'clients', 'test', 'subgraphs/shared/embedded')),
      ).toEqual([]);
    });

    it(`keeps the stores and channels of ${name} below its use cases`, () => {
      const edge =
        /\/(store|[a-z]+-store|stock|limit-counters|promotion-codes|issued-coupons|guess-limit|coupons|settlement|live-promotions|held-quotes|wallet-counts|wallet-cache|bulk-changes|coupon-history|move-documents|channels\/[^/]+|payments\/[^/]+)\.ts$/;
      expect(strays(own, ({ from, to }) => !edge.test(from) || !isAbove(to))).toEqual([]);
    });
  }

  it('keeps drivers out of resolvers and use cases everywhere', () => {
    const rooms = subgraphs.flatMap((name) => importsOf(`subgraphs/${name}`));
    const strayDrivers = rooms
      .filter(
        ({ from, to }) => drivers.includes(to) && /\/(application|domain)\/|(resolvers|user-errors)\.ts$/.test(from),
      )
      .map(({ from, to }) => `${from} imports ${to}`);
    expect(strayDrivers).toEqual([]);
  });

  it('lets the gateway know the schema, the contracts and a few runtime files; only standalone.ts reaches the subgraphs', () => {
    const runtime = [
      'config',
      'logger',
      'metrics',
      'tracing',
      'redis',
      'files',
      'clock',
      'unavailable',
      'ids',
      'bodies',
    ];
    const allowed = ({ from, to }: Import) =>
      isPackage(to) ||
      within(to, 'gateway', 'schema', 'subgraphs/shared/contracts', 'subgraphs/shared/kernel') ||
      files(to, ...runtime.map((name) => `subgraphs/shared/runtime/${name}`)) ||
      (from === 'gateway/standalone.ts' && within(to, 'subgraphs'));
    expect(strays('gateway', allowed)).toEqual([]);
  });

  it('lets clients know the generated operation types and nothing else of the project', () => {
    expect(strays('clients', ({ to }) => isPackage(to) || within(to, 'clients', 'schema/generated'))).toEqual([]);
  });
});
