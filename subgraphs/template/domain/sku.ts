import { asMerchantId, asSkuId, type MerchantId, type SkuId, type TenantId } from '../../shared/kernel/identifiers';
import { isCurrencyCode, wholeInBasisPoints } from '../../shared/kernel/money';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';

/** What the shop's catalogue says of one SKU, as it was taken over. */
export interface SkuFacts {
  skuId: SkuId;
  merchantId: MerchantId;
  name: string;
  /** Path from the root, e.g. `/food/snacks`. */
  category: string;
  brand: string | null;
  itemType: 'IN_STOCK' | 'PRESALE';
  /** List price per currency in minor units. */
  prices: Record<string, number>;
  /** The rate of tax on it; null is the tenant's default rate. */
  taxRateBasisPoints: number | null;
  /** What a unit costs at least after all discounts, per currency in minor units; the merchant's secret. */
  minUnitPrices: Record<string, number>;
  /** What a unit costs members, per currency in minor units. */
  memberPrices: Record<string, number>;
  attributes: Record<string, string>;
}

/** One SKU of the catalogue copy. */
export interface Sku extends SkuFacts {
  /** Grows with every change, from 1. */
  revision: number;
}

/** A SKU as a shop hands it over, not yet looked at. */
export interface GivenSku {
  id: string;
  name: string;
  /** A merchant may leave it out and means itself. */
  merchantId?: string | null;
  category: string;
  brand?: string | null;
  itemType?: 'IN_STOCK' | 'PRESALE' | null;
  listPrices: readonly GivenPrice[];
  taxRateBasisPoints?: number | null;
  minUnitPrices?: readonly GivenPrice[] | null;
  memberPrices?: readonly GivenPrice[] | null;
  attributes?: readonly { name: string; value: string }[] | null;
}

/** A price as a shop hands it over. */
export interface GivenPrice {
  minorUnits: number;
  currency: string;
}

/** One thing wrong with a list of SKUs. */
export interface SkuFault {
  code: 'INVALID_SKU' | 'FOREIGN_MERCHANT' | 'TOO_MANY';
  /** `['3', 'category']` is the fourth SKU's category; empty for the list as a whole. */
  path: string[];
  allowed: string;
  found: string;
  cure: string;
  /** The three in one sentence, with the path. */
  message: string;
}

/** SKUs that one call may carry. */
export const maxSkusPerCall = 1000;

const longest = { id: 128, name: 300, category: 300, brand: 200, attributeValue: 500 } as const;
const mostAttributes = 50;
const attributeName = /^\p{L}[\p{L}\p{N}_-]{0,63}$/u;
const categoryPath = /^(\/[^/\s][^/]*)+$/;

/**
 * The facts of the SKUs, or everything that is wrong with them at once.
 * @param own the merchant who hands them over and may only speak for itself; null for the shop, which names the merchants
 */
export function readSkus(given: readonly GivenSku[], own: MerchantId | null): Outcome<SkuFacts[], SkuFault[]> {
  if (given.length > maxSkusPerCall)
    return refused([
      faultAt('TOO_MANY', [], `at most ${maxSkusPerCall}`, String(given.length), 'send them in several calls'),
    ]);
  const faults = [
    ...given.flatMap((sku, index) => faultsOf(sku, index, own)),
    ...faultsOfRepeats(
      given.map((sku) => sku.id),
      (index) => [String(index), 'id'],
    ),
  ];
  return faults.length > 0 ? refused(faults) : accepted(given.map((sku) => factsOf(sku, own)));
}

/** One name for a SKU among all tenants: `acme/sku-1`. */
export function skuKey(tenant: TenantId, id: SkuId): string {
  return `${encodeURIComponent(tenant)}/${id}`;
}

/** The facts of one SKU, or everything that is wrong with it; paths begin with `0`. */
export function readSku(given: GivenSku, own: MerchantId | null): Outcome<SkuFacts, SkuFault[]> {
  const faults = faultsOf(given, 0, own);
  return faults.length > 0 ? refused(faults) : accepted(factsOf(given, own));
}

/** Whether somebody may not touch a SKU: the shop may hand one to another merchant, a merchant touches its own alone. */
export function isForeign(known: Sku | undefined, own: MerchantId | null): boolean {
  return own !== null && known !== undefined && known.merchantId !== own;
}

/** The refusal of a SKU that another merchant sells. */
export function foreignMerchant(index: number, field: string, sku: string): SkuFault {
  const found = `${shown(sku)} of another merchant`;
  return faultAt('FOREIGN_MERCHANT', [String(index), field], 'a SKU of your own', found, 'leave it out');
}

/** Whether a SKU is already as the shop's catalogue says now. */
export function isUnchanged(known: SkuFacts, given: SkuFacts): boolean {
  return (
    known.merchantId === given.merchantId &&
    known.name === given.name &&
    known.category === given.category &&
    known.brand === given.brand &&
    known.itemType === given.itemType &&
    known.taxRateBasisPoints === given.taxRateBasisPoints &&
    isSameRecord(known.prices, given.prices) &&
    isSameRecord(known.minUnitPrices, given.minUnitPrices) &&
    isSameRecord(known.memberPrices, given.memberPrices) &&
    isSameRecord(known.attributes, given.attributes)
  );
}

function factsOf(given: GivenSku, own: MerchantId | null): SkuFacts {
  return {
    skuId: asSkuId(given.id),
    merchantId: asMerchantId(given.merchantId ?? own ?? ''),
    name: given.name,
    category: given.category,
    brand: given.brand ?? null,
    itemType: given.itemType ?? 'IN_STOCK',
    prices: pricesOf(given.listPrices),
    taxRateBasisPoints: given.taxRateBasisPoints ?? null,
    minUnitPrices: pricesOf(given.minUnitPrices ?? []),
    memberPrices: pricesOf(given.memberPrices ?? []),
    attributes: Object.fromEntries((given.attributes ?? []).map((attribute) => [attribute.name, attribute.value])),
  };
}

function faultsOf(given: GivenSku, index: number, own: MerchantId | null): SkuFault[] {
  const faults: SkuFault[] = [];
  const invalid = (path: string[], expected: string, found: unknown, cure: string) =>
    faults.push(invalidSku([String(index), ...path], expected, found, cure));
  const text = (field: 'id' | 'name' | 'brand', value: string, cure: string) => {
    if (value.trim() === '' || value.length > longest[field])
      invalid([field], `1 to ${longest[field]} characters`, value, cure);
  };

  text('id', given.id, "use the shop's own id");
  text('name', given.name, 'name the item');
  if (given.brand != null) text('brand', given.brand, 'correct the brand or leave it out');
  if (!categoryPath.test(given.category) || given.category.length > longest.category)
    invalid(['category'], 'a path from the root such as /food/snacks', given.category, 'correct the path');

  const merchant = given.merchantId ?? own;
  if (merchant === null || merchant.trim() === '' || merchant.length > longest.id)
    invalid(['merchantId'], 'the merchant who sells it', given.merchantId ?? null, 'name the merchant');
  else if (own !== null && merchant !== own) faults.push(foreignMerchant(index, 'merchantId', given.id));

  if (given.listPrices.length === 0)
    invalid(['listPrices'], 'a price in at least one currency', 'none', 'add the list price');
  given.listPrices.forEach(({ currency, minorUnits }, at) => {
    const path = ['listPrices', String(at)];
    if (!isCurrencyCode(currency)) invalid([...path, 'currency'], 'an ISO 4217 code', currency, 'correct the code');
    if (!isAmount(minorUnits))
      invalid([...path, 'minorUnits'], 'whole minor units, zero or more', minorUnits, 'correct the price');
  });
  const list = pricesOf(given.listPrices);
  const least = pricesOf(given.minUnitPrices ?? []);
  for (const field of ['minUnitPrices', 'memberPrices'] as const)
    (given[field] ?? []).forEach(({ currency, minorUnits }, at) => {
      const path = [field, String(at)];
      const most = list[currency];
      const from = field === 'memberPrices' ? (least[currency] ?? 0) : 0;
      if (most === undefined)
        invalid([...path, 'currency'], 'a currency of listPrices', currency, 'add the list price');
      else if (!isAmount(minorUnits) || minorUnits < from || minorUnits > most)
        invalid([...path, 'minorUnits'], withinText(field, from, most), minorUnits, 'correct the price');
    });
  for (const field of ['listPrices', 'minUnitPrices', 'memberPrices'] as const) {
    const currencies = (given[field] ?? []).map(({ currency }) => currency);
    faults.push(...faultsOfRepeats(currencies, (at) => [String(index), field, String(at), 'currency']));
  }
  const rate = given.taxRateBasisPoints ?? 0;
  if (!Number.isInteger(rate) || rate < 0 || rate > wholeInBasisPoints)
    invalid(
      ['taxRateBasisPoints'],
      `whole basis points from 0 to ${wholeInBasisPoints}`,
      rate,
      'correct the rate; 1300 is 13 %',
    );

  const attributes = given.attributes ?? [];
  if (attributes.length > mostAttributes)
    invalid(['attributes'], `at most ${mostAttributes}`, attributes.length, 'send fewer');
  attributes.forEach(({ name, value }, at) => {
    const path = ['attributes', String(at)];
    if (!attributeName.test(name))
      invalid([...path, 'name'], 'a letter, then letters, digits, _ and -, 64 at most', name, 'rename it');
    if (value.length > longest.attributeValue)
      invalid([...path, 'value'], `at most ${longest.attributeValue} characters`, value, 'shorten it');
  });
  const names = attributes.map((attribute) => attribute.name);
  faults.push(...faultsOfRepeats(names, (at) => [String(index), 'attributes', String(at), 'name']));
  return faults;
}

function pricesOf(given: readonly GivenPrice[]): Record<string, number> {
  return Object.fromEntries(given.map(({ currency, minorUnits }) => [currency, minorUnits]));
}

function isAmount(minorUnits: number): boolean {
  return Number.isSafeInteger(minorUnits) && minorUnits >= 0;
}

/** Between what a price must lie: no price is above the list price, and members pay no less than a unit must cost. */
function withinText(field: 'minUnitPrices' | 'memberPrices', from: number, most: number): string {
  const least = field === 'memberPrices' && from > 0 ? `${from}, the least a unit costs,` : String(from);
  return `whole minor units from ${least} to ${most}, the list price`;
}

/** One fault for each value that stands in the list already. */
function faultsOfRepeats(values: readonly string[], pathOf: (index: number) => string[]): SkuFault[] {
  const first = new Map<string, number>();
  return values.flatMap((value, index) => {
    const earlier = first.get(value);
    if (earlier === undefined) {
      first.set(value, index);
      return [];
    }
    return [invalidSku(pathOf(index), `each once, it is at ${earlier} already`, value, 'send one of them')];
  });
}

function invalidSku(path: string[], expected: string, found: unknown, cure: string): SkuFault {
  return faultAt('INVALID_SKU', path, expected, shown(found), cure);
}

function faultAt(code: SkuFault['code'], path: string[], allowed: string, found: string, cure: string): SkuFault {
  const where = `skus${path.map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`)).join('')}`;
  return { code, path, allowed, found, cure, message: `${where}: expected ${allowed}, found ${found}; ${cure}.` };
}

function isSameRecord<V>(one: Readonly<Record<string, V>>, other: Readonly<Record<string, V>>): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
