import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { comparedMs, createLivePromotions } from '../../subgraphs/settlement/live-promotions';
import { createSettlementStore, type SettlementStore } from '../../subgraphs/settlement/store';
import { asTenantId } from '../../subgraphs/shared/kernel/identifiers';
import { price } from '../../subgraphs/shared/kernel/pricing/price';
import type { PromotionTerms } from '../../subgraphs/shared/kernel/promotion-terms';
import { cartFacts, clockFacts, joinedFacts, recordedFacts } from '../../subgraphs/shared/kernel/rules/fact-sources';
import { createPromotionRules } from '../../subgraphs/shared/kernel/rules/promotion-rules';
import { defaultTenantSettings } from '../../subgraphs/shared/kernel/tenant-settings';
import { commandsDuring } from '../support/mongo-commands';
import { festival } from '../support/people';
import { cart, line, noon } from '../support/promotions';
import { diceOf } from '../support/random-matching';
import { reduction, type Stage, startStage, templateEvent } from './settlement-stage';

let stage: Stage;
let store: SettlementStore;
const tenant = asTenantId(festival);
const rules = createPromotionRules(1000);
const published: PromotionTerms[] = [];

/** So many automatic promotions with goods, audiences, conditions and hours of all kinds. */
const count = 150;

beforeAll(async () => {
  stage = await startStage();
  store = createSettlementStore(stage.mongo);
  const { pick } = diceOf(7);
  for (let n = 0; n < count; n += 1) {
    const scope = pick<Record<string, unknown>>([
      { kind: 'STOREWIDE' },
      { kind: 'CATEGORIES', categories: [pick(['/food', '/food/tea', '/home', '/home/lamps'])] },
      { kind: 'BRANDS', brands: [pick(['Lumen', 'Nord'])] },
      { kind: 'SKUS', skuIds: [`sku-${n % 9}`, `sku-${(n * 7) % 9}`] },
      {
        kind: 'ALL_OF',
        scopes: [
          { kind: 'CATEGORIES', categories: ['/home'] },
          { kind: 'BRANDS', brands: ['Lumen'] },
        ],
      },
    ]);
    const terms = reduction(`m-${n}`, 100 + n, 1000 + 100 * (n % 20), {
      trigger: 'AUTOMATIC',
      group: pick(['ITEM', 'SEASON', 'PLATFORM_PROMOTION']),
      merchant: pick([null, 'lumen', 'yunhai']),
      product: { scope, ...(n % 7 === 0 && { excludes: { skuIds: ['sku-1'] } }) },
      user: {
        audience: pick([{ kind: 'ALL' }, { kind: 'ALL' }, { kind: 'NEW_USERS' }, { kind: 'TAGS', tags: ['tea'] }]),
      },
      rule: {
        priority: n % 10,
        ...pick<Record<string, unknown>>([
          {},
          { condition: 'user.payTimes >= 2 || cart.itemCount >= 3' },
          { condition: 'cart.subtotal >= 5000 && !(context.channel == "SHOP")' },
          { condition: 'time.minuteOfDay < 720' },
          { condition: 'lines.exists(line, line.brand == "Nord" && line.quantity >= 2)' },
        ]),
      },
    });
    published.push(terms);
  }
  for (let from = 0; from < count; from += 50)
    await stage.publish(...published.slice(from, from + 50).map((terms) => templateEvent(terms)));
});
afterAll(() => stage.stop());

const carts = [
  cart([
    line('sku-0', 9900, { brand: 'Lumen' }),
    line('sku-3', 2500, { category: '/food/tea', merchantId: 'yunhai', quantity: 3 }),
  ]),
  cart([line('sku-1', 500, { category: '/food', brand: 'Nord', quantity: 2 })]),
  cart([line('sku-8', 120_000, { merchantId: 'yunhai', category: '/garden' })]),
];
const shoppers = [
  {},
  { 'user.isNew': true, 'user.payTimes': 0, 'user.tags': ['tea'] },
  { 'user.isNew': false, 'user.payTimes': 5, 'user.tags': [], 'context.channel': 'SHOP' },
];

describe('the automatic promotions of a cart, from memory', () => {
  it('give the price that all of them give, whatever cart, shopper and hour', async () => {
    const live = await createLivePromotions(store, rules, () => 0).of(tenant, noon, 'NOW');
    for (const of of carts)
      for (const shopper of shoppers)
        for (const now of [noon, new Date(noon.getTime() + 5 * 3_600_000)]) {
          const facts = recordedFacts(shopper);
          const { applying, reached } = live.match(joinedFacts(clockFacts(now), cartFacts(of), facts));
          const priced = (promotions: readonly PromotionTerms[]) => {
            const { considered, ...result } = price({
              cart: of,
              candidates: promotions.map((promotion) => ({ promotion, source: { kind: 'AUTOMATIC' } })),
              settings: defaultTenantSettings,
              now,
              facts,
              rules,
              choose: { kind: 'NONE' },
            });
            return { result, considered };
          };
          const all = priced(published);
          expect(priced(applying).result).toEqual(all.result);
          // What reaches the goods and does not apply is refused for a reason of the shopper, the cart or the hour.
          for (const one of priced(reached).considered)
            expect(one).toMatchObject({
              verdict: 'REJECTED',
              rejection: { code: expect.stringMatching(/NOT_ELIGIBLE|NOT_STARTED|ENDED/) },
            });
          expect(applying.length + reached.length).toBeLessThan(count);
        }
  });

  it('cost one small read each half second, however many there are, and one more for what changed', async () => {
    const time = { at: 0 };
    const promotions = createLivePromotions(store, rules, () => time.at);
    const database = stage.mongo.database('settlement');
    const readsDuring = async (run: () => Promise<unknown>) =>
      (await commandsDuring(database, run)).filter((command) => command.endsWith(' templates'));
    const ask = () => promotions.of(tenant, noon, 'LATELY');
    expect(await readsDuring(ask)).toEqual(['query templates', 'query templates']);
    time.at += comparedMs - 1;
    expect(await readsDuring(ask)).toEqual([]);
    time.at += 1;
    expect(await readsDuring(async () => Promise.all([ask(), ask(), ask()]))).toEqual(['query templates']);
    expect(await readsDuring(() => promotions.of(tenant, noon, 'NOW'))).toEqual(['query templates']);
  });

  it('are paused, resumed, changed and ended for a process that did not follow the change itself', async () => {
    const time = { at: 0 };
    const elsewhere = createLivePromotions(store, rules, () => time.at);
    const terms = reduction('watched', 500, 1000, { trigger: 'AUTOMATIC', group: 'SEASON' });
    const [first] = carts;
    if (!first) throw new Error('Expected a cart, found none.');
    const isApplied = async () => {
      time.at += comparedMs;
      const live = await elsewhere.of(tenant, noon, 'LATELY');
      return live
        .match(joinedFacts(clockFacts(noon), cartFacts(first)))
        .applying.some(({ templateId }) => templateId === terms.templateId);
    };
    expect(await isApplied()).toBe(false);
    for (const [revision, state, expected] of [
      [1, 'LIVE', true],
      [2, 'PAUSED', false],
      [3, 'LIVE', true],
      [4, 'ENDED', false],
    ] as const) {
      await stage.publish(templateEvent(terms, { state, revision }));
      expect(await isApplied()).toBe(expected);
    }
  });

  it('are compared anew after a change that this process followed, even where a comparison is under way', async () => {
    let begun = 0;
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = {
      automaticTerms: store.automaticTerms,
      async automaticRevisions(...of: Parameters<SettlementStore['automaticRevisions']>) {
        begun += 1;
        const found = await store.automaticRevisions(...of);
        if (begun === 1) await gate;
        return found;
      },
    };
    const promotions = createLivePromotions(slow, rules, () => 1000);
    const asked = promotions.of(tenant, noon, 'LATELY');
    promotions.changed([tenant]);
    release();
    await asked;
    expect(begun).toBe(2);
  });
});
