import type { CouponId, SkuId, TemplateId } from '../identifiers';
import { asSkuId } from '../identifiers';
import { percentOf, taxWithin } from '../money';
import type { Award } from './benefits/benefit';
import type { Board } from './candidates';
import type { Payment, TaxMode } from './cart';
import type { Play, StepTurn } from './turns';

/** The cost of shipping and what promotions take off it; minor units. */
export interface PricedShipping {
  method: string;
  listAmount: number;
  discount: number;
  payable: number;
}

/** Tax in all; minor units. Within the price where prices hold it, else on top of it. */
export interface PricedTax {
  mode: TaxMode;
  amount: number;
}

/** Goods that a promotion adds at no price. */
export interface GiftLine {
  templateId: TemplateId;
  couponId: CouponId | null;
  /** The benefit it comes from: `benefit[0]`. */
  benefit: string;
  skuId: SkuId;
  quantity: number;
}

/** Points that a promotion gives for an order. */
export interface PointsEarned {
  templateId: TemplateId;
  couponId: CouponId | null;
  benefit: string;
  points: number;
}

/** A deposit that was paid ahead; minor units. Paid = counted + refunded. */
export interface PaidDeposit {
  templateId: TemplateId;
  couponId: CouponId | null;
  benefit: string;
  paid: number;
  /** What of it counts towards the order: no more than is left to pay. */
  counted: number;
  refunded: number;
}

/** A gift card or points as they pay for an order; minor units. */
export interface CountedPayment {
  kind: Payment['kind'];
  /** What the shopper offered. */
  offered: number;
  /** What of it pays for the order: no more than is left to pay. */
  counted: number;
}

/** The shipping of a cart after what was played; null without any. */
export function pricedShipping({ cart, lines }: Board, { steps }: Play): PricedShipping | null {
  if (!cart.shipping) return null;
  const { method, amount } = cart.shipping;
  let discount = 0;
  // What is taken off shipping has no other target.
  for (const { step, amount: off } of steps) if (step.targets[0] === lines.length) discount += off;
  return { method, listAmount: amount, discount, payable: amount - discount };
}

/**
 * The tax on what is left of a line after everything was allocated, rounded half up once for the line: 113.00 at 13 % holds
 * 13.00 INCLUSIVE, and 100.00 carries 13.00 more EXCLUSIVE.
 */
export function taxOn(payable: number, rate: number | undefined, mode: TaxMode): number {
  if (!rate) return 0;
  return mode === 'INCLUSIVE' ? taxWithin(payable, rate) : percentOf(payable, rate, 'HALF_UP');
}

/** The gifts of what was played, in the order they were given. */
export function giftsOf({ steps }: Play): GiftLine[] {
  const given: GiftLine[] = [];
  for (const turn of steps)
    for (const { skuId, quantity } of turn.award?.gifts ?? nothing)
      given.push({ ...sourceOf(turn), skuId: asSkuId(skuId), quantity });
  return given;
}

const nothing: Award['gifts'] = [];

/** The points of what was played. */
export function pointsOf({ steps }: Play): PointsEarned[] {
  const earned: PointsEarned[] = [];
  for (const turn of steps) {
    const points = turn.award?.points ?? 0;
    if (points > 0) earned.push({ ...sourceOf(turn), points });
  }
  return earned;
}

/** Deposits in the order they were applied, each counted as far as something is left to pay. @param payable of the order */
export function depositsOf({ lines }: Board, { steps }: Play, payable: number): PaidDeposit[] {
  let left = payable;
  const deposits: PaidDeposit[] = [];
  for (const turn of steps) {
    const { benefit, targets } = turn.step;
    if (benefit.on !== 'LINES' || !benefit.paidAhead) continue;
    const paidAhead = targets.reduce((sum, place) => sum + (benefit.paidAhead?.(lines[place]?.quantity ?? 0) ?? 0), 0);
    // A million units of a deposit nobody means pass what is counted exactly.
    const paid = Math.min(paidAhead, Number.MAX_SAFE_INTEGER);
    const counted = Math.min(paid, left);
    left -= counted;
    deposits.push({ ...sourceOf(turn), paid, counted, refunded: paid - counted });
  }
  return deposits;
}

/** Gift cards, then points, each counted as far as something is left to pay. @param left what deposits left of the order */
export function paymentsOf(payments: readonly Payment[], left: number): CountedPayment[] {
  let due = left;
  return (['GIFT_CARD', 'POINTS'] as const)
    .flatMap((kind) => payments.filter((payment) => payment.kind === kind))
    .map(({ kind, amount }) => {
      const counted = Math.min(amount, due);
      due -= counted;
      return { kind, offered: amount, counted };
    });
}

function sourceOf({ contender, step }: StepTurn): Pick<GiftLine, 'templateId' | 'couponId' | 'benefit'> {
  const { templateId, couponId } = contender.ref;
  return { templateId, couponId, benefit: step.path };
}
