import { subgraphDocument } from '../../schema/subgraph-sdl';
import type { TemplateId } from '../shared/kernel/identifiers';
import { defaultTenantSettings } from '../shared/kernel/tenant-settings';
import { type LeasedLoop, startLeasedLoop } from '../shared/runtime/background';
import { deadLetterFields } from '../shared/runtime/dead-letter-fields';
import type { EventConsumer } from '../shared/runtime/events';
import { createLoader } from '../shared/runtime/loaders';
import { preparation } from '../shared/runtime/preparation';
import { createSubgraph, type RunningSubgraph } from '../shared/runtime/server';
import type { SubgraphDeps } from '../shared/runtime/subgraph-deps';
import { deliverNotifications } from './application/deliver-notifications';
import { followTemplates } from './application/follow-templates';
import { planFromEvents, type RemindedMove, remindedMoves } from './application/plan-reminders';
import { inboxOf, markNotificationRead, messagesByIds } from './application/read-inbox';
import { type NotificationContext, resolvers } from './resolvers';
import { createNotificationStore } from './store';

/** How often the worker looks for reminders that are due, in milliseconds of real time; a clock moved by hand wakes it at once. */
const deliveryEveryMs = 1000;

/** Reminders before coupons run out, and the inbox. */
export async function createNotificationSubgraph(deps: SubgraphDeps): Promise<RunningSubgraph> {
  const { clock, logger, processId } = deps;
  const database = deps.mongo.database('notification');
  const store = createNotificationStore(deps.mongo.client, database);

  const templates: EventConsumer<'template.changed' | 'tenant-settings.changed'> = {
    name: 'notification.templates',
    database,
    follows: ['template.changed', 'tenant-settings.changed'],
    apply: async (events, session) => void (await followTemplates(store, events, session)),
  };
  const reminders: EventConsumer<RemindedMove> = {
    name: 'notification.reminders',
    database,
    follows: remindedMoves,
    // Coupons of one owner share reminders, so one owner's events stay in one lane.
    laneKey: (event) => `${event.tenantId}/${event.payload.ownerId}`,
    apply: async (events, session) => void (await planFromEvents(store, events, session)),
  };
  const consumers = [templates, reminders];
  for (const consumer of consumers) deps.follower.addConsumer(consumer);
  const parked = deadLetterFields(database, consumers);
  let delivery: LeasedLoop | null = null;
  const indexes = preparation('notification', store.ensureIndexes, logger);
  clock.onMove(() => delivery?.wake());

  return createSubgraph<NotificationContext>(
    {
      name: 'notification',
      typeDefs: subgraphDocument('notification'),
      resolvers,
      createContext: (base) => ({
        ...base,
        messages: createLoader((ids: readonly string[]) => messagesByIds(store, base.who, ids)),
        names: createLoader((ids: readonly TemplateId[]) => store.namesByIds(ids)),
        zone: async () =>
          (await store.settingsOf([base.who.tenant])).get(base.who.tenant)?.zone ?? defaultTenantSettings.zone,
        inbox: (ownerId, page) => inboxOf(store, base.who, ownerId, page),
        async markNotificationRead(id) {
          const outcome = await markNotificationRead({ store, clock }, base.who, id);
          return outcome.ok ? outcome.value : null;
        },
        deadLetters: parked,
      }),
      async start() {
        await indexes.start();
        delivery = startLeasedLoop({
          name: 'deliver-notifications',
          collection: store.leases,
          everyMs: deliveryEveryMs,
          work: () => deliverNotifications(store, clock),
          logger,
          processId,
        });
      },
      async stop() {
        await delivery?.stop();
        await indexes.stop();
      },
      problems: async () => indexes.problems(),
    },
    { logger },
  );
}
