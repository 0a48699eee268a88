import { entryOf, type FollowedTemplate, type IndexEntry } from '../domain/index-entry';

export interface IndexDeps {
  /** Writes entries that are newer than what is kept; in the transaction of the follower's position. */
  keepNewest(entries: readonly IndexEntry[]): Promise<void>;
}

/** Takes templates as their owner tells of them into the index. Repeats and events out of order change nothing. */
export async function indexPromotions(deps: IndexDeps, told: readonly FollowedTemplate[]): Promise<void> {
  await deps.keepNewest(told.map(entryOf));
}
