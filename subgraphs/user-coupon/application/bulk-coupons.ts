import type { Identity } from '../../shared/contracts/identity';
import type { TemplateId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import { newId } from '../../shared/runtime/ids';
import type { BulkChange, BulkChanges } from '../bulk-changes';
import { type RulingAct, rule } from '../domain/ruling';
import { callOf, longestNote, ownTemplate, type RulingDeps, ruledBy } from './rule-coupon';

export type { BulkChange } from '../bulk-changes';

/** What bulk changes need. */
export interface BulkDeps extends RulingDeps {
  bulk: BulkChanges;
  /** Lets the worker begin at once. */
  wakeBulk(): void;
}

/** What a shop sends to change every coupon of a template. */
export interface BulkInput {
  templateId: TemplateId;
  note?: string | null;
  idempotencyKey: string;
}

/** Why nothing was begun. */
export type BulkRefusal = { code: 'TEMPLATE_NOT_FOUND' | 'NOTE_TOO_LONG' | 'IDEMPOTENCY_KEY_REUSED' };

type Begun = Promise<Outcome<BulkChange, BulkRefusal>>;

/** Coupons changed in one transaction. */
const pageSize = 200;
/** Bulk changes that take turns in one run. */
const atOnce = 10;

/** Begins to block every coupon of a template that is not over. */
export function freezeCoupons(deps: BulkDeps, who: Identity, input: BulkInput): Begun {
  return begin(deps, who, 'freeze', input);
}

/** Begins to let every frozen coupon of a template be used again. */
export function unfreezeCoupons(deps: BulkDeps, who: Identity, input: BulkInput): Begun {
  return begin(deps, who, 'unfreeze', input);
}

/** Begins to take every coupon of a template that is not over from its owner. */
export function revokeCoupons(deps: BulkDeps, who: Identity, input: BulkInput): Begun {
  return begin(deps, who, 'revoke', input);
}

/** How far a bulk change is; null when there is none that the caller may see. */
export async function bulkCouponChange(deps: BulkDeps, who: Identity, id: string): Promise<BulkChange | null> {
  const change = await deps.bulk.byId(who.tenant, id);
  return change && (await ownTemplate(deps, who, change.templateId)) ? change : null;
}

/** Stops a bulk change where it stands; what it changed stays changed. */
export async function cancelBulkCouponChange(deps: BulkDeps, who: Identity, id: string): Promise<BulkChange | null> {
  if (!(await bulkCouponChange(deps, who, id))) return null;
  await deps.bulk.cancel(id, deps.now());
  return deps.bulk.byId(who.tenant, id);
}

/** Carries every running bulk change one page further; resolves to MORE while any runs. */
export async function carryOutBulkChanges(deps: BulkDeps, signal: AbortSignal): Promise<'MORE' | 'IDLE'> {
  const running = await deps.bulk.running(atOnce);
  for (const change of running) {
    if (signal.aborted) return 'IDLE';
    await carryOn(deps, change);
  }
  return running.length > 0 ? 'MORE' : 'IDLE';
}

async function begin(deps: BulkDeps, who: Identity, act: RulingAct, input: BulkInput): Begun {
  const note = input.note?.trim() || null;
  if (note && note.length > longestNote) return refused({ code: 'NOTE_TOO_LONG' });
  if (!(await ownTemplate(deps, who, input.templateId))) return refused({ code: 'TEMPLATE_NOT_FOUND' });
  const begun: BulkChange = {
    id: newId('blk'),
    tenantId: who.tenant,
    templateId: input.templateId,
    act,
    by: ruledBy(who),
    note,
    state: 'RUNNING',
    position: null,
    totalCount: null,
    lookedAtCount: 0,
    changedCount: 0,
    waitingCount: 0,
    startedAt: deps.now(),
    endedAt: null,
  };
  const call = callOf(who.tenant, ruledBy(who), `${act}Coupons`, input);
  const result = await deps.store.changeOnce(call, async (_, session) => {
    await deps.bulk.add(begun, session);
    return { outcome: begun.id, keep: true };
  });
  if (result.kind === 'REUSED') return refused({ code: 'IDEMPOTENCY_KEY_REUSED' });
  deps.wakeBulk();
  return accepted((await deps.bulk.byId(who.tenant, result.outcome)) ?? begun);
}

async function carryOn(deps: BulkDeps, change: BulkChange): Promise<void> {
  const { bulk, store } = deps;
  if (change.totalCount === null) await bulk.setTotal(change.id, await bulk.countIssued(change.templateId));
  const ids = await bulk.idsAfter(change.templateId, change.position, pageSize);
  const last = ids.at(-1);
  const now = deps.now();
  if (!last) {
    const done = { state: 'DONE', position: change.position, endedAt: now } as const;
    await bulk.advance(change, { ...done, looked: 0, changed: 0, waiting: 0 });
    return;
  }
  await store.change(async (coupons, session) => {
    const ruling = { by: change.by, at: now, note: change.note };
    const ruled = (await coupons.couponsOfAnyone(ids)).map((coupon) => rule(change.act, coupon, ruling));
    const moved = ruled.flatMap((outcome) => (outcome.ok && outcome.value.length > 0 ? [outcome.value] : []));
    const progress = {
      state: 'RUNNING',
      position: last,
      endedAt: null,
      looked: ids.length,
      changed: moved.length,
      waiting: moved.filter((moves) => moves.at(-1)?.act === 'mark').length,
    } as const;
    if (await bulk.advance(change, progress, session)) await coupons.apply(moved.flat());
  });
}
