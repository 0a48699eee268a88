import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Identity } from '../../subgraphs/shared/contracts/identity';
import { claimByCode, generated, publishWithCodes } from '../support/codes';
import { noonClock, publish } from '../support/coupons';
import { merchant, shopper } from '../support/people';
import { type Platform, startPlatform } from '../support/platform';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ names: ['user-coupon'], clock: noonClock() });
});
afterAll(async () => {
  await platform.stop();
});

/** A request under `/files`, as the gateway hands it over. */
async function file(templateId: string | null, body: string | null = null, who: Identity = merchant('m-1')) {
  const answer = await platform.host.subgraph('user-coupon').file({
    method: body === null ? 'GET' : 'POST',
    path: '/files/promotion-codes.csv',
    query: templateId === null ? {} : { template: templateId },
    headers: { 'content-type': 'text/csv' },
    who,
    requestId: 'test',
    body: Readable.from(body === null ? [] : [Buffer.from(body)]),
    signal: new AbortController().signal,
  });
  let text = typeof answer.body === 'string' ? answer.body : '';
  if (typeof answer.body !== 'string') for await (const piece of answer.body) text += String(piece);
  return { status: answer.status, text };
}
const importing = async (templateId: string, body: string) => {
  const { status, text } = await file(templateId, body);
  expect(status).toBe(200);
  const lines = text.trim().split('\n');
  return JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> & {
    faults: { row: number; column: number; path: string; message: string }[];
  };
};
const rowsOf = ({ text }: { text: string }) =>
  text
    .replace('\ufeff', '')
    .trim()
    .split('\r\n')
    .map((line) => line.split(','));

describe('a file of codes', () => {
  it('brings own codes and their recipients in, and each code is a coupon for whom it is for', async () => {
    const templateId = await publishWithCodes(platform);
    const body = 'code,recipient\nBIRTHDAY-ANN,ann\nANYBODY-1,\n';
    expect(await importing(templateId, body)).toEqual({ kind: 'DONE', rows: 2, addedCount: 2, knownCount: 0 });
    expect(await importing(templateId, body)).toEqual({ kind: 'DONE', rows: 2, addedCount: 0, knownCount: 2 });
    expect((await claimByCode(platform, 'bob', 'birthday ann')).userErrors).toMatchObject([{ code: 'NOT_YOURS' }]);
    expect((await claimByCode(platform, 'ann', 'birthday ann')).coupon).not.toBeNull();
    expect((await claimByCode(platform, 'bob', 'anybody1')).coupon).not.toBeNull();
  });

  it('reserves generated codes, and comes back as it went out', async () => {
    const templateId = await publishWithCodes(platform);
    const codes = await generated(platform, templateId, 3);
    await claimByCode(platform, 'cat', codes[0] ?? '');
    const [header, ...rows] = rowsOf(await file(templateId));
    expect(header).toEqual(['code', 'recipient', 'kind', 'state']);
    expect(rows.map(([code]) => code?.replaceAll('-', ''))).toEqual(codes);
    expect(rows.map(([, ...rest]) => rest)).toEqual([
      ['', 'GENERATED', 'USED'],
      ['', 'GENERATED', 'OPEN'],
      ['', 'GENERATED', 'OPEN'],
    ]);
    const filled = [header, ...rows.map(([code, , ...rest], i) => [code, i === 1 ? 'dan' : '', ...rest])];
    const sheet = filled.map((row) => (row ?? []).join(',')).join('\r\n');
    expect(await importing(templateId, sheet)).toMatchObject({ kind: 'DONE', addedCount: 0, knownCount: 3 });
    expect((await claimByCode(platform, 'eve', codes[1] ?? '')).userErrors).toMatchObject([{ code: 'NOT_YOURS' }]);
    expect(rowsOf(await file(templateId))[2]).toMatchObject([expect.any(String), 'dan', 'GENERATED', 'OPEN']);
  });

  it('with anything wrong writes nothing, and tells each fault by its row and column', async () => {
    const [templateId, other] = [await publishWithCodes(platform), await publishWithCodes(platform)];
    await importing(other, 'code\nFOREIGN-1\n');
    await importing(templateId, 'code,recipient\nPROMISED-1,fay\n');
    const refused = await importing(
      templateId,
      'code,recipient\nGOOD-ONE,\nbad%code,\nno,\nGOOD-0NE,\nFOREIGN-1,\nPROMISED-1,gus\n',
    );
    expect(refused).toMatchObject({ kind: 'REFUSED', written: 0, furtherFaultsCount: 0 });
    expect(refused.faults.map(({ row, path }) => [row, path])).toEqual([
      [3, 'code'],
      [4, 'code'],
      [5, 'code'],
      [6, 'code'],
      [7, 'recipient'],
    ]);
    expect(refused.faults[2]?.message).toContain('row 2 has it already');
    expect((await claimByCode(platform, 'hal', 'GOOD-ONE')).userErrors).toMatchObject([{ code: 'UNKNOWN' }]);
    expect((await importing(templateId, 'colour\nred\n')).faults.map(({ path }) => path)).toEqual(['colour', 'code']);
    expect(await importing(templateId, '')).toMatchObject({ kind: 'REFUSED' });
  });

  it('of many thousands goes in and out without a code missing', async () => {
    const templateId = await publishWithCodes(platform);
    const codes = Array.from({ length: 5000 }, (_, i) => `BULK-${String(i).padStart(5, '0')}`);
    expect(await importing(templateId, `code\n${codes.join('\n')}\n`)).toMatchObject({
      kind: 'DONE',
      addedCount: 5000,
    });
    expect(
      rowsOf(await file(templateId))
        .slice(1)
        .map(([code]) => code),
    ).toEqual(codes);
  });

  it('is there for the merchant of a promotion with codes, and for nobody else', async () => {
    const templateId = await publishWithCodes(platform);
    expect((await file(templateId, null, merchant('m-2'))).status).toBe(404);
    expect((await file(await publish(platform))).status).toBe(404);
    expect((await file(null)).status).toBe(400);
    expect((await file(templateId, null, shopper('ivy'))).status).toBe(403);
  });
});
