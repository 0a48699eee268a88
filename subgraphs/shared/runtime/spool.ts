import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** A file that was received whole and can be read as often as needed. */
export interface Spooled {
  bytes: number;
  /** Its bytes from the beginning. */
  read(): AsyncIterable<Buffer>;
  /** Gives its space back. */
  remove(): Promise<void>;
}

/**
 * Takes a file in on disk, not in memory. Its name goes at once, so that nothing is left when the process is killed.
 * @param folder where it lies, the system's folder for temporary files unless told
 * @throws what `body` breaks with; nothing is left then
 */
export async function spool(body: Readable, folder: string = tmpdir()): Promise<Spooled> {
  const own = await mkdtemp(join(folder, 'promograph-file-'));
  const file = await open(join(own, 'spool'), 'wx+', 0o600);
  const remove = async (): Promise<void> => {
    await file.close();
    await rm(own, { recursive: true, force: true });
  };
  try {
    // Where an open file cannot lose its name, `remove` takes it away.
    await rm(own, { recursive: true, force: true }).catch(() => undefined);
    let bytes = 0;
    for await (const piece of body as AsyncIterable<Buffer>) {
      await file.appendFile(piece);
      bytes += piece.length;
    }
    return { bytes, read: () => readAll(file, bytes), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

const pieceBytes = 64 * 1024;

async function* readAll(
  file: { read(options: { buffer: Buffer; position: number }): Promise<{ bytesRead: number }> },
  bytes: number,
): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes; ) {
    const buffer = Buffer.allocUnsafe(Math.min(pieceBytes, bytes - at));
    const { bytesRead } = await file.read({ buffer, position: at });
    if (bytesRead === 0) throw new Error(`Expected ${bytes} bytes in the spool, found ${at}.`);
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
