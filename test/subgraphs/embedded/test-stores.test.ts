import { afterAll, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { testStores } from '../../support/stores';

const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

it('gives each test file databases and keys of its own, and drops only those at the end', async () => {
  const mine = await testStores();
  const theirs = await testStores();
  const mongo = new MongoClient(mine.mongoUri);
  const redis = new Redis(mine.redisUrl);
  closing.push(
    () => mongo.close(),
    async () => redis.disconnect(),
    () => theirs.close(),
  );
  for (const { databasePrefix, keyPrefix } of [mine, theirs]) {
    await mongo.db(`${databasePrefix}_template`).collection('templates').insertOne({ name: 'festival' });
    await redis.set(`${keyPrefix}stock`, '1');
  }

  await mine.close();

  const { databases } = await mongo.db('admin').admin().listDatabases({ nameOnly: true });
  const names = databases.map(({ name }) => name);
  expect(names).not.toContain(`${mine.databasePrefix}_template`);
  expect(names).toContain(`${theirs.databasePrefix}_template`);
  expect(await redis.exists(`${mine.keyPrefix}stock`)).toBe(0);
  expect(await redis.exists(`${theirs.keyPrefix}stock`)).toBe(1);
});

it('runs transactions and change streams, as the stores of production do', async () => {
  const stores = await testStores();
  const mongo = new MongoClient(stores.mongoUri);
  closing.push(
    () => stores.close(),
    () => mongo.close(),
  );
  const events = mongo.db(`${stores.databasePrefix}_template`).collection('events');
  await events.insertOne({ kind: 'warm-up' });
  const stream = events.watch();
  closing.push(() => stream.close());
  const seen = stream.tryNext().then(async (first) => first ?? (await stream.next()));
  await mongo.withSession((session) =>
    session.withTransaction(async () => {
      await events.insertOne({ kind: 'published' }, { session });
    }),
  );
  expect(await seen).toMatchObject({ operationType: 'insert', fullDocument: { kind: 'published' } });
});
