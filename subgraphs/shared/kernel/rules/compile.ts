import { createHash } from 'node:crypto';
import { assertNever } from '../outcome';
import type { Condition, Leaf } from './condition';
import { type Facts, type FactValue, factDefinition, isZonedFact } from './facts';
import { type Pattern, patternBounds, readPattern } from './pattern';

/** What a rule says of some facts; null is unknown: a fact it rests on is missing. */
export type Truth = boolean | null;

/** A rule made ready to be asked many times. */
export interface CompiledCondition {
  condition: Condition;
  /** SHA-256 of the canonical condition and the zone; equal rules share one compiled form. */
  fingerprint: string;
  evaluate(facts: Facts): Truth;
}

/** Remembers compiled rules by fingerprint, the least lately used forgotten first. */
export interface RuleCache {
  /** @param zone IANA zone in which the hours and days of the rule are counted */
  compiled(condition: Condition, zone: string): CompiledCondition;
  readonly size: number;
}

/** A bounded cache of compiled rules. */
export function createRuleCache(most: number): RuleCache {
  // A Map keeps the order of insertion, so moving an entry to the end makes the first one the oldest.
  const known = new Map<string, CompiledCondition>();
  return {
    get size() {
      return known.size;
    },
    compiled(condition, zone) {
      const fingerprint = fingerprintOf(condition, zone);
      const found = known.get(fingerprint);
      if (found) known.delete(fingerprint);
      const rule = found ?? { condition, fingerprint, evaluate: closureOf(condition, zone) };
      known.set(fingerprint, rule);
      const [oldest] = known.keys();
      if (known.size > most && oldest !== undefined) known.delete(oldest);
      return rule;
    },
  };
}

/** SHA-256 over the canonical JSON of a rule and its zone, base64url. */
export function fingerprintOf(condition: Condition, zone: string): string {
  return createHash('sha256').update(zone).update('\n').update(canonicalJson(condition)).digest('base64url');
}

/** What a leaf's fact is asked as: facts of the clock carry the zone, `time.minuteOfDay@Asia/Shanghai`. */
export function factKey(fact: string, zone: string): string {
  return isZonedFact(fact) ? `${fact}@${zone}` : fact;
}

/** The fact that a key asks for: `time.minuteOfDay@Asia/Shanghai` → `time.minuteOfDay`. */
export function factOfKey(key: string): string {
  const at = key.startsWith('time.') ? key.indexOf('@') : -1;
  return at < 0 ? key : key.slice(0, at);
}

/** A function that answers a rule; closures, since merchants write rules and nothing of theirs is ever run as code. */
export function closureOf(condition: Condition, zone: string): (facts: Facts) => Truth {
  if ('all' in condition) {
    const parts = condition.all.map((one) => closureOf(one, zone));
    return (facts) => {
      let result: Truth = true;
      for (const part of parts) {
        const truth = part(facts);
        if (truth === false) return false;
        if (truth === null) result = null;
      }
      return result;
    };
  }
  if ('any' in condition) {
    const parts = condition.any.map((one) => closureOf(one, zone));
    return (facts) => {
      let result: Truth = false;
      for (const part of parts) {
        const truth = part(facts);
        if (truth === true) return true;
        if (truth === null) result = null;
      }
      return result;
    };
  }
  if ('not' in condition) {
    const part = closureOf(condition.not, zone);
    return (facts) => {
      const truth = part(facts);
      return truth === null ? null : !truth;
    };
  }
  if ('anyLine' in condition) return overLines(closureOf(condition.anyLine, zone), true);
  if ('everyLine' in condition) return overLines(closureOf(condition.everyLine, zone), false);
  const key = factKey(condition.fact, zone);
  const ask = leafTest(condition);
  return (facts) => ask(facts.get(key), facts);
}

/** Without a cart nothing is known of its lines; with an empty one, no line fulfils and every line does. */
function overLines(part: (facts: Facts) => Truth, decisive: boolean): (facts: Facts) => Truth {
  return ({ lines }) => {
    if (!lines) return null;
    let result: Truth = !decisive;
    for (const line of lines) {
      const truth = part(line);
      if (truth === decisive) return decisive;
      if (truth === null) result = null;
    }
    return result;
  };
}

/**
 * What a leaf says of a value; a value of another type than the fact's is as good as missing, and whether a text longer
 * than `patternBounds.text` matches is unknown.
 */
export function leafTest(leaf: Leaf): (value: FactValue | undefined, facts: Facts) => Truth {
  switch (leaf.op) {
    case 'exists': {
      const isKnown = typeTest(leaf.fact);
      return (value) => isKnown(value);
    }
    case 'eq':
    case 'ne': {
      const isKnown = typeTest(leaf.fact);
      const wanted = wantedValue(leaf.fact, leaf.value);
      const negated = leaf.op === 'ne';
      return (value) => (isKnown(value) ? (value === wanted) !== negated : null);
    }
    case 'lt':
      return onNumber((value) => value < leaf.value);
    case 'lte':
      return onNumber((value) => value <= leaf.value);
    case 'gt':
      return onNumber((value) => value > leaf.value);
    case 'gte':
      return onNumber((value) => value >= leaf.value);
    case 'between':
      return onNumber((value) => value >= leaf.value.from && value <= leaf.value.to);
    case 'in': {
      const wanted = new Set<FactValue>(leaf.value);
      const isKnown = typeTest(leaf.fact);
      return (value) => (value !== undefined && isKnown(value) ? wanted.has(value) : null);
    }
    case 'startsWith':
      return onText((value) => value.startsWith(leaf.value));
    case 'matches': {
      const pattern = patternOf(leaf.value);
      return (value) => (typeof value === 'string' && value.length <= patternBounds.text ? pattern.test(value) : null);
    }
    case 'containsAny':
      return onTexts((has) => leaf.value.some(has));
    case 'containsAll':
      return onTexts((has) => leaf.value.every(has));
    case 'containsNone':
      return onTexts((has) => !leaf.value.some(has));
    case 'before': {
      const instant = Date.parse(leaf.value);
      return onNumber((value) => value < instant);
    }
    case 'onOrBefore': {
      const instant = Date.parse(leaf.value);
      return onNumber((value) => value <= instant);
    }
    case 'after': {
      const instant = Date.parse(leaf.value);
      return onNumber((value) => value > instant);
    }
    case 'onOrAfter': {
      const instant = Date.parse(leaf.value);
      return onNumber((value) => value >= instant);
    }
    case 'within': {
      const from = Date.parse(leaf.value.from);
      const until = Date.parse(leaf.value.until);
      return onNumber((value) => value >= from && value < until);
    }
    case 'withinLast': {
      const longest = leaf.value.hours * 3_600_000;
      return (value, facts) => {
        const now = facts.get('time.now');
        if (!isWhole(value) || !isWhole(now)) return null;
        return value <= now && now - value <= longest;
      };
    }
    default:
      return assertNever(leaf);
  }
}

/** JSON with sorted keys, so that equal rules have equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function onNumber(test: (value: number) => boolean): (value: FactValue | undefined) => Truth {
  return (value) => (isWhole(value) ? test(value) : null);
}

function onText(test: (value: string) => boolean): (value: FactValue | undefined) => Truth {
  return (value) => (typeof value === 'string' ? test(value) : null);
}

function onTexts(test: (has: (wanted: string) => boolean) => boolean): (value: FactValue | undefined) => Truth {
  return (value) => (isTexts(value) ? test((wanted) => value.includes(wanted)) : null);
}

function isTexts(value: FactValue | undefined): value is readonly string[] {
  return Array.isArray(value);
}

/** Amounts, counts and epoch milliseconds are whole; anything else is no value of theirs. */
function isWhole(value: FactValue | undefined): value is number {
  return Number.isSafeInteger(value);
}

/** A value of a rule as its fact holds it: instants are texts in rules and epoch milliseconds in facts. */
export function wantedValue(fact: string, value: boolean | number | string): boolean | number | string {
  return factDefinition(fact)?.type === 'INSTANT' ? Date.parse(String(value)) : value;
}

/** What tells whether a value is of the type of a fact; one that is not is as good as missing. */
export function typeTest(fact: string): (value: FactValue | undefined) => boolean {
  switch (factDefinition(fact)?.type) {
    case 'BOOLEAN':
      return (value) => typeof value === 'boolean';
    case 'INTEGER':
    case 'INSTANT':
      return isWhole;
    case 'TEXTS':
      return isTexts;
    case 'TEXT':
      return (value) => typeof value === 'string';
    default:
      // A fact of our own that rules of merchants cannot name; whoever tells it tells it right.
      return (value) => value !== undefined;
  }
}

function patternOf(source: string): Pattern {
  const read = readPattern(source);
  if (read.ok) return read.value;
  throw new Error(`Expected a pattern that was checked when its rule was read, found ${JSON.stringify(source)}.`);
}
