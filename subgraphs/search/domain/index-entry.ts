import type { TemplateId, TenantId } from '../../shared/kernel/identifiers';
import { namedKeysOfDocument, withAncestors } from '../../shared/kernel/promotion-reach';
import { type PromotionTerms, preheatOf, windowOf } from '../../shared/kernel/promotion-terms';
import { tokensOfQuery, tokensOfText } from './tokens';

/**
 * One thing a promotion can be found by, with its kind in front, so that one index serves every filter and any number of
 * them at once: `w:优惠` a word, `t:double-11` a tag, `g:COUPON` a trigger, `k:PERCENT` a kind of benefit, `o:PLATFORM` an
 * owner, `m:lumen` a merchant, and what it reaches: `*` everything, `c:/food` a category, `b:Lumen` a brand, `s:sku-1` a SKU.
 */
export type Mark = string;

/** What search keeps of a template. */
export interface IndexEntry {
  id: TemplateId;
  tenantId: TenantId;
  /** The newer revision wins. */
  revision: number;
  /** Only LIVE ones are found; the others stay so that an old event cannot bring them back. */
  state: 'LIVE' | 'PAUSED' | 'ENDED';
  startsAt: Date;
  endsAt: Date;
  /** Before it begins it is shown from here (预热) … */
  shownFrom: Date;
  /** … until here. */
  shownUntil: Date;
  publishedAt: Date;
  marks: Mark[];
  /** Categories and brands it does not apply to, as marks. */
  excludes: Mark[];
}

/** A template as its owner tells of it. */
export interface FollowedTemplate {
  templateId: TemplateId;
  revision: number;
  state: IndexEntry['state'];
  terms: PromotionTerms;
  publishedAt: string;
}

/** What to look for; every given condition has to hold. Absent and null are no condition. */
export interface PromotionFilter {
  text?: string | null;
  merchantId?: string | null;
  isPlatform?: boolean | null;
  trigger?: string | null;
  benefitKind?: string | null;
  category?: string | null;
  brand?: string | null;
  tag?: string | null;
}

/** The conditions of a filter on the marks of a promotion. */
export interface WantedMarks {
  /** It has every one of these. */
  all: Mark[];
  /** And at least one of each of these lists. */
  oneOf: Mark[][];
  /** And excludes none of these. */
  notExcluded: Mark[];
}

/** Words one promotion is found by; a name in a hundred languages must not fill the index alone. */
const maxWords = 2000;

/** Everything a template is found by. */
export function entryOf({ templateId, revision, state, terms, publishedAt }: FollowedTemplate): IndexEntry {
  const { document, merchantId, tenantId } = terms;
  const texts = [...Object.values(document.name), ...document.tags];
  const { excludes } = document.product;
  return {
    id: templateId,
    tenantId,
    revision,
    state,
    ...windowOf(document),
    ...preheatOf(document),
    publishedAt: new Date(publishedAt),
    marks: [
      ...new Set([
        ...texts.flatMap((text) => [...tokensOfText(text)].map((token) => `w:${token}`)).slice(0, maxWords),
        ...document.tags.map((tag) => `t:${tag}`),
        `g:${document.trigger}`,
        ...document.benefit.map((benefit) => `k:${benefit.kind}`),
        ...(merchantId === null ? ['o:PLATFORM'] : ['o:MERCHANT', `m:${merchantId}`]),
        ...namedKeysOfDocument(document),
      ]),
    ],
    excludes: [
      ...excludes.categories.map((category) => `c:${category}`),
      ...excludes.brands.map((brand) => `b:${brand}`),
    ],
  };
}

/** The marks a filter asks for; null when nothing can be found, since its text has no word in it. */
export function wantedMarks(filter: PromotionFilter): WantedMarks | null {
  const all: Mark[] = [];
  const oneOf: Mark[][] = [];
  const notExcluded: Mark[] = [];
  if (filter.text != null && filter.text.trim() !== '') {
    const tokens = tokensOfQuery(filter.text);
    if (tokens.length === 0) return null;
    all.push(...tokens.map((token) => `w:${token}`));
  }
  if (filter.merchantId != null) all.push(`m:${filter.merchantId}`);
  if (filter.isPlatform != null) all.push(filter.isPlatform ? 'o:PLATFORM' : 'o:MERCHANT');
  if (filter.trigger != null) all.push(`g:${filter.trigger}`);
  if (filter.benefitKind != null) all.push(`k:${filter.benefitKind}`);
  if (filter.tag != null) all.push(`t:${filter.tag}`);
  if (filter.category != null) {
    const categories = withAncestors(filter.category).map((category) => `c:${category}`);
    oneOf.push(['*', ...categories]);
    notExcluded.push(...categories);
  }
  if (filter.brand != null) {
    oneOf.push(['*', `b:${filter.brand}`]);
    notExcluded.push(`b:${filter.brand}`);
  }
  return { all, oneOf, notExcluded };
}

/** Whether marks and excludes meet what is wanted; what the store asks of its index, in plain words. */
export function meets({ marks, excludes }: Pick<IndexEntry, 'marks' | 'excludes'>, wanted: WantedMarks): boolean {
  return (
    wanted.all.every((mark) => marks.includes(mark)) &&
    wanted.oneOf.every((some) => some.some((mark) => marks.includes(mark))) &&
    !wanted.notExcluded.some((mark) => excludes.includes(mark))
  );
}
