import type { CouponId, TemplateId, VersionId } from '../identifiers';
import { type BoardAmounts, belowThreshold, type Contender, type Phase, rejection } from './candidates';
import { brokenCount, conflictBetween, isAlways, isCoupon, type Stacking } from './stacking';
import { type Play, play, type Turn } from './turns';

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
  board: BoardAmounts;
  stacking: Stacking;
  chosen: Play;
}

/**
 * Why a contender that could apply alone is not among the chosen.
 * @param before how many of the chosen stand before it in canonical order
 */
export function explainLoser(result: Result, loser: Contender, before: number): Explanation {
  const subject = { promotion: loser.ref, couponId: loser.ref.couponId };
  const { by, rule } = makeRoom(result, loser);
  const forced = by.find(isAlways);
  if (rule && forced) {
    return {
      ...subject,
      verdict: 'REJECTED',
      rejection: rejection(rule, pathOfRule(rule), null, forced.terms.templateId),
    };
  }
  const instead = play(result.board, withLoser(result.chosen.turns, by, loser, before));
  const own = instead.turns.find((turn) => turn.contender === loser);
  if (own?.overBudget && loser.budget)
    return {
      ...subject,
      verdict: 'REJECTED',
      rejection: rejection('BUDGET_EXHAUSTED', 'limit.budget', own.overBudget, loser.budget.left),
    };
  const first = own?.steps.find(({ observed, step }) => observed < step.benefit.threshold) ?? own?.steps[0];
  if (first && !own?.hasEffect) {
    const { path, benefit } = first.step;
    return {
      ...subject,
      verdict: 'REJECTED',
      rejection:
        first.observed < benefit.threshold
          ? belowThreshold(path, benefit.threshold, first.observed)
          : rejection('NO_EFFECT', path, 1, 0),
    };
  }
  const { legal, idle } = withoutIdle(result, instead, loser);
  const needed = idle.find(isAlways);
  if (needed) {
    return {
      ...subject,
      verdict: 'REJECTED',
      rejection: rejection('EXCLUDED', 'rule.always', null, needed.terms.templateId),
    };
  }
  const weakened = rule ? [...by, ...idle] : weakenedBy(result.chosen.turns, legal.turns);
  return {
    ...subject,
    verdict: 'BEATEN_BY',
    by: weakened.map((contender) => contender.ref),
    rule,
    difference: result.chosen.saving - legal.saving,
  };
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

/** What is left of a play once those are gone that have no effect beside the loser, and who they are. */
function withoutIdle(result: Result, play: Play, loser: Contender): { legal: Play; idle: Contender[] } {
  let legal = play;
  const idle: Contender[] = [];
  for (;;) {
    const turn = legal.turns.find(({ contender, hasEffect }) => contender !== loser && !hasEffect);
    if (!turn) return { legal, idle };
    idle.push(turn.contender);
    legal = playInOrder(
      result,
      legal.turns.map(({ contender }) => contender).filter((one) => one !== turn.contender),
    );
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

/** The chosen without those that have to go and with a loser in its place, in canonical order. */
function withLoser(turns: readonly Turn[], by: readonly Contender[], loser: Contender, before: number): Contender[] {
  const set: Contender[] = [];
  turns.forEach(({ contender }, at) => {
    if (at === before) set.push(loser);
    if (!by.includes(contender)) set.push(contender);
  });
  if (before >= turns.length) set.push(loser);
  return set;
}

/** The chosen ones that give less when the loser comes too; all of them where it merely adds nothing. */
function weakenedBy(before: readonly Turn[], after: readonly Turn[]): Contender[] {
  const amounts = new Map(after.map((turn) => [turn.contender, turn.amount]));
  const weaker = before.filter((turn) => (amounts.get(turn.contender) ?? 0) < turn.amount);
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
