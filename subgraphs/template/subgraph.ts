import { subgraphDocument } from '../../schema/subgraph-sdl';
import { asTemplateId, asVersionId } from '../shared/kernel/identifiers';
import { type LeasedLoop, startLeasedLoop } from '../shared/runtime/background';
import { newId } from '../shared/runtime/ids';
import { createInvalidationLine } from '../shared/runtime/invalidation-line';
import { preparation } from '../shared/runtime/preparation';
import { createSubgraph, type RunningSubgraph } from '../shared/runtime/server';
import type { SubgraphDeps } from '../shared/runtime/subgraph-deps';
import { createTieredCache } from '../shared/runtime/tiered-cache';
import { tellWindowEdges } from './application/tell-window-edges';
import { type Sku, skuKey } from './domain/sku';
import { templateFiles } from './files';
import { createCheckReader } from './named-goods';
import { createPublishedTemplates } from './published-templates';
import { type TemplateContext, type TemplateDeps, templateContext, templateResolvers } from './resolvers';
import { createTemplateStore } from './store';

/** How often the worker looks for windows that began or ended, in milliseconds of real time; a clock moved by hand wakes it. */
const edgesEveryMs = 1000;

/** The subgraph `template`: templates, the catalogue copy and tenant settings. It follows nobody. */
export async function createTemplateSubgraph(deps: SubgraphDeps): Promise<RunningSubgraph> {
  const store = createTemplateStore(deps.mongo);
  const line = createInvalidationLine(deps.redis, { logger: deps.logger });
  const skus = createTieredCache<Sku>({
    name: 'template.sku.2',
    redis: deps.redis,
    line,
    versionOf: (sku) => sku.revision,
    maxEntries: 50_000,
    logger: deps.logger,
  });
  const published = createPublishedTemplates({
    store,
    line,
    now: () => deps.clock.now(),
    publish: (channel, message) => deps.redis.client.publish(channel, message),
    logger: deps.logger,
  });
  store.onWritten((written) => {
    skus.invalidate(new Map(written.skus.map(({ tenant, id, revision }) => [skuKey(tenant, id), revision])));
    for (const { tenant, id, seq } of written.templates) published.changed(tenant, id, seq);
  });
  const checks = createCheckReader(deps.mongo);
  const parts: TemplateDeps = {
    store,
    checks,
    workers: deps.workers,
    skus,
    published,
    now: () => deps.clock.now(),
    newTemplateId: () => asTemplateId(newId('tpl')),
    newVersionId: () => asVersionId(newId('tpv')),
    // Whatever process this is: in production business time is real time.
    movableClock: deps.env.NODE_ENV === 'production' ? null : deps.movableClock,
  };
  const prepare = async () => {
    await Promise.all([store.ensureIndexes(), checks.ensureIndexes()]);
  };
  const indexes = preparation('template', prepare, deps.logger);
  let edges: LeasedLoop | null = null;
  deps.clock.onMove(() => edges?.wake());

  return createSubgraph<TemplateContext>(
    {
      name: 'template',
      typeDefs: subgraphDocument('template'),
      resolvers: templateResolvers(parts),
      createContext: (base) => templateContext(parts, base),
      files: templateFiles({ ...parts, store }),
      async start() {
        await line.start();
        await indexes.start();
        edges = startLeasedLoop({
          name: 'tell-window-edges',
          collection: store.leases,
          everyMs: edgesEveryMs,
          work: (signal) => tellWindowEdges({ store, now: parts.now, logger: deps.logger }, signal),
          logger: deps.logger,
          processId: deps.processId,
        });
      },
      async stop() {
        await edges?.stop();
        await indexes.stop();
        await skus.settled();
        await line.stop();
      },
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
