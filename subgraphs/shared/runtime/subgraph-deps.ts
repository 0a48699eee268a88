import type { ProcessName } from '../contracts/identity';
import type { Clock, MovableClock } from './clock';
import type { EventFollower } from './events';
import type { Logger } from './logger';
import type { MongoConnection } from './mongo';
import type { RedisConnection } from './redis';
import type { SubgraphClient } from './subgraph-client';
import type { Workers } from './workers';

/** What a subgraph is given by the process it runs in; everything else it makes itself. */
export interface SubgraphDeps {
  /** For the subgraph's own settings. */
  env: NodeJS.ProcessEnv;
  /** Business time. */
  clock: Clock;
  /** The same clock where an operator may move it (the standalone development process), else null. */
  movableClock: MovableClock | null;
  mongo: MongoConnection;
  redis: RedisConnection;
  /** Consumers are added while the subgraph is created; the process starts the follower before the subgraph. */
  follower: EventFollower;
  logger: Logger;
  /** Threads for what would hold the event loop; all subgraphs of a process share them. */
  workers: Workers;
  /** Unique among all running processes; names the holder of leases. */
  processId: string;
  /** Asks another subgraph under this one's own internal identity. */
  client(target: ProcessName): SubgraphClient;
  /** Where the outside reaches the gateway, without a slash at the end: `http://127.0.0.1:4000`. */
  publicUrl: string;
}
