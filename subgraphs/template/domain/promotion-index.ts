import type { MerchantId, SkuId, TemplateId } from '../../shared/kernel/identifiers';
import {
  couldApply,
  isToldByKeys,
  type ReachKey,
  reachKeysOfDocument,
  reachKeysOfSku,
} from '../../shared/kernel/promotion-reach';
import { windowOf } from '../../shared/kernel/promotion-terms';
import type { Sku } from './sku';
import type { PublishedTemplate } from './template';

/** The most promotions that are shown for one SKU. */
export const maxPromotionsOfSku = 50;

/** Answers that are remembered; more SKUs than this are asked for by a crawler. */
const mostAnswers = 50_000;

/** A template with what is asked of it again and again, in numbers that are quick to compare. */
interface Indexed {
  template: PublishedTemplate;
  priority: number;
  startsAt: number;
  endsAt: number;
  /** Whether it does not take everything that its scope reaches. */
  isPicky: boolean;
}

/** What was found for a SKU, and how long it stays so when no template changes. */
interface Answer {
  sku: Sku;
  from: number;
  until: number;
  promotions: readonly PublishedTemplate[];
}

/**
 * The published templates of one tenant, turned round: from what a SKU is to what could apply to it. Holds whatever it is
 * given; who gives it decides how new that is. Windows are compared with the instant of each question.
 */
export class PromotionIndex {
  readonly #templates = new Map<TemplateId, Indexed>();
  /** Live ones by what they reach, and there by merchant, null being the platform: a SKU meets few of other merchants. */
  readonly #byKey = new Map<ReachKey, Map<MerchantId | null, Set<Indexed>>>();
  /** Until the next change of a template. */
  readonly #answers = new Map<SkuId, Answer>();

  /** How many templates it holds. */
  get size(): number {
    return this.#templates.size;
  }

  /** The seq of a template's log as it is held; 0 when it is not. */
  seqOf(id: TemplateId): number {
    return this.#templates.get(id)?.template.log.seq ?? 0;
  }

  /** Takes a template in, in place of an older one; one that its owner ended goes out. What is held newer stays. */
  put(template: PublishedTemplate): void {
    if (template.log.seq <= this.seqOf(template.id)) return;
    this.remove(template.id);
    if (template.published.wanted === 'ENDED') return;
    const { document, wanted } = template.published;
    const { startsAt, endsAt } = windowOf(document);
    const indexed: Indexed = {
      template,
      priority: document.rule.priority,
      startsAt: startsAt.getTime(),
      endsAt: endsAt.getTime(),
      isPicky: !isToldByKeys(document),
    };
    this.#templates.set(template.id, indexed);
    // A paused one is held for its seq alone.
    if (wanted !== 'LIVE') return;
    this.#answers.clear();
    for (const key of reachKeysOfDocument(document)) {
      const merchants = entryOf(this.#byKey, key, () => new Map<MerchantId | null, Set<Indexed>>());
      entryOf(merchants, template.merchantId, () => new Set<Indexed>()).add(indexed);
    }
  }

  /** Forgets a template. */
  remove(id: TemplateId): void {
    const indexed = this.#templates.get(id);
    if (!indexed) return;
    this.#answers.clear();
    this.#templates.delete(id);
    const { merchantId, published } = indexed.template;
    for (const key of reachKeysOfDocument(published.document)) {
      const merchants = this.#byKey.get(key);
      const under = merchants?.get(merchantId);
      under?.delete(indexed);
      if (under?.size === 0) merchants?.delete(merchantId);
      if (merchants?.size === 0) this.#byKey.delete(key);
    }
  }

  /**
   * Compares with the seqs that templates have in truth, forgets those that are not among them, and tells which
   * have to be read: those not held, or held older.
   */
  differing(seqs: ReadonlyMap<TemplateId, number>): TemplateId[] {
    for (const id of [...this.#templates.keys()]) if (!seqs.has(id)) this.remove(id);
    return [...seqs].flatMap(([id, seq]) => (this.seqOf(id) < seq ? [id] : []));
  }

  /**
   * The live promotions that could apply to a SKU, by priority and then id, at most {@link maxPromotionsOfSku}. The same
   * list comes back for the same SKU object while it is still true, so nobody may change it.
   */
  promotionsOf(sku: Sku, now: Date): readonly PublishedTemplate[] {
    const at = now.getTime();
    const known = this.#answers.get(sku.skuId);
    if (known && known.sku === sku && known.from <= at && at < known.until) return known.promotions;
    const answer = this.#answer(sku, at);
    if (this.#answers.size >= mostAnswers) this.#answers.clear();
    this.#answers.set(sku.skuId, answer);
    return answer.promotions;
  }

  #answer(sku: Sku, at: number): Answer {
    const live: Indexed[] = [];
    let until = Number.POSITIVE_INFINITY;
    for (const key of reachKeysOfSku(sku)) {
      const merchants = this.#byKey.get(key);
      if (!merchants) continue;
      for (const merchant of [null, sku.merchantId])
        for (const indexed of merchants.get(merchant) ?? none) {
          const { template, startsAt, endsAt } = indexed;
          if (at >= endsAt) continue;
          if (indexed.isPicky && !couldApply(template.published.document, template.merchantId, sku)) continue;
          until = Math.min(until, at < startsAt ? startsAt : endsAt);
          // It may name a category and one above it.
          if (at >= startsAt && !live.includes(indexed)) live.push(indexed);
        }
    }
    const promotions = live.sort(byPriority).slice(0, maxPromotionsOfSku);
    return { sku, from: at, until, promotions: promotions.map(({ template }) => template) };
  }
}

const none: readonly Indexed[] = [];

function byPriority(a: Indexed, b: Indexed): number {
  return a.priority - b.priority || (a.template.id < b.template.id ? -1 : 1);
}

/** What lies under a key; made when there is nothing yet. */
function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const there = map.get(key);
  if (there !== undefined) return there;
  const made = make();
  map.set(key, made);
  return made;
}
