import { allocateInOrder } from '../money';
import type { AmountBase } from '../promotion-terms';
import type { Contender, Phase } from './candidates';

/** What one promotion did when its turn came; minor units. */
export interface Turn {
  contender: Contender;
  /** 0 when it had no effect: below its threshold, or nothing left to take off. */
  amount: number;
  /** Parts per place of `contender.lines`; they sum to `amount`. */
  shares: number[];
  /** What its threshold was compared with. */
  observed: number;
}

/** A set of promotions applied one after the other. */
export interface Play {
  turns: Turn[];
  saving: number;
}

/**
 * Applies promotions, given in canonical order, to lines of these amounts. It decides amounts only; whether they may
 * stand together is for `stacking.ts`. After each turn 0 ≤ what is left of a line ≤ its list amount.
 */
export function play(listAmounts: readonly number[], contenders: readonly Contender[]): Play {
  const remaining = [...listAmounts];
  let phase: Phase | null = null;
  let phaseStart = remaining;
  let saving = 0;
  const turns = contenders.map((contender): Turn => {
    if (contender.phase !== phase) {
      phase = contender.phase;
      phaseStart = [...remaining];
    }
    const left = sumAt(remaining, contender.lines);
    const atStart = sumAt(phaseStart, contender.lines);
    const amount = amountAtTurn(contender, left, atStart);
    const shares = amount === 0 ? contender.lines.map(() => 0) : takeOff(remaining, contender.lines, amount);
    saving += amount;
    return { contender, amount, shares, observed: baseOf(thresholdBaseOf(contender), contender, left, atStart) };
  });
  return { turns, saving };
}

/**
 * What a promotion takes off when its turn comes; 0 when it has no effect. `left` is what its lines still cost,
 * `atStart` what they cost when its phase began.
 */
export function amountAtTurn(contender: Contender, left: number, atStart: number): number {
  if (baseOf(thresholdBaseOf(contender), contender, left, atStart) < contender.benefit.threshold) return 0;
  const base = baseOf(contender.terms.document.rule.base, contender, left, atStart);
  return Math.min(contender.benefit.amountOn(base), left);
}

/** The most `amountAtTurn` can give now or later on this path, where amounts only fall. */
export function mostAtTurn(contender: Contender, left: number, atStart: number): number {
  if (baseOf(thresholdBaseOf(contender), contender, left, atStart) < contender.benefit.threshold) return 0;
  const base = baseOf(contender.terms.document.rule.base, contender, left, atStart);
  return Math.min(contender.benefit.largestUpTo(base), left);
}

/** Takes an amount off the lines at these places, by what each has left, and says how much each bore. */
export function takeOff(remaining: number[], places: readonly number[], amount: number): number[] {
  const shares = allocateInOrder(
    amount,
    places.map((place) => remaining[place] ?? 0),
  );
  places.forEach((place, index) => {
    remaining[place] = (remaining[place] ?? 0) - (shares[index] ?? 0);
  });
  return shares;
}

/** The sum of the amounts at these places. */
export function sumAt(amounts: ArrayLike<number>, places: readonly number[]): number {
  let sum = 0;
  for (const place of places) sum += amounts[place] ?? 0;
  return sum;
}

function thresholdBaseOf(contender: Contender): AmountBase {
  return contender.terms.document.rule.thresholdBase;
}

function baseOf(base: AmountBase, contender: Contender, left: number, atStart: number): number {
  switch (base) {
    case 'REMAINING':
      return left;
    case 'PHASE_START':
      return atStart;
    case 'ORIGINAL':
      return contender.listTotal;
  }
}
