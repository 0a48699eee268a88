import type { Contest } from './best-combination';
import type { Step } from './candidates';
import type { Rivalry } from './rivalry';

/** What the chosen ones already use of limits on numbers. */
export class Counts {
  coupons: number;
  /** Per group, how many more may come. */
  readonly left: number[];
  /** Per group with a limit on lines, how many more may come on each line. */
  private readonly lineLeft: (number[] | null)[];

  constructor(
    private readonly contest: Contest,
    private readonly rivalry: Rivalry,
  ) {
    this.coupons = contest.stacking.maxCoupons;
    this.left = rivalry.groups.map(({ maxPerOrder }) => maxPerOrder);
    this.lineLeft = rivalry.groups.map(({ maxPerLine }) =>
      maxPerLine === null ? null : contest.listAmounts.map(() => maxPerLine),
    );
  }

  add(place: number, by: 1 | -1): void {
    const group = this.rivalry.groupOf[place] ?? 0;
    this.left[group] = (this.left[group] ?? 0) - by;
    if (this.rivalry.isCoupon[place] === 1) this.coupons -= by;
    const lineLeft = this.lineLeft[group];
    if (!lineLeft) return;
    for (const line of this.contest.contenders[place]?.lines ?? []) lineLeft[line] = (lineLeft[line] ?? 0) - by;
  }

  allows(place: number): boolean {
    const group = this.rivalry.groupOf[place] ?? 0;
    if ((this.left[group] ?? 0) <= 0 || (this.rivalry.isCoupon[place] === 1 && this.coupons <= 0)) return false;
    const lineLeft = this.lineLeft[group];
    if (!lineLeft) return true;
    for (const line of this.contest.contenders[place]?.lines ?? []) if ((lineLeft[line] ?? 0) <= 0) return false;
    return true;
  }
}

/**
 * The most a step can take off after others took `before` off anything: they can have taken it elsewhere only as far as there
 * is something elsewhere, and what they took of its own targets is gone from its base.
 * @param most what it could take off before them
 * @param left what its targets cost before them
 * @param money what everything costs before them
 */
export function mostAfter(step: Step, most: number, left: number, money: number, before: number): number {
  const { benefit, base, thresholdBase } = step;
  const taken = before - (money - left);
  if (taken <= 0 || benefit.on !== 'TOTAL' || base !== 'REMAINING') return most;
  const rest = Math.max(0, left - taken);
  // What it counts is what it takes from, so what is gone from the one is gone from the other.
  if (thresholdBase === 'REMAINING' && step.lines === step.targets && rest < benefit.threshold) return 0;
  return Math.min(most, benefit.largestUpTo(rest), rest);
}

/**
 * Contenders of one group parted into cliques, of which at most one member each can stand in a legal set, so that the
 * best member bounds them all. Exclusive ones are kept aside: one of them comes with always-stackable groups alone.
 */
export interface Cliques {
  /** Per contender; -1 for those kept aside. */
  of: Int32Array;
  count: number;
}

/** The cliques of a contest, from its matrix of pairs in conflict (row-major, 1 for a conflict). */
export function cliquesOf({ contenders }: Contest, rivalry: Rivalry, conflicts: Uint8Array): Cliques {
  const n = contenders.length;
  const of = new Int32Array(n).fill(-1);
  const members: number[][] = [];
  const perGroup: number[][] = rivalry.groups.map(() => []);
  // The widest first: what covers all lines is in conflict with most, and so gathers the most into one clique.
  const widestFirst = [...contenders.keys()].sort(
    (a, b) => (contenders[b]?.lines.length ?? 0) - (contenders[a]?.lines.length ?? 0) || a - b,
  );
  for (const place of widestFirst) {
    if (rivalry.isLoner[place] === 1 && !rivalry.limitsOf(place).alwaysStackable) continue;
    const known = perGroup[rivalry.groupOf[place] ?? 0] ?? [];
    let clique = known.find((one) => (members[one] ?? []).every((other) => conflicts[other * n + place] === 1));
    if (clique === undefined) {
      clique = members.push([]) - 1;
      known.push(clique);
    }
    members[clique]?.push(place);
    of[place] = clique;
  }
  return { of, count: members.length };
}

/**
 * Grows from the last contender to the first and always knows what those seen so far can add at most. One serves all nodes of a
 * search, one after the other.
 */
export class SuffixBound {
  automaticTotal = 0;
  largestCoupon = 0;
  private sum = 0;
  private stackableSum = 0;
  private largestExclusive = 0;
  private money = 0;
  private readonly cliqueBest: Float64Array;
  private readonly cliqueCoupon: Float64Array;
  private readonly cliqueAutomatic: Float64Array;
  private readonly perGroup: LargestFew[];
  private readonly coupons = new LargestFew();

  constructor(
    private readonly cliques: Cliques,
    private readonly rivalry: Rivalry,
  ) {
    this.cliqueBest = new Float64Array(cliques.count);
    this.cliqueCoupon = new Float64Array(cliques.count);
    this.cliqueAutomatic = new Float64Array(cliques.count);
    this.perGroup = rivalry.groups.map(() => new LargestFew());
  }

  /** Begins anew, with what limits leave and what is left to be taken off. */
  begin(counts: Counts, money: number): void {
    this.automaticTotal = 0;
    this.largestCoupon = 0;
    this.sum = 0;
    this.stackableSum = 0;
    this.largestExclusive = 0;
    this.money = money;
    this.cliqueBest.fill(0);
    this.cliqueCoupon.fill(0);
    this.cliqueAutomatic.fill(0);
    for (let group = 0; group < this.perGroup.length; group++) this.perGroup[group]?.begin(counts.left[group] ?? 0);
    this.coupons.begin(counts.coupons);
  }

  add(place: number, reach: number): void {
    if (reach === 0) return;
    const clique = this.cliques.of[place] ?? -1;
    const isCoupon = this.rivalry.isCoupon[place] === 1;
    if (isCoupon && reach > this.largestCoupon) this.largestCoupon = reach;
    if (clique < 0) {
      if (reach > this.largestExclusive) this.largestExclusive = reach;
      if (!isCoupon) this.automaticTotal += reach;
      return;
    }
    const ofKind = isCoupon ? this.cliqueCoupon : this.cliqueAutomatic;
    const before = ofKind[clique] ?? 0;
    if (reach > before) {
      ofKind[clique] = reach;
      if (isCoupon) this.coupons.raise(before, reach);
      else this.automaticTotal += reach - before;
    }
    const best = this.cliqueBest[clique] ?? 0;
    const groupOf = this.rivalry.groupOf[place] ?? 0;
    const group = this.perGroup[groupOf];
    if (reach <= best || !group) return;
    this.cliqueBest[clique] = reach;
    const grown = group.raise(best, reach);
    this.sum += grown;
    if (this.rivalry.groups[groupOf]?.alwaysStackable) this.stackableSum += grown;
  }

  /** What a set of those seen so far can add at most with this one in it, seen or not: it takes its own clique's place, and one of its group's and of the coupons'. */
  with(place: number, reach: number): number {
    const clique = this.cliques.of[place] ?? -1;
    if (clique < 0) return Math.min(this.money, reach + this.stackableSum);
    const group = this.rivalry.groupOf[place] ?? 0;
    const more = reach - Math.max(this.cliqueBest[clique] ?? 0, this.perGroup[group]?.least ?? 0);
    const moreOfKind =
      this.rivalry.isCoupon[place] === 1
        ? reach - Math.max(this.cliqueCoupon[clique] ?? 0, this.coupons.least)
        : reach - (this.cliqueAutomatic[clique] ?? 0);
    const together = Math.min(this.sum + more, this.coupons.sum + this.automaticTotal + moreOfKind);
    const besideLoner = this.rivalry.groups[group]?.alwaysStackable
      ? this.largestExclusive + this.stackableSum + more
      : 0;
    return Math.min(this.money, Math.max(together, besideLoner));
  }

  /** What they can add at most. */
  total(): number {
    const together = Math.min(this.sum, this.coupons.sum + this.automaticTotal);
    return Math.min(this.money, Math.max(together, this.largestExclusive + this.stackableSum));
  }
}

/** The sum of the largest few of some amounts that only grow. */
class LargestFew {
  sum = 0;
  private few = 0;
  /** The largest few, descending; those below them can only come back by growing. */
  private readonly amounts: number[] = [];

  begin(few: number): void {
    this.few = few;
    this.sum = 0;
    this.amounts.length = 0;
  }

  /** The least of the largest few; 0 as long as there is room for one more. */
  get least(): number {
    return this.amounts.length < this.few ? 0 : (this.amounts[this.few - 1] ?? 0);
  }

  /** Replaces one amount (0 for a new one) by a larger one and says by how much the sum grew. */
  raise(from: number, to: number): number {
    const { amounts, few } = this;
    const before = this.sum;
    if (few === Number.POSITIVE_INFINITY) {
      this.sum += to - from;
      return this.sum - before;
    }
    if (few <= 0) return 0;
    const known = from > 0 ? amounts.indexOf(from) : -1;
    let at = known;
    if (known < 0) {
      if (amounts.length < few) at = amounts.push(0) - 1;
      else if ((amounts[few - 1] ?? 0) < to) at = few - 1;
      else return 0;
    }
    this.sum += to - (amounts[at] ?? 0);
    for (; at > 0 && (amounts[at - 1] ?? 0) < to; at--) amounts[at] = amounts[at - 1] ?? 0;
    amounts[at] = to;
    return this.sum - before;
  }
}
