import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Pattern, patternBounds, readPattern } from '../../subgraphs/shared/kernel/rules/pattern';
import { runs } from '../support/runs';

describe('a pattern', () => {
  it.each<[string, string[], string[]]>([
    ['sku', ['sku', 'a sku-1'], ['SKU', 'sk u']],
    ['^SKU-\\d{4}$', ['SKU-1234'], ['SKU-123', 'SKU-12345', 'a SKU-1234']],
    ['^(red|blue)?tea$', ['tea', 'redtea', 'bluetea'], ['greentea', 'redbluetea']],
    ['[^a-c]', ['abcd', '茶'], ['', 'abc']],
    ['^[\\d_-]+$', ['1-2_3'], ['a', '']],
    ['^.$', ['a', '茶', '😀'], ['', 'ab', '\n', '\u2028']],
    ['^\\w+\\s\\w+$', ['a b', 'a\u3000b'], ['ab', '茶 b']],
    ['^\\W\\D\\S$', ['-茶x'], ['-1x']],
    ['a{2,3}b', ['aab', 'aaab', 'aaaab'], ['ab']],
    ['^a{2,}$', ['aa', 'aaaa'], ['a', '']],
    ['^(?:ab){0}c$', ['c'], ['abc']],
    ['^$', [''], ['a']],
    ['()', ['', 'a'], []],
    ['^(a|)$', ['', 'a'], ['b']],
    ['\\^\\$\\\\\\.\\*\\+\\?\\(\\)\\[\\]\\{\\}\\|\\/', ['^$\\.*+?()[]{}|/'], ['^']],
    ['^[😀-😂]$', ['😁'], ['😃', '\ud83d']],
    ['[\\t\\n\\r]', ['a\tb'], ['a b']],
    ['^[a\\-z]$', ['a', '-', 'z'], ['b']],
  ])('%s is found where it occurs and nowhere else', (source, inside, outside) => {
    const pattern = read(source);
    for (const text of inside) expect([text, pattern.test(text)]).toEqual([text, true]);
    for (const text of outside) expect([text, pattern.test(text)]).toEqual([text, false]);
  });

  it.each<[string, number, RegExp]>([
    ['', 1, /a pattern/],
    ['(a', 1, /as many \) as \(/],
    ['a)', 2, /as many \) as \(/],
    ['*a', 1, /after something to repeat/],
    ['a**', 3, /one repeat/],
    ['a+?', 3, /one repeat/],
    ['^*', 1, /without repeat/],
    ['a{3,2}', 2, /m at most n/],
    ['a{x}', 2, /\{m\}/],
    ['a{99999}', 2, /four digits/],
    ['{2}', 1, /after something to repeat/],
    ['a]', 2, /what it closes/],
    ['a}', 2, /what it closes/],
    ['[a', 1, /as many \] as \[/],
    ['[]', 1, /at least one character/],
    ['[^]', 1, /at least one character/],
    ['[z-a]', 2, /smaller to a larger/],
    ['[\\d-z]', 2, /smaller to a larger/],
    ['[a-', 2, /a range/],
    ['[a-c-e]', 5, /- as a range/],
    ['[[a]', 2, /no \[ within/],
    ['(?=a)', 1, /look-around/],
    ['(?<name>a)', 1, /look-around/],
    ['(a)\\1', 4, /back-references/],
    ['\\bword', 1, /escaped metacharacter/],
    ['a\\', 2, /escaped metacharacter/],
    ['[\\q]', 2, /escaped metacharacter/],
    ['a{1000}b', 1, /states/],
    ['((a{0}){999}){999}', 1, /states/],
    ['x'.repeat(101), 101, /at most 100 characters/],
  ])('%s is refused with the place of the fault', (source, position, allowed) => {
    const outcome = readPattern(source);
    expect(outcome).toMatchObject({ ok: false, refusal: { position, allowed: expect.stringMatching(allowed) } });
    expect(outcome.ok ? '' : outcome.refusal.cure).not.toBe('');
  });

  it("says of every text what JavaScript's own expressions say, code point by code point", () => {
    fc.assert(
      fc.property(patternText(), fc.array(subject(), { maxLength: 8 }), (source, texts) => {
        const outcome = readPattern(source);
        if (!outcome.ok) {
          // Only size may stand against a text made of the dialect.
          expect(outcome.refusal.allowed).toMatch(/states|characters/);
          return;
        }
        const native = new RegExp(source, 'u');
        for (const text of texts)
          expect([source, text, outcome.value.test(text)]).toEqual([source, text, native.test(text)]);
      }),
      { numRuns: runs(4000) },
    );
  });

  it('refuses whatever JavaScript refuses too, so that a pattern can be tried anywhere', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab0^$\\.*+?()[]{}|-,dDw:='), maxLength: 12 }), (source) => {
        if (!readPattern(source).ok) return;
        expect(() => new RegExp(source, 'u')).not.toThrow();
      }),
      { numRuns: runs(50_000) },
    );
  });

  it.each([
    '(a*)*b',
    '(a|a)*$',
    '(x+x+)+y',
    '^(a|aa)+$',
    '(a?){30}a{30}',
    '((((a*)*)*)*)*c',
    '(.*)*(.*)*(.*)*=',
    '(a{0,15}){0,30}b',
  ])('%s takes steps in proportion to text times pattern, however hostile the text', (source) => {
    const pattern = read(source);
    for (const unit of ['a', 'x', 'ax', '茶'])
      for (const length of [10, 100, patternBounds.text]) {
        const text = `${unit.repeat(length)}!`;
        expect(stepsOf(pattern, text)).toBeLessThanOrEqual(2 * pattern.states * (text.length + 1));
      }
  });

  it('keeps to its bound of steps for every pattern and text', () => {
    fc.assert(
      fc.property(patternText(), subject(), (source, text) => {
        const outcome = readPattern(source);
        if (!outcome.ok) return;
        expect(outcome.value.states).toBeLessThanOrEqual(patternBounds.states + 1);
        expect(stepsOf(outcome.value, text)).toBeLessThanOrEqual(2 * outcome.value.states * (text.length + 1));
      }),
      { numRuns: runs(5000) },
    );
  });
});

function read(source: string): Pattern {
  const outcome = readPattern(source);
  if (!outcome.ok) throw new Error(`Expected a pattern, found ${source}: ${outcome.refusal.allowed}`);
  return outcome.value;
}

function stepsOf(pattern: Pattern, text: string): number {
  const work = { steps: 0 };
  pattern.test(text, work);
  return work.steps;
}

function subject(): fc.Arbitrary<string> {
  return fc.string({
    unit: fc.constantFrom('a', 'b', 'c', '0', '_', '-', ' ', '\n', '茶', '😀', '\ud83d'),
    maxLength: 7,
  });
}

/** Texts of the dialect over a small alphabet, so that they meet the texts they are asked of. */
function patternText(): fc.Arbitrary<string> {
  const character = fc.constantFrom('a', 'b', 'c', '0', '_', '-', ' ', '茶', '😀');
  const escaped = fc.constantFrom('\\d', '\\w', '\\s', '\\D', '\\W', '\\S', '\\n', '\\t', '\\.', '\\*', '\\(', '\\\\');
  const range = fc.constantFrom('a-c', '0-9', 'b-茶', '😀-😂', '\\t- ');
  const members = fc.array(fc.oneof(fc.constantFrom('a', 'c', '0', '\\-', '茶', '.', '$', '😀'), escaped, range), {
    minLength: 1,
    maxLength: 3,
  });
  const set = fc.tuple(fc.boolean(), members).map(([negated, parts]) => `[${negated ? '^' : ''}${parts.join('')}]`);
  const quantifier = fc.constantFrom('', '', '', '?', '*', '+', '{2}', '{0}', '{1,2}', '{0,3}', '{2,}');
  return fc.letrec<{ pattern: string; atom: string }>((tie) => ({
    pattern: fc
      .array(
        fc.array(tie('atom'), { maxLength: 3 }).map((atoms) => atoms.join('')),
        { minLength: 1, maxLength: 3 },
      )
      .map((parts) => parts.join('|'))
      .map((text) => (text === '' ? 'a' : text)),
    atom: fc.oneof(
      // JavaScript's own expressions take for ever on deeper nests of repeats.
      { maxDepth: 2 },
      fc.tuple(fc.oneof(character, escaped, set, fc.constant('.')), quantifier).map((parts) => parts.join('')),
      fc.constantFrom('^', '$'),
      fc.tuple(tie('pattern'), quantifier).map(([inner, times]) => `(${inner})${times}`),
    ),
  })).pattern;
}
