import { assertNever } from '../../shared/kernel/outcome';
import type { Logger } from '../../shared/runtime/logger';
import type { Hold } from '../domain/coupon';
import type { HoldVerdict, Settlement } from '../settlement';
import type { HoldDeps } from './lock-coupons';
import { redeemCoupons } from './redeem-coupons';
import { releaseCoupons } from './release-coupons';

/** What the worker needs. */
export interface LapsedHoldDeps extends HoldDeps {
  settlement: Settlement;
  logger: Logger;
}

/** Holds looked at in one run. */
const pageSize = 50;
/** How long settlement is left in peace about a hold it could not answer for, in milliseconds of business time. */
const askAgainMs = 5000;

/**
 * Asks settlement about holds past their deadline and does what it says: a lapsed hold never ends by itself, because the
 * order may be paid this very moment. Resolves to MORE while there are more.
 */
export async function settleLapsedHolds(deps: LapsedHoldDeps, signal: AbortSignal): Promise<'MORE' | 'IDLE'> {
  const lapsed = await deps.store.lapsedHolds(deps.now(), pageSize);
  for (const hold of lapsed) {
    if (signal.aborted) break;
    try {
      await follow(deps, hold, await deps.settlement.resolveHold(hold.tenantId, hold.ownerId, hold.token));
    } catch (error) {
      deps.logger.warn({ err: error, orderId: hold.orderId }, 'settlement could not say what becomes of a lapsed hold');
      await deps.store.askLater(hold.token, new Date(deps.now().getTime() + askAgainMs));
    }
  }
  return lapsed.length === pageSize ? 'MORE' : 'IDLE';
}

async function follow(deps: LapsedHoldDeps, hold: Hold, verdict: HoldVerdict): Promise<void> {
  switch (verdict.verdict) {
    case 'RELEASE':
      await releaseCoupons(deps, hold.tenantId, 'lapsed-holds', hold);
      return;
    case 'REDEEM':
      await redeemCoupons(deps, hold.tenantId, 'lapsed-holds', hold);
      return;
    case 'EXTEND':
      await deps.store.change(async (change) => {
        const now = await change.hold(hold.tenantId, hold.token);
        if (now?.state === 'HELD') await change.changeHold({ ...now, until: verdict.until });
      });
      // A new deadline that has passed as well must not turn into asking without pause.
      if (verdict.until <= deps.now())
        await deps.store.askLater(hold.token, new Date(deps.now().getTime() + askAgainMs));
      return;
    default:
      assertNever(verdict);
  }
}
