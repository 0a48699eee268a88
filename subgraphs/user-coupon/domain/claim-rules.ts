import { addDays, dayOf, endOfDay, isoWeekOf, localTimeOf, startOfDay } from '../../shared/kernel/calendar';
import type { CouponId, MerchantId, TemplateId, TenantId } from '../../shared/kernel/identifiers';
import { opensFrom } from '../../shared/kernel/opening-hours';
import { assertNever } from '../../shared/kernel/outcome';
import type { PromotionTerms } from '../../shared/kernel/promotion-terms';
import { clockFacts, joinedFacts } from '../../shared/kernel/rules/fact-sources';
import type { Facts } from '../../shared/kernel/rules/facts';
import type { FailingLeaf } from '../../shared/kernel/rules/failing-leaf';
import { firstUnmet, type PromotionRules } from '../../shared/kernel/rules/promotion-rules';

/** What this subgraph keeps of a published template. */
export interface LiveTemplate {
  templateId: TemplateId;
  tenantId: TenantId;
  merchantId: MerchantId | null;
  revision: number;
  state: 'LIVE' | 'PAUSED' | 'ENDED';
  /** The published version. */
  terms: PromotionTerms;
  /** Coupons there are in all; null for templates without coupons. Only rises. */
  stock: number | null;
}

/** Why a claim is refused; the codes of the schema. */
export type ClaimRefusalCode =
  | 'TEMPLATE_NOT_FOUND'
  | 'NOT_CLAIMABLE'
  | 'NOT_YET_OPEN'
  | 'PAUSED'
  | 'ENDED'
  | 'SOLD_OUT'
  | 'LIMIT_REACHED'
  | 'NOT_ELIGIBLE'
  | 'BUSY'
  | 'IDEMPOTENCY_KEY_REUSED';

/** In which respect a person has as many coupons as they may: in all, this week, today, or held unused. */
export type ClaimLimit = 'LIFETIME' | 'PER_WEEK' | 'PER_DAY' | 'HELD_UNUSED';

/** A refusal, with the instant (business time) from which asking again makes sense, where there is one. */
export interface ClaimRefusal {
  code: ClaimRefusalCode;
  retryAt?: Date;
  /** With LIMIT_REACHED, where it is known: in which respect. */
  limit?: ClaimLimit;
  /** With NOT_ELIGIBLE: the first condition that does not hold of the person. */
  unmet?: FailingLeaf;
}

/**
 * Why this person may not claim of this template now; null when they may. Checks run in the order a shopper would want to
 * hear. What must hold of the person alone must be known to hold: unknown is not eligible.
 * @param shopper the facts `user.*`; they need not be there for a template that asks nothing of a person
 */
export function refuseClaim(
  template: LiveTemplate,
  rules: PromotionRules,
  shopper: Facts,
  now: Date,
): ClaimRefusal | null {
  if (template.terms.document.trigger !== 'COUPON' || template.stock === null) return { code: 'NOT_CLAIMABLE' };
  return refuseNow(template, rules, shopper, now);
}

/** Why this person may get no coupon of a template now, whether by claiming one or by a code; null when they may. */
export function refuseNow(
  template: LiveTemplate,
  rules: PromotionRules,
  shopper: Facts,
  now: Date,
): (ClaimRefusal & { code: 'ENDED' | 'PAUSED' | 'NOT_YET_OPEN' | 'NOT_ELIGIBLE' }) | null {
  const { time } = template.terms.document;
  const end = new Date(time.endsAt);
  if (template.state === 'ENDED' || now >= end) return { code: 'ENDED' };
  if (template.state === 'PAUSED') return { code: 'PAUSED' };
  const start = new Date(time.startsAt);
  const opensAt = opensFrom(time, time.zone, now < start ? start : now);
  if (!opensAt || opensAt >= end) return { code: 'ENDED' };
  if (now < opensAt) return { code: 'NOT_YET_OPEN', retryAt: opensAt };
  const unmet = firstUnmet(rules.toClaim(template.terms), joinedFacts(clockFacts(now), shopper));
  return unmet && { code: 'NOT_ELIGIBLE', unmet };
}

/** One limit that counts: at most `max` coupons whose slot begins with `prefix`. */
export interface SlotLimit {
  /** `L` for a lifetime, `W:2026-47` for a week, `D:2026-11-22` for a day, `H` for coupons that are held unused. */
  prefix: string;
  max: number;
}

/** The day and the ISO week of an instant in a zone. */
export interface LocalDay {
  /** `2026-11-22`. */
  day: string;
  /** `2026-47`. */
  week: string;
}

const latestDays = new Map<string, LocalDay & { from: number; until: number }>();

/** The same for every claim of a day, so it is computed once a day and zone: calendars are slow. */
export function localDayOf(instant: Date, zone: string): LocalDay {
  const known = latestDays.get(zone);
  if (known && known.from <= instant.getTime() && instant.getTime() < known.until) return known;
  const from = startOfDay(instant, zone).getTime();
  const fresh = {
    day: dayOf(instant, zone),
    week: isoWeekOf(instant, zone),
    from,
    until: endOfDay(instant, zone).getTime(),
  };
  latestDays.set(zone, fresh);
  return fresh;
}

/** The day of a coupon's code, counted from 1970, in the tenant's zone. */
export function codeDay(instant: Date, zone: string): number {
  return Math.floor(Date.parse(`${localDayOf(instant, zone).day}T00:00:00Z`) / 86_400_000);
}

/** The limits a claim now falls under; days and weeks begin in the tenant's zone. */
export function slotLimits(terms: PromotionTerms, now: Date, zone: string): SlotLimit[] {
  const { lifetime, perWeek, perDay, heldUnused } = terms.document.limit.perUser ?? {};
  const { day, week } = localDayOf(now, zone);
  const limits: SlotLimit[] = [];
  if (lifetime !== undefined) limits.push({ prefix: 'L', max: lifetime });
  if (perWeek !== undefined) limits.push({ prefix: `W:${week}`, max: perWeek });
  if (perDay !== undefined) limits.push({ prefix: `D:${day}`, max: perDay });
  if (heldUnused !== undefined) limits.push({ prefix: 'H', max: heldUnused });
  return limits;
}

/**
 * The lowest free place in every limit, null when one of them is full:
 * `freeSlots([{ prefix: 'L', max: 2 }], new Set(['L:1']))` → `['L:2']`.
 */
export function freeSlots(limits: readonly SlotLimit[], taken: ReadonlySet<string>): string[] | null {
  const slots: string[] = [];
  for (const { prefix, max } of limits) {
    let place = 1;
    while (place <= max && taken.has(`${prefix}:${place}`)) place += 1;
    if (place > max) return null;
    slots.push(`${prefix}:${place}`);
  }
  return slots;
}

/**
 * Which limit is full, the one that lasts longest first, and when it begins anew: `null` when it is none of these. Days and
 * weeks begin in the tenant's zone; one that ends by using a coupon, or never, has no `retryAt`.
 */
export function fullLimit(
  limits: readonly SlotLimit[],
  taken: ReadonlySet<string>,
  now: Date,
  zone: string,
): { limit: ClaimLimit; retryAt?: Date } | null {
  const full = new Set(limits.filter((limit) => !freeSlots([limit], taken)).map(({ prefix }) => prefix.charAt(0)));
  if (full.has('L')) return { limit: 'LIFETIME' };
  if (full.has('W')) {
    const monday = addDays(startOfDay(now, zone), 8 - localTimeOf(now, zone).dayOfWeek, zone);
    return { limit: 'PER_WEEK', retryAt: startOfDay(monday, zone) };
  }
  if (full.has('D')) return { limit: 'PER_DAY', retryAt: endOfDay(now, zone) };
  return full.has('H') ? { limit: 'HELD_UNUSED' } : null;
}

/** The slots of a coupon: its places in the limits, or one of its own, because an empty list would count as one value. */
export function slotsOf(places: readonly string[], couponId: CouponId): string[] {
  return places.length > 0 ? [...places] : [`C:${couponId}`];
}

/** The slots that take a place in a limit; a coupon's own slot limits nobody. */
export function limitSlots(slots: readonly string[]): string[] {
  return slots.filter((slot) => !slot.startsWith('C:'));
}

/** From when and until when a coupon claimed now may be used. */
export function validityOf(terms: PromotionTerms, claimedAt: Date): { validFrom: Date; expiresAt: Date } {
  const { validity, zone } = terms.document.time;
  if (!validity) throw new Error(`Expected ${terms.versionId} to say how long its coupons are valid, found nothing.`);
  switch (validity.kind) {
    case 'FIXED':
      return { validFrom: new Date(validity.from), expiresAt: new Date(validity.until) };
    case 'DAYS_AFTER_CLAIM':
      return { validFrom: claimedAt, expiresAt: addDays(claimedAt, validity.days, zone) };
    default:
      return assertNever(validity);
  }
}
