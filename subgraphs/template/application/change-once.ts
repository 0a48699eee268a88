import type { Identity } from '../../shared/contracts/identity';
import { type Outcome, refused } from '../../shared/kernel/outcome';
import type { Change, TemplateStore } from '../store';
import { authorOf } from './authorship';

/** What a use case decided: the answer, and whether anything was written. Only what changed something is kept to be repeated. */
export interface Decided<T, Fault> {
  outcome: Outcome<T, Fault[]>;
  keep: boolean;
}

/** The same key came with another input. */
export interface KeyReused {
  code: 'IDEMPOTENCY_KEY_REUSED';
}

/**
 * Runs a mutation in one transaction, once per caller and key: what it writes, its events and the answer to be repeated
 * commit together or not at all.
 */
export async function changeOnce<T, Fault>(
  store: Pick<TemplateStore, 'once'>,
  who: Identity,
  mutation: string,
  input: { idempotencyKey: string },
  work: (change: Change) => Promise<Decided<T, Fault>>,
): Promise<Outcome<T, (Fault | KeyReused)[]>> {
  const { kind, subject } = authorOf(who);
  const result = await store.once(
    { tenant: who.tenant, caller: `${kind}:${subject}`, mutation, key: input.idempotencyKey, input },
    work,
  );
  switch (result.kind) {
    case 'REUSED':
      return refused([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
    case 'DONE':
      return result.outcome;
  }
}
