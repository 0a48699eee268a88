import type { CurrencyCode, Rounding } from '../../money';
import type { Outcome } from '../../outcome';
import type { ProductScope } from '../../promotion-terms';
import type { FreeLot, Picked, PickedLot } from '../units';

/**
 * P1 item discounts, P2 patterns on units and gifts, P3 merchant order level, P4 platform order level, P5 shipping, P7 what
 * follows the price: points. P6, tax, is no promotion's.
 */
export type Phase = 'P1' | 'P2' | 'P3' | 'P4' | 'P5' | 'P7';

/**
 * Where a kind of benefit belongs: to a phase of its own by what it is, or to the order, which is P3 for a merchant, P4 for
 * the platform and P1 for whatever the template puts into the group ITEM.
 */
export type PlaceInOrder = Phase | 'ORDER';

/** A benefit made ready for one currency; amounts in minor units. */
export type ReadyBenefit = {
  /** What the threshold base must reach; 0 without a threshold. */
  threshold: number;
} & Effect;

/** What a benefit does when its turn comes, by what it looks at. */
export type Effect = EffectOnTotal | EffectOnLines | EffectOnUnits | Awarding;

/** Takes an amount off goods together, to be allocated to their lines. */
export interface EffectOnTotal {
  on: 'TOTAL';
  /** What it takes off goods worth `base`, before it is clamped to what is left of them. */
  amountOn(base: number): number;
  /** The most `amountOn` gives for any base up to this one; the search trusts it as a bound. */
  largestUpTo(base: number): number;
  /** The least base above this one that gives more than it does; null when none does. */
  nextStep(base: number): number | null;
}

/** Takes an amount off each line by itself. */
export interface EffectOnLines {
  on: 'LINES';
  /** What it takes off a line of which `left` is left, before it is clamped to it. */
  amountOnLine(left: number, quantity: number): number;
  /** The most it takes off while the amount left only falls; `amountOnLine` itself where it never grows then. */
  mostOnLine?(left: number, quantity: number): number;
  /** What is paid ahead for a line and so need not be paid again; it takes nothing off. */
  paidAhead?(quantity: number): number;
}

/** Takes an amount off units that it picks, and reserves them and those that had to be bought for it. */
export interface EffectOnUnits {
  on: 'UNITS';
  /** The goods it picks from, in as many pools as it tells apart; places on the board. */
  poolsOf(goods: GoodsInReach): readonly (readonly number[])[];
  /** The units it takes of the free ones in its pools, and what that saves. */
  pick(pools: readonly (readonly FreeLot[])[]): Picked;
  /** The most `pick` saves of any of these units at these amounts or less. */
  mostOn(pools: readonly (readonly FreeLot[])[]): number;
  /** Whether a picked unit carries part of the saving. */
  bears(lot: PickedLot): boolean;
}

/** The goods of a cart as a pattern may pick them. */
export interface GoodsInReach {
  /** Places of what the document is about. */
  inScope: readonly number[];
  /** Places of what it would be about with another scope. */
  among(scope: ProductScope): readonly number[];
  skuAt(place: number): string;
}

/** Takes nothing off the price and gives something beside it. */
export interface Awarding {
  on: 'NOTHING';
  /** What is given for goods worth `base`; null for nothing. Never more for less. */
  awardOn(base: number): Award | null;
}

/** What a promotion gives beside the price. */
export interface Award {
  gifts: readonly { skuId: string; quantity: number }[];
  points: number;
}

/** The path, within the benefit, of an amount that is not given in the currency of the cart. */
export interface MissingValue {
  path: string;
}

/** What a benefit is made ready for. */
export interface ReadyFor {
  currency: CurrencyCode;
  rounding: Rounding;
}

/** One kind of benefit: one file each, listed in the registry. */
export interface BenefitKind<Terms> {
  /** Place among promotions of one phase and priority: 满减 before 折扣 before 立减. */
  rank: number;
  phase: PlaceInOrder;
  /** What it takes its amount off: goods, the cost of shipping only, or nothing. */
  targets: 'GOODS' | 'SHIPPING' | 'NOTHING';
  /** Which amounts it is taken of: as the document says, or always of what is left. */
  base: 'BY_DOCUMENT' | 'REMAINING';
  /** Whether it never takes off less when what is left grows; a test holds every kind to its word. */
  monotone: boolean;
  ready(terms: Terms, readyFor: ReadyFor): Outcome<ReadyBenefit, MissingValue>;
}

/** The amount of a field in a currency: `absent` without the field, null when the field has none in this currency. */
export function valueIn(
  amounts: Readonly<Record<string, number>> | undefined,
  currency: CurrencyCode,
  absent: number,
): number | null {
  return amounts === undefined ? absent : (amounts[currency] ?? null);
}
