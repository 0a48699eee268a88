import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { documentFor, festival } from '../../clients/demo/festival';
import { asMerchantId, asSkuId } from '../../subgraphs/shared/kernel/identifiers';
import { readCart } from '../../subgraphs/shared/kernel/pricing/cart';
import { price } from '../../subgraphs/shared/kernel/pricing/price';
import { type PromotionTerms, parseTemplateDocument } from '../../subgraphs/shared/kernel/promotion-terms';
import { recordedFacts } from '../../subgraphs/shared/kernel/rules/fact-sources';
import { defaultTenantSettings, type TenantSettings } from '../../subgraphs/shared/kernel/tenant-settings';
import { candidateAt, type DangerInput, findDangers } from '../../subgraphs/template/domain/danger';
import type { TriedGoods } from '../../subgraphs/template/domain/danger-carts';
import type { Finding } from '../../subgraphs/template/domain/finding';
import { freshRules, terms } from '../support/promotions';
import { someSettings, someTemplate } from '../support/random-contests';
import { runs } from '../support/runs';

const now = new Date('2026-11-02T00:00:00.000Z');

/** Goods of a shop: what they cost, and where they stand. */
function goods(
  skuId: string,
  cny: number,
  facts: Partial<TriedGoods> & { merchant?: string; least?: number } = {},
): TriedGoods {
  const { merchant = 'lumen', least, ...others } = facts;
  return {
    skuId: asSkuId(skuId),
    merchantId: asMerchantId(merchant),
    category: '/home/lamps',
    brand: null,
    itemType: 'IN_STOCK',
    attributes: {},
    prices: { CNY: cny },
    minUnitPrices: least === undefined ? {} : { CNY: least },
    ...others,
  };
}

const lamps = [goods('bulb', 1500), goods('lamp', 9900), goods('chandelier', 80_000)];

const percent = (rate: number, more: Record<string, unknown> = {}) => ({
  benefit: [{ kind: 'PERCENT', percentOffBasisPoints: rate }],
  ...more,
});
const fixed = (off: number, threshold?: number, more: Record<string, unknown> = {}) => ({
  benefit: [{ kind: 'FIXED', off: { CNY: off }, ...(threshold && { threshold: { CNY: threshold } }) }],
  ...more,
});
const group = (stackingGroup: string, more: Record<string, unknown> = {}) => ({ rule: { stackingGroup, ...more } });
const automatic = { trigger: 'AUTOMATIC' };

function dangers(
  subject: PromotionTerms,
  live: PromotionTerms[],
  more: Partial<DangerInput> & { settings?: TenantSettings } = {},
  stop = () => false,
) {
  return findDangers(
    { subject, live, goods: lamps, settings: defaultTenantSettings, now, isWhole: true, ...more },
    freshRules(),
    stop,
  );
}
const codes = (findings: readonly Finding[]) => findings.map(({ code }) => code);

describe('a promotion beside what is live', () => {
  it.each<[string, Record<string, unknown>, [string, Record<string, unknown>][], string[]]>([
    ['30 % alone is no danger', percent(3000), [], []],
    ['满300减40 beside 九折 is none', {}, [['ten', percent(1000, { ...automatic, ...group('ITEM') })]], []],
    [
      'half price beside half price leaves a quarter',
      percent(5000),
      [['half', percent(5000, { ...automatic, ...group('ITEM') })]],
      ['STACKS_TOO_DEEP'],
    ],
    [
      'half price beside half price of the same group that costs no coupon',
      percent(5000),
      [['half', percent(5000, { ...automatic, ...group('MERCHANT_COUPON') })]],
      ['ALWAYS_BEATEN'],
    ],
    ['90 % off, where 10 % was meant', percent(9000), [], ['STACKS_TOO_DEEP']],
    ['¥20 off whatever is bought gives the bulb away', fixed(2000), [], ['FREE_ORDER']],
    ['¥20 off from ¥99 on does not', fixed(2000, 9900), [], []],
    [
      'two thresholds that the same list price reaches pay for the lamp',
      fixed(5000, 9900, group('MERCHANT_COUPON', { thresholdBase: 'ORIGINAL' })),
      [['more', fixed(4900, 4900, { ...automatic, ...group('ITEM') })]],
      ['FREE_ORDER', 'STACKS_TOO_DEEP'],
    ],
    ['a better coupon of the same group', fixed(1000, 9900), [['better', fixed(2000, 9900)]], ['ALWAYS_BEATEN']],
    ['the same coupon a second time', fixed(1000, 9900), [['a-twin', fixed(1000, 9900)]], []],
    ['a better coupon that asks for more', fixed(1000, 9900), [['better', fixed(2000, 20_000)]], []],
    [
      'a better promotion that stands alone',
      fixed(1000, 9900),
      [['alone', fixed(3000, 9900, { ...automatic, ...group('ITEM', { exclusive: true }) })]],
      ['ALWAYS_BEATEN'],
    ],
    [
      'a better coupon for others only',
      fixed(1000, 9900),
      [['gold', fixed(2000, 9900, group('MERCHANT_COUPON', { condition: 'user.tier == "GOLD"' }))]],
      [],
    ],
    [
      'a better coupon that only a segment could claim',
      fixed(1000, 9900),
      [['few', fixed(2000, 9900, { user: { audience: { kind: 'SEGMENTS', segments: ['vip'] } } })]],
      [],
    ],
    [
      'a better coupon that it excludes',
      fixed(1000, 9900, group('SEASON', { excludes: ['MERCHANT_COUPON'] })),
      [['better', fixed(2000, 9900)]],
      ['ALWAYS_BEATEN'],
    ],
  ])('%s', (_what, modules, others, expected) => {
    const found = dangers(
      terms('t-1', modules),
      others.map(([id, more]) => terms(id, more)),
    );
    expect(codes(found.findings)).toEqual(expected);
    expect(found.search.isExhaustive).toBe(true);
    expect(found.search.cartCount).toBeGreaterThan(2);
    for (const finding of found.findings)
      expect(finding).toMatchObject({ severity: 'WARNING', cart: expect.anything() });
  });

  it('shows the cart that proves it: goods, who is together, list total, discount and what is left', () => {
    const half = terms('half', percent(5000, { ...automatic, ...group('ITEM'), name: { default: '半价' } }), null);
    const [found] = dangers(terms('t-1', percent(5000, { name: { default: '再半价' } })), [half]).findings;
    expect(found).toMatchObject({
      code: 'STACKS_TOO_DEEP',
      path: 'benefit',
      reason:
        '1 × bulb: ¥3.75 is left of ¥15.00 with it and “半价” together, 75 % off; the marketplace asks above 70 %.',
      cart: {
        currency: 'CNY',
        lines: [{ skuId: 'bulb', quantity: 1, unitPrice: 1500 }],
        promotions: [
          { templateId: 'half', name: '半价', amount: 750 },
          { templateId: 't-1', name: '再半价', amount: 375 },
        ],
        listTotal: 1500,
        discount: 1125,
        payable: 375,
        payableWithFloors: null,
      },
    });
  });

  it('asks only above what the marketplace asks above', () => {
    const stacked = (warnAboveDiscountBasisPoints: number) =>
      codes(
        dangers(terms('t-1', percent(5000)), [terms('half', percent(5000, { ...automatic, ...group('ITEM') }))], {
          settings: { ...defaultTenantSettings, warnAboveDiscountBasisPoints },
        }).findings,
      );
    expect([stacked(7499), stacked(7500), stacked(10_000)]).toEqual([['STACKS_TOO_DEEP'], [], []]);
  });

  it('says in how many carts it was beaten, by whom and why', () => {
    const rival = terms('rival', fixed(2000, 9900, { name: { default: '满99减20' } }));
    const [found] = dangers(terms('t-1', fixed(1000, 9900)), [rival]).findings;
    expect(found?.path).toBe('rule.stackingGroup');
    expect(found?.reason).toMatch(
      /^In all \d+ carts tried on which it could be used, “满99减20” saved as much or more, and a line takes no more of their group\. Whoever has both never uses this one\.$/,
    );
    expect(found?.cart?.promotions.map(({ templateId }) => templateId)).toEqual(['rival']);
  });

  it('never says that it is always beaten when it was stopped, or when there is more than it saw', () => {
    const rival = terms('rival', fixed(2000, 9900));
    const subject = terms('t-1', fixed(1000, 9900));
    let left = 5;
    const stopped = dangers(subject, [rival], {}, () => left-- <= 0);
    expect(stopped).toMatchObject({ findings: [], search: { isExhaustive: false } });
    expect(stopped.search.cartCount).toBeLessThanOrEqual(5);
    expect(dangers(subject, [rival], { isWhole: false })).toMatchObject({
      findings: [],
      search: { isExhaustive: false },
    });
  });

  it('finds what was found until it was stopped, and says that there may be more', () => {
    let left = 3;
    const found = dangers(terms('t-1', fixed(2000)), [], {}, () => left-- <= 0);
    expect(codes(found.findings)).toEqual(['FREE_ORDER']);
    expect(found.search.isExhaustive).toBe(false);
  });

  it('tries nothing where nothing is in scope', () => {
    expect(dangers(terms('t-1', percent(9000)), [], { goods: [goods('tea', 5000, { merchant: 'terra' })] })).toEqual({
      findings: [],
      search: { cartCount: 0, isExhaustive: true },
    });
  });
});

describe('floors', () => {
  const half = percent(5000);
  const other = terms('other', percent(2000, { ...automatic, ...group('ITEM') }));

  it.each<[string, Partial<DangerInput>, string | null]>([
    ['none', {}, null],
    [
      'no more than half of what a shop sells',
      { settings: { ...defaultTenantSettings, floors: { maxDiscountShareBasisPoints: 5000 } } },
      '1 × bulb: ¥6.00 would be left with it and “满300减40” together, and no more than 50 % may be taken off the goods of lumen. The floor stops it at ¥7.50, so shoppers get less than is promised.',
    ],
    [
      'no more than 60 %, which is not reached',
      { settings: { ...defaultTenantSettings, floors: { maxDiscountShareBasisPoints: 6000 } } },
      null,
    ],
    [
      'a least price of the lamp',
      { goods: [goods('lamp', 10_000, { least: 4500 })] },
      '1 × lamp: ¥40.00 would be left with it and “满300减40” together, below the least price of lamp. The floor stops it at ¥45.00, so shoppers get less than is promised.',
    ],
    ['a least price that is kept', { goods: [goods('lamp', 10_000, { least: 4000 })] }, null],
    [
      'orders of at least ¥10',
      { settings: { ...defaultTenantSettings, floors: { minPayable: { CNY: 1000 } } } },
      '1 × bulb: ¥6.00 would be left with it and “满300减40” together, and an order costs at least ¥10.00. The floor stops it at ¥10.00, so shoppers get less than is promised.',
    ],
  ])('are told where they stop it: %s', (_what, more, reason) => {
    const { findings } = dangers(terms('t-1', half), [other], more);
    expect(findings.map((found) => [found.code, found.reason])).toEqual(reason ? [['BELOW_FLOOR', reason]] : []);
  });

  it('are no danger where other goods of the cart bear what one line may not', () => {
    const items = [{ skuIds: ['a'] }, { skuIds: ['b'] }];
    const bundle = { benefit: [{ kind: 'BUNDLE', items, price: { CNY: 8000 } }] };
    const shelf = (least: number) => [goods('a', 5000, { least }), goods('b', 5000, { least })];
    expect(codes(dangers(terms('t-1', bundle), [], { goods: shelf(4900).with(1, goods('b', 5000)) }).findings)).toEqual(
      [],
    );
    expect(codes(dangers(terms('t-1', bundle), [], { goods: shelf(4900) }).findings)).toEqual(['BELOW_FLOOR']);
  });

  it('are told although nothing below them is ever sold', () => {
    const { findings } = dangers(terms('t-1', percent(9000)), [], {
      settings: { ...defaultTenantSettings, floors: { maxDiscountShareBasisPoints: 5000 } },
    });
    expect(codes(findings)).toEqual(['BELOW_FLOOR']);
    expect(findings[0]?.cart).toMatchObject({ listTotal: 1500, payable: 150, payableWithFloors: 750 });
  });
});

describe('the shopper of a finding', () => {
  it('is one of whom the conditions of both hold', () => {
    const gold = group('ITEM', { condition: 'user.tier == "GOLD" && user.payTimes >= 3' });
    const [found] = dangers(
      terms('t-1', percent(5000, group('MERCHANT_COUPON', { condition: 'user.tags.containsAny(["vip"])' }))),
      [terms('half', percent(5000, { ...automatic, ...gold }))],
    ).findings;
    expect(found).toMatchObject({
      code: 'STACKS_TOO_DEEP',
      cart: { told: { 'user.tier': 'GOLD', 'user.payTimes': 3, 'user.tags': ['vip'] } },
    });
  });

  it('is never new and a regular at once', () => {
    const { findings } = dangers(terms('t-1', percent(5000, group('MERCHANT_COUPON', { condition: 'user.isNew' }))), [
      terms('half', percent(5000, { ...automatic, ...group('ITEM', { condition: 'user.payTimes >= 3' }) })),
    ]);
    expect(codes(findings)).toEqual([]);
  });

  it('comes when both are open, if there is such a moment', () => {
    const evenings = {
      startsAt: '2026-11-01T00:00:00+08:00',
      endsAt: '2026-11-12T00:00:00+08:00',
      hoursOfDay: [{ from: '20:00', until: '22:00' }],
    };
    const mornings = { ...evenings, hoursOfDay: [{ from: '08:00', until: '10:00' }] };
    const half = (time: unknown, stackingGroup: string) =>
      percent(5000, { ...automatic, time, ...group(stackingGroup) });
    const together = (one: unknown, other: unknown) =>
      dangers(terms('t-1', half(one, 'MERCHANT_COUPON')), [terms('half', half(other, 'ITEM'))]).findings;
    expect(codes(together(evenings, mornings))).toEqual([]);
    const [found] = together(evenings, evenings);
    expect(found?.cart?.at.toISOString()).toBe('2026-11-02T12:00:00.000Z');
  });
});

describe('carts are tried', () => {
  it.each<[string, Record<string, unknown>, string, TriedGoods[]]>([
    // ¥60 off from ¥100 on, where nothing costs ¥100: three lamps of ¥34.
    [
      'at a threshold that no single price meets',
      fixed(8000, 10_000),
      'STACKS_TOO_DEEP',
      [goods('a', 3400), goods('b', 90_000)],
    ],
    [
      'at each tier',
      {
        benefit: [
          {
            kind: 'TIERS',
            tiers: [
              { threshold: { CNY: 1000 }, off: { CNY: 100 } },
              { threshold: { CNY: 50_000 }, off: { CNY: 40_000 } },
            ],
          },
        ],
      },
      'STACKS_TOO_DEEP',
      [goods('a', 1000), goods('b', 9900)],
    ],
    [
      'with as many units as a pattern asks for',
      { benefit: [{ kind: 'BUY_X_GET_Y', buy: 1, get: 4 }] },
      'STACKS_TOO_DEEP',
      [goods('a', 1000), goods('b', 2000)],
    ],
    [
      'with a whole bundle',
      {
        benefit: [{ kind: 'BUNDLE', items: [{ skuIds: ['a'] }, { skuIds: ['b'], quantity: 2 }], price: { CNY: 100 } }],
      },
      'STACKS_TOO_DEEP',
      [goods('a', 1000), goods('b', 2000)],
    ],
    [
      'with just so much that a cart condition holds',
      percent(9000, group('ITEM', { condition: 'cart.subtotal >= 70000' })),
      'STACKS_TOO_DEEP',
      [goods('a', 1000), goods('b', 2000)],
    ],
  ])('%s', (_what, modules, code, shelf) => {
    expect(codes(dangers(terms('t-1', modules), [], { goods: shelf }).findings)).toEqual([code]);
  });

  it('with goods of several shops for a promotion of the platform', () => {
    const both = group('PLATFORM_PROMOTION', { condition: 'cart.merchants.containsAll(["lumen", "terra"])' });
    const { findings } = dangers(terms('t-1', percent(9000, both), null), [], {
      goods: [goods('lamp', 9900), goods('tea', 5000, { merchant: 'terra' })],
    });
    expect(findings[0]?.cart?.lines.map(({ merchantId }) => merchantId).sort()).toEqual(['lumen', 'terra']);
  });

  it('in a currency in which it takes something off', () => {
    const yen = { ...goods('lamp', 9900), prices: { CNY: 9900, JPY: 2000 } };
    const benefit = [{ kind: 'FIXED', off: { JPY: 2000 } }];
    const [found] = dangers(terms('t-1', { benefit }), [], { goods: [yen, goods('bulb', 1500)] }).findings;
    expect(found).toMatchObject({ code: 'FREE_ORDER', cart: { currency: 'JPY', listTotal: 2000 } });
  });
});

describe('every finding', () => {
  const shelf = ['a', 'b', 'c'].map((name, place) =>
    goods(name, [900, 3000, 25_000][place] ?? 0, {
      merchant: place === 2 ? 'terra' : 'lumen',
      category: ['/food/snacks', '/home/lamps', '/food'][place] ?? '/food',
      brand: ['Lumen', 'Terra', null][place] ?? null,
      ...(place === 1 && { least: 1200 }),
    }),
  );
  const someFloors = fc.constantFrom(undefined, { maxDiscountShareBasisPoints: 4000 }, { minPayable: { CNY: 2000 } });

  it('shows what the engine gives for its cart with the promotions it names', () => {
    let seen = 0;
    fc.assert(
      fc.property(
        fc.array(someTemplate, { minLength: 1, maxLength: 5 }),
        someSettings,
        someFloors,
        fc.constantFrom(1, 4000, 7000),
        (recipes, tenant, floors, warnAboveDiscountBasisPoints) => {
          const all = recipes.map(({ merchantId, trigger, scope, benefit, rule }, place) => {
            const always = trigger === 'AUTOMATIC' && rule.always;
            return terms(`t-${place}`, { trigger, product: { scope }, benefit, rule: { ...rule, always } }, merchantId);
          });
          const [subject, ...live] = all;
          if (!subject) return;
          const settings = { ...tenant, floors, warnAboveDiscountBasisPoints };
          const { findings } = dangers(subject, live, { goods: shelf, settings });
          for (const { code, cart } of findings) {
            seen += 1;
            if (!cart) throw new Error('Expected a cart.');
            const named = all.filter(({ templateId }) =>
              [subject.templateId, ...cart.promotions.map((one) => one.templateId)].includes(templateId),
            );
            const again = (lines: typeof cart.lines, of: TenantSettings) => {
              const read = readCart(cart.currency, lines);
              if (!read.ok) throw new Error(JSON.stringify(read.refusal));
              return price({
                cart: read.value,
                candidates: named.map((one) => candidateAt(one, cart.at)),
                settings: of,
                now: cart.at,
                facts: recordedFacts(cart.told),
                rules: freshRules(),
                choose: { kind: 'AUTO', nodeBudget: 100_000, stop: () => false },
              });
            };
            const isWithout = code === 'BELOW_FLOOR';
            const bare = cart.lines.map(({ minUnitPrice: _, ...line }) => line);
            const priced = isWithout ? again(bare, { ...settings, floors: undefined }) : again(cart.lines, settings);
            expect([priced.subtotal, priced.discount, priced.payable]).toEqual([
              cart.listTotal,
              cart.discount,
              cart.payable,
            ]);
            expect(priced.applied.map(({ templateId, amount }) => [templateId, amount])).toEqual(
              cart.promotions.map(({ templateId, amount }) => [templateId, amount]),
            );
            const isUsed = cart.promotions.some(({ templateId }) => templateId === subject.templateId);
            switch (code) {
              case 'FREE_ORDER':
                expect(isUsed && cart.discount === cart.listTotal).toBe(true);
                break;
              case 'STACKS_TOO_DEEP':
                expect(isUsed && cart.discount * 10_000 > cart.listTotal * warnAboveDiscountBasisPoints).toBe(true);
                break;
              case 'BELOW_FLOOR':
                expect(isUsed).toBe(true);
                expect(again(cart.lines, settings).payable).toBe(cart.payableWithFloors);
                expect(cart.payableWithFloors).toBeGreaterThan(cart.payable);
                break;
              case 'ALWAYS_BEATEN':
                expect(isUsed).toBe(false);
                break;
              default:
                throw new Error(`Expected a danger, found ${code}.`);
            }
          }
        },
      ),
      { numRuns: runs(2000) },
    );
    expect(seen).toBeGreaterThan(10);
  });
});

describe('the festival of the demo', () => {
  it('is published promotion by promotion without a single warning of this kind', () => {
    const shelf = festival.skus.map(
      (sku): TriedGoods => ({
        ...goods(sku.id, 0, {
          merchant: sku.merchantId,
          category: sku.category,
          brand: sku.brand,
          itemType: sku.itemType,
        }),
        prices: Object.fromEntries(sku.listPrices.map(({ currency, minorUnits }) => [currency, minorUnits])),
      }),
    );
    const settings = {
      ...defaultTenantSettings,
      stackingGroups: [
        ...defaultTenantSettings.stackingGroups,
        { name: 'MERCHANT_PROMOTION', maxPerOrder: null, maxPerLine: 1, alwaysStackable: false },
        { name: 'PLATFORM_PROMOTION', maxPerOrder: 1, maxPerLine: null, alwaysStackable: false },
      ],
    };
    const live: PromotionTerms[] = [];
    const warned: unknown[] = [];
    for (const promotion of festival.promotions) {
      const parsed = parseTemplateDocument(documentFor(promotion, now));
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal));
      const merchantId = promotion.author === 'platform' ? null : asMerchantId(promotion.author);
      const subject = { ...terms(promotion.ref), merchantId, document: parsed.value };
      const others = live.filter(
        (other) => merchantId === null || other.merchantId === null || other.merchantId === merchantId,
      );
      const { findings } = dangers(subject, others, { goods: shelf, settings });
      warned.push(...findings.map(({ code, reason }) => [promotion.ref, code, reason]));
      live.push(subject);
    }
    expect(warned).toEqual([]);
  });
});
