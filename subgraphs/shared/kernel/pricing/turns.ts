import { takeProportionally, type UnitRun } from '../money';
import type { AmountBase } from '../promotion-terms';
import type { Award, EffectOnLines, EffectOnUnits } from './benefits/benefit';
import { type BoardAmounts, type Contender, inTurn, type Phase, type Step } from './candidates';
import { type Floors, shareOut } from './floors';
import { freeLots, type Lot, lotsOf, offEveryUnit, offPicked, type Picked, worthOf } from './units';

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
  /** What falls on each unit, by place, where a pattern picked them. */
  perUnit: ReadonlyMap<number, UnitRun[]> | null;
  /** What its threshold was compared with; 0 without a threshold. */
  observed: number;
  /** Minor units more of what it is taken of until it takes off more; null where more gives no more, or at once. */
  toNext: number | null;
}

/** What one promotion did with all its benefits; minor units. */
export interface Turn {
  contender: Contender;
  amount: number;
  /** Whether one of its benefits took something off or gave something. */
  hasEffect: boolean;
  /** What it would have taken off where that is more than its budget has left, so that it may not take part; else 0. */
  overBudget: number;
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

/** What lines and units still cost. */
export interface Table {
  /** Per place of the board. */
  remaining: Float64Array;
  /** The units of each line; null where no pattern looks at them. */
  units: Lot[][] | null;
  /** Units of each place, which never change. */
  quantities: readonly number[];
  floors: Floors | null;
}

/** How an amount was borne. */
export interface Taken {
  /** Per place of `step.targets`. */
  shares: number[];
  /** What falls on each unit, by place, where a pattern picked them; elsewhere a line's share is split over all its units. */
  perUnit: ReadonlyMap<number, UnitRun[]> | null;
}

/** The table of an undiscounted cart. @param looksAtUnits whether a pattern is among what will be applied to it */
export function freshTable({ listAmounts, quantities, floors }: BoardAmounts, looksAtUnits: boolean): Table {
  const remaining = new Float64Array(listAmounts.length);
  remaining.set(listAmounts);
  return {
    remaining,
    units: looksAtUnits ? listAmounts.map((amount, place) => lotsOf(quantities[place] ?? 1, amount)) : null,
    quantities,
    floors,
  };
}

/**
 * Applies promotions, given in canonical order, to lines of these amounts. It decides amounts only; whether they may
 * stand together is for `stacking.ts`. After each turn 0 ≤ what is left of a line ≤ its list amount.
 */
export function play(board: BoardAmounts, contenders: readonly Contender[]): Play {
  if (contenders.every(hasOneTurn)) return playInGivenOrder(board, contenders);
  const turns = contenders.map(
    (contender): Turn => ({ contender, amount: 0, hasEffect: false, overBudget: 0, steps: [] }),
  );
  const ordered = inTurn(contenders);
  const turnOf = new Map(turns.map((turn) => [turn.contender, turn]));
  const stage = new Stage(
    board,
    ordered.some(({ step }) => step.benefit.on === 'UNITS'),
  );
  const steps: StepTurn[] = [];
  for (const { contender, step } of ordered) {
    const turn = turnOf.get(contender);
    if (!turn) continue;
    const played = stage.take(contender, step, turn.amount);
    steps.push(played);
    turn.steps.push(played);
    turn.amount += played.amount;
    if (stage.overBudget > 0) turn.overBudget = stage.overBudget;
    turn.hasEffect = turn.overBudget === 0 && (turn.hasEffect || hasEffect(played));
  }
  return { turns, steps, saving: stage.saving, awards: stage.awards };
}

/** Where each has one turn, canonical order is the order of turns. */
function playInGivenOrder(board: BoardAmounts, contenders: readonly Contender[]): Play {
  const stage = new Stage(
    board,
    contenders.some(({ steps }) => steps[0]?.benefit.on === 'UNITS'),
  );
  const turns = contenders.map((contender): Turn => {
    const played = stage.take(contender, onlyOf(contender.steps), 0);
    const { overBudget } = stage;
    return {
      contender,
      amount: played.amount,
      hasEffect: overBudget === 0 && hasEffect(played),
      overBudget,
      steps: [played],
    };
  });
  return { turns, steps: turns.map(({ steps }) => onlyOf(steps)), saving: stage.saving, awards: stage.awards };
}

function hasOneTurn({ steps }: Contender): boolean {
  return steps.length === 1;
}

function onlyOf<T>([only]: readonly T[]): T {
  if (only === undefined)
    throw new Error('Expected the one turn of a promotion, found none; a contender has a benefit.');
  return only;
}

function hasEffect({ amount, award }: StepTurn): boolean {
  return amount > 0 || award !== null;
}

/** Benefits having their turns, one after the other. */
class Stage {
  saving = 0;
  awards = 0;
  /** What the last one would have taken off where its budget forbade it; else 0. */
  overBudget = 0;
  /** What the threshold of the last one was compared with; 0 without a threshold. */
  observed = 0;
  /** What the last one gave beside the price. */
  award: Award | null = null;
  private readonly table: Table;
  /** What places cost when the phase began. */
  private readonly phaseStart: Float64Array;
  private phase: Phase | null = null;
  /** What the targets of the last one cost before it, and when the phase began. */
  private left = 0;
  private atStart = 0;

  constructor(board: BoardAmounts, looksAtUnits: boolean) {
    this.table = freshTable(board, looksAtUnits);
    this.phaseStart = new Float64Array(this.table.remaining);
  }

  /** @param spent what the promotion took off in its turns before */
  take(contender: Contender, step: Step, spent: number): StepTurn {
    const amount = this.weigh(contender, step, spent);
    const { observed, award } = this;
    const { shares, perUnit } = amount > 0 ? takeOffInParts(this.table, step, amount, this.left) : nothingTaken(step);
    const toNext = amount > 0 ? toNextStep(step, this.left, this.atStart) : null;
    return { contender, step, amount, award, shares, perUnit, observed, toNext };
  }

  /** `take` without telling who bore what: the amount alone. */
  pass(contender: Contender, step: Step): number {
    const amount = this.weigh(contender, step, 0);
    if (amount > 0) takeOff(this.table, step, amount, this.left);
    return amount;
  }

  /** Notes where things stand, to come back to; for boards without units. */
  note(): StageNote {
    return {
      remaining: this.table.remaining.slice(),
      phaseStart: this.phaseStart.slice(),
      phase: this.phase,
      saving: this.saving,
    };
  }

  comeBack({ remaining, phaseStart, phase, saving }: StageNote): void {
    this.table.remaining.set(remaining);
    this.phaseStart.set(phaseStart);
    this.phase = phase;
    this.saving = saving;
  }

  /** What a step takes off now, with what else there is to know of it. */
  private weigh(contender: Contender, step: Step, spent: number): number {
    const { table, phaseStart } = this;
    const { remaining } = table;
    if (step.phase !== this.phase) {
      this.phase = step.phase;
      phaseStart.set(remaining);
    }
    const { benefit, lines, targets } = step;
    this.observed = benefit.threshold === 0 ? 0 : countedFor(step, sumAt(remaining, lines), sumAt(phaseStart, lines));
    this.left = sumAt(remaining, targets);
    this.atStart = step.base === 'PHASE_START' ? sumAt(phaseStart, targets) : this.left;
    const wanted = this.observed < benefit.threshold ? 0 : amountOff(step, this.left, this.atStart, table);
    const allowed = withinBudget(contender, spent, wanted);
    this.overBudget = allowed === null ? wanted : 0;
    this.award = benefit.on === 'NOTHING' ? awardOf(step, sumAt(remaining, lines), sumAt(phaseStart, lines)) : null;
    this.saving += allowed ?? 0;
    if (this.award) this.awards++;
    return allowed ?? 0;
  }
}

/** Where a stage stood. */
interface StageNote {
  remaining: Float64Array;
  phaseStart: Float64Array;
  phase: Phase | null;
  saving: number;
}

/** What a set would save with one more in it and some of it left out; minor units. */
export interface Variation {
  saving: number;
  /** What the new one would do. */
  own: Pick<Turn, 'hasEffect' | 'overBudget'> & { steps: readonly Pick<StepTurn, 'step' | 'observed'>[] };
  /** What each of the set would take off; 0 for those left out. */
  amounts: readonly number[];
  /** Those of the set who would have no effect any more, in canonical order. */
  idle: readonly Contender[];
}

/** One set played again and again with somebody else in it: what comes before the first change is played once for all. */
export class Variations {
  private readonly contenders: readonly Contender[];
  private readonly stage: Stage;
  /** Before each turn, where the stage stood; made when somebody first asks. */
  private notes: readonly StageNote[] | null = null;

  constructor(
    private readonly board: BoardAmounts,
    private readonly chosen: Play,
  ) {
    this.contenders = chosen.turns.map(({ contender }) => contender);
    this.stage = new Stage(board, false);
  }

  /** @param before how many of the set have their turn before the new one @param leaving who is left out */
  with(newcomer: Contender, before: number, leaving: readonly Contender[]): Variation {
    this.notes ??= this.contenders.every(isPlainTurn) ? this.noted() : [];
    if (this.notes.length === 0 || !isPlainTurn(newcomer)) return this.playedInFull(newcomer, before, leaving);
    let from = 0;
    while (from < before && !leaving.includes(this.contenders[from] ?? newcomer)) from++;
    const { stage, chosen } = this;
    const amounts = chosen.turns.map(({ amount }) => amount);
    const idle: Contender[] = [];
    const note = this.notes[from];
    if (note) stage.comeBack(note);
    let own: Variation['own'] | null = null;
    for (let at = from; at <= amounts.length; at++) {
      if (at === before) own = this.ownTurn(newcomer);
      const contender = this.contenders[at];
      if (!contender) break;
      const leaves = leaving.includes(contender);
      const amount = leaves ? 0 : stage.pass(contender, onlyOf(contender.steps));
      amounts[at] = amount;
      if (!leaves && (stage.overBudget > 0 || (amount === 0 && stage.award === null))) idle.push(contender);
    }
    return { saving: stage.saving, own: own ?? this.ownTurn(newcomer), amounts, idle };
  }

  private noted(): StageNote[] {
    const notes = this.contenders.map((contender) => {
      const note = this.stage.note();
      this.stage.pass(contender, onlyOf(contender.steps));
      return note;
    });
    return [...notes, this.stage.note()];
  }

  private ownTurn(newcomer: Contender): Variation['own'] {
    const { stage } = this;
    const step = onlyOf(newcomer.steps);
    const amount = stage.pass(newcomer, step);
    const { overBudget, observed, award } = stage;
    return { overBudget, hasEffect: overBudget === 0 && (amount > 0 || award !== null), steps: [{ step, observed }] };
  }

  private playedInFull(newcomer: Contender, before: number, leaving: readonly Contender[]): Variation {
    const stays = (contender: Contender) => !leaving.includes(contender);
    const set = [
      ...this.contenders.slice(0, before).filter(stays),
      newcomer,
      ...this.contenders.slice(before).filter(stays),
    ];
    const { turns, saving } = play(this.board, set);
    const turnOf = new Map(turns.map((turn) => [turn.contender, turn]));
    const own = turnOf.get(newcomer) ?? { hasEffect: false, overBudget: 0, steps: [] };
    return {
      saving,
      own,
      amounts: this.contenders.map((contender) => turnOf.get(contender)?.amount ?? 0),
      idle: turns.flatMap((turn) => (turn.contender !== newcomer && !turn.hasEffect ? [turn.contender] : [])),
    };
  }
}

/** What a set does, without who bears what; minor units. */
export interface Rehearsal {
  saving: number;
  awards: number;
  /** What each takes off. */
  amounts: readonly number[];
  /** Which of them have no effect, by their places in the set. */
  idle: readonly number[];
}

/** `play` for sets that are only compared. */
export function rehearse(board: BoardAmounts, contenders: readonly Contender[]): Rehearsal {
  const idle: number[] = [];
  if (!contenders.every(isPlainTurn)) {
    const { turns, saving, awards } = play(board, contenders);
    turns.forEach(({ hasEffect: isActive }, at) => {
      if (!isActive) idle.push(at);
    });
    return { saving, awards, amounts: turns.map(({ amount }) => amount), idle };
  }
  const stage = new Stage(board, false);
  const amounts = contenders.map((contender, at) => {
    const amount = stage.pass(contender, onlyOf(contender.steps));
    if (stage.overBudget > 0 || (amount === 0 && stage.award === null)) idle.push(at);
    return amount;
  });
  return { saving: stage.saving, awards: stage.awards, amounts, idle };
}

/** Whether it has one turn, and one that looks at no units. */
function isPlainTurn({ steps }: Contender): boolean {
  return steps.length === 1 && steps[0]?.benefit.on !== 'UNITS';
}

/**
 * What of an amount the budget of a promotion allows that has taken so much off already; null where it does not suffice and
 * the last order may not have what is left.
 */
export function withinBudget({ budget }: Contender, spent: number, amount: number): number | null {
  if (!budget || amount <= budget.left - spent) return amount;
  return budget.isPartial ? budget.left - spent : null;
}

function toNextStep(step: Step, left: number, atStart: number): number | null {
  if (step.benefit.on !== 'TOTAL') return null;
  const base = baseOf(step.base, left, atStart, step.targetsTotal);
  const next = step.benefit.nextStep(base);
  return next === null ? null : next - base;
}

/** What is compared with the threshold of a step: `left` is what its lines still cost, `atStart` what they cost when its phase began. */
export function countedFor(step: Step, left: number, atStart: number): number {
  return baseOf(step.thresholdBase, left, atStart, step.listTotal);
}

/**
 * What a step takes off when its turn comes and its threshold is reached; 0 when it has no effect. `left` is what its targets
 * still cost, `atStart` what they cost when its phase began.
 */
export function amountOff(step: Step, left: number, atStart: number, table: Table): number {
  const amount = amountAboveFloors(step, left, atStart, table);
  if (!table.floors || amount === 0) return amount;
  return sum(shareOut(table.floors, table.remaining, step.targets, weightsOf(step, table), amount, step.parting));
}

function amountAboveFloors(step: Step, left: number, atStart: number, table: Table): number {
  const { benefit } = step;
  switch (benefit.on) {
    case 'TOTAL':
      return Math.min(benefit.amountOn(baseOf(step.base, left, atStart, step.targetsTotal)), left);
    case 'LINES':
      return sum(amountsPerLine(step, benefit.amountOnLine, table.remaining, table.quantities));
    case 'UNITS':
      return Math.min(pickedBy(step, benefit, table).saving, left);
    case 'NOTHING':
      return 0;
  }
}

/** What each target bears its part by: what is left of it, what it is to lose, or what the units picked on it cost. */
function weightsOf(step: Step, table: Table): number[] {
  const { benefit, targets } = step;
  if (benefit.on === 'LINES') return amountsPerLine(step, benefit.amountOnLine, table.remaining, table.quantities);
  if (benefit.on !== 'UNITS') return targets.map((place) => table.remaining[place] ?? 0);
  const bearing = pickedBy(step, benefit, table).lots.filter(benefit.bears);
  return targets.map((place) => worthOf(bearing.filter((lot) => lot.place === place)));
}

/** The most `amountOff` can give now or later on this path, where amounts only fall. */
export function mostOff(
  step: Step,
  left: number,
  atStart: number,
  remaining: ArrayLike<number>,
  quantities: readonly number[],
): number {
  const { benefit } = step;
  if (benefit.on === 'NOTHING') return 0;
  if (benefit.on === 'LINES')
    return sum(amountsPerLine(step, benefit.mostOnLine ?? benefit.amountOnLine, remaining, quantities));
  if (benefit.on === 'UNITS') return Math.min(step.mostByUnits, left);
  return Math.min(benefit.largestUpTo(baseOf(step.base, left, atStart, step.targetsTotal)), left);
}

/** What a step gives beside the price for its lines; null for nothing. It falls only when amounts fall. */
export function awardOf(step: Step, left: number, atStart: number): Award | null {
  const { benefit } = step;
  if (benefit.on !== 'NOTHING' || countedFor(step, left, atStart) < benefit.threshold) return null;
  return benefit.awardOn(baseOf(step.base, left, atStart, step.listTotal));
}

/**
 * Takes the amount of a step off its targets, by what each has left.
 * @param left what its targets still cost
 */
export function takeOff(table: Table, step: Step, amount: number, left: number): void {
  if (isPlain(table, step)) takeProportionally(amount, table.remaining, step.targets, left);
  else takeOffInParts(table, step, amount, left);
}

/** Whether all that has to be known is what each target has left. */
function isPlain({ floors, units }: Table, { benefit, parting, phase }: Step): boolean {
  return benefit.on === 'TOTAL' && !floors && parting === 'PROPORTIONAL' && (!units || phase !== 'P1');
}

/** `takeOff` that says how much each target bore. */
function takeOffInParts(table: Table, step: Step, amount: number, left: number): Taken {
  const { benefit, targets } = step;
  const { remaining, units } = table;
  if (benefit.on === 'UNITS') return takeOffUnits(table, step, benefit, amount);
  if (benefit.on === 'TOTAL' && !table.floors && step.parting === 'PROPORTIONAL') {
    const shares = new Array<number>(targets.length);
    for (let at = 0; at < shares.length; at++) shares[at] = remaining[targets[at] ?? 0] ?? 0;
    takeProportionally(amount, remaining, targets, left);
    for (let at = 0; at < shares.length; at++) shares[at] = (shares[at] ?? 0) - (remaining[targets[at] ?? 0] ?? 0);
    if (units && step.phase === 'P1') takeOffEveryUnit(units, targets, shares);
    return { shares, perUnit: null };
  }
  const shares = shareOut(table.floors, remaining, targets, weightsOf(step, table), amount, step.parting);
  for (let index = 0; index < targets.length; index++) {
    const place = targets[index] ?? 0;
    remaining[place] = (remaining[place] ?? 0) - (shares[index] ?? 0);
  }
  if (units && step.phase === 'P1') takeOffEveryUnit(units, targets, shares);
  return { shares, perUnit: null };
}

/** For P1 only: once the patterns had their turn, nobody looks at units until the end. */
function takeOffEveryUnit(units: Lot[][], targets: readonly number[], shares: readonly number[]): void {
  targets.forEach((place, index) => {
    const share = shares[index] ?? 0;
    if (share > 0) units[place] = offEveryUnit(units[place] ?? [], share);
  });
}

/** Each line bears by what the picked units of it that carry the saving cost, and these units by what each costs. */
function takeOffUnits(table: Table, step: Step, benefit: EffectOnUnits, amount: number): Taken {
  const { lots } = pickedBy(step, benefit, table);
  const { remaining, units } = table;
  const perLine = step.targets.map((place) => lots.filter((lot) => lot.place === place));
  const shares = shareOut(table.floors, remaining, step.targets, weightsOf(step, table), amount, 'PROPORTIONAL');
  const perUnit = new Map<number, UnitRun[]>();
  step.targets.forEach((place, index) => {
    const share = shares[index] ?? 0;
    const taken = offPicked(units?.[place] ?? [], perLine[index] ?? [], benefit.bears, share);
    remaining[place] = (remaining[place] ?? 0) - share;
    if (units) units[place] = taken.rest;
    perUnit.set(place, taken.parts);
  });
  return { shares, perUnit };
}

function pickedBy(step: Step, benefit: EffectOnUnits, { units }: Table): Picked {
  return benefit.pick(step.pools.map((places) => freeLots(units ?? [], places)));
}

function nothingTaken(step: Step): Taken {
  return { shares: step.targets.map(() => 0), perUnit: null };
}

/** The sum of the amounts at these places. */
export function sumAt(amounts: ArrayLike<number>, places: readonly number[]): number {
  let total = 0;
  for (const place of places) total += amounts[place] ?? 0;
  return total;
}

function amountsPerLine(
  step: Step,
  amountOnLine: EffectOnLines['amountOnLine'],
  remaining: ArrayLike<number>,
  quantities: readonly number[],
): number[] {
  return step.targets.map((place) => {
    const left = remaining[place] ?? 0;
    return Math.min(left, amountOnLine(left, quantities[place] ?? 0));
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
