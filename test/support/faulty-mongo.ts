import { AsyncLocalStorage } from 'node:async_hooks';
import type { ClientSession, Collection, Db, MongoClient } from 'mongodb';
import type { MongoConnection } from '../../subgraphs/shared/runtime/mongo';

/** How one call dies: before its nth write, or after its commit, so that nobody hears of it. */
export type Fault = { kind: 'BEFORE_WRITE'; writes: number } | { kind: 'AFTER_COMMIT' };

interface Running {
  fault: Fault;
  hasFired: boolean;
}

const running = new AsyncLocalStorage<Running>();
const writes = new Set(['insertOne', 'insertMany', 'updateOne', 'replaceOne', 'bulkWrite']);

/** Runs one call that dies as told; `hasFired` is false when the call was over before. Others beside it are not touched. */
export async function dyingAt<T>(fault: Fault, call: () => Promise<T>): Promise<{ answer: T; hasFired: boolean }> {
  const state: Running = { fault, hasFired: false };
  const answer = await running.run(state, call);
  return { answer, hasFired: state.hasFired };
}

/** The connection in which the faults of `dyingAt` happen: a process that dies writes nothing more, and answers nobody. */
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
    const write: unknown = Reflect.get(collection, name);
    if (typeof write !== 'function') return undefined;
    return async (...args: unknown[]): Promise<unknown> => {
      const state = running.getStore();
      if (state?.fault.kind === 'BEFORE_WRITE') {
        state.fault.writes -= 1;
        if (state.fault.writes < 0) die(state);
      }
      return Reflect.apply(write, collection, args);
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
        await commit();
        const state = running.getStore();
        if (state?.fault.kind === 'AFTER_COMMIT') die(state);
      };
      return session;
    };
  });
}

function die(state: Running): never {
  state.hasFired = true;
  throw new Error('the process died here');
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
