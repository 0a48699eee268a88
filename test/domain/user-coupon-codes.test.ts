import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  codeKeyOf,
  codeMaker,
  faultOfChosenCode,
  isMistyped,
  printedCode,
  serialOfCode,
} from '../../subgraphs/user-coupon/domain/promotion-code';
import { runs } from '../support/runs';

const maker = codeMaker(Buffer.alloc(16, 1), 'festival');
/** The end of the numbers that codes are made of, rounded to what can be counted exactly. */
const number = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER - 1000 });

describe('generated codes', () => {
  it('come twice for no two numbers, and again for the same', () => {
    const codes = maker.codes(0, 30_000);
    expect(new Set(codes).size).toBe(codes.length);
    expect(maker.codes(12_345, 3)).toEqual(codes.slice(12_345, 12_348));
    for (const code of codes.slice(0, 1000)) expect(code).toMatch(/^[0-9ACDEFGHJKMNPQRTVWXY]{14}$/);
  });

  it('come twice for no two numbers wherever these lie', () => {
    fc.assert(
      fc.property(fc.uniqueArray(number, { minLength: 2, maxLength: 50 }), (numbers) => {
        expect(new Set(numbers.flatMap((n) => maker.codes(n, 1))).size).toBe(numbers.length);
      }),
      { numRuns: runs(50) },
    );
  });

  it('are others under another key and in another marketplace', () => {
    const others = [codeMaker(Buffer.alloc(16, 2), 'festival'), codeMaker(Buffer.alloc(16, 1), 'bazaar')];
    for (const other of others) {
      const own = new Set(maker.codes(0, 1000));
      expect(other.codes(0, 1000).filter((code) => own.has(code))).toEqual([]);
    }
  });

  it('show every character equally often, so that one tells nothing of another', () => {
    const counts = new Map<string, number>();
    const codes = maker.codes(0, 29_000);
    for (const code of codes) for (const letter of code) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    expect(counts.size).toBe(29);
    const expected = (codes.length * 14) / 29;
    // Eight standard deviations: a pattern is far outside, chance is not.
    for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(8 * Math.sqrt(expected));
  });

  it('tell of every single wrong character, and of any two that changed places', () => {
    const letters = Array.from('0123456789ACDEFGHJKMNPQRTVWXY');
    fc.assert(
      fc.property(number, fc.nat(13), fc.nat(13), fc.constantFrom(...letters), (n, place, other, letter) => {
        const [code = ''] = maker.codes(n, 1);
        expect(isMistyped(code)).toBe(false);
        const wrong = code.slice(0, place) + letter + code.slice(place + 1);
        expect(isMistyped(wrong)).toBe(wrong !== code);
        if (place < 13 && other < 13) {
          const swapped = Array.from(code);
          [swapped[place], swapped[other]] = [swapped[other] ?? '', swapped[place] ?? ''];
          expect(isMistyped(swapped.join(''))).toBe(swapped.join('') !== code);
        }
      }),
      { numRuns: runs(200) },
    );
  });

  it('become coupons behind the last serial that a gate gives', () => {
    expect(serialOfCode(1)).toBe(1_000_000_001);
  });
});

describe('a typed code', () => {
  it('is the same in lower case, in full width, with gaps, dashes and look-alikes', () => {
    const [code = ''] = maker.codes(7, 1);
    const asTyped = [
      code.toLowerCase(),
      printedCode(code),
      `  ${code.slice(0, 5)} ${code.slice(5)}\u00a0`,
      Array.from(code, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0)).join(''),
      printedCode(code).replaceAll('-', '–'),
      code
        .replaceAll('0', 'O')
        .replaceAll('1', 'l')
        .replaceAll('5', 's')
        .replaceAll('8', 'B')
        .replaceAll('2', 'z')
        .replaceAll('V', 'u'),
    ];
    for (const typed of asTyped) expect(codeKeyOf(typed)).toBe(code);
    expect(codeKeyOf('spring-5O')).toBe(codeKeyOf('SPRING 50'));
  });

  it.each<[string, string | null]>([
    ['SPRING50', null],
    ['双十一半价', null],
    ['abc', '4 to 32'],
    ['a'.repeat(33), '4 to 32'],
    ['SPRING%50', 'letters and digits, with dashes or gaps between them'],
    ['1001 1234 5678 9012 34', 'something else than the number of a coupon'],
    ['', '4 to 32'],
  ])('may be chosen as %p, or is told what is allowed', (text, allowed) => {
    expect(faultOfChosenCode(text)?.allowed ?? null).toBe(allowed);
  });
});
