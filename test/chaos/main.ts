import { parseArgs } from 'node:util';
import { claimChaos } from './claim-chaos';

const usage = `npm run chaos -- claim [--short] [--rounds N] [--sharded] [--seed N]
  claim      claims while services, Redis and MongoDB are killed at random moments; 100 rounds unless told
  --short    5 rounds, as continuous integration does
  --sharded  on two shards behind a mongos instead of a replica set of three
  --seed     the order of faults and sizes of an earlier run; its timing is never the same`;

/** `npm run chaos -- claim`: prints progress and a table; exit code 0 when every promise was kept in every round. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      short: { type: 'boolean', default: false },
      sharded: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      seed: { type: 'string' },
    },
  });
  const rounds = Number(values.rounds ?? (values.short ? 5 : 100));
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  if (positionals.join() !== 'claim' || !Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(seed)) {
    console.error(usage);
    process.exit(2);
  }
  process.exit((await claimChaos({ rounds, seed, sharded: values.sharded })) ? 0 : 1);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
