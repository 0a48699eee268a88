import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asMerchantId, asSkuId, asTenantId, asUserId, type CouponId } from '../../subgraphs/shared/kernel/identifiers';
import { defaultTenantSettings } from '../../subgraphs/shared/kernel/tenant-settings';
import { createWalletStore, type WalletSort } from '../../subgraphs/user-coupon/wallet-store';
import {
  claim,
  claimed,
  couponOf,
  dataOf,
  hold,
  noonClock,
  publish,
  type SeenCoupon,
  tell,
  tellOfShoppers,
  useOf,
} from '../support/coupons';
import { festival, merchant, operator, service, shopper } from '../support/people';
import { type Platform, startPlatform } from '../support/platform';

const day = 86_400_000;

interface Page {
  edges: { cursor: string; node: SeenCoupon & { owner: { id: string } } }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

describe("a shopper's wallet", () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform({ names: ['user-coupon'], clock: noonClock() });
  });
  afterAll(async () => {
    await platform.stop();
  });

  const walletQuery = `query ($filter: CouponFilter, $first: Int, $after: String) { viewer { coupons(filter: $filter, first: $first, after: $after) {
    edges { cursor node { id state expiresAt owner { id } } } pageInfo { hasNextPage endCursor } } } }`;
  const pageOf = async (userId: string, variables: Record<string, unknown> = {}): Promise<Page> =>
    dataOf<{ viewer: { coupons: Page } }>(
      await platform.execute('user-coupon', { query: walletQuery, variables }, shopper(userId)),
    ).viewer.coupons;
  const idsOf = async (userId: string, group?: string) =>
    (await pageOf(userId, { first: 100, ...(group && { filter: { group } }) })).edges.map(({ node }) => node.id);

  it('sorts coupons into the groups a shopper knows, soonest expiry first, the run-out ones at once', async () => {
    const long = await publish(platform, { validity: { kind: 'DAYS_AFTER_CLAIM', days: 9 } });
    const short = await publish(platform, { validity: { kind: 'DAYS_AFTER_CLAIM', days: 1 } });
    const inAnHour = new Date(platform.clock.now().getTime() + 30 * day);
    const coupons: Record<string, string> = {};
    for (const name of ['late', 'held', 'spent']) coupons[name] = (await claimed(platform, 'w-1', long, name)).id;
    coupons.soon = (await claimed(platform, 'w-1', short, 'soon')).id;
    coupons.heldPastExpiry = (await claimed(platform, 'w-1', short, 'held-past')).id;
    for (const name of ['held', 'spent', 'heldPastExpiry'])
      await hold(platform, 'lockCoupons', {
        token: `lck_w${name}`,
        orderId: `ord_${name}`,
        ownerId: 'w-1',
        couponIds: [coupons[name] ?? ''],
        until: inAnHour,
      });
    await hold(platform, 'redeemCoupons', { token: 'lck_wspent', orderId: 'ord_spent', ownerId: 'w-1' });
    expect(await idsOf('w-1', 'USABLE')).toEqual([coupons.soon, coupons.late]);
    platform.clock.advance(2 * day);
    expect(await idsOf('w-1', 'USABLE')).toEqual([coupons.late]);
    expect(await idsOf('w-1', 'LOCKED')).toEqual([coupons.heldPastExpiry, coupons.held]);
    expect(await idsOf('w-1', 'USED')).toEqual([coupons.spent]);
    expect(await idsOf('w-1', 'EXPIRED')).toEqual([coupons.soon]);
    expect(await idsOf('w-1')).toEqual([
      coupons.soon,
      coupons.heldPastExpiry,
      coupons.late,
      coupons.held,
      coupons.spent,
    ]);
  });

  it('pages through everything once, also where coupons expire at the same instant', async () => {
    const until = new Date(platform.clock.now().getTime() + 40 * day);
    const same = await publish(platform, { validity: { kind: 'FIXED', from: new Date(0), until } });
    const other = await publish(platform, { validity: { kind: 'DAYS_AFTER_CLAIM', days: 60 } });
    const ids: string[] = [];
    for (let i = 0; i < 12; i += 1) ids.push((await claimed(platform, 'w-2', i % 3 ? same : other, `k${i}`)).id);
    for (const filter of [{ group: 'USABLE' }, null]) {
      const seen: string[] = [];
      let after: string | null = null;
      for (let i = 0; i < 6; i += 1) {
        const page: Page = await pageOf('w-2', { filter, first: 3, after });
        seen.push(...page.edges.map(({ node }) => node.id));
        after = page.pageInfo.endCursor;
        if (!page.pageInfo.hasNextPage) break;
      }
      expect(seen).toHaveLength(12);
      expect(new Set(seen)).toEqual(new Set(ids));
    }
    const refused = await platform.execute(
      'user-coupon',
      { query: walletQuery, variables: { first: 101 } },
      shopper('w-2'),
    );
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
    const foreign = await platform.execute(
      'user-coupon',
      { query: walletQuery, variables: { after: 'bm9uc2Vuc2U' } },
      shopper('w-2'),
    );
    expect(foreign.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('goes on in the order it began in, whatever cursor is shown, and by expiry where nobody says', async () => {
    const templateId = await publish(platform);
    for (const key of ['a', 'b', 'c']) await claimed(platform, 'w-order', templateId, key);
    const sorted = (sort: string | null, after: string | null = null) =>
      platform.execute(
        'user-coupon',
        {
          query: `query ($sort: CouponSort, $after: String) { viewer { coupons(first: 1, sort: $sort, after: $after) {
            edges { node { id } } pageInfo { endCursor } } } }`,
          variables: { sort, after },
        },
        shopper('w-order'),
      );
    type One = { viewer: { coupons: { edges: { node: { id: string } }[]; pageInfo: { endCursor: string } } } };
    const first = dataOf<One>(await sorted('EXPIRY')).viewer.coupons;
    expect(dataOf<One>(await sorted(null)).viewer.coupons).toEqual(first);
    for (const other of ['CLAIMED_AT', 'VALUE'])
      expect((await sorted(other, first.pageInfo.endCursor)).errors?.[0]?.extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
      });
    expect(dataOf<One>(await sorted('EXPIRY', first.pageInfo.endCursor)).viewer.coupons.edges).toHaveLength(1);
  });

  it('costs the same for an owner of twenty and of two thousand coupons', async () => {
    // A database of its own, where no worker writes down what ran out and nothing else is asked meanwhile.
    const database = platform.mongo.database('wallet-cost');
    const store = createWalletStore(database);
    await store.ensureIndexes();
    const now = platform.clock.now();
    const own = (owner: string, count: number) =>
      Array.from({ length: count }, (_, i) => ({
        _id: `cpn_bulk-${owner}-${String(i).padStart(6, '0')}` as CouponId,
        tenantId: asTenantId(festival),
        ownerId: asUserId(owner),
        templateId: 'tpl_bulk',
        slots: [`C:${owner}${i}`],
        idempotencyKey: `k${i}`,
        state: i % 4 === 0 ? 'REDEEMED' : 'AVAILABLE',
        orderId: 'o',
        token: 't',
        redeemedAt: now,
        // Half have run out and nobody wrote that down; many share an instant.
        expiresAt: new Date(now.getTime() + (i % 2 ? 1 : -1) * (1 + (i % 50)) * day),
        claimedAt: new Date(now.getTime() - (1 + (i % 70)) * day),
        valueRank: `CNY${String(i % 90).padStart(16, '0')}`,
      }));
    const documents = [...own('few', 20), ...own('many', 2000)];
    await database.collection<(typeof documents)[number]>('coupons').insertMany(documents);
    const lookedAt = async (owner: string, group: 'USABLE' | 'EXPIRED' | null, sort: WalletSort) => {
      const of = { group, sort, now, limit: 5 };
      const first = await store.page(asTenantId(festival), asUserId(owner), { ...of, after: null });
      const last = first[4];
      if (!last) throw new Error('Expected a page');
      const key = { EXPIRY: last.expiresAt, CLAIMED_AT: last.claimedAt, VALUE: last.valueRank }[sort];
      await database.command({ profile: 2 });
      await store.page(asTenantId(festival), asUserId(owner), { ...of, after: { key, id: last.id } });
      await database.command({ profile: 0 });
      const [entry] = await database
        .collection('system.profile')
        .find({ op: 'query', ns: `${database.databaseName}.coupons` })
        .sort({ ts: -1 })
        .limit(1)
        .toArray();
      return {
        keys: Number(entry?.keysExamined),
        documents: Number(entry?.docsExamined),
        sorted: entry?.hasSortStage === true,
      };
    };
    for (const sort of ['EXPIRY', 'CLAIMED_AT', 'VALUE'] as const)
      for (const group of ['USABLE', 'EXPIRED', null] as const) {
        if (group === 'EXPIRED' && sort !== 'EXPIRY') continue; // nobody wrote down what expired here
        const many = await lookedAt('many', group, sort);
        expect(many.sorted).toBe(false);
        expect(many.documents).toBeLessThanOrEqual(24);
        expect(many.keys).toBeLessThanOrEqual(40);
      }
    // The first count of a large wallet is kept; from then on counting looks at what was claimed lately, here nothing.
    const counts = () => store.countsOf(asTenantId(festival), asUserId('many'), now);
    expect(await counts()).toEqual({ AVAILABLE: 1500, REDEEMED: 500 });
    await database.command({ profile: 2 });
    expect(await counts()).toEqual({ AVAILABLE: 1500, REDEEMED: 500 });
    await database.command({ profile: 0 });
    const [counting] = await database
      .collection('system.profile')
      .find({ op: 'command', ns: `${database.databaseName}.coupons`, 'command.aggregate': 'coupons' })
      .sort({ ts: -1 })
      .limit(1)
      .toArray();
    expect(counting?.docsExamined).toBe(0);
    expect(counting?.keysExamined).toBeLessThanOrEqual(16);
  });

  it('lists by face value and by claim as well, what ran out in its own group, every page once', async () => {
    const off = (amount: number) => ({ benefit: [{ kind: 'FIXED', off: { CNY: amount } }] });
    const ids: Record<string, string> = {};
    const promotions: [string, Record<string, unknown>, number][] = [
      ['small', off(500), 9],
      ['percent', { benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 1000 }] }, 9],
      ['large', off(9000), 9],
      ['short', off(7000), 1],
      ['dollars', { benefit: [{ kind: 'FIXED', off: { USD: 90_000 } }] }, 9],
    ];
    for (const [name, document, days] of promotions) {
      const template = await publish(platform, { document, validity: { kind: 'DAYS_AFTER_CLAIM', days } });
      ids[name] = (await claimed(platform, 'w-sorted', template, name)).id;
      platform.clock.advance(1000);
    }
    const named = Object.fromEntries(Object.entries(ids).map(([name, id]) => [id, name]));
    const listed = async (sort: string, group: string | null = null) => {
      const seen: (string | undefined)[] = [];
      for (let after: string | null = null; ; ) {
        const query = `query ($sort: CouponSort, $filter: CouponFilter, $after: String) { viewer { coupons(sort: $sort, filter: $filter, first: 2, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } } }`;
        const variables = { sort, filter: { group }, after };
        const result = await platform.execute('user-coupon', { query, variables }, shopper('w-sorted'));
        const page: Page = dataOf<{ viewer: { coupons: Page } }>(result).viewer.coupons;
        seen.push(...page.edges.map(({ node }) => named[node.id]));
        if (!page.pageInfo.hasNextPage) return seen;
        after = page.pageInfo.endCursor;
      }
    };
    expect(await listed('VALUE', 'USABLE')).toEqual(['large', 'short', 'small', 'dollars', 'percent']);
    expect(await listed('CLAIMED_AT', 'USABLE')).toEqual(['dollars', 'short', 'large', 'percent', 'small']);
    platform.clock.advance(2 * day);
    expect(await listed('VALUE', 'USABLE')).toEqual(['large', 'small', 'dollars', 'percent']);
    expect(await listed('VALUE', 'EXPIRED')).toEqual(['short']);
    expect(await listed('EXPIRY')).toEqual(['short', 'small', 'percent', 'large', 'dollars']);
  });

  it('shows what can be claimed, the first to end first, and why not where it cannot', async () => {
    const market = 'claims-market';
    const now = platform.clock.now().getTime();
    const at = (days: number) => new Date(now + days * day);
    const of = (wish: Parameters<typeof publish>[1]) => publish(platform, { tenant: market, ...wish });
    const open = await of({ endsAt: at(5), perUser: { lifetime: 1 } });
    const paused = await of({ endsAt: at(3), state: 'PAUSED' });
    const coming = await of({ startsAt: at(1), endsAt: at(4) });
    const over = await of({ startsAt: at(-2), endsAt: at(-1) });
    const ended = await of({ endsAt: at(2), state: 'ENDED' });
    const query = `query ($after: String) { viewer { promotionsToClaim(first: 2, after: $after) { edges { node { id viewerClaim { isClaimable reason } } } pageInfo { hasNextPage endCursor } } } }`;
    interface Claims {
      edges: { node: { id: string; viewerClaim: { isClaimable: boolean; reason: string | null } } }[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    }
    const page = async (after: string | null): Promise<Claims> =>
      dataOf<{ viewer: { promotionsToClaim: Claims } }>(
        await platform.execute('user-coupon', { query, variables: { after } }, shopper('w-claims', market)),
      ).viewer.promotionsToClaim;
    const first = await page(null);
    const second = await page(first.pageInfo.endCursor);
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
    const shown = [...first.edges, ...second.edges].map(({ node }) => node);
    expect(shown).toEqual([
      { id: paused, viewerClaim: { isClaimable: false, reason: 'PAUSED' } },
      { id: coming, viewerClaim: { isClaimable: false, reason: 'NOT_YET_OPEN' } },
      { id: open, viewerClaim: { isClaimable: true, reason: null } },
    ]);
    expect(shown.map(({ id }) => id)).not.toEqual(expect.arrayContaining([over, ended]));
  });

  it('shows nobody anything of anybody else', async () => {
    const templateId = await publish(platform);
    const { id } = await claimed(platform, 'w-3', templateId);
    expect(await couponOf(platform, 'w-4', id)).toBeNull();
    expect(await couponOf(platform, 'w-3', id, 'other-market')).toBeNull();
    const entities = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Coupon { id state } ... on User { coupons { edges { node { id } } } } } }`;
    const of = [
      { __typename: 'Coupon', id },
      { __typename: 'Coupon', id: 'nonsense' },
      { __typename: 'User', id: 'w-3' },
    ];
    const asked = async (userId: string) =>
      dataOf<{ _entities: unknown[] }>(
        await platform.execute('user-coupon', { query: entities, variables: { of } }, shopper(userId)),
      )._entities;
    expect(await asked('w-4')).toEqual([null, null, { coupons: null }]);
    expect(await asked('w-3')).toMatchObject([
      { id, state: 'AVAILABLE' },
      null,
      { coupons: { edges: [{ node: { id } }] } },
    ]);
    for (const who of [operator(), merchant('m-1'), service()]) {
      const result = await platform.execute(
        'user-coupon',
        { query: `query ($id: ID!) { coupon(id: $id) { id } }`, variables: { id } },
        who,
      );
      expect(result.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
    }
  });

  it('asks the database once for fifty coupons and once for fifty promotions', async () => {
    const templateId = await publish(platform, { stock: 200 });
    const ids = [];
    for (let i = 0; i < 50; i += 1) ids.push((await claimed(platform, 'w-5', templateId, `k${i}`)).id);
    const database = platform.mongo.database('user-coupon');
    await database.command({ profile: 0 });
    await database.collection('system.profile').drop();
    await database.command({ profile: 2 });
    const of = ids.flatMap((id) => [
      { __typename: 'Coupon', id },
      { __typename: 'PromotionTemplate', id: templateId },
    ]);
    const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Coupon { state } ... on PromotionTemplate { remainingCount viewerClaim { claimedCount } } } }`;
    const result = dataOf<{ _entities: unknown[] }>(
      await platform.execute('user-coupon', { query, variables: { of } }, shopper('w-5')),
    );
    await database.command({ profile: 0 });
    expect(result._entities[1]).toEqual({ remainingCount: 150, viewerClaim: { claimedCount: 50 } });
    const queries = await database
      .collection('system.profile')
      .countDocuments({ op: 'query', ns: `${database.databaseName}.coupons`, 'command.filter.ownerId': 'w-5' });
    expect(queries).toBe(2);
  });

  it('tells which coupons would take something off a cart, and why not the others', async () => {
    const skus = [
      { skuId: 'sku-tv', prices: { CNY: 40_000 }, category: '/home/tv' },
      { skuId: 'sku-nut', prices: { CNY: 1000 }, category: '/food/nuts' },
    ];
    for (const sku of skus)
      await tell(platform, 'template', 'sku.changed', festival, sku.skuId, {
        ...sku,
        skuId: asSkuId(sku.skuId),
        revision: 1,
        merchantId: asMerchantId('m-1'),
        name: sku.skuId,
        brand: null,
        itemType: 'IN_STOCK',
        attributes: {},
      });
    const coupon = async (key: string, document: Record<string, unknown> = {}) =>
      (await claimed(platform, 'w-6', await publish(platform, { document }), key)).id;
    const off = await coupon('threshold');
    const fixed = await coupon('fixed', { benefit: [{ kind: 'FIXED', off: { CNY: 500 } }] });
    const food = await coupon('food', { product: { scope: { kind: 'CATEGORIES', categories: ['/food'] } } });
    const held = await coupon('held');
    const pausedTemplate = await publish(platform);
    const paused = (await claimed(platform, 'w-6', pausedTemplate, 'paused')).id;
    await publish(platform, { id: pausedTemplate, revision: 2, state: 'PAUSED' });
    const short = await coupon('short', { limit: { stock: 5, budget: { amount: { CNY: 3999 } } } });
    const rareTemplate = await publish(platform, { document: { limit: { stock: 5, totalUses: 1 } } });
    const rare = (await claimed(platform, 'w-6', rareTemplate, 'rare')).id;
    await hold(platform, 'lockCoupons', {
      token: 'lck_rival',
      orderId: 'ord_rival',
      ownerId: 'w-6-rival',
      couponIds: [],
      uses: [useOf(rareTemplate, 0)],
      until: new Date(platform.clock.now().getTime() + day),
    });
    await hold(platform, 'lockCoupons', {
      token: 'lck_cart',
      orderId: 'ord_cart',
      ownerId: 'w-6',
      couponIds: [held],
      until: new Date(platform.clock.now().getTime() + day),
    });
    const ask = async (lines: unknown[]) =>
      platform.execute(
        'user-coupon',
        {
          query: `query ($cart: CartInput!) { viewer { couponsForCart(cart: $cart) { usable { coupon { id } saving { minorUnits currency } } unusable { coupon { id } reason deficit { minorUnits } } } } }`,
          variables: { cart: { lines, currency: 'CNY' } },
        },
        shopper('w-6'),
      );
    interface Seen {
      usable: { coupon: { id: string }; saving: { minorUnits: number; currency: string } }[];
      unusable: { coupon: { id: string }; reason: string; deficit: { minorUnits: number } | null }[];
    }
    const seen = dataOf<{ viewer: { couponsForCart: Seen } }>(
      await ask([
        { skuId: 'sku-tv', quantity: 1 },
        { skuId: 'sku-nut', quantity: 2 },
      ]),
    ).viewer.couponsForCart;
    expect(seen.usable).toEqual([
      { coupon: { id: off }, saving: { minorUnits: 4000, currency: 'CNY' } },
      { coupon: { id: fixed }, saving: { minorUnits: 500, currency: 'CNY' } },
    ]);
    const reasons = Object.fromEntries(
      seen.unusable.map(({ coupon, reason, deficit }) => [coupon.id, [reason, deficit?.minorUnits ?? null]]),
    );
    expect(reasons).toEqual({
      [food]: ['BELOW_THRESHOLD', 28_000],
      [held]: ['COUPON_LOCKED', null],
      [paused]: ['PAUSED', null],
      [short]: ['BUDGET_EXHAUSTED', null],
      [rare]: ['LIMIT_REACHED', null],
    });
    const wrong = await ask([{ skuId: 'sku-none', quantity: 1 }]);
    expect(wrong.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', path: ['cart', 'lines', '0', 'skuId'] });
    expect((await ask([{ skuId: 'sku-tv', quantity: 0 }])).errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    expect(
      (await ask([{ skuId: 'sku-tv', quantity: 1, unitPrice: { minorUnits: 1, currency: 'CNY' } }])).errors?.[0]
        ?.extensions,
    ).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('counts a cart as its price would: least and member prices, floors, and shipping as the tenant sends', async () => {
    const market = 'priced-market';
    await tell(platform, 'template', 'tenant-settings.changed', market, market, {
      revision: 1,
      settings: {
        ...defaultTenantSettings,
        shippingMethods: [{ method: 'EXPRESS', prices: { CNY: 1800 } }],
        floors: { minPayable: { CNY: 39_000 } },
      },
    });
    const goods = {
      'sku-lamp': { prices: { CNY: 40_000 }, minUnitPrices: { CNY: 37_500 } },
      'sku-robe': { prices: { CNY: 40_000 }, memberPrices: { CNY: 39_900 } },
      'sku-tv': { prices: { CNY: 40_000 } },
    };
    for (const [skuId, facts] of Object.entries(goods))
      await tell(platform, 'template', 'sku.changed', market, skuId, {
        ...facts,
        skuId: asSkuId(skuId),
        revision: 1,
        merchantId: asMerchantId('m-1'),
        name: skuId,
        category: '/home',
        brand: null,
        itemType: 'IN_STOCK',
        attributes: {},
      });
    await tellOfShoppers(platform, [{ userId: 'w-7', tier: 'GOLD' }], { who: service(market) });
    const coupon = async (key: string, document: Record<string, unknown>) => {
      const template = await publish(platform, { tenant: market, document });
      const { coupon: got } = await claim(platform, 'w-7', template, key, market);
      if (!got) throw new Error(`no coupon ${key}`);
      return got.id;
    };
    const off = await coupon('off', { benefit: [{ kind: 'FIXED', off: { CNY: 3000 } }] });
    const ship = await coupon('ship', { benefit: [{ kind: 'FREE_SHIPPING' }] });
    const ask = async (skuId: string, quantity: number, cart: Record<string, unknown> = {}) =>
      platform.execute(
        'user-coupon',
        {
          query: `query ($cart: CartInput!) { viewer { couponsForCart(cart: $cart) { usable { coupon { id } saving { minorUnits } } unusable { coupon { id } reason } } } }`,
          variables: { cart: { lines: [{ skuId, quantity }], currency: 'CNY', ...cart } },
        },
        shopper('w-7', market),
      );
    interface Seen {
      usable: { coupon: { id: string }; saving: { minorUnits: number } }[];
      unusable: { coupon: { id: string }; reason: string }[];
    }
    const seen = async (...of: Parameters<typeof ask>) => {
      const { usable, unusable } = dataOf<{ viewer: { couponsForCart: Seen } }>(await ask(...of)).viewer.couponsForCart;
      return Object.fromEntries([
        ...usable.map(({ coupon: { id }, saving }) => [id, saving.minorUnits]),
        ...unusable.map(({ coupon: { id }, reason }) => [id, reason]),
      ]);
    };
    expect(await seen('sku-lamp', 1)).toEqual({ [off]: 1000, [ship]: 'NO_EFFECT' });
    expect(await seen('sku-lamp', 2)).toEqual({ [off]: 3000, [ship]: 'NO_EFFECT' });
    expect(await seen('sku-tv', 1)).toEqual({ [off]: 1000, [ship]: 'NO_EFFECT' });
    expect(await seen('sku-robe', 1)).toEqual({ [off]: 'OUT_OF_SCOPE', [ship]: 'OUT_OF_SCOPE' });
    const sent = { context: { shippingMethod: 'EXPRESS' } };
    expect(await seen('sku-tv', 2, sent)).toEqual({ [off]: 3000, [ship]: 1800 });
    const refusals = [
      [{ context: { shippingMethod: 'DRONE' } }, ['cart', 'context', 'shippingMethod']],
      [{ ...sent, shippingAmount: { minorUnits: 1, currency: 'CNY' } }, ['cart', 'shippingAmount']],
      [{ lines: [{ skuId: 'sku-tv', quantity: 1, priceSource: 'MEMBER' }] }, ['cart', 'lines', '0', 'priceSource']],
    ] as const;
    for (const [cart, path] of refusals)
      expect((await ask('sku-tv', 1, cart)).errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', path });
  });
});
