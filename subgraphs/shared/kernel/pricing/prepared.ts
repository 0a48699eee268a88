import type { CurrencyCode } from '../money';
import type { OpeningHours } from '../opening-hours';
import { type AmountBase, type BenefitTerms, type PromotionTerms, windowOf } from '../promotion-terms';
import { audienceParts, ruleParts } from '../rules/eligibility';
import type { MissingValue, Phase, PlaceInOrder, ReadyBenefit } from './benefits/benefit';
import { benefitKinds, readyBenefit } from './benefits/registry';
import type { Parting } from './floors';

/** What of one version of a promotion is the same for every cart. */
export interface Prepared {
  /** Its window, epoch milliseconds. */
  startsAt: number;
  endsAt: number;
  /** From when every coupon of it can be used, epoch milliseconds; null where each has a validity of its own. */
  validFrom: number | null;
  /** Whether anything is to be asked of clock, shopper or cart, by where the promotion comes from. */
  asks: { COUPON: boolean; AUTOMATIC: boolean };
  /** Whether it is limited to hours or days, by where it comes from. */
  hasHours: { COUPON: boolean; AUTOMATIC: boolean };
  /** Where its first benefit stands among the turns of all: see `orderOf`. */
  order: number;
  /** Equal for promotions that are about the same goods. */
  goods: string;
  /** Its benefits in the order of their turns, made ready for a currency. */
  readyIn(currency: CurrencyCode): readonly ReadyTurn[];
}

/** One benefit of a version, ready for its turn on any cart of a currency. */
export interface ReadyTurn {
  /** Where it stands among the turns of all: see `orderOf`. */
  order: number;
  phase: Phase;
  /** Place of the benefit in the document. */
  place: number;
  /** `benefit[0]`. */
  path: string;
  terms: BenefitTerms;
  benefit: ReadyBenefit;
  /** The amount that is not given in the currency; the benefit is idle then. */
  missing: MissingValue | null;
  parting: Parting;
  base: AmountBase;
  thresholdBase: AmountBase;
}

type Turn = Omit<ReadyTurn, 'benefit' | 'missing'>;

// A version never changes, so what was worked out of it holds as long as anybody holds the version.
const known = new WeakMap<PromotionTerms, Prepared>();

/** What of a version is the same for every cart, worked out when it is first asked for. */
export function preparedOf(promotion: PromotionTerms): Prepared {
  const found = known.get(promotion);
  if (found) return found;
  const made = prepare(promotion);
  known.set(promotion, made);
  return made;
}

/**
 * The phase in which a benefit applies: by what it is, where its kind has a phase of its own. What belongs to the order is an
 * item discount in the group ITEM, else the merchant's or the platform's.
 */
export function phaseOf(terms: PromotionTerms, place: PlaceInOrder): Phase {
  if (place !== 'ORDER') return place;
  if (terms.document.rule.stackingGroup === 'ITEM') return 'P1';
  return terms.merchantId === null ? 'P4' : 'P3';
}

function prepare(promotion: PromotionTerms): Prepared {
  const { document, merchantId } = promotion;
  const { startsAt, endsAt } = windowOf(document);
  const { validity } = document.time;
  const rule = ruleParts(document).length > 0;
  const turns = turnsOf(promotion);
  const byCurrency = new Map<CurrencyCode, readonly ReadyTurn[]>();
  return {
    startsAt: startsAt.getTime(),
    endsAt: endsAt.getTime(),
    validFrom: validity?.kind === 'FIXED' ? Date.parse(validity.from) : null,
    asks: { COUPON: rule, AUTOMATIC: rule || audienceParts(document).length > 0 },
    hasHours: { COUPON: validity !== undefined && isLimited(validity), AUTOMATIC: isLimited(document.time) },
    // One that has nothing a price is made with stands where its order would.
    order: turns[0]?.order ?? orderOf(phaseOf(promotion, 'ORDER'), document.rule.priority, 0),
    goods: JSON.stringify([merchantId, document.product]),
    readyIn(currency) {
      const found = byCurrency.get(currency);
      if (found) return found;
      const made = turns.map((turn) => readied(turn, promotion, currency));
      byCurrency.set(currency, made);
      return made;
    },
  };
}

function isLimited({ daysOfWeek, hoursOfDay }: OpeningHours): boolean {
  return daysOfWeek !== undefined || hoursOfDay !== undefined;
}

function turnsOf(promotion: PromotionTerms): Turn[] {
  const { benefit, rule } = promotion.document;
  return benefit
    .map((terms, place): Turn => {
      const kind = benefitKinds[terms.kind];
      const phase = phaseOf(promotion, kind.phase);
      return {
        order: orderOf(phase, rule.priority, kind.rank),
        phase,
        place,
        path: `benefit[${place}]`,
        terms,
        parting: rule.allocation === 'EVEN' ? 'EVEN' : 'PROPORTIONAL',
        base: kind.base === 'REMAINING' ? 'REMAINING' : rule.base,
        thresholdBase: rule.thresholdBase,
      };
    })
    .sort((a, b) => a.order - b.order || a.place - b.place);
}

const phaseOrder: Record<Phase, number> = { P1: 1, P2: 2, P3: 3, P4: 4, P5: 5, P7: 7 };

/** Phase, then priority (0 to 1,000,000), then 满减 before 折扣 before 立减 (0 to 3), as one number. */
function orderOf(phase: Phase, priority: number, rank: number): number {
  return (phaseOrder[phase] * 1_000_001 + priority) * 4 + rank;
}

function readied(turn: Turn, { document: { rule } }: PromotionTerms, currency: CurrencyCode): ReadyTurn {
  const ready = readyBenefit(turn.terms, { currency, rounding: rule.rounding });
  if (!ready.ok) return { ...turn, benefit: idle, missing: ready.refusal };
  const isGivenToEach = rule.allocation === 'EACH' && benefitKinds[turn.terms.kind].targets === 'GOODS';
  return { ...turn, benefit: isGivenToEach ? givenToEach(ready.value) : ready.value, missing: null };
}

/** A benefit that is given to each line by itself where the rule says EACH: 立减10 takes 10 off each, a cap caps each. */
function givenToEach(benefit: ReadyBenefit): ReadyBenefit {
  if (benefit.on !== 'TOTAL') return benefit;
  return {
    threshold: benefit.threshold,
    on: 'LINES',
    amountOnLine: (left) => benefit.amountOn(left),
    mostOnLine: (left) => benefit.largestUpTo(left),
  };
}

/** What a benefit does that has no value in the currency of the cart. */
const idle: ReadyBenefit = { threshold: 0, on: 'NOTHING', awardOn: () => null };
