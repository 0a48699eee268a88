import type { CouponId, TenantId, UserId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import type { Logger } from '../../shared/runtime/logger';
import { Unavailable } from '../../shared/runtime/unavailable';
import type { CodeNumbers } from '../code-numbers';
import { codeDay, freeSlots, limitSlots, slotLimits, slotsOf, validityOf } from '../domain/claim-rules';
import { codePrefix } from '../domain/code';
import { claim, couponIdOf, type Move } from '../domain/coupon';
import { valueRank } from '../domain/coupon-value';
import { type CodeRefusalReason, serialOfCode } from '../domain/promotion-code';
import type { Place, Stock } from '../stock';
import type { CouponChange } from '../store';
import type { TemplateCopies } from '../template-copies';
import type { CodePromise } from './typed-codes';

/** What taking coupons by codes needs. */
export interface TakeDeps {
  stock: Stock;
  templates: TemplateCopies;
  /** The 18-digit numbers of coupons. */
  codes: CodeNumbers;
  logger: Logger;
  now(): Date;
  /** Who takes which unique code in this process: of many at once only the first has anything to write. */
  turns: Map<CouponId, Promise<unknown>>;
}

/** Who takes what. */
export interface TakeCall {
  tenant: TenantId;
  owner: UserId;
  /** The key of the claim that each of them is. */
  key: string;
  by: string;
  promises: readonly CodePromise[];
}

/** A promise that cannot be kept now. */
export interface TakeRefusal {
  couponId: CouponId;
  reason: Extract<CodeRefusalReason, 'USED' | 'SOLD_OUT' | 'LIMIT_REACHED'>;
  /** Set when it rests on what others have not finished, so that asking again may help. */
  retryAt?: Date;
}

/** What codes became: the first moves of coupons by the names under which they were promised. */
export type Taken = ReadonlyMap<CouponId, Move>;

/** What a promise needs beside the transaction: the id of a coupon that nobody else gets, and a number to read out. */
interface Ready {
  promise: CodePromise;
  /** The coupon to be. */
  id: CouponId;
  /** Of a public code: the gate's place, which becomes the coupon or goes back. */
  place: Place | null;
  number: string;
  idempotencyKey: string;
}

/** The gate gave a serial that is somebody's coupon already. */
class WrongSerials extends Error {
  constructor(readonly places: readonly Place[]) {
    super('The gate gave serials that are taken.');
  }
}

/** How long a place that somebody may give back is waited for, in milliseconds. */
const retryAfterMs = 1000;
/** How often other serials are taken when the gate gave wrong ones. */
const maxTakes = 20;

/**
 * Makes coupons of codes, all or none, within the transaction of whoever needs them. A unique code has its serial, so the
 * first move of its coupon can exist once, whoever tries; a public one gets a serial of the gate. Limits of the person are
 * the unique slots of every claim.
 * @param write runs in the transaction, perhaps several times; `isUsed` says whether it wrote what the codes became
 */
export async function takeByCodes<T, R>(
  deps: TakeDeps,
  call: TakeCall,
  transaction: (work: (change: CouponChange) => Promise<Outcome<T, R>>) => Promise<Outcome<T, R>>,
  write: (
    change: CouponChange,
    taken: Outcome<Taken, TakeRefusal[]>,
  ) => Promise<{ outcome: Outcome<T, R>; isUsed: boolean }>,
): Promise<Outcome<T, R>> {
  const unique = call.promises.flatMap(({ code, couponId }) => (code.kind === 'UNIQUE' ? couponId : []));
  return inTurn(deps.turns, unique, () => takeNow(deps, call, transaction, write));
}

async function takeNow<T, R>(
  deps: TakeDeps,
  call: TakeCall,
  transaction: Parameters<typeof takeByCodes<T, R>>[2],
  write: Parameters<typeof takeByCodes<T, R>>[3],
): Promise<Outcome<T, R>> {
  for (let take = 0; take < maxTakes; take += 1) {
    const ready = await prepare(deps, call);
    if (!ready.ok) return transaction(async (change) => (await write(change, ready)).outcome);
    const places = ready.value.flatMap(({ place }) => place ?? []);
    const made = { coupons: null as Taken | null }; // by the last run, the one that committed
    try {
      const outcome = await transaction(async (change) => {
        const taken = await movesOf(deps, change, call, ready.value);
        const written = await write(change, taken);
        made.coupons = written.isUsed && taken.ok ? taken.value : null;
        return written.outcome;
      });
      const { coupons } = made;
      if (coupons)
        tell(
          deps,
          'confirm',
          ready.value.flatMap((one) => placeTaken(one, coupons)),
        );
      else tell(deps, 'free', places);
      return outcome;
    } catch (error) {
      // Anything else says nothing of what was written: the places stay held until they are looked up.
      if (!(error instanceof WrongSerials)) throw error;
      tell(
        deps,
        'free',
        places.filter((place) => !error.places.includes(place)),
      );
      await deps.stock.mend(error.places);
    }
  }
  throw new Unavailable('The gate of this promotion gave serials that are taken; send the same request again shortly.');
}

async function prepare(
  { stock, codes, templates, now }: TakeDeps,
  { tenant, owner, key, promises }: TakeCall,
): Promise<Outcome<Ready[], TakeRefusal[]>> {
  const { zone } = await templates.settings(tenant);
  const at = now();
  const day = codeDay(at, zone);
  const soon = new Date(at.getTime() + retryAfterMs);
  const ready: Ready[] = [];
  const refusals: TakeRefusal[] = [];
  for (const promise of promises) {
    const { code, couponId, template } = promise;
    const idempotencyKey = promises.length === 1 ? key : `${key} ${code.key}`;
    let place: Place | null = null;
    if (code.kind === 'PUBLIC') {
      const { templateId, stock: uses } = template;
      const limits = slotLimits(template.terms, at, zone);
      const taken = await stock.take({ templateId, stock: uses ?? 0 }, { ownerId: owner, idempotencyKey }, limits);
      if (taken.kind !== 'TAKEN') {
        refusals.push({ couponId, reason: taken.kind, ...(taken.forNow && { retryAt: soon }) });
        continue;
      }
      place = taken.place;
      // The law's own word on the stock, should the gate ever give out more than there is.
      if (place.serial > (uses ?? 0) && place.serial > ((await templates.stockOf(templateId)) ?? 0)) {
        await stock.distrust(templateId, place.epoch);
        refusals.push({ couponId, reason: 'SOLD_OUT', retryAt: soon });
        continue;
      }
    }
    const serial = code.kind === 'UNIQUE' ? serialOfCode(code.number) : (place?.serial ?? 0);
    const number = await codes.next(tenant, codePrefix(template.terms), day);
    const id = couponIdOf({ templateId: template.templateId, serial, hop: 0 });
    ready.push({ promise, id, place, number, idempotencyKey });
  }
  if (refusals.length === 0) return accepted(ready);
  await stock.free(ready.flatMap(({ place }) => place ?? []));
  return refused(refusals);
}

async function movesOf(
  deps: TakeDeps,
  change: CouponChange,
  { tenant, owner, by }: TakeCall,
  ready: readonly Ready[],
): Promise<Outcome<Taken, TakeRefusal[]>> {
  if (ready.length === 0) return accepted(new Map());
  const now = deps.now();
  const { zone } = await deps.templates.settings(tenant);
  const issued = await change.issued(ready.map(({ id }) => id));
  const wrong = ready.flatMap(({ id, place }) => (place && issued.has(id) ? place : []));
  if (wrong.length > 0) throw new WrongSerials(wrong);
  const slots = await change.slots(tenant, owner, [
    ...new Set(ready.map(({ promise }) => promise.template.templateId)),
  ]);
  const taken = new Map<CouponId, Move>();
  const refusals: TakeRefusal[] = [];
  for (const { promise, id, number, idempotencyKey } of ready) {
    const { template, couponId } = promise;
    const { templateId, terms } = template;
    if (issued.has(id)) {
      refusals.push({ couponId, reason: 'USED' });
      continue;
    }
    const own = slots.get(templateId) ?? new Set<string>();
    const places = freeSlots(slotLimits(terms, now, zone), own);
    if (!places) {
      refusals.push({ couponId, reason: 'LIMIT_REACHED' });
      continue;
    }
    for (const slot of places) own.add(slot);
    slots.set(templateId, own);
    const facts = {
      id,
      tenantId: tenant,
      ownerId: owner,
      templateId,
      versionId: terms.versionId,
      code: number,
      slots: slotsOf(places, id),
      idempotencyKey,
      claimedAt: now,
      valueRank: valueRank(terms.document),
      ...validityOf(terms, now),
    };
    taken.set(couponId, claim(facts, by, now));
  }
  return refusals.length > 0 ? refused(refusals) : accepted(taken);
}

/** A place of the gate as the coupon that came of it takes it. */
function placeTaken({ place, promise }: Ready, coupons: Taken): Place[] {
  const coupon = coupons.get(promise.couponId)?.after;
  return place && coupon ? [{ ...place, slots: limitSlots(coupon.slots) }] : [];
}

/** Does the work after everything that is under way for the same coupons. */
async function inTurn<T>(turns: TakeDeps['turns'], ids: readonly CouponId[], work: () => Promise<T>): Promise<T> {
  const run = Promise.allSettled(ids.map((id) => turns.get(id))).then(work);
  for (const id of ids) turns.set(id, run);
  try {
    return await run;
  } finally {
    for (const id of ids) if (turns.get(id) === run) turns.delete(id);
  }
}

/** Nobody waits for this. If it fails, the places stay held until they are settled from MongoDB. */
function tell({ stock, logger }: TakeDeps, operation: 'confirm' | 'free', places: readonly Place[]): void {
  if (places.length === 0) return;
  stock[operation](places).catch((error: unknown) =>
    logger.debug({ err: error, operation, places: places.length }, 'the gate could not be told; it is settled later'),
  );
}
