import type { ClientSession, Db, WithId } from 'mongodb';
import type { CouponId, TemplateId, TenantId } from '../shared/kernel/identifiers';
import { couponIdPrefix } from './domain/coupon';
import type { RulingAct } from './domain/ruling';
import { afterPrefix, couponCollections } from './store';

/** A freeze, unfreeze or revocation of every coupon of a template, page by page until all were looked at. */
export interface BulkChange {
  id: string;
  tenantId: TenantId;
  templateId: TemplateId;
  act: RulingAct;
  /** Who asked for it. */
  by: string;
  note: string | null;
  state: 'RUNNING' | 'DONE' | 'CANCELLED';
  /** The last coupon that was looked at; moves on in the transaction that changes the coupons. */
  position: CouponId | null;
  /** Coupons there were when it began; null until they are counted. */
  totalCount: number | null;
  lookedAtCount: number;
  /** Coupons it moved, those among them that wait for their order included. */
  changedCount: number;
  /** Coupons that an order holds or has spent: it takes effect when they come back. */
  waitingCount: number;
  /** Business time. */
  startedAt: Date;
  endedAt: Date | null;
}

type BulkDocument = Omit<BulkChange, 'id'> & { _id: string };

/** Bulk changes and how far they are. */
export type BulkChanges = ReturnType<typeof createBulkChanges>;

/** Bulk changes as they lie in `bulk_changes`; they are kept as a record. */
export function createBulkChanges(database: Db) {
  const changes = database.collection<BulkDocument>('bulk_changes');
  const { coupons } = couponCollections(database);

  return {
    async ensureIndexes(): Promise<void> {
      await changes.createIndex(
        { startedAt: 1, _id: 1 },
        { name: 'running', partialFilterExpression: { state: 'RUNNING' } },
      );
    },

    async byId(tenant: TenantId, id: string): Promise<BulkChange | null> {
      const found = await changes.findOne({ _id: id, tenantId: tenant });
      return found && toBulkChange(found);
    },

    /** Those that are not finished, the oldest first. */
    async running(limit: number): Promise<BulkChange[]> {
      const found = await changes.find({ state: 'RUNNING' }).sort({ startedAt: 1, _id: 1 }).limit(limit).toArray();
      return found.map(toBulkChange);
    },

    async add({ id, ...change }: BulkChange, session: ClientSession): Promise<void> {
      await changes.insertOne({ _id: id, ...change }, { session });
    },

    /** Stops one that runs; one that is over stays as it is. */
    async cancel(id: string, endedAt: Date): Promise<void> {
      await changes.updateOne({ _id: id, state: 'RUNNING' }, { $set: { state: 'CANCELLED', endedAt } });
    },

    async setTotal(id: string, totalCount: number): Promise<void> {
      await changes.updateOne({ _id: id }, { $set: { totalCount } });
    },

    /**
     * Notes progress on condition that it still runs and stands where it was read, so that neither a stalled worker nor one
     * that was cancelled goes on; false when it does not.
     */
    async advance(
      from: BulkChange,
      progress: Pick<BulkChange, 'state' | 'position' | 'endedAt'> & {
        looked: number;
        changed: number;
        waiting: number;
      },
      session?: ClientSession,
    ): Promise<boolean> {
      const { looked, changed, waiting, ...set } = progress;
      const { matchedCount } = await changes.updateOne(
        { _id: from.id, state: 'RUNNING', position: from.position },
        { $set: set, $inc: { lookedAtCount: looked, changedCount: changed, waitingCount: waiting } },
        { session },
      );
      return matchedCount === 1;
    },

    /** The coupons ever issued of a template, transferred ones included. */
    countIssued(templateId: TemplateId): Promise<number> {
      return coupons.countDocuments({ _id: within(templateId, null) });
    },

    /** The next coupons of a template in the order of their ids, which is that of their serials. */
    async idsAfter(templateId: TemplateId, position: CouponId | null, limit: number): Promise<CouponId[]> {
      const found = await coupons
        .find({ _id: within(templateId, position) })
        .sort({ _id: 1 })
        .limit(limit)
        .project<{ _id: CouponId }>({ _id: 1 })
        .toArray();
      return found.map(({ _id }) => _id);
    },
  };
}

function within(templateId: TemplateId, position: CouponId | null) {
  const prefix = couponIdPrefix(templateId);
  // The bounds sort like ids without being any.
  return { $gt: position ?? (prefix as CouponId), $lt: afterPrefix(prefix) as CouponId };
}

function toBulkChange({ _id, ...change }: WithId<BulkDocument>): BulkChange {
  return { id: _id, ...change };
}
