import { randomBytes } from 'node:crypto';
import { request as send } from 'undici';
import { z } from 'zod';
import { subgraphDocument } from '../../schema/subgraph-sdl';
import type { TenantId } from '../shared/kernel/identifiers';
import { createPromotionRules } from '../shared/kernel/rules/promotion-rules';
import { type LeasedLoop, type LoopLease, startLeasedLoop } from '../shared/runtime/background';
import { readSettings, SettingsError } from '../shared/runtime/config';
import { deadLetterFields } from '../shared/runtime/dead-letter-fields';
import type { EventConsumer } from '../shared/runtime/events';
import { preparation } from '../shared/runtime/preparation';
import { createSubgraph, type HookRequest, type RunningSubgraph } from '../shared/runtime/server';
import type { SubgraphDeps } from '../shared/runtime/subgraph-deps';
import { closeUnpaid } from './application/close-unpaid';
import { catalogueEvents, followCatalogue } from './application/follow-catalogue';
import { followTemplates, templateEvents } from './application/follow-templates';
import { recoverOrders } from './application/recover-orders';
import { createCoupons } from './coupons';
import type { SagaStep } from './domain/saga';
import { createHeldQuotes } from './held-quotes';
import { answerHook } from './hooks';
import { createLivePromotions } from './live-promotions';
import { type FakeProvider, fakeProvider } from './payments/fake';
import { hostedProvider } from './payments/hosted';
import type { PaymentProvider } from './payments/provider';
import { type SettlementContext, type SettlementDeps, settlementContext, settlementResolvers } from './resolvers';
import { createSettlementStore, type SettlementStore } from './store';

const milliseconds = (fallback: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .default(fallback)
    .describe('whole milliseconds from 0 to 999999999');

/** The settings of settlement. */
export const settlementSettings = z.object({
  NODE_ENV: z.string().optional(),
  /** How old the copies of promotions and prices may be when an order is placed; beyond it settling is refused. */
  MAX_TEMPLATE_LAG: milliseconds(10_000),
  /** After how long an order that is still STARTED counts as abandoned and is called off, in milliseconds of real time. */
  SAGA_ABANDONED_AFTER: milliseconds(15_000),
  /** Who takes the money: `fake` moves none and is refused in production, `hosted` is a page of the company's own. */
  PAYMENT_PROVIDER: z.enum(['fake', 'hosted']).optional().describe('fake (not in production) or hosted'),
  /** The company's own checkout page, for the provider `hosted`. */
  PAYMENT_PAGE_URL: z
    .string()
    .regex(/^https?:\/\/\S+$/)
    .optional()
    .describe('an http:// or https:// address'),
  /** Signs payment webhooks; one per process is made up outside production. */
  PAYMENT_WEBHOOK_SECRET: z
    .string()
    .min(16)
    .max(512)
    .optional()
    .describe('16 to 512 characters known to the provider alone'),
  /** Signs held prices; one per process is made up outside production, so that only that process honours its promises. */
  HELD_QUOTE_SECRET: z
    .string()
    .min(16)
    .max(512)
    .optional()
    .describe('16 to 512 characters, the same for every process'),
  /** `auto` lets the fake provider confirm every payment by itself. */
  FAKE_PAYMENT: z.enum(['auto']).optional().describe('auto, or nothing'),
});

/** Versions whose compiled rules are remembered. */
const rememberedRules = 10_000;
/** How often the workers look for something to do, in milliseconds of real time; a clock moved by hand wakes them at once. */
const workersEveryMs = 1000;

/** Quotes, orders and payments. @param afterStep is called after each step of the saga, for tests that crash there */
export async function createSettlementSubgraph(
  deps: SubgraphDeps,
  afterStep: (step: SagaStep) => Promise<void> = async () => undefined,
): Promise<RunningSubgraph> {
  const { clock, logger, processId, mongo, follower } = deps;
  const settings = paymentSettings(deps.env);
  const database = mongo.database('settlement');
  const store = createSettlementStore(mongo);
  const leases = database.collection<LoopLease>('leases');
  const indexes = preparation('settlement', () => store.ensureIndexes(), logger);
  const rules = createPromotionRules(rememberedRules);
  const promotions = createLivePromotions(store, rules, Date.now);

  const templates: EventConsumer<(typeof templateEvents)[number]> = {
    name: 'settlement.templates',
    database,
    follows: templateEvents,
    apply: (events, session) => followTemplates({ store, promotions }, events, session),
  };
  const catalogue: EventConsumer<(typeof catalogueEvents)[number]> = {
    name: 'settlement.catalogue',
    database,
    follows: catalogueEvents,
    apply: (events, session) => followCatalogue(store, events, session),
  };
  const consumers = [templates, catalogue];
  for (const consumer of consumers) follower.addConsumer(consumer);

  let recovery: LeasedLoop | null = null;
  let timeouts: LeasedLoop | null = null;
  clock.onMove(() => {
    recovery?.wake();
    timeouts?.wake();
  });

  const onTrouble = (error: unknown, what: string): void => logger.error({ err: error }, what);
  const fake = settings.provider === 'fake' ? fakeOf(deps, settings, store, () => hook, onTrouble) : null;
  const provider: PaymentProvider = fake ?? hostedProvider({ pageUrl: settings.pageUrl, secret: settings.secret });
  const parts: SettlementDeps = {
    store,
    coupons: createCoupons(deps.client('user-coupon')),
    rules,
    promotions,
    workers: deps.workers,
    heldQuotes: createHeldQuotes(settings.HELD_QUOTE_SECRET ?? randomBytes(32).toString('base64url')),
    clock,
    provider,
    copyAgeMs: () => Math.max(...consumers.map(({ name }) => follower.streamAgeMs(name))),
    maxCopyAgeMs: settings.MAX_TEMPLATE_LAG,
    wakeRecovery: () => recovery?.wake(),
    onTrouble,
    afterStep,
    deadLetters: deadLetterFields(database, consumers),
  };
  const hookParts = { ...parts, providers: new Map([[provider.name, provider]]), logger };
  const hook = (request: HookRequest) => answerHook(hookParts, request);

  return createSubgraph<SettlementContext>(
    {
      name: 'settlement',
      typeDefs: subgraphDocument('settlement'),
      resolvers: settlementResolvers(parts),
      createContext: (base) => settlementContext(parts, base),
      hook,
      async start() {
        await indexes.start();
        const loop = { collection: leases, everyMs: workersEveryMs, logger, processId };
        recovery = startLeasedLoop({
          ...loop,
          name: 'recover-orders',
          work: (signal) => recoverOrders(parts, settings.SAGA_ABANDONED_AFTER, signal),
        });
        timeouts = startLeasedLoop({
          ...loop,
          name: 'close-unpaid',
          work: (signal) => closeUnpaid(parts, fake, signal),
        });
      },
      async stop() {
        await Promise.all([recovery?.stop(), timeouts?.stop(), fake?.delivered(), indexes.stop()]);
      },
      async problems() {
        try {
          await mongo.ping();
          return indexes.problems();
        } catch {
          return ['settlement: MongoDB does not answer'];
        }
      },
    },
    { logger },
  );
}

type PaymentSettings = z.infer<typeof settlementSettings> & {
  provider: 'fake' | 'hosted';
  pageUrl: string;
  secret: string;
};

/** Settings that only together say who takes the money; every contradiction is told at once. */
function paymentSettings(env: NodeJS.ProcessEnv): PaymentSettings {
  const settings = readSettings(settlementSettings, env);
  const isProduction = settings.NODE_ENV === 'production';
  const provider = settings.PAYMENT_PROVIDER ?? (isProduction ? 'hosted' : 'fake');
  const faults = [
    isProduction && provider === 'fake'
      ? {
          setting: 'PAYMENT_PROVIDER',
          found: '"fake"',
          allowed: 'hosted, since the fake provider is refused in production',
        }
      : null,
    settings.FAKE_PAYMENT && provider !== 'fake'
      ? { setting: 'FAKE_PAYMENT', found: '"auto"', allowed: 'nothing without the fake provider' }
      : null,
    provider === 'hosted' && !settings.PAYMENT_PAGE_URL
      ? {
          setting: 'PAYMENT_PAGE_URL',
          found: 'nothing',
          allowed: 'the address of the checkout page of the provider hosted',
        }
      : null,
    (isProduction || provider === 'hosted') && !settings.PAYMENT_WEBHOOK_SECRET
      ? {
          setting: 'PAYMENT_WEBHOOK_SECRET',
          found: 'nothing',
          allowed: '16 to 512 characters known to the provider alone',
        }
      : null,
    isProduction && !settings.HELD_QUOTE_SECRET
      ? { setting: 'HELD_QUOTE_SECRET', found: 'nothing', allowed: '16 to 512 characters, the same for every process' }
      : null,
  ].filter((fault) => fault !== null);
  if (faults.length > 0) throw new SettingsError(faults);
  return {
    ...settings,
    provider,
    pageUrl: settings.PAYMENT_PAGE_URL ?? '',
    secret: settings.PAYMENT_WEBHOOK_SECRET ?? randomBytes(32).toString('base64url'),
  };
}

/** The fake provider, which delivers its webhooks as a real one does: through the gateway where there is one. */
function fakeOf(
  deps: SubgraphDeps,
  settings: PaymentSettings,
  store: SettlementStore,
  hook: () => (request: HookRequest) => Promise<{ status: number }>,
  onTrouble: (error: unknown, what: string) => void,
): FakeProvider {
  const { publicUrl } = deps;
  return fakeProvider({
    publicUrl,
    secret: settings.secret,
    isAuto: settings.FAKE_PAYMENT === 'auto',
    async find(tenantId, paymentId) {
      const payment = await store.payment(tenantId, paymentId);
      const order = payment && (await store.order(tenantId, payment.orderId));
      return payment && order && { amount: payment.amount, currency: payment.currency, orderState: order.state };
    },
    holdBack: (tenantId, paymentId) => store.holdBackPayment(tenantId, paymentId),
    async deliver(tenantId: TenantId, headers, body) {
      const path = `/hooks/payment/${encodeURIComponent(tenantId)}/fake`;
      if (publicUrl === '')
        return (await hook()({ method: 'POST', path, query: {}, headers, body: Buffer.from(body) })).status;
      const response = await send(`${publicUrl}${path}`, {
        method: 'POST',
        headers,
        body,
        headersTimeout: 10_000,
        bodyTimeout: 10_000,
      });
      await response.body.dump();
      return response.statusCode;
    },
    onError: (error) => onTrouble(error, 'a webhook of the fake provider could not be delivered'),
  });
}
