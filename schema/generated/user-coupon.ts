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
  /** What is known of a shopper, by the names of the facts user.*; instants are epoch milliseconds. */
  ShopperFacts: { input: unknown; output: unknown; }
  /** The terms of one immutable version, for the pricing engine. */
  PinnedTerms: { input: unknown; output: unknown; }
  /** A whole number within ±(2^53 − 1); Int would stop at 21 million yuan. */
  Long: { input: number; output: number; }
  /** An instant as RFC 3339 in UTC, for example 2026-11-22T10:15:00.000Z. */
  DateTime: { input: Date; output: Date; }
  /** An ISO 4217 currency code, for example CNY. */
  CurrencyCode: { input: string; output: string; }
  _FieldSet: { input: unknown; output: unknown; }
};

export type Query = {
  /** The calling shopper. */
  viewer?: Maybe<User>;
  /** One of the caller's coupons; another person's reads as absent. */
  coupon?: Maybe<Coupon>;
  /** A coupon of a promotion the caller runs, whoever owns it: a merchant's own promotions, an operator's whole marketplace. */
  issuedCoupon?: Maybe<Coupon>;
  /** How far a change of many coupons is; null when there is none of a promotion the caller runs. */
  bulkCouponChange?: Maybe<BulkCouponChange>;
  /** Coupon events of the caller after a sequence number, to fill a gap after a lost connection; kept for 7 days. */
  couponEventsSince: Array<CouponEvent>;
  /** Events that user-coupon could not apply and parked. */
  couponDeadLetters: DeadLetterConnection;
  /** What the marketplace told of a shopper; for its own backend, null when it told nothing. */
  shopperProfile?: Maybe<ShopperProfile>;
  /** A job that generates codes of a template of the caller, with how far it is; null when there is no such. */
  codeJob?: Maybe<CodeJob>;
  /** The jobs that generate codes of a template of the caller, oldest first; null when there is no such template. */
  codeJobs?: Maybe<CodeJobConnection>;
  /** Everything about a shopper that a price depends on, in one answer. */
  pricingFacts: PricingFacts;
};


export type QueryCouponArgs = {
  id: Scalars['ID']['input'];
};


export type QueryIssuedCouponArgs = {
  id: Scalars['ID']['input'];
};


export type QueryBulkCouponChangeArgs = {
  id: Scalars['ID']['input'];
};


export type QueryCouponEventsSinceArgs = {
  seq: Scalars['Long']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryCouponDeadLettersArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


export type QueryShopperProfileArgs = {
  userId: Scalars['ID']['input'];
};


export type QueryCodeJobArgs = {
  id: Scalars['ID']['input'];
};


export type QueryCodeJobsArgs = {
  templateId: Scalars['ID']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


export type QueryPricingFactsArgs = {
  input: PricingFactsInput;
};

export type Mutation = {
  /** Takes one coupon of a template. */
  claimCoupon: ClaimCouponPayload;
  /** Makes a coupon of a code that somebody typed and puts it into the caller's wallet; at an order, codes need no such step. */
  claimCouponByCode: ClaimCouponByCodePayload;
  /** Begins to generate codes of a template, each of which becomes one coupon of one person. */
  generateCodes: GenerateCodesPayload;
  /** Stops generating codes; those there are stay good, and the job may go on later. */
  stopCodeJob: StopCodeJobPayload;
  /** Goes on with a stopped job at the very next code. */
  resumeCodeJob: ResumeCodeJobPayload;
  /** Makes a text a code that everybody may type, within the stock and the limits per person of its template. */
  createPublicCode: CreatePublicCodePayload;
  /** Closes a public code at once: it gives no more coupons, and those it gave stay. */
  closePublicCode: ClosePublicCodePayload;
  /** Offers one of the caller's coupons to another person; unanswered within the marketplace's time it comes back. */
  giftCoupon: GiftCouponPayload;
  /** Takes a coupon that somebody offers: the caller gets a coupon of the same terms and validity, which uses none of their limits. */
  acceptGift: AcceptGiftPayload;
  /** Refuses a coupon that somebody offers; it is its owner's again. */
  declineGift: DeclineGiftPayload;
  /** Takes a coupon back that the caller offered and nobody has answered for. */
  takeBackGift: TakeBackGiftPayload;
  /** Blocks a coupon for the time being; while an order holds or has spent it, from the moment it comes back. */
  freezeCoupon: FreezeCouponPayload;
  /** Lets a frozen coupon be used again, or withdraws a freeze that waits. */
  unfreezeCoupon: UnfreezeCouponPayload;
  /** Takes a coupon from its owner for good; while an order holds or has spent it, from the moment it comes back. */
  revokeCoupon: RevokeCouponPayload;
  /** Begins to freeze every coupon of a promotion; those claimed later are not among them, so end or pause it first. */
  freezeCoupons: FreezeCouponsPayload;
  /** Begins to let every frozen coupon of a promotion be used again. */
  unfreezeCoupons: UnfreezeCouponsPayload;
  /** Begins to take every coupon of a promotion from its owner; those claimed later are not among them, so end or pause it first. */
  revokeCoupons: RevokeCouponsPayload;
  /** Stops a change of many coupons where it stands; what it changed stays changed. */
  cancelBulkCouponChange: CancelBulkCouponChangePayload;
  /** Takes over what the marketplace knows of its shoppers, all or none; only its own backend may, no person. */
  upsertShopperProfiles: UpsertShopperProfilesPayload;
  /** Applies a parked event of user-coupon again, and those of its key that wait behind it. */
  replayCouponDeadLetter: ReplayDeadLetterPayload;
  /** Holds exactly these coupons for one order until a deadline, and takes what it uses of limits, all or none. */
  lockCoupons: LockCouponsPayload;
  /** Spends what a token holds; repeating it changes nothing. */
  redeemCoupons: CouponHoldPayload;
  /** Lets go of what a token holds; repeating it changes nothing. */
  releaseCoupons: CouponHoldPayload;
  /** Gives spent coupons and money of a cancelled or returned order back; repeating it changes nothing. */
  returnCoupons: CouponHoldPayload;
};


export type MutationClaimCouponArgs = {
  input: ClaimCouponInput;
};


export type MutationClaimCouponByCodeArgs = {
  input: ClaimCouponByCodeInput;
};


export type MutationGenerateCodesArgs = {
  input: GenerateCodesInput;
};


export type MutationStopCodeJobArgs = {
  input: StopCodeJobInput;
};


export type MutationResumeCodeJobArgs = {
  input: ResumeCodeJobInput;
};


export type MutationCreatePublicCodeArgs = {
  input: CreatePublicCodeInput;
};


export type MutationClosePublicCodeArgs = {
  input: ClosePublicCodeInput;
};


export type MutationGiftCouponArgs = {
  input: GiftCouponInput;
};


export type MutationAcceptGiftArgs = {
  input: AcceptGiftInput;
};


export type MutationDeclineGiftArgs = {
  input: DeclineGiftInput;
};


export type MutationTakeBackGiftArgs = {
  input: TakeBackGiftInput;
};


export type MutationFreezeCouponArgs = {
  input: FreezeCouponInput;
};


export type MutationUnfreezeCouponArgs = {
  input: UnfreezeCouponInput;
};


export type MutationRevokeCouponArgs = {
  input: RevokeCouponInput;
};


export type MutationFreezeCouponsArgs = {
  input: FreezeCouponsInput;
};


export type MutationUnfreezeCouponsArgs = {
  input: UnfreezeCouponsInput;
};


export type MutationRevokeCouponsArgs = {
  input: RevokeCouponsInput;
};


export type MutationCancelBulkCouponChangeArgs = {
  input: CancelBulkCouponChangeInput;
};


export type MutationUpsertShopperProfilesArgs = {
  input: UpsertShopperProfilesInput;
};


export type MutationReplayCouponDeadLetterArgs = {
  input: ReplayDeadLetterInput;
};


export type MutationLockCouponsArgs = {
  input: LockCouponsInput;
};


export type MutationRedeemCouponsArgs = {
  input: CouponHoldInput;
};


export type MutationReleaseCouponsArgs = {
  input: CouponHoldInput;
};


export type MutationReturnCouponsArgs = {
  input: ReturnCouponsInput;
};

/** A person. People live elsewhere; this is where their coupons, orders and messages meet. */
export type User = {
  /** The marketplace's own id. */
  id: Scalars['ID']['output'];
  /** The person's coupons; only the person sees them. */
  coupons?: Maybe<CouponConnection>;
  /** How many coupons the person has in each group; only the person sees it. */
  couponCounts?: Maybe<CouponCounts>;
  /** Coupons that others offer to the person, the first to lapse first; only the person sees them. */
  couponOffers?: Maybe<CouponOfferConnection>;
  /** Promotions that give coupons and are not over, the first to end first; viewerClaim tells whether the person can claim one now and why not. */
  promotionsToClaim?: Maybe<PromotionToClaimConnection>;
  /** Which of the person's coupons could be used for a cart, and why not the others; looks at the 200 that expire soonest. */
  couponsForCart?: Maybe<CartCoupons>;
};


/** A person. People live elsewhere; this is where their coupons, orders and messages meet. */
export type UserCouponsArgs = {
  filter?: InputMaybe<CouponFilter>;
  sort?: InputMaybe<CouponSort>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A person. People live elsewhere; this is where their coupons, orders and messages meet. */
export type UserCouponOffersArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A person. People live elsewhere; this is where their coupons, orders and messages meet. */
export type UserPromotionsToClaimArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A person. People live elsewhere; this is where their coupons, orders and messages meet. */
export type UserCouponsForCartArgs = {
  cart: CartInput;
};

/** A shopper's coupons seen from a cart. */
export type CartCoupons = {
  /** Coupons that would take something off when used alone, largest first. */
  usable: Array<UsableCoupon>;
  /** Coupons that would not, each with the reason. */
  unusable: Array<UnusableCoupon>;
};

/** A coupon that would take something off. */
export type UsableCoupon = {
  /** The coupon. */
  coupon: Coupon;
  /** What it would take off when used alone. */
  saving: Money;
};

/** A coupon that would not take anything off. */
export type UnusableCoupon = {
  /** The coupon. */
  coupon: Coupon;
  /** The reason as a code. */
  reason: UnusableCouponReason;
  /** The reason in words, for a developer. */
  message: Scalars['String']['output'];
  /** How much more has to be bought of what is in scope; null when no amount would help. */
  deficit?: Maybe<Money>;
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

/** A promise of a promotion to one person. */
export type Coupon = {
  /** Identifies the coupon. */
  id: Scalars['ID']['output'];
  /** Whose coupon it is. */
  owner: User;
  /** The promotion it belongs to. */
  template?: Maybe<PromotionTemplate>;
  /** What can be done with it now. */
  state: CouponState;
  /** The 18-digit number that people read out; it gives no rights by itself. */
  code: Scalars['String']['output'];
  /** When it was claimed. */
  claimedAt: Scalars['DateTime']['output'];
  /** From when it may be used. */
  validFrom: Scalars['DateTime']['output'];
  /** Until when it may be used. */
  expiresAt: Scalars['DateTime']['output'];
  /** The order that holds it or spent it. */
  order?: Maybe<Order>;
  /** Why it is frozen, revoked, on offer or given away, and for whoever runs its promotion that a ruling waits; else null. */
  stateReason?: Maybe<CouponStateReason>;
  /** Everything that happened to it, oldest first; its owner and whoever runs its promotion see it. */
  history?: Maybe<CouponMoveConnection>;
};


/** A promise of a promotion to one person. */
export type CouponHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** Why a coupon is in a state that is neither for use nor spent nor run out. */
export type CouponStateReason = {
  /** The reason as a code. */
  code: CouponStateReasonCode;
  /** The reason in words, for a developer. */
  message: Scalars['String']['output'];
  /** Since when. */
  sinceAt: Scalars['DateTime']['output'];
  /** Until when at most: an offer comes back by itself. */
  endsAt?: Maybe<Scalars['DateTime']['output']>;
  /** Whom it is on offer to, or was given to. */
  receiver?: Maybe<User>;
  /** What the shop noted; only whoever runs the promotion sees it. */
  note?: Maybe<Scalars['String']['output']>;
};

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

/** A page of what happened to a coupon. */
export type CouponMoveConnection = {
  /** The moves of this page with their cursors. */
  edges: Array<CouponMoveEdge>;
  /** Where the page ends. */
  pageInfo: PageInfo;
};

/** A move in a page. */
export type CouponMoveEdge = {
  /** Position of the move in the list. */
  cursor: Scalars['String']['output'];
  /** The move. */
  node: CouponMove;
};

/** Something that happened to a coupon. */
export type CouponMove = {
  /** Counts the moves of the coupon from 1. */
  seq: Scalars['Int']['output'];
  /** What happened. */
  act: CouponAct;
  /** When it happened, business time. */
  at: Scalars['DateTime']['output'];
  /** The state before; null for the first move. */
  before?: Maybe<CouponState>;
  /** The state after. */
  after: CouponState;
  /** Who did it. */
  by: CouponActor;
  /** The person who did it, for whoever runs the promotion and for that person. */
  person?: Maybe<User>;
  /** The order it was about. */
  order?: Maybe<Order>;
  /** With MARK: what will happen to it once it comes back, null when that was taken back; only whoever runs the promotion sees it. */
  waiting?: Maybe<WaitingRuling>;
  /** What the shop noted; only whoever runs the promotion sees it. */
  note?: Maybe<Scalars['String']['output']>;
};

/** A ruling on a coupon that an order holds or has spent, which takes effect when the coupon comes back. */
export type WaitingRuling =
  /** It will be frozen. */
  | 'FREEZE'
  /** It will be revoked. */
  | 'REVOKE';

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

/** How many coupons a person has in each group. */
export type CouponCounts = {
  /** Can be used now or later. */
  usableCount: Scalars['Int']['output'];
  /** Held by an order, frozen or on the way to somebody else. */
  lockedCount: Scalars['Int']['output'];
  /** Spent or given away. */
  usedCount: Scalars['Int']['output'];
  /** Run out or taken back. */
  expiredCount: Scalars['Int']['output'];
};

/** A page of coupons that others offer. */
export type CouponOfferConnection = {
  /** The offers of this page with their cursors. */
  edges: Array<CouponOfferEdge>;
  /** Where the page ends. */
  pageInfo: PageInfo;
};

/** An offer in a page. */
export type CouponOfferEdge = {
  /** Position of the offer in the list. */
  cursor: Scalars['String']['output'];
  /** The offer. */
  node: CouponOffer;
};

/** A coupon that somebody offers to the caller. */
export type CouponOffer = {
  /** Identifies the offer for acceptGift and declineGift. */
  id: Scalars['ID']['output'];
  /** Who offers it. */
  giver: User;
  /** The promotion the coupon belongs to. */
  template?: Maybe<PromotionTemplate>;
  /** When it was offered. */
  offeredAt: Scalars['DateTime']['output'];
  /** When it comes back to its owner unless it is accepted before. */
  lapsesAt: Scalars['DateTime']['output'];
  /** From when the coupon may be used. */
  validFrom: Scalars['DateTime']['output'];
  /** Until when the coupon may be used. */
  expiresAt: Scalars['DateTime']['output'];
};

/** A page of promotions that give coupons. */
export type PromotionToClaimConnection = {
  /** The promotions of this page with their cursors. */
  edges: Array<PromotionToClaimEdge>;
  /** Where the page ends. */
  pageInfo: PageInfo;
};

/** A promotion that gives coupons, in a page. */
export type PromotionToClaimEdge = {
  /** Position of the promotion in the list. */
  cursor: Scalars['String']['output'];
  /** The promotion. */
  node?: Maybe<PromotionTemplate>;
};

/** A freeze, unfreeze or revocation of every coupon of a promotion. */
export type BulkCouponChange = {
  /** Identifies the change. */
  id: Scalars['ID']['output'];
  /** What it does to the coupons. */
  kind: BulkCouponChangeKind;
  /** The promotion. */
  template?: Maybe<PromotionTemplate>;
  /** Whether it runs. */
  state: BulkCouponChangeState;
  /** Coupons there were when it began; null until they are counted. */
  totalCount?: Maybe<Scalars['Int']['output']>;
  /** Coupons it has looked at. */
  lookedAtCount: Scalars['Int']['output'];
  /** Coupons it has changed, those that wait for their order included. */
  changedCount: Scalars['Int']['output'];
  /** Coupons that an order holds or has spent: it takes effect when they come back. */
  waitingCount: Scalars['Int']['output'];
  /** When it began. */
  startedAt: Scalars['DateTime']['output'];
  /** When it was done or stopped. */
  endedAt?: Maybe<Scalars['DateTime']['output']>;
};

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

/** Orders in which coupons are listed. */
export type CouponSort =
  /** What expires soonest comes first. */
  | 'EXPIRY'
  /** What takes off most by its face comes first, each currency by itself; where only the cart decides, at the end. */
  | 'VALUE'
  /** What was claimed last comes first. */
  | 'CLAIMED_AT';

/** Which coupons to list. */
export type CouponFilter = {
  /** Only coupons in this group of states. */
  group?: InputMaybe<CouponGroup>;
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

/** A page of coupons. */
export type CouponConnection = {
  /** The coupons of this page with their cursors. */
  edges: Array<CouponEdge>;
  /** Where the page ends. */
  pageInfo: PageInfo;
};

/** A coupon in a page. */
export type CouponEdge = {
  /** Position of the coupon in the list. */
  cursor: Scalars['String']['output'];
  /** The coupon. */
  node: Coupon;
};

export type PromotionTemplate = {
  /** Identifies the template. */
  id: Scalars['ID']['output'];
  /** How many coupons are left to claim, a moment ago; null when it needs no coupons. */
  remainingCount?: Maybe<Scalars['Long']['output']>;
  /** Whether the caller can claim a coupon now, and why not; null for nobody in particular. */
  viewerClaim?: Maybe<ViewerClaim>;
  /** What was used of the limits it has for everybody, a moment ago; for its merchant and for operators. */
  usage?: Maybe<PromotionUsage>;
};

/** What was used of the limits that a promotion has for everybody. */
export type PromotionUsage = {
  /** How many orders used it; null when their number has no limit. */
  uses?: Maybe<UsesUsage>;
  /** What was spent of its money, by currency; empty without a budget. */
  budgets: Array<BudgetUsage>;
};

/** How many orders used a promotion. */
export type UsesUsage = {
  /** How many may in all. */
  limit: Scalars['Long']['output'];
  /** Orders that are not paid yet. */
  held: Scalars['Long']['output'];
  /** Orders that are paid. */
  spent: Scalars['Long']['output'];
  /** How many more may. */
  left: Scalars['Long']['output'];
};

/** What was spent of a promotion's money in one currency. */
export type BudgetUsage = {
  /** What it may take off in all. */
  limit: Money;
  /** Of orders that are not paid yet. */
  held: Money;
  /** Of orders that are paid. */
  spent: Money;
  /** What it may still take off. */
  left: Money;
};

/** Whether the caller can claim a coupon now. */
export type ViewerClaim = {
  /** Whether a claim would most likely succeed. */
  isClaimable: Scalars['Boolean']['output'];
  /** Why it would not. */
  reason?: Maybe<ClaimCouponErrorCode>;
  /** With LIMIT_REACHED: in which respect the caller has as many as one person may have. */
  reachedLimit?: Maybe<ClaimLimit>;
  /** How many coupons of the template the caller has claimed. */
  claimedCount: Scalars['Int']['output'];
  /** The most the caller may ever claim; null is no limit. */
  limit?: Maybe<Scalars['Int']['output']>;
};

export type Order = {
  /** Identifies the order. */
  id: Scalars['ID']['output'];
};

/** Something that happened to one of the caller's coupons. */
export type CouponEvent = {
  /** What happened. */
  kind: CouponEventKind;
  /** When it happened, business time. */
  at: Scalars['DateTime']['output'];
  /** Grows by one with each of the caller's events, so that a gap can be seen. */
  seq: Scalars['Long']['output'];
  /** The coupon. */
  coupon?: Maybe<Coupon>;
};

/** Which coupon to take. */
export type ClaimCouponInput = {
  /** The template. */
  templateId: Scalars['ID']['input'];
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the claim. */
export type ClaimCouponPayload = {
  /** The coupon; null when the claim was refused. */
  coupon?: Maybe<Coupon>;
  /** Why it was refused. */
  userErrors: Array<ClaimCouponError>;
};

/** Why a claim was refused. */
export type ClaimCouponError = UserError & {
  /** The reason as a code. */
  code: ClaimCouponErrorCode;
  /** What went wrong, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** When to try again: business time for NOT_YET_OPEN and for limits of a day or a week, real time for BUSY and for answers that rest on claims still being written. */
  retryAt?: Maybe<Scalars['DateTime']['output']>;
  /** With LIMIT_REACHED, where it is known: in which respect. */
  limit?: Maybe<ClaimLimit>;
  /** With NOT_ELIGIBLE the condition of the rule document that does not hold, for example user.audience.tags. */
  conditionPath?: Maybe<Scalars['String']['output']>;
};

/** In which respect a person has as many coupons of a promotion as they may. */
export type ClaimLimit =
  /** In all. */
  | 'LIFETIME'
  /** In this ISO week of the marketplace's zone. */
  | 'PER_WEEK'
  /** On this day of the marketplace's zone. */
  | 'PER_DAY'
  /** Unused at a time: using one makes room. */
  | 'HELD_UNUSED';

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

/** A code to make a coupon of. */
export type ClaimCouponByCodeInput = {
  /** As it was typed: case, gaps, dashes, full width and look-alikes do not matter. */
  code: Scalars['String']['input'];
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of a typed code. */
export type ClaimCouponByCodePayload = {
  /** The coupon; null when the code gave none. */
  coupon?: Maybe<Coupon>;
  /** Why it gave none. */
  userErrors: Array<ClaimCouponByCodeError>;
};

/** Why a typed code gave no coupon. */
export type ClaimCouponByCodeError = UserError & {
  /** The reason as a code. */
  code: ClaimCouponByCodeErrorCode;
  /** What went wrong, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** When to try again; set for NOT_YET_OPEN and RATE_LIMITED. */
  retryAt?: Maybe<Scalars['DateTime']['output']>;
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

/** A job that generates codes: a worker stores them, and goes on by itself whatever happens to its process. */
export type CodeJob = {
  /** Identifies the job. */
  id: Scalars['ID']['output'];
  /** The template the codes are of. */
  template?: Maybe<PromotionTemplate>;
  /** How many codes were asked for. */
  count: Scalars['Int']['output'];
  /** How many are stored; a moment late. */
  doneCount: Scalars['Int']['output'];
  /** Whether it is being worked on. */
  state: CodeJobState;
  /** When it was asked for. */
  createdAt: Scalars['DateTime']['output'];
};

/** Whether a job is being worked on. */
export type CodeJobState =
  /** It is worked on, or waits for the jobs before it. */
  | 'RUNNING'
  /** Somebody stopped it; it may go on. */
  | 'STOPPED'
  /** All its codes are stored. */
  | 'DONE';

/** A page of jobs. */
export type CodeJobConnection = {
  /** The jobs of this page with their cursors. */
  edges: Array<CodeJobEdge>;
  /** Where the page ends. */
  pageInfo: PageInfo;
};

/** A job in a page. */
export type CodeJobEdge = {
  /** Position of the job in the list. */
  cursor: Scalars['String']['output'];
  /** The job. */
  node: CodeJob;
};

/** How many codes to generate. */
export type GenerateCodesInput = {
  /** The template, with trigger CODE. */
  templateId: Scalars['ID']['input'];
  /** How many, 1 to 10,000,000. */
  count: Scalars['Int']['input'];
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** Which job stops. */
export type StopCodeJobInput = {
  /** The job. */
  id: Scalars['ID']['input'];
};

/** Which job goes on. */
export type ResumeCodeJobInput = {
  /** The job. */
  id: Scalars['ID']['input'];
};

/** What became of the wish to generate codes. */
export type GenerateCodesPayload = {
  /** The job as it is now; null when nothing was done. */
  job?: Maybe<CodeJob>;
  /** Why nothing was done. */
  userErrors: Array<CodeJobError>;
};

/** What became of the wish to stop a job. */
export type StopCodeJobPayload = {
  /** The job as it is now; null when nothing was done. */
  job?: Maybe<CodeJob>;
  /** Why nothing was done. */
  userErrors: Array<CodeJobError>;
};

/** What became of the wish to go on with a job. */
export type ResumeCodeJobPayload = {
  /** The job as it is now; null when nothing was done. */
  job?: Maybe<CodeJob>;
  /** Why nothing was done. */
  userErrors: Array<CodeJobError>;
};

/** Why nothing was done about a job. */
export type CodeJobError = UserError & {
  /** The reason as a code. */
  code: CodeJobErrorCode;
  /** What went wrong, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault. */
  field?: Maybe<Array<Scalars['String']['output']>>;
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

/** A code that everybody may type. */
export type PublicCode = {
  /** As its merchant writes it. */
  code: Scalars['String']['output'];
  /** The template it is of. */
  template?: Maybe<PromotionTemplate>;
  /** Whether it gives no more coupons. */
  isClosed: Scalars['Boolean']['output'];
};

/** A text that is to be a code of a template. */
export type CreatePublicCodeInput = {
  /** The template, with trigger CODE. */
  templateId: Scalars['ID']['input'];
  /** The text: 4 to 32 letters and digits; case, gaps, dashes and look-alikes make no difference. */
  code: Scalars['String']['input'];
};

/** Which public code closes. */
export type ClosePublicCodeInput = {
  /** The template, with trigger CODE. */
  templateId: Scalars['ID']['input'];
  /** The text: 4 to 32 letters and digits; case, gaps, dashes and look-alikes make no difference. */
  code: Scalars['String']['input'];
};

/** What became of the wish for a public code. */
export type CreatePublicCodePayload = {
  /** The code as it is now; null when nothing was done. */
  publicCode?: Maybe<PublicCode>;
  /** Why nothing was done. */
  userErrors: Array<PublicCodeError>;
};

/** What became of the wish to close a public code. */
export type ClosePublicCodePayload = {
  /** The code as it is now; null when nothing was done. */
  publicCode?: Maybe<PublicCode>;
  /** Why nothing was done. */
  userErrors: Array<PublicCodeError>;
};

/** Why nothing was done about a public code. */
export type PublicCodeError = UserError & {
  /** The reason as a code. */
  code: PublicCodeErrorCode;
  /** What was found, what is allowed and what to do, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault. */
  field?: Maybe<Array<Scalars['String']['output']>>;
};

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

/** What the marketplace told of a shopper: the facts that promotions may ask for. */
export type ShopperProfile = {
  /** The shopper. */
  user: User;
  /** Grows by one with every change. */
  revision: Scalars['Long']['output'];
  /** When the shopper registered; null is unknown. */
  registeredAt?: Maybe<Scalars['DateTime']['output']>;
  /** When the shopper last paid for an order; null is unknown. */
  lastPaidAt?: Maybe<Scalars['DateTime']['output']>;
  /** How many orders the shopper has paid for; null is unknown. */
  payTimes?: Maybe<Scalars['Long']['output']>;
  /** What the shopper has paid in all, in minor units of the currency the marketplace keeps its books in; null is unknown. */
  paidAmount?: Maybe<Scalars['Long']['output']>;
  /** Whether the shopper has never paid: as told, else as the paid orders say; null is unknown. */
  isNew?: Maybe<Scalars['Boolean']['output']>;
  /** The member tier; null is unknown. */
  tier?: Maybe<Scalars['String']['output']>;
  /** Tags the shop gave the shopper. */
  tags: Array<Scalars['String']['output']>;
  /** Segments the shopper is in. */
  segments: Array<Scalars['String']['output']>;
  /** Groups the shopper belongs to. */
  groups: Array<Scalars['String']['output']>;
  /** ISO 3166 code of the country the shopper lives in; null is unknown. */
  country?: Maybe<Scalars['String']['output']>;
  /** The city the shopper lives in; null is unknown. */
  city?: Maybe<Scalars['String']['output']>;
  /** Attributes that the marketplace named itself. */
  attributes: Array<ShopperAttribute>;
  /** Facts of which nothing is known, for example user.tags: a promotion that asks for one is not for the shopper. */
  unknownFacts: Array<Scalars['String']['output']>;
};

/** An attribute that the marketplace named itself. */
export type ShopperAttribute = {
  /** Its name; rules ask for it as user.attributes.NAME. */
  name: Scalars['String']['output'];
  /** Its value. */
  value: Scalars['String']['output'];
};

/** Shoppers the marketplace tells of. */
export type UpsertShopperProfilesInput = {
  /** The profiles, at most 1,000 a call. */
  profiles: Array<ShopperProfileInput>;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What is told of one shopper: an absent field stays as it was, null makes it unknown again. */
export type ShopperProfileInput = {
  /** The shopper, by the marketplace's own id. */
  userId: Scalars['ID']['input'];
  /** When the shopper registered. */
  registeredAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** When the shopper last paid for an order. */
  lastPaidAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** How many orders the shopper has paid for. */
  payTimes?: InputMaybe<Scalars['Long']['input']>;
  /** What the shopper has paid in all, in minor units of the currency the marketplace keeps its books in. */
  paidAmount?: InputMaybe<Scalars['Long']['input']>;
  /** Whether the shopper has never paid; without it that follows from payTimes. */
  isNew?: InputMaybe<Scalars['Boolean']['input']>;
  /** The member tier, for example GOLD. */
  tier?: InputMaybe<Scalars['String']['input']>;
  /** All tags of the shopper, at most 200; an empty list says that there is none. */
  tags?: InputMaybe<Array<Scalars['String']['input']>>;
  /** All segments the shopper is in, at most 200. */
  segments?: InputMaybe<Array<Scalars['String']['input']>>;
  /** All groups the shopper belongs to, at most 200. */
  groups?: InputMaybe<Array<Scalars['String']['input']>>;
  /** ISO 3166 code of the country the shopper lives in, for example CN. */
  country?: InputMaybe<Scalars['String']['input']>;
  /** The city the shopper lives in. */
  city?: InputMaybe<Scalars['String']['input']>;
  /** All attributes that the marketplace named itself, at most 50. */
  attributes?: InputMaybe<Array<ShopperAttributeInput>>;
};

/** An attribute that the marketplace named itself. */
export type ShopperAttributeInput = {
  /** Its name: a letter, then letters, digits, _ and -, 64 at most. */
  name: Scalars['String']['input'];
  /** Its value, at most 500 characters. */
  value: Scalars['String']['input'];
};

/** What became of the profiles. */
export type UpsertShopperProfilesPayload = {
  /** How many profiles are new or differ from before. */
  changedCount: Scalars['Int']['output'];
  /** How many were as they are already. */
  unchangedCount: Scalars['Int']['output'];
  /** Why nothing was taken over, every fault at once. */
  userErrors: Array<UpsertShopperProfilesError>;
};

/** Why profiles were not taken over. */
export type UpsertShopperProfilesError = UserError & {
  /** The reason as a code. */
  code: UpsertShopperProfilesErrorCode;
  /** What was found, what is allowed and what to do, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault. */
  field?: Maybe<Array<Scalars['String']['output']>>;
};

/** Reasons why profiles were not taken over. */
export type UpsertShopperProfilesErrorCode =
  /** A value is not allowed; the path tells which. */
  | 'INVALID_PROFILE'
  /** More profiles than one call may carry. */
  | 'TOO_MANY'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** Whose facts, for which coupons and promotions. */
export type PricingFactsInput = {
  /** The shopper; null for nobody in particular, of whom nothing is known but what is left for everybody. */
  ownerId?: InputMaybe<Scalars['ID']['input']>;
  /** Only these coupons, perhaps none; null for every usable one, at most 200, soonest to expire first. */
  couponIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** And what these codes are for the shopper, as they were typed: numbers of own coupons, and promotion codes. */
  codes?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Versions of automatic promotions with counted limits, whose rest is told beside that of the coupons' promotions. */
  versionIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** The network address that the shopper's request came from, where it is known: wrong codes are counted by it. */
  address?: InputMaybe<Scalars['String']['input']>;
};

/** Everything about a shopper that a price depends on. */
export type PricingFacts = {
  /** The shopper's coupons. */
  coupons: Array<PricingCoupon>;
  /** What is known of the shopper. */
  shopper: Scalars['ShopperFacts']['output'];
  /** Asked coupons that are not the shopper's. */
  unknownCouponIds: Array<Scalars['ID']['output']>;
  /** The typed codes that are a coupon of the shopper, or would become one with the order. */
  typedCodes: Array<TypedCode>;
  /** The typed codes that give nothing. */
  refusedCodes: Array<RefusedTypedCode>;
  /** Whether the shopper owns more usable coupons than were looked at. */
  isTruncated: Scalars['Boolean']['output'];
  /** What is left of counted limits a moment ago; a version without such limits is absent, and one that is not known here. */
  limits: Array<LimitsLeft>;
};

/** What is left of the counted limits of one version of a promotion. */
export type LimitsLeft = {
  /** The version. */
  versionId: Scalars['ID']['output'];
  /** How many orders may still use it, of anybody and of the shopper; null is without limit. */
  uses?: Maybe<Scalars['Long']['output']>;
  /** What it may still take off, of anybody's orders and of the shopper's; null is without limit. */
  money?: Maybe<MoneyLeft>;
};

/** What a promotion may still take off. */
export type MoneyLeft = {
  /** In each of its currencies; it takes nothing off in others. */
  amounts: Array<Money>;
};

/** A typed code that is a coupon of the shopper, or would become one with the order. */
export type TypedCode = {
  /** As it was typed. */
  code: Scalars['String']['output'];
  /** The coupon, or the name under which it is promised until lockCoupons makes it. */
  couponId: Scalars['ID']['output'];
};

/** A typed code that gives nothing. */
export type RefusedTypedCode = {
  /** As it was typed. */
  code: Scalars['String']['output'];
  /** The reason; IDEMPOTENCY_KEY_REUSED never. */
  reason: ClaimCouponByCodeErrorCode;
  /** When to try again; set for NOT_YET_OPEN and RATE_LIMITED. */
  retryAt?: Maybe<Scalars['DateTime']['output']>;
};

/** A coupon as a price sees it. */
export type PricingCoupon = {
  /** The coupon. */
  couponId: Scalars['ID']['output'];
  /** The template it belongs to. */
  templateId: Scalars['ID']['output'];
  /** The version it was claimed under. */
  versionId: Scalars['ID']['output'];
  /** What can be done with it now. */
  state: CouponState;
  /** From when it may be used. */
  validFrom: Scalars['DateTime']['output'];
  /** Until when it may be used. */
  expiresAt: Scalars['DateTime']['output'];
  /** The terms it was claimed under. */
  terms: Scalars['PinnedTerms']['output'];
};

/** What to hold for one order. */
export type LockCouponsInput = {
  /** The secret of the hold; the same token again changes nothing. */
  token: Scalars['ID']['input'];
  /** The order. */
  orderId: Scalars['ID']['input'];
  /** The shopper. */
  ownerId: Scalars['ID']['input'];
  /** The coupons, all or none; also what codes promised, which become coupons with this. */
  couponIds: Array<Scalars['ID']['input']>;
  /** What the order uses of promotions with counted limits, by coupons or by themselves; of a coupon that has such limits it must not be missing. */
  uses?: InputMaybe<Array<PromotionUseInput>>;
  /** The codes that promised, as they were typed: without the code nobody gets what it promises. */
  codes?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Deadline in business time, past which user-coupon asks settlement what to do. */
  until: Scalars['DateTime']['input'];
};

/** What an order uses of one version of a promotion. */
export type PromotionUseInput = {
  /** The promotion. */
  templateId: Scalars['ID']['input'];
  /** The version that it was priced under. */
  versionId: Scalars['ID']['input'];
  /** What it takes off. */
  amount: MoneyInput;
};

/** A hold. */
export type CouponHoldInput = {
  /** The secret of the hold. */
  token: Scalars['ID']['input'];
  /** The order. */
  orderId: Scalars['ID']['input'];
  /** The shopper. */
  ownerId: Scalars['ID']['input'];
};

/** Spent coupons to give back. */
export type ReturnCouponsInput = {
  /** The secret of the hold under which they were spent. */
  token: Scalars['ID']['input'];
  /** The order. */
  orderId: Scalars['ID']['input'];
  /** The shopper. */
  ownerId: Scalars['ID']['input'];
  /** The coupons to give back. */
  couponIds: Array<Scalars['ID']['input']>;
  /** What of the money of promotions has come back in all, together with what came back before. */
  uses?: InputMaybe<Array<ReturnedUseInput>>;
};

/** What of the money that an order had from a promotion has come back. */
export type ReturnedUseInput = {
  /** The promotion. */
  templateId: Scalars['ID']['input'];
  /** Minor units in all, in the order's currency; all of it brings the use itself back. */
  amount: Scalars['Long']['input'];
};

/** What became of the wish to hold coupons. */
export type LockCouponsPayload = {
  /** Whether they are held as asked. */
  isDone: Scalars['Boolean']['output'];
  /** Coupons that stood in the way, each with the reason; empty when it is done. */
  refusals: Array<CouponHoldRefusal>;
  /** What promised coupons became. */
  taken: Array<TakenCoupon>;
};

/** A coupon that a code became. */
export type TakenCoupon = {
  /** The name under which it was promised. */
  promisedId: Scalars['ID']['output'];
  /** The coupon. */
  couponId: Scalars['ID']['output'];
};

/** What became of a hold. */
export type CouponHoldPayload = {
  /** Whether the hold is now as asked. */
  isDone: Scalars['Boolean']['output'];
  /** What stood in the way, each with the reason; empty when it is done. */
  refusals: Array<CouponHoldRefusal>;
};

/** A coupon or a promotion that stood in the way. */
export type CouponHoldRefusal = {
  /** The coupon; null when something else is refused. */
  couponId?: Maybe<Scalars['ID']['output']>;
  /** The promotion whose limits do not allow it; both are null when the token itself is refused. */
  templateId?: Maybe<Scalars['ID']['output']>;
  /** The reason. */
  code: CouponHoldRefusalCode;
};

/** Why a hold is refused. */
export type CouponHoldRefusalCode =
  /** No such coupon of this shopper. */
  | 'NOT_FOUND'
  /** It is not available, or its validity is not now. */
  | 'NOT_AVAILABLE'
  /** The coupon takes of limits of its promotion, and no use of the version it was claimed under was named. */
  | 'USE_NOT_NAMED'
  /** No use of the promotion is left, of anybody or of the shopper. */
  | 'LIMIT_REACHED'
  /** Not so much of the promotion's money is left, for anybody or for the shopper. */
  | 'BUDGET_EXHAUSTED'
  /** The token holds nothing, or no longer. */
  | 'STALE_TOKEN';

/** Which coupon to freeze. */
export type FreezeCouponInput = {
  /** The coupon. */
  couponId: Scalars['ID']['input'];
  /** A few words for the record, at most 500 characters. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the freeze. */
export type FreezeCouponPayload = {
  /** The coupon as it is now; null when the freeze was refused. */
  coupon?: Maybe<Coupon>;
  /** Why it was refused. */
  userErrors: Array<CouponRulingError>;
};

/** Which coupon to unfreeze. */
export type UnfreezeCouponInput = {
  /** The coupon. */
  couponId: Scalars['ID']['input'];
  /** A few words for the record, at most 500 characters. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the unfreezing. */
export type UnfreezeCouponPayload = {
  /** The coupon as it is now; null when the unfreezing was refused. */
  coupon?: Maybe<Coupon>;
  /** Why it was refused. */
  userErrors: Array<CouponRulingError>;
};

/** Which coupon to revoke. */
export type RevokeCouponInput = {
  /** The coupon. */
  couponId: Scalars['ID']['input'];
  /** A few words for the record, at most 500 characters. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the revocation. */
export type RevokeCouponPayload = {
  /** The coupon as it is now; null when the revocation was refused. */
  coupon?: Maybe<Coupon>;
  /** Why it was refused. */
  userErrors: Array<CouponRulingError>;
};

/** Why a coupon was not frozen, unfrozen or revoked. */
export type CouponRulingError = UserError & {
  /** The reason as a code. */
  code: CouponRulingErrorCode;
  /** What went wrong, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault. */
  field?: Maybe<Array<Scalars['String']['output']>>;
};

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

/** The promotion whose coupons to freeze. */
export type FreezeCouponsInput = {
  /** The promotion. */
  templateId: Scalars['ID']['input'];
  /** A few words for the record, at most 500 characters. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the freeze. */
export type FreezeCouponsPayload = {
  /** The change that runs now; null when it was refused. */
  bulkCouponChange?: Maybe<BulkCouponChange>;
  /** Why it was refused. */
  userErrors: Array<BulkCouponChangeError>;
};

/** The promotion whose coupons to unfreeze. */
export type UnfreezeCouponsInput = {
  /** The promotion. */
  templateId: Scalars['ID']['input'];
  /** A few words for the record, at most 500 characters. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the unfreezing. */
export type UnfreezeCouponsPayload = {
  /** The change that runs now; null when it was refused. */
  bulkCouponChange?: Maybe<BulkCouponChange>;
  /** Why it was refused. */
  userErrors: Array<BulkCouponChangeError>;
};

/** The promotion whose coupons to revoke. */
export type RevokeCouponsInput = {
  /** The promotion. */
  templateId: Scalars['ID']['input'];
  /** A few words for the record, at most 500 characters. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the revocation. */
export type RevokeCouponsPayload = {
  /** The change that runs now; null when it was refused. */
  bulkCouponChange?: Maybe<BulkCouponChange>;
  /** Why it was refused. */
  userErrors: Array<BulkCouponChangeError>;
};

/** Which change of many coupons to stop. */
export type CancelBulkCouponChangeInput = {
  /** The change. */
  bulkCouponChangeId: Scalars['ID']['input'];
};

/** What became of it. */
export type CancelBulkCouponChangePayload = {
  /** The change as it is now; null when there is none. */
  bulkCouponChange?: Maybe<BulkCouponChange>;
  /** Why it was refused. */
  userErrors: Array<BulkCouponChangeError>;
};

/** Why a change of many coupons was refused. */
export type BulkCouponChangeError = UserError & {
  /** The reason as a code. */
  code: BulkCouponChangeErrorCode;
  /** What went wrong, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault. */
  field?: Maybe<Array<Scalars['String']['output']>>;
};

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

/** Which coupon to offer, and to whom. */
export type GiftCouponInput = {
  /** The coupon. */
  couponId: Scalars['ID']['input'];
  /** The person, by the marketplace's own id. */
  receiverId: Scalars['ID']['input'];
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the offer. */
export type GiftCouponPayload = {
  /** The coupon as it is now; null when it cannot be offered. */
  coupon?: Maybe<Coupon>;
  /** Why it was refused. */
  userErrors: Array<GiftCouponError>;
};

/** Why a coupon was not offered. */
export type GiftCouponError = UserError & {
  /** The reason as a code. */
  code: GiftCouponErrorCode;
  /** What went wrong, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault. */
  field?: Maybe<Array<Scalars['String']['output']>>;
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

/** Which offer to accept. */
export type AcceptGiftInput = {
  /** The offer. */
  offerId: Scalars['ID']['input'];
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of it. */
export type AcceptGiftPayload = {
  /** The caller's new coupon; null when the offer is not theirs or over. */
  coupon?: Maybe<Coupon>;
  /** Why it was refused. */
  userErrors: Array<CouponOfferError>;
};

/** Which offer to decline. */
export type DeclineGiftInput = {
  /** The offer. */
  offerId: Scalars['ID']['input'];
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of it. */
export type DeclineGiftPayload = {
  /** Whether the offer is declined now. */
  isDeclined: Scalars['Boolean']['output'];
  /** Why it was refused. */
  userErrors: Array<CouponOfferError>;
};

/** Which coupon to take back. */
export type TakeBackGiftInput = {
  /** The coupon. */
  couponId: Scalars['ID']['input'];
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of it. */
export type TakeBackGiftPayload = {
  /** The coupon as it is now; null when it is not on offer. */
  coupon?: Maybe<Coupon>;
  /** Why it was refused. */
  userErrors: Array<CouponOfferError>;
};

/** Why an offer was not answered or taken back. */
export type CouponOfferError = UserError & {
  /** The reason as a code. */
  code: CouponOfferErrorCode;
  /** What went wrong, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault. */
  field?: Maybe<Array<Scalars['String']['output']>>;
};

/** Reasons why an offer is not answered or taken back. */
export type CouponOfferErrorCode =
  /** No such offer to or of the caller, or it is answered already. */
  | 'OFFER_NOT_FOUND'
  /** It was not answered in time. */
  | 'OFFER_OVER'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

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
  Coupon: Coupon;
  PromotionTemplate: PromotionTemplate;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  User:
    ( { __typename: 'User' }
    & GraphQLRecursivePick<FederationTypes['User'], {"id":true}> );
  Coupon:
    ( { __typename: 'Coupon' }
    & GraphQLRecursivePick<FederationTypes['Coupon'], {"id":true}> );
  PromotionTemplate:
    ( { __typename: 'PromotionTemplate' }
    & GraphQLRecursivePick<FederationTypes['PromotionTemplate'], {"id":true}> );
};


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  UserError:
    | ( ClaimCouponError )
    | ( ClaimCouponByCodeError )
    | ( CodeJobError )
    | ( PublicCodeError )
    | ( UpsertShopperProfilesError )
    | ( CouponRulingError )
    | ( BulkCouponChangeError )
    | ( GiftCouponError )
    | ( CouponOfferError )
    | ( ReplayDeadLetterError )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  User: ResolverTypeWrapper<{ id: string }>;
  CartCoupons: ResolverTypeWrapper<Omit<CartCoupons, 'usable' | 'unusable'> & { usable: Array<ResolversTypes['UsableCoupon']>, unusable: Array<ResolversTypes['UnusableCoupon']> }>;
  UsableCoupon: ResolverTypeWrapper<Omit<UsableCoupon, 'coupon'> & { coupon: ResolversTypes['Coupon'] }>;
  UnusableCoupon: ResolverTypeWrapper<Omit<UnusableCoupon, 'coupon'> & { coupon: ResolversTypes['Coupon'] }>;
  UnusableCouponReason: UnusableCouponReason;
  Coupon: ResolverTypeWrapper<Omit<Coupon, 'owner' | 'template' | 'stateReason' | 'history'> & { owner: ResolversTypes['User'], template?: Maybe<ResolversTypes['PromotionTemplate']>, stateReason?: Maybe<ResolversTypes['CouponStateReason']>, history?: Maybe<ResolversTypes['CouponMoveConnection']> }>;
  CouponStateReason: ResolverTypeWrapper<Omit<CouponStateReason, 'receiver'> & { receiver?: Maybe<ResolversTypes['User']> }>;
  CouponStateReasonCode: CouponStateReasonCode;
  CouponMoveConnection: ResolverTypeWrapper<Omit<CouponMoveConnection, 'edges'> & { edges: Array<ResolversTypes['CouponMoveEdge']> }>;
  CouponMoveEdge: ResolverTypeWrapper<Omit<CouponMoveEdge, 'node'> & { node: ResolversTypes['CouponMove'] }>;
  CouponMove: ResolverTypeWrapper<Omit<CouponMove, 'person'> & { person?: Maybe<ResolversTypes['User']> }>;
  WaitingRuling: WaitingRuling;
  CouponAct: CouponAct;
  CouponActor: CouponActor;
  CouponCounts: ResolverTypeWrapper<CouponCounts>;
  CouponOfferConnection: ResolverTypeWrapper<Omit<CouponOfferConnection, 'edges'> & { edges: Array<ResolversTypes['CouponOfferEdge']> }>;
  CouponOfferEdge: ResolverTypeWrapper<Omit<CouponOfferEdge, 'node'> & { node: ResolversTypes['CouponOffer'] }>;
  CouponOffer: ResolverTypeWrapper<Omit<CouponOffer, 'giver' | 'template'> & { giver: ResolversTypes['User'], template?: Maybe<ResolversTypes['PromotionTemplate']> }>;
  PromotionToClaimConnection: ResolverTypeWrapper<Omit<PromotionToClaimConnection, 'edges'> & { edges: Array<ResolversTypes['PromotionToClaimEdge']> }>;
  PromotionToClaimEdge: ResolverTypeWrapper<Omit<PromotionToClaimEdge, 'node'> & { node?: Maybe<ResolversTypes['PromotionTemplate']> }>;
  BulkCouponChange: ResolverTypeWrapper<Omit<BulkCouponChange, 'template'> & { template?: Maybe<ResolversTypes['PromotionTemplate']> }>;
  BulkCouponChangeKind: BulkCouponChangeKind;
  BulkCouponChangeState: BulkCouponChangeState;
  CouponState: CouponState;
  CouponSort: CouponSort;
  CouponFilter: CouponFilter;
  CouponGroup: CouponGroup;
  CouponConnection: ResolverTypeWrapper<Omit<CouponConnection, 'edges'> & { edges: Array<ResolversTypes['CouponEdge']> }>;
  CouponEdge: ResolverTypeWrapper<Omit<CouponEdge, 'node'> & { node: ResolversTypes['Coupon'] }>;
  PromotionTemplate: ResolverTypeWrapper<{ id: string }>;
  PromotionUsage: ResolverTypeWrapper<PromotionUsage>;
  UsesUsage: ResolverTypeWrapper<UsesUsage>;
  BudgetUsage: ResolverTypeWrapper<BudgetUsage>;
  ViewerClaim: ResolverTypeWrapper<ViewerClaim>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Order: ResolverTypeWrapper<Order>;
  CouponEvent: ResolverTypeWrapper<Omit<CouponEvent, 'coupon'> & { coupon?: Maybe<ResolversTypes['Coupon']> }>;
  ClaimCouponInput: ClaimCouponInput;
  ClaimCouponPayload: ResolverTypeWrapper<Omit<ClaimCouponPayload, 'coupon'> & { coupon?: Maybe<ResolversTypes['Coupon']> }>;
  ClaimCouponError: ResolverTypeWrapper<ClaimCouponError>;
  ClaimLimit: ClaimLimit;
  ClaimCouponErrorCode: ClaimCouponErrorCode;
  ClaimCouponByCodeInput: ClaimCouponByCodeInput;
  ClaimCouponByCodePayload: ResolverTypeWrapper<Omit<ClaimCouponByCodePayload, 'coupon'> & { coupon?: Maybe<ResolversTypes['Coupon']> }>;
  ClaimCouponByCodeError: ResolverTypeWrapper<ClaimCouponByCodeError>;
  ClaimCouponByCodeErrorCode: ClaimCouponByCodeErrorCode;
  CodeJob: ResolverTypeWrapper<Omit<CodeJob, 'template'> & { template?: Maybe<ResolversTypes['PromotionTemplate']> }>;
  CodeJobState: CodeJobState;
  CodeJobConnection: ResolverTypeWrapper<Omit<CodeJobConnection, 'edges'> & { edges: Array<ResolversTypes['CodeJobEdge']> }>;
  CodeJobEdge: ResolverTypeWrapper<Omit<CodeJobEdge, 'node'> & { node: ResolversTypes['CodeJob'] }>;
  GenerateCodesInput: GenerateCodesInput;
  StopCodeJobInput: StopCodeJobInput;
  ResumeCodeJobInput: ResumeCodeJobInput;
  GenerateCodesPayload: ResolverTypeWrapper<Omit<GenerateCodesPayload, 'job'> & { job?: Maybe<ResolversTypes['CodeJob']> }>;
  StopCodeJobPayload: ResolverTypeWrapper<Omit<StopCodeJobPayload, 'job'> & { job?: Maybe<ResolversTypes['CodeJob']> }>;
  ResumeCodeJobPayload: ResolverTypeWrapper<Omit<ResumeCodeJobPayload, 'job'> & { job?: Maybe<ResolversTypes['CodeJob']> }>;
  CodeJobError: ResolverTypeWrapper<CodeJobError>;
  CodeJobErrorCode: CodeJobErrorCode;
  PublicCode: ResolverTypeWrapper<Omit<PublicCode, 'template'> & { template?: Maybe<ResolversTypes['PromotionTemplate']> }>;
  CreatePublicCodeInput: CreatePublicCodeInput;
  ClosePublicCodeInput: ClosePublicCodeInput;
  CreatePublicCodePayload: ResolverTypeWrapper<Omit<CreatePublicCodePayload, 'publicCode'> & { publicCode?: Maybe<ResolversTypes['PublicCode']> }>;
  ClosePublicCodePayload: ResolverTypeWrapper<Omit<ClosePublicCodePayload, 'publicCode'> & { publicCode?: Maybe<ResolversTypes['PublicCode']> }>;
  PublicCodeError: ResolverTypeWrapper<PublicCodeError>;
  PublicCodeErrorCode: PublicCodeErrorCode;
  ShopperProfile: ResolverTypeWrapper<Omit<ShopperProfile, 'user'> & { user: ResolversTypes['User'] }>;
  ShopperAttribute: ResolverTypeWrapper<ShopperAttribute>;
  UpsertShopperProfilesInput: UpsertShopperProfilesInput;
  ShopperProfileInput: ShopperProfileInput;
  ShopperAttributeInput: ShopperAttributeInput;
  UpsertShopperProfilesPayload: ResolverTypeWrapper<UpsertShopperProfilesPayload>;
  UpsertShopperProfilesError: ResolverTypeWrapper<UpsertShopperProfilesError>;
  UpsertShopperProfilesErrorCode: UpsertShopperProfilesErrorCode;
  PricingFactsInput: PricingFactsInput;
  PricingFacts: ResolverTypeWrapper<PricingFacts>;
  LimitsLeft: ResolverTypeWrapper<LimitsLeft>;
  MoneyLeft: ResolverTypeWrapper<MoneyLeft>;
  TypedCode: ResolverTypeWrapper<TypedCode>;
  RefusedTypedCode: ResolverTypeWrapper<RefusedTypedCode>;
  PricingCoupon: ResolverTypeWrapper<PricingCoupon>;
  ShopperFacts: ResolverTypeWrapper<Scalars['ShopperFacts']['output']>;
  PinnedTerms: ResolverTypeWrapper<Scalars['PinnedTerms']['output']>;
  LockCouponsInput: LockCouponsInput;
  PromotionUseInput: PromotionUseInput;
  CouponHoldInput: CouponHoldInput;
  ReturnCouponsInput: ReturnCouponsInput;
  ReturnedUseInput: ReturnedUseInput;
  LockCouponsPayload: ResolverTypeWrapper<LockCouponsPayload>;
  TakenCoupon: ResolverTypeWrapper<TakenCoupon>;
  CouponHoldPayload: ResolverTypeWrapper<CouponHoldPayload>;
  CouponHoldRefusal: ResolverTypeWrapper<CouponHoldRefusal>;
  CouponHoldRefusalCode: CouponHoldRefusalCode;
  FreezeCouponInput: FreezeCouponInput;
  FreezeCouponPayload: ResolverTypeWrapper<Omit<FreezeCouponPayload, 'coupon'> & { coupon?: Maybe<ResolversTypes['Coupon']> }>;
  UnfreezeCouponInput: UnfreezeCouponInput;
  UnfreezeCouponPayload: ResolverTypeWrapper<Omit<UnfreezeCouponPayload, 'coupon'> & { coupon?: Maybe<ResolversTypes['Coupon']> }>;
  RevokeCouponInput: RevokeCouponInput;
  RevokeCouponPayload: ResolverTypeWrapper<Omit<RevokeCouponPayload, 'coupon'> & { coupon?: Maybe<ResolversTypes['Coupon']> }>;
  CouponRulingError: ResolverTypeWrapper<CouponRulingError>;
  CouponRulingErrorCode: CouponRulingErrorCode;
  FreezeCouponsInput: FreezeCouponsInput;
  FreezeCouponsPayload: ResolverTypeWrapper<Omit<FreezeCouponsPayload, 'bulkCouponChange'> & { bulkCouponChange?: Maybe<ResolversTypes['BulkCouponChange']> }>;
  UnfreezeCouponsInput: UnfreezeCouponsInput;
  UnfreezeCouponsPayload: ResolverTypeWrapper<Omit<UnfreezeCouponsPayload, 'bulkCouponChange'> & { bulkCouponChange?: Maybe<ResolversTypes['BulkCouponChange']> }>;
  RevokeCouponsInput: RevokeCouponsInput;
  RevokeCouponsPayload: ResolverTypeWrapper<Omit<RevokeCouponsPayload, 'bulkCouponChange'> & { bulkCouponChange?: Maybe<ResolversTypes['BulkCouponChange']> }>;
  CancelBulkCouponChangeInput: CancelBulkCouponChangeInput;
  CancelBulkCouponChangePayload: ResolverTypeWrapper<Omit<CancelBulkCouponChangePayload, 'bulkCouponChange'> & { bulkCouponChange?: Maybe<ResolversTypes['BulkCouponChange']> }>;
  BulkCouponChangeError: ResolverTypeWrapper<BulkCouponChangeError>;
  BulkCouponChangeErrorCode: BulkCouponChangeErrorCode;
  GiftCouponInput: GiftCouponInput;
  GiftCouponPayload: ResolverTypeWrapper<Omit<GiftCouponPayload, 'coupon'> & { coupon?: Maybe<ResolversTypes['Coupon']> }>;
  GiftCouponError: ResolverTypeWrapper<GiftCouponError>;
  GiftCouponErrorCode: GiftCouponErrorCode;
  AcceptGiftInput: AcceptGiftInput;
  AcceptGiftPayload: ResolverTypeWrapper<Omit<AcceptGiftPayload, 'coupon'> & { coupon?: Maybe<ResolversTypes['Coupon']> }>;
  DeclineGiftInput: DeclineGiftInput;
  DeclineGiftPayload: ResolverTypeWrapper<DeclineGiftPayload>;
  TakeBackGiftInput: TakeBackGiftInput;
  TakeBackGiftPayload: ResolverTypeWrapper<Omit<TakeBackGiftPayload, 'coupon'> & { coupon?: Maybe<ResolversTypes['Coupon']> }>;
  CouponOfferError: ResolverTypeWrapper<CouponOfferError>;
  CouponOfferErrorCode: CouponOfferErrorCode;
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
  Query: Record<PropertyKey, never>;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  Mutation: Record<PropertyKey, never>;
  User: { id: string };
  CartCoupons: Omit<CartCoupons, 'usable' | 'unusable'> & { usable: Array<ResolversParentTypes['UsableCoupon']>, unusable: Array<ResolversParentTypes['UnusableCoupon']> };
  UsableCoupon: Omit<UsableCoupon, 'coupon'> & { coupon: ResolversParentTypes['Coupon'] };
  UnusableCoupon: Omit<UnusableCoupon, 'coupon'> & { coupon: ResolversParentTypes['Coupon'] };
  Coupon: Omit<Coupon, 'owner' | 'template' | 'stateReason' | 'history'> & { owner: ResolversParentTypes['User'], template?: Maybe<ResolversParentTypes['PromotionTemplate']>, stateReason?: Maybe<ResolversParentTypes['CouponStateReason']>, history?: Maybe<ResolversParentTypes['CouponMoveConnection']> } | FederationReferenceTypes['Coupon'];
  CouponStateReason: Omit<CouponStateReason, 'receiver'> & { receiver?: Maybe<ResolversParentTypes['User']> };
  CouponMoveConnection: Omit<CouponMoveConnection, 'edges'> & { edges: Array<ResolversParentTypes['CouponMoveEdge']> };
  CouponMoveEdge: Omit<CouponMoveEdge, 'node'> & { node: ResolversParentTypes['CouponMove'] };
  CouponMove: Omit<CouponMove, 'person'> & { person?: Maybe<ResolversParentTypes['User']> };
  CouponCounts: CouponCounts;
  CouponOfferConnection: Omit<CouponOfferConnection, 'edges'> & { edges: Array<ResolversParentTypes['CouponOfferEdge']> };
  CouponOfferEdge: Omit<CouponOfferEdge, 'node'> & { node: ResolversParentTypes['CouponOffer'] };
  CouponOffer: Omit<CouponOffer, 'giver' | 'template'> & { giver: ResolversParentTypes['User'], template?: Maybe<ResolversParentTypes['PromotionTemplate']> };
  PromotionToClaimConnection: Omit<PromotionToClaimConnection, 'edges'> & { edges: Array<ResolversParentTypes['PromotionToClaimEdge']> };
  PromotionToClaimEdge: Omit<PromotionToClaimEdge, 'node'> & { node?: Maybe<ResolversParentTypes['PromotionTemplate']> };
  BulkCouponChange: Omit<BulkCouponChange, 'template'> & { template?: Maybe<ResolversParentTypes['PromotionTemplate']> };
  CouponFilter: CouponFilter;
  CouponConnection: Omit<CouponConnection, 'edges'> & { edges: Array<ResolversParentTypes['CouponEdge']> };
  CouponEdge: Omit<CouponEdge, 'node'> & { node: ResolversParentTypes['Coupon'] };
  PromotionTemplate: { id: string };
  PromotionUsage: PromotionUsage;
  UsesUsage: UsesUsage;
  BudgetUsage: BudgetUsage;
  ViewerClaim: ViewerClaim;
  Boolean: Scalars['Boolean']['output'];
  Order: Order;
  CouponEvent: Omit<CouponEvent, 'coupon'> & { coupon?: Maybe<ResolversParentTypes['Coupon']> };
  ClaimCouponInput: ClaimCouponInput;
  ClaimCouponPayload: Omit<ClaimCouponPayload, 'coupon'> & { coupon?: Maybe<ResolversParentTypes['Coupon']> };
  ClaimCouponError: ClaimCouponError;
  ClaimCouponByCodeInput: ClaimCouponByCodeInput;
  ClaimCouponByCodePayload: Omit<ClaimCouponByCodePayload, 'coupon'> & { coupon?: Maybe<ResolversParentTypes['Coupon']> };
  ClaimCouponByCodeError: ClaimCouponByCodeError;
  CodeJob: Omit<CodeJob, 'template'> & { template?: Maybe<ResolversParentTypes['PromotionTemplate']> };
  CodeJobConnection: Omit<CodeJobConnection, 'edges'> & { edges: Array<ResolversParentTypes['CodeJobEdge']> };
  CodeJobEdge: Omit<CodeJobEdge, 'node'> & { node: ResolversParentTypes['CodeJob'] };
  GenerateCodesInput: GenerateCodesInput;
  StopCodeJobInput: StopCodeJobInput;
  ResumeCodeJobInput: ResumeCodeJobInput;
  GenerateCodesPayload: Omit<GenerateCodesPayload, 'job'> & { job?: Maybe<ResolversParentTypes['CodeJob']> };
  StopCodeJobPayload: Omit<StopCodeJobPayload, 'job'> & { job?: Maybe<ResolversParentTypes['CodeJob']> };
  ResumeCodeJobPayload: Omit<ResumeCodeJobPayload, 'job'> & { job?: Maybe<ResolversParentTypes['CodeJob']> };
  CodeJobError: CodeJobError;
  PublicCode: Omit<PublicCode, 'template'> & { template?: Maybe<ResolversParentTypes['PromotionTemplate']> };
  CreatePublicCodeInput: CreatePublicCodeInput;
  ClosePublicCodeInput: ClosePublicCodeInput;
  CreatePublicCodePayload: Omit<CreatePublicCodePayload, 'publicCode'> & { publicCode?: Maybe<ResolversParentTypes['PublicCode']> };
  ClosePublicCodePayload: Omit<ClosePublicCodePayload, 'publicCode'> & { publicCode?: Maybe<ResolversParentTypes['PublicCode']> };
  PublicCodeError: PublicCodeError;
  ShopperProfile: Omit<ShopperProfile, 'user'> & { user: ResolversParentTypes['User'] };
  ShopperAttribute: ShopperAttribute;
  UpsertShopperProfilesInput: UpsertShopperProfilesInput;
  ShopperProfileInput: ShopperProfileInput;
  ShopperAttributeInput: ShopperAttributeInput;
  UpsertShopperProfilesPayload: UpsertShopperProfilesPayload;
  UpsertShopperProfilesError: UpsertShopperProfilesError;
  PricingFactsInput: PricingFactsInput;
  PricingFacts: PricingFacts;
  LimitsLeft: LimitsLeft;
  MoneyLeft: MoneyLeft;
  TypedCode: TypedCode;
  RefusedTypedCode: RefusedTypedCode;
  PricingCoupon: PricingCoupon;
  ShopperFacts: Scalars['ShopperFacts']['output'];
  PinnedTerms: Scalars['PinnedTerms']['output'];
  LockCouponsInput: LockCouponsInput;
  PromotionUseInput: PromotionUseInput;
  CouponHoldInput: CouponHoldInput;
  ReturnCouponsInput: ReturnCouponsInput;
  ReturnedUseInput: ReturnedUseInput;
  LockCouponsPayload: LockCouponsPayload;
  TakenCoupon: TakenCoupon;
  CouponHoldPayload: CouponHoldPayload;
  CouponHoldRefusal: CouponHoldRefusal;
  FreezeCouponInput: FreezeCouponInput;
  FreezeCouponPayload: Omit<FreezeCouponPayload, 'coupon'> & { coupon?: Maybe<ResolversParentTypes['Coupon']> };
  UnfreezeCouponInput: UnfreezeCouponInput;
  UnfreezeCouponPayload: Omit<UnfreezeCouponPayload, 'coupon'> & { coupon?: Maybe<ResolversParentTypes['Coupon']> };
  RevokeCouponInput: RevokeCouponInput;
  RevokeCouponPayload: Omit<RevokeCouponPayload, 'coupon'> & { coupon?: Maybe<ResolversParentTypes['Coupon']> };
  CouponRulingError: CouponRulingError;
  FreezeCouponsInput: FreezeCouponsInput;
  FreezeCouponsPayload: Omit<FreezeCouponsPayload, 'bulkCouponChange'> & { bulkCouponChange?: Maybe<ResolversParentTypes['BulkCouponChange']> };
  UnfreezeCouponsInput: UnfreezeCouponsInput;
  UnfreezeCouponsPayload: Omit<UnfreezeCouponsPayload, 'bulkCouponChange'> & { bulkCouponChange?: Maybe<ResolversParentTypes['BulkCouponChange']> };
  RevokeCouponsInput: RevokeCouponsInput;
  RevokeCouponsPayload: Omit<RevokeCouponsPayload, 'bulkCouponChange'> & { bulkCouponChange?: Maybe<ResolversParentTypes['BulkCouponChange']> };
  CancelBulkCouponChangeInput: CancelBulkCouponChangeInput;
  CancelBulkCouponChangePayload: Omit<CancelBulkCouponChangePayload, 'bulkCouponChange'> & { bulkCouponChange?: Maybe<ResolversParentTypes['BulkCouponChange']> };
  BulkCouponChangeError: BulkCouponChangeError;
  GiftCouponInput: GiftCouponInput;
  GiftCouponPayload: Omit<GiftCouponPayload, 'coupon'> & { coupon?: Maybe<ResolversParentTypes['Coupon']> };
  GiftCouponError: GiftCouponError;
  AcceptGiftInput: AcceptGiftInput;
  AcceptGiftPayload: Omit<AcceptGiftPayload, 'coupon'> & { coupon?: Maybe<ResolversParentTypes['Coupon']> };
  DeclineGiftInput: DeclineGiftInput;
  DeclineGiftPayload: DeclineGiftPayload;
  TakeBackGiftInput: TakeBackGiftInput;
  TakeBackGiftPayload: Omit<TakeBackGiftPayload, 'coupon'> & { coupon?: Maybe<ResolversParentTypes['Coupon']> };
  CouponOfferError: CouponOfferError;
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

export type QueryResolvers<ContextType = any, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  viewer?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  coupon?: Resolver<Maybe<ResolversTypes['Coupon']>, ParentType, ContextType, RequireFields<QueryCouponArgs, 'id'>>;
  issuedCoupon?: Resolver<Maybe<ResolversTypes['Coupon']>, ParentType, ContextType, RequireFields<QueryIssuedCouponArgs, 'id'>>;
  bulkCouponChange?: Resolver<Maybe<ResolversTypes['BulkCouponChange']>, ParentType, ContextType, RequireFields<QueryBulkCouponChangeArgs, 'id'>>;
  couponEventsSince?: Resolver<Array<ResolversTypes['CouponEvent']>, ParentType, ContextType, RequireFields<QueryCouponEventsSinceArgs, 'seq' | 'first'>>;
  couponDeadLetters?: Resolver<ResolversTypes['DeadLetterConnection'], ParentType, ContextType, RequireFields<QueryCouponDeadLettersArgs, 'first'>>;
  shopperProfile?: Resolver<Maybe<ResolversTypes['ShopperProfile']>, ParentType, ContextType, RequireFields<QueryShopperProfileArgs, 'userId'>>;
  codeJob?: Resolver<Maybe<ResolversTypes['CodeJob']>, ParentType, ContextType, RequireFields<QueryCodeJobArgs, 'id'>>;
  codeJobs?: Resolver<Maybe<ResolversTypes['CodeJobConnection']>, ParentType, ContextType, RequireFields<QueryCodeJobsArgs, 'templateId' | 'first'>>;
  pricingFacts?: Resolver<ResolversTypes['PricingFacts'], ParentType, ContextType, RequireFields<QueryPricingFactsArgs, 'input'>>;
};

export type MutationResolvers<ContextType = any, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  claimCoupon?: Resolver<ResolversTypes['ClaimCouponPayload'], ParentType, ContextType, RequireFields<MutationClaimCouponArgs, 'input'>>;
  claimCouponByCode?: Resolver<ResolversTypes['ClaimCouponByCodePayload'], ParentType, ContextType, RequireFields<MutationClaimCouponByCodeArgs, 'input'>>;
  generateCodes?: Resolver<ResolversTypes['GenerateCodesPayload'], ParentType, ContextType, RequireFields<MutationGenerateCodesArgs, 'input'>>;
  stopCodeJob?: Resolver<ResolversTypes['StopCodeJobPayload'], ParentType, ContextType, RequireFields<MutationStopCodeJobArgs, 'input'>>;
  resumeCodeJob?: Resolver<ResolversTypes['ResumeCodeJobPayload'], ParentType, ContextType, RequireFields<MutationResumeCodeJobArgs, 'input'>>;
  createPublicCode?: Resolver<ResolversTypes['CreatePublicCodePayload'], ParentType, ContextType, RequireFields<MutationCreatePublicCodeArgs, 'input'>>;
  closePublicCode?: Resolver<ResolversTypes['ClosePublicCodePayload'], ParentType, ContextType, RequireFields<MutationClosePublicCodeArgs, 'input'>>;
  giftCoupon?: Resolver<ResolversTypes['GiftCouponPayload'], ParentType, ContextType, RequireFields<MutationGiftCouponArgs, 'input'>>;
  acceptGift?: Resolver<ResolversTypes['AcceptGiftPayload'], ParentType, ContextType, RequireFields<MutationAcceptGiftArgs, 'input'>>;
  declineGift?: Resolver<ResolversTypes['DeclineGiftPayload'], ParentType, ContextType, RequireFields<MutationDeclineGiftArgs, 'input'>>;
  takeBackGift?: Resolver<ResolversTypes['TakeBackGiftPayload'], ParentType, ContextType, RequireFields<MutationTakeBackGiftArgs, 'input'>>;
  freezeCoupon?: Resolver<ResolversTypes['FreezeCouponPayload'], ParentType, ContextType, RequireFields<MutationFreezeCouponArgs, 'input'>>;
  unfreezeCoupon?: Resolver<ResolversTypes['UnfreezeCouponPayload'], ParentType, ContextType, RequireFields<MutationUnfreezeCouponArgs, 'input'>>;
  revokeCoupon?: Resolver<ResolversTypes['RevokeCouponPayload'], ParentType, ContextType, RequireFields<MutationRevokeCouponArgs, 'input'>>;
  freezeCoupons?: Resolver<ResolversTypes['FreezeCouponsPayload'], ParentType, ContextType, RequireFields<MutationFreezeCouponsArgs, 'input'>>;
  unfreezeCoupons?: Resolver<ResolversTypes['UnfreezeCouponsPayload'], ParentType, ContextType, RequireFields<MutationUnfreezeCouponsArgs, 'input'>>;
  revokeCoupons?: Resolver<ResolversTypes['RevokeCouponsPayload'], ParentType, ContextType, RequireFields<MutationRevokeCouponsArgs, 'input'>>;
  cancelBulkCouponChange?: Resolver<ResolversTypes['CancelBulkCouponChangePayload'], ParentType, ContextType, RequireFields<MutationCancelBulkCouponChangeArgs, 'input'>>;
  upsertShopperProfiles?: Resolver<ResolversTypes['UpsertShopperProfilesPayload'], ParentType, ContextType, RequireFields<MutationUpsertShopperProfilesArgs, 'input'>>;
  replayCouponDeadLetter?: Resolver<ResolversTypes['ReplayDeadLetterPayload'], ParentType, ContextType, RequireFields<MutationReplayCouponDeadLetterArgs, 'input'>>;
  lockCoupons?: Resolver<ResolversTypes['LockCouponsPayload'], ParentType, ContextType, RequireFields<MutationLockCouponsArgs, 'input'>>;
  redeemCoupons?: Resolver<ResolversTypes['CouponHoldPayload'], ParentType, ContextType, RequireFields<MutationRedeemCouponsArgs, 'input'>>;
  releaseCoupons?: Resolver<ResolversTypes['CouponHoldPayload'], ParentType, ContextType, RequireFields<MutationReleaseCouponsArgs, 'input'>>;
  returnCoupons?: Resolver<ResolversTypes['CouponHoldPayload'], ParentType, ContextType, RequireFields<MutationReturnCouponsArgs, 'input'>>;
};

export type UserResolvers<ContextType = any, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User'], FederationReferenceType extends FederationReferenceTypes['User'] = FederationReferenceTypes['User']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['User']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  coupons?: Resolver<Maybe<ResolversTypes['CouponConnection']>, ParentType, ContextType, RequireFields<UserCouponsArgs, 'sort' | 'first'>>;
  couponCounts?: Resolver<Maybe<ResolversTypes['CouponCounts']>, ParentType, ContextType>;
  couponOffers?: Resolver<Maybe<ResolversTypes['CouponOfferConnection']>, ParentType, ContextType, RequireFields<UserCouponOffersArgs, 'first'>>;
  promotionsToClaim?: Resolver<Maybe<ResolversTypes['PromotionToClaimConnection']>, ParentType, ContextType, RequireFields<UserPromotionsToClaimArgs, 'first'>>;
  couponsForCart?: Resolver<Maybe<ResolversTypes['CartCoupons']>, ParentType, ContextType, RequireFields<UserCouponsForCartArgs, 'cart'>>;
};

export type CartCouponsResolvers<ContextType = any, ParentType extends ResolversParentTypes['CartCoupons'] = ResolversParentTypes['CartCoupons']> = {
  usable?: Resolver<Array<ResolversTypes['UsableCoupon']>, ParentType, ContextType>;
  unusable?: Resolver<Array<ResolversTypes['UnusableCoupon']>, ParentType, ContextType>;
};

export type UsableCouponResolvers<ContextType = any, ParentType extends ResolversParentTypes['UsableCoupon'] = ResolversParentTypes['UsableCoupon']> = {
  coupon?: Resolver<ResolversTypes['Coupon'], ParentType, ContextType>;
  saving?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type UnusableCouponResolvers<ContextType = any, ParentType extends ResolversParentTypes['UnusableCoupon'] = ResolversParentTypes['UnusableCoupon']> = {
  coupon?: Resolver<ResolversTypes['Coupon'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['UnusableCouponReason'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  deficit?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
};

export type CouponResolvers<ContextType = any, ParentType extends ResolversParentTypes['Coupon'] = ResolversParentTypes['Coupon'], FederationReferenceType extends FederationReferenceTypes['Coupon'] = FederationReferenceTypes['Coupon']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Coupon']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  owner?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['CouponState'], ParentType, ContextType>;
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  claimedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  validFrom?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  stateReason?: Resolver<Maybe<ResolversTypes['CouponStateReason']>, ParentType, ContextType>;
  history?: Resolver<Maybe<ResolversTypes['CouponMoveConnection']>, ParentType, ContextType, RequireFields<CouponHistoryArgs, 'first'>>;
};

export type CouponStateReasonResolvers<ContextType = any, ParentType extends ResolversParentTypes['CouponStateReason'] = ResolversParentTypes['CouponStateReason']> = {
  code?: Resolver<ResolversTypes['CouponStateReasonCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sinceAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  endsAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  receiver?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  note?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type CouponMoveConnectionResolvers<ContextType = any, ParentType extends ResolversParentTypes['CouponMoveConnection'] = ResolversParentTypes['CouponMoveConnection']> = {
  edges?: Resolver<Array<ResolversTypes['CouponMoveEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type CouponMoveEdgeResolvers<ContextType = any, ParentType extends ResolversParentTypes['CouponMoveEdge'] = ResolversParentTypes['CouponMoveEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['CouponMove'], ParentType, ContextType>;
};

export type CouponMoveResolvers<ContextType = any, ParentType extends ResolversParentTypes['CouponMove'] = ResolversParentTypes['CouponMove']> = {
  seq?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  act?: Resolver<ResolversTypes['CouponAct'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  before?: Resolver<Maybe<ResolversTypes['CouponState']>, ParentType, ContextType>;
  after?: Resolver<ResolversTypes['CouponState'], ParentType, ContextType>;
  by?: Resolver<ResolversTypes['CouponActor'], ParentType, ContextType>;
  person?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  waiting?: Resolver<Maybe<ResolversTypes['WaitingRuling']>, ParentType, ContextType>;
  note?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type CouponCountsResolvers<ContextType = any, ParentType extends ResolversParentTypes['CouponCounts'] = ResolversParentTypes['CouponCounts']> = {
  usableCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lockedCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  usedCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  expiredCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type CouponOfferConnectionResolvers<ContextType = any, ParentType extends ResolversParentTypes['CouponOfferConnection'] = ResolversParentTypes['CouponOfferConnection']> = {
  edges?: Resolver<Array<ResolversTypes['CouponOfferEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type CouponOfferEdgeResolvers<ContextType = any, ParentType extends ResolversParentTypes['CouponOfferEdge'] = ResolversParentTypes['CouponOfferEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['CouponOffer'], ParentType, ContextType>;
};

export type CouponOfferResolvers<ContextType = any, ParentType extends ResolversParentTypes['CouponOffer'] = ResolversParentTypes['CouponOffer']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  giver?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  offeredAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  lapsesAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  validFrom?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type PromotionToClaimConnectionResolvers<ContextType = any, ParentType extends ResolversParentTypes['PromotionToClaimConnection'] = ResolversParentTypes['PromotionToClaimConnection']> = {
  edges?: Resolver<Array<ResolversTypes['PromotionToClaimEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type PromotionToClaimEdgeResolvers<ContextType = any, ParentType extends ResolversParentTypes['PromotionToClaimEdge'] = ResolversParentTypes['PromotionToClaimEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
};

export type BulkCouponChangeResolvers<ContextType = any, ParentType extends ResolversParentTypes['BulkCouponChange'] = ResolversParentTypes['BulkCouponChange']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['BulkCouponChangeKind'], ParentType, ContextType>;
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['BulkCouponChangeState'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  lookedAtCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  changedCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  waitingCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  endedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type CouponConnectionResolvers<ContextType = any, ParentType extends ResolversParentTypes['CouponConnection'] = ResolversParentTypes['CouponConnection']> = {
  edges?: Resolver<Array<ResolversTypes['CouponEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type CouponEdgeResolvers<ContextType = any, ParentType extends ResolversParentTypes['CouponEdge'] = ResolversParentTypes['CouponEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Coupon'], ParentType, ContextType>;
};

export type PromotionTemplateResolvers<ContextType = any, ParentType extends ResolversParentTypes['PromotionTemplate'] = ResolversParentTypes['PromotionTemplate'], FederationReferenceType extends FederationReferenceTypes['PromotionTemplate'] = FederationReferenceTypes['PromotionTemplate']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['PromotionTemplate']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  remainingCount?: Resolver<Maybe<ResolversTypes['Long']>, ParentType, ContextType>;
  viewerClaim?: Resolver<Maybe<ResolversTypes['ViewerClaim']>, ParentType, ContextType>;
  usage?: Resolver<Maybe<ResolversTypes['PromotionUsage']>, ParentType, ContextType>;
};

export type PromotionUsageResolvers<ContextType = any, ParentType extends ResolversParentTypes['PromotionUsage'] = ResolversParentTypes['PromotionUsage']> = {
  uses?: Resolver<Maybe<ResolversTypes['UsesUsage']>, ParentType, ContextType>;
  budgets?: Resolver<Array<ResolversTypes['BudgetUsage']>, ParentType, ContextType>;
};

export type UsesUsageResolvers<ContextType = any, ParentType extends ResolversParentTypes['UsesUsage'] = ResolversParentTypes['UsesUsage']> = {
  limit?: Resolver<ResolversTypes['Long'], ParentType, ContextType>;
  held?: Resolver<ResolversTypes['Long'], ParentType, ContextType>;
  spent?: Resolver<ResolversTypes['Long'], ParentType, ContextType>;
  left?: Resolver<ResolversTypes['Long'], ParentType, ContextType>;
};

export type BudgetUsageResolvers<ContextType = any, ParentType extends ResolversParentTypes['BudgetUsage'] = ResolversParentTypes['BudgetUsage']> = {
  limit?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  held?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  spent?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  left?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type ViewerClaimResolvers<ContextType = any, ParentType extends ResolversParentTypes['ViewerClaim'] = ResolversParentTypes['ViewerClaim']> = {
  isClaimable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['ClaimCouponErrorCode']>, ParentType, ContextType>;
  reachedLimit?: Resolver<Maybe<ResolversTypes['ClaimLimit']>, ParentType, ContextType>;
  claimedCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  limit?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type OrderResolvers<ContextType = any, ParentType extends ResolversParentTypes['Order'] = ResolversParentTypes['Order']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type CouponEventResolvers<ContextType = any, ParentType extends ResolversParentTypes['CouponEvent'] = ResolversParentTypes['CouponEvent']> = {
  kind?: Resolver<ResolversTypes['CouponEventKind'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['Long'], ParentType, ContextType>;
  coupon?: Resolver<Maybe<ResolversTypes['Coupon']>, ParentType, ContextType>;
};

export type ClaimCouponPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['ClaimCouponPayload'] = ResolversParentTypes['ClaimCouponPayload']> = {
  coupon?: Resolver<Maybe<ResolversTypes['Coupon']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['ClaimCouponError']>, ParentType, ContextType>;
};

export type ClaimCouponErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['ClaimCouponError'] = ResolversParentTypes['ClaimCouponError']> = {
  code?: Resolver<ResolversTypes['ClaimCouponErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  retryAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  limit?: Resolver<Maybe<ResolversTypes['ClaimLimit']>, ParentType, ContextType>;
  conditionPath?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ClaimCouponByCodePayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['ClaimCouponByCodePayload'] = ResolversParentTypes['ClaimCouponByCodePayload']> = {
  coupon?: Resolver<Maybe<ResolversTypes['Coupon']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['ClaimCouponByCodeError']>, ParentType, ContextType>;
};

export type ClaimCouponByCodeErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['ClaimCouponByCodeError'] = ResolversParentTypes['ClaimCouponByCodeError']> = {
  code?: Resolver<ResolversTypes['ClaimCouponByCodeErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  retryAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CodeJobResolvers<ContextType = any, ParentType extends ResolversParentTypes['CodeJob'] = ResolversParentTypes['CodeJob']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  doneCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['CodeJobState'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type CodeJobConnectionResolvers<ContextType = any, ParentType extends ResolversParentTypes['CodeJobConnection'] = ResolversParentTypes['CodeJobConnection']> = {
  edges?: Resolver<Array<ResolversTypes['CodeJobEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type CodeJobEdgeResolvers<ContextType = any, ParentType extends ResolversParentTypes['CodeJobEdge'] = ResolversParentTypes['CodeJobEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['CodeJob'], ParentType, ContextType>;
};

export type GenerateCodesPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['GenerateCodesPayload'] = ResolversParentTypes['GenerateCodesPayload']> = {
  job?: Resolver<Maybe<ResolversTypes['CodeJob']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['CodeJobError']>, ParentType, ContextType>;
};

export type StopCodeJobPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['StopCodeJobPayload'] = ResolversParentTypes['StopCodeJobPayload']> = {
  job?: Resolver<Maybe<ResolversTypes['CodeJob']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['CodeJobError']>, ParentType, ContextType>;
};

export type ResumeCodeJobPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['ResumeCodeJobPayload'] = ResolversParentTypes['ResumeCodeJobPayload']> = {
  job?: Resolver<Maybe<ResolversTypes['CodeJob']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['CodeJobError']>, ParentType, ContextType>;
};

export type CodeJobErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['CodeJobError'] = ResolversParentTypes['CodeJobError']> = {
  code?: Resolver<ResolversTypes['CodeJobErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PublicCodeResolvers<ContextType = any, ParentType extends ResolversParentTypes['PublicCode'] = ResolversParentTypes['PublicCode']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  isClosed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type CreatePublicCodePayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['CreatePublicCodePayload'] = ResolversParentTypes['CreatePublicCodePayload']> = {
  publicCode?: Resolver<Maybe<ResolversTypes['PublicCode']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['PublicCodeError']>, ParentType, ContextType>;
};

export type ClosePublicCodePayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['ClosePublicCodePayload'] = ResolversParentTypes['ClosePublicCodePayload']> = {
  publicCode?: Resolver<Maybe<ResolversTypes['PublicCode']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['PublicCodeError']>, ParentType, ContextType>;
};

export type PublicCodeErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['PublicCodeError'] = ResolversParentTypes['PublicCodeError']> = {
  code?: Resolver<ResolversTypes['PublicCodeErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ShopperProfileResolvers<ContextType = any, ParentType extends ResolversParentTypes['ShopperProfile'] = ResolversParentTypes['ShopperProfile']> = {
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Long'], ParentType, ContextType>;
  registeredAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastPaidAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  payTimes?: Resolver<Maybe<ResolversTypes['Long']>, ParentType, ContextType>;
  paidAmount?: Resolver<Maybe<ResolversTypes['Long']>, ParentType, ContextType>;
  isNew?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  tier?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  tags?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  segments?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  groups?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  country?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  city?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  attributes?: Resolver<Array<ResolversTypes['ShopperAttribute']>, ParentType, ContextType>;
  unknownFacts?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ShopperAttributeResolvers<ContextType = any, ParentType extends ResolversParentTypes['ShopperAttribute'] = ResolversParentTypes['ShopperAttribute']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type UpsertShopperProfilesPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['UpsertShopperProfilesPayload'] = ResolversParentTypes['UpsertShopperProfilesPayload']> = {
  changedCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  unchangedCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UpsertShopperProfilesError']>, ParentType, ContextType>;
};

export type UpsertShopperProfilesErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['UpsertShopperProfilesError'] = ResolversParentTypes['UpsertShopperProfilesError']> = {
  code?: Resolver<ResolversTypes['UpsertShopperProfilesErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PricingFactsResolvers<ContextType = any, ParentType extends ResolversParentTypes['PricingFacts'] = ResolversParentTypes['PricingFacts']> = {
  coupons?: Resolver<Array<ResolversTypes['PricingCoupon']>, ParentType, ContextType>;
  shopper?: Resolver<ResolversTypes['ShopperFacts'], ParentType, ContextType>;
  unknownCouponIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  typedCodes?: Resolver<Array<ResolversTypes['TypedCode']>, ParentType, ContextType>;
  refusedCodes?: Resolver<Array<ResolversTypes['RefusedTypedCode']>, ParentType, ContextType>;
  isTruncated?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  limits?: Resolver<Array<ResolversTypes['LimitsLeft']>, ParentType, ContextType>;
};

export type LimitsLeftResolvers<ContextType = any, ParentType extends ResolversParentTypes['LimitsLeft'] = ResolversParentTypes['LimitsLeft']> = {
  versionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  uses?: Resolver<Maybe<ResolversTypes['Long']>, ParentType, ContextType>;
  money?: Resolver<Maybe<ResolversTypes['MoneyLeft']>, ParentType, ContextType>;
};

export type MoneyLeftResolvers<ContextType = any, ParentType extends ResolversParentTypes['MoneyLeft'] = ResolversParentTypes['MoneyLeft']> = {
  amounts?: Resolver<Array<ResolversTypes['Money']>, ParentType, ContextType>;
};

export type TypedCodeResolvers<ContextType = any, ParentType extends ResolversParentTypes['TypedCode'] = ResolversParentTypes['TypedCode']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  couponId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type RefusedTypedCodeResolvers<ContextType = any, ParentType extends ResolversParentTypes['RefusedTypedCode'] = ResolversParentTypes['RefusedTypedCode']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['ClaimCouponByCodeErrorCode'], ParentType, ContextType>;
  retryAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type PricingCouponResolvers<ContextType = any, ParentType extends ResolversParentTypes['PricingCoupon'] = ResolversParentTypes['PricingCoupon']> = {
  couponId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  templateId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  versionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['CouponState'], ParentType, ContextType>;
  validFrom?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  terms?: Resolver<ResolversTypes['PinnedTerms'], ParentType, ContextType>;
};

export interface ShopperFactsScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['ShopperFacts'], any> {
  name: 'ShopperFacts';
}

export interface PinnedTermsScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['PinnedTerms'], any> {
  name: 'PinnedTerms';
}

export type LockCouponsPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['LockCouponsPayload'] = ResolversParentTypes['LockCouponsPayload']> = {
  isDone?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  refusals?: Resolver<Array<ResolversTypes['CouponHoldRefusal']>, ParentType, ContextType>;
  taken?: Resolver<Array<ResolversTypes['TakenCoupon']>, ParentType, ContextType>;
};

export type TakenCouponResolvers<ContextType = any, ParentType extends ResolversParentTypes['TakenCoupon'] = ResolversParentTypes['TakenCoupon']> = {
  promisedId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  couponId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type CouponHoldPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['CouponHoldPayload'] = ResolversParentTypes['CouponHoldPayload']> = {
  isDone?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  refusals?: Resolver<Array<ResolversTypes['CouponHoldRefusal']>, ParentType, ContextType>;
};

export type CouponHoldRefusalResolvers<ContextType = any, ParentType extends ResolversParentTypes['CouponHoldRefusal'] = ResolversParentTypes['CouponHoldRefusal']> = {
  couponId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  templateId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  code?: Resolver<ResolversTypes['CouponHoldRefusalCode'], ParentType, ContextType>;
};

export type FreezeCouponPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['FreezeCouponPayload'] = ResolversParentTypes['FreezeCouponPayload']> = {
  coupon?: Resolver<Maybe<ResolversTypes['Coupon']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['CouponRulingError']>, ParentType, ContextType>;
};

export type UnfreezeCouponPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['UnfreezeCouponPayload'] = ResolversParentTypes['UnfreezeCouponPayload']> = {
  coupon?: Resolver<Maybe<ResolversTypes['Coupon']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['CouponRulingError']>, ParentType, ContextType>;
};

export type RevokeCouponPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['RevokeCouponPayload'] = ResolversParentTypes['RevokeCouponPayload']> = {
  coupon?: Resolver<Maybe<ResolversTypes['Coupon']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['CouponRulingError']>, ParentType, ContextType>;
};

export type CouponRulingErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['CouponRulingError'] = ResolversParentTypes['CouponRulingError']> = {
  code?: Resolver<ResolversTypes['CouponRulingErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type FreezeCouponsPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['FreezeCouponsPayload'] = ResolversParentTypes['FreezeCouponsPayload']> = {
  bulkCouponChange?: Resolver<Maybe<ResolversTypes['BulkCouponChange']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['BulkCouponChangeError']>, ParentType, ContextType>;
};

export type UnfreezeCouponsPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['UnfreezeCouponsPayload'] = ResolversParentTypes['UnfreezeCouponsPayload']> = {
  bulkCouponChange?: Resolver<Maybe<ResolversTypes['BulkCouponChange']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['BulkCouponChangeError']>, ParentType, ContextType>;
};

export type RevokeCouponsPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['RevokeCouponsPayload'] = ResolversParentTypes['RevokeCouponsPayload']> = {
  bulkCouponChange?: Resolver<Maybe<ResolversTypes['BulkCouponChange']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['BulkCouponChangeError']>, ParentType, ContextType>;
};

export type CancelBulkCouponChangePayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['CancelBulkCouponChangePayload'] = ResolversParentTypes['CancelBulkCouponChangePayload']> = {
  bulkCouponChange?: Resolver<Maybe<ResolversTypes['BulkCouponChange']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['BulkCouponChangeError']>, ParentType, ContextType>;
};

export type BulkCouponChangeErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['BulkCouponChangeError'] = ResolversParentTypes['BulkCouponChangeError']> = {
  code?: Resolver<ResolversTypes['BulkCouponChangeErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type GiftCouponPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['GiftCouponPayload'] = ResolversParentTypes['GiftCouponPayload']> = {
  coupon?: Resolver<Maybe<ResolversTypes['Coupon']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['GiftCouponError']>, ParentType, ContextType>;
};

export type GiftCouponErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['GiftCouponError'] = ResolversParentTypes['GiftCouponError']> = {
  code?: Resolver<ResolversTypes['GiftCouponErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AcceptGiftPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['AcceptGiftPayload'] = ResolversParentTypes['AcceptGiftPayload']> = {
  coupon?: Resolver<Maybe<ResolversTypes['Coupon']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['CouponOfferError']>, ParentType, ContextType>;
};

export type DeclineGiftPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['DeclineGiftPayload'] = ResolversParentTypes['DeclineGiftPayload']> = {
  isDeclined?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['CouponOfferError']>, ParentType, ContextType>;
};

export type TakeBackGiftPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['TakeBackGiftPayload'] = ResolversParentTypes['TakeBackGiftPayload']> = {
  coupon?: Resolver<Maybe<ResolversTypes['Coupon']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['CouponOfferError']>, ParentType, ContextType>;
};

export type CouponOfferErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['CouponOfferError'] = ResolversParentTypes['CouponOfferError']> = {
  code?: Resolver<ResolversTypes['CouponOfferErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
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
  __resolveType?: TypeResolveFn<'ClaimCouponError' | 'ClaimCouponByCodeError' | 'CodeJobError' | 'PublicCodeError' | 'UpsertShopperProfilesError' | 'CouponRulingError' | 'BulkCouponChangeError' | 'GiftCouponError' | 'CouponOfferError' | 'ReplayDeadLetterError', ParentType, ContextType>;
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
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  CartCoupons?: CartCouponsResolvers<ContextType>;
  UsableCoupon?: UsableCouponResolvers<ContextType>;
  UnusableCoupon?: UnusableCouponResolvers<ContextType>;
  Coupon?: CouponResolvers<ContextType>;
  CouponStateReason?: CouponStateReasonResolvers<ContextType>;
  CouponMoveConnection?: CouponMoveConnectionResolvers<ContextType>;
  CouponMoveEdge?: CouponMoveEdgeResolvers<ContextType>;
  CouponMove?: CouponMoveResolvers<ContextType>;
  CouponCounts?: CouponCountsResolvers<ContextType>;
  CouponOfferConnection?: CouponOfferConnectionResolvers<ContextType>;
  CouponOfferEdge?: CouponOfferEdgeResolvers<ContextType>;
  CouponOffer?: CouponOfferResolvers<ContextType>;
  PromotionToClaimConnection?: PromotionToClaimConnectionResolvers<ContextType>;
  PromotionToClaimEdge?: PromotionToClaimEdgeResolvers<ContextType>;
  BulkCouponChange?: BulkCouponChangeResolvers<ContextType>;
  CouponConnection?: CouponConnectionResolvers<ContextType>;
  CouponEdge?: CouponEdgeResolvers<ContextType>;
  PromotionTemplate?: PromotionTemplateResolvers<ContextType>;
  PromotionUsage?: PromotionUsageResolvers<ContextType>;
  UsesUsage?: UsesUsageResolvers<ContextType>;
  BudgetUsage?: BudgetUsageResolvers<ContextType>;
  ViewerClaim?: ViewerClaimResolvers<ContextType>;
  Order?: OrderResolvers<ContextType>;
  CouponEvent?: CouponEventResolvers<ContextType>;
  ClaimCouponPayload?: ClaimCouponPayloadResolvers<ContextType>;
  ClaimCouponError?: ClaimCouponErrorResolvers<ContextType>;
  ClaimCouponByCodePayload?: ClaimCouponByCodePayloadResolvers<ContextType>;
  ClaimCouponByCodeError?: ClaimCouponByCodeErrorResolvers<ContextType>;
  CodeJob?: CodeJobResolvers<ContextType>;
  CodeJobConnection?: CodeJobConnectionResolvers<ContextType>;
  CodeJobEdge?: CodeJobEdgeResolvers<ContextType>;
  GenerateCodesPayload?: GenerateCodesPayloadResolvers<ContextType>;
  StopCodeJobPayload?: StopCodeJobPayloadResolvers<ContextType>;
  ResumeCodeJobPayload?: ResumeCodeJobPayloadResolvers<ContextType>;
  CodeJobError?: CodeJobErrorResolvers<ContextType>;
  PublicCode?: PublicCodeResolvers<ContextType>;
  CreatePublicCodePayload?: CreatePublicCodePayloadResolvers<ContextType>;
  ClosePublicCodePayload?: ClosePublicCodePayloadResolvers<ContextType>;
  PublicCodeError?: PublicCodeErrorResolvers<ContextType>;
  ShopperProfile?: ShopperProfileResolvers<ContextType>;
  ShopperAttribute?: ShopperAttributeResolvers<ContextType>;
  UpsertShopperProfilesPayload?: UpsertShopperProfilesPayloadResolvers<ContextType>;
  UpsertShopperProfilesError?: UpsertShopperProfilesErrorResolvers<ContextType>;
  PricingFacts?: PricingFactsResolvers<ContextType>;
  LimitsLeft?: LimitsLeftResolvers<ContextType>;
  MoneyLeft?: MoneyLeftResolvers<ContextType>;
  TypedCode?: TypedCodeResolvers<ContextType>;
  RefusedTypedCode?: RefusedTypedCodeResolvers<ContextType>;
  PricingCoupon?: PricingCouponResolvers<ContextType>;
  ShopperFacts?: GraphQLScalarType;
  PinnedTerms?: GraphQLScalarType;
  LockCouponsPayload?: LockCouponsPayloadResolvers<ContextType>;
  TakenCoupon?: TakenCouponResolvers<ContextType>;
  CouponHoldPayload?: CouponHoldPayloadResolvers<ContextType>;
  CouponHoldRefusal?: CouponHoldRefusalResolvers<ContextType>;
  FreezeCouponPayload?: FreezeCouponPayloadResolvers<ContextType>;
  UnfreezeCouponPayload?: UnfreezeCouponPayloadResolvers<ContextType>;
  RevokeCouponPayload?: RevokeCouponPayloadResolvers<ContextType>;
  CouponRulingError?: CouponRulingErrorResolvers<ContextType>;
  FreezeCouponsPayload?: FreezeCouponsPayloadResolvers<ContextType>;
  UnfreezeCouponsPayload?: UnfreezeCouponsPayloadResolvers<ContextType>;
  RevokeCouponsPayload?: RevokeCouponsPayloadResolvers<ContextType>;
  CancelBulkCouponChangePayload?: CancelBulkCouponChangePayloadResolvers<ContextType>;
  BulkCouponChangeError?: BulkCouponChangeErrorResolvers<ContextType>;
  GiftCouponPayload?: GiftCouponPayloadResolvers<ContextType>;
  GiftCouponError?: GiftCouponErrorResolvers<ContextType>;
  AcceptGiftPayload?: AcceptGiftPayloadResolvers<ContextType>;
  DeclineGiftPayload?: DeclineGiftPayloadResolvers<ContextType>;
  TakeBackGiftPayload?: TakeBackGiftPayloadResolvers<ContextType>;
  CouponOfferError?: CouponOfferErrorResolvers<ContextType>;
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
