import { describe, expect, it } from '@jest/globals';
import { asTemplateId, asTenantId, asUserId, asVersionId } from '../../subgraphs/shared/kernel/identifiers';
import { createLogger } from '../../subgraphs/shared/runtime/logger';
import { type ClaimBatch, createClaimBatch } from '../../subgraphs/user-coupon/application/claim-batch';
import type { BatchResult, ClaimWriter } from '../../subgraphs/user-coupon/claim-writer';
import { claim, couponIdOf, type Move } from '../../subgraphs/user-coupon/domain/coupon';
import type { Place, Stock } from '../../subgraphs/user-coupon/stock';

const now = new Date('2026-11-22T04:00:00Z');

/** A claim of a template with a place of its own. */
function claimOf(template: string, serial: number): { move: Move; place: Place } {
  const templateId = asTemplateId(`tpl_${template}`);
  const place: Place = {
    templateId,
    serial,
    slots: [],
    epoch: 'e',
    ownerId: asUserId(`u-${template}-${serial}`),
    idempotencyKey: 'k',
  };
  const id = couponIdOf({ templateId, serial, hop: 0 });
  const { ownerId, idempotencyKey } = place;
  const facts = {
    id,
    tenantId: asTenantId('t'),
    ownerId,
    templateId,
    versionId: asVersionId('tpv_a'),
    code: '1',
    slots: [`C:${id}`],
    idempotencyKey,
    claimedAt: now,
    validFrom: now,
    expiresAt: now,
    valueRank: '~',
  };
  return { move: claim(facts, 'test', now), place };
}

/** A batch over a writer that answers as told; the gate only notes what it hears. */
function batchOver(write: (ids: string[]) => Promise<BatchResult>): {
  batch: ClaimBatch;
  written: string[][];
  heard: string[];
} {
  const written: string[][] = [];
  const heard: string[] = [];
  const writer: ClaimWriter = {
    async write(moves) {
      const ids = moves.map(({ after }) => String(after.id));
      written.push(ids);
      return write(ids);
    },
    known: async () => ({ byKey: () => null, slots: () => new Map(), isTaken: () => false }),
  };
  const note = (word: string) => async (places: readonly Place[]) => {
    heard.push(...places.map(({ serial }) => `${word} ${serial}`));
  };
  const stock = { confirm: note('confirm'), free: note('free'), mend: note('mend') } as Partial<Stock> as Stock;
  return {
    batch: createClaimBatch({ writer, stock, logger: createLogger({ name: 'test', level: 'silent' }), maxWaiting: 10 }),
    written,
    heard,
  };
}

const commit = (batch: ClaimBatch, { move, place }: ReturnType<typeof claimOf>) => batch.commit(move, place, []);

describe('the batch of claims', () => {
  it('writes a single claim at once and gathers what comes while it is being written', async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { batch, written } = batchOver(async () => gate.then(() => 'COMMITTED'));
    const all = [commit(batch, claimOf('a', 1))];
    expect(written).toHaveLength(1);
    for (let serial = 2; serial <= 30; serial += 1) all.push(commit(batch, claimOf('a', serial)));
    open();
    expect((await Promise.all(all)).every(({ kind }) => kind === 'CLAIMED')).toBe(true);
    expect(written.map((ids) => ids.length)).toEqual([1, 29]);
  });

  it('writes a cold template beside the batch of a hot one, which it does not wait for', async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { batch, written } = batchOver(async (ids) => {
      if (ids.length > 16) await gate;
      return 'COMMITTED';
    });
    const all = [];
    for (let serial = 1; serial <= 1500; serial += 1) all.push(commit(batch, claimOf('hot', serial)));
    await all[0]; // the crowd is in its own batch now
    for (let serial = 1; serial <= 3; serial += 1)
      expect((await commit(batch, claimOf('cold', serial))).kind).toBe('CLAIMED');
    open();
    await Promise.all(all);
    expect(written.map((ids) => ids.length)).toEqual([1, 1000, 1, 1, 1, 499]);
  });

  it('lets templates that a crowd waits for take turns in a batch', async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { batch, written } = batchOver(async (ids) => {
      if (ids.length > 16) await gate;
      return 'COMMITTED';
    });
    const all: Promise<unknown>[] = [];
    for (const [template, count] of [
      ['before', 18],
      ['first', 1500],
      ['second', 101],
    ] as const) {
      const crowd = Array.from({ length: count }, (_, index) => commit(batch, claimOf(template, index + 1)));
      // The first is written on the side track; from then on a crowd waits, behind the batch of those before.
      await crowd[0];
      await new Promise(setImmediate);
      all.push(...crowd);
    }
    open();
    await Promise.all(all);
    const crowded = written.filter((ids) => ids.length > 16);
    expect(crowded.map((ids) => ids.length)).toEqual([17, 1000, 599]);
    expect(crowded[1]?.filter((id) => id.startsWith('cpn_second'))).toHaveLength(100);
  });

  it('tells nobody that a coupon is theirs, and frees nothing, while it is unknown whether it was committed', async () => {
    const { batch, heard } = batchOver(async () => 'UNKNOWN');
    await expect(commit(batch, claimOf('a', 1))).rejects.toThrow('send the same request again');
    expect(heard).toEqual([]);
  });

  it('halves a batch that meets an open transaction until only the one that meets it waits', async () => {
    let conflicts = true;
    const { batch, written } = batchOver(async (ids) =>
      conflicts && ids.includes('cpn_a-000003-0') ? 'CONFLICT' : 'COMMITTED',
    );
    const all = Array.from({ length: 8 }, (_, i) => commit(batch, claimOf('a', i + 1)));
    const others = all.filter((_, i) => i !== 2);
    await Promise.all(others);
    conflicts = false;
    expect((await all[2])?.kind).toBe('CLAIMED');
    expect(written.some((ids) => ids.length === 1 && ids[0] === 'cpn_a-000003-0')).toBe(true);
  });

  it('lets in as many claims of one template as may wait, and one more for each that leaves', () => {
    const { batch } = batchOver(async () => 'COMMITTED');
    const [hot, cold] = [asTemplateId('tpl_hot'), asTemplateId('tpl_cold')];
    expect(Array.from({ length: 11 }, () => batch.enter(hot)).filter(Boolean)).toHaveLength(10);
    expect(batch.enter(cold)).toBe(true);
    batch.leave(hot);
    expect(batch.enter(hot)).toBe(true);
    expect(batch.enter(hot)).toBe(false);
  });

  it('passes an unexpected error on to everybody in the batch and goes on with the next', async () => {
    let broken = true;
    const { batch } = batchOver(async () => {
      if (broken) throw new Error('broken');
      return 'COMMITTED';
    });
    await expect(commit(batch, claimOf('a', 1))).rejects.toThrow('broken');
    broken = false;
    expect((await commit(batch, claimOf('a', 2))).kind).toBe('CLAIMED');
  });
});
