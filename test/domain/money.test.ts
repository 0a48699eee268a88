import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addMoney,
  allocate,
  allocateOverUnits,
  asCurrencyCode,
  formatMoney,
  isCurrencyCode,
  isZero,
  minorUnitDigits,
  money,
  percentOf,
  subtractMoney,
  type UnitRun,
  type Weight,
} from '../../subgraphs/shared/kernel/money';
import { runs } from '../support/runs';

const CNY = asCurrencyCode('CNY');
const JPY = asCurrencyCode('JPY');
const KWD = asCurrencyCode('KWD');

describe('money', () => {
  it.each([
    [1230, 'CNY', '¥12.30'],
    [5, 'CNY', '¥0.05'],
    [-1230, 'CNY', '-¥12.30'],
    [1230, 'JPY', 'JP¥1,230'],
    [1230, 'KWD', 'KWD 1.230'],
    [Number.MAX_SAFE_INTEGER, 'CNY', '¥90,071,992,547,409.91'],
  ])('writes %d of %s as %s', (minorUnits, code, written) => {
    expect(formatMoney(money(minorUnits, asCurrencyCode(code))).replace(/\s/g, ' ')).toBe(written);
  });

  it('knows the digits of each currency', () => {
    expect([JPY, CNY, KWD].map(minorUnitDigits)).toEqual([0, 2, 3]);
  });

  it('adds and subtracts within one currency and never mixes two', () => {
    expect(addMoney(money(1230, CNY), money(70, CNY))).toEqual(money(1300, CNY));
    expect(subtractMoney(money(100, CNY), money(130, CNY))).toEqual(money(-30, CNY));
    expect(isZero(subtractMoney(money(5, CNY), money(5, CNY)))).toBe(true);
    expect(() => addMoney(money(1, CNY), money(1, JPY))).toThrow(/one currency/);
  });

  it.each([0.5, Number.NaN, Number.MAX_SAFE_INTEGER + 1])('refuses %d as an amount', (amount) => {
    expect(() => money(amount, CNY)).toThrow(RangeError);
  });

  it('refuses what is no currency code', () => {
    expect(['CNY', 'cny', 'XXQ', ''].map(isCurrencyCode)).toEqual([true, false, false, false]);
    expect(() => asCurrencyCode('yuan')).toThrow(/ISO 4217/);
  });
});

describe('percentOf', () => {
  it.each([
    ['15 % of 19.99 rounds up at one half or more', 1999, 1500, 'HALF_UP', 300],
    ['half a cent rounds up', 50, 100, 'HALF_UP', 1],
    ['half a cent rounds to the even cent below', 50, 100, 'HALF_EVEN', 0],
    ['half a cent rounds to the even cent above', 150, 100, 'HALF_EVEN', 2],
    ['just over half a cent rounds up to even or odd', 5001, 1, 'HALF_EVEN', 1],
    ['fractions of a cent are cut off', 199, 9999, 'DOWN', 198],
    ['8.5 折 of 100 yen', 100, 1500, 'HALF_UP', 15],
    ['8.5 折 of 99 yen', 99, 1500, 'HALF_UP', 15],
    ['everything', 12_345, 10_000, 'HALF_UP', 12_345],
    ['nothing', 12_345, 0, 'HALF_UP', 0],
    ['the largest amount there is', Number.MAX_SAFE_INTEGER, 10_000, 'HALF_EVEN', Number.MAX_SAFE_INTEGER],
  ] as const)('%s', (_, amount, rate, rounding, expected) => {
    expect(percentOf(amount, rate, rounding)).toBe(expected);
  });

  it('is exact at every size', () => {
    const sizes = fc.oneof(fc.maxSafeNat(), fc.nat(100_000), fc.integer({ min: 2 ** 39, max: 2 ** 41 }));
    fc.assert(
      fc.property(sizes, fc.nat(10_000), (amount, rate) => {
        const exact = BigInt(amount) * BigInt(rate);
        expect(BigInt(percentOf(amount, rate, 'DOWN'))).toBe(exact / 10_000n);
        expect(BigInt(percentOf(amount, rate, 'HALF_UP'))).toBe((exact + 5000n) / 10_000n);
        const even = percentOf(amount, rate, 'HALF_EVEN');
        const twiceOff = BigInt(even) * 20_000n - 2n * exact;
        expect(twiceOff >= -10_000n && twiceOff <= 10_000n).toBe(true);
        if (twiceOff === 10_000n || twiceOff === -10_000n) expect(even % 2).toBe(0);
      }),
      { numRuns: runs(20_000) },
    );
  });

  it('refuses a negative or fractional amount', () => {
    expect(() => percentOf(-1, 100, 'DOWN')).toThrow(RangeError);
    expect(() => percentOf(1.5, 100, 'DOWN')).toThrow(RangeError);
  });
});

const weightOf = fc.oneof(fc.constantFrom(0, 1, 1, 2, 100), fc.nat(100_000), fc.nat(Math.floor(2 ** 52 / 20)));
const someWeights = fc
  .array(weightOf, { minLength: 1, maxLength: 12 })
  .map((weights) => weights.map((weight, index): Weight => ({ id: `line-${index}`, weight })));
const someSplit = someWeights.chain((weights) => {
  const sum = weights.reduce((total, { weight }) => total + weight, 0);
  return fc.record({
    weights: fc.constant(weights),
    total: fc.oneof(fc.maxSafeNat(), fc.nat(1000)).map((n) => n % (sum + 1)),
  });
});

describe('allocate', () => {
  it.each([
    ['gives the odd cent to the smaller id among equals', 100, [1, 1, 1], [34, 33, 33]],
    ['gives the odd cent to the largest remainder', 10, [6, 3, 1], [6, 3, 1]],
    ['gives the odd cent to the heavier line when remainders are equal', 2, [1, 3], [0, 2]],
    ['splits a discount by what lines cost', 4000, [20_000, 11_000], [2581, 1419]],
    ['gives nothing to a line that costs nothing', 7, [0, 7, 0], [0, 7, 0]],
    ['places nothing where nothing bears weight', 5, [0, 0], [0, 0]],
    ['has no parts without lines', 0, [], []],
    ['leaves all at nothing for nothing', 0, [3, 4], [0, 0]],
  ])('%s', (_, total, weights, parts) => {
    expect(
      allocate(
        total,
        weights.map((weight, index) => ({ id: `line-${index}`, weight })),
      ),
    ).toEqual(parts);
  });

  it('always hands out exactly the total', () => {
    fc.assert(
      fc.property(someSplit, ({ total, weights }) => {
        expect(allocate(total, weights).reduce((sum, part) => sum + part, 0)).toBe(total);
      }),
      { numRuns: runs(5000) },
    );
  });

  it('never gives a line less than nothing or more than it costs, and nothing to a line that costs nothing', () => {
    fc.assert(
      fc.property(someSplit, ({ total, weights }) => {
        allocate(total, weights).forEach((part, index) => {
          expect(part).toBeGreaterThanOrEqual(0);
          expect(part).toBeLessThanOrEqual(weights[index]?.weight ?? 0);
        });
      }),
      { numRuns: runs(5000) },
    );
  });

  it('keeps every part within one unit of the exact proportion', () => {
    fc.assert(
      fc.property(someSplit, ({ total, weights }) => {
        const sum = weights.reduce((all, { weight }) => all + BigInt(weight), 0n);
        allocate(total, weights).forEach((part, index) => {
          const off = BigInt(part) * sum - BigInt(total) * BigInt(weights[index]?.weight ?? 0);
          expect(off < (sum || 1n) && -off < (sum || 1n)).toBe(true);
        });
      }),
      { numRuns: runs(5000) },
    );
  });

  it('gives each line the same part in whatever order the lines come', () => {
    const shuffledSplit = someSplit.chain((split) =>
      fc.tuple(
        fc.constant(split),
        fc.shuffledSubarray(split.weights, { minLength: split.weights.length, maxLength: split.weights.length }),
      ),
    );
    fc.assert(
      fc.property(shuffledSplit, ([{ total, weights }, shuffled]) => {
        const byId = (of: Weight[]) => new Map(allocate(total, of).map((part, index) => [of[index]?.id, part]));
        expect(byId(shuffled)).toEqual(byId(weights));
      }),
      { numRuns: runs(5000) },
    );
  });

  it('refuses a negative total or weight', () => {
    expect(() => allocate(-1, [{ id: 'a', weight: 1 }])).toThrow(RangeError);
    expect(() => allocate(1, [{ id: 'a', weight: -1 }])).toThrow(RangeError);
  });
});

describe('allocateOverUnits', () => {
  it('gives the odd cent to the first units and says what each still costs', () => {
    expect(allocateOverUnits(100, [{ units: 3, amount: 50 }])).toEqual({
      parts: [
        { units: 1, amount: 34 },
        { units: 2, amount: 33 },
      ],
      rest: [
        { units: 1, amount: 16 },
        { units: 2, amount: 17 },
      ],
    });
  });

  it('takes the next odd cent from a unit that still has one', () => {
    const first = allocateOverUnits(1, [{ units: 3, amount: 1 }]);
    const second = allocateOverUnits(1, first.rest);
    expect(second.rest).toEqual([
      { units: 2, amount: 0 },
      { units: 1, amount: 1 },
    ]);
  });

  it('splits over a million units without listing them', () => {
    const { parts } = allocateOverUnits(1_500_000, [{ units: 1_000_000, amount: 9 }]);
    expect(parts).toEqual([
      { units: 500_000, amount: 2 },
      { units: 500_000, amount: 1 },
    ]);
  });

  it('does to units what allocate does to lines, discount after discount', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.oneof(fc.nat(20), fc.nat(2 ** 48)),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 }),
        (quantity, unitPrice, discounts) => {
          let runsLeft: UnitRun[] = [{ units: quantity, amount: unitPrice }];
          let unitsLeft = new Array<number>(quantity).fill(unitPrice);
          for (const discount of discounts) {
            const total = Math.floor(unitsLeft.reduce((sum, amount) => sum + amount, 0) * discount);
            const split = allocateOverUnits(total, runsLeft);
            const parts = allocate(
              total,
              unitsLeft.map((weight, index) => ({ id: String(index).padStart(2, '0'), weight })),
            );
            expect(unitsOf(split.parts)).toEqual(parts);
            runsLeft = split.rest;
            unitsLeft = unitsLeft.map((amount, index) => amount - (parts[index] ?? 0));
            expect(unitsOf(runsLeft)).toEqual(unitsLeft);
          }
        },
      ),
      { numRuns: runs(5000) },
    );
  });

  it('refuses more than the units hold', () => {
    expect(() => allocateOverUnits(5, [{ units: 2, amount: 2 }])).toThrow(/at most 4/);
  });
});

function unitsOf(of: UnitRun[]): number[] {
  return of.flatMap(({ units, amount }) => new Array<number>(units).fill(amount));
}
