import { mkdtempSync, rmSync } from 'node:fs';
import { request as rawRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FileLimits } from '../../gateway/forward';
import { httpTransport, inProcessTransport, type SubgraphTransport } from '../../gateway/subgraph-transport';
import {
  createIdentitySigner,
  createIdentityVerifier,
  generateIdentityKeys,
  identityHeader,
  identityLifetimeMs,
  nonceMemory,
} from '../../subgraphs/shared/contracts/identity';
import { createLogger } from '../../subgraphs/shared/runtime/logger';
import { type FileRequest, type FileResponse, serveSubgraph } from '../../subgraphs/shared/runtime/server';
import { spool } from '../../subgraphs/shared/runtime/spool';
import { importSkus } from '../../subgraphs/template/application/import-skus';
import { createTemplateStore } from '../../subgraphs/template/store';
import { merchant, service } from '../support/people';
import { type Platform, startPlatform } from '../support/platform';
import { atFullCount, isFullCount, runs } from '../support/runs';
import { eventually, type SmallGateway, startSmallGateway } from '../support/small-gateway';
import { type SmallShop, startSmallShop } from '../support/small-shop';
import { startStandalone } from '../support/standalone';

const keys = generateIdentityKeys();
const signer = createIdentitySigner('gateway', keys.privateKey, Date.now);
const logger = createLogger({ name: 'test', level: 'silent' });

let platform: Platform;
/** Nothing here asks it; gateways share it, because a shop costs more than most of these tests. */
let shop: SmallShop;
let served: { url: string; close(): Promise<void> };
let overHttp: SubgraphTransport;
let inProcess: SubgraphTransport;
const gateways: Partial<Record<'over HTTP' | 'in process', SmallGateway>> = {};
let small: SmallGateway;
let names = 0;
const newKey = () => `key-${++names}`;

beforeAll(async () => {
  platform = await startPlatform({ names: ['template'] });
  shop = await startSmallShop();
  const template = platform.host.subgraph('template');
  const verifier = createIdentityVerifier({ gateway: keys.publicKey }, Date.now);
  served = await serveSubgraph(template, { host: '127.0.0.1', port: 0, verifier, logger });
  overHttp = httpTransport({ urls: new Map([['template', served.url]]), signer });
  inProcess = inProcessTransport((name) => (name === 'template' ? template : undefined));
  gateways['over HTTP'] = await startSmallGateway({ transport: overHttp, shop });
  gateways['in process'] = await startSmallGateway({ transport: inProcess, shop });
  small = gateways['over HTTP'];
});
afterAll(async () => {
  await Promise.all(Object.values(gateways).map((gateway) => gateway.stop()));
  await shop.stop();
  await overHttp.close();
  await served.close();
  await platform.stop();
});

interface Sent {
  role?: 'shopper' | 'merchant' | 'operator' | 'service' | null;
  merchant?: string;
  body?: string | Buffer;
  headers?: Record<string, string>;
  through?: SmallGateway;
}
async function send(path: string, { role = 'merchant', merchant: of, body, headers, through = small }: Sent = {}) {
  const token = role && (await through.token({ role, ...(of && { merchant: of }) }));
  const type = path.endsWith('.csv') || path.includes('.csv?') ? 'text/csv' : 'application/jsonl';
  const response = await fetch(`${through.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body !== undefined && { body: body as string }),
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': type }),
      ...headers,
    },
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
// biome-ignore lint/suspicious/noExplicitAny: answers are looked at with matchers
const jsonOf = (answer: { text: string }): any => JSON.parse(answer.text);
const linesOf = (answer: { text: string }) =>
  answer.text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const fromNow = (days: number) => new Date(platform.clock.now().getTime() + days * 86_400_000).toISOString();

function document(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: { default: '满300减40' },
    trigger: 'COUPON',
    time: { startsAt: fromNow(-1), endsAt: fromNow(7), validity: { kind: 'DAYS_AFTER_CLAIM', days: 3 } },
    limit: { stock: 100, perUser: { lifetime: 1 } },
    rule: { stackingGroup: 'MERCHANT_COUPON' },
    benefit: [{ kind: 'THRESHOLD_REDUCTION', threshold: { CNY: 30_000 }, off: { CNY: 4000 } }],
    ...change,
  };
}
const importing = (rows: unknown[], sent: Sent & { key?: string } = {}) =>
  send('/files/templates.jsonl', {
    body: rows.map((row) => JSON.stringify(row)).join('\n'),
    ...sent,
    headers: { 'idempotency-key': sent.key ?? newKey(), ...sent.headers },
  });
const countOf = (collection: string, filter: object) =>
  platform.mongo.database('template').collection(collection).countDocuments(filter);
function skuFile(count: number, prefix: string, change: (index: number) => string = () => 'Item'): string {
  const rows = Array.from({ length: count }, (_, index) => `${prefix}-${index},${change(index)},/food/snacks,1990`);
  return `id,name,category,price:CNY\n${rows.join('\n')}\n`;
}

describe.each(['over HTTP', 'in process'] as const)('files of a subgraph %s', (way) => {
  const through = (): SmallGateway => gateways[way] ?? small;

  it('tell everybody what a template document may say, once until it changes', async () => {
    const path = '/files/schemas/promotion-template.json';
    const first = await send(path, { role: null, through: through() });
    expect([first.status, first.headers.get('content-type'), first.headers.get('cache-control')]).toEqual([
      200,
      'application/schema+json',
      'public, max-age=3600',
    ]);
    expect(jsonOf(first)).toMatchObject({ title: 'Promotion template', required: expect.arrayContaining(['benefit']) });
    const etag = first.headers.get('etag') ?? '';
    const again = await send(path, { role: null, through: through(), headers: { 'if-none-match': `"x", W/${etag}` } });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
  });

  it('are for those whose token says so, and say what they expect', async () => {
    const ask = (path: string, sent: Sent = {}) => send(path, { ...sent, through: through() });
    const refused = async (answer: Promise<{ status: number; text: string }>) => {
      const { status, text } = await answer;
      return [status, jsonOf({ text }).errors[0].extensions.code, jsonOf({ text }).errors[0].message];
    };
    const some = expect.any(String);
    expect(await refused(ask('/files/templates.jsonl', { role: null }))).toEqual([
      401,
      'UNAUTHENTICATED',
      'GET /files/templates.jsonl expects somebody signed in, found nobody; send a token.',
    ]);
    expect(await refused(ask('/files/templates.jsonl', { role: 'shopper' }))).toEqual([
      403,
      'FORBIDDEN',
      'GET /files/templates.jsonl expects the scope template:read; ask for a token that has it.',
    ]);
    expect(await refused(ask('/files/skus.csv', { role: 'shopper', body: 'id' }))).toEqual([403, 'FORBIDDEN', some]);
    expect(await refused(ask('/files/skus.csv', { headers: { authorization: 'Bearer forged' } }))).toEqual([
      401,
      'UNAUTHENTICATED',
      some,
    ]);
    expect(await refused(ask('/files/skus.txt'))).toEqual([
      404,
      'BAD_USER_INPUT',
      'Expected one of /files/schemas/promotion-template.json, /files/templates.jsonl, /files/templates.csv, /files/skus.csv, /files/promotion-codes.csv, found /files/skus.txt.',
    ]);
    expect(await refused(ask('/files/schemas/promotion-template.json', { body: '' }))).toEqual([
      405,
      'BAD_USER_INPUT',
      some,
    ]);
    expect(
      await refused(ask('/files/skus.csv', { body: 'id', headers: { 'content-type': 'application/json' } })),
    ).toMatchObject([415, 'BAD_USER_INPUT', expect.stringContaining('expected text/csv')]);
    expect(
      await refused(ask('/files/skus.csv', { body: 'id', headers: { 'content-type': 'text/csv; charset=gbk' } })),
    ).toMatchObject([415, 'BAD_USER_INPUT', expect.stringContaining('charset')]);
    expect(await refused(ask('/files/templates.jsonl?state=LIVE'))).toEqual([400, 'BAD_USER_INPUT', some]);
    expect(await refused(ask('/files/templates.jsonl?states=ALIVE'))).toEqual([400, 'BAD_USER_INPUT', some]);
    expect(await refused(ask('/files/templates.jsonl', { body: '{}' }))).toMatchObject([
      400,
      'BAD_USER_INPUT',
      expect.stringContaining('idempotency-key'),
    ]);
  });

  it('carry a merchant’s templates out and in again, and nobody else’s', async () => {
    const own = `carrier-${way.replace(' ', '-')}`;
    const sent: Sent = { merchant: own, through: through() };
    const made = await importing([document(), { document: document({ name: { default: '=1+1' } }) }], sent);
    expect([made.status, jsonOf(made)]).toMatchObject([
      200,
      { createdCount: 2, revisedCount: 0, unchangedCount: 0, templates: [{ row: 1, revision: 1 }, { row: 2 }] },
    ]);
    const exported = await send('/files/templates.jsonl?states=DRAFT', sent);
    expect(exported.headers.get('content-disposition')).toBe('attachment; filename="templates.jsonl"');
    const lines = linesOf(exported);
    expect(lines).toMatchObject([
      { state: 'DRAFT', version: null, revision: 1, document: null, draft: { name: { default: expect.any(String) } } },
      {},
    ]);
    expect((await send('/files/templates.jsonl', { ...sent, merchant: 'somebody-else' })).text).toBe('');
    expect((await send('/files/templates.jsonl?states=LIVE', sent)).text).toBe('');
    expect((await send('/files/templates.jsonl?states=IN_REVIEW', sent)).text).toBe('');

    // The same lines change nothing; a changed one revises; another merchant does not find it.
    expect(jsonOf(await importing(lines, sent))).toMatchObject({ unchangedCount: 2 });
    const first = lines.find((line) => JSON.stringify(line).includes('满300减40'));
    const change = { templateId: first?.id, revision: 1, document: document({ tags: ['autumn'] }) };
    expect(jsonOf(await importing([change], sent))).toMatchObject({
      revisedCount: 1,
      templates: [{ revision: 2, act: 'REVISED' }],
    });
    const stale = await importing([{ ...change, document: document({ tags: ['winter'] }) }], sent);
    expect([stale.status, jsonOf(stale).faults]).toMatchObject([
      422,
      [{ row: 1, path: 'revision', found: '1', allowed: 'the current revision, 2' }],
    ]);
    const foreign = await importing([change], { ...sent, merchant: 'somebody-else' });
    expect(jsonOf(foreign).faults).toMatchObject([{ row: 1, path: 'templateId', allowed: 'a template of your own' }]);

    // As a sheet, the text that looks like a formula is no formula, and comes back as it was.
    const sheet = await send('/files/templates.csv', sent);
    expect(sheet.text).toContain(",'=1+1,");
    const back = await send('/files/templates.csv', {
      ...sent,
      body: sheet.text,
      headers: { 'idempotency-key': newKey() },
    });
    expect(jsonOf(back)).toMatchObject({ createdCount: 0, revisedCount: 0, unchangedCount: 2 });
  });

  it('import all of a file or nothing, and tell every fault with its row', async () => {
    const sent: Sent = { merchant: `careful-${way.replace(' ', '-')}`, through: through() };
    const before = await countOf('templates', {});
    const refused = await importing(
      [
        document(),
        document({ benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 12_000 }], trigger: 'COUPON' }),
        { templateId: 'tpl_none', revision: 1, document: document() },
        { document: document(), colour: 'red' },
      ],
      sent,
    );
    expect([refused.status, jsonOf(refused)]).toMatchObject([
      422,
      {
        furtherFaultsCount: 0,
        faults: [
          {
            row: 2,
            path: 'benefit[0].percentOffBasisPoints',
            message: 'row 2, benefit[0].percentOffBasisPoints: expected at most 10000, found 12000; lower it.',
          },
          { row: 3, path: 'templateId', found: 'tpl_none' },
          { row: 4, path: 'colour' },
        ],
      },
    ]);
    const broken = await send('/files/templates.jsonl', {
      ...sent,
      body: `${JSON.stringify(document())}\n\nnot json\n${'[]\n'.repeat(150)}`,
      headers: { 'idempotency-key': newKey() },
    });
    expect(jsonOf(broken)).toMatchObject({ faults: expect.any(Array), furtherFaultsCount: 51 });
    expect(jsonOf(broken).faults).toHaveLength(100);
    expect(jsonOf(broken).faults[0]).toMatchObject({ row: 3, found: '"not json"' });
    const many = await importing(
      Array.from({ length: 1001 }, () => document()),
      sent,
    );
    expect(jsonOf(many).faults).toMatchObject([{ row: 1001, allowed: 'at most 1000 a file' }]);
    expect(await countOf('templates', {})).toBe(before);
  });

  it('import as many as a file may have, in one transaction, and revise them all', async () => {
    const sent: Sent = { merchant: `many-${way.replace(' ', '-')}`, through: through() };
    const many = Array.from({ length: runs(1000) }, (_, index) => document({ tags: [`t-${index}`] }));
    expect(jsonOf(await importing(many, sent))).toMatchObject({ createdCount: many.length });
    const lines = linesOf(await send('/files/templates.jsonl', sent));
    expect(new Set(lines.map(({ id }) => id)).size).toBe(many.length);
    const changed = lines.map((line) => ({ ...line, draft: document({ tags: ['new'] }) }));
    expect(jsonOf(await importing(changed, sent))).toMatchObject({ revisedCount: many.length });
    const ids = [...new Set(lines.map(({ id }) => id))];
    expect(await countOf('templates', { _id: { $in: ids }, 'draft.tags': 'new' })).toBe(many.length);
    // Each revision is on record, like one that is made by hand.
    expect(await countOf('template_audit', { templateId: { $in: ids }, act: 'REVISED', seq: 2 })).toBe(many.length);
  });

  it('repeat the answer of a key, and refuse the key with another file', async () => {
    const sent = { merchant: `again-${way.replace(' ', '-')}`, through: through(), key: newKey() };
    const rows = [document(), document({ tags: ['b'] })];
    const answers = await Promise.all([importing(rows, sent), importing(rows, sent)]);
    answers.push(await importing(rows, sent));
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
    expect((await importing([document({ tags: ['c'] })], sent)).status).toBe(409);
    expect(await countOf('templates', { merchantId: sent.merchant })).toBe(2);
  });

  it('take a catalogue over, telling how far they are, and give it back', async () => {
    const prefix = `cat-${way.replace(' ', '-')}`;
    const sent: Sent = { merchant: prefix, through: through() };
    const file = `\uFEFFid,attribute:colour,name,category,price:CNY,price:USD,brand,memberPrice:CNY,taxRateBasisPoints,minUnitPrice:USD\r\n${prefix}-1,"red, or ""blue""",=Item,/food,1990,,Lumen,1790,1300,\r\n${prefix}-2,',Second,/food/snacks,5,300,,,0,150\r\n\r\n`;
    const taken = await send('/files/skus.csv', { ...sent, body: file });
    expect([taken.status, taken.headers.get('content-type'), linesOf(taken)]).toEqual([
      200,
      'application/x-ndjson',
      [
        { kind: 'CHECKED', rows: 2 },
        { kind: 'WRITTEN', rows: 2, of: 2 },
        { kind: 'DONE', rows: 2, changedCount: 2, unchangedCount: 0 },
      ],
    ]);
    const given = await send('/files/skus.csv', sent);
    expect(given.text).toBe(
      `id,name,merchantId,category,brand,itemType,taxRateBasisPoints,price:CNY,price:USD,minUnitPrice:USD,memberPrice:CNY,attribute:colour\r\n${prefix}-1,'=Item,${prefix},/food,Lumen,IN_STOCK,1300,1990,,,1790,"red, or ""blue"""\r\n${prefix}-2,Second,${prefix},/food/snacks,,IN_STOCK,0,5,300,150,,'\r\n`,
    );
    const again = await send('/files/skus.csv', { ...sent, body: given.text });
    expect(linesOf(again).at(-1)).toEqual({ kind: 'DONE', rows: 2, changedCount: 0, unchangedCount: 2 });
    // The shop's backend sees and writes every merchant's.
    expect((await send('/files/skus.csv', { through: through(), role: 'service' })).text).toContain(
      `${prefix}-2,Second`,
    );
  });

  it('refuse a catalogue with anything wrong in it, by row and column, and write nothing of it', async () => {
    const prefix = `bad-${way.replace(' ', '-')}`;
    const sent: Sent = { merchant: prefix, through: through() };
    const last = async (body: string | Buffer) =>
      linesOf(await send('/files/skus.csv', { ...sent, body })).at(-1) as { kind: string; faults: object[] };
    expect(await last('id,name,colour,id,price:cny\n1,2,3,4,5\n')).toMatchObject({
      kind: 'REFUSED',
      written: 0,
      faults: [
        { row: 1, column: 3, path: 'colour' },
        { row: 1, column: 4, path: 'id', allowed: 'each column once, it is column 1 already' },
        { row: 1, column: 5, path: 'price:cny' },
        { row: 1, column: null, path: 'category' },
      ],
    });
    const bytes = Buffer.concat([
      Buffer.from(`id,name,category,price:CNY\n${prefix}-1,ok,/food,1\n`),
      Buffer.from(`${prefix}-2,`),
      Buffer.from([0xff, 0xfe]),
      Buffer.from(
        `,/food,1\n\n${prefix}-3,short\n${prefix}-4,n,food,12.5\n${prefix}-1,n,/food,1\n${prefix}-5,"open,/food,1\n`,
      ),
    ]);
    expect(await last(bytes)).toMatchObject({
      kind: 'REFUSED',
      faults: [
        { row: 3, column: 2, path: 'name', found: 'bytes that are no UTF-8' },
        { row: 5, column: null, found: '2 cells', allowed: '4, as many as the header has' },
        { row: 6, column: 3, path: 'category' },
        { row: 6, column: 4, path: 'price:CNY', found: '"12.5"' },
        { row: 7, column: 1, path: 'id', allowed: 'each SKU once, row 2 has it already' },
        { row: 8, allowed: 'a closing quote' },
      ],
    });
    expect(await last('')).toMatchObject({ faults: [{ found: 'no row' }] });
    expect(await countOf('skus', { merchantId: prefix })).toBe(0);
  });

  it('refuse another merchant’s SKU before anything is written', async () => {
    const prefix = `mine-${way.replace(' ', '-')}`;
    await send('/files/skus.csv', { merchant: prefix, through: through(), body: skuFile(1, prefix) });
    const file = `${skuFile(2, 'theirs')}${prefix}-0,Item,/food,1\n`;
    const refused = await send('/files/skus.csv', { merchant: `${prefix}-other`, through: through(), body: file });
    expect(linesOf(refused).at(-1)).toMatchObject({
      kind: 'REFUSED',
      written: 0,
      faults: [{ row: 4, column: 1, found: `"${prefix}-0" of another merchant` }],
    });
    expect(await countOf('skus', { merchantId: `${prefix}-other` })).toBe(0);
  });

  it('write nothing of an upload that breaks off', async () => {
    const prefix = `cut-${way.replace(' ', '-')}`;
    const token = await through().token({ role: 'merchant', merchant: prefix });
    const { port } = new URL(through().url);
    const socket = connect(Number(port), '127.0.0.1');
    const body = skuFile(3000, prefix);
    socket.write(
      `POST /files/skus.csv HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: text/csv\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, -20)}`,
    );
    await wait(100);
    socket.destroy();
    await wait(200);
    expect(await countOf('skus', { merchantId: prefix })).toBe(0);
  });

  const once = way === 'over HTTP' ? it : atFullCount.it;
  once(
    'stop between two transactions when nobody waits any more, and do the rest when the file comes again',
    async () => {
      const prefix = `gone-${way.replace(' ', '-')}`;
      const sent: Sent = { merchant: prefix, through: through() };
      const body = skuFile(4500, prefix);
      const token = await through().token({ role: 'merchant', merchant: prefix });
      await new Promise<void>((resolve) => {
        const request = rawRequest(
          `${through().url}/files/skus.csv`,
          { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv' } },
          (response) => {
            response.on('data', (piece) => {
              if (String(piece).includes('WRITTEN')) request.destroy();
            });
            response.on('error', () => undefined);
            response.on('close', resolve);
          },
        );
        request.on('error', () => undefined);
        request.end(body);
      });
      // The transaction that was under way ends; no other one begins.
      let written = -1;
      await eventually(async () => {
        const before = written;
        await wait(500);
        written = await countOf('skus', { merchantId: prefix });
        return written === before;
      });
      expect(written).toBeGreaterThanOrEqual(1000);
      expect(written).toBeLessThan(4500);
      expect(written % 500).toBe(0); // whole transactions
      const again = linesOf(await send('/files/skus.csv', { ...sent, body })).at(-1);
      // On a busy machine the transaction that was under way may end after the count, but no further one.
      const there = Number(again?.unchangedCount);
      expect([written, written + 1000]).toContain(there);
      expect(again).toEqual({ kind: 'DONE', rows: 4500, changedCount: 4500 - there, unchangedCount: there });
      expect(await countOf('events', { type: 'sku.changed', 'payload.merchantId': prefix })).toBe(4500);
    },
  );
});

describe('the limits of files', () => {
  /** They are the gateway's own, whichever way the owner is reached: a sample tries one. */
  async function limited(fileLimits: Partial<FileLimits>, run: (gateway: SmallGateway) => Promise<void>) {
    for (const transport of isFullCount ? [overHttp, inProcess] : [overHttp]) {
      const gateway = await startSmallGateway({ transport, shop, fileLimits });
      try {
        await run(gateway);
      } finally {
        await gateway.stop();
      }
    }
  }

  it('refuse a file that is too large, said or found, and write nothing', async () => {
    await limited({ bytes: 50_000 }, async (through) => {
      const body = skuFile(3000, 'large');
      expect((await send('/files/skus.csv', { through, merchant: 'large', body })).status).toBe(413);
      const token = await through.token({ role: 'merchant', merchant: 'large' });
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const request = rawRequest(
          `${through.url}/files/skus.csv`,
          { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv' } },
          (response) => resolve(response.resume().statusCode),
        );
        request.on('error', reject);
        request.write(body); // in chunks, of a length nobody knows
        request.end();
      });
      expect(status).toBe(413);
      expect(await countOf('skus', { merchantId: 'large' })).toBe(0);
    });
  });

  it('give up on a client that falls silent, and tell it', async () => {
    await limited({ silentMs: 200 }, async (through) => {
      const token = await through.token({ role: 'merchant', merchant: 'silent' });
      const socket = connect(Number(new URL(through.url).port), '127.0.0.1');
      let heard = '';
      socket.on('data', (piece) => {
        heard += String(piece);
      });
      socket.write(
        `POST /files/skus.csv HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: text/csv\r\ncontent-length: 1000\r\n\r\nid,name`,
      );
      await eventually(() => heard.includes('408'));
      expect(heard).toContain('Nothing of the file moved');
      socket.destroy();
    });
  });

  it('take so many at once and no more, each freed when it ends', async () => {
    await limited({ atOnce: 1 }, async (through) => {
      const token = await through.token({ role: 'merchant', merchant: 'slow' });
      const socket = connect(Number(new URL(through.url).port), '127.0.0.1');
      socket.write(
        `POST /files/skus.csv HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: text/csv\r\ncontent-length: 1000\r\n\r\nid,name`,
      );
      // A look at once could have the one place before the upload does, which would then be refused.
      await new Promise((resolve) => setTimeout(resolve, 500));
      await eventually(async () => (await send('/files/templates.jsonl', { through })).status === 503);
      socket.destroy();
      await eventually(async () => (await send('/files/templates.jsonl', { through })).status === 200);
    });
  });

  it('say that the owner is away, so that the file is sent again', async () => {
    const gateway = await startSmallGateway({ transport: inProcessTransport(() => undefined), shop });
    try {
      const away = await send('/files/templates.jsonl', { through: gateway });
      expect([away.status, away.headers.get('retry-after')]).toEqual([503, '5']);
    } finally {
      await gateway.stop();
    }
  });
});

describe('the identity of a file', () => {
  const path = '/files/templates.jsonl?states=LIVE';
  const direct = (header: string, to = path, method = 'GET', body?: string) =>
    fetch(`${served.url}${to}`, {
      method,
      headers: { [identityHeader]: header, 'content-type': 'application/json' },
      ...(body !== undefined && { body }),
    });

  it('is taken once', async () => {
    const header = signer.signStreamed(merchant('lumen'), { method: 'GET', path });
    expect((await direct(header)).status).toBe(200);
    expect((await direct(header)).status).toBe(401);
  });

  it('is for one method, path and query', async () => {
    const sign = () => signer.signStreamed(merchant('lumen'), { method: 'GET', path });
    expect((await direct(sign(), '/files/templates.jsonl?states=DRAFT')).status).toBe(401);
    expect((await direct(sign(), '/files/templates.jsonl')).status).toBe(401);
    expect((await direct(sign(), path, 'POST', '{}')).status).toBe(401);
    expect((await direct('')).status).toBe(401);
  });

  it('is never an identity of GraphQL, nor the other way round', async () => {
    const body = '{"query":"{ __typename }"}';
    const forFile = signer.signStreamed(merchant('lumen'), { method: 'POST', path: '/graphql' });
    expect((await direct(forFile, '/graphql', 'POST', body)).status).toBe(401);
    expect((await direct(signer.sign(merchant('lumen'), { method: 'GET', path, body: '' }))).status).toBe(401);
    expect(
      (await direct(signer.sign(service(), { method: 'POST', path: '/graphql', body }), '/graphql', 'POST', body))
        .status,
    ).toBe(200);
  });

  it('is remembered for as long as it could be accepted, and a nonce too many is refused rather than forgotten', () => {
    const clock = { now: 1_000_000 };
    const signing = createIdentitySigner('gateway', keys.privateKey, () => clock.now);
    const verifier = createIdentityVerifier({ gateway: keys.publicKey }, () => clock.now);
    const request = { method: 'GET', path };
    const header = signing.signStreamed(merchant('lumen'), request);
    const fault = (words: string) => ({ fault: expect.stringContaining(words) });
    expect(verifier.verifyStreamed(header, request)).toMatchObject({ who: { kind: 'user' } });
    expect(verifier.verifyStreamed(header, request)).toEqual(fault('used before'));
    clock.now += identityLifetimeMs;
    expect(verifier.verifyStreamed(header, request)).toEqual(fault('used before'));
    clock.now += 1;
    expect(verifier.verifyStreamed(header, request)).toEqual(fault('was valid until'));

    const memory = nonceMemory(() => clock.now, 2);
    expect(['a', 'b', 'a', 'c'].map(memory.take)).toEqual(['FIRST', 'FIRST', 'AGAIN', 'FULL']);
    clock.now += 2 * identityLifetimeMs + 1;
    expect(memory.take('c')).toBe('FIRST');
  });

  it('is enforced by the owner too, whoever signed', async () => {
    const nobody = signer.signStreamed({ kind: 'anonymous', tenant: merchant('x').tenant }, { method: 'GET', path });
    const answer = await direct(nobody);
    expect([answer.status, await answer.json()]).toMatchObject([
      401,
      { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    ]);
  });
});

describe('a file on its way', () => {
  let ownersFiles: (request: FileRequest) => Promise<FileResponse>;
  let server: typeof served;
  let remote: SubgraphTransport;
  const toOwner: SmallGateway[] = [];

  beforeAll(async () => {
    const template = platform.host.subgraph('template');
    const owner = { ...template, file: (request: FileRequest) => ownersFiles(request) };
    const verifier = createIdentityVerifier({ gateway: keys.publicKey }, Date.now);
    server = await serveSubgraph(owner, { host: '127.0.0.1', port: 0, verifier, logger });
    remote = httpTransport({ urls: new Map([['template', server.url]]), signer });
    for (const transport of [remote, inProcessTransport(() => owner)])
      toOwner.push(await startSmallGateway({ transport, shop }));
  });
  afterAll(async () => {
    await Promise.all(toOwner.map((gateway) => gateway.stop()));
    await remote.close();
    await server.close();
  });

  /** An owner whose files do what the test says, behind both transports. */
  async function withOwner(
    files: (request: FileRequest) => Promise<FileResponse>,
    run: (gateway: SmallGateway) => Promise<void>,
  ): Promise<void> {
    ownersFiles = files;
    for (const gateway of toOwner) await run(gateway);
  }
  const mebibyte = 1024 * 1024;
  const headOf = async (through: SmallGateway) => ({
    port: Number(new URL(through.url).port),
    head: `HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${await through.token({ role: 'merchant' })}\r\n`,
  });

  it('arrives piece by piece, and waits at its sender while its owner does not read', async () => {
    let received = 0;
    let read: () => void = () => undefined;
    const files = async ({ body, who, headers }: FileRequest): Promise<FileResponse> => {
      expect(who).toMatchObject({ kind: 'user', merchant: 'lumen' });
      expect(headers).not.toHaveProperty('authorization');
      const begun = new Promise<void>((resolve) => {
        read = resolve;
      });
      for await (const piece of body) {
        received += (piece as Buffer).length;
        if (received > 0) await begun;
      }
      return { status: 200, headers: {}, body: `took ${received}` };
    };
    await withOwner(files, async (through) => {
      received = 0;
      const { port, head } = await headOf(through);
      const socket = connect(port, '127.0.0.1');
      let heard = '';
      socket.on('data', (piece) => {
        heard += String(piece);
      });
      socket.write(`POST /files/skus.csv ${head}content-type: text/csv\r\ncontent-length: ${40 * mebibyte}\r\n\r\n`);
      let sent = 0;
      const pump = (): void => {
        while (sent < 40) {
          sent += 1;
          if (!socket.write(Buffer.alloc(mebibyte, 'x'))) return void socket.once('drain', pump);
        }
      };
      pump();
      await eventually(() => received > 0); // before the rest was sent
      await wait(300);
      expect(sent).toBeLessThan(25); // what fits into the buffers of the sockets, and not the file
      read();
      await eventually(() => heard.includes(`took ${40 * mebibyte}`), 20_000);
      socket.destroy();
    });
  });

  it('is made no faster than it is read, and no longer when its reader has left', async () => {
    let made = 0;
    let isOver = false;
    const files = async (): Promise<FileResponse> => {
      async function* endless(): AsyncGenerator<Buffer> {
        try {
          for (;;) {
            made += 1;
            yield Buffer.alloc(mebibyte, 'x');
          }
        } finally {
          isOver = true;
        }
      }
      return { status: 200, headers: { 'content-type': 'text/csv' }, body: Readable.from(endless()) };
    };
    await withOwner(files, async (through) => {
      [made, isOver] = [0, false];
      const { port, head } = await headOf(through);
      const socket = connect(port, '127.0.0.1');
      socket.pause();
      socket.write(`GET /files/skus.csv ${head}\r\n`);
      await eventually(() => made > 0);
      await wait(300);
      expect(made).toBeLessThan(60);
      expect(isOver).toBe(false);
      socket.destroy();
      await eventually(() => isOver);
    });
  });

  it('breaks off where its owner broke off, and never looks whole', async () => {
    const files = async (): Promise<FileResponse> => {
      async function* broken(): AsyncGenerator<string> {
        yield 'id,name\n';
        await wait(50);
        throw new Error('the store is away');
      }
      return { status: 200, headers: { 'content-type': 'text/csv' }, body: Readable.from(broken()) };
    };
    await withOwner(files, async (through) => {
      await expect(send('/files/skus.csv', { through })).rejects.toThrow();
    });
  });
});

describe('a large catalogue', () => {
  it('is written in transactions of a thousand, however many rows it has', async () => {
    const count = runs(100_000, 0.02);
    const body = skuFile(count, 'huge');
    const nameless = linesOf(await send('/files/skus.csv', { role: 'service', body }));
    expect(nameless.at(-1)).toMatchObject({ kind: 'REFUSED', furtherFaultsCount: count - 100 }); // whose are they?
    const named = body.replace('price:CNY', 'price:CNY,merchantId').replaceAll(',1990', ',1990,huge');
    const taken = linesOf(await send('/files/skus.csv', { role: 'service', body: named }));
    expect(taken.at(-1)).toEqual({ kind: 'DONE', rows: count, changedCount: count, unchangedCount: 0 });
    const steps = Array.from({ length: count / 1000 }, (_, index) => (index + 1) * 1000);
    expect(taken.flatMap(({ kind, rows }) => (kind === 'CHECKED' ? [rows] : []))).toEqual(steps);
    expect(taken.flatMap(({ kind, rows }) => (kind === 'WRITTEN' ? [rows] : []))).toEqual(steps);
    const exported = await send('/files/skus.csv', { role: 'merchant', merchant: 'huge' });
    expect(exported.text.split('\r\n')).toHaveLength(count + 2);
  }, 180_000);

  it('is never in memory: no row is read before the thousand before it have been dealt with', async () => {
    const count = runs(5000, 0.5);
    let pulled = 0;
    async function* rows() {
      pulled = 0;
      yield { row: 1, cells: ['id', 'name', 'category', 'price:CNY'] };
      for (let row = 2; row <= count + 1; row += 1) {
        pulled += 1;
        yield { row, cells: [`lazy-${row}`, 'Item', '/food', '5'] };
      }
    }
    const store = createTemplateStore(platform.mongo);
    const input = { read: rows, idempotencyKey: newKey(), signal: new AbortController().signal };
    for await (const step of importSkus({ store }, merchant('lazy'), input))
      if (step.kind === 'CHECKED' || step.kind === 'WRITTEN') expect(pulled).toBe(step.rows);
    expect(await countOf('skus', { merchantId: 'lazy' })).toBe(count);
  });

  it('is read from the disk as often as needed, piece by piece', async () => {
    let [waiting, most] = [0, 0];
    const body = Readable.from(
      (async function* () {
        for (let piece = 0; piece < 200; piece += 1) {
          waiting += 1;
          most = Math.max(most, waiting);
          yield Buffer.alloc(100_000, piece);
        }
      })(),
      { objectMode: false, highWaterMark: 1 },
    );
    const read = body[Symbol.asyncIterator].bind(body);
    body[Symbol.asyncIterator] = async function* () {
      for await (const piece of { [Symbol.asyncIterator]: read }) {
        yield piece;
        waiting -= 1; // it lies on the disk
      }
    };
    const spooled = await spool(body);
    expect([spooled.bytes, most <= 3]).toEqual([20_000_000, true]);
    for (const _ of [1, 2]) {
      let bytes = 0;
      for await (const piece of spooled.read()) {
        expect(piece.length).toBeLessThanOrEqual(65_536);
        expect(piece[0]).toBe(Math.floor(bytes / 100_000));
        bytes += piece.length;
      }
      expect(bytes).toBe(20_000_000);
    }
    await spooled.remove();
  });
});

atFullCount.it(
  'a catalogue that was cut off by a kill is whole after it was sent again',
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'promograph-files-'));
    let shop = await startStandalone({ dataDir });
    try {
      const token = await shop.token('merchant', 'staff', 'lumen');
      const body = skuFile(10_000, 'killed');
      const post = () =>
        fetch(`${shop.url}/files/skus.csv`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv', 'idempotency-key': 'the-catalogue' },
          body,
        });
      const cut = await post();
      const reader = cut.body?.getReader();
      let heard = '';
      while (reader && !heard.includes('"WRITTEN","rows":3000'))
        heard += Buffer.from((await reader.read()).value ?? []);
      await shop.kill();
      await expect(reader?.read().then(async () => reader.read())).rejects.toThrow();
      shop = await startStandalone({ dataDir });
      const again = linesOf({ text: await (await post()).text() });
      // Under the same key, what was written before the kill is counted as it was then.
      expect(again.at(-1)).toEqual({ kind: 'DONE', rows: 10_000, changedCount: 10_000, unchangedCount: 0 });
      const exported = await fetch(`${shop.url}/files/skus.csv`, { headers: { authorization: `Bearer ${token}` } });
      expect((await exported.text()).split('\r\n')).toHaveLength(10_002);
    } finally {
      await shop.stop();
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
  300_000,
);
