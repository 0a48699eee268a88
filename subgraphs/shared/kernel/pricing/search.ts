import { compareIds } from '../money';
import type { Combination, Contest, Effort } from './best-combination';
import { type Contender, inTurn, type Phase, type Step } from './candidates';
import { compareLists, compareNumbers, comparePreferringEarlier, compareStandings, type Standing } from './objective';
import { Rivalry } from './rivalry';
import { Counts, cliquesOf, mostAfter, SuffixBound } from './search-bounds';
import { areTwins } from './stacking';
import {
  amountOff,
  awardOf,
  countedFor,
  freshTable,
  mostOff,
  play,
  sumAt,
  type Table,
  takeOff,
  withinBudget,
} from './turns';

/** What holds at one depth of the search; exclude steps stay in it, an include opens the next. */
interface Frame {
  table: Table;
  /** What is left per distinct scope. */
  left: number[];
  /** 1 for contenders that a chosen one keeps out, or that can be in no winning set on this path. */
  blocked: number[];
  /** Per contender that is not blocked, the most it can still take off on this path with all its benefits. */
  reach: number[];
  /** Per contender, how many of its benefits can still give something beside the price. */
  awards: number[];
  /** Per first step, the most that all from there on can add together with its promotion among them. */
  mostWith: number[];
  /** The most that later steps of what is chosen already can take off. */
  pledged: number;
  /** Per step, how many benefits from there on can still give something beside the price. */
  futureAwards: number[];
  /** Per step, the most that all from there on can add together. */
  future: number[];
  /** The same of automatic promotions and of what is chosen already. */
  futureWithoutCoupons: number[];
  /** Per step, the largest reach of a coupon from there on. */
  largestCoupon: number[];
}

/** What a search begins with. */
export interface Start {
  /** A good legal set to measure branches against, by places, and what it does. */
  set: readonly number[];
  saving: number;
  awards: number;
  /** Per contender, what a set with it in it saves at most. */
  mostWith: Float64Array;
}

/**
 * The search walks the steps in the order of their turns. At the first step of a promotion it decides for or against it; the
 * later steps of a chosen one follow without another choice, those of one left out are passed over.
 */
export class Search {
  private readonly n: number;
  private readonly contenders: readonly Contender[];
  private readonly listAmounts: readonly number[];
  private readonly steps: readonly Step[];
  /** Per step, whose it is. */
  private readonly ownerOf: number[];
  private readonly isFirst: boolean[];
  private readonly isLast: boolean[];
  /** Per step and one past them, how many contenders were decided about before it. */
  private readonly decided: number[] = [];
  private readonly stepsOf: number[][];
  private readonly mayAward: boolean;
  private readonly hasOneTurnEach: boolean;
  private readonly forced: Uint8Array;
  private readonly lastForced: number;
  private readonly scopes: (readonly number[])[] = [];
  /** Per step, the lines it counts and the places it takes from, among the scopes. */
  private readonly countedOf: number[];
  private readonly targetsOf: number[];
  private readonly conflicts: Uint8Array;
  private readonly bound: SuffixBound;
  /** What each scope cost when a phase began, on the current path. */
  private readonly phaseStart = new Map<Phase, readonly number[]>();
  private readonly frames: Frame[] = [];
  private readonly counts: Counts;
  private readonly isCoupon: Uint8Array;
  /** Per contender: epoch milliseconds, and the id of the coupon. */
  private readonly expiresAt: readonly number[];
  private readonly couponIds: readonly string[];
  /** Places of coupons, by the one and by the other. */
  private readonly bySoonest: number[];
  private readonly byCouponId: number[];

  private readonly chosen: number[] = [];
  private readonly isChosen: Uint8Array;
  /** Per contender, how many of its steps had an effect so far on this path. */
  private readonly acted: Float64Array;
  /** Per contender, what its steps took off so far on this path. */
  private readonly spent: Float64Array;
  /** Per contender, what a set with it in it saves at most. */
  private readonly mostWith: Float64Array;
  /** Benefits that gave something beside the price on this path. */
  private awards = 0;
  /** Steps of chosen promotions that have not had their turn. */
  private pending = 0;
  private saving = 0;
  private best: Standing = nothingChosen;
  private nodes = 0;
  private exhausted = false;
  private openBound = 0;

  /** @param forcedIn places of those that are in every set */
  constructor(
    private readonly contest: Contest,
    forcedIn: readonly number[],
    private readonly effort: Effort,
  ) {
    this.contenders = contest.contenders;
    this.listAmounts = contest.listAmounts;
    this.n = this.contenders.length;
    const places = new Map(this.contenders.map((contender, place) => [contender, place]));
    const ordered = inTurn(this.contenders);
    this.steps = ordered.map(({ step }) => step);
    this.ownerOf = ordered.map(({ contender }) => places.get(contender) ?? 0);
    this.isFirst = ordered.map(({ contender, step }) => contender.steps[0] === step);
    this.isLast = ordered.map(({ contender, step }) => contender.steps.at(-1) === step);
    this.hasOneTurnEach = this.steps.length === this.n;
    this.mayAward = this.steps.some(({ benefit }) => benefit.on === 'NOTHING');
    this.stepsOf = this.contenders.map(() => []);
    let decided = 0;
    this.ownerOf.forEach((owner, at) => {
      this.decided.push(decided);
      if (this.isFirst[at]) decided++;
      this.stepsOf[owner]?.push(at);
    });
    this.decided.push(decided);
    this.forced = new Uint8Array(this.n);
    for (const place of forcedIn) this.forced[place] = 1;
    this.lastForced = this.ownerOf.findLastIndex((owner) => this.forced[owner] === 1);
    const known = new Map<string, number>();
    this.countedOf = this.steps.map(({ lines }) => this.scopeAmong(known, lines));
    this.targetsOf = this.steps.map(({ targets }) => this.scopeAmong(known, targets));
    const rivalry = new Rivalry(contest);
    this.conflicts = rivalry.matrix();
    this.bound = new SuffixBound(cliquesOf(contest, rivalry, this.conflicts), rivalry);
    this.counts = new Counts(contest, rivalry);
    this.isChosen = new Uint8Array(this.n);
    this.acted = new Float64Array(this.n);
    this.spent = new Float64Array(this.n);
    this.mostWith = new Float64Array(this.n);
    this.isCoupon = rivalry.isCoupon;
    this.expiresAt = this.contenders.map(({ expiresAt }) => expiresAt);
    this.couponIds = this.contenders.map(couponIdOf);
    const coupons = [...this.contenders.keys()].filter((place) => this.isCoupon[place] === 1);
    this.bySoonest = [...coupons].sort((a, b) => compareNumbers(this.expiresAt[a] ?? 0, this.expiresAt[b] ?? 0));
    this.byCouponId = [...coupons].sort((a, b) => compareIds(this.couponIds[a] ?? '', this.couponIds[b] ?? ''));
  }

  /** The best set there is. @param start what to begin with */
  run(start: Start): Omit<Combination, 'forced'> {
    this.best = this.standing(start.set, start);
    this.mostWith.set(start.mostWith);
    const root = this.frame(0);
    root.table = freshTable(
      this.contest,
      this.steps.some(({ benefit }) => benefit.on === 'UNITS'),
    );
    for (let place = 0; place < this.n; place++) if (this.forced[place] === 1) this.block(root.blocked, place);
    this.descend(0, 0, null);
    const { places, saving } = this.best;
    const chosen = places.map((place) => this.at(place));
    return {
      chosen,
      played: play(this.contest, chosen),
      saving,
      optimal: !this.exhausted || this.openBound <= saving,
      nodes: this.nodes,
      upperBound: this.exhausted ? Math.max(saving, this.openBound) : saving,
    };
  }

  private descend(depth: number, start: number, phase: Phase | null): void {
    const frame = this.frame(depth);
    if (!this.look(frame, start, phase)) return;
    if (start > this.lastForced && this.pending === 0) this.consider();
    for (let at = start; at < this.steps.length; at++) {
      const step = this.stepAt(at);
      const owner = this.ownerOf[at] ?? 0;
      if (this.startsPhase(at)) this.phaseStart.set(step.phase, frame.left);
      if (this.isFirst[at] ? frame.blocked[owner] === 1 && this.forced[owner] === 0 : this.isChosen[owner] === 0)
        continue;
      if (this.isSpent()) {
        this.exhausted = true;
        this.leaveOpen(frame, at);
        return;
      }
      this.nodes++;
      if (!this.canStillWin(frame, at)) return;
      if (this.canWinWith(frame, at) && !this.isSpareTwin(at, start)) this.include(depth, frame, at);
      // A forced promotion has no other branch, and neither has a later step of a chosen one.
      if (this.forced[owner] === 1 || !this.isFirst[at]) return;
      if (this.exhausted) {
        this.leaveOpen(frame, at + 1);
        return;
      }
    }
  }

  /** Whether the search may go no further. Asking the clock costs as much as a node, so it is not asked at each. */
  private isSpent(): boolean {
    return this.nodes >= this.effort.nodeBudget || (this.nodes % nodesBetweenLooks === 0 && this.effort.stop());
  }

  private include(depth: number, frame: Frame, at: number): void {
    const owner = this.ownerOf[at] ?? 0;
    const isFirst = this.isFirst[at] ?? false;
    const step = this.stepAt(at);
    const spent = this.spent[owner] ?? 0;
    const amount = withinBudget(this.at(owner), spent, this.amountOf(frame, at, step.phase, amountOff));
    if (amount === null) return;
    // A promotion whose benefits all have no effect is never used up.
    const awards = this.awards + (this.gives(frame, at, step.phase) ? 1 : 0);
    const hasEffect = amount > 0 || awards > this.awards;
    if (!hasEffect && this.isLast[at] && this.acted[owner] === 0) return;
    const next = this.frame(depth + 1);
    this.copy(frame.table, next.table);
    if (amount > 0) takeOff(next.table, step, amount, frame.left[this.targetsOf[at] ?? 0] ?? 0);
    for (let place = 0; place < this.n; place++) next.blocked[place] = frame.blocked[place] ?? 0;
    const pending = isFirst ? (this.stepsOf[owner]?.length ?? 1) - 1 : -1;
    if (isFirst) {
      this.block(next.blocked, owner);
      this.choose(owner, 1);
    }
    this.pending += pending;
    this.saving += amount;
    const before = { acted: this.acted[owner] ?? 0, awards: this.awards };
    this.spent[owner] = spent + amount;
    this.acted[owner] = before.acted + (hasEffect ? 1 : 0);
    this.awards = awards;
    this.descend(depth + 1, at + 1, step.phase);
    this.awards = before.awards;
    this.spent[owner] = spent;
    this.acted[owner] = before.acted;
    this.saving -= amount;
    this.pending -= pending;
    if (isFirst) this.choose(owner, -1);
  }

  private copy(from: Table, to: Table): void {
    to.remaining.set(from.remaining);
    to.units = from.units && [...from.units];
  }

  private choose(owner: number, by: 1 | -1): void {
    if (by === 1) this.chosen.push(owner);
    else this.chosen.pop();
    this.isChosen[owner] = by === 1 ? 1 : 0;
    this.counts.add(owner, by);
  }

  /**
   * Fills the frame's bounds from `start` on, and blocks whoever can be in no set from here on that is as good as the best one
   * known; amounts and limits only fall on a path, so they stay blocked on it. False when a forced promotion can no longer
   * take effect.
   */
  private look(frame: Frame, start: number, phase: Phase | null): boolean {
    const { remaining } = frame.table;
    for (let scope = 0; scope < this.scopes.length; scope++)
      frame.left[scope] = sumAt(remaining, this.scopes[scope] ?? []);
    let money = 0;
    for (let place = 0; place < remaining.length; place++) money += remaining[place] ?? 0;
    for (let at = start; at < this.steps.length; at++) {
      const owner = this.ownerOf[at] ?? 0;
      if (!this.isFirst[at] || frame.blocked[owner] === 1) continue;
      const reach = this.isOut(owner) ? 0 : this.reachOf(frame, owner, phase);
      frame.reach[owner] = reach;
      frame.awards[owner] = this.isOut(owner) ? 0 : this.awardsOf(frame, owner, phase);
      if (reach > 0 || (frame.awards[owner] ?? 0) > 0) continue;
      if (this.forced[owner] === 1) return false;
      frame.blocked[owner] = 1;
    }
    this.lookAhead(frame, start, phase, money);
    if (this.blockHopeless(frame, start, money) > 0) this.lookAhead(frame, start, phase, money);
    return true;
  }

  /** From the last step to the first, what all from there on can add. */
  private lookAhead(frame: Frame, start: number, phase: Phase | null, money: number): void {
    const { bound } = this;
    bound.begin(this.counts, money);
    const end = this.steps.length;
    frame.future[end] = 0;
    frame.futureWithoutCoupons[end] = 0;
    frame.largestCoupon[end] = 0;
    frame.futureAwards[end] = 0;
    let pledged = 0;
    let awards = 0;
    for (let at = end - 1; at >= start; at--) {
      const owner = this.ownerOf[at] ?? 0;
      if (this.isFirst[at]) {
        if (frame.blocked[owner] === 0) {
          const reach = this.reachAmongWinners(frame, at, money, frame.reach[owner] ?? 0);
          frame.reach[owner] = reach;
          frame.mostWith[at] = Math.min(money, bound.with(owner, reach) + pledged);
          awards += frame.awards[owner] ?? 0;
          bound.add(owner, reach);
        }
      } else if (this.isChosen[owner] === 1) {
        pledged += this.amountOf(frame, at, phase, mostOffTable);
        if (this.gives(frame, at, phase)) awards++;
      }
      frame.futureAwards[at] = awards;
      frame.future[at] = Math.min(money, bound.total() + pledged);
      frame.futureWithoutCoupons[at] = bound.automaticTotal + pledged;
      frame.largestCoupon[at] = bound.largestCoupon;
    }
    frame.pledged = pledged;
  }

  /** Blocks whoever is in no set from here on that saves as much as the best one known, and says how many. */
  private blockHopeless(frame: Frame, start: number, money: number): number {
    const missing = this.best.saving - this.saving;
    let blocked = 0;
    for (let at = start; at < this.steps.length; at++) {
      const owner = this.ownerOf[at] ?? 0;
      if (!this.isFirst[at] || frame.blocked[owner] === 1 || this.forced[owner] === 1) continue;
      if (Math.min(money, this.bound.with(owner, frame.reach[owner] ?? 0) + frame.pledged) >= missing) continue;
      frame.blocked[owner] = 1;
      blocked++;
    }
    return blocked;
  }

  private isOut(owner: number): boolean {
    // As better sets are found, fewer contenders can be in a set that is better still.
    return (this.mostWith[owner] ?? 0) < this.best.saving || !this.counts.allows(owner);
  }

  /** How many of its benefits can still give something beside the price. */
  private awardsOf(frame: Frame, owner: number, phase: Phase | null): number {
    if (!this.mayAward) return 0;
    let given = 0;
    for (const at of this.stepsOf[owner] ?? []) if (this.gives(frame, at, phase)) given++;
    return given;
  }

  private gives(frame: Frame, at: number, phase: Phase | null): boolean {
    const step = this.stepAt(at);
    if (step.benefit.on !== 'NOTHING') return false;
    const counted = this.countedOf[at] ?? 0;
    const left = frame.left[counted] ?? 0;
    const began = step.phase === phase ? (this.phaseStart.get(phase) ?? frame.left) : frame.left;
    return awardOf(step, left, began[counted] ?? 0) !== null;
  }

  /**
   * The most a contender can still take off in a set that saves as much as the best one known. What comes after its turn takes
   * off `future` at most, so in such a set what comes before it takes off the rest, and its base is less by that.
   */
  private reachAmongWinners(frame: Frame, at: number, money: number, reach: number): number {
    if (reach === 0 || !this.hasOneTurnEach) return reach;
    const before = this.best.saving - this.saving - reach - (frame.future[at + 1] ?? 0);
    if (before <= 0) return reach;
    return mostAfter(this.stepAt(at), reach, frame.left[this.targetsOf[at] ?? 0] ?? 0, money, before);
  }

  private reachOf(frame: Frame, owner: number, phase: Phase | null): number {
    let reach = 0;
    for (const at of this.stepsOf[owner] ?? []) reach += this.amountOf(frame, at, phase, mostOffTable);
    // Where a budget does not suffice for all, less may be taken off later, and then it may suffice.
    return Math.min(reach, this.at(owner).budget?.left ?? reach);
  }

  /** What a step takes off, or can at most; 0 below its threshold. */
  private amountOf(
    frame: Frame,
    at: number,
    phase: Phase | null,
    off: (step: Step, left: number, atStart: number, table: Table) => number,
  ): number {
    const step = this.stepAt(at);
    const counted = this.countedOf[at] ?? 0;
    const targets = this.targetsOf[at] ?? 0;
    // A later phase can only begin with less than is left now.
    const began = step.phase === phase ? (this.phaseStart.get(phase) ?? frame.left) : frame.left;
    if (countedFor(step, frame.left[counted] ?? 0, began[counted] ?? 0) < step.benefit.threshold) return 0;
    return off(step, frame.left[targets] ?? 0, began[targets] ?? 0, frame.table);
  }

  /** Whether a completion with the promotion of a first step in it could be as good as the best set known. */
  private canWinWith(frame: Frame, at: number): boolean {
    return !this.isFirst[at] || this.saving + (frame.mostWith[at] ?? 0) >= this.best.saving;
  }

  /** Whether some completion from a step on could beat the best set known, ties included. */
  private canStillWin(frame: Frame, at: number): boolean {
    const { best } = this;
    const possible = this.saving + (frame.future[at] ?? 0);
    if (possible !== best.saving) return possible > best.saving;
    const awards = this.awards + (frame.futureAwards[at] ?? 0);
    if (awards !== best.awards) return awards > best.awards;
    const missing = best.saving - this.saving;
    if (missing === 0 && this.pending === 0 && frame.futureAwards[at] === 0) return false;

    return this.couldWinOnTie(frame, at, missing);
  }

  /** Of completions that save as much as the best set known and give as much beside the price, whether one could come before it. */
  private couldWinOnTie(frame: Frame, at: number, missing: number): boolean {
    const { best } = this;
    const decided = this.decided[at] ?? 0;
    const byCoupons = missing - (frame.futureWithoutCoupons[at] ?? 0);
    const more = byCoupons <= 0 ? 0 : Math.ceil(byCoupons / Math.max(1, frame.largestCoupon[at] ?? 1));
    const coupons = this.chosen.filter((place) => this.isCoupon[place] === 1);
    if (coupons.length + more !== best.couponCount) return coupons.length + more < best.couponCount;

    const byExpiry = compareLists(
      this.withSmallest(frame, decided, more, coupons, this.bySoonest, this.expiresAt, compareNumbers),
      best.expiries,
      compareNumbers,
    );
    if (byExpiry !== 0) return byExpiry < 0;
    const byId = compareLists(
      this.withSmallest(frame, decided, more, coupons, this.byCouponId, this.couponIds, compareIds),
      best.couponIds,
      compareIds,
    );
    if (byId !== 0) return byId < 0;
    const automatic = this.chosen.filter((place) => this.isCoupon[place] === 0);
    const earlier = best.automatic.filter((other) => other < decided);
    return comparePreferringEarlier(automatic, earlier) <= 0;
  }

  /**
   * A list no completion can undercut: the keys of the chosen coupons with the `more` smallest that are still to be had.
   * @param order all coupons, by their keys
   */
  private withSmallest<V>(
    frame: Frame,
    decided: number,
    more: number,
    coupons: readonly number[],
    order: readonly number[],
    keys: readonly V[],
    compare: (a: V, b: V) => number,
  ): V[] {
    const values: V[] = [];
    const insert = (place: number): void => {
      const key = keys[place];
      if (key === undefined) return;
      let at = values.length;
      for (let before = values[at - 1]; before !== undefined && compare(before, key) > 0; before = values[at - 1]) {
        values[at] = before;
        at--;
      }
      values[at] = key;
    };
    for (const place of coupons) insert(place);
    let missing = more;
    for (const other of order) {
      if (missing === 0) break;
      if (other < decided || frame.blocked[other] === 1) continue;
      insert(other);
      missing--;
    }
    return values;
  }

  private consider(): void {
    if (this.saving < this.best.saving) return;
    const standing = this.standing(this.chosen, { saving: this.saving, awards: this.awards });
    if (compareStandings(standing, this.best) < 0) this.best = standing;
  }

  private standing(places: readonly number[], { saving, awards }: { saving: number; awards: number }): Standing {
    const coupons = places.filter((place) => this.isCoupon[place] === 1);
    return {
      saving,
      awards,
      couponCount: coupons.length,
      expiries: coupons.map((place) => this.expiresAt[place] ?? 0).sort(compareNumbers),
      couponIds: coupons.map((place) => this.couponIds[place] ?? '').sort(compareIds),
      automatic: places.filter((place) => this.isCoupon[place] === 0),
      places: [...places],
    };
  }

  /** Of twins only a first, a second, a third is tried: without the one before, the next would give the same set dearer. */
  private isSpareTwin(at: number, start: number): boolean {
    if (at <= start || !this.isFirst[at] || !this.isFirst[at - 1]) return false;
    return areTwins(this.at(this.ownerOf[at - 1] ?? 0), this.at(this.ownerOf[at] ?? 0));
  }

  private leaveOpen(frame: Frame, at: number): void {
    this.openBound = Math.max(this.openBound, this.saving + (frame.future[at] ?? 0));
  }

  private startsPhase(at: number): boolean {
    return at === 0 || this.stepAt(at - 1).phase !== this.stepAt(at).phase;
  }

  private block(blocked: number[], place: number): void {
    const row = place * this.n;
    for (let other = 0; other < this.n; other++) {
      if (this.conflicts[row + other] === 1) blocked[other] = 1;
    }
  }

  private scopeAmong(known: Map<string, number>, lines: readonly number[]): number {
    const key = lines.join();
    const scope = known.get(key) ?? this.scopes.push(lines) - 1;
    known.set(key, scope);
    return scope;
  }

  private at(place: number): Contender {
    const contender = this.contenders[place];
    if (!contender)
      throw new Error(`Expected a contender at ${place} of ${this.n}, found none; the search lost count.`);
    return contender;
  }

  private stepAt(at: number): Step {
    const step = this.steps[at];
    if (!step) throw new Error(`Expected a step at ${at} of ${this.steps.length}, found none; the search lost count.`);
    return step;
  }

  private frame(depth: number): Frame {
    const known = this.frames[depth];
    if (known) return known;
    // Short lists of numbers: a frame of typed arrays would cost more to make than most searches take.
    const frame: Frame = {
      table: {
        remaining: new Float64Array(this.listAmounts),
        units: null,
        quantities: this.contest.quantities,
        floors: this.contest.floors,
      },
      left: zeros(this.scopes.length),
      blocked: zeros(this.n),
      reach: zeros(this.n),
      awards: zeros(this.n),
      mostWith: zeros(this.steps.length),
      pledged: 0,
      futureAwards: zeros(this.steps.length + 1),
      future: zeros(this.steps.length + 1),
      futureWithoutCoupons: zeros(this.steps.length + 1),
      largestCoupon: zeros(this.steps.length + 1),
    };
    this.frames[depth] = frame;
    return frame;
  }
}

function zeros(count: number): number[] {
  return new Array<number>(count).fill(0);
}

/** Nodes after which the clock is asked again: some microseconds each. */
const nodesBetweenLooks = 8;

const nothingChosen: Standing = {
  saving: 0,
  awards: 0,
  couponCount: 0,
  expiries: [],
  couponIds: [],
  automatic: [],
  places: [],
};

function mostOffTable(step: Step, left: number, atStart: number, { remaining, quantities }: Table): number {
  return mostOff(step, left, atStart, remaining, quantities);
}

function couponIdOf(contender: Contender): string {
  return contender.ref.couponId ?? '';
}
