import { randomUUID } from 'node:crypto';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Identity } from '../../subgraphs/shared/contracts/identity';
import { type Logger, withRequest } from '../../subgraphs/shared/runtime/logger';
import { maskedError } from '../error-masking';
import type { GraphqlPipeline } from '../graphql-pipeline';
import { requestTimeoutMs } from '../request-context';
import { type LiveEvent, type LiveField, liveFields } from './fields';
import { SourceAway } from './source';
import type { LivePayload, LiveStreams, Subscription } from './stream';

/** What a client sends over a socket. */
export interface SocketOperation {
  query: string;
  operationName?: string | null | undefined;
  variables?: Record<string, unknown> | null | undefined;
}

/** An operation that was understood, with what kind it is. */
export interface ReadOperation {
  document: DocumentNode;
  definition: OperationDefinitionNode;
}

/** Runs what arrives over sockets. */
export interface SocketOperations {
  /** The public schema. */
  readonly schema: GraphQLSchema;
  /** Parses; a subscription is validated too. Queries and mutations are validated by the pipeline. */
  read(operation: SocketOperation): ReadOperation | { faults: GraphQLFormattedError[] };
  /** Runs a query or a mutation. @param address of the client, where it is known */
  run(operation: SocketOperation, who: Identity, address: string | null): Promise<LivePayload>;
  /**
   * Starts a subscription: refuses by access rules, coerces the variables, joins the stream.
   * @param onDropped hears that the client was too slow
   */
  subscribe(
    operation: SocketOperation,
    read: ReadOperation,
    who: Identity,
    onDropped: () => void,
  ): Promise<Subscription | { faults: GraphQLFormattedError[] }>;
}

/** The largest document, in tokens; the same as over HTTP. */
const maxTokens = 15_000;

export function createSocketOperations(options: {
  pipeline: GraphqlPipeline;
  streams: LiveStreams;
  logger: Logger;
}): SocketOperations {
  const { pipeline, streams, logger } = options;
  const documents = new LRUCache<string, { document: DocumentNode; faults: readonly GraphQLError[] | null }>({
    max: 1000,
  });

  function parsed(query: string): { document: DocumentNode; faults: readonly GraphQLError[] | null } {
    const known = documents.get(query);
    if (known) return known;
    const document = parse(query, { maxTokens });
    const hasSubscription = document.definitions.some(
      (definition) => definition.kind === Kind.OPERATION_DEFINITION && definition.operation === 'subscription',
    );
    const fresh = { document, faults: hasSubscription ? validate(pipeline.schema, document) : null };
    documents.set(query, fresh);
    return fresh;
  }

  /** Runs the operation under a fresh request id, so that every event can be found in the log. */
  async function run(
    { query, operationName, variables }: SocketOperation,
    who: Identity,
    more: { live?: LiveEvent; address?: string | null } = {},
  ): Promise<LivePayload> {
    const requestId = randomUUID();
    const context = {
      who,
      requestId,
      deadline: Date.now() + requestTimeoutMs,
      logger: withRequest(logger, requestId),
      ...(more.live && { live: more.live }),
      ...(more.address != null && { address: more.address }),
    };
    try {
      return await pipeline.run(
        { query, ...(operationName && { operationName }), ...(variables && { variables }) },
        context,
      );
    } catch (error) {
      context.logger.error({ err: error }, 'an operation of a socket failed');
      return { errors: [maskedError({ message: '' }, requestId)] };
    }
  }

  return {
    schema: pipeline.schema,
    read({ query, operationName }) {
      try {
        const { document, faults } = parsed(query);
        if (faults && faults.length > 0) return { faults: faults.map(malformed) };
        const definition = getOperationAST(document, operationName);
        if (definition) return { document, definition };
        return {
          faults: [
            malformed(new GraphQLError('Expected one operation, or operationName to choose one; found neither.')),
          ],
        };
      } catch (error) {
        if (error instanceof GraphQLError) return { faults: [malformed(error)] };
        throw error;
      }
    },
    run: (operation, who, address) => run(operation, who, { address }),
    async subscribe(operation, { document, definition }, who, onDropped) {
      const variables = operation.variables ?? {};
      const refusal = pipeline.rules.refusal({ document, definition }, variables, who);
      if (refusal) return { faults: [maskedError(refusal.toJSON(), null)] };
      const coerced = getVariableValues(pipeline.schema, definition.variableDefinitions ?? [], variables);
      if (coerced.errors) return { faults: coerced.errors.map(malformed) };
      const field = liveFieldOf(document, definition);
      if (!field) return { faults: [malformed(new GraphQLError('Expected a field of Subscription, found none.'))] };
      const channel = field.channel(who);
      if (channel instanceof GraphQLError) return { faults: [maskedError(channel.toJSON(), null)] };
      try {
        return await streams.subscribe(
          {
            key: JSON.stringify([scopeOf(who), operation.operationName ?? null, operation.query, coerced.coerced]),
            field,
            channel,
            run: (event) => run(operation, who, { live: event }),
            async missedAfter(seq) {
              const { query } = field.missed;
              const { data, errors } = await run({ query, variables: field.missed.variables(seq) }, who);
              const events = errors ? null : field.missed.read(data);
              if (!events) throw new Error(`Missed events cannot be read: ${errors?.[0]?.message ?? 'another shape'}`);
              return events;
            },
          },
          { onDropped },
        );
      } catch (error) {
        if (!(error instanceof SourceAway)) throw error;
        logger.warn({ err: error }, 'a subscription could not be opened');
        return { faults: [{ message: error.message, extensions: { code: 'UNAVAILABLE' } }] };
      }
    },
  };
}

/**
 * All that a result may depend on. A person's results depend on who they are and on every right of the token, so only equal
 * tokens share; a stream that is the same for a role would name the role here instead.
 */
function scopeOf(who: Identity): unknown {
  if (who.kind !== 'user') return who;
  return [who.kind, who.tenant, who.subject, who.merchant, [...who.roles].sort(), [...who.scopes].sort()];
}

/** Validation allows exactly one root field; it may stand in a fragment. */
function liveFieldOf(document: DocumentNode, definition: OperationDefinitionNode): LiveField | undefined {
  const fragments = new Map(
    document.definitions.flatMap((part) =>
      part.kind === Kind.FRAGMENT_DEFINITION ? [[part.name.value, part] as const] : [],
    ),
  );
  let selections = definition.selectionSet.selections;
  for (;;) {
    const first = selections[0];
    if (!first) return undefined;
    if (first.kind === Kind.FIELD) return liveFields.get(first.name.value);
    if (first.kind === Kind.INLINE_FRAGMENT) selections = first.selectionSet.selections;
    else selections = fragments.get(first.name.value)?.selectionSet.selections ?? [];
  }
}

function malformed(error: GraphQLError): GraphQLFormattedError {
  const plain = error.toJSON();
  return maskedError({ ...plain, extensions: { ...plain.extensions, code: 'BAD_USER_INPUT' } }, null);
}
