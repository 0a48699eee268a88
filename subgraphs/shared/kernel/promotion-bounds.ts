import { z } from 'zod';
import { isCurrencyCode, wholeInBasisPoints } from './money';

/** Sizes a document keeps to, so that no single one can slow everybody down. */
export const bounds = {
  listEntries: 200,
  textLength: 500,
  idLength: 128,
  categoryLength: 300,
  benefits: 5,
  tiers: 10,
  scopesTogether: 5,
} as const;

/** A text that people read. */
export const text = z.string().min(1).max(bounds.textLength);
/** An id of the shop's own. */
export const id = z.string().min(1).max(bounds.idLength);
/** A text by language tag. */
export const texts = z
  .object({ default: text })
  .catchall(text)
  .describe(
    'Texts by language tag, e.g. {"default": "满300减40", "en": "¥40 off orders over ¥300"}; `default` is required.',
  );
/** A list of bounded length. */
export const listOf = <T extends z.ZodType>(entry: T, most: number = bounds.listEntries) => z.array(entry).max(most);
/** A list of bounded length with at least one entry. */
export const filledListOf = <T extends z.ZodType>(entry: T, most: number = bounds.listEntries) =>
  listOf(entry, most).min(1);
/** An instant; kept in UTC. */
export const instant = z.iso
  .datetime({ offset: true, error: 'an ISO 8601 instant with its offset, e.g. 2026-11-11T00:00:00+08:00' })
  .transform((written) => new Date(written).toISOString())
  // An offset can carry the first and last hours out of the years that four digits can tell.
  .refine((utc) => /^\d{4}-/.test(utc), 'an instant in the years 0000 to 9999 UTC');
/** A path of the shop's category tree. */
export const category = z
  .string()
  .max(bounds.categoryLength)
  .regex(/^(\/[^/\s][^/]*)+$/, 'a path from the root without a closing slash, e.g. /food/snacks');
/** Whole minor units per currency. */
export const amounts = z
  .record(
    z.string().refine((code): boolean => isCurrencyCode(code), 'an ISO 4217 currency code in capitals, e.g. CNY'),
    z.int().min(1).max(Number.MAX_SAFE_INTEGER),
  )
  .refine((perCurrency) => Object.keys(perCurrency).length > 0, 'an amount in at least one currency')
  .describe('Whole minor units per currency, e.g. {"CNY": 4000} for ¥40.');
/** A rate: 1500 basis points are 15 %. */
export const rate = z.int().min(1).max(wholeInBasisPoints);
/** How often, at most. */
export const times = z.int().min(1).max(10_000);
/** A name in capitals: a stacking group, a product line. */
export const nameInCapitals = (example: string) =>
  z
    .string()
    .regex(
      /^[A-Z][A-Z0-9_]{0,39}$/,
      `a name in capitals, digits and underscores, at most 40 characters, e.g. ${example}`,
    );

const attributeNames = z
  .string()
  .regex(/^\p{L}[\p{L}\p{N}_-]{0,63}$/u, 'a letter, then letters, digits, _ and -, 64 at most');
/** Attributes of goods with the values that count, every named one of them: `{"colour": ["red", "blue"], "size": ["M"]}`. */
export const attributes = z
  .record(attributeNames, filledListOf(text, 50))
  .refine((named) => Object.keys(named).length > 0 && Object.keys(named).length <= 20, '1 to 20 attributes');

const simpleScopes = [
  z.strictObject({ kind: z.literal('STOREWIDE') }),
  z.strictObject({ kind: z.literal('CATEGORIES'), categories: filledListOf(category) }),
  z.strictObject({ kind: z.literal('BRANDS'), brands: filledListOf(text) }),
  z.strictObject({ kind: z.literal('SKUS'), skuIds: filledListOf(id) }),
  z.strictObject({ kind: z.literal('ATTRIBUTES'), attributes }),
] as const;
const simpleScope = z.discriminatedUnion('kind', [...simpleScopes]);

/** Goods; `ALL_OF` is goods that are in every one of its scopes (a category and a brand), `ANY_OF` in one of them. */
export const scope = z.discriminatedUnion('kind', [
  ...simpleScopes,
  z.strictObject({ kind: z.literal('ALL_OF'), scopes: filledListOf(simpleScope, bounds.scopesTogether) }),
  z.strictObject({ kind: z.literal('ANY_OF'), scopes: filledListOf(simpleScope, bounds.scopesTogether) }),
]);
