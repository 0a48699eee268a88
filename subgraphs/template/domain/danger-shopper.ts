import { isOpenAt, nextOpening } from '../../shared/kernel/opening-hours';
import { type PromotionTerms, type TemplateDocument, windowOf, windowOfUse } from '../../shared/kernel/promotion-terms';
import { closureOf } from '../../shared/kernel/rules/compile';
import type { Condition } from '../../shared/kernel/rules/condition';
import { audienceParts, conditionOf, ruleParts } from '../../shared/kernel/rules/eligibility';
import { explainRule } from '../../shared/kernel/rules/explain';
import { factsAfter } from '../../shared/kernel/rules/fact-change';
import { clockFacts, joinedFacts, recordedFacts } from '../../shared/kernel/rules/fact-sources';
import type { Facts, FactValue } from '../../shared/kernel/rules/facts';

/** What is known of a shopper, the order and its context, by name. */
export type Told = Readonly<Record<string, FactValue>>;

/** Moments of others that are looked at for one promotion. */
const mostMoments = 20;

/**
 * Moments at which a promotion can be used, those first at which most of the others can be used too; none when it is over.
 * @param most how many of them
 */
export function momentsTogether(
  subject: PromotionTerms,
  others: readonly PromotionTerms[],
  now: Date,
  most: number,
): Date[] {
  const starts = [subject, ...others.slice(0, mostMoments)].flatMap(({ document }) => opensAfter(document, now) ?? []);
  return [...new Set(starts.map((at) => at.getTime()))]
    .filter((at) => isUsableAt(subject.document, new Date(at)))
    .map((at) => ({ at, together: others.filter(({ document }) => isUsableAt(document, new Date(at))).length }))
    .sort((a, b) => b.together - a.together || a.at - b.at)
    .slice(0, most)
    .map(({ at }) => new Date(at));
}

/**
 * A shopper, as far as facts tell, of whom as many of these promotions as can be hold together; of two that contradict each
 * other the one that comes first. Told to stop, it leaves the rest as it is.
 */
export function friendlyShopper(promotions: readonly PromotionTerms[], at: Date, stop: () => boolean): Told {
  const agreed: ((facts: Facts) => boolean | null)[] = [];
  let told: Told = {};
  for (const { document } of promotions) {
    const condition = askedOf(document);
    if (stop()) break;
    if (!condition) continue;
    const { zone } = document.time;
    const facts = factsOf(told, at);
    const wished = (explainRule(condition, facts, zone).cure ?? []).filter(
      ({ fact, line }) => line === null && isTold(fact),
    );
    const after = factsAfter(wished, facts, zone);
    const next: Told = { ...told, ...valuesOf(wished, after) };
    const evaluate = closureOf(condition, zone);
    const holds = [...agreed, evaluate].every((one) => one(factsOf(next, at)) !== false);
    if (!holds || !isPlausible(next)) continue;
    told = next;
    agreed.push(evaluate);
  }
  return told;
}

/** Whether somebody with these facts is surely in the audience, so that nothing keeps a coupon from being claimed. */
export function isInAudience({ document }: PromotionTerms, told: Told, at: Date): boolean {
  const condition = conditionOf(audienceParts(document));
  return condition === null || closureOf(condition, document.time.zone)(factsOf(told, at)) === true;
}

/** What is asked when it is used: of a coupon its audience was asked when it was claimed. */
function askedOf(document: TemplateDocument): Condition | null {
  const audience = document.trigger === 'COUPON' ? [] : audienceParts(document);
  return conditionOf([...audience, ...ruleParts(document)]);
}

function valuesOf(changes: readonly { fact: string }[], after: Facts): Told {
  return Object.fromEntries(
    changes.flatMap(({ fact }) => {
      const value = after.get(fact);
      return value === undefined ? [] : [[fact, value]];
    }),
  );
}

function factsOf(told: Told, at: Date): Facts {
  return joinedFacts(clockFacts(at), recordedFacts(told));
}

/** Cart and clock tell the rest themselves. */
function isTold(fact: string): boolean {
  return /^(user|order|context)\./.test(fact);
}

/** Nobody is new who has paid for an order. */
function isPlausible(told: Told): boolean {
  const payTimes = told['user.payTimes'];
  return told['user.isNew'] !== true || typeof payTimes !== 'number' || payTimes === 0;
}

/** The first moment from another on at which it can be used; null when there is none. */
function opensAfter(document: TemplateDocument, now: Date): Date | null {
  const { from, until } = useOf(document);
  const earliest = from > now ? from : now;
  const hours = document.time.validity ?? document.time;
  const { zone } = document.time;
  const opening = isOpenAt(hours, zone, earliest) ? earliest : nextOpening(hours, zone, earliest);
  return opening && opening < until ? opening : null;
}

function isUsableAt(document: TemplateDocument, at: Date): boolean {
  const { from, until } = useOf(document);
  return at >= from && at < until && isOpenAt(document.time.validity ?? document.time, document.time.zone, at);
}

function useOf(document: TemplateDocument): { from: Date; until: Date } {
  if (document.trigger === 'COUPON') return windowOfUse(document);
  const { startsAt, endsAt } = windowOf(document);
  return { from: startsAt, until: endsAt };
}
