import type { StackingGroup, TenantSettings } from '../tenant-settings';
import type { Contender } from './candidates';
import type { StackingRule } from './trace';

/** What a tenant allows together. */
export interface Stacking {
  groups: ReadonlyMap<string, StackingGroup>;
  maxCoupons: number;
}

/** The stacking rules of a tenant. */
export function stackingOf(settings: TenantSettings): Stacking {
  return {
    groups: new Map(settings.stackingGroups.map((group) => [group.name, group])),
    maxCoupons: settings.maxCouponsPerOrder,
  };
}

/** The limits of a promotion's group; a group nobody listed has none. */
export function groupOf(stacking: Stacking, contender: Contender): StackingGroup {
  const name = contender.terms.document.rule.stackingGroup;
  return stacking.groups.get(name) ?? { name, maxPerOrder: null, maxPerLine: null, alwaysStackable: false };
}

/** The rule that keeps two promotions apart whatever else is applied; null when they may stand together. */
export function conflictBetween(stacking: Stacking, a: Contender, b: Contender): StackingRule | null {
  if (standsAloneFrom(stacking, a, b) || standsAloneFrom(stacking, b, a)) return 'EXCLUSIVE';
  if (keepsOut(a, b) || keepsOut(b, a)) return 'EXCLUDED';
  const group = groupOf(stacking, a);
  if (group.name !== groupOf(stacking, b).name) return null;
  if (group.maxPerOrder === 1) return 'GROUP_LIMIT';
  return group.maxPerLine === 1 && meetOnALine(a, b) ? 'LINE_LIMIT' : null;
}

/** The first rule a set breaks; null for a set that may stand together. */
export function brokenRule(stacking: Stacking, set: readonly Contender[]): StackingRule | null {
  const touchy: Contender[] = [];
  for (let place = 0; place < set.length; place++) {
    const contender = set[place];
    if (!contender) continue;
    const isTouchy = isPartial(contender) || isGroupOfOne(stacking, contender);
    // Two of which neither names anybody, in groups without such a limit, are never in conflict.
    const asked = isTouchy ? set : touchy;
    const count = isTouchy ? place : touchy.length;
    for (let other = 0; other < count; other++) {
      const earlier = asked[other];
      const rule = earlier ? conflictBetween(stacking, earlier, contender) : null;
      if (rule) return rule;
    }
    if (isTouchy) touchy.push(contender);
  }
  return brokenCount(stacking, set);
}

/** Whether it says itself with whom it may stand: it is exclusive, or names others. */
export function isPartial({ terms }: Contender): boolean {
  const { exclusive, excludes, combinesWith } = terms.document.rule;
  return exclusive || excludes.length > 0 || combinesWith !== null;
}

/** Whether two of its group may be in conflict for being in it. */
function isGroupOfOne(stacking: Stacking, contender: Contender): boolean {
  const { maxPerOrder, maxPerLine } = groupOf(stacking, contender);
  return maxPerOrder === 1 || maxPerLine === 1;
}

/** The first limit above one that a set breaks; limits of one are rules on pairs, for `conflictBetween`. */
export function brokenCount(stacking: Stacking, set: readonly Contender[]): StackingRule | null {
  let coupons = 0;
  const perGroup = new Map<string, number>();
  const perLine = new Map<string, number>();
  for (const contender of set) {
    if (isCoupon(contender) && ++coupons > stacking.maxCoupons) return 'COUPON_LIMIT';
    const { name, maxPerOrder, maxPerLine } = groupOf(stacking, contender);
    if (maxPerOrder !== null && maxPerOrder > 1 && count(perGroup, name) > maxPerOrder) return 'GROUP_LIMIT';
    if (maxPerLine === null || maxPerLine === 1) continue;
    for (const line of contender.lines) {
      if (count(perLine, `${line} ${name}`) > maxPerLine) return 'LINE_LIMIT';
    }
  }
  return null;
}

/**
 * Without the coupons that can never be used because enough like them are there: of coupons that promise the same, in
 * canonical order, as many as may meet, those that expire first.
 */
export function withoutSpares(stacking: Stacking, contenders: readonly Contender[]): Contender[] {
  const perPromise = new Map<string, number>();
  return contenders.filter((contender) => {
    if (!isCoupon(contender)) return true;
    const group = groupOf(stacking, contender);
    const most = conflictBetween(stacking, contender, contender)
      ? 1
      : Math.min(
          stacking.maxCoupons,
          group.maxPerOrder ?? stacking.maxCoupons,
          group.maxPerLine ?? stacking.maxCoupons,
        );
    return count(perPromise, promiseOf(contender)) <= most;
  });
}

/** Whether two coupons promise the same: of one version and with as much of its budget, they differ in expiry and id only. */
export function areTwins(a: Contender, b: Contender): boolean {
  return isCoupon(a) && isCoupon(b) && promiseOf(a) === promiseOf(b);
}

function promiseOf({ terms, budget }: Contender): string {
  return budget ? `${terms.versionId} ${budget.left} ${budget.isPartial}` : terms.versionId;
}

/** Whether a promotion comes from a coupon. */
export function isCoupon(contender: Contender): boolean {
  return contender.ref.couponId !== null;
}

/** Whether a promotion is forced in wherever it can be: only what applies by itself can be. */
export function isAlways(contender: Contender): boolean {
  return contender.terms.document.rule.always && !isCoupon(contender);
}

/** Whether two are about one line at least; lines are ascending. */
export function meetOnALine({ lines: a }: Contender, { lines: b }: Contender): boolean {
  let [left, right] = [0, 0];
  while (left < a.length && right < b.length) {
    const difference = (a[left] ?? 0) - (b[right] ?? 0);
    if (difference === 0) return true;
    if (difference < 0) left++;
    else right++;
  }
  return false;
}

function standsAloneFrom(stacking: Stacking, exclusive: Contender, other: Contender): boolean {
  return exclusive.terms.document.rule.exclusive && !groupOf(stacking, other).alwaysStackable;
}

/** Whether one says of another that they never stand together; one that says with whom it does must name the other. */
export function keepsOut(contender: Contender, other: Contender): boolean {
  const { excludes, combinesWith } = contender.terms.document.rule;
  return isNamed(excludes, other) || (combinesWith !== null && !isNamed(combinesWith, other));
}

function isNamed(names: readonly string[], { terms: { document, templateId } }: Contender): boolean {
  for (const name of names)
    if (name === templateId || name === document.rule.stackingGroup || document.tags.includes(name)) return true;
  return false;
}

function count<K>(counts: Map<K, number>, key: K): number {
  const next = (counts.get(key) ?? 0) + 1;
  counts.set(key, next);
  return next;
}
