import type { Collection, Db, Filter } from 'mongodb';
import type { MerchantId, SkuId, TemplateId, TenantId } from '../shared/kernel/identifiers';
import { assertNever } from '../shared/kernel/outcome';
import { withAncestors } from '../shared/kernel/promotion-reach';
import type { ProductScope, PromotionTerms, TemplateDocument } from '../shared/kernel/promotion-terms';
import type { MongoConnection } from '../shared/runtime/mongo';
import { namesOfGoods } from './domain/check-goods';
import { asksForPrices } from './domain/check-rule';
import type { DangerInput } from './domain/danger';
import type { TriedGoods } from './domain/danger-carts';
import type { LiveExclusive, NamedGoods } from './domain/finding';
import type { Sku } from './domain/sku';
import type { Template } from './domain/template';

/** What checks before a publication look up beside the document. */
export interface CheckReader {
  /** Creates the indexes; may be called again. */
  ensureIndexes(): Promise<void>;
  /** What the catalogue copy has of what a document names. */
  namedGoods(tenant: TenantId, document: TemplateDocument): Promise<NamedGoods>;
  /** Promotions that are live or coming, stand alone and could meet those of this owner. */
  exclusives(tenant: TenantId, merchantId: MerchantId | null, now: Date): Promise<LiveExclusive[]>;
  /** The promotions that are live or coming and could meet one on a cart, and goods to make carts of. */
  company(subject: PromotionTerms, now: Date): Promise<Company>;
}

/** What a promotion is tried beside, and on which goods. */
export type Company = Pick<DangerInput, 'live' | 'goods' | 'isWhole'>;

interface SkuRow extends Sku {
  _id: string;
  tenantId: TenantId;
}

interface TemplateRow {
  _id: TemplateId;
  tenantId: TenantId;
  merchantId: MerchantId | null;
  wanted: string;
  endsAt: Date;
  published: Template['published'];
}

/** Exclusive promotions one check looks at; a tenant with more has a problem that one more finding would not show. */
const mostExclusives = 50;
/** What one look at the dangers of a promotion reads; with more of them it says that it did not see all. */
const mostOfCompany = { live: 300, goods: 2000, beside: 200 } as const;

/** The reader on a connection. Checks are advice and look at what is there when they are made, outside the change's transaction. */
export function createCheckReader(mongo: MongoConnection): CheckReader {
  const database: Db = mongo.database('template');
  const skus = database.collection<SkuRow>('skus');
  const templates = database.collection<TemplateRow>('templates');
  return {
    async ensureIndexes() {
      await Promise.all([
        skus.createIndexes([
          { key: { tenantId: 1, category: 1 }, name: 'category' },
          { key: { tenantId: 1, brand: 1 }, name: 'brand' },
        ]),
        templates.createIndex(
          { tenantId: 1, endsAt: 1 },
          { name: 'exclusive', partialFilterExpression: { 'published.document.rule.exclusive': true } },
        ),
      ]);
    },

    async namedGoods(tenant, document) {
      const names = namesOfGoods(document);
      const [sold, categories, brands, dearest] = await Promise.all([
        skus
          .find({ tenantId: tenant, _id: { $in: names.skuIds.map((id) => `${encodeURIComponent(tenant)}/${id}`) } })
          .project<Pick<SkuRow, 'skuId' | 'merchantId'>>({ skuId: 1, merchantId: 1 })
          .toArray(),
        names.categories.length === 0
          ? []
          : skus.distinct('category', { tenantId: tenant, $or: names.categories.flatMap(inCategory) }),
        names.brands.length === 0 ? [] : skus.distinct('brand', { tenantId: tenant, brand: { $in: names.brands } }),
        // A look at every price of the scope, so only where something is compared with it.
        asksForPrices(document) ? dearestOf(skus, tenant, document.product.scope) : {},
      ]);
      return {
        sellers: new Map(sold.map(({ skuId, merchantId }) => [skuId, merchantId] as [SkuId, MerchantId])),
        categories: new Set(categories.flatMap(withAncestors)),
        brands: new Set(brands.flatMap((brand) => brand ?? [])),
        dearest,
      };
    },

    async exclusives(tenant, merchantId, now) {
      const found = await templates
        .find({
          tenantId: tenant,
          'published.document.rule.exclusive': true,
          endsAt: { $gt: now },
          wanted: 'LIVE',
          merchantId: { $in: [null, merchantId] },
        })
        .limit(mostExclusives)
        .toArray();
      return found.flatMap(({ _id, merchantId, published }) =>
        published ? [{ templateId: _id, merchantId, document: published.document }] : [],
      );
    },

    async company({ tenantId, templateId, merchantId, document }, now) {
      const owned = merchantId === null ? {} : { merchantId };
      const goodsOf = (filter: Filter<SkuRow>, most: number) =>
        skus.find({ tenantId, ...filter }, { projection: triedFields, limit: most }).toArray();
      const [live, inScope, beside] = await Promise.all([
        // Along the index of published templates, those that end first.
        templates
          .find({
            tenantId,
            wanted: 'LIVE',
            endsAt: { $gt: now },
            _id: { $ne: templateId },
            ...(merchantId !== null && { merchantId: { $in: [null, merchantId] } }),
          })
          .sort({ endsAt: 1 })
          .limit(mostOfCompany.live + 1)
          .toArray(),
        goodsOf({ ...owned, ...goodsFilter(document.product.scope) }, mostOfCompany.goods + 1),
        goodsOf({}, mostOfCompany.beside),
      ]);
      const goods = new Map([...inScope.slice(0, mostOfCompany.goods), ...beside].map((row) => [row.skuId, row]));
      return {
        live: live.slice(0, mostOfCompany.live).flatMap((row) => termsOfRow(row)),
        goods: [...goods.values()].map(triedGoods),
        isWhole: live.length <= mostOfCompany.live && inScope.length <= mostOfCompany.goods,
      };
    },
  };
}

/** What carts are made with; `_id` is left out. */
const triedFields = {
  _id: 0,
  skuId: 1,
  merchantId: 1,
  category: 1,
  brand: 1,
  itemType: 1,
  attributes: 1,
  prices: 1,
  minUnitPrices: 1,
} as const;

function triedGoods({ skuId, merchantId, category, brand, itemType, attributes, ...amounts }: SkuRow): TriedGoods {
  const { prices, minUnitPrices } = amounts;
  return { skuId, merchantId, category, brand, itemType, attributes, prices, minUnitPrices: minUnitPrices ?? {} };
}

function termsOfRow({ _id, tenantId, merchantId, published }: TemplateRow): PromotionTerms[] {
  if (!published) return [];
  const { versionId, version } = published;
  const { examples: _, ...document } = published.document;
  return [{ templateId: _id, versionId, version, tenantId, merchantId, document }];
}

/** The dearest list price per currency among the goods of a scope. */
async function dearestOf(
  skus: Collection<SkuRow>,
  tenant: TenantId,
  scope: ProductScope,
): Promise<Record<string, number>> {
  const found = await skus
    .aggregate<{ _id: string; most: number }>([
      { $match: { tenantId: tenant, ...goodsFilter(scope) } },
      { $project: { prices: { $objectToArray: '$prices' } } },
      { $unwind: '$prices' },
      { $group: { _id: '$prices.k', most: { $max: '$prices.v' } } },
    ])
    .toArray();
  return Object.fromEntries(found.map(({ _id, most }) => [_id, most]));
}

/** At least the goods of a scope; for ALL_OF those of its first scope, which are more. */
function goodsFilter(scope: ProductScope): Filter<SkuRow> {
  switch (scope.kind) {
    case 'STOREWIDE':
      return {};
    case 'CATEGORIES':
      return { $or: scope.categories.flatMap(inCategory) };
    case 'BRANDS':
      return { brand: { $in: scope.brands } };
    case 'SKUS':
      return { skuId: { $in: scope.skuIds as SkuId[] } };
    case 'ATTRIBUTES':
      return {
        $and: Object.entries(scope.attributes).map(([name, values]) => ({ [`attributes.${name}`]: { $in: values } })),
      };
    case 'ALL_OF':
      return scope.scopes[0] ? goodsFilter(scope.scopes[0]) : {};
    case 'ANY_OF':
      return { $or: scope.scopes.map(goodsFilter) };
    default:
      return assertNever(scope);
  }
}

/** A category with everything below it, as two ranges of an index: `0` is the first character after `/`. */
function inCategory(category: string): Filter<SkuRow>[] {
  return [{ category }, { category: { $gte: `${category}/`, $lt: `${category}0` } }];
}
