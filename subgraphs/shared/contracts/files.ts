import { hasScope, type Identity, type SubgraphName } from './identity';

/** One thing that can be had or sent under `/files`. */
export interface FileRoute {
  method: 'GET' | 'POST';
  /** The whole path, without a query. */
  path: string;
  owner: SubgraphName;
  /** What the caller's token must allow; null for everybody, signed in or not, in whatever marketplace. */
  scope: string | null;
  /** What a body may call itself; empty where there is none. */
  contentTypes: readonly string[];
}

/** Why a request under `/files` is not taken, as HTTP and as the API say it. */
export interface FileRefusal {
  status: 401 | 403 | 404 | 405 | 415;
  code: 'UNAUTHENTICATED' | 'FORBIDDEN' | 'BAD_USER_INPUT';
  message: string;
}

const csv = ['text/csv', 'application/csv', 'application/vnd.ms-excel'];
const jsonLines = ['application/jsonl', 'application/x-ndjson', 'application/x-jsonlines'];

function route(
  owner: SubgraphName,
  method: FileRoute['method'],
  path: string,
  scope: string | null,
  contentTypes: readonly string[] = [],
): FileRoute {
  return { method, path, owner, scope, contentTypes };
}

/** Everything there is under `/files`: the gateway forwards nothing else, and its owner serves nothing else. */
export const fileRoutes: readonly FileRoute[] = [
  route('template', 'GET', '/files/schemas/promotion-template.json', null),
  route('template', 'GET', '/files/templates.jsonl', 'template:read'),
  route('template', 'POST', '/files/templates.jsonl', 'template:write', jsonLines),
  route('template', 'GET', '/files/templates.csv', 'template:read'),
  route('template', 'POST', '/files/templates.csv', 'template:write', csv),
  route('template', 'GET', '/files/skus.csv', 'catalogue:write'),
  route('template', 'POST', '/files/skus.csv', 'catalogue:write', csv),
  route('user-coupon', 'GET', '/files/promotion-codes.csv', 'template:write'),
  route('user-coupon', 'POST', '/files/promotion-codes.csv', 'template:write', csv),
];

/** The route of a request, or why there is none; looked at before anybody is asked who they are. */
export function fileRouteOf(
  method: string,
  path: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): FileRoute | FileRefusal {
  const here = fileRoutes.filter((known) => known.path === path);
  const found = here.find((known) => known.method === method);
  if (here.length === 0)
    return {
      status: 404,
      code: 'BAD_USER_INPUT',
      message: `Expected one of ${[...new Set(fileRoutes.map((known) => known.path))].join(', ')}, found ${path}.`,
    };
  if (!found)
    return {
      status: 405,
      code: 'BAD_USER_INPUT',
      message: `${path}: expected ${here.map((known) => known.method).join(' or ')}, found ${method}.`,
    };
  return refuseBody(found, headers) ?? found;
}

/** Why somebody may not have a file or send one; null when they may. Its owner asks this again, so nobody gets around it. */
export function refuseFileTo(who: Identity, { method, path, scope }: FileRoute): FileRefusal | null {
  if (scope === null || hasScope(who, scope)) return null;
  if (who.kind === 'anonymous')
    return {
      status: 401,
      code: 'UNAUTHENTICATED',
      message: `${method} ${path} expects somebody signed in, found nobody; send a token.`,
    };
  return {
    status: 403,
    code: 'FORBIDDEN',
    message: `${method} ${path} expects the scope ${scope}; ask for a token that has it.`,
  };
}

function refuseBody(
  { path, contentTypes }: FileRoute,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): FileRefusal | null {
  if (contentTypes.length === 0) return null;
  const refusal = (message: string): FileRefusal => ({ status: 415, code: 'BAD_USER_INPUT', message });
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    return refusal(`content-encoding: expected none, found ${encoding}; send the file uncompressed.`);
  const [type = '', ...parameters] = String(headers['content-type'] ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  if (!contentTypes.includes(type))
    return refusal(
      `content-type: expected ${contentTypes.join(', ')} for ${path}, found ${type || 'none'}; send the header with the file.`,
    );
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  return charset === undefined || /^"?utf-?8"?$/.test(charset)
    ? null
    : refusal(`content-type: expected charset utf-8, found ${charset}; save the file as UTF-8.`);
}
