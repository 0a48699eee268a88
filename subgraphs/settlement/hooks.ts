import { asTenantId } from '../shared/kernel/identifiers';
import type { Logger } from '../shared/runtime/logger';
import type { HookRequest, HookResponse } from '../shared/runtime/server';
import { receiveNotice } from './application/confirm-payment';
import type { RecoveryDeps } from './application/recover-orders';
import type { PaymentProvider } from './payments/provider';

/** What answering webhooks needs. */
export interface HookDeps extends RecoveryDeps {
  /** Every provider whose word counts here, by name. */
  providers: ReadonlyMap<string, PaymentProvider>;
  logger: Logger;
}

/**
 * Answers `/hooks/payment/{tenant}/{provider}`, the only place where a payment is confirmed from outside, and the pages a
 * provider serves below it. A webhook that is not signed is answered with 401 and moves nothing; one that repeats what
 * is known is answered with 200, so that the provider stops repeating it.
 */
export async function answerHook(deps: HookDeps, request: HookRequest): Promise<HookResponse> {
  const [root, kind, tenant, name, ...rest] = segmentsOf(request.path);
  const provider = root === 'hooks' && kind === 'payment' && name ? deps.providers.get(name) : undefined;
  if (!provider || !tenant) return json(404, { message: 'No such webhook.' });
  const tenantId = asTenantId(tenant);
  if (rest.length > 0) {
    const page = await provider.page?.(tenantId, rest.join('/'), request);
    return page ?? json(404, { message: 'No such page.' });
  }
  if (request.method !== 'POST') return json(405, { message: 'Expected POST.' }, { allow: 'POST' });

  const read = provider.readNotice(request, Date.now());
  if (!read.ok) return json(read.refusal.status, { message: read.refusal.message });
  const outcome = await receiveNotice(deps, tenantId, read.value);
  if (outcome === 'AMOUNT_DIFFERS' || outcome === 'ORDER_CLOSED')
    deps.logger.warn(
      { outcome, payment: read.value.paymentId },
      'money arrived that pays no order; the payment is flagged',
    );
  return outcome === 'PAYMENT_NOT_FOUND'
    ? json(404, { outcome, message: 'No such payment of this tenant.' })
    : json(200, { outcome });
}

/** Segments are decoded one by one, so that a tenant's name cannot reach into another path. */
function segmentsOf(path: string): string[] {
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    return [];
  }
}

function json(status: number, body: Record<string, unknown>, headers: Record<string, string> = {}): HookResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}
