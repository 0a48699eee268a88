import { subgraphDocument } from '../../schema/subgraph-sdl';
import { asTemplateId, asVersionId } from '../shared/kernel/identifiers';
import { newId } from '../shared/runtime/ids';
import { preparation } from '../shared/runtime/preparation';
import { createSubgraph, type RunningSubgraph } from '../shared/runtime/server';
import type { SubgraphDeps } from '../shared/runtime/subgraph-deps';
import { templateFiles } from './files';
import { type TemplateContext, type TemplateDeps, templateContext, templateResolvers } from './resolvers';
import { createTemplateStore } from './store';

/** The subgraph `template`: templates, the catalogue copy and tenant settings. It follows nobody. */
export async function createTemplateSubgraph(deps: SubgraphDeps): Promise<RunningSubgraph> {
  const store = createTemplateStore(deps.mongo);
  const parts: TemplateDeps = {
    store,
    now: () => deps.clock.now(),
    newTemplateId: () => asTemplateId(newId('tpl')),
    newVersionId: () => asVersionId(newId('tpv')),
    // Whatever process this is: in production business time is real time.
    movableClock: deps.env.NODE_ENV === 'production' ? null : deps.movableClock,
  };
  const indexes = preparation('template', () => store.ensureIndexes(), deps.logger);

  return createSubgraph<TemplateContext>(
    {
      name: 'template',
      typeDefs: subgraphDocument('template'),
      resolvers: templateResolvers(parts),
      createContext: (base) => templateContext(parts, base),
      files: templateFiles({ ...parts, store }),
      start: indexes.start,
      stop: indexes.stop,
      async problems() {
        try {
          await deps.mongo.ping();
          return indexes.problems();
        } catch {
          return ['template: MongoDB does not answer'];
        }
      },
    },
    { logger: deps.logger },
  );
}
