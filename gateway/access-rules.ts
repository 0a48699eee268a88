import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  GraphQLError,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type OperationTypeNode,
  parse,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { hasScope, type Identity } from '../subgraphs/shared/contracts/identity';

/** What a field demands of its caller. */
type Demand = { kind: 'AUTHENTICATED' } | { kind: 'SCOPES'; anyOf: readonly (readonly string[])[] };

/** A demand at its place in one operation, and the variables under which the place is selected at all. */
interface PlacedDemand {
  demand: Demand;
  field: string;
  path: readonly string[];
  conditions: readonly Condition[];
}

interface Condition {
  variable: string;
  isSelectedWhen: boolean;
}

/** Refuses operations before anything is planned or fetched. Every subgraph enforces the same demands again. */
export interface AccessRules {
  /** Why the caller may not run the operation, at the first field that demands more; null when nothing does. */
  refusal(
    operation: { document: DocumentNode; definition: OperationDefinitionNode },
    variables: Readonly<Record<string, unknown>>,
    who: Identity,
  ): GraphQLError | null;
}

/** More selections than this are looked at without their conditions, each fragment once, so that no document can cost much. */
const carefulSteps = 5000;

/**
 * Reads `@authenticated` and `@requiresScopes` out of the supergraph.
 * @param supergraphSdl carries the directives, `schema` is the public schema operations are validated against
 */
export function readAccessRules(supergraphSdl: string, schema: GraphQLSchema): AccessRules {
  const demands = demandsOf(supergraphSdl);
  const placed = new WeakMap<OperationDefinitionNode, readonly PlacedDemand[]>();

  return {
    refusal({ document, definition }, variables, who) {
      let known = placed.get(definition);
      if (!known) {
        known = placedDemands(document, definition, schema, demands);
        placed.set(definition, known);
      }
      for (const { demand, field, path, conditions } of known) {
        if (isMet(demand, who)) continue;
        const isSelected = conditions.every(
          ({ variable, isSelectedWhen }) => conditionValue(variable, definition, variables) === isSelectedWhen,
        );
        if (isSelected) return refusalOf(demand, field, path, who);
      }
      return null;
    },
  };
}

type Demands = ReadonlyMap<string, readonly Demand[]>;

/** Demands by `Type` and by `Type.field`. */
function demandsOf(supergraphSdl: string): Demands {
  const found = new Map<string, Demand[]>();
  const note = (place: string, directives: readonly DirectiveNode[] | undefined): void => {
    const own = (directives ?? []).flatMap(demandOf);
    if (own.length > 0) found.set(place, own);
  };
  for (const definition of parse(supergraphSdl, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    note(definition.name.value, definition.directives);
    for (const field of definition.fields ?? []) note(`${definition.name.value}.${field.name.value}`, field.directives);
  }
  return found;
}

function demandOf(directive: DirectiveNode): Demand[] {
  if (directive.name.value === 'authenticated') return [{ kind: 'AUTHENTICATED' }];
  if (directive.name.value !== 'requiresScopes') return [];
  const scopes = directive.arguments?.find((argument) => argument.name.value === 'scopes')?.value;
  return [{ kind: 'SCOPES', anyOf: listOf(scopes).map((group) => listOf(group).map(textOf)) }];
}

function listOf(value: ValueNode | undefined): readonly ValueNode[] {
  return value?.kind === Kind.LIST ? value.values : value ? [value] : [];
}

function textOf(value: ValueNode): string {
  return value.kind === Kind.STRING ? value.value : '';
}

function isMet(demand: Demand, who: Identity): boolean {
  if (who.kind !== 'user' && who.kind !== 'service') return false;
  return demand.kind === 'AUTHENTICATED' || demand.anyOf.some((group) => group.every((scope) => hasScope(who, scope)));
}

function refusalOf(demand: Demand, field: string, path: readonly string[], who: Identity): GraphQLError {
  const nobody = who.kind === 'anonymous';
  const needed = demand.kind === 'SCOPES' ? demand.anyOf.map((group) => group.join(' and ')).join(', or ') : '';
  return new GraphQLError(
    nobody
      ? `${field}: expected a caller with a token, found none; send the header Authorization.`
      : `${field}: expected a token with the scope ${needed}; ask for it at sign-in.`,
    { path, extensions: { code: nobody ? 'UNAUTHENTICATED' : 'FORBIDDEN', http: { status: nobody ? 401 : 403 } } },
  );
}

function conditionValue(
  variable: string,
  definition: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): boolean {
  if (Object.hasOwn(variables, variable)) return variables[variable] === true;
  const declared = definition.variableDefinitions?.find((candidate) => candidate.variable.name.value === variable);
  return declared?.defaultValue?.kind === Kind.BOOLEAN && declared.defaultValue.value;
}

function placedDemands(
  document: DocumentNode,
  definition: OperationDefinitionNode,
  schema: GraphQLSchema,
  demands: Demands,
): PlacedDemand[] {
  const root = rootTypeOf(schema, definition.operation);
  if (!root) return [];
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const part of document.definitions)
    if (part.kind === Kind.FRAGMENT_DEFINITION) fragments.set(part.name.value, part);

  const walkWith = (isCareful: boolean): PlacedDemand[] | null => {
    const found: PlacedDemand[] = [];
    const seen = new Set<string>();
    let steps = 0;
    const walk = (
      selections: SelectionSetNode,
      parent: GraphQLCompositeType,
      path: readonly string[],
      conditions: readonly Condition[],
    ): boolean => {
      for (const selection of selections.selections) {
        steps += 1;
        if (isCareful && steps > carefulSteps) return false;
        const own = isCareful ? conditionsOf(selection.directives) : [];
        if (own === 'NEVER') continue;
        const under = own.length > 0 ? [...conditions, ...own] : conditions;
        if (selection.kind === Kind.FIELD) {
          const name = selection.name.value;
          const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
          if (!field) continue;
          const here = [...path, selection.alias?.value ?? name];
          const type = getNamedType(field.type);
          const places = [`${parent.name}.${name}`, type.name];
          for (const demand of places.flatMap((place) => demands.get(place) ?? []))
            found.push({ demand, field: `${parent.name}.${name}`, path: here, conditions: under });
          if (selection.selectionSet && isCompositeType(type) && !walk(selection.selectionSet, type, here, under))
            return false;
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          const type = selection.typeCondition ? schema.getType(selection.typeCondition.name.value) : parent;
          if (isCompositeType(type) && !walk(selection.selectionSet, type, path, under)) return false;
        } else {
          const fragment = fragments.get(selection.name.value);
          const type = fragment && schema.getType(fragment.typeCondition.name.value);
          if (!fragment || !isCompositeType(type)) continue;
          if (!isCareful) {
            if (seen.has(selection.name.value)) continue;
            seen.add(selection.name.value);
          }
          if (!walk(fragment.selectionSet, type, path, under)) return false;
        }
      }
      return true;
    };
    return walk(definition.selectionSet, root, [], []) ? found : null;
  };
  return walkWith(true) ?? walkWith(false) ?? [];
}

function rootTypeOf(schema: GraphQLSchema, operation: OperationTypeNode): GraphQLCompositeType | null {
  return schema.getRootType(operation) ?? null;
}

function conditionsOf(directives: readonly DirectiveNode[] | undefined): readonly Condition[] | 'NEVER' {
  const conditions: Condition[] = [];
  for (const directive of directives ?? []) {
    const isInclude = directive.name.value === 'include';
    if (!isInclude && directive.name.value !== 'skip') continue;
    const value = directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
    if (value?.kind === Kind.VARIABLE) conditions.push({ variable: value.name.value, isSelectedWhen: isInclude });
    if (value?.kind === Kind.BOOLEAN && value.value !== isInclude) return 'NEVER';
  }
  return conditions;
}
