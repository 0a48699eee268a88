import type {
  AppliedBenefit as AppliedBenefitShape,
  AppliedPromotion as AppliedPromotionShape,
  BetterChoice as BetterChoiceShape,
  ConsideredPromotion as ConsideredPromotionShape,
  MerchantTotal as MerchantTotalShape,
  Money as MoneyShape,
  PricedLine as PricedLineShape,
  ResolversTypes,
  TopUpHint as TopUpHintShape,
  WaterfallStep as WaterfallStepShape,
} from '../../schema/generated/settlement';
import type { CouponId, TemplateId } from '../shared/kernel/identifiers';
import { type CurrencyCode, formatMoney, money } from '../shared/kernel/money';
import type { Hint } from '../shared/kernel/pricing/hints';
import type { AppliedPromotion, PricedCart, PricedLine, PricedMerchant } from '../shared/kernel/pricing/price';
import { cureText } from '../shared/kernel/pricing/rejection-text';
import type { BenefitShare, Explanation, Rejection } from '../shared/kernel/pricing/trace';
import { type WaterfallStep, waterfallOf, waterfallOfLine } from '../shared/kernel/pricing/waterfall';
import { type BetterChoice, type CartPrice, type Quote, whyUnused } from './domain/quote';
import { documentIndexOf } from './domain/unsaved-promotion';

/** A quote as the schema shows it. */
export function quoteShape(quote: Quote): ResolversTypes['Quote'] & object {
  const { price, unknownCodes, isWithoutCoupons, validUntil } = quote;
  const unused = quote.unused();
  const amount = amountIn(price.currency);
  return {
    ...priceShape(price),
    unusedCoupons: unused.coupons.map(({ couponId, reason, message, deficit, difference }) => ({
      coupon: couponShape(couponId),
      documentIndex: documentIndexOf(couponId),
      reason,
      message,
      deficit: orNull(deficit, amount),
      difference: orNull(difference, amount),
    })),
    unusedPromotions: unused.promotions.map(({ templateId, reason, message, deficit }) => ({
      template: templateShape(templateId),
      documentIndex: documentIndexOf(templateId),
      reason,
      message,
      deficit: orNull(deficit, amount),
    })),
    unknownCodes: [...unknownCodes],
    hints: async () => quote.hints().map((hint) => hintShape(hint, amount)),
    betterChoice: async () => {
      const better = await quote.betterChoice();
      return better && betterShape(better, amount);
    },
    heldQuote: async () => quote.heldQuote(),
    isOptimal: price.optimal,
    savingUpperBound: amount(price.upperBound),
    discountUpperBound: amount(price.upperBound),
    visitedNodeCount: price.nodes,
    isWithoutCoupons,
    validUntil,
  };
}

/** The price of a cart that holds one SKU alone as the schema shows it. */
export function priceInHandShape({ price, isWithoutCoupons, validUntil, hints }: CartPrice) {
  const amount = amountIn(price.currency);
  return {
    unitCount: price.lines.reduce((sum, { quantity }) => sum + quantity, 0),
    listPrice: amount(price.listAmount),
    saving: amount(price.listAmount - price.subtotal + price.discount),
    payable: amount(price.payable),
    appliedPromotions: price.applied.map((promotion) => appliedShape(promotion, amount)),
    nextHint: async () => {
      const [hint] = hints();
      return hint ? hintShape(hint, amount) : null;
    },
    isOptimal: price.optimal,
    isWithoutCoupons,
    validUntil,
  };
}

/** What a quote and an order show of a price in the same words. */
export function priceShape(price: PricedCart) {
  const amount = amountIn(price.currency);
  const { shipping, tax } = price;
  return {
    listAmount: amount(price.listAmount),
    subtotal: amount(price.subtotal),
    discount: amount(price.discount),
    saving: amount(price.saving),
    shipping: shipping && {
      method: shipping.method,
      subtotal: amount(shipping.listAmount),
      discount: amount(shipping.discount),
      payable: amount(shipping.payable),
    },
    tax: { mode: tax.mode, amount: amount(tax.amount) },
    payable: amount(price.payable),
    deposits: price.deposits.map(({ paid, counted, refunded, ...of }) => ({
      ...sourceShape(of),
      paid: amount(paid),
      counted: amount(counted),
      refunded: amount(refunded),
    })),
    due: amount(price.due),
    gifts: price.gifts.map(({ skuId, quantity, ...of }) => ({ ...sourceShape(of), sku: { id: skuId }, quantity })),
    points: price.points.map(({ points, ...of }) => ({ ...sourceShape(of), points })),
    lines: price.lines.map((line) => lineShape(line, amount)),
    merchants: price.merchants.map((merchant) => merchantShape(merchant, amount)),
    appliedPromotions: price.applied.map((promotion) => appliedShape(promotion, amount)),
    waterfall: waterfallOf(price).map((step) => stepShape(step, amount)),
    trace: price.considered.map((explanation) => consideredShape(explanation, price.currency)),
  };
}

function lineShape(line: PricedLine, amount: Amount): PricedLineShape {
  const { lineId, skuId, quantity, listPrice, priceSource, unitPrice, subtotal, discounts, payable, tax } = line;
  return {
    lineId,
    sku: { id: skuId },
    quantity,
    listPrice: amount(listPrice),
    unitPrice: amount(unitPrice),
    priceSource,
    subtotal: amount(subtotal),
    discounts: discounts.map(({ amount: share, perUnit, ...of }) => ({
      ...sourceShape(of),
      amount: amount(share),
      units: perUnit.map((run) => ({ quantity: run.units, amount: amount(run.amount) })),
    })),
    payable: amount(payable),
    tax: amount(tax),
    waterfall: waterfallOfLine(line).map((step) => stepShape(step, amount)),
  };
}

function merchantShape(
  { merchantId, subtotal, discount, payable }: PricedMerchant,
  amount: Amount,
): MerchantTotalShape {
  return { merchantId, subtotal: amount(subtotal), discount: amount(discount), payable: amount(payable) };
}

function appliedShape(promotion: AppliedPromotion, amount: Amount): AppliedPromotionShape {
  const { versionId, amount: saved, shippingAmount, benefits, fundedByPlatform, fundedByMerchant } = promotion;
  return {
    ...sourceShape(promotion),
    versionId,
    amount: amount(saved),
    shippingAmount: amount(shippingAmount),
    benefits: benefits.map((benefit) => benefitShape(benefit, amount)),
    fundedByPlatform: amount(fundedByPlatform),
    fundedByMerchant: amount(fundedByMerchant),
  };
}

function benefitShape({ path, amount: saved, shares, toNext }: BenefitShare, amount: Amount): AppliedBenefitShape {
  return {
    path,
    amount: amount(saved),
    shares: shares.map(({ lineId, amount: share }) => ({ lineId, amount: amount(share) })),
    toNextStep: orNull(toNext, amount),
  };
}

function consideredShape(explanation: Explanation, currency: CurrencyCode): ConsideredPromotionShape {
  const amount = amountIn(currency);
  const { promotion, couponId, verdict } = explanation;
  const why = whyUnused(explanation, currency);
  const rejection = verdict === 'REJECTED' ? explanation.rejection : null;
  return {
    template: promotion && templateShape(promotion.templateId),
    versionId: promotion?.versionId ?? null,
    coupon: couponShape(couponId),
    documentIndex: promotion && documentIndexOf(promotion.templateId),
    verdict,
    amount: verdict === 'APPLIED' ? amount(explanation.amount) : null,
    benefits: verdict === 'APPLIED' ? explanation.benefits.map((benefit) => benefitShape(benefit, amount)) : [],
    reason: why?.reason ?? null,
    message: why?.message ?? null,
    path: rejection?.path ?? null,
    required: rejection && numberText(rejection, 'required', currency),
    observed: rejection && numberText(rejection, 'observed', currency),
    deficit: orNull(why?.deficit ?? null, amount),
    cure: rejection && cureText(rejection, currency),
    beatenBy: verdict === 'BEATEN_BY' ? explanation.by.map(sourceShape) : [],
    difference: orNull(why?.difference ?? null, amount),
  };
}

/** A number of a rejection as it is read: thresholds and budgets are amounts, the rest are counts, instants and names. */
function numberText(rejection: Rejection, which: 'required' | 'observed', currency: CurrencyCode): string | null {
  const value = rejection[which];
  if (value === null) return null;
  const isAmount = rejection.code === 'BELOW_THRESHOLD' || rejection.code === 'BUDGET_EXHAUSTED';
  return typeof value === 'number' && isAmount ? formatMoney(money(value, currency)) : String(value);
}

function stepShape(step: WaterfallStep, amount: Amount): WaterfallStepShape {
  const of = 'templateId' in step ? { ...sourceShape(step), benefitPath: step.benefit } : noSource;
  const priceSource = step.what === 'OFFER' ? step.source : null;
  return { kind: step.what, amount: amount(step.amount), left: amount(step.left), priceSource, ...of };
}

function hintShape({ promotion, deficit, saving, like }: Hint, amount: Amount): TopUpHintShape {
  return {
    ...sourceShape(promotion),
    deficit: amount(deficit),
    saving: amount(saving),
    sku: { id: like.skuId },
    lineId: like.lineId,
    category: like.category,
    merchantId: like.merchantId,
  };
}

function betterShape({ saving, payable, couponIds, isOptimal }: BetterChoice, amount: Amount): BetterChoiceShape {
  return { saving: amount(saving), payable: amount(payable), coupons: couponIds.map((id) => ({ id })), isOptimal };
}

const noSource = { template: null, coupon: null, documentIndex: null, benefitPath: null };

function sourceShape({ templateId, couponId }: { templateId: TemplateId; couponId: CouponId | null }) {
  return {
    template: templateShape(templateId),
    coupon: couponShape(couponId),
    documentIndex: documentIndexOf(templateId),
  };
}

function templateShape(templateId: TemplateId): { id: string } | null {
  return documentIndexOf(templateId) === null ? { id: templateId } : null;
}

function couponShape(couponId: CouponId | null): { id: string } | null {
  return couponId === null || documentIndexOf(couponId) !== null ? null : { id: couponId };
}

type Amount = (minorUnits: number) => MoneyShape;

function amountIn(currency: CurrencyCode): Amount {
  return (minorUnits) => money(minorUnits, currency);
}

function orNull(minorUnits: number | null, amount: Amount): MoneyShape | null {
  return minorUnits === null ? null : amount(minorUnits);
}
