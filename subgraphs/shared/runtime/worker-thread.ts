import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerJob } from './worker-job';
import type { WorkerAnswer, WorkerOrder, WorkerStart } from './workers';

/** What runs in each worker thread: one order after the other, each answered. */
function serve(): void {
  const { stopFlag }: WorkerStart = workerData;
  const flag = new Int32Array(stopFlag);
  const shouldStop = () => Atomics.load(flag, 0) === 1;
  const answer = (message: WorkerAnswer) => parentPort?.postMessage(message);
  parentPort?.on('message', ({ file, name, input }: WorkerOrder) => {
    try {
      const output = jobIn(file, name).work(input, shouldStop);
      try {
        answer({ kind: 'DONE', output });
      } catch (cause) {
        // What the copying throws can itself not be copied everywhere.
        throw new TypeError(`Expected ${name} to return plain values, found what cannot be copied: ${cause}`);
      }
    } catch (error) {
      answer({ kind: 'THROWN', error });
    }
  });
  answer({ kind: 'READY' });
}

function jobIn(file: string, name: string): WorkerJob<unknown, unknown> {
  const job: WorkerJob<unknown, unknown> | undefined = require(file)[name];
  if (!job) throw new Error(`Expected ${file} to export the job ${name}, found none; export it under its own name.`);
  return job;
}

serve();
