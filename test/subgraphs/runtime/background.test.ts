import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Collection } from 'mongodb';
import { type LeasedLoop, type LoopLease, startLeasedLoop } from '../../../subgraphs/shared/runtime/background';
import { Bell } from '../../../subgraphs/shared/runtime/bell';
import { newId } from '../../../subgraphs/shared/runtime/ids';
import { createLogger } from '../../../subgraphs/shared/runtime/logger';
import { connectMongo, type MongoConnection } from '../../../subgraphs/shared/runtime/mongo';
import { type TestStores, testStores } from '../../support/stores';

const logger = createLogger({ name: 'test', level: 'silent' });

let stores: TestStores;
let mongo: MongoConnection;
let leases: Collection<LoopLease>;
const running: LeasedLoop[] = [];

beforeAll(async () => {
  stores = await testStores();
  mongo = await connectMongo(stores.mongoUri, { appName: 'test', databasePrefix: stores.databasePrefix });
});
beforeEach(() => {
  leases = mongo.database('user-coupon').collection<LoopLease>(newId('leases'));
});
afterEach(async () => {
  for (const loop of running.splice(0)) await loop.stop();
});
afterAll(async () => {
  await mongo.close();
  await stores.close();
});

function startLoop(
  work: (signal: AbortSignal, fence: number) => Promise<'MORE' | 'IDLE'>,
  options: { everyMs?: number; leaseMs?: number } = {},
): LeasedLoop {
  const loop = startLeasedLoop({
    name: 'expire-coupons',
    collection: leases,
    everyMs: options.everyMs ?? 3_600_000,
    leaseMs: options.leaseMs ?? 5_000,
    work,
    logger,
    processId: newId('prc'),
  });
  running.push(loop);
  return loop;
}

/** Waits until a condition holds, 15 seconds at most. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Expected this within 15 s: ${holds}`);
    await new Bell().rung(10);
  }
}

/** Resolves when the signal fires. */
function fired(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

describe('background work', () => {
  it('runs at start, goes on while there is more, then rests until it is woken', async () => {
    let left = 3;
    let runs = 0;
    const loop = startLoop(async () => {
      runs += 1;
      left = Math.max(0, left - 1);
      return left > 0 ? 'MORE' : 'IDLE';
    });
    await until(() => left === 0);
    expect(runs).toBe(3);
    left = 2;
    await loop.runNow();
    expect([left, runs]).toEqual([0, 5]);
    loop.wake();
    await until(() => runs === 6);
  });

  it('comes round again by itself', async () => {
    let runs = 0;
    startLoop(
      async () => {
        runs += 1;
        return 'IDLE';
      },
      { everyMs: 20 },
    );
    await until(() => runs >= 3);
  });

  it('runs in one process at a time, and each process gets the run it asked for', async () => {
    let atWork = 0;
    let most = 0;
    let runs = 0;
    const work = async (): Promise<'IDLE'> => {
      atWork += 1;
      most = Math.max(most, atWork);
      await leases.findOne();
      runs += 1;
      atWork -= 1;
      return 'IDLE';
    };
    const loops = [startLoop(work), startLoop(work), startLoop(work)];
    for (let round = 0; round < 5; round += 1) await Promise.all(loops.map((loop) => loop.runNow()));
    expect(most).toBe(1);
    expect(runs).toBeGreaterThanOrEqual(15);
  });

  it('keeps its lease for as long as the work takes', async () => {
    const leaseMs = 1500; // a busy machine is late by hundreds of milliseconds; a lease it cannot renew in time is rightly lost
    const entered: number[] = [];
    let done = false;
    const patient = async (_: AbortSignal, fence: number): Promise<'IDLE'> => {
      entered.push(fence);
      await until(() => done);
      return 'IDLE';
    };
    startLoop(patient, { leaseMs });
    await until(() => entered.length === 1);
    const first = await leases.findOne({ _id: 'expire-coupons' });
    startLoop(patient, { leaseMs, everyMs: 20 }).wake();
    const longAfter = new Date((first?.leaseUntil.getTime() ?? 0) + leaseMs);
    await until(async () => (await leases.findOne({ leaseUntil: { $gt: longAfter } })) !== null);
    expect(entered).toEqual([1]);
    done = true;
    await until(() => entered.length >= 2);
    expect(entered[1]).toBe(2);
  });

  it('tells a holder that lost its lease, and the next one has a higher fence', async () => {
    const fences: number[] = [];
    let told = false;
    startLoop(
      async (signal, fence) => {
        fences.push(fence);
        if (fence > 1) return 'IDLE';
        await fired(signal);
        told = true;
        return 'MORE';
      },
      { leaseMs: 300 },
    );
    await until(() => fences.length === 1);
    const thief = { holder: 'thief', leaseUntil: new Date(Date.now() + 100), dueAt: new Date(0) };
    await leases.updateOne({ _id: 'expire-coupons' }, { $set: thief, $inc: { fence: 1 } });
    await until(() => told);
    await until(() => fences.length === 2);
    expect(fences).toEqual([1, 3]);
  });

  it('outlives errors, and says them to whoever waits for the run', async () => {
    let broken = true;
    let runs = 0;
    const loop = startLoop(async () => {
      runs += 1;
      if (broken) throw new Error('no such currency');
      return 'IDLE';
    });
    await expect(loop.runNow()).rejects.toThrow('no such currency');
    broken = false;
    const before = runs;
    await until(() => runs > before);
    await loop.runNow();
  });

  it('stops at once: the work is told, and the lease is free for the next', async () => {
    let told = false;
    let entered = false;
    const loop = startLoop(async (signal) => {
      entered = true;
      await fired(signal);
      told = true;
      return 'MORE';
    });
    await until(() => entered);
    await loop.stop();
    expect(told).toBe(true);
    expect(await leases.findOne()).toMatchObject({ holder: null, leaseUntil: new Date(0) });
    await expect(loop.runNow()).rejects.toThrow('found it stopped');

    let taken = false;
    startLoop(async () => {
      taken = true;
      return 'IDLE';
    });
    await until(() => taken);
  });
});
