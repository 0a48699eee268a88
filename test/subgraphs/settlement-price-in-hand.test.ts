import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PriceInHand } from '../../schema/generated/settlement';
import type { Identity } from '../../subgraphs/shared/contracts/identity';
import { commandsDuring } from '../support/mongo-commands';
import { anonymous, service, shopper } from '../support/people';
import { answerOf, promotion, reduction, type Stage, skuEvent, startStage, templateEvent } from './settlement-stage';

let stage: Stage;

const shelf = Array.from({ length: 100 }, (_, index) => `shelf-${index}`);
const shelfPrice = (index: number): number => 3000 + index * 10;

beforeAll(async () => {
  stage = await startStage();
  await stage.publish(
    skuEvent('tea', 5000),
    skuEvent('nuts', 2500, { merchant: 'aria', category: '/snacks' }),
    skuEvent('import', { USD: 900 }),
    ...shelf.map((skuId, index) => skuEvent(skuId, shelfPrice(index), { category: '/shelf' })),
    templateEvent(
      promotion('tea-week', [{ kind: 'PERCENT', percentOffBasisPoints: 1000 }], {
        trigger: 'AUTOMATIC',
        group: 'ITEM',
        product: { scope: { kind: 'SKUS', skuIds: ['tea'] } },
      }),
    ),
  );
});

afterAll(() => stage.stop());

const text = `query ($representations: [_Any!]!, $currency: CurrencyCode!, $quantity: Int, $context: CartContextInput) {
  _entities(representations: $representations) {
    ... on Sku {
      id
      priceInHand(currency: $currency, quantity: $quantity, context: $context) {
        unitCount
        listPrice { minorUnits currency }
        saving { minorUnits }
        payable { minorUnits }
        appliedPromotions { template { id } coupon { id } amount { minorUnits } documentIndex }
        isOptimal
        isWithoutCoupons
        validUntil
      }
    }
  }
}`;

interface Listed {
  id: string;
  priceInHand: PriceInHand | null;
}

function ask(skuIds: readonly string[], who: Identity, variables: Record<string, unknown> = {}) {
  const representations = skuIds.map((id) => ({ __typename: 'Sku', id }));
  return stage.execute(text, { representations, currency: 'CNY', ...variables }, who);
}

async function listed(skuIds: readonly string[], who: Identity, variables: Record<string, unknown> = {}) {
  return answerOf<Listed[]>(await ask(skuIds, who, variables), '_entities');
}

const payables = (list: readonly Listed[]) => list.map(({ priceInHand }) => priceInHand?.payable.minorUnits ?? null);

describe('the price in hand of a product list', () => {
  it('is what the viewer pays for each alone, with the best of the own coupons', async () => {
    const five = stage.coupons.give('ann', reduction('five', 500, 4000));
    stage.coupons.give('ann', reduction('one', 100, 1000));
    const [tea, nuts] = await listed(['tea', 'nuts'], shopper('ann'));
    expect(tea?.priceInHand).toMatchObject({
      unitCount: 1,
      listPrice: { minorUnits: 5000, currency: 'CNY' },
      saving: { minorUnits: 1000 },
      payable: { minorUnits: 4000 },
      appliedPromotions: [
        { template: { id: 'tpl_tea-week' }, coupon: null, amount: { minorUnits: 500 }, documentIndex: null },
        { template: { id: 'tpl_five' }, coupon: { id: five }, amount: { minorUnits: 500 } },
      ],
      isOptimal: true,
      isWithoutCoupons: false,
    });
    expect(nuts?.priceInHand?.payable.minorUnits).toBe(2400);
  });

  it('counts as many units as the viewer is about to buy', async () => {
    stage.coupons.give('ben', reduction('bulk', 1000, 9000));
    const [nuts] = await listed(['nuts'], shopper('ben'), { quantity: 4 });
    expect(nuts?.priceInHand).toMatchObject({
      unitCount: 4,
      listPrice: { minorUnits: 10_000 },
      payable: { minorUnits: 9000 },
    });
  });

  it('is a member’s where that is lower, and the saving is told from the list price', async () => {
    await stage.publish(skuEvent('robe', 30_000, { more: { memberPrices: { CNY: 24_000 } } }));
    stage.coupons.shoppers.set('mia', { 'user.tier': 'GOLD' });
    const [robe] = await listed(['robe'], shopper('mia'));
    expect(robe?.priceInHand).toMatchObject({
      listPrice: { minorUnits: 30_000 },
      saving: { minorUnits: 6000 },
      payable: { minorUnits: 24_000 },
      appliedPromotions: [],
    });
    expect(payables(await listed(['robe'], anonymous()))).toEqual([30_000]);
  });

  it('is shown to anonymous shoppers and to a company’s backend without anybody’s coupons', async () => {
    stage.coupons.give('cat', reduction('hers', 500, 1000));
    stage.coupons.calls.length = 0;
    expect(payables(await listed(['tea', 'nuts'], anonymous()))).toEqual([4500, 2500]);
    expect(payables(await listed(['tea', 'nuts'], service()))).toEqual([4500, 2500]);
    expect(stage.coupons.calls).toEqual([]);
  });

  it('goes on without coupons while user-coupon is away, and says so', async () => {
    stage.coupons.give('dan', reduction('lost', 500, 1000));
    stage.coupons.isAway = true;
    try {
      const [tea] = await listed(['tea'], shopper('dan'));
      expect(tea?.priceInHand).toMatchObject({ payable: { minorUnits: 4500 }, isWithoutCoupons: true });
    } finally {
      stage.coupons.isAway = false;
    }
  });

  it('is null for goods that nobody knows or that have no price in the currency, and the others keep theirs', async () => {
    expect(payables(await listed(['ghost', 'tea', 'import'], shopper('eve')))).toEqual([null, 4500, null]);
    expect(payables(await listed(['tea', 'import'], shopper('eve'), { currency: 'USD' }))).toEqual([null, 900]);
    expect(payables(await listed(['tea'], shopper('eve', 'bazaar')))).toEqual([null]);
  });

  it.each([
    ['no unit at all', { quantity: 0 }, ['quantity']],
    ['more units than can be counted', { quantity: 1_000_001 }, ['quantity']],
    ['a context that is none', { context: { channel: ' ' } }, ['context', 'channel']],
  ])('refuses %s as bad input', async (_what, variables, path) => {
    const { data, errors } = await ask(['tea'], shopper('fay'), variables);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path } }]);
    expect(payables(answerOf({ data }, '_entities'))).toEqual([null]);
  });

  it('rests on what the request says of itself', async () => {
    await stage.publish(
      templateEvent(
        promotion('in-app', [{ kind: 'FIXED', off: { CNY: 300 } }], {
          trigger: 'AUTOMATIC',
          product: { scope: { kind: 'SKUS', skuIds: ['nuts'] } },
          rule: { condition: "context.channel == 'APP'" },
        }),
      ),
    );
    expect(payables(await listed(['nuts'], anonymous(), { context: { channel: 'APP' } }))).toEqual([2200]);
    expect(payables(await listed(['nuts'], anonymous()))).toEqual([2500]);
  });

  it('does not outlive the coupon that it rests on', async () => {
    const soon = new Date(stage.clock.now().getTime() + 60_000);
    stage.coupons.give('gus', reduction('soon', 500, 1000), { expiresAt: soon });
    const [tea] = await listed(['tea'], shopper('gus'));
    expect(tea?.priceInHand?.validUntil).toBe(soon.toISOString());
  });

  it('tells what one more would save when it is asked to', async () => {
    stage.coupons.give('hal', reduction('more', 2000, 8000));
    const hintText = `query ($representations: [_Any!]!) {
      _entities(representations: $representations) {
        ... on Sku { priceInHand(currency: "CNY") { nextHint { deficit { minorUnits } saving { minorUnits } sku { id } template { id } } } }
      }
    }`;
    const representations = [{ __typename: 'Sku', id: 'nuts' }];
    const [nuts] = answerOf<{ priceInHand: { nextHint: unknown } }[]>(
      await stage.execute(hintText, { representations }, shopper('hal')),
      '_entities',
    );
    expect(nuts?.priceInHand.nextHint).toEqual({
      deficit: { minorUnits: 5500 },
      saving: { minorUnits: 2000 },
      sku: { id: 'nuts' },
      template: { id: 'tpl_more' },
    });
  });
});

describe('a hundred goods at once', () => {
  it('cost one question about coupons and one look at the catalogue, and no command for each', async () => {
    stage.coupons.give('ida', reduction('shelf', 500, 3500));
    stage.coupons.calls.length = 0;
    let list: Listed[] = [];
    const commands = await commandsDuring(stage.mongo.database('settlement'), async () => {
      list = await listed(shelf, shopper('ida'));
    });
    expect(stage.coupons.calls).toEqual(['pricingFacts']);
    expect(payables(list)).toEqual(
      shelf.map((_, index) => (shelfPrice(index) >= 3500 ? shelfPrice(index) - 500 : shelfPrice(index))),
    );
    const priced = commands.filter((command) => /skus|tenant_settings|templates/.test(command));
    expect(priced.filter((command) => command !== 'query templates').sort()).toEqual([
      'query skus',
      'query tenant_settings',
    ]);
    // Which coupons are paused, and, where that was not lately done, which promotions changed.
    expect(priced.length).toBeLessThanOrEqual(5);
  });

  it('cost one question too when they are asked for in several currencies and quantities', async () => {
    stage.coupons.calls.length = 0;
    const several = `query ($representations: [_Any!]!) {
      _entities(representations: $representations) {
        ... on Sku {
          one: priceInHand(currency: "CNY") { payable { minorUnits } }
          three: priceInHand(currency: "CNY", quantity: 3) { payable { minorUnits } }
          dollars: priceInHand(currency: "USD") { payable { minorUnits } }
        }
      }
    }`;
    const representations = ['tea', 'import'].map((id) => ({ __typename: 'Sku', id }));
    const list = answerOf(await stage.execute(several, { representations }, shopper('jan')), '_entities');
    expect(list).toEqual([
      { one: { payable: { minorUnits: 4500 } }, three: { payable: { minorUnits: 13_500 } }, dollars: null },
      { one: null, three: null, dollars: { payable: { minorUnits: 900 } } },
    ]);
    expect(stage.coupons.calls).toEqual(['pricingFacts']);
  });

  it('share the time of one search: where it is over, a price says that it is not proven, and holds all the same', async () => {
    // Each may stand with any other and takes off of what the others leave, so that a proof takes long.
    for (let index = 0; index < 16; index += 1)
      stage.coupons.give(
        'kim',
        promotion(
          `hard-${index}`,
          [{ kind: 'PERCENT', percentOffBasisPoints: 100 + 37 * index, threshold: { CNY: 2000 + 17 * index } }],
          { group: `GROUP_${index % 20}`, rule: { thresholdBase: 'REMAINING', priority: index % 7 } },
        ),
      );
    const prices = (await listed(shelf, shopper('kim'))).map(({ priceInHand }) => priceInHand);
    expect(prices.some((price) => price?.isOptimal === false)).toBe(true);
    for (const price of prices) {
      if (!price) throw new Error('no price');
      expect(price.payable.minorUnits).toBe(price.listPrice.minorUnits - price.saving.minorUnits);
      expect(price.saving.minorUnits).toBeGreaterThan(0);
    }
  });
});
