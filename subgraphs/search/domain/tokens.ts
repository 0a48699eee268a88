/** Longest text that is looked for, in characters; longer ones are refused before they get here. */
export const maxQueryLength = 200;
/** Words of one query that are looked at; what stands behind them is left out. */
const maxQueryTokens = 40;

const words = new Intl.Segmenter('zh', { granularity: 'word' });
/** Scripts written without spaces between words. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]+/gu;

/**
 * Everything a text is found by. Latin words are folded, and once more without their digits; Chinese is kept as words,
 * as every pair of neighbouring characters (the dictionary splits 满减 in two) and as single characters:
 * `tokensOfText('双11满减')` → `11`, `双`, `满`, `减`, `满减`, …
 */
export function tokensOfText(text: string): Set<string> {
  const tokens = new Set<string>();
  for (const part of partsOf(text)) {
    if (part.kind === 'SPACED') {
      for (const word of wordsOf(part.text)) for (const form of [word, ...withoutDigits(word)]) tokens.add(form);
      continue;
    }
    const characters = [...part.text];
    for (const form of [...wordsOf(part.text), ...characters, ...pairsOf(characters)]) tokens.add(form);
  }
  return tokens;
}

/**
 * What a text must have to be found by a query: each Latin word, and each Chinese word by its pairs of characters, so that
 * 零食优惠 finds 零食满减优惠券. Never more than what `tokensOfText` gives for the same text:
 * `tokensOfQuery('零食优惠 LUMEN')` → `零食`, `优惠`, `lumen`.
 */
export function tokensOfQuery(text: string): string[] {
  const tokens = new Set<string>();
  for (const part of partsOf(text)) {
    if (part.kind === 'SPACED') for (const word of wordsOf(part.text)) tokens.add(word);
    else
      for (const word of joinSingles(wordsOf(part.text))) {
        const characters = [...word];
        for (const form of characters.length === 1 ? characters : pairsOf(characters)) tokens.add(form);
      }
  }
  return [...tokens].slice(0, maxQueryTokens);
}

/** One form for what looks the same to a reader: `ＬＵＭＥＮ` → `lumen`, `Café` → `cafe`. Marks of other scripts stay. */
export function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC');
}

/** The text in stretches that are written with spaces between words and those that are not. */
function partsOf(text: string): { kind: 'SPACED' | 'UNSPACED'; text: string }[] {
  const folded = fold(text);
  const parts: { kind: 'SPACED' | 'UNSPACED'; text: string }[] = [];
  let end = 0;
  for (const match of folded.matchAll(unspaced)) {
    parts.push({ kind: 'SPACED', text: folded.slice(end, match.index) }, { kind: 'UNSPACED', text: match[0] });
    end = match.index + match[0].length;
  }
  return [...parts, { kind: 'SPACED', text: folded.slice(end) }];
}

function wordsOf(text: string): string[] {
  return [...words.segment(text)].flatMap(({ segment, isWordLike }) => (isWordLike ? [segment] : []));
}

/** `iphone15` → `iphone`, `15`. */
function withoutDigits(word: string): string[] {
  return word.match(/\p{L}+|\p{N}+/gu) ?? [];
}

function pairsOf(characters: readonly string[]): string[] {
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}

/** Characters that the dictionary does not know together are looked for together: 满, 减 → 满减. */
function joinSingles(segments: readonly string[]): string[] {
  const joined: string[] = [];
  let singles = '';
  for (const segment of segments) {
    if ([...segment].length === 1) singles += segment;
    else {
      if (singles) joined.push(singles);
      singles = '';
      joined.push(segment);
    }
  }
  return singles ? [...joined, singles] : joined;
}
