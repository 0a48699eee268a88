import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  type DocumentNode,
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
  validate,
  visit,
} from 'graphql';
import { apiSchemaOf } from '../../schema/api-schema';
import { breakingChanges, compose } from '../../schema/compose';
import { subgraphDocument, subgraphNames, supergraphSdl } from '../../schema/subgraph-sdl';
import { eventCatalogue, publishers } from '../../subgraphs/shared/contracts/events';
import { projectFile } from '../../subgraphs/shared/runtime/files';

const api: GraphQLSchema = apiSchemaOf(supergraphSdl());
const documents = subgraphNames.map((name) => ({ name, document: subgraphDocument(name) }));

/** Types of the public schema, federation's own and introspection's left out. */
const types = Object.values(api.getTypeMap()).filter((type) => !/^(__|_|join__|link__)/.test(type.name));
const objects = types.filter((type): type is GraphQLObjectType => isObjectType(type));
const inputs = types.filter((type): type is GraphQLInputObjectType => isInputObjectType(type));
const enums = types.filter((type): type is GraphQLEnumType => isEnumType(type));
const composite = [...objects, ...types.filter((type): type is GraphQLInterfaceType => isInterfaceType(type))];
const roots = new Set(['Query', 'Mutation', 'Subscription']);

function eachField(look: (owner: string, field: GraphQLField<unknown, unknown>) => string[]): string[] {
  return composite.flatMap((type) => Object.values(type.getFields()).flatMap((field) => look(type.name, field)));
}

describe('the schema', () => {
  it('is composed from the subgraphs as checked in', () => {
    const composed = compose();
    expect('faults' in composed ? composed.faults : []).toEqual([]);
    expect('supergraph' in composed && composed.supergraph).toBe(supergraphSdl());
  });

  it('breaks no client of the released schema', async () => {
    const released = readFileSync(projectFile('schema/generated/released.graphql'), 'utf8');
    expect(await breakingChanges(released, supergraphSdl())).toEqual([]);
  });

  it('would notice a field taken from clients', async () => {
    const released = readFileSync(projectFile('schema/generated/released.graphql'), 'utf8').replace(
      'type PageInfo {',
      'type PageInfo {\n  startCursor: String',
    );
    expect(await breakingChanges(released, supergraphSdl())).toEqual([
      "Field 'startCursor' was removed from object type 'PageInfo'",
    ]);
  });

  it('never uses Float', () => {
    const floats = documents.flatMap(({ name, document }) =>
      namedTypes(document)
        .filter((type) => type === 'Float')
        .map(() => name),
    );
    expect(floats).toEqual([]);
  });

  it('describes every type, field, argument, input field and enum value in the shop’s words', () => {
    const silent: string[] = [];
    for (const { name, document } of documents) {
      const say = (what: string) => silent.push(`${name}: ${what}`);
      visit(document, {
        FieldDefinition: (node, _key, _parent, _path, ancestors) =>
          void (node.description || say(`${ownerOf(ancestors)}.${node.name.value}`)),
        InputValueDefinition: (node) =>
          void (node.description || directiveArguments.has(node.name.value) || say(node.name.value)),
        EnumValueDefinition: (node) => void (node.description || say(node.name.value)),
        InputObjectTypeDefinition: (node) => void (node.description || say(node.name.value)),
        EnumTypeDefinition: (node) => void (node.description || say(node.name.value)),
        ScalarTypeDefinition: (node) => void (node.description || say(node.name.value)),
      });
    }
    for (const type of types)
      if (!type.description && !roots.has(type.name) && !['ID', 'Int', 'String', 'Boolean'].includes(type.name))
        silent.push(type.name);
    expect(silent).toEqual([]);
  });

  it('names types singular in PascalCase, fields in camelCase, enum values in capitals', () => {
    const odd = [
      ...types.filter((type) => !/^[A-Z][A-Za-z]*$/.test(type.name)).map((type) => type.name),
      ...eachField((owner, field) => (/^[a-z][A-Za-z]*$/.test(field.name) ? [] : [`${owner}.${field.name}`])),
      ...enums.flatMap((type) =>
        type
          .getValues()
          .filter((value) => !/^[A-Z][A-Z_]*$/.test(value.name))
          .map((value) => `${type.name}.${value.name}`),
      ),
    ];
    expect(odd).toEqual([]);
  });

  it('names queries by nouns, never get, list or fetch', () => {
    const verbs = Object.keys(api.getQueryType()?.getFields() ?? {}).filter((name) =>
      /^(get|list|fetch|find)[A-Z]/.test(name),
    );
    expect(verbs).toEqual([]);
  });

  it('lets times end in At, Before or Until, counts in Count and booleans begin like a claim', () => {
    const odd = eachField((owner, field) => {
      const type = getNamedType(field.type).name;
      const where = `${owner}.${field.name}`;
      if (type === 'DateTime' && !/(At|Before|Until|From|^at|^now)$/.test(field.name)) return [where];
      if (type === 'Boolean' && !/^(is|has|can)[A-Z]/.test(field.name)) return [where];
      if (/Rate(?!BasisPoints)|Percent(?!OffBasisPoints)/.test(field.name)) return [where];
      return [];
    });
    expect(odd).toEqual([]);
  });

  it('gives each mutation one input, one payload of its own name and typed errors', () => {
    const odd: string[] = [];
    for (const field of Object.values(api.getMutationType()?.getFields() ?? {})) {
      const base = field.name.charAt(0).toUpperCase() + field.name.slice(1);
      // One act that several subgraphs offer for their own parked events shares its input and payload.
      const shared = /^replay\w+DeadLetter$/.test(field.name) ? 'ReplayDeadLetter' : base;
      const input = field.args[0];
      if (field.args.length !== 1 || input?.name !== 'input' || !isNonNullType(input.type))
        odd.push(`${field.name}: one argument input: ${base}Input!`);
      else if (getNamedType(input.type).name !== `${shared}Input`) odd.push(`${field.name}: input type`);
      const payload = getNamedType(field.type);
      if (payload.name !== `${shared}Payload` || !isNonNullType(field.type)) odd.push(`${field.name}: payload type`);
      const errors = isObjectType(payload) ? payload.getFields().userErrors : undefined;
      if (errors?.type.toString().replace(/\w+/, 'T') !== '[T!]!')
        odd.push(`${field.name}: userErrors: [${base}Error!]!`);
      const error = errors && getNamedType(errors.type);
      if (!isObjectType(error) || !error.getInterfaces().some((face) => face.name === 'UserError'))
        odd.push(`${field.name}: an error implements UserError`);
      else if (!isEnumType(getNamedType(error.getFields().code?.type ?? api.getQueryType() ?? payload)))
        odd.push(`${field.name}: code is an enum`);
    }
    expect(odd).toEqual([]);
  });

  it('asks for an idempotency key wherever something is created, spent or sent', () => {
    // These say a state that is to hold, so that a repetition changes nothing.
    const byNature = new Set([
      'AdvanceClockInput',
      'ReplayDeadLetterInput',
      'MarkNotificationReadInput',
      'CancelBulkCouponChangeInput',
      'StopCodeJobInput',
      'ResumeCodeJobInput',
      'CreatePublicCodeInput',
      'ClosePublicCodeInput',
    ]);
    const without = inputs
      .filter((type) =>
        Object.values(api.getMutationType()?.getFields() ?? {}).some((field) =>
          field.args.some((arg) => getNamedType(arg.type) === type),
        ),
      )
      .filter((type) => !type.getFields().idempotencyKey && !byNature.has(type.name))
      .map((type) => type.name);
    expect(without).toEqual([]);
  });

  it('hands out lists as connections, or states their bound', () => {
    const unbounded: string[] = [];
    for (const { name, document } of documents) {
      visit(document, {
        FieldDefinition(node, _key, _parent, _path, ancestors) {
          const owner = ownerOf(ancestors);
          const type = node.type.kind === Kind.NON_NULL_TYPE ? node.type.type : node.type;
          const list = type.kind === Kind.LIST_TYPE;
          const free = ['edges', 'userErrors', 'field'].includes(node.name.value);
          const bounded = node.directives?.some((directive) => directive.name.value === 'listSize');
          if (list && !free && !bounded) unbounded.push(`${name}: ${owner}.${node.name.value}`);
          if (list && node.type.kind !== Kind.NON_NULL_TYPE && node.name.value !== 'field')
            unbounded.push(`${name}: ${owner}.${node.name.value} is nullable`);
        },
      });
    }
    expect(unbounded).toEqual([]);
  });

  it('pages forward only: first up to 100 with a default, after, edges with cursors, pageInfo', () => {
    const odd = eachField((owner, field) => {
      if (!/Connection$/.test(getNamedType(field.type).name)) return [];
      const where = `${owner}.${field.name}`;
      const first = field.args.find((arg) => arg.name === 'first');
      const args = field.args.map((arg) => arg.name);
      const connection = getNamedType(field.type);
      const edge = isObjectType(connection) ? connection.getFields().edges : undefined;
      const edgeType = edge && getNamedType(edge.type);
      return [
        ...(first?.defaultValue === 20 ? [] : [`${where}: first defaults to 20`]),
        ...(args.includes('after') ? [] : [`${where}: after`]),
        ...(args.some((arg) => ['last', 'before', 'offset', 'skip', 'page'].includes(arg))
          ? [`${where}: forward only`]
          : []),
        ...(isObjectType(edgeType) && edgeType.getFields().cursor && edgeType.getFields().node
          ? []
          : [`${where}: edge`]),
        ...(isObjectType(connection) && connection.getFields().pageInfo ? [] : [`${where}: pageInfo`]),
      ];
    });
    expect(odd).toEqual([]);
  });

  it('leaves fields whose type another subgraph owns nullable, so that its outage costs only them', () => {
    const owners: Record<string, string> = {
      PromotionTemplate: 'template',
      Sku: 'template',
      Coupon: 'user-coupon',
      Order: 'settlement',
      Notification: 'notification',
    };
    const hard: string[] = [];
    for (const { name, document } of documents) {
      visit(document, {
        FieldDefinition(node, _key, _parent, _path, ancestors) {
          if (node.type.kind !== Kind.NON_NULL_TYPE || node.type.type.kind !== Kind.NAMED_TYPE) return;
          const owner = owners[node.type.type.name.value];
          if (owner && owner !== name) hard.push(`${name}: ${ownerOf(ancestors)}.${node.name.value}`);
        },
      });
    }
    expect(hard).toEqual([]);
  });

  it('keeps every field meant for other subgraphs out of the public schema and behind the list of its callers', () => {
    const open: string[] = [];
    for (const { document } of documents) {
      visit(document, {
        FieldDefinition(node) {
          const names = (node.directives ?? []).map((directive) => directive.name.value);
          if (names.includes('inaccessible') !== names.includes('internal')) open.push(node.name.value);
          if (
            names.includes('internal') &&
            (api.getQueryType()?.getFields()[node.name.value] || api.getMutationType()?.getFields()[node.name.value])
          )
            open.push(node.name.value);
        },
      });
    }
    expect(open).toEqual([]);
  });

  it('guards every mutation by a scope', () => {
    const unguarded: string[] = [];
    for (const { document } of documents) {
      visit(document, {
        FieldDefinition(node, _key, _parent, _path, ancestors) {
          if (ownerOf(ancestors) !== 'Mutation') return;
          const names = (node.directives ?? []).map((directive) => directive.name.value);
          if (!names.includes('requiresScopes') && !names.includes('internal')) unguarded.push(node.name.value);
        },
      });
    }
    expect(unguarded).toEqual([]);
  });

  it('accepts every operation in clients/operations, one to a file named for it', () => {
    const folder = projectFile('clients/operations');
    const faults = readdirSync(folder)
      .filter((file) => file.endsWith('.graphql'))
      .flatMap((file) => {
        const document = parse(readFileSync(join(folder, file), 'utf8'));
        const named = document.definitions.flatMap((node) =>
          node.kind === Kind.OPERATION_DEFINITION ? [node.name?.value ?? '?'] : [],
        );
        const expected = file
          .replace('.graphql', '')
          .replace(/(^|-)([a-z])/g, (_all, _dash, letter: string) => letter.toUpperCase());
        return [
          ...validate(api, document).map((error) => `${file}: ${error.message}`),
          ...(named.length === 1 && named[0] === expected
            ? []
            : [`${file}: expected one operation ${expected}, found ${named.join(', ')}`]),
        ];
      });
    expect(faults).toEqual([]);
  });

  it('lists non-null elements only, unless the list answers a list of ids place by place', () => {
    const holes = eachField((owner, field) => {
      if (field.args.some((argument) => argument.name === 'ids')) return [];
      let type = field.type;
      if (isNonNullType(type)) type = type.ofType;
      return isListType(type) && !isNonNullType(type.ofType) ? [`${owner}.${field.name}`] : [];
    });
    expect(holes).toEqual([]);
  });
});

describe('the catalogue of events', () => {
  it('names a publisher with a collection for every event, and consumers of subgraphs that exist', () => {
    const known = subgraphNames as readonly string[];
    const odd = Object.entries(eventCatalogue).flatMap(([type, entry]) => [
      ...(publishers[entry.publisher] ? [] : [`${type}: publisher`]),
      ...entry.consumers
        .filter((consumer) => !known.includes(consumer.split('.')[0] ?? ''))
        .map((consumer) => `${type}: ${consumer}`),
    ]);
    expect(odd).toEqual([]);
  });
});

/** Arguments of the access directives, which are described on the directive itself. */
const directiveArguments = new Set(['scopes', 'callers']);

function ownerOf(ancestors: readonly unknown[]): string {
  for (const ancestor of [...ancestors].reverse()) {
    if (typeof ancestor === 'object' && ancestor !== null && 'kind' in ancestor && 'name' in ancestor) {
      const { name } = ancestor;
      if (typeof name === 'object' && name !== null && 'value' in name) return String(name.value);
    }
  }
  return '?';
}

function namedTypes(document: DocumentNode): string[] {
  const names: string[] = [];
  visit(document, { NamedType: (node) => void names.push(node.name.value) });
  return names;
}
