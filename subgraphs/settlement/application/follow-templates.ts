import type { StoredEvent } from '../../shared/runtime/events';
import type { LivePromotionsByTenant } from '../live-promotions';
import type { Session, SettlementStore } from '../store';

/** The events that templates and a tenant's settings follow. */
export const templateEvents = ['template.changed', 'tenant-settings.changed'] as const;

/** Keeps the copy of published templates and of tenant settings: the truth at settlement. The newer revision wins. */
export async function followTemplates(
  { store, promotions }: { store: SettlementStore; promotions: LivePromotionsByTenant },
  events: readonly StoredEvent<(typeof templateEvents)[number]>[],
  session: Session,
): Promise<() => Promise<void>> {
  await store.saveTemplates(
    events.filter((event) => event.type === 'template.changed'),
    session,
  );
  await store.saveSettings(
    events.filter((event) => event.type === 'tenant-settings.changed'),
    session,
  );
  return async () => promotions.changed([...new Set(events.map(({ tenantId }) => tenantId))]);
}
