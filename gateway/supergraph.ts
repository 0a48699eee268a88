import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import {
  type GraphQLInputType,
  type GraphQLSchema,
  getOperationAST,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  Kind,
  parse,
  type TypeNode,
} from 'graphql';
import type { Logger } from '../subgraphs/shared/runtime/logger';
import type { GatewayContext } from './request-context';

// Neither tests nor a shop's production tell anybody outside how they are used; read when a gateway is made.
process.env.APOLLO_TELEMETRY_DISABLED = 'true';

/** The subgraph that exists only here: it holds the Subscription fields and answers with the event a plan runs for. */
export const eventsSubgraph = 'events';

/**
 * The gateway library over the composed schema.
 *
 * The planner plans a subscription as `Subscription{primary, rest}`, which the library refuses to run. The hook turns that into
 * `Sequence[primary, rest]` in the cached plan, once: `primary` then asks the data source of `events`, which answers with the
 * event at hand, and `rest` is an ordinary plan. The option is named experimental; it is the documented place to see a plan.
 * @param options `dataSource` is the way to one subgraph, `events` included; `planCacheMiB` bounds the memory of plans
 */
export function createSupergraph(options: {
  supergraphSdl: string;
  dataSource(subgraph: string): GraphQLDataSource;
  planCacheMiB: number;
  logger: Logger;
}): ApolloGateway {
  const { logger } = options;
  return new ApolloGateway({
    supergraphSdl: options.supergraphSdl,
    buildService: ({ name }) => options.dataSource(name),
    experimental_didResolveQueryPlan({ queryPlan, requestContext }) {
      if (queryPlan.node?.kind === 'Subscription') {
        const { primary, rest } = queryPlan.node;
        queryPlan.node = { kind: 'Sequence', nodes: rest ? [primary, rest] : [primary] };
      }
      const context: Partial<GatewayContext> = requestContext.context;
      if (!context.rehearsal) return;
      context.rehearsal.isPlanned = true;
      throw new Error('Planned; nothing was to be fetched.');
    },
    experimental_approximateQueryPlanStoreMiB: options.planCacheMiB,
    __exposeQueryPlanExperimental: false,
    debug: false,
    logger: {
      debug: (message) => logger.debug(message),
      info: (message) => logger.debug(message),
      warn: (message) => logger.warn(message),
      error: (message) => logger.error(message),
    },
  });
}

/** An operation that clients are known to send. */
export interface KnownOperation {
  file: string;
  query: string;
}

/** Every operation in a folder of `.graphql` files, one to a file. */
export function knownOperations(folder: string): KnownOperation[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => ({ file, query: readFileSync(join(folder, file), 'utf8') }));
}

/**
 * Values that satisfy an operation's variables, so that it can be planned; they are never sent anywhere.
 * @throws when the text is not one valid operation
 */
export function rehearsalVariables(query: string, schema: GraphQLSchema): Record<string, unknown> {
  const operation = getOperationAST(parse(query, { noLocation: true }));
  if (!operation) throw new Error('Expected one operation to a file, found none or several.');
  const variables: Record<string, unknown> = {};
  for (const { variable, type, defaultValue } of operation.variableDefinitions ?? []) {
    if (!defaultValue && type.kind === Kind.NON_NULL_TYPE)
      variables[variable.name.value] = anyValueOfNode(type.type, schema);
  }
  return variables;
}

function anyValueOfNode(type: TypeNode, schema: GraphQLSchema): unknown {
  if (type.kind === Kind.LIST_TYPE) return [];
  if (type.kind === Kind.NON_NULL_TYPE) return anyValueOfNode(type.type, schema);
  const known = schema.getType(type.name.value);
  return isInputType(known) ? anyValueOf(known) : null;
}

function anyValueOf(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return anyValueOf(type.ofType);
  if (isListType(type)) return [];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter(isRequiredInputField);
    return Object.fromEntries(required.map((field) => [field.name, anyValueOf(field.type)]));
  }
  return { Int: 1, Float: 1, Boolean: true }[type.name] ?? '1';
}
