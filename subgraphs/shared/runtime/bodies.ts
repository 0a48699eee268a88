import { type Readable, Transform } from 'node:stream';

/**
 * The body of a request as a stream of its own: piece by piece, no faster than it is read, but destroying it leaves the
 * request's connection alone, so that whoever sends can still be told why. It breaks when its sender leaves before the end.
 * @param limits `bytes` it may have at most, `onMore` is called once when it has more; `stop` breaks it at any time
 */
export function bodyApart(
  body: Readable,
  limits: { bytes?: number; onMore?: () => void; stop?: AbortSignal } = {},
): Readable {
  let left = limits.bytes ?? Number.POSITIVE_INFINITY;
  const apart = new Transform({
    transform(piece: Buffer, _encoding, done) {
      left -= piece.length;
      if (left >= 0) return done(null, piece);
      limits.onMore?.();
      done(new Error(`Expected at most ${limits.bytes} bytes, found more.`));
    },
  });
  const gone = (): void => {
    if (!body.readableEnded) apart.destroy(new Error('The sender left before the end of the file.'));
  };
  const stopped = (): void => {
    apart.destroy(new Error('Nobody waits for the file any more.'));
  };
  body.pipe(apart);
  body.once('error', gone);
  body.once('close', gone);
  limits.stop?.addEventListener('abort', stopped, { once: true });
  apart.once('close', () => {
    body.off('close', gone);
    limits.stop?.removeEventListener('abort', stopped);
    body.unpipe(apart);
    body.resume();
  });
  // Whoever reads it hears of the break; when nobody does, that is no fault.
  apart.on('error', () => undefined);
  return apart;
}
