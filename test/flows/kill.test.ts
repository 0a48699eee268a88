import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isFullCount } from '../support/runs';
import { type Answer, freePort, type Standalone, startStandalone } from '../support/standalone';
import { until } from '../support/until';

const shoppers = Array.from({ length: isFullCount ? 60 : 16 }, (_, index) => `k-${String(index + 1).padStart(3, '0')}`);
const stock = isFullCount ? 45 : 12;
const hour = 60 * 60 * 1000;

/** What a kill left half-way is called off sooner than in a shop, where a slow process gets more time. */
const env = { SAGA_ABANDONED_AFTER: '3000' };
const dataDir = mkdtempSync(join(tmpdir(), 'promograph-kill-'));
let shop: Standalone;
let templateId = '';
const tokens = new Map<string, string>();

beforeAll(async () => {
  shop = await startStandalone({ dataDir, port: await freePort(), env });
  const [merchant, service] = [await shop.token('merchant', 'staff', 'lumen'), await shop.token('service', 'backend')];
  for (const shopper of shoppers) tokens.set(shopper, await shop.token('shopper', shopper));
  const sku = {
    id: 'lamp',
    merchantId: 'lumen',
    name: '台灯',
    category: '/home/lighting',
    listPrices: [{ minorUnits: 25_990, currency: 'CNY' }],
  };
  await must(
    shop.ask(
      'mutation ($input: UpsertSkusInput!) { upsertSkus(input: $input) { changedCount userErrors { message } } }',
      { input: { skus: [sku], idempotencyKey: 'skus' } },
      service,
    ),
  );
  const now = Date.now();
  const document = {
    name: { default: '满200减30' },
    trigger: 'COUPON',
    time: {
      startsAt: new Date(now - hour).toISOString(),
      endsAt: new Date(now + 30 * 24 * hour).toISOString(),
      validity: { kind: 'DAYS_AFTER_CLAIM', days: 2 },
    },
    user: { audience: { kind: 'ALL' } },
    product: { scope: { kind: 'STOREWIDE' } },
    limit: { stock, perUser: { lifetime: 1 } },
    rule: { stackingGroup: 'MERCHANT_COUPON' },
    benefit: [{ kind: 'THRESHOLD_REDUCTION', threshold: { CNY: 20_000 }, off: { CNY: 3000 } }],
  };
  const created = await must(
    shop.ask(
      'mutation ($input: CreateTemplateInput!) { createTemplate(input: $input) { template { id } userErrors { message field } } }',
      { input: { document, idempotencyKey: 'create' } },
      merchant,
    ),
  );
  templateId = (created.createTemplate as { template: { id: string } }).template.id;
  await must(
    shop.ask(
      'mutation ($input: PublishTemplateInput!) { publishTemplate(input: $input) { template { id } userErrors { message } } }',
      { input: { templateId, idempotencyKey: 'publish' } },
      merchant,
    ),
  );
  await until(async () => {
    const found = await must(shop.ask('{ searchPromotions { edges { node { id remainingCount } } } }', {}, merchant));
    const { edges } = found.searchPromotions as { edges: { node: { remainingCount: number | null } }[] };
    return edges[0]?.node.remainingCount === stock;
  });
}, 300_000);

afterAll(async () => {
  await shop.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Acknowledged {
  coupons: Map<string, string>;
  orders: Map<string, { id: string; payable: number; isPaid: boolean }>;
}

describe('a process killed in the middle of claims and settlements', () => {
  it('loses nothing it acknowledged and doubles nothing, through every kill and restart', async () => {
    const acknowledged: Acknowledged = { coupons: new Map(), orders: new Map() };
    for (const killAfter of isFullCount ? [15, 35] : [8]) {
      const before = acknowledged.coupons.size + acknowledged.orders.size;
      const day = { isOver: false };
      const crowd = Promise.all(shoppers.map((shopper) => shopAs(shopper, acknowledged, day)));
      await until(() => acknowledged.coupons.size + acknowledged.orders.size >= before + killAfter, 30_000);
      await shop.kill();
      day.isOver = true;
      await crowd;
      shop = await startStandalone({ dataDir, port: Number(new URL(shop.url).port), env });
    }
    // What was not acknowledged is tried again with the same keys, as a client would.
    await Promise.all(shoppers.map((shopper) => shopAs(shopper, acknowledged, { isOver: false })));

    expect(acknowledged.coupons.size).toBe(stock);
    // One after the other and with a pause: a crowd that asks all the time takes the time from what it waits for.
    for (const shopper of shoppers)
      await until(async () => (await wallet(shopper)).coupons.every(({ state }) => state !== 'LOCKED'), 30_000, 200);
    const codes = new Set<string>();
    let issued = 0;
    for (const shopper of shoppers) {
      const { coupons, orders, events } = await wallet(shopper);
      issued += coupons.length;
      for (const coupon of coupons) codes.add(coupon.code);
      const claimed = acknowledged.coupons.get(shopper);
      expect(coupons.map((coupon) => coupon.id)).toEqual(claimed ? [claimed] : []);
      const order = acknowledged.orders.get(shopper);
      const kept = orders.find((candidate) => candidate.id === order?.id);
      if (order) expect(kept?.payable.minorUnits).toBe(order.payable);
      if (order?.isPaid) expect(kept?.state).toBe('PAID');
      const spentOn = orders.filter(
        (candidate) => candidate.state === 'PAID' && candidate.payable.minorUnits === 22_990,
      );
      expect(coupons.filter((coupon) => coupon.state === 'REDEEMED')).toHaveLength(spentOn.length);
      // Every event took effect once: numbered without a gap, one arrival per coupon, one redemption per spent coupon.
      expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
      expect(events.filter((event) => event.kind === 'RECEIVED')).toHaveLength(coupons.length);
      expect(events.filter((event) => event.kind === 'REDEEMED')).toHaveLength(spentOn.length);
    }
    expect(issued).toBe(stock);
    expect(codes.size).toBe(stock);
  }, 180_000);

  it('reminds of every coupon that is left, once, after all of that', async () => {
    const operator = await shop.token('operator', 'operator');
    await must(
      shop.ask(
        'mutation ($input: AdvanceClockInput!) { advanceClock(input: $input) { now userErrors { message } } }',
        { input: { milliseconds: 25 * hour } },
        operator,
      ),
    );
    for (const shopper of shoppers) await until(async () => (await remindersMissing(shopper)) === 0, 20_000, 200);
    for (const shopper of shoppers) {
      const { coupons, inbox } = await wallet(shopper);
      expect(inbox).toHaveLength(coupons.filter((coupon) => coupon.state === 'AVAILABLE').length);
    }
  }, 300_000);
});

async function remindersMissing(shopper: string): Promise<number> {
  const { coupons, inbox } = await wallet(shopper);
  return coupons.filter((coupon) => coupon.state === 'AVAILABLE').length - inbox.length;
}

/** Claims, settles and pays as one shopper, noting what was acknowledged; goes on after a fault with the same keys, as a client would. */
async function shopAs(shopper: string, acknowledged: Acknowledged, day: { isOver: boolean }): Promise<void> {
  for (let attempt = 1; attempt <= 120 && !day.isOver; attempt += 1) {
    try {
      await shopOnce(shopper, acknowledged);
      return;
    } catch (error) {
      if (attempt === 120) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

async function shopOnce(shopper: string, acknowledged: Acknowledged): Promise<void> {
  const token = tokens.get(shopper) ?? '';
  const claim = await must(
    shop.ask(
      'mutation ($input: ClaimCouponInput!) { claimCoupon(input: $input) { coupon { id } userErrors { code retryAt } } }',
      { input: { templateId, idempotencyKey: 'claim' } },
      token,
    ),
  );
  const { coupon, userErrors } = claim.claimCoupon as {
    coupon: { id: string } | null;
    userErrors: { code: string; retryAt: string | null }[];
  };
  if (coupon) {
    const known = acknowledged.coupons.get(shopper);
    if (known) expect(coupon.id).toBe(known);
    acknowledged.coupons.set(shopper, coupon.id);
  } else if (userErrors[0]?.retryAt) throw new Error(`${userErrors[0].code}: try again`);

  if (shoppers.indexOf(shopper) % 2 === 1 || acknowledged.orders.get(shopper)?.isPaid) return;
  const cart = { currency: 'CNY', lines: [{ skuId: 'lamp', quantity: 1 }] };
  const expectedPayable = { minorUnits: coupon ? 22_990 : 25_990, currency: 'CNY' };
  const settled = await must(
    shop.ask(
      'mutation ($input: SettleOrderInput!) { settleOrder(input: $input) { order { id payable { minorUnits } } userErrors { code message } } }',
      { input: { cart, coupons: { kind: 'AUTO' }, expectedPayable, idempotencyKey: 'settle' } },
      token,
    ),
  );
  const { order } = settled.settleOrder as { order: { id: string; payable: { minorUnits: number } } | null };
  if (!order) throw new Error(`not settled: ${JSON.stringify(settled)}`);
  const known = acknowledged.orders.get(shopper);
  if (known) expect(order.id).toBe(known.id);
  acknowledged.orders.set(shopper, { id: order.id, payable: order.payable.minorUnits, isPaid: false });
  const paid = await must(
    shop.ask(
      'mutation ($input: PayOrderInput!) { payOrder(input: $input) { payment { id } order { state } userErrors { code } } }',
      { input: { orderId: order.id, idempotencyKey: 'pay' } },
      token,
    ),
  );
  const { payment } = paid.payOrder as { payment: { id: string } | null };
  if (!payment) return;
  const service = await shop.token('service', 'backend');
  const confirmed = await must(
    shop.ask(
      'mutation ($input: ConfirmPaymentInput!) { confirmPayment(input: $input) { order { state } userErrors { code message } } }',
      {
        input: {
          paymentId: payment.id,
          amount: order.payable && { minorUnits: order.payable.minorUnits, currency: 'CNY' },
          idempotencyKey: `confirm-${payment.id}`,
        },
      },
      service,
    ),
  );
  if ((confirmed.confirmPayment as { order: { state: string } | null }).order?.state === 'PAID') {
    acknowledged.orders.set(shopper, { id: order.id, payable: order.payable.minorUnits, isPaid: true });
  }
}

interface Wallet {
  coupons: { id: string; code: string; state: string }[];
  orders: { id: string; state: string; payable: { minorUnits: number } }[];
  events: { kind: string; seq: number }[];
  inbox: { id: string }[];
}

async function wallet(shopper: string): Promise<Wallet> {
  const data = await must(
    shop.ask(
      `{ viewer { coupons(first: 100) { edges { node { id code state } } } orders(first: 100) { edges { node { id state payable { minorUnits } } } } inbox { edges { node { id } } } }
         couponEventsSince(seq: 0, first: 100) { kind seq } }`,
      {},
      tokens.get(shopper) ?? '',
    ),
  );
  const viewer = data.viewer as Record<'coupons' | 'orders' | 'inbox', { edges: { node: unknown }[] }>;
  const nodes = (name: 'coupons' | 'orders' | 'inbox'): unknown[] => viewer[name].edges.map((edge) => edge.node);
  return {
    coupons: nodes('coupons') as Wallet['coupons'],
    orders: nodes('orders') as Wallet['orders'],
    events: data.couponEventsSince as Wallet['events'],
    inbox: nodes('inbox') as Wallet['inbox'],
  };
}

/** The data of an answer without errors; a user error that names a fault of the test fails it. */
async function must(asked: Promise<Answer>): Promise<Record<string, unknown>> {
  const { data, errors } = await asked;
  if (errors.length > 0 || !data) throw new Error(JSON.stringify(errors));
  return data;
}
