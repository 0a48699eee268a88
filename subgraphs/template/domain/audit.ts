import type { TemplateId, TenantId } from '../../shared/kernel/identifiers';
import { canonicalJson, fingerprintOf } from './canonical-json';

/** Who made a change, kept with it for ever: a person, a company's backend, or a process of the platform. */
export interface Author {
  kind: 'user' | 'service' | 'internal';
  /** The person or the backend as its token names it, or the name of the process. */
  subject: string;
}

/** What was done to a template. */
export type TemplateAct =
  | 'CREATED'
  | 'COPIED'
  | 'REVISED'
  | 'SUBMITTED'
  | 'WITHDRAWN'
  | 'APPROVED'
  | 'REJECTED'
  | 'PUBLISHED'
  | 'ROLLED_BACK'
  | 'STOCK_INCREASED'
  | 'STARTED'
  | 'PAUSED'
  | 'RESUMED'
  | 'ENDED';

/** One value that is another one now. Null where there is nothing, so that "absent" and "null" are told alike. */
export interface AuditChange {
  /** E.g. `draft.benefit[0].off.CNY`; empty for the whole. */
  path: string;
  from: unknown;
  to: unknown;
}

/** One entry of a template's log: who did what, when, and what it changed. It is written once and stays as it is. */
export interface AuditEntry {
  tenantId: TenantId;
  templateId: TemplateId;
  /** Counts the entries of the template from 1, without gaps. */
  seq: number;
  /** Business time. */
  at: Date;
  by: Author;
  act: TemplateAct;
  changes: AuditChange[];
  /** The hash of the entry before; null for the first. */
  previousHash: string | null;
  /** SHA-256 over the canonical JSON of everything above, in hex. */
  hash: string;
}

/** The newest entry of a log, kept with the template: the log cannot be cut short unnoticed. */
export interface LogHead {
  seq: number;
  hash: string | null;
}

/** A log nobody has written in yet. */
export const emptyLog: LogHead = { seq: 0, hash: null };

/** The next entry of a log that ends with `head`. */
export function entryAfter(
  head: LogHead,
  told: Pick<AuditEntry, 'tenantId' | 'templateId' | 'at' | 'by' | 'act' | 'changes'>,
): AuditEntry {
  const linked = { ...told, seq: head.seq + 1, previousHash: head.hash };
  return { ...linked, hash: hashOf(linked) };
}

/**
 * What differs, value by value and in the order of the paths, lists by position:
 * `differences({a: 1, b: [1]}, {a: 2, b: [1, 3]})` → `a` from 1 to 2, `b[1]` from null to 3. A part that is there on one
 * side alone is told whole. Empty when both say the same.
 */
export function differences(from: unknown, to: unknown, path = ''): AuditChange[] {
  const [before, after] = [from ?? null, to ?? null];
  if (Array.isArray(before) && Array.isArray(after))
    return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => index).flatMap((index) =>
      differences(before[index], after[index], `${path}[${index}]`),
    );
  if (isRecord(before) && isRecord(after))
    return [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .sort()
      .flatMap((key) => differences(own(before, key), own(after, key), path === '' ? key : `${path}.${key}`));
  return canonicalJson(before) === canonicalJson(after) ? [] : [{ path, from: before, to: after }];
}

/** How far the check of a log has come. */
export interface LogCheck {
  entryCount: number;
  lastHash: string | null;
  /** The first place at which the log is not as it was written; null so far. */
  firstBrokenSeq: number | null;
}

/** What the check of a whole log found. */
export interface LogVerdict {
  isWhole: boolean;
  entryCount: number;
  firstBrokenSeq: number | null;
}

/** Before the first entry. */
export const checkBegins: LogCheck = { entryCount: 0, lastHash: null, firstBrokenSeq: null };

/** The check, one entry on. Entries come by their seq; one that was changed, taken out or moved breaks the log there. */
export function checkEntry(check: LogCheck, entry: AuditEntry): LogCheck {
  const expected = check.entryCount + 1;
  const { hash, ...told } = entry;
  const holds = entry.seq === expected && entry.previousHash === check.lastHash && hash === hashOf(told);
  return {
    entryCount: expected,
    lastHash: hash,
    firstBrokenSeq: check.firstBrokenSeq ?? (holds ? null : expected),
  };
}

/** The verdict after the last entry: the log must also end where the template says it does. */
export function verdictOf(check: LogCheck, head: LogHead): LogVerdict {
  const { entryCount, firstBrokenSeq } = check;
  const cut = entryCount === head.seq ? null : Math.min(entryCount, head.seq) + 1;
  const replaced = check.lastHash === head.hash ? null : entryCount;
  const broken = firstBrokenSeq ?? cut ?? replaced;
  return { isWhole: broken === null, entryCount, firstBrokenSeq: broken };
}

function hashOf(told: Omit<AuditEntry, 'hash'>): string {
  const { tenantId, templateId, seq, at, by, act, changes, previousHash } = told;
  const { kind, subject } = by;
  return fingerprintOf({
    tenantId,
    templateId,
    seq,
    at: at.toISOString(),
    by: { kind, subject },
    act,
    changes,
    previousHash,
  });
}

function own(value: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
