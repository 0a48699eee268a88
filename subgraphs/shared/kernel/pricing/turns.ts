import { allocateInOrder } from '../money';
import type { AmountBase } from '../promotion-terms';
import type { Award, EffectOnLines } from './benefits/benefit';
import { type Contender, inTurn, type Phase, type Step } from './candidates';

/** What one benefit did when its turn came; minor units. */
export interface StepTurn {
  contender: Contender;
  step: Step;
  /** 0 when it took nothing off: below its threshold, or nothing left to take off. */
  amount: number;
  /** What it gave beside the price. */
  award: Award | null;
  /** Parts per place of `step.targets`; they sum to `amount`. */
  shares: number[];
  /** What its threshold was compared with. */
  observed: number;
}

/** What one promotion did with all its benefits; minor units. */
export interface Turn {
  contender: Contender;
  amount: number;
  /** Whether one of its benefits took something off or gave something. */
  hasEffect: boolean;
  steps: StepTurn[];
}

/** A set of promotions applied one after the other. */
export interface Play {
  /** Per promotion, in canonical order. */
  turns: Turn[];
  /** Per benefit, in the order they were applied. */
  steps: StepTurn[];
  saving: number;
  /** Benefits that gave something beside the price. */
  awards: number;
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
  let awards = 0;
  const turns = contenders.map((contender): Turn => ({ contender, amount: 0, hasEffect: false, steps: [] }));
  const turnOf = new Map(turns.map((turn) => [turn.contender, turn]));
  const steps = inTurn(contenders).map(({ contender, step }): StepTurn => {
    if (step.phase !== phase) {
      phase = step.phase;
      phaseStart = [...remaining];
    }
    const observed = countedFor(step, sumAt(remaining, step.lines), sumAt(phaseStart, step.lines));
    const amount =
      observed < step.benefit.threshold
        ? 0
        : amountOff(step, sumAt(remaining, step.targets), sumAt(phaseStart, step.targets), remaining);
    const shares = amount === 0 ? step.targets.map(() => 0) : takeOff(remaining, step, amount);
    saving += amount;
    const award = awardOf(step, sumAt(remaining, step.lines), sumAt(phaseStart, step.lines));
    const played = { contender, step, amount, award, shares, observed };
    const turn = turnOf.get(contender);
    if (turn) {
      turn.steps.push(played);
      turn.amount += amount;
      turn.hasEffect ||= amount > 0 || award !== null;
    }
    if (award) awards++;
    return played;
  });
  return { turns, steps, saving, awards };
}

/** What is compared with the threshold of a step: `left` is what its lines still cost, `atStart` what they cost when its phase began. */
export function countedFor(step: Step, left: number, atStart: number): number {
  return baseOf(step.thresholdBase, left, atStart, step.listTotal);
}

/**
 * What a step takes off when its turn comes and its threshold is reached; 0 when it has no effect. `left` is what its targets
 * still cost, `atStart` what they cost when its phase began.
 */
export function amountOff(step: Step, left: number, atStart: number, remaining: readonly number[]): number {
  const { benefit } = step;
  switch (benefit.on) {
    case 'TOTAL':
      return Math.min(benefit.amountOn(baseOf(step.base, left, atStart, step.targetsTotal)), left);
    case 'LINES':
      return sum(amountsPerLine(step, benefit, remaining));
    case 'NOTHING':
      return 0;
  }
}

/** The most `amountOff` can give now or later on this path, where amounts only fall. */
export function mostOff(step: Step, left: number, atStart: number, remaining: readonly number[]): number {
  const { benefit } = step;
  if (benefit.on !== 'TOTAL') return amountOff(step, left, atStart, remaining);
  return Math.min(benefit.largestUpTo(baseOf(step.base, left, atStart, step.targetsTotal)), left);
}

/** What a step gives beside the price for its lines; null for nothing. It falls only when amounts fall. */
export function awardOf(step: Step, left: number, atStart: number): Award | null {
  const { benefit } = step;
  if (benefit.on !== 'NOTHING' || countedFor(step, left, atStart) < benefit.threshold) return null;
  return benefit.awardOn(baseOf(step.base, left, atStart, step.listTotal));
}

/** Takes the amount of a step off its targets, by what each has left, and says how much each bore. */
export function takeOff(remaining: number[], step: Step, amount: number): number[] {
  const { benefit, targets } = step;
  const shares =
    benefit.on === 'LINES'
      ? amountsPerLine(step, benefit, remaining)
      : allocateInOrder(
          amount,
          targets.map((place) => remaining[place] ?? 0),
        );
  targets.forEach((place, index) => {
    remaining[place] = (remaining[place] ?? 0) - (shares[index] ?? 0);
  });
  return shares;
}

/** The sum of the amounts at these places. */
export function sumAt(amounts: ArrayLike<number>, places: readonly number[]): number {
  let total = 0;
  for (const place of places) total += amounts[place] ?? 0;
  return total;
}

function amountsPerLine(step: Step, benefit: EffectOnLines, remaining: readonly number[]): number[] {
  return step.targets.map((place, index) => {
    const left = remaining[place] ?? 0;
    return Math.min(left, benefit.amountOnLine(left, step.quantities[index] ?? 0));
  });
}

function sum(amounts: readonly number[]): number {
  let total = 0;
  for (const amount of amounts) total += amount;
  return total;
}

function baseOf(base: AmountBase, left: number, atStart: number, listTotal: number): number {
  switch (base) {
    case 'REMAINING':
      return left;
    case 'PHASE_START':
      return atStart;
    case 'ORIGINAL':
      return listTotal;
  }
}
