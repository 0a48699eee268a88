import type { CouponId, MerchantId, SkuId, TemplateId, VersionId } from '../identifiers';
import { type CurrencyCode, compareIds, type UnitRun, UnitsOfLine } from '../money';
import { type Outcome, refused } from '../outcome';
import { fundingOf } from '../promotion-terms';
import type { Facts } from '../rules/facts';
import type { PromotionRules } from '../rules/promotion-rules';
import type { TenantSettings } from '../tenant-settings';
import {
  type CountedPayment,
  depositsOf,
  type GiftLine,
  giftsOf,
  type PaidDeposit,
  type PointsEarned,
  type PricedShipping,
  type PricedTax,
  paymentsOf,
  pointsOf,
  pricedShipping,
  taxOn,
} from './beside-goods';
import { bestCombination } from './best-combination';
import {
  type Board,
  boardOf,
  type Candidate,
  type Contender,
  contend,
  contendAs,
  entrantsOf,
  momentOf,
  type Phase,
  refOf,
  rejection,
} from './candidates';
import { type Cart, type CartLine, listAmountOf, type PriceSource, type TaxMode, unitPriceOf } from './cart';
import { stackingOf, withoutSpares } from './stacking';
import {
  type BenefitShare,
  type Explanation,
  explainLoser,
  type LineShare,
  type PromotionRef,
  type Rejection,
  type Result,
} from './trace';
import { type Play, play, type StepTurn, type Turn, Variations } from './turns';
import { withoutRuns } from './units';

export type { Candidate, CandidateSource, Phase } from './candidates';

/** Which coupons may take part; automatic promotions always do, in the same search. */
export type Choice =
  /** The best legal combination of everything the shopper owns. */
  | { kind: 'AUTO'; nodeBudget: number; stop: () => boolean }
  /** The best legal combination of these; the others are NOT_CHOSEN. */
  | { kind: 'CHOSEN'; couponIds: readonly CouponId[] }
  | { kind: 'NONE' };

/** Everything a price depends on; the same input always gives the same price. */
export interface PriceInput {
  cart: Cart;
  candidates: readonly Candidate[];
  settings: TenantSettings;
  now: Date;
  /** What is known of shopper, order and context; cart and clock speak for themselves. What is unknown holds of nobody. */
  facts: Facts;
  /** What the candidates ask, compiled. */
  rules: PromotionRules;
  choose: Choice;
  /** Whether `considered` is filled; without a word it is. A list of many prices has no use for it. */
  explains?: boolean;
}

/** One discount on one line, with what falls on each unit in the order of the units. */
export interface LineDiscount {
  templateId: TemplateId;
  couponId: CouponId | null;
  /** The benefit it comes from: `benefit[0]`. */
  benefit: string;
  amount: number;
  perUnit: UnitRun[];
}

/** A line with its discounts in the order they were applied; minor units. */
export interface PricedLine {
  lineId: string;
  skuId: SkuId;
  merchantId: MerchantId;
  quantity: number;
  /** The list price of a unit. */
  listPrice: number;
  /** Whose price it is that a unit has. */
  priceSource: PriceSource;
  /** What a unit costs before any promotion: the lowest of list price and offers. */
  unitPrice: number;
  /** listPrice × quantity. */
  listAmount: number;
  /** unitPrice × quantity: what discounts are taken off. */
  subtotal: number;
  discounts: LineDiscount[];
  payable: number;
  /** Within `payable`, or on top of it in a cart whose prices are without tax. */
  tax: number;
  /** What each unit costs in the end, in the order of the units: what a refund of it pays. */
  payablePerUnit: UnitRun[];
}

/** What one merchant's lines come to, in minor units. */
export interface PricedMerchant {
  merchantId: MerchantId;
  subtotal: number;
  discount: number;
  payable: number;
}

/** A promotion that took effect, with its parts per line and who pays for it; minor units. */
export interface AppliedPromotion {
  templateId: TemplateId;
  versionId: VersionId;
  couponId: CouponId | null;
  /** The phase of its first benefit. */
  phase: Phase;
  /** Off goods and shipping together. */
  amount: number;
  /** What of it is off shipping; the rest is what the shares sum to. */
  shippingAmount: number;
  shares: LineShare[];
  /** What each of its benefits did; the amounts sum to `amount`. */
  benefits: BenefitShare[];
  fundedByPlatform: number;
  fundedByMerchant: number;
}

/** One benefit that took something off; minor units. */
export interface AppliedBenefit {
  templateId: TemplateId;
  couponId: CouponId | null;
  /** Where it stands in the document: `benefit[0]`. */
  benefit: string;
  phase: Phase;
  amount: number;
}

/**
 * A cart with its price; minor units. Always: payable = subtotal − discount + shipping + tax that is not within it, and every
 * line costs from 0 to its subtotal.
 */
export interface PricedCart {
  currency: CurrencyCode;
  /** The goods at list price. */
  listAmount: number;
  /** The goods before any promotion, each at the lowest of its list price and its offers. */
  subtotal: number;
  /** Off the goods. */
  discount: number;
  /** What the order costs. */
  payable: number;
  /** Off goods and shipping: what the best combination is best in. */
  saving: number;
  shipping: PricedShipping | null;
  tax: PricedTax;
  /** What was paid ahead. */
  deposits: PaidDeposit[];
  /** Gift cards, then points. */
  payments: CountedPayment[];
  /** What is still to be paid: `payable` without the deposits and payments that count. */
  due: number;
  gifts: GiftLine[];
  points: PointsEarned[];
  /** In the order of the cart. */
  lines: PricedLine[];
  /** By merchant id. */
  merchants: PricedMerchant[];
  /** By the turn of their first benefit. */
  applied: AppliedPromotion[];
  /** Every benefit that took something off goods or shipping, in the order they were applied. */
  order: AppliedBenefit[];
  /** One entry for every candidate, and for every chosen coupon that is no candidate. */
  considered: Explanation[];
  /** Whether no legal combination saves more. */
  optimal: boolean;
  /** Nodes the search visited. */
  nodes: number;
  /** No legal combination saves more than this; equals `saving` when optimal. */
  upperBound: number;
}

/** What one promotion would do alone on the undiscounted cart. */
export type AloneOnCart = { promotion: PromotionRef } & (
  | { usable: true; amount: number }
  | { usable: false; rejection: Rejection }
);

/**
 * The price of a cart: the best legal combination of what may take part, applied in canonical order, allocated to lines
 * and units, with a reason for everything that is not in it. The order of lines and candidates changes nothing.
 */
export function price(input: PriceInput): PricedCart {
  const board = boardOf(input.cart, input.settings.floors);
  const stacking = stackingOf(input.settings);
  const sorted = sortOut(board, input);
  const contenders = withoutSpares(stacking, contendersOf(sorted));
  const { played, optimal, nodes, upperBound } = bestCombination({ ...board, contenders, stacking }, effortOf(input));
  const lines = pricedLines(board, played);
  const subtotal = lines.reduce((sum, line) => sum + line.subtotal, 0);
  const shipping = pricedShipping(board, played);
  const tax = { mode: input.cart.taxMode, amount: lines.reduce((sum, line) => sum + line.tax, 0) };
  const discount = played.saving - (shipping?.discount ?? 0);
  const payable = subtotal - discount + (shipping?.payable ?? 0) + (tax.mode === 'EXCLUSIVE' ? tax.amount : 0);
  const deposits = depositsOf(board, played, payable);
  const afterDeposits = deposits.reduce((left, { counted }) => left - counted, payable);
  const payments = paymentsOf(input.cart.payments, afterDeposits);
  const borne = played.turns.map((turn) => sharesOf(board, turn));
  return {
    currency: input.cart.currency,
    listAmount: listAmountOf(input.cart),
    subtotal,
    discount,
    payable,
    saving: played.saving,
    shipping,
    tax,
    deposits,
    payments,
    due: payments.reduce((left, { counted }) => left - counted, afterDeposits),
    gifts: giftsOf(played),
    points: pointsOf(played),
    lines,
    merchants: pricedMerchants(lines),
    applied: played.turns.map((turn, at) => appliedPromotion(turn, borne[at] ?? nothingBorne)),
    order: benefitsInOrder(played),
    considered:
      input.explains === false
        ? []
        : explain({ stacking, chosen: played, variations: new Variations(board, played) }, sorted, borne),
    optimal,
    nodes,
    upperBound,
  };
}

function benefitsInOrder({ steps }: Play): AppliedBenefit[] {
  const order: AppliedBenefit[] = [];
  for (const { contender, step, amount } of steps) {
    if (amount === 0) continue;
    const { templateId, couponId } = contender.ref;
    order.push({ templateId, couponId, benefit: step.path, phase: step.phase, amount });
  }
  return order;
}

/** Each candidate alone on the undiscounted cart: usable, or why not. In the order given. */
export function explainEach({
  cart,
  candidates,
  now,
  facts,
  rules,
  floors,
}: Pick<PriceInput, 'cart' | 'candidates' | 'now' | 'facts' | 'rules'> &
  Pick<TenantSettings, 'floors'>): AloneOnCart[] {
  const board = boardOf(cart, floors);
  const moment = momentOf(cart, facts, rules, now);
  return candidates.map((candidate) => {
    const promotion = refOf(candidate);
    const contender = contend(board, candidate, moment);
    if (!contender.ok) return { promotion, usable: false, rejection: contender.refusal };
    const { steps, budget } = contender.value;
    const [alone] = play(board, [contender.value]).turns;
    return alone?.hasEffect
      ? { promotion, usable: true, amount: alone.amount }
      : {
          promotion,
          usable: false,
          rejection: budget
            ? rejection('BUDGET_EXHAUSTED', 'limit.budget', null, budget.left)
            : rejection('NO_EFFECT', steps[0]?.path ?? null, 1, 0),
        };
  });
}

/** Everything that was considered. */
interface Sorted {
  /** In canonical order, ready for the search or with the reason why it stays out. */
  entries: { candidate: Candidate; entry: Outcome<Contender, Rejection> }[];
  /** Coupons that were chosen but are not among the candidates. */
  notOwned: CouponId[];
}

function sortOut(board: Board, { cart, candidates, choose, facts, rules, now }: PriceInput): Sorted {
  const moment = momentOf(cart, facts, rules, now);
  const wanted = choose.kind === 'CHOSEN' ? new Set(choose.couponIds) : null;
  const entries = entrantsOf(candidates).map((entrant) => {
    const { candidate } = entrant;
    const { source } = candidate;
    const isChosen =
      source.kind === 'AUTOMATIC' || choose.kind === 'AUTO' || (wanted?.delete(source.couponId) ?? false);
    const entry = contendAs(board, entrant, moment);
    return { candidate, entry: entry.ok && !isChosen ? refused(rejection('NOT_CHOSEN', null)) : entry };
  });
  return { entries, notOwned: [...(wanted ?? [])].sort(compareIds) };
}

function contendersOf({ entries }: Sorted): Contender[] {
  const contenders: Contender[] = [];
  for (const { entry } of entries) if (entry.ok) contenders.push(entry.value);
  return contenders;
}

/** What a shopper chose by hand is searched to the tenant's budget too, so that it gives the same answer every time. */
function effortOf({ choose, settings }: PriceInput): { nodeBudget: number; stop: () => boolean } {
  return choose.kind === 'AUTO' ? choose : { nodeBudget: settings.solverNodeBudget, stop: () => false };
}

/** Why each is in or out. @param borne what each chosen one did, in canonical order as everything here */
function explain(result: Result, { entries, notOwned }: Sorted, borne: readonly Borne[]): Explanation[] {
  const explained: Explanation[] = [];
  let next = 0;
  for (const { candidate, entry } of entries) {
    if (!entry.ok) {
      const promotion = refOf(candidate);
      explained.push({ promotion, couponId: promotion.couponId, verdict: 'REJECTED', rejection: entry.refusal });
      continue;
    }
    const { ref } = entry.value;
    if (result.chosen.turns[next]?.contender === entry.value) {
      const { amount, shippingAmount, shares, benefits } = borne[next] ?? nothingBorne;
      explained.push({
        promotion: ref,
        couponId: ref.couponId,
        verdict: 'APPLIED',
        amount,
        shippingAmount,
        shares,
        benefits,
      });
      next++;
    } else explained.push(explainLoser(result, entry.value, next));
  }
  for (const couponId of notOwned)
    explained.push({ promotion: null, couponId, verdict: 'REJECTED', rejection: rejection('NOT_OWNED', null) });
  return explained;
}

function appliedPromotion({ contender: { ref, terms, phase } }: Turn, borne: Borne): AppliedPromotion {
  const { amount, shippingAmount, shares, benefits } = borne;
  const funding = fundingOf(terms, amount);
  return {
    templateId: ref.templateId,
    versionId: ref.versionId,
    couponId: ref.couponId,
    phase,
    amount,
    shippingAmount,
    shares,
    benefits,
    fundedByPlatform: funding.platform,
    fundedByMerchant: funding.merchant,
  };
}

/** What a promotion did, told alike where it is applied and where it is explained. */
type Borne = Pick<AppliedPromotion, 'amount' | 'shippingAmount' | 'shares' | 'benefits'>;

const nothingBorne: Borne = { amount: 0, shippingAmount: 0, shares: [], benefits: [] };

function sharesOf(board: Board, { amount, steps }: Turn): Borne {
  const benefits = steps.map((turn) => ({
    path: turn.step.path,
    phase: turn.step.phase,
    amount: turn.amount,
    shares: lineShares(board, turn),
    toNext: turn.toNext,
  }));
  const [only] = benefits;
  const shares = benefits.length === 1 && only ? only.shares : sumOfShares(benefits);
  let shippingAmount = amount;
  for (const share of shares) shippingAmount -= share.amount;
  return { amount, shippingAmount, shares, benefits };
}

/** By line id. */
function sumOfShares(benefits: readonly BenefitShare[]): LineShare[] {
  const perLine = new Map<string, number>();
  for (const { shares } of benefits)
    for (const { lineId, amount: share } of shares) perLine.set(lineId, (perLine.get(lineId) ?? 0) + share);
  const shares = [...perLine].map(([lineId, share]) => ({ lineId, amount: share }));
  return shares.sort((a, b) => compareIds(a.lineId, b.lineId));
}

/** The parts that are more than nothing, by line id as lines stand on the board. */
function lineShares({ lines }: Board, { step: { targets }, shares, amount }: StepTurn): LineShare[] {
  if (amount === 0) return [];
  let count = 0;
  for (let index = 0; index < targets.length; index++)
    if ((shares[index] ?? 0) > 0 && (targets[index] ?? 0) < lines.length) count++;
  // A list of its final length: growing hundreds of short ones costs as much as all that is in them.
  const parts = new Array<LineShare>(count);
  let next = 0;
  for (let index = 0; index < targets.length; index++) {
    const share = shares[index] ?? 0;
    const line = lines[targets[index] ?? 0];
    if (line && share > 0) parts[next++] = { lineId: line.lineId, amount: share };
  }
  return parts;
}

function pricedLines(board: Board, played: Play): PricedLine[] {
  const onLine = board.lines.map((line, place): LineSoFar => {
    const { unitPrice } = unitPriceOf(line);
    return { discounts: [], payable: board.listAmounts[place] ?? 0, units: new UnitsOfLine(line.quantity, unitPrice) };
  });
  for (const turn of played.steps) takeOffLines(onLine, turn);
  const priced = new Map<string, PricedLine>();
  board.lines.forEach((line, place) => {
    const onThis = onLine[place];
    if (onThis) priced.set(line.lineId, pricedLine(line, onThis, board.cart.taxMode));
  });
  return board.cart.lines.flatMap((line) => priced.get(line.lineId) ?? []);
}

/** A line while discounts come off it. */
interface LineSoFar {
  discounts: LineDiscount[];
  payable: number;
  units: UnitsOfLine;
}

/**
 * Every discount of a line is split over its units by what each unit still costs, so that no unit falls below zero; a pattern
 * says itself which units it is about.
 */
function takeOffLines(
  lines: readonly LineSoFar[],
  { contender, step, shares, perUnit, amount: total }: StepTurn,
): void {
  if (total === 0) return;
  const { targets, path } = step;
  const { templateId, couponId } = contender.ref;
  for (let index = 0; index < targets.length; index++) {
    const amount = shares[index] ?? 0;
    const place = targets[index] ?? 0;
    const line = lines[place];
    if (!line || amount === 0) continue;
    const picked = perUnit?.get(place);
    const parts = picked ?? line.units.take(amount);
    if (picked) line.units.keep(withoutRuns(line.units.left(), picked));
    line.payable -= amount;
    line.discounts.push({ templateId, couponId, benefit: path, amount, perUnit: parts });
  }
}

function pricedLine(line: CartLine, { discounts, payable, units }: LineSoFar, taxMode: TaxMode): PricedLine {
  const { lineId, skuId, merchantId, quantity, unitPrice: listPrice, taxRateBasisPoints } = line;
  const { unitPrice, source: priceSource } = unitPriceOf(line);
  const tax = taxOn(payable, taxRateBasisPoints, taxMode);
  return {
    lineId,
    skuId,
    merchantId,
    quantity,
    listPrice,
    priceSource,
    unitPrice,
    listAmount: listPrice * quantity,
    subtotal: unitPrice * quantity,
    discounts,
    payable,
    tax,
    payablePerUnit: units.left(),
  };
}

function pricedMerchants(lines: readonly PricedLine[]): PricedMerchant[] {
  const merchants = new Map<MerchantId, PricedMerchant>();
  for (const { merchantId, subtotal, payable } of lines) {
    let merchant = merchants.get(merchantId);
    if (!merchant) {
      merchant = { merchantId, subtotal: 0, discount: 0, payable: 0 };
      merchants.set(merchantId, merchant);
    }
    merchant.subtotal += subtotal;
    merchant.discount += subtotal - payable;
    merchant.payable += payable;
  }
  return [...merchants.values()].sort((a, b) => compareIds(a.merchantId, b.merchantId));
}
