import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { resolveStores } from '../../subgraphs/shared/embedded/stores';
import { asTemplateId, asTenantId, type TemplateId } from '../../subgraphs/shared/kernel/identifiers';
import { projectFile } from '../../subgraphs/shared/runtime/files';
import { newId } from '../../subgraphs/shared/runtime/ids';
import { createLogger } from '../../subgraphs/shared/runtime/logger';
import { connectMongo, type MongoConnection } from '../../subgraphs/shared/runtime/mongo';
import { workOnCodeJob } from '../../subgraphs/user-coupon/application/generate-codes';
import { codeMaker } from '../../subgraphs/user-coupon/domain/promotion-code';
import { createPromotionCodes, type PromotionCodes } from '../../subgraphs/user-coupon/promotion-codes';
import { type Bench, type Metric, metric, rounds } from './frame';

/** Codes in all, over the rounds; `CODES=200000 npm run bench -- codes` for a busy machine. */
const total = Number(process.env.CODES ?? 1_000_000);
/** Codes of the job whose process is killed. */
const killed = 100_000;
const tenant = asTenantId('bench');

/** What generating codes costs beside storing them. */
export const bench: Bench = {
  name: 'codes',
  about: 'unique codes generated and stored by a job, against a bare insertMany of 1,000 of the same documents',
  async run() {
    const stage = await setUp();
    try {
      const metrics = await againstBareInserts(stage);
      return [...metrics, ...(await throughAKill(stage))];
    } finally {
      await stage.close();
    }
  },
};

interface Stage {
  uri: string;
  prefix: string;
  key: Buffer;
  mongo: MongoConnection;
  codes: PromotionCodes;
  close(): Promise<void>;
}

async function setUp(): Promise<Stage> {
  const stores = await resolveStores({ PATH: process.env.PATH }, null, () => undefined);
  const prefix = 'bench';
  const mongo = await connectMongo(stores.mongoUri, { appName: 'bench', databasePrefix: prefix });
  const codes = createPromotionCodes(mongo.database('user-coupon'));
  await codes.ensureIndexes();
  return {
    uri: stores.mongoUri,
    prefix,
    key: randomBytes(16),
    mongo,
    codes,
    async close() {
      await mongo.close();
      await stores.stop();
    },
  };
}

async function againstBareInserts(stage: Stage): Promise<Metric[]> {
  const count = Math.ceil(total / rounds / 1000) * 1000;
  const bare = stage.mongo.database('bare').collection<{ _id: string; templateId: string; number: number }>('codes');
  await bare.createIndex(
    { templateId: 1, number: 1, _id: 1 },
    { name: 'chosen', partialFilterExpression: { text: { $exists: true } } },
  );
  const foreign = codeMaker(randomBytes(16), tenant);
  const rates: Record<'job' | 'bare' | 'jobCpu' | 'bareCpu', number[]> = { job: [], bare: [], jobCpu: [], bareCpu: [] };
  const templates: TemplateId[] = [];
  for (let round = -1; round < rounds; round += 1) {
    const size = round < 0 ? 20_000 : count; // the first is to warm up
    const { templateId } = await jobOf(stage, size);
    // Made beforehand: the baseline only stores.
    const documents = foreign
      .codes((round + 1) * count, size)
      .map((key, i) => ({ _id: `${tenant}/${key}`, templateId, number: i + 1 }));
    const job = () => work(stage);
    const insert = async () => {
      for (let at = 0; at < size; at += 1000) await bare.insertMany(documents.slice(at, at + 1000), { ordered: false });
    };
    const first = round % 2 === 0 ? [await timed(job), await timed(insert)] : null;
    const [ofInsert, ofJob] = first ? [first[1], first[0]] : [await timed(insert), await timed(job)];
    if (round < 0 || !ofInsert || !ofJob) continue;
    rates.job.push(size / ofJob.seconds);
    rates.bare.push(size / ofInsert.seconds);
    rates.jobCpu.push((1000 * 1000 * ofJob.cpuSeconds) / size);
    rates.bareCpu.push((1000 * 1000 * ofInsert.cpuSeconds) / size);
    templates.push(templateId);
  }
  const stored = await storedOf(stage, templates);
  assert.equal(stored.codes, count * rounds);
  assert.equal(stored.distinct, stored.codes);
  return [
    metric(
      {
        bench: 'codes',
        metric: `generated and stored, ${count} a round`,
        unit: 'codes/s',
        target: { words: '≥ 0.8 × insertMany(1000)', met: (_, ratio) => (ratio ?? 0) >= 0.8 },
      },
      rates.job,
      rates.bare,
    ),
    metric(
      { bench: 'codes', metric: 'CPU of this process and MongoDB', unit: 'ms/1000 codes' },
      rates.jobCpu,
      rates.bareCpu,
    ),
  ];
}

/** A process is killed in the midst of a job; what it did not note is done again, and every code is there once. */
async function throughAKill(stage: Stage): Promise<Metric[]> {
  const { templateId, id } = await jobOf(stage, killed);
  const worker = spawn(
    process.execPath,
    [
      '--require',
      'tsx/cjs',
      projectFile('test/bench/codes-worker.ts'),
      stage.uri,
      stage.prefix,
      stage.key.toString('hex'),
    ],
    { stdio: 'inherit' },
  );
  const gone = new Promise((resolve) => worker.once('exit', resolve));
  while (((await stage.codes.job(tenant, id))?.doneCount ?? 0) < killed / 5) await wait(5);
  worker.kill('SIGKILL');
  await gone;
  const { codes: before } = await storedOf(stage, [templateId]);
  assert.ok(before > 0 && before < killed, `Expected the kill in the midst of ${killed} codes, found ${before}.`);
  await work(stage);
  const { codes, distinct, highest } = await storedOf(stage, [templateId]);
  assert.deepEqual([codes, distinct, highest], [killed, killed, killed]);
  return [
    metric({ bench: 'codes', metric: `stored when the process was killed, of ${killed}`, unit: 'codes' }, [before]),
    metric(
      {
        bench: 'codes',
        metric: 'missing or double after it went on',
        unit: 'codes',
        target: { words: '0', met: (value) => value === 0 },
      },
      [killed - distinct],
    ),
  ];
}

/** Asks for codes of a fresh template, as the use case does. */
async function jobOf({ codes }: Stage, count: number): Promise<{ templateId: TemplateId; id: string }> {
  const templateId = asTemplateId(newId('tpl'));
  const [firstNumber, firstCode] = [
    await codes.reserveNumbers(templateId, count),
    await codes.reserveCodes(tenant, count),
  ];
  const id = newId('cgj');
  const call = { tenant, caller: 'bench', mutation: 'generateCodes', key: id, input: {} };
  await codes.once(call, async (addJob) => {
    const about = { id, tenantId: tenant, templateId, count, firstCode, firstNumber, by: 'bench' };
    await addJob({ ...about, doneCount: 0, state: 'RUNNING', createdAt: new Date() });
    return { outcome: id, keep: true };
  });
  return { templateId, id };
}

async function work({ codes: promotionCodes, key }: Stage): Promise<void> {
  const logger = createLogger({ name: 'bench', level: 'silent' });
  const { signal } = new AbortController();
  while ((await workOnCodeJob({ promotionCodes, logger }, (of) => codeMaker(key, of), signal)) === 'MORE');
}

async function storedOf({ mongo }: Stage, templates: readonly TemplateId[]) {
  const collection = mongo.database('user-coupon').collection<{ _id: string; number: number }>('promotion_codes');
  const [found] = await collection
    .aggregate<{ codes: number; distinct: number; highest: number }>(
      [
        { $match: { templateId: { $in: [...templates] } } },
        { $group: { _id: { templateId: '$templateId', number: '$number' }, codes: { $sum: 1 } } },
        { $group: { _id: null, codes: { $sum: '$codes' }, distinct: { $sum: 1 }, highest: { $max: '$_id.number' } } },
      ],
      { allowDiskUse: true },
    )
    .toArray();
  // Every key is a code of its own, since it is the primary key; every number must have one code.
  return { codes: found?.codes ?? 0, distinct: found?.distinct ?? 0, highest: found?.highest ?? 0 };
}

async function timed(run: () => Promise<void>): Promise<{ seconds: number; cpuSeconds: number }> {
  const [from, cpu] = [performance.now(), cpuSeconds()];
  await run();
  return { seconds: (performance.now() - from) / 1000, cpuSeconds: cpuSeconds() - cpu };
}

/** CPU that this process and all it started have used, in seconds. Linux only. */
function cpuSeconds(): number {
  const parents = new Map<number, { parent: number; ticks: number }>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const fields = readFileSync(`/proc/${entry}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      parents.set(Number(entry), { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) });
    } catch {
      // The process ended while it was being looked at.
    }
  }
  const isOurs = (pid: number): boolean => pid === process.pid || (pid > 1 && isOurs(parents.get(pid)?.parent ?? 0));
  let ticks = 0;
  for (const [pid, entry] of parents) if (isOurs(pid)) ticks += entry.ticks;
  return ticks / 100;
}
