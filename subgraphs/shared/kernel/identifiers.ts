/** A string that names one kind of thing, so that an order id cannot be passed where a coupon id is meant. */
export type Branded<T, Brand extends string> = T & { readonly __brand: Brand };

/** A marketplace that runs on the platform; nothing of one tenant is ever visible to another. */
export type TenantId = Branded<string, 'TenantId'>;
/** A seller in a marketplace, by the marketplace's own id. */
export type MerchantId = Branded<string, 'MerchantId'>;
/** A person, by the marketplace's own id. People live elsewhere; the platform only refers to them. */
export type UserId = Branded<string, 'UserId'>;
/** A stock keeping unit, by the shop's own id. */
export type SkuId = Branded<string, 'SkuId'>;
/** A promotion template, `tpl_…`. */
export type TemplateId = Branded<string, 'TemplateId'>;
/** One immutable published version of a template, `tpv_…`. */
export type VersionId = Branded<string, 'VersionId'>;
/** A coupon, `cpn_…`; it encodes template, serial and hop, and clients never take it apart. */
export type CouponId = Branded<string, 'CouponId'>;
/** An order, `ord_…`. */
export type OrderId = Branded<string, 'OrderId'>;
/** The secret of one hold on coupons, known to settlement and user-coupon alone, `lck_…`. */
export type LockToken = Branded<string, 'LockToken'>;

export const asTenantId = (raw: string): TenantId => raw as TenantId;
export const asMerchantId = (raw: string): MerchantId => raw as MerchantId;
export const asUserId = (raw: string): UserId => raw as UserId;
export const asSkuId = (raw: string): SkuId => raw as SkuId;
export const asTemplateId = (raw: string): TemplateId => raw as TemplateId;
export const asVersionId = (raw: string): VersionId => raw as VersionId;
export const asCouponId = (raw: string): CouponId => raw as CouponId;
export const asOrderId = (raw: string): OrderId => raw as OrderId;
export const asLockToken = (raw: string): LockToken => raw as LockToken;
