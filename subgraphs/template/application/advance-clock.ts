import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';

export interface AdvanceClockDeps {
  /** The clock that may be moved; null everywhere but in the standalone development process. */
  movableClock: { now(): Date; advance(ms: number): void } | null;
}

export type AdvanceClockRefusal =
  | { code: 'NOT_MOVABLE' }
  | { code: 'TOO_FAR' }
  | { code: 'NEGATIVE'; milliseconds: number };

/** The furthest one move goes, in milliseconds: ten years. Past it, instants would leave what a Date can hold. */
export const furthestMoveMs = 10 * 366 * 86_400_000;

/** Moves business time forward and nothing else: tokens, leases and expiries of records stay on real time. */
export function advanceClock(deps: AdvanceClockDeps, milliseconds: number): Outcome<Date, AdvanceClockRefusal> {
  const { movableClock } = deps;
  if (!movableClock) return refused({ code: 'NOT_MOVABLE' });
  if (milliseconds < 0) return refused({ code: 'NEGATIVE', milliseconds });
  if (milliseconds > furthestMoveMs) return refused({ code: 'TOO_FAR' });
  movableClock.advance(milliseconds);
  return accepted(movableClock.now());
}
