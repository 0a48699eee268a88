import type { Identity } from '../../shared/contracts/identity';
import type { CouponId, TemplateId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import type { Clock } from '../../shared/runtime/clock';
import type { NotificationRecord, NotificationStore } from '../store';

/** A message as its owner reads it. */
export interface MessageToRead {
  id: string;
  kind: NotificationRecord['kind'];
  templateId: TemplateId;
  couponIds: CouponId[];
  expiresAt: Date;
  deliveredAt: Date;
  readAt: Date | null;
}

/** A page of the caller's own messages and one more; null when the inbox asked for is somebody else's. */
export async function inboxOf(
  store: NotificationStore,
  who: Identity,
  ownerId: string,
  page: { limit: number; after: string[] | null },
): Promise<MessageToRead[] | null> {
  if (who.kind !== 'user' || who.subject !== ownerId) return null;
  const [deliveredAt, id] = page.after ?? [];
  const after = deliveredAt && id ? { deliveredAt: new Date(deliveredAt), id } : null;
  return (await store.inboxPage(who.tenant, who.subject, after, page.limit)).map(toRead);
}

/** Marks one of the caller's messages as read; the first reading counts. */
export async function markNotificationRead(
  deps: { store: NotificationStore; clock: Clock },
  who: Identity,
  notificationId: string,
): Promise<Outcome<MessageToRead, { code: 'NOTIFICATION_NOT_FOUND' }>> {
  const record =
    who.kind === 'user' ? await deps.store.markRead(who.tenant, who.subject, notificationId, deps.clock.now()) : null;
  return record ? accepted(toRead(record)) : refused({ code: 'NOTIFICATION_NOT_FOUND' });
}

/** The caller's own messages by id; anybody else's are absent. */
export async function messagesByIds(
  store: NotificationStore,
  who: Identity,
  ids: readonly string[],
): Promise<Map<string, MessageToRead>> {
  if (who.kind !== 'user') return new Map();
  const found = await store.notificationsByIds(who.tenant, who.subject, ids);
  return new Map([...found].map(([id, record]) => [id, toRead(record)]));
}

function toRead({ _id, ...record }: NotificationRecord): MessageToRead {
  const { kind, templateId, couponIds, expiresAt, deliveredAt, readAt } = record;
  return { id: _id, kind, templateId, couponIds, expiresAt, deliveredAt, readAt };
}
