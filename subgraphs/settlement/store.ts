import { createHash } from 'node:crypto';
import type { ClientSession, Db, Filter, IndexDescription, UpdateFilter } from 'mongodb';
import type { SkuChanged, TemplateChanged, TenantSettingsChanged } from '../shared/contracts/events';
import {
  asLockToken,
  asOrderId,
  asUserId,
  type CouponId,
  type LockToken,
  type OrderId,
  type SkuId,
  type TemplateId,
  type TenantId,
  type UserId,
} from '../shared/kernel/identifiers';
import type { CatalogueSku } from '../shared/kernel/pricing/catalogue-cart';
import type { PricedCart } from '../shared/kernel/pricing/price';
import { type PromotionTerms, windowOf } from '../shared/kernel/promotion-terms';
import { settingsOfToday, type TenantSettings } from '../shared/kernel/tenant-settings';
import { ensureEventIndexes, newEvent, type StoredEvent, writeEvents } from '../shared/runtime/events';
import {
  ensureIdempotencyIndexes,
  type IdempotencyRecord,
  type IdempotentCall,
  type IdempotentResult,
  inputHash,
  runOnce,
} from '../shared/runtime/idempotency';
import { newId } from '../shared/runtime/ids';
import { duplicateKeyIndex, inTransaction, type MongoConnection } from '../shared/runtime/mongo';
import { couponsOf, heldCount, type Order, type OrderState, type PromotionUse } from './domain/order';
import type { Payment } from './domain/payment';
import { type HoldState, holdOwed, retryAfterMs } from './domain/saga';

/** The transaction that a use case runs in; it is handed on and never looked into. */
export type Session = ClientSession;

/** Who called settleOrder with which key and what. */
export interface SettleCall {
  tenantId: TenantId;
  /** `user:u-1` */
  caller: string;
  key: string;
  input: unknown;
}

/** The saga of one order, at any of its steps. */
export interface Saga {
  orderId: OrderId;
  tenantId: TenantId;
  ownerId: UserId;
  token: LockToken;
  state: OrderState;
  hold: HoldState;
  /** The order once it was placed; null before, and for ever when it was cancelled before. */
  order: Order | null;
}

/** What a settleOrder found under its key: a place of its own, or what an earlier call left there. */
export type Start =
  | { kind: 'STARTED'; saga: Saga }
  | { kind: 'KNOWN'; order: Order }
  | { kind: 'RUNNING' }
  | { kind: 'REUSED' };

/** A SKU as a price needs it. */
export type CatalogueEntry = CatalogueSku;

/** Where a page of orders continues. */
export interface OrderPosition {
  placedAt: Date;
  id: OrderId;
}

/** Everything settlement keeps: orders with their sagas, payments, events, and its copies of templates, catalogue and settings. */
export type SettlementStore = ReturnType<typeof createSettlementStore>;

/** How long a cancelled saga that never became an order is kept, in seconds of real time; asked for later, its token is unknown, which comes to the same. */
const cancelledSagaSeconds = 7 * 86_400;

/** An order and its saga in one document, so that the fence is one conditional write. */
interface OrderRow {
  _id: OrderId;
  tenantId: TenantId;
  ownerId: UserId;
  token: LockToken;
  state: OrderState;
  hold: HoldState;
  /** SHA-256 over tenant, caller and key; given back when a saga ends without an order. */
  callId?: string;
  inputHash: string;
  /** Real time: how long a saga lies there is nobody's business time. */
  startedAt: Date;
  /** When a debt to user-coupon is due next, real time; only while there is one. */
  holdTryAt?: Date;
  holdFailures: number;
  /** Only for cancelled sagas without an order. */
  forgetAt?: Date;
  /** From here on: only placed orders, business time. */
  price?: PricedCart;
  /** Absent in orders from before uses were counted. */
  uses?: PromotionUse[];
  placedAt?: Date;
  payBefore?: Date;
  paidAt?: Date;
  closedAt?: Date;
}

interface PaymentRow extends Omit<Payment, 'id'> {
  _id: string;
  /** The fake provider was told to pay once the order is closed. */
  heldBack?: boolean;
}

/** What all copies have in common; `revision` tells the newer of two. */
interface CopyRow {
  _id: string;
  revision: number;
}

interface TemplateRow extends CopyRow {
  /** `tenant/templateId` */
  _id: string;
  tenantId: TenantId;
  templateId: TemplateId;
  state: TemplateChanged['state'];
  trigger: string;
  startsAt: Date;
  endsAt: Date;
  terms: PromotionTerms;
}

interface SkuRow extends CatalogueEntry, CopyRow {
  /** `tenant/skuId` */
  _id: string;
}

interface SettingsRow extends CopyRow {
  _id: TenantId;
  settings: TenantSettings;
}

/** The store on a connection; its collection `events` is the public contract with followers. */
export function createSettlementStore(mongo: MongoConnection) {
  const database = mongo.database('settlement');
  const orders = database.collection<OrderRow>('orders');
  const payments = database.collection<PaymentRow>('payments');
  const events = database.collection<StoredEvent>('events');
  const idempotency = database.collection<IdempotencyRecord>('idempotency');
  const templates = database.collection<TemplateRow>('templates');
  const skus = database.collection<SkuRow>('skus');
  const settings = database.collection<SettingsRow>('tenant_settings');

  const first = async (filter: Filter<OrderRow>, session?: Session): Promise<Order | null> => {
    const row = await orders.findOne(filter, session ? { session } : {});
    return row && orderOf(row);
  };

  return {
    /** Creates the indexes; may be called again. */
    async ensureIndexes(): Promise<void> {
      await Promise.all([
        orders.createIndexes(orderIndexes),
        payments.createIndexes(paymentIndexes),
        templates.createIndexes(templateIndexes),
        ensureEventIndexes(events),
        ensureIdempotencyIndexes(idempotency),
      ]);
    },

    /** Runs a use case in one transaction; it may run several times. */
    transaction: <T>(work: (session: Session) => Promise<T>): Promise<T> => inTransaction(mongo.client, work),

    /** Runs a mutation once per caller and key, in one transaction with its record; see `runOnce`. */
    once: <T>(
      call: IdempotentCall,
      work: (session: Session) => Promise<{ outcome: T; keep: boolean }>,
    ): Promise<IdempotentResult<T>> => runOnce({ client: mongo.client, collection: idempotency }, call, work),

    // ---- the saga -----------------------------------------------------------------------------------------------

    /** Writes STARTED with a fresh token before anything else happens, or tells what lies under the key already. */
    async start(call: SettleCall, ownerId: UserId): Promise<Start> {
      const callId = callIdOf(call);
      const row: OrderRow = {
        _id: asOrderId(newId('ord')),
        tenantId: call.tenantId,
        ownerId,
        token: asLockToken(newId('lck')),
        state: 'STARTED',
        // Pessimistic: whoever finds it abandoned must assume that a lock was asked for.
        hold: 'HELD',
        callId,
        inputHash: inputHash(call.input),
        startedAt: new Date(),
        holdFailures: 0,
      };
      try {
        await orders.insertOne(row);
        return { kind: 'STARTED', saga: sagaOf(row) };
      } catch (error) {
        if (duplicateKeyIndex(error) !== 'settle_call') throw error;
      }
      return (await this.found(call)) ?? { kind: 'RUNNING' };
    },

    /** What an earlier call left under the key; null when nothing, or when what it began was undone. */
    async found(call: SettleCall): Promise<Exclude<Start, { kind: 'STARTED' }> | null> {
      const row = await orders.findOne({ callId: callIdOf(call) });
      if (!row) return null;
      if (row.inputHash !== inputHash(call.input)) return { kind: 'REUSED' };
      const order = orderOf(row);
      return order ? { kind: 'KNOWN', order } : { kind: 'RUNNING' };
    },

    /**
     * STARTED → CANCELLED: the saga ends without an order and gives its key back. False when it is not STARTED any more.
     * @param hold TO_RELEASE unless it is certain that no coupon is held
     */
    async cancelStarted(orderId: OrderId, hold: 'NONE' | 'TO_RELEASE'): Promise<boolean> {
      const { matchedCount } = await orders.updateOne({ _id: orderId, state: 'STARTED' }, cancelledStart(hold));
      return matchedCount === 1;
    },

    /** The order, its shares and its events, in one transaction on condition that the saga is still STARTED; false when it was fenced. */
    async place(order: Order): Promise<boolean> {
      const held = heldCount(order);
      const hold: HoldState = order.state === 'PAID' ? holdOwed(held, 'PAID') : held > 0 ? 'HELD' : 'NONE';
      return inTransaction(mongo.client, async (session) => {
        const { matchedCount } = await orders.updateOne(
          { _id: order.id, state: 'STARTED' },
          {
            $set: {
              state: order.state,
              hold,
              price: order.price,
              uses: order.uses,
              placedAt: order.placedAt,
              payBefore: order.payBefore,
              ...(order.state === 'PAID' && { paidAt: order.paidAt }),
              ...(hold === 'TO_REDEEM' && { holdTryAt: new Date() }),
            },
          },
          { session },
        );
        if (matchedCount !== 1) return false;
        const placed = [orderEvent('order.placed', order, order.placedAt)];
        if (order.state === 'PAID') placed.push(orderEvent('order.paid', order, order.paidAt));
        await writeEvents(events, placed, session);
        return true;
      });
    },

    /**
     * What becomes of the hold behind a token, fenced: a STARTED saga is cancelled first, and an unknown token is written
     * down as cancelled, so that nobody can place an order under it afterwards.
     */
    async fence(tenantId: TenantId, token: LockToken): Promise<Saga> {
      for (let attempt = 0; ; attempt += 1) {
        await orders.updateOne({ tenantId, token, state: 'STARTED' }, cancelledStart('TO_RELEASE'));
        const row = await orders.findOne({ tenantId, token });
        if (row && row.state !== 'STARTED') return sagaOf(row);
        if (row) continue; // written between the two: once more
        try {
          const unknown = unknownSaga(tenantId, token);
          await orders.insertOne(unknown);
          return sagaOf(unknown);
        } catch (error) {
          if (duplicateKeyIndex(error) === null || attempt >= 3) throw error;
        }
      }
    },

    /** Sagas that nobody has brought to an end. @param before real time */
    async abandonedSagas(before: Date, limit: number): Promise<Saga[]> {
      const rows = await orders
        .find({ state: 'STARTED', startedAt: { $lt: before } })
        .limit(limit)
        .toArray();
      return rows.map(sagaOf);
    },

    /** Orders that owe user-coupon a redemption or a release, longest waiting first. @param now real time */
    async dueHolds(now: Date, limit: number): Promise<Saga[]> {
      const rows = await orders
        .find({ holdTryAt: { $lte: now } })
        .sort({ holdTryAt: 1 })
        .limit(limit)
        .toArray();
      return rows.map(sagaOf);
    },

    /** The debt is paid, or can never be. */
    async endHold(
      orderId: OrderId,
      owed: 'TO_REDEEM' | 'TO_RELEASE',
      hold: 'REDEEMED' | 'RELEASED' | 'LOST',
    ): Promise<void> {
      await orders.updateOne(
        { _id: orderId, hold: owed },
        { $set: { hold, holdFailures: 0 }, $unset: { holdTryAt: true } },
      );
    },

    /** user-coupon did not answer: later again. @param now real time */
    async postponeHold(orderId: OrderId, now: Date): Promise<void> {
      const row = await orders.findOneAndUpdate(
        { _id: orderId, hold: { $in: ['TO_REDEEM', 'TO_RELEASE'] } },
        { $inc: { holdFailures: 1 } },
        { returnDocument: 'after', projection: { holdFailures: 1 } },
      );
      if (!row) return;
      await orders.updateOne(
        { _id: orderId, hold: { $in: ['TO_REDEEM', 'TO_RELEASE'] } },
        { $set: { holdTryAt: new Date(now.getTime() + retryAfterMs(row.holdFailures)) } },
      );
    },

    // ---- orders -------------------------------------------------------------------------------------------------

    /** A placed order of its owner; another person's is absent. */
    orderOf: (tenantId: TenantId, ownerId: UserId, id: OrderId, session?: Session): Promise<Order | null> =>
      first({ _id: id, tenantId, ownerId, placedAt: { $exists: true } }, session),

    /** A placed order, whoever's it is. */
    order: (tenantId: TenantId, id: OrderId, session?: Session): Promise<Order | null> =>
      first({ _id: id, tenantId, placedAt: { $exists: true } }, session),

    /** Placed orders of one owner by their ids; those of others are absent. */
    async ordersByIds(tenantId: TenantId, ownerId: UserId, ids: readonly OrderId[]): Promise<Map<OrderId, Order>> {
      const rows = await orders
        .find({ _id: { $in: [...ids] }, tenantId, ownerId, placedAt: { $exists: true } })
        .toArray();
      return new Map(rows.flatMap((row) => orderOf(row) ?? []).map((order) => [order.id, order]));
    },

    /** Newest first, one more than the limit when there is a next page. */
    async ordersOf(tenantId: TenantId, ownerId: UserId, limit: number, after: OrderPosition | null): Promise<Order[]> {
      const rows = await orders
        .find({
          tenantId,
          ownerId,
          placedAt: after ? { $lte: after.placedAt } : { $exists: true },
          ...(after && { $nor: [{ placedAt: after.placedAt, _id: { $gte: after.id } }] }),
        })
        .sort({ placedAt: -1, _id: -1 })
        .limit(limit + 1)
        .toArray();
      return rows.flatMap((row) => orderOf(row) ?? []);
    },

    /** PENDING_PAYMENT → PAID with its event; null when it is not waiting for a payment any more. */
    async markPaid(order: Order, at: Date, session: Session): Promise<Order | null> {
      const paid: Order = { ...placedPart(order), state: 'PAID', paidAt: at };
      return (await leavePending(order, { state: 'PAID', paidAt: at }, session, orderEvent('order.paid', paid, at)))
        ? paid
        : null;
    },

    /** PENDING_PAYMENT → CANCELLED or TIMED_OUT with its event; null when it is not waiting for a payment any more. */
    async markClosed(
      order: Order,
      state: 'CANCELLED' | 'TIMED_OUT',
      at: Date,
      session: Session,
    ): Promise<Order | null> {
      const closed: Order = { ...placedPart(order), state, closedAt: at };
      const reason = state === 'CANCELLED' ? 'BY_SHOPPER' : 'TIMED_OUT';
      const event = newEvent('order.cancelled', {
        tenantId: order.tenantId,
        key: order.id,
        payload: { ...movedPayload(closed, at), reason },
      });
      return (await leavePending(order, { state, closedAt: at }, session, event)) ? closed : null;
    },

    /** Orders whose time to pay is over, oldest first. @param now business time */
    async overdueOrders(now: Date, limit: number): Promise<Order[]> {
      const rows = await orders
        .find({ state: 'PENDING_PAYMENT', payBefore: { $lte: now } })
        .sort({ payBefore: 1 })
        .limit(limit)
        .toArray();
      return rows.flatMap((row) => orderOf(row) ?? []);
    },

    /** The saga behind an order, for paying its debts to user-coupon. */
    async saga(orderId: OrderId): Promise<Saga | null> {
      const row = await orders.findOne({ _id: orderId });
      return row && sagaOf(row);
    },

    // ---- payments -----------------------------------------------------------------------------------------------

    async addPayment(payment: Payment, session: Session): Promise<void> {
      const { id, ...rest } = payment;
      await payments.insertOne({ _id: id, ...rest }, { session });
    },

    async payment(tenantId: TenantId, id: string, session?: Session): Promise<Payment | null> {
      const row = await payments.findOne({ _id: id, tenantId }, session ? { session } : {});
      return row && paymentOf(row);
    },

    async savePayment(payment: Payment, session: Session): Promise<void> {
      const { state, confirmedAt, flags } = payment;
      await payments.updateOne({ _id: payment.id }, { $set: { state, confirmedAt, flags } }, { session });
    },

    /** The fake provider keeps this payment back until its order is closed. */
    async holdBackPayment(tenantId: TenantId, id: string): Promise<void> {
      await payments.updateOne({ _id: id, tenantId }, { $set: { heldBack: true } });
    },

    /** Payments kept back whose order is closed by now; they are taken off the list by asking. */
    async takeHeldBack(limit: number): Promise<Payment[]> {
      const rows = await payments.find({ heldBack: true }).limit(limit).toArray();
      if (rows.length === 0) return [];
      const closed = await orders
        .find({ _id: { $in: rows.map(({ orderId }) => orderId) }, state: { $in: ['CANCELLED', 'TIMED_OUT'] } })
        .project<{ _id: OrderId }>({ _id: 1 })
        .toArray();
      const ids = new Set(closed.map(({ _id }) => _id));
      const due = rows.filter(({ orderId }) => ids.has(orderId));
      if (due.length > 0)
        await payments.updateMany({ _id: { $in: due.map(({ _id }) => _id) } }, { $unset: { heldBack: true } });
      return due.map(paymentOf);
    },

    // ---- copies -------------------------------------------------------------------------------------------------

    /** Known SKUs by their ids. */
    async catalogue(tenantId: TenantId, ids: readonly SkuId[]): Promise<Map<SkuId, CatalogueEntry>> {
      const rows = await skus.find({ _id: { $in: ids.map((id) => copyId(tenantId, id)) } }).toArray();
      // Rows from before attributes were copied have none.
      return new Map(rows.map((row) => [row.skuId, { ...row, attributes: row.attributes ?? {} }]));
    },

    /** Automatic promotions that are live or coming at an instant of business time, by revision; read from an index alone. */
    async automaticRevisions(tenantId: TenantId, now: Date): Promise<Map<TemplateId, number>> {
      const rows = await templates
        .find({ tenantId, trigger: 'AUTOMATIC', state: 'LIVE', endsAt: { $gt: now } }, { batchSize: 10_000 })
        .project<{ templateId: TemplateId; revision: number }>({ _id: 0, templateId: 1, revision: 1 })
        .toArray();
      return new Map(rows.map(({ templateId, revision }) => [templateId, revision]));
    },

    /** The terms of these, each with the revision it is of. */
    async automaticTerms(
      tenantId: TenantId,
      ids: readonly TemplateId[],
    ): Promise<{ revision: number; terms: PromotionTerms }[]> {
      const rows = await templates
        .find({ _id: { $in: ids.map((id) => copyId(tenantId, id)) } }, { batchSize: 10_000 })
        .project<{ revision: number; terms: PromotionTerms }>({ _id: 0, revision: 1, terms: 1 })
        .toArray();
      return rows;
    },

    /** Which of the templates are paused; one that the copy does not know is not. */
    async pausedTemplates(tenantId: TenantId, ids: readonly TemplateId[]): Promise<Set<TemplateId>> {
      if (ids.length === 0) return new Set();
      const rows = await templates
        .find({ _id: { $in: ids.map((id) => copyId(tenantId, id)) }, state: 'PAUSED' })
        .project<{ templateId: TemplateId }>({ templateId: 1 })
        .toArray();
      return new Set(rows.map(({ templateId }) => templateId));
    },

    async tenantSettings(tenantId: TenantId): Promise<TenantSettings> {
      return settingsOfToday((await settings.findOne({ _id: tenantId }))?.settings);
    },

    /** Takes over templates; an older revision than the known one changes nothing. */
    async saveTemplates(changes: readonly { tenantId: TenantId; payload: TemplateChanged }[], session: Session) {
      const rows = changes.map(
        ({ tenantId, payload }): TemplateRow => ({
          _id: copyId(tenantId, payload.templateId),
          tenantId,
          templateId: payload.templateId,
          revision: payload.revision,
          state: payload.state,
          trigger: payload.terms.document.trigger,
          ...windowOf(payload.terms.document),
          terms: payload.terms,
        }),
      );
      await saveNewer(database, 'templates', rows, session);
    },

    /** Takes over SKUs; an older revision than the known one changes nothing. */
    async saveSkus(changes: readonly { tenantId: TenantId; payload: SkuChanged }[], session: Session) {
      const rows = changes.map(({ tenantId, payload }): SkuRow => {
        const { name: _, ...entry } = payload;
        return { _id: copyId(tenantId, payload.skuId), ...entry };
      });
      await saveNewer(database, 'skus', rows, session);
    },

    /** Takes over settings; an older revision than the known one changes nothing. */
    async saveSettings(changes: readonly { tenantId: TenantId; payload: TenantSettingsChanged }[], session: Session) {
      const rows = changes.map(({ tenantId, payload }): SettingsRow => ({ _id: tenantId, ...payload }));
      await saveNewer(database, 'tenant_settings', rows, session);
    },
  };

  /** The one write that leaves PENDING_PAYMENT, with what user-coupon is owed from then on. */
  async function leavePending(
    order: Order,
    to: { state: 'PAID'; paidAt: Date } | { state: 'CANCELLED' | 'TIMED_OUT'; closedAt: Date },
    session: Session,
    event: StoredEvent,
  ): Promise<boolean> {
    const hold = holdOwed(heldCount(order), to.state);
    const { matchedCount } = await orders.updateOne(
      { _id: order.id, state: 'PENDING_PAYMENT' },
      { $set: { ...to, hold, ...(hold !== 'NONE' && { holdTryAt: new Date() }) } },
      { session },
    );
    if (matchedCount !== 1) return false;
    await writeEvents(events, [event], session);
    return true;
  }
}

/** Each index with the question it answers. */
const orderIndexes: IndexDescription[] = [
  { name: 'token', key: { token: 1 }, unique: true },
  // start, found: one saga per caller and key
  { name: 'settle_call', key: { callId: 1 }, unique: true, partialFilterExpression: { callId: { $exists: true } } },
  // ordersOf
  {
    name: 'of_owner',
    key: { tenantId: 1, ownerId: 1, placedAt: -1, _id: -1 },
    partialFilterExpression: { placedAt: { $exists: true } },
  },
  // abandonedSagas
  { name: 'started', key: { startedAt: 1 }, partialFilterExpression: { state: 'STARTED' } },
  // dueHolds
  { name: 'owed', key: { holdTryAt: 1 }, partialFilterExpression: { holdTryAt: { $exists: true } } },
  // overdueOrders
  { name: 'pending', key: { payBefore: 1 }, partialFilterExpression: { state: 'PENDING_PAYMENT' } },
  { name: 'ttl', key: { forgetAt: 1 }, expireAfterSeconds: 0 },
];

const paymentIndexes: IndexDescription[] = [
  { name: 'of_order', key: { orderId: 1 } },
  // takeHeldBack
  { name: 'held_back', key: { heldBack: 1 }, partialFilterExpression: { heldBack: true } },
  // What an operator has to look at.
  {
    name: 'flagged',
    key: { tenantId: 1, 'flags.kind': 1 },
    partialFilterExpression: { 'flags.kind': { $exists: true } },
  },
];

const templateIndexes: IndexDescription[] = [
  // automaticRevisions
  { name: 'automatic', key: { tenantId: 1, trigger: 1, state: 1, endsAt: 1, templateId: 1, revision: 1 } },
];

function cancelledStart(hold: 'NONE' | 'TO_RELEASE'): UpdateFilter<OrderRow> {
  const now = Date.now();
  return {
    $set: {
      state: 'CANCELLED',
      hold,
      forgetAt: new Date(now + cancelledSagaSeconds * 1000),
      ...(hold === 'TO_RELEASE' && { holdTryAt: new Date(now) }),
    },
    $unset: { callId: true },
  };
}

function unknownSaga(tenantId: TenantId, token: LockToken): OrderRow {
  const now = new Date();
  return {
    _id: asOrderId(newId('ord')),
    tenantId,
    // Nobody's: the hold was not begun here, or so long ago that it was forgotten.
    ownerId: asUserId(''),
    token,
    state: 'CANCELLED',
    // user-coupon releases by the answer itself; its owner is not known here.
    hold: 'NONE',
    inputHash: '',
    startedAt: now,
    holdFailures: 0,
    forgetAt: new Date(now.getTime() + cancelledSagaSeconds * 1000),
  };
}

function callIdOf({ tenantId, caller, key }: SettleCall): string {
  return createHash('sha256')
    .update(JSON.stringify([tenantId, caller, key]))
    .digest('base64url');
}

function copyId(tenantId: TenantId, id: SkuId | TemplateId): string {
  return `${tenantId}/${id}`;
}

/** Replaces rows by newer ones, of several in a batch by the newest alone; one lane at a time writes a key, so reading first is safe. */
async function saveNewer(database: Db, name: string, rows: readonly CopyRow[], session: Session): Promise<void> {
  if (rows.length === 0) return;
  const copies = database.collection<CopyRow>(name);
  const newest = new Map<string, CopyRow>();
  for (const row of rows) if (row.revision > (newest.get(row._id)?.revision ?? -1)) newest.set(row._id, row);
  const known = await copies
    .find({ _id: { $in: [...newest.keys()] } }, { session, projection: { revision: 1 } })
    .toArray();
  for (const { _id, revision } of known) if ((newest.get(_id)?.revision ?? -1) <= revision) newest.delete(_id);
  if (newest.size === 0) return;
  await copies.bulkWrite(
    [...newest.values()].map(({ _id, ...replacement }) => ({
      replaceOne: { filter: { _id }, replacement, upsert: true },
    })),
    { session, ordered: false },
  );
}

function sagaOf(row: OrderRow): Saga {
  const { _id: orderId, tenantId, ownerId, token, state, hold } = row;
  return { orderId, tenantId, ownerId, token, state, hold, order: orderOf(row) };
}

function orderOf(row: OrderRow): Order | null {
  const { _id: id, tenantId, ownerId, price, uses = [], placedAt, payBefore, paidAt, closedAt, state } = row;
  if (!price || !placedAt || !payBefore || state === 'STARTED') return null;
  const order = { id, tenantId, ownerId, price, uses, placedAt, payBefore };
  if (state === 'PENDING_PAYMENT') return { ...order, state };
  if (state === 'PAID' && paidAt) return { ...order, state, paidAt };
  if ((state === 'CANCELLED' || state === 'TIMED_OUT') && closedAt) return { ...order, state, closedAt };
  throw new Error(`Expected the order ${id} to say when it became ${state}, found no time.`);
}

function placedPart({ id, tenantId, ownerId, price, uses, placedAt, payBefore }: Order) {
  return { id, tenantId, ownerId, price, uses, placedAt, payBefore };
}

function paymentOf({ _id: id, heldBack: _, ...rest }: PaymentRow): Payment {
  return { id, ...rest };
}

function orderEvent(type: 'order.placed' | 'order.paid', order: Order, at: Date): StoredEvent {
  return newEvent(type, { tenantId: order.tenantId, key: order.id, payload: movedPayload(order, at) });
}

function movedPayload({ id: orderId, ownerId, price }: Order, at: Date) {
  const { currency, subtotal, discount, payable } = price;
  const couponIds: CouponId[] = couponsOf(price);
  return {
    orderId,
    ownerId,
    currency,
    subtotal,
    discount,
    payable,
    couponIds,
    gifts: price.gifts.map(({ skuId, quantity, templateId }) => ({ skuId, quantity, templateId })),
    points: price.points.reduce((sum, { points }) => sum + points, 0),
    movedAt: at.toISOString(),
  };
}
