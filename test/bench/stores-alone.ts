import { resolveStores } from '../../subgraphs/shared/embedded/stores';

/** Starts the embedded stores in the folder it is given, says so, and stops them on SIGTERM: the baseline of the start bench. */
async function main(): Promise<void> {
  const stores = await resolveStores({ PATH: process.env.PATH }, process.argv[2] ?? null, () => undefined);
  process.once('SIGTERM', () => void stores.stop().then(() => process.exit(0)));
  console.log('ready');
}

void main();
