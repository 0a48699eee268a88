import { createRuleIndex } from '../../subgraphs/shared/kernel/rules/match';
import { conditionOf, eightConditions } from './eight-conditions';

/** Says how many bytes an index of so many rules retains beyond the rules themselves. Needs --expose-gc. */
function main(count: number): void {
  const rules = eightConditions(count).map((rule) => ({ id: rule.id, condition: conditionOf(rule) }));
  const before = retained();
  const index = createRuleIndex();
  for (const { id, condition } of rules) index.put(id, condition, 'UTC');
  const bytes = retained() - before;
  // Both are asked for afterwards, so that neither is collected before.
  if (index.size !== count || rules.length !== count) throw new Error(`Expected ${count} rules, found ${index.size}.`);
  console.log(bytes);
}

function retained(): number {
  for (let round = 0; round < 4; round += 1) global.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

main(Number(process.argv[2]));
