import { getDirective, MapperKind, mapSchema } from '@graphql-tools/utils';
import { defaultFieldResolver, type GraphQLFieldConfig, type GraphQLSchema, isObjectType } from 'graphql';
import { type Identity, type ProcessName, processNames, scopesOf } from '../contracts/identity';
import { forbidden, unauthenticated } from './graphql-errors';

/** What the directives read from the context of a request. */
export interface AccessContext {
  who: Identity;
}

/** One demand on whoever asks; throws a GraphQLError when it is not met. */
type Demand = (who: Identity, field: string) => void;

/**
 * Enforces `@authenticated`, `@requiresScopes(scopes: [[String!]!]!)` and `@internal(callers: [String!]!)` on every field of
 * every object type, before its resolver runs. A directive on an object type holds for each of its fields, in addition to
 * the field's own. A field without any is public. `_entities` and `_service` carry none and are open to every signed
 * identity: what an entity gives away is decided field by field.
 *
 * - `@authenticated`: a person or a company's service is signed in
 * - `@requiresScopes(scopes: [["a", "b"], ["c"]])`: has (a and b) or c
 * - `@internal(callers: ["settlement"])`: a process of ours with one of these names
 *
 * @throws when a directive stands where it would not be enforced, or could never be met
 */
export function applyAccessDirectives(schema: GraphQLSchema): GraphQLSchema {
  refuseUnenforceable(schema);
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field, fieldName, typeName) => {
      const type = schema.getType(typeName);
      const demands = [
        ...(type ? demandsOf(schema, type, typeName) : []),
        ...demandsOf(schema, field, `${typeName}.${fieldName}`),
      ];
      return demands.length > 0 ? guarded(field, `${typeName}.${fieldName}`, demands) : field;
    },
  });
}

function guarded(
  field: GraphQLFieldConfig<unknown, AccessContext>,
  name: string,
  demands: readonly Demand[],
): GraphQLFieldConfig<unknown, AccessContext> {
  const resolve = field.resolve ?? defaultFieldResolver;
  return {
    ...field,
    resolve(source, args, context, info) {
      for (const demand of demands) demand(context.who, name);
      return resolve(source, args, context, info);
    },
  };
}

function demandsOf(schema: GraphQLSchema, node: Parameters<typeof getDirective>[1], where: string): Demand[] {
  const demands: Demand[] = [];
  if (getDirective(schema, node, 'authenticated')) demands.push(demandPerson);
  for (const { scopes } of getDirective(schema, node, 'requiresScopes') ?? [])
    demands.push(demandScopes(scopeLists(scopes, where)));
  for (const { callers } of getDirective(schema, node, 'internal') ?? [])
    demands.push(demandProcess(callerNames(callers, where)));
  return demands;
}

const demandPerson: Demand = (who, field) => {
  if (who.kind === 'anonymous')
    throw unauthenticated(`${field} expects somebody signed in, found nobody; send a token.`);
  if (who.kind === 'internal') refuseProcess(who, field);
};

function demandScopes(alternatives: readonly (readonly string[])[]): Demand {
  const wanted = alternatives.map((all) => all.join(' and ')).join(', or ');
  return (who, field) => {
    demandPerson(who, field);
    const owned = new Set(scopesOf(who));
    if (!alternatives.some((all) => all.every((scope) => owned.has(scope))))
      throw forbidden(`${field} expects the scopes ${wanted}; ask for a token that has them.`);
  };
}

function demandProcess(callers: readonly ProcessName[]): Demand {
  return (who, field) => {
    if (who.kind !== 'internal' || !callers.includes(who.process))
      throw forbidden(`${field} is for processes of the platform only.`);
  };
}

/**
 * An internal process has none of a person's rights. The one exception will live here: fields that look the same to every
 * viewer, read by the gateway for several users of a tenant at once under its own identity.
 */
function refuseProcess(who: Extract<Identity, { kind: 'internal' }>, field: string): never {
  throw forbidden(
    `${field} expects a person or a service, found the process ${who.process}; ask through a field for processes.`,
  );
}

function scopeLists(scopes: unknown, where: string): string[][] {
  if (
    Array.isArray(scopes) &&
    scopes.length > 0 &&
    scopes.every((all) => Array.isArray(all) && all.length > 0 && all.every((scope) => typeof scope === 'string'))
  )
    return scopes;
  throw new Error(
    `@requiresScopes on ${where}: expected lists of scopes with at least one each, found ${JSON.stringify(scopes)}.`,
  );
}

function callerNames(callers: unknown, where: string): ProcessName[] {
  const names = Array.isArray(callers) ? processNames.filter((name) => callers.includes(name)) : [];
  if (Array.isArray(callers) && callers.length > 0 && names.length === new Set(callers).size) return names;
  throw new Error(
    `@internal on ${where}: expected callers of ${processNames.join(', ')}, found ${JSON.stringify(callers)}.`,
  );
}

/** A directive that looks like a guard and is none is worse than none. */
function refuseUnenforceable(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isObjectType(type)) continue;
    const places: [string, Parameters<typeof getDirective>[1]][] = [[type.name, type]];
    if ('getFields' in type)
      for (const [name, field] of Object.entries(type.getFields())) places.push([`${type.name}.${name}`, field]);
    for (const [where, node] of places)
      for (const directive of ['authenticated', 'requiresScopes', 'internal'])
        if (getDirective(schema, node, directive))
          throw new Error(
            `@${directive} on ${where} would not be enforced; put it on the object types and their fields.`,
          );
  }
}
