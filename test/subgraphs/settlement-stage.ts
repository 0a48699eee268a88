import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Order, Quote } from '../../schema/generated/settlement';
import type { SagaStep } from '../../subgraphs/settlement/domain/saga';
import { createSettlementSubgraph } from '../../subgraphs/settlement/subgraph';
import type { SkuChanged } from '../../subgraphs/shared/contracts/events';
import { type Identity, internalIdentity } from '../../subgraphs/shared/contracts/identity';
import {
  asCouponId,
  asMerchantId,
  asSkuId,
  asTemplateId,
  asTenantId,
  asVersionId,
} from '../../subgraphs/shared/kernel/identifiers';
import { type PromotionTerms, parseTemplateDocument } from '../../subgraphs/shared/kernel/promotion-terms';
import type { FactValue } from '../../subgraphs/shared/kernel/rules/facts';
import { defaultTenantSettings, type TenantSettings } from '../../subgraphs/shared/kernel/tenant-settings';
import { MovableClock } from '../../subgraphs/shared/runtime/clock';
import { createEventFollower, newEvent, type StoredEvent } from '../../subgraphs/shared/runtime/events';
import { createLogger } from '../../subgraphs/shared/runtime/logger';
import { connectMongo, type MongoConnection } from '../../subgraphs/shared/runtime/mongo';
import { connectRedis } from '../../subgraphs/shared/runtime/redis';
import type { GraphQLResult, HookResponse, RunningSubgraph } from '../../subgraphs/shared/runtime/server';
import type { SubgraphCall, SubgraphClient } from '../../subgraphs/shared/runtime/subgraph-client';
import { Unavailable } from '../../subgraphs/shared/runtime/unavailable';
import { createWorkers } from '../../subgraphs/shared/runtime/workers';
import { insist } from '../support/coupons';
import { festival, service, shopper } from '../support/people';
import { type TestStores, testStores } from '../support/stores';

/** A coupon as the stand-in for user-coupon keeps it. */
export interface StagedCoupon {
  couponId: string;
  ownerId: string;
  terms: PromotionTerms;
  state: 'AVAILABLE' | 'LOCKED' | 'REDEEMED' | 'EXPIRED' | 'FROZEN';
  token: string | null;
  until: Date | null;
  expiresAt: Date;
}

/**
 * Stands in for user-coupon at the face of the client: the same fields, the same promises (all or none, the same token
 * again changes nothing), in memory, with faults that a network has.
 */
export class StagedCoupons implements SubgraphClient {
  readonly coupons = new Map<string, StagedCoupon>();
  /** What is known of shoppers: facts `user.*` by the shopper's id. */
  readonly shoppers = new Map<string, Record<string, FactValue>>();
  /** What is left of counted limits, by version. */
  readonly limits = new Map<
    string,
    { uses: number | null; money: { amounts: { minorUnits: number; currency: string }[] } | null }
  >();
  /** What orders took of limits, in the order they took it. */
  readonly taken: { templateId: string; minorUnits: number }[] = [];
  /** Promotions whose use the next lock refuses, with the reason. */
  readonly refusesUses = new Map<string, string>();
  /** Fields asked, in order. */
  readonly calls: string[] = [];
  /** Answers nothing at all. */
  isAway = false;
  /** Does what is asked by these fields, so many times, and loses the answer. */
  readonly losesAnswer = new Map<string, number>();
  /** Runs before a lock is tried: what somebody else does in the meantime. */
  beforeLock: (() => void) | null = null;

  /** Tokens that hold uses of promotions. */
  readonly #uses = new Set<string>();

  give(ownerId: string, terms: PromotionTerms, over: Partial<StagedCoupon> = {}): string {
    const couponId = over.couponId ?? `cpn_${randomUUID()}`;
    const expiresAt = new Date('2027-01-01T00:00:00Z');
    this.coupons.set(couponId, {
      couponId,
      ownerId,
      terms,
      state: 'AVAILABLE',
      token: null,
      until: null,
      expiresAt,
      ...over,
    });
    return couponId;
  }

  stateOf(couponId: string): string | undefined {
    return this.coupons.get(couponId)?.state;
  }

  async run<T>(call: SubgraphCall<T>): Promise<T> {
    const field = /(pricingFacts|lockCoupons|redeemCoupons|releaseCoupons)\(/.exec(call.query)?.[1] ?? 'unknown';
    this.calls.push(field);
    if (this.isAway) throw new Unavailable('user-coupon is away');
    const input = inputOf(call.variables);
    const data =
      field === 'pricingFacts' ? { pricingFacts: this.#facts(input) } : { hold: this.#holdAnswer(field, input) };
    const losses = this.losesAnswer.get(field) ?? 0;
    if (losses > 0) {
      this.losesAnswer.set(field, losses - 1);
      throw new Unavailable('the answer was lost');
    }
    return call.parse(JSON.parse(JSON.stringify(data)));
  }

  #facts({ ownerId, couponIds, codes, versionIds = [] }: HoldInput) {
    const own = [...this.coupons.values()].filter((coupon) => coupon.ownerId === ownerId);
    const byCode = (code: string) => own.filter((coupon) => codeOfStaged(coupon.couponId) === code.replaceAll(' ', ''));
    const typed = new Set((codes ?? []).flatMap(byCode));
    const asked = own.filter(
      (coupon) => typed.has(coupon) || (couponIds ? couponIds.includes(coupon.couponId) : coupon.state === 'AVAILABLE'),
    );
    return {
      coupons: asked.map(({ couponId, terms, state, expiresAt }) => ({
        couponId,
        templateId: terms.templateId,
        versionId: terms.versionId,
        state,
        validFrom: new Date('2026-01-01T00:00:00Z'),
        expiresAt,
        terms,
      })),
      shopper: ownerId === null ? {} : { 'user.id': ownerId, ...this.shoppers.get(ownerId) },
      unknownCouponIds: (couponIds ?? []).filter((id) => !own.some(({ couponId }) => couponId === id)),
      limits: [...this.limits].flatMap(([versionId, left]) =>
        versionIds.includes(versionId) || asked.some(({ terms }) => terms.versionId === versionId)
          ? [{ versionId, ...left }]
          : [],
      ),
      typedCodes: (codes ?? []).flatMap((code) => byCode(code).map(({ couponId }) => ({ code, couponId }))),
      refusedCodes: (codes ?? []).flatMap((code) =>
        byCode(code).length > 0 ? [] : [{ code, reason: 'UNKNOWN', retryAt: null }],
      ),
    };
  }

  #holdAnswer(field: string, input: HoldInput) {
    const { isDone, refusals } = this.#hold(field, input);
    return { isDone, refusals: refusals.map((refusal) => ({ couponId: null, templateId: null, ...refusal })) };
  }

  #hold(
    field: string,
    input: HoldInput,
  ): { isDone: boolean; refusals: { couponId?: string | null; templateId?: string; code: string }[] } {
    const held = [...this.coupons.values()].filter(({ token }) => token === input.token);
    if (field === 'lockCoupons') return this.#lock(input);
    if (field === 'redeemCoupons') {
      if (held.length === 0 && !this.#uses.has(input.token ?? ''))
        return { isDone: false, refusals: [{ couponId: null, code: 'STALE_TOKEN' }] };
      for (const coupon of held) coupon.state = 'REDEEMED';
    } else {
      for (const coupon of held)
        if (coupon.state === 'LOCKED') Object.assign(coupon, { state: 'AVAILABLE', token: null, until: null });
    }
    return { isDone: true, refusals: [] };
  }

  #lock(input: HoldInput) {
    this.beforeLock?.();
    const wanted = (input.couponIds ?? []).map((id) => this.coupons.get(id) ?? id);
    const refusals = wanted.flatMap((coupon) => {
      if (typeof coupon === 'string' || coupon.ownerId !== input.ownerId)
        return [{ couponId: typeof coupon === 'string' ? coupon : coupon.couponId, code: 'NOT_FOUND' }];
      const isOurs = coupon.state === 'LOCKED' && coupon.token === input.token;
      return coupon.state === 'AVAILABLE' || isOurs ? [] : [{ couponId: coupon.couponId, code: 'NOT_AVAILABLE' }];
    });
    const uses = input.uses ?? [];
    const refusedUses = uses.flatMap(({ templateId }) => {
      const code = this.refusesUses.get(templateId);
      return code ? [{ templateId, code }] : [];
    });
    if (refusals.length + refusedUses.length > 0) return { isDone: false, refusals: [...refusals, ...refusedUses] };
    this.taken.push(...uses.map(({ templateId, amount }) => ({ templateId, minorUnits: amount.minorUnits })));
    if (uses.length > 0) this.#uses.add(input.token ?? '');
    for (const coupon of wanted)
      if (typeof coupon !== 'string')
        Object.assign(coupon, { state: 'LOCKED', token: input.token, until: new Date(input.until ?? 0) });
    return { isDone: true, refusals: [] };
  }
}

interface HoldInput {
  ownerId: string | null;
  token?: string;
  couponIds?: string[] | null;
  codes?: string[] | null;
  versionIds?: string[];
  uses?: { templateId: string; versionId: string; amount: { minorUnits: number } }[];
  until?: string;
}

/** The code of a coupon of the stand-in. */
export function codeOfStaged(couponId: string): string {
  return `20${[...couponId].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1e16, 7)}`;
}

function inputOf(variables: Record<string, unknown> | undefined): HoldInput {
  return JSON.parse(JSON.stringify(variables?.input));
}

/** Settlement alone on the run's real stores, fed through its events. */
export interface Stage {
  coupons: StagedCoupons;
  clock: MovableClock;
  mongo: MongoConnection;
  /** For a second process on the same stores. */
  stores: TestStores;
  running: RunningSubgraph;
  execute(query: string, variables: Record<string, unknown>, who: Identity): Promise<GraphQLResult>;
  hook(request: {
    method?: 'GET' | 'POST';
    path: string;
    query?: Record<string, string>;
    headers?: Record<string, string>;
    body?: string;
  }): Promise<HookResponse>;
  /** Publishes events as `template` would, and waits until settlement follows. */
  publish(...events: StoredEvent[]): Promise<void>;
  /** What happens after a step of the saga; the call that was killed never ends. */
  crash: { after: SagaStep | null };
  stop(): Promise<void>;
}

/** The webhook secret of every stage. */
export const stageSecret = 'a-secret-known-to-tests-alone';

/** Starts settlement with a stand-in for user-coupon. @param options `env` for its settings */
export async function startStage(
  options: { env?: NodeJS.ProcessEnv; start?: Date; stores?: TestStores; publicUrl?: string } = {},
): Promise<Stage> {
  const stores = options.stores ?? (await testStores());
  const start = options.start ?? new Date('2026-11-11T04:00:00Z');
  const clock = new MovableClock(start.getTime() - Date.now());
  const logger = createLogger({ name: 'test', level: process.env.LOG_LEVEL === 'debug' ? 'debug' : 'silent' });
  const mongo = await connectMongo(stores.mongoUri, { appName: 'test', databasePrefix: stores.databasePrefix });
  const redis = await connectRedis(stores.redisUrl, { keyPrefix: stores.keyPrefix });
  const processId = randomUUID();
  const follower = createEventFollower({ mongo, logger, processId });
  const workers = createWorkers({ logger });
  const coupons = new StagedCoupons();
  const crash: Stage['crash'] = { after: null };
  const killed: ((error: Error) => void)[] = [];
  const close = async (): Promise<void> => {
    await workers.close();
    await redis.close();
    await mongo.close();
    if (!options.stores) await stores.close();
  };
  const running = await createSettlementSubgraph(
    {
      env: { NODE_ENV: 'test', PAYMENT_WEBHOOK_SECRET: stageSecret, HELD_QUOTE_SECRET: stageSecret, ...options.env },
      clock,
      movableClock: clock,
      mongo,
      redis,
      follower,
      logger,
      processId,
      workers,
      client: () => coupons,
      publicUrl: options.publicUrl ?? '',
    },
    (step) => (crash.after === step ? new Promise((_, reject) => killed.push(reject)) : Promise.resolve()),
  ).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  await follower.start();
  await running.start();
  return {
    coupons,
    clock,
    mongo,
    stores,
    running,
    crash,
    execute: (query, variables, who) => running.execute({ query, variables }, who, { requestId: 'test' }),
    hook: ({ method = 'POST', path, query = {}, headers = {}, body = '' }) =>
      running.hook({ method, path, query, headers, body: Buffer.from(body) }, 'test'),
    async publish(...events) {
      await mongo.database('template').collection<StoredEvent>('events').insertMany(events);
      await follower.settled();
    },
    async stop() {
      for (const end of killed) end(new Error('killed')); // or the drain would wait for the dead
      await running.stop();
      await follower.stop();
      await close();
    },
  };
}

/** A SKU of the catalogue as `template` tells it. Prices in minor units of CNY unless a record is given. */
export function skuEvent(
  skuId: string,
  price: number | Record<string, number>,
  over: {
    merchant?: string;
    category?: string;
    revision?: number;
    tenant?: string;
    /** Tax rate, least prices and member prices, which most goods here are without. */
    more?: Pick<SkuChanged, 'taxRateBasisPoints' | 'minUnitPrices' | 'memberPrices'>;
  } = {},
): StoredEvent {
  return newEvent('sku.changed', {
    tenantId: asTenantId(over.tenant ?? festival),
    key: skuId,
    payload: {
      skuId: asSkuId(skuId),
      revision: over.revision ?? 1,
      merchantId: asMerchantId(over.merchant ?? 'lumen'),
      name: skuId,
      category: over.category ?? '/food',
      brand: null,
      itemType: 'IN_STOCK',
      prices: typeof price === 'number' ? { CNY: price } : price,
      attributes: {},
      ...over.more,
    },
  });
}

/** What a tenant chose, as `template` tells it. */
export function settingsEvent(tenant: string, chosen: Partial<TenantSettings>, revision = 1): StoredEvent {
  const settings = { ...defaultTenantSettings, ...chosen };
  return newEvent('tenant-settings.changed', {
    tenantId: asTenantId(tenant),
    key: tenant,
    payload: { revision, settings },
  });
}

/** What tests say of a promotion beside its benefit. */
export interface PromotionOver {
  merchant?: string | null;
  trigger?: 'COUPON' | 'AUTOMATIC';
  group?: string;
  rule?: Record<string, unknown>;
  user?: Record<string, unknown>;
  product?: Record<string, unknown>;
  time?: Record<string, unknown>;
  validity?: Record<string, unknown>;
  limit?: Record<string, unknown>;
}

/** The terms of a coupon that takes `off` from goods worth at least `threshold`, both in fen. */
export function reduction(id: string, off: number, threshold: number, over: PromotionOver = {}): PromotionTerms {
  return promotion(id, [{ kind: 'THRESHOLD_REDUCTION', threshold: { CNY: threshold }, off: { CNY: off } }], over);
}

/** The terms of a coupon, or of what applies by itself, that gives these benefits. */
export function promotion(id: string, benefit: readonly unknown[], over: PromotionOver = {}): PromotionTerms {
  const trigger = over.trigger ?? 'COUPON';
  const merchant = over.merchant === undefined ? null : over.merchant;
  const parsed = parseTemplateDocument({
    name: { default: id },
    trigger,
    time: {
      startsAt: '2026-11-01T00:00:00Z',
      endsAt: '2026-12-01T00:00:00Z',
      ...(trigger === 'COUPON' && {
        validity: { kind: 'FIXED', from: '2026-11-01T00:00:00Z', until: '2027-01-01T00:00:00Z', ...over.validity },
      }),
      ...over.time,
    },
    user: over.user,
    product: over.product,
    limit: { ...(trigger === 'COUPON' && { stock: 1000 }), ...over.limit },
    rule: { stackingGroup: over.group ?? (merchant === null ? 'PLATFORM_COUPON' : 'MERCHANT_COUPON'), ...over.rule },
    benefit,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal));
  return {
    templateId: asTemplateId(`tpl_${id}`),
    versionId: asVersionId(`tpv_${id}_1`),
    version: 1,
    tenantId: asTenantId(festival),
    merchantId: merchant === null ? null : asMerchantId(merchant),
    document: parsed.value,
  };
}

/** A published template as `template` tells it. */
export function templateEvent(
  terms: PromotionTerms,
  over: { state?: 'LIVE' | 'PAUSED' | 'ENDED'; revision?: number } = {},
): StoredEvent {
  return newEvent('template.changed', {
    tenantId: terms.tenantId,
    key: terms.templateId,
    payload: {
      templateId: terms.templateId,
      merchantId: terms.merchantId,
      revision: over.revision ?? 1,
      state: over.state ?? 'LIVE',
      terms,
      stock: null,
      stockVersion: 1,
      publishedAt: '2026-11-01T00:00:00.000Z',
    },
  });
}

/** One field of an answer, in the shape its operation selects; fails with the errors when there is no data. */
export function answerOf<T>(result: GraphQLResult, field: string): T {
  const value = result.data?.[field];
  if (value === undefined || value === null)
    throw new Error(`no ${field}: ${JSON.stringify(result.errors ?? result.data)}`);
  return value as T;
}

/** What `settleText` selects, as far as tests read it. */
export interface SettleAnswer {
  order: Pick<
    Order,
    'id' | 'state' | 'payable' | 'discount' | 'payBefore' | 'paidAt' | 'lines' | 'appliedPromotions'
  > | null;
  quote: Pick<Quote, 'payable' | 'unusedCoupons'> | null;
  userErrors: { code: string; message: string; field: string[] }[];
}

/** What `payText` selects. */
export interface PayAnswer {
  payment: { id: string; provider: string; amount: { minorUnits: number }; payUrl: string } | null;
  order: { id: string; state: string } | null;
  userErrors: { code: string }[];
}

/** What `cancelText` and `confirmText` select. */
export interface MoveAnswer {
  order: { id: string; state: string } | null;
  userErrors: { code: string }[];
}

/** A coupon id of nobody. */
export const nobodysCoupon = asCouponId('cpn_nobody');

/** An input for settleOrder or, without the last two, for quote. */
export function cart(lines: Record<string, number>, coupons: Record<string, unknown> = { kind: 'AUTO' }) {
  return {
    cart: { currency: 'CNY', lines: Object.entries(lines).map(([skuId, quantity]) => ({ skuId, quantity })) },
    coupons,
  };
}

/** What the shopper was shown, and a key. */
export function expecting(minorUnits: number, key: string = randomUUID()) {
  return { expectedPayable: { minorUnits, currency: 'CNY' }, idempotencyKey: key };
}

export const quoteText = `query ($input: QuoteInput!) { quote(input: $input) {
  quote {
    subtotal { minorUnits } discount { minorUnits } payable { minorUnits currency }
    lines { lineId sku { id } quantity payable { minorUnits } discounts { template { id } coupon { id } amount { minorUnits } units { quantity amount { minorUnits } } } }
    merchants { merchantId payable { minorUnits } }
    appliedPromotions { template { id } versionId coupon { id } amount { minorUnits } fundedByPlatform { minorUnits } fundedByMerchant { minorUnits } }
    unusedCoupons { coupon { id } reason message deficit { minorUnits } difference { minorUnits } }
    unusedPromotions { template { id } reason message deficit { minorUnits } }
    isOptimal discountUpperBound { minorUnits } isWithoutCoupons validUntil
  }
  userErrors { code message field }
} }`;

export const settleText = `mutation ($input: SettleOrderInput!) { settleOrder(input: $input) {
  order { id state payable { minorUnits } discount { minorUnits } payBefore paidAt closedAt lines { lineId payable { minorUnits } discounts { amount { minorUnits } units { quantity amount { minorUnits } } } } appliedPromotions { versionId coupon { id } } }
  quote { payable { minorUnits } unusedCoupons { coupon { id } reason } }
  userErrors { code message field }
} }`;

export const payText = `mutation ($input: PayOrderInput!) { payOrder(input: $input) {
  payment { id provider amount { minorUnits currency } payUrl } order { id state } userErrors { code message field }
} }`;

export const cancelText = `mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) {
  order { id state closedAt } userErrors { code field }
} }`;

export const confirmText = `mutation ($input: ConfirmPaymentInput!) { confirmPayment(input: $input) {
  order { id state } userErrors { code message field }
} }`;

export const orderText = `query ($id: ID!) { order(id: $id) { id state paidAt closedAt owner { id } } }`;

/** What shoppers, a company's backend and user-coupon do in these tests, each as one call that must be answered. */
export function actsOn(stage: () => Stage) {
  const rows = () =>
    stage()
      .mongo.database('settlement')
      .collection<{ _id: string; token: string; state: string; hold: string; ownerId: string }>('orders');
  return {
    async settle(user: string, input: Record<string, unknown>): Promise<SettleAnswer> {
      return answerOf(await stage().execute(settleText, { input }, shopper(user)), 'settleOrder');
    },

    /** As a client does: the same request again while the answer says that it may be retried. */
    async insist(user: string, input: Record<string, unknown>): Promise<SettleAnswer> {
      return answerOf(await insist(() => stage().execute(settleText, { input }, shopper(user))), 'settleOrder');
    },

    async pay(user: string, orderId: string, idempotencyKey = `pay-${orderId}`): Promise<PayAnswer> {
      return answerOf(
        await stage().execute(payText, { input: { orderId, idempotencyKey } }, shopper(user)),
        'payOrder',
      );
    },

    async cancel(user: string, orderId: string, idempotencyKey = `cancel-${orderId}`): Promise<MoveAnswer> {
      const input = { orderId, idempotencyKey };
      return answerOf(await stage().execute(cancelText, { input }, shopper(user)), 'cancelOrder');
    },

    async confirm(paymentId: string, minorUnits: number, idempotencyKey = `confirm-${paymentId}`): Promise<MoveAnswer> {
      const input = { paymentId, amount: { minorUnits, currency: 'CNY' }, idempotencyKey };
      return answerOf(await stage().execute(confirmText, { input }, service()), 'confirmPayment');
    },

    /** What the shopper sees of an order; null when it is absent. */
    async stateOf(user: string, orderId: string): Promise<string | null> {
      const { data } = await stage().execute(orderText, { id: orderId }, shopper(user));
      return data?.order ? answerOf<{ state: string }>({ data }, 'order').state : null;
    },

    async resolveHold(token: string) {
      const who = internalIdentity('user-coupon', asTenantId(festival), null);
      const text = 'mutation ($input: ResolveHoldInput!) { resolveHold(input: $input) { verdict until } }';
      const result = await stage().execute(text, { input: { token } }, who);
      return answerOf<{ verdict: string; until: string | null }>(result, 'resolveHold');
    },

    /** Orders as they lie in the store, whatever their state. */
    rows,

    /** The newest of a person. */
    async rowOf(user: string) {
      const row = await rows().findOne({ ownerId: user }, { sort: { startedAt: -1 } });
      if (!row) throw new Error(`no order of ${user}`);
      return row;
    },

    async eventsOf(orderId: string): Promise<string[]> {
      const events = stage().mongo.database('settlement').collection<StoredEvent>('events');
      return (await events.find({ key: orderId }).sort({ at: 1 }).toArray()).map(({ type }) => type);
    },

    async paymentRow(id: string) {
      const payments = stage()
        .mongo.database('settlement')
        .collection<{ _id: string; state: string; flags: { kind: string }[] }>('payments');
      const row = await payments.findOne({ _id: id });
      return { state: row?.state, flags: row?.flags.map(({ kind }) => kind) };
    },
  };
}

/** The order of an answer; fails with the reasons when there is none. */
export function orderOf({ order, userErrors }: SettleAnswer) {
  if (!order) throw new Error(JSON.stringify(userErrors));
  return order;
}

/** Waits for what a worker does by itself. */
export async function eventually(check: () => Promise<void> | void): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await check();
    } catch (error) {
      if (tries >= 200) throw error;
      await wait(50);
    }
  }
}
