import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  asMerchantId,
  asSkuId,
  asTemplateId,
  asTenantId,
  asVersionId,
} from '../../subgraphs/shared/kernel/identifiers';
import {
  couldApply,
  reachKeysOfDocument,
  reachKeysOfSku,
  withAncestors,
} from '../../subgraphs/shared/kernel/promotion-reach';
import { parseTemplateDocument, type TemplateDocument } from '../../subgraphs/shared/kernel/promotion-terms';
import type { Author } from '../../subgraphs/template/domain/audit';
import { isUnchanged, maxSkusPerCall, readSkus, type SkuFacts } from '../../subgraphs/template/domain/sku';
import {
  isSameDocument,
  move,
  newTemplate,
  publish,
  revise,
  stateOf,
  type Template,
  termsOf,
} from '../../subgraphs/template/domain/template';
import { runs } from '../support/runs';

const lumen = asMerchantId('lumen');
const ann: Author = { kind: 'user', subject: 'ann' };
const at = (text: string) => new Date(`2026-11-${text}Z`);
const begins = '2026-11-11T00:00:00.000Z';
const ends = '2026-11-20T00:00:00.000Z';

function documentOf(change: Record<string, unknown> = {}): TemplateDocument {
  const parsed = parseTemplateDocument({
    name: { default: '满300减40' },
    trigger: 'COUPON',
    time: { startsAt: begins, endsAt: ends, validity: { kind: 'DAYS_AFTER_CLAIM', days: 7 } },
    limit: { stock: 100 },
    rule: { stackingGroup: 'MERCHANT_COUPON' },
    benefit: [{ kind: 'FIXED', off: { CNY: 1000, USD: 200 } }],
    ...change,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal));
  return parsed.value;
}
function draft(document = documentOf()): Template {
  return newTemplate(
    { id: asTemplateId('tpl_1'), tenantId: asTenantId('festival'), merchantId: lumen },
    document,
    ann,
    at('10T00:00'),
  );
}
function done<T>(outcome: { ok: true; value: T } | { ok: false; refusal: unknown }): T {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.refusal));
  return outcome.value;
}
/** The stacking groups of the tenant. */
const groups = ['MERCHANT_COUPON', 'ITEM'];
const published = (document = documentOf()) =>
  done(publish(draft(document), asVersionId('tpv_1'), at('10T12:00'), groups));

describe('the state of a template', () => {
  it.each([
    ['LIVE', '10T23:59', 'SCHEDULED'],
    ['LIVE', '11T00:00', 'LIVE'],
    ['LIVE', '19T23:59', 'LIVE'],
    ['LIVE', '20T00:00', 'ENDED'],
    ['PAUSED', '10T23:59', 'PAUSED'],
    ['PAUSED', '11T00:00', 'PAUSED'],
    ['PAUSED', '20T00:00', 'ENDED'],
    ['ENDED', '10T23:59', 'ENDED'],
  ] as const)('wanted %s on %s is %s', (wanted, time, state) => {
    const template = done(move(published(), wanted, at('10T13:00')));
    expect(stateOf(template, at(time))).toBe(state);
  });

  it('is a draft before the first publication, whatever the clock says', () => {
    expect(stateOf(draft(), at('30T00:00'))).toBe('DRAFT');
  });
});

describe('a revision', () => {
  it('keeps the draft apart from what is published, and drops it when both are the same again', () => {
    const other = documentOf({ tags: ['new'] });
    const revised = done(revise(published(), other, 2, ann, at('12T00:00')));
    expect(revised).toMatchObject({ revision: 3, draft: other, published: { document: documentOf() } });
    expect(done(revise(revised, documentOf(), 3, ann, at('12T00:00')))).toMatchObject({ revision: 4, draft: null });
  });

  it('is no change when the document says the same in another order', () => {
    const template = draft();
    const reordered = documentOf({ benefit: [{ off: { USD: 200, CNY: 1000 }, kind: 'FIXED' }] });
    expect(isSameDocument(reordered, documentOf())).toBe(true);
    expect(done(revise(template, reordered, 1, ann, at('12T00:00')))).toBe(template);
  });

  it('on an old revision names the current one; an ended template stays as it is', () => {
    expect(revise(published(), documentOf(), 1, ann, at('12T00:00'))).toEqual({
      ok: false,
      refusal: { code: 'VERSION_CONFLICT', current: 2 },
    });
    expect(revise(published(), documentOf(), 2, ann, at('20T00:00'))).toEqual({
      ok: false,
      refusal: { code: 'ENDED' },
    });
  });
});

describe('a publication', () => {
  it('is refused for a stacking group the tenant does not list, since such a group would have no limits', () => {
    const mistyped = draft(documentOf({ rule: { stackingGroup: 'MERCHANT_COUPN' } }));
    const answer = publish(mistyped, asVersionId('tpv_1'), at('10T12:00'), groups);
    expect(answer).toMatchObject({
      ok: false,
      refusal: [{ code: 'NOT_PUBLISHABLE', fault: { path: 'rule.stackingGroup', found: '"MERCHANT_COUPN"' } }],
    });
  });

  it('counts versions, and counts the stock only when it rises', () => {
    const first = published();
    expect(termsOf(first)).toMatchObject({ templateId: 'tpl_1', versionId: 'tpv_1', version: 1, merchantId: 'lumen' });
    const same = done(
      publish(
        done(revise(first, documentOf({ tags: ['a'] }), 2, ann, at('12T00:00'))),
        asVersionId('tpv_2'),
        at('12T00:00'),
        groups,
      ),
    );
    expect(same.published).toMatchObject({
      version: 2,
      stock: 100,
      stockVersion: 1,
      wanted: 'LIVE',
      publishedAt: at('12T00:00'),
    });
    const more = done(
      publish(
        done(revise(same, documentOf({ limit: { stock: 101 } }), 4, ann, at('12T00:00'))),
        asVersionId('tpv_3'),
        at('12T00:00'),
        groups,
      ),
    );
    expect(more.published).toMatchObject({ version: 3, stock: 101, stockVersion: 2 });
  });

  it('leaves a paused template paused', () => {
    const paused = done(move(published(), 'PAUSED', at('12T00:00')));
    const revised = done(revise(paused, documentOf({ tags: ['a'] }), 3, ann, at('12T00:00')));
    expect(done(publish(revised, asVersionId('tpv_2'), at('12T00:00'), groups)).published.wanted).toBe('PAUSED');
  });

  it('tells everything that stands in its way at once', () => {
    const change = {
      limit: { stock: 99 },
      rule: { ...documentOf().rule, stackingGroup: 'NOBODY_LISTS_IT' },
      time: { ...documentOf().time, endsAt: '2026-11-12T00:00:00.000Z' },
    };
    const revised = done(revise(published(), documentOf(change), 2, ann, at('11T12:00')));
    const refused = publish(revised, asVersionId('tpv_2'), at('12T00:00'), groups);
    expect(refused.ok ? [] : refused.refusal.map(({ code }) => code)).toEqual([
      'NOT_PUBLISHABLE',
      'STOCK_LOWERED',
      'ENDED',
    ]);
  });
});

describe('pausing, resuming and ending', () => {
  it('is no change where it is so already', () => {
    const live = published();
    expect(done(move(live, 'LIVE', at('12T00:00')))).toBe(live);
    expect(done(move(live, 'ENDED', at('20T00:00')))).toBe(live);
    expect(move(live, 'LIVE', at('20T00:00'))).toEqual({ ok: false, refusal: { code: 'ENDED' } });
    expect(move(draft(), 'PAUSED', at('12T00:00'))).toEqual({ ok: false, refusal: { code: 'NOT_PUBLISHED' } });
  });

  it('never leaves the end again, whatever is tried in whatever order', () => {
    const step = fc.constantFrom('LIVE' as const, 'PAUSED' as const, 'ENDED' as const);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        let template: Template = published();
        let hasEnded = false;
        for (const wanted of steps) {
          const moved = move(template, wanted, at('12T00:00'));
          if (moved.ok) {
            expect(moved.value.revision - template.revision).toBe(moved.value === template ? 0 : 1);
            template = moved.value;
          } else expect(hasEnded).toBe(true);
          hasEnded ||= wanted === 'ENDED';
          expect(stateOf(template, at('12T00:00')) === 'ENDED').toBe(hasEnded);
        }
      }),
      { numRuns: runs(200) },
    );
  });
});

describe('what a promotion reaches', () => {
  const snack: SkuFacts = {
    skuId: asSkuId('sku-1'),
    merchantId: lumen,
    name: 'Crisps',
    category: '/food/snacks',
    brand: 'Lumen',
    itemType: 'IN_STOCK',
    prices: { CNY: 1990 },
    taxRateBasisPoints: null,
    minUnitPrices: {},
    memberPrices: {},
    attributes: {},
  };
  const reaches = (product: Record<string, unknown>, merchantId: typeof lumen | null = null) =>
    couldApply(documentOf({ product }), merchantId, snack);

  it.each([
    ['everything', {}, true],
    ['a category above', { scope: { kind: 'CATEGORIES', categories: ['/food'] } }, true],
    ['the category', { scope: { kind: 'CATEGORIES', categories: ['/toys', '/food/snacks'] } }, true],
    ['a category below', { scope: { kind: 'CATEGORIES', categories: ['/food/snacks/hot'] } }, false],
    ['a category that only begins alike', { scope: { kind: 'CATEGORIES', categories: ['/foo'] } }, false],
    ['the brand', { scope: { kind: 'BRANDS', brands: ['Lumen'] } }, true],
    ['another brand', { scope: { kind: 'BRANDS', brands: ['Other'] } }, false],
    ['the SKU', { scope: { kind: 'SKUS', skuIds: ['sku-1'] } }, true],
    ['everything but its category', { excludes: { categories: ['/food'] } }, false],
    ['everything but its brand', { excludes: { brands: ['Lumen'] } }, false],
    ['everything but the SKU', { excludes: { skuIds: ['sku-1'] } }, false],
    ['pre-sale items', { itemType: 'PRESALE' }, false],
    ['items in stock', { itemType: 'IN_STOCK' }, true],
  ])('%s', (_name, product, expected) => {
    expect(reaches(product)).toBe(expected);
  });

  it('is never the goods of another merchant', () => {
    expect(reaches({}, lumen)).toBe(true);
    expect(reaches({}, asMerchantId('other'))).toBe(false);
  });

  it('is always found through the index: whatever could apply shares a key with the SKU', () => {
    const category = fc
      .array(fc.constantFrom('food', 'snacks', 'toys'), { minLength: 1, maxLength: 3 })
      .map((steps) => `/${steps.join('/')}`);
    const scope = fc.oneof(
      fc.constant({ kind: 'STOREWIDE' }),
      fc.array(category, { minLength: 1, maxLength: 3 }).map((categories) => ({ kind: 'CATEGORIES', categories })),
      fc
        .array(fc.constantFrom('Lumen', 'Other'), { minLength: 1, maxLength: 2 })
        .map((brands) => ({ kind: 'BRANDS', brands })),
      fc
        .array(fc.constantFrom('sku-1', 'sku-2'), { minLength: 1, maxLength: 2 })
        .map((skuIds) => ({ kind: 'SKUS', skuIds })),
    );
    fc.assert(
      fc.property(scope, category, fc.constantFrom('Lumen', null), (wanted, path, brand) => {
        const sku = { ...snack, category: path, brand };
        const document = documentOf({ product: { scope: wanted } });
        const shared = reachKeysOfDocument(document).some((key) => reachKeysOfSku(sku).includes(key));
        expect(couldApply(document, null, sku)).toBe(shared);
      }),
      { numRuns: runs(300) },
    );
  });

  it('goes up the categories step by step', () => {
    expect(withAncestors('/food/snacks/hot')).toEqual(['/food', '/food/snacks', '/food/snacks/hot']);
  });
});

describe('SKUs that a shop hands over', () => {
  const given = { id: 'sku-1', name: 'Crisps', category: '/food', listPrices: [{ minorUnits: 1990, currency: 'CNY' }] };

  it('get their merchant and their defaults', () => {
    expect(done(readSkus([given], lumen))).toEqual([
      {
        skuId: 'sku-1',
        merchantId: 'lumen',
        name: 'Crisps',
        category: '/food',
        brand: null,
        itemType: 'IN_STOCK',
        prices: { CNY: 1990 },
        taxRateBasisPoints: null,
        minUnitPrices: {},
        memberPrices: {},
        attributes: {},
      },
    ]);
  });

  it('are told with place, finding and cure', () => {
    const refused = readSkus([{ ...given, category: 'food' }], lumen);
    expect(refused).toEqual({
      ok: false,
      refusal: [
        {
          code: 'INVALID_SKU',
          path: ['0', 'category'],
          allowed: 'a path from the root such as /food/snacks',
          found: '"food"',
          cure: 'correct the path',
          message:
            'skus[0].category: expected a path from the root such as /food/snacks, found "food"; correct the path.',
        },
      ],
    });
    const many = readSkus(
      Array.from({ length: maxSkusPerCall + 1 }, () => given),
      lumen,
    );
    expect(many).toMatchObject({ ok: false, refusal: [{ code: 'TOO_MANY' }] });
  });

  it('have no member price above the list price, none below the least price, and none without a list price', () => {
    const cny = (minorUnits: number) => [{ minorUnits, currency: 'CNY' }];
    const places = (change: object) => {
      const read = readSkus([{ ...given, ...change }], lumen);
      return read.ok ? [] : read.refusal.map(({ path }) => path.slice(1).join('.'));
    };
    expect(places({ memberPrices: cny(1990), minUnitPrices: cny(1990), taxRateBasisPoints: 10_000 })).toEqual([]);
    expect(places({ memberPrices: cny(0), minUnitPrices: cny(0), taxRateBasisPoints: 0 })).toEqual([]);
    expect(places({ memberPrices: cny(1991) })).toEqual(['memberPrices.0.minorUnits']);
    expect(places({ memberPrices: cny(1499), minUnitPrices: cny(1500) })).toEqual(['memberPrices.0.minorUnits']);
    expect(places({ minUnitPrices: cny(1991) })).toEqual(['minUnitPrices.0.minorUnits']);
    expect(places({ minUnitPrices: cny(-1) })).toEqual(['minUnitPrices.0.minorUnits']);
    expect(places({ memberPrices: [{ minorUnits: 1, currency: 'USD' }] })).toEqual(['memberPrices.0.currency']);
    expect(places({ memberPrices: [...cny(5), ...cny(6)] })).toEqual(['memberPrices.1.currency']);
    for (const taxRateBasisPoints of [-1, 10_001, 1.5])
      expect(places({ taxRateBasisPoints })).toEqual(['taxRateBasisPoints']);
  });

  it('are unchanged when every fact is the same, in whatever order', () => {
    const facts = (currencies: Record<string, number>): SkuFacts => ({
      skuId: asSkuId('sku-1'),
      merchantId: lumen,
      name: 'Crisps',
      category: '/food',
      brand: null,
      itemType: 'IN_STOCK',
      prices: currencies,
      taxRateBasisPoints: null,
      minUnitPrices: {},
      memberPrices: {},
      attributes: {},
    });
    expect(isUnchanged(facts({ CNY: 1, USD: 2 }), facts({ USD: 2, CNY: 1 }))).toBe(true);
    expect(isUnchanged(facts({ CNY: 1 }), facts({ CNY: 1, USD: 2 }))).toBe(false);
    const changes: Partial<SkuFacts>[] = [
      { brand: 'Lumen' },
      { taxRateBasisPoints: 0 },
      { minUnitPrices: { CNY: 1 } },
      { memberPrices: { CNY: 0 } },
    ];
    for (const change of changes)
      expect(isUnchanged(facts({ CNY: 1 }), { ...facts({ CNY: 1 }), ...change })).toBe(false);
  });
});
