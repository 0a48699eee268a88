import type { Identity } from '../../shared/contracts/identity';
import type { TemplateId, TenantId, UserId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import { Unavailable } from '../../shared/runtime/unavailable';
import type { ClaimedCoupons } from '../claimed-coupons';
import type { CodeNumbers } from '../code-numbers';
import {
  type ClaimRefusal,
  codeDay,
  fullLimit,
  type LiveTemplate,
  refuseClaim,
  type SlotLimit,
  slotLimits,
  slotsOf,
  validityOf,
} from '../domain/claim-rules';
import { codePrefix } from '../domain/code';
import { type Coupon, claim, couponIdOf, type Move } from '../domain/coupon';
import { valueRank } from '../domain/coupon-value';
import type { Place, Stock } from '../stock';
import type { CouponStore } from '../store';
import type { TemplateCopies } from '../template-copies';
import type { ClaimBatch } from './claim-batch';
import { type EligibilityDeps, factsForClaims } from './shopper-facts';
import type { SoldOut } from './sold-out';

/** What a claim needs. */
export interface ClaimDeps extends EligibilityDeps {
  templates: TemplateCopies;
  store: CouponStore;
  claimed: ClaimedCoupons;
  stock: Stock;
  batch: ClaimBatch;
  soldOut: SoldOut;
  codes: CodeNumbers;
  now(): Date;
  /** Claims that are running in this process, by claimant and key. */
  running: Map<string, Promise<Outcome<Coupon, ClaimRefusal>>>;
}

/** What a shopper sends. */
export interface ClaimInput {
  templateId: TemplateId;
  idempotencyKey: string;
}

/** How soon a claim that met others in mid-air may be tried again, in milliseconds. */
const retryAfterMs = 1000;
/** How often a claim takes another serial when the gate gave a wrong one. */
const maxTakes = 50;

/**
 * Takes one coupon of a template. The same key gives the same coupon, whatever has happened to the promotion since.
 * Answered after the coupon is committed by a majority.
 * @throws Unavailable when the gate or the database cannot say; the same request may be sent again
 */
export async function claimCoupon(
  deps: ClaimDeps,
  who: Identity,
  input: ClaimInput,
): Promise<Outcome<Coupon, ClaimRefusal>> {
  if (who.kind !== 'user') return refused({ code: 'NOT_ELIGIBLE' });
  const call = JSON.stringify([who.tenant, who.subject, input.idempotencyKey]);
  const same = JSON.stringify([call, input.templateId]);
  // The same claim twice at once is one claim; the same key for two templates goes one after the other.
  for (let other = deps.running.get(call); other; other = deps.running.get(call)) {
    const twin = deps.running.get(same);
    if (twin) return twin;
    await other.catch(() => undefined);
  }
  const run = claimOnce(deps, who.tenant, who.subject, input).finally(() => {
    deps.running.delete(call);
    deps.running.delete(same);
  });
  deps.running.set(call, run).set(same, run);
  return run;
}

async function claimOnce(
  deps: ClaimDeps,
  tenant: TenantId,
  owner: UserId,
  input: ClaimInput,
): Promise<Outcome<Coupon, ClaimRefusal>> {
  const template = await deps.templates.template(tenant, input.templateId);
  if (!template) return storedOr(deps, tenant, owner, input, { code: 'TEMPLATE_NOT_FOUND' });
  const shopper = await factsForClaims(deps, tenant, owner, [template]);
  const refusal = refuseClaim(template, deps.rules, shopper, deps.now());
  if (refusal) return storedOr(deps, tenant, owner, input, refusal);
  if (deps.soldOut.isKnown(template.templateId, template.stock ?? 0))
    return answerSoldOut(deps, template, owner, input);
  if (!deps.batch.enter(template.templateId)) return refused({ code: 'BUSY', retryAt: soon(deps) });
  try {
    return await takeAndCommit(deps, template, owner, input);
  } finally {
    deps.batch.leave(template.templateId);
  }
}

async function takeAndCommit(
  deps: ClaimDeps,
  template: LiveTemplate,
  owner: UserId,
  input: ClaimInput,
): Promise<Outcome<Coupon, ClaimRefusal>> {
  const { tenantId, templateId } = template;
  const { zone } = await deps.templates.settings(tenantId);
  const stock = template.stock ?? 0;
  for (let take = 0; take < maxTakes; take += 1) {
    const now = deps.now();
    const limits = slotLimits(template.terms, now, zone);
    const taken = await deps.stock.take(
      { templateId, stock },
      { ownerId: owner, idempotencyKey: input.idempotencyKey },
      limits,
    );
    if (taken.kind === 'LIMIT_REACHED' && taken.unused.length > 0) {
      // The gate does not hear when a coupon is used or runs out, so it is told when it would stand in somebody's way.
      const gone = await deps.store.noLongerUnused(tenantId, owner, templateId, taken.unused);
      if (gone.length > 0) {
        await deps.stock.vacate(templateId, owner, gone);
        continue;
      }
    }
    if (taken.kind !== 'TAKEN') {
      if (taken.kind === 'SOLD_OUT' && !taken.forNow) deps.soldOut.remember(templateId, stock);
      if (taken.kind === 'LIMIT_REACHED' && !taken.forNow) return answerFull(deps, template, owner, input, limits);
      const refusal: ClaimRefusal = { code: taken.kind, ...(taken.forNow && { retryAt: soon(deps) }) };
      return storedOr(deps, tenantId, owner, input, refusal);
    }
    const { place } = taken;
    // The law's own word on the stock, should the gate ever give out more than there is.
    if (place.serial > stock && place.serial > ((await deps.templates.stockOf(templateId)) ?? 0)) {
      await deps.stock.distrust(templateId, place.epoch);
      return storedOr(deps, tenantId, owner, input, { code: 'SOLD_OUT', retryAt: soon(deps) });
    }
    const code = await deps.codes.next(tenantId, codePrefix(template.terms), codeDay(now, zone));
    const outcome = await deps.batch.commit(newCoupon(template, place, code, now), place, limits);
    switch (outcome.kind) {
      case 'CLAIMED':
        return accepted(outcome.coupon);
      case 'STORED':
        return answerOf(outcome.coupon, input);
      case 'LIMIT_REACHED':
        return answerFull(deps, template, owner, input, limits);
      case 'SERIAL_TAKEN':
        break; // the gate knows now; the next serial
    }
  }
  throw new Unavailable('The gate of this promotion gave serials that are taken; send the same request again shortly.');
}

/** The answer of the gate to somebody who comes after the last coupon is gone: their own coupon, their limit, or none left. */
async function answerSoldOut(
  deps: ClaimDeps,
  template: LiveTemplate,
  owner: UserId,
  input: ClaimInput,
): Promise<Outcome<Coupon, ClaimRefusal>> {
  const { zone } = await deps.templates.settings(template.tenantId);
  const { stored, full } = await standingOf(deps, template, owner, input, slotLimits(template.terms, deps.now(), zone));
  if (stored) return answerOf(stored, input);
  return refused(full ? { code: 'LIMIT_REACHED', ...full } : { code: 'SOLD_OUT' });
}

/** The answer to somebody whose limit is full: their own coupon of this key, or in which respect, and until when. */
async function answerFull(
  deps: ClaimDeps,
  template: LiveTemplate,
  owner: UserId,
  input: ClaimInput,
  limits: readonly SlotLimit[],
): Promise<Outcome<Coupon, ClaimRefusal>> {
  const { stored, full } = await standingOf(deps, template, owner, input, limits);
  return stored ? answerOf(stored, input) : refused({ code: 'LIMIT_REACHED', ...full });
}

async function standingOf(
  deps: ClaimDeps,
  { tenantId, templateId }: LiveTemplate,
  owner: UserId,
  { idempotencyKey }: ClaimInput,
  limits: readonly SlotLimit[],
) {
  const [stored, taken, { zone }] = await Promise.all([
    deps.claimed.byKey(tenantId, owner, idempotencyKey),
    // Without limits nobody asks: one person may have any number of coupons then.
    limits.length > 0 ? deps.claimed.slots(tenantId, owner, templateId) : new Set<string>(),
    deps.templates.settings(tenantId),
  ]);
  return { stored, full: fullLimit(limits, taken, deps.now(), zone) };
}

function newCoupon(template: LiveTemplate, place: Place, code: string, now: Date): Move {
  const { tenantId, templateId, terms } = template;
  const { ownerId, idempotencyKey, serial, slots } = place;
  const id = couponIdOf({ templateId, serial, hop: 0 });
  const facts = {
    id,
    tenantId,
    ownerId,
    templateId,
    versionId: terms.versionId,
    code,
    slots: slotsOf(slots, id),
    idempotencyKey,
    claimedAt: now,
    valueRank: valueRank(terms.document),
    ...validityOf(terms, now),
  };
  return claim(facts, `user:${ownerId}`, now);
}

/** Before any refusal the caller's stored claims are consulted, so that a winner's retry gets its coupon. */
async function storedOr(
  deps: ClaimDeps,
  tenant: TenantId,
  owner: UserId,
  input: ClaimInput,
  refusal: ClaimRefusal,
): Promise<Outcome<Coupon, ClaimRefusal>> {
  const stored = await deps.claimed.byKey(tenant, owner, input.idempotencyKey);
  return stored ? answerOf(stored, input) : refused(refusal);
}

function answerOf(stored: Coupon, input: ClaimInput): Outcome<Coupon, ClaimRefusal> {
  return stored.templateId === input.templateId ? accepted(stored) : refused({ code: 'IDEMPOTENCY_KEY_REUSED' });
}

function soon(deps: ClaimDeps): Date {
  return new Date(deps.now().getTime() + retryAfterMs);
}
