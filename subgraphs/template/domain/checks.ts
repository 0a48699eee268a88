import { addDays, endOfDay } from '../../shared/kernel/calendar';
import { isOpenAt, nextOpening } from '../../shared/kernel/opening-hours';
import { assertNever } from '../../shared/kernel/outcome';
import { type PromotionTerms, type TemplateDocument, windowOf, windowOfUse } from '../../shared/kernel/promotion-terms';
import { checkExclusives, checkStacking } from './check-company';
import { checkExamples } from './check-examples';
import { checkCurrencies, checkScope } from './check-goods';
import { checkAudience, checkRule, checkThresholds } from './check-rule';
import { type CheckSurroundings, type Finding, finding, isError } from './finding';
import { refusePublication } from './template';

/**
 * Everything that can be told about a document by itself before it is published, errors first: it looks at what is written,
 * at what is there, and at what its own examples come to. What it does beside other promotions is for `danger.ts`.
 */
export function checkDocument(terms: PromotionTerms, around: CheckSurroundings): Finding[] {
  const { document, merchantId } = terms;
  const findings = [
    ...checkPublication(document, around),
    ...checkTime(document),
    ...checkAudience(document),
    ...checkRule(document, merchantId),
    ...checkScope(document, merchantId, around.goods),
    ...checkThresholds(document, around.goods),
    ...checkCurrencies(document),
    ...checkLimits(document),
    ...checkExclusives(terms, around),
    ...checkStacking(document),
    ...checkExamples(terms, around.settings),
  ];
  return [...findings.filter(isError), ...findings.filter((finding) => !isError(finding))];
}

/** What no yes can put right: what the platform would not keep, and what would break what was published before. */
function checkPublication(document: TemplateDocument, { settings, published, now }: CheckSurroundings): Finding[] {
  const names = settings.stackingGroups.map(({ name }) => name);
  return refusePublication(document, published, now, names).map((refusal) => {
    switch (refusal.code) {
      case 'NOT_PUBLISHABLE': {
        const { path, found, allowed, cure } = refusal.fault;
        return finding('ERROR', refusal.code, path, `Expected ${allowed}, found ${found}.`, cure);
      }
      case 'STOCK_LOWERED':
        return finding(
          'ERROR',
          refusal.code,
          'limit.stock',
          `There are ${refusal.from} coupons already, found ${refusal.to}; stock only rises.`,
          'raise the stock, or end the template to stop it',
        );
      case 'ENDED':
        return finding(
          'ERROR',
          'OVER',
          'time.endsAt',
          `It ended at ${refusal.endedAt}, before now.`,
          'let it end later',
        );
      default:
        return assertNever(refusal);
    }
  });
}

function checkTime(document: TemplateDocument): Finding[] {
  const { time } = document;
  const { startsAt, endsAt } = windowOf(document);
  const findings: Finding[] = [];
  const opening = isOpenAt(time, time.zone, startsAt) ? startsAt : nextOpening(time, time.zone, startsAt);
  if (!opening || opening >= endsAt)
    findings.push(
      finding(
        'ERROR',
        'NEVER_OPEN',
        time.hoursOfDay ? 'time.hoursOfDay' : 'time.daysOfWeek',
        `Between ${time.startsAt} and ${time.endsAt} no minute lies within its hours and days.`,
        'widen the hours and days, or the window',
      ),
    );
  const { validity } = time;
  if (validity) {
    const windows = claimWindows(document);
    const usable = windows.some(({ from, until }) => {
      const use = isOpenAt(validity, time.zone, from) ? from : nextOpening(validity, time.zone, from);
      return use !== null && use < until;
    });
    if (windows.length > 0 && !usable)
      findings.push(
        finding(
          'ERROR',
          'NEVER_OPEN',
          validity.hoursOfDay ? 'time.validity.hoursOfDay' : 'time.validity.daysOfWeek',
          'While its coupons are valid, whenever they are claimed, no minute lies within their hours and days of use.',
          'widen the hours and days, or the validity',
        ),
      );
  }
  return findings;
}

/**
 * When coupons may be valid: a fixed window, or by the day of their claim, as early and as late as one claimed on that day
 * can be. Claims come round every week, so the first days on which there are any tell enough.
 */
function claimWindows(document: TemplateDocument): { from: Date; until: Date }[] {
  const { time } = document;
  const { validity, zone } = time;
  if (validity?.kind !== 'DAYS_AFTER_CLAIM') return [windowOfUse(document)];
  const { startsAt, endsAt } = windowOf(document);
  const windows: { from: Date; until: Date }[] = [];
  let day = startsAt;
  for (let n = 0; n < 8 && day < endsAt; n += 1) {
    const opening = isOpenAt(time, zone, day) ? day : nextOpening(time, zone, day);
    if (!opening || opening >= endsAt) break;
    day = endOfDay(opening, zone);
    windows.push({ from: opening, until: addDays(day < endsAt ? day : endsAt, validity.days, zone) });
  }
  return windows;
}

function checkLimits({ limit }: TemplateDocument): Finding[] {
  const findings: Finding[] = [];
  const { stock, perUser = {} } = limit;
  const limits = [
    ['lifetime', perUser.lifetime],
    ['perWeek', perUser.perWeek],
    ['perDay', perUser.perDay],
  ] as const;
  limits.forEach(([name, most], place) => {
    if (most === undefined) return;
    if (stock !== undefined && stock < most)
      findings.push(
        finding(
          'WARNING',
          'STOCK_BELOW_LIMIT',
          'limit.stock',
          `One person may have ${most} (limit.perUser.${name}) of the ${stock} there are.`,
          'raise the stock, or lower the limit',
        ),
      );
    const wider = limits.slice(0, place).find(([, other]) => other !== undefined && other < most);
    if (wider)
      findings.push(
        finding(
          'WARNING',
          'LIMIT_WITHOUT_EFFECT',
          `limit.perUser.${name}`,
          `${most} can never be reached beside limit.perUser.${wider[0]} of ${wider[1]}.`,
          'lower it, or remove it',
        ),
      );
  });
  return findings;
}
