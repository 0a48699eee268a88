import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asTemplateId, asUserId, type TemplateId } from '../../subgraphs/shared/kernel/identifiers';
import { newId } from '../../subgraphs/shared/runtime/ids';
import { createLogger } from '../../subgraphs/shared/runtime/logger';
import { connectRedis, type RedisConnection } from '../../subgraphs/shared/runtime/redis';
import type { SlotLimit } from '../../subgraphs/user-coupon/domain/claim-rules';
import { createStock, type IssuedPlace, type Place, type Stock, type Taken } from '../../subgraphs/user-coupon/stock';
import { type TestStores, testStores } from '../support/stores';

describe('the gate before the claims of a template', () => {
  let stores: TestStores;
  let redis: RedisConnection;
  beforeAll(async () => {
    stores = await testStores();
    redis = await connectRedis(stores.redisUrl, { keyPrefix: stores.keyPrefix });
  });
  afterAll(async () => {
    await redis.close();
    await stores.close();
  });

  /** A template with its gate, and what MongoDB would say has been issued. */
  function gateFor(stock: number, issued: IssuedPlace[] = []) {
    const templateId = asTemplateId(newId('tpl'));
    const ledger = {
      async *issuedPlaces() {
        if (issued.length > 0) yield [...issued].sort((a, b) => a.serial - b.serial);
      },
      claimantsOf: async () => new Map(),
      stockOf: async () => stock,
    };
    const logger = createLogger({ name: 'test', level: 'silent' });
    const gates: Stock[] = [1, 2].map(() => createStock({ redis, ledger, logger }));
    const [gate, other] = gates;
    if (!gate || !other) throw new Error('Expected two processes');
    const take = (owner: string, key = 'k', limits: SlotLimit[] = [], by = gate): Promise<Taken> =>
      by.take({ templateId, stock }, { ownerId: asUserId(owner), idempotencyKey: key }, limits);
    const placeOf = async (...args: Parameters<typeof take>): Promise<Place> => {
      const taken = await take(...args);
      if (taken.kind !== 'TAKEN') throw new Error(`Expected a place, found ${taken.kind}`);
      return taken.place;
    };
    return { templateId, gate, other, take, placeOf, issued };
  }
  const lifetime = (max: number): SlotLimit[] => [{ prefix: 'L', max }];
  const epochOf = (templateId: TemplateId) => redis.client.hget(`stock:{${templateId}}`, 'epoch');

  it('gives the stored place to the same claimant, from any process, until it is settled', async () => {
    const { gate, other, placeOf, take } = gateFor(2);
    const first = await placeOf('a');
    expect(await placeOf('a', 'k', [], other)).toEqual(first);
    const second = await placeOf('b');
    expect(second.serial).toBe(2);
    expect(await take('c')).toEqual({ kind: 'SOLD_OUT', forNow: true });
    await gate.confirm([first, second]);
    expect(await take('c')).toEqual({ kind: 'SOLD_OUT', forNow: false });
  });

  it('frees only what the claimant holds: not what became a coupon, not what another holds', async () => {
    const { gate, placeOf, take, templateId } = gateFor(2);
    const [mine, theirs] = [await placeOf('a', 'k', lifetime(1)), await placeOf('b')];
    await gate.free([{ ...theirs, ownerId: mine.ownerId, idempotencyKey: mine.idempotencyKey }]);
    expect(await take('c')).toEqual({ kind: 'SOLD_OUT', forNow: true });
    await gate.confirm([theirs]);
    await gate.free([theirs]);
    expect(await take('c')).toEqual({ kind: 'SOLD_OUT', forNow: true });
    await gate.free([mine]);
    expect(await gate.remaining([{ templateId, stock: 2 }])).toEqual(new Map([[templateId, 1]]));
    expect(await placeOf('a', 'another', lifetime(1))).toMatchObject({ serial: mine.serial, slots: ['L:1'] });
  });

  it('keeps to the limits of each owner, and says when only a held place is in the way', async () => {
    const { gate, placeOf, take } = gateFor(10);
    const limits = [...lifetime(2), { prefix: 'D:2026-11-22', max: 1 }];
    const first = await placeOf('a', '1', limits);
    expect(first.slots).toEqual(['L:1', 'D:2026-11-22:1']);
    expect(await take('a', '2', limits)).toEqual({ kind: 'LIMIT_REACHED', forNow: true, unused: [] });
    await gate.confirm([first]);
    expect(await take('a', '2', limits)).toEqual({ kind: 'LIMIT_REACHED', forNow: false, unused: [] });
    expect((await placeOf('a', '3', [...lifetime(2), { prefix: 'D:2026-11-23', max: 1 }])).slots).toEqual([
      'L:2',
      'D:2026-11-23:1',
    ]);
    expect((await placeOf('b', '1', limits)).slots).toEqual(['L:1', 'D:2026-11-22:1']);
  });

  it('is built from what was issued: holes are given first, then the next serials, and taken places stay taken', async () => {
    const issued = [
      { serial: 1, ownerId: asUserId('a'), slots: ['L:1'] },
      { serial: 4, ownerId: asUserId('b'), slots: ['C:cpn_x'] },
    ];
    const { gate, placeOf, take, templateId } = gateFor(6, issued);
    expect(await gate.remaining([{ templateId, stock: 6 }])).toEqual(new Map([[templateId, 4]]));
    expect(await take('a', 'k', lifetime(1))).toEqual({ kind: 'LIMIT_REACHED', forNow: false, unused: [] });
    const serials = [];
    for (const owner of ['c', 'd', 'e', 'f']) serials.push((await placeOf(owner)).serial);
    expect(serials).toEqual([2, 3, 5, 6]);
    expect(await take('g')).toMatchObject({ kind: 'SOLD_OUT' });
  });

  it('marks a serial issued when the confirmation comes from an earlier epoch, with holes up to it', async () => {
    const { gate, placeOf, take, templateId } = gateFor(5);
    const early = [];
    for (const owner of ['a', 'b', 'c']) early.push(await placeOf(owner, 'k', lifetime(1)));
    const third = early[2];
    if (!third) throw new Error('Expected three places');
    const before = await epochOf(templateId);
    await redis.client.del(`stock:{${templateId}}`);
    expect((await placeOf('x')).serial).toBe(1);
    expect(await epochOf(templateId)).not.toBe(before);
    await gate.confirm([third]);
    expect(await take('c', 'again', lifetime(1))).toEqual({ kind: 'LIMIT_REACHED', forNow: false, unused: [] });
    const serials = [];
    for (const owner of ['d', 'e', 'f']) serials.push((await placeOf(owner)).serial);
    expect(serials).toEqual([2, 4, 5]);
  });

  it('is built once by all processes together, and again after many wrong serials', async () => {
    const { gate, other, take, placeOf, templateId } = gateFor(500);
    await Promise.all(Array.from({ length: 40 }, (_, i) => take(`u-${i}`, 'k', [], i % 2 ? gate : other)));
    const before = await epochOf(templateId);
    const places = await Promise.all(Array.from({ length: 40 }, (_, i) => placeOf(`u-${i}`)));
    expect(new Set(places.map(({ serial }) => serial)).size).toBe(40);
    await gate.mend(places.slice(0, 5));
    expect(await epochOf(templateId)).toBe(before);
    await gate.mend(places);
    expect(await epochOf(templateId)).toBeNull();
    await placeOf('v');
    expect(await epochOf(templateId)).not.toBe(before);
  });

  it('raises its stock and never lowers it, and forgets promotions that are over', async () => {
    const { gate, placeOf, templateId, take } = gateFor(1);
    const only = await placeOf('a');
    await gate.raise(templateId, 2);
    expect((await placeOf('b')).serial).toBe(2);
    await gate.raise(templateId, 1);
    expect(await take('c')).toMatchObject({ kind: 'SOLD_OUT' });
    await gate.closeGates(async (ids) => new Set(ids));
    expect(await epochOf(templateId)).not.toBeNull(); // something is held
    await gate.confirm([only, await placeOf('b')]);
    await gate.closeGates(async () => new Set());
    expect(await epochOf(templateId)).not.toBeNull();
    await gate.closeGates(async (ids) => new Set(ids));
    expect(await redis.client.keys(`${stores.keyPrefix}stock:{${templateId}}*`)).toEqual([]);
  });
});
