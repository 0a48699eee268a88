import type { Contest } from './best-combination';
import type { Contender } from './candidates';
import type { Rivalry } from './rivalry';
import { type Cliques, Counts, mostAfter, SuffixBound } from './search-bounds';
import { mostOff, type Rehearsal, rehearse } from './turns';

/** What is known before the first branch of a search. */
export interface HeadStart {
  /** A good legal set, by places, ascending. */
  set: number[];
  saving: number;
  /** Benefits of it that give something beside the price. */
  awards: number;
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
  const outlook = new Outlook(contest, rivalry, reach);
  let start = new Improvement(contest, rivalry, forced, reach);
  const { ofCliques, loner } = outlook.champions();
  const champions = largestFirst(ofCliques, reach);
  if (!start.addEach(champions)) {
    const other = new Improvement(contest, rivalry, forced, reach);
    other.pushEach(champions);
    if (other.saving > start.saving) start = other;
  }
  start.orInstead(loner);
  outlook.look(start.saving);
  let inReach = outlook.inReach(start.saving);
  if (inReach.length > start.set.length) {
    start.changeEach(largestFirst(inReach, reach));
    outlook.look(start.saving);
    inReach = outlook.inReach(start.saving);
  }
  const isForced = new Set(forced);
  return {
    set: start.set,
    saving: start.saving,
    awards: start.rehearsed.awards,
    mostWith: outlook.mostWith,
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

/** A legal set that gets better: every set it tries is rehearsed, so what it holds is always what it saves. */
class Improvement {
  set: number[] = [];
  rehearsed: Rehearsal;
  private trials = 0;
  private readonly counts: Counts;

  constructor(
    private readonly contest: Contest,
    private readonly rivalry: Rivalry,
    private readonly forced: readonly number[],
    private readonly reach: Float64Array,
  ) {
    this.counts = new Counts(contest, rivalry);
    this.rehearsed = this.rehearse(forced);
    this.keep(forced, this.rehearsed);
  }

  get saving(): number {
    return this.rehearsed.saving;
  }

  /** Adds each that finds room and makes the set better; false when one found room and did not. */
  addEach(places: readonly number[]): boolean {
    let isEachBetter = true;
    for (const place of places)
      if (this.findsRoom(place) && !this.keepIfBetter(this.setWith(place, []))) isEachBetter = false;
    return isEachBetter;
  }

  /**
   * Adds each that finds room even where others lose their effect by it: a large one whose threshold everybody else would
   * undercut keeps out many who save more together.
   */
  pushEach(places: readonly number[]): void {
    for (const place of places) {
      if (!this.findsRoom(place)) continue;
      const pushed = this.withoutIdle(this.setWith(place, []));
      if (pushed) this.keep(pushed.set, pushed.rehearsed);
    }
  }

  private findsRoom(place: number): boolean {
    return !this.set.includes(place) && this.counts.allows(place) && this.rivalsOf(place).length === 0;
  }

  /** One that stands alone, with what may stand beside it, where that saves more. */
  orInstead(loner: number | null): void {
    if (loner !== null && !this.set.includes(loner)) this.tryInstead(loner);
  }

  /** Lets each in, in place of whoever has to go for it, where that makes the set better; again as long as one did. */
  changeEach(places: readonly number[]): void {
    for (;;) {
      const before = this.saving;
      for (const place of places) {
        if (this.trials >= mostTrials) return;
        if (!this.set.includes(place)) this.tryInstead(place);
      }
      if (this.saving === before) return;
    }
  }

  private tryInstead(place: number): void {
    const leaving = this.rivalsOf(place);
    if (!this.hasRoom(place, leaving)) {
      const weakest = this.weakestBeside(place, leaving);
      if (weakest !== null) leaving.push(weakest);
    }
    if (leaving.some((other) => this.forced.includes(other))) return;
    // Who leaves gives back what it took off, and seldom do the others make up for it.
    const given = leaving.reduce((sum, other) => sum + this.amountOf(other), 0);
    if ((this.reach[place] ?? 0) > given && this.hasRoom(place, leaving))
      this.keepIfBetter(this.setWith(place, leaving));
  }

  /** Whether limits on numbers allow one more where some leave. */
  private hasRoom(place: number, leaving: readonly number[]): boolean {
    for (const other of leaving) this.counts.add(other, -1);
    const hasRoom = this.counts.allows(place);
    for (const other of leaving) this.counts.add(other, 1);
    return hasRoom;
  }

  private setWith(place: number, without: readonly number[]): number[] {
    return [...this.set.filter((other) => !without.includes(other)), place].sort((a, b) => a - b);
  }

  private amountOf(place: number): number {
    return this.rehearsed.amounts[this.set.indexOf(place)] ?? 0;
  }

  /** Keeps a set where what of it has an effect is better, and says whether it did. */
  private keepIfBetter(wanted: readonly number[]): boolean {
    const found = this.withoutIdle(wanted, this.saving);
    if (!found) return false;
    const { saving, awards } = found.rehearsed;
    if (saving === this.saving && awards <= this.rehearsed.awards) return false;
    this.keep(found.set, found.rehearsed);
    return true;
  }

  /** Whoever has no effect in a set leaves it; null when a forced one has none, or when it saves less than `least` on the way. */
  private withoutIdle(wanted: readonly number[], least = 0): { set: readonly number[]; rehearsed: Rehearsal } | null {
    let set = wanted;
    for (;;) {
      this.trials++;
      const rehearsed = this.rehearse(set);
      const { saving, idle } = rehearsed;
      if (saving < least) return null;
      if (idle.length === 0) return { set, rehearsed };
      if (idle.some((at) => this.forced.includes(set[at] ?? -1))) return null;
      set = set.filter((_, at) => !idle.includes(at));
    }
  }

  private keep(set: readonly number[], rehearsed: Rehearsal): void {
    for (const place of this.set) this.counts.add(place, -1);
    for (const place of set) this.counts.add(place, 1);
    this.set = [...set];
    this.rehearsed = rehearsed;
  }

  private rivalsOf(place: number): number[] {
    return this.set.filter((other) => this.rivalry.areApart(other, place));
  }

  /** The one that saves least of those that stay: numbers are limited, so that one may have to go for a better one. */
  private weakestBeside(place: number, rivals: readonly number[]): number | null {
    let weakest: number | null = null;
    let least = Number.POSITIVE_INFINITY;
    this.set.forEach((other, at) => {
      const amount = this.rehearsed.amounts[at] ?? 0;
      if (amount >= least || rivals.includes(other) || this.forced.includes(other)) return;
      if (this.rivalry.isCoupon[other] !== this.rivalry.isCoupon[place]) return;
      weakest = other;
      least = amount;
    });
    return weakest;
  }

  private rehearse(set: readonly number[]): Rehearsal {
    const contenders: Contender[] = [];
    for (const place of set) {
      const contender = this.contest.contenders[place];
      if (contender) contenders.push(contender);
    }
    return rehearse(this.contest, contenders);
  }
}

/** Sets that are played on the way to a good one; what is not found by then is the search's to find. */
const mostTrials = 200;

/** What is known of all contenders at once, before anything is decided. */
class Outlook {
  /** Per contender, what a set with it in it saves at most. */
  readonly mostWith: Float64Array;
  private readonly cliques: Cliques;
  private readonly bound: SuffixBound;
  private readonly counts: Counts;
  private readonly money: number;
  private readonly hasOneTurnEach: boolean;

  constructor(
    private readonly contest: Contest,
    readonly rivalry: Rivalry,
    private readonly reach: Float64Array,
  ) {
    this.mostWith = new Float64Array(reach.length);
    this.cliques = commonCliquesOf(contest, rivalry);
    this.bound = new SuffixBound(this.cliques, rivalry);
    this.counts = new Counts(contest, rivalry);
    this.money = contest.listAmounts.reduce((sum, amount) => sum + amount, 0);
    this.hasOneTurnEach = contest.contenders.every(({ steps }) => steps.length === 1);
  }

  /**
   * Looks at everybody again, knowing that so much can be saved. From the last turn to the first, what comes after each is
   * bounded; in a set that saves as much, the rest of the saving comes before it and is gone from its base.
   */
  look(saving: number): void {
    const { bound, reach, money, mostWith } = this;
    bound.begin(this.counts, money);
    for (let place = reach.length - 1; place >= 0; place--) {
      const most = reach[place] ?? 0;
      const before = saving - most - bound.total();
      // With several turns each, what comes after one may belong to somebody who had a turn before.
      const step = this.hasOneTurnEach && before > 0 ? this.contest.contenders[place]?.steps[0] : undefined;
      if (step) reach[place] = mostAfter(step, most, step.targetsTotal, money, before);
      bound.add(place, reach[place] ?? 0);
    }
    for (let place = 0; place < reach.length; place++) mostWith[place] = bound.with(place, reach[place] ?? 0);
  }

  /** Places, ascending, of all that may be in a set that saves so much. */
  inReach(saving: number): number[] {
    const places: number[] = [];
    for (let place = 0; place < this.mostWith.length; place++)
      if ((this.mostWith[place] ?? 0) >= saving) places.push(place);
    return places;
  }

  /** Who reaches furthest of each clique, and of those that stand alone. */
  champions(): { ofCliques: number[]; loner: number | null } {
    const best = new Int32Array(this.cliques.count).fill(-1);
    let loner: number | null = null;
    for (let place = 0; place < this.reach.length; place++) {
      const reach = this.reach[place] ?? 0;
      const clique = this.cliques.of[place] ?? -1;
      if (clique < 0) {
        if (loner === null || reach > (this.reach[loner] ?? 0)) loner = place;
        continue;
      }
      const known = best[clique] ?? -1;
      if (known < 0 || reach > (this.reach[known] ?? 0)) best[clique] = place;
    }
    return { ofCliques: [...best], loner };
  }
}

/**
 * Cliques found without asking pairs: of a group with one place an order all are one; of a group with one place a line those
 * that have the first of their lines in common; of others everybody is one alone.
 */
function commonCliquesOf({ contenders }: Contest, rivalry: Rivalry): Cliques {
  const of = new Int32Array(contenders.length).fill(-1);
  const ofGroup = rivalry.groups.map(() => -1);
  const ofLine = rivalry.groups.map(() => new Map<number, number>());
  let count = 0;
  for (let place = 0; place < of.length; place++) {
    const limits = rivalry.limitsOf(place);
    if (rivalry.isLoner[place] === 1 && !limits.alwaysStackable) continue;
    const group = rivalry.groupOf[place] ?? 0;
    if (limits.maxPerOrder === 1) {
      if (ofGroup[group] === -1) ofGroup[group] = count++;
      of[place] = ofGroup[group] ?? -1;
    } else if (limits.maxPerLine === 1) {
      const first = contenders[place]?.lines[0] ?? 0;
      const known = ofLine[group]?.get(first) ?? count++;
      ofLine[group]?.set(first, known);
      of[place] = known;
    } else of[place] = count++;
  }
  return { of, count };
}
