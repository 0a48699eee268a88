/**
 * What a fact may hold: `BOOLEAN` true or false; `INTEGER` a whole number (amounts are minor units); `TEXT` one text;
 * `TEXTS` a set of texts; `INSTANT` a point in time, in conditions an ISO 8601 text, in facts epoch milliseconds.
 */
export type FactType = 'BOOLEAN' | 'INTEGER' | 'TEXT' | 'TEXTS' | 'INSTANT';

/** A fact as its source tells it. */
export type FactValue = boolean | number | string | readonly string[];

/** One fact that rules may ask for. */
export interface FactDefinition {
  type: FactType;
  /** What it means to the shop, with its unit. */
  about: string;
  /** The smallest and largest value an INTEGER can have; rules that need another one can never hold. */
  range?: { min: number; max: number };
  /** The only values a TEXT or TEXTS can have. */
  values?: readonly string[];
}

/**
 * Where a rule reads facts. A fact that nobody knows is `undefined`: neither true nor false, "unknown".
 * `lines` holds the facts `line.*` of each cart line; undefined when there is no cart.
 */
export interface Facts {
  get(fact: string): FactValue | undefined;
  readonly lines?: readonly Facts[] | undefined;
}

const amount = { min: 0, max: Number.MAX_SAFE_INTEGER };
const many = { min: 0, max: 1_000_000_000 };

/** Every fact there is, by name. `user.*` comes from the shopper's profile, `cart.*` and `line.*` from the cart. */
export const factCatalogue: Readonly<Record<string, FactDefinition>> = {
  'user.id': { type: 'TEXT', about: "The shopper, by the marketplace's own id." },
  'user.isNew': { type: 'BOOLEAN', about: 'Whether the shopper has never paid for an order.' },
  'user.registeredAt': { type: 'INSTANT', about: 'When the shopper registered.' },
  'user.lastPaidAt': { type: 'INSTANT', about: 'When the shopper last paid for an order.' },
  'user.payTimes': { type: 'INTEGER', about: 'Orders the shopper has paid for.', range: many },
  'user.paidAmount': { type: 'INTEGER', about: 'What the shopper has paid in all, minor units.', range: amount },
  'user.tier': { type: 'TEXT', about: 'The member tier, e.g. GOLD.' },
  'user.tags': { type: 'TEXTS', about: 'Tags the shop gave the shopper.' },
  'user.segments': { type: 'TEXTS', about: 'Segments the shopper is in.' },
  'user.groups': { type: 'TEXTS', about: 'Groups the shopper belongs to, e.g. a company.' },
  'user.country': { type: 'TEXT', about: 'ISO 3166 code of the country the shopper lives in, e.g. CN.' },
  'user.city': { type: 'TEXT', about: 'The city the shopper lives in.' },

  'cart.currency': { type: 'TEXT', about: 'The currency of the cart, e.g. CNY.' },
  'cart.subtotal': { type: 'INTEGER', about: 'List prices of the whole cart, minor units.', range: amount },
  'cart.itemCount': { type: 'INTEGER', about: 'Units in the cart.', range: many },
  'cart.lineCount': { type: 'INTEGER', about: 'Lines in the cart.', range: { min: 0, max: 500 } },
  'cart.skus': { type: 'TEXTS', about: 'SKUs in the cart.' },
  'cart.categories': { type: 'TEXTS', about: 'Categories in the cart, each with all above it: /food and /food/tea.' },
  'cart.brands': { type: 'TEXTS', about: 'Brands in the cart.' },
  'cart.merchants': { type: 'TEXTS', about: 'Merchants whose goods are in the cart.' },
  'cart.itemTypes': { type: 'TEXTS', about: 'Kinds of item in the cart.', values: ['IN_STOCK', 'PRESALE'] },

  'line.sku': { type: 'TEXT', about: 'The SKU of the line.' },
  'line.categories': { type: 'TEXTS', about: 'The category of the line and all above it.' },
  'line.brand': { type: 'TEXT', about: 'The brand; unknown for goods without one.' },
  'line.merchant': { type: 'TEXT', about: 'The merchant who sells it.' },
  'line.itemType': { type: 'TEXT', about: 'The kind of item.', values: ['IN_STOCK', 'PRESALE'] },
  'line.quantity': { type: 'INTEGER', about: 'Units of the line.', range: { min: 1, max: 1_000_000 } },
  'line.unitPrice': { type: 'INTEGER', about: 'List price of one unit, minor units.', range: amount },
  'line.amount': { type: 'INTEGER', about: 'List price of the line, minor units.', range: amount },

  'time.now': { type: 'INSTANT', about: 'Now, in business time.' },
  'time.minuteOfDay': {
    type: 'INTEGER',
    about: "Minutes since midnight in the document's zone: 20:30 is 1230.",
    range: { min: 0, max: 1439 },
  },
  'time.dayOfWeek': {
    type: 'INTEGER',
    about: "Day of the week in the document's zone, Monday is 1 and Sunday 7.",
    range: { min: 1, max: 7 },
  },
  'time.dayOfMonth': {
    type: 'INTEGER',
    about: "Day of the month in the document's zone.",
    range: { min: 1, max: 31 },
  },
  'time.month': { type: 'INTEGER', about: "Month in the document's zone, 1 to 12.", range: { min: 1, max: 12 } },

  'order.paymentMethod': { type: 'TEXT', about: 'How the shopper wants to pay, as the shop names it.' },
  'order.shippingMethod': { type: 'TEXT', about: 'How the goods are to be sent, as the shop names it.' },

  'context.channel': { type: 'TEXT', about: 'Where the shopper buys, e.g. APP, WEB or MINI_PROGRAM.' },
  'context.country': { type: 'TEXT', about: 'ISO 3166 code of the country it is sent to.' },
  'context.city': { type: 'TEXT', about: 'The city it is sent to.' },
};

/** Families of texts that a shop names itself: `user.attributes.hobby`, `line.attributes.colour`. */
export const attributeFamilies = ['user.attributes', 'line.attributes', 'context.attributes'] as const;

/** The name of an attribute: a letter, then letters, digits, `_` and `-`, 64 at most. */
export const attributeName = /^\p{L}[\p{L}\p{N}_-]{0,63}$/u;

const attribute: FactDefinition = { type: 'TEXT', about: 'An attribute that the shop named itself.' };

/** What a fact is: from the catalogue, or a TEXT of an attribute family; null for a fact nobody knows of. */
export function factDefinition(fact: string): FactDefinition | null {
  if (Object.hasOwn(factCatalogue, fact)) return factCatalogue[fact] ?? null;
  for (const family of attributeFamilies)
    if (fact.startsWith(`${family}.`) && attributeName.test(fact.slice(family.length + 1))) return attribute;
  return null;
}

/** Whether a fact belongs to one cart line, so that it is asked inside `anyLine` and `everyLine` only. */
export function isLineFact(fact: string): boolean {
  return fact.startsWith('line.');
}

/** Facts that depend on the zone of the document: the same instant is another hour elsewhere. */
export function isZonedFact(fact: string): boolean {
  return fact.startsWith('time.') && fact !== 'time.now';
}
