import { randomBytes } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A fresh opaque id with its kind in front: `newId('ord')` → `ord_0Ncq8…`. 8 characters of real time keep an index compact, 14 random ones (83 bits) keep it unique. */
export function newId(prefix: string): string {
  let time = Date.now();
  let head = '';
  for (let i = 0; i < 8; i += 1) {
    head = alphabet.charAt(time % 62) + head;
    time = Math.floor(time / 62);
  }
  let tail = '';
  // 248 is the largest multiple of 62 below 256: bytes past it are dropped, so every character is equally likely.
  while (tail.length < 14)
    for (const byte of randomBytes(24)) if (byte < 248 && tail.length < 14) tail += alphabet.charAt(byte % 62);
  return `${prefix}_${head}${tail}`;
}
