import type { Identity } from '../../shared/contracts/identity';
import type { OrderId, UserId } from '../../shared/kernel/identifiers';
import type { Order } from '../domain/order';
import type { OrderPosition, SettlementStore } from '../store';

/** One of the caller's orders; another person's is absent. */
export async function ownOrder(store: SettlementStore, who: Identity, id: OrderId): Promise<Order | null> {
  const viewer = viewerOf(who);
  return viewer === null ? null : store.orderOf(who.tenant, viewer, id);
}

/** The caller's orders among these; those of others are absent. */
export async function ownOrders(
  store: SettlementStore,
  who: Identity,
  ids: readonly OrderId[],
): Promise<Map<OrderId, Order>> {
  const viewer = viewerOf(who);
  return viewer === null ? new Map() : store.ordersByIds(who.tenant, viewer, ids);
}

/** A page of a person's orders, newest first, one more than the limit when there is a next page; null unless the person asks. */
export async function ordersOf(
  store: SettlementStore,
  who: Identity,
  ownerId: string,
  page: { limit: number; after: OrderPosition | null },
): Promise<Order[] | null> {
  const viewer = viewerOf(who);
  return viewer !== null && viewer === ownerId ? store.ordersOf(who.tenant, viewer, page.limit, page.after) : null;
}

/** The person for whom something is read: the caller, or the one for whom a process of ours asks. */
function viewerOf(who: Identity): UserId | null {
  if (who.kind === 'user') return who.subject;
  return who.kind === 'internal' ? who.onBehalfOf : null;
}
