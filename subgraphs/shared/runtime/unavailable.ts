import { isNativeError } from 'node:util/types';

/**
 * A store or another subgraph cannot answer now; the same request may succeed later. The server answers it with the code
 * `UNAVAILABLE`. Nothing is said about whether a write took effect: only a caller with an idempotency key may ask again.
 */
export class Unavailable extends Error {
  override readonly name: string = 'Unavailable';
  /** Not before this instant (real time) does asking again make sense; undefined when nobody knows. */
  readonly retryAt: Date | undefined;

  /**
   * @param message what is away and what to do: `MongoDB does not answer; try again shortly.`
   * @param options `retryAt` when it is known, `cause` for the log
   */
  constructor(message: string, options: { retryAt?: Date; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryAt = options.retryAt;
  }
}

/**
 * Whether a connection could not be made or broke: an error of Node's sockets or name lookup, as it is. The MongoDB driver
 * lets one through when a server goes away between two commands (EPIPE), although it wraps all others.
 */
export function isSocketError(error: unknown): boolean {
  // Errors of sockets come from outside a test's realm, where instanceof knows nothing of them.
  return isNativeError(error) && 'code' in error && socketCodes.test(String(error.code));
}

const socketCodes =
  /^(EPIPE|ECONN(REFUSED|RESET|ABORTED)|ETIMEDOUT|E(HOST|NET)UNREACH|ENETDOWN|ENOTFOUND|ENODATA|ESERVFAIL|ETIMEOUT|EAI_AGAIN)$/;
