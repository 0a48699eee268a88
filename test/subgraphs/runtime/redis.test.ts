import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { connectRedis, defineScript, type RedisConnection } from '../../../subgraphs/shared/runtime/redis';
import { Unavailable } from '../../../subgraphs/shared/runtime/unavailable';
import { freePort } from '../../support/standalone';
import { ownRedis, type TestStores, testStores } from '../../support/stores';

let stores: TestStores;
let redis: RedisConnection;

beforeAll(async () => {
  stores = await testStores();
  redis = await connectRedis(stores.redisUrl, { keyPrefix: stores.keyPrefix });
});

afterAll(async () => {
  await redis?.close();
  await stores?.close();
});

const take = defineScript({
  name: 'take',
  // KEYS: stock. ARGV: how many. Returns TAKEN or SOLD_OUT.
  lua: `local left = tonumber(redis.call('GET', KEYS[1]) or '0')
if left < tonumber(ARGV[1]) then return 'SOLD_OUT' end
redis.call('DECRBY', KEYS[1], ARGV[1])
return 'TAKEN'`,
  keys: ['stock'],
  parse: (reply) => z.enum(['TAKEN', 'SOLD_OUT']).parse(reply),
});

async function eventually(act: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + 15_000;
  while (!(await act().catch(() => false))) {
    if (Date.now() > until) throw new Error('It did not happen within 15 s.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('Redis', () => {
  it('lets exactly as many shoppers take the stock as there is', async () => {
    await redis.client.set('stock:t1', 3);
    const answers = await Promise.all(Array.from({ length: 10 }, () => take(redis.client, { stock: 'stock:t1' }, [1])));
    expect(answers.filter((answer) => answer === 'TAKEN')).toHaveLength(3);
    expect(await redis.client.get('stock:t1')).toBe('0');
  });

  it('refuses a reply that the script may not give, naming the script', async () => {
    const odd = defineScript({ name: 'odd', lua: `return 'MAYBE'`, keys: [], parse: (r) => z.enum(['YES']).parse(r) });
    await expect(odd(redis.client, {}, [])).rejects.toThrow('The script odd gave a reply it should not: "MAYBE".');
    const broken = defineScript({
      name: 'broken',
      lua: `return redis.call('INCR', KEYS[1])`,
      keys: ['n'],
      parse: Number,
    });
    await redis.client.set('word', 'x');
    await expect(broken(redis.client, { n: 'word' }, [])).rejects.not.toBeInstanceOf(Unavailable);
  });

  it('carries messages on channels of this deployment only', async () => {
    const listener = redis.subscriber();
    const heard: string[] = [];
    listener.on('message', (_channel: string, message: string) => heard.push(message));
    await listener.subscribe(redis.channel('coupon:acme:u1'));
    await redis.client.publish('coupon:acme:u1', 'foreign');
    await redis.client.publish(redis.channel('coupon:acme:u1'), 'ours');
    await eventually(async () => heard.length > 0);
    expect(heard).toEqual(['ours']);
  });
});

describe('when Redis is away', () => {
  it('a process starts, commands fail at once as unavailable, and everything comes back by itself', async () => {
    const port = await freePort();
    const faults: Error[] = [];
    const late = await connectRedis(`redis://127.0.0.1:${port}`, { onError: (error) => faults.push(error) });
    const heard: string[] = [];
    const listener = late.subscriber();
    listener.on('message', (_channel: string, message: string) => heard.push(message));
    const subscribed = listener.subscribe(late.channel('news'));
    try {
      const askedAt = Date.now();
      await expect(late.ping()).rejects.toBeInstanceOf(Unavailable);
      await expect(late.client.incr('visits')).rejects.toBeInstanceOf(Unavailable);
      await expect(take(late.client, { stock: 's' }, [1])).rejects.toBeInstanceOf(Unavailable);
      expect(Date.now() - askedAt).toBeLessThan(2500);
      expect(faults.length).toBeGreaterThan(0);

      for (const round of [1, 2]) {
        const server = await ownRedis({ port });
        try {
          await eventually(async () => (await late.client.ping()) === 'PONG');
          // What failed while Redis was away was not sent later behind the caller's back.
          expect(await late.client.get('visits')).toBeNull();
          expect(await take(late.client, { stock: 's' }, [1])).toBe('SOLD_OUT'); // a fresh server knows no script
          await subscribed;
          await eventually(async () => (await late.client.publish(late.channel('news'), `round ${round}`)) > 0);
          await eventually(async () => heard.includes(`round ${round}`));
        } finally {
          await server.stop();
        }
        await eventually(async () =>
          late.ping().then(
            () => false,
            (error) => error instanceof Unavailable,
          ),
        );
      }
    } finally {
      await late.close();
    }
  }, 300_000);
});
