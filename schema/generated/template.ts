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
  /** Any JSON value, as it stood in a document. */
  JsonValue: { input: never; output: unknown; }
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
  /** A template by id: published ones for everybody of the tenant, unpublished ones for their own merchant. */
  template?: Maybe<PromotionTemplate>;
  /** The templates of the calling merchant, or of the platform for an operator, newest first. */
  templates: PromotionTemplateConnection;
  /** A stock keeping unit of the catalogue copy. */
  sku?: Maybe<Sku>;
  /** Stock keeping units of the catalogue copy in the order of the ids, null where there is none. */
  skus: Array<Maybe<Sku>>;
  /** The settings of the caller's tenant. */
  tenantSettings: TenantSettings;
  /** A version as it was published, however old, for the template's authors and the tenant's operators. */
  templateVersion?: Maybe<PromotionTemplateVersion>;
  /** Whether a template's audit log is as it was written, for the template's authors and the tenant's operators. */
  verifyTemplateAudit?: Maybe<TemplateAuditVerification>;
  /** Everything that can be told about a draft before it is published; null when the caller has no such template. */
  templateCheck?: Maybe<TemplateCheck>;
  /** Whether a promotion would apply to a shopper, a cart and a moment, and what is missing; null when the caller has no such template. */
  promotionExplanation?: Maybe<PromotionExplanation>;
  /** Every fact that a rule may ask for. */
  ruleFacts: Array<RuleFact>;
};


export type QueryTemplateArgs = {
  id: Scalars['ID']['input'];
};


export type QueryTemplatesArgs = {
  filter?: InputMaybe<TemplateFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


export type QuerySkuArgs = {
  id: Scalars['ID']['input'];
};


export type QuerySkusArgs = {
  ids: Array<Scalars['ID']['input']>;
};


export type QueryTemplateVersionArgs = {
  templateId: Scalars['ID']['input'];
  version: Scalars['Int']['input'];
};


export type QueryVerifyTemplateAuditArgs = {
  templateId: Scalars['ID']['input'];
};


export type QueryTemplateCheckArgs = {
  input: TemplateCheckInput;
};


export type QueryPromotionExplanationArgs = {
  input: PromotionExplanationInput;
};

export type Mutation = {
  /** Takes over SKUs of the shop's catalogue; repeating it changes nothing. */
  upsertSkus: UpsertSkusPayload;
  /** Writes a new draft. */
  createTemplate: CreateTemplatePayload;
  /** Changes the draft of a template; what is published stays as it is until the draft is published. */
  reviseTemplate: ReviseTemplatePayload;
  /** Publishes the draft as the next immutable version. */
  publishTemplate: PublishTemplatePayload;
  /** Stops a published template for the time being: no claims, no discounts. */
  pauseTemplate: PauseTemplatePayload;
  /** Lets a paused template go on. */
  resumeTemplate: ResumeTemplatePayload;
  /** Ends a published template for ever; claimed coupons stay valid. */
  endTemplate: EndTemplatePayload;
  /** Asks a second person about the draft. */
  submitTemplateForReview: SubmitTemplateForReviewPayload;
  /** Takes the draft back from review, whether it waits or is approved. */
  withdrawTemplateFromReview: WithdrawTemplateFromReviewPayload;
  /** Approves a draft as a second person: an author of the template or an operator of the tenant, who neither wrote nor submitted it. */
  approveTemplate: ApproveTemplatePayload;
  /** Sends a draft back to its authors with a reason; whoever may approve it may reject it. */
  rejectTemplate: RejectTemplatePayload;
  /** Publishes the document of an earlier version as a new version; stock stays where the earlier version had less. */
  rollbackTemplate: RollbackTemplatePayload;
  /** Raises the number of coupons that may ever be issued, without a new version. */
  increaseTemplateStock: IncreaseTemplateStockPayload;
  /** Writes a new draft with the document of a template of the caller's own. */
  copyTemplate: CopyTemplatePayload;
  /** Publishes many drafts, each for itself: one that is refused holds no other back. */
  publishTemplates: PublishTemplatesPayload;
  /** Changes the settings of the caller's tenant; absent fields stay as they are. */
  updateTenantSettings: UpdateTenantSettingsPayload;
  /** Moves business time forward, in the standalone development process only. */
  advanceClock: AdvanceClockPayload;
};


export type MutationUpsertSkusArgs = {
  input: UpsertSkusInput;
};


export type MutationCreateTemplateArgs = {
  input: CreateTemplateInput;
};


export type MutationReviseTemplateArgs = {
  input: ReviseTemplateInput;
};


export type MutationPublishTemplateArgs = {
  input: PublishTemplateInput;
};


export type MutationPauseTemplateArgs = {
  input: PauseTemplateInput;
};


export type MutationResumeTemplateArgs = {
  input: ResumeTemplateInput;
};


export type MutationEndTemplateArgs = {
  input: EndTemplateInput;
};


export type MutationSubmitTemplateForReviewArgs = {
  input: SubmitTemplateForReviewInput;
};


export type MutationWithdrawTemplateFromReviewArgs = {
  input: WithdrawTemplateFromReviewInput;
};


export type MutationApproveTemplateArgs = {
  input: ApproveTemplateInput;
};


export type MutationRejectTemplateArgs = {
  input: RejectTemplateInput;
};


export type MutationRollbackTemplateArgs = {
  input: RollbackTemplateInput;
};


export type MutationIncreaseTemplateStockArgs = {
  input: IncreaseTemplateStockInput;
};


export type MutationCopyTemplateArgs = {
  input: CopyTemplateInput;
};


export type MutationPublishTemplatesArgs = {
  input: PublishTemplatesInput;
};


export type MutationUpdateTenantSettingsArgs = {
  input: UpdateTenantSettingsInput;
};


export type MutationAdvanceClockArgs = {
  input: AdvanceClockInput;
};

/** A promotion as its author keeps it: a draft, the published version and its state. */
export type PromotionTemplate = {
  /** Identifies the template. */
  id: Scalars['ID']['output'];
  /** The merchant it belongs to; null for a promotion of the platform. */
  merchantId?: Maybe<Scalars['ID']['output']>;
  /** What it is called; pass a locale to get that language where there is one. */
  name: Scalars['String']['output'];
  /** The name in every language it was given. */
  names: Array<LocalizedText>;
  /** Where it stands now. */
  state: TemplateState;
  /** How shoppers come by it. */
  trigger: PromotionTrigger;
  /** When it begins. */
  startsAt: Scalars['DateTime']['output'];
  /** When it ends. */
  endsAt: Scalars['DateTime']['output'];
  /** What it gives, one entry a benefit. */
  benefits: Array<BenefitSummary>;
  /** How many coupons may ever be issued; null when it needs no coupons. */
  stockCount?: Maybe<Scalars['Long']['output']>;
  /** The number of the published version, counted from 1; null before the first publication. */
  version?: Maybe<Scalars['Int']['output']>;
  /** The published document; null before the first publication. */
  document?: Maybe<Scalars['TemplateDocument']['output']>;
  /** The rule as CEL text, for example user.payTimes > 5 && cart.itemCount >= 2; null when it asks for nothing. */
  conditionText?: Maybe<Scalars['String']['output']>;
  /** The document being worked on, for its author; null when it equals the published one. */
  draft?: Maybe<Scalars['TemplateDocument']['output']>;
  /** Grows with every change that somebody makes; hand it back to be told when somebody else was faster. */
  revision: Scalars['Int']['output'];
  /** What a second person was asked about the draft, for its authors and the operators who may decide; null when nobody was. */
  review?: Maybe<TemplateReview>;
  /** Every published version, newest first, for its authors and the tenant's operators; empty for others. */
  versions: PromotionTemplateVersionConnection;
  /** Who did what and when, newest first, for its authors and the tenant's operators; empty for others. */
  auditLog: TemplateAuditConnection;
};


/** A promotion as its author keeps it: a draft, the published version and its state. */
export type PromotionTemplateNameArgs = {
  locale?: InputMaybe<Scalars['String']['input']>;
};


/** A promotion as its author keeps it: a draft, the published version and its state. */
export type PromotionTemplateVersionsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A promotion as its author keeps it: a draft, the published version and its state. */
export type PromotionTemplateAuditLogArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** What one benefit gives, for display. */
export type BenefitSummary = {
  /** The kind of benefit. */
  kind: BenefitKind;
  /** Spend at least this much on what is in scope, for the first step of it; empty when there is no threshold. */
  thresholds: Array<Money>;
  /** The amount taken off per currency, at the first step; empty when it takes off a rate or nothing. */
  amountsOff: Array<Money>;
  /** The rate taken off in basis points: 1500 is 15 %; null for an amount. */
  percentOffBasisPoints?: Maybe<Scalars['Int']['output']>;
  /** The most a percent takes off; empty when it has no cap. */
  maxAmounts: Array<Money>;
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

/** Which templates to list. */
export type TemplateFilter = {
  /** Only templates in one of these states. */
  states?: InputMaybe<Array<TemplateState>>;
};

/** A page of templates. */
export type PromotionTemplateConnection = {
  /** The templates of this page with their cursors. */
  edges: Array<PromotionTemplateEdge>;
  /** Where the page ends. */
  pageInfo: PageInfo;
};

/** A template in a page. */
export type PromotionTemplateEdge = {
  /** Position of the template in the list. */
  cursor: Scalars['String']['output'];
  /** The template. */
  node: PromotionTemplate;
};

/** A document as it was published, for ever. */
export type PromotionTemplateVersion = {
  /** The number of the version, counted from 1. */
  version: Scalars['Int']['output'];
  /** What was published. */
  document: Scalars['TemplateDocument']['output'];
  /** When it was published. */
  publishedAt: Scalars['DateTime']['output'];
  /** Who published it. */
  publishedBy: Actor;
};

/** A page of versions. */
export type PromotionTemplateVersionConnection = {
  /** The versions of this page with their cursors. */
  edges: Array<PromotionTemplateVersionEdge>;
  /** Where the page ends. */
  pageInfo: PageInfo;
};

/** A version in a page. */
export type PromotionTemplateVersionEdge = {
  /** Position of the version in the list. */
  cursor: Scalars['String']['output'];
  /** The version. */
  node: PromotionTemplateVersion;
};

/** Who did something. */
export type Actor = {
  /** What kind of actor it is. */
  kind: ActorKind;
  /** The person or the backend as its token names it, or the process of the platform. */
  subject: Scalars['String']['output'];
};

/** Kinds of actors. */
export type ActorKind =
  /** Somebody with a token of their own. */
  | 'PERSON'
  /** A company's backend. */
  | 'SERVICE'
  /** The platform itself, for example when a window begins. */
  | 'PLATFORM';

/** What a second person was asked about a draft. A revision of the draft voids it. */
export type TemplateReview = {
  /** Where the review stands. */
  state: TemplateReviewState;
  /** Names the draft that was submitted; hand it back when deciding, so that only what was read is decided. */
  draftFingerprint: Scalars['String']['output'];
  /** Who asked. */
  submittedBy: Actor;
  /** When it was asked. */
  submittedAt: Scalars['DateTime']['output'];
  /** Who decided; null while it is pending. */
  decidedBy?: Maybe<Actor>;
  /** When it was decided; null while it is pending. */
  decidedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Why it was rejected; null unless it was. */
  reason?: Maybe<Scalars['String']['output']>;
};

/** Where a review stands. */
export type TemplateReviewState =
  /** Nobody has decided yet. */
  | 'PENDING'
  /** A second person approved exactly this draft. */
  | 'APPROVED'
  /** A second person sent it back. */
  | 'REJECTED';

/** One thing that was done to a template. Entries are written once and linked by their hashes. */
export type TemplateAuditEntry = {
  /** Counts the entries of the template from 1, without gaps. */
  seq: Scalars['Int']['output'];
  /** When it was done, in business time. */
  at: Scalars['DateTime']['output'];
  /** Who did it. */
  by: Actor;
  /** What was done. */
  act: TemplateAct;
  /** Every value that is another one since then. */
  changes: Array<TemplateAuditChange>;
  /** The hash of the entry before; null for the first. */
  previousHash?: Maybe<Scalars['String']['output']>;
  /** SHA-256 over the canonical JSON of the entry and the hash before it, in hex. */
  hash: Scalars['String']['output'];
};

/** One value that became another one. */
export type TemplateAuditChange = {
  /** Where, for example draft.benefit[0].off.CNY. */
  path: Scalars['String']['output'];
  /** What was there; null where there was nothing. */
  from?: Maybe<Scalars['JsonValue']['output']>;
  /** What is there now; null where nothing is left. */
  to?: Maybe<Scalars['JsonValue']['output']>;
};

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

/** A page of an audit log. */
export type TemplateAuditConnection = {
  /** The entries of this page with their cursors. */
  edges: Array<TemplateAuditEdge>;
  /** Where the page ends. */
  pageInfo: PageInfo;
};

/** An entry in a page. */
export type TemplateAuditEdge = {
  /** Position of the entry in the log. */
  cursor: Scalars['String']['output'];
  /** The entry. */
  node: TemplateAuditEntry;
};

/** What the check of an audit log found. */
export type TemplateAuditVerification = {
  /** Whether every entry is there, unchanged and in its place. */
  isWhole: Scalars['Boolean']['output'];
  /** How many entries there are. */
  entryCount: Scalars['Int']['output'];
  /** The first place at which the log is not as it was written; null when it is whole. */
  firstBrokenSeq?: Maybe<Scalars['Int']['output']>;
};

/** A stock keeping unit, copied from the shop's catalogue. */
export type Sku = {
  /** The shop's own id. */
  id: Scalars['ID']['output'];
  /** What it is called. */
  name?: Maybe<Scalars['String']['output']>;
  /** The merchant who sells it. */
  merchantId?: Maybe<Scalars['ID']['output']>;
  /** Where it stands in the shop, for example /food/snacks. */
  category?: Maybe<Scalars['String']['output']>;
  /** The brand. */
  brand?: Maybe<Scalars['String']['output']>;
  /** Whether it ships now or is sold ahead. */
  itemType?: Maybe<SkuItemType>;
  /** The list price per currency. */
  listPrices: Array<Money>;
  /** What members pay, per currency; empty when they pay the list price. */
  memberPrices: Array<Money>;
  /** The rate of tax on it: 1300 is 13 %; null is the tenant's default rate. */
  taxRateBasisPoints?: Maybe<Scalars['Int']['output']>;
  /** What a unit costs at least after all discounts, per currency; empty for whoever does not sell it. */
  minUnitPrices: Array<Money>;
  /** Published promotions that could apply to it now, at most 50, by priority. */
  promotions: Array<PromotionTemplate>;
};

/** Whether an item ships now or is sold ahead. */
export type SkuItemType =
  /** In stock. */
  | 'IN_STOCK'
  /** Sold before it is in stock. */
  | 'PRESALE';

/** SKUs to take over. */
export type UpsertSkusInput = {
  /** The SKUs, at most 1,000 a call. */
  skus: Array<SkuInput>;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** One SKU of the shop's catalogue. */
export type SkuInput = {
  /** The shop's own id. */
  id: Scalars['ID']['input'];
  /** What it is called. */
  name: Scalars['String']['input'];
  /** The merchant who sells it; a merchant may leave it out and means itself. */
  merchantId?: InputMaybe<Scalars['ID']['input']>;
  /** Where it stands in the shop, for example /food/snacks. */
  category: Scalars['String']['input'];
  /** The brand. */
  brand?: InputMaybe<Scalars['String']['input']>;
  /** Whether it ships now or is sold ahead. */
  itemType?: InputMaybe<SkuItemType>;
  /** The list price, one entry a currency. */
  listPrices: Array<MoneyInput>;
  /** The rate of tax on it, 0 to 10000: 1300 is 13 %; left out, the tenant's default rate holds. */
  taxRateBasisPoints?: InputMaybe<Scalars['Int']['input']>;
  /** What a unit costs at least after all discounts, one entry a currency; never above the list price. */
  minUnitPrices?: InputMaybe<Array<MoneyInput>>;
  /** What members pay, one entry a currency; never above the list price. */
  memberPrices?: InputMaybe<Array<MoneyInput>>;
  /** Further facts that rules may ask for. */
  attributes?: InputMaybe<Array<SkuAttributeInput>>;
};

/** One further fact about a SKU. */
export type SkuAttributeInput = {
  /** The name of the fact. */
  name: Scalars['String']['input'];
  /** Its value. */
  value: Scalars['String']['input'];
};

/** What became of an upsert. */
export type UpsertSkusPayload = {
  /** How many SKUs are new or differ from before. */
  changedCount: Scalars['Int']['output'];
  /** How many were as they are already. */
  unchangedCount: Scalars['Int']['output'];
  /** Why nothing was taken over. */
  userErrors: Array<UpsertSkusError>;
};

/** Why SKUs were not taken over. */
export type UpsertSkusError = UserError & {
  /** The reason as a code. */
  code: UpsertSkusErrorCode;
  /** What went wrong, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault. */
  field?: Maybe<Array<Scalars['String']['output']>>;
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

/** A new draft. */
export type CreateTemplateInput = {
  /** The rule document. */
  document: Scalars['TemplateDocument']['input'];
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the new draft. */
export type CreateTemplatePayload = {
  /** The draft; null when it was refused. */
  template?: Maybe<PromotionTemplate>;
  /** Every fault of the document at once. */
  userErrors: Array<CreateTemplateError>;
};

/** Why a draft was refused. */
export type CreateTemplateError = UserError & {
  /** The reason as a code. */
  code: CreateTemplateErrorCode;
  /** What was found, what is allowed and what to do, for a developer. */
  message: Scalars['String']['output'];
  /** Path in the input, for example ["input", "document", "benefit", "0", "off"]. */
  field?: Maybe<Array<Scalars['String']['output']>>;
};

/** Reasons why a draft was refused. */
export type CreateTemplateErrorCode =
  /** The document breaks a rule of the format. */
  | 'INVALID_DOCUMENT'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** A change of a draft. */
export type ReviseTemplateInput = {
  /** The template. */
  templateId: Scalars['ID']['input'];
  /** The whole new document. */
  document: Scalars['TemplateDocument']['input'];
  /** The revision the change is based on; somebody else's change in between is refused as VERSION_CONFLICT. */
  revision: Scalars['Int']['input'];
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the change. */
export type ReviseTemplatePayload = {
  /** The template as it is now; null when the change was refused. */
  template?: Maybe<PromotionTemplate>;
  /** With VERSION_CONFLICT, the template as the faster editor left it; else null. */
  current?: Maybe<PromotionTemplate>;
  /** Every fault at once. */
  userErrors: Array<ReviseTemplateError>;
};

/** Why a change was refused. */
export type ReviseTemplateError = UserError & {
  /** The reason as a code. */
  code: ReviseTemplateErrorCode;
  /** What went wrong, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault. */
  field?: Maybe<Array<Scalars['String']['output']>>;
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

/** Which template to publish. */
export type PublishTemplateInput = {
  /** The template. */
  templateId: Scalars['ID']['input'];
  /** Whether to publish it all the same when a check finds something that looks wrong. */
  acceptWarnings?: InputMaybe<Scalars['Boolean']['input']>;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the publication. */
export type PublishTemplatePayload = {
  /** The template as it is now; null when the publication was refused. */
  template?: Maybe<PromotionTemplate>;
  /** Every fault at once. */
  userErrors: Array<PublishTemplateError>;
};

/** Why a publication was refused. */
export type PublishTemplateError = UserError & {
  /** The reason as a code. */
  code: PublishTemplateErrorCode;
  /** What went wrong, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault, or of the place in the document. */
  field?: Maybe<Array<Scalars['String']['output']>>;
};

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

/** Which template to pause. */
export type PauseTemplateInput = {
  /** The template. */
  templateId: Scalars['ID']['input'];
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the pause. */
export type PauseTemplatePayload = {
  /** The template as it is now; null when the pause was refused. */
  template?: Maybe<PromotionTemplate>;
  /** Why it was refused. */
  userErrors: Array<TemplateMoveError>;
};

/** Which template to resume. */
export type ResumeTemplateInput = {
  /** The template. */
  templateId: Scalars['ID']['input'];
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the resumption. */
export type ResumeTemplatePayload = {
  /** The template as it is now; null when it was refused. */
  template?: Maybe<PromotionTemplate>;
  /** Why it was refused. */
  userErrors: Array<TemplateMoveError>;
};

/** Which template to end. */
export type EndTemplateInput = {
  /** The template. */
  templateId: Scalars['ID']['input'];
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the end. */
export type EndTemplatePayload = {
  /** The template as it is now; null when the end was refused. */
  template?: Maybe<PromotionTemplate>;
  /** Why it was refused. */
  userErrors: Array<TemplateMoveError>;
};

/** Why a template was not paused, resumed or ended. */
export type TemplateMoveError = UserError & {
  /** The reason as a code. */
  code: TemplateMoveErrorCode;
  /** What went wrong, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault. */
  field?: Maybe<Array<Scalars['String']['output']>>;
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

/** Which draft to submit. */
export type SubmitTemplateForReviewInput = {
  /** The template. */
  templateId: Scalars['ID']['input'];
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the submission. */
export type SubmitTemplateForReviewPayload = {
  /** The template as it is now; null when it was refused. */
  template?: Maybe<PromotionTemplate>;
  /** Every fault at once. */
  userErrors: Array<SubmitTemplateForReviewError>;
};

/** Why a draft was not submitted. */
export type SubmitTemplateForReviewError = UserError & {
  /** The reason as a code. */
  code: SubmitTemplateForReviewErrorCode;
  /** What went wrong, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault, or of the place in the document. */
  field?: Maybe<Array<Scalars['String']['output']>>;
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

/** Which draft to take back. */
export type WithdrawTemplateFromReviewInput = {
  /** The template. */
  templateId: Scalars['ID']['input'];
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the withdrawal. */
export type WithdrawTemplateFromReviewPayload = {
  /** The template as it is now; null when it was refused. */
  template?: Maybe<PromotionTemplate>;
  /** Why it was refused. */
  userErrors: Array<WithdrawTemplateFromReviewError>;
};

/** Why a draft was not taken back. */
export type WithdrawTemplateFromReviewError = UserError & {
  /** The reason as a code. */
  code: WithdrawTemplateFromReviewErrorCode;
  /** What went wrong, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault, or of the place in the document. */
  field?: Maybe<Array<Scalars['String']['output']>>;
};

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

/** Which draft to approve. */
export type ApproveTemplateInput = {
  /** The template. */
  templateId: Scalars['ID']['input'];
  /** The fingerprint of the draft that was read, as its review tells it. */
  draftFingerprint: Scalars['String']['input'];
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the approval. */
export type ApproveTemplatePayload = {
  /** The template as it is now; null when it was refused. */
  template?: Maybe<PromotionTemplate>;
  /** Why it was refused. */
  userErrors: Array<ApproveTemplateError>;
};

/** Why a draft was not approved. */
export type ApproveTemplateError = UserError & {
  /** The reason as a code. */
  code: ApproveTemplateErrorCode;
  /** What went wrong, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault, or of the place in the document. */
  field?: Maybe<Array<Scalars['String']['output']>>;
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

/** Which draft to reject. */
export type RejectTemplateInput = {
  /** The template. */
  templateId: Scalars['ID']['input'];
  /** The fingerprint of the draft that was read, as its review tells it. */
  draftFingerprint: Scalars['String']['input'];
  /** What its authors should know, 1 to 500 characters. */
  reason: Scalars['String']['input'];
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the rejection. */
export type RejectTemplatePayload = {
  /** The template as it is now; null when it was refused. */
  template?: Maybe<PromotionTemplate>;
  /** Why it was refused. */
  userErrors: Array<RejectTemplateError>;
};

/** Why a draft was not rejected. */
export type RejectTemplateError = UserError & {
  /** The reason as a code. */
  code: RejectTemplateErrorCode;
  /** What went wrong, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault, or of the place in the document. */
  field?: Maybe<Array<Scalars['String']['output']>>;
};

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

/** Which version to go back to. */
export type RollbackTemplateInput = {
  /** The template. */
  templateId: Scalars['ID']['input'];
  /** The number of the earlier version. */
  version: Scalars['Int']['input'];
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the rollback. */
export type RollbackTemplatePayload = {
  /** The template as it is now; null when it was refused. */
  template?: Maybe<PromotionTemplate>;
  /** Every fault at once. */
  userErrors: Array<RollbackTemplateError>;
};

/** Why a template was not rolled back. */
export type RollbackTemplateError = UserError & {
  /** The reason as a code. */
  code: RollbackTemplateErrorCode;
  /** What went wrong, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault, or of the place in the document. */
  field?: Maybe<Array<Scalars['String']['output']>>;
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

/** How many coupons may be issued. */
export type IncreaseTemplateStockInput = {
  /** The template. */
  templateId: Scalars['ID']['input'];
  /** How many coupons may ever be issued from now on, in all; never less than before. */
  stockCount: Scalars['Long']['input'];
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the raise. */
export type IncreaseTemplateStockPayload = {
  /** The template as it is now; null when it was refused. */
  template?: Maybe<PromotionTemplate>;
  /** Why it was refused. */
  userErrors: Array<IncreaseTemplateStockError>;
};

/** Why stock was not raised. */
export type IncreaseTemplateStockError = UserError & {
  /** The reason as a code. */
  code: IncreaseTemplateStockErrorCode;
  /** What went wrong, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault, or of the place in the document. */
  field?: Maybe<Array<Scalars['String']['output']>>;
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

/** Which template to copy. */
export type CopyTemplateInput = {
  /** The template. */
  templateId: Scalars['ID']['input'];
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the copy. */
export type CopyTemplatePayload = {
  /** The new draft; null when it was refused. */
  template?: Maybe<PromotionTemplate>;
  /** Why it was refused. */
  userErrors: Array<CopyTemplateError>;
};

/** Why a template was not copied. */
export type CopyTemplateError = UserError & {
  /** The reason as a code. */
  code: CopyTemplateErrorCode;
  /** What went wrong, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault, or of the place in the document. */
  field?: Maybe<Array<Scalars['String']['output']>>;
};

/** Reasons why a template was not copied. */
export type CopyTemplateErrorCode =
  /** No such template, or another merchant's. */
  | 'TEMPLATE_NOT_FOUND'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** Which templates to publish. */
export type PublishTemplatesInput = {
  /** The templates, at most 100 a call. */
  templateIds: Array<Scalars['ID']['input']>;
  /** Whether to publish those all the same for which a check finds something that looks wrong. */
  acceptWarnings?: InputMaybe<Scalars['Boolean']['input']>;
  /** Repeat the call with the same key and each happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the publications. */
export type PublishTemplatesPayload = {
  /** What became of each template, in the order of the call; empty when the call as a whole was refused. */
  results: Array<PublishTemplatesResult>;
  /** Why the call as a whole was refused. */
  userErrors: Array<PublishTemplatesError>;
};

/** What became of one publication of many. */
export type PublishTemplatesResult = {
  /** The template as the call named it. */
  templateId: Scalars['ID']['output'];
  /** The template as it is now; null when its publication was refused. */
  template?: Maybe<PromotionTemplate>;
  /** Every fault of this template at once. */
  userErrors: Array<PublishTemplateError>;
};

/** Why a call with many publications was refused. */
export type PublishTemplatesError = UserError & {
  /** The reason as a code. */
  code: PublishTemplatesErrorCode;
  /** What went wrong, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault. */
  field?: Maybe<Array<Scalars['String']['output']>>;
};

/** Reasons why a call with many publications was refused. */
export type PublishTemplatesErrorCode =
  /** More templates than one call may carry. */
  | 'TOO_MANY'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** What a tenant may choose. */
export type TenantSettings = {
  /** The zone in which days and weeks of limits begin, for example Asia/Shanghai. */
  zone: Scalars['String']['output'];
  /** How many coupons one order may use, 1 to 30. */
  maxCouponsPerOrder: Scalars['Int']['output'];
  /** Minutes for which a quote is good. */
  quoteValidMinutes: Scalars['Int']['output'];
  /** Minutes a shopper has to pay a placed order. */
  paymentMinutes: Scalars['Int']['output'];
  /** How many combinations the best-combination search may visit for one quote. */
  solverNodeBudget: Scalars['Int']['output'];
  /** Hours before the expiry at which a shopper is reminded, longest first. */
  reminderLeadHours: Array<Scalars['Int']['output']>;
  /** Which promotions may meet on an order. */
  stackingGroups: Array<StackingGroup>;
  /** Whether a draft is published only after a second person approved it. */
  isApprovalRequired: Scalars['Boolean']['output'];
  /** Whether prices hold their tax. */
  taxMode: TaxMode;
  /** The rate of tax on goods that name none: 1300 is 13 %; null is no tax. */
  defaultTaxRateBasisPoints?: Maybe<Scalars['Int']['output']>;
  /** How goods can be sent, and what that costs. */
  shippingMethods: Array<ShippingMethod>;
  /** The tiers whose shoppers pay member prices; empty is every shopper with a tier. */
  memberTiers: Array<Scalars['String']['output']>;
  /** Whether a price that was held for a shopper stays good when one of its promotions is paused. */
  isHeldQuoteGoodWhenPaused: Scalars['Boolean']['output'];
  /** Milliseconds that the search for the best combination may take for one quote, 1 to 1000. */
  solverMilliseconds: Scalars['Int']['output'];
  /** Hours a person has to accept a coupon that somebody offers them, 1 to 720. */
  giftHours: Scalars['Int']['output'];
  /** A check asks for a yes where promotions together take more than this off a cart: 7000 is 70 %; 10000 never asks. */
  warnAboveDiscountBasisPoints: Scalars['Int']['output'];
  /** What promotions must leave to be paid; null when they may take everything. */
  floors?: Maybe<TenantFloors>;
  /** Grows with every change. */
  revision: Scalars['Int']['output'];
};

/** A way to send goods. */
export type ShippingMethod = {
  /** The name that carts and promotions use. */
  method: Scalars['String']['output'];
  /** What shoppers are shown; null when the name will do. */
  name?: Maybe<Scalars['String']['output']>;
  /** What it costs before discounts, per currency; a cart in another currency cannot be sent so. */
  prices: Array<Money>;
};

/** A way to send goods. */
export type ShippingMethodInput = {
  /** The name that carts and promotions use, at most 128 characters. */
  method: Scalars['String']['input'];
  /** What shoppers are shown. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** What it costs before discounts, one entry a currency; 0 is free. */
  prices: Array<MoneyInput>;
};

/** What promotions must leave to be paid. */
export type TenantFloors = {
  /** The largest part of a merchant's goods that promotions may take off an order together; null is no such limit. */
  maxDiscountShareBasisPoints?: Maybe<Scalars['Int']['output']>;
  /** What the goods of an order cost at least, per currency. */
  minPayable: Array<Money>;
};

/** What promotions must leave to be paid. */
export type TenantFloorsInput = {
  /** The largest part of a merchant's goods that promotions may take off an order together, 0 to 10000. */
  maxDiscountShareBasisPoints?: InputMaybe<Scalars['Int']['input']>;
  /** What the goods of an order cost at least, one entry a currency. */
  minPayable?: InputMaybe<Array<MoneyInput>>;
};

/** How many promotions of one group may meet. */
export type StackingGroup = {
  /** The name that templates use. */
  name: Scalars['String']['output'];
  /** The most that may meet on an order; null is no limit. */
  maxPerOrder?: Maybe<Scalars['Int']['output']>;
  /** The most that may meet on a line; null is no limit. */
  maxPerLine?: Maybe<Scalars['Int']['output']>;
  /** Whether it may stand beside an exclusive promotion. */
  isAlwaysStackable: Scalars['Boolean']['output'];
};

/** How many promotions of one group may meet. */
export type StackingGroupInput = {
  /** The name that templates use. */
  name: Scalars['String']['input'];
  /** The most that may meet on an order; null is no limit. */
  maxPerOrder?: InputMaybe<Scalars['Int']['input']>;
  /** The most that may meet on a line; null is no limit. */
  maxPerLine?: InputMaybe<Scalars['Int']['input']>;
  /** Whether it may stand beside an exclusive promotion. */
  isAlwaysStackable?: InputMaybe<Scalars['Boolean']['input']>;
};

/** Settings to change; absent fields stay as they are. */
export type UpdateTenantSettingsInput = {
  /** The zone in which days and weeks of limits begin. */
  zone?: InputMaybe<Scalars['String']['input']>;
  /** How many coupons one order may use, 1 to 30. */
  maxCouponsPerOrder?: InputMaybe<Scalars['Int']['input']>;
  /** Minutes for which a quote is good. */
  quoteValidMinutes?: InputMaybe<Scalars['Int']['input']>;
  /** Minutes a shopper has to pay a placed order. */
  paymentMinutes?: InputMaybe<Scalars['Int']['input']>;
  /** How many combinations the best-combination search may visit for one quote. */
  solverNodeBudget?: InputMaybe<Scalars['Int']['input']>;
  /** Hours before the expiry at which a shopper is reminded. */
  reminderLeadHours?: InputMaybe<Array<Scalars['Int']['input']>>;
  /** Which promotions may meet on an order; replaces the whole list. */
  stackingGroups?: InputMaybe<Array<StackingGroupInput>>;
  /** Whether a draft is published only after a second person approved it. */
  isApprovalRequired?: InputMaybe<Scalars['Boolean']['input']>;
  /** Whether prices hold their tax. */
  taxMode?: InputMaybe<TaxMode>;
  /** The rate of tax on goods that name none, 0 to 10000: 1300 is 13 %; null is no tax. */
  defaultTaxRateBasisPoints?: InputMaybe<Scalars['Int']['input']>;
  /** How goods can be sent, at most 20; replaces the whole list. */
  shippingMethods?: InputMaybe<Array<ShippingMethodInput>>;
  /** The tiers whose shoppers pay member prices, at most 20; empty is every shopper with a tier. */
  memberTiers?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Whether a price that was held for a shopper stays good when one of its promotions is paused. */
  isHeldQuoteGoodWhenPaused?: InputMaybe<Scalars['Boolean']['input']>;
  /** Milliseconds that the search for the best combination may take for one quote, 1 to 1000. */
  solverMilliseconds?: InputMaybe<Scalars['Int']['input']>;
  /** Hours a person has to accept a coupon that somebody offers them, 1 to 720. */
  giftHours?: InputMaybe<Scalars['Int']['input']>;
  /** A check asks for a yes where promotions together take more than this off a cart, 1 to 10000: 7000 is 70 %; 10000 never asks. */
  warnAboveDiscountBasisPoints?: InputMaybe<Scalars['Int']['input']>;
  /** What promotions must leave to be paid; null is nothing. */
  floors?: InputMaybe<TenantFloorsInput>;
  /** Repeat the call with the same key and it happens once. */
  idempotencyKey: Scalars['ID']['input'];
};

/** What became of the change of settings. */
export type UpdateTenantSettingsPayload = {
  /** The settings as they are now; null when the change was refused. */
  settings?: Maybe<TenantSettings>;
  /** Every fault at once. */
  userErrors: Array<UpdateTenantSettingsError>;
};

/** Why settings were not changed. */
export type UpdateTenantSettingsError = UserError & {
  /** The reason as a code. */
  code: UpdateTenantSettingsErrorCode;
  /** What was found, what is allowed and what to do, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault. */
  field?: Maybe<Array<Scalars['String']['output']>>;
};

/** Reasons why settings were not changed. */
export type UpdateTenantSettingsErrorCode =
  /** A value is not allowed; the path tells which. */
  | 'INVALID_SETTING'
  /** The key was used with another input. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** How far to move business time. */
export type AdvanceClockInput = {
  /** Milliseconds to move forward, zero or more. */
  milliseconds: Scalars['Long']['input'];
};

/** What became of the move of business time. */
export type AdvanceClockPayload = {
  /** The business time now; null when the move was refused. */
  now?: Maybe<Scalars['DateTime']['output']>;
  /** Why it was refused. */
  userErrors: Array<AdvanceClockError>;
};

/** Why business time was not moved. */
export type AdvanceClockError = UserError & {
  /** The reason as a code. */
  code: AdvanceClockErrorCode;
  /** What went wrong, for a developer. */
  message: Scalars['String']['output'];
  /** Path of the input field at fault. */
  field?: Maybe<Array<Scalars['String']['output']>>;
};

/** Reasons why business time was not moved. */
export type AdvanceClockErrorCode =
  /** Only the standalone development process has a clock that can be moved. */
  | 'NOT_MOVABLE'
  /** Business time never goes back. */
  | 'NEGATIVE';

/** What to check: one of the two. */
export type TemplateCheckInput = {
  /** A template: its draft, or what is published when there is no draft. */
  templateId?: InputMaybe<Scalars['ID']['input']>;
  /** A document that nobody saved. */
  document?: InputMaybe<Scalars['TemplateDocument']['input']>;
};

/** What is wrong with a document, or looks wrong. */
export type TemplateCheck = {
  /** Whether it can be published, warnings aside. */
  canPublish: Scalars['Boolean']['output'];
  /** Whether publishing it asks for `acceptWarnings`. */
  hasWarnings: Scalars['Boolean']['output'];
  /** Errors first. */
  findings: Array<TemplateFinding>;
  /** How far was looked for carts on which it is dangerous beside what is live; null for what is no document. */
  search?: Maybe<DangerSearch>;
};

/** How far was looked for carts on which a promotion is dangerous. */
export type DangerSearch = {
  /** Carts that were priced, of the catalogue's goods and beside every live promotion, each with one coupon of each. */
  cartCount: Scalars['Int']['output'];
  /** Whether every cart that was thought of was priced to the end, of all goods and beside all promotions there are; if not, there may be more to find. */
  isExhaustive: Scalars['Boolean']['output'];
};

/** One thing wrong with a document. */
export type TemplateFinding = {
  /** Whether it stands in the way. */
  severity: FindingSeverity;
  /** What it is. */
  code: FindingCode;
  /** Where in the document, for example rule.condition; empty for the whole. */
  path: Scalars['String']['output'];
  /** What was found and why it is a problem. */
  reason: Scalars['String']['output'];
  /** What to do. */
  cure: Scalars['String']['output'];
  /** Of what was found by trying carts: one that proves it, the worst of them. */
  cart?: Maybe<ProvingCart>;
};

/** A cart that proves a finding. Priced with the promotions it names, it costs what it says. */
export type ProvingCart = {
  /** When it was priced. */
  at: Scalars['DateTime']['output'];
  /** What the shopper, the order and its context are taken to be; what is not told is unknown. */
  facts: Scalars['FactRecord']['output'];
  /** The goods, at their list prices. */
  lines: Array<ProvingLine>;
  /** Those that take effect together, in the order they are applied. */
  promotions: Array<ProvingPromotion>;
  /** The goods at list prices. */
  listTotal: Money;
  /** What the promotions take off together. */
  discount: Money;
  /** What is left to pay. */
  payable: Money;
  /** What the floors leave to pay that stop the discount, which is told as if there were none; null where none stops it. */
  payableWithFloors?: Maybe<Money>;
};

/** Goods of a cart that proves a finding. */
export type ProvingLine = {
  /** The SKU. */
  skuId: Scalars['ID']['output'];
  /** Units of it. */
  quantity: Scalars['Int']['output'];
  /** The list price of a unit. */
  unitPrice: Money;
};

/** A promotion that takes effect on a cart that proves a finding. */
export type ProvingPromotion = {
  /** The template; null for a document that nobody saved. */
  templateId?: Maybe<Scalars['ID']['output']>;
  /** Its name. */
  name: Scalars['String']['output'];
  /** What it takes off. */
  amount: Money;
};

/** Whether a finding stands in the way of a publication. */
export type FindingSeverity =
  /** It refuses the publication. */
  | 'ERROR'
  /** It asks for a yes. */
  | 'WARNING';

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

/** A promotion and what it is tried on. */
export type PromotionExplanationInput = {
  /** A template: its draft, or what is published when there is no draft. One of templateId and document. */
  templateId?: InputMaybe<Scalars['ID']['input']>;
  /** A document that nobody saved. */
  document?: InputMaybe<Scalars['TemplateDocument']['input']>;
  /** What is known of the shopper and the order; what is left out is unknown. */
  facts?: InputMaybe<Scalars['FactRecord']['input']>;
  /** The cart; without it whatever asks about goods is unknown. */
  cart?: InputMaybe<CartInput>;
  /** The moment; now if absent. */
  at?: InputMaybe<Scalars['DateTime']['input']>;
};

/** Whether a promotion would apply, and what is missing. */
export type PromotionExplanation = {
  /** What its conditions say together. */
  verdict: RuleVerdict;
  /** Each condition that does not hold, in the order of the document. */
  unmet: Array<UnmetCondition>;
  /** Whether some change of the facts would make it apply; a day that is over does not come back. */
  isCurable: Scalars['Boolean']['output'];
  /** The smallest change after which it would apply, one entry a fact; empty when it applies or nothing would do. */
  cure: Array<RuleChange>;
};

/** What conditions say of some facts. */
export type RuleVerdict =
  /** It applies. */
  | 'APPLIES'
  /** It does not apply. */
  | 'DOES_NOT_APPLY'
  /** A fact it rests on is not known, so it does not apply. */
  | 'UNKNOWN';

/** A condition that does not hold. */
export type UnmetCondition = {
  /** Where in the document, for example rule.condition.all[1].any[0]. */
  path: Scalars['String']['output'];
  /** The fact it asks for. */
  fact: Scalars['String']['output'];
  /** What is asked for, in the words of a rule. */
  required: Scalars['String']['output'];
  /** What was found; null when nobody knows. */
  observed?: Maybe<Scalars['String']['output']>;
  /** In a sentence. */
  message: Scalars['String']['output'];
};

/** One change of a fact. */
export type RuleChange = {
  /** The fact. */
  fact: Scalars['String']['output'];
  /** What has to become of it, for example raise it to 3. */
  message: Scalars['String']['output'];
};

/** A fact that a rule may ask for. */
export type RuleFact = {
  /** Its name, for example user.payTimes. */
  name: Scalars['String']['output'];
  /** What it may hold. */
  type: RuleFactType;
  /** What it means, with its unit. */
  about: Scalars['String']['output'];
  /** The operators that go with it. */
  operators: Array<Scalars['String']['output']>;
  /** Its only values; empty when it may have any. */
  values: Array<Scalars['String']['output']>;
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
  PromotionTemplate: PromotionTemplate;
  Sku: Sku;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  PromotionTemplate:
    ( { __typename: 'PromotionTemplate' }
    & GraphQLRecursivePick<FederationTypes['PromotionTemplate'], {"id":true}> );
  Sku:
    ( { __typename: 'Sku' }
    & GraphQLRecursivePick<FederationTypes['Sku'], {"id":true}> );
};


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  UserError:
    | ( UpsertSkusError )
    | ( CreateTemplateError )
    | ( ReviseTemplateError )
    | ( PublishTemplateError )
    | ( TemplateMoveError )
    | ( SubmitTemplateForReviewError )
    | ( WithdrawTemplateFromReviewError )
    | ( ApproveTemplateError )
    | ( RejectTemplateError )
    | ( RollbackTemplateError )
    | ( IncreaseTemplateStockError )
    | ( CopyTemplateError )
    | ( PublishTemplatesError )
    | ( UpdateTenantSettingsError )
    | ( AdvanceClockError )
    | ( ReplayDeadLetterError )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  TemplateDocument: ResolverTypeWrapper<Scalars['TemplateDocument']['output']>;
  JsonValue: ResolverTypeWrapper<Scalars['JsonValue']['output']>;
  FactRecord: ResolverTypeWrapper<Scalars['FactRecord']['output']>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PromotionTemplate: ResolverTypeWrapper<Omit<PromotionTemplate, 'versions' | 'auditLog'>>;
  BenefitSummary: ResolverTypeWrapper<BenefitSummary>;
  BenefitKind: BenefitKind;
  TemplateState: TemplateState;
  PromotionTrigger: PromotionTrigger;
  TemplateFilter: TemplateFilter;
  PromotionTemplateConnection: ResolverTypeWrapper<Omit<PromotionTemplateConnection, 'edges'> & { edges: Array<ResolversTypes['PromotionTemplateEdge']> }>;
  PromotionTemplateEdge: ResolverTypeWrapper<Omit<PromotionTemplateEdge, 'node'> & { node: ResolversTypes['PromotionTemplate'] }>;
  PromotionTemplateVersion: ResolverTypeWrapper<PromotionTemplateVersion>;
  PromotionTemplateVersionConnection: ResolverTypeWrapper<PromotionTemplateVersionConnection>;
  PromotionTemplateVersionEdge: ResolverTypeWrapper<PromotionTemplateVersionEdge>;
  Actor: ResolverTypeWrapper<Actor>;
  ActorKind: ActorKind;
  TemplateReview: ResolverTypeWrapper<TemplateReview>;
  TemplateReviewState: TemplateReviewState;
  TemplateAuditEntry: ResolverTypeWrapper<TemplateAuditEntry>;
  TemplateAuditChange: ResolverTypeWrapper<TemplateAuditChange>;
  TemplateAct: TemplateAct;
  TemplateAuditConnection: ResolverTypeWrapper<TemplateAuditConnection>;
  TemplateAuditEdge: ResolverTypeWrapper<TemplateAuditEdge>;
  TemplateAuditVerification: ResolverTypeWrapper<TemplateAuditVerification>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Sku: ResolverTypeWrapper<Omit<Sku, 'promotions'> & { promotions: Array<ResolversTypes['PromotionTemplate']> }>;
  SkuItemType: SkuItemType;
  UpsertSkusInput: UpsertSkusInput;
  SkuInput: SkuInput;
  SkuAttributeInput: SkuAttributeInput;
  UpsertSkusPayload: ResolverTypeWrapper<UpsertSkusPayload>;
  UpsertSkusError: ResolverTypeWrapper<UpsertSkusError>;
  UpsertSkusErrorCode: UpsertSkusErrorCode;
  CreateTemplateInput: CreateTemplateInput;
  CreateTemplatePayload: ResolverTypeWrapper<Omit<CreateTemplatePayload, 'template'> & { template?: Maybe<ResolversTypes['PromotionTemplate']> }>;
  CreateTemplateError: ResolverTypeWrapper<CreateTemplateError>;
  CreateTemplateErrorCode: CreateTemplateErrorCode;
  ReviseTemplateInput: ReviseTemplateInput;
  ReviseTemplatePayload: ResolverTypeWrapper<Omit<ReviseTemplatePayload, 'template' | 'current'> & { template?: Maybe<ResolversTypes['PromotionTemplate']>, current?: Maybe<ResolversTypes['PromotionTemplate']> }>;
  ReviseTemplateError: ResolverTypeWrapper<ReviseTemplateError>;
  ReviseTemplateErrorCode: ReviseTemplateErrorCode;
  PublishTemplateInput: PublishTemplateInput;
  PublishTemplatePayload: ResolverTypeWrapper<Omit<PublishTemplatePayload, 'template'> & { template?: Maybe<ResolversTypes['PromotionTemplate']> }>;
  PublishTemplateError: ResolverTypeWrapper<PublishTemplateError>;
  PublishTemplateErrorCode: PublishTemplateErrorCode;
  PauseTemplateInput: PauseTemplateInput;
  PauseTemplatePayload: ResolverTypeWrapper<Omit<PauseTemplatePayload, 'template'> & { template?: Maybe<ResolversTypes['PromotionTemplate']> }>;
  ResumeTemplateInput: ResumeTemplateInput;
  ResumeTemplatePayload: ResolverTypeWrapper<Omit<ResumeTemplatePayload, 'template'> & { template?: Maybe<ResolversTypes['PromotionTemplate']> }>;
  EndTemplateInput: EndTemplateInput;
  EndTemplatePayload: ResolverTypeWrapper<Omit<EndTemplatePayload, 'template'> & { template?: Maybe<ResolversTypes['PromotionTemplate']> }>;
  TemplateMoveError: ResolverTypeWrapper<TemplateMoveError>;
  TemplateMoveErrorCode: TemplateMoveErrorCode;
  SubmitTemplateForReviewInput: SubmitTemplateForReviewInput;
  SubmitTemplateForReviewPayload: ResolverTypeWrapper<Omit<SubmitTemplateForReviewPayload, 'template'> & { template?: Maybe<ResolversTypes['PromotionTemplate']> }>;
  SubmitTemplateForReviewError: ResolverTypeWrapper<SubmitTemplateForReviewError>;
  SubmitTemplateForReviewErrorCode: SubmitTemplateForReviewErrorCode;
  WithdrawTemplateFromReviewInput: WithdrawTemplateFromReviewInput;
  WithdrawTemplateFromReviewPayload: ResolverTypeWrapper<Omit<WithdrawTemplateFromReviewPayload, 'template'> & { template?: Maybe<ResolversTypes['PromotionTemplate']> }>;
  WithdrawTemplateFromReviewError: ResolverTypeWrapper<WithdrawTemplateFromReviewError>;
  WithdrawTemplateFromReviewErrorCode: WithdrawTemplateFromReviewErrorCode;
  ApproveTemplateInput: ApproveTemplateInput;
  ApproveTemplatePayload: ResolverTypeWrapper<Omit<ApproveTemplatePayload, 'template'> & { template?: Maybe<ResolversTypes['PromotionTemplate']> }>;
  ApproveTemplateError: ResolverTypeWrapper<ApproveTemplateError>;
  ApproveTemplateErrorCode: ApproveTemplateErrorCode;
  RejectTemplateInput: RejectTemplateInput;
  RejectTemplatePayload: ResolverTypeWrapper<Omit<RejectTemplatePayload, 'template'> & { template?: Maybe<ResolversTypes['PromotionTemplate']> }>;
  RejectTemplateError: ResolverTypeWrapper<RejectTemplateError>;
  RejectTemplateErrorCode: RejectTemplateErrorCode;
  RollbackTemplateInput: RollbackTemplateInput;
  RollbackTemplatePayload: ResolverTypeWrapper<Omit<RollbackTemplatePayload, 'template'> & { template?: Maybe<ResolversTypes['PromotionTemplate']> }>;
  RollbackTemplateError: ResolverTypeWrapper<RollbackTemplateError>;
  RollbackTemplateErrorCode: RollbackTemplateErrorCode;
  IncreaseTemplateStockInput: IncreaseTemplateStockInput;
  IncreaseTemplateStockPayload: ResolverTypeWrapper<Omit<IncreaseTemplateStockPayload, 'template'> & { template?: Maybe<ResolversTypes['PromotionTemplate']> }>;
  IncreaseTemplateStockError: ResolverTypeWrapper<IncreaseTemplateStockError>;
  IncreaseTemplateStockErrorCode: IncreaseTemplateStockErrorCode;
  CopyTemplateInput: CopyTemplateInput;
  CopyTemplatePayload: ResolverTypeWrapper<Omit<CopyTemplatePayload, 'template'> & { template?: Maybe<ResolversTypes['PromotionTemplate']> }>;
  CopyTemplateError: ResolverTypeWrapper<CopyTemplateError>;
  CopyTemplateErrorCode: CopyTemplateErrorCode;
  PublishTemplatesInput: PublishTemplatesInput;
  PublishTemplatesPayload: ResolverTypeWrapper<Omit<PublishTemplatesPayload, 'results'> & { results: Array<ResolversTypes['PublishTemplatesResult']> }>;
  PublishTemplatesResult: ResolverTypeWrapper<Omit<PublishTemplatesResult, 'template'> & { template?: Maybe<ResolversTypes['PromotionTemplate']> }>;
  PublishTemplatesError: ResolverTypeWrapper<PublishTemplatesError>;
  PublishTemplatesErrorCode: PublishTemplatesErrorCode;
  TenantSettings: ResolverTypeWrapper<TenantSettings>;
  ShippingMethod: ResolverTypeWrapper<ShippingMethod>;
  ShippingMethodInput: ShippingMethodInput;
  TenantFloors: ResolverTypeWrapper<TenantFloors>;
  TenantFloorsInput: TenantFloorsInput;
  StackingGroup: ResolverTypeWrapper<StackingGroup>;
  StackingGroupInput: StackingGroupInput;
  UpdateTenantSettingsInput: UpdateTenantSettingsInput;
  UpdateTenantSettingsPayload: ResolverTypeWrapper<UpdateTenantSettingsPayload>;
  UpdateTenantSettingsError: ResolverTypeWrapper<UpdateTenantSettingsError>;
  UpdateTenantSettingsErrorCode: UpdateTenantSettingsErrorCode;
  AdvanceClockInput: AdvanceClockInput;
  AdvanceClockPayload: ResolverTypeWrapper<AdvanceClockPayload>;
  AdvanceClockError: ResolverTypeWrapper<AdvanceClockError>;
  AdvanceClockErrorCode: AdvanceClockErrorCode;
  TemplateCheckInput: TemplateCheckInput;
  TemplateCheck: ResolverTypeWrapper<TemplateCheck>;
  DangerSearch: ResolverTypeWrapper<DangerSearch>;
  TemplateFinding: ResolverTypeWrapper<TemplateFinding>;
  ProvingCart: ResolverTypeWrapper<ProvingCart>;
  ProvingLine: ResolverTypeWrapper<ProvingLine>;
  ProvingPromotion: ResolverTypeWrapper<ProvingPromotion>;
  FindingSeverity: FindingSeverity;
  FindingCode: FindingCode;
  PromotionExplanationInput: PromotionExplanationInput;
  PromotionExplanation: ResolverTypeWrapper<PromotionExplanation>;
  RuleVerdict: RuleVerdict;
  UnmetCondition: ResolverTypeWrapper<UnmetCondition>;
  RuleChange: ResolverTypeWrapper<RuleChange>;
  RuleFact: ResolverTypeWrapper<RuleFact>;
  RuleFactType: RuleFactType;
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
  JsonValue: Scalars['JsonValue']['output'];
  FactRecord: Scalars['FactRecord']['output'];
  Query: Record<PropertyKey, never>;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  Mutation: Record<PropertyKey, never>;
  PromotionTemplate: Omit<PromotionTemplate, 'versions' | 'auditLog'>;
  BenefitSummary: BenefitSummary;
  TemplateFilter: TemplateFilter;
  PromotionTemplateConnection: Omit<PromotionTemplateConnection, 'edges'> & { edges: Array<ResolversParentTypes['PromotionTemplateEdge']> };
  PromotionTemplateEdge: Omit<PromotionTemplateEdge, 'node'> & { node: ResolversParentTypes['PromotionTemplate'] };
  PromotionTemplateVersion: PromotionTemplateVersion;
  PromotionTemplateVersionConnection: PromotionTemplateVersionConnection;
  PromotionTemplateVersionEdge: PromotionTemplateVersionEdge;
  Actor: Actor;
  TemplateReview: TemplateReview;
  TemplateAuditEntry: TemplateAuditEntry;
  TemplateAuditChange: TemplateAuditChange;
  TemplateAuditConnection: TemplateAuditConnection;
  TemplateAuditEdge: TemplateAuditEdge;
  TemplateAuditVerification: TemplateAuditVerification;
  Boolean: Scalars['Boolean']['output'];
  Sku: Omit<Sku, 'promotions'> & { promotions: Array<ResolversParentTypes['PromotionTemplate']> } | FederationReferenceTypes['Sku'];
  UpsertSkusInput: UpsertSkusInput;
  SkuInput: SkuInput;
  SkuAttributeInput: SkuAttributeInput;
  UpsertSkusPayload: UpsertSkusPayload;
  UpsertSkusError: UpsertSkusError;
  CreateTemplateInput: CreateTemplateInput;
  CreateTemplatePayload: Omit<CreateTemplatePayload, 'template'> & { template?: Maybe<ResolversParentTypes['PromotionTemplate']> };
  CreateTemplateError: CreateTemplateError;
  ReviseTemplateInput: ReviseTemplateInput;
  ReviseTemplatePayload: Omit<ReviseTemplatePayload, 'template' | 'current'> & { template?: Maybe<ResolversParentTypes['PromotionTemplate']>, current?: Maybe<ResolversParentTypes['PromotionTemplate']> };
  ReviseTemplateError: ReviseTemplateError;
  PublishTemplateInput: PublishTemplateInput;
  PublishTemplatePayload: Omit<PublishTemplatePayload, 'template'> & { template?: Maybe<ResolversParentTypes['PromotionTemplate']> };
  PublishTemplateError: PublishTemplateError;
  PauseTemplateInput: PauseTemplateInput;
  PauseTemplatePayload: Omit<PauseTemplatePayload, 'template'> & { template?: Maybe<ResolversParentTypes['PromotionTemplate']> };
  ResumeTemplateInput: ResumeTemplateInput;
  ResumeTemplatePayload: Omit<ResumeTemplatePayload, 'template'> & { template?: Maybe<ResolversParentTypes['PromotionTemplate']> };
  EndTemplateInput: EndTemplateInput;
  EndTemplatePayload: Omit<EndTemplatePayload, 'template'> & { template?: Maybe<ResolversParentTypes['PromotionTemplate']> };
  TemplateMoveError: TemplateMoveError;
  SubmitTemplateForReviewInput: SubmitTemplateForReviewInput;
  SubmitTemplateForReviewPayload: Omit<SubmitTemplateForReviewPayload, 'template'> & { template?: Maybe<ResolversParentTypes['PromotionTemplate']> };
  SubmitTemplateForReviewError: SubmitTemplateForReviewError;
  WithdrawTemplateFromReviewInput: WithdrawTemplateFromReviewInput;
  WithdrawTemplateFromReviewPayload: Omit<WithdrawTemplateFromReviewPayload, 'template'> & { template?: Maybe<ResolversParentTypes['PromotionTemplate']> };
  WithdrawTemplateFromReviewError: WithdrawTemplateFromReviewError;
  ApproveTemplateInput: ApproveTemplateInput;
  ApproveTemplatePayload: Omit<ApproveTemplatePayload, 'template'> & { template?: Maybe<ResolversParentTypes['PromotionTemplate']> };
  ApproveTemplateError: ApproveTemplateError;
  RejectTemplateInput: RejectTemplateInput;
  RejectTemplatePayload: Omit<RejectTemplatePayload, 'template'> & { template?: Maybe<ResolversParentTypes['PromotionTemplate']> };
  RejectTemplateError: RejectTemplateError;
  RollbackTemplateInput: RollbackTemplateInput;
  RollbackTemplatePayload: Omit<RollbackTemplatePayload, 'template'> & { template?: Maybe<ResolversParentTypes['PromotionTemplate']> };
  RollbackTemplateError: RollbackTemplateError;
  IncreaseTemplateStockInput: IncreaseTemplateStockInput;
  IncreaseTemplateStockPayload: Omit<IncreaseTemplateStockPayload, 'template'> & { template?: Maybe<ResolversParentTypes['PromotionTemplate']> };
  IncreaseTemplateStockError: IncreaseTemplateStockError;
  CopyTemplateInput: CopyTemplateInput;
  CopyTemplatePayload: Omit<CopyTemplatePayload, 'template'> & { template?: Maybe<ResolversParentTypes['PromotionTemplate']> };
  CopyTemplateError: CopyTemplateError;
  PublishTemplatesInput: PublishTemplatesInput;
  PublishTemplatesPayload: Omit<PublishTemplatesPayload, 'results'> & { results: Array<ResolversParentTypes['PublishTemplatesResult']> };
  PublishTemplatesResult: Omit<PublishTemplatesResult, 'template'> & { template?: Maybe<ResolversParentTypes['PromotionTemplate']> };
  PublishTemplatesError: PublishTemplatesError;
  TenantSettings: TenantSettings;
  ShippingMethod: ShippingMethod;
  ShippingMethodInput: ShippingMethodInput;
  TenantFloors: TenantFloors;
  TenantFloorsInput: TenantFloorsInput;
  StackingGroup: StackingGroup;
  StackingGroupInput: StackingGroupInput;
  UpdateTenantSettingsInput: UpdateTenantSettingsInput;
  UpdateTenantSettingsPayload: UpdateTenantSettingsPayload;
  UpdateTenantSettingsError: UpdateTenantSettingsError;
  AdvanceClockInput: AdvanceClockInput;
  AdvanceClockPayload: AdvanceClockPayload;
  AdvanceClockError: AdvanceClockError;
  TemplateCheckInput: TemplateCheckInput;
  TemplateCheck: TemplateCheck;
  DangerSearch: DangerSearch;
  TemplateFinding: TemplateFinding;
  ProvingCart: ProvingCart;
  ProvingLine: ProvingLine;
  ProvingPromotion: ProvingPromotion;
  PromotionExplanationInput: PromotionExplanationInput;
  PromotionExplanation: PromotionExplanation;
  UnmetCondition: UnmetCondition;
  RuleChange: RuleChange;
  RuleFact: RuleFact;
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

export interface JsonValueScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JsonValue'], any> {
  name: 'JsonValue';
}

export interface FactRecordScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['FactRecord'], any> {
  name: 'FactRecord';
}

export type QueryResolvers<ContextType = any, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType, RequireFields<QueryTemplateArgs, 'id'>>;
  templates?: Resolver<ResolversTypes['PromotionTemplateConnection'], ParentType, ContextType, RequireFields<QueryTemplatesArgs, 'first'>>;
  sku?: Resolver<Maybe<ResolversTypes['Sku']>, ParentType, ContextType, RequireFields<QuerySkuArgs, 'id'>>;
  skus?: Resolver<Array<Maybe<ResolversTypes['Sku']>>, ParentType, ContextType, RequireFields<QuerySkusArgs, 'ids'>>;
  tenantSettings?: Resolver<ResolversTypes['TenantSettings'], ParentType, ContextType>;
  templateVersion?: Resolver<Maybe<ResolversTypes['PromotionTemplateVersion']>, ParentType, ContextType, RequireFields<QueryTemplateVersionArgs, 'templateId' | 'version'>>;
  verifyTemplateAudit?: Resolver<Maybe<ResolversTypes['TemplateAuditVerification']>, ParentType, ContextType, RequireFields<QueryVerifyTemplateAuditArgs, 'templateId'>>;
  templateCheck?: Resolver<Maybe<ResolversTypes['TemplateCheck']>, ParentType, ContextType, RequireFields<QueryTemplateCheckArgs, 'input'>>;
  promotionExplanation?: Resolver<Maybe<ResolversTypes['PromotionExplanation']>, ParentType, ContextType, RequireFields<QueryPromotionExplanationArgs, 'input'>>;
  ruleFacts?: Resolver<Array<ResolversTypes['RuleFact']>, ParentType, ContextType>;
};

export type MutationResolvers<ContextType = any, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  upsertSkus?: Resolver<ResolversTypes['UpsertSkusPayload'], ParentType, ContextType, RequireFields<MutationUpsertSkusArgs, 'input'>>;
  createTemplate?: Resolver<ResolversTypes['CreateTemplatePayload'], ParentType, ContextType, RequireFields<MutationCreateTemplateArgs, 'input'>>;
  reviseTemplate?: Resolver<ResolversTypes['ReviseTemplatePayload'], ParentType, ContextType, RequireFields<MutationReviseTemplateArgs, 'input'>>;
  publishTemplate?: Resolver<ResolversTypes['PublishTemplatePayload'], ParentType, ContextType, RequireFields<MutationPublishTemplateArgs, 'input'>>;
  pauseTemplate?: Resolver<ResolversTypes['PauseTemplatePayload'], ParentType, ContextType, RequireFields<MutationPauseTemplateArgs, 'input'>>;
  resumeTemplate?: Resolver<ResolversTypes['ResumeTemplatePayload'], ParentType, ContextType, RequireFields<MutationResumeTemplateArgs, 'input'>>;
  endTemplate?: Resolver<ResolversTypes['EndTemplatePayload'], ParentType, ContextType, RequireFields<MutationEndTemplateArgs, 'input'>>;
  submitTemplateForReview?: Resolver<ResolversTypes['SubmitTemplateForReviewPayload'], ParentType, ContextType, RequireFields<MutationSubmitTemplateForReviewArgs, 'input'>>;
  withdrawTemplateFromReview?: Resolver<ResolversTypes['WithdrawTemplateFromReviewPayload'], ParentType, ContextType, RequireFields<MutationWithdrawTemplateFromReviewArgs, 'input'>>;
  approveTemplate?: Resolver<ResolversTypes['ApproveTemplatePayload'], ParentType, ContextType, RequireFields<MutationApproveTemplateArgs, 'input'>>;
  rejectTemplate?: Resolver<ResolversTypes['RejectTemplatePayload'], ParentType, ContextType, RequireFields<MutationRejectTemplateArgs, 'input'>>;
  rollbackTemplate?: Resolver<ResolversTypes['RollbackTemplatePayload'], ParentType, ContextType, RequireFields<MutationRollbackTemplateArgs, 'input'>>;
  increaseTemplateStock?: Resolver<ResolversTypes['IncreaseTemplateStockPayload'], ParentType, ContextType, RequireFields<MutationIncreaseTemplateStockArgs, 'input'>>;
  copyTemplate?: Resolver<ResolversTypes['CopyTemplatePayload'], ParentType, ContextType, RequireFields<MutationCopyTemplateArgs, 'input'>>;
  publishTemplates?: Resolver<ResolversTypes['PublishTemplatesPayload'], ParentType, ContextType, RequireFields<MutationPublishTemplatesArgs, 'input'>>;
  updateTenantSettings?: Resolver<ResolversTypes['UpdateTenantSettingsPayload'], ParentType, ContextType, RequireFields<MutationUpdateTenantSettingsArgs, 'input'>>;
  advanceClock?: Resolver<ResolversTypes['AdvanceClockPayload'], ParentType, ContextType, RequireFields<MutationAdvanceClockArgs, 'input'>>;
};

export type PromotionTemplateResolvers<ContextType = any, ParentType extends ResolversParentTypes['PromotionTemplate'] = ResolversParentTypes['PromotionTemplate'], FederationReferenceType extends FederationReferenceTypes['PromotionTemplate'] = FederationReferenceTypes['PromotionTemplate']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['PromotionTemplate']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  merchantId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType, Partial<PromotionTemplateNameArgs>>;
  names?: Resolver<Array<ResolversTypes['LocalizedText']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['TemplateState'], ParentType, ContextType>;
  trigger?: Resolver<ResolversTypes['PromotionTrigger'], ParentType, ContextType>;
  startsAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  endsAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  benefits?: Resolver<Array<ResolversTypes['BenefitSummary']>, ParentType, ContextType>;
  stockCount?: Resolver<Maybe<ResolversTypes['Long']>, ParentType, ContextType>;
  version?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  document?: Resolver<Maybe<ResolversTypes['TemplateDocument']>, ParentType, ContextType>;
  conditionText?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  draft?: Resolver<Maybe<ResolversTypes['TemplateDocument']>, ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  review?: Resolver<Maybe<ResolversTypes['TemplateReview']>, ParentType, ContextType>;
  versions?: Resolver<ResolversTypes['PromotionTemplateVersionConnection'], ParentType, ContextType, RequireFields<PromotionTemplateVersionsArgs, 'first'>>;
  auditLog?: Resolver<ResolversTypes['TemplateAuditConnection'], ParentType, ContextType, RequireFields<PromotionTemplateAuditLogArgs, 'first'>>;
};

export type BenefitSummaryResolvers<ContextType = any, ParentType extends ResolversParentTypes['BenefitSummary'] = ResolversParentTypes['BenefitSummary']> = {
  kind?: Resolver<ResolversTypes['BenefitKind'], ParentType, ContextType>;
  thresholds?: Resolver<Array<ResolversTypes['Money']>, ParentType, ContextType>;
  amountsOff?: Resolver<Array<ResolversTypes['Money']>, ParentType, ContextType>;
  percentOffBasisPoints?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  maxAmounts?: Resolver<Array<ResolversTypes['Money']>, ParentType, ContextType>;
};

export type PromotionTemplateConnectionResolvers<ContextType = any, ParentType extends ResolversParentTypes['PromotionTemplateConnection'] = ResolversParentTypes['PromotionTemplateConnection']> = {
  edges?: Resolver<Array<ResolversTypes['PromotionTemplateEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type PromotionTemplateEdgeResolvers<ContextType = any, ParentType extends ResolversParentTypes['PromotionTemplateEdge'] = ResolversParentTypes['PromotionTemplateEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['PromotionTemplate'], ParentType, ContextType>;
};

export type PromotionTemplateVersionResolvers<ContextType = any, ParentType extends ResolversParentTypes['PromotionTemplateVersion'] = ResolversParentTypes['PromotionTemplateVersion']> = {
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  document?: Resolver<ResolversTypes['TemplateDocument'], ParentType, ContextType>;
  publishedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  publishedBy?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
};

export type PromotionTemplateVersionConnectionResolvers<ContextType = any, ParentType extends ResolversParentTypes['PromotionTemplateVersionConnection'] = ResolversParentTypes['PromotionTemplateVersionConnection']> = {
  edges?: Resolver<Array<ResolversTypes['PromotionTemplateVersionEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type PromotionTemplateVersionEdgeResolvers<ContextType = any, ParentType extends ResolversParentTypes['PromotionTemplateVersionEdge'] = ResolversParentTypes['PromotionTemplateVersionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['PromotionTemplateVersion'], ParentType, ContextType>;
};

export type ActorResolvers<ContextType = any, ParentType extends ResolversParentTypes['Actor'] = ResolversParentTypes['Actor']> = {
  kind?: Resolver<ResolversTypes['ActorKind'], ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type TemplateReviewResolvers<ContextType = any, ParentType extends ResolversParentTypes['TemplateReview'] = ResolversParentTypes['TemplateReview']> = {
  state?: Resolver<ResolversTypes['TemplateReviewState'], ParentType, ContextType>;
  draftFingerprint?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  submittedBy?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  submittedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  decidedBy?: Resolver<Maybe<ResolversTypes['Actor']>, ParentType, ContextType>;
  decidedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type TemplateAuditEntryResolvers<ContextType = any, ParentType extends ResolversParentTypes['TemplateAuditEntry'] = ResolversParentTypes['TemplateAuditEntry']> = {
  seq?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  by?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  act?: Resolver<ResolversTypes['TemplateAct'], ParentType, ContextType>;
  changes?: Resolver<Array<ResolversTypes['TemplateAuditChange']>, ParentType, ContextType>;
  previousHash?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type TemplateAuditChangeResolvers<ContextType = any, ParentType extends ResolversParentTypes['TemplateAuditChange'] = ResolversParentTypes['TemplateAuditChange']> = {
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  from?: Resolver<Maybe<ResolversTypes['JsonValue']>, ParentType, ContextType>;
  to?: Resolver<Maybe<ResolversTypes['JsonValue']>, ParentType, ContextType>;
};

export type TemplateAuditConnectionResolvers<ContextType = any, ParentType extends ResolversParentTypes['TemplateAuditConnection'] = ResolversParentTypes['TemplateAuditConnection']> = {
  edges?: Resolver<Array<ResolversTypes['TemplateAuditEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type TemplateAuditEdgeResolvers<ContextType = any, ParentType extends ResolversParentTypes['TemplateAuditEdge'] = ResolversParentTypes['TemplateAuditEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['TemplateAuditEntry'], ParentType, ContextType>;
};

export type TemplateAuditVerificationResolvers<ContextType = any, ParentType extends ResolversParentTypes['TemplateAuditVerification'] = ResolversParentTypes['TemplateAuditVerification']> = {
  isWhole?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  entryCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  firstBrokenSeq?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type SkuResolvers<ContextType = any, ParentType extends ResolversParentTypes['Sku'] = ResolversParentTypes['Sku'], FederationReferenceType extends FederationReferenceTypes['Sku'] = FederationReferenceTypes['Sku']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Sku']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  merchantId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  category?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  brand?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  itemType?: Resolver<Maybe<ResolversTypes['SkuItemType']>, ParentType, ContextType>;
  listPrices?: Resolver<Array<ResolversTypes['Money']>, ParentType, ContextType>;
  memberPrices?: Resolver<Array<ResolversTypes['Money']>, ParentType, ContextType>;
  taxRateBasisPoints?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  minUnitPrices?: Resolver<Array<ResolversTypes['Money']>, ParentType, ContextType>;
  promotions?: Resolver<Array<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
};

export type UpsertSkusPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['UpsertSkusPayload'] = ResolversParentTypes['UpsertSkusPayload']> = {
  changedCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  unchangedCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UpsertSkusError']>, ParentType, ContextType>;
};

export type UpsertSkusErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['UpsertSkusError'] = ResolversParentTypes['UpsertSkusError']> = {
  code?: Resolver<ResolversTypes['UpsertSkusErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CreateTemplatePayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['CreateTemplatePayload'] = ResolversParentTypes['CreateTemplatePayload']> = {
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['CreateTemplateError']>, ParentType, ContextType>;
};

export type CreateTemplateErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['CreateTemplateError'] = ResolversParentTypes['CreateTemplateError']> = {
  code?: Resolver<ResolversTypes['CreateTemplateErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ReviseTemplatePayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['ReviseTemplatePayload'] = ResolversParentTypes['ReviseTemplatePayload']> = {
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  current?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['ReviseTemplateError']>, ParentType, ContextType>;
};

export type ReviseTemplateErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['ReviseTemplateError'] = ResolversParentTypes['ReviseTemplateError']> = {
  code?: Resolver<ResolversTypes['ReviseTemplateErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PublishTemplatePayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['PublishTemplatePayload'] = ResolversParentTypes['PublishTemplatePayload']> = {
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['PublishTemplateError']>, ParentType, ContextType>;
};

export type PublishTemplateErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['PublishTemplateError'] = ResolversParentTypes['PublishTemplateError']> = {
  code?: Resolver<ResolversTypes['PublishTemplateErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PauseTemplatePayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['PauseTemplatePayload'] = ResolversParentTypes['PauseTemplatePayload']> = {
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['TemplateMoveError']>, ParentType, ContextType>;
};

export type ResumeTemplatePayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['ResumeTemplatePayload'] = ResolversParentTypes['ResumeTemplatePayload']> = {
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['TemplateMoveError']>, ParentType, ContextType>;
};

export type EndTemplatePayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['EndTemplatePayload'] = ResolversParentTypes['EndTemplatePayload']> = {
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['TemplateMoveError']>, ParentType, ContextType>;
};

export type TemplateMoveErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['TemplateMoveError'] = ResolversParentTypes['TemplateMoveError']> = {
  code?: Resolver<ResolversTypes['TemplateMoveErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SubmitTemplateForReviewPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['SubmitTemplateForReviewPayload'] = ResolversParentTypes['SubmitTemplateForReviewPayload']> = {
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['SubmitTemplateForReviewError']>, ParentType, ContextType>;
};

export type SubmitTemplateForReviewErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['SubmitTemplateForReviewError'] = ResolversParentTypes['SubmitTemplateForReviewError']> = {
  code?: Resolver<ResolversTypes['SubmitTemplateForReviewErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type WithdrawTemplateFromReviewPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['WithdrawTemplateFromReviewPayload'] = ResolversParentTypes['WithdrawTemplateFromReviewPayload']> = {
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['WithdrawTemplateFromReviewError']>, ParentType, ContextType>;
};

export type WithdrawTemplateFromReviewErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['WithdrawTemplateFromReviewError'] = ResolversParentTypes['WithdrawTemplateFromReviewError']> = {
  code?: Resolver<ResolversTypes['WithdrawTemplateFromReviewErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ApproveTemplatePayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['ApproveTemplatePayload'] = ResolversParentTypes['ApproveTemplatePayload']> = {
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['ApproveTemplateError']>, ParentType, ContextType>;
};

export type ApproveTemplateErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['ApproveTemplateError'] = ResolversParentTypes['ApproveTemplateError']> = {
  code?: Resolver<ResolversTypes['ApproveTemplateErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RejectTemplatePayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['RejectTemplatePayload'] = ResolversParentTypes['RejectTemplatePayload']> = {
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['RejectTemplateError']>, ParentType, ContextType>;
};

export type RejectTemplateErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['RejectTemplateError'] = ResolversParentTypes['RejectTemplateError']> = {
  code?: Resolver<ResolversTypes['RejectTemplateErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RollbackTemplatePayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['RollbackTemplatePayload'] = ResolversParentTypes['RollbackTemplatePayload']> = {
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['RollbackTemplateError']>, ParentType, ContextType>;
};

export type RollbackTemplateErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['RollbackTemplateError'] = ResolversParentTypes['RollbackTemplateError']> = {
  code?: Resolver<ResolversTypes['RollbackTemplateErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type IncreaseTemplateStockPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['IncreaseTemplateStockPayload'] = ResolversParentTypes['IncreaseTemplateStockPayload']> = {
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['IncreaseTemplateStockError']>, ParentType, ContextType>;
};

export type IncreaseTemplateStockErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['IncreaseTemplateStockError'] = ResolversParentTypes['IncreaseTemplateStockError']> = {
  code?: Resolver<ResolversTypes['IncreaseTemplateStockErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CopyTemplatePayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['CopyTemplatePayload'] = ResolversParentTypes['CopyTemplatePayload']> = {
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['CopyTemplateError']>, ParentType, ContextType>;
};

export type CopyTemplateErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['CopyTemplateError'] = ResolversParentTypes['CopyTemplateError']> = {
  code?: Resolver<ResolversTypes['CopyTemplateErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PublishTemplatesPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['PublishTemplatesPayload'] = ResolversParentTypes['PublishTemplatesPayload']> = {
  results?: Resolver<Array<ResolversTypes['PublishTemplatesResult']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['PublishTemplatesError']>, ParentType, ContextType>;
};

export type PublishTemplatesResultResolvers<ContextType = any, ParentType extends ResolversParentTypes['PublishTemplatesResult'] = ResolversParentTypes['PublishTemplatesResult']> = {
  templateId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  template?: Resolver<Maybe<ResolversTypes['PromotionTemplate']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['PublishTemplateError']>, ParentType, ContextType>;
};

export type PublishTemplatesErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['PublishTemplatesError'] = ResolversParentTypes['PublishTemplatesError']> = {
  code?: Resolver<ResolversTypes['PublishTemplatesErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TenantSettingsResolvers<ContextType = any, ParentType extends ResolversParentTypes['TenantSettings'] = ResolversParentTypes['TenantSettings']> = {
  zone?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  maxCouponsPerOrder?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  quoteValidMinutes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  paymentMinutes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  solverNodeBudget?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  reminderLeadHours?: Resolver<Array<ResolversTypes['Int']>, ParentType, ContextType>;
  stackingGroups?: Resolver<Array<ResolversTypes['StackingGroup']>, ParentType, ContextType>;
  isApprovalRequired?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  taxMode?: Resolver<ResolversTypes['TaxMode'], ParentType, ContextType>;
  defaultTaxRateBasisPoints?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  shippingMethods?: Resolver<Array<ResolversTypes['ShippingMethod']>, ParentType, ContextType>;
  memberTiers?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  isHeldQuoteGoodWhenPaused?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  solverMilliseconds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  giftHours?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  warnAboveDiscountBasisPoints?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  floors?: Resolver<Maybe<ResolversTypes['TenantFloors']>, ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ShippingMethodResolvers<ContextType = any, ParentType extends ResolversParentTypes['ShippingMethod'] = ResolversParentTypes['ShippingMethod']> = {
  method?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  prices?: Resolver<Array<ResolversTypes['Money']>, ParentType, ContextType>;
};

export type TenantFloorsResolvers<ContextType = any, ParentType extends ResolversParentTypes['TenantFloors'] = ResolversParentTypes['TenantFloors']> = {
  maxDiscountShareBasisPoints?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  minPayable?: Resolver<Array<ResolversTypes['Money']>, ParentType, ContextType>;
};

export type StackingGroupResolvers<ContextType = any, ParentType extends ResolversParentTypes['StackingGroup'] = ResolversParentTypes['StackingGroup']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  maxPerOrder?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  maxPerLine?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  isAlwaysStackable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type UpdateTenantSettingsPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['UpdateTenantSettingsPayload'] = ResolversParentTypes['UpdateTenantSettingsPayload']> = {
  settings?: Resolver<Maybe<ResolversTypes['TenantSettings']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UpdateTenantSettingsError']>, ParentType, ContextType>;
};

export type UpdateTenantSettingsErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['UpdateTenantSettingsError'] = ResolversParentTypes['UpdateTenantSettingsError']> = {
  code?: Resolver<ResolversTypes['UpdateTenantSettingsErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AdvanceClockPayloadResolvers<ContextType = any, ParentType extends ResolversParentTypes['AdvanceClockPayload'] = ResolversParentTypes['AdvanceClockPayload']> = {
  now?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['AdvanceClockError']>, ParentType, ContextType>;
};

export type AdvanceClockErrorResolvers<ContextType = any, ParentType extends ResolversParentTypes['AdvanceClockError'] = ResolversParentTypes['AdvanceClockError']> = {
  code?: Resolver<ResolversTypes['AdvanceClockErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TemplateCheckResolvers<ContextType = any, ParentType extends ResolversParentTypes['TemplateCheck'] = ResolversParentTypes['TemplateCheck']> = {
  canPublish?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasWarnings?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  findings?: Resolver<Array<ResolversTypes['TemplateFinding']>, ParentType, ContextType>;
  search?: Resolver<Maybe<ResolversTypes['DangerSearch']>, ParentType, ContextType>;
};

export type DangerSearchResolvers<ContextType = any, ParentType extends ResolversParentTypes['DangerSearch'] = ResolversParentTypes['DangerSearch']> = {
  cartCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  isExhaustive?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type TemplateFindingResolvers<ContextType = any, ParentType extends ResolversParentTypes['TemplateFinding'] = ResolversParentTypes['TemplateFinding']> = {
  severity?: Resolver<ResolversTypes['FindingSeverity'], ParentType, ContextType>;
  code?: Resolver<ResolversTypes['FindingCode'], ParentType, ContextType>;
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  cure?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  cart?: Resolver<Maybe<ResolversTypes['ProvingCart']>, ParentType, ContextType>;
};

export type ProvingCartResolvers<ContextType = any, ParentType extends ResolversParentTypes['ProvingCart'] = ResolversParentTypes['ProvingCart']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  facts?: Resolver<ResolversTypes['FactRecord'], ParentType, ContextType>;
  lines?: Resolver<Array<ResolversTypes['ProvingLine']>, ParentType, ContextType>;
  promotions?: Resolver<Array<ResolversTypes['ProvingPromotion']>, ParentType, ContextType>;
  listTotal?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  discount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  payable?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  payableWithFloors?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
};

export type ProvingLineResolvers<ContextType = any, ParentType extends ResolversParentTypes['ProvingLine'] = ResolversParentTypes['ProvingLine']> = {
  skuId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  unitPrice?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type ProvingPromotionResolvers<ContextType = any, ParentType extends ResolversParentTypes['ProvingPromotion'] = ResolversParentTypes['ProvingPromotion']> = {
  templateId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type PromotionExplanationResolvers<ContextType = any, ParentType extends ResolversParentTypes['PromotionExplanation'] = ResolversParentTypes['PromotionExplanation']> = {
  verdict?: Resolver<ResolversTypes['RuleVerdict'], ParentType, ContextType>;
  unmet?: Resolver<Array<ResolversTypes['UnmetCondition']>, ParentType, ContextType>;
  isCurable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  cure?: Resolver<Array<ResolversTypes['RuleChange']>, ParentType, ContextType>;
};

export type UnmetConditionResolvers<ContextType = any, ParentType extends ResolversParentTypes['UnmetCondition'] = ResolversParentTypes['UnmetCondition']> = {
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  fact?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  required?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  observed?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type RuleChangeResolvers<ContextType = any, ParentType extends ResolversParentTypes['RuleChange'] = ResolversParentTypes['RuleChange']> = {
  fact?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type RuleFactResolvers<ContextType = any, ParentType extends ResolversParentTypes['RuleFact'] = ResolversParentTypes['RuleFact']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['RuleFactType'], ParentType, ContextType>;
  about?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  operators?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  values?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
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
  __resolveType?: TypeResolveFn<'UpsertSkusError' | 'CreateTemplateError' | 'ReviseTemplateError' | 'PublishTemplateError' | 'TemplateMoveError' | 'SubmitTemplateForReviewError' | 'WithdrawTemplateFromReviewError' | 'ApproveTemplateError' | 'RejectTemplateError' | 'RollbackTemplateError' | 'IncreaseTemplateStockError' | 'CopyTemplateError' | 'PublishTemplatesError' | 'UpdateTenantSettingsError' | 'AdvanceClockError' | 'ReplayDeadLetterError', ParentType, ContextType>;
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
  JsonValue?: GraphQLScalarType;
  FactRecord?: GraphQLScalarType;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  PromotionTemplate?: PromotionTemplateResolvers<ContextType>;
  BenefitSummary?: BenefitSummaryResolvers<ContextType>;
  PromotionTemplateConnection?: PromotionTemplateConnectionResolvers<ContextType>;
  PromotionTemplateEdge?: PromotionTemplateEdgeResolvers<ContextType>;
  PromotionTemplateVersion?: PromotionTemplateVersionResolvers<ContextType>;
  PromotionTemplateVersionConnection?: PromotionTemplateVersionConnectionResolvers<ContextType>;
  PromotionTemplateVersionEdge?: PromotionTemplateVersionEdgeResolvers<ContextType>;
  Actor?: ActorResolvers<ContextType>;
  TemplateReview?: TemplateReviewResolvers<ContextType>;
  TemplateAuditEntry?: TemplateAuditEntryResolvers<ContextType>;
  TemplateAuditChange?: TemplateAuditChangeResolvers<ContextType>;
  TemplateAuditConnection?: TemplateAuditConnectionResolvers<ContextType>;
  TemplateAuditEdge?: TemplateAuditEdgeResolvers<ContextType>;
  TemplateAuditVerification?: TemplateAuditVerificationResolvers<ContextType>;
  Sku?: SkuResolvers<ContextType>;
  UpsertSkusPayload?: UpsertSkusPayloadResolvers<ContextType>;
  UpsertSkusError?: UpsertSkusErrorResolvers<ContextType>;
  CreateTemplatePayload?: CreateTemplatePayloadResolvers<ContextType>;
  CreateTemplateError?: CreateTemplateErrorResolvers<ContextType>;
  ReviseTemplatePayload?: ReviseTemplatePayloadResolvers<ContextType>;
  ReviseTemplateError?: ReviseTemplateErrorResolvers<ContextType>;
  PublishTemplatePayload?: PublishTemplatePayloadResolvers<ContextType>;
  PublishTemplateError?: PublishTemplateErrorResolvers<ContextType>;
  PauseTemplatePayload?: PauseTemplatePayloadResolvers<ContextType>;
  ResumeTemplatePayload?: ResumeTemplatePayloadResolvers<ContextType>;
  EndTemplatePayload?: EndTemplatePayloadResolvers<ContextType>;
  TemplateMoveError?: TemplateMoveErrorResolvers<ContextType>;
  SubmitTemplateForReviewPayload?: SubmitTemplateForReviewPayloadResolvers<ContextType>;
  SubmitTemplateForReviewError?: SubmitTemplateForReviewErrorResolvers<ContextType>;
  WithdrawTemplateFromReviewPayload?: WithdrawTemplateFromReviewPayloadResolvers<ContextType>;
  WithdrawTemplateFromReviewError?: WithdrawTemplateFromReviewErrorResolvers<ContextType>;
  ApproveTemplatePayload?: ApproveTemplatePayloadResolvers<ContextType>;
  ApproveTemplateError?: ApproveTemplateErrorResolvers<ContextType>;
  RejectTemplatePayload?: RejectTemplatePayloadResolvers<ContextType>;
  RejectTemplateError?: RejectTemplateErrorResolvers<ContextType>;
  RollbackTemplatePayload?: RollbackTemplatePayloadResolvers<ContextType>;
  RollbackTemplateError?: RollbackTemplateErrorResolvers<ContextType>;
  IncreaseTemplateStockPayload?: IncreaseTemplateStockPayloadResolvers<ContextType>;
  IncreaseTemplateStockError?: IncreaseTemplateStockErrorResolvers<ContextType>;
  CopyTemplatePayload?: CopyTemplatePayloadResolvers<ContextType>;
  CopyTemplateError?: CopyTemplateErrorResolvers<ContextType>;
  PublishTemplatesPayload?: PublishTemplatesPayloadResolvers<ContextType>;
  PublishTemplatesResult?: PublishTemplatesResultResolvers<ContextType>;
  PublishTemplatesError?: PublishTemplatesErrorResolvers<ContextType>;
  TenantSettings?: TenantSettingsResolvers<ContextType>;
  ShippingMethod?: ShippingMethodResolvers<ContextType>;
  TenantFloors?: TenantFloorsResolvers<ContextType>;
  StackingGroup?: StackingGroupResolvers<ContextType>;
  UpdateTenantSettingsPayload?: UpdateTenantSettingsPayloadResolvers<ContextType>;
  UpdateTenantSettingsError?: UpdateTenantSettingsErrorResolvers<ContextType>;
  AdvanceClockPayload?: AdvanceClockPayloadResolvers<ContextType>;
  AdvanceClockError?: AdvanceClockErrorResolvers<ContextType>;
  TemplateCheck?: TemplateCheckResolvers<ContextType>;
  DangerSearch?: DangerSearchResolvers<ContextType>;
  TemplateFinding?: TemplateFindingResolvers<ContextType>;
  ProvingCart?: ProvingCartResolvers<ContextType>;
  ProvingLine?: ProvingLineResolvers<ContextType>;
  ProvingPromotion?: ProvingPromotionResolvers<ContextType>;
  PromotionExplanation?: PromotionExplanationResolvers<ContextType>;
  UnmetCondition?: UnmetConditionResolvers<ContextType>;
  RuleChange?: RuleChangeResolvers<ContextType>;
  RuleFact?: RuleFactResolvers<ContextType>;
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
