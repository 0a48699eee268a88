import { dayOf } from '../../shared/kernel/calendar';
import type { CouponId, TemplateId, TenantId, UserId } from '../../shared/kernel/identifiers';

const hourMs = 60 * 60 * 1000;

/** What planning knows of a coupon that can be used now or later. */
export interface RemindableCoupon {
  tenantId: TenantId;
  ownerId: UserId;
  templateId: TemplateId;
  couponId: CouponId;
  /** From when the owner had it: the claim, or the return. */
  since: Date;
  expiresAt: Date;
}

/** One reminder of one coupon; those with an equal `reminderId` become one message. */
export interface PlannedReminder {
  /** Tenant, owner, template, day of expiry and lead time: coupons of one template that run out on one day share it. */
  reminderId: string;
  leadHours: number;
  dueAt: Date;
}

/**
 * When the owner is to be reminded of a coupon: once per lead time that begins after the owner has it. A coupon so short
 * that no lead time fits is reminded of halfway through.
 *
 * planReminders({since: 1 May 00:00, expiresAt: 8 May 00:00, …}, [72, 24], zone) → due 5 May 00:00 and 7 May 00:00
 */
export function planReminders(coupon: RemindableCoupon, leadHours: readonly number[], zone: string): PlannedReminder[] {
  const day = dayOf(coupon.expiresAt, zone);
  const planned = (lead: number, dueAt: Date): PlannedReminder => ({
    reminderId: [coupon.tenantId, coupon.ownerId, coupon.templateId, day, lead].map(encodeURIComponent).join(':'),
    leadHours: lead,
    dueAt,
  });
  const fitting = leadHours
    .map((lead) => planned(lead, new Date(coupon.expiresAt.getTime() - lead * hourMs)))
    .filter((reminder) => reminder.dueAt > coupon.since);
  const shortest = Math.min(...leadHours);
  if (fitting.length > 0 || leadHours.length === 0 || coupon.expiresAt <= coupon.since) return fitting;
  return [planned(shortest, new Date((coupon.since.getTime() + coupon.expiresAt.getTime()) / 2))];
}

/** A name in several languages; `default` is always there. */
export type Names = { readonly default: string } & { readonly [locale: string]: string };

/** The text of a reminder. `reminderText({names: {default: '满300减40'}, couponCount: 2, …}, 'en')` → `2 coupons “满300减40” run out on November 29, 2026 at 10:00.` */
export function reminderText(
  reminder: { names: Names; couponCount: number; expiresAt: Date; zone: string },
  locale: string | null,
): string {
  const name = (locale && reminder.names[locale]) || reminder.names.default;
  const language = locale?.startsWith('en') ? 'en' : 'zh-CN';
  const when = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: reminder.zone });
  const at = when.format(reminder.expiresAt);
  if (language === 'zh-CN') return `您有 ${reminder.couponCount} 张「${name}」优惠券将于 ${at} 到期，记得使用。`;
  return reminder.couponCount === 1
    ? `Your coupon “${name}” runs out on ${at}.`
    : `${reminder.couponCount} coupons “${name}” run out on ${at}.`;
}
