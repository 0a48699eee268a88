import { expect } from '@jest/globals';
import type { UnitRun } from '../../subgraphs/shared/kernel/money';
import type { PricedCart } from '../../subgraphs/shared/kernel/pricing/price';
import { waterfallOf, waterfallOfLine } from '../../subgraphs/shared/kernel/pricing/waterfall';

/**
 * Expects a price to add up to the last cent: by line, unit, merchant, promotion, payer and payment, and nothing to fall below
 * zero or above what it cost.
 */
export function expectToAddUp(result: PricedCart): void {
  /** A minus before nothing is nothing too. */
  const same = (amount: number | undefined, other: number) =>
    expect([amount, other, amount === other]).toEqual([amount, other, true]);
  const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0);
  const overUnits = (of: UnitRun[]) => sum(of.map(({ units, amount }) => units * amount));
  const goods = result.subtotal - result.discount;
  const onTop = result.tax.mode === 'EXCLUSIVE' ? result.tax.amount : 0;
  same(result.payable, goods + (result.shipping?.payable ?? 0) + onTop);
  expect(goods).toBeGreaterThanOrEqual(0);
  expect(result.shipping?.payable ?? 0).toBeGreaterThanOrEqual(0);
  const paidOtherwise = [...result.deposits, ...result.payments].map(({ counted }) => counted);
  same(result.due, result.payable - sum(paidOtherwise));
  expect(Math.min(0, ...paidOtherwise)).toBeGreaterThanOrEqual(0);
  for (const { paid, counted, refunded } of result.deposits) same(counted + refunded, paid);
  for (const { offered, counted } of result.payments) expect(counted).toBeLessThanOrEqual(offered);
  expect(result.due).toBeGreaterThanOrEqual(0);
  same(sum(result.lines.map(({ payable }) => payable)), goods);
  same(sum(result.lines.map(({ tax }) => tax)), result.tax.amount);
  same(sum(result.merchants.map(({ payable }) => payable)), goods);
  same(sum(result.applied.map(({ amount }) => amount)), result.saving);
  same(result.saving, result.discount + (result.shipping?.discount ?? 0));
  const gifted = new Set([...result.gifts, ...result.points].map(({ templateId }) => templateId));
  for (const promotion of result.applied) {
    if (!gifted.has(promotion.templateId)) expect(promotion.amount).toBeGreaterThan(0);
    same(sum(promotion.shares.map(({ amount }) => amount)) + promotion.shippingAmount, promotion.amount);
    same(sum(promotion.benefits.map(({ amount }) => amount)), promotion.amount);
    same(promotion.fundedByMerchant + promotion.fundedByPlatform, promotion.amount);
  }
  for (const priced of result.lines) {
    same(priced.subtotal - sum(priced.discounts.map(({ amount }) => amount)), priced.payable);
    for (const { amount, perUnit } of priced.discounts) {
      same(overUnits(perUnit), amount);
      same(sum(perUnit.map(({ units }) => units)), priced.quantity);
    }
    same(priced.subtotal, priced.unitPrice * priced.quantity);
    expect(priced.unitPrice).toBeLessThanOrEqual(priced.listPrice);
    same(waterfallOfLine(priced).at(-1)?.left, priced.payable);
    for (const { left } of waterfallOfLine(priced)) {
      expect(left).toBeGreaterThanOrEqual(0);
      expect(left).toBeLessThanOrEqual(priced.listAmount);
    }
    same(overUnits(priced.payablePerUnit), priced.payable);
    const perUnit = priced.payablePerUnit.map(({ amount }) => amount);
    expect(Math.min(...perUnit)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...perUnit)).toBeLessThanOrEqual(priced.unitPrice);
  }
  for (const { left } of waterfallOf(result)) expect(left).toBeGreaterThanOrEqual(0);
  same(waterfallOf(result).at(-1)?.left, result.due);
}
