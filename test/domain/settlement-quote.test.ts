import { describe, expect, it } from '@jest/globals';
import { unusedIn, validUntil } from '../../subgraphs/settlement/domain/quote';
import { asCouponId, asTemplateId, asVersionId } from '../../subgraphs/shared/kernel/identifiers';
import { asCurrencyCode } from '../../subgraphs/shared/kernel/money';
import type { AppliedPromotion, PricedCart } from '../../subgraphs/shared/kernel/pricing/price';
import type { Explanation } from '../../subgraphs/shared/kernel/pricing/trace';

const now = new Date('2026-11-11T04:00:00Z');
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);
const ref = (name: string, isCoupon = true) => ({
  templateId: asTemplateId(`tpl_${name}`),
  versionId: asVersionId(`tpv_${name}`),
  couponId: isCoupon ? asCouponId(`cpn_${name}`) : null,
});

function priced(considered: Explanation[], applied: AppliedPromotion[] = []): PricedCart {
  return {
    currency: asCurrencyCode('CNY'),
    listAmount: 10_000,
    subtotal: 10_000,
    discount: 0,
    payable: 10_000,
    saving: 0,
    shipping: null,
    tax: { mode: 'INCLUSIVE', amount: 0 },
    deposits: [],
    payments: [],
    due: 10_000,
    gifts: [],
    points: [],
    lines: [],
    merchants: [],
    applied,
    order: [],
    considered,
    optimal: true,
    nodes: 1,
    upperBound: 0,
  };
}

const below: Explanation = {
  promotion: ref('big'),
  couponId: asCouponId('cpn_big'),
  verdict: 'REJECTED',
  rejection: {
    code: 'BELOW_THRESHOLD',
    path: 'benefit[0].threshold',
    required: 30_000,
    observed: 10_000,
    deficit: 20_000,
  },
};

describe('what a price did not use', () => {
  it('is told with what is missing and what to do', () => {
    const { coupons: unusedCoupons } = unusedIn(priced([below]), []);
    expect(unusedCoupons).toMatchObject([
      { couponId: 'cpn_big', reason: 'BELOW_THRESHOLD', deficit: 20_000, difference: null },
    ]);
    expect(unusedCoupons[0]?.message).toContain('¥200.00 more would do');
  });

  it('is told with what it would have cost to use it', () => {
    const beaten = (rule: 'GROUP_LIMIT' | null, difference: number): Explanation => ({
      promotion: ref('ten'),
      couponId: asCouponId('cpn_ten'),
      verdict: 'BEATEN_BY',
      by: [ref('forty')],
      rule,
      difference,
    });
    expect(unusedIn(priced([beaten(null, 3000)]), []).coupons).toMatchObject([{ reason: 'BEATEN', difference: 3000 }]);
    expect(unusedIn(priced([beaten('GROUP_LIMIT', 3000)]), []).coupons).toMatchObject([{ reason: 'GROUP_LIMIT' }]);
    expect(unusedIn(priced([beaten(null, -100)]), []).coupons[0]?.message).toContain('¥1.00 more would be saved');
  });

  it('is sorted into coupons and automatic promotions, and what was used is in neither', () => {
    const used: Explanation = {
      promotion: ref('used'),
      couponId: asCouponId('cpn_used'),
      verdict: 'APPLIED',
      amount: 1,
      shippingAmount: 0,
      shares: [],
      benefits: [],
    };
    const automatic: Explanation = { ...below, promotion: ref('auto', false), couponId: null };
    const { coupons: unusedCoupons, promotions: unusedPromotions } = unusedIn(priced([used, below, automatic]), []);
    expect(unusedCoupons.map(({ couponId }) => couponId)).toEqual(['cpn_big']);
    expect(unusedPromotions).toMatchObject([{ templateId: 'tpl_auto', reason: 'BELOW_THRESHOLD' }]);
  });

  it('is told once: what is known to be out of reach wins over what the price saw', () => {
    const { coupons: unusedCoupons } = unusedIn(priced([below]), [
      { couponId: asCouponId('cpn_big'), reason: 'COUPON_NOT_AVAILABLE' },
    ]);
    expect(unusedCoupons).toMatchObject([{ couponId: 'cpn_big', reason: 'COUPON_NOT_AVAILABLE' }]);
  });
});

describe('a quote holds', () => {
  const applied = (name: string, isCoupon: boolean): AppliedPromotion => ({
    ...ref(name, isCoupon),
    phase: 'P4',
    amount: 1,
    shippingAmount: 0,
    shares: [],
    benefits: [],
    fundedByPlatform: 1,
    fundedByMerchant: 0,
  });

  it('for the minutes of the tenant', () => {
    expect(validUntil(priced([]), new Map(), now, 15)).toEqual(minutes(15));
  });

  it('but never longer than a coupon or a promotion that takes part in it', () => {
    const ends = new Map([
      ['cpn_soon', minutes(3)],
      ['tpl_auto', minutes(2)],
      ['cpn_unused', minutes(1)],
    ]);
    expect(validUntil(priced([], [applied('soon', true)]), ends, now, 15)).toEqual(minutes(3));
    expect(validUntil(priced([], [applied('soon', true), applied('auto', false)]), ends, now, 15)).toEqual(minutes(2));
  });
});
