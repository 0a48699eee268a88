import { accepted, type Outcome, refused } from '../outcome';
import { type FactValue, factDefinition } from './facts';

/** One thing wrong with written facts: `['facts', 'user.level']`. */
export interface WrittenFactFault {
  path: string[];
  message: string;
}

/**
 * Facts by name as somebody writes them down who tries a promotion: of the catalogue, of their types, instants as texts; or
 * every fault at once. Null is unknown.
 */
export function readWrittenFacts(written: unknown): Outcome<Record<string, FactValue>, WrittenFactFault[]> {
  const faults: WrittenFactFault[] = [];
  const record: Record<string, FactValue> = {};
  for (const [name, value] of Object.entries(typeof written === 'object' && written !== null ? written : {})) {
    if (value === null) continue;
    const owner = decidedElsewhere.find(({ prefix }) => name.startsWith(prefix));
    if (owner) {
      faults.push({
        path: ['facts', name],
        message: `facts.${name}: expected nothing here, since ${owner.by} tells it; leave it out.`,
      });
      continue;
    }
    const definition = factDefinition(name);
    const read = definition && factValueOf(definition.type, value);
    if (read != null) record[name] = read;
    else
      faults.push({
        path: ['facts', name],
        message: definition
          ? `facts.${name}: expected ${wordsOf[definition.type]}, found ${JSON.stringify(value)}; correct it or leave it out.`
          : `facts.${name}: expected a fact of ruleFacts, found none of this name; correct it.`,
      });
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
