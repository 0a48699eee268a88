import { type Db, MongoBulkWriteError } from 'mongodb';
import type { TemplateId, TenantId, UserId } from '../shared/kernel/identifiers';
import { asTemplateId } from '../shared/kernel/identifiers';
import {
  type IdempotencyRecord,
  type IdempotentCall,
  type IdempotentResult,
  runOnce,
} from '../shared/runtime/idempotency';
import { countOn, duplicateKeyIndex } from '../shared/runtime/mongo';
import type { CodeJob } from './domain/code-job';
import type { PromotionCode } from './domain/promotion-code';

/** A code as it lies in `promotion_codes`. `_id` is `tenant/key`, so that a text means one thing in a marketplace. */
interface CodeDocument {
  _id: string;
  templateId: TemplateId;
  /** Of what becomes one coupon once; a generated one has nothing else. */
  number?: number;
  /** As its owner wrote it; for what somebody chose. */
  text?: string;
  recipient?: UserId;
  /** Of public codes. */
  isClosed?: boolean;
}

type JobDocument = Omit<CodeJob, 'id'> & { _id: string };

/** A code that somebody chose, on its way in. */
export interface ChosenCode {
  key: string;
  text: string;
  recipient: UserId | null;
}

/** Promotion codes, and the jobs that generate them. */
export type PromotionCodes = ReturnType<typeof createPromotionCodes>;

/** @param database the subgraph's own */
export function createPromotionCodes(database: Db) {
  const codes = database.collection<CodeDocument>('promotion_codes');
  const jobs = database.collection<JobDocument>('code_jobs');
  const counters = database.collection<{ _id: string; next: number }>('code_counters');
  const idempotency = database.collection<IdempotencyRecord>('idempotency');

  return {
    async ensureIndexes(): Promise<void> {
      await Promise.all([
        // Generated codes are many and found by their key alone; their job knows their numbers.
        codes.createIndex(
          { templateId: 1, number: 1, _id: 1 },
          { name: 'chosen', partialFilterExpression: { text: { $exists: true } } },
        ),
        jobs.createIndexes([
          { key: { createdAt: 1 }, name: 'running', partialFilterExpression: { state: 'RUNNING' } },
          { key: { templateId: 1, firstNumber: 1 }, name: 'of_template' },
        ]),
      ]);
    },

    /** Codes by their keys; unknown ones are absent. */
    async byKeys(tenant: TenantId, keys: readonly string[]): Promise<Map<string, PromotionCode>> {
      if (keys.length === 0) return new Map();
      const found = await codes.find({ _id: { $in: keys.map((key) => idOf(tenant, key)) } }).toArray();
      return new Map(found.map((document) => [keyOf(tenant, document._id), toCode(tenant, document)]));
    },

    /** Chosen codes of a template after one, public ones first, then by number. */
    async chosen(
      tenant: TenantId,
      templateId: TemplateId,
      after: PromotionCode | null,
      limit: number,
    ): Promise<PromotionCode[]> {
      const id = after && idOf(tenant, after.key);
      const isPublic = after?.kind === 'PUBLIC';
      const found = await codes
        .find({
          templateId,
          text: { $exists: true },
          ...(after &&
            id &&
            isPublic && { $or: [{ number: { $exists: false }, _id: { $gt: id } }, { number: { $gt: 0 } }] }),
          ...(after?.kind === 'UNIQUE' && { number: { $gt: after.number } }),
        })
        .sort({ number: 1, _id: 1 })
        .limit(limit)
        .toArray();
      return found.map((document) => toCode(tenant, document));
    },

    /**
     * Stores generated codes of a template, numbered from `firstNumber` on. Those that are stored already, by a run that was
     * cut off, stay as they are.
     * @returns how many another code of the marketplace stands in the way of; their numbers stay without a code
     */
    async addGenerated(
      tenant: TenantId,
      templateId: TemplateId,
      firstNumber: number,
      keys: readonly string[],
    ): Promise<number> {
      const documents = keys.map(
        (key, i): CodeDocument => ({ _id: idOf(tenant, key), templateId, number: firstNumber + i }),
      );
      try {
        await codes.insertMany(documents, { ordered: false });
        return 0;
      } catch (error) {
        if (!(error instanceof MongoBulkWriteError) || duplicateKeyIndex(error) === null) throw error;
        const refused = [error.writeErrors].flat();
        if (refused.some(({ code }) => code !== 11_000)) throw error;
        const met = new Map(
          refused.flatMap(({ index }) => (documents[index] ? [[documents[index]._id, documents[index]]] : [])),
        );
        const stored = await codes.find({ _id: { $in: [...met.keys()] } }).toArray();
        return stored.filter(({ _id, number }) => number !== met.get(_id)?.number).length;
      }
    },

    /**
     * Stores chosen codes that become one coupon each, numbered from `firstNumber` on; one whose key is there already stays
     * as it is.
     */
    async addChosen(
      tenant: TenantId,
      templateId: TemplateId,
      firstNumber: number,
      chosen: readonly ChosenCode[],
    ): Promise<void> {
      if (chosen.length === 0) return;
      await codes.bulkWrite(
        chosen.map(({ key, text, recipient }, i) => ({
          updateOne: {
            filter: { _id: idOf(tenant, key) },
            update: { $setOnInsert: { templateId, number: firstNumber + i, text, ...(recipient && { recipient }) } },
            upsert: true,
          },
        })),
        { ordered: false },
      );
    },

    /** Reserves codes of a template for their recipients, each only if it is reserved for nobody yet. */
    async reserveFor(tenant: TenantId, templateId: TemplateId, chosen: readonly ChosenCode[]): Promise<void> {
      const reserved = chosen.flatMap(({ key, recipient }) => (recipient ? [{ key, recipient }] : []));
      if (reserved.length === 0) return;
      await codes.bulkWrite(
        reserved.map(({ key, recipient }) => ({
          updateOne: {
            filter: { _id: idOf(tenant, key), templateId, number: { $exists: true }, recipient: { $exists: false } },
            update: { $set: { recipient } },
          },
        })),
        { ordered: false },
      );
    },

    /**
     * Makes a text a public code of a template. A text that another promotion had is free again once that code is closed or
     * `isOver` says so of its template.
     * @returns the code that has the text now, perhaps another template's
     */
    async addPublic(
      tenant: TenantId,
      code: { key: string; text: string; templateId: TemplateId },
      isOver: (templateId: TemplateId) => Promise<boolean>,
    ): Promise<PromotionCode> {
      const { key, ...rest } = code;
      const fresh = { ...rest, isClosed: false };
      const _id = idOf(tenant, key);
      for (;;) {
        const known = await codes.findOneAndUpdate(
          { _id },
          { $setOnInsert: fresh },
          { upsert: true, returnDocument: 'before' },
        );
        if (!known) return { key, kind: 'PUBLIC', ...fresh };
        const isFree =
          known.number === undefined &&
          (known.isClosed || (known.templateId !== code.templateId && (await isOver(known.templateId))));
        if (!isFree) return toCode(tenant, known);
        // On condition that it is still the one that was looked at.
        const taken = await codes.replaceOne(
          { _id, templateId: known.templateId, isClosed: known.isClosed ?? false },
          fresh,
        );
        if (taken.matchedCount === 1) return { key, kind: 'PUBLIC', ...fresh };
      }
    },

    /** Closes a public code; what it gave stays. Null when the template has no such code. */
    async closePublic(tenant: TenantId, templateId: TemplateId, key: string): Promise<PromotionCode | null> {
      const closed = await codes.findOneAndUpdate(
        { _id: idOf(tenant, key), templateId, number: { $exists: false } },
        { $set: { isClosed: true } },
        { returnDocument: 'after' },
      );
      return closed && toCode(tenant, closed);
    },

    /** Sets numbers of a template aside, which nobody else gets; the first of them. */
    async reserveNumbers(templateId: TemplateId, count: number): Promise<number> {
      return (await countOn(counters, `numbers/${templateId}`, count)) + 1;
    },

    /** Sets numbers of the tenant's permutation aside, which nobody else gets; the first of them. */
    reserveCodes: (tenant: TenantId, count: number): Promise<number> => countOn(counters, `codes/${tenant}`, count),

    /** Adds a job once per caller and key; `work` may run several times, and what it does beside `addJob` stays done. */
    once<T>(
      call: IdempotentCall,
      work: (addJob: (job: CodeJob) => Promise<void>) => Promise<{ outcome: T; keep: boolean }>,
    ): Promise<IdempotentResult<T>> {
      return runOnce({ client: database.client, collection: idempotency }, call, (session) =>
        work(async ({ id, ...job }) => void (await jobs.insertOne({ _id: id, ...job }, { session }))),
      );
    },

    async job(tenant: TenantId, id: string): Promise<CodeJob | null> {
      const found = await jobs.findOne({ _id: id, tenantId: tenant });
      return found && toJob(found);
    },

    /** The jobs of a template in the order of their numbers. */
    async jobsOf(tenant: TenantId, templateId: TemplateId, afterNumber: number, limit: number): Promise<CodeJob[]> {
      const found = await jobs
        .find({ templateId, tenantId: tenant, firstNumber: { $gt: afterNumber } })
        .sort({ firstNumber: 1 })
        .limit(limit)
        .toArray();
      return found.map(toJob);
    },

    /** The oldest job that is to be worked on. */
    async runningJob(): Promise<CodeJob | null> {
      const found = await jobs.find({ state: 'RUNNING' }).sort({ createdAt: 1 }).limit(1).next();
      return found && toJob(found);
    },

    /** Notes how far a job is, whether or not it was stopped meanwhile; all codes stored is DONE. */
    async noteProgress(id: string, doneCount: number, count: number): Promise<void> {
      const isDone = doneCount >= count;
      await jobs.updateOne({ _id: id }, { $max: { doneCount }, ...(isDone && { $set: { state: 'DONE' } }) });
    },

    /** Stops a job or goes on with it; null when it is not in the state it must come from. */
    async turnJob(tenant: TenantId, id: string, from: CodeJob['state'], to: CodeJob['state']): Promise<CodeJob | null> {
      const found = await jobs.findOneAndUpdate(
        { _id: id, tenantId: tenant, state: from },
        { $set: { state: to } },
        { returnDocument: 'after' },
      );
      return found && toJob(found);
    },
  };
}

function idOf(tenant: TenantId, key: string): string {
  return `${encodeURIComponent(tenant)}/${key}`;
}

function keyOf(tenant: TenantId, id: string): string {
  return id.slice(encodeURIComponent(tenant).length + 1);
}

function toCode(tenant: TenantId, { _id, templateId, number, text, recipient, isClosed }: CodeDocument): PromotionCode {
  const common = { key: keyOf(tenant, _id), templateId: asTemplateId(templateId) };
  return number === undefined
    ? { ...common, kind: 'PUBLIC', text: text ?? '', isClosed: isClosed ?? false }
    : { ...common, kind: 'UNIQUE', number, text: text ?? null, recipient: recipient ?? null };
}

function toJob({ _id, ...job }: JobDocument): CodeJob {
  return { id: _id, ...job };
}
