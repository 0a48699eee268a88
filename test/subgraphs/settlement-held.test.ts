import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Quote, QuotePayload } from '../../schema/generated/settlement';
import { asTenantId } from '../../subgraphs/shared/kernel/identifiers';
import { defaultTenantSettings } from '../../subgraphs/shared/kernel/tenant-settings';
import { newEvent } from '../../subgraphs/shared/runtime/events';
import { festival, service, shopper } from '../support/people';
import {
  actsOn,
  answerOf,
  cart,
  expecting,
  orderOf,
  reduction,
  type Stage,
  skuEvent,
  startStage,
  templateEvent,
} from './settlement-stage';

const minute = 60_000;
const autumn = reduction('autumn', 1000, 5000, { trigger: 'AUTOMATIC', group: 'ITEM' });
let stage: Stage;
let teaRevision = 1;
let autumnRevision = 1;

beforeAll(async () => {
  stage = await startStage();
  await stage.publish(skuEvent('tea', 5000), templateEvent(autumn));
});

afterAll(() => stage.stop());

const { settle, cancel, rows } = actsOn(() => stage);

interface Held {
  token: string;
  validUntil: string;
  payable: number;
}

const heldText = `query ($input: QuoteInput!) { quote(input: $input) {
  quote { payable { minorUnits } isWithoutCoupons heldQuote { token validUntil } } userErrors { code message }
} }`;

async function quoteOf(input: Record<string, unknown>, who = shopper('ann')): Promise<Quote> {
  const { quote, userErrors } = answerOf<QuotePayload>(await stage.execute(heldText, { input }, who), 'quote');
  if (!quote) throw new Error(JSON.stringify(userErrors));
  return quote;
}

async function hold(input: Record<string, unknown>, user: string): Promise<Held> {
  const { payable, heldQuote } = await quoteOf(input, shopper(user));
  if (!heldQuote) throw new Error('Expected a promise, found none.');
  return { token: heldQuote.token, validUntil: String(heldQuote.validUntil), payable: payable.minorUnits };
}

const settleHeld = (user: string, input: Record<string, unknown>, { token, payable }: Held) =>
  settle(user, { ...input, ...expecting(payable), heldQuote: token });

/** The shop asks another price for tea from now on. */
const teaCosts = (fen: number) => stage.publish(skuEvent('tea', fen, { revision: ++teaRevision }));
const autumnIs = (state: 'LIVE' | 'PAUSED' | 'ENDED') =>
  stage.publish(templateEvent(autumn, { state, revision: ++autumnRevision }));

async function choose(revision: number, chosen: object): Promise<void> {
  await stage.publish(
    newEvent('tenant-settings.changed', {
      tenantId: asTenantId(festival),
      key: festival,
      payload: { revision, settings: { ...defaultTenantSettings, ...chosen } },
    }),
  );
}

describe('a held price', () => {
  it('is honoured although the shop asks more now and the promotion is over', async () => {
    const input = cart({ tea: 1 });
    const held = await hold(input, 'ann');
    expect(held.payable).toBe(4000);
    await teaCosts(6000);
    await autumnIs('ENDED');
    expect((await settle('ann', { ...input, ...expecting(4000) })).userErrors).toMatchObject([
      { code: 'PRICE_CHANGED' },
    ]);
    const order = orderOf(await settleHeld('ann', input, held));
    expect(order).toMatchObject({
      state: 'PENDING_PAYMENT',
      payable: { minorUnits: 4000 },
      discount: { minorUnits: 1000 },
    });
    await teaCosts(5000);
    await autumnIs('LIVE');
  });

  it('is held for as many minutes as the tenant chose, and no longer', async () => {
    const input = cart({ tea: 1 });
    const held = await hold(input, 'bob');
    const left = new Date(held.validUntil).getTime() - stage.clock.now().getTime();
    expect(left).toBeLessThanOrEqual(defaultTenantSettings.quoteValidMinutes * minute);
    expect(left).toBeGreaterThan((defaultTenantSettings.quoteValidMinutes - 1) * minute);
    await teaCosts(5500);
    stage.clock.advance(left);
    const late = await settleHeld('bob', input, held);
    expect(late).toMatchObject({
      order: null,
      quote: { payable: { minorUnits: 4500 } },
      userErrors: [{ code: 'PRICE_CHANGED' }],
    });
    expect(late.userErrors[0]?.message).toContain(`The held price ended at ${held.validUntil}`);
    await teaCosts(5000);
  });

  it('ends when a promotion it rests on is paused, unless the tenant says otherwise', async () => {
    const input = cart({ tea: 1 });
    const held = await hold(input, 'cat');
    await autumnIs('PAUSED');
    const revoked = await settleHeld('cat', input, held);
    expect(revoked).toMatchObject({ order: null, userErrors: [{ code: 'PRICE_CHANGED' }] });
    expect(revoked.userErrors[0]?.message).toContain('tpl_autumn, which is paused');
    await choose(1, { heldQuotesSurvivePause: true });
    expect(orderOf(await settleHeld('cat', input, held)).payable.minorUnits).toBe(4000);
    await choose(2, {});
    await autumnIs('LIVE');
  });

  it('needs its coupons to be there still, and gets them when they are back', async () => {
    const coupon = stage.coupons.give('dan', reduction('ten', 1000, 1000));
    const input = cart({ tea: 1 });
    const held = await hold(input, 'dan');
    expect(held.payable).toBe(3000);
    const other = orderOf(await settle('dan', { ...cart({ tea: 2 }), ...expecting(8000) }));
    expect(await settleHeld('dan', input, held)).toMatchObject({
      order: null,
      quote: { payable: { minorUnits: 4000 }, unusedCoupons: [{ coupon: { id: coupon }, reason: 'COUPON_LOCKED' }] },
      userErrors: [{ code: 'PRICE_CHANGED' }],
    });
    await cancel('dan', other.id);
    expect(orderOf(await settleHeld('dan', input, held)).payable.minorUnits).toBe(3000);
  });

  it('does not outlive a coupon that it uses', async () => {
    const expiresAt = new Date(stage.clock.now().getTime() + 5 * minute);
    stage.coupons.give('eve', reduction('ten', 1000, 1000), { expiresAt });
    expect((await hold(cart({ tea: 1 }), 'eve')).validUntil).toBe(expiresAt.toISOString());
  });

  it('is nobody else’s, for no other cart, and not to be written by hand; nothing is written for such', async () => {
    const input = cart({ tea: 1 });
    const held = await hold(input, 'fay');
    const before = await rows().countDocuments();
    const refused = { order: null, userErrors: [{ code: 'HELD_QUOTE_INVALID', field: ['input', 'heldQuote'] }] };
    expect(await settleHeld('gus', input, held)).toMatchObject(refused);
    expect(await settleHeld('fay', cart({ tea: 2 }), held)).toMatchObject(refused);
    expect(await settleHeld('fay', cart({ tea: 1 }, { kind: 'NONE' }), held)).toMatchObject(refused);
    const [kind, body = '', signature] = held.token.split('.');
    const swapped = body[9] === 'A' ? 'B' : 'A';
    const forged = [
      '',
      'hq1',
      held.token.slice(0, -2),
      `${held.token}.x`,
      [kind, `${body.slice(0, 9)}${swapped}${body.slice(10)}`, signature].join('.'),
      [kind, body, signature?.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))].join('.'),
      'x'.repeat(300_000),
    ];
    for (const token of forged) expect(await settleHeld('fay', input, { ...held, token })).toMatchObject(refused);
    expect(await rows().countDocuments()).toBe(before);
    expect(orderOf(await settleHeld('fay', input, held)).payable.minorUnits).toBe(4000);
  });

  it('is not promised to a backend, nor while coupons cannot be looked up', async () => {
    expect((await quoteOf(cart({ tea: 1 }, { kind: 'NONE' }), service())).heldQuote).toBeNull();
    stage.coupons.isAway = true;
    expect(await quoteOf(cart({ tea: 1 }))).toMatchObject({ isWithoutCoupons: true, heldQuote: null });
    stage.coupons.isAway = false;
  });

  it('fits into a request for the largest cart', async () => {
    const goods = Array.from({ length: 500 }, (_, n) => `sku-${n}`);
    await stage.publish(...goods.map((id, n) => skuEvent(id, 1000 + n)));
    const input = cart(Object.fromEntries(goods.map((id) => [id, 3])));
    const held = await hold(input, 'hal');
    expect(held.token.length).toBeLessThan(128 * 1024);
    expect(orderOf(await settleHeld('hal', input, held)).payable.minorUnits).toBe(held.payable);
  });
});
