/**
 * A pure function that may run on a worker thread. Its constant is exported under its own name from the file it is in, since
 * a thread finds it by both; input and output are plain values that structured clone can copy.
 */
export interface WorkerJob<Input, Output> {
  file: string;
  name: string;
  /** @param shouldStop true as soon as nobody waits for the answer any more; long work asks now and then and returns */
  work(input: Input, shouldStop: () => boolean): Output;
}

/** A job: `export const search = workerJob(__filename, 'search', (input: SearchInput) => …)`. */
export function workerJob<Input, Output>(
  file: string,
  name: string,
  work: (input: Input, shouldStop: () => boolean) => Output,
): WorkerJob<Input, Output> {
  return { file, name, work };
}
