// Generated from the SDL by `npm run schema`; change the SDL, not this file.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A whole number within ±(2^53 − 1); Int would stop at 21 million yuan. */
  Long: { input: number; output: number; }
  /** An instant as RFC 3339 in UTC, for example 2026-11-22T10:15:00.000Z. */
  DateTime: { input: Date; output: Date; }
  /** An ISO 4217 currency code, for example CNY. */
  CurrencyCode: { input: string; output: string; }
  _FieldSet: { input: unknown; output: unknown; }
};

export type Query = {
  /** Published promotions that can be used or claimed now or soon. */
  searchPromotions: PromotionSearchConnection;
  /** Events that search could not apply and parked. */
  searchDeadLetters: DeadLetterConnection;
};


export type QuerySearchPromotionsArgs = {
  filter?: InputMaybe<PromotionFilter>;
  sort?: InputMaybe<PromotionSort>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


export type QuerySearchDeadLettersArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

export type Mutation = {
  /** Applies a parked event of search again, and those of its key that wait behind it. */
  replaySearchDeadLetter: ReplayDeadLetterPayload;
};


export type MutationReplaySearchDeadLetterArgs = {
  input: ReplayDeadLetterInput;
};

/** What to look for; every given condition has to hold. */
export type PromotionFilter = {
  /** Words of the name or the tags, Chinese or Latin, at most 200 characters; every word has to be found. */
  text?: InputMaybe<Scalars['String']['input']>;
  /** Only of this merchant. */
  merchantId?: InputMaybe<Scalars['ID']['input']>;
  /** True: only promotions of the platform; false: only those of merchants. */
  isPlatform?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only with this trigger. */
  trigger?: InputMaybe<SearchTrigger>;
  /** Only with a benefit of this kind. */
  benefitKind?: InputMaybe<SearchBenefitKind>;
  /** Only promotions that could apply to this category, its parents' promotions and storewide ones included. */
  category?: InputMaybe<Scalars['String']['input']>;
  /** Only promotions that could apply to this brand, storewide ones included. */
  brand?: InputMaybe<Scalars['String']['input']>;
  /** Only with this tag. */
  tag?: InputMaybe<Scalars['String']['input']>;
  /** True: only promotions whose window is open now; false: only those that are yet to begin. */
  isOpenNow?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only promotions that end before this time. */
  endsBefore?: InputMaybe<Scalars['DateTime']['input']>;
};

/** How shoppers come by a promotion. */
export type SearchTrigger =
  /** It applies by itself. */
  | 'AUTOMATIC'
  /** A coupon has to be claimed first. */
  | 'COUPON';

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

/** In which order promotions are listed. */
export type PromotionSort =
  /** Newest publication first. */
  | 'NEWEST'
  /** Those that end soonest first. */
  | 'ENDING_SOON';

/** A page of promotions. */
export type PromotionSearchConnection = {
  /** The promotions of this page with their cursors. */
  edges: Array<PromotionSearchEdge>;
  /** Where the page ends. */
  pageInfo: PageInfo;
};

/** A promotion in a page. */
export type PromotionSearchEdge = {
  /** Position of the promotion in the list. */
  cursor: Scalars['String']['output'];
  /** The promotion; null when its owner cannot be reached. */
  node?: Maybe<PromotionTemplate>;
};

export type PromotionTemplate = {
  /** Identifies the template. */
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




/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  UserError: ( ReplayDeadLetterError );
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PromotionFilter: PromotionFilter;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  SearchTrigger: SearchTrigger;
  SearchBenefitKind: SearchBenefitKind;
  PromotionSort: PromotionSort;
  PromotionSearchConnection: ResolverTypeWrapper<PromotionSearchConnection>;
  PromotionSearchEdge: ResolverTypeWrapper<PromotionSearchEdge>;
  PromotionTemplate: ResolverTypeWrapper<PromotionTemplate>;
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
  Int: Scalars['Int']['output'];
  Mutation: Record<PropertyKey, never>;
  PromotionFilter: PromotionFilter;
  ID: Scalars['ID']['output'];
  Boolean: Scalars['Boolean']['output'];
  PromotionSearchConnection: PromotionSearchConnection;
  PromotionSearchEdge: PromotionSearchEdge;
  PromotionTemplate: PromotionTemplate;
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
  searchPromotions?: Resolver<ResolversTypes['PromotionSearchConnection'], ParentType, ContextType, RequireFields<QuerySearchPromotionsArgs, 'sort' | 'first'>>;
  searchDeadLetters?: Resolver<ResolversTypes['DeadLetterConnection'], ParentType, ContextType, RequireFields<QuerySearchDeadLettersArgs, 'first'>>;
};

export type MutationResolvers<ContextType = any, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  replaySearchDeadLetter?: Resolver<ResolversTypes['ReplayDeadLetterPayload'], ParentType, ContextType, RequireFields<MutationReplaySearchDeadLetterArgs, 'input'>>;
};

export type PromotionSearchConnectionResolvers<ContextType = any, ParentType extends ResolversParentTypes['PromotionSearchConnection'] = ResolversParentTypes['PromotionSearchConnection']> = {
  edges?: Resolver<Array<ResolversTypes['PromotionSearchEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type PromotionSearchEdgeResolvers<ContextType = any, ParentType extends ResolversParentTypes['PromotionSearchEdge'] = ResolversParentTypes['PromotionSearchEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
};

export type PromotionTemplateResolvers<ContextType = any, ParentType extends ResolversParentTypes['PromotionTemplate'] = ResolversParentTypes['PromotionTemplate']> = {
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
  __resolveType?: TypeResolveFn<'ReplayDeadLetterError', ParentType, ContextType>;
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
  PromotionSearchConnection?: PromotionSearchConnectionResolvers<ContextType>;
  PromotionSearchEdge?: PromotionSearchEdgeResolvers<ContextType>;
  PromotionTemplate?: PromotionTemplateResolvers<ContextType>;
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
