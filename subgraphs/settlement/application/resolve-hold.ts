import type { LockToken, TenantId } from '../../shared/kernel/identifiers';
import { type HoldVerdict, holdUntil, verdictFor } from '../domain/saga';
import type { RecoveryDeps } from './recover-orders';

/**
 * Tells user-coupon what is to become of a lapsed hold, and fences the order so that the answer stays true: one that is
 * still STARTED is cancelled by the asking, and an unknown token is written down as cancelled.
 */
export async function resolveHold(
  deps: RecoveryDeps,
  tenantId: TenantId,
  token: LockToken,
): Promise<{ verdict: HoldVerdict; until: Date | null }> {
  const { state, order } = await deps.store.fence(tenantId, token);
  if (state === 'STARTED') throw new Error(`Expected the saga of a lapsed hold to be fenced, found it STARTED.`);
  const verdict = verdictFor(state);
  return { verdict, until: verdict === 'EXTEND' && order ? holdUntil(order.payBefore, deps.clock.now()) : null };
}
