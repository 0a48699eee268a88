import type { Logger } from '../../subgraphs/shared/runtime/logger';
import type { RedisConnection } from '../../subgraphs/shared/runtime/redis';

/** Who listens to a channel. */
export interface ChannelListener {
  message(text: string): void;
  /** The connection was away and is back: messages of the meantime never came. */
  mended(): void;
}

/** Where events come from. A channel is any name; what is sent to it while nobody listens is lost. */
export interface SubscriptionSource {
  /**
   * Listens to a channel, from the moment this resolves.
   * @throws SourceAway when the source cannot be reached now
   */
  open(channel: string, listener: ChannelListener): Promise<{ close(): void }>;
  /** How many channels are listened to, for metrics and tests. */
  channelCount(): number;
}

/** The source cannot be reached; the same attempt may succeed shortly. */
export class SourceAway extends Error {
  override readonly name = 'SourceAway';
}

/** How long opening a channel may take, in milliseconds. */
const openTimeoutMs = 2000;

/**
 * Redis pub/sub on one connection for all channels of the process. A channel is subscribed while it has a listener, however
 * many they are. After a break every channel is subscribed again and its listeners are told that they may have missed something.
 */
export function redisSource(redis: RedisConnection, logger: Logger): SubscriptionSource {
  const connection = redis.subscriber();
  const listeners = new Map<string, Set<ChannelListener>>();
  let wasReady = false;

  connection.on('message', (channel: string, text: string) => {
    for (const listener of listeners.get(channel) ?? []) listener.message(text);
  });
  connection.on('ready', () => {
    if (!wasReady) {
      wasReady = true;
      return;
    }
    void mend();
  });

  async function mend(): Promise<void> {
    const channels = [...listeners.keys()];
    logger.info({ channels: channels.length }, 'redis is back; looking for what was missed');
    if (channels.length === 0) return;
    try {
      // ioredis does the same; doing it here tells when it is done, and twice does no harm.
      await connection.subscribe(...channels);
      for (const channel of channels) for (const listener of listeners.get(channel) ?? []) listener.mended();
    } catch (error) {
      logger.warn({ err: error }, 'redis went away again before its channels were back');
    }
  }

  function drop(channel: string, listener: ChannelListener): void {
    const here = listeners.get(channel);
    if (!here?.delete(listener) || here.size > 0) return;
    listeners.delete(channel);
    // Commands keep their order on one connection, so a later subscriber of the same channel is not undone by this.
    connection.unsubscribe(channel).catch((error: unknown) => logger.debug({ err: error }, 'unsubscribe failed'));
  }

  return {
    async open(name, listener) {
      const channel = redis.channel(name);
      const here = listeners.get(channel) ?? new Set();
      here.add(listener);
      listeners.set(channel, here);
      try {
        // Also for a second listener: it costs one round trip and waits until the first one's is through.
        await within(connection.subscribe(channel), openTimeoutMs);
      } catch (error) {
        drop(channel, listener);
        throw new SourceAway('Live events cannot be reached now; subscribe again shortly.', { cause: error });
      }
      return { close: () => drop(channel, listener) };
    },
    channelCount: () => listeners.size,
  };
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Redis did not answer within ${ms} ms.`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
