import { type CurrencyCode, formatMoney, money } from '../money';
import type { Rejection, RejectionCode } from './trace';

/** Why a promotion takes no part, in a sentence: `It asks for ¥1,000.00 of what is in scope and finds ¥851.70; ¥148.30 more would do.` */
export function rejectionText({ code, path, required, observed, deficit }: Rejection, currency: CurrencyCode): string {
  const amount = (minorUnits: number | string | null): string =>
    typeof minorUnits === 'number' ? formatMoney(money(minorUnits, currency)) : 'nothing';
  switch (code) {
    case 'BELOW_THRESHOLD':
      return `It asks for ${amount(required)} of what is in scope and finds ${amount(observed)}; ${amount(deficit)} more would do.`;
    case 'NOT_STARTED':
    case 'COUPON_NOT_YET_VALID':
      if (isAboutHours(path)) return `It is not open at this hour. It opens at ${required}.`;
      return required === null ? sentences[code] : `${sentences[code]} It begins at ${required}.`;
    case 'ENDED':
    case 'COUPON_EXPIRED':
      if (isAboutHours(path)) return `${sentences[code]} None of its hours are left.`;
      return required === null ? sentences[code] : `${sentences[code]} It ended at ${required}.`;
    case 'OUT_OF_SCOPE':
      return observed === null ? sentences[code] : 'What is in its scope has a special price that takes no coupons.';
    case 'EXCLUDED':
      return path === 'rule.always' ? 'A promotion that is forced in would have no effect beside it.' : sentences[code];
    case 'NOT_ELIGIBLE':
      return path === null || required === null
        ? sentences[code]
        : `${sentences[code]} ${unmetText({ path, required, observed })}`;
    default:
      return sentences[code];
  }
}

/** The least to do about a rejection: `Add ¥148.30 of what is in scope.`; null when nothing can be done about it now. */
export function cureText({ code, path, required, deficit }: Rejection, currency: CurrencyCode): string | null {
  switch (code) {
    case 'BELOW_THRESHOLD':
      return deficit === null ? null : `Add ${formatMoney(money(deficit, currency))} of what is in scope.`;
    case 'NOT_STARTED':
    case 'COUPON_NOT_YET_VALID':
      return required === null ? null : `Come back at ${required}.`;
    case 'COUPON_LOCKED':
      return 'Pay or cancel the order that holds it.';
    case 'OUT_OF_SCOPE':
      return 'Add goods that it is about.';
    case 'NOT_ELIGIBLE':
      return path === null || required === null ? null : `Meet ${path}: ${required}.`;
    case 'NOT_CHOSEN':
      return 'Choose it.';
    default:
      return null;
  }
}

/** `rule.condition.all[0] asks for user.payTimes: at least 5 and finds 1.` */
export function unmetText({
  path,
  required,
  observed,
}: Pick<Rejection, 'required' | 'observed'> & { path: string }): string {
  return observed === null
    ? `${path} asks for ${required}, of which nothing is known.`
    : `${path} asks for ${required} and finds ${observed}.`;
}

function isAboutHours(path: string | null): boolean {
  return path !== null && /\.(hoursOfDay|daysOfWeek)$/.test(path);
}

/** What a code means to a shopper. */
export const sentences: Record<RejectionCode, string> = {
  NOT_OWNED: 'The shopper owns no such coupon.',
  NOT_STARTED: 'Its promotion has not begun.',
  ENDED: 'Its promotion is over.',
  PAUSED: 'Its promotion is paused.',
  COUPON_NOT_YET_VALID: "The coupon's validity has not begun.",
  COUPON_EXPIRED: "The coupon's validity is over.",
  COUPON_LOCKED: 'Another order holds the coupon; pay or cancel that order.',
  NOT_ELIGIBLE: 'The promotion is not for this shopper, cart or moment.',
  OUT_OF_SCOPE: 'Nothing in the cart is in its scope.',
  NO_VALUE_FOR_CURRENCY: "It has no value in the cart's currency.",
  BELOW_THRESHOLD: 'The cart does not reach its threshold.',
  LIMIT_REACHED: 'It was used as often as it may be, by anybody or by this shopper.',
  BUDGET_EXHAUSTED: 'What is left of its budget does not suffice.',
  NO_EFFECT: 'It would take nothing off.',
  GROUP_LIMIT: 'As many promotions of its group are used as may be on one order.',
  LINE_LIMIT: 'As many promotions of its group are used on its lines as may be.',
  EXCLUSIVE: 'It stands alone, or another that stands alone is used.',
  EXCLUDED: 'It and one that is used exclude each other.',
  COUPON_LIMIT: 'As many coupons are used as one order may use.',
  NOT_CHOSEN: 'It was not chosen.',
};
