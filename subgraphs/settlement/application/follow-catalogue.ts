import type { StoredEvent } from '../../shared/runtime/events';
import type { Session, SettlementStore } from '../store';

/** The events that the catalogue follows. */
export const catalogueEvents = ['sku.changed'] as const;

/** Keeps the copy of the catalogue from which lines get their prices. The newer revision wins. */
export async function followCatalogue(
  store: SettlementStore,
  events: readonly StoredEvent<(typeof catalogueEvents)[number]>[],
  session: Session,
): Promise<undefined> {
  await store.saveSkus(events, session);
}
