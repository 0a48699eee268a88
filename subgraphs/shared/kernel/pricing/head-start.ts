import type { Contest } from './best-combination';
import type { Contender } from './candidates';
import type { Rivalry } from './rivalry';
import { Counts, mostAfter, SuffixBound } from './search-bounds';
import { brokenCount } from './stacking';
import { mostOff, type Play, play } from './turns';

/** What is known before the first branch of a search. */
export interface HeadStart {
  /** A good legal set, by places, ascending. */
  set: number[];
  played: Play;
  /** Places of all that may be in a set that saves as much; the others are in no best set. */
  inReach: number[];
  /** Per contender, what a set with it in it saves at most. */
  mostWith: Float64Array;
}

/**
 * A good legal set, found by taking the largest first and then changing one for another as long as it helps; and who is left
 * to be searched. Whatever a set with a promotion in it can save at most is less than the set found: such a promotion is in no
 * best set, ties included, and needs no search.
 */
export function headStartOf(contest: Contest, rivalry: Rivalry, forced: readonly number[]): HeadStart {
  const reach = reachesOf(contest);
  let bound = new RootBound(contest, rivalry, reach);
  const start = new Improvement(contest, rivalry, forced);
  start.addEach(largestFirst(bound.champions(), reach));
  start.orInstead(bound.largestLoner());
  let inReach = bound.inReach(start.saving);
  if (inReach.length > start.set.length) {
    bound = new RootBound(contest, rivalry, bound.reachAmongWinners(start.saving));
    start.changeEach(largestFirst(bound.inReach(start.saving), reach));
    bound = new RootBound(contest, rivalry, bound.reachAmongWinners(start.saving));
    inReach = bound.inReach(start.saving);
  }
  const isForced = new Set(forced);
  return {
    set: start.set,
    played: start.played,
    mostWith: bound.mostWith,
    inReach: [...forced, ...inReach.filter((place) => !isForced.has(place))].sort((a, b) => a - b),
  };
}

/** Per contender, the most it can take off whatever is applied beside it: amounts only fall. */
function reachesOf({ contenders, listAmounts, quantities }: Contest): Float64Array {
  const reach = new Float64Array(contenders.length);
  contenders.forEach(({ steps, budget }, place) => {
    let most = 0;
    for (const step of steps)
      if (step.listTotal >= step.benefit.threshold)
        most += mostOff(step, step.targetsTotal, step.targetsTotal, listAmounts, quantities);
    // Where a budget does not suffice for all, less may be taken off beside others, and then it may suffice.
    reach[place] = budget === null ? most : Math.min(most, budget.left);
  });
  return reach;
}

function largestFirst(places: readonly number[], reach: Float64Array): number[] {
  return [...places].sort((a, b) => (reach[b] ?? 0) - (reach[a] ?? 0) || a - b);
}

/** A legal set that gets better: every set it tries is played, so what it holds is always what it saves. */
class Improvement {
  set: number[];
  played: Play;
  private trials = 0;

  constructor(
    private readonly contest: Contest,
    private readonly rivalry: Rivalry,
    private readonly forced: readonly number[],
  ) {
    this.set = [...forced];
    this.played = this.playOf(this.set);
  }

  get saving(): number {
    return this.played.saving;
  }

  /** Adds each that finds room and makes the set better. */
  addEach(places: readonly number[]): void {
    for (const place of places) if (!this.set.includes(place)) this.tryWith(place, []);
  }

  /** One that stands alone, with what may stand beside it, where that saves more. */
  orInstead(loner: number | null): void {
    if (loner === null) return;
    this.tryWith(loner, this.rivalsOf(loner));
  }

  /** Lets each in, in place of whoever has to go for it, where that makes the set better; again as long as one did. */
  changeEach(places: readonly number[]): void {
    for (;;) {
      const before = this.saving;
      for (const place of places) {
        if (this.trials >= mostTrials) return;
        if (this.set.includes(place)) continue;
        const rivals = this.rivalsOf(place);
        if (!this.tryWith(place, rivals)) this.tryWith(place, [...rivals, ...this.weakestBeside(place, rivals)]);
      }
      if (this.saving === before) return;
    }
  }

  private tryWith(place: number, without: readonly number[]): boolean {
    if (without.some((other) => this.forced.includes(other))) return false;
    const set = [...this.set.filter((other) => !without.includes(other)), place].sort((a, b) => a - b);
    if (set.some((other) => other !== place && this.rivalry.areApart(other, place))) return false;
    const contenders = this.contendersOf(set);
    if (brokenCount(this.contest.stacking, contenders)) return false;
    this.trials++;
    const played = play(this.contest, contenders);
    if (played.saving < this.saving) return false;
    if (played.saving === this.saving && played.awards <= this.played.awards) return false;
    for (const { hasEffect } of played.turns) if (!hasEffect) return false;
    this.set = set;
    this.played = played;
    return true;
  }

  private rivalsOf(place: number): number[] {
    return this.set.filter((other) => this.rivalry.areApart(other, place));
  }

  /** The one that saves least of those that stay: numbers are limited, so that one may have to go for a better one. */
  private weakestBeside(place: number, rivals: readonly number[]): number[] {
    let weakest = -1;
    let least = Number.POSITIVE_INFINITY;
    this.set.forEach((other, at) => {
      const amount = this.played.turns[at]?.amount ?? 0;
      if (amount >= least || rivals.includes(other) || this.forced.includes(other)) return;
      if (this.rivalry.isCoupon[other] !== this.rivalry.isCoupon[place]) return;
      weakest = other;
      least = amount;
    });
    return weakest < 0 ? [] : [weakest];
  }

  private playOf(set: readonly number[]): Play {
    return play(this.contest, this.contendersOf(set));
  }

  private contendersOf(set: readonly number[]): Contender[] {
    return set.flatMap((place) => this.contest.contenders[place] ?? []);
  }
}

/** Sets that are played on the way to a good one; what is not found by then is the search's to find. */
const mostTrials = 1000;

/**
 * What sets can save at most, with a certain contender in them or any. Contenders are parted into cliques of which at most one
 * can be in a set; so many cliques of a group count as its limit allows, and so many with coupons as an order may use.
 */
class RootBound {
  /** Per contender, its clique; -1 for those that stand alone but for always-stackable groups. */
  private readonly cliqueOf: Int32Array;
  /** Per clique, who reaches furthest; places. */
  private readonly best: number[] = [];
  private readonly couponBest: number[] = [];
  private readonly automaticBest: number[] = [];
  private readonly groupOfClique: number[] = [];
  /** Per group, the sum of as many cliques as may come, and the least of them. */
  private readonly leastOfGroup: number[] = [];
  private byGroups = 0;
  private stackable = 0;
  private coupons = 0;
  private leastCoupon = 0;
  private automatic = 0;
  /** What the furthest reaching of those that stand alone reaches. */
  private readonly loner: number;
  /** Per contender, what a set with it in it saves at most. */
  readonly mostWith: Float64Array;
  private readonly money: number;

  constructor(
    private readonly contest: Contest,
    private readonly rivalry: Rivalry,
    private readonly reach: Float64Array,
  ) {
    this.money = contest.listAmounts.reduce((sum, amount) => sum + amount, 0);
    this.cliqueOf = this.partIntoCliques();
    this.addUp();
    this.loner = this.reachAt(this.largestLoner() ?? undefined);
    this.mostWith = this.reach.map((_, place) => this.boundWith(place));
  }

  /** Places of the best of each clique. */
  champions(): number[] {
    return this.best.filter((place) => place >= 0);
  }

  /** Who reaches furthest of those that stand alone. */
  largestLoner(): number | null {
    let largest: number | null = null;
    for (let place = 0; place < this.reach.length; place++) {
      if (this.cliqueOf[place] !== -1) continue;
      if (largest === null || (this.reach[place] ?? 0) > (this.reach[largest] ?? 0)) largest = place;
    }
    return largest;
  }

  /** Places, ascending, of all that may be in a set that saves so much. */
  inReach(saving: number): number[] {
    const places: number[] = [];
    for (let place = 0; place < this.mostWith.length; place++)
      if ((this.mostWith[place] ?? 0) >= saving) places.push(place);
    return places;
  }

  /**
   * Per contender, the most it can take off in a set that saves so much: from the last turn to the first, what comes after each
   * is bounded, so that the rest of the saving comes before it and is gone from its base.
   */
  reachAmongWinners(saving: number): Float64Array {
    const { contenders } = this.contest;
    const reach = this.reach.slice();
    // With several turns each, what comes after one may belong to somebody who had a turn before.
    if (contenders.some(({ steps }) => steps.length > 1)) return reach;
    const suffix = new SuffixBound({ of: this.cliqueOf, count: this.best.length }, this.rivalry);
    suffix.begin(new Counts(this.contest, this.rivalry), this.money);
    for (let place = reach.length - 1; place >= 0; place--) {
      const most = reach[place] ?? 0;
      const before = saving - most - suffix.total();
      const step = contenders[place]?.steps[0];
      if (step && before > 0) reach[place] = mostAfter(step, most, step.targetsTotal, this.money, before);
      suffix.add(place, reach[place] ?? 0);
    }
    return reach;
  }

  /** What a set with this contender in it saves at most: it takes its own clique's place, and one of its group's and of the coupons'. */
  private boundWith(place: number): number {
    const reach = this.reach[place] ?? 0;
    const clique = this.cliqueOf[place] ?? -1;
    if (clique < 0) return Math.min(this.money, reach + this.stackable);
    const group = this.rivalry.groupOf[place] ?? 0;
    const inGroup = reach - Math.max(this.reachAt(this.best[clique]), this.leastOfGroup[group] ?? 0);
    const inKind =
      this.rivalry.isCoupon[place] === 1
        ? reach - Math.max(this.reachAt(this.couponBest[clique]), this.leastCoupon)
        : reach - this.reachAt(this.automaticBest[clique]);
    const together = Math.min(this.byGroups + inGroup, this.coupons + this.automatic + inKind);
    const besideLoner = this.rivalry.limitsOf(place).alwaysStackable ? this.loner + this.stackable + inGroup : 0;
    return Math.min(this.money, Math.max(together, besideLoner));
  }

  private reachAt(place: number | undefined): number {
    return place === undefined || place < 0 ? 0 : (this.reach[place] ?? 0);
  }

  private partIntoCliques(): Int32Array {
    const { rivalry, contest } = this;
    const cliqueOf = new Int32Array(this.reach.length).fill(-1);
    const ofGroup: (number | undefined)[] = [];
    const ofLine = rivalry.groups.map(() => new Map<number, number>());
    for (let place = 0; place < cliqueOf.length; place++) {
      const limits = rivalry.limitsOf(place);
      if (rivalry.isLoner[place] === 1 && !limits.alwaysStackable) continue;
      const group = rivalry.groupOf[place] ?? 0;
      let clique: number | undefined;
      if (limits.maxPerOrder === 1) {
        clique = ofGroup[group] ?? this.newClique(group);
        ofGroup[group] = clique;
      } else if (limits.maxPerLine === 1) {
        // All that are about one line meet there; here those meet that have the first of their lines in common.
        const first = contest.contenders[place]?.lines[0] ?? 0;
        clique = ofLine[group]?.get(first) ?? this.newClique(group);
        ofLine[group]?.set(first, clique);
      } else clique = this.newClique(group);
      cliqueOf[place] = clique;
      this.join(clique, place);
    }
    return cliqueOf;
  }

  private newClique(group: number): number {
    this.best.push(-1);
    this.couponBest.push(-1);
    this.automaticBest.push(-1);
    return this.groupOfClique.push(group) - 1;
  }

  private join(clique: number, place: number): void {
    const ofKind = this.rivalry.isCoupon[place] === 1 ? this.couponBest : this.automaticBest;
    const reach = this.reach[place] ?? 0;
    if ((this.best[clique] ?? -1) < 0 || reach > this.reachAt(this.best[clique])) this.best[clique] = place;
    if ((ofKind[clique] ?? -1) < 0 || reach > this.reachAt(ofKind[clique])) ofKind[clique] = place;
  }

  private addUp(): void {
    const perGroup: number[][] = this.rivalry.groups.map(() => []);
    this.best.forEach((place, clique) => {
      perGroup[this.groupOfClique[clique] ?? 0]?.push(this.reachAt(place));
    });
    perGroup.forEach((reaches, group) => {
      const { maxPerOrder, alwaysStackable } = this.rivalry.groups[group] ?? { maxPerOrder: 0, alwaysStackable: false };
      const { sum, least } = largestFew(reaches, maxPerOrder);
      this.leastOfGroup.push(least);
      this.byGroups += sum;
      if (alwaysStackable) this.stackable += sum;
    });
    const ofCoupons = largestFew(
      this.couponBest.map((place) => this.reachAt(place)),
      this.contest.stacking.maxCoupons,
    );
    this.coupons = ofCoupons.sum;
    this.leastCoupon = ofCoupons.least;
    for (const place of this.automaticBest) this.automatic += this.reachAt(place);
  }
}

/** The sum of the largest few, and the least of them; 0 where there are not so many. */
function largestFew(amounts: number[], few: number): { sum: number; least: number } {
  const counted = amounts.length > few ? amounts.sort((a, b) => b - a).slice(0, few) : amounts;
  let sum = 0;
  for (const amount of counted) sum += amount;
  return { sum, least: amounts.length > few ? (counted.at(-1) ?? 0) : 0 };
}
