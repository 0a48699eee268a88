import type { GraphQLFormattedError } from 'graphql';

/** What clients may meet in `errors`, besides UNAVAILABLE and the like of subgraphs; everything else is an internal error. */
const knownCodes = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'QUERY_TOO_COSTLY',
  'RATE_LIMITED',
  'UNAVAILABLE',
  // Clients that send hashes of operations wait for exactly this code.
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

/** What the GraphQL library calls requests that cannot be understood; to a client they are all malformed input. */
const malformedCodes = new Set([
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
]);

/** Facts that may stand beside a code; stacks, names of services and answers of servers may not. */
const tellable = ['path', 'retryAt'] as const;

/**
 * An error as a client may see it: a known code passes with its message, a malformed request is BAD_USER_INPUT with the path
 * of the variable, everything else leaves nothing but a request id to quote.
 * @param error already a plain object
 * @param requestId null where only the answer's header knows it
 */
export function maskedError(error: GraphQLFormattedError, requestId: string | null): GraphQLFormattedError {
  const place = {
    ...(error.locations && { locations: error.locations }),
    ...(error.path && { path: error.path }),
  };
  const code = clientCode(error);
  if (code === null)
    return {
      message: `Internal error; quote the request id ${requestId ?? 'of this answer'}.`,
      ...place,
      extensions: { code: 'INTERNAL_SERVER_ERROR', ...(requestId !== null && { requestId }) },
    };
  const extensions: Record<string, unknown> = { code };
  for (const fact of tellable) if (error.extensions?.[fact] !== undefined) extensions[fact] = error.extensions[fact];
  if (code === 'BAD_USER_INPUT' && extensions.path === undefined) {
    const path = faultyInputOf(error.message);
    if (path) extensions.path = path;
  }
  return { message: error.message, ...place, extensions };
}

/** Whether an error tells a client nothing but a request id; its cause belongs into the log. */
export function isMasked(error: GraphQLFormattedError): boolean {
  return clientCode(error) === null;
}

/** The code a client sees; null for what it may not see. */
function clientCode(error: GraphQLFormattedError): string | null {
  const code = error.extensions?.code;
  if (typeof code !== 'string') return isVariableFault(error.message) ? 'BAD_USER_INPUT' : null;
  if (malformedCodes.has(code)) return 'BAD_USER_INPUT';
  if (code === 'INTERNAL_SERVER_ERROR' && isVariableFault(error.message)) return 'BAD_USER_INPUT';
  return knownCodes.has(code) ? code : null;
}

function isVariableFault(message: string): boolean {
  return /^Variable "\$\w+" (got invalid value|of (required|non-null) type) /.test(message);
}

/**
 * Which input graphql-js complains of.
 * `Variable "$input" got invalid value 1 at "input.lines[0].skuId"; …` → `['input', 'lines', '0', 'skuId']`
 */
function faultyInputOf(message: string): string[] | null {
  const variable = /^Variable "\$(\w+)"/.exec(message)?.[1];
  if (variable) {
    // The sentence quotes the value before the place; a value that imitates a place fools only its own sender.
    const place = new RegExp(` at "(${variable}(?:\\.\\w+|\\[\\d+\\])*)"; `).exec(message)?.[1] ?? variable;
    return place.split(/[.[\]]+/).filter((step) => step !== '');
  }
  const argument = /^(?:Field "\w+" argument|Unknown argument|Argument) "(\w+)"/.exec(message)?.[1];
  return argument ? [argument] : null;
}
