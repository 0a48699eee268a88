import type { BenefitKindName } from '../../shared/kernel/benefit-terms';
import type { PromotionTerms } from '../../shared/kernel/promotion-terms';

/** Sequence numbers one day of one tenant and prefix has: eight digits. */
export const codesPerDay = 100_000_000;
/** Days that six digits can tell apart; day 0 is 1 January 1970. */
const days = 1_000_000;

/** What a coupon code is made of. */
export interface CodeParts {
  /** Four digits: product line and kind. */
  prefix: string;
  /** Whole days since 1970. */
  day: number;
  /** 0…99,999,999, once per tenant, prefix and day. */
  sequence: number;
}

/** Two digits a kind of benefit; printed on coupons, so they never change their meaning. */
const kindDigits: Readonly<Record<BenefitKindName, string>> = {
  THRESHOLD_REDUCTION: '01',
  PERCENT: '02',
  FIXED: '03',
  TIERS: '04',
  EVERY_X: '05',
  FIXED_PRICE: '06',
  BUY_X_GET_Y: '07',
  GIFT: '08',
  FREE_SHIPPING: '09',
  DEPOSIT_EXPANSION: '10',
  POINTS: '11',
  FIXED_PER_UNIT: '12',
  NTH_ITEM: '13',
  BUNDLE: '14',
};

/**
 * The four digits in front: two for the product line (10 a merchant's, 20 the platform's) and two for the kind of benefit.
 */
export function codePrefix(terms: PromotionTerms): string {
  const line = terms.merchantId === null ? '20' : '10';
  const [benefit] = terms.document.benefit;
  return line + (benefit ? kindDigits[benefit.kind] : '00');
}

/**
 * The 18 digits of a coupon: four of prefix, six of the day and eight of the sequence, the last two behind permutations that
 * only the key knows. Different parts give different codes, and no pattern shows how many there are. A code gives no rights.
 * @param key 16 bytes
 */
export function codeOf(key: Uint8Array, tenant: string, { prefix, day, sequence }: CodeParts): string {
  return codesOf(key, tenant, prefix, day)(sequence);
}

/** The codes of one tenant, prefix and day by their sequence number: what they share is computed once. */
export function codesOf(key: Uint8Array, tenant: string, prefix: string, day: number): (sequence: number) => string {
  if (!/^\d{4}$/.test(prefix) || !inRange(day, days))
    throw new RangeError(`Expected four digits and a day in range, found ${prefix} and ${day}.`);
  const dayDigits = String(permute(day, 1000, rounds(key, `day ${tenant}`))).padStart(6, '0');
  const ofSequence = rounds(key, `sequence ${tenant} ${prefix} ${day}`);
  return (sequence) => {
    if (!inRange(sequence, codesPerDay))
      throw new RangeError(`Expected a sequence below ${codesPerDay}, found ${sequence}.`);
    return prefix + dayDigits + String(permute(sequence, 10_000, ofSequence)).padStart(8, '0');
  };
}

/** A code as somebody typed it, as it is kept: `2001 1234-5678 …` in any width of digits becomes 18 digits without gaps. */
export function typedCode(text: string): string {
  return text.normalize('NFKC').replaceAll(/[\s-]/g, '');
}

/** Takes a code apart under the key it was made with; null for what is not 18 digits. */
export function readCode(key: Uint8Array, tenant: string, code: string): CodeParts | null {
  if (!/^\d{18}$/.test(code)) return null;
  const prefix = code.slice(0, 4);
  const day = permuteBack(Number(code.slice(4, 10)), 1000, rounds(key, `day ${tenant}`));
  const sequence = permuteBack(Number(code.slice(10)), 10_000, rounds(key, `sequence ${tenant} ${prefix} ${day}`));
  return { prefix, day, sequence };
}

/** Keyed random functions of small numbers, one per round. */
type Round = (value: number) => number;
const roundCount = 8;

/**
 * A Feistel network over two digits of base `half`: each round adds a keyed function of one half to the other, which can
 * always be taken back, so the whole is a bijection of 0…half²−1 without any table.
 */
function permute(value: number, half: number, fs: readonly Round[]): number {
  let left = Math.floor(value / half);
  let right = value % half;
  for (const f of fs) [left, right] = [right, (left + f(right)) % half];
  return left * half + right;
}

function permuteBack(value: number, half: number, fs: readonly Round[]): number {
  let left = Math.floor(value / half);
  let right = value % half;
  for (const f of [...fs].reverse()) [left, right] = [(right - (f(left) % half) + half) % half, left];
  return left * half + right;
}

function rounds(key: Uint8Array, purpose: string): Round[] {
  if (key.length !== 16) throw new RangeError(`Expected a key of 16 bytes, found ${key.length}.`);
  const words = new DataView(key.buffer, key.byteOffset, key.byteLength);
  const outer: readonly [number, number] = [words.getUint32(0, true), words.getUint32(4, true)];
  const inner: readonly [number, number] = [words.getUint32(8, true), words.getUint32(12, true)];
  const text = Array.from(purpose, (letter) => letter.codePointAt(0) ?? 0);
  // Half of the key names the purpose, the other half is the key of the rounds under that name.
  const named: readonly [number, number] = [
    halfSipHash(outer, [0, ...text]) ^ inner[0],
    halfSipHash(outer, [1, ...text]) ^ inner[1],
  ];
  return Array.from({ length: roundCount }, (_, round) => (value: number) => halfSipHash(named, [round, value]));
}

/** HalfSipHash-2-4 of 32-bit words: a keyed pseudo-random function of 32 bits, in plain 32-bit arithmetic. */
function halfSipHash(key: readonly [number, number], message: readonly number[]): number {
  let v0 = key[0];
  let v1 = key[1];
  let v2 = 0x6c796765 ^ key[0];
  let v3 = 0x74656462 ^ key[1];
  const turn = () => {
    v0 = (v0 + v1) | 0;
    v1 = rotate(v1, 5) ^ v0;
    v0 = rotate(v0, 16);
    v2 = (v2 + v3) | 0;
    v3 = rotate(v3, 8) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = rotate(v3, 7) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = rotate(v1, 13) ^ v2;
    v2 = rotate(v2, 16);
  };
  for (const word of [...message, (message.length * 4) << 24]) {
    v3 ^= word;
    turn();
    turn();
    v0 ^= word;
  }
  v2 ^= 0xff;
  for (let i = 0; i < 4; i += 1) turn();
  return (v1 ^ v3) >>> 0;
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function inRange(value: number, end: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < end;
}
