import type { DocumentFault } from '../document-faults';
import type { Outcome } from '../outcome';
import { type Condition, readCondition } from './condition';

/** A rule as a merchant writes it. */
export function readRule(raw: unknown, path: readonly PropertyKey[] = []): Outcome<Condition, DocumentFault[]> {
  return readCondition(raw, path);
}
