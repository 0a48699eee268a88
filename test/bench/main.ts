import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, machine } from './frame';

/** `npm run bench` lists the benches; `npm run bench -- start` runs one and prints one JSON line per figure, last. */
async function main(): Promise<void> {
  const benches = all();
  const [name] = process.argv.slice(2);
  if (!name) {
    for (const bench of benches) console.log(`${bench.name.padEnd(12)} ${bench.about}`);
    return;
  }
  const bench = benches.find((candidate) => candidate.name === name);
  if (!bench) {
    console.error(`Expected one of ${benches.map((candidate) => candidate.name).join(', ')}, found ${name}.`);
    process.exit(1);
  }
  console.log(`${bench.name}: ${bench.about}\non ${machine()}`);
  const metrics = await bench.run();
  for (const metric of metrics) console.log(JSON.stringify(metric));
}

function all(): Bench[] {
  const files = readdirSync(__dirname).filter((file) => file.endsWith('.bench.ts'));
  return files.sort().map((file) => (require(join(__dirname, file)) as { bench: Bench }).bench);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
