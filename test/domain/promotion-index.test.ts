import { describe, expect, it } from '@jest/globals';
import {
  asMerchantId,
  asSkuId,
  asTemplateId,
  asTenantId,
  asVersionId,
} from '../../subgraphs/shared/kernel/identifiers';
import { couldApply } from '../../subgraphs/shared/kernel/promotion-reach';
import { maxPromotionsOfSku, PromotionIndex } from '../../subgraphs/template/domain/promotion-index';
import type { Sku } from '../../subgraphs/template/domain/sku';
import { type PublishedTemplate, stateOf, type WantedState } from '../../subgraphs/template/domain/template';
import { document, noon } from '../support/promotions';
import { runs } from '../support/runs';

const hour = 3_600_000;
const at = (hours: number) => new Date(noon.getTime() + hours * hour);

function template(
  id: string,
  modules: Record<string, unknown> = {},
  about: { seq?: number; wanted?: WantedState; merchant?: string } = {},
): PublishedTemplate {
  return {
    id: asTemplateId(id),
    tenantId: asTenantId('festival'),
    merchantId: about.merchant === undefined ? null : asMerchantId(about.merchant),
    createdAt: noon,
    revision: 1,
    log: { seq: about.seq ?? 1, hash: '' },
    draftedBy: { kind: 'user', subject: 'staff' },
    review: null,
    draft: null,
    published: {
      versionId: asVersionId(`${id}:v`),
      version: 1,
      document: document({ trigger: 'AUTOMATIC', ...modules }),
      publishedAt: noon,
      wanted: about.wanted ?? 'LIVE',
      stock: null,
      stockVersion: 1,
      nextEdge: null,
    },
  };
}

function sku(id: string, change: Partial<Sku> = {}): Sku {
  return {
    skuId: asSkuId(id),
    revision: 1,
    merchantId: asMerchantId('lumen'),
    name: id,
    category: '/food/snacks',
    brand: 'Lumen',
    itemType: 'IN_STOCK',
    prices: { CNY: 100 },
    taxRateBasisPoints: null,
    minUnitPrices: {},
    memberPrices: {},
    attributes: {},
    ...change,
  };
}

const window = (from: number, until: number) => ({
  time: { startsAt: at(from).toISOString(), endsAt: at(until).toISOString() },
});
const priority = (value: number) => ({ rule: { stackingGroup: 'ITEM', priority: value } });
const idsOf = (templates: readonly PublishedTemplate[]) => templates.map(({ id }) => String(id));

describe('the promotions of a SKU, from memory', () => {
  it('begin and end by the clock, to the millisecond, also when they were asked for before', () => {
    const index = new PromotionIndex();
    index.put(template('soon', window(1, 2)));
    index.put(template('now', window(-1, 1)));
    const lamp = sku('lamp');
    const idsAt = (date: Date) => idsOf(index.withPromotions(lamp, date).promotions);
    expect(idsAt(noon)).toEqual(['now']);
    expect(idsAt(new Date(at(1).getTime() - 1))).toEqual(['now']);
    expect(idsAt(at(1))).toEqual(['soon']);
    expect(idsAt(at(2))).toEqual([]);
    expect(idsAt(noon)).toEqual(['now']);
  });

  it('are the same list while nothing changed, so that what is made of them can be kept', () => {
    const index = new PromotionIndex();
    index.put(template('one', window(-1, 1)));
    const lamp = sku('lamp');
    const list = index.withPromotions(lamp, noon);
    expect(index.withPromotions(lamp, new Date(at(1).getTime() - 1))).toBe(list);
    index.put(template('two', window(-1, 1)));
    expect(idsOf(index.withPromotions(lamp, noon).promotions)).toEqual(['one', 'two']);
    expect(idsOf(index.withPromotions({ ...lamp, brand: null, category: '/light' }, noon).promotions)).toEqual([
      'one',
      'two',
    ]);
  });

  it('change with one template: paused, resumed, ended, and never back to an older state', () => {
    const index = new PromotionIndex();
    const lamp = sku('lamp');
    const put = (seq: number, wanted: WantedState) => {
      index.put(template('one', window(-1, 1), { seq, wanted }));
      return idsOf(index.withPromotions(lamp, noon).promotions);
    };
    expect(put(1, 'LIVE')).toEqual(['one']);
    expect(put(3, 'PAUSED')).toEqual([]);
    expect(put(2, 'LIVE')).toEqual([]);
    expect(put(4, 'LIVE')).toEqual(['one']);
    expect(put(5, 'ENDED')).toEqual([]);
    expect(index.size).toBe(0);
  });

  it('are at most fifty, the first by priority and then by id', () => {
    const index = new PromotionIndex();
    for (let n = 0; n < 60; n += 1)
      index.put(template(`t${String(n).padStart(2, '0')}`, { ...window(-1, 1), ...priority(n % 2) }));
    const ids = idsOf(index.withPromotions(sku('lamp'), noon).promotions);
    expect(ids).toHaveLength(maxPromotionsOfSku);
    expect(ids.slice(0, 2)).toEqual(['t00', 't02']);
    expect(ids.slice(30, 32)).toEqual(['t01', 't03']);
  });

  it('tells which templates differ from the truth, and forgets those that are not there any more', () => {
    const index = new PromotionIndex();
    for (const id of ['same', 'older', 'gone']) index.put(template(id, window(-1, 1)));
    const truth = new Map([
      [asTemplateId('same'), 1],
      [asTemplateId('older'), 2],
      [asTemplateId('new'), 1],
    ]);
    expect(index.differing(truth).map(String)).toEqual(['older', 'new']);
    expect(idsOf(index.withPromotions(sku('lamp'), noon).promotions)).toEqual(['older', 'same']);
  });

  it('are what a look at every template finds, whatever is put in, changed and taken out', () => {
    const any = <T>(values: readonly T[]): T => values[Math.floor(Math.random() * values.length)] as T;
    const scopes = [
      { kind: 'STOREWIDE' },
      { kind: 'CATEGORIES', categories: ['/food', '/food/snacks'] },
      { kind: 'CATEGORIES', categories: ['/light'] },
      { kind: 'BRANDS', brands: ['Lumen', 'Other'] },
      { kind: 'SKUS', skuIds: ['s0', 's3', 's7'] },
    ];
    const excludes = [{}, {}, { categories: ['/food'] }, { brands: ['Other'] }, { skuIds: ['s1', 's3'] }];
    const skus = Array.from({ length: 12 }, (_, n) =>
      sku(`s${n}`, {
        merchantId: asMerchantId(any(['lumen', 'zenith'])),
        category: any(['/food', '/food/snacks', '/foodie', '/light/led']),
        brand: any(['Lumen', 'Other', null]),
        itemType: any(['IN_STOCK', 'PRESALE'] as const),
      }),
    );
    for (let run = 0; run < runs(400); run += 1) {
      const index = new PromotionIndex();
      const truth = new Map<string, PublishedTemplate>();
      for (let step = 0; step < 40; step += 1) {
        const id = `t${Math.floor(Math.random() * 12)}`;
        const merchant = any(['lumen', 'zenith', undefined]);
        const given = template(
          id,
          {
            ...window(any([-2, -1, 1]), any([2, 3])),
            ...priority(any([1, 2])),
            product: { scope: any(scopes), excludes: any(excludes), itemType: any(['ANY', 'ANY', 'PRESALE']) },
          },
          {
            seq: (truth.get(id)?.log.seq ?? 0) + 1,
            wanted: any(['LIVE', 'LIVE', 'PAUSED', 'ENDED'] as const),
            ...(merchant && { merchant }),
          },
        );
        truth.set(id, given);
        index.put(given);
        const now = at(any([0, 0, 1, 2]));
        const asked = any(skus);
        const naive = [...truth.values()]
          .filter((one) => stateOf(one, now) === 'LIVE')
          .filter((one) => couldApply(one.published.document, one.merchantId, asked))
          .sort(
            (a, b) => a.published.document.rule.priority - b.published.document.rule.priority || (a.id < b.id ? -1 : 1),
          );
        expect(idsOf(index.withPromotions(asked, now).promotions)).toEqual(idsOf(naive));
      }
    }
  });
});
