import { thresholdsOf } from '../../shared/kernel/benefit-terms';
import { type PromotionTerms, type TemplateDocument, windowOf } from '../../shared/kernel/promotion-terms';
import { type CheckSurroundings, type Finding, finding } from './finding';

/**
 * A live promotion that stands alone and is forced in wherever it applies leaves no room beside it. One that is not forced
 * in is only used where it saves more, so it hides nothing.
 */
export function checkExclusives(
  { document, merchantId, templateId }: PromotionTerms,
  { exclusives, settings: { stackingGroups } }: CheckSurroundings,
): Finding[] {
  const { stackingGroup } = document.rule;
  if (stackingGroups.some(({ name, alwaysStackable }) => name === stackingGroup && alwaysStackable)) return [];
  return exclusives.flatMap((other) => {
    const { rule, trigger } = other.document;
    const isForced = trigger === 'AUTOMATIC' && rule.always;
    if (other.templateId === templateId || !isForced || !overlap(document, other.document)) return [];
    const covers =
      isForEveryCart(other.document) &&
      (other.merchantId === null || other.merchantId === merchantId) &&
      windowOf(other.document).endsAt >= windowOf(document).endsAt &&
      windowOf(other.document).startsAt <= windowOf(document).startsAt;
    return [
      finding(
        covers ? 'ERROR' : 'WARNING',
        'HIDDEN_BY_EXCLUSIVE',
        'time',
        covers
          ? `${other.templateId} stands alone and is applied to every cart as long as this one lasts, so this one never applies.`
          : `${other.templateId} is live at the same time, stands alone and is always applied; a cart that gets it does not get this one.`,
        'choose another window or a group that stacks with everything, or end the other one',
      ),
    ];
  });
}

function isForEveryCart({ product, rule, user, time, benefit }: TemplateDocument): boolean {
  return (
    product.scope.kind === 'STOREWIDE' &&
    product.itemType === 'ANY' &&
    !rule.condition &&
    !time.hoursOfDay &&
    !time.daysOfWeek &&
    user.audience.kind === 'ALL' &&
    !user.excludes &&
    benefit.every((terms) => Object.keys(thresholdsOf(terms)).length === 0)
  );
}

/** What it says itself about standing together with others. */
export function checkStacking({ rule, tags }: TemplateDocument): Finding[] {
  const findings: Finding[] = [];
  const both = rule.excludes.filter((name) => rule.combinesWith?.includes(name));
  if (both.length > 0)
    findings.push(
      finding(
        'WARNING',
        'STACKING_CONTRADICTION',
        'rule.combinesWith',
        `It combines with ${both.join(', ')} and excludes the same; excluding wins.`,
        'remove them from one of the lists',
      ),
    );
  if (rule.exclusive && (rule.combinesWith?.length ?? 0) > 0)
    findings.push(
      finding(
        'WARNING',
        'STACKING_CONTRADICTION',
        'rule.combinesWith',
        'It stands alone, so it combines with nothing that is named here.',
        'remove rule.exclusive or rule.combinesWith',
      ),
    );
  const self = rule.excludes.find((name) => name === rule.stackingGroup || tags.includes(name));
  if (self !== undefined)
    findings.push(
      finding(
        'WARNING',
        'STACKING_CONTRADICTION',
        'rule.excludes',
        `It names ${self}, which is its own: two coupons of it never stand together.`,
        'remove it unless that is meant',
      ),
    );
  return findings;
}

function overlap(one: TemplateDocument, other: TemplateDocument): boolean {
  const [a, b] = [windowOf(one), windowOf(other)];
  return a.startsAt < b.endsAt && b.startsAt < a.endsAt;
}
