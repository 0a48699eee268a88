import { z } from 'zod';
import { isZone } from './calendar';
import { type DocumentFault, faultsOfIssues, pathText, valueAt } from './document-faults';
import { accepted, type Outcome, refused } from './outcome';
import { amounts } from './promotion-bounds';

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
  /** Whether a held price stays good when one of its promotions is paused. */
  heldQuotesSurvivePause: boolean;
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
  heldQuotesSurvivePause: false,
};

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
  heldQuotesSurvivePause: z.boolean().default(defaultTenantSettings.heldQuotesSurvivePause),
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
  const faults = [...(parsed.success ? [] : faultsOfIssues(parsed.error.issues, raw)), ...faultsOfRepeatedGroups(raw)];
  return parsed.success && faults.length === 0 ? accepted(parsed.data) : refused(faults);
}

function faultsOfRepeatedGroups(raw: unknown): DocumentFault[] {
  const groups = valueAt(raw, ['stackingGroups']);
  if (!Array.isArray(groups)) return [];
  const seen = new Set<unknown>();
  return groups.flatMap((group, index) => {
    const name = valueAt(group, ['name']);
    if (typeof name !== 'string' || !seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [
      {
        path: pathText(['stackingGroups', index, 'name']),
        found: JSON.stringify(name),
        allowed: 'each name once',
        cure: 'join the two groups or rename one',
      },
    ];
  });
}
