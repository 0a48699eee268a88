import { z } from 'zod';
import { addDays, isZone } from './calendar';
import { type DocumentFault, faultsOfIssues, foundAt, pathText, valueAt } from './document-faults';
import type { MerchantId, TemplateId, TenantId, VersionId } from './identifiers';
import { isCurrencyCode, percentOf, wholeInBasisPoints } from './money';
import { accepted, assertNever, type Outcome, refused } from './outcome';

/** Sizes a document keeps to, so that no single one can slow everybody down. */
const bounds = { listEntries: 200, textLength: 500, idLength: 128, categoryLength: 300 } as const;

const text = z.string().min(1).max(bounds.textLength);
const id = z.string().min(1).max(bounds.idLength);
const texts = z
  .object({ default: text })
  .catchall(text)
  .describe(
    'Texts by language tag, e.g. {"default": "满300减40", "en": "¥40 off orders over ¥300"}; `default` is required.',
  );
const listOf = <T extends z.ZodType>(entry: T) => z.array(entry).max(bounds.listEntries);
const filledListOf = <T extends z.ZodType>(entry: T) => listOf(entry).min(1);

const instant = z.iso
  .datetime({ offset: true, error: 'an ISO 8601 instant with its offset, e.g. 2026-11-11T00:00:00+08:00' })
  .transform((written) => new Date(written).toISOString());
const zone = z.string().max(60).refine(isZone, 'an IANA time zone, e.g. Asia/Shanghai');
const category = z
  .string()
  .max(bounds.categoryLength)
  .regex(/^(\/[^/\s][^/]*)+$/, 'a path from the root without a closing slash, e.g. /food/snacks');
const amounts = z
  .record(
    z.string().refine((code): boolean => isCurrencyCode(code), 'an ISO 4217 currency code in capitals, e.g. CNY'),
    z.int().min(1).max(Number.MAX_SAFE_INTEGER),
  )
  .refine((perCurrency) => Object.keys(perCurrency).length > 0, 'an amount in at least one currency')
  .describe('Whole minor units per currency, e.g. {"CNY": 4000} for ¥40.');
const stackingName = z
  .string()
  .regex(
    /^[A-Z][A-Z0-9_]{0,39}$/,
    'a name in capitals, digits and underscores, at most 40 characters, e.g. MERCHANT_COUPON',
  );
const times = z.int().min(1).max(10_000);

const validity = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('FIXED'), from: instant, until: instant }),
    z.strictObject({ kind: z.literal('DAYS_AFTER_CLAIM'), days: z.int().min(1).max(3650) }),
  ])
  .describe('When a claimed coupon may be used; for COUPON templates only.');

const audience = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ALL') }),
  z.strictObject({ kind: z.literal('SEGMENTS'), segments: filledListOf(id) }),
  z.strictObject({ kind: z.literal('TAGS'), tags: filledListOf(id) }),
  z.strictObject({ kind: z.literal('NEW_USERS') }),
  z.strictObject({ kind: z.literal('USER_IDS'), userIds: filledListOf(id) }),
]);

const scope = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('STOREWIDE') }),
    z.strictObject({ kind: z.literal('CATEGORIES'), categories: filledListOf(category) }),
    z.strictObject({ kind: z.literal('BRANDS'), brands: filledListOf(text) }),
    z.strictObject({ kind: z.literal('SKUS'), skuIds: filledListOf(id) }),
  ])
  .describe(
    'Which goods it is about; a category includes everything below it, a merchant only ever reaches own goods.',
  );

const base = z.enum(['REMAINING', 'PHASE_START', 'ORIGINAL']);

const benefit = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('THRESHOLD_REDUCTION'), threshold: amounts, off: amounts })
    .describe('满减: spend `threshold`, save `off`.'),
  z
    .strictObject({
      kind: z.literal('PERCENT'),
      percentOffBasisPoints: z.int().min(1).max(wholeInBasisPoints),
      maxAmount: amounts.optional(),
      threshold: amounts.optional(),
    })
    .describe('折扣: 8.5 折 is 1500 basis points off.'),
  z
    .strictObject({ kind: z.literal('FIXED'), off: amounts, threshold: amounts.optional() })
    .describe('立减: save `off`, whatever is bought.'),
]);

const templateDocument = z.strictObject({
  name: texts,
  description: texts.optional(),
  tags: listOf(id).default([]),
  trigger: z.enum(['COUPON', 'AUTOMATIC', 'CODE', 'ACTIVITY']),
  time: z.strictObject({
    startsAt: instant.describe('Coupons can be claimed, or the promotion applies, from here.'),
    endsAt: instant.describe('And no longer from here.'),
    zone: zone.default('Asia/Shanghai').describe('The zone in which days are counted.'),
    validity: validity.optional(),
  }),
  user: z.strictObject({ audience: audience.default({ kind: 'ALL' }) }).prefault({}),
  product: z
    .strictObject({
      scope: scope.default({ kind: 'STOREWIDE' }),
      itemType: z.enum(['ANY', 'IN_STOCK', 'PRESALE']).default('ANY'),
      excludes: z
        .strictObject({
          skuIds: listOf(id).default([]),
          categories: listOf(category).default([]),
          brands: listOf(text).default([]),
        })
        .prefault({}),
    })
    .prefault({}),
  limit: z
    .strictObject({
      stock: z.int().min(1).max(1_000_000_000).optional().describe('Coupons to give out; for COUPON templates only.'),
      perUser: z
        .strictObject({ lifetime: times.optional(), perDay: times.optional(), perWeek: times.optional() })
        .refine((limits) => Object.keys(limits).length > 0, 'at least one of lifetime, perDay, perWeek')
        .optional()
        .describe('How many one person may claim in all, per day and per ISO week.'),
    })
    .prefault({}),
  rule: z.strictObject({
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
    thresholdBase: base.default('PHASE_START').describe('The amounts a threshold is compared with.'),
  }),
  benefit: z.array(benefit).min(1).max(1),
  funding: z
    .strictObject({ platformBasisPoints: z.int().min(0).max(wholeInBasisPoints) })
    .optional()
    .describe("The platform's part of the cost; without it the owner of the template pays all."),
});

/** The six modules of a promotion as they are stored: parsed, canonical, every default filled in. */
export type TemplateDocument = z.output<typeof templateDocument>;
/** One benefit of a document. */
export type BenefitTerms = TemplateDocument['benefit'][number];
/** The goods a document is about. */
export type ProductScope = TemplateDocument['product']['scope'];
/** Which amounts a rate or a threshold looks at: what is left, what was left when the phase began, or list prices. */
export type AmountBase = z.output<typeof base>;

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

export type { DocumentFault } from './document-faults';

/** The canonical document, or every fault at once, those between fields included. Parsing it again changes nothing. */
export function parseTemplateDocument(raw: unknown): Outcome<TemplateDocument, DocumentFault[]> {
  const parsed = templateDocument.safeParse(raw);
  const faults = [...(parsed.success ? [] : faultsOfIssues(parsed.error.issues, raw)), ...faultsBetweenFields(raw)];
  return parsed.success && faults.length === 0 ? accepted(parsed.data) : refused(withoutRepeats(faults));
}

/** JSON Schema (2020-12) of what `parseTemplateDocument` takes; rules between fields are not expressible in it. */
export function templateDocumentJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(templateDocument, { io: 'input' }), title: 'Promotion template' };
}

/** What a well-formed document asks for that cannot be published yet; empty when it can. */
export function publishFaults(document: TemplateDocument): DocumentFault[] {
  const faults: DocumentFault[] = [];
  if (document.trigger === 'CODE' || document.trigger === 'ACTIVITY') {
    faults.push({
      path: 'trigger',
      found: JSON.stringify(document.trigger),
      allowed: '"COUPON" or "AUTOMATIC"',
      cure: 'publish it as a coupon or as an automatic promotion; codes and activities cannot be published yet',
    });
  }
  if (document.user.audience.kind !== 'ALL') {
    faults.push({
      path: 'user.audience.kind',
      found: JSON.stringify(document.user.audience.kind),
      allowed: '"ALL"',
      cure: 'open it to everybody; nothing is known about shoppers yet that could tell them apart',
    });
  }
  if (document.trigger === 'AUTOMATIC' && document.limit.perUser) {
    faults.push({
      path: 'limit.perUser',
      found: JSON.stringify(document.limit.perUser),
      allowed: 'nothing for an automatic promotion',
      cure: 'remove the limit or make it a coupon; uses of automatic promotions cannot be counted yet',
    });
  }
  return faults;
}

/** When it can be claimed, or applies by itself: from `startsAt` until just before `endsAt`. */
export function windowOf(document: TemplateDocument): { startsAt: Date; endsAt: Date } {
  return { startsAt: new Date(document.time.startsAt), endsAt: new Date(document.time.endsAt) };
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

/** Rules between fields, read from the raw document so that they are told together with the faults of single fields. */
function faultsBetweenFields(raw: unknown): DocumentFault[] {
  return [
    ...faultsOfTimes(raw),
    ...faultsOfTrigger(raw),
    ...faultsOfForcing(raw),
    ...faultsOfThresholds(raw),
    ...faultsOfTextTags(raw),
  ];
}

function faultsOfTimes(raw: unknown): DocumentFault[] {
  const faults: DocumentFault[] = [];
  const fault = (path: string[], allowed: string, cure: string) =>
    faults.push({ path: pathText(path), found: foundAt(raw, path), allowed, cure });
  const startsAt = instantAt(raw, ['time', 'startsAt']);
  const endsAt = instantAt(raw, ['time', 'endsAt']);
  const from = instantAt(raw, ['time', 'validity', 'from']);
  const until = instantAt(raw, ['time', 'validity', 'until']);
  if (startsAt !== null && endsAt !== null && endsAt <= startsAt) {
    fault(['time', 'endsAt'], 'an instant after time.startsAt', 'end it later or start it earlier');
  }
  if (from !== null && until !== null && until <= from) {
    fault(['time', 'validity', 'until'], 'an instant after time.validity.from', 'let the coupon expire later');
  } else if (until !== null && endsAt !== null && until < endsAt) {
    fault(
      ['time', 'validity', 'until'],
      'an instant not before time.endsAt',
      'let the coupon expire later or end claiming earlier: a coupon claimed past its expiry is worth nothing',
    );
  }
  return faults;
}

function faultsOfTrigger(raw: unknown): DocumentFault[] {
  const trigger = valueAt(raw, ['trigger']);
  // What a wrong trigger was meant to be, nobody knows; what goes with it is judged once it is right.
  if (!['COUPON', 'AUTOMATIC', 'CODE', 'ACTIVITY'].some((known) => known === trigger)) return [];
  const ofCoupons = [
    { path: ['time', 'validity'], what: 'a validity for the coupons' },
    { path: ['limit', 'stock'], what: 'the number of coupons to give out' },
  ];
  return ofCoupons.flatMap(({ path, what }) => {
    const given = valueAt(raw, path) !== undefined;
    if (trigger === 'COUPON' && !given) {
      return [{ path: pathText(path), found: 'nothing', allowed: what, cure: `add ${pathText(path)}` }];
    }
    if (trigger !== 'COUPON' && given) {
      return [
        {
          path: pathText(path),
          found: foundAt(raw, path),
          allowed: `nothing with trigger ${trigger}`,
          cure: 'remove it, or set trigger to COUPON',
        },
      ];
    }
    return [];
  });
}

/** Only what applies by itself can be forced in; a coupon is used when its owner gains by it. */
function faultsOfForcing(raw: unknown): DocumentFault[] {
  if (valueAt(raw, ['rule', 'always']) !== true || valueAt(raw, ['trigger']) === 'AUTOMATIC') return [];
  return [
    {
      path: 'rule.always',
      found: 'true',
      allowed: 'true only with trigger AUTOMATIC',
      cure: 'remove it, or set trigger to AUTOMATIC',
    },
  ];
}

/** A reduction above its own threshold would give goods away for nothing by a slip of the pen. */
function faultsOfThresholds(raw: unknown): DocumentFault[] {
  const benefits = valueAt(raw, ['benefit']);
  if (!Array.isArray(benefits)) return [];
  return benefits.flatMap((_, index) => {
    const thresholds = valueAt(raw, ['benefit', index, 'threshold']);
    if (typeof thresholds !== 'object' || thresholds === null) return [];
    return Object.entries(thresholds).flatMap(([currency, threshold]) => {
      const off = valueAt(raw, ['benefit', index, 'off', currency]);
      if (typeof off !== 'number' || typeof threshold !== 'number' || threshold >= off) return [];
      return [
        {
          path: pathText(['benefit', index, 'threshold', currency]),
          found: String(threshold),
          allowed: `at least the reduction, ${off}`,
          cure: 'raise the threshold or lower the reduction',
        },
      ];
    });
  });
}

function faultsOfTextTags(raw: unknown): DocumentFault[] {
  return ['name', 'description'].flatMap((field) => {
    const written = valueAt(raw, [field]);
    if (typeof written !== 'object' || written === null) return [];
    return Object.keys(written)
      .filter((tag) => tag !== 'default' && !/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(tag))
      .map((tag) => ({
        path: pathText([field, tag]),
        found: `the key ${JSON.stringify(tag)}`,
        allowed: '"default" or a language tag such as "en" or "zh-CN"',
        cure: 'correct the key or remove the text',
      }));
  });
}

function instantAt(raw: unknown, path: string[]): number | null {
  const parsed = instant.safeParse(valueAt(raw, path));
  return parsed.success ? Date.parse(parsed.data) : null;
}

function withoutRepeats(faults: readonly DocumentFault[]): DocumentFault[] {
  const seen = new Set<string>();
  return faults.filter((fault) => {
    const key = `${fault.path} ${fault.allowed}`;
    return seen.has(key) ? false : seen.add(key);
  });
}
