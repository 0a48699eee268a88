import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BSON } from 'mongodb';
import type { TenantId, UserId } from '../shared/kernel/identifiers';
import { projectFile } from '../shared/runtime/files';
import type { Logger } from '../shared/runtime/logger';
import { defineScriptOverKeys, type RedisConnection } from '../shared/runtime/redis';
import type { CouponGroup } from './domain/coupon';
import { isStanding, type KeepableGroup, type KeptPage } from './domain/kept-page';
import { type CouponDocument, toCoupon, toCouponDocument } from './store';
import type { WalletSort } from './wallet-store';

/** Whose wallet; a coupon names one too. */
export interface WalletOwner {
  tenantId: TenantId;
  ownerId: UserId;
}

/** Which first page of a wallet. */
export interface FirstPage<G extends CouponGroup | null = KeepableGroup> {
  group: G;
  sort: WalletSort;
  limit: number;
}

/**
 * What the cache knows of a page.
 * - KEPT: no write that was acknowledged before this question is missing on it
 * - MISS: nothing; what is read from MongoDB from now on may be kept under this generation
 * - NONE: nothing, and nothing may be kept now
 */
export type Looked = { kind: 'KEPT'; page: KeptPage } | { kind: 'MISS'; generation: string } | { kind: 'NONE' };

/** A write that moves coupons, as the cache must know of it. Nothing of it ever throws: no write fails for want of a cache. */
export interface PendingWrite {
  /**
   * Drops the pages of these wallets, and keeps everybody from reading or keeping any until the write is over. To be waited
   * for before the commit; gives up waiting for a Redis that is silent.
   */
  moves(owners: readonly WalletOwner[]): Promise<void>;
  /** The outcome is known: committed, or that it never will be. Without this call the wallets stay uncached for `markMs`. */
  over(): Promise<void>;
}

/** What a store tells the cache of its writes. */
export interface WalletWrites {
  pendingWrite(): PendingWrite;
}

/**
 * First pages of wallets in Redis, for at most a minute. Nothing here is ever needed for an answer. A reader looks, reads
 * MongoDB on a miss and keeps what it read; how writers and readers miss each other stands in `wallet-cache.lua`.
 */
export interface WalletCache extends WalletWrites {
  /** Never throws, and takes {@link usualPatience}.lookMs at most. @param now business time, past which a page may be another */
  look(owner: WalletOwner, page: FirstPage, now: Date): Promise<Looked>;
  /** Keeps a page that was read after `generation` was told. @returns whether it is kept now; never throws */
  keep(owner: WalletOwner, page: FirstPage, generation: string, kept: KeptPage): Promise<boolean>;
}

/** How long a mark keeps readers out when its writer died, in milliseconds; longer than a transaction tries. */
export const markMs = 20_000;
/** How long no page is kept after Redis began anew, in milliseconds; as long as a mark that may have been lost with it. */
const pauseMs = markMs;
/** How long a page is kept at most, in milliseconds of real time. */
const lifetimeMs = 60_000;
/** Kept pages of one wallet; whoever asks for pages of every size gets the rest from MongoDB. */
const mostPages = 12;
/** Wallets for one call of the script, so that no single one keeps Redis from others for long. */
const chunk = 200;
/** How long Redis is not waited for after it kept somebody waiting in vain, in milliseconds. */
const restMs = 1000;

/** How long Redis is waited for, in milliseconds: by a reader, who has MongoDB, and by a writer, whose readers may see old pages. */
export const usualPatience = { lookMs: 20, markMs: 250 } as const;

/** @param deps `patience` where a test must not be hurried */
export function createWalletCache(deps: {
  redis: RedisConnection;
  logger: Logger;
  patience?: { lookMs: number; markMs: number };
}): WalletCache {
  const { logger, patience = usualPatience } = deps;
  const redis = deps.redis.client;
  const looks = circuit(patience.lookMs);
  const marks = circuit(patience.markMs);
  /** The server behind the connection there is now; another one may hold an old snapshot. */
  let run: Promise<string | null> | null = null;
  redis.on('close', () => {
    run = null;
  });

  function currentRun(): Promise<string | null> {
    run ??= redis.info('server').then(
      (text) => /^run_id:(\w+)/m.exec(text)?.[1] ?? null,
      () => {
        run = null;
        return null;
      },
    );
    return run;
  }

  function debug(error: unknown): void {
    logger.debug({ err: error }, 'the cache of wallets was not reached');
  }

  return {
    async look(owner, page, now) {
      const none: Looked = { kind: 'NONE' };
      const asked = async (): Promise<Looked> => {
        const server = await currentRun();
        if (server === null) return none;
        const words = ['look', server, pauseMs, nameOf(page), randomBytes(12).toString('base64url'), lifetimeMs];
        const [word, generation, content] = await script(redis, [lifeKey, ...keysOf(owner)], words);
        if (generation === undefined) return none;
        const kept = word === 'KEPT' && content !== undefined ? keptOf(content, owner) : null;
        return kept && isStanding(kept, now) ? { kind: 'KEPT', page: kept } : { kind: 'MISS', generation };
      };
      if (looks.rests()) return none;
      return (await looks.within(asked().catch(debug))) ?? none;
    },

    async keep(owner, page, generation, kept) {
      const server = await currentRun();
      if (server === null || !isStanding(kept, kept.from)) return false;
      const words = ['keep', server, pauseMs, nameOf(page), generation, mostPages, contentOf(kept)];
      const reply = await script(redis, [lifeKey, ...keysOf(owner)], words).catch(debug);
      return reply?.[0] === 'DONE';
    },

    pendingWrite() {
      const token = randomBytes(9).toString('base64url');
      const moved = new Map<string, WalletOwner>();
      let marked = { isSure: true, at: 0 };

      async function tell(owners: Iterable<WalletOwner>, words: string[]): Promise<boolean> {
        const all = [...owners];
        const calls: Promise<unknown>[] = [];
        for (let start = 0; start < all.length; start += chunk)
          calls.push(script(redis, [lifeKey, ...all.slice(start, start + chunk).flatMap(keysOf)], words));
        const done = Promise.all(calls).then(
          () => true,
          (error: unknown) => {
            debug(error);
            return false;
          },
        );
        // Sent in any case: whoever does not wait is seldom wrong about it being done.
        return marks.rests() ? false : ((await marks.within(done)) ?? false);
      }

      return {
        async moves(owners) {
          const distinct = new Map(owners.map((owner) => [textOf(owner), owner]));
          for (const [text, owner] of distinct) moved.set(text, owner);
          const at = performance.now();
          const isSet = await tell(distinct.values(), ['mark', token, String(markMs)]);
          marked = { isSure: marked.isSure && isSet, at: marked.at || at };
        },
        async over() {
          if (moved.size === 0) return;
          const lifted = tell(moved.values(), ['lift', token]);
          // While its mark stands nobody reads old pages, however late it is lifted.
          const stands = marked.isSure && performance.now() - marked.at < markMs / 2;
          if (!stands) await lifted;
        },
      };
    },
  };
}

/** Waits for Redis for so long; after it waited in vain it says for a while that waiting is no use. */
function circuit(patienceMs: number) {
  let restsUntil = 0;
  return {
    rests: () => performance.now() < restsUntil,
    /** @param answer never fails; @returns undefined when it takes longer */
    within<T>(answer: Promise<T>): Promise<T | undefined> {
      return new Promise((resolve) => {
        let isThere = false;
        const giveUp = (): void => {
          if (isThere) return;
          restsUntil = performance.now() + restMs;
          resolve(undefined);
        };
        // What lies in the socket is read before: a busy process is no slow Redis.
        const timer = setTimeout(() => setImmediate(giveUp), patienceMs);
        void answer.then((value) => {
          isThere = true;
          clearTimeout(timer);
          resolve(value);
        });
      });
    },
  };
}

const script = defineScriptOverKeys<readonly (string | number)[], string[]>({
  name: 'wallet-cache.lua',
  lua: readFileSync(projectFile('subgraphs/user-coupon/wallet-cache.lua'), 'utf8'),
  parse(reply) {
    if (Array.isArray(reply) && reply.length > 0 && reply.every((word) => typeof word === 'string')) return reply;
    throw new Error('Expected a list of words.');
  },
});

const lifeKey = 'wallets';

function keysOf(owner: WalletOwner): [pages: string, marks: string] {
  const pages = `wallet:{${textOf(owner)}}`;
  return [pages, `${pages}:marks`];
}

/** As JSON, in which no two ids become one text, whatever is in them. */
function textOf({ tenantId, ownerId }: WalletOwner): string {
  return JSON.stringify([tenantId, ownerId]);
}

function nameOf({ group, sort, limit }: FirstPage): string {
  return `${group ?? 'ALL'} ${sort} ${limit}`;
}

interface Content {
  from: Date;
  until: Date | null;
  coupons: CouponDocument[];
}

/** BSON, in which instants stay instants, as text that a script can pass on. */
function contentOf({ from, until, coupons }: KeptPage): string {
  const content: Content = { from, until, coupons: coupons.map(toCouponDocument) };
  return Buffer.from(BSON.serialize(content)).toString('base64');
}

/** Null for what is not this owner's, which nobody should have kept there. */
function keptOf(text: string, owner: WalletOwner): KeptPage | null {
  // Written by a process of ours, as MongoDB's documents are.
  const { from, until, coupons } = BSON.deserialize(Buffer.from(text, 'base64')) as Content;
  const isOwn = coupons.every((coupon) => coupon.tenantId === owner.tenantId && coupon.ownerId === owner.ownerId);
  return isOwn ? { from, until, coupons: coupons.map(toCoupon) } : null;
}
