import type { OrderId } from '../../shared/kernel/identifiers';
import type { Clock } from '../../shared/runtime/clock';
import { Unavailable } from '../../shared/runtime/unavailable';
import type { Coupons } from '../coupons';
import type { SagaStep } from '../domain/saga';
import type { SettlementStore } from '../store';

/** What finishing and undoing orders is done with. */
export interface RecoveryDeps {
  store: SettlementStore;
  coupons: Coupons;
  clock: Clock;
  /** Lets the recovery worker look at once instead of at its next turn. */
  wakeRecovery(): void;
  /** Hears of what went wrong where nobody waits for an answer. */
  onTrouble(error: unknown, what: string): void;
  afterStep(step: SagaStep): Promise<void>;
}

/** Orders looked at in one turn of the worker. */
const batchSize = 50;

/**
 * One turn of the leased worker that brings sagas to an end which nobody else did: what is STARTED for too long is
 * cancelled, and what user-coupon is owed (spend the coupons of paid orders, free those of closed ones) is repeated
 * until it says done.
 * @param abandonedAfterMs real time after which a STARTED saga is called off
 */
export async function recoverOrders(
  deps: RecoveryDeps,
  abandonedAfterMs: number,
  signal: AbortSignal,
): Promise<'MORE' | 'IDLE'> {
  const abandoned = await deps.store.abandonedSagas(new Date(Date.now() - abandonedAfterMs), batchSize);
  for (const { orderId } of abandoned) await deps.store.cancelStarted(orderId, 'TO_RELEASE');
  const due = await deps.store.dueHolds(new Date(), batchSize);
  for (const { orderId } of due) {
    if (signal.aborted) return 'IDLE';
    await payHoldDebt(deps, orderId);
  }
  return abandoned.length === batchSize || due.length === batchSize ? 'MORE' : 'IDLE';
}

/**
 * Does what user-coupon is owed for an order: spends or frees what its token holds. Repeating it changes nothing, and a
 * failure is no error of the caller's: the debt is stored and tried again later.
 */
export async function payHoldDebt(deps: RecoveryDeps, orderId: OrderId): Promise<void> {
  try {
    const saga = await deps.store.saga(orderId);
    if (!saga) return;
    const { tenantId, token, ownerId, hold: owed } = saga;
    const hold = { tenantId, token, orderId, ownerId };
    if (owed === 'TO_RELEASE') {
      // Refused means that the token holds nothing, which is what was wanted.
      await deps.coupons.release(hold);
      await deps.store.endHold(orderId, owed, 'RELEASED');
    } else if (owed === 'TO_REDEEM') {
      const redeemed = await deps.coupons.redeem(hold);
      await deps.store.endHold(orderId, owed, redeemed.ok ? 'REDEEMED' : 'LOST');
      if (!redeemed.ok)
        deps.onTrouble(
          new Error(
            `Expected the coupons of the paid order ${orderId} to be held, found ${JSON.stringify(redeemed.refusal)}.`,
          ),
          'coupons of a paid order could not be spent; an operator has to look at it',
        );
      await deps.afterStep('REDEEMED');
    }
  } catch (error) {
    if (!(error instanceof Unavailable))
      deps.onTrouble(error, 'a debt to user-coupon could not be paid; it is tried again');
    await deps.store
      .postponeHold(orderId, new Date())
      .catch((trouble: unknown) => deps.onTrouble(trouble, 'a debt to user-coupon could not be put off'));
  }
}
