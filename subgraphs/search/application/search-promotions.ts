import type { Identity } from '../../shared/contracts/identity';
import type { TemplateId } from '../../shared/kernel/identifiers';
import { type IndexEntry, type PromotionFilter, wantedMarks } from '../domain/index-entry';
import type { SearchOrder, SearchStore } from '../store';

export interface SearchDeps {
  store: Pick<SearchStore, 'find'>;
  now(): Date;
}

/** What to look for, in which order, and which page of it. */
export interface SearchPage {
  filter: PromotionFilter & { isOpenNow?: boolean | null; endsBefore?: Date | null };
  order: SearchOrder;
  limit: number;
  after: { at: Date; id: TemplateId } | null;
}

/**
 * Promotions of the caller's tenant that can be used or claimed now or soon: published, not paused, not over. One more than
 * the limit when there are more. A text without any word finds nothing; a blank one is no condition.
 */
export async function searchPromotions(deps: SearchDeps, who: Identity, page: SearchPage): Promise<IndexEntry[]> {
  const { filter, order, limit, after } = page;
  const wanted = wantedMarks(filter);
  if (!wanted) return [];
  return deps.store.find({
    tenant: who.tenant,
    wanted,
    now: deps.now(),
    isOpen: filter.isOpenNow ?? null,
    endsBefore: filter.endsBefore ?? null,
    order,
    limit,
    after,
  });
}

/** Where an entry stands in an order; the cursor of a page. */
export function positionOf(entry: IndexEntry, order: SearchOrder): Date {
  return order === 'NEWEST' ? entry.publishedAt : entry.endsAt;
}
