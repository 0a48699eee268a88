import { type LocalTime, localTimeOf } from '../calendar';
import { type Cart, type CartLine, listAmountOf } from '../pricing/cart';
import { reachKeysOfSku, withAncestors } from '../promotion-reach';
import type { Facts, FactValue } from './facts';

/** Facts that are told once, by name: a shopper's profile, what a request says of itself. Absent and null are unknown. */
export function recordedFacts(record: Readonly<Record<string, FactValue | null | undefined>>): Facts {
  const known = new Map(Object.entries(record).flatMap(([name, value]) => (value == null ? [] : [[name, value]])));
  return { get: (fact) => known.get(fact) };
}

/** What the clock says at an instant of business time, in every zone that is asked for. */
export function clockFacts(now: Date): Facts {
  const zones = new Map<string, LocalTime>();
  const shownIn = (zone: string): LocalTime => {
    const known = zones.get(zone) ?? localTimeOf(now, zone);
    zones.set(zone, known);
    return known;
  };
  return {
    get(fact) {
      if (fact === 'time.now') return now.getTime();
      const [name, zone] = fact.split('@');
      if (!zone) return undefined;
      switch (name) {
        case 'time.minuteOfDay':
          return shownIn(zone).minuteOfDay;
        case 'time.dayOfWeek':
          return shownIn(zone).dayOfWeek;
        case 'time.dayOfMonth':
          return shownIn(zone).dayOfMonth;
        case 'time.month':
          return shownIn(zone).month;
        default:
          return undefined;
      }
    },
  };
}

/** The fact under which a cart tells what it could be reached by; rules of merchants cannot name it. */
export const reachFact = 'cart.reach';

/** A reach key as a merchant's own promotions ask for it; the platform's ask for the key alone. */
export function reachOf(merchantId: string | null, key: string): string {
  return merchantId === null ? key : `${merchantId}\n${key}`;
}

/** Everything about a cart and its lines. */
export function cartFacts(cart: Cart): Facts {
  const { lines } = cart;
  // Worked out when first asked: most rules ask for few of them.
  const makers: Readonly<Record<string, () => FactValue>> = {
    'cart.currency': () => cart.currency,
    'cart.subtotal': () => listAmountOf(cart),
    'cart.itemCount': () => lines.reduce((sum, { quantity }) => sum + quantity, 0),
    'cart.lineCount': () => lines.length,
    'cart.skus': () => distinct(lines.map(({ skuId }) => skuId)),
    'cart.categories': () => distinct(lines.flatMap(({ category }) => withAncestors(category))),
    'cart.brands': () => distinct(lines.flatMap(({ brand }) => brand ?? [])),
    'cart.merchants': () => distinct(lines.map(({ merchantId }) => merchantId)),
    'cart.itemTypes': () => distinct(lines.map(({ itemType }) => itemType)),
    [reachFact]: () =>
      distinct(lines.flatMap((line) => reachKeysOfSku(line).flatMap((key) => [key, reachOf(line.merchantId, key)]))),
  };
  const made = new Map<string, FactValue>();
  let madeLines: readonly Facts[] | null = null;
  return {
    get(fact) {
      const known = made.get(fact);
      if (known !== undefined || !Object.hasOwn(makers, fact)) return known;
      const value = makers[fact]?.();
      if (value !== undefined) made.set(fact, value);
      return value;
    },
    get lines() {
      madeLines ??= lines.map(lineFacts);
      return madeLines;
    },
  };
}

/** What several sources know together; where two know the same fact, the earlier one is believed. */
export function joinedFacts(...sources: readonly Facts[]): Facts {
  return {
    get(fact) {
      for (const source of sources) {
        const value = source.get(fact);
        if (value !== undefined) return value;
      }
      return undefined;
    },
    get lines() {
      return sources.find(({ lines }) => lines)?.lines;
    },
  };
}

/** Knows nothing. */
export const noFacts: Facts = { get: () => undefined };

function lineFacts(line: CartLine): Facts {
  return {
    get(fact) {
      switch (fact) {
        case 'line.sku':
          return line.skuId;
        case 'line.categories':
          return withAncestors(line.category);
        case 'line.brand':
          return line.brand ?? undefined;
        case 'line.merchant':
          return line.merchantId;
        case 'line.itemType':
          return line.itemType;
        case 'line.quantity':
          return line.quantity;
        case 'line.unitPrice':
          return line.unitPrice;
        case 'line.amount':
          return line.unitPrice * line.quantity;
        default: {
          const name = fact.startsWith(attributePrefix) ? fact.slice(attributePrefix.length) : '';
          return Object.hasOwn(line.attributes, name) ? line.attributes[name] : undefined;
        }
      }
    },
  };
}

const attributePrefix = 'line.attributes.';

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
