import type {
  CouponId,
  LockToken,
  MerchantId,
  OrderId,
  SkuId,
  TemplateId,
  TenantId,
  UserId,
  VersionId,
} from '../kernel/identifiers';
import type { PromotionTerms } from '../kernel/promotion-terms';
import type { ShopperProfile } from '../kernel/shopper-profile';
import type { TenantSettings } from '../kernel/tenant-settings';

export type { StackingGroup, TenantSettings } from '../kernel/tenant-settings';

/** The states of a published template that followers must tell apart. */
export type TemplateState = 'DRAFT' | 'SCHEDULED' | 'LIVE' | 'PAUSED' | 'ENDED';

/** Everything a follower keeps of a template. `revision` grows with every change, those of the clock included: newer wins. */
export interface TemplateChanged {
  templateId: TemplateId;
  merchantId: MerchantId | null;
  revision: number;
  /** SCHEDULED or LIVE is decided by the window at read time; the stored state says what the merchant wants. */
  state: Exclude<TemplateState, 'DRAFT' | 'SCHEDULED'>;
  /** The published version, complete. */
  terms: PromotionTerms;
  /** Absolute; only rises. Null for templates without coupons. */
  stock: number | null;
  stockVersion: number;
  publishedAt: string;
}

/** Everything a follower keeps of a catalogue entry. `revision` grows with every change: newer wins. */
export interface SkuChanged {
  skuId: SkuId;
  revision: number;
  merchantId: MerchantId;
  name: string;
  /** Path from the root, e.g. `/food/snacks`. */
  category: string;
  brand: string | null;
  itemType: 'IN_STOCK' | 'PRESALE';
  /** List price per currency in minor units. */
  prices: Record<string, number>;
  /** The rate of tax on it; null or absent is the tenant's default rate. This and the next two are absent in older events. */
  taxRateBasisPoints?: number | null;
  /** What a unit costs at least after all discounts, per currency in minor units. */
  minUnitPrices?: Record<string, number>;
  /** What a unit costs members, per currency in minor units. */
  memberPrices?: Record<string, number>;
  attributes: Record<string, string>;
}

/** Everything a follower keeps of a tenant's settings. */
export interface TenantSettingsChanged {
  revision: number;
  settings: TenantSettings;
}

/** What every move of a coupon says. `seq` counts the moves of this coupon from 1. */
interface CouponMoved {
  couponId: CouponId;
  ownerId: UserId;
  templateId: TemplateId;
  versionId: VersionId;
  seq: number;
  /** Business time of the move. */
  movedAt: string;
  /** End of validity, business time. */
  expiresAt: string;
}

/** A reminder that is due now. */
export interface ReminderDue {
  ownerId: UserId;
  templateId: TemplateId;
  couponIds: CouponId[];
  leadHours: number;
  expiresAt: string;
  /** Business time at which it was found due. */
  dueAt: string;
}

/** Everything a follower keeps of a shopper. `revision` grows with every change: newer wins. */
export interface ShopperProfileChanged {
  revision: number;
  /** Complete: what is absent is unknown, whatever it was before. */
  profile: ShopperProfile;
}

interface OrderMoved {
  orderId: OrderId;
  ownerId: UserId;
  currency: string;
  subtotal: number;
  discount: number;
  payable: number;
  couponIds: CouponId[];
  /** Goods to be sent along at no price, and the promotion that gives them. */
  gifts: { skuId: SkuId; quantity: number; templateId: TemplateId }[];
  /** Points to be credited to the owner in all. */
  points: number;
  /** Business time. */
  movedAt: string;
}

/** Every event by its name, with its payload. This file is the one catalogue: what is not here does not happen between subgraphs. */
export interface EventPayloads {
  'template.changed': TemplateChanged;
  'sku.changed': SkuChanged;
  'tenant-settings.changed': TenantSettingsChanged;
  'coupon.claimed': CouponMoved & { claimedAt: string; validFrom: string };
  'coupon.locked': CouponMoved & { token: LockToken; orderId: OrderId; until: string };
  'coupon.redeemed': CouponMoved & { orderId: OrderId };
  'coupon.released': CouponMoved & { orderId: OrderId };
  'coupon.returned': CouponMoved & { orderId: OrderId };
  'coupon.expired': CouponMoved;
  'coupon.frozen': CouponMoved;
  'coupon.unfrozen': CouponMoved;
  'coupon.revoked': CouponMoved;
  /** A freeze or revocation waits until the coupon comes back from its order; null is that it waits no longer. */
  'coupon.marked': CouponMoved & { mark: 'freeze' | 'revoke' | null };
  'coupon.offered': CouponMoved & { receiverId: UserId; until: string };
  'coupon.offer-ended': CouponMoved & { receiverId: UserId; ending: 'DECLINED' | 'TAKEN_BACK' | 'LAPSED' };
  /** The giver's coupon is over; the receiver's begins with `coupon.received`. */
  'coupon.transferred': CouponMoved & { receiverId: UserId; receivedCouponId: CouponId };
  'coupon.received': CouponMoved & { giverId: UserId; transferredFrom: CouponId; validFrom: string };
  'shopper-profile.changed': ShopperProfileChanged;
  'order.placed': OrderMoved;
  'order.paid': OrderMoved;
  'order.cancelled': OrderMoved & { reason: 'BY_SHOPPER' | 'TIMED_OUT' };
  'reminder.due': ReminderDue;
}

export type EventType = keyof EventPayloads;

/** One event as its publisher writes it and its consumers read it. */
export type PromographEvent<T extends EventType = EventType> = {
  [K in T]: {
    /** Unique for ever; a coupon's is `couponId:seq`. */
    _id: string;
    type: K;
    tenantId: TenantId;
    /** Events of one key take effect in the order they were written. */
    key: string;
    /** Real time of writing; never the business clock. */
    at: Date;
    payload: EventPayloads[K];
  };
}[T];

/** The subgraphs that publish, with the collection that is their public contract unless an event names another. */
export const publishers = {
  template: { collection: 'events' },
  'user-coupon': { collection: 'coupon_moves' },
  settlement: { collection: 'events' },
  notification: { collection: 'events' },
} as const;
export type Publisher = keyof typeof publishers;

/** What the catalogue says of an event. */
export interface EventEntry {
  publisher: Publisher;
  /** Where it lies, when it is not in the publisher's usual collection. */
  collection?: string;
  consumers: readonly string[];
}

/** Who publishes what, and who follows it. */
export const eventCatalogue: Record<EventType, EventEntry> = {
  'template.changed': {
    publisher: 'template',
    consumers: ['user-coupon.templates', 'settlement.templates', 'search.templates', 'notification.templates'],
  },
  'sku.changed': { publisher: 'template', consumers: ['user-coupon.catalogue', 'settlement.catalogue'] },
  'tenant-settings.changed': {
    publisher: 'template',
    consumers: ['user-coupon.templates', 'settlement.templates', 'notification.templates'],
  },
  'coupon.claimed': { publisher: 'user-coupon', consumers: ['notification.reminders', 'user-coupon.live'] },
  'coupon.locked': { publisher: 'user-coupon', consumers: ['user-coupon.live'] },
  'coupon.redeemed': { publisher: 'user-coupon', consumers: ['notification.reminders', 'user-coupon.live'] },
  'coupon.released': { publisher: 'user-coupon', consumers: ['user-coupon.live'] },
  'coupon.returned': { publisher: 'user-coupon', consumers: ['notification.reminders', 'user-coupon.live'] },
  'coupon.expired': { publisher: 'user-coupon', consumers: ['notification.reminders', 'user-coupon.live'] },
  'coupon.frozen': { publisher: 'user-coupon', consumers: ['notification.reminders', 'user-coupon.live'] },
  'coupon.unfrozen': { publisher: 'user-coupon', consumers: ['notification.reminders', 'user-coupon.live'] },
  'coupon.revoked': { publisher: 'user-coupon', consumers: ['notification.reminders', 'user-coupon.live'] },
  'coupon.marked': { publisher: 'user-coupon', consumers: ['user-coupon.live'] },
  'coupon.offered': { publisher: 'user-coupon', consumers: ['notification.reminders', 'user-coupon.live'] },
  'coupon.offer-ended': { publisher: 'user-coupon', consumers: ['notification.reminders', 'user-coupon.live'] },
  'coupon.transferred': { publisher: 'user-coupon', consumers: ['notification.reminders', 'user-coupon.live'] },
  'coupon.received': { publisher: 'user-coupon', consumers: ['notification.reminders', 'user-coupon.live'] },
  // Not among the moves: those are kept for ever and are the record of coupons alone.
  'shopper-profile.changed': { publisher: 'user-coupon', collection: 'events', consumers: [] },
  'order.placed': { publisher: 'settlement', consumers: [] },
  'order.paid': { publisher: 'settlement', consumers: [] },
  'order.cancelled': { publisher: 'settlement', consumers: [] },
  'reminder.due': { publisher: 'notification', consumers: ['user-coupon.live'] },
};

/** The collection of its publisher's database in which an event lies: `coupon.claimed` → `coupon_moves`. */
export function collectionOf(type: EventType): string {
  const { publisher, collection } = eventCatalogue[type];
  return collection ?? publishers[publisher].collection;
}

/** What the owner of a coupon is told live; `seq` grows by one per publisher and owner. */
export interface CouponLiveEvent {
  kind:
    | 'RECEIVED'
    | 'EXPIRING'
    | 'REDEEMED'
    | 'RETURNED'
    | 'EXPIRED'
    | 'FROZEN'
    | 'UNFROZEN'
    | 'REVOKED'
    | 'OFFERED'
    | 'OFFER_ENDED'
    | 'TRANSFERRED';
  couponId: CouponId;
  /** Business time. */
  at: string;
  seq: number;
}

/**
 * The Redis channel that carries one owner's coupon events as JSON of `CouponLiveEvent`, before the deployment's prefix.
 * Both parts come from a signed identity, never from an argument; they are encoded so that no id can reach into another's channel.
 */
export function couponChannel(tenant: TenantId, owner: UserId): string {
  return `coupon:${encodeURIComponent(tenant)}:${encodeURIComponent(owner)}`;
}
