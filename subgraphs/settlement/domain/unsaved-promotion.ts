import { asCouponId, asTemplateId, asVersionId, type MerchantId, type TenantId } from '../../shared/kernel/identifiers';
import type { Candidate } from '../../shared/kernel/pricing/candidates';
import { type PromotionTerms, type TemplateDocument, validityOf, windowOf } from '../../shared/kernel/promotion-terms';

/** What documents that nobody saved are called while a preview looks at them; no published promotion has such an id. */
const unsaved = 'document:';

/**
 * A document that nobody saved as if it were published: it applies by itself, or it is a coupon in the shopper's hand that was
 * got at this moment.
 * @param index of the document in the preview
 */
export function unsavedCandidate(
  document: TemplateDocument,
  index: number,
  owner: { tenantId: TenantId; merchantId: MerchantId | null },
  now: Date,
): Candidate {
  const name = `${unsaved}${index}`;
  const promotion: PromotionTerms = {
    ...owner,
    templateId: asTemplateId(name),
    versionId: asVersionId(name),
    version: 1,
    document,
  };
  if (document.trigger === 'AUTOMATIC') return { promotion, source: { kind: 'AUTOMATIC' } };
  const validity = document.time.validity ? validityOf(document, now) : { expiresAt: windowOf(document).endsAt };
  return { promotion, source: { kind: 'COUPON', couponId: asCouponId(name), ...validity } };
}

/** Which document of a preview an id of a template or a coupon stands for; null for what is published. */
export function documentIndexOf(id: string): number | null {
  return id.startsWith(unsaved) ? Number(id.slice(unsaved.length)) : null;
}
