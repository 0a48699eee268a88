import type { Contest } from './best-combination';
import type { Contender } from './candidates';
import { groupOf, isCoupon, keepsOut, meetOnALine } from './stacking';

/** Of one group in a contest. */
export interface GroupLimits {
  /** Infinity without a limit. */
  maxPerOrder: number;
  maxPerLine: number | null;
  alwaysStackable: boolean;
}

/** Who may stand beside whom in one contest, by places, for asking often: `stacking.ts` with everything looked up beforehand. */
export class Rivalry {
  readonly groups: GroupLimits[] = [];
  /** Per contender, its group among `groups`. */
  readonly groupOf: Int32Array;
  readonly isCoupon: Uint8Array;
  /** Per contender, 1 where it stands alone but for groups that are always stackable. */
  readonly isLoner: Uint8Array;
  /** Per contender, 1 where it names others. */
  private readonly names: Uint8Array;
  private readonly contenders: readonly Contender[];

  constructor({ contenders, stacking }: Pick<Contest, 'contenders' | 'stacking'>) {
    const count = contenders.length;
    this.contenders = contenders;
    this.groupOf = new Int32Array(count);
    this.isCoupon = new Uint8Array(count);
    this.isLoner = new Uint8Array(count);
    this.names = new Uint8Array(count);
    const known = new Map<string, number>();
    contenders.forEach((contender, place) => {
      const { stackingGroup, exclusive, excludes, combinesWith } = contender.terms.document.rule;
      let group = known.get(stackingGroup);
      if (group === undefined) {
        const { maxPerOrder, maxPerLine, alwaysStackable } = groupOf(stacking, contender);
        group = this.groups.push({ maxPerOrder: maxPerOrder ?? Infinity, maxPerLine, alwaysStackable }) - 1;
        known.set(stackingGroup, group);
      }
      this.groupOf[place] = group;
      this.isCoupon[place] = isCoupon(contender) ? 1 : 0;
      this.isLoner[place] = exclusive ? 1 : 0;
      this.names[place] = excludes.length > 0 || combinesWith !== null ? 1 : 0;
    });
  }

  /** The limits of a contender's group. */
  limitsOf(place: number): GroupLimits {
    return this.groups[this.groupOf[place] ?? 0] ?? unlimited;
  }

  /** Whether a rule keeps two apart whatever else is applied. */
  areApart(a: number, b: number): boolean {
    const limits = this.limitsOf(a);
    if (this.isLoner[a] === 1 && !this.limitsOf(b).alwaysStackable) return true;
    if (this.isLoner[b] === 1 && !limits.alwaysStackable) return true;
    const [left, right] = [this.contenders[a], this.contenders[b]];
    if (!left || !right) return false;
    if (this.names[a] === 1 && keepsOut(left, right)) return true;
    if (this.names[b] === 1 && keepsOut(right, left)) return true;
    if (this.groupOf[a] !== this.groupOf[b]) return false;
    return limits.maxPerOrder === 1 || (limits.maxPerLine === 1 && meetOnALine(left, right));
  }

  /** All pairs: 1 where two are apart, row by row. */
  matrix(): Uint8Array {
    const count = this.contenders.length;
    const matrix = new Uint8Array(count * count);
    for (let a = 0; a < count; a++) {
      for (let b = a + 1; b < count; b++) {
        if (!this.areApart(a, b)) continue;
        matrix[a * count + b] = 1;
        matrix[b * count + a] = 1;
      }
    }
    return matrix;
  }
}

const unlimited: GroupLimits = { maxPerOrder: Number.POSITIVE_INFINITY, maxPerLine: null, alwaysStackable: false };
