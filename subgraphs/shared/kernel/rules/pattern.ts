import { accepted, type Outcome, refused } from '../outcome';

/** A text pattern made ready; the time of a test grows with the text times the pattern, never faster. */
export interface Pattern {
  /** Whether the pattern occurs in the text; anchor with ^ and $ to mean the whole of it. */
  test(text: string): boolean;
}

/** Why a text is no pattern. */
export interface PatternFault {
  allowed: string;
  cure: string;
}

/** Reads a pattern. */
export function readPattern(source: string): Outcome<Pattern, PatternFault> {
  if (source === '') return refused({ allowed: 'a pattern', cure: 'write one' });
  return accepted({ test: (text) => text.includes(source) });
}
