import { percentOf } from '../../money';
import { accepted, refused } from '../../outcome';
import type { BenefitTerms } from '../../promotion-terms';
import { type BenefitKind, valueIn } from './benefit';
import { together } from './pick-units';

/** 组合价: a lamp and two bulbs together for 199, or at a rate off; as often as the goods suffice and it saves something. */
export const bundle: BenefitKind<Extract<BenefitTerms, { kind: 'BUNDLE' }>> = {
  rank: 0,
  phase: 'P2',
  targets: 'GOODS',
  base: 'REMAINING',
  monotone: true,
  ready({ items, price, percentOffBasisPoints: rate, maxOccurrence }, { currency, rounding }) {
    const each = valueIn(price, currency, 0);
    if (each === null) return refused({ path: 'price' });
    const savingOf =
      rate === undefined
        ? (worth: number, times: number) => worth - times * each
        : (worth: number) => percentOf(worth, rate, rounding);
    return accepted({
      threshold: 0,
      on: 'UNITS',
      poolsOf: (goods) =>
        items.map(({ skuIds }) => goods.inScope.filter((place) => skuIds.includes(goods.skuAt(place)))),
      bears: () => true,
      ...together(
        items.map(({ quantity }) => quantity),
        maxOccurrence,
        savingOf,
      ),
    });
  },
};
