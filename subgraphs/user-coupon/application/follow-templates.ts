import type { EventConsumer } from '../../shared/runtime/events';
import type { Logger } from '../../shared/runtime/logger';
import type { Stock } from '../stock';
import type { TemplateCopies } from '../template-copies';

/** Keeps own copies of published templates, with every version that coupons may be pinned to, and of tenants' settings. */
export function followTemplates(deps: {
  database: EventConsumer['database'];
  copies: TemplateCopies;
  stock: Stock;
  logger: Logger;
}): EventConsumer<'template.changed' | 'tenant-settings.changed'> {
  const { copies, stock, logger } = deps;
  return {
    name: 'user-coupon.templates',
    database: deps.database,
    follows: ['template.changed', 'tenant-settings.changed'],
    async apply(events, session) {
      for (const event of events) {
        if (event.type === 'template.changed') await copies.keepTemplates(event.tenantId, [event.payload], session);
        else await copies.keepSettings(event.tenantId, event.payload, session);
      }
      return async () => {
        const changed = events.flatMap((event) => (event.type === 'template.changed' ? [event.payload] : []));
        copies.forget(
          changed.map(({ templateId }) => templateId),
          events.map(({ tenantId }) => tenantId),
        );
        for (const { templateId, stock: count } of changed) {
          if (count === null) continue;
          // The gate learns of more stock from the next claim too; this only shows it earlier.
          await stock
            .raise(templateId, count)
            .catch((error: unknown) =>
              logger.debug({ err: error, templateId }, 'the gate could not be told of its stock'),
            );
        }
      };
    },
  };
}
