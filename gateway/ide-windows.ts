import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Role } from '../subgraphs/shared/contracts/identity';
import { projectFile } from '../subgraphs/shared/runtime/files';

/** One window of the IDE: an operation of `clients/operations` with values to start from. */
export interface IdeWindow {
  title: string;
  /** Whose token stands in it in development. */
  role: Exclude<Role, 'service'>;
  /** The file in `clients/operations`, without its ending. */
  operation: string;
  /** May hold `{{templateId}}` and the other names of `walkStart`, which the answers of earlier windows fill in. */
  variables: Record<string, unknown>;
  /** What it is for and what to do next, shown above the operation; a line each. */
  note?: readonly string[];
}

/** What the windows of a walk hand on to each other, as it is before the first answer. */
export const walkStart: Readonly<Record<string, string>> = {
  templateId: 'first run Merchant 2 · author',
  revision: '0',
  draftFingerprint: 'first run Merchant 5 · ask for review',
};

/** Runs after each answer, in the JavaScript of 2019 that the page interprets: what is told of a template is handed on. */
export const rememberTemplate = `// The template of the answer, for {{templateId}}, {{revision}} and {{draftFingerprint}} of the other windows.
Object.values(JSON.parse(altair.response.body).data || {}).forEach((answer) => {
  const template = answer && (answer.template || answer);
  if (!template || !template.id || !template.revision) return;
  altair.helpers.setEnvironment('templateId', template.id, true);
  altair.helpers.setEnvironment('revision', String(template.revision), true);
  if (template.review) altair.helpers.setEnvironment('draftFingerprint', template.review.draftFingerprint, true);
});`;

/** The variables as the window shows them; a revision is a number, so it stands without quotes. */
export function variablesText({ variables }: Pick<IdeWindow, 'variables'>): string {
  return JSON.stringify(variables, null, 2).replaceAll('"{{revision}}"', '{{revision}}');
}

/** What the demo loads, so that the windows say the same before and after it. */
function demoData<T>(file: string, shape: z.ZodType<T>): T {
  return shape.parse(JSON.parse(readFileSync(projectFile(`clients/demo/${file}`), 'utf8')));
}

/** The promotion to author: a flash sale in November 2027, with all six modules. */
const flashSale = demoData('flash-sale.json', z.looseObject({ time: z.looseObject({}) }));

/** Of the catalogue of the demo: of each category, brand and SKU that the flash sale names, one. */
const flashSaleSkus = demoData('skus.json', z.array(z.looseObject({ id: z.string() }))).filter(({ id }) =>
  ['lm-001', 'lm-003', 'lm-009'].includes(id),
);

/** Two kinds of earphones of the festival that `npm run demo` loads. */
const cart = {
  lines: [
    { skuId: 'lm-001', quantity: 1 },
    { skuId: 'lm-002', quantity: 2 },
  ],
  currency: 'CNY',
};

const templateId = '{{templateId}}';
const promotionId = 'paste the id of a promotion here';
const orderId = 'paste the id of an order here';
const couponId = 'paste the id of a coupon here';

/** A promotion that is had by typing a code, with limits that count. */
const codeSale = {
  name: { default: '口令满300减40', en: '¥40 off with a code' },
  trigger: 'CODE',
  time: {
    startsAt: '2026-01-01T00:00:00Z',
    endsAt: '2030-01-01T00:00:00Z',
    validity: { kind: 'DAYS_AFTER_CLAIM', days: 7 },
  },
  limit: { stock: 1000, perUser: { lifetime: 1 }, totalUses: 500, budget: { amount: { CNY: 1_000_000 } } },
  rule: { stackingGroup: 'MERCHANT_COUPON' },
  benefit: [{ kind: 'THRESHOLD_REDUCTION', threshold: { CNY: 30_000 }, off: { CNY: 4000 } }],
};

/** A key of its own for each state of each template, so that the walk can be gone again. */
const keyOf = (act: string): string => `${act} {{templateId}} {{revision}}`;

/** In the order of their tabs. The page opens on the last one, so that is what a newcomer should try first. */
export const ideWindows: readonly IdeWindow[] = [
  { role: 'operator', title: 'Operator · settings', operation: 'tenant-settings', variables: {} },
  {
    role: 'operator',
    title: 'Operator · change settings',
    operation: 'update-tenant-settings',
    variables: { input: { reminderLeadHours: [72, 24, 2], idempotencyKey: 'ide-settings-1' } },
  },
  {
    role: 'operator',
    title: 'Operator · move the clock',
    operation: 'advance-clock',
    variables: { input: { milliseconds: 3_600_000 } },
  },
  { role: 'operator', title: 'Operator · dead letters', operation: 'coupon-dead-letters', variables: { first: 20 } },
  {
    role: 'operator',
    title: 'Operator · demand approval',
    operation: 'update-tenant-settings',
    variables: { input: { isApprovalRequired: true, idempotencyKey: 'ide-approval-1' } },
    note: [
      'From now on nothing is published that a second person did not approve.',
      'To take it back: isApprovalRequired false, and another key.',
    ],
  },
  {
    role: 'operator',
    title: 'Operator · approve',
    operation: 'approve-template',
    variables: {
      input: { templateId, draftFingerprint: '{{draftFingerprint}}', idempotencyKey: keyOf('approve') },
    },
    note: [
      'The second person, after "Merchant 5 · ask for review": never who wrote or submitted the draft.',
      'The fingerprint names the draft that was read; if it changed since, this is refused.',
    ],
  },
  {
    role: 'merchant',
    title: 'Merchant · facts of rules',
    operation: 'rule-facts',
    variables: {},
    note: ['Everything a condition may ask for, and the operators that go with it.'],
  },
  { role: 'merchant', title: 'Merchant · my promotions', operation: 'my-templates', variables: { first: 20 } },
  {
    role: 'merchant',
    title: 'Merchant · one promotion',
    operation: 'template',
    variables: { id: templateId },
    note: ['What is published, the draft beside it, and what a second person said of the draft.'],
  },
  {
    role: 'merchant',
    title: 'Merchant 1 · goods',
    operation: 'upsert-skus',
    variables: { input: { skus: flashSaleSkus, idempotencyKey: 'ide-skus-1' } },
    note: [
      'The goods that the flash sale names: without them its check warns of unknown names.',
      'After npm run demo they are there already: unchangedCount 3.',
    ],
  },
  {
    role: 'merchant',
    title: 'Merchant 2 · author',
    operation: 'create-template',
    variables: { input: { document: flashSale, idempotencyKey: 'ide-author-1' } },
    note: [
      'Writes a draft; open VARIABLES to read it. The next windows take its id from the answer.',
      'JSON Schema for your editor: /files/schemas/promotion-template.json',
      'Another promotion wants another key: the same key gives the same draft again.',
    ],
  },
  {
    role: 'merchant',
    title: 'Merchant 3 · check',
    operation: 'template-check',
    variables: { input: { templateId } },
    note: [
      'What is wrong with the draft, or looks wrong, before it is published. With the goods: nothing.',
      'Its own examples are priced, and carts of its goods beside every promotion that is live.',
      'A document that nobody saved can be checked too: give document instead of templateId.',
      'What a document must look like: /files/schemas/promotion-template.json',
    ],
  },
  {
    role: 'merchant',
    title: 'Merchant 4 · try',
    operation: 'promotion-explanation',
    variables: {
      input: {
        templateId,
        at: '2027-11-11T20:30:00+08:00',
        facts: {
          'user.tags': ['new-user'],
          'user.tier': 'BRONZE',
          'user.registeredAt': '2026-11-01T00:00:00Z',
          'user.payTimes': 0,
        },
        cart: { lines: [{ skuId: 'lm-001', quantity: 1 }], currency: 'CNY' },
      },
    },
    note: [
      'Would it apply to this shopper, this cart, at this moment? No: cure says what would do.',
      'Make user.tier GOLD and it applies. Leave user.payTimes out and nobody knows: UNKNOWN.',
    ],
  },
  {
    role: 'merchant',
    title: 'Merchant · preview a price',
    operation: 'preview-price',
    variables: {
      input: {
        cart: { lines: [{ skuId: 'lm-001', quantity: 1 }], currency: 'CNY' },
        documents: [flashSale],
        includeLive: false,
        at: '2027-11-11T20:30:00+08:00',
        facts: { 'user.payTimes': 0, 'user.tier': 'GOLD' },
      },
    },
    note: [
      'What a cart would cost with documents that nobody saved: documentIndex 0 is the first of them.',
      'includeLive true adds what applies by itself at that moment. A line may name another unitPrice.',
    ],
  },
  {
    role: 'merchant',
    title: 'Merchant 5 · ask for review',
    operation: 'submit-template-for-review',
    variables: { input: { templateId, idempotencyKey: keyOf('submit') } },
    note: ['Needed only after "Operator · demand approval". Next is "Operator · approve".'],
  },
  {
    role: 'merchant',
    title: 'Merchant 6 · publish',
    operation: 'publish-template',
    variables: { input: { templateId, acceptWarnings: false, idempotencyKey: keyOf('publish') } },
    note: [
      'The draft becomes the next version, for ever. It is SCHEDULED until its window begins.',
      'A check that warns refuses with WARNING; acceptWarnings true is your yes.',
    ],
  },
  {
    role: 'merchant',
    title: 'Merchant 7 · change',
    operation: 'revise-template',
    variables: {
      input: {
        templateId,
        revision: '{{revision}}',
        document: { ...flashSale, time: { ...flashSale.time, hoursOfDay: [{ from: '20:00', until: '23:00' }] } },
        idempotencyKey: keyOf('revise'),
      },
    },
    note: [
      'An hour more each evening. To shoppers nothing changes until "Merchant 6 · publish" runs again.',
      'If a colleague changed it since your revision, you get the template as they left it.',
    ],
  },
  {
    role: 'merchant',
    title: 'Merchant 8 · versions',
    operation: 'template-versions',
    variables: { id: templateId, first: 20 },
  },
  {
    role: 'merchant',
    title: 'Merchant 9 · audit log',
    operation: 'template-audit-log',
    variables: { id: templateId, first: 20 },
    note: ['Who did what, when, and which values changed.'],
  },
  {
    role: 'merchant',
    title: 'Merchant 10 · verify the log',
    operation: 'verify-template-audit',
    variables: { templateId },
    note: ['Each entry holds the hash of the one before: what was changed or taken out is found.'],
  },
  {
    role: 'merchant',
    title: 'Merchant 11 · roll back',
    operation: 'rollback-template',
    variables: { input: { templateId, version: 1, idempotencyKey: keyOf('roll back') } },
    note: ['The document of version 1 becomes the next version, without a review: it was out already.'],
  },
  {
    role: 'merchant',
    title: 'Merchant 12 · more stock',
    operation: 'increase-template-stock',
    variables: { input: { templateId, stockCount: 8000, idempotencyKey: keyOf('stock') } },
    note: ['Coupons in all, without a new version. Stock only rises.'],
  },
  {
    role: 'merchant',
    title: 'Merchant 13 · pause',
    operation: 'pause-template',
    variables: { input: { templateId, idempotencyKey: keyOf('pause') } },
  },
  {
    role: 'merchant',
    title: 'Merchant 14 · resume',
    operation: 'resume-template',
    variables: { input: { templateId, idempotencyKey: keyOf('resume') } },
  },
  {
    role: 'merchant',
    title: 'Merchant 15 · end',
    operation: 'end-template',
    variables: { input: { templateId, idempotencyKey: keyOf('end') } },
    note: ['For ever; coupons that were claimed stay valid.'],
  },
  {
    role: 'merchant',
    title: 'Merchant 16 · author codes',
    operation: 'create-template',
    variables: { input: { document: codeSale, idempotencyKey: 'ide-codes-1' } },
    note: ['A promotion for whoever types a code, 500 uses and ¥10,000 in all. Then "Merchant 6 · publish".'],
  },
  {
    role: 'merchant',
    title: 'Merchant 17 · a public code',
    operation: 'create-public-code',
    variables: { input: { templateId, code: 'SPRING40' } },
    note: ['For everybody, within stock and limits. "Shopper · claim by a code" types it.'],
  },
  {
    role: 'merchant',
    title: 'Merchant 18 · generate codes',
    operation: 'generate-codes',
    variables: { input: { templateId, count: 1000, idempotencyKey: 'generate {{templateId}}' } },
    note: [
      'Each becomes one coupon of one person. "Merchant 19 · code jobs" tells how far it is.',
      'The codes themselves: GET /files/promotion-codes.csv?template=… with the same token.',
    ],
  },
  { role: 'merchant', title: 'Merchant 19 · code jobs', operation: 'code-jobs', variables: { templateId, first: 20 } },
  {
    role: 'merchant',
    title: 'Merchant 20 · what was used',
    operation: 'promotion-usage',
    variables: { id: templateId },
    note: ['Of uses and budgets in all: held by orders that are not paid, spent, and left.'],
  },
  {
    role: 'merchant',
    title: 'Merchant 21 · freeze all',
    operation: 'freeze-coupons',
    variables: { input: { templateId, note: 'suspected fraud', idempotencyKey: keyOf('freeze all') } },
    note: ['Every coupon of the promotion, in the background; unfreezeCoupons lets them be used again.'],
  },
  {
    role: 'merchant',
    title: 'Merchant · revoke one coupon',
    operation: 'revoke-coupon',
    variables: { input: { couponId, note: 'issued by mistake', idempotencyKey: 'ide-revoke-1' } },
    note: ['For good. While an order holds it, from the moment it comes back.'],
  },
  {
    role: 'merchant',
    title: 'Merchant · a coupon and its moves',
    operation: 'issued-coupon',
    variables: { id: couponId, first: 20 },
    note: ['Who moved it, when, for which order, from which state to which.'],
  },
  {
    role: 'shopper',
    title: 'Shopper · live events',
    operation: 'coupon-events',
    variables: {},
    note: ['Run it and leave it open: it waits, and shows what the other windows of the shopper do.'],
  },
  {
    role: 'shopper',
    title: 'Shopper · claim a coupon',
    operation: 'claim-coupon',
    variables: { input: { templateId: promotionId, idempotencyKey: 'ide-claim-1' } },
    note: ['Under VARIABLES put the id of a promotion from "Shopper · what I can claim".'],
  },
  {
    role: 'shopper',
    title: 'Shopper · claim by a code',
    operation: 'claim-coupon-by-code',
    variables: { input: { code: 'spring-4o', idempotencyKey: 'ide-code-1' } },
    note: ['After "Merchant 17 · a public code". Gaps, case and look-alikes make no difference.'],
  },
  {
    role: 'shopper',
    title: 'Shopper · what I can claim',
    operation: 'promotions-to-claim',
    variables: { first: 20 },
    note: ['And why not, where I cannot.'],
  },
  { role: 'shopper', title: 'Shopper · count my coupons', operation: 'coupon-counts', variables: {} },
  {
    role: 'shopper',
    title: 'Shopper · coupons for a cart',
    operation: 'coupons-for-cart',
    variables: { cart },
    note: ['Those that would take something off, and why the others would not.'],
  },
  {
    role: 'shopper',
    title: 'Shopper · give a coupon',
    operation: 'gift-coupon',
    variables: { input: { couponId, receiverId: 'u-002', idempotencyKey: 'ide-gift-1' } },
    note: ['Unanswered for two days it comes back. takeBackGift takes it back at once.'],
  },
  { role: 'shopper', title: 'Shopper · gifts for me', operation: 'coupon-offers', variables: { first: 20 } },
  { role: 'shopper', title: 'Shopper · my coupons', operation: 'my-coupons', variables: { first: 20 } },
  {
    role: 'shopper',
    title: 'Shopper · prices in hand',
    operation: 'skus-price-in-hand',
    variables: { ids: cart.lines.map(({ skuId }) => skuId), currency: cart.currency },
    note: ['到手价: what you pay for each alone, with the best of your own coupons; as the cart will say.'],
  },
  {
    role: 'shopper',
    title: 'Shopper · price a cart',
    operation: 'quote',
    variables: { input: { cart, coupons: { kind: 'AUTO' } } },
  },
  {
    role: 'shopper',
    title: 'Shopper · place an order',
    operation: 'settle-order',
    variables: {
      input: {
        cart,
        coupons: { kind: 'AUTO' },
        expectedPayable: { minorUnits: 0, currency: 'CNY' },
        idempotencyKey: 'ide-order-1',
      },
    },
  },
  {
    role: 'shopper',
    title: 'Shopper · pay',
    operation: 'pay-order',
    variables: { input: { orderId, idempotencyKey: 'ide-pay-1' } },
  },
  {
    role: 'shopper',
    title: 'Shopper · cancel an order',
    operation: 'cancel-order',
    variables: { input: { orderId, idempotencyKey: 'ide-cancel-1' } },
  },
  { role: 'shopper', title: 'Shopper · my orders', operation: 'my-orders', variables: { first: 20 } },
  { role: 'shopper', title: 'Shopper · inbox', operation: 'my-inbox', variables: { first: 20 } },
  { role: 'shopper', title: 'Shopper · what is on', operation: 'search-promotions', variables: { first: 10 } },
];
