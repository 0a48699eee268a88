import { GraphQLError } from 'graphql';

/**
 * Malformed input: `badUserInput('first: expected 1 to 100, found 500; ask for less.', ['first'])`.
 * @param path where in the arguments the fault is, outermost first; clients read it from `extensions.path`
 */
export function badUserInput(message: string, path: readonly string[]): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', path: [...path] } });
}

/** Nobody is signed in where somebody must be. */
export function unauthenticated(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'UNAUTHENTICATED' } });
}

/** Somebody is signed in who may not do this. */
export function forbidden(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'FORBIDDEN' } });
}
