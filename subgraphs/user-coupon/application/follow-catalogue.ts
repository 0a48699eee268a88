import type { EventConsumer } from '../../shared/runtime/events';
import type { TemplateCopies } from '../template-copies';

/** Keeps an own copy of the catalogue, so that a wallet can be looked at from a cart without asking anybody. */
export function followCatalogue(deps: {
  database: EventConsumer['database'];
  copies: TemplateCopies;
}): EventConsumer<'sku.changed'> {
  return {
    name: 'user-coupon.catalogue',
    database: deps.database,
    follows: ['sku.changed'],
    async apply(events, session) {
      for (const tenant of new Set(events.map(({ tenantId }) => tenantId))) {
        const own = events.filter(({ tenantId }) => tenantId === tenant);
        await deps.copies.keepSkus(
          tenant,
          own.map(({ payload }) => payload),
          session,
        );
      }
      return undefined;
    },
  };
}
