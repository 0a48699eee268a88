import { setTimeout as wait } from 'node:timers/promises';
import {
  type ClientSession,
  type Collection,
  type Db,
  MongoBulkWriteError,
  MongoClient,
  MongoClientClosedError,
  MongoError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerClosedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
  ReadPreference,
  type TransactionOptions,
} from 'mongodb';
import { isSocketError, Unavailable } from './unavailable';

/** How long an operation looks for a server that can take it before it fails, in milliseconds. */
export const serverSelectionTimeoutMs = 3000;
/** How long `inTransaction` goes on retrying, in milliseconds. */
export const transactionBudgetMs = 10_000;

/** The one connection of a process to MongoDB; every subgraph in it has its own database. */
export interface MongoConnection {
  /** For change streams over several databases and for sessions. */
  readonly client: MongoClient;
  /** The database of a subgraph: `database('user-coupon')` → `promograph_user_coupon`. */
  database(subgraph: string): Db;
  /** Resolves when the primary answers; throws Unavailable otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Connects with majority and journaled writes, majority reads, from the primary. When MongoDB is away this returns all the
 * same after {@link serverSelectionTimeoutMs}: operations then fail until it is back, and recover by themselves.
 * @param uri `mongodb://…`; options in it win over nothing of the above
 * @param options `appName` is shown by MongoDB's own tools; `databasePrefix` is `promograph` unless told
 * @throws what the driver says about an address it cannot read or a password MongoDB refuses
 */
export async function connectMongo(
  uri: string,
  options: { appName: string; databasePrefix?: string },
): Promise<MongoConnection> {
  const prefix = options.databasePrefix ?? 'promograph';
  const client = new MongoClient(uri, {
    appName: options.appName,
    serverSelectionTimeoutMS: serverSelectionTimeoutMs,
    connectTimeoutMS: 5000,
    waitQueueTimeoutMS: 5000,
    // A server that accepts and then falls silent must not hold a request for ever.
    socketTimeoutMS: 60_000,
    readConcern: { level: 'majority' },
    writeConcern: { w: 'majority', journal: true },
    readPreference: ReadPreference.primary,
  });
  const closing = new AbortController();
  try {
    await client.connect();
  } catch (error) {
    if (!isStoreUnavailable(error)) {
      await client.close();
      throw error;
    }
    void connectLater(client, closing.signal);
  }
  return {
    client,
    database: (subgraph) => client.db(`${prefix}_${subgraph.replaceAll('-', '_')}`),
    async ping() {
      try {
        await client.db('admin').command({ ping: 1 }, { readPreference: ReadPreference.primary });
      } catch (error) {
        throw asUnavailable(error);
      }
    },
    async close() {
      closing.abort();
      await client.close();
    },
  };
}

const transactionOptions: TransactionOptions = {
  readConcern: { level: 'snapshot' },
  writeConcern: { w: 'majority', journal: true },
  readPreference: ReadPreference.primary,
};

/**
 * Runs `work` in one transaction: all of its writes become visible together, or none. Transient faults (a write conflict,
 * a fail-over) run it again from the start, so `work` may run several times and must keep no state outside.
 * Ends after {@link transactionBudgetMs}; whether a commit took effect is then unknown, and Unavailable says so.
 * What `work` throws itself aborts the transaction and reaches the caller as it is.
 */
export async function inTransaction<T>(client: MongoClient, work: (session: ClientSession) => Promise<T>): Promise<T> {
  const until = Date.now() + transactionBudgetMs;
  const session = client.startSession();
  try {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await attemptOnce(session, work, until);
      } catch (error) {
        await abort(session);
        const pauseMs = Math.random() * Math.min(5 * 1.5 ** attempt, 500);
        // No server within the selection timeout: whoever asks hears it now and not three tries later.
        const retry =
          hasLabel(error, 'TransientTransactionError') && !(broken(error) instanceof MongoServerSelectionError);
        if (!retry || Date.now() + pauseMs >= until) throw asUnavailable(error);
        await wait(pauseMs);
      }
    }
  } finally {
    await session.endSession();
  }
}

/** Adds to a counter, which begins at 0, outside any transaction. @returns what it was before, which nobody else is told */
export async function countOn(
  counters: Collection<{ _id: string; next: number }>,
  id: string,
  by: number,
): Promise<number> {
  for (;;) {
    try {
      const before = await counters.findOneAndUpdate(
        { _id: id },
        { $inc: { next: by } },
        { upsert: true, returnDocument: 'before' },
      );
      return before?.next ?? 0;
    } catch (error) {
      if (duplicateKeyIndex(error) === null) throw error; // two first ones met in the upsert
    }
  }
}

/**
 * The name of the unique index that refused a write, null when the error is something else. A transaction reports one
 * index; `_id_` is the primary key. `duplicateKeyIndex(error) === 'owner_key'`
 */
export function duplicateKeyIndex(error: unknown): string | null {
  if (!(error instanceof MongoError) || !('code' in error) || error.code !== 11_000) return null;
  return / index: (\S+) dup key/.exec(error.message)?.[1] ?? 'unknown';
}

/**
 * Whether MongoDB could not answer now, so that the same operation may succeed later: no server, a broken connection, an
 * exhausted pool, a fail-over, a transaction that lost against others. What took effect is not known.
 */
export function isStoreUnavailable(thrown: unknown): boolean {
  const error = broken(thrown);
  if (error instanceof MongoServerError) {
    return (
      (typeof error.code === 'number' && passingCodes.has(error.code)) || passingLabels.some((l) => hasLabel(error, l))
    );
  }
  if (error instanceof MongoError) {
    return (
      error instanceof MongoNetworkError || // the cleared pool is one too
      error instanceof MongoServerSelectionError ||
      error instanceof MongoNotConnectedError ||
      error instanceof MongoTopologyClosedError ||
      error instanceof MongoServerClosedError ||
      error instanceof MongoClientClosedError ||
      passingNames.has(error.name) ||
      passingLabels.some((label) => hasLabel(error, label))
    );
  }
  // Also what looking up a mongodb+srv:// address throws, before the driver has an error of its own.
  return isSocketError(error);
}

/**
 * What broke a write of many documents. The driver wraps it in an error that looks like an answer of the server, and a
 * connection that broke or a server that was not there can no longer be told by its kind.
 */
function broken(error: unknown): unknown {
  return error instanceof MongoBulkWriteError && error.errorResponse instanceof MongoError
    ? error.errorResponse
    : error;
}

const passingLabels = ['TransientTransactionError', 'UnknownTransactionCommitResult', 'RetryableWriteError'] as const;
/** Not exported as classes that can be compared with, or thrown by other names of the same thing. */
const passingNames = new Set([
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoWaitQueueTimeoutError',
  'MongoOperationTimeoutError',
  'PoolClearedOnNetworkError',
]);
/** Server codes of fail-over, shutdown, time limits and lost write races. */
const passingCodes = new Set([
  6, 7, 50, 64, 89, 91, 112, 133, 134, 189, 246, 251, 262, 317, 358, 9001, 10058, 10107, 11600, 11602, 13388, 13435,
  13436,
]);

/** The error as Unavailable when it says that the store is away; the error itself otherwise. */
function asUnavailable(error: unknown): unknown {
  return isStoreUnavailable(error)
    ? new Unavailable('The database does not answer now; the request may be retried.', { cause: error })
    : error;
}

/**
 * A driver whose first connection failed answers "Topology is closed" for ever; only another `connect` gives it a fresh one.
 * Once it was connected, it heals every later break by itself.
 */
async function connectLater(client: MongoClient, closing: AbortSignal): Promise<void> {
  while (!closing.aborted) {
    try {
      await wait(250 + Math.random() * 500, undefined, { signal: closing });
      await client.connect();
      // Closed while it connected: nobody else would close the fresh connection.
      if (closing.aborted) await client.close();
      return;
    } catch {
      // Still away; operations say so meanwhile, and so does readiness.
    }
  }
}

async function attemptOnce<T>(
  session: ClientSession,
  work: (session: ClientSession) => Promise<T>,
  until: number,
): Promise<T> {
  session.startTransaction({ ...transactionOptions, maxCommitTimeMS: Math.max(1, until - Date.now()) });
  const result = await work(session);
  if (!session.inTransaction()) return result;
  for (;;) {
    try {
      await session.commitTransaction();
      return result;
    } catch (error) {
      // Asking again whether a commit took effect is safe: the server remembers the transaction's number.
      if (!hasLabel(error, 'UnknownTransactionCommitResult') || Date.now() >= until) throw error;
      await wait(20);
    }
  }
}

async function abort(session: ClientSession): Promise<void> {
  // The driver swallows what goes wrong here: a server that is away drops the transaction by itself.
  if (session.inTransaction()) await session.abortTransaction();
}

function hasLabel(error: unknown, label: string): boolean {
  const cause = broken(error);
  return cause instanceof MongoError && cause.hasErrorLabel(label);
}
