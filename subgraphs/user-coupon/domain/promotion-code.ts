import { createCipheriv, createHmac } from 'node:crypto';
import type { TemplateId, UserId } from '../../shared/kernel/identifiers';
import { asCouponId, type CouponId } from '../../shared/kernel/identifiers';

/** A promotion code as it is kept. What is `number`ed becomes one coupon once; a public one becomes many, within limits. */
export type PromotionCode = { key: string; templateId: TemplateId } & (
  | {
      kind: 'UNIQUE';
      /** 1, 2, 3… within its template, generated and imported ones alike: the serial of the coupon that comes of it. */
      number: number;
      /** As its owner wrote it; null for one that was generated. */
      text: string | null;
      /** The only person who may use it; null for whoever has it. */
      recipient: UserId | null;
    }
  | { kind: 'PUBLIC'; text: string; isClosed: boolean }
);

/** Why a typed code gives nothing. */
export type CodeRefusalReason =
  | 'UNKNOWN'
  | 'MISTYPED'
  | 'USED'
  | 'NOT_YOURS'
  | 'NOT_YET_OPEN'
  | 'PAUSED'
  | 'ENDED'
  | 'SOLD_OUT'
  | 'LIMIT_REACHED'
  | 'NOT_ELIGIBLE'
  | 'RATE_LIMITED';

/** A refusal of a typed code, with the instant from which typing it again makes sense, where there is one. */
export interface CodeRefusal {
  reason: CodeRefusalReason;
  retryAt?: Date;
}

/** What can be told apart when read aloud or from paper: of 0 and O, 1 and I and L, 2 and Z, 5 and S, 8 and B, U and V one each. */
const alphabet = '0123456789ACDEFGHJKMNPQRTVWXY';
const base = alphabet.length; // 29, a prime, so that the check character finds every single slip
const lookAlikes: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1', Z: '2', S: '5', B: '8', U: 'V' };

/** Characters of a generated code before its check character: 29^13 codes, 63 bits. */
const bodyLength = 13;
/** Generated codes are as long as this. */
const codeLength = bodyLength + 1;
const leftDigits = 7;
const left = base ** leftDigits;
const right = base ** (bodyLength - leftDigits);
const rounds = 10;

/** Codes that may be generated at once; one job. */
export const maxCodesPerJob = 10_000_000;
/** Characters of a code that somebody chose, gaps not counted. */
export const chosenCodeLength = { least: 4, most: 32 } as const;

/** Serials that public codes give end here, the most stock there is; those of unique codes begin behind it. */
const lastPublicSerial = 1_000_000_000;
/** Unique codes that one template can have in all: as many serials as a coupon id has room for. */
export const maxUniqueCodes = 36 ** 6 - 1 - lastPublicSerial;

/** The serial of the coupon that a unique code becomes: nobody else's, so that the coupon's first move can exist once. */
export function serialOfCode(number: number): number {
  return lastPublicSerial + number;
}

/** Whether a serial is one that a gate gives out, and not a unique code's. */
export function isGateSerial(serial: number): boolean {
  return serial <= lastPublicSerial;
}

/**
 * A code as somebody typed it, as it is looked up: case, gaps, dashes, width and look-alikes do not matter.
 * `codeKeyOf(' spring-5O ')` → `5PR1NG50`.
 */
export function codeKeyOf(typed: string): string {
  return typed
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s\p{Pd}\p{Cf}_.·•−]/gu, '')
    .replaceAll(/[OILZSBU]/g, (letter) => lookAlikes[letter] ?? letter);
}

/** A generated code as it is printed: `ACDE-FGHJK-MNPQR`. Others stay as they are. */
export function printedCode(key: string): string {
  return key.length === codeLength ? `${key.slice(0, 4)}-${key.slice(4, 9)}-${key.slice(9)}` : key;
}

/** Whether a key has the length of a generated code, but a check character that does not belong to it. */
export function isMistyped(key: string): boolean {
  if (key.length !== codeLength) return false;
  const digits = Array.from(key, (letter) => alphabet.indexOf(letter));
  return digits.every((digit) => digit >= 0) && digits.at(-1) !== checkOf(digits.slice(0, -1));
}

/** What is wrong with a code that somebody chose; null when it may be one. */
export function faultOfChosenCode(text: string): { found: string; allowed: string; cure: string } | null {
  const key = codeKeyOf(text);
  const { least, most } = chosenCodeLength;
  if (!/^[\p{L}\p{N}]*$/u.test(key))
    return {
      found: JSON.stringify(text.slice(0, 80)),
      allowed: 'letters and digits, with dashes or gaps between them',
      cure: 'remove the other signs',
    };
  if (key.length < least || key.length > most)
    return { found: `${key.length} letters and digits`, allowed: `${least} to ${most}`, cure: 'choose another length' };
  if (/^\d{18}$/.test(text.normalize('NFKC').replaceAll(/[\s-]/g, '')))
    return { found: '18 digits', allowed: 'something else than the number of a coupon', cure: 'choose another code' };
  return null;
}

/** How a price names the coupon that a public code would become; no stored coupon has such an id. */
export function promisedCouponId(code: Extract<PromotionCode, { kind: 'PUBLIC' }>): CouponId {
  return asCouponId(`promised:${code.templateId}:${code.key}`);
}

/** Makes the codes of a tenant by their numbers. */
export interface CodeMaker {
  /** `count` codes from a number on: others for other numbers, the same for the same. Numbers reach to 29^13. */
  codes(first: number, count: number): string[];
}

/**
 * Numbers behind a permutation of 0…29^13−1 that only the secret knows: no code comes twice, none tells of another, and work
 * that was cut off goes on with the very same codes. A Feistel network whose rounds are AES, a batch at a time; different
 * tenants have different permutations.
 * @param secret 16 bytes, from which the key of the tenant is derived
 */
export function codeMaker(secret: Uint8Array, tenant: string): CodeMaker {
  const key = createHmac('sha256', secret).update(`promotion codes of ${tenant}`).digest();
  return {
    codes(first, count) {
      if (!Number.isSafeInteger(first) || first < 0 || !Number.isSafeInteger(first + count))
        throw new RangeError(
          `Expected numbers from 0 on that can be counted exactly, found ${first} and ${count} more.`,
        );
      const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
      const lefts = new Float64Array(count);
      const rights = new Float64Array(count);
      for (let i = 0; i < count; i += 1) {
        lefts[i] = Math.floor((first + i) / right);
        rights[i] = (first + i) % right;
      }
      // Four words of 32 bits a block: the round, nothing, and the half that is scrambled, low word first.
      const blocks = new Uint32Array(4 * count);
      for (let round = 0; round < rounds; round += 1) {
        const [from, to, size] = round % 2 === 0 ? [rights, lefts, left] : [lefts, rights, right];
        for (let i = 0; i < count; i += 1) {
          const value = from[i] ?? 0;
          blocks[4 * i] = round;
          blocks[4 * i + 2] = value % 2 ** 32;
          blocks[4 * i + 3] = Math.floor(value / 2 ** 32);
        }
        const scrambled = wordsOf(cipher.update(blocks));
        for (let i = 0; i < count; i += 1) {
          // 52 bits, of which a remainder by at most 34 bits prefers nothing that anybody could notice.
          const word = (scrambled[4 * i] ?? 0) + ((scrambled[4 * i + 1] ?? 0) % 2 ** 20) * 2 ** 32;
          to[i] = ((to[i] ?? 0) + word) % size;
        }
      }
      return Array.from(lefts, (value, i) => codeOfDigits(value, rights[i] ?? 0));
    },
  };
}

/** Bytes as words; copied, because a pooled buffer may begin at any byte. */
function wordsOf(bytes: Buffer): Uint32Array {
  return new Uint32Array(new Uint8Array(bytes).buffer);
}

function codeOfDigits(leftValue: number, rightValue: number): string {
  const digits = new Array<number>(bodyLength);
  spell(leftValue, digits, 0, leftDigits);
  spell(rightValue, digits, leftDigits, bodyLength);
  let code = '';
  for (const digit of digits) code += alphabet.charAt(digit);
  return code + alphabet.charAt(checkOf(digits));
}

function spell(value: number, digits: number[], from: number, to: number): void {
  let rest = value;
  for (let place = to - 1; place >= from; place -= 1) {
    digits[place] = rest % base;
    rest = Math.floor(rest / base);
  }
}

/** A weighted sum modulo a prime: one wrong character, or two that changed places, always give another one. */
function checkOf(digits: readonly number[]): number {
  return digits.reduce((sum, digit, place) => sum + (place + 1) * digit, 0) % base;
}
