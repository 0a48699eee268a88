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
  return new ClockFacts(now);
}

// Facts are made for every cart of a product list: classes, whose methods are made once.
class ClockFacts implements Facts {
  #zones: Map<string, LocalTime> | null = null;

  constructor(private readonly now: Date) {}

  get(fact: string): FactValue | undefined {
    if (!fact.startsWith('time.')) return undefined;
    if (fact === 'time.now') return this.now.getTime();
    const [name, zone] = fact.split('@');
    if (!zone) return undefined;
    switch (name) {
      case 'time.minuteOfDay':
        return this.#shownIn(zone).minuteOfDay;
      case 'time.dayOfWeek':
        return this.#shownIn(zone).dayOfWeek;
      case 'time.dayOfMonth':
        return this.#shownIn(zone).dayOfMonth;
      case 'time.month':
        return this.#shownIn(zone).month;
      default:
        return undefined;
    }
  }

  #shownIn(zone: string): LocalTime {
    this.#zones ??= new Map();
    const known = this.#zones.get(zone) ?? localTimeOf(this.now, zone);
    this.#zones.set(zone, known);
    return known;
  }
}

/** The fact under which a cart tells what it could be reached by; rules of merchants cannot name it. */
export const reachFact = 'cart.reach';

/** A reach key as a merchant's own promotions ask for it; the platform's ask for the key alone. */
export function reachOf(merchantId: string | null, key: string): string {
  return merchantId === null ? key : `${merchantId}\n${key}`;
}

/** Everything about a cart and its lines. */
export function cartFacts(cart: Cart): Facts {
  return new CartFacts(cart);
}

const ofCart: ReadonlyMap<string, (cart: Cart) => FactValue> = new Map<string, (cart: Cart) => FactValue>([
  ['cart.currency', ({ currency }) => currency],
  ['cart.subtotal', listAmountOf],
  ['cart.itemCount', ({ lines }) => lines.reduce((sum, { quantity }) => sum + quantity, 0)],
  ['cart.lineCount', ({ lines }) => lines.length],
  ['cart.skus', ({ lines }) => distinct(lines.map(({ skuId }) => skuId))],
  ['cart.categories', ({ lines }) => distinct(lines.flatMap(({ category }) => withAncestors(category)))],
  ['cart.brands', ({ lines }) => distinct(lines.flatMap(({ brand }) => brand ?? []))],
  ['cart.merchants', ({ lines }) => distinct(lines.map(({ merchantId }) => merchantId))],
  ['cart.itemTypes', ({ lines }) => distinct(lines.map(({ itemType }) => itemType))],
  [
    reachFact,
    ({ lines }) =>
      distinct(lines.flatMap((line) => reachKeysOfSku(line).flatMap((key) => [key, reachOf(line.merchantId, key)]))),
  ],
]);

class CartFacts implements Facts {
  // Worked out when first asked: most rules ask for few of them.
  readonly #made = new Map<string, FactValue>();
  #lines: readonly Facts[] | null = null;

  constructor(private readonly cart: Cart) {}

  get(fact: string): FactValue | undefined {
    const known = this.#made.get(fact);
    if (known !== undefined) return known;
    const value = ofCart.get(fact)?.(this.cart);
    if (value !== undefined) this.#made.set(fact, value);
    return value;
  }

  get lines(): readonly Facts[] {
    this.#lines ??= this.cart.lines.map(lineFacts);
    return this.#lines;
  }
}

/** What several sources know together; where two know the same fact, the earlier one is believed. */
export function joinedFacts(...sources: readonly Facts[]): Facts {
  return new JoinedFacts(sources);
}

class JoinedFacts implements Facts {
  constructor(private readonly sources: readonly Facts[]) {}

  get(fact: string): FactValue | undefined {
    for (const source of this.sources) {
      const value = source.get(fact);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  get lines(): readonly Facts[] | undefined {
    return this.sources.find(({ lines }) => lines)?.lines;
  }
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
