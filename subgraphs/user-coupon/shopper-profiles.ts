import { LRUCache } from 'lru-cache';
import type { ClientSession, Db } from 'mongodb';
import type { EventPayloads } from '../shared/contracts/events';
import type { TenantId, UserId } from '../shared/kernel/identifiers';
import type { FactValue } from '../shared/kernel/rules/facts';
import { factsOfShopper, type ShopperProfile } from '../shared/kernel/shopper-profile';
import { ensureEventIndexes, newEvent, type StoredEvent, writeEvents } from '../shared/runtime/events';
import {
  ensureIdempotencyIndexes,
  type IdempotencyRecord,
  type IdempotentCall,
  type IdempotentResult,
  runOnce,
} from '../shared/runtime/idempotency';
import { duplicateKeyIndex } from '../shared/runtime/mongo';
import type { KeptProfile } from './domain/shopper-profile';
import { copyMaxAgeMs } from './template-copies';

interface ProfileDocument extends KeptProfile {
  /** `tenant/user`, both encoded: a profile of one tenant cannot be another's, and one shopper has one. */
  _id: string;
  tenantId: TenantId;
}

/** What may be read and written of profiles inside one transaction. */
export interface ProfileChange {
  profiles(tenant: TenantId, ids: readonly UserId[]): Promise<Map<UserId, KeptProfile>>;
  /** Writes profiles that are new (revision 1) or changed, each only if nobody changed it since it was read, and tells of them. */
  save(tenant: TenantId, profiles: readonly KeptProfile[]): Promise<void>;
}

/** What the marketplace told of its shoppers. */
export type ShopperProfiles = ReturnType<typeof createShopperProfiles>;

/**
 * Profiles in MongoDB with a bounded cache in front. A process that changed a profile sees it at once, the others within
 * {@link copyMaxAgeMs}; nothing that must never be exceeded rests on a profile.
 */
export function createShopperProfiles(database: Db) {
  const profiles = database.collection<ProfileDocument>('shopper_profiles');
  const events = database.collection<StoredEvent<'shopper-profile.changed'>>('events');
  const idempotency = database.collection<IdempotencyRecord>('idempotency');

  // A shopper of whom nothing is known is remembered too: that is what most claims meet.
  const facts = new LRUCache<string, Readonly<Record<string, FactValue>>, { userId: UserId }>({
    max: 20_000,
    ttl: copyMaxAgeMs,
    // Forgetting a profile in mid-read lets the readers have what they asked for and keeps nothing of it.
    ignoreFetchAbort: true,
    fetchMethod: async (id, _, { context }) => {
      const found = await profiles.findOne({ _id: id });
      return factsOfShopper(found?.profile ?? { userId: context.userId });
    },
  });

  return {
    async ensureIndexes(): Promise<void> {
      await ensureEventIndexes(events);
      await ensureIdempotencyIndexes(idempotency);
    },

    /** The facts `user.*` of a shopper, the id always among them; at most one read. */
    async factsOf(tenant: TenantId, userId: UserId): Promise<Readonly<Record<string, FactValue>>> {
      return (await facts.fetch(profileKey(tenant, userId), { context: { userId } })) ?? factsOfShopper({ userId });
    },

    /** The profile as it is kept now. */
    async stored(tenant: TenantId, userId: UserId): Promise<KeptProfile | null> {
      const found = await profiles.findOne({ _id: profileKey(tenant, userId) });
      return found && keptOf(found);
    },

    /** Runs a change in one transaction, once per caller and key: profiles, events and the answer to be repeated. */
    async once<T>(
      call: IdempotentCall,
      work: (change: ProfileChange) => Promise<{ outcome: T; keep: boolean }>,
    ): Promise<IdempotentResult<T>> {
      for (let attempt = 0; ; attempt += 1) {
        try {
          return await runOnce({ client: database.client, collection: idempotency }, call, (session) =>
            work(changeIn(session)),
          );
        } catch (error) {
          // Somebody wrote the first profile of the same shopper between our snapshot and our insert; the next run sees it.
          if (duplicateKeyIndex(error) === null || attempt >= 3) throw error;
        }
      }
    },

    /** Makes the next look at these go to MongoDB. */
    forget(tenant: TenantId, ids: readonly UserId[]): void {
      for (const id of ids) facts.delete(profileKey(tenant, id));
    },
  };

  function changeIn(session: ClientSession): ProfileChange {
    return {
      async profiles(tenant, ids) {
        const found = await profiles
          .find({ _id: { $in: ids.map((id) => profileKey(tenant, id)) } }, { session })
          .toArray();
        return new Map(found.map((document) => [document.profile.userId, keptOf(document)]));
      },

      async save(tenant, changed) {
        if (changed.length === 0) return;
        const { matchedCount, insertedCount } = await profiles.bulkWrite(
          changed.map(({ profile, revision }) => {
            const _id = profileKey(tenant, profile.userId);
            const replacement = { tenantId: tenant, revision, profile };
            if (revision === 1) return { insertOne: { document: { _id, ...replacement } } };
            return { replaceOne: { filter: { _id, revision: revision - 1 }, replacement } };
          }),
          { session },
        );
        if (matchedCount + insertedCount !== changed.length)
          throw new Error(
            `Expected ${changed.length} profiles as they were read, found ${matchedCount + insertedCount}; nothing was written.`,
          );
        await writeEvents(
          events,
          changed.map((kept) =>
            newEvent('shopper-profile.changed', {
              tenantId: tenant,
              key: kept.profile.userId,
              payload: kept satisfies EventPayloads['shopper-profile.changed'],
            }),
          ),
          session,
        );
      },
    };
  }
}

function keptOf({ profile, revision }: ProfileDocument): KeptProfile {
  return { profile, revision };
}

function profileKey(tenant: TenantId, user: ShopperProfile['userId']): string {
  return `${encodeURIComponent(tenant)}/${encodeURIComponent(user)}`;
}
