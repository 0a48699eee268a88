import type {
  AdvanceClockMutation,
  CancelOrderMutation,
  CouponEventsSubscription,
  CreateTemplateMutation,
  MyInboxQuery,
  PayOrderMutation,
  PublishTemplateMutation,
  QuoteQuery,
  SearchPromotionsQuery,
  SettleOrderMutation,
  SkusPriceInHandQuery,
  TemplateCheckQuery,
  TenantSettingsQuery,
  UpdateTenantSettingsMutation,
  UpsertShopperProfilesMutation,
  UpsertSkusMutation,
} from '../../schema/generated/operations';
import { connect, inParallel, pause, type Server, until } from './client';
import { documentFor, type FestivalCart, festival, newcomers, profilesAt, shippingMethods } from './festival';
import { couponsOf, reconcile } from './reconcile';
import { claimed, rush } from './rush';
import { money, progress, table } from './table';
import { printHints, printWaterfall } from './waterfall';

const url = process.env.PROMOGRAPH_URL ?? 'http://127.0.0.1:4000';
const hour = 60 * 60 * 1000;
const width = 16;

/** Automatic promotions of this festival meet coupons freely, and each other once on an order or a line. */
const festivalGroups = [
  { name: 'MERCHANT_PROMOTION', maxPerOrder: null, maxPerLine: 1, isAlwaysStackable: false },
  { name: 'PLATFORM_PROMOTION', maxPerOrder: 1, maxPerLine: null, isAlwaysStackable: false },
];

type Quote = NonNullable<QuoteQuery['quote']['quote']>;

/** One day of the festival, played through the public API alone. */
async function play(): Promise<void> {
  const began = Date.now();
  const { server, tenant } = await freshTenant();
  console.log(`Promograph demo: the festival, in the tenant ${tenant} at ${url}`);
  const operator = await server.token('operator', 'operator');
  const now = new Date(
    (await server.ask<AdvanceClockMutation>('advance-clock', operator, { input: { milliseconds: 0 } })).advanceClock
      .now ?? Date.now(),
  );

  const templates = await publish(server, operator, now);
  const tokens = new Map(
    await inParallel(
      festival.shoppers,
      width,
      async (shopper) => [shopper.id, await server.token('shopper', shopper.id)] as const,
    ),
  );
  const token = (shopperId: string): string => tokens.get(shopperId) ?? '';

  await checkMistake(server, now);
  await checkDanger(server, now);
  await welcome(server, templates, now, token);
  await claim(server, templates, token);
  await list(server, token);
  await quoteTen(server, token);
  await sell(server, token);
  await remind(server, operator, token);
  const reconciled = await reconcile(server, templates, token);
  const exact = await rush(server, operator, new Date(now.getTime() + 48 * hour));

  console.log(`\nPlayed in ${((Date.now() - began) / 1000).toFixed(1)} s.`);
  console.log(
    `To look around: tokens of this marketplace come from ${url}/development/token?role=shopper&subject=u-001&tenant=${tenant}. Business time was moved two days ahead and stays there.`,
  );
  if (!reconciled || !exact) process.exitCode = 1;
}

/** A tenant in which nobody has published or chosen anything yet, so that every run starts from nothing and its totals can be checked. */
async function freshTenant(): Promise<{ server: Server; tenant: string }> {
  for (let run = 1; ; run += 1) {
    const tenant = run === 1 ? 'festival' : `festival-${run}`;
    const server = connect(url, tenant);
    const operator = await server.token('operator', 'operator');
    const found = await server.ask<SearchPromotionsQuery>('search-promotions', operator, { first: 1 });
    const { tenantSettings } = await server.ask<TenantSettingsQuery>('tenant-settings', operator);
    if (found.searchPromotions.edges.length === 0 && tenantSettings.revision === 0) return { server, tenant };
  }
}

/** The catalogue and the promotions, each by its own author. Returns template ids by the data's references. */
async function publish(server: Server, operator: string, now: Date): Promise<Map<string, string>> {
  const service = await server.token('service', 'shop-backend');
  const taken = await server.ask<UpsertSkusMutation>('upsert-skus', service, {
    input: { skus: festival.skus, idempotencyKey: 'festival-skus' },
  });
  expectNone('upsertSkus', taken.upsertSkus.userErrors);

  const settings = await server.ask<TenantSettingsQuery>('tenant-settings', operator);
  const changed = await server.ask<UpdateTenantSettingsMutation>('update-tenant-settings', operator, {
    input: {
      stackingGroups: [...settings.tenantSettings.stackingGroups, ...festivalGroups],
      shippingMethods,
      idempotencyKey: 'festival-groups',
    },
  });
  expectNone('updateTenantSettings', changed.updateTenantSettings.userErrors);

  const templates = new Map<string, string>();
  const rows: (string | number)[][] = [];
  for (const promotion of festival.promotions) {
    const author =
      promotion.author === 'platform'
        ? operator
        : await server.token('merchant', `staff-of-${promotion.author}`, promotion.author);
    const created = await server.ask<CreateTemplateMutation>('create-template', author, {
      input: { document: documentFor(promotion, now), idempotencyKey: `create-${promotion.ref}` },
    });
    expectNone(`createTemplate ${promotion.ref}`, created.createTemplate.userErrors);
    const templateId = created.createTemplate.template?.id ?? '';
    const published = await server.ask<PublishTemplateMutation>('publish-template', author, {
      input: { templateId, idempotencyKey: `publish-${promotion.ref}` },
    });
    expectNone(`publishTemplate ${promotion.ref}`, published.publishTemplate.userErrors);
    templates.set(promotion.ref, templateId);
    rows.push([
      promotion.author,
      promotion.document.name.default,
      promotion.document.trigger.toLowerCase(),
      promotion.document.limit.stock ?? '',
      published.publishTemplate.template?.state.toLowerCase() ?? '?',
    ]);
  }
  table(
    `${festival.merchants.length} merchants, ${festival.skus.length} SKUs, ${rows.length} promotions published`,
    ['author', 'promotion', 'trigger', 'stock', 'state'],
    rows,
  );
  await until('every promotion can be found', async () => {
    const found = await server.ask<SearchPromotionsQuery>('search-promotions', operator, { first: 100 });
    return found.searchPromotions.edges.length === festival.promotions.length;
  });
  return templates;
}

/** A merchant checks a document before it is saved: a brand misspelt, and a rule that nobody in its audience fulfils. */
async function checkMistake(server: Server, now: Date): Promise<void> {
  const promotion = festival.promotions.find(({ ref }) => ref === newcomers.ref);
  if (!promotion) throw new Error(`Expected the promotion ${newcomers.ref} in promotions.json, found none.`);
  const document = documentFor(promotion, now);
  const mistaken = {
    ...document,
    user: { audience: { kind: 'NEW_USERS' } },
    product: { scope: { kind: 'BRANDS', brands: ['Lumne'] } },
    rule: { ...document.rule, condition: 'user.payTimes > 5 && cart.itemCount >= 2' },
  };
  const author = await server.token('merchant', 'staff-of-lumen', 'lumen');
  const { templateCheck } = await server.ask<TemplateCheckQuery>('template-check', author, {
    input: { document: mistaken },
  });
  table(
    `A draft for new shoppers who paid more than five times: ${templateCheck?.canPublish ? 'could be published' : 'cannot be published'}`,
    ['finding', 'where', 'why', 'what to do'],
    (templateCheck?.findings ?? []).map(({ severity, code, path, reason, cure }) => [
      `${severity.toLowerCase()} ${code}`,
      path,
      reason,
      cure,
    ]),
  );
}

/** The threshold of 满300减40 was forgotten: an example of its own says so, and a cart proves what it would give away. */
async function checkDanger(server: Server, now: Date): Promise<void> {
  const promotion = festival.promotions.find(({ ref }) => ref === 'lumen-300-40');
  if (!promotion) throw new Error('Expected the promotion lumen-300-40 in promotions.json, found none.');
  const document = { ...documentFor(promotion, now), benefit: [{ kind: 'FIXED', off: { CNY: 4000, JPY: 800 } }] };
  const author = await server.token('merchant', 'staff-of-lumen', 'lumen');
  const { templateCheck } = await server.ask<TemplateCheckQuery>('template-check', author, { input: { document } });
  const { cartCount = 0, isExhaustive = false } = templateCheck?.search ?? {};
  table(
    `A draft whose threshold was forgotten, in ${cartCount} carts beside what is live${isExhaustive ? '' : ' (there may be more to find)'}`,
    ['finding', 'where', 'why'],
    (templateCheck?.findings ?? []).map(({ severity, code, path, reason }) => [
      `${severity.toLowerCase()} ${code}`,
      path,
      reason,
    ]),
  );
  table(
    'The carts that prove it',
    ['finding', 'goods', 'list price', 'promotions', 'to pay'],
    (templateCheck?.findings ?? []).flatMap(({ code, cart }) =>
      cart
        ? [
            [
              code,
              cart.lines.map(({ quantity, skuId }) => `${quantity} × ${skuId}`).join(' · '),
              money(cart.listTotal),
              cart.promotions.map(({ name, amount }) => `−${money(amount)} ${name}`).join(' · '),
              money(cart.payable),
            ],
          ]
        : [],
    ),
  );
}

/** The shop's backend tells what it knows of its shoppers; only the new ones get the coupon for newcomers. */
async function welcome(
  server: Server,
  templates: Map<string, string>,
  now: Date,
  token: (shopperId: string) => string,
): Promise<void> {
  const profiles = profilesAt(now);
  const service = await server.token('service', 'shop-backend');
  const { upsertShopperProfiles } = await server.ask<UpsertShopperProfilesMutation>(
    'upsert-shopper-profiles',
    service,
    { input: { profiles, idempotencyKey: 'festival-profiles' } },
  );
  expectNone('upsertShopperProfiles', upsertShopperProfiles.userErrors);
  const rows: (string | number)[][] = [];
  for (const shopperId of newcomers.shopperIds) {
    const input = { templateId: templates.get(newcomers.ref) ?? '', idempotencyKey: `claim-${newcomers.ref}` };
    const { userErrors } = await claimed(server, token(shopperId), input);
    const [error] = userErrors;
    const profile = profiles.find(({ userId }) => userId === shopperId);
    rows.push([
      festival.shoppers.find(({ id }) => id === shopperId)?.name ?? shopperId,
      profile?.payTimes ?? 'not known',
      profile?.registeredAt.slice(0, 10) ?? 'not known',
      error?.code ?? 'claimed',
      error?.message ?? '',
    ]);
  }
  const condition = festival.promotions.find(({ ref }) => ref === newcomers.ref)?.document.rule.condition;
  table(
    `${upsertShopperProfiles.changedCount} shopper profiles taken over, and a coupon for whom ${condition}`,
    ['shopper', 'paid orders', 'registered', 'outcome', 'why'],
    rows,
  );
}

/** Every shopper claims what they want, all at once. */
async function claim(
  server: Server,
  templates: Map<string, string>,
  token: (shopperId: string) => string,
): Promise<void> {
  const wishes = festival.shoppers.flatMap((shopper) => shopper.wants.map((ref) => ({ shopper, ref })));
  const results = new Map<string, Map<string, number>>();
  let done = 0;
  const began = Date.now();
  await inParallel(wishes, width, async ({ shopper, ref }) => {
    const input = { templateId: templates.get(ref) ?? '', idempotencyKey: `claim-${ref}` };
    const { coupon, userErrors } = await claimed(server, token(shopper.id), input);
    const outcome = coupon ? 'claimed' : (userErrors[0]?.code ?? '?');
    const counts = results.get(ref) ?? new Map<string, number>();
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    results.set(ref, counts);
    done += 1;
    progress('claiming', done, wishes.length);
  });
  const rows = [...results].map(([ref, counts]) => {
    const promotion = festival.promotions.find((candidate) => candidate.ref === ref);
    const others = [...counts]
      .filter(([outcome]) => outcome !== 'claimed' && outcome !== 'SOLD_OUT')
      .map(([outcome, count]) => `${outcome} ${count}`);
    return [
      promotion?.document.name.default ?? ref,
      promotion?.document.limit.stock ?? '',
      [...counts.values()].reduce((sum, count) => sum + count, 0),
      counts.get('claimed') ?? 0,
      counts.get('SOLD_OUT') ?? 0,
      others.join(', '),
    ];
  });
  const took = (Date.now() - began) / 1000;
  table(
    `${wishes.length} claims by ${festival.shoppers.length} shoppers, ${Math.round(wishes.length / took)} a second`,
    ['promotion', 'stock', 'wanted', 'claimed', 'sold out', 'other'],
    rows,
  );
}

/** A product list as the shopper with most coupons sees it: each SKU at the price in hand. */
async function list(server: Server, token: (shopperId: string) => string): Promise<void> {
  const [shopper] = [...festival.shoppers].sort((a, b) => b.wants.length - a.wants.length || a.id.localeCompare(b.id));
  const ids = festival.merchants.flatMap(({ id }) =>
    festival.skus
      .filter(({ merchantId }) => merchantId === id)
      .slice(0, 3)
      .map((sku) => sku.id),
  );
  const { skus } = await server.ask<SkusPriceInHandQuery>('skus-price-in-hand', token(shopper?.id ?? ''), {
    ids,
    currency: 'CNY',
  });
  table(
    `A product list as ${shopper?.name ?? 'a shopper'} sees it, own coupons included`,
    ['item', 'list price', 'in hand (到手价)', 'with'],
    skus.flatMap((sku) =>
      sku?.priceInHand
        ? [
            [
              sku.name ?? sku.id,
              money(sku.priceInHand.listPrice),
              money(sku.priceInHand.payable),
              sku.priceInHand.appliedPromotions.map(({ template }) => template?.name ?? '?').join(' · '),
            ],
          ]
        : [],
    ),
  );
}

/** Ten carts, with every share, every reason and what a little more would save; of the first two, how each cent was reached. */
async function quoteTen(server: Server, token: (shopperId: string) => string): Promise<void> {
  for (const [place, cart] of showcase().entries()) {
    const quote = await quoteOf(server, token(cart.shopperId), cart);
    const name = festival.shoppers.find((shopper) => shopper.id === cart.shopperId)?.name ?? cart.shopperId;
    table(
      `${cart.id} of ${name}: ${money(quote.subtotal)} − ${money(quote.discount)}${quote.shipping ? ` + ${money(quote.shipping.payable)} shipping` : ''} = ${money(quote.payable)}${quote.isOptimal ? ` (proven best, ${quote.visitedNodeCount} combinations visited)` : ' (not proven)'}`,
      ['item', 'quantity', 'price', 'discounts', 'to pay'],
      quote.lines.map((line) => [
        line.sku?.name ?? line.lineId,
        line.quantity,
        money(line.subtotal),
        line.discounts.map((discount) => `−${money(discount.amount)} ${discount.template?.name ?? ''}`).join(' · '),
        money(line.payable),
      ]),
    );
    for (const unused of quote.unusedCoupons)
      console.log(`    not used: ${unused.coupon?.template?.name ?? unused.coupon?.id}: ${unused.message}`);
    printHints(quote);
    if (place < 2) printWaterfall(`${cart.id}: from list prices to what is due`, quote);
  }
}

/** The ten carts that tell most: several lines and shops, and shoppers who hold several coupons. */
function showcase(): FestivalCart[] {
  const wants = new Map(festival.shoppers.map((shopper) => [shopper.id, shopper.wants.length]));
  const weight = (cart: FestivalCart): number => cart.cart.lines.length * 2 + 3 * (wants.get(cart.shopperId) ?? 0);
  return [...festival.carts].sort((a, b) => weight(b) - weight(a) || a.id.localeCompare(b.id)).slice(0, 10);
}

/** Every cart is ordered; most are paid, some cancelled, some left to run out. */
async function sell(server: Server, token: (shopperId: string) => string): Promise<void> {
  const outcomes = new Map<string, number>();
  const count = (outcome: string): void => void outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  let done = 0;
  await inParallel(festival.carts, width, async (cart, index) => {
    const shopper = token(cart.shopperId);
    const orderId = await settle(server, shopper, cart);
    const wish = index % 20 === 7 ? 'cancel' : index % 20 === 13 ? 'leave' : 'pay';
    if (wish === 'cancel') {
      const { cancelOrder } = await server.ask<CancelOrderMutation>('cancel-order', shopper, {
        input: { orderId, idempotencyKey: `cancel-${cart.id}` },
      });
      expectNone(`cancelOrder ${cart.id}`, cancelOrder.userErrors);
      count('cancelled by the shopper');
    } else if (wish === 'pay') {
      const { payOrder } = await server.ask<PayOrderMutation>('pay-order', shopper, {
        input: { orderId, idempotencyKey: `pay-${cart.id}` },
      });
      expectNone(`payOrder ${cart.id}`, payOrder.userErrors);
      if (payOrder.payment) await server.pressPay(payOrder.payment.payUrl, 'pay');
      count('paid');
    } else count('left unpaid');
    done += 1;
    progress('settling', done, festival.carts.length);
  });
  table(`${festival.carts.length} orders placed`, ['outcome', 'orders'], [...outcomes]);
}

/** Orders a cart at the price that was promised, and at the new one when that has changed in between. */
async function settle(server: Server, shopper: string, cart: FestivalCart): Promise<string> {
  const quote = await quoteOf(server, shopper, cart);
  let expected = quote.payable;
  let held = quote.heldQuote?.token ?? null;
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const { settleOrder } = await server.ask<SettleOrderMutation>('settle-order', shopper, {
      input: {
        cart: cart.cart,
        coupons: { kind: 'AUTO' },
        expectedPayable: expected,
        heldQuote: held,
        idempotencyKey: `settle-${cart.id}-${attempt}`,
      },
    });
    if (settleOrder.order) return settleOrder.order.id;
    if (!settleOrder.quote)
      throw new Error(`settleOrder ${cart.id}: ${settleOrder.userErrors.map((error) => error.message).join('; ')}`);
    expected = settleOrder.quote.payable;
    held = null; // the promise was for the price before
  }
  throw new Error(`settleOrder ${cart.id}: the price changed five times in a row`);
}

/** Moves business time until reminders are due, and watches them arrive over the WebSocket. */
async function remind(server: Server, operator: string, token: (shopperId: string) => string): Promise<void> {
  const watched = await withExpiringCoupons(server, token);
  const arrived: (string | number)[][] = [];
  const streams = watched.map(({ shopper }) =>
    server.subscribe<CouponEventsSubscription>('coupon-events', token(shopper.id), ({ couponEvents: event }) => {
      if (event.kind !== 'EXPIRING' && event.kind !== 'EXPIRED') return;
      arrived.push([
        shopper.name,
        event.kind.toLowerCase(),
        event.coupon?.template?.name ?? '?',
        event.coupon?.code ?? '?',
        event.coupon?.expiresAt ?? '?',
        event.seq,
      ]);
    }),
  );
  await pause(500); // subscriptions have no answer of their own when they begin
  const moved = await server.ask<AdvanceClockMutation>('advance-clock', operator, {
    input: { milliseconds: 25 * hour },
  });
  await until('reminders arrive live', async () =>
    watched.every(({ shopper }) => arrived.some((row) => row[0] === shopper.name)),
  );
  table(
    `Business time is now ${moved.advanceClock.now}: reminders that arrived live`,
    ['shopper', 'event', 'promotion', 'code', 'expires', 'seq'],
    arrived.slice(0, 10),
  );
  const inbox = await server.ask<MyInboxQuery>('my-inbox', token(watched[0]?.shopper.id ?? ''), {
    first: 3,
    locale: 'en',
  });
  for (const { node } of inbox.viewer?.inbox?.edges ?? [])
    console.log(`    in the inbox of ${watched[0]?.shopper.name}: ${node.text}`);
  await server.ask<AdvanceClockMutation>('advance-clock', operator, { input: { milliseconds: 24 * hour } });
  await until('coupons of two days run out', async () =>
    watched.every(({ shopper }) => arrived.some((row) => row[0] === shopper.name && row[1] === 'expired')),
  );
  await Promise.all(streams.map((stream) => stream.stop()));
  console.log(
    `    a day later: ${arrived.filter((row) => row[1] === 'expired').length} of their coupons ran out, live too`,
  );
}

/** Three shoppers who still hold a coupon that ends within two days. */
async function withExpiringCoupons(server: Server, token: (shopperId: string) => string) {
  const found: { shopper: (typeof festival.shoppers)[number] }[] = [];
  for (const shopper of festival.shoppers) {
    if (found.length === 3) break;
    const coupons = await couponsOf(server, token(shopper.id));
    const soon = coupons.some(
      (coupon) =>
        coupon.state === 'AVAILABLE' && Date.parse(coupon.expiresAt) - Date.parse(coupon.claimedAt) < 50 * hour,
    );
    if (soon) found.push({ shopper });
  }
  return found;
}

async function quoteOf(server: Server, shopper: string, cart: FestivalCart): Promise<Quote> {
  const { quote } = await server.ask<QuoteQuery>('quote', shopper, {
    input: { cart: cart.cart, coupons: { kind: 'AUTO' } },
  });
  if (!quote.quote) throw new Error(`quote ${cart.id}: ${quote.userErrors.map((error) => error.message).join('; ')}`);
  return quote.quote;
}

/** A template is known to user-coupon moments after it is published; until then a claim may say it is not found. */
function expectNone(what: string, userErrors: readonly { code: string; message: string }[]): void {
  if (userErrors.length > 0)
    throw new Error(`${what}: ${userErrors.map((error) => `${error.code}: ${error.message}`).join('; ')}`);
}

play().catch((error: unknown) => {
  const cause = error instanceof TypeError && error.cause instanceof Error ? error.cause : null;
  const isAway = cause !== null && 'code' in cause && cause.code === 'ECONNREFUSED';
  console.error(
    isAway
      ? `PROMOGRAPH_URL: expected a running server at ${url}, found none; start one with npm start, or say where it is: PROMOGRAPH_URL=http://127.0.0.1:4001 npm run demo`
      : error instanceof Error
        ? `${error.message}${cause ? `: ${cause.message} (${url})` : ''}`
        : error,
  );
  process.exit(1);
});
