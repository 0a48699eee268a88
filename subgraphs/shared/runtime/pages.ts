import { badUserInput } from './graphql-errors';

/** How many rows a page holds when the client does not say. */
export const defaultPageSize = 20;
/** The most rows a page may hold. */
export const maxPageSize = 100;
/** Longer cursors were not made by us; refused before they are decoded. */
const maxCursorLength = 2048;

/** The arguments of a connection as a store wants them. */
export interface PageArguments {
  /** Rows wanted, 1…100. A store fetches one more to know whether a next page exists. */
  limit: number;
  /** The parts of the cursor to go on after, null for the first page. */
  after: string[] | null;
}

/** A page in the shape of every connection type of the schema. */
export interface Connection<Row> {
  edges: { cursor: string; node: Row }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/**
 * Reads `first` and `after`: `pageArguments({ first: 500 })` is refused with BAD_USER_INPUT and the path `['first']`.
 * @param args as GraphQL gives them; null and undefined mean "not given"
 * @param parts how many parts a cursor of this connection has; a cursor of another connection is refused when it differs
 */
export function pageArguments(
  args: { first?: number | null | undefined; after?: string | null | undefined },
  parts?: number,
): PageArguments {
  const limit = args.first ?? defaultPageSize;
  if (!Number.isInteger(limit) || limit < 1 || limit > maxPageSize)
    throw badUserInput(`first: expected a whole number from 1 to ${maxPageSize}, found ${limit}.`, ['first']);
  return { limit, after: args.after == null ? null : decodeCursor(args.after, parts) };
}

/** An opaque cursor over the values of a unique order: `encodeCursor([createdAt.toISOString(), id])`. */
export function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/**
 * Shapes what a store fetched into a connection.
 * @param rows at most `limit + 1` rows in the page's order; the extra one only says that there is more
 * @param cursorOf the parts of a row's cursor, in the order of the sort
 */
export function toConnection<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => readonly string[],
): Connection<Row> {
  const edges = rows.slice(0, limit).map((node) => ({ cursor: encodeCursor(cursorOf(node)), node }));
  return { edges, pageInfo: { hasNextPage: rows.length > limit, endCursor: edges.at(-1)?.cursor ?? null } };
}

function decodeCursor(cursor: string, parts: number | undefined): string[] {
  const decoded = cursor.length <= maxCursorLength ? partsOf(cursor) : null;
  if (!decoded || (parts !== undefined && decoded.length !== parts))
    throw badUserInput(
      'after: expected a cursor of this list, found something else; use pageInfo.endCursor as it came.',
      ['after'],
    );
  return decoded;
}

function partsOf(cursor: string): string[] | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parsed) && parsed.length > 0 && parsed.every((part) => typeof part === 'string')
      ? parsed
      : null;
  } catch {
    return null;
  }
}
