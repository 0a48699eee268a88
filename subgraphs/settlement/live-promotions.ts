import { LRUCache } from 'lru-cache';
import type { TemplateId, TenantId } from '../shared/kernel/identifiers';
import { isCounted } from '../shared/kernel/promotion-limits';
import type { PromotionTerms } from '../shared/kernel/promotion-terms';
import { conditionOf, eligibilityOf, goodsParts, windowParts } from '../shared/kernel/rules/eligibility';
import type { Facts } from '../shared/kernel/rules/facts';
import { createRuleIndex } from '../shared/kernel/rules/match';
import type { PromotionRules } from '../shared/kernel/rules/promotion-rules';
import type { SettlementStore } from './store';

/** What the automatic promotions of a tenant are to a cart. */
export interface Matching {
  /** All that they ask of moment, shopper and goods holds. */
  applying: PromotionTerms[];
  /** In their window and about goods in the cart, but something else does not hold. By priority. */
  reached: PromotionTerms[];
}

/** The automatic promotions of one tenant, ready to be asked about many carts. */
export interface LivePromotions {
  /** @param facts of shopper, cart and moment together */
  match(facts: Facts): Matching;
  /** Whether one of them asks more of a shopper than the id, so that somebody has to be asked about the shopper. */
  readonly askOfShopper: boolean;
  /** Those with counted limits, of which somebody has to say what is left. */
  readonly counted: readonly PromotionTerms[];
}

/**
 * How long a process goes on with what it compared last, in milliseconds of real time: a published change takes effect on
 * every process within this time of reaching the copy.
 */
export const comparedMs = 500;
/** Tenants whose promotions one process holds. */
const mostTenants = 200;

/** What of the copy is read. */
type Copy = Pick<SettlementStore, 'automaticRevisions' | 'automaticTerms'>;

/** The automatic promotions of every tenant that is asked for, in memory. */
export interface LivePromotionsByTenant {
  /**
   * @param now business time
   * @param need `LATELY` goes on with what was compared within {@link comparedMs}; `NOW` compares first, for what is binding
   */
  of(tenant: TenantId, now: Date, need: 'LATELY' | 'NOW'): Promise<LivePromotions>;
  /** The copy of these tenants changed, and that is committed: the next question compares first. */
  changed(tenants: readonly TenantId[]): void;
}

/**
 * Keeps them as new as the copy: revisions are compared every half second, read from an index alone, and only promotions
 * that changed are read and taken into the index, one at a time.
 * @param nowMs real time in milliseconds
 */
export function createLivePromotions(store: Copy, rules: PromotionRules, nowMs: () => number): LivePromotionsByTenant {
  const tenants = new LRUCache<TenantId, Held>({ max: mostTenants });
  return {
    async of(tenant, now, need) {
      let held = tenants.get(tenant);
      if (!held) {
        held = new Held(rules);
        tenants.set(tenant, held);
      }
      // A comparison that is under way began before this question, which is too early for what is binding.
      if (need === 'NOW') {
        await held.atRest();
        await held.bringUp(store, tenant, now, nowMs());
      }
      const oldest = nowMs() - comparedMs;
      while (held.comparedAt <= oldest) await held.bringUp(store, tenant, now, nowMs());
      return held;
    },
    changed(changedTenants) {
      for (const tenant of changedTenants) tenants.peek(tenant)?.doubt();
    },
  };
}

class Held implements LivePromotions {
  readonly #rules: PromotionRules;
  readonly #known = new Map<TemplateId, { revision: number; terms: PromotionTerms }>();
  /** Everything they ask. */
  readonly #applying = createRuleIndex();
  /** Their window and their goods alone. */
  readonly #reached = createRuleIndex();
  readonly #counted = new Map<TemplateId, PromotionTerms>();
  #asking = 0;
  #work: Promise<void> | null = null;
  /** When the comparison began that it is as new as; real time. */
  comparedAt = Number.NEGATIVE_INFINITY;
  #doubts = 0;

  constructor(rules: PromotionRules) {
    this.#rules = rules;
  }

  get askOfShopper(): boolean {
    return this.#asking > 0;
  }

  get counted(): readonly PromotionTerms[] {
    return [...this.#counted.values()];
  }

  match(facts: Facts): Matching {
    const applying = this.#applying.match(facts);
    const own = new Set(applying);
    return {
      applying: this.#termsOf(applying),
      reached: this.#termsOf(this.#reached.match(facts).filter((id) => !own.has(id))).sort(byPriority),
    };
  }

  /** What is known may be old; also what a comparison under way has read already. */
  doubt(): void {
    this.comparedAt = Number.NEGATIVE_INFINITY;
    this.#doubts += 1;
  }

  /** Resolves when no comparison is under way, however it ended. */
  async atRest(): Promise<void> {
    await this.#work?.catch(() => undefined);
  }

  /** Makes it as new as the copy is now; whoever asks meanwhile waits for the same work. */
  bringUp(store: Copy, tenant: TenantId, now: Date, began: number): Promise<void> {
    this.#work ??= this.#compare(store, tenant, now, began).finally(() => {
      this.#work = null;
    });
    return this.#work;
  }

  async #compare(store: Copy, tenant: TenantId, now: Date, began: number): Promise<void> {
    const doubts = this.#doubts;
    const revisions = await store.automaticRevisions(tenant, now);
    for (const id of [...this.#known.keys()]) if (!revisions.has(id)) this.#remove(id);
    const changed = [...revisions].flatMap(([id, revision]) =>
      (this.#known.get(id)?.revision ?? -1) < revision ? [id] : [],
    );
    if (changed.length > 0)
      for (const { revision, terms } of await store.automaticTerms(tenant, changed)) this.#put(revision, terms);
    if (doubts === this.#doubts) this.comparedAt = began;
  }

  #put(revision: number, terms: PromotionTerms): void {
    const { templateId, document } = terms;
    this.#remove(templateId);
    this.#known.set(templateId, { revision, terms });
    this.#applying.put(templateId, conditionOf(eligibilityOf(terms)), document.time.zone);
    this.#reached.put(templateId, conditionOf([...windowParts(document), ...goodsParts(terms)]), document.time.zone);
    if (this.#rules.toUse(terms, 'AUTOMATIC').asksOfShopper) this.#asking += 1;
    if (isCounted(document)) this.#counted.set(templateId, terms);
  }

  #remove(id: TemplateId): void {
    const known = this.#known.get(id);
    if (!known) return;
    this.#known.delete(id);
    this.#counted.delete(id);
    this.#applying.remove(id);
    this.#reached.remove(id);
    if (this.#rules.toUse(known.terms, 'AUTOMATIC').asksOfShopper) this.#asking -= 1;
  }

  #termsOf(ids: readonly string[]): PromotionTerms[] {
    return ids.flatMap((id) => this.#known.get(id as TemplateId)?.terms ?? []);
  }
}

function byPriority(a: PromotionTerms, b: PromotionTerms): number {
  return (
    a.document.rule.priority - b.document.rule.priority ||
    (a.templateId < b.templateId ? -1 : a.templateId > b.templateId ? 1 : 0)
  );
}
