import { hasScope, type Identity } from '../../shared/contracts/identity';
import type { DocumentFault } from '../../shared/kernel/document-faults';
import type { MerchantId, TenantId, VersionId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import type { Candidate } from '../../shared/kernel/pricing/candidates';
import { type LimitsLeft, limitsUnused } from '../../shared/kernel/promotion-limits';
import { type PromotionTerms, parseTemplateDocument, type TemplateDocument } from '../../shared/kernel/promotion-terms';
import { clockFacts, joinedFacts } from '../../shared/kernel/rules/fact-sources';
import type { Facts } from '../../shared/kernel/rules/facts';
import { createPromotionRules, type PromotionRules, timedOf } from '../../shared/kernel/rules/promotion-rules';
import { readWrittenFacts } from '../../shared/kernel/rules/written-facts';
import type { CartPrice } from '../domain/quote';
import { documentIndexOf, unsavedCandidate } from '../domain/unsaved-promotion';
import type { LivePromotions, Matching } from '../live-promotions';
import {
  type CartInput,
  type CartInputFault,
  cartOf,
  faultsInShop,
  faultsOfCart,
  isTooLong,
  skuIdsOf,
} from './cart-input';
import { type PriceDeps, priceCart, SearchTime, shopAt, versionsAbout } from './price-cart';

/** A cart, and documents that nobody saved. */
export interface PreviewInput {
  cart: CartInput;
  documents: readonly unknown[];
  includeLive: boolean;
  /** By name, as somebody wrote them down. */
  facts: unknown;
  at: Date | null;
}

/** Why there is nothing to be priced, with the path of the input field at fault. */
export type PreviewFault =
  | CartInputFault
  | (Omit<CartInputFault, 'code'> & { code: 'WRONG_DOCUMENT_COUNT' | 'INVALID_DOCUMENT' | 'INVALID_FACT' });

/** Documents that are looked at together. */
const mostDocuments = 20;

/**
 * What a cart would cost if documents that nobody saved were the caller's published promotions. Of other people's live
 * promotions those take part that any shopper would see now, so a preview never tells whom they are meant for or what is to come.
 * Live ones have what is left of their limits for everybody, the documents all of theirs.
 * @throws Unavailable when nobody can say what is left of live promotions
 */
export async function previewPrice(
  deps: PriceDeps,
  who: Identity,
  input: PreviewInput,
  requestId: string,
): Promise<Outcome<CartPrice, PreviewFault[]>> {
  const shape = faultsOfCart(input.cart, true);
  const documents = readDocuments(input.documents);
  const facts = readWrittenFacts(input.facts);
  const faults: PreviewFault[] = [
    ...shape,
    ...(documents.ok ? [] : documents.refusal),
    ...(facts.ok ? [] : facts.refusal.map(faultOfFact)),
  ];
  if (isTooLong(input.cart)) return refused(faults);
  const today = deps.clock.now();
  const now = input.at ?? today;
  const live = deps.promotions.of(who.tenant, today, 'LATELY');
  const shop = await shopAt(deps, who.tenant, skuIdsOf(input.cart), now, live);
  if (faults.length > 0 || !documents.ok || !facts.ok) {
    return refused([...faults, ...faultsInShop(input.cart, shop)]);
  }
  const cart = cartOf(input.cart, { ...shop, shopper: facts.value });
  if (!cart.ok) return cart;

  const merchantId = who.kind === 'user' ? who.merchant : null;
  const owner = { tenantId: who.tenant, merchantId };
  const unsaved = documents.value.map((document, index) => unsavedCandidate(document, index, owner, now));
  const mayKnow = knownTo(who, merchantId);
  const published = input.includeLive ? asSeenBy(mayKnow, await live, today) : nothingLive;
  const counted = input.includeLive ? versionsAbout((await live).counted, [...shop.catalogue.values()]) : [];
  const limits = new Map(await limitsOfAnybody(deps, who.tenant, counted, requestId));
  for (const { promotion } of unsaved) limits.set(promotion.versionId, limitsUnused(promotion.document));
  const ready = {
    ...shop,
    rules: rulesFor(mayKnow, deps.rules),
    live: withUnsaved(unsaved, published),
    shopper: facts.value,
    coupons: unsaved.filter(({ source }) => source.kind === 'COUPON'),
    unavailable: [],
    limits,
    unknownCodes: [],
    refusedCodes: [],
    isWithoutCoupons: false,
    choice: { kind: 'AUTO' as const, couponIds: [] },
    search: new SearchTime(),
    explains: true,
  };
  return accepted(priceCart(ready, cart.value, input.cart.context));
}

/** What is left of limits for nobody in particular; nobody is asked where there are none. */
async function limitsOfAnybody(
  { coupons }: PriceDeps,
  tenantId: TenantId,
  versionIds: readonly VersionId[],
  requestId: string,
): Promise<ReadonlyMap<VersionId, LimitsLeft>> {
  if (versionIds.length === 0) return new Map();
  return (await coupons.pricingFacts({ tenantId, ownerId: null, couponIds: [], versionIds, requestId })).limits;
}

function readDocuments(documents: readonly unknown[]): Outcome<TemplateDocument[], PreviewFault[]> {
  const { length } = documents;
  if (length < 1 || length > mostDocuments)
    return refused([
      {
        code: 'WRONG_DOCUMENT_COUNT',
        message: `Expected 1 to ${mostDocuments} documents, found ${length}; ${length === 0 ? 'give one, or ask for a quote' : 'look at fewer together'}.`,
        field: ['input', 'documents'],
      },
    ]);
  const read = documents.map((document) => parseTemplateDocument(document));
  const faults = read.flatMap((one, index) => (one.ok ? [] : one.refusal.map((fault) => faultIn(index, fault))));
  return faults.length > 0 ? refused(faults) : accepted(read.flatMap((one) => (one.ok ? [one.value] : [])));
}

function faultIn(index: number, { path, found, allowed, cure }: DocumentFault): PreviewFault {
  const place = path === '' ? `documents.${index}` : `documents.${index}.${path}`;
  const steps = place.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
  return {
    code: 'INVALID_DOCUMENT',
    message: `${place}: expected ${allowed}, found ${found}; ${cure}.`,
    field: ['input', ...steps],
  };
}

function faultOfFact({ path, message }: { path: string[]; message: string }): PreviewFault {
  return { code: 'INVALID_FACT', message, field: ['input', ...path] };
}

/** Whether somebody may know whom a promotion is for: it is the own one, or the caller speaks for the whole tenant. */
function knownTo(who: Identity, merchantId: MerchantId | null): (promotion: PromotionTerms) => boolean {
  const speaksForTenant = merchantId === null && hasScope(who, 'tenant:write');
  return (promotion) => speaksForTenant || promotion.merchantId === merchantId;
}

type Live = Pick<LivePromotions, 'match'>;

const nothingLive: Live = { match: () => ({ applying: [], reached: [] }) };

/**
 * Live promotions without what is not the caller's business: of those that are not the own ones, whoever they are meant for,
 * and whatever begins later than now, stays out.
 */
function asSeenBy(mayKnow: (promotion: PromotionTerms) => boolean, live: Live, today: Date): Live {
  return {
    match(facts) {
      const own = live.match(facts);
      const anybodys = ofNobody(facts);
      const seenToday = new Set(live.match(joinedFacts(clockFacts(today), anybodys)).applying);
      const others = live.match(anybodys).applying.filter((one) => !mayKnow(one) && seenToday.has(one));
      return { applying: [...own.applying.filter(mayKnow), ...others], reached: own.reached.filter(mayKnow) };
    },
  };
}

function withUnsaved(unsaved: readonly Candidate[], live: Live): Live {
  const automatic = unsaved.flatMap(({ promotion, source }) => (source.kind === 'AUTOMATIC' ? [promotion] : []));
  return {
    match(facts): Matching {
      const { applying, reached } = live.match(facts);
      return { applying: [...automatic, ...applying], reached };
    },
  };
}

/**
 * What promotions ask in a preview. Unsaved ones have no version to be remembered by, so their rules are forgotten with the
 * preview; what others ask is asked of nobody in particular, whatever the caller says of the shopper.
 */
function rulesFor(mayKnow: (promotion: PromotionTerms) => boolean, rules: PromotionRules): PromotionRules {
  const forgotten = createPromotionRules(mostDocuments);
  return {
    toClaim: (terms) => rules.toClaim(terms),
    toUse(terms, by) {
      if (documentIndexOf(terms.templateId) !== null) return forgotten.toUse(terms, by);
      const asked = rules.toUse(terms, by);
      if (mayKnow(terms)) return asked;
      const conditions = asked.conditions.map((part) => ({
        ...part,
        evaluate: (facts: Facts) => part.evaluate(ofNobody(facts)),
      }));
      return { ...asked, conditions, timed: timedOf(asked.hours, conditions) };
    },
  };
}

/** Facts without those of the shopper. */
function ofNobody(facts: Facts): Facts {
  return {
    get: (fact) => (fact.startsWith('user.') ? undefined : facts.get(fact)),
    get lines() {
      return facts.lines;
    },
  };
}
