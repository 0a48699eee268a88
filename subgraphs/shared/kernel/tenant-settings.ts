import { z } from 'zod';
import { isZone } from './calendar';
import { type DocumentFault, faultsOfIssues, pathText, valueAt } from './document-faults';
import { isCurrencyCode, wholeInBasisPoints } from './money';
import { accepted, type Outcome, refused } from './outcome';
import type { TaxMode } from './pricing/cart';
import { amounts, text } from './promotion-bounds';
import { conditionBounds } from './rules/condition';

/** What a tenant may choose; the defaults hold until it does. */
export interface TenantSettings {
  /** IANA zone in which days and weeks of limits begin, e.g. `Asia/Shanghai`. */
  zone: string;
  /** Coupons that one order may use, 1…30. */
  maxCouponsPerOrder: number;
  /** Minutes for which a quote that was not changed by anyone is offered again at the same price. */
  quoteValidMinutes: number;
  /** Minutes a shopper has to pay a placed order. */
  paymentMinutes: number;
  /** Nodes the best-combination search may visit for one quote. */
  solverNodeBudget: number;
  /** Lead times of expiry reminders in hours before the expiry, longest first. */
  reminderLeadHours: number[];
  stackingGroups: StackingGroup[];
  /** Whether a draft is published only after a second person approved it. */
  approvalRequired: boolean;
  /** Whether prices hold their tax. */
  taxMode: TaxMode;
  /** How goods can be sent; with none, nobody asks and nothing is charged. */
  shippingMethods: ShippingMethod[];
  /** The tiers whose shoppers pay member prices; empty is every shopper with a tier. */
  memberTiers: string[];
  /** Whether a held price stays good when one of its promotions is paused. */
  heldQuotesSurvivePause: boolean;
  /** Milliseconds that the search for the best combination may take for one quote, 1…1000. */
  solverMilliseconds: number;
  /** Hours a person has to accept a coupon that somebody offers them, 1…720. */
  giftHours: number;
  /** Publishing asks for a yes where promotions together take more than this off a cart, 1…10000; 10000 never asks. */
  warnAboveDiscountBasisPoints: number;
  /** The rate of tax on goods that name none, 0…10000; no tax without it. */
  defaultTaxRateBasisPoints?: number | undefined;
  /** What promotions must leave to be paid; nothing without it. */
  floors?: TenantFloors | undefined;
}

/** What promotions must leave to be paid. */
export interface TenantFloors {
  /** The largest part of a merchant's goods that promotions may take off an order together. */
  maxDiscountShareBasisPoints?: number | undefined;
  /** What the goods of an order cost at least, in minor units per currency. */
  minPayable?: Record<string, number> | undefined;
}

/** A way to send goods, by the name that carts and promotions use. */
export interface ShippingMethod {
  method: string;
  /** What shoppers are shown; the method itself without it. */
  name?: string | undefined;
  /** What it costs before discounts, in minor units per currency. */
  prices: Record<string, number>;
}

/** How many promotions of one group may meet on an order and on a line; null is no limit. */
export interface StackingGroup {
  name: string;
  maxPerOrder: number | null;
  maxPerLine: number | null;
  /** May stand beside an exclusive promotion. */
  alwaysStackable: boolean;
}

/**
 * What holds for a tenant that chose nothing. A cart of three merchants may use a coupon of each: MERCHANT_COUPON is
 * limited per line, not per order, so that coupons of one merchant meet only where their goods differ. A group that is
 * not listed has no limit.
 */
export const defaultTenantSettings: TenantSettings = {
  zone: 'Asia/Shanghai',
  maxCouponsPerOrder: 10,
  quoteValidMinutes: 15,
  paymentMinutes: 30,
  solverNodeBudget: 20_000,
  reminderLeadHours: [24],
  stackingGroups: [
    { name: 'ITEM', maxPerOrder: null, maxPerLine: 1, alwaysStackable: false },
    { name: 'MERCHANT_COUPON', maxPerOrder: null, maxPerLine: 1, alwaysStackable: false },
    { name: 'PLATFORM_COUPON', maxPerOrder: 1, maxPerLine: null, alwaysStackable: false },
    { name: 'SHIPPING', maxPerOrder: 1, maxPerLine: null, alwaysStackable: true },
  ],
  approvalRequired: false,
  taxMode: 'INCLUSIVE',
  shippingMethods: [],
  memberTiers: [],
  heldQuotesSurvivePause: false,
  solverMilliseconds: 20,
  giftHours: 48,
  warnAboveDiscountBasisPoints: 7000,
};

const prices = z
  .record(
    z.string().refine((code): boolean => isCurrencyCode(code), 'an ISO 4217 currency code in capitals, e.g. CNY'),
    z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  )
  .refine((perCurrency) => Object.keys(perCurrency).length > 0, 'a price in at least one currency');
/** What a request can say and a promotion can ask for. */
const named = z
  .string()
  .max(conditionBounds.text)
  .refine((written) => written.trim() !== '', 'a name');
const most = z.int().min(1).max(100).nullable().default(null);
const tenantSettings = z.strictObject({
  zone: z.string().max(60).refine(isZone, 'an IANA time zone, e.g. Asia/Shanghai').default(defaultTenantSettings.zone),
  maxCouponsPerOrder: z.int().min(1).max(30).default(defaultTenantSettings.maxCouponsPerOrder),
  quoteValidMinutes: z.int().min(1).max(1440).default(defaultTenantSettings.quoteValidMinutes),
  paymentMinutes: z.int().min(1).max(10_080).default(defaultTenantSettings.paymentMinutes),
  solverNodeBudget: z.int().min(1).max(10_000_000).default(defaultTenantSettings.solverNodeBudget),
  reminderLeadHours: z
    .array(z.int().min(1).max(720))
    .max(5)
    .default(() => [...defaultTenantSettings.reminderLeadHours])
    .transform((hours) => [...new Set(hours)].sort((a, b) => b - a)),
  stackingGroups: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(/^[A-Z][A-Z0-9_]{0,39}$/, 'a name in capitals, digits and underscores, at most 40 characters'),
        maxPerOrder: most,
        maxPerLine: most,
        alwaysStackable: z.boolean().default(false),
      }),
    )
    .max(50)
    .default(() => structuredClone(defaultTenantSettings.stackingGroups)),
  approvalRequired: z.boolean().default(defaultTenantSettings.approvalRequired),
  taxMode: z.enum(['INCLUSIVE', 'EXCLUSIVE']).default(defaultTenantSettings.taxMode),
  shippingMethods: z
    .array(z.strictObject({ method: named, name: text.optional(), prices }))
    .max(20)
    .default(() => []),
  memberTiers: z
    .array(named)
    .max(20)
    .default(() => [])
    .transform((tiers) => [...new Set(tiers)]),
  heldQuotesSurvivePause: z.boolean().default(defaultTenantSettings.heldQuotesSurvivePause),
  solverMilliseconds: z.int().min(1).max(1000).default(defaultTenantSettings.solverMilliseconds),
  giftHours: z.int().min(1).max(720).default(defaultTenantSettings.giftHours),
  warnAboveDiscountBasisPoints: z
    .int()
    .min(1)
    .max(wholeInBasisPoints)
    .default(defaultTenantSettings.warnAboveDiscountBasisPoints),
  // What may be absent comes last, where it also stands when settings of today are filled with defaults of tomorrow.
  defaultTaxRateBasisPoints: z.int().min(0).max(wholeInBasisPoints).optional(),
  floors: z
    .strictObject({
      maxDiscountShareBasisPoints: z.int().min(0).max(10_000).optional(),
      minPayable: amounts.optional(),
    })
    .optional(),
});

/** Complete settings, defaults in place of what is absent, or every fault at once. Parsing them again changes nothing. */
export function parseTenantSettings(raw: unknown): Outcome<TenantSettings, DocumentFault[]> {
  const parsed = tenantSettings.safeParse(raw);
  const faults = [
    ...(parsed.success ? [] : faultsOfIssues(parsed.error.issues, raw)),
    ...faultsOfRepeats(raw, 'stackingGroups', 'name', 'join the two groups or rename one'),
    ...faultsOfRepeats(raw, 'shippingMethods', 'method', 'join the two methods or rename one'),
  ];
  return parsed.success && faults.length === 0 ? accepted(parsed.data) : refused(faults);
}

/** The settings with the defaults in place of what was not there to be chosen when they were kept. */
export function settingsOfToday(kept: Partial<TenantSettings> | null | undefined): TenantSettings {
  return { ...defaultTenantSettings, ...kept };
}

/** Whether a shopper pays member prices. @param tier the fact `user.tier`; undefined when nobody knows of one */
export function isMember({ memberTiers }: Pick<TenantSettings, 'memberTiers'>, tier: unknown): boolean {
  if (typeof tier !== 'string') return false;
  return memberTiers.length === 0 || memberTiers.includes(tier);
}

function faultsOfRepeats(raw: unknown, list: string, field: string, cure: string): DocumentFault[] {
  const entries = valueAt(raw, [list]);
  if (!Array.isArray(entries)) return [];
  const seen = new Set<unknown>();
  return entries.flatMap((entry, index) => {
    const name = valueAt(entry, [field]);
    if (typeof name !== 'string' || !seen.has(name)) {
      seen.add(name);
      return [];
    }
    const path = pathText([list, index, field]);
    return [{ path, found: JSON.stringify(name), allowed: 'each name once', cure }];
  });
}
