import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { serialize } from 'node:v8';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { asVersionId } from '../../../subgraphs/shared/kernel/identifiers';
import { price } from '../../../subgraphs/shared/kernel/pricing/price';
import { recordedFacts } from '../../../subgraphs/shared/kernel/rules/fact-sources';
import { defaultTenantSettings } from '../../../subgraphs/shared/kernel/tenant-settings';
import { projectFile } from '../../../subgraphs/shared/runtime/files';
import { createLogger } from '../../../subgraphs/shared/runtime/logger';
import { priceJob, priceOnThread } from '../../../subgraphs/shared/runtime/price-job';
import { createWorkers, type Workers, type WorkersOptions } from '../../../subgraphs/shared/runtime/workers';
import { cart, coupon, freshRules, line, noon, terms } from '../../support/promotions';
import { someCandidates, someCart, someSettings } from '../../support/random-contests';
import { runs } from '../../support/runs';
import { until } from '../../support/until';
import {
  countJob,
  crashJob,
  gateJob,
  isStoppedJob,
  patientJob,
  stuckJob,
  sumJob,
  throwJob,
  uncopiableJob,
} from './awkward-jobs';

/** Longer than anything here takes on a busy machine. */
const patient = { deadlineMs: 25_000 };
const marks = () => new SharedArrayBuffer(8);
const mark = (place: SharedArrayBuffer, at = 0) => new Int32Array(place)[at];

let open: Workers[] = [];
function workers(options: Partial<WorkersOptions> = {}): Workers {
  const made = createWorkers({ logger: createLogger({ name: 'workers', level: 'silent' }), size: 1, ...options });
  open.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});

describe('a job on a worker thread', () => {
  it('brings what the function returns', async () => {
    expect(await workers().run(sumJob, [1, 2, 39], patient)).toEqual({ ok: true, value: 42 });
  });

  it('keeps its thread for the next one', async () => {
    const pool = workers();
    expect(await pool.run(countJob, null, patient)).toEqual({ ok: true, value: 1 });
    expect(await pool.run(countJob, null, patient)).toEqual({ ok: true, value: 2 });
  });

  it('throws to its caller what it throws itself, and its thread goes on', async () => {
    const pool = workers();
    await pool.run(countJob, null, patient);
    await expect(pool.run(throwJob, 'a hole', patient)).rejects.toThrow('Expected nothing, found a hole.');
    expect(await pool.run(countJob, null, patient)).toEqual({ ok: true, value: 2 });
  });

  it('rejects what cannot be copied, going in and coming out, and its thread goes on', async () => {
    const pool = workers();
    await expect(pool.run(sumJob, [(() => 1) as unknown as number], patient)).rejects.toThrow(/could not be cloned/);
    await expect(pool.run(uncopiableJob, null, patient)).rejects.toThrow('uncopiableJob');
    expect(await pool.run(sumJob, [1], patient)).toEqual({ ok: true, value: 1 });
  });

  it('is told CRASHED when its thread dies, and the next one gets a new thread', async () => {
    const pool = workers();
    await pool.run(countJob, null, patient);
    expect(await pool.run(crashJob, null, patient)).toEqual({ ok: false, refusal: { code: 'CRASHED' } });
    expect(await pool.run(countJob, null, patient)).toEqual({ ok: true, value: 1 });
  });

  it('takes those that wait behind it nowhere when its thread dies', async () => {
    const pool = workers();
    const crashed = pool.run(crashJob, null, patient);
    const next = pool.run(sumJob, [7], patient);
    expect(await crashed).toEqual({ ok: false, refusal: { code: 'CRASHED' } });
    expect(await next).toEqual({ ok: true, value: 7 });
  });

  it('is told to stop when its deadline passes, and its thread is kept when it obeys', async () => {
    const pool = workers({ graceMs: 20_000 });
    await pool.run(countJob, null, patient);
    const place = marks();
    expect(await pool.run(patientJob, place, { deadlineMs: 20 })).toEqual({
      ok: false,
      refusal: { code: 'TIMED_OUT' },
    });
    await until(() => mark(place) === 2);
    expect(await pool.run(isStoppedJob, null, patient)).toEqual({ ok: true, value: false });
    expect(await pool.run(countJob, null, patient)).toEqual({ ok: true, value: 2 });
  });

  it('loses its thread when it is stuck, and the next one gets a new thread', async () => {
    const pool = workers({ graceMs: 10 });
    await pool.run(countJob, null, patient);
    const stuck = await pool.run(stuckJob, marks(), { deadlineMs: 20 });
    expect(stuck).toEqual({ ok: false, refusal: { code: 'TIMED_OUT' } });
    expect(await pool.run(countJob, null, patient)).toEqual({ ok: true, value: 1 });
  });

  it('is stopped when nobody wants it any more', async () => {
    const pool = workers({ graceMs: 20_000 });
    const place = marks();
    const leaving = new AbortController();
    const running = pool.run(patientJob, place, { ...patient, signal: leaving.signal });
    await until(() => mark(place) === 1);
    leaving.abort();
    expect(await running).toEqual({ ok: false, refusal: { code: 'CANCELLED' } });
    await until(() => mark(place) === 2);
    expect(await pool.run(sumJob, [1], { ...patient, signal: leaving.signal })).toEqual({
      ok: false,
      refusal: { code: 'CANCELLED' },
    });
  });

  it('waits while every thread is at work, and is refused when too many wait', async () => {
    const pool = workers({ maxWaiting: 2 });
    const gate = marks();
    const first = pool.run(gateJob, gate, patient);
    await until(() => mark(gate, 1) === 1);
    const second = pool.run(sumJob, [2], patient);
    const third = pool.run(sumJob, [3], patient);
    expect(await pool.run(sumJob, [4], patient)).toEqual({ ok: false, refusal: { code: 'BUSY' } });
    const places = new Int32Array(gate);
    Atomics.store(places, 0, 1);
    Atomics.notify(places, 0);
    expect(await Promise.all([first, second, third])).toEqual([
      { ok: true, value: null },
      { ok: true, value: 2 },
      { ok: true, value: 3 },
    ]);
  });

  it('leaves the queue when its deadline passes there', async () => {
    const pool = workers({ maxWaiting: 1 });
    const gate = marks();
    const first = pool.run(gateJob, gate, patient);
    await until(() => mark(gate, 1) === 1);
    expect(await pool.run(sumJob, [2], { deadlineMs: 5 })).toEqual({ ok: false, refusal: { code: 'TIMED_OUT' } });
    const third = pool.run(sumJob, [3], patient);
    const places = new Int32Array(gate);
    Atomics.store(places, 0, 1);
    Atomics.notify(places, 0);
    expect(await first).toEqual({ ok: true, value: null });
    expect(await third).toEqual({ ok: true, value: 3 });
  });

  it('runs beside others, as many at once as there are threads', async () => {
    const pool = workers({ size: 2 });
    const [one, other] = [marks(), marks()];
    const both = [pool.run(gateJob, one, patient), pool.run(gateJob, other, patient)];
    await until(() => mark(one, 1) === 1 && mark(other, 1) === 1);
    for (const gate of [one, other]) {
      Atomics.store(new Int32Array(gate), 0, 1);
      Atomics.notify(new Int32Array(gate), 0);
    }
    expect(await Promise.all(both)).toEqual([
      { ok: true, value: null },
      { ok: true, value: null },
    ]);
  });

  it('is refused, at work, waiting or new, when the pool is closed', async () => {
    const pool = workers();
    const place = marks();
    const running = pool.run(stuckJob, place, patient);
    await until(() => mark(place) === 1);
    const waiting = pool.run(sumJob, [1], patient);
    await pool.close();
    for (const one of [running, waiting, pool.run(sumJob, [1], patient)])
      expect(await one).toEqual({ ok: false, refusal: { code: 'CLOSED' } });
  });
});

describe('a process with idle worker threads', () => {
  it('ends by itself', async () => {
    const program = `
      const { createWorkers } = require(${JSON.stringify(projectFile('subgraphs/shared/runtime/workers.ts'))});
      const { createLogger } = require(${JSON.stringify(projectFile('subgraphs/shared/runtime/logger.ts'))});
      const { sumJob } = require(${JSON.stringify(projectFile('test/subgraphs/runtime/awkward-jobs.ts'))});
      createWorkers({ logger: createLogger({ name: 'x', level: 'silent' }) })
        .run(sumJob, [1, 2], { deadlineMs: 25000 })
        .then((sum) => process.stdout.write(JSON.stringify(sum)));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--require', 'tsx/cjs', '--eval', program], {
      cwd: projectFile('.'),
      timeout: 28_000,
    });
    expect(JSON.parse(stdout)).toEqual({ ok: true, value: 3 });
  });
});

describe('a price made on a worker thread', () => {
  let pool: Workers;
  beforeAll(() => {
    pool = createWorkers({ logger: createLogger({ name: 'workers', level: 'silent' }), size: 1 });
  });
  afterAll(() => pool.close());

  it('is the price that the event loop makes', async () => {
    await fc.assert(
      fc.asyncProperty(someCart, someCandidates, someSettings, async (goods, candidates, settings) => {
        // Recipes give one version id several documents; a thread remembers what it compiled.
        const versioned = candidates.map((candidate) => {
          const { promotion } = candidate;
          const versionId = asVersionId(JSON.stringify(promotion.document));
          return { ...candidate, promotion: { ...promotion, versionId } };
        });
        const input = { cart: goods, candidates: versioned, settings, now: noon };
        const here = price({
          ...input,
          facts: recordedFacts({}),
          rules: freshRules(),
          choose: { kind: 'AUTO', nodeBudget: 100_000, stop: () => false },
        });
        const choose = { kind: 'AUTO' as const, nodeBudget: 100_000, timeMs: 60_000 };
        const there = await priceOnThread(pool, { ...input, told: {}, choose }, patient);
        expect(there).toEqual({ ok: true, value: here });
      }),
      { numRuns: runs(400, 0.1) },
    );
  });

  it('asks of the shopper what it is told of the shopper', async () => {
    const gold = terms('tpl-gold', {
      rule: { stackingGroup: 'MERCHANT_COUPON', condition: { fact: 'user.tier', op: 'eq', value: 'GOLD' } },
    });
    const work = {
      cart: cart([line('lamp', 40_000)]),
      candidates: [coupon('cpn-1', gold)],
      settings: defaultTenantSettings,
      now: noon,
      choose: { kind: 'AUTO' as const, nodeBudget: 1000, timeMs: 1000 },
    };
    const paid = async (tier: string | null) => {
      const made = await priceOnThread(pool, { ...work, told: { 'user.tier': tier } }, patient);
      return made.ok ? made.value.payable : made.refusal;
    };
    expect([await paid('GOLD'), await paid('SILVER'), await paid(null)]).toEqual([36_000, 40_000, 40_000]);
  });

  it('searches for as long as it was given, and not at all when nobody waits any more', () => {
    const mine = [500, 600, 700].map((off) =>
      coupon(`cpn-${off}`, terms(`tpl-${off}`, { benefit: [{ kind: 'FIXED', off: { CNY: off } }] })),
    );
    const nodes = (timeMs: number, isWanted = true) =>
      priceJob.work(
        {
          cart: cart([line('lamp', 40_000)]),
          candidates: mine,
          settings: defaultTenantSettings,
          now: noon,
          told: {},
          choose: { kind: 'AUTO', nodeBudget: 100_000, timeMs },
        },
        () => !isWanted,
      ).nodes;
    expect([nodes(0), nodes(60_000, false)]).toEqual([0, 0]);
    expect(nodes(60_000)).toBeGreaterThan(0);
  });

  it('carries the document of fifty coupons of one promotion once', async () => {
    const fifty = Array.from({ length: 50 }, (_, n) => coupon(`cpn-${n}`, terms('tpl-same')));
    let sent: unknown = null;
    const listening: Workers = {
      run: async (_job, input) => {
        sent = input;
        return { ok: false, refusal: { code: 'BUSY' } };
      },
      close: async () => undefined,
    };
    const work = {
      cart: cart([line('lamp', 40_000)]),
      candidates: fifty,
      settings: defaultTenantSettings,
      now: noon,
      told: {},
      choose: { kind: 'NONE' as const },
    };
    await priceOnThread(listening, work, patient);
    expect(serialize(sent).length).toBeLessThan(serialize(work).length / 5);
  });
});
