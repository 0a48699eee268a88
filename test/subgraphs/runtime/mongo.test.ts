import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  connectMongo,
  duplicateKeyIndex,
  inTransaction,
  isStoreUnavailable,
  type MongoConnection,
} from '../../../subgraphs/shared/runtime/mongo';
import { Unavailable } from '../../../subgraphs/shared/runtime/unavailable';
import { freePort } from '../../support/standalone';
import { ownMongo, type TestStores, testStores } from '../../support/stores';

let stores: TestStores;
let mongo: MongoConnection;

beforeAll(async () => {
  stores = await testStores();
  mongo = await connectMongo(stores.mongoUri, { appName: 'test', databasePrefix: stores.databasePrefix });
});

afterAll(async () => {
  await mongo?.close();
  await stores?.close();
});

async function eventually(act: () => Promise<void>): Promise<void> {
  const until = Date.now() + 15_000;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

interface Counter {
  _id: string;
  value: number;
}

describe('a transaction', () => {
  it('writes everything or nothing', async () => {
    const shelf = mongo.database('user-coupon').collection<Counter>('shelf');
    expect(shelf.dbName).toBe(`${stores.databasePrefix}_user_coupon`);
    await shelf.insertOne({ _id: 'before', value: 0 });
    const failed = inTransaction(mongo.client, async (session) => {
      await shelf.insertOne({ _id: 'one', value: 1 }, { session });
      throw new Error('changed my mind');
    });
    await expect(failed).rejects.toThrow('changed my mind');
    expect(await shelf.countDocuments()).toBe(1);

    const value = await inTransaction(mongo.client, async (session) => {
      await shelf.insertMany(
        [
          { _id: 'one', value: 1 },
          { _id: 'two', value: 2 },
        ],
        { session },
      );
      return 'written';
    });
    expect(value).toBe('written');
    expect(await shelf.countDocuments()).toBe(3);
  });

  it('is run again when it loses a race, so that no step is lost', async () => {
    const counters = mongo.database('test').collection<Counter>('counters');
    await counters.insertOne({ _id: 'steps', value: 0 });
    let runs = 0;
    const step = (): Promise<void> =>
      inTransaction(mongo.client, async (session) => {
        runs += 1;
        const found = await counters.findOne({ _id: 'steps' }, { session });
        await counters.updateOne({ _id: 'steps' }, { $set: { value: (found?.value ?? 0) + 1 } }, { session });
      });
    await Promise.all(Array.from({ length: 12 }, step));
    expect(await counters.findOne({ _id: 'steps' })).toMatchObject({ value: 12 });
    expect(runs).toBeGreaterThan(12);
  });

  it('names the unique index that refused', async () => {
    const people = mongo.database('test').collection('people');
    await people.createIndex({ owner: 1, key: 1 }, { unique: true, name: 'owner_key' });
    await people.insertOne({ owner: 'u', key: 'k' });
    const again = await people.insertOne({ owner: 'u', key: 'k' }).catch((error: unknown) => error);
    expect(duplicateKeyIndex(again)).toBe('owner_key');
    const inside = await inTransaction(mongo.client, (session) =>
      people.insertOne({ owner: 'u', key: 'k' }, { session }),
    ).catch((error: unknown) => error);
    expect(duplicateKeyIndex(inside)).toBe('owner_key');
    expect(isStoreUnavailable(again)).toBe(false);
    expect(duplicateKeyIndex(new Error('index: x dup key'))).toBeNull();
  });
});

describe('when MongoDB is away', () => {
  it('a process starts all the same, and works as soon as MongoDB is there; later breaks heal too', async () => {
    const port = await freePort();
    const startedAt = Date.now();
    const late = await connectMongo(`mongodb://127.0.0.1:${port}/?replicaSet=promograph`, { appName: 'test' });
    try {
      await expect(late.ping()).rejects.toBeInstanceOf(Unavailable);
      const written = inTransaction(late.client, (session) =>
        late.database('test').collection('x').insertOne({}, { session }),
      );
      await expect(written).rejects.toBeInstanceOf(Unavailable);
      expect(
        isStoreUnavailable(
          await late
            .database('test')
            .collection('x')
            .findOne()
            .catch((e: unknown) => e),
        ),
      ).toBe(true);
      // The driver puts what broke a write of many documents into an error that looks like an answer of the server.
      const many = late.database('test').collection('x').insertMany([{}, {}]);
      expect(isStoreUnavailable(await many.catch((e: unknown) => e))).toBe(true);
      const manyInside = inTransaction(late.client, (session) =>
        late.database('test').collection('x').insertMany([{}, {}], { session, ordered: false }),
      );
      await expect(manyInside).rejects.toBeInstanceOf(Unavailable);
      expect(Date.now() - startedAt).toBeLessThan(25_000);

      const second = await ownMongo({ port });
      try {
        await eventually(() => late.ping());
        await late.database('test').collection('x').insertOne({});
      } finally {
        await second.stop();
      }
      await expect(late.ping()).rejects.toBeInstanceOf(Unavailable);
    } finally {
      await late.close();
    }
  }, 300_000);

  it('says at once that an address cannot be read', async () => {
    await expect(connectMongo('mongodb://:::/', { appName: 'test' })).rejects.toThrow();
  });
});
