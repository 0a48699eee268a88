import { z } from 'zod';
import { isCurrencyCode } from './money';
import type { RejectionCode } from './pricing/trace';
import { category, filledListOf, id, instant, listOf, text, times } from './promotion-bounds';
import { readWrittenFacts } from './rules/written-facts';

/** What a document's own examples keep to, so that running them all never takes long. */
export const exampleBounds = { examples: 20, lines: 20, named: 30, factsLength: 10_000, coupons: 10 } as const;

/** The reasons for which a promotion alone can be refused, whatever else there is. */
const refusals = [
  'NOT_STARTED',
  'ENDED',
  'COUPON_NOT_YET_VALID',
  'COUPON_EXPIRED',
  'NOT_ELIGIBLE',
  'OUT_OF_SCOPE',
  'NO_VALUE_FOR_CURRENCY',
  'BELOW_THRESHOLD',
  'NO_EFFECT',
] as const satisfies readonly RejectionCode[];

const amount = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const few = (named: Record<string, unknown>) => Object.keys(named).length <= exampleBounds.named;

const line = z.strictObject({
  skuId: id.optional().describe('A name for the SKU, where the promotion names SKUs; it need not be in the catalogue.'),
  unitPrice: amount.describe('The list price of one unit.'),
  quantity: times.default(1),
  merchantId: id.optional().describe('Who sells it; the merchant of the template if absent.'),
  category: category.optional().describe('Its place in the category tree; in no category if absent.'),
  brand: text.optional(),
  itemType: z.enum(['IN_STOCK', 'PRESALE']).default('IN_STOCK'),
  attributes: z
    .record(z.string(), text)
    .refine(few, `at most ${exampleBounds.named} attributes`)
    .optional()
    .describe('What rules may ask of the goods further, e.g. {"colour": "red"}.'),
});

const facts = z
  .record(z.string(), z.unknown().meta({ type: ['boolean', 'integer', 'string', 'array'] }))
  .refine(few, `at most ${exampleBounds.named} facts`)
  .refine((written) => JSON.stringify(written).length <= exampleBounds.factsLength, 'fewer and shorter facts')
  .superRefine((written, context) => {
    const read = readWrittenFacts(written);
    for (const { path, found, allowed, cure } of read.ok ? [] : read.refusal)
      context.addIssue({
        code: 'custom',
        path: path.slice(1),
        message: allowed,
        params: { fault: { found, allowed, cure } },
      });
  })
  .describe(
    'What is known of shopper, order and context, by the names that rules use: {"user.tier": "GOLD", "context.channel": "APP"}. Instants are ISO 8601 texts; what is absent is unknown.',
  );

/** What a document shows of itself: a cart, and what it takes off or why it is refused. It depends on the document alone. */
const example = z.strictObject({
  name: text.describe('What it shows, e.g. "just below the threshold".'),
  cart: z
    .strictObject({
      currency: z
        .string()
        .refine((code): boolean => isCurrencyCode(code), 'an ISO 4217 currency code in capitals, e.g. CNY'),
      lines: filledListOf(line, exampleBounds.lines),
      shipping: z
        .strictObject({ method: text, amount })
        .optional()
        .describe('How the goods travel and what that costs; nothing is charged for it if absent.'),
    })
    .describe('Amounts are whole minor units of its currency.'),
  facts: facts.optional(),
  coupons: z
    .int()
    .min(1)
    .max(exampleBounds.coupons)
    .optional()
    .describe('How many coupons of it the shopper holds, with trigger COUPON; one if absent.'),
  at: instant
    .optional()
    .describe(
      'When the cart is priced; if absent, the first moment at which it can be used. Coupons were claimed last.',
    ),
  expect: z
    .union(
      [
        z.strictObject({
          discount: amount.describe('What it takes off goods and shipping together.'),
          payable: amount.optional().describe('What the order then costs.'),
        }),
        z.strictObject({ refusal: z.enum(refusals) }),
      ],
      `either {"discount": minor units}, with or without "payable", or {"refusal": one of ${refusals.join(', ')}}`,
    )
    .describe('What the promotion does to the cart when there is no other, under the settings of the marketplace.'),
});

/** The examples of a document. */
export const examples = listOf(example, exampleBounds.examples).describe(
  'Carts with what the promotion is expected to do to them; it is published only when all of them come out so.',
);

/** One example of a document. */
export type PromotionExample = z.output<typeof example>;
