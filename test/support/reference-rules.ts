import type { Condition, Leaf } from '../../subgraphs/shared/kernel/rules/condition';
import type { Facts, FactValue } from '../../subgraphs/shared/kernel/rules/facts';

/** What a rule says, in words, so that no truth of the product's code slips in. */
export type Said = 'YES' | 'NO' | 'UNKNOWN';

const not: Record<Said, Said> = { YES: 'NO', NO: 'YES', UNKNOWN: 'UNKNOWN' };
const and: Record<Said, Record<Said, Said>> = {
  YES: { YES: 'YES', NO: 'NO', UNKNOWN: 'UNKNOWN' },
  NO: { YES: 'NO', NO: 'NO', UNKNOWN: 'NO' },
  UNKNOWN: { YES: 'UNKNOWN', NO: 'NO', UNKNOWN: 'UNKNOWN' },
};
const or: Record<Said, Record<Said, Said>> = {
  YES: { YES: 'YES', NO: 'YES', UNKNOWN: 'YES' },
  NO: { YES: 'YES', NO: 'NO', UNKNOWN: 'UNKNOWN' },
  UNKNOWN: { YES: 'YES', NO: 'UNKNOWN', UNKNOWN: 'UNKNOWN' },
};

/** What a rule says of some facts, by walking the tree with Kleene's tables: slow, and plain to check. */
export function referenceTruth(condition: Condition, facts: Facts, zone: string): Said {
  if ('all' in condition)
    return condition.all.reduce<Said>((said, one) => and[said][referenceTruth(one, facts, zone)], 'YES');
  if ('any' in condition)
    return condition.any.reduce<Said>((said, one) => or[said][referenceTruth(one, facts, zone)], 'NO');
  if ('not' in condition) return not[referenceTruth(condition.not, facts, zone)];
  if ('anyLine' in condition) {
    const lines = facts.lines?.map((line) => referenceTruth(condition.anyLine, line, zone));
    return lines ? lines.reduce<Said>((said, line) => or[said][line], 'NO') : 'UNKNOWN';
  }
  if ('everyLine' in condition) {
    const lines = facts.lines?.map((line) => referenceTruth(condition.everyLine, line, zone));
    return lines ? lines.reduce<Said>((said, line) => and[said][line], 'YES') : 'UNKNOWN';
  }
  const ofTheClock = ['time.minuteOfDay', 'time.dayOfWeek', 'time.dayOfMonth', 'time.month'].includes(condition.fact);
  const value = facts.get(ofTheClock ? `${condition.fact}@${zone}` : condition.fact);
  if (condition.op === 'exists') return value === undefined ? 'NO' : 'YES';
  if (value === undefined) return 'UNKNOWN';
  if (condition.op === 'withinLast' && facts.get('time.now') === undefined) return 'UNKNOWN';
  return holds(condition, value, Number(facts.get('time.now'))) ? 'YES' : 'NO';
}

/** Whether a leaf holds of a value of its own type. */
function holds(leaf: Leaf, value: FactValue, now: number): boolean {
  const size = Number(value);
  const text = String(value);
  const texts = Array.isArray(value) ? value.map(String) : [];
  const instantOf = (written: string): number => new Date(written).getTime();
  switch (leaf.op) {
    case 'exists':
      return true;
    case 'eq':
      return /T.*Z$/.test(String(leaf.value)) ? size === instantOf(String(leaf.value)) : value === leaf.value;
    case 'ne':
      return /T.*Z$/.test(String(leaf.value)) ? size !== instantOf(String(leaf.value)) : value !== leaf.value;
    case 'lt':
      return size < leaf.value;
    case 'lte':
      return size <= leaf.value;
    case 'gt':
      return size > leaf.value;
    case 'gte':
      return size >= leaf.value;
    case 'between':
      return leaf.value.from <= size && size <= leaf.value.to;
    case 'in':
      return leaf.value.some((wanted) => wanted === value);
    case 'startsWith':
      return text.slice(0, leaf.value.length) === leaf.value;
    case 'matches':
      return text.split(leaf.value).length > 1;
    case 'containsAny':
      return leaf.value.filter((wanted) => texts.includes(wanted)).length > 0;
    case 'containsAll':
      return leaf.value.filter((wanted) => texts.includes(wanted)).length === leaf.value.length;
    case 'containsNone':
      return leaf.value.filter((wanted) => texts.includes(wanted)).length === 0;
    case 'before':
      return size < instantOf(leaf.value);
    case 'onOrBefore':
      return size <= instantOf(leaf.value);
    case 'after':
      return size > instantOf(leaf.value);
    case 'onOrAfter':
      return size >= instantOf(leaf.value);
    case 'within':
      return instantOf(leaf.value.from) <= size && size < instantOf(leaf.value.until);
    case 'withinLast':
      return size <= now && now <= size + leaf.value.hours * 3_600_000;
  }
}
