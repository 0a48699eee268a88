import type { CurrencyCode, Rounding } from '../../money';
import type { Outcome } from '../../outcome';

/** A benefit made ready for one currency; amounts in minor units. */
export interface ReadyBenefit {
  /** What the threshold base must reach; 0 without a threshold. */
  threshold: number;
  /** What it takes off goods worth `base`, before it is clamped to what is left of them. */
  amountOn(base: number): number;
  /** The most `amountOn` gives for any base up to this one; the search trusts it as a bound. */
  largestUpTo(base: number): number;
}

/** The path, within the benefit, of an amount that is not given in the currency of the cart. */
export interface MissingValue {
  path: 'threshold' | 'off' | 'maxAmount';
}

/** One kind of benefit: one file each, listed in the registry. */
export interface BenefitKind<Terms> {
  /** Place among promotions of one phase and priority: 满减 before 折扣 before 立减. */
  rank: number;
  /** Whether `amountOn` never falls when the base grows; a test holds every kind to its word. */
  monotone: boolean;
  ready(terms: Terms, currency: CurrencyCode, rounding: Rounding): Outcome<ReadyBenefit, MissingValue>;
}
