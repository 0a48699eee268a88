import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Collection } from 'mongodb';
import {
  ensureIdempotencyIndexes,
  type IdempotencyRecord,
  inputHash,
  runOnce,
} from '../../../subgraphs/shared/runtime/idempotency';
import { connectMongo, type MongoConnection } from '../../../subgraphs/shared/runtime/mongo';
import { Unavailable } from '../../../subgraphs/shared/runtime/unavailable';
import { type TestStores, testStores } from '../../support/stores';

let stores: TestStores;
let mongo: MongoConnection;
let records: Collection<IdempotencyRecord>;
let orders: Collection<{ of: string }>;

beforeAll(async () => {
  stores = await testStores();
  mongo = await connectMongo(stores.mongoUri, { appName: 'test', databasePrefix: stores.databasePrefix });
  records = mongo.database('settlement').collection<IdempotencyRecord>('idempotency');
  orders = mongo.database('settlement').collection<{ of: string }>('orders');
  await ensureIdempotencyIndexes(records);
  await orders.createIndex({ of: 1 });
});

afterAll(async () => {
  await mongo?.close();
  await stores?.close();
});

const call = (key: string, input: unknown = { lines: [{ skuId: 'a', quantity: 1 }] }) => ({
  tenant: 'acme',
  caller: 'u1',
  mutation: 'settleOrder',
  key,
  input,
});

interface Placed {
  orderId: string;
  at: Date;
  note?: string | undefined;
}

function place(of: string, pauseMs = 0) {
  return runOnce<Placed>({ client: mongo.client, collection: records }, call(of), async (session) => {
    await orders.insertOne({ of }, { session });
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    return { outcome: { orderId: of, at: new Date('2026-11-11T00:00:00.123Z'), note: undefined }, keep: true };
  });
}

describe('a mutation with an idempotency key', () => {
  it('happens once and answers the same again, dates included', async () => {
    const first = await place('again');
    const second = await place('again');
    expect(first).toMatchObject({ kind: 'DONE', replayed: false });
    expect(second).toEqual({
      kind: 'DONE',
      outcome: { orderId: 'again', at: new Date('2026-11-11T00:00:00.123Z') },
      replayed: true,
    });
    expect(await orders.countDocuments({ of: 'again' })).toBe(1);
  });

  it('is refused when the key comes with other input, but not for the order of its fields', async () => {
    const deps = { client: mongo.client, collection: records };
    const work = async () => ({ outcome: 'done', keep: true });
    await runOnce(deps, call('reused', { a: 1, b: { c: 2, d: 3 } }), work);
    expect(await runOnce(deps, call('reused', { b: { d: 3, c: 2 }, a: 1 }), work)).toMatchObject({ replayed: true });
    expect(await runOnce(deps, call('reused', { a: 1, b: { c: 2, d: 4 } }), work)).toEqual({ kind: 'REUSED' });
    const other = { ...call('reused', { a: 9 }), caller: 'u2' };
    expect(await runOnce(deps, other, work)).toMatchObject({ kind: 'DONE', replayed: false });
  });

  it('tells inputs apart by content alone', () => {
    expect(inputHash({ a: 1, b: undefined })).toBe(inputHash({ a: 1 }));
    expect(inputHash({ a: 1, b: null })).not.toBe(inputHash({ a: 1 }));
    expect(inputHash([1, 2])).not.toBe(inputHash([2, 1]));
    expect(inputHash(undefined)).toBe(inputHash(undefined));
  });

  it('computes a refusal again and leaves nothing behind', async () => {
    let asked = 0;
    const attempt = (soldOut: boolean) =>
      runOnce({ client: mongo.client, collection: records }, call('refused'), async (session) => {
        asked += 1;
        await orders.insertOne({ of: 'refused' }, { session });
        return soldOut ? { outcome: 'SOLD_OUT', keep: false } : { outcome: 'PLACED', keep: true };
      });
    expect(await attempt(true)).toEqual({ kind: 'DONE', outcome: 'SOLD_OUT', replayed: false });
    expect(await orders.countDocuments({ of: 'refused' })).toBe(0);
    expect(await attempt(false)).toEqual({ kind: 'DONE', outcome: 'PLACED', replayed: false });
    expect(await attempt(false)).toEqual({ kind: 'DONE', outcome: 'PLACED', replayed: true });
    expect(asked).toBe(2);
  });

  it('places one order when the button is hit ten times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => place('button', 100)));
    expect(await orders.countDocuments({ of: 'button' })).toBe(1);
    expect(answers.filter((answer) => answer.kind === 'DONE' && !answer.replayed)).toHaveLength(1);
    expect(answers.every((answer) => answer.kind === 'DONE' && answer.outcome.orderId === 'button')).toBe(true);
  });

  it('asks to come back when the first run takes too long', async () => {
    const slow = place('slow', 3500);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await expect(place('slow')).rejects.toBeInstanceOf(Unavailable);
    await slow;
    expect(await place('slow')).toMatchObject({ replayed: true });
  });

  it('forgets nothing when the work fails', async () => {
    const failing = runOnce({ client: mongo.client, collection: records }, call('fails'), async () => {
      throw new Error('broken');
    });
    await expect(failing).rejects.toThrow('broken');
    expect(await place('fails')).toMatchObject({ kind: 'DONE', replayed: false });
  });

  it('is kept for a day at least, in real time', async () => {
    const [ttl] = (await records.indexes()).filter((index) => index.expireAfterSeconds !== undefined);
    expect(ttl?.expireAfterSeconds).toBeGreaterThanOrEqual(86_400);
    expect(ttl?.key).toEqual({ storedAt: 1 });
  });
});
