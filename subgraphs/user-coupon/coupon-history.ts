import type { Db } from 'mongodb';
import type { CouponId, OrderId, TenantId } from '../shared/kernel/identifiers';
import type { Act, CouponState, Mark } from './domain/coupon';
import { type MoveDocument, moveId } from './move-documents';
import { couponCollections } from './store';

/** One move of a coupon, as whoever may see it is told. */
export interface CouponMoveRecord {
  /** Counts the moves of the coupon from 1. */
  seq: number;
  act: Act;
  /** Business time. */
  at: Date;
  before: CouponState | null;
  after: CouponState;
  /** `user:<id>`, `service:<name>`, `internal:<process>` or a worker. */
  by: string;
  orderId: OrderId | null;
  /** Of a `mark`: the ruling that waits; null when it was taken back, and of every other move. */
  mark: Mark['act'] | null;
  note: string | null;
}

/** The record of every coupon. */
export type CouponHistory = ReturnType<typeof createCouponHistory>;

/** Reads moves by their ids alone, so a page costs the same wherever it is. */
export function createCouponHistory(database: Db) {
  const { moves } = couponCollections(database);

  return {
    /** Moves after a number, oldest first, and one more than the limit when there is one. */
    async moves(
      tenant: TenantId,
      id: CouponId,
      { limit, after }: { limit: number; after: number },
    ): Promise<CouponMoveRecord[]> {
      const ids = Array.from({ length: limit + 1 }, (_, place) => moveId(id, after + 1 + place));
      const found = await moves.find({ _id: { $in: ids }, tenantId: tenant }).toArray();
      return found.flatMap(toRecord).sort((a, b) => a.seq - b.seq);
    },
  };
}

function toRecord({ payload, act, before, after, by, note }: MoveDocument): CouponMoveRecord[] {
  if (!('movedAt' in payload && 'seq' in payload)) return [];
  const orderId = 'orderId' in payload ? payload.orderId : null;
  const mark = 'mark' in payload ? payload.mark : null;
  return [
    { seq: payload.seq, act, at: new Date(payload.movedAt), before, after, by, orderId, mark, note: note ?? null },
  ];
}
