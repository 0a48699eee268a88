import type { TemplateId } from '../../shared/kernel/identifiers';
import { couldApply, type ReachKey, reachKeysOfDocument, reachKeysOfSku } from '../../shared/kernel/promotion-reach';
import { windowOf } from '../../shared/kernel/promotion-terms';
import type { Sku } from './sku';
import type { PublishedTemplate } from './template';

/** The most promotions that are shown for one SKU. */
export const maxPromotionsOfSku = 50;

/** A template with what is asked of it again and again, in numbers that are quick to compare. */
interface Indexed {
  template: PublishedTemplate;
  keys: readonly ReachKey[];
  startsAt: number;
  endsAt: number;
}

/** What was found for a SKU, and how long it stays so when no template changes. */
interface Answer {
  change: number;
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
  readonly #byKey = new Map<ReachKey, Set<Indexed>>();
  readonly #answers = new WeakMap<Sku, Answer>();
  /** Counts the changes, so that answers from before one are not given after it. */
  #change = 0;

  /** How many templates it holds. */
  get size(): number {
    return this.#templates.size;
  }

  /** The revision of a template as it is held; 0 when it is not. */
  revisionOf(id: TemplateId): number {
    return this.#templates.get(id)?.template.revision ?? 0;
  }

  /** Takes a template in, in place of an older one; one that its owner ended goes out. What is held newer stays. */
  put(template: PublishedTemplate): void {
    if (template.revision <= this.revisionOf(template.id)) return;
    this.remove(template.id);
    if (template.published.wanted === 'ENDED') return;
    const { startsAt, endsAt } = windowOf(template.published.document);
    const indexed: Indexed = {
      template,
      keys: reachKeysOfDocument(template.published.document),
      startsAt: startsAt.getTime(),
      endsAt: endsAt.getTime(),
    };
    this.#templates.set(template.id, indexed);
    // A paused one is held for its revision alone.
    if (template.published.wanted !== 'LIVE') return;
    this.#change += 1;
    for (const key of indexed.keys) {
      const under = this.#byKey.get(key);
      if (under) under.add(indexed);
      else this.#byKey.set(key, new Set([indexed]));
    }
  }

  /** Forgets a template. */
  remove(id: TemplateId): void {
    const indexed = this.#templates.get(id);
    if (!indexed) return;
    this.#change += 1;
    this.#templates.delete(id);
    for (const key of indexed.keys) {
      const under = this.#byKey.get(key);
      under?.delete(indexed);
      if (under?.size === 0) this.#byKey.delete(key);
    }
  }

  /**
   * Compares with the revisions that templates have in truth, forgets those that are not among them, and tells which
   * have to be read: those not held, or held older.
   */
  differing(revisions: ReadonlyMap<TemplateId, number>): TemplateId[] {
    for (const id of [...this.#templates.keys()]) if (!revisions.has(id)) this.remove(id);
    return [...revisions].flatMap(([id, revision]) => (this.revisionOf(id) < revision ? [id] : []));
  }

  /**
   * The live promotions that could apply to a SKU, by priority and then id, at most {@link maxPromotionsOfSku}. The same
   * list comes back for the same SKU object while it is still true, so nobody may change it.
   */
  promotionsOf(sku: Sku, now: Date): readonly PublishedTemplate[] {
    const at = now.getTime();
    const known = this.#answers.get(sku);
    if (known && known.change === this.#change && known.from <= at && at < known.until) return known.promotions;
    const answer = this.#answer(sku, at);
    this.#answers.set(sku, answer);
    return answer.promotions;
  }

  #answer(sku: Sku, at: number): Answer {
    const live = new Set<PublishedTemplate>();
    let until = Number.POSITIVE_INFINITY;
    for (const key of reachKeysOfSku(sku))
      for (const { template, startsAt, endsAt } of this.#byKey.get(key) ?? []) {
        if (at >= endsAt || !couldApply(template.published.document, template.merchantId, sku)) continue;
        if (at < startsAt) until = Math.min(until, startsAt);
        else {
          until = Math.min(until, endsAt);
          live.add(template);
        }
      }
    return {
      change: this.#change,
      from: at,
      until,
      promotions: [...live].sort(byPriority).slice(0, maxPromotionsOfSku),
    };
  }
}

function byPriority(a: PublishedTemplate, b: PublishedTemplate): number {
  return (
    a.published.document.rule.priority - b.published.document.rule.priority || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
}
