import { subgraphDocument } from '../../schema/subgraph-sdl';
import { deadLetterFields } from '../shared/runtime/dead-letter-fields';
import type { EventConsumer } from '../shared/runtime/events';
import { preparation } from '../shared/runtime/preparation';
import { createSubgraph, type RunningSubgraph } from '../shared/runtime/server';
import type { SubgraphDeps } from '../shared/runtime/subgraph-deps';
import { indexPromotions } from './application/index-promotions';
import { searchResolvers } from './resolvers';
import { createSearchStore } from './store';

/** The subgraph `search`: an index of published promotions, fed by the events of their owner. */
export async function createSearchSubgraph(deps: SubgraphDeps): Promise<RunningSubgraph> {
  const database = deps.mongo.database('search');
  const store = createSearchStore(database);
  const templates: EventConsumer<'template.changed'> = {
    name: 'search.templates',
    database,
    follows: ['template.changed'],
    apply: (events, session) =>
      indexPromotions(
        { keepNewest: (entries) => store.keepNewest(entries, session) },
        events.map((event) => event.payload),
      ),
  };
  deps.follower.addConsumer(templates);
  const indexes = preparation('search', () => store.ensureIndexes(), deps.logger);

  return createSubgraph(
    {
      name: 'search',
      typeDefs: subgraphDocument('search'),
      resolvers: searchResolvers({
        store,
        now: () => deps.clock.now(),
        deadLetters: deadLetterFields(database, [templates]),
      }),
      createContext: (base) => base,
      start: indexes.start,
      stop: indexes.stop,
      async problems() {
        try {
          await deps.mongo.ping();
          return indexes.problems();
        } catch {
          return ['search: MongoDB does not answer'];
        }
      },
    },
    { logger: deps.logger },
  );
}
