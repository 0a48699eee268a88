import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from './logger';
import { isStoreUnavailable } from './mongo';
import { isRedisUnavailable } from './redis';
import { Unavailable } from './unavailable';

/** What masking needs to know of the request. */
export interface MaskContext {
  requestId: string;
  /** The logger of the request. */
  logger: Logger;
}

/**
 * An error as a client may see it. Ours (with a code) pass; malformed requests and variables become BAD_USER_INPUT with the
 * path in `extensions.path`; a store or subgraph that is away becomes UNAVAILABLE; everything else is logged whole and
 * leaves only the request id.
 */
export function maskError(error: unknown, context: MaskContext): GraphQLFormattedError {
  const place = error instanceof GraphQLError && error.path ? { path: error.path } : {};
  const cause = causeOf(error);
  if (cause instanceof Unavailable || isStoreUnavailable(cause) || isRedisUnavailable(cause)) {
    context.logger.warn({ err: cause }, 'a store or a subgraph is away');
    return { ...place, ...unavailableOf(cause) };
  }
  if (error instanceof GraphQLError) {
    const code = codeOf(error);
    if (code && malformed.has(code)) return { ...place, message: error.message, extensions: badInput(error) };
    if (code && code !== 'INTERNAL_SERVER_ERROR') {
      const { stacktrace: _stacktrace, http: _http, ...extensions } = error.extensions;
      return { ...place, message: error.message, extensions };
    }
    // graphql-js gives no code to an argument whose value it refuses while it executes.
    if (!error.originalError && /^(Variable "\$|Argument ")/.test(error.message))
      return { ...place, message: error.message, extensions: badInput(error) };
  }
  context.logger.error({ err: cause }, 'unexpected error');
  return {
    ...place,
    message: `Internal error; quote the request id ${context.requestId}.`,
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: context.requestId },
  };
}

/** The answer for "away", with the earliest time to ask again where it is known. */
function unavailableOf(cause: unknown): GraphQLFormattedError {
  const own = cause instanceof Unavailable ? cause : null;
  return {
    message: own?.message ?? 'A store does not answer now; the request may be retried.',
    extensions: { code: 'UNAVAILABLE', ...(own?.retryAt && { retryAt: own.retryAt.toISOString() }) },
  };
}

/** What Apollo Server calls requests that cannot be understood. */
const malformed = new Set([
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
]);

function codeOf(error: GraphQLError): string | null {
  return typeof error.extensions.code === 'string' ? error.extensions.code : null;
}

/** Keeps what the thrower said (`path`, more), and reads the path out of graphql-js's sentence when nobody said it. */
function badInput(error: GraphQLError): Record<string, unknown> {
  const { stacktrace: _stacktrace, http: _http, validationErrorCode: _validation, ...said } = error.extensions;
  const path = said.path ?? variablePath(error.message) ?? argumentPath(error.message);
  return { ...said, code: 'BAD_USER_INPUT', ...(path !== null && { path }) };
}

/** `Variable "$input" got invalid value 1 at "input.lines[0].skuId"; …` → `['input', 'lines', '0', 'skuId']` */
function variablePath(message: string): string[] | null {
  const name = /^Variable "\$(\w+)"/.exec(message)?.[1];
  if (!name) return null;
  // The sentence quotes the value before the place; a value that imitates a place fools only its own sender.
  const place = new RegExp(` at "(${name}(?:\\.\\w+|\\[\\d+\\])*)"; `).exec(message)?.[1] ?? name;
  // A missing or unknown field is told of the object around it.
  const field = /; Field "(\w+)" (?:of required type|is not defined)/.exec(message)?.[1];
  return [...place.split(/[.[\]]+/).filter((step) => step !== ''), ...(field ? [field] : [])];
}

function argumentPath(message: string): string[] | null {
  const name = /^(?:Field "\w+" argument|Unknown argument|Argument) "(\w+)"/.exec(message)?.[1];
  return name ? [name] : null;
}

/** What a resolver threw, out of the wrappings of graphql-js. */
function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}
