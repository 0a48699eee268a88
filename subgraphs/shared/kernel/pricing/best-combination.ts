import { compareIds } from '../money';
import type { Contender } from './candidates';
import { compareLists, compareNumbers, comparePreferringEarlier, compareStandings, type Standing } from './objective';
import { type Cliques, Counts, cliquesOf } from './search-bounds';
import { areTwins, brokenCount, brokenRule, conflictBetween, isAlways, isCoupon, type Stacking } from './stacking';
import { amountAtTurn, mostAtTurn, play, sumAt, takeOff } from './turns';

/** What may be combined: list amounts per place of the board, and contenders in canonical order. */
export interface Contest {
  listAmounts: readonly number[];
  contenders: readonly Contender[];
  stacking: Stacking;
}

/** How far a search may go: nodes it may visit, and a word from outside that ends it at once. */
export interface Effort {
  nodeBudget: number;
  stop: () => boolean;
}

/** The best legal set found, in canonical order, and whether it is proven to be the best there is. */
export interface Combination {
  chosen: Contender[];
  /** Those of them that are forced in. */
  forced: Contender[];
  saving: number;
  optimal: boolean;
  nodes: number;
  /** No legal set saves more; equals `saving` when optimal. */
  upperBound: number;
}

/**
 * The best legal combination: largest saving; then fewest coupons; then soonest to expire; then smallest ids; and of
 * equal sets of coupons the one with the earlier automatic promotion in canonical order. So there is exactly one answer.
 * Exact branch and bound over subsets, depth-first in canonical order, include first. Past its effort it gives the best
 * set found so far with a true upper bound.
 */
export function bestCombination(contest: Contest, effort: Effort): Combination {
  const forced = forcedSet(contest);
  // An always-promotion that cannot be forced in beside the others takes no part at all.
  const contenders = contest.contenders.filter((contender) => !isAlways(contender) || forced.includes(contender));
  return new Search({ ...contest, contenders }, forced, effort).run();
}

/** The always-promotions, taken in canonical order as long as each stands beside the earlier ones and takes effect. */
function forcedSet({ listAmounts, contenders, stacking }: Contest): Contender[] {
  const forced: Contender[] = [];
  for (const contender of contenders) {
    if (!isAlways(contender)) continue;
    const together = [...forced, contender];
    if (!brokenRule(stacking, together) && allTakeEffect(listAmounts, together)) forced.push(contender);
  }
  return forced;
}

function allTakeEffect(listAmounts: readonly number[], set: readonly Contender[]): boolean {
  return play(listAmounts, set).turns.every((turn) => turn.amount > 0);
}

/** What holds at one depth of the search; exclude steps stay in it, an include opens the next. */
interface Frame {
  remaining: number[];
  /** What is left per distinct scope. */
  left: Float64Array;
  /** 1 for contenders that a chosen one keeps out. */
  blocked: Uint8Array;
  /** Per contender, the most it can still take off on this path; 0 for those that are out. */
  reach: Float64Array;
  /** Per place, the most that contenders from there on can add together. */
  future: Float64Array;
  /** The same of automatic promotions alone. */
  futureAutomatic: Float64Array;
  /** The largest reach of a coupon from there on. */
  largestCoupon: Float64Array;
}

class Search {
  private readonly n: number;
  private readonly contenders: readonly Contender[];
  private readonly listAmounts: readonly number[];
  private readonly forced: Uint8Array;
  private readonly lastForced: number;
  private readonly scopes: (readonly number[])[] = [];
  private readonly scopeOf: number[] = [];
  private readonly conflicts: Uint8Array;
  private readonly cliques: Cliques;
  /** What each scope cost when a phase began, on the current path. */
  private readonly phaseStart = new Map<string, Float64Array>();
  private readonly frames: Frame[] = [];
  private readonly counts: Counts;
  private readonly bySoonest: number[];
  private readonly byCouponId: number[];

  private readonly chosen: number[] = [];
  private saving = 0;
  private best: Standing;
  private nodes = 0;
  private exhausted = false;
  private openBound = 0;

  constructor(
    private readonly contest: Contest,
    private readonly forcedIn: readonly Contender[],
    private readonly effort: Effort,
  ) {
    this.contenders = contest.contenders;
    this.listAmounts = contest.listAmounts;
    this.n = this.contenders.length;
    this.forced = Uint8Array.from(this.contenders, (contender) => (forcedIn.includes(contender) ? 1 : 0));
    this.lastForced = this.forced.lastIndexOf(1);
    this.indexScopes();
    this.conflicts = this.conflictMatrix();
    this.cliques = cliquesOf(contest, this.conflicts);
    this.counts = new Counts(contest);
    const coupons = [...this.contenders.keys()].filter((place) => isCoupon(this.at(place)));
    this.bySoonest = [...coupons].sort((a, b) => this.at(a).expiresAt - this.at(b).expiresAt);
    this.byCouponId = [...coupons].sort((a, b) => compareIds(couponIdOf(this.at(a)), couponIdOf(this.at(b))));
    this.best = this.standing(this.placesOf(forcedIn), play(this.listAmounts, forcedIn).saving);
  }

  run(): Combination {
    this.best = this.greedy();
    const root = this.frame(0);
    this.listAmounts.forEach((amount, line) => {
      root.remaining[line] = amount;
    });
    root.blocked.fill(0);
    for (const place of this.placesOf(this.forcedIn)) this.block(root.blocked, place);
    this.descend(0, 0, null);
    const { places, saving } = this.best;
    return {
      chosen: places.map((place) => this.at(place)),
      forced: [...this.forcedIn],
      saving,
      optimal: !this.exhausted || this.openBound <= saving,
      nodes: this.nodes,
      upperBound: this.exhausted ? Math.max(saving, this.openBound) : saving,
    };
  }

  private descend(depth: number, start: number, phase: string | null): void {
    const frame = this.frame(depth);
    if (!this.look(frame, start, phase)) return;
    if (start > this.lastForced) this.consider();
    for (let place = start; place < this.n; place++) {
      const contender = this.at(place);
      if (this.startsPhase(place)) this.phaseStart.set(contender.phase, frame.left);
      if (this.nodes >= this.effort.nodeBudget || this.effort.stop()) {
        this.exhausted = true;
        this.leaveOpen(frame, place);
        return;
      }
      this.nodes++;
      if (!this.canStillWin(frame, place)) return;
      if (!this.isSpareTwin(place, start)) this.include(depth, frame, place);
      // A forced promotion has no other branch.
      if (this.forced[place] === 1) return;
      if (this.exhausted) {
        this.leaveOpen(frame, place + 1);
        return;
      }
    }
  }

  private include(depth: number, frame: Frame, place: number): void {
    if (frame.reach[place] === 0) return;
    const contender = this.at(place);
    const amount = amountAtTurn(contender, this.leftOf(frame, place), this.atStartOf(place, frame, contender.phase));
    if (amount === 0) return;
    const next = this.frame(depth + 1);
    for (let line = 0; line < this.listAmounts.length; line++) next.remaining[line] = frame.remaining[line] ?? 0;
    takeOff(next.remaining, contender.lines, amount);
    next.blocked.set(frame.blocked);
    this.block(next.blocked, place);
    this.chosen.push(place);
    this.counts.add(place, 1);
    this.saving += amount;
    this.descend(depth + 1, place + 1, contender.phase);
    this.saving -= amount;
    this.counts.add(place, -1);
    this.chosen.pop();
  }

  /** Fills the frame's bounds from `start` on; false when a forced promotion can no longer take effect. */
  private look(frame: Frame, start: number, phase: string | null): boolean {
    this.scopes.forEach((lines, scope) => {
      frame.left[scope] = sumAt(frame.remaining, lines);
    });
    const money = frame.remaining.reduce((sum, amount) => sum + amount, 0);
    const bound = this.cliques.bound(this.counts, money);
    frame.future[this.n] = 0;
    frame.futureAutomatic[this.n] = 0;
    frame.largestCoupon[this.n] = 0;
    for (let place = this.n - 1; place >= start; place--) {
      const reach = this.reachOf(frame, place, phase);
      if (reach === 0 && this.forced[place] === 1) return false;
      frame.reach[place] = reach;
      bound.add(place, reach);
      frame.future[place] = bound.total();
      frame.futureAutomatic[place] = bound.automaticTotal;
      frame.largestCoupon[place] = bound.largestCoupon;
    }
    return true;
  }

  private reachOf(frame: Frame, place: number, phase: string | null): number {
    if (frame.blocked[place] === 1 || !this.counts.allows(place)) return 0;
    return mostAtTurn(this.at(place), this.leftOf(frame, place), this.atStartOf(place, frame, phase));
  }

  /** What the lines of a contender cost when its phase began: a later phase can only begin with less than is left now. */
  private atStartOf(place: number, frame: Frame, phase: string | null): number {
    const scope = this.scopeOf[place] ?? 0;
    if (this.at(place).phase !== phase) return frame.left[scope] ?? 0;
    return this.phaseStart.get(phase)?.[scope] ?? 0;
  }

  /** Whether some completion from `place` on could beat the best set known, ties included. */
  private canStillWin(frame: Frame, place: number): boolean {
    const { best } = this;
    const possible = this.saving + (frame.future[place] ?? 0);
    if (possible !== best.saving) return possible > best.saving;
    const missing = best.saving - this.saving;
    if (missing === 0) return false;

    const now = this.standing(this.chosen, this.saving);
    const byCoupons = missing - (frame.futureAutomatic[place] ?? 0);
    const more = byCoupons <= 0 ? 0 : Math.ceil(byCoupons / Math.max(1, frame.largestCoupon[place] ?? 1));
    if (now.couponCount + more !== best.couponCount) return now.couponCount + more < best.couponCount;

    const byExpiry = compareLists(
      this.withSmallest(frame, place, more, now.expiries, this.bySoonest, (at) => at.expiresAt, compareNumbers),
      best.expiries,
      compareNumbers,
    );
    if (byExpiry !== 0) return byExpiry < 0;
    const byId = compareLists(
      this.withSmallest(frame, place, more, now.couponIds, this.byCouponId, couponIdOf, compareIds),
      best.couponIds,
      compareIds,
    );
    if (byId !== 0) return byId < 0;
    return (
      comparePreferringEarlier(
        now.automatic,
        best.automatic.filter((other) => other < place),
      ) <= 0
    );
  }

  /** A list no completion can undercut: the values chosen with the `more` smallest that are still to be had. */
  private withSmallest<V>(
    frame: Frame,
    place: number,
    more: number,
    chosen: readonly V[],
    order: readonly number[],
    keyOf: (contender: Contender) => V,
    compare: (a: V, b: V) => number,
  ): V[] {
    const values = [...chosen];
    let missing = more;
    for (const other of order) {
      if (missing === 0) break;
      if (other < place || (frame.reach[other] ?? 0) === 0) continue;
      values.push(keyOf(this.at(other)));
      missing--;
    }
    return values.sort(compare);
  }

  private consider(): void {
    if (this.saving < this.best.saving) return;
    const standing = this.standing(this.chosen, this.saving);
    if (compareStandings(standing, this.best) < 0) this.best = standing;
  }

  /** A good legal set to measure branches against: the largest first, as long as all take effect and the saving grows. */
  private greedy(): Standing {
    let set = this.placesOf(this.forcedIn);
    let saving = play(this.listAmounts, this.forcedIn).saving;
    const largestFirst = [...this.contenders.keys()].sort((a, b) => this.at(b).alone - this.at(a).alone || a - b);
    for (const place of largestFirst) {
      if (set.includes(place) || set.some((other) => this.conflicts[other * this.n + place] === 1)) continue;
      const together = [...set, place].sort((a, b) => a - b);
      const contenders = together.map((other) => this.at(other));
      if (brokenCount(this.contest.stacking, contenders)) continue;
      const played = play(this.listAmounts, contenders);
      if (played.saving <= saving || played.turns.some((turn) => turn.amount === 0)) continue;
      set = together;
      saving = played.saving;
    }
    return this.standing(set, saving);
  }

  private standing(places: readonly number[], saving: number): Standing {
    const coupons = places.filter((place) => isCoupon(this.at(place))).map((place) => this.at(place));
    return {
      saving,
      couponCount: coupons.length,
      expiries: coupons.map((coupon) => coupon.expiresAt).sort(compareNumbers),
      couponIds: coupons.map(couponIdOf).sort(compareIds),
      automatic: places.filter((place) => !isCoupon(this.at(place))),
      places: [...places],
    };
  }

  /** Of twins only a first, a second, a third is tried: without the one before, the next would give the same set dearer. */
  private isSpareTwin(place: number, start: number): boolean {
    return place > start && areTwins(this.at(place - 1), this.at(place));
  }

  private leaveOpen(frame: Frame, place: number): void {
    this.openBound = Math.max(this.openBound, this.saving + (frame.future[place] ?? 0));
  }

  private startsPhase(place: number): boolean {
    return place === 0 || this.at(place - 1).phase !== this.at(place).phase;
  }

  private block(blocked: Uint8Array, place: number): void {
    const row = place * this.n;
    for (let other = 0; other < this.n; other++) {
      if (this.conflicts[row + other] === 1) blocked[other] = 1;
    }
  }

  private indexScopes(): void {
    const known = new Map<string, number>();
    for (const { lines } of this.contenders) {
      const key = lines.join();
      const scope = known.get(key) ?? this.scopes.length;
      if (scope === this.scopes.length) {
        known.set(key, scope);
        this.scopes.push(lines);
      }
      this.scopeOf.push(scope);
    }
  }

  private conflictMatrix(): Uint8Array {
    const matrix = new Uint8Array(this.n * this.n);
    const meeting = this.scopes.map((lines) => {
      const held = new Set(lines);
      return this.scopes.map((others) => others.some((line) => held.has(line)));
    });
    const scopes = new Map(this.contenders.map((contender, place) => [contender, this.scopeOf[place] ?? 0]));
    const meet = (a: Contender, b: Contender) => meeting[scopes.get(a) ?? 0]?.[scopes.get(b) ?? 0] ?? false;
    for (let a = 0; a < this.n; a++) {
      for (let b = a + 1; b < this.n; b++) {
        if (!conflictBetween(this.contest.stacking, this.at(a), this.at(b), meet)) continue;
        matrix[a * this.n + b] = 1;
        matrix[b * this.n + a] = 1;
      }
    }
    return matrix;
  }

  private placesOf(set: readonly Contender[]): number[] {
    return set.map((contender) => this.contenders.indexOf(contender));
  }

  private leftOf(frame: Frame, place: number): number {
    return frame.left[this.scopeOf[place] ?? 0] ?? 0;
  }

  private at(place: number): Contender {
    const contender = this.contenders[place];
    if (!contender)
      throw new Error(`Expected a contender at ${place} of ${this.n}, found none; the search lost count.`);
    return contender;
  }

  private frame(depth: number): Frame {
    const known = this.frames[depth];
    if (known) return known;
    const frame: Frame = {
      remaining: new Array<number>(this.listAmounts.length).fill(0),
      left: new Float64Array(this.scopes.length),
      blocked: new Uint8Array(this.n),
      reach: new Float64Array(this.n),
      future: new Float64Array(this.n + 1),
      futureAutomatic: new Float64Array(this.n + 1),
      largestCoupon: new Float64Array(this.n + 1),
    };
    this.frames[depth] = frame;
    return frame;
  }
}

function couponIdOf(contender: Contender): string {
  return contender.ref.couponId ?? '';
}
