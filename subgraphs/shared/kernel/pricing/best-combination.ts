import type { Contender } from './candidates';
import type { Floors } from './floors';
import { headStartOf } from './head-start';
import { Rivalry } from './rivalry';
import { Search } from './search';
import { brokenRule, isAlways, type Stacking } from './stacking';
import { type Play, play } from './turns';

/** What may be combined: list amounts per place of the board, and contenders in canonical order. */
export interface Contest {
  listAmounts: readonly number[];
  quantities: readonly number[];
  floors: Floors | null;
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
  /** What they do, one after the other. */
  played: Play;
  optimal: boolean;
  nodes: number;
  /** No legal set saves more; equals `saving` when optimal. */
  upperBound: number;
}

/**
 * The best legal combination: largest saving; then most gifts and points, which no saving can stand for; then fewest coupons; then soonest to expire; then smallest ids; and of
 * equal sets of coupons the one with the earlier automatic promotion in canonical order. So there is exactly one answer.
 * Exact branch and bound over subsets, depth-first in canonical order, include first. Past its effort it gives the best
 * set found so far with a true upper bound.
 */
export function bestCombination(contest: Contest, effort: Effort): Combination {
  const { forced, played, evicted } = forcedSet(contest);
  // An always-promotion that cannot be forced in beside the others takes no part at all.
  const contenders = evicted ? contest.contenders.filter((one) => !evicted.has(one)) : contest.contenders;
  if (contenders.length === forced.length) {
    const { saving } = played;
    return { chosen: forced, forced, saving, played, optimal: true, nodes: 0, upperBound: saving };
  }
  const all = { ...contest, contenders };
  const forcedPlaces = forced.map((contender) => contenders.indexOf(contender));
  const start = headStartOf(all, new Rivalry(all), forcedPlaces);
  const { inReach } = start;
  const amongThese = (places: readonly number[]) => places.map((place) => inReach.indexOf(place));
  const search = new Search(
    { ...contest, contenders: inReach.flatMap((place) => contenders[place] ?? []) },
    amongThese(forcedPlaces),
    effort,
  );
  return {
    forced,
    ...search.run({
      set: amongThese(start.set),
      saving: start.saving,
      awards: start.awards,
      mostWith: Float64Array.from(inReach, (place) => start.mostWith[place] ?? 0),
    }),
  };
}

interface Forced {
  forced: Contender[];
  /** What they do alone. */
  played: Play;
  /** The always-promotions that cannot be forced in; null without any. */
  evicted: ReadonlySet<Contender> | null;
}

/** The always-promotions, taken in canonical order as long as each stands beside the earlier ones and takes effect. */
function forcedSet(contest: Contest): Forced {
  const { contenders, stacking } = contest;
  const always = contenders.filter(isAlways);
  // Where each has one turn and no budget, all that can stand together are what taking them one by one would give.
  const isPlain = always.every(({ steps, budget }) => steps.length === 1 && budget === null);
  if (isPlain && !brokenRule(stacking, always)) {
    const played = play(contest, always);
    if (allTakeEffect(played)) return { forced: always, played, evicted: null };
  }
  let forced: Contender[] = [];
  let played = play(contest, forced);
  for (const contender of always) {
    const together = [...forced, contender];
    if (brokenRule(stacking, together)) continue;
    const next = play(contest, together);
    if (allTakeEffect(next)) [forced, played] = [together, next];
  }
  const evicted = new Set(always);
  for (const contender of forced) evicted.delete(contender);
  return { forced, played, evicted };
}

function allTakeEffect({ turns }: Play): boolean {
  return turns.every((turn) => turn.hasEffect);
}
