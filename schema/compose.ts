import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema, GraphQLObjectType, type GraphQLSchema, parse } from 'graphql';
import { apiSchemaOf } from './api-schema';
import { schemaFolder, subgraphDocument, subgraphNames } from './subgraph-sdl';

/** The composed supergraph, or every reason why the subgraphs do not fit together. */
export function compose(): { supergraph: string } | { faults: string[] } {
  const result = composeServices(
    subgraphNames.map((name) => ({ name, url: `http://${name}.invalid/graphql`, typeDefs: subgraphDocument(name) })),
  );
  if (result.errors) return { faults: result.errors.map((error) => error.message) };
  return { supergraph: result.supergraphSdl };
}

/**
 * What a change of the public schema would break for clients, judged against the schema that was last released.
 * A field that was deprecated in the released schema may go.
 */
export async function breakingChanges(releasedSdl: string, supergraph: string): Promise<string[]> {
  const before = buildSchema(releasedSdl, { assumeValidSDL: true });
  const after = apiSchemaOf(supergraph);
  const changes = await diff(before, after);
  return changes
    .filter((change) => change.criticality.level === CriticalityLevel.Breaking && !wasDeprecated(before, change.path))
    .map((change) => change.message);
}

function wasDeprecated(before: GraphQLSchema, path: string | undefined): boolean {
  const [typeName, fieldName] = (path ?? '').split('.');
  const type = typeName ? before.getType(typeName) : undefined;
  if (!(type instanceof GraphQLObjectType) || !fieldName) return false;
  return Boolean(type.getFields()[fieldName]?.deprecationReason);
}

async function main(mode: string): Promise<void> {
  const supergraphFile = join(schemaFolder(), 'supergraph.graphql');
  const releasedFile = join(schemaFolder(), 'generated', 'released.graphql');
  const composed = compose();
  if ('faults' in composed) throw new Error(`The subgraphs do not compose:\n${composed.faults.join('\n')}`);
  parse(composed.supergraph);
  if (mode === '--check') {
    if (readFileSync(supergraphFile, 'utf8') !== composed.supergraph) {
      throw new Error(
        'schema/supergraph.graphql is not what the subgraphs compose to; run `npm run schema` and commit the result.',
      );
    }
    const broken = await breakingChanges(readFileSync(releasedFile, 'utf8'), composed.supergraph);
    if (broken.length > 0) {
      throw new Error(
        `Clients would break:\n${broken.join('\n')}\nDeprecate first, or run \`npm run schema:release\` where the break is meant.`,
      );
    }
    return;
  }
  writeFileSync(supergraphFile, composed.supergraph);
  if (mode === '--release') {
    const { printSchema } = await import('graphql');
    writeFileSync(releasedFile, `${printSchema(apiSchemaOf(composed.supergraph))}\n`);
  }
}

if (require.main === module) {
  main(process.argv[2] ?? '').catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
}
