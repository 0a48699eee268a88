import type { CouponLiveEvent, EventType } from '../../shared/contracts/events';
import type { UserId } from '../../shared/kernel/identifiers';
import type { EventConsumer, StoredEvent } from '../../shared/runtime/events';
import type { Logger } from '../../shared/runtime/logger';
import type { LiveFeed, LiveNews } from '../live-feed';

/** What the owner hears of each move; a hold, its end and a mark are between the shop and the order. */
const kinds = {
  'coupon.claimed': 'RECEIVED',
  'coupon.received': 'RECEIVED',
  'coupon.locked': null,
  'coupon.redeemed': 'REDEEMED',
  'coupon.released': null,
  'coupon.returned': 'RETURNED',
  'coupon.expired': 'EXPIRED',
  'coupon.frozen': 'FROZEN',
  'coupon.unfrozen': 'UNFROZEN',
  'coupon.revoked': 'REVOKED',
  'coupon.marked': null,
  'coupon.offered': 'OFFERED',
  'coupon.offer-ended': 'OFFER_ENDED',
  'coupon.transferred': 'TRANSFERRED',
} as const satisfies Partial<Record<EventType, CouponLiveEvent['kind'] | null>>;

type CouponEventType = keyof typeof kinds;
type Followed = CouponEventType | 'reminder.due';

const followed: readonly Followed[] = [...(Object.keys(kinds) as CouponEventType[]), 'reminder.due']; // exactly its keys

/** Who hears of an event: an offer is news to the person it is made to, everything else to the owner. */
function hearerOf(event: StoredEvent<Followed>): UserId {
  return event.type === 'coupon.offered' ? event.payload.receiverId : event.payload.ownerId;
}

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
    follows: followed,
    // One person's numbers are given in one lane, whichever publisher the news comes from.
    laneKey: (event) => `${encodeURIComponent(event.tenantId)}/${encodeURIComponent(hearerOf(event))}`,
    async apply(events, session) {
      const news: LiveNews[] = [];
      for (const event of events) {
        const { tenantId } = event;
        if (event.type === 'reminder.due') {
          const { ownerId, couponIds, dueAt } = event.payload;
          const usable = await feed.stillUsable(tenantId, ownerId, couponIds, new Date(dueAt), session);
          news.push(
            ...usable.map((couponId): LiveNews => ({ kind: 'EXPIRING', couponId, at: dueAt, tenantId, ownerId })),
          );
          continue;
        }
        const { couponId, movedAt: at } = event.payload;
        const kind = kinds[event.type];
        if (kind) news.push({ kind, couponId, at, tenantId, ownerId: hearerOf(event) });
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
