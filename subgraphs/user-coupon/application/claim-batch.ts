import { setTimeout as wait } from 'node:timers/promises';
import type { CouponId, TemplateId } from '../../shared/kernel/identifiers';
import { assertNever } from '../../shared/kernel/outcome';
import type { Logger } from '../../shared/runtime/logger';
import { Unavailable } from '../../shared/runtime/unavailable';
import type { ClaimWriter, KnownClaims } from '../claim-writer';
import { freeSlots, limitSlots, type SlotLimit, slotsOf } from '../domain/claim-rules';
import { type Coupon, type Move, readCouponId } from '../domain/coupon';
import type { Place, Stock } from '../stock';

/** What became of a claim that had a place. */
export type ClaimOutcome =
  /** It is committed by a majority. */
  | { kind: 'CLAIMED'; coupon: Coupon }
  /** Its key made this coupon before, perhaps of another template. */
  | { kind: 'STORED'; coupon: Coupon }
  /** Its owner has as many committed coupons as the limits allow. */
  | { kind: 'LIMIT_REACHED' }
  /** Its serial is somebody else's coupon, or above the stock; the gate knows now. */
  | { kind: 'SERIAL_TAKEN' };

/** Claims of one process on their way into MongoDB, many in one transaction. */
export interface ClaimBatch {
  /** Lets a claim in, or says that too many of its template are waiting already. Whoever is let in must leave. */
  enter(templateId: TemplateId): boolean;
  leave(templateId: TemplateId): void;
  /**
   * Resolves after the transaction that holds this claim is committed by a majority, or when it is known that there will be
   * none. Rejects with Unavailable when nobody knows; the place then stays held until it is settled.
   */
  commit(claim: Move, place: Place, limits: readonly SlotLimit[]): Promise<ClaimOutcome>;
  /** Resolves when nothing waits and nothing is being written. */
  idle(): Promise<void>;
}

interface Waiting {
  claim: Move;
  place: Place;
  limits: readonly SlotLimit[];
  /** Real time after which nobody waits for it any more. */
  until: number;
  resolve(outcome: ClaimOutcome): void;
  reject(error: unknown): void;
}

/** The most claims one transaction carries. */
const batchSize = 1000;
/** A template with at most so many waiting is written on the side track, past the long batches of hot ones. */
const fewWaiting = 16;
/** How long a claim goes on trying, in milliseconds of real time. */
const patienceMs = 8000;

/** The two writers: one for templates that a crowd waits for, one for all others. */
type Track = 'CROWDED' | 'QUIET';

/**
 * A writer begins at once when idle: a single claim waits for nobody, and under load a batch is what came while the one
 * before was written. Templates with few waiting have a writer of their own, so that a hot one does not slow them; within a
 * batch templates take turns. A template is written by one of both at a time, so its own claims never meet.
 * @param deps `maxWaiting` claims of one template at once, gate included
 */
export function createClaimBatch(deps: {
  writer: ClaimWriter;
  stock: Stock;
  logger: Logger;
  maxWaiting: number;
}): ClaimBatch {
  const { writer, stock, logger } = deps;
  const inside = new Map<TemplateId, number>();
  const queues = new Map<TemplateId, Waiting[]>();
  const writing: Record<Track, Promise<void> | null> = { CROWDED: null, QUIET: null };
  /** Which writer has claims of a template in its batch. */
  const inBatch = new Map<TemplateId, Track>();
  /** Claims that wait for a timer before they are tried again. */
  let resting = 0;

  function enqueue(entry: Waiting): void {
    const queue = queues.get(entry.place.templateId);
    if (queue) queue.push(entry);
    else queues.set(entry.place.templateId, [entry]);
    if (!inBatch.has(entry.place.templateId)) wake(trackOf(entry.place.templateId));
  }

  function trackOf(templateId: TemplateId): Track {
    return (queues.get(templateId)?.length ?? 0) > fewWaiting ? 'CROWDED' : 'QUIET';
  }

  function wake(track: Track): void {
    writing[track] ??= writeAll(track);
  }

  async function writeAll(track: Track): Promise<void> {
    for (let batch = draw(track); batch.length > 0; batch = draw(track)) {
      const templates = new Set(batch.map(({ place }) => place.templateId));
      for (const templateId of templates) inBatch.set(templateId, track);
      try {
        await writeBatch(batch);
      } catch (error) {
        for (const entry of batch) entry.reject(error);
      }
      for (const templateId of templates) inBatch.delete(templateId);
      // What came meanwhile may be for the other writer.
      for (const templateId of templates)
        if (queues.has(templateId) && trackOf(templateId) !== track) wake(trackOf(templateId));
    }
    writing[track] = null;
  }

  /** One claim of each template of this track in turn, until the batch is full or nothing waits. */
  function draw(track: Track): Waiting[] {
    const batch: Waiting[] = [];
    const heads = new Map<TemplateId, number>();
    const own = [...queues].filter(([templateId]) => !inBatch.has(templateId) && trackOf(templateId) === track);
    for (let round = 0; batch.length < batchSize; round += 1) {
      const before = batch.length;
      for (const [templateId, queue] of own) {
        const entry = queue[round];
        if (!entry || batch.length >= batchSize) continue;
        batch.push(entry);
        heads.set(templateId, round + 1);
      }
      if (batch.length === before) break;
    }
    for (const [templateId, taken] of heads) {
      const rest = queues.get(templateId)?.slice(taken) ?? [];
      if (rest.length > 0) queues.set(templateId, rest);
      else queues.delete(templateId);
    }
    return batch;
  }

  async function writeBatch(drawn: readonly Waiting[]): Promise<void> {
    let batch = giveUpLate(drawn);
    while (batch.length > 0) {
      const result = await writer.write(batch.map(({ claim }) => claim));
      switch (result) {
        case 'COMMITTED':
          for (const entry of batch) entry.resolve({ kind: 'CLAIMED', coupon: entry.claim.after });
          // Nobody waits for this. If it fails, the places stay held until they are settled from MongoDB.
          tell(
            'confirm',
            batch.map((entry) => ({ ...entry.place, slots: limitSlots(entry.claim.after.slots) })),
          );
          return;
        case 'DUPLICATE': {
          const left = giveUpLate(await withoutOffenders(batch));
          // A duplicate may be committed and not yet by a majority; a moment later the read will show it.
          if (left.length === batch.length) await wait(5 + Math.random() * 10);
          batch = left;
          continue;
        }
        case 'CONFLICT': {
          const [first] = batch;
          if (first && batch.length === 1) return rest(first);
          const middle = Math.ceil(batch.length / 2);
          await writeBatch(batch.slice(0, middle));
          await writeBatch(batch.slice(middle));
          return;
        }
        case 'UNKNOWN':
          for (const entry of batch) entry.reject(unknown());
          return;
        default:
          assertNever(result);
      }
    }
  }

  /** Classifies a whole batch by one majority read and lets all offenders leave it at once. */
  async function withoutOffenders(batch: readonly Waiting[]): Promise<Waiting[]> {
    const known = await writer.known(batch.map(({ claim }) => claim.after));
    const stay: Waiting[] = [];
    const freed: Place[] = [];
    const wrong: Place[] = [];
    /** What MongoDB has and the gate does not know; without it the gate would send the same owner into the same wall. */
    const unheard: Place[] = [];
    const seen = new Seen();
    for (const entry of batch) {
      const coupon = entry.claim.after;
      const stored = known.byKey(coupon.tenantId, coupon.ownerId, coupon.idempotencyKey);
      if (stored) {
        entry.resolve({ kind: 'STORED', coupon: stored });
        if (stored.id === coupon.id) unheard.push({ ...entry.place, slots: limitSlots(stored.slots) });
        else freed.push(entry.place);
      } else if (known.isTaken(coupon.id)) {
        wrong.push(entry.place);
        entry.resolve({ kind: 'SERIAL_TAKEN' });
      } else if (seen.meets(coupon)) {
        // Two of this batch want the same serial or carry the same key: the later one looks again after the earlier.
        rest(entry);
      } else {
        const slots = freeSlots(entry.limits, seen.slotsBeside(coupon, known));
        if (slots?.join() !== entry.place.slots.join())
          unheard.push(...placesOf(entry.place, known.slots(coupon.tenantId, coupon.ownerId, coupon.templateId)));
        if (slots) {
          entry.claim = { ...entry.claim, after: { ...coupon, slots: slotsOf(slots, coupon.id) } };
          seen.add(entry.claim.after);
          stay.push(entry);
        } else {
          freed.push(entry.place);
          entry.resolve({ kind: 'LIMIT_REACHED' });
        }
      }
    }
    tell('free', freed);
    tell('confirm', unheard);
    // Before anybody takes again, so that the wrong serials are not handed out twice.
    if (wrong.length > 0)
      await stock.mend(wrong).catch((error: unknown) => logger.warn({ err: error }, 'the gate could not be mended'));
    return stay;
  }

  /** Tries one claim again in a moment, so that the others do not wait for what it waits for. */
  function rest(entry: Waiting): void {
    if (Date.now() >= entry.until) {
      entry.reject(unknown());
      return;
    }
    resting += 1;
    setTimeout(
      () => {
        resting -= 1;
        enqueue(entry);
      },
      10 + Math.random() * 40,
    );
  }

  function tell(operation: 'confirm' | 'free', places: readonly Place[]): void {
    if (places.length === 0) return;
    stock[operation](places).catch((error: unknown) =>
      logger.debug({ err: error, operation, places: places.length }, 'the gate could not be told; it is settled later'),
    );
  }

  return {
    enter(templateId) {
      const count = inside.get(templateId) ?? 0;
      if (count >= deps.maxWaiting) return false;
      inside.set(templateId, count + 1);
      return true;
    },
    leave(templateId) {
      const count = (inside.get(templateId) ?? 1) - 1;
      if (count > 0) inside.set(templateId, count);
      else inside.delete(templateId);
    },
    commit(claim, place, limits) {
      return new Promise((resolve, reject) => {
        enqueue({ claim, place, limits, until: Date.now() + patienceMs, resolve, reject });
      });
    },
    async idle() {
      while (writing.CROWDED || writing.QUIET || resting > 0) await (writing.CROWDED ?? writing.QUIET ?? wait(10));
    },
  };
}

/** What the claims before this one in a batch take, since siblings break unique keys too. */
class Seen {
  readonly #keys = new Set<string>();
  readonly #slots = new Map<string, Set<string>>();

  meets(coupon: Coupon): boolean {
    return this.#keys.has(coupon.id) || this.#keys.has(keyOf(coupon));
  }

  slotsBeside(coupon: Coupon, known: KnownClaims): Set<string> {
    const committed = known.slots(coupon.tenantId, coupon.ownerId, coupon.templateId);
    return new Set([...committed.keys(), ...(this.#slots.get(walletOf(coupon)) ?? [])]);
  }

  add(coupon: Coupon): void {
    this.#keys.add(coupon.id).add(keyOf(coupon));
    const slots = this.#slots.get(walletOf(coupon)) ?? new Set();
    for (const slot of coupon.slots) slots.add(slot);
    this.#slots.set(walletOf(coupon), slots);
  }
}

function keyOf({ tenantId, ownerId, idempotencyKey }: Coupon): string {
  return JSON.stringify([tenantId, ownerId, 'key', idempotencyKey]);
}

function walletOf({ tenantId, ownerId, templateId }: Coupon): string {
  return JSON.stringify([tenantId, ownerId, templateId]);
}

/** The places that an owner's committed coupons take, as the gate wants to hear of them. */
function placesOf({ ownerId, templateId, epoch }: Place, slots: ReadonlyMap<string, CouponId>): Place[] {
  return [...slots].flatMap(([slot, couponId]) => {
    const serial = readCouponId(couponId)?.serial;
    return serial ? [{ ownerId, templateId, epoch, idempotencyKey: '', serial, slots: limitSlots([slot]) }] : [];
  });
}

function giveUpLate(batch: readonly Waiting[]): Waiting[] {
  const now = Date.now();
  return batch.filter((entry) => {
    if (now < entry.until) return true;
    entry.reject(unknown());
    return false;
  });
}

function unknown(): Unavailable {
  return new Unavailable(
    'The database did not say whether the coupon was written; send the same request again shortly.',
    {
      retryAt: new Date(Date.now() + 1000),
    },
  );
}
