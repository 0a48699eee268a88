import type { Candidate } from '../../subgraphs/shared/kernel/pricing/candidates';
import type { Cart, CartLine } from '../../subgraphs/shared/kernel/pricing/cart';
import type { BenefitTerms, TemplateDocument } from '../../subgraphs/shared/kernel/promotion-terms';
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
  parts: Part[];
  lines: CartLine[];
  /** These and what it may pick units from. */
  reached: CartLine[];
  coupon: string | null;
  expires: number;
}

interface Found {
  set: Entry[];
  saving: number;
  awards: number;
}

/** What is left to pay: of lines, and of the cost of shipping. */
type Left = Map<object, number>;

/** One unit of a line. */
interface Unit {
  line: CartLine;
  amount: number;
  used: boolean;
}

/** One benefit of an entry. */
interface Part {
  entry: Entry;
  terms: BenefitTerms;
  phase: number;
  place: number;
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
  entries.sort(byFirstPart);
  const forced: Entry[] = [];
  const evicted = new Set<Entry>();
  for (const entry of entries) {
    if (!entry.doc.rule.always || entry.coupon !== null) continue;
    if (savingOf(cart, [...forced, entry], settings) === null) evicted.add(entry);
    else forced.push(entry);
  }
  let best: Found = { set: forced, ...(savingOf(cart, forced, settings) ?? { saving: 0, awards: 0 }) };
  const free = entries.filter((entry) => !evicted.has(entry));
  for (let mask = 0; mask < 2 ** free.length; mask++) {
    const set = free.filter((_, index) => (mask >> index) & 1);
    if (!forced.every((entry) => set.includes(entry))) continue;
    const saving = savingOf(cart, set, settings);
    if (saving === null) continue;
    const found = { set, ...saving };
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
  const entry: Entry = {
    key: coupon ?? promotion.templateId,
    candidate,
    doc,
    parts: [],
    lines: cart.lines.filter((line) => covers(candidate, line)),
    reached: [],
    coupon,
    expires: source.kind === 'COUPON' ? source.expiresAt.getTime() : Number.POSITIVE_INFINITY,
  };
  entry.parts = doc.benefit.flatMap((terms, place) => {
    const phase = phaseOf(entry, terms);
    return phase === null ? [] : [{ entry, terms, place, phase }];
  });
  entry.parts.sort(canonical);
  entry.reached = cart.lines.filter(
    (line) =>
      entry.lines.includes(line) ||
      doc.benefit.some(
        (terms) => terms.kind === 'BUY_X_GET_Y' && terms.getScope && covers(withScope(candidate, terms.getScope), line),
      ),
  );
  return entry;
}

function phaseOf({ doc, candidate }: Entry, terms: BenefitTerms): number | null {
  const own = ownPhase[terms.kind];
  if (own !== undefined) return own;
  if (!(terms.kind in kindOrder)) return null;
  if (doc.rule.stackingGroup === 'ITEM') return 1;
  return candidate.promotion.merchantId === null ? 4 : 3;
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

const kindOrder: Record<string, number> = {
  THRESHOLD_REDUCTION: 0,
  TIERS: 0,
  EVERY_X: 0,
  PERCENT: 1,
  FIXED: 2,
  FIXED_PER_UNIT: 2,
  FIXED_PRICE: 2,
  BUY_X_GET_Y: 0,
  NTH_ITEM: 0,
  BUNDLE: 0,
  DEPOSIT_EXPANSION: 2,
  FREE_SHIPPING: 1,
  GIFT: 3,
  POINTS: 3,
};

const ownPhase: Record<string, number> = {
  FIXED_PER_UNIT: 1,
  FIXED_PRICE: 1,
  DEPOSIT_EXPANSION: 1,
  BUY_X_GET_Y: 2,
  NTH_ITEM: 2,
  BUNDLE: 2,
  GIFT: 2,
  FREE_SHIPPING: 5,
  POINTS: 7,
};

function canonical(a: Part, b: Part): number {
  const kind = (part: Part) => kindOrder[part.terms.kind] ?? 0;
  const id = (part: Part) => part.entry.candidate.promotion.templateId;
  return (
    a.phase - b.phase ||
    a.entry.doc.rule.priority - b.entry.doc.rule.priority ||
    kind(a) - kind(b) ||
    (id(a) < id(b) ? -1 : id(a) > id(b) ? 1 : 0) ||
    (a.entry.expires === b.entry.expires ? 0 : a.entry.expires - b.entry.expires) ||
    (a.entry.key < b.entry.key ? -1 : a.entry.key > b.entry.key ? 1 : 0) ||
    a.place - b.place
  );
}

function byFirstPart(a: Entry, b: Entry): number {
  const [first, other] = [a.parts[0], b.parts[0]];
  return first && other ? canonical(first, other) : 0;
}

/** What a set saves; null when it is not legal. */
function savingOf(cart: Cart, set: Entry[], settings: TenantSettings): { saving: number; awards: number } | null {
  if (set.filter((entry) => entry.coupon !== null).length > settings.maxCouponsPerOrder) return null;
  for (const a of set) for (const b of set) if (a !== b && !mayMeet(a, b, settings)) return null;
  for (const group of settings.stackingGroups) {
    const members = set.filter((entry) => entry.doc.rule.stackingGroup === group.name);
    if (group.maxPerOrder !== null && members.length > group.maxPerOrder) return null;
    for (const line of cart.lines) {
      const on = members.filter((entry) => entry.reached.includes(line)).length;
      if (group.maxPerLine !== null && on > group.maxPerLine) return null;
    }
  }
  const left: Left = new Map(cart.lines.map((line) => [line, line.unitPrice * line.quantity]));
  if (cart.shipping) left.set(cart.shipping, cart.shipping.amount);
  let awards = 0;
  const units = cart.lines.flatMap((line) =>
    Array.from({ length: line.quantity }, (): Unit => ({ line, amount: line.unitPrice, used: false })),
  );
  let start = new Map(left);
  let phase = 0;
  let saving = 0;
  const savings = new Map(set.map((entry) => [entry, 0]));
  for (const part of set.flatMap((entry) => entry.parts).sort(canonical)) {
    if (part.phase !== phase) {
      phase = part.phase;
      start = new Map(left);
    }
    const before = new Map(left);
    const amount = apply(cart, part, left, start, units);
    if (part.phase === 1)
      for (const line of cart.lines) {
        const own = units.filter((unit) => unit.line === line);
        spreadOver(own, (before.get(line) ?? 0) - (left.get(line) ?? 0));
      }
    const award = isGiven(cart, part, left, start) ? 1 : 0;
    savings.set(part.entry, (savings.get(part.entry) ?? 0) + amount + award);
    awards += award;
    saving += amount;
  }
  return [...savings.values()].some((amount) => amount < 1) ? null : { saving, awards };
}

function mayMeet(a: Entry, b: Entry, settings: TenantSettings): boolean {
  const stackable = settings.stackingGroups.some((g) => g.alwaysStackable && g.name === b.doc.rule.stackingGroup);
  if (a.doc.rule.exclusive && !stackable) return false;
  const names = [b.candidate.promotion.templateId, b.doc.rule.stackingGroup, ...b.doc.tags];
  if (a.doc.rule.excludes.some((name) => names.includes(name))) return false;
  return a.doc.rule.combinesWith === null || a.doc.rule.combinesWith.some((name) => names.includes(name));
}

/** Takes off what a benefit is worth when its turn comes, and says how much that was. */
function apply(cart: Cart, { entry, terms }: Part, left: Left, start: Left, units: Unit[]): number {
  const bases = basesOf(entry.lines, left, start);
  const { rule } = entry.doc;
  const counted = bases[rule.thresholdBase];
  const base = bases[rule.base];
  const currency = cart.currency;
  const threshold = 'threshold' in terms && terms.threshold ? terms.threshold[currency] : 0;
  if (threshold === undefined || counted < threshold) return 0;
  const rated = (rate: number, most: Record<string, number> | undefined) =>
    Math.min(rounded(base, rate, rule.rounding), most === undefined ? Number.MAX_SAFE_INTEGER : (most[currency] ?? 0));
  const off = (amount: number): number => {
    const taken = Math.min(amount, bases.REMAINING);
    if (taken > 0) spread(entry.lines, left, taken);
    return taken;
  };
  const offLines = (amountOf: (line: CartLine, now: number) => number): number =>
    entry.lines.reduce((total, line) => {
      const now = left.get(line) ?? 0;
      const taken = Math.max(0, Math.min(now, amountOf(line, now)));
      left.set(line, now - taken);
      return total + taken;
    }, 0);
  switch (terms.kind) {
    case 'THRESHOLD_REDUCTION':
    case 'FIXED':
      return off(terms.off[currency] ?? 0);
    case 'PERCENT':
      return off(rated(terms.percentOffBasisPoints, terms.maxAmount));
    case 'EVERY_X': {
      const every = terms.every[currency];
      if (every === undefined || counted < every) return 0;
      return off(Math.min(terms.maxTimes ?? 1e9, Math.floor(base / every)) * (terms.off[currency] ?? 0));
    }
    case 'TIERS': {
      if (counted < (terms.tiers[0]?.threshold[currency] ?? 0)) return 0;
      const tier = terms.tiers.findLast((one) => (one.threshold[currency] ?? 0) <= base);
      if (!tier) return 0;
      return off('off' in tier ? (tier.off[currency] ?? 0) : rated(tier.percentOffBasisPoints, tier.maxAmount));
    }
    case 'FIXED_PER_UNIT':
      return offLines((line) => (terms.off[currency] ?? 0) * line.quantity);
    case 'BUY_X_GET_Y':
    case 'NTH_ITEM':
    case 'BUNDLE': {
      const choice = chosenUnits(entry, terms, units, currency);
      if (choice.saving === 0) return 0;
      const isWhole = terms.kind === 'BUNDLE' || terms.allocation === 'ALL_UNITS';
      const bearing = isWhole ? [...choice.targets, ...choice.triggers] : choice.targets;
      for (const unit of [...choice.targets, ...choice.triggers]) unit.used = true;
      const lines = cart.lines.filter((line) => bearing.some((unit) => unit.line === line));
      const worth: Left = new Map(lines.map((line) => [line, total(bearing.filter((unit) => unit.line === line))]));
      const before = new Map(worth);
      spread(lines, worth, choice.saving);
      for (const line of lines) {
        const share = (before.get(line) ?? 0) - (worth.get(line) ?? 0);
        spreadOver(
          units.filter((unit) => unit.line === line && bearing.includes(unit)),
          share,
        );
        left.set(line, (left.get(line) ?? 0) - share);
      }
      return choice.saving;
    }
    case 'DEPOSIT_EXPANSION':
      return offLines((line) => ((terms.worth[currency] ?? 0) - (terms.deposit[currency] ?? 0)) * line.quantity);
    case 'FREE_SHIPPING': {
      const { shipping } = cart;
      if (!shipping || (terms.methods && !terms.methods.some((method) => method === shipping.method))) return 0;
      const ship = {
        REMAINING: left.get(shipping) ?? 0,
        PHASE_START: start.get(shipping) ?? 0,
        ORIGINAL: shipping.amount,
      };
      const most = terms.maxAmount ? (terms.maxAmount[currency] ?? 0) : Number.MAX_SAFE_INTEGER;
      const rated = rounded(ship[rule.base], terms.percentOffBasisPoints, rule.rounding);
      const taken = Math.min(rated, most, ship.REMAINING);
      left.set(shipping, ship.REMAINING - taken);
      return taken;
    }
    case 'FIXED_PRICE':
      return offLines((line, now) => now - (terms.price[currency] ?? 0) * line.quantity);
    default:
      return 0;
  }
}

interface Choice {
  targets: Unit[];
  triggers: Unit[];
  saving: number;
}

type OnUnits = Extract<BenefitTerms, { kind: 'BUY_X_GET_Y' | 'NTH_ITEM' | 'BUNDLE' }>;

/** Every number of repeats is tried, and the one that the terms ask for is taken. */
function chosenUnits(entry: Entry, terms: OnUnits, units: Unit[], currency: string): Choice {
  const place = new Map(units.map((unit, index) => [unit, index]));
  const byLine = (a: Unit, b: Unit) =>
    a.line.lineId === b.line.lineId
      ? (place.get(a) ?? 0) - (place.get(b) ?? 0)
      : a.line.lineId < b.line.lineId
        ? -1
        : 1;
  const cheapest = (a: Unit, b: Unit) => a.amount - b.amount || byLine(a, b);
  const dearest = (a: Unit, b: Unit) => b.amount - a.amount || byLine(a, b);
  const free = units.filter((unit) => !unit.used);
  const nothing: Choice = { targets: [], triggers: [], saving: 0 };
  const most = Math.min(terms.maxOccurrence ?? units.length, units.length);
  let best = nothing;
  let bestWorth = 0;
  for (let times = 1; times <= most; times++) {
    let targets: Unit[] = [];
    let triggers: Unit[] = [];
    if (terms.kind === 'BUNDLE') {
      const perItem = terms.items.map(({ skuIds, quantity }) =>
        free
          .filter((unit) => entry.lines.includes(unit.line) && skuIds.some((sku) => sku === unit.line.skuId))
          .sort(dearest)
          .slice(0, times * quantity),
      );
      if (perItem.some((picked, item) => picked.length < times * (terms.items[item]?.quantity ?? 1))) break;
      targets = perItem.flat();
      const worth = total(targets) - times * (terms.price?.[currency] ?? 0);
      if (worth <= bestWorth) continue;
      bestWorth = worth;
    } else {
      const [buy, get] = terms.kind === 'NTH_ITEM' ? [terms.n - 1, 1] : [terms.buy, terms.get];
      const canTrigger = free.filter((unit) => entry.lines.includes(unit.line));
      const scope = terms.kind === 'BUY_X_GET_Y' ? terms.getScope : undefined;
      const canTarget = scope
        ? free.filter((unit) => covers(withScope(entry.candidate, scope), unit.line))
        : canTrigger;
      for (const unit of [...canTarget].sort(terms.selection === 'CHEAPEST' ? cheapest : dearest)) {
        const left = canTrigger.filter((other) => other !== unit && !targets.includes(other)).length;
        if (targets.length < times * get && left >= times * buy) targets.push(unit);
      }
      triggers = canTrigger
        .filter((unit) => !targets.includes(unit))
        .sort(dearest)
        .slice(0, times * buy);
      if (targets.length < times * get || triggers.length < times * buy) break;
      if (terms.selection === 'CUSTOMER_BEST' && total(targets) <= bestWorth) continue;
      bestWorth = total(targets);
    }
    const saving =
      terms.percentOffBasisPoints === undefined
        ? bestWorth
        : rounded(total(targets), terms.percentOffBasisPoints, entry.doc.rule.rounding);
    best = { targets, triggers, saving };
  }
  return best;
}

function withScope(candidate: Candidate, scope: TemplateDocument['product']['scope']): Candidate {
  const { promotion } = candidate;
  const { document } = promotion;
  return {
    ...candidate,
    promotion: { ...promotion, document: { ...document, product: { ...document.product, scope } } },
  };
}

function total(units: Unit[]): number {
  return units.reduce((sum, { amount }) => sum + amount, 0);
}

/** Largest remainder over units, in their order where all else is equal. */
function spreadOver(units: Unit[], amount: number): void {
  const worth = total(units);
  if (worth === 0) return;
  const parts = units.map((unit, index) => ({
    unit,
    index,
    part: Math.floor((amount * unit.amount) / worth),
    cut: (amount * unit.amount) % worth,
    weight: unit.amount,
  }));
  let rest = amount - parts.reduce((sum, { part }) => sum + part, 0);
  parts.sort((a, b) => b.cut - a.cut || b.weight - a.weight || a.index - b.index);
  for (const each of parts) {
    if (rest > 0) {
      each.part++;
      rest--;
    }
    each.unit.amount -= each.part;
  }
}

/** Whether a benefit gives a gift or points when its turn comes. */
function isGiven(cart: Cart, { entry, terms }: Part, left: Left, start: Left): boolean {
  if (terms.kind !== 'GIFT' && terms.kind !== 'POINTS') return false;
  const bases = basesOf(entry.lines, left, start);
  const threshold = terms.threshold ? terms.threshold[cart.currency] : 0;
  if (threshold === undefined || bases[entry.doc.rule.thresholdBase] < threshold) return false;
  return terms.kind === 'GIFT' || !terms.every || bases.REMAINING >= (terms.every[cart.currency] ?? 1e15);
}

function basesOf(lines: CartLine[], left: Left, start: Left) {
  const sum = (of: (line: CartLine) => number) => lines.reduce((total, line) => total + of(line), 0);
  return {
    REMAINING: sum((line) => left.get(line) ?? 0),
    PHASE_START: sum((line) => start.get(line) ?? 0),
    ORIGINAL: sum((line) => line.unitPrice * line.quantity),
  };
}

function rounded(base: number, rate: number, rounding: string): number {
  const parts = BigInt(base) * BigInt(rate);
  const whole = parts / 10000n;
  const rest = parts % 10000n;
  const up =
    (rounding === 'HALF_UP' && rest >= 5000n) ||
    (rounding === 'HALF_EVEN' && (rest > 5000n || (rest === 5000n && whole % 2n === 1n)));
  return Number(whole) + (up ? 1 : 0);
}

/** Largest remainder: floors first, then one unit at a time to whoever was cut the most. */
function spread(lines: CartLine[], left: Left, amount: number): void {
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

function better(a: Found, b: Found, order: readonly Entry[]): boolean {
  if (a.saving !== b.saving) return a.saving > b.saving;
  if (a.awards !== b.awards) return a.awards > b.awards;
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
