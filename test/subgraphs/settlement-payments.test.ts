import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { service, shopper } from '../support/people';
import {
  actsOn,
  answerOf,
  cancelText,
  cart,
  confirmText,
  eventually,
  expecting,
  type MoveAnswer,
  type PayAnswer,
  payText,
  reduction,
  type SettleAnswer,
  type Stage,
  settleText,
  skuEvent,
  stageSecret,
  startStage,
} from './settlement-stage';

const minute = 60_000;
const path = '/hooks/payment/festival/fake';
let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
  await stage.publish(skuEvent('tea', 5000));
});

afterAll(() => stage.stop());

async function placed(user: string, on = stage): Promise<string> {
  const input = { ...cart({ tea: 1 }, { kind: 'NONE' }), ...expecting(5000) };
  const { order } = answerOf<SettleAnswer>(await on.execute(settleText, { input }, shopper(user)), 'settleOrder');
  if (!order) throw new Error('not placed');
  return order.id;
}

async function pay(user: string, orderId: string, key = `pay-${orderId}`, on = stage): Promise<PayAnswer> {
  return answerOf(await on.execute(payText, { input: { orderId, idempotencyKey: key } }, shopper(user)), 'payOrder');
}

async function opened(user: string, orderId: string, key?: string) {
  const { payment, userErrors } = await pay(user, orderId, key);
  if (!payment) throw new Error(JSON.stringify(userErrors));
  return payment;
}

async function confirm(input: Record<string, unknown>, who = service()): Promise<MoveAnswer> {
  return answerOf(await stage.execute(confirmText, { input }, who), 'confirmPayment');
}

const { stateOf, paymentRow } = actsOn(() => stage);

/** A webhook as a provider would send it, by hand, so that nothing of the code under test signs it. */
function webhook(
  notice: { paymentId: string; amount?: number; currency?: string; result?: string; noticeId?: string },
  over: { at?: number; secret?: string; body?: string } = {},
) {
  const body = JSON.stringify({ noticeId: 'ntc_1', result: 'SUCCEEDED', amount: 5000, currency: 'CNY', ...notice });
  const seconds = Math.floor((over.at ?? Date.now()) / 1000);
  const digest = createHmac('sha256', over.secret ?? stageSecret)
    .update(`${seconds}.${body}`)
    .digest('hex');
  return stage.hook({ path, headers: { 'payment-signature': `t=${seconds},v1=${digest}` }, body: over.body ?? body });
}

const press = (payment: string, button: string) => stage.hook({ path: `${path}/press`, query: { payment, button } });

describe('opening a payment', () => {
  it('gives the shopper a page to pay on and pays nothing', async () => {
    const orderId = await placed('ann');
    const payment = await opened('ann', orderId);
    expect(payment).toMatchObject({ provider: 'fake', amount: { minorUnits: 5000 } });
    expect(payment.payUrl).toBe(`${path}/pages/${payment.id}`);
    expect(await stateOf('ann', orderId)).toBe('PENDING_PAYMENT');
  });

  it('happens once per key', async () => {
    const orderId = await placed('bea');
    const first = await opened('bea', orderId, 'k');
    expect((await opened('bea', orderId, 'k')).id).toBe(first.id);
    expect((await opened('bea', orderId, 'k2')).id).not.toBe(first.id);
    expect((await pay('bea', 'ord_other', 'k')).userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
  });

  it('is refused for a paid order and for one whose time is over', async () => {
    const orderId = await placed('cid');
    const payment = await opened('cid', orderId);
    await webhook({ paymentId: payment.id });
    expect((await pay('cid', orderId, 'again')).userErrors).toMatchObject([{ code: 'ALREADY_PAID' }]);
    const late = await placed('cy');
    stage.clock.advance(31 * minute);
    expect((await pay('cy', late)).userErrors).toMatchObject([{ code: 'ORDER_CLOSED' }]);
  });
});

describe('a webhook', () => {
  it('that is signed makes the order paid, and repeating it changes nothing', async () => {
    const orderId = await placed('dan');
    const payment = await opened('dan', orderId);
    expect(await webhook({ paymentId: payment.id })).toMatchObject({ status: 200, body: '{"outcome":"PAID"}' });
    expect(await stateOf('dan', orderId)).toBe('PAID');
    expect(await webhook({ paymentId: payment.id })).toMatchObject({ status: 200, body: '{"outcome":"UNCHANGED"}' });
    expect(await paymentRow(payment.id)).toEqual({ state: 'CONFIRMED', flags: [] });
    const events = stage.mongo.database('settlement').collection('events');
    expect(await events.countDocuments({ key: orderId, type: 'order.paid' })).toBe(1);
  });

  it('that arrives twenty times at once counts once', async () => {
    const orderId = await placed('don');
    const payment = await opened('don', orderId);
    const answers = await Promise.all(Array.from({ length: 20 }, () => webhook({ paymentId: payment.id })));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(answers.filter(({ body }) => body.includes('PAID'))).toHaveLength(1);
  });

  it('with a wrong signature, another body, no signature, an old or a future time is answered with 401 and moves nothing', async () => {
    const orderId = await placed('eve');
    const { id: paymentId } = await opened('eve', orderId);
    const forged = [
      await webhook({ paymentId }, { secret: 'somebody-elses-secret' }),
      await webhook(
        { paymentId },
        { body: JSON.stringify({ noticeId: 'n', result: 'SUCCEEDED', amount: 1, currency: 'CNY', paymentId }) },
      ),
      await webhook({ paymentId }, { at: Date.now() - 6 * minute }),
      await webhook({ paymentId }, { at: Date.now() + 6 * minute }),
      await stage.hook({ path, body: JSON.stringify({ paymentId }) }),
      await stage.hook({ path, headers: { 'payment-signature': 't=1,v1=zz' }, body: '{}' }),
    ];
    expect(forged.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 401]);
    expect(await stateOf('eve', orderId)).toBe('PENDING_PAYMENT');
    expect(await paymentRow(paymentId)).toEqual({ state: 'OPEN', flags: [] });
  });

  it('about nothing we know, to another tenant, to an unknown provider, or unreadable is refused', async () => {
    const orderId = await placed('fay');
    const { id: paymentId } = await opened('fay', orderId);
    expect((await webhook({ paymentId: 'pay_unknown' })).status).toBe(404);
    expect((await webhook({ paymentId, currency: 'CNYX' })).status).toBe(400);
    const body = JSON.stringify({ noticeId: 'n', paymentId, result: 'SUCCEEDED', amount: 5000, currency: 'CNY' });
    const seconds = Math.floor(Date.now() / 1000);
    const digest = createHmac('sha256', stageSecret).update(`${seconds}.${body}`).digest('hex');
    const headers = { 'payment-signature': `t=${seconds},v1=${digest}` };
    expect((await stage.hook({ path: '/hooks/payment/bazaar/fake', headers, body })).status).toBe(404);
    expect((await stage.hook({ path: '/hooks/payment/festival/nobody', headers, body })).status).toBe(404);
    expect((await stage.hook({ method: 'GET', path, headers, body })).status).toBe(405);
    expect(await stateOf('fay', orderId)).toBe('PENDING_PAYMENT');
  });

  it('about another amount or currency pays nothing and flags the payment, once per notice', async () => {
    const orderId = await placed('gus');
    const { id: paymentId } = await opened('gus', orderId);
    await webhook({ paymentId, amount: 4999 });
    await webhook({ paymentId, amount: 4999 });
    await webhook({ paymentId, currency: 'USD', noticeId: 'ntc_2' });
    expect(await stateOf('gus', orderId)).toBe('PENDING_PAYMENT');
    expect(await paymentRow(paymentId)).toEqual({ state: 'OPEN', flags: ['AMOUNT_DIFFERS', 'AMOUNT_DIFFERS'] });
    await webhook({ paymentId });
    expect(await stateOf('gus', orderId)).toBe('PAID');
  });

  it('that comes after the order was closed flags the payment and never revives the order', async () => {
    const orderId = await placed('hal');
    const { id: paymentId } = await opened('hal', orderId);
    await stage.execute(cancelText, { input: { orderId, idempotencyKey: 'c' } }, shopper('hal'));
    expect(await webhook({ paymentId })).toMatchObject({ status: 200, body: '{"outcome":"ORDER_CLOSED"}' });
    await webhook({ paymentId, noticeId: 'ntc_2' });
    expect(await stateOf('hal', orderId)).toBe('CANCELLED');
    expect(await paymentRow(paymentId)).toEqual({ state: 'CONFIRMED', flags: ['LATE'] });
  });

  it('for a second payment of a paid order is kept as paid twice', async () => {
    const orderId = await placed('ida');
    const first = await opened('ida', orderId, 'one');
    const second = await opened('ida', orderId, 'two');
    await webhook({ paymentId: first.id });
    await webhook({ paymentId: second.id });
    expect(await paymentRow(first.id)).toEqual({ state: 'CONFIRMED', flags: [] });
    expect(await paymentRow(second.id)).toEqual({ state: 'CONFIRMED', flags: ['PAID_TWICE'] });
  });

  it('that tells of a failure closes nothing: the shopper may still pay', async () => {
    const orderId = await placed('jo');
    const { id: paymentId } = await opened('jo', orderId);
    expect((await webhook({ paymentId, result: 'FAILED', amount: 0 })).status).toBe(200);
    expect(await paymentRow(paymentId)).toMatchObject({ state: 'FAILED' });
    expect(await stateOf('jo', orderId)).toBe('PENDING_PAYMENT');
    await webhook({ paymentId, noticeId: 'ntc_2' });
    expect(await stateOf('jo', orderId)).toBe('PAID');
  });
});

describe('a company’s backend', () => {
  it('confirms a payment, once per key', async () => {
    const orderId = await placed('kim');
    const { id: paymentId } = await opened('kim', orderId);
    const input = { paymentId, amount: { minorUnits: 5000, currency: 'CNY' }, idempotencyKey: 'kim-1' };
    expect(await confirm(input)).toMatchObject({ order: { id: orderId, state: 'PAID' }, userErrors: [] });
    expect(await confirm(input)).toMatchObject({ order: { id: orderId, state: 'PAID' }, userErrors: [] });
    const other = await confirm({ ...input, amount: { minorUnits: 1, currency: 'CNY' } });
    expect(other.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
  });

  it('hears why a confirmation is refused', async () => {
    const orderId = await placed('lea');
    const { id: paymentId } = await opened('lea', orderId);
    const amount = { minorUnits: 5000, currency: 'CNY' };
    expect((await confirm({ paymentId: 'pay_none', amount, idempotencyKey: 'l0' })).userErrors).toMatchObject([
      { code: 'PAYMENT_NOT_FOUND' },
    ]);
    const less = await confirm({ paymentId, amount: { minorUnits: 1, currency: 'CNY' }, idempotencyKey: 'l1' });
    expect(less.userErrors).toMatchObject([{ code: 'AMOUNT_DIFFERS' }]);
    expect((await paymentRow(paymentId)).flags).toEqual(['AMOUNT_DIFFERS']);
    await stage.execute(cancelText, { input: { orderId, idempotencyKey: 'c' } }, shopper('lea'));
    expect((await confirm({ paymentId, amount, idempotencyKey: 'l2' })).userErrors).toMatchObject([
      { code: 'ORDER_CLOSED' },
    ]);
    expect((await paymentRow(paymentId)).flags).toEqual(['AMOUNT_DIFFERS', 'LATE']);
  });

  it('must have the scope for it; a shopper never has', async () => {
    const input = { paymentId: 'p', amount: { minorUnits: 1, currency: 'CNY' }, idempotencyKey: 'x' };
    const { errors } = await stage.execute(confirmText, { input }, shopper('mo'));
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});

describe('the fake provider', () => {
  it('shows a page with its four buttons, and none for a payment it does not know', async () => {
    const payment = await opened('nat', await placed('nat'));
    const page = await stage.hook({ method: 'GET', path: `${path}/pages/${payment.id}` });
    expect(page.status).toBe(200);
    for (const button of ['pay', 'fail', 'late', 'twice']) expect(page.body).toContain(`button=${button}`);
    expect(page.body).toContain('¥50.00');
    expect((await stage.hook({ method: 'GET', path: `${path}/pages/pay_none` })).status).toBe(404);
    expect((await press(payment.id, 'explode')).status).toBe(400);
  });

  it.each([
    ['pay', 'PAID', { state: 'CONFIRMED', flags: [] }],
    ['twice', 'PAID', { state: 'CONFIRMED', flags: [] }],
    ['fail', 'PENDING_PAYMENT', { state: 'FAILED', flags: [] }],
  ])('does what its button %s says', async (button, state, row) => {
    const orderId = await placed(`press-${button}`);
    const { id } = await opened(`press-${button}`, orderId);
    expect((await press(id, button)).status).toBe(200);
    expect(await stateOf(`press-${button}`, orderId)).toBe(state);
    expect(await paymentRow(id)).toEqual(row);
  });

  it('pays late: only once the order has timed out', async () => {
    const orderId = await placed('ola');
    const { id } = await opened('ola', orderId);
    await press(id, 'late');
    expect(await stateOf('ola', orderId)).toBe('PENDING_PAYMENT');
    stage.clock.advance(31 * minute);
    await eventually(async () => expect(await paymentRow(id)).toEqual({ state: 'CONFIRMED', flags: ['LATE'] }));
    expect(await stateOf('ola', orderId)).toBe('TIMED_OUT');
  });

  it('posts its word by itself when told to', async () => {
    const auto = await startStage({ env: { FAKE_PAYMENT: 'auto' } });
    try {
      await auto.publish(skuEvent('tea', 5000));
      const orderId = await placed('pam', auto);
      await pay('pam', orderId, 'k', auto);
      await eventually(async () => expect(await actsOn(() => auto).stateOf('pam', orderId)).toBe('PAID'));
    } finally {
      await auto.stop();
    }
  });

  it('delivers its webhooks through the gateway where there is one', async () => {
    const arrived: string[] = [];
    let shop: Stage | null = null;
    const gateway = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        arrived.push(request.url ?? '');
        const headers = { 'payment-signature': String(request.headers['payment-signature']) };
        void shop
          ?.hook({ path: request.url ?? '', headers, body: Buffer.concat(chunks).toString() })
          .then(({ status, body }) => {
            response.writeHead(status).end(body);
          });
      });
    });
    await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
    const address = gateway.address();
    const publicUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    shop = await startStage({ publicUrl });
    try {
      await shop.publish(skuEvent('tea', 5000));
      const orderId = await placed('quy', shop);
      const { payment } = await pay('quy', orderId, 'k', shop);
      expect(payment?.payUrl).toBe(`${publicUrl}${path}/pages/${payment?.id}`);
      const pressed = await shop.hook({ path: `${path}/press`, query: { payment: payment?.id ?? '', button: 'pay' } });
      expect(pressed.body).toContain('answered with 200');
      expect(arrived).toEqual([path]);
      expect(await actsOn(() => shop ?? stage).stateOf('quy', orderId)).toBe('PAID');
    } finally {
      await shop.stop();
      gateway.close();
    }
  });

  it.each([
    ['the fake provider', { NODE_ENV: 'production', PAYMENT_PROVIDER: 'fake' }, /PAYMENT_PROVIDER.*hosted/],
    [
      'a provider without a secret',
      { NODE_ENV: 'production', PAYMENT_PAGE_URL: 'https://pay.example.com' },
      /PAYMENT_WEBHOOK_SECRET/,
    ],
    [
      'a provider without a page',
      { NODE_ENV: 'production', PAYMENT_WEBHOOK_SECRET: 'long-enough-for-a-secret' },
      /PAYMENT_PAGE_URL/,
    ],
    [
      'a shop whose processes could not honour each other’s held prices',
      {
        NODE_ENV: 'production',
        PAYMENT_PAGE_URL: 'https://pay.example.com',
        PAYMENT_WEBHOOK_SECRET: 'long-enough-for-a-secret',
        HELD_QUOTE_SECRET: '',
      },
      /HELD_QUOTE_SECRET/,
    ],
    ['a short secret', { PAYMENT_WEBHOOK_SECRET: 'short' }, /PAYMENT_WEBHOOK_SECRET/],
  ])('and settings: %s does not start in production, or at all', async (_what, env, message) => {
    await expect(startStage({ env: { PAYMENT_WEBHOOK_SECRET: '', ...env } })).rejects.toThrow(message);
  });

  it('is replaced by a page of the company’s own in production, under the same signed webhooks', async () => {
    const hosted = await startStage({
      env: { NODE_ENV: 'production', PAYMENT_PAGE_URL: 'https://pay.example.com/checkout' },
    });
    try {
      await hosted.publish(skuEvent('tea', 5000));
      const { payment } = await pay('rob', await placed('rob', hosted), 'k', hosted);
      const url = new URL(payment?.payUrl ?? '');
      expect(url.origin).toBe('https://pay.example.com');
      expect(url.searchParams.get('amount')).toBe('5000');
      expect((await hosted.hook({ method: 'GET', path: `${path}/pages/${payment?.id}` })).status).toBe(404);
    } finally {
      await hosted.stop();
    }
  });
});

describe('coupons of an order that was paid late', () => {
  it('are the shopper’s again: the order keeps nothing of what it does not sell', async () => {
    const coupon = stage.coupons.give('sue', reduction('ten', 1000, 1000));
    const input = { ...cart({ tea: 1 }), ...expecting(4000) };
    const { order } = answerOf<SettleAnswer>(await stage.execute(settleText, { input }, shopper('sue')), 'settleOrder');
    const { id } = await opened('sue', order?.id ?? '');
    await press(id, 'late');
    stage.clock.advance(31 * minute);
    await eventually(async () => expect((await paymentRow(id)).flags).toEqual(['LATE']));
    expect(stage.coupons.stateOf(coupon)).toBe('AVAILABLE');
  });
});
