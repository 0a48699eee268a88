import type { Resolvers } from '../../schema/generated/search';
import { scalarResolvers } from '../../schema/subgraph-sdl';
import { asTemplateId, type TemplateId } from '../shared/kernel/identifiers';
import type { DeadLetterFields } from '../shared/runtime/dead-letter-fields';
import { pageArguments, toConnection } from '../shared/runtime/pages';
import { badUserInput, type RequestContext } from '../shared/runtime/server';
import { positionOf, type SearchDeps, searchPromotions } from './application/search-promotions';
import { maxQueryLength } from './domain/tokens';

/** What the resolvers of search call. */
export type SearchParts = SearchDeps & { deadLetters: DeadLetterFields };

/** The resolvers over the use cases: take the input, call one, shape its answer. */
export function searchResolvers(parts: SearchParts): Resolvers<RequestContext> {
  return {
    ...scalarResolvers('search'),

    Query: {
      searchPromotions: async (_parent, args, { who }) => {
        const filter = args.filter ?? {};
        const length = filter.text?.length ?? 0;
        if (length > maxQueryLength)
          throw badUserInput(
            `filter.text: expected at most ${maxQueryLength} characters, found ${length}; look for fewer words.`,
            ['filter', 'text'],
          );
        const order = args.sort ?? 'NEWEST';
        const { limit, after } = pageArguments(args, 3);
        const found = await searchPromotions(parts, who, { filter, order, limit, after: after && place(after, order) });
        const { edges, pageInfo } = toConnection(found, limit, (entry) => [
          order,
          positionOf(entry, order).toISOString(),
          entry.id,
        ]);
        return { edges: edges.map(({ cursor, node }) => ({ cursor, node: { id: node.id } })), pageInfo };
      },
      searchDeadLetters: (_parent, args, { who }) => parts.deadLetters.list(who, args),
    },

    Mutation: {
      replaySearchDeadLetter: (_parent, { input }, { who }) => parts.deadLetters.replay(who, input),
    },
  };
}

/** The place in the list that a cursor names; one of another order would jump to anywhere. */
function place([cursorOrder, at = '', id = '']: string[], order: string): { at: Date; id: TemplateId } {
  const instant = new Date(at);
  if (cursorOrder !== order || Number.isNaN(instant.getTime()))
    throw badUserInput(
      `after: expected a cursor of this list sorted by ${order}, found something else; use pageInfo.endCursor as it came.`,
      ['after'],
    );
  return { at: instant, id: asTemplateId(id) };
}
