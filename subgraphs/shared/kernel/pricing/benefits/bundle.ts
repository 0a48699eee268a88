import { percentOf } from '../../money';
import { accepted, refused } from '../../outcome';
import type { BenefitTerms } from '../../promotion-terms';
import { type BenefitKind, valueIn } from './benefit';
import { together } from './pick-units';

/** 组合价: a lamp and two bulbs together for 199, or at a rate off; as often as the goods suffice and are worth it. */
export const bundle: BenefitKind<Extract<BenefitTerms, { kind: 'BUNDLE' }>> = {
  rank: 0,
  phase: 'P2',
  targets: 'GOODS',
  base: 'REMAINING',
  monotone: true,
  ready({ items, price, percentOffBasisPoints: rate, maxOccurrence }, { currency, rounding }) {
    const each = valueIn(price, currency, 0);
    if (each === null) return refused({ path: 'price' });
    return accepted({
      threshold: 0,
      on: 'UNITS',
      poolsOf: (goods) =>
        items.map(({ skuIds }) => goods.inScope.filter((place) => skuIds.includes(goods.skuAt(place)))),
      bears: () => true,
      ...together(
        items.map(({ quantity }) => quantity),
        maxOccurrence,
        // How often is decided before any rounding, which would see no gain in a bundle worth a few fen.
        (worth, times) => worth - times * each,
        (gain) => (rate === undefined ? gain : percentOf(gain, rate, rounding)),
      ),
    });
  },
};
