import { assertNever } from '../outcome';
import { factKey, leafTest } from './compile';
import type { Condition, Leaf } from './condition';
import { type Facts, type FactValue, factDefinition } from './facts';

/** The question to blame when a condition does not hold: where it is written, what it asks and what was there. */
export interface FailingLeaf {
  /** E.g. `rule.condition.all[1].any[0]`. */
  path: string;
  /** E.g. `user.payTimes: at least 5`. */
  required: string;
  /** A number for whole numbers, else a text; null when nothing is known. Of a set only what the rule names is told. */
  observed: number | string | null;
}

/**
 * The first leaf for which a condition is not true; null when it is. Of an `any` it is the first side, of lines the first
 * line; where a `not` stands above, the leaf that should not have held. One walk and no more, for a message to a person:
 * what would have to change to mend everything is another question.
 * @param path where the condition stands in its document, e.g. `rule.condition`
 */
export function failingLeaf(condition: Condition, facts: Facts, zone: string, path: string): FailingLeaf | null {
  return walk(condition, facts, true, { zone, path });
}

interface Place {
  zone: string;
  path: string;
}

/** Null when the condition is as wanted. */
function walk(condition: Condition, facts: Facts, wanted: boolean, place: Place): FailingLeaf | null {
  const at = (step: string): Place => ({ ...place, path: `${place.path}.${step}` });
  if ('all' in condition || 'any' in condition) {
    const [name, list] = 'all' in condition ? ['all', condition.all] : ['any', condition.any];
    const sides = list.map((one, index) => () => walk(one, facts, wanted, at(`${name}[${index}]`)));
    return 'all' in condition === wanted ? firstOf(sides) : firstIfNone(sides);
  }
  if ('not' in condition) return walk(condition.not, facts, !wanted, at('not'));
  if ('anyLine' in condition || 'everyLine' in condition) {
    const [name, inner] = 'anyLine' in condition ? ['anyLine', condition.anyLine] : ['everyLine', condition.everyLine];
    const here = at(name);
    if (!facts.lines) return { path: here.path, required: 'a cart', observed: null };
    const lines = facts.lines.map((line) => () => walk(inner, line, wanted, here));
    if ('everyLine' in condition === wanted) return firstOf(lines);
    return lines.length > 0 ? firstIfNone(lines) : { path: here.path, required: 'a line in the cart', observed: 0 };
  }
  const value = facts.get(factKey(condition.fact, place.zone));
  if (leafTest(condition)(value, facts) === wanted) return null;
  return { path: place.path, required: requiredBy(condition, wanted), observed: seenBy(condition, value) };
}

/** Where each side has to be as wanted. */
function firstOf(sides: readonly (() => FailingLeaf | null)[]): FailingLeaf | null {
  for (const side of sides) {
    const failing = side();
    if (failing) return failing;
  }
  return null;
}

/** Where one side as wanted is enough. */
function firstIfNone(sides: readonly (() => FailingLeaf | null)[]): FailingLeaf | null {
  let first: FailingLeaf | null = null;
  for (const side of sides) {
    const failing = side();
    if (!failing) return null;
    first ??= failing;
  }
  return first;
}

function requiredBy(leaf: Leaf, wanted: boolean): string {
  return `${leaf.fact}: ${wanted ? '' : 'not '}${wordsOf(leaf)}`;
}

function wordsOf(leaf: Leaf): string {
  // A list of shoppers is nobody else's business.
  if (leaf.fact === 'user.id') return 'one of the shoppers it names';
  switch (leaf.op) {
    case 'exists':
      return 'known';
    case 'eq':
      return String(leaf.value);
    case 'ne':
      return `other than ${leaf.value}`;
    case 'lt':
      return `below ${leaf.value}`;
    case 'lte':
      return `at most ${leaf.value}`;
    case 'gt':
      return `above ${leaf.value}`;
    case 'gte':
      return `at least ${leaf.value}`;
    case 'between':
      return `from ${leaf.value.from} to ${leaf.value.to}`;
    case 'in':
      return `one of ${listed(leaf.value)}`;
    case 'startsWith':
      return `beginning with ${leaf.value}`;
    case 'matches':
      return `like ${leaf.value}`;
    case 'containsAny':
      return `any of ${listed(leaf.value)}`;
    case 'containsAll':
      return `all of ${listed(leaf.value)}`;
    case 'containsNone':
      return `none of ${listed(leaf.value)}`;
    case 'before':
      return `before ${leaf.value}`;
    case 'onOrBefore':
      return `${leaf.value} or before`;
    case 'after':
      return `after ${leaf.value}`;
    case 'onOrAfter':
      return `${leaf.value} or after`;
    case 'within':
      return `from ${leaf.value.from} until before ${leaf.value.until}`;
    case 'withinLast':
      return `within the last ${leaf.value.hours} hours`;
    default:
      return assertNever(leaf);
  }
}

function seenBy(leaf: Leaf, value: FactValue | undefined): number | string | null {
  if (value === undefined) return null;
  if (typeof value === 'number')
    return factDefinition(leaf.fact)?.type === 'INSTANT' ? new Date(value).toISOString() : value;
  if (typeof value !== 'object') return String(value).slice(0, longestText);
  const asked: readonly unknown[] = 'value' in leaf && Array.isArray(leaf.value) ? leaf.value : [];
  const both = value.filter((one) => asked.includes(one));
  return both.length > 0 ? listed(both) : 'none of them';
}

const longestText = 128;
const mostListed = 5;

/** `tea, nuts and 3 more`. */
function listed(values: readonly (string | number)[]): string {
  const shown = values.slice(0, mostListed).join(', ');
  return values.length > mostListed ? `${shown} and ${values.length - mostListed} more` : shown;
}
