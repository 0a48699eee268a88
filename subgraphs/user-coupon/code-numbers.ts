import { randomBytes } from 'node:crypto';
import type { Db } from 'mongodb';
import type { TenantId } from '../shared/kernel/identifiers';
import { countOn } from '../shared/runtime/mongo';
import { codesOf, codesPerDay } from './domain/code';

/** Numbers a process reserves the first time, and the most it reserves at once as claims go on. */
const smallestRange = 100;
const largestRange = 10_000;

/** Gives out coupon codes, each once. */
export interface CodeNumbers {
  /**
   * The next code of a tenant, prefix and day (whole days since 1970).
   * @throws when the 100,000,000 codes of that day are used up, which refuses the claim and breaks nothing
   */
  next(tenant: TenantId, prefix: string, day: number): Promise<string>;
}

interface Range {
  next: number;
  end: number;
  size: number;
  reserving: Promise<void> | null;
  codeOf(sequence: number): string;
}

/**
 * Sequence numbers come from ranges that each process reserves with one `$inc`, outside any transaction and once in
 * 100 to 10,000 claims, so no claim waits for a counter that others write, and no two processes ever hold the same number.
 * A process that dies leaves the rest of its range unused; with 10^8 numbers a day and prefix that costs nothing.
 * (Deriving the number from the template's serial would need no counter at all, but must set aside the whole stock of
 * every template on one day: ten promotions of 10 million coupons would use a day up before anybody claimed.)
 *
 * @param key the secret behind the permutations, 16 bytes
 */
export function createCodeNumbers(database: Db, key: Uint8Array): CodeNumbers {
  const counters = database.collection<{ _id: string; next: number }>('code_ranges');
  const ranges = new Map<string, Range>();

  async function reserve(id: string, range: Range): Promise<void> {
    const size = range.size;
    const before = await countOn(counters, id, size);
    range.next = before;
    range.end = before + size;
    range.size = Math.min(size * 2, largestRange);
  }

  return {
    async next(tenant, prefix, day) {
      const id = `${encodeURIComponent(tenant)}/${prefix}/${day}`;
      let range = ranges.get(id);
      if (!range) {
        if (ranges.size > 1000) ranges.clear(); // the days before; what is left of them is not missed
        range = { next: 0, end: 0, size: smallestRange, reserving: null, codeOf: codesOf(key, tenant, prefix, day) };
        ranges.set(id, range);
      }
      while (range.next >= range.end) {
        const own = range;
        own.reserving ??= reserve(id, own).finally(() => {
          own.reserving = null;
        });
        await own.reserving;
      }
      const sequence = range.next;
      range.next += 1;
      if (sequence >= codesPerDay)
        throw new Error(
          `Expected at most ${codesPerDay} coupons of ${id} on one day, found more; split the promotion's prefix.`,
        );
      return range.codeOf(sequence);
    },
  };
}

/**
 * The key of the codes: the one of the settings, else one that is made at the first start and kept beside the coupons, for
 * development. Whoever changes it makes new codes that may equal old ones.
 */
export async function codeKey(database: Db, setting: string | undefined): Promise<Uint8Array> {
  if (setting) return Buffer.from(setting, 'base64url');
  const kept = database.collection<{ _id: string; key: string }>('kept_secrets');
  await kept.updateOne(
    { _id: 'CODE_KEY' },
    { $setOnInsert: { key: randomBytes(16).toString('base64url') } },
    { upsert: true },
  );
  const found = await kept.findOne({ _id: 'CODE_KEY' });
  if (!found) throw new Error('Expected the code key that was just kept, found none.');
  return Buffer.from(found.key, 'base64url');
}
