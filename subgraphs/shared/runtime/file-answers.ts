import { Readable } from 'node:stream';
import { type FaultTally, sentenceOf } from '../kernel/table';
import type { Logger } from './logger';
import { maskError } from './mask-errors';
import type { FileRequest, FileResponse } from './server';

/** A file that goes down, by its name. */
export function download(name: string, type: string, body: Readable): FileResponse {
  return {
    status: 200,
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
    body,
  };
}

/** The rest of a sequence whose first step was taken: a store that is away is told with a status, not by breaking off. */
export async function begun<T>(steps: AsyncGenerator<T>): Promise<AsyncGenerator<T>> {
  const first = await steps.next();
  return (async function* () {
    if (first.done) return;
    yield first.value;
    yield* steps;
  })();
}

/** Faults of a file as its sender is told of them. */
export function toldFaults({ first, count }: FaultTally): { faults: unknown[]; furtherFaultsCount: number } {
  return {
    faults: first.map((fault) => ({ ...fault, message: sentenceOf(fault) })),
    furtherFaultsCount: count - first.length,
  };
}

/**
 * An answer that tells how far work on a file is, one line of JSON a step. It has begun when the work may still fail, so its
 * last line says what its status cannot.
 * @param done called when nobody reads on
 */
export function progressAnswer(
  steps: AsyncIterable<Record<string, unknown>>,
  { requestId }: FileRequest,
  logger: Logger,
  done: () => void,
): FileResponse {
  async function* lines(): AsyncGenerator<string> {
    try {
      for await (const step of steps) yield `${JSON.stringify(step)}\n`;
    } catch (error) {
      const { message, extensions } = maskError(error, { requestId, logger });
      yield `${JSON.stringify({ kind: 'FAILED', code: extensions?.code, message })}\n`;
    }
  }
  const body = Readable.from(lines());
  body.once('close', done);
  return { status: 200, headers: { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' }, body };
}
