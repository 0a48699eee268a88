import type { StoredEvent } from '../../shared/runtime/events';
import type { NotificationStore } from '../store';

type Followed = StoredEvent<'template.changed' | 'tenant-settings.changed'>;
type Transaction = Parameters<NotificationStore['keepNames']>[1];

/** Keeps what messages need of templates (their names) and of tenants (lead times, zone). */
export async function followTemplates(
  store: NotificationStore,
  events: Followed[],
  session: Transaction,
): Promise<void> {
  await store.keepNames(
    events.flatMap((event) =>
      event.type === 'template.changed'
        ? [
            {
              _id: event.payload.templateId,
              tenantId: event.tenantId,
              revision: event.payload.revision,
              names: event.payload.terms.document.name,
            },
          ]
        : [],
    ),
    session,
  );
  await store.keepSettings(
    events.flatMap((event) =>
      event.type === 'tenant-settings.changed'
        ? [{ _id: event.tenantId, revision: event.payload.revision, settings: event.payload.settings }]
        : [],
    ),
    session,
  );
}
