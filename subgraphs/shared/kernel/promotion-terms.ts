import { z } from 'zod';
import { benefit } from './benefit-terms';
import { addDays, isZone } from './calendar';
import { type DocumentFault, faultsOfIssues, short, stepsOf } from './document-faults';
import type { MerchantId, TemplateId, TenantId, VersionId } from './identifiers';
import { percentOf, wholeInBasisPoints } from './money';
import { daysOfWeek, timeOfDay } from './opening-hours';
import { accepted, assertNever, type Outcome, refused } from './outcome';
import {
  amounts,
  attributes,
  bounds,
  category,
  filledListOf,
  id,
  instant,
  listOf,
  nameInCapitals,
  scope,
  text,
  texts,
  times,
} from './promotion-bounds';
import { faultsBetweenFields } from './promotion-consistency';
import { examples } from './promotion-examples';
import { type Condition, conditionJsonSchemas } from './rules/condition';
import { readRule } from './rules/expression';

const zone = z.string().max(60).refine(isZone, 'an IANA time zone, e.g. Asia/Shanghai');
const stackingName = nameInCapitals('MERCHANT_COUPON');

const openingFields = {
  daysOfWeek: filledListOf(z.enum(daysOfWeek), 7)
    .optional()
    .describe('Only on these days of the week, in the zone of the document.'),
  hoursOfDay: filledListOf(z.strictObject({ from: timeOfDay, until: timeOfDay }), 12)
    .optional()
    .describe('Only within these hours, e.g. 20:00 to 22:00; 22:00 to 02:00 goes over midnight.'),
};

const returnFields = {
  returnable: z
    .boolean()
    .optional()
    .describe('Whether a coupon comes back when its order is cancelled or returned; it does if absent.'),
  extraDaysOnReturn: z
    .int()
    .min(0)
    .max(365)
    .optional()
    .describe(
      'A coupon that comes back can be used for at least so many days from then; no more than it had if absent.',
    ),
};

const validity = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('FIXED'), from: instant, until: instant, ...openingFields, ...returnFields }),
    z.strictObject({
      kind: z.literal('DAYS_AFTER_CLAIM'),
      days: z.int().min(1).max(3650),
      ...openingFields,
      ...returnFields,
    }),
  ])
  .describe(
    'When a coupon may be used, once it was claimed or a code has become one; for COUPON and CODE templates only.',
  );

const audience = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ALL') }),
  z.strictObject({ kind: z.literal('SEGMENTS'), segments: filledListOf(id) }),
  z.strictObject({ kind: z.literal('TAGS'), tags: filledListOf(id) }),
  z.strictObject({ kind: z.literal('NEW_USERS') }),
  z.strictObject({ kind: z.literal('GROUPS'), groups: filledListOf(id) }),
  z.strictObject({ kind: z.literal('USER_IDS'), userIds: filledListOf(id) }),
]);

const base = z.enum(['REMAINING', 'PHASE_START', 'ORIGINAL']);

const conditionInput = z.unknown();
/** The condition field: a tree or a CEL text; kept as a tree. */
const condition = conditionInput.transform((raw, context): Condition => {
  const read = readRule(raw);
  if (read.ok) return read.value;
  for (const fault of read.refusal)
    context.addIssue({ code: 'custom', path: stepsOf(fault.path), message: fault.allowed, params: { fault } });
  return z.NEVER;
});

const templateDocument = z.strictObject({
  name: texts,
  description: texts.optional(),
  badge: texts.optional().describe('A few words for a product list, e.g. {"default": "满300减40"}.'),
  logo: z
    .url({ protocol: /^https$/, error: 'an https address' })
    .max(bounds.textLength)
    .optional()
    .describe('A picture, by its https address.'),
  productLine: nameInCapitals('GROCERY').optional().describe('The business line that runs it, for reports.'),
  tags: listOf(id).default([]),
  trigger: z.enum(['COUPON', 'AUTOMATIC', 'CODE', 'ACTIVITY']),
  time: z.strictObject({
    startsAt: instant.describe('Coupons can be claimed, or the promotion applies, from here.'),
    endsAt: instant.describe('And no longer from here.'),
    zone: zone.default('Asia/Shanghai').describe('The zone in which days and hours are counted.'),
    ...openingFields,
    preheat: z
      .strictObject({
        startsAt: instant.describe('From here shoppers are shown that it is coming.'),
        recallUntil: instant
          .optional()
          .describe('Until here lists bring it up as coming; until time.startsAt if absent.'),
      })
      .optional()
      .describe('预热: shown before it begins, within its recall window.'),
    award: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('ON_PAYMENT') }),
        z.strictObject({ kind: z.literal('DAYS_AFTER_PAYMENT'), days: z.int().min(1).max(365) }),
        z.strictObject({ kind: z.literal('AT'), at: instant }),
      ])
      .optional()
      .describe('When gifts and points are given; on payment if absent.'),
    validity: validity.optional(),
  }),
  user: z
    .strictObject({
      audience: audience.default({ kind: 'ALL' }),
      excludes: z
        .strictObject({
          segments: filledListOf(id).optional(),
          tags: filledListOf(id).optional(),
          groups: filledListOf(id).optional(),
          userIds: filledListOf(id).optional(),
        })
        .optional()
        .describe('Whom it is not for, even in the audience.'),
    })
    .prefault({}),
  product: z
    .strictObject({
      scope: scope
        .default({ kind: 'STOREWIDE' })
        .describe(
          'Which goods it is about; a category includes everything below it, a merchant only ever reaches own goods.',
        ),
      itemType: z.enum(['ANY', 'IN_STOCK', 'PRESALE']).default('ANY'),
      excludes: z
        .strictObject({
          skuIds: listOf(id).default([]),
          categories: listOf(category).default([]),
          brands: listOf(text).default([]),
          attributes: attributes.optional().describe('Goods with one of these values of one of these attributes.'),
        })
        .prefault({}),
    })
    .prefault({}),
  limit: z
    .strictObject({
      stock: z
        .int()
        .min(1)
        .max(1_000_000_000)
        .optional()
        .describe(
          'Coupons to give out; for COUPON templates, and for CODE templates with public codes: uses of these in all.',
        ),
      perUser: z
        .strictObject({
          lifetime: times.optional(),
          perDay: times.optional(),
          perWeek: times.optional(),
          heldUnused: times.optional().describe('Coupons of this template one person may hold unused at a time.'),
        })
        .refine((limits) => Object.keys(limits).length > 0, 'at least one of lifetime, perDay, perWeek, heldUnused')
        .optional()
        .describe(
          'How many one person may claim in all, per day and per ISO week; how often one may use what applies by itself.',
        ),
      totalUses: z.int().min(1).max(1_000_000_000).optional().describe('Orders that may use it in all.'),
      budget: z
        .strictObject({
          amount: amounts,
          partialOnBudget: z
            .boolean()
            .default(false)
            .describe('Whether the last order may get what is left; else it gets nothing.'),
        })
        .optional()
        .describe('Money it may take off in all.'),
      reward: filledListOf(z.strictObject({ per: z.enum(['DAY', 'WEEK', 'MONTH', 'LIFETIME']), amount: amounts }), 4)
        .optional()
        .describe('What one person may save by it in a period.'),
    })
    .prefault({}),
  rule: z.strictObject({
    condition: condition
      .optional()
      .describe('What must hold of shopper, cart and moment: a tree, or the same as CEL text.'),
    priority: z.int().min(0).max(1_000_000).default(100).describe('Smaller is applied earlier within its phase.'),
    stackingGroup: stackingName,
    exclusive: z.boolean().default(false),
    excludes: listOf(id).default([]).describe('Template ids, tags or groups it never stands together with.'),
    combinesWith: listOf(id)
      .nullable()
      .default(null)
      .describe('When given, the only template ids, tags or groups it stands together with.'),
    always: z.boolean().default(false).describe('Forced in wherever it applies.'),
    rounding: z.enum(['HALF_UP', 'HALF_EVEN', 'DOWN']).default('HALF_UP'),
    base: base.default('REMAINING').describe('The amounts a percentage is taken of.'),
    allocation: z
      .enum(['PROPORTIONAL', 'EVEN', 'EACH'])
      .optional()
      .describe(
        'How an amount off goods is parted: by what each line costs (if absent), alike, or given to each line.',
      ),
    thresholdBase: base.default('PHASE_START').describe('The amounts a threshold is compared with.'),
  }),
  benefit: filledListOf(benefit, bounds.benefits),
  funding: z
    .strictObject({ platformBasisPoints: z.int().min(0).max(wholeInBasisPoints) })
    .optional()
    .describe("The platform's part of the cost; without it the owner of the template pays all."),
  examples: examples.optional(),
});

/** The six modules of a promotion as they are stored: parsed, canonical, every default filled in. */
export type TemplateDocument = z.output<typeof templateDocument>;
/** The goods a document is about. */
export type ProductScope = TemplateDocument['product']['scope'];
/** Which amounts a rate or a threshold looks at: what is left, what was left when the phase began, or list prices. */
export type AmountBase = z.output<typeof base>;

/** Who it is for. */
export type Audience = TemplateDocument['user']['audience'];

/** One immutable published version of a promotion: everything a price needs to know of it. */
export interface PromotionTerms {
  templateId: TemplateId;
  versionId: VersionId;
  /** Counts the versions of the template from 1. */
  version: number;
  tenantId: TenantId;
  /** Null for a promotion of the platform. */
  merchantId: MerchantId | null;
  document: TemplateDocument;
}

export type { BenefitTerms } from './benefit-terms';
export type { DocumentFault } from './document-faults';

/** The canonical document, or every fault at once, those between fields included. Parsing it again changes nothing. */
export function parseTemplateDocument(raw: unknown): Outcome<TemplateDocument, DocumentFault[]> {
  const parsed = templateDocument.safeParse(raw);
  const faults = [...(parsed.success ? [] : faultsOfIssues(parsed.error.issues, raw)), ...faultsBetweenFields(raw)];
  return parsed.success && faults.length === 0 ? accepted(parsed.data) : refused(withoutRepeats(faults));
}

/** JSON Schema (2020-12) of what `parseTemplateDocument` takes; rules between fields are not expressible in it. */
export function templateDocumentJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(templateDocument, {
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      // The condition has a reader of its own, so its shape is told apart and referred to.
      if (zodSchema === conditionInput)
        jsonSchema.anyOf = [
          { $ref: '#/$defs/Condition' },
          { type: 'string', description: 'The same as CEL text, e.g. user.payTimes > 5 && cart.itemCount >= 2.' },
        ];
    },
  });
  return { ...schema, $defs: { ...schema.$defs, ...conditionJsonSchemas() }, title: 'Promotion template' };
}

/**
 * What a well-formed document asks for that the platform would not keep if it were published now; empty when it keeps all
 * of it. A promise that nothing enforces is refused, never ignored.
 */
export function publishFaults(document: TemplateDocument): DocumentFault[] {
  const { trigger } = document;
  const faults: DocumentFault[] = [];
  const fault = (path: string, value: unknown, allowed: string, cure: string) =>
    faults.push({ path, found: short(value), allowed, cure });
  if (trigger === 'ACTIVITY')
    fault(
      'trigger',
      trigger,
      '"COUPON", "CODE" or "AUTOMATIC"',
      'publish it as a coupon, with codes or as an automatic promotion; activities cannot be published yet',
    );
  // Orders carry gifts and points from their payment on; nobody waits with them, and nobody collects a balance.
  if (document.time.award && document.time.award.kind !== 'ON_PAYMENT')
    fault('time.award', document.time.award, '{"kind":"ON_PAYMENT"}', 'remove it; later awards cannot be kept yet');
  document.benefit.forEach(({ kind }, index) => {
    if (kind === 'DEPOSIT_EXPANSION')
      fault(`benefit[${index}].kind`, kind, 'a benefit without a deposit', 'remove it; balances cannot be paid yet');
  });
  return faults;
}

/** When it can be claimed, or applies by itself: from `startsAt` until just before `endsAt`. */
export function windowOf(document: TemplateDocument): { startsAt: Date; endsAt: Date } {
  return { startsAt: new Date(document.time.startsAt), endsAt: new Date(document.time.endsAt) };
}

/**
 * From when until just before when it can be used at all: what applies by itself in its window, a coupon within its
 * validity; of coupons valid for days after their claim, from the first claim until the last of them is over.
 */
export function windowOfUse(document: TemplateDocument): { from: Date; until: Date } {
  const { startsAt, endsAt } = windowOf(document);
  const { validity, zone } = document.time;
  switch (validity?.kind) {
    case undefined:
      return { from: startsAt, until: endsAt };
    case 'FIXED':
      return { from: new Date(validity.from), until: new Date(validity.until) };
    case 'DAYS_AFTER_CLAIM':
      return { from: startsAt, until: addDays(endsAt, validity.days, zone) };
  }
}

/**
 * When shoppers are shown a promotion that has not begun: within its preheat's recall window; without a preheat from its
 * publication until it begins.
 */
export function preheatOf({ time }: TemplateDocument): { shownFrom: Date; shownUntil: Date } {
  return {
    shownFrom: new Date(time.preheat?.startsAt ?? 0),
    shownUntil: new Date(time.preheat?.recallUntil ?? time.startsAt),
  };
}

/**
 * From when until just before when a coupon claimed at an instant can be used. N days after the claim ends at the same
 * time of day in the document's zone. Throws for a document whose coupons have no validity.
 */
export function validityOf(document: TemplateDocument, claimedAt: Date): { validFrom: Date; expiresAt: Date } {
  const terms = document.time.validity;
  if (!terms) {
    throw new Error(
      `Expected a validity in a document with coupons, found none (trigger ${document.trigger}); ask only for COUPON.`,
    );
  }
  switch (terms.kind) {
    case 'FIXED':
      return { validFrom: new Date(terms.from), expiresAt: new Date(terms.until) };
    case 'DAYS_AFTER_CLAIM':
      return { validFrom: claimedAt, expiresAt: addDays(claimedAt, terms.days, document.time.zone) };
    default:
      return assertNever(terms);
  }
}

/**
 * Until when a coupon can be used that comes back from its order: its expiry, or N days from now in the document's zone where
 * the terms give them and that is later; null for one that does not come back. However often it comes back, days do not add up.
 */
export function validityOnReturn(document: TemplateDocument, expiresAt: Date, now: Date): { expiresAt: Date } | null {
  const { validity, zone } = document.time;
  if (validity?.returnable === false) return null;
  const extended = addDays(now, validity?.extraDaysOnReturn ?? 0, zone);
  return { expiresAt: validity?.extraDaysOnReturn && extended > expiresAt ? extended : expiresAt };
}

/** The state shown at an instant, from what its owner wants and the window: a live one is scheduled before its start. */
export function stateAt(
  document: TemplateDocument,
  wanted: 'LIVE' | 'PAUSED' | 'ENDED',
  now: Date,
): 'SCHEDULED' | 'LIVE' | 'PAUSED' | 'ENDED' {
  const { startsAt, endsAt } = windowOf(document);
  if (wanted === 'ENDED' || now >= endsAt) return 'ENDED';
  if (wanted === 'PAUSED') return 'PAUSED';
  return now < startsAt ? 'SCHEDULED' : 'LIVE';
}

/** Who pays for a discount, in minor units that sum to it: by the document, else the owner of the template pays all. */
export function fundingOf(terms: PromotionTerms, discount: number): { platform: number; merchant: number } {
  const ownersPart = terms.merchantId === null ? wholeInBasisPoints : 0;
  const platform = percentOf(discount, terms.document.funding?.platformBasisPoints ?? ownersPart, 'HALF_UP');
  return { platform, merchant: discount - platform };
}

function withoutRepeats(faults: readonly DocumentFault[]): DocumentFault[] {
  const seen = new Set<string>();
  return faults.filter((fault) => {
    const key = `${fault.path} ${fault.allowed}`;
    return seen.has(key) ? false : seen.add(key);
  });
}
