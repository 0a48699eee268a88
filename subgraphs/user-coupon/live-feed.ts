import type { ClientSession, Db } from 'mongodb';
import { type CouponLiveEvent, couponChannel } from '../shared/contracts/events';
import type { CouponId, TenantId, UserId } from '../shared/kernel/identifiers';
import type { RedisConnection } from '../shared/runtime/redis';

/** Something to tell the owner of a coupon; its number follows. */
export interface LiveNews extends Omit<CouponLiveEvent, 'seq'> {
  tenantId: TenantId;
  ownerId: UserId;
}

type NumberedNews = LiveNews & { seq: number };

/** How long live events are kept, in seconds of real time. */
const keptSeconds = 7 * 24 * 3600;

/** What each owner was told, numbered without gaps, and the channel on which they hear it. */
export type LiveFeed = ReturnType<typeof createLiveFeed>;

/** @param redis carries the live channel only, which may be lost: a gap in `seq` is filled from here */
export function createLiveFeed(database: Db, redis: RedisConnection) {
  const sequences = database.collection<{ _id: string; seq: number }>('live_sequences');
  const events = database.collection<NumberedNews & { storedAt: Date }>('live_events');

  return {
    async ensureIndexes(): Promise<void> {
      await events.createIndexes([
        { key: { tenantId: 1, ownerId: 1, seq: 1 }, name: 'owner_seq', unique: true },
        { key: { storedAt: 1 }, name: 'ttl', expireAfterSeconds: keptSeconds },
      ]);
    },

    /** Numbers and stores news in the transaction in which they are followed; the caller publishes them after the commit. */
    async store(news: readonly LiveNews[], session: ClientSession): Promise<NumberedNews[]> {
      if (news.length === 0) return [];
      const owners = [...new Set(news.map(ownerKey))];
      const known = await sequences.find({ _id: { $in: owners } }, { session }).toArray();
      const last = new Map(known.map(({ _id, seq }) => [_id, seq]));
      const numbered = news.map((item) => {
        const seq = (last.get(ownerKey(item)) ?? 0) + 1;
        last.set(ownerKey(item), seq);
        return { ...item, seq };
      });
      await sequences.bulkWrite(
        owners.map((_id) => ({
          updateOne: { filter: { _id }, update: { $set: { seq: last.get(_id) ?? 0 } }, upsert: true },
        })),
        { session, ordered: false },
      );
      const storedAt = new Date();
      await events.insertMany(
        numbered.map((item) => ({ ...item, storedAt })),
        { session, ordered: false },
      );
      return numbered;
    },

    /** Tells whoever listens right now. */
    async publish(news: readonly NumberedNews[]): Promise<void> {
      if (news.length === 0) return;
      const pipeline = redis.client.pipeline();
      for (const { tenantId, ownerId, kind, couponId, at, seq } of news) {
        const event: CouponLiveEvent = { kind, couponId, at, seq };
        pipeline.publish(redis.channel(couponChannel(tenantId, ownerId)), JSON.stringify(event));
      }
      await pipeline.exec();
    },

    /** What an owner was told after a number, oldest first. */
    async since(tenant: TenantId, owner: UserId, seq: number, limit: number): Promise<CouponLiveEvent[]> {
      const found = await events
        .find({ tenantId: tenant, ownerId: owner, seq: { $gt: seq } })
        .sort({ seq: 1 })
        .limit(limit)
        .toArray();
      return found.map((item) => ({ kind: item.kind, couponId: item.couponId, at: item.at, seq: item.seq }));
    },

    /** Those of the coupons that their owner can still use at an instant of business time. */
    async stillUsable(
      tenant: TenantId,
      owner: UserId,
      ids: readonly CouponId[],
      at: Date,
      session: ClientSession,
    ): Promise<CouponId[]> {
      const usable = await database
        .collection<{ _id: CouponId; tenantId: TenantId; ownerId: UserId; state: string; expiresAt: Date }>('coupons')
        .find(
          { tenantId: tenant, ownerId: owner, _id: { $in: [...ids] }, state: 'AVAILABLE', expiresAt: { $gt: at } },
          { session },
        )
        .project<{ _id: CouponId }>({ _id: 1 })
        .sort({ _id: 1 })
        .toArray();
      return usable.map(({ _id }) => _id);
    },
  };
}

function ownerKey({ tenantId, ownerId }: { tenantId: TenantId; ownerId: UserId }): string {
  return `${encodeURIComponent(tenantId)}/${encodeURIComponent(ownerId)}`;
}
