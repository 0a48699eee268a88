import { percentOf, type Rounding } from '../../money';
import {
  bestCount,
  cheapestFirst,
  countOf,
  dearestFirst,
  type FreeLot,
  type Picked,
  takeUnits,
  worthOf,
} from '../units';
import type { EffectOnUnits } from './benefit';

/** For `buy` units of some goods, `get` units of some goods at a rate off. */
export interface BuyAndGet {
  buy: number;
  get: number;
  rate: number;
  rounding: Rounding;
  selection: 'CHEAPEST' | 'MOST_EXPENSIVE' | 'CUSTOMER_BEST';
  allocation: 'ALL_UNITS' | 'TARGET_ONLY';
  maxOccurrence: number | undefined;
}

/**
 * The effect of buying some units and getting others. Pool 0 is what can be bought, pool 1 what can be got. As many times as
 * the units suffice, CUSTOMER_BEST only as often as it saves more; targets cheapest (or dearest) first, triggers dearest first.
 */
export function buyAndGet(terms: BuyAndGet, poolsOf: EffectOnUnits['poolsOf']): EffectOnUnits {
  const rated = (amount: number) => percentOf(amount, terms.rate, terms.rounding);
  return {
    on: 'UNITS',
    poolsOf,
    bears: terms.allocation === 'ALL_UNITS' ? () => true : ({ isTarget }) => isTarget,
    pick(pools) {
      const seats = seatsOf(pools[0] ?? [], pools[1] ?? []);
      const most = timesOf(seats, terms);
      const times =
        terms.selection === 'CUSTOMER_BEST' ? bestCount(most, (n) => worthOf(targetsOf(seats, n, terms))) : most;
      const targets = targetsOf(seats, times, terms);
      const triggers = takeUnits(without(seats.triggers, targets), times * terms.buy);
      return {
        lots: [
          ...targets.map((lot) => ({ ...lot, isTarget: true })),
          ...triggers.map((lot) => ({ ...lot, isTarget: false })),
        ],
        saving: rated(worthOf(targets)),
      };
    },
    // What other patterns reserve may leave dearer targets than there are now, so the dearest there can be count.
    mostOn(pools) {
      const seats = seatsOf(pools[0] ?? [], pools[1] ?? []);
      return rated(worthOf(takeUnits([...seats.targets].sort(dearestFirst), timesOf(seats, terms) * terms.get)));
    },
  };
}

/** Units by what they can be: those in both pools can be either. */
interface Seats {
  triggers: FreeLot[];
  targets: FreeLot[];
  isTrigger(lot: FreeLot): boolean;
  onlyTrigger: number;
  onlyTarget: number;
  both: number;
}

function seatsOf(buyable: readonly FreeLot[], gettable: readonly FreeLot[]): Seats {
  const triggers = new Set(buyable.map(({ place }) => place));
  const both = countOf(gettable.filter(({ place }) => triggers.has(place)));
  return {
    triggers: [...buyable].sort(dearestFirst),
    targets: [...gettable],
    isTrigger: ({ place }) => triggers.has(place),
    onlyTrigger: countOf(buyable) - both,
    onlyTarget: countOf(gettable) - both,
    both,
  };
}

/** How often there are enough units, each used once. */
function timesOf({ onlyTrigger, onlyTarget, both }: Seats, { buy, get, maxOccurrence }: BuyAndGet): number {
  return Math.min(
    Math.floor((onlyTrigger + both) / buy),
    Math.floor((onlyTarget + both) / get),
    Math.floor((onlyTrigger + onlyTarget + both) / (buy + get)),
    maxOccurrence ?? Number.MAX_SAFE_INTEGER,
  );
}

/** The targets of so many times, leaving enough units to be bought. */
function targetsOf(seats: Seats, times: number, { buy, get, selection }: BuyAndGet): FreeLot[] {
  const ordered = [...seats.targets].sort(selection === 'CHEAPEST' ? cheapestFirst : dearestFirst);
  let allowed = seats.both - Math.max(0, times * buy - seats.onlyTrigger);
  const available = ordered.map((lot) => {
    if (!seats.isTrigger(lot)) return lot;
    const units = Math.min(lot.units, allowed);
    allowed -= units;
    return { ...lot, units };
  });
  return takeUnits(available, times * get);
}

function without(lots: readonly FreeLot[], taken: readonly FreeLot[]): FreeLot[] {
  return lots.map((lot) => {
    const used = taken.find(({ place, at }) => place === lot.place && at === lot.at)?.units ?? 0;
    return { ...lot, units: lot.units - used };
  });
}

/**
 * So many units of every pool together, dearest first, as often as it gains more.
 * @param gainOf what n times gain that are worth so much, exactly: its growth never grows
 * @param savingOf what of that gain is saved, rounded once
 */
export function together(
  quantities: readonly number[],
  maxOccurrence: number | undefined,
  gainOf: (worth: number, times: number) => number,
  savingOf: (gain: number) => number,
): Pick<EffectOnUnits, 'pick' | 'mostOn'> {
  const pick = (pools: readonly (readonly FreeLot[])[]): Picked => {
    const ordered = quantities.map((_, item) => [...(pools[item] ?? [])].sort(dearestFirst));
    const unitsOf = (times: number) =>
      ordered.flatMap((lots, item) => takeUnits(lots, times * (quantities[item] ?? 0)));
    const most = ordered.reduce(
      (least, lots, item) => Math.min(least, Math.floor(countOf(lots) / (quantities[item] ?? 1))),
      maxOccurrence ?? Number.MAX_SAFE_INTEGER,
    );
    const times = bestCount(most, (n) => gainOf(worthOf(unitsOf(n)), n));
    const lots = unitsOf(times);
    return {
      lots: lots.map((lot) => ({ ...lot, isTarget: true })),
      saving: savingOf(Math.max(0, gainOf(worthOf(lots), times))),
    };
  };
  return { pick, mostOn: (pools) => pick(pools).saving };
}
