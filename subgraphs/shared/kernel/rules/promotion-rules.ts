import type { PromotionTerms, TemplateDocument } from '../promotion-terms';
import { createRuleCache, type Truth } from './compile';
import { type Condition, childrenOf } from './condition';
import { audienceParts, claimParts, type EligibilityPart, hoursParts, ruleParts, useParts } from './eligibility';
import type { Facts } from './facts';
import { type FailingLeaf, failingLeaf } from './failing-leaf';
import { type Timing, timingOf } from './steadiness';

/** What one part of a document asks, made ready to be asked many times. */
export interface ReadyPart extends EligibilityPart {
  zone: string;
  evaluate(facts: Facts): Truth;
  /** How its answer may change as time goes by; null when only other facts can change it. */
  timing: Timing | null;
}

/** What is asked when a promotion is about to take part in a price. */
export interface UseParts {
  /** Hours and days within which it may be used at all. */
  hours: readonly ReadyPart[];
  /** What must hold of shopper, cart, order and moment. */
  conditions: readonly ReadyPart[];
  /** Those of both whose answer may change as time goes by. */
  timed: readonly ReadyPart[];
  /** Whether it asks more of the shopper than who it is, so that somebody has to be asked about the shopper. */
  asksOfShopper: boolean;
}

/** What promotions ask, compiled once for each version: rules are asked far more often than they are published. */
export interface PromotionRules {
  /** What can be told before there is a cart. */
  toClaim(terms: PromotionTerms): readonly ReadyPart[];
  /**
   * What is asked when it is used: of one that applies by itself its audience too. A coupon is its owner's, who was in the
   * audience when it was claimed, so of a coupon only the rule is asked.
   */
  toUse(terms: PromotionTerms, by: 'COUPON' | 'AUTOMATIC'): UseParts;
}

interface Ready {
  claim: readonly ReadyPart[];
  use: { COUPON: UseParts; AUTOMATIC: UseParts };
}

/** @param most versions remembered, the least lately asked forgotten first; equal rules of any of them share one compiled form */
export function createPromotionRules(most: number): PromotionRules {
  const compiled = createRuleCache(most);
  // A Map keeps the order of insertion, so moving an entry to the end makes the first one the oldest.
  const known = new Map<string, Ready>();

  function readyOf({ tenantId, versionId, document }: PromotionTerms): Ready {
    const key = `${tenantId}\n${versionId}`;
    const found = known.get(key);
    if (found) known.delete(key);
    const ready = found ?? prepared(document);
    known.set(key, ready);
    const [oldest] = known.keys();
    if (known.size > most && oldest !== undefined) known.delete(oldest);
    return ready;
  }

  function prepared(document: TemplateDocument): Ready {
    const { zone } = document.time;
    const ready = (parts: readonly EligibilityPart[]): ReadyPart[] =>
      parts.map((part) => ({
        ...part,
        zone,
        evaluate: compiled.compiled(part.condition, zone).evaluate,
        timing: timingOf(part.condition),
      }));
    const use = (hoursAsked: readonly EligibilityPart[], asked: readonly EligibilityPart[]): UseParts => {
      const hours = ready(hoursAsked);
      const conditions = ready(asked);
      return {
        hours,
        conditions,
        timed: timedOf(hours, conditions),
        asksOfShopper: asked.some(({ condition }) => asksOfShopper(condition)),
      };
    };
    return {
      claim: ready(claimParts(document)),
      use: {
        COUPON: use(useParts(document), ruleParts(document)),
        AUTOMATIC: use(hoursParts(document), [...audienceParts(document), ...ruleParts(document)]),
      },
    };
  }

  return {
    toClaim: (terms) => readyOf(terms).claim,
    toUse: (terms, by) => readyOf(terms).use[by],
  };
}

/** Those whose answer may change as time goes by. */
export function timedOf(hours: readonly ReadyPart[], conditions: readonly ReadyPart[]): ReadyPart[] {
  return [...hours, ...conditions].filter(({ timing }) => timing !== null);
}

/** The first thing that does not hold, with the question to blame; null when all hold. What is unknown does not hold. */
export function firstUnmet(parts: readonly ReadyPart[], facts: Facts): FailingLeaf | null {
  for (const { condition, path, zone, evaluate } of parts) {
    if (evaluate(facts) === true) continue;
    const leaf = failingLeaf(condition, facts, zone, path);
    // Outside the rule the document holds lists and not conditions: there the field itself is the place.
    return leaf && { ...leaf, path: path.startsWith('rule.') ? leaf.path : path };
  }
  return null;
}

function asksOfShopper(condition: Condition): boolean {
  if ('fact' in condition) return condition.fact.startsWith('user.') && condition.fact !== 'user.id';
  return childrenOf(condition).some(asksOfShopper);
}
