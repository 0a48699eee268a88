import type { Db } from 'mongodb';

/** What only workers search by. */
const lookedForByWorkers = ['nextEdgeAt', 'startedAt', 'holdTryAt', 'payBefore', 'heldBack'];

/**
 * Runs something and lists the commands that reached a database meanwhile, such as `query skus`. What workers do on their
 * own, at any moment, is left out: their leases, and looking for windows that began or ended and for orders and payments
 * that are due.
 */
export async function commandsDuring(database: Db, run: () => Promise<unknown>): Promise<string[]> {
  await database.setProfilingLevel('all');
  try {
    await run();
  } finally {
    await database.setProfilingLevel('off');
  }
  const profile = database.collection('system.profile');
  const kinds = ['query', 'getmore', 'insert', 'update', 'remove'];
  const commands = [{ op: { $in: kinds } }, { op: 'command', 'command.aggregate': { $exists: true } }];
  const entries = await profile
    .find({
      ns: { $not: /system\.profile|worker_leases/ },
      ...Object.fromEntries(lookedForByWorkers.map((field) => [`command.filter.${field}`, { $exists: false }])),
      $or: commands,
    })
    .toArray();
  await profile.drop();
  return entries.map((entry) => `${String(entry.op)} ${String(entry.ns).split('.').slice(1).join('.')}`);
}
