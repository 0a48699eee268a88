import { accepted, type Outcome, refused } from '../outcome';
import { type FactValue, factDefinition } from './facts';

/** One thing wrong with written facts: `['facts', 'user.level']`, what was found, what is allowed and what to do. */
export interface WrittenFactFault {
  path: string[];
  found: string;
  allowed: string;
  cure: string;
  /** All of it in a sentence. */
  message: string;
}

/**
 * Facts by name as somebody writes them down who tries a promotion: of the catalogue, of their types, instants as texts; or
 * every fault at once. Null is unknown.
 */
export function readWrittenFacts(written: unknown): Outcome<Record<string, FactValue>, WrittenFactFault[]> {
  const faults: WrittenFactFault[] = [];
  const record: Record<string, FactValue> = {};
  const fault = (name: string, found: string, allowed: string, cure: string, why = `found ${found}`) =>
    faults.push({
      path: ['facts', name],
      found,
      allowed,
      cure,
      message: `facts.${name}: expected ${allowed}, ${why}; ${cure}.`,
    });
  for (const [name, value] of Object.entries(typeof written === 'object' && written !== null ? written : {})) {
    if (value === null) continue;
    const owner = decidedElsewhere.find(({ prefix }) => name.startsWith(prefix));
    const definition = factDefinition(name);
    const read = definition && factValueOf(definition.type, value);
    const found = JSON.stringify(value);
    if (owner) fault(name, found, 'nothing here', 'leave it out', `since ${owner.by} tells it`);
    else if (!definition) fault(name, found, 'a fact of ruleFacts', 'correct it', 'found none of this name');
    else if (read == null) fault(name, found, wordsOf[definition.type], 'correct it or leave it out');
    else record[name] = read;
  }
  return faults.length > 0 ? refused(faults) : accepted(record);
}

/** Facts that another part of the question tells. */
const decidedElsewhere = [
  { prefix: 'cart.', by: 'the cart' },
  { prefix: 'line.', by: 'the cart' },
  { prefix: 'time.', by: 'the moment `at`' },
] as const;

const wordsOf = {
  BOOLEAN: 'true or false',
  INTEGER: 'a whole number',
  TEXT: 'a text',
  TEXTS: 'a list of texts',
  INSTANT: 'an ISO 8601 instant',
} as const;

function factValueOf(type: keyof typeof wordsOf, value: unknown): FactValue | null {
  switch (type) {
    case 'BOOLEAN':
      return typeof value === 'boolean' ? value : null;
    case 'INTEGER':
      return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
    case 'TEXT':
      return typeof value === 'string' ? value : null;
    case 'TEXTS':
      return Array.isArray(value) && value.every((one): one is string => typeof one === 'string') ? value : null;
    case 'INSTANT': {
      const instant = typeof value === 'string' ? Date.parse(value) : Number.NaN;
      return Number.isNaN(instant) ? null : instant;
    }
  }
}
