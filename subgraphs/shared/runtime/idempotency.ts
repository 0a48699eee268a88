import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type ClientSession, type Collection, type MongoClient, MongoServerError } from 'mongodb';
import { inTransaction } from './mongo';
import { Unavailable } from './unavailable';

/** One act that changed something, kept so that its repetition gives the same answer. */
export interface IdempotencyRecord {
  /** SHA-256 over tenant, caller, mutation and key, so that keys of any length and content are kept apart. */
  _id: string;
  tenant: string;
  caller: string;
  mutation: string;
  /** SHA-256 of the canonical JSON of the input. */
  inputHash: string;
  /** What the mutation answered, stored as BSON: Dates come back as Dates, absent fields stay absent. */
  outcome: unknown;
  /** Real time; the record goes {@link keptMs} later. */
  storedAt: Date;
}

/** Which act of whom. */
export interface IdempotentCall {
  tenant: string;
  /** Whoever sent the key, e.g. the user id or `service:<subject>`. */
  caller: string;
  /** `settleOrder` */
  mutation: string;
  key: string;
  /** Everything the client sent, the key included or not; compared by {@link inputHash}. */
  input: unknown;
}

/** The answer, fresh or stored; or the same key came with other input. */
export type IdempotentResult<T> = { kind: 'DONE'; outcome: T; replayed: boolean } | { kind: 'REUSED' };

/** How long a stored outcome replays, in milliseconds; an hour more than promised. */
export const keptMs = 25 * 3_600_000;
/** How long a repetition waits for the first run, in milliseconds. */
export const repetitionWaitMs = 2000;

/** Creates the index that removes old records; call it at start. */
export async function ensureIdempotencyIndexes(collection: Collection<IdempotencyRecord>): Promise<void> {
  await collection.createIndex({ storedAt: 1 }, { name: 'ttl', expireAfterSeconds: keptMs / 1000 });
}

/**
 * Runs a mutation once per (tenant, caller, mutation, key). The record and the change commit in one transaction.
 *
 * - same key and input again: the stored outcome, `replayed`
 * - same key, other input: `REUSED`
 * - the first run is still going: waits up to {@link repetitionWaitMs}, then throws Unavailable (retryable)
 * - `keep: false` (a refusal): the transaction is aborted, nothing is stored, and it is computed again next time
 *
 * The outcome must be plain data that BSON can hold: JSON, and Dates, which come back as Dates. No Maps, Sets, class
 * instances or functions; `undefined` fields come back absent.
 *
 * @param work may run several times (see `inTransaction`); writes with the session it gets
 */
export async function runOnce<T>(
  deps: { client: MongoClient; collection: Collection<IdempotencyRecord> },
  call: IdempotentCall,
  work: (session: ClientSession) => Promise<{ outcome: T; keep: boolean }>,
): Promise<IdempotentResult<T>> {
  const id = recordId(call);
  const hash = inputHash(call.input);
  const until = Date.now() + repetitionWaitMs;
  for (;;) {
    const stored = await deps.collection.findOne({ _id: id });
    // The outcome was written by this very mutation under the same key, so it has the mutation's own type.
    if (stored)
      return stored.inputHash === hash
        ? { kind: 'DONE', outcome: stored.outcome as T, replayed: true }
        : { kind: 'REUSED' };
    try {
      return { kind: 'DONE', outcome: await firstRun(deps, { id, hash, call }, work), replayed: false };
    } catch (error) {
      if (error instanceof NotKept) return { kind: 'DONE', outcome: error.outcome as T, replayed: false };
      if (!(error instanceof StillRunning)) throw error;
      if (Date.now() >= until)
        throw new Unavailable(
          `${call.mutation} with this idempotency key is still running; send the same request again shortly.`,
          { retryAt: new Date(Date.now() + 1000) },
        );
      await wait(20 + Math.random() * 60);
    }
  }
}

/** SHA-256 of the canonical JSON of an input: keys sorted, absent fields left out, so that the order of fields does not matter. */
export function inputHash(input: unknown): string {
  return createHash('sha256').update(canonicalJson(input)).digest('base64url');
}

/** Somebody else holds the key right now. */
class StillRunning extends Error {}

/** Carries a refusal out of the transaction that it aborts. */
class NotKept extends Error {
  readonly outcome: unknown;
  constructor(outcome: unknown) {
    super('A refusal is not kept.');
    this.outcome = outcome;
  }
}

async function firstRun<T>(
  deps: { client: MongoClient; collection: Collection<IdempotencyRecord> },
  entry: { id: string; hash: string; call: IdempotentCall },
  work: (session: ClientSession) => Promise<{ outcome: T; keep: boolean }>,
): Promise<T> {
  const { tenant, caller, mutation } = entry.call;
  return inTransaction(deps.client, async (session) => {
    try {
      // First, so that a second run of the same key meets the conflict here and not after doing the work.
      await deps.collection.insertOne(
        { _id: entry.id, tenant, caller, mutation, inputHash: entry.hash, outcome: null, storedAt: new Date() },
        { session },
      );
    } catch (error) {
      if (error instanceof MongoServerError && (error.code === 11_000 || error.code === 112)) throw new StillRunning();
      throw error;
    }
    const { outcome, keep } = await work(session);
    if (!keep) throw new NotKept(outcome);
    await deps.collection.updateOne({ _id: entry.id }, { $set: { outcome } }, { session, ignoreUndefined: true });
    return outcome;
  });
}

function recordId(call: IdempotentCall): string {
  return createHash('sha256')
    .update(JSON.stringify([call.tenant, call.caller, call.mutation, call.key]))
    .digest('base64url');
}

function canonicalJson(value: unknown): string {
  return (
    JSON.stringify(value, (_name, inner: unknown) => {
      if (typeof inner === 'bigint') return inner.toString();
      if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
      return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
    }) ?? 'undefined'
  );
}
