import type { TenantId, UserId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import {
  type GivenProfile,
  isSameProfile,
  type KeptProfile,
  type ProfileFault,
  type ProfilePatch,
  patched,
  readProfiles,
} from '../domain/shopper-profile';
import type { ShopperProfiles } from '../shopper-profiles';

/** What the questions about profiles need. */
export interface ProfileDeps {
  profiles: ShopperProfiles;
}

/** Why profiles were not taken over. */
export type UpsertProfilesFault = ProfileFault | { code: 'IDEMPOTENCY_KEY_REUSED' };

/** How much of a call was news. */
export interface UpsertedProfiles {
  changedCount: number;
  unchangedCount: number;
}

/**
 * Takes over what a marketplace tells of its shoppers: all of them or none. Only what differs is written and told to the
 * followers, so repeating a nightly export costs them nothing.
 * @param caller the service, under whom the key is kept
 */
export async function upsertShopperProfiles(
  deps: ProfileDeps,
  tenant: TenantId,
  caller: string,
  input: { profiles: readonly GivenProfile[]; idempotencyKey: string },
): Promise<Outcome<UpsertedProfiles, UpsertProfilesFault[]>> {
  const read = readProfiles(input.profiles);
  if (!read.ok) return read;
  const patches = read.value;
  const call = { tenant, caller, mutation: 'upsertShopperProfiles', key: input.idempotencyKey, input };
  const result = await deps.profiles.once(call, async (change) => {
    const known = await change.profiles(
      tenant,
      patches.map(({ userId }) => userId),
    );
    const changed = patches.flatMap((patch) => changeOf(known.get(patch.userId), patch));
    await change.save(tenant, changed);
    return {
      outcome: { changedCount: changed.length, unchangedCount: patches.length - changed.length },
      keep: changed.length > 0,
    };
  });
  if (result.kind === 'REUSED') return refused([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
  deps.profiles.forget(
    tenant,
    patches.map(({ userId }) => userId),
  );
  return accepted(result.outcome);
}

/** What the marketplace told of a shopper; null when it told nothing. */
export async function shopperProfile(deps: ProfileDeps, tenant: TenantId, userId: UserId): Promise<KeptProfile | null> {
  return deps.profiles.stored(tenant, userId);
}

function changeOf(known: KeptProfile | undefined, patch: ProfilePatch): KeptProfile[] {
  const profile = patched(known?.profile ?? null, patch);
  if (!known) return [{ profile, revision: 1 }];
  return isSameProfile(known.profile, profile) ? [] : [{ profile, revision: known.revision + 1 }];
}
