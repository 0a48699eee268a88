import type { CouponLiveEvent } from '../../shared/contracts/events';
import type { EventConsumer } from '../../shared/runtime/events';
import type { Logger } from '../../shared/runtime/logger';
import type { LiveFeed, LiveNews } from '../live-feed';

type Followed =
  | 'coupon.claimed'
  | 'coupon.locked'
  | 'coupon.redeemed'
  | 'coupon.released'
  | 'coupon.returned'
  | 'coupon.expired'
  | 'reminder.due';

/** What the owner hears of each move; a hold and its end are between the shopper and the order. */
const kinds: Partial<Record<Followed, CouponLiveEvent['kind']>> = {
  'coupon.claimed': 'RECEIVED',
  'coupon.redeemed': 'REDEEMED',
  'coupon.returned': 'RETURNED',
  'coupon.expired': 'EXPIRED',
};

/** Turns the own moves and due reminders into numbered news for each owner, and tells those who listen. */
export function followLive(deps: {
  database: EventConsumer['database'];
  feed: LiveFeed;
  logger: Logger;
}): EventConsumer<Followed> {
  const { feed, logger } = deps;
  return {
    name: 'user-coupon.live',
    database: deps.database,
    follows: [
      'coupon.claimed',
      'coupon.locked',
      'coupon.redeemed',
      'coupon.released',
      'coupon.returned',
      'coupon.expired',
      'reminder.due',
    ],
    // One owner's numbers are given in one lane, whichever publisher the news comes from.
    laneKey: (event) => `${encodeURIComponent(event.tenantId)}/${encodeURIComponent(event.payload.ownerId)}`,
    async apply(events, session) {
      const news: LiveNews[] = [];
      for (const { type, tenantId, payload } of events) {
        if (type === 'reminder.due') {
          const { ownerId, couponIds, dueAt } = payload;
          const usable = await feed.stillUsable(tenantId, ownerId, couponIds, new Date(dueAt), session);
          news.push(
            ...usable.map((couponId): LiveNews => ({ kind: 'EXPIRING', couponId, at: dueAt, tenantId, ownerId })),
          );
          continue;
        }
        const kind = kinds[type];
        if (kind)
          news.push({ kind, couponId: payload.couponId, at: payload.movedAt, tenantId, ownerId: payload.ownerId });
      }
      const numbered = await feed.store(news, session);
      return async () => {
        await feed
          .publish(numbered)
          .catch((error: unknown) =>
            logger.debug({ err: error }, 'live news could not be published; listeners fill the gap'),
          );
      };
    },
  };
}
