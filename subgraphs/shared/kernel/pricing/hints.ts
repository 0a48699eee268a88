import { compareIds } from '../money';
import { couldApply } from '../promotion-reach';
import { type Candidate, refOf } from './candidates';
import { type Cart, type CartLine, readCart, unitPriceOf } from './cart';
import { type PricedCart, type PriceInput, price } from './price';
import type { Explanation, PromotionRef } from './trace';

/** 凑单: "¥20 more saves ¥30". Adding goods like `like` worth `deficit` and pricing again saves exactly `saving` more. */
export interface Hint {
  promotion: PromotionRef;
  /** Where the threshold is written: `benefit[0]`. */
  benefit: string;
  /** Minor units of goods in scope that are missing. */
  deficit: number;
  /** Minor units that the order then saves more than now, everything together. */
  saving: number;
  /** A line of the cart; of the goods in scope, filling it with goods like these saves the most. */
  like: Pick<CartLine, 'lineId' | 'skuId' | 'category' | 'merchantId'>;
}

/** How much may be spent on looking for hints: each threshold is priced once for each kind of goods, seldom more often. */
export interface HintEffort {
  /** Thresholds that are tried, those with the smallest deficit first. */
  thresholds: number;
  /** Kinds of goods that are tried for each. */
  kinds: number;
  /** A word from outside after which nothing more is tried: what was found so far is told. */
  stop?: () => boolean;
}

const usualEffort: HintEffort = { thresholds: 5, kinds: 3 };

/**
 * What a little more would save, the largest saving first. Each hint is found by pricing the cart with the missing goods in
 * it, so that none lies; what would save nothing is not told.
 * @param now the price of the cart as it is, for the same input
 */
export function hintsFor(input: PriceInput, now: PricedCart, effort: HintEffort = usualEffort): Hint[] {
  const byRef = new Map(input.candidates.map((candidate) => [keyOf(refOf(candidate)), candidate]));
  const hints = missingIn(now)
    .slice(0, effort.thresholds)
    .flatMap((missing): Hint[] => {
      const candidate = byRef.get(keyOf(missing.promotion));
      const kinds = candidate ? kindsInScope(input.cart, candidate).slice(0, effort.kinds) : [];
      const filled = kinds.flatMap((line) => (effort.stop?.() ? null : filledWith(input, now, missing, line)) ?? []);
      return filled.sort((a, b) => b.saving - a.saving || a.deficit - b.deficit).slice(0, 1);
    });
  return hints.sort((a, b) => b.saving - a.saving || a.deficit - b.deficit);
}

/** The cart with goods like a line's, worth an amount at list price, as a line of their own; null where that is no cart any more. */
export function toppedUp(cart: Cart, like: CartLine, amount: number): Cart | null {
  const { lineId: _, minUnitPrice: __, offers: ___, ...facts } = like;
  const read = readCart(cart.currency, [...cart.lines, { ...facts, unitPrice: amount, quantity: 1 }], cart);
  return read.ok ? read.value : null;
}

/** A threshold that is not reached, or a step above the one that is. */
interface Missing {
  promotion: PromotionRef;
  benefit: string;
  deficit: number;
  /** What the promotion takes off now. */
  before: number;
}

/** How often a deficit is raised by what other discounts took off the goods that were to fill it. */
const attempts = 4;

function filledWith(input: PriceInput, now: PricedCart, missing: Missing, line: CartLine): Hint | null {
  const { promotion, benefit } = missing;
  let { deficit } = missing;
  let last: { deficit: number; more: number } | null = null;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const cart = toppedUp(input.cart, line, deficit);
    if (!cart) return null;
    const filled = price({ ...input, cart });
    const told = filled.considered.find((one) => one.promotion && keyOf(one.promotion) === keyOf(promotion));
    const saving = filled.saving - now.saving;
    if (told?.verdict === 'APPLIED' && told.amount > missing.before && saving > 0) {
      const { lineId, skuId, category, merchantId } = line;
      return { promotion, benefit, deficit, saving, like: { lineId, skuId, category, merchantId } };
    }
    const more = told ? deficitsOf(told).find((one) => one.benefit === benefit)?.deficit : undefined;
    if (more === undefined) return null;
    // Each unit added went only so far the last time; the next guess is priced again, so it need not be exact.
    const reach = last === null ? 1 : (last.more - more) / (deficit - last.deficit);
    if (reach <= 0) return null;
    last = { deficit, more };
    deficit += Math.ceil(more / reach);
  }
  return null;
}

/** Smallest deficit first. */
function missingIn({ considered }: PricedCart): Missing[] {
  return considered
    .flatMap(deficitsOf)
    .sort((a, b) => a.deficit - b.deficit || compareIds(keyOf(a.promotion), keyOf(b.promotion)));
}

function deficitsOf(explanation: Explanation): Missing[] {
  const { promotion } = explanation;
  if (!promotion) return [];
  switch (explanation.verdict) {
    case 'REJECTED': {
      const { code, path, deficit } = explanation.rejection;
      if (code !== 'BELOW_THRESHOLD' || deficit === null || path === null) return [];
      return [{ promotion, benefit: path.replace(/\.threshold$/, ''), deficit, before: 0 }];
    }
    case 'APPLIED':
      return explanation.benefits.flatMap(({ path, toNext }): Missing[] =>
        toNext === null ? [] : [{ promotion, benefit: path, deficit: toNext, before: explanation.amount }],
      );
    case 'BEATEN_BY':
      return [];
  }
}

/** One line of each kind of goods in scope: goods of a kind are alike for every promotion that names no SKU. */
function kindsInScope({ lines }: Cart, { promotion: { document, merchantId } }: Candidate): CartLine[] {
  const kinds = new Map<string, CartLine>();
  for (const line of [...lines].sort((a, b) => compareIds(a.lineId, b.lineId))) {
    if (!couldApply(document, merchantId, line) || !unitPriceOf(line).takesCoupons) continue;
    const { merchantId: merchant, category, brand, itemType, attributes } = line;
    const key = JSON.stringify([merchant, category, brand, itemType, attributes]);
    if (!kinds.has(key)) kinds.set(key, line);
  }
  return [...kinds.values()];
}

function keyOf({ templateId, couponId }: PromotionRef): string {
  return JSON.stringify([templateId, couponId]);
}
