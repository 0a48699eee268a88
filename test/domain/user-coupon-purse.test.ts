import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  cameBack,
  freshPurse,
  type PurseSlot,
  partBetween,
  partedAnew,
  type SlotShare,
  sharesFor,
  usedOf,
} from '../../subgraphs/user-coupon/domain/purse';
import { runs } from '../support/runs';

/** A purse in memory, moved by the decisions alone. */
class Purse {
  over = 0;
  slots: PurseSlot[];
  readonly holds: { shares: SlotShare[]; isSpent: boolean }[] = [];

  constructor(public limit: number) {
    this.slots = freshPurse(limit);
  }

  take(amount: number, first: number): boolean {
    const own = this.slots.filter(({ slot }) => slot === first);
    const shares = sharesFor(own, amount, first) ?? sharesFor(this.slots, amount, first);
    if (!shares) return false;
    for (const share of shares) this.#add(share.slot, { left: -share.amount, held: share.amount });
    this.holds.push({ shares, isSpent: false });
    return true;
  }

  spend(at: number): void {
    const hold = this.holds[at % Math.max(1, this.holds.length)];
    if (!hold || hold.isSpent) return;
    for (const { slot, amount } of hold.shares) this.#add(slot, { held: -amount, spent: amount });
    hold.isSpent = true;
  }

  giveBack(at: number): void {
    const [hold] = this.holds.splice(at % Math.max(1, this.holds.length), 1);
    for (const { slot, amount } of hold?.shares ?? []) {
      const { pays, left } = cameBack(amount, this.over);
      this.over -= pays;
      this.#add(slot, { left, [hold?.isSpent ? 'spent' : 'held']: -amount });
    }
  }

  change(limit: number): void {
    const anew = partedAnew(this.slots, limit);
    this.slots = anew.slots;
    this.over = anew.over;
    this.limit = limit;
  }

  #add(slot: number, by: Partial<PurseSlot>): void {
    const one = this.slots[slot];
    if (!one) throw new Error(`no slot ${slot}`);
    this.slots[slot] = {
      slot,
      left: one.left + (by.left ?? 0),
      held: one.held + (by.held ?? 0),
      spent: one.spent + (by.spent ?? 0),
    };
  }
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('take' as const), amount: fc.nat(400), at: fc.nat(63) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('spend' as const), at: fc.nat(99) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('giveBack' as const), at: fc.nat(99) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('change' as const), limit: fc.nat(3000) }) },
);

describe('the money of a promotion in slots', () => {
  it('is the limit whatever orders take, spend and give back, and is used to the last cent before anybody is refused', () => {
    fc.assert(
      fc.property(fc.nat(3000), fc.array(step, { maxLength: 120 }), (limit, steps) => {
        const purse = new Purse(limit);
        for (const one of steps) {
          const used = usedOf(purse.slots);
          if (one.do === 'take')
            expect(purse.take(one.amount, one.at)).toBe(one.amount === 0 || used + one.amount <= purse.limit);
          else if (one.do === 'change') purse.change(one.limit);
          else purse[one.do](one.at);

          const { slots, over } = purse;
          const sum = slots.reduce((all, { left, held, spent }) => all + left + held + spent, 0);
          expect(sum - over).toBe(purse.limit);
          expect(slots.every(({ left, held, spent }) => left >= 0 && held >= 0 && spent >= 0)).toBe(true);
          expect(slots.some(({ left }) => left > 0) && over > 0).toBe(false);
        }
      }),
      { numRuns: runs(2000) },
    );
  });

  it('comes back in parts that sum to the whole, whatever the parts', () => {
    const shares = fc.array(fc.record({ slot: fc.nat(63), amount: fc.integer({ min: 1, max: 50 }) }), { maxLength: 6 });
    fc.assert(
      fc.property(shares, fc.array(fc.nat(60), { maxLength: 8 }), (all, totals) => {
        const whole = all.reduce((sum, { amount }) => sum + amount, 0);
        const back = new Map<number, number>();
        const stops = [0, ...[...totals].sort((a, b) => a - b), whole].map((total) => Math.min(total, whole));
        for (let at = 1; at < stops.length; at += 1)
          for (const { slot, amount } of partBetween(all, stops[at - 1] ?? 0, stops[at] ?? 0))
            back.set(slot, (back.get(slot) ?? 0) + amount);
        const given = new Map<number, number>();
        for (const { slot, amount } of all) given.set(slot, (given.get(slot) ?? 0) + amount);
        expect([...back].sort()).toEqual([...given].sort());
      }),
      { numRuns: runs(1000) },
    );
  });
});
