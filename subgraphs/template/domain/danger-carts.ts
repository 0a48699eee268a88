import { type BenefitTerms, currenciesOf, thresholdsOf } from '../../shared/kernel/benefit-terms';
import type { MerchantId, SkuId } from '../../shared/kernel/identifiers';
import { compareIds, wholeInBasisPoints } from '../../shared/kernel/money';
import { type Cart, type CartLine, readCart } from '../../shared/kernel/pricing/cart';
import { couldApply, type ReachableSku } from '../../shared/kernel/promotion-reach';
import type { PromotionTerms } from '../../shared/kernel/promotion-terms';
import { type Condition, childrenOf } from '../../shared/kernel/rules/condition';

/** Goods of the catalogue that carts are made of; amounts in minor units per currency. */
export interface TriedGoods extends ReachableSku {
  prices: Readonly<Record<string, number>>;
  /** What a unit costs at least. */
  minUnitPrices: Readonly<Record<string, number>>;
}

/** What one try keeps to: carts of one currency, units of one line, merchants whose goods are put together. */
const bounds = { carts: 150, units: 100, merchants: 5, amounts: 40 } as const;

/** Goods with their price in the currency of the carts. */
interface Priced {
  goods: TriedGoods;
  price: number;
}

/** Goods with how many units of them. */
type Basket = { item: Priced; quantity: number }[];

/** The currencies in which a promotion takes something off goods in scope, the one with most goods first. */
export function currenciesToTry(subject: PromotionTerms, goods: readonly TriedGoods[], most: number): string[] {
  const counts = new Map<string, number>();
  for (const one of goods)
    if (couldApply(subject.document, subject.merchantId, one))
      for (const currency of Object.keys(one.prices)) counts.set(currency, (counts.get(currency) ?? 0) + 1);
  return [...counts]
    .filter(([currency]) => subject.document.benefit.some((terms) => currenciesOf(terms)?.includes(currency) ?? true))
    .sort((a, b) => b[1] - a[1] || compareIds(a[0], b[0]))
    .slice(0, most)
    .map(([currency]) => currency);
}

/**
 * Carts at which a promotion and those beside it do their most: single units, each threshold and each tier just reached, caps
 * just reached, patterns just completed, goods of several merchants. Each has goods in the promotion's scope. The most
 * telling come first; there are at most 150.
 */
export function cartsToTry(
  subject: PromotionTerms,
  live: readonly PromotionTerms[],
  goods: readonly TriedGoods[],
  currency: string,
): Cart[] {
  const priced = goods
    .flatMap((one): Priced[] => {
      const price = one.prices[currency];
      return price === undefined || price <= 0 ? [] : [{ goods: one, price }];
    })
    .sort((a, b) => a.price - b.price || compareIds(a.goods.skuId, b.goods.skuId));
  const isInScope = ({ goods: one }: Priced) => couldApply(subject.document, subject.merchantId, one);
  const inScope = priced.filter(isInScope);
  const beside = priced.filter((item) => !isInScope(item));
  const others = live.filter(({ document, merchantId }) =>
    samples(inScope).some(({ goods: one }) => couldApply(document, merchantId, one)),
  );
  const own = criticalAmounts(subject, currency);
  const amounts = distinct([
    ...own,
    ...others.flatMap((other) => {
      const critical = criticalAmounts(other, currency);
      return [...critical, ...critical.flatMap((amount) => amountsBefore(amount, subject, currency))];
    }),
  ]).slice(0, bounds.amounts);
  const baskets = [
    ...samples(inScope).map((item) => [{ item, quantity: 1 }]),
    ...cheapestOfEach(inScope).map((item) => [{ item, quantity: 1 }]),
    ...amounts.flatMap((amount) => filled(inScope, amount)),
    // Where a threshold is far behind, another promotion may be the better one.
    ...own.flatMap((amount) => [2, 5].flatMap((times) => filled(inScope, amount * times).slice(0, 1))),
    ...samples(inScope).flatMap((item) => [2, 5].map((quantity) => [{ item, quantity }])),
    ...[subject, ...others].flatMap(({ document }) => document.benefit).flatMap((terms) => completed(terms, inScope)),
    ...mixed(inScope, beside, own.length > 0 ? own : amounts.slice(0, 3)),
  ];
  return distinctBaskets(baskets)
    .slice(0, bounds.carts)
    .flatMap((basket) => cartOf(basket, currency, subject.merchantId) ?? []);
}

/** Amounts of goods at which a promotion begins to do more, or stops: thresholds, tiers, multiples, caps, what it takes off. */
export function criticalAmounts({ document }: PromotionTerms, currency: string): number[] {
  const amounts: number[] = [];
  const add = (amount: number | undefined) => {
    if (amount !== undefined && Number.isSafeInteger(amount) && amount > 0) amounts.push(amount);
  };
  for (const terms of document.benefit) {
    add(thresholdsOf(terms)[currency]);
    switch (terms.kind) {
      case 'TIERS':
        for (const tier of terms.tiers) {
          add(tier.threshold[currency]);
          if ('percentOffBasisPoints' in tier) add(capReached(tier.percentOffBasisPoints, tier.maxAmount?.[currency]));
        }
        break;
      case 'EVERY_X':
        for (const times of [1, 2, terms.maxTimes ?? 3]) add((terms.every[currency] ?? 0) * times);
        break;
      case 'PERCENT':
        add(capReached(terms.percentOffBasisPoints, terms.maxAmount?.[currency]));
        break;
      case 'FIXED':
        add(terms.off[currency]);
    }
  }
  for (const amount of comparedWith(document.rule.condition, 'cart.subtotal')) {
    add(amount);
    add(amount + 1);
  }
  return distinct(amounts);
}

/** The amount from which a rate takes off its cap: 15 % with a cap of ¥150 is reached at ¥1,000. */
function capReached(rate: number, cap: number | undefined): number | undefined {
  return cap === undefined ? undefined : Math.ceil((cap * wholeInBasisPoints) / rate);
}

/** List amounts of which another's threshold is just left when a promotion has taken its part. */
function amountsBefore(threshold: number, { document }: PromotionTerms, currency: string): number[] {
  return document.benefit.flatMap((terms): number[] => {
    if ('off' in terms) return [threshold + (terms.off[currency] ?? 0)];
    if (!('percentOffBasisPoints' in terms) || terms.percentOffBasisPoints === undefined) return [];
    const left = wholeInBasisPoints - terms.percentOffBasisPoints;
    const amount = left > 0 ? Math.ceil((threshold * wholeInBasisPoints) / left) : Number.POSITIVE_INFINITY;
    return Number.isSafeInteger(amount) ? [amount] : [];
  });
}

function comparedWith(condition: Condition | undefined, fact: string): number[] {
  if (!condition) return [];
  if (!('fact' in condition)) return childrenOf(condition).flatMap((child) => comparedWith(child, fact));
  const { value } = { value: undefined, ...condition };
  return condition.fact === fact && typeof value === 'number' ? [value] : [];
}

/** The cheapest, the dearest and some between. */
function samples(sorted: readonly Priced[]): Priced[] {
  const last = sorted.length - 1;
  return distinct([0, 1, 2, Math.round(last / 4), Math.round(last / 2), last - 1, last]).flatMap(
    (place) => sorted[place] ?? [],
  );
}

/** The cheapest goods of each of a few merchants. */
function cheapestOfEach(sorted: readonly Priced[]): Priced[] {
  const cheapest = new Map<MerchantId, Priced>();
  for (const item of sorted) {
    const { merchantId } = item.goods;
    if (!cheapest.has(merchantId) && cheapest.size < bounds.merchants) cheapest.set(merchantId, item);
  }
  return [...cheapest.values()];
}

/** Baskets that reach an amount with as little beyond it as can be: of one kind of goods, and of two. */
function filled(sorted: readonly Priced[], amount: number): Basket[] {
  const fills = closest(sorted, amount).map(({ item, quantity }) => [{ item, quantity }]);
  const [best] = fills.flat();
  if (!best || best.item.price * best.quantity === amount) return fills.slice(0, 2);
  const pairs = samples(sorted).flatMap((item): Basket[] => {
    const [rest] = item.price < amount ? closest(sorted, amount - item.price) : [];
    return rest ? [[{ item, quantity: 1 }, rest]] : [];
  });
  const pair = least(pairs, totalOf);
  return [...fills.slice(0, 2), ...(pair ? [pair] : [])];
}

/** The three kinds of goods whose units reach an amount with least beyond it, fewer units first. */
function closest(sorted: readonly Priced[], amount: number): Basket {
  const best: Basket = [];
  const isBetter = (a: Basket[number], b: Basket[number]) =>
    a.item.price * a.quantity - b.item.price * b.quantity || a.quantity - b.quantity;
  for (const item of sorted) {
    const fit = { item, quantity: Math.ceil(amount / item.price) };
    const place = best.findIndex((other) => isBetter(fit, other) < 0);
    if (fit.quantity > bounds.units || (place < 0 && best.length === 3)) continue;
    best.splice(place < 0 ? best.length : place, 0, fit);
    best.length = Math.min(best.length, 3);
  }
  return best;
}

/** Baskets with just as many units as a pattern asks for. */
function completed(terms: BenefitTerms, sorted: readonly Priced[]): Basket[] {
  const units = (quantity: number): Basket[] => {
    const [cheapest, dearest] = [sorted[0], sorted.at(-1)];
    if (!cheapest || !dearest || quantity > bounds.units) return [];
    const alike = [cheapest, dearest].map((item) => [{ item, quantity }]);
    return quantity < 2
      ? alike
      : [
          ...alike,
          [
            { item: dearest, quantity: quantity - 1 },
            { item: cheapest, quantity: 1 },
          ],
        ];
  };
  switch (terms.kind) {
    case 'BUY_X_GET_Y':
      return units(terms.buy + terms.get);
    case 'NTH_ITEM':
      return units(terms.n);
    case 'BUNDLE': {
      const items = terms.items.map(({ skuIds, quantity }): Basket => {
        const item = sorted.find(({ goods }) => skuIds.includes(goods.skuId));
        return item ? [{ item, quantity }] : [];
      });
      return items.some((part) => part.length === 0) ? [] : [items.flat()];
    }
    default:
      return [];
  }
}

/** Goods of several merchants, and goods in scope beside goods that are not. */
function mixed(inScope: readonly Priced[], beside: readonly Priced[], amounts: readonly number[]): Basket[] {
  const merchants = cheapestOfEach(inScope);
  const together = merchants.length > 1 ? [merchants.map((item) => ({ item, quantity: 1 }))] : [];
  const halves = amounts.slice(0, 4).flatMap((amount): Basket[] => {
    const parts = merchants.slice(0, 2).flatMap(({ goods: { merchantId } }) => {
      const own = inScope.filter(({ goods }) => goods.merchantId === merchantId);
      return closest(own, Math.ceil(amount / 2)).slice(0, 1);
    });
    return parts.length === 2 ? [parts] : [];
  });
  const company = [beside[0], beside.at(-1)].flatMap((item) => item ?? []);
  const accompanied = amounts.slice(0, 4).flatMap((amount) => {
    const [fill] = filled(inScope, amount);
    return fill ? company.map((item): Basket => [...fill, { item, quantity: 1 }]) : [];
  });
  return [...together, ...halves, ...accompanied];
}

/** A basket of other goods than before, of each kind once. */
function distinctBaskets(baskets: readonly Basket[]): Basket[] {
  const known = new Map<string, Basket>();
  for (const basket of baskets) {
    const units = new Map<SkuId, Basket[number]>();
    for (const { item, quantity } of basket) {
      const before = units.get(item.goods.skuId)?.quantity ?? 0;
      units.set(item.goods.skuId, { item, quantity: before + quantity });
    }
    const joined = [...units.values()].sort((a, b) => compareIds(a.item.goods.skuId, b.item.goods.skuId));
    const key = JSON.stringify(joined.map(({ item, quantity }) => [item.goods.skuId, quantity]));
    if (!known.has(key)) known.set(key, joined);
  }
  return [...known.values()];
}

/** What a merchant must earn at least is told to that merchant and to the marketplace alone. */
function cartOf(basket: Basket, currency: string, owner: MerchantId | null): Cart | null {
  const lines = basket.map(({ item: { goods, price }, quantity }): Omit<CartLine, 'lineId'> => {
    const { skuId, merchantId, category, brand, itemType, attributes, minUnitPrices } = goods;
    const least = owner === null || owner === merchantId ? minUnitPrices[currency] : undefined;
    const facts = { skuId, merchantId, category, brand, itemType, attributes };
    return { ...facts, quantity, unitPrice: price, ...(least !== undefined && { minUnitPrice: least }) };
  });
  const read = readCart(currency, lines);
  return read.ok ? read.value : null;
}

function totalOf(basket: Basket): number {
  return basket.reduce((sum, { item, quantity }) => sum + item.price * quantity, 0);
}

function least<T>(list: readonly T[], of: (entry: T) => number): T | null {
  return list.reduce<T | null>((best, entry) => (best !== null && of(best) <= of(entry) ? best : entry), null);
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)];
}
