import type { Contest } from './best-combination';
import { groupOf, isCoupon } from './stacking';

/** What the chosen ones already use of limits on numbers. */
export class Counts {
  coupons: number;
  /** Per group, how many more may come. */
  readonly left: number[] = [];
  readonly groupOf: number[] = [];
  readonly coupon: boolean[];
  /** Per group with a limit on lines, how many more may come on each line. */
  private readonly lineLeft: (number[] | null)[] = [];

  constructor(private readonly contest: Contest) {
    const known = new Map<string, number>();
    for (const contender of contest.contenders) {
      const group = groupOf(contest.stacking, contender);
      let place = known.get(group.name);
      if (place === undefined) {
        place = known.size;
        known.set(group.name, place);
        this.left.push(group.maxPerOrder ?? Number.POSITIVE_INFINITY);
        this.lineLeft.push(group.maxPerLine === null ? null : contest.listAmounts.map(() => group.maxPerLine ?? 0));
      }
      this.groupOf.push(place);
    }
    this.coupon = contest.contenders.map(isCoupon);
    this.coupons = contest.stacking.maxCoupons;
  }

  add(place: number, by: 1 | -1): void {
    const group = this.groupOf[place] ?? 0;
    this.left[group] = (this.left[group] ?? 0) - by;
    if (this.coupon[place]) this.coupons -= by;
    const lineLeft = this.lineLeft[group];
    if (!lineLeft) return;
    for (const line of this.contest.contenders[place]?.lines ?? []) lineLeft[line] = (lineLeft[line] ?? 0) - by;
  }

  allows(place: number): boolean {
    const group = this.groupOf[place] ?? 0;
    if ((this.left[group] ?? 0) <= 0 || (this.coupon[place] && this.coupons <= 0)) return false;
    const lineLeft = this.lineLeft[group];
    return !lineLeft || (this.contest.contenders[place]?.lines ?? []).every((line) => (lineLeft[line] ?? 0) > 0);
  }
}

/**
 * Contenders of one group parted into cliques, of which at most one member each can stand in a legal set, so that the
 * best member bounds them all. Exclusive ones are kept aside: one of them comes with always-stackable groups alone.
 */
export interface Cliques {
  bound(counts: Counts, money: number): SuffixBound;
}

/** The cliques of a contest, from its matrix of pairs in conflict (row-major, 1 for a conflict). */
export function cliquesOf(contest: Contest, conflicts: Uint8Array): Cliques {
  const n = contest.contenders.length;
  const cliqueOf = new Array<number>(n).fill(-1);
  const stackable: boolean[] = contest.contenders.map((c) => groupOf(contest.stacking, c).alwaysStackable);
  const members: number[][] = [];
  const perGroup = new Map<string, number[]>();
  // The widest first: what covers all lines is in conflict with most, and so gathers the most into one clique.
  const widestFirst = [...contest.contenders.keys()].sort(
    (a, b) => (contest.contenders[b]?.lines.length ?? 0) - (contest.contenders[a]?.lines.length ?? 0) || a - b,
  );
  for (const place of widestFirst) {
    const contender = contest.contenders[place];
    if (!contender || (contender.terms.document.rule.exclusive && !stackable[place])) continue;
    const group = contender.terms.document.rule.stackingGroup;
    const known = perGroup.get(group) ?? [];
    let clique = known.find((one) => (members[one] ?? []).every((other) => conflicts[other * n + place] === 1));
    if (clique === undefined) {
      clique = members.push([]) - 1;
      perGroup.set(group, [...known, clique]);
    }
    members[clique]?.push(place);
    cliqueOf[place] = clique;
  }
  return { bound: (counts, money) => new SuffixBound(cliqueOf, members.length, stackable, counts, money) };
}

/** Grows from the last contender to the first and always knows what those seen so far can add at most. */
export class SuffixBound {
  automaticTotal = 0;
  largestCoupon = 0;
  private sum = 0;
  private stackableSum = 0;
  private largestExclusive = 0;
  private readonly cliqueBest: Float64Array;
  private readonly cliqueCoupon: Float64Array;
  private readonly cliqueAutomatic: Float64Array;
  private readonly perGroup: LargestFew[];
  private readonly coupons: LargestFew;

  constructor(
    private readonly cliqueOf: readonly number[],
    cliques: number,
    private readonly stackable: readonly boolean[],
    private readonly counts: Counts,
    private readonly money: number,
  ) {
    this.cliqueBest = new Float64Array(cliques);
    this.cliqueCoupon = new Float64Array(cliques);
    this.cliqueAutomatic = new Float64Array(cliques);
    this.perGroup = counts.left.map((left) => new LargestFew(left));
    this.coupons = new LargestFew(counts.coupons);
  }

  add(place: number, reach: number): void {
    if (reach === 0) return;
    const clique = this.cliqueOf[place] ?? -1;
    const isCoupon = this.counts.coupon[place] ?? false;
    if (isCoupon) this.largestCoupon = Math.max(this.largestCoupon, reach);
    if (clique < 0) {
      this.largestExclusive = Math.max(this.largestExclusive, reach);
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
    const group = this.perGroup[this.counts.groupOf[place] ?? 0];
    if (reach <= best || !group) return;
    this.cliqueBest[clique] = reach;
    const grown = group.raise(best, reach);
    this.sum += grown;
    if (this.stackable[place]) this.stackableSum += grown;
  }

  total(): number {
    const together = Math.min(this.sum, this.coupons.sum + this.automaticTotal);
    return Math.min(this.money, Math.max(together, this.largestExclusive + this.stackableSum));
  }
}

/** The sum of the largest few of some amounts that only grow. */
class LargestFew {
  sum = 0;
  /** Descending. */
  private readonly amounts: number[] = [];

  constructor(private readonly few: number) {}

  /** Replaces one amount (0 for a new one) by a larger one and says by how much the sum grew. */
  raise(from: number, to: number): number {
    const before = this.sum;
    if (this.few === Number.POSITIVE_INFINITY) {
      this.sum += to - from;
      return this.sum - before;
    }
    if (from > 0) this.amounts.splice(this.amounts.indexOf(from), 1);
    const place = this.amounts.findIndex((amount) => amount < to);
    this.amounts.splice(place === -1 ? this.amounts.length : place, 0, to);
    this.sum = 0;
    for (let index = 0; index < this.few && index < this.amounts.length; index++) this.sum += this.amounts[index] ?? 0;
    return this.sum - before;
  }
}
