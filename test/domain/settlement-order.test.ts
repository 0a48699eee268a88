import { describe, expect, it } from '@jest/globals';
import { legalMoves, mayMove, newOrder, type Order, refusePayment } from '../../subgraphs/settlement/domain/order';
import { judgeConfirmation, type Payment, withFlag } from '../../subgraphs/settlement/domain/payment';
import { holdMarginMs, holdOwed, holdUntil, retryAfterMs, verdictFor } from '../../subgraphs/settlement/domain/saga';
import { asOrderId, asTenantId, asUserId } from '../../subgraphs/shared/kernel/identifiers';
import { asCurrencyCode } from '../../subgraphs/shared/kernel/money';
import type { PricedCart } from '../../subgraphs/shared/kernel/pricing/price';

const CNY = asCurrencyCode('CNY');
const now = new Date('2026-11-11T04:00:00Z');
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);
const about = { id: asOrderId('ord_1'), tenantId: asTenantId('festival'), ownerId: asUserId('mei') };

function priced(payable: number): PricedCart {
  return {
    currency: CNY,
    listAmount: payable,
    subtotal: payable,
    discount: 0,
    payable,
    saving: 0,
    shipping: null,
    tax: { mode: 'INCLUSIVE', amount: 0 },
    deposits: [],
    payments: [],
    due: payable,
    gifts: [],
    points: [],
    lines: [],
    merchants: [],
    applied: [],
    order: [],
    considered: [],
    optimal: true,
    nodes: 0,
    upperBound: 0,
  };
}

const pending = newOrder(about, { price: priced(5000), uses: [] }, now, 30);
const placed = { ...about, uses: [], price: priced(5000), placedAt: now, payBefore: minutes(30) };
const paid: Order = { ...placed, state: 'PAID', paidAt: now };
const cancelled: Order = { ...placed, state: 'CANCELLED', closedAt: now };
const timedOut: Order = { ...placed, state: 'TIMED_OUT', closedAt: now };

describe('an order', () => {
  it('waits for its payment for as long as the tenant says', () => {
    expect(pending).toEqual({ ...placed, state: 'PENDING_PAYMENT' });
  });

  it('is paid at once when nothing has to be paid', () => {
    expect(newOrder(about, { price: priced(0), uses: [] }, now, 30)).toMatchObject({ state: 'PAID', paidAt: now });
  });

  it('never leaves an end: paid, cancelled and timed out are for ever', () => {
    expect(legalMoves.PAID).toEqual([]);
    expect(legalMoves.CANCELLED).toEqual([]);
    expect(legalMoves.TIMED_OUT).toEqual([]);
    expect(mayMove('STARTED', 'CANCELLED')).toBe(true);
    expect(mayMove('STARTED', 'TIMED_OUT')).toBe(false);
    expect(mayMove('PENDING_PAYMENT', 'STARTED')).toBe(false);
  });

  it('takes a payment until just before its time is over', () => {
    expect(refusePayment(pending, new Date(minutes(30).getTime() - 1))).toBeNull();
    expect(refusePayment(pending, minutes(30))).toBe('ORDER_CLOSED');
    expect(refusePayment(paid, now)).toBe('ALREADY_PAID');
    expect(refusePayment(cancelled, now)).toBe('ORDER_CLOSED');
  });
});

describe('a hold on coupons', () => {
  it('outlives the time to pay, and never ends in the past', () => {
    expect(holdUntil(minutes(30), now).getTime()).toBe(minutes(30).getTime() + holdMarginMs);
    expect(holdUntil(minutes(30), minutes(45)).getTime()).toBe(minutes(45).getTime() + holdMarginMs);
  });

  it.each([
    ['PENDING_PAYMENT', 'EXTEND'],
    ['PAID', 'REDEEM'],
    ['CANCELLED', 'RELEASE'],
    ['TIMED_OUT', 'RELEASE'],
  ] as const)('of an order that is %s is answered with %s', (state, verdict) => {
    expect(verdictFor(state)).toBe(verdict);
  });

  it('leaves a debt to user-coupon only where coupons are concerned', () => {
    expect(holdOwed(0, 'PAID')).toBe('NONE');
    expect(holdOwed(2, 'PAID')).toBe('TO_REDEEM');
    expect(holdOwed(2, 'TIMED_OUT')).toBe('TO_RELEASE');
  });

  it('is asked for again ever more slowly, at least once a minute', () => {
    expect([1, 2, 3, 7, 100].map(retryAfterMs)).toEqual([1000, 2000, 4000, 60_000, 60_000]);
  });
});

describe('a confirmed amount', () => {
  const payment: Payment = {
    id: 'pay_1',
    tenantId: about.tenantId,
    orderId: about.id,
    provider: 'fake',
    amount: 5000,
    currency: CNY,
    state: 'OPEN',
    openedAt: now,
    confirmedAt: null,
    flags: [],
  };
  const known: Payment = { ...payment, state: 'CONFIRMED', confirmedAt: now };
  const exact = { amount: 5000, currency: 'CNY' };

  it.each([
    ['the exact amount for a waiting order', payment, pending, exact, 'PAY'],
    ['the same again', known, paid, exact, 'REPEAT'],
    ['a second payment of a paid order', payment, paid, exact, 'PAID_TWICE'],
    ['a payment of a cancelled order', payment, cancelled, exact, 'LATE'],
    ['a payment of an order that timed out', payment, timedOut, exact, 'LATE'],
    ['one fen less', payment, pending, { amount: 4999, currency: 'CNY' }, 'AMOUNT_DIFFERS'],
    ['another currency', payment, pending, { amount: 5000, currency: 'USD' }, 'AMOUNT_DIFFERS'],
    ['a success after a failure', { ...payment, state: 'FAILED' as const }, pending, exact, 'PAY'],
  ])('%s', (_what, stored, order, told, judged) => {
    expect(judgeConfirmation(stored, order, told)).toBe(judged);
  });

  it('flags lateness once, and other amounts once per notice', () => {
    const flag = { kind: 'LATE' as const, amount: 5000, currency: 'CNY', noticeId: 'a', at: now };
    expect(withFlag([flag], { ...flag, noticeId: 'b' })).toHaveLength(1);
    const less = { ...flag, kind: 'AMOUNT_DIFFERS' as const };
    expect(withFlag(withFlag([less], less), { ...less, noticeId: 'b' })).toHaveLength(2);
  });
});
