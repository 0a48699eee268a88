import type { AnyBulkWriteOperation, ClientSession, Collection, Db, MongoClient } from 'mongodb';
import type { CouponId, TemplateId, TenantId, UserId } from '../shared/kernel/identifiers';
import type { TenantSettings } from '../shared/kernel/tenant-settings';
import type { LoopLease } from '../shared/runtime/background';
import { ensureEventIndexes, newEvent, type StoredEvent, writeEvents } from '../shared/runtime/events';
import { newId } from '../shared/runtime/ids';
import { inTransaction } from '../shared/runtime/mongo';
import type { Names, PlannedReminder, RemindableCoupon } from './domain/reminder';

/** What is to be said to one person about one template's coupons that run out on one day. */
export interface ReminderRecord {
  _id: string;
  tenantId: TenantId;
  ownerId: UserId;
  templateId: TemplateId;
  leadHours: number;
  /** The earliest due time among its coupons. */
  dueAt: Date;
  /** Coupons still to be reminded of; taken out as they are used, so that what is left decides when and what is said. */
  coupons: { id: CouponId; dueAt: Date; expiresAt: Date }[];
  /** Coupons the owner was reminded of already; never twice. */
  remindedCouponIds: CouponId[];
  /** PLANNED waits for its due time; DONE is kept as a tombstone until `purgeAt`. */
  state: 'PLANNED' | 'DONE';
  /** Two days after the expiry, when the record goes. */
  purgeAt: Date;
}

/** A message in somebody's inbox. The text is made when it is read, so none is stored per person. */
export interface NotificationRecord {
  _id: string;
  tenantId: TenantId;
  ownerId: UserId;
  kind: 'COUPONS_EXPIRING';
  templateId: TemplateId;
  couponIds: CouponId[];
  expiresAt: Date;
  /** Business time. */
  deliveredAt: Date;
  readAt: Date | null;
}

interface TemplateCopy {
  _id: TemplateId;
  tenantId: TenantId;
  revision: number;
  names: Names;
}

interface SettingsCopy {
  _id: TenantId;
  revision: number;
  settings: TenantSettings;
}

/** Everything notification keeps, in the questions its use cases ask. */
export function createNotificationStore(client: MongoClient, database: Db) {
  const reminders: Collection<ReminderRecord> = database.collection('reminders');
  const inbox: Collection<NotificationRecord> = database.collection('notifications');
  const templates: Collection<TemplateCopy> = database.collection('templates');
  const settings: Collection<SettingsCopy> = database.collection('tenant_settings');
  const events: Collection<StoredEvent> = database.collection('events');

  return {
    leases: database.collection<LoopLease>('leases'),

    async ensureIndexes(): Promise<void> {
      await Promise.all([
        // dueReminders; only planned ones are in it, so history never slows it down.
        reminders.createIndex({ dueAt: 1, _id: 1 }, { name: 'due', partialFilterExpression: { state: 'PLANNED' } }),
        // forget
        reminders.createIndex({ 'coupons.id': 1 }, { name: 'coupons', partialFilterExpression: { state: 'PLANNED' } }),
        // Tombstones go by themselves.
        reminders.createIndex({ purgeAt: 1 }, { name: 'purge', expireAfterSeconds: 0 }),
        // inboxPage
        inbox.createIndex({ tenantId: 1, ownerId: 1, deliveredAt: -1, _id: -1 }, { name: 'inbox' }),
        ensureEventIndexes(events),
      ]);
    },

    /** Adds coupons to their reminders, unless the owner was reminded of them already. */
    async plan(
      planned: readonly { coupon: RemindableCoupon; reminder: PlannedReminder }[],
      session: ClientSession,
    ): Promise<void> {
      if (planned.length === 0) return;
      const twoDaysMs = 2 * 24 * 60 * 60 * 1000;
      const writes = planned.map(({ coupon, reminder }): AnyBulkWriteOperation<ReminderRecord> => {
        const known = { $ifNull: ['$coupons', []] };
        const told = { $concatArrays: [{ $ifNull: ['$remindedCouponIds', []] }, { $ifNull: ['$coupons.id', []] }] };
        const waiting = { id: coupon.couponId, dueAt: reminder.dueAt, expiresAt: coupon.expiresAt };
        return {
          updateOne: {
            filter: { _id: reminder.reminderId },
            update: [
              {
                $set: {
                  tenantId: coupon.tenantId,
                  ownerId: coupon.ownerId,
                  templateId: coupon.templateId,
                  leadHours: reminder.leadHours,
                  remindedCouponIds: { $ifNull: ['$remindedCouponIds', []] },
                  coupons: {
                    $cond: [
                      { $in: [coupon.couponId, told] },
                      known,
                      { $concatArrays: [known, [{ $literal: waiting }]] },
                    ],
                  },
                  purgeAt: { $max: ['$purgeAt', new Date(coupon.expiresAt.getTime() + twoDaysMs)] },
                },
              },
              ...fromWhatIsLeft,
            ],
            upsert: true,
          },
        };
      });
      await reminders.bulkWrite(writes, { session, ordered: true });
    },

    /** Takes coupons that were used or ran out from every reminder that still waits. */
    async forget(couponIds: readonly CouponId[], session: ClientSession): Promise<void> {
      if (couponIds.length === 0) return;
      const isForgotten = { $in: ['$$this.id', { $literal: [...couponIds] }] };
      await reminders.updateMany(
        { state: 'PLANNED', 'coupons.id': { $in: [...couponIds] } },
        [{ $set: { coupons: { $filter: { input: '$coupons', cond: { $not: [isForgotten] } } } } }, ...fromWhatIsLeft],
        { session },
      );
    },

    /**
     * Delivers up to `limit` reminders that are due: message, tombstone and event in one transaction, so that a killed
     * worker neither loses one nor sends it twice. Those whose coupons are all used or gone become tombstones without a message.
     * @param now business time
     */
    deliverDue(now: Date, limit: number): Promise<{ due: number; delivered: number }> {
      return inTransaction(client, async (session) => {
        const due = await reminders
          .find({ state: 'PLANNED', dueAt: { $lte: now } }, { session })
          .sort({ dueAt: 1, _id: 1 })
          .limit(limit)
          .toArray();
        if (due.length === 0) return { due: 0, delivered: 0 };
        const speaking = newsOf(due, now);
        if (speaking.length > 0) {
          await inbox.insertMany(
            speaking.map((reminder) => ({
              _id: newId('ntf'),
              tenantId: reminder.tenantId,
              ownerId: reminder.ownerId,
              kind: 'COUPONS_EXPIRING' as const,
              templateId: reminder.templateId,
              couponIds: reminder.couponIds,
              expiresAt: reminder.expiresAt,
              deliveredAt: now,
              readAt: null,
            })),
            { session },
          );
          await writeEvents(
            events,
            speaking.map((reminder) =>
              newEvent('reminder.due', {
                tenantId: reminder.tenantId,
                key: `${reminder.tenantId}/${reminder.ownerId}`,
                payload: {
                  ownerId: reminder.ownerId,
                  templateId: reminder.templateId,
                  couponIds: reminder.couponIds,
                  leadHours: reminder.leadHours,
                  expiresAt: reminder.expiresAt.toISOString(),
                  dueAt: now.toISOString(),
                },
              }),
            ),
            session,
          );
        }
        await reminders.updateMany(
          { _id: { $in: due.map((reminder) => reminder._id) }, state: 'PLANNED' },
          [
            {
              $set: {
                state: 'DONE',
                remindedCouponIds: { $setUnion: ['$remindedCouponIds', '$coupons.id'] },
                coupons: [],
              },
            },
          ],
          { session },
        );
        return { due: due.length, delivered: speaking.length };
      });
    },

    /** One page of a person's messages, newest first, and one more to know whether another page follows. */
    inboxPage(
      tenantId: TenantId,
      ownerId: UserId,
      after: { deliveredAt: Date; id: string } | null,
      limit: number,
    ): Promise<NotificationRecord[]> {
      const beyond = after
        ? {
            $or: [
              { deliveredAt: { $lt: after.deliveredAt } },
              { deliveredAt: after.deliveredAt, _id: { $lt: after.id } },
            ],
          }
        : {};
      return inbox
        .find({ tenantId, ownerId, ...beyond })
        .sort({ deliveredAt: -1, _id: -1 })
        .limit(limit + 1)
        .toArray();
    },

    async notificationsByIds(
      tenantId: TenantId,
      ownerId: UserId,
      ids: readonly string[],
    ): Promise<Map<string, NotificationRecord>> {
      const found = await inbox.find({ _id: { $in: [...ids] }, tenantId, ownerId }).toArray();
      return new Map(found.map((record) => [record._id, record]));
    },

    /** The message as it is afterwards; null when the person has no such message. The first reading counts. */
    markRead(tenantId: TenantId, ownerId: UserId, id: string, now: Date): Promise<NotificationRecord | null> {
      return inbox.findOneAndUpdate(
        { _id: id, tenantId, ownerId },
        [{ $set: { readAt: { $ifNull: ['$readAt', now] } } }],
        { returnDocument: 'after' },
      );
    },

    async namesByIds(ids: readonly TemplateId[]): Promise<Map<TemplateId, Names>> {
      const found = await templates.find({ _id: { $in: [...ids] } }).toArray();
      return new Map(found.map((copy) => [copy._id, copy.names]));
    },

    async settingsOf(tenantIds: readonly TenantId[], session?: ClientSession): Promise<Map<TenantId, TenantSettings>> {
      const found = await settings.find({ _id: { $in: [...tenantIds] } }, { session }).toArray();
      return new Map(found.map((copy) => [copy._id, copy.settings]));
    },

    /** Keeps the newer of what is here and what came. */
    async keepNames(copies: readonly TemplateCopy[], session: ClientSession): Promise<void> {
      if (copies.length > 0) await templates.bulkWrite(copies.map(newerWins), { session });
    },

    /** Keeps the newer of what is here and what came. */
    async keepSettings(copies: readonly SettingsCopy[], session: ClientSession): Promise<void> {
      if (copies.length > 0) await settings.bulkWrite(copies.map(newerWins), { session });
    },
  };
}

export type NotificationStore = ReturnType<typeof createNotificationStore>;

/** Due when the first of the coupons that are left is; done when none is. */
const fromWhatIsLeft = [
  {
    $set: {
      dueAt: { $ifNull: [{ $min: '$coupons.dueAt' }, '$dueAt'] },
      state: { $cond: [{ $gt: [{ $size: '$coupons' }, 0] }, 'PLANNED', 'DONE'] },
    },
  },
];

/** A reminder with something to say. */
interface News extends ReminderRecord {
  couponIds: CouponId[];
  /** The earliest expiry among them. */
  expiresAt: Date;
}

/**
 * What due reminders have to say: of coupons that have not run out meanwhile. Of several lead times of the same coupons that
 * are due together (the worker was away, or the clock was moved) the last one speaks for all, since the earlier ones would
 * say the same in the same moment.
 */
function newsOf(due: readonly ReminderRecord[], now: Date): News[] {
  const latest = new Map<string, News>();
  for (const reminder of due) {
    const subject = reminder._id.slice(0, reminder._id.lastIndexOf(':'));
    const other = latest.get(subject);
    const coupons = [...(other?.coupons ?? []), ...reminder.coupons].filter(({ expiresAt }) => expiresAt > now);
    if (coupons.length === 0) continue;
    const speaker = other && other.leadHours < reminder.leadHours ? other : reminder;
    latest.set(subject, {
      ...speaker,
      coupons,
      couponIds: [...new Set(coupons.map(({ id }) => id))],
      expiresAt: new Date(Math.min(...coupons.map(({ expiresAt }) => expiresAt.getTime()))),
    });
  }
  return [...latest.values()];
}

/** Replaces a copy unless the one that is here is as new or newer. */
function newerWins<T extends { _id: string; revision: number }>(copy: T) {
  const filter: { _id: T['_id'] } = { _id: copy._id };
  const update = [{ $replaceWith: { $cond: [{ $gte: ['$revision', copy.revision] }, '$$ROOT', { $literal: copy }] } }];
  return { updateOne: { filter, update, upsert: true } };
}
