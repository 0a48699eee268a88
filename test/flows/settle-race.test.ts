import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphQLResult } from '../../subgraphs/shared/runtime/server';
import {
  answerOf,
  cancelText,
  cart,
  confirmText,
  expecting,
  type MoveAnswer,
  type PayAnswer,
  payText,
  type SettleAnswer,
  settleText,
} from '../subgraphs/settlement-stage';
import { insist } from '../support/coupons';
import { merchant, operator, service, shopper } from '../support/people';
import { type Platform, startPlatform } from '../support/platform';

const day = 86_400_000;
let platform: Platform;
let templateId: string;

beforeAll(async () => {
  platform = await startPlatform({ names: ['template', 'user-coupon', 'settlement'] });
  const skus = [
    {
      id: 'tea',
      name: 'Tea',
      category: '/food/tea',
      itemType: 'IN_STOCK',
      listPrices: [{ minorUnits: 20_000, currency: 'CNY' }],
    },
  ];
  await done(
    'template',
    'mutation ($input: UpsertSkusInput!) { upsertSkus(input: $input) { changedCount userErrors { code message } } }',
    { skus },
    merchant('lumen'),
  );
  const at = (ms: number) => new Date(platform.clock.now().getTime() + ms).toISOString();
  const document = {
    name: { default: '满300减40' },
    trigger: 'COUPON',
    time: { startsAt: at(-day), endsAt: at(7 * day), validity: { kind: 'DAYS_AFTER_CLAIM', days: 7 } },
    limit: { stock: 100, perUser: { lifetime: 1 } },
    rule: { stackingGroup: 'PLATFORM_COUPON' },
    benefit: [{ kind: 'THRESHOLD_REDUCTION', threshold: { CNY: 30_000 }, off: { CNY: 4000 } }],
  };
  const created = await done(
    'template',
    'mutation ($input: CreateTemplateInput!) { createTemplate(input: $input) { template { id } userErrors { code message } } }',
    { document },
    operator(),
  );
  templateId = answerOf<{ template: { id: string } }>(created, 'createTemplate').template.id;
  await done(
    'template',
    'mutation ($input: PublishTemplateInput!) { publishTemplate(input: $input) { template { state } userErrors { code message } } }',
    { templateId },
    operator(),
  );
  await platform.settled();
});

afterAll(() => platform.stop());

let keys = 0;

/** One mutation that must go through. */
async function done(
  subgraph: 'template' | 'user-coupon' | 'settlement',
  query: string,
  input: Record<string, unknown>,
  who = shopper('mei'),
): Promise<GraphQLResult> {
  keys += 1;
  const variables = { input: { idempotencyKey: `key-${keys}`, ...input } };
  const result = await platform.execute(subgraph, { query, variables }, who);
  if (result.errors) throw new Error(JSON.stringify(result.errors));
  return result;
}

async function claim(user: string): Promise<string> {
  const text =
    'mutation ($input: ClaimCouponInput!) { claimCoupon(input: $input) { coupon { id } userErrors { code message } } }';
  const answer = answerOf<{ coupon: { id: string } | null; userErrors: unknown[] }>(
    await done('user-coupon', text, { templateId }, shopper(user)),
    'claimCoupon',
  );
  if (!answer.coupon) throw new Error(JSON.stringify(answer.userErrors));
  return answer.coupon.id;
}

/** As a client does: the same request again while the answer says that it may be retried. */
async function settle(user: string, expected: number): Promise<SettleAnswer> {
  const input = { ...cart({ tea: 2 }), ...expecting(expected) };
  const call = () => platform.execute('settlement', { query: settleText, variables: { input } }, shopper(user));
  return answerOf(await insist(call), 'settleOrder');
}

async function couponOf(user: string, id: string) {
  const query = 'query ($id: ID!) { coupon(id: $id) { state order { id } } }';
  const result = await platform.execute('user-coupon', { query, variables: { id } }, shopper(user));
  return answerOf<{ state: string; order: { id: string } | null }>(result, 'coupon');
}

async function payFor(user: string, orderId: string): Promise<string> {
  const answer = answerOf<PayAnswer>(await done('settlement', payText, { orderId }, shopper(user)), 'payOrder');
  if (!answer.payment) throw new Error(JSON.stringify(answer.userErrors));
  return answer.payment.id;
}

async function confirm(paymentId: string): Promise<MoveAnswer> {
  const input = { paymentId, amount: { minorUnits: 36_000, currency: 'CNY' } };
  return answerOf(await done('settlement', confirmText, input, service()), 'confirmPayment');
}

async function eventually(check: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await check();
    } catch (error) {
      if (tries >= 200) throw error;
      await wait(50);
    }
  }
}

describe('settlement and user-coupon together', () => {
  it('spend a coupon on the order that was paid with it', async () => {
    const coupon = await claim('ann');
    const { order } = await settle('ann', 36_000);
    expect(order).toMatchObject({ state: 'PENDING_PAYMENT', discount: { minorUnits: 4000 } });
    expect(await couponOf('ann', coupon)).toEqual({ state: 'LOCKED', order: { id: order?.id } });
    expect((await confirm(await payFor('ann', order?.id ?? ''))).order?.state).toBe('PAID');
    expect(await couponOf('ann', coupon)).toEqual({ state: 'REDEEMED', order: { id: order?.id } });
  });

  it('give it to exactly one of fifty orders that want it at the same moment', async () => {
    const coupon = await claim('bob');
    const answers = await Promise.all(Array.from({ length: 50 }, () => settle('bob', 36_000)));
    const won = answers.flatMap(({ order }) => order ?? []);
    expect(won).toHaveLength(1);
    const lost = answers.filter(({ order }) => !order);
    expect(new Set(lost.map(({ userErrors }) => userErrors[0]?.code))).toEqual(new Set(['PRICE_CHANGED']));
    expect(new Set(lost.map(({ quote }) => quote?.payable.minorUnits))).toEqual(new Set([40_000]));
    expect(await couponOf('bob', coupon)).toEqual({ state: 'LOCKED', order: { id: won[0]?.id } });
  });

  it('give it back when the order is cancelled, and it can be spent on the next one', async () => {
    const coupon = await claim('cid');
    const { order } = await settle('cid', 36_000);
    const input = { orderId: order?.id };
    expect(
      answerOf<MoveAnswer>(await done('settlement', cancelText, input, shopper('cid')), 'cancelOrder').order?.state,
    ).toBe('CANCELLED');
    expect((await couponOf('cid', coupon)).state).toBe('AVAILABLE');
    expect((await settle('cid', 36_000)).order?.state).toBe('PENDING_PAYMENT');
  });

  it('give it back when nobody paid in time', async () => {
    const coupon = await claim('dee');
    const { order } = await settle('dee', 36_000);
    platform.clock.advance(31 * 60_000);
    await eventually(async () => expect((await couponOf('dee', coupon)).state).toBe('AVAILABLE'));
    const query = 'query ($id: ID!) { order(id: $id) { state } }';
    const result = await platform.execute('settlement', { query, variables: { id: order?.id } }, shopper('dee'));
    expect(result.data?.order).toEqual({ state: 'TIMED_OUT' });
  });

  it('agree on one outcome for every order however paying, cancelling and running out of time meet', async () => {
    const users = Array.from({ length: 6 }, (_, n) => `eve-${n}`);
    const held = await Promise.all(
      users.map(async (user) => {
        const coupon = await claim(user);
        const { order } = await settle(user, 36_000);
        const orderId = order?.id ?? '';
        return { user, coupon, orderId, payment: await payFor(user, orderId) };
      }),
    );
    const races = held.flatMap(({ user, orderId, payment }) => [
      confirm(payment),
      done('settlement', cancelText, { orderId }, shopper(user)),
    ]);
    platform.clock.advance(45 * 60_000); // past the payment's deadline and past the hold's
    await Promise.all(races);
    for (const { user, coupon, orderId } of held) {
      const query = 'query ($id: ID!) { order(id: $id) { state } }';
      await eventually(async () => {
        const { data } = await platform.execute('settlement', { query, variables: { id: orderId } }, shopper(user));
        const { state } = answerOf<{ state: string }>({ data: data ?? null }, 'order');
        expect(['PAID', 'CANCELLED', 'TIMED_OUT']).toContain(state);
        expect((await couponOf(user, coupon)).state).toBe(state === 'PAID' ? 'REDEEMED' : 'AVAILABLE');
      });
    }
  });
});
