import type { GraphQLDataSource } from '@apollo/gateway';
import { buildASTSchema, type DocumentNode, execute, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import { subgraphDocument } from '../../schema/subgraph-sdl';
import type { GatewayContext } from '../request-context';

/**
 * The virtual subgraph `events`. It has no process: a plan that runs for an event finds that event here, shaped by the ordinary
 * GraphQL execution, so aliases, fragments, variables and conditions of the first fetch need no code of their own.
 *
 * Any other operation is refused: without an event there is nothing to answer.
 */
export function eventsDataSource(): GraphQLDataSource<GatewayContext & Record<string, unknown>> {
  const schema = buildASTSchema(subgraphDocument('events'), { assumeValidSDL: true, assumeValid: true });
  const documents = new LRUCache<string, DocumentNode>({ max: 1000 });

  return {
    async process(options) {
      if (!('incomingRequestContext' in options))
        throw new Error('The virtual subgraph events has no schema or health to ask for.');
      const { query = '', variables } = options.request;
      const { live } = options.context;
      if (!live)
        return {
          data: null,
          errors: [
            {
              message: 'Subscriptions are served over WebSocket (graphql-transport-ws) at the same path.',
              extensions: { code: 'BAD_USER_INPUT' },
            },
          ],
        };
      let document = documents.get(query);
      if (!document) {
        document = parse(query, { noLocation: true });
        documents.set(query, document);
      }
      // Execution makes every object anew, which matters: the plan merges later fetches into what is answered here.
      const { data, errors } = await execute({
        schema,
        document,
        rootValue: { [live.field]: live.value },
        variableValues: variables ?? {},
      });
      return { ...(data !== undefined && { data }), ...(errors && { errors: errors.map((error) => error.toJSON()) }) };
    },
  };
}
