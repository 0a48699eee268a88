import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type ClientSession,
  type Collection,
  type Db,
  type MongoClient,
  MongoNetworkError,
  MongoServerError,
} from 'mongodb';
import type { MongoConnection } from '../../subgraphs/shared/runtime/mongo';

/**
 * What happens to one call on its way to the database.
 * - DIES: its process is gone before, amid (half of the documents of one write are in) or after its write with this number
 * - DIES_UNHEARD: its process is gone after the commit, before anybody was told
 * - CONFLICT: the server gives up the transaction at this write, as it does when another was first; it can be run again
 * - COMMIT_UNHEARD: the commit is done, and the connection breaks before its answer; it can be asked again
 */
export type Fault =
  | { kind: 'DIES'; at: 'BEFORE' | 'AMID' | 'AFTER'; write: number }
  | { kind: 'DIES_UNHEARD' }
  | { kind: 'CONFLICT'; write: number }
  | { kind: 'COMMIT_UNHEARD' };

interface Running {
  fault: Fault;
  /** Writes so far. */
  writes: number;
  hasFired: boolean;
  isDead: boolean;
}

const running = new AsyncLocalStorage<Running>();
const writes = new Set(['insertOne', 'insertMany', 'updateOne', 'replaceOne', 'bulkWrite', 'findOneAndUpdate']);

/** Runs one call to which this happens; `hasFired` is false when the call was over before. Others beside it are not touched. */
export async function meeting<T>(fault: Fault, call: () => Promise<T>): Promise<{ answer: T; hasFired: boolean }> {
  const state: Running = { fault, writes: 0, hasFired: false, isDead: false };
  const answer = await running.run(state, call);
  return { answer, hasFired: state.hasFired };
}

/** The connection in which the faults of `meeting` happen: a process that dies writes nothing more, and answers nobody. */
export function faultyMongo(mongo: MongoConnection): MongoConnection {
  const client = faultyClient(mongo.client);
  return {
    client,
    database: (name) => faultyDb(mongo.database(name), client),
    ping: () => mongo.ping(),
    close: () => mongo.close(),
  };
}

function faultyDb(db: Db, client: MongoClient): Db {
  return through(db, (name) => {
    if (name === 'client') return client;
    if (name === 'collection') return (of: string) => faultyCollection(db.collection(of));
    return undefined;
  });
}

function faultyCollection(collection: Collection): Collection {
  return through(collection, (name) => {
    if (typeof name !== 'string' || !writes.has(name)) return undefined;
    const method: unknown = Reflect.get(collection, name);
    if (typeof method !== 'function') return undefined;
    const write = async (args: unknown[]): Promise<unknown> => Reflect.apply(method, collection, args);
    return async (...args: unknown[]): Promise<unknown> => {
      const state = running.getStore();
      if (state?.isDead) die(state);
      const { fault } = state ?? {};
      if (!state || !fault || state.hasFired || !('write' in fault) || state.writes++ !== fault.write)
        return write(args);
      if (fault.kind === 'CONFLICT') throw conflict(state);
      const [documents, ...rest] = args;
      if (fault.at === 'AMID' && Array.isArray(documents) && documents.length > 1)
        await write([documents.slice(0, Math.floor(documents.length / 2)), ...rest]);
      else if (fault.at !== 'BEFORE') await write(args);
      return die(state);
    };
  });
}

function faultyClient(client: MongoClient): MongoClient {
  return through(client, (name) => {
    if (name !== 'startSession') return undefined;
    return (): ClientSession => {
      const session = client.startSession();
      const commit = session.commitTransaction.bind(session);
      session.commitTransaction = async () => {
        const state = running.getStore();
        if (state?.isDead) die(state);
        await commit();
        if (!state || state.hasFired) return;
        if (state.fault.kind === 'DIES_UNHEARD') die(state);
        if (state.fault.kind === 'COMMIT_UNHEARD') throw unheard(state);
      };
      return session;
    };
  });
}

function die(state: Running): never {
  state.hasFired = true;
  state.isDead = true;
  throw new Error('the process died here');
}

function conflict(state: Running): Error {
  state.hasFired = true;
  const error = new MongoServerError({ message: 'another was first', code: 112 });
  error.addErrorLabel('TransientTransactionError');
  return error;
}

function unheard(state: Running): Error {
  state.hasFired = true;
  const error = new MongoNetworkError('the connection broke here');
  error.addErrorLabel('UnknownTransactionCommitResult');
  return error;
}

/** The object itself, but for what is replaced; its methods keep their own `this`. */
function through<T extends object>(target: T, replaced: (name: string | symbol) => unknown): T {
  return new Proxy(target, {
    get(_, name) {
      const other = replaced(name);
      if (other !== undefined) return other;
      const own: unknown = Reflect.get(target, name, target);
      return typeof own === 'function' ? own.bind(target) : own;
    },
  });
}
