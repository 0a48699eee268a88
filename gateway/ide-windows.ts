import type { Role } from '../subgraphs/shared/contracts/identity';

/** One window of the IDE: an operation of `clients/operations` with values to start from. */
export interface IdeWindow {
  title: string;
  /** Whose token stands in it in development. */
  role: Exclude<Role, 'service'>;
  /** The file in `clients/operations`, without its ending. */
  operation: string;
  variables: Record<string, unknown>;
}

/** Earphones and jasmine tea of the festival that `npm run demo` loads. */
const cart = {
  lines: [
    { skuId: 'lm-001', quantity: 1 },
    { skuId: 'lm-002', quantity: 2 },
  ],
  currency: 'CNY',
};

const templateId = 'paste the id of a promotion here';
const orderId = 'paste the id of an order here';

/** A coupon to author: ¥20 off what costs ¥100 or more, one a person. */
const document = {
  name: { default: '满100减20', en: '¥20 off orders over ¥100' },
  tags: ['满减'],
  trigger: 'COUPON',
  time: {
    startsAt: '2026-11-01T00:00:00+08:00',
    endsAt: '2027-11-30T23:59:59+08:00',
    zone: 'Asia/Shanghai',
    validity: { kind: 'DAYS_AFTER_CLAIM', days: 7 },
  },
  user: { audience: { kind: 'ALL' } },
  product: { scope: { kind: 'STOREWIDE' } },
  limit: { stock: 100, perUser: { lifetime: 1 } },
  rule: { stackingGroup: 'MERCHANT_COUPON' },
  benefit: [{ kind: 'THRESHOLD_REDUCTION', threshold: { CNY: 10000 }, off: { CNY: 2000 } }],
};

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
  { role: 'merchant', title: 'Merchant · my promotions', operation: 'my-templates', variables: { first: 20 } },
  {
    role: 'merchant',
    title: 'Merchant · author a coupon',
    operation: 'create-template',
    variables: { input: { document, idempotencyKey: 'ide-create-1' } },
  },
  {
    role: 'merchant',
    title: 'Merchant · publish',
    operation: 'publish-template',
    variables: { input: { templateId, idempotencyKey: 'ide-publish-1' } },
  },
  {
    role: 'merchant',
    title: 'Merchant · pause',
    operation: 'pause-template',
    variables: { input: { templateId, idempotencyKey: 'ide-pause-1' } },
  },
  {
    role: 'merchant',
    title: 'Merchant · resume',
    operation: 'resume-template',
    variables: { input: { templateId, idempotencyKey: 'ide-resume-1' } },
  },
  {
    role: 'merchant',
    title: 'Merchant · end',
    operation: 'end-template',
    variables: { input: { templateId, idempotencyKey: 'ide-end-1' } },
  },
  {
    role: 'merchant',
    title: 'Merchant · add to the catalogue',
    operation: 'upsert-skus',
    variables: {
      input: {
        skus: [
          {
            id: 'lm-ide-1',
            name: 'Desk lamp L1',
            category: '/electronics/light',
            brand: 'Lumen',
            listPrices: [{ minorUnits: 19900, currency: 'CNY' }],
          },
        ],
        idempotencyKey: 'ide-skus-1',
      },
    },
  },
  { role: 'shopper', title: 'Shopper · live events', operation: 'coupon-events', variables: {} },
  {
    role: 'shopper',
    title: 'Shopper · claim a coupon',
    operation: 'claim-coupon',
    variables: { input: { templateId, idempotencyKey: 'ide-claim-1' } },
  },
  { role: 'shopper', title: 'Shopper · my coupons', operation: 'my-coupons', variables: { first: 20 } },
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
