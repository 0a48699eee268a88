import type { MerchantId, SkuId, TemplateId } from '../../shared/kernel/identifiers';
import type { CurrencyCode } from '../../shared/kernel/money';
import type { CartLine } from '../../shared/kernel/pricing/cart';
import type { TemplateDocument } from '../../shared/kernel/promotion-terms';
import type { FactValue } from '../../shared/kernel/rules/facts';
import type { TenantSettings } from '../../shared/kernel/tenant-settings';
import type { Publication } from './template';

/** What is wrong with a draft, or looks wrong. An ERROR refuses its publication, a WARNING asks for a yes. */
export interface Finding {
  severity: 'ERROR' | 'WARNING';
  code: FindingCode;
  /** Where in the document: `rule.condition`; empty for the whole. */
  path: string;
  /** What was found and why it is a problem. */
  reason: string;
  /** What to do. */
  cure: string;
  /** Of what was found by trying: a cart that proves it. */
  cart?: ProvingCart;
}

/**
 * A cart that proves a finding. Priced again with the promotions it names (and the one that is checked) it costs the same; of
 * a floor that stops a discount, as if there were none. Minor units.
 */
export interface ProvingCart {
  currency: CurrencyCode;
  lines: readonly Omit<CartLine, 'lineId'>[];
  /** When it was priced. */
  at: Date;
  /** What the shopper is taken to be; what is not told is unknown. */
  told: Readonly<Record<string, FactValue>>;
  /** Those that take effect together, with what each takes off. */
  promotions: readonly { templateId: TemplateId; name: string; amount: number }[];
  listTotal: number;
  discount: number;
  payable: number;
  /** What the floors that stop the discount leave to pay; null where none does. */
  payableWithFloors: number | null;
}

/** Kinds of finding. */
export type FindingCode =
  | 'NOT_PUBLISHABLE'
  | 'STOCK_LOWERED'
  | 'OVER'
  | 'NEVER_OPEN'
  | 'NEVER_APPLIES'
  | 'EMPTY_AUDIENCE'
  | 'CONTRADICTS_SCOPE'
  | 'SCOPE_EXCLUDED'
  | 'UNREACHABLE_THRESHOLD'
  | 'HIDDEN_BY_EXCLUSIVE'
  | 'STOCK_BELOW_LIMIT'
  | 'LIMIT_WITHOUT_EFFECT'
  | 'UNKNOWN_SKU'
  | 'FOREIGN_SKU'
  | 'UNKNOWN_CATEGORY'
  | 'UNKNOWN_BRAND'
  | 'MISSING_CURRENCY'
  | 'AMOUNT_WITHOUT_CURRENCY'
  | 'STACKING_CONTRADICTION'
  | 'EXAMPLE_FAILS'
  | 'STACKS_TOO_DEEP'
  | 'FREE_ORDER'
  | 'BELOW_FLOOR'
  | 'ALWAYS_BEATEN';

/** What of the catalogue a document names, as the copy has it. */
export interface NamedGoods {
  /** Who sells each named SKU; SKUs that are not there are absent. */
  sellers: ReadonlyMap<SkuId, MerchantId>;
  /** Those of the named categories in or below which there is a SKU. */
  categories: ReadonlySet<string>;
  /** Those of the named brands that a SKU has. */
  brands: ReadonlySet<string>;
  /** The dearest list price in the scope per currency, minor units; empty unless `asksForPrices`. */
  dearest: Readonly<Record<string, number>>;
}

/** A live promotion that stands alone. */
export interface LiveExclusive {
  templateId: TemplateId;
  document: TemplateDocument;
  merchantId: MerchantId | null;
}

/** What a check looks at beside the document. */
export interface CheckSurroundings {
  now: Date;
  settings: TenantSettings;
  published: Publication | null;
  goods: NamedGoods;
  /** Live exclusive promotions of the same owner and of the platform, this one left out. */
  exclusives: readonly LiveExclusive[];
}

/** Whether a finding refuses a publication. */
export function isError(finding: Finding): boolean {
  return finding.severity === 'ERROR';
}

/** One finding. */
export function finding(
  severity: Finding['severity'],
  code: FindingCode,
  path: string,
  reason: string,
  cure: string,
): Finding {
  return { severity, code, path, reason, cure };
}
