import type { CouponId, TemplateId, VersionId } from '../identifiers';
import { belowThreshold, type Contender, type Phase, rejection } from './candidates';
import { brokenCount, conflictBetween, isAlways, isCoupon, type Stacking } from './stacking';
import type { Play, Turn, Variation, Variations } from './turns';

/** Why a promotion takes no part. The order is the order in which a shopper would want to hear it. */
export type RejectionCode =
  | 'NOT_OWNED'
  | 'COUPON_LOCKED'
  | 'PAUSED'
  | 'NOT_STARTED'
  | 'ENDED'
  | 'COUPON_NOT_YET_VALID'
  | 'COUPON_EXPIRED'
  | 'NOT_ELIGIBLE'
  | 'OUT_OF_SCOPE'
  | 'NO_VALUE_FOR_CURRENCY'
  | 'BELOW_THRESHOLD'
  | 'BUDGET_EXHAUSTED'
  | 'NO_EFFECT'
  | StackingRule
  | 'NOT_CHOSEN';

/** The rule that keeps two promotions apart or a further one out. */
export type StackingRule = 'GROUP_LIMIT' | 'LINE_LIMIT' | 'EXCLUSIVE' | 'EXCLUDED' | 'COUPON_LIMIT';

/** The first condition a promotion fails: where it is written, what it asks, what was there. */
export interface Rejection {
  code: RejectionCode;
  /** Path into the rule document, e.g. `benefit[0].threshold`; null where no one condition is to blame. */
  path: string | null;
  /** Minor units, a count, an ISO instant, a name or what a condition asks for, by code; `observed` is null when unknown. */
  required: number | string | null;
  observed: number | string | null;
  /** What is missing to `required` in minor units: "¥20 more saves ¥30". */
  deficit: number | null;
}

/** Which promotion, under which version, and by which coupon (null for automatic ones). */
export interface PromotionRef {
  templateId: TemplateId;
  versionId: VersionId;
  couponId: CouponId | null;
}

/** What of a discount falls on a line, in minor units. */
export interface LineShare {
  lineId: string;
  amount: number;
}

/** What one benefit of a promotion took off, in minor units; 0 when it had no effect beside the others. */
export interface BenefitShare {
  /** Where it stands in the document: `benefit[0]`. */
  path: string;
  phase: Phase;
  amount: number;
  shares: LineShare[];
  /** Minor units more of goods in scope until it takes off more; null where more gives no more, or at once. */
  toNext: number | null;
}

/** What became of one promotion that was considered; `promotion` is null only for a coupon the shopper does not own. */
export type Explanation = {
  promotion: PromotionRef | null;
  couponId: CouponId | null;
} & (
  | {
      verdict: 'APPLIED';
      /** Off goods and shipping together. */
      amount: number;
      /** What of it is off shipping. */
      shippingAmount: number;
      shares: LineShare[];
      /** What each of its benefits did. */
      benefits: BenefitShare[];
    }
  | { verdict: 'REJECTED'; rejection: Rejection }
  | {
      verdict: 'BEATEN_BY';
      /** The applied promotions it would have had to replace or weaken. */
      by: PromotionRef[];
      /** The rule that lets them not stand together; null when they may, but together save no more. */
      rule: StackingRule | null;
      /** Minor units the cart would save less with it in their place; below 0 only when the result is not proven optimal. */
      difference: number;
    }
);

/** What was played, for explaining what was not. */
export interface Result {
  stacking: Stacking;
  chosen: Play;
  variations: Variations;
}

/**
 * Why a contender that could apply alone is not among the chosen.
 * @param before how many of the chosen stand before it in canonical order
 */
export function explainLoser(result: Result, loser: Contender, before: number): Explanation {
  const { by, rule } = makeRoom(result, loser);
  const forced = by.find(isAlways);
  if (rule && forced) return rejected(loser, rejection(rule, pathOfRule(rule), null, forced.terms.templateId));
  // Whether something is forced in is decided among the forced ones alone, whatever it would do beside a coupon.
  const leaving = isAlways(loser) ? [...by, ...withoutForced(result.chosen)] : by;
  let variation = result.variations.with(loser, before, leaving);
  const { own } = variation;
  if (own.overBudget > 0 && loser.budget)
    return rejected(loser, rejection('BUDGET_EXHAUSTED', 'limit.budget', own.overBudget, loser.budget.left));
  if (!own.hasEffect) return rejected(loser, withoutEffect(own));
  // A set with somebody in it who idles is not legal: they go one by one, as each going may give another its effect back.
  const idle: Contender[] = [];
  for (let [one] = variation.idle; one; [one] = variation.idle) {
    idle.push(one);
    variation = result.variations.with(loser, before, [...leaving, ...idle]);
  }
  const needed = idle.find(isAlways);
  if (needed) return rejected(loser, rejection('EXCLUDED', 'rule.always', null, needed.terms.templateId));
  const weakened = rule ? [...by, ...idle] : weakenedBy(result.chosen.turns, variation.amounts);
  return {
    promotion: loser.ref,
    couponId: loser.ref.couponId,
    verdict: 'BEATEN_BY',
    by: weakened.map((contender) => contender.ref),
    rule,
    difference: result.chosen.saving - variation.saving,
  };
}

function withoutForced({ turns }: Play): Contender[] {
  return turns.flatMap(({ contender }) => (isAlways(contender) ? [] : [contender]));
}

function rejected({ ref }: Contender, reason: Rejection): Explanation {
  return { promotion: ref, couponId: ref.couponId, verdict: 'REJECTED', rejection: reason };
}

/** Why it would do nothing beside the others: the first threshold that is not reached, or nothing left to take off. */
function withoutEffect({ steps }: Variation['own']): Rejection {
  const missed = steps.find(({ observed, step }) => observed < step.benefit.threshold);
  if (missed) return belowThreshold(missed.step.path, missed.step.benefit.threshold, missed.observed);
  return rejection('NO_EFFECT', steps[0]?.step.path ?? null, 1, 0);
}

/** The chosen ones that would have to go for a loser to come, and the first rule that says so. */
function makeRoom({ stacking, chosen }: Result, loser: Contender): { by: Contender[]; rule: StackingRule | null } {
  let rule: StackingRule | null = null;
  const by: Contender[] = [];
  const stay: Turn[] = [];
  for (const turn of chosen.turns) {
    const conflict = conflictBetween(stacking, turn.contender, loser);
    rule ??= conflict;
    if (conflict) by.push(turn.contender);
    else stay.push(turn);
  }
  for (;;) {
    const broken = brokenCount(stacking, [...stay.map((turn) => turn.contender), loser]);
    if (!broken) return { by, rule };
    rule ??= broken;
    const cheapest = rivalsUnder(broken, stay, loser).reduce<Turn | null>(
      (least, turn) => (least && (isAlways(turn.contender) || least.amount <= turn.amount) ? least : turn),
      null,
    );
    if (!cheapest) return { by, rule };
    by.push(cheapest.contender);
    stay.splice(stay.indexOf(cheapest), 1);
  }
}

/** Those whose leaving can mend a broken limit. */
function rivalsUnder(rule: StackingRule, stay: readonly Turn[], loser: Contender): Turn[] {
  if (rule === 'COUPON_LIMIT') return stay.filter((turn) => isCoupon(turn.contender));
  const sameGroup = stay.filter(
    (turn) => turn.contender.terms.document.rule.stackingGroup === loser.terms.document.rule.stackingGroup,
  );
  if (rule === 'GROUP_LIMIT') return sameGroup;
  return sameGroup.filter((turn) => turn.contender.lines.some((line) => loser.lines.includes(line)));
}

/** The chosen ones that give less when the loser comes too; all of them where it merely adds nothing. */
function weakenedBy(before: readonly Turn[], amounts: readonly number[]): Contender[] {
  const weaker = before.filter((turn, at) => (amounts[at] ?? 0) < turn.amount);
  return (weaker.length > 0 ? weaker : before).map((turn) => turn.contender);
}

function pathOfRule(rule: StackingRule): string | null {
  switch (rule) {
    case 'GROUP_LIMIT':
    case 'LINE_LIMIT':
      return 'rule.stackingGroup';
    case 'EXCLUSIVE':
      return 'rule.exclusive';
    case 'EXCLUDED':
      return 'rule.excludes';
    case 'COUPON_LIMIT':
      return null;
  }
}
