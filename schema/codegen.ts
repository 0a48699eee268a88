import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as operations from '@graphql-codegen/typescript-operations';
import * as resolvers from '@graphql-codegen/typescript-resolvers';
import { type DocumentNode, parse, printSchema } from 'graphql';
import { apiSchemaOf } from './api-schema';
import { type SubgraphName, schemaFolder, subgraphDocument, subgraphNames, supergraphSdl } from './subgraph-sdl';

const scalars = {
  ID: { input: 'string', output: 'string' },
  Long: { input: 'number', output: 'number' },
  DateTime: { input: 'Date', output: 'Date' },
  CurrencyCode: { input: 'string', output: 'string' },
  TemplateDocument: { input: 'unknown', output: 'unknown' },
  JsonValue: { input: 'never', output: 'unknown' },
  FactRecord: { input: 'unknown', output: 'unknown' },
  PinnedTerms: { input: 'unknown', output: 'unknown' },
  ShopperFacts: { input: 'unknown', output: 'unknown' },
};
/** What travels as JSON is a string for a client. */
const clientScalars = { ...scalars, DateTime: { input: 'string', output: 'string' } };

const banner = '// Generated from the SDL by `npm run schema`; change the SDL, not this file.\n';

/** Types that are resolved field by field: their resolvers start from the id alone. All others are handed over whole. */
const startFromId: Record<SubgraphName, string[]> = {
  template: [],
  'user-coupon': ['User', 'PromotionTemplate'],
  settlement: ['User', 'Sku'],
  search: [],
  notification: ['User', 'Notification'],
  events: [],
};

/** Fields with arguments, which their own resolvers fill in: what is handed over is the type without them. */
const resolvedByField: Partial<Record<SubgraphName, Record<string, string[]>>> = {
  template: { PromotionTemplate: ['versions', 'auditLog'] },
};

/** Fields that cost something and are computed when somebody asks for them: they are handed over as functions. */
const computedWhenAsked: Partial<Record<SubgraphName, Record<string, string[]>>> = {
  settlement: { Quote: ['hints', 'betterChoice', 'heldQuote'], PriceInHand: ['nextHint'] },
};

/** Resolver types of one subgraph. */
async function resolverTypes(name: SubgraphName): Promise<string> {
  const config = {
    scalars,
    federation: true,
    enumsAsTypes: true,
    defaultScalarType: 'unknown',
    useTypeImports: true,
    skipTypename: true,
    optionalResolveType: true,
    resolversNonOptionalTypename: false,
    mappers: Object.fromEntries([
      ...startFromId[name].map((type) => [type, '{ id: string }']),
      ...Object.entries(resolvedByField[name] ?? {}).map(([type, fields]) => [
        type,
        `Omit<${type}, ${unionOf(fields)}>`,
      ]),
      ...Object.entries(computedWhenAsked[name] ?? {}).map(([type, fields]) => [
        type,
        `Omit<${type}, ${unionOf(fields)}> & { [F in ${unionOf(fields)}]: () => Promise<${type}[F]> }`,
      ]),
    ]),
  };
  return codegen({
    filename: `${name}.ts`,
    schema: subgraphDocument(name),
    documents: [],
    config,
    plugins: [{ typescript: {} }, { resolvers: {} }],
    pluginMap: { typescript, resolvers },
  });
}

function unionOf(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(' | ');
}

/** Result and variable types of the client operations. */
async function operationTypes(): Promise<string> {
  const folder = join(schemaFolder(), '..', 'clients', 'operations');
  const documents = readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => ({ location: file, document: parse(readFileSync(join(folder, file), 'utf8')) }));
  return codegen({
    filename: 'operations.ts',
    schema: parse(printSchema(apiSchemaOf(supergraphSdl()))) as DocumentNode,
    documents,
    config: { scalars: clientScalars, enumsAsTypes: true, skipTypename: true, defaultScalarType: 'unknown' },
    plugins: [{ operations: {} }],
    pluginMap: { operations },
  });
}

async function main(check: boolean): Promise<void> {
  const files = new Map<string, string>();
  for (const name of subgraphNames) {
    if (name !== 'events') files.set(`${name}.ts`, banner + (await resolverTypes(name)));
  }
  files.set('operations.ts', banner + (await operationTypes()));
  for (const [file, text] of files) {
    const path = join(schemaFolder(), 'generated', file);
    if (!check) writeFileSync(path, text);
    else if (readFileSync(path, 'utf8') !== text) {
      throw new Error(
        `schema/generated/${file} is not what the SDL gives; run \`npm run schema\` and commit the result.`,
      );
    }
  }
}

if (require.main === module) {
  main(process.argv[2] === '--check').catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
}
