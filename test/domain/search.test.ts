import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { entryOf, meets, type PromotionFilter, wantedMarks } from '../../subgraphs/search/domain/index-entry';
import { fold, tokensOfQuery, tokensOfText } from '../../subgraphs/search/domain/tokens';
import { asMerchantId, asTemplateId, asTenantId, asVersionId } from '../../subgraphs/shared/kernel/identifiers';
import { parseTemplateDocument } from '../../subgraphs/shared/kernel/promotion-terms';
import { runs } from '../support/runs';

const finds = (query: string, text: string) => {
  const tokens = tokensOfText(text);
  const asked = tokensOfQuery(query);
  return asked.length > 0 && asked.every((token) => tokens.has(token));
};

describe('words in two languages', () => {
  it.each([
    ['优惠券', '双11满减优惠券'],
    ['满减', '双11满减优惠券'],
    ['满', '双11满减优惠券'],
    ['零食优惠', '零食满减优惠券'],
    ['优惠 零食', '零食满减优惠券'],
    ['满300', '满300减40'],
    ['双11', '双11狂欢'],
    ['lumen', 'LUMEN Days'],
    ['ＬＵＭＥＮ', 'Lumen days'],
    ['cafe', 'Café crème'],
    ['Café', 'CAFE'],
    ['lumen灯具', 'Lumen 灯具 8.5折'],
    ['iphone', 'iPhone15 Pro'],
    ['iphone15', 'iPhone15 Pro'],
    ['t-shirt', 'T-Shirts and a t-shirt'],
    ['セール', '夏のセール'],
    ['ガ', 'ガラス'],
    ['한국', '한국 할인'],
  ])('%s finds %s', (query, text) => {
    expect(finds(query, text)).toBe(true);
  });

  it.each([
    ['优惠', '满减券'],
    ['减满', '满减券'],
    ['电器优惠', '零食优惠'],
    ['lumens', 'Lumen days'],
    ['ガ', 'カラス'],
    ['!!!', 'anything!!!'],
    ['🎁', '🎁 gifts'],
    ['', 'anything'],
  ])('%s does not find %s', (query, text) => {
    expect(finds(query, text)).toBe(false);
  });

  it('makes one form of what looks the same', () => {
    expect(fold('ＣＲÈＭＥ　Brûlée ﬁ')).toBe('creme brulee fi');
  });

  it('finds every text by itself and by any of its words', () => {
    const piece = fc.constantFrom(
      '满减',
      '优惠券',
      '零食',
      '双',
      '11',
      'Lumen',
      'Café',
      'iPhone15',
      ' ',
      '-',
      '8.5折',
      '🎁',
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        const tokens = tokensOfText(text);
        for (const token of tokensOfQuery(text)) expect(tokens.has(token)).toBe(true);
      }),
      { numRuns: runs(500, 0.2) },
    );
  });

  it('stays bounded and never fails, whatever is looked for', () => {
    const anything = fc.array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 200 });
    fc.assert(
      fc.property(anything, (characters) => {
        expect(tokensOfQuery(String.fromCodePoint(...characters)).length).toBeLessThanOrEqual(40);
      }),
      { numRuns: runs(500, 0.2) },
    );
  });
});

function entry(change: Record<string, unknown> = {}, merchantId: string | null = 'lumen') {
  const parsed = parseTemplateDocument({
    name: { default: '零食满减', en: 'Snack days' },
    tags: ['double-11'],
    trigger: 'COUPON',
    time: {
      startsAt: '2026-11-11T00:00:00Z',
      endsAt: '2026-11-20T00:00:00Z',
      validity: { kind: 'DAYS_AFTER_CLAIM', days: 7 },
    },
    limit: { stock: 100 },
    rule: { stackingGroup: 'MERCHANT_COUPON' },
    benefit: [{ kind: 'FIXED', off: { CNY: 1000 } }],
    ...change,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal));
  const templateId = asTemplateId('tpl_1');
  const tenantId = asTenantId('festival');
  return entryOf({
    templateId,
    revision: 2,
    state: 'LIVE',
    publishedAt: '2026-11-10T00:00:00.000Z',
    terms: {
      templateId,
      versionId: asVersionId('tpv_1'),
      version: 1,
      tenantId,
      merchantId: merchantId === null ? null : asMerchantId(merchantId),
      document: parsed.value,
    },
  });
}
const isFound = (
  filter: PromotionFilter,
  change: Record<string, unknown> = {},
  merchantId: string | null = 'lumen',
) => {
  const wanted = wantedMarks(filter);
  return wanted !== null && meets(entry(change, merchantId), wanted);
};

describe('what a promotion is found by', () => {
  it.each([
    [{}, true],
    [{ text: '  ' }, true],
    [{ text: 'snack 零食' }, true],
    [{ text: 'double' }, true],
    [{ text: 'drinks' }, false],
    [{ text: '???' }, false],
    [{ tag: 'double-11' }, true],
    [{ tag: 'double' }, false],
    [{ merchantId: 'lumen' }, true],
    [{ merchantId: 'other' }, false],
    [{ isPlatform: true }, false],
    [{ isPlatform: false }, true],
    [{ trigger: 'COUPON', benefitKind: 'FIXED' }, true],
    [{ trigger: 'COUPON', benefitKind: 'PERCENT' }, false],
    [{ category: '/food', brand: 'Lumen' }, true],
  ])('%j: %s', (filter, expected) => {
    expect(isFound(filter)).toBe(expected);
  });

  it('the category asked for or one above it, unless that is excluded', () => {
    const food = { product: { scope: { kind: 'CATEGORIES', categories: ['/food'] } } };
    expect(isFound({ category: '/food/snacks' }, food)).toBe(true);
    expect(isFound({ category: '/toys' }, food)).toBe(false);
    const snacks = { product: { scope: { kind: 'CATEGORIES', categories: ['/food/snacks'] } } };
    expect(isFound({ category: '/food' }, snacks)).toBe(false);
    const allButFood = { product: { excludes: { categories: ['/food'] } } };
    expect(isFound({ category: '/food/snacks' }, allButFood)).toBe(false);
    expect(isFound({ category: '/toys' }, allButFood)).toBe(true);
  });

  it('the brand asked for, or everything, unless that is excluded', () => {
    const brand = { product: { scope: { kind: 'BRANDS', brands: ['Lumen'] } } };
    expect(isFound({ brand: 'Lumen' }, brand)).toBe(true);
    expect(isFound({ brand: 'Other' }, brand)).toBe(false);
    expect(isFound({ brand: 'Lumen' }, { product: { excludes: { brands: ['Lumen'] } } })).toBe(false);
  });

  it('each side of goods that must be in several scopes', () => {
    const audio = { kind: 'CATEGORIES', categories: ['/electronics/audio'] };
    const both = {
      product: { scope: { kind: 'ALL_OF', scopes: [audio, { kind: 'BRANDS', brands: ['Lumen', 'Voltip'] }] } },
    };
    expect(isFound({ brand: 'Voltip' }, both)).toBe(true);
    expect(isFound({ category: '/electronics/audio/headphones', brand: 'Lumen' }, both)).toBe(true);
    expect(isFound({ brand: 'Other' }, both)).toBe(false);
  });

  it('its owner: a merchant, or the platform', () => {
    expect(isFound({ isPlatform: true }, {}, null)).toBe(true);
    expect(isFound({ isPlatform: false }, {}, null)).toBe(false);
  });
});
