import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planReminders, type RemindableCoupon, reminderText } from '../../subgraphs/notification/domain/reminder';
import { asCouponId, asTemplateId, asTenantId, asUserId } from '../../subgraphs/shared/kernel/identifiers';
import { runs } from '../support/runs';

const hour = 60 * 60 * 1000;
const zone = 'Asia/Shanghai';

function coupon(since: string, expiresAt: string, id = 'cpn_1'): RemindableCoupon {
  return {
    tenantId: asTenantId('festival'),
    ownerId: asUserId('mei'),
    templateId: asTemplateId('tpl_1'),
    couponId: asCouponId(id),
    since: new Date(since),
    expiresAt: new Date(expiresAt),
  };
}

describe('planning reminders', () => {
  it('reminds once per lead time that begins after the coupon was claimed', () => {
    const planned = planReminders(coupon('2026-05-01T00:00:00Z', '2026-05-08T00:00:00Z'), [72, 24], zone);
    expect(planned.map((reminder) => [reminder.leadHours, reminder.dueAt.toISOString()])).toEqual([
      [72, '2026-05-05T00:00:00.000Z'],
      [24, '2026-05-07T00:00:00.000Z'],
    ]);
  });

  it('leaves out a lead time that lies before the claim', () => {
    const planned = planReminders(coupon('2026-05-06T00:00:00Z', '2026-05-08T00:00:00Z'), [72, 24], zone);
    expect(planned.map((reminder) => reminder.leadHours)).toEqual([24]);
  });

  it('reminds halfway when the coupon is too short for every lead time', () => {
    const planned = planReminders(coupon('2026-05-01T00:00:00Z', '2026-05-01T10:00:00Z'), [72, 24], zone);
    expect(planned.map((reminder) => [reminder.leadHours, reminder.dueAt.toISOString()])).toEqual([
      [24, '2026-05-01T05:00:00.000Z'],
    ]);
  });

  it('makes one message of coupons of one template that run out on one day of the shop’s zone', () => {
    const [first] = planReminders(coupon('2026-05-01T00:00:00Z', '2026-05-07T16:30:00Z', 'cpn_1'), [24], zone);
    const [second] = planReminders(coupon('2026-05-01T00:00:00Z', '2026-05-08T15:00:00Z', 'cpn_2'), [24], zone);
    const [nextDay] = planReminders(coupon('2026-05-01T00:00:00Z', '2026-05-08T16:30:00Z', 'cpn_3'), [24], zone);
    expect(first?.reminderId).toBe(second?.reminderId);
    expect(nextDay?.reminderId).not.toBe(first?.reminderId);
  });

  it('never plans a reminder outside the coupon’s life, and plans one whenever a lead time is wished for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 24 * 400 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 24 * 60 }), { minLength: 1, maxLength: 5 }),
        (lifeHours, leads) => {
          const since = new Date('2026-05-01T00:00:00Z');
          const expiresAt = new Date(since.getTime() + lifeHours * hour);
          const planned = planReminders(
            { ...coupon('2026-05-01T00:00:00Z', '2026-05-01T00:00:00Z'), expiresAt },
            leads,
            zone,
          );
          expect(planned.length).toBeGreaterThan(0);
          for (const { dueAt } of planned) expect(dueAt > since && dueAt < expiresAt).toBe(true);
        },
      ),
      { numRuns: runs(2000) },
    );
  });
});

describe('the text of a reminder', () => {
  const reminder = {
    names: { default: '满300减40', en: '¥40 off' },
    couponCount: 2,
    expiresAt: new Date('2026-11-29T02:00:00Z'),
    zone,
  };

  it('speaks Chinese unless English is asked for, and names the time in the shop’s zone', () => {
    expect(reminderText(reminder, null)).toBe('您有 2 张「满300减40」优惠券将于 2026年11月29日 10:00 到期，记得使用。');
    expect(reminderText(reminder, 'en')).toBe('2 coupons “¥40 off” run out on November 29, 2026 at 10:00 AM.');
    expect(reminderText({ ...reminder, couponCount: 1 }, 'en')).toMatch(/^Your coupon “¥40 off” runs out on /);
  });
});
