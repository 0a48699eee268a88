import { ApolloServer, type ApolloServerPlugin, type GraphQLRequest } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { type FormattedExecutionResult, GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import type { Identity } from '../subgraphs/shared/contracts/identity';
import type { Logger } from '../subgraphs/shared/runtime/logger';
import { type AccessRules, readAccessRules } from './access-rules';
import { isMasked, maskedError } from './error-masking';
import type { GatewayContext } from './request-context';
import { type SubgraphTransport, subgraphDataSource } from './subgraph-transport';
import { eventsDataSource } from './subscriptions/events-subgraph';
import { createSupergraph, eventsSubgraph, type KnownOperation, rehearsalVariables } from './supergraph';

/** Runs operations: parse, validate, refuse by access rules, plan, fetch, shape, mask. */
export interface GraphqlPipeline {
  /** For HTTP requests; everything else calls `run`. */
  server: ApolloServer<GatewayContext>;
  /** The public schema. */
  schema: GraphQLSchema;
  rules: AccessRules;
  /** Runs one operation. Errors of the answer are plain, masked objects. */
  run(request: GraphQLRequest, context: GatewayContext): Promise<FormattedExecutionResult>;
  /** Parses, validates and plans operations ahead. @returns the faults of those that cannot be planned */
  warm(operations: readonly KnownOperation[]): Promise<string[]>;
  stop(): Promise<void>;
}

/** The largest document, in tokens. */
const maxTokens = 15_000;
/** Memory for query plans, in MiB; a plan is some kilobytes. */
const planCacheMiB = 50;

/** @param options `introspection` lets clients read the public schema */
export async function createGraphqlPipeline(options: {
  supergraphSdl: string;
  transport: SubgraphTransport;
  introspection: boolean;
  logger: Logger;
}): Promise<GraphqlPipeline> {
  const { supergraphSdl, transport, logger } = options;
  const events = eventsDataSource();
  const gateway = createSupergraph({
    supergraphSdl,
    dataSource: (name) => (name === eventsSubgraph ? events : subgraphDataSource(name, transport)),
    planCacheMiB,
    logger,
  });
  let loaded: { schema: GraphQLSchema; rules: AccessRules } | null = null;
  gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
    loaded = { schema: apiSchema, rules: readAccessRules(coreSupergraphSdl, apiSchema) };
  });
  const current = (): { schema: GraphQLSchema; rules: AccessRules } => {
    if (!loaded) throw new Error('Expected the supergraph to be loaded, found it is not.');
    return loaded;
  };

  const server = new ApolloServer<GatewayContext>({
    gateway,
    introspection: options.introspection,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens },
    logger: {
      debug: (message) => logger.debug(message),
      info: (message) => logger.debug(message),
      warn: (message) => logger.warn(message),
      error: (message) => logger.error(message),
    },
    formatError: (error) => maskedError(error, null),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      gatewayPlugin(() => current().rules),
    ],
  });
  await server.start();

  async function run(request: GraphQLRequest, contextValue: GatewayContext): Promise<FormattedExecutionResult> {
    const { body } = await server.executeOperation(request, { contextValue });
    if (body.kind === 'single') return body.singleResult;
    throw new Error('Expected one result, found an incremental one.');
  }

  return {
    server,
    schema: current().schema,
    rules: current().rules,
    run,
    async warm(operations) {
      const faults: string[] = [];
      for (const { file, query } of operations) {
        try {
          const variables = rehearsalVariables(query, current().schema);
          const rehearsal = { isPlanned: false };
          const { errors } = await run({ query, variables }, rehearsalContext(rehearsal, logger));
          if (!rehearsal.isPlanned) faults.push(`${file}: ${errors?.[0]?.message ?? 'it was not planned'}`);
        } catch (error) {
          faults.push(`${file}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
      return faults;
    },
    stop: () => server.stop(),
  };
}

function rehearsalContext(rehearsal: { isPlanned: boolean }, logger: Logger): GatewayContext {
  const nobody: Identity = { kind: 'internal', tenant: '' as Identity['tenant'], process: 'gateway', onBehalfOf: null };
  return { who: nobody, requestId: 'rehearsal', deadline: Number.POSITIVE_INFINITY, logger, rehearsal };
}

/** Access before planning, statuses as GraphQL over HTTP wants them, request ids on masked errors, causes in the log. */
function gatewayPlugin(rules: () => AccessRules): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ contextValue, document, operation, request }) {
          if (contextValue.rehearsal || !operation) return;
          if (operation.operation === 'subscription' && !contextValue.live) throw subscribeElsewhere();
          const refusal = rules().refusal(
            { document, definition: operation },
            request.variables ?? {},
            contextValue.who,
          );
          if (refusal) throw refusal;
        },
        async didEncounterErrors({ errors, contextValue }) {
          if (contextValue.rehearsal) return;
          for (const error of errors)
            if (isMasked(error))
              contextValue.logger.error(
                { err: error.originalError ?? error, path: error.path, subgraph: error.extensions?.serviceName },
                'an operation met an internal error',
              );
        },
        async willSendResponse({ response, request, contextValue, errors }) {
          if (response.body.kind !== 'single') return;
          const result = response.body.singleResult;
          if (result.errors)
            result.errors = result.errors.map((error) =>
              isMasked(error) ? maskedError(error, contextValue.requestId) : error,
            );
          // A client that knows only application/json reads anything but 200 as a broken connection.
          const knowsStatuses = request.http?.headers.get('accept')?.includes('application/graphql-response+json');
          if (!knowsStatuses && errors?.every(isAnsweredWith200)) response.http.status = 200;
        },
      };
    },
  };
}

/** Faults of a well-formed request; a request that is none keeps its 400. */
const answeredWith200 = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
]);

function isAnsweredWith200(error: GraphQLError): boolean {
  return answeredWith200.has(String(error.extensions.code));
}

function subscribeElsewhere(): GraphQLError {
  return new GraphQLError('Subscriptions are served over WebSocket (graphql-transport-ws) at the same path.', {
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  });
}

/** The answer to a request that never became an operation. */
export function faultBody(error: GraphQLFormattedError): string {
  return JSON.stringify({ errors: [error] });
}
