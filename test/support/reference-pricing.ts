import type { Candidate } from '../../subgraphs/shared/kernel/pricing/candidates';
import type { Cart, CartLine } from '../../subgraphs/shared/kernel/pricing/cart';
import type { BenefitTerms, TemplateDocument } from '../../subgraphs/shared/kernel/promotion-terms';
import type { TenantSettings } from '../../subgraphs/shared/kernel/tenant-settings';

/** The best set as the brute force finds it, with the price it makes; minor units. */
export interface ReferencePrice {
  saving: number;
  /** Ascending. */
  couponIds: string[];
  /** In canonical order. */
  automaticIds: string[];
  payable: number;
  due: number;
  tax: number;
  shipping: number | null;
  /** By line id; what each unit costs in the order of the units. */
  lines: { lineId: string; payable: number; tax: number; units: number[] }[];
  gifts: string[];
  points: number;
}

/** Goods of one line at the price they have before any promotion. */
interface Good {
  line: CartLine;
  price: number;
  /** Whether they take coupons and count towards thresholds. */
  counts: boolean;
}

/** A candidate that could have a part in a price. */
interface Entry {
  key: string;
  candidate: Candidate;
  doc: TemplateDocument;
  parts: Part[];
  /** Places of all goods it is about. */
  about: number[];
  coupon: string | null;
  expires: number;
  budget: number;
}

/** One benefit of an entry. */
interface Part {
  entry: Entry;
  terms: BenefitTerms;
  phase: number;
  place: number;
  /** It lacks a value in the currency of the cart, so that it does nothing. */
  isMute: boolean;
  threshold: number;
  /** Places of the goods it counts and reduces. */
  goods: number[];
  /** Of a 买X送Y: places of what can be got. */
  gettable: number[];
}

interface Unit {
  place: number;
  amount: number;
  used: boolean;
}

/** What a set of promotions leaves. */
interface Table {
  /** What is left of each line, and behind them of shipping. */
  left: number[];
  /** What was left when the phase began. */
  start: number[];
  /** Empty where nobody looks at units. */
  units: Unit[];
}

interface Played {
  set: Entry[];
  saving: number;
  awards: number;
  table: Table;
  deposits: number[];
  gifts: string[];
  points: number;
}

interface Shop {
  cart: Cart;
  settings: TenantSettings;
  /** By line id. */
  goods: Good[];
}

/**
 * The specification written down once more, as plainly and slowly as it reads: every subset that may stand together is played.
 * It shares no code with the engine, so that a mistake would have to be made twice.
 */
export function referenceBest(
  cart: Cart,
  candidates: readonly Candidate[],
  settings: TenantSettings,
  now: Date,
): ReferencePrice {
  const goods = [...cart.lines].sort((a, b) => (a.lineId < b.lineId ? -1 : 1)).map(goodOf);
  const shop = { cart, settings, goods };
  const entries = candidates
    .filter((candidate) => isTimely(candidate, now))
    .map((candidate) => entryOf(shop, candidate))
    .filter((entry) => entry.parts.some((part) => couldAct(shop, part)));
  entries.sort(byFirstPart);
  let forced: Entry[] = [];
  const evicted = new Set<Entry>();
  for (const entry of entries) {
    if (!entry.doc.rule.always || entry.coupon !== null) continue;
    const together = [...forced, entry];
    if (isLegal(shop, together) && playSet(shop, together, false)) forced = together;
    else evicted.add(entry);
  }
  const free = entries.filter((entry) => !evicted.has(entry));
  let best: Played | null = null;
  const visit = (at: number, set: Entry[]): void => {
    const entry = free[at];
    if (!entry) {
      const played = playSet(shop, set, false);
      if (played && (!best || better(played, best, free))) best = played;
      return;
    }
    if (!forced.includes(entry)) visit(at + 1, set);
    // What may not stand together does not become legal by adding more.
    if (isLegal(shop, [...set, entry])) visit(at + 1, [...set, entry]);
  };
  visit(0, []);
  return priceOf(shop, playSet(shop, setOf(best), true));
}

function setOf(best: Played | null): Entry[] {
  if (!best) throw new Error('Expected at least the forced promotions as a set, found none; the reference lost count.');
  return best.set;
}

function priceOf({ cart, goods }: Shop, played: Played | null): ReferencePrice {
  if (!played) throw new Error('Expected the best set to be legal, found it is not; the reference lost count.');
  const { set, saving, table, deposits, gifts, points } = played;
  const lines = goods.map(({ line }, place) => {
    const payable = table.left[place] ?? 0;
    const rate = BigInt(line.taxRateBasisPoints ?? 0);
    const tax = halfUp(BigInt(payable) * rate, cart.taxMode === 'INCLUSIVE' ? 10_000n + rate : 10_000n);
    const units = table.units.filter((unit) => unit.place === place).map(({ amount }) => amount);
    return { lineId: line.lineId, payable, tax, units };
  });
  const tax = sum(lines.map((line) => line.tax));
  const shipping = cart.shipping ? (table.left[goods.length] ?? 0) : null;
  const payable = sum(lines.map((line) => line.payable)) + (shipping ?? 0) + (cart.taxMode === 'EXCLUSIVE' ? tax : 0);
  let due = payable;
  for (const kind of ['GIFT_CARD', 'POINTS'])
    for (const payment of cart.payments) if (payment.kind === kind) deposits.push(payment.amount);
  for (const paid of deposits) due = Math.max(0, due - paid);
  return {
    saving,
    couponIds: set.flatMap((entry) => entry.coupon ?? []).sort(),
    automaticIds: set.filter(({ coupon }) => coupon === null).map(({ key }) => key),
    payable,
    due,
    tax,
    shipping,
    lines,
    gifts,
    points,
  };
}

function goodOf(line: CartLine): Good {
  const prices = [
    { price: line.unitPrice, counts: true, source: '' },
    ...(line.offers ?? []).map(({ unitPrice, takesCoupons, source }) => ({
      price: unitPrice,
      counts: takesCoupons === true,
      source,
    })),
  ];
  prices.sort((a, b) => a.price - b.price || (a.source === '' ? -1 : b.source === '' ? 1 : a.counts ? -1 : 1));
  const [lowest] = prices;
  return { line, price: lowest?.price ?? 0, counts: lowest?.counts ?? true };
}

/** Whether it can be used at all now; one whose budget is spent is over, even where it gives only points. */
function isTimely({ promotion, source, withheld, budgetLeft }: Candidate, now: Date): boolean {
  if (withheld || budgetLeft === 0) return false;
  if (source.kind === 'COUPON') return now.getTime() < source.expiresAt.getTime();
  const { startsAt, endsAt } = promotion.document.time;
  return Date.parse(startsAt) <= now.getTime() && now.getTime() < Date.parse(endsAt);
}

function entryOf(shop: Shop, candidate: Candidate): Entry {
  const { promotion, source } = candidate;
  const doc = promotion.document;
  const coupon = source.kind === 'COUPON' ? source.couponId : null;
  const entry: Entry = {
    key: coupon ?? promotion.templateId,
    candidate,
    doc,
    parts: [],
    about: [],
    coupon,
    expires: source.kind === 'COUPON' ? source.expiresAt.getTime() : Number.POSITIVE_INFINITY,
    budget: candidate.budgetLeft ?? Number.POSITIVE_INFINITY,
  };
  const inReach = placesOf(shop, candidate, doc.product.scope);
  entry.parts = doc.benefit.map((terms, place): Part => {
    const values = valuesOf(terms).map((amounts) => amounts[shop.cart.currency]);
    const isMute = values.includes(undefined);
    const threshold = isMute ? 0 : thresholdOf(terms, shop.cart.currency);
    const scope = terms.kind === 'BUY_X_GET_Y' && !isMute ? terms.getScope : undefined;
    return {
      entry,
      terms,
      place,
      phase: phaseOf(entry, terms),
      isMute,
      threshold,
      goods: threshold > 0 ? inReach.filter((at) => shop.goods[at]?.counts) : inReach,
      gettable: scope ? placesOf(shop, candidate, scope) : inReach,
    };
  });
  entry.parts.sort(canonical);
  if (inReach.length === 0) entry.parts = [];
  entry.about = [
    ...new Set(
      entry.parts.flatMap(({ goods, gettable, terms }) =>
        terms.kind === 'BUY_X_GET_Y' ? [...goods, ...gettable] : goods,
      ),
    ),
  ];
  return entry;
}

/** Places of what a candidate reaches with a scope: a coupon only what takes coupons. */
function placesOf({ goods }: Shop, candidate: Candidate, scope: TemplateDocument['product']['scope']): number[] {
  const isCoupon = candidate.source.kind === 'COUPON';
  return goods.flatMap((good, place) =>
    covers(candidate, scope, good.line) && (good.counts || !isCoupon) ? [place] : [],
  );
}

function covers({ promotion }: Candidate, scope: TemplateDocument['product']['scope'], line: CartLine): boolean {
  const { itemType, excludes } = promotion.document.product;
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

type Amounts = Readonly<Record<string, number>>;

/** Every amount a benefit names; it works in a currency only if all have a value in it. */
function valuesOf(terms: BenefitTerms): Amounts[] {
  const named: unknown[] =
    terms.kind === 'TIERS' ? terms.tiers.flatMap((tier) => Object.values(tier)) : Object.values(terms);
  const isAmounts = (value: unknown): value is Amounts =>
    typeof value === 'object' && value !== null && Object.values(value).every((amount) => typeof amount === 'number');
  return named.filter(isAmounts);
}

function thresholdOf(terms: BenefitTerms, currency: string): number {
  if (terms.kind === 'TIERS') return terms.tiers[0]?.threshold[currency] ?? 0;
  if (terms.kind === 'EVERY_X') return terms.every[currency] ?? 0;
  return 'threshold' in terms ? (terms.threshold?.[currency] ?? 0) : 0;
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

function phaseOf({ doc, candidate }: Entry, terms: BenefitTerms): number {
  const own = ownPhase[terms.kind];
  if (own !== undefined) return own;
  if (doc.rule.stackingGroup === 'ITEM') return 1;
  return candidate.promotion.merchantId === null ? 4 : 3;
}

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

/** Whether a benefit has any goods, and its threshold is one these reach before any discount. */
function couldAct({ goods }: Shop, { isMute, threshold, goods: own }: Part): boolean {
  if (isMute) return false;
  return sum(own.map((place) => listOf(goods[place]))) >= threshold;
}

function listOf(good: Good | undefined): number {
  return good ? good.price * good.line.quantity : 0;
}

/** Whether a set keeps all rules about what may stand together. */
function isLegal({ settings }: Shop, set: readonly Entry[]): boolean {
  if (set.filter((entry) => entry.coupon !== null).length > settings.maxCouponsPerOrder) return false;
  for (const a of set) for (const b of set) if (a !== b && !mayMeet(a, b, settings)) return false;
  for (const group of settings.stackingGroups) {
    const members = set.filter((entry) => entry.doc.rule.stackingGroup === group.name);
    if (group.maxPerOrder !== null && members.length > group.maxPerOrder) return false;
    if (group.maxPerLine === null) continue;
    const perLine: number[] = [];
    for (const place of members.flatMap(({ about }) => about)) perLine[place] = (perLine[place] ?? 0) + 1;
    const { maxPerLine } = group;
    if (perLine.some((count) => count > maxPerLine)) return false;
  }
  return true;
}

function mayMeet(a: Entry, b: Entry, settings: TenantSettings): boolean {
  const stackable = settings.stackingGroups.some((g) => g.alwaysStackable && g.name === b.doc.rule.stackingGroup);
  if (a.doc.rule.exclusive && !stackable) return false;
  const names = [b.candidate.promotion.templateId, b.doc.rule.stackingGroup, ...b.doc.tags];
  if (a.doc.rule.excludes.some((name) => names.includes(name))) return false;
  return a.doc.rule.combinesWith === null || a.doc.rule.combinesWith.some((name) => names.includes(name));
}

/** Plays a set in canonical order; null when one of it would have no effect. @param isTold whether its units matter in the end */
function playSet(shop: Shop, set: Entry[], isTold: boolean): Played | null {
  const { cart, goods } = shop;
  const parts = set.flatMap((entry) => entry.parts).sort(canonical);
  const looksAtUnits = isTold || parts.some(({ phase, terms }) => phase === 2 && terms.kind !== 'GIFT');
  const list = [...goods.map(listOf), cart.shipping?.amount ?? 0];
  const table: Table = {
    left: [...list],
    start: list,
    units: looksAtUnits
      ? goods.flatMap(({ line, price }, place) =>
          Array.from({ length: line.quantity }, (): Unit => ({ place, amount: price, used: false })),
        )
      : [],
  };
  const played: Played = { set, saving: 0, awards: 0, table, deposits: [], gifts: [], points: 0 };
  const effects = new Map(set.map((entry) => [entry, 0]));
  const spent = new Map(set.map((entry) => [entry, 0]));
  let phase = 0;
  for (const part of parts) {
    const { entry, terms } = part;
    if (part.phase !== phase) {
      phase = part.phase;
      table.start = [...table.left];
    }
    const amount = isReached(shop, part, table)
      ? applied(shop, part, table, entry.budget - (spent.get(entry) ?? 0))
      : 0;
    if (amount === null) return null;
    spent.set(entry, (spent.get(entry) ?? 0) + amount);
    played.saving += amount;
    const isAward = awarded(shop, part, played);
    if (isAward) played.awards++;
    effects.set(entry, (effects.get(entry) ?? 0) + amount + (isAward ? 1 : 0));
    if (terms.kind === 'DEPOSIT_EXPANSION' && !part.isMute)
      for (const place of part.goods)
        played.deposits.push((terms.deposit[cart.currency] ?? 0) * (goods[place]?.line.quantity ?? 0));
  }
  return [...effects.values()].some((effect) => effect < 1) ? null : played;
}

function isReached(shop: Shop, part: Part, table: Table): boolean {
  return !part.isMute && baseOf(shop, part.entry.doc.rule.thresholdBase, part.goods, table) >= part.threshold;
}

function baseOf({ goods }: Shop, base: string, places: readonly number[], { left, start }: Table): number {
  return sum(
    places.map(
      (place) =>
        (base === 'REMAINING' ? left[place] : base === 'PHASE_START' ? start[place] : listOf(goods[place])) ?? 0,
    ),
  );
}

/** Whether a gift or points are given, which are noted. */
function awarded(shop: Shop, part: Part, played: Played): boolean {
  const { terms } = part;
  if ((terms.kind !== 'GIFT' && terms.kind !== 'POINTS') || !isReached(shop, part, played.table)) return false;
  if (terms.kind === 'GIFT') {
    for (const { skuId, quantity } of terms.gifts) played.gifts.push(`${part.entry.key} ${skuId} × ${quantity}`);
    return true;
  }
  const left = baseOf(shop, 'REMAINING', part.goods, played.table);
  const every = terms.every?.[shop.cart.currency];
  const times = every === undefined ? 1 : Math.floor(left / every);
  played.points += times * terms.points;
  return times > 0;
}

/** Takes off what a benefit is worth when its turn comes, and says how much that was; null where its budget does not allow it. */
function applied(shop: Shop, part: Part, table: Table, budget: number): number | null {
  const { entry, terms, goods: places } = part;
  const { rule } = entry.doc;
  const currency = shop.cart.currency;
  const now = (place: number) => table.left[place] ?? 0;
  const units = (place: number) => shop.goods[place]?.line.quantity ?? 0;
  /** What the benefit takes off goods of which these are the bases. */
  const worth = (counted: number): number => worthOn(terms, counted, currency, rule.rounding);
  const each = (amountOf: (place: number) => number): Share[] =>
    places.map((place) => ({ place, weight: Math.max(0, Math.min(now(place), amountOf(place))) }));
  const allOf = (shares: Share[], parting: Parting = rule.allocation === 'EVEN' ? 'EVEN' : 'PROPORTIONAL') =>
    taken(shop, part, table, budget, sum(shares.map(({ weight }) => weight)), shares, parting);
  switch (terms.kind) {
    case 'THRESHOLD_REDUCTION':
    case 'FIXED':
    case 'PERCENT':
    case 'EVERY_X':
    case 'TIERS': {
      if (rule.allocation === 'EACH')
        return allOf(
          each((place) => worth(now(place))),
          'PROPORTIONAL',
        );
      const amount = Math.min(worth(baseOf(shop, rule.base, places, table)), sum(places.map(now)));
      const shares = places.map((place) => ({ place, weight: now(place) }));
      return taken(shop, part, table, budget, amount, shares, rule.allocation === 'EVEN' ? 'EVEN' : 'PROPORTIONAL');
    }
    case 'FIXED_PER_UNIT':
      return allOf(each((place) => (terms.off[currency] ?? 0) * units(place)));
    case 'FIXED_PRICE':
      return allOf(each((place) => now(place) - (terms.price[currency] ?? 0) * units(place)));
    case 'DEPOSIT_EXPANSION':
      return allOf(each((place) => ((terms.worth[currency] ?? 0) - (terms.deposit[currency] ?? 0)) * units(place)));
    case 'BUY_X_GET_Y':
    case 'NTH_ITEM':
    case 'BUNDLE': {
      const choice = chosenUnits(part, terms, shop, table.units);
      const isWhole = terms.kind === 'BUNDLE' || terms.allocation === 'ALL_UNITS';
      const bearing = isWhole ? [...choice.targets, ...choice.triggers] : choice.targets;
      const shares = [...new Set(bearing.map(({ place }) => place))]
        .sort((a, b) => a - b)
        .map((place) => ({ place, weight: total(bearing.filter((unit) => unit.place === place)) }));
      return taken(shop, part, table, budget, choice.saving, shares, 'PROPORTIONAL', {
        bearing,
        reserved: [...choice.targets, ...choice.triggers],
      });
    }
    case 'FREE_SHIPPING': {
      const { shipping } = shop.cart;
      if (!shipping || (terms.methods && !terms.methods.some((method) => method === shipping.method))) return 0;
      const place = shop.goods.length;
      const bases = { REMAINING: now(place), PHASE_START: table.start[place] ?? 0, ORIGINAL: shipping.amount };
      const amount = Math.min(worth(bases[rule.base]), now(place));
      return taken(shop, part, table, budget, amount, [{ place, weight: now(place) }], 'PROPORTIONAL');
    }
    case 'GIFT':
    case 'POINTS':
      return 0;
  }
}

function worthOn(terms: BenefitTerms, base: number, currency: string, rounding: string): number {
  const rated = (rate: number, most: Amounts | undefined) =>
    Math.min(rounded(base, rate, rounding), most?.[currency] ?? Number.POSITIVE_INFINITY);
  switch (terms.kind) {
    case 'THRESHOLD_REDUCTION':
    case 'FIXED':
      return terms.off[currency] ?? 0;
    case 'PERCENT':
    case 'FREE_SHIPPING':
      return rated(terms.percentOffBasisPoints, terms.maxAmount);
    case 'EVERY_X':
      return (
        Math.min(terms.maxTimes ?? Number.POSITIVE_INFINITY, Math.floor(base / (terms.every[currency] ?? 1))) *
        (terms.off[currency] ?? 0)
      );
    case 'TIERS': {
      const tier = terms.tiers.findLast((one) => (one.threshold[currency] ?? 0) <= base);
      if (!tier) return 0;
      return 'off' in tier ? (tier.off[currency] ?? 0) : rated(tier.percentOffBasisPoints, tier.maxAmount);
    }
    default:
      return 0;
  }
}

/** What a line may bear by. */
interface Share {
  place: number;
  weight: number;
}

type Parting = 'PROPORTIONAL' | 'EVEN';

/** Places an amount as far as floors and the budget allow it; null where the budget does not suffice. */
function taken(
  shop: Shop,
  { phase, entry }: Part,
  table: Table,
  budget: number,
  wanted: number,
  shares: Share[],
  parting: Parting,
  pattern?: { bearing: Unit[]; reserved: Unit[] },
): number | null {
  const placeable = sum(placed(shop, table, wanted, shares, parting));
  if (placeable > budget && !entry.doc.limit.budget?.partialOnBudget) return null;
  const amount = Math.min(placeable, budget);
  if (amount === 0) return 0;
  const parts = placed(shop, table, amount, shares, parting);
  shares.forEach(({ place }, index) => {
    const part = parts[index] ?? 0;
    table.left[place] = (table.left[place] ?? 0) - part;
    if (table.units.length > 0 && phase !== 5)
      spreadOver(
        table.units.filter((unit) => unit.place === place && (!pattern || pattern.bearing.includes(unit))),
        part,
      );
  });
  for (const unit of pattern?.reserved ?? []) unit.used = true;
  return amount;
}

/**
 * Parts an amount by largest remainder; what a line cannot take for its floor, or a merchant for what must stay of its goods, goes
 * to the others, round after round, until nothing is left or nobody can take more.
 */
function placed(
  { settings, goods, cart }: Shop,
  table: Table,
  wanted: number,
  shares: Share[],
  parting: Parting,
): number[] {
  const given = shares.map(() => 0);
  const isShipping = shares.some(({ place }) => place === goods.length);
  const after = (place: number) =>
    (table.left[place] ?? 0) - sum(shares.map((one, at) => (one.place === place ? (given[at] ?? 0) : 0)));
  const lineRoom = (at: number): number => {
    const { place, weight } = shares[at] ?? { place: 0, weight: 0 };
    const good = goods[place];
    const floor = good ? Math.min(good.line.minUnitPrice ?? 0, good.price) * good.line.quantity : 0;
    return Math.max(0, Math.min(weight - (given[at] ?? 0), after(place) - floor));
  };
  const merchantRoom = (merchant: string): number => {
    const own = goods.flatMap(({ line }, place) => (line.merchantId === merchant ? [place] : []));
    const list = sum(own.map((place) => listOf(goods[place])));
    const share = settings.floors?.maxDiscountShareBasisPoints ?? 10_000;
    return Math.max(0, sum(own.map(after)) - (list - rounded(list, share, 'DOWN')));
  };
  const everything = goods.map((_, place) => place);
  const least = Math.min(settings.floors?.minPayable?.[cart.currency] ?? 0, sum(goods.map(listOf)));
  let left = isShipping ? wanted : Math.max(0, Math.min(wanted, sum(everything.map(after)) - least));
  while (left > 0) {
    const merchants = new Map<string, number[]>();
    const open = shares.flatMap(({ place }, at) => {
      const merchant = goods[place]?.line.merchantId ?? '';
      if (lineRoom(at) === 0 || (!isShipping && merchantRoom(merchant) === 0)) return [];
      merchants.set(merchant, [...(merchants.get(merchant) ?? []), at]);
      return [at];
    });
    if (open.length === 0) break;
    const asked = new Map<number, number>();
    const weightOf = (at: number) => (parting === 'EVEN' ? 1 : (shares[at]?.weight ?? 0));
    largestRemainder(left, open.map(weightOf)).forEach((part, index) => {
      const at = open[index] ?? 0;
      asked.set(at, Math.min(part, lineRoom(at)));
    });
    for (const [merchant, members] of merchants) {
      let room = isShipping ? left : merchantRoom(merchant);
      const all = sum(members.map((at) => asked.get(at) ?? 0));
      if (all <= room) {
        for (const at of members) given[at] = (given[at] ?? 0) + (asked.get(at) ?? 0);
        left -= all;
        continue;
      }
      // The merchant takes all it can, and its lines share that among themselves.
      left -= room;
      while (room > 0) {
        const takers = members.filter((at) => lineRoom(at) > 0);
        const parts = largestRemainder(room, takers.map(weightOf)).map((part, index) =>
          Math.min(part, lineRoom(takers[index] ?? 0)),
        );
        takers.forEach((at, index) => {
          given[at] = (given[at] ?? 0) + (parts[index] ?? 0);
        });
        room -= sum(parts);
      }
    }
  }
  return given;
}

/** Floors first, then one unit at a time to whoever was cut the most; then to the heavier, then to the earlier. */
function largestRemainder(amount: number, weights: readonly number[]): number[] {
  const whole = sum(weights);
  if (whole === 0) return weights.map(() => 0);
  const parts = weights.map((weight) => Math.floor((amount * weight) / whole));
  const cut = weights.map((weight) => (amount * weight) % whole);
  const order = [...weights.keys()].sort(
    (a, b) => (cut[b] ?? 0) - (cut[a] ?? 0) || (weights[b] ?? 0) - (weights[a] ?? 0) || a - b,
  );
  const rest = amount - sum(parts);
  for (const index of order.slice(0, rest)) parts[index] = (parts[index] ?? 0) + 1;
  return parts;
}

function spreadOver(units: Unit[], amount: number): void {
  const parts = largestRemainder(
    amount,
    units.map((unit) => unit.amount),
  );
  units.forEach((unit, index) => {
    unit.amount -= parts[index] ?? 0;
  });
}

interface UnitChoice {
  targets: Unit[];
  triggers: Unit[];
  saving: number;
}

type OnUnits = Extract<BenefitTerms, { kind: 'BUY_X_GET_Y' | 'NTH_ITEM' | 'BUNDLE' }>;

/** Every number of repeats is tried, and the one that the terms ask for is taken. */
function chosenUnits({ entry, goods, gettable }: Part, terms: OnUnits, shop: Shop, units: Unit[]): UnitChoice {
  const place = new Map(units.map((unit, index) => [unit, index]));
  const first = (a: Unit, b: Unit) => (place.get(a) ?? 0) - (place.get(b) ?? 0);
  const cheapest = (a: Unit, b: Unit) => a.amount - b.amount || first(a, b);
  const dearest = (a: Unit, b: Unit) => b.amount - a.amount || first(a, b);
  const free = units.filter((unit) => !unit.used);
  const most = Math.min(terms.maxOccurrence ?? units.length, units.length);
  let best: UnitChoice = { targets: [], triggers: [], saving: 0 };
  let bestWorth = 0;
  for (let times = 1; times <= most; times++) {
    let targets: Unit[] = [];
    let triggers: Unit[] = [];
    if (terms.kind === 'BUNDLE') {
      const perItem = terms.items.map(({ skuIds, quantity }) =>
        free
          .filter(
            (unit) => goods.includes(unit.place) && skuIds.some((sku) => sku === shop.goods[unit.place]?.line.skuId),
          )
          .sort(dearest)
          .slice(0, times * quantity),
      );
      if (perItem.some((picked, item) => picked.length < times * (terms.items[item]?.quantity ?? 1))) break;
      targets = perItem.flat();
      const worth = total(targets) - times * (terms.price?.[shop.cart.currency] ?? 0);
      if (worth <= bestWorth) continue;
      bestWorth = worth;
    } else {
      const [buy, get] = terms.kind === 'NTH_ITEM' ? [terms.n - 1, 1] : [terms.buy, terms.get];
      const canTrigger = free.filter((unit) => goods.includes(unit.place));
      const canTarget = free.filter((unit) => gettable.includes(unit.place));
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

function total(units: readonly Unit[]): number {
  return sum(units.map(({ amount }) => amount));
}

function sum(amounts: readonly number[]): number {
  let all = 0;
  for (const amount of amounts) all += amount;
  return all;
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

function halfUp(dividend: bigint, divisor: bigint): number {
  return Number((dividend * 2n + divisor) / (divisor * 2n));
}

/** Largest saving, most gifts, fewest coupons, soonest to expire, smallest ids, earliest automatic promotions. */
function better(a: Played, b: Played, order: readonly Entry[]): boolean {
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
