import { z } from 'zod';
import type { LockToken, TenantId, UserId } from '../shared/kernel/identifiers';
import type { SubgraphClient } from '../shared/runtime/subgraph-client';

/** What settlement says about a lapsed hold. Its answer is fenced there, so it stays true. */
export type HoldVerdict = { verdict: 'RELEASE' | 'REDEEM' } | { verdict: 'EXTEND'; until: Date };

/** The one question this subgraph asks settlement. */
export interface Settlement {
  /** @throws Unavailable when settlement cannot answer now; the hold then stays */
  resolveHold(tenant: TenantId, owner: UserId, token: LockToken): Promise<HoldVerdict>;
}

const answer = z.object({
  resolveHold: z.discriminatedUnion('verdict', [
    z.object({ verdict: z.enum(['RELEASE', 'REDEEM']) }),
    z.object({ verdict: z.literal('EXTEND'), until: z.iso.datetime().transform((text) => new Date(text)) }),
  ]),
});

/** How long settlement may take to answer, in milliseconds. */
const deadlineMs = 5000;

/** @param client asks settlement under the own internal identity */
export function askSettlement(client: SubgraphClient): Settlement {
  return {
    resolveHold: (tenant, owner, token) =>
      client.run({
        query: `mutation ResolveHold($input: ResolveHoldInput!) { resolveHold(input: $input) { verdict until } }`,
        variables: { input: { token } },
        tenant,
        onBehalfOf: owner,
        deadlineMs,
        retry: true, // the same token gets the same verdict
        parse: (data) => answer.parse(data).resolveHold,
      }),
  };
}
