import { allocateInOrder, percentOf, wholeInBasisPoints } from '../money';
import type { TenantSettings } from '../tenant-settings';
import { type Cart, type CartLine, unitPriceOf } from './cart';

/** What must stay to be paid of goods, in minor units. */
export interface Floors {
  /** Per place of the board; 0 where nothing must stay. */
  lines: readonly number[];
  /** Of the goods of each merchant together; empty without such floors. */
  merchants: readonly { places: readonly number[]; floor: number }[];
  /** Of all goods together. */
  order: number;
}

/** How an amount is parted: by what each bearer has, or alike. */
export type Parting = 'PROPORTIONAL' | 'EVEN';

/**
 * The floors of a cart: of a line its least unit price, of a merchant's goods what the largest share leaves, of the order the
 * least to pay. None is above what the goods cost before promotions. Null where nothing must stay.
 */
export function floorsOf(cart: Cart, lines: readonly CartLine[], tenant: TenantSettings['floors']): Floors | null {
  const listAmounts = lines.map((line) => unitPriceOf(line).unitPrice * line.quantity);
  const ofLines = lines.map((line) => Math.min(line.minUnitPrice ?? 0, unitPriceOf(line).unitPrice) * line.quantity);
  const share = tenant?.maxDiscountShareBasisPoints ?? wholeInBasisPoints;
  const order = Math.min(
    listAmounts.reduce((sum, amount) => sum + amount, 0),
    tenant?.minPayable?.[cart.currency] ?? 0,
  );
  const merchants = new Map<string, number[]>();
  if (share < wholeInBasisPoints)
    lines.forEach(({ merchantId }, place) => {
      merchants.set(merchantId, [...(merchants.get(merchantId) ?? []), place]);
    });
  if (order === 0 && merchants.size === 0 && ofLines.every((floor) => floor === 0)) return null;
  return {
    lines: ofLines,
    order,
    merchants: [...merchants.values()].map((places) => {
      const list = places.reduce((sum, place) => sum + (listAmounts[place] ?? 0), 0);
      return { places, floor: list - percentOf(list, share, 'DOWN') };
    }),
  };
}

/**
 * Parts an amount among goods by their weights, never below a floor: what a bearer cannot take goes to the others until
 * nothing is left or none can take more, and what cannot be placed at all is left out. A part never exceeds its weight.
 */
export function shareOut(
  floors: Floors | null,
  remaining: ArrayLike<number>,
  places: readonly number[],
  weights: readonly number[],
  amount: number,
  parting: Parting,
): number[] {
  const isGoods = floors !== null && (places[0] ?? 0) < floors.lines.length;
  if (!isGoods)
    return parting === 'EVEN' ? filled(amount, weights, weights, parting) : allocateInOrder(amount, weights);
  const caps = places.map((place, index) =>
    Math.max(0, Math.min(weights[index] ?? 0, (remaining[place] ?? 0) - (floors.lines[place] ?? 0))),
  );
  const goods = floors.lines.reduce((sum, _, place) => sum + (remaining[place] ?? 0), 0);
  const placeable = Math.max(0, Math.min(amount, goods - floors.order));
  if (floors.merchants.length === 0) return filled(placeable, weights, caps, parting);

  const groups = floors.merchants.map((merchant) => ({
    members: places.flatMap((place, index) => (merchant.places.includes(place) ? [index] : [])),
    room: total(merchant.places.map((place) => remaining[place] ?? 0)) - merchant.floor,
  }));
  return filledInGroups(placeable, weights, caps, groups, parting);
}

/** Like `filled`, where the members of a group take no more than its room together; a group that has enough changes nothing. */
function filledInGroups(
  amount: number,
  weights: readonly number[],
  caps: readonly number[],
  groups: readonly { members: readonly number[]; room: number }[],
  parting: Parting,
): number[] {
  const parts = weights.map(() => 0);
  const rooms = groups.map(({ room }) => room);
  const capOf = (index: number) => (caps[index] ?? 0) - (parts[index] ?? 0);
  const weightOf = (index: number) => (parting === 'EVEN' ? 1 : (weights[index] ?? 0));
  let left = amount;
  for (;;) {
    const openIn = groups.map(({ members }, group) =>
      (rooms[group] ?? 0) > 0 ? members.filter((index) => capOf(index) > 0) : [],
    );
    const open = openIn.flat().sort((a, b) => a - b);
    if (left === 0 || open.length === 0) return parts;
    const wanted = parts.map(() => 0);
    allocateInOrder(left, open.map(weightOf)).forEach((part, at) => {
      wanted[open[at] ?? 0] = part;
    });
    openIn.forEach((members, group) => {
      const room = rooms[group] ?? 0;
      const asked = members.map((index) => Math.min(wanted[index] ?? 0, capOf(index)));
      const given = total(asked) <= room ? asked : filled(room, members.map(weightOf), members.map(capOf), parting);
      members.forEach((index, at) => {
        parts[index] = (parts[index] ?? 0) + (given[at] ?? 0);
      });
      rooms[group] = room - total(given);
      left -= total(given);
    });
  }
}

/** Parts an amount among bearers of which none takes more than its cap: filled(10, [5, 5, 5], [1, 9, 9], 'EVEN') → [1, 5, 4]. */
export function filled(
  amount: number,
  weights: readonly number[],
  caps: readonly number[],
  parting: Parting,
): number[] {
  const parts = weights.map(() => 0);
  let left = Math.min(amount, total(caps));
  while (left > 0) {
    const open = [...caps.keys()].filter((index) => (parts[index] ?? 0) < (caps[index] ?? 0));
    const wanted = allocateInOrder(
      left,
      open.map((index) => (parting === 'EVEN' ? 1 : (weights[index] ?? 0))),
    );
    // Either everything finds its place, or a bearer reaches its cap and is not asked again.
    open.forEach((index, at) => {
      const given = Math.min(wanted[at] ?? 0, (caps[index] ?? 0) - (parts[index] ?? 0));
      parts[index] = (parts[index] ?? 0) + given;
      left -= given;
    });
  }
  return parts;
}

function total(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
