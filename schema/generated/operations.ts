// Generated from the SDL by `npm run schema`; change the SDL, not this file.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Which offer to accept. */
export type AcceptGiftInput = {
  /** The offer. */
  offerId: string;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** Kinds of actors. */
export type ActorKind =
  /** Somebody with a token of their own. */
  | 'PERSON'
  /** A company's backend. */
  | 'SERVICE'
  /** The platform itself, for example when a window begins. */
  | 'PLATFORM';

/** Reasons why business time was not moved. */
export type AdvanceClockErrorCode =
  /** Only the standalone development process has a clock that can be moved. */
  | 'NOT_MOVABLE'
  /** Business time never goes back. */
  | 'NEGATIVE';

/** How far to move business time. */
export type AdvanceClockInput = {
  /** Milliseconds to move forward, zero or more. */
  milliseconds: number;
};

/** Reasons why a draft was not approved. */
export type ApproveTemplateErrorCode =
  /** No such template, or another merchant's. */
  | 'TEMPLATE_NOT_FOUND'
  /** The draft is not under review. */
  | 'NOT_IN_REVIEW'
  /** Another draft is under review by now; read that one. */
  | 'DRAFT_CHANGED'
  /** Whoever wrote or submitted a draft does not decide about it. */
  | 'SAME_PERSON'
  /** The template has ended and stays as it is. */
  | 'ENDED'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** Which draft to approve. */
export type ApproveTemplateInput = {
  /** The template. */
  templateId: string;
  /** The fingerprint of the draft that was read, as its review tells it. */
  draftFingerprint: string;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** Kinds of benefit. */
export type BenefitKind =
  /** An amount off when a threshold is reached (满减). */
  | 'THRESHOLD_REDUCTION'
  /** A rate off, with or without a cap (折扣). */
  | 'PERCENT'
  /** An amount off (立减). */
  | 'FIXED'
  /** An amount off each unit (每件立减). */
  | 'FIXED_PER_UNIT'
  /** The highest tier that is reached counts, alone (阶梯满减). */
  | 'TIERS'
  /** An amount off for each amount spent (每满减). */
  | 'EVERY_X'
  /** Each unit costs a fixed price (一口价). */
  | 'FIXED_PRICE'
  /** More units at a rate off for units bought (买X送Y). */
  | 'BUY_X_GET_Y'
  /** Every nth unit at a rate off (第N件折扣). */
  | 'NTH_ITEM'
  /** Several goods together at a price or a rate off (组合价). */
  | 'BUNDLE'
  /** Goods added at no price (赠品). */
  | 'GIFT'
  /** Shipping at a rate off (包邮). */
  | 'FREE_SHIPPING'
  /** A deposit that counts for more than it is (定金膨胀). */
  | 'DEPOSIT_EXPANSION'
  /** Points earned (积分). */
  | 'POINTS';

/** Reasons why a change of many coupons is refused. */
export type BulkCouponChangeErrorCode =
  /** No such promotion that the caller runs. */
  | 'TEMPLATE_NOT_FOUND'
  /** No such change of a promotion the caller runs. */
  | 'CHANGE_NOT_FOUND'
  /** The note is too long. */
  | 'NOTE_TOO_LONG'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** What is done to every coupon of a promotion. */
export type BulkCouponChangeKind =
  /** They are blocked for the time being. */
  | 'FREEZE'
  /** Frozen ones can be used again. */
  | 'UNFREEZE'
  /** They are taken back. */
  | 'REVOKE';

/** Whether a change of many coupons runs. */
export type BulkCouponChangeState =
  /** It runs. */
  | 'RUNNING'
  /** Every coupon was looked at. */
  | 'DONE'
  /** It was stopped before the end. */
  | 'CANCELLED';

/** Which change of many coupons to stop. */
export type CancelBulkCouponChangeInput = {
  /** The change. */
  bulkCouponChangeId: string;
};

/** Reasons why a cancellation is refused. */
export type CancelOrderErrorCode =
  /** No such order of the caller. */
  | 'ORDER_NOT_FOUND'
  /** It is paid; money goes back by a refund. */
  | 'ALREADY_PAID'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** Which order to cancel. */
export type CancelOrderInput = {
  /** The order. */
  orderId: string;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** How and where a cart is bought, as the caller says it. */
export type CartContextInput = {
  /** Where the shopper buys, for example APP; the fact context.channel. */
  channel?: string | null | undefined;
  /** ISO 3166 code of the country it is sent to; the fact context.country. */
  country?: string | null | undefined;
  /** The city it is sent to; the fact context.city. */
  city?: string | null | undefined;
  /** How the shopper wants to pay; the fact order.paymentMethod. */
  paymentMethod?: string | null | undefined;
  /** How the goods are to be sent; the fact order.shippingMethod. Where the tenant has shipping methods it is one of them, and its cost is part of the price. */
  shippingMethod?: string | null | undefined;
  /** What else the shop says of the request, at most 20; the facts context.attributes.NAME. */
  attributes?: Array<ContextAttributeInput> | null | undefined;
};

/** What a shopper is about to buy. */
export type CartInput = {
  /** The lines, at most 500. */
  lines: Array<CartLineInput>;
  /** The currency of every price in this cart. */
  currency: string;
  /** How and where it is bought, for promotions that ask for it; what is not said is unknown. */
  context?: CartContextInput | null | undefined;
  /** What shipping by context.shippingMethod costs before discounts, asserted by the shop's own backend; needs the scope price:assert. */
  shippingAmount?: MoneyInput | null | undefined;
};

/** One line of a cart. */
export type CartLineInput = {
  /** The SKU, by the shop's own id. */
  skuId: string;
  /** How many units, 1 or more. */
  quantity: number;
  /** A unit price asserted by the shop's own backend; needs a service token with the scope price:assert. */
  unitPrice?: MoneyInput | null | undefined;
  /** Whose price the asserted one is, LIST if left out: another stands beside the list price of the catalogue, and the lowest wins. */
  priceSource?: PriceSource | null | undefined;
};

/** Reasons why a typed code gives no coupon. */
export type ClaimCouponByCodeErrorCode =
  /** There is no such code. */
  | 'UNKNOWN'
  /** There is no such code, and its check character tells that a character is wrong. */
  | 'MISTYPED'
  /** It was used, once as it may be. */
  | 'USED'
  /** It is reserved for somebody else. */
  | 'NOT_YOURS'
  /** Its promotion has not begun, or is closed at this hour; it opens at retryAt. */
  | 'NOT_YET_OPEN'
  /** Its promotion is paused. */
  | 'PAUSED'
  /** Its promotion is over, or the code was closed. */
  | 'ENDED'
  /** It was used as often as it may be by all together. */
  | 'SOLD_OUT'
  /** The caller has as many coupons of its promotion as one person may have. */
  | 'LIMIT_REACHED'
  /** Its promotion is not for the caller, or not known to be. */
  | 'NOT_ELIGIBLE'
  /** Too many wrong codes; try again at retryAt. */
  | 'RATE_LIMITED'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** A code to make a coupon of. */
export type ClaimCouponByCodeInput = {
  /** As it was typed: case, gaps, dashes, full width and look-alikes do not matter. */
  code: string;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** Reasons why a claim is refused. */
export type ClaimCouponErrorCode =
  /** No such template. */
  | 'TEMPLATE_NOT_FOUND'
  /** The template gives no coupons. */
  | 'NOT_CLAIMABLE'
  /** Claiming has not begun, or it is closed at this hour; it opens at retryAt. */
  | 'NOT_YET_OPEN'
  /** The promotion is paused. */
  | 'PAUSED'
  /** Claiming is over. */
  | 'ENDED'
  /** Every coupon is taken. */
  | 'SOLD_OUT'
  /** The caller has as many as one person may have. */
  | 'LIMIT_REACHED'
  /** The promotion is not for the caller, or not known to be. */
  | 'NOT_ELIGIBLE'
  /** Too many claims at once; try again at retryAt. */
  | 'BUSY'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** Which coupon to take. */
export type ClaimCouponInput = {
  /** The template. */
  templateId: string;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** Which public code closes. */
export type ClosePublicCodeInput = {
  /** The template, with trigger CODE. */
  templateId: string;
  /** The text: 4 to 32 letters and digits; case, gaps, dashes and look-alikes make no difference. */
  code: string;
};

/** Reasons why nothing was done about a job. */
export type CodeJobErrorCode =
  /** The caller has no such published template. */
  | 'TEMPLATE_NOT_FOUND'
  /** The template gives no coupons by codes. */
  | 'NOT_A_CODE_PROMOTION'
  /** The promotion is over. */
  | 'TEMPLATE_ENDED'
  /** The number is not within what one job, or the template in all, may have. */
  | 'COUNT_OUT_OF_RANGE'
  /** No such job. */
  | 'JOB_NOT_FOUND'
  /** It is not being worked on, so it cannot be stopped. */
  | 'JOB_NOT_RUNNING'
  /** It is not stopped, so it cannot go on. */
  | 'JOB_NOT_STOPPED'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** Whether a job is being worked on. */
export type CodeJobState =
  /** It is worked on, or waits for the jobs before it. */
  | 'RUNNING'
  /** Somebody stopped it; it may go on. */
  | 'STOPPED'
  /** All its codes are stored. */
  | 'DONE';

/** Reasons why a confirmation is refused. */
export type ConfirmPaymentErrorCode =
  /** No such payment. */
  | 'PAYMENT_NOT_FOUND'
  /** The amount is not what has to be paid. */
  | 'AMOUNT_DIFFERS'
  /** The order was closed before the payment arrived; the payment is flagged for a refund. */
  | 'ORDER_CLOSED'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** A payment that a provider confirmed. */
export type ConfirmPaymentInput = {
  /** The payment. */
  paymentId: string;
  /** What was paid. */
  amount: MoneyInput;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** What became of a promotion that was considered. */
export type ConsideredVerdict =
  /** It takes something off or gives something. */
  | 'APPLIED'
  /** Something it asks for does not hold, or a rule keeps it out. */
  | 'REJECTED'
  /** Another combination saves more, or as much with less. */
  | 'BEATEN_BY';

/** Something that the shop says of a request, by a name of its own. */
export type ContextAttributeInput = {
  /** Its name: a letter, then letters, digits, _ and -, 64 at most. */
  name: string;
  /** Its value, at most 128 characters. */
  value: string;
};

/** Reasons why a template was not copied. */
export type CopyTemplateErrorCode =
  /** No such template, or another merchant's. */
  | 'TEMPLATE_NOT_FOUND'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** Which template to copy. */
export type CopyTemplateInput = {
  /** The template. */
  templateId: string;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** What can happen to a coupon. */
export type CouponAct =
  /** It was claimed. */
  | 'CLAIM'
  /** It was received from somebody who gave it. */
  | 'RECEIVE'
  /** An order took hold of it. */
  | 'LOCK'
  /** It was spent. */
  | 'REDEEM'
  /** Its order let go of it. */
  | 'RELEASE'
  /** It came back from a cancelled or returned order. */
  | 'RETURN'
  /** It ran out. */
  | 'EXPIRE'
  /** It was blocked. */
  | 'FREEZE'
  /** It was let be used again. */
  | 'UNFREEZE'
  /** It was taken back. */
  | 'REVOKE'
  /** A freeze or revocation began or ceased to wait for its order. */
  | 'MARK'
  /** It was offered to somebody. */
  | 'OFFER'
  /** It was given away. */
  | 'ACCEPT'
  /** The offer was declined. */
  | 'DECLINE'
  /** The offer was taken back. */
  | 'TAKE_BACK'
  /** The offer was not answered in time. */
  | 'LAPSE';

/** Kinds of those who do something to a coupon. */
export type CouponActor =
  /** A person. */
  | 'PERSON'
  /** The marketplace's own backend. */
  | 'SERVICE'
  /** The platform, for an order or by the clock. */
  | 'PLATFORM';

/** Which coupons to use. */
export type CouponChoiceInput = {
  /** How they are chosen. */
  kind: CouponChoiceKind;
  /** The coupons, with the kind CHOSEN; at most 30 together with the codes. */
  couponIds?: Array<string> | null | undefined;
  /** Codes that the shopper typed, with the kinds AUTO and CHOSEN: numbers of own coupons, or promotion codes. Case, gaps and dashes do not matter. At most 30. */
  codes?: Array<string> | null | undefined;
};

/** How coupons are chosen for a price. */
export type CouponChoiceKind =
  /** The best combination of what the shopper owns. */
  | 'AUTO'
  /** Exactly the named ones, as far as they may be used. */
  | 'CHOSEN'
  /** None. */
  | 'NONE';

/** What a coupon event tells. */
export type CouponEventKind =
  /** The shopper got a coupon. */
  | 'RECEIVED'
  /** A coupon is close to its expiry. */
  | 'EXPIRING'
  /** A coupon was spent on an order. */
  | 'REDEEMED'
  /** A coupon came back from a cancelled or returned order. */
  | 'RETURNED'
  /** A coupon ran out. */
  | 'EXPIRED'
  /** The shop blocked a coupon for the time being. */
  | 'FROZEN'
  /** A coupon that was blocked can be used again. */
  | 'UNFROZEN'
  /** The shop took a coupon back. */
  | 'REVOKED'
  /** Somebody offers the shopper a coupon; couponOffers lists it. */
  | 'OFFERED'
  /** A coupon the shopper offered came back: declined, taken back or not answered in time. */
  | 'OFFER_ENDED'
  /** A coupon the shopper offered was accepted. */
  | 'TRANSFERRED';

/** Which coupons to list. */
export type CouponFilter = {
  /** Only coupons in this group of states. */
  group?: CouponGroup | null | undefined;
};

/** The groups of states a shopper knows. */
export type CouponGroup =
  /** Can be used now or later. */
  | 'USABLE'
  /** Held by an order, frozen or on the way to somebody else. */
  | 'LOCKED'
  /** Spent or given away. */
  | 'USED'
  /** Run out or taken back. */
  | 'EXPIRED';

/** Reasons why an offer is not answered or taken back. */
export type CouponOfferErrorCode =
  /** No such offer to or of the caller, or it is answered already. */
  | 'OFFER_NOT_FOUND'
  /** It was not answered in time. */
  | 'OFFER_OVER'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** Reasons why a coupon is not frozen, unfrozen or revoked. */
export type CouponRulingErrorCode =
  /** No such coupon of a promotion the caller runs. */
  | 'COUPON_NOT_FOUND'
  /** It ran out, was taken back or was given away. */
  | 'COUPON_OVER'
  /** The note is too long. */
  | 'NOTE_TOO_LONG'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** Orders in which coupons are listed. */
export type CouponSort =
  /** What expires soonest comes first. */
  | 'EXPIRY'
  /** What takes off most by its face comes first, each currency by itself; where only the cart decides, at the end. */
  | 'VALUE'
  /** What was claimed last comes first. */
  | 'CLAIMED_AT';

/** What can be done with a coupon. */
export type CouponState =
  /** It can be used. */
  | 'AVAILABLE'
  /** An order that is not paid yet holds it. */
  | 'LOCKED'
  /** It was spent. */
  | 'REDEEMED'
  /** Its validity is over. */
  | 'EXPIRED'
  /** It was taken back. */
  | 'REVOKED'
  /** It is blocked for the time being. */
  | 'FROZEN'
  /** It waits for the person it was given to. */
  | 'TRANSFER_PENDING'
  /** It was given away. */
  | 'TRANSFERRED';

/** Reasons for the state of a coupon. */
export type CouponStateReasonCode =
  /** The shop blocked it for the time being. */
  | 'FROZEN_BY_SHOP'
  /** The shop took it back. */
  | 'REVOKED_BY_SHOP'
  /** It waits for the person it was offered to. */
  | 'ON_OFFER'
  /** The person it was offered to has it now. */
  | 'GIVEN_AWAY'
  /** It will be blocked once the order lets go of it; only whoever runs its promotion sees that. */
  | 'FREEZE_WAITS'
  /** It will be taken back once the order lets go of it; only whoever runs its promotion sees that. */
  | 'REVOCATION_WAITS';

/** A text that is to be a code of a template. */
export type CreatePublicCodeInput = {
  /** The template, with trigger CODE. */
  templateId: string;
  /** The text: 4 to 32 letters and digits; case, gaps, dashes and look-alikes make no difference. */
  code: string;
};

/** Reasons why a draft was refused. */
export type CreateTemplateErrorCode =
  /** The document breaks a rule of the format. */
  | 'INVALID_DOCUMENT'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** A new draft. */
export type CreateTemplateInput = {
  /** The rule document. */
  document: unknown;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** Which offer to decline. */
export type DeclineGiftInput = {
  /** The offer. */
  offerId: string;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** Which template to end. */
export type EndTemplateInput = {
  /** The template. */
  templateId: string;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** Kinds of finding. */
export type FindingCode =
  /** The document breaks a rule of the format. */
  | 'INVALID_DOCUMENT'
  /** It asks for something that would not be kept, or that cannot follow on what was published. */
  | 'NOT_PUBLISHABLE'
  /** Fewer coupons than were published. */
  | 'STOCK_LOWERED'
  /** Its window is over. */
  | 'OVER'
  /** No minute of its window lies within its hours and days. */
  | 'NEVER_OPEN'
  /** Its conditions never come together. */
  | 'NEVER_APPLIES'
  /** Its audience is nobody. */
  | 'EMPTY_AUDIENCE'
  /** Its rule shuts out its own goods. */
  | 'CONTRADICTS_SCOPE'
  /** Its goods are all excluded. */
  | 'SCOPE_EXCLUDED'
  /** Its rule keeps its threshold out of reach. */
  | 'UNREACHABLE_THRESHOLD'
  /** A live promotion that stands alone is in its way. */
  | 'HIDDEN_BY_EXCLUSIVE'
  /** One person may have more coupons than there are. */
  | 'STOCK_BELOW_LIMIT'
  /** A limit that another one keeps from being reached. */
  | 'LIMIT_WITHOUT_EFFECT'
  /** The catalogue has no such SKU. */
  | 'UNKNOWN_SKU'
  /** Another merchant sells the SKU. */
  | 'FOREIGN_SKU'
  /** The catalogue has no goods in the category. */
  | 'UNKNOWN_CATEGORY'
  /** The catalogue has no goods of the brand. */
  | 'UNKNOWN_BRAND'
  /** Only some of its amounts are given in a currency. */
  | 'MISSING_CURRENCY'
  /** An amount is compared with the same number in several currencies. */
  | 'AMOUNT_WITHOUT_CURRENCY'
  /** What it says about standing together contradicts itself. */
  | 'STACKING_CONTRADICTION'
  /** An example of the document does not come out as it says. */
  | 'EXAMPLE_FAILS'
  /** Together with what is live it takes more off a cart than the marketplace lets pass without a yes. */
  | 'STACKS_TOO_DEEP'
  /** Alone or together with what is live it leaves nothing to pay. */
  | 'FREE_ORDER'
  /** A floor of the marketplace or a least price stops it, so shoppers get less than it says. */
  | 'BELOW_FLOOR'
  /** Wherever it was tried, another one that it cannot stand together with saved as much or more. */
  | 'ALWAYS_BEATEN';

/** Whether a finding stands in the way of a publication. */
export type FindingSeverity =
  /** It refuses the publication. */
  | 'ERROR'
  /** It asks for a yes. */
  | 'WARNING';

/** Which coupon to freeze. */
export type FreezeCouponInput = {
  /** The coupon. */
  couponId: string;
  /** A few words for the record, at most 500 characters. */
  note?: string | null | undefined;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** The promotion whose coupons to freeze. */
export type FreezeCouponsInput = {
  /** The promotion. */
  templateId: string;
  /** A few words for the record, at most 500 characters. */
  note?: string | null | undefined;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** How many codes to generate. */
export type GenerateCodesInput = {
  /** The template, with trigger CODE. */
  templateId: string;
  /** How many, 1 to 10,000,000. */
  count: number;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** Reasons why a coupon is not offered. */
export type GiftCouponErrorCode =
  /** No such coupon of the caller. */
  | 'COUPON_NOT_FOUND'
  /** Only a coupon that can be used now or later can be given. */
  | 'NOT_AVAILABLE'
  /** It is the caller's own already. */
  | 'OWN_COUPON'
  /** The receiver's id is empty or too long. */
  | 'INVALID_RECEIVER'
  /** The caller has 100 coupons on offer. */
  | 'TOO_MANY_OFFERS'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** Which coupon to offer, and to whom. */
export type GiftCouponInput = {
  /** The coupon. */
  couponId: string;
  /** The person, by the marketplace's own id. */
  receiverId: string;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** Reasons why stock was not raised. */
export type IncreaseTemplateStockErrorCode =
  /** No such template, or another merchant's. */
  | 'TEMPLATE_NOT_FOUND'
  /** The template was never published; its draft says the stock. */
  | 'NOT_PUBLISHED'
  /** The promotion needs no coupons. */
  | 'NO_COUPONS'
  /** The stock would fall; it may only rise. */
  | 'STOCK_LOWERED'
  /** More coupons than a template may have. */
  | 'STOCK_OUT_OF_RANGE'
  /** The template has ended and stays as it is. */
  | 'ENDED'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** How many coupons may be issued. */
export type IncreaseTemplateStockInput = {
  /** The template. */
  templateId: string;
  /** How many coupons may ever be issued from now on, in all; never less than before. */
  stockCount: number;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** Reasons why a message was not marked. */
export type MarkNotificationReadErrorCode =
  /** No such message of the caller. */
  | 'NOTIFICATION_NOT_FOUND';

/** Which message was read. */
export type MarkNotificationReadInput = {
  /** The message. */
  notificationId: string;
};

/** An exact amount in an input. */
export type MoneyInput = {
  /** The amount in the currency's smallest unit: 1230 is ¥12.30. */
  minorUnits: number;
  /** The currency of the amount. */
  currency: string;
};

/** What a message is about. */
export type NotificationKind =
  /** Coupons are close to their expiry. */
  | 'COUPONS_EXPIRING';

/** What became of an order. */
export type OrderState =
  /** Its coupons are being held. */
  | 'STARTED'
  /** It waits for the payment. */
  | 'PENDING_PAYMENT'
  /** A deposit is paid; it waits for the balance. */
  | 'DEPOSIT_PAID'
  /** It is paid. */
  | 'PAID'
  /** It was cancelled before it was paid. */
  | 'CANCELLED'
  /** It was not paid in time. */
  | 'TIMED_OUT';

/** Which template to pause. */
export type PauseTemplateInput = {
  /** The template. */
  templateId: string;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** Reasons why a payment is not opened. */
export type PayOrderErrorCode =
  /** No such order of the caller. */
  | 'ORDER_NOT_FOUND'
  /** It is paid already. */
  | 'ALREADY_PAID'
  /** It was cancelled or timed out. */
  | 'ORDER_CLOSED'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** Which order to pay. */
export type PayOrderInput = {
  /** The order. */
  orderId: string;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** Reasons why there is nothing to be priced. */
export type PreviewPriceErrorCode =
  /** The cart has no line. */
  | 'EMPTY_CART'
  /** More than 500 lines. */
  | 'TOO_MANY_LINES'
  /** A quantity is not a whole number from 1 to 1,000,000. */
  | 'INVALID_QUANTITY'
  /** The catalogue does not know the SKU. */
  | 'UNKNOWN_SKU'
  /** The SKU has no price in the cart's currency. */
  | 'NO_PRICE_FOR_CURRENCY'
  /** The amounts are larger than can be counted exactly. */
  | 'AMOUNT_TOO_LARGE'
  /** What the request says of itself is not allowed; the path tells which. */
  | 'INVALID_CONTEXT'
  /** A price below 0. */
  | 'PRICE_NOT_ASSERTABLE'
  /** Not 1 to 20 documents. */
  | 'WRONG_DOCUMENT_COUNT'
  /** A document breaks its rules; the path tells where. */
  | 'INVALID_DOCUMENT'
  /** A fact is not known, or of another type. */
  | 'INVALID_FACT';

/** A cart, and documents that nobody saved. */
export type PreviewPriceInput = {
  /** What is about to be bought; its lines may name other prices than the catalogue's. */
  cart: CartInput;
  /** The documents, 1 to 20, as the caller's own promotions: what does not apply by itself is a coupon in the shopper's hand. */
  documents: Array<unknown>;
  /** Whether promotions that apply by themselves now take part too: all of the caller's own, of others those that any shopper would see. */
  includeLive?: boolean | null | undefined;
  /** What is known of the shopper and the order, for the caller's own promotions; what is left out is unknown. */
  facts?: unknown;
  /** The moment; now if absent. */
  at?: string | null | undefined;
};

/** Whose price a unit has: the lowest that the shopper may have. */
export type PriceSource =
  /** The list price. */
  | 'LIST'
  /** What members pay. */
  | 'MEMBER'
  /** 秒杀: what it costs in a flash sale. */
  | 'FLASH_SALE'
  /** 拼团: what it costs a group that buys together. */
  | 'GROUP_BUY';

/** A promotion and what it is tried on. */
export type PromotionExplanationInput = {
  /** A template: its draft, or what is published when there is no draft. One of templateId and document. */
  templateId?: string | null | undefined;
  /** A document that nobody saved. */
  document?: unknown;
  /** What is known of the shopper and the order; what is left out is unknown. */
  facts?: unknown;
  /** The cart; without it whatever asks about goods is unknown. */
  cart?: CartInput | null | undefined;
  /** The moment; now if absent. */
  at?: string | null | undefined;
};

/** What to look for; every given condition has to hold. */
export type PromotionFilter = {
  /** Words of the name or the tags, Chinese or Latin, at most 200 characters; every word has to be found. */
  text?: string | null | undefined;
  /** Only of this merchant. */
  merchantId?: string | null | undefined;
  /** True: only promotions of the platform; false: only those of merchants. */
  isPlatform?: boolean | null | undefined;
  /** Only with this trigger. */
  trigger?: SearchTrigger | null | undefined;
  /** Only with a benefit of this kind. */
  benefitKind?: SearchBenefitKind | null | undefined;
  /** Only promotions that could apply to this category, its parents' promotions and storewide ones included. */
  category?: string | null | undefined;
  /** Only promotions that could apply to this brand, storewide ones included. */
  brand?: string | null | undefined;
  /** Only with this tag. */
  tag?: string | null | undefined;
  /** True: only promotions whose window is open now; false: only those that are yet to begin. */
  isOpenNow?: boolean | null | undefined;
  /** Only promotions that end before this time. */
  endsBefore?: string | null | undefined;
};

/** In which order promotions are listed. */
export type PromotionSort =
  /** Newest publication first. */
  | 'NEWEST'
  /** Those that end soonest first. */
  | 'ENDING_SOON';

/** How shoppers come by a promotion. */
export type PromotionTrigger =
  /** It applies by itself. */
  | 'AUTOMATIC'
  /** A coupon has to be claimed first. */
  | 'COUPON'
  /** A code has to be typed. */
  | 'CODE'
  /** It is won in an activity. */
  | 'ACTIVITY';

/** Reasons why nothing was done about a public code. */
export type PublicCodeErrorCode =
  /** The caller has no such published template. */
  | 'TEMPLATE_NOT_FOUND'
  /** The template gives no coupons by codes. */
  | 'NOT_A_CODE_PROMOTION'
  /** The promotion is over. */
  | 'TEMPLATE_ENDED'
  /** The document has no limit.stock, so nobody says how often a public code may be used. */
  | 'NO_STOCK'
  /** The text cannot be a code. */
  | 'INVALID_CODE'
  /** Another promotion of the marketplace, or one person's own code, has this text. */
  | 'CODE_TAKEN'
  /** The template has no such public code. */
  | 'CODE_NOT_FOUND';

/** Reasons why a publication was refused. */
export type PublishTemplateErrorCode =
  /** No such template, or another merchant's. */
  | 'TEMPLATE_NOT_FOUND'
  /** There is no draft that differs from what is published. */
  | 'NOTHING_TO_PUBLISH'
  /** The document asks for something that cannot be published. */
  | 'NOT_PUBLISHABLE'
  /** The stock would fall; it may only rise. */
  | 'STOCK_LOWERED'
  /** The template's window is over. */
  | 'ENDED'
  /** A check found that it could never do what it promises; the message tells why. */
  | 'CHECK_FAILED'
  /** A check found something that looks wrong; mend it, or publish again with acceptWarnings. */
  | 'WARNING'
  /** The tenant wants a second person's approval of exactly this draft first. */
  | 'APPROVAL_REQUIRED'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** Which template to publish. */
export type PublishTemplateInput = {
  /** The template. */
  templateId: string;
  /** Whether to publish it all the same when a check finds something that looks wrong. */
  acceptWarnings?: boolean | null | undefined;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** Reasons why a call with many publications was refused. */
export type PublishTemplatesErrorCode =
  /** More templates than one call may carry. */
  | 'TOO_MANY'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** Which templates to publish. */
export type PublishTemplatesInput = {
  /** The templates, at most 100 a call. */
  templateIds: Array<string>;
  /** Whether to publish those all the same for which a check finds something that looks wrong. */
  acceptWarnings?: boolean | null | undefined;
  /** Repeat the call with the same key and each happens once. */
  idempotencyKey: string;
};

/** Reasons why a cart cannot be priced. */
export type QuoteErrorCode =
  /** The cart has no line. */
  | 'EMPTY_CART'
  /** More than 500 lines. */
  | 'TOO_MANY_LINES'
  /** A quantity is not a whole number from 1 to 1,000,000. */
  | 'INVALID_QUANTITY'
  /** The catalogue does not know the SKU. */
  | 'UNKNOWN_SKU'
  /** The SKU has no price in the cart's currency. */
  | 'NO_PRICE_FOR_CURRENCY'
  /** The amounts are larger than can be counted exactly. */
  | 'AMOUNT_TOO_LARGE'
  /** The choice of coupons contradicts itself; the message tells how. */
  | 'INVALID_COUPON_CHOICE'
  /** What the request says of itself is not allowed; the path tells which. */
  | 'INVALID_CONTEXT'
  /** Only a service with the scope price:assert may name a price. */
  | 'PRICE_NOT_ASSERTABLE';

/** A cart to be priced. */
export type QuoteInput = {
  /** What the shopper is about to buy. */
  cart: CartInput;
  /** Which coupons to use. */
  coupons: CouponChoiceInput;
};

/** Why a typed code gives no coupon. */
export type RefusedCodeReason =
  /** There is no such code, and no coupon of the shopper with this number. */
  | 'UNKNOWN'
  /** There is no such code, and its check character tells that a character is wrong. */
  | 'MISTYPED'
  /** It was used, once as it may be. */
  | 'USED'
  /** It is reserved for somebody else. */
  | 'NOT_YOURS'
  /** Its promotion has not begun, or is closed at this hour; it opens at retryAt. */
  | 'NOT_YET_OPEN'
  /** Its promotion is paused. */
  | 'PAUSED'
  /** Its promotion is over, or the code was closed. */
  | 'ENDED'
  /** It was used as often as it may be by all together. */
  | 'SOLD_OUT'
  /** The shopper has as many coupons of its promotion as one person may have. */
  | 'LIMIT_REACHED'
  /** Its promotion is not for the shopper, or not known to be. */
  | 'NOT_ELIGIBLE'
  /** Too many wrong codes; try again at retryAt. */
  | 'RATE_LIMITED';

/** Reasons why a draft was not rejected. */
export type RejectTemplateErrorCode =
  /** No such template, or another merchant's. */
  | 'TEMPLATE_NOT_FOUND'
  /** The reason is empty or too long. */
  | 'INVALID_REASON'
  /** The draft is not under review. */
  | 'NOT_IN_REVIEW'
  /** Another draft is under review by now; read that one. */
  | 'DRAFT_CHANGED'
  /** Whoever wrote or submitted a draft does not decide about it. */
  | 'SAME_PERSON'
  /** The template has ended and stays as it is. */
  | 'ENDED'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** Which draft to reject. */
export type RejectTemplateInput = {
  /** The template. */
  templateId: string;
  /** The fingerprint of the draft that was read, as its review tells it. */
  draftFingerprint: string;
  /** What its authors should know, 1 to 500 characters. */
  reason: string;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** Reasons why a dead letter was not replayed. */
export type ReplayDeadLetterErrorCode =
  /** No such dead letter. */
  | 'DEAD_LETTER_NOT_FOUND'
  /** It failed again; its new error is stored. */
  | 'FAILED_AGAIN';

/** Which dead letter to replay. */
export type ReplayDeadLetterInput = {
  /** The dead letter. */
  id: string;
};

/** Which job goes on. */
export type ResumeCodeJobInput = {
  /** The job. */
  id: string;
};

/** Which template to resume. */
export type ResumeTemplateInput = {
  /** The template. */
  templateId: string;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** Reasons why a change was refused. */
export type ReviseTemplateErrorCode =
  /** No such template, or another merchant's. */
  | 'TEMPLATE_NOT_FOUND'
  /** The document breaks a rule of the format. */
  | 'INVALID_DOCUMENT'
  /** Somebody else changed the template in between; the payload carries it as it is now. */
  | 'VERSION_CONFLICT'
  /** The template has ended and stays as it is. */
  | 'ENDED'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** A change of a draft. */
export type ReviseTemplateInput = {
  /** The template. */
  templateId: string;
  /** The whole new document. */
  document: unknown;
  /** The revision the change is based on; somebody else's change in between is refused as VERSION_CONFLICT. */
  revision: number;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** Which coupon to revoke. */
export type RevokeCouponInput = {
  /** The coupon. */
  couponId: string;
  /** A few words for the record, at most 500 characters. */
  note?: string | null | undefined;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** The promotion whose coupons to revoke. */
export type RevokeCouponsInput = {
  /** The promotion. */
  templateId: string;
  /** A few words for the record, at most 500 characters. */
  note?: string | null | undefined;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** Reasons why a template was not rolled back. */
export type RollbackTemplateErrorCode =
  /** No such template, or another merchant's. */
  | 'TEMPLATE_NOT_FOUND'
  /** No such version was published. */
  | 'VERSION_NOT_FOUND'
  /** The document asks for something that cannot be published any more. */
  | 'NOT_PUBLISHABLE'
  /** The template's window, or that of the earlier version, is over. */
  | 'ENDED'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** Which version to go back to. */
export type RollbackTemplateInput = {
  /** The template. */
  templateId: string;
  /** The number of the earlier version. */
  version: number;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** What a fact may hold. */
export type RuleFactType =
  /** True or false. */
  | 'BOOLEAN'
  /** A whole number; amounts in minor units. */
  | 'INTEGER'
  /** One text. */
  | 'TEXT'
  /** Any number of texts. */
  | 'TEXTS'
  /** An instant. */
  | 'INSTANT';

/** What conditions say of some facts. */
export type RuleVerdict =
  /** It applies. */
  | 'APPLIES'
  /** It does not apply. */
  | 'DOES_NOT_APPLY'
  /** A fact it rests on is not known, so it does not apply. */
  | 'UNKNOWN';

/** Kinds of benefit to look for. */
export type SearchBenefitKind =
  /** An amount off when a threshold is reached (满减). */
  | 'THRESHOLD_REDUCTION'
  /** A rate off (折扣). */
  | 'PERCENT'
  /** An amount off (立减). */
  | 'FIXED'
  /** An amount off each unit (每件立减). */
  | 'FIXED_PER_UNIT'
  /** The highest tier that is reached counts, alone (阶梯满减). */
  | 'TIERS'
  /** An amount off for each amount spent (每满减). */
  | 'EVERY_X'
  /** Each unit costs a fixed price (一口价). */
  | 'FIXED_PRICE'
  /** More units at a rate off for units bought (买X送Y). */
  | 'BUY_X_GET_Y'
  /** Every nth unit at a rate off (第N件折扣). */
  | 'NTH_ITEM'
  /** Several goods together at a price or a rate off (组合价). */
  | 'BUNDLE'
  /** Goods added at no price (赠品). */
  | 'GIFT'
  /** Shipping at a rate off (包邮). */
  | 'FREE_SHIPPING'
  /** A deposit that counts for more than it is (定金膨胀). */
  | 'DEPOSIT_EXPANSION'
  /** Points earned (积分). */
  | 'POINTS';

/** How shoppers come by a promotion. */
export type SearchTrigger =
  /** It applies by itself. */
  | 'AUTOMATIC'
  /** A coupon has to be claimed first. */
  | 'COUPON';

/** Reasons why an order is refused. */
export type SettleOrderErrorCode =
  /** The cart has no line. */
  | 'EMPTY_CART'
  /** More than 500 lines. */
  | 'TOO_MANY_LINES'
  /** A quantity is not a whole number from 1 to 1,000,000. */
  | 'INVALID_QUANTITY'
  /** The catalogue does not know the SKU. */
  | 'UNKNOWN_SKU'
  /** The SKU has no price in the cart's currency. */
  | 'NO_PRICE_FOR_CURRENCY'
  /** The amounts are larger than can be counted exactly. */
  | 'AMOUNT_TOO_LARGE'
  /** The choice of coupons contradicts itself; the message tells how. */
  | 'INVALID_COUPON_CHOICE'
  /** What the request says of itself is not allowed; the path tells which. */
  | 'INVALID_CONTEXT'
  /** Only a service with the scope price:assert may name a price. */
  | 'PRICE_NOT_ASSERTABLE'
  /** The price is another one now; the payload carries the new quote. */
  | 'PRICE_CHANGED'
  /** The promise was not made to this shopper for this cart and choice of coupons, or was tampered with. */
  | 'HELD_QUOTE_INVALID'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** A cart to be ordered at an expected price. */
export type SettleOrderInput = {
  /** What the shopper buys. */
  cart: CartInput;
  /** Which coupons to use. */
  coupons: CouponChoiceInput;
  /** The price the shopper was shown. */
  expectedPayable: MoneyInput;
  /** The promise of that price, if the quote came with one: it is honoured although promotions changed since. */
  heldQuote?: string | null | undefined;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** A way to send goods. */
export type ShippingMethodInput = {
  /** The name that carts and promotions use, at most 128 characters. */
  method: string;
  /** What shoppers are shown. */
  name?: string | null | undefined;
  /** What it costs before discounts, one entry a currency; 0 is free. */
  prices: Array<MoneyInput>;
};

/** An attribute that the marketplace named itself. */
export type ShopperAttributeInput = {
  /** Its name: a letter, then letters, digits, _ and -, 64 at most. */
  name: string;
  /** Its value, at most 500 characters. */
  value: string;
};

/** What is told of one shopper: an absent field stays as it was, null makes it unknown again. */
export type ShopperProfileInput = {
  /** The shopper, by the marketplace's own id. */
  userId: string;
  /** When the shopper registered. */
  registeredAt?: string | null | undefined;
  /** When the shopper last paid for an order. */
  lastPaidAt?: string | null | undefined;
  /** How many orders the shopper has paid for. */
  payTimes?: number | null | undefined;
  /** What the shopper has paid in all, in minor units of the currency the marketplace keeps its books in. */
  paidAmount?: number | null | undefined;
  /** Whether the shopper has never paid; without it that follows from payTimes. */
  isNew?: boolean | null | undefined;
  /** The member tier, for example GOLD. */
  tier?: string | null | undefined;
  /** All tags of the shopper, at most 200; an empty list says that there is none. */
  tags?: Array<string> | null | undefined;
  /** All segments the shopper is in, at most 200. */
  segments?: Array<string> | null | undefined;
  /** All groups the shopper belongs to, at most 200. */
  groups?: Array<string> | null | undefined;
  /** ISO 3166 code of the country the shopper lives in, for example CN. */
  country?: string | null | undefined;
  /** The city the shopper lives in. */
  city?: string | null | undefined;
  /** All attributes that the marketplace named itself, at most 50. */
  attributes?: Array<ShopperAttributeInput> | null | undefined;
};

/** One further fact about a SKU. */
export type SkuAttributeInput = {
  /** The name of the fact. */
  name: string;
  /** Its value. */
  value: string;
};

/** One SKU of the shop's catalogue. */
export type SkuInput = {
  /** The shop's own id. */
  id: string;
  /** What it is called. */
  name: string;
  /** The merchant who sells it; a merchant may leave it out and means itself. */
  merchantId?: string | null | undefined;
  /** Where it stands in the shop, for example /food/snacks. */
  category: string;
  /** The brand. */
  brand?: string | null | undefined;
  /** Whether it ships now or is sold ahead. */
  itemType?: SkuItemType | null | undefined;
  /** The list price, one entry a currency. */
  listPrices: Array<MoneyInput>;
  /** The rate of tax on it, 0 to 10000: 1300 is 13 %; left out, the tenant's default rate holds. */
  taxRateBasisPoints?: number | null | undefined;
  /** What a unit costs at least after all discounts, one entry a currency; never above the list price. */
  minUnitPrices?: Array<MoneyInput> | null | undefined;
  /** What members pay, one entry a currency; never above the list price. */
  memberPrices?: Array<MoneyInput> | null | undefined;
  /** Further facts that rules may ask for. */
  attributes?: Array<SkuAttributeInput> | null | undefined;
};

/** Whether an item ships now or is sold ahead. */
export type SkuItemType =
  /** In stock. */
  | 'IN_STOCK'
  /** Sold before it is in stock. */
  | 'PRESALE';

/** How many promotions of one group may meet. */
export type StackingGroupInput = {
  /** The name that templates use. */
  name: string;
  /** The most that may meet on an order; null is no limit. */
  maxPerOrder?: number | null | undefined;
  /** The most that may meet on a line; null is no limit. */
  maxPerLine?: number | null | undefined;
  /** Whether it may stand beside an exclusive promotion. */
  isAlwaysStackable?: boolean | null | undefined;
};

/** Which job stops. */
export type StopCodeJobInput = {
  /** The job. */
  id: string;
};

/** Reasons why a draft was not submitted. */
export type SubmitTemplateForReviewErrorCode =
  /** No such template, or another merchant's. */
  | 'TEMPLATE_NOT_FOUND'
  /** There is no draft that differs from what is published. */
  | 'NOTHING_TO_REVIEW'
  /** The document asks for something that cannot be published. */
  | 'NOT_PUBLISHABLE'
  /** A check found that it could never do what it promises; the message tells why. */
  | 'CHECK_FAILED'
  /** The stock would fall; it may only rise. */
  | 'STOCK_LOWERED'
  /** The template's window is over. */
  | 'ENDED'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** Which draft to submit. */
export type SubmitTemplateForReviewInput = {
  /** The template. */
  templateId: string;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** Which coupon to take back. */
export type TakeBackGiftInput = {
  /** The coupon. */
  couponId: string;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** Whether prices hold their tax. */
export type TaxMode =
  /** The tax is within the price, and taken out of it after all discounts. */
  | 'INCLUSIVE'
  /** The tax comes on top of what is left after all discounts. */
  | 'EXCLUSIVE';

/** What can be done to a template. */
export type TemplateAct =
  /** Written for the first time. */
  | 'CREATED'
  /** Written as a copy of another template. */
  | 'COPIED'
  /** The draft was changed. */
  | 'REVISED'
  /** A second person was asked. */
  | 'SUBMITTED'
  /** The draft was taken back from review. */
  | 'WITHDRAWN'
  /** A second person approved the draft. */
  | 'APPROVED'
  /** A second person sent the draft back. */
  | 'REJECTED'
  /** The draft became the next version. */
  | 'PUBLISHED'
  /** An earlier version became the next one. */
  | 'ROLLED_BACK'
  /** More coupons may be issued. */
  | 'STOCK_INCREASED'
  /** Its window began. */
  | 'STARTED'
  /** It was stopped for the time being. */
  | 'PAUSED'
  /** It went on. */
  | 'RESUMED'
  /** It was ended, or its window was over. */
  | 'ENDED';

/** What to check: one of the two. */
export type TemplateCheckInput = {
  /** A template: its draft, or what is published when there is no draft. */
  templateId?: string | null | undefined;
  /** A document that nobody saved. */
  document?: unknown;
};

/** Which templates to list. */
export type TemplateFilter = {
  /** Only templates in one of these states. */
  states?: Array<TemplateState> | null | undefined;
};

/** Reasons why a template was not paused, resumed or ended. */
export type TemplateMoveErrorCode =
  /** No such template, or another merchant's. */
  | 'TEMPLATE_NOT_FOUND'
  /** The template was never published. */
  | 'NOT_PUBLISHED'
  /** The template has ended and stays ended. */
  | 'ENDED'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** Where a review stands. */
export type TemplateReviewState =
  /** Nobody has decided yet. */
  | 'PENDING'
  /** A second person approved exactly this draft. */
  | 'APPROVED'
  /** A second person sent it back. */
  | 'REJECTED';

/** Where a template stands. */
export type TemplateState =
  /** Never published. */
  | 'DRAFT'
  /** Never published, and a second person is being asked. */
  | 'IN_REVIEW'
  /** Published, before its start. */
  | 'SCHEDULED'
  /** Published, within its window. */
  | 'LIVE'
  /** Stopped for the time being. */
  | 'PAUSED'
  /** Over. */
  | 'ENDED';

/** What promotions must leave to be paid. */
export type TenantFloorsInput = {
  /** The largest part of a merchant's goods that promotions may take off an order together, 0 to 10000. */
  maxDiscountShareBasisPoints?: number | null | undefined;
  /** What the goods of an order cost at least, one entry a currency. */
  minPayable?: Array<MoneyInput> | null | undefined;
};

/** Which coupon to unfreeze. */
export type UnfreezeCouponInput = {
  /** The coupon. */
  couponId: string;
  /** A few words for the record, at most 500 characters. */
  note?: string | null | undefined;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** The promotion whose coupons to unfreeze. */
export type UnfreezeCouponsInput = {
  /** The promotion. */
  templateId: string;
  /** A few words for the record, at most 500 characters. */
  note?: string | null | undefined;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** Why a coupon cannot be used for a cart. */
export type UnusableCouponReason =
  /** Its validity has not begun, or it may not be used at this hour. */
  | 'COUPON_NOT_YET_VALID'
  /** Its validity is over. */
  | 'COUPON_EXPIRED'
  /** Another order holds it. */
  | 'COUPON_LOCKED'
  /** The shop has blocked it for the time being. */
  | 'COUPON_FROZEN'
  /** It is on offer to somebody else. */
  | 'COUPON_OFFERED'
  /** Its promotion is paused. */
  | 'PAUSED'
  /** It asks for something that does not hold of the shopper, the cart or the moment, or is not known to. */
  | 'NOT_ELIGIBLE'
  /** Nothing in the cart is in its scope. */
  | 'OUT_OF_SCOPE'
  /** The cart does not reach its threshold. */
  | 'BELOW_THRESHOLD'
  /** It has no value in the cart's currency. */
  | 'NO_VALUE_FOR_CURRENCY'
  /** Its promotion was used as often as it may be. */
  | 'LIMIT_REACHED'
  /** What is left of its promotion's money does not suffice. */
  | 'BUDGET_EXHAUSTED'
  /** It would take nothing off. */
  | 'NO_EFFECT';

/** Why a coupon or an automatic promotion was not used. */
export type UnusedReason =
  /** The shopper does not own such a coupon. */
  | 'NOT_OWNED'
  /** Its promotion has not begun, or it is closed at this hour. */
  | 'NOT_STARTED'
  /** Its promotion is over. */
  | 'ENDED'
  /** Its promotion is paused. */
  | 'PAUSED'
  /** The coupon's validity has not begun, or it may not be used at this hour. */
  | 'COUPON_NOT_YET_VALID'
  /** The coupon's validity is over. */
  | 'COUPON_EXPIRED'
  /** Another order holds the coupon. */
  | 'COUPON_LOCKED'
  /** The coupon cannot be used any more. */
  | 'COUPON_NOT_AVAILABLE'
  /** It asks for something that does not hold of the shopper, the cart or the moment, or is not known to. */
  | 'NOT_ELIGIBLE'
  /** Nothing in the cart is in its scope. */
  | 'OUT_OF_SCOPE'
  /** The cart does not reach its threshold. */
  | 'BELOW_THRESHOLD'
  /** It has no value in the cart's currency. */
  | 'NO_VALUE_FOR_CURRENCY'
  /** It was used as often as it may be, by anybody or by the shopper. */
  | 'LIMIT_REACHED'
  /** What is left of its budget does not suffice, or of what the shopper may save by it. */
  | 'BUDGET_EXHAUSTED'
  /** It would take nothing off. */
  | 'NO_EFFECT'
  /** As many promotions of its group are used as may be. */
  | 'GROUP_LIMIT'
  /** As many promotions of its group are used on its lines as may be. */
  | 'LINE_LIMIT'
  /** It stands alone, or another that stands alone is used. */
  | 'EXCLUSIVE'
  /** It and one that is used exclude each other. */
  | 'EXCLUDED'
  /** As many coupons are used as one order may use. */
  | 'COUPON_LIMIT'
  /** It was not chosen. */
  | 'NOT_CHOSEN'
  /** Another combination saves more. */
  | 'BEATEN';

/** Reasons why settings were not changed. */
export type UpdateTenantSettingsErrorCode =
  /** A value is not allowed; the path tells which. */
  | 'INVALID_SETTING'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** Settings to change; absent fields stay as they are. */
export type UpdateTenantSettingsInput = {
  /** The zone in which days and weeks of limits begin. */
  zone?: string | null | undefined;
  /** How many coupons one order may use, 1 to 30. */
  maxCouponsPerOrder?: number | null | undefined;
  /** Minutes for which a quote is good. */
  quoteValidMinutes?: number | null | undefined;
  /** Minutes a shopper has to pay a placed order. */
  paymentMinutes?: number | null | undefined;
  /** How many combinations the best-combination search may visit for one quote. */
  solverNodeBudget?: number | null | undefined;
  /** Hours before the expiry at which a shopper is reminded. */
  reminderLeadHours?: Array<number> | null | undefined;
  /** Which promotions may meet on an order; replaces the whole list. */
  stackingGroups?: Array<StackingGroupInput> | null | undefined;
  /** Whether a draft is published only after a second person approved it. */
  isApprovalRequired?: boolean | null | undefined;
  /** Whether prices hold their tax. */
  taxMode?: TaxMode | null | undefined;
  /** The rate of tax on goods that name none, 0 to 10000: 1300 is 13 %; null is no tax. */
  defaultTaxRateBasisPoints?: number | null | undefined;
  /** How goods can be sent, at most 20; replaces the whole list. */
  shippingMethods?: Array<ShippingMethodInput> | null | undefined;
  /** The tiers whose shoppers pay member prices, at most 20; empty is every shopper with a tier. */
  memberTiers?: Array<string> | null | undefined;
  /** Whether a price that was held for a shopper stays good when one of its promotions is paused. */
  isHeldQuoteGoodWhenPaused?: boolean | null | undefined;
  /** Milliseconds that the search for the best combination may take for one quote, 1 to 1000. */
  solverMilliseconds?: number | null | undefined;
  /** Hours a person has to accept a coupon that somebody offers them, 1 to 720. */
  giftHours?: number | null | undefined;
  /** A check asks for a yes where promotions together take more than this off a cart, 1 to 10000: 7000 is 70 %; 10000 never asks. */
  warnAboveDiscountBasisPoints?: number | null | undefined;
  /** What promotions must leave to be paid; null is nothing. */
  floors?: TenantFloorsInput | null | undefined;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** Reasons why profiles were not taken over. */
export type UpsertShopperProfilesErrorCode =
  /** A value is not allowed; the path tells which. */
  | 'INVALID_PROFILE'
  /** More profiles than one call may carry. */
  | 'TOO_MANY'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** Shoppers the marketplace tells of. */
export type UpsertShopperProfilesInput = {
  /** The profiles, at most 1,000 a call. */
  profiles: Array<ShopperProfileInput>;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** Reasons why SKUs were not taken over. */
export type UpsertSkusErrorCode =
  /** A value is not allowed; the path tells which. */
  | 'INVALID_SKU'
  /** The SKU belongs to another merchant. */
  | 'FOREIGN_MERCHANT'
  /** More SKUs than one call may carry. */
  | 'TOO_MANY'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** SKUs to take over. */
export type UpsertSkusInput = {
  /** The SKUs, at most 1,000 a call. */
  skus: Array<SkuInput>;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

/** What a step on the way from list prices to what is due does. */
export type WaterfallKind =
  /** Where it begins: the list prices. */
  | 'LIST'
  /** Some goods cost the shopper less than their list price. */
  | 'OFFER'
  /** A promotion takes something off. */
  | 'DISCOUNT'
  /** The cost of shipping comes to it. */
  | 'SHIPPING'
  /** Tax comes on top. */
  | 'TAX'
  /** What was paid ahead is taken off. */
  | 'DEPOSIT'
  /** Gift cards or points pay a part. */
  | 'PAYMENT';

/** Reasons why a draft was not taken back. */
export type WithdrawTemplateFromReviewErrorCode =
  /** No such template, or another merchant's. */
  | 'TEMPLATE_NOT_FOUND'
  /** The draft is not under review. */
  | 'NOT_IN_REVIEW'
  /** The template has ended and stays as it is. */
  | 'ENDED'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** Which draft to take back. */
export type WithdrawTemplateFromReviewInput = {
  /** The template. */
  templateId: string;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: string;
};

export type AcceptGiftMutationVariables = Exact<{
  input: AcceptGiftInput;
}>;


export type AcceptGiftMutation = { acceptGift: { coupon: { id: string, state: CouponState, expiresAt: string, stateReason: { code: CouponStateReasonCode, message: string, sinceAt: string, endsAt: string | null, receiver: { id: string } | null } | null } | null, userErrors: Array<{ code: CouponOfferErrorCode, message: string, field: Array<string> | null }> } };

export type AdvanceClockMutationVariables = Exact<{
  input: AdvanceClockInput;
}>;


export type AdvanceClockMutation = { advanceClock: { now: string | null, userErrors: Array<{ code: AdvanceClockErrorCode, message: string, field: Array<string> | null }> } };

export type ApproveTemplateMutationVariables = Exact<{
  input: ApproveTemplateInput;
}>;


export type ApproveTemplateMutation = { approveTemplate: { template: { id: string, name: string, state: TemplateState, trigger: PromotionTrigger, startsAt: string, endsAt: string, version: number | null, revision: number, stockCount: number | null, review: { state: TemplateReviewState, draftFingerprint: string, submittedAt: string, decidedAt: string | null, reason: string | null, submittedBy: { kind: ActorKind, subject: string }, decidedBy: { kind: ActorKind, subject: string } | null } | null } | null, userErrors: Array<{ code: ApproveTemplateErrorCode, message: string, field: Array<string> | null }> } };

export type BulkCouponChangeQueryVariables = Exact<{
  id: string;
}>;


export type BulkCouponChangeQuery = { bulkCouponChange: { id: string, kind: BulkCouponChangeKind, state: BulkCouponChangeState, totalCount: number | null, lookedAtCount: number, changedCount: number, waitingCount: number, startedAt: string, endedAt: string | null, template: { id: string, name: string } | null } | null };

export type CancelBulkCouponChangeMutationVariables = Exact<{
  input: CancelBulkCouponChangeInput;
}>;


export type CancelBulkCouponChangeMutation = { cancelBulkCouponChange: { bulkCouponChange: { id: string, kind: BulkCouponChangeKind, state: BulkCouponChangeState, totalCount: number | null, lookedAtCount: number, changedCount: number, waitingCount: number } | null, userErrors: Array<{ code: BulkCouponChangeErrorCode, message: string, field: Array<string> | null }> } };

export type CancelOrderMutationVariables = Exact<{
  input: CancelOrderInput;
}>;


export type CancelOrderMutation = { cancelOrder: { order: { id: string, state: OrderState, placedAt: string, payBefore: string, paidAt: string | null, closedAt: string | null, subtotal: { minorUnits: number, currency: string }, discount: { minorUnits: number, currency: string }, payable: { minorUnits: number, currency: string } } | null, userErrors: Array<{ code: CancelOrderErrorCode, message: string, field: Array<string> | null }> } };

export type ClaimCouponByCodeMutationVariables = Exact<{
  input: ClaimCouponByCodeInput;
}>;


export type ClaimCouponByCodeMutation = { claimCouponByCode: { coupon: { id: string, code: string, state: CouponState, expiresAt: string, template: { id: string, name: string } | null } | null, userErrors: Array<{ code: ClaimCouponByCodeErrorCode, message: string, field: Array<string> | null, retryAt: string | null }> } };

export type ClaimCouponMutationVariables = Exact<{
  input: ClaimCouponInput;
}>;


export type ClaimCouponMutation = { claimCoupon: { coupon: { id: string, code: string, state: CouponState, expiresAt: string, template: { id: string, name: string } | null } | null, userErrors: Array<{ code: ClaimCouponErrorCode, message: string, field: Array<string> | null, retryAt: string | null }> } };

export type ClosePublicCodeMutationVariables = Exact<{
  input: ClosePublicCodeInput;
}>;


export type ClosePublicCodeMutation = { closePublicCode: { publicCode: { code: string, isClosed: boolean, template: { id: string, name: string } | null } | null, userErrors: Array<{ code: PublicCodeErrorCode, message: string, field: Array<string> | null }> } };

export type CodeJobQueryVariables = Exact<{
  id: string;
}>;


export type CodeJobQuery = { codeJob: { id: string, count: number, doneCount: number, state: CodeJobState, createdAt: string, template: { id: string, name: string } | null } | null };

export type CodeJobsQueryVariables = Exact<{
  templateId: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type CodeJobsQuery = { codeJobs: { edges: Array<{ cursor: string, node: { id: string, count: number, doneCount: number, state: CodeJobState, createdAt: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type ConfirmPaymentMutationVariables = Exact<{
  input: ConfirmPaymentInput;
}>;


export type ConfirmPaymentMutation = { confirmPayment: { order: { id: string, state: OrderState, paidAt: string | null } | null, userErrors: Array<{ code: ConfirmPaymentErrorCode, message: string, field: Array<string> | null }> } };

export type CopyTemplateMutationVariables = Exact<{
  input: CopyTemplateInput;
}>;


export type CopyTemplateMutation = { copyTemplate: { template: { id: string, name: string, state: TemplateState, trigger: PromotionTrigger, startsAt: string, endsAt: string, version: number | null, revision: number, stockCount: number | null, draft: unknown } | null, userErrors: Array<{ code: CopyTemplateErrorCode, message: string, field: Array<string> | null }> } };

export type CouponCountsQueryVariables = Exact<{ [key: string]: never; }>;


export type CouponCountsQuery = { viewer: { id: string, couponCounts: { usableCount: number, lockedCount: number, usedCount: number, expiredCount: number } | null } | null };

export type CouponDeadLettersQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type CouponDeadLettersQuery = { couponDeadLetters: { edges: Array<{ cursor: string, node: { id: string, consumer: string, eventType: string, eventId: string, error: string, parkedAt: string, attemptCount: number } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CouponEventsSinceQueryVariables = Exact<{
  seq: number;
  first?: number | null | undefined;
}>;


export type CouponEventsSinceQuery = { couponEventsSince: Array<{ kind: CouponEventKind, at: string, seq: number, coupon: { id: string, code: string, state: CouponState } | null }> };

export type CouponEventsSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type CouponEventsSubscription = { couponEvents: { kind: CouponEventKind, at: string, seq: number, coupon: { id: string, code: string, state: CouponState, expiresAt: string, template: { id: string, name: string } | null } | null } };

export type CouponHistoryQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type CouponHistoryQuery = { coupon: { id: string, state: CouponState, history: { edges: Array<{ cursor: string, node: { seq: number, act: CouponAct, at: string, before: CouponState | null, after: CouponState, by: CouponActor, note: string | null, person: { id: string } | null, order: { id: string } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };

export type CouponOffersQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type CouponOffersQuery = { viewer: { id: string, couponOffers: { edges: Array<{ cursor: string, node: { id: string, offeredAt: string, lapsesAt: string, validFrom: string, expiresAt: string, giver: { id: string }, template: { id: string, name: string } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };

export type CouponQueryVariables = Exact<{
  id: string;
}>;


export type CouponQuery = { coupon: { id: string, code: string, state: CouponState, claimedAt: string, validFrom: string, expiresAt: string, template: { id: string, name: string, benefits: Array<{ kind: BenefitKind }> } | null, order: { id: string, state: OrderState } | null } | null };

export type CouponsForCartQueryVariables = Exact<{
  cart: CartInput;
}>;


export type CouponsForCartQuery = { viewer: { id: string, couponsForCart: { usable: Array<{ saving: { minorUnits: number, currency: string }, coupon: { id: string, code: string, expiresAt: string, template: { id: string, name: string } | null } }>, unusable: Array<{ reason: UnusableCouponReason, message: string, deficit: { minorUnits: number, currency: string } | null, coupon: { id: string, code: string, template: { id: string, name: string } | null } }> } | null } | null };

export type CreatePublicCodeMutationVariables = Exact<{
  input: CreatePublicCodeInput;
}>;


export type CreatePublicCodeMutation = { createPublicCode: { publicCode: { code: string, isClosed: boolean, template: { id: string, name: string } | null } | null, userErrors: Array<{ code: PublicCodeErrorCode, message: string, field: Array<string> | null }> } };

export type CreateTemplateMutationVariables = Exact<{
  input: CreateTemplateInput;
}>;


export type CreateTemplateMutation = { createTemplate: { template: { id: string, name: string, state: TemplateState, trigger: PromotionTrigger, startsAt: string, endsAt: string, version: number | null, revision: number, stockCount: number | null } | null, userErrors: Array<{ code: CreateTemplateErrorCode, message: string, field: Array<string> | null }> } };

export type DeclineGiftMutationVariables = Exact<{
  input: DeclineGiftInput;
}>;


export type DeclineGiftMutation = { declineGift: { isDeclined: boolean, userErrors: Array<{ code: CouponOfferErrorCode, message: string, field: Array<string> | null }> } };

export type EndTemplateMutationVariables = Exact<{
  input: EndTemplateInput;
}>;


export type EndTemplateMutation = { endTemplate: { template: { id: string, name: string, state: TemplateState, trigger: PromotionTrigger, startsAt: string, endsAt: string, version: number | null, revision: number, stockCount: number | null } | null, userErrors: Array<{ code: TemplateMoveErrorCode, message: string, field: Array<string> | null }> } };

export type FreezeCouponMutationVariables = Exact<{
  input: FreezeCouponInput;
}>;


export type FreezeCouponMutation = { freezeCoupon: { coupon: { id: string, state: CouponState, expiresAt: string, stateReason: { code: CouponStateReasonCode, message: string, sinceAt: string, note: string | null } | null } | null, userErrors: Array<{ code: CouponRulingErrorCode, message: string, field: Array<string> | null }> } };

export type FreezeCouponsMutationVariables = Exact<{
  input: FreezeCouponsInput;
}>;


export type FreezeCouponsMutation = { freezeCoupons: { bulkCouponChange: { id: string, kind: BulkCouponChangeKind, state: BulkCouponChangeState, totalCount: number | null, lookedAtCount: number, changedCount: number, waitingCount: number } | null, userErrors: Array<{ code: BulkCouponChangeErrorCode, message: string, field: Array<string> | null }> } };

export type GenerateCodesMutationVariables = Exact<{
  input: GenerateCodesInput;
}>;


export type GenerateCodesMutation = { generateCodes: { job: { id: string, count: number, doneCount: number, state: CodeJobState } | null, userErrors: Array<{ code: CodeJobErrorCode, message: string, field: Array<string> | null }> } };

export type GiftCouponMutationVariables = Exact<{
  input: GiftCouponInput;
}>;


export type GiftCouponMutation = { giftCoupon: { coupon: { id: string, state: CouponState, expiresAt: string, stateReason: { code: CouponStateReasonCode, message: string, sinceAt: string, endsAt: string | null, receiver: { id: string } | null } | null } | null, userErrors: Array<{ code: GiftCouponErrorCode, message: string, field: Array<string> | null }> } };

export type IncreaseTemplateStockMutationVariables = Exact<{
  input: IncreaseTemplateStockInput;
}>;


export type IncreaseTemplateStockMutation = { increaseTemplateStock: { template: { id: string, name: string, state: TemplateState, trigger: PromotionTrigger, startsAt: string, endsAt: string, version: number | null, revision: number, stockCount: number | null } | null, userErrors: Array<{ code: IncreaseTemplateStockErrorCode, message: string, field: Array<string> | null }> } };

export type IssuedCouponQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type IssuedCouponQuery = { issuedCoupon: { id: string, code: string, state: CouponState, claimedAt: string, expiresAt: string, owner: { id: string }, stateReason: { code: CouponStateReasonCode, message: string, sinceAt: string, note: string | null } | null, history: { edges: Array<{ cursor: string, node: { seq: number, act: CouponAct, at: string, before: CouponState | null, after: CouponState, by: CouponActor, note: string | null, person: { id: string } | null, order: { id: string } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };

export type MarkNotificationReadMutationVariables = Exact<{
  input: MarkNotificationReadInput;
}>;


export type MarkNotificationReadMutation = { markNotificationRead: { notification: { id: string, readAt: string | null } | null, userErrors: Array<{ code: MarkNotificationReadErrorCode, message: string, field: Array<string> | null }> } };

export type MyCouponsQueryVariables = Exact<{
  filter?: CouponFilter | null | undefined;
  sort?: CouponSort | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type MyCouponsQuery = { viewer: { id: string, coupons: { edges: Array<{ cursor: string, node: { id: string, code: string, state: CouponState, claimedAt: string, validFrom: string, expiresAt: string, stateReason: { code: CouponStateReasonCode, endsAt: string | null } | null, template: { id: string, name: string } | null, order: { id: string, state: OrderState } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };

export type MyInboxQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  locale?: string | null | undefined;
}>;


export type MyInboxQuery = { viewer: { id: string, inbox: { edges: Array<{ cursor: string, node: { id: string, kind: NotificationKind, text: string, deliveredAt: string, readAt: string | null, template: { id: string, name: string } | null, coupons: Array<{ id: string, code: string, state: CouponState, expiresAt: string }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };

export type MyOrdersQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type MyOrdersQuery = { viewer: { id: string, orders: { edges: Array<{ cursor: string, node: { id: string, state: OrderState, placedAt: string, payBefore: string, paidAt: string | null, closedAt: string | null, subtotal: { minorUnits: number, currency: string }, discount: { minorUnits: number, currency: string }, saving: { minorUnits: number }, shipping: { subtotal: { minorUnits: number }, payable: { minorUnits: number } } | null, payable: { minorUnits: number, currency: string }, lines: Array<{ lineId: string, subtotal: { minorUnits: number, currency: string }, payable: { minorUnits: number, currency: string }, discounts: Array<{ amount: { minorUnits: number, currency: string }, units: Array<{ quantity: number, amount: { minorUnits: number, currency: string } }> }> }>, merchants: Array<{ merchantId: string, subtotal: { minorUnits: number, currency: string }, discount: { minorUnits: number, currency: string }, payable: { minorUnits: number, currency: string } }>, appliedPromotions: Array<{ amount: { minorUnits: number, currency: string }, fundedByPlatform: { minorUnits: number, currency: string }, fundedByMerchant: { minorUnits: number, currency: string }, coupon: { id: string } | null }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };

export type MyTemplatesQueryVariables = Exact<{
  filter?: TemplateFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type MyTemplatesQuery = { templates: { edges: Array<{ cursor: string, node: { id: string, name: string, state: TemplateState, trigger: PromotionTrigger, startsAt: string, endsAt: string, version: number | null, revision: number, stockCount: number | null, remainingCount: number | null, benefits: Array<{ kind: BenefitKind, percentOffBasisPoints: number | null, thresholds: Array<{ minorUnits: number, currency: string }>, amountsOff: Array<{ minorUnits: number, currency: string }> }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type NotificationDeadLettersQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type NotificationDeadLettersQuery = { notificationDeadLetters: { edges: Array<{ cursor: string, node: { id: string, consumer: string, eventType: string, eventId: string, error: string, parkedAt: string, attemptCount: number } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type OrderQueryVariables = Exact<{
  id: string;
}>;


export type OrderQuery = { order: { id: string, state: OrderState, placedAt: string, payBefore: string, paidAt: string | null, closedAt: string | null, subtotal: { minorUnits: number, currency: string }, discount: { minorUnits: number, currency: string }, payable: { minorUnits: number, currency: string }, lines: Array<{ lineId: string, quantity: number, sku: { id: string, name: string | null } | null, unitPrice: { minorUnits: number, currency: string }, subtotal: { minorUnits: number, currency: string }, payable: { minorUnits: number, currency: string }, discounts: Array<{ amount: { minorUnits: number, currency: string }, template: { id: string, name: string } | null, coupon: { id: string } | null, units: Array<{ quantity: number, amount: { minorUnits: number, currency: string } }> }> }>, merchants: Array<{ merchantId: string, subtotal: { minorUnits: number, currency: string }, discount: { minorUnits: number, currency: string }, payable: { minorUnits: number, currency: string } }>, appliedPromotions: Array<{ versionId: string, amount: { minorUnits: number, currency: string }, fundedByPlatform: { minorUnits: number, currency: string }, fundedByMerchant: { minorUnits: number, currency: string }, template: { id: string, name: string } | null, coupon: { id: string, code: string } | null }> } | null };

export type PauseTemplateMutationVariables = Exact<{
  input: PauseTemplateInput;
}>;


export type PauseTemplateMutation = { pauseTemplate: { template: { id: string, name: string, state: TemplateState, trigger: PromotionTrigger, startsAt: string, endsAt: string, version: number | null, revision: number, stockCount: number | null } | null, userErrors: Array<{ code: TemplateMoveErrorCode, message: string, field: Array<string> | null }> } };

export type PayOrderMutationVariables = Exact<{
  input: PayOrderInput;
}>;


export type PayOrderMutation = { payOrder: { payment: { id: string, provider: string, payUrl: string, amount: { minorUnits: number, currency: string } } | null, order: { id: string, state: OrderState } | null, userErrors: Array<{ code: PayOrderErrorCode, message: string, field: Array<string> | null }> } };

export type PreviewPriceQueryVariables = Exact<{
  input: PreviewPriceInput;
}>;


export type PreviewPriceQuery = { previewPrice: { quote: { isOptimal: boolean, subtotal: { minorUnits: number, currency: string }, saving: { minorUnits: number, currency: string }, payable: { minorUnits: number, currency: string }, lines: Array<{ lineId: string, quantity: number, sku: { id: string, name: string | null } | null, payable: { minorUnits: number, currency: string }, discounts: Array<{ documentIndex: number | null, template: { id: string, name: string } | null, amount: { minorUnits: number, currency: string } }> }>, appliedPromotions: Array<{ documentIndex: number | null, template: { id: string, name: string } | null, amount: { minorUnits: number, currency: string }, fundedByPlatform: { minorUnits: number, currency: string }, fundedByMerchant: { minorUnits: number, currency: string } }>, trace: Array<{ documentIndex: number | null, verdict: ConsideredVerdict, message: string | null, cure: string | null, template: { id: string, name: string } | null }>, hints: Array<{ documentIndex: number | null, deficit: { minorUnits: number, currency: string }, saving: { minorUnits: number, currency: string } }> } | null, userErrors: Array<{ code: PreviewPriceErrorCode, message: string, field: Array<string> | null }> } };

export type PromotionExplanationQueryVariables = Exact<{
  input: PromotionExplanationInput;
}>;


export type PromotionExplanationQuery = { promotionExplanation: { verdict: RuleVerdict, isCurable: boolean, unmet: Array<{ path: string, fact: string, required: string, observed: string | null, message: string }>, cure: Array<{ fact: string, message: string }> } | null };

export type PromotionUsageQueryVariables = Exact<{
  id: string;
}>;


export type PromotionUsageQuery = { template: { id: string, name: string, usage: { uses: { limit: number, held: number, spent: number, left: number } | null, budgets: Array<{ limit: { minorUnits: number, currency: string }, held: { minorUnits: number, currency: string }, spent: { minorUnits: number, currency: string }, left: { minorUnits: number, currency: string } }> } | null } | null };

export type PromotionsToClaimQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type PromotionsToClaimQuery = { viewer: { id: string, promotionsToClaim: { edges: Array<{ cursor: string, node: { id: string, name: string, remainingCount: number | null, viewerClaim: { isClaimable: boolean, reason: ClaimCouponErrorCode | null, claimedCount: number, limit: number | null } | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };

export type PublishTemplateMutationVariables = Exact<{
  input: PublishTemplateInput;
}>;


export type PublishTemplateMutation = { publishTemplate: { template: { id: string, name: string, state: TemplateState, trigger: PromotionTrigger, startsAt: string, endsAt: string, version: number | null, revision: number, stockCount: number | null } | null, userErrors: Array<{ code: PublishTemplateErrorCode, message: string, field: Array<string> | null }> } };

export type PublishTemplatesMutationVariables = Exact<{
  input: PublishTemplatesInput;
}>;


export type PublishTemplatesMutation = { publishTemplates: { results: Array<{ templateId: string, template: { id: string, name: string, state: TemplateState, version: number | null, revision: number, stockCount: number | null } | null, userErrors: Array<{ code: PublishTemplateErrorCode, message: string, field: Array<string> | null }> }>, userErrors: Array<{ code: PublishTemplatesErrorCode, message: string, field: Array<string> | null }> } };

export type QuoteQueryVariables = Exact<{
  input: QuoteInput;
}>;


export type QuoteQuery = { quote: { quote: { unknownCodes: Array<string>, isOptimal: boolean, visitedNodeCount: number, isWithoutCoupons: boolean, validUntil: string, listAmount: { minorUnits: number, currency: string }, subtotal: { minorUnits: number, currency: string }, discount: { minorUnits: number, currency: string }, saving: { minorUnits: number, currency: string }, shipping: { method: string, subtotal: { minorUnits: number, currency: string }, discount: { minorUnits: number, currency: string }, payable: { minorUnits: number, currency: string } } | null, tax: { mode: TaxMode, amount: { minorUnits: number, currency: string } }, payable: { minorUnits: number, currency: string }, due: { minorUnits: number, currency: string }, gifts: Array<{ quantity: number, sku: { id: string, name: string | null } | null, template: { id: string, name: string } | null }>, points: Array<{ points: number, template: { id: string, name: string } | null }>, waterfall: Array<{ kind: WaterfallKind, priceSource: PriceSource | null, benefitPath: string | null, amount: { minorUnits: number, currency: string }, left: { minorUnits: number, currency: string }, template: { id: string, name: string } | null, coupon: { id: string } | null }>, hints: Array<{ category: string, deficit: { minorUnits: number, currency: string }, saving: { minorUnits: number, currency: string }, sku: { id: string, name: string | null } | null, template: { id: string, name: string } | null }>, betterChoice: { saving: { minorUnits: number, currency: string }, coupons: Array<{ id: string }> } | null, heldQuote: { token: string, validUntil: string } | null, lines: Array<{ lineId: string, quantity: number, priceSource: PriceSource, sku: { id: string, name: string | null } | null, unitPrice: { minorUnits: number, currency: string }, subtotal: { minorUnits: number, currency: string }, payable: { minorUnits: number, currency: string }, discounts: Array<{ amount: { minorUnits: number, currency: string }, template: { id: string, name: string } | null, coupon: { id: string } | null, units: Array<{ quantity: number, amount: { minorUnits: number, currency: string } }> }> }>, merchants: Array<{ merchantId: string, subtotal: { minorUnits: number, currency: string }, discount: { minorUnits: number, currency: string }, payable: { minorUnits: number, currency: string } }>, appliedPromotions: Array<{ versionId: string, amount: { minorUnits: number, currency: string }, fundedByPlatform: { minorUnits: number, currency: string }, fundedByMerchant: { minorUnits: number, currency: string }, template: { id: string, name: string } | null, coupon: { id: string, code: string } | null }>, unusedCoupons: Array<{ reason: UnusedReason, message: string, deficit: { minorUnits: number, currency: string } | null, difference: { minorUnits: number, currency: string } | null, coupon: { id: string, template: { id: string, name: string } | null } | null }>, unusedPromotions: Array<{ reason: UnusedReason, message: string, deficit: { minorUnits: number, currency: string } | null, template: { id: string, name: string } | null }>, refusedCodes: Array<{ code: string, reason: RefusedCodeReason, retryAt: string | null }>, savingUpperBound: { minorUnits: number, currency: string } } | null, userErrors: Array<{ code: QuoteErrorCode, message: string, field: Array<string> | null }> } };

export type RejectTemplateMutationVariables = Exact<{
  input: RejectTemplateInput;
}>;


export type RejectTemplateMutation = { rejectTemplate: { template: { id: string, name: string, state: TemplateState, trigger: PromotionTrigger, startsAt: string, endsAt: string, version: number | null, revision: number, stockCount: number | null, review: { state: TemplateReviewState, draftFingerprint: string, submittedAt: string, decidedAt: string | null, reason: string | null, submittedBy: { kind: ActorKind, subject: string }, decidedBy: { kind: ActorKind, subject: string } | null } | null } | null, userErrors: Array<{ code: RejectTemplateErrorCode, message: string, field: Array<string> | null }> } };

export type ReplayCouponDeadLetterMutationVariables = Exact<{
  input: ReplayDeadLetterInput;
}>;


export type ReplayCouponDeadLetterMutation = { replayCouponDeadLetter: { replayedCount: number, userErrors: Array<{ code: ReplayDeadLetterErrorCode, message: string, field: Array<string> | null }> } };

export type ReplayNotificationDeadLetterMutationVariables = Exact<{
  input: ReplayDeadLetterInput;
}>;


export type ReplayNotificationDeadLetterMutation = { replayNotificationDeadLetter: { replayedCount: number, userErrors: Array<{ code: ReplayDeadLetterErrorCode, message: string, field: Array<string> | null }> } };

export type ReplaySearchDeadLetterMutationVariables = Exact<{
  input: ReplayDeadLetterInput;
}>;


export type ReplaySearchDeadLetterMutation = { replaySearchDeadLetter: { replayedCount: number, userErrors: Array<{ code: ReplayDeadLetterErrorCode, message: string, field: Array<string> | null }> } };

export type ReplaySettlementDeadLetterMutationVariables = Exact<{
  input: ReplayDeadLetterInput;
}>;


export type ReplaySettlementDeadLetterMutation = { replaySettlementDeadLetter: { replayedCount: number, userErrors: Array<{ code: ReplayDeadLetterErrorCode, message: string, field: Array<string> | null }> } };

export type ResumeCodeJobMutationVariables = Exact<{
  input: ResumeCodeJobInput;
}>;


export type ResumeCodeJobMutation = { resumeCodeJob: { job: { id: string, count: number, doneCount: number, state: CodeJobState } | null, userErrors: Array<{ code: CodeJobErrorCode, message: string, field: Array<string> | null }> } };

export type ResumeTemplateMutationVariables = Exact<{
  input: ResumeTemplateInput;
}>;


export type ResumeTemplateMutation = { resumeTemplate: { template: { id: string, name: string, state: TemplateState, trigger: PromotionTrigger, startsAt: string, endsAt: string, version: number | null, revision: number, stockCount: number | null } | null, userErrors: Array<{ code: TemplateMoveErrorCode, message: string, field: Array<string> | null }> } };

export type ReviseTemplateMutationVariables = Exact<{
  input: ReviseTemplateInput;
}>;


export type ReviseTemplateMutation = { reviseTemplate: { template: { id: string, name: string, state: TemplateState, trigger: PromotionTrigger, startsAt: string, endsAt: string, version: number | null, revision: number, stockCount: number | null, draft: unknown } | null, current: { id: string, revision: number, draft: unknown, document: unknown } | null, userErrors: Array<{ code: ReviseTemplateErrorCode, message: string, field: Array<string> | null }> } };

export type RevokeCouponMutationVariables = Exact<{
  input: RevokeCouponInput;
}>;


export type RevokeCouponMutation = { revokeCoupon: { coupon: { id: string, state: CouponState, expiresAt: string, stateReason: { code: CouponStateReasonCode, message: string, sinceAt: string, note: string | null } | null } | null, userErrors: Array<{ code: CouponRulingErrorCode, message: string, field: Array<string> | null }> } };

export type RevokeCouponsMutationVariables = Exact<{
  input: RevokeCouponsInput;
}>;


export type RevokeCouponsMutation = { revokeCoupons: { bulkCouponChange: { id: string, kind: BulkCouponChangeKind, state: BulkCouponChangeState, totalCount: number | null, lookedAtCount: number, changedCount: number, waitingCount: number } | null, userErrors: Array<{ code: BulkCouponChangeErrorCode, message: string, field: Array<string> | null }> } };

export type RollbackTemplateMutationVariables = Exact<{
  input: RollbackTemplateInput;
}>;


export type RollbackTemplateMutation = { rollbackTemplate: { template: { id: string, name: string, state: TemplateState, trigger: PromotionTrigger, startsAt: string, endsAt: string, version: number | null, revision: number, stockCount: number | null } | null, userErrors: Array<{ code: RollbackTemplateErrorCode, message: string, field: Array<string> | null }> } };

export type RuleFactsQueryVariables = Exact<{ [key: string]: never; }>;


export type RuleFactsQuery = { ruleFacts: Array<{ name: string, type: RuleFactType, about: string, operators: Array<string>, values: Array<string> }> };

export type SearchDeadLettersQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type SearchDeadLettersQuery = { searchDeadLetters: { edges: Array<{ cursor: string, node: { id: string, consumer: string, eventType: string, eventId: string, error: string, parkedAt: string, attemptCount: number } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type SearchPromotionsQueryVariables = Exact<{
  filter?: PromotionFilter | null | undefined;
  sort?: PromotionSort | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type SearchPromotionsQuery = { searchPromotions: { edges: Array<{ cursor: string, node: { id: string, name: string, trigger: PromotionTrigger, endsAt: string, remainingCount: number | null, viewerClaim: { isClaimable: boolean, reason: ClaimCouponErrorCode | null } | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type SettleOrderMutationVariables = Exact<{
  input: SettleOrderInput;
}>;


export type SettleOrderMutation = { settleOrder: { order: { id: string, state: OrderState, placedAt: string, payBefore: string, paidAt: string | null, closedAt: string | null, subtotal: { minorUnits: number, currency: string }, discount: { minorUnits: number, currency: string }, payable: { minorUnits: number, currency: string }, appliedPromotions: Array<{ versionId: string, amount: { minorUnits: number, currency: string }, fundedByPlatform: { minorUnits: number, currency: string }, fundedByMerchant: { minorUnits: number, currency: string }, template: { id: string, name: string } | null, coupon: { id: string, code: string } | null }> } | null, quote: { payable: { minorUnits: number, currency: string }, discount: { minorUnits: number, currency: string } } | null, userErrors: Array<{ code: SettleOrderErrorCode, message: string, field: Array<string> | null }> } };

export type SettlementDeadLettersQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type SettlementDeadLettersQuery = { settlementDeadLetters: { edges: Array<{ cursor: string, node: { id: string, consumer: string, eventType: string, eventId: string, error: string, parkedAt: string, attemptCount: number } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ShopperProfileQueryVariables = Exact<{
  userId: string;
}>;


export type ShopperProfileQuery = { shopperProfile: { revision: number, registeredAt: string | null, lastPaidAt: string | null, payTimes: number | null, paidAmount: number | null, isNew: boolean | null, tier: string | null, tags: Array<string>, segments: Array<string>, groups: Array<string>, country: string | null, city: string | null, unknownFacts: Array<string>, user: { id: string }, attributes: Array<{ name: string, value: string }> } | null };

export type SkuPromotionsQueryVariables = Exact<{
  id: string;
}>;


export type SkuPromotionsQuery = { sku: { id: string, name: string | null, category: string | null, brand: string | null, itemType: SkuItemType | null, listPrices: Array<{ minorUnits: number, currency: string }>, promotions: Array<{ id: string, name: string, trigger: PromotionTrigger, endsAt: string, remainingCount: number | null, viewerClaim: { isClaimable: boolean, reason: ClaimCouponErrorCode | null, claimedCount: number, limit: number | null } | null }> } | null };

export type SkusPriceInHandQueryVariables = Exact<{
  ids: Array<string> | string;
  currency: string;
  quantity?: number | null | undefined;
  context?: CartContextInput | null | undefined;
}>;


export type SkusPriceInHandQuery = { skus: Array<{ id: string, name: string | null, priceInHand: { unitCount: number, isOptimal: boolean, isWithoutCoupons: boolean, validUntil: string, listPrice: { minorUnits: number, currency: string }, saving: { minorUnits: number, currency: string }, payable: { minorUnits: number, currency: string }, appliedPromotions: Array<{ amount: { minorUnits: number, currency: string }, template: { id: string, name: string } | null, coupon: { id: string } | null }> } | null } | null> };

export type SkusPromotionsQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type SkusPromotionsQuery = { skus: Array<{ id: string, name: string | null, category: string | null, brand: string | null, itemType: SkuItemType | null, listPrices: Array<{ minorUnits: number, currency: string }>, promotions: Array<{ id: string, name: string, state: TemplateState, trigger: PromotionTrigger, endsAt: string }> } | null> };

export type StopCodeJobMutationVariables = Exact<{
  input: StopCodeJobInput;
}>;


export type StopCodeJobMutation = { stopCodeJob: { job: { id: string, count: number, doneCount: number, state: CodeJobState } | null, userErrors: Array<{ code: CodeJobErrorCode, message: string, field: Array<string> | null }> } };

export type SubmitTemplateForReviewMutationVariables = Exact<{
  input: SubmitTemplateForReviewInput;
}>;


export type SubmitTemplateForReviewMutation = { submitTemplateForReview: { template: { id: string, name: string, state: TemplateState, trigger: PromotionTrigger, startsAt: string, endsAt: string, version: number | null, revision: number, stockCount: number | null, review: { state: TemplateReviewState, draftFingerprint: string, submittedAt: string, decidedAt: string | null, reason: string | null, submittedBy: { kind: ActorKind, subject: string }, decidedBy: { kind: ActorKind, subject: string } | null } | null } | null, userErrors: Array<{ code: SubmitTemplateForReviewErrorCode, message: string, field: Array<string> | null }> } };

export type TakeBackGiftMutationVariables = Exact<{
  input: TakeBackGiftInput;
}>;


export type TakeBackGiftMutation = { takeBackGift: { coupon: { id: string, state: CouponState, expiresAt: string, stateReason: { code: CouponStateReasonCode, message: string, sinceAt: string, endsAt: string | null, receiver: { id: string } | null } | null } | null, userErrors: Array<{ code: CouponOfferErrorCode, message: string, field: Array<string> | null }> } };

export type TemplateAuditLogQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type TemplateAuditLogQuery = { template: { id: string, name: string, auditLog: { edges: Array<{ cursor: string, node: { seq: number, at: string, act: TemplateAct, previousHash: string | null, hash: string, by: { kind: ActorKind, subject: string }, changes: Array<{ path: string, from: unknown, to: unknown }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type TemplateCheckQueryVariables = Exact<{
  input: TemplateCheckInput;
}>;


export type TemplateCheckQuery = { templateCheck: { canPublish: boolean, hasWarnings: boolean, findings: Array<{ severity: FindingSeverity, code: FindingCode, path: string, reason: string, cure: string, cart: { at: string, facts: unknown, lines: Array<{ skuId: string, quantity: number, unitPrice: { minorUnits: number, currency: string } }>, promotions: Array<{ templateId: string | null, name: string, amount: { minorUnits: number, currency: string } }>, listTotal: { minorUnits: number, currency: string }, discount: { minorUnits: number, currency: string }, payable: { minorUnits: number, currency: string }, payableWithFloors: { minorUnits: number, currency: string } | null } | null }>, search: { cartCount: number, isExhaustive: boolean } | null } | null };

export type TemplateVersionQueryVariables = Exact<{
  templateId: string;
  version: number;
}>;


export type TemplateVersionQuery = { templateVersion: { version: number, document: unknown, publishedAt: string, publishedBy: { kind: ActorKind, subject: string } } | null };

export type TemplateVersionsQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type TemplateVersionsQuery = { template: { id: string, version: number | null, versions: { edges: Array<{ cursor: string, node: { version: number, document: unknown, publishedAt: string, publishedBy: { kind: ActorKind, subject: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type TemplateQueryVariables = Exact<{
  id: string;
}>;


export type TemplateQuery = { template: { id: string, name: string, state: TemplateState, trigger: PromotionTrigger, startsAt: string, endsAt: string, version: number | null, revision: number, stockCount: number | null, merchantId: string | null, document: unknown, conditionText: string | null, draft: unknown, remainingCount: number | null, review: { state: TemplateReviewState, draftFingerprint: string, submittedAt: string, decidedAt: string | null, reason: string | null, submittedBy: { kind: ActorKind, subject: string }, decidedBy: { kind: ActorKind, subject: string } | null } | null, names: Array<{ locale: string, text: string }> } | null };

export type TenantSettingsQueryVariables = Exact<{ [key: string]: never; }>;


export type TenantSettingsQuery = { tenantSettings: { zone: string, maxCouponsPerOrder: number, quoteValidMinutes: number, paymentMinutes: number, solverNodeBudget: number, reminderLeadHours: Array<number>, isApprovalRequired: boolean, taxMode: TaxMode, defaultTaxRateBasisPoints: number | null, memberTiers: Array<string>, isHeldQuoteGoodWhenPaused: boolean, solverMilliseconds: number, giftHours: number, warnAboveDiscountBasisPoints: number, revision: number, stackingGroups: Array<{ name: string, maxPerOrder: number | null, maxPerLine: number | null, isAlwaysStackable: boolean }>, shippingMethods: Array<{ method: string, name: string | null, prices: Array<{ minorUnits: number, currency: string }> }> } };

export type UnfreezeCouponMutationVariables = Exact<{
  input: UnfreezeCouponInput;
}>;


export type UnfreezeCouponMutation = { unfreezeCoupon: { coupon: { id: string, state: CouponState, expiresAt: string, stateReason: { code: CouponStateReasonCode, message: string, sinceAt: string, note: string | null } | null } | null, userErrors: Array<{ code: CouponRulingErrorCode, message: string, field: Array<string> | null }> } };

export type UnfreezeCouponsMutationVariables = Exact<{
  input: UnfreezeCouponsInput;
}>;


export type UnfreezeCouponsMutation = { unfreezeCoupons: { bulkCouponChange: { id: string, kind: BulkCouponChangeKind, state: BulkCouponChangeState, totalCount: number | null, lookedAtCount: number, changedCount: number, waitingCount: number } | null, userErrors: Array<{ code: BulkCouponChangeErrorCode, message: string, field: Array<string> | null }> } };

export type UpdateTenantSettingsMutationVariables = Exact<{
  input: UpdateTenantSettingsInput;
}>;


export type UpdateTenantSettingsMutation = { updateTenantSettings: { settings: { zone: string, maxCouponsPerOrder: number, paymentMinutes: number, reminderLeadHours: Array<number>, isApprovalRequired: boolean, taxMode: TaxMode, defaultTaxRateBasisPoints: number | null, memberTiers: Array<string>, revision: number, shippingMethods: Array<{ method: string, prices: Array<{ minorUnits: number, currency: string }> }> } | null, userErrors: Array<{ code: UpdateTenantSettingsErrorCode, message: string, field: Array<string> | null }> } };

export type UpsertShopperProfilesMutationVariables = Exact<{
  input: UpsertShopperProfilesInput;
}>;


export type UpsertShopperProfilesMutation = { upsertShopperProfiles: { changedCount: number, unchangedCount: number, userErrors: Array<{ code: UpsertShopperProfilesErrorCode, message: string, field: Array<string> | null }> } };

export type UpsertSkusMutationVariables = Exact<{
  input: UpsertSkusInput;
}>;


export type UpsertSkusMutation = { upsertSkus: { changedCount: number, unchangedCount: number, userErrors: Array<{ code: UpsertSkusErrorCode, message: string, field: Array<string> | null }> } };

export type VerifyTemplateAuditQueryVariables = Exact<{
  templateId: string;
}>;


export type VerifyTemplateAuditQuery = { verifyTemplateAudit: { isWhole: boolean, entryCount: number, firstBrokenSeq: number | null } | null };

export type WithdrawTemplateFromReviewMutationVariables = Exact<{
  input: WithdrawTemplateFromReviewInput;
}>;


export type WithdrawTemplateFromReviewMutation = { withdrawTemplateFromReview: { template: { id: string, name: string, state: TemplateState, trigger: PromotionTrigger, startsAt: string, endsAt: string, version: number | null, revision: number, stockCount: number | null, review: { state: TemplateReviewState, draftFingerprint: string, submittedAt: string, decidedAt: string | null, reason: string | null, submittedBy: { kind: ActorKind, subject: string }, decidedBy: { kind: ActorKind, subject: string } | null } | null } | null, userErrors: Array<{ code: WithdrawTemplateFromReviewErrorCode, message: string, field: Array<string> | null }> } };
