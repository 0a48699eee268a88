import { z } from 'zod';
import { wholeInBasisPoints } from './money';
import { amounts, bounds, filledListOf, id, rate, scope, text, times } from './promotion-bounds';

const threshold = amounts.optional().describe('Spend at least this much on what is in scope.');
const maxAmount = amounts.optional().describe('The most it takes off.');

const selection = z.enum(['CHEAPEST', 'MOST_EXPENSIVE', 'CUSTOMER_BEST']).default('CHEAPEST');
const unitAllocation = z.enum(['ALL_UNITS', 'TARGET_ONLY']).default('ALL_UNITS');

/** Every kind of benefit a document may give. A new kind is an entry here and a file in `pricing/benefits`. */
export const benefit = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('THRESHOLD_REDUCTION'), threshold: amounts, off: amounts })
    .describe('满减: spend `threshold`, save `off`.'),
  z
    .strictObject({
      kind: z.literal('TIERS'),
      tiers: filledListOf(
        z.union(
          [
            z.strictObject({ threshold: amounts, off: amounts }),
            z.strictObject({ threshold: amounts, percentOffBasisPoints: rate, maxAmount }),
          ],
          'a threshold with either off or percentOffBasisPoints',
        ),
        bounds.tiers,
      ),
    })
    .describe('阶梯满减: the highest tier that is reached counts, alone.'),
  z
    .strictObject({ kind: z.literal('EVERY_X'), every: amounts, off: amounts, maxTimes: times.optional() })
    .describe('每满减: save `off` for each `every` spent, at most `maxTimes` times.'),
  z
    .strictObject({ kind: z.literal('PERCENT'), percentOffBasisPoints: rate, maxAmount, threshold })
    .describe('折扣: 8.5 折 is 1500 basis points off.'),
  z
    .strictObject({ kind: z.literal('FIXED'), off: amounts, threshold })
    .describe('立减: save `off`, whatever is bought.'),
  z
    .strictObject({ kind: z.literal('FIXED_PER_UNIT'), off: amounts, threshold })
    .describe('每件立减: save `off` on each unit in scope, at most what it costs.'),
  z
    .strictObject({ kind: z.literal('FIXED_PRICE'), price: amounts, threshold })
    .describe('一口价: each unit in scope costs `price`; one that is cheaper already stays so.'),
  z
    .strictObject({
      kind: z.literal('BUY_X_GET_Y'),
      buy: times,
      get: times,
      percentOffBasisPoints: rate.default(wholeInBasisPoints).describe('10000 makes the units free.'),
      getScope: scope.optional().describe('Where the discounted units come from; the scope of the document if absent.'),
      selection,
      allocation: unitAllocation,
      maxOccurrence: times.optional(),
    })
    .describe('买X送Y: for `buy` units, `get` more at a rate off.'),
  z
    .strictObject({
      kind: z.literal('NTH_ITEM'),
      n: times.min(2),
      percentOffBasisPoints: rate,
      selection,
      allocation: unitAllocation,
      maxOccurrence: times.optional(),
    })
    .describe('第N件折扣: every nth unit at a rate off; 第二件半价 is n 2 at 5000.'),
  z
    .strictObject({
      kind: z.literal('BUNDLE'),
      items: filledListOf(
        z.strictObject({ skuIds: filledListOf(id), quantity: times.default(1) }),
        bounds.tiers,
      ).refine(
        (items) => new Set(items.flatMap(({ skuIds }) => skuIds)).size === items.flatMap(({ skuIds }) => skuIds).length,
        'each SKU once',
      ),
      price: amounts.optional().describe('What one bundle costs; without it a rate is taken off.'),
      percentOffBasisPoints: rate.optional(),
      maxOccurrence: times.optional(),
    })
    .refine(
      ({ price, percentOffBasisPoints }) => (price === undefined) !== (percentOffBasisPoints === undefined),
      'either price or percentOffBasisPoints',
    )
    .describe('组合价: goods of every item together at a price or a rate off.'),
  z
    .strictObject({
      kind: z.literal('GIFT'),
      gifts: filledListOf(z.strictObject({ skuId: id, quantity: times.default(1) }), bounds.tiers),
      threshold,
    })
    .describe('赠品: goods that are added at no price.'),
  z
    .strictObject({
      kind: z.literal('FREE_SHIPPING'),
      methods: filledListOf(text, bounds.tiers).optional().describe('Shipping methods it pays for; all if absent.'),
      percentOffBasisPoints: rate.default(wholeInBasisPoints),
      maxAmount,
      threshold,
    })
    .describe('包邮: takes off shipping cost, never the price of goods.'),
  z
    .strictObject({ kind: z.literal('DEPOSIT_EXPANSION'), deposit: amounts, worth: amounts })
    .describe('定金膨胀: a deposit of `deposit` counts as `worth` when the rest is paid.'),
  z
    .strictObject({
      kind: z.literal('POINTS'),
      points: z.int().min(1).max(1_000_000_000),
      every: amounts.optional().describe('With it, the points are given for each amount spent; else once.'),
      threshold,
    })
    .describe('积分: points earned, not a discount.'),
]);

/** One benefit of a document. */
export type BenefitTerms = z.output<typeof benefit>;
/** A kind of benefit. */
export type BenefitKindName = BenefitTerms['kind'];

/** What a benefit's threshold asks to be spent, per currency; empty when it asks for nothing. */
export function thresholdsOf(terms: BenefitTerms): Readonly<Record<string, number>> {
  switch (terms.kind) {
    case 'TIERS':
      return terms.tiers[0]?.threshold ?? {};
    case 'EVERY_X':
      return terms.every;
    case 'BUY_X_GET_Y':
    case 'NTH_ITEM':
    case 'BUNDLE':
    case 'DEPOSIT_EXPANSION':
      return {};
    default:
      return terms.threshold ?? {};
  }
}

/** The currencies a benefit has values for; null when it works in every currency, as a pure percent does. */
export function currenciesOf(terms: BenefitTerms): string[] | null {
  const given: (Readonly<Record<string, number>> | undefined)[] = [];
  switch (terms.kind) {
    case 'THRESHOLD_REDUCTION':
    case 'FIXED':
    case 'FIXED_PER_UNIT':
      given.push(terms.off, terms.threshold);
      break;
    case 'TIERS':
      for (const tier of terms.tiers) given.push(tier.threshold, 'off' in tier ? tier.off : tier.maxAmount);
      break;
    case 'EVERY_X':
      given.push(terms.every, terms.off);
      break;
    case 'PERCENT':
    case 'FREE_SHIPPING':
      given.push(terms.maxAmount, terms.threshold);
      break;
    case 'FIXED_PRICE':
      given.push(terms.price, terms.threshold);
      break;
    case 'GIFT':
      given.push(terms.threshold);
      break;
    case 'DEPOSIT_EXPANSION':
      given.push(terms.deposit, terms.worth);
      break;
    case 'POINTS':
      given.push(terms.every, terms.threshold);
      break;
    case 'BUNDLE':
      given.push(terms.price);
      break;
    case 'BUY_X_GET_Y':
    case 'NTH_ITEM':
  }
  const [first, ...others] = given.flatMap((one) => (one ? [Object.keys(one)] : []));
  return first ? first.filter((currency) => others.every((known) => known.includes(currency))) : null;
}
