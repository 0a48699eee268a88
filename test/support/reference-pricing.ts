import type { Candidate } from '../../subgraphs/shared/kernel/pricing/candidates';
import type { Cart, CartLine } from '../../subgraphs/shared/kernel/pricing/cart';
import { pricedBenefitOf, type TemplateDocument } from '../../subgraphs/shared/kernel/promotion-terms';
import type { TenantSettings } from '../../subgraphs/shared/kernel/tenant-settings';

/** The best set as the brute force finds it. */
export interface ReferenceResult {
  saving: number;
  couponIds: string[];
  automaticIds: string[];
}

interface Entry {
  key: string;
  candidate: Candidate;
  doc: TemplateDocument;
  phase: number;
  lines: CartLine[];
  coupon: string | null;
  expires: number;
}

/**
 * The specification written down once more, as plainly and slowly as it reads: every subset is tried. It shares no code
 * with the engine, so that a mistake would have to be made twice.
 */
export function referenceBest(
  cart: Cart,
  candidates: Candidate[],
  settings: TenantSettings,
  now: Date,
): ReferenceResult {
  const entries = candidates.map((candidate) => entryOf(cart, candidate)).filter((entry) => isTimely(entry, now));
  entries.sort(canonical);
  const forced: Entry[] = [];
  const evicted = new Set<Entry>();
  for (const entry of entries) {
    if (!entry.doc.rule.always || entry.coupon !== null) continue;
    if (savingOf(cart, [...forced, entry], settings) === null) evicted.add(entry);
    else forced.push(entry);
  }
  let best: { set: Entry[]; saving: number } = { set: forced, saving: savingOf(cart, forced, settings) ?? 0 };
  const free = entries.filter((entry) => !evicted.has(entry));
  for (let mask = 0; mask < 2 ** free.length; mask++) {
    const set = free.filter((_, index) => (mask >> index) & 1);
    if (!forced.every((entry) => set.includes(entry))) continue;
    const saving = savingOf(cart, set, settings);
    if (saving === null) continue;
    const found = { set, saving };
    if (better(found, best, free)) best = found;
  }
  return {
    saving: best.saving,
    couponIds: best.set.flatMap((entry) => entry.coupon ?? []).sort(),
    automaticIds: best.set
      .filter((entry) => entry.coupon === null)
      .map((entry) => entry.candidate.promotion.templateId),
  };
}

function entryOf(cart: Cart, candidate: Candidate): Entry {
  const { promotion, source } = candidate;
  const doc = promotion.document;
  const coupon = source.kind === 'COUPON' ? source.couponId : null;
  const group = doc.rule.stackingGroup;
  return {
    key: coupon ?? promotion.templateId,
    candidate,
    doc,
    phase: group === 'ITEM' ? 1 : promotion.merchantId === null ? 4 : 3,
    lines: cart.lines.filter((line) => covers(candidate, line)),
    coupon,
    expires: source.kind === 'COUPON' ? source.expiresAt.getTime() : Number.POSITIVE_INFINITY,
  };
}

function covers({ promotion }: Candidate, line: CartLine): boolean {
  const { scope, itemType, excludes } = promotion.document.product;
  const below = (path: string) => `${line.category}/`.startsWith(`${path}/`);
  if (promotion.merchantId !== null && promotion.merchantId !== line.merchantId) return false;
  if (itemType !== 'ANY' && itemType !== line.itemType) return false;
  if (excludes.skuIds.includes(line.skuId) || excludes.categories.some(below)) return false;
  if (excludes.brands.some((brand) => brand === line.brand)) return false;
  if (scope.kind === 'CATEGORIES') return scope.categories.some(below);
  if (scope.kind === 'BRANDS') return scope.brands.some((brand) => brand === line.brand);
  if (scope.kind === 'SKUS') return scope.skuIds.some((sku) => sku === line.skuId);
  return true;
}

function isTimely({ candidate, doc, expires, coupon }: Entry, now: Date): boolean {
  if (coupon !== null) return now.getTime() < expires && candidate.withheld === undefined;
  return Date.parse(doc.time.startsAt) <= now.getTime() && now.getTime() < Date.parse(doc.time.endsAt);
}

const kindOrder: Record<string, number> = { THRESHOLD_REDUCTION: 0, PERCENT: 1, FIXED: 2 };

function canonical(a: Entry, b: Entry): number {
  const kind = (entry: Entry) => kindOrder[entry.doc.benefit[0]?.kind ?? 'FIXED'] ?? 0;
  const id = (entry: Entry) => entry.candidate.promotion.templateId;
  return (
    a.phase - b.phase ||
    a.doc.rule.priority - b.doc.rule.priority ||
    kind(a) - kind(b) ||
    (id(a) < id(b) ? -1 : id(a) > id(b) ? 1 : 0) ||
    (a.expires === b.expires ? 0 : a.expires - b.expires) ||
    (a.key < b.key ? -1 : 1)
  );
}

/** What a set saves; null when it is not legal. */
function savingOf(cart: Cart, set: Entry[], settings: TenantSettings): number | null {
  if (set.filter((entry) => entry.coupon !== null).length > settings.maxCouponsPerOrder) return null;
  for (const a of set) for (const b of set) if (a !== b && !mayMeet(a, b, settings)) return null;
  for (const group of settings.stackingGroups) {
    const members = set.filter((entry) => entry.doc.rule.stackingGroup === group.name);
    if (group.maxPerOrder !== null && members.length > group.maxPerOrder) return null;
    for (const line of cart.lines) {
      const on = members.filter((entry) => entry.lines.includes(line)).length;
      if (group.maxPerLine !== null && on > group.maxPerLine) return null;
    }
  }
  const left = new Map(cart.lines.map((line) => [line, line.unitPrice * line.quantity]));
  let start = new Map(left);
  let phase = 0;
  let saving = 0;
  for (const entry of [...set].sort(canonical)) {
    if (entry.phase !== phase) {
      phase = entry.phase;
      start = new Map(left);
    }
    const amount = amountOf(cart, entry, left, start);
    if (amount < 1) return null;
    spread(entry.lines, left, amount);
    saving += amount;
  }
  return saving;
}

function mayMeet(a: Entry, b: Entry, settings: TenantSettings): boolean {
  const stackable = settings.stackingGroups.some((g) => g.alwaysStackable && g.name === b.doc.rule.stackingGroup);
  if (a.doc.rule.exclusive && !stackable) return false;
  const names = [b.candidate.promotion.templateId, b.doc.rule.stackingGroup, ...b.doc.tags];
  if (a.doc.rule.excludes.some((name) => names.includes(name))) return false;
  return a.doc.rule.combinesWith === null || a.doc.rule.combinesWith.some((name) => names.includes(name));
}

function amountOf(cart: Cart, entry: Entry, left: Map<CartLine, number>, start: Map<CartLine, number>): number {
  const sum = (of: (line: CartLine) => number) => entry.lines.reduce((total, line) => total + of(line), 0);
  const bases = {
    REMAINING: sum((line) => left.get(line) ?? 0),
    PHASE_START: sum((line) => start.get(line) ?? 0),
    ORIGINAL: sum((line) => line.unitPrice * line.quantity),
  };
  const benefit = pricedBenefitOf(entry.doc)?.terms;
  if (!benefit) return 0;
  const currency = cart.currency;
  const threshold = benefit.threshold === undefined ? 0 : benefit.threshold[currency];
  if (threshold === undefined || bases[entry.doc.rule.thresholdBase] < threshold) return 0;
  if (benefit.kind !== 'PERCENT') return Math.min(benefit.off[currency] ?? 0, bases.REMAINING);
  const most = benefit.maxAmount === undefined ? Number.MAX_SAFE_INTEGER : benefit.maxAmount[currency];
  if (most === undefined) return 0;
  const parts = BigInt(bases[entry.doc.rule.base]) * BigInt(benefit.percentOffBasisPoints);
  const whole = parts / 10000n;
  const rest = parts % 10000n;
  const up =
    (entry.doc.rule.rounding === 'HALF_UP' && rest >= 5000n) ||
    (entry.doc.rule.rounding === 'HALF_EVEN' && (rest > 5000n || (rest === 5000n && whole % 2n === 1n)));
  return Math.min(Number(whole) + (up ? 1 : 0), most, bases.REMAINING);
}

/** Largest remainder: floors first, then one unit at a time to whoever was cut the most. */
function spread(lines: CartLine[], left: Map<CartLine, number>, amount: number): void {
  const total = lines.reduce((sum, line) => sum + (left.get(line) ?? 0), 0);
  const parts = lines.map((line) => {
    const weight = left.get(line) ?? 0;
    return { line, weight, part: Math.floor((amount * weight) / total), cut: (amount * weight) % total };
  });
  let rest = amount - parts.reduce((sum, { part }) => sum + part, 0);
  parts.sort((a, b) => b.cut - a.cut || b.weight - a.weight || (a.line.lineId < b.line.lineId ? -1 : 1));
  for (const each of parts) {
    if (rest > 0) {
      each.part++;
      rest--;
    }
    left.set(each.line, each.weight - each.part);
  }
}

function better(
  a: { set: Entry[]; saving: number },
  b: { set: Entry[]; saving: number },
  order: readonly Entry[],
): boolean {
  if (a.saving !== b.saving) return a.saving > b.saving;
  const coupons = (set: Entry[]) => set.filter((entry) => entry.coupon !== null);
  const [ours, theirs] = [coupons(a.set), coupons(b.set)];
  if (ours.length !== theirs.length) return ours.length < theirs.length;
  const expiries = (set: Entry[]) => set.map((entry) => entry.expires).sort((x, y) => x - y);
  for (const [index, expiry] of expiries(ours).entries()) {
    const other = expiries(theirs)[index] ?? 0;
    if (expiry !== other) return expiry < other;
  }
  const ids = (set: Entry[]) => set.map((entry) => entry.key).sort();
  for (const [index, id] of ids(ours).entries()) {
    const other = ids(theirs)[index] ?? '';
    if (id !== other) return id < other;
  }
  for (const entry of order) {
    if (entry.coupon !== null) continue;
    const inOurs = a.set.includes(entry);
    if (inOurs !== b.set.includes(entry)) return inOurs;
  }
  return false;
}
