import { workerJob } from '../../../subgraphs/shared/runtime/worker-job';

/** Adds up what it is given. */
export const sumJob = workerJob(__filename, 'sumJob', (amounts: number[]): number =>
  amounts.reduce((sum, amount) => sum + amount, 0),
);

/** Which thread it runs on: a replaced thread counts from 1 again. */
let calls = 0;
export const countJob = workerJob(__filename, 'countJob', (_input: null): number => {
  calls += 1;
  return calls;
});

/** Takes its thread down with it. */
export const crashJob = workerJob(__filename, 'crashJob', (_input: null): null => process.exit(3));

/** Throws, as a broken invariant does. */
export const throwJob = workerJob(__filename, 'throwJob', (what: string): null => {
  throw new TypeError(`Expected nothing, found ${what}.`);
});

/** Goes on until it is told to stop, and marks a shared place when it begins and when it obeyed. */
export const patientJob = workerJob(__filename, 'patientJob', (marks: SharedArrayBuffer, shouldStop): null => {
  Atomics.store(new Int32Array(marks), 0, 1);
  while (!shouldStop());
  Atomics.store(new Int32Array(marks), 0, 2);
  return null;
});

/** Goes on for ever, whatever it is told, and marks a shared place when it begins. */
export const stuckJob = workerJob(__filename, 'stuckJob', (marks: SharedArrayBuffer): null => {
  Atomics.store(new Int32Array(marks), 0, 1);
  for (;;);
});

/** Waits until a shared place holds 1, and marks the next one when it begins. */
export const gateJob = workerJob(__filename, 'gateJob', (marks: SharedArrayBuffer): null => {
  const places = new Int32Array(marks);
  Atomics.store(places, 1, 1);
  Atomics.wait(places, 0, 0);
  return null;
});

/** Returns what cannot be copied to another thread. */
export const uncopiableJob = workerJob(__filename, 'uncopiableJob', (_input: null): { call: unknown } => ({
  call: () => null,
}));

/** Whether it is told to stop before it began. */
export const isStoppedJob = workerJob(__filename, 'isStoppedJob', (_input: null, shouldStop): boolean => shouldStop());
