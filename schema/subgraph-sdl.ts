import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DocumentNode, parse } from 'graphql';
import {
  CurrencyCode,
  DateTime,
  FactRecord,
  JsonValue,
  Long,
  PinnedTerms,
  ShopperFacts,
  TemplateDocument,
} from './scalars';

/** The subgraphs with an SDL file, in the order in which they are composed. */
export const subgraphNames = ['template', 'user-coupon', 'settlement', 'search', 'notification', 'events'] as const;
export type SubgraphName = (typeof subgraphNames)[number];

/** The SDL of one subgraph with the common part appended, as it is composed and served. */
export function subgraphSdl(name: SubgraphName): string {
  return `${sdlFile(name)}\n${sdlFile('common')}`;
}

/** The same, parsed. */
export function subgraphDocument(name: SubgraphName): DocumentNode {
  return parse(subgraphSdl(name), { noLocation: true });
}

/** Resolvers of the scalars that a subgraph's SDL declares; spread them into its resolver map. */
export function scalarResolvers(name: SubgraphName) {
  return {
    Long,
    DateTime,
    CurrencyCode,
    ...(name === 'template' ? { TemplateDocument, FactRecord, JsonValue } : {}),
    ...(name === 'settlement' ? { TemplateDocument, FactRecord } : {}),
    ...(name === 'user-coupon' ? { PinnedTerms, ShopperFacts } : {}),
  };
}

/** The composed schema that is checked in and that the gateway loads. */
export function supergraphSdl(): string {
  return sdlFile('supergraph');
}

/** The folder that holds the SDL files; the same from sources and from the build, where the files stay beside the sources. */
export function schemaFolder(): string {
  const here = __dirname;
  return readdirSync(here).includes('common.graphql') ? here : join(here, '..', '..', 'schema');
}

function sdlFile(name: string): string {
  return readFileSync(join(schemaFolder(), `${name}.graphql`), 'utf8');
}
