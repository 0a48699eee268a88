import type { MyCouponsQuery, MyOrdersQuery, SearchPromotionsQuery } from '../../schema/generated/operations';
import { inParallel, type Server, until } from './client';
import { festival } from './festival';
import { money, table } from './table';

type Order = NonNullable<NonNullable<NonNullable<MyOrdersQuery['viewer']>['orders']>['edges'][number]>['node'];
type Coupon = NonNullable<NonNullable<NonNullable<MyCouponsQuery['viewer']>['coupons']>['edges'][number]>['node'];

/** Shoppers looked at side by side. */
const width = 16;

/** Adds everything up twice, from orders and from coupons, and says whether both agree. */
export async function reconcile(
  server: Server,
  templates: Map<string, string>,
  token: (shopperId: string) => string,
): Promise<boolean> {
  const faults: string[] = [];
  const check = (holds: boolean, what: string): void => void (holds || faults.push(what));

  const open = async (): Promise<boolean> => {
    const orders = await inParallel(festival.shoppers, width, async (shopper) => ordersOf(server, token(shopper.id)));
    return orders.flat().every((order) => order.state !== 'PENDING_PAYMENT' && order.state !== 'STARTED');
  };
  await until('orders nobody paid have timed out', open);

  const everyone = await inParallel(festival.shoppers, width, async (shopper) => ({
    orders: await ordersOf(server, token(shopper.id)),
    coupons: await couponsOf(server, token(shopper.id)),
  }));
  const orders = everyone.flatMap((one) => one.orders);
  const coupons = everyone.flatMap((one) => one.coupons);

  const totals = new Map<
    string,
    {
      orders: number;
      subtotal: number;
      shipping: number;
      saving: number;
      platform: number;
      merchant: number;
      payable: number;
    }
  >();
  for (const order of orders) {
    const shipping = {
      list: order.shipping?.subtotal.minorUnits ?? 0,
      payable: order.shipping?.payable.minorUnits ?? 0,
    };
    const goods = order.payable.minorUnits - shipping.payable;
    check(
      order.subtotal.minorUnits - order.discount.minorUnits === goods,
      `${order.id}: subtotal − discount + shipping = payable`,
    );
    check(
      sum(order.lines, (line) => line.payable.minorUnits) === goods,
      `${order.id}: lines add up to what is paid for goods`,
    );
    check(
      sum(order.merchants, (merchant) => merchant.payable.minorUnits) === goods,
      `${order.id}: merchants add up to what is paid for goods`,
    );
    check(
      sum(order.appliedPromotions, (applied) => applied.amount.minorUnits) === order.saving.minorUnits &&
        order.discount.minorUnits + shipping.list - shipping.payable === order.saving.minorUnits,
      `${order.id}: promotions add up to what is taken off goods and shipping`,
    );
    for (const line of order.lines) {
      check(
        line.subtotal.minorUnits - sum(line.discounts, (discount) => discount.amount.minorUnits) ===
          line.payable.minorUnits,
        `${order.id} ${line.lineId}: shares add up`,
      );
      for (const discount of line.discounts) {
        check(
          sum(discount.units, (unit) => unit.quantity * unit.amount.minorUnits) === discount.amount.minorUnits,
          `${order.id} ${line.lineId}: units add up to the share`,
        );
      }
    }
    if (order.state !== 'PAID') continue;
    const total = totals.get(order.payable.currency) ?? {
      orders: 0,
      subtotal: 0,
      shipping: 0,
      saving: 0,
      platform: 0,
      merchant: 0,
      payable: 0,
    };
    total.orders += 1;
    total.subtotal += order.subtotal.minorUnits;
    total.shipping += shipping.list;
    total.saving += order.saving.minorUnits;
    total.platform += sum(order.appliedPromotions, (applied) => applied.fundedByPlatform.minorUnits);
    total.merchant += sum(order.appliedPromotions, (applied) => applied.fundedByMerchant.minorUnits);
    total.payable += order.payable.minorUnits;
    totals.set(order.payable.currency, total);
  }
  for (const [currency, total] of totals)
    check(total.platform + total.merchant === total.saving, `${currency}: who pays adds up to what is taken off`);

  const spent = new Set(
    orders
      .filter((order) => order.state === 'PAID')
      .flatMap((order) => order.appliedPromotions.flatMap((applied) => applied.coupon?.id ?? [])),
  );
  const redeemed = coupons.filter((coupon) => coupon.state === 'REDEEMED');
  check(
    redeemed.length === spent.size && redeemed.every((coupon) => spent.has(coupon.id)),
    `redeemed coupons (${redeemed.length}) are exactly those of paid orders (${spent.size})`,
  );
  check(
    coupons.every((coupon) => coupon.state !== 'LOCKED'),
    'no coupon is held any more',
  );
  check(new Set(coupons.map((coupon) => coupon.code)).size === coupons.length, 'no two coupons share a code');

  const left = new Map<string, number>();
  const found = await server.ask<SearchPromotionsQuery>('search-promotions', token(festival.shoppers[0]?.id ?? ''), {
    first: 100,
  });
  for (const { node } of found.searchPromotions.edges)
    if (node && node.remainingCount !== null) left.set(node.id, node.remainingCount);
  const rows = festival.promotions.flatMap((promotion) => {
    const stock = promotion.document.limit.stock;
    if (stock === undefined) return [];
    const own = coupons.filter((coupon) => coupon.template?.id === templates.get(promotion.ref));
    const of = (state: Coupon['state']): number => own.filter((coupon) => coupon.state === state).length;
    const remaining = left.get(templates.get(promotion.ref) ?? '') ?? Number.NaN;
    check(own.length <= stock, `${promotion.ref}: never more coupons than stock`);
    check(
      remaining === stock - own.length,
      `${promotion.ref}: ${stock} in stock − ${own.length} claimed = ${stock - own.length}, found ${remaining} left`,
    );
    return [
      [promotion.document.name.default, stock, own.length, of('REDEEMED'), of('AVAILABLE'), of('EXPIRED'), remaining],
    ];
  });
  table('Coupons', ['promotion', 'stock', 'claimed', 'redeemed', 'available', 'expired', 'left to claim'], rows);
  table('Orders', ['state', 'orders'], [...countBy(orders, (order) => order.state.toLowerCase())]);
  table(
    'Paid orders, by currency',
    ['currency', 'orders', 'goods', 'shipping', 'taken off', 'paid by platform', 'paid by merchants', 'taken'],
    [...totals].map(([currency, total]) => [
      currency,
      total.orders,
      ...[total.subtotal, total.shipping, total.saving, total.platform, total.merchant, total.payable].map(
        (minorUnits) => money({ minorUnits, currency }),
      ),
    ]),
  );
  console.log(
    faults.length === 0
      ? '\n  ✓ every line, unit, merchant, promotion, coupon and stock adds up'
      : `\n  ✗ ${faults.length} differences:\n    ${faults.slice(0, 20).join('\n    ')}`,
  );
  return faults.length === 0;
}

async function ordersOf(server: Server, shopper: string): Promise<Order[]> {
  const { viewer } = await server.ask<MyOrdersQuery>('my-orders', shopper, { first: 100 });
  return viewer?.orders?.edges.map((edge) => edge.node) ?? [];
}

/** The coupons of one shopper, at most 100. */
export async function couponsOf(server: Server, shopper: string): Promise<Coupon[]> {
  const { viewer } = await server.ask<MyCouponsQuery>('my-coupons', shopper, { first: 100 });
  return viewer?.coupons?.edges.map((edge) => edge.node) ?? [];
}

function sum<T>(items: readonly T[], amount: (item: T) => number): number {
  return items.reduce((total, item) => total + amount(item), 0);
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}
