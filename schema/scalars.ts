import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';

function refuse(scalar: string, allowed: string, found: unknown): never {
  throw new GraphQLError(`${scalar}: expected ${allowed}, found ${JSON.stringify(found)}`, {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}

/** A value of ours that cannot be said is our fault, never the caller's. */
function broken(scalar: string, found: unknown): never {
  throw new Error(`${scalar}: expected a value that can be sent, found ${JSON.stringify(found)}.`);
}

/** Runs a parser on a value on its way out. */
function outgoing<T>(scalar: string, parse: (found: unknown) => T): (found: unknown) => T {
  return (found) => {
    try {
      return parse(found);
    } catch {
      return broken(scalar, found);
    }
  };
}

function whole(found: unknown): number {
  return typeof found === 'number' && Number.isSafeInteger(found)
    ? found
    : refuse('Long', 'a whole number within ±(2^53 − 1)', found);
}

/** Whole JSON numbers within ±(2^53 − 1), in and out; strings are refused, since they get joined by `+`. */
export const Long = new GraphQLScalarType({
  name: 'Long',
  serialize: outgoing('Long', whole),
  parseValue: whole,
  parseLiteral: (node) =>
    node.kind === Kind.INT ? whole(Number(node.value)) : refuse('Long', 'a whole number', printed(node)),
});

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

function instant(found: unknown): Date {
  if (typeof found === 'string' && rfc3339.test(found)) {
    const parsed = new Date(found);
    if (!Number.isNaN(parsed.getTime())) return parsed;
  }
  return refuse('DateTime', 'an RFC 3339 instant with a zone such as 2026-11-22T10:15:00.000Z', found);
}

/** Instants: RFC 3339 strings outside, `Date` inside; always UTC with milliseconds on the way out. */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize: outgoing('DateTime', (value) => (value instanceof Date ? value : instant(value)).toISOString()),
  parseValue: instant,
  parseLiteral: (node) =>
    node.kind === Kind.STRING ? instant(node.value) : refuse('DateTime', 'a string', printed(node)),
});

const known = new Set(Intl.supportedValuesOf('currency'));

function currency(found: unknown): string {
  return typeof found === 'string' && known.has(found)
    ? found
    : refuse('CurrencyCode', 'an ISO 4217 code in capitals such as CNY', found);
}

/** ISO 4217 codes the runtime knows the digits of. */
export const CurrencyCode = new GraphQLScalarType({
  name: 'CurrencyCode',
  serialize: outgoing('CurrencyCode', currency),
  parseValue: currency,
  parseLiteral: (node) =>
    node.kind === Kind.STRING ? currency(node.value) : refuse('CurrencyCode', 'a string', printed(node)),
});

/** JSON objects that are parsed by their own schema behind the resolver. */
function jsonObject(name: string): GraphQLScalarType {
  const object = (found: unknown): unknown =>
    typeof found === 'object' && found !== null && !Array.isArray(found) ? found : refuse(name, 'a JSON object', found);
  return new GraphQLScalarType({
    name,
    serialize: outgoing(name, object),
    parseValue: object,
    parseLiteral: (node, variables) => object(literalValue(node, variables ?? {})),
  });
}

/** A rule document; `parseTemplateDocument` is what checks it. */
export const TemplateDocument = jsonObject('TemplateDocument');

/** Whatever stood in a document, on its way out; no input takes it. */
export const JsonValue = new GraphQLScalarType({ name: 'JsonValue', serialize: (value) => value });

/** Facts by name, for trying a rule; their reader is what checks them. */
export const FactRecord = jsonObject('FactRecord');

/** The terms of one published version, handed from user-coupon to settlement. */
export const PinnedTerms = jsonObject('PinnedTerms');

/** What is known of a shopper, handed from user-coupon to settlement. */
export const ShopperFacts = jsonObject('ShopperFacts');

function printed(node: ValueNode): string {
  return 'value' in node ? String(node.value) : node.kind;
}

function literalValue(node: ValueNode, variables: Record<string, unknown>): unknown {
  switch (node.kind) {
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map((field) => [field.name.value, literalValue(field.value, variables)]));
    case Kind.LIST:
      return node.values.map((value) => literalValue(value, variables));
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.NULL:
      return null;
    case Kind.VARIABLE:
      return variables[node.name.value];
    default:
      return node.value;
  }
}
