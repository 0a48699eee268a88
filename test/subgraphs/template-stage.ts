import { expect } from '@jest/globals';
import type { Identity } from '../../subgraphs/shared/contracts/identity';
import { asMerchantId, asTenantId, asUserId } from '../../subgraphs/shared/kernel/identifiers';
import type { StoredEvent } from '../../subgraphs/shared/runtime/events';
import type { GraphQLResult } from '../../subgraphs/shared/runtime/server';
import { type Platform, startPlatform } from '../support/platform';
import { until } from '../support/until';

export const day = 86_400_000;
/** For what many templates take on a machine that has other things to do, in milliseconds. */
export const patienceMs = 60_000;

/** What tests look at of a template; the review included. */
export const templateFields = `id merchantId name state trigger startsAt endsAt stockCount version document draft revision
  review { state draftFingerprint submittedBy { kind subject } submittedAt decidedBy { kind subject } decidedAt reason }`;

export interface TemplateAnswer {
  id: string;
  state: string;
  revision: number;
  version: number | null;
  document: Record<string, unknown> | null;
  draft: Record<string, unknown> | null;
  stockCount: number | null;
  review: { state: string; draftFingerprint: string; reason: string | null; [field: string]: unknown } | null;
  [field: string]: unknown;
}
export interface TemplatePayload {
  template: TemplateAnswer | null;
  userErrors: { code: string; message: string; field: string[] | null }[];
}

export interface AuditAnswer {
  seq: number;
  at: string;
  act: string;
  by: { kind: string; subject: string };
  changes: { path: string; from: unknown; to: unknown }[];
  previousHash: string | null;
  hash: string;
}

/** The template subgraph on real stores, and the people who come to it. */
export interface TemplateStage {
  platform: Platform;
  ask<T>(query: string, variables: Record<string, unknown>, who: Identity): Promise<T>;
  /** The code of the top-level error of an operation that must fail as a whole. */
  failure(query: string, variables: Record<string, unknown>, who: Identity): Promise<unknown>;
  mutate(mutation: string, input: Record<string, unknown>, who?: Identity): Promise<TemplatePayload>;
  create(document?: unknown, who?: Identity): Promise<TemplateAnswer>;
  /** As a patient client asks: again, with the same key, while a busy machine says UNAVAILABLE. */
  insist<T>(query: string, variables: Record<string, unknown>, who: Identity): Promise<T>;
  /** So many drafts, a few at a time: a busy machine answers none of a hundred at once within the deadline. */
  createMany(count: number, document: unknown): Promise<string[]>;
  publish(document?: unknown, who?: Identity): Promise<TemplateAnswer>;
  read(id: string, who?: Identity): Promise<TemplateAnswer | null>;
  /** The whole log of a template, oldest first; it has at most 100 entries here. */
  auditLog(id: string, who?: Identity): Promise<AuditAnswer[]>;
  verify(
    id: string,
    who?: Identity,
  ): Promise<{ isWhole: boolean; entryCount: number; firstBrokenSeq: number | null } | null>;
  eventsOf(key: string): Promise<StoredEvent<'template.changed'>[]>;
  newKey(): string;
  fromNow(ms: number): string;
  /** ¥40 off orders over ¥300 as a coupon, live now for a week. */
  coupon(change?: Record<string, unknown>): Record<string, unknown>;
  /** 15 % off by itself, live now for a week. */
  automatic(change?: Record<string, unknown>): Record<string, unknown>;
}

/** Somebody of a merchant's staff, by name. */
export function staff(name: string, merchantId = 'lumen', tenant = 'festival'): Identity {
  return {
    kind: 'user',
    tenant: asTenantId(tenant),
    subject: asUserId(name),
    roles: ['merchant'],
    scopes: ['template:read', 'template:write'],
    merchant: asMerchantId(merchantId),
  };
}

/** The same person with other scopes. */
export function withScopes(who: Identity, scopes: string[]): Identity {
  return who.kind === 'user' ? { ...who, scopes } : who;
}

export const ann = staff('ann');
export const ben = staff('ben');

/** The template of an answer without errors. */
export function done({ template, userErrors }: TemplatePayload): TemplateAnswer {
  expect(userErrors).toEqual([]);
  if (!template) throw new Error('Expected a template, found none.');
  return template;
}

export const codes = (payload: { userErrors: { code: string }[] }) => payload.userErrors.map(({ code }) => code);

/** Starts it; stop `platform` in the end. */
export async function startTemplateStage(): Promise<TemplateStage> {
  const platform = await startPlatform({ names: ['template'] });
  let keys = 0;
  const stage: TemplateStage = {
    platform,
    newKey: () => `key-${++keys}`,
    fromNow: (ms) => new Date(platform.clock.now().getTime() + ms).toISOString(),

    async ask<T>(query: string, variables: Record<string, unknown>, who: Identity): Promise<T> {
      const { data, errors } = await platform.execute('template', { query, variables }, who);
      expect(errors).toBeUndefined();
      return data as T;
    },
    failure: async (query, variables, who) =>
      (await platform.execute('template', { query, variables }, who)).errors?.[0]?.extensions?.code,
    async insist<T>(query: string, variables: Record<string, unknown>, who: Identity): Promise<T> {
      let answer: GraphQLResult = {};
      await until(async () => {
        answer = await platform.execute('template', { query, variables }, who);
        return answer.errors?.[0]?.extensions?.code !== 'UNAVAILABLE';
      }, patienceMs);
      expect(answer.errors).toBeUndefined();
      return answer.data as T;
    },
    async mutate(mutation, input, who = ann) {
      const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!`;
      const answer = await stage.ask<Record<string, TemplatePayload>>(
        `mutation ($input: ${type}) { ${mutation}(input: $input) { template { ${templateFields} } userErrors { code message field } } }`,
        { input: { idempotencyKey: stage.newKey(), ...input } },
        who,
      );
      const payload = answer[mutation];
      if (!payload) throw new Error(`Expected an answer of ${mutation}, found none.`);
      return payload;
    },
    create: async (document = stage.coupon(), who = ann) =>
      done(await stage.mutate('createTemplate', { document }, who)),
    async createMany(count, document) {
      const query =
        'mutation ($input: CreateTemplateInput!) { createTemplate(input: $input) { template { id } userErrors { code } } }';
      const createOne = async (): Promise<string> => {
        const input = { document, idempotencyKey: stage.newKey() };
        const { createTemplate } = await stage.insist<{ createTemplate: TemplatePayload }>(query, { input }, ann);
        return done(createTemplate).id;
      };
      const ids: string[] = [];
      while (ids.length < count)
        ids.push(...(await Promise.all(Array.from({ length: Math.min(5, count - ids.length) }, createOne))));
      return ids;
    },
    async publish(document = stage.coupon(), who = ann) {
      const { id } = await stage.create(document, who);
      return done(await stage.mutate('publishTemplate', { templateId: id }, who));
    },
    async read(id, who = ann) {
      const answer = await stage.ask<{ template: TemplateAnswer | null }>(
        `query ($id: ID!) { template(id: $id) { ${templateFields} } }`,
        { id },
        who,
      );
      return answer.template;
    },
    async auditLog(id, who = ann) {
      const { template } = await stage.ask<{ template: { auditLog: { edges: { node: AuditAnswer }[] } } | null }>(
        `query ($id: ID!) { template(id: $id) { auditLog(first: 100) { edges { node { seq at act by { kind subject }
          changes { path from to } previousHash hash } } } } }`,
        { id },
        who,
      );
      return (template?.auditLog.edges ?? []).map(({ node }) => node).reverse();
    },
    async verify(id, who = ann) {
      const answer = await stage.ask<{ verifyTemplateAudit: Awaited<ReturnType<TemplateStage['verify']>> }>(
        'query ($id: ID!) { verifyTemplateAudit(templateId: $id) { isWhole entryCount firstBrokenSeq } }',
        { id },
        who,
      );
      return answer.verifyTemplateAudit;
    },
    eventsOf: (key) =>
      platform.mongo
        .database('template')
        .collection<StoredEvent<'template.changed'>>('events')
        .find({ key })
        .sort({ 'payload.revision': 1 })
        .toArray(),

    coupon: (change = {}) => ({
      name: { default: '满300减40' },
      trigger: 'COUPON',
      time: {
        startsAt: stage.fromNow(-day),
        endsAt: stage.fromNow(7 * day),
        validity: { kind: 'DAYS_AFTER_CLAIM', days: 7 },
      },
      limit: { stock: 1000 },
      rule: { stackingGroup: 'MERCHANT_COUPON' },
      benefit: [{ kind: 'THRESHOLD_REDUCTION', threshold: { CNY: 30000 }, off: { CNY: 4000 } }],
      ...change,
    }),
    automatic: (change = {}) => ({
      name: { default: '八五折' },
      trigger: 'AUTOMATIC',
      time: { startsAt: stage.fromNow(-day), endsAt: stage.fromNow(7 * day) },
      rule: { stackingGroup: 'ITEM' },
      benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 1500 }],
      ...change,
    }),
  };
  return stage;
}
