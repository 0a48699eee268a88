import type { MerchantId, SkuId, TemplateId } from '../../shared/kernel/identifiers';
import {
  couldApply,
  isToldByKeys,
  type ReachKey,
  reachKeysOfDocument,
  withAncestors,
} from '../../shared/kernel/promotion-reach';
import { windowOf } from '../../shared/kernel/promotion-terms';
import type { Sku } from './sku';
import type { PublishedTemplate } from './template';

/** The most promotions that are shown for one SKU. */
export const maxPromotionsOfSku = 50;

/** Answers that are remembered; more SKUs than this are asked for by a crawler. */
const mostAnswers = 20_000;

/** A template with what is asked of it again and again, in numbers that are quick to compare. */
interface Indexed {
  template: PublishedTemplate;
  merchantId: MerchantId | null;
  priority: number;
  startsAt: number;
  endsAt: number;
  /** Whether it does not take every SKU of its merchant that its scope reaches. */
  isPicky: boolean;
}

/** A SKU, and the live promotions that could apply to it, by priority and then id, at most {@link maxPromotionsOfSku}. */
export interface SkuWithPromotions {
  readonly sku: Sku;
  readonly promotions: readonly PublishedTemplate[];
}

/** What was found, and how long it stays so when no template changes. */
interface Answer extends SkuWithPromotions {
  promotions: readonly PublishedTemplate[];
  readonly from: number;
  until: number;
}

/**
 * The published templates of one tenant, turned round: from what a SKU is to what could apply to it. Holds whatever it is
 * given; who gives it decides how new that is. Windows are compared with the instant of each question.
 */
export class PromotionIndex {
  readonly #templates = new Map<TemplateId, Indexed>();
  /** Live ones by what they reach. */
  readonly #byKey = new Map<ReachKey, Set<Indexed>>();
  /** Those that reach a category or everything, for the SKUs of a merchant in it; until the next change of a template. */
  readonly #shelves = new Map<string, Map<MerchantId, readonly Indexed[]>>();
  /** How many attribute keys there are; without any, nobody has to look at the attributes of SKUs. */
  #attributeKeys = 0;
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
      merchantId: template.merchantId,
      priority: document.rule.priority,
      startsAt: startsAt.getTime(),
      endsAt: endsAt.getTime(),
      isPicky: !isToldByKeys(document),
    };
    this.#templates.set(template.id, indexed);
    // A paused one is held for its seq alone.
    if (wanted !== 'LIVE') return;
    this.#forgetAnswers();
    for (const key of reachKeysOfDocument(document)) {
      if (isAttribute(key) && !this.#byKey.has(key)) this.#attributeKeys += 1;
      entryOf(this.#byKey, key, () => new Set<Indexed>()).add(indexed);
    }
  }

  /** Forgets a template. */
  remove(id: TemplateId): void {
    const indexed = this.#templates.get(id);
    if (!indexed) return;
    this.#forgetAnswers();
    this.#templates.delete(id);
    for (const key of reachKeysOfDocument(indexed.template.published.document)) {
      const under = this.#byKey.get(key);
      under?.delete(indexed);
      if (under?.size !== 0) continue;
      this.#byKey.delete(key);
      if (isAttribute(key)) this.#attributeKeys -= 1;
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
   * The SKU with its promotions at an instant. The same object comes back for the same SKU object while it is still true,
   * so nobody may change it.
   */
  withPromotions(sku: Sku, now: Date): SkuWithPromotions {
    const at = now.getTime();
    const known = this.#answers.get(sku.skuId);
    if (known && known.sku === sku && known.from <= at && at < known.until) return known;
    const answer = this.#answer(sku, at);
    if (this.#answers.size >= mostAnswers) this.#answers.clear();
    this.#answers.set(sku.skuId, answer);
    return answer;
  }

  #forgetAnswers(): void {
    this.#answers.clear();
    this.#shelves.clear();
  }

  #answer(sku: Sku, at: number): Answer {
    const answer: Answer = { sku, from: at, until: Number.POSITIVE_INFINITY, promotions: [] };
    const live: Indexed[] = [];
    consider(this.#shelf(sku), answer, live);
    if (sku.brand !== null) consider(this.#byKey.get(`b:${sku.brand}`), answer, live);
    consider(this.#byKey.get(`s:${sku.skuId}`), answer, live);
    if (this.#attributeKeys > 0)
      for (const [name, value] of Object.entries(sku.attributes))
        consider(this.#byKey.get(`a:${name}=${value}`), answer, live);
    answer.promotions = live.map(({ template }) => template);
    return answer;
  }

  /** What reaches the SKUs of a merchant in a category by the category, one above it, or everything. */
  #shelf({ category, merchantId }: Sku): readonly Indexed[] {
    const merchants = entryOf(this.#shelves, category, () => new Map<MerchantId, readonly Indexed[]>());
    return entryOf(merchants, merchantId, () => {
      const keys: ReachKey[] = ['*', ...withAncestors(category).map((path) => `c:${path}`)];
      const met = new Set(keys.flatMap((key) => [...(this.#byKey.get(key) ?? [])]));
      const own = [...met].filter((indexed) => indexed.merchantId === null || indexed.merchantId === merchantId);
      return own.sort((a, b) => (isBefore(a, b) ? -1 : 1));
    });
  }
}

/** Puts those that are live for the SKU among the others by priority, and shortens the answer to the next start or end. */
function consider(candidates: Iterable<Indexed> | undefined, answer: Answer, live: Indexed[]): void {
  const { sku, from } = answer;
  for (const indexed of candidates ?? none) {
    const { template, merchantId, startsAt, endsAt } = indexed;
    if (from >= endsAt || (merchantId !== null && merchantId !== sku.merchantId)) continue;
    // Its document is looked at only when it must be: there are many, and each lies somewhere else in memory.
    if (indexed.isPicky && !couldApply(template.published.document, merchantId, sku)) continue;
    answer.until = Math.min(answer.until, from < startsAt ? startsAt : endsAt);
    // Goods in one of several scopes may be met under the keys of two.
    if (from < startsAt || live.includes(indexed)) continue;
    let place = live.length;
    live.push(indexed);
    while (place > 0) {
      const before = live[place - 1];
      if (!before || !isBefore(indexed, before)) break;
      live[place] = before;
      place -= 1;
    }
    live[place] = indexed;
    if (live.length > maxPromotionsOfSku) live.pop();
  }
}

const none: readonly Indexed[] = [];

function isAttribute(key: ReachKey): boolean {
  return key.startsWith('a:');
}

/** By priority and then by id. */
function isBefore(a: Indexed, b: Indexed): boolean {
  return a.priority === b.priority ? a.template.id < b.template.id : a.priority < b.priority;
}

/** What lies under a key; made when there is nothing yet. */
function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const there = map.get(key);
  if (there !== undefined) return there;
  const made = make();
  map.set(key, made);
  return made;
}
