import { expect } from '@jest/globals';
import type { UnitRun } from '../../subgraphs/shared/kernel/money';
import type { PricedCart } from '../../subgraphs/shared/kernel/pricing/price';
import { waterfallOf, waterfallOfLine } from '../../subgraphs/shared/kernel/pricing/waterfall';

/**
 * Expects a price to add up to the last cent: by line, unit, merchant, promotion, payer and payment, and nothing to fall below
 * zero or above what it cost.
 */
export function expectToAddUp(result: PricedCart): void {
  const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0);
  const overUnits = (of: UnitRun[]) => sum(of.map(({ units, amount }) => units * amount));
  const goods = result.subtotal - result.discount;
  const onTop = result.tax.mode === 'EXCLUSIVE' ? result.tax.amount : 0;
  expect(result.payable).toBe(goods + (result.shipping?.payable ?? 0) + onTop);
  expect(goods).toBeGreaterThanOrEqual(0);
  expect(result.shipping?.payable ?? 0).toBeGreaterThanOrEqual(0);
  const paidOtherwise = [...result.deposits, ...result.payments].map(({ counted }) => counted);
  expect(result.due).toBe(result.payable - sum(paidOtherwise));
  expect(Math.min(0, ...paidOtherwise)).toBeGreaterThanOrEqual(0);
  for (const { paid, counted, refunded } of result.deposits) expect(counted + refunded).toBe(paid);
  for (const { offered, counted } of result.payments) expect(counted).toBeLessThanOrEqual(offered);
  expect(result.due).toBeGreaterThanOrEqual(0);
  expect(sum(result.lines.map(({ payable }) => payable))).toBe(goods);
  expect(sum(result.lines.map(({ tax }) => tax))).toBe(result.tax.amount);
  expect(sum(result.merchants.map(({ payable }) => payable))).toBe(goods);
  expect(sum(result.applied.map(({ amount }) => amount))).toBe(result.saving);
  expect(result.saving).toBe(result.discount + (result.shipping?.discount ?? 0));
  const gifted = new Set([...result.gifts, ...result.points].map(({ templateId }) => templateId));
  for (const promotion of result.applied) {
    if (!gifted.has(promotion.templateId)) expect(promotion.amount).toBeGreaterThan(0);
    expect(sum(promotion.shares.map(({ amount }) => amount)) + promotion.shippingAmount).toBe(promotion.amount);
    expect(sum(promotion.benefits.map(({ amount }) => amount))).toBe(promotion.amount);
    expect(promotion.fundedByMerchant + promotion.fundedByPlatform).toBe(promotion.amount);
  }
  for (const priced of result.lines) {
    expect(priced.subtotal - sum(priced.discounts.map(({ amount }) => amount))).toBe(priced.payable);
    for (const { amount, perUnit } of priced.discounts) {
      expect(overUnits(perUnit)).toBe(amount);
      expect(sum(perUnit.map(({ units }) => units))).toBe(priced.quantity);
    }
    expect(priced.subtotal).toBe(priced.unitPrice * priced.quantity);
    expect(priced.unitPrice).toBeLessThanOrEqual(priced.listPrice);
    expect(waterfallOfLine(priced).at(-1)?.left).toBe(priced.payable);
    for (const { left } of waterfallOfLine(priced)) {
      expect(left).toBeGreaterThanOrEqual(0);
      expect(left).toBeLessThanOrEqual(priced.listAmount);
    }
    expect(overUnits(priced.payablePerUnit)).toBe(priced.payable);
    const perUnit = priced.payablePerUnit.map(({ amount }) => amount);
    expect(Math.min(...perUnit)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...perUnit)).toBeLessThanOrEqual(priced.unitPrice);
  }
  for (const { left } of waterfallOf(result)) expect(left).toBeGreaterThanOrEqual(0);
  expect(waterfallOf(result).at(-1)?.left).toBe(result.due);
}
