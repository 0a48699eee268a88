import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { SagaStep } from '../../subgraphs/settlement/domain/saga';
import { asLockToken } from '../../subgraphs/shared/kernel/identifiers';
import { shopper } from '../support/people';
import {
  actsOn,
  cart,
  eventually,
  expecting,
  orderOf,
  reduction,
  type Stage,
  settleText,
  skuEvent,
  startStage,
} from './settlement-stage';

const forty = reduction('forty', 4000, 10_000);
const _minute = 60_000;
let stage: Stage;

beforeAll(async () => {
  stage = await startStage({ env: { SAGA_ABANDONED_AFTER: '1500' } });
  await stage.publish(skuEvent('tea', 5000), skuEvent('mug', 1000));
});

afterEach(() => {
  stage.crash.after = null;
  stage.coupons.isAway = false;
  stage.coupons.beforeLock = null;
  stage.coupons.losesAnswer.clear();
});

afterAll(() => stage.stop());

const { settle, pay, confirm, stateOf, rows, rowOf } = actsOn(() => stage);

describe('a process that dies at a step', () => {
  /** Settles and is killed after a step: the call never ends. Resolves when the step is written down. */
  async function dieAfter(step: SagaStep, user: string, input: Record<string, unknown>): Promise<string> {
    stage.crash.after = step;
    void stage.execute(settleText, { input }, shopper(user));
    let token = '';
    await eventually(async () => {
      const row = await rowOf(user);
      const asked = stage.coupons.calls.filter((field) => field === 'lockCoupons').length;
      if (step === 'STARTED' ? row.state !== 'STARTED' : step === 'LOCKED' ? asked === 0 : false)
        throw new Error('not yet');
      if (step === 'PLACED' && row.state !== 'PENDING_PAYMENT') throw new Error('not yet');
      token = row.token;
    });
    await wait(50);
    stage.crash.after = null;
    return token;
  }

  for (const step of ['STARTED', 'PRICED', 'LOCKED'] as const) {
    it(`after ${step} leaves no order and free coupons, and the same call then places one`, async () => {
      const user = `dies-${step}`;
      const coupon = stage.coupons.give(user, forty);
      stage.coupons.calls.length = 0;
      const input = { ...cart({ tea: 2 }), ...expecting(6000, step) };
      const token = await dieAfter(step, user, input);
      await eventually(async () => {
        expect(await rows().findOne({ token: asLockToken(token) })).toMatchObject({
          state: 'CANCELLED',
          hold: 'RELEASED',
        });
      });
      expect(stage.coupons.stateOf(coupon)).toBe('AVAILABLE');
      const order = orderOf(await settle(user, input));
      expect(order.state).toBe('PENDING_PAYMENT');
      expect(stage.coupons.stateOf(coupon)).toBe('LOCKED');
      expect(await rows().countDocuments({ ownerId: user, state: 'PENDING_PAYMENT' })).toBe(1);
    });
  }

  it('after PLACED leaves the order, which the same call finds again', async () => {
    stage.coupons.give('dies-placed', forty);
    const input = { ...cart({ tea: 2 }), ...expecting(6000, 'placed') };
    await dieAfter('PLACED', 'dies-placed', input);
    const order = orderOf(await settle('dies-placed', input));
    expect(order.state).toBe('PENDING_PAYMENT');
    expect(await rows().countDocuments({ ownerId: 'dies-placed' })).toBe(1);
  });

  it('after PAID leaves a paid order whose coupons another process spends', async () => {
    const coupon = stage.coupons.give('dies-paid', forty);
    const order = orderOf(await settle('dies-paid', { ...cart({ tea: 2 }), ...expecting(6000) }));
    const { payment } = await pay('dies-paid', order.id);
    stage.crash.after = 'PAID';
    confirm(payment?.id ?? '', 6000).catch(() => undefined);
    await eventually(() => expect(stage.coupons.stateOf(coupon)).toBe('REDEEMED'));
    expect(await stateOf('dies-paid', order.id)).toBe('PAID');
    await eventually(async () => expect((await rowOf('dies-paid')).hold).toBe('REDEEMED'));
  });
});
