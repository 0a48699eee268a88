// Generated from the SDL by `npm run schema`; change the SDL, not this file.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A rule document: a JSON object with the six modules time, user, product, limit, rule and benefit. */
  TemplateDocument: { input: unknown; output: unknown; }
  /** Facts by name, for example {"user.payTimes": 3, "user.tags": ["vip"]}; instants as RFC 3339. */
  FactRecord: { input: unknown; output: unknown; }
  /** A whole number within ±(2^53 − 1); Int would stop at 21 million yuan. */
  Long: { input: number; output: number; }
  /** An instant as RFC 3339 in UTC, for example 2026-11-22T10:15:00.000Z. */
  DateTime: { input: Date; output: Date; }
  /** An ISO 4217 currency code, for example CNY. */
  CurrencyCode: { input: string; output: string; }
  _FieldSet: { input: unknown; output: unknown; }
};

export type Query = {
  /** What a cart costs now, with every discount, its share per line and the reason for each coupon that was not used. Nothing is stored. */
  quote: QuotePayload;
  /** What a cart would cost if documents that nobody saved were published, alone or beside everything that applies now. */
  previewPrice: PreviewPricePayload;
  /** One of the caller's orders; another person's reads as absent. */
  order?: Maybe<Order>;
  /** Events that settlement could not apply and parked. */
  settlementDeadLetters: DeadLetterConnection;
};


export type QueryQuoteArgs = {
  input: QuoteInput;
};


export type QueryPreviewPriceArgs = {
  input: PreviewPriceInput;
};


export type QueryOrderArgs = {
  id: Scalars['ID']['input'];
};


export type QuerySettlementDeadLettersArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

export type Mutation = {
  /** Places an order at exactly the expected price and holds its coupons until it is paid. */
  settleOrder: SettleOrderPayload;
  /** Opens a payment for a placed order; only the provider's signed word makes it paid. */
  payOrder: PayOrderPayload;
  /** Confirms a payment on behalf of a provider, for a company's backend. */
  confirmPayment: ConfirmPaymentPayload;
  /** Cancels an order that is not paid yet; its coupons come back. */
  cancelOrder: CancelOrderPayload;
  /** Applies a parked event of settlement again, and those of its key that wait behind it. */
  replaySettlementDeadLetter: ReplayDeadLetterPayload;
  /** Tells what is to become of a lapsed hold on coupons, and fences the order so that the answer stays true. */
  resolveHold: ResolveHoldPayload;
};


export type MutationSettleOrderArgs = {
  input: SettleOrderInput;
};


export type MutationPayOrderArgs = {
  input: PayOrderInput;
};


export type MutationConfirmPaymentArgs = {
  input: ConfirmPaymentInput;
};


export type MutationCancelOrderArgs = {
  input: CancelOrderInput;
};


export type MutationReplaySettlementDeadLetterArgs = {
  input: ReplayDeadLetterInput;
};


export type MutationResolveHoldArgs = {
  input: ResolveHoldInput;
};

export type User = {
  /** The marketplace's own id. */
  id: Scalars['ID']['output'];
  /** The person's orders, newest first; only the person sees them. */
  orders?: Maybe<OrderConnection>;
};


export type UserOrdersArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** How coupons are chosen for a price. */
export type CouponChoiceKind =
  /** The best combination of what the shopper owns. */
  | 'AUTO'
  /** Exactly the named ones, as far as they may be used. */
  | 'CHOSEN'
  /** None. */
  | 'NONE';

/** Which coupons to use. */
export type CouponChoiceInput = {
  /** How they are chosen. */
  kind: CouponChoiceKind;
  /** The coupons, with the kind CHOSEN; at most 30 together with the codes. */
  couponIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Codes that the shopper typed, with the kinds AUTO and CHOSEN: numbers of own coupons, or promotion codes. Case, gaps and dashes do not matter. At most 30. */
  codes?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** A cart to be priced. */
export type QuoteInput = {
  /** What the shopper is about to buy. */
  cart: CartInput;
  /** Which coupons to use. */
  coupons: CouponChoiceInput;
};

/** The price of a cart. */
export type QuotePayload = {
  /** The price; null when the cart cannot be priced. */
  quote?: Maybe<Quote>;
  /** Every reason why not, at once. */
  userErrors: Array<QuoteError>;
};

/** Why a cart cannot be priced. */
export type QuoteError = UserError & {
  /** The reason as a code. */
  code: QuoteErrorCode;
  /** What was found, what is allowed and what to do, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault. */
  field?: Maybe<Array<Scalars['String']['output']>>;
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

/** What a cart costs, and why. */
export type Quote = {
  /** The goods at list price. */
  listAmount: Money;
  /** The goods before any promotion, each at the lowest price that the shopper may have. */
  subtotal: Money;
  /** What is taken off the goods. */
  discount: Money;
  /** What is taken off goods and shipping together: what the best combination is best in. */
  saving: Money;
  /** How the goods travel and what that costs; null when shipping is no part of the price. */
  shipping?: Maybe<ShippingTotal>;
  /** The tax: within the price, or on top of it. */
  tax: TaxTotal;
  /** What the order costs, shipping and tax included. */
  payable: Money;
  /** What was paid ahead. */
  deposits: Array<PaidDeposit>;
  /** What is still to be paid: the payable without the deposits that count. */
  due: Money;
  /** Goods that are added at no price. */
  gifts: Array<GiftLine>;
  /** Points that are earned. */
  points: Array<EarnedPoints>;
  /** Every line with its discounts. */
  lines: Array<PricedLine>;
  /** The sums of each merchant. */
  merchants: Array<MerchantTotal>;
  /** Every promotion that takes something off or gives something, in the order of application. */
  appliedPromotions: Array<AppliedPromotion>;
  /** How each cent was reached: from the list prices step by step to what is due. */
  waterfall: Array<WaterfallStep>;
  /** What became of every promotion that was considered, in the order of application. */
  trace: Array<ConsideredPromotion>;
  /** What a little more would save, the largest saving first: each was tried by pricing the cart with it. */
  hints: Array<TopUpHint>;
  /** What would save more than the coupons chosen by hand; null when nothing would. */
  betterChoice?: Maybe<BetterChoice>;
  /** The promise of this price, for settleOrder; null for those who place no orders, and while coupons cannot be looked up. */
  heldQuote?: Maybe<HeldQuote>;
  /** Every coupon that was looked at and not used, with its reason. */
  unusedCoupons: Array<UnusedCoupon>;
  /** Every typed code that gives the shopper no coupon; the others take part as coupons, those of promotion codes as such that the order makes. */
  unknownCodes: Array<Scalars['String']['output']>;
  /** The same codes, each with its reason; empty while codes cannot be looked up. */
  refusedCodes: Array<RefusedCode>;
  /** Every automatic promotion that was looked at and did not apply, with its reason. */
  unusedPromotions: Array<UnusedPromotion>;
  /** Whether the combination is proven to be the best one. */
  isOptimal: Scalars['Boolean']['output'];
  /** The most that any combination could take off goods and shipping; equals the saving when it is proven. */
  savingUpperBound: Money;
  /**
   * The most that any combination could take off; equals the saving when it is proven.
   * @deprecated Use savingUpperBound. Goes after 2027-06-01.
   */
  discountUpperBound: Money;
  /** How many combinations the search visited. */
  visitedNodeCount: Scalars['Int']['output'];
  /** Whether coupons, member prices and promotions that ask about the shopper were left out because they could not be looked up just now. */
  isWithoutCoupons: Scalars['Boolean']['output'];
  /** Until when the price holds if nobody changes anything, hours and times of promotions included: settle before it. */
  validUntil: Scalars['DateTime']['output'];
};

/** One line of a cart with its price. */
export type PricedLine = {
  /** Identifies the line within the cart. */
  lineId: Scalars['ID']['output'];
  /** What is bought. */
  sku?: Maybe<Sku>;
  /** How many units. */
  quantity: Scalars['Int']['output'];
  /** The list price of a unit. */
  listPrice: Money;
  /** What a unit costs before any promotion: the lowest of its list price and what else the shopper may have it for. */
  unitPrice: Money;
  /** Whose price that is. At another than the list price a line takes no coupon and counts towards no threshold. */
  priceSource: PriceSource;
  /** Unit price times quantity. */
  subtotal: Money;
  /** This line's share of each promotion. */
  discounts: Array<LineDiscount>;
  /** What has to be paid for the line. */
  payable: Money;
  /** The tax on it: within the payable, or on top of it when prices are without tax. */
  tax: Money;
  /** How each cent of the line was reached, from its list price to its payable. */
  waterfall: Array<WaterfallStep>;
};

/** What the way to the shopper costs. */
export type ShippingTotal = {
  /** How the goods travel. */
  method: Scalars['String']['output'];
  /** What it costs before any discount. */
  subtotal: Money;
  /** What promotions take off it. */
  discount: Money;
  /** What has to be paid for it. */
  payable: Money;
};

/** The tax of a price. */
export type TaxTotal = {
  /** Whether it is within the prices or comes on top. */
  mode: TaxMode;
  /** The sum of the tax of all lines. */
  amount: Money;
};

/** A deposit that was paid ahead. */
export type PaidDeposit = {
  /** The promotion it belongs to. */
  template?: Maybe<PromotionTemplate>;
  /** The coupon, unless the promotion applies by itself. */
  coupon?: Maybe<Coupon>;
  /** Which document of a preview, counted from 0; null for what is published. */
  documentIndex?: Maybe<Scalars['Int']['output']>;
  /** What was paid. */
  paid: Money;
  /** What of it counts towards this order: no more than is left to pay. */
  counted: Money;
  /** What of it goes back. */
  refunded: Money;
};

/** Goods that a promotion adds at no price. */
export type GiftLine = {
  /** The promotion. */
  template?: Maybe<PromotionTemplate>;
  /** The coupon, unless the promotion applies by itself. */
  coupon?: Maybe<Coupon>;
  /** Which document of a preview, counted from 0; null for what is published. */
  documentIndex?: Maybe<Scalars['Int']['output']>;
  /** What is given. */
  sku?: Maybe<Sku>;
  /** How many units. */
  quantity: Scalars['Int']['output'];
};

/** Points that an order earns. */
export type EarnedPoints = {
  /** The promotion. */
  template?: Maybe<PromotionTemplate>;
  /** The coupon, unless the promotion applies by itself. */
  coupon?: Maybe<Coupon>;
  /** Which document of a preview, counted from 0; null for what is published. */
  documentIndex?: Maybe<Scalars['Int']['output']>;
  /** How many. */
  points: Scalars['Long']['output'];
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

/** One step on the way from list prices to what is due. */
export type WaterfallStep = {
  /** What the step does. */
  kind: WaterfallKind;
  /** What comes to it, or goes off it: below 0. */
  amount: Money;
  /** What is left after it. */
  left: Money;
  /** Whose price it is; null unless the step is an offer. */
  priceSource?: Maybe<PriceSource>;
  /** The promotion of a discount or a deposit. */
  template?: Maybe<PromotionTemplate>;
  /** The coupon of a discount or a deposit, unless the promotion applies by itself. */
  coupon?: Maybe<Coupon>;
  /** Which document of a preview, counted from 0; null for what is published. */
  documentIndex?: Maybe<Scalars['Int']['output']>;
  /** Which benefit of the promotion, as a path into its document: benefit[0]. */
  benefitPath?: Maybe<Scalars['String']['output']>;
};

/** What became of a promotion that was considered. */
export type ConsideredVerdict =
  /** It takes something off or gives something. */
  | 'APPLIED'
  /** Something it asks for does not hold, or a rule keeps it out. */
  | 'REJECTED'
  /** Another combination saves more, or as much with less. */
  | 'BEATEN_BY';

/** What became of one promotion that was considered, with the numbers. */
export type ConsideredPromotion = {
  /** The promotion; null for a coupon that the shopper does not own. */
  template?: Maybe<PromotionTemplate>;
  /** The immutable version that was looked at. */
  versionId?: Maybe<Scalars['ID']['output']>;
  /** The coupon, unless the promotion applies by itself. */
  coupon?: Maybe<Coupon>;
  /** Which document of a preview, counted from 0; null for what is published. */
  documentIndex?: Maybe<Scalars['Int']['output']>;
  /** What became of it. */
  verdict: ConsideredVerdict;
  /** What it takes off; null unless it was applied. */
  amount?: Maybe<Money>;
  /** What each of its benefits does; empty unless it was applied. */
  benefits: Array<AppliedBenefit>;
  /** Why it was not used, as a code; null when it was. */
  reason?: Maybe<UnusedReason>;
  /** Why it was not used, in words for a developer. */
  message?: Maybe<Scalars['String']['output']>;
  /** The condition that does not hold, as a path into the document: benefit[0].threshold. */
  path?: Maybe<Scalars['String']['output']>;
  /** What that condition asks for: an amount, a count, an instant or a name. */
  required?: Maybe<Scalars['String']['output']>;
  /** What was found instead; null when it is not known. */
  observed?: Maybe<Scalars['String']['output']>;
  /** How much more has to be bought of what is in scope; null when no amount would help. */
  deficit?: Maybe<Money>;
  /** What is the least to do about it; null when nothing can be done. */
  cure?: Maybe<Scalars['String']['output']>;
  /** The applied promotions that it would have had to replace or weaken. */
  beatenBy: Array<PromotionReference>;
  /** How much less would be saved with it in their place. */
  difference?: Maybe<Money>;
};

/** A promotion, and the coupon it comes from unless it applies by itself. */
export type PromotionReference = {
  /** The promotion. */
  template?: Maybe<PromotionTemplate>;
  /** The coupon, unless the promotion applies by itself. */
  coupon?: Maybe<Coupon>;
  /** Which document of a preview, counted from 0; null for what is published. */
  documentIndex?: Maybe<Scalars['Int']['output']>;
};

/** What one benefit of a promotion does. */
export type AppliedBenefit = {
  /** Which benefit, as a path into the document: benefit[0]. */
  path: Scalars['String']['output'];
  /** What it takes off; 0 for one that gives something beside the price, or had no effect beside the others. */
  amount: Money;
  /** What of it falls on each line. */
  shares: Array<LineShare>;
  /** How much more has to be bought of what is in scope until it takes off more; null when more gives no more, or at once. */
  toNextStep?: Maybe<Money>;
};

/** What of a discount falls on a line. */
export type LineShare = {
  /** The line. */
  lineId: Scalars['ID']['output'];
  /** Its part. */
  amount: Money;
};

/** 凑单: a little more of some goods saves more than before. */
export type TopUpHint = {
  /** The promotion that is reached. */
  template?: Maybe<PromotionTemplate>;
  /** The coupon, unless the promotion applies by itself. */
  coupon?: Maybe<Coupon>;
  /** Which document of a preview, counted from 0; null for what is published. */
  documentIndex?: Maybe<Scalars['Int']['output']>;
  /** What to add, as goods worth this much. */
  deficit: Money;
  /** How much more the whole order then saves. */
  saving: Money;
  /** Goods of this cart that are in scope: of all that are, more of these or of goods like them saves the most. */
  sku?: Maybe<Sku>;
  /** The line of the cart with these goods. */
  lineId: Scalars['ID']['output'];
  /** The category of these goods. */
  category: Scalars['String']['output'];
  /** Who sells them. */
  merchantId: Scalars['ID']['output'];
};

/** A price that is promised for some minutes; nothing of it is stored. */
export type HeldQuote = {
  /** Pass it to settleOrder with the same cart and choice of coupons. */
  token: Scalars['String']['output'];
  /** Until when it is honoured, as long as its coupons are still there and nobody pauses its promotions. */
  validUntil: Scalars['DateTime']['output'];
};

/** A choice of coupons that saves more than the one that was made. */
export type BetterChoice = {
  /** How much more it saves. */
  saving: Money;
  /** What the order would cost. */
  payable: Money;
  /** The coupons to choose. */
  coupons: Array<Coupon>;
  /** Whether no choice saves more still. */
  isOptimal: Scalars['Boolean']['output'];
};

/** A line's share of one promotion. */
export type LineDiscount = {
  /** The promotion. */
  template?: Maybe<PromotionTemplate>;
  /** The coupon, unless the promotion applies by itself. */
  coupon?: Maybe<Coupon>;
  /** Which document of a preview, counted from 0; null for what is published. */
  documentIndex?: Maybe<Scalars['Int']['output']>;
  /** The share of the line. */
  amount: Money;
  /** The share of each unit: units with an equal share stand together. */
  units: Array<UnitShare>;
};

/** Some units of a line with an equal share. */
export type UnitShare = {
  /** How many units. */
  quantity: Scalars['Int']['output'];
  /** The share of each of them. */
  amount: Money;
};

/** The sums of one merchant. */
export type MerchantTotal = {
  /** The merchant. */
  merchantId: Scalars['ID']['output'];
  /** The sum of its list prices. */
  subtotal: Money;
  /** What is taken off its lines. */
  discount: Money;
  /** What has to be paid for its lines. */
  payable: Money;
};

/** A promotion that takes something off. */
export type AppliedPromotion = {
  /** The promotion. */
  template?: Maybe<PromotionTemplate>;
  /** The immutable version that was applied. */
  versionId: Scalars['ID']['output'];
  /** The coupon, unless the promotion applies by itself. */
  coupon?: Maybe<Coupon>;
  /** Which document of a preview, counted from 0; null for what is published. */
  documentIndex?: Maybe<Scalars['Int']['output']>;
  /** What it takes off goods and shipping together; 0 for one that gives something beside the price. */
  amount: Money;
  /** What of it is off the cost of shipping. */
  shippingAmount: Money;
  /** What each of its benefits does. */
  benefits: Array<AppliedBenefit>;
  /** The part of it that the platform pays. */
  fundedByPlatform: Money;
  /** The part of it that merchants pay. */
  fundedByMerchant: Money;
};

/** A coupon that was not used. */
export type UnusedCoupon = {
  /** The coupon. */
  coupon?: Maybe<Coupon>;
  /** Which document of a preview, counted from 0; null for what is published. */
  documentIndex?: Maybe<Scalars['Int']['output']>;
  /** The reason as a code. */
  reason: UnusedReason;
  /** The reason in words, for a developer. */
  message: Scalars['String']['output'];
  /** How much more has to be bought of what is in scope; null when no amount would help. */
  deficit?: Maybe<Money>;
  /** How much less would be saved with it in place of what beat it; null for other reasons. */
  difference?: Maybe<Money>;
};

/** An automatic promotion that did not apply. */
export type UnusedPromotion = {
  /** The promotion. */
  template?: Maybe<PromotionTemplate>;
  /** Which document of a preview, counted from 0; null for what is published. */
  documentIndex?: Maybe<Scalars['Int']['output']>;
  /** The reason as a code. */
  reason: UnusedReason;
  /** The reason in words, for a developer. */
  message: Scalars['String']['output'];
  /** How much more has to be bought of what is in scope; null when no amount would help. */
  deficit?: Maybe<Money>;
};

/** A typed code that gives the shopper no coupon. */
export type RefusedCode = {
  /** As it was typed. */
  code: Scalars['String']['output'];
  /** Why. */
  reason: RefusedCodeReason;
  /** When to try again; set for NOT_YET_OPEN and RATE_LIMITED. */
  retryAt?: Maybe<Scalars['DateTime']['output']>;
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

/** A cart to be ordered at an expected price. */
export type SettleOrderInput = {
  /** What the shopper buys. */
  cart: CartInput;
  /** Which coupons to use. */
  coupons: CouponChoiceInput;
  /** The price the shopper was shown. */
  expectedPayable: MoneyInput;
  /** The promise of that price, if the quote came with one: it is honoured although promotions changed since. */
  heldQuote?: InputMaybe<Scalars['String']['input']>;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the order. */
export type SettleOrderPayload = {
  /** The order; null when it was refused. */
  order?: Maybe<Order>;
  /** The new price, when the expected one no longer holds. */
  quote?: Maybe<Quote>;
  /** Why it was refused. */
  userErrors: Array<SettleOrderError>;
};

/** Why an order was refused. */
export type SettleOrderError = UserError & {
  /** The reason as a code. */
  code: SettleOrderErrorCode;
  /** What went wrong, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault. */
  field?: Maybe<Array<Scalars['String']['output']>>;
};

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

/** What a shopper bought, at which price, and what became of it. */
export type Order = {
  /** Identifies the order. */
  id: Scalars['ID']['output'];
  /** Who bought. */
  owner: User;
  /** What became of it. */
  state: OrderState;
  /** The goods at list price. */
  listAmount: Money;
  /** The goods before any promotion, each at the lowest price that the shopper might have. */
  subtotal: Money;
  /** What was taken off the goods. */
  discount: Money;
  /** What was taken off goods and shipping together. */
  saving: Money;
  /** How the goods travel and what that costs; null when shipping is no part of the price. */
  shipping?: Maybe<ShippingTotal>;
  /** The tax: within the price, or on top of it. */
  tax: TaxTotal;
  /** What the order costs, shipping and tax included. */
  payable: Money;
  /** What was paid ahead. */
  deposits: Array<PaidDeposit>;
  /** What is to be paid beside what was paid ahead. */
  due: Money;
  /** Goods that were added at no price. */
  gifts: Array<GiftLine>;
  /** Points that the order earns. */
  points: Array<EarnedPoints>;
  /** Every line with its stored discounts. */
  lines: Array<PricedLine>;
  /** The sums of each merchant. */
  merchants: Array<MerchantTotal>;
  /** Every promotion that took something off or gave something. */
  appliedPromotions: Array<AppliedPromotion>;
  /** How each cent was reached: from the list prices step by step to what is due. */
  waterfall: Array<WaterfallStep>;
  /** What became of every promotion that was considered when it was placed. */
  trace: Array<ConsideredPromotion>;
  /** When it was placed, business time. */
  placedAt: Scalars['DateTime']['output'];
  /** Until when it has to be paid, business time. */
  payBefore: Scalars['DateTime']['output'];
  /** When it was paid, business time; null before. */
  paidAt?: Maybe<Scalars['DateTime']['output']>;
  /** When it was cancelled or timed out, business time; null otherwise. */
  closedAt?: Maybe<Scalars['DateTime']['output']>;
};

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

/** A page of orders. */
export type OrderConnection = {
  /** The orders of this page with their cursors. */
  edges: Array<OrderEdge>;
  /** Where the page ends. */
  pageInfo: PageInfo;
};

/** An order in a page. */
export type OrderEdge = {
  /** Position of the order in the list. */
  cursor: Scalars['String']['output'];
  /** The order. */
  node: Order;
};

/** Which order to pay. */
export type PayOrderInput = {
  /** The order. */
  orderId: Scalars['ID']['input'];
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the wish to pay. */
export type PayOrderPayload = {
  /** The payment to go through with; null when it was refused or when nothing has to be paid. */
  payment?: Maybe<PaymentIntent>;
  /** The order as it is now. */
  order?: Maybe<Order>;
  /** Why it was refused. */
  userErrors: Array<PayOrderError>;
};

/** A payment opened with a provider. */
export type PaymentIntent = {
  /** Identifies the payment. */
  id: Scalars['ID']['output'];
  /** The provider. */
  provider: Scalars['String']['output'];
  /** What has to be paid. */
  amount: Money;
  /** Where the shopper pays. */
  payUrl: Scalars['String']['output'];
};

/** Why a payment was not opened. */
export type PayOrderError = UserError & {
  /** The reason as a code. */
  code: PayOrderErrorCode;
  /** What went wrong, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault. */
  field?: Maybe<Array<Scalars['String']['output']>>;
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

/** A payment that a provider confirmed. */
export type ConfirmPaymentInput = {
  /** The payment. */
  paymentId: Scalars['ID']['input'];
  /** What was paid. */
  amount: MoneyInput;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the confirmation. */
export type ConfirmPaymentPayload = {
  /** The order as it is now; null when the confirmation was refused. */
  order?: Maybe<Order>;
  /** Why it was refused. */
  userErrors: Array<ConfirmPaymentError>;
};

/** Why a confirmation was refused. */
export type ConfirmPaymentError = UserError & {
  /** The reason as a code. */
  code: ConfirmPaymentErrorCode;
  /** What went wrong, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault. */
  field?: Maybe<Array<Scalars['String']['output']>>;
};

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

/** Which order to cancel. */
export type CancelOrderInput = {
  /** The order. */
  orderId: Scalars['ID']['input'];
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the cancellation. */
export type CancelOrderPayload = {
  /** The order as it is now; null when the cancellation was refused. */
  order?: Maybe<Order>;
  /** Why it was refused. */
  userErrors: Array<CancelOrderError>;
};

/** Why a cancellation was refused. */
export type CancelOrderError = UserError & {
  /** The reason as a code. */
  code: CancelOrderErrorCode;
  /** What went wrong, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault. */
  field?: Maybe<Array<Scalars['String']['output']>>;
};

/** Reasons why a cancellation is refused. */
export type CancelOrderErrorCode =
  /** No such order of the caller. */
  | 'ORDER_NOT_FOUND'
  /** It is paid; money goes back by a refund. */
  | 'ALREADY_PAID'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** A lapsed hold on coupons. */
export type ResolveHoldInput = {
  /** The secret of the hold. */
  token: Scalars['ID']['input'];
};

/** What is to become of a lapsed hold. */
export type ResolveHoldPayload = {
  /** What to do. */
  verdict: HoldVerdict;
  /** The new deadline in business time, with the verdict EXTEND. */
  until?: Maybe<Scalars['DateTime']['output']>;
};

/** What is to become of a lapsed hold. */
export type HoldVerdict =
  /** Let the coupons go; the order will not come about. */
  | 'RELEASE'
  /** Keep holding until the new deadline. */
  | 'EXTEND'
  /** Spend the coupons; the order is paid. */
  | 'REDEEM';

export type Sku = {
  /** The shop's own id. */
  id: Scalars['ID']['output'];
  /** 到手价: what the viewer pays for it alone in a cart, with the best of the own coupons and all that applies; null when it is unknown or has no price in the currency. */
  priceInHand?: Maybe<PriceInHand>;
};


export type SkuPriceInHandArgs = {
  currency: Scalars['CurrencyCode']['input'];
  quantity?: InputMaybe<Scalars['Int']['input']>;
  context?: InputMaybe<CartContextInput>;
};

/** 到手价: what a viewer pays for one SKU alone in a cart, as quote and settleOrder would say. */
export type PriceInHand = {
  /** How many units it is the price of. */
  unitCount: Scalars['Int']['output'];
  /** List price times units. */
  listPrice: Money;
  /** How much less the goods cost than their list price: a lower price, as for members, and what promotions take off. */
  saving: Money;
  /** What has to be paid, tax and the named way to send it included. */
  payable: Money;
  /** Every promotion that takes something off or gives something, in the order of application. */
  appliedPromotions: Array<AppliedPromotion>;
  /** What a little more of it would save; null when nothing would, or when there was no time to look. It is tried when it is asked for. */
  nextHint?: Maybe<TopUpHint>;
  /** Whether the combination is proven to be the best one; the searches of one request share their time. */
  isOptimal: Scalars['Boolean']['output'];
  /** Whether coupons, member prices and promotions that ask about the shopper were left out because they could not be looked up just now. */
  isWithoutCoupons: Scalars['Boolean']['output'];
  /** Until when the price holds if nobody changes anything. */
  validUntil: Scalars['DateTime']['output'];
};

/** A cart, and documents that nobody saved. */
export type PreviewPriceInput = {
  /** What is about to be bought; its lines may name other prices than the catalogue's. */
  cart: CartInput;
  /** The documents, 1 to 20, as the caller's own promotions: what does not apply by itself is a coupon in the shopper's hand. */
  documents: Array<Scalars['TemplateDocument']['input']>;
  /** Whether promotions that apply by themselves now take part too: all of the caller's own, of others those that any shopper would see. */
  includeLive?: InputMaybe<Scalars['Boolean']['input']>;
  /** What is known of the shopper and the order, for the caller's own promotions; what is left out is unknown. */
  facts?: InputMaybe<Scalars['FactRecord']['input']>;
  /** The moment; now if absent. */
  at?: InputMaybe<Scalars['DateTime']['input']>;
};

/** What a cart would cost. */
export type PreviewPricePayload = {
  /** The price; null when the cart or a document is none. What the documents do says its documentIndex and has no template. */
  quote?: Maybe<Quote>;
  /** Every reason why not, at once. */
  userErrors: Array<PreviewPriceError>;
};

/** Why there is nothing to be priced. */
export type PreviewPriceError = UserError & {
  /** The reason as a code. */
  code: PreviewPriceErrorCode;
  /** What was found, what is allowed and what to do, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault, for example ["input", "documents", "2", "benefit", "0"]. */
  field?: Maybe<Array<Scalars['String']['output']>>;
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

export type PromotionTemplate = {
  /** Identifies the template. */
  id: Scalars['ID']['output'];
};

export type Coupon = {
  /** Identifies the coupon. */
  id: Scalars['ID']['output'];
};

/** An exact amount. Never a float. */
export type Money = {
  /** The amount in the currency's smallest unit: 1230 is ¥12.30. */
  minorUnits: Scalars['Long']['output'];
  /** The currency of the amount. */
  currency: Scalars['CurrencyCode']['output'];
};

/** An exact amount in an input. */
export type MoneyInput = {
  /** The amount in the currency's smallest unit: 1230 is ¥12.30. */
  minorUnits: Scalars['Long']['input'];
  /** The currency of the amount. */
  currency: Scalars['CurrencyCode']['input'];
};

/** Whether prices hold their tax. */
export type TaxMode =
  /** The tax is within the price, and taken out of it after all discounts. */
  | 'INCLUSIVE'
  /** The tax comes on top of what is left after all discounts. */
  | 'EXCLUSIVE';

/** Where a page of a list ends. */
export type PageInfo = {
  /** Whether another page follows. */
  hasNextPage: Scalars['Boolean']['output'];
  /** Pass this as `after` to get the next page; null when the page is empty. */
  endCursor?: Maybe<Scalars['String']['output']>;
};

/** Something a person can cause or cure. */
export type UserError = {
  /** What went wrong, for a developer; a client shows its own text, chosen by the code. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault, for example ["input", "templateId"]; null when no field is at fault. */
  field?: Maybe<Array<Scalars['String']['output']>>;
};

/** One line of a cart. */
export type CartLineInput = {
  /** The SKU, by the shop's own id. */
  skuId: Scalars['ID']['input'];
  /** How many units, 1 or more. */
  quantity: Scalars['Int']['input'];
  /** A unit price asserted by the shop's own backend; needs a service token with the scope price:assert. */
  unitPrice?: InputMaybe<MoneyInput>;
  /** Whose price the asserted one is, LIST if left out: another stands beside the list price of the catalogue, and the lowest wins. */
  priceSource?: InputMaybe<PriceSource>;
};

/** What a shopper is about to buy. */
export type CartInput = {
  /** The lines, at most 500. */
  lines: Array<CartLineInput>;
  /** The currency of every price in this cart. */
  currency: Scalars['CurrencyCode']['input'];
  /** How and where it is bought, for promotions that ask for it; what is not said is unknown. */
  context?: InputMaybe<CartContextInput>;
  /** What shipping by context.shippingMethod costs before discounts, asserted by the shop's own backend; needs the scope price:assert. */
  shippingAmount?: InputMaybe<MoneyInput>;
};

/** How and where a cart is bought, as the caller says it. */
export type CartContextInput = {
  /** Where the shopper buys, for example APP; the fact context.channel. */
  channel?: InputMaybe<Scalars['String']['input']>;
  /** ISO 3166 code of the country it is sent to; the fact context.country. */
  country?: InputMaybe<Scalars['String']['input']>;
  /** The city it is sent to; the fact context.city. */
  city?: InputMaybe<Scalars['String']['input']>;
  /** How the shopper wants to pay; the fact order.paymentMethod. */
  paymentMethod?: InputMaybe<Scalars['String']['input']>;
  /** How the goods are to be sent; the fact order.shippingMethod. Where the tenant has shipping methods it is one of them, and its cost is part of the price. */
  shippingMethod?: InputMaybe<Scalars['String']['input']>;
  /** What else the shop says of the request, at most 20; the facts context.attributes.NAME. */
  attributes?: InputMaybe<Array<ContextAttributeInput>>;
};

/** Something that the shop says of a request, by a name of its own. */
export type ContextAttributeInput = {
  /** Its name: a letter, then letters, digits, _ and -, 64 at most. */
  name: Scalars['String']['input'];
  /** Its value, at most 128 characters. */
  value: Scalars['String']['input'];
};

/** A text in one language. */
export type LocalizedText = {
  /** The language as a BCP 47 tag, or `default`. */
  locale: Scalars['String']['output'];
  /** The text. */
  text: Scalars['String']['output'];
};

/** A change that could not take effect on its follower and waits for an operator. */
export type DeadLetter = {
  /** Identifies the dead letter. */
  id: Scalars['ID']['output'];
  /** The follower that could not apply the event. */
  consumer: Scalars['String']['output'];
  /** The kind of event, for example coupon.claimed. */
  eventType: Scalars['String']['output'];
  /** The event, by its publisher's id. */
  eventId: Scalars['ID']['output'];
  /** What went wrong at the last attempt. */
  error: Scalars['String']['output'];
  /** When the event was parked. */
  parkedAt: Scalars['DateTime']['output'];
  /** How often applying it was tried. */
  attemptCount: Scalars['Int']['output'];
};

/** A page of dead letters. */
export type DeadLetterConnection = {
  /** The dead letters of this page with their cursors. */
  edges: Array<DeadLetterEdge>;
  /** Where the page ends. */
  pageInfo: PageInfo;
};

/** A dead letter in a page. */
export type DeadLetterEdge = {
  /** Position of the dead letter in the list. */
  cursor: Scalars['String']['output'];
  /** The dead letter. */
  node: DeadLetter;
};

/** Which dead letter to replay. */
export type ReplayDeadLetterInput = {
  /** The dead letter. */
  id: Scalars['ID']['input'];
};

/** What became of a replay. */
export type ReplayDeadLetterPayload = {
  /** How many parked events took effect: the chosen one and those of its key that waited behind it. */
  replayedCount: Scalars['Int']['output'];
  /** Why nothing was replayed. */
  userErrors: Array<ReplayDeadLetterError>;
};

/** Why a dead letter was not replayed. */
export type ReplayDeadLetterError = UserError & {
  /** The reason as a code. */
  code: ReplayDeadLetterErrorCode;
  /** What went wrong, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault. */
  field?: Maybe<Array<Scalars['String']['output']>>;
};

/** Reasons why a dead letter was not replayed. */
export type ReplayDeadLetterErrorCode =
  /** No such dead letter. */
  | 'DEAD_LETTER_NOT_FOUND'
  /** It failed again; its new error is stored. */
  | 'FAILED_AGAIN';

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



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  User: User;
  Order: Order;
  Sku: Sku;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  User:
    ( { __typename: 'User' }
    & GraphQLRecursivePick<FederationTypes['User'], {"id":true}> );
  Order:
    ( { __typename: 'Order' }
    & GraphQLRecursivePick<FederationTypes['Order'], {"id":true}> );
  Sku:
    ( { __typename: 'Sku' }
    & GraphQLRecursivePick<FederationTypes['Sku'], {"id":true}> );
};


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  UserError:
    | ( QuoteError )
    | ( SettleOrderError )
    | ( PayOrderError )
    | ( ConfirmPaymentError )
    | ( CancelOrderError )
    | ( PreviewPriceError )
    | ( ReplayDeadLetterError )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  TemplateDocument: ResolverTypeWrapper<Scalars['TemplateDocument']['output']>;
  FactRecord: ResolverTypeWrapper<Scalars['FactRecord']['output']>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  User: ResolverTypeWrapper<{ id: string }>;
  CouponChoiceKind: CouponChoiceKind;
  CouponChoiceInput: CouponChoiceInput;
  QuoteInput: QuoteInput;
  QuotePayload: ResolverTypeWrapper<Omit<QuotePayload, 'quote'> & { quote?: Maybe<ResolversTypes['Quote']> }>;
  QuoteError: ResolverTypeWrapper<QuoteError>;
  QuoteErrorCode: QuoteErrorCode;
  Quote: ResolverTypeWrapper<Omit<Quote, 'hints' | 'betterChoice' | 'heldQuote'> & { [F in 'hints' | 'betterChoice' | 'heldQuote']: () => Promise<Quote[F]> }>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  PricedLine: ResolverTypeWrapper<Omit<PricedLine, 'sku'> & { sku?: Maybe<ResolversTypes['Sku']> }>;
  ShippingTotal: ResolverTypeWrapper<ShippingTotal>;
  TaxTotal: ResolverTypeWrapper<TaxTotal>;
  PaidDeposit: ResolverTypeWrapper<PaidDeposit>;
  GiftLine: ResolverTypeWrapper<Omit<GiftLine, 'sku'> & { sku?: Maybe<ResolversTypes['Sku']> }>;
  EarnedPoints: ResolverTypeWrapper<EarnedPoints>;
  WaterfallKind: WaterfallKind;
  WaterfallStep: ResolverTypeWrapper<WaterfallStep>;
  ConsideredVerdict: ConsideredVerdict;
  ConsideredPromotion: ResolverTypeWrapper<ConsideredPromotion>;
  PromotionReference: ResolverTypeWrapper<PromotionReference>;
  AppliedBenefit: ResolverTypeWrapper<AppliedBenefit>;
  LineShare: ResolverTypeWrapper<LineShare>;
  TopUpHint: ResolverTypeWrapper<Omit<TopUpHint, 'sku'> & { sku?: Maybe<ResolversTypes['Sku']> }>;
  HeldQuote: ResolverTypeWrapper<HeldQuote>;
  BetterChoice: ResolverTypeWrapper<BetterChoice>;
  LineDiscount: ResolverTypeWrapper<LineDiscount>;
  UnitShare: ResolverTypeWrapper<UnitShare>;
  MerchantTotal: ResolverTypeWrapper<MerchantTotal>;
  AppliedPromotion: ResolverTypeWrapper<AppliedPromotion>;
  UnusedCoupon: ResolverTypeWrapper<UnusedCoupon>;
  UnusedPromotion: ResolverTypeWrapper<UnusedPromotion>;
  RefusedCode: ResolverTypeWrapper<RefusedCode>;
  RefusedCodeReason: RefusedCodeReason;
  UnusedReason: UnusedReason;
  SettleOrderInput: SettleOrderInput;
  SettleOrderPayload: ResolverTypeWrapper<Omit<SettleOrderPayload, 'order' | 'quote'> & { order?: Maybe<ResolversTypes['Order']>, quote?: Maybe<ResolversTypes['Quote']> }>;
  SettleOrderError: ResolverTypeWrapper<SettleOrderError>;
  SettleOrderErrorCode: SettleOrderErrorCode;
  Order: ResolverTypeWrapper<Omit<Order, 'owner' | 'gifts' | 'lines'> & { owner: ResolversTypes['User'], gifts: Array<ResolversTypes['GiftLine']>, lines: Array<ResolversTypes['PricedLine']> }>;
  OrderState: OrderState;
  OrderConnection: ResolverTypeWrapper<Omit<OrderConnection, 'edges'> & { edges: Array<ResolversTypes['OrderEdge']> }>;
  OrderEdge: ResolverTypeWrapper<Omit<OrderEdge, 'node'> & { node: ResolversTypes['Order'] }>;
  PayOrderInput: PayOrderInput;
  PayOrderPayload: ResolverTypeWrapper<Omit<PayOrderPayload, 'order'> & { order?: Maybe<ResolversTypes['Order']> }>;
  PaymentIntent: ResolverTypeWrapper<PaymentIntent>;
  PayOrderError: ResolverTypeWrapper<PayOrderError>;
  PayOrderErrorCode: PayOrderErrorCode;
  ConfirmPaymentInput: ConfirmPaymentInput;
  ConfirmPaymentPayload: ResolverTypeWrapper<Omit<ConfirmPaymentPayload, 'order'> & { order?: Maybe<ResolversTypes['Order']> }>;
  ConfirmPaymentError: ResolverTypeWrapper<ConfirmPaymentError>;
  ConfirmPaymentErrorCode: ConfirmPaymentErrorCode;
  CancelOrderInput: CancelOrderInput;
  CancelOrderPayload: ResolverTypeWrapper<Omit<CancelOrderPayload, 'order'> & { order?: Maybe<ResolversTypes['Order']> }>;
  CancelOrderError: ResolverTypeWrapper<CancelOrderError>;
  CancelOrderErrorCode: CancelOrderErrorCode;
  ResolveHoldInput: ResolveHoldInput;
  ResolveHoldPayload: ResolverTypeWrapper<ResolveHoldPayload>;
  HoldVerdict: HoldVerdict;
  Sku: ResolverTypeWrapper<{ id: string }>;
  PriceInHand: ResolverTypeWrapper<Omit<PriceInHand, 'nextHint'> & { [F in 'nextHint']: () => Promise<PriceInHand[F]> }>;
  PreviewPriceInput: PreviewPriceInput;
  PreviewPricePayload: ResolverTypeWrapper<Omit<PreviewPricePayload, 'quote'> & { quote?: Maybe<ResolversTypes['Quote']> }>;
  PreviewPriceError: ResolverTypeWrapper<PreviewPriceError>;
  PreviewPriceErrorCode: PreviewPriceErrorCode;
  PromotionTemplate: ResolverTypeWrapper<PromotionTemplate>;
  Coupon: ResolverTypeWrapper<Coupon>;
  Long: ResolverTypeWrapper<Scalars['Long']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  CurrencyCode: ResolverTypeWrapper<Scalars['CurrencyCode']['output']>;
  Money: ResolverTypeWrapper<Money>;
  MoneyInput: MoneyInput;
  TaxMode: TaxMode;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  UserError: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['UserError']>;
  CartLineInput: CartLineInput;
  CartInput: CartInput;
  CartContextInput: CartContextInput;
  ContextAttributeInput: ContextAttributeInput;
  LocalizedText: ResolverTypeWrapper<LocalizedText>;
  DeadLetter: ResolverTypeWrapper<DeadLetter>;
  DeadLetterConnection: ResolverTypeWrapper<DeadLetterConnection>;
  DeadLetterEdge: ResolverTypeWrapper<DeadLetterEdge>;
  ReplayDeadLetterInput: ReplayDeadLetterInput;
  ReplayDeadLetterPayload: ResolverTypeWrapper<ReplayDeadLetterPayload>;
  ReplayDeadLetterError: ResolverTypeWrapper<ReplayDeadLetterError>;
  ReplayDeadLetterErrorCode: ReplayDeadLetterErrorCode;
  CouponEventKind: CouponEventKind;
  PriceSource: PriceSource;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  TemplateDocument: Scalars['TemplateDocument']['output'];
  FactRecord: Scalars['FactRecord']['output'];
  Query: Record<PropertyKey, never>;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  Mutation: Record<PropertyKey, never>;
  User: { id: string };
  CouponChoiceInput: CouponChoiceInput;
  QuoteInput: QuoteInput;
  QuotePayload: Omit<QuotePayload, 'quote'> & { quote?: Maybe<ResolversParentTypes['Quote']> };
  QuoteError: QuoteError;
  Quote: Omit<Quote, 'hints' | 'betterChoice' | 'heldQuote'> & { [F in 'hints' | 'betterChoice' | 'heldQuote']: () => Promise<Quote[F]> };
  Boolean: Scalars['Boolean']['output'];
  PricedLine: Omit<PricedLine, 'sku'> & { sku?: Maybe<ResolversParentTypes['Sku']> };
  ShippingTotal: ShippingTotal;
  TaxTotal: TaxTotal;
  PaidDeposit: PaidDeposit;
  GiftLine: Omit<GiftLine, 'sku'> & { sku?: Maybe<ResolversParentTypes['Sku']> };
  EarnedPoints: EarnedPoints;
  WaterfallStep: WaterfallStep;
  ConsideredPromotion: ConsideredPromotion;
  PromotionReference: PromotionReference;
  AppliedBenefit: AppliedBenefit;
  LineShare: LineShare;
  TopUpHint: Omit<TopUpHint, 'sku'> & { sku?: Maybe<ResolversParentTypes['Sku']> };
  HeldQuote: HeldQuote;
  BetterChoice: BetterChoice;
  LineDiscount: LineDiscount;
  UnitShare: UnitShare;
  MerchantTotal: MerchantTotal;
  AppliedPromotion: AppliedPromotion;
  UnusedCoupon: UnusedCoupon;
  UnusedPromotion: UnusedPromotion;
  RefusedCode: RefusedCode;
  SettleOrderInput: SettleOrderInput;
  SettleOrderPayload: Omit<SettleOrderPayload, 'order' | 'quote'> & { order?: Maybe<ResolversParentTypes['Order']>, quote?: Maybe<ResolversParentTypes['Quote']> };
  SettleOrderError: SettleOrderError;
  Order: Omit<Order, 'owner' | 'gifts' | 'lines'> & { owner: ResolversParentTypes['User'], gifts: Array<ResolversParentTypes['GiftLine']>, lines: Array<ResolversParentTypes['PricedLine']> } | FederationReferenceTypes['Order'];
  OrderConnection: Omit<OrderConnection, 'edges'> & { edges: Array<ResolversParentTypes['OrderEdge']> };
  OrderEdge: Omit<OrderEdge, 'node'> & { node: ResolversParentTypes['Order'] };
  PayOrderInput: PayOrderInput;
  PayOrderPayload: Omit<PayOrderPayload, 'order'> & { order?: Maybe<ResolversParentTypes['Order']> };
  PaymentIntent: PaymentIntent;
  PayOrderError: PayOrderError;
  ConfirmPaymentInput: ConfirmPaymentInput;
  ConfirmPaymentPayload: Omit<ConfirmPaymentPayload, 'order'> & { order?: Maybe<ResolversParentTypes['Order']> };
  ConfirmPaymentError: ConfirmPaymentError;
  CancelOrderInput: CancelOrderInput;
  CancelOrderPayload: Omit<CancelOrderPayload, 'order'> & { order?: Maybe<ResolversParentTypes['Order']> };
  CancelOrderError: CancelOrderError;
  ResolveHoldInput: ResolveHoldInput;
  ResolveHoldPayload: ResolveHoldPayload;
  Sku: { id: string };
  PriceInHand: Omit<PriceInHand, 'nextHint'> & { [F in 'nextHint']: () => Promise<PriceInHand[F]> };
  PreviewPriceInput: PreviewPriceInput;
  PreviewPricePayload: Omit<PreviewPricePayload, 'quote'> & { quote?: Maybe<ResolversParentTypes['Quote']> };
  PreviewPriceError: PreviewPriceError;
  PromotionTemplate: PromotionTemplate;
  Coupon: Coupon;
  Long: Scalars['Long']['output'];
  DateTime: Scalars['DateTime']['output'];
  CurrencyCode: Scalars['CurrencyCode']['output'];
  Money: Money;
  MoneyInput: MoneyInput;
  PageInfo: PageInfo;
  UserError: ResolversInterfaceTypes<ResolversParentTypes>['UserError'];
  CartLineInput: CartLineInput;
  CartInput: CartInput;
  CartContextInput: CartContextInput;
  ContextAttributeInput: ContextAttributeInput;
  LocalizedText: LocalizedText;
  DeadLetter: DeadLetter;
  DeadLetterConnection: DeadLetterConnection;
  DeadLetterEdge: DeadLetterEdge;
  ReplayDeadLetterInput: ReplayDeadLetterInput;
  ReplayDeadLetterPayload: ReplayDeadLetterPayload;
  ReplayDeadLetterError: ReplayDeadLetterError;
  String: Scalars['String']['output'];
};

export type AuthenticatedDirectiveArgs = { };

export type AuthenticatedDirectiveResolver<Result, Parent, ContextType = any, Args = AuthenticatedDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type RequiresScopesDirectiveArgs = {
  scopes: Array<Array<Scalars['String']['input']>>;
};

export type RequiresScopesDirectiveResolver<Result, Parent, ContextType = any, Args = RequiresScopesDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type InternalDirectiveArgs = {
  callers: Array<Scalars['String']['input']>;
};

export type InternalDirectiveResolver<Result, Parent, ContextType = any, Args = InternalDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ViewerIndependentDirectiveArgs = { };

export type ViewerIndependentDirectiveResolver<Result, Parent, ContextType = any, Args = ViewerIndependentDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export interface TemplateDocumentScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['TemplateDocument'], any> {
  name: 'TemplateDocument';
}

export interface FactRecordScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['FactRecord'], any> {
  name: 'FactRecord';
}

export type QueryResolvers<ContextType = any, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  quote?: Resolver<ResolversTypes['QuotePayload'], ParentType, ContextType, RequireFields<QueryQuoteArgs, 'input'>>;
  previewPrice?: Resolver<ResolversTypes['PreviewPricePayload'], ParentType, ContextType, RequireFields<QueryPreviewPriceArgs, 'input'>>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType, RequireFields<QueryOrderArgs, 'id'>>;
  settlementDeadLetters?: Resolver<ResolversTypes['DeadLetterConnection'], ParentType, ContextType, RequireFields<QuerySettlementDeadLettersArgs, 'first'>>;
};

export type MutationResolvers<ContextType = any, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  settleOrder?: Resolver<ResolversTypes['SettleOrderPayload'], ParentType, ContextType, RequireFields<MutationSettleOrderArgs, 'input'>>;
  payOrder?: Resolver<ResolversTypes['PayOrderPayload'], ParentType, ContextType, RequireFields<MutationPayOrderArgs, 'input'>>;
  confirmPayment?: Resolver<ResolversTypes['ConfirmPaymentPayload'], ParentType, ContextType, RequireFields<MutationConfirmPaymentArgs, 'input'>>;
  cancelOrder?: Resolver<ResolversTypes['CancelOrderPayload'], ParentType, ContextType, RequireFields<MutationCancelOrderArgs, 'input'>>;
  replaySettlementDeadLetter?: Resolver<ResolversTypes['ReplayDeadLetterPayload'], ParentType, ContextType, RequireFields<MutationReplaySettlementDeadLetterArgs, 'input'>>;
  resolveHold?: Resolver<ResolversTypes['ResolveHoldPayload'], ParentType, ContextType, RequireFields<MutationResolveHoldArgs, 'input'>>;
};

export type UserResolvers<ContextType = any, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User'], FederationReferenceType extends FederationReferenceTypes['User'] = FederationReferenceTypes['User']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['User']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  orders?: Resolver<Maybe<ResolversTypes['OrderConnection']>, ParentType, ContextType, RequireFields<UserOrdersArgs, 'first'>>;
};

export type QuotePayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['QuotePayload'] = ResolversParentTypes['QuotePayload']> = {
  quote?: Resolver<Maybe<ResolversTypes['Quote']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['QuoteError']>, ParentType, ContextType>;
};

export type QuoteErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['QuoteError'] = ResolversParentTypes['QuoteError']> = {
  code?: Resolver<ResolversTypes['QuoteErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type QuoteResolvers<ContextType = any, ParentType extends ResolversParentTypes['Quote'] = ResolversParentTypes['Quote']> = {
  listAmount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  subtotal?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  discount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  saving?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  shipping?: Resolver<Maybe<ResolversTypes['ShippingTotal']>, ParentType, ContextType>;
  tax?: Resolver<ResolversTypes['TaxTotal'], ParentType, ContextType>;
  payable?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  deposits?: Resolver<Array<ResolversTypes['PaidDeposit']>, ParentType, ContextType>;
  due?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  gifts?: Resolver<Array<ResolversTypes['GiftLine']>, ParentType, ContextType>;
  points?: Resolver<Array<ResolversTypes['EarnedPoints']>, ParentType, ContextType>;
  lines?: Resolver<Array<ResolversTypes['PricedLine']>, ParentType, ContextType>;
  merchants?: Resolver<Array<ResolversTypes['MerchantTotal']>, ParentType, ContextType>;
  appliedPromotions?: Resolver<Array<ResolversTypes['AppliedPromotion']>, ParentType, ContextType>;
  waterfall?: Resolver<Array<ResolversTypes['WaterfallStep']>, ParentType, ContextType>;
  trace?: Resolver<Array<ResolversTypes['ConsideredPromotion']>, ParentType, ContextType>;
  hints?: Resolver<Array<ResolversTypes['TopUpHint']>, ParentType, ContextType>;
  betterChoice?: Resolver<Maybe<ResolversTypes['BetterChoice']>, ParentType, ContextType>;
  heldQuote?: Resolver<Maybe<ResolversTypes['HeldQuote']>, ParentType, ContextType>;
  unusedCoupons?: Resolver<Array<ResolversTypes['UnusedCoupon']>, ParentType, ContextType>;
  unknownCodes?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  refusedCodes?: Resolver<Array<ResolversTypes['RefusedCode']>, ParentType, ContextType>;
  unusedPromotions?: Resolver<Array<ResolversTypes['UnusedPromotion']>, ParentType, ContextType>;
  isOptimal?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  savingUpperBound?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  discountUpperBound?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  visitedNodeCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  isWithoutCoupons?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  validUntil?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type PricedLineResolvers<ContextType = any, ParentType extends ResolversParentTypes['PricedLine'] = ResolversParentTypes['PricedLine']> = {
  lineId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  sku?: Resolver<Maybe<ResolversTypes['Sku']>, ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  listPrice?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  unitPrice?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  priceSource?: Resolver<ResolversTypes['PriceSource'], ParentType, ContextType>;
  subtotal?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  discounts?: Resolver<Array<ResolversTypes['LineDiscount']>, ParentType, ContextType>;
  payable?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  tax?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  waterfall?: Resolver<Array<ResolversTypes['WaterfallStep']>, ParentType, ContextType>;
};

export type ShippingTotalResolvers<ContextType = any, ParentType extends ResolversParentTypes['ShippingTotal'] = ResolversParentTypes['ShippingTotal']> = {
  method?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  subtotal?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  discount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  payable?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type TaxTotalResolvers<ContextType = any, ParentType extends ResolversParentTypes['TaxTotal'] = ResolversParentTypes['TaxTotal']> = {
  mode?: Resolver<ResolversTypes['TaxMode'], ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type PaidDepositResolvers<ContextType = any, ParentType extends ResolversParentTypes['PaidDeposit'] = ResolversParentTypes['PaidDeposit']> = {
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  coupon?: Resolver<Maybe<ResolversTypes['Coupon']>, ParentType, ContextType>;
  documentIndex?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  paid?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  counted?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  refunded?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type GiftLineResolvers<ContextType = any, ParentType extends ResolversParentTypes['GiftLine'] = ResolversParentTypes['GiftLine']> = {
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  coupon?: Resolver<Maybe<ResolversTypes['Coupon']>, ParentType, ContextType>;
  documentIndex?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  sku?: Resolver<Maybe<ResolversTypes['Sku']>, ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type EarnedPointsResolvers<ContextType = any, ParentType extends ResolversParentTypes['EarnedPoints'] = ResolversParentTypes['EarnedPoints']> = {
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  coupon?: Resolver<Maybe<ResolversTypes['Coupon']>, ParentType, ContextType>;
  documentIndex?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  points?: Resolver<ResolversTypes['Long'], ParentType, ContextType>;
};

export type WaterfallStepResolvers<ContextType = any, ParentType extends ResolversParentTypes['WaterfallStep'] = ResolversParentTypes['WaterfallStep']> = {
  kind?: Resolver<ResolversTypes['WaterfallKind'], ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  left?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  priceSource?: Resolver<Maybe<ResolversTypes['PriceSource']>, ParentType, ContextType>;
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  coupon?: Resolver<Maybe<ResolversTypes['Coupon']>, ParentType, ContextType>;
  documentIndex?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  benefitPath?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ConsideredPromotionResolvers<ContextType = any, ParentType extends ResolversParentTypes['ConsideredPromotion'] = ResolversParentTypes['ConsideredPromotion']> = {
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  versionId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  coupon?: Resolver<Maybe<ResolversTypes['Coupon']>, ParentType, ContextType>;
  documentIndex?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  verdict?: Resolver<ResolversTypes['ConsideredVerdict'], ParentType, ContextType>;
  amount?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
  benefits?: Resolver<Array<ResolversTypes['AppliedBenefit']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['UnusedReason']>, ParentType, ContextType>;
  message?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  path?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  required?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  observed?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  deficit?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
  cure?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  beatenBy?: Resolver<Array<ResolversTypes['PromotionReference']>, ParentType, ContextType>;
  difference?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
};

export type PromotionReferenceResolvers<ContextType = any, ParentType extends ResolversParentTypes['PromotionReference'] = ResolversParentTypes['PromotionReference']> = {
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  coupon?: Resolver<Maybe<ResolversTypes['Coupon']>, ParentType, ContextType>;
  documentIndex?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type AppliedBenefitResolvers<ContextType = any, ParentType extends ResolversParentTypes['AppliedBenefit'] = ResolversParentTypes['AppliedBenefit']> = {
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  shares?: Resolver<Array<ResolversTypes['LineShare']>, ParentType, ContextType>;
  toNextStep?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
};

export type LineShareResolvers<ContextType = any, ParentType extends ResolversParentTypes['LineShare'] = ResolversParentTypes['LineShare']> = {
  lineId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type TopUpHintResolvers<ContextType = any, ParentType extends ResolversParentTypes['TopUpHint'] = ResolversParentTypes['TopUpHint']> = {
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  coupon?: Resolver<Maybe<ResolversTypes['Coupon']>, ParentType, ContextType>;
  documentIndex?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  deficit?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  saving?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  sku?: Resolver<Maybe<ResolversTypes['Sku']>, ParentType, ContextType>;
  lineId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  category?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  merchantId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type HeldQuoteResolvers<ContextType = any, ParentType extends ResolversParentTypes['HeldQuote'] = ResolversParentTypes['HeldQuote']> = {
  token?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  validUntil?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type BetterChoiceResolvers<ContextType = any, ParentType extends ResolversParentTypes['BetterChoice'] = ResolversParentTypes['BetterChoice']> = {
  saving?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  payable?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  coupons?: Resolver<Array<ResolversTypes['Coupon']>, ParentType, ContextType>;
  isOptimal?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type LineDiscountResolvers<ContextType = any, ParentType extends ResolversParentTypes['LineDiscount'] = ResolversParentTypes['LineDiscount']> = {
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  coupon?: Resolver<Maybe<ResolversTypes['Coupon']>, ParentType, ContextType>;
  documentIndex?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  units?: Resolver<Array<ResolversTypes['UnitShare']>, ParentType, ContextType>;
};

export type UnitShareResolvers<ContextType = any, ParentType extends ResolversParentTypes['UnitShare'] = ResolversParentTypes['UnitShare']> = {
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type MerchantTotalResolvers<ContextType = any, ParentType extends ResolversParentTypes['MerchantTotal'] = ResolversParentTypes['MerchantTotal']> = {
  merchantId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  subtotal?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  discount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  payable?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type AppliedPromotionResolvers<ContextType = any, ParentType extends ResolversParentTypes['AppliedPromotion'] = ResolversParentTypes['AppliedPromotion']> = {
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  versionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  coupon?: Resolver<Maybe<ResolversTypes['Coupon']>, ParentType, ContextType>;
  documentIndex?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  shippingAmount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  benefits?: Resolver<Array<ResolversTypes['AppliedBenefit']>, ParentType, ContextType>;
  fundedByPlatform?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  fundedByMerchant?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type UnusedCouponResolvers<ContextType = any, ParentType extends ResolversParentTypes['UnusedCoupon'] = ResolversParentTypes['UnusedCoupon']> = {
  coupon?: Resolver<Maybe<ResolversTypes['Coupon']>, ParentType, ContextType>;
  documentIndex?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['UnusedReason'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  deficit?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
  difference?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
};

export type UnusedPromotionResolvers<ContextType = any, ParentType extends ResolversParentTypes['UnusedPromotion'] = ResolversParentTypes['UnusedPromotion']> = {
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  documentIndex?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['UnusedReason'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  deficit?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
};

export type RefusedCodeResolvers<ContextType = any, ParentType extends ResolversParentTypes['RefusedCode'] = ResolversParentTypes['RefusedCode']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['RefusedCodeReason'], ParentType, ContextType>;
  retryAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type SettleOrderPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['SettleOrderPayload'] = ResolversParentTypes['SettleOrderPayload']> = {
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  quote?: Resolver<Maybe<ResolversTypes['Quote']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['SettleOrderError']>, ParentType, ContextType>;
};

export type SettleOrderErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['SettleOrderError'] = ResolversParentTypes['SettleOrderError']> = {
  code?: Resolver<ResolversTypes['SettleOrderErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OrderResolvers<ContextType = any, ParentType extends ResolversParentTypes['Order'] = ResolversParentTypes['Order'], FederationReferenceType extends FederationReferenceTypes['Order'] = FederationReferenceTypes['Order']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Order']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  owner?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['OrderState'], ParentType, ContextType>;
  listAmount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  subtotal?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  discount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  saving?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  shipping?: Resolver<Maybe<ResolversTypes['ShippingTotal']>, ParentType, ContextType>;
  tax?: Resolver<ResolversTypes['TaxTotal'], ParentType, ContextType>;
  payable?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  deposits?: Resolver<Array<ResolversTypes['PaidDeposit']>, ParentType, ContextType>;
  due?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  gifts?: Resolver<Array<ResolversTypes['GiftLine']>, ParentType, ContextType>;
  points?: Resolver<Array<ResolversTypes['EarnedPoints']>, ParentType, ContextType>;
  lines?: Resolver<Array<ResolversTypes['PricedLine']>, ParentType, ContextType>;
  merchants?: Resolver<Array<ResolversTypes['MerchantTotal']>, ParentType, ContextType>;
  appliedPromotions?: Resolver<Array<ResolversTypes['AppliedPromotion']>, ParentType, ContextType>;
  waterfall?: Resolver<Array<ResolversTypes['WaterfallStep']>, ParentType, ContextType>;
  trace?: Resolver<Array<ResolversTypes['ConsideredPromotion']>, ParentType, ContextType>;
  placedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  payBefore?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  paidAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  closedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type OrderConnectionResolvers<ContextType = any, ParentType extends ResolversParentTypes['OrderConnection'] = ResolversParentTypes['OrderConnection']> = {
  edges?: Resolver<Array<ResolversTypes['OrderEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type OrderEdgeResolvers<ContextType = any, ParentType extends ResolversParentTypes['OrderEdge'] = ResolversParentTypes['OrderEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Order'], ParentType, ContextType>;
};

export type PayOrderPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['PayOrderPayload'] = ResolversParentTypes['PayOrderPayload']> = {
  payment?: Resolver<Maybe<ResolversTypes['PaymentIntent']>, ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['PayOrderError']>, ParentType, ContextType>;
};

export type PaymentIntentResolvers<ContextType = any, ParentType extends ResolversParentTypes['PaymentIntent'] = ResolversParentTypes['PaymentIntent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  provider?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  payUrl?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type PayOrderErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['PayOrderError'] = ResolversParentTypes['PayOrderError']> = {
  code?: Resolver<ResolversTypes['PayOrderErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ConfirmPaymentPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['ConfirmPaymentPayload'] = ResolversParentTypes['ConfirmPaymentPayload']> = {
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['ConfirmPaymentError']>, ParentType, ContextType>;
};

export type ConfirmPaymentErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['ConfirmPaymentError'] = ResolversParentTypes['ConfirmPaymentError']> = {
  code?: Resolver<ResolversTypes['ConfirmPaymentErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CancelOrderPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['CancelOrderPayload'] = ResolversParentTypes['CancelOrderPayload']> = {
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['CancelOrderError']>, ParentType, ContextType>;
};

export type CancelOrderErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['CancelOrderError'] = ResolversParentTypes['CancelOrderError']> = {
  code?: Resolver<ResolversTypes['CancelOrderErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ResolveHoldPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['ResolveHoldPayload'] = ResolversParentTypes['ResolveHoldPayload']> = {
  verdict?: Resolver<ResolversTypes['HoldVerdict'], ParentType, ContextType>;
  until?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type SkuResolvers<ContextType = any, ParentType extends ResolversParentTypes['Sku'] = ResolversParentTypes['Sku'], FederationReferenceType extends FederationReferenceTypes['Sku'] = FederationReferenceTypes['Sku']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Sku']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  priceInHand?: Resolver<Maybe<ResolversTypes['PriceInHand']>, ParentType, ContextType, RequireFields<SkuPriceInHandArgs, 'currency' | 'quantity'>>;
};

export type PriceInHandResolvers<ContextType = any, ParentType extends ResolversParentTypes['PriceInHand'] = ResolversParentTypes['PriceInHand']> = {
  unitCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  listPrice?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  saving?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  payable?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  appliedPromotions?: Resolver<Array<ResolversTypes['AppliedPromotion']>, ParentType, ContextType>;
  nextHint?: Resolver<Maybe<ResolversTypes['TopUpHint']>, ParentType, ContextType>;
  isOptimal?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  isWithoutCoupons?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  validUntil?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type PreviewPricePayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['PreviewPricePayload'] = ResolversParentTypes['PreviewPricePayload']> = {
  quote?: Resolver<Maybe<ResolversTypes['Quote']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['PreviewPriceError']>, ParentType, ContextType>;
};

export type PreviewPriceErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['PreviewPriceError'] = ResolversParentTypes['PreviewPriceError']> = {
  code?: Resolver<ResolversTypes['PreviewPriceErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PromotionTemplateResolvers<ContextType = any, ParentType extends ResolversParentTypes['PromotionTemplate'] = ResolversParentTypes['PromotionTemplate']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type CouponResolvers<ContextType = any, ParentType extends ResolversParentTypes['Coupon'] = ResolversParentTypes['Coupon']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export interface LongScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Long'], any> {
  name: 'Long';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface CurrencyCodeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['CurrencyCode'], any> {
  name: 'CurrencyCode';
}

export type MoneyResolvers<ContextType = any, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  minorUnits?: Resolver<ResolversTypes['Long'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['CurrencyCode'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = any, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  __resolveType?: TypeResolveFn<'QuoteError' | 'SettleOrderError' | 'PayOrderError' | 'ConfirmPaymentError' | 'CancelOrderError' | 'PreviewPriceError' | 'ReplayDeadLetterError', ParentType, ContextType>;
};

export type LocalizedTextResolvers<ContextType = any, ParentType extends ResolversParentTypes['LocalizedText'] = ResolversParentTypes['LocalizedText']> = {
  locale?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type DeadLetterResolvers<ContextType = any, ParentType extends ResolversParentTypes['DeadLetter'] = ResolversParentTypes['DeadLetter']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  consumer?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  eventType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  eventId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  error?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  parkedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  attemptCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type DeadLetterConnectionResolvers<ContextType = any, ParentType extends ResolversParentTypes['DeadLetterConnection'] = ResolversParentTypes['DeadLetterConnection']> = {
  edges?: Resolver<Array<ResolversTypes['DeadLetterEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type DeadLetterEdgeResolvers<ContextType = any, ParentType extends ResolversParentTypes['DeadLetterEdge'] = ResolversParentTypes['DeadLetterEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['DeadLetter'], ParentType, ContextType>;
};

export type ReplayDeadLetterPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['ReplayDeadLetterPayload'] = ResolversParentTypes['ReplayDeadLetterPayload']> = {
  replayedCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['ReplayDeadLetterError']>, ParentType, ContextType>;
};

export type ReplayDeadLetterErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['ReplayDeadLetterError'] = ResolversParentTypes['ReplayDeadLetterError']> = {
  code?: Resolver<ResolversTypes['ReplayDeadLetterErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type Resolvers<ContextType = any> = {
  TemplateDocument?: GraphQLScalarType;
  FactRecord?: GraphQLScalarType;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  QuotePayload?: QuotePayloadResolvers<ContextType>;
  QuoteError?: QuoteErrorResolvers<ContextType>;
  Quote?: QuoteResolvers<ContextType>;
  PricedLine?: PricedLineResolvers<ContextType>;
  ShippingTotal?: ShippingTotalResolvers<ContextType>;
  TaxTotal?: TaxTotalResolvers<ContextType>;
  PaidDeposit?: PaidDepositResolvers<ContextType>;
  GiftLine?: GiftLineResolvers<ContextType>;
  EarnedPoints?: EarnedPointsResolvers<ContextType>;
  WaterfallStep?: WaterfallStepResolvers<ContextType>;
  ConsideredPromotion?: ConsideredPromotionResolvers<ContextType>;
  PromotionReference?: PromotionReferenceResolvers<ContextType>;
  AppliedBenefit?: AppliedBenefitResolvers<ContextType>;
  LineShare?: LineShareResolvers<ContextType>;
  TopUpHint?: TopUpHintResolvers<ContextType>;
  HeldQuote?: HeldQuoteResolvers<ContextType>;
  BetterChoice?: BetterChoiceResolvers<ContextType>;
  LineDiscount?: LineDiscountResolvers<ContextType>;
  UnitShare?: UnitShareResolvers<ContextType>;
  MerchantTotal?: MerchantTotalResolvers<ContextType>;
  AppliedPromotion?: AppliedPromotionResolvers<ContextType>;
  UnusedCoupon?: UnusedCouponResolvers<ContextType>;
  UnusedPromotion?: UnusedPromotionResolvers<ContextType>;
  RefusedCode?: RefusedCodeResolvers<ContextType>;
  SettleOrderPayload?: SettleOrderPayloadResolvers<ContextType>;
  SettleOrderError?: SettleOrderErrorResolvers<ContextType>;
  Order?: OrderResolvers<ContextType>;
  OrderConnection?: OrderConnectionResolvers<ContextType>;
  OrderEdge?: OrderEdgeResolvers<ContextType>;
  PayOrderPayload?: PayOrderPayloadResolvers<ContextType>;
  PaymentIntent?: PaymentIntentResolvers<ContextType>;
  PayOrderError?: PayOrderErrorResolvers<ContextType>;
  ConfirmPaymentPayload?: ConfirmPaymentPayloadResolvers<ContextType>;
  ConfirmPaymentError?: ConfirmPaymentErrorResolvers<ContextType>;
  CancelOrderPayload?: CancelOrderPayloadResolvers<ContextType>;
  CancelOrderError?: CancelOrderErrorResolvers<ContextType>;
  ResolveHoldPayload?: ResolveHoldPayloadResolvers<ContextType>;
  Sku?: SkuResolvers<ContextType>;
  PriceInHand?: PriceInHandResolvers<ContextType>;
  PreviewPricePayload?: PreviewPricePayloadResolvers<ContextType>;
  PreviewPriceError?: PreviewPriceErrorResolvers<ContextType>;
  PromotionTemplate?: PromotionTemplateResolvers<ContextType>;
  Coupon?: CouponResolvers<ContextType>;
  Long?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  CurrencyCode?: GraphQLScalarType;
  Money?: MoneyResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  LocalizedText?: LocalizedTextResolvers<ContextType>;
  DeadLetter?: DeadLetterResolvers<ContextType>;
  DeadLetterConnection?: DeadLetterConnectionResolvers<ContextType>;
  DeadLetterEdge?: DeadLetterEdgeResolvers<ContextType>;
  ReplayDeadLetterPayload?: ReplayDeadLetterPayloadResolvers<ContextType>;
  ReplayDeadLetterError?: ReplayDeadLetterErrorResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = any> = {
  authenticated?: AuthenticatedDirectiveResolver<any, any, ContextType>;
  requiresScopes?: RequiresScopesDirectiveResolver<any, any, ContextType>;
  internal?: InternalDirectiveResolver<any, any, ContextType>;
  viewerIndependent?: ViewerIndependentDirectiveResolver<any, any, ContextType>;
};
