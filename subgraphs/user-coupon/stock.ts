import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { CouponId, TemplateId, UserId } from '../shared/kernel/identifiers';
import { projectFile } from '../shared/runtime/files';
import type { Logger } from '../shared/runtime/logger';
import { defineScript, type RedisConnection } from '../shared/runtime/redis';
import { Unavailable } from '../shared/runtime/unavailable';
import { limitSlots, type SlotLimit } from './domain/claim-rules';
import { couponIdOf } from './domain/coupon';

/** Who claims: a repetition with the same key is the same claimant. */
export interface Claimant {
  ownerId: UserId;
  idempotencyKey: string;
}

/** A place the gate gave out. It becomes a coupon, or comes back. */
export interface Place extends Claimant {
  templateId: TemplateId;
  serial: number;
  /** Places in the owner's limits; empty when the template limits nothing. */
  slots: string[];
  /** The life of the gate in which it was given. */
  epoch: string;
}

/** A place among the coupons that a person holds unused, and whose coupon the gate believes to be there. */
export interface UnusedPlace {
  /** `H:1`. */
  slot: string;
  serial: number;
}

/**
 * What the gate says to a claim. `forNow`: it rests on claims that are not committed, so asking again may help. `unused`: the
 * places among the coupons held unused, where nothing else stands in the way; the gate does not hear when a coupon is used.
 */
export type Taken =
  | { kind: 'TAKEN'; place: Place }
  | { kind: 'SOLD_OUT'; forNow: boolean }
  | { kind: 'LIMIT_REACHED'; forNow: boolean; unused: UnusedPlace[] };

/** A claimed coupon as the rebuild reads it. */
export interface IssuedPlace {
  serial: number;
  ownerId: UserId;
  slots: string[];
}

/** What the gate is rebuilt and reconciled from: MongoDB, by majority reads. */
export interface Ledger {
  /** Every claimed coupon of a template in ascending order of serials, in batches. */
  issuedPlaces(templateId: TemplateId): AsyncIterable<IssuedPlace[]>;
  /** Who claimed these coupons; what is absent was never claimed. */
  claimantsOf(couponIds: readonly CouponId[]): Promise<ReadonlyMap<CouponId, Claimant>>;
  /** The stock in the own copy of the template, null when there is none. */
  stockOf(templateId: TemplateId): Promise<number | null>;
}

/**
 * The fast gate in Redis before the claims of each template. It may be lost or wrong at any time: MongoDB's unique keys are
 * the law, nothing here is ever needed to keep a promise, and what is missing is rebuilt. Every method may throw Unavailable.
 */
export interface Stock {
  /** Takes a serial and the lowest free places of the owner. Waits a moment while the gate is being rebuilt. */
  take(
    template: { templateId: TemplateId; stock: number },
    claimant: Claimant,
    limits: readonly SlotLimit[],
  ): Promise<Taken>;
  /** The coupons are committed, with these slots. */
  confirm(places: readonly Place[]): Promise<void>;
  /** No coupon came of them; each is freed if it is still held by this claimant. */
  free(places: readonly Place[]): Promise<void>;
  /** These coupons of the owner are not held unused any more; each place is freed if it is still that coupon's. */
  vacate(templateId: TemplateId, ownerId: UserId, places: readonly UnusedPlace[]): Promise<void>;
  /** Their serials turned out to be other people's coupons. Many at once mean that the gate lags behind: it is rebuilt. */
  mend(places: readonly Place[]): Promise<void>;
  /** The absolute stock rose. */
  raise(templateId: TemplateId, stock: number): Promise<void>;
  /** Closes the gate until it is rebuilt from MongoDB. */
  distrust(templateId: TemplateId, epoch: string): Promise<void>;
  /** Coupons left to claim a moment ago, by template. */
  remaining(templates: readonly { templateId: TemplateId; stock: number }[]): Promise<Map<TemplateId, number>>;
  /**
   * Looks at every place held for longer than `minAgeMs` (real time) and asks MongoDB first what came of it: a coupon is
   * confirmed, nothing is freed, somebody else's serial is mended.
   */
  settleHeld(minAgeMs: number): Promise<void>;
  /** Removes the gates that hold nothing and for which `isOver` says so; a claim would build them again. */
  closeGates(isOver: (templateIds: readonly TemplateId[]) => Promise<ReadonlySet<TemplateId>>): Promise<void>;
}

/** How long a claim waits for a rebuild before it is refused, in milliseconds. */
const rebuildPatienceMs = 2000;
/** How long one process may rebuild before another tries, in milliseconds; renewed while it goes on. */
const rebuildLockMs = 10_000;
/** Wrong serials in one batch that mean a gate that lags behind, and not one stray. */
const manyWrongSerials = 32;
/** Entries for one call of the script, so that no single one keeps Redis from others for long. */
const chunk = 200;
/** Claimants for one call: a place takes longer than to note one. */
const takeChunk = 64;

interface Taker {
  claimant: Claimant;
  resolve(taken: Taken): void;
  reject(error: unknown): void;
}

/** @param redis the gate's home; the script is sent by digest */
export function createStock(deps: { redis: RedisConnection; ledger: Ledger; logger: Logger }): Stock {
  const { ledger, logger } = deps;
  const redis = deps.redis.client;
  /** The epoch last seen of each gate; a stale one costs one more round trip. */
  const epochs = new Map<TemplateId, string>();
  const rebuilds = new Map<TemplateId, Promise<void>>();
  /** Who waits for the end of this turn of the event loop, by template, stock and limits. */
  const turns = new Map<string, Taker[]>();

  /** Runs an operation in the current epoch; null while the gate is not right. */
  async function inEpoch(
    templateId: TemplateId,
    words: (epoch: string) => Words,
  ): Promise<{ reply: string[]; epoch: string } | null> {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const epoch = epochs.get(templateId) ?? 'unknown';
      const reply = await gate(redis, keysOf(templateId, epoch), words(epoch));
      if (reply[0] === 'EPOCH' && reply[1] !== undefined) remember(templateId, reply[1]);
      else return reply[0] === 'REBUILD' ? null : { reply, epoch };
    }
    throw new Unavailable('The gate of this promotion is being rebuilt; send the same request again shortly.');
  }

  function remember(templateId: TemplateId, epoch: string): void {
    if (epochs.size > 10_000) epochs.clear();
    epochs.set(templateId, epoch);
  }

  /** Does an operation to places of any templates; a gate that is closed learns everything from MongoDB when it opens. */
  async function tell(operation: 'confirm' | 'free' | 'mend', places: readonly Place[]): Promise<void> {
    for (const [templateId, own] of byTemplate(places)) {
      for (let start = 0; start < own.length; start += chunk) {
        const entries = own.slice(start, start + chunk).flatMap((place) => {
          const entry = [String(place.serial), claimantText(place), place.ownerId];
          return operation === 'confirm' ? [...entry, place.slots.join(' ')] : entry;
        });
        await inEpoch(templateId, (epoch) => [operation, epoch, ...entries]);
      }
    }
  }

  async function opened(templateId: TemplateId): Promise<void> {
    let running = rebuilds.get(templateId);
    if (!running) {
      running = rebuild(templateId).finally(() => rebuilds.delete(templateId));
      rebuilds.set(templateId, running);
    }
    const late = new AbortController();
    const patience = wait(rebuildPatienceMs, undefined, { signal: late.signal }).then(
      () => {
        throw new Unavailable('The gate of this promotion is being rebuilt; send the same request again shortly.', {
          retryAt: new Date(Date.now() + 1000),
        });
      },
      () => undefined,
    );
    try {
      await Promise.race([running, patience]);
    } finally {
      late.abort();
    }
  }

  /** Rebuilds a closed gate from MongoDB, or waits for the process that does. */
  async function rebuild(templateId: TemplateId): Promise<void> {
    const token = randomBytes(12).toString('base64url');
    const keys = keysOf(templateId, 'unknown');
    for (;;) {
      if ((await redis.hget(keys.gate, 'epoch')) !== null) return;
      if ((await redis.set(keys.lock, token, 'PX', rebuildLockMs, 'NX')) === 'OK') break;
      await wait(20 + Math.random() * 30);
    }
    // The gate may have opened between the look and the lock; install would close it over nobody's head, but not for free.
    if ((await redis.hget(keys.gate, 'epoch')) !== null) return void (await redis.del(keys.lock));
    const started = Date.now();
    const epoch = randomBytes(9).toString('base64url');
    const old = await redis.hget(keys.gate, 'old');
    const fresh = keysOf(templateId, epoch);
    await redis.sadd(openGates, templateId);
    const stock = (await ledger.stockOf(templateId)) ?? 0;
    let next = 1;
    for await (const issued of ledger.issuedPlaces(templateId)) {
      const pipeline = redis.pipeline();
      pipeline.set(keys.lock, token, 'PX', rebuildLockMs, 'XX');
      const taken = issued.flatMap(({ serial, ownerId, slots }) =>
        limitSlots(slots).flatMap((slot) => [`${slot} ${ownerId}`, String(serial)]),
      );
      if (taken.length > 0) pipeline.hset(fresh.slots, ...taken);
      const holes: (string | number)[] = [];
      for (const { serial } of issued) {
        for (; next < serial; next += 1) holes.push(next, String(next));
        next = serial + 1;
      }
      for (let start = 0; start < holes.length; start += 2 * chunk)
        pipeline.zadd(fresh.free, ...holes.slice(start, start + 2 * chunk));
      for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
    }
    const [answer] = await gate(redis, fresh, ['install', token, epoch, stock, next]);
    if (answer === 'INSTALLED') remember(templateId, epoch);
    else await unlink(redis, fresh);
    if (old) await unlink(redis, keysOf(templateId, old));
    logger.info({ templateId, next, ms: Date.now() - started, answer }, 'gate rebuilt from the coupons');
  }

  /** Lets everybody in who came in the same turn of the event loop: one script for many is half the work of one for each. */
  function takeTurn(
    group: string,
    template: { templateId: TemplateId; stock: number },
    limits: readonly SlotLimit[],
  ): void {
    const all = turns.get(group) ?? [];
    turns.delete(group);
    for (let start = 0; start < all.length; start += takeChunk)
      void takeTogether(template, limits, all.slice(start, start + takeChunk));
  }

  async function takeTogether(
    template: { templateId: TemplateId; stock: number },
    limits: readonly SlotLimit[],
    takers: readonly Taker[],
  ): Promise<void> {
    try {
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const answer = await inEpoch(template.templateId, (epoch) => [
          'take',
          epoch,
          Date.now(),
          template.stock,
          limits.length,
          ...limits.flatMap(({ prefix, max }) => [prefix, max]),
          ...takers.flatMap(({ claimant }) => [claimantText(claimant), claimant.ownerId]),
        ]);
        if (answer) {
          for (const [index, { claimant, resolve }] of takers.entries())
            resolve(takenOf(answer.reply[index] ?? '', template.templateId, claimant, answer.epoch));
          return;
        }
        await opened(template.templateId);
      }
      throw new Unavailable('The gate of this promotion is being rebuilt; send the same request again shortly.');
    } catch (error) {
      for (const { reject } of takers) reject(error);
    }
  }

  const stock: Stock = {
    take(template, claimant, limits) {
      return new Promise((resolve, reject) => {
        const { templateId, stock } = template;
        const group = JSON.stringify([templateId, stock, limits]);
        const turn = turns.get(group);
        if (turn) turn.push({ claimant, resolve, reject });
        else {
          turns.set(group, [{ claimant, resolve, reject }]);
          setImmediate(() => takeTurn(group, template, limits));
        }
      });
    },

    confirm: (places) => tell('confirm', places),
    free: (places) => tell('free', places),

    async vacate(templateId, ownerId, places) {
      const entries = places.flatMap(({ slot, serial }) => [slot, ownerId, serial]);
      await inEpoch(templateId, (epoch) => ['vacate', epoch, ...entries]);
    },

    async mend(places) {
      await tell('mend', places);
      for (const [templateId, own] of byTemplate(places)) {
        if (own.length < manyWrongSerials) continue;
        logger.warn({ templateId, wrongSerials: own.length }, 'the gate lags behind the coupons; rebuilding it');
        for (const epoch of new Set(own.map((place) => place.epoch))) await stock.distrust(templateId, epoch);
      }
    },

    async raise(templateId, to) {
      await gate(redis, keysOf(templateId, 'unknown'), ['raise', to]);
    },

    async distrust(templateId, epoch) {
      await gate(redis, keysOf(templateId, epoch), ['stop', epoch]);
    },

    async remaining(templates) {
      const found = new Map<TemplateId, number>();
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const missing = templates.filter(({ templateId }) => !found.has(templateId));
        if (missing.length === 0) break;
        if (attempt > 0) await Promise.all(missing.map(({ templateId }) => opened(templateId)));
        for (const [templateId, left] of await counts(redis, missing)) found.set(templateId, left);
      }
      return found;
    },

    async settleHeld(minAgeMs) {
      const before = Date.now() - minAgeMs;
      for (const { templateId, epoch, held } of await gatesInUse()) {
        if (held === 0) continue;
        let cursor = '0';
        do {
          const [next, fields] = await redis.hscan(keysOf(templateId, epoch).held, cursor, 'COUNT', 500);
          cursor = next;
          await settle(heldPlaces(templateId, epoch, fields).filter(({ at }) => at <= before));
        } while (cursor !== '0');
      }
    },

    async closeGates(isOver) {
      const idle = (await gatesInUse()).filter(({ held }) => held === 0);
      const over = await isOver(idle.map(({ templateId }) => templateId));
      for (const { templateId, epoch } of idle) {
        if (!over.has(templateId)) continue;
        await stock.distrust(templateId, epoch);
        const keys = keysOf(templateId, epoch);
        await redis.unlink(keys.gate);
        await unlink(redis, keys);
        await redis.srem(openGates, templateId);
      }
    },
  };
  return stock;

  /** Every gate that is right, with how many places it holds, in two round trips whatever their number. */
  async function gatesInUse(): Promise<{ templateId: TemplateId; epoch: string; held: number }[]> {
    const ids = (await redis.smembers(openGates)) as TemplateId[]; // only ids of templates are ever added to the set
    const epochs = await answers(redis.pipeline(ids.map((id) => ['hget', keysOf(id, '').gate, 'epoch'])));
    const open = ids.flatMap((templateId, index) => {
      const epoch = epochs[index];
      return typeof epoch === 'string' ? [{ templateId, epoch }] : [];
    });
    const held = await answers(
      redis.pipeline(open.map(({ templateId, epoch }) => ['hlen', keysOf(templateId, epoch).held])),
    );
    return open.map((gate, index) => ({ ...gate, held: Number(held[index]) }));
  }

  async function settle(places: readonly Place[]): Promise<void> {
    if (places.length === 0) return;
    const claimed = await ledger.claimantsOf(places.map((place) => couponIdOf({ ...place, hop: 0 })));
    const fates: Record<'confirm' | 'free' | 'mend', Place[]> = { confirm: [], free: [], mend: [] };
    for (const place of places) {
      const by = claimed.get(couponIdOf({ ...place, hop: 0 }));
      fates[!by ? 'free' : claimantText(by) === claimantText(place) ? 'confirm' : 'mend'].push(place);
    }
    logger.info(
      { confirmed: fates.confirm.length, freed: fates.free.length, mended: fates.mend.length },
      'settled places that were held for too long',
    );
    await tell('confirm', fates.confirm);
    await tell('free', fates.free);
    await tell('mend', fates.mend);
  }
}

const keyNames = ['gate', 'held', 'slots', 'free', 'keys', 'lock'] as const;
type Words = (string | number)[];
type GateKeys = Record<(typeof keyNames)[number], string>;

const gate = defineScript<typeof keyNames, Words, string[]>({
  name: 'stock.lua',
  lua: readFileSync(projectFile('subgraphs/user-coupon/stock.lua'), 'utf8'),
  keys: keyNames,
  parse(reply) {
    if (Array.isArray(reply) && reply.length > 0 && reply.every((word) => typeof word === 'string')) return reply;
    throw new Error('Expected a list of words.');
  },
});

/** Ids of templates that have a gate, for the reconciler; lost together with the gates. */
const openGates = 'stock-gates';

function keysOf(templateId: TemplateId, epoch: string): GateKeys {
  const tag = `stock:{${templateId}}`;
  return {
    gate: tag,
    held: `${tag}:${epoch}:held`,
    slots: `${tag}:${epoch}:slots`,
    free: `${tag}:${epoch}:free`,
    keys: `${tag}:${epoch}:keys`,
    lock: `${tag}:rebuild`,
  };
}

async function unlink(redis: Redis, { held, slots, free, keys }: GateKeys): Promise<void> {
  await redis.unlink(held, slots, free, keys);
}

function takenOf(answer: string, templateId: TemplateId, claimant: Claimant, epoch: string): Taken {
  const [word, serial, slots] = answer.split('\n');
  switch (word) {
    case 'TAKEN':
      return {
        kind: 'TAKEN',
        place: { ...claimant, templateId, serial: Number(serial), slots: slots ? slots.split(' ') : [], epoch },
      };
    case 'SOLD_OUT':
      return { kind: word, forNow: false };
    case 'SOLD_OUT_FOR_NOW':
      return { kind: 'SOLD_OUT', forNow: true };
    case 'LIMIT_REACHED':
    case 'LIMIT_REACHED_FOR_NOW':
      return {
        kind: 'LIMIT_REACHED',
        forNow: word !== 'LIMIT_REACHED',
        unused: [...(serial ?? '').matchAll(/(\S+) (\d+)/g)].map(([, slot = '', number]) => ({
          slot,
          serial: Number(number),
        })),
      };
    default:
      throw new Error(`stock.lua answered take with ${JSON.stringify(answer)}, which it should not.`);
  }
}

async function counts(
  redis: Redis,
  templates: readonly { templateId: TemplateId; stock: number }[],
): Promise<Map<TemplateId, number>> {
  const gates = await answers(
    redis.pipeline(templates.map(({ templateId }) => ['hmget', keysOf(templateId, '').gate, 'epoch', 'stock', 'next'])),
  );
  const open = templates.flatMap(({ templateId, stock }, index) => {
    const gate = gates[index];
    const [epoch, gateStock, next] = Array.isArray(gate) ? gate : [];
    return typeof epoch === 'string'
      ? [{ templateId, epoch, uncounted: Math.max(stock, Number(gateStock)) - Number(next) + 1 }]
      : [];
  });
  if (open.length === 0) return new Map();
  const holes = await answers(
    redis.pipeline(open.map(({ templateId, epoch }) => ['zcard', keysOf(templateId, epoch).free])),
  );
  return new Map(
    open.map(({ templateId, uncounted }, index) => [templateId, Math.max(0, uncounted) + Number(holes[index])]),
  );
}

async function answers(pipeline: ReturnType<Redis['pipeline']>): Promise<unknown[]> {
  return ((await pipeline.exec()) ?? []).map(([error, answer]) => {
    if (error) throw error;
    return answer;
  });
}

function heldPlaces(templateId: TemplateId, epoch: string, fields: readonly string[]): (Place & { at: number })[] {
  const places: (Place & { at: number })[] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const [at, slots, claimant] = (fields[i + 1] ?? '').split('\n');
    const who = claimantOf(claimant ?? '');
    if (who)
      places.push({
        ...who,
        templateId,
        epoch,
        serial: Number(fields[i]),
        slots: slots ? slots.split(' ') : [],
        at: Number(at),
      });
  }
  return places;
}

/** JSON has no raw line breaks, so the text can stand in one line of an entry. */
function claimantText({ ownerId, idempotencyKey }: Claimant): string {
  return JSON.stringify([ownerId, idempotencyKey]);
}

function claimantOf(text: string): Claimant | null {
  const parsed: unknown = JSON.parse(text);
  if (!Array.isArray(parsed)) return null;
  const [ownerId, idempotencyKey] = parsed as [UserId, string]; // written by claimantText
  return { ownerId, idempotencyKey };
}

function byTemplate(places: readonly Place[]): Map<TemplateId, Place[]> {
  const groups = new Map<TemplateId, Place[]>();
  for (const place of places) {
    const group = groups.get(place.templateId);
    if (group) group.push(place);
    else groups.set(place.templateId, [place]);
  }
  return groups;
}
