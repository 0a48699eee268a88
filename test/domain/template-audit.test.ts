import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { asTemplateId, asTenantId } from '../../subgraphs/shared/kernel/identifiers';
import {
  type AuditChange,
  type AuditEntry,
  type Author,
  checkBegins,
  checkEntry,
  differences,
  emptyLog,
  entryAfter,
  type LogHead,
  type LogVerdict,
  type TemplateAct,
  verdictOf,
} from '../../subgraphs/template/domain/audit';
import { canonicalJson, fingerprintOf } from '../../subgraphs/template/domain/canonical-json';
import { runs } from '../support/runs';

const ann: Author = { kind: 'user', subject: 'ann' };

describe('what differs between two documents', () => {
  it.each<[string, unknown, unknown, AuditChange[]]>([
    ['nothing', { a: 1, b: [1] }, { b: [1], a: 1 }, []],
    ['a value', { off: { CNY: 1 } }, { off: { CNY: 2 } }, [{ path: 'off.CNY', from: 1, to: 2 }]],
    ['an entry more', { tags: ['a'] }, { tags: ['a', 'b'] }, [{ path: 'tags[1]', from: null, to: 'b' }]],
    ['an entry less', { tags: ['a', 'b'] }, { tags: ['a'] }, [{ path: 'tags[1]', from: 'b', to: null }]],
    ['a value in a list', [{ a: 1 }], [{ a: 2 }], [{ path: '[0].a', from: 1, to: 2 }]],
    ['a part of another kind', { a: [1] }, { a: { b: 1 } }, [{ path: 'a', from: [1], to: { b: 1 } }]],
    ['a whole part', { a: null }, { a: { b: 1 } }, [{ path: 'a', from: null, to: { b: 1 } }]],
    ['absent and null, which is nothing', { a: null }, {}, []],
    ['a key with a name from the language', {}, { constructor: 1 }, [{ path: 'constructor', from: null, to: 1 }]],
  ])('is told for %s', (_what, from, to, changes) => {
    expect(differences(from, to)).toEqual(changes);
  });

  it('is nothing exactly when both say the same, and backwards it is the same the other way round', () => {
    const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
    fc.assert(
      fc.property(json, json, (one, other) => {
        expect(differences(one, one)).toEqual([]);
        const there = differences(one, other);
        const back = differences(other, one);
        expect(back.map(({ path, from, to }) => ({ path, from: to, to: from }))).toEqual(there);
        if (canonicalJson(one) === canonicalJson(other)) expect(there).toEqual([]);
      }),
      { numRuns: runs(2000) },
    );
  });
});

describe('a fingerprint', () => {
  it('is the same in whatever order keys were written, and another one for another value', () => {
    expect(fingerprintOf({ a: 1, b: { c: [1, 2], d: null } })).toBe(fingerprintOf({ b: { d: null, c: [1, 2] }, a: 1 }));
    expect(fingerprintOf({ a: [1, 2] })).not.toBe(fingerprintOf({ a: [2, 1] }));
    expect(fingerprintOf({ a: 1 })).not.toBe(fingerprintOf({ a: '1' }));
  });

  it('takes half a character for the sign a store makes of it', () => {
    expect(fingerprintOf('a\ud83d')).toBe(fingerprintOf('a\ufffd'));
    expect(fingerprintOf('🎟️')).not.toBe(fingerprintOf('\ufffd'));
  });
});

describe('a log', () => {
  const acts: TemplateAct[] = ['CREATED', 'REVISED', 'PUBLISHED', 'PAUSED', 'RESUMED', 'ENDED'];

  /** A log with so many entries, and where its template says it ends. */
  function written(count: number): { entries: AuditEntry[]; head: LogHead } {
    const entries: AuditEntry[] = [];
    let head = emptyLog;
    for (let i = 0; i < count; i += 1) {
      const entry = entryAfter(head, {
        tenantId: asTenantId('festival'),
        templateId: asTemplateId('tpl_1'),
        at: new Date(1_000_000 + i),
        by: ann,
        act: acts[i % acts.length] ?? 'REVISED',
        changes: [{ path: 'stock', from: i, to: i + 1 }],
      });
      entries.push(entry);
      head = { seq: entry.seq, hash: entry.hash };
    }
    return { entries, head };
  }
  const checked = (entries: readonly AuditEntry[], head: LogHead): LogVerdict =>
    verdictOf(entries.reduce(checkEntry, checkBegins), head);

  it('is whole as it was written, also when nobody wrote in it yet', () => {
    expect(checked([], emptyLog)).toEqual({ isWhole: true, entryCount: 0, firstBrokenSeq: null });
    const { entries, head } = written(7);
    expect(checked(entries, head)).toEqual({ isWhole: true, entryCount: 7, firstBrokenSeq: null });
  });

  it('names the first place at which anything was changed, taken out, moved or added', () => {
    const size = 8;
    const at = fc.integer({ min: 0, max: size - 1 });
    const other: Partial<AuditEntry>[] = [
      { act: 'COPIED' },
      { at: new Date(0) },
      { by: { kind: 'internal', subject: 'ann' } },
      { changes: [] },
      { hash: 'x' },
      { previousHash: 'x' },
      { seq: 99 },
      { templateId: asTemplateId('tpl_2') },
    ];
    const changed = fc.record({ kind: fc.constant('CHANGED' as const), at, to: fc.constantFrom(...other) });
    const removed = fc.record({ kind: fc.constant('REMOVED' as const), at });
    const moved = fc
      .record({ kind: fc.constant('MOVED' as const), at, with: at })
      .filter((swap) => swap.at !== swap.with);
    const doubled = fc.record({ kind: fc.constant('DOUBLED' as const), at });
    fc.assert(
      fc.property(fc.oneof(changed, removed, moved, doubled), (harm) => {
        const { entries, head } = written(size);
        const broken = [...entries];
        const [one] = entries.slice(harm.at);
        if (!one) return;
        let first = harm.at + 1;
        switch (harm.kind) {
          case 'CHANGED':
            broken[harm.at] = { ...one, ...harm.to };
            break;
          case 'REMOVED':
            broken.splice(harm.at, 1);
            break;
          case 'MOVED': {
            const [two] = entries.slice(harm.with);
            if (!two) return;
            broken[harm.at] = two;
            broken[harm.with] = one;
            first = Math.min(harm.at, harm.with) + 1;
            break;
          }
          case 'DOUBLED':
            broken.splice(harm.at, 0, one);
            first += 1;
        }
        expect(checked(broken, head)).toMatchObject({ isWhole: false, firstBrokenSeq: first });
      }),
      { numRuns: runs(2000) },
    );
  });

  it('that was written anew from some place on does not end where the template says', () => {
    const { entries, head } = written(5);
    const forged = entryAfter(
      { seq: 4, hash: entries[3]?.hash ?? null },
      { ...(entries[4] as AuditEntry), act: 'COPIED' },
    );
    expect(checked([...entries.slice(0, 4), forged], head)).toMatchObject({ isWhole: false, firstBrokenSeq: 5 });
    expect(checked(entries.slice(0, 4), head)).toMatchObject({ isWhole: false, firstBrokenSeq: 5 });
  });
});
